/* The pump: frames after the cursor into slots, in log order. pump_reader.c has them read, pump_commit.c decides and commits.
 * Relies on libevent for time and sockets and on the evidence log for frames. Parses no byte of a message. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "desk/pump.h"

struct ig_slot *ig_pump_slot(struct ig_pump *p, uint64_t seq)
{
	return &p->slots[seq % IG_PUMP_SLOTS];
}

void ig_pump_wake(struct ig_pump *p)
{
	static const struct timeval now = {0, 0};
	if (!evtimer_pending(p->step, NULL))
		evtimer_add(p->step, &now);
}

bool ig_pump_burst(const struct ig_pump *p)
{
	return p->head >= p->first + 2 * IG_PUMP_BATCH;
}

int64_t ig_pump_age_us(const struct ig_pump *p)
{
	return ig_pump_burst(p) ? IG_PUMP_BURST_US : IG_PUMP_BATCH_US;
}

void ig_pump_alarm(struct ig_pump *p, const char *code, const char *text)
{
	if (p->hooks.alarm)
		p->hooks.alarm(p->hooks.arg, code, text);
	else
		ig_log(IG_LOG_ERR, "alarm %s: %s", code, text);
}

void ig_pump_slot_fallback(struct ig_pump *p, struct ig_slot *s, const char *problem)
{
	char head[4096];
	size_t len = 0;
	struct ig_buf b = IG_BUF_INIT(16u << 20);
	/* The first bytes help the person who reads it; a message too large to be brought here for that goes without. */
	if (s->frame.size && s->frame.size < (8u << 20) && !ig_evidence_payload(p->log, &s->frame, &b, NULL)) {
		len = b.len < sizeof(head) ? b.len : sizeof(head);
		memcpy(head, b.data, len);
	}
	ig_buf_free(&b);
	s->report = ig_report_fallback(s->arena, head, len, problem);
	s->need_count = 0;
	s->reader = NULL;
	s->state = IG_SLOT_READY;
}

bool ig_pump_read_again(struct ig_pump *p, uint64_t seq, int error, const char *why)
{
	bool ours = error == EMFILE || error == ENFILE || error == ENOMEM; /* says nothing of the frame, however often */
	bool behind = p->unread_seq >= p->first && seq > p->unread_seq;    /* the oldest is counted, the others wait for it */
	struct timeval wait = {1, 0};
	if (!ours && error != EIO && error != ENOSPC)
		return false;
	if (!behind && p->unread_seq != seq)
		p->unread = 0;
	if (!behind)
		p->unread_seq = seq;
	if (!behind && !ours && p->unread >= IG_PUMP_UNREAD && !evtimer_pending(p->read_again, NULL))
		return false;
	if (evtimer_pending(p->read_again, NULL)) /* another look meanwhile does not count */
		return true;
	if (!behind) {
		wait = (struct timeval){p->unread ? 1 << (p->unread - 1) : 0, p->unread ? 0 : 100000};
		p->unread += p->unread < IG_PUMP_UNREAD;
		ig_log(IG_LOG_WARNING, "frame %llu: %s; tried again", (unsigned long long)seq, why);
	}
	evtimer_add(p->read_again, &wait);
	return true;
}

/* A frame that is durable by its number and cannot be read back: the cursor goes on, loudly. */
static void lost_frame(struct ig_pump *p, struct ig_slot *s, const char *why)
{
	char *text = ig_arena_fmt(s->arena, "frame %llu of the evidence log cannot be read: %s", (unsigned long long)s->seq, why);
	ig_pump_alarm(p, "lost-evidence", text);
	s->frame = (struct ig_evidence_frame){.seq = s->seq, .at = ig_now()};
	s->envelope = (struct ig_envelope){.channel = IG_CHANNEL_MAIL, .source = "evidence"};
	ig_pump_slot_fallback(p, s, text);
}

static bool load(struct ig_pump *p, struct ig_slot *s)
{
	struct ig_why why = {""};
	errno = 0;
	int found = ig_evidence_read_frame(p->log, s->seq, s->arena, &s->frame, &why);
	if (!found)
		return false;
	if (found < 0 && ig_pump_read_again(p, s->seq, errno, why.text))
		return false;
	if (found < 0) {
		lost_frame(p, s, why.text);
		return true;
	}
	s->state = IG_SLOT_WAITING;
	s->bytes = s->frame.size + 4096;
	if (ig_envelope_parse(s->frame.envelope, strlen(s->frame.envelope), s->arena, &s->envelope, &why)) {
		s->envelope = (struct ig_envelope){.channel = IG_CHANNEL_MAIL, .source = "evidence"};
		ig_pump_slot_fallback(p, s, ig_arena_fmt(s->arena, "the envelope cannot be read: %s", why.text));
	} else if (s->frame.redacted) {
		ig_pump_slot_fallback(p, s, "the message was redacted before it was read");
	} else if (p->hooks.suspect && p->hooks.suspect(p->hooks.arg, s->seq)) {
		ig_pump_slot_fallback(p, s, "deciding upon this message ended the clerk three times");
	}
	return true;
}

