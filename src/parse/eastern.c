/* Undeclared text of other scripts. Two-byte encodings are known by the rows of their tables that running text uses (the first half of the Chinese,
 * Korean and Japanese tables is sorted by frequency of use, and Japanese has kana), one-byte ones by the letters their languages use most.
 * Both stand in runs that touch no ASCII letter: that keeps Western and Vietnamese text, whose letters stand inside words, from being read as Chinese.
 * Relies on charset.c for the letters. Rather says nothing than something by chance: short text is left to what its mail says elsewhere. */
#include "config.h"
#include "parse/eastern.h"
#include <string.h>
#include "base/opt.h"
#include "base/utf8.h"
#include "parse/charset.h"

#define SAMPLE 4096
#define PAIRS_MIN 5    /* characters of a two-byte encoding that decide alone */
#define LETTERS_MIN 10 /* letters of a one-byte encoding */

enum pair { PAIR_BAD, PAIR_RARE, PAIR_USUAL, PAIR_KANA, PAIR_SIGN };

static bool within(unsigned char c, unsigned char from, unsigned char to)
{
	return c >= from && c <= to;
}

static enum pair chinese(unsigned char lead, unsigned char trail)
{
	if (!within(lead, 0x81, 0xfe) || !within(trail, 0x40, 0xfe) || trail == 0x7f)
		return PAIR_BAD;
	if (trail < 0xa1 || within(lead, 0x81, 0xa0) || lead > 0xf7)
		return PAIR_RARE; /* GBK beyond GB 2312 */
	return within(lead, 0xa1, 0xa3) ? PAIR_SIGN : within(lead, 0xb0, 0xd7) ? PAIR_USUAL : PAIR_RARE;
}

static enum pair chinese_old(unsigned char lead, unsigned char trail)
{
	if (!within(lead, 0xa1, 0xf9) || !(within(trail, 0x40, 0x7e) || within(trail, 0xa1, 0xfe)))
		return PAIR_BAD;
	return lead < 0xa4 ? PAIR_SIGN : lead < 0xc7 ? PAIR_USUAL : PAIR_RARE;
}

static enum pair korean(unsigned char lead, unsigned char trail)
{
	if (!within(lead, 0x81, 0xfd) || !within(trail, 0x41, 0xfe))
		return PAIR_BAD;
	if (trail < 0xa1 || lead < 0xa1)
		return PAIR_RARE;
	return lead < 0xa4 ? PAIR_SIGN : within(lead, 0xb0, 0xc8) ? PAIR_USUAL : PAIR_RARE;
}

static enum pair japanese(unsigned char lead, unsigned char trail)
{
	if (!within(lead, 0xa1, 0xf4) || !within(trail, 0xa1, 0xfe))
		return PAIR_BAD;
	if (lead == 0xa4 || lead == 0xa5)
		return PAIR_KANA;
	return lead < 0xa4 ? PAIR_SIGN : within(lead, 0xb0, 0xcf) ? PAIR_USUAL : PAIR_RARE;
}

static enum pair japanese_shifted(unsigned char lead, unsigned char trail)
{
	if (!(within(lead, 0x81, 0x9f) || within(lead, 0xe0, 0xfc)) || !within(trail, 0x40, 0xfc) || trail == 0x7f)
		return PAIR_BAD;
	if ((lead == 0x82 && within(trail, 0x9f, 0xf1)) || (lead == 0x83 && trail <= 0x96))
		return PAIR_KANA;
	return lead < 0x84 ? PAIR_SIGN : within(lead, 0x88, 0x97) ? PAIR_USUAL : PAIR_RARE;
}

static const struct {
	const char *name, *spoken;
	enum pair (*pair)(unsigned char lead, unsigned char trail);
	bool kana;
	const char *often; /* characters that parts Chinese from Korean, whose tables lie over each other */
} doubles[] = {
	{"GB18030", "gb18030", chinese, false, "的一是不了在人有我他这中大来上国个到说们为和你地出道也时年得就那要下以生会自着去之过家学对可您请发公司安全信息网络服务器系统件事报告攻击邮转回复"},
	{"BIG5-HKSCS", "big5", chinese_old, false, ""},
	{"CP949", "euc-kr", korean, false, "이다는에의가을를하고지로사한으도기서자해대시리인정보수어나은안스부전장일상제주들게있니습공과신요청확인메일버침해악성코드조치"},
	{"EUC-JP", "euc-jp", japanese, true, ""},
	{"CP932", "shift_jis", japanese_shifted, true, ""},
};

static const struct {
	const char *name, *spoken, *often; /* the letters of two thirds of any text */
} singles[] = {
	{"CP1251", "windows-1251", "оеаинтсрвлкмд"}, {"KOI8-R", "koi8-r", "оеаинтсрвлкмд"}, {"ISO-8859-5", "iso-8859-5", "оеаинтсрвлкмд"},
	{"CP1253", "windows-1253", "αοιετσνηυρπκς"}, {"CP1255", "windows-1255", "יוהלאמרבתשנ"},
	{"CP1256", "windows-1256", "الينمرتوبةع"}, {"CP874", "windows-874", "านรอกเงมยลว่ท้ั"},
};

