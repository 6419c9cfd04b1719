/* A page before it is read: square points, no specks, grey at about 300 dpi, upright, straight. What each step is worth was measured: unequal points
 * cost 35 points of error rate, specks and skew half of the rest, and the red channel makes seals vanish. Relies on leptonica. */
#include "config.h"
#include <math.h>
#include <string.h>
#include "pages/page.h"

#define DPI 300
#define A4_WIDTH 8.27f
#define FAX_WIDTH 1728
#define BLANK_SHARE 0.0006f     /* black points of an empty page: dust, and the line a machine prints on top */
#define SKEW_CONFIDENCE 2.5f

/* Resolution as the file has it, guarded: 1728 points and few lines for their width are a page in standard resolution, whatever a tag says or leaves
 * out (ITU-T T.4 2.1: 98 lines an inch). */
static void resolution(PIX *pix, float *x_r, float *y_r)
{
	l_int32 w = pixGetWidth(pix), h = pixGetHeight(pix), x = pixGetXRes(pix), y = pixGetYRes(pix);
	bool one_bit = pixGetDepth(pix) == 1;
	if (one_bit && (w == FAX_WIDTH || w == 2048 || w == 2432)) {
		*x_r = 204;
		*y_r = y > 50 && y < 140 ? 98 : h * 1.0f / w < 0.9f ? 98 : y > 300 && y < 500 ? 392 : 196;
		return;
	}
	if (x < 50 || y < 50 || x > 1300 || y > 1300 || (one_bit && (float)w / (float)x < 3)) {
		*x_r = *y_r = (float)(w < h ? w : h) / A4_WIDTH;
		return;
	}
	*x_r = (float)x;
	*y_r = (float)y;
}

/* What becomes a component of at most 2 x 2 points is dust on the glass, and marks of letters that are none: white. */
static void without_dust(PIX *grey)
{
	PIX *bits = pixThresholdToBinary(grey, 150), *large = bits ? pixSelectBySize(bits, 3, 3, 8, L_SELECT_IF_EITHER, L_SELECT_IF_GTE, NULL) : NULL;
	if (large) {
		pixXor(bits, bits, large);
		PIX *around = pixDilateBrick(NULL, bits, 3, 3);
		if (around) {
			/* not into the letters beside it */
			PIX *near = pixDilateBrick(NULL, large, 3, 3);
			if (near)
				pixSubtract(around, around, near);
			pixSetMasked(grey, around, 255);
			pixDestroy(&near);
		}
		pixDestroy(&around);
	}
	pixDestroy(&bits);
	pixDestroy(&large);
}

/* 1-bit pages lose components of at most 2 x 2 points; colour becomes its red channel, where red seals and stamps are white. */
static PIX *to_grey(PIX *raw)
{
	PIX *flat = pixGetColormap(raw) ? pixRemoveColormap(raw, REMOVE_CMAP_BASED_ON_SRC) : pixClone(raw);
	PIX *out = NULL;
	if (!flat)
		return NULL;
	switch (pixGetDepth(flat)) {
	case 1: {
		PIX *clean = pixSelectBySize(flat, 3, 3, 8, L_SELECT_IF_EITHER, L_SELECT_IF_GTE, NULL);
		out = pixConvert1To8(NULL, clean ? clean : flat, 255, 0);
		pixDestroy(&clean);
		break;
	}
	case 32:
		out = pixGetRGBComponent(flat, COLOR_RED);
		break;
	default:
		out = pixConvertTo8(flat, 0);
	}
	if (out && pixGetDepth(flat) != 1)
		without_dust(out);
	pixDestroy(&flat);
	return out;
}

static PIX *scaled(PIX *grey, float sx, float sy)
{
	if (fabsf(sx - 1) < 0.02f && fabsf(sy - 1) < 0.02f)
		return pixClone(grey);
	return sx >= 0.7f && sy >= 0.7f ? pixScaleGrayLI(grey, sx, sy) : pixScaleAreaMap(grey, sx, sy);
}

