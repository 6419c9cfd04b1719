/* Who wrote a letter on paper, looked for in the directory: recognition loses marks and letters, the directory has the name right. What is found is
 * a field with a confidence of its own and moves nothing. Relies on the letter's head as the workers read it (letter.issuer, the line above it, the
 * sign of its number) and on match/body.c for what is near. Where two may be meant, it is for a person. */
#include <stdio.h>
#include <string.h>
#include "desk/room.h"
#include "match/body.h"

#define FAR 0.35   /* edits by length; nearer is one and the same name, measured over scans and faxes of every quality */
#define NEXT 0.10  /* a second party not further away than that from the first: either may be meant */
#define DOUBT 0.6
#define SIGNED 0.08 /* the sign of the number has its first letters: a second witness, which tells like names apart */
#define FAR_SIGNED 0.5 /* nearer is the name, spoilt by a line that the fax lost, where the sign is its own */

struct look {
	struct ig_arena *a;
	struct ig_body head, both; /* both: with the line above, which may be the first half of the name */
	const char *sign; /* of its number; NULL none */
	ig_time at;
	double best, second, far; /* with what the sign says; far: of the best, without */
	bool is_signed, signs;    /* the best; any at all */
	int64_t party;
	char name[4 * IG_BODY_MAX];
};

static int compare(const struct ig_party *p, void *arg)
{
	struct look *k = arg;
	struct ig_body body;
	ig_arena_reset(k->a);
	if (p->unit || p->drill || !p->name || (p->valid_from != IG_NEVER && p->valid_from > k->at) ||
		(p->valid_to != IG_NEVER && p->valid_to <= k->at))
		return 0;
	ig_body_of(k->a, p->name, NULL, &body);
	double far = ig_body_distance(&k->head, &body), whole = k->both.base ? ig_body_distance(&k->both, &body) : far;
	far = whole < far ? whole : far;
	bool is_signed = k->sign && ig_body_signs(k->a, &body, k->sign);
	k->signs = k->signs || is_signed;
	double with = far - (is_signed ? SIGNED : 0);
	if (with < k->best) {
		k->second = k->best;
		k->best = with;
		k->far = far;
		k->is_signed = is_signed;
		k->party = p->id;
		snprintf(k->name, sizeof k->name, "%s", p->name);
	} else if (with < k->second) {
		k->second = with;
	}
	return 0;
}

static const struct ig_field *of(const struct ig_report *r, const char *name)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (!strcmp(r->fields[i].name, name) && r->fields[i].value)
			return &r->fields[i];
	return NULL;
}

int ig_desk_issuer(struct ig_desk *d, const struct ig_message *m, const struct ig_report *r)
{
	const struct ig_field *head = of(r, "letter.issuer"), *above = of(r, "letter.issuer_above"), *number = of(r, "letter.number");
	struct look k = {.at = m->received_at, .best = 2, .second = 2};
	if (!head)
		return 0;
	ig_body_of(d->arena, head->value, above ? above->value : NULL, &k.head);
	if (above)
		ig_body_of(d->arena, ig_arena_fmt(d->arena, "%s %s", above->value, head->value), NULL, &k.both);
	k.sign = number ? strchr(number->value, '/') : NULL;
	k.sign = k.sign ? k.sign + 1 : NULL;
	if (!*k.head.base)
		return 0;
	k.a = ig_arena_new(0);
	int bad = ig_store_party_list(d->store, compare, &k);
	ig_arena_free(k.a);
	if (bad < 0 || !k.party || k.far >= (k.is_signed ? FAR_SIGNED : FAR))
		return bad < 0 ? -1 : 0;
	struct ig_body over = {.base = NULL}, best;
	if (above)
		ig_body_of(d->arena, above->value, NULL, &over);
	ig_body_of(d->arena, k.name, NULL, &best);
	/* Readings took one line for the writer and for the body above him. */
	bool lost = over.base && *over.base && ig_body_distance(&k.head, &over) < FAR / 2;
	/* A committee signs its own letters; one that does not is the line above the writer's. */
	bool committee = !strncmp(best.base, "uy ban nhan dan", 15) && k.sign && !k.is_signed;
	/* The name says one, the sign of the number another: the line of who writes may be lost, and the one above it was read. */
	bool doubt = k.second - k.best < NEXT || (k.signs && !k.is_signed) || lost || committee;
	struct ig_field f = {.name = "letter.issuer_party", .value = k.name, .where = head->where, .rule = "directory",
		.confidence = (k.best > 0 ? 1 - k.best : 1) * (doubt ? DOUBT : 1)};
	return ig_store_field_set(d->store, m->id, &f);
}
