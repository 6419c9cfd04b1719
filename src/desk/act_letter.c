/* What a person does to letters that exist: release what is held, cancel what has not left. Every one passes ig_decide_release and leaves a
 * verdict row and a journal line. Relies on letter.c and post.c for words and rows. Sends nothing itself. */
#include <string.h>
#include "desk/room.h"

static int refuse(struct ig_why *why, int code, const char *text)
{
	ig_why(why, "%s", text);
	return code;
}

/* A receipt that a person lets go after all: the facts are read again from the message it answers. */
static int compose_receipt(struct ig_desk *d, struct ig_dispatch *dispatch, const struct ig_incident *i, struct ig_why *why)
{
	struct ig_message m;
	struct ig_participant p;
	char text[IG_TIME_MAX];
	int found = ig_store_message_get(d->store, dispatch->answers, d->arena, &m);
	int known = ig_store_participant_get(d->store, i->id, dispatch->address, d->arena, &p);
	if (found < 0 || known < 0)
		return -1;
	if (!found)
		return refuse(why, IG_EX_DATA, "the message it answers is gone");
	json_t *fields = json_pack("{s:b, s:s, s:s, s:s, s:b}", "sealed", m.crypto.sealed, "reference", ig_desk_ref(i, d->arena), "received_at",
		ig_time_rfc3339(m.received_at, text), "channel", ig_channel_word(m.channel), "new_participant", known > 0 && !p.admitted);
	const char *references[] = {m.message_id, NULL};
	struct ig_desk_letter letter = {.fields = fields,
		.incident = i,
		.profile = ig_conf_profile_at(d->conf, m.received_at),
		.in_reply_to = m.message_id,
		.references = references,
		.auto_submitted = "auto-replied"};
	struct ig_why words = {"it is too long"};
	return ig_desk_composed(ig_desk_compose(d, dispatch, &letter, ig_now(), d->arena, &words), &words, why);
}

int ig_desk_held_load(struct ig_desk *d, int64_t id, struct ig_desk_held *h, struct ig_why *why)
{
	memset(h, 0, sizeof(*h));
	int found = ig_store_dispatch_get(d->store, id, false, d->arena, &h->dispatch);
	if (found <= 0)
		return found < 0 ? -1 : refuse(why, IG_EX_DATA, "no such dispatch");
	h->facts = (struct ig_decide_release_facts){.dispatch = &h->dispatch, .by_person = true, .channel_state = IG_CHANNEL_STATE_OK};
	if (h->dispatch.incident) {
		found = ig_store_incident_get(d->store, h->dispatch.incident, d->arena, &h->incident);
		if (found < 0)
			return -1;
		h->facts.incident = found ? &h->incident : NULL;
		h->facts.open_tasks = ig_store_tasks_open_of(d->store, h->dispatch.incident);
		if (h->facts.open_tasks < 0)
			return -1;
		found = h->dispatch.address ?
			ig_store_participant_get(d->store, h->dispatch.incident, h->dispatch.address, d->arena, &h->participant) :
			0;
		if (found < 0)
			return -1;
		h->facts.participant = found ? &h->participant : NULL;
	}
	if (h->dispatch.party) {
		found = ig_store_party_get(d->store, h->dispatch.party, d->arena, &h->party);
		if (found <= 0)
			return found < 0 ? -1 : refuse(why, IG_EX_DATA, "its party is gone");
		h->facts.party = &h->party;
		h->facts.channel_state = ig_desk_channel_state(&h->party, h->dispatch.channel, h->dispatch.address);
	}
	return ig_desk_gate_revoked(d, &h->facts);
}

int ig_desk_held_compose(struct ig_desk *d, struct ig_desk_held *h, const char *actor, const char *reason, struct ig_why *why)
{
	if (h->dispatch.message || (!h->facts.incident && !h->facts.party))
		return 0;
	if (!strcmp(h->dispatch.letter, "receipt") && h->dispatch.answers)
		return compose_receipt(d, &h->dispatch, &h->incident, why);
	return ig_desk_post_compose(d, &h->dispatch, h->facts.incident ? &h->incident : NULL, h->facts.party ? &h->party : NULL, actor, reason, why);
}

