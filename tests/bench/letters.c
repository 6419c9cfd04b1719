/* What a letter costs: every kind drawn many times; pages, size, processor time of laying out and PDF, of the marks and of a fine fax. The target is
 * 60 ms and 120 kB for one page unsigned. `make bench-letters`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "compose/compose.h"
#include "conf/conf.h"
#include "draw/draw.h"

#ifndef SRCDIR /* for tools that read this file alone */
#define SRCDIR "."
#endif

enum { ROUNDS = 30 };

static void say(const char *line, void *arg)
{
	(void)arg;
	fprintf(stderr, "%s\n", line);
}

static double cpu_ms(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

static void measure(const char *kind, struct ig_draw *d, json_t *page)
{
	struct ig_why why = {""};
	size_t pages = 0, size = 0, fax = 0;
	double pdf_ms = 0, fax_ms = 0;
	for (int i = 0; i < ROUNDS; i++) {
		struct ig_buf pdf = IG_BUF_INIT(IG_DRAW_PDF_MAX), tiff = IG_BUF_INIT(IG_DRAW_PDF_MAX);
		double begun = cpu_ms();
		struct ig_drawing *g = ig_draw(d, page, &why);
		if (!g || ig_drawing_pdf(g, &pdf, &why))
			exit((fprintf(stderr, "%s: %s\n", kind, why.text), 1));
		double drawn = cpu_ms();
		if (ig_drawing_fax(g, true, &tiff, &why))
			exit((fprintf(stderr, "%s: %s\n", kind, why.text), 1));
		fax_ms += cpu_ms() - drawn;
		pdf_ms += drawn - begun;
		pages = ig_drawing_pages(g);
		size = pdf.len;
		fax = tiff.len;
		ig_drawing_free(g);
		ig_buf_free(&pdf);
		ig_buf_free(&tiff);
	}
	printf("%-18s %5zu %9zu %9.1f %9.1f %9zu %9.1f\n", kind, pages, size, pdf_ms / ROUNDS, pdf_ms / ROUNDS / (double)pages, fax, fax_ms / ROUNDS / (double)pages);
}

int main(void)
{
	struct ig_why why = {""};
	const char *const to[] = {"Cơ quan điều phối quốc gia về ứng cứu sự cố", NULL};
	double begun = cpu_ms();
	struct ig_draw *d = ig_draw_new(NULL, NULL, &why);
	if (!d)
		return fprintf(stderr, "%s\n", why.text), 1;
	printf("fonts found and checked in %.1f ms\n%-18s %5s %9s %9s %9s %9s %9s\n", cpu_ms() - begun, "letter", "pages", "bytes", "ms", "ms/page", "fax", "ms/page");
	setenv("IRGATE_DATADIR", SRCDIR, 1);
	struct ig_conf *c = ig_conf_default(say, NULL);
	struct ig_templates *t = ig_templates_load(SRCDIR "/templates", say, NULL);
	json_t *facts = json_load_file(SRCDIR "/templates/sample.json", 0, NULL);
	if (!c || !t || !facts || !c->profile_count)
		return 1;
	for (size_t k = 0; ig_letter_kind(k); k++) {
		struct ig_letter l = {.kind = ig_letter_kind(k), .language = "vi", .role = IG_PARTY_ROLE_COORDINATOR, .profile = c->profiles[c->profile_count - 1],
			.fields = facts};
		struct ig_page_head head = {.number = 5, .to = to, .reference = "IR-2026-000123-0", .fax_to = "+84 233 000 0042"};
		json_t *page = NULL;
		if (ig_compose_page(t, &l, &head, &page, &why))
			return fprintf(stderr, "%s\n", why.text), 1;
		measure(ig_letter_kind(k), d, page);
		json_decref(page);
	}
	json_decref(facts);
	ig_templates_free(t);
	ig_conf_free(c);
	ig_draw_free(d);
	return 0;
}
