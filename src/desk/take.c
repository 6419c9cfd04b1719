/* One frame of the evidence log becomes rows: match, incident, message, people, duties, receipt, cursor: between savepoint and
 * release. Relies on match and decide for every choice; take_rows.c and letter.c write. Sends nothing and reads no bytes of the
 * message. */
#include <string.h>
#include "desk/budget.h"

/* Nothing of it was read, or it has none of the fields by which the digest knows a message: its payload is all that tells it from others. */
static bool known_by_payload(const struct ig_report *r)
{
	return r->fallback || r->kind != IG_KIND_MAIL || (!r->message_id && !r->from && r->date == IG_NEVER && !r->subject);
}

static void prepare(struct ig_taking *t, const struct ig_report *r)
{
	t->r = *r;
	if (known_by_payload(r))
		memcpy(t->r.identity, t->f->payload_sum, IG_SHA256_LEN);
	memcpy(t->identity, t->r.identity, IG_SHA256_LEN);
	/* Frames never go back in time. A clock set back by a moment must not date an answer before the arrival; one that had once
	 * run far ahead must not keep every answer waiting until that time comes. */
	t->now = ig_now();
	if (t->f->at > t->now && t->f->at - t->now < IG_MINUTE)
		t->now = t->f->at;
	/* The version of the law follows the arrival: the Date of a mail is the sender's claim. */
	t->profile = ig_conf_profile_at(t->d->conf, t->f->at);
}

/* The case was opened without a word of what was sealed: what it is called and of what kind is known now. */
static int own_incident(struct ig_taking *t)
{
	struct ig_incident *i = &t->incident;
	if (ig_store_incident_get(t->d->store, t->own, t->a, i) <= 0)
		return -1;
	i->subject = i->subject ? i->subject : t->r.subject;
	i->category = i->category ? i->category : t->r.category;
	i->language = i->language ? i->language : t->r.language;
	i->drill = i->drill || ig_taking_is_drill(t);
	t->opened = true;
	if (ig_store_incident_update(t->d->store, i) < 0)
		return -1;
	return ig_desk_secrecy_raise(t->d, i, &t->r, t->a);
}

int ig_taking_incident(struct ig_taking *t)
{
	if (t->own)
		return own_incident(t);
	if (t->m.incident) {
		if (ig_store_incident_get(t->d->store, t->m.incident, t->a, &t->incident) < 0)
			return -1;
		return ig_desk_secrecy_raise(t->d, &t->incident, &t->r, t->a);
	}
	if (!ig_decide_opens_incident(t->r.class) || (t->state != IG_MESSAGE_STATE_FILED && t->state != IG_MESSAGE_STATE_SEALED))
		return 0;
	t->incident = (struct ig_incident){.status = IG_INCIDENT_STATUS_NEW,
		.severity = IG_SEVERITY_UNKNOWN,
		.widespread = IG_WIDESPREAD_NO,
		.category = t->r.category,
		.profile = t->profile->name,
		.opened_at = t->f->at,
		.drill = ig_taking_is_drill(t),
		.acknowledged_at = IG_NEVER,
		.closed_at = IG_NEVER,
		.subject = t->r.subject,
		.language = t->r.language};
	ig_desk_secrecy_of(&t->r, &t->incident);
	t->incident.secrecy_state = t->sealed;
	t->opened = true;
	return ig_desk_incident_open(t->d, &t->incident, t->f->at);
}

/* Pages say who wrote and about what only when they were read, and so does a mail that is nothing but ciphertext (DESIGN "Reading has two
 * steps"): until then it has no incident and no receipt. */
static bool must_wait(const struct ig_taking *t)
{
	bool pages = t->r.kind != IG_KIND_MAIL || ((t->e->channel == IG_CHANNEL_FAX || t->e->channel == IG_CHANNEL_LETTER) && (!t->e->source || strcmp(t->e->source, IG_ENVELOPE_BY_HAND)));
	for (size_t i = 0; i < t->need_count; i++)
		if (strcmp(t->needs[i].kind, IG_SCAN_KIND) && ig_desk_has_worker(t->d, t->needs[i].kind) && (pages || (t->r.crypto.sealed && !strcmp(t->needs[i].kind, "keys"))))
			return true;
	return false;
}

int ig_desk_receipt_facts(struct ig_taking *t)
{
	ig_decide_receipt_for(&t->r, t->e, &t->m, t->d->conf, ig_taking_over_budget, t, t->now, &t->receipt);
	return t->failed ? -1 : 0;
}

