/* Dates and times in text: tokens first (a date, a time, a zone), then those that stand together are one mention.
 * Relies on zone.c for zones. Reads the Gregorian calendar, 1970 to 2099; dates are in when_date.c.
 * Does not guess: 05/06/2024 is read by the order it is told, or that another date of the same text proves, or that brings it near the day of the mail. */
#include "config.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "filter/when_scan.h"

#define GAP_MAX 16 /* bytes between a date and its time */

int64_t ig_when_seconds(const struct ig_when *w)
{
	int minutes = w->zone.known ? ig_zone_minutes(&w->zone, w->year, w->month, w->day, w->hour) : 0;
	return ig_when_days(w->year, w->month, w->day) * 86400 + w->hour * 3600 + w->minute * 60 + w->second - minutes * 60;
}

void ig_when_set(struct ig_when *w, int64_t v)
{
	int64_t days = v / 86400, rest = v % 86400;
	w->year = 1970 + (int)(days / 366);
	while (ig_when_days(w->year + 1, 1, 1) <= days)
		w->year++;
	for (w->month = 1; w->month < 12 && ig_when_days(w->year, w->month + 1, 1) <= days; w->month++)
		;
	w->day = (int)(days - ig_when_days(w->year, w->month, 1)) + 1;
	w->hour = (int)(rest / 3600), w->minute = (int)(rest / 60 % 60), w->second = (int)(rest % 60);
}

