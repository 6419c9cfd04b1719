/* decide by tables: who gets a receipt and who never does (RFC 3834 and its companions), budgets at and past the limit, the release gate,
 * back-off and expiry, deadlines. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers" /* a case says only what matters to it */
#include "config.h"
#include "check.h"
#include <stdlib.h>
#include <string.h>
#include "decide/decide.h"

static struct ig_conf *conf;
static struct ig_arena *a;
static int64_t sent_before;

static const char *over(void *arg, const char *to)
{
	(void)arg;
	assert_non_null(to);
	return sent_before >= 2 ? "budget: enough" : NULL;
}

#define NOW (INT64_C(1780000000) * IG_SECOND)
#define FROM "an@so.example.vn"

struct one {
	const char *name, *from, *sender, *return_path, *list_id, *message_id, *language;
	enum ig_class class;
	bool no_auto_reply, imported, off, joined, fresh, same, copy, fallback;
	int64_t before;
	/* wanted */
	bool due, send, duty;
	const char *to;
};
static const struct one cases[] = {
	{"a person's report", FROM, .due = true, .send = true, .to = FROM},
	{"return path before From", FROM, .return_path = "an+tra@so.example.vn", .due = true, .send = true, .to = "an+tra@so.example.vn"},
	{"envelope sender before the header", FROM, "mta@so.example.vn", "an+tra@so.example.vn", .due = true, .send = true, .to = "mta@so.example.vn"},
	{"null return path", FROM, .return_path = ""},
	{"null envelope sender", FROM, .sender = "", .return_path = "an@so.example.vn"},
	{"auto-reply", FROM, .class = IG_CLASS_AUTO_REPLY},
	{"out of office", FROM, .class = IG_CLASS_OUT_OF_OFFICE},
	{"bounce", FROM, .class = IG_CLASS_BOUNCE},
	{"delivery report", FROM, .class = IG_CLASS_DELIVERY_REPORT},
	{"read receipt", FROM, .class = IG_CLASS_READ_RECEIPT},
	{"Auto-Submitted: auto-generated", FROM, .class = IG_CLASS_MACHINE_REPORT},
	{"list", FROM, .class = IG_CLASS_LIST, .list_id = "l.example.org"},
	{"list without an id (Precedence: bulk)", FROM, .class = IG_CLASS_LIST, .no_auto_reply = true},
	{"our own list: to From, the return path is the list's", FROM, .return_path = "l-bounces@example.vn", .class = IG_CLASS_LIST, .no_auto_reply = true,
		.list_id = "noibo.example.vn", .due = true, .send = true, .to = FROM},
	{"our own list, but an auto-reply", FROM, .class = IG_CLASS_AUTO_REPLY, .list_id = "noibo.example.vn"},
	{"X-Auto-Response-Suppress and its like: perhaps a person", FROM, .no_auto_reply = true, .due = true, .duty = true, .to = FROM},
	{"the same of a ticket system", FROM, .class = IG_CLASS_TICKET_SYSTEM, .no_auto_reply = true},
	{"ticket system", FROM, .class = IG_CLASS_TICKET_SYSTEM, .due = true, .send = true, .to = FROM},
	{"from ourselves", "ungcuu@example.vn"},
	{"from our plus address", "Ungcuu+x@Example.vn"},
	{"return path is ours", FROM, .return_path = "ungcuu+D-000001-abc@example.vn"},
	{"our own letter came back", FROM, .message_id = "D-000017.abcdefghij@example.vn"},
	{"an id that only looks a little like ours", FROM, .message_id = "D-x.abcdefghij@example.vn", .due = true, .send = true, .to = FROM},
	{"MAILER-DAEMON", "MAILER-DAEMON@so.example.vn"},
	{"owner-", FROM, .return_path = "owner-l@example.org"},
	{"-request", FROM, .return_path = "l-request@example.org"},
	{"no-reply", "no-reply@so.example.vn"},
	{"noreply is part of a name", "noreplyan@so.example.vn", .due = true, .send = true, .to = "noreplyan@so.example.vn"},
	{"no address at all", NULL, .duty = true},
	{"an address with a line end", "an@so.example.vn\r\nRCPT TO:<x@y>", .duty = true},
	{"an address that is not ASCII", "ân@so.example.vn", .duty = true},
	{"an address without a domain", "an", .duty = true},
	{"imported", FROM, .imported = true, .due = true, .to = FROM},
	{"imported list", FROM, .imported = true, .class = IG_CLASS_LIST},
	{"receipts are off", FROM, .off = true, .due = true, .duty = true, .to = FROM},
	{"one letter before", FROM, .before = 1, .due = true, .send = true, .to = FROM},
	{"budget reached", FROM, .before = 2, .due = true, .duty = true, .to = FROM},
	{"past the budget", FROM, .before = 3, .due = true, .duty = true, .to = FROM},
	{"a known participant's follow-up", FROM, .joined = true},
	{"a new participant", FROM, .joined = true, .fresh = true, .due = true, .send = true, .to = FROM},
	{"the same message again with other bytes", FROM, .joined = true, .same = true},
	{"a further copy", FROM, .copy = true},
	{"could not be read", FROM, .fallback = true},
	{"language kept", FROM, .language = "vi", .due = true, .send = true, .to = FROM},
	{"language unknown to us", FROM, .language = "fr", .due = true, .send = true, .to = FROM},
};