static int decide(struct ig_taking *t, bool fresh)
{
	int probe = fresh && t->e->channel == IG_CHANNEL_MAIL ? ig_taking_probe(t) : 0;
	if (probe)
		return probe < 0 || ig_taking_message(t) || ig_taking_parts(t) ? -1 : 0;
	if (t->e->channel == IG_CHANNEL_MAIL)
		ig_decide_trust(&t->r, t->d->conf, t->a, &t->trust);
	if (ig_taking_about(t) || ig_taking_trust(t) || ig_taking_follow_up(t) || ig_taking_peers_seen(t))
		return -1;
	ig_taking_seal(t);
	ig_desk_trip("decide", &t->r);
	if (t->state == IG_MESSAGE_STATE_FILED && ig_desk_receipt_facts(t))
		return -1;
	if (t->r.crypto.sealed && t->state == IG_MESSAGE_STATE_FILED)
		t->state = IG_MESSAGE_STATE_SEALED;
	if (t->state == IG_MESSAGE_STATE_FILED && ig_taking_fax_receipt(t))
		return -1;
	ig_desk_trip("store", &t->r);
	if (ig_taking_incident(t) || (fresh ? ig_taking_message(t) || ig_taking_parts(t) : ig_taking_settle(t)) || ig_taking_people(t) || ig_taking_found(t) ||
		ig_taking_set_aside(t) || ig_taking_reopen(t) || ig_taking_sealed(t))
		return -1;
	if (fresh && ig_taking_fax_call(t))
		return -1;
	ig_desk_trip("compose", &t->r);
	if (ig_taking_document(t) || ig_taking_receipt(t) || ig_taking_duties(t) || ig_taking_outcome(t) || ig_taking_answer(t) || ig_taking_contact(t) || ig_taking_order(t) ||
		ig_taking_said(t))
		return -1;
	ig_desk_trip("desk", &t->r);
	return 0;
}

static int take(struct ig_taking *t)
{
	struct ig_desk *d = t->d;
	ig_desk_trip("match", &t->r);
	ig_match_report(&t->r, t->e, t->f->at, &d->self, &d->look, t->a, &t->m);
	if (ig_taking_source(t))
		return -1;
	if (t->m.duplicate_of)
		return ig_taking_copy(t) || ig_taking_fax_call(t) ? -1 : 0;
	ig_taking_seal(t); /* a mark in subject or text: nothing is read on */
	t->waits = must_wait(t);
	if (t->waits) {
		t->m = (struct ig_match){.by = IG_MATCHED_BY_NONE, .reason = "waits until it has been read"};
		return ig_taking_message(t) || ig_taking_parts(t) || ig_taking_fax_call(t) ? -1 : 0;
	}
	return decide(t, true);
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
		ig_desk_forget(d);
		ig_store_undo(d->store);
		return -1;
	}
	return 0;
}

/* ---- a message that waited */

struct not_itself { /* the look-ups of match, without the row of the message that is looked for */
	struct ig_match_lookup look;
	int64_t message;
};

static int64_t no_identity(void *arg, const uint8_t sum[IG_SHA256_LEN], const char *message_id, ig_time at)
{
	(void)arg, (void)sum, (void)message_id, (void)at; /* that was asked when it came */
	return 0;
}

static size_t others(const struct not_itself *n, struct ig_match_seen *out, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (out[i].message != n->message)
			out[kept++] = out[i];
	return kept;
}

static size_t by_message_id(void *arg, const char *id, struct ig_match_seen *out, size_t max, struct ig_arena *a)
{
	struct not_itself *n = arg;
	return others(n, out, n->look.by_message_id(n->look.arg, id, out, max, a));
}

static size_t by_unseen_reference(void *arg, const char *id, struct ig_match_seen *out, size_t max, struct ig_arena *a)
{
	struct not_itself *n = arg;
	return others(n, out, n->look.by_unseen_reference(n->look.arg, id, out, max, a));
}

static size_t by_trace(void *arg, const char *text, ig_time since, struct ig_match_seen *out, size_t max, struct ig_arena *a)
{
	struct not_itself *n = arg;
	return others(n, out, n->look.by_trace(n->look.arg, text, since, out, max, a));
}

static int64_t incident_by_ref(void *arg, struct ig_ref ref)
{
	struct not_itself *n = arg;
	return n->look.incident_by_ref(n->look.arg, ref);
}

static int64_t incident_by_letter(void *arg, const char *number)
{
	struct not_itself *n = arg;
	return n->look.incident_by_letter ? n->look.incident_by_letter(n->look.arg, number) : 0;
}

static int participant(void *arg, int64_t incident, const char *address)
{
	struct not_itself *n = arg;
	return n->look.participant(n->look.arg, incident, address);
}

static bool own_domain(void *arg, const char *domain)
{
	struct not_itself *n = arg;
	return n->look.own_domain(n->look.arg, domain);
}

