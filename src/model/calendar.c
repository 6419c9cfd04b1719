/* Working days and deadlines by a profile's calendar: weekly rest, feasts of a fixed day, dated holidays, days of rest on which is worked.
 * The movable feasts (Tết) are a table of the profile, never computed: the government announces them each year, with days that are swapped.
 * Relies on the civil time of base/clock.h. Pure. */
#include "config.h"
#include <string.h>
#include "model/profile.h"

enum { SEARCH_MAX = 400 /* days in a row without work: a broken table must not keep us */ };

/* Dates of a profile are their first moment at UTC+7 (conf/table.h), whatever the zone. */
static int64_t day_of_date(ig_time date)
{
	return date == IG_NEVER ? INT64_MIN : (date + 7 * IG_HOUR) / IG_DAY - ((date + 7 * IG_HOUR) % IG_DAY < 0);
}

static bool rests_weekly(const struct ig_profile *p, int64_t day)
{
	static const char *const names[] = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};

	return ig_words_have(p->rest_days, names[(day % 7 + 11) % 7]); /* 1970-01-01 was a Thursday */
}

/* "MM-DD", checked when it was read. */
static int two(const char *s) { return (s[0] - '0') * 10 + s[1] - '0'; }

static bool feast(const struct ig_profile *p, int64_t day)
{
	int mon, mday;

	for (size_t i = 0; i < p->holiday_count; i++) {
		int64_t from = day_of_date(p->holidays[i].from), to = day_of_date(p->holidays[i].to);

		if (day == from || (day > from && day <= to))
			return true;
	}
	if (!p->holidays_on || !*p->holidays_on)
		return false;
	ig_day_civil(day, NULL, &mon, &mday);
	for (const char *const *on = p->holidays_on; *on; on++)
		if (two(*on) == mon && two(*on + 3) == mday)
			return true;
	return false;
}

bool ig_calendar_works(const struct ig_profile *p, int64_t day)
{
	for (size_t i = 0; i < p->work_day_count; i++)
		if (day_of_date(p->work_days[i].day) == day)
			return true;
	return !rests_weekly(p, day) && !feast(p, day);
}

bool ig_calendar_knows(const struct ig_profile *p, int year)
{
	for (size_t i = 0; i < p->holiday_count; i++) {
		int from, to;

		ig_day_civil(day_of_date(p->holidays[i].from), &from, NULL, NULL);
		to = from;
		if (p->holidays[i].to != IG_NEVER)
			ig_day_civil(day_of_date(p->holidays[i].to), &to, NULL, NULL);
		if (year == from || year == to)
			return true;
	}
	return false;
}

static ig_time by_days(ig_time t, int64_t days)
{
	return ig_time_on_day(ig_time_day(t) + days, t);
}

static ig_time by_working_days(const struct ig_profile *p, ig_time t, int64_t amount, int step)
{
	int64_t day = ig_time_day(t);
	int rest = 0;

	while (amount > 0 && rest < SEARCH_MAX) {
		day += step;
		if (ig_calendar_works(p, day)) {
			amount--;
			rest = 0;
		} else {
			rest++;
		}
	}
	return ig_time_on_day(day + amount * step, t);
}

static ig_time by_months(ig_time t, int64_t months)
{
	int year, mon, day;

	ig_day_civil(ig_time_day(t), &year, &mon, &day);
	months += (int64_t)year * 12 + mon - 1;
	return ig_time_on_day(ig_day_of((int)(months / 12), (int)(months % 12) + 1, day), t);
}

static ig_time by(const struct ig_profile *p, ig_time t, int64_t amount, enum ig_unit unit, int step)
{
	switch (unit) {
	case IG_UNIT_MINUTE:
		return t + step * amount * IG_MINUTE;
	case IG_UNIT_HOUR:
		return t + step * amount * IG_HOUR;
	case IG_UNIT_DAY:
		return by_days(t, step * amount);
	case IG_UNIT_WORKING_DAY:
		return by_working_days(p, t, amount, step);
	case IG_UNIT_MONTH:
		return by_months(t, step * amount);
	}
	return t;
}

ig_time ig_calendar_add(const struct ig_profile *p, ig_time t, int64_t amount, enum ig_unit unit)
{
	return t == IG_NEVER || !amount ? t : by(p, t, amount, unit, 1);
}

ig_time ig_calendar_before(const struct ig_profile *p, ig_time t, int64_t amount, enum ig_unit unit)
{
	return t == IG_NEVER || !amount ? t : by(p, t, amount, unit, -1);
}

ig_time ig_calendar_next(ig_time t, const char *month_day)
{
	int year, mon = two(month_day), mday = two(month_day + 3);
	int64_t today = ig_time_day(t), day;

	ig_day_civil(today, &year, NULL, NULL);
	day = ig_day_of(year, mon, mday);
	if (day <= today)
		day = ig_day_of(year + 1, mon, mday);
	return ig_time_on_day(day, IG_NEVER);
}

void ig_calendar_span(const char *days, int year, ig_time *from_r, ig_time *to_r)
{
	int64_t last = ig_day_of(year, two(days + 6), two(days + 9)), first = ig_day_of(year, two(days), two(days + 3));

	if (first > last)
		first = ig_day_of(year - 1, two(days), two(days + 3));
	*from_r = ig_time_on_day(first, IG_NEVER);
	*to_r = ig_time_on_day(last + 1, IG_NEVER);
}

const struct ig_profile_period *ig_calendar_period(const struct ig_profile *p, ig_time t)
{
	int64_t day = ig_time_day(t);

	for (size_t i = 0; i < p->period_count; i++)
		if (day >= day_of_date(p->periods[i].from) && day <= day_of_date(p->periods[i].to))
			return &p->periods[i];
	return NULL;
}
