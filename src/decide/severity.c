/* How grave a case is, by the rows of its profile over the facts that were recorded. Each fact is yes, no or not known, so that a row holds,
 * cannot hold, or waits for a fact. Relies on a checked profile. Invents no fact. */
#include <string.h>
#include "decide/ladder.h"

void ig_decide_fact(struct ig_decide_facts *f, const char *name, const char *value)
{
	enum ig_fact fact;
	if (!strcmp(name, "level")) {
		f->level = value[0] >= '1' && value[0] <= '5' && !value[1] ? value[0] - '0' : 0;
	} else if (!strcmp(name, "severity")) {
		f->said = !ig_severity_parse(value, &f->severity);
	} else if (!ig_fact_parse(name, &fact)) {
		f->known[fact] = !strcmp(value, "yes") ? IG_KNOWN_YES : !strcmp(value, "no") ? IG_KNOWN_NO : IG_NOT_KNOWN;
	}
}

bool ig_decide_fact_ok(const char *name, const char *value)
{
	enum ig_fact fact;
	if (!strcmp(value, "unknown"))
		return !strcmp(name, "level") || !ig_fact_parse(name, &fact);
	if (!strcmp(name, "level"))
		return value[0] >= '1' && value[0] <= '5' && !value[1];
	return !ig_fact_parse(name, &fact) && (!strcmp(value, "yes") || !strcmp(value, "no"));
}

/* One word of a row, len bytes. */
static enum ig_known known(const struct ig_decide_facts *f, const char *word, size_t len)
{
	if (len == 7 && !strncmp(word, "level-", 6))
		return !f->level ? IG_NOT_KNOWN : f->level == word[6] - '0' ? IG_KNOWN_YES : IG_KNOWN_NO;
	for (unsigned i = 0; i < ig_fact_count; i++)
		if (strlen(ig_fact_word((enum ig_fact)i)) == len && !strncmp(ig_fact_word((enum ig_fact)i), word, len))
			return f->known[i];
	return IG_NOT_KNOWN;
}

/* "a|b|c": yes when one is, no when all are no. */
static enum ig_known clause(const struct ig_decide_facts *f, const char *words)
{
	enum ig_known all = IG_KNOWN_NO;
	while (*words) {
		size_t len = strcspn(words, "|");
		enum ig_known k = known(f, words, len);
		if (k == IG_KNOWN_YES)
			return k;
		if (k == IG_NOT_KNOWN)
			all = k;
		words += len + (words[len] == '|');
	}
	return all;
}

static enum ig_known row(const struct ig_decide_facts *f, const struct ig_profile_serious *s, const char **open_r)
{
	enum ig_known all = IG_KNOWN_YES;
	for (const char *const *w = s->when; w && *w; w++) {
		enum ig_known k = clause(f, *w);
		if (k == IG_KNOWN_NO)
			return k;
		if (k == IG_NOT_KNOWN && all == IG_KNOWN_YES) {
			all = k;
			*open_r = *w;
		}
	}
	return all;
}

static const char *words_of(const struct ig_profile_serious *s, struct ig_arena *a)
{
	const char *text = "";
	for (const char *const *w = s->when; w && *w; w++)
		text = ig_arena_fmt(a, "%s%s%s", text, *text ? " and " : "", *w);
	return text;
}

enum ig_severity ig_decide_severity(
	const struct ig_profile *p, const struct ig_decide_facts *f, int *row_r, struct ig_arena *a, const char **why_r)
{
	const char *open = NULL, *wanted = NULL;
	*row_r = -1;
	if (f->said) {
		if (a)
			*why_r = "a person said so";
		return f->severity;
	}
	for (size_t i = 0; i < p->serious_count; i++) {
		enum ig_known k = row(f, &p->serious[i], &open);
		if (k == IG_KNOWN_YES) {
			*row_r = (int)i;
			if (a)
				*why_r = words_of(&p->serious[i], a);
			return IG_SEVERITY_SERIOUS;
		}
		if (k == IG_NOT_KNOWN && !wanted)
			wanted = open;
	}
	if (a && !p->serious_count)
		*why_r = "the profile does not say what is serious";
	else if (a)
		*why_r = wanted ? ig_arena_fmt(a, "not known: %s", wanted) : "no row of the profile can hold";
	return wanted || !p->serious_count ? IG_SEVERITY_UNKNOWN : IG_SEVERITY_ORDINARY;
}
