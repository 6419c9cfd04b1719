/* The ways out: SMTP against a server that does what each case says, with every kind of certificate; the Maildir against a real folder. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/fs.h"
#include "base/opt.h"
#include "deliver/deliver.h"
#include "smtp_peer.h"

static const char mail[] = "Subject: x\r\n\r\n.dot\r\nFrom here\r\nend\r\n";

static struct ig_deliver_job job_of(int64_t id, const char *recipient)
{
	static char name[32];
	snprintf(name, sizeof name, "D-%06d", (int)id);
	return (struct ig_deliver_job){.dispatch = id, .name = name, .sender = "ungcuu+d@example.vn", .recipient = recipient, .envid = name, .dsn = true,
		.bytes = mail, .size = sizeof mail - 1};
}

static struct ig_conf conf_of(const struct peer *p, enum ig_tls tls)
{
	return (struct ig_conf){.smtp_host = "localhost", .smtp_port = p->port, .smtp_tls = tls, .smtp_ca = p->ca, .smtp_timeout = 700, .smtp_idle = 1000,
		.smtp_helo = "gateway.example.vn"};
}

/* ---- replies and what is made of them */

static const struct reply_case {
	const char *name;
	struct peer_answer answers[6];
	enum ig_outcome outcome;
	const char *code;
	bool unreachable, ours;
	const char *text; /* is in the text */
} replies[] = {
	{"all is well", {{0}}, IG_OK, "250", false, false, "2.0.0 taken"},
	{"recipient refused for good", {{"RCPT", "550 5.1.1 no such user", 0}}, IG_NEVER_AGAIN, "550", false, false, "RCPT: 5.1.1 no such user"},
	{"recipient refused for now", {{"RCPT", "450 4.2.1 greylisted", 0}}, IG_LATER, "450", false, false, "4.2.1 greylisted"},
	{"sender refused", {{"MAIL", "553 5.7.1 not you", 0}}, IG_NEVER_AGAIN, "553", false, false, "MAIL: 5.7.1 not you"},
	{"log-in wanted", {{"MAIL", "530 5.7.0 authenticate first", 0}}, IG_LATER, "530", true, true, "authenticate first"},
	{"mail refused", {{".", "554 5.6.0 spam", 0}}, IG_NEVER_AGAIN, "554", false, false, "5.6.0 spam"},
	{"mail refused for now", {{".", "451 4.3.0 disk", 0}}, IG_LATER, "451", false, false, "4.3.0 disk"},
	{"DATA refused", {{"DATA", "554 5.5.1 no valid recipients", 0}}, IG_NEVER_AGAIN, "554", false, false, "DATA:"},
	{"closing down", {{"RCPT", "421 4.3.2 closing", 0}}, IG_LATER, "421", true, false, "closing"},
	{"no greeting", {{"greeting", "554 5.7.1 go away", 0}}, IG_LATER, "554", true, true, "go away"},
	{"greeting: later", {{"greeting", "421 4.3.2 busy", 0}}, IG_LATER, "421", true, false, "busy"},
	{"EHLO refused", {{"EHLO", "550 5.7.1 who", 0}}, IG_LATER, "550", true, true, "who"},
	{"dropped at once", {{"greeting", "", 0}}, IG_LATER, "4.4.2", true, false, "connection"},
	{"dropped at RCPT", {{"RCPT", "", 0}}, IG_LATER, "4.4.2", true, false, "connection"},
	{"dropped after the mail", {{".", "", 0}}, IG_LATER, "4.4.2", true, false, "may have arrived"},
	{"silent at the greeting", {{"greeting", "hang", 0}}, IG_LATER, "4.4.2", true, false, "no answer in time"},
	{"silent after the mail", {{".", "hang", 0}}, IG_LATER, "4.4.2", true, false, "may have arrived"},
	{"talks without end at EHLO", {{"EHLO", "flood", 0}}, IG_LATER, "4.4.2", true, false, ""},
	{"talks without end at MAIL", {{"MAIL", "flood", 0}}, IG_LATER, "4.4.2", true, false, ""},
	{"no reply at all", {{"EHLO", "hello yourself", 0}}, IG_LATER, "4.4.2", true, false, ""},
	{"many lines", {{"RCPT", "550-5.1.1 first\r\n550 5.1.1 second", 0}}, IG_NEVER_AGAIN, "550", false, false, "first"},
	{"controls and bytes", {{"RCPT", "550 a\x01\xff" "b", 0}}, IG_NEVER_AGAIN, "550", false, false, "a??b"},
};

