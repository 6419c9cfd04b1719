/* After an attempt: its row, the next state of the dispatch, what that means for the case.
 * Relies on decide for retry and expiry. Makes no attempt itself. */
#include <string.h>
#include "base/log.h"
#include "desk/room.h"

struct finding {
	int64_t message, duty;
};

static int find_duty(const struct ig_duty *duty, void *arg)
{
	struct finding *f = arg;
	if (duty->message != f->message || duty->done_at != IG_NEVER || strncmp(duty->what, "acknowledge", 11))
		return 0;
	f->duty = duty->id;
	return 1;
}

/* The first receipt that left acknowledges the case; the duty to acknowledge that message is done. */
static int acknowledged(struct ig_desk *d, const struct ig_dispatch *dispatch, ig_time at, struct ig_arena *a)
{
	struct ig_incident i;
	int found = ig_store_incident_get(d->store, dispatch->incident, a, &i);
	if (found < 0)
		return -1;
	if (found && i.acknowledged_at == IG_NEVER) {
		i.acknowledged_at = at;
		if (ig_store_incident_update(d->store, &i) < 0)
			return -1;
	}
	struct finding f = {.message = dispatch->answers};
	struct ig_duty_filter open = {.open_only = true, .incident = dispatch->incident, .due_before = IG_NEVER};
	if (ig_store_duty_list(d->store, &open, find_duty, &f) < 0)
		return -1;
	return f.duty && ig_store_duty_done(d->store, f.duty, at, "clerk") < 0 ? -1 : 0;
}

/* A letter that will not arrive: somebody must find another way. A receipt's duty to acknowledge is open already. */
static int given_up(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_attempt *at, struct ig_arena *a)
{
	char text[IG_DISPATCH_TEXT_MAX];
	ig_dispatch_print(dispatch->id, text);
	if (ig_desk_journal(d, "clerk", "dispatch failed", text, at->text))
		return -1;
	if (!strcmp(dispatch->letter, "alarm") || !strcmp(dispatch->letter, "probe"))
		return 0;
	int instead = ig_desk_instead(d, dispatch, at->text, at->at);
	if (instead)
		return instead < 0 ? -1 : 0;
	if (!strcmp(dispatch->letter, "receipt"))
		return 0;
	struct ig_duty duty = {.incident = dispatch->incident,
		.what = ig_arena_fmt(a, "find another way for %s, which could not be sent", text),
		.owner = "officer",
		.basis = "rule of the office",
		.due = at->at,
		.done_at = IG_NEVER,
		.created_at = at->at};
	return ig_store_duty_add(d->store, &duty) < 0 ? -1 : 0;
}

int ig_desk_sent(struct ig_desk *d, int64_t id, const struct ig_attempt *at, struct ig_why *why)
{
	struct ig_arena *a = d->arena;
	struct ig_dispatch dispatch;
	enum ig_dispatch_state state;
	ig_time not_before;
	ig_arena_reset(a);
	int found = ig_store_dispatch_get(d->store, id, false, a, &dispatch);
	if (found < 0)
		return ig_desk_fail(d, why);
	if (!found) { /* a word about nothing must not keep all other work from being committed, now and at every further try */
		ig_log(IG_LOG_ERR, "an outcome of dispatch %lld, which does not exist", (long long)id);
		return 0;
	}
	if (ig_store_attempt_add(d->store, id, at) < 0)
		return ig_desk_fail(d, why);
	dispatch.attempt_count++;
	if (dispatch.state != IG_DISPATCH_STATE_SENDING) /* said twice, or late: the attempt is kept, its word counts no more */
		return 0;
	if (dispatch.channel == IG_CHANNEL_FAX) {
		if (ig_desk_fax_called(d, &dispatch, at, &state, &not_before))
			return ig_desk_fail(d, why);
	} else {
		ig_decide_retry(&dispatch, at->outcome, d->conf, at->at, &state, &not_before);
	}
	const char *words = NULL;
	if (state == IG_DISPATCH_STATE_FAILED)
		words = ig_arena_fmt(a, "%s%s %s", at->outcome == IG_LATER ? "given up after its time: " : "", at->code ? at->code : "",
			at->text ? at->text : "");
	if (ig_store_dispatch_set_state(d->store, id, state, words, not_before) < 0 || ig_store_set_newest_act(d->store, at->at) < 0)
		return ig_desk_fail(d, why);
	if (state == IG_DISPATCH_STATE_SENT && dispatch.incident && dispatch.answers && !strcmp(dispatch.letter, "receipt") &&
		acknowledged(d, &dispatch, at->at, a))
		return ig_desk_fail(d, why);
	if (state == IG_DISPATCH_STATE_SENT && ig_desk_left(d, &dispatch, at->at))
		return ig_desk_fail(d, why);
	if (state == IG_DISPATCH_STATE_FAILED && given_up(d, &dispatch, at, a))
		return ig_desk_fail(d, why);
	if (state == IG_DISPATCH_STATE_UNCERTAIN && ig_desk_fax_uncertain(d, &dispatch, at))
		return ig_desk_fail(d, why);
	return 0;
}