static void decide(const struct one *c, struct ig_decide_receipt *d)
{
	static const char *const lists[] = {"noibo.example.vn", NULL};
	struct ig_address from = {NULL, c->from};
	struct ig_report r = {.class = c->class, .from = c->from ? &from : NULL, .return_path = c->return_path, .list_id = c->list_id, .message_id = c->message_id,
		.no_auto_reply = c->no_auto_reply, .fallback = c->fallback, .language = c->language};
	struct ig_envelope e = {.channel = IG_CHANNEL_MAIL, .sender = c->sender, .imported = c->imported};
	struct ig_match m = {.duplicate_of = c->copy, .incident = c->joined, .new_participant = c->fresh, .no_receipt = c->same};
	conf->own_lists = lists;
	conf->receipts = !c->off;
	sent_before = c->before;
	ig_decide_receipt_for(&r, &e, &m, conf, over, NULL, NOW, d);
}

static void receipts(void **state)
{
	(void)state;
	int bad = 0;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		const struct one *c = &cases[i];
		struct ig_decide_receipt d;
		decide(c, &d);
		bool same_to = c->to ? d.to && !strcmp(c->to, d.to) : !d.to;
		bool language = c->language && !strcmp(c->language, "vi") ? d.language && !strcmp(d.language, "vi") : !d.language;
		if (d.due != c->due || d.send != c->send || d.owe_duty != c->duty || !same_to || !language || (d.send && d.plain != c->fresh)) {
			print_error("%s: due %d send %d duty %d to %s: %s\n", c->name, d.due, d.send, d.owe_duty, d.to ? d.to : "-", d.why ? d.why : "-");
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

static void peers_say(const struct ig_decide_peers *p, struct ig_buf *out)
{
	ig_buf_reset(out);
	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].kind != IG_PEER_ALIKE)
			ig_buf_fmt(out, "%s %s %lld\n", ig_peer_word(p->list[i].kind), p->list[i].key, (long long)p->list[i].limit);
}

