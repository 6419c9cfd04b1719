/* The clerk: the store's only writer. Drives the pump (frames to cases), the letters to the sender, the passes of --once and the
 * control socket, all in one loop; what belongs together goes into one commit. Relies on the desk for every decision. Reads no byte
 * of a message itself and has no network. */
#include "config.h"
#include "role/clerk.h"

#include <malloc.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "evidence/evidence.h"
#include "model/notes.h"
#include "store/books.h"

enum { CLERK_ARENA_MAX = 64 << 20, REST_AFTER_S = 5, WORDS_AT_ONCE = 256, WORDS_AGAIN_S = 60 };

void ig_clerk_beat(struct ig_clerk *c)
{
	if (c->page)
		atomic_fetch_add(&c->page->beats, 1);
}

/* ---- hooks of the pump */

static void want_reader(void *arg)
{
	struct ig_clerk *c = arg;
	struct ig_note_want n = {.role = "reader"};
	ig_note_want_send(c->role->parent, &n, -1);
}

static void want_worker(void *arg, const char *kind)
{
	struct ig_clerk *c = arg;
	struct ig_note_want n = {.role = kind};
	ig_note_want_send(c->role->parent, &n, -1);
}

static void slow_work_moved(void *arg)
{
	ig_clerk_beat(arg);
}

static void end_reader(void *arg, uint64_t id)
{
	struct ig_clerk *c = arg;
	struct ig_note_unwant n = {.reader = id};
	ig_note_unwant_send(c->role->parent, &n, -1);
}

static int before_commit(void *arg)
{
	struct ig_clerk *c = arg;
	return ig_clerk_timers_prepare(c) || ig_clerk_duty_prepare(c) || ig_clerk_scribe_prepare(c) || ig_clerk_alarm_prepare(c) || ig_clerk_marks_prepare(c) || ig_clerk_send_prepare(c) ? -1 : 0;
}

static void committed(void *arg)
{
	struct ig_clerk *c = arg;
	ig_clerk_beat(c);
	c->worked = true;
	ig_clerk_alarm_committed(c);
	ig_clerk_send_committed(c);
	ig_clerk_marks_committed(c);
	ig_clerk_scribe_committed(c);
	if (ig_desk_removed(c->desk)) { /* what was removed by its time, as by an order */
		ig_clerk_scrub(c);
		ig_clerk_redact(c);
	}
	ig_clerk_due(c);
	if (c->role->once)
		ig_clerk_once(c);
}

/* A burst is over: the words of its messages go into the index, some at a time, so that whatever comes is not kept waiting. */
static void index_words(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	struct ig_clerk *c = arg;
	static const struct timeval soon = {0, 0}, moment = {0, 50000}, again = {WORDS_AGAIN_S, 0};
	if (!ig_pump_idle(c->pump)) { /* a commit is under way: not every one ends with the idle hook */
		evtimer_add(c->words, &moment);
		return;
	}
	int64_t left = ig_store_text_index(c->store, WORDS_AT_ONCE);
	ig_clerk_beat(c);
	if (left < 0)
		ig_log(IG_LOG_WARNING, "words wait for the index: %s", ig_store_why(c->store));
	if (left > 0)
		evtimer_add(c->words, &soon);
	else if (c->role->once)
		ig_clerk_once(c);
	else if (left < 0)
		evtimer_add(c->words, &again);
}

static void idle(void *arg)
{
	struct ig_clerk *c = arg;
	static const struct timeval quiet = {REST_AFTER_S, 0}, soon = {0, 0};
	evtimer_add(c->settle, &quiet);
	if (ig_store_text_waiting(c->store) > 0)
		evtimer_add(c->words, &soon);
	ig_clerk_marks_answer(c);
	if (c->role->once)
		ig_clerk_once(c);
}

static void at_frame(void *arg, uint64_t seq)
{
	struct ig_clerk *c = arg;
	if (c->page)
		atomic_store(&c->page->frame_at, seq);
	if (seq)
		ig_clerk_beat(c);
}

static bool suspect(void *arg, uint64_t seq)
{
	struct ig_clerk *c = arg;
	for (size_t i = 0; i < c->suspect_count; i++)
		if (c->suspects[i] == seq)
			return true;
	return false;
}

