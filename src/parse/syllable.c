/* Vietnamese syllables, and the language of a text.
 * A Vietnamese word is one syllable: an initial, and one of some 160 rimes of which one vowel may carry a tone; that is enough to tell it from bytes
 * read in the wrong charset. Marks may be composed or stand behind their letters.
 * Does not know words; a text without marks is recognised only by its commonest syllables. */
#include "config.h"
#include "parse/syllable.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "base/utf8.h"
#include "parse/charset.h"

#define WORD_MAX 16
#define SAMPLE 4096

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

/* A Vietnamese letter as one character: itself, or A for a with breve, B for a, E for e, O for o with circumflex, P and U for o and u with horn,
 * D for d with stroke; *tone_r is 0 or acute 1, grave 2, hook 3, tilde 4, dot below 5. 0 when it is no letter of Vietnamese. */
static char letter(uint32_t c, unsigned *tone_r)
{
	/* U+00E0 to U+00FD, and U+1EA0 to U+1EF9 in pairs of capital and small; a blank is no letter. */
	static const char latin[] = "aaBa    eeE ii    ooOo   uu  y", latin_tone[] = "2104    210 21    2104   21  1";
	static const char more[] = "aaBBBBBAAAAAeeeEEEEEiiooOOOOOPPPPPuuUUUUUyyyy", more_tone[] = "531234512345534123453553123451234553123452534";
	*tone_r = 0;
	if (c >= 'A' && c <= 'Z')
		return (char)(c + 32);
	if (c >= 'a' && c <= 'z')
		return (char)c;
	if (c >= 0xc0 && c <= 0xdd)
		c += 0x20;
	if (c >= 0xe0 && c <= 0xfd) {
		char b = latin[c - 0xe0];
		*tone_r = b == ' ' ? 0 : (unsigned)(latin_tone[c - 0xe0] - '0');
		return b == ' ' ? 0 : b;
	}
	if (c >= 0x1ea0 && c <= 0x1ef9) {
		*tone_r = (unsigned)(more_tone[(c - 0x1ea0) / 2] - '0');
		return more[(c - 0x1ea0) / 2];
	}
	switch (c) {
	case 0x102: case 0x103: return 'A';
	case 0x110: case 0x111: return 'D';
	case 0x128: case 0x129: *tone_r = 4; return 'i';
	case 0x168: case 0x169: *tone_r = 4; return 'u';
	case 0x1a0: case 0x1a1: return 'P';
	case 0x1af: case 0x1b0: return 'U';
	default: return 0;
	}
}

/* A tone that stands behind its letter; 0 none. */
static unsigned combining_tone(uint32_t c)
{
	return c == 0x301 ? 1 : c == 0x300 ? 2 : c == 0x309 ? 3 : c == 0x303 ? 4 : c == 0x323 ? 5 : 0;
}

/* A form that stands behind its letter. */
static char combining_form(char base, uint32_t c)
{
	if (c == 0x302)
		return base == 'a' ? 'B' : base == 'e' ? 'E' : base == 'o' ? 'O' : 0;
	if (c == 0x306)
		return base == 'a' ? 'A' : 0;
	return c == 0x31b ? base == 'o' ? 'P' : base == 'u' ? 'U' : 0 : 0;
}

/* Small sets of words of up to eight letters, each word one integer. */
#define SLOTS 1024
struct set {
	uint64_t word[SLOTS];
	char mark[SLOTS];
};

static unsigned slot(const struct set *s, uint64_t w)
{
	unsigned i = (unsigned)(w * UINT64_C(0x9e3779b97f4a7c15) >> 54);
	while (s->word[i] && s->word[i] != w)
		i = (i + 1) % SLOTS;
	return i;
}

static void learn(struct set *s, const char *list, char mark)
{
	while (*list) {
		uint64_t w = 0;
		for (; *list && *list != ' '; list++)
			w = w << 8 | (unsigned char)*list;
		unsigned i = slot(s, w);
		s->word[i] = w;
		s->mark[i] = mark;
		list += *list == ' ';
	}
}

