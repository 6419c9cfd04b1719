/* The second lock of the release gate: a secret put into a finished mail in any form and any place is held, every time; ordinary letters and
 * short names inside of other words are not. Mutations are the product of secrets, forms and places. */
#include "check.h"
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* forms are tables of formats */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>
#include <uninorm.h>
#include <zlib.h>
#include "base/arena.h"
#include "base/fs.h"
#include "base/opt.h"
#include "base/utf8.h"
#include "gate/gate.h"

static struct ig_arena *a;

struct secret { const char *value, *what; };
static const struct secret secrets[] = {
	{"Trần Thị Ngọc Lan", "the name"}, {"tran.ngoc.lan@xa-mau.example", "the address"}, {"0233.000.0009", "the number"},
	{"Cổng dịch vụ công huyện Mẫu", "the system"}, {"20260302.8f3a77c1@mail.xa-mau.example", "the Message-ID"}, {"IR-2026-000123-0", "the reference"},
};

/* ---- forms: the secret as some program might write it */

static char *as_is(const char *s) { return ig_arena_strdup(a, s); }

static char *base64(const void *p, size_t len, size_t line)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *u = p;
	char *out = ig_arena_alloc(a, len * 2 + 16), *o = out;
	size_t column = 0;
	for (size_t i = 0; i < len; i += 3) {
		unsigned v = (unsigned)u[i] << 16 | (i + 1 < len ? (unsigned)u[i + 1] << 8 : 0) | (i + 2 < len ? u[i + 2] : 0);
		*o++ = digits[v >> 18], *o++ = digits[v >> 12 & 63];
		*o++ = i + 1 < len ? digits[v >> 6 & 63] : '=', *o++ = i + 2 < len ? digits[v & 63] : '=';
		if (line && (column += 4) >= line && i + 3 < len) {
			memcpy(o, "\r\n", 2);
			o += 2;
			column = 0;
		}
	}
	return out;
}

static char *in_base64(const char *s)
{
	char *text = ig_arena_fmt(a, "Kính gửi: %s, xin cảm ơn.", s);
	return base64(text, strlen(text), 0);
}
static char *in_base64_lines(const char *s)
{
	char *text = ig_arena_fmt(a, "x%s", s);
	return base64(text, strlen(text), 12);
}
static char *in_base64_twice(const char *s)
{
	char *once = in_base64(s);
	return base64(once, strlen(once), 0);
}

static char *each_byte(const char *s, const char *fmt, bool all)
{
	char *out = ig_arena_alloc(a, strlen(s) * 8 + 1);
	size_t n = 0;
	for (const unsigned char *p = (const unsigned char *)s; *p; p++) {
		if (all || *p >= 0x80 || *p == ' ')
			n += (size_t)snprintf(out + n, 8, fmt, *p); /* NOLINT */
		else
			out[n++] = (char)*p;
	}
	return out;
}
static char *in_qp(const char *s) { return each_byte(s, "=%02X", false); }
static char *in_qp_all(const char *s) { return each_byte(s, "=%02x", true); }
static char *in_percent(const char *s) { return each_byte(s, "%%%02X", true); }

static char *in_qp_broken(const char *s)
{
	char *qp = in_qp_all(s);
	size_t half = strlen(qp) / 6 * 3;
	return ig_arena_fmt(a, "%.*s=\r\n%s", (int)half, qp, qp + half);
}

