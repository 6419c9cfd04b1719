/* Coordination orders (lệnh điều phối; VNCERT answers for its orders, Circular 27/2011 Art 3(4), Decision 05/2017 Art 7(3)): an order to us is a
 * duty; it is relayed to those it names, their answers are collected, and its execution is reported. Relies on post.c for the letters. */
#include <string.h>
#include "base/utf8.h"
#include "desk/room.h"

static int refuse(struct ig_why *why, int code, const char *text)
{
	ig_why(why, "%s", text);
	return code;
}

/* The duty that goes with it, due when the order says, else by the profile's aim. */
static int put(struct ig_desk *d, struct ig_coordination *c, ig_time at)
{
	const struct ig_profile *p = ig_desk_profile(d, at);
	const struct ig_profile_deadline *by = p ? ig_profile_deadline(p, "execute-order") : NULL;
	if (!p)
		return -1;
	if (c->due == IG_NEVER)
		c->due = by ? ig_decide_deadline(p, by, at) : at + IG_DAY;
	struct ig_duty duty = {.incident = c->incident, .message = c->message, .owner = "office",
		.what = ig_arena_fmt(d->arena, "execute coordination order%s%s", c->number ? " " : "", c->number ? c->number : ""),
		.basis = by && by->basis ? by->basis : "the coordinator's order", .due = c->due, .done_at = IG_NEVER, .created_at = at};
	if (ig_store_duty_add(d->store, &duty) < 0)
		return -1;
	c->duty = duty.id;
	return ig_store_coordination_save(d->store, c) < 0 || ig_store_timer_set(d->store, IG_TIMER_COORDINATION, c->id, c->due + 1) < 0 ? -1 : 0;
}

int ig_desk_order_add(struct ig_desk *d, struct ig_coordination *c, const char *actor, struct ig_why *why)
{
	struct ig_incident i;
	int code = ig_desk_act_begin(d, why);
	if (code)
		return code;
	c->created_at = ig_now(), c->done_at = IG_NEVER, c->actor = actor;
	int found = ig_store_incident_get(d->store, c->incident, d->arena, &i);
	code = found < 0 ? -1 : !found ? refuse(why, IG_EX_DATA, "no such incident") : put(d, c, ig_now());
	if (!code)
		code = ig_desk_journal(d, actor, "order add", ig_desk_ref(&i, d->arena), ig_arena_fmt(d->arena, "order %lld%s%s", (long long)c->id, c->number ? ", number " : "",
			c->number ? c->number : ""));
	return ig_desk_act_end(d, code, why);
}

/* ---- relay */

static int relay_one(struct ig_desk *d, const struct ig_coordination *c, const struct ig_party *to, const char *issuer, const char *actor, ig_time due,
	int64_t *dispatch_r, struct ig_why *why)
{
	char answer_by[IG_TIME_MAX], order_by[IG_TIME_MAX], date[IG_TIME_MAX];
	ig_time_rfc3339(c->created_at, date)[10] = 0;
	json_t *order = json_pack("{s:s, s:s}", "date", date, "due", ig_time_rfc3339(c->due, order_by));
	if (c->number)
		json_object_set_new(order, "number", json_string(c->number));
	if (issuer)
		json_object_set_new(order, "issuer", json_string(issuer));
	if (c->what)
		json_object_set_new(order, "text", json_string(c->what));
	struct ig_desk_post p = {.kind = "order", .incident = c->incident, .party = to->id, .actor = actor, .lane = IG_LANE_URGENT,
		.fields = json_pack("{s:o, s:s}", "order", order, "due", ig_time_rfc3339(due, answer_by))};
	int code = ig_desk_post(d, &p, dispatch_r, why);
	struct ig_coordination_to row = {.coordination = c->id, .party = to->id, .dispatch = code ? 0 : *dispatch_r, .answered_at = IG_NEVER};
	if (code)
		return code;
	return ig_store_coordination_to_save(d->store, &row) < 0 ? -1 : 0;
}

