/* Unstructured header text: folding, RFC 2047 encoded words, raw UTF-8 (RFC 6532) and raw bytes of older charsets.
 * Relies on charset.c for the letters. Lenient where mailers are wrong: spaces inside an encoded word, words inside quotes, a character split
 * over two words of one charset.
 * Does not know addresses. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "base/buf.h"
#include "base/utf8.h"
#include "parse/charset.h"
#include "parse/header.h"

#define HEADER_TEXT_MAX (1u << 20)

char *ig_header_unfold(struct ig_arena *a, const char *raw)
{
	size_t len = strlen(raw), n = 0;
	char *out = ig_arena_alloc(a, len + 1);
	while (len && strchr(" \t\r\n", raw[len - 1]))
		len--;
	for (size_t i = 0; i < len; i++) {
		char c = raw[i];
		if (c == '\r' || c == '\n')
			continue;
		if (c == '\t')
			c = ' ';
		if (c == ' ' && n == 0)
			continue;
		out[n++] = c;
	}
	out[n] = 0;
	return out;
}

struct decoding {
	struct ig_arena *a;
	struct ig_buf out;     /* UTF-8 so far */
	struct ig_buf pending; /* bytes of words of one charset, so that a split character comes together again */
	char charset[64];
	const char **problem_r;
};

static void flush(struct decoding *d)
{
	if (!d->pending.len)
		return;
	ig_buf_str(&d->out, ig_charset_decode(d->a, d->charset, d->pending.data, d->pending.len, d->problem_r));
	ig_buf_reset(&d->pending);
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void add_q(struct ig_buf *b, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '_') {
			ig_buf_char(b, ' ');
		} else if (s[i] == '=' && i + 2 < len && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
			ig_buf_char(b, (char)(hex(s[i + 1]) << 4 | hex(s[i + 2])));
			i += 2;
		} else {
			ig_buf_char(b, s[i]);
		}
	}
}

static void add_b(struct ig_buf *b, const char *s, size_t len)
{
	unsigned bits = 0, have = 0;
	for (size_t i = 0; i < len; i++) {
		char c = s[i];
		int v = c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26 : c >= '0' && c <= '9' ? c - '0' + 52 :
			c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
		if (v < 0) {
			if (c == '=')
				bits = have = 0; /* padding: what follows begins anew (several encoders' output in one word) */
			continue;
		}
		bits = bits << 6 | (unsigned)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			ig_buf_char(b, (char)(bits >> have));
		}
	}
}

/* RFC 2047 section 2 allows 75 characters; more is read, but a header of a million marks must not be searched to its end each time. */
#define WORD_SPAN 8192

struct word {
	const char *charset, *text;
	size_t charset_len, text_len, whole;
	char kind;
};

static bool find_word(const char *s, struct word *w)
{
	const char *p = s + 2;
	size_t n = strcspn(p, "?* "), head = n + strcspn(p + n, "? ");
	if (!n || n >= 64 || p[head] != '?' || !p[head + 1] || !strchr("bBqQ", p[head + 1]) || p[head + 2] != '?')
		return false;
	const char *text = p + head + 3;
	size_t span = strnlen(text, WORD_SPAN);
	const char *end = memmem(text, span, "?=", 2);
	if (!end || memmem(text, (size_t)(end - text), "=?", 2))
		return false;
	*w = (struct word){.charset = p, .charset_len = n, .kind = p[head + 1], .text = text, .text_len = (size_t)(end - text)};
	w->whole = (size_t)(end + 2 - s);
	return true;
}

size_t ig_header_word(const char *s)
{
	struct word w;
	return s[0] == '=' && s[1] == '?' && find_word(s, &w) ? w.whole : 0;
}

static void add_word(struct decoding *d, const struct word *w)
{
	if (strncasecmp(w->charset, d->charset, w->charset_len) || d->charset[w->charset_len]) {
		flush(d);
		memcpy(d->charset, w->charset, w->charset_len);
		d->charset[w->charset_len] = 0;
	}
	if (w->kind == 'b' || w->kind == 'B')
		add_b(&d->pending, w->text, w->text_len);
	else
		add_q(&d->pending, w->text, w->text_len);
}

static void add_plain(struct decoding *d, const char *s, size_t len)
{
	if (!len)
		return;
	if (ig_charset_ascii(s, len) && !memchr(s, '\033', len))
		ig_buf_add(&d->out, s, len);
	else
		ig_buf_str(&d->out, ig_charset_decode(d->a, NULL, s, len, d->problem_r));
}

static void decode(struct decoding *d, const char *s)
{
	const char *plain = s, *mark;
	bool after_word = false;
	struct word w;
	while ((mark = strstr(s, "=?"))) {
		s = mark + 2;
		if (!find_word(mark, &w))
			continue;
		/* RFC 2047 section 6.2: white space between two encoded words is not shown. */
		size_t between = (size_t)(mark - plain);
		if (!after_word || strspn(plain, " ") < between) {
			flush(d);
			add_plain(d, plain, between);
		}
		add_word(d, &w);
		s = plain = mark + w.whole;
		after_word = true;
	}
	flush(d);
	add_plain(d, plain, strlen(plain));
}

char *ig_header_text(struct ig_arena *a, const char *raw, const char **problem_r)
{
	char *flat = ig_header_unfold(a, raw);
	size_t len = strlen(flat);
	bool plain = ig_charset_ascii(flat, len) && !strstr(flat, "=?") && !memchr(flat, '\033', len);
	if (!plain) {
		struct decoding d = {.a = a, .problem_r = problem_r};
		ig_buf_init(&d.out, HEADER_TEXT_MAX);
		ig_buf_init(&d.pending, HEADER_TEXT_MAX);
		decode(&d, flat);
		flat = ig_utf8_repair(a, d.out.data, ig_utf8_cut(d.out.data, d.out.len, HEADER_TEXT_MAX));
		flat = ig_utf8_nfc(a, flat, strlen(flat));
		ig_buf_free(&d.out);
		ig_buf_free(&d.pending);
	}
	/* An encoded line break must not become a second line of a list or a terminal. */
	for (char *s = flat; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = ' ';
	len = strlen(flat);
	while (len && flat[len - 1] == ' ')
		flat[--len] = 0;
	return flat + strspn(flat, " ");
}
