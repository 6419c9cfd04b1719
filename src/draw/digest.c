/* Overviews: a heading, then sections in their order: small tables of label and value, and plots of one series (upright columns for what has an
 * order: months, ages; lying bars for what has names). Every bar bears its value, so that nothing has to be read off an axis, and all are of one
 * dark tone, which prints and faxes. Relies on the canvas. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "draw/canvas.h"

#define SIDE (25 * MM)
#define TOP (20 * MM)
#define BOTTOM (18 * MM)
#define BARS_MAX 60
#define BAR_HEIGHT 14.0
#define PLOT_HEIGHT (42 * MM)
#define TONE 0.20, 0.34, 0.50

static const struct ig_style small = {.size = 9}, small_right = {.size = 9, .align = IG_ALIGN_RIGHT}, small_centre = {.size = 9, .align = IG_ALIGN_CENTRE};

static void page_turn(struct ig_canvas *c)
{
	char text[32];
	ig_canvas_page(c);
	c->y = c->top = TOP;
	c->bottom = c->g->height - BOTTOM;
	if (c->g->count > 1) {
		snprintf(text, sizeof text, "%zu", c->g->count);
		ig_canvas_text(c, text, &small_centre, c->left, 12 * MM, c->width);
	}
}

static void bar(struct ig_canvas *c, double x, double y, double width, double height)
{
	cairo_set_source_rgb(c->cr, TONE);
	cairo_rectangle(c->cr, x, y, width, height);
	cairo_fill(c->cr);
}

static void title_put(struct ig_canvas *c, const char *title, double room)
{
	static const struct ig_style s = {.size = 12, .bold = true};
	ig_canvas_need(c, 24 + room);
	if (*title)
		c->y += ig_canvas_text(c, title, &s, c->left, c->y, c->width) + 5;
}

static double largest(json_t *bars)
{
	double most = 1;
	for (size_t i = 0; i < json_array_size(bars); i++) {
		double v = json_number_value(json_object_get(json_array_get(bars, i), "value"));
		most = v > most ? v : most;
	}
	return most;
}

static const char *value_text(json_t *b, char buf[32])
{
	snprintf(buf, 32, "%lld", (long long)json_number_value(json_object_get(b, "value")));
	return buf;
}

static void lying(struct ig_canvas *c, json_t *bars)
{
	double label = c->width * 0.36, room = c->width - label - 40, most = largest(bars);
	char buf[32];
	for (size_t i = 0; i < json_array_size(bars) && i < BARS_MAX; i++) {
		json_t *b = json_array_get(bars, i);
		double v = json_number_value(json_object_get(b, "value"));
		ig_canvas_need(c, BAR_HEIGHT + 4);
		double high = ig_canvas_text(c, ig_page_text(b, "label"), &small_right, c->left, c->y + 1, label - 6);
		double width = room * (v > 0 ? v : 0) / most;
		bar(c, c->left + label, c->y, width, BAR_HEIGHT - 2);
		ig_canvas_text(c, value_text(b, buf), &small, c->left + label + width + 4, c->y + 1, 0);
		c->y += high + 3 > BAR_HEIGHT ? high + 3 : BAR_HEIGHT;
	}
	c->y += 10;
}

static void upright(struct ig_canvas *c, json_t *bars)
{
	size_t n = json_array_size(bars) < BARS_MAX ? json_array_size(bars) : BARS_MAX;
	double most = largest(bars), step = c->width / (double)(n ? n : 1), wide = step * 0.7 < 48 ? step * 0.7 : 48, base, label = 0;
	char buf[32];
	if (!n)
		return;
	ig_canvas_need(c, PLOT_HEIGHT + 46);
	base = c->y + 14 + PLOT_HEIGHT;
	for (size_t i = 0; i < n; i++) {
		json_t *b = json_array_get(bars, i);
		double v = json_number_value(json_object_get(b, "value")), height = PLOT_HEIGHT * (v > 0 ? v : 0) / most, x = c->left + step * (double)i;
		bar(c, x + (step - wide) / 2, base - height, wide, height);
		ig_canvas_text(c, value_text(b, buf), &small_centre, x, base - height - 12, step);
		double high = ig_canvas_text(c, ig_page_text(b, "label"), &small_centre, x, base + 3, step);
		label = high > label ? high : label;
	}
	ig_canvas_rule(c, c->left, base, c->width, 0.6);
	c->y = base + label + 16;
}

static void table_put(struct ig_canvas *c, json_t *rows)
{
	struct ig_table t = {.columns = 2, .size = 10, .width = {c->width * 0.72, c->width * 0.28}};
	for (size_t i = 0; i < json_array_size(rows) && !c->g->too_long; i++) {
		json_t *row = json_array_get(rows, i);
		const char *cells[IG_CELLS_MAX] = {json_string_value(json_array_get(row, 0)), json_string_value(json_array_get(row, 1))};
		ig_table_row(c, &t, cells);
	}
	c->y += 14;
}

int ig_draw_digest(struct ig_drawing *g, struct ig_why *why)
{
	static const struct ig_style heading = {.size = 15, .bold = true, .align = IG_ALIGN_CENTRE}, line = {.size = 12, .align = IG_ALIGN_CENTRE};
	struct ig_canvas c = {.g = g, .left = SIDE, .width = g->width - 2 * SIDE, .turn = page_turn};
	json_t *lead = json_object_get(g->page, "lead"), *sections = json_object_get(g->page, "sections");
	if (!json_is_array(sections))
		return ig_why(why, "an overview without sections");
	page_turn(&c);
	c.y += ig_canvas_text(&c, ig_page_text(g->page, "heading"), &heading, c.left, c.y, c.width) + 8;
	for (size_t i = 0; i < json_array_size(lead); i++) {
		const char *text = json_string_value(json_array_get(lead, i));
		if (text && *text)
			c.y += ig_canvas_text(&c, text, &line, c.left, c.y, c.width) + 2;
	}
	c.y += 12;
	for (size_t i = 0; i < json_array_size(sections) && !g->too_long; i++) {
		json_t *s = json_array_get(sections, i), *bars = json_object_get(s, "bars"), *rows = json_object_get(s, "rows");
		const char *type = ig_page_text(s, "type");
		if (!json_array_size(bars) && !json_array_size(rows))
			continue;
		title_put(&c, ig_page_text(s, "title"), !strcmp(type, "columns") ? PLOT_HEIGHT + 40 : 40);
		if (!strcmp(type, "columns"))
			upright(&c, bars);
		else if (!strcmp(type, "bars"))
			lying(&c, bars);
		else
			table_put(&c, rows);
	}
	ig_canvas_end(&c);
	return 0;
}
