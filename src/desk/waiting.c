/* Letters that wait for slow reading and for nothing else: a person sent them on their way, the gate held them while tasks were open.
 * When the last one ends the gate is asked again, with what is known now. Relies on the last verdict for who sent them and on
 * ig_decide_release for the answer. Sends nothing itself. */
#include <string.h>
#include "desk/room.h"

struct held_ids {
	struct ig_arena *a;
	int64_t *list;
	size_t count, cap;
};

static int keep(const struct ig_dispatch *d, void *arg)
{
	struct held_ids *h = arg;
	if (h->count == h->cap) {
		int64_t *more = ig_arena_calloc(h->a, h->cap * 2 + 16, sizeof(*more));
		if (h->count)
			memcpy(more, h->list, h->count * sizeof(*more));
		h->list = more;
		h->cap = h->cap * 2 + 16;
	}
	h->list[h->count++] = d->id;
	return 0;
}

static int write_verdict(struct ig_desk *d, int64_t id, enum ig_dispatch_state state, const char *rule, const char *why)
{
	ig_time now = ig_now();
	if (ig_store_dispatch_set_state(d->store, id, state, state == IG_DISPATCH_STATE_QUEUED ? NULL : why, now) < 0)
		return -1;
	return ig_store_verdict_add(d->store, id, rule, ig_dispatch_state_word(state), why, now, "clerk") < 0 ? -1 : 0;
}

static int judge(struct ig_desk *d, int64_t id)
{
	struct ig_verdict *verdicts = NULL;
	struct ig_desk_held h;
	struct ig_release v;
	struct ig_why why = {"it cannot be composed"};
	size_t count = 0;
	if (ig_store_verdicts(d->store, id, d->arena, &verdicts, &count) < 0)
		return -1;
	if (!count || strcmp(verdicts[count - 1].rule, IG_DECIDE_TASKS))
		return 0;
	const char *actor = verdicts[count - 1].actor;
	int code = ig_desk_held_load(d, id, &h, &why);
	if (code)
		return code < 0 ? -1 : write_verdict(d, id, IG_DISPATCH_STATE_HELD, "party", ig_arena_strdup(d->arena, why.text));
	if (ig_desk_release(d, &h.facts, ig_now(), d->arena, &v)) /* by_person: he asked for it, and it only waited */
		return -1;
	if (v.state != IG_DISPATCH_STATE_QUEUED)
		return write_verdict(d, id, v.state, v.rule, v.why);
	code = ig_desk_held_compose(d, &h, actor, NULL, &why);
	if (code)
		return code < 0 ? -1 : write_verdict(d, id, IG_DISPATCH_STATE_HELD, ig_desk_hold_rule(code), ig_arena_strdup(d->arena, why.text));
	return write_verdict(d, id, v.state, v.rule, ig_arena_fmt(d->arena, "%s (%s); it waited for tasks, which have ended", v.why, actor));
}

int ig_desk_judge_waiting(struct ig_desk *d, int64_t incident)
{
	struct held_ids held = {.a = d->arena};
	struct ig_dispatch_filter f = {.incident = incident, .by_state = true, .state = IG_DISPATCH_STATE_HELD};
	int64_t open = incident ? ig_store_tasks_open_of(d->store, incident) : 1;
	if (open)
		return open < 0 ? -1 : 0;
	if (ig_store_dispatch_list(d->store, &f, keep, &held) < 0)
		return -1;
	for (size_t i = 0; i < held.count; i++)
		if (judge(d, held.list[i]))
			return -1;
	return 0;
}
