/* When a letter cannot be delivered: the party's fax instead of mail, then a duty for a person to telephone (mail, fax, telephone, in this order).
 * Once for each letter; what was tried stays with it. A case for which secrecy was asked changes its channel by a person only. Relies on post.c,
 * so that nothing passes beside the gate. */
#include <jansson.h>
#include <string.h>
#include "decide/fax.h"
#include "desk/room.h"
#include "store/store_fax.h"

enum { AT_ONCE = 16 };

static const struct ig_party_channel *channel_of(const struct ig_party *p, enum ig_channel channel)
{
	for (size_t i = 0; i < p->channel_count; i++)
		if (p->channels[i].channel == channel && p->channels[i].state == IG_CHANNEL_STATE_OK)
			return &p->channels[i];
	return NULL;
}

static int owe(struct ig_desk *d, const struct ig_dispatch *of, const char *what, ig_time at)
{
	struct ig_duty duty = {.incident = of->incident, .what = what, .owner = "officer", .basis = "rule of the office", .due = at, .done_at = IG_NEVER,
		.created_at = at};
	return ig_store_duty_add(d->store, &duty) < 0 ? -1 : 0;
}

/* The one letter of no case that is worth another way: it then says how many events there are, and that the lists did not arrive. */
static bool is_digest(const struct ig_dispatch *of)
{
	return !strcmp(of->letter, "digest");
}

/* The facts the letter was posted with; of a receipt they are those of the message it answers. */
static json_t *fields_of(struct ig_desk *d, const struct ig_dispatch *of, const struct ig_incident *i)
{
	struct ig_store_letter l;
	struct ig_message m;
	char text[IG_TIME_MAX];
	int found = ig_store_letter_get(d->store, of->id, d->arena, &l);
	if (found < 0)
		return NULL;
	if (found && l.fields && is_digest(of))
		return ig_desk_digest_bare(json_loads(l.fields, 0, NULL));
	if (found && l.fields && strcmp(of->letter, "receipt")) {
		json_t *o = json_loads(l.fields, 0, NULL);
		json_object_del(o, "enclosed"); /* a file leaves by mail or not at all */
		return o;
	}
	if (strcmp(of->letter, "receipt") || ig_store_message_get(d->store, of->answers, d->arena, &m) != 1)
		return json_object();
	return json_pack("{s:s, s:s, s:s, s:b}", "reference", ig_desk_ref(i, d->arena), "received_at", ig_time_rfc3339(m.received_at, text), "channel",
		ig_channel_word(m.channel), "new_participant", false);
}

/* 1 posted, queued or held; 0 it could not be written; -1. */
static int by_fax(struct ig_desk *d, const struct ig_dispatch *of, const struct ig_party *p, const char *number, const struct ig_incident *i,
	const char *why)
{
	struct ig_why words = {""};
	char a[IG_DISPATCH_TEXT_MAX], b[IG_DISPATCH_TEXT_MAX];
	int64_t made = 0;
	struct ig_desk_post post = {.kind = of->letter, .language = of->language, .incident = of->incident, .answers = of->answers, .party = p->id,
		.channel = IG_CHANNEL_FAX, .address = number, .lane = of->lane, .fields = fields_of(d, of, i), .actor = "clerk", .instead_of = of->id};
	if (!post.fields)
		return -1;
	int code = ig_desk_post(d, &post, &made, &words);
	if (code < 0 || !made)
		return code < 0 ? -1 : 0;
	if (ig_store_instead_add(d->store, made, of->id, why) < 0 || ig_desk_step_goes(d, of->id, made))
		return -1;
	return ig_desk_journal(d, "clerk", "dispatch instead", ig_dispatch_print(of->id, a),
		ig_arena_fmt(d->arena, "%s by fax to %s: %s", ig_dispatch_print(made, b), number, why)) ? -1 : 1;
}

static int by_phone(struct ig_desk *d, const struct ig_dispatch *of, const struct ig_party *p, const char *why, ig_time at)
{
	const struct ig_party_channel *phone = channel_of(p, IG_CHANNEL_PHONE);
	char text[IG_DISPATCH_TEXT_MAX];
	if (!phone)
		return 0;
	const char *what = ig_arena_fmt(d->arena, "telephone %s, %s: %s (%s) could not be delivered: %s", p->name, phone->address,
		ig_dispatch_print(of->id, text), of->letter, why);
	if (ig_store_instead_add(d->store, 0, of->id, why) < 0 || owe(d, of, what, at))
		return -1;
	return 1;
}

