/* uuencoded files inside plain text, as mailers before MIME sent them.
 * Relies on whole lines. A "begin" line counts only when the line below it has the length it claims.
 * Does not decode yEnc or xxencode. */
#include "config.h"
#include <string.h>
#include "parse/text.h"

static size_t line_len(const char *s, const char *end)
{
	const char *nl = memchr(s, '\n', (size_t)(end - s));
	size_t n = nl ? (size_t)(nl - s) : (size_t)(end - s);
	return n;
}

static size_t trimmed(const char *s, size_t n)
{
	while (n && (s[n - 1] == '\r'))
		n--;
	return n;
}

static unsigned value(char c)
{
	return ((unsigned char)c - 32u) & 63u;
}

/* Bytes a data line holds; -1 when it is none. Trailing blanks may have been cut on the way. */
static int claims(const char *s, size_t n)
{
	if (!n || (unsigned char)*s < 32 || (unsigned char)*s > 96)
		return -1;
	unsigned bytes = value(*s);
	size_t due = (bytes + 2) / 3 * 4;
	for (size_t i = 1; i < n; i++)
		if ((unsigned char)s[i] < 32 || (unsigned char)s[i] > 96)
			return -1;
	return bytes <= 45 && n - 1 <= due + 2 && (bytes == 0 || n - 1 + 3 >= due / 4) ? (int)bytes : -1;
}

static void decode_line(const char *s, size_t n, unsigned bytes, struct ig_buf *out)
{
	for (size_t i = 1; bytes; i += 4) {
		unsigned v = 0;
		for (size_t k = 0; k < 4; k++)
			v = v << 6 | (i + k < n ? value(s[i + k]) : 0);
		for (int shift = 16; shift >= 0 && bytes; shift -= 8, bytes--)
			ig_buf_char(out, (char)(v >> shift));
	}
}

/* "begin 644 name" at s: the name, or NULL. */
static const char *begin_line(const char *s, size_t n, size_t *name_len_r)
{
	if (n < 11 || memcmp(s, "begin ", 6))
		return NULL;
	size_t i = 6;
	while (i < n && s[i] >= '0' && s[i] <= '7')
		i++;
	if (i < 9 || i > 10 || i >= n || s[i] != ' ')
		return NULL;
	while (i < n && s[i] == ' ')
		i++;
	*name_len_r = n - i;
	return n > i ? s + i : NULL;
}

bool ig_text_uu(struct ig_arena *a, const char *text, size_t len, size_t *from_r, size_t *to_r, char **name_r, struct ig_buf *out)
{
	const char *end = text + len;
	for (const char *s = text; s < end;) {
		size_t n = line_len(s, end), name_len;
		const char *name = begin_line(s, trimmed(s, n), &name_len);
		const char *p = s + n + 1;
		if (!name || p >= end || claims(p, trimmed(p, line_len(p, end))) <= 0) {
			s = p;
			/* Most texts hold no such line: find the next candidate at once. */
			const char *next = s < end ? memmem(s, (size_t)(end - s), "\nbegin ", 7) : NULL;
			if (s < end && (size_t)(end - s) > 6 && !memcmp(s, "begin ", 6))
				continue;
			s = next ? next + 1 : end;
			continue;
		}
		while (p < end) {
			size_t m = line_len(p, end), t = trimmed(p, m);
			int bytes = claims(p, t);
			bool last = t == 3 && !memcmp(p, "end", 3);
			if (!last && bytes < 0 && t)
				break;
			p += m + 1;
			if (last)
				break;
			if (bytes > 0)
				decode_line(p - m - 1, t, (unsigned)bytes, out);
		}
		*from_r = (size_t)(s - text);
		*to_r = p < end ? (size_t)(p - text) : len;
		*name_r = ig_arena_strndup(a, name, name_len);
		return true;
	}
	return false;
}
