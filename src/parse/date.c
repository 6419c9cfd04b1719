/* Dates of header fields: RFC 5322 section 3.3 with its obsolete forms, ctime's form, RFC 3339.
 * Relies on nothing; months and zones are English words.
 * Does not guess day and month from numbers alone: 1/2/2026 is no date. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "parse/header.h"

static bool letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static int month(const char *s)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	for (int i = 0; i < 12; i++)
		if (!strncasecmp(names + i * 3, s, 3))
			return i + 1;
	return 0;
}

/* RFC 5322 section 4.3: the named zones that mean something; every other name is UTC. */
static int named_zone(const char *s, size_t n)
{
	static const struct {
		const char *name;
		int minutes;
	} zones[] = {{"EST", -300}, {"EDT", -240}, {"CST", -360}, {"CDT", -300}, {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420},
		{"CET", 60}, {"CEST", 120}, {"MET", 60}, {"MEST", 120}, {"EET", 120}, {"EEST", 180}, {"BST", 60}, {"JST", 540}, {"ICT", 420}};
	for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++)
		if (strlen(zones[i].name) == n && !strncasecmp(zones[i].name, s, n))
			return zones[i].minutes;
	return 0;
}

struct date {
	int64_t year;
	int mon, day, hour, min, sec, zone;
	bool have_year, have_day, have_time, have_zone;
};

static int64_t days_from_civil(int64_t y, int m, int d)
{
	y -= m <= 2;
	int64_t era = y / 400, yoe = y - era * 400;
	int64_t doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int64_t number(const char **s, int *digits_r)
{
	int64_t v = 0;
	*digits_r = 0;
	for (; digit(**s); (*s)++)
		if (++*digits_r <= 9)
			v = v * 10 + (**s - '0');
	return v;
}

/* hh:mm[:ss[.fraction]] with the first number already read. */
static const char *take_time(struct date *d, int64_t hour, const char *s)
{
	int n;
	d->hour = (int)hour;
	s++;
	d->min = (int)number(&s, &n);
	if (*s == ':' && digit(s[1])) {
		s++;
		d->sec = (int)number(&s, &n);
	}
	if ((*s == '.' || *s == ',') && digit(s[1])) {
		s++;
		number(&s, &n);
	}
	d->have_time = true;
	while (*s == ' ')
		s++;
	if ((s[0] | 32) == 'p' && (s[1] | 32) == 'm' && d->hour < 12)
		d->hour += 12;
	else if ((s[0] | 32) == 'a' && (s[1] | 32) == 'm' && d->hour == 12)
		d->hour = 0;
	else
		return s;
	return s + 2;
}

static const char *take_zone(struct date *d, const char *s)
{
	int sign = *s == '-' ? -1 : 1, n;
	const char *p = s + 1;
	int64_t v = number(&p, &n), minutes;
	if (n == 2 && *p == ':' && digit(p[1])) {
		p++;
		minutes = v * 60 + number(&p, &n);
	} else if (n == 2) {
		minutes = v * 60;
	} else {
		minutes = n == 3 || n == 4 ? v / 100 * 60 + v % 100 : 0;
	}
	/* A zone that cannot be is said to be none: -9999 and its like (RFC 5322: outside -2359 to +2359 is unknown). */
	d->zone = minutes < 24 * 60 ? sign * (int)minutes : 0;
	d->have_zone = true;
	return p;
}

static const char *take_number(struct date *d, const char *s)
{
	int digits;
	int64_t v = number(&s, &digits);
	if (*s == ':' && digit(s[1]) && digits <= 2 && !d->have_time)
		return take_time(d, v, s);
	if (digits == 4 && *s == '-' && digit(s[1]) && !d->have_year && !d->mon) { /* RFC 3339 */
		d->year = v;
		d->have_year = true;
		s++;
		d->mon = (int)number(&s, &digits);
		if (*s == '-' && digit(s[1])) {
			s++;
			d->day = (int)number(&s, &digits);
			d->have_day = true;
		}
		return *s == 'T' || *s == 't' ? s + 1 : s;
	}
	if (digits <= 2 && !d->have_day) {
		d->day = (int)v;
		d->have_day = true;
	} else if (!d->have_year && (d->have_day || digits == 4)) {
		/* RFC 5322 section 4.3: two digits below 50 are 20xx, other two and three digits are 19xx. */
		d->year = digits >= 4 ? v : v < 50 && digits == 2 ? v + 2000 : v + 1900;
		d->have_year = true;
	}
	return s;
}

static const char *take_word(struct date *d, const char *s)
{
	size_t n = 0;
	while (letter(s[n]))
		n++;
	if (n >= 3 && !d->mon && month(s)) {
		d->mon = month(s);
	} else if (d->have_time && !d->have_zone) {
		d->zone = named_zone(s, n);
		d->have_zone = true;
		/* "GMT+0700" and "UTC-5" */
		if (n == 3 && (s[3] == '+' || s[3] == '-') && digit(s[4]))
			return take_zone(d, s + 3);
	}
	return s + n;
}

int ig_header_date(const char *raw, ig_time *t_r, int *zone_r)
{
	struct date d = {0};
	const char *s = raw;
	for (int depth = 0; *s;) {
		if (*s == '(') {
			depth++;
			s++;
		} else if (depth) {
			depth -= *s == ')';
			s++;
		} else if (digit(*s)) {
			s = take_number(&d, s);
		} else if ((*s == '+' || *s == '-') && digit(s[1]) && d.have_time && !d.have_zone) {
			s = take_zone(&d, s);
		} else if (letter(*s)) {
			s = take_word(&d, s);
		} else {
			s++;
		}
	}
	if (!d.mon || !d.have_day || !d.have_year || d.mon > 12 || d.day < 1 || d.day > 31 || d.hour > 24 || d.min > 59 || d.sec > 60 || d.year < 1 ||
	    d.year > 9998)
		return -1;
	int64_t seconds = days_from_civil(d.year, d.mon, d.day) * 86400 + d.hour * 3600 + d.min * 60 + d.sec - (int64_t)d.zone * 60;
	*t_r = seconds * IG_SECOND;
	*zone_r = d.zone;
	return 0;
}
