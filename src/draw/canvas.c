/* Text on pages: every page is a cairo recording surface in points, so that what was laid out once is replayed to any device. Relies on pango
 * with metrics that no device changes: hint metrics off, no hinting, glyph positions not rounded. Does not know what a letter is. */
#include <math.h>
#include <string.h>
#include "draw/canvas.h"

#define WHOLE_MAX 40 /* bytes of a word that is not broken */

void ig_canvas_page(struct ig_canvas *c)
{
	struct ig_drawing *g = c->g;
	cairo_rectangle_t all = {0, 0, g->width, g->height};
	ig_canvas_end(c);
	if (g->count == IG_DRAW_PAGES_MAX) {
		g->too_long = true;
		cairo_surface_destroy(g->pages[--g->count]); /* what goes on is drawn and thrown away */
	}
	g->pages[g->count] = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &all);
	g->sizes[g->count] = (struct ig_page_size){g->width, g->height};
	c->cr = cairo_create(g->pages[g->count++]);
	cairo_set_source_rgb(c->cr, 0, 0, 0);
}

void ig_canvas_end(struct ig_canvas *c)
{
	if (c->cr)
		cairo_destroy(c->cr);
	c->cr = NULL;
}

/* An address, a number or our reference is never broken at its hyphens and points: who reads it from a fax could not tell. What is longer
 * than half a line must be. */
static void keep_whole(PangoAttrList *attrs, const char *text)
{
	for (const char *p = text; *p;) {
		size_t len = strcspn(p, " \n");
		if (len && len <= WHOLE_MAX && strcspn(p, "-/@.:+") < len) {
			PangoAttribute *a = pango_attr_allow_breaks_new(FALSE);
			a->start_index = (guint)(p - text);
			a->end_index = (guint)(p - text + (long)len);
			pango_attr_list_insert(attrs, a);
		}
		p += len;
		p += *p != 0;
	}
}

/* A digest that takes a line of its own would leave the line before it to two words, torn to both edges. */
static bool stretches_well(const char *text)
{
	for (const char *p = text; *p; p += strspn(p, " \n")) {
		size_t len = strcspn(p, " \n");
		if (len > WHOLE_MAX)
			return false;
		p += len;
	}
	return true;
}

/* No word stands alone on the last line: the one before it goes with it. */
static void no_orphan(PangoLayout *l, const char *text)
{
	int count = pango_layout_get_line_count(l);
	const char *from = text + (count > 1 ? pango_layout_get_line_readonly(l, count - 1)->start_index : 0), *p = from;
	if (count < 2 || !*from || strpbrk(from, " \n") || from[-1] != ' ')
		return;
	for (p--; p > text && p[-1] != ' ' && p[-1] != '\n'; p--)
		;
	if (p == text || (size_t)(from - p) > WHOLE_MAX || strlen(from) > WHOLE_MAX)
		return;
	PangoAttrList *attrs = pango_attr_list_copy(pango_layout_get_attributes(l));
	PangoAttribute *a = pango_attr_allow_breaks_new(FALSE);
	a->start_index = (guint)(p - text);
	a->end_index = (guint)strlen(text);
	pango_attr_list_insert(attrs, a);
	pango_layout_set_attributes(l, attrs);
	pango_attr_list_unref(attrs);
}

