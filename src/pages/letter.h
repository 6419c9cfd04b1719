/* What an official letter says of itself, from the lines of its pages. Inside pages only. */
#ifndef IG_PAGES_LETTER_H
#define IG_PAGES_LETTER_H
#include "pages/page.h"
#include "parse/plain.h"

#define IG_FOUND_MAX 48
struct ig_found { /* by one reading of the pages */
	struct { const char *name, *value; int page, box[4]; } item[IG_FOUND_MAX];
	size_t count;
	bool number_open, date_open; /* their slots are there and not printed: somebody wrote into them */
};
/* Of the pages (one letter) as pass number `pass` read them; a page without that pass is taken as its first read it. */
void ig_letter_find(struct ig_doc *d, const struct ig_page *pages, size_t count, int pass, struct ig_found *out);
/* Does a letter begin on this page? */
bool ig_letter_begins(struct ig_doc *d, const struct ig_page *page);
/* "2/3" in a corner: its page number and how many there are; false none. */
bool ig_letter_page_of(struct ig_doc *d, const struct ig_page *page, int *number_r, int *of_r);
/* ---- for the files that find: */
const struct ig_lines *ig_letter_lines(const struct ig_page *p, int pass);
void ig_letter_found(struct ig_found *out, const char *name, const char *value, int page, const struct ig_line *l); /* the first one counts */
/* "Số" at i, its slot and its sign. 1 with the whole number, 0 not printed (the slot is open), -1 no number here. */
int ig_letter_number(struct ig_arena *a, const struct ig_plain *p, size_t i, const char **number_r, size_t *end_r);
/* letter_text.c: whatever may stand in any line. */
void ig_letter_anywhere(struct ig_doc *d, struct ig_found *out, const struct ig_page *page, const struct ig_lines *lines);
#endif