/* What the row tells, where nothing else is known of the message any more. */
static void report_of_row(const struct ig_message *m, struct ig_arena *a, struct ig_report *r_r)
{
	const char *const *none = ig_arena_calloc(a, 1, sizeof(*none));
	struct ig_address *from = m->from_address ? IG_NEW(a, struct ig_address) : NULL;
	if (from)
		*from = (struct ig_address){.name = m->from_name, .address = m->from_address};
	*r_r = (struct ig_report){.kind = m->channel == IG_CHANNEL_FAX ? IG_KIND_FAX : m->channel == IG_CHANNEL_LETTER ? IG_KIND_LETTER : IG_KIND_MAIL,
		.class = m->class, .message_id = m->message_id, .date = m->date, .from = from, .subject = m->subject, .text = "", .reply_text = "",
		.in_reply_to = none, .references = none, .problems = none, .delivered_to = none, .language = m->language, .fallback = true};
	r_r->crypto.encrypted = m->crypto.encrypted;
	r_r->crypto.sealed = m->crypto.sealed;
	memcpy(r_r->identity, m->identity, IG_SHA256_LEN);
}

/* Further letters of the same scan: messages of their own, of the same frame. A person joins again what was torn apart (message move). */
static int further_letters(struct ig_desk *d, const struct ig_evidence_frame *f, const struct ig_envelope *e, const struct ig_report *r)
{
	for (size_t i = 0; i < r->letter_count; i++) {
		struct ig_taking t = {.d = d, .a = d->arena, .f = f, .e = e};
		struct ig_sha256 h;
		uint64_t number = i + 2;
		prepare(&t, &r->letters[i]);
		ig_sha256_init(&h);
		ig_sha256_add(&h, f->payload_sum, IG_SHA256_LEN);
		ig_sha256_add(&h, &number, sizeof(number));
		ig_sha256_end(&h, t.r.identity);
		ig_match_report(&t.r, e, f->at, &d->self, &d->look, t.a, &t.m);
		if (!t.m.duplicate_of && (decide(&t, true) || ig_desk_issuer(d, &t.message, &r->letters[i]) || ig_desk_same_letter(d, &t.message, &r->letters[i])))
			return -1;
	}
	return 0;
}

/* It has a case already, for it was sealed until now: that stays its case, and the first of a case is matched as one that opens it. What its words name
 * besides is for a person. 0 or -1. */
static int in_its_case(struct ig_taking *t, const struct ig_message *m)
{
	int64_t *ids = NULL, other = t->m.incident && t->m.incident != m->incident ? t->m.incident : t->m.suggested;
	size_t count = 0;
	if (!m->incident)
		return 0;
	if (ig_store_incident_members(t->d->store, m->incident, IG_MEMBERS_RECEIVED, t->a, &ids, &count) < 0)
		return -1;
	if (count && ids[0] == m->id && m->matched_by == IG_MATCHED_BY_NONE) {
		t->own = m->incident;
		t->m = (struct ig_match){.by = IG_MATCHED_BY_NONE, .reason = "opened a case; read when it was unsealed", .suggested = other, .rejected = t->m.rejected};
		return 0;
	}
	bool known = m->from_address && t->d->look.participant(t->d->look.arg, m->incident, m->from_address);
	t->m = (struct ig_match){.incident = m->incident, .by = m->matched_by, .reason = m->match_reason, .suggested = other, .rejected = t->m.rejected,
		.new_participant = !known && ig_class_is_report(t->r.class)};
	return 0;
}

int ig_desk_settle(struct ig_desk *d, struct ig_message *m, const struct ig_report *r)
{
	struct ig_evidence_frame f = {.seq = (uint64_t)m->frame, .at = m->received_at, .size = m->size};
	const char **recipients = ig_arena_calloc(d->arena, 2, sizeof(*recipients));
	struct ig_envelope e = {.channel = m->channel, .source = m->source, .source_file = m->source_file, .sender = m->return_path,
		.recipients = recipients, .imported = m->imported};
	struct not_itself n = {.look = d->look, .message = m->id};
	struct ig_match_lookup look = {.arg = &n, .by_identity = no_identity, .by_message_id = by_message_id, .by_unseen_reference = by_unseen_reference, .by_trace = by_trace,
		.incident_by_ref = incident_by_ref, .incident_by_letter = incident_by_letter, .participant = participant, .own_domain = own_domain};
	struct ig_report row;
	if (!r)
		report_of_row(m, d->arena, &row);
	recipients[0] = m->recipient;
	memcpy(f.payload_sum, m->identity, IG_SHA256_LEN);
	struct ig_taking t = {.d = d, .a = d->arena, .f = &f, .e = &e, .message = *m};
	prepare(&t, r ? r : &row);
	ig_match_report(&t.r, &e, f.at, &d->self, &look, t.a, &t.m);
	if (in_its_case(&t, m) || decide(&t, false))
		return -1;
	*m = t.message;
	return r && (ig_desk_same_letter(d, m, r) || further_letters(d, &f, &e, r)) ? -1 : 0;
}