PangoLayout *ig_canvas_layout(struct ig_canvas *c, const char *text, const struct ig_style *s, double width)
{
	static const PangoAlignment align[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT, PANGO_ALIGN_LEFT};
	PangoLayout *l = pango_layout_new(c->g->draw->context);
	PangoFontDescription *f = pango_font_description_new();
	PangoAttrList *attrs = pango_attr_list_new();
	pango_font_description_set_family(f, c->g->draw->family);
	pango_font_description_set_absolute_size(f, s->size * PANGO_SCALE);
	pango_font_description_set_weight(f, s->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_style(f, s->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	pango_layout_set_font_description(l, f);
	pango_font_description_free(f);
	pango_attr_list_insert(attrs, pango_attr_insert_hyphens_new(FALSE)); /* the text must come out as it went in */
	pango_attr_list_insert(attrs, pango_attr_fallback_new(TRUE));
	keep_whole(attrs, text);
	pango_layout_set_attributes(l, attrs);
	pango_attr_list_unref(attrs);
	pango_layout_set_auto_dir(l, FALSE);
	pango_layout_set_width(l, width > 0 ? (int)floor(width * PANGO_SCALE) : -1);
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(l, align[s->align]);
	pango_layout_set_justify(l, s->align == IG_ALIGN_BOTH && stretches_well(text));
	pango_layout_set_indent(l, (int)(s->indent * PANGO_SCALE));
	pango_layout_set_text(l, text, -1);
	no_orphan(l, text);
	return l;
}

double ig_layout_height(PangoLayout *l)
{
	PangoRectangle r;
	pango_layout_get_extents(l, NULL, &r);
	return (double)r.height / PANGO_SCALE;
}

double ig_layout_width(PangoLayout *l)
{
	PangoRectangle r;
	pango_layout_get_extents(l, NULL, &r);
	return (double)r.width / PANGO_SCALE;
}

static void colour(struct ig_canvas *c, bool red)
{
	cairo_set_source_rgb(c->cr, red ? 0.80 : 0, 0, 0);
}

double ig_canvas_put(struct ig_canvas *c, PangoLayout *l, const struct ig_style *s, double x, double y)
{
	double height = ig_layout_height(l);
	colour(c, s->red);
	cairo_move_to(c->cr, x, y);
	pango_cairo_show_layout(c->cr, l);
	g_object_unref(l);
	return height;
}

double ig_canvas_text(struct ig_canvas *c, const char *text, const struct ig_style *s, double x, double y, double width)
{
	return ig_canvas_put(c, ig_canvas_layout(c, text, s, width), s, x, y);
}

void ig_canvas_need(struct ig_canvas *c, double height)
{
	if (c->y + height > c->bottom && c->turn)
		c->turn(c);
}

static double line_height(PangoLayout *l, int n)
{
	PangoRectangle r;
	pango_layout_line_get_extents(pango_layout_get_line_readonly(l, n), NULL, &r);
	return (double)r.height / PANGO_SCALE;
}

/* How many lines from n on stand on this page: all that fit, but not the first alone, and not so that the last goes over alone. */
static int lines_here(struct ig_canvas *c, PangoLayout *l, int n, int count)
{
	double room = c->bottom - c->y;
	int fit = 0;
	while (n + fit < count && room >= line_height(l, n + fit))
		room -= line_height(l, n + fit++);
	if (n + fit < count && count - n - fit == 1 && fit > 1)
		fit--;
	return fit == 1 && count - n > 1 ? 0 : fit;
}

void ig_canvas_flow(struct ig_canvas *c, const char *text, const struct ig_style *s)
{
	PangoLayout *l = ig_canvas_layout(c, text, s, c->width);
	PangoLayoutIter *it = pango_layout_get_iter(l);
	int count = pango_layout_get_line_count(l), here = lines_here(c, l, 0, count);
	for (int n = 0; n < count; n++) {
		PangoRectangle r;
		if (!here) {
			c->turn(c);
			here = lines_here(c, l, n, count);
			here = here ? here : 1;
		}
		pango_layout_iter_get_line_extents(it, NULL, &r);
		colour(c, s->red);
		cairo_move_to(c->cr, c->left + (double)r.x / PANGO_SCALE, c->y + (double)(pango_layout_iter_get_baseline(it) - r.y) / PANGO_SCALE);
		pango_cairo_show_layout_line(c->cr, pango_layout_iter_get_line_readonly(it));
		c->y += (double)r.height / PANGO_SCALE;
		here--;
		pango_layout_iter_next_line(it);
	}
	pango_layout_iter_free(it);
	g_object_unref(l);
}

void ig_canvas_rule(struct ig_canvas *c, double x, double y, double width, double thick)
{
	colour(c, false);
	cairo_rectangle(c->cr, x, y - thick / 2, width, thick); /* filled, not stroked: the same on every device */
	cairo_fill(c->cr);
}

void ig_canvas_box(struct ig_canvas *c, double x, double y, double width, double height, double thick, bool red)
{
	colour(c, red);
	cairo_rectangle(c->cr, x, y, width, height);
	cairo_rectangle(c->cr, x + thick, y + thick, width - 2 * thick, height - 2 * thick);
	cairo_set_fill_rule(c->cr, CAIRO_FILL_RULE_EVEN_ODD);
	cairo_fill(c->cr);
	cairo_set_fill_rule(c->cr, CAIRO_FILL_RULE_WINDING);
}
