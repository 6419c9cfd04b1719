/* The filter room: times in the forms that notices use, windows, labels, tables, expressions with their limits, and that the manual names every key. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fs.h"
#include "filter/table.h"

#ifndef SRCDIR
#define SRCDIR "."
#endif

static struct ig_when_hint hint(enum ig_when_order order, const char *zone)
{
	struct ig_when_hint h = {.order = order, .near = INT64_C(1772416800) * IG_SECOND}; /* 2026-03-02 */
	if (zone)
		assert_int_equal(ig_zone_at(zone, strlen(zone), &h.zone), strlen(zone));
	return h;
}

static void times(void **state)
{
	static const struct {
		const char *text, *want;
		enum ig_when_order order;
		const char *zone;
	} cases[] = {
		{"2 May 2023 14:00 UTC", "2023-05-02T14:00:00Z", IG_ORDER_AUTO, NULL},
		{"22:00 12/10/2020 GMT", "2020-10-12T22:00:00Z", IG_ORDER_DMY, NULL},
		{"12/10/2020 22:00 GMT", "2020-12-10T22:00:00Z", IG_ORDER_MDY, NULL},
		{"31/12/2020 23:59", "2020-12-31T23:59:00", IG_ORDER_MDY, NULL},
		{"18-Oct-2022 19:00 ( Central )", "2022-10-18T19:00:00-05:00", IG_ORDER_AUTO, NULL},
		{"18-Jan-2022 19:00 (Central)", "2022-01-18T19:00:00-06:00", IG_ORDER_AUTO, NULL},
		{"Aug 29, 2022 3:05 PM EST", "2022-08-29T15:05:00-05:00", IG_ORDER_AUTO, NULL},
		{"2021-12-02 05:00:00 - 10", "2021-12-02T05:00:00", IG_ORDER_AUTO, NULL},
		{"2024-01-31 18:00:00+00:00 UTC", "2024-01-31T18:00:00Z", IG_ORDER_AUTO, NULL},
		{"Fri, 31 Jan 2014 07:19:02 +0100", "2014-01-31T07:19:02+01:00", IG_ORDER_AUTO, NULL},
		{"20210908T220000Z", "2021-09-08T22:00:00Z", IG_ORDER_AUTO, NULL},
		{"2015-05-15 17:03:11-07:00", "2015-05-15T17:03:11-07:00", IG_ORDER_AUTO, NULL},
		{"2026-03-02T09:08:07.654Z", "2026-03-02T09:08:07Z", IG_ORDER_AUTO, NULL},
		{"22 giờ 30 ngày 5 tháng 9 năm 2026", "2026-09-05T22:30:00", IG_ORDER_AUTO, NULL},
		{"8h15 ngày 05/03/2026", "2026-03-05T08:15:00", IG_ORDER_DMY, NULL},
		{"ngay 5 thang 9 nam 2026", "2026-09-05", IG_ORDER_AUTO, NULL},
		{"10:00 pm MT 12/16/2025", "2025-12-16T22:00:00-07:00", IG_ORDER_MDY, NULL},
		{"2200 UTC 3 March 2026", "2026-03-03T22:00:00Z", IG_ORDER_AUTO, NULL},
		{"WEDNESDAY, 20 MAY 06:00", "2026-05-20T06:00:00", IG_ORDER_AUTO, NULL},
		{"1 Mai 2026 um 22:00", "2026-05-01T22:00:00+02:00", IG_ORDER_AUTO, "Europe/Berlin"},
		{"1 février 2026 à 22:00", "2026-02-01T22:00:00+01:00", IG_ORDER_AUTO, "Europe/Paris"},
		{"2026:03:02 08:15:30", "2026-03-02T08:15:30", IG_ORDER_AUTO, NULL},
		{"5 May 2026 10:00 (UTC+7)", "2026-05-05T10:00:00+07:00", IG_ORDER_AUTO, NULL},
		{"5 May 2026 10:00 giờ Việt Nam", "2026-05-05T10:00:00+07:00", IG_ORDER_AUTO, NULL},
		{"14.03.2024 24:00 CET", "2024-03-15T00:00:00+01:00", IG_ORDER_AUTO, NULL},
		{"31 December 2025 24:00", "2026-01-01T00:00:00", IG_ORDER_AUTO, NULL},
		{"12.06.24 22:00 Uhr MESZ", "2024-06-12T22:00:00+02:00", IG_ORDER_AUTO, NULL},
		{"12.06.24, um 22.30 Uhr", "2024-06-12T22:30:00", IG_ORDER_AUTO, NULL},
		{"15 AOÛT 2024 23:00 UTC", "2024-08-15T23:00:00Z", IG_ORDER_AUTO, NULL},
		{"3 MÄRZ 2026", "2026-03-03", IG_ORDER_AUTO, NULL},
		{"5 Září 2026 08:00", "2026-09-05T08:00:00", IG_ORDER_AUTO, NULL},
		{"7 Января 2026 08:00", "2026-01-07T08:00:00", IG_ORDER_AUTO, NULL},
		{"7 СЕНТЯБРЯ 2026", "2026-09-07", IG_ORDER_AUTO, NULL},
		{"20 de outubro de 2024 às 01:00 (BRT)", "2024-10-20T01:00:00-03:00", IG_ORDER_AUTO, NULL},
		{"17 Agustus 2026 pukul 22:00 WIB", "2026-08-17T22:00:00+07:00", IG_ORDER_AUTO, NULL},
		{"14 March 2024 12 noon", "2024-03-14T12:00:00", IG_ORDER_AUTO, NULL},
		{"midnight 14 March 2024", "2024-03-14T00:00:00", IG_ORDER_AUTO, NULL},
		{"version 12.06.24", NULL, IG_ORDER_AUTO, NULL},
		{"29/02/2025 10:00", NULL, IG_ORDER_DMY, NULL},
		{"192.0.2.10 and 10.20.30.40", NULL, IG_ORDER_AUTO, NULL},
		{"version 1.2.2021.3", NULL, IG_ORDER_AUTO, NULL},
	};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_when_hint h = hint(cases[i].order, cases[i].zone);
		struct ig_when w[4];
		char out[IG_WHEN_TEXT];
		/* a copy without what follows: nothing may be read past its end */
		char *text = malloc(strlen(cases[i].text));
		memcpy(text, cases[i].text, strlen(cases[i].text));
		size_t n = ig_when_find(text, strlen(cases[i].text), &h, w, 4), k = 0;
		free(text);
		while (k < n && !w[k].has_date)
			k++;
		if (!cases[i].want && k < n)
			fail_msg("\"%s\" gave %s", cases[i].text, ig_when_print(&w[k], out));
		if (cases[i].want && (k == n || strcmp(ig_when_print(&w[k], out), cases[i].want)))
			fail_msg("\"%s\": wanted %s, got %s", cases[i].text, cases[i].want, k < n ? out : "nothing");
	}
}

