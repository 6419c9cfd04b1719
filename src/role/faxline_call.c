/* Calls of the faxline: each ties a call on a line to its child and its folder, and tells once what came of it: a frame, or the outcome of a dispatch.
 * Relies on fax/line.h for the line and on fax/call.h for the words of the child, of which none is believed beyond its meaning. */
#include "config.h"
#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/sha256.h"
#include "fax/t30.h"
#include "model/notes.h"
#include "role/faxline.h"

enum { DROP_MS = 800, PATH_ROOM = 4096, SETTLE_MS = 200, SETTLE_TRIES = 25 };

/* ---- life */

struct ig_faxline_call *ig_faxline_call_new(struct ig_faxline *f, const char *parent, const char *name)
{
	struct ig_buf path = IG_BUF_INIT(PATH_ROOM);
	ig_buf_fmt(&path, "%s/%s", parent, name);
	if (mkdir(path.data, 0700) && errno != EEXIST) {
		ig_log(IG_LOG_ERR, "%s: %s", path.data, strerror(errno));
		ig_buf_free(&path);
		return NULL;
	}
	struct ig_faxline_call *c = ig_xmalloc(sizeof *c);
	*c = (struct ig_faxline_call){.of = f, .folder = ig_xstrdup(path.data), .name = ig_xstrdup(name), .facts = json_object(), .next = f->calls};
	f->calls = c;
	ig_buf_free(&path);
	return c;
}

void ig_faxline_call_free(struct ig_faxline_call *c)
{
	struct ig_faxline_call **at = &c->of->calls;
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	c->child = ig_link_free(c->child);
	if (c->line)
		ig_line_hang_up(c->line);
	if (c->drop)
		event_free(c->drop);
	if (c->again)
		event_free(c->again);
	json_decref(c->facts);
	free(c->folder);
	free(c->name);
	free(c);
}

static void set(struct ig_faxline_call *c, const char *key, const char *value)
{
	if (value && *value)
		json_object_set_new(c->facts, key, json_string(value));
}

static void stamp(struct ig_faxline_call *c, const char *key)
{
	char text[IG_TIME_MAX];
	set(c, key, ig_time_rfc3339(ig_now(), text));
}

/* ---- the end of a call */

/* Kept, synced, before it is told: a clerk that died before its commit asks again and must get the same answer, not a second call. */
static void say_sent(struct ig_faxline_call *c, const char *code, const char *words, int64_t wait_ms)
{
	json_object_set_new(c->facts, "total", json_integer(c->total));
	set(c, "result", code);
	set(c, "text", words);
	if (wait_ms > 0)
		json_object_set_new(c->facts, "wait", json_integer(wait_ms));
	stamp(c, "ended");
	if (ig_faxline_keep(c))
		ig_log(IG_LOG_ERR, "what came of fax %s cannot be kept: %s", c->name, strerror(errno));
	ig_faxline_tell_sent(c);
}

static void finish(struct ig_faxline_call *c, const char *code, const char *words, int64_t wait_ms)
{
	struct ig_line_call *line = c->line;
	if (c->finished)
		return;
	c->finished = true;
	c->line = NULL;
	if (line)
		ig_line_hang_up(line);
	c->child = ig_link_free(c->child);
	if (c->dispatch) {
		say_sent(c, code, words, wait_ms);
		return;
	}
	set(c, "result", !strcmp(code, "sent") ? "ok" : code);
	set(c, "text", words);
	stamp(c, "ended");
	ig_faxline_keep(c);
	ig_faxline_append(c);
}

/* ---- what the child says */

static void on_over(struct ig_faxline_call *c, json_t *o)
{
	const char *code = json_string_value(json_object_get(o, "result")), *words = json_string_value(json_object_get(o, "text"));
	json_int_t pages = json_integer_value(json_object_get(o, "pages")), rate = json_integer_value(json_object_get(o, "rate"));
	bool known = false;
	for (int i = 0; code && i < IG_T30_ENDING_COUNT; i++)
		known |= !strcmp(code, ig_t30_ending_word((enum ig_t30_ending)i));
	set(c, "ident", json_string_value(json_object_get(o, "ident")));
	json_object_set_new(c->facts, "pages", json_integer((pages > 0 && pages < 1000 ? pages : 0) + (c->dispatch ? c->first : 0)));
	if (rate > 0)
		json_object_set_new(c->facts, "rate", json_integer(rate));
	json_object_set_new(c->facts, "ecm", json_boolean(json_is_true(json_object_get(o, "ecm"))));
	finish(c, known ? code : "line", words, 0);
}

