/* References and dispatch numbers as people type them, and the JSON forms of the nouns. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "model/nouns_json.h"

static void the_vector_and_others_print(void **state)
{
	char t[IG_REF_MAX];
	(void)state;
	assert_string_equal(ig_ref_print((struct ig_ref){2026, 123}, t), "IR-2026-000123-0"); /* INTERFACE "Lists" */
	assert_int_equal(strlen(ig_ref_print((struct ig_ref){2026, 1000000}, t)), strlen("IR-2026-1000000-X"));
	for (int64_t n = 1; n < 3000; n += 7) {
		struct ig_ref r;
		ig_ref_print((struct ig_ref){2026, n}, t);
		assert_int_equal(ig_ref_parse(t, strlen(t), &r), 0);
		assert_true(r.year == 2026 && r.number == n);
	}
}

/* Any one character changed, and any two neighbours swapped, must show: that is what the check character is for. */
static void mistakes_show(void **state)
{
	static const char signs[] = "0123456789";
	char good[IG_REF_MAX], bad[IG_REF_MAX];
	struct ig_ref r;
	(void)state;
	ig_ref_print((struct ig_ref){2026, 204817}, good);
	for (size_t i = 3; i < strlen(good) - 2; i++) {
		for (const char *c = signs; *c && good[i] != '-'; c++) {
			memcpy(bad, good, sizeof bad);
			bad[i] = *c;
			assert_int_equal(ig_ref_parse(bad, strlen(bad), &r), *c == good[i] ? 0 : -1);
		}
		if (good[i] != '-' && good[i + 1] != '-' && good[i] != good[i + 1]) {
			memcpy(bad, good, sizeof bad);
			bad[i] = good[i + 1], bad[i + 1] = good[i];
			assert_int_equal(ig_ref_parse(bad, strlen(bad), &r), -1);
		}
	}
}

static void only_whole_references_parse(void **state)
{
	static const struct { const char *text; int rc;
	} cases[] = {
		{"IR-2026-000123-0", 0},
		{"ir-2026-000123-0", 0},
		{"IR 2026 000123 0", 0},
		{"IR\xe2\x80\x93"
		 "2026\xe2\x80\x93"
		 "000123\xe2\x80\x93"
		 "0",
			0},
		{"IR-2026-000123-1", -1},
		{"IR-2026-000123-", -1},
		{"IR-2026-000123", -1},
		{"IR-2026-000123-00", -1},
		{" IR-2026-000123-0", -1},
		{"IR-2026-123-0", -1},
		{"IR2026000123-0", -1},
		{"IR-26-000123-0", -1},
		{"IR-2026-0000123-0", -1},
		{"IR-2026-000000-0", -1},
		{"", -1},
		{"I", -1},
		{"IR", -1},
		{"IR-", -1},
		{"IR-2026", -1},
		{"IR-2026-00012300-0", -1},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ig_ref r;
		size_t len = strlen(cases[i].text);
		char *exact = malloc(len + 1); /* without its NUL: no reading past the end */
		memcpy(exact, cases[i].text, len);
		if (ig_ref_parse(exact, len, &r) != cases[i].rc)
			fail_msg("'%s'", cases[i].text);
		free(exact);
	}
}

static void references_are_found_in_text(void **state)
{
	static const struct { const char *text; int count; } cases[] = {
		{"Re: [IR-2026-000123-0] máy chủ", 1}, {"ungcuu+IR-2026-000123-0@example.vn", 1}, {"ungcuu+ir-2026-000123-0@example.vn", 1},
		{"anh_IR-2026-000123-0.pdf", 1}, {"IR-2026-000123-0 IR-2026-000123-0", 2}, {"IR-2026-000123-1", 0}, {"AIR-2026-000123-0", 0},
		{"IR-2026-000123-01", 0}, {"IR-2026-000123-0a", 0}, {"IR-2026-000123-0\xc3\xa1", 0}, {"IR-2026-000124-0 IR-2026-000123-0.", 1},
		{"IR-IR-2026-000123-0", 1}, {"", 0}, {"ir", 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ig_ref r;
		const char *p = cases[i].text, *at;
		int count = 0;
		while ((p = ig_ref_find(p, &r, &at))) {
			count++;
			assert_true(r.year == 2026 && r.number == 123 && (at[0] == 'I' || at[0] == 'i') && p - at >= 16);
		}
		if (count != cases[i].count)
			fail_msg("'%s': %d", cases[i].text, count);
	}
}

static void dispatch_numbers(void **state)
{
	static const struct { const char *text; int64_t id;
	} cases[] = {
		{"D-000017", 17},
		{"d17", 17},
		{"D17", 17},
		{"17", 17},
		{"D-1234567", 1234567},
		{"D-", 0},
		{"", 0},
		{"D-0", 0},
		{"17x", 0},
		{"D--1", 0},
		{"-1", 0},
		{"99999999999999999999", 0},
	};
	char t[IG_DISPATCH_TEXT_MAX];
	(void)state;
	assert_string_equal(ig_dispatch_print(17, t), "D-000017");
	assert_string_equal(ig_dispatch_print(INT64_MAX, t), "D-9223372036854775807");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t id = 0;
		int rc = ig_dispatch_parse(cases[i].text, &id);
		if (rc != (cases[i].id ? 0 : -1) || id != cases[i].id)
			fail_msg("'%s'", cases[i].text);
	}
}

