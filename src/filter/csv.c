/* Rows of a CSV text: RFC 4180 as feeds write it (any of , ; tab |, quotes doubled, lines with LF). Lazy: a row is cut when it is asked for.
 * Relies on the first row being names of columns. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include "filter/room.h"

#define CELL_MAX 4000

bool ig_csv_open(struct ig_arena *a, const char *text, size_t len, struct ig_csv *c_r)
{
	static const char commas[] = ",;\t|";
	size_t best = 0, n;
	*c_r = (struct ig_csv){.s = text, .end = text + len, .a = a};
	/* Lines of remarks before the names. */
	while (c_r->s < c_r->end && (*c_r->s == '#' || *c_r->s == '\n')) {
		if (*c_r->s == '#' && c_r->s + 1 < c_r->end && isalpha((unsigned char)c_r->s[1]) && memchr(c_r->s, ',', 200 < c_r->end - c_r->s ? 200 : (size_t)(c_r->end - c_r->s))) {
			c_r->s++; /* "#ip,port": names behind the mark */
			break;
		}
		const char *nl = memchr(c_r->s, '\n', (size_t)(c_r->end - c_r->s));
		c_r->s = nl ? nl + 1 : c_r->end;
		c_r->line++;
	}
	const char *nl = memchr(c_r->s, '\n', (size_t)(c_r->end - c_r->s));
	for (const char *k = commas; *k; k++) {
		n = 0;
		for (const char *s = c_r->s; s < (nl ? nl : c_r->end); s++)
			n += *s == *k;
		if (n > best) {
			best = n;
			c_r->comma = *k;
		}
	}
	return best > 0;
}

static const char *cell(struct ig_csv *c)
{
	char *out = NULL;
	size_t n = 0;
	while (c->s < c->end && (*c->s == ' ') && c->comma != ' ')
		c->s++;
	if (c->s < c->end && *c->s == '"') {
		const char *from = ++c->s;
		size_t len = 0;
		for (; c->s < c->end; c->s++) {
			if (*c->s == '\n')
				c->line++;
			if (*c->s == '"' && c->s + 1 < c->end && c->s[1] == '"')
				c->s++;
			else if (*c->s == '"')
				break;
			len++;
		}
		out = ig_arena_alloc(c->a, (len < CELL_MAX ? len : CELL_MAX) + 1);
		for (const char *s = from; s < c->s && n < len && n < CELL_MAX; s++) {
			out[n++] = *s;
			if (*s == '"')
				s++;
		}
		if (c->s < c->end)
			c->s++;
		while (c->s < c->end && *c->s != c->comma && *c->s != '\n')
			c->s++;
		return out;
	}
	const char *from = c->s;
	while (c->s < c->end && *c->s != c->comma && *c->s != '\n')
		c->s++;
	n = (size_t)(c->s - from);
	while (n && isspace((unsigned char)from[n - 1]))
		n--;
	return ig_arena_strndup(c->a, from, n < CELL_MAX ? n : CELL_MAX);
}

size_t ig_csv_row(struct ig_csv *c, const char **cells, size_t max)
{
	size_t n = 0;
	while (c->s < c->end && *c->s == '\n')
		c->s++, c->line++;
	if (c->s >= c->end)
		return 0;
	c->line++;
	for (;;) {
		const char *v = cell(c);
		if (n < max)
			cells[n++] = v;
		if (c->s >= c->end || *c->s == '\n')
			break;
		c->s++;
	}
	if (c->s < c->end)
		c->s++;
	return n;
}

static int letter(const char **s)
{
	while (**s && !isalnum((unsigned char)**s) && (unsigned char)**s < 0x80)
		(*s)++;
	return **s ? tolower((unsigned char)*(*s)++) : 0;
}

bool ig_csv_same(const char *a, const char *b)
{
	int x, y;
	do {
		x = letter(&a), y = letter(&b);
	} while (x == y && x);
	return x == y;
}
