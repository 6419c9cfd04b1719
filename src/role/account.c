/* account: one mailbox at a server, told to recorder and clerk as a mailin of its own. The protocols block, so a child speaks them (account_child.c)
 * and this process only passes notes between the child, the recorder and the clerk; it answers for a child that died. Relies on intake/ for the
 * protocols. Holds the password of this one account and of no other, and neither the log nor the store. */
#include "config.h"
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/opt.h"
#include "model/notes.h"
#include "role/account.h"
#include "role/role.h"

enum { STOP_S = 5, DEATH_FIRST_MS = 500, DEATH_MAX_MS = 300000, LIVED_WELL_MS = 60000, DEATHS_ALARM = 5 };

struct account {
	struct ig_role *role;
	const struct ig_conf_account *a;
	const struct ig_account_driver *driver;
	struct ig_wire_trust *trust;
	struct ig_link *recorder, *clerk, *child;
	int recorder_fd, clerk_fd;
	pid_t pid;
	char *mark;            /* as the clerk gave it; NULL: to be asked for before a child is started */
	bool running, stopping, asked;
	bool scanning;
	uint64_t pass, generation;
	struct event *again, *died;
	int64_t born;
	unsigned deaths;
	struct ig_arena *arena;
};

static void start_child(struct account *m);

/* ---- the clerk */

static void scanned(struct account *m, const char *failed)
{
	struct ig_note_scanned n = {.pass = m->pass, .failed = 1, .why = failed};
	if (m->scanning && m->clerk)
		ig_note_scanned_send(m->clerk, &n, -1);
	m->scanning = false;
}

static void ask(struct account *m)
{
	struct ig_buf fresh = IG_BUF_INIT(4096);
	struct ig_note_ask n = {.source = m->a->name};
	if (!m->running || !m->clerk || m->mark || m->asked)
		return;
	m->driver->fresh(m->a, &fresh);
	n.fresh = fresh.data;
	m->asked = !ig_note_ask_send(m->clerk, &n, -1);
	ig_buf_free(&fresh);
}

static int on_clerk(struct ig_link *l IG_UNUSED, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct account *m = arg;
	struct ig_note_scan scan;
	struct ig_note_progress told;
	if (fd >= 0) {
		close(fd);
		return -1;
	}
	ig_arena_reset(m->arena);
	if (kind == IG_NOTE_SCAN && !ig_note_scan_unpack(&scan, body, len, m->arena)) {
		m->pass = scan.pass;
		m->scanning = true;
		if (m->child)
			ig_note_scan_send(m->child, &scan, -1);
		return 0;
	}
	if (kind != IG_NOTE_PROGRESS || ig_note_progress_unpack(&told, body, len, m->arena) || !told.mark)
		return -1;
	if (!m->asked)
		return 0;
	m->asked = false;
	free(m->mark);
	m->mark = ig_xstrdup(told.mark);
	start_child(m);
	return 0;
}

static void clerk_closed(struct ig_link *l IG_UNUSED, void *arg)
{
	struct account *m = arg;
	m->clerk = ig_link_free(m->clerk);
	m->clerk_fd = -1;
	m->asked = m->scanning = false;
}

/* ---- the child */

static void child_end(struct account *m)
{
	m->child = ig_link_free(m->child);
	if (m->pid > 0)
		kill(m->pid, SIGKILL);
	free(m->mark);
	m->mark = NULL; /* it read on: the clerk knows how far */
}

static void on_again(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	ask(arg);
}

static void child_gone(struct account *m)
{
	int64_t ms = DEATH_FIRST_MS;
	child_end(m);
	if (m->stopping) {
		ig_role_exit(m->role, IG_EX_OK);
		return;
	}
	scanned(m, "the process that reads the mailbox ended unexpectedly");
	m->deaths = ig_mono_ms() - m->born > LIVED_WELL_MS ? 1 : m->deaths + 1;
	for (unsigned i = 1; i < m->deaths && ms < DEATH_MAX_MS; i++)
		ms *= 2;
	if (m->deaths == DEATHS_ALARM)
		ig_role_alarm(m->role, "mail-in", "the process that reads a mailbox died several times within a short time");
	ig_log(IG_LOG_ERR, "%s: the process that reads the mailbox ended unexpectedly", m->a->name);
	event_add(m->again, &(struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000});
}

static void child_closed(struct ig_link *l IG_UNUSED, void *arg)
{
	child_gone(arg);
}

/* Notes of the child are passed on as they are: who gets them checks them. */
static int on_child(struct ig_link *l IG_UNUSED, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct account *m = arg;
	struct ig_link *to = kind == IG_NOTE_APPEND ? m->recorder : m->clerk;
	struct ig_note_token no = {.why = "this process has no parent"};
	if (kind == IG_NOTE_APPEND && to)
		return ig_link_send(to, kind, body, len, fd);
	if (fd >= 0)
		close(fd);
	if (kind == IG_NOTE_SCANNED)
		m->scanning = false;
	else if (kind == IG_NOTE_TOKEN)
		to = m->role->parent;
	else if (kind != IG_NOTE_ALARM && kind != IG_NOTE_MARK)
		return -1;
	if (to)
		ig_link_send(to, kind, body, len, -1);
	else if (kind == IG_NOTE_TOKEN)
		ig_note_token_send(m->child, &no, -1);
	return 0;
}

/* What a child must not hold: sockets whose end would else go unnoticed. The lock of the instance stays. */
static void __attribute__((noreturn)) be_child(struct account *m, int sock)
{
	struct ig_account_child c = {.conf = m->role->conf, .a = m->a, .driver = m->driver, .trust = m->trust, .mark = m->mark,
		.generation = m->generation, .once = m->role->once, .sock = sock};
	close(IG_ROLE_FD);
	if (m->recorder_fd >= 0)
		close(m->recorder_fd);
	if (m->clerk_fd >= 0)
		close(m->clerk_fd);
	ig_account_child(&c);
}

