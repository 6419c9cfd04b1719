/* Tables of many rows on pages: registers to print, sign and bind (the columns of the decree's model books come from the caller). Relies on the canvas
 * and the table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "draw/canvas.h"

#define SIDE (15 * MM)
#define TOP (18 * MM)
#define BOTTOM (16 * MM)

static void page_foot(struct ig_canvas *c)
{
	static const struct ig_style s = {.size = 10, .align = IG_ALIGN_RIGHT};
	char text[300];
	snprintf(text, sizeof text, "%.200s  %zu", ig_page_text(c->g->page, "foot"), c->g->count);
	ig_canvas_text(c, text, &s, c->left, c->g->height - 12 * MM, c->width);
}

static void page_turn(struct ig_canvas *c)
{
	ig_canvas_page(c);
	c->y = c->top = TOP;
	c->bottom = c->g->height - BOTTOM;
	page_foot(c);
}

static void lines_put(struct ig_canvas *c, const char *key)
{
	static const struct ig_style s = {.size = 12};
	json_t *lines = json_object_get(c->g->page, key);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const char *line = json_string_value(json_array_get(lines, i));
		if (line)
			ig_canvas_flow(c, line, &s);
	}
	if (json_array_size(lines))
		c->y += 8;
}

static int columns_take(struct ig_canvas *c, struct ig_table *t, struct ig_why *why)
{
	json_t *columns = json_object_get(c->g->page, "columns");
	double sum = 0;
	t->columns = json_array_size(columns);
	if (t->columns > IG_CELLS_MAX)
		return ig_why(why, "a table has at most %d columns", IG_CELLS_MAX);
	for (size_t i = 0; i < t->columns; i++) {
		json_t *column = json_array_get(columns, i);
		double width = json_number_value(json_object_get(column, "width"));
		t->width[i] = width > 0.1 && width < 1000 ? width : 1;
		t->head[i] = ig_page_text(column, "title");
		sum += t->width[i];
	}
	for (size_t i = 0; i < t->columns; i++)
		t->width[i] *= c->width / sum;
	return 0;
}

static void rows_put(struct ig_canvas *c, const struct ig_table *t)
{
	json_t *rows = json_object_get(c->g->page, "rows");
	if (json_array_size(rows))
		ig_table_head(c, t);
	for (size_t i = 0; i < json_array_size(rows) && !c->g->too_long; i++) {
		const char *cells[IG_CELLS_MAX] = {NULL};
		json_t *row = json_array_get(rows, i);
		for (size_t k = 0; k < t->columns; k++)
			cells[k] = json_string_value(json_array_get(row, k));
		ig_table_row(c, t, cells);
	}
}

int ig_draw_table(struct ig_drawing *g, struct ig_why *why)
{
	static const struct ig_style heading = {.size = 15, .bold = true, .align = IG_ALIGN_CENTRE};
	struct ig_canvas c = {.g = g, .left = SIDE, .width = g->width - 2 * SIDE, .turn = page_turn};
	struct ig_table t = {.size = 10};
	if (columns_take(&c, &t, why))
		return -1;
	page_turn(&c);
	const char *title = ig_page_text(g->page, "heading");
	if (*title)
		c.y += ig_canvas_text(&c, title, &heading, c.left, c.y, c.width) + 10;
	lines_put(&c, "lead");
	rows_put(&c, &t);
	c.y += 10;
	lines_put(&c, "tail");
	ig_canvas_end(&c);
	return 0;
}
