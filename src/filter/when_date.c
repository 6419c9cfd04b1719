/* Dates, the first of the tokens of when.c: by numbers, by the names of months in a dozen languages, in Vietnamese words. Inside filter only.
 * Relies on the order of day and month that when.c worked out for the text. */
#include "config.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "filter/when_scan.h"

static const char *const months[12][32] = {
	{"january", "jan", "januar", "jänner", "janvier", "enero", "gennaio", "janeiro", "januari", "stycznia", "janv", "ene", "gen", "leden", "ledna",
		"ianuarie", "január", "ocak", "oca", "tammikuu", "tammikuuta", "января", "янв", "січня", "sty", NULL},
	{"february", "feb", "februar", "février", "febrero", "febbraio", "fevereiro", "februari", "lutego", "févr", "fev", "únor", "února", "februarie",
		"február", "şubat", "şub", "helmikuu", "helmikuuta", "февраля", "фев", "лютого", "lut", "febr", "pebruari", NULL},
	{"march", "mar", "märz", "mars", "marzo", "março", "maart", "marca", "mrz", "březen", "března", "martie", "marec", "március", "mart",
		"maaliskuu", "maaliskuuta", "марта", "мар", "березня", "marts", "maret", "mac", NULL},
	{"april", "apr", "avril", "abril", "aprile", "kwietnia", "avr", "abr", "duben", "dubna", "aprilie", "április", "nisan", "nis", "huhtikuu",
		"huhtikuuta", "апреля", "апр", "квітня", "kwi", NULL},
	{"may", "mai", "mayo", "maggio", "maio", "mei", "maja", "mag", "květen", "května", "máj", "május", "mayıs", "toukokuu", "toukokuuta", "мая", "май", "травня", "maj", NULL},
	{"june", "jun", "juni", "juin", "junio", "giugno", "junho", "czerwca", "giu", "červen", "června", "iunie", "jún", "június", "haziran", "haz",
		"kesäkuu", "kesäkuuta", "июня", "июн", "червня", "cze", NULL},
	{"july", "jul", "juli", "juillet", "julio", "luglio", "julho", "lipca", "juil", "lug", "červenec", "července", "iulie", "júl", "július", "temmuz",
		"tem", "heinäkuu", "heinäkuuta", "июля", "июл", "липня", "lip", "julai", NULL},
	{"august", "aug", "août", "agosto", "augustus", "sierpnia", "ago", "aout", "srpen", "srpna", "augusti", "augusztus", "ağustos", "ağu", "elokuu",
		"elokuuta", "августа", "авг", "серпня", "sie", "agustus", "ogos", "agt", NULL},
	{"september", "sep", "sept", "septembre", "septiembre", "settembre", "setembro", "września", "set", "září", "septembrie", "szeptember", "eylül",
		"eyl", "syyskuu", "syyskuuta", "сентября", "сен", "вересня", "wrz", NULL},
	{"october", "oct", "oktober", "octobre", "octubre", "ottobre", "outubro", "października", "okt", "ott", "out", "říjen", "října", "octombrie",
		"október", "ekim", "eki", "lokakuu", "lokakuuta", "октября", "окт", "жовтня", "paź", NULL},
	{"november", "nov", "novembre", "noviembre", "novembro", "listopada", "listopad", "listopadu", "noiembrie", "kasım", "marraskuu", "marraskuuta",
		"ноября", "ноя", "листопада", "lis", "nopember", NULL},
	{"december", "dec", "dezember", "décembre", "diciembre", "dicembre", "dezembro", "grudnia", "dez", "dic", "déc", "prosinec", "prosince",
		"decembrie", "aralık", "ara", "joulukuu", "joulukuuta", "декабря", "дек", "грудня", "gru", "desember", "des", "disember", NULL},
};


