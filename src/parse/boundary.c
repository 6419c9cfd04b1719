/* A multipart whose Content-Type names no boundary (some gateways lose it): the lines that part it are found in the body, and the field is given
 * the parameter that it lacks. Relies on all bytes being in memory. Does nothing where a boundary is named, or where none can be told. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "parse/inner.h"

#define BOUNDARY_MAX 70 /* RFC 2046 5.1.1 */

/* Content-Type field of the header at p: where it begins and ends (its last line end not with it). */
static bool field(const char *p, const char *end, const char **from_r, const char **to_r)
{
	for (const char *s = p; s < end && *s != '\n' && *s != '\r';) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		while (nl && nl + 1 < end && (nl[1] == ' ' || nl[1] == '\t'))
			nl = memchr(nl + 1, '\n', (size_t)(end - nl - 1));
		if (!nl)
			return false;
		if (!strncasecmp(s, "content-type:", 13)) {
			*from_r = s, *to_r = nl > s && nl[-1] == '\r' ? nl - 1 : nl;
			return true;
		}
		s = nl + 1;
	}
	return false;
}

static const char *body(const char *p, const char *end)
{
	const char *a = memmem(p, (size_t)(end - p), "\n\n", 2), *b = memmem(p, (size_t)(end - p), "\r\n\r\n", 4);
	return !a ? (b ? b + 4 : NULL) : b && b < a ? b + 4 : a + 2;
}

/* The first line of two dashes after which header fields of a part follow. */
static size_t guess(const char *s, const char *end, char out[BOUNDARY_MAX + 1])
{
	for (int lines = 0; s && s < end && lines < 200; lines++) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		size_t len = nl ? (size_t)(nl - s) : 0;
		while (len && (unsigned char)s[len - 1] <= ' ')
			len--;
		if (len > 4 && len <= BOUNDARY_MAX + 2 && s[0] == '-' && s[1] == '-' && strspn(s, "-") < len && !memchr(s, ' ', len) && !memchr(s, '"', len) && nl && end - nl > 9 &&
			(!strncasecmp(nl + 1, "content-", 8) || !strncasecmp(nl + 1, "mime-ver", 8))) {
			memcpy(out, s + 2, len - 2);
			out[len - 2] = 0;
			return len - 2;
		}
		s = nl ? nl + 1 : NULL;
	}
	return 0;
}

char *ig_boundary_restore(struct ig_mail *m, const char *p, size_t len, size_t *len_r)
{
	const char *end = p + len, *from, *to, *at;
	char boundary[BOUNDARY_MAX + 1], more[BOUNDARY_MAX + 20];
	if (!field(p, end, &from, &to))
		return NULL;
	at = from + 13;
	while (at < to && (unsigned char)*at <= ' ')
		at++;
	if (to - at < 10 || strncasecmp(at, "multipart/", 10))
		return NULL;
	for (const char *s = at; s + 8 < to; s++)
		if (!strncasecmp(s, "boundary", 8))
			return NULL;
	if (!(at = body(p, end)) || !guess(at, end, boundary))
		return NULL;
	const char *last = to;
	while (last > from && (unsigned char)last[-1] <= ' ')
		last--;
	size_t n = (size_t)snprintf(more, sizeof more, "%sboundary=\"%s\"", last[-1] == ';' ? " " : "; ", boundary), head = (size_t)(last - p);
	char *out = ig_arena_alloc(m->a, len + n + 1);
	memcpy(out, p, head);
	memcpy(out + head, more, n);
	memcpy(out + head + n, to, (size_t)(end - to));
	*len_r = head + n + (size_t)(end - to);
	ig_mail_problem(m, "the boundary of its parts was missing; read by the lines that look like it");
	return out;
}
