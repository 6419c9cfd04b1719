/* Posting a letter of any kind: whom and how, the gate's verdict, the facts kept, the words composed when it may go. Used by acts of persons
 * and by what the clerk owes by itself. Relies on decide for the verdict and on letter.c for bytes and rows. Sends nothing itself. */
#include <string.h>
#include "desk/room.h"

static int refuse(struct ig_why *why, const char *text)
{
	ig_why(why, "%s", text);
	return IG_EX_DATA;
}

/* How a party is written to: by mail, else by what else he gave; of one kind the channel in the best state. */
static const struct ig_party_channel *best_channel(const struct ig_party *p)
{
	const struct ig_party_channel *best = NULL;
	for (size_t i = 0; i < p->channel_count; i++) {
		const struct ig_party_channel *c = &p->channels[i];
		if (c->channel == IG_CHANNEL_PHONE) /* a person calls; no letter leaves that way */
			continue;
		if (c->state == IG_CHANNEL_STATE_REVOKED && best)
			continue;
		if (!best || best->state == IG_CHANNEL_STATE_REVOKED || c->channel < best->channel || (c->channel == best->channel && c->state < best->state))
			best = c;
	}
	return best;
}

enum ig_channel_state ig_desk_channel_state(const struct ig_party *p, enum ig_channel channel, const char *address)
{
	for (size_t i = 0; i < p->channel_count; i++)
		if (p->channels[i].channel == channel && address && !strcmp(p->channels[i].address, address))
			return p->channels[i].state;
	return IG_CHANNEL_STATE_REVOKED; /* no longer among his channels */
}

int ig_desk_gate_revoked(struct ig_desk *d, struct ig_decide_release_facts *f)
{
	int revoked = f->dispatch->address ? ig_store_is_revoked(d->store, f->dispatch->channel, f->dispatch->address) : 0;
	if (revoked > 0)
		f->channel_state = IG_CHANNEL_STATE_REVOKED;
	return revoked < 0 ? -1 : 0;
}

/* Facts of the case that may be released; neither words of the report nor who wrote it (their release is decided elsewhere). */
static int case_fields(struct ig_desk *d, const struct ig_incident *i, json_t *o)
{
	char opened[IG_TIME_MAX];
	int64_t *ids = NULL;
	size_t count = 0;
	if (ig_store_incident_members(d->store, i->id, IG_MEMBERS_RECEIVED, d->arena, &ids, &count) < 0)
		return -1;
	json_t *facts = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:b}", "reference", ig_desk_ref(i, d->arena), "opened_at",
		ig_time_rfc3339(i->opened_at, opened), "severity", ig_severity_word(i->severity), "widespread", ig_widespread_word(i->widespread),
		"status", ig_incident_status_word(i->status), "message_count", (json_int_t)count, "secrecy", i->secrecy_requested);
	if (i->category)
		json_object_set_new(facts, "category", json_string(i->category));
	if (i->tlp)
		json_object_set_new(facts, "tlp", json_string(i->tlp));
	json_object_update_missing(o, facts); /* what was said for this letter comes first */
	json_decref(facts);
	return 0;
}

/* What the letter was posted with, and what is known of case, party and officer now. NULL: the store failed. */
static json_t *fields_of(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_incident *i, const struct ig_party *p,
	const char *actor, const char *reason)
{
	struct ig_store_letter l;
	int found = ig_store_letter_get(d->store, dispatch->id, d->arena, &l);
	if (found < 0)
		return NULL;
	json_t *o = found && l.fields ? json_loads(l.fields, 0, NULL) : NULL;
	if (!o)
		o = json_object();
	if (p)
		json_object_set_new(o, "addressee", json_pack("{s:s}", "name", p->name));
	if (reason && !json_object_get(o, "reason"))
		json_object_set_new(o, "reason", json_string(reason));
	if (actor && !strncmp(actor, "user:", 5))
		json_object_set_new(o, "officer", json_string(actor + 5));
	if (i && case_fields(d, i, o)) {
		json_decref(o);
		return NULL;
	}
	return o;
}

/* What came of composing, for the one who asked for it. */
int ig_desk_composed(int code, const struct ig_why *words, struct ig_why *why)
{
	if (code <= 0)
		return code;
	ig_why(why, code == IG_DESK_GATE ? "the release gate holds it: %s" : code == IG_DESK_NUMBER ? "%s" : "the letter could not be composed: %s", words->text);
	return code == IG_DESK_GATE || code == IG_DESK_NUMBER ? code : IG_EX_DATA;
}

const char *ig_desk_hold_rule(int code)
{
	return code == IG_DESK_GATE ? "gate" : code == IG_DESK_NUMBER ? "number" : "compose";
}