static char *in_word_b(const char *s) { return ig_arena_fmt(a, "=?UTF-8?B?%s?=", base64(s, strlen(s), 0)); }
static char *in_word_q(const char *s) { return ig_arena_fmt(a, "=?utf-8?q?%s?=", in_qp_all(s)); }
static char *in_words_split(const char *s)
{
	size_t half = ig_utf8_cut(s, strlen(s), strlen(s) / 2);
	return ig_arena_fmt(a, "=?UTF-8?B?%s?=\r\n =?utf-8?Q?%s?=", base64(s, half, 0), in_qp_all(s + half));
}
static char *in_words_inside(const char *s) /* RFC 2047 forbids to cut a character; some do */
{
	size_t half = strlen(s) / 2;
	return ig_arena_fmt(a, "=?UTF-8?B?%s?= =?UTF-8?B?%s?=", base64(s, half, 0), base64(s + half, strlen(s) - half, 0));
}
static char *in_2231(const char *s) { return ig_arena_fmt(a, "application/pdf;\r\n name*=utf-8''%s", in_percent(s)); }
static char *in_2231_pieces(const char *s)
{
	size_t half = ig_utf8_cut(s, strlen(s), strlen(s) / 2);
	return ig_arena_fmt(a, "application/pdf;\r\n name*0*=utf-8'vi'%s;\r\n name*1*=%s", in_percent(ig_arena_strndup(a, s, half)), in_percent(s + half));
}
static char *in_2231_plain_pieces(const char *s)
{
	size_t half = ig_utf8_cut(s, strlen(s), strlen(s) / 2);
	return ig_arena_fmt(a, "attachment; filename*0=\"%.*s\";\r\n\tfilename*1=\"%s\"", (int)half, s, s + half);
}

static char *in_nfd(const char *s)
{
	size_t n = 0;
	uint8_t *d = u8_normalize(UNINORM_NFD, (const uint8_t *)s, strlen(s), NULL, &n);
	char *out = ig_arena_strndup(a, d, n);
	free(d);
	return out;
}
static char *plain(const char *s) /* without marks, as people type it */
{
	char *f = ig_utf8_fold(a, s, strlen(s));
	return f;
}
static char *upper(const char *s)
{
	char *f = plain(s);
	for (char *p = f; *p; p++)
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
	return f;
}
static char *entities(const char *s, const char *fmt)
{
	char *out = ig_arena_alloc(a, strlen(s) * 12 + 1), *o = out;
	for (const uint8_t *p = (const uint8_t *)s, *end = p + strlen(s); p < end;) {
		ucs4_t c;
		p += u8_mbtouc(&c, p, (size_t)(end - p));
		o += snprintf(o, 12, fmt, (unsigned)c);
	}
	return out;
}
static char *in_entities(const char *s) { return entities(s, "&#%u;"); }
static char *in_entities_hex(const char *s) { return entities(s, "&#x%X;"); }
static char *in_tags(const char *s)
{
	size_t half = ig_utf8_cut(s, strlen(s), strlen(s) / 2);
	return ig_arena_fmt(a, "<p>%.*s</span><b style=\"x\">%s</b>", (int)half, s, s + half);
}
static char *on_lines(const char *s)
{
	size_t half = ig_utf8_cut(s, strlen(s), strlen(s) / 2);
	return ig_arena_fmt(a, "%.*s\r\n %s", (int)half, s, s + half);
}
static char *quoted(const char *s)
{
	size_t half = ig_utf8_cut(s, strlen(s), strlen(s) / 3);
	return ig_arena_fmt(a, "> %.*s\r\n> > %s", (int)half, s, s + half);
}
static char *spaced(const char *s)
{
	char *out = ig_arena_alloc(a, strlen(s) * 4 + 1), *o = out;
	for (const uint8_t *p = (const uint8_t *)s, *end = p + strlen(s); p < end;) {
		ucs4_t c;
		int n = u8_mbtouc(&c, p, (size_t)(end - p));
		memcpy(o, p, (size_t)n);
		o += n;
		*o++ = ' ';
		p += n;
	}
	return out;
}
static char *soft_hyphens(const char *s)
{
	size_t half = ig_utf8_cut(s, strlen(s), strlen(s) / 2);
	return ig_arena_fmt(a, "%.*s\xc2\xad\xe2\x80\x8b%s", (int)half, s, s + half);
}

static char *(*const forms[])(const char *) = {as_is, in_base64, in_base64_lines, in_base64_twice, in_qp, in_qp_all, in_percent, in_qp_broken,
	in_word_b, in_word_q, in_words_split, in_words_inside, in_2231, in_2231_pieces, in_2231_plain_pieces, in_nfd, plain, upper, in_entities,
	in_entities_hex, in_tags, on_lines, quoted, spaced, soft_hyphens};

