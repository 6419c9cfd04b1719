/* Whole mails: the samples, the class of automatic mail, and the identity by which the same mail is known again. */
#include "config.h"
#include "check.h"
#include <fcntl.h>
#include <stdlib.h>
#include "parse_kit.h"
#ifndef IG_SAMPLES
#define IG_SAMPLES "tests/unit/samples" /* for a compiler that reads this file alone */
#endif

static struct ig_report *sample(struct ig_arena *a, const char *name)
{
	struct ig_buf b;
	ig_buf_init(&b, 1u << 20);
	if (ig_fs_read_file(ig_arena_fmt(a, "%s/%s.eml", IG_SAMPLES, name), &b) < 0)
		fail_msg("no sample %s", name);
	struct ig_report *r = kit_read_with(a, b.data, b.len, &ig_parse_defaults, NULL);
	ig_buf_free(&b);
	return r;
}

/* name of the sample, subject, text, files (name:size, parted by blanks), words that must be among the problems ("" none at all). */
static const struct {
	const char *name, *subject, *text, *files, *said;
} samples[] = {
	{"boundary-quote", "boundary", "hello", "", ""},
	{"qp-truncated", "qp", "hello", "", ""},
	{"header-no-colon", "still a subject", "body\n", "", ""},
	{"stray-first-line", "stray", "body\n", "", "before the header"},
	{"mbox-from", "mbox", "body\n", "", "mailbox file"},
	{"rfc2231-name", "names", "text", "báo cáo.pdf:4", ""},
	{"path-name", "path", "", "x.bin:4", ""},
	{"base64-no-padding", "padding", "", "-:5", ""},
	{"base64-footer", "footer", "hello", "", "below the end of base64"},
	{"alternative-empty-plain", "empty plain", "Sự cố\n", "", ""},
	{"inner-not-a-mail", "inner", "hello", "x.eml:22", ""},
	{"inner-base64", "inner", "hello", "deep.eml:26", ""},
	{"inner-forward", "Fwd", "see below", "sự cố.eml:176 z.zip:2", ""},
	{"digest", "digest", "", "one.eml:19 two.eml:20", ""},
	{"boundary-inside-lost", "inside", "--in\nContent-Type: text/plain\n\nthe text of a part whose boundary is not named\n--in--\n", "", "not found"},
	{"boundary-never-comes", "lost", "the text stands here\n", "", "not found"},
	{"boundary-with-junk", "junk", "first", "x.png:3", ""},
	{"boundary-no-semicolon", "semicolon", "first", "x.png:3", "without a semicolon"},
	{"content-id-name", "picture", "x\n", "image001.png:3", ""},
	{"related-text-file", "related", "root\n", "-:20", ""},
	{"no-header", NULL, "just words\nand more words\n", "", "no header field"},
	{"from-reply-to", "no author", "body\n", "", "Reply-To was taken"},
	{"from-empty", "no address", "body\n", "", "Reply-To was taken"},
	{"two-from", "two", "body\n", "", "more than one From"},
	{"charset-lie", "lie", "Sự cố nghiêm trọng\n", "", "is UTF-8"},
	{"windows-1258", "sự cố", "sự cố\n", "", ""},
	{"header-by-body-charset", "Отчёт", "Привет\n", "", "koi8-r"},
	{"flowed-delsp", "flowed", "nghiemtrong\n", "", ""},
	{"cr-only", "mac", "text", "x.png:3", "carriage returns"},
	{"duplicate-subject", "first", "body\n", "", "more than one Subject"},
	{"html-only", "html", "Kính gửi,\n\nmáy chủ 192.0.2.1\n\n> cũ\n", "", ""},
	{"uuencode", "uu", "before\nafter\n", "a.txt:5", ""},
	{"smime-signed", "signed", "text", "smime.p7s:3", ""},
	{"pgp-encrypted", "secret", "", "-:10 -:27", ""},
	{"ids-bare", "ids", "body\n", "", ""},
};