int ig_desk_post_compose(struct ig_desk *d, struct ig_dispatch *dispatch, const struct ig_incident *i, const struct ig_party *p,
	const char *actor, const char *reason, struct ig_why *why)
{
	ig_time now = ig_now();
	struct ig_store_letter kept;
	if (ig_store_letter_get(d->store, dispatch->id, d->arena, &kept) < 0)
		return -1;
	json_t *given = kept.fields ? json_loads(kept.fields, 0, NULL) : NULL;
	const char *reply = given ? json_string_value(json_object_get(given, "in_reply_to")) : NULL;
	struct ig_desk_letter letter = {.fields = fields_of(d, dispatch, i, p, actor, reason), .incident = i,
		.profile = ig_conf_profile_at(d->conf, now) /* the version follows the date of the document */, .to_name = p ? p->name : NULL,
		.in_reply_to = reply ? ig_arena_strdup(d->arena, reply) : NULL};
	json_decref(given);
	if (!letter.fields)
		return -1;
	if (letter.in_reply_to) {
		const char *references[] = {letter.in_reply_to, NULL};
		letter.references = ig_arena_calloc(d->arena, 2, sizeof *references);
		memcpy((void *)(uintptr_t)letter.references, references, sizeof references);
	}
	struct ig_why words = {"it is too long"};
	/* Without in_reply_to a new thread: no foreign Message-IDs leave the house (DESIGN "Rules are data"). A letter that cannot be written is
	 * refused as a whole: a person stands there and hears why. */
	return ig_desk_composed(ig_desk_compose(d, dispatch, &letter, now, d->arena, &words), &words, why);
}

static int facts_keep(struct ig_desk *d, struct ig_desk_post *p, const struct ig_incident *i, const struct ig_dispatch *to)
{
	if (!p->fields && !p->in_reply_to && !p->form)
		return 0;
	if (!p->fields)
		p->fields = json_object();
	if (p->form && i && ig_desk_form_fill(d, i, ig_conf_profile_at(d->conf, i->opened_at), p->form, to->language ? to->language : ig_conf_profile_at(d->conf, ig_now())->language, p->fields))
		return -1;
	if (p->in_reply_to)
		json_object_set_new(p->fields, "in_reply_to", json_string(p->in_reply_to));
	char *text = json_dumps(p->fields, JSON_COMPACT | JSON_SORT_KEYS);
	int rc = text ? ig_store_letter_add(d->store, to->id, text) : -1;
	free(text);
	return rc;
}

/* Whom it goes to and how; the facts that the gate wants. */
static int aim(struct ig_desk *d, const struct ig_desk_post *p, struct ig_desk_held *h, struct ig_why *why)
{
	struct ig_dispatch *to = &h->dispatch;
	h->facts.dispatch = to;
	int found = p->incident ? ig_store_incident_get(d->store, p->incident, d->arena, &h->incident) : 1;
	int known = found > 0 && p->party ? ig_store_party_get(d->store, p->party, d->arena, &h->party) : found;
	if (found < 0 || known < 0)
		return -1;
	if (!found || !known)
		return refuse(why, found ? "no such party" : "no such incident");
	if (p->incident)
		h->facts.incident = &h->incident;
	if (p->party)
		h->facts.party = &h->party;
	if (p->address) {
		to->channel = p->channel;
		to->address = p->address;
		h->facts.channel_state = p->party ? ig_desk_channel_state(&h->party, p->channel, p->address) : IG_CHANNEL_STATE_OK;
	} else {
		const struct ig_party_channel *channel = p->party ? best_channel(&h->party) : NULL;
		if (!channel)
			return refuse(why, "the party has no channel for letters");
		to->channel = channel->channel;
		to->address = channel->address;
		h->facts.channel_state = channel->state;
	}
	if (!p->party && p->incident) {
		found = ig_store_participant_get(d->store, p->incident, to->address, d->arena, &h->participant);
		if (found < 0)
			return -1;
		h->facts.participant = found ? &h->participant : NULL;
	}
	if (ig_desk_gate_revoked(d, &h->facts))
		return -1;
	h->facts.open_tasks = p->incident ? ig_store_tasks_open_of(d->store, p->incident) : 0;
	return h->facts.open_tasks < 0 ? -1 : 0;
}

