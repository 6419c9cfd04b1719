/* The sender: mails of the clerk go out through a few children, each with one connection, so that a slow or broken host costs one session and
 * never this process. Relies on deliver/ for the transports. Knows neither store nor retry: an outcome goes back, the clerk decides. */
#include "config.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <event2/event.h>
#include "base/fs.h"
#include "base/arena.h"
#include "base/log.h"
#include "model/notes.h"
#include "role/sender.h"

/* Each mail in a Maildir is synced before it counts as sent; syncs of several processes share the disk's journal commits. */
enum { MAILDIR_SESSIONS = 4 };
enum { NOTE_ARENA_MAX = 32 << 20, STOP_SECONDS = 20 };

/* ---- lists of mails */

void ig_sender_push(struct ig_sender_list *l, struct ig_sender_mail *m)
{
	m->next = NULL;
	*(l->first ? l->tail : &l->first) = m;
	l->tail = &m->next;
	l->count++;
}

void ig_sender_push_front(struct ig_sender_list *l, struct ig_sender_mail *m)
{
	if (!l->first)
		l->tail = &m->next;
	m->next = l->first;
	l->first = m;
	l->count++;
}

struct ig_sender_mail *ig_sender_pop(struct ig_sender_list *l)
{
	struct ig_sender_mail *m = l->first;
	if (m) {
		l->first = m->next;
		l->count--;
	}
	return m;
}

static char *keep(char **at, const char *s)
{
	size_t len = strlen(s ? s : "") + 1;
	char *p = *at;
	memcpy(p, s ? s : "", len);
	*at += len;
	return p;
}

struct ig_sender_mail *ig_sender_mail_new(const void *note, size_t len, struct ig_arena *a)
{
	struct ig_note_send n;
	if (ig_note_send_unpack(&n, note, len, a) || !n.name || !n.recipient || n.lane >= ig_lane_count)
		return NULL;
	/* every string is shorter than the note that brought it, and each ends with one byte more */
	struct ig_sender_mail *m = ig_xmalloc(sizeof *m + len + 8);
	char *at = (char *)(m + 1);
	m->lane = (enum ig_lane)n.lane;
	m->job = (struct ig_deliver_job){.dispatch = (int64_t)n.dispatch, .dsn = n.dsn, .size = n.bytes.len};
	m->job.name = keep(&at, n.name);
	m->job.sender = keep(&at, n.sender);
	m->job.recipient = keep(&at, n.recipient);
	m->job.envid = n.envid && *n.envid ? keep(&at, n.envid) : NULL;
	if (n.bytes.len)
		memcpy(at, n.bytes.p, n.bytes.len);
	m->job.bytes = at;
	m->job.fax = n.channel == IG_CHANNEL_FAX;
	if (n.options) {
		at += n.bytes.len;
		m->job.options = keep(&at, n.options);
	}
	return m;
}

/* ---- the clerk */

void ig_sender_result(struct ig_sender *s, const struct ig_sender_mail *m, const struct ig_deliver_result *r)
{
	struct ig_note_sent n = {.dispatch = (uint64_t)m->job.dispatch, .outcome = r->outcome, .code = r->code, .text = r->text, .unreachable = r->unreachable,
		.detail = r->detail};
	if (s->clerk)
		ig_note_sent_send(s->clerk, &n, -1);
}

static bool under_way(const struct ig_sender *s, int64_t dispatch)
{
	for (size_t i = 0; i < s->session_count; i++)
		for (const struct ig_sender_mail *m = s->sessions[i].given.first; m; m = m->next)
			if (m->job.dispatch == dispatch)
				return true;
	return false;
}

static int on_clerk(struct ig_link *l IG_UNUSED, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct ig_sender *s = arg;
	if (fd >= 0)
		close(fd);
	if (kind != IG_NOTE_SEND)
		return -1;
	ig_arena_reset(s->arena);
	struct ig_sender_mail *m = ig_sender_mail_new(body, len, s->arena);
	if (!m)
		return -1;
	if (under_way(s, m->job.dispatch)) /* a fresh clerk asks again for what a child has in hand: one answer will do for both */
		free(m);
	else
		ig_sender_push(&s->lanes[m->lane], m);
	ig_sender_pump(s);
	return 0;
}

/* The store says `sending` for all we were asked: the next clerk asks again. */
static void clerk_gone(struct ig_link *l IG_UNUSED, void *arg)
{
	struct ig_sender *s = arg;
	s->clerk = ig_link_free(s->clerk);
	s->clerk_fd = -1;
	for (size_t i = 0; i < IG_COUNT(s->lanes); i++)
		for (struct ig_sender_mail *m; (m = ig_sender_pop(&s->lanes[i]));)
			free(m);
}

