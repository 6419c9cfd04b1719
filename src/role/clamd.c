/* irgate-clamd: asks a clamd whether a file that came in is malware, one file after the other, over its unix socket (INSTREAM, clamd(8)). Looks at no byte of the
 * file itself: what it says is what clamd says. Relies on its parent for the socket (IG_ROLE_FD) and the limits (words of the command line). A clamd that is
 * away, hangs or refuses costs the verdict of that file ("not scanned: ..."), and the files of the next minute are not made to wait for it. */
#include "config.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/link.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/utf8.h"
#include "model/notes.h"
#include "role/role.h"

enum { WORKER_FD = 3, CHUNK = 65536, ANSWER_MAX = 1024, REST_MS = 60000 };

struct asking {
	const char *user, *path;
	int64_t time_ms;
	uint64_t size_max;
	int64_t rest_until;        /* monotonic ms: till then it is not asked */
	char rest_why[IG_WHY_MAX]; /* for what reason */
};

static void take_word(struct asking *s, const char *word)
{
	int64_t v = 0;
	if (!strncmp(word, "user=", 5))
		s->user = word + 5;
	else if (!strncmp(word, "socket=", 7))
		s->path = word + 7;
	else if (!strncmp(word, "time_ms=", 8) && !ig_whole_number(word + 8, &v))
		s->time_ms = v;
	else if (!strncmp(word, "size_max=", 9) && !ig_whole_number(word + 9, &v))
		s->size_max = (uint64_t)v;
	else
		ig_die(IG_EX_USAGE, "unknown word: %s", word);
}

/* ---- the conversation; all of it before the deadline */

static int ready(int fd, short events, int64_t deadline, struct ig_why *why)
{
	for (;;) {
		struct pollfd p = {.fd = fd, .events = events};
		int64_t left = deadline - ig_mono_ms();
		int n = left > 0 ? poll(&p, 1, (int)(left < 1000000 ? left : 1000000)) : 0;
		if (n > 0)
			return 0;
		if (!n)
			return ig_why(why, "clamd did not answer in time");
		if (errno != EINTR)
			return ig_why(why, "%s", strerror(errno));
	}
}

static int reach(const struct asking *s, struct ig_why *why)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int n = snprintf(a.sun_path, sizeof(a.sun_path), "%s", s->path);
	int fd = n > 0 && (size_t)n < sizeof(a.sun_path) ? socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
	if (fd < 0)
		return ig_why(why, "no socket for clamd: %s", (size_t)n < sizeof(a.sun_path) ? strerror(errno) : "its path is too long");
	if (connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	ig_why(why, "clamd is not there: %s", errno == EAGAIN ? "it takes nobody more" : strerror(errno)); /* a unix socket never says EINPROGRESS */
	close(fd);
	return -1;
}

/* 1: the other side closed for writing; it may have said why. */
static int put(int fd, const void *p, size_t len, int64_t deadline, struct ig_why *why)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = write(fd, (const char *)p + at, len - at);
		if (n > 0)
			at += (size_t)n;
		else if (errno == EAGAIN && ready(fd, POLLOUT, deadline, why))
			return -1;
		else if (errno != EAGAIN && errno != EINTR)
			return errno == EPIPE || errno == ECONNRESET ? 1 : ig_why(why, "%s", strerror(errno));
	}
	return 0;
}

