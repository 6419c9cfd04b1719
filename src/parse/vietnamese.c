/* Vietnamese encodings that glibc has not: TCVN3 (the "ABC" fonts), VPS, VNI for Windows, and VIQR (RFC 1456).
 * Relies on the caller for NFC: tones are added as combining marks where that is shorter. The tables were checked against librecode.
 * Does not guess which of them a text is in: detect.c. */
#include "config.h"
#include "parse/vietnamese.h"
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <uchar.h>
#include "base/opt.h"
#include "parse/syllable.h"

#define NONE 0xfffd

static void put(struct ig_buf *out, uint32_t c)
{
	char s[3];
	if (c < 0x80) {
		ig_buf_char(out, (char)c);
	} else if (c < 0x800) {
		s[0] = (char)(0xc0 | c >> 6);
		s[1] = (char)(0x80 | (c & 0x3f));
		ig_buf_add(out, s, 2);
	} else {
		s[0] = (char)(0xe0 | c >> 12);
		s[1] = (char)(0x80 | (c >> 6 & 0x3f));
		s[2] = (char)(0x80 | (c & 0x3f));
		ig_buf_add(out, s, 3);
	}
}

/* 0x80 to 0x9f are free in TCVN3 and VNI; Word puts its quotes and dashes there. */
static const char32_t windows[33] = U"€�‚�„…�����������‘’“”•–—��������";

/* From 0xa0. Tones of their own (VN2) at 0xb0 to 0xb4. Toned capitals are not there: they are the same bytes in a second font. */
static const char32_t tcvn3[97] = U"\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ" U"\u0300\u0309\u0303\u0301\u0323" U"àảãáạẲằẳẵắẴ" U"ẮẦẨẪẤỀặầẩẫấậèỂẻẽ" U"éẹềểễếệìỉỄẾỒĩíịò"
	U"Ổỏõóọồổỗốộờởỡớợù" U"ỖủũúụừửữứựỳỷỹýỵỐ";
/* From 0x80; and its capitals with the dot below among the control characters. */
static const char32_t vps[129] = U"ÀẢÃẤẦẨọỗĂếềểệẮẰẲ" U"Ế‘’ỀỂỄỐỒỔ�ýỷỵỚỜỞ" U"\u00a0ắằẳẵặỠớÙờởỡŨỨợỪ" U"ổỬỲỸÍÌộỈĨÓửữÒỎÕự" U"ầÁÂấẩẫậđẻÉÊẹỉễịỹ"
	U"ƯỦồốÔỏơÈừứÚũưÝẺ�" U"àáâãảạă�èéêẽìí�ĩ" U"ẴĐòóôõ�Ơụùúủ�ỶẼỳ";
static const char32_t vps_low[33] = U"\x01\x01ẠẬẶẸỆ\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f" U"ỊỌỘỢỤỰ\x16\x17\x18Ỵ\x1a\x1bẪỮ\x1e\x1f";

static size_t by_table(const char32_t *low, const char32_t *high, unsigned from, const char *p, size_t len, struct ig_buf *out)
{
	size_t bad = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char b = (unsigned char)p[i];
		uint32_t c = b < 0x20 && b && low ? low[b] : b < 0x80 ? b : b < from ? windows[b - 0x80] : high[b - from];
		bad += c == NONE;
		put(out, c);
	}
	return bad;
}

/* ---- VNI: a letter, and behind it a letter of Latin-1 that stands for its marks */

static const uint16_t tones[] = {0, 0x301, 0x300, 0x309, 0x303, 0x323};

/* What the mark makes of the letter: 0 nothing, else its plain form, with the tone in *tone_r. Both in lower case. */
static uint32_t vni_pair(unsigned char letter, unsigned char mark, unsigned *tone_r)
{
	static const unsigned char tone[] = {0xf9, 0xf8, 0xfb, 0xf5, 0xef}, round[] = {0xe2, 0xe1, 0xe0, 0xe5, 0xe3, 0xe4}, breve[] = {0xea, 0xe9, 0xe8, 0xfa, 0xfc, 0xeb};
	const unsigned char *at;
	if (!strchr("aeouy\xf4\xf6", letter))
		return 0;
	if ((at = memchr(tone, mark, sizeof tone))) {
		*tone_r = (unsigned)(at - tone) + 1;
		return letter == 0xf4 ? 0x1a1 : letter == 0xf6 ? 0x1b0 : letter;
	}
	if (strchr("aeo", letter) && (at = memchr(round, mark, sizeof round))) {
		*tone_r = (unsigned)(at - round);
		return letter == 'a' ? 0xe2 : letter == 'e' ? 0xea : 0xf4;
	}
	if (letter == 'a' && (at = memchr(breve, mark, sizeof breve))) {
		*tone_r = (unsigned)(at - breve);
		return 0x103;
	}
	return 0;
}

