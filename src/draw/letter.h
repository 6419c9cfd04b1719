/* A letter under way, for the files that draw it. */
#ifndef IG_DRAW_LETTER_H
#define IG_DRAW_LETTER_H
#include <stdio.h>
#include "draw/canvas.h"

struct ig_letter_page {
	struct ig_canvas c;
	struct ig_table table;  /* of the body, under way */
	bool english, annex; /* annex: after the letter itself */
	char reference[32], number_line[128];
};
#define IG_LETTER_CODE (25 * MM)      /* 1.19 mm a module */
#define IG_LETTER_QUIET (4 * IG_LETTER_CODE / 21)

bool ig_letter_layout(struct ig_letter_page *p, const char *name);                     /* "2020", "2011", "plain" */
const char *ig_letter_word(struct ig_letter_page *p, const char *vi, const char *en);
/* letter_head.c: boxes 1 to 5, 9a and 10 on the first page; number and sign, which every page bears. */
void ig_letter_number_line(struct ig_letter_page *p);
void ig_letter_head(struct ig_letter_page *p);
/* letter_body.c: up to the first new page that the text asks for, or its end; what is left. An annex begins with its title. */
const char *ig_letter_body(struct ig_letter_page *p, const char *text);
const char *ig_letter_annex(struct ig_letter_page *p, const char *text);
/* letter_end.c: boxes 7, 8, 9b, 12: kept together on one page. */
double ig_letter_signature_height(struct ig_letter_page *p);
void ig_letter_signature(struct ig_letter_page *p);
#endif
