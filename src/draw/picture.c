/* A received picture (TIFF of a fax or scanner, PNG, JPEG) as a PDF, a page each, so that the stamp of arrival can be laid over its copy. Sizes are looked at
 * before anything is unpacked. Relies on libtiff and cairo. Reads bytes of others: confined only. */
#include <cairo-pdf.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>
#include "draw/canvas.h"

#define PIXELS_MAX (40u << 20) /* of one page: A4 at 600 dpi */
#define DPI_DEFAULT 200.0

struct bytes { const unsigned char *p; size_t len, at; };

static tmsize_t bytes_read(thandle_t h, void *to, tmsize_t n)
{
	struct bytes *b = h;
	size_t left = b->at < b->len ? b->len - b->at : 0, take = (size_t)n < left ? (size_t)n : left;
	memcpy(to, b->p + b->at, take);
	b->at += take;
	return (tmsize_t)take;
}

static tmsize_t bytes_write(thandle_t h, void *from, tmsize_t n)
{
	(void)h, (void)from, (void)n;
	return -1;
}

static toff_t bytes_seek(thandle_t h, toff_t offset, int whence)
{
	struct bytes *b = h;
	b->at = (size_t)(whence == SEEK_SET ? offset : whence == SEEK_CUR ? b->at + offset : b->len + offset);
	return b->at;
}

static int bytes_close(thandle_t h)
{
	(void)h;
	return 0;
}

static toff_t bytes_size(thandle_t h)
{
	return ((struct bytes *)h)->len;
}

