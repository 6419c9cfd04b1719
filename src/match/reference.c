/* Our own reference in a message: subject and recipient (strong), body and attachment names (weak).
 * Relies on ig_ref_find, which wants the right check character. A reference joins only for somebody the case knows already: a
 * stranger's mail that merely names a number gets its own incident and a suggestion (issue 2, "Match"). Does not look at ids; see
 * thread.c. */
#include <string.h>
#include "match/room.h"

struct named { /* incidents named at one place, each once */
	int64_t incident[8];
	struct ig_ref ref[8];
	size_t count;
};

static void collect(struct ig_matching *g, const char *text, const char *where, struct named *n)
{
	struct ig_ref ref;
	const char *at, *next = text;
	for (int i = 0; next && i < 64; i++) {
		next = ig_ref_find(next, &ref, &at);
		if (!next)
			return;
		char printed[IG_REF_MAX];
		int64_t incident = g->look->incident_by_ref(g->look->arg, ref);
		if (!incident) {
			ig_matching_reject(g, "%s in %s: no such incident here", ig_ref_print(ref, printed), where);
			continue;
		}
		bool known = false;
		for (size_t k = 0; k < n->count; k++)
			known = known || n->incident[k] == incident;
		if (!known && n->count < IG_COUNT(n->incident)) {
			n->ref[n->count] = ref;
			n->incident[n->count++] = incident;
		}
	}
}

/* One place with one case named by somebody the case knows: join. Two cases the sender may name are no answer: a person decides. */
static bool consider(struct ig_matching *g, const struct named *n, const char *where)
{
	size_t good = 0, pick = 0;
	char printed[IG_REF_MAX];
	for (size_t i = 0; i < n->count; i++)
		if (ig_matching_known(g, n->incident[i])) {
			pick = good ? pick : i;
			good++;
		}
	if (good == 1) {
		for (size_t i = 0; i < n->count; i++)
			if (i != pick)
				ig_matching_reject(g, "%s in %s: the sender is not known to that case", ig_ref_print(n->ref[i], printed), where);
		ig_matching_join(g, n->incident[pick], IG_MATCHED_BY_REFERENCE,
			ig_arena_fmt(g->a, "%s in %s, by a sender known to the case", ig_ref_print(n->ref[pick], printed), where));
		return true;
	}
	for (size_t i = 0; i < n->count; i++) {
		ig_matching_reject(g, good ? "%s in %s: several cases are named there" : "%s in %s: the sender is not known to that case",
			ig_ref_print(n->ref[i], printed), where);
		if (!g->m->suggested)
			g->m->suggested = n->incident[good ? pick : i];
	}
	return false;
}

static bool place(struct ig_matching *g, const char *text, const char *where)
{
	struct named n = {.count = 0};
	collect(g, text, where, &n);
	return n.count && consider(g, &n, where);
}

static void collect_recipient(struct ig_matching *g, const char *address, struct named *n)
{
	const char *detail;
	if (ig_matching_is_ours(g->self, address, g->a, &detail) && detail)
		collect(g, detail, "the recipient address", n);
}

static bool recipients(struct ig_matching *g)
{
	struct named n = {.count = 0};
	if (!g->self->subaddress)
		return false;
	for (const char *const *to = g->e->recipients; to && *to; to++)
		collect_recipient(g, *to, &n);
	for (const char *const *to = g->r->delivered_to; to && *to; to++)
		collect_recipient(g, *to, &n);
	for (size_t i = 0; i < g->r->to_count; i++)
		collect_recipient(g, g->r->to[i].address, &n);
	for (size_t i = 0; i < g->r->cc_count; i++)
		collect_recipient(g, g->r->cc[i].address, &n);
	return n.count && consider(g, &n, "the recipient address");
}

bool ig_matching_by_hand(struct ig_matching *g)
{
	struct named n = {.count = 0};
	char printed[IG_REF_MAX];
	if (!g->e->source || strcmp(g->e->source, IG_ENVELOPE_BY_HAND))
		return false;
	collect(g, g->r->subject, "the subject", &n);
	if (n.count == 1)
		ig_matching_join(g, n.incident[0], IG_MATCHED_BY_PERSON, ig_arena_fmt(g->a, "a person filed it under %s", ig_ref_print(n.ref[0], printed)));
	return n.count == 1;
}

bool ig_matching_reference_strong(struct ig_matching *g)
{
	return recipients(g) || place(g, g->r->subject, "the subject");
}

bool ig_matching_reference_weak(struct ig_matching *g)
{
	if (place(g, g->r->reply_text, "the text"))
		return true;
	struct named n = {.count = 0};
	for (size_t i = 0; i < g->r->attachment_count; i++)
		collect(g, g->r->attachments[i].name, "an attachment name", &n);
	if (n.count && consider(g, &n, "an attachment name"))
		return true;
	return place(g, g->r->text, "quoted text");
}
