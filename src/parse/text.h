/* What is done to a text once it is UTF-8: flowed lines, quotes and signatures, uuencoded files. Inside parse only. */
#ifndef IG_PARSE_TEXT_H
#define IG_PARSE_TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"

char *ig_text_flowed(struct ig_arena *a, const char *text, bool delsp);
/* text less quoted earlier mail and signature; text itself (the same pointer) when nothing is to be taken away or nothing would be left. */
const char *ig_text_reply(struct ig_arena *a, const char *text);

/* Next uuencoded file in s: where it begins and ends (lines whole), its name, its bytes appended to out. false when there is none. */
bool ig_text_uu(struct ig_arena *a, const char *s, size_t len, size_t *from_r, size_t *to_r, char **name_r, struct ig_buf *out);

/* Files of a TNEF stream (winmail.dat) one by one; text is its plain or HTML body, or NULL. */
struct ig_tnef_file {
	char *name, *type;
	const void *p;
	size_t len;
};
struct ig_tnef {
	struct ig_tnef_file *files;
	size_t count;
	char *text, *subject;
	bool cut; /* damaged, or more files than max */
};
/* -1 when it is no TNEF at all. */
int ig_tnef_read(struct ig_arena *a, const void *p, size_t len, size_t max, struct ig_tnef *t_r);
#endif
