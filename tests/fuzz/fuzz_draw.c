/* Received documents under the stamp of arrival (PDF, TIFF, PNG, JPEG), and page models: the first byte chooses. Whatever the bytes, either a PDF
 * comes of them or a reason. */
#include "config.h"
#include <stdint.h>
#include <string.h>
#include "base/buf.h"
#include "draw/draw.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void stamp(struct ig_draw *draw, unsigned how, const uint8_t *data, size_t size)
{
	struct ig_stamp s = {.office = "SỞ MẪU", .number = "0041", .date = "22/11/2026", .layout_2011 = how & 1, .placed = how & 2, .x = 0.3, .y = (how & 4) ? 0.9 : 0.1};
	struct ig_buf out = IG_BUF_INIT(IG_DRAW_PDF_MAX);
	struct ig_why why;
	ig_draw_stamp(draw, &s, data, size, &out, &why);
	ig_buf_free(&out);
}

static void model(struct ig_draw *draw, const uint8_t *data, size_t size)
{
	struct ig_buf out = IG_BUF_INIT(IG_DRAW_PDF_MAX);
	struct ig_why why;
	json_t *page = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	struct ig_drawing *g = page ? ig_draw(draw, page, &why) : NULL;
	if (g)
		ig_drawing_pdf(g, &out, &why);
	ig_drawing_free(g);
	json_decref(page);
	ig_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ig_draw *draw; /* lives as long as the target */
	struct ig_why why;
	if (size < 2)
		return 0;
	if (!draw)
		draw = ig_draw_new(NULL, NULL, &why);
	if (!draw)
		return 0;
	if (data[0] == 'M')
		model(draw, data + 1, size - 1);
	else
		stamp(draw, data[0] & 7, data + 1, size - 1);
	return 0;
}

/* What fontconfig keeps until the process ends is no leak of ours. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libfontconfig\n"; }
