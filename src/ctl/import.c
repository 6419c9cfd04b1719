/* irgatectl import: old mail becomes messages and cases; without --live nothing is sent and no deadline starts. Without a daemon this process
 * is recorder and clerk for the time: append in batches with one sync each, and pump the frames through the readers meanwhile. With a
 * daemon the recorder takes the messages, and the daemon's clerk reads them in its own time. */
#include "config.h"
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fs.h"
#include "base/link.h"
#include "ctl/room.h"
#include "ctl/sources.h"
#include "model/envelope.h"
#include "model/notes.h"
#include "role/role.h"

enum { BATCH = 64, BATCH_BYTES = 8 << 20, AHEAD = 192, OUTSTANDING = 32, READER_TRIES = 3 };

struct import {
	struct ig_ctl *c;
	bool live;
	uint64_t messages, bytes, total_bytes, left_out;
	bool broken; /* nothing more can be taken */
	int no_reader; /* attempts to start one that failed in a row */
	int64_t begun, said;
	struct ig_why why;
	/* without a daemon */
	struct ig_evidence *log;
	struct ig_pump *pump;
	struct event_base *base;
	uint64_t batch, batch_bytes, decided;
	/* with one */
	int sock;
	uint64_t sent, answered;
};

static void progress(struct import *im, bool end)
{
	int64_t now = ig_mono_ms(), ms = now - im->begun > 0 ? now - im->begun : 1;
	if (!im->c->terminal || im->c->json || (!end && now - im->said < 200)) return;
	im->said = now;
	int share = im->total_bytes ? (int)(im->bytes * 30 / im->total_bytes) : 30;
	ig_ctl_print(im->c, "\r[%-30.*s] %llu messages, %llu/s%s", share > 30 ? 30 : share, "##############################", (unsigned long long)im->messages,
		(unsigned long long)(im->messages * 1000 / (uint64_t)ms), end ? "\n" : "");
	fflush(stdout);
}

static const char *envelope(struct import *im, const char *name, struct ig_buf *out)
{
	struct ig_envelope e = {.channel = IG_CHANNEL_MAIL, .source = "import", .source_file = name, .imported = !im->live};
	ig_envelope_print(&e, out);
	return out->data;
}

/* ---- without a daemon */

static void want_reader(void *arg)
{
	struct import *im = arg;
	struct ig_why why = {""};
	pid_t pid;
	while (waitpid(-1, NULL, WNOHANG) > 0) /* one that died; another is wanted for it */
		;
	int sock = ig_reader_spawn(im->c->conf, &pid, &why);
	if (sock >= 0) {
		im->no_reader = 0;
		ig_pump_reader(im->pump, sock, (uint64_t)pid);
	} else if (++im->no_reader >= READER_TRIES && !im->broken) { /* what is in the log is read by the next run */
		im->broken = true;
		im->why = why;
	}
}

/* 0 says that no frame is under the eyes any more: that takes nothing back. */
static void at_frame(void *arg, uint64_t seq)
{
	struct import *im = arg;
	im->decided = seq > im->decided ? seq : im->decided;
}

/* Said to the one who imports, and kept as a row where the store takes one. */
static void pump_alarm(void *arg, const char *code, const char *text)
{
	struct import *im = arg;
	bool fresh;
	ig_ctl_say(im->c, "%s: %s", code, text);
	if (ig_store_alarm_raise(im->c->store, code, text, ig_now(), &fresh) < 0) ig_ctl_say(im->c, "the alarm could not be kept: %s", ig_store_why(im->c->store));
}

static int end_batch(struct import *im)
{
	if (im->batch && ig_evidence_sync(im->log, &im->why)) return -1;
	im->batch = im->batch_bytes = 0;
	ig_pump_head(im->pump, ig_evidence_head(im->log));
	event_base_loop(im->base, EVLOOP_NONBLOCK);
	while (!im->broken && ig_evidence_head(im->log) > im->decided + AHEAD) event_base_loop(im->base, EVLOOP_ONCE);
	return im->broken ? -1 : 0;
}

static int append_here(struct import *im, const char *env, const void *p, int fd, uint64_t size)
{
	uint64_t seq;
	if (ig_evidence_append(im->log, ig_now(), env, p, fd, size, &seq, &im->why)) return -1;
	im->batch_bytes += size;
	return ++im->batch >= BATCH || im->batch_bytes > BATCH_BYTES ? end_batch(im) : 0;
}