static void alarm_raised(void *arg, const char *code, const char *text)
{
	if (ig_clerk_officer(arg, code, text))
		return;
	ig_clerk_alarm(arg, code, text);
}

static bool full(void *arg)
{
	return ig_clerk_reserve_give_up(arg);
}

/* A quiet time after work: the log of the store is folded in and memory given back. Not at once, because that costs syncs. */
static void rest(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	struct ig_clerk *c = arg;
	if (!ig_pump_idle(c->pump))
		return;
	if (ig_store_rest(c->store) < 0)
		ig_log(IG_LOG_WARNING, "the store could not be put to rest: %s", ig_store_why(c->store));
	ig_pump_rest(c->pump);
	ig_clerk_scribe_rest(c);
	malloc_trim(0); /* the pages of the store's cache, which it has let go */
}

/* ---- the recorder says how far the log is durable */

static int on_recorder(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	(void)l;
	struct ig_clerk *c = arg;
	if (fd >= 0)
		close(fd);
	ig_arena_reset(c->arena);
	if (kind == IG_NOTE_HEAD) {
		struct ig_note_head n;
		if (ig_note_head_unpack(&n, body, len, c->arena))
			return -1;
		c->head_said = true;
		c->head = n.seq > c->head ? n.seq : c->head;
		ig_pump_head(c->pump, n.seq);
		ig_clerk_marks_answer(c);
		return 0;
	}
	if (kind == IG_NOTE_REDACTED)
		return ig_clerk_redacted(c, body, len);
	if (kind == IG_NOTE_ALARM) {
		struct ig_note_alarm n;
		if (ig_note_alarm_unpack(&n, body, len, c->arena) || !n.code || !n.text)
			return -1;
		ig_clerk_alarm(c, n.code, n.text);
		return 0;
	}
	return -1;
}

static void recorder_gone(struct ig_link *l, void *arg)
{
	(void)l;
	struct ig_clerk *c = arg;
	c->recorder = ig_link_free(c->recorder); /* the parent starts another and hands over a fresh socket */
	c->head_said = false;
}

/* ---- hooks of the role */

static int start(struct ig_role *r, struct ig_why *why)
{
	struct ig_clerk *c = ig_xmalloc(sizeof(*c));
	r->state = c;
	c->role = r;
	c->arena = ig_arena_new(CLERK_ARENA_MAX);
	ig_buf_init(&c->outbox, 64u << 20);
	if (r->shared_fd >= 0) {
		void *page = mmap(NULL, sizeof(struct ig_role_page), PROT_READ | PROT_WRITE, MAP_SHARED, r->shared_fd, 0);
		c->page = page == MAP_FAILED ? NULL : page;
		close(r->shared_fd);
		r->shared_fd = -1;
	}
	ig_clerk_reserve_start(c);
	c->store = ig_store_open(r->conf->var, IG_STORE_WRITE, why);
	c->log = c->store ? ig_evidence_read_open(ig_arena_fmt(c->arena, "%s/evidence", r->conf->var), why) : NULL;
	c->desk = c->log ? ig_desk_new(c->store, r->conf, why) : NULL;
	if (!c->desk)
		return -1;
	ig_desk_workers(c->desk);
	/* What was with a sender when the power went is sent again, with the same Message-ID. */
	c->requeue = true;
	struct ig_pump_hooks hooks = {.arg = c,
		.want_reader = want_reader,
		.want_worker = want_worker,
		.moved = slow_work_moved,
		.end_reader = end_reader,
		.before_commit = before_commit,
		.committed = committed,
		.idle = idle,
		.alarm = alarm_raised,
		.at_frame = at_frame,
		.suspect = suspect,
		.words_later = true,
		.full = full};
	c->pump = ig_pump_new(r->base, c->desk, c->log, &hooks);
	if (!c->pump)
		return ig_why(why, "the pump cannot start: %s", ig_store_why(c->store));
	ig_clerk_scribe_start(c);
	c->settle = evtimer_new(r->base, rest, c);
	c->words = evtimer_new(r->base, index_words, c);
	return c->settle && c->words ? 0 : ig_why(why, "no timer");
}

