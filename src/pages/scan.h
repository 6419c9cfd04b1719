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
	bool one;                   /* whatever its pages look like, they are one letter */
	const char *document;       /* "message 7": where the pages that come now lie; NULL: in the one document there is */
	int first, last;            /* only these pages of it; 0, 0: all */
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
bool ig_scan_wants(const struct ig_scan *s, int number);                /* is this page of the document one of those wanted? */
void ig_scan_pictures(struct ig_scan *s, const struct ig_blob *b);      /* scan.c: the pages of a TIFF, PNG, JPEG */
size_t ig_pdf_pages(struct ig_scan *s, const struct ig_blob *b);        /* pdf.c: the pages of a PDF, wanted or not; how many it has */
/* A page that is a picture, which is let go, and one whose text layer is text. layer as in the page. */
void ig_scan_picture(struct ig_scan *s, int number, PIX **raw, const char *layer);
void ig_scan_lines(struct ig_scan *s, int number, const struct ig_lines *lines, const char *layer);
const char *ig_scan_text(struct ig_doc *d, const struct ig_lines *l);
/* scan_letter.c: reads the letter that has these pages. */
void ig_scan_letter(struct ig_doc *d, struct ig_letter *l);
/* Which pages of the document it is, where it is not all of them: so that it can be read again without the others. */
void ig_scan_own_pages(struct ig_doc *d, struct ig_letter *l);
size_t ig_scan_letters(struct ig_scan *s, struct ig_letter **list_r);
/* Into the report of the document; its text (of the first letter). */
const char *ig_scan_finish(struct ig_scan *s);
#endif