/* ---- places: where in a mail it stands */

static const char *const headers[] = {"From", "To", "Cc", "Reply-To", "Sender", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
	"X-Irgate-Reference", "X-Mailer", "Content-Type", "Content-Disposition", "Content-Description", "List-Id", "Return-Path", "Comments", "Keywords",
	"Disposition-Notification-To", "Content-ID", "Content-Language", "Autocrypt", "X-Any-Other"};

#define BODY "Ch\xc3\xbang t\xc3\xb4i xin th\xc3\xb4ng b\xc3\xa1o v\xe1\xbb\x81 s\xe1\xbb\xb1 c\xe1\xbb\x91 an to\xc3\xa0n th\xc3\xb4ng tin.\r\n"

static char *mail_with_header(const char *name, const char *value)
{
	return ig_arena_fmt(a, "From: <ungcuu@example.vn>\r\nTo: <vncert@example.vn>\r\n%s: %s\r\nMIME-Version: 1.0\r\n\r\n" BODY, name, value);
}
static char *mail_with_body(const char *text)
{
	return ig_arena_fmt(a, "From: <ungcuu@example.vn>\r\nSubject: [IR-2026-000456-X]\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
		BODY "%s\r\n" BODY, text);
}
static char *mail_with_part(const char *type, const char *name, const void *p, size_t len, size_t *size_r)
{
	char *m = ig_arena_fmt(a, "From: <ungcuu@example.vn>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n--b1\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n\r\n" BODY "\r\n--b1\r\nContent-Type: %s\r\nContent-Disposition: attachment; filename=\"%s\"\r\n"
		"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n--b1--\r\n", type, name, base64(p, len, 76));
	*size_r = strlen(m);
	return m;
}

static struct ig_gate *gate_with(const struct secret *only)
{
	struct ig_gate *g = ig_gate_new();
	for (size_t i = 0; i < IG_COUNT(secrets); i++)
		if (!only || only == &secrets[i])
			ig_gate_secret(g, secrets[i].value, secrets[i].what);
	return g;
}

static size_t tried, held;

static void must_hold(const struct secret *s, const char *mail, size_t len, const char *how)
{
	struct ig_why why = {""};
	struct ig_gate *g = gate_with(s);
	enum ig_gate_verdict v = ig_gate_mail(g, mail, len, &why);
	tried++;
	held += v == IG_GATE_HIT;
	if (v != IG_GATE_HIT)
		print_error("not held: %s in %s: %s\n%s\n", s->value, how, why.text, mail);
	assert_int_equal(v, IG_GATE_HIT);
	assert_null(strstr(why.text, s->value));
	ig_gate_free(g);
}

static void test_forms_and_places(void **state)
{
	char how[64];
	(void)state;
	for (size_t s = 0; s < IG_COUNT(secrets); s++)
		for (size_t f = 0; f < IG_COUNT(forms); f++) {
			for (size_t h = 0; h < IG_COUNT(headers); h++) {
				ig_arena_reset(a);
				char *m = mail_with_header(headers[h], forms[f](secrets[s].value));
				snprintf(how, sizeof how, "form %zu, header %s", f, headers[h]);
				must_hold(&secrets[s], m, strlen(m), how);
			}
			ig_arena_reset(a);
			char *m = mail_with_body(forms[f](secrets[s].value));
			snprintf(how, sizeof how, "form %zu, body", f);
			must_hold(&secrets[s], m, strlen(m), how);
			size_t len;
			m = mail_with_body(forms[f](secrets[s].value));
			m = mail_with_part("message/rfc822", "a.eml", m, strlen(m), &len);
			must_hold(&secrets[s], m, len, "an attached mail in base64");
			m = mail_with_part("text/csv", forms[f](secrets[s].value), "a,b", 3, &len);
			must_hold(&secrets[s], m, len, "a file name");
		}
	print_message("%zu mutations, %zu held\n", tried, held);
}

static void put16(char *p, unsigned v) { p[0] = (char)v, p[1] = (char)(v >> 8); }