static void sender_peer(struct ig_role *r, const char *role, uint64_t index, int fd)
{
	struct ig_sender *s = r->state;
	(void)index;
	if (strcmp(role, "clerk")) {
		close(fd);
		return;
	}
	if (s->clerk)
		clerk_gone(s->clerk, s);
	s->clerk = ig_link_new(r->base, fd, "clerk", on_clerk, clerk_gone, s);
	s->clerk_fd = fd;
}

/* ---- life of the role */

/* The Maildir that stands in for the mail server is made when missing: a folder that appears after the confinement could not be entered. */
static int make_outgoing(const struct ig_conf *c, struct ig_why *why)
{
	static const char *const folders[] = {"tmp", "new", "cur"};
	char path[4096];
	for (size_t i = 0; c->outgoing && i < IG_COUNT(folders); i++)
		if ((size_t)snprintf(path, sizeof path, "%s/%s", c->outgoing, folders[i]) >= sizeof path || ig_fs_mkdirs(path, 0700) < 0)
			return ig_why(why, "send.outgoing: %s/%s cannot be made: %s", c->outgoing, folders[i], strerror(errno));
	return 0;
}

static int sender_start(struct ig_role *r, struct ig_why *why)
{
	if (r->conf->transport == IG_TRANSPORT_MAILDIR && make_outgoing(r->conf, why) < 0)
		return -1;
	if (r->conf->fax_transport == IG_FAX_FOLDER && ig_fs_mkdirs(r->conf->fax_outgoing, 0700) < 0)
		return ig_why(why, "fax.outgoing: %s cannot be made: %s", r->conf->fax_outgoing, strerror(errno));
	struct ig_sender *s = ig_xmalloc(sizeof *s);
	s->role = r;
	s->arena = ig_arena_new(NOTE_ARENA_MAX);
	s->clerk_fd = -1;
	int64_t n = r->conf->smtp_sessions < r->conf->smtp_sessions_per_host ? r->conf->smtp_sessions : r->conf->smtp_sessions_per_host;
	bool smtp = r->conf->transport == IG_TRANSPORT_SMTP;
	s->driver = smtp ? &ig_deliver_smtp : &ig_deliver_maildir;
	if (!smtp)
		n = MAILDIR_SESSIONS;
	s->session_count = n < 1 ? 1 : n > IG_SENDER_SESSIONS ? IG_SENDER_SESSIONS : (size_t)n;
	for (size_t i = 0; i < s->session_count; i++) {
		s->sessions[i].sender = s;
		s->sessions[i].fd = -1;
	}
	r->state = s;
	return 0;
}

static void sender_confine(struct ig_role *r, struct ig_sandbox *box)
{
	struct ig_sender *s = r->state;
	ig_role_confine("sender", r->conf, box, s->arena);
}

/* Children end when we close their socket; what ended otherwise is told by the end of its socket. */
static void on_child(evutil_socket_t sig IG_UNUSED, short what IG_UNUSED, void *arg IG_UNUSED)
{
	int status;
	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
		if (WIFSIGNALED(status))
			ig_log(IG_LOG_WARNING, "sending child %d was ended by signal %d", (int)pid, WTERMSIG(status));
}

static int sender_run(struct ig_role *r, struct ig_why *why)
{
	struct event *child = evsignal_new(r->base, SIGCHLD, on_child, NULL);
	if (!child || event_add(child, NULL))
		return ig_why(why, "cannot watch for children");
	ig_sender_pump(r->state);
	return 0;
}

static void stop_late(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	ig_role_exit(arg, IG_EX_OK);
}

/* Mails that a child has in hand are finished; the others stay `sending` in the store and go out after the next start. */
static void sender_stop(struct ig_role *r)
{
	struct ig_sender *s = r->state;
	struct timeval limit = {STOP_SECONDS, 0};
	if (!s) {
		ig_role_exit(r, IG_EX_OK);
		return;
	}
	s->stopping = true;
	event_base_once(r->base, -1, EV_TIMEOUT, stop_late, r, &limit);
	ig_sender_pump(s);
}

const struct ig_role_ops ig_role_sender = {.name = "sender", .start = sender_start, .confine = sender_confine, .run = sender_run,
	.peer = sender_peer, .stop = sender_stop};
