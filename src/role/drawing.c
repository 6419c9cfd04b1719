/* One letter drawn, and signed where that is wanted, by an irgate-scribe and an irgate-sealer of its own: for irgatectl, which shows letters and
 * prints registers with or without a daemon. Blocking. Relies on spawn.c; knows no PDF. */
#include "config.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fs.h"
#include "model/notes.h"
#include "role/role.h"

enum { DRAWING_WAIT_MS = 60000 };

struct call {
	int sock;
	pid_t pid;
	struct ig_buf body;
	struct ig_arena *arena;
};

static int begin(struct call *c, const struct ig_conf *conf, const char *kind, struct ig_why *why)
{
	c->arena = ig_arena_new(1u << 20);
	ig_buf_init(&c->body, IG_LINK_MAX);
	c->sock = ig_worker_spawn(conf, kind, &c->pid, why);
	return c->sock < 0 ? -1 : 0;
}

static void end(struct call *c)
{
	int status;
	if (c->sock >= 0) {
		close(c->sock);
		kill(c->pid, SIGKILL);
		while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	ig_buf_free(&c->body);
	ig_arena_free(c->arena);
}

static int child_take(struct call *c, int fd, struct ig_buf *out, char *range, size_t range_size)
{
	struct ig_note_child n;
	int rc = fd >= 0 && !ig_note_child_unpack(&n, c->body.data, c->body.len, c->arena) ? 0 : -1;
	if (!rc && !out->len) { /* the first of several */
		rc = ig_fs_read_fd(fd, out) || out->over ? -1 : 0;
		snprintf(range, range_size, "%s", n.name ? n.name : "");
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

/* One WORK and what comes of it. */
static int work(struct call *c, const struct ig_note_work *w, const void *p, size_t len, struct ig_buf *out, char *range, size_t range_size,
	struct ig_why *why)
{
	int fd = ig_fs_memfd("work", p, len);
	if (fd < 0 || ig_note_work_write(c->sock, w, fd)) {
		if (fd >= 0)
			close(fd);
		return ig_why(why, "the worker does not listen: %s", strerror(errno));
	}
	close(fd);
	for (;;) {
		struct pollfd ready = {.fd = c->sock, .events = POLLIN};
		struct ig_note_did did;
		uint16_t kind;
		fd = -1;
		if (poll(&ready, 1, DRAWING_WAIT_MS) != 1 || ig_link_read(c->sock, &kind, &c->body, &fd, -1) <= 0)
			return ig_why(why, "the worker ended before its work; its reason is in the log above");
		if (kind == IG_NOTE_CHILD) {
			if (child_take(c, fd, out, range, range_size))
				return ig_why(why, "what was drawn cannot be read");
			continue;
		}
		if (fd >= 0)
			close(fd);
		if (kind != IG_NOTE_DID || ig_note_did_unpack(&did, c->body.data, c->body.len, c->arena))
			return ig_why(why, "the worker speaks nonsense");
		return did.result && *did.result ? ig_why(why, "%s", did.result) : 0;
	}
}

static int sealed(const struct ig_conf *conf, struct ig_buf *pdf, const char *range, struct ig_why *why)
{
	struct call c = {.sock = -1};
	struct ig_note_work w = {.seq = 1, .part = "", .name = "", .type = "application/pdf", .words = range, .size = pdf->len};
	struct ig_buf out = IG_BUF_INIT(64u << 20);
	char none[8];
	int rc = begin(&c, conf, "sealer", why) || work(&c, &w, pdf->data, pdf->len, &out, none, sizeof none, why) ? -1 : 0;
	end(&c);
	if (!rc) {
		ig_buf_reset(pdf);
		ig_buf_add(pdf, out.data, out.len);
	}
	ig_buf_free(&out);
	return rc;
}

int ig_drawing_call(const struct ig_conf *conf, const char *type, const char *wanted, const char *words, const void *p, size_t len, struct ig_buf *out,
	struct ig_why *why)
{
	struct call c = {.sock = -1};
	struct ig_note_work w = {.seq = 1, .part = "", .name = wanted, .type = type, .words = words, .size = len};
	char range[100] = "";
	int rc = begin(&c, conf, "scribe", why) || work(&c, &w, p, len, out, range, sizeof range, why) ? -1 : 0;
	end(&c);
	return rc || !*range ? rc : sealed(conf, out, range, why);
}