bool ig_when_valid(int y, int m, int d)
{
	static const int length[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (y < 1970 || y > 2099 || m < 1 || m > 12 || d < 1 || d > length[m - 1])
		return false;
	return m != 2 || d < 29 || y % 4 == 0;
}

int64_t ig_when_days(int y, int m, int d)
{
	int64_t yy = y - (m <= 2), era = yy / 400, yoe = yy - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* ---- tokens. Each returns the bytes it used, 0 none. */

size_t ig_when_digits(const char *s, const char *end, size_t max, int *v_r)
{
	size_t n = 0;
	int v = 0;
	while (s + n < end && n < max && isdigit((unsigned char)s[n]))
		v = v * 10 + (s[n++] - '0');
	if (s + n < end && isdigit((unsigned char)s[n]))
		return 0;
	*v_r = v;
	return n;
}

size_t ig_when_blanks(const char *s, const char *end, size_t max)
{
	size_t n = 0;
	while (s + n < end && n < max && (s[n] == ' ' || s[n] == '\t' || s[n] == ','))
		n++;
	return n;
}

/* Without regard to case, for the letters with marks of Western and Central Europe, Greek apart and Cyrillic too. word is in small letters. */
static bool same_letters(const char *s, const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i], w = (unsigned char)word[i], before = i ? (unsigned char)s[i - 1] : 0;
		if (c == w || (c >= 'A' && c <= 'Z' && c + 32 == w))
			continue;
		if (before == 0xc3 && c >= 0x80 && c <= 0x9e && c + 32 == w) /* U+00C0 to U+00DE */
			continue;
		if ((before == 0xc4 || before == 0xc5) && c + 1 == w) /* Latin Extended-A: a capital is the one before */
			continue;
		if (before == 0xd0 && c >= 0x90 && c <= 0x9f && c + 32 == w)
			continue;
		if (c == 0xd0 && i + 1 < n) { /* U+0410 to U+042F: the small ones begin 0x20 further, partly under the next byte */
			unsigned char d = (unsigned char)s[i + 1], e = (unsigned char)word[i + 1];
			if ((w == 0xd0 && d >= 0x90 && d <= 0x9f && d + 32 == e) || (w == 0xd1 && d >= 0xa0 && d <= 0xaf && d - 32 == e)) {
				i++;
				continue;
			}
		}
		return false;
	}
	return true;
}

/* The names by their first letter, 26 the others: most words of a text end the search there. */
static struct name { const char *word; size_t len; int month; } names[12 * 32];
static size_t names_from[28];

static size_t letter_of(const char *s)
{
	unsigned char c = (unsigned char)*s | 32;
	return c >= 'a' && c <= 'z' && (unsigned char)*s < 0x80 ? (size_t)(c - 'a') : 26;
}

static void names_sort(void)
{
	size_t n = 0;
	for (size_t letter = 0; letter < 27; letter++) {
		names_from[letter] = n;
		for (int m = 0; m < 12; m++)
			for (int i = 0; months[m][i]; i++)
				if (letter_of(months[m][i]) == letter)
					names[n++] = (struct name){months[m][i], strlen(months[m][i]), m + 1};
	}
	names_from[27] = n;
}

static size_t month_at(const char *s, const char *end, int *m_r)
{
	size_t best = 0, letter = s < end ? letter_of(s) : 0;
	if (!names_from[27])
		names_sort();
	for (size_t i = names_from[letter]; i < names_from[letter + 1]; i++) {
		size_t n = names[i].len;
		if (n <= best || s + n > end || !same_letters(s, names[i].word, n) || (s + n < end && (isalpha((unsigned char)s[n]) || (unsigned char)s[n] >= 0x80)))
			continue;
		best = n;
		*m_r = names[i].month;
	}
	if (best && s + best < end && s[best] == '.')
		best++;
	return best;
}

static int full_year(int y, size_t n) { return n == 2 ? y + (y < 70 ? 2000 : 1900) : y; }

static size_t finish(struct ig_when *w, int y, int m, int d, size_t n)
{
	if (!ig_when_valid(y, m, d))
		return 0;
	w->has_date = w->has_year = true;
	w->year = y, w->month = m, w->day = d;
	return n;
}

/* 2021-09-08, 2021/9/8, 2021.09.08 and 20210908 */
static size_t iso_date(const char *s, const char *end, struct ig_when *w)
{
	int y, m, d;
	size_t a = ig_when_digits(s, end, 8, &y), b, c;
	if (a == 8)
		return finish(w, y / 10000, y / 100 % 100, y % 100, 8);
	if (a != 4 || s + 5 >= end || !strchr("-/.:", s[4]) || !(b = ig_when_digits(s + 5, end, 2, &m)) || s + 5 + b >= end || s[5 + b] != s[4])
		return 0;
	c = ig_when_digits(s + 6 + b, end, 2, &d);
	return c ? finish(w, y, m, d, 6 + b + c) : 0;
}

