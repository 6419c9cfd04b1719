/* Probes (mail to ourselves that must come back) and when mail last came from each source. Relies on the caller's transaction. */
#include "config.h"
#include "store/store_int.h"

#define PROBE "dispatch, kind, address, sent_at, back_at, until"
#define LIST(X) \
	X(ADD, "INSERT INTO probe (" PROBE ") VALUES (?1, ?2, ?3, ?4, NULL, ?5)") \
	X(BACK, "UPDATE probe SET back_at = ?2 WHERE dispatch = ?1 AND back_at IS NULL") \
	X(GET, "SELECT " PROBE " FROM probe WHERE dispatch = ?1") \
	X(ALL, "SELECT " PROBE " FROM probe ORDER BY dispatch DESC LIMIT ?1") \
	X(SEEN, \
		"INSERT INTO source (name, last_at, gap, gap_at, count) VALUES (?1, ?2, 0, ?2, 1) ON CONFLICT (name) DO UPDATE SET " \
		"gap_at = iif(?2 - last_at >= gap OR ?2 - gap_at > ?3, ?2, gap_at), gap = iif(?2 - last_at >= gap OR ?2 - gap_at > ?3, ?2 - last_at, gap), " \
		"count = count + 1, told_at = NULL, last_at = max(last_at, ?2)") \
	X(KNOWN, "INSERT OR IGNORE INTO source (name, last_at, gap, gap_at, count) VALUES (?1, ?2, 0, ?2, 0)") \
	X(SOURCE, "SELECT last_at, gap, count, told_at FROM source WHERE name = ?1") \
	X(TOLD, "UPDATE source SET told_at = ?2 WHERE name = ?1")
SQL_DEFINE(probe, LIST)
#define Q(n) ig_store_q(s, SET_probe, SQL_##n)

#define GAP_KEPT (30 * IG_DAY) /* a silence that was longer once, but long ago, says nothing of today */

int ig_store_probe_add(struct ig_store *s, const struct ig_store_probe *p)
{
	struct q q = Q(ADD);
	q_int(&q, p->dispatch), q_text(&q, p->kind), q_text(&q, p->address), q_int(&q, p->sent_at), q_time(&q, p->until);
	return ig_store_q_run(&q);
}

int ig_store_probe_back(struct ig_store *s, int64_t dispatch, ig_time at)
{
	struct q q = Q(BACK);
	q_int(&q, dispatch), q_int(&q, at);
	return ig_store_q_run(&q);
}

static void read_probe(struct q *q, struct ig_arena *a, struct ig_store_probe *p)
{
	p->dispatch = r_int(q), p->kind = r_text(q, a), p->address = r_text(q, a);
	p->sent_at = r_time(q), p->back_at = r_time(q), p->until = r_time(q);
}

int ig_store_probe_get(struct ig_store *s, int64_t dispatch, struct ig_arena *a, struct ig_store_probe *p_r)
{
	struct q q = Q(GET);
	q_int(&q, dispatch);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_probe(&q, a, p_r);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_probe_list(struct ig_store *s, int64_t limit, int (*each)(const struct ig_store_probe *p, void *arg), void *arg)
{
	struct ig_arena *a = ig_arena_new(0);
	struct q q = Q(ALL);
	int rc;
	q_int(&q, limit);
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_store_probe p;
		ig_arena_reset(a);
		read_probe(&q, a, &p);
		if (each(&p, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

int ig_store_source_seen(struct ig_store *s, const char *name, ig_time at)
{
	struct q q = Q(SEEN);
	q_text(&q, name), q_int(&q, at), q_int(&q, GAP_KEPT);
	return ig_store_q_run(&q);
}

int ig_store_source_get(struct ig_store *s, const char *name, ig_time now, struct ig_store_source *r)
{
	struct q q = Q(KNOWN);
	q_text(&q, name), q_int(&q, now);
	if (ig_store_q_run(&q) < 0)
		return -1;
	q = Q(SOURCE);
	q_text(&q, name);
	if (ig_store_q_row(&q) != 1)
		return -1;
	r->last_at = r_time(&q), r->gap = r_int(&q), r->count = r_int(&q), r->told_at = r_time(&q);
	ig_store_q_end(&q);
	return 0;
}

int ig_store_source_told(struct ig_store *s, const char *name, ig_time at)
{
	struct q q = Q(TOLD);
	q_text(&q, name), q_int(&q, at);
	return ig_store_q_run(&q);
}
