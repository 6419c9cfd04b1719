/* How long messages stay (the profile's retention): once a day what is over is removed, as by an order (act_secret.c), or told to the chief. A case that is
 * open, what is sealed, set aside or held by a person, and what is still to be done keeps its words. Relies on decide/retention.c for whose time is over
 * and on the recorder for the payloads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "decide/retention.h"
#include "desk/room.h"
#include "store/books.h"

#define DUTY_SETTING "retention-duty"
#define LOOKED_SETTING "retention-looked" /* when it was looked for what is over */
#define WAITS_SETTING "retention-waits"   /* until then nothing is removed by itself */
#define JUMP (7 * IG_DAY)                 /* between two looks, which are a day apart */
#define JUMP_WAITS (3 * IG_DAY)

static ig_time first_day(ig_time t) { return ig_time_on_day(ig_time_day(t) + 1, IG_NEVER); }

/* ---- whose time is over */

struct walk {
	const struct ig_profile *p;
	ig_time until;
	int (*each)(const struct ig_store_kept *k, const struct ig_decide_stay *s, void *arg);
	void *arg;
};

static int judge(const struct ig_store_kept *k, void *arg)
{
	struct walk *w = arg;
	struct ig_decide_stay s = {.class = k->class, .channel = k->channel, .state = k->state, .in_case = k->incident, .closed = k->closed_at != IG_NEVER,
		.received_at = k->received_at, .closed_at = k->closed_at, .held = k->held, .pending = k->pending};
	ig_decide_stay(w->p, &s);
	if (!s.rule || (s.due != IG_NEVER && s.due > w->until))
		return 0;
	return w->each(k, &s, w->arg);
}

/* Nothing younger than the shortest time can be over. */
static ig_time youngest(const struct ig_profile *p, ig_time until)
{
	ig_time t = IG_NEVER;
	for (size_t i = 0; i < p->retention_count; i++) {
		const struct ig_profile_retention *r = &p->retentions[i];
		ig_time before = r->kind == IG_RETENTION_EVIDENCE ? IG_NEVER : ig_calendar_before(p, until, r->amount, r->unit) + 1;
		t = before != IG_NEVER && (t == IG_NEVER || before > t) ? before : t;
	}
	return t;
}

int ig_desk_retention_list(struct ig_store *store, const struct ig_conf *conf, ig_time until, int (*each)(const struct ig_store_kept *k, const struct ig_decide_stay *s, void *arg), void *arg)
{
	struct walk w = {.p = ig_conf_profile_at(conf, ig_now()), .until = until, .each = each, .arg = arg};
	ig_time before = youngest(w.p, until);
	return before == IG_NEVER ? 0 : ig_store_kept(store, before, judge, &w);
}

/* ---- removal */

struct over { enum ig_retention kind; bool alone; const char *actor; struct one { int64_t message; const char *rule; bool shared; } list[IG_DESK_REMOVED_AT_ONCE]; size_t count;
	bool more; struct ig_arena *a; };

static const char *words_of(const struct ig_decide_stay *s, struct ig_arena *a)
{
	static const char *const units[] = {"minutes", "hours", "days", "working days", "months"};
	return ig_arena_fmt(a, "retention of %s, %lld %s%s%s", ig_retention_word(s->kind), (long long)s->rule->amount, units[s->rule->unit], s->rule->basis ? ", " : "",
		s->rule->basis ? s->rule->basis : "");
}

static int is_over(const struct ig_store_kept *k, const struct ig_decide_stay *s, void *arg)
{
	struct over *o = arg;
	if (s->stays || s->due == IG_NEVER || (o->kind != ig_retention_count && o->kind != s->kind) || (o->alone && !s->rule->alone))
		return 0;
	if (o->count == IG_COUNT(o->list)) {
		o->more = true;
		return 1;
	}
	/* Letters of one scan lie in one frame: it goes with the last of them. */
	o->list[o->count++] = (struct one){.message = k->message, .rule = words_of(s, o->a), .shared = k->shared};
	return 0;
}

static int remove_all(struct ig_desk *d, struct over *o, const char *reason)
{
	int64_t ids[IG_DESK_REMOVED_AT_ONCE];
	for (size_t i = 0; i < o->count; i++)
		ids[i] = o->list[i].message;
	if (o->count && ig_store_messages_redact(d->store, ids, o->count) < 0)
		return -1;
	for (size_t i = 0; i < o->count; i++) {
		struct ig_message m;
		if (ig_store_message_get(d->store, ids[i], d->arena, &m) <= 0)
			return -1;
		int shared = o->list[i].shared ? ig_store_frame_shared(d->store, m.id) : 0;
		if (shared < 0 || ig_desk_order_removal(d, &m, shared, o->actor, ig_arena_fmt(d->arena, "%s%s%s", o->list[i].rule, reason ? ": " : "", reason ? reason : "")))
			return -1;
	}
	d->removed |= o->count > 0;
	return 0;
}

