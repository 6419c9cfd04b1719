/* Notes over a stream socket, driven by the event loop.
 * Relies on libevent and on the framing helpers of link_wire.h. Small notes are gathered and leave together once the callbacks of a turn
 * of the loop are done; a large one is never copied twice. Knows no note by name: that is model/notes.h. */
#include "config.h"
#include "base/link.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/link_wire.h"
#include "base/log.h"
#include "base/opt.h"

#define READ_CHUNK (128u << 10)  /* free room offered to every read */
#define READS_A_TURN 8           /* then others get their turn */
#define CHUNK_SMALL (16u << 10)  /* notes are gathered up to this */
#define QUEUE_MAX (4u * IG_LINK_MAX)
#define IOV_MAX_USED 32

/* What is to be written, in order. A descriptor belongs to the first byte, so a note with one opens a chunk. */
struct chunk {
	struct chunk *next;
	size_t len, cap, done;
	int fd;
	uint8_t bytes[];
};
struct ig_link {
	struct event_base *base;             /* foreign */
	struct event *readable, *writable;   /* own */
	struct event *again;                 /* own; made active by hand: something is to be written, read on, or closed */
	char *name;
	ig_link_h *h;
	ig_link_closed_h *closed_h;
	void *arg;
	int fd;
	bool dead, told, paused, write_over, writable_added;
	bool freed; /* ig_link_free was called inside a handler: the frame that runs it frees */
	unsigned depth;
	struct chunk *out, *out_last;
	size_t queued, max;
	uint8_t *in;
	size_t in_at, in_len, in_cap;
	struct ig_link_fds fds;
};

static void drop_output(struct ig_link *l)
{
	while (l->out) {
		struct chunk *next = l->out->next;
		if (l->out->fd >= 0)
			close(l->out->fd);
		free(l->out);
		l->out = next;
	}
	l->out_last = NULL;
	l->queued = 0;
}

static void really_free(struct ig_link *l)
{
	free(l->in);
	free(l->name);
	free(l);
}

/* Ends everything but the memory: events, descriptor, queues. */
static void shut(struct ig_link *l)
{
	if (l->dead)
		return;
	l->dead = true;
	event_free(l->readable);
	event_free(l->writable);
	event_free(l->again);
	l->readable = l->writable = l->again = NULL;
	close(l->fd);
	l->fd = -1;
	drop_output(l);
	ig_link_fds_close(&l->fds);
}

/* The link is dead by itself: the owner is told once, and may free it right there. */
static void closed(struct ig_link *l)
{
	shut(l);
	if (l->told || l->freed)
		return;
	l->told = true;
	l->depth++;
	if (l->closed_h)
		l->closed_h(l, l->arg);
	l->depth--;
}

static void leave(struct ig_link *l)
{
	if (--l->depth == 0 && l->freed)
		really_free(l);
}

/* ---- Writing ---- */

static void write_done(struct ig_link *l, size_t n)
{
	l->queued -= n;
	while (l->out) {
		struct chunk *c = l->out;
		size_t part = c->len - c->done < n ? c->len - c->done : n;
		if (part && c->fd >= 0) {
			close(c->fd); /* sent with the first byte */
			c->fd = -1;
		}
		c->done += part;
		n -= part;
		if (c->done < c->len)
			return;
		l->out = c->next;
		if (!l->out)
			l->out_last = NULL;
		free(c);
	}
}

/* Writes what the socket takes: 1 all of it, 0 the peer is slow, -1 the peer is gone. */
static int write_some(struct ig_link *l)
{
	while (l->out) {
		struct iovec iov[IOV_MAX_USED];
		int count = 0;
		ssize_t n;
		for (struct chunk *c = l->out; c && count < IOV_MAX_USED; c = c->next) {
			if (count && c->fd >= 0)
				break;
			iov[count].iov_base = c->bytes + c->done;
			iov[count++].iov_len = c->len - c->done;
		}
		n = ig_link_sendmsg(l->fd, iov, (size_t)count, l->out->fd, MSG_DONTWAIT);
		if (n >= 0)
			write_done(l, (size_t)n);
		else if (errno == EAGAIN || errno == ENOBUFS || errno == ETOOMANYREFS)
			return 0;
		else
			return -1;
	}
	return 1;
}

