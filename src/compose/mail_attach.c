/* A file into a mail of ours: one text part becomes multipart/mixed of the text and the file (RFC 2046 section 5.1.3), base64; a further file goes
 * beside the first. The text stays as it is, so that who cannot open the file reads the letter all the same. Same input, same bytes. Relies on
 * mail_body.c for what a text part looks like. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "base/base64.h"
#include "base/sha256.h"
#include "compose/compose.h"
#include "compose/mail_text.h"

#define MARK "MIME-Version: 1.0\r\n"
#define TEXT "\r\n" MARK "Content-Type: text/plain"
#define MIXED "\r\n" MARK "Content-Type: multipart/mixed; boundary=\""
#define BOUNDARY "=_irgate_"

/* Where the part of a mail of ours begins: after the head, at the line our serialiser writes before a text. */
static const char *part_of(const char *p, size_t len)
{
	const char *end = memmem(p, len, "\r\n\r\n", 4), *mark = memmem(p, len, TEXT, sizeof TEXT - 1);
	return end && mark && mark < end ? mark + 2 : NULL;
}

/* The boundary of a mail that has a file already: its last line ends with it. NULL: it has none. */
static const char *boundary_of(const char *p, size_t len, char out[48])
{
	const char *end = memmem(p, len, "\r\n\r\n", 4), *mark = memmem(p, len, MIXED BOUNDARY, strlen(MIXED BOUNDARY));
	const char *at = mark ? mark + strlen(MIXED) : NULL, *close = at ? memchr(at, '"', 47) : NULL;
	if (!close || close > end)
		return NULL;
	snprintf(out, 48, "%.*s", (int)(close - at), at);
	size_t tail = strlen(out) + 6; /* "--", "--", CRLF */
	return len > tail && !memcmp(p + len - tail, "--", 2) && !memcmp(p + len - tail + 2, out, tail - 6) ? p + len - tail : NULL;
}

static void part_put(struct ig_buf *out, const char *boundary, const struct ig_mail_file *f)
{
	ig_buf_fmt(out, "--%s\r\nContent-Type: %s", boundary, f->type);
	ig_mail_header_param(out, "name", f->name);
	ig_buf_str(out, "\r\nContent-Disposition: attachment");
	ig_mail_header_param(out, "filename", f->name);
	ig_buf_str(out, "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	ig_base64_lines(out, f->bytes, f->size, "\r\n");
	if (f->size % IG_BASE64_LINE)
		ig_buf_str(out, "\r\n");
	ig_buf_fmt(out, "--%s--\r\n", boundary);
}

int ig_compose_attach(const void *mail, size_t len, const struct ig_mail_file *f, struct ig_buf *out, struct ig_why *why)
{
	const char *p = mail, *part = part_of(p, len), *tail;
	uint8_t sum[IG_SHA256_LEN];
	char hex[IG_SHA256_HEX], boundary[48];
	size_t from = out->len;
	if (!part && (tail = boundary_of(p, len, boundary))) {
		ig_buf_add(out, p, (size_t)(tail - p));
		part_put(out, boundary, f);
		return out->over ? ig_why(why, "the mail with its files is too large") : 0;
	}
	if (!part)
		return ig_why(why, "the mail is not one text of ours");
	ig_sha256_of(p, len, sum);
	ig_sha256_hex(sum, hex);
	snprintf(boundary, sizeof boundary, BOUNDARY "%.24s", hex);
	ig_buf_add(out, p, (size_t)(part - p));
	ig_buf_fmt(out, MARK "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary);
	part += strlen(MARK);
	ig_buf_add(out, part, len - (size_t)(part - p));
	ig_buf_str(out, "\r\n");
	part_put(out, boundary, f);
	return out->over || out->len < from ? ig_why(why, "the mail with its file is too large") : 0;
}