static void test_samples(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(samples); i++) {
		struct ig_arena *a = ig_arena_new(0);
		struct ig_report *r = sample(a, samples[i].name);
		char *files = ig_arena_strdup(a, "");
		for (size_t k = 0; k < r->attachment_count; k++)
			files = ig_arena_fmt(a, "%s%s%s:%llu", files, k ? " " : "", r->attachments[k].name ? r->attachments[k].name : "-",
				(unsigned long long)r->attachments[k].size);
		if (strcmp(r->text, samples[i].text) || strcmp(files, samples[i].files) || (r->subject == NULL) != (samples[i].subject == NULL) ||
		    (r->subject && strcmp(r->subject, samples[i].subject)))
			fail_msg("%s: subject %s, text %s, files %s", samples[i].name, r->subject, r->text, files);
		if (*samples[i].said ? !kit_said(r, samples[i].said) : r->problems[0] != NULL)
			fail_msg("%s: problem %s", samples[i].name, r->problems[0] ? r->problems[0] : "none");
		if (r->from)
			assert_string_equal(r->from->address, "a@example.vn");
		a = ig_arena_free(a);
	}
}

static void test_details(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_report *r = sample(a, "ids-bare");
	assert_string_equal(r->in_reply_to[0], "1@x");
	assert_string_equal(r->references[0], "r@x");
	assert_string_equal(r->message_id, "id@example.vn");
	assert_int_equal(r->date_zone, 420);
	assert_true(sample(a, "smime-signed")->crypto.is_signed);
	assert_true(sample(a, "pgp-encrypted")->crypto.encrypted);
	r = sample(a, "inner-forward");
	assert_string_equal(r->attachments[0].text, "From: b@example.vn\nSubject: sự cố\n\ninner text");
	assert_string_equal(r->attachments[0].type, "message/rfc822");
	assert_string_equal(sample(a, "inner-not-a-mail")->attachments[0].text, "this is no mail at all");
	r = sample(a, "html-only");
	assert_string_equal(r->language, "vi");
	assert_non_null(strstr(r->folded, "kinh gui may chu 192 0 2 1"));
	a = ig_arena_free(a);
}

#define HEAD "From: a@example.vn\nSubject: %s\nMessage-ID: <1@x>\n%s\nbody\n"

static const struct {
	const char *subject, *fields;
	enum ig_class class;
	bool silent;
} classes[] = {
	{"x", "", IG_CLASS_PERSON, false},
	{"x", "Auto-Submitted: no\n", IG_CLASS_PERSON, false},
	{"x", "List-Id: Name <l.example.vn>\n", IG_CLASS_LIST, true},
	{"x", "List-Unsubscribe: <mailto:x@y>\n", IG_CLASS_LIST, true},
	{"x", "Precedence: bulk\n", IG_CLASS_LIST, true},
	{"x", "Precedence: list\n", IG_CLASS_LIST, true},
	{"x", "Precedence: first-class\n", IG_CLASS_PERSON, false},
	{"x", "Auto-Submitted: auto-replied\n", IG_CLASS_AUTO_REPLY, true},
	{"Out of office", "Auto-Submitted: auto-replied (vacation)\n", IG_CLASS_OUT_OF_OFFICE, true},
	{"Vắng mặt", "Auto-Submitted: auto-replied\n", IG_CLASS_OUT_OF_OFFICE, true},
	{"x", "Auto-Submitted: auto-generated\n", IG_CLASS_MACHINE_REPORT, true},
	{"x", "Auto-Submitted: auto-generated\nList-Id: <l>\n", IG_CLASS_LIST, true},
	{"x", "X-Autoreply: yes\n", IG_CLASS_AUTO_REPLY, true},
	{"x", "X-Apple-Action: VACATION\n", IG_CLASS_AUTO_REPLY, true},
	{"x", "X-Autorespond: x\n", IG_CLASS_AUTO_REPLY, true},
	{"Automatic reply: Out of office", "X-Auto-Response-Suppress: All\n", IG_CLASS_OUT_OF_OFFICE, true},
	{"Our office: out of the office hours attacks", "", IG_CLASS_PERSON, false}, /* words alone decide nothing */
	{"x", "X-Auto-Response-Suppress: DR, OOF, AutoReply\n", IG_CLASS_PERSON, true},
	{"x", "X-Auto-Response-Suppress: None\n", IG_CLASS_PERSON, false},
	{"x", "X-Failed-Recipients: b@x\n", IG_CLASS_BOUNCE, true},
	{"x", "Return-Path: <>\n", IG_CLASS_PERSON, true},
	{"x", "X-XARF: PLAIN\n", IG_CLASS_MACHINE_REPORT, false},
	{"x", "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
		"Final-Recipient: rfc822; b@x\nAction: failed\nStatus: 5.1.1\n--b--\n", IG_CLASS_BOUNCE, true},
	{"x", "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
		"Final-Recipient: rfc822; b@x\nAction: delayed\nStatus: 4.0.0\n--b--\n", IG_CLASS_DELIVERY_REPORT, true},
	{"x", "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
		"Action: delivered\n\nAction: failed\n--b--\n", IG_CLASS_BOUNCE, true},
	{"x", "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: message/disposition-notification\n\n"
		"Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n", IG_CLASS_READ_RECEIPT, true},
	{"x", "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\ntext\n--b--\n", IG_CLASS_MACHINE_REPORT, false},
};