static void test_replies(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(replies); i++) {
		const struct reply_case *c = &replies[i];
		struct peer p = {.capabilities = "SIZE 1000\nDSN"};
		memcpy(p.answers, c->answers, sizeof p.answers);
		peer_start(&p);
		struct ig_conf conf = conf_of(&p, IG_TLS_NONE);
		struct ig_deliver_job job = job_of(17, "lan@example.org");
		struct ig_deliver_result r = {0};
		void *s = ig_deliver_smtp.open(&conf);
		ig_deliver_smtp.attempt(s, &job, &r);
		if (r.outcome != c->outcome || strcmp(r.code, c->code) || r.unreachable != c->unreachable || r.ours != c->ours || !strstr(r.text, c->text))
			fail_msg("%s: %d %s unreachable %d ours %d: %s", c->name, r.outcome, r.code, r.unreachable, r.ours, r.text);
		ig_deliver_smtp.close(s);
		peer_forget(&p);
	}
}

static void test_conversation(void **state)
{
	(void)state;
	struct peer p = {.capabilities = "SIZE 1000\nDSN\nPIPELINING", .answers = {{"RCPT TO:<bad@", "550 no", 0}}};
	struct ig_buf log = IG_BUF_INIT(1u << 20);
	peer_start(&p);
	struct ig_conf conf = conf_of(&p, IG_TLS_NONE);
	struct ig_deliver_job good = job_of(17, "lan@example.org"), bad = job_of(18, "bad@example.org"), null = job_of(19, "tu@example.org"), big = job_of(20, "x@y.vn");
	struct ig_deliver_result r;
	good.name = good.envid = "D-000017";
	null.sender = "";
	null.dsn = false;
	big.size = 1001;
	void *s = ig_deliver_smtp.open(&conf);
	ig_deliver_smtp.attempt(s, &good, &r);
	assert_int_equal(r.outcome, IG_OK);
	ig_deliver_smtp.attempt(s, &bad, &r);
	assert_int_equal(r.outcome, IG_NEVER_AGAIN);
	ig_deliver_smtp.attempt(s, &null, &r); /* the connection goes on after a refusal */
	assert_int_equal(r.outcome, IG_OK);
	ig_deliver_smtp.attempt(s, &big, &r);
	assert_int_equal(r.outcome, IG_NEVER_AGAIN);
	assert_string_equal(r.code, "5.3.4");
	ig_deliver_smtp.close(s);
	usleep(50000);
	peer_stop(&p);
	peer_log(&p, &log);
	const char *want = "(connected)\nEHLO gateway.example.vn\n"
		"MAIL FROM:<ungcuu+d@example.vn> RET=HDRS ENVID=D-000017 SIZE=36\n"
		"RCPT TO:<lan@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;lan@example.org\nDATA\n"
		"| Subject: x\n| \n| ..dot\n| From here\n| end\n"
		"MAIL FROM:<ungcuu+d@example.vn> RET=HDRS";
	if (strncmp(log.data, want, strlen(want)))
		fail_msg("got\n%s", log.data);
	assert_non_null(strstr(log.data, "RSET\nMAIL FROM:<> SIZE=36\nRCPT TO:<tu@example.org>\n"));
	assert_non_null(strstr(log.data, "\nQUIT\n"));
	ig_buf_free(&log);
	peer_forget(&p);
}

/* A resting connection that the server closed costs nothing: the mail goes over a new one. */
static void test_reconnect(void **state)
{
	(void)state;
	struct peer p = {.answers = {{"MAIL", "", 2}}};
	peer_start(&p);
	struct ig_conf conf = conf_of(&p, IG_TLS_NONE);
	struct ig_deliver_job job = job_of(17, "lan@example.org");
	struct ig_deliver_result r;
	void *s = ig_deliver_smtp.open(&conf);
	for (int i = 0; i < 3; i++) {
		ig_deliver_smtp.attempt(s, &job, &r);
		assert_int_equal(r.outcome, IG_OK);
	}
	ig_deliver_smtp.close(s);
	peer_forget(&p);
}

