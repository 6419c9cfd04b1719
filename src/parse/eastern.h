/* Undeclared text of other scripts: Chinese, Japanese, Korean, Cyrillic, Greek, Hebrew, Arabic, Thai. Inside parse only. */
#ifndef IG_PARSE_EASTERN_H
#define IG_PARSE_EASTERN_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"

/* Converter for eight-bit text that says nothing true about itself; NULL where the letters do not decide. expected: what other text of the same
 * mail was in, believed on less evidence; NULL not known. */
const char *ig_eastern_detect(struct ig_arena *a, const char *p, size_t len, const char *expected);
const char *ig_eastern_spoken(const char *name); /* as its declaration would be written */
/* Is it unlike any Western text: its letters beyond ASCII stand in runs, where Western ones stand alone between others? */
bool ig_eastern_strange(const char *p, size_t len);
#endif
