/* Reports and envelopes: packed and unpacked without loss, hostile bytes refused, every key of INTERFACE printed. */
#include "config.h"
#include "check.h"
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "base/opt.h"
#include "model/envelope.h"
#include "model/report.h"

static const struct ig_address people[] = {{"Ngô Văn Á", "a@example.vn"}, {NULL, "b@example.vn"}};
static const struct ig_attachment files[] = {
	{.name = "báo cáo.pdf", .type = "application/pdf", .size = 12345, .sha256 = {1, 2, 3}, .part = "2.1", .hazard = "a PDF that runs a script"},
	{.type = "text/plain", .size = 3, .sha256 = {9}, .text = "abc"}};
static const char *const ids[] = {"1@x", "2@x", NULL}, *const none[] = {NULL}, *const said[] = {"something \"odd\"", NULL};
static const struct ig_bounce bounces[] = {{"a@b", "failed", "5.1.1", "3@x", "550 no", IG_BOUNCE_KIND_HARD}};
static const struct ig_field fields[] = {{"letter.number", "290/STTTT-CNTT", "part 1", "rule", 0.75}};
static const struct ig_observable seen[] = {{"ipv4", "192.0.2.1"}};

static const struct ig_event events[] = {{"192.0.2.1", "2026-01-02T03:04:05Z", NULL, "test/test", "x", "y", 65535, 64500}, {NULL, NULL, "a.example", NULL, NULL, NULL, 0, 0}};
static const char *const alarms[] = {"rule x was too slow"};

static struct ig_report full(void)
{
	return (struct ig_report){.kind = IG_KIND_MAIL, .class = IG_CLASS_BOUNCE, .class_reason = "why", .message_id = "m@x", .date = INT64_C(1700000000) * IG_SECOND,
		.date_zone = 420, .from = &people[0], .to = people, .to_count = 2, .subject = "Sự cố", .text = "một\nhai\t\x01\x7f", .reply_text = "một", .attachments = files,
		.attachment_count = 2, .in_reply_to = ids, .references = none, .bounces = bounces, .bounce_count = 1, .crypto = {.is_signed = true, .signer = "x"},
		.ticket = {"rt", "17", "open"}, .fields = fields, .field_count = 1, .observables = seen, .observable_count = 1, .category = "test/test",
		.events = events, .event_count = 2, .event_total = 5000, .slow = alarms, .slow_count = 1, .filter_empty = true,
		.category_confidence = 1, .language = "vi", .problems = said, .return_path = "", .list_id = NULL, .delivered_to = ids, .no_auto_reply = true, .by_hand = true,
		.identity = {7}, .folded = "su co"};
}

static void test_round_trip(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_report r = full(), back;
	struct ig_buf one, two;
	struct ig_why why;
	ig_buf_init(&one, 1u << 20);
	ig_buf_init(&two, 1u << 20);
	ig_report_pack(&r, &one);
	assert_int_equal(ig_report_unpack(one.data, one.len, a, &back, &why), 0);
	ig_report_pack(&back, &two);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.data, two.data, one.len);
	assert_string_equal(back.return_path, "");
	assert_null(back.list_id);
	assert_string_equal(back.attachments[0].name, "báo cáo.pdf");
	assert_int_equal(back.attachments[1].sha256[0], 9);
	assert_string_equal(back.attachments[0].part, "2.1");
	assert_string_equal(back.attachments[0].hazard, "a PDF that runs a script");
	assert_null(back.attachments[1].hazard);
	assert_string_equal(back.delivered_to[1], "2@x");
	ig_buf_free(&one);
	ig_buf_free(&two);
	a = ig_arena_free(a);
}

/* Every prefix is refused, and so is any single byte changed into nonsense or left as a well-formed other report: never a crash. */
static void test_hostile_bytes(void **state)
{
	(void)state;
	struct ig_report r = full(), back;
	struct ig_buf b;
	struct ig_why why;
	ig_buf_init(&b, 1u << 20);
	ig_report_pack(&r, &b);
	for (size_t n = 0; n < b.len; n++) {
		struct ig_arena *a = ig_arena_new(0);
		assert_int_equal(ig_report_unpack(b.data, n, a, &back, &why), -1);
		unsigned char was = (unsigned char)b.data[n];
		b.data[n] = (char)0xff;
		ig_report_unpack(b.data, b.len, a, &back, &why);
		b.data[n] = (char)was;
		a = ig_arena_free(a);
	}
	struct ig_arena *a = ig_arena_new(0);
	ig_buf_char(&b, 0);
	assert_int_equal(ig_report_unpack(b.data, b.len, a, &back, &why), -1);
	assert_non_null(strstr(why.text, "malformed"));
	a = ig_arena_free(a);
	ig_buf_free(&b);
}

