/* Tables of many rows on pages: registers to print, sign and bind (the columns of the decree's model books come from the caller), and short
 * reports of label and value, as the one of a transmission. Relies on the canvas and the table. */
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
	if (!t->columns) { /* a report: label and value */
		t->columns = 2;
		t->width[0] = c->width * 0.36;
		t->width[1] = c->width * 0.64;
		return 0;
	}
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

/* Six bits a letter; anything else is passed over. */
static size_t base64_take(const char *from, unsigned char *to)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned v = 0, bits = 0;
	size_t n = 0;
	for (; *from && *from != '='; from++) {
		const char *d = strchr(digits, *from);
		if (!d)
			continue;
		v = v << 6 | (unsigned)(d - digits);
		bits += 6;
		if (bits >= 8)
			to[n++] = (unsigned char)(v >> (bits -= 8));
	}
	return n;
}

/* A small picture below, as the first page of what was transmitted (the fax report shows what it is about). */
static void image_put(struct ig_canvas *c)
{
	const char *text = ig_page_text(c->g->page, "image");
	size_t len = strlen(text);
	if (!len || len > IG_DRAW_PICTURE_MAX)
		return;
	unsigned char *png = ig_xmalloc(len);
	struct ig_why ignored;
	cairo_surface_t *s = ig_picture(png, base64_take(text, png), "report", &ignored);
	free(png);
	if (!s)
		return;
	double width = c->width * 0.6, scale = width / cairo_image_surface_get_width(s), height = cairo_image_surface_get_height(s) * scale;
	if (height > c->bottom - c->y) {
		scale *= (c->bottom - c->y) / height;
		width = cairo_image_surface_get_width(s) * scale;
		height = cairo_image_surface_get_height(s) * scale;
	}
	if (scale > 0.01) {
		cairo_save(c->cr);
		cairo_translate(c->cr, c->left, c->y);
		cairo_scale(c->cr, scale, scale);
		cairo_set_source_surface(c->cr, s, 0, 0);
		cairo_paint(c->cr);
		cairo_restore(c->cr);
		ig_canvas_box(c, c->left, c->y, width, height, 0.6, false);
		c->y += height;
	}
	cairo_surface_destroy(s);
}

int ig_draw_table(struct ig_drawing *g, struct ig_why *why)
{
	static const struct ig_style heading = {.size = 15, .bold = true, .align = IG_ALIGN_CENTRE};
	struct ig_canvas c = {.g = g, .left = SIDE, .width = g->width - 2 * SIDE, .turn = page_turn};
	struct ig_table t = {.size = json_object_get(g->page, "columns") ? 10 : 12};
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
	image_put(&c);
	ig_canvas_end(&c);
	return 0;
}