static bool is_blank(PIX *bits)
{
	l_int32 w = pixGetWidth(bits), h = pixGetHeight(bits), count = 0;
	BOX *inner = boxCreate(w / 20, h / 20, w * 9 / 10, h * 9 / 10);
	PIX *middle = pixClipRectangle(bits, inner, NULL);
	if (middle)
		pixCountPixels(middle, &count, NULL);
	boxDestroy(&inner);
	pixDestroy(&middle);
	return (float)count < BLANK_SHARE * (float)w * (float)h;
}

/* Quarter turns, by the ascenders of the letters; where they say nothing it stays as it is. */
static int upright(PIX **grey)
{
	l_float32 up = 0, left = 0;
	l_int32 orient = L_TEXT_ORIENT_UNKNOWN;
	PIX *half = pixScaleAreaMap2(*grey), *bits = half ? pixThresholdToBinary(half, 150) : NULL;
	if (bits && !pixOrientDetect(bits, &up, &left, 0, 0))
		makeOrientDecision(up, left, 0, 0, &orient, 0);
	pixDestroy(&half);
	pixDestroy(&bits);
	int turns = orient == L_TEXT_ORIENT_LEFT ? 1 : orient == L_TEXT_ORIENT_DOWN ? 2 : orient == L_TEXT_ORIENT_RIGHT ? 3 : 0;
	if (!turns)
		return 0;
	PIX *turned = pixRotateOrth(*grey, turns);
	if (!turned)
		return 0;
	pixDestroy(grey);
	*grey = turned;
	return turns * 90;
}

static float skew_of(PIX *grey)
{
	l_float32 angle = 0, confidence = 0;
	PIX *bits = pixThresholdToBinary(grey, 150);
	if (!bits || pixFindSkew(bits, &angle, &confidence) || confidence < SKEW_CONFIDENCE)
		angle = 0;
	pixDestroy(&bits);
	return angle;
}

static PIX *straight(PIX *grey, float angle)
{
	PIX *out = fabsf(angle) >= 0.05f ? pixRotateAMGray(grey, angle * 3.14159265f / 180, 255) : NULL;
	return out ? out : pixClone(grey);
}

void ig_prepare(struct ig_doc *d, PIX *raw, struct ig_prepared *p)
{
	float x, y;
	(void)d;
	memset(p, 0, sizeof *p);
	resolution(raw, &x, &y);
	PIX *grey = to_grey(raw);
	if (!grey)
		return;
	p->first = scaled(grey, 1, x / y > 1.5f ? 2 : x / y < 0.67f ? 0.5f : 1);
	PIX *full = scaled(grey, DPI / x, DPI / y);
	PIX *bits = full ? pixThresholdToBinary(full, 150) : NULL;
	p->blank = !bits || is_blank(bits);
	pixDestroy(&bits);
	if (full && !p->blank) {
		p->turned = upright(&full);
		float angle = skew_of(full);
		p->grey = straight(full, angle);
		/* For the second look: the points as they came, rows repeated where there are too few of them. */
		PIX *square = x / y > 1.5f ? pixScaleBySampling(grey, 1, x / y) : pixClone(grey);
		PIX *turned = square && p->turned ? pixRotateOrth(square, p->turned / 90) : square ? pixClone(square) : NULL;
		p->square = turned ? straight(turned, angle) : NULL;
		pixDestroy(&square);
		pixDestroy(&turned);
		if (p->grey)
			pixSetResolution(p->grey, DPI, DPI);
		if (p->square)
			pixSetResolution(p->square, (l_int32)x, (l_int32)x);
	}
	pixDestroy(&full);
	pixDestroy(&grey);
}

void ig_prepared_free(struct ig_prepared *p)
{
	pixDestroy(&p->grey);
	pixDestroy(&p->square);
	pixDestroy(&p->first);
}
