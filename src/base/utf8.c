/* UTF-8: check, repair, normalise and fold.
 * Relies on libunistring for everything past the common letters. Knows no language: what is a word is by letters and digits only. */
#include "config.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

static size_t ascii_prefix(const char *s, size_t len)
{
	size_t i = 0;
	uint64_t word;

	for (; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, s + i, sizeof(word));
		if (word & UINT64_C(0x8080808080808080))
			break;
	}
	while (i < len && !((unsigned char)s[i] & 0x80))
		i++;
	return i;
}

bool ig_utf8_valid(const char *s, size_t len)
{
	size_t i = ascii_prefix(s, len);

	return i == len || u8_check((const uint8_t *)s + i, len - i) == NULL;
}

char *ig_utf8_repair(struct ig_arena *a, const char *s, size_t len)
{
	static const char mark[] = "\xef\xbf\xbd";
	const uint8_t *p = (const uint8_t *)s, *end = p + len;
	char *out, *o;
	size_t extra = 0;

	if (!memchr(s, 0, len) && ig_utf8_valid(s, len))
		return ig_arena_strndup(a, s, len);
	/* Twice the same walk: the first counts, so that no more than needed is taken from the arena. */
	for (int pass = 0;; pass++) {
		out = o = pass ? ig_arena_alloc(a, len + extra + 1) : NULL;
		for (const uint8_t *q = p; q < end;) {
			ucs4_t c;
			int n = u8_mbtouc(&c, q, (size_t)(end - q));
			bool bad = c == 0 || (c == 0xfffd && (n != 3 || memcmp(q, mark, 3) != 0));
			if (!pass && bad)
				extra += 3;
			else if (pass)
				o = (char *)memcpy(o, bad ? (const void *)mark : q, bad ? 3 : (size_t)n) + (bad ? 3 : n);
			q += n;
		}
		if (pass)
			return out;
	}
}

/* Code points that neither change under NFC nor combine with a neighbour from this same set (NFC_Quick_Check=Yes, class 0, and no
 * composition of two of them): a text of these alone is in NFC already. Nearly all Vietnamese and English mail is. */
static bool plainly_nfc(ucs4_t c)
{
	return c < 0x300 || (c >= 0x1e00 && c <= 0x1eff) || (c >= 0x2010 && c <= 0x205e) || (c >= 0x4e00 && c <= 0x9fff);
}

char *ig_utf8_nfc(struct ig_arena *a, const char *s, size_t len)
{
	const uint8_t *p = (const uint8_t *)s;
	size_t i = ascii_prefix(s, len), out_len = 0;
	uint8_t *out;
	char *copy;

	while (i < len) {
		ucs4_t c;
		int n = u8_mbtouc(&c, p + i, len - i);
		if (!plainly_nfc(c))
			break;
		i += (size_t)n;
	}
	if (i == len)
		return ig_arena_strndup(a, s, len);
	out = u8_normalize(UNINORM_NFC, p, len, NULL, &out_len);
	if (!out)
		return ig_arena_strndup(a, s, len); /* invalid UTF-8 against the contract, or no memory: unchanged is the honest answer */
	copy = ig_arena_strndup(a, out, out_len);
	free(out);
	return copy;
}

char *ig_utf8_cased(struct ig_arena *a, const char *s, size_t len, bool upper)
{
	size_t out_len = 0;
	uint8_t *out = (upper ? u8_toupper : u8_tolower)((const uint8_t *)s, len, NULL, UNINORM_NFC, NULL, &out_len);
	char *copy = out ? ig_arena_strndup(a, out, out_len) : ig_arena_strndup(a, s, len);
	free(out);
	return copy;
}

size_t ig_utf8_cut(const char *s, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max > 0 && ((unsigned char)s[max] & 0xc0) == 0x80)
		max--;
	return max;
}

/* ---- Folding ---- */

#define FOLD_MAX 96 /* longest folded form of one character (U+FDFA: 18 letters) with room to spare */

/* Folded form of one character: letters and digits of its case-folded compatibility decomposition. Returns the length; 0 means it only
 * separates words; -1 that it leaves no trace (a combining mark, a soft hyphen). */
