/* The words of an RTF body: decompressed (LZFu), groups that hold no text left out, HTML inside RTF given as text.
 * Relies on the ceiling of its buffers.
 * Does not know fonts, tables or pictures. */
#include "config.h"
#include "parse/rtf.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "parse/charset.h"

#define RTF_MAX (4u << 20)
#define DEPTH 64

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* MS-OXRTFCP 2.1.3.1.4: the dictionary every stream begins with. */
static const char prebuf[] = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New Roman"
	"Courier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

static void expand(const uint8_t *p, size_t len, struct ig_buf *out)
{
	uint8_t dict[4096];
	size_t at = sizeof prebuf - 1;
	const uint8_t *end = p + len;
	if (len < 16)
		return;
	if (get32(p + 8) == 0x414c454d) { /* "MELA": not compressed */
		ig_buf_add(out, p + 16, len - 16);
		return;
	}
	memset(dict, 0, sizeof dict);
	memcpy(dict, prebuf, at);
	for (p += 16; p < end;) {
		unsigned flags = *p++;
		for (int bit = 0; bit < 8 && p < end; bit++, flags >>= 1) {
			if (!(flags & 1)) {
				dict[at] = *p;
				ig_buf_char(out, (char)*p++);
				at = (at + 1) & 4095;
				continue;
			}
			if (end - p < 2)
				return;
			unsigned offset = (unsigned)p[0] << 4 | p[1] >> 4, n = (p[1] & 15u) + 2;
			p += 2;
			if (offset == at)
				return; /* the end mark */
			for (; n; n--) {
				uint8_t c = dict[offset];
				ig_buf_char(out, (char)c);
				dict[at] = c;
				at = (at + 1) & 4095;
				offset = (offset + 1) & 4095;
			}
		}
		if (out->over)
			return;
	}
}

struct rtf {
	const char *s, *end;
	struct ig_buf *out;
	struct ig_buf bytes; /* letters of the ANSI charset, to be decoded together */
	struct ig_arena *a;
	const char *charset;
	int depth, skip; /* skip: depth of the group that is left out, 0 none */
	unsigned unicode_skip, left;
};

static void flush(struct rtf *r)
{
	if (r->bytes.len)
		ig_buf_str(r->out, ig_charset_decode(r->a, r->charset[0] ? r->charset : "CP1252", r->bytes.data, r->bytes.len, NULL));
	ig_buf_reset(&r->bytes);
}

static void put(struct rtf *r, char c)
{
	if (r->skip)
		return;
	if (r->left) {
		r->left--;
		return;
	}
	ig_buf_char(&r->bytes, c);
}

static void put_code(struct rtf *r, long v)
{
	uint32_t c = (uint32_t)(v < 0 ? v + 65536 : v);
	char u[3];
	size_t n;
	if (r->skip || c > 0xffff || (c >= 0xd800 && c < 0xe000) || c < 32)
		return;
	flush(r);
	if (c < 0x80) {
		u[0] = (char)c;
		n = 1;
	} else if (c < 0x800) {
		u[0] = (char)(0xc0 | c >> 6);
		u[1] = (char)(0x80 | (c & 63));
		n = 2;
	} else {
		u[0] = (char)(0xe0 | c >> 12);
		u[1] = (char)(0x80 | (c >> 6 & 63));
		u[2] = (char)(0x80 | (c & 63));
		n = 3;
	}
	ig_buf_add(r->out, u, n);
	r->left = r->unicode_skip;
}

static bool word_is(const char *w, size_t n, const char *what)
{
	return strlen(what) == n && !memcmp(w, what, n);
}

static void word(struct rtf *r, const char *w, size_t n, long number)
{
	static const char *const without_text[] = {"fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "htmltag", "themedata", "listtable",
		"listoverridetable", "generator", "datastore", "mhtmltag"};
	if (word_is(w, n, "par") || word_is(w, n, "line") || word_is(w, n, "row"))
		put(r, '\n');
	else if (word_is(w, n, "tab") || word_is(w, n, "cell"))
		put(r, '\t');
	else if (word_is(w, n, "u"))
		put_code(r, number);
	else if (word_is(w, n, "uc") && number >= 0 && number < 8)
		r->unicode_skip = (unsigned)number;
	else if (!r->skip)
		for (size_t i = 0; i < sizeof without_text / sizeof without_text[0]; i++)
			if (word_is(w, n, without_text[i]))
				r->skip = r->depth;
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static void control(struct rtf *r)
{
	const char *s = r->s;
	if (s == r->end)
		return;
	if (*s == '\'') {
		if (r->end - s >= 3 && hex(s[1]) >= 0 && hex(s[2]) >= 0)
			put(r, (char)(hex(s[1]) << 4 | hex(s[2])));
		r->s += r->end - s >= 3 ? 3 : r->end - s;
		return;
	}
	if ((*s | 32) < 'a' || (*s | 32) > 'z') {
		if (*s == '*' && !r->skip)
			r->skip = r->depth; /* a destination nobody needs to know */
		else if (strchr("\\{}", *s))
			put(r, *s);
		else if (*s == '~')
			put(r, ' ');
		r->s++;
		return;
	}
	while (s < r->end && (*s | 32) >= 'a' && (*s | 32) <= 'z')
		s++;
	size_t n = (size_t)(s - r->s);
	const char *w = r->s;
	bool minus = s < r->end && *s == '-';
	long v = 0;
	s += minus;
	while (s < r->end && *s >= '0' && *s <= '9')
		v = v < 10000000 ? v * 10 + (*s++ - '0') : (s++, v);
	r->s = s + (s < r->end && *s == ' ');
	word(r, w, n, minus ? -v : v);
}

void ig_rtf_plain(struct ig_arena *a, const void *p, size_t len, const char *charset, struct ig_buf *out)
{
	const char *s = p;
	struct rtf r = {.s = s, .end = s + len, .out = out, .a = a, .charset = charset, .unicode_skip = 1};
	ig_buf_init(&r.bytes, RTF_MAX);
	while (r.s < r.end && !out->over) {
		char c = *r.s++;
		if (c == '{') {
			r.depth++;
		} else if (c == '}') {
			if (r.skip && r.depth <= r.skip)
				r.skip = 0;
			r.depth -= r.depth > 0;
		} else if (c == '\\') {
			control(&r);
		} else if (c != '\r' && c != '\n') {
			put(&r, c);
		}
	}
	flush(&r);
	ig_buf_free(&r.bytes);
}

void ig_rtf_text(struct ig_arena *a, const void *p, size_t len, const char *charset, struct ig_buf *out)
{
	struct ig_buf rtf;
	ig_buf_init(&rtf, RTF_MAX);
	expand(p, len, &rtf);
	ig_rtf_plain(a, rtf.data, rtf.len, charset, out);
	ig_buf_free(&rtf);
}
