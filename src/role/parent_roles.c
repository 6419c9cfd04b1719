/* Starting, handing over, restarting and stopping the roles. Knows who speaks with whom (pairs) and who serves which listening socket.
 * Relies on role/role.c for the other end and on parent.c for SIGCHLD. Does not look into what the roles say to each other. */
#include "config.h"
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "base/opt.h"
#include "model/notes.h"
#include "role/parent.h"

enum { BACKOFF_FIRST_MS = 100, BACKOFF_MAX_MS = 30000, LIVED_WELL_MS = 60000, STOP_MS = 10000, TEXT_MAX = 16 << 20 };
enum { ONCE_DEATHS_MAX = 8, ALARM_DEATHS = 5 };

static const char *const names[] = {
	[IG_AT_MAILIN] = "mailin", [IG_AT_RECORDER] = "recorder", [IG_AT_SENDER] = "sender", [IG_AT_CLERK] = "clerk"};

/* A socket between each of these; whoever of the two is started (again) gets a fresh one, and so does the other. */
static const struct { enum ig_parent_at a, b; } pairs[] = {
	{IG_AT_MAILIN, IG_AT_RECORDER}, {IG_AT_RECORDER, IG_AT_CLERK}, {IG_AT_MAILIN, IG_AT_CLERK}, {IG_AT_SENDER, IG_AT_CLERK}};

static const struct { const char *listener; enum ig_parent_at at; } servers[] = {
	{"control", IG_AT_CLERK}, {"append", IG_AT_RECORDER}, {"lmtp", IG_AT_MAILIN}};

static void again(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	struct ig_parent_role *r = arg;

	ig_parent_roles_start(r->parent, UINT64_C(1) << (r - r->parent->role));
}

void ig_parent_roles_init(struct ig_parent *p)
{
	for (size_t i = 0; i < IG_PARENT_ROLES_MAX; i++) {
		p->role[i] = (struct ig_parent_role){.parent = p, .name = i < IG_AT_COUNT ? names[i] : "account"};
		p->role[i].index = i < IG_AT_COUNT ? 0 : i - IG_AT_COUNT + 1;
		p->role[i].again = evtimer_new(p->base, again, &p->role[i]);
		if (!p->role[i].again)
			ig_die(IG_EX_SOFTWARE, "out of memory");
	}
	ig_parent_roles_count(p);
}

void ig_parent_roles_count(struct ig_parent *p)
{
	bool lines = p->conf->line_count && (!p->once || p->conf->fax_transport == IG_FAX_LINE); /* nobody calls us during one pass */
	p->role_count = IG_AT_COUNT + p->conf->imap_count + p->conf->pop3_count + lines;
	for (size_t i = IG_AT_COUNT; i < IG_PARENT_ROLES_MAX; i++)
		p->role[i].name = lines && i + 1 == p->role_count ? "faxline" : "account";
}

bool ig_parent_all_ready(const struct ig_parent *p)
{
	for (size_t i = 0; i < p->role_count; i++)
		if (!p->role[i].ready)
			return false;
	return true;
}

static void wait_and_start_again(struct ig_parent_role *r)
{
	int64_t ms = BACKOFF_FIRST_MS;

	for (unsigned i = 1; i < r->failures && ms < BACKOFF_MAX_MS; i++)
		ms *= 2;
	if (ms > BACKOFF_MAX_MS)
		ms = BACKOFF_MAX_MS;
	ig_log(IG_LOG_NOTICE, "%s is started again in %d ms", r->name, (int)ms);
	event_add(r->again, &(struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000});
}

/* The link says it is over before the kernel says who died; SIGCHLD follows, and restarts. A role that closed its link by a bad note but lives on
 * is of no use any more. */
static void on_closed(struct ig_link *l IG_UNUSED, void *arg)
{
	struct ig_parent_role *r = arg;

	r->link = ig_link_free(r->link);
	r->ready = false;
	if (r->pid > 0)
		kill(r->pid, SIGKILL);
}

/* ---- hand-over */

static bool is_faxline(const struct ig_parent_role *r)
{
	return !strcmp(r->name, "faxline");
}