static void charged(void **state)
{
	(void)state;
	static const struct { const char *to, *from, *want; } table[] = {
		{"An+x@Mail.So.example.vn", "an@so.example.vn", "address an@mail.so.example.vn 2\ndomain example.vn 5\naddress an@so.example.vn 2\n"},
		{"an@gmail.com", "AN+tag@gmail.com", "address an@gmail.com 2\n"},
		{"a@x.com.vn", NULL, "address a@x.com.vn 2\ndomain x.com.vn 5\n"},
		{NULL, "a@y.example", "address a@y.example 2\ndomain y.example 5\n"},
		{NULL, NULL, ""},
	};
	struct ig_buf b = IG_BUF_INIT(4096);
	struct ig_decide_peers p;
	conf->budget_domain = 5, conf->budget_alike = 20;
	for (size_t i = 0; i < IG_COUNT(table); i++) {
		struct ig_address from = {NULL, table[i].from};
		struct ig_report r = {.from = table[i].from ? &from : NULL};
		ig_decide_peers_of(&r, table[i].to, conf, a, &p);
		peers_say(&p, &b);
		assert_string_equal(b.data ? b.data : "", table[i].want);
		assert_true(p.count >= IG_DECIDE_CLASSES && p.list[p.count - 1].limit == 20);
	}
	conf->budget_letters = 0; /* no budget of any kind */
	ig_decide_peers_of(&(struct ig_report){.kind = IG_KIND_MAIL}, "a@b.example", conf, a, &p);
	assert_int_equal(p.count, 0);
	conf->budget_letters = 2;
	ig_buf_free(&b);
}

static int shared_classes(const char *one, const char *other)
{
	uint64_t x[IG_DECIDE_CLASSES], y[IG_DECIDE_CLASSES];
	int same = 0;
	ig_decide_alike(&(struct ig_report){.text = one}, x);
	ig_decide_alike(&(struct ig_report){.text = other}, y);
	for (size_t i = 0; i < IG_DECIDE_CLASSES; i++)
		same += x[i] == y[i];
	return same;
}

#define ROBOT "Thank you for your message. We have received your request and opened a ticket with the number %s for you. One of our staff will answer as " \
	"soon as possible; please keep the number %s in the subject of every further mail. This message was sent by a machine to %s on %s."
static void alike(void **state)
{
	(void)state;
	struct ig_arena *m = ig_arena_new(0);
	const char *one = ig_arena_fmt(m, ROBOT, "#1", "#1", "a@b.example", "Monday 2026-03-02");
	/* numbers, ids and addresses apart: all classes */
	assert_int_equal(shared_classes(one, ig_arena_fmt(m, ROBOT, "TT-20260303-77", "TT-20260303-77", "zz@q.example", "Monday 2026-03-03")), IG_DECIDE_CLASSES);
	int missed = 0;
	for (int i = 0; i < 50; i++) { /* an id of letters alone, another day: nearly always */
		const char *id = ig_arena_fmt(m, "%c%cQX%c", 'A' + i % 26, 'A' + i * 7 % 26, 'A' + i * 11 % 26);
		missed += !shared_classes(one, ig_arena_fmt(m, ROBOT, id, id, "c@d.example", "Friday 1"));
	}
	assert_in_range(missed, 0, 10);
	/* reports of different things in the same tongue are not alike */
	static const char *const reports[] = {
		"Kính gửi đội ứng cứu, trang thông tin của xã bị thay đổi giao diện từ đêm qua, đề nghị hỗ trợ xử lý.",
		"Kính gửi đội ứng cứu, máy chủ thư của sở gửi thư rác hàng loạt, chúng tôi đã ngắt mạng và chờ hướng dẫn.",
		"Kính gửi đội ứng cứu, nhiều máy trạm của bệnh viện bị mã hóa tệp tin và có thư đòi tiền chuộc.",
		"Chúng tôi nhận được thư giả mạo ngân hàng yêu cầu đăng nhập, có hai cán bộ đã bấm vào đường dẫn.",
		"The web server of the office was broken into last night; we took it off the network and kept the disk.",
		"Since this morning our mail server is flooded with connections from many networks and does not answer.",
	};
	for (size_t i = 0; i < IG_COUNT(reports); i++)
		for (size_t k = 0; k < i; k++)
			assert_int_equal(shared_classes(reports[i], reports[k]), 0);
	assert_int_equal(shared_classes("", "   "), IG_DECIDE_CLASSES);
	assert_int_equal(shared_classes("Help", "HELP!"), IG_DECIDE_CLASSES);
	ig_arena_free(m);
}

