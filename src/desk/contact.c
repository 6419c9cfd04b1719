/* A mail of a known unit that sends in its duty contact becomes a proposed change and a duty; nothing is changed by itself (letter 290/STTTT-CNTT asks
 * every unit for its contact on duty). Relies on decide for what the lines say. */
#include <string.h>
#include <strings.h>
#include "decide/contact.h"
#include "desk/room.h"

struct finding {
	struct ig_arena *a;
	const char *domain;
	struct ig_party found;
};

static int of_domain(const struct ig_party *p, void *arg)
{
	struct finding *f = arg;
	if (f->found.id || !p->domain || p->unit || strcasecmp(p->domain, f->domain))
		return 0;
	f->found.id = p->id;
	f->found.name = ig_arena_strdup(f->a, p->name);
	return 1;
}

/* Whose mail it is: by its address, else by the domain the directory gives a body. A stranger proposes nothing. */
static int whose(struct ig_taking *t, struct ig_party *p)
{
	const char *from = t->message.from_address, *at = strrchr(from, '@');
	int found = ig_store_party_by_address(t->d->store, IG_CHANNEL_MAIL, from, t->f->at, t->a, p);
	if (found > 0 && p->unit)
		return ig_store_party_get(t->d->store, p->unit, t->a, p);
	if (found || !at)
		return found;
	struct finding f = {.a = t->a, .domain = at + 1};
	if (ig_store_party_list(t->d->store, of_domain, &f) < 0)
		return -1;
	*p = f.found;
	return p->id != 0;
}

int ig_taking_contact(struct ig_taking *t)
{
	struct ig_contact c;
	struct ig_party unit;
	if (t->state != IG_MESSAGE_STATE_FILED || t->e->imported || !t->message.from_address || !ig_decide_opens_incident(t->r.class) ||
		!ig_decide_contact(t->r.subject, t->r.reply_text ? t->r.reply_text : t->r.text, t->a, &c))
		return 0;
	int found = whose(t, &unit);
	if (found <= 0)
		return found;
	struct ig_proposal p = {.message = t->message.id, .party = unit.id, .unit = unit.name, .name = c.name, .mail = c.mail, .phone = c.phone, .fax = c.fax,
		.created_at = t->f->at, .decided_at = IG_NEVER};
	if (ig_store_proposal_save(t->d->store, &p) < 0)
		return -1;
	return ig_desk_owe(t->d, t->incident.id, ig_arena_fmt(t->a, "decide on the contact that %s sent in (proposal %lld)", unit.name, (long long)p.id),
		"rule of the office", t->f->at + IG_DAY);
}
