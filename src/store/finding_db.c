/* Findings of a message: fields with where each stood, the sender's own tickets, observables; and the traces by which reports of the same
 * thing are found again. Relies on the reader having bounded texts; bounds the counts itself, since amendments add to them.
 * Does not judge what belongs together: match does. */
#include "config.h"
#include "store/store_int.h"

#define NEXT(table) "(SELECT coalesce(max(n), 0) + 1 FROM " table " WHERE message = ?1)"
#define LIST(X) \
	X(FIELD_ADD, \
		"INSERT INTO field (message, n, name, value, confidence, place, rule) SELECT ?1, " NEXT("field") ", ?2, ?3, ?4, ?5, ?6 " \
		"WHERE NOT EXISTS (SELECT 1 FROM field WHERE message = ?1 AND name = ?2 AND value = ?3 AND place IS ?5) " \
		"AND (SELECT count(*) FROM field WHERE message = ?1) < ?7") \
	X(FIELD_DROP, "DELETE FROM field WHERE message = ?1 AND name = ?2") \
	X(TWIN, \
		"SELECT f.message FROM field f JOIN field g ON g.message = f.message AND g.name = 'letter.issuer' WHERE f.name = 'letter.number' AND " \
		"f.value = ?1 AND g.value = ?2 COLLATE NOCASE AND f.message <> ?3 AND NOT EXISTS (SELECT 1 FROM joined j WHERE j.message = f.message AND " \
		"j.ended_at IS NULL) ORDER BY f.message LIMIT 1") \
	X(FIELDS, "SELECT name, value, confidence, place, rule FROM field WHERE message = ?1 ORDER BY n") \
	X(OBSERVABLE_ADD, "INSERT INTO observable (message, n, type, value) VALUES (?1, ?2, ?3, ?4)") \
	X(OBSERVABLES, "SELECT type, value FROM observable WHERE message = ?1 ORDER BY n") \
	X(TICKET_ADD, \
		"INSERT INTO ticket (message, n, system, id, status) SELECT ?1, " NEXT("ticket") ", ?2, ?3, ?4 WHERE NOT EXISTS " \
		"(SELECT 1 FROM ticket WHERE message = ?1 AND system = ?2 AND id IS ?3) AND (SELECT count(*) FROM ticket WHERE message = ?1) < ?5") \
	X(TICKETS, "SELECT system, id, status FROM ticket WHERE message = ?1 ORDER BY n") \
	X(YIELD_GET, "SELECT filter FROM yield WHERE sender = ?1") \
	X(YIELD_SET, "INSERT INTO yield (sender, filter) VALUES (?1, ?2) ON CONFLICT (sender) DO UPDATE SET filter = ?2 WHERE filter <> ?2") \
	X(YIELD_DROP, "DELETE FROM yield WHERE sender = ?1") \
	X(TRACE_ADD, "INSERT OR IGNORE INTO trace (hash, message, text) VALUES (?1, ?2, ?3)")
SQL_DEFINE(finding, LIST)
#define Q(n) ig_store_q(s, SET_finding, SQL_##n)

static int add_fields(struct ig_store *s, int64_t message, const struct ig_report *r)
{
	for (size_t i = 0; i < r->field_count; i++) {
		const struct ig_field *f = &r->fields[i];
		struct q q = Q(FIELD_ADD);
		q_int(&q, message), q_text(&q, f->name), q_text(&q, f->value), q_real(&q, f->confidence), q_text(&q, f->where), q_text(&q, f->rule);
		q_int(&q, IG_FINDINGS_MAX);
		if (ig_store_q_run(&q) < 0)
			return -1;
	}
	return 0;
}

