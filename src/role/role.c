/* The start every role shares: irgated re-executed as `irgated --role NAME`, told everything by its parent over descriptor 3, then confined.
 * Relies on base/link for the notes and on the role's table of hooks (struct ig_role_ops) for all that is its own.
 * Does not restart, watch or order anything: that is the parent's work (role/parent_roles.c). */
#include "config.h"
#include <event2/event.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/log.h"
#include "base/opt.h"
#include "model/notes.h"
#include "role/role.h"

enum { CONTROL_ARENA_MAX = 16 << 20 };

struct control {
	struct ig_role role; /* what the role's own file sees; first, so that a pointer to it is one to us */
	struct ig_arena *arena; /* strings of one note */
	struct event *term;
	enum { WAIT_CONF, WAIT_GO, RUNNING, STOPPING } stage;
	int code;
};

static struct control *control_of(struct ig_role *r)
{
	return (struct control *)r;
}

/* A role keeps nothing that a good end would save (promise 1 holds for kill -9), so it leaves without atexit work, which its
 * confinement might refuse; only gcov needs that to write its counters. */
static void leave(int code)
{
#ifdef IG_COVERAGE
	exit(code);
#else
	_exit(code);
#endif
}

void ig_role_exit(struct ig_role *r, int code)
{
	control_of(r)->code = code;
	event_base_loopbreak(r->base);
}

void ig_role_alarm(struct ig_role *r, const char *code, const char *text)
{
	struct ig_note_alarm n = {.code = code, .text = text};

	ig_log(IG_LOG_ERR, "alarm %s: %s", code, text);
	ig_note_alarm_send(r->parent, &n, -1);
}

static void conf_said(const char *line, void *arg IG_UNUSED)
{
	ig_log(IG_LOG_ERR, "configuration: %s", line);
}

/* Before anything is opened: what a role makes must belong to the user it will run as the next time. */
static int become_user(const struct ig_role *r, struct ig_why *why)
{
	struct ig_arena *a = ig_arena_new(CONTROL_ARENA_MAX);
	struct ig_sandbox box = {.role = r->ops->name};
	int ok = 0;

	ig_role_confine(r->ops->name, r->conf, &box, a);
	if (box.user)
		ok = ig_sandbox_become(box.user, why);
	ig_arena_free(a);
	return ok;
}

/* ---- notes of the parent, one function each: 0, or -1 for a note that is not as declared (ends the link, and with it the role) */

static int on_conf(struct control *c, const void *body, size_t len, int fd)
{
	struct ig_role *r = &c->role;
	struct ig_note_conf n;
	struct ig_why why = {""};

	r->shared_fd = fd;
	if (c->stage != WAIT_CONF || ig_note_conf_unpack(&n, body, len, c->arena) < 0)
		return -1;
	r->once = n.flags & IG_CONF_ONCE;
	r->verbose = n.flags & IG_CONF_VERBOSE;
	r->systemd = n.flags & IG_CONF_SYSTEMD;
	r->frames = n.frames;
	ig_log_init(r->ops->name, r->verbose ? IG_LOG_DEBUG : IG_LOG_INFO);
	if (n.now != IG_NEVER)
		ig_clock_fix(n.now);
	r->conf = ig_conf_from_text(n.text, conf_said, NULL);
	if (!r->conf)
		leave(IG_EX_CONFIG);
	ig_conf_set_zone(r->conf, ig_now());
	if (become_user(r, &why) < 0 || (r->ops->start && r->ops->start(r, &why) < 0))
		ig_die(IG_EX_SOFTWARE, "cannot start: %s", why.text);
	c->stage = WAIT_GO;
	return 0;
}

static int on_peer(struct control *c, const void *body, size_t len, int fd)
{
	struct ig_note_peer n;

	if (c->stage == WAIT_CONF || fd < 0 || ig_note_peer_unpack(&n, body, len, c->arena) < 0 || !n.role || !c->role.ops->peer) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	c->role.ops->peer(&c->role, n.role, n.index, fd);
	return 0;
}

static int on_listen(struct control *c, const void *body, size_t len, int fd)
{
	struct ig_note_listen n;

	if (c->stage == WAIT_CONF || fd < 0 || ig_note_listen_unpack(&n, body, len, c->arena) < 0 || !n.name || !c->role.ops->listen) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	c->role.ops->listen(&c->role, n.name, fd);
	return 0;
}