static void test_addresses(void **state)
{
	(void)state;
	static const char *const bad[] = {"a@b\r\nRCPT TO:<c@d>", "a@b> NOTIFY=NEVER", "", "no", "lân@example.vn", "a b@c"};
	struct peer p = {0};
	struct ig_buf log = IG_BUF_INIT(1u << 20);
	peer_start(&p);
	struct ig_conf conf = conf_of(&p, IG_TLS_NONE);
	void *s = ig_deliver_smtp.open(&conf);
	for (size_t i = 0; i < IG_COUNT(bad); i++) {
		struct ig_deliver_job job = job_of(1, bad[i]);
		struct ig_deliver_result r = {0};
		ig_deliver_smtp.attempt(s, &job, &r);
		assert_int_equal(r.outcome, IG_NEVER_AGAIN);
		job = job_of(1, "a@b.vn");
		job.sender = *bad[i] ? bad[i] : "x";
		ig_deliver_smtp.attempt(s, &job, &r);
		assert_int_equal(r.outcome, IG_NEVER_AGAIN);
	}
	ig_deliver_smtp.close(s);
	peer_log(&p, &log);
	assert_string_equal(log.data, "");
	ig_buf_free(&log);
	peer_forget(&p);
}

/* ---- TLS and the log-in: what a wrong server gets to see */

static const struct tls_case {
	const char *name;
	int peer_tls;
	enum peer_cert cert;
	enum ig_tls tls;
	bool ok;
	const char *text;
} tls_cases[] = {
	{"STARTTLS, right", PEER_STARTTLS, PEER_CERT_RIGHT, IG_TLS_STARTTLS, true, ""},
	{"TLS, right", PEER_TLS, PEER_CERT_RIGHT, IG_TLS_ALWAYS, true, ""},
	{"wrong host", PEER_STARTTLS, PEER_CERT_WRONG_HOST, IG_TLS_STARTTLS, false, "certificate of localhost is refused"},
	{"expired", PEER_STARTTLS, PEER_CERT_EXPIRED, IG_TLS_STARTTLS, false, "expired"},
	{"self-signed", PEER_STARTTLS, PEER_CERT_SELF_SIGNED, IG_TLS_STARTTLS, false, "certificate of localhost is refused"},
	{"made for clients", PEER_STARTTLS, PEER_CERT_FOR_CLIENTS, IG_TLS_STARTTLS, false, "certificate of localhost is refused"},
	{"wrong host, TLS", PEER_TLS, PEER_CERT_WRONG_HOST, IG_TLS_ALWAYS, false, "certificate of localhost is refused"},
	{"TLS 1.1", PEER_TLS_OLD, PEER_CERT_RIGHT, IG_TLS_ALWAYS, false, "TLS with localhost"},
	{"no STARTTLS offered", PEER_PLAIN, PEER_CERT_RIGHT, IG_TLS_STARTTLS, false, "offers no STARTTLS"},
	{"answers before the encryption", PEER_INJECT, PEER_CERT_RIGHT, IG_TLS_STARTTLS, false, "before the encryption"},
	{"plain where TLS is wanted", PEER_PLAIN, PEER_CERT_RIGHT, IG_TLS_ALWAYS, false, "TLS with localhost"},
};

