/* What is not filed by itself: mail that our own server takes for spam or whose From failed DMARC (suspect), and mail that claims to come from
 * somebody we know and proves nothing (held). Both are kept with all that was read of them, get neither number nor receipt, and wait for
 * a person (promote.c). Relies on decide for what was proven. Files nothing itself. */
#include <string.h>
#include "desk/room.h"

#define REPORT_MAX (1u << 20) /* of one report that is kept; past it only its head */

static const char *from_address(const struct ig_taking *t)
{
	return t->r.from && t->r.from->address && strchr(t->r.from->address, '@') ? t->r.from->address : NULL;
}

/* Who From claims to be, when that is somebody whose word counts here; NULL nobody. -1 in *bad: the store failed. */
static const char *claims(struct ig_taking *t, bool *bad)
{
	struct ig_party p;
	const char *from = from_address(t);
	if (!from)
		return NULL;
	int found = ig_store_party_by_address(t->d->store, IG_CHANNEL_MAIL, from, t->f->at, t->a, &p);
	*bad = found < 0;
	if (found > 0)
		return ig_arena_fmt(t->a, "party %s", p.name);
	const char *domain = strrchr(from, '@') + 1;
	if (!*bad && t->d->look.own_domain(t->d->look.arg, domain))
		return ig_arena_fmt(t->a, "somebody of %s, a domain of the party directory", domain);
	/* A number in the subject joins only for those whom the case knows, and by their address alone. One who answers a letter of ours
	 * names an id that only its readers have seen: his answer is marked, not held. */
	bool by_name = t->m.by == IG_MATCHED_BY_REFERENCE || t->m.by == IG_MATCHED_BY_SAME_MESSAGE;
	return t->m.incident && by_name && !t->m.new_participant ? "a person of the case" : NULL;
}

/* It joins nothing; where it would have gone is kept for the person who decides. */
static void set_aside(struct ig_taking *t, enum ig_message_state state, const char *why)
{
	struct ig_match *m = &t->m;
	const char *words = m->incident ? ig_arena_fmt(t->a, "%s; it would have joined: %s", why, m->reason) : why;
	t->state = state;
	*m = (struct ig_match){.by = IG_MATCHED_BY_NONE, .suggested = m->incident ? m->incident : m->suggested, .reason = words,
		.rejected = m->rejected};
}

int ig_taking_trust(struct ig_taking *t)
{
	const char *suspect = t->trust.suspect;
	bool bad = false;
	if (t->e->channel != IG_CHANNEL_MAIL || t->about.id) /* a report about a letter of ours proved itself by its token */
		return 0;
	if (suspect) {
		set_aside(t, IG_MESSAGE_STATE_SUSPECT, suspect);
		return 0;
	}
	const struct ig_conf *c = t->d->conf;
	bool asked = c->authserv_ids && *c->authserv_ids && c->unauthenticated == IG_UNAUTHENTICATED_HOLD;
	if (asked && t->trust.auth != IG_AUTH_PASS && !t->e->imported && !t->r.fallback && ig_decide_opens_incident(t->r.class)) {
		const char *who = claims(t, &bad);
		if (who)
			set_aside(t, IG_MESSAGE_STATE_HELD, ig_arena_fmt(t->a, "claims to be %s, and nothing proves it (%s)", who, t->trust.words));
	}
	if (bad)
		return -1;
	if (t->state == IG_MESSAGE_STATE_FILED && t->m.incident)
		t->m.reason = ig_arena_fmt(t->a, "%s; sender %s", t->m.reason, t->trust.auth == IG_AUTH_PASS ? "authenticated" : "not authenticated");
	return 0;
}

/* The report without what only size makes: texts of attachments, then of the message. */
static void keep_report(const struct ig_taking *t, struct ig_buf *out)
{
	struct ig_report r = t->r;
	ig_report_pack(&r, out);
	for (int step = 0; step < 2 && out->over; step++) {
		struct ig_attachment *list = ig_arena_calloc(t->a, r.attachment_count + 1, sizeof(*list));
		for (size_t i = 0; i < r.attachment_count; i++) {
			list[i] = r.attachments[i];
			list[i].text = NULL;
		}
		r.attachments = list;
		r.folded = NULL;
		if (step)
			r.text = r.reply_text = NULL;
		ig_buf_reset(out);
		ig_report_pack(&r, out);
	}
}

/* One line a day, however many there were. */
static int daily_line(struct ig_taking *t)
{
	char day[IG_TIME_MAX];
	int64_t id = 0, count = 0;
	ig_time_rfc3339(t->f->at, day);
	day[10] = 0;
	int found = ig_store_suspect_day(t->d->store, day, &id, &count);
	if (found < 0)
		return -1;
	count++;
	struct ig_duty duty = {.what = ig_arena_fmt(t->a, "look through %lld suspect message%s of %s: irgatectl message list --state suspect",
			(long long)count, count > 1 ? "s" : "", day),
		.owner = "officer", .basis = "rule of the office", .due = t->f->at + IG_DAY, .done_at = IG_NEVER, .created_at = t->f->at};
	if (!found && ig_store_duty_add(t->d->store, &duty) < 0)
		return -1;
	return ig_store_suspect_count(t->d->store, day, found ? id : duty.id, count, duty.what) < 0 ? -1 : 0;
}

int ig_taking_set_aside(struct ig_taking *t)
{
	struct ig_buf envelope = IG_BUF_INIT(1u << 20), report = IG_BUF_INIT(REPORT_MAX);
	if (t->state == IG_MESSAGE_STATE_FILED || t->state == IG_MESSAGE_STATE_SEALED)
		return 0;
	ig_envelope_print(t->e, &envelope);
	keep_report(t, &report);
	int bad = 0;
	if (!report.over && !envelope.over)
		bad = ig_store_unfiled_put(t->d->store, t->message.id, envelope.data, report.data, report.len) < 0;
	ig_buf_free(&envelope);
	ig_buf_free(&report);
	if (bad || t->e->imported)
		return bad ? -1 : 0;
	if (t->state == IG_MESSAGE_STATE_SUSPECT)
		return daily_line(t);
	const struct ig_profile_deadline *ack = ig_profile_deadline(t->profile, "acknowledge");
	struct ig_duty duty = {.message = t->message.id,
		.what = ig_arena_fmt(t->a, IG_DESK_DECIDE_HELD " (irgatectl message promote %lld): %s", (long long)t->message.id, t->m.reason),
		.owner = "officer", .basis = ack && ack->basis ? ack->basis : "rule of the office",
		.due = ack ? ig_decide_deadline(t->profile, ack, t->f->at) : t->f->at + IG_DAY, .done_at = IG_NEVER, .created_at = t->f->at};
	return ig_store_duty_add(t->d->store, &duty) < 0 ? -1 : 0;
}