static int open_here(struct import *im)
{
	struct ig_ctl *c = im->c;
	struct ig_buf damage = IG_BUF_INIT(4096);
	struct ig_evidence_limits limits = {c->conf->segment_max, c->conf->min_free};
	struct ig_pump_hooks hooks = {.arg = im, .want_reader = want_reader, .at_frame = at_frame, .alarm = pump_alarm};
	const char *dir = ig_arena_fmt(c->arena, "%s/evidence", c->conf->var);
	signal(SIGPIPE, SIG_IGN);
	if (ig_fs_mkdirs(dir, 0700)) return ig_why(&im->why, "%s: %s", dir, strerror(errno));
	im->log = ig_evidence_open(dir, &limits, &damage, &im->why);
	if (damage.len) ig_ctl_say(c, "evidence log: %s", damage.data);
	ig_buf_reset(&damage);
	if (!im->log) {
		ig_buf_free(&damage);
		return -1;
	}
	c->store = ig_store_open(c->conf->var, IG_STORE_WRITE, &im->why);
	uint64_t taken;
	if (c->store && !ig_store_cursor(c->store, &taken) && ig_evidence_skip(im->log, taken, &damage)) ig_ctl_say(c, "%s", damage.data);
	ig_buf_free(&damage);
	c->desk = c->store ? ig_desk_new(c->store, c->conf, &im->why) : NULL;
	c->log = c->desk ? ig_evidence_read_open(dir, &im->why) : NULL;
	if (!c->log) return -1;
	ig_time newest = ig_evidence_newest(im->log);
	if (newest != IG_NEVER && ig_now() < newest && ig_clock_fixed()) return ig_why(&im->why, "--now lies before the newest arrival");
	ig_desk_workers(c->desk); /* what they are to read is left open for the daemon */
	im->base = event_base_new();
	im->pump = ig_pump_new(im->base, c->desk, c->log, &hooks);
	im->decided = ig_evidence_head(im->log);
	return 0;
}

static int finish_here(struct import *im)
{
	int code = end_batch(im);
	while (!code && !im->broken && !ig_pump_idle(im->pump)) event_base_loop(im->base, EVLOOP_ONCE);
	return code || im->broken ? -1 : 0;
}

static void close_here(struct import *im)
{
	im->pump = im->pump ? ig_pump_free(im->pump) : NULL;
	while (waitpid(-1, NULL, 0) > 0) /* the readers, whose sockets are closed by now: what they used is counted as ours */
		;
	if (im->base) event_base_free(im->base);
	im->c->log = im->c->log ? ig_evidence_read_free(im->c->log) : NULL;
	im->c->desk = im->c->desk ? ig_desk_free(im->c->desk) : NULL;
	im->c->store = im->c->store ? ig_store_free(im->c->store) : NULL;
	im->log = im->log ? ig_evidence_free(im->log) : NULL;
}

/* ---- with a daemon */

static int open_there(struct import *im)
{
	im->sock = ig_fs_connect(im->c->conf->var, "append.sock");
	return im->sock < 0 ? ig_why(&im->why, "%s/append.sock: %s", im->c->conf->var, strerror(errno)) : 0;
}

/* Answers until at most `most` are outstanding. */
static int take_answers(struct import *im, uint64_t most)
{
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	struct ig_arena *a = ig_arena_new(0);
	struct ig_note_later later;
	uint16_t kind;
	int fd, code = 0;
	while (!code && im->sent - im->answered > most) {
		if (ig_link_read(im->sock, &kind, &body, &fd, -1) != 1) code = ig_why(&im->why, "the daemon went away");
		else if (kind == IG_NOTE_DURABLE) im->answered++;
		else if (kind == IG_NOTE_LATER && !ig_note_later_unpack(&later, body.data, body.len, a)) code = ig_why(&im->why, "refused for now: %s", later.why);
	}
	ig_arena_free(a);
	ig_buf_free(&body);
	return code;
}

/* The recorder takes a descriptor only of a sealed memory file: nothing else is sure to stay as it is while it is read. */
static int sealed_copy(const void *p, int fd, uint64_t size)
{
	int copy = (int)memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int bad = copy < 0 || (p ? ig_fs_write_all(copy, p, size) : lseek(fd, 0, SEEK_SET) < 0 || ig_fs_copy(fd, copy, size));
	if (!bad && !fcntl(copy, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)) return copy;
	if (copy >= 0) close(copy);
	return -1;
}

static int append_there(struct import *im, const char *env, const void *p, int fd, uint64_t size)
{
	bool whole = p && size <= im->c->conf->inline_max;
	struct ig_note_append n = {.request = im->sent, .envelope = env, .size = size, .payload = {whole ? p : NULL, whole ? size : 0}};
	int copy = whole ? -1 : sealed_copy(p, fd, size);
	if (!whole && copy < 0) return ig_why(&im->why, "no copy of a large message: %s", strerror(errno));
	int bad = ig_note_append_write(im->sock, &n, copy);
	if (copy >= 0) close(copy);
	if (bad) return ig_why(&im->why, "the daemon went away: %s", strerror(errno));
	im->sent++;
	return take_answers(im, OUTSTANDING);
}

/* ---- both */

static int one_message(const char *name, const void *p, int fd, uint64_t size, void *arg)
{
	struct import *im = arg;
	struct ig_buf env = IG_BUF_INIT(64 << 10);
	if (!p && fd < 0) {
		ig_ctl_say(im->c, "%s is larger than message_max (%llu bytes) and was left out", name, (unsigned long long)size);
		im->left_out++;
		return 0;
	}
	envelope(im, name, &env);
	int stop = im->pump ? append_here(im, env.data, p, fd, size) : append_there(im, env.data, p, fd, size);
	ig_buf_free(&env);
	if (stop) {
		im->broken = true;
		return -1;
	}
	im->messages++;
	im->bytes += size;
	progress(im, false);
	return 0;
}

