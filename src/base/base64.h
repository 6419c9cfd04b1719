/* Base64 (RFC 4648, section 4), by nettle. Reading it stays with those who know what they may forgive: parse, pages, gate. */
#ifndef IG_BASE_BASE64_H
#define IG_BASE_BASE64_H
#include "base/buf.h"

#define IG_BASE64_LINE 57 /* bytes of a line of 76 digits (RFC 2045, 6.8) */

/* Adds the digits of len bytes to out, padded, in one line. */
void ig_base64(struct ig_buf *out, const void *p, size_t len);
/* The same in lines of IG_BASE64_LINE bytes with eol behind each full one; the last has none when it is shorter. */
void ig_base64_lines(struct ig_buf *out, const void *p, size_t len, const char *eol);
#endif