/* One entry, deflated or stored, without the central directory, which nobody needs to read it. */
static char *zip(const char *name, const char *text, bool deflated, size_t *len_r)
{
	size_t n = strlen(name), len = strlen(text);
	char *out = ig_arena_alloc(a, 64 + n + len * 2 + 128);
	memcpy(out, "PK\3\4", 4);
	put16(out + 4, 20);
	put16(out + 8, deflated ? 8 : 0);
	put16(out + 26, (unsigned)n);
	memcpy(out + 30, name, n);
	if (!deflated) {
		memcpy(out + 30 + n, text, len);
		*len_r = 30 + n + len;
		return out;
	}
	z_stream z = {.next_in = (Bytef *)(uintptr_t)text, .avail_in = (uInt)len, .next_out = (Bytef *)(out + 30 + n), .avail_out = (uInt)(len + 128)};
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	*len_r = 30 + n + z.total_out;
	deflateEnd(&z);
	return out;
}

static void test_archives(void **state)
{
	static const char docx[] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
	(void)state;
	for (size_t s = 0; s < IG_COUNT(secrets); s++)
		for (int deflated = 0; deflated < 2; deflated++) {
			size_t n, len;
			ig_arena_reset(a);
			char *z = zip("a.txt", secrets[s].value, deflated, &n);
			char *m = mail_with_part("application/zip", "a.zip", z, n, &len);
			must_hold(&secrets[s], m, len, "a ZIP file");
			z = zip(secrets[s].value, "none", deflated, &n);
			m = mail_with_part("application/zip", "a.zip", z, n, &len);
			must_hold(&secrets[s], m, len, "a name in a ZIP file");
			size_t half = ig_utf8_cut(secrets[s].value, strlen(secrets[s].value), strlen(secrets[s].value) / 2);
			char *xml = ig_arena_fmt(a, "<w:p><w:r><w:t>%.*s</w:t></w:r><w:r><w:rPr/><w:t xml:space=\"preserve\">%s</w:t></w:r></w:p>", (int)half,
				secrets[s].value, secrets[s].value + half);
			z = zip("word/document.xml", xml, deflated, &n);
			m = mail_with_part(docx, "a.docx", z, n, &len);
			must_hold(&secrets[s], m, len, "a DOCX file");
			char *inner = zip("word/document.xml", entities(secrets[s].value, "&#%u;"), true, &n);
			size_t n2;
			char *packed = zip("x", base64(inner, n, 0), true, &n2); /* a text of base64 inside of an archive */
			m = mail_with_part("application/zip", "b.zip", packed, n2, &len);
			must_hold(&secrets[s], m, len, "an archive in an archive");
		}
}

static char *hex16(const char *s)
{
	char *out = ig_arena_alloc(a, strlen(s) * 8 + 8), *o = out;
	for (const uint8_t *p = (const uint8_t *)s, *end = p + strlen(s); p < end;) {
		ucs4_t c;
		p += u8_mbtouc(&c, p, (size_t)(end - p));
		o += snprintf(o, 8, "%04X", (unsigned)c);
	}
	return out;
}

static char *flate(const char *text, size_t *len_r)
{
	uLongf n = compressBound(strlen(text));
	char *out = ig_arena_alloc(a, n + 1);
	assert_int_equal(compress((Bytef *)out, &n, (const Bytef *)text, strlen(text)), Z_OK);
	*len_r = n;
	return out;
}

static char *pdf(const char *content, const char *cmap, const char *info, size_t *len_r)
{
	size_t n, k = 0;
	char *packed = flate(content, &n), *head = ig_arena_fmt(a, "%%PDF-1.7\n1 0 obj <<%s>> endobj\n2 0 obj <</Filter/FlateDecode>> stream\n", info);
	char *map = cmap ? flate(cmap, &k) : NULL;
	char *out = ig_arena_alloc(a, strlen(head) + n + k + 256), *o = out;
	o += sprintf(o, "%s", head); /* NOLINT */
	memcpy(o, packed, n);
	o += n;
	o += sprintf(o, "\nendstream endobj\n3 0 obj <<>> stream\n");
	if (map)
		memcpy(o, map, k);
	o += k;
	o += sprintf(o, "\nendstream endobj\n%%%%EOF\n");
	*len_r = (size_t)(o - out);
	return out;
}

