/* Who is told of a case: what the machine may send alone, what it prepares for a person, the next rung. Relies on decide for every choice
 * and on post.c for the letters, whose gate has the last word. Sends nothing itself. */
#include <string.h>
#include "desk/room.h"

static int refuse(struct ig_why *why, int code, const char *text)
{
	ig_why(why, "%s", text);
	return code;
}

const struct ig_profile *ig_desk_profile_of(struct ig_store *s, const struct ig_conf *conf, ig_time t, struct ig_arena *a)
{
	const struct ig_profile *p = ig_conf_profile_at(conf, t);
	struct ig_profile_period *more = NULL;
	size_t count = 0;
	if (ig_store_periods(s, a, &more, &count) < 0)
		return NULL;
	if (!count)
		return p;
	struct ig_profile *copy = IG_NEW(a, struct ig_profile);
	*copy = *p;
	copy->periods = ig_arena_calloc(a, p->period_count + count, sizeof(*more));
	copy->period_count = p->period_count + count;
	memcpy(copy->periods, more, count * sizeof(*more));
	if (p->period_count)
		memcpy(copy->periods + count, p->periods, p->period_count * sizeof(*more));
	return copy;
}

const struct ig_profile *ig_desk_profile(struct ig_desk *d, ig_time t)
{
	return ig_desk_profile_of(d->store, d->conf, t, d->arena);
}

int ig_desk_case_get(struct ig_desk *d, int64_t id, struct ig_incident *i, struct ig_why *why)
{
	int64_t into = 0;
	int found = ig_store_incident_get(d->store, id, d->arena, i);
	if (found < 0 || (found && ig_store_incident_merged_into(d->store, id, &into) < 0))
		return -1;
	if (!found || into)
		return refuse(why, IG_EX_DATA, found ? "it was merged into another case; that one is meant" : "no such incident");
	return 0;
}

/* ---- whom */

struct search {
	struct ig_arena *a;
	const char *const *roles;
	bool drill;
	ig_time now;
	int64_t ids[16];
	size_t count;
};

static bool reachable(const struct ig_party *p)
{
	for (size_t i = 0; i < p->channel_count; i++)
		if (p->channels[i].channel != IG_CHANNEL_PHONE && p->channels[i].state != IG_CHANNEL_STATE_REVOKED)
			return true;
	return false;
}

static int match(const struct ig_party *p, void *arg)
{
	struct search *s = arg;
	bool in_force = (p->valid_from == IG_NEVER || p->valid_from <= s->now) && (p->valid_to == IG_NEVER || p->valid_to > s->now);
	if (s->count < IG_COUNT(s->ids) && in_force && p->drill == s->drill && reachable(p) && ig_words_have(s->roles, ig_party_role_word(p->role)))
		s->ids[s->count++] = p->id;
	return 0;
}

/* Parties in force on this rung that can be written to; of a drill those that stand in, and no real one. */
static int find(struct ig_desk *d, const struct ig_incident *i, const struct ig_profile_step *step, struct search *s)
{
	*s = (struct search){.a = d->arena, .roles = step->roles, .drill = i->drill, .now = ig_now()};
	return ig_store_party_list(d->store, match, s) < 0 ? -1 : 0;
}

int ig_desk_owe(struct ig_desk *d, int64_t incident, const char *what, const char *basis, ig_time due)
{
	struct ig_duty duty = {.incident = incident, .what = what, .owner = "officer", .basis = basis ? basis : "rule of the office", .due = due,
		.done_at = IG_NEVER, .created_at = ig_now()};
	return ig_store_duty_add(d->store, &duty) < 0 ? -1 : 0;
}

/* ---- one step */