static void test_tls(void **state)
{
	(void)state;
	struct ig_buf log = IG_BUF_INIT(1u << 20);
	for (size_t i = 0; i < IG_COUNT(tls_cases); i++) {
		const struct tls_case *c = &tls_cases[i];
		struct peer p = {.capabilities = "AUTH LOGIN PLAIN", .tls = c->peer_tls, .cert = c->cert};
		peer_start(&p);
		struct ig_conf conf = conf_of(&p, c->tls);
		conf.smtp_user = "user";
		conf.smtp_password = "secret";
		struct ig_deliver_job job = job_of(17, "lan@example.org");
		struct ig_deliver_result r = {0};
		void *s = ig_deliver_smtp.open(&conf);
		ig_deliver_smtp.attempt(s, &job, &r);
		if (c->ok ? r.outcome != IG_OK : r.outcome != IG_LATER || !r.unreachable || !r.ours || !strstr(r.text, c->text))
			fail_msg("%s: %d %s: %s", c->name, r.outcome, r.code, r.text);
		ig_deliver_smtp.close(s);
		peer_stop(&p);
		peer_log(&p, &log);
		/* RFC 4616: NUL user NUL password in base64; nothing of it, and no mail, may be seen by a server that is not the right one */
		if ((strstr(log.data, "AUTH PLAIN AHVzZXIAc2VjcmV0\n") != NULL) != c->ok || (!c->ok && strstr(log.data, "MAIL")))
			fail_msg("%s: the server saw\n%s", c->name, log.data);
		peer_forget(&p);
	}
	ig_buf_free(&log);
}

static void test_auth(void **state)
{
	(void)state;
	static const struct { const char *capabilities, *refuse; bool ok; const char *seen; } cases[] = {
		{"AUTH LOGIN", NULL, true, "AUTH LOGIN\ndXNlcg==\nc2VjcmV0\n"},
		{"AUTH=PLAIN", NULL, true, "AUTH PLAIN AHVzZXIAc2VjcmV0\n"},
		{"AUTH CRAM-MD5", NULL, false, ""},
		{"", NULL, false, ""},
		{"AUTH PLAIN", "535 5.7.8 wrong", false, ""},
		{"AUTH PLAIN", "454 4.7.0 later", false, ""},
	};
	struct ig_buf log = IG_BUF_INIT(1u << 20);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct peer p = {.capabilities = cases[i].capabilities, .answers = {{cases[i].refuse ? "AUTH" : "none", cases[i].refuse, 0}}};
		peer_start(&p);
		struct ig_conf conf = conf_of(&p, IG_TLS_NONE); /* in the clear only because it is loopback */
		conf.smtp_user = "user";
		conf.smtp_password = "secret";
		struct ig_deliver_job job = job_of(17, "lan@example.org");
		struct ig_deliver_result r = {0};
		void *s = ig_deliver_smtp.open(&conf);
		ig_deliver_smtp.attempt(s, &job, &r);
		assert_int_equal(r.outcome, cases[i].ok ? IG_OK : IG_LATER);
		assert_int_equal(r.unreachable, !cases[i].ok);
		assert_int_equal(r.ours, !cases[i].ok && (!cases[i].refuse || cases[i].refuse[0] == '5'));
		ig_deliver_smtp.close(s);
		peer_stop(&p);
		peer_log(&p, &log);
		assert_non_null(strstr(log.data, cases[i].seen));
		peer_forget(&p);
	}
	ig_buf_free(&log);
}

static void test_nobody(void **state)
{
	(void)state;
	struct peer p = {0};
	peer_start(&p);
	struct ig_conf conf = conf_of(&p, IG_TLS_NONE);
	peer_forget(&p);
	struct ig_deliver_job job = job_of(17, "lan@example.org");
	struct ig_deliver_result r = {0};
	void *s = ig_deliver_smtp.open(&conf);
	ig_deliver_smtp.attempt(s, &job, &r);
	assert_true(r.outcome == IG_LATER && r.unreachable && !r.ours);
	assert_string_equal(r.code, "4.4.1");
	conf.smtp_host = "no-such-host.invalid";
	ig_deliver_smtp.attempt(s, &job, &r);
	assert_true(r.outcome == IG_LATER && r.unreachable);
	ig_deliver_smtp.close(s);
}

/* ---- Maildir */

