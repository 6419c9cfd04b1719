/* Addresses, names and digests that a mail speaks of: observables of the report. Inside parse only. */
#ifndef IG_PARSE_OBSERVE_H
#define IG_PARSE_OBSERVE_H
#include <stdbool.h>
#include <stddef.h>
#include "parse/inner.h"

/* Fills observables of m->r from its text and the texts of its attachments. Fetches and resolves nothing. */
void ig_observe(struct ig_mail *m);

/* ---- observe_token.c */
struct ig_seen { /* what a place in the text is; value is written to `value`, "" nothing */
	const char *type;
	char value[1025];
	size_t used; /* bytes to go on after; at least 1 */
	char host[256]; /* address of a URL when it is one, with its type */
	const char *host_type;
};
/* text: one text from its begin to end, refanged; s a place in it where a word begins. */
void ig_observe_at(const char *text, const char *s, const char *end, bool csv, struct ig_seen *x);
/* ---- observe_refang.c: copy with [.], (dot), [at] and their like written plainly; text itself when it has none. */
const char *ig_observe_refang(struct ig_arena *a, const char *text, size_t len);
#endif
