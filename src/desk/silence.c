/* Sent, answered, or silent: the deadlines of the ladder run from when a letter left; an answer ends them; silence gives a reminder (đôn đốc) and
 * then the next rung. Relies on ladder.c and post.c. Decides by the profile alone. */
#include <string.h>
#include "desk/room.h"

/* A timer of a step stands a moment past its deadline: an answer at the deadline is in time. */

/* ---- it left */

int ig_desk_left(struct ig_desk *d, const struct ig_dispatch *dispatch, ig_time at)
{
	struct ig_step step;
	struct ig_incident i;
	int64_t duty = 0;
	if (dispatch->incident && dispatch->letter && !strcmp(dispatch->letter, "final-report") &&
		(ig_desk_duty_find(d, dispatch->incident, "final-report", &duty) || (duty && ig_store_duty_done(d->store, duty, at, "clerk") < 0)))
		return -1;
	if (dispatch->letter && !strcmp(dispatch->letter, "periodic-report") && ig_desk_periodic_left(d, dispatch))
		return -1;
	int found = dispatch->incident ? ig_store_step_by_dispatch(d->store, dispatch->id, d->arena, &step) : 0;
	if (found <= 0)
		return found;
	if (ig_store_incident_get(d->store, step.incident, d->arena, &i) != 1)
		return -1;
	const struct ig_profile *p = ig_desk_profile(d, i.opened_at);
	const struct ig_profile_step *rung = p ? ig_profile_step(p, step.rung) : NULL;
	if (!p)
		return -1;
	/* Decision 05/2017 Art 12(1): told on at once. Any letter of the ladder does that. */
	if (ig_desk_duty_find(d, i.id, "forward", &duty) || (duty && ig_store_duty_done(d->store, duty, at, "clerk") < 0))
		return -1;
	if (step.acknowledged_at != IG_NEVER || step.due != IG_NEVER || !rung || !rung->answer)
		return 0;
	step.due = ig_decide_deadline(p, ig_profile_deadline(p, rung->answer), at);
	return ig_store_step_save(d->store, &step) < 0 || ig_store_timer_set(d->store, IG_TIMER_STEP, step.id, step.due + 1) < 0 ? -1 : 0;
}

int ig_desk_step_goes(struct ig_desk *d, int64_t dispatch, int64_t instead)
{
	struct ig_step step;
	int found = ig_store_step_by_dispatch(d->store, dispatch, d->arena, &step);
	if (found <= 0 || step.dispatch != dispatch)
		return found < 0 ? -1 : 0;
	step.dispatch = instead;
	return ig_store_step_save(d->store, &step);
}

/* ---- it was answered */

static int order_answered(struct ig_desk *d, const struct ig_coordination *c, int64_t party, int64_t message, const char *note, const char *by)
{
	struct ig_coordination_to *to = NULL;
	size_t n = 0, open = 0;
	if (ig_store_coordination_tos(d->store, c->id, d->arena, &to, &n) < 0)
		return -1;
	bool one = false;
	for (size_t k = 0; k < n; k++) {
		if (to[k].party == party && to[k].answered_at == IG_NEVER) {
			to[k].answered_at = ig_now(), to[k].message = message, to[k].note = note, to[k].by = by;
			one = true;
			if (ig_store_coordination_to_save(d->store, &to[k]) < 0)
				return -1;
		}
		open += to[k].answered_at == IG_NEVER;
	}
	/* All have answered: what is left is the report of execution, and the timer looks at it now. */
	return one && !open && ig_store_timer_set(d->store, IG_TIMER_COORDINATION, c->id, ig_now()) < 0 ? -1 : 0;
}

int ig_desk_answer(struct ig_desk *d, int64_t incident, int64_t party, int64_t message, const char *by, const char *note, size_t *count_r)
{
	struct ig_step *steps = NULL;
	struct ig_coordination *orders = NULL;
	size_t n = 0;
	*count_r = 0;
	if (ig_store_steps(d->store, incident, d->arena, &steps, &n) < 0)
		return -1;
	for (size_t k = 0; k < n; k++) {
		if (steps[k].party != party || steps[k].acknowledged_at != IG_NEVER)
			continue;
		steps[k].acknowledged_at = ig_now(), steps[k].answer = message, steps[k].acknowledged_by = by, steps[k].note = note;
		++*count_r;
		if (ig_store_step_save(d->store, &steps[k]) < 0 || ig_store_timer_set(d->store, IG_TIMER_STEP, steps[k].id, IG_NEVER) < 0)
			return -1;
	}
	if (ig_store_coordinations(d->store, incident, d->arena, &orders, &n) < 0)
		return -1;
	for (size_t k = 0; k < n; k++) {
		if (orders[k].done_at != IG_NEVER)
			continue;
		++*count_r;
		if (order_answered(d, &orders[k], party, message, note, by))
			return -1;
	}
	return 0;
}

