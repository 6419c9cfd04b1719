/* Compressed RTF of TNEF (MS-OXRTFCP) to its words. Inside parse and pages. */
#ifndef IG_PARSE_RTF_H
#define IG_PARSE_RTF_H
#include <stddef.h>
#include "base/arena.h"
#include "base/buf.h"

/* charset: of the letters outside ASCII, or "". Adds what could be read to out; a damaged stream gives what stood before the damage. */
void ig_rtf_text(struct ig_arena *a, const void *p, size_t len, const char *charset, struct ig_buf *out);
/* The same of RTF as a file holds it. */
void ig_rtf_plain(struct ig_arena *a, const void *p, size_t len, const char *charset, struct ig_buf *out);
#endif
