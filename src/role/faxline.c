/* irgate-faxline: the fax lines. SIP and nothing of the fax itself is done here; each call has a child (fax/call.h) that the nurse forks, a process
 * started before the configuration, with its passwords, is known. Relies on libre's loop, which also serves libevent's. Holds neither log nor
 * store: a received fax is a frame given to the recorder, a sent one an outcome told to the clerk. */
#include "config.h"
#include <errno.h>
#include <event2/event.h>
#include <re_types.h>
#include <re_fmt.h>
#include <re_list.h>
#include <re_tmr.h>
#include <re_main.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/log.h"
#include "base/opt.h"
#include "model/notes.h"
#include "role/faxline.h"

enum { TIMERS_MS = 100, FD_LOOK = 64, STOP_FLUSH_MS = 500 };

int ig_faxline_nurse = -1;

/* ---- peers */

static int on_recorder(struct ig_link *l IG_UNUSED, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct ig_faxline *f = arg;
	struct ig_note_durable yes;
	struct ig_note_later no;
	if (fd >= 0)
		close(fd);
	ig_arena_reset(f->arena);
	if (kind == IG_NOTE_DURABLE && !ig_note_durable_unpack(&yes, body, len, f->arena))
		ig_faxline_appended(f, yes.request, true, NULL);
	else if (kind == IG_NOTE_LATER && !ig_note_later_unpack(&no, body, len, f->arena))
		ig_faxline_appended(f, no.request, false, no.why ? no.why : "no reason given");
	else
		return -1;
	return 0;
}

static void recorder_gone(struct ig_link *l IG_UNUSED, void *arg)
{
	struct ig_faxline *f = arg;
	f->recorder = ig_link_free(f->recorder);
	for (struct ig_faxline_call *c = f->calls; c; c = c->next)
		c->request = 0;
}

/* ---- `line test`: the answer goes to the socket that came with the question */

static void lines_told(void *arg, json_t *list)
{
	int fd = (int)(intptr_t)arg;
	char *text = json_dumps(list, JSON_COMPACT);
	struct ig_note_fax n = {.what = "lines", .text = text ? text : "[]"};
	(void)!ig_note_fax_write(fd, &n, -1); /* who asked may be gone */
	free(text);
	json_decref(list);
	close(fd);
}

static void lines_asked(struct ig_faxline *f, const void *body, size_t len, int fd)
{
	struct ig_note_fax n;
	if (!ig_note_fax_unpack(&n, body, len, f->arena) && n.what && !strcmp(n.what, "test") && !ig_lines_test(f->lines, n.text, lines_told, (void *)(intptr_t)fd))
		return;
	close(fd);
}

static int on_clerk(struct ig_link *l IG_UNUSED, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct ig_faxline *f = arg;
	ig_arena_reset(f->arena);
	if (kind == IG_NOTE_FAX && fd >= 0) {
		lines_asked(f, body, len, fd);
		return 0;
	}
	if (fd >= 0)
		close(fd);
	if (kind == IG_NOTE_SEND)
		ig_faxline_send(f, body, len);
	else if (kind == IG_NOTE_SENT)
		ig_faxline_committed(f, body, len);
	return kind == IG_NOTE_SEND || kind == IG_NOTE_SENT || kind == IG_NOTE_SCAN ? 0 : -1;
}

static void clerk_gone(struct ig_link *l IG_UNUSED, void *arg)
{
	struct ig_faxline *f = arg;
	f->clerk = ig_link_free(f->clerk);
}

static void peer(struct ig_role *r, const char *role, uint64_t index IG_UNUSED, int fd)
{
	struct ig_faxline *f = r->state;
	if (!strcmp(role, "recorder")) {
		recorder_gone(NULL, f);
		f->recorder = ig_link_new(r->base, fd, "recorder", on_recorder, recorder_gone, f);
		ig_faxline_again(f);
	} else if (!strcmp(role, "clerk")) {
		f->clerk = ig_link_free(f->clerk);
		f->clerk = ig_link_new(r->base, fd, "clerk", on_clerk, clerk_gone, f);
		for (struct ig_faxline_call *c = f->calls; c; c = c->next)
			if (c->empty)
				ig_faxline_tell_empty(c);
	} else {
		close(fd);
	}
}

/* ---- one loop for two libraries */

