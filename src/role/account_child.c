/* The life of the process that speaks with a mail server: connect, look, wait, again; back-off when the server is out of reach. Blocking, confined as
 * the account role is (it inherits that). Ends when the role closes its socket. Relies on the drivers in intake/ for the protocols. */
#include "config.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/opt.h"
#include "model/notes.h"
#include "role/account.h"

enum { BACK_OFF_MS = 1000, BACK_OFF_MAX_MS = 300000, TOKEN_MS = 60000 };

struct child {
	const struct ig_account_child *c;
	struct ig_account account;
	struct ig_account_host host;
	struct ig_arena *arena;
	uint64_t request, pass;
	bool scan, ending;
	char said[IG_WHY_MAX]; /* the trouble that was said last */
	unsigned failures;
	int64_t failing; /* since then, monotonic */
	bool told;
};

static void leave(int code) __attribute__((noreturn));
static void leave(int code)
{
#ifdef IG_COVERAGE
	exit(code);
#else
	_exit(code);
#endif
}

/* ---- notes of the role */

/* One note; waits for it for ms (-1: for ever). Returns its kind, 0 for none in time; the end of the role is our end. */
static unsigned hear(struct child *s, struct ig_buf *body, int ms)
{
	struct pollfd p = {.fd = s->c->sock, .events = POLLIN};
	struct ig_note_scan scan;
	uint16_t kind = 0;
	int fd = -1, n = poll(&p, 1, ms);
	if (n < 0 && errno == EINTR)
		return 0;
	if (n == 0)
		return 0;
	n = ig_link_read(s->c->sock, &kind, body, &fd, -1);
	if (fd >= 0)
		close(fd);
	if (n != 1)
		leave(IG_EX_OK);
	ig_arena_reset(s->arena);
	if (kind == IG_NOTE_SCAN && !ig_note_scan_unpack(&scan, body->data, body->len, s->arena)) {
		s->scan = true;
		s->pass = scan.pass;
	}
	s->ending |= kind == IG_NOTE_STOP;
	return kind;
}

static int append(void *arg, const struct ig_envelope *e, const void *p, int fd, uint64_t size, struct ig_why *why)
{
	struct child *s = arg;
	struct ig_buf line = IG_BUF_INIT(1 << 20), body = IG_BUF_INIT(IG_LINK_MAX);
	struct ig_note_append n = {.request = s->c->generation << 32 | ++s->request, .size = size};
	struct ig_note_durable yes;
	struct ig_note_later no;
	int rc = -1;
	ig_envelope_print(e, &line);
	n.envelope = line.data;
	if (fd < 0)
		n.payload = (struct ig_note_blob){.p = p, .len = (size_t)size};
	if (line.over)
		rc = -ig_why(why, "its envelope is too long");
	else if (ig_note_append_write(s->c->sock, &n, fd))
		leave(IG_EX_OK);
	while (rc < 0) {
		unsigned kind = hear(s, &body, -1);
		if (kind == IG_NOTE_DURABLE && !ig_note_durable_unpack(&yes, body.data, body.len, s->arena) && yes.request == n.request)
			rc = 0;
		else if (kind == IG_NOTE_LATER && !ig_note_later_unpack(&no, body.data, body.len, s->arena) && no.request == n.request)
			rc = -ig_why(why, "%s", no.why ? no.why : "no reason given");
	}
	if (fd >= 0)
		close(fd);
	ig_buf_free(&line);
	ig_buf_free(&body);
	return rc ? 1 : 0;
}