static char look(const struct set *s, const char *p, size_t n)
{
	uint64_t w = 0;
	if (n > 8)
		return 0;
	for (size_t i = 0; i < n; i++)
		w = w << 8 | (unsigned char)p[i];
	return w ? s->mark[slot(s, w)] : 0;
}

static struct set initials, rimes, words;

/* All that can stand before the vowels: some only before e, i and y, some never there; f, j, w and z nowhere. */
static const char back_initials[] = "c g ng", front_initials[] = "gh k ngh", any_initials[] = "b ch d D gi h kh l m n nh p ph qu r s t th tr v x";
/* All vowels with what can stand behind them. */
static const char all_rimes[] = "a ac ach ai ak am an ang anh ao ap at au ay Ac Ak Am An Ang Ap At B Bc Bm Bn Bng Bp Bt Bu By e ec em en eng eo ep et E Ech Em En Enh Ep Et Eu Ec "
	"i ia ich iEc iEm iEn iEng iEp iEt iEu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oAc oAm oAn oAng oAt oc oe oen oeo oet oi om on ong "
	"ooc oong op ot O Oc Oi Om On Ong Op Ot P Pi Pm Pn Pp Pt u ua uBn uBng uBt uBy uc uE uEch uEnh ui um un ung uO uOc uOi uOm uOn uOng uOt uP up ut uy uya uych uyEn "
	"uyEt uynh uyt uyu uyp U Ua Uc Ui Um Un Ung UP UPc UPi UPm UPn UPng UPp UPt UPu Ut Uu y yEm yEn yEng yEt yEu ych ynh yt";

/* Commonest words. */
static const char english[] = "the and of to is in that for with you this are from have not please on was we our your be by it as at will has an i";
/* Without marks, as people type on a telephone. */
static const char plain_vi[] = "cua khong duoc nguoi thong va cho tren trong nhung ngay gui bao viec cac xin kinh chung toi quy vui long truong hop luc tin tu hien thoi mot "
	"voi anh chi nay dang cong dien tai";

static void learn_all(void)
{
	if (words.mark[slot(&words, 'i')])
		return;
	learn(&initials, back_initials, 'b');
	learn(&initials, front_initials, 'f');
	learn(&initials, any_initials, '*');
	learn(&rimes, all_rimes, 'r');
	learn(&words, english, 'e');
	learn(&words, plain_vi, 'v');
}

static bool vowel(char c)
{
	return strchr("aABeEioOPuUy", c);
}

static bool rime(const char *w, size_t n, unsigned tone)
{
	char last = w[n - 1];
	/* A syllable that is stopped is only acute or dotted; tone 6: not known, since the word has no marks. */
	bool stopped = last == 'c' || last == 'p' || last == 't' || (last == 'h' && n > 1 && w[n - 2] == 'c');
	return look(&rimes, w, n) && (!stopped || tone == 1 || tone == 5 || tone == 6);
}

static bool syllable(const char *w, size_t n, unsigned tone)
{
	size_t from = 0;
	while (from < n && !vowel(w[from]))
		from++;
	if (from == n || from > 3)
		return false;
	if (from == 1 && w[0] == 'q')
		return n > 2 && w[1] == 'u' && rime(w + 2, n - 2, tone);
	/* gi: before another vowel the i is only written. */
	if (from == 1 && w[0] == 'g' && w[1] == 'i' && (n == 2 || rime(w + 1, n - 1, tone) || rime(w + 2, n - 2, tone)))
		return true;
	if (from) {
		char wanted = strchr("eEiy", w[from]) ? 'f' : 'b', mark = look(&initials, w, from);
		if (mark != '*' && mark != wanted)
			return false;
	}
	return rime(w + from, n - from, tone);
}

/* A word of letters, as next_word finds it. */
struct word {
	bool any, high, odd, foreign; /* has letters; letters beyond ASCII; signs that no Vietnamese word has; letters that no western language has */
	bool legal;
};

/* Signs that stand between words in any language. */
static bool between(uint32_t c)
{
	return (c >= 0x2010 && c <= 0x2027) || c == 0xa0 || c == 0xab || c == 0xbb || c == 0xb0 || c == 0xa7 || c == 0x2039 || c == 0x203a || c == 0x20ac || c == 0xfeff ||
		c == 0x200b;
}

