/* Letters the desk makes: the dispatch row with its verdict, the composed bytes with their fixed Message-ID, the outgoing message
 * row so that answers to it thread. Relies on compose for words and bytes and on decide for the verdict. Sends nothing. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include "desk/budget.h"

/* Random, for Message-ID and bounce address. */
static void make_token(char out[IG_DESK_TOKEN_LEN + 1])
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint8_t random[IG_DESK_TOKEN_LEN];
	while (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		if (errno != EINTR)
			abort(); /* the kernel has had randomness since boot: this cannot happen, and a guessable token must not */
	for (size_t i = 0; i < sizeof(random); i++)
		out[i] = digits[random[i] & 31];
	out[IG_DESK_TOKEN_LEN] = 0;
}

const char *ig_desk_token(struct ig_arena *a)
{
	char token[IG_DESK_TOKEN_LEN + 1];
	make_token(token);
	return ig_arena_strdup(a, token);
}

/* Ids that come from outside and go out again in a header: printable ASCII without brackets and blanks, of sane length. */
static bool id_ok(const char *id)
{
	size_t len = id ? strlen(id) : 0;
	for (size_t i = 0; i < len; i++)
		if (id[i] <= ' ' || id[i] >= 127 || id[i] == '<' || id[i] == '>')
			return false;
	return len > 0 && len <= 250;
}

/* RFC 5322 3.6.4: the References of the answered mail (else its In-Reply-To where that is one id), then its Message-ID; the first
 * and the newest are kept where there are too many. A participant gets his own alone: the others are of somebody else's mail. */
static const char *const *answer_references(const struct ig_report *r, bool participant, struct ig_arena *a)
{
	const char *const *from = !participant && r->references && *r->references ? r->references : NULL;
	if (!from && !participant && r->in_reply_to && *r->in_reply_to && !r->in_reply_to[1])
		from = r->in_reply_to;
	const char **list = ig_arena_calloc(a, IG_DESK_REFERENCES_MAX + 2, sizeof(*list));
	size_t n = 0, have = 0;
	while (from && from[have])
		have++;
	for (size_t i = 0; i < have; i++) {
		if (i && have - i > IG_DESK_REFERENCES_MAX - 2)
			continue;
		if (n < IG_DESK_REFERENCES_MAX)
			list[n++] = from[i];
	}
	if (r->message_id)
		list[n++] = r->message_id;
	return n ? list : NULL;
}

static const char *const *good_ids(const char *const *ids, struct ig_arena *a)
{
	size_t count = 0, n = 0;
	while (ids && ids[count])
		count++;
	const char **list = ig_arena_calloc(a, count + 1, sizeof(*list));
	for (size_t i = 0; i < count; i++)
		if (id_ok(ids[i]))
			list[n++] = ids[i];
	return n ? list : NULL;
}

int ig_desk_dispatch_put(struct ig_desk *d, struct ig_dispatch *dispatch, const struct ig_release *v, const char *actor,
	ig_time now)
{
	dispatch->state = v->state;
	dispatch->why = v->state == IG_DISPATCH_STATE_QUEUED ? NULL : v->why;
	if (ig_store_dispatch_add(d->store, dispatch) < 0 ||
		ig_store_verdict_add(d->store, dispatch->id, v->rule, ig_dispatch_state_word(v->state), v->why, now, actor) < 0)
		return -1;
	return 0;
}

int ig_desk_outgoing_row(struct ig_desk *d, struct ig_dispatch *dispatch, ig_time now, bool keep_bytes)
{
	struct ig_message m = {.incident = dispatch->incident,
		.outgoing = true,
		.channel = dispatch->channel,
		.state = IG_MESSAGE_STATE_FILED,
		.dispatch = dispatch->id,
		.message_id = dispatch->message_id,
		.from_name = d->conf->display_name,
		.from_address = d->conf->address,
		.subject = dispatch->subject,
		.received_at = now,
		.date = now,
		.class = !strcmp(dispatch->letter, "receipt") ? IG_CLASS_AUTO_REPLY : IG_CLASS_PERSON,
		.matched_by = IG_MATCHED_BY_NONE,
		.match_reason = "a letter of ours",
		.source = "desk",
		.recipient = dispatch->address,
		.language = dispatch->language,
		.size = dispatch->size};
	ig_sha256_of(dispatch->bytes, dispatch->size, m.identity);
	if (ig_store_message_add(d->store, &m) < 0)
		return -1;
	dispatch->message = m.id;
	if (!keep_bytes)
		dispatch->bytes = NULL;
	return ig_store_dispatch_compose(d->store, dispatch) < 0 ? -1 : 0;
}

