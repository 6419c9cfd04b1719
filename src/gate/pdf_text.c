/* Strings of PDF content: literal and hexadecimal (ISO 32000 7.3.4), one behind the other, and through a ToUnicode map (9.10.3). */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "gate/room.h"

#define CODES_MAX 65536

struct ig_gate_cmap {
	int width;              /* bytes of a code */
	struct range { unsigned lo, hi, to; } *ranges;
	size_t count, cap;
};

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "<0041>" at *p: its value (the first character of several) and its bytes; false none. */
static bool code(const char **p, const char *end, unsigned *v_r, int *bytes_r)
{
	const char *q = *p;
	int n = 0;
	while (q < end && (*q == ' ' || *q == '\n' || *q == '\r' || *q == '\t' || *q == '['))
		q++;
	if (q >= end || *q != '<')
		return false;
	*v_r = 0;
	for (q++; q < end && *q != '>'; q++)
		if (hex(*q) >= 0 && n++ < 4)
			*v_r = *v_r << 4 | (unsigned)hex(*q);
	if (q >= end)
		return false;
	*bytes_r = (n > 4 ? 4 : n) / 2;
	*p = q + 1;
	return true;
}

static void add(struct ig_gate_cmap *m, unsigned lo, unsigned hi, unsigned to)
{
	if (m->count == CODES_MAX || hi < lo || hi - lo > 0xffff)
		return;
	if (m->count == m->cap) {
		m->cap = m->cap ? m->cap * 2 : 64;
		m->ranges = ig_xrealloc(m->ranges, m->cap * sizeof *m->ranges);
	}
	m->ranges[m->count++] = (struct range){lo, hi, to};
}

static void section(struct ig_gate_cmap *m, const char *p, const char *end, bool range)
{
	unsigned lo, hi, to;
	int width, bytes;
	while (code(&p, end, &lo, &width)) {
		hi = lo;
		if (range && !code(&p, end, &hi, &bytes))
			return;
		while (p < end && (*p == ' ' || *p == '\n' || *p == '\r'))
			p++;
		bool list = range && p < end && *p == '[';
		m->width = width > m->width ? width : m->width;
		for (unsigned c = lo; code(&p, end, &to, &bytes); c++) {
			add(m, c, list ? c : hi, to);
			if (!list)
				break;
			while (p < end && (*p == ' ' || *p == '\n' || *p == '\r'))
				p++;
			if (p < end && *p == ']') {
				p++;
				break;
			}
		}
	}
}

struct ig_gate_cmap *ig_gate_cmap_read(const char *p, size_t len)
{
	static const struct { const char *begin, *end; bool range; } kinds[] = {
		{"beginbfchar", "endbfchar", false}, {"beginbfrange", "endbfrange", true}};
	struct ig_gate_cmap *m = ig_xmalloc(sizeof *m);
	const char *end = p + len;
	for (size_t k = 0; k < IG_COUNT(kinds); k++)
		for (const char *at = p; (at = memmem(at, (size_t)(end - at), kinds[k].begin, strlen(kinds[k].begin)));) {
			at += strlen(kinds[k].begin);
			const char *stop = memmem(at, (size_t)(end - at), kinds[k].end, strlen(kinds[k].end));
			section(m, at, stop ? stop : end, kinds[k].range);
		}
	if (m->width < 1)
		m->width = 1;
	return m;
}

struct ig_gate_cmap *ig_gate_cmap_free(struct ig_gate_cmap *m)
{
	if (m)
		free(m->ranges);
	free(m);
	return NULL;
}

/* The string at p, which is behind its "(" or "<": bytes into out, the place behind it. */
static const char *literal(const char *p, const char *end, struct ig_buf *out)
{
	int depth = 1;
	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end) {
			static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
			const char *e = strchr(from, *++p);
			if (*p >= '0' && *p <= '7') {
				int v = 0, n = 0;
				for (; n < 3 && p < end && *p >= '0' && *p <= '7'; n++)
					v = v * 8 + (*p++ - '0');
				p--;
				ig_buf_char(out, (char)v);
			} else if (*p != '\n' && *p != '\r') {
				ig_buf_char(out, e && *e ? to[e - from] : *p);
			}
			continue;
		}
		depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
		if (!depth)
			return p + 1;
		ig_buf_char(out, *p);
	}
	return end;
}

static const char *hexadecimal(const char *p, const char *end, struct ig_buf *out)
{
	int high = -1;
	for (; p < end && *p != '>'; p++) {
		int v = hex(*p);
		if (v < 0)
			continue;
		if (high < 0) {
			high = v;
		} else {
			ig_buf_char(out, (char)(high << 4 | v));
			high = -1;
		}
	}
	if (high >= 0)
		ig_buf_char(out, (char)(high << 4));
	return p < end ? p + 1 : end;
}

static void through(const struct ig_gate_cmap *m, const struct ig_buf *s, struct ig_buf *out)
{
	char two[2];
	for (size_t i = 0; i + (size_t)m->width <= s->len; i += (size_t)m->width) {
		unsigned c = (unsigned char)s->data[i];
		if (m->width > 1)
			c = c << 8 | (unsigned char)s->data[i + 1];
		for (size_t k = 0; k < m->count; k++)
			if (c >= m->ranges[k].lo && c <= m->ranges[k].hi) {
				unsigned u = m->ranges[k].to + (c - m->ranges[k].lo);
				two[0] = (char)(u >> 8), two[1] = (char)u;
				ig_gate_utf16(two, 2, true, out);
				break;
			}
	}
}

void ig_gate_pdf_strings(const char *p, size_t len, const struct ig_gate_cmap *m, struct ig_buf *out)
{
	const char *end = p + len;
	struct ig_buf one = IG_BUF_INIT(IG_GATE_OUT);
	while (p < end) {
		if (*p != '(' && !(*p == '<' && p + 1 < end && p[1] != '<')) {
			p += *p == '<' ? 2 : 1;
			continue;
		}
		ig_buf_reset(&one);
		p = *p == '(' ? literal(p + 1, end, &one) : hexadecimal(p + 1, end, &one);
		if (m)
			through(m, &one, out);
		else if (one.len >= 2 && !memcmp(one.data, "\xfe\xff", 2))
			ig_gate_utf16(one.data + 2, one.len - 2, true, out);
		else
			ig_buf_add(out, one.data, one.len);
	}
	ig_buf_free(&one);
}
