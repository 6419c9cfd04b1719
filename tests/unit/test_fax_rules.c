/* What follows from each way a fax call can end, which numbers may be dialled, and when. */
#include "check.h"
#include <string.h>
#include "base/opt.h"
#include "decide/fax.h"

struct row {
	const char *code;
	int64_t times, wait_ms;
	enum ig_dispatch_state want;
	int64_t minutes; /* until the next try */
};
#define Q IG_DISPATCH_STATE_QUEUED
#define F IG_DISPATCH_STATE_FAILED
static const struct row rows[] = {
	{"sent", 1, 0, IG_DISPATCH_STATE_SENT, 0}, {"uncertain", 1, 0, IG_DISPATCH_STATE_UNCERTAIN, 0}, {"uncertain", 1, 60000, IG_DISPATCH_STATE_UNCERTAIN, 0},
	{"busy", 1, 0, Q, 1}, {"busy", 2, 0, Q, 3}, {"busy", 3, 0, Q, 5}, {"busy", 4, 0, Q, 10}, {"busy", 11, 0, Q, 10}, {"busy", 12, 0, F, 0},
	{"busy", 1, 20 * 60000, Q, 20}, {"busy", 4, 1000, Q, 10}, {"busy", 1, INT64_C(100) * 86400000, Q, 24 * 60},
	{"no-answer", 1, 0, Q, 1}, {"no-answer", 12, 0, F, 0}, {"not-a-fax", 1, 0, Q, 10}, {"not-a-fax", 2, 0, Q, 10}, {"not-a-fax", 3, 0, F, 0},
	{"unreachable", 1, 0, F, 0}, {"local", 1, 0, F, 0}, {"line", 1, 0, Q, 2}, {"line", 5, 0, Q, 10}, {"line", 6, 0, F, 0}, {"dropped", 1, 0, Q, 2},
	{"no-progress", 2, 0, Q, 5}, {"too-long", 1, 0, Q, 10}, {"too-long", 2, 0, F, 0}, {"incompatible", 1, 0, Q, 1}, {"incompatible", 2, 0, F, 0},
	{"no-line", 1, 0, Q, 1}, {"no-line", 900, 0, Q, 10}};

static const ig_time now = INT64_C(1772416800) * IG_SECOND; /* 2026-03-02T09:00:00+07:00 is 02:00 UTC */

static void test_retry(void **state)
{
	(void)state;
	struct ig_conf conf = {.retry_first = 60000, .retry_max = 3600000, .expire = 86400000};
	for (size_t i = 0; i < IG_COUNT(rows); i++) {
		struct ig_dispatch d = {.lane = IG_LANE_NORMAL, .created_at = now, .expires_at = now + 5 * IG_DAY};
		struct ig_attempt at = {.code = rows[i].code, .wait_ms = rows[i].wait_ms, .outcome = IG_LATER, .at = now};
		enum ig_dispatch_state s;
		ig_time t;
		ig_decide_fax_retry(&d, &at, rows[i].times, &conf, now, &s, &t);
		if (s != rows[i].want || (s == Q && t != now + rows[i].minutes * IG_MINUTE))
			fail_msg("%s, %lld times: %s in %lld minutes", rows[i].code, (long long)rows[i].times, ig_dispatch_state_word(s), (long long)((t - now) / IG_MINUTE));
		if (s == Q) { /* what would be after its time has failed */
			d.expires_at = t - 1;
			ig_decide_fax_retry(&d, &at, rows[i].times, &conf, now, &s, &t);
			assert_int_equal(s, F);
		}
	}
}

static void test_quiet(void **state)
{
	(void)state;
	static const struct { const char *hours; int from, late, early, to; } nights[] = {{"22:00-06:30", 22 * 60, 23 * 60, 3 * 60, 6 * 60 + 30}, {"12:00-13:00", 720, 750, 721, 780}};
	ig_clock_zone("+00:00");
	ig_time midnight = now - now % IG_DAY;
	for (size_t i = 0; i < IG_COUNT(nights); i++) {
		struct ig_conf conf = {.fax_quiet = nights[i].hours};
		ig_time end = midnight + (nights[i].to + (nights[i].from > nights[i].to ? 1440 : 0)) * IG_MINUTE;
		assert_true(ig_decide_fax_time(&conf, IG_LANE_NORMAL, midnight + nights[i].from * IG_MINUTE) == end);
		assert_true(ig_decide_fax_time(&conf, IG_LANE_NORMAL, midnight + nights[i].late * IG_MINUTE + 5 * IG_SECOND + 7) == end);
		assert_true(ig_decide_fax_time(&conf, IG_LANE_RECEIPTS, midnight + nights[i].early * IG_MINUTE) == midnight + nights[i].to * IG_MINUTE);
		ig_time outside = midnight + nights[i].from * IG_MINUTE - 1, after = midnight + nights[i].to * IG_MINUTE;
		assert_true(ig_decide_fax_time(&conf, IG_LANE_NORMAL, outside) == outside);
		assert_true(ig_decide_fax_time(&conf, IG_LANE_NORMAL, after) == after);
		assert_true(ig_decide_fax_time(&conf, IG_LANE_URGENT, midnight + nights[i].late * IG_MINUTE) == midnight + nights[i].late * IG_MINUTE);
	}
	int from, to;
	static const char *const bad[] = {"", "22-6", "22:00", "25:00-06:00", "22:60-06:00", "22:00-06:00x", "24:01-06:00"};
	for (size_t i = 0; i < IG_COUNT(bad); i++)
		assert_int_equal(ig_decide_quiet_parse(bad[i], &from, &to), -1);
}

static void test_numbers(void **state)
{
	(void)state;
	static const char *const good[] = {"113", "+84 24 3123456", "(024) 312-3456", "024.312.3456", "123456789012345"};
	static const char *const bad[] = {"", "12", "+", "12a45", "0243;ext=1", "024\r\n3123456", "1234567890123456", "84+24312", "sip:1234@x", "%30243123"};
	char out[IG_FAX_NUMBER_MAX + 1];
	for (size_t i = 0; i < IG_COUNT(good); i++)
		assert_true(ig_decide_number_ok(good[i]));
	for (size_t i = 0; i < IG_COUNT(bad); i++)
		if (ig_decide_number_ok(bad[i]))
			fail_msg("%s may be dialled", bad[i]);
	ig_decide_number_plain("+84 (24) 312.3456", out);
	assert_string_equal(out, "+84243123456");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_retry), cmocka_unit_test(test_quiet), cmocka_unit_test(test_numbers)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
