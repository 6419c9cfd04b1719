/* Plain letters, dates and times in them. Relies on NFC text. Vietnamese dates are day first, always. */
#include "config.h"
#include "parse/plain.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/opt.h"

/* The blocks of U+1EA0 and on are by base letter. */
static char look_up(uint32_t c)
{
	static const struct { uint32_t from, to; char plain; } ranges[] = {
		{0xc0, 0xc5, 'a'}, {0xc7, 0xc7, 'c'}, {0xc8, 0xcb, 'e'}, {0xcc, 0xcf, 'i'}, {0xd0, 0xd0, 'd'}, {0xd1, 0xd1, 'n'}, {0xd2, 0xd6, 'o'}, {0xd8, 0xd8, 'o'},
		{0xd9, 0xdc, 'u'}, {0xdd, 0xdd, 'y'}, {0xe0, 0xe5, 'a'}, {0xe7, 0xe7, 'c'}, {0xe8, 0xeb, 'e'}, {0xec, 0xef, 'i'}, {0xf0, 0xf0, 'd'}, {0xf1, 0xf1, 'n'},
		{0xf2, 0xf6, 'o'}, {0xf8, 0xf8, 'o'}, {0xf9, 0xfc, 'u'}, {0xfd, 0xfd, 'y'}, {0xff, 0xff, 'y'}, {0x102, 0x103, 'a'}, {0x110, 0x111, 'd'}, {0x128, 0x129, 'i'},
		{0x168, 0x169, 'u'}, {0x1a0, 0x1a1, 'o'}, {0x1af, 0x1b0, 'u'}, {0x1ea0, 0x1eb7, 'a'}, {0x1eb8, 0x1ec7, 'e'}, {0x1ec8, 0x1ecb, 'i'}, {0x1ecc, 0x1ee3, 'o'},
		{0x1ee4, 0x1ef1, 'u'}, {0x1ef2, 0x1ef9, 'y'}, {0xa0, 0xa0, ' '}, {0x2000, 0x200b, ' '}, {0x202f, 0x202f, ' '}, {0x2010, 0x2015, '-'}, {0x2212, 0x2212, '-'},
		{0x2018, 0x2019, '\''}, {0x201c, 0x201d, '"'}, {0x2026, 0x2026, '.'}, {0xff1a, 0xff1a, ':'}};
	for (size_t i = 0; i < IG_COUNT(ranges); i++)
		if (c >= ranges[i].from && c <= ranges[i].to)
			return ranges[i].plain;
	return '?';
}

/* The same from a table, made at the first letter that needs it: Vietnamese has one in every third place. */
static char plain_of(uint32_t c)
{
	static char table[0x1f00];
	if (c >= IG_COUNT(table))
		return look_up(c);
	if (!table[0xe0])
		for (uint32_t i = 0x80; i < IG_COUNT(table); i++)
			table[i] = look_up(i);
	return table[c];
}

void ig_plain_of(struct ig_arena *a, const char *text, size_t len, struct ig_plain *p)
{
	const unsigned char *s = (const unsigned char *)text, *end = s + len;
	char *plain = ig_arena_alloc(a, len + 1);
	uint32_t *at = ig_arena_calloc(a, len + 1, sizeof *at);
	size_t k = 0;
	while (s < end) {
		uint32_t c = *s;
		size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		if (n > (size_t)(end - s))
			break;
		at[k] = (uint32_t)((const char *)s - text);
		s += n;
		if (n == 1) { /* nearly all */
			plain[k++] = (char)(c - 'A' < 26 ? c | 0x20 : c);
			continue;
		}
		c = n == 2 ? (c & 0x1f) << 6 | (s[-1] & 0x3f) : n == 3 ? (c & 0xf) << 12 | (s[-2] & 0x3fu) << 6 | (s[-1] & 0x3f) : 0xffff;
		if (c >= 0x300 && c <= 0x36f) /* a mark that NFC could not join */
			continue;
		plain[k++] = plain_of(c);
	}
	at[k] = (uint32_t)((const char *)s - text);
	plain[k] = 0;
	*p = (struct ig_plain){.text = text, .s = plain, .at = at, .len = k};
}

const char *ig_plain_cut(struct ig_arena *a, const struct ig_plain *p, size_t from, size_t to)
{
	while (from < to && (p->s[from] == ' ' || p->s[from] == '\t'))
		from++;
	while (to > from && (p->s[to - 1] == ' ' || p->s[to - 1] == '\t'))
		to--;
	return ig_arena_strndup(a, p->text + p->at[from], p->at[to] - p->at[from]);
}

size_t ig_plain_word(const struct ig_plain *p, const char *word, size_t from)
{
	size_t n = strlen(word);
	for (size_t i = from; i + n <= p->len; i++) {
		const char *at = memmem(p->s + i, p->len - i, word, n);
		if (!at)
			return SIZE_MAX;
		i = (size_t)(at - p->s);
		if ((i == 0 || !isalnum((unsigned char)p->s[i - 1])) && !isalnum((unsigned char)p->s[i + n]))
			return i;
	}
	return SIZE_MAX;
}

char ig_plain_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c;
	switch (c) {
	case 'i': case 'l': case '|': case '!': case 'j':
		return '1';
	case 'o': case 'q':
		return '0';
	case 's':
		return '5';
	case 'b':
		return '8';
	case 'z':
		return '2';
	}
	return 0;
}

