/* UTF-8: check, repair, normalise, fold. Texts of the model are always valid UTF-8 without NUL. */
#ifndef IG_BASE_UTF8_H
#define IG_BASE_UTF8_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"

bool ig_utf8_valid(const char *s, size_t len);
/* Copy with every invalid sequence and every NUL replaced by U+FFFD. */
char *ig_utf8_repair(struct ig_arena *a, const char *s, size_t len);
/* NFC of valid UTF-8; ASCII comes back as a plain copy. */
char *ig_utf8_nfc(struct ig_arena *a, const char *s, size_t len);
/* NFC, in lower or in upper case. */
char *ig_utf8_cased(struct ig_arena *a, const char *s, size_t len, bool upper);
/* Search key: case folded, marks removed, d with stroke (U+0111) to d, every run of non-word characters one space.
 * "Hoạt  động" and "HOẠT ĐỘNG" both give "hoat dong". */
char *ig_utf8_fold(struct ig_arena *a, const char *s, size_t len);
/* Length in bytes of the longest prefix of s with at most max bytes that does not split a character. */
size_t ig_utf8_cut(const char *s, size_t len, size_t max);
#endif
