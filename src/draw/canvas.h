/* Pages under way: recording surfaces in points, and text put on them. Inside of the draw room. */
#ifndef IG_DRAW_CANVAS_H
#define IG_DRAW_CANVAS_H
#include <pango/pangocairo.h>
#include "base/arena.h"
#include "draw/draw.h"

#define MM (72.0 / 25.4)
#define A4_WIDTH (210 * MM)
#define A4_HEIGHT (297 * MM)

struct ig_draw {
	PangoFontMap *map;
	PangoContext *context;
	char *family;
	cairo_surface_t *signature, *seal; /* NULL none */
	char **paths;
};
struct ig_drawing {
	struct ig_draw *draw;  /* borrowed */
	json_t *page;
	cairo_surface_t *pages[IG_DRAW_PAGES_MAX];
	struct ig_page_size { double width, height; } sizes[IG_DRAW_PAGES_MAX]; /* annexes may lie */
	size_t count;
	bool too_long;
	double width, height;
};

enum ig_align { IG_ALIGN_LEFT, IG_ALIGN_CENTRE, IG_ALIGN_RIGHT, IG_ALIGN_BOTH };
struct ig_style { double size; bool bold, italic, red; enum ig_align align; double indent; /* of the first line */ };

/* A place that text flows into: from y down to bottom, then on the next page, which `turn` prepares (it sets y and bottom). */
struct ig_canvas {
	struct ig_drawing *g;
	cairo_t *cr;           /* of the page under way */
	double left, width, top, y, bottom; /* top: where text begins on a page as the last turn made it */
	void (*turn)(struct ig_canvas *c);
	void *arg;
};
void ig_canvas_page(struct ig_canvas *c); /* a new page; past the most of them all drawing goes nowhere and too_long is set */
void ig_canvas_end(struct ig_canvas *c);
/* text laid out in width (<= 0: one line, as wide as it is). */
PangoLayout *ig_canvas_layout(struct ig_canvas *c, const char *text, const struct ig_style *s, double width);
double ig_layout_height(PangoLayout *l);
double ig_layout_width(PangoLayout *l);
/* At a place, whole; takes over the layout; the height it took. */
double ig_canvas_put(struct ig_canvas *c, PangoLayout *l, const struct ig_style *s, double x, double y);
double ig_canvas_text(struct ig_canvas *c, const char *text, const struct ig_style *s, double x, double y, double width);
/* Line by line from y, turning pages; never one line of a paragraph alone at the end or the beginning of a page. */
void ig_canvas_flow(struct ig_canvas *c, const char *text, const struct ig_style *s);
void ig_canvas_need(struct ig_canvas *c, double height); /* turns the page when less is left */
void ig_canvas_rule(struct ig_canvas *c, double x, double y, double width, double thick);
void ig_canvas_box(struct ig_canvas *c, double x, double y, double width, double height, double thick, bool red);

/* page_text.c: one line of a body at a time. */
enum ig_line { IG_LINE_END, IG_LINE_EMPTY, IG_LINE_TEXT, IG_LINE_ITEM, IG_LINE_HEADING, IG_LINE_ROW, IG_LINE_PAGE };
#define IG_CELLS_MAX 16
struct ig_line_reader { const char *at; char *text; /* own, of the line */ size_t cells; char *cell[IG_CELLS_MAX]; };
enum ig_line ig_line_next(struct ig_line_reader *r);
void ig_line_free(struct ig_line_reader *r);
/* A head value: guards taken off, one line. Own. */
char *ig_line_plain(const char *text);

/* table.c: rows with cells that wrap; a row that does not fit goes to the next page, one higher than a page is broken; the head is repeated. */
struct ig_table {
	size_t columns;
	double width[IG_CELLS_MAX]; /* in points */
	const char *head[IG_CELLS_MAX]; /* NULL: no head */
	double size;
};
void ig_table_head(struct ig_canvas *c, const struct ig_table *t);
void ig_table_row(struct ig_canvas *c, const struct ig_table *t, const char *const *cells);

/* qr.c: size in points with the quiet zone left out; false when the text is none for it. */
bool ig_canvas_qr(struct ig_canvas *c, const char *text, double x, double y, double size);

/* font.c: a PNG of sane size; NULL with why. name: what it is a picture of. */
cairo_surface_t *ig_picture(const void *p, size_t len, const char *name, struct ig_why *why);

/* picture.c: a received TIFF or PNG as a PDF. -1 with why. */
int ig_picture_pdf(const void *p, size_t len, struct ig_buf *out, struct ig_why *why);
/* Its first page, and how many of its points are an inch. NULL with why. */
cairo_surface_t *ig_picture_first(const void *p, size_t len, double *x_dpi_r, double *y_dpi_r, struct ig_why *why);

/* the kinds of documents: 0 or -1 with why */
int ig_draw_letter(struct ig_drawing *g, struct ig_why *why);
int ig_draw_table(struct ig_drawing *g, struct ig_why *why);
int ig_draw_report(struct ig_drawing *g, struct ig_why *why);
int ig_draw_digest(struct ig_drawing *g, struct ig_why *why);
/* archive.c: cairo's PDF with what PDF/A-2u asks for. */
int ig_archive_mark(json_t *page, struct ig_buf *pdf, struct ig_why *why);
/* Text of a key, "" when absent. */
static inline const char *ig_page_text(json_t *page, const char *key)
{
	const char *s = json_string_value(json_object_get(page, key));
	return s ? s : "";
}
#endif