/* Pages instead of a mail: the model is kept, a scribe draws it, and only then it is due. */
static int keep_pages(struct ig_desk *d, struct ig_dispatch *dispatch, const struct ig_desk_letter *l, const struct ig_party *to, const char *model, ig_time now,
	struct ig_arena *a, struct ig_why *why)
{
	const struct ig_desk_page pages[] = {{"the pages", model, strlen(model), false}};
	int code = ig_desk_gate(d, dispatch, l->incident, to, l->profile, pages, IG_COUNT(pages), a, why);
	dispatch->bytes = model;
	dispatch->size = strlen(model);
	if (!code && ig_store_letter_page(d->store, dispatch->id, model, "wanted", now) < 0)
		code = -1;
	if (!code)
		code = ig_desk_outgoing_row(d, dispatch, now, false);
	dispatch->bytes = NULL;
	return code;
}

int ig_desk_compose(struct ig_desk *d, struct ig_dispatch *dispatch, struct ig_desk_letter *l, ig_time now, struct ig_arena *a,
	struct ig_why *why)
{
	char token[IG_DESK_TOKEN_LEN + 1], text[IG_DISPATCH_TEXT_MAX];
	struct ig_party party = {.role = IG_PARTY_ROLE_REPORTER}, *to = dispatch->party ? &party : NULL;
	if (dispatch->party && ig_store_party_get(d->store, dispatch->party, a, &party) < 0) {
		json_decref(l->fields);
		return -1;
	}
	make_token(token);
	dispatch->token = ig_arena_strdup(a, token);
	dispatch->message_id = ig_arena_fmt(a, "%s.%s@%s", ig_dispatch_print(dispatch->id, text), token, d->conf->message_domain);
	struct ig_letter letter = {.kind = dispatch->letter,
		.language = dispatch->language,
		.role = party.role,
		.profile = l->profile,
		.drill = l->incident && l->incident->drill,
		.fields = l->fields};
	struct ig_desk_form form;
	const char *model = NULL;
	int formed = ig_desk_form(d, dispatch, l->profile, json_object_get(l->fields, "annexes"), now, a, &form, why);
	if (!formed && form.pages)
		formed = ig_desk_page_model(d, dispatch, &letter, l, &form, now, a, &model, why);
	if (!formed && form.only_pages)
		formed = keep_pages(d, dispatch, l, to, model, now, a, why);
	if (formed || form.only_pages) {
		json_decref(l->fields);
		return formed;
	}
	letter.with_pages = form.pages;
	letter.is_signed = form.by_key;
	letter.number = form.number ? ig_compose_sign(d->templates, letter.kind, l->profile, form.number, a) : NULL;
	struct ig_mail_head head = {.from_address = d->conf->address,
		.from_name = d->conf->display_name,
		.to_address = dispatch->address,
		.to_name = l->to_name,
		.message_id = dispatch->message_id,
		.in_reply_to = id_ok(l->in_reply_to) ? l->in_reply_to : NULL,
		.references = good_ids(l->references, a),
		.date = now,
		.auto_submitted = l->auto_submitted,
		.reference = l->incident ? ig_desk_ref(l->incident, a) : NULL};
	struct ig_buf bytes = IG_BUF_INIT(4u << 20);
	int bad = ig_compose_mail(d->templates, &letter, &head, a, &bytes, &dispatch->subject, why);
	json_decref(l->fields);
	bad = bad || bytes.over ? 1 : ig_desk_enclose(d, dispatch, false, a, &bytes, why);
	if (bad) {
		ig_buf_free(&bytes);
		return bad;
	}
	dispatch->bytes = bytes.data;
	dispatch->size = bytes.len;
	const char *sender = ig_desk_envelope_sender(d, dispatch, a);
	const struct ig_desk_page pages[] = {{"the mail", bytes.data, bytes.len, true}, {"the envelope", sender, strlen(sender), false},
		{"the pages", model ? model : "", model ? strlen(model) : 0, false}};
	int code = ig_desk_gate(d, dispatch, l->incident, to, l->profile, pages, IG_COUNT(pages), a, why);
	if (!code)
		code = ig_desk_enclose(d, dispatch, true, a, &bytes, why);
	dispatch->bytes = bytes.data;
	dispatch->size = bytes.len;
	if (!code)
		code = ig_desk_outgoing_row(d, dispatch, now, true);
	if (!code && model && ig_store_letter_page(d->store, dispatch->id, model, "wanted", now) < 0)
		code = -1;
	ig_buf_free(&bytes);
	dispatch->bytes = NULL;
	return code;
}