static void addresses(void **state)
{
	(void)state;
	static const struct { const char *address; bool ok; } table[] = {
		{"a@b", true}, {"a.b+c@d-e.example.vn", true}, {"a@b.", false}, {".a@b", false}, {"a.@b", false}, {"a..b@c", false}, {"@b", false}, {"a@", false},
		{"a b@c", false}, {"a@b c", false}, {"a@-b", false}, {"a@b-", false}, {"\"a b\"@c", false}, {"a@b@c", false}, {"a\n@b", false}, {"a@[127.0.0.1]", false}, {NULL, false}, {"", false},
		{"1234567890123456789012345678901234567890123456789012345678901234@b", true},
		{"12345678901234567890123456789012345678901234567890123456789012345@b", false},
	};
	for (size_t i = 0; i < IG_COUNT(table); i++)
		if (ig_decide_address_ok(table[i].address) != table[i].ok)
			fail_msg("%s", table[i].address ? table[i].address : "NULL");
}

static void gate(void **state)
{
	(void)state;
	struct ig_dispatch letter = {.letter = "escalation", .channel = IG_CHANNEL_MAIL, .address = "truc@vncert.example"};
	struct ig_dispatch receipt = {.letter = "receipt", .channel = IG_CHANNEL_MAIL, .address = FROM};
	struct ig_incident open = {.id = 1}, secret = {.id = 2, .secrecy_requested = true}, red = {.id = 3, .tlp = "red"};
	struct ig_party party = {.valid_from = IG_NEVER, .valid_to = IG_NEVER}, past = {.valid_from = IG_NEVER, .valid_to = NOW - 1};
	const struct { const char *name; struct ig_decide_release_facts f; enum ig_dispatch_state state; } table[] = {
		{"receipt", {&open, &receipt, NULL, NULL, IG_CHANNEL_STATE_OK, false, false, NULL}, IG_DISPATCH_STATE_QUEUED},
		{"receipt of a secret case", {&secret, &receipt, NULL, NULL, IG_CHANNEL_STATE_OK, false, false, NULL}, IG_DISPATCH_STATE_QUEUED},
		{"suppressed receipt", {&open, &receipt, NULL, NULL, IG_CHANNEL_STATE_OK, false, false, "budget"}, IG_DISPATCH_STATE_CANCELLED},
		{"receipt kept back by a budget", {&open, &receipt, NULL, NULL, IG_CHANNEL_STATE_OK, false, false, "budget", .suppressed_by_budget = true},
			IG_DISPATCH_STATE_HELD},
		{"imported receipt", {&open, &receipt, NULL, NULL, IG_CHANNEL_STATE_OK, false, true, NULL}, IG_DISPATCH_STATE_CANCELLED},
		{"letter without a person", {&open, &letter, &party, NULL, IG_CHANNEL_STATE_OK, false, false, NULL}, IG_DISPATCH_STATE_HELD},
		{"letter by a person", {&open, &letter, &party, NULL, IG_CHANNEL_STATE_OK, true, false, NULL}, IG_DISPATCH_STATE_QUEUED},
		{"letter while tasks are open", {&open, &letter, &party, NULL, IG_CHANNEL_STATE_OK, true, false, NULL, 2}, IG_DISPATCH_STATE_HELD},
		{"receipt while tasks are open", {&open, &receipt, NULL, NULL, IG_CHANNEL_STATE_OK, false, false, NULL, 2}, IG_DISPATCH_STATE_QUEUED},
		{"letter to a party of the past", {&open, &letter, &past, NULL, IG_CHANNEL_STATE_OK, true, false, NULL}, IG_DISPATCH_STATE_HELD},
		{"letter to a revoked channel", {&open, &letter, &party, NULL, IG_CHANNEL_STATE_REVOKED, true, false, NULL}, IG_DISPATCH_STATE_HELD},
		{"letter of a secret case", {&secret, &letter, &party, NULL, IG_CHANNEL_STATE_OK, true, false, NULL}, IG_DISPATCH_STATE_HELD},
		{"letter of a TLP:RED case", {&red, &letter, &party, NULL, IG_CHANNEL_STATE_OK, true, false, NULL}, IG_DISPATCH_STATE_HELD},
	};
	for (size_t i = 0; i < IG_COUNT(table); i++) {
		struct ig_release v;
		ig_decide_release(&table[i].f, conf, NOW, a, &v);
		if (v.state != table[i].state || !v.rule || !v.why)
			fail_msg("%s: %s, %s", table[i].name, ig_dispatch_state_word(v.state), v.why);
	}
}

