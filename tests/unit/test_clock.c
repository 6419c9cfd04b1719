/* Times: parsing, printing, zones, leap days. */
#include "config.h"
#include "check.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/opt.h"

static void parses(void **state IG_UNUSED)
{
	static const struct { const char *text; int64_t second, micro; } cases[] = {
		{"1970-01-01T00:00:00Z", 0, 0},
		{"2026-11-22T08:30:00+07:00", 1795311000, 0},
		{"2026-11-22T01:30:00Z", 1795311000, 0},
		{"2026-11-22 01:30:00z", 1795311000, 0},
		{"2026-11-22t01:30:00.5Z", 1795311000, 500000},
		{"2026-11-22T01:30:00.123456789Z", 1795311000, 123456},
		{"2024-02-29T00:00:00Z", 1709164800, 0},
		{"2000-02-29T12:00:00-05:00", 951843600, 0},
		{"1969-12-31T23:59:59Z", -1, 0},
		{"1969-12-31T23:59:59.25Z", -1, 250000},
		{"2016-12-31T23:59:60Z", 1483228800, 0},
		{"9999-12-31T23:59:59Z", 253402300799, 0},
		{"0001-01-01T00:00:00Z", -62135596800, 0},
	};

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		ig_time t = 0;
		if (ig_time_parse(cases[i].text, &t) < 0 || t != cases[i].second * IG_SECOND + cases[i].micro)
			fail_msg("%s gives %lld", cases[i].text, (long long)t);
	}
}

static void refuses(void **state IG_UNUSED)
{
	static const char *const cases[] = {
		"", "2026", "2026-11-22", "2026-11-22T08:30:00", "2026-11-22T08:30Z", "2026-11-22T08:30:00+7:00", "2026-11-22T08:30:00+0700",
		"2026-11-22T08:30:00+07", "2026-11-22T08:30:00Zx", "2026-11-22T08:30:00.Z", "2026-13-22T08:30:00Z", "2026-00-22T08:30:00Z",
		"2026-02-29T08:30:00Z", "2100-02-29T08:30:00Z", "2026-11-31T08:30:00Z", "2026-11-00T08:30:00Z", "2026-11-22T24:30:00Z",
		"2026-11-22T08:60:00Z", "2026-11-22T08:30:61Z", "2026-11-22T08:30:00+24:00", "2026-11-22T08:30:00+07:60",
		"2026-11-22_08:30:00Z", "202a-11-22T08:30:00Z", " 2026-11-22T08:30:00Z", "2026-11-22T08:30:00 Z", "-026-11-22T08:30:00Z",
	};

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		ig_time t = 42;
		if (ig_time_parse(cases[i], &t) == 0 || t != 42)
			fail_msg("\"%s\" was taken", cases[i]);
	}
	assert_int_equal(ig_time_parse(NULL, NULL), -1);
}

static void prints(void **state IG_UNUSED)
{
	static const struct { const char *zone, *utc, *rfc3339, *rfc5322; } cases[] = {
		{"UTC", "2026-11-22T01:30:00Z", "2026-11-22T01:30:00+00:00", "Sun, 22 Nov 2026 01:30:00 +0000"},
		{"+07:00", "2026-11-22T01:30:00Z", "2026-11-22T08:30:00+07:00", "Sun, 22 Nov 2026 08:30:00 +0700"},
		{"-03:30", "2024-03-01T02:00:00Z", "2024-02-29T22:30:00-03:30", "Thu, 29 Feb 2024 22:30:00 -0330"},
		{"+07:00", "2023-12-31T17:00:00Z", "2024-01-01T00:00:00+07:00", "Mon, 01 Jan 2024 00:00:00 +0700"},
		{"UTC", "1969-12-31T23:59:59Z", "1969-12-31T23:59:59+00:00", "Wed, 31 Dec 1969 23:59:59 +0000"},
	};
	char buf[IG_TIME_MAX];
	ig_time t;

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		assert_int_equal(ig_clock_zone(cases[i].zone), 0);
		assert_int_equal(ig_time_parse(cases[i].utc, &t), 0);
		assert_string_equal(ig_time_rfc3339(t, buf), cases[i].rfc3339);
		assert_string_equal(ig_time_rfc5322(t, buf), cases[i].rfc5322);
	}
	assert_string_equal(ig_time_rfc3339(IG_NEVER, buf), "");
	ig_time_rfc3339(INT64_MAX, buf);
	ig_time_rfc5322(INT64_MIN + 1, buf);
	assert_true(strlen(buf) < IG_TIME_MAX);
}

/* Every day of eight hundred years against the C library. */
static void agrees_with_the_c_library(void **state IG_UNUSED)
{
	int year, mon, day, hour, min, sec, wday;

	assert_int_equal(ig_clock_zone("UTC"), 0);
	for (int64_t d = -146097; d < 146097; d++) {
		time_t t = d * 86400 + 86399;
		struct tm tm;
		gmtime_r(&t, &tm);
		ig_time_civil(t * IG_SECOND, &year, &mon, &day, &hour, &min, &sec, &wday);
		if (year != tm.tm_year + 1900 || mon != tm.tm_mon + 1 || day != tm.tm_mday || wday != tm.tm_wday || hour != 23 || min != 59 || sec != 59)
			fail_msg("day %lld", (long long)d);
	}
}

static void zones(void **state IG_UNUSED)
{
	static const char *const unknown[] = {"", "Nowhere/Town", "../../etc/passwd", "/etc/passwd", ":UTC", "+7", "+07:00x", "07:00", "Asia/Ho Chi Minh"};
	char buf[IG_TIME_MAX];

	for (size_t i = 0; i < IG_COUNT(unknown); i++)
		if (ig_clock_zone(unknown[i]) == 0)
			fail_msg("zone \"%s\" was taken", unknown[i]);
	assert_int_equal(ig_clock_zone(NULL), -1);
	assert_string_equal(ig_time_rfc3339(0, buf), "1970-01-01T00:00:00+00:00"); /* UTC is kept */
	if (access("/usr/share/zoneinfo/Asia/Ho_Chi_Minh", R_OK) < 0)
		skip();
	assert_int_equal(ig_clock_zone("Asia/Ho_Chi_Minh"), 0);
	assert_string_equal(ig_time_rfc3339(1795311000 * IG_SECOND, buf), "2026-11-22T08:30:00+07:00");
	assert_int_equal(ig_clock_zone("Europe/Berlin"), 0);
	assert_string_equal(ig_time_rfc3339(1795311000 * IG_SECOND, buf), "2026-11-22T02:30:00+01:00");
	assert_string_equal(ig_time_rfc3339(1784592000 * IG_SECOND, buf), "2026-07-21T02:00:00+02:00");
}

static void stands_still(void **state IG_UNUSED)
{
	int64_t mono = ig_mono_us();

	assert_false(ig_clock_fixed());
	assert_true(ig_now() > 1700000000 * IG_SECOND);
	ig_clock_fix(5 * IG_DAY);
	assert_true(ig_clock_fixed());
	assert_true(ig_now() == 5 * IG_DAY);
	usleep(1000);
	assert_true(ig_now() == 5 * IG_DAY);
	assert_true(ig_mono_us() > mono);
	ig_clock_fix(IG_NEVER);
	assert_true(ig_now() > 5 * IG_DAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses), cmocka_unit_test(refuses), cmocka_unit_test(prints), cmocka_unit_test(agrees_with_the_c_library),
		cmocka_unit_test(zones), cmocka_unit_test(stands_still),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
