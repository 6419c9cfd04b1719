/* Delivery reports: the fields of RFC 3464, notices of many mailers in the form in which each writes them, codes and phrases; and mail that
 * only speaks of bounces. All samples are made up. */
#include "config.h"
#include "check.h"
#include "parse_kit.h"
#include "parse/bounce.h"

#define HEAD "Return-Path: <>\nTo: irgate@example.vn\nDate: Mon, 02 Mar 2026 08:00:00 +0700\nMessage-ID: <n1@mx.example>\n"
#define DAEMON "From: MAILER-DAEMON@mx.example\n"
#define MASTER "From: postmaster@mx.example\n"
#define REPORT \
	HEAD DAEMON "Subject: Undelivered Mail\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nNotice.\n" \
		    "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\nOriginal-Envelope-Id: D-000017-ABCDEFGHIJ\n\n"
#define RETURNED "\n--b\nContent-Type: text/rfc822-headers\n\nFrom: irgate@example.vn\nMessage-ID: <D-000017.abc@example.vn>\n\n--b--\n"

struct sample {
	const char *name, *mail;
	enum ig_class class;
	size_t count;
	const char *recipient, *action, *status; /* of the first */
	enum ig_bounce_kind kind;
	const char *id; /* Message-ID of what came back; NULL not asked */
};

