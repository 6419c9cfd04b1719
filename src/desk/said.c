/* What forms and filters took from a message becomes facts of its case, with the clerk as who set them and the place where they stood; the case is
 * classified anew in the same commit. Relies on classify.c. Never overrides what a person set, and never makes a system less important than it was
 * said to be before: two reports that contradict each other are for a person. */
#include <string.h>
#include "desk/room.h"

#define SURE 0.7 /* less is a guess, which is shown and not acted upon */

/* Fields of a report that the severity table can use. */
static const struct { const char *field, *fact; } used[] = {{"system.level", "level"}};

int ig_desk_is_known(struct ig_desk *d, const struct ig_message *m, struct ig_arena *a)
{
	struct ig_party p;
	if (m->auth == IG_AUTH_PASS)
		return 1;
	return m->from_address ? ig_store_party_by_address(d->store, m->channel, m->from_address, m->received_at, a, &p) : 0;
}

static const struct ig_field *surest(const struct ig_report *r, const char *name)
{
	const struct ig_field *best = NULL;
	for (size_t i = 0; i < r->field_count; i++)
		if (!strcmp(r->fields[i].name, name) && r->fields[i].value && r->fields[i].confidence >= SURE &&
			(!best || r->fields[i].confidence > best->confidence))
			best = &r->fields[i];
	return best;
}

/* May the clerk set it: no person did, and it says more than what stands there? */
static bool may_set(const struct ig_fact_row *rows, size_t count, const char *name, const char *value)
{
	const char *old = NULL;
	for (size_t k = 0; k < count; k++) {
		if (strcmp(rows[k].name, name) != 0)
			continue;
		if (strcmp(rows[k].actor, "clerk") != 0)
			return false;
		old = rows[k].value;
	}
	return !old || strcmp(value, old) > 0;
}

static int set(struct ig_desk *d, const struct ig_incident *i, const struct ig_message *m, const char *name, const struct ig_field *f)
{
	const char *where = ig_arena_fmt(d->arena, "message %lld, %s", (long long)m->id, f->where ? f->where : "text");
	struct ig_fact_row row = {i->id, name, f->value, "clerk", where, ig_now()};
	if (ig_store_fact_add(d->store, &row) < 0)
		return -1;
	return ig_desk_journal(d, "clerk", "incident fact", ig_desk_ref(i, d->arena), ig_arena_fmt(d->arena, "%s=%s: %s", name, f->value, where));
}

int ig_desk_facts_said(struct ig_desk *d, int64_t incident, const struct ig_message *m, const struct ig_report *r)
{
	struct ig_fact_row *rows = NULL;
	struct ig_incident i;
	size_t count = 0, set_count = 0;
	if (!incident || m->imported || m->outgoing || m->state != IG_MESSAGE_STATE_FILED)
		return 0;
	for (size_t k = 0; k < IG_COUNT(used); k++) {
		const struct ig_field *f = surest(r, used[k].field);
		if (!f || !ig_decide_fact_ok(used[k].fact, f->value) || !strcmp(f->value, "unknown"))
			continue;
		if (!rows && ig_store_facts(d->store, incident, false, d->arena, &rows, &count) < 0)
			return -1;
		if (!may_set(rows, count, used[k].fact, f->value))
			continue;
		if (!set_count++ && ig_store_incident_get(d->store, incident, d->arena, &i) != 1)
			return -1;
		if (set(d, &i, m, used[k].fact, f))
			return -1;
	}
	if (!set_count)
		return 0;
	int known = ig_desk_is_known(d, m, d->arena);
	return known < 0 ? -1 : ig_desk_classify_as(d, &i, "clerk", NULL, known > 0);
}

/* Told once all else of the message is in the store: the release gate looks at the whole case. */
static int wide(struct ig_taking *t)
{
	static const char reason[] = "many reporters name the same thing within the profile's window";
	struct ig_incident i;
	if (!t->wide || t->state != IG_MESSAGE_STATE_FILED)
		return 0;
	if (ig_store_incident_get(t->d->store, t->incident.id, t->a, &i) != 1)
		return -1;
	if (t->wide_known)
		return ig_desk_classify_as(t->d, &i, "clerk", reason, true);
	i.widespread = IG_WIDESPREAD_SUSPECTED; /* for the ladder alone: of the case it is not said */
	bool held = false;
	if (ig_desk_tell_at_once(t->d, &i, reason, false, &held))
		return -1;
	return held ? ig_desk_tell_officer(t->d, &i, t->now) : 0; /* nobody else knows yet that a letter waits */
}

int ig_taking_said(struct ig_taking *t)
{
	if (wide(t))
		return -1;
	return ig_desk_facts_said(t->d, t->incident.id, &t->message, &t->r);
}
