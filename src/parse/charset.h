/* Bytes in a declared, lying or unknown charset to NFC UTF-8. Inside parse only. */
#ifndef IG_PARSE_CHARSET_H
#define IG_PARSE_CHARSET_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/buf.h"

/* Opens the converters that mail uses: glibc reads a module on the first use of a charset, which confinement then refuses. */
void ig_charset_start(void);
/* Always a valid NFC text without NUL. declared may be NULL. *problem_r (may be NULL) is set to words in a, or left alone when all was as declared. */
char *ig_charset_decode(struct ig_arena *a, const char *declared, const void *p, size_t len, const char **problem_r);
/* In the charset of that converter, not yet NFC; bytes that mean nothing become U+FFFD and are counted. NULL: there is no such converter. */
char *ig_charset_convert(struct ig_arena *a, const char *name, const char *p, size_t len, size_t *bad_r);
/* True when all bytes are below 0x80. */
bool ig_charset_ascii(const void *p, size_t len);
/* What text without a declaration is likely to be in (header fields: the charset of the text below them); NULL nothing known. Kept by pointer. */
void ig_charset_hint(const char *declared);
/* Length of a full buffer of UTF-8 without the character that its ceiling may have split; of one that is not full its length. */
size_t ig_charset_whole(const struct ig_buf *b);
#endif