/* What the peer sent before it went is still read: only the end of the input closes the link. */
static void write_ended(struct ig_link *l)
{
	l->write_over = true;
	drop_output(l);
}

static void write_turn(struct ig_link *l)
{
	int rc;

	if (l->write_over)
		return;
	rc = write_some(l);
	if (rc < 0)
		write_ended(l);
	if (rc == 0 && !l->writable_added) {
		event_add(l->writable, NULL);
		l->writable_added = true;
	} else if (rc != 0 && l->writable_added) {
		event_del(l->writable);
		l->writable_added = false;
	}
}

static void writable_cb(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	write_turn(arg);
}

int ig_link_send(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd)
{
	uint8_t head[IG_LINK_HEAD];
	size_t whole = IG_LINK_HEAD + len;
	struct chunk *c = l->out_last;

	if (l->dead || l->freed || l->write_over || len > IG_LINK_MAX || kind & IG_LINK_WITH_FD || l->queued + whole > QUEUE_MAX) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	if (!c || fd >= 0 || c->cap - c->len < whole) {
		size_t cap = whole < CHUNK_SMALL ? CHUNK_SMALL : whole;
		c = ig_xrealloc(NULL, sizeof(*c) + cap);
		*c = (struct chunk){.cap = cap, .fd = fd};
		if (l->out_last)
			l->out_last->next = c;
		else
			l->out = c;
		l->out_last = c;
	}
	ig_link_head_put(head, kind, len, fd >= 0);
	memcpy(c->bytes + c->len, head, IG_LINK_HEAD);
	if (len)
		memcpy(c->bytes + c->len + IG_LINK_HEAD, body, len);
	c->len += whole;
	l->queued += whole;
	if (!l->writable_added)
		event_active(l->again, EV_WRITE, 0);
	return 0;
}

size_t ig_link_queued(const struct ig_link *l)
{
	return l->queued;
}

int ig_link_flush(struct ig_link *l, int timeout_ms)
{
	int64_t until = ig_mono_ms() + timeout_ms;

	while (!l->dead && !l->write_over) {
		int rc = write_some(l);
		struct pollfd p = {.fd = l->fd, .events = POLLOUT};
		int64_t left = until - ig_mono_ms();
		if (rc < 0)
			write_ended(l);
		if (rc > 0)
			return 0;
		if (rc == 0 && left <= 0)
			return -1;
		if (rc == 0)
			poll(&p, 1, (int)left);
	}
	return -1;
}

/* ---- Reading ---- */

/* Room for what is known to come, and always for a good chunk. */
static void make_room(struct ig_link *l, size_t want)
{
	if (l->in_at) {
		memmove(l->in, l->in + l->in_at, l->in_len - l->in_at);
		l->in_len -= l->in_at;
		l->in_at = 0;
	}
	if (!l->in_len && l->in_cap > 2 * READ_CHUNK && want <= READ_CHUNK) { /* the large note is over */
		free(l->in);
		l->in = NULL;
		l->in_cap = 0;
	}
	if (want < READ_CHUNK)
		want = READ_CHUNK;
	if (l->in_cap - l->in_len < want) {
		l->in_cap = l->in_len + want;
		l->in = ig_xrealloc(l->in, l->in_cap);
	}
}

