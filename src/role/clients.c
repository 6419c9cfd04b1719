/* Clients of append.sock. SO_PEERCRED decides who may append (conf deliver_users; root and our own user always); a client that says nothing
 * for IDLE_S loses its connection. A descriptor must be a sealed memory file: any other could stall or change under the recorder. */
#include "config.h"
#include "role/clients.h"
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/log.h"
#include "base/opt.h"
#include "model/notes.h"

enum { CLIENTS_MAX = 64, IDLE_S = 30, USERS_MAX = 64, ENVELOPE_ROOM = 512 << 10 };

struct client {
	struct ig_clients *all;
	struct ig_link *link;
	struct event *idle;
	struct client *next;
	bool officer;
};

struct ig_clients {
	struct event_base *base;
	struct event *accept;
	int fd;
	struct client *first;
	size_t count;
	ig_clients_append_h *h;
	ig_clients_gone_h *gone;
	void *arg;
	bool anybody;
	size_t frame_max;
	uid_t uids[USERS_MAX];
	size_t uid_count;
	uid_t officers[USERS_MAX];
	size_t officer_count;
};

struct ig_clients *ig_clients_new(struct event_base *base, const struct ig_conf *conf, ig_clients_append_h *h, ig_clients_gone_h *gone, void *arg)
{
	struct ig_clients *c = ig_xmalloc(sizeof *c);
	*c = (struct ig_clients){.base = base, .fd = -1, .h = h, .gone = gone, .arg = arg};
	c->frame_max = conf->inline_max + ENVELOPE_ROOM; /* a larger message comes as a descriptor; all clients together hold little */
	c->anybody = !conf->deliver_users || !conf->deliver_users[0];
	for (size_t i = 0; !c->anybody && conf->deliver_users[i] && c->uid_count < USERS_MAX; i++) {
		struct passwd *p = getpwnam(conf->deliver_users[i]);
		if (p)
			c->uids[c->uid_count++] = p->pw_uid;
		else
			ig_log(IG_LOG_WARNING, "deliver_users: there is no user %s", conf->deliver_users[i]);
	}
	const char *const *const lists[] = {conf->chiefs, conf->officers};
	for (size_t k = 0; k < IG_COUNT(lists); k++)
		for (const char *const *name = lists[k]; name && *name && c->officer_count < USERS_MAX; name++) {
			struct passwd *p = getpwnam(*name);
			if (p)
				c->officers[c->officer_count++] = p->pw_uid;
		}
	return c;
}

static bool officer(const struct ig_clients *c, uid_t uid)
{
	bool is = uid == 0 || uid == geteuid();
	for (size_t i = 0; i < c->officer_count && !is; i++)
		is = c->officers[i] == uid;
	return is;
}

bool ig_clients_officer(const struct ig_clients *c, const struct ig_link *l)
{
	for (const struct client *cl = c->first; cl; cl = cl->next)
		if (cl->link == l)
			return cl->officer;
	return false;
}

static bool allowed(const struct ig_clients *c, int fd, bool *officer_r)
{
	struct ucred who;
	socklen_t len = sizeof who;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len))
		return false;
	*officer_r = officer(c, who.uid);
	if (*officer_r || c->anybody || who.uid == 0 || who.uid == geteuid())
		return true;
	for (size_t i = 0; i < c->uid_count; i++)
		if (c->uids[i] == who.uid)
			return true;
	ig_log(IG_LOG_WARNING, "user %u may not deliver (deliver_users)", (unsigned)who.uid);
	return false;
}

static void drop(struct client *cl)
{
	struct ig_clients *c = cl->all;
	struct client **at = &c->first;
	while (*at != cl)
		at = &(*at)->next;
	*at = cl->next;
	c->gone(cl->link, c->arg);
	ig_link_free(cl->link);
	event_free(cl->idle);
	free(cl);
	if (c->count-- == CLIENTS_MAX && c->accept)
		event_add(c->accept, NULL);
}

static void on_idle(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	drop(arg);
}

static void closed(struct ig_link *l IG_UNUSED, void *arg)
{
	drop(arg);
}

static bool sealed(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);
	return seals >= 0 && (seals & F_SEAL_WRITE) && (seals & F_SEAL_SHRINK);
}

static int on_note(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct client *cl = arg;
	if (kind != IG_NOTE_APPEND || (fd >= 0 && !sealed(fd))) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	event_add(cl->idle, &(struct timeval){.tv_sec = IDLE_S});
	return cl->all->h(l, body, len, fd, cl->all->arg);
}

static void on_accept(evutil_socket_t listening, short what IG_UNUSED, void *arg)
{
	struct ig_clients *c = arg;
	for (int i = 0; i < 16 && c->count < CLIENTS_MAX; i++) {
		struct client *cl;
		int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			break;
		bool is_officer = false;
		if (!allowed(c, fd, &is_officer)) {
			close(fd);
			continue;
		}
		cl = ig_xmalloc(sizeof *cl);
		*cl = (struct client){.all = c, .next = c->first, .officer = is_officer};
		cl->idle = event_new(c->base, -1, 0, on_idle, cl);
		cl->link = ig_link_new(c->base, fd, "irgate-deliver", on_note, closed, cl);
		ig_link_limit(cl->link, c->frame_max);
		if (!cl->idle || event_add(cl->idle, &(struct timeval){.tv_sec = IDLE_S}))
			ig_die(IG_EX_SOFTWARE, "cannot watch a client");
		c->first = cl;
		c->count++;
	}
	/* The queue of the socket holds the others until one leaves. */
	if (c->count >= CLIENTS_MAX)
		event_del(c->accept);
}

void ig_clients_listen(struct ig_clients *c, int fd)
{
	if (c->accept) {
		event_free(c->accept);
		close(c->fd);
	}
	c->fd = fd;
	evutil_make_socket_nonblocking(fd);
	c->accept = event_new(c->base, fd, EV_READ | EV_PERSIST, on_accept, c);
	if (!c->accept || event_add(c->accept, NULL))
		ig_die(IG_EX_SOFTWARE, "cannot listen for clients");
}

void ig_clients_flush(struct ig_clients *c)
{
	for (struct client *cl = c->first; cl; cl = cl->next)
		ig_link_flush(cl->link, 100);
}