static int answered(struct ig_desk *d, int64_t incident, int64_t party, int64_t message, const char *actor, const char *note, struct ig_why *why)
{
	struct ig_incident i;
	struct ig_party p;
	size_t count = 0;
	int found = ig_store_incident_get(d->store, incident, d->arena, &i);
	int known = ig_store_party_get(d->store, party, d->arena, &p);
	if (found < 0 || known < 0 || ig_desk_answer(d, incident, party, message, actor, note, &count))
		return -1;
	if (!found || !known || !count) {
		ig_why(why, "nothing was asked of that party in this case, or it was answered before");
		return IG_EX_DATA;
	}
	return ig_desk_journal(d, actor, "incident answered", ig_desk_ref(&i, d->arena), ig_arena_fmt(d->arena, "%s%s%s", p.name, note ? ": " : "", note ? note : ""));
}

int ig_desk_answered(struct ig_desk *d, int64_t incident, int64_t party, int64_t message, const char *actor, const char *note, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, answered(d, incident, party, message, actor, note, why), why);
}

static int original(struct ig_desk *d, const struct ig_original *given, const char *actor, struct ig_why *why)
{
	struct ig_original o = {.incident = given->incident, .wanted_at = IG_NEVER};
	struct ig_incident i;
	int64_t duty = 0;
	int found = ig_store_incident_get(d->store, given->incident, d->arena, &i);
	if (found <= 0) {
		ig_why(why, "no such incident");
		return found < 0 ? -1 : IG_EX_DATA;
	}
	if (ig_store_original_get(d->store, i.id, d->arena, &o) < 0)
		return -1;
	o.received_at = ig_now(), o.received = given->received, o.number = given->number, o.note = given->note, o.by = actor;
	if (ig_store_original_save(d->store, &o) < 0 || ig_desk_duty_find(d, i.id, "initial-report", &duty) ||
		(duty && ig_store_duty_done(d->store, duty, ig_now(), actor) < 0) || ig_desk_duty_find(d, i.id, IG_DESK_ORIGINAL, &duty) ||
		(duty && ig_store_duty_done(d->store, duty, ig_now(), actor) < 0))
		return -1;
	return ig_desk_journal(d, actor, "incident original", ig_desk_ref(&i, d->arena),
		ig_arena_fmt(d->arena, "signed original received%s%s%s%s", o.number ? ", number " : "", o.number ? o.number : "", o.note ? ": " : "", o.note ? o.note : ""));
}

int ig_desk_original_received(struct ig_desk *d, const struct ig_original *o, const char *actor, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, original(d, o, actor, why), why);
}

/* A message of a party that was told of this case, or of a person of it. A bounce or an absence is no answer. */
int ig_taking_answer(struct ig_taking *t)
{
	struct ig_party p;
	size_t count;
	if (!t->incident.id || t->state != IG_MESSAGE_STATE_FILED || !t->message.from_address || !ig_decide_opens_incident(t->r.class) || t->e->imported)
		return 0;
	int found = ig_store_party_by_address(t->d->store, t->e->channel, t->message.from_address, t->f->at, t->a, &p);
	if (found <= 0)
		return found;
	if (ig_desk_answer(t->d, t->incident.id, p.id, t->message.id, "clerk", NULL, &count))
		return -1;
	return p.unit ? ig_desk_answer(t->d, t->incident.id, p.unit, t->message.id, "clerk", p.name, &count) : 0;
}

/* ---- it was not answered */

static int remind(struct ig_desk *d, struct ig_step *step, const struct ig_profile *p, const struct ig_profile_step *rung, const struct ig_incident *i)
{
	struct ig_why why = {""};
	struct ig_dispatch first;
	char due[IG_TIME_MAX], next[IG_TIME_MAX], date[IG_TIME_MAX];
	const struct ig_profile_deadline *by = ig_profile_deadline(p, rung->answer);
	if (ig_store_dispatch_get(d->store, step->dispatch, false, d->arena, &first) < 0)
		return -1;
	ig_time again = ig_decide_deadline(p, by, ig_now());
	ig_time_rfc3339(first.created_at, date)[10] = 0;
	json_t *fields = json_pack("{s:s, s:s, s:[{s:s, s:s}], s:{s:s, s:s}}", "about", "an answer to our notice", "due", ig_time_rfc3339(again, next),
		"owed", "what", "an answer that says that the notice has arrived and what was done", "deadline", ig_time_rfc3339(step->due, due), "earlier",
		"subject", first.subject ? first.subject : "our notice", "date", date);
	if (step->reminders)
		json_object_set_new(fields, "reminder_count", json_integer(step->reminders + 1));
	if (rung->basis)
		json_object_set_new(json_array_get(json_object_get(fields, "owed"), 0), "basis", json_string(rung->basis));
	struct ig_desk_post post = {.kind = "reminder", .incident = i->id, .party = step->party, .actor = "clerk", .lane = IG_LANE_NORMAL,
		.fields = fields, .alone = "a reminder of what the party was told before"};
	int code = ig_desk_post(d, &post, &step->reminder, &why);
	if (code < 0)
		return -1;
	step->reminders++;
	step->due = again;
	if (code && ig_desk_owe(d, i->id, ig_arena_fmt(d->arena, "remind by hand: %s", why.text), rung->basis, ig_now()))
		return -1;
	return ig_store_step_save(d->store, step) < 0 || ig_store_timer_set(d->store, IG_TIMER_STEP, step->id, step->due + 1) < 0 ||
		ig_desk_journal(d, "clerk", "incident reminder", ig_desk_ref(i, d->arena), ig_arena_fmt(d->arena, "rung %s, reminder %lld", step->rung,
			(long long)step->reminders)) ? -1 : 0;
}

