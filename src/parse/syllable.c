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
#include "parse/charset.h"

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

/* A list of words, each ended by a zero, the last one empty: a word is looked for by its first letter first, since nearly none is there. */
static bool one_of(const char *list, const char *s, size_t n)
{
	while (*list) {
		size_t i = 0;
		while (i < n && list[i] == s[i])
			i++;
		if (i == n && !list[n])
			return true;
		list += i;
		while (*list++)
			;
	}
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

static unsigned score(const char *text, size_t len, unsigned own_least)
{
	const char *s = text, *end = text + (len < 4096 ? len : 4096);
	unsigned marked = 0, legal = 0, own = 0;
	char w[WORD_MAX];
	if (ig_charset_ascii(s, (size_t)(end - s)))
		return 0;
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
	return own >= own_least && legal * 5 >= marked * 4 ? legal : 0;
}

unsigned ig_syllable_score(const char *text, size_t len)
{
	return score(text, len, 3);
}

/* Commonest words, at most eight letters each so that a word is one integer. */
static const char *const english[] = {"the", "and", "of", "to", "is", "in", "that", "for", "with", "you", "this", "are", "from", "have", "not", "please", "on", "was",
	"we", "our", "your", "be", "by", "it", "as", "at", "will", "has", "an", "i"};
/* Without marks, as people type on a telephone. */
static const char *const plain_vi[] = {"cua", "khong", "duoc", "nguoi", "thong", "va", "cho", "tren", "trong", "nhung", "ngay", "gui", "bao", "viec", "cac", "xin",
	"kinh", "chung", "toi", "quy", "vui", "long", "truong", "hop", "luc", "tin", "tu", "hien", "thoi", "mot", "voi", "anh", "chi", "nay", "dang", "cong",
	"dien", "tai"};

#define SLOTS 256
static struct {
	uint64_t word;
	char language; /* 'e', 'v' */
} known[SLOTS];

static unsigned slot(uint64_t w)
{
	unsigned i = (unsigned)(w * UINT64_C(0x9e3779b97f4a7c15) >> 56);
	while (known[i].word && known[i].word != w)
		i = (i + 1) % SLOTS;
	return i;
}

static void learn(const char *const *list, size_t count, char language)
{
	for (size_t k = 0; k < count; k++) {
		uint64_t w = 0;
		for (const char *p = list[k]; *p; p++)
			w = w << 8 | (unsigned char)*p;
		unsigned i = slot(w);
		known[i].word = w;
		known[i].language = language;
	}
}

const char *ig_language(const char *text, size_t len)
{
	const char *s = text, *end = text + (len < 4096 ? len : 4096);
	unsigned words = 0, en = 0, vi = 0;
	if (!known[slot('i')].word) {
		learn(english, IG_COUNT(english), 'e');
		learn(plain_vi, IG_COUNT(plain_vi), 'v');
	}
	/* Two words will do here: the letters are certain, only the language is asked. */
	if (score(text, len, 2))
		return "vi";
	while (s < end) {
		uint64_t w = 0;
		unsigned n = 0;
		for (; s < end && (*s | 32) >= 'a' && (*s | 32) <= 'z'; s++, n++)
			w = w << 8 | (unsigned char)(*s | 32);
		s += !n;
		words += n > 0;
		if (!n || n > 8)
			continue;
		char language = known[slot(w)].language;
		en += language == 'e';
		vi += language == 'v';
	}
	if (vi >= 4 && vi * 8 >= words && vi > en * 2)
		return "vi";
	if (en >= 2 && en * 8 >= words)
		return "en";
	return NULL;
}