static int run(struct ig_desk *d, enum ig_retention kind, const char *actor, const char *reason, size_t *done_r)
{
	struct over o = {.kind = kind, .actor = actor, .a = d->arena};
	if (ig_desk_retention_list(d->store, d->conf, ig_now(), is_over, &o) < 0 || remove_all(d, &o, reason))
		return -1;
	*done_r = o.count;
	return 0;
}

int ig_desk_retention_run(struct ig_desk *d, enum ig_retention kind, const char *actor, const char *reason, size_t *done_r, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	*done_r = 0;
	return code ? code : ig_desk_act_end(d, run(d, kind, actor, reason, done_r), why);
}

bool ig_desk_removed(struct ig_desk *d)
{
	bool removed = d->removed;
	d->removed = false;
	return removed;
}

/* ---- by itself */

static int count_over(const struct ig_store_kept *k, const struct ig_decide_stay *s, void *arg)
{
	int64_t *n = arg;
	(void)k;
	*n += !s->stays && s->due != IG_NEVER && !s->rule->alone;
	return 0;
}

static int time_setting(struct ig_desk *d, const char *name, ig_time *t_r)
{
	const char *word = NULL;
	*t_r = 0;
	if (ig_store_setting(d->store, name, d->arena, &word) < 0)
		return -1;
	*t_r = word ? strtoll(word, NULL, 10) : 0;
	return 0;
}

static int set_time(struct ig_desk *d, const char *name, ig_time t)
{
	char text[24];
	snprintf(text, sizeof text, "%lld", (long long)t);
	return ig_store_set_setting(d->store, name, text);
}

/* A clock that went on by weeks at once was wrong before or is wrong now, or nobody was here; and what is removed cannot be put back. A person has some
 * days to see to it before anything of it happens by itself. */
static int jumped(struct ig_desk *d, bool *waits_r)
{
	ig_time now = ig_now(), looked, waits;
	if (time_setting(d, LOOKED_SETTING, &looked) || time_setting(d, WAITS_SETTING, &waits) || set_time(d, LOOKED_SETTING, now))
		return -1;
	*waits_r = looked && now - looked > JUMP ? true : now < waits;
	if (!looked || now - looked <= JUMP)
		return 0;
	struct over o = {.kind = ig_retention_count, .alone = true, .a = d->arena};
	if (set_time(d, WAITS_SETTING, now + JUMP_WAITS) || ig_desk_retention_list(d->store, d->conf, now, is_over, &o) < 0)
		return -1;
	struct ig_duty duty = {.what = ig_arena_fmt(d->arena, "see that the clock is right: it went on by %lld days at once, and in %lld days messages are removed by it (irgatectl retention list)",
			(long long)((now - looked) / IG_DAY), (long long)(JUMP_WAITS / IG_DAY)), .owner = "chief", .basis = "retention of the profile", .due = now + IG_DAY,
		.done_at = IG_NEVER, .created_at = now};
	return o.count ? ig_store_duty_add(d->store, &duty) : 0;
}

/* One duty at a time; it ends when nothing waits any more. */
static int tell_chief(struct ig_desk *d, int64_t waiting)
{
	const char *word = NULL;
	ig_time now = ig_now();
	char text[24];
	if (ig_store_setting(d->store, DUTY_SETTING, d->arena, &word) < 0)
		return -1;
	struct ig_duty old = {.done_at = now};
	int found = word ? ig_store_duty_get(d->store, strtoll(word, NULL, 10), d->arena, &old) : 0;
	bool open = found > 0 && old.done_at == IG_NEVER;
	if (found < 0 || (open && !waiting && ig_store_duty_done(d->store, old.id, now, "clerk") < 0))
		return -1;
	if (!waiting || open)
		return 0;
	struct ig_duty duty = {.what = "remove what has stayed its time: irgatectl retention list, retention run", .owner = "chief", .basis = "retention of the profile",
		.due = now + 30 * IG_DAY, .done_at = IG_NEVER, .created_at = now};
	if (ig_store_duty_add(d->store, &duty) < 0)
		return -1;
	snprintf(text, sizeof text, "%lld", (long long)duty.id);
	return ig_store_set_setting(d->store, DUTY_SETTING, text);
}