const char *ig_eastern_spoken(const char *name)
{
	for (size_t i = 0; i < IG_COUNT(doubles); i++)
		if (!strcmp(name, doubles[i].name))
			return doubles[i].spoken;
	for (size_t i = 0; i < IG_COUNT(singles); i++)
		if (!strcmp(name, singles[i].name))
			return singles[i].spoken;
	return name;
}

static bool letter(unsigned char c)
{
	return within(c, 'a', 'z') || within(c, 'A', 'Z');
}

bool ig_eastern_strange(const char *p, size_t len)
{
	const unsigned char *s = (const unsigned char *)p;
	size_t high = 0, joined = 0, run;
	for (size_t i = 0; i < len; i += run + 1) {
		for (run = 0; i + run < len && s[i + run] & 0x80;)
			run++;
		high += run;
		joined += run > 1 && !(i && letter(s[i - 1])) && !(i + run < len && letter(s[i + run])) ? run : 0;
	}
	return high > 3 && joined * 4 > high * 3;
}

static size_t count_often(struct ig_arena *a, const char *name, const char *often, const char *p, size_t len, size_t *all_r)
{
	size_t bad, hits = 0;
	char *text = ig_charset_convert(a, name, p, len, &bad);
	*all_r = bad;
	for (const char *s = text; s && *s;) {
		size_t n = (unsigned char)*s < 0x80 ? 1 : (unsigned char)*s < 0xe0 ? 2 : (unsigned char)*s < 0xf0 ? 3 : 4;
		char one[5] = "";
		memcpy(one, s, n);
		*all_r += n > 1;
		hits += n > 1 && strstr(often, one) != NULL;
		s += n;
	}
	return hits;
}

/* 0 to 100: how much of the text is what that encoding is mostly used for; 0 too: it decides nothing. */
static unsigned double_share(size_t k, const unsigned char *s, size_t len, size_t least)
{
	size_t n[PAIR_SIGN + 1] = {0}, glued = 0, all = 0, end = 0; /* end: of the pair before, whose second byte may look like a letter */
	for (size_t i = 0; i < len; i++) {
		if (!(s[i] & 0x80))
			continue;
		enum pair what = i + 1 < len ? doubles[k].pair(s[i], s[i + 1]) : PAIR_BAD;
		n[what]++;
		all++;
		size_t next = what == PAIR_BAD ? i + 1 : i + 2;
		glued += (i > end && letter(s[i - 1])) || (next < len && letter(s[next]));
		end = next;
		i = next - 1;
	}
	size_t usual = n[PAIR_USUAL] + n[PAIR_KANA], told = usual + n[PAIR_RARE] + n[PAIR_BAD];
	if (usual < least || glued * 4 > all || (doubles[k].kana && n[PAIR_KANA] * 6 < usual))
		return 0;
	return (unsigned)(usual * 100 / told);
}

/* Korean text is always Chinese by its rows, Chinese text Korean only by chance: what their readers use most often decides. */
static bool rather_korean(struct ig_arena *a, const char *p, size_t len)
{
	size_t all, korean_hits = count_often(a, "CP949", doubles[2].often, p, len, &all), chinese_hits = count_often(a, "GB18030", doubles[0].often, p, len, &all);
	return korean_hits >= chinese_hits; /* equal: the rows of Korean, which Chinese seldom keeps to, count */
}

static const char *two_bytes(struct ig_arena *a, const char *p, size_t len, const char *expected)
{
	unsigned best = 0, next = 0, share[IG_COUNT(doubles)];
	size_t winner = 0;
	for (size_t k = 0; k < IG_COUNT(doubles); k++) {
		bool awaited = expected && !strcmp(expected, doubles[k].name);
		share[k] = double_share(k, (const unsigned char *)p, len, awaited ? 1 : PAIRS_MIN);
		if (awaited && share[k] >= 80)
			return doubles[k].name;
	}
	/* Kana are proof; Chinese has none. */
	for (size_t k = 3; k < IG_COUNT(doubles); k++)
		if (share[k] >= 85)
			return doubles[k].name;
	if (share[2] >= 95 && share[0] >= 85)
		return rather_korean(a, p, len) ? "CP949" : "GB18030";
	for (size_t k = 0; k < 2; k++) {
		next = share[k] > best ? best : share[k] > next ? share[k] : next;
		winner = share[k] > best ? k : winner;
		best = share[k] > best ? share[k] : best;
	}
	return best >= 85 && best >= next + 10 ? doubles[winner].name : NULL;
}

static const char *one_byte(struct ig_arena *a, const char *p, size_t len, const char *expected)
{
	size_t best = 0, next = 0, winner = 0;
	for (size_t k = 0; k < IG_COUNT(singles); k++) {
		size_t all, hits = count_often(a, singles[k].name, singles[k].often, p, len, &all);
		size_t least = expected && !strcmp(expected, singles[k].name) ? 3 : LETTERS_MIN;
		size_t share = all >= least ? hits * 100 / all : 0;
		next = share > best ? best : share > next ? share : next;
		winner = share > best ? k : winner;
		best = share > best ? share : best;
	}
	return best >= 50 && best >= next + 10 ? singles[winner].name : NULL;
}

const char *ig_eastern_detect(struct ig_arena *a, const char *p, size_t len, const char *expected)
{
	len = len < SAMPLE ? len : SAMPLE;
	const char *name = ig_eastern_strange(p, len) ? one_byte(a, p, len, expected) : NULL;
	return name ? name : two_bytes(a, p, len, expected);
}