static const struct sample samples[] = {
	/* RFC 3464 */
	{"hard", REPORT "Final-Recipient: rfc822; an@x.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n" RETURNED,
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.1.1", IG_BOUNCE_KIND_HARD, "D-000017.abc@example.vn"},
	{"original recipient first", REPORT "Original-Recipient: rfc822;an@x.example\nFinal-Recipient: rfc822; alias@y.example\nAction: failed\nStatus: 5.2.2\n" RETURNED,
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.2.2", IG_BOUNCE_KIND_SOFT, NULL},
	{"source route", REPORT "Final-Recipient: rfc822; <@gw.example:an@x.example>\nAction: failed (bad address)\nStatus: 5.1.2 (no such host)\n" RETURNED,
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.1.2", IG_BOUNCE_KIND_HARD, NULL},
	{"policy", REPORT "Final-Recipient: rfc822; an@x.example\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 554 5.7.1 listed as spam\n" RETURNED,
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.7.1", IG_BOUNCE_KIND_REFUSED, NULL},
	{"user unknown behind 5.0.0", REPORT "Final-Recipient: rfc822; an@x.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 User unknown\n" RETURNED,
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.0.0", IG_BOUNCE_KIND_HARD, NULL},
	{"the server's own status", REPORT "Final-Recipient: rfc822; an@x.example\nAction: failed\nStatus: 5.1.0\nDiagnostic-Code: smtp; 552 5.2.2 Over quota\n" RETURNED,
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.2.2", IG_BOUNCE_KIND_SOFT, NULL},
	{"delayed", REPORT "Final-Recipient: rfc822; an@x.example\nAction: delayed\nStatus: 4.4.1\n" RETURNED,
		IG_CLASS_DELIVERY_REPORT, 1, "an@x.example", "delayed", "4.4.1", IG_BOUNCE_KIND_SOFT, NULL},
	{"relayed", REPORT "Final-Recipient: rfc822; an@x.example\nAction: relayed (to a mailer without DSN)\nStatus: 2.0.0\n" RETURNED,
		IG_CLASS_DELIVERY_REPORT, 1, "an@x.example", "relayed", "2.0.0", IG_BOUNCE_KIND_NONE, NULL},
	{"success beside failure", REPORT "Final-Recipient: rfc822; binh@x.example\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; an@x.example\nAction: failed\nStatus: 5.1.1\n" RETURNED,
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.1.1", IG_BOUNCE_KIND_HARD, NULL},
	{"no blank line between groups", REPORT "Final-Recipient: rfc822; an@x.example\nAction: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822; binh@x.example\nAction: failed\nStatus: 5.2.2\n" RETURNED,
		IG_CLASS_BOUNCE, 2, "an@x.example", "failed", "5.1.1", IG_BOUNCE_KIND_HARD, NULL},
	{"RFC 6533", HEAD DAEMON "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nx\n--b\n"
		"Content-Type: message/global-delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: utf-8; s\\x{1EF1}c\\x{1ed1}@x.example\nAction: failed\nStatus: 5.1.1\n\n--b--\n",
		IG_CLASS_BOUNCE, 1, "sựcố@x.example", "failed", "5.1.1", IG_BOUNCE_KIND_HARD, NULL},
	/* Notices of mailers */
	{"qmail", HEAD DAEMON "Subject: failure notice\n\nHi. This is the qmail-send program at x.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
		"<an@x.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <irgate@example.vn>\nMessage-ID: <D-000003.t@example.vn>\nTo: <other@x.example>\n",
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.1.1", IG_BOUNCE_KIND_HARD, "D-000003.t@example.vn"},
	{"Exim", HEAD "From: Mail Delivery System <Mailer-Daemon@x.example>\nX-Failed-Recipients: an@x.example\nAuto-Submitted: auto-replied\nSubject: Mail delivery failed: returning message to sender\n\n"
		"This message was created automatically by mail delivery software.\n\nThe following address(es) failed:\n\n  an@x.example\n    host mx.x.example [192.0.2.1]\n"
		"    SMTP error from remote mail server after RCPT TO:<an@x.example>:\n    550 5.7.1 <irgate@example.vn>: Sender address rejected\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-ID: <D-000004.t@example.vn>\n",
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.7.1", IG_BOUNCE_KIND_REFUSED, "D-000004.t@example.vn"},
	{"Exim warns", HEAD "From: Mail Delivery System <Mailer-Daemon@x.example>\nAuto-Submitted: auto-replied\nSubject: Warning: message 1a2b delayed 24 hours\n\n"
		"This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients.\n\n  an@x.example\n    Delay reason: connection timed out\n\nDelivery attempts will continue.\n",
		IG_CLASS_DELIVERY_REPORT, 1, "an@x.example", "delayed", "4.4.7", IG_BOUNCE_KIND_SOFT, NULL},
	{"old Sendmail", HEAD DAEMON "Subject: Returned mail: User unknown\n\n   ----- Transcript of session follows -----\nWhile talking to mx.x.example:\n>>> RCPT To:<an@x.example>\n<<< 550 <an@x.example>... User unknown\n"
		"550 <an@x.example>... User unknown\n\n   ----- Unsent message follows -----\nMessage-Id: <D-000005.t@example.vn>\n",
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.1.1", IG_BOUNCE_KIND_HARD, "D-000005.t@example.vn"},
	{"Postfix as text", HEAD DAEMON "Subject: Undelivered Mail Returned to Sender\n\nThis is the Postfix program at host x.example.\n\n<an@x.example>: host mx.x.example[192.0.2.1] said: 552 5.3.4\n    <irgate@example.vn>: message size exceeds fixed limit\n",
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.3.4", IG_BOUNCE_KIND_REFUSED, NULL},
	{"Exchange", HEAD MASTER "Subject: Undeliverable: Thong bao\n\nYour message\n\n  To:      an@x.example\n  Subject: Thong bao\n\ndid not reach the following recipient(s):\n\nan@x.example on Mon, 2 Mar 2026 08:00:00 +0700\n    The recipient name is not recognized\n",
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.1.1", IG_BOUNCE_KIND_HARD, NULL},
	{"Notes", HEAD MASTER "Subject: Undeliverable message\n\n------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\nan@x.example\n\n------- Returned Message --------\n\nMessage-ID: <D-000006.t@example.vn>\n",
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.1.1", IG_BOUNCE_KIND_HARD, "D-000006.t@example.vn"},
	{"Gmail", HEAD "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nX-Failed-Recipients: an@x.example\nSubject: Delivery Status Notification (Failure)\n\nDelivery to the following recipient failed permanently:\n\n     an@x.example\n\n"
		"The error that the other server returned was:\n550 5.1.1 <an@x.example>: unknown\n\n----- Original message -----\n\nMessage-ID: <D-000007.t@example.vn>\n",
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.1.1", IG_BOUNCE_KIND_HARD, "D-000007.t@example.vn"},
	{"a carrier", HEAD "From: no-reply@carrier.example\nSubject: Mail\n\nYour mail sent on: Mon, 2 Mar 2026\n\n     Could not be delivered to: <an@carrier.example>\n     As their mailbox is full.\n",
		IG_CLASS_BOUNCE, 1, "an@carrier.example", "failed", "5.2.2", IG_BOUNCE_KIND_SOFT, NULL},
	{"a gateway", HEAD MASTER "Subject: Undeliverable Mail: \"x\"\n\nYour message could not be delivered because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected:\n    an@x.example\n",
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.1.1", IG_BOUNCE_KIND_HARD, NULL},
	{"Vietnamese", HEAD MASTER "Subject: Thư không gửi được\nContent-Type: text/plain; charset=utf-8\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n\nHệ thống không thể gửi thư đến địa chỉ sau:\n\n<an@x.example>: người dùng không tồn tại\n",
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.1.1", IG_BOUNCE_KIND_HARD, NULL},
	{"a filter's own words", HEAD MASTER "Subject: Message blocked\n\nYour message to: an@x.example\nwas blocked by our Spam Firewall. It has NOT BEEN DELIVERED.\n",
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.7.1", IG_BOUNCE_KIND_REFUSED, NULL},
	{"a service before the server", HEAD DAEMON "Subject: Undelivered mail\n\nThe message you sent to an@x.example was rejected because of the following:\n\n 550 5.7.1 content restrictions\n",
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.7.1", IG_BOUNCE_KIND_REFUSED, NULL},
	{"Vietnamese, in a sentence", HEAD DAEMON "Subject: Gui thu that bai\nContent-Type: text/plain; charset=utf-8\nMIME-Version: 1.0\n\nKhông gửi được thư tới an@x.example. Hộp thư của người nhận đã đầy.\n",
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.2.2", IG_BOUNCE_KIND_SOFT, NULL},
	{"two addresses, each its own words", HEAD DAEMON "Subject: failure notice\n\nHi. This is the qmail-send program.\n\n<an@x.example>:\nmailbox full (#5.2.2)\n\n<binh@x.example>:\nno such user (#5.1.1)\n",
		IG_CLASS_BOUNCE, 2, "an@x.example", "failed", "5.2.2", IG_BOUNCE_KIND_SOFT, NULL},
	{"a list server", "From: l-admin@l.example\nList-Subscribe: <mailto:l@l.example>\nSubject: You irgate@example.vn are not member\nMessage-ID: <1@l>\n\nYou are not a member of this mailing list <l@l.example>.\n",
		IG_CLASS_BOUNCE, 1, "l@l.example", "failed", "5.7.1", IG_BOUNCE_KIND_REFUSED, NULL},
	{"a mail service in JSON", HEAD "From: no-reply@notify.example\nSubject: Notification\n\n{\"notificationType\":\"Bounce\",\"mail\":{\"commonHeaders\":{\"messageId\":\"<D-000008.t@example.vn>\"}},"
		"\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"an@x.example\",\"action\":\"failed\",\"status\":\"5.1.1\",\"diagnosticCode\":\"smtp; 550 no user\"}]}}\n",
		IG_CLASS_BOUNCE, 1, "an@x.example", "failed", "5.1.1", IG_BOUNCE_KIND_HARD, "D-000008.t@example.vn"},
};

static void test_samples(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(samples); i++) {
		const struct sample *s = &samples[i];
		struct ig_arena *a = ig_arena_new(0);
		struct ig_report *r = kit_read(a, s->mail);
		const struct ig_bounce *x = r->bounce_count ? &r->bounces[0] : NULL;
		if (r->class != s->class || r->bounce_count != s->count)
			fail_msg("%s: %s (%s), %zu failed", s->name, ig_class_word(r->class), r->class_reason, r->bounce_count);
		if (!x->recipient || strcmp(x->recipient, s->recipient) || strcmp(x->action, s->action) || strcmp(x->status, s->status) || x->kind != s->kind)
			fail_msg("%s: %s %s %s %s: %s", s->name, x->recipient, x->action, x->status, ig_bounce_kind_word(x->kind), x->words);
		if (s->id && (!x->original_message_id || strcmp(x->original_message_id, s->id)))
			fail_msg("%s: returned %s", s->name, x->original_message_id);
		a = ig_arena_free(a);
	}
}

static void test_envelope_and_receipt(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_report *r = kit_read(a, samples[0].mail);
	assert_string_equal(r->about_envelope, "D-000017-ABCDEFGHIJ");
	r = kit_read(a, HEAD "From: an@x.example\nSubject: Read\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b\n"
		"Content-Type: message/disposition-notification\n\nOriginal-Message-ID: <D-000009.t@example.vn>\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n");
	assert_int_equal(r->class, IG_CLASS_READ_RECEIPT);
	assert_int_equal(r->bounce_count, 0);
	assert_string_equal(r->about_message, "D-000009.t@example.vn");
	a = ig_arena_free(a);
}

/* Mail of people about bounces, and of lists, is not one. */
static void test_not_bounces(void **state)
{
	(void)state;
	static const char *const mails[] = {
		"From: an@x.example\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <1@x>\n\nWe get this when we write to you:\n\n<ungcuu@example.vn>: 550 5.1.1 User unknown\n\nWhat is wrong?\n",
		"From: an@x.example\nSubject: Re: failure notice\nIn-Reply-To: <0@x>\nMessage-ID: <2@x>\n\nHi. This is the qmail-send program\n<b@x.example>:\n550 5.1.1 no\n",
		"From: an@x.example\nSubject: Fwd: Undeliverable: x\nMessage-ID: <3@x>\n\ndid not reach the following recipient(s):\n\nb@x.example on Monday\n 550 5.1.1 unknown\n",
		"From: Postmaster of X <postmaster@x.example>\nSubject: Phishing against our users\nMessage-ID: <4@x>\n\nDear colleagues, we saw 192.0.2.1 and 550 users of ours were asked for passwords.\n",
		"From: an@x.example\nList-Id: <mailop.example>\nPrecedence: list\nSubject: Delivery failed to hotmail\nMessage-ID: <5@x>\n\nAll of a sudden: 550 5.7.1 blocked. Transcript of session follows\n<b@x.example>: 550 5.7.1 no\n",
	};
	for (size_t i = 0; i < IG_COUNT(mails); i++) {
		struct ig_arena *a = ig_arena_new(0);
		struct ig_report *r = kit_read(a, mails[i]);
		if (r->class != IG_CLASS_PERSON && r->class != IG_CLASS_LIST)
			fail_msg("%zu: %s because %s", i, ig_class_word(r->class), r->class_reason);
		assert_int_equal(r->bounce_count, 0);
		a = ig_arena_free(a);
	}
}

static void test_codes(void **state)
{
	(void)state;
	static const struct {
		const char *words, *status;
		int reply;
	} cases[] = {{"550 5.1.1 no", "5.1.1", 550}, {"550-5.7.26 x\n550 5.7.26 y", "5.7.26", 550}, {"said: 421 later", "", 421}, {"(#5.5.0)", "5.5.0", 0},
		{"host 5.1.1.1 said", "", 0}, {"192.0.2.5 5.2.2", "5.2.2", 0}, {"SIZE=543 450x 1550 ", "", 0}, {"550 #5.1.0 Address rejected", "5.1.0", 550},
		{"554 4.4.7 expired <421 4.4.2 timed out>", "4.4.2", 554}, {"", "", 0}, {"5.1", "", 0}, {"version 5.10.1234", "", 0}};
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		char status[16];
		ig_bounce_enhanced(cases[i].words, status);
		if (strcmp(status, cases[i].status) || ig_bounce_reply(cases[i].words) != cases[i].reply)
			fail_msg("%s: %s %d", cases[i].words, status, ig_bounce_reply(cases[i].words));
	}
	assert_int_equal(ig_bounce_address("an@x.example>"), 12);
	assert_int_equal(ig_bounce_address("\"a b\"@x.example"), 15);
	assert_int_equal(ig_bounce_address("an@[192.0.2.1] x"), 14);
	assert_int_equal(ig_bounce_address("an@localhost"), 0);
	assert_int_equal(ig_bounce_address("an @x.example"), 0);
}

static void test_many(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf b;
	ig_buf_init(&b, 1 << 20);
	ig_buf_str(&b, REPORT);
	for (int i = 0; i < 1000; i++)
		ig_buf_fmt(&b, "Final-Recipient: rfc822; an%d@x.example\nAction: failed\nStatus: 5.1.1\n\n", i);
	struct ig_report *r = kit_read_with(a, b.data, b.len, &ig_parse_defaults, NULL);
	assert_int_equal(r->bounce_count, IG_BOUNCES_MAX);
	assert_true(kit_said(r, "failed addresses"));
	ig_buf_free(&b);
	a = ig_arena_free(a);
}

/* An absence note says that it is automatic, and of an absence; either alone is something else. */
static void test_absence(void **state)
{
	(void)state;
	static const struct {
		const char *fields, *text;
		enum ig_class class;
	} cases[] = {
		{"Subject: Automatic reply: x\nAuto-Submitted: auto-replied\n", "I am on annual leave until Monday.", IG_CLASS_OUT_OF_OFFICE},
		{"Subject: =?UTF-8?B?VHLhuqMgbOG7nWkgdOG7sSDEkeG7mW5nOiB4?=\nX-Auto-Response-Suppress: All\n", "Tôi đang NGHỈ PHÉP.", IG_CLASS_OUT_OF_OFFICE},
		{"Subject: x\nX-Autoreply: yes\n", "Toi di cong tac den thu hai.", IG_CLASS_OUT_OF_OFFICE},
		{"Subject: Re: x\nReturn-Path: <>\nIn-Reply-To: <1@example.vn>\n", "Currently away from my desk.", IG_CLASS_OUT_OF_OFFICE},
		{"Subject: x\nAuto-Submitted: auto-replied\n", "We received your mail.", IG_CLASS_AUTO_REPLY},
		{"Subject: Автоматический ответ: x\nX-Auto-Response-Suppress: All\n", "Я в отпуске до понедельника.", IG_CLASS_OUT_OF_OFFICE},
		{"Subject: 자동 회신: x\nX-Auto-Response-Suppress: All\n", "현재 휴가 중입니다", IG_CLASS_OUT_OF_OFFICE},
		{"Subject: Otomatik Yanıt: x\nPrecedence: bulk\n", "Şu anda ofis dışındayım.", IG_CLASS_OUT_OF_OFFICE},
		{"Subject: Abwesenheitsnotiz: x\nReturn-Path: <>\n", "Ich bin bis Montag im Urlaub.", IG_CLASS_OUT_OF_OFFICE},
		{"Subject: ตอบกลับอัตโนมัติ: x\nX-Auto-Response-Suppress: All\n", "ขณะนี้ไม่อยู่ที่สำนักงาน", IG_CLASS_OUT_OF_OFFICE},
		{"Subject: Автоматический ответ\n", "Я в отпуске до понедельника.", IG_CLASS_PERSON},
		{"Subject: Out of office page defaced\n", "While I was on leave, the server was broken into.", IG_CLASS_PERSON},
		{"Subject: Re: x\nIn-Reply-To: <1@example.vn>\n", "Tôi đi công tác đến thứ hai.", IG_CLASS_PERSON},
		{"Subject: away\nList-Id: <l.example>\nPrecedence: list\n", "I am out of the office, who takes over?", IG_CLASS_LIST},
		{"Subject: Re: away\nPrecedence: list\nIn-Reply-To: <1@l>\n", "I am on vacation next week.", IG_CLASS_LIST},
	};
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_arena *a = ig_arena_new(0);
		struct ig_report *r = kit_read(a, ig_arena_fmt(a, "From: an@x.example\nTo: ungcuu@example.vn\nMessage-ID: <%zu@x>\nMIME-Version: 1.0\n"
			"Content-Type: text/plain; charset=utf-8\n%s\n%s\n", i, cases[i].fields, cases[i].text));
		if (r->class != cases[i].class)
			fail_msg("%zu: %s because %s", i, ig_class_word(r->class), r->class_reason);
		a = ig_arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_samples), cmocka_unit_test(test_envelope_and_receipt), cmocka_unit_test(test_not_bounces),
		cmocka_unit_test(test_codes), cmocka_unit_test(test_absence), cmocka_unit_test(test_many)};
	ig_parse_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