static int post(struct ig_desk *d, struct ig_desk_post *p, int64_t *dispatch_r, struct ig_why *why)
{
	struct ig_desk_held h = {0};
	struct ig_release v;
	ig_time now = ig_now();
	const char *kind = NULL;
	for (size_t i = 0; ig_letter_kind(i) && p->kind; i++)
		if (!strcmp(p->kind, ig_letter_kind(i)))
			kind = ig_letter_kind(i);
	if (!kind)
		return refuse(why, "there is no such kind of letter");
	int code = aim(d, p, &h, why);
	if (code)
		return code;
	struct ig_dispatch *to = &h.dispatch;
	if (p->file_count && to->channel != IG_CHANNEL_MAIL) {
		if (!p->files_by_mail)
			return refuse(why, "files leave by mail only: give the party a mail address");
		p->file_count = 0;
		json_object_del(p->fields, "attachments");
	}
	to->incident = p->incident, to->answers = p->answers, to->party = p->party, to->letter = kind;
	to->language = p->language ? p->language : p->party ? h.party.language : NULL;
	to->lane = p->lane, to->created_at = now, to->not_before = p->not_before ? p->not_before : now;
	to->expires_at = to->not_before + d->conf->expire * 1000;
	h.facts.dispatch = to;
	h.facts.instead = p->instead_of;
	h.facts.by_person = p->actor && !strncmp(p->actor, "user:", 5);
	h.facts.by_profile = p->alone;
	h.facts.to_sign = p->hold;
	if (ig_desk_release(d, &h.facts, now, d->arena, &v))
		return -1;
	if (ig_desk_dispatch_put(d, to, &v, p->actor ? p->actor : "clerk", now) || facts_keep(d, p, h.facts.incident, to))
		return -1;
	for (size_t i = 0; i < p->file_count; i++)
		if (ig_store_letter_file_put(d->store, to->id, p->files[i].name, 0, p->files[i].bytes, p->files[i].size) < 0)
			return -1;
	*dispatch_r = to->id;
	if (to->state != IG_DISPATCH_STATE_QUEUED)
		return 0;
	code = ig_desk_post_compose(d, to, h.facts.incident, h.facts.party, p->actor, NULL, why);
	if (code != IG_DESK_GATE && code != IG_DESK_NUMBER)
		return code;
	to->state = IG_DISPATCH_STATE_HELD; /* it waits for a person, with the reason */
	to->why = ig_arena_strdup(d->arena, why->text);
	if (ig_store_dispatch_set_state(d->store, to->id, to->state, to->why, now) < 0)
		return -1;
	return ig_store_verdict_add(d->store, to->id, ig_desk_hold_rule(code), ig_dispatch_state_word(to->state), to->why, now, p->actor ? p->actor : "clerk") < 0 ? -1 : 0;
}

int ig_desk_post(struct ig_desk *d, struct ig_desk_post *p, int64_t *dispatch_r, struct ig_why *why)
{
	int code = post(d, p, dispatch_r, why);
	json_decref(p->fields);
	p->fields = NULL;
	return code;
}

static int journalled(struct ig_desk *d, struct ig_desk_post *p, int64_t *dispatch_r, struct ig_why *why)
{
	struct ig_dispatch made;
	struct ig_incident i;
	struct ig_party party;
	char text[IG_DISPATCH_TEXT_MAX];
	const char *about = p->kind, *name = p->address;
	int code = ig_desk_post(d, p, dispatch_r, why);
	if (code)
		return code;
	if (ig_store_dispatch_get(d->store, *dispatch_r, false, d->arena, &made) != 1)
		return -1;
	if (p->incident && ig_store_incident_get(d->store, p->incident, d->arena, &i) == 1)
		about = ig_desk_ref(&i, d->arena);
	if (p->party && ig_store_party_get(d->store, p->party, d->arena, &party) == 1)
		name = party.name;
	/* an escalation is known by its old name in the journal */
	const char *act = !strcmp(p->kind, "escalation") ? "incident escalate" : ig_arena_fmt(d->arena, "letter %s", p->kind);
	return ig_desk_journal(d, p->actor, act, about,
		ig_arena_fmt(d->arena, "%s to %s: %s", ig_dispatch_print(*dispatch_r, text), name, ig_dispatch_state_word(made.state)));
}

int ig_desk_post_act(struct ig_desk *d, struct ig_desk_post *p, int64_t *dispatch_r, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	if (code) {
		json_decref(p->fields);
		return code;
	}
	return ig_desk_act_end(d, journalled(d, p, dispatch_r, why), why);
}

static int each(struct ig_desk *d, const struct ig_desk_post *p, const struct ig_party *to, size_t count, int64_t *ids_r, struct ig_why *why)
{
	json_t *names = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(names, json_string(to[i].name));
	int code = 0;
	for (size_t i = 0; i < count && !code; i++) {
		struct ig_desk_post one = *p;
		struct ig_why words = {""};
		one.party = to[i].id;
		one.fields = p->fields ? json_deep_copy(p->fields) : json_object();
		if (count > 1)
			json_object_set(one.fields, "addressees", names);
		if (i)
			json_object_set_new(one.fields, "number_of", json_integer(ids_r[0]));
		code = journalled(d, &one, &ids_r[i], &words);
		if (code)
			ig_why(why, count > 1 ? "%s: %s" : "%.0s%s", to[i].name, words.text);
	}
	json_decref(names);
	return code;
}

int ig_desk_post_each(struct ig_desk *d, const struct ig_desk_post *p, const struct ig_party *to, size_t count, int64_t *ids_r, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, each(d, p, to, count, ids_r, why), why);
}
