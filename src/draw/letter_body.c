/* The text of an official letter, box 6: paragraphs, lists, tables, headings, and the annexes behind it. A last paragraph does not leave the signature alone
 * on a page. Relies on the canvas for the turn of pages. */
#include <stdlib.h>
#include <string.h>
#include "draw/letter.h"

#define GAP 6.0             /* between paragraphs: at least 6 pt */
#define INDENT (10 * MM)
#define CLOSING_MAX 40    /* bytes of a last paragraph that is a word of closing: "Trân trọng./." */

struct ending { const char *last, *before; }; /* of a body */

static const struct ig_style body_style = {.size = 14, .align = IG_ALIGN_BOTH, .indent = INDENT};
/* What stands in a list is often a time or an address that cannot be broken: its lines are not stretched. */
static const struct ig_style item_style = {.size = 14, .align = IG_ALIGN_LEFT, .indent = INDENT};

/* A value may hold several lines: each is a paragraph. */
static void paragraphs_put(struct ig_letter_page *p, const char *text, const struct ig_style *s, const char *ending)
{
	for (const char *at = text; *at;) {
		size_t len = strcspn(at, "\n");
		bool last = !at[len] || !at[len + 1 + strspn(at + len + 1, "\n")];
		char *line = ig_xmalloc(len + strlen(ending) + 1);
		memcpy(line, at, len);
		if (last && *ending) {
			while (len && strchr(".,; ", line[len - 1]))
				len--;
			memcpy(line + len, ending, strlen(ending) + 1);
		}
		if (*line) {
			p->c.y += GAP;
			ig_canvas_flow(&p->c, line, s);
		}
		free(line);
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
}

static void row_put(struct ig_letter_page *p, const struct ig_line_reader *r, size_t cells_before)
{
	struct ig_table *t = &p->table;
	if (!cells_before) { /* a new table */
		*t = (struct ig_table){.columns = r->cells, .size = p->annex ? 12 : 13};
		for (size_t i = 0; i < r->cells; i++)
			t->width[i] = r->cells == 2 ? p->c.width * (i ? 0.64 : 0.36) : p->c.width / (double)r->cells;
		p->c.y += GAP;
	}
	const char *cells[IG_CELLS_MAX] = {NULL};
	for (size_t i = 0; i < t->columns && i < r->cells; i++)
		cells[i] = r->cell[i];
	ig_table_row(&p->c, t, cells);
}

static double paragraph_height(struct ig_letter_page *p, const char *text)
{
	PangoLayout *l = ig_canvas_layout(&p->c, text, &body_style, p->c.width);
	double height = ig_layout_height(l);
	g_object_unref(l);
	return height;
}

/* Where the last paragraph before the first new page begins, and, where that is a word of closing, the one before it. */
static struct ending ending_of(const char *text)
{
	struct ig_line_reader r = {.at = text};
	struct ending e = {NULL, NULL};
	const char *before = NULL;
	size_t length = 0;
	for (;;) {
		const char *from = r.at;
		enum ig_line kind = ig_line_next(&r);
		if (kind == IG_LINE_END || kind == IG_LINE_PAGE)
			break;
		if (kind == IG_LINE_TEXT || kind == IG_LINE_ITEM) {
			before = e.last;
			e.last = from;
			length = strlen(r.text);
		} else if (kind == IG_LINE_ROW || kind == IG_LINE_HEADING) {
			e.last = NULL;
		}
	}
	ig_line_free(&r);
	e.before = e.last && length < CLOSING_MAX ? before : NULL;
	return e;
}

/* Up to the first new page that the text asks for, or its end; `last` is where the ending goes. Returns what is left. */
static const char *body_put(struct ig_letter_page *p, const char *text, const struct ending *end)
{
	static const struct ig_style heading = {.size = 14, .bold = true}, title = {.size = 14, .bold = true, .align = IG_ALIGN_CENTRE};
	const char *last = end ? end->last : NULL;
	bool first = !end; /* an annex begins with its title */
	struct ig_line_reader r = {.at = text};
	size_t cells = 0;
	for (;;) {
		const char *from = r.at;
		enum ig_line kind = ig_line_next(&r);
		if (kind == IG_LINE_END || kind == IG_LINE_PAGE || p->c.g->too_long)
			break;
		if (kind != IG_LINE_ROW && cells)
			p->c.y += GAP;
		if (kind == IG_LINE_ROW) {
			row_put(p, &r, cells);
			cells = r.cells;
			continue;
		}
		cells = 0;
		if (kind == IG_LINE_HEADING) {
			ig_canvas_need(&p->c, 60); /* not without what follows */
			paragraphs_put(p, r.text, first ? &title : &heading, "");
			first = false;
		} else if (kind != IG_LINE_EMPTY) {
			if (end && from == end->before) /* nor a closing line alone with it */
				ig_canvas_need(&p->c, paragraph_height(p, r.text) + 2 * 17 + 2 * GAP + ig_letter_signature_height(p));
			else if (from == last) /* the signature does not stand alone on a page */
				ig_canvas_need(&p->c, 2 * 17 + GAP + ig_letter_signature_height(p));
			paragraphs_put(p, r.text, kind == IG_LINE_ITEM ? &item_style : &body_style, from == last && !p->english ? "./." : "");
		}
	}
	ig_line_free(&r);
	return r.at;
}

const char *ig_letter_body(struct ig_letter_page *p, const char *text)
{
	struct ending end = ending_of(text);
	return body_put(p, text, &end);
}

const char *ig_letter_annex(struct ig_letter_page *p, const char *text)
{
	return body_put(p, text, NULL);
}
