/* A person's word about what was set aside (trust.c): it is filed as if it had just been believed, with number, receipt and duties, its time
 * of arrival as it was. Relies on the report that was kept with it; where that is gone, on its row. */
#include <stdio.h>
#include <string.h>
#include "desk/room.h"

static int refuse(struct ig_why *why, const char *text)
{
	ig_why(why, "%s", text);
	return IG_EX_DATA;
}

/* What is left of a message whose report was too large or of another version: enough to file and to answer. */
static void from_row(struct ig_taking *t, struct ig_envelope *e)
{
	static const char *const none[] = {NULL};
	const struct ig_message *m = &t->message;
	struct ig_address *from = IG_NEW(t->a, struct ig_address);
	from->name = m->from_name;
	from->address = m->from_address;
	*e = (struct ig_envelope){.channel = m->channel, .source = m->source, .source_file = m->source_file, .imported = m->imported};
	t->r = (struct ig_report){.kind = IG_KIND_MAIL, .class = m->class, .message_id = m->message_id, .date = m->date,
		.from = from->address ? from : NULL, .subject = m->subject, .in_reply_to = none, .references = none, .problems = none,
		.return_path = m->return_path, .delivered_to = none, .received_by = none, .language = m->language, .fallback = m->fallback};
}

static int load(struct ig_taking *t, struct ig_envelope *e)
{
	const char *envelope;
	const void *report;
	size_t len;
	int found = ig_store_unfiled_get(t->d->store, t->message.id, t->a, &envelope, &report, &len);
	if (found < 0)
		return -1;
	if (!found || ig_envelope_parse(envelope, strlen(envelope), t->a, e, NULL) || ig_report_unpack(report, len, t->a, &t->r, NULL))
		from_row(t, e);
	memcpy(t->r.identity, t->message.identity, IG_SHA256_LEN);
	t->r.class = t->message.class;
	return 0;
}

/* It is itself what would be found. */
static int64_t nothing_like_it(void *arg, const uint8_t sum[IG_SHA256_LEN], const char *message_id, ig_time at)
{
	(void)arg, (void)sum, (void)message_id, (void)at;
	return 0;
}

static void match(struct ig_taking *t, int64_t into)
{
	struct ig_match_lookup look = t->d->look;
	look.by_identity = nothing_like_it;
	ig_match_report(&t->r, t->e, t->f->at, &t->d->self, &look, t->a, &t->m);
	if (!into)
		return;
	bool known = t->message.from_address && look.participant(look.arg, into, t->message.from_address);
	t->m = (struct ig_match){.incident = into, .by = IG_MATCHED_BY_PERSON, .new_participant = !known && ig_class_is_report(t->r.class),
		.reason = "filed there by a person", .rejected = t->m.rejected};
}

struct open_duty { int64_t message, duty; };

static int find_duty(const struct ig_duty *duty, void *arg)
{
	struct open_duty *f = arg;
	if (duty->message != f->message || strncmp(duty->what, IG_DESK_DECIDE_HELD, strlen(IG_DESK_DECIDE_HELD)))
		return 0;
	f->duty = duty->id;
	return 1;
}

static int decided(struct ig_taking *t, const char *actor)
{
	struct open_duty f = {.message = t->message.id};
	struct ig_duty_filter open = {.open_only = true, .due_before = IG_NEVER};
	if (t->message.state != IG_MESSAGE_STATE_HELD)
		return 0;
	if (ig_store_duty_list(t->d->store, &open, find_duty, &f) < 0)
		return -1;
	return f.duty && ig_store_duty_done(t->d->store, f.duty, t->now, actor) < 0 ? -1 : 0;
}

static int file(struct ig_taking *t, int64_t into, const char *actor, const char *reason)
{
	struct ig_desk *d = t->d;
	match(t, into);
	if (ig_desk_receipt_facts(t) || ig_taking_incident(t) || decided(t, actor))
		return -1;
	struct ig_message *m = &t->message;
	m->incident = t->incident.id;
	m->matched_by = t->m.by;
	m->match_rejected = t->m.rejected;
	m->suggested_incident = t->m.suggested;
	m->match_reason = ig_arena_fmt(t->a, "%s; promoted by %s%s%s", t->m.reason, actor, reason && *reason ? ": " : "", reason ? reason : "");
	char text[32];
	snprintf(text, sizeof(text), "message %lld", (long long)m->id);
	if (ig_store_message_promote(d->store, m) < 0 || ig_taking_people(t) || ig_taking_receipt(t) || ig_taking_duties(t))
		return -1;
	return ig_desk_journal(d, actor, "message promote", text,
		ig_arena_fmt(t->a, "from %s to %s%s%s", ig_message_state_word(m->state), t->incident.id ? ig_desk_ref(&t->incident, t->a) : "no incident",
			reason && *reason ? ": " : "", reason ? reason : ""));
}

static int promote(struct ig_desk *d, int64_t message, int64_t into, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_envelope e;
	struct ig_evidence_frame f = {.seq = 0};
	struct ig_taking t = {.d = d, .a = d->arena, .f = &f, .e = &e, .now = ig_now()};
	int found = ig_store_message_get(d->store, message, d->arena, &t.message);
	if (found < 0)
		return -1;
	if (!found)
		return refuse(why, "no such message");
	if (t.message.state != IG_MESSAGE_STATE_SUSPECT && t.message.state != IG_MESSAGE_STATE_HELD) {
		ig_why(why, "message %lld is %s already", (long long)message, ig_message_state_word(t.message.state));
		return IG_EX_DATA;
	}
	f.seq = (uint64_t)t.message.frame;
	f.at = t.message.received_at;
	f.size = t.message.size;
	t.profile = ig_conf_profile_at(d->conf, f.at);
	if (load(&t, &e))
		return -1;
	return file(&t, into, actor, reason);
}

int ig_desk_promote(struct ig_desk *d, int64_t message, int64_t into, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, promote(d, message, into, actor, reason, why), why);
}
