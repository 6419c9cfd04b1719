/* Vietnamese syllables, and the language of a text.
 * Relies on NFC input. A Vietnamese word is one syllable: initial consonants, one to three vowels of which one may carry a tone, and at most
 * one of eight finals; that is enough to tell it from bytes read in the wrong charset.
 * Does not know words; a text without marks is recognised only by its commonest syllables. */
#include "config.h"
#include "parse/syllable.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "base/opt.h"

#define WORD_MAX 16

/* Next code point of valid UTF-8. */
static uint32_t next(const char **s, const char *end)
{
	const unsigned char *p = (const unsigned char *)*s;
	unsigned n = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
	if ((size_t)(end - *s) < n)
		n = (unsigned)(end - *s);
	*s += n;
	switch (n) {
	case 2: return (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
	case 3: return (p[0] & 0xfu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
	case 4: return (p[0] & 7u) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
	default: return p[0];
	}
}

/* Plain letter of a Vietnamese letter (a for all forms of a), 'D' for d with stroke; 0 when it is not one. */
static char base_letter(uint32_t c)
{
	static const char latin[] = "aaaa\0\0\0\0eee\0ii\0\0\0\0ooo" "o\0\0\0uu\0\0y"; /* from U+00E0 */
	/* U+1EA0 to U+1EF9 in pairs of capital and small: how many pairs each letter has. */
	static const struct {
		uint32_t end;
		char letter;
	} marked[] = {{0x1eb8, 'a'}, {0x1ec8, 'e'}, {0x1ecc, 'i'}, {0x1ee4, 'o'}, {0x1ef2, 'u'}, {0x1efa, 'y'}};
	if (c >= 'A' && c <= 'Z')
		return (char)(c + 32);
	if (c >= 'a' && c <= 'z')
		return (char)c;
	if (c >= 0xc0 && c <= 0xdd)
		c += 0x20;
	if (c >= 0xe0 && c <= 0xfd)
		return latin[c - 0xe0];
	switch (c) {
	case 0x102: case 0x103: return 'a';
	case 0x110: case 0x111: return 'D';
	case 0x128: case 0x129: return 'i';
	case 0x168: case 0x169: return 'u';
	case 0x1a0: case 0x1a1: return 'o';
	case 0x1af: case 0x1b0: return 'u';
	default: break;
	}
	if (c >= 0x1ea0 && c <= 0x1ef9)
		for (size_t i = 0; i < IG_COUNT(marked); i++)
			if (c < marked[i].end)
				return marked[i].letter;
	return 0;
}

static bool one_of(const char *list, const char *s, size_t n)
{
	for (; *list; list += strlen(list) + 1)
		if (strlen(list) == n && !memcmp(list, s, n))
			return true;
	return false;
}

/* Base letters of one word: initial, vowels, final. */
static bool syllable(const char *w, size_t n)
{
	static const char initials[] = "\1\0b\0c\0ch\0d\0D\0g\0gh\0gi\0h\0k\0kh\0l\0m\0n\0ng\0ngh\0nh\0p\0ph\0qu\0q\0r\0s\0t\0th\0tr\0v\0x\0";
	static const char finals[] = "\1\0c\0ch\0m\0n\0ng\0nh\0p\0t\0";
	size_t from = 0, to = n;
	while (from < n && !strchr("aeiouy", w[from]))
		from++;
	while (to > from && !strchr("aeiouy", w[to - 1]))
		to--;
	if (to == from || to - from > 4)
		return false;
	for (size_t i = from; i < to; i++)
		if (!strchr("aeiouy", w[i]))
			return false;
	return (from == 0 || one_of(initials, w, from)) && (to == n || one_of(finals, w + to, n - to));
}

unsigned ig_syllable_score(const char *text, size_t len)
{
	const char *s = text, *end = text + (len < 4096 ? len : 4096);
	unsigned marked = 0, legal = 0, own = 0;
	char w[WORD_MAX];
	while (s < end && *s) {
		size_t n = 0;
		bool high = false, foreign = false, odd = false;
		while (s < end && *s) {
			const char *at = s;
			uint32_t c = next(&s, end);
			char b = base_letter(c);
			if (!b && c < 0x80) {
				/* VISCII hides capitals among the control characters; text that shows one was read wrongly. */
				odd = odd || (c < 0x20 && !strchr("\t\n\r\f", (int)c));
				break;
			}
			high = high || c >= 0x80;
			odd = odd || !b || n == WORD_MAX;
			foreign = foreign || (c >= 0x100 && b);
			if (b && n < WORD_MAX)
				w[n++] = b;
			if (s == at)
				break;
		}
		if (!high && !odd)
			continue;
		marked++;
		if (odd || !n || !syllable(w, n))
			continue;
		legal++;
		own += foreign;
	}
	return own >= 3 && legal * 5 >= marked * 4 ? legal : 0;
}

/* Share of words that stand in the list, in hundredths, over at least `least` hits. */
static const char english[] =
	"the\0and\0of\0to\0is\0in\0that\0for\0with\0you\0this\0are\0from\0have\0not\0please\0on\0was\0we\0our\0your\0"
	"be\0by\0it\0as\0at\0will\0has\0an\0i\0";
/* Without marks, as people type on a telephone. None of them is an English word. */
static const char plain_vi[] =
	"cua\0khong\0duoc\0nguoi\0thong\0va\0cho\0tren\0trong\0nhung\0ngay\0gui\0bao\0viec\0cac\0xin\0kinh\0chung\0"
	"toi\0quy\0vui\0long\0truong\0hop\0luc\0tin\0tu\0hien\0thoi\0mot\0voi\0anh\0chi\0nay\0dang\0cong\0dien\0tai\0";

const char *ig_language(const char *text, size_t len)
{
	const char *s = text, *end = text + (len < 8192 ? len : 8192);
	unsigned words = 0, en = 0, vi = 0;
	char w[WORD_MAX];
	if (ig_syllable_score(text, len))
		return "vi";
	while (s < end && *s) {
		size_t n = 0;
		while (s < end && *s && ((*s | 32) >= 'a' && (*s | 32) <= 'z')) {
			if (n < WORD_MAX)
				w[n] = (char)(*s | 32);
			n++;
			s++;
		}
		if (!n) {
			s++;
			continue;
		}
		words++;
		en += n < WORD_MAX && one_of(english, w, n);
		vi += n < WORD_MAX && one_of(plain_vi, w, n);
	}
	if (vi >= 4 && vi * 8 >= words && vi > en * 2)
		return "vi";
	if (en >= 2 && en * 8 >= words)
		return "en";
	return NULL;
}