/* A number of at most max digits at i; -1 none. */
static int number(const struct ig_plain *p, size_t *i, int max, bool slots)
{
	int v = 0, n = 0;
	size_t at = *i;
	for (; n < max; n++, at++) {
		char c = slots ? ig_plain_digit(p->s[at]) : (char)(p->s[at] >= '0' && p->s[at] <= '9' ? p->s[at] : 0);
		if (!c)
			break;
		v = v * 10 + (c - '0');
	}
	if (!n)
		return -1;
	*i = at;
	return v;
}

static size_t skip(const struct ig_plain *p, size_t i, const char *what)
{
	while (i < p->len && strchr(what, p->s[i]))
		i++;
	return i;
}

static int write_date(int day, int month, int year, char out[11])
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (year >= 0 && year < 100)
		year += 2000;
	if (month < 1 || month > 12 || day < 1 || day > days[month - 1] || year < 1990 || year > 2100)
		return -1;
	snprintf(out, 11, "%04d-%02d-%02d", year % 10000, month % 100, day % 100);
	return 0;
}

/* From behind "ngay": its slot, "thang" and its slot, "nam" and its slot. -1 not that form, -2 a slot is open. */
static int words_date(const struct ig_plain *p, size_t i, bool slots, char out[11], size_t *end_r)
{
	static const char blank[] = " .,:_\t-";
	int day, month, year;
	i = skip(p, i, blank);
	day = number(p, &i, 2, slots);
	size_t month_at = ig_plain_word(p, "thang", i);
	if (month_at == SIZE_MAX || month_at > i + 14)
		return -1;
	i = skip(p, month_at + 5, blank);
	month = number(p, &i, 2, slots);
	size_t year_at = ig_plain_word(p, "nam", i);
	if (year_at == SIZE_MAX || year_at > i + 14)
		return -1;
	i = skip(p, year_at + 3, blank);
	size_t digits = i;
	year = number(p, &i, 4, slots);
	*end_r = i;
	if (slots && i - digits != 4) /* a line that a fax cut off: "năm 2" is no year */
		year = -1;
	if (day < 0 || month < 0 || year < 0)
		return -2;
	return write_date(day, month, year, out);
}

static int digits_date(const struct ig_plain *p, size_t i, bool slots, char out[11], size_t *end_r)
{
	size_t k = i;
	int a = number(p, &k, 4, slots), b, c;
	size_t first = k - i;
	char mark;
	k = skip(p, k, " ");
	if (a < 0 || !strchr("/-.", mark = p->s[k]) || !mark)
		return -1;
	k = skip(p, k + 1, " ");
	b = number(p, &k, 2, slots);
	k = skip(p, k, " ");
	if (b < 0 || p->s[k] != mark)
		return -1;
	k = skip(p, k + 1, " ");
	size_t before = k;
	c = number(p, &k, 4, slots);
	if (c < 0 || isdigit((unsigned char)p->s[k]) || p->s[k] == mark)
		return -1;
	*end_r = k;
	if (first == 4)
		return write_date(c, b, a, out);
	return first <= 2 && (k - before == 4 || k - before == 2) ? write_date(a, b, c, out) : -1;
}

int ig_plain_date(const struct ig_plain *p, size_t from, bool slots, char out[11], size_t *begin_r, size_t *end_r)
{
	size_t end = 0;
	for (size_t i = from; i < p->len; i++) {
		int rc = -1;
		if (i && isalnum((unsigned char)p->s[i - 1]))
			continue;
		if (!strncmp(p->s + i, "ngay", 4))
			rc = words_date(p, i + 4, slots, out, &end);
		if (rc == -1 && (p->s[i] >= '0' && p->s[i] <= '9'))
			rc = digits_date(p, i, slots, out, &end);
		if (rc == -1)
			continue;
		*begin_r = i;
		*end_r = end;
		return rc;
	}
	return -1;
}

/* Afternoon: CH, chieu, toi, pm. */
static bool afternoon(const struct ig_plain *p, size_t from, size_t to)
{
	static const char *const words[] = {"ch", "chieu", "toi", "pm", "p.m"};
	for (size_t i = 0; i < IG_COUNT(words); i++) {
		size_t at = ig_plain_word(p, words[i], from);
		if (at != SIZE_MAX && at < to && at < from + 12)
			return true;
	}
	return false;
}

int ig_plain_time(const struct ig_plain *p, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < p->len; i++) {
		size_t k = i, min_at;
		int hour, minute = 0;
		if (!isdigit((unsigned char)p->s[i]) || (i && (isdigit((unsigned char)p->s[i - 1]) || strchr("/-.", p->s[i - 1]))))
			continue;
		hour = number(p, &k, 2, false);
		k = skip(p, k, " ");
		bool word = !strncmp(p->s + k, "gio", 3), mark = p->s[k] == ':' || (p->s[k] == 'h' && !isalpha((unsigned char)p->s[k + 1]));
		if (hour < 0 || hour > 24 || (!word && !mark))
			continue;
		k = skip(p, k + (word ? 3 : 1), " ");
		min_at = k;
		int got = number(p, &k, 2, false);
		minute = got >= 0 ? got : 0;
		if (minute > 59 || (p->s[min_at] == ':' && got < 0))
			continue;
		if (hour < 12 && afternoon(p, k, to))
			hour += 12;
		return hour * 60 + minute;
	}
	return -1;
}