static void test_maildir(void **state)
{
	(void)state;
	char dir[] = "/tmp/ig-maildir-XXXXXX", path[128], other[128];
	assert_non_null(mkdtemp(dir));
	struct ig_conf conf = {.outgoing = dir};
	struct ig_deliver_job jobs[3] = {job_of(17, "a@b.vn"), job_of(17, "a@b.vn"), job_of(17, "a@b.vn")};
	struct ig_deliver_result r[3];
	struct ig_buf got = IG_BUF_INIT(65536), kept = IG_BUF_INIT(65536);
	static const char *const names[] = {"D-000017", "D-000018", "D-000019"};
	void *s = ig_deliver_maildir.open(&conf);
	ig_buf_fmt(&kept, "Return-Path: <%s>\r\n%s", jobs[0].sender ? jobs[0].sender : "", mail); /* RFC 5321 section 4.4 */
	for (int i = 0; i < 3; i++)
		jobs[i].name = names[i];
	ig_deliver_maildir.attempt(s, &jobs[0], &r[0]);
	assert_int_equal(r[0].outcome, IG_OK);
	snprintf(path, sizeof path, "%s/new/D-000017", dir);
	assert_int_equal(ig_fs_read_file(path, &got), 0);
	assert_string_equal(got.data, kept.data);
	/* the same again is sent already, also when somebody read it; others of the batch go */
	jobs[0].bytes = "other";
	jobs[0].size = 5;
	ig_deliver_maildir.attempts(s, jobs, 3, r);
	assert_string_equal(r[0].code, "exists");
	assert_true(r[1].outcome == IG_OK && r[2].outcome == IG_OK);
	snprintf(other, sizeof other, "%s/cur/D-000017:2,S", dir);
	assert_int_equal(rename(path, other), 0);
	ig_deliver_maildir.attempt(s, &jobs[0], &r[0]);
	assert_string_equal(r[0].code, "exists");
	ig_buf_reset(&got);
	assert_int_equal(ig_fs_read_file(other, &got), 0);
	assert_string_equal(got.data, kept.data);
	/* killed between link and unlink: the file in tmp/ is the one in new/, and must not be written to */
	snprintf(path, sizeof path, "%s/new/D-000018", dir);
	snprintf(other, sizeof other, "%s/tmp/D-000018", dir);
	assert_int_equal(link(path, other), 0);
	unlink(path);
	snprintf(path, sizeof path, "%s/kept", dir);
	assert_int_equal(link(other, path), 0);
	jobs[1].bytes = "changed";
	jobs[1].size = 7;
	ig_deliver_maildir.attempt(s, &jobs[1], &r[1]);
	assert_string_equal(r[1].code, "250");
	ig_buf_reset(&got);
	assert_int_equal(ig_fs_read_file(path, &got), 0);
	assert_string_equal(got.data, kept.data);
	unlink(path);
	assert_int_not_equal(access(other, F_OK), 0);
	/* names that would leave the folder */
	jobs[2].name = "../x";
	ig_deliver_maildir.attempt(s, &jobs[2], &r[2]);
	assert_int_equal(r[2].outcome, IG_NEVER_AGAIN);
	/* the folder is taken away: later; and back: the folders are made again */
	snprintf(path, sizeof path, "%s-away", dir);
	assert_int_equal(rename(dir, path), 0);
	jobs[2].name = "D-000020";
	ig_deliver_maildir.attempt(s, &jobs[2], &r[2]);
	assert_true(r[2].outcome == IG_LATER && r[2].unreachable);
	assert_int_equal(mkdir(dir, 0700), 0);
	ig_deliver_maildir.attempt(s, &jobs[2], &r[2]);
	assert_int_equal(r[2].outcome, IG_OK);
	ig_deliver_maildir.close(s);
	ig_buf_free(&got);
	ig_buf_free(&kept);
	static const char *const left[] = {"-away/new/D-000018", "-away/new/D-000019", "-away/cur/D-000017:2,S", "-away/new", "-away/cur", "-away/tmp", "-away",
		"/new/D-000020", "/new", "/cur", "/tmp", ""};
	for (size_t i = 0; i < IG_COUNT(left); i++) {
		snprintf(path, sizeof path, "%s%s", dir, left[i]);
		assert_int_equal(remove(path), 0);
	}
	ig_buf_free(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conversation), cmocka_unit_test(test_replies), cmocka_unit_test(test_reconnect), cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_tls), cmocka_unit_test(test_auth), cmocka_unit_test(test_nobody), cmocka_unit_test(test_maildir),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
