/* Pages of one file, page by page, then as letters. Inside pages only. */
#ifndef IG_PAGES_SCAN_H
#define IG_PAGES_SCAN_H
#include "pages/page.h"

#define IG_SEPARATOR_CODE "IRGATE-SEPARATOR" /* payload of the code on a separator page */
#define IG_LETTERS_MAX 100
#define IG_LETTER_FIELDS_MAX 32
#define IG_LETTER_PROBLEMS_MAX 24

struct ig_scan {
	struct ig_doc *d;
	struct ig_page *pages;
	size_t count, room;
	struct ig_ocr *ocr[IG_PAGE_PASSES];
	bool no_ocr;
};
struct ig_letter {
	struct ig_page *pages;
	size_t count;
	const char *text;
	struct ig_field fields[IG_LETTER_FIELDS_MAX];
	size_t field_count;
	const char *problems[IG_LETTER_PROBLEMS_MAX];
	size_t problem_count;
	const struct ig_observable *observables;
	size_t observable_count;
};
struct ig_scan *ig_scan_new(struct ig_doc *d);
void ig_scan_free(struct ig_scan *s);
struct ig_page *ig_scan_page(struct ig_scan *s, int number);            /* NULL: too many */
void ig_scan_picture(struct ig_scan *s, int number, PIX **raw);         /* a page that is a picture, which is let go */
void ig_scan_lines(struct ig_scan *s, int number, const struct ig_lines *lines); /* a page whose text layer is text */
size_t ig_scan_letters(struct ig_scan *s, struct ig_letter **list_r);
/* Into the report of the document; its text (of the first letter). */
const char *ig_scan_finish(struct ig_scan *s);
#endif
