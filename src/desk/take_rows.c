/* The rows of one message: itself, its ids, attachments and text, the people of the case, the duties it starts, a further arrival.
 * Relies on a decided struct ig_taking. Decides nothing. */
#include <string.h>
#include "desk/room.h"
#include "store/books.h"

#define ADD(call) do { if ((call) < 0) return -1; } while (0)

static void line(struct ig_buf *b, const char *text)
{
	size_t before = b->len;
	if (b->over)
		return;
	ig_buf_fmt(b, "%s%s", before ? "\n" : "", text);
	if (b->over) /* whole lines only */
		ig_buf_cut(b, before);
}

/* What the reader found wrong, and what nobody will read. */
static const char *problems(const struct ig_taking *t)
{
	struct ig_arena *a = t->a;
	struct ig_buf b = IG_BUF_INIT(16384);
	for (const char *const *p = t->r.problems; p && *p; p++)
		line(&b, *p);
	for (size_t i = 0; i < t->need_count; i++)
		if (!ig_desk_has_worker(t->d, t->needs[i].kind) && strcmp(t->needs[i].kind, IG_SCAN_KIND))
			line(&b, ig_desk_problem_line(t->needs[i].kind, t->needs[i].part, IG_DESK_NO_WORKER, a));
	const char *text = b.len ? ig_arena_strdup(a, b.data) : NULL;
	ig_buf_free(&b);
	return text;
}

static const char *recipient(const struct ig_taking *t)
{
	if (t->e->recipients && *t->e->recipients)
		return *t->e->recipients;
	if (t->r.delivered_to && *t->r.delivered_to)
		return *t->r.delivered_to;
	for (size_t i = 0; i < t->r.to_count; i++)
		if (ig_decide_is_ours(t->r.to[i].address, t->d->conf))
			return t->r.to[i].address;
	return NULL;
}

/* Why it was filed there, and why no receipt goes out where that is so. */
static const char *reason(const struct ig_taking *t)
{
	const char *matched = t->bounce_of ? t->bounce_of : t->m.reason;
	if (!t->receipt.send && t->receipt.why)
		return ig_arena_fmt(t->a, "%s; no receipt: %s", matched, t->receipt.why);
	return matched;
}

void ig_desk_crypto(const struct ig_report *r, struct ig_message *m)
{
	m->crypto.encrypted = r->crypto.encrypted;
	m->crypto.decrypted = r->crypto.decrypted;
	m->crypto.is_signed = r->crypto.is_signed;
	m->crypto.sealed = r->crypto.sealed;
	m->crypto.verified = r->crypto.verified;
	m->crypto.signer = r->crypto.signer;
}

static void message_row(struct ig_taking *t)
{
	const struct ig_report *r = &t->r;
	struct ig_message *m = &t->message;
	*m = (struct ig_message){.incident = t->incident.id,
		.channel = t->e->channel,
		.state = t->state,
		.frame = (int64_t)t->f->seq,
		.message_id = r->message_id,
		.from_name = r->from ? r->from->name : NULL,
		.from_address = r->from ? r->from->address : NULL,
		.subject = r->subject,
		.return_path = t->e->sender ? t->e->sender : r->return_path,
		.received_at = t->f->at,
		.date = r->date,
		.class = r->class,
		.matched_by = t->m.by,
		.match_reason = reason(t),
		.match_rejected = t->m.rejected,
		.source = t->e->source,
		.source_file = t->e->source_file,
		.recipient = recipient(t),
		.problems = problems(t),
		.language = r->language,
		.size = t->f->size,
		.auth = t->trust.auth,
		.auth_words = t->trust.words,
		.fallback = r->fallback,
		.imported = t->e->imported,
		.suggested_incident = t->m.suggested,
		.filter = r->filter,
		.category = r->category,
		.category_confidence = r->category_confidence};
	ig_desk_crypto(r, m);
	memcpy(m->identity, r->identity, IG_SHA256_LEN);
}

int ig_taking_message(struct ig_taking *t)
{
	message_row(t);
	t->message.waits = t->waits;
	return ig_store_message_add(t->d->store, &t->message) < 0 ? -1 : 0;
}

int ig_taking_settle(struct ig_taking *t)
{
	int64_t id = t->message.id;
	const char *before = t->message.problems;
	message_row(t);
	t->message.id = id;
	t->message.problems = before; /* amend.c has added to them what this report says */
	return ig_store_message_settle(t->d->store, &t->message) < 0 ? -1 : 0;
}

static int reference(struct ig_taking *t, const char *const *ids, int64_t *left)
{
	struct ig_match_seen seen[1];
	for (; ids && *ids && *left > 0; ids++) {
		if (t->r.message_id && !strcmp(*ids, t->r.message_id))
			continue;
		(*left)--;
		if (!t->d->look.by_message_id(t->d->look.arg, *ids, seen, 1, t->a))
			ADD(ig_store_reference_add(t->d->store, t->message.id, *ids));
	}
	return 0;
}

