/* Who must be told, and one case looked at as a whole. Relies on a checked profile and its calendar. Sends nothing and changes no row. */
#include <string.h>
#include "decide/decide.h"
#include "decide/ladder.h"

bool ig_decide_at_once(const struct ig_profile_step *s, enum ig_severity severity, enum ig_widespread widespread)
{
	return (severity == IG_SEVERITY_SERIOUS && ig_words_have(s->at_once, "serious")) ||
		(widespread == IG_WIDESPREAD_CONFIRMED && ig_words_have(s->at_once, "widespread")) ||
		(widespread != IG_WIDESPREAD_NO && ig_words_have(s->at_once, "suspected"));
}

static bool taken_before(const char *name, const char *const *taken, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(taken[i], name))
			return true;
	return false;
}

const struct ig_profile_step *ig_decide_next_step(const struct ig_profile *p, const char *const *taken, size_t count)
{
	for (size_t i = 0; i < p->step_count; i++)
		if (p->steps[i].place == IG_PLACE_ABOVE && !taken_before(p->steps[i].name, taken, count))
			return &p->steps[i];
	return NULL;
}

const struct ig_profile_step *ig_decide_step_of(const struct ig_profile *p, enum ig_party_role role)
{
	for (size_t i = 0; i < p->step_count; i++)
		if (p->steps[i].place != IG_PLACE_SELF && ig_words_have(p->steps[i].roles, ig_party_role_word(role)))
			return &p->steps[i];
	return NULL;
}

void ig_decide_case(const struct ig_profile *p, struct ig_decide_case *c, ig_time now)
{
	int row;
	c->severity = ig_decide_severity(p, &c->facts, &row, NULL, NULL);
	c->tell = NULL;
	c->next = IG_NEVER;
	c->overdue = 0;
	for (size_t i = 0; i < p->step_count && !c->tell; i++)
		if (p->steps[i].place == IG_PLACE_ABOVE && ig_decide_at_once(&p->steps[i], c->severity, c->widespread) &&
			!taken_before(p->steps[i].name, c->told, c->told_count))
			c->tell = &p->steps[i];
	for (size_t i = 0; i < c->owed_count; i++) {
		struct ig_decide_owed *o = &c->owed[i];
		o->due = ig_decide_deadline(p, o->deadline, o->from);
		o->overdue = o->done_at == IG_NEVER && o->due != IG_NEVER && now > o->due;
		c->overdue += o->overdue;
		if (o->done_at == IG_NEVER && o->due != IG_NEVER && (c->next == IG_NEVER || o->due < c->next))
			c->next = o->due;
	}
}
