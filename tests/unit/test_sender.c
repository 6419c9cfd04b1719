/* The sender role as it runs: irgated --role sender, confined, with a clerk at the other end of a socket (this test) and a server or a Maildir.
 * IRGATE_BENCH=HOST:PORT or IRGATE_BENCH=maildir in the environment measures instead: mails a second. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/fs.h"
#include "conf/conf.h"
#include "model/names.h"
#include "model/notes.h"
#include "role/role.h"
#include "smtp_peer.h"

struct rig {
	pid_t pid;
	int parent, clerk;
	struct ig_arena *arena;
	size_t alarms;
};

static void say(const char *line, void *arg)
{
	(void)arg;
	print_error("%s\n", line);
}

static struct ig_conf *conf_new(void)
{
	setenv("IRGATE_DATADIR", SRCDIR, 1);
	struct ig_conf *c = ig_conf_default(say, NULL);
	assert_non_null(c);
	return c;
}

static void rig_start(struct rig *g, const struct ig_conf *c)
{
	char *argv[] = {(char *)"irgated", (char *)"--role", (char *)"sender", NULL};
	int control[2], clerk[2];
	struct ig_buf text = IG_BUF_INIT(1u << 20);
	assert_int_equal(ig_link_pair(control), 0);
	assert_int_equal(ig_link_pair(clerk), 0);
	assert_int_equal(ig_spawn(BUILDDIR "/irgated", argv, control[1], -1, &g->pid), 0);
	close(control[1]);
	g->parent = control[0];
	g->clerk = clerk[0];
	g->arena = ig_arena_new(0);
	ig_conf_print(c, "sender", &text);
	struct ig_note_conf conf = {.text = text.data, .now = IG_NEVER};
	struct ig_note_peer peer = {.role = "clerk"};
	struct ig_note_go go = {0};
	assert_int_equal(ig_note_conf_write(g->parent, &conf, -1), 0);
	assert_int_equal(ig_note_peer_write(g->parent, &peer, clerk[1]), 0);
	assert_int_equal(ig_note_go_write(g->parent, &go, -1), 0);
	close(clerk[1]);
	uint16_t kind;
	int fd;
	ig_buf_reset(&text);
	assert_int_equal(ig_link_read(g->parent, &kind, &text, &fd, 10000), 1);
	assert_int_equal(kind, IG_NOTE_READY);
	ig_buf_free(&text);
}

static void rig_end(struct rig *g)
{
	int status;
	struct ig_note_stop stop = {0};
	assert_int_equal(ig_note_stop_write(g->parent, &stop, -1), 0);
	assert_int_equal(waitpid(g->pid, &status, 0), g->pid);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	close(g->parent);
	close(g->clerk);
	g->arena = ig_arena_free(g->arena);
}

static void mail_give(struct rig *g, int64_t id, enum ig_lane lane, const char *to, const char *text)
{
	char name[32];
	snprintf(name, sizeof name, "D-%06d", (int)id);
	struct ig_note_send n = {.dispatch = (uint64_t)id, .name = name, .lane = lane, .sender = "ungcuu@example.vn", .recipient = to, .envid = name,
		.bytes = {text, strlen(text)}};
	assert_int_equal(ig_note_send_write(g->clerk, &n, -1), 0);
}

/* The next outcome; strings live until the next call. */
static struct ig_note_sent outcome(struct rig *g, int timeout_ms)
{
	struct ig_buf body = IG_BUF_INIT(1u << 20);
	struct ig_note_sent n;
	uint16_t kind;
	int fd;
	ig_arena_reset(g->arena);
	if (ig_link_read(g->clerk, &kind, &body, &fd, timeout_ms) != 1 || kind != IG_NOTE_SENT)
		fail_msg("no outcome within %d ms", timeout_ms);
	assert_int_equal(ig_note_sent_unpack(&n, body.data, body.len, g->arena), 0);
	ig_buf_free(&body);
	return n;
}

static const char mail[] = "Subject: x\r\n\r\nbody\r\n";

static void smtp_conf(struct ig_conf *c, const struct peer *p, int sessions)
{
	c->transport = IG_TRANSPORT_SMTP;
	c->smtp_host = "127.0.0.1";
	c->smtp_port = p->port;
	c->smtp_tls = IG_TLS_NONE;
	c->smtp_sessions = c->smtp_sessions_per_host = sessions;
	c->smtp_timeout = 2000;
	c->smtp_idle = 1000;
}