static int relay(struct ig_desk *d, int64_t id, const int64_t *parties, size_t count, const char *actor, struct ig_why *why)
{
	struct ig_coordination c;
	struct ig_coordination_to *old = NULL;
	struct ig_party issuer = {.name = NULL}, to;
	size_t n = 0;
	int found = ig_store_coordination_get(d->store, id, d->arena, &c);
	if (found <= 0)
		return found < 0 ? -1 : refuse(why, IG_EX_DATA, "no such order");
	if (c.done_at != IG_NEVER)
		return refuse(why, IG_EX_DATA, "the order was executed and reported");
	if ((c.party && ig_store_party_get(d->store, c.party, d->arena, &issuer) < 0) || ig_store_coordination_tos(d->store, id, d->arena, &old, &n) < 0)
		return -1;
	/* They answer in the first three quarters of the time, so that there is some left for the report. */
	ig_time now = ig_now(), due = c.due > now ? now + (c.due - now) / 4 * 3 : now;
	for (size_t k = 0; k < count; k++) {
		int64_t dispatch = 0;
		bool told = false;
		for (size_t i = 0; i < n; i++)
			told |= old[i].party == parties[k];
		int known = told ? 1 : ig_store_party_get(d->store, parties[k], d->arena, &to);
		int code = told ? 0 : known <= 0 ? (known < 0 ? -1 : refuse(why, IG_EX_DATA, "no such party")) :
			relay_one(d, &c, &to, issuer.name, actor, due, &dispatch, why);
		if (code)
			return code;
	}
	if (ig_store_timer_set(d->store, IG_TIMER_COORDINATION, id, due + 1) < 0)
		return -1;
	return ig_desk_journal(d, actor, "order relay", ig_arena_fmt(d->arena, "order %lld", (long long)id), ig_arena_fmt(d->arena, "to %zu", count));
}

int ig_desk_order_relay(struct ig_desk *d, int64_t id, const int64_t *parties, size_t count, const char *actor, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, relay(d, id, parties, count, actor, why), why);
}

/* ---- report of execution */

/* Who answered what is the measure taken; their words are not repeated, they are in the case. */
static json_t *report_fields(struct ig_desk *d, const struct ig_coordination *c, const char *issuer, const struct ig_coordination_to *to, size_t n,
	const char *text)
{
	char at[IG_TIME_MAX], date[IG_TIME_MAX];
	json_t *measures = json_array(), *order = json_object();
	ig_time_rfc3339(c->created_at, date)[10] = 0;
	json_object_set_new(order, "date", json_string(date));
	if (c->number)
		json_object_set_new(order, "number", json_string(c->number));
	if (issuer)
		json_object_set_new(order, "issuer", json_string(issuer));
	for (size_t i = 0; i < n; i++) {
		struct ig_party p = {.name = "?"};
		if (ig_store_party_get(d->store, to[i].party, d->arena, &p) < 0)
			break;
		const char *words = to[i].answered_at == IG_NEVER ? "no answer yet" : ig_arena_fmt(d->arena, "%s%s%s", ig_time_rfc3339(to[i].answered_at, at),
			to[i].note ? ": " : "", to[i].note ? to[i].note : "");
		json_array_append_new(measures, json_pack("{s:s}", "text", ig_arena_fmt(d->arena, "%s: %s", p.name, words)));
	}
	json_t *o = json_pack("{s:o, s:o}", "order", order, "measures", measures);
	if (text)
		json_object_set_new(o, "reason", json_string(text));
	return o;
}

static const char *const standings[] = {"it was relayed to nobody", "some have not answered", "all have answered"};

static const char *duty_words(struct ig_desk *d, int64_t id, size_t standing)
{
	return ig_arena_fmt(d->arena, "report the execution of order %lld: %s", (long long)id, standings[standing]);
}

/* Whatever its timer has asked for meanwhile is done with the report. */
static int reported(struct ig_desk *d, const struct ig_coordination *c, const char *actor)
{
	for (size_t k = 0; k < IG_COUNT(standings); k++) {
		int64_t duty = 0;
		if (ig_desk_duty_find(d, c->incident, duty_words(d, c->id, k), &duty) || (duty && ig_store_duty_done(d->store, duty, ig_now(), actor) < 0))
			return -1;
	}
	return 0;
}