#define SHOWN "BT /F1 12 Tf (Thong bao ve su co) Tj ET\n"

static void test_pdf(void **state)
{
	(void)state;
	for (size_t s = 0; s < IG_COUNT(secrets); s++) {
		size_t n, len;
		ig_arena_reset(a);
		const char *v = secrets[s].value;
		char *p = pdf(ig_arena_fmt(a, SHOWN "BT (%s) Tj ET", plain(v)), NULL, "", &n);
		char *m = mail_with_part("application/pdf", "a.pdf", p, n, &len);
		must_hold(&secrets[s], m, len, "text of a PDF");
		p = pdf(SHOWN, NULL, ig_arena_fmt(a, "/Title <FEFF%s>", hex16(v)), &n);
		m = mail_with_part("application/pdf", "a.pdf", p, n, &len);
		must_hold(&secrets[s], m, len, "the title of a PDF");
		p = pdf(SHOWN, NULL, ig_arena_fmt(a, "/Author (%s)", v), &n);
		m = mail_with_part("application/pdf", "a.pdf", p, n, &len);
		must_hold(&secrets[s], m, len, "the author of a PDF");
		/* A subset font with codes of its own: 1, 2, 3 ... for the characters as they come. */
		struct ig_buf codes = IG_BUF_INIT(65536), map = IG_BUF_INIT(65536);
		ig_buf_fmt(&map, "/CIDInit begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange %d beginbfchar\n", 100);
		unsigned code = 1;
		for (const uint8_t *q = (const uint8_t *)v, *end = q + strlen(v); q < end; code++) {
			ucs4_t c;
			q += u8_mbtouc(&c, q, (size_t)(end - q));
			ig_buf_fmt(&map, "<%04X> <%04X>\n", code, (unsigned)c);
			ig_buf_fmt(&codes, code % 3 ? "<%04X>" : "<%04X> -20 ", code);
		}
		ig_buf_str(&map, "endbfchar endcmap");
		p = pdf(ig_arena_fmt(a, SHOWN "BT /F2 12 Tf [%s] TJ ET", codes.data), map.data, "", &n);
		m = mail_with_part("application/pdf", "a.pdf", p, n, &len);
		must_hold(&secrets[s], m, len, "a PDF with a subset font");
		ig_buf_free(&codes);
		ig_buf_free(&map);
	}
}

static enum ig_gate_verdict verdict_on(const char *m, size_t len, struct ig_why *why)
{
	struct ig_gate *g = gate_with(NULL);
	enum ig_gate_verdict v = ig_gate_mail(g, m, len, why);
	ig_gate_free(g);
	return v;
}

