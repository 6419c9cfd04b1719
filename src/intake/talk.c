/* Lines and counted bytes to and from a mail server. Relies on wire for time-outs, byte limits and verified TLS. Knows neither IMAP nor POP3. */
#include "config.h"
#include "intake/talk.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "base/arena.h"

enum { CONNECT_MS = 30000, WAIT_MS = 60000, HELLO_MS = 120000, HELLO_BYTES = 256 << 10 };

/* A connection that idles for minutes and whose other end is gone without a word must not look alive. */
static void keep_alive(struct ig_talk *t)
{
	int on = 1, idle = 60, every = 20, count = 3, fd = ig_wire_fd(t->wire);
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof every);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

void ig_talk_limit(struct ig_talk *t, int64_t total_ms, uint64_t bytes)
{
	ig_wire_limit(t->wire, WAIT_MS, total_ms, bytes);
}

int ig_talk_tls(struct ig_talk *t, const struct ig_account *a, struct ig_why *why)
{
	if (t->at < t->len)
		return ig_why(why, "the server said more before the encryption began");
	if (ig_wire_tls(t->wire, a->trust, a->a->host, why))
		return -1;
	return a->a->pin ? ig_wire_pinned(t->wire, a->a->pin, why) : 0;
}

struct ig_talk *ig_talk_open(const struct ig_account *a, int port, int tls_port, struct ig_why *why)
{
	struct ig_talk *t = ig_xmalloc(sizeof *t);
	int use = a->a->port ? (int)a->a->port : a->a->tls == IG_TLS_ALWAYS ? tls_port : port;
	t->wire = ig_wire_connect(a->a->host, use, CONNECT_MS, why);
	if (!t->wire)
		return ig_talk_free(t);
	keep_alive(t);
	ig_talk_limit(t, HELLO_MS, HELLO_BYTES);
	if (a->a->tls == IG_TLS_ALWAYS && ig_talk_tls(t, a, why))
		return ig_talk_free(t);
	return t;
}

struct ig_talk *ig_talk_free(struct ig_talk *t)
{
	if (t)
		ig_wire_free(t->wire);
	free(t);
	return NULL;
}

bool ig_talk_private(const struct ig_talk *t)
{
	return ig_wire_secure(t->wire) || ig_wire_loopback(t->wire);
}

bool ig_talk_waiting(const struct ig_talk *t)
{
	return t->at < t->len || ig_wire_pending(t->wire);
}

static int fill(struct ig_talk *t)
{
	ssize_t n;
	if (t->at < t->len)
		return 0;
	n = ig_wire_read(t->wire, t->in, sizeof t->in);
	if (n == 0)
		errno = ECONNRESET;
	if (n <= 0)
		return -1;
	t->at = 0;
	t->len = (size_t)n;
	return 0;
}

ssize_t ig_talk_peek(struct ig_talk *t, const char **p_r)
{
	if (fill(t))
		return -1;
	*p_r = t->in + t->at;
	return (ssize_t)(t->len - t->at);
}

int ig_talk_line(struct ig_talk *t, struct ig_buf *out)
{
	size_t begin = out->len;
	for (;;) {
		if (fill(t))
			return -1;
		const char *p = t->in + t->at, *end = memchr(p, '\n', t->len - t->at);
		size_t n = end ? (size_t)(end - p) : t->len - t->at;
		ig_buf_add(out, p, n);
		t->at += n + (end != NULL);
		if (out->over) {
			errno = EMSGSIZE;
			return -1;
		}
		if (end)
			break;
	}
	if (out->len > begin && out->data[out->len - 1] == '\r')
		ig_buf_cut(out, out->len - 1);
	if (memchr(out->data + begin, 0, out->len - begin)) {
		errno = EPROTO;
		return -1;
	}
	return 0;
}

int ig_talk_bytes(struct ig_talk *t, uint64_t len, struct ig_buf *out)
{
	while (len) {
		if (fill(t))
			return -1;
		size_t n = t->len - t->at < len ? t->len - t->at : (size_t)len;
		if (out)
			ig_buf_add(out, t->in + t->at, n);
		t->at += n;
		len -= n;
		if (out && out->over) {
			errno = EMSGSIZE;
			return -1;
		}
	}
	return 0;
}

int ig_talk_say(struct ig_talk *t, const char *line)
{
	struct ig_buf b = IG_BUF_INIT(1 << 20);
	int rc;
	ig_buf_fmt(&b, "%s\r\n", line);
	rc = b.over || ig_wire_write(t->wire, b.data, b.len) < 0 ? -1 : 0;
	if (b.over)
		errno = EMSGSIZE;
	if (b.len)
		explicit_bzero(b.data, b.len); /* it may have been a password */
	ig_buf_free(&b);
	return rc;
}

const char *ig_talk_words(void)
{
	switch (errno) {
	case ETIMEDOUT: return "no answer in time";
	case ECONNRESET: return "the connection was closed";
	case EMSGSIZE: return "the server says more than is allowed";
	case EPROTO: return "the server breaks the protocol";
	}
	return strerror(errno);
}

void ig_talk_show(const char *said, char out[201])
{
	size_t n = 0;
	for (; n < 200 && said[n]; n++)
		out[n] = said[n] >= ' ' && said[n] < 0x7f ? said[n] : '?';
	out[n] = 0;
}
