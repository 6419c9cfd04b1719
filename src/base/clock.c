/* Clocks, and civil time in one zone.
 * Relies on the C library for the tz database only; the calendar itself is computed here, so that no time zone of the
 * environment leaks in. Does not know calendars of working days: those are a profile's. */
#include "config.h"
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static ig_time fixed_at = IG_NEVER;
static enum { ZONE_OFFSET, ZONE_NAMED } zone_kind;
static int zone_offset; /* seconds east, of ZONE_OFFSET */

ig_time ig_now(void)
{
	struct timespec ts;

	if (fixed_at != IG_NEVER)
		return fixed_at;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (ig_time)ts.tv_sec * IG_SECOND + ts.tv_nsec / 1000;
}

void ig_clock_fix(ig_time t)
{
	fixed_at = t;
}

bool ig_clock_fixed(void)
{
	return fixed_at != IG_NEVER;
}

int64_t ig_mono_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t ig_mono_ms(void)
{
	return ig_mono_us() / 1000;
}

static int two_digits(const char *s)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return -1;
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* "Z", "+07:00", "-0330": length taken, 0 when it is none. */
static size_t offset_parse(const char *s, int *seconds_r)
{
	int hour, min;
	size_t len;

	if (*s == 'Z' || *s == 'z') {
		*seconds_r = 0;
		return 1;
	}
	if (*s != '+' && *s != '-')
		return 0;
	hour = two_digits(s + 1);
	if (hour < 0)
		return 0;
	len = s[3] == ':' ? 4 : 3;
	min = two_digits(s + len);
	if (hour > 23 || min < 0 || min > 59)
		return 0;
	*seconds_r = (hour * 60 + min) * 60 * (*s == '-' ? -1 : 1);
	return len + 2;
}