char *ig_when_print(const struct ig_when *w, char out[IG_WHEN_TEXT])
{
	int minutes = w->zone.known ? ig_zone_minutes(&w->zone, w->year, w->month, w->day, w->hour) : 0, n;
	if (!w->has_time) {
		snprintf(out, IG_WHEN_TEXT, "%04d-%02d-%02d", w->year, w->month, w->day);
		return out;
	}
	n = snprintf(out, IG_WHEN_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", w->year, w->month, w->day, w->hour, w->minute, w->second);
	if (w->zone.known && !minutes)
		snprintf(out + n, IG_WHEN_TEXT - (size_t)n, "Z");
	else if (w->zone.known)
		snprintf(out + n, IG_WHEN_TEXT - (size_t)n, "%c%02d:%02d", minutes < 0 ? '-' : '+', abs(minutes) / 60, abs(minutes) % 60);
	return out;
}

static size_t half_day(const char *s, const char *end, struct ig_when *w)
{
	size_t n = ig_when_blanks(s, end, 2);
	static const char *const pm[] = {"p.m.", "pm", "chiều", "tối"}, *const am[] = {"a.m.", "am", "sáng"};
	for (size_t i = 0; i < IG_COUNT(pm); i++)
		if (ig_when_word(s + n, end, pm[i]) && !(s + n + strlen(pm[i]) < end && isalnum((unsigned char)s[n + strlen(pm[i])]))) {
			w->hour += w->hour < 12 ? 12 : 0;
			return n + strlen(pm[i]);
		}
	for (size_t i = 0; i < IG_COUNT(am); i++)
		if (ig_when_word(s + n, end, am[i]) && !(s + n + strlen(am[i]) < end && isalnum((unsigned char)s[n + strlen(am[i])]))) {
			w->hour -= w->hour == 12 ? 12 : 0;
			return n + strlen(am[i]);
		}
	return 0;
}

static size_t seconds(const char *s, const char *end, struct ig_when *w)
{
	size_t n = 0;
	if (s < end && *s == ':' && ig_when_digits(s + 1, end, 2, &w->second) == 2 && w->second < 61)
		n = 3;
	else
		w->second = 0;
	if (n && s + n + 1 < end && (s[n] == '.' || s[n] == ',') && isdigit((unsigned char)s[n + 1]))
		for (n++; s + n < end && isdigit((unsigned char)s[n]);)
			n++;
	return n;
}

/* The end of a range whose zone stands behind it: "-0600 UTC", " to 0600hrs". */
static bool four_more(const char *s, const char *end)
{
	static const char *const joins[] = {"to ", "until ", "till ", "- ", "-", "–", "—"};
	struct ig_zone z;
	size_t n = ig_when_blanks(s, end, 2), used = 0;
	int v;
	for (size_t i = 0; i < IG_COUNT(joins) && !used; i++)
		used = ig_when_word(s + n, end, joins[i]) ? strlen(joins[i]) : 0;
	if (n && used == 1) /* " -0500": an offset */
		return false;
	n += used;
	n += used ? ig_when_blanks(s + n, end, 1) : 0;
	if (!used || ig_when_digits(s + n, end, 4, &v) != 4 || v / 100 > 24 || v % 100 > 59)
		return false;
	n += 4;
	return ig_when_word(s + n, end, " hrs") || ig_when_word(s + n, end, "hrs") || ig_zone_at(s + n, (size_t)(end - s) - n, &z);
}

/* noon and midnight by their names: bytes used */
static size_t named_time(const char *s, const char *end, struct ig_when *w)
{
	static const struct { const char *word; int hour; } names[] = {{"12 noon", 12}, {"noon", 12}, {"midday", 12}, {"12 midnight", 0}, {"midnight", 0}};
	for (size_t i = 0; i < IG_COUNT(names); i++) {
		size_t n = strlen(names[i].word);
		if (ig_when_word(s, end, names[i].word) && !(s + n < end && isalnum((unsigned char)s[n]))) {
			w->hour = names[i].hour, w->minute = w->second = 0;
			return n;
		}
	}
	return 0;
}

/* 22:00, 22:00:15.5, 10:00 PM, 10 PM, 22h00, 22 giờ 30 phút, 2200 UTC, 220000 after a T */
static size_t time_at(const char *s, const char *end, bool after_t, struct ig_when *w)
{
	static const char *const hour[] = {" giờ", " gio", "giờ", "h", "H"};
	int h, m, v;
	size_t n = named_time(s, end, w), k;
	struct ig_zone z;
	if (n)
		return n;
	n = ig_when_digits(s, end, 6, &v);
	w->second = 0;
	if (after_t && (n == 6 || n == 4)) {
		w->hour = n == 6 ? v / 10000 : v / 100, w->minute = n == 6 ? v / 100 % 100 : v % 100, w->second = n == 6 ? v % 100 : 0;
		return w->hour < 25 && w->minute < 60 ? n : 0;
	}
	if (n == 4 && v / 100 < 25 && v % 100 < 60) { /* "2200 UTC", "2200hrs", "2200-0600 UTC": four digits alone are anything */
		k = n + (ig_when_word(s + n, end, " hrs") ? 4 : ig_when_word(s + n, end, "hrs") ? 3 : 0);
		if (k == n && !ig_zone_at(s + n, (size_t)(end - s) - n, &z) && !four_more(s + n, end))
			return 0;
		w->hour = v / 100, w->minute = v % 100;
		return k;
	}
	if (!n || n > 2)
		return 0;
	h = v;
	if (s + n < end && (s[n] == ':' || s[n] == '.') && ig_when_digits(s + n + 1, end, 2, &m) == 2 && m < 60 && h < 25) {
		if (s[n] == '.') { /* 22.30 is a time only where something says so */
			struct ig_when x = {.hour = h};
			if (!half_day(s + n + 3, end, &x) && !ig_when_word(s + n + 3, end, " hrs") && !ig_when_word(s + n + 3, end, " Uhr") && !ig_zone_at(s + n + 3, (size_t)(end - s) - n - 3, &z))
				return 0;
		}
		w->hour = h, w->minute = m;
		n += 3;
		n += seconds(s + n, end, w);
		return n + half_day(s + n, end, w);
	}
	w->hour = h, w->minute = 0;
	if (h <= 12 && h && (k = half_day(s + n, end, w)))
		return n + k;
	for (size_t i = 0; i < IG_COUNT(hour) && h < 25; i++)
		if (ig_when_word(s + n, end, hour[i])) {
			n += strlen(hour[i]);
			k = ig_when_blanks(s + n, end, 1);
			size_t used = ig_when_digits(s + n + k, end, 2, &m);
			if (used && m < 60) {
				w->minute = m;
				n += k + used;
				n += ig_when_word(s + n, end, " phút") ? strlen(" phút") : ig_when_word(s + n, end, " phut") ? 5 : ig_when_word(s + n, end, "p") ? 1 : 0;
			} else if (s + n < end && isalpha((unsigned char)s[n])) {
				return 0; /* 5houses */
			}
			return n + half_day(s + n, end, w);
		}
	return 0;
}

/* ---- mentions */

/* What may stand between a date and its time. */
static size_t gap(const char *s, const char *end, bool *t_r)
{
	static const char *const words[] = {"at ", "kl. ", "kl ", "klo ", "um ", "om ", "lúc ", "luc ", "à ", "às ", "as ", "a las ",
		 "alle ore ", "alle ", "ore ", "o godz. ", "pukul ", "v ", "&", "|", "@", "–", "-", "ngày ", "vào "};
	size_t n = 0;
	*t_r = s < end && *s == 'T' && s + 1 < end && isdigit((unsigned char)s[1]);
	if (*t_r)
		return 1;
	if (s + 9 <= end && *s == ':' && s[3] == ':' && s[6] == ':' && isdigit((unsigned char)s[1]) && isdigit((unsigned char)s[4])) /* of web servers: 05/May/2024:11:12:13 */
		return 1;
	for (bool more = true; more && n < GAP_MAX;) {
		more = false;
		while (s + n < end && (s[n] == ' ' || s[n] == '\t' || s[n] == ',' || s[n] == ';' || s[n] == '(' || s[n] == ')' || s[n] == '*' || s[n] == '_') && n < GAP_MAX)
			n++, more = true;
		/* the day of the week */
		if (s + n + 3 < end && isalpha((unsigned char)s[n])) {
			static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
			for (size_t i = 0; i < 7; i++)
				if (ig_when_word(s + n, end, days[i]))
					while (s + n < end && isalpha((unsigned char)s[n]))
						n++, more = true;
		}
		for (size_t i = 0; i < IG_COUNT(words); i++)
			if (ig_when_word(s + n, end, words[i]))
				n += strlen(words[i]), more = true;
	}
	return n;
}

static size_t zone_after(const struct ig_when_scan *c, const char *s, struct ig_when *w)
{
	size_t n = ig_zone_at(s, (size_t)(c->end - s), &w->zone), more;
	struct ig_zone z;
	if (!n && (ig_when_word(s, c->end, " hrs") || ig_when_word(s, c->end, " Uhr")) && (more = ig_zone_at(s + 4, (size_t)(c->end - s - 4), &w->zone)))
		return more + 4;
	/* "-0500 (EST)": the words repeat it; "+00:00 UTC" too */
	if (n && (more = ig_zone_at(s + n, (size_t)(c->end - s) - n, &z)) && z.known)
		n += more;
	return n;
}

/* One mention at s: a date with or without its time, or a time with or without its date. */
static size_t mention(const struct ig_when_scan *c, const char *s, struct ig_when *w)
{
	size_t n, g, k;
	bool t;
	*w = (struct ig_when){.has_date = false};
	if ((n = ig_when_date_at(c, s, w))) {
		g = gap(s + n, c->end, &t);
		struct ig_when at = *w;
		if ((k = time_at(s + n + g, c->end, t, &at))) {
			*w = at;
			w->has_time = true;
			n += g + k;
			n += zone_after(c, s + n, w);
		} else if ((k = ig_zone_at(s + n, (size_t)(c->end - s) - n, &at.zone))) {
			w->zone = at.zone; /* "2 May 2023 (UTC) 14:00" */
			g = gap(s + n + k, c->end, &t);
			size_t more = time_at(s + n + k + g, c->end, t, &at);
			if (more) {
				struct ig_zone z = w->zone;
				*w = at;
				w->zone = z, w->has_time = true;
				n += k + g + more;
			}
		}
		return n;
	}
	if ((!isdigit((unsigned char)*s) && !strchr("nmNM", *s)) || !(n = time_at(s, c->end, false, w)))
		return 0;
	w->has_time = true;
	if (n != 4 || !isdigit((unsigned char)s[2]) || !four_more(s + n, c->end)) /* else its zone stands behind the end */
		n += zone_after(c, s + n, w);
	g = gap(s + n, c->end, &t);
	struct ig_when on = *w;
	if (!t && s + n + g < c->end && (k = ig_when_date_at(c, s + n + g, &on))) {
		/* "22:00 12/10/2020 23:00 ..." is read as it stands; a time that has its own date after the next one is no business of ours */
		*w = on;
		n += g + k;
		if (!w->zone.known)
			n += zone_after(c, s + n, w);
	}
	return n;
}

/* 24:00 is midnight of the next day. */
static void end_of_day(struct ig_when *w)
{
	if (!w->has_time || w->hour != 24)
		return;
	w->hour = 0;
	if (w->has_date) {
		struct ig_when next = *w;
		ig_when_set(&next, (ig_when_days(w->year, w->month, w->day) + 1) * 86400 + w->minute * 60 + w->second);
		w->year = next.year, w->month = next.month, w->day = next.day;
	}
}

static size_t find(const struct ig_when_scan *c, struct ig_when *out, size_t max)
{
	size_t count = 0;
	for (const char *s = c->s; s < c->end && count < max;) {
		size_t n = 0;
		bool start = s == c->s || !(isalnum((unsigned char)s[-1]) || s[-1] == '_' || (unsigned char)s[-1] >= 0x80);
		/* Part of a longer number, an address or a path is no date. */
		if (start && s > c->s + 1 && (s[-1] == '.' || s[-1] == '/' || s[-1] == ':') && isdigit((unsigned char)s[-2]) && isdigit((unsigned char)*s))
			start = false;
		/* "a. 5 tháng", letters run into words: cheap test first */
		if (start && (isdigit((unsigned char)*s) || isalpha((unsigned char)*s)))
			n = mention(c, s, &out[count]);
		if (n) {
			end_of_day(&out[count]);
			out[count].from = (size_t)(s - c->s), out[count].to = out[count].from + n;
			count++;
			s += n;
		} else {
			s++;
		}
	}
	return count;
}

struct spread { /* days from the first to the last date, under each reading */
	int64_t low[2], high[2];
	size_t count;
};

static void spread(struct spread *s, int y, int a, int b)
{
	int64_t day[2];
	y = y < 100 ? y + 2000 : y;
	if (!ig_when_valid(y, b, a) || !ig_when_valid(y, a, b))
		return;
	day[0] = ig_when_days(y, b, a), day[1] = ig_when_days(y, a, b);
	for (int i = 0; i < 2; i++) {
		s->low[i] = !s->count || day[i] < s->low[i] ? day[i] : s->low[i];
		s->high[i] = !s->count || day[i] > s->high[i] ? day[i] : s->high[i];
	}
	s->count++;
}

/* Words that only Americans put beside a date. */
static bool american(const char *text, size_t len)
{
	static const char *const words[] = {"AM", "PM", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "Eastern", "Pacific"};
	for (size_t i = 0; i < IG_COUNT(words); i++) {
		size_t n = strlen(words[i]);
		for (const char *s = text; (s = memmem(s, (size_t)(text + len - s), words[i], n)); s += n)
			if (!(s > text && isalpha((unsigned char)s[-1])) && !(s + n < text + len && isalpha((unsigned char)s[n])))
				return true;
	}
	return false;
}

enum ig_when_order ig_when_order_of(const char *text, size_t len, const struct ig_when_hint *hint)
{
	struct spread x = {.count = 0};
	int a, b, y;
	if (hint->order != IG_ORDER_AUTO)
		return hint->order;
	for (const char *s = text, *end = text + len; s < end; s++) {
		if (!isdigit((unsigned char)*s) || (s > text && isalnum((unsigned char)s[-1])))
			continue;
		size_t na = ig_when_digits(s, end, 2, &a), nb = na && s + na < end && s[na] == '/' ? ig_when_digits(s + na + 1, end, 2, &b) : 0;
		if (!nb || s + na + 1 + nb >= end || s[na + nb + 1] != '/' || ig_when_digits(s + na + nb + 2, end, 4, &y) < 2)
			continue;
		if (a > 12 && a < 32 && b <= 12)
			return IG_ORDER_DMY;
		if (b > 12 && b < 32 && a <= 12)
			return IG_ORDER_MDY;
		spread(&x, y, a, b);
	}
	/* One notice speaks of a few days: the reading that keeps its dates together is the right one. */
	int64_t dmy = x.count ? x.high[0] - x.low[0] : 0, mdy = x.count ? x.high[1] - x.low[1] : 0;
	if (dmy + 7 < mdy)
		return IG_ORDER_DMY;
	if (mdy + 7 < dmy)
		return IG_ORDER_MDY;
	return x.count && american(text, len) ? IG_ORDER_MDY : IG_ORDER_AUTO;
}

size_t ig_when_find(const char *text, size_t len, const struct ig_when_hint *hint, struct ig_when *out, size_t max)
{
	struct ig_when_scan c = {.s = text, .end = text + len, .hint = hint, .order = ig_when_order_of(text, len, hint)};
	size_t n = find(&c, out, max < IG_WHEN_MAX ? max : IG_WHEN_MAX);
	for (size_t i = 0; i < n; i++)
		if (!out[i].zone.known && hint->zone.known)
			out[i].zone = hint->zone;
	return n;
}