/* Letters of one byte. */
static uint32_t vni_single(unsigned char lower)
{
	switch (lower) {
	case 0xf4: return 0x1a1;
	case 0xf6: return 0x1b0;
	case 0xf1: return 0x111;
	case 0xed: return 0xed;
	case 0xec: return 0xec;
	case 0xe6: return 0x1ec9;
	case 0xf3: return 0x129;
	case 0xf2: return 0x1ecb;
	case 0xee: return 0x1ef5;
	default: return 0;
	}
}

static bool upper(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7);
}

/* Capital of a letter that the two functions above give. */
static uint32_t capital(uint32_t c)
{
	return c < 0x100 ? c - 0x20 : c - 1;
}

static size_t vni(const char *s, size_t len, struct ig_buf *out)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t bad = 0;
	for (size_t i = 0; i < len; i++) {
		bool big = upper(p[i]);
		unsigned char lower = big ? p[i] | 0x20 : p[i], mark = i + 1 < len ? upper(p[i + 1]) ? p[i + 1] | 0x20 : p[i + 1] : 0;
		unsigned tone = 0;
		uint32_t c = lower && mark >= 0xe0 ? vni_pair(lower, mark, &tone) : 0;
		if (c)
			i++;
		else
			c = vni_single(lower);
		if (c) {
			put(out, big ? capital(c) : c);
			if (tone)
				put(out, tones[tone]);
			continue;
		}
		c = p[i] >= 0x80 && p[i] < 0xa0 ? windows[p[i] - 0x80] : p[i];
		bad += c == NONE || c >= 0xc0; /* a mark without its letter, shown as what it is in Latin-1 */
		put(out, c);
	}
	return bad;
}

/* ---- VIQR: marks written behind the letter as punctuation, so that it must be tried word by word */

static bool viqr_vowel(char c)
{
	return c && strchr("aeiouyAEIOUY", c);
}

/* One word without blanks; false when it has no marks. last: a sentence may end here. */
static bool viqr_word(const char *p, size_t len, bool last, struct ig_buf *out)
{
	static const char marks[] = "'`?~.";
	bool marked = false;
	for (size_t i = 0; i < len; i++) {
		char c = p[i], next = i + 1 < len ? p[i + 1] : 0;
		if (c == '\\' && next) {
			ig_buf_char(out, next);
			i++;
			continue;
		}
		if ((c | 32) == 'd' && (next | 32) == 'd') {
			put(out, c == 'd' ? 0x111 : 0x110);
			marked = true;
			i++;
			continue;
		}
		ig_buf_char(out, c);
		if (!viqr_vowel(c))
			continue;
		uint32_t form = next == '^' && strchr("aeo", c | 32) ? 0x302 : next == '(' && (c | 32) == 'a' ? 0x306 : next == '+' && strchr("ou", c | 32) ? 0x31b : 0;
		if (form) {
			put(out, form);
			marked = true;
			next = ++i + 1 < len ? p[i + 1] : 0;
		}
		const char *tone = next ? strchr(marks, next) : NULL;
		/* RFC 1456 wants a backslash before a full stop or question mark that is one; people forget it at the end of a sentence. */
		if (!tone || (last && i + 2 == len && strchr("?.", next)))
			continue;
		put(out, tones[tone - marks + 1]);
		marked = true;
		i++;
	}
	return marked;
}

static size_t viqr(const char *p, size_t len, struct ig_buf *out)
{
	struct ig_buf word;
	size_t bad = 0;
	ig_buf_init(&word, len * 3 + 16);
	for (size_t i = 0; i < len;) {
		size_t n = 0;
		while (i + n < len && (unsigned char)p[i + n] > ' ')
			n++;
		/* Addresses and names of hosts are no Vietnamese: "a.vn" must not become "ạvn". */
		bool address = memchr(p + i, '@', n) || memmem(p + i, n, "://", 3);
		size_t after = i + n;
		while (after < len && (unsigned char)p[after] <= ' ')
			after++;
		bool last = after == len || (p[after] >= 'A' && p[after] <= 'Z');
		ig_buf_reset(&word);
		if (!address && viqr_word(p + i, n, last, &word) && ig_syllable_word(word.data, word.len))
			ig_buf_add(out, word.data, word.len);
		else
			for (size_t k = 0; k < n; k++) {
				bad += (unsigned char)p[i + k] >= 0x80;
				put(out, (unsigned char)p[i + k] >= 0x80 ? NONE : (unsigned char)p[i + k]);
			}
		i += n;
		if (i < len)
			ig_buf_char(out, p[i++]);
	}
	ig_buf_free(&word);
	return bad;
}

static const char *const names[] = {"TCVN3", "VNI", "VPS", "VIQR"};

bool ig_vietnamese_knows(const char *name)
{
	for (size_t i = 0; i < IG_COUNT(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

size_t ig_vietnamese_decode(const char *name, const char *p, size_t len, struct ig_buf *out)
{
	if (!strcmp(name, "TCVN3"))
		return by_table(NULL, tcvn3, 0xa0, p, len, out);
	if (!strcmp(name, "VPS"))
		return by_table(vps_low, vps, 0x80, p, len, out);
	return !strcmp(name, "VNI") ? vni(p, len, out) : viqr(p, len, out);
}
