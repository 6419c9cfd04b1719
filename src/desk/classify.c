/* Facts to severity: what a person sets is kept with who set it, the case is classified by the profile's rows, what is owed from then on becomes
 * duties, and whoever must be told at once is. Relies on decide for the verdict and on ladder.c for the telling. */
#include <string.h>
#include "desk/room.h"

struct looking {
	const char *what;
	int64_t id;
};

static int look(const struct ig_duty *duty, void *arg)
{
	struct looking *l = arg;
	if (duty->done_at == IG_NEVER && !strcmp(duty->what, l->what))
		l->id = duty->id;
	return l->id != 0;
}

int ig_desk_duty_find(struct ig_desk *d, int64_t incident, const char *what, int64_t *id_r)
{
	struct looking l = {what, 0};
	struct ig_duty_filter f = {.open_only = true, .incident = incident, .due_before = IG_NEVER};
	int rc = ig_store_duty_list(d->store, &f, look, &l);
	*id_r = l.id;
	return rc < 0 ? -1 : 0;
}

/* A verified incident is told on (Decision 05/2017 Art 12(1)), and the operator owes his notice and, where it is serious, his reports. */
static int owe_by_severity(struct ig_desk *d, const struct ig_incident *i)
{
	static const char *const serious[] = {"forward", "notice", "initial-report", NULL}, *const ordinary[] = {"forward", "notice", NULL};
	const struct ig_profile *p = ig_desk_profile(d, i->opened_at);
	if (!p)
		return -1;
	for (const char *const *what = i->severity == IG_SEVERITY_SERIOUS ? serious : ordinary; *what; what++) {
		const struct ig_profile_deadline *by = ig_profile_deadline(p, *what);
		bool ours = by && by->owner && !strcmp(by->owner, "office");
		int64_t *ids = NULL;
		size_t n = 0;
		bool there = false;
		if (!by || ig_store_incident_members(d->store, i->id, IG_MEMBERS_DUTIES, d->arena, &ids, &n) < 0)
			return by ? -1 : 0;
		for (size_t k = 0; k < n && !there; k++) {
			struct ig_duty old;
			if (ig_store_duty_get(d->store, ids[k], d->arena, &old) < 0)
				return -1;
			there = !strcmp(old.what, *what);
		}
		struct ig_duty duty = {.incident = i->id, .what = *what, .owner = by->owner, .basis = by->basis ? by->basis : "rule of the office",
			.due = ig_decide_deadline(p, by, ours ? ig_now() : i->opened_at), .done_at = IG_NEVER, .created_at = ig_now(), .quiet = !ours};
		if (!there && ig_store_duty_add(d->store, &duty) < 0)
			return -1;
	}
	return 0;
}

/* Circular 20/2017 Art 9(1): a mail or fax without signature is a notice; of a serious case the signed original is waited for. */
static int want_original(struct ig_desk *d, const struct ig_incident *i)
{
	struct ig_original o;
	struct ig_message m;
	int64_t *ids = NULL;
	size_t n = 0;
	if (!ig_conf_profile_at(d->conf, i->opened_at)->signed_report)
		return 0;
	int found = ig_store_original_get(d->store, i->id, d->arena, &o);
	if (found || ig_store_incident_members(d->store, i->id, IG_MEMBERS_MESSAGES, d->arena, &ids, &n) < 0)
		return found < 0 ? -1 : 0;
	o = (struct ig_original){.incident = i->id, .wanted_at = ig_now(), .received_at = IG_NEVER};
	for (size_t k = 0; k < n && !o.message; k++) {
		if (ig_store_message_get(d->store, ids[k], d->arena, &m) < 0)
			return -1;
		if (!m.outgoing)
			o.message = m.id;
	}
	if (ig_store_original_save(d->store, &o) < 0)
		return -1;
	/* No law is known that gives it a time of its own: it is asked for when the operator's notice is due. */
	const struct ig_profile *p = ig_desk_profile(d, i->opened_at);
	const struct ig_profile_deadline *by = p ? ig_profile_deadline(p, "notice") : NULL;
	if (!p)
		return -1;
	return by ? ig_desk_owe(d, i->id, IG_DESK_ORIGINAL, by->basis, ig_decide_deadline(p, by, o.wanted_at)) : 0;
}

int ig_desk_classify_as(struct ig_desk *d, struct ig_incident *i, const char *actor, const char *reason, bool alone)
{
	struct ig_decide_facts facts = {.level = 0};
	struct ig_fact_row *rows = NULL;
	const struct ig_profile *p = ig_conf_profile_at(d->conf, i->opened_at);
	const char *why = "";
	size_t count = 0;
	int row;
	if (ig_store_facts(d->store, i->id, true, d->arena, &rows, &count) < 0)
		return -1;
	for (size_t k = 0; k < count; k++)
		ig_decide_fact(&facts, rows[k].name, rows[k].value);
	if (i->widespread == IG_WIDESPREAD_CONFIRMED)
		facts.known[IG_FACT_WIDESPREAD] = IG_KNOWN_YES;
	enum ig_severity severity = ig_decide_severity(p, &facts, &row, d->arena, &why);
	bool graver = severity == IG_SEVERITY_SERIOUS && i->severity != severity;
	if (severity != i->severity) {
		const char *words = ig_arena_fmt(d->arena, "%s to %s%s%s%s%s%s", ig_severity_word(i->severity), ig_severity_word(severity),
			reason ? ": " : "", reason ? reason : "", facts.said ? "" : " (", facts.said ? "" : why, facts.said ? "" : ")");
		i->severity = severity;
		if (ig_desk_journal(d, actor, "incident severity", ig_desk_ref(i, d->arena), words))
			return -1;
	}
	if (ig_store_incident_update(d->store, i) < 0)
		return -1;
	if (i->severity == IG_SEVERITY_UNKNOWN && i->widespread == IG_WIDESPREAD_NO)
		return 0;
	if (i->severity != IG_SEVERITY_UNKNOWN && owe_by_severity(d, i))
		return -1;
	if (i->severity == IG_SEVERITY_SERIOUS && (want_original(d, i) || ig_desk_progress(d, i)))
		return -1;
	bool held = false;
	if (ig_desk_tell_at_once(d, i, reason, alone, &held))
		return -1;
	return graver || held ? ig_desk_tell_officer(d, i, ig_now()) : 0;
}

