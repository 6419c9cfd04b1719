/* Names of bodies, as the heads of letters and a directory write them: which are near each other. Pure; knows no party. */
#ifndef IG_MATCH_BODY_H
#define IG_MATCH_BODY_H
#include <stdbool.h>
#include "base/arena.h"

#define IG_BODY_MAX 240 /* bytes of a plain name that are compared */

struct ig_body {
	const char *base;   /* "so thong tin va truyen thong": folded, abbreviations written out */
	const char *place;  /* "tinh x", "huyen y"; NULL: the name has none */
};
/* "UBND TP. X" is "uy ban nhan dan" of "thanh pho x". above: the line over it in a head, whose place is taken where the name has none; NULL. */
void ig_body_of(struct ig_arena *a, const char *name, const char *above, struct ig_body *b_r);
/* Edits by length, of the name and of the place: 0 the same, from 1 on nothing alike. A place that only one of them has counts a little. */
double ig_body_distance(const struct ig_body *a, const struct ig_body *b);
/* Do the first letters of its words make the first group of a letter's sign? "STTTT-CNTT", "SGDĐT-VP", "CAT-PA05" */
bool ig_body_signs(struct ig_arena *a, const struct ig_body *b, const char *sign);
#endif
