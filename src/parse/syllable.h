/* Is this Vietnamese? By the syllables a Vietnamese word can have. Inside parse only. */
#ifndef IG_PARSE_SYLLABLE_H
#define IG_PARSE_SYLLABLE_H
#include <stddef.h>

/* Of NFC text (the first 4 KiB are looked at): 0 when it is not plainly Vietnamese, else the number of its words with marks. At least three such
 * words must have letters that no western language has, and four of five words with marks must be possible syllables. */
unsigned ig_syllable_score(const char *text, size_t len);
/* "vi", "en" or NULL, by simple counts over the first 4 KiB. */
const char *ig_language(const char *text, size_t len);
#endif
