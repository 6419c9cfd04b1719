/* A report about a letter of ours: which dispatch it is about, and what becomes of it.
 *
 * Tied by Original-Envelope-Id (RFC 3461 section 4.4), then by the bounce address it came to, then by the Message-ID of the returned
 * header; a status of the document exchange by the letter's number and the code it went to. Each must prove itself: the token of the
 * dispatch, which only those who handled the letter have seen, or, where an id came back without it, the address of the dispatch among the
 * failed ones. A report that proves nothing changes nothing.
 *
 * hard: the letter failed, the channel of the party is failing. refused: the letter failed, the channel lives. soft, given up: it stays
 * sent, with a note. Each of these is a duty for a person. delayed: a note. delivered, relayed, expanded: delivered. A read receipt is a
 * note: somebody's program showed the mail, which is no acknowledgement of anything (RFC 8098 section 6.3).
 * Relies on the table of model/dispatch_states.c for what may follow. Sends nothing. */
#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "desk/room.h"
#include "model/dispatch_states.h"

/* Mail that can only speak of a letter of ours, never to us. */
static bool speaks_of_letters(enum ig_class class)
{
	return class == IG_CLASS_BOUNCE || class == IG_CLASS_DELIVERY_REPORT || class == IG_CLASS_READ_RECEIPT;
}

static int load(struct ig_taking *t, int64_t id)
{
	return id > 0 ? ig_store_dispatch_get(t->d->store, id, false, t->a, &t->about) : 0;
}

static bool proven(const struct ig_dispatch *d, const char *token)
{
	return d->token && *d->token && token && !strcasecmp(d->token, token);
}

static bool names_address(const struct ig_taking *t)
{
	for (size_t i = 0; i < t->r.bounce_count; i++)
		if (t->r.bounces[i].recipient && t->about.address && !strcasecmp(t->r.bounces[i].recipient, t->about.address))
			return true;
	return false;
}

/* "D-000017-TOKEN", or the bare id from a mailer that cut it. 1 found, 0, -1. */
static int by_envelope(struct ig_taking *t)
{
	const char *s = t->r.about_envelope;
	char number[IG_DISPATCH_TEXT_MAX];
	size_t n = s && !strncasecmp(s, "D-", 2) ? 2 + strspn(s + 2, "0123456789") : 0;
	int64_t id;
	if (n < 3 || n >= sizeof number || (s[n] && s[n] != '-' && s[n] != '.'))
		return 0;
	memcpy(number, s, n);
	number[n] = 0;
	if (ig_dispatch_parse(number, &id))
		return 0;
	int found = load(t, id);
	if (found <= 0)
		return found;
	return s[n] ? proven(&t->about, s + n + 1) : names_address(t);
}

/* The whole Message-ID holds the token, and is compared whole. */
static int by_message_id(struct ig_taking *t, const char *id)
{
	return id ? ig_store_dispatch_by_message_id(t->d->store, id, t->a, &t->about) : 0;
}

/* A status of the document exchange names the document by its number, and who speaks by the code it was sent to: both must be the letter's. */
static int by_exchange(struct ig_taking *t)
{
	const char *number = NULL;
	for (size_t i = 0; i < t->r.field_count && !number; i++)
		number = !strcmp(t->r.fields[i].name, "letter.in_reply_to") ? t->r.fields[i].value : NULL;
	return number && t->r.bounce_count && t->r.bounces[0].recipient ?
		ig_store_dispatch_by_number(t->d->store, number, t->r.bounces[0].recipient, t->a, &t->about) : 0;
}

static int find(struct ig_taking *t, int64_t address_id, const char *address_token, const char **how_r)
{
	if (t->r.kind == IG_KIND_EDXML) {
		*how_r = "is the exchange's word on %s";
		return by_exchange(t);
	}
	int found = speaks_of_letters(t->r.class) ? by_envelope(t) : 0;
	*how_r = "names the envelope of %s";
	if (found)
		return found;
	found = load(t, address_id);
	*how_r = "came to the bounce address of %s";
	if (found < 0 || (found && proven(&t->about, address_token)))
		return found;
	if (!speaks_of_letters(t->r.class))
		return 0;
	*how_r = "returns the header of %s";
	found = by_message_id(t, t->r.about_message);
	for (size_t i = 0; !found && i < t->r.bounce_count && i < 20; i++)
		found = by_message_id(t, t->r.bounces[i].original_message_id);
	return found;
}

