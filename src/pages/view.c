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

/* ---- where a stamp goes: as the model has it, at the left below the number, if that place is free; else the free place nearest to it, else the one with
 * the least writing. The page is looked at as it is shown: not turned, not straightened. */

enum { DOT = 2, MARGIN = 8, WISH_X = 12, WISH_Y = 70 }; /* millimetres: of a dot of the map, from the edges, and where it is wished for */

static PIX *map_of(PIX *raw, l_int32 *w_r, l_int32 *h_r, float *width_r)
{
	l_int32 x = pixGetXRes(raw), y = pixGetYRes(raw), w = pixGetWidth(raw), h = pixGetHeight(raw);
	bool known = x >= 50 && y >= 50 && x < 1300 && y < 1300;
	float width = known ? (float)w / (float)x * 25.4f : w < h ? 210 : 297, height = known ? (float)h / (float)y * 25.4f : width * (float)h / (float)w;
	PIX *grey = pixConvertTo8(raw, 0);
	*w_r = (l_int32)(width / DOT), *h_r = (l_int32)(height / DOT), *width_r = width;
	PIX *small = grey && *w_r > 8 && *h_r > 8 && *w_r < 2000 && *h_r < 2000 ? pixScaleAreaMapToSize(grey, *w_r, *h_r) : NULL;
	pixDestroy(&grey);
	return small;
}

/* How much darker than paper the dots of that place are together; a little dust counts as none. */
static int64_t ink(PIX *map, int x0, int y0, int w, int h)
{
	int64_t sum = 0;
	for (int y = y0; y < y0 + h; y++) {
		const l_uint32 *line = pixGetData(map) + (size_t)y * (size_t)pixGetWpl(map);
		for (int x = x0; x < x0 + w; x++) {
			int dark = 225 - (int)GET_DATA_BYTE(line, x);
			sum += dark > 0 ? dark : 0;
		}
	}
	return sum;
}

static void free_place(struct ig_doc *d, PIX *raw, int wide, int high)
{
	l_int32 w = 0, h = 0;
	float width = 0;
	PIX *map = map_of(raw, &w, &h, &width); /* a dot of air on each side */
	int sw = (wide / 10 + DOT - 1) / DOT + 2, sh = (high / 10 + DOT - 1) / DOT + 2, edge = MARGIN / DOT, best_x = -1, best_y = 0;
	int64_t best = INT64_MAX;
	for (int y = edge; map && y + sh <= h - edge; y++)
		for (int x = edge; x + sw <= w - edge; x++) {
			int dx = x - WISH_X / DOT, dy = y - WISH_Y / DOT;
			int64_t cost = ink(map, x, y, sw, sh) * 1000 + dx * dx + dy * dy;
			if (cost < best)
				best = cost, best_x = x, best_y = y;
		}
	pixDestroy(&map);
	if (best_x < 0) {
		ig_doc_problem(d, "the page is too small");
		return;
	}
	const char *text = ig_arena_fmt(d->a, "%d %d", (best_x + 1) * PARTS / w, (best_y + 1) * PARTS / h);
	d->job->file(d->job->arg, "place", IG_VIEW_PLACE, text, strlen(text));
}

void ig_doc_view(struct ig_doc *d, const struct ig_blob *b)
{
	int page = 0, x0, y0, x1, y1, wide = 0, high = 0;
	struct ig_prepared pic = {.grey = NULL};
	enum ig_pages_kind kind = ig_pages_kind_of(b);
	bool pdf = kind == IG_PAGES_PDF, picture = kind == IG_PAGES_TIFF || kind == IG_PAGES_PNG || kind == IG_PAGES_JPEG;
	setMsgSeverity(L_SEVERITY_NONE);
	bool place = sscanf(d->job->view, "page %d, free %d %d", &page, &wide, &high) == 3 && wide > 0 && high > 0 && wide < 3000 && high < 3000;
	if ((!pdf && !picture) || (!place && (sscanf(d->job->view, "page %d, box %d %d %d %d", &page, &x0, &y0, &x1, &y1) != 5 || x1 <= x0 || y1 <= y0)) || page < 1 ||
		page > IG_PAGES_MAX) {
		ig_doc_problem(d, "it has no such place");
		return;
	}
	PIX *raw = pdf ? ig_picture_pdf(d, b, page) : ig_picture_of(d, b, kind == IG_PAGES_TIFF ? page - 1 : 0);
	if (place) {
		if (raw)
			free_place(d, raw, wide, high);
		pixDestroy(&raw);
		return;
	}
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