/* Hands over what is complete in the buffer. -1: the note or the frame is bad. *need_r: bytes that the frame begun still lacks. */
static int hand_over(struct ig_link *l, size_t *need_r)
{
	*need_r = 0;
	while (!l->paused && !l->freed && !l->dead) {
		struct ig_link_head head;
		const uint8_t *at;
		size_t have = l->in_len - l->in_at;
		int fd = -1;
		if (have < IG_LINK_HEAD)
			break;
		at = l->in + l->in_at;
		if (ig_link_head_get(at, &head) < 0 || head.len > l->max)
			return -1;
		if (have - IG_LINK_HEAD < head.len) {
			*need_r = head.len - (have - IG_LINK_HEAD);
			break;
		}
		if (head.with_fd && (fd = ig_link_fds_take(&l->fds)) < 0)
			return -1;
		l->in_at += IG_LINK_HEAD + head.len;
		if (l->h(l, head.kind, at + IG_LINK_HEAD, head.len, fd, l->arg) < 0)
			return -1;
	}
	/* A descriptor arrives with the first byte of its frame, so none may be left when no byte is. */
	return !l->dead && l->in_at == l->in_len && l->fds.count ? -1 : 0;
}

static void bad_frame(struct ig_link *l)
{
	if (l->dead || l->freed)
		return;
	ig_log(IG_LOG_WARNING, "bad frame from %s: connection closed", l->name);
	closed(l);
}

static void read_turn(struct ig_link *l, bool socket_too)
{
	size_t need;

	l->depth++;
	if (hand_over(l, &need) < 0)
		bad_frame(l);
	for (int i = 0; socket_too && i < READS_A_TURN && !l->dead && !l->freed && !l->paused; i++) {
		ssize_t n;
		make_room(l, need);
		n = ig_link_recvmsg(l->fd, l->in + l->in_len, l->in_cap - l->in_len, &l->fds, MSG_DONTWAIT);
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0 && errno == EPROTO) {
			bad_frame(l);
			break;
		}
		if (n <= 0) {
			closed(l);
			break;
		}
		l->in_len += (size_t)n;
		if (hand_over(l, &need) < 0)
			bad_frame(l);
		if ((size_t)n < READ_CHUNK && !l->fds.cut)
			break; /* the socket is empty, most likely */
	}
	leave(l);
}

static void readable_cb(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	read_turn(arg, true);
}

static void again_cb(evutil_socket_t fd IG_UNUSED, short what, void *arg)
{
	struct ig_link *l = arg;

	l->depth++;
	if (what & EV_WRITE)
		write_turn(l);
	if (what & EV_READ)
		read_turn(l, false);
	leave(l);
}

void ig_link_pause(struct ig_link *l, bool pause)
{
	if (l->dead || l->paused == pause)
		return;
	l->paused = pause;
	if (pause) {
		event_del(l->readable);
		return;
	}
	event_add(l->readable, NULL);
	event_active(l->again, EV_READ, 0); /* what was read before the pause */
}

/* ---- Life ---- */

struct ig_link *ig_link_new(struct event_base *base, int fd, const char *name, ig_link_h *h, ig_link_closed_h *closed_h, void *arg)
{
	struct ig_link *l = ig_xmalloc(sizeof(*l));
	int flags = fcntl(fd, F_GETFL);

	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	*l = (struct ig_link){.base = base, .fd = fd, .max = IG_LINK_MAX, .name = ig_xstrdup(name), .h = h, .closed_h = closed_h, .arg = arg};
	l->readable = event_new(base, fd, EV_READ | EV_PERSIST, readable_cb, l);
	l->writable = event_new(base, fd, EV_WRITE | EV_PERSIST, writable_cb, l);
	l->again = event_new(base, -1, 0, again_cb, l);
	if (!l->readable || !l->writable || !l->again || event_add(l->readable, NULL) < 0)
		ig_die(IG_EX_SOFTWARE, "cannot watch the socket of %s", name);
	return l;
}

struct ig_link *ig_link_free(struct ig_link *l)
{
	if (!l || l->freed)
		return NULL;
	shut(l);
	if (l->depth)
		l->freed = true;
	else
		really_free(l);
	return NULL;
}

void ig_link_limit(struct ig_link *l, size_t max)
{
	l->max = max;
}

const char *ig_link_name(const struct ig_link *l)
{
	return l->name;
}