static int fold_slow(ucs4_t c, char out[FOLD_MAX])
{
	uint8_t one[6], buf[FOLD_MAX];
	size_t len = sizeof(buf);
	int n = u8_uctomb(one, c, sizeof(one)), o = 0;
	bool dropped = false, separates = false;
	uint8_t *res;

	if (n <= 0)
		return 0;
	res = u8_casefold(one, (size_t)n, NULL, UNINORM_NFKD, buf, &len);
	if (!res)
		return 0;
	for (size_t i = 0; i < len;) {
		ucs4_t d;
		int k = u8_mbtouc(&d, res + i, len - i);
		if (d == 0x111 || d == 0xf0) { /* d with stroke; eth is what old Vietnamese fonts put in its place */
			out[o++] = 'd';
		} else if (uc_is_general_category_withtable(d, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_Mc)) {
			if (separates && o && out[o - 1] != ' ')
				out[o++] = ' '; /* one half is two words */
			separates = false;
			if (o + k < FOLD_MAX - 1)
				memcpy(out + o, res + i, (size_t)k), o += k;
		} else if (uc_is_general_category_withtable(d, UC_CATEGORY_MASK_M) ||
			   (d != 0x200b && uc_is_general_category_withtable(d, UC_CATEGORY_MASK_Cf))) {
			dropped = true;
		} else {
			separates = true;
		}
		i += (size_t)k;
	}
	if (res != buf)
		free(res);
	return o ? o : dropped && !separates ? -1 : 0;
}

/* What fold_slow said of characters met before; the pages nobody writes in are never touched. */
struct folded {
	int8_t state; /* 0 not asked yet, 1 known, 2 too long to keep here */
	int8_t len;   /* as of fold_slow */
	char text[6];
};
static struct folded known[0x10000 - 0x80];

static int fold_char(ucs4_t c, char out[FOLD_MAX])
{
	struct folded *f;
	int n;

	if (c < 0x80 || c >= 0x10000)
		return fold_slow(c, out);
	f = &known[c - 0x80];
	if (f->state != 1) {
		n = fold_slow(c, out);
		if (n > (int)sizeof(f->text))
			return n;
		f->len = (int8_t)n;
		if (n > 0)
			memcpy(f->text, out, (size_t)n);
		f->state = 1;
		return n;
	}
	if (f->len > 0)
		memcpy(out, f->text, sizeof(f->text));
	return f->len;
}

/* Lower-case letters and digits stay, capitals become small, the rest separates words: 0. */
static const char ascii_fold[0x80] = {
	['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9',
#define LETTER(small, capital) [small] = small, [capital] = small
	LETTER('a', 'A'), LETTER('b', 'B'), LETTER('c', 'C'), LETTER('d', 'D'), LETTER('e', 'E'), LETTER('f', 'F'), LETTER('g', 'G'),
	LETTER('h', 'H'), LETTER('i', 'I'), LETTER('j', 'J'), LETTER('k', 'K'), LETTER('l', 'L'), LETTER('m', 'M'), LETTER('n', 'N'),
	LETTER('o', 'O'), LETTER('p', 'P'), LETTER('q', 'Q'), LETTER('r', 'R'), LETTER('s', 'S'), LETTER('t', 'T'), LETTER('u', 'U'),
	LETTER('v', 'V'), LETTER('w', 'W'), LETTER('x', 'X'), LETTER('y', 'Y'), LETTER('z', 'Z'),
#undef LETTER
};

char *ig_utf8_fold(struct ig_arena *a, const char *s, size_t len)
{
	const uint8_t *p = (const uint8_t *)s, *end = p + len;
	size_t cap = len + FOLD_MAX + 2, o = 0;
	char *out = ig_xmalloc(cap), *copy;
	bool space = false;

	while (p < end) {
		int n;
		if (cap - o < FOLD_MAX + 2) {
			cap += cap / 2 + FOLD_MAX;
			out = ig_xrealloc(out, cap);
		}
		if (*p < 0x80) {
			char c = ascii_fold[*p++];
			if (!c) {
				space = true;
				continue;
			}
			if (space && o)
				out[o++] = ' ';
			out[o++] = c;
			space = false;
		} else {
			char one[FOLD_MAX];
			ucs4_t c;
			p += u8_mbtouc(&c, p, (size_t)(end - p));
			n = fold_char(c, one);
			if (n < 0)
				continue;
			if (n == 0) {
				space = true;
				continue;
			}
			if (space && o)
				out[o++] = ' ';
			memcpy(out + o, one, (size_t)n);
			o += (size_t)n;
			space = false;
		}
	}
	copy = ig_arena_strndup(a, out, o);
	free(out);
	return copy;
}
