/* One frame of the evidence log becomes rows: match, incident, message, people, duties, receipt, cursor: between savepoint and
 * release. Relies on match and decide for every choice; take_rows.c and letter.c write. Sends nothing and reads no bytes of the
 * message. */
#include <string.h>
#include "desk/room.h"

/* Nothing of it was read, or it has none of the fields by which the digest knows a message: its payload is all that tells it from others. */
static bool known_by_payload(const struct ig_report *r)
{
	return r->fallback || (!r->message_id && !r->from && r->date == IG_NEVER && !r->subject);
}

static void prepare(struct ig_taking *t, const struct ig_report *r)
{
	t->r = *r;
	if (known_by_payload(r))
		memcpy(t->r.identity, t->f->payload_sum, IG_SHA256_LEN);
	/* Frames never go back in time. A clock set back by a moment must not date an answer before the arrival; one that had once
	 * run far ahead must not keep every answer waiting until that time comes. */
	t->now = ig_now();
	if (t->f->at > t->now && t->f->at - t->now < IG_MINUTE)
		t->now = t->f->at;
	/* The version of the law follows the arrival: the Date of a mail is the sender's claim. */
	t->profile = ig_conf_profile_at(t->d->conf, t->f->at);
}

static bool field_true(const struct ig_report *r, const char *name)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (!strcmp(r->fields[i].name, name) && r->fields[i].value && !strcmp(r->fields[i].value, "true"))
			return true;
	return false;
}

int ig_taking_incident(struct ig_taking *t)
{
	if (t->m.incident)
		return ig_store_incident_get(t->d->store, t->m.incident, t->a, &t->incident) < 0 ? -1 : 0;
	if (!ig_decide_opens_incident(t->r.class) || t->state != IG_MESSAGE_STATE_FILED)
		return 0;
	t->incident = (struct ig_incident){.status = IG_INCIDENT_STATUS_NEW,
		.severity = IG_SEVERITY_UNKNOWN,
		.widespread = IG_WIDESPREAD_NO,
		.category = t->r.category,
		.profile = t->profile->name,
		.opened_at = t->f->at,
		.acknowledged_at = IG_NEVER,
		.closed_at = IG_NEVER,
		.secrecy_requested = field_true(&t->r, "secrecy.requested"),
		.subject = t->r.subject,
		.language = t->r.language};
	t->opened = true;
	return ig_desk_incident_open(t->d, &t->incident, t->f->at);
}

static int64_t recent(void *arg, const char *address, ig_time since)
{
	return ig_store_automatic_letters_since(arg, address, since);
}

void ig_desk_receipt_facts(struct ig_taking *t)
{
	ig_decide_receipt_for(&t->r, t->e, &t->m, t->d->conf, recent, t->d->store, t->now, t->a, &t->receipt);
}

static int take(struct ig_taking *t)
{
	struct ig_desk *d = t->d;
	ig_desk_trip("match", &t->r);
	ig_match_report(&t->r, t->e, t->f->at, &d->self, &d->look, t->a, &t->m);
	if (t->m.duplicate_of)
		return ig_taking_copy(t);
	if (t->e->channel == IG_CHANNEL_MAIL)
		ig_decide_trust(&t->r, d->conf, t->a, &t->trust);
	if (ig_taking_about(t) || ig_taking_trust(t))
		return -1;
	ig_desk_trip("decide", &t->r);
	if (t->state == IG_MESSAGE_STATE_FILED)
		ig_desk_receipt_facts(t);
	ig_desk_trip("store", &t->r);
	if (ig_taking_incident(t) || ig_taking_message(t) || ig_taking_parts(t) || ig_taking_people(t) || ig_taking_set_aside(t))
		return -1;
	ig_desk_trip("compose", &t->r);
	if (ig_taking_receipt(t) || ig_taking_duties(t) || ig_taking_outcome(t))
		return -1;
	ig_desk_trip("desk", &t->r);
	return 0;
}

int ig_desk_take(struct ig_desk *d, const struct ig_evidence_frame *f, const struct ig_envelope *e, const struct ig_report *r,
	const struct ig_desk_need *needs, size_t need_count, struct ig_why *why)
{
	ig_arena_reset(d->arena);
	struct ig_taking t = {.d = d, .a = d->arena, .f = f, .e = e, .needs = needs, .need_count = need_count};
	prepare(&t, r);
	if (ig_store_savepoint(d->store))
		return ig_desk_fail(d, why);
	if (take(&t) || ig_store_set_cursor(d->store, f->seq, f->chain, f->at) || ig_store_set_newest_act(d->store, f->at) ||
		(e->progress && e->source && ig_store_set_progress(d->store, e->source, e->progress)) || ig_store_release(d->store)) {
		ig_desk_fail(d, why);
		ig_store_undo(d->store);
		return -1;
	}
	return 0;
}
