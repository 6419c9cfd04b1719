/* Tables: cells that wrap, lines around them, rows that go over to the next page with the head repeated. Relies on the canvas. A row higher
 * than a page is broken: its cells go on where they ended. */
#include <stdlib.h>
#include <string.h>
#include "draw/canvas.h"

#define PAD 3.0
#define LINE 0.6

static void cell_borders(struct ig_canvas *c, const struct ig_table *t, double y, double height)
{
	double x = c->left;
	for (size_t i = 0; i < t->columns; i++) {
		ig_canvas_box(c, x, y, t->width[i] + (i + 1 < t->columns ? LINE : 0), height + LINE, LINE, false);
		x += t->width[i];
	}
}

/* Lines [from, to) of a laid out cell at x, y. */
static void lines_put(struct ig_canvas *c, PangoLayout *l, int from, int to, double x, double y)
{
	PangoLayoutIter *it = pango_layout_get_iter(l);
	int n = 0;
	cairo_set_source_rgb(c->cr, 0, 0, 0);
	do {
		PangoRectangle r;
		if (n < from || n >= to)
			continue;
		pango_layout_iter_get_line_extents(it, NULL, &r);
		cairo_move_to(c->cr, x + (double)r.x / PANGO_SCALE, y + (double)(pango_layout_iter_get_baseline(it) - r.y) / PANGO_SCALE);
		pango_cairo_show_layout_line(c->cr, pango_layout_iter_get_line_readonly(it));
		y += (double)r.height / PANGO_SCALE;
	} while (n++ < to && pango_layout_iter_next_line(it));
	pango_layout_iter_free(it);
}

static double line_of(PangoLayout *l)
{
	return ig_layout_height(l) / pango_layout_get_line_count(l);
}

/* How many lines fit a height. */
static int fit(PangoLayout *l, int from, double room)
{
	int left = pango_layout_get_line_count(l) - from, n = (int)(room / line_of(l));
	return n < left ? n < 0 ? 0 : n : left;
}

static void row_broken(struct ig_canvas *c, const struct ig_table *t, PangoLayout **cell)
{
	int from[IG_CELLS_MAX] = {0};
	for (bool more = true; more && !c->g->too_long;) {
		double room = c->bottom - c->y - 2 * PAD, most = 0, x = c->left;
		more = false;
		for (size_t i = 0; i < t->columns; i++) {
			int n = fit(cell[i], from[i], room);
			lines_put(c, cell[i], from[i], from[i] + n, x + PAD, c->y + PAD);
			most = n * line_of(cell[i]) > most ? n * line_of(cell[i]) : most;
			from[i] += n;
			more |= from[i] < pango_layout_get_line_count(cell[i]);
			x += t->width[i];
		}
		cell_borders(c, t, c->y, most + 2 * PAD);
		c->y += most + 2 * PAD;
		if (more) {
			c->turn(c);
			ig_table_head(c, t);
		}
	}
}

static void row_put(struct ig_canvas *c, const struct ig_table *t, const char *const *cells, bool head)
{
	struct ig_style s = {.size = t->size, .bold = head, .align = head ? IG_ALIGN_CENTRE : IG_ALIGN_LEFT};
	PangoLayout *cell[IG_CELLS_MAX];
	double height = 0, x = c->left;
	for (size_t i = 0; i < t->columns; i++) {
		cell[i] = ig_canvas_layout(c, cells[i] ? cells[i] : "", &s, t->width[i] - 2 * PAD);
		height = ig_layout_height(cell[i]) > height ? ig_layout_height(cell[i]) : height;
	}
	if (c->y + height + 2 * PAD > c->bottom && !head) {
		bool page_holds = height + 2 * PAD + 60 < c->bottom - c->top;
		if (page_holds || c->bottom - c->y < 200) {
			c->turn(c);
			ig_table_head(c, t);
		}
	}
	if (c->y + height + 2 * PAD > c->bottom && !head) {
		row_broken(c, t, cell);
	} else {
		for (size_t i = 0; i < t->columns; x += t->width[i++])
			lines_put(c, cell[i], 0, pango_layout_get_line_count(cell[i]), x + PAD, c->y + PAD);
		cell_borders(c, t, c->y, height + 2 * PAD);
		c->y += height + 2 * PAD;
	}
	for (size_t i = 0; i < t->columns; i++)
		g_object_unref(cell[i]);
}

void ig_table_head(struct ig_canvas *c, const struct ig_table *t)
{
	if (t->head[0])
		row_put(c, t, t->head, true);
}

void ig_table_row(struct ig_canvas *c, const struct ig_table *t, const char *const *cells)
{
	row_put(c, t, cells, false);
}