/* Mails go, the refused ones are told apart, nothing is left out, an idle connection ends. */
static void test_smtp(void **state)
{
	(void)state;
	struct peer p = {.answers = {{"RCPT TO:<never@", "550 no", 0}, {"RCPT TO:<later@", "450 wait", 0}}};
	struct rig g = {0};
	struct ig_conf *c = conf_new();
	struct ig_buf log = IG_BUF_INIT(1u << 20);
	int seen[31] = {0};
	peer_start(&p);
	smtp_conf(c, &p, 2);
	rig_start(&g, c);
	for (int i = 1; i <= 30; i++)
		mail_give(&g, i, IG_LANE_RECEIPTS, i % 3 == 1 ? "never@example.vn" : i % 3 == 2 ? "later@example.vn" : "ok@example.vn", mail);
	for (int i = 1; i <= 30; i++) {
		struct ig_note_sent n = outcome(&g, 5000);
		assert_in_range(n.dispatch, 1, 30);
		assert_int_equal(n.outcome, n.dispatch % 3 == 1 ? IG_NEVER_AGAIN : n.dispatch % 3 == 2 ? IG_LATER : IG_OK);
		assert_int_equal(n.unreachable, 0);
		seen[n.dispatch]++;
	}
	for (int i = 1; i <= 30; i++)
		assert_int_equal(seen[i], 1);
	for (int i = 0; i < 40; i++) { /* smtp_idle is a second */
		usleep(100000);
		peer_log(&p, &log);
		if (strstr(log.data, "QUIT"))
			break;
	}
	assert_non_null(strstr(log.data, "QUIT"));
	rig_end(&g);
	peer_forget(&p);
	ig_buf_free(&log);
	ig_conf_free(c);
}

/* A mail that hangs holds one session; urgent mail takes the other at once. */
static void test_urgent(void **state)
{
	(void)state;
	struct peer p = {.answers = {{"RCPT TO:<slow@", "hang", 0}}};
	struct rig g = {0};
	struct ig_conf *c = conf_new();
	peer_start(&p);
	smtp_conf(c, &p, 2);
	rig_start(&g, c);
	for (int i = 1; i <= 5; i++)
		mail_give(&g, i, IG_LANE_RECEIPTS, "slow@example.vn", mail);
	usleep(200000);
	int64_t from = ig_mono_ms();
	mail_give(&g, 100, IG_LANE_URGENT, "ok@example.vn", mail);
	struct ig_note_sent n = outcome(&g, 1500);
	assert_int_equal(n.dispatch, 100);
	assert_int_equal(n.outcome, IG_OK);
	assert_in_range(ig_mono_ms() - from, 0, 1000);
	kill(g.pid, SIGKILL);
	waitpid(g.pid, NULL, 0);
	close(g.parent);
	close(g.clerk);
	ig_arena_free(g.arena);
	peer_forget(&p);
	ig_conf_free(c);
}

/* Nobody there: after three tries the rest is answered at once. */
static void test_breaker(void **state)
{
	(void)state;
	struct peer p = {0};
	struct rig g = {0};
	struct ig_conf *c = conf_new();
	peer_start(&p);
	smtp_conf(c, &p, 4);
	peer_forget(&p);
	rig_start(&g, c);
	for (int i = 1; i <= 50; i++)
		mail_give(&g, i, IG_LANE_NORMAL, "ok@example.vn", mail);
	size_t held = 0;
	for (int i = 1; i <= 50; i++) {
		struct ig_note_sent n = outcome(&g, 5000);
		assert_int_equal(n.outcome, IG_LATER);
		assert_int_equal(n.unreachable, 1);
		held += strstr(n.text, "not tried") != NULL;
	}
	assert_in_range(held, 30, 47);
	rig_end(&g);
	ig_conf_free(c);
}

/* A child that dies costs the mail it was sending a `later`; the others go. */
static void test_child_dies(void **state)
{
	(void)state;
	struct peer p = {.answers = {{"RCPT TO:<slow@", "hang", 0}}};
	struct rig g = {0};
	struct ig_conf *c = conf_new();
	char command[128], line[32] = "";
	peer_start(&p);
	smtp_conf(c, &p, 1);
	rig_start(&g, c);
	mail_give(&g, 1, IG_LANE_NORMAL, "slow@example.vn", mail);
	for (int i = 2; i <= 6; i++)
		mail_give(&g, i, IG_LANE_NORMAL, "ok@example.vn", mail);
	usleep(300000);
	snprintf(command, sizeof command, "/proc/%d/task/%d/children", (int)g.pid, (int)g.pid);
	int fd = open(command, O_RDONLY);
	if (fd < 0)
		skip();
	assert_true(read(fd, line, sizeof line - 1) > 0);
	close(fd);
	kill((pid_t)strtol(line, NULL, 10), SIGKILL);
	struct ig_note_sent n = outcome(&g, 3000);
	assert_int_equal(n.dispatch, 1);
	assert_int_equal(n.outcome, IG_LATER);
	for (int i = 2; i <= 6; i++) {
		n = outcome(&g, 3000);
		assert_int_equal(n.dispatch, i);
		assert_int_equal(n.outcome, IG_OK);
	}
	rig_end(&g);
	peer_forget(&p);
	ig_conf_free(c);
}

