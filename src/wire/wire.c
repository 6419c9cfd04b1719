/* Connections: names to addresses, connect with a time-out, bounded reads and writes. Relies on the C library's resolver. Knows no protocol;
 * TLS is in tls.c. */
#include "config.h"
#include "wire/wire_inner.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <stdlib.h>
#include "base/arena.h"
#include "base/clock.h"

#define ADDRESSES_MAX 8 /* of one host that are tried */
#define CONNECT_BYTES (1u << 20)

int ig_wire_wait(struct ig_wire *w, short events)
{
	for (;;) {
		struct pollfd p = {.fd = w->fd, .events = events};
		int64_t left = w->end_ms - ig_mono_ms();
		int ms = left < w->op_ms ? (int)left : w->op_ms;
		int n = left > 0 ? poll(&p, 1, ms) : 0;
		if (n > 0)
			return 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ETIMEDOUT;
		return -1;
	}
}

void ig_wire_limit(struct ig_wire *w, int op_ms, int64_t total_ms, uint64_t bytes)
{
	w->op_ms = op_ms;
	w->end_ms = ig_mono_ms() + total_ms;
	w->bytes_left = bytes;
}

static bool is_loopback(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET)
		return (ntohl(((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr) >> 24) == 127;
	return a->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr);
}

/* One address; -1 with errno. */
static int connect_one(struct ig_wire *w, const struct addrinfo *ai)
{
	int error = 0, one = 1;
	socklen_t len = sizeof error;
	w->fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (w->fd < 0)
		return -1;
	if (connect(w->fd, ai->ai_addr, ai->ai_addrlen) && errno != EINPROGRESS)
		error = errno;
	else if (ig_wire_wait(w, POLLOUT))
		error = errno;
	else if (getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &error, &len))
		error = errno;
	if (!error) {
		setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); /* short commands must not wait for each other */
		w->loopback = is_loopback(ai->ai_addr);
		return 0;
	}
	close(w->fd);
	w->fd = -1;
	errno = error;
	return -1;
}

struct ig_wire *ig_wire_connect(const char *host, int port, int timeout_ms, struct ig_why *why)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV}, *all = NULL;
	struct ig_why last = {""};
	char service[16], address[INET6_ADDRSTRLEN + 1];
	snprintf(service, sizeof service, "%d", port);
	int rc = getaddrinfo(host, service, &hints, &all), tried = 0;
	if (rc) {
		ig_why(why, "the name %.200s has no address now: %s", host, rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
		return NULL;
	}
	struct ig_wire *w = ig_xmalloc(sizeof *w);
	w->fd = -1;
	for (const struct addrinfo *ai = all; ai && tried < ADDRESSES_MAX; ai = ai->ai_next, tried++) {
		ig_wire_limit(w, timeout_ms, timeout_ms, CONNECT_BYTES);
		if (!connect_one(w, ai))
			break;
		int error = errno;
		if (getnameinfo(ai->ai_addr, ai->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST))
			snprintf(address, sizeof address, "?");
		ig_why(&last, "no connection to %.150s port %d (%s): %s", host, port, address, strerror(error));
	}
	freeaddrinfo(all);
	if (w->fd >= 0)
		return w;
	ig_why(why, "%s", last.text);
	return ig_wire_free(w);
}

struct ig_wire *ig_wire_free(struct ig_wire *w)
{
	if (!w)
		return NULL;
	if (w->tls) {
		gnutls_bye(w->tls, GNUTLS_SHUT_WR); /* non-blocking: a peer that does not take it is left alone */
		gnutls_deinit(w->tls);
	}
	if (w->fd >= 0)
		close(w->fd);
	free(w);
	return NULL;
}

bool ig_wire_secure(const struct ig_wire *w)
{
	return w->tls != NULL;
}

bool ig_wire_loopback(const struct ig_wire *w)
{
	return w->loopback;
}

int ig_wire_fd(const struct ig_wire *w)
{
	return w->fd;
}

bool ig_wire_pending(const struct ig_wire *w)
{
	return w->tls && gnutls_record_check_pending(w->tls) > 0;
}

/* The number of bytes, or -1 with errno; EAGAIN says which way to wait in *events_r. */
static ssize_t take(struct ig_wire *w, void *in, const void *out, size_t len, short *events_r)
{
	*events_r = in ? POLLIN : POLLOUT;
	if (!w->tls)
		return in ? recv(w->fd, in, len, 0) : send(w->fd, out, len, MSG_NOSIGNAL);
	ssize_t n = in ? gnutls_record_recv(w->tls, in, len) : gnutls_record_send(w->tls, out, len);
	if (n >= 0)
		return n;
	if (n == GNUTLS_E_AGAIN)
		*events_r = gnutls_record_get_direction(w->tls) ? POLLOUT : POLLIN;
	errno = n == GNUTLS_E_AGAIN ? EAGAIN : n == GNUTLS_E_INTERRUPTED ? EINTR : n == GNUTLS_E_PREMATURE_TERMINATION ? ECONNRESET : EPROTO;
	return -1;
}

ssize_t ig_wire_read(struct ig_wire *w, void *p, size_t len)
{
	short events;
	if (!w->bytes_left) {
		errno = EMSGSIZE;
		return -1;
	}
	if (len > w->bytes_left)
		len = (size_t)w->bytes_left;
	for (;;) {
		ssize_t n = take(w, p, NULL, len, &events);
		if (n >= 0) {
			w->bytes_left -= (uint64_t)n;
			errno = 0; /* an end is no error: nothing of an earlier wait may be taken for one */
			return n;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN || ig_wire_wait(w, events))
			return -1;
	}
}

ssize_t ig_wire_write(struct ig_wire *w, const void *p, size_t len)
{
	short events;
	for (size_t done = 0; done < len;) {
		ssize_t n = take(w, NULL, (const char *)p + done, len - done, &events);
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR && (errno != EAGAIN || ig_wire_wait(w, events)))
			return -1;
	}
	return (ssize_t)len;
}