static int on_child(struct ig_link *l IG_UNUSED, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct ig_faxline_call *c = arg;
	struct ig_note_fax n;
	if (fd >= 0)
		close(fd);
	ig_arena_reset(c->of->arena);
	if (kind != IG_NOTE_FAX || ig_note_fax_unpack(&n, body, len, c->of->arena) || !n.what)
		return -1;
	json_t *o = n.text && *n.text ? json_loads(n.text, 0, NULL) : NULL;
	if (!strcmp(n.what, "called") && c->line) {
		ig_line_heard(c->line);
	} else if (!strcmp(n.what, "page")) {
		json_object_set_new(c->facts, "pages", json_integer(json_integer_value(json_object_get(o, "pages"))));
		ig_faxline_keep(c);
	} else if (!strcmp(n.what, "over")) {
		on_over(c, o); /* c may be gone */
	}
	json_decref(o);
	return 0;
}

/* It died: that costs this call. */
static void child_gone(struct ig_link *l IG_UNUSED, void *arg)
{
	struct ig_faxline_call *c = arg;
	ig_log(IG_LOG_ERR, "the process of fax call %s ended unexpectedly", c->name);
	finish(c, c->dispatch && c->talking ? "uncertain" : c->dispatch ? "line" : "interrupted", "the process of the call ended unexpectedly", 0);
}

static int child_start(struct ig_faxline_call *c, const char *send, int rate_max)
{
	const struct ig_conf *conf = c->of->role->conf;
	const char *user = conf->user_faxline ? conf->user_faxline : conf->user_mailin;
	int fd = ig_call_start(c->of->nurse);
	if (fd < 0)
		return -1;
	c->child = ig_link_new(c->of->role->base, fd, "fax call", on_child, child_gone, c);
	json_t *o = json_pack("{s:s?,s:b,s:s?,s:s,s:s?,s:i,s:i,s:i,s:i}", "user", user, "caller", c->dispatch != 0, "ident", conf->fax_ident, "folder", c->folder, "send", send, "first",
		c->first, "rate_max", rate_max, "pages_max", (int)conf->fax_pages_max, "seconds_max", (int)(conf->fax_call_max / 1000));
	char *text = json_dumps(o, JSON_COMPACT);
	struct ig_note_fax n = {.what = "setup", .text = text};
	int rc = text ? ig_note_fax_send(c->child, &n, -1) : -1;
	free(text);
	json_decref(o);
	return rc;
}

/* ---- what the line says */

static int begin(void *arg, struct ig_line_call *call, const char *line, const char *caller, const char *called)
{
	struct ig_faxline *f = *(struct ig_faxline **)arg;
	char name[64];
	if (f->stopping || f->role->once) /* a pass has an end, and does not wait for a call that came */
		return -1;
	snprintf(name, sizeof name, "F-%lld-%llu", (long long)(ig_now() / IG_SECOND), (unsigned long long)++f->serial);
	struct ig_faxline_call *c = ig_faxline_call_new(f, f->in, name);
	if (!c)
		return -1;
	set(c, "line", line);
	set(c, "caller", caller);
	set(c, "called", called);
	stamp(c, "started");
	if (ig_faxline_keep(c) || child_start(c, NULL, 0)) {
		ig_faxline_remove(c->folder);
		ig_faxline_call_free(c);
		return -1;
	}
	c->line = call;
	ig_line_set(call, c);
	ig_log(IG_LOG_INFO, "%s: a call from %s", line, caller);
	return 0;
}

static void tell(void *arg IG_UNUSED, struct ig_line_call *call, const char *what, const char *text, int fd)
{
	struct ig_faxline_call *c = ig_line_owner(call);
	struct ig_note_fax n = {.what = what, .text = text};
	if (!c || !c->child) {
		if (fd >= 0)
			close(fd);
		return;
	}
	if (c->dispatch && !strcmp(what, "media") && !c->talking) { /* from now on something may arrive over there */
		c->talking = true;
		set(c, "state", "talking");
		ig_faxline_keep(c);
	}
	ig_note_fax_send(c->child, &n, fd);
}

static void drop_now(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	struct ig_faxline_call *c = arg;
	struct ig_note_fax n = {.what = "drop", .text = ""};
	if (c->child)
		ig_note_fax_send(c->child, &n, -1);
}