static int spawn_role(struct ig_parent_role *r)
{
	struct ig_parent *p = r->parent;
	char *const argv[] = {(char *)(is_faxline(r) ? "irgate-faxline" : "irgated"), (char *)"--role", (char *)r->name, NULL};
	char path[4096] = "/proc/self/exe";
	int fds[2], err;

	if (is_faxline(r)) /* a program of its own: no other role maps its libraries */
		snprintf(path, sizeof path, "%s/irgate-faxline", p->conf->libexec);

	evtimer_del(r->again);
	r->born = ig_mono_ms();
	r->ready = r->stopping = false;
	r->ponged = p->ping;
	r->silent_since = 0;
	err = ig_link_pair(fds) < 0 ? errno : 0;
	if (!err) {
		err = ig_spawn(path, argv, fds[1], p->lock, &r->pid);
		close(fds[1]);
		if (err)
			close(fds[0]);
	}
	if (err) {
		ig_log(IG_LOG_ERR, "cannot start %s: %s", r->name, strerror(err));
		r->pid = 0;
		r->failures++;
		wait_and_start_again(r);
		return -1;
	}
	r->link = ig_link_new(p->base, fds[0], r->name, ig_parent_note, on_closed, r);
	return 0;
}

/* No account is told the passwords of another. */
static const struct ig_conf *one_account(const struct ig_conf *c, uint64_t at, struct ig_conf *own)
{
	*own = *c;
	own->imap_count = at < c->imap_count;
	own->pop3_count = !own->imap_count;
	if (own->imap_count)
		own->imaps = &c->imaps[at];
	else
		own->pop3s = &c->pop3s[at - c->imap_count];
	return own;
}

static void tell_conf(struct ig_parent_role *r)
{
	struct ig_parent *p = r->parent;
	struct ig_buf text = IG_BUF_INIT(TEXT_MAX);
	struct ig_note_conf n = {.now = p->now, .frames = p->frames,
		.flags = (p->once ? IG_CONF_ONCE : 0) | (p->verbose ? IG_CONF_VERBOSE : 0) | (p->systemd ? IG_CONF_SYSTEMD : 0)};
	struct ig_conf own;
	int page = -1;

	if (r == &p->role[IG_AT_CLERK])
		page = fcntl(p->page_fd, F_DUPFD_CLOEXEC, 3);
	ig_conf_print(r->index && !is_faxline(r) ? one_account(p->conf, r->index - 1, &own) : p->conf, r->name, &text);
	n.text = text.data;
	ig_note_conf_send(r->link, &n, page);
	ig_buf_free(&text);
}

static void pair_up(struct ig_parent_role *a, struct ig_parent_role *b)
{
	struct ig_note_peer to_a = {.role = b->name, .index = b->index}, to_b = {.role = a->index ? names[IG_AT_MAILIN] : a->name, .index = a->index};
	int fds[2];

	if (is_faxline(a) && b == &a->parent->role[IG_AT_CLERK])
		to_b.role = a->name;

	if (!a->link || !b->link)
		return; /* it is told when it comes */
	if (ig_link_pair(fds) < 0) {
		ig_log(IG_LOG_ERR, "cannot make a socket between %s and %s: %s", a->name, b->name, strerror(errno));
		kill(a->pid, SIGKILL); /* its next start tries again */
		return;
	}
	ig_note_peer_send(a->link, &to_a, fds[0]);
	ig_note_peer_send(b->link, &to_b, fds[1]);
}

static void hand_listeners(struct ig_parent *p, struct ig_parent_role *r)
{
	for (size_t i = 0; i < p->listeners.count; i++) {
		const struct ig_parent_listener *l = &p->listeners.item[i];
		struct ig_note_listen n = {.name = l->name};

		for (size_t k = 0; k < IG_COUNT(servers); k++)
			if (!strcmp(servers[k].listener, l->name) && r == &p->role[servers[k].at])
				ig_note_listen_send(r->link, &n, fcntl(l->fd, F_DUPFD_CLOEXEC, 3));
	}
}

static bool among(uint64_t set, size_t i)
{
	return set >> i & 1;
}

/* An account speaks with the two that every mailin speaks with. */
static void pair_accounts(struct ig_parent *p, uint64_t set)
{
	for (size_t i = IG_AT_COUNT; i < p->role_count; i++) {
		if (among(set, i) || among(set, IG_AT_RECORDER))
			pair_up(&p->role[i], &p->role[IG_AT_RECORDER]);
		if (among(set, i) || among(set, IG_AT_CLERK))
			pair_up(&p->role[i], &p->role[IG_AT_CLERK]);
	}
}