static void confine(struct ig_role *r, struct ig_sandbox *s)
{
	struct ig_clerk *c = r->state;
	ig_role_confine("clerk", r->conf, s, c->arena);
}

static int run(struct ig_role *r, struct ig_why *why)
{
	struct ig_clerk *c = r->state;
	(void)why;
	ig_clerk_reserve_keep(c);
	ig_clerk_backup_start(c);
	ig_clerk_tasks_start(c);
	ig_pump_poke(c->pump); /* one commit at the start: requeues and looks for what is due */
	return 0;
}

static void peer(struct ig_role *r, const char *role, uint64_t index, int fd)
{
	struct ig_clerk *c = r->state;
	if (!strcmp(role, "reader")) {
		ig_pump_reader(c->pump, fd, index);
	} else if (!strcmp(role, "pages") || !strcmp(role, "keys") || !strcmp(role, IG_SCAN_KIND)) {
		ig_pump_worker(c->pump, role, fd, index);
	} else if (!strcmp(role, "scribe") || !strcmp(role, "sealer")) {
		ig_clerk_scribe(c, role, fd, index);
	} else if (!strcmp(role, "recorder")) {
		ig_link_free(c->recorder);
		c->head_said = false;
		c->recorder = ig_link_new(r->base, fd, "recorder", on_recorder, recorder_gone, c);
		ig_clerk_redact(c);
		ig_clerk_hold(c);
	} else if (!strcmp(role, "faxline")) {
		ig_clerk_faxline(c, fd);
	} else if (!strcmp(role, "sender")) {
		ig_clerk_sender(c, fd);
	} else if (!strcmp(role, "mailin")) {
		ig_clerk_mailin(c, index, fd);
	} else {
		ig_log(IG_LOG_ERR, "a socket of an unknown role %s", role);
		close(fd);
	}
}

static void listening(struct ig_role *r, const char *name, int fd)
{
	if (!strcmp(name, "control"))
		ig_clerk_control_listen(r->state, fd);
	else
		close(fd);
}

static void note(struct ig_role *r, uint16_t kind, const void *body, size_t len, int fd)
{
	struct ig_clerk *c = r->state;
	struct ig_note_alarm alarm;
	struct ig_note_suspect frame;
	char text[128];
	if (fd >= 0)
		close(fd);
	ig_arena_reset(c->arena);
	if (kind == IG_NOTE_ALARM && !ig_note_alarm_unpack(&alarm, body, len, c->arena) && alarm.code && alarm.text) {
		ig_clerk_alarm(c, alarm.code, alarm.text);
	} else if (kind == IG_NOTE_SUSPECT && !ig_note_suspect_unpack(&frame, body, len, c->arena)) {
		if (c->suspect_count < IG_CLERK_SUSPECTS)
			c->suspects[c->suspect_count++] = frame.seq;
		snprintf(text, sizeof(text), "the clerk died %llu times at frame %llu", (unsigned long long)frame.deaths,
			(unsigned long long)frame.seq);
		ig_clerk_alarm(c, "clerk-died", text);
	}
}

void ig_clerk_end(struct ig_clerk *c)
{
	ig_clerk_control_end(c);
	if (ig_pump_commit(c->pump))
		ig_log(IG_LOG_ERR, "the last commit failed; its frames are taken again at the next start");
	c->pump = ig_pump_free(c->pump);
	ig_store_rest(c->store);
	c->desk = ig_desk_free(c->desk);
	c->store = ig_store_free(c->store);
	ig_role_exit(c->role, IG_EX_OK);
}

static void end_now(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	ig_clerk_end(arg);
}

/* The sender has ended before (the parent stops one after the other): its last outcomes lie in our socket, and a letter whose
 * outcome is lost would go out twice. They are read to the end of that socket. */
static void stop(struct ig_role *r)
{
	struct ig_clerk *c = r->state;
	static const struct timeval patience = {3, 0};
	c->stopping = true;
	if (c->sender && ig_clerk_send_waits(c))
		event_base_once(r->base, -1, EV_TIMEOUT, end_now, c, &patience);
	else
		ig_clerk_end(c);
}

const struct ig_role_ops ig_role_clerk = {
	.name = "clerk", .start = start, .confine = confine, .run = run, .peer = peer, .listen = listening, .note = note, .stop = stop};
