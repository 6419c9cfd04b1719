/* The report of a transmission, one page: what became of it in one line, its facts as label and value with a hair line between, and small below the
 * first page of what was sent, beside what the paper proves. Relies on the canvas and the pictures. The picture is made smaller before it goes into
 * the PDF: a report shall be kept for years for each call. */
#include <stdlib.h>
#include <string.h>
#include "draw/canvas.h"

#define SIDE (22 * MM)
#define TOP (18 * MM)
#define BOTTOM (18 * MM)
#define LABEL 0.34
#define SHOWN_HIGH (112 * MM)     /* the picture, at most */
#define SHOWN_WIDE (80 * MM)
#define SHOWN_DPI 150.0
#define FAINT 0.36, 0.36, 0.36
#define HAIR 0.78, 0.78, 0.78

static const struct ig_style small = {.size = 9.5}, label = {.size = 10.5}, value = {.size = 11.5};

static void page_turn(struct ig_canvas *c)
{
	ig_canvas_page(c);
	c->y = c->top = TOP;
	c->bottom = c->g->height - BOTTOM;
}

static void hair(struct ig_canvas *c, double y)
{
	cairo_set_source_rgb(c->cr, HAIR);
	cairo_rectangle(c->cr, c->left, y, c->width, 0.5);
	cairo_fill(c->cr);
}

/* Text in a tone of its own: the canvas writes black. */
static double toned(struct ig_canvas *c, const char *text, const struct ig_style *s, double x, double y, double width, double r, double g, double b)
{
	PangoLayout *l = ig_canvas_layout(c, text, s, width);
	double height = ig_layout_height(l);
	cairo_set_source_rgb(c->cr, r, g, b);
	cairo_move_to(c->cr, x, y);
	pango_cairo_show_layout(c->cr, l);
	g_object_unref(l);
	return height;
}

static void head_put(struct ig_canvas *c)
{
	static const struct ig_style right = {.size = 9.5, .align = IG_ALIGN_RIGHT}, heading = {.size = 18, .bold = true};
	json_t *page = c->g->page;
	double a = toned(c, ig_page_text(page, "office"), &small, c->left, c->y, c->width * 0.66, FAINT);
	double b = toned(c, ig_page_text(page, "mark"), &right, c->left + c->width * 0.66, c->y, c->width * 0.34, FAINT);
	c->y += (a > b ? a : b) + 4;
	hair(c, c->y);
	c->y += 16;
	c->y += ig_canvas_text(c, ig_page_text(page, "heading"), &heading, c->left, c->y, c->width) + 10;
}

static void result_put(struct ig_canvas *c)
{
	static const struct ig_style s = {.size = 13.5, .bold = true};
	bool good = json_is_true(json_object_get(c->g->page, "good"));
	const double tone[3][2] = {{0.10, 0.62}, {0.42, 0.12}, {0.24, 0.10}}; /* a dark green, a dark red */
	double r = tone[0][!good], g = tone[1][!good], b = tone[2][!good];
	PangoLayout *l = ig_canvas_layout(c, ig_page_text(c->g->page, "result"), &s, c->width - 26);
	double height = ig_layout_height(l) + 14;
	cairo_set_source_rgb(c->cr, 0.955, 0.955, 0.955);
	cairo_rectangle(c->cr, c->left, c->y, c->width, height);
	cairo_fill(c->cr);
	cairo_set_source_rgb(c->cr, r, g, b);
	cairo_rectangle(c->cr, c->left, c->y, 4, height);
	cairo_fill(c->cr);
	cairo_move_to(c->cr, c->left + 16, c->y + 7);
	pango_cairo_show_layout(c->cr, l);
	g_object_unref(l);
	c->y += height + 12;
}

static void rows_put(struct ig_canvas *c)
{
	json_t *rows = json_object_get(c->g->page, "rows");
	for (size_t i = 0; i < json_array_size(rows) && !c->g->too_long; i++) {
		json_t *row = json_array_get(rows, i);
		const char *name = json_string_value(json_array_get(row, 0)), *text = json_string_value(json_array_get(row, 1));
		PangoLayout *l = ig_canvas_layout(c, text ? text : "", &value, c->width * (1 - LABEL));
		double height = ig_layout_height(l), high;
		ig_canvas_need(c, height + 10);
		high = toned(c, name ? name : "", &label, c->left, c->y + 1, c->width * LABEL - 8, FAINT);
		ig_canvas_put(c, l, &value, c->left + c->width * LABEL, c->y);
		c->y += (high > height ? high : height) + 4;
		hair(c, c->y);
		c->y += 4.5;
	}
	c->y += 12;
}

