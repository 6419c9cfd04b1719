/* Working days and deadlines by the calendars that are shipped: weekends, Tết with the days that are made up for, months of unequal length,
 * heightened periods; and what a profile says it does not know. */
#include "config.h"
#include "check.h"
#include <stdlib.h>
#include <string.h>
#include "decide/decide.h"

static struct ig_conf *conf;

static ig_time at(const char *text)
{
	ig_time t;
	if (ig_time_parse(text, &t))
		fail_msg("%s", text);
	return t;
}

static const struct ig_profile *profile(const char *name)
{
	return ig_profile_at((const struct ig_profile *const *)conf->profiles, conf->profile_count, name, 0);
}

static void adding(void **state)
{
	static const struct { const char *words, *from; int64_t amount; enum ig_unit unit; const char *want; } cases[] = {
		{"at once", "2026-03-02T09:00:00+07:00", 0, IG_UNIT_WORKING_DAY, "2026-03-02T09:00:00+07:00"},
		{"within the week", "2026-03-02T09:00:00+07:00", 1, IG_UNIT_WORKING_DAY, "2026-03-03T09:00:00+07:00"},
		{"over a weekend", "2026-03-06T16:30:00+07:00", 1, IG_UNIT_WORKING_DAY, "2026-03-09T16:30:00+07:00"},
		{"from a Saturday", "2026-03-07T10:00:00+07:00", 1, IG_UNIT_WORKING_DAY, "2026-03-09T10:00:00+07:00"},
		{"five over a weekend", "2026-03-04T10:00:00+07:00", 5, IG_UNIT_WORKING_DAY, "2026-03-11T10:00:00+07:00"},
		{"over Tết Bính Ngọ", "2026-02-13T10:00:00+07:00", 1, IG_UNIT_WORKING_DAY, "2026-02-23T10:00:00+07:00"},
		{"five over Tết", "2026-02-12T10:00:00+07:00", 5, IG_UNIT_WORKING_DAY, "2026-02-26T10:00:00+07:00"},
		{"a Saturday that makes up for a Friday", "2026-01-09T10:00:00+07:00", 1, IG_UNIT_WORKING_DAY, "2026-01-10T10:00:00+07:00"},
		{"the Friday it makes up for", "2025-12-31T10:00:00+07:00", 1, IG_UNIT_WORKING_DAY, "2026-01-05T10:00:00+07:00"},
		{"around the national day", "2026-08-28T10:00:00+07:00", 1, IG_UNIT_WORKING_DAY, "2026-09-03T10:00:00+07:00"},
		{"a feast of a fixed day, of a year without a table", "2030-04-29T10:00:00+07:00", 1, IG_UNIT_WORKING_DAY, "2030-05-02T10:00:00+07:00"},
		{"the day turns at midnight of the zone", "2026-03-05T23:30:00+07:00", 1, IG_UNIT_WORKING_DAY, "2026-03-06T23:30:00+07:00"},
		{"which is not UTC's", "2026-03-06T00:30:00+07:00", 1, IG_UNIT_WORKING_DAY, "2026-03-09T00:30:00+07:00"},
		{"calendar days", "2026-02-13T10:00:00+07:00", 5, IG_UNIT_DAY, "2026-02-18T10:00:00+07:00"},
		{"hours", "2026-02-13T23:00:00+07:00", 84, IG_UNIT_HOUR, "2026-02-17T11:00:00+07:00"},
		{"a month", "2026-01-31T10:00:00+07:00", 1, IG_UNIT_MONTH, "2026-02-28T10:00:00+07:00"},
		{"six months", "2026-08-31T10:00:00+07:00", 6, IG_UNIT_MONTH, "2027-02-28T10:00:00+07:00"},
		{"twelve months from a leap day", "2024-02-29T10:00:00+07:00", 12, IG_UNIT_MONTH, "2025-02-28T10:00:00+07:00"},
	};
	const struct ig_profile *p = profile("vn-2025");
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		char got[IG_TIME_MAX];
		ig_time_rfc3339(ig_calendar_add(p, at(cases[i].from), cases[i].amount, cases[i].unit), got);
		if (strcmp(got, cases[i].want)) {
			print_error("%s: wanted %s, got %s\n", cases[i].words, cases[i].want, got);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
	/* "at least five working days before" a stop on Tuesday the 3rd of March */
	assert_true(ig_calendar_before(p, at("2026-03-03T22:00:00+07:00"), 5, IG_UNIT_WORKING_DAY) == at("2026-02-24T22:00:00+07:00"));
	assert_true(ig_calendar_before(p, at("2026-02-24T22:00:00+07:00"), 2, IG_UNIT_WORKING_DAY) == at("2026-02-13T22:00:00+07:00"));
}

/* Every weekday off and every weekend day of work, as the notices that vn-calendar.inc names give them for the civil service. */
static void years(void **state)
{
	static const struct { int year; const char *days; } cases[] = {
		{2024, "01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 +05-04 09-02 09-03"},
		{2025, "01-01 01-27 01-28 01-29 01-30 01-31 04-07 +04-26 04-30 05-01 05-02 09-01 09-02"},
		{2026, "01-01 01-02 +01-10 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 +08-22 08-31 09-01 09-02 11-24"},
		{2027, "01-01 02-04 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02 09-03 11-24"},
	};
	const struct ig_profile *p = profile("vn-2025");
	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_buf got = IG_BUF_INIT(4096);
		for (int64_t d = ig_day_of(cases[i].year, 1, 1); d <= ig_day_of(cases[i].year, 12, 31); d++) {
			bool weekend = (d + 4) % 7 == 0 || (d + 4) % 7 == 6; /* 1970-01-01 was a Thursday */
			int mon, mday;
			ig_day_civil(d, NULL, &mon, &mday);
			if (weekend == ig_calendar_works(p, d))
				ig_buf_fmt(&got, "%s%s%02d-%02d", got.len ? " " : "", weekend ? "+" : "", mon, mday);
		}
		assert_string_equal(got.data, cases[i].days);
		ig_buf_free(&got);
	}
}

