/* The gate before every dispatch, what happens after an attempt, and deadlines. Relies on facts read by the caller; the first rule
 * that speaks decides. Does not send and does not change a row: verdicts out. */
#include <string.h>
#include "decide/fax.h"

static void verdict(struct ig_release *v, enum ig_dispatch_state state, const char *rule, const char *why, bool hard)
{
	*v = (struct ig_release){.state = state, .rule = rule, .why = why, .hard = hard};
}

bool ig_decide_secret(const struct ig_incident *i)
{
	return i &&
		(i->secrecy_requested || i->secrecy_state || (i->tlp && (!strcmp(i->tlp, "red") || !strcmp(i->tlp, "amber+strict"))));
}

static const char *party_refused(const struct ig_party *p, ig_time now)
{
	if (p->valid_from != IG_NEVER && now < p->valid_from)
		return "the party's entry is not in force yet";
	if (p->valid_to != IG_NEVER && now > p->valid_to)
		return "the party's entry is no longer in force";
	return NULL;
}

static bool authority(enum ig_party_role role)
{
	return role == IG_PARTY_ROLE_COORDINATOR || role == IG_PARTY_ROLE_POLICE || role == IG_PARTY_ROLE_MILITARY || role == IG_PARTY_ROLE_STANDING_BODY;
}

/* Rules that bind every letter. True when one spoke. */
static bool common(const struct ig_decide_release_facts *f, const struct ig_conf *conf, ig_time now, struct ig_release *v)
{
	const struct ig_dispatch *d = f->dispatch;
	const char *why = f->party ? party_refused(f->party, now) : NULL;
	if (f->imported)
		verdict(v, IG_DISPATCH_STATE_CANCELLED, "import", "imported", true);
	else if (d->channel == IG_CHANNEL_FAX && conf->fax_transport == IG_FAX_NONE)
		verdict(v, IG_DISPATCH_STATE_HELD, "channel", "no fax leaves by itself here (fax.transport): carry it by hand, or give the party a mail address", true);
	else if (d->channel == IG_CHANNEL_FAX && !ig_decide_number_ok(d->address))
		verdict(v, IG_DISPATCH_STATE_HELD, "address", "the number cannot be dialled", true);
	else if (d->channel == IG_CHANNEL_PHONE) /* promise 2: never by another way than the one asked for */
		verdict(v, IG_DISPATCH_STATE_HELD, "channel", "no letter leaves by telephone: call, or give the party a mail address", true);
	else if (d->channel == IG_CHANNEL_MAIL && !ig_decide_address_ok(d->address))
		verdict(v, IG_DISPATCH_STATE_HELD, "address", "the address cannot be written to", true);
	else if (d->channel == IG_CHANNEL_MAIL && ig_decide_is_ours(d->address, conf))
		verdict(v, IG_DISPATCH_STATE_CANCELLED, "self", "the address is our own", true);
	else if (f->channel_state == IG_CHANNEL_STATE_REVOKED)
		verdict(v, IG_DISPATCH_STATE_HELD, "channel", "the party's channel is revoked", true);
	else if (why)
		verdict(v, IG_DISPATCH_STATE_HELD, "party", why, true);
	else if (f->incident && f->incident->secrecy_state) /* Decision 28/2018: no state secrets here; no exception either */
		verdict(v, IG_DISPATCH_STATE_HELD, "state-secret", "the case bears a state-secret mark: nothing of it leaves this way", true);
	else if (f->restored && !f->released)
		verdict(v, IG_DISPATCH_STATE_HELD, IG_DECIDE_RESTORED,
			"restored: the store is a restored one, and this may have left before; a person releases it", false);
	else if (f->incident && f->party && f->incident->drill != f->party->drill && (f->party->drill || authority(f->party->role)))
		verdict(v, IG_DISPATCH_STATE_HELD, "drill",
			f->party->drill ? "the party stands in for another in drills only" : "a drill is never told to the real authorities", true);
	else
		return false;
	return true;
}