static void windows(void **state)
{
	static const struct {
		const char *text, *from, *to;
	} cases[] = {
		{"26/11/2024 01:00:00 to 26/11/2024 10:00:00 GMT", "2024-11-26T01:00:00Z", "2024-11-26T10:00:00Z"},
		{"18-Oct-2022 19:00 to 19-Oct-2022 01:00 ( Central )\n19-Oct-2022 00:00 to 19-Oct-2022 06:00 ( GMT )", "2022-10-19T00:00:00Z", "2022-10-19T06:00:00Z"},
		{"from Thu, 20 May 2021 08:00:00 GMT to Thu, 20 May 2021 14:00:00 GMT for 6 hours", "2021-05-20T08:00:00Z", "2021-05-20T14:00:00Z"},
		{"12-Feb-2024 09:00 (GMT) - 12-Feb-2024 17:00 (GMT)", "2024-02-12T09:00:00Z", "2024-02-12T17:00:00Z"},
		{"5 May 2026 22:00 - 04:00 UTC", "2026-05-05T22:00:00Z", "2026-05-06T04:00:00Z"},
		{"31 December 2026 22:00 until 04:00 UTC", "2026-12-31T22:00:00Z", "2027-01-01T04:00:00Z"},
		{"từ 22:00 đến 23:30 05/03/2026 (GMT+7)", "2026-03-05T22:00:00+07:00", "2026-03-05T23:30:00+07:00"},
		{"2200-0600 UTC, 12 Oct 2024", "2024-10-12T22:00:00Z", "2024-10-13T06:00:00Z"},
		{"12 Oct 2024 2200 - 0600 UTC", "2024-10-12T22:00:00Z", "2024-10-13T06:00:00Z"},
		{"12 Oct 2024 2200hrs to 0600hrs", "2024-10-12T22:00:00", "2024-10-13T06:00:00"},
		{"12 Oct 2024, 22:00 - 24:00 UTC", "2024-10-12T22:00:00Z", "2024-10-13T00:00:00Z"},
		{"2025-02-11T23:00Z/2025-02-12T05:00Z", "2025-02-11T23:00:00Z", "2025-02-12T05:00:00Z"},
		{"5 May 2026 22:00. We were told about it on 4 May 2026 10:00", NULL, NULL},
		{"6 May 2026 10:00 to 5 May 2026 10:00", NULL, NULL},
	};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_when_hint h = hint(IG_ORDER_DMY, NULL);
		struct ig_when from, to;
		char a[IG_WHEN_TEXT], b[IG_WHEN_TEXT];
		bool found = ig_window_find(cases[i].text, strlen(cases[i].text), &h, &from, &to);
		if (found != (cases[i].from != NULL))
			fail_msg("\"%s\": %s", cases[i].text, found ? ig_when_print(&from, a) : "nothing");
		if (found && (strcmp(ig_when_print(&from, a), cases[i].from) || strcmp(ig_when_print(&to, b), cases[i].to)))
			fail_msg("\"%s\": %s to %s", cases[i].text, a, b);
	}
}

