/* The LMTP server: sockets, time-outs and what all connections share (their number, the bytes of unfinished messages). The dialogue itself is
 * in lmtp_session.c. A connection reads nothing while its message waits to be durable or its replies are not taken: back-pressure to the
 * sender. */
#include "config.h"
#include "intake/intake.h"
#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/opt.h"
#include "intake/lmtp_session.h"

enum { READ_MAX = 64 * 1024, OUT_HIGH = 64 * 1024, ACCEPTS_A_TURN = 16, MESSAGE_TIMEOUTS = 10 };

struct connection {
	struct ig_lmtp *l;
	int fd;
	struct event *readable, *writable;
	struct ig_lmtp_session *s;
	struct ig_buf pending;  /* read and not yet taken: pipelined behind a message that waits */
	int64_t busy_since;     /* monotonic ms; 0 idle */
	bool reading, writing;
	bool talks;             /* the client sends on while its message waits: not read until the answer */
	bool gone;              /* closed while its message waits: freed when the answer comes */
	struct connection *next, **at;
};

struct ig_lmtp {
	struct event_base *base;
	const struct ig_conf *conf;
	const struct ig_conf_lmtp *cl;
	struct ig_intake_sink sink;
	struct event *accept;
	int fd;
	struct connection *first;
	int64_t count;
	uint64_t unfinished;    /* bytes of messages that are being received or wait */
	char host[256];
	char *spool;
	bool freed;             /* connections whose message waits outlive the server */
};

static char read_buffer[READ_MAX];

static struct timeval timeout_of(const struct ig_lmtp *l)
{
	return (struct timeval){.tv_sec = l->conf->lmtp_timeout / 1000, .tv_usec = l->conf->lmtp_timeout % 1000 * 1000};
}

static void lmtp_unref(struct ig_lmtp *l)
{
	if (!l->freed || l->first)
		return;
	free(l->spool);
	free(l);
}

static void connection_free(struct connection *c)
{
	struct ig_lmtp *l = c->l;
	ig_lmtp_session_free(c->s);
	ig_buf_free(&c->pending);
	*c->at = c->next;
	if (c->next)
		c->next->at = c->at;
	free(c);
	lmtp_unref(l);
}

static void connection_close(struct connection *c)
{
	struct ig_lmtp *l = c->l;
	if (c->gone)
		return;
	event_free(c->readable);
	event_free(c->writable);
	close(c->fd);
	c->gone = true;
	if (l->count-- == l->conf->lmtp_connections && l->accept)
		event_add(l->accept, NULL);
	if (!ig_lmtp_session_waits(c->s))
		connection_free(c);
}

/* Sends what it can. False: the connection is closed. */
static bool flush_out(struct connection *c)
{
	struct ig_buf *out = ig_lmtp_session_out(c->s);
	while (out->len) {
		ssize_t n = send(c->fd, out->data, out->len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == ENOBUFS))
			break;
		if (n < 0) {
			connection_close(c);
			return false;
		}
		ig_buf_eat(out, (size_t)n);
	}
	if (!out->len && ig_lmtp_session_over(c->s)) {
		connection_close(c);
		return false;
	}
	return true;
}

/* Arms what the connection waits for now. */
static void settle(struct connection *c)
{
	struct timeval tv = timeout_of(c->l);
	size_t left = ig_lmtp_session_out(c->s)->len;
	/* While a message waits reading stays armed, since most clients are silent then, which saves two system calls a message. */
	bool read = !(ig_lmtp_session_waits(c->s) && c->talks) && !ig_lmtp_session_over(c->s) && left < OUT_HIGH, write = left > 0;
	if (read != c->reading) {
		if (read)
			event_add(c->readable, &tv);
		else
			event_del(c->readable);
		c->reading = read;
	}
	if (write != c->writing) {
		if (write)
			event_add(c->writable, &tv);
		else
			event_del(c->writable);
		c->writing = write;
	}
}

static void watch_length(struct connection *c)
{
	if (!ig_lmtp_session_busy(c->s))
		c->busy_since = 0;
	else if (!c->busy_since)
		c->busy_since = ig_mono_ms();
	/* A byte now and then must not keep a place for ever. */
	else if (ig_mono_ms() - c->busy_since > MESSAGE_TIMEOUTS * c->l->conf->lmtp_timeout && !ig_lmtp_session_waits(c->s))
		ig_lmtp_session_end(c->s, "421 4.4.2 The message takes too long");
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct connection *c = arg;
	ssize_t n;
	size_t taken;
	if (ig_lmtp_session_waits(c->s)) {
		c->talks = !(what & EV_TIMEOUT);
		settle(c);
		return;
	}
	if (what & EV_TIMEOUT) {
		c->reading = false;
		ig_lmtp_session_end(c->s, "421 4.4.2 Time-out");
	} else {
		n = recv(fd, read_buffer, sizeof read_buffer, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) { /* whatever was not finished was not accepted */
			connection_close(c);
			return;
		}
		taken = ig_lmtp_session_feed(c->s, read_buffer, (size_t)n);
		if (taken < (size_t)n && ig_lmtp_session_waits(c->s))
			ig_buf_add(&c->pending, read_buffer + taken, (size_t)n - taken);
		watch_length(c);
	}
	if (flush_out(c))
		settle(c);
}

