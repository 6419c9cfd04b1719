/* What a message names that its sender's side knows the case by: the number of their ticket, the number of their letter. The second mail of the same
 * ticket joins the case of the first even where every mark of ours was stripped on the way.
 * Relies on the look-up by trace. A number counts for its own system and its own organisation only: two systems count from 1. */
#include <ctype.h>
#include <string.h>
#include "match/room.h"

#define TICKET_WINDOW (400 * IG_DAY) /* numbers begin again with a year in some systems */
#define LETTER_WINDOW (60 * IG_DAY)
#define ID_MAX 200

/* Who counts these numbers: the domain behind the address; where many organisations share it, the address. */
static const char *owner(const struct ig_report *r, const struct ig_match_self *self, struct ig_arena *a)
{
	const char *address = r->from ? r->from->address : NULL, *domain = ig_matching_domain(address);
	if (!domain || !*domain)
		return NULL;
	char *text = ig_arena_strdup(a, ig_match_shared_host(domain, self->shared_hosts) ? address : domain);
	for (char *s = text; *s; s++)
		*s = (char)tolower((unsigned char)*s);
	/* host.noc.example.net and example.net are one house as far as two labels tell */
	size_t dots = 0;
	for (char *s = text + strlen(text); s > text && !strchr(text, '@'); s--)
		if (s[-1] == '.' && ++dots == 3)
			return s;
	return text;
}

const char *ig_match_ticket_trace(const struct ig_report *r, const struct ig_match_self *self, struct ig_arena *a)
{
	const char *who = r->ticket.id && r->ticket.system ? owner(r, self, a) : NULL;
	if (!who || strlen(r->ticket.id) > ID_MAX)
		return NULL;
	char *text = ig_arena_fmt(a, "ticket %s %s %s", r->ticket.system, who, r->ticket.id);
	for (char *s = text; *s; s++)
		*s = (char)tolower((unsigned char)*s);
	return text;
}

const char *ig_match_letter_trace(const struct ig_report *r, struct ig_arena *a)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (!strcmp(r->fields[i].name, "letter.number") && r->fields[i].value && strlen(r->fields[i].value) <= ID_MAX && strchr(r->fields[i].value, '/'))
			return ig_arena_fmt(a, "letter %s", r->fields[i].value);
	return NULL;
}

/* Numbers of letters are guessed easily: a mail that states one joins only the case that its sender is known to already. */
static bool may_join(struct ig_matching *g, int64_t incident, enum ig_matched_by by)
{
	return by != IG_MATCHED_BY_LETTER_NUMBER || g->r->kind != IG_KIND_MAIL || ig_matching_known(g, incident);
}

static bool join(struct ig_matching *g, const char *trace, ig_time since, enum ig_matched_by by, const char *words)
{
	struct ig_match_seen seen[IG_MATCH_SEEN_MAX];
	size_t count = trace && g->look->by_trace ? g->look->by_trace(g->look->arg, trace, since, seen, IG_MATCH_SEEN_MAX, g->a) : 0;
	for (size_t i = 0; i < count; i++) {
		if (!seen[i].incident) {
			ig_matching_reject(g, "%s of message %lld, which has no incident", words, (long long)seen[i].message);
			continue;
		}
		if (!may_join(g, seen[i].incident, by)) {
			ig_matching_reject(g, "%s of message %lld, to whose case the sender is not known", words, (long long)seen[i].message);
			continue;
		}
		ig_matching_join(g, seen[i].incident, by, ig_arena_fmt(g->a, "%s of message %lld", words, (long long)seen[i].message));
		return true;
	}
	return false;
}

bool ig_matching_ticket(struct ig_matching *g)
{
	const char *ticket = ig_match_ticket_trace(g->r, g->self, g->a), *letter = ig_match_letter_trace(g->r, g->a);
	if (ticket && join(g, ticket, g->at - TICKET_WINDOW, IG_MATCHED_BY_FOREIGN_TICKET, ig_arena_fmt(g->a, "%s ticket %s", g->r->ticket.system, g->r->ticket.id)))
		return true;
	return letter && join(g, letter, g->at - LETTER_WINDOW, IG_MATCHED_BY_LETTER_NUMBER, ig_arena_fmt(g->a, "the number (%s)", letter));
}