/* What the letter says of a message: nothing it wrote, only that it came (neither its subject nor its text is repeated). */
static json_t *receipt_fields(const struct ig_taking *t)
{
	char text[IG_TIME_MAX], closed[IG_TIME_MAX];
	json_t *o = json_pack("{s:s, s:s, s:s, s:b, s:b}", "reference", ig_desk_ref(&t->incident, t->a), "received_at",
		ig_time_rfc3339(t->f->at, text), "channel", ig_channel_word(t->e->channel), "new_participant", t->receipt.plain, "sealed", t->r.crypto.sealed);
	if (t->r.crypto.sealed && t->r.crypto.our_key)
		json_object_set_new(o, "key", json_pack("{s:s}", "fingerprint", t->r.crypto.our_key));
	if (t->m.answer_closed) {
		json_object_set_new(o, "case_closed", json_true());
		if (t->incident.closed_at != IG_NEVER)
			json_object_set_new(o, "closed_at", json_string(ig_time_rfc3339(t->incident.closed_at, closed)));
	}
	return o;
}

int ig_taking_receipt(struct ig_taking *t)
{
	struct ig_desk *d = t->d;
	if (!t->receipt.due || !t->incident.id)
		return 0;
	struct ig_dispatch dispatch = {.incident = t->incident.id,
		.answers = t->message.id,
		.letter = "receipt",
		.language = t->receipt.language,
		.party = t->receipt.party,
		.channel = t->receipt.channel,
		.address = t->receipt.to,
		.lane = IG_LANE_RECEIPTS,
		.created_at = t->now,
		.not_before = t->now,
		.expires_at = t->now + d->conf->expire * 1000};
	struct ig_decide_release_facts facts = {.incident = &t->incident, .dispatch = &dispatch, .channel_state = IG_CHANNEL_STATE_OK,
		.imported = t->e->imported, .suppressed = t->receipt.send ? NULL : t->receipt.why, .suppressed_by_budget = t->receipt.hold};
	struct ig_release v;
	/* Who left may write as anybody; his old address is somebody else's by now. */
	if (ig_desk_gate_revoked(d, &facts) || ig_desk_release(d, &facts, t->now, t->a, &v))
		return -1;
	if (v.state == IG_DISPATCH_STATE_HELD) {
		t->receipt.owe_duty = true;
		t->receipt.why = v.why;
	}
	if (t->f->seq <= d->again && v.state == IG_DISPATCH_STATE_QUEUED) {
		v = (struct ig_release){.state = IG_DISPATCH_STATE_HELD, .rule = "restored",
			.why = "the store is older than the log: this was decided before, and a receipt may have gone out then"};
		t->receipt.owe_duty = true;
		t->receipt.why = v.why;
	}
	if (ig_desk_dispatch_put(d, &dispatch, &v, "clerk", t->now) || ig_taking_charge(t, &dispatch))
		return -1;
	if (dispatch.state != IG_DISPATCH_STATE_QUEUED)
		return 0;
	struct ig_desk_letter letter = {.fields = receipt_fields(t),
		.to_name = t->receipt.to_name,
		.incident = &t->incident,
		.profile = t->profile,
		.in_reply_to = t->r.message_id,
		.references = answer_references(&t->r, t->receipt.plain, t->a),
		.auto_submitted = "auto-replied"};
	struct ig_why why = {"it is too long"};
	int code = ig_desk_compose(d, &dispatch, &letter, t->now, t->a, &why);
	if (code <= 0)
		return code;
	/* A letter that cannot be written must not cost the message: it waits for a person, with the reason. */
	const char *words = ig_arena_fmt(t->a, code == IG_DESK_GATE ? "the release gate holds it: %s" : "could not be composed: %s", why.text);
	t->receipt.owe_duty = true;
	t->receipt.why = words;
	if (ig_store_dispatch_set_state(d->store, dispatch.id, IG_DISPATCH_STATE_HELD, words, t->now) < 0 ||
		ig_store_verdict_add(d->store, dispatch.id, ig_desk_hold_rule(code), ig_dispatch_state_word(IG_DISPATCH_STATE_HELD), words, t->now,
			"clerk") < 0)
		return -1;
	return 0;
}

const char *ig_desk_envelope_sender(const struct ig_desk *d, const struct ig_dispatch *dispatch, struct ig_arena *a)
{
	const char *base = d->conf->bounce_address, *at = base ? strrchr(base, '@') : NULL;
	char text[IG_DISPATCH_TEXT_MAX];
	ig_dispatch_print(dispatch->id, text);
	if (!at || !dispatch->token)
		return "";
	switch (d->conf->bounce_form) {
	case IG_BOUNCE_FORM_PLUS:
		return ig_arena_fmt(a, "%.*s+%s-%s%s", (int)(at - base), base, text, dispatch->token, at);
	case IG_BOUNCE_FORM_CATCH_ALL:
		return ig_arena_fmt(a, "%s-%s%s", text, dispatch->token, at);
	case IG_BOUNCE_FORM_NONE:
		break;
	}
	return base;
}
