/* Text of a picture by tesseract, as lines with their places. One thread: several cost four times the processor for nothing (OMP_THREAD_LIMIT, set
 * before the library starts). Relies on the models eng and vie of the distribution. */
#include "config.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <tesseract/capi.h>
#include <unistd.h>
#include "base/utf8.h"
#include "pages/page.h"

static int silence = -1; /* /dev/null for writing, which this confinement could not open any more */

void ig_ocr_start(void)
{
	silence = open("/dev/null", O_WRONLY | O_CLOEXEC);
}

/* The library tells standard error what it thinks of a page; that is no news for a log. */
static int hush(void)
{
	int kept = silence >= 0 ? dup(STDERR_FILENO) : -1;
	if (kept >= 0)
		dup2(silence, STDERR_FILENO);
	return kept;
}

static void speak(int kept)
{
	if (kept < 0)
		return;
	dup2(kept, STDERR_FILENO);
	close(kept);
}

struct ig_ocr {
	struct ig_doc *d;
	TessBaseAPI *api;
};

struct ig_ocr *ig_ocr_new(struct ig_doc *d, const char *languages)
{
	struct ig_ocr *o = ig_xmalloc(sizeof *o);
	o->d = d;
	o->api = TessBaseAPICreate();
	int kept = hush();
	int bad = TessBaseAPIInit3(o->api, NULL, languages);
	speak(kept);
	if (!bad) {
		TessBaseAPISetPageSegMode(o->api, PSM_AUTO);
		return o;
	}
	ig_doc_problem(d, "the data for recognising %s is not installed: the page was not read", languages);
	TessBaseAPIDelete(o->api);
	free(o);
	return NULL;
}

struct ig_ocr *ig_ocr_free(struct ig_ocr *o)
{
	if (!o)
		return NULL;
	TessBaseAPIEnd(o->api);
	TessBaseAPIDelete(o->api);
	free(o);
	return NULL;
}

static int share(int at, int of)
{
	return of > 0 ? (int)((int64_t)at * 10000 / of) : 0;
}

/* A line being put together from its words. */
struct growing {
	struct ig_ocr *o;
	struct ig_lines *l;
	struct ig_line *list;
	struct ig_buf text;
	int x0, y0, x1, y1, words;
	float confidence;
};

static void flush(struct growing *g, int w, int h)
{
	if (g->words && g->l->count < IG_PAGE_LINES_MAX)
		g->list[g->l->count++] = (struct ig_line){.text = ig_utf8_nfc(g->o->d->a, g->text.data, g->text.len), .x0 = share(g->x0, w), .y0 = share(g->y0, h),
			.x1 = share(g->x1, w), .y1 = share(g->y1, h), .confidence = g->confidence / (float)g->words};
	ig_buf_reset(&g->text);
	g->words = 0;
	g->confidence = 0;
}

static void take_word(struct growing *g, const char *text, const int box[4], float confidence)
{
	if (!g->words) {
		g->x0 = box[0], g->y0 = box[1], g->x1 = box[2], g->y1 = box[3];
	} else {
		ig_buf_char(&g->text, ' ');
		g->y0 = box[1] < g->y0 ? box[1] : g->y0;
		g->x1 = box[2] > g->x1 ? box[2] : g->x1;
		g->y1 = box[3] > g->y1 ? box[3] : g->y1;
	}
	ig_buf_str(&g->text, text);
	g->confidence += confidence;
	g->words++;
}

/* The head of a letter has two columns, which the layout analysis often takes for long lines: a gap of more than twice the height of a line is
 * a new one. Words of no confidence at all are codes, seals and dirt. */
static void take_lines(struct ig_ocr *o, PIX *pix, struct ig_lines *l)
{
	TessResultIterator *it = TessBaseAPIGetIterator(o->api);
	int w = pixGetWidth(pix), h = pixGetHeight(pix);
	struct growing g = {.o = o, .l = l};
	l->line = g.list = ig_arena_calloc(o->d->a, IG_PAGE_LINES_MAX, sizeof *g.list);
	ig_buf_init(&g.text, 8192);
	while (it) {
		const TessPageIterator *at = TessResultIteratorGetPageIteratorConst(it);
		char *text = TessResultIteratorGetUTF8Text(it, RIL_WORD);
		float confidence = TessResultIteratorConfidence(it, RIL_WORD);
		int box[4];
		bool there = text && TessPageIteratorBoundingBox(at, RIL_WORD, &box[0], &box[1], &box[2], &box[3]);
		int line[4];
		bool high = there && TessPageIteratorBoundingBox(at, RIL_TEXTLINE, &line[0], &line[1], &line[2], &line[3]);
		if (TessPageIteratorIsAtBeginningOf(at, RIL_TEXTLINE) || (high && g.words && box[0] - g.x1 > 2 * (line[3] - line[1])))
			flush(&g, w, h);
		if (there && confidence > 12 && text[strspn(text, " \t\n")])
			take_word(&g, text, box, confidence);
		TessDeleteText(text);
		if (!TessResultIteratorNext(it, RIL_WORD))
			break;
	}
	flush(&g, w, h);
	ig_buf_free(&g.text);
	if (it)
		TessResultIteratorDelete(it);
}

void ig_ocr_read(struct ig_ocr *o, PIX *pix, struct ig_lines *l, float *confidence_r)
{
	int kept = hush();
	*l = (struct ig_lines){.count = 0};
	TessBaseAPISetImage2(o->api, pix);
	if (!TessBaseAPIRecognize(o->api, NULL)) {
		take_lines(o, pix, l);
		*confidence_r = (float)TessBaseAPIMeanTextConf(o->api);
	}
	TessBaseAPIClear(o->api);
	speak(kept);
}
