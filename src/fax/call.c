/* One call's child, and the nurse that forks it. Relies on t30.c for the fax and udptl.c for T.38; paced by the monotonic clock, 20 ms a step.
 * Writes only below its folder; has no network but the two sockets it was given. */
#include "config.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/link.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/sandbox.h"
#include "fax/call.h"
#include "fax/rtp.h"
#include "fax/udptl.h"
#include "fax/t30.h"
#include "model/notes.h"

enum { STEP_MS = 20, STEP = 160, BEHIND_MAX = 50, LAST_MS = 300 };
#define MEMORY_MAX (192u << 20)
#define FILE_MAX (100u << 20)

enum kind { NOTHING, AUDIO, T38 };
struct call {
	int sock, rtp_fd, udptl_fd;
	struct ig_arena *arena;
	struct ig_buf body;
	struct ig_t30_setup setup;
	char *folder, *receive, *user;
	struct ig_t30 *t30;
	enum kind kind;
	struct ig_rtp rtp;
	struct ig_udptl udptl;
	struct sockaddr_storage to;   /* where the kind's media go */
	socklen_t to_len;
	char address[64], peer[64];   /* hosts that media may come from: of the SDP, of the signalling */
	int64_t next_ms;              /* monotonic: the next step is due */
	bool said_called;
};

static void leave(int code) __attribute__((noreturn));
static void leave(int code)
{
#ifdef IG_COVERAGE
	exit(code);
#else
	_exit(code);
#endif
}

static void say(struct call *c, const char *what, json_t *o)
{
	char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
	struct ig_note_fax n = {.what = what, .text = text ? text : ""};
	if (ig_note_fax_write(c->sock, &n, -1))
		leave(IG_EX_OK); /* nobody there any more */
	free(text);
	json_decref(o);
}

/* ---- what the fax wants */

static void send_to(struct call *c, int fd, const void *p, size_t len)
{
	struct iovec v = {(void *)(uintptr_t)p, len};
	struct msghdr m = {.msg_name = &c->to, .msg_namelen = c->to_len, .msg_iov = &v, .msg_iovlen = 1};
	if (c->to_len)
		(void)!sendmsg(fd, &m, MSG_DONTWAIT);
}

static void on_ifp(void *arg, const uint8_t *p, size_t len, int copies)
{
	struct call *c = arg;
	uint8_t datagram[IG_UDPTL_DATAGRAM_MAX];
	size_t n = ig_udptl_build(&c->udptl, p, len, datagram, sizeof datagram);
	for (int i = 0; n && i < copies; i++)
		send_to(c, c->udptl_fd, datagram, n);
}

/* Before its confirmation: the page is on disk, and the folder that names it. */
static int on_page(void *arg, int pages)
{
	struct call *c = arg;
	int fd = open(c->receive, O_RDONLY | O_CLOEXEC), bad = fd < 0 || fsync(fd);
	if (fd >= 0)
		close(fd);
	if (bad || ig_fs_sync_dir(c->folder))
		return -1;
	say(c, "page", json_pack("{s:i}", "pages", pages));
	return 0;
}

static void result(struct call *c)
{
	struct ig_t30_result r;
	if (!c->t30) {
		say(c, "over", json_pack("{s:s,s:i,s:s}", "result", "dropped", "pages", 0, "text", "no media"));
		return;
	}
	ig_t30_result(c->t30, &r);
	say(c, "over", json_pack("{s:s,s:i,s:s,s:i,s:i,s:b,s:s,s:i,s:b}", "result", ig_t30_ending_word(r.ending), "code", r.code, "text", r.text, "pages", r.pages, "rate",
		r.rate, "ecm", r.ecm, "ident", r.ident, "retries", r.retries, "talked", r.talked));
}

/* ---- what the line says */

static char *text_of(json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s && *s ? ig_xstrdup(s) : NULL;
}

static int number_of(json_t *o, const char *key)
{
	return (int)json_integer_value(json_object_get(o, key));
}

void ig_call_box(struct ig_sandbox *s, struct ig_sandbox_path *paths, const char *folder, const char *user)
{
	paths[0] = (struct ig_sandbox_path){folder, IG_PATH_WRITE};
	paths[1] = (struct ig_sandbox_path){NULL, 0};
	*s = (struct ig_sandbox){.role = "fax call", .may = IG_MAY_OPEN | IG_MAY_CREATE | IG_MAY_PASSFD, .paths = paths, .memory_max = MEMORY_MAX, .user = user};
}

static void confine(struct call *c)
{
	struct ig_sandbox_path paths[2];
	struct ig_sandbox box;
	const struct rlimit file = {FILE_MAX, FILE_MAX}, core = {0, 0};
	struct ig_why why = {""};
	ig_call_box(&box, paths, c->folder, c->user);
	setrlimit(RLIMIT_FSIZE, &file);
	setrlimit(RLIMIT_CORE, &core);
	signal(SIGXFSZ, SIG_IGN); /* a write past it fails, and the page is not confirmed */
	if (ig_sandbox_apply(&box, &why) < 0)
		ig_die(IG_EX_CONFIG, "cannot confine itself: %s", why.text);
}

