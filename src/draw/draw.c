/* From page model to pages and from pages to devices: the table of kinds, the PDF surface and its properties. Relies on the files of each kind
 * and on archive.c for what cairo does not write. */
#include <cairo-pdf.h>
#include <stdlib.h>
#include <string.h>
#include "draw/canvas.h"

static const struct { const char *kind; int (*draw)(struct ig_drawing *g, struct ig_why *why); } kinds[] = {
	{"letter", ig_draw_letter}, {"table", ig_draw_table}, {"report", ig_draw_report}, {"digest", ig_draw_digest},
};

/* One model onto pages of its own, after those that are there. */
static int draw_one(struct ig_drawing *g, json_t *page, struct ig_why *why)
{
	const char *kind = ig_page_text(page, "kind");
	bool wide = json_is_true(json_object_get(page, "landscape"));
	g->page = page;
	g->width = wide ? A4_HEIGHT : A4_WIDTH;
	g->height = wide ? A4_WIDTH : A4_HEIGHT;
	for (size_t i = 0; json_is_object(page) && i < IG_COUNT(kinds); i++)
		if (!strcmp(*kind ? kind : "letter", kinds[i].kind))
			return kinds[i].draw(g, why);
	return ig_why(why, "this is no page model: kind \"%.40s\"", kind);
}

struct ig_drawing *ig_draw(struct ig_draw *d, json_t *page, struct ig_why *why)
{
	struct ig_drawing *g = ig_xmalloc(sizeof *g);
	json_t *annexes = json_object_get(page, "annexes");
	g->draw = d;
	g->page = json_incref(page);
	int rc = draw_one(g, page, why);
	for (size_t i = 0; !rc && i < json_array_size(annexes) && !g->too_long; i++)
		rc = draw_one(g, json_array_get(annexes, i), why);
	g->page = page;
	if (!rc && g->too_long)
		rc = ig_why(why, "it would need more than %d pages", IG_DRAW_PAGES_MAX);
	return rc ? ig_drawing_free(g) : g;
}

struct ig_drawing *ig_drawing_free(struct ig_drawing *g)
{
	if (!g)
		return NULL;
	for (size_t i = 0; i < g->count; i++)
		cairo_surface_destroy(g->pages[i]);
	json_decref(g->page);
	free(g);
	return NULL;
}

size_t ig_drawing_pages(const struct ig_drawing *g)
{
	return g->count;
}

static cairo_status_t pdf_write(void *arg, const unsigned char *p, unsigned len)
{
	struct ig_buf *out = arg;
	ig_buf_add(out, p, len);
	return out->over ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void properties_set(cairo_surface_t *pdf, json_t *page)
{
	static const struct { const char *key; cairo_pdf_metadata_t is; } all[] = {
		{"title", CAIRO_PDF_METADATA_TITLE}, {"author", CAIRO_PDF_METADATA_AUTHOR}, {"subject", CAIRO_PDF_METADATA_SUBJECT},
		{"keywords", CAIRO_PDF_METADATA_KEYWORDS}, {"date", CAIRO_PDF_METADATA_CREATE_DATE}, {"date", CAIRO_PDF_METADATA_MOD_DATE},
	};
	for (size_t i = 0; i < IG_COUNT(all); i++) {
		const char *text = ig_page_text(page, all[i].key);
		if (*text)
			cairo_pdf_surface_set_metadata(pdf, all[i].is, text);
	}
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATOR, "irgate");
}

int ig_drawing_pdf(struct ig_drawing *g, struct ig_buf *out, struct ig_why *why)
{
	struct ig_buf raw = IG_BUF_INIT(IG_DRAW_PDF_MAX);
	cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(pdf_write, &raw, g->count ? g->sizes[0].width : A4_WIDTH, g->count ? g->sizes[0].height : A4_HEIGHT);
	cairo_pdf_surface_restrict_to_version(pdf, CAIRO_PDF_VERSION_1_5);
	properties_set(pdf, g->page);
	cairo_t *cr = cairo_create(pdf);
	for (size_t i = 0; i < g->count; i++) {
		cairo_pdf_surface_set_size(pdf, g->sizes[i].width, g->sizes[i].height);
		cairo_set_source_surface(cr, g->pages[i], 0, 0);
		cairo_paint(cr);
		cairo_show_page(cr);
	}
	cairo_destroy(cr);
	cairo_surface_finish(pdf);
	cairo_status_t status = cairo_surface_status(pdf);
	cairo_surface_destroy(pdf);
	int rc = 0;
	if (status != CAIRO_STATUS_SUCCESS || raw.over)
		rc = ig_why(why, "the PDF could not be made: %s", raw.over ? "it is too large" : cairo_status_to_string(status));
	if (!rc)
		rc = ig_archive_mark(g->page, &raw, why);
	if (!rc)
		ig_buf_add(out, raw.data, raw.len);
	ig_buf_free(&raw);
	return rc;
}
