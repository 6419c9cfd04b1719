/* Which Vietnamese encoding is a text in that says nothing true about itself? Inside parse only. */
#ifndef IG_PARSE_DETECT_H
#define IG_PARSE_DETECT_H
#include <stddef.h>
#include "base/arena.h"

struct ig_detected {
	const char *name;  /* converter to use; NULL: not Vietnamese */
	const char *maybe; /* another one that a person should think of; NULL none */
};
/* expected: what other text of the same mail was in, believed on less evidence; NULL not known. */
struct ig_detected ig_detect(struct ig_arena *a, const char *p, size_t len, const char *expected);
/* As people call it: "TCVN3 (ABC)". */
const char *ig_detect_spoken(const char *name);
#endif
