/* Deciding in log order and committing in groups. A commit is due when nothing more is on its way, after IG_PUMP_BATCH frames, or
 * after ig_pump_age_us. A failure rolls the whole group back: nothing of it was visible, its reports are still in their slots,
 * and it is tried again; a single frame that fails alone three times while the store itself works gets the fallback record. Relies
 * on the desk for rows. */
#include <string.h>
#include "base/log.h"
#include "desk/pump.h"

static int open_batch(struct ig_pump *p)
{
	static const struct timeval wait = {0, IG_PUMP_BATCH_US};
	if (p->open)
		return 0;
	if (ig_store_begin(p->desk->store)) {
		ig_pump_failed(p, 0, ig_store_why(p->desk->store));
		return -1;
	}
	p->open = true;
	p->opened_us = ig_mono_us();
	evtimer_add(p->batch, &wait);
	return 0;
}

/* Does the store take anything at all? Then a frame that fails is to blame itself. */
static bool store_works(struct ig_pump *p)
{
	ig_time at;
	if (ig_store_begin(p->desk->store))
		return false;
	if (!ig_store_newest_act(p->desk->store, &at) && !ig_store_set_newest_act(p->desk->store, at == IG_NEVER ? ig_now() : at) &&
		!ig_store_commit(p->desk->store))
		return true;
	ig_desk_forget(p->desk);
	ig_store_rollback(p->desk->store);
	return false;
}

void ig_pump_failed(struct ig_pump *p, uint64_t seq, const char *why)
{
	char text[IG_WHY_MAX];
	struct ig_buf b = IG_BUF_INIT(sizeof(text) - 1);
	if (seq)
		ig_buf_fmt(&b, "frame %llu: ", (unsigned long long)seq);
	ig_buf_str(&b, why);
	memcpy(text, b.data, b.len + 1);
	ig_buf_free(&b);

	bool alone = p->taken == 0, full = ig_store_full(p->desk->store);
	ig_desk_forget(p->desk);
	ig_store_rollback(p->desk->store);
	p->open = false;
	evtimer_del(p->batch);
	for (uint64_t k = p->first; k < p->fetch; k++)
		if (ig_pump_slot(p, k)->state == IG_SLOT_TAKEN)
			ig_pump_slot(p, k)->state = IG_SLOT_READY;
	p->taken = 0;
	if (seq != p->failed_seq)
		p->strikes = 0;
	p->failed_seq = seq ? seq : p->failed_seq;
	if (full && p->hooks.full && p->hooks.full(p->hooks.arg)) { /* no fault of the frame: again, at once */
		ig_log(IG_LOG_WARNING, "%s; some room was made", text);
		ig_pump_wake(p);
		return;
	}
	if (seq && alone && store_works(p) && ++p->strikes >= IG_PUMP_STRIKES) {
		ig_pump_alarm(p, "undecidable", text);
		ig_pump_slot_fallback(p, ig_pump_slot(p, seq),
			ig_arena_fmt(ig_pump_slot(p, seq)->arena, "no decision was possible: %s", text));
		p->strikes = 0;
	} else {
		ig_pump_alarm(p, "store", text);
	}
	p->backoff_s = p->backoff_s ? (p->backoff_s < 30 ? p->backoff_s * 2 : 60) : 1;
	struct timeval wait = {p->backoff_s, 0};
	/* A group is first tried again one by one, at once: most likely a single frame is at fault. */
	if (seq && !alone)
		wait.tv_sec = 0;
	p->failing = true;
	evtimer_add(p->retry, &wait);
}

static int commit_once(struct ig_pump *p)
{
	if (p->failing || open_batch(p))
		return -1;
	p->poked = false;
	evtimer_del(p->batch); /* before the hooks: one of them may poke for the next commit */
	ig_store_text_later(p->desk->store, p->hooks.words_later && ig_pump_burst(p));
	if ((p->hooks.before_commit && p->hooks.before_commit(p->hooks.arg)) || ig_store_commit(p->desk->store)) {
		ig_pump_failed(p, 0, ig_store_why(p->desk->store));
		p->poked = true;
		return -1;
	}
	p->open = false;
	p->backoff_s = 0;
	while (p->taken) {
		struct ig_slot *s = ig_pump_slot(p, p->first++);
		s->state = IG_SLOT_EMPTY;
		p->bytes -= s->bytes < p->bytes ? s->bytes : p->bytes;
		s->bytes = 0;
		p->taken--;
	}
	ig_desk_decided(p->desk, p->first - 1);
	if (p->failed_seq && p->first > p->failed_seq)
		p->failed_seq = 0;
	p->tasks_changed = true;
	if (p->hooks.committed)
		p->hooks.committed(p->hooks.arg);
	return 0;
}

int ig_pump_commit(struct ig_pump *p)
{
	int bad = commit_once(p);
	return bad && !p->failing ? commit_once(p) : bad; /* room was made */
}

void ig_pump_poke(struct ig_pump *p)
{
	static const struct timeval wait = {0, IG_PUMP_BATCH_US / 4};
	if (p->poked)
		return;
	p->poked = true;
	if (!evtimer_pending(p->batch, NULL))
		evtimer_add(p->batch, &wait);
}

/* Is anything read at this moment that could still join this group? */
static bool more_coming(const struct ig_pump *p)
{
	return p->first + p->taken < p->fetch;
}

static bool take_next(struct ig_pump *p)
{
	uint64_t seq = p->first + p->taken;
	struct ig_slot *s = ig_pump_slot(p, seq);
	struct ig_why why = {""};
	if (seq >= p->fetch || s->state != IG_SLOT_READY || open_batch(p))
		return false;
	if (p->hooks.at_frame)
		p->hooks.at_frame(p->hooks.arg, seq);
	int bad = ig_desk_take(p->desk, &s->frame, &s->envelope, s->report, s->needs, s->need_count, &why);
	if (p->hooks.at_frame)
		p->hooks.at_frame(p->hooks.arg, 0);
	if (bad) {
		ig_pump_failed(p, seq, why.text);
		return false;
	}
	s->state = IG_SLOT_TAKEN;
	p->taken++;
	return true;
}

void ig_pump_decide(struct ig_pump *p)
{
	while (take_next(p)) {
		size_t most = p->failed_seq ? 1 : IG_PUMP_BATCH;
		if (p->taken < most && ig_mono_us() - p->opened_us < ig_pump_age_us(p))
			continue;
		if (ig_pump_commit(p))
			return;
	}
	if (!p->failing && p->open && !more_coming(p))
		ig_pump_commit(p);
}