static bool zone_known(const char *name)
{
	char path[256];
	const char *dir = getenv("TZDIR");
	int n;

	if (!*name || *name == '/' || *name == ':' || strstr(name, ".."))
		return false;
	if (strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") != strlen(name))
		return false;
	n = snprintf(path, sizeof(path), "%s/%s", dir ? dir : "/usr/share/zoneinfo", name);
	return n > 0 && (size_t)n < sizeof(path) && access(path, R_OK) == 0;
}

int ig_clock_zone(const char *name)
{
	int offset;
	size_t len = name ? offset_parse(name, &offset) : 0;

	zone_kind = ZONE_OFFSET;
	zone_offset = 0;
	if (!name)
		return -1;
	if (len && !name[len]) {
		zone_offset = offset;
		return 0;
	}
	if (!strcmp(name, "UTC"))
		return 0;
	if (!zone_known(name))
		return -1;
	if (setenv("TZ", name, 1) < 0)
		return -1;
	tzset();
	zone_kind = ZONE_NAMED;
	return 0;
}

/* Seconds east of UTC at t, whole minutes: RFC 3339 cannot say more, and the local times before the zones had seconds. */
static int offset_at(int64_t second)
{
	struct tm tm;
	time_t t = second;

	if (zone_kind == ZONE_OFFSET)
		return zone_offset;
	if (!localtime_r(&t, &tm))
		return 0;
	return (int)(tm.tm_gmtoff / 60 * 60);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days since 1970-01-01 of the Gregorian calendar; months and days are in range. Years are counted from March, so that a leap day is
 * the last day of its year. */
static int64_t days_of(int year, int mon, int day)
{
	int64_t y = mon <= 2 ? (int64_t)year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (mon + (mon > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void civil_of(int64_t days, int *year, int *mon, int *day)
{
	int64_t z = days + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*mon = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*mon <= 2));
}

struct civil {
	int year, mon, day, hour, min, sec, wday, offset;
};

static struct civil civil(ig_time t)
{
	struct civil c;
	int64_t second = floor_div(t, IG_SECOND), days;
	int of_day;

	c.offset = offset_at(second);
	second += c.offset;
	days = floor_div(second, 86400);
	of_day = (int)(second - days * 86400);
	civil_of(days, &c.year, &c.mon, &c.day);
	c.hour = of_day / 3600;
	c.min = of_day / 60 % 60;
	c.sec = of_day % 60;
	c.wday = (int)((days % 7 + 11) % 7); /* 1970-01-01 was a Thursday */
	return c;
}

char *ig_time_rfc3339(ig_time t, char buf[IG_TIME_MAX])
{
	struct civil c;
	int off;

	if (t == IG_NEVER) {
		buf[0] = '\0';
		return buf;
	}
	c = civil(t);
	off = abs(c.offset) / 60;
	snprintf(buf, IG_TIME_MAX, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", c.year, c.mon, c.day, c.hour, c.min, c.sec,
		 c.offset < 0 ? '-' : '+', off / 60, off % 60);
	return buf;
}

char *ig_time_rfc5322(ig_time t, char buf[IG_TIME_MAX])
{
	static const char wdays[] = "SunMonTueWedThuFriSat", mons[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil c;
	int off;

	if (t == IG_NEVER) {
		buf[0] = '\0';
		return buf;
	}
	c = civil(t);
	off = abs(c.offset) / 60;
	snprintf(buf, IG_TIME_MAX, "%.3s, %02d %.3s %04d %02d:%02d:%02d %c%02d%02d", wdays + 3 * c.wday, c.day, mons + 3 * (c.mon - 1),
		 c.year, c.hour, c.min, c.sec, c.offset < 0 ? '-' : '+', off / 60, off % 60);
	return buf;
}

static void give(int *p, int value)
{
	if (p)
		*p = value;
}

void ig_time_civil(ig_time t, int *year, int *mon, int *day, int *hour, int *min, int *sec, int *wday)
{
	struct civil c = civil(t == IG_NEVER ? 0 : t);

	give(year, c.year);
	give(mon, c.mon);
	give(day, c.day);
	give(hour, c.hour);
	give(min, c.min);
	give(sec, c.sec);
	give(wday, c.wday);
}

static int month_days(int year, int mon)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return mon == 2 && leap ? 29 : days[mon - 1];
}

int64_t ig_time_day(ig_time t)
{
	int64_t second = floor_div(t == IG_NEVER ? 0 : t, IG_SECOND);

	return floor_div(second + offset_at(second), 86400);
}

void ig_day_civil(int64_t day, int *year, int *mon, int *mday)
{
	int y, m, d;

	civil_of(day, &y, &m, &d);
	give(year, y);
	give(mon, m);
	give(mday, d);
}

int64_t ig_day_of(int year, int mon, int mday)
{
	int last = month_days(year, mon);

	return days_of(year, mon, mday > last ? last : mday);
}

ig_time ig_time_on_day(int64_t day, ig_time t)
{
	int64_t of_day = 0, micro = 0, second;

	if (t != IG_NEVER) {
		second = floor_div(t, IG_SECOND);
		micro = t - second * IG_SECOND;
		second += offset_at(second);
		of_day = second - floor_div(second, 86400) * 86400;
	}
	second = day * 86400 + of_day; /* as if it were UTC; the offset there is near enough but for the hour of a change */
	second -= offset_at(second - offset_at(second));
	return second * IG_SECOND + micro;
}

int ig_time_parse(const char *s, ig_time *t_r)
{
	int century, rest, year, mon, day, hour, min, sec, offset;
	int64_t micro = 0;
	size_t len;

	/* The shape first, so that nothing below reads past the NUL. */
	if (!s || strnlen(s, 20) < 20 || s[4] != '-' || s[7] != '-' || s[13] != ':' || s[16] != ':')
		return -1;
	if (s[10] != 'T' && s[10] != 't' && s[10] != ' ')
		return -1;
	century = two_digits(s), rest = two_digits(s + 2), mon = two_digits(s + 5), day = two_digits(s + 8);
	hour = two_digits(s + 11), min = two_digits(s + 14), sec = two_digits(s + 17);
	if (century < 0 || rest < 0 || mon < 1 || mon > 12 || hour < 0 || hour > 23 || min < 0 || min > 59 || sec < 0 || sec > 60)
		return -1; /* second 60: a leap second (RFC 3339 5.7) is taken as the second after it */
	year = century * 100 + rest;
	if (day < 1 || day > month_days(year, mon))
		return -1;
	s += 19;
	if (*s == '.') {
		int64_t unit = 100000;
		if (*++s < '0' || *s > '9')
			return -1;
		for (; *s >= '0' && *s <= '9'; s++, unit /= 10)
			micro += (*s - '0') * unit;
	}
	len = offset_parse(s, &offset);
	if (!len || s[len] || (len == 5))
		return -1; /* "+0700" is not RFC 3339 */
	*t_r = ((days_of(year, mon, day) * 86400) + hour * 3600 + min * 60 + sec - offset) * IG_SECOND + micro;
	return 0;
}