/* The latest step that told the party of this case and still stands: neither taken back, nor failed, nor answered. 1, 0 or -1. */
static int told_already(struct ig_desk *d, int64_t incident, int64_t party, struct ig_step *step_r)
{
	struct ig_step *steps = NULL;
	size_t n = 0;
	if (ig_store_steps(d->store, incident, d->arena, &steps, &n) < 0)
		return -1;
	while (n-- > 0) {
		struct ig_dispatch made;
		if (steps[n].party != party || !steps[n].dispatch || steps[n].acknowledged_at != IG_NEVER)
			continue;
		if (ig_store_dispatch_get(d->store, steps[n].dispatch, false, d->arena, &made) < 0)
			return -1;
		if (made.state != IG_DISPATCH_STATE_CANCELLED && made.state != IG_DISPATCH_STATE_FAILED) {
			*step_r = steps[n];
			return 1;
		}
	}
	return 0;
}

/* A report that still waits for its signature serves the next notice too: the duty to sign it is there. 1, 0 or -1. */
static int report_waits(struct ig_desk *d, const struct ig_incident *i, int64_t party, int64_t *report_r)
{
	struct ig_step before;
	struct ig_dispatch made;
	int found = told_already(d, i->id, party, &before);
	if (found <= 0 || !before.report)
		return found < 0 ? -1 : 0;
	if (ig_store_dispatch_get(d->store, before.report, false, d->arena, &made) < 0)
		return -1;
	*report_r = before.report;
	return made.state == IG_DISPATCH_STATE_HELD;
}

/* The signed report that follows: prepared, and held until it is signed. A refusal is a duty, not the end of the notice. */
static int report(struct ig_desk *d, const struct ig_incident *i, const struct ig_profile_step *step, struct ig_step *row, const char *reason)
{
	struct ig_why why = {""};
	struct ig_desk_post p = {.kind = step->report, .incident = i->id, .party = row->party, .lane = IG_LANE_NORMAL, .actor = "clerk",
		.hold = "a report needs signature and seal, or the digital signature of who is competent"};
	int waits = report_waits(d, i, row->party, &row->report);
	if (waits)
		return waits < 0 ? -1 : 0;
	row->report = 0;
	if (reason)
		p.fields = json_pack("{s:s}", "reason", reason);
	int code = ig_desk_post(d, &p, &row->report, &why);
	if (code < 0)
		return -1;
	return ig_desk_owe(d, i->id, ig_arena_fmt(d->arena, "sign and send the %s on %s%s%s", step->report, ig_desk_ref(i, d->arena), code ? ": " : "",
		code ? why.text : ""), step->basis, ig_calendar_add(ig_conf_profile_at(d->conf, i->opened_at), ig_now(), 1, IG_UNIT_WORKING_DAY));
}

/* Tells one party, as step says; actor "clerk" sends alone only where the profile and the caller let it. refused: IG_EX_DATA. */
static int tell(struct ig_desk *d, const struct ig_incident *i, const struct ig_profile_step *step, int64_t party, const char *actor,
	bool alone, const char *reason, struct ig_step *row, struct ig_why *why)
{
	struct ig_desk_post p = {.kind = "escalation", .incident = i->id, .party = party, .actor = actor,
		.lane = i->severity == IG_SEVERITY_SERIOUS ? IG_LANE_URGENT : IG_LANE_NORMAL,
		.alone = alone && step && step->alone && !strcmp(actor, "clerk") ? "the profile sends the notice of such a case at once" : NULL};
	*row = (struct ig_step){.incident = i->id, .rung = step ? step->name : "other", .party = party, .created_at = ig_now(), .due = IG_NEVER,
		.acknowledged_at = IG_NEVER, .passed_at = IG_NEVER, .actor = actor, .reason = reason};
	if (reason)
		p.fields = json_pack("{s:s}", "reason", reason);
	int code = ig_desk_post(d, &p, &row->dispatch, why);
	if (code)
		return code;
	/* What is told to the authorities of a serious case must follow as a report (Circular 20/2017 Art 9(1): signed and sealed). */
	if (step && step->report && i->severity == IG_SEVERITY_SERIOUS && report(d, i, step, row, reason))
		return -1;
	return ig_store_step_save(d->store, row);
}