static void test_every_key_is_printed(void **state)
{
	(void)state;
	static const char *const keys[] = {"file", "kind", "message_id", "date", "from", "reply_to", "to", "cc", "subject", "text", "reply_text", "attachments",
		"in_reply_to", "references", "class", "bounces", "crypto", "filter", "ticket", "fields", "observables", "category", "language", "problems"};
	struct ig_report empty = {.date = IG_NEVER, .in_reply_to = none, .references = none, .problems = none}, r = full();
	struct ig_buf b;
	json_error_t error;
	ig_buf_init(&b, 1u << 20);
	ig_report_print(&empty, "a\"b.eml", &b);
	json_t *o = json_loadb(b.data, b.len, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(o);
	for (size_t i = 0; i < IG_COUNT(keys); i++)
		assert_non_null(json_object_get(o, keys[i]));
	assert_string_equal(json_string_value(json_object_get(o, "file")), "a\"b.eml");
	assert_true(json_is_null(json_object_get(o, "date")));
	assert_true(json_is_null(json_object_get(o, "ticket")));
	json_decref(o);
	ig_buf_reset(&b);
	ig_report_print(&r, "x", &b);
	o = json_loadb(b.data, b.len, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(o);
	assert_string_equal(json_string_value(json_object_get(o, "date")), "2023-11-15T05:13:20+07:00");
	assert_string_equal(json_string_value(json_object_get(o, "text")), r.text);
	assert_string_equal(json_string_value(json_object_get(json_object_get(o, "crypto"), "verified")), "none");
	assert_true(json_real_value(json_object_get(json_object_get(json_object_get(o, "fields"), "letter.number"), "confidence")) > 0.74);
	json_decref(o);
	ig_buf_free(&b);
}

static void test_dates(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		int zone;
		const char *text;
	} cases[] = {{0, 0, "1970-01-01T00:00:00Z"}, {-1, 0, "1969-12-31T23:59:59Z"}, {951782400, 0, "2000-02-29T00:00:00Z"}, {951782400, -330, "2000-02-28T18:30:00-05:30"},
		{4102444799, 60, "2100-01-01T00:59:59+01:00"}};
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_report r = {.date = cases[i].seconds * IG_SECOND, .date_zone = cases[i].zone};
		struct ig_buf b;
		ig_buf_init(&b, 65536);
		ig_report_print(&r, NULL, &b);
		assert_non_null(strstr(b.data, cases[i].text));
		ig_buf_free(&b);
	}
}

static void test_fallback(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	char head[5000];
	memset(head, 'x', sizeof head);
	head[10] = 0;
	head[11] = (char)0xff;
	struct ig_report *r = ig_report_fallback(a, head, sizeof head, "the reader died");
	assert_true(r->fallback);
	assert_int_equal(r->class, IG_CLASS_PERSON);
	assert_null(r->from);
	assert_null(r->message_id);
	assert_string_equal(r->problems[0], "the reader died");
	assert_int_equal(strlen(r->text), 4096 - 2 + 6);
	assert_null(r->in_reply_to[0]);
	r = ig_report_fallback(a, NULL, 0, NULL);
	assert_string_equal(r->text, "");
	a = ig_arena_free(a);
}

static void test_envelope(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	static const char *const to[] = {"a@example.vn", "ê@example.vn", NULL};
	struct ig_envelope e = {.channel = IG_CHANNEL_FAX, .source = "lmtp", .source_file = "x\n\"y", .sender = "", .recipients = to, .imported = true, .defect = true}, back;
	struct ig_buf b;
	struct ig_why why;
	ig_buf_init(&b, 65536);
	ig_envelope_print(&e, &b);
	assert_null(memchr(b.data, '\n', b.len));
	assert_int_equal(ig_envelope_parse(b.data, b.len, a, &back, &why), 0);
	assert_int_equal(back.channel, IG_CHANNEL_FAX);
	assert_string_equal(back.source_file, e.source_file);
	assert_string_equal(back.sender, "");
	assert_string_equal(back.recipients[1], "ê@example.vn");
	assert_null(back.recipients[2]);
	assert_null(back.progress);
	assert_true(back.imported && back.defect);
	static const char *const bad[] = {"", "[]", "{}", "{\"channel\":\"pigeon\"}", "{\"channel\":\"mail\",\"sender\":1}", "{\"channel\":\"mail\",\"recipients\":[1]}",
		"{\"channel\":\"mail\",\"sender\":\"\\u0000\"}", "{\"channel\":\"mail\"", "{\"channel\":\"mail\",\"recipients\":{}}"};
	for (size_t i = 0; i < IG_COUNT(bad); i++)
		assert_int_equal(ig_envelope_parse(bad[i], strlen(bad[i]), a, &back, &why), -1);
	assert_int_equal(ig_envelope_parse("{\"channel\":\"mail\",\"later\":{}}", 29, a, &back, &why), 0);
	ig_buf_free(&b);
	a = ig_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_hostile_bytes),
		cmocka_unit_test(test_every_key_is_printed),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_fallback),
		cmocka_unit_test(test_envelope),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