static void has_keys(json_t *o, const char *keys)
{
	char one[40];
	for (const char *p = keys; *p;) {
		size_t len = strcspn(p, " ");
		memcpy(one, p, len), one[len] = 0;
		if (!json_object_get(o, one))
			fail_msg("no key %s", one);
		p += len;
		p += strspn(p, " ");
	}
	json_decref(o);
}

static void every_key_of_interface_is_there(void **state)
{
	struct ig_incident i = {.ref = {2026, 123}, .opened_at = 0, .acknowledged_at = IG_NEVER, .closed_at = IG_NEVER};
	struct ig_message m = {.id = 17, .from_address = "a@b", .date = IG_NEVER, .problems = "one\ntwo"};
	struct ig_attempt at = {.outcome = IG_LATER, .code = "451"};
	struct ig_dispatch d = {.id = 17, .attempts = &at, .attempt_count = 1, .expires_at = IG_NEVER};
	struct ig_duty duty = {.id = 3, .due = IG_NEVER, .done_at = IG_NEVER};
	struct ig_party_channel c = {.address = "a@b"};
	struct ig_party p = {.id = 1, .name = "A", .channels = &c, .channel_count = 1, .valid_from = IG_NEVER, .valid_to = IG_NEVER};
	struct ig_copy copy = {.recipient = "r@x"};
	int64_t id = 17;
	struct ig_incident_links links = {
		.messages = &id, .message_count = 1, .dispatches = &id, .dispatch_count = 1, .related = &i.ref, .related_count = 1};
	(void)state;
	json_t *o = ig_incident_json(&i, &links);
	assert_string_equal(json_string_value(json_object_get(o, "ref")), "IR-2026-000123-0");
	assert_string_equal(json_string_value(json_object_get(o, "opened_at")), "1970-01-01T00:00:00+00:00");
	assert_true(json_is_null(json_object_get(o, "acknowledged_at")));
	assert_string_equal(json_string_value(json_array_get(json_object_get(o, "dispatches"), 0)), "D-000017");
	assert_string_equal(json_string_value(json_array_get(json_object_get(o, "messages"), 0)), "17");
	assert_string_equal(json_string_value(json_array_get(json_object_get(o, "related"), 0)), "IR-2026-000123-0");
	has_keys(json_incref(json_object_get(o, "secrecy")), "requested tlp state");
	has_keys(o,
		"ref status severity category widespread opened_at acknowledged_at closed_at secrecy messages duties dispatches related");
	has_keys(ig_incident_json(&i, NULL), "messages duties dispatches related");
	o = ig_message_json(&m, NULL, NULL, &copy, 1);
	assert_true(json_is_null(json_object_get(o, "incident")));
	assert_int_equal(json_array_size(json_object_get(o, "problems")), 2);
	has_keys(json_incref(json_array_get(json_object_get(o, "copies"), 0)), "at channel recipient source_file");
	has_keys(o,
		"id incident direction channel state message_id from subject received_at class matched_by match_reason copies source_file");
	o = ig_dispatch_json(&d, "IR-2026-000123-0", NULL);
	has_keys(json_incref(json_array_get(json_object_get(o, "attempts"), 0)), "at outcome code text");
	has_keys(o, "id incident letter party channel address state why attempts message_id not_before");
	has_keys(ig_duty_json(&duty, NULL), "id incident what owner due done_at basis");
	o = ig_party_json(&p);
	has_keys(json_incref(json_array_get(json_object_get(o, "channels"), 0)), "channel address state");
	has_keys(o, "id name role channels valid_from valid_to on_duty_24x7");
	has_keys(ig_alarm_json(&(struct ig_alarm){.id = 1, .code = "x", .acked_at = IG_NEVER}),
		"id code text count first_at last_at acked_at acked_by");
	has_keys(ig_journal_json(&(struct ig_journal_row){.id = 1, .actor = "x"}), "id at actor act object detail chain");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vector_and_others_print),
		cmocka_unit_test(mistakes_show),
		cmocka_unit_test(only_whole_references_parse),
		cmocka_unit_test(references_are_found_in_text),
		cmocka_unit_test(dispatch_numbers),
		cmocka_unit_test(every_key_of_interface_is_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