static void fetch(struct ig_pump *p)
{
	while (p->fetch <= p->head && p->fetch - p->first < IG_PUMP_SLOTS && (p->bytes < IG_PUMP_BYTES || p->fetch == p->first)) {
		struct ig_slot *s = ig_pump_slot(p, p->fetch);
		if (!s->arena)
			s->arena = ig_arena_new(0);
		ig_arena_reset(s->arena);
		s->seq = p->fetch;
		s->need_count = s->bytes = 0;
		s->report = NULL;
		if (!load(p, s)) {
			s->state = IG_SLOT_EMPTY;
			return;
		}
		p->bytes += s->bytes;
		p->fetch++;
	}
}

bool ig_pump_idle(const struct ig_pump *p)
{
	return p->first > p->head && !p->open && !p->poked;
}

/* Nothing waits any more: the slots' memory goes back, the store is told to rest. */
static void rest(struct ig_pump *p)
{
	for (size_t i = 0; i < IG_PUMP_SLOTS; i++)
		p->slots[i].arena = ig_arena_free(p->slots[i].arena);
	p->bytes = 0;
	if (p->hooks.idle)
		p->hooks.idle(p->hooks.arg);
}

static void step(evutil_socket_t fd, short what, void *arg)
{
	struct ig_pump *p = arg;
	(void)fd;
	(void)what;
	if (p->failing) /* the retry timer goes on */
		return;
	fetch(p);
	ig_pump_assign(p);
	ig_pump_decide(p);
	if (p->failing)
		return;
	fetch(p); /* what the commit made room for */
	ig_pump_assign(p);
	ig_pump_work(p);
	bool idle = ig_pump_idle(p);
	if (idle && !p->was_idle)
		rest(p);
	p->was_idle = idle;
	if (p->first < p->fetch && ig_pump_slot(p, p->first)->state == IG_SLOT_READY)
		ig_pump_wake(p);
}

static void batch_over(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	struct ig_pump *p = arg;
	int64_t left = p->open ? ig_pump_age_us(p) - (ig_mono_us() - p->opened_us) : 0;
	if (left > 0 && p->taken) {
		struct timeval wait = {0, left};
		evtimer_add(p->batch, &wait);
		return;
	}
	if (p->open || p->poked)
		ig_pump_commit(p);
	ig_pump_wake(p);
}

static void retry(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	struct ig_pump *p = arg;
	p->failing = false;
	ig_pump_wake(p);
}

static void want_again(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	struct ig_pump *p = arg;
	p->wanted = 0; /* those never came: ask anew when there is work */
	ig_pump_wake(p);
}

static void desk_alarm(void *arg, const char *code, const char *text)
{
	ig_pump_alarm(arg, code, text);
}

struct ig_pump *ig_pump_new(struct event_base *base, struct ig_desk *d, struct ig_evidence_reader *log,
	const struct ig_pump_hooks *h)
{
	struct ig_pump *p = ig_xmalloc(sizeof(*p));
	uint64_t cursor = 0;
	p->base = base;
	p->desk = d;
	p->log = log;
	p->hooks = *h;
	ig_buf_init(&p->off, IG_PUMP_OFF_MAX);
	p->step = evtimer_new(base, step, p);
	p->batch = evtimer_new(base, batch_over, p);
	p->retry = evtimer_new(base, retry, p);
	p->want_again = evtimer_new(base, want_again, p);
	p->read_again = evtimer_new(base, step, p);
	p->work_again = evtimer_new(base, step, p);
	p->tasks_changed = true;
	if (!p->step || !p->batch || !p->retry || !p->want_again || !p->read_again || !p->work_again || ig_store_cursor(d->store, &cursor) < 0)
		return ig_pump_free(p);
	ig_desk_on_alarm(d, desk_alarm, p);
	p->first = p->fetch = cursor + 1;
	p->head = cursor;
	if (ig_desk_again(d) > cursor) {
		char text[200];
		snprintf(text, sizeof(text), "the store is older than the log: frames %llu to %llu are decided again, their receipts are held",
			(unsigned long long)cursor + 1, (unsigned long long)ig_desk_again(d));
		ig_pump_alarm(p, "old-store", text);
	}
	ig_pump_wake(p);
	return p;
}

struct ig_pump *ig_pump_free(struct ig_pump *p)
{
	if (!p)
		return NULL;
	if (p->open && ig_pump_commit(p))
		ig_log(IG_LOG_ERR, "the last commit failed; its frames are taken again at the next start");
	ig_desk_on_alarm(p->desk, NULL, NULL);
	ig_pump_work_free(p);
	ig_pump_readers_free(p);
	ig_buf_free(&p->off);
	struct event *events[] = {p->step, p->batch, p->retry, p->want_again, p->read_again, p->work_again};
	for (size_t i = 0; i < IG_COUNT(events); i++)
		if (events[i])
			event_free(events[i]);
	for (size_t i = 0; i < IG_PUMP_SLOTS; i++)
		ig_arena_free(p->slots[i].arena);
	free(p);
	return NULL;
}

void ig_pump_head(struct ig_pump *p, uint64_t seq)
{
	if (seq > p->head)
		p->head = seq;
	p->was_idle = false; /* said again, even when nothing is new: whoever asked waits for it */
	ig_pump_wake(p);
}
