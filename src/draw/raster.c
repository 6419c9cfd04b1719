/* Pages as a fax machine sees them: 1728 pixels a line, the recording replayed at unequal scales (it was laid out before: the text does not
 * change), grey, then black where darker than the threshold; no dither, which makes text unreadable and slow. TIFF with G4 in memory. Relies on
 * cairo and libtiff. */
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>
#include "draw/canvas.h"

#define X_PER_INCH 203.74
#define Y_FINE 195.58
#define Y_STANDARD 97.79
#define BYTES_A_LINE (IG_FAX_WIDTH / 8)

/* ---- a TIFF in memory */
struct memory { unsigned char *p; size_t len, cap, at; bool over; };

static tmsize_t memory_read(thandle_t h, void *to, tmsize_t n)
{
	struct memory *m = h;
	size_t left = m->at < m->len ? m->len - m->at : 0, take = (size_t)n < left ? (size_t)n : left;
	memcpy(to, m->p + m->at, take);
	m->at += take;
	return (tmsize_t)take;
}

static tmsize_t memory_write(thandle_t h, void *from, tmsize_t n)
{
	struct memory *m = h;
	size_t end = m->at + (size_t)n;
	if (end > IG_DRAW_PDF_MAX) {
		m->over = true;
		return -1;
	}
	if (end > m->cap) {
		size_t cap = m->cap ? m->cap : 65536;
		while (cap < end)
			cap *= 2;
		unsigned char *more = ig_xmalloc(cap);
		if (m->len)
			memcpy(more, m->p, m->len);
		free(m->p);
		m->p = more;
		m->cap = cap;
	}
	memcpy(m->p + m->at, from, (size_t)n);
	m->at = end;
	m->len = end > m->len ? end : m->len;
	return n;
}

static toff_t memory_seek(thandle_t h, toff_t offset, int whence)
{
	struct memory *m = h;
	m->at = (size_t)(whence == SEEK_SET ? offset : whence == SEEK_CUR ? m->at + offset : m->len + offset);
	return m->at;
}

static int memory_close(thandle_t h)
{
	(void)h;
	return 0;
}

static toff_t memory_size(thandle_t h)
{
	return ((struct memory *)h)->len;
}

/* ---- a page */

/* The header line a fax machine puts at the top, small enough for its rows at either resolution. */
static void header_draw(struct ig_drawing *g, cairo_t *cr, size_t page, double y_scale)
{
	const char *text = ig_page_text(g->page, "header");
	char line[200];
	if (!*text)
		return;
	PangoLayout *l = pango_layout_new(g->draw->context);
	PangoFontDescription *f = pango_font_description_new();
	double size = (IG_FAX_HEADER - 4) / y_scale * 0.82;
	pango_font_description_set_family(f, g->draw->family);
	pango_font_description_set_absolute_size(f, (size > 11 ? 11 : size) * PANGO_SCALE);
	pango_layout_set_font_description(l, f);
	pango_font_description_free(f);
	snprintf(line, sizeof line, "%.150s   P %zu/%zu", text, page + 1, g->count);
	pango_layout_set_text(l, line, -1);
	cairo_move_to(cr, 20 * MM, 1 / y_scale);
	pango_cairo_show_layout(cr, l);
	g_object_unref(l);
}