void ig_decide_release(const struct ig_decide_release_facts *f, const struct ig_conf *conf, ig_time now, struct ig_arena *a,
	struct ig_release *v_r)
{
	bool receipt = f->dispatch->letter && !strcmp(f->dispatch->letter, "receipt");
	if (common(f, conf, now, v_r))
		return;
	if (f->suppressed && !f->by_person) {
		verdict(v_r, f->suppressed_by_budget ? IG_DISPATCH_STATE_HELD : IG_DISPATCH_STATE_CANCELLED, f->suppressed_by_budget ? "budget" : "receipt",
			ig_arena_strdup(a, f->suppressed), false);
		return;
	}
	if (f->instead && ig_decide_secret(f->incident)) { /* who asked for secrecy named his way; another one is a person's to choose */
		verdict(v_r, IG_DISPATCH_STATE_HELD, "secrecy", "the case is under secrecy: its channel is not changed without a person", true);
		return;
	}
	if (receipt) {
		verdict(v_r, IG_DISPATCH_STATE_QUEUED, "receipt", "a receipt to the one who wrote, without case content", false);
		return;
	}
	bool reporter = !f->party && f->participant && f->participant->admitted;
	if (ig_decide_secret(f->incident) && !reporter && !f->disclosed) /* promise 2; the exception is an act of its own, not a release */
		verdict(v_r, IG_DISPATCH_STATE_HELD, "secrecy",
			"the case is under secrecy: it goes to nobody but the reporter, unless a named person discloses it (incident disclose)", true);
	else if (!f->party && (!f->participant || !f->participant->admitted) && !f->by_person)
		verdict(v_r, IG_DISPATCH_STATE_HELD, "participant", "the address is not admitted to the case", false);
	else if (f->channel_state == IG_CHANNEL_STATE_FAILING && !f->by_person)
		verdict(v_r, IG_DISPATCH_STATE_HELD, "channel", "the party's channel is failing", false);
	else if (f->to_sign)
		verdict(v_r, IG_DISPATCH_STATE_HELD, "signature", f->to_sign, false);
	else if (!f->by_person && !f->by_profile && !f->instead)
		verdict(v_r, IG_DISPATCH_STATE_HELD, "person", "letters to others leave by a person's act only", false);
	else if (f->open_tasks > 0) /* what is not read yet may ask for secrecy (DESIGN "Reading has two steps") */
		verdict(v_r, IG_DISPATCH_STATE_HELD, IG_DECIDE_TASKS,
			ig_arena_fmt(a, "waits for %lld task%s", (long long)f->open_tasks, f->open_tasks > 1 ? "s" : ""), true);
	else if (f->instead)
		verdict(v_r, IG_DISPATCH_STATE_QUEUED, "instead", "a letter that was released goes to the same party by another channel", false);
	else if (f->by_person)
		verdict(v_r, IG_DISPATCH_STATE_QUEUED, "person", "released by a person's act", false);
	else
		verdict(v_r, IG_DISPATCH_STATE_QUEUED, "profile", f->by_profile, false);
}

void ig_decide_retry(const struct ig_dispatch *d, enum ig_outcome outcome, const struct ig_conf *conf, ig_time now,
	enum ig_dispatch_state *state_r, ig_time *not_before_r)
{
	*not_before_r = now;
	if (outcome == IG_OK) {
		*state_r = IG_DISPATCH_STATE_SENT;
		return;
	}
	if (outcome == IG_NEVER_AGAIN) {
		*state_r = IG_DISPATCH_STATE_FAILED;
		return;
	}
	int64_t wait = conf->retry_first > 0 ? conf->retry_first : 60000; /* ms */
	for (int i = 1; i < d->attempt_count && wait < conf->retry_max; i++)
		wait *= 2;
	if (conf->retry_max > 0 && wait > conf->retry_max)
		wait = conf->retry_max;
	ig_time expires = d->expires_at != IG_NEVER ? d->expires_at : d->created_at + conf->expire * 1000;
	*not_before_r = now + wait * 1000;
	*state_r = now >= expires ? IG_DISPATCH_STATE_FAILED : IG_DISPATCH_STATE_QUEUED;
	/* The last attempt is made at the expiry itself, not left out because the back-off jumps over it. */
	if (*state_r == IG_DISPATCH_STATE_QUEUED && *not_before_r > expires)
		*not_before_r = expires;
}

ig_time ig_decide_deadline(const struct ig_profile *p, const struct ig_profile_deadline *d, ig_time from)
{
	if (!d)
		return IG_NEVER;
	ig_time due = ig_calendar_add(p, from, d->amount, d->unit);
	if (d->alert_amount >= 0 && ig_calendar_period(p, from)) {
		ig_time sooner = ig_calendar_add(p, from, d->alert_amount, d->alert_unit);
		return sooner < due ? sooner : due;
	}
	return due;
}