static void order_by_what_keeps_dates_together(void **state)
{
	struct ig_when_hint h = {.near = IG_NEVER};
	(void)state;
#define ORDER(text) ig_when_order_of(text, strlen(text), &h)
	assert_int_equal(ORDER("08/10/2021 - 08/11/2021 - 08/12/2021"), IG_ORDER_MDY);
	assert_int_equal(ORDER("07/12/2021 23:00 - 08/12/2021 05:00"), IG_ORDER_DMY);
	assert_int_equal(ORDER("01/02/2021 and 25/02/2021"), IG_ORDER_DMY);
	assert_int_equal(ORDER("01/02/2021 10:00 PM"), IG_ORDER_MDY);
	assert_int_equal(ORDER("01/02/2021 REQUEST"), IG_ORDER_AUTO);
}

struct got {
	char text[2000];
};

static bool on_label(void *arg, const char *value, size_t len, const char *label, size_t label_len, size_t line)
{
	struct got *g = arg;
	(void)label, (void)label_len;
	snprintf(g->text + strlen(g->text), sizeof g->text - strlen(g->text), "[%zu:%.*s]", line, (int)len, value);
	return true;
}

static void labels(void **state)
{
	static const struct {
		const char *label, *text, *want;
	} cases[] = {
		{"Circuits", "Circuits\n A-1\n A-2\n\n A-3\n", "[2:A-1][3:A-2]"},
		{"Circuits", "Circuits\n A-1\nEnd: 5\n", "[2:A-1]"},
		{"Circuits", "Circuits: A-1\nA-2\n", "[1:A-1]"},
		{"Impact", "Circuit Id  Impact  Place\nC1 x  hard down  Hue\n\n", "[2:hard down]"},
		{"Start", "Start: 10:00\n", "[1:10:00]"},
		{"start", "*Start:* 10:00\nEnd: 1\n", "[1:10:00]"},
		{"Circuit ID", "Circuit ID\n\n:\n\nCIR1\n", "[5:CIR1]"},
		{"Service ID", "Name\tx\nService ID\tA1, B2\n", "[2:A1, B2]"},
		{"Impact", "ID\tImpact\tNote\nC1\thard down\tx\nC2\tnone\ty\n\nImpact of it all\n", "[2:hard down][3:none]"},
		{"Họ tên", "1. Họ tên: Nguyễn\n", "[1:Nguyễn]"},
		{"ho ten", "HỌ TÊN : A\n", "[1:A]"},
		{"Start Time", "Start Time (UTC): 9\n", "[1:9]"},
		{"URL", "see http://a.example/x: y\n", ""},
		{"Phone", "Name: A   Phone: 1\n", "[1:1]"},
	};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_arena *a = ig_arena_new(0);
		struct ig_filtering g = {.a = a};
		struct got got = {""};
		uint32_t hashes[] = {ig_label_hash(a, cases[i].label), 0};
		ig_labels_find(&g, hashes, !strncmp(cases[i].label, "Circuits", 8), cases[i].text, strlen(cases[i].text), on_label, &got);
		assert_string_equal(got.text, cases[i].want);
		ig_arena_free(a);
	}
}

