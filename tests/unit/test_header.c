/* Header fields as mailers write them: encoded words, addresses, dates, ids. */
#include "config.h"
#include "check.h"
#include <string.h>
#include "base/opt.h"
#include "parse/header.h"

static void test_words(void **state)
{
	(void)state;
	static const struct {
		const char *raw, *text;
	} cases[] = {
		{" plain text\r\n", "plain text"},
		{" folded\r\n line\r\n\tand tab", "folded line and tab"},
		{"=?utf-8?B?U+G7sSBj4buR?=", "Sự cố"},
		{"=?UTF-8?q?S=E1=BB=B1_c=E1=BB=91?= (2)", "Sự cố (2)"},
		{"=?utf-8?Q?a?= =?utf-8?Q?b?=\r\n =?utf-8?Q?c?= d", "abc d"},
		{"=?utf-8?B?U+G7?= =?utf-8?B?sQ==?=", "Sự"},                       /* a character split over two words */
		{"=?utf-8?Q?with space inside?=", "with space inside"},           /* not allowed, and common */
		{"=?windows-1258?Q?Vi=EA=F2t?=", "Việt"},                         /* letter and tone mark apart */
		{"=?iso-8859-1*en?Q?caf=E9?=", "café"},
		{"=?utf-8?Q?line=0Abreak?=", "line break"},
		{"=?utf-8?X?bad?= kept", "=?utf-8?X?bad?= kept"},
		{"=?utf-8?Q?never ends", "=?utf-8?Q?never ends"},
		{"a =? b ?= c", "a =? b ?= c"},
		{"Sự cố mạng", "Sự cố mạng"},                                     /* RFC 6532 */
		{"caf\xe9", "café"},
		{"Tie\xcc\x82\xcc\x81ng", "Tiếng"},                               /* decomposed */
		{"=?utf-7?Q?Fr+APY-sche?=", "Frösche"},
		{"=?gb2312?B?16q3og==?=", "转发"},
		{"=?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=", "こんにちは"},
		{"", ""},
	};
	struct ig_arena *a = ig_arena_new(0);
	for (size_t i = 0; i < IG_COUNT(cases); i++)
		assert_string_equal(ig_header_text(a, cases[i].raw, NULL), cases[i].text);
	const char *problem = NULL;
	ig_header_text(a, "caf\xe9", &problem);
	assert_non_null(problem);
	a = ig_arena_free(a);
}

static void test_addresses(void **state)
{
	(void)state;
	static const struct {
		const char *raw, *name, *address;
		size_t count;
	} cases[] = {
		{"a@example.vn", NULL, "a@example.vn", 1},
		{"<a@example.vn>", NULL, "a@example.vn", 1},
		{"Ngo Van A <a@example.vn>", "Ngo Van A", "a@example.vn", 1},
		{"\"Ngo, Van A\" <a@example.vn>, b@example.vn", "Ngo, Van A", "a@example.vn", 2},
		{"a@example.vn (Ngo Van A)", "Ngo Van A", "a@example.vn", 1},
		{"=?utf-8?Q?Ng=C3=B4,_A?= <a@example.vn>", "Ngô, A", "a@example.vn", 1},
		{"\"=?utf-8?B?TmfDtA==?=\" <a@example.vn>", "Ngô", "a@example.vn", 1},
		{"'quoted name' <a@example.vn>", "quoted name", "a@example.vn", 1},
		{"Ngo Van A a@example.vn", "Ngo Van A", "a@example.vn", 1},
		{"undisclosed-recipients:;", NULL, NULL, 0},
		{"Team: a@example.vn, b@example.vn; c@example.vn", NULL, "a@example.vn", 3},
		{"<@relay.example,@b.example:a@example.vn>", NULL, "a@example.vn", 1},
		{"a @ example.vn", NULL, NULL, 1},
		{"\"a b\"@example.vn", NULL, "\"a b\"@example.vn", 1},
		{"mailto:a@example.vn", NULL, "a@example.vn", 1},
		{"Name <a@example.vn", "Name", "a@example.vn", 1},
		{"\"unclosed <a@example.vn>", "\"unclosed", "a@example.vn", 1},
		{"root", NULL, "root", 1},
		{"=?utf-8?Q?Ng=C3=B4_<a@example.vn>?=", "Ngô", "a@example.vn", 1},
		{"thư@ví-dụ.vn", NULL, "thư@ví-dụ.vn", 1},
		{"A <a@b.vn>; B <b@b.vn>", "A", "a@b.vn", 2},
		{",,,", NULL, NULL, 0},
		{"", NULL, NULL, 0},
	};
	struct ig_arena *a = ig_arena_new(0);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_address *list;
		bool cut = false;
		size_t n = ig_header_addresses(a, cases[i].raw, 10, &list, &cut, NULL);
		if (n != cases[i].count)
			fail_msg("%s: %zu addresses", cases[i].raw, n);
		assert_false(cut);
		if (cases[i].address) {
			assert_string_equal(list[0].address, cases[i].address);
			assert_int_equal(!list[0].name, !cases[i].name);
			if (cases[i].name)
				assert_string_equal(list[0].name, cases[i].name);
		}
	}
	a = ig_arena_free(a);
}