static void on_writable(evutil_socket_t fd IG_UNUSED, short what, void *arg)
{
	struct connection *c = arg;
	if (what & EV_TIMEOUT) {
		connection_close(c);
		return;
	}
	if (flush_out(c))
		settle(c);
}

/* The recorder's answer. */
static void done(bool durable, const char *why, void *arg)
{
	struct connection *c = arg;
	ig_lmtp_session_done(c->s, durable, why);
	c->talks = false;
	if (c->gone) {
		connection_free(c);
		return;
	}
	if (c->pending.len) {
		size_t taken = ig_lmtp_session_feed(c->s, c->pending.data, c->pending.len);
		ig_buf_eat(&c->pending, taken);
		if (!c->pending.len)
			ig_buf_free(&c->pending);
	}
	watch_length(c);
	if (flush_out(c))
		settle(c);
}

/* ---- what a session asks */

static bool host_reserve(void *arg, int64_t bytes)
{
	struct ig_lmtp *l = ((struct connection *)arg)->l;
	if (bytes > 0 && l->unfinished + (uint64_t)bytes > l->conf->unfinished_max)
		return false;
	l->unfinished += (uint64_t)bytes;
	return true;
}

static int host_file(void *arg)
{
	return ig_fs_unnamed(((struct connection *)arg)->l->spool);
}

static void host_message(void *arg, struct ig_lmtp_session *s IG_UNUSED, const struct ig_envelope *e, const void *p, int fd, uint64_t size)
{
	struct connection *c = arg;
	c->l->sink.append(c->l->sink.arg, e, p, fd, size, done, c);
}

/* ---- accepting */

static void welcome(struct ig_lmtp *l, int fd)
{
	struct connection *c = ig_xmalloc(sizeof *c);
	struct ig_lmtp_host host = {.arg = c, .name = l->host, .source = l->cl->name, .reserve = host_reserve, .file = host_file, .message = host_message};
	const int on = 1;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* fails on a unix socket, which needs it not */
	*c = (struct connection){.l = l, .fd = fd, .pending = IG_BUF_INIT(READ_MAX), .next = l->first, .at = &l->first};
	c->readable = event_new(l->base, fd, EV_READ | EV_PERSIST, on_readable, c);
	c->writable = event_new(l->base, fd, EV_WRITE | EV_PERSIST, on_writable, c);
	if (!c->readable || !c->writable)
		ig_die(IG_EX_SOFTWARE, "out of memory");
	c->s = ig_lmtp_session_new(l->conf, &host);
	if (l->first)
		l->first->at = &c->next;
	l->first = c;
	l->count++;
	if (flush_out(c))
		settle(c);
}

static void on_accept(evutil_socket_t listening, short what IG_UNUSED, void *arg)
{
	static const char busy[] = "421 4.3.2 Too many connections\r\n";
	struct ig_lmtp *l = arg;
	for (int i = 0; i < ACCEPTS_A_TURN; i++) {
		int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0) {
			if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
				ig_log(IG_LOG_WARNING, "%s: %s", l->cl->name, strerror(errno));
				event_del(l->accept); /* again when a connection ends */
				if (!l->count)
					event_add(l->accept, NULL);
			}
			return;
		}
		if (l->count >= l->conf->lmtp_connections) {
			(void)!send(fd, busy, sizeof busy - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
			close(fd);
			continue;
		}
		welcome(l, fd);
	}
}

struct ig_lmtp *ig_lmtp_new(struct event_base *base, const struct ig_conf *c, const struct ig_conf_lmtp *cl, int listening, const struct ig_intake_sink *sink)
{
	struct ig_lmtp *l = ig_xmalloc(sizeof *l);
	struct ig_buf spool = IG_BUF_INIT(8192);
	*l = (struct ig_lmtp){.base = base, .conf = c, .cl = cl, .sink = *sink, .fd = listening};
	if (gethostname(l->host, sizeof l->host - 1) || !l->host[0])
		snprintf(l->host, sizeof l->host, "irgate");
	ig_buf_fmt(&spool, "%s/tmp", c->var);
	l->spool = ig_xstrdup(spool.data);
	ig_buf_free(&spool);
	evutil_make_socket_nonblocking(listening);
	l->accept = event_new(base, listening, EV_READ | EV_PERSIST, on_accept, l);
	if (!l->accept || event_add(l->accept, NULL))
		ig_die(IG_EX_SOFTWARE, "cannot listen for mail");
	return l;
}

struct ig_lmtp *ig_lmtp_free(struct ig_lmtp *l)
{
	struct connection *c, *next;
	if (!l)
		return NULL;
	event_free(l->accept);
	l->accept = NULL;
	close(l->fd);
	for (c = l->first; c; c = next) {
		next = c->next;
		if (!c->gone && !ig_lmtp_session_waits(c->s))
			ig_lmtp_session_end(c->s, "421 4.3.2 Shutting down");
		if (!c->gone && flush_out(c))
			connection_close(c);
	}
	l->freed = true;
	lmtp_unref(l);
	return NULL;
}
