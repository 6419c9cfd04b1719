/* Whose word is believed about a sender: Authentication-Results as servers write them and as a sender forges them, and marks of spam. */
#include "config.h"
#include "check.h"
#include "decide/decide.h"
#include "parse_kit.h"
#include <stdio.h>

#define LINE "Received: from a.example (a.example [192.0.2.1])\r\n\tby mx.example.vn (Postfix) with ESMTPS id 4; Mon, 2 Mar 2026 08:00:00 +0700\r\n"
#define AR "Authentication-Results: "
#define FROM "From: an@unit.example\r\n"

static const struct {
	const char *name, *head;
	enum ig_auth auth;
	bool suspect, strips;
	int hops;
} cases[] = {
	{"nothing said", LINE FROM, IG_AUTH_NONE, false, false, 1},
	{"dmarc", AR "mx.example.vn; dmarc=pass header.from=unit.example\r\n" LINE FROM, IG_AUTH_PASS, false, false, 1},
	{"no name of whom", AR "mx.example.vn; dmarc=pass\r\n" LINE FROM, IG_AUTH_PASS, false, false, 1},
	{"case and comments", AR "MX.Example.VN (gw) 1; (c (nested) c) DMARC (x) = PASS (p=none) header.From (y) = Unit.Example\r\n" LINE FROM, IG_AUTH_PASS, false, false, 1},
	{"method version, reason", AR "mx.example.vn 1; dkim/1=pass reason=\"good; \\\"signature\\\"\" header.d=unit.example\r\n" LINE FROM, IG_AUTH_PASS, false, false, 1},
	{"quoted id and value", AR "\"mx.example.vn\"; spf=pass smtp.mailfrom=\"x@unit.example\"\r\n" LINE FROM, IG_AUTH_PASS, false, false, 1},
	{"several results, folded", AR "mx.example.vn;\r\n\tspf=softfail smtp.mailfrom=unit.example;\r\n\tdkim=fail header.d=unit.example;\r\n\tdkim=pass header.i=@mail.unit.example header.b=x\r\n" LINE FROM,
		IG_AUTH_PASS, false, false, 1},
	{"none", AR "mx.example.vn; none\r\n" LINE FROM, IG_AUTH_NONE, false, false, 1},
	{"signed by another", AR "mx.example.vn; dkim=pass header.d=mailer.example; spf=pass smtp.mailfrom=mailer.example\r\n" LINE FROM, IG_AUTH_UNPROVEN, false, false, 1},
	{"the greeting alone", AR "mx.example.vn; spf=pass smtp.helo=unit.example\r\n" LINE FROM, IG_AUTH_UNPROVEN, false, false, 1},
	{"logged in at our server", AR "mx.example.vn; auth=pass smtp.auth=an@unit.example\r\n" LINE FROM, IG_AUTH_PASS, false, false, 1},
	{"dmarc about another", AR "mx.example.vn; dmarc=pass header.from=evil.example\r\n" LINE FROM, IG_AUTH_UNPROVEN, false, false, 1},
	{"another server", AR "mx.evil.example; dmarc=pass header.from=unit.example\r\n" LINE FROM, IG_AUTH_NONE, false, false, 1},
	{"a name that begins like ours", AR "mx.example.vn.evil.example; dmarc=pass header.from=unit.example\r\n" LINE FROM, IG_AUTH_NONE, false, false, 1},
	{"our name in a comment", AR "evil.example (mx.example.vn); dmarc=pass header.from=unit.example\r\n" LINE FROM, IG_AUTH_NONE, false, false, 1},
	{"below the line", LINE AR "mx.example.vn; dmarc=pass header.from=unit.example\r\n" FROM, IG_AUTH_NONE, false, false, 1},
	{"below, and it strips", LINE AR "mx.example.vn; dmarc=pass header.from=unit.example\r\n" FROM, IG_AUTH_PASS, false, true, 1},
	{"below the next, and it strips", LINE LINE AR "mx.example.vn; dmarc=pass header.from=unit.example\r\n" FROM, IG_AUTH_NONE, false, true, 1},
	{"two hops", LINE AR "mx.example.vn; dmarc=pass header.from=unit.example\r\n" LINE FROM, IG_AUTH_PASS, false, false, 2},
	{"no Received line", AR "mx.example.vn; dmarc=pass header.from=unit.example\r\n" FROM, IG_AUTH_NONE, false, false, 1},
	{"written by another server", AR "mx.example.vn; dmarc=pass header.from=unit.example\r\nReceived: from x by mx.evil.example with SMTP; x\r\n" LINE FROM, IG_AUTH_NONE, false, false, 1},
	{"a greeting that says by", AR "mx.example.vn; dmarc=pass\r\nReceived: from by (x) by mx.evil.example; x\r\n" LINE FROM, IG_AUTH_NONE, false, false, 1},
	{"fail", AR "mx.example.vn; dmarc=fail (p=none) header.from=unit.example\r\n" LINE FROM, IG_AUTH_FAIL, true, false, 1},
	{"fail outweighs", AR "mx.example.vn; dkim=pass header.d=unit.example; dmarc=fail\r\n" LINE FROM, IG_AUTH_FAIL, true, false, 1},
	{"a forged fail", LINE AR "mx.example.vn; dmarc=fail\r\n" FROM, IG_AUTH_NONE, false, false, 1},
	{"two From", AR "mx.example.vn; dmarc=pass header.from=unit.example\r\n" LINE FROM "From: b@evil.example\r\n", IG_AUTH_UNPROVEN, false, false, 1},
	{"two in From", AR "mx.example.vn; dmarc=pass header.from=unit.example\r\n" LINE "From: an@unit.example, b@evil.example\r\n", IG_AUTH_UNPROVEN, false, false, 1},
	{"no From", AR "mx.example.vn; dmarc=pass\r\n" LINE, IG_AUTH_UNPROVEN, false, false, 1},
	{"torn", AR "mx.example.vn; dmarc=\r\n" AR ";;;=\"\r\n" AR "(((\r\n" AR "mx.example.vn; ; =; dkim pass; dmarc=pass header.from= ; x=y\r\n" LINE FROM, IG_AUTH_PASS, false, false, 1},
	{"one registered domain", AR "mx.example.vn; dkim=pass header.d=mail.unit.com.vn\r\n" LINE "From: an@unit.com.vn\r\n", IG_AUTH_PASS, false, false, 1},
	{"one public suffix", AR "mx.example.vn; dkim=pass header.d=other.com.vn\r\n" LINE "From: an@unit.com.vn\r\n", IG_AUTH_UNPROVEN, false, false, 1},
	{"marked", "X-Spam-Flag: YES\r\n" LINE FROM, IG_AUTH_NONE, true, false, 1},
	{"marked below", LINE FROM "x-spam-flag:  yes\r\n", IG_AUTH_NONE, true, false, 1},
	{"marked as none", "X-Spam-Flag: NO\r\n" LINE FROM, IG_AUTH_NONE, false, false, 1},
	{"another field", "X-Spam-Flag-Old: YES\r\n" LINE FROM, IG_AUTH_NONE, false, false, 1},
};