/* libevent waits on one descriptor; libre watches it as any other. */
static int loop_fd(void)
{
	char path[40], to[64];
	for (int fd = 0; fd < FD_LOOK; fd++) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		ssize_t n = readlink(path, to, sizeof to - 1);
		if (n > 0 && (to[n] = '\0', strstr(to, "[eventpoll]")))
			return fd;
	}
	return -1;
}

static void serve(struct ig_faxline *f)
{
	event_base_loop(f->role->base, EVLOOP_NONBLOCK);
	if (event_base_got_break(f->role->base) || event_base_got_exit(f->role->base))
		re_cancel();
}

static void on_events(int flags, void *arg)
{
	(void)flags;
	serve(arg);
}

static struct tmr timers;

static void on_timers(void *arg)
{
	tmr_start(&timers, TIMERS_MS, on_timers, arg);
	serve(arg);
}

static void loop(struct ig_role *r)
{
	struct ig_faxline *f = r->state;
	/* Until the configuration came there is nothing but the parent's socket. */
	while (!f && !event_base_got_break(r->base)) {
		event_base_loop(r->base, EVLOOP_ONCE);
		f = r->state;
	}
	if (!f || event_base_got_break(r->base))
		return;
	if (f->loop_fd < 0 || fd_listen(f->loop_fd, FD_READ, on_events, f))
		ig_log(IG_LOG_WARNING, "libevent's descriptor was not found: events are looked for %d times a second", 1000 / TIMERS_MS);
	tmr_init(&timers);
	tmr_start(&timers, 0, on_timers, f);
	re_main(NULL);
}

/* ---- life */

static int start(struct ig_role *r, struct ig_why *why)
{
	struct ig_faxline *f = ig_xmalloc(sizeof *f);
	struct ig_buf path = IG_BUF_INIT(4096);
	f->role = r;
	f->arena = ig_arena_new(IG_LINK_MAX * 2);
	f->nurse = ig_faxline_nurse;
	f->loop_fd = loop_fd(); /* before libre makes its own */
	ig_buf_fmt(&path, "%s/fax/in", r->conf->var);
	f->in = ig_xstrdup(path.data);
	ig_buf_reset(&path);
	ig_buf_fmt(&path, "%s/fax/out", r->conf->var);
	f->out = ig_xstrdup(path.data);
	ig_buf_free(&path);
	if (ig_fs_mkdirs(f->in, 0700) || ig_fs_mkdirs(f->out, 0700))
		return ig_why(why, "%s: %s", f->in, strerror(errno));
	ig_faxline_is(f);
	f->lines = ig_lines_new(r->conf, &ig_faxline_hooks, why);
	if (!f->lines)
		return -1;
	r->state = f;
	return 0;
}

static void confine(struct ig_role *r, struct ig_sandbox *s)
{
	struct ig_faxline *f = r->state;
	ig_role_confine("faxline", r->conf, s, f->arena);
}

static int run(struct ig_role *r, struct ig_why *why IG_UNUSED)
{
	struct ig_faxline *f = r->state;
	ig_faxline_left_over(f);
	ig_faxline_drop_old(f);
	ig_lines_run(f->lines);
	return 0;
}

/* Calls under way are cut: their pages are on disk and are taken at the next start; what was being sent is said to be uncertain then. */
static void stop(struct ig_role *r)
{
	struct ig_faxline *f = r->state;
	if (f) {
		f->stopping = true;
		if (f->recorder)
			ig_link_flush(f->recorder, STOP_FLUSH_MS);
	}
	ig_role_exit(r, IG_EX_OK);
}

static const struct ig_role_ops faxline = {.name = "faxline", .start = start, .confine = confine, .run = run, .peer = peer, .loop = loop, .stop = stop};

int main(int argc, char **argv)
{
	if (argc != 3 || strcmp(argv[1], "--role") || strcmp(argv[2], "faxline")) {
		fprintf(stderr, "irgate-faxline is started by irgated; see irgate-fax(7)\n");
		return IG_EX_USAGE;
	}
	ig_log_init("faxline", IG_LOG_INFO);
	ig_faxline_nurse = ig_call_nurse();
	if (ig_faxline_nurse < 0)
		ig_die(IG_EX_TEMPFAIL, "no process for calls: %s", strerror(errno));
	return ig_role_run(&faxline);
}