static void set_up(struct call *c, json_t *o)
{
	bool sends = json_is_string(json_object_get(o, "send"));
	c->folder = text_of(o, "folder");
	c->user = text_of(o, "user");
	if (!c->folder)
		leave(IG_EX_SOFTWARE);
	c->setup = (struct ig_t30_setup){.caller = json_is_true(json_object_get(o, "caller")), .ident = text_of(o, "ident"), .first = number_of(o, "first"),
		.rate_max = number_of(o, "rate_max"), .pages_max = number_of(o, "pages_max"), .seconds_max = number_of(o, "seconds_max")};
	struct ig_buf path = IG_BUF_INIT(4096);
	ig_buf_fmt(&path, "%s/" IG_CALL_PAGES, c->folder);
	c->receive = ig_xstrdup(path.data);
	ig_buf_reset(&path);
	ig_buf_fmt(&path, "%s/" IG_CALL_SEND, c->folder);
	if (sends)
		c->setup.send = ig_xstrdup(path.data);
	else
		c->setup.receive = c->receive;
	ig_buf_free(&path);
	confine(c);
}

static int aim(struct call *c, const char *address, int port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&c->to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&c->to;
	memset(&c->to, 0, sizeof c->to);
	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		c->to_len = sizeof *v4;
	} else if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		c->to_len = sizeof *v6;
	} else {
		return -1;
	}
	return 0;
}

/* Audio goes on when its place changes; from audio to T.38 the fax begins anew, as T.38 Annex D has it. */
static void media(struct call *c, json_t *o)
{
	const char *kind = json_string_value(json_object_get(o, "kind")), *address = json_string_value(json_object_get(o, "address")),
		   *peer = json_string_value(json_object_get(o, "peer"));
	enum kind now = kind && !strcmp(kind, "t38") ? T38 : AUDIO;
	struct ig_t30_hooks hooks = {.arg = c, .ifp = on_ifp, .page = on_page};
	if (!address || !c->folder || aim(c, address, number_of(o, "port")))
		return;
	snprintf(c->address, sizeof c->address, "%s", address);
	snprintf(c->peer, sizeof c->peer, "%s", peer ? peer : "");
	if (now == c->kind || (c->kind == T38 && now == AUDIO))
		return;
	ig_t30_free(c->t30);
	c->kind = now;
	c->setup.t38 = now == T38;
	c->t30 = ig_t30_new(&c->setup, &hooks);
	if (!c->t30)
		leave(IG_EX_SOFTWARE);
	ig_rtp_init(&c->rtp, number_of(o, "codec"));
	ig_udptl_init(&c->udptl, (enum ig_udptl_ec)number_of(o, "ec"), (size_t)number_of(o, "datagram_max"));
	c->next_ms = ig_mono_ms();
}

/* False: the call is over. */
static bool on_note(struct call *c)
{
	struct ig_note_fax n;
	uint16_t kind;
	int fd = -1;
	ig_arena_reset(c->arena);
	if (ig_link_read(c->sock, &kind, &c->body, &fd, 1000) != 1 || kind != IG_NOTE_FAX || ig_note_fax_unpack(&n, c->body.data, c->body.len, c->arena) || !n.what)
		leave(IG_EX_OK); /* the line is gone: nobody to tell */
	json_t *o = n.text && *n.text ? json_loads(n.text, 0, NULL) : NULL;
	bool goes_on = true;
	if (!strcmp(n.what, "setup")) {
		set_up(c, o);
	} else if (!strcmp(n.what, "rtp")) {
		c->rtp_fd = fd;
	} else if (!strcmp(n.what, "udptl")) {
		c->udptl_fd = fd;
	} else if (!strcmp(n.what, "media")) {
		media(c, o);
	} else if (!strcmp(n.what, "drop")) {
		if (c->t30)
			ig_t30_drop(c->t30);
		goes_on = false;
	}
	json_decref(o);
	return goes_on;
}

/* ---- media */

/* Symmetric media: what comes from the host of the SDP or of the signalling is believed, and answered to where it came from. */
static bool believed(struct call *c, const struct sockaddr_storage *from)
{
	char host[64] = "";
	if (from->ss_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)from)->sin_addr, host, sizeof host);
	else if (from->ss_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)from)->sin6_addr, host, sizeof host);
	return *host && (!strcmp(host, c->address) || !strcmp(host, c->peer));
}

static void in_ifp(const uint8_t *p, size_t len, uint16_t seq, void *arg)
{
	struct call *c = arg;
	ig_t30_ifp_in(c->t30, p, len, seq);
}

/* Late packets of the other kind are read and dropped. */
static void on_media(struct call *c, int fd, enum kind kind)
{
	uint8_t p[IG_UDPTL_DATAGRAM_MAX];
	for (int i = 0; i < 64; i++) {
		struct sockaddr_storage from = {0};
		struct iovec v = {p, sizeof p};
		struct msghdr m = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &v, .msg_iovlen = 1};
		ssize_t n = recvmsg(fd, &m, MSG_DONTWAIT);
		if (n < 0)
			return;
		if (c->kind != kind || !believed(c, &from) || (m.msg_flags & MSG_TRUNC))
			continue;
		memcpy(&c->to, &from, m.msg_namelen);
		c->to_len = m.msg_namelen;
		if (kind == T38)
			ig_udptl_take(&c->udptl, p, (size_t)n, in_ifp, c);
		else
			ig_rtp_take(&c->rtp, p, (size_t)n);
	}
}

