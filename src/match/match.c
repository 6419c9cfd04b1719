/* Report to incident: the order of the attempts and the words for each decision (doc/MATCHING.md draws it).
 * Relies on the look-up struct for all that was seen before; its candidates come from reference.c and thread.c.
 * Does not open, change or store anything, and never joins by subject alone. */
#include "match/match.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "match/room.h"

void ig_matching_reject(struct ig_matching *g, const char *fmt, ...)
{
	size_t before = g->rejected.len;
	if (before)
		ig_buf_char(&g->rejected, '\n');
	va_list ap;
	va_start(ap, fmt);
	ig_buf_vfmt(&g->rejected, fmt, ap);
	va_end(ap);
	if (g->rejected.over)
		ig_buf_cut(&g->rejected, before); /* whole lines only: a cut one might be no UTF-8 any more */
}

int ig_matching_known(const struct ig_matching *g, int64_t incident)
{
	if (!g->r->from || !g->r->from->address || !*g->r->from->address)
		return 0;
	return g->look->participant(g->look->arg, incident, g->r->from->address);
}

/* Only somebody who could be written to becomes a participant; automatic mail and our own mail are no persons. */
static bool may_take_part(const struct ig_matching *g)
{
	if (!g->r->from || !g->r->from->address || !*g->r->from->address)
		return false;
	if (ig_matching_is_ours(g->self, g->r->from->address, g->a, NULL))
		return false;
	return ig_class_is_report(g->r->class);
}

void ig_matching_join(struct ig_matching *g, int64_t incident, enum ig_matched_by by, const char *reason)
{
	struct ig_match *m = g->m;
	m->incident = incident;
	m->by = by;
	m->new_participant = by != IG_MATCHED_BY_SAME_MESSAGE && !ig_matching_known(g, incident) && may_take_part(g);
	m->no_receipt = by == IG_MATCHED_BY_SAME_MESSAGE;
	if (m->suggested == incident)
		m->suggested = 0;
	if (m->related == incident)
		m->related = 0;
	m->reason = ig_arena_fmt(g->a, "%s%s", reason, m->new_participant ? "; sender is new to the case" : "");
}

static bool is_duplicate(struct ig_matching *g)
{
	/* A record made from the envelope only has no headers to tell it by: its digest is the payload's, bounded in time. */
	int64_t first = g->look->by_identity(g->look->arg, g->r->identity, g->r->fallback ? NULL : g->r->message_id, g->at);
	if (!first)
		return false;
	g->m->duplicate_of = first;
	g->m->reason = ig_arena_fmt(g->a, "the same content as message %lld: a further arrival of it", (long long)first);
	return true;
}

static void decide(struct ig_matching *g)
{
	if (ig_matching_by_hand(g))
		return;
	if (ig_matching_letter(g) || ig_matching_same_message(g) || ig_matching_reference_strong(g) || ig_matching_thread(g) || ig_matching_ticket(g) ||
		ig_matching_reference_weak(g) || ig_matching_ancestor(g))
		return;
	g->m->by = IG_MATCHED_BY_NONE;
	if (!may_take_part(g)) /* automatic mail quotes our numbers all the time; nobody has to decide about that */
		g->m->suggested = 0;
	if (g->m->suggested)
		g->m->reason = "names an incident to which the sender is a stranger; own incident, the merge is for a person to decide";
	else if (g->m->related)
		g->m->reason =
			"shares an ancestor that we have not seen with another case, but neither sender nor organisation; own incident, linked";
	else
		g->m->reason = "names no incident and no mail that we received or sent";
}

void ig_match_report(const struct ig_report *r, const struct ig_envelope *e, ig_time at, const struct ig_match_self *self,
	const struct ig_match_lookup *look, struct ig_arena *a, struct ig_match *m_r)
{
	*m_r = (struct ig_match){.by = IG_MATCHED_BY_NONE};
	struct ig_matching g =
		{.r = r, .e = e, .at = at, .self = self, .look = look, .a = a, .m = m_r, .rejected = IG_BUF_INIT(IG_MATCH_REJECTED_MAX)};
	if (is_duplicate(&g)) {
		ig_buf_free(&g.rejected);
		return;
	}
	if (r->fallback) /* nothing of it was read, so nothing of it can name a case */
		m_r->reason = "could not be read; filed by its envelope";
	else
		decide(&g);
	m_r->rejected = g.rejected.len ? ig_arena_strdup(a, g.rejected.data) : NULL;
	ig_buf_free(&g.rejected);
}