/* Most messages have few, so those that are there are compared here and not in one look-up each. */
static int add_observables(struct ig_store *s, int64_t message, const struct ig_report *r)
{
	struct ig_arena *a = ig_arena_new(0);
	struct ig_observable *there = NULL;
	size_t count = 0, n;
	int rc = r->observable_count ? ig_store_observables(s, message, a, &there, &count) : 0;
	n = count;
	for (size_t i = 0; rc >= 0 && i < r->observable_count && n < IG_FINDINGS_MAX; i++) {
		const struct ig_observable *o = &r->observables[i];
		bool known = false;
		for (size_t k = 0; k < count && !known; k++)
			known = !strcmp(there[k].value, o->value) && !strcmp(there[k].type, o->type);
		if (known)
			continue;
		struct q q = Q(OBSERVABLE_ADD);
		q_int(&q, message), q_int(&q, (int64_t)++n), q_text(&q, o->type), q_text(&q, o->value);
		rc = ig_store_q_run(&q);
	}
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

int ig_store_findings_add(struct ig_store *s, int64_t message, const struct ig_report *r)
{
	if (add_fields(s, message, r) || add_observables(s, message, r))
		return -1;
	if (!r->ticket.system && !r->ticket.id)
		return 0;
	struct q q = Q(TICKET_ADD);
	q_int(&q, message), q_text(&q, r->ticket.system ? r->ticket.system : "?"), q_text(&q, r->ticket.id), q_text(&q, r->ticket.status);
	q_int(&q, IG_FINDINGS_MAX);
	return ig_store_q_run(&q) < 0 ? -1 : 0;
}

int64_t ig_store_letter_twin(struct ig_store *s, const char *number, const char *issuer, int64_t not_message)
{
	int64_t id = 0;
	struct q q = Q(TWIN);
	q_text(&q, number), q_text(&q, issuer), q_int(&q, not_message);
	int rc = ig_store_q_one(&q, &id);
	return rc < 0 ? -1 : rc ? id : 0;
}

int ig_store_field_set(struct ig_store *s, int64_t message, const struct ig_field *f)
{
	struct q drop = Q(FIELD_DROP);
	q_int(&drop, message), q_text(&drop, f->name);
	if (ig_store_q_run(&drop) < 0)
		return -1;
	if (!f->value)
		return 0;
	struct q q = Q(FIELD_ADD);
	q_int(&q, message), q_text(&q, f->name), q_text(&q, f->value), q_real(&q, f->confidence), q_text(&q, f->where), q_text(&q, f->rule);
	q_int(&q, IG_FINDINGS_MAX + 1);
	return ig_store_q_run(&q) < 0 ? -1 : 0;
}

int ig_store_fields(struct ig_store *s, int64_t message, struct ig_arena *a, struct ig_field **list_r, size_t *count_r)
{
	struct ig_field *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(FIELDS);
	int rc;
	q_int(&q, message);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		struct ig_field *f = &list[count++];
		f->name = r_text(&q, a), f->value = r_text(&q, a), f->confidence = r_real(&q), f->where = r_text(&q, a), f->rule = r_text(&q, a);
	}
	*list_r = list, *count_r = count;
	return rc;
}

int ig_store_observables(struct ig_store *s, int64_t message, struct ig_arena *a, struct ig_observable **list_r, size_t *count_r)
{
	struct ig_observable *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(OBSERVABLES);
	int rc;
	q_int(&q, message);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		list[count].type = r_text(&q, a), list[count].value = r_text(&q, a);
		count++;
	}
	*list_r = list, *count_r = count;
	return rc;
}

int ig_store_tickets(struct ig_store *s, int64_t message, struct ig_arena *a, struct ig_ticket **list_r, size_t *count_r)
{
	struct ig_ticket *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(TICKETS);
	int rc;
	q_int(&q, message);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		struct ig_ticket *t = &list[count++];
		t->system = r_text(&q, a), t->id = r_text(&q, a), t->status = r_text(&q, a);
	}
	*list_r = list, *count_r = count;
	return rc;
}

int ig_store_trace_add(struct ig_store *s, int64_t message, const char *text)
{
	struct q q = Q(TRACE_ADD);
	q_int(&q, ig_hash64(text, strlen(text))), q_int(&q, message), q_text(&q, text);
	return ig_store_q_run(&q);
}

int ig_store_yield_get(struct ig_store *s, const char *sender, struct ig_arena *a, const char **filter_r)
{
	struct q q = Q(YIELD_GET);
	q_text(&q, sender);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		*filter_r = r_text(&q, a);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_yield_set(struct ig_store *s, const char *sender, const char *filter)
{
	struct q q = ig_store_q(s, SET_finding, filter ? SQL_YIELD_SET : SQL_YIELD_DROP);
	q_text(&q, sender);
	if (filter)
		q_text(&q, filter);
	return ig_store_q_run(&q);
}
