/* A letter under way, for the two files that draw it. */
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
/* letter_end.c: boxes 7, 8, 9b, 12: kept together on one page. */
double ig_letter_signature_height(struct ig_letter_page *p);
void ig_letter_signature(struct ig_letter_page *p);
#endif