static int on_go(struct control *c)
{
	struct ig_role *r = &c->role;
	struct ig_sandbox box = {.role = r->ops->name};
	struct ig_note_ready ready = {0};
	struct ig_why why = {""};

	if (c->stage != WAIT_GO)
		return -1;
	if (r->ops->confine) {
		r->ops->confine(r, &box);
		if (ig_sandbox_apply(&box, &why) < 0)
			ig_die(IG_EX_SOFTWARE, "cannot confine itself: %s", why.text);
	}
	if (r->ops->run && r->ops->run(r, &why) < 0)
		ig_die(IG_EX_SOFTWARE, "cannot run: %s", why.text);
	c->stage = RUNNING;
	malloc_trim(0); /* what reading the configuration left behind, in every role */
	ig_note_ready_send(r->parent, &ready, -1);
	return 0;
}

static int on_ping(struct control *c, const void *body, size_t len)
{
	struct ig_note_ping n;
	struct ig_note_pong pong;

	if (ig_note_ping_unpack(&n, body, len, c->arena) < 0)
		return -1;
	pong.count = n.count;
	ig_note_pong_send(c->role.parent, &pong, -1);
	return 0;
}

static void stop(struct control *c)
{
	if (c->stage == STOPPING)
		return;
	c->stage = STOPPING;
	if (c->role.ops->stop)
		c->role.ops->stop(&c->role);
	else
		ig_role_exit(&c->role, IG_EX_OK);
}

static int on_note(struct ig_link *l IG_UNUSED, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct control *c = arg;

	ig_arena_reset(c->arena);
	switch (kind) {
	case IG_NOTE_CONF:
		return on_conf(c, body, len, fd);
	case IG_NOTE_PEER:
		return on_peer(c, body, len, fd);
	case IG_NOTE_LISTEN:
		return on_listen(c, body, len, fd);
	}
	if (kind == IG_NOTE_GO || kind == IG_NOTE_PING || kind == IG_NOTE_STOP || !c->role.ops->note || c->stage == WAIT_CONF) {
		if (fd >= 0)
			close(fd);
		if (kind == IG_NOTE_GO)
			return on_go(c);
		if (kind == IG_NOTE_PING)
			return on_ping(c, body, len);
		if (kind != IG_NOTE_STOP)
			return -1;
		stop(c);
		return 0;
	}
	c->role.ops->note(&c->role, kind, body, len, fd);
	return 0;
}

/* The parent owns the instance: without it nobody may go on (another irgated may start at once). */
static void on_parent_gone(struct ig_link *l IG_UNUSED, void *arg)
{
	struct control *c = arg;

	if (c->stage != STOPPING)
		ig_log(IG_LOG_NOTICE, "the parent is gone");
	leave(IG_EX_OK);
}

static void on_term(evutil_socket_t sig IG_UNUSED, short what IG_UNUSED, void *arg)
{
	stop(arg);
}

/* The parent hears a terminal's Ctrl-C and SIGHUP itself and tells the roles in order; SIGTERM to one role is a stop of that role. */
static void own_signals(struct control *c)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	c->term = evsignal_new(c->role.base, SIGTERM, on_term, c);
	if (!c->term || event_add(c->term, NULL) < 0)
		ig_die(IG_EX_SOFTWARE, "cannot watch for signals");
}

int ig_role_run(const struct ig_role_ops *ops)
{
	struct control c = {.role = {.shared_fd = -1, .ops = ops}, .stage = WAIT_CONF};

	ig_log_init(c.role.ops->name, IG_LOG_INFO);
	prctl(PR_SET_NAME, c.role.ops->name);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	c.role.base = event_base_new();
	if (!c.role.base)
		ig_die(IG_EX_SOFTWARE, "cannot make an event loop");
	own_signals(&c);
	c.arena = ig_arena_new(CONTROL_ARENA_MAX);
	c.role.parent = ig_link_new(c.role.base, IG_ROLE_FD, "parent", on_note, on_parent_gone, &c);
	if (ops->loop)
		ops->loop(&c.role);
	else
		event_base_dispatch(c.role.base);
	ig_link_flush(c.role.parent, 1000);
	leave(c.code);
	return c.code;
}