static void start_child(struct account *m)
{
	int fds[2];
	if (m->child || !m->mark || !m->recorder || m->stopping)
		return;
	if (ig_link_pair(fds)) {
		ig_log(IG_LOG_ERR, "no socket for the child: %m");
		event_add(m->again, &(struct timeval){.tv_sec = 1});
		return;
	}
	m->generation++;
	m->born = ig_mono_ms();
	m->pid = fork();
	if (!m->pid) {
		close(fds[0]);
		be_child(m, fds[1]);
	}
	close(fds[1]);
	if (m->pid < 0) {
		ig_log(IG_LOG_ERR, "no child: %m");
		close(fds[0]);
		event_add(m->again, &(struct timeval){.tv_sec = 1});
		return;
	}
	m->child = ig_link_new(m->role->base, fds[0], "child", on_child, child_closed, m);
	if (m->scanning) {
		struct ig_note_scan n = {.pass = m->pass};
		ig_note_scan_send(m->child, &n, -1);
	}
}

static void on_died(evutil_socket_t sig IG_UNUSED, short what IG_UNUSED, void *arg)
{
	struct account *m = arg;
	pid_t pid;
	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		if (pid == m->pid)
			m->pid = 0; /* its socket says the rest */
}

/* ---- the recorder */

static int on_recorder(struct ig_link *l IG_UNUSED, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct account *m = arg;
	if (fd >= 0)
		close(fd);
	if (fd >= 0 || (kind != IG_NOTE_DURABLE && kind != IG_NOTE_LATER))
		return -1;
	if (m->child)
		ig_link_send(m->child, kind, body, len, -1);
	return 0;
}

/* What it did not answer may or may not be in the log: the child goes, and the next one is told by the clerk. */
static void recorder_closed(struct ig_link *l IG_UNUSED, void *arg)
{
	struct account *m = arg;
	m->recorder = ig_link_free(m->recorder);
	m->recorder_fd = -1;
	if (m->child) {
		child_end(m);
		scanned(m, "the recorder went away");
	}
}

/* ---- role */

static int start(struct ig_role *r, struct ig_why *why)
{
	struct account *m = ig_xmalloc(sizeof *m);
	struct ig_buf spool = IG_BUF_INIT(8192);
	bool imap = r->conf->imap_count > 0;
	int rc = 0;
	r->state = m;
	m->role = r;
	m->recorder_fd = m->clerk_fd = -1;
	m->arena = ig_arena_new(IG_LINK_MAX);
	if (!imap && !r->conf->pop3_count)
		return ig_why(why, "there is no account in the configuration");
	m->a = imap ? &r->conf->imaps[0] : &r->conf->pop3s[0];
	m->driver = imap ? &ig_account_imap : &ig_account_pop3;
	m->again = evtimer_new(r->base, on_again, m);
	m->died = evsignal_new(r->base, SIGCHLD, on_died, m);
	if (!m->again || !m->died || event_add(m->died, NULL))
		return ig_why(why, "out of memory");
	ig_buf_fmt(&spool, "%s/tmp", r->conf->var);
	if (ig_fs_mkdirs(spool.data, 0700))
		rc = ig_why(why, "%.300s cannot be made", spool.data);
	ig_buf_free(&spool);
	if (!rc && m->a->tls != IG_TLS_NONE && !(m->trust = ig_wire_trust_load(m->a->ca, why)))
		rc = -1;
	return rc;
}

static void confine(struct ig_role *r, struct ig_sandbox *s)
{
	struct account *m = r->state;
	ig_role_confine("account", r->conf, s, m->arena);
}

static int run(struct ig_role *r, struct ig_why *why IG_UNUSED)
{
	struct account *m = r->state;
	m->running = true;
	ask(m);
	return 0;
}

static void peer(struct ig_role *r, const char *role, uint64_t index IG_UNUSED, int fd)
{
	struct account *m = r->state;
	if (!strcmp(role, "recorder")) {
		if (m->recorder)
			recorder_closed(m->recorder, m);
		m->recorder_fd = fd;
		m->recorder = ig_link_new(r->base, fd, "recorder", on_recorder, recorder_closed, m);
		ask(m);
		start_child(m);
	} else if (!strcmp(role, "clerk")) {
		if (m->clerk)
			clerk_closed(m->clerk, m);
		m->clerk_fd = fd;
		m->clerk = ig_link_new(r->base, fd, "clerk", on_clerk, clerk_closed, m);
		ask(m);
	} else {
		close(fd);
	}
}

/* The answer to TOKEN, which the child waits for. */
static void note(struct ig_role *r, uint16_t kind, const void *body, size_t len, int fd)
{
	struct account *m = r->state;
	if (fd >= 0)
		close(fd);
	if (kind == IG_NOTE_TOKEN && m->child)
		ig_link_send(m->child, kind, body, len, -1);
}

static void on_late(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	struct account *m = arg;
	ig_role_exit(m->role, IG_EX_OK);
}

/* The child finishes the message it has in hand; one that waits for its server is not waited for. */
static void stop(struct ig_role *r)
{
	struct account *m = r->state;
	struct ig_note_stop n = {0};
	m->stopping = true;
	if (!m->child || ig_note_stop_send(m->child, &n, -1) ||
		event_base_once(r->base, -1, EV_TIMEOUT, on_late, m, &(struct timeval){.tv_sec = STOP_S}))
		ig_role_exit(r, IG_EX_OK);
}

const struct ig_role_ops ig_role_account = {.name = "account", .start = start, .confine = confine, .run = run, .peer = peer, .note = note, .stop = stop};
