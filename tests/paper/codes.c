/* The campaign of codes: degraded codes, read by the very functions of the workers in one process, for ten thousand of them are too many for a worker
 * each. Prints one line: how many of them gave their payload, and how many gave another. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/clock.h"
#include "model/incident.h"
#include "pages/page.h"
#include "pages/scan.h"
#include "paper.h"

/* Payloads that are references, as scan.c takes them: anything else that a code says is none of ours. */
static int judge(const char *const *codes, size_t n, const char *ref)
{
	struct ig_ref r;
	for (size_t i = 0; i < n; i++)
		if (!ig_ref_parse(codes[i], strlen(codes[i]), &r))
			return strcmp(codes[i], ref) ? -1 : 1;
	return 0;
}

int paper_codes(char **argv)
{
	bool strip = !strcmp(argv[0], "strip");
	int level = atoi(argv[2]);
	long first = atol(argv[3]), count = atol(argv[4]), read = 0, wrong = 0;
	clock_t spent = 0;
	setMsgSeverity(L_SEVERITY_NONE);
	for (long i = first; i < first + count; i++) {
		char ref[IG_REF_MAX];
		struct ig_arena *a = ig_arena_new(0);
		struct ig_report r = {.kind = IG_KIND_MAIL};
		struct ig_pages_job job = {.limits = ig_pages_defaults};
		struct ig_doc d = {.job = &job, .a = a, .r = &r, .deadline = ig_mono_ms() + 600000};
		struct ig_prepared pic;
		const char *codes[4];
		PIX *raw = (strip ? paper_strip : paper_page)((uint64_t)i, argv[1], level, ref);
		clock_t before = clock();
		ig_prepare(&d, raw, &pic);
		int is = pic.first ? judge(codes, ig_codes(&d, pic.first, codes, 4), ref) : 0;
		spent += clock() - before;
		read += is > 0;
		wrong += is < 0;
		if (is <= 0 && getenv("PAPER_KEEP")) {
			char path[200];
			snprintf(path, sizeof path, "%s/%s-%s%d-%ld.png", getenv("PAPER_KEEP"), argv[0], argv[1], level, i);
			pixWrite(path, raw, IFF_PNG);
		}
		ig_prepared_free(&pic);
		pixDestroy(&raw);
		ig_arena_free(a);
	}
	printf("codes %s %s L%d: %ld of %ld read (%.2f %%), %ld wrong, %.0f ms each\n", argv[0], argv[1], level, read, count, 100.0 * (double)read / (double)count,
		wrong, 1000.0 * (double)spent / CLOCKS_PER_SEC / (double)count);
	return wrong != 0;
}