int ig_desk_retention_due(struct ig_desk *d)
{
	struct over o = {.kind = ig_retention_count, .alone = true, .actor = "clerk", .a = d->arena};
	int64_t waiting = 0;
	bool waits = false;
	if (d->restored) /* what is removed cannot be put back: first a person sees what the store lacks */
		return ig_store_timer_set(d->store, IG_TIMER_RETENTION, 0, first_day(ig_now()));
	if (jumped(d, &waits) || (!waits && (ig_desk_retention_list(d->store, d->conf, ig_now(), is_over, &o) < 0 || remove_all(d, &o, NULL))))
		return -1;
	if (o.more) /* the rest in the next commit: others wait for the store too */
		return ig_store_timer_set(d->store, IG_TIMER_RETENTION, 0, ig_now());
	if (ig_desk_retention_list(d->store, d->conf, ig_now(), count_over, &waiting) < 0 || tell_chief(d, waiting))
		return -1;
	return ig_store_timer_set(d->store, IG_TIMER_RETENTION, 0, first_day(ig_now()));
}

int ig_desk_retention_start(struct ig_desk *d)
{
	ig_time next = IG_NEVER;
	if (ig_store_timer_get(d->store, IG_TIMER_RETENTION, 0, &next) < 0)
		return -1;
	return next == IG_NEVER ? ig_store_timer_set(d->store, IG_TIMER_RETENTION, 0, ig_now()) : 0;
}

/* ---- a person's word */

static int named(struct ig_desk *d, int64_t message, int64_t incident, const char **what_r, struct ig_why *why)
{
	struct ig_message m;
	struct ig_incident i;
	int found = message ? ig_store_message_get(d->store, message, d->arena, &m) : ig_store_incident_get(d->store, incident, d->arena, &i);
	if (found < 0)
		return -1;
	if (!found || (message && m.outgoing)) {
		ig_why(why, "there is no such %s that was taken in", message ? "message" : "case");
		return IG_EX_DATA;
	}
	*what_r = message ? ig_arena_fmt(d->arena, "message %lld", (long long)message) : ig_desk_ref(&i, d->arena);
	return 0;
}

static int hold(struct ig_desk *d, struct ig_hold *h, struct ig_why *why)
{
	const char *what;
	int code = named(d, h->message, h->incident, &what, why);
	if (code)
		return code;
	return ig_store_hold_add(d->store, h) < 0 ? -1 : ig_desk_journal(d, h->actor, "retention hold", what, h->reason);
}

int ig_desk_retention_hold(struct ig_desk *d, int64_t message, int64_t incident, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_hold h = {.message = message, .incident = incident, .at = ig_now(), .actor = actor, .reason = reason};
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, hold(d, &h, why), why);
}

static int end_hold(struct ig_desk *d, int64_t message, int64_t incident, const char *actor, const char *reason, struct ig_why *why)
{
	const char *what;
	int code = named(d, message, incident, &what, why);
	int ended = code ? 0 : ig_store_hold_end(d->store, message, incident, ig_now());
	if (code || ended < 0)
		return code ? code : -1;
	if (!ended) {
		ig_why(why, "%s is not held", what);
		return IG_EX_DATA;
	}
	return ig_desk_journal(d, actor, "retention free", what, reason);
}

int ig_desk_retention_free(struct ig_desk *d, int64_t message, int64_t incident, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, end_hold(d, message, incident, actor, reason, why), why);
}

/* ---- out of reach */

int ig_desk_removal_out_of_reach(struct ig_desk *d, uint64_t frame, const char *words, struct ig_why *why)
{
	ig_time now = ig_now();
	words = ig_arena_strdup(d->arena, words);
	/* In this order, for it may be no transaction: cut off, it is said twice rather than never. */
	struct ig_duty duty = {.what = ig_arena_fmt(d->arena, "remove it there by hand: %s", words), .owner = "chief", .basis = "retention of the profile", .due = now + 30 * IG_DAY,
		.done_at = IG_NEVER, .created_at = now};
	if (ig_store_duty_add(d->store, &duty) < 0 ||
		ig_desk_journal(d, "clerk", "evidence redact", ig_arena_fmt(d->arena, "frame %llu", (unsigned long long)frame), words) ||
		ig_store_redaction_done(d->store, frame, now) < 0)
		return ig_desk_fail(d, why);
	return 0;
}