int ig_taking_parts(struct ig_taking *t)
{
	struct ig_store *s = t->d->store;
	int64_t left = t->d->conf->references_max > 0 ? t->d->conf->references_max : 1000;
	ADD(reference(t, t->r.in_reply_to, &left));
	ADD(reference(t, t->r.references, &left));
	for (size_t i = 0; i < t->r.attachment_count; i++)
		ADD(ig_store_attachment_add(s, t->message.id, &t->r.attachments[i]));
	if (t->r.folded && *t->r.folded)
		ADD(ig_store_text_add(s, t->message.id, t->r.folded));
	ADD(ig_store_findings_add(s, t->message.id, &t->r));
	for (size_t i = 0; i < t->need_count; i++) {
		bool works = ig_desk_has_worker(t->d, t->needs[i].kind);
		if (!works && !strcmp(t->needs[i].kind, IG_SCAN_KIND))
			continue;
		struct ig_task task = {.message = t->message.id,
			.need = t->needs[i].kind,
			.part = t->needs[i].part,
			.created_at = t->f->at,
			.done_at = works ? IG_NEVER : t->f->at,
			.until = t->now + t->profile->task_wait * 1000,
			.result = works ? NULL : IG_DESK_NO_WORKER};
		ADD(ig_store_task_add(s, &task));
	}
	return 0;
}

int ig_taking_people(struct ig_taking *t)
{
	struct ig_store *s = t->d->store;
	if (!t->incident.id)
		return 0;
	if (t->message.from_address && *t->message.from_address && (t->opened || t->m.new_participant) &&
		!ig_decide_is_ours(t->message.from_address, t->d->conf)) {
		struct ig_participant p = {.incident = t->incident.id,
			.address = t->message.from_address,
			.admitted = t->opened,
			.first_message = t->message.id};
		ADD(ig_store_participant_add(s, &p));
	}
	if (t->m.related && t->m.related != t->incident.id)
		ADD(ig_store_relate(s, t->incident.id, t->m.related,
			ig_arena_fmt(t->a, "message %lld names mail of both", (long long)t->message.id)));
	return 0;
}

static int duty(struct ig_taking *t, const char *what, const struct ig_profile_deadline *by, ig_time due)
{
	struct ig_duty duty = {.incident = t->incident.id,
		.message = t->message.id,
		.what = what,
		.owner = by && by->owner ? by->owner : "officer",
		.basis = by && by->basis ? by->basis : "rule of the office",
		.due = t->e->imported ? IG_NEVER : due,
		.done_at = IG_NEVER,
		.created_at = t->f->at};
	return ig_store_duty_add(t->d->store, &duty) < 0 ? -1 : 0;
}

int ig_taking_duties(struct ig_taking *t)
{
	const struct ig_profile_deadline *ack = ig_profile_deadline(t->profile, "acknowledge");
	/* Decree 30/2020 Art. 22: what came is a document when somebody meant it for us; one series for paper and electronic. */
	if (!t->e->imported && ig_decide_opens_incident(t->r.class) && (t->state == IG_MESSAGE_STATE_FILED || t->state == IG_MESSAGE_STATE_SEALED))
		ADD(ig_store_arrival_number(t->d->store, t->message.id, t->f->at));
	/* What a person must do instead of the machine is owed within a day where the law says no term. */
	ig_time by_hand = ack ? ig_decide_deadline(t->profile, ack, t->f->at) : t->f->at + IG_DAY;
	char text[IG_REF_MAX];
	if (t->receipt.owe_duty)
		ADD(duty(t, ig_arena_fmt(t->a, "acknowledge by hand: %s", t->receipt.why), ack, by_hand));
	else if (t->receipt.due && t->receipt.send)
		ADD(duty(t, "acknowledge", ack, ig_decide_deadline(t->profile, ack, t->f->at)));
	if (t->r.crypto.sealed)
		ADD(duty(t, "see that it is read: it is encrypted, and could not be opened", NULL, by_hand));
	if (t->r.fallback)
		ADD(duty(t,
			ig_arena_fmt(t->a, "read by hand: %s", t->message.problems ? t->message.problems : "the message could not be read"),
			NULL, by_hand));
	if (!t->opened && t->incident.id && ig_decide_opens_incident(t->r.class) && t->message.class != IG_CLASS_LIST &&
		(t->incident.status == IG_INCIDENT_STATUS_RESOLVED || t->incident.status == IG_INCIDENT_STATUS_CLOSED))
		ADD(duty(t, "read by hand: it came to a case that is not open any more", NULL, by_hand)); /* by rule, or for automatic mail */
	if (t->m.suggested && t->state == IG_MESSAGE_STATE_FILED) {
		struct ig_incident named;
		int found = ig_store_incident_get(t->d->store, t->m.suggested, t->a, &named);
		if (found < 0)
			return -1;
		if (found)
			ADD(duty(t, ig_arena_fmt(t->a, "decide on a merge with %s, which the message names", ig_ref_print(named.ref, text)),
				NULL, t->f->at + IG_DAY));
	}
	return 0;
}

int ig_taking_copy(struct ig_taking *t)
{
	struct ig_copy copy = {.at = t->f->at,
		.channel = t->e->channel,
		.recipient = recipient(t),
		.source_file = t->e->source_file,
		.frame = (int64_t)t->f->seq};
	return ig_store_copy_add(t->d->store, t->m.duplicate_of, &copy) < 0 ? -1 : 0;
}
