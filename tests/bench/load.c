/* load: offers a Maildir's messages over N connections and says how fast they were accepted. LMTP or SMTP, to a TCP port or a unix socket;
 * MAIL, RCPT and DATA are pipelined as a mail server does. Everything is read, dot-stuffed and given CRLF before the clock starts.
 * A reply is timed from the last byte of the message to the line that answers it. Prints "key value" lines. One thread, poll.
 *
 *   load lmtp|smtp HOST:PORT|/PATH CONNECTIONS RECIPIENT FOLDER [FIRST COUNT] */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 256

struct message {
	char *bytes; /* ready for the wire, with the last dot */
	size_t len;
	char sender[256];
};
enum state { GREETING, HELLO, MAIL, RCPT, DATA, DONE, QUIT, CLOSED };
struct connection {
	int fd;
	enum state state;
	size_t message;
	const char *out; /* being written */
	size_t out_len;
	char command[1024], in[4096];
	size_t in_len;
	double sent_at;
};

static struct message *messages;
static size_t count, next, accepted, refused;
static double *latency;
static bool lmtp;
static const char *recipient;

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strverscmp((*a)->d_name, (*b)->d_name);
}

static int no_dot(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void find_sender(struct message *m, const char *p, size_t len)
{
	const char *line = p, *end = p + len;
	snprintf(m->sender, sizeof m->sender, "bench@example.org");
	while (line < end && *line != '\n' && *line != '\r') {
		const char *stop = memchr(line, '\n', (size_t)(end - line)), *open, *shut;
		if (!stop)
			stop = end;
		if (!strncasecmp(line, "From:", 5) && (open = memchr(line, '<', (size_t)(stop - line))) &&
		    (shut = memchr(open, '>', (size_t)(stop - open))) && shut - open > 1 && (size_t)(shut - open) < sizeof m->sender &&
		    !memchr(open, ' ', (size_t)(shut - open)))
			snprintf(m->sender, sizeof m->sender, "%.*s", (int)(shut - open - 1), open + 1);
		line = stop + 1;
	}
}

static void prepare(struct message *m, const char *p, size_t len)
{
	char *o = malloc(2 * len + 16);
	bool start = true;
	size_t n = 0;
	if (!o)
		die("memory");
	find_sender(m, p, len);
	for (size_t i = 0; i < len; i++) {
		if (start && p[i] == '.')
			o[n++] = '.';
		start = p[i] == '\n';
		if (start && (!n || o[n - 1] != '\r'))
			o[n++] = '\r';
		o[n++] = p[i];
	}
	if (!start) {
		o[n++] = '\r';
		o[n++] = '\n';
	}
	memcpy(o + n, ".\r\n", 3);
	m->bytes = realloc(o, n + 3);
	m->len = n + 3;
}

static void read_all(const char *folder, size_t first, size_t most)
{
	struct dirent **names;
	int n = scandir(folder, &names, no_dot, by_name);
	if (n < 0)
		die(folder);
	messages = calloc((size_t)n + 1, sizeof *messages);
	for (size_t i = first; i < (size_t)n && count < most; i++) {
		char path[4096];
		struct stat st;
		snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
		int fd = open(path, O_RDONLY);
		if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode))
			die(path);
		char *p = malloc((size_t)st.st_size + 1);
		if (!p || read(fd, p, (size_t)st.st_size) != st.st_size)
			die(path);
		close(fd);
		prepare(&messages[count++], p, (size_t)st.st_size);
		free(p);
	}
	latency = calloc(count + 1, sizeof *latency);
}

static int dial(const char *to)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	const char *colon = strrchr(to, ':');
	int fd, one = 1;
	if (*to == '/') {
		snprintf(un.sun_path, sizeof un.sun_path, "%s", to);
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (fd < 0 || connect(fd, (struct sockaddr *)&un, sizeof un))
			die(to);
	} else {
		char host[64];
		if (!colon)
			die("no port");
		snprintf(host, sizeof host, "%.*s", (int)(colon - to), to);
		in.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
		if (inet_pton(AF_INET, host, &in.sin_addr) != 1)
			die(to);
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (fd < 0 || connect(fd, (struct sockaddr *)&in, sizeof in))
			die(to);
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	}
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static void put(struct connection *c, const char *p, size_t len)
{
	c->out = p;
	c->out_len = len;
}

