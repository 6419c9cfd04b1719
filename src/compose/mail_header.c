/* Header fields of a mail: RFC 5322 folding, RFC 2047 encoded words, RFC 2231 parameters. Everything that leaves is printable ASCII and CRLF at
 * the ends of lines we made: a line end inside a value cannot come out. Does not know which fields a letter has. */
#include <string.h>
#include "base/utf8.h"
#include "compose/compose.h"
#include "compose/mail_text.h"

#define WORD_MAX 75 /* RFC 2047 section 2 */
#define WORD_FRAME 12 /* "=?UTF-8?Q?" and "?=" */

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Bytes of the character at p, 0 when it is none. */
static size_t char_len(const char *p, size_t len)
{
	unsigned char c = (unsigned char)*p;
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	return n <= len && ig_utf8_valid(p, n) ? n : 0;
}

void ig_mail_clean(struct ig_buf *out, const char *text, size_t max)
{
	size_t from = out->len, len = text ? strlen(text) : 0;
	for (size_t i = 0, n; i < len && out->len - from < max; i += n ? n : 1) {
		n = char_len(text + i, len - i);
		if (n == 1 && ((unsigned char)text[i] < ' ' || text[i] == 0x7f)) {
			if (out->len > from)
				ig_buf_char(out, ' ');
		} else if (n == 2 && (unsigned char)text[i] == 0xc2 && (unsigned char)text[i + 1] < 0xa0) {
			ig_buf_char(out, ' '); /* C1 controls, among them NEL */
		} else if (n == 1 && text[i] == ' ' && out->len == from) {
			continue;
		} else if (out->len - from + (n ? n : 3) > max) {
			break;
		} else {
			ig_buf_add(out, n ? text + i : "\xef\xbf\xbd", n ? n : 3);
		}
	}
	while (out->len > from && out->data[out->len - 1] == ' ')
		ig_buf_cut(out, out->len - 1);
}

size_t ig_mail_column(const struct ig_buf *out)
{
	size_t n = 0;
	while (n < out->len && out->data[out->len - 1 - n] != '\n')
		n++;
	return n;
}

static bool q_plain(unsigned char c, bool phrase)
{
	if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		return true;
	return phrase ? c && strchr("!*+-/", c) : c > ' ' && c < 0x7f && c != '=' && c != '?' && c != '_';
}

static size_t q_len(const char *p, size_t len, bool phrase)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++)
		n += p[i] == ' ' || q_plain((unsigned char)p[i], phrase) ? 1 : 3;
	return n;
}

static size_t b_len(size_t len)
{
	return (len + 2) / 3 * 4;
}

static void q_put(struct ig_buf *out, const char *p, size_t len, bool phrase)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] == ' ')
			ig_buf_char(out, '_');
		else if (q_plain((unsigned char)p[i], phrase))
			ig_buf_char(out, p[i]);
		else
			ig_buf_fmt(out, "=%02X", (unsigned)(unsigned char)p[i]);
	}
}

static void b_put(struct ig_buf *out, const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	for (size_t i = 0; i < len; i += 3) {
		unsigned v = (unsigned)p[i] << 16 | (i + 1 < len ? (unsigned)p[i + 1] << 8 : 0) | (i + 2 < len ? p[i + 2] : 0);
		ig_buf_char(out, base64[v >> 18]);
		ig_buf_char(out, base64[v >> 12 & 63]);
		ig_buf_char(out, i + 1 < len ? base64[v >> 6 & 63] : '=');
		ig_buf_char(out, i + 2 < len ? base64[v & 63] : '=');
	}
}

/* How many bytes of p make one encoded word of at most room characters, by whole characters; *b_r: base64 is the shorter form of them. */
static size_t word_take(const char *p, size_t len, size_t room, bool phrase, bool *b_r)
{
	size_t at = 0, q = 0, best = 0;
	while (at < len) {
		size_t n = char_len(p + at, len - at);
		n = n ? n : 1;
		q += q_len(p + at, n, phrase);
		at += n;
		if (WORD_FRAME + q <= room || WORD_FRAME + b_len(at) <= room)
			best = at;
		else
			break;
	}
	*b_r = b_len(best) < q_len(p, best, phrase);
	return best;
}

void ig_mail_encoded_words(struct ig_buf *out, const char *p, size_t len, bool phrase)
{
	for (bool first = true; len; first = false) {
		size_t column = ig_mail_column(out), room = WORD_MAX;
		if (!first || column + WORD_FRAME + 24 > IG_MAIL_LINE) { /* RFC 2047 section 2: one a line when there are several */
			while (first && out->len && out->data[out->len - 1] == ' ')
				ig_buf_cut(out, out->len - 1);
			ig_buf_str(out, "\r\n ");
		} else {
			room = IG_MAIL_LINE - column < WORD_MAX ? IG_MAIL_LINE - column : WORD_MAX;
		}
		bool b;
		size_t n = word_take(p, len, room, phrase, &b);
		ig_buf_str(out, b ? "=?UTF-8?B?" : "=?UTF-8?Q?");
		if (b)
			b_put(out, p, n);
		else
			q_put(out, p, n, phrase);
		ig_buf_str(out, "?=");
		p += n;
		len -= n;
		if (out->over)
			return;
	}
}

static bool word_needs(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)p[i] < 0x20 || (unsigned char)p[i] >= 0x7f || (p[i] == '=' && i + 1 < len && p[i + 1] == '?'))
			return true;
	return len > IG_MAIL_LINE_HARD - 100;
}

/* Clean text word by word; a line is folded before a word that would pass the line. A run of spaces stays with the word after it, so that no
 * folded line holds nothing but white space. */
