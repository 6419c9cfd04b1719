/* The forms in which text hides in a mail. Each decoder reads the whole of what it is given, undoes its form wherever it occurs and leaves the
 * rest as it is; without one occurrence it gives nothing. Lenient on purpose: what a careless reader's program would show must be found. */
#include "config.h"
#include <string.h>
#include "gate/room.h"

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool hex2(const char *p, const char *end, int *v_r)
{
	if (end - p < 2 || hex(p[0]) < 0 || hex(p[1]) < 0)
		return false;
	*v_r = hex(p[0]) << 4 | hex(p[1]);
	return true;
}

/* Copies what stands before the next c, where a form may begin; where that is, or end. */
static const char *up_to(char c, const char *p, const char *end, struct ig_buf *out)
{
	const char *q = memchr(p, c, (size_t)(end - p));
	q = q ? q : end;
	ig_buf_add(out, p, (size_t)(q - p));
	return q;
}

/* RFC 2045 6.7, with the soft line break. */
void ig_gate_quoted_printable(const char *p, size_t len, struct ig_buf *out)
{
	const char *end = p + len;
	int v;
	if (!memchr(p, '=', len))
		return;
	while ((p = up_to('=', p, end, out)) < end) {
		const char *q = p + 1;
		if (hex2(q, end, &v)) {
			ig_buf_char(out, (char)v);
			p += 3;
			continue;
		}
		while (q < end && (*q == ' ' || *q == '\t' || *q == '\r'))
			q++;
		if (q < end && *q == '\n')
			p = q + 1;
		else
			ig_buf_char(out, *p++);
	}
}

static signed char digits64[256];

static void make_digits(void)
{
	for (int c = 0; c < 256; c++)
		digits64[c] = (signed char)(c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26 : c >= '0' && c <= '9' ? c - '0' + 52 :
			c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1);
}

static int digit64(char c)
{
	return digits64[(unsigned char)c];
}

void ig_gate_base64_one(const char *p, size_t len, struct ig_buf *out)
{
	unsigned bits = 0, have = 0;
	if (!digit64('B')) /* 1, once it is made */
		make_digits();
	for (size_t i = 0; i < len; i++) {
		int v = digit64(p[i]);
		if (p[i] == '=')
			bits = have = 0;
		if (v < 0)
			continue;
		bits = bits << 6 | (unsigned)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			ig_buf_char(out, (char)(bits >> have & 0xff));
		}
	}
}

#define RUN_MIN 8   /* digits: six bytes */
#define RUN_LONG 64 /* from here on whatever comes out is kept */

/* What a short run hides is text, or it is no base64: well-formed UTF-8, one-byte letters among ASCII, or every second byte zero. Up to three
 * bytes of what stood before it may come along. */
static bool texty(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t good = 0;
	for (size_t i = 0; i < len;) {
		size_t n = p[i] < 0x80 ? 1 : p[i] >= 0xc3 && p[i] < 0xe0 ? 2 : p[i] >= 0xe1 && p[i] < 0xf0 ? 3 : 0, k = 1;
		while (k < n && i + k < len && (p[i + k] & 0xc0) == 0x80)
			k++;
		bool control = p[i] < ' ' ? p[i] != '\n' && p[i] != '\r' && p[i] != '\t' && p[i] : p[i] == 0x7f;
		good += n && k == n && !control ? n : 0;
		i += n && k == n ? n : 1;
	}
	return len && good * 10 >= len * 6;
}

#define RUN_PIECE 1024 /* digits decoded at a time: whole groups of four */

/* The bytes of so many digits and nothing else; how many. */
static size_t bytes_of(const char *digits, size_t len, char *out)
{
	size_t n = 0, i = 0;
	for (; i + 4 <= len; i += 4) {
		unsigned v = (unsigned)digit64(digits[i]) << 18 | (unsigned)digit64(digits[i + 1]) << 12 | (unsigned)digit64(digits[i + 2]) << 6 | (unsigned)digit64(digits[i + 3]);
		out[n++] = (char)(v >> 16), out[n++] = (char)(v >> 8 & 0xff), out[n++] = (char)(v & 0xff);
	}
	if (len - i >= 2)
		out[n++] = (char)((unsigned)digit64(digits[i]) << 2 | (unsigned)digit64(digits[i + 1]) >> 4);
	if (len - i == 3)
		out[n++] = (char)(((unsigned)digit64(digits[i + 1]) << 4 | (unsigned)digit64(digits[i + 2]) >> 2) & 0xff);
	return n;
}