static cairo_surface_t *page_render(struct ig_drawing *g, size_t page, bool fine)
{
	int lines = fine ? IG_FAX_FINE : IG_FAX_STANDARD;
	double x = X_PER_INCH / 72, y = (fine ? Y_FINE : Y_STANDARD) / 72;
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, IG_FAX_WIDTH, lines);
	cairo_t *cr = cairo_create(s);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	const struct ig_page_size *size = &g->sizes[page];
	if (size->width > size->height) { /* a wide page goes upright, turned and made smaller, as a machine would be fed it */
		cairo_translate(cr, IG_FAX_WIDTH, 0);
		cairo_scale(cr, x, y);
		cairo_rotate(cr, 90 * 3.14159265358979 / 180);
		cairo_translate(cr, 0, (IG_FAX_WIDTH / x - size->height) / 2);
	} else {
		cairo_translate(cr, (IG_FAX_WIDTH - size->width * x) / 2, 0); /* the line is a little wider than the page */
		cairo_scale(cr, x, y);
	}
	cairo_set_source_surface(cr, g->pages[page], 0, 0);
	cairo_paint(cr);
	cairo_identity_matrix(cr);
	cairo_scale(cr, x, y);
	cairo_set_source_rgb(cr, 1, 1, 1);
	if (*ig_page_text(g->page, "header")) {
		cairo_rectangle(cr, 0, 0, IG_FAX_WIDTH / x, IG_FAX_HEADER / y);
		cairo_fill(cr);
	}
	cairo_set_source_rgb(cr, 0, 0, 0);
	header_draw(g, cr, page, y);
	cairo_destroy(cr);
	cairo_surface_flush(s);
	return s;
}

static void line_pack(const uint32_t *from, unsigned char *to)
{
	memset(to, 0, BYTES_A_LINE);
	for (int x = 0; x < IG_FAX_WIDTH; x++) {
		uint32_t v = from[x], grey = (299 * (v >> 16 & 255) + 587 * (v >> 8 & 255) + 114 * (v & 255)) / 1000;
		if (grey < IG_FAX_THRESHOLD)
			to[x / 8] |= (unsigned char)(0x80 >> (x % 8));
	}
}

static int page_write(TIFF *t, struct ig_drawing *g, size_t page, bool fine)
{
	cairo_surface_t *s = page_render(g, page, fine);
	int lines = fine ? IG_FAX_FINE : IG_FAX_STANDARD, stride = cairo_image_surface_get_stride(s), ok = 1;
	const unsigned char *data = cairo_image_surface_get_data(s);
	unsigned char packed[BYTES_A_LINE];
	TIFFSetField(t, TIFFTAG_SUBFILETYPE, FILETYPE_PAGE);
	TIFFSetField(t, TIFFTAG_IMAGEWIDTH, IG_FAX_WIDTH);
	TIFFSetField(t, TIFFTAG_IMAGELENGTH, lines);
	TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, 1);
	TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, 1);
	TIFFSetField(t, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
	TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
	TIFFSetField(t, TIFFTAG_FILLORDER, FILLORDER_LSB2MSB);
	TIFFSetField(t, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
	TIFFSetField(t, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
	TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, lines);
	TIFFSetField(t, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
	TIFFSetField(t, TIFFTAG_XRESOLUTION, X_PER_INCH);
	TIFFSetField(t, TIFFTAG_YRESOLUTION, fine ? Y_FINE : Y_STANDARD);
	TIFFSetField(t, TIFFTAG_PAGENUMBER, (unsigned)page, (unsigned)g->count);
	TIFFSetField(t, TIFFTAG_SOFTWARE, "irgate");
	for (int y = 0; y < lines && ok == 1; y++) {
		line_pack((const uint32_t *)(const void *)(data + (size_t)y * (size_t)stride), packed);
		ok = TIFFWriteScanline(t, packed, (uint32_t)y, 0);
	}
	cairo_surface_destroy(s);
	return ok == 1 && TIFFWriteDirectory(t) ? 0 : -1;
}

int ig_drawing_fax(struct ig_drawing *g, bool fine, struct ig_buf *out, struct ig_why *why)
{
	struct memory m = {0};
	TIFFSetWarningHandler(NULL);
	TIFFSetErrorHandler(NULL);
	TIFF *t = TIFFClientOpen("fax", "wl", &m, memory_read, memory_write, memory_seek, memory_close, memory_size, NULL, NULL);
	int rc = t ? 0 : -1;
	for (size_t i = 0; !rc && i < g->count; i++)
		rc = page_write(t, g, i, fine);
	if (t)
		TIFFClose(t);
	if (rc || m.over)
		ig_why(why, "the fax pages could not be written");
	else
		ig_buf_add(out, m.p, m.len);
	free(m.p);
	return rc || m.over ? -1 : 0;
}