static void test_address_limit(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_address *list;
	bool cut = false;
	assert_int_equal(ig_header_addresses(a, "a@x, b@x", 2, &list, &cut, NULL), 2);
	assert_false(cut);
	assert_int_equal(ig_header_addresses(a, "a@x, b@x, c@x", 2, &list, &cut, NULL), 2);
	assert_true(cut);
	a = ig_arena_free(a);
}

static void test_dates(void **state)
{
	(void)state;
	static const struct {
		const char *raw;
		int64_t seconds;
		int zone;
	} cases[] = {
		{"Tue, 22 Nov 2011 09:51:39 +0700", 1321930299, 420},
		{"22 Nov 2011 02:51:39 GMT", 1321930299, 0},
		{"Tue, 22 Nov 11 02:51 UT (comment (nested))", 1321930260, 0},
		{"Tue Nov 22 02:51:39 2011", 1321930299, 0},
		{"Mon, 21 Nov 2011 21:51:39 EST", 1321930299, -300},
		{"2011-11-22T09:51:39+07:00", 1321930299, 420},
		{"2011-11-22 02:51:39.123Z", 1321930299, 0},
		{"Tue, 22-Nov-2011 02:51:39 +0000", 1321930299, 0},
		{"Thu, 1 Jan 1970 00:00:00 -0000", 0, 0},
		{"Fri, 31 Dec 99 23:59:59 +0000", 946684799, 0},
		{"Tue, 22 Nov 2011 02:51:39 -9999", 1321930299, 0},
	};
	static const char *const bad[] = {"", "never", "22 2011", "Tue, 32 Nov 2011 02:51:39 +0000", "1/2/2026", "Nov", "Tue, 22 Nov 2011 25:51:39 +0000"};
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		ig_time t;
		int zone;
		if (ig_header_date(cases[i].raw, &t, &zone) < 0 || t != cases[i].seconds * IG_SECOND || zone != cases[i].zone)
			fail_msg("%s: %lld %d", cases[i].raw, (long long)(t / IG_SECOND), zone);
	}
	for (size_t i = 0; i < IG_COUNT(bad); i++) {
		ig_time t;
		int zone;
		assert_int_equal(ig_header_date(bad[i], &t, &zone), -1);
	}
}

static void test_ids(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	bool cut = false;
	const char *const *l = ig_header_ids(a, " <1@x>\r\n <2@x><1@x> junk <3 @x>", 10, &cut);
	assert_string_equal(l[0], "1@x");
	assert_string_equal(l[1], "2@x");
	assert_string_equal(l[2], "3@x");
	assert_null(l[3]);
	l = ig_header_ids(a, "1@x, 2@x", 10, &cut);
	assert_string_equal(l[1], "2@x");
	l = ig_header_ids(a, "Message of Monday from me@example.vn <1@x>", 10, &cut);
	assert_string_equal(l[0], "1@x");
	assert_null(l[1]);
	l = ig_header_ids(a, "<1@x <2@x>", 10, &cut);
	assert_string_equal(l[0], "1@x");
	assert_string_equal(l[1], "2@x");
	assert_false(cut);
	l = ig_header_ids(a, "<1@x> <2@x> <3@x>", 3, &cut);
	assert_false(cut);
	/* One past the limit: the root and the newest stay. */
	l = ig_header_ids(a, "<1@x> <2@x> <3@x> <4@x>", 3, &cut);
	assert_true(cut);
	assert_string_equal(l[0], "1@x");
	assert_string_equal(l[1], "3@x");
	assert_string_equal(l[2], "4@x");
	assert_null(l[3]);
	assert_string_equal(ig_header_id(a, " <a.b@c> (x)"), "a.b@c");
	assert_string_equal(ig_header_id(a, "4711"), "4711");
	assert_string_equal(ig_header_id(a, "<no-at>"), "no-at");
	assert_null(ig_header_id(a, "  "));
	a = ig_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_address_limit),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_ids),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