int ig_desk_classify(struct ig_desk *d, struct ig_incident *i, const char *actor, const char *reason)
{
	return ig_desk_classify_as(d, i, actor, reason, true);
}

/* Directive 18/CT-TTg: a weakness that lets somebody in and take control is fixed, and threats are hunted for, at the same time: two duties that
 * name each other's case, once. */
static int owe_weakness(struct ig_desk *d, const struct ig_incident *i)
{
	static const char *const both[] = {"fix-weakness", "hunt-weakness"};
	const struct ig_profile *p = ig_desk_profile(d, i->opened_at);
	if (!p)
		return -1;
	for (size_t k = 0; k < IG_COUNT(both); k++) {
		const struct ig_profile_deadline *by = ig_profile_deadline(p, both[k]);
		int64_t there = 0;
		if (!by)
			continue;
		struct ig_duty duty = {.incident = i->id, .what = by->what, .owner = by->owner, .basis = by->basis ? by->basis : "rule of the office",
			.due = ig_decide_deadline(p, by, ig_now()), .done_at = IG_NEVER, .created_at = ig_now()};
		if (ig_desk_duty_find(d, i->id, by->what, &there) || (!there && ig_store_duty_add(d->store, &duty) < 0))
			return -1;
	}
	return 0;
}

static int facts_set(struct ig_desk *d, int64_t incident, const struct ig_desk_fact *facts, size_t count, const char *actor, const char *reason,
	struct ig_why *why)
{
	struct ig_incident i;
	enum ig_severity severity;
	int code = ig_desk_case_get(d, incident, &i, why);
	for (size_t k = 0; !code && k < count; k++) {
		const struct ig_desk_fact *f = &facts[k];
		bool says = !strcmp(f->name, "severity");
		if (says ? strcmp(f->value, "auto") && ig_severity_parse(f->value, &severity) : !ig_decide_fact_ok(f->name, f->value)) {
			ig_why(why, "%s=%s is no fact: level=1 to 5, or one of " IG_FACTS_LIST " as yes, no or unknown", f->name, f->value);
			return IG_EX_USAGE;
		}
		if (!strcmp(f->name, "control-weakness") && !strcmp(f->value, "yes") && owe_weakness(d, &i))
			return -1;
		struct ig_fact_row row = {incident, f->name, f->value, actor, reason, ig_now()};
		if (!strcmp(f->name, "widespread"))
			i.widespread = !strcmp(f->value, "yes") ? IG_WIDESPREAD_CONFIRMED : !strcmp(f->value, "no") ? IG_WIDESPREAD_NO : i.widespread;
		if (ig_store_fact_add(d->store, &row) < 0 || ig_desk_journal(d, actor, "incident fact", ig_desk_ref(&i, d->arena),
				ig_arena_fmt(d->arena, "%s=%s%s%s", f->name, f->value, reason ? ": " : "", reason ? reason : "")))
			return -1;
	}
	return code ? code : ig_desk_classify(d, &i, actor, reason);
}

int ig_desk_facts_in(struct ig_desk *d, int64_t incident, const struct ig_desk_fact *facts, size_t count, const char *actor, const char *reason,
	struct ig_why *why)
{
	return facts_set(d, incident, facts, count, actor, reason, why);
}

int ig_desk_facts_set(struct ig_desk *d, int64_t incident, const struct ig_desk_fact *facts, size_t count, const char *actor, const char *reason,
	struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, facts_set(d, incident, facts, count, actor, reason, why), why);
}

int ig_desk_set_severity(struct ig_desk *d, int64_t incident, enum ig_severity severity, const char *actor, const char *reason,
	struct ig_why *why)
{
	struct ig_desk_fact fact = {"severity", ig_severity_word(severity)};
	return ig_desk_facts_set(d, incident, &fact, 1, actor, reason, why);
}

/* What was called a drill and is none is told of at once, if it is that grave; what is one is told to nobody any more. */
static int drill_set(struct ig_desk *d, int64_t incident, bool drill, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_incident i;
	int code = ig_desk_case_get(d, incident, &i, why);
	if (code)
		return code;
	i.drill = drill;
	if (ig_desk_journal(d, actor, "incident drill", ig_desk_ref(&i, d->arena), ig_arena_fmt(d->arena, "%s%s%s", drill ? "yes" : "no", reason ? ": " : "",
			reason ? reason : "")))
		return -1;
	return ig_desk_classify(d, &i, actor, reason);
}

int ig_desk_drill_set(struct ig_desk *d, int64_t incident, bool drill, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, drill_set(d, incident, drill, actor, reason, why), why);
}