static void test_classes(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(classes); i++) {
		struct ig_arena *a = ig_arena_new(0);
		struct ig_report *r = kit_read(a, ig_arena_fmt(a, HEAD, classes[i].subject, classes[i].fields));
		if (r->class != classes[i].class || r->no_auto_reply != classes[i].silent)
			fail_msg("%s %s: %s because %s, %s", classes[i].subject, classes[i].fields, ig_class_word(r->class), r->class_reason, r->no_auto_reply ? "silent" : "may be answered");
		assert_non_null(r->class_reason);
		a = ig_arena_free(a);
	}
}

static void test_bounce_without_report(void **state)
{
	(void)state;
	static const struct {
		const char *from, *subject, *sender;
		enum ig_class class;
		bool silent;
	} mails[] = {
		{"Mail Delivery System <MAILER-DAEMON@x>", "Undelivered", "", IG_CLASS_BOUNCE, true},
		{"MAILER-DAEMON@x", "anything", "a@x", IG_CLASS_BOUNCE, true},
		{"MAILER-DAEMON@x", "Warning: delivery delayed", "", IG_CLASS_DELIVERY_REPORT, true},
		{"postmaster@x", "Undeliverable: your mail", "a@x", IG_CLASS_BOUNCE, true},
		{"postmaster@x", "your mail", "", IG_CLASS_BOUNCE, true},
		{"postmaster@x", "attack on our mail server", "postmaster@x", IG_CLASS_PERSON, true},
		{"a@x", "Undeliverable mail since Monday", "a@x", IG_CLASS_PERSON, false},
		{"postmaster-team@x", "Undeliverable mail", "a@x", IG_CLASS_PERSON, false},
	};
	for (size_t i = 0; i < IG_COUNT(mails); i++) {
		struct ig_arena *a = ig_arena_new(0);
		struct ig_envelope e = {.channel = IG_CHANNEL_MAIL, .sender = mails[i].sender};
		char *mail = ig_arena_fmt(a, "From: %s\nSubject: %s\n\nno such user\n", mails[i].from, mails[i].subject);
		struct ig_report *r = kit_read_with(a, mail, strlen(mail), &ig_parse_defaults, &e);
		if (r->class != mails[i].class || r->no_auto_reply != mails[i].silent)
			fail_msg("%s, %s: %s because %s", mails[i].from, mails[i].subject, ig_class_word(r->class), r->class_reason);
		e.defect = true;
		assert_true(kit_said(kit_read_with(a, mail, strlen(mail), &ig_parse_defaults, &e), "repaired"));
		a = ig_arena_free(a);
	}
}

static void test_identity(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_report *one = kit_read(a, "From: a@x\nMessage-ID: <1@x>\nSubject: s\n\nbody\n");
	/* Trace fields, folding and another encoding of the same words change nothing. */
	struct ig_report *same = kit_read(a, "Received: by y\nDelivered-To: b@x\nFrom: A <a@x>\nSubject:\n s\nMessage-ID: <1@x>\nContent-Transfer-Encoding: base64\n\nYm9keQo=\n");
	struct ig_report *other = kit_read(a, "From: a@x\nMessage-ID: <1@x>\nSubject: s\n\nbody!\n");
	assert_memory_equal(one->identity, same->identity, IG_SHA256_LEN);
	assert_memory_not_equal(one->identity, other->identity, IG_SHA256_LEN);
	a = ig_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_details),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_bounce_without_report),
		cmocka_unit_test(test_identity),
	};
	ig_parse_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
