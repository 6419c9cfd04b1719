/* What two texts have in common whatever their case, marks, form and punctuation. Relies on base/utf8 for the letters, once, as a table. */
#include "config.h"
#include <string.h>
#include "base/utf8.h"
#include "gate/room.h"

#define TABLE 0x2200
static char table[TABLE][4];          /* what a code point becomes; "" nothing */
static char bares[TABLE][4];          /* the same, a capital as a capital */
static unsigned char lengths[TABLE];
static bool ready;

static size_t put_utf8(unsigned c, char out[4])
{
	if (c < 0x80) return out[0] = (char)c, 1;
	if (c < 0x800) return out[0] = (char)(0xc0 | c >> 6), out[1] = (char)(0x80 | (c & 63)), 2;
	if (c < 0x10000) return out[0] = (char)(0xe0 | c >> 12), out[1] = (char)(0x80 | (c >> 6 & 63)), out[2] = (char)(0x80 | (c & 63)), 3;
	out[0] = (char)(0xf0 | c >> 18), out[1] = (char)(0x80 | (c >> 12 & 63)), out[2] = (char)(0x80 | (c >> 6 & 63)), out[3] = (char)(0x80 | (c & 63));
	return 4;
}

static void make_table(void)
{
	struct ig_arena *a = ig_arena_new(0);
	for (unsigned c = 1; c < TABLE; c++) {
		char utf8[4];
		ig_arena_reset(a);
		const char *f = ig_utf8_fold(a, utf8, put_utf8(c, utf8));
		size_t n = strlen(f);
		if (n && n < sizeof table[c] && *f != ' ') {
			memcpy(table[c], f, n + 1);
			lengths[c] = (unsigned char)n;
			memcpy(bares[c], f, n + 1);
			size_t len = put_utf8(c, utf8);
			const char *lower = ig_utf8_cased(a, utf8, len, false);
			if ((strlen(lower) != len || memcmp(lower, utf8, len)) && *f >= 'a' && *f <= 'z')
				bares[c][0] = (char)(*f - 'a' + 'A');
		}
	}
	ig_arena_free(a);
	ready = true;
}

/* One well-formed character at p: its length, 0 none. */
static size_t take_utf8(const unsigned char *p, size_t len, unsigned *c_r)
{
	size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : 0;
	if (!n || n > len)
		return 0;
	unsigned c = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 63);
	}
	*c_r = c;
	return n;
}

/* Windows-1258 where it differs from Latin-1 in letters; 0: a tone. */
static unsigned from_1258(unsigned char b)
{
	static const struct { unsigned char b; unsigned short c; } differs[] = {{0xc3, 0x102}, {0xcc, 0}, {0xd0, 0x110}, {0xd2, 0}, {0xd5, 0x1a0},
		{0xdd, 0x1af}, {0xde, 0}, {0xe3, 0x103}, {0xec, 0}, {0xf0, 0x111}, {0xf2, 0}, {0xf5, 0x1a1}, {0xfd, 0x1b0}};
	for (size_t i = 0; i < IG_COUNT(differs); i++)
		if (differs[i].b == b)
			return differs[i].c;
	return b;
}

#define CHUNK 1024
#define FOLDED_MAX 4 /* bytes that one character becomes at most */

bool ig_gate_fold(const char *s, size_t len, bool latin1, struct ig_buf *out)
{
	const unsigned char *p = (const unsigned char *)s;
	bool foreign = false;
	char chunk[CHUNK];
	size_t used = 0;
	if (!ready)
		make_table();
	for (size_t i = 0; i < len;) {
		if (used > CHUNK - FOLDED_MAX) {
			ig_buf_add(out, chunk, used);
			used = 0;
		}
		unsigned c = p[i];
		if (c < 0x80) { /* one letter, or nothing */
			chunk[used] = *table[c];
			used += lengths[c];
			i++;
			continue;
		}
		size_t n = take_utf8(p + i, len - i, &c);
		if (!n) {
			foreign = true;
			c = latin1 ? p[i] : from_1258(p[i]);
			n = 1;
		}
		if (c >= 0xff01 && c <= 0xff5e)
			c -= 0xff01 - '!';
		if (c < TABLE) {
			memcpy(chunk + used, table[c], sizeof table[c]);
			used += lengths[c];
		} else if (c < 0xfe00 || c > 0xffff) { /* letters of scripts that are not folded; variation selectors, BOM and their like are not */
			memcpy(chunk + used, p + i, n);
			used += n;
		}
		i += n;
	}
	ig_buf_add(out, chunk, used);
	return foreign;
}

static bool letter(const unsigned char *p, size_t len)
{
	unsigned c;
	if (!ready)
		make_table();
	return take_utf8(p, len, &c) && ((c < TABLE && *table[c]) || (c >= 0x300 && c < 0x370));
}

/* White space, no-break ones too, points and their like, as they stand between words. */
static size_t space_at(const char *p, size_t len, bool points)
{
	if (len && *p && (strchr(" \t\r\n-_", *p) || (points && *p == '.')))
		return 1;
	return len > 1 && !memcmp(p, "\xc2\xa0", 2) ? 2 : 0;
}

enum { SPACE_MAX = 8 };

/* The rest of word at p: how many bytes of the text it takes; 0 it does not stand there. */
static size_t match_at(const char *p, size_t len, const char *word)
{
	size_t at = 0;
	for (; *word; word++) {
		if (*word == ' ' || *word == *IG_GATE_GAP) {
			size_t took = 0, n;
			while (took < SPACE_MAX && (n = space_at(p + at, len - at, *word != ' ')))
				at += n, took += n;
			if (!took && *word == ' ')
				return 0;
		} else if (at == len || p[at++] != *word) {
			return 0;
		}
	}
	return at;
}

bool ig_gate_word_in(const char *p, size_t len, const char *word)
{
	size_t first = strcspn(word, " " IG_GATE_GAP);
	for (const char *at = p; *word && (at = memmem(at, len - (size_t)(at - p), word, first)); at++) {
		const unsigned char *before = (const unsigned char *)at;
		size_t n = match_at(at, len - (size_t)(at - p), word), left = len - (size_t)(at - p) - n;
		if (!n)
			continue;
		if (at > p) {
			do
				before--;
			while (before > (const unsigned char *)p && (*before & 0xc0) == 0x80);
		}
		if ((at == p || !letter(before, (size_t)((const unsigned char *)at - before))) && (!left || !letter((const unsigned char *)at + n, left)))
			return true;
	}
	return false;
}

size_t ig_gate_bare(const char *p, size_t len, char *out)
{
	size_t n = 0;
	if (!ready)
		make_table();
	for (size_t i = 0; i < len;) {
		unsigned c = 0;
		size_t took = (unsigned char)p[i] < 0x80 ? 1 : take_utf8((const unsigned char *)p + i, len - i, &c);
		const char *is = took > 1 && c < TABLE ? bares[c] : "";
		if (*is)
			for (size_t k = 0; k < sizeof bares[c] && is[k] && k < took; k++) /* never longer than it was */
				out[n++] = is[k];
		else if (c < 0x300 || c >= 0x370) /* a mark of its own goes */
			for (size_t k = 0; k < (took ? took : 1); k++)
				out[n++] = p[i + k];
		i += took ? took : 1;
	}
	return n;
}