static void plain_put(struct ig_buf *out, const char *p, size_t len)
{
	while (len) {
		size_t space = 0, word;
		while (space < len && p[space] == ' ')
			space++;
		for (word = space; word < len && p[word] != ' ';)
			word++;
		if (space && word > space && ig_mail_column(out) + word > IG_MAIL_LINE)
			ig_buf_str(out, "\r\n");
		ig_buf_add(out, p, word);
		p += word;
		len -= word;
	}
}

void ig_mail_header_text(struct ig_buf *out, const char *name, const char *text)
{
	struct ig_buf clean = IG_BUF_INIT(IG_MAIL_TEXT_MAX + 8);
	ig_mail_clean(&clean, text, IG_MAIL_TEXT_MAX);
	const char *p = clean.data;
	size_t first = SIZE_MAX, last = 0; /* the span of words that needs encoding; plain words before and after it stay readable */
	for (size_t i = 0; i < clean.len;) {
		size_t end = i;
		while (end < clean.len && p[end] != ' ')
			end++;
		if (word_needs(p + i, end - i)) {
			first = first == SIZE_MAX ? i : first;
			last = end;
		}
		for (i = end; i < clean.len && p[i] == ' ';)
			i++;
	}
	ig_buf_fmt(out, "%s: ", name);
	if (first == SIZE_MAX)
		first = last = clean.len;
	plain_put(out, p, first);
	ig_mail_encoded_words(out, p + first, last - first, false);
	plain_put(out, p + last, clean.len - last);
	ig_buf_str(out, "\r\n");
	ig_buf_free(&clean);
}

/* A display name: atoms as they are, other ASCII as a quoted string, everything else as encoded words. */
static void phrase_put(struct ig_buf *out, const char *p, size_t len)
{
	bool atoms = true, ascii = true;
	for (size_t i = 0; i < len; i++) {
		char c = p[i];
		ascii = ascii && c >= ' ' && c < 0x7f && !(c == '=' && i + 1 < len && p[i + 1] == '?');
		atoms = atoms && ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c && strchr(" !#$%&'*+-/^_`{|}~", c)));
		atoms = atoms && !(c == ' ' && i + 1 < len && p[i + 1] == ' '); /* runs of spaces are kept only inside quotes */
	}
	if (!ascii) {
		ig_mail_encoded_words(out, p, len, true);
		return;
	}
	if (atoms) {
		plain_put(out, p, len);
		return;
	}
	struct ig_buf quoted = IG_BUF_INIT(4 * IG_MAIL_TEXT_MAX);
	ig_buf_char(&quoted, '"');
	for (size_t i = 0; i < len; i++) {
		if (p[i] == '"' || p[i] == '\\')
			ig_buf_char(&quoted, '\\');
		ig_buf_char(&quoted, p[i]);
	}
	ig_buf_char(&quoted, '"');
	plain_put(out, quoted.data, quoted.len);
	ig_buf_free(&quoted);
}

void ig_mail_header_address(struct ig_buf *out, const char *name, const char *display, const char *address)
{
	if (!ig_mail_address_ok(address))
		return;
	struct ig_buf clean = IG_BUF_INIT(520);
	ig_mail_clean(&clean, display, 512);
	ig_buf_fmt(out, "%s: ", name);
	if (clean.len) {
		phrase_put(out, clean.data, clean.len);
		if (ig_mail_column(out) + 3 + strlen(address) > IG_MAIL_LINE)
			ig_buf_str(out, "\r\n");
		ig_buf_fmt(out, " <%s>\r\n", address);
	} else {
		ig_buf_fmt(out, "%s\r\n", address);
	}
	ig_buf_free(&clean);
}

static bool token_char(unsigned char c)
{
	return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"/[]?=*'%", c);
}

/* RFC 2231: token, quoted string, or percent form; the last in sections when it does not fit a line. */
void ig_mail_header_param(struct ig_buf *out, const char *name, const char *value)
{
	struct ig_buf clean = IG_BUF_INIT(1032);
	ig_mail_clean(&clean, value, 1024);
	bool token = clean.len > 0, ascii = true;
	for (size_t i = 0; i < clean.len; i++) {
		token = token && token_char((unsigned char)clean.data[i]);
		ascii = ascii && (unsigned char)clean.data[i] < 0x7f && clean.data[i] != '"' && clean.data[i] != '\\';
	}
	if ((token || ascii) && strlen(name) + clean.len + 6 <= IG_MAIL_LINE) {
		ig_buf_fmt(out, token ? ";\r\n %s=%s" : ";\r\n %s=\"%s\"", name, clean.data);
		ig_buf_free(&clean);
		return;
	}
	bool sections = strlen(name) + 12 + 3 * clean.len > IG_MAIL_LINE;
	unsigned section = 0;
	for (size_t i = 0, n; i < clean.len; i += n) {
		n = char_len(clean.data + i, clean.len - i);
		if (!i || (sections && ig_mail_column(out) + 3 * n + 1 > IG_MAIL_LINE - 2)) {
			ig_buf_fmt(out, ";\r\n %s*", name);
			if (sections)
				ig_buf_fmt(out, "%u*", section++);
			ig_buf_str(out, i ? "=" : "=UTF-8''");
		}
		for (size_t k = i; k < i + n; k++) {
			if (token_char((unsigned char)clean.data[k]))
				ig_buf_char(out, clean.data[k]);
			else
				ig_buf_fmt(out, "%%%02X", (unsigned)(unsigned char)clean.data[k]);
		}
	}
	ig_buf_free(&clean);
}
