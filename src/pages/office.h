/* Office documents: what their files share. Inside pages only. */
#ifndef IG_PAGES_OFFICE_H
#define IG_PAGES_OFFICE_H
#include "pages/xml.h"
#include "pages/zip.h"

#define IG_OFFICE_PARTS_MAX 80
struct ig_office_part {
	const char *path;
	struct ig_buf bytes;
};
struct ig_office {
	struct ig_doc *d;
	struct ig_office_part parts[IG_OFFICE_PARTS_MAX];
	size_t count;
	bool word, sheet, open; /* OOXML text, OOXML table, OpenDocument */
	struct ig_buf out;      /* its text */
};
const struct ig_office_part *ig_office_find(const struct ig_office *o, const char *path); /* NULL none */
void ig_office_say(struct ig_office *o, const char *text);
void ig_office_line(struct ig_office *o);  /* ends a line that has words */
void ig_office_cell(struct ig_office *o);  /* ends a cell: a tab */
void ig_word_text(struct ig_office *o);    /* word.c */
void ig_sheet_text(struct ig_office *o);   /* sheet.c */
void ig_open_text(struct ig_office *o);    /* opendoc.c */
#endif
