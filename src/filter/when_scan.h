/* A text being searched for dates and times: what when.c and when_date.c share. Inside filter only. */
#ifndef IG_FILTER_WHEN_SCAN_H
#define IG_FILTER_WHEN_SCAN_H
#include "filter/when.h"

struct ig_when_scan {
	const char *s, *end; /* of the text */
	const struct ig_when_hint *hint;
	enum ig_when_order order;
};
/* Each returns the bytes it used, 0 none. */
size_t ig_when_digits(const char *s, const char *end, size_t max, int *v_r); /* a whole number of at most max digits */
size_t ig_when_blanks(const char *s, const char *end, size_t max);
bool ig_when_word(const char *s, const char *end, const char *word);
size_t ig_when_date_at(const struct ig_when_scan *c, const char *s, struct ig_when *w);
#endif
