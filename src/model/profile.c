/* Which version of a profile is in force, and what it owes. Pure look-ups in what src/conf has read. */
#include "config.h"
#include <string.h>
#include "model/profile.h"

static bool is(const char *a, const char *b) { return a && b && !strcmp(a, b); }

const struct ig_profile *ig_profile_at(const struct ig_profile *const *all, size_t count, const char *name, ig_time t)
{
	const struct ig_profile *first = NULL, *found = NULL;

	for (size_t i = 0; i < count; i++)
		if (is(all[i]->name, name))
			return all[i];
	/* Of the family the youngest that has begun; before the first version, the first (INTERFACE.md). A version that has ended
	 * without a successor still says more than none. */
	for (size_t i = 0; i < count; i++) {
		const struct ig_profile *p = all[i];

		if (!is(p->family, name))
			continue;
		if (!first || p->valid_from < first->valid_from)
			first = p;
		if (p->valid_from <= t && (!found || p->valid_from > found->valid_from))
			found = p;
	}
	return found ? found : first;
}

const struct ig_profile_deadline *ig_profile_deadline(const struct ig_profile *p, const char *what)
{
	for (size_t i = 0; i < p->deadline_count; i++)
		if (is(p->deadlines[i].what, what))
			return &p->deadlines[i];
	return NULL;
}

const struct ig_profile_form *ig_profile_form(const struct ig_profile *p, const char *what)
{
	for (size_t i = 0; i < p->form_count; i++)
		if (is(p->forms[i].what, what))
			return &p->forms[i];
	return NULL;
}

const struct ig_profile_retention *ig_profile_retention(const struct ig_profile *p, enum ig_retention kind)
{
	for (size_t i = 0; i < p->retention_count; i++)
		if (p->retentions[i].kind == kind)
			return &p->retentions[i];
	return NULL;
}

const struct ig_profile_step *ig_profile_step(const struct ig_profile *p, const char *name)
{
	for (size_t i = 0; i < p->step_count; i++)
		if (is(p->steps[i].name, name))
			return &p->steps[i];
	return NULL;
}

const struct ig_profile_letter *ig_profile_letter(const struct ig_profile *p, const char *kind)
{
	static const struct ig_profile_letter plain = {.leaves = IG_LEAVES_AT_ONCE};
	for (size_t i = 0; i < p->letter_count; i++)
		if (ig_words_have(p->letters[i].kinds, kind))
			return &p->letters[i];
	return &plain;
}

const struct ig_profile_obligation *ig_profile_obligation(const struct ig_profile *p, const char *what)
{
	for (size_t i = 0; i < p->obligation_count; i++)
		if (is(p->obligations[i].what, what))
			return &p->obligations[i];
	return NULL;
}

bool ig_words_have(const char *const *words, const char *word)
{
	for (; words && *words; words++)
		if (is(*words, word))
			return true;
	return false;
}