/* "12.06.24 22:00", "12.06.24, 22.00 Uhr", "12.06.24 um 22": two digits after points are a version, an address, anything, but for a time behind them. */
static bool time_follows(const char *s, const char *end)
{
	static const char *const words[] = {"um ", "ab ", "kl. ", "kl ", "à ", "alle ", "at "};
	size_t n = ig_when_blanks(s, end, 3), k;
	int v;
	for (size_t i = 0; i < IG_COUNT(words); i++)
		if (ig_when_word(s + n, end, words[i])) {
			n += strlen(words[i]);
			break;
		}
	k = n ? ig_when_digits(s + n, end, 2, &v) : 0;
	return k && v < 25 && s + n + k + 2 < end && (s[n + k] == ':' || s[n + k] == '.' || s[n + k] == 'h') && isdigit((unsigned char)s[n + k + 1]) &&
		isdigit((unsigned char)s[n + k + 2]);
}

/* 8/9/2021, 08.09.21, 8-9-2021 */
static size_t numeric_date(const struct ig_when_scan *c, const char *s, struct ig_when *w)
{
	int a, b, y;
	size_t na = ig_when_digits(s, c->end, 2, &a), nb, ny;
	enum ig_when_order order = c->order;
	if (!na || s + na >= c->end || !strchr("/-.", s[na]) || !(nb = ig_when_digits(s + na + 1, c->end, 2, &b)))
		return 0;
	if (s + na + 1 + nb >= c->end || s[na + 1 + nb] != s[na])
		return 0;
	ny = ig_when_digits(s + na + nb + 2, c->end, 4, &y);
	if (ny != 4 && !(ny == 2 && (s[na] != '.' || (na == 2 && nb == 2 && time_follows(s + na + nb + ny + 2, c->end)))))
		return 0;
	const char *after = s + na + nb + ny + 2; /* 1.2.2021.3 is a version, 1/2/2021/3 a path */
	if (after + 1 < c->end && *after == s[na] && isdigit((unsigned char)after[1]))
		return 0;
	y = full_year(y, ny);
	if (s[na] == '.')
		order = IG_ORDER_DMY;
	if (a > 12)
		order = IG_ORDER_DMY;
	else if (b > 12)
		order = IG_ORDER_MDY;
	if (order == IG_ORDER_AUTO && c->hint->near != IG_NEVER && ig_when_valid(y, a, b) && ig_when_valid(y, b, a)) {
		/* Notices speak of the next weeks: the reading that is near the day of the mail, where only one is. */
		int64_t day = c->hint->near / (86400 * IG_SECOND), dmy = llabs(ig_when_days(y, b, a) - day), mdy = llabs(ig_when_days(y, a, b) - day);
		if (mdy <= 45 && dmy > 45)
			order = IG_ORDER_MDY;
	}
	w->numeric = a <= 12 && b <= 12 && a != b;
	return order == IG_ORDER_MDY ? finish(w, y, a, b, na + nb + ny + 2) : finish(w, y, b, a, na + nb + ny + 2);
}

bool ig_when_word(const char *s, const char *end, const char *word)
{
	size_t n = strlen(word);
	return s + n <= end && !strncasecmp(s, word, n);
}

/* Year after a day and a month name, or the one nearest to the mail's. */
static size_t year_after(const struct ig_when_scan *c, const char *s, struct ig_when *w, int m, int d)
{
	size_t n = 0, k;
	int y = 0;
	while (s + n < c->end && n < 3 && strchr(" ,-/.'", s[n]))
		n++;
	if (ig_when_word(s + n, c->end, "de ") || ig_when_word(s + n, c->end, "of "))
		n += 3;
	k = ig_when_digits(s + n, c->end, 4, &y);
	if (k == 4 || (k == 2 && n && strchr("-/'", s[n - 1])))
		return finish(w, full_year(y, k), m, d, n + k);
	if (c->hint->near == IG_NEVER || !ig_when_valid(2000, m, d))
		return 0;
	int64_t near = c->hint->near / (86400 * IG_SECOND), best = INT64_MAX;
	int year = 1970 + (int)(near / 365.2425);
	for (int i = year - 1; i <= year + 1; i++)
		if (ig_when_valid(i, m, d) && llabs(ig_when_days(i, m, d) - near) < best) {
			best = llabs(ig_when_days(i, m, d) - near);
			y = i;
		}
	finish(w, y, m, d, 1);
	w->has_year = false;
	return 1; /* something was used: the caller adds what stood before */
}

