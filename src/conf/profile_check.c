/* What concerns more than one key of a profile. Relies on a filled struct and on where each value was set. */
#include "config.h"
#include <string.h>
#include "conf/table.h"

#define BAD(at, ...) ig_conf_error(r, ig_conf_set_at(r, (at)), __VA_ARGS__)

/* Facts a severity row may ask for; system levels are written level-N (Decree 85/2016/NĐ-CP). */
static const char *const facts[] = {"level-1", "level-2", "level-3", "level-4", "level-5", IG_FACT_WORDS};

static bool is_fact(const char *word, size_t len)
{
	for (size_t i = 0; i < IG_COUNT(facts); i++)
		if (strlen(facts[i]) == len && !strncmp(facts[i], word, len))
			return true;
	return false;
}

static void check_serious(struct ig_conf_reading *r, const struct ig_profile_serious *s)
{
	if (!s->when || !*s->when)
		BAD(s, "serious: when: missing; every case would be serious");
	for (const char *const *w = s->when; w && *w; w++)
		for (const char *p = *w; *p; p += strcspn(p, "|") + (p[strcspn(p, "|")] == '|'))
			if (!is_fact(p, strcspn(p, "|")))
				BAD(&s->when, "when: \"%.*s\" is no fact", (int)strcspn(p, "|"), p);
}

static void check_roles(struct ig_conf_reading *r, const char *const *roles, bool office, const void *at, const char *key)
{
	enum ig_party_role role;

	for (; roles && *roles; roles++)
		if (ig_party_role_parse(*roles, &role) && !(office && !strcmp(*roles, "office")))
			BAD(at, "%s: \"%s\" is not a role of a party", key, *roles);
}

static void check_step(struct ig_conf_reading *r, const struct ig_profile *p, const struct ig_profile_step *s)
{
	check_roles(r, s->roles, false, &s->roles, "roles");
	for (const char *const *w = s->at_once; w && *w; w++)
		if (strcmp(*w, "serious") && strcmp(*w, "widespread") && strcmp(*w, "suspected"))
			BAD(&s->at_once, "at_once: serious, widespread and suspected are known, not \"%s\"", *w);
	if (s->answer && !ig_profile_deadline(p, s->answer))
		BAD(&s->answer, "answer: there is no deadline \"%s\"", s->answer);
}

static void check_calendar(struct ig_conf_reading *r, const struct ig_profile *p)
{
	size_t days = 0;

	while (p->rest_days && p->rest_days[days])
		days++;
	if (days > 6)
		BAD(&p->rest_days, "rest_days: no day of the week is left to work on");
	for (size_t i = 0; i < p->holiday_count; i++)
		if (p->holidays[i].to != IG_NEVER && p->holidays[i].to < p->holidays[i].from)
			BAD(&p->holidays[i].to, "to: before from");
	for (size_t i = 0; i < p->period_count; i++)
		if (p->periods[i].to < p->periods[i].from)
			BAD(&p->periods[i].to, "to: before from");
}

static void check_lists(struct ig_conf_reading *r, const struct ig_profile *p)
{
	for (size_t i = 0; i < p->deadline_count; i++)
		for (size_t j = 0; j < i; j++)
			if (p->deadlines[i].what && p->deadlines[j].what && !strcmp(p->deadlines[i].what, p->deadlines[j].what))
				BAD(&p->deadlines[i].what, "what: \"%s\" twice", p->deadlines[i].what);
	for (size_t i = 0; i < p->serious_count; i++)
		check_serious(r, &p->serious[i]);
	for (size_t i = 0; i < p->step_count; i++) {
		check_step(r, p, &p->steps[i]);
		for (size_t j = 0; j < i; j++)
			if (p->steps[i].name && p->steps[j].name && !strcmp(p->steps[i].name, p->steps[j].name))
				BAD(&p->steps[i].name, "name: \"%s\" twice", p->steps[i].name);
	}
	for (size_t i = 0; i < p->obligation_count; i++) {
		const struct ig_profile_obligation *o = &p->obligations[i];

		check_roles(r, o->who, true, &o->who, "who");
		if (!o->who || !*o->who)
			BAD(o, "obligation: who: missing; nobody would owe it");
		if (!o->amount == !(o->by && *o->by))
			BAD(o, "obligation: either amount or by says when it is due");
		for (size_t j = 0; j < i; j++)
			if (o->what && p->obligations[j].what && !strcmp(o->what, p->obligations[j].what))
				BAD(&o->what, "what: \"%s\" twice", o->what);
	}
}

static void check_retention(struct ig_conf_reading *r, const struct ig_profile *p)
{
	for (size_t i = 0; i < p->retention_count; i++)
		for (size_t j = 0; j < i; j++)
			if (p->retentions[i].kind == p->retentions[j].kind)
				BAD(&p->retentions[i].kind, "kind: \"%s\" twice", ig_retention_word(p->retentions[i].kind));
}

void ig_conf_profile_check(struct ig_conf_reading *r, const struct ig_profile *p, const char *base)
{
	if (base && p->name && strcmp(p->name, base))
		BAD(&p->name, "name: \"%s\", but the file is called %s.conf", p->name, base);
	if (p->valid_from != IG_NEVER && p->valid_to != IG_NEVER && p->valid_from >= p->valid_to)
		BAD(&p->valid_to, "valid_to: not after valid_from");
	if (strcmp(p->language, "vi") && strcmp(p->language, "en"))
		BAD(&p->language, "language: vi and en are known");
	if (p->family && p->name && !strcmp(p->family, p->name) && p->valid_to != IG_NEVER)
		BAD(&p->family, "family: a profile that ends needs a family of another name");
	check_calendar(r, p);
	check_lists(r, p);
	check_retention(r, p);
}