static void test_foreign_parts(void **state)
{
	struct ig_why why = {""};
	size_t n, len;
	(void)state;
	char *m = mail_with_part("image/png", "a.png", "\x89PNG\r\n\x1a\n....", 12, &len);
	assert_int_equal(verdict_on(m, len, &why), IG_GATE_UNSEARCHABLE);
	struct ig_gate *g = gate_with(NULL); /* drawn by us: passes by its source */
	uint8_t sum[IG_SHA256_LEN];
	ig_sha256_of("\x89PNG\r\n\x1a\n....", 12, sum);
	ig_gate_own(g, sum);
	assert_int_equal(ig_gate_mail(g, m, len, &why), IG_GATE_CLEAN);
	ig_gate_free(g);
	char *p = pdf("q 100 0 0 100 0 0 cm /Im1 Do Q", NULL, "", &n);
	m = mail_with_part("application/pdf", "a.pdf", p, n, &len);
	assert_int_equal(verdict_on(m, len, &why), IG_GATE_UNSEARCHABLE);
	p = pdf(SHOWN, NULL, "/Encrypt 9 0 R", &n);
	m = mail_with_part("application/pdf", "a.pdf", p, n, &len);
	assert_int_equal(verdict_on(m, len, &why), IG_GATE_UNSEARCHABLE);
	p = pdf(SHOWN, NULL, "", &n);
	m = mail_with_part("application/pdf", "a.pdf", p, n, &len);
	if (verdict_on(m, len, &why) != IG_GATE_CLEAN)
		fail_msg("a PDF with text: %s", why.text);
	char *z = zip("a.txt", "nothing", true, &n);
	put16(z + 6, 1);
	m = mail_with_part("application/zip", "a.zip", z, n, &len);
	assert_int_equal(verdict_on(m, len, &why), IG_GATE_UNSEARCHABLE);
	/* packed bytes hold every letter, "<" and ">" among them: what a reading as text leaves of them is no broken archive */
	uint32_t dice = 1;
	static char lines[300001];
	for (size_t i = 0; i < sizeof lines - 1; i++) {
		dice = dice * 1664525 + 1013904223;
		lines[i] = i % 60 == 59 ? '\n' : "0123456789abcdefghijklmnopqrstuvwxyz,.:-/ ABCDEFGHIJKLMNOPQRSTUVWXYZ"[dice / 65536 % 68];
	}
	lines[sizeof lines - 1] = 0;
	z = zip("a.csv", lines, true, &n);
	m = mail_with_part("application/zip", "a.zip", z, n, &len);
	if (verdict_on(m, len, &why) != IG_GATE_CLEAN)
		fail_msg("a ZIP file of many bytes: %s", why.text);
}

static void test_encodings(void **state)
{
	struct ig_why why = {""};
	struct ig_buf b = IG_BUF_INIT(65536);
	(void)state;
	ig_arena_reset(a);
	char *m = ig_arena_fmt(a, "Subject: %s\r\n\r\nx", "Tr\xe2\xccn Th\x69\xf2 Ngo\xf2" "c Lan");
	must_hold(&secrets[0], m, strlen(m), "Windows-1258");
	for (int big = 0; big < 2; big++) {
		ig_buf_reset(&b);
		for (const uint8_t *p = (const uint8_t *)secrets[0].value, *end = p + strlen(secrets[0].value); p < end;) {
			ucs4_t c;
			p += u8_mbtouc(&c, p, (size_t)(end - p));
			ig_buf_char(&b, (char)(big ? c >> 8 : c & 255));
			ig_buf_char(&b, (char)(big ? c & 255 : c >> 8));
		}
		size_t len;
		m = mail_with_part("text/plain; charset=utf-16", "a.txt", b.data, b.len, &len);
		must_hold(&secrets[0], m, len, "UTF-16");
	}
	ig_buf_free(&b);
	struct ig_gate *g = ig_gate_new();
	ig_gate_secret(g, "+84 233 000 0009", "a number");
	assert_int_equal(ig_gate_search(g, "goi 0233-000-0009 nhe", 21, "x", &why), IG_GATE_HIT);
	assert_int_equal(ig_gate_search(g, "goi 0233-000-0008 nhe", 21, "x", &why), IG_GATE_CLEAN);
	ig_gate_free(g);
}

static void test_short_names(void **state)
{
	static const struct { const char *text; enum ig_gate_verdict want; } cases[] = {
		{"một lần nữa", IG_GATE_CLEAN}, {"planet, island, Lang", IG_GATE_CLEAN}, {"xin chào Lan.", IG_GATE_HIT},
		{"Lan", IG_GATE_HIT}, {"(Lan)", IG_GATE_HIT}, {"LànLan", IG_GATE_CLEAN}, {"lan", IG_GATE_CLEAN}};
	struct ig_gate *g = ig_gate_new();
	struct ig_why why;
	(void)state;
	ig_gate_secret(g, "Lan", "a name");
	for (size_t i = 0; i < IG_COUNT(cases); i++)
		if (ig_gate_search(g, cases[i].text, strlen(cases[i].text), "x", &why) != cases[i].want)
			fail_msg("%s", cases[i].text);
	ig_gate_free(g);
}

