/* The life of a sending child: mails in, results out, one driver, blocking. Confined as the sender is (it inherits that). Ends when the sender
 * closes its socket or dies; a driver that hangs is ended by an alarm clock. */
#include "config.h"
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/log.h"
#include "model/notes.h"
#include "role/sender.h"

enum { NOTE_ARENA_MAX = 64 << 20, HANG_SECONDS = 120 };

struct child {
	const struct ig_conf *conf;
	const struct ig_deliver_driver *driver;
	void *session, *fax;
	int sock;
	struct ig_arena *arena;
	struct ig_sender_mail *mails[IG_DELIVER_BATCH];
	size_t count;
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

/* One mail more. False at the end of the sender or a note that is none. */
static bool take(struct child *c)
{
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	uint16_t kind;
	int fd = -1, n = ig_link_read(c->sock, &kind, &body, &fd, -1);
	if (fd >= 0)
		close(fd);
	struct ig_sender_mail *m = NULL;
	ig_arena_reset(c->arena);
	if (n == 1 && kind == IG_NOTE_SEND)
		m = ig_sender_mail_new(body.data, body.len, c->arena);
	ig_buf_free(&body);
	if (m)
		c->mails[c->count++] = m;
	return m != NULL;
}

static bool more_waits(const struct child *c)
{
	struct pollfd p = {.fd = c->sock, .events = POLLIN};
	return poll(&p, 1, 0) == 1 && (p.revents & POLLIN);
}

static void answer(struct child *c, const struct ig_sender_mail *m, const struct ig_deliver_result *r)
{
	struct ig_note_sent n = {.dispatch = (uint64_t)m->job.dispatch, .outcome = r->outcome, .code = r->code, .text = r->text, .unreachable = r->unreachable,
		.detail = r->detail};
	struct ig_note_alarm alarm = {.code = "mail-refused", .text = r->text};
	if (r->ours)
		ig_note_alarm_write(c->sock, &alarm, -1);
	if (ig_note_sent_write(c->sock, &n, -1))
		leave(IG_EX_OK); /* the sender is gone */
}

static void work(struct child *c)
{
	static struct ig_deliver_result results[IG_DELIVER_BATCH], fax;
	struct ig_deliver_job jobs[IG_DELIVER_BATCH];
	size_t bytes = 0, count = 0;
	for (size_t i = 0; i < c->count; i++) {
		if (c->mails[i]->job.fax)
			continue;
		jobs[count] = c->mails[i]->job;
		bytes += jobs[count++].size;
	}
	/* past every time-out a driver has: connect to eight addresses, log in, hand over */
	alarm((unsigned)(HANG_SECONDS + 16 * (c->conf->smtp_timeout / 1000) + (int64_t)(bytes / 5000)));
	if (count && c->driver->attempts)
		c->driver->attempts(c->session, jobs, count, results);
	else if (count)
		c->driver->attempt(c->session, &jobs[0], &results[0]);
	alarm(0);
	for (size_t i = 0, k = 0; i < c->count; i++) { /* answered in the order they were given */
		struct ig_deliver_result *r = &results[k];
		if (c->mails[i]->job.fax)
			ig_deliver_fax_folder.attempt(c->fax, &c->mails[i]->job, r = &fax);
		else
			k++;
		answer(c, c->mails[i], r);
		free(c->mails[i]);
	}
	c->count = 0;
}

void ig_sender_child(const struct ig_conf *conf, const struct ig_deliver_driver *driver, int sock)
{
	struct child c = {.conf = conf, .driver = driver, .sock = sock, .arena = ig_arena_new(NOTE_ARENA_MAX)};
	size_t most = driver->attempts ? IG_DELIVER_BATCH : 1;
	signal(SIGTERM, SIG_IGN); /* a stop is told by the end of the socket: a mail begun is finished */
	signal(SIGCHLD, SIG_DFL);
	signal(SIGALRM, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "sending");
	c.session = driver->open(conf);
	c.fax = ig_deliver_fax_folder.open(conf);
	while (take(&c)) {
		while (c.count < most && more_waits(&c) && take(&c))
			;
		work(&c);
	}
	driver->close(c.session);
	leave(IG_EX_OK);
}