/* Of a Vietnamese letter. */
static bool lower(uint32_t c)
{
	if (c < 0x100)
		return c & 0x20;
	return c == 0x1b0 || (c != 0x1af && c & 1);
}

static bool next_word(const char **s, const char *end, struct word *x)
{
	char w[WORD_MAX];
	size_t n = 0;
	unsigned tone = 0;
	bool small = false;
	memset(x, 0, sizeof *x);
	while (*s < end && **s) {
		unsigned t;
		uint32_t c = next(s, end);
		char b = letter(c, &t);
		if (!b && c < 0x80) {
			/* VISCII and VPS hide capitals among the control characters; text that shows one was read wrongly. */
			x->odd = x->odd || (c < 0x20 && !strchr("\t\n\r\f", (int)c));
			break;
		}
		if (!b && between(c))
			break;
		x->high = x->high || c >= 0x80;
		if (!b && n) {
			char form = combining_form(w[n - 1], c);
			t = combining_tone(c);
			if (form)
				w[n - 1] = form;
			if (form || t)
				x->foreign = true;
			else
				x->odd = true;
		} else if (!b || n == WORD_MAX) {
			x->odd = true;
		} else {
			w[n++] = b;
			x->foreign = x->foreign || c >= 0x100;
			/* No word has a marked capital behind a small letter; text read wrongly is full of them. */
			x->odd = x->odd || (small && c >= 0x80 && !lower(c));
			small = lower(c);
		}
		x->odd = x->odd || (t && tone);
		tone = t ? t : tone;
	}
	x->any = n || x->odd;
	x->legal = n && !x->odd && syllable(w, n, x->high ? tone : 6);
	return *s < end && **s;
}

bool ig_syllable_word(const char *text, size_t len)
{
	const char *s = text, *end = text + len;
	bool some = false, more = true;
	learn_all();
	while (more && s < end) {
		struct word x;
		more = next_word(&s, end, &x);
		if (x.any && !x.legal)
			return false;
		some = some || x.any;
	}
	return some;
}

struct ig_syllables ig_syllable_count(const char *text, size_t len)
{
	const char *s = text, *end = text + len;
	struct ig_syllables n = {0};
	bool more = true;
	learn_all();
	while (more && s < end) {
		struct word x;
		more = next_word(&s, end, &x);
		if (!x.any)
			continue;
		if (!x.high && !x.odd) {
			n.plain++;
			n.plain_legal += x.legal;
			continue;
		}
		n.marked++;
		n.legal += x.legal;
		n.own += x.legal && x.foreign;
	}
	return n;
}

const char *ig_language(const char *text, size_t len)
{
	const char *s = text, *end = text + (len < SAMPLE ? len : SAMPLE);
	unsigned count = 0, en = 0, vi = 0;
	learn_all();
	while (s < end) {
		uint64_t w = 0;
		unsigned n = 0;
		for (; s < end && (*s | 32) >= 'a' && (*s | 32) <= 'z'; s++, n++)
			w = w << 8 | (unsigned char)(*s | 32);
		s += !n;
		count += n > 0;
		if (!n || n > 8)
			continue;
		char language = words.mark[slot(&words, w)];
		en += language == 'e';
		vi += language == 'v';
	}
	end = text + ig_utf8_cut(text, len, SAMPLE);
	if (!ig_charset_ascii(text, (size_t)(end - text))) {
		struct ig_syllables x = ig_syllable_count(text, (size_t)(end - text));
		/* The letters are certain, only the language is asked: two words will do. An English letter names Vietnamese people and offices, and
		 * a Vietnamese one has a mark in two words of three. */
		if (x.own >= 2 && x.legal * 5 >= x.marked * 4 && x.legal > en * 3 / 2)
			return "vi";
	}
	if (vi >= 4 && vi * 8 >= count && vi > en * 2)
		return "vi";
	if (en >= 2 && en * 8 >= count)
		return "en";
	return NULL;
}