static enum ig_account_event wait_for(void *arg, int fd, int ms)
{
	struct child *s = arg;
	int64_t end = ig_mono_ms() + ms;
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	enum ig_account_event what = IG_ACCOUNT_TIME;
	for (;;) {
		struct pollfd p[2] = {{.fd = s->c->sock, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
		int64_t left = ms < 0 ? -1 : end - ig_mono_ms();
		int n = 0;
		if (!s->scan && !s->ending && (ms < 0 || left > 0))
			n = poll(p, fd >= 0 ? 2 : 1, (int)left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n > 0 && p[0].revents)
			hear(s, &body, 0);
		if (s->scan || s->ending)
			what = IG_ACCOUNT_CALLED;
		else if (n > 0 && fd >= 0 && p[1].revents)
			what = IG_ACCOUNT_DATA;
		else if (n > 0)
			continue;
		break;
	}
	ig_buf_free(&body);
	return what;
}

static bool ending(void *arg)
{
	struct child *s = arg;
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	while (!s->ending && hear(s, &body, 0))
		;
	ig_buf_free(&body);
	return s->ending;
}

static void say_alarm(void *arg, const char *code, const char *text)
{
	struct child *s = arg;
	struct ig_note_alarm n = {.code = code, .text = text};
	if (ig_note_alarm_write(s->c->sock, &n, -1))
		leave(IG_EX_OK);
}

static void keep(void *arg, const char *mark)
{
	struct child *s = arg;
	struct ig_note_mark n = {.source = s->c->a->name, .mark = mark};
	if (ig_note_mark_write(s->c->sock, &n, -1))
		leave(IG_EX_OK);
}

/* The parent runs the command: we may not. */
static int token(void *arg, struct ig_buf *out, struct ig_why *why)
{
	struct child *s = arg;
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	struct ig_note_token n = {.token = "", .why = ""};
	int64_t end = ig_mono_ms() + TOKEN_MS;
	int rc = ig_why(why, "the token command gives no answer");
	if (ig_note_token_write(s->c->sock, &n, -1))
		leave(IG_EX_OK);
	while (ig_mono_ms() < end && !s->ending) {
		if (hear(s, &body, (int)(end - ig_mono_ms())) != IG_NOTE_TOKEN)
			continue;
		if (ig_note_token_unpack(&n, body.data, body.len, s->arena))
			break;
		if (n.token && *n.token) {
			ig_buf_str(out, n.token);
			rc = out->over ? ig_why(why, "the token is too long") : 0;
		} else {
			ig_why(why, "no token: %s", n.why ? n.why : "");
		}
		break;
	}
	ig_buf_free(&body);
	return rc;
}

/* ---- looking, again and again */

static void answer_scan(struct child *s, const struct ig_account_pass *p, const char *failed)
{
	struct ig_note_scanned n = {.pass = s->pass, .taken = p->taken, .waiting = p->waiting, .failed = failed != NULL,
		.why = failed ? failed : p->why.text};
	if (s->scan && ig_note_scanned_write(s->c->sock, &n, -1))
		leave(IG_EX_OK);
	s->scan = false;
}

static void trouble(struct child *s, const char *words)
{
	if (strcmp(s->said, words)) /* once, until it changes or is over */
		ig_log(IG_LOG_WARNING, "%s: %s", s->c->a->name, words);
	snprintf(s->said, sizeof s->said, "%s", words);
	int64_t now = ig_mono_ms();
	if (!s->failures++)
		s->failing = now;
	if (!s->told && (s->c->once || now - s->failing >= s->c->conf->source_fails)) {
		s->told = true;
		char text[IG_WHY_MAX];
		snprintf(text, sizeof text, "%s: %.400s", s->c->a->name, words);
		say_alarm(s, "mail-in", text);
	}
}

static void went_well(struct child *s, const struct ig_account_pass *p)
{
	if (s->failures)
		ig_log(IG_LOG_NOTICE, "%s: the mailbox can be read again", s->c->a->name);
	s->failures = 0;
	s->told = false;
	s->said[0] = 0;
	if (p->taken)
		ig_log(IG_LOG_DEBUG, "%s: %llu messages taken", s->c->a->name, (unsigned long long)p->taken);
	if (p->waiting)
		ig_log(IG_LOG_WARNING, "%s: %llu messages wait: %s", s->c->a->name, (unsigned long long)p->waiting, p->why.text);
	if (p->old > s->account.old_said) {
		ig_log(IG_LOG_NOTICE, "%s: %llu messages are older than the first start and stay; irgatectl import takes them in", s->c->a->name,
			(unsigned long long)p->old);
		s->account.old_said = p->old;
	}
}

static void back_off(struct child *s)
{
	int64_t ms = BACK_OFF_MS;
	for (unsigned i = 1; i < s->failures && ms < BACK_OFF_MAX_MS; i++)
		ms *= 2;
	wait_for(s, -1, s->c->once ? -1 : ms < BACK_OFF_MAX_MS ? (int)ms : BACK_OFF_MAX_MS);
}

/* One session, from log-in to its end. */
static void session(struct child *s)
{
	const struct ig_account_driver *d = s->c->driver;
	struct ig_why why = {""};
	struct ig_account_pass p = {.taken = 0};
	void *x = d->open(&s->account, &why);
	bool first = true, broken = !x, stale = false;
	while (!broken && !s->ending) {
		p = (struct ig_account_pass){.taken = 0};
		broken = d->pass(x, &p, &why) != 0;
		stale = broken && !first && !p.taken; /* the server had enough of an old session: a new one is tried before anybody is told */
		if (broken)
			break;
		first = false;
		went_well(s, &p);
		answer_scan(s, &p, NULL);
		if (p.waiting && !s->c->once) /* the recorder takes nothing: not at once again */
			wait_for(s, -1, 5 * BACK_OFF_MS);
		if (s->c->once)
			wait_for(s, -1, -1);
		else
			broken = d->wait(x, &why) != 0;
		p = (struct ig_account_pass){.taken = 0};
	}
	d->close(x);
	if (!broken || stale || s->ending)
		return;
	trouble(s, why.text);
	answer_scan(s, &p, why.text);
	back_off(s);
}

void ig_account_child(const struct ig_account_child *c)
{
	struct child s = {.c = c, .arena = ig_arena_new(2 * IG_LINK_MAX)};
	signal(SIGTERM, SIG_IGN); /* a stop is told by the role: a message begun is finished */
	signal(SIGCHLD, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "mailbox");
	s.host = (struct ig_account_host){.arg = &s, .append = append, .wait = wait_for, .ending = ending, .token = token, .keep = keep,
		.alarm = say_alarm};
	s.account = (struct ig_account){.conf = c->conf, .a = c->a, .trust = c->trust, .host = &s.host};
	ig_buf_init(&s.account.mark, IG_LINK_MAX);
	ig_buf_str(&s.account.mark, c->mark);
	if (c->once && !s.scan)
		wait_for(&s, -1, -1);
	while (!s.ending)
		session(&s);
	leave(IG_EX_OK);
}
