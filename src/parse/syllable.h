/* Is this Vietnamese? By the syllables a Vietnamese word can have. Inside parse only. */
#ifndef IG_PARSE_SYLLABLE_H
#define IG_PARSE_SYLLABLE_H
#include <stdbool.h>
#include <stddef.h>

struct ig_syllables {
	unsigned plain, plain_legal; /* words of ASCII letters, and how many of them are syllables */
	unsigned marked, legal;      /* words with other letters or stray signs, and how many of them are syllables */
	unsigned own;                /* legal ones with a letter that no western language has */
};
/* Words of valid UTF-8. */
struct ig_syllables ig_syllable_count(const char *text, size_t len);
/* Are all words of text syllables? */
bool ig_syllable_word(const char *text, size_t len);
/* "vi", "en" or NULL, by simple counts over the first 4 KiB. */
const char *ig_language(const char *text, size_t len);
#endif
