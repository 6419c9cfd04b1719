/* Is a file something that a machine runs? By its content first, then by its type and name. Fed in blocks, keeps little; no format is parsed. What is
 * named here never leaves the house as it is (desk/sample.c). A file that it does not name is not called harmless: that is what a scanner is for. */
#ifndef IG_PARSE_HAZARD_H
#define IG_PARSE_HAZARD_H
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"

#define IG_HAZARD_HEAD 64
#define IG_HAZARD_TAIL 32 /* longest needle */

struct ig_hazard {
	unsigned char head[IG_HAZARD_HEAD];
	size_t head_len;
	char tail[IG_HAZARD_TAIL]; /* a needle may lie across two blocks */
	size_t tail_len;
	unsigned seen;             /* needles by their number */
	int kind;                  /* of container whose insides are looked for; -1 not known yet, 0 none */
};
void ig_hazard_begin(struct ig_hazard *h);
void ig_hazard_add(struct ig_hazard *h, const void *p, size_t len);
/* "a Windows program", or NULL. name and type as the message has them, may be NULL; lives in a. */
const char *ig_hazard_words(const struct ig_hazard *h, const char *name, const char *type, struct ig_arena *a);
/* The three in one. */
const char *ig_hazard_of(const void *p, size_t len, const char *name, const char *type, struct ig_arena *a);
#endif