static cairo_status_t pdf_write(void *arg, const unsigned char *p, unsigned len)
{
	struct ig_buf *out = arg;
	ig_buf_add(out, p, len);
	return out->over ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* One page as wide as the paper it was: by its resolution, else as an A4 page. */
static void page_put(cairo_surface_t *pdf, cairo_surface_t *image, double x_dpi, double y_dpi)
{
	double width = cairo_image_surface_get_width(image), height = cairo_image_surface_get_height(image);
	double w = width * 72 / (x_dpi > 1 ? x_dpi : DPI_DEFAULT), h = height * 72 / (y_dpi > 1 ? y_dpi : DPI_DEFAULT);
	cairo_pdf_surface_set_size(pdf, w, h);
	cairo_t *cr = cairo_create(pdf);
	cairo_scale(cr, w / width, h / height);
	cairo_set_source_surface(cr, image, 0, 0);
	cairo_paint(cr);
	cairo_show_page(cr);
	cairo_destroy(cr);
}

/* The page that t stands at; NULL with why. */
static cairo_surface_t *tiff_image(TIFF *t, double *x_dpi_r, double *y_dpi_r, struct ig_why *why)
{
	uint32_t width = 0, height = 0;
	uint16_t unit = RESUNIT_INCH;
	float x = 0, y = 0;
	if (!TIFFGetField(t, TIFFTAG_IMAGEWIDTH, &width) || !TIFFGetField(t, TIFFTAG_IMAGELENGTH, &height) || !width || !height ||
		(uint64_t)width * height > PIXELS_MAX || width > 30000 || height > 30000) {
		ig_why(why, "a page of it has no size, or is larger than %u pixels", PIXELS_MAX);
		return NULL;
	}
	TIFFGetField(t, TIFFTAG_XRESOLUTION, &x);
	TIFFGetField(t, TIFFTAG_YRESOLUTION, &y);
	TIFFGetFieldDefaulted(t, TIFFTAG_RESOLUTIONUNIT, &unit);
	double scale = unit == RESUNIT_CENTIMETER ? 2.54 : 1;
	*x_dpi_r = x * scale > 1 ? x * scale : DPI_DEFAULT;
	*y_dpi_r = y * scale > 1 ? y * scale : DPI_DEFAULT;
	cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
	uint32_t *raster = ig_xmalloc((size_t)width * height * sizeof *raster);
	int rc = TIFFReadRGBAImageOriented(t, width, height, raster, ORIENTATION_TOPLEFT, 0) ? 0 : ig_why(why, "a page of it cannot be read");
	unsigned char *to = cairo_image_surface_get_data(image);
	for (uint32_t row = 0; !rc && row < height; row++) {
		uint32_t *line = (uint32_t *)(void *)(to + (size_t)row * (size_t)cairo_image_surface_get_stride(image));
		for (uint32_t i = 0; i < width; i++) {
			uint32_t v = raster[(size_t)row * width + i];
			line[i] = TIFFGetR(v) << 16 | TIFFGetG(v) << 8 | TIFFGetB(v);
		}
	}
	free(raster);
	cairo_surface_mark_dirty(image);
	if (rc)
		cairo_surface_destroy(image);
	return rc ? NULL : image;
}

static int tiff_page(TIFF *t, cairo_surface_t *pdf, struct ig_why *why)
{
	double x, y;
	cairo_surface_t *image = tiff_image(t, &x, &y, why);
	if (!image)
		return -1;
	page_put(pdf, image, x, y);
	cairo_surface_destroy(image);
	return 0;
}

static TIFF *tiff_open(struct bytes *b, struct ig_why *why)
{
	TIFFSetWarningHandler(NULL);
	TIFFSetErrorHandler(NULL);
	TIFF *t = TIFFClientOpen("received", "rm", b, bytes_read, bytes_write, bytes_seek, bytes_close, bytes_size, NULL, NULL);
	if (!t)
		ig_why(why, "it is no TIFF that can be read");
	return t;
}

static bool is_tiff(const void *p, size_t len)
{
	return len > 4 && (!memcmp(p, "II*", 3) || !memcmp(p, "MM\0*", 4));
}

cairo_surface_t *ig_picture_first(const void *p, size_t len, double *x_dpi_r, double *y_dpi_r, struct ig_why *why)
{
	struct bytes b = {p, len, 0};
	*x_dpi_r = *y_dpi_r = DPI_DEFAULT;
	if (!is_tiff(p, len))
		return ig_picture(p, len, "document", why);
	TIFF *t = tiff_open(&b, why);
	cairo_surface_t *image = t ? tiff_image(t, x_dpi_r, y_dpi_r, why) : NULL;
	if (t)
		TIFFClose(t);
	return image;
}

static int tiff_pages(const void *p, size_t len, cairo_surface_t *pdf, struct ig_why *why)
{
	struct bytes b = {p, len, 0};
	TIFF *t = tiff_open(&b, why);
	int rc = t ? 0 : -1, pages = 0;
	while (!rc) {
		if (pages++ == IG_DRAW_PAGES_MAX)
			rc = ig_why(why, "it has more than %d pages", IG_DRAW_PAGES_MAX);
		else
			rc = tiff_page(t, pdf, why);
		if (rc || !TIFFReadDirectory(t))
			break;
	}
	if (t)
		TIFFClose(t);
	return rc;
}

/* A JPEG goes into the PDF as it is; only its size and resolution are looked for, in the segments before its points (ITU-T T.81 annex B). */
static bool jpeg_size(const unsigned char *p, size_t len, int *width_r, int *height_r, double *dpi_r)
{
	*dpi_r = 0;
	for (size_t at = 2; at + 4 <= len && p[at] == 0xff;) {
		unsigned kind = p[at + 1];
		size_t size = (size_t)p[at + 2] << 8 | p[at + 3];
		const unsigned char *body = p + at + 4;
		if (kind == 0xff) { /* fill */
			at++;
			continue;
		}
		if (size < 2 || at + 2 + size > len || kind == 0xda || kind == 0xd9)
			return false;
		if (kind == 0xe0 && size >= 14 && !memcmp(body, "JFIF", 5) && body[7] >= 1 && body[7] <= 2)
			*dpi_r = (body[8] << 8 | body[9]) * (body[7] == 2 ? 2.54 : 1);
		if (kind >= 0xc0 && kind <= 0xcf && kind != 0xc4 && kind != 0xc8 && kind != 0xcc) {
			if (size < 8)
				return false;
			*height_r = body[1] << 8 | body[2];
			*width_r = body[3] << 8 | body[4];
			return true;
		}
		at += 2 + size;
	}
	return false;
}

static int jpeg_page(const unsigned char *p, size_t len, cairo_surface_t *pdf, struct ig_why *why)
{
	int width = 0, height = 0;
	double dpi;
	if (!jpeg_size(p, len, &width, &height, &dpi) || width < 1 || height < 1 || (uint64_t)width * (uint64_t)height > PIXELS_MAX || width > 30000 || height > 30000)
		return ig_why(why, "the picture has no size, or is larger than %u pixels", PIXELS_MAX);
	cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height); /* its points are never touched */
	unsigned char *copy = ig_xmalloc(len);
	memcpy(copy, p, len);
	cairo_status_t bad = cairo_surface_set_mime_data(image, CAIRO_MIME_TYPE_JPEG, copy, len, free, copy);
	if (bad)
		free(copy);
	else
		page_put(pdf, image, dpi, dpi);
	cairo_surface_destroy(image);
	return bad ? ig_why(why, "the picture cannot be kept: %s", cairo_status_to_string(bad)) : 0;
}

int ig_picture_pdf(const void *p, size_t len, struct ig_buf *out, struct ig_why *why)
{
	cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(pdf_write, out, A4_WIDTH, A4_HEIGHT), *png;
	int rc = -1;
	if (is_tiff(p, len)) {
		rc = tiff_pages(p, len, pdf, why);
	} else if (len > 4 && !memcmp(p, "\xff\xd8\xff", 3)) {
		rc = jpeg_page(p, len, pdf, why);
	} else if ((png = ig_picture(p, len, "document", why))) {
		page_put(pdf, png, DPI_DEFAULT, DPI_DEFAULT);
		cairo_surface_destroy(png);
		rc = 0;
	}
	cairo_surface_finish(pdf);
	if (!rc && (cairo_surface_status(pdf) != CAIRO_STATUS_SUCCESS || out->over))
		rc = ig_why(why, "its pages could not be written");
	cairo_surface_destroy(pdf);
	return rc;
}
