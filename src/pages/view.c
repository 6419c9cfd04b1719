/* A place of a page for a person's eye: cut out of the page as recognition saw it (upright, straight), with a little around it, small enough for a
 * terminal. As PNG for a viewer and as PGM, which takes no decoder that could be harmed. Relies on picture.c and prepare.c. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "pages/page.h"

enum { AROUND_X = 250, AROUND_Y = 100, PARTS = 10000 };

static l_int32 within(int v)
{
	return v < 0 ? 0 : v > PARTS ? PARTS : v;
}

static PIX *cut(PIX *page, int x0, int y0, int x1, int y1)
{
	l_int32 w = pixGetWidth(page), h = pixGetHeight(page);
	x0 = within(x0 - AROUND_X), y0 = within(y0 - AROUND_Y), x1 = within(x1 + AROUND_X), y1 = within(y1 + AROUND_Y);
	BOX *box = boxCreate((l_int32)((int64_t)x0 * w / PARTS), (l_int32)((int64_t)y0 * h / PARTS), (l_int32)((int64_t)(x1 - x0) * w / PARTS),
		(l_int32)((int64_t)(y1 - y0) * h / PARTS));
	PIX *out = box ? pixClipRectangle(page, box, NULL) : NULL;
	boxDestroy(&box);
	if (!out)
		return NULL;
	float wide = (float)IG_VIEW_WIDTH_MAX / (float)pixGetWidth(out), high = (float)IG_VIEW_HEIGHT_MAX / (float)pixGetHeight(out), scale = wide < high ? wide : high;
	if (scale >= 1)
		return out;
	PIX *small = pixScaleAreaMap(out, scale, scale);
	pixDestroy(&out);
	return small;
}

static void give(struct ig_doc *d, PIX *pix)
{
	struct ig_buf pgm = IG_BUF_INIT(IG_VIEW_WIDTH_MAX * IG_VIEW_HEIGHT_MAX + 100);
	l_uint8 *png = NULL;
	size_t len = 0;
	l_int32 w = pixGetWidth(pix), h = pixGetHeight(pix);
	ig_buf_fmt(&pgm, "P5\n%d %d\n255\n", w, h);
	for (l_int32 y = 0; y < h; y++) {
		const l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
		for (l_int32 x = 0; x < w; x++)
			ig_buf_char(&pgm, (char)GET_DATA_BYTE(line, x));
	}
	if (!pgm.over)
		d->job->file(d->job->arg, "view.pgm", IG_VIEW_PGM, pgm.data, pgm.len);
	if (!pixWriteMemPng(&png, &len, pix, 0))
		d->job->file(d->job->arg, "view.png", "image/png", png, len);
	lept_free(png);
	ig_buf_free(&pgm);
}

void ig_doc_view(struct ig_doc *d, const struct ig_blob *b)
{
	int page, x0, y0, x1, y1;
	struct ig_prepared pic = {.grey = NULL};
	enum ig_pages_kind kind = ig_pages_kind_of(b);
	bool pdf = kind == IG_PAGES_PDF, picture = kind == IG_PAGES_TIFF || kind == IG_PAGES_PNG || kind == IG_PAGES_JPEG;
	setMsgSeverity(L_SEVERITY_NONE);
	if ((!pdf && !picture) || sscanf(d->job->view, "page %d, box %d %d %d %d", &page, &x0, &y0, &x1, &y1) != 5 || page < 1 || page > IG_PAGES_MAX || x1 <= x0 || y1 <= y0) {
		ig_doc_problem(d, "it has no such place");
		return;
	}
	PIX *raw = pdf ? ig_picture_pdf(d, b, page) : ig_picture_of(d, b, kind == IG_PAGES_TIFF ? page - 1 : 0);
	if (raw)
		ig_prepare(d, raw, &pic);
	PIX *out = pic.grey ? cut(pic.grey, x0, y0, x1, y1) : NULL;
	if (out)
		give(d, out);
	else
		ig_doc_problem(d, "the place cannot be shown");
	pixDestroy(&out);
	ig_prepared_free(&pic);
	pixDestroy(&raw);
	d->result = "shown";
}
