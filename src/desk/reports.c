/* What the operator of a system owes in writing while a case is handled and when it has ended: reports kept up through the whole response of a
 * serious one (Decision 05/2017 Art 11(2)), the supplement to a notice that was given before the end, the final report (Circular 20/2017). How long
 * each may take is the profile's; what it does not name is not owed. */
#include <string.h>
#include "desk/room.h"

struct seen { const char *what; int64_t open; bool done; };

static int see(const struct ig_duty *duty, void *arg)
{
	struct seen *s = arg;
	if (strcmp(duty->what, s->what))
		return 0;
	if (duty->done_at == IG_NEVER)
		s->open = duty->id;
	else
		s->done = true;
	return 0;
}

static int look(struct ig_desk *d, int64_t incident, struct seen *s)
{
	struct ig_duty_filter f = {.incident = incident, .due_before = IG_NEVER};
	return ig_store_duty_list(d->store, &f, see, s) < 0 ? -1 : 0;
}

/* Once at a time. from: when its time begins. */
static int owe(struct ig_desk *d, const struct ig_incident *i, const char *what, ig_time from)
{
	struct seen s = {.what = what};
	const struct ig_profile *p = ig_desk_profile(d, i->opened_at);
	const struct ig_profile_deadline *by = p ? ig_profile_deadline(p, what) : NULL;
	if (!p || (by && look(d, i->id, &s)))
		return -1;
	if (!by || s.open)
		return 0;
	struct ig_duty duty = {.incident = i->id, .what = by->what, .owner = by->owner, .basis = by->basis ? by->basis : "rule of the office",
		.due = ig_decide_deadline(p, by, from), .done_at = IG_NEVER, .created_at = ig_now(), .quiet = !by->owner || strcmp(by->owner, "office") != 0};
	return ig_store_duty_add(d->store, &duty) < 0 ? -1 : 0;
}

static int owed_no_more(struct ig_desk *d, const struct ig_incident *i, const char *what, const char *words)
{
	struct seen s = {.what = what};
	if (look(d, i->id, &s))
		return -1;
	return s.open && (ig_store_duty_done(d->store, s.open, ig_now(), "clerk") < 0 || ig_desk_journal(d, "clerk", "duty done", ig_desk_ref(i, d->arena), words)) ? -1 : 0;
}

int ig_desk_progress(struct ig_desk *d, const struct ig_incident *i)
{
	return i->severity == IG_SEVERITY_SERIOUS && i->status != IG_INCIDENT_STATUS_CLOSED ? owe(d, i, "progress-report", ig_now()) : 0;
}

int ig_desk_report_came(struct ig_desk *d, int64_t duty)
{
	struct ig_duty done;
	struct ig_incident i;
	int found = ig_store_duty_get(d->store, duty, d->arena, &done);
	if (found <= 0 || !done.incident || strcmp(done.what, "progress-report"))
		return found < 0 ? -1 : 0;
	found = ig_store_incident_get(d->store, done.incident, d->arena, &i);
	return found <= 0 ? found : ig_desk_progress(d, &i);
}

/* Of a case that nobody classified nothing is owed; one that goes on has no end yet: what was owed for that end is owed no more. */
int ig_desk_ended(struct ig_desk *d, const struct ig_incident *i)
{
	struct seen notice = {.what = "notice"};
	if (i->status != IG_INCIDENT_STATUS_CLOSED)
		return owed_no_more(d, i, "final-report", "the case goes on: its final report is owed when it ends") ||
			owed_no_more(d, i, "supplement", "the case goes on: its supplement is owed when it ends") || ig_desk_progress(d, i) ? -1 : 0;
	if (owed_no_more(d, i, "progress-report", "the case has ended: the final report says the rest"))
		return -1;
	if (i->severity == IG_SEVERITY_UNKNOWN)
		return 0;
	if (look(d, i->id, &notice) || (notice.done && owe(d, i, "supplement", i->closed_at)))
		return -1;
	return owe(d, i, "final-report", i->closed_at);
}