/* A stop while a mail is under way: it is finished, and its outcome is still told. */
static void test_stop(void **state)
{
	(void)state;
	struct peer p = {0};
	struct rig g = {0};
	struct ig_conf *c = conf_new();
	struct ig_buf log = IG_BUF_INIT(1u << 20);
	struct ig_note_stop stop = {0};
	peer_start(&p);
	smtp_conf(c, &p, 1);
	rig_start(&g, c);
	for (int i = 1; i <= 4; i++)
		mail_give(&g, i, IG_LANE_NORMAL, "ok@example.vn", mail);
	for (int i = 0; i < 200 && !strstr(log.data, "connected"); i++) {
		usleep(2000);
		peer_log(&p, &log);
	}
	assert_int_equal(ig_note_stop_write(g.parent, &stop, -1), 0);
	for (int i = 1; i <= 4; i++) {
		struct ig_note_sent n = outcome(&g, 5000);
		assert_int_equal(n.dispatch, i);
		assert_int_equal(n.outcome, IG_OK);
	}
	int status;
	assert_int_equal(waitpid(g.pid, &status, 0), g.pid);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	close(g.parent);
	close(g.clerk);
	ig_arena_free(g.arena);
	ig_buf_free(&log);
	peer_forget(&p);
	ig_conf_free(c);
}

static void test_bad_note(void **state)
{
	(void)state;
	struct peer p = {0};
	struct rig g = {0};
	struct ig_conf *c = conf_new();
	peer_start(&p);
	smtp_conf(c, &p, 1);
	rig_start(&g, c);
	assert_int_equal(ig_link_write(g.clerk, IG_NOTE_SEND, "rubbish", 7, -1), 0);
	struct pollfd pf = {.fd = g.clerk, .events = POLLIN};
	char byte;
	assert_int_equal(poll(&pf, 1, 3000), 1);
	assert_int_equal(read(g.clerk, &byte, 1), 0); /* its connection, never the process */
	rig_end(&g);
	peer_forget(&p);
	ig_conf_free(c);
}

static void test_maildir(void **state)
{
	(void)state;
	char dir[] = "/tmp/ig-sender-XXXXXX", path[128];
	struct rig g = {0};
	struct ig_conf *c = conf_new();
	assert_non_null(mkdtemp(dir));
	c->transport = IG_TRANSPORT_MAILDIR;
	c->outgoing = dir;
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, (const char *const[]){"tmp", "new", "cur"}[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	rig_start(&g, c);
	for (int round = 0; round < 2; round++) {
		for (int i = 1; i <= 200; i++)
			mail_give(&g, i, IG_LANE_RECEIPTS, "a@example.vn", mail);
		for (int i = 1; i <= 200; i++) {
			struct ig_note_sent n = outcome(&g, 5000);
			assert_int_equal(n.outcome, IG_OK);
			assert_string_equal(n.code, round ? "exists" : "250");
		}
	}
	rig_end(&g);
	for (int i = 1; i <= 200; i++) {
		snprintf(path, sizeof path, "%s/new/D-%06d", dir, i);
		assert_int_equal(unlink(path), 0);
	}
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, (const char *const[]){"tmp", "new", "cur", ""}[i]);
		assert_int_equal(rmdir(path), 0);
	}
	ig_conf_free(c);
}

static int bench(char *where)
{
	struct rig g = {0};
	struct ig_conf *c = conf_new();
	static char text[4096];
	const int count = 5000, window = 64;
	char *colon = strchr(where, ':');
	memset(text, 'x', 3000);
	for (size_t i = 70; i < 3000; i += 72)
		memcpy(text + i, "\r\n", 2);
	memcpy(text, "Subject: x\r\n\r\n", 14);
	c->transport = colon ? IG_TRANSPORT_SMTP : IG_TRANSPORT_MAILDIR;
	c->outgoing = where;
	if (colon) {
		*colon = 0;
		c->smtp_host = where;
		c->smtp_port = strtol(colon + 1, NULL, 10);
		c->smtp_tls = IG_TLS_NONE;
		c->smtp_sessions = c->smtp_sessions_per_host = getenv("SESSIONS") ? strtol(getenv("SESSIONS"), NULL, 10) : 2;
	}
	rig_start(&g, c);
	int64_t from = ig_mono_ms();
	int ok = 0;
	for (int i = 0; i < count + window; i++) {
		if (i < count)
			mail_give(&g, i + 1, IG_LANE_RECEIPTS, "a@example.vn", text);
		if (i >= window)
			ok += outcome(&g, 20000).outcome == IG_OK;
	}
	int64_t ms = ig_mono_ms() - from;
	printf("%d of %d sent in %lld ms: %lld a second\n", ok, count, (long long)ms, (long long)count * 1000 / (ms ? ms : 1));
	rig_end(&g);
	ig_conf_free(c);
	return ok == count ? 0 : 1;
}

int main(void)
{
	if (getenv("IRGATE_BENCH"))
		return bench(getenv("IRGATE_BENCH"));
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_smtp), cmocka_unit_test(test_urgent), cmocka_unit_test(test_breaker), cmocka_unit_test(test_child_dies),
		cmocka_unit_test(test_bad_note), cmocka_unit_test(test_stop), cmocka_unit_test(test_maildir),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