static int take_all(struct import *im, const struct ig_sources *s)
{
	im->total_bytes = s->bytes;
	im->begun = ig_mono_ms();
	for (size_t i = 0; i < s->count; i++) {
		struct ig_why why = {""};
		if (!ig_sources_messages(&s->files[i], im->c->conf->message_max, one_message, im, &why)) continue;
		if (im->broken) return -1;
		ig_ctl_say(im->c, "%s", why.text); /* one file cannot be read: the others go on */
		im->left_out++;
	}
	return im->pump ? finish_here(im) : take_answers(im, 0);
}

static int say_end(struct import *im, int code)
{
	double seconds = (double)(ig_mono_ms() - im->begun) / 1000.0;
	progress(im, true);
	if (code) return ig_ctl_fail(im->c, IG_EX_TEMPFAIL, "after %llu messages: %s", (unsigned long long)im->messages, im->why.text);
	if (im->c->json)
		ig_ctl_json(im->c, json_pack("{s:I,s:I,s:I,s:f}", "messages", (json_int_t)im->messages, "bytes", (json_int_t)im->bytes, "left_out",
			(json_int_t)im->left_out, "seconds", seconds));
	else
		ig_ctl_print(im->c, "%llu messages, %llu bytes in %.1f s (%.0f/s)%s\n", (unsigned long long)im->messages, (unsigned long long)im->bytes, seconds,
			(double)im->messages / (seconds > 0 ? seconds : 1), im->live ? "" : "; nothing was sent");
	if (im->left_out) return ig_ctl_fail(im->c, IG_EX_DATA, "%llu could not be taken, see above", (unsigned long long)im->left_out);
	return IG_EX_OK;
}

/* ---- one message written by hand (by_hand.c) */

static int hand_over(struct import *im, const char *env, const void *p, size_t len, uint64_t *seq_r)
{
	struct ig_note_append n = {.request = 0, .envelope = env, .size = len, .payload = {p, len}};
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	struct ig_note_durable durable;
	struct ig_note_later later;
	uint16_t kind = 0;
	int fd, bad = ig_note_append_write(im->sock, &n, -1) || ig_link_read(im->sock, &kind, &body, &fd, -1) != 1;
	if (bad) ig_why(&im->why, "the daemon went away");
	else if (kind == IG_NOTE_DURABLE && !ig_note_durable_unpack(&durable, body.data, body.len, im->c->arena)) *seq_r = durable.seq;
	else if (kind == IG_NOTE_LATER && !ig_note_later_unpack(&later, body.data, body.len, im->c->arena)) bad = ig_why(&im->why, "refused: %s", later.why);
	else bad = ig_why(&im->why, "the daemon said something else");
	ig_buf_free(&body);
	return bad ? -1 : 0;
}

int ig_ctl_take_in(struct ig_ctl *c, const char *envelope, const void *p, size_t len, int (*then)(struct ig_ctl *c, uint64_t seq, void *arg), void *arg)
{
	struct import im = {.c = c, .sock = -1};
	uint64_t seq = 0;
	int lock = -1, code;
	if (ig_ctl_held(c->conf, NULL)) code = open_there(&im) || hand_over(&im, envelope, p, len, &seq);
	else if ((lock = ig_instance_lock(c->conf, &im.why)) < 0) code = -1;
	else code = open_here(&im) || append_here(&im, envelope, p, -1, len) || finish_here(&im);
	if (!code && im.log) seq = ig_evidence_head(im.log);
	code = code ? ig_ctl_fail(c, IG_EX_TEMPFAIL, "%s", im.why.text) : then(c, seq, arg);
	close_here(&im);
	if (im.sock >= 0) close(im.sock);
	if (lock >= 0) close(lock);
	return code;
}

static int import_all(struct ig_ctl *c, struct ig_sources *s)
{
	struct import im = {.c = c, .live = ig_ctl_flag(c, "--live"), .sock = -1};
	if (ig_ctl_words(c, 1, INT32_MAX)) return IG_EX_USAGE;
	for (int i = 0; i < c->argc; i++)
		if (ig_sources_add(s, c->argv[i], &im.why)) return ig_ctl_fail(c, IG_EX_DATA, "%s", im.why.text);
	int lock = -1, code;
	if (ig_ctl_held(c->conf, NULL)) {
		code = open_there(&im);
	} else if ((lock = ig_instance_lock(c->conf, &im.why)) < 0) {
		return ig_ctl_fail(c, IG_EX_TEMPFAIL, "%s", im.why.text);
	} else {
		code = open_here(&im);
	}
	im.begun = ig_mono_ms();
	if (!code) code = take_all(&im, s);
	code = say_end(&im, code);
	close_here(&im);
	if (im.sock >= 0) close(im.sock);
	if (lock >= 0) close(lock);
	return code;
}

int ig_ctl_import(struct ig_ctl *c)
{
	struct ig_sources s = {.arena = c->arena};
	int code = import_all(c, &s);
	free(s.files);
	return code;
}