static void by_day(void **state)
{
	(void)state;
	assert_true(ig_calendar_next(at("2026-03-02T09:00:00+07:00"), "06-20") == at("2026-06-20T00:00:00+07:00"));
	assert_true(ig_calendar_next(at("2026-06-20T00:00:00+07:00"), "06-20") == at("2027-06-20T00:00:00+07:00"));
	assert_true(ig_calendar_next(at("2026-06-19T23:59:59+07:00"), "06-20") == at("2026-06-20T00:00:00+07:00"));
}

/* A table that leaves no day to work on must not keep us. */
static void broken(void **state)
{
	struct ig_profile_holiday long_one = {"all", at("2026-01-01T00:00:00+07:00"), at("2036-01-01T00:00:00+07:00")};
	struct ig_profile p = {.holidays = &long_one, .holiday_count = 1};

	(void)state;
	assert_true(ig_calendar_add(&p, at("2026-03-02T09:00:00+07:00"), 5, IG_UNIT_WORKING_DAY) > at("2026-03-02T09:00:00+07:00"));
}

static void heightened(void **state)
{
	struct ig_profile_period vote = {"Bầu cử", "290/STTTT-CNTT", at("2026-03-08T00:00:00+07:00"), at("2026-03-16T00:00:00+07:00")};
	struct ig_profile p = *profile("vn-2025");
	struct ig_profile_deadline d = {.amount = 1, .unit = IG_UNIT_WORKING_DAY, .alert_amount = 4, .alert_unit = IG_UNIT_HOUR};

	(void)state;
	p.periods = &vote, p.period_count = 1;
	assert_null(ig_calendar_period(&p, at("2026-03-07T23:59:59+07:00")));
	assert_non_null(ig_calendar_period(&p, at("2026-03-08T00:00:00+07:00")));
	assert_non_null(ig_calendar_period(&p, at("2026-03-16T23:59:59+07:00")));
	assert_null(ig_calendar_period(&p, at("2026-03-17T00:00:00+07:00")));
	assert_true(ig_decide_deadline(&p, &d, at("2026-03-15T02:00:00+07:00")) == at("2026-03-15T06:00:00+07:00"));
	assert_true(ig_decide_deadline(&p, &d, at("2026-03-17T02:00:00+07:00")) == at("2026-03-18T02:00:00+07:00"));
	d.alert_amount = 400; /* a longer one in the period is a slip: never later than ever */
	assert_true(ig_decide_deadline(&p, &d, at("2026-03-10T02:00:00+07:00")) == at("2026-03-11T02:00:00+07:00"));
}

static struct ig_buf said = IG_BUF_INIT(1 << 20);

static void say(const char *line, void *arg)
{
	(void)arg;
	ig_buf_fmt(&said, "%s\n", line);
}

/* Unknown law is said, known law is not. */
static void unknown(void **state)
{
	static const struct { const char *profile, *words; bool said; } cases[] = {
		{"vn-2011", "the law for \"forward\" is not known", true}, {"vn-2011", "the law for \"drill\" is not known", true},
		{"vn-2011", "no holidays of 2017", true}, {"vn-2011", "\"acknowledge\" is an aim", true},
		{"vn-2017", "the law for \"final-report\"", false}, {"vn-2017", "form of \"initial-report\" and its number are not known", true},
		{"vn-2025", "no holidays of 2026", false}, {"vn-2025", "no rest_days", false}, {"csirt", "its forms are not known", true},
		{"csirt", "the law for \"backup\" is not known", true},
	};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		ig_buf_reset(&said);
		ig_conf_profile_notices(profile(cases[i].profile), "irgate.conf", at("2026-03-02T09:00:00+07:00"), say, NULL);
		if (!strstr(said.data, cases[i].words) == cases[i].said)
			fail_msg("%s: \"%s\" is %ssaid:\n%s", cases[i].profile, cases[i].words, cases[i].said ? "not " : "", said.data);
	}
	ig_buf_reset(&said);
	ig_conf_profile_notices(profile("vn-2025"), "irgate.conf", at("2027-10-02T09:00:00+07:00"), say, NULL);
	assert_non_null(strstr(said.data, "no holidays of 2028"));
	ig_buf_free(&said);
}

int main(void)
{
	setenv("IRGATE_DATADIR", SRCDIR, 1);
	conf = ig_conf_default(say, NULL);
	if (!conf) {
		print_error("%s", said.data);
		return 1;
	}
	ig_clock_zone("+07:00");
	const struct CMUnitTest tests[] = {cmocka_unit_test(adding), cmocka_unit_test(years), cmocka_unit_test(by_day), cmocka_unit_test(broken), cmocka_unit_test(heightened),
		cmocka_unit_test(unknown)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
