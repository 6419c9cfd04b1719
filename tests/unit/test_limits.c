/* Every quantity an outsider controls: at its limit nothing is said, one past it the mail is still read and what was cut is said. And the mails
 * that kill or stall parsers: each gives a record, quickly and in little memory. */
#include "config.h"
#include "check.h"
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include "base/buf.h"
#include "parse_kit.h"

static struct ig_parse_limits small(void)
{
	return (struct ig_parse_limits){.text_max = 100, .header_max = 500, .parts_max = 3, .depth_max = 3, .headers_max = 5, .references_max = 2, .recipients_max = 2, .observables_max = 2};
}

static void repeat(struct ig_buf *b, const char *s, int n)
{
	while (n-- > 0)
		ig_buf_str(b, s);
}

/* before, unit, after; the limit holds for `fits` units and not for one more. */
static const struct {
	const char *name, *before, *unit, *after, *said;
	int fits;
} cases[] = {
	{"text", "From: a@x\n\n", "x", "", "was cut", 100},
	{"header fields", "From: a@x\n", "X: y\n", "\nbody\n", "header fields", 4},
	{"header bytes", "From: a@x\nX: ", "y", "\n\nbody\n", "header longer", 486},
	{"parts", "From: a@x\nContent-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n", "--b--\n", "parts", 3},
	{"to", "From: a@x\nTo: ", "b@y, ", "\n\nbody\n", "addresses", 2},
	{"references", "From: a@x\nReferences:", " <%@y>", "\n\nbody\n", "ids", 2},
	{"nested messages", "From: a@x\n", "Content-Type: message/rfc822\n\n", "Subject: y\n\nbody\n", "nested deeper", 3},
	{"files in text", "From: a@x\n\n", "begin 644 a\n!0000\nend\n", "", "attachments", 3},
};

static void test_at_the_limit_and_past_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		for (int past = 0; past < 2; past++) {
			struct ig_arena *a = ig_arena_new(0);
			struct ig_parse_limits l = small();
			struct ig_buf b;
			if (!strcmp(cases[i].name, "files in text"))
				l.text_max = 1000;
			ig_buf_init(&b, 100000);
			ig_buf_str(&b, cases[i].before);
			for (int n = 0; n < cases[i].fits + past; n++)
				for (const char *p = cases[i].unit; *p; p++)
					ig_buf_char(&b, *p == '%' ? (char)('1' + n) : *p);
			ig_buf_str(&b, cases[i].after);
			struct ig_report *r = kit_read_with(a, b.data, b.len, &l, NULL);
			assert_string_equal(r->from->address, "a@x");
			if (kit_said(r, cases[i].said) != past)
				fail_msg("%s, %d: %s", cases[i].name, past, r->problems[0] ? r->problems[0] : "nothing was said");
			ig_buf_free(&b);
			a = ig_arena_free(a);
		}
	}
}

static void test_nested_multiparts(void **state)
{
	(void)state;
	struct ig_parse_limits l = small();
	for (int depth = 3; depth <= 4; depth++) {
		struct ig_arena *a = ig_arena_new(0);
		char *mail = ig_arena_strdup(a, "From: a@x\n");
		for (int i = 0; i < depth; i++)
			mail = ig_arena_fmt(a, "%sContent-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", mail, i, i);
		mail = ig_arena_fmt(a, "%s\nthe text\n", mail);
		struct ig_report *r = kit_read_with(a, mail, strlen(mail), &l, NULL);
		assert_int_equal(kit_said(r, "nested deeper"), depth == 4);
		assert_int_equal(strstr(r->text, "the text") != NULL, depth == 3);
		a = ig_arena_free(a);
	}
}

/* What stands behind the header limit is still read: only the header loses lines. */
static void test_body_survives_header_cut(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_parse_limits l = small();
	static const char plain[] = "From: a@x\nA: 1\nB: 1\nC: 1\nD: 1\nE: 1\nF: 1\n\nbody\n";
	struct ig_report *r = kit_read_with(a, plain, sizeof plain - 1, &l, NULL);
	assert_string_equal(r->text, "body\n");
	static const char mail[] = "From: a@x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nA: 1\nB: 1\nC: 1\nD: 1\nE: 1\nF: 1\n\none\n--b\n\ntwo\n--b--\n";
	r = kit_read_with(a, mail, sizeof mail - 1, &l, NULL);
	assert_string_equal(r->text, "one\ntwo");
	assert_true(kit_said(r, "header fields"));
	a = ig_arena_free(a);
}

#define H "From: a@example.vn\nSubject: killer\nMIME-Version: 1.0\n"

