/* A person writes to a case that is not open any more, or that waits for him: what happens is the profile's (on_waiting, on_resolved, on_closed,
 * reopen_within). Automatic mail is filed and changes nothing: not the state, not a deadline, and nobody is answered.
 *   keep    filed, nothing changes; a person hears of it
 *   reopen  the case is open again; a person looks
 *   new     a case of its own, linked with the old one, with number and receipt of its own
 *   answer  filed, nothing changes; who wrote is told that the case was closed, and when; a person hears of it
 * Relies on the match. Joins nothing itself. */
#include <string.h>
#include "desk/room.h"

/* Lists go on talking, and a ticket system says that a ticket is resolved: neither asks us for anything. */
static bool asks_something(const struct ig_taking *t)
{
	if (t->r.class == IG_CLASS_PERSON)
		return !t->r.fallback;
	return t->r.class == IG_CLASS_TICKET_SYSTEM && !t->r.no_auto_reply &&
		!(t->r.ticket.status && (!strcmp(t->r.ticket.status, "resolved") || !strcmp(t->r.ticket.status, "closed")));
}

static enum ig_follow_up rule(const struct ig_taking *t, const struct ig_incident *i)
{
	const struct ig_profile *p = t->profile;
	switch (i->status) {
	case IG_INCIDENT_STATUS_WAITING:
		return p->on_waiting;
	case IG_INCIDENT_STATUS_RESOLVED:
		return p->on_resolved;
	case IG_INCIDENT_STATUS_CLOSED:
		if (p->on_closed == IG_FOLLOW_UP_REOPEN && p->reopen_within && i->closed_at != IG_NEVER && t->f->at - i->closed_at > p->reopen_within * 1000)
			return IG_FOLLOW_UP_NEW;
		return p->on_closed;
	case IG_INCIDENT_STATUS_NEW:
	case IG_INCIDENT_STATUS_OPEN:
	case ig_incident_status_count:
		break;
	}
	return IG_FOLLOW_UP_KEEP;
}

int ig_taking_follow_up(struct ig_taking *t)
{
	struct ig_incident i;
	if (!t->m.incident || t->about.id || t->state != IG_MESSAGE_STATE_FILED || t->e->imported || t->m.no_receipt || !asks_something(t))
		return 0;
	int found = ig_store_incident_get(t->d->store, t->m.incident, t->a, &i);
	if (found <= 0)
		return found;
	t->follow_up = rule(t, &i);
	const char *ref = ig_desk_ref(&i, t->a), *status = ig_incident_status_word(i.status);
	switch (t->follow_up) {
	case IG_FOLLOW_UP_KEEP:
		break;
	case IG_FOLLOW_UP_REOPEN:
		t->m.reason = ig_arena_fmt(t->a, "%s; %s was %s and is open again", t->m.reason, ref, status);
		break;
	case IG_FOLLOW_UP_NEW:
		t->m = (struct ig_match){.by = IG_MATCHED_BY_NONE, .related = i.id, .rejected = t->m.rejected,
			.reason = ig_arena_fmt(t->a, "%s; but %s is %s: a case of its own, linked", t->m.reason, ref, status)};
		break;
	case IG_FOLLOW_UP_ANSWER:
		/* Who is new to the case hears nothing of it but that his mail came; who waits to be let in has heard that already. */
		t->m.answer_closed = t->r.from && t->d->look.participant(t->d->look.arg, i.id, t->r.from->address) == 2;
		t->m.reason = ig_arena_fmt(t->a, "%s; %s is %s and stays it", t->m.reason, ref, status);
		break;
	case ig_follow_up_count:
		break;
	}
	return 0;
}

int ig_taking_reopen(struct ig_taking *t)
{
	struct ig_incident *i = &t->incident;
	if (t->follow_up != IG_FOLLOW_UP_REOPEN || !i->id)
		return 0;
	enum ig_incident_status was = i->status;
	i->status = IG_INCIDENT_STATUS_OPEN;
	i->closed_at = IG_NEVER;
	if (ig_store_incident_update(t->d->store, i) < 0 ||
		ig_desk_journal(t->d, "clerk", "incident status", ig_desk_ref(i, t->a),
			ig_arena_fmt(t->a, "%s to open: message %lld follows it up", ig_incident_status_word(was), (long long)t->message.id)) ||
		ig_desk_ended(t->d, i))
		return -1;
	struct ig_duty duty = {.incident = i->id, .message = t->message.id,
		.what = was == IG_INCIDENT_STATUS_WAITING ? "read the answer: what the case waited for may have come" : "look at the case again: a follow-up has opened it again",
		.owner = "officer", .basis = "rule of the office", .due = t->f->at + IG_DAY, .done_at = IG_NEVER, .created_at = t->f->at};
	return ig_store_duty_add(t->d->store, &duty) < 0 ? -1 : 0;
}