static void audio_step(struct call *c)
{
	int16_t samples[STEP];
	uint8_t octets[STEP], packet[IG_RTP_HEAD + STEP];
	ig_t30_audio_out(c->t30, samples, STEP);
	ig_g711_encode(c->rtp.codec, samples, STEP, octets);
	send_to(c, c->rtp_fd, packet, ig_rtp_build(&c->rtp, octets, STEP, packet));
	switch (ig_rtp_next(&c->rtp, octets, STEP)) {
	case IG_RTP_HERE:
		ig_g711_decode(c->rtp.codec, octets, STEP, samples);
		ig_t30_audio_in(c->t30, samples, STEP);
		break;
	case IG_RTP_LOST:
		ig_t30_audio_lost(c->t30, STEP);
		break;
	case IG_RTP_WAIT:
		break;
	}
}

/* As many steps as are due by the clock: a busy machine makes them later, never fewer. */
static void steps(struct call *c)
{
	int64_t now = ig_mono_ms();
	if (now - c->next_ms > BEHIND_MAX * STEP_MS)
		c->next_ms = now - BEHIND_MAX * STEP_MS; /* the machine stood still */
	for (; c->t30 && now >= c->next_ms && !ig_t30_over(c->t30); c->next_ms += STEP_MS) {
		if (c->kind == AUDIO)
			audio_step(c);
		ig_t30_tick(c->t30, STEP);
	}
	if (c->t30 && !c->said_called && ig_t30_called(c->t30)) {
		c->said_called = true;
		say(c, "called", NULL);
	}
}

/* The last words are still on their way: the line hangs up a moment after them. */
static void last_words(struct call *c)
{
	for (int64_t end = ig_mono_ms() + LAST_MS; ig_mono_ms() < end;)
		poll(NULL, 0, STEP_MS);
	(void)c;
}

static void run(int sock) __attribute__((noreturn));
static void run(int sock)
{
	struct call c = {.sock = sock, .rtp_fd = -1, .udptl_fd = -1, .arena = ig_arena_new(4 << 20), .body = IG_BUF_INIT(65536)};
	bool goes_on = true;
	signal(SIGPIPE, SIG_IGN);
	while (goes_on && !(c.t30 && ig_t30_over(c.t30))) {
		struct pollfd p[] = {{.fd = sock, .events = POLLIN}, {.fd = c.rtp_fd, .events = POLLIN}, {.fd = c.udptl_fd, .events = POLLIN}};
		int64_t wait = c.t30 ? c.next_ms - ig_mono_ms() : 60000;
		int n = poll(p, 3, wait < 0 ? 0 : (int)wait);
		if (!c.t30 && !n)
			leave(IG_EX_OK); /* nothing came of it */
		if (p[0].revents)
			goes_on = on_note(&c);
		if (c.t30 && p[1].revents & POLLIN)
			on_media(&c, c.rtp_fd, AUDIO);
		if (c.t30 && p[2].revents & POLLIN)
			on_media(&c, c.udptl_fd, T38);
		steps(&c);
	}
	if (goes_on)
		last_words(&c);
	result(&c);
	c.t30 = ig_t30_free(c.t30);
	leave(IG_EX_OK);
}

/* ---- the nurse */

static void nurse(int sock) __attribute__((noreturn));
static void nurse(int sock)
{
	struct ig_buf body = IG_BUF_INIT(4096);
	uint16_t kind;
	int fd = -1;
	prctl(PR_SET_NAME, "fax nurse");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGTERM, SIG_IGN); /* the line ends her by closing the socket */
	signal(SIGCHLD, SIG_IGN);
	while (ig_link_read(sock, &kind, &body, &fd, -1) == 1) {
		pid_t pid = fd >= 0 ? fork() : -1;
		if (!pid) {
			close(sock);
			signal(SIGTERM, SIG_DFL);
			prctl(PR_SET_NAME, "fax call");
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			run(fd);
		}
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	leave(IG_EX_OK);
}

int ig_call_nurse(void)
{
	int fds[2];
	if (ig_link_pair(fds))
		return -1;
	pid_t pid = fork();
	if (!pid) {
		close(fds[0]);
		close(3); /* IG_ROLE_FD: the line's own */
		nurse(fds[1]);
	}
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return -1;
	}
	return fds[0];
}

int ig_call_start(int nurse_fd)
{
	struct ig_note_fax n = {.what = "start", .text = ""};
	int fds[2];
	if (ig_link_pair(fds))
		return -1;
	int bad = ig_note_fax_write(nurse_fd, &n, fds[1]);
	close(fds[1]);
	if (bad) {
		close(fds[0]);
		return -1;
	}
	return fds[0];
}