/* 18-Oct-2022, 18 October 2022, 18th of Oct. 22; Oct 18, 2022 */
static size_t named_date(const struct ig_when_scan *c, const char *s, struct ig_when *w)
{
	int d, m;
	size_t n = ig_when_digits(s, c->end, 2, &d), k, y;
	static const char *const tails[] = {"st", "nd", "rd", "th", "er", "º"};
	if (n) {
		for (size_t i = 0; i < IG_COUNT(tails); i++)
			if (ig_when_word(s + n, c->end, tails[i])) {
				n += strlen(tails[i]);
				break;
			}
		k = n;
		while (s + k < c->end && k < n + 2 && strchr(" -/.,", s[k]))
			k++;
		if (ig_when_word(s + k, c->end, "of ") || ig_when_word(s + k, c->end, "de "))
			k += 3;
		n = k;
		if (!(k = month_at(s + n, c->end, &m)))
			return 0;
		y = year_after(c, s + n + k, w, m, d);
		return y > 1 ? n + k + y : y ? n + k : 0;
	}
	if (!(n = month_at(s, c->end, &m)))
		return 0;
	k = n;
	while (s + k < c->end && k < n + 2 && strchr(" -/", s[k]))
		k++;
	if (k == n || !(y = ig_when_digits(s + k, c->end, 2, &d)))
		return 0;
	n = k + y;
	for (size_t i = 0; i < 4; i++)
		if (ig_when_word(s + n, c->end, tails[i])) {
			n += 2;
			break;
		}
	y = year_after(c, s + n, w, m, d);
	return y > 1 ? n + y : y ? n : 0;
}

/* ngày 5 tháng 9 năm 2021 (with or without marks), 2021年9月8日 */
static size_t worded_date(const char *s, const char *end, struct ig_when *w)
{
	static const char *const day[] = {"ngày ", "ngay ", "Ngày ", "Ngay ", "NGÀY "}, *const month[] = {" tháng ", " thang ", "tháng "}, *const year[] = {" năm ", " nam "};
	int y, m, d;
	size_t n = 0, k;
	const char *p = s;
	if ((k = ig_when_digits(p, end, 4, &y)) == 4 && ig_when_word(p + 4, end, "年") && (n = ig_when_digits(p + 7, end, 2, &m)) && ig_when_word(p + 7 + n, end, "月")) {
		k = 10 + n;
		n = ig_when_digits(p + k, end, 2, &d);
		return n && ig_when_word(p + k + n, end, "日") ? finish(w, y, m, d, k + n + 3) : 0;
	}
	for (size_t i = 0; i < IG_COUNT(day) && !n; i++)
		n = ig_when_word(p, end, day[i]) ? strlen(day[i]) : 0;
	p += n; /* "22 giờ 30 ngày 5 ...": the word may have been read already */
	p += ig_when_blanks(p, end, 3);
	if (!(k = ig_when_digits(p, end, 2, &d)))
		return 0;
	p += k;
	n = 0;
	for (size_t i = 0; i < IG_COUNT(month) && !n; i++)
		n = ig_when_word(p, end, month[i]) ? strlen(month[i]) : 0;
	if (!n || !(k = ig_when_digits(p + n, end, 2, &m)))
		return 0;
	p += n + k;
	n = 0;
	for (size_t i = 0; i < IG_COUNT(year) && !n; i++)
		n = ig_when_word(p, end, year[i]) ? strlen(year[i]) : 0;
	if (!n || ig_when_digits(p + n, end, 4, &y) != 4)
		return 0;
	return finish(w, y, m, d, (size_t)(p - s) + n + 4);
}

size_t ig_when_date_at(const struct ig_when_scan *c, const char *s, struct ig_when *w)
{
	size_t n;
	if (isdigit((unsigned char)*s)) {
		if ((n = iso_date(s, c->end, w)) || (n = numeric_date(c, s, w)) || (n = named_date(c, s, w)))
			return n;
		return worded_date(s, c->end, w);
	}
	if ((*s | 32) == 'n' && (n = worded_date(s, c->end, w)))
		return n;
	return isalpha((unsigned char)*s) ? named_date(c, s, w) : 0;
}
