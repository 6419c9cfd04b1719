/* Threads: the message's own id, In-Reply-To and References against all mail received or sent, and shared ancestors nobody here has
 * seen. Relies on the look-ups by id. Does not trust an id alone: a known Message-ID under another From joins nothing by it, and an
 * unseen ancestor joins only under equal sender address or an organisation's own domain. Loops are harmless: each id is looked at
 * once. */
#include <string.h>
#include <strings.h>
#include "match/room.h"

static const char *from_of(const struct ig_matching *g)
{
	return g->r->from ? g->r->from->address : NULL;
}

bool ig_matching_same_message(struct ig_matching *g)
{
	struct ig_match_seen seen[IG_MATCH_SEEN_MAX];
	if (!g->r->message_id)
		return false;
	size_t count = g->look->by_message_id(g->look->arg, g->r->message_id, seen, IG_COUNT(seen), g->a);
	for (size_t i = 0; i < count; i++) {
		if (!ig_matching_address_eq(seen[i].from_address, from_of(g))) {
			ig_matching_reject(g, "Message-ID equals that of message %lld, which is from another sender: joins nothing by that id",
				(long long)seen[i].message);
		} else if (!seen[i].incident) {
			ig_matching_reject(g, "Message-ID equals that of message %lld of the same sender, which has no incident",
				(long long)seen[i].message);
		} else {
			ig_matching_join(g, seen[i].incident, IG_MATCHED_BY_SAME_MESSAGE,
				ig_arena_fmt(g->a, "Message-ID and sender of message %lld with other content", (long long)seen[i].message));
			return true;
		}
	}
	return false;
}

/* Ids this message names, nearest first: In-Reply-To from its end, then References from their end; without itself, without repeats,
 * and without words that are mail addresses of this message ("In-Reply-To: Your message of ... <user@host>"). */
struct ids {
	const char *id[IG_MATCH_IDS_MAX];
	const char *where[IG_MATCH_IDS_MAX];
	size_t count;
};

static bool is_address_here(const struct ig_report *r, const char *id)
{
	if (r->from && ig_matching_address_eq(r->from->address, id))
		return true;
	for (size_t i = 0; i < r->to_count; i++)
		if (ig_matching_address_eq(r->to[i].address, id))
			return true;
	for (size_t i = 0; i < r->cc_count; i++)
		if (ig_matching_address_eq(r->cc[i].address, id))
			return true;
	return false;
}

static void add_list(struct ig_matching *g, struct ids *ids, const char *const *list, const char *where)
{
	size_t n = 0;
	while (list && list[n])
		n++;
	while (n > 0) {
		const char *id = list[--n];
		bool skip = (g->r->message_id && !strcmp(id, g->r->message_id)) || is_address_here(g->r, id);
		for (size_t i = 0; i < ids->count && !skip; i++)
			skip = !strcmp(ids->id[i], id);
		if (skip)
			continue;
		if (ids->count == IG_MATCH_IDS_MAX) {
			ig_matching_reject(g, "further ids in %s were not looked at (limit %d)", where, IG_MATCH_IDS_MAX);
			return;
		}
		ids->id[ids->count] = id;
		ids->where[ids->count++] = where;
	}
}

static void gather(struct ig_matching *g, struct ids *ids)
{
	ids->count = 0;
	add_list(g, ids, g->r->in_reply_to, "In-Reply-To");
	add_list(g, ids, g->r->references, "References");
}

/* The oldest holder of an id that has an incident: later ones under the same id may be claims of a stranger. */
static const struct ig_match_seen *holder(struct ig_matching *g, const struct ig_match_seen *seen, size_t count, const char *where)
{
	for (size_t i = 0; i < count; i++) {
		if (seen[i].incident)
			return &seen[i];
		ig_matching_reject(g, "%s names message %lld, which has no incident", where, (long long)seen[i].message);
	}
	return NULL;
}

bool ig_matching_thread(struct ig_matching *g)
{
	struct ids ids;
	struct ig_match_seen seen[IG_MATCH_SEEN_MAX];
	bool joined = false;
	gather(g, &ids);
	for (size_t i = 0; i < ids.count; i++) {
		size_t count = g->look->by_message_id(g->look->arg, ids.id[i], seen, IG_COUNT(seen), g->a);
		const struct ig_match_seen *s = holder(g, seen, count, ids.where[i]);
		if (!s || (joined && s->incident == g->m->incident))
			continue;
		if (joined) { /* the nearest decides; the others are written down and linked */
			ig_matching_reject(g, "%s names message %lld of another incident; a nearer one decided", ids.where[i],
				(long long)s->message);
			if (!g->m->related)
				g->m->related = s->incident;
			continue;
		}
		ig_matching_join(g, s->incident, IG_MATCHED_BY_THREAD,
			ig_arena_fmt(g->a, "%s names message %lld, %s", ids.where[i], (long long)s->message,
				s->outgoing ? "which we sent" : "which we received"));
		joined = true;
	}
	return joined;
}

/* Why two senders may share a case over an ancestor that nobody here has seen; NULL when they may not. */
static const char *guard(struct ig_matching *g, const char *other)
{
	const char *from = from_of(g), *domain = ig_matching_domain(from), *other_domain = ig_matching_domain(other);
	if (ig_matching_address_eq(from, other))
		return "the same sender address";
	if (domain && other_domain && !strcasecmp(domain, other_domain) && !ig_match_shared_host(domain, g->self->shared_hosts) &&
		g->look->own_domain(g->look->arg, domain))
		return "the same organisation's own domain";
	return NULL;
}

static bool ancestor(struct ig_matching *g, const struct ig_match_seen *seen, size_t count, const char *words)
{
	for (size_t i = 0; i < count; i++) {
		if (!seen[i].incident)
			continue;
		const char *why = guard(g, seen[i].from_address);
		if (why) {
			ig_matching_join(g, seen[i].incident, IG_MATCHED_BY_THREAD,
				ig_arena_fmt(g->a, "%s message %lld, under %s", words, (long long)seen[i].message, why));
			return true;
		}
		ig_matching_reject(g, "%s message %lld, but neither sender address nor an organisation's own domain is equal", words,
			(long long)seen[i].message);
		if (!g->m->related)
			g->m->related = seen[i].incident;
	}
	return false;
}

bool ig_matching_ancestor(struct ig_matching *g)
{
	struct ids ids;
	struct ig_match_seen seen[IG_MATCH_SEEN_MAX];
	/* Replies that came before this message named it. */
	if (g->r->message_id) {
		size_t count = g->look->by_unseen_reference(g->look->arg, g->r->message_id, seen, IG_COUNT(seen), g->a);
		if (ancestor(g, seen, count, "is named by the earlier"))
			return true;
	}
	gather(g, &ids);
	for (size_t i = 0; i < ids.count; i++) {
		size_t count = g->look->by_unseen_reference(g->look->arg, ids.id[i], seen, IG_COUNT(seen), g->a);
		if (ancestor(g, seen, count, "shares an ancestor we have not seen with"))
			return true;
	}
	return false;
}
