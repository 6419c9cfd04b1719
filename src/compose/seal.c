/* A finished mail taken apart and put together again around a signature or a ciphertext. Relies on mails as mail.c makes them: CRLF, 7 bit, which is
 * what may be signed without being changed on the way (RFC 3156 section 3). Knows no key. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/base64.h"
#include "base/sha256.h"
#include "compose/compose.h"
#include "compose/mail_text.h"

/* Length of the field at s with its folded lines; 0: there is none. */
static size_t field_len(const char *s, const char *end)
{
	const char *p = s;
	if (p >= end || *p == '\r' || *p == '\n')
		return 0;
	do {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		p = nl ? nl + 1 : end;
	} while (p < end && (*p == ' ' || *p == '\t'));
	return (size_t)(p - s);
}

int ig_seal_split(const void *mail, size_t len, struct ig_buf *head, struct ig_buf *entity, struct ig_why *why)
{
	const char *s = mail, *end = s + len;
	size_t n;
	for (; (n = field_len(s, end)); s += n) {
		if (!strncasecmp(s, "MIME-Version:", 13))
			continue; /* said again at the top of what comes of it */
		ig_buf_add(n > 8 && !strncasecmp(s, "Content-", 8) ? entity : head, s, n);
	}
	if (end - s < 2 || s[0] != '\r' || s[1] != '\n' || !entity->len)
		return ig_why(why, "it is not a mail of ours");
	ig_buf_add(entity, s, (size_t)(end - s));
	return head->over || entity->over ? ig_why(why, "it is too large") : 0;
}

/* No line of what stands between boundaries can be one: it is made of the digest of all of it. */
static void boundary_of(const char *entity, size_t len, char out[40])
{
	uint8_t sum[IG_SHA256_LEN];
	ig_sha256_of(entity, len, sum);
	memcpy(out, "=_", 2);
	for (int i = 0; i < 15; i++)
		snprintf(out + 2 + 2 * i, 3, "%02x", sum[i]);
}

static void crlf(struct ig_buf *out, const char *p, size_t len)
{
	const char *end = p + len;
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *to = nl ? nl : end;
		ig_buf_add(out, p, (size_t)(to - p) - (nl && to > p && to[-1] == '\r'));
		ig_buf_str(out, "\r\n");
		p = nl ? nl + 1 : end;
	}
}

static void base64_lines(struct ig_buf *out, const void *p, size_t len)
{
	ig_base64_lines(out, p, len, "\r\n");
	if (len % IG_BASE64_LINE)
		ig_buf_str(out, "\r\n");
}

void ig_seal_signed(const char *entity, size_t len, bool cms, const void *signature, size_t signature_len, const char *micalg, struct ig_buf *out)
{
	char boundary[40];
	boundary_of(entity, len, boundary);
	ig_buf_fmt(out, "Content-Type: multipart/signed; micalg=\"%s\";\r\n protocol=\"application/%s\";\r\n boundary=\"%s\"\r\n\r\n", micalg ? micalg : "",
		cms ? "pkcs7-signature" : "pgp-signature", boundary);
	ig_buf_fmt(out, "--%s\r\n", boundary);
	ig_buf_add(out, entity, len);
	ig_buf_fmt(out, "\r\n--%s\r\n", boundary);
	if (cms) {
		ig_buf_str(out, "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\nContent-Transfer-Encoding: base64\r\n"
			"Content-Disposition: attachment; filename=\"smime.p7s\"\r\n\r\n");
		base64_lines(out, signature, signature_len);
	} else {
		ig_buf_str(out, "Content-Type: application/pgp-signature; name=\"signature.asc\"\r\nContent-Description: OpenPGP digital signature\r\n"
			"Content-Disposition: attachment; filename=\"signature.asc\"\r\n\r\n");
		crlf(out, signature, signature_len);
	}
	ig_buf_fmt(out, "--%s--\r\n", boundary);
}

void ig_seal_encrypted(bool cms, const void *cipher, size_t len, struct ig_buf *out)
{
	char boundary[40];
	if (cms) {
		ig_buf_str(out, "Content-Type: application/pkcs7-mime; smime-type=enveloped-data;\r\n name=\"smime.p7m\"\r\nContent-Transfer-Encoding: base64\r\n"
			"Content-Disposition: attachment; filename=\"smime.p7m\"\r\n\r\n");
		base64_lines(out, cipher, len);
		return;
	}
	boundary_of(cipher, len, boundary);
	ig_buf_fmt(out, "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n boundary=\"%s\"\r\n\r\n", boundary);
	ig_buf_fmt(out, "--%s\r\nContent-Type: application/pgp-encrypted\r\nContent-Description: PGP/MIME version identification\r\n\r\nVersion: 1\r\n\r\n", boundary);
	ig_buf_fmt(out, "--%s\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\nContent-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n", boundary);
	crlf(out, cipher, len);
	ig_buf_fmt(out, "--%s--\r\n", boundary);
}