static void run_bytes(const char *digits, size_t len, bool whole, struct ig_buf *out)
{
	char bytes[RUN_PIECE];
	if (!whole) {
		size_t n = bytes_of(digits, len, bytes);
		if (!texty(bytes, n))
			return;
		ig_buf_add(out, bytes, n);
	} else {
		for (size_t i = 0; i < len; i += RUN_PIECE)
			ig_buf_add(out, bytes, bytes_of(digits + i, len - i < RUN_PIECE ? len - i : RUN_PIECE, bytes));
	}
	ig_buf_char(out, '\n');
}

/* A run of its digits from p on, also across line ends, folding and quote marks. Where it ends. */
static const char *run_of(const char *p, const char *end, struct ig_buf *run)
{
	for (;;) {
		const char *from = p;
		while (p < end && digit64(*p) >= 0)
			p++;
		ig_buf_add(run, from, (size_t)(p - from));
		const char *q = p;
		while (q < end && (*q == '\r' || *q == '\n'))
			q++;
		if (q == p)
			return p;
		while (q < end && (*q == ' ' || *q == '\t' || *q == '>'))
			q++;
		p = q;
	}
}

void ig_gate_base64(const char *p, size_t len, struct ig_buf out[4])
{
	struct ig_buf run = IG_BUF_INIT(IG_GATE_OUT);
	if (!digit64('B'))
		make_digits();
	for (const char *end = p + len; p < end;) {
		const char *word = p; /* a short one that no line end follows is all there is of its run */
		while (p < end && digit64(*p) >= 0)
			p++;
		ig_buf_reset(&run);
		if (p - word >= RUN_MIN || (p < end && (*p == '\r' || *p == '\n')))
			p = run_of(word, end, &run);
		/* as long as the whole run is, so that each reading of it is judged alike */
		for (size_t phase = 0; phase < 4 && run.len >= RUN_MIN + phase; phase++)
			run_bytes(run.data + phase, run.len - phase, run.len >= RUN_LONG, &out[phase]);
		while (p < end && digit64(*p) < 0)
			p++;
	}
	ig_buf_free(&run);
}

/* "=?charset?B?text?=" at p: its end and its bytes; NULL none. The charset is not believed; the readings of fold.c and UTF-16 cover what occurs. */
static const char *encoded_word(const char *p, const char *end, struct ig_buf *out)
{
	const char *q, *text, *stop;
	if (end - p < 8 || p[0] != '=' || p[1] != '?')
		return NULL;
	q = memchr(p + 2, '?', (size_t)(end - p - 2));
	if (!q || end - q < 5 || q[2] != '?' || !strchr("bBqQ", q[1]))
		return NULL;
	text = q + 3;
	stop = memmem(text, (size_t)(end - text), "?=", 2);
	if (!stop)
		return NULL;
	if (q[1] == 'b' || q[1] == 'B') {
		ig_gate_base64_one(text, (size_t)(stop - text), out);
		return stop + 2;
	}
	for (int v; text < stop; text++) {
		if (*text == '=' && hex2(text + 1, stop, &v)) {
			ig_buf_char(out, (char)v);
			text += 2;
		} else {
			ig_buf_char(out, *text == '_' ? ' ' : *text);
		}
	}
	return stop + 2;
}

/* RFC 2047: words next to each other are one text, the white space between them does not count. */
void ig_gate_words(const char *p, size_t len, struct ig_buf *out)
{
	const char *end = p + len, *next;
	if (!memchr(p, '?', len) || !memmem(p, len, "=?", 2))
		return;
	while ((p = up_to('=', p, end, out)) < end) {
		next = encoded_word(p, end, out);
		if (!next) {
			ig_buf_char(out, *p++);
			continue;
		}
		for (p = next; p < end && strchr(" \t\r\n", *p) && *p; p++)
			;
		if (p >= end || *p != '=')
			ig_buf_char(out, ' ');
	}
}

/* ";\r\n name*2*=" between two pieces of one value (RFC 2231 3): its length, 0 none. */
static size_t continuation(const char *p, const char *end)
{
	const char *q = p + 1;
	while (q < end && strchr(" \t\r\n", *q) && *q)
		q++;
	const char *name = q;
	while (q < end && q - name < 64 && ((*q >= 'a' && *q <= 'z') || (*q >= 'A' && *q <= 'Z') || *q == '-'))
		q++;
	if (q == name || q >= end || *q != '*' || q + 1 >= end || q[1] < '0' || q[1] > '9')
		return 0;
	for (q++; q < end && *q >= '0' && *q <= '9'; q++)
		;
	q += q < end && *q == '*';
	return q < end && *q == '=' && name[strcspn(name, "*")] == '*' && memcmp(name + (strcspn(name, "*") + 1), "0", 1) ? (size_t)(q + 1 - p) : 0;
}

