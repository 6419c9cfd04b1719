/* What a person said of a letter's fields improves the directory: the issuing body is looked for once more by its right name, and contacts that
 * the directory lacks become a proposal. A proposal only: that a number stands in a letter says nothing of who wrote the letter, and whoever
 * forges a head would be written to from then on. Relies on issuer.c. */
#include <string.h>
#include "desk/room.h"

#define KNOWN 0.9 /* as near as a name and the same name without its place */

static const struct ig_field *of(const struct ig_field *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i].name, name))
			return &list[i];
	return NULL;
}

static const char *value_of(const struct ig_field *list, size_t count, const char *name)
{
	const struct ig_field *f = of(list, count, name);
	return f ? f->value : NULL;
}

/* The body by the name that is said now; without a name it is nobody. */
static int issuer_again(struct ig_desk *d, const struct ig_message *m, const struct ig_field *said)
{
	struct ig_field none = {.name = "letter.issuer_party"}, head = *said;
	struct ig_report r = {.fields = &head, .field_count = 1};
	return ig_store_field_set(d->store, m->id, &none) < 0 || (head.value && ig_desk_issuer(d, m, &r)) ? -1 : 0;
}

static bool has(const struct ig_party *p, enum ig_channel channel, const char *address)
{
	for (size_t i = 0; i < p->channel_count; i++)
		if (p->channels[i].channel == channel && !strcmp(p->channels[i].address, address))
			return true;
	return false;
}

/* 1 with whose letter it is: the party, or a name that a person said and the directory lacks (id 0). */
static int whose(struct ig_desk *d, const struct ig_message *m, struct ig_party *p)
{
	struct ig_field *list = NULL;
	size_t count = 0;
	if (ig_store_fields(d->store, m->id, d->arena, &list, &count) < 0)
		return -1;
	const struct ig_field *known = of(list, count, "letter.issuer_party"), *head = of(list, count, "letter.issuer");
	if (!head || head->confidence < 1) /* nobody confirmed who wrote it */
		return 0;
	if (known && known->confidence >= KNOWN)
		return ig_store_party_by_name(d->store, known->value, d->arena, p);
	if (known) /* one that may be meant: a person looks into the directory */
		return 0;
	*p = (struct ig_party){.name = head->value};
	return 1;
}

static int same_already(struct ig_desk *d, const struct ig_proposal *p)
{
	struct ig_proposal *list = NULL;
	size_t count = 0;
	if (ig_store_proposals(d->store, true, d->arena, &list, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (list[i].message == p->message && list[i].name && !strcmp(list[i].name, p->name))
			return 1;
	return 0;
}

int ig_desk_confirmed(struct ig_desk *d, const struct ig_message *m, const struct ig_field *said, size_t count, const char **words_r)
{
	static const struct { const char *field; enum ig_channel channel; } contacts[] = {
		{"reporter.email", IG_CHANNEL_MAIL}, {"reporter.phone", IG_CHANNEL_PHONE}, {"reporter.fax", IG_CHANNEL_FAX}};
	const struct ig_field *issuer = of(said, count, "letter.issuer");
	const char *fresh[IG_COUNT(contacts)] = {NULL};
	struct ig_party who = {0};
	bool any = false;
	*words_r = NULL;
	if (issuer && issuer_again(d, m, issuer))
		return -1;
	int known = whose(d, m, &who);
	if (known <= 0)
		return known;
	for (size_t i = 0; i < IG_COUNT(contacts); i++) {
		const char *value = value_of(said, count, contacts[i].field);
		if (!value || has(&who, contacts[i].channel, value))
			continue;
		fresh[i] = value;
		any = true;
	}
	struct ig_proposal p = {.message = m->id, .party = who.id, .unit = who.id ? who.name : NULL, .name = who.name, .mail = fresh[0], .phone = fresh[1],
		.fax = fresh[2], .created_at = ig_now(), .decided_at = IG_NEVER};
	if (!any && (who.id || !issuer))
		return 0;
	int same = same_already(d, &p);
	if (same)
		return same < 0 ? -1 : 0;
	if (ig_store_proposal_save(d->store, &p) < 0)
		return -1;
	*words_r = ig_arena_fmt(d->arena, "The directory lacks %s%s: irgatectl party accept %lld", any ? "a contact of " : "", who.name, (long long)p.id);
	return 0;
}
