/* Frames on a plain descriptor: the header, the descriptor that travels with a frame, and the blocking calls.
 * Relies on Linux: a read never goes past a byte that carries descriptors, and they come with that byte. Keeps no state. */
#include "config.h"
#include "base/link_wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/link.h"

#define FDS_A_CALL 4 /* room to notice a peer that sends more than one */

void ig_link_head_put(uint8_t out[IG_LINK_HEAD], uint16_t kind, size_t len, bool with_fd)
{
	uint32_t follows = (uint32_t)len + 4;
	uint16_t k = (uint16_t)(kind | (with_fd ? IG_LINK_WITH_FD : 0));

	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(follows >> (8 * i));
	out[4] = IG_LINK_VERSION & 0xff;
	out[5] = IG_LINK_VERSION >> 8;
	out[6] = (uint8_t)k;
	out[7] = (uint8_t)(k >> 8);
}

int ig_link_head_get(const uint8_t in[IG_LINK_HEAD], struct ig_link_head *head_r)
{
	uint32_t follows = (uint32_t)in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24;
	unsigned kind = in[6] | (unsigned)in[7] << 8;

	if (follows < 4 || follows - 4 > IG_LINK_MAX || (in[4] | (unsigned)in[5] << 8) != IG_LINK_VERSION)
		return -1;
	head_r->kind = (uint16_t)(kind & ~IG_LINK_WITH_FD);
	head_r->with_fd = kind & IG_LINK_WITH_FD;
	head_r->len = follows - 4;
	return 0;
}

int ig_link_fds_take(struct ig_link_fds *q)
{
	int fd;

	if (!q->count)
		return -1;
	fd = q->fd[0];
	memmove(q->fd, q->fd + 1, --q->count * sizeof(q->fd[0]));
	return fd;
}

void ig_link_fds_close(struct ig_link_fds *q)
{
	for (size_t i = 0; i < q->count; i++)
		close(q->fd[i]);
	q->count = 0;
}

ssize_t ig_link_sendmsg(int sock, const struct iovec *iov, size_t count, int fd, int flags)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct msghdr m = {.msg_iov = (struct iovec *)iov, .msg_iovlen = count};
	ssize_t n;

	if (fd >= 0) {
		struct cmsghdr *c;
		memset(&control, 0, sizeof(control));
		m.msg_control = control.bytes;
		m.msg_controllen = sizeof(control.bytes);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(int));
	}
	do
		n = sendmsg(sock, &m, flags | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n;
}

/* Takes the descriptors out of a received message; -1 when they are more than there is room for. */
static int take_fds(struct msghdr *m, struct ig_link_fds *q)
{
	int rc = m->msg_flags & MSG_CTRUNC ? -1 : 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		if (count > 1)
			rc = -1;
		for (size_t i = 0; i < count; i++) {
			int fd;
			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			q->cut = true;
			if (q->count < IG_LINK_FDS_MAX) {
				q->fd[q->count++] = fd;
			} else {
				close(fd);
				rc = -1;
			}
		}
	}
	return rc;
}