static void retries(void **state)
{
	(void)state;
	conf->retry_first = 60000, conf->retry_max = 600000, conf->expire = 3600000;
	struct ig_dispatch d = {.created_at = NOW, .expires_at = IG_NEVER, .attempt_count = 1};
	enum ig_dispatch_state s;
	ig_time at;
	static const struct { int attempts; int64_t minutes; } steps[] = {{1, 1}, {2, 2}, {3, 4}, {4, 8}, {5, 10}, {50, 10}};
	for (size_t i = 0; i < IG_COUNT(steps); i++) {
		d.attempt_count = steps[i].attempts;
		ig_decide_retry(&d, IG_LATER, conf, NOW, &s, &at);
		assert_int_equal(s, IG_DISPATCH_STATE_QUEUED);
		assert_true(at == NOW + steps[i].minutes * IG_MINUTE);
	}
	ig_decide_retry(&d, IG_LATER, conf, NOW + 55 * IG_MINUTE, &s, &at);
	assert_true(s == IG_DISPATCH_STATE_QUEUED && at == NOW + IG_HOUR);
	ig_decide_retry(&d, IG_LATER, conf, NOW + IG_HOUR, &s, &at);
	assert_int_equal(s, IG_DISPATCH_STATE_FAILED);
	ig_decide_retry(&d, IG_NEVER_AGAIN, conf, NOW, &s, &at);
	assert_int_equal(s, IG_DISPATCH_STATE_FAILED);
	ig_decide_retry(&d, IG_OK, conf, NOW, &s, &at);
	assert_int_equal(s, IG_DISPATCH_STATE_SENT);
}

static void deadlines(void **state)
{
	(void)state;
	struct ig_profile_deadline d = {.amount = 2, .unit = IG_UNIT_HOUR, .alert_amount = -1};
	const struct ig_profile *p = ig_conf_profile_at(conf, NOW);
	assert_true(ig_decide_deadline(p, &d, NOW) == NOW + 2 * IG_HOUR);
	d.unit = IG_UNIT_DAY;
	assert_true(ig_decide_deadline(p, &d, NOW) == NOW + 2 * IG_DAY);
	assert_true(ig_decide_deadline(p, NULL, NOW) == IG_NEVER);
	assert_true(ig_decide_opens_incident(IG_CLASS_LIST) && !ig_decide_opens_incident(IG_CLASS_BOUNCE));
}

static void say(const char *line, void *arg)
{
	(void)arg;
	print_error("%s\n", line);
}

int main(void)
{
	setenv("IRGATE_DATADIR", SRCDIR, 1);
	a = ig_arena_new(0);
	conf = ig_conf_default(say, NULL);
	if (!conf)
		return 1;
	static const char *const ours[] = {"ungcuu@example.vn", NULL};
	conf->address = ours[0], conf->addresses = ours, conf->message_domain = "example.vn", conf->bounce_address = "ungcuu@example.vn";
	conf->budget_letters = 2, conf->budget_period = 86400000;
	const struct CMUnitTest tests[] = {cmocka_unit_test(receipts), cmocka_unit_test(charged), cmocka_unit_test(alike), cmocka_unit_test(addresses), cmocka_unit_test(gate),
		cmocka_unit_test(retries), cmocka_unit_test(deadlines)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