static int report(struct ig_desk *d, int64_t id, const char *text, const char *actor, int64_t *dispatch_r, struct ig_why *why)
{
	struct ig_coordination c;
	struct ig_coordination_to *to = NULL;
	struct ig_party issuer = {.name = NULL};
	struct ig_duty duty;
	size_t n = 0;
	int found = ig_store_coordination_get(d->store, id, d->arena, &c);
	if (found <= 0)
		return found < 0 ? -1 : refuse(why, IG_EX_DATA, "no such order");
	if (c.done_at != IG_NEVER)
		return refuse(why, IG_EX_DATA, "its execution was reported before");
	if (!c.party)
		return refuse(why, IG_EX_DATA, "nobody is known who gave the order");
	if (ig_store_party_get(d->store, c.party, d->arena, &issuer) < 0 || ig_store_coordination_tos(d->store, id, d->arena, &to, &n) < 0)
		return -1;
	struct ig_desk_post p = {.kind = "ad-hoc-report", .incident = c.incident, .party = c.party, .actor = actor, .lane = IG_LANE_URGENT,
		.fields = report_fields(d, &c, issuer.name, to, n, text)};
	int code = ig_desk_post(d, &p, &c.report, why);
	if (code)
		return code;
	c.done_at = ig_now();
	*dispatch_r = c.report;
	if (ig_store_coordination_save(d->store, &c) < 0 || ig_store_timer_set(d->store, IG_TIMER_COORDINATION, id, IG_NEVER) < 0 ||
		ig_store_duty_get(d->store, c.duty, d->arena, &duty) < 0 ||
		(duty.done_at == IG_NEVER && ig_store_duty_done(d->store, c.duty, ig_now(), actor) < 0) || reported(d, &c, actor))
		return -1;
	return ig_desk_journal(d, actor, "order report", ig_arena_fmt(d->arena, "order %lld", (long long)id), text);
}

int ig_desk_order_report(struct ig_desk *d, int64_t id, const char *text, const char *actor, int64_t *dispatch_r, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, report(d, id, text, actor, dispatch_r, why), why);
}

/* ---- by its timer: all have answered, or those who have not are reminded, once each look */

static int urge(struct ig_desk *d, const struct ig_coordination *c, const struct ig_coordination_to *to)
{
	struct ig_why why = {""};
	char due[IG_TIME_MAX];
	int64_t dispatch = 0;
	struct ig_desk_post p = {.kind = "reminder", .incident = c->incident, .party = to->party, .actor = "clerk", .lane = IG_LANE_URGENT,
		.alone = "a reminder of an order that was relayed to it",
		.fields = json_pack("{s:s, s:[{s:s, s:s}]}", "about", c->number ? ig_arena_fmt(d->arena, "coordination order %s", c->number) : "a coordination order", "owed",
			"what", "the result of the order", "deadline", ig_time_rfc3339(c->due, due))};
	int code = ig_desk_post(d, &p, &dispatch, &why);
	return code < 0 ? -1 : code ? ig_desk_owe(d, c->incident, ig_arena_fmt(d->arena, "remind of the order by hand: %s", why.text), NULL, ig_now()) : 0;
}

int ig_desk_order_due(struct ig_desk *d, int64_t id)
{
	struct ig_coordination c;
	struct ig_coordination_to *to = NULL;
	size_t n = 0, open = 0;
	int64_t duty = 0;
	int found = ig_store_coordination_get(d->store, id, d->arena, &c);
	if (found < 0 || (found && ig_store_coordination_tos(d->store, id, d->arena, &to, &n) < 0))
		return -1;
	if (!found || c.done_at != IG_NEVER)
		return ig_store_timer_set(d->store, IG_TIMER_COORDINATION, id, IG_NEVER);
	for (size_t i = 0; i < n; i++)
		open += to[i].answered_at == IG_NEVER;
	const char *what = duty_words(d, id, !n ? 0 : open ? 1 : 2);
	if (ig_desk_duty_find(d, c.incident, what, &duty) || (!duty && ig_desk_owe(d, c.incident, what, "the coordinator's order", c.due)))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (to[i].answered_at == IG_NEVER && urge(d, &c, &to[i]))
			return -1;
	/* Once more at the order's own deadline; after that its duty is overdue, which the officer hears of. */
	return ig_store_timer_set(d->store, IG_TIMER_COORDINATION, id, open && ig_now() <= c.due ? c.due + 1 : IG_NEVER);
}