static void test_short_names_of_two_words(void **state)
{
	static const struct { const char *text; enum ig_gate_verdict want; } cases[] = {
		{"ông Lê An báo", IG_GATE_HIT}, {"LÊ AN", IG_GATE_HIT}, {"le an", IG_GATE_HIT}, {"bao: Le An.", IG_GATE_HIT}, {"LE AN", IG_GATE_HIT}, {"lê an", IG_GATE_HIT},
		{"lễ an táng", IG_GATE_CLEAN}, {"lean", IG_GATE_CLEAN}, {"An toàn thông tin", IG_GATE_CLEAN}, {"sale an", IG_GATE_CLEAN}};
	struct ig_gate *g = ig_gate_new();
	struct ig_why why;
	(void)state;
	ig_gate_secret(g, "Lê An", "a name");
	for (size_t i = 0; i < IG_COUNT(cases); i++)
		if (ig_gate_search(g, cases[i].text, strlen(cases[i].text), "x", &why) != cases[i].want)
			fail_msg("%s", cases[i].text);
	ig_gate_free(g);
}

/* Short forms of names: as written or without marks, initials with or without points and spaces; ordinary words in small letters are none of them. */
static void test_as_written(void **state)
{
	static const struct { const char *secret, *text; enum ig_gate_verdict want; } cases[] = {
		{"Ngọc Lan", "chị Ngọc Lan báo", IG_GATE_HIT}, {"Ngọc Lan", "chi Ngoc Lan bao", IG_GATE_HIT}, {"Ngọc Lan", "Ngọc\r\n Lan", IG_GATE_HIT},
		{"Ngọc Lan", "Ngọc\xc2\xa0Lan", IG_GATE_HIT}, {"Ngọc Lan", "ngọc lan trắng", IG_GATE_CLEAN}, {"Ngọc Lan", "NgọcLan", IG_GATE_CLEAN},
		{"Văn Bản", "theo Văn bản số 5, văn bản", IG_GATE_CLEAN}, {"Đức Ánh", "ong Duc Anh", IG_GATE_HIT}, {"Lê An", "Hồ Lê. An toàn", IG_GATE_CLEAN},
		{"T" IG_GATE_GAP "T" IG_GATE_GAP "N" IG_GATE_GAP "Lan", "bà T.T.N. Lan", IG_GATE_HIT}, {"T" IG_GATE_GAP "T" IG_GATE_GAP "N" IG_GATE_GAP "Lan", "T. T. N. Lan", IG_GATE_HIT},
		{"T" IG_GATE_GAP "T" IG_GATE_GAP "N" IG_GATE_GAP "Lan", "TTN Lan", IG_GATE_HIT}, {"T" IG_GATE_GAP "T" IG_GATE_GAP "N" IG_GATE_GAP "Lan", "BTTN Lan", IG_GATE_CLEAN},
		{"T." IG_GATE_GAP "T." IG_GATE_GAP "N." IG_GATE_GAP "L", "ký tên: T.T.N.L.", IG_GATE_HIT}, {"T." IG_GATE_GAP "T." IG_GATE_GAP "T." IG_GATE_GAP "T", "số 27/TTTT", IG_GATE_CLEAN},
		{"tran.lan", "xem tran.lan gửi", IG_GATE_HIT}, {"tran.lan", "xuat.tran.lan1", IG_GATE_CLEAN}};
	struct ig_why why;
	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_gate *g = ig_gate_new();
		ig_gate_secret_as(g, cases[i].secret, "a name");
		if (ig_gate_search(g, cases[i].text, strlen(cases[i].text), "x", &why) != cases[i].want)
			fail_msg("%zu: %s in %s", i, cases[i].secret, cases[i].text);
		ig_gate_free(g);
	}
	/* A short one is public only where it stands as a word, not where letters of two words meet. */
	struct ig_gate *g = ig_gate_new();
	ig_gate_secret(g, "Lê An", "a name");
	ig_gate_public(g, "hồ sơ sale antoan");
	assert_int_equal(ig_gate_count(g), 1);
	ig_gate_public(g, "ông lê an");
	assert_int_equal(ig_gate_count(g), 0);
	ig_gate_free(g);
}

