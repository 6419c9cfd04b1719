/* Who wrote a letter on paper, looked for in the directory: recognition loses marks and letters, the directory has the name right. What is found is
 * a field with a confidence of its own and moves nothing. Relies on the letter's head as the workers read it (letter.issuer). */
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "desk/room.h"

#define NAME_MAX_LEN 200 /* bytes of a folded name that are compared */
#define FAR 0.35         /* edits by length; nearer is one and the same name, measured over scans and faxes of every quality */
#define NEXT 0.10        /* a second party not further away than that from the first: either may be meant */
#define DOUBT 0.6
#define PLACE 0.05 /* a name without its place is so much further away */

struct look {
	struct ig_arena *a;
	const char *head;
	size_t len;
	ig_time at;
	double best, second;
	int64_t party;
	char name[4 * NAME_MAX_LEN];
};

/* Edits that make one of the other; past limit only that it is more. */
static size_t edits(const char *s, size_t n, const char *t, size_t m, size_t limit)
{
	size_t row[NAME_MAX_LEN + 1];
	for (size_t k = 0; k <= m; k++)
		row[k] = k;
	for (size_t i = 1; i <= n; i++) {
		size_t corner = row[0], least = row[0] = i;
		for (size_t k = 1; k <= m; k++) {
			size_t change = corner + (s[i - 1] != t[k - 1]);
			corner = row[k];
			row[k] = row[k] < row[k - 1] ? row[k] + 1 : row[k - 1] + 1;
			row[k] = change < row[k] ? change : row[k];
			least = row[k] < least ? row[k] : least;
		}
		if (least > limit)
			return limit + 1;
	}
	return row[m];
}

static char *plain(struct ig_arena *a, const char *name, size_t *len_r)
{
	char *s = ig_utf8_fold(a, name, strlen(name));
	*len_r = strlen(s) < NAME_MAX_LEN ? strlen(s) : NAME_MAX_LEN;
	return s;
}

static double distance(const struct look *k, const char *name, size_t len)
{
	size_t longer = len > k->len ? len : k->len, limit = (size_t)((FAR + NEXT) * (double)longer);
	if (!len || (len > k->len ? len - k->len : k->len - len) > limit)
		return 1;
	return (double)edits(k->head, k->len, name, len, limit) / (double)longer;
}

/* A letter's head names the body alone, its place stands in the line above; a directory has both in the name. */
static double nearest(const struct look *k, const char *name, size_t len)
{
	static const char *const places[] = {" tinh ", " thanh pho ", " tp "};
	double far = distance(k, name, len);
	for (size_t i = 0; i < IG_COUNT(places); i++) {
		const char *place = strstr(name, places[i]);
		double without = place && (size_t)(place - name) < len ? distance(k, name, (size_t)(place - name)) + PLACE : 1;
		far = without < far ? without : far;
	}
	return far;
}

static int compare(const struct ig_party *p, void *arg)
{
	struct look *k = arg;
	size_t len;
	ig_arena_reset(k->a);
	if (p->unit || p->drill || !p->name || (p->valid_from != IG_NEVER && p->valid_from > k->at) ||
		(p->valid_to != IG_NEVER && p->valid_to <= k->at))
		return 0;
	const char *name = plain(k->a, p->name, &len);
	double far = nearest(k, name, len);
	if (far < k->best) {
		k->second = k->best;
		k->best = far;
		k->party = p->id;
		snprintf(k->name, sizeof k->name, "%s", p->name);
	} else if (far < k->second) {
		k->second = far;
	}
	return 0;
}

int ig_desk_issuer(struct ig_desk *d, const struct ig_message *m, const struct ig_report *r)
{
	const struct ig_field *head = NULL;
	for (size_t i = 0; i < r->field_count && !head; i++)
		head = !strcmp(r->fields[i].name, "letter.issuer") && r->fields[i].value ? &r->fields[i] : NULL;
	struct look k = {.at = m->received_at, .best = 1, .second = 1};
	if (head)
		k.head = plain(d->arena, head->value, &k.len);
	if (!k.len)
		return 0;
	k.a = ig_arena_new(0);
	int bad = ig_store_party_list(d->store, compare, &k);
	ig_arena_free(k.a);
	if (bad < 0 || !k.party || k.best >= FAR)
		return bad < 0 ? -1 : 0;
	struct ig_field f = {.name = "letter.issuer_party", .value = k.name, .where = head->where, .rule = "directory",
		.confidence = (1 - k.best) * (k.second - k.best < NEXT ? DOUBT : 1)};
	return ig_store_field_set(d->store, m->id, &f);
}