/* ---- by itself: a coordinator's letter with one of the profile's words in its subject */

static bool has_word(const char *const *words, const char *text, bool bracketed, struct ig_arena *a)
{
	const char *folded = text ? ig_utf8_fold(a, text, strlen(text)) : NULL;
	for (const char *const *w = words; folded && w && *w; w++) {
		const char *key = ig_utf8_fold(a, *w, strlen(*w)), *at = key ? strstr(folded, key) : NULL;
		if (at && !bracketed)
			return true;
		/* In brackets: "[DIỄN TẬP]", "(DRILL)"; running text that speaks of a drill is none. */
		for (const char *p = text; at && (p = strpbrk(p, "[(")); p++) {
			size_t len = strcspn(p + 1, "])");
			const char *inside = ig_utf8_fold(a, p + 1, len);
			if (inside && p[1 + len] && strstr(inside, key))
				return true;
		}
	}
	return false;
}

bool ig_taking_is_drill(const struct ig_taking *t)
{
	return has_word(t->profile->drill_words, t->r.subject, true, t->a);
}

/* "2123/BTTTT-VNCERT": the number and sign of an official letter, as a subject has it (Decree 30/2020 Art 8, sign in capitals). */
static const char *number_in(struct ig_arena *a, const char *subject)
{
	static const char digits[] = "0123456789", sign[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/";
	for (const char *p = subject; p && (p = strpbrk(p, digits)); p += strspn(p, digits)) {
		size_t n = strspn(p, digits);
		if (p[n] != '/' || !(p[n + 1] >= 'A' && p[n + 1] <= 'Z'))
			continue;
		n += 1 + strspn(p + n + 1, sign);
		return ig_arena_strndup(a, p, n);
	}
	return NULL;
}

int ig_taking_order(struct ig_taking *t)
{
	struct ig_party p;
	if (!t->incident.id || t->state != IG_MESSAGE_STATE_FILED || t->e->imported || !t->message.from_address || !ig_decide_opens_incident(t->r.class) ||
		!has_word(t->profile->order_words, t->r.subject, false, t->a))
		return 0;
	int found = ig_store_party_by_address(t->d->store, t->e->channel, t->message.from_address, t->f->at, t->a, &p);
	if (found <= 0 || (p.role != IG_PARTY_ROLE_COORDINATOR && p.role != IG_PARTY_ROLE_STANDING_BODY))
		return found < 0 ? -1 : 0;
	struct ig_coordination c = {.incident = t->incident.id, .message = t->message.id, .party = p.id, .actor = "clerk", .due = IG_NEVER, .done_at = IG_NEVER,
		.created_at = t->f->at};
	for (size_t i = 0; i < t->r.field_count; i++) {
		const struct ig_field *f = &t->r.fields[i];
		ig_time due;
		if (!c.number && (!strcmp(f->name, "order.number") || !strcmp(f->name, "letter.number")))
			c.number = f->value;
		/* Its own term, where one was read; a day that is over already was misread, and the profile's holds. */
		if (c.due != IG_NEVER || strcmp(f->name, "order.deadline") || !f->value)
			continue;
		const char *here = t->profile->time_offset ? t->profile->time_offset : "Z"; /* a letter says no zone: it is the office's */
		if ((!ig_time_parse(f->value, &due) || !ig_time_parse(ig_arena_fmt(t->a, "%s%s", f->value, here), &due)) && due > t->f->at)
			c.due = due;
	}
	if (!c.number)
		c.number = number_in(t->a, t->r.subject);
	return put(t->d, &c, t->f->at) || ig_desk_journal(t->d, "clerk", "order add", ig_desk_ref(&t->incident, t->a), ig_arena_fmt(t->a, "order %lld of %s, message %lld",
		(long long)c.id, p.name, (long long)t->message.id)) ? -1 : 0;
}