/* The next message's envelope, or the end. */
static void begin(struct connection *c)
{
	if (next == count) {
		c->state = QUIT;
		put(c, "QUIT\r\n", 6);
		return;
	}
	c->message = next++;
	c->state = MAIL;
	int n = snprintf(c->command, sizeof c->command, "MAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nDATA\r\n", messages[c->message].sender, recipient);
	put(c, c->command, (size_t)n);
}

static void refuse(struct connection *c, const char *line)
{
	if (refused++ < 3)
		fprintf(stderr, "load: message %zu: %s\n", c->message, line);
}

/* One final reply line. */
static void reply(struct connection *c, const char *line)
{
	switch (c->state) {
	case GREETING:
		c->state = HELLO;
		put(c, lmtp ? "LHLO bench.example\r\n" : "EHLO bench.example\r\n", 20);
		break;
	case HELLO:
		begin(c);
		break;
	case MAIL:
		c->state = RCPT;
		if (*line != '2') {
			refuse(c, line);
			exit(1);
		}
		break;
	case RCPT:
		c->state = DATA;
		if (*line != '2') {
			refuse(c, line);
			exit(1);
		}
		break;
	case DATA:
		if (*line != '3') {
			refuse(c, line);
			exit(1);
		}
		c->state = DONE;
		put(c, messages[c->message].bytes, messages[c->message].len);
		break;
	case DONE:
		if (*line == '2')
			latency[accepted++] = now() - c->sent_at;
		else
			refuse(c, line);
		begin(c);
		break;
	case QUIT:
		close(c->fd);
		c->state = CLOSED;
		break;
	case CLOSED:
		break;
	}
}

static void take(struct connection *c)
{
	ssize_t n = read(c->fd, c->in + c->in_len, sizeof c->in - 1 - c->in_len);
	char *end;
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		die("a connection was closed");
	c->in_len += (size_t)n;
	c->in[c->in_len] = 0;
	while (c->state != CLOSED && (end = strchr(c->in, '\n'))) {
		*end = 0;
		if (end - c->in >= 3 && c->in[3] != '-')
			reply(c, c->in);
		c->in_len -= (size_t)(end + 1 - c->in);
		memmove(c->in, end + 1, c->in_len + 1);
	}
}

static void give(struct connection *c)
{
	while (c->out_len) {
		ssize_t n = write(c->fd, c->out, c->out_len);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			die("write");
		c->out += n;
		c->out_len -= (size_t)n;
	}
	c->sent_at = now();
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	static struct connection all[CONNECTIONS_MAX];
	static struct pollfd p[CONNECTIONS_MAX];
	size_t n, open;
	double begun, seconds;
	if (argc < 6) {
		fputs("usage: load lmtp|smtp HOST:PORT|/PATH CONNECTIONS RECIPIENT FOLDER [FIRST COUNT]\n", stderr);
		return 64;
	}
	lmtp = !strcmp(argv[1], "lmtp");
	recipient = argv[4];
	n = strtoul(argv[3], NULL, 10);
	if (!n || n > CONNECTIONS_MAX)
		return 64;
	read_all(argv[5], argc > 6 ? strtoul(argv[6], NULL, 10) : 0, argc > 7 ? strtoul(argv[7], NULL, 10) : SIZE_MAX);
	begun = now();
	for (size_t i = 0; i < n; i++)
		all[i].fd = dial(argv[2]);
	for (open = n; open;) {
		open = 0;
		for (size_t i = 0; i < n; i++) {
			p[i].fd = all[i].state == CLOSED ? -1 : all[i].fd;
			p[i].events = (short)(POLLIN | (all[i].out_len ? POLLOUT : 0));
			open += all[i].state != CLOSED;
		}
		if (!open)
			break;
		if (poll(p, n, 60000) == 0) {
			errno = ETIMEDOUT;
			die("no reply");
		}
		for (size_t i = 0; i < n; i++) {
			if (p[i].fd >= 0 && p[i].revents & (POLLIN | POLLHUP | POLLERR))
				take(&all[i]);
			if (all[i].state != CLOSED && all[i].out_len)
				give(&all[i]);
		}
	}
	seconds = now() - begun;
	qsort(latency, accepted, sizeof *latency, by_size);
	printf("accepted %zu\nrefused %zu\nseconds %.4f\nrate %.1f\n", accepted, refused, seconds, (double)accepted / seconds);
	if (accepted)
		printf("p50_ms %.3f\np99_ms %.3f\nmax_ms %.3f\n", latency[accepted / 2] * 1e3, latency[accepted * 99 / 100] * 1e3, latency[accepted - 1] * 1e3);
	return refused ? 1 : 0;
}