/* Chunks with their length in network order before them; one of no length ends the stream. */
static int pour(int fd, int file, uint64_t size, int64_t deadline, struct ig_why *why)
{
	static char block[4 + CHUNK];
	int rc = put(fd, "zINSTREAM", 10, deadline, why);
	for (uint64_t at = 0; !rc && at < size;) {
		ssize_t n = pread(file, block + 4, size - at < CHUNK ? (size_t)(size - at) : CHUNK, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ig_why(why, "its bytes cannot be read");
		uint32_t len = htonl((uint32_t)n);
		memcpy(block, &len, 4);
		rc = put(fd, block, 4 + (size_t)n, deadline, why);
		at += (uint64_t)n;
	}
	return rc ? rc : put(fd, "\0\0\0", 4, deadline, why);
}

static int hear(int fd, char answer[ANSWER_MAX], int64_t deadline, struct ig_why *why)
{
	size_t have = 0;
	while (have < ANSWER_MAX - 1) {
		ssize_t n = read(fd, answer + have, ANSWER_MAX - 1 - have);
		if (n < 0 && errno == EAGAIN && ready(fd, POLLIN, deadline, why))
			return -1;
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return ig_why(why, "clamd ended while it was asked: %s", strerror(errno));
		if (!n)
			break;
		if (n > 0 && memchr(answer + have, 0, (size_t)n))
			return 0;
		have += n > 0 ? (size_t)n : 0;
	}
	answer[have] = 0;
	return have ? 0 : ig_why(why, "clamd ended without an answer");
}

/* "stream: OK", "stream: NAME FOUND", "INSTREAM size limit exceeded. ERROR" */
static const char *understood(char *answer, struct ig_arena *a)
{
	char *p = !strncmp(answer, "stream: ", 8) ? answer + 8 : answer;
	size_t len = strlen(p);
	while (len && (p[len - 1] == '\n' || p[len - 1] == '\r' || p[len - 1] == ' '))
		p[--len] = 0;
	for (char *q = p; *q; q++)
		if ((unsigned char)*q < ' ' || (unsigned char)*q >= 127)
			*q = '?';
	if (!strcmp(p, "OK"))
		return "clean";
	if (len > 6 && !strcmp(p + len - 6, " FOUND"))
		return ig_arena_fmt(a, "infected: %.*s", (int)(len - 6 < 200 ? len - 6 : 200), p);
	return ig_arena_fmt(a, "not scanned: clamd says \"%.200s\"", p);
}

static const char *ask(struct asking *s, const struct ig_note_work *w, int file, struct ig_arena *a)
{
	char answer[ANSWER_MAX] = "";
	struct ig_why why = {""};
	int64_t deadline = ig_mono_ms() + s->time_ms;
	if (w->size > s->size_max)
		return ig_arena_fmt(a, "not scanned: it is larger than clamd.size_max, %llu bytes", (unsigned long long)s->size_max);
	if (ig_mono_ms() < s->rest_until)
		return ig_arena_fmt(a, "not scanned: %s", s->rest_why);
	int fd = reach(s, &why);
	if (fd >= 0) {
		int rc = pour(fd, file, w->size, deadline, &why);
		if (rc >= 0)
			rc = hear(fd, answer, deadline, &why);
		close(fd);
		if (!rc)
			return understood(answer, a);
	}
	s->rest_until = ig_mono_ms() + REST_MS;
	memcpy(s->rest_why, why.text, sizeof(s->rest_why));
	ig_log(IG_LOG_WARNING, "%s: %s", s->path, why.text);
	return ig_arena_fmt(a, "not scanned: %s", why.text);
}

/* False: the clerk is gone, or speaks nonsense. */
static bool serve(struct asking *s, struct ig_buf *body, struct ig_arena *a)
{
	struct ig_note_work w;
	uint16_t kind;
	int fd = -1;
	if (ig_link_read(WORKER_FD, &kind, body, &fd, -1) <= 0 || kind != IG_NOTE_WORK || fd < 0 || ig_note_work_unpack(&w, body->data, body->len, a))
		return false;
	struct ig_note_did did = {.seq = w.seq, .result = ask(s, &w, fd, a)};
	close(fd);
	return !ig_note_did_write(WORKER_FD, &did, -1);
}

int main(int argc, char **argv)
{
	static const struct rlimit no_core = {0, 0};
	struct asking s = {.time_ms = 30000, .size_max = 25u << 20};
	struct ig_why why;
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	ig_log_init("clamd", IG_LOG_WARNING);
	for (int i = 1; i < argc; i++)
		take_word(&s, argv[i]);
	if (!s.path)
		ig_die(IG_EX_USAGE, "no socket of a clamd is named (clamd.socket)");
	setrlimit(RLIMIT_CORE, &no_core);
	signal(SIGPIPE, SIG_IGN);
	struct ig_arena *a = ig_arena_new(1u << 20);
	struct ig_conf conf = {.user_clamd = s.user};
	struct ig_sandbox box = {.memory_max = 128u << 20};
	ig_role_confine("clamd", &conf, &box, a);
	if (ig_sandbox_apply(&box, &why) < 0)
		ig_die(IG_EX_CONFIG, "cannot confine itself: %s", why.text);
	do
		ig_arena_reset(a);
	while (serve(&s, &body, a));
	return IG_EX_OK;
}