void ig_parent_roles_start(struct ig_parent *p, uint64_t set)
{
	struct ig_note_go go = {0};

	for (size_t i = 0; i < p->role_count; i++) {
		if (!among(set, i))
			continue;
		if (spawn_role(&p->role[i]) < 0)
			set &= ~(UINT64_C(1) << i);
		else
			tell_conf(&p->role[i]);
	}
	for (size_t i = 0; i < IG_COUNT(pairs); i++)
		if (among(set, pairs[i].a) || among(set, pairs[i].b))
			pair_up(&p->role[pairs[i].a], &p->role[pairs[i].b]);
	pair_accounts(p, set);
	for (size_t i = 0; i < p->role_count; i++) {
		struct ig_parent_role *r = &p->role[i];

		if (!among(set, i) || !r->link)
			continue;
		hand_listeners(p, r);
		if (i == IG_AT_CLERK)
			ig_parent_suspects_tell(p);
		ig_note_go_send(r->link, &go, -1);
	}
}

/* ---- stopping */

static void stop_next(struct ig_parent *p)
{
	struct ig_note_stop n = {0};
	bool waits = false;

	for (size_t k = 0; k < p->role_count; k++) {
		/* accounts first, then the four in their order */
		size_t accounts = p->role_count - IG_AT_COUNT;
		struct ig_parent_role *r = &p->role[k < accounts ? IG_AT_COUNT + k : k - accounts];

		if (!r->index && waits)
			return; /* one after the other; accounts all at once, since each may wait for its server */
		if (!r->pid)
			continue;
		if (!r->stopping && r->link) {
			r->stopping = true;
			ig_note_stop_send(r->link, &n, -1);
		}
		if (!r->index)
			return;
		waits = true;
	}
	if (waits)
		return;
	evtimer_del(p->kill_at);
	ig_parent_all_stopped(p);
}

void ig_parent_roles_stop(struct ig_parent *p, enum ig_parent_stage stage)
{
	p->stage = stage;
	for (size_t i = 0; i < p->role_count; i++)
		evtimer_del(p->role[i].again);
	event_add(p->kill_at, &(struct timeval){.tv_sec = STOP_MS / 1000});
	stop_next(p);
}

/* ---- deaths */

static void say_death(const struct ig_parent *p, const struct ig_parent_role *r, int status)
{
	if (p->stage != IG_PARENT_RUNNING && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		ig_log(IG_LOG_DEBUG, "%s has stopped", r->name);
	else if (WIFSIGNALED(status))
		ig_log(IG_LOG_ERR, "%s (pid %d) was killed by signal %d (%s)", r->name, (int)r->pid, WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		ig_log(IG_LOG_ERR, "%s (pid %d) ended with code %d", r->name, (int)r->pid, WEXITSTATUS(status));
}

/* Under --once nobody waits for better times: a role that dies again and again without the work moving ends the run. */
static bool once_gives_up(struct ig_parent_role *r)
{
	struct ig_parent *p = r->parent;

	if (!p->once || r->failures < ONCE_DEATHS_MAX)
		return false;
	ig_log(IG_LOG_ERR, "%s died %u times in a row: giving this run up", r->name, r->failures);
	ig_parent_end(p, IG_EX_SOFTWARE);
	return true;
}

void ig_parent_role_died(struct ig_parent *p, struct ig_parent_role *r, int status)
{
	char text[200];

	say_death(p, r, status);
	r->link = ig_link_free(r->link);
	ig_parent_token_drop(r);
	r->pid = 0;
	r->ready = false;
	if (r == &p->role[IG_AT_CLERK]) {
		ig_parent_clerk_died(p);
		ig_parent_readers_forget(p);
	}
	if (p->stage != IG_PARENT_RUNNING) {
		stop_next(p);
		return;
	}
	r->failures = ig_mono_ms() - r->born >= LIVED_WELL_MS ? 1 : r->failures + 1;
	if (once_gives_up(r))
		return;
	if (r->failures == ALARM_DEATHS) {
		snprintf(text, sizeof(text), "the process %s died %u times within a short time", r->name, r->failures);
		ig_parent_alarm(p, "role-dies", text);
	}
	wait_and_start_again(r);
}