void ig_gate_percent(const char *p, size_t len, struct ig_buf *out)
{
	const char *end = p + len;
	int v;
	if (!memchr(p, '%', len) && (!memchr(p, '*', len) || !memmem(p, len, "*1", 2)))
		return;
	while (p < end) {
		size_t skip = *p == ';' ? continuation(p, end) : 0;
		if (skip) {
			p += skip;
		} else if (*p == '%' && hex2(p + 1, end, &v)) {
			ig_buf_char(out, (char)v);
			p += 3;
		} else {
			ig_buf_char(out, *p++);
		}
	}
}

static void put_point(struct ig_buf *out, unsigned long c)
{
	if (c < 0x80) {
		ig_buf_char(out, (char)c);
	} else if (c < 0x800) {
		ig_buf_char(out, (char)(0xc0 | c >> 6));
		ig_buf_char(out, (char)(0x80 | (c & 63)));
	} else if (c < 0x10000) {
		ig_buf_char(out, (char)(0xe0 | c >> 12));
		ig_buf_char(out, (char)(0x80 | (c >> 6 & 63)));
		ig_buf_char(out, (char)(0x80 | (c & 63)));
	} else if (c < 0x110000) {
		ig_buf_char(out, (char)(0xf0 | c >> 18));
		ig_buf_char(out, (char)(0x80 | (c >> 12 & 63)));
		ig_buf_char(out, (char)(0x80 | (c >> 6 & 63)));
		ig_buf_char(out, (char)(0x80 | (c & 63)));
	}
}

/* "&aacute;" is compared without its mark anyway: the letter before a known mark is enough. */
static void put_named(struct ig_buf *out, const char *name, size_t len)
{
	static const char *const marks[] = {"acute", "grave", "tilde", "circ", "uml", "ring", "cedil", "caron", "breve", "slash", "strok"};
	for (size_t i = 0; i < IG_COUNT(marks); i++)
		if (len == strlen(marks[i]) + 1 && !memcmp(name + 1, marks[i], len - 1))
			ig_buf_char(out, *name);
	if (len == 6 && !memcmp(name, "commat", 6))
		ig_buf_char(out, '@');
	if ((len == 6 && !memcmp(name, "period", 6)) || (len == 6 && !memcmp(name, "lowbar", 6)) || (len == 4 && !memcmp(name, "nbsp", 4)))
		ig_buf_char(out, len == 4 ? ' ' : *name == 'p' ? '.' : '_');
}

void ig_gate_entities(const char *p, size_t len, struct ig_buf *out)
{
	const char *end = p + len;
	if (!memchr(p, '&', len))
		return;
	while ((p = up_to('&', p, end, out)) < end) {
		const char *q = p + 1;
		if (q < end && *q == '#') {
			bool sixteen = q + 1 < end && (q[1] == 'x' || q[1] == 'X');
			unsigned long c = 0;
			const char *first = q = q + 1 + sixteen;
			for (; q < end && q - first < 8 && (sixteen ? hex(*q) >= 0 : *q >= '0' && *q <= '9'); q++)
				c = c * (sixteen ? 16 : 10) + (unsigned long)hex(*q);
			if (q > first) {
				put_point(out, c);
				p = q + (q < end && *q == ';');
				continue;
			}
		}
		while (q < end && q - p < 16 && ((*q >= 'a' && *q <= 'z') || (*q >= 'A' && *q <= 'Z')))
			q++;
		if (q > p + 1 && q < end && *q == ';') {
			put_named(out, p + 1, (size_t)(q - p - 1));
			p = q + 1;
		} else {
			ig_buf_char(out, *p++);
		}
	}
}

#define TAG_MAX 65536

void ig_gate_untag(const char *p, size_t len, struct ig_buf *out)
{
	const char *end = p + len;
	if (!memchr(p, '<', len) || !memchr(p, '>', len))
		return;
	while ((p = up_to('<', p, end, out)) < end) {
		bool comment = end - p > 4 && !memcmp(p, "<!--", 4);
		size_t most = (size_t)(end - p) < TAG_MAX ? (size_t)(end - p) : TAG_MAX;
		const char *q = comment ? memmem(p, most, "-->", 3) : memchr(p, '>', most);
		p = q ? q + (comment ? 3 : 1) : p + 1;
	}
}

void ig_gate_utf16(const char *p, size_t len, bool big, struct ig_buf *out)
{
	const unsigned char *u = (const unsigned char *)p;
	for (size_t i = 0; i + 1 < len; i += 2) {
		unsigned long c = big ? (unsigned long)u[i] << 8 | u[i + 1] : (unsigned long)u[i + 1] << 8 | u[i];
		if (c >= 0xd800 && c < 0xe000)
			c = 0xfffd;
		if (c)
			put_point(out, c);
	}
}