/* The party it was for, or whose address it is. 1, 0, -1. */
static int party_of(struct ig_desk *d, const struct ig_dispatch *of, ig_time at, struct ig_party *p)
{
	if (of->party)
		return ig_store_party_get(d->store, of->party, d->arena, p);
	return of->address ? ig_store_party_by_address(d->store, of->channel, of->address, at, d->arena, p) : 0;
}

int ig_desk_instead(struct ig_desk *d, const struct ig_dispatch *of, const char *why, ig_time at)
{
	struct ig_incident i = {0};
	struct ig_party p;
	char text[IG_DISPATCH_TEXT_MAX];
	if (!d->conf->fallback || (!of->incident && !is_digest(of)) || (of->channel != IG_CHANNEL_MAIL && of->channel != IG_CHANNEL_FAX))
		return 0;
	int64_t made;
	int done = ig_store_instead_by(d->store, of->id, &made);
	int known = done ? done : party_of(d, of, at, &p);
	int found = !done && known > 0 && of->incident ? ig_store_incident_get(d->store, of->incident, d->arena, &i) : known;
	if (done || found <= 0)
		return done ? done : found;
	why = why && *why ? why : "no reason given";
	const struct ig_party_channel *fax = of->channel == IG_CHANNEL_MAIL ? channel_of(&p, IG_CHANNEL_FAX) : NULL;
	if (fax && ig_decide_secret(&i)) {
		const char *what = ig_arena_fmt(d->arena, "decide how %s reaches %s: %s; the case is under secrecy, so its channel is not changed without a person",
			ig_dispatch_print(of->id, text), p.name, why);
		return ig_store_instead_add(d->store, 0, of->id, why) < 0 || owe(d, of, what, at) ? -1 : 1;
	}
	if (fax && d->conf->fax_transport != IG_FAX_NONE) {
		int posted = by_fax(d, of, &p, fax->address, &i, why);
		if (posted)
			return posted;
	}
	return by_phone(d, of, &p, why, at);
}

/* Mails that our own server does not take: silence after it took them is the ladder's business. */
int ig_desk_instead_due(struct ig_desk *d, ig_time now, struct ig_why *why)
{
	int64_t ids[AT_ONCE];
	size_t count = 0;
	int done = 0;
	if (!d->conf->fallback)
		return 0;
	if (ig_store_mail_waiting(d->store, now - d->conf->fallback_after * 1000, ids, AT_ONCE, &count) < 0)
		return ig_desk_fail(d, why);
	for (size_t k = 0; k < count; k++) {
		struct ig_dispatch of;
		char text[IG_TIME_MAX];
		ig_arena_reset(d->arena);
		if (ig_store_dispatch_get(d->store, ids[k], false, d->arena, &of) != 1)
			return ig_desk_fail(d, why);
		const char *words = ig_arena_fmt(d->arena, "our mail server has not accepted it since %s", ig_time_rfc3339(of.created_at, text));
		int instead = ig_desk_instead(d, &of, words, now);
		if (instead < 0 || (!instead && ig_store_instead_add(d->store, 0, of.id, words) < 0)) /* nothing else to be had: looked at once */
			return ig_desk_fail(d, why);
		/* It must not arrive twice where the other way is open; where a person telephones, the mail is tried on. */
		int64_t made = 0;
		if (instead > 0 && ig_store_instead_by(d->store, of.id, &made) == 1 && made &&
			(ig_store_dispatch_set_state(d->store, of.id, IG_DISPATCH_STATE_CANCELLED, ig_arena_fmt(d->arena, "goes by fax instead: %s", words), now) < 0 ||
				ig_store_verdict_add(d->store, of.id, "instead", ig_dispatch_state_word(IG_DISPATCH_STATE_CANCELLED), words, now, "clerk") < 0))
			return ig_desk_fail(d, why);
		done += instead > 0;
	}
	return done;
}