static void judged(void **state)
{
	static const char *const ids[] = {"mx.example.vn", NULL}, *const spam[] = {"X-Spam-Flag: YES", NULL};
	size_t bad = 0;
	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_arena *a = ig_arena_new(0);
		struct ig_parse_limits limits = ig_parse_defaults;
		struct ig_conf conf = {.authserv_ids = ids, .spam_headers = spam, .received_hops = cases[i].hops, .strips_results = cases[i].strips};
		struct ig_decide_trust t;
		const char *mail = ig_arena_fmt(a, "%sSubject: x\r\n\r\ntext\r\n", cases[i].head);
		limits.marks = "X-Spam-Level,X-Spam-Flag";
		struct ig_report *r = kit_read_with(a, mail, strlen(mail), &limits, NULL), back;
		struct ig_buf packed = IG_BUF_INIT(1u << 20);
		ig_report_pack(r, &packed);
		assert_int_equal(ig_report_unpack(packed.data, packed.len, a, &back, NULL), 0);
		ig_decide_trust(&back, &conf, a, &t);
		if (t.auth != cases[i].auth || (t.suspect != NULL) != cases[i].suspect || !t.words || !*t.words) {
			bad++;
			print_error("%s: %s, %s (%s)\n", cases[i].name, ig_auth_word(t.auth), t.suspect ? "suspect" : "not suspect", t.words);
		}
		ig_buf_free(&packed);
		ig_arena_free(a);
	}
	assert_int_equal(bad, 0);
}

/* Limits: 64 results and 64 Received lines are kept; past them nothing is believed that was not before. */
static void limits(void **state)
{
	static const char *const ids[] = {"mx.example.vn", NULL};
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf b = IG_BUF_INIT(1u << 20);
	struct ig_conf conf = {.authserv_ids = ids, .received_hops = 1};
	struct ig_decide_trust t;
	(void)state;
	for (int i = 0; i < 65; i++)
		ig_buf_str(&b, AR "evil.example; dmarc=pass\r\n");
	for (int i = 0; i < 70; i++)
		ig_buf_str(&b, LINE);
	ig_buf_str(&b, FROM "Subject: x\r\n\r\n");
	struct ig_report *r = kit_read(a, b.data);
	size_t lines = 0;
	while (r->received_by[lines])
		lines++;
	assert_int_equal(r->auth_count, 64);
	assert_int_equal(lines, 64);
	assert_int_equal(r->mark_count, 0);
	ig_decide_trust(r, &conf, a, &t);
	assert_int_equal(t.auth, IG_AUTH_NONE);
	conf.authserv_ids = NULL;
	ig_decide_trust(r, &conf, a, &t);
	assert_true(t.auth == IG_AUTH_NONE && !t.suspect);
	ig_buf_free(&b);
	ig_arena_free(a);
}

static void registrable(void **state)
{
	struct ig_arena *a = ig_arena_new(0);
	static const char *const pairs[][2] = {{"mail.unit.com.vn", "unit.com.vn"}, {"A.B.Example.", "b.example"}, {"com.vn", "com.vn"}, {"localhost", "localhost"},
		{"", ""}, {"x.y.gov.vn", "y.gov.vn"}};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(pairs); i++)
		assert_string_equal(ig_decide_registrable(pairs[i][0], a), pairs[i][1]);
	assert_string_equal(ig_decide_registrable(NULL, a), "");
	ig_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(judged), cmocka_unit_test(limits), cmocka_unit_test(registrable)};
	ig_parse_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