ssize_t ig_link_recvmsg(int sock, void *p, size_t len, struct ig_link_fds *q, int flags)
{
	union {
		char bytes[CMSG_SPACE(FDS_A_CALL * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = {.iov_base = p, .iov_len = len};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes)};
	ssize_t n;

	q->cut = false;
	do
		n = recvmsg(sock, &m, flags | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n >= 0 && take_fds(&m, q) < 0) {
		errno = EPROTO;
		return -1;
	}
	return n;
}

/* ---- Blocking use ---- */

/* Waits until sock is ready; -1 with ETIMEDOUT past the moment, until -1: for ever. */
static int wait_for(int sock, short events, int64_t until)
{
	for (;;) {
		struct pollfd p = {.fd = sock, .events = events};
		int64_t left = until < 0 ? -1 : until - ig_mono_ms();
		int n;
		if (until >= 0 && left < 0)
			left = 0;
		n = poll(&p, 1, (int)left);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -1;
		if (n == 0) {
			errno = ETIMEDOUT;
			return -1;
		}
	}
}

int ig_link_write(int sock, uint16_t kind, const void *body, size_t len, int fd)
{
	uint8_t head[IG_LINK_HEAD];
	struct iovec iov[2] = {{.iov_base = head, .iov_len = IG_LINK_HEAD}, {.iov_base = (void *)body, .iov_len = len}};
	size_t left = IG_LINK_HEAD + len;

	if (len > IG_LINK_MAX || kind & IG_LINK_WITH_FD) {
		errno = EMSGSIZE;
		return -1;
	}
	ig_link_head_put(head, kind, len, fd >= 0);
	while (left) {
		ssize_t n = ig_link_sendmsg(sock, iov, 2, fd, 0);
		if (n < 0 && errno == EAGAIN && wait_for(sock, POLLOUT, -1) == 0)
			continue;
		if (n < 0)
			return -1;
		fd = -1; /* went with the first byte */
		left -= (size_t)n;
		for (int i = 0; i < 2; i++) {
			size_t part = (size_t)n < iov[i].iov_len ? (size_t)n : iov[i].iov_len;
			iov[i].iov_base = (char *)iov[i].iov_base + part;
			iov[i].iov_len -= part;
			n -= (ssize_t)part;
		}
	}
	return 0;
}

/* Reads exactly len bytes: 1, 0 at the end of file before the first, -1. */
static int read_exactly(int sock, void *p, size_t len, struct ig_link_fds *q, int64_t until)
{
	uint8_t *at = p;
	size_t got = 0;

	while (got < len) {
		ssize_t n;
		if (until >= 0 && wait_for(sock, POLLIN, until) < 0)
			return -1;
		n = ig_link_recvmsg(sock, at + got, len - got, q, 0);
		if (n < 0 && errno == EAGAIN && wait_for(sock, POLLIN, until) == 0)
			continue;
		if (n < 0)
			return -1;
		if (n == 0 && !got)
			return 0;
		if (n == 0) {
			errno = EPROTO; /* a frame that breaks off */
			return -1;
		}
		got += (size_t)n;
	}
	return 1;
}

static int read_body(int sock, size_t len, struct ig_buf *body, struct ig_link_fds *q, int64_t until)
{
	uint8_t chunk[65536];

	ig_buf_reset(body);
	if (len > body->max) {
		errno = EPROTO;
		return -1;
	}
	while (len) {
		size_t part = len < sizeof(chunk) ? len : sizeof(chunk);
		int rc = read_exactly(sock, chunk, part, q, until);
		if (rc == 0)
			errno = EPROTO;
		if (rc <= 0)
			return -1;
		ig_buf_add(body, chunk, part);
		len -= part;
	}
	return 0;
}

int ig_link_read(int sock, uint16_t *kind_r, struct ig_buf *body, int *fd_r, int timeout_ms)
{
	struct ig_link_fds q = {.count = 0};
	struct ig_link_head head;
	uint8_t bytes[IG_LINK_HEAD];
	int64_t until = timeout_ms < 0 ? -1 : ig_mono_ms() + timeout_ms;
	int rc = read_exactly(sock, bytes, sizeof(bytes), &q, until);
	int saved;

	*fd_r = -1;
	if (rc > 0) {
		errno = EPROTO;
		if (ig_link_head_get(bytes, &head) < 0 || q.count != (head.with_fd ? 1 : 0))
			rc = -1;
		else if (read_body(sock, head.len, body, &q, until) < 0)
			rc = -1;
		else if (q.count != (head.with_fd ? 1 : 0))
			errno = EPROTO, rc = -1;
	}
	saved = errno;
	if (rc > 0) {
		*kind_r = head.kind;
		*fd_r = ig_link_fds_take(&q);
	}
	ig_link_fds_close(&q);
	errno = saved;
	return rc;
}

int ig_link_pair(int fds[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds);
}