/* No answer to the last reminder either: the next rung is told, or a person hears that there is none. */
static int pass_on(struct ig_desk *d, struct ig_step *step, const struct ig_profile_step *rung, struct ig_incident *i)
{
	struct ig_why why = {""};
	struct ig_step row;
	step->passed_at = ig_now();
	if (ig_store_step_save(d->store, step) < 0 || ig_store_timer_set(d->store, IG_TIMER_STEP, step->id, IG_NEVER) < 0)
		return -1;
	int code = ig_desk_escalating(d, i, 0, "clerk", ig_arena_fmt(d->arena, "no answer from the rung %s by its deadline", step->rung), &row, &why);
	if (code < 0)
		return -1;
	return code ? ig_desk_owe(d, i->id, ig_arena_fmt(d->arena, "no answer from the rung %s, and no next one: %s", step->rung, why.text), rung->basis,
		ig_now()) : 0;
}

int ig_desk_step_due(struct ig_desk *d, int64_t id)
{
	struct ig_step step;
	struct ig_incident i;
	int found = ig_store_step_get(d->store, id, d->arena, &step);
	if (found < 0 || (found && ig_store_incident_get(d->store, step.incident, d->arena, &i) < 0))
		return -1;
	const struct ig_profile *p = found ? ig_desk_profile(d, i.opened_at) : NULL;
	const struct ig_profile_step *rung = p ? ig_profile_step(p, step.rung) : NULL;
	if (found && !p)
		return -1;
	/* Answered, passed on, or the case is over: nobody is reminded of it any more. */
	if (!rung || !rung->answer || step.acknowledged_at != IG_NEVER || step.passed_at != IG_NEVER || i.status == IG_INCIDENT_STATUS_CLOSED ||
		i.status == IG_INCIDENT_STATUS_RESOLVED)
		return ig_store_timer_set(d->store, IG_TIMER_STEP, id, IG_NEVER);
	return step.reminders < rung->reminders ? remind(d, &step, p, rung, &i) : pass_on(d, &step, rung, &i);
}

/* ---- what is due */

int ig_desk_timers(struct ig_desk *d, size_t limit, struct ig_why *why)
{
	struct ig_timer_row *list = NULL;
	struct ig_arena *a = ig_arena_new(0);
	size_t count = 0;
	int bad = ig_store_timers_due(d->store, ig_now(), limit, a, &list, &count);
	for (size_t i = 0; !bad && i < count; i++) {
		ig_arena_reset(d->arena);
		switch (list[i].what) {
		case IG_TIMER_STEP:
			bad = ig_desk_step_due(d, list[i].subject);
			break;
		case IG_TIMER_OBLIGATION:
			bad = ig_desk_obligation_due(d, list[i].subject);
			break;
		case IG_TIMER_OBLIGATIONS:
			bad = ig_desk_obligations_review(d);
			break;
		case IG_TIMER_PROBE:
			bad = ig_desk_probe_due(d, list[i].subject);
			break;
		case IG_TIMER_SOURCES:
			bad = ig_desk_sources_due(d);
			break;
		case IG_TIMER_DIGEST:
			bad = ig_desk_digest_due(d);
			break;
		case IG_TIMER_RETENTION:
			bad = ig_desk_retention_due(d);
			break;
		case IG_TIMER_COORDINATION:
			bad = ig_desk_order_due(d, list[i].subject);
			break;
		case ig_timer_count:
			bad = ig_store_timer_set(d->store, list[i].what, list[i].subject, IG_NEVER);
			break;
		}
	}
	ig_arena_free(a);
	return bad ? ig_desk_fail(d, why) : (int)count;
}
