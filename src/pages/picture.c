/* Pictures to points. What a file claims of its size is read and judged from its header alone: a TIFF of 182 bytes that claims 60000 x 60000 points
 * costs its header. Relies on leptonica for the formats and on pdftoppm for PDF. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "pages/page.h"

enum { DRAW_MS = 60000, LONG_SIDE = 2400 };

static bool allowed(struct ig_doc *d, int page, l_int32 w, l_int32 h, l_int32 bits)
{
	if (w > 0 && h > 0 && w <= IG_PAGE_SIDE_MAX && h <= IG_PAGE_SIDE_MAX && (int64_t)w * h <= IG_PAGE_POINTS_MAX &&
		(int64_t)w * h / 8 * bits <= IG_PAGE_BYTES_MAX)
		return true;
	ig_doc_problem(d, "page %d claims %d x %d points: it was not read", page, w, h);
	return false;
}

int ig_picture_count(struct ig_doc *d, const struct ig_blob *b)
{
	l_int32 n = 1;
	setMsgSeverity(L_SEVERITY_NONE);
	if (ig_pages_kind_of(b) != IG_PAGES_TIFF)
		return 1;
	/* Directories are counted by the chain of their offsets; one that leads back is cut by the limit. */
	l_int32 w, h, bps, spp, res, cmap, format;
	for (n = 0; n < IG_PAGES_MAX; n++)
		if (readHeaderMemTiff(b->p, b->len, n, &w, &h, &bps, &spp, &res, &cmap, &format))
			break;
	if (n == IG_PAGES_MAX)
		ig_doc_problem(d, "more than %d pages; the rest was not read", IG_PAGES_MAX);
	return n;
}

static PIX *read_tiff(struct ig_doc *d, const struct ig_blob *b, int page)
{
	l_int32 w = 0, h = 0, bps = 0, spp = 0, res, cmap, format;
	if (readHeaderMemTiff(b->p, b->len, page, &w, &h, &bps, &spp, &res, &cmap, &format)) {
		ig_doc_problem(d, "page %d is damaged", page + 1);
		return NULL;
	}
	return allowed(d, page + 1, w, h, spp >= 3 ? 32 : bps * spp) ? pixReadMemTiff(b->p, b->len, page) : NULL;
}

PIX *ig_picture_of(struct ig_doc *d, const struct ig_blob *b, int page)
{
	l_int32 w = 0, h = 0, bps = 0, spp = 0, cmap = 0, bad;
	enum ig_pages_kind kind = ig_pages_kind_of(b);
	PIX *pix;
	if (kind == IG_PAGES_TIFF) {
		pix = read_tiff(d, b, page);
	} else {
		bad = kind == IG_PAGES_PNG ? readHeaderMemPng(b->p, b->len, &w, &h, &bps, &spp, &cmap) : readHeaderMemJpeg(b->p, b->len, &w, &h, &spp, NULL, NULL);
		if (!bad && !allowed(d, page + 1, w, h, 32))
			return NULL;
		pix = bad ? NULL : kind == IG_PAGES_PNG ? pixReadMemPng(b->p, b->len) : pixReadMemJpeg(b->p, b->len, 0, 1, NULL, 0);
	}
	if (!pix)
		ig_doc_problem(d, "page %d cannot be read as a picture", page + 1);
	return pix;
}

PIX *ig_picture_pdf(struct ig_doc *d, const struct ig_blob *b, int page)
{
	char number[16], side[16];
	snprintf(number, sizeof number, "%d", page);
	snprintf(side, sizeof side, "%d", LONG_SIDE);
	const char *const argv[] = {"/usr/bin/pdftoppm", "-q", "-f", number, "-l", number, "-scale-to", side, "@", NULL};
	struct ig_tool t = {.argv = argv, .p = b->p, .len = b->len, .time_ms = DRAW_MS};
	struct ig_buf out;
	struct ig_why why = {""};
	PIX *pix = NULL;
	ig_buf_init(&out, (size_t)LONG_SIDE * LONG_SIDE * 3 + 1024);
	if (ig_tool_run(d, &t, &out, &why))
		ig_doc_problem(d, "page %d: %s", page, why.text);
	else if (out.len > 16)
		pix = pixReadMemPnm((const l_uint8 *)out.data, out.len);
	ig_buf_free(&out);
	if (!pix)
		ig_doc_problem(d, "page %d cannot be drawn", page);
	else
		pixSetResolution(pix, 0, 0);
	return pix;
}