int ig_taking_about(struct ig_taking *t)
{
	char token[IG_MATCH_TOKEN_MAX] = "", text[IG_DISPATCH_TEXT_MAX];
	const char *how;
	int64_t id = 0;
	bool there = ig_match_to_bounce_address(&t->r, t->e, &t->d->self, &id, token);
	if (there) {
		/* Mail to a bounce address is read as a bounce only, whatever it claims to be. */
		if (ig_decide_opens_incident(t->r.class))
			t->r.class = IG_CLASS_BOUNCE;
		t->m.new_participant = false; /* nobody takes part in a case, or suggests one, by way of that address */
		t->m.suggested = 0;
	}
	if (!there && !speaks_of_letters(t->r.class))
		return 0;
	int found = find(t, id, token, &how);
	if (found <= 0) {
		t->about.id = 0;
		return found;
	}
	ig_dispatch_print(t->about.id, text);
	t->bounce_of = !strncmp(how, "is the", 6) ? ig_arena_fmt(t->a, "is the exchange's word on %s", text) : !strncmp(how, "names", 5) ? ig_arena_fmt(t->a, "names the envelope of %s", text) :
		!strncmp(how, "came", 4) ? ig_arena_fmt(t->a, "came to the bounce address of %s", text) : ig_arena_fmt(t->a, "returns the header of %s", text);
	if (t->about.incident) {
		t->m.incident = t->about.incident;
		t->m.by = IG_MATCHED_BY_THREAD;
	}
	return 0;
}

/* ---- what becomes of it */

enum outcome { NOTHING, DELIVERED, DELAYED, GIVEN_UP, REFUSED, DEAD };

static enum outcome outcome_of(const struct ig_bounce *x)
{
	const char *action = x->action ? x->action : "failed";
	if (!strcmp(action, "delivered") || !strcmp(action, "relayed") || !strcmp(action, "expanded"))
		return DELIVERED;
	if (!strcmp(action, "delayed"))
		return DELAYED;
	switch (x->kind) {
	case IG_BOUNCE_KIND_HARD:
		return DEAD;
	case IG_BOUNCE_KIND_SOFT:
		return GIVEN_UP;
	case IG_BOUNCE_KIND_REFUSED:
		return REFUSED;
	case IG_BOUNCE_KIND_NONE:
	case ig_bounce_kind_count:
		break;
	}
	return NOTHING;
}

/* A letter goes to one address: the entries that name it count, or, behind an alias, all of them. The worst decides. */
static enum outcome worst(const struct ig_taking *t, const struct ig_bounce **which_r)
{
	enum outcome w = NOTHING;
	bool named = names_address(t);
	*which_r = NULL;
	for (size_t i = 0; i < t->r.bounce_count; i++) {
		const struct ig_bounce *x = &t->r.bounces[i];
		enum outcome o = outcome_of(x);
		if (named && (!x->recipient || strcasecmp(x->recipient, t->about.address)))
			continue;
		if (!*which_r || o > w) {
			*which_r = x;
			w = o;
		}
	}
	return w;
}

static int note(struct ig_taking *t, const char *act, const char *words)
{
	char text[IG_DISPATCH_TEXT_MAX];
	return ig_desk_journal(t->d, "clerk", act, ig_dispatch_print(t->about.id, text), words);
}

static int owe(struct ig_taking *t, const char *what)
{
	struct ig_duty duty = {.incident = t->about.incident,
		.message = t->message.id,
		.what = what,
		.owner = "officer",
		.basis = "rule of the office",
		.due = t->e->imported ? IG_NEVER : t->f->at + IG_DAY,
		.done_at = IG_NEVER,
		.created_at = t->f->at};
	return ig_store_duty_add(t->d->store, &duty) < 0 ? -1 : 0;
}

/* The channel of the party it was sent to, or of the party that has this address. */
static int channel_fails(struct ig_taking *t)
{
	struct ig_store *s = t->d->store;
	struct ig_party p;
	int found = t->about.party ? ig_store_party_get(s, t->about.party, t->a, &p) :
		ig_store_party_by_address(s, t->about.channel, t->about.address, t->f->at, t->a, &p);
	for (size_t i = 0; found == 1 && i < p.channel_count; i++) {
		const struct ig_party_channel *c = &p.channels[i];
		if (c->channel != t->about.channel || c->state != IG_CHANNEL_STATE_OK || strcasecmp(c->address, t->about.address))
			continue;
		if (ig_store_channel_set_state(s, c->id, IG_CHANNEL_STATE_FAILING) < 0 ||
			ig_desk_journal(t->d, "clerk", "channel failing", p.name, ig_arena_fmt(t->a, "%s: message %lld", c->address, (long long)t->message.id)))
			return -1;
	}
	return found < 0 ? -1 : 0;
}

