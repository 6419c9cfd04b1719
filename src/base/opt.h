/* Small things every room uses. */
#ifndef IG_BASE_OPT_H
#define IG_BASE_OPT_H
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#define IG_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define IG_UNUSED __attribute__((unused))

/* Exit codes, from sysexits.h, as INTERFACE has them. */
enum ig_exit { IG_EX_OK = 0, IG_EX_USAGE = 64, IG_EX_DATA = 65, IG_EX_UNAVAILABLE = 69, IG_EX_SOFTWARE = 70, IG_EX_TEMPFAIL = 75, IG_EX_CONFIG = 78 };

/* The three outcomes wherever the outside meets us. */
enum ig_outcome { IG_OK = 0, IG_LATER = 1, IG_NEVER_AGAIN = 2 };

/* The whole of text as a decimal number, 0 and above: a worker's "limit=number". 0, or -1 with *v_r as it was. */
static inline int ig_whole_number(const char *text, int64_t *v_r)
{
	char *end;
	errno = 0;
	long long v = strtoll(text, &end, 10);
	if (errno || end == text || *end || v < 0)
		return -1;
	*v_r = v;
	return 0;
}

/* One list feeds an enum, its words and the two conversions (the words are the ones of INTERFACE):
 *   #define IG_COLOURS(X) X(RED, "red") X(BLUE, "blue")
 *   #define IG_COLOUR_ITEM(value, word) IG_COLOUR_##value,
 *   IG_ENUM_DECLARE(ig_colour, IG_COLOUR_ITEM, IG_COLOURS)   in the header: the enum, ig_colour_word(), ig_colour_parse() (0 or -1)
 *   IG_ENUM_DEFINE(ig_colour, IG_COLOURS)                    in one .c file */
#define IG_ENUM_DECLARE(name, ITEM, LIST) \
	enum name { LIST(ITEM) name##_count }; \
	const char *name##_word(enum name value); \
	int name##_parse(const char *word, enum name *value_r);
#define IG_ENUM_DEFINE(name, LIST) \
	static const char *const name##_words[] = {LIST(IG_ENUM_WORD)}; \
	_Static_assert(sizeof(name##_words) / sizeof(name##_words[0]) == name##_count, "words and values of " #name); \
	const char *name##_word(enum name value) { return (unsigned)value < name##_count ? name##_words[value] : "?"; } \
	int name##_parse(const char *word, enum name *value_r) { \
		for (unsigned i = 0; word && i < name##_count; i++) \
			if (!__builtin_strcmp(word, name##_words[i])) { *value_r = (enum name)i; return 0; } \
		return -1; }
#define IG_ENUM_WORD(value, word) word,
#endif