/* held: set when a letter waits for a person, whatever holds it. */
static int tell_all(struct ig_desk *d, const struct ig_incident *i, const struct ig_profile_step *step, bool alone, const char *reason, bool *held)
{
	struct search s;
	struct ig_step row;
	if (find(d, i, step, &s))
		return -1;
	if (!s.count && step->place == IG_PLACE_ABOVE)
		return ig_desk_owe(d, i->id, ig_arena_fmt(d->arena, "tell the %s by hand: no party of that rung is known", step->name), step->basis, ig_now());
	/* Above there is one body; at the side all are told. */
	for (size_t k = 0; k < s.count && (!k || step->place == IG_PLACE_SIDE); k++) {
		struct ig_why why = {""};
		struct ig_dispatch made = {.state = IG_DISPATCH_STATE_HELD};
		int code = tell(d, i, step, s.ids[k], "clerk", alone, reason, &row, &why);
		if (code < 0 || (!code && ig_store_dispatch_get(d->store, row.dispatch, false, d->arena, &made) < 0))
			return -1;
		*held |= made.state == IG_DISPATCH_STATE_HELD;
		if (code && ig_desk_owe(d, i->id, ig_arena_fmt(d->arena, "tell the %s by hand: %s", step->name, why.text), step->basis, ig_now()))
			return -1;
	}
	return 0;
}

/* Was this step one of the case as it is now: not of the drill it was taken for (or the other way), and not taken back? */
static int counts(struct ig_desk *d, const struct ig_incident *i, const struct ig_step *step)
{
	struct ig_party p;
	struct ig_dispatch made;
	int found = step->party ? ig_store_party_get(d->store, step->party, d->arena, &p) : 0;
	if (found > 0 && p.drill != i->drill)
		return 0;
	if (found >= 0)
		found = step->dispatch ? ig_store_dispatch_get(d->store, step->dispatch, false, d->arena, &made) : 0;
	return found < 0 ? -1 : found == 0 || made.state != IG_DISPATCH_STATE_CANCELLED;
}

static int taken(struct ig_desk *d, const struct ig_incident *i, const char ***names_r, size_t *count_r)
{
	struct ig_step *steps = NULL;
	size_t n = 0;
	*count_r = 0;
	if (ig_store_steps(d->store, i->id, d->arena, &steps, &n) < 0)
		return -1;
	*names_r = ig_arena_calloc(d->arena, n + 1, sizeof(**names_r));
	for (size_t k = 0; k < n; k++) {
		int is = counts(d, i, &steps[k]);
		if (is < 0)
			return -1;
		if (is)
			(*names_r)[(*count_r)++] = steps[k].rung;
	}
	return 0;
}

/* A notice of this rung that was prepared and waits, while the profile now sends it alone: a person confirmed what was only suspected, or the case
 * became serious. Of a rung that was told there is no second one. */
static int let_go(struct ig_desk *d, const struct ig_incident *i, const struct ig_profile_step *rung)
{
	struct ig_step *steps = NULL;
	size_t n = 0;
	if (ig_store_steps(d->store, i->id, d->arena, &steps, &n) < 0)
		return -1;
	for (size_t k = 0; k < n; k++)
		if (!strcmp(steps[k].rung, rung->name) && steps[k].dispatch && steps[k].acknowledged_at == IG_NEVER &&
			ig_desk_let_go_alone(d, steps[k].dispatch, "the profile sends the notice of such a case at once", steps[k].reason))
			return -1;
	return 0;
}

/* Every rung that is told at once and was not yet. */
int ig_desk_tell_at_once(struct ig_desk *d, const struct ig_incident *i, const char *reason, bool alone, bool *held)
{
	const struct ig_profile *p = ig_desk_profile(d, i->opened_at);
	const char **names = NULL;
	size_t count = 0;
	if (!p || taken(d, i, &names, &count))
		return -1;
	for (size_t k = 0; k < p->step_count; k++) {
		bool told = false;
		for (size_t n = 0; n < count && !told; n++)
			told = !strcmp(names[n], p->steps[k].name);
		if (!ig_decide_at_once(&p->steps[k], i->severity, i->widespread))
			continue;
		if (told ? alone && p->steps[k].alone && let_go(d, i, &p->steps[k]) : tell_all(d, i, &p->steps[k], alone, reason, held))
			return -1;
	}
	return 0;
}

