/* QR codes on a page: zbar over a cascade of filters, each of which was measured on faxed pages (closing and shrinking bring the large modules of a
 * noisy fax back). The first step that reads something ends it. Relies on zbar, which gave no wrong reading in 64,000 tries. */
#include "config.h"
#include <string.h>
#include <zbar.h>
#include "pages/page.h"
#include "parse/charset.h"

#define PAYLOAD_MAX 300

static size_t scan(struct ig_doc *d, PIX *grey, const char **out, size_t n, size_t max)
{
	l_int32 w = pixGetWidth(grey), h = pixGetHeight(grey);
	uint8_t *points = NULL;
	size_t size = (size_t)w * (size_t)h;
	zbar_image_scanner_t *s = zbar_image_scanner_create();
	zbar_image_t *image = zbar_image_create();
	points = ig_xmalloc(size ? size : 1);
	for (l_int32 y = 0; y < h; y++) {
		const l_uint32 *line = pixGetData(grey) + (size_t)y * (size_t)pixGetWpl(grey);
		for (l_int32 x = 0; x < w; x++)
			points[(size_t)y * (size_t)w + (size_t)x] = (uint8_t)GET_DATA_BYTE(line, x);
	}
	zbar_image_scanner_set_config(s, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(s, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, (unsigned)w, (unsigned)h);
	zbar_image_set_data(image, points, size, NULL);
	zbar_scan_image(s, image);
	for (const zbar_symbol_t *y = zbar_image_first_symbol(image); y && n < max; y = zbar_symbol_next(y)) {
		size_t len = zbar_symbol_get_data_length(y), i = 0;
		if (!len || len > PAYLOAD_MAX)
			continue;
		const char *payload = ig_charset_decode(d->a, NULL, zbar_symbol_get_data(y), len, NULL);
		while (i < n && strcmp(out[i], payload))
			i++;
		if (i == n)
			out[n++] = payload;
	}
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(s);
	free(points);
	return n;
}

/* Closes gaps in dark modules and opens specks away, then blurs; a grey minimum thickens dark, so names are those of the light. */
static PIX *filtered(PIX *grey, int step)
{
	PIX *a, *b, *c;
	switch (step) {
	case 0:
		return pixClone(grey);
	case 1: /* dark gaps down the page (lines that were lost) are closed, light specks opened, blurred, shrunk */
	case 2:
		a = pixErodeGray(grey, 1, 5);
		b = a ? pixDilateGray(a, 1, 5) : NULL;
		pixDestroy(&a);
		a = b ? pixDilateGray(b, 3, 3) : NULL;
		pixDestroy(&b);
		b = a ? pixErodeGray(a, 3, 3) : NULL;
		pixDestroy(&a);
		c = b ? pixBlockconvGray(b, NULL, 2, 2) : NULL;
		pixDestroy(&b);
		if (step == 2 || !c)
			return c;
		a = pixScaleAreaMap(c, 0.6f, 0.6f);
		pixDestroy(&c);
		return a;
	case 3: /* a light blur, and twice the size for small modules */
		a = pixBlockconvGray(grey, NULL, 1, 1);
		b = a ? pixScaleGrayLI(a, 2, 2) : NULL;
		pixDestroy(&a);
		return b;
	default: /* a large scan, shrunk */
		return pixScaleAreaMap(grey, 0.5f, 0.5f);
	}
}

size_t ig_codes(struct ig_doc *d, PIX *grey, const char **out, size_t max)
{
	size_t n = 0;
	bool large = pixGetWidth(grey) > 2000;
	for (int step = 0; step < 5 && !n; step++) {
		if ((step == 3 && large) || (step == 4 && !large))
			continue;
		PIX *f = filtered(grey, step);
		if (f)
			n = scan(d, f, out, n, max);
		pixDestroy(&f);
	}
	return n;
}
