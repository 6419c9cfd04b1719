/* Mails of the house to its own people: of an alarm, and to the officer on duty. They carry no case content: a code, or a reference with severity
 * and deadline, in subject and body alike. Relies on the rota for who is on duty. Made without templates, so that none can add to them. */
#include <string.h>
#include "base/log.h"
#include "desk/room.h"

struct own_mail {
	const char *kind, *address, *subject, *body; /* body: lines with CRLF, ASCII */
	int64_t incident, party, answers;
	const char *why;
};

static int post(struct ig_desk *d, const struct own_mail *m, struct ig_arena *a)
{
	ig_time now = ig_now();
	char printed[IG_DISPATCH_TEXT_MAX], date[IG_TIME_MAX];
	struct ig_dispatch dispatch = {.letter = m->kind, .language = "en", .channel = IG_CHANNEL_MAIL, .address = m->address, .party = m->party, .answers = m->answers,
		.incident = m->incident, .lane = IG_LANE_URGENT, .created_at = now, .not_before = now, .expires_at = now + d->conf->expire * 1000};
	struct ig_release v = {.state = IG_DISPATCH_STATE_QUEUED, .rule = m->kind, .why = m->why};
	if (d->restored)
		v = (struct ig_release){.state = IG_DISPATCH_STATE_HELD, .rule = IG_DECIDE_RESTORED, .why = "restored: nothing leaves by itself"};
	struct ig_buf b = IG_BUF_INIT(32768);
	if (ig_desk_dispatch_put(d, &dispatch, &v, "clerk", now))
		return -1;
	dispatch.token = m->kind;
	dispatch.message_id = ig_arena_fmt(a, "%s.%s@%s", ig_dispatch_print(dispatch.id, printed), m->kind, d->conf->message_domain);
	dispatch.subject = m->subject;
	ig_buf_fmt(&b, "Date: %s\r\n", ig_time_rfc5322(now, date));
	ig_mail_header_address(&b, "From", d->conf->display_name, d->conf->address);
	ig_mail_header_address(&b, "To", NULL, m->address);
	ig_mail_header_text(&b, "Subject", m->subject);
	ig_buf_fmt(&b,
		"Message-ID: <%s>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n%s",
		dispatch.message_id, m->body);
	dispatch.bytes = b.data;
	dispatch.size = b.len;
	int bad = ig_store_dispatch_compose(d->store, &dispatch) < 0;
	ig_buf_free(&b);
	return bad ? -1 : 0;
}

int ig_desk_own_mail(struct ig_desk *d, const char *kind, const char *address, const char *subject, const char *body, int64_t incident, int64_t party,
	int64_t answers, struct ig_arena *a)
{
	struct own_mail m = {.kind = kind, .address = address, .subject = subject, .body = body, .incident = incident, .party = party, .answers = answers,
		.why = "what an officer's signed mail ordered"};
	return ig_decide_address_ok(address) ? post(d, &m, a) : 0;
}

int ig_desk_alarm_mail(struct ig_desk *d, const char *code, const char *text, struct ig_why *why)
{
	struct ig_arena *a = ig_arena_new(0);
	(void)text; /* words of an alarm may hold a path or a peer's answer; the mail carries the code only */
	int bad = 0;
	if (d->conf->alarm_mail && ig_decide_address_ok(d->conf->alarm_mail)) {
		struct own_mail m = {.kind = "alarm", .address = d->conf->alarm_mail, .subject = ig_arena_fmt(a, "irgate alarm: %s", code),
			.body = ig_arena_fmt(a, "The gateway raised the alarm \"%s\".\r\nSee: irgatectl alarm list\r\n", code),
			.why = "alarm mail is configured"};
		bad = post(d, &m, a);
	}
	ig_arena_free(a);
	return bad ? ig_desk_fail(d, why) : 0;
}

/* ---- the officer on duty */

struct officers {
	ig_time now;
	int64_t ids[IG_DESK_OFFICERS_MAX];
	size_t count;
};

static int always(const struct ig_party *p, void *arg)
{
	struct officers *o = arg;
	bool in_force = (p->valid_from == IG_NEVER || p->valid_from <= o->now) && (p->valid_to == IG_NEVER || p->valid_to > o->now);
	if (p->role == IG_PARTY_ROLE_OFFICER && p->on_duty_24x7 && in_force && o->count < IG_DESK_OFFICERS_MAX)
		o->ids[o->count++] = p->id;
	return 0;
}

int ig_desk_on_duty(struct ig_store *s, ig_time at, struct ig_arena *a, int64_t ids[IG_DESK_OFFICERS_MAX], size_t *count_r)
{
	struct officers o = {.now = at};
	struct ig_rota *rota = NULL;
	struct ig_party p;
	size_t n = 0;
	if (ig_store_rotas(s, at, at, a, &rota, &n) < 0)
		return -1;
	for (size_t i = 0; i < n && o.count < IG_DESK_OFFICERS_MAX; i++) {
		int found = ig_store_party_get(s, rota[i].party, a, &p);
		if (found < 0)
			return -1;
		if (found && p.role == IG_PARTY_ROLE_OFFICER && (p.valid_to == IG_NEVER || p.valid_to > at))
			o.ids[o.count++] = p.id;
	}
	/* Nobody by the rota: who is always on duty. */
	if (!o.count && ig_store_party_list(s, always, &o) < 0)
		return -1;
	memcpy(ids, o.ids, sizeof(o.ids));
	*count_r = o.count;
	return 0;
}

static const char *mail_of(struct ig_desk *d, const struct ig_party *p)
{
	for (size_t i = 0; i < p->channel_count; i++)
		if (p->channels[i].channel == IG_CHANNEL_MAIL && p->channels[i].state != IG_CHANNEL_STATE_REVOKED &&
			ig_store_is_revoked(d->store, IG_CHANNEL_MAIL, p->channels[i].address) == 0 && ig_decide_address_ok(p->channels[i].address))
			return p->channels[i].address;
	return NULL;
}

int ig_desk_tell_officer(struct ig_desk *d, const struct ig_incident *i, ig_time due)
{
	int64_t ids[IG_DESK_OFFICERS_MAX];
	size_t count = 0;
	char time[IG_TIME_MAX] = "none";
	struct ig_arena *a = d->arena;
	if (due != IG_NEVER)
		ig_time_rfc3339(due, time);
	const char *line = ig_arena_fmt(a, "%s %s, due %s", i ? ig_desk_ref(i, a) : "office", i ? ig_severity_word(i->severity) : "duty", time);
	if (d->conf->officer_command && d->alarm)
		d->alarm(d->alarm_arg, IG_DESK_OFFICER, line);
	if (!d->conf->officer_mail || ig_desk_on_duty(d->store, ig_now(), a, ids, &count))
		return d->conf->officer_mail ? -1 : 0;
	size_t told = 0;
	for (size_t k = 0; k < count; k++) {
		struct ig_party p;
		if (ig_store_party_get(d->store, ids[k], a, &p) != 1)
			return -1;
		struct own_mail m = {.kind = "officer", .address = mail_of(d, &p), .party = p.id, .subject = line,
			.body = ig_arena_fmt(a, "%s\r\n", line), .why = "the officer on duty hears of it, without case content"};
		if (m.address && post(d, &m, a))
			return -1;
		told += m.address != NULL;
	}
	if (!told)
		ig_log(IG_LOG_WARNING, "no officer on duty could be told: %s", line);
	return 0;
}