/* ---- escalate */

/* The next rung with somebody on it. */
static int next_rung(struct ig_desk *d, const struct ig_incident *i, const struct ig_profile *p, const struct ig_profile_step **step_r,
	int64_t *party_r, struct ig_why *why)
{
	const char **names = NULL;
	size_t count = 0;
	struct search s;
	if (taken(d, i, &names, &count))
		return -1;
	*step_r = ig_decide_next_step(p, names, count);
	if (!*step_r)
		return refuse(why, IG_EX_DATA, p->step_count ? "every rung above was told; name a party with --to" : "the profile has no ladder; name a party with --to");
	if (find(d, i, *step_r, &s))
		return -1;
	if (!s.count) {
		ig_why(why, "no party is known for the rung %s: irgatectl party add NAME --role %s --mail ADDRESS", (*step_r)->name,
			(*step_r)->roles && *(*step_r)->roles ? *(*step_r)->roles : "ROLE");
		return IG_EX_DATA;
	}
	*party_r = s.ids[0];
	return 0;
}

/* Who was told is not told the same again by slip: the machine may have been quicker than the officer's hand. */
static int told_once(struct ig_desk *d, const struct ig_incident *i, const struct ig_party *to, struct ig_why *why)
{
	struct ig_step before;
	struct ig_dispatch made;
	char text[IG_DISPATCH_TEXT_MAX];
	int found = told_already(d, i->id, to->id, &before);
	if (found <= 0)
		return found;
	if (ig_store_dispatch_get(d->store, before.dispatch, false, d->arena, &made) != 1)
		return -1;
	ig_why(why, "%s has its letter already: %s, %s; to write again, say why with --reason", to->name, ig_dispatch_print(before.dispatch, text),
		ig_dispatch_state_word(made.state));
	return IG_EX_DATA;
}

int ig_desk_escalating(struct ig_desk *d, struct ig_incident *i, int64_t party, const char *actor, const char *reason, struct ig_step *row,
	struct ig_why *why)
{
	const struct ig_profile *p = ig_desk_profile(d, i->opened_at);
	const struct ig_profile_step *step = NULL;
	struct ig_party to;
	char text[IG_DISPATCH_TEXT_MAX];
	struct ig_dispatch made;
	int code = !p ? -1 : party ? 0 : next_rung(d, i, p, &step, &party, why);
	if (code)
		return code;
	int known = ig_store_party_get(d->store, party, d->arena, &to);
	if (known <= 0)
		return known < 0 ? -1 : refuse(why, IG_EX_DATA, "no such party");
	if (!step)
		step = ig_decide_step_of(p, to.role);
	code = reason ? 0 : told_once(d, i, &to, why);
	if (code)
		return code;
	code = tell(d, i, step, party, actor, true, reason, row, why);
	if (code)
		return code;
	if (ig_store_dispatch_get(d->store, row->dispatch, false, d->arena, &made) != 1)
		return -1;
	return ig_desk_journal(d, actor, "incident escalate", ig_desk_ref(i, d->arena),
		ig_arena_fmt(d->arena, "%s to %s: %s", ig_dispatch_print(row->dispatch, text), to.name, ig_dispatch_state_word(made.state)));
}

int ig_desk_escalate(struct ig_desk *d, int64_t incident, int64_t party, const char *actor, const char *reason, int64_t *dispatch_r,
	struct ig_why *why)
{
	struct ig_incident i;
	struct ig_step row;
	int code = ig_desk_act_begin(d, why);
	if (code)
		return code;
	code = ig_desk_case_get(d, incident, &i, why);
	if (!code)
		code = ig_desk_escalating(d, &i, party, actor, reason, &row, why);
	if (!code)
		*dispatch_r = row.dispatch;
	return ig_desk_act_end(d, code, why);
}