/* Was it ever out of the house? A report about a letter that was not is somebody's invention. */
static bool left(const struct ig_dispatch *d)
{
	switch (d->state) {
	case IG_DISPATCH_STATE_SENDING:
	case IG_DISPATCH_STATE_SENT:
	case IG_DISPATCH_STATE_DELIVERED:
	case IG_DISPATCH_STATE_UNCERTAIN:
	case IG_DISPATCH_STATE_FAILED:
		return true;
	case IG_DISPATCH_STATE_QUEUED:
		return d->attempt_count > 0; /* the server's last word was lost, and the mail went out all the same */
	case IG_DISPATCH_STATE_HELD:
	case IG_DISPATCH_STATE_CANCELLED:
	case ig_dispatch_state_count:
		break;
	}
	return false;
}

static int failed(struct ig_taking *t, enum outcome o, const char *said)
{
	struct ig_dispatch *d = &t->about;
	char text[IG_DISPATCH_TEXT_MAX];
	ig_dispatch_print(d->id, text);
	bool over = o != GIVEN_UP && d->state != IG_DISPATCH_STATE_FAILED && ig_dispatch_may(d->state, IG_DISPATCH_STATE_FAILED);
	const char *what = o == DEAD ? "bounced for good" : o == REFUSED ? "was refused for good" : "was given up on the way";
	if (over && ig_store_dispatch_set_state(t->d->store, d->id, IG_DISPATCH_STATE_FAILED,
			ig_arena_fmt(t->a, "%s (message %lld): %s", what, (long long)t->message.id, said), IG_NEVER) < 0)
		return -1;
	if (note(t, over ? "dispatch failed" : "dispatch not delivered", ig_arena_fmt(t->a, "%s: %s", what, said)) || (o == DEAD && channel_fails(t)))
		return -1;
	/* Somebody must find another way, once for each letter; an alarm mail is looked after by the alarm itself. */
	if ((o != GIVEN_UP && !over) || !strcmp(d->letter, "alarm") || !strcmp(d->letter, "probe"))
		return 0;
	int instead = o == GIVEN_UP ? 0 : ig_desk_instead(t->d, d, ig_arena_fmt(t->a, "it %s: %s", what, said), t->f->at);
	if (instead)
		return instead < 0 ? -1 : 0;
	return owe(t, ig_arena_fmt(t->a, "find another way for %s, which %s: %s", text, what, said));
}

int ig_taking_outcome(struct ig_taking *t)
{
	const struct ig_bounce *x;
	struct ig_dispatch *d = &t->about;
	char text[IG_DISPATCH_TEXT_MAX];
	if (!d->id)
		return 0;
	if (t->r.class == IG_CLASS_READ_RECEIPT)
		return note(t, "read receipt", ig_arena_fmt(t->a, "message %lld; it is no acknowledgement", (long long)t->message.id));
	if (t->r.class != IG_CLASS_BOUNCE && t->r.class != IG_CLASS_DELIVERY_REPORT)
		return 0;
	if (!left(d))
		return note(t, "report ignored", ig_arena_fmt(t->a, "message %lld speaks of a letter that never left", (long long)t->message.id));
	enum outcome o = worst(t, &x);
	const char *words = x && x->words ? x->words : "no reason given";
	const char *said = !x ? "" : ig_arena_fmt(t->a, "%s %.*s", x->status ? x->status : "", (int)ig_utf8_cut(words, strlen(words), 300), words);
	switch (o) {
	case NOTHING:
		return owe(t, ig_arena_fmt(t->a, "read by hand: an answer to %s came where only reports of delivery come, and was not understood",
			ig_dispatch_print(d->id, text)));
	case DELIVERED:
		if (d->state != IG_DISPATCH_STATE_DELIVERED && d->state != IG_DISPATCH_STATE_FAILED && ig_dispatch_may(d->state, IG_DISPATCH_STATE_DELIVERED) &&
			ig_store_dispatch_set_state(t->d->store, d->id, IG_DISPATCH_STATE_DELIVERED, NULL, IG_NEVER) < 0)
			return -1;
		return note(t, "dispatch delivered", ig_arena_fmt(t->a, "%s, says message %lld", x->action, (long long)t->message.id));
	case DELAYED:
		return note(t, "dispatch delayed", said);
	case GIVEN_UP:
	case REFUSED:
	case DEAD:
		return failed(t, o, said);
	}
	return 0;
}