/* Six bits a letter; anything else is passed over. */
static size_t base64_take(const char *from, unsigned char *to)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	signed char of[256];
	unsigned v = 0, bits = 0;
	size_t n = 0;
	memset(of, -1, sizeof of);
	for (int i = 0; i < 64; i++)
		of[(unsigned char)digits[i]] = (signed char)i;
	for (; *from && *from != '='; from++) {
		if (of[(unsigned char)*from] < 0)
			continue;
		v = v << 6 | (unsigned)of[(unsigned char)*from];
		bits += 6;
		if (bits >= 8)
			to[n++] = (unsigned char)(v >> (bits -= 8));
	}
	return n;
}

static cairo_surface_t *picture(json_t *page, double *x_dpi, double *y_dpi)
{
	const char *text = ig_page_text(page, "image");
	size_t len = strlen(text);
	struct ig_why ignored; /* a report without its picture is a report still */
	if (!len || len / 4 * 3 > IG_DRAW_REPORT_MAX)
		return NULL;
	unsigned char *bytes = ig_xmalloc(len);
	cairo_surface_t *s = ig_picture_first(bytes, base64_take(text, bytes), x_dpi, y_dpi, &ignored);
	free(bytes);
	return s;
}

/* As large as it is shown, in shades of grey: thin strokes are not lost. */
static cairo_surface_t *smaller(cairo_surface_t *s, double width, double height)
{
	int w = (int)(width * SHOWN_DPI / 72), h = (int)(height * SHOWN_DPI / 72);
	cairo_surface_t *to = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w > 0 ? w : 1, h > 0 ? h : 1);
	cairo_t *cr = cairo_create(to);
	cairo_scale(cr, (double)w / cairo_image_surface_get_width(s), (double)h / cairo_image_surface_get_height(s));
	cairo_set_source_surface(cr, s, 0, 0);
	cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
	cairo_paint(cr);
	cairo_destroy(cr);
	return to;
}

/* Width it takes; 0 none. */
static double picture_put(struct ig_canvas *c, double *height_r)
{
	double x_dpi, y_dpi, room = c->bottom - c->y - 16;
	cairo_surface_t *s = picture(c->g->page, &x_dpi, &y_dpi);
	if (!s)
		return 0;
	double width = cairo_image_surface_get_width(s) * 72 / x_dpi, height = cairo_image_surface_get_height(s) * 72 / y_dpi;
	double most = room < SHOWN_HIGH ? room : SHOWN_HIGH, scale = most / height < SHOWN_WIDE / width ? most / height : SHOWN_WIDE / width;
	width *= scale;
	height *= scale;
	cairo_surface_t *shown = smaller(s, width, height);
	cairo_surface_destroy(s);
	cairo_save(c->cr);
	cairo_translate(c->cr, c->left, c->y);
	cairo_scale(c->cr, width / cairo_image_surface_get_width(shown), height / cairo_image_surface_get_height(shown));
	cairo_set_source_surface(c->cr, shown, 0, 0);
	cairo_paint(c->cr);
	cairo_restore(c->cr);
	cairo_surface_destroy(shown);
	ig_canvas_box(c, c->left, c->y, width, height, 0.6, false);
	*height_r = height;
	return width;
}

static void foot_put(struct ig_canvas *c)
{
	json_t *tail = json_object_get(c->g->page, "tail");
	double height = 0, width, x, y = c->y, wide;
	ig_canvas_need(c, 60 * MM);
	y = c->y;
	width = picture_put(c, &height);
	x = c->left + (width > 0 ? width + 16 : 0);
	wide = c->left + c->width - x;
	if (width > 0)
		toned(c, ig_page_text(c->g->page, "caption"), &small, c->left, y + height + 3, width, FAINT);
	for (size_t i = 0; i < json_array_size(tail); i++) {
		const char *line = json_string_value(json_array_get(tail, i));
		y += line ? toned(c, line, &small, x, y, wide, FAINT) + 6 : 0;
	}
}

int ig_draw_report(struct ig_drawing *g, struct ig_why *why)
{
	struct ig_canvas c = {.g = g, .left = SIDE, .width = g->width - 2 * SIDE, .turn = page_turn};
	if (!json_is_array(json_object_get(g->page, "rows")))
		return ig_why(why, "a report without rows");
	page_turn(&c);
	head_put(&c);
	result_put(&c);
	rows_put(&c);
	foot_put(&c);
	ig_canvas_end(&c);
	return 0;
}