static void tables(void **state)
{
	static const char text[] = "# remark\n\"a\";b;\"c \"\"d\"\"\"\n1;\"x\ny\";\n;;z";
	struct ig_arena *a = ig_arena_new(0);
	struct ig_csv c;
	const char *cells[8];
	(void)state;
	assert_true(ig_csv_open(a, text, strlen(text), &c));
	assert_int_equal(ig_csv_row(&c, cells, 8), 3);
	assert_string_equal(cells[2], "c \"d\"");
	assert_int_equal(ig_csv_row(&c, cells, 8), 3);
	assert_string_equal(cells[1], "x\ny");
	assert_int_equal(ig_csv_row(&c, cells, 2), 2); /* more cells than there is room for */
	assert_int_equal(ig_csv_row(&c, cells, 8), 0);
	assert_false(ig_csv_open(a, "one column only\n", 16, &c));
	assert_true(ig_csv_same("Source IP", "source_ip"));
	assert_false(ig_csv_same("ip", "ips"));
	ig_arena_free(a);
}

static void expressions_are_bounded(void **state)
{
	struct ig_why why = {""};
	struct ig_pattern *p = ig_pattern_compile("(x+x+)+[yz]", &why);
	char text[4001];
	(void)state;
	memset(text, 'x', 4000);
	text[4000] = 0;
	assert_non_null(p);
	assert_int_equal(ig_pattern_find(p, text, 4000, 0, NULL, NULL, NULL), -1);
	assert_int_equal(ig_pattern_find(p, "xxy", 3, 0, NULL, NULL, NULL), 1);
	ig_pattern_free(p);
	assert_null(ig_pattern_compile("(", &why));
	assert_non_null(strstr(why.text, "missing closing parenthesis"));
}

static void phrases_are_whole_words(void **state)
{
	struct ig_phrases *p = ig_phrases_new();
	unsigned char seen[8] = {0};
	(void)state;
	int a = ig_phrases_add(p, "Lừa đảo"), b = ig_phrases_add(p, "ip"), c = ig_phrases_add(p, "source ip");
	assert_int_equal(ig_phrases_add(p, "LUA DAO"), a);
	assert_int_equal(ig_phrases_add(p, "--"), -1);
	ig_phrases_ready(p);
	ig_phrases_scan(p, "the source ip lua dao lua dao strip", seen);
	assert_int_equal(seen[a], 2);
	assert_int_equal(seen[b], 1);
	assert_int_equal(seen[c], 1);
	ig_phrases_free(p);
}

static void every_key(const struct ig_conf_table *t, const char *manual)
{
	for (size_t i = 0; i < t->count; i++) {
		char line[80];
		snprintf(line, sizeof line, "\n.It Cm %s\n", t->options[i].key);
		if (!strstr(manual, line))
			fail_msg("irgate-filter(5) does not name %s", t->options[i].key);
		if (t->options[i].sub)
			every_key(t->options[i].sub, manual);
	}
}

static void the_manual_names_every_key(void **state)
{
	struct ig_buf b = IG_BUF_INIT(1 << 20);
	(void)state;
	assert_int_equal(ig_fs_read_file(SRCDIR "/doc/man/irgate-filter.5", &b), 0);
	every_key(&ig_filter_table, b.data);
	every_key(&ig_freetext_table, b.data);
	ig_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(times), cmocka_unit_test(windows), cmocka_unit_test(order_by_what_keeps_dates_together), cmocka_unit_test(labels),
		cmocka_unit_test(tables), cmocka_unit_test(expressions_are_bounded), cmocka_unit_test(phrases_are_whole_words), cmocka_unit_test(the_manual_names_every_key)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