/* before, unit times count, after. */
static const struct {
	const char *name, *before, *unit, *after;
	int count;
} killers[] = {
	{"boundary of one quote", H "Content-Type: multipart/mixed; boundary=\"\\\"\"\n\n", "--\"\n\nx\n", "--\"--\n", 1},
	{"boundary that never closes", H "Content-Type: multipart/mixed; boundary=\"\n\n", "--\"\n\nx\n", "", 1},
	{"truncated quoted-printable", H "Content-Transfer-Encoding: quoted-printable\n\n", "x=4", "", 1},
	{"100,000 nested messages", H "", "Content-Type: message/rfc822\n\n", "x\n", 100000},
	{"100,000 nested multiparts", H "", "Content-Type: multipart/mixed; boundary=b\n\n--b\n", "x\n", 100000},
	{"1,000,000 parts", H "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\n\n", "--b--\n", 1000000},
	{"1,000,000 parts, boundary in pieces", H "Content-Type: multipart/mixed; boundary*0=b; boundary*1=c\n\n", "--bc\n\n\n", "--bc--\n", 1000000},
	{"1,000,000 parts, two types", H "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n", "--b\n\n\n", "--b--\n", 1000000},
	{"1,000,000 parts, escaped boundary", H "Content-Type: multipart/mixed; boundary*=us-ascii'en'%62\n\n", "--b\n\n\n", "--b--\n", 1000000},
	{"1,000,000 headers", H, "X: y\n", "\nbody\n", 1000000},
	{"1,000,000 headers of a part", H "Content-Type: multipart/mixed; boundary=b\n\n--b\n", "X: y\n", "\nbody\n", 1000000},
	{"1,000,000 lines without a colon", H, "Subject\n", "\nbody\n", 1000000},
	{"300,000 digest entries", H "Content-Type: multipart/digest; boundary=b\n\n", "--b\n\nSubject: x\n\ny\n", "--b--\n", 300000},
	{"a million parentheses", H "To: ", "(", "\n\nbody\n", 900000},
	{"a million brackets and quotes", H "To: ", "<\"", "\n\nbody\n", 450000},
	{"encoded words without an end", H "Cc: ", "=?a?q? ", "\n\nbody\n", 140000},
	{"150,000 parameters", H "Content-Type: text/plain;\n", " a=b;\n", "\nbody\n", 150000},
	{"open tags", H "Content-Type: text/html\n\n", "<a ", "", 300000},
	{"open comments", H "Content-Type: text/html\n\n", "<!--", "", 250000},
	{"attributions", H "\n", "On 1.1.2020 10:00 a@b wrote:\n", "", 19000},
	{"delimiters", H "\n> a\n", "--\n", "x\n", 19000},
	{"begin lines", H "\n", "begin 644 a\n#YYYY\n", "", 60000},
};

static void test_killers(void **state)
{
	(void)state;
	ig_parse_start();
	for (size_t i = 0; i < IG_COUNT(killers); i++) {
		struct ig_arena *a = ig_arena_new(0);
		struct ig_buf b;
		struct rusage before, after;
		ig_buf_init(&b, 64u << 20);
		ig_buf_str(&b, killers[i].before);
		repeat(&b, killers[i].unit, killers[i].count);
		ig_buf_str(&b, killers[i].after);
		getrusage(RUSAGE_SELF, &before);
		struct ig_report *r = kit_read_with(a, b.data, b.len, &ig_parse_defaults, NULL);
		getrusage(RUSAGE_SELF, &after);
		assert_string_equal(r->subject, "killer");
		assert_false(r->fallback);
		/* Ten times less than the limit, and a sanitizer takes its share. */
		if (after.ru_utime.tv_sec - before.ru_utime.tv_sec > 4)
			fail_msg("%s took %ld s", killers[i].name, (long)(after.ru_utime.tv_sec - before.ru_utime.tv_sec));
		if (ig_arena_used(a) > 64u << 20)
			fail_msg("%s took %zu bytes", killers[i].name, ig_arena_used(a));
		ig_buf_free(&b);
		a = ig_arena_free(a);
	}
}

static void test_cr_only_killer(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf b;
	ig_buf_init(&b, 64u << 20);
	ig_buf_str(&b, "From: a@example.vn\rSubject: killer\r\r");
	repeat(&b, "hello world\r", 3000000);
	struct ig_report *r = kit_read_with(a, b.data, b.len, &ig_parse_defaults, NULL);
	assert_string_equal(r->subject, "killer");
	assert_true(kit_said(r, "carriage returns"));
	assert_int_equal(strncmp(r->text, "hello world\nhello", 17), 0);
	ig_buf_free(&b);
	a = ig_arena_free(a);
}

static void test_any_bytes(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		struct ig_arena *a = ig_arena_new(0);
		char bytes[10000];
		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (char)(kind == 0 ? 0 : kind == 1 ? 0xff : kind == 2 ? (int)(i * 31 + i / 7) : '\n');
		struct ig_report *r = kit_read_with(a, bytes, sizeof bytes, &ig_parse_defaults, NULL);
		assert_null(r->from);
		assert_true(r->problems[0] != NULL);
		a = ig_arena_free(a);
	}
	struct ig_arena *a = ig_arena_new(0);
	assert_string_equal(kit_read_with(a, "", 0, &ig_parse_defaults, NULL)->text, "");
	a = ig_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_the_limit_and_past_it),
		cmocka_unit_test(test_nested_multiparts),
		cmocka_unit_test(test_body_survives_header_cut),
		cmocka_unit_test(test_killers),
		cmocka_unit_test(test_cr_only_killer),
		cmocka_unit_test(test_any_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
