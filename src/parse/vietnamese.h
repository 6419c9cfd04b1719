/* Vietnamese encodings that glibc has not, and how likely a text is written in one that nobody declared. Inside parse only. */
#ifndef IG_PARSE_VIETNAMESE_H
#define IG_PARSE_VIETNAMESE_H
#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"

/* "TCVN3", "VNI", "VPS", "VIQR": is it one of these? */
bool ig_vietnamese_knows(const char *name);
/* Adds p as UTF-8, not yet NFC. Returns how many bytes meant nothing there: they became U+FFFD, or in VNI a letter of Latin-1. */
size_t ig_vietnamese_decode(const char *name, const char *p, size_t len, struct ig_buf *out);
#endif