/* said: what a person gave as the reason, which the letter may repeat; NULL: nobody gave one, reason is for the journal. */
static int let_go(struct ig_desk *d, int64_t id, const char *actor, const char *reason, const char *said, struct ig_why *why)
{
	struct ig_desk_held h;
	struct ig_release v;
	ig_time now = ig_now();
	char text[IG_DISPATCH_TEXT_MAX];
	int code = ig_desk_held_load(d, id, &h, why);
	if (code)
		return code;
	if (h.dispatch.state != IG_DISPATCH_STATE_HELD) {
		ig_why(why, "%s is %s, not held", ig_dispatch_print(id, text), ig_dispatch_state_word(h.dispatch.state));
		return IG_EX_DATA;
	}
	h.facts.released = true;
	if (ig_desk_release(d, &h.facts, now, d->arena, &v))
		return -1;
	if (v.state != IG_DISPATCH_STATE_QUEUED) {
		ig_why(why, "%s stays held: %s", ig_dispatch_print(id, text), v.why);
		return IG_EX_DATA;
	}
	code = ig_desk_held_compose(d, &h, actor, said, why);
	if (code)
		return code == IG_DESK_GATE || code == IG_DESK_NUMBER ? IG_EX_DATA : code;
	if (ig_store_dispatch_set_state(d->store, id, IG_DISPATCH_STATE_QUEUED, NULL, now) < 0 ||
		ig_store_verdict_add(d->store, id, v.rule, ig_dispatch_state_word(v.state), ig_arena_fmt(d->arena, "%s: %s", v.why, reason),
			now, actor) < 0)
		return -1;
	return ig_desk_journal(d, actor, "dispatch release", ig_dispatch_print(id, text), reason);
}

int ig_desk_let_go_alone(struct ig_desk *d, int64_t id, const char *by_profile, const char *reason)
{
	struct ig_why why = {""};
	struct ig_release v;
	struct ig_desk_held h;
	char text[IG_DISPATCH_TEXT_MAX];
	int code = ig_desk_held_load(d, id, &h, &why);
	if (code || h.dispatch.state != IG_DISPATCH_STATE_HELD)
		return code < 0 ? -1 : 0;
	h.facts.by_person = false;
	h.facts.by_profile = by_profile;
	if (ig_desk_release(d, &h.facts, ig_now(), d->arena, &v))
		return -1;
	if (v.state != IG_DISPATCH_STATE_QUEUED)
		return 0;
	code = ig_desk_held_compose(d, &h, "clerk", reason, &why);
	if (code < 0)
		return -1;
	if (code) /* the second lock holds it, or it could not be written */
		v = (struct ig_release){.state = IG_DISPATCH_STATE_HELD, .rule = ig_desk_hold_rule(code), .why = ig_arena_strdup(d->arena, why.text)};
	if (ig_store_dispatch_set_state(d->store, id, v.state, code ? v.why : NULL, ig_now()) < 0 ||
		ig_store_verdict_add(d->store, id, v.rule, ig_dispatch_state_word(v.state), v.why, ig_now(), "clerk") < 0)
		return -1;
	return code ? 0 : ig_desk_journal(d, "clerk", "dispatch release", ig_dispatch_print(id, text), v.why);
}

int ig_desk_let_go(struct ig_desk *d, int64_t id, const char *actor, const char *reason, struct ig_why *why)
{
	return let_go(d, id, actor, reason, reason, why);
}

int ig_desk_numbered(struct ig_desk *d, int64_t id, const char *actor, const char *words, struct ig_why *why)
{
	return let_go(d, id, actor, words, NULL, why);
}

int ig_desk_dispatch_release(struct ig_desk *d, int64_t dispatch, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, ig_desk_let_go(d, dispatch, actor, reason, why), why);
}

static int cancel(struct ig_desk *d, int64_t id, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_dispatch dispatch;
	char text[IG_DISPATCH_TEXT_MAX];
	ig_time now = ig_now();
	int found = ig_store_dispatch_get(d->store, id, false, d->arena, &dispatch);
	if (found <= 0)
		return found < 0 ? -1 : refuse(why, IG_EX_DATA, "no such dispatch");
	if (dispatch.state != IG_DISPATCH_STATE_QUEUED && dispatch.state != IG_DISPATCH_STATE_HELD) {
		ig_why(why, "%s is %s already", ig_dispatch_print(id, text), ig_dispatch_state_word(dispatch.state));
		return IG_EX_DATA;
	}
	const char *words = ig_arena_fmt(d->arena, "by %s: %s", actor, reason);
	if (ig_store_dispatch_set_state(d->store, id, IG_DISPATCH_STATE_CANCELLED, words, now) < 0 ||
		ig_store_verdict_add(d->store, id, "person", ig_dispatch_state_word(IG_DISPATCH_STATE_CANCELLED), words, now, actor) < 0)
		return -1;
	return ig_desk_journal(d, actor, "dispatch cancel", ig_dispatch_print(id, text), reason);
}

int ig_desk_dispatch_cancel(struct ig_desk *d, int64_t dispatch, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, cancel(d, dispatch, actor, reason, why), why);
}
