/* The body of a letter, line by line: what a sign at the beginning of a line means, and the guards taken off values (compose/letter.c puts
 * them on). Relies on nothing. Does not draw. */
#include <stdlib.h>
#include <string.h>
#include "draw/canvas.h"

static void line_drop(struct ig_line_reader *r)
{
	for (size_t i = 0; i < r->cells; i++)
		free(r->cell[i]);
	free(r->text);
	r->text = NULL;
	r->cells = 0;
}

void ig_line_free(struct ig_line_reader *r)
{
	line_drop(r);
}

/* len bytes without guards; a guarded line end becomes one. */
static char *unguard(const char *p, size_t len)
{
	char *out = ig_xmalloc(len + 1), *to = out;
	for (size_t i = 0; i < len; i++) {
		if (p[i] == '\\' && i + 1 < len)
			*to++ = p[++i] == 'n' ? '\n' : p[i];
		else
			*to++ = p[i];
	}
	*to = 0;
	return out;
}

char *ig_line_plain(const char *text)
{
	char *out = unguard(text, strlen(text));
	for (char *p = out; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	return out;
}

/* "|a|b": cells up to the next sign that no guard stands before. */
static void cells_take(struct ig_line_reader *r, const char *p, size_t len)
{
	size_t from = 1;
	for (size_t i = 1; i <= len && r->cells < IG_CELLS_MAX; i++) {
		if (i < len && p[i] == '\\') {
			i++;
			continue;
		}
		if (i < len && p[i] != '|')
			continue;
		r->cell[r->cells++] = unguard(p + from, i - from);
		from = i + 1;
	}
}

enum ig_line ig_line_next(struct ig_line_reader *r)
{
	line_drop(r);
	if (!r->at || !*r->at)
		return IG_LINE_END;
	const char *p = r->at;
	size_t len = strcspn(p, "\n");
	r->at = p[len] ? p + len + 1 : p + len;
	if (!len)
		return IG_LINE_EMPTY;
	if (p[0] == '^')
		return IG_LINE_PAGE;
	if (p[0] == '|') {
		cells_take(r, p, len);
		return IG_LINE_ROW;
	}
	bool heading = len > 2 && p[0] == '#' && p[1] == ' ';
	r->text = unguard(p + (heading ? 2 : 0), len - (heading ? 2 : 0));
	return heading ? IG_LINE_HEADING : !strncmp(r->text, "- ", 2) ? IG_LINE_ITEM : IG_LINE_TEXT;
}