static void over(void *arg IG_UNUSED, struct ig_line_call *call, const char *why, const char *text, int64_t wait_ms)
{
	struct ig_faxline_call *c = ig_line_owner(call);
	if (!c)
		return;
	c->line = NULL;
	if (c->dispatch && why) {
		finish(c, why, text, wait_ms);
		return;
	}
	/* The other side hung up: its last words may still lie in the sockets. */
	c->drop = evtimer_new(c->of->role->base, drop_now, c);
	if (c->drop)
		evtimer_add(c->drop, &(struct timeval){.tv_usec = DROP_MS * 1000});
}

static struct ig_faxline *the_line; /* libre's callbacks have one process and one faxline */
const struct ig_line_hooks ig_faxline_hooks = {.arg = &the_line, .begin = begin, .tell = tell, .over = over};

/* ---- a dispatch */

static const char *plain(const char *number, char out[64])
{
	size_t n = 0;
	for (; *number && n < 40; number++)
		if ((*number >= '0' && *number <= '9') || (*number == '+' && !n))
			out[n++] = *number;
	out[n] = '\0';
	return out;
}

static void dial(struct ig_faxline_call *c);

static void dial_again(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	dial(arg);
}

/* A line that is still registering may be there in a moment: without that a pass of --once, and the first fax after a start, would find none. */
static void dial(struct ig_faxline_call *c)
{
	char number[64];
	struct ig_why why = {""};
	const char *word = "no-line", *to = json_string_value(json_object_get(c->facts, "number"));
	c->line = ig_line_dial(c->of->lines, plain(to ? to : "", number), c, &word, &why);
	if (c->line) {
		set(c, "line", ig_line_name(c->line));
	} else if (!ig_lines_settling(c->of->lines) || ++c->dials > SETTLE_TRIES) {
		finish(c, word, why.text, 0);
	} else {
		if (!c->again)
			c->again = evtimer_new(c->of->role->base, dial_again, c);
		evtimer_add(c->again, &(struct timeval){.tv_usec = SETTLE_MS * 1000});
	}
}

void ig_faxline_send(struct ig_faxline *f, const void *note, size_t len)
{
	struct ig_note_send n;
	char path[PATH_ROOM], hex[IG_SHA256_HEX];
	uint8_t sum[IG_SHA256_LEN];
	if (ig_note_send_unpack(&n, note, len, f->arena) || !n.name || !n.recipient || !n.bytes.len || strchr(n.name, '/'))
		return;
	for (struct ig_faxline_call *c = f->calls; c; c = c->next)
		if (c->dispatch == (int64_t)n.dispatch)
			return; /* a fresh clerk asks again: one answer will do */
	struct ig_faxline_call *c = ig_faxline_call_new(f, f->out, n.name);
	if (!c)
		return;
	json_t *o = n.options ? json_loads(n.options, 0, NULL) : NULL;
	int rate_max = (int)json_integer_value(json_object_get(o, "rate_max"));
	c->dispatch = (int64_t)n.dispatch;
	c->first = (int)json_integer_value(json_object_get(o, "first"));
	c->total = (int)json_integer_value(json_object_get(o, "pages"));
	c->attempt = json_integer_value(json_object_get(o, "attempt"));
	json_decref(o);
	ig_sha256_of(n.bytes.p, n.bytes.len, sum);
	set(c, "sha256", ig_sha256_hex(sum, hex));
	switch (ig_faxline_asked_before(c, hex)) {
	case IG_FAXLINE_TOLD:
		ig_faxline_tell_sent(c);
		return;
	case IG_FAXLINE_CUT:
		say_sent(c, "uncertain", "the gateway was stopped while the fax was sent", 0);
		return;
	case IG_FAXLINE_FRESH:
		break;
	}
	json_object_set_new(c->facts, "attempt", json_integer(c->attempt));
	set(c, "number", n.recipient);
	stamp(c, "started");
	snprintf(path, sizeof path, "%s/" IG_CALL_SEND, c->folder);
	if (ig_fs_replace(path, n.bytes.p, n.bytes.len, 0600) || ig_faxline_keep(c)) {
		finish(c, "no-line", "the pages cannot be kept", 0);
		return;
	}
	if (child_start(c, IG_CALL_SEND, rate_max))
		finish(c, "no-line", "no process for the call", 0);
	else
		dial(c);
}

void ig_faxline_is(struct ig_faxline *f)
{
	the_line = f;
}