static void test_clean_letters(void **state)
{
	static const char *const letters[] = {"receipt/want/vi.eml", "receipt/want/en.eml", "receipt/want/unknown.eml", "escalation/want/vi-isp.eml"};
	static const char *const other[] = {"Nguyễn Thị Mười", "muoi.nguyen@xa.example", "0905.111.222", "Máy chủ một cửa", "xyz123@mail.xa.example"};
	struct ig_why why = {""};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(letters); i++) {
		struct ig_buf b = IG_BUF_INIT(1u << 20);
		ig_arena_reset(a);
		assert_int_equal(ig_fs_read_file(ig_arena_fmt(a, SRCDIR "/templates/%s", letters[i]), &b), 0);
		struct ig_gate *g = ig_gate_new();
		for (size_t k = 0; k < IG_COUNT(other); k++)
			ig_gate_secret(g, other[k], "something");
		if (ig_gate_mail(g, b.data, b.len, &why) != IG_GATE_CLEAN)
			fail_msg("%s: %s", letters[i], why.text);
		/* What every letter of the office says, and what the reader knows of himself, is no secret. */
		ig_gate_secret(g, "ungcuu@example.vn", "our address");
		assert_int_equal(ig_gate_mail(g, b.data, b.len, &why), IG_GATE_HIT);
		ig_gate_public(g, "Thư điện tử: ungcuu@example.vn");
		assert_int_equal(ig_gate_mail(g, b.data, b.len, &why), IG_GATE_CLEAN);
		ig_gate_free(g);
		ig_buf_free(&b);
	}
}

static void test_limits(void **state)
{
	struct ig_why why = {""};
	(void)state;
	struct ig_gate *g = ig_gate_new();
	for (int i = 0; i < IG_GATE_SECRETS; i++) {
		char v[40];
		snprintf(v, sizeof v, "person%d@xa.example", i);
		ig_gate_secret(g, v, "an address");
	}
	assert_int_equal(ig_gate_search(g, "to person19999@xa example", 25, "x", &why), IG_GATE_HIT);
	assert_int_equal(ig_gate_search(g, "to nobody", 9, "x", &why), IG_GATE_CLEAN);
	ig_gate_secret(g, "one too many", "x");
	assert_int_equal(ig_gate_search(g, "to nobody", 9, "x", &why), IG_GATE_UNSEARCHABLE);
	ig_gate_free(g);
	/* A thing that unfolds for ever is held, and soon. */
	ig_arena_reset(a);
	char *text = ig_arena_strdup(a, "Kinh gui quy co quan, xin thong bao ve su co tai dia phuong");
	for (int i = 0; i < IG_GATE_DEPTH + 3; i++)
		text = base64(text, strlen(text), 0);
	assert_int_not_equal(verdict_on(mail_with_body(text), strlen(mail_with_body(text)), &why), IG_GATE_HIT);
	size_t n;
	char *zeros = ig_arena_alloc(a, 20u << 20);
	memset(zeros, 'a', (20u << 20) - 1);
	char *bomb = zip("a", zeros, true, &n), *m = mail_with_part("application/zip", "a.zip", bomb, n, &n);
	assert_int_equal(verdict_on(m, n, &why), IG_GATE_UNSEARCHABLE);
}

static int start(void **state)
{
	(void)state;
	a = ig_arena_new(0);
	return 0;
}
static int end(void **state)
{
	(void)state;
	a = ig_arena_free(a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_forms_and_places), cmocka_unit_test(test_archives), cmocka_unit_test(test_pdf),
		cmocka_unit_test(test_foreign_parts), cmocka_unit_test(test_encodings), cmocka_unit_test(test_short_names), cmocka_unit_test(test_short_names_of_two_words), cmocka_unit_test(test_as_written), cmocka_unit_test(test_clean_letters),
		cmocka_unit_test(test_limits)};
	return cmocka_run_group_tests(tests, start, end);
}
