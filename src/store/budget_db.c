/* Budgets of automatic letters: whom each letter was charged to, which peers are suspended, which receipts wait for a person.
 * Relies on the caller's transaction. Counting is the desk's work. */
#include "config.h"
#include "store/store_int.h"

#define PEER "kind, key, suspended_at, last_at, resumed_at, resumed_by"
#define LIST(X) \
	X(CHARGE_ADD, "INSERT OR REPLACE INTO letter_charge (dispatch, at, peers) VALUES (?1, ?2, ?3)") \
	X(CHARGES, "SELECT at, peers FROM letter_charge ORDER BY dispatch DESC") \
	X(PEER_GET, "SELECT " PEER " FROM peer WHERE kind = ?1 AND key = ?2") \
	X(PEER_SUSPEND, \
		"INSERT INTO peer (kind, key, suspended_at, last_at) VALUES (?1, ?2, ?3, ?3) ON CONFLICT (kind, key) DO UPDATE SET " \
		"suspended_at = excluded.suspended_at, last_at = excluded.last_at") \
	X(PEER_SEEN, "UPDATE peer SET last_at = max(coalesce(last_at, ?3), ?3) WHERE kind = ?1 AND key = ?2") \
	X(PEER_RESUME, "UPDATE peer SET suspended_at = NULL, resumed_at = ?3, resumed_by = ?4 WHERE kind = ?1 AND key = ?2") \
	X(PEER_LIST, "SELECT " PEER " FROM peer WHERE ?1 = 0 OR suspended_at IS NOT NULL ORDER BY kind, key") \
	X(DIRECTORY, \
		"SELECT 1 FROM party WHERE domain = ?1 OR domain LIKE '%.' || ?1 UNION ALL SELECT 1 FROM party_channel WHERE channel = 'mail' " \
		"AND (address LIKE '%@' || ?1 OR address LIKE '%.' || ?1) LIMIT 1") \
	X(HELD, "INSERT OR REPLACE INTO receipt_held (dispatch, kind, key) VALUES (?1, ?2, ?3)") \
	X(BATCHES, \
		"SELECT h.kind, h.key, count(*), min(d.created_at) FROM receipt_held h JOIN dispatch d ON d.id = h.dispatch WHERE d.state = 'held' " \
		"GROUP BY h.kind, h.key ORDER BY min(d.id)") \
	X(BATCH, \
		"SELECT d.id FROM dispatch d JOIN receipt_held h ON h.dispatch = d.id WHERE d.state IN ('held', 'failed', 'uncertain') AND d.state = 'held' " \
		"AND (?1 IS NULL OR h.key = ?1) ORDER BY d.id")
SQL_DEFINE(budget, LIST)
#define Q(n) ig_store_q(s, SET_budget, SQL_##n)

#define PEERS_MAX 16

int ig_store_charge_add(struct ig_store *s, int64_t dispatch, ig_time at, const uint64_t *peers, size_t count)
{
	struct q q = Q(CHARGE_ADD);
	q_int(&q, dispatch), q_int(&q, at), q_blob(&q, peers, count * sizeof(*peers));
	return ig_store_q_run(&q);
}

int ig_store_charges(struct ig_store *s, ig_time since, void (*each)(ig_time at, const uint64_t *peers, size_t count, void *arg), void *arg)
{
	struct q q = Q(CHARGES);
	uint64_t peers[PEERS_MAX];
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		ig_time at = r_int(&q);
		size_t len = (size_t)sqlite3_column_bytes(q.st, 1);
		if (at < since)
			break;
		len = len > sizeof(peers) ? sizeof(peers) : len - len % sizeof(peers[0]);
		if (len)
			memcpy(peers, sqlite3_column_blob(q.st, 1), len);
		each(at, peers, len / sizeof(peers[0]), arg);
	}
	ig_store_q_end(&q);
	return rc < 0 ? -1 : 0;
}

static void read_peer(struct q *q, struct ig_arena *a, struct ig_store_peer *p)
{
	r_word(q, ig_peer, &p->kind);
	p->key = r_text(q, a);
	p->suspended_at = r_time(q), p->last_at = r_time(q), p->resumed_at = r_time(q);
	p->resumed_by = r_text(q, a);
}

int ig_store_peer_get(struct ig_store *s, enum ig_peer kind, const char *key, struct ig_arena *a, struct ig_store_peer *p_r)
{
	struct q q = Q(PEER_GET);
	q_text(&q, ig_peer_word(kind)), q_text(&q, key);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_peer(&q, a, p_r);
	ig_store_q_end(&q);
	return rc;
}

static int on_peer(struct q q, enum ig_peer kind, const char *key, ig_time at)
{
	q_text(&q, ig_peer_word(kind)), q_text(&q, key), q_int(&q, at);
	return ig_store_q_run(&q);
}

int ig_store_peer_suspend(struct ig_store *s, enum ig_peer kind, const char *key, ig_time at)
{
	return on_peer(Q(PEER_SUSPEND), kind, key, at);
}

int ig_store_peer_seen(struct ig_store *s, enum ig_peer kind, const char *key, ig_time at)
{
	return on_peer(Q(PEER_SEEN), kind, key, at);
}

int ig_store_peer_resume(struct ig_store *s, enum ig_peer kind, const char *key, ig_time at, const char *by)
{
	struct q q = Q(PEER_RESUME);
	q_text(&q, ig_peer_word(kind)), q_text(&q, key), q_int(&q, at), q_text(&q, by);
	return ig_store_q_run(&q);
}

int ig_store_peer_list(struct ig_store *s, bool suspended_only, int (*each)(const struct ig_store_peer *p, void *arg), void *arg)
{
	struct ig_arena *a = ig_arena_new(0);
	struct q q = Q(PEER_LIST);
	int rc;
	q_int(&q, suspended_only);
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_store_peer p;
		ig_arena_reset(a);
		read_peer(&q, a, &p);
		if (each(&p, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

bool ig_store_peer_directory(struct ig_store *s, const char *domain)
{
	int64_t one = 0;
	struct q q = Q(DIRECTORY);
	q_text(&q, domain);
	return ig_store_q_one(&q, &one) == 1;
}

int ig_store_receipt_held(struct ig_store *s, int64_t dispatch, const char *kind, const char *key)
{
	struct q q = Q(HELD);
	q_int(&q, dispatch), q_text(&q, kind), q_text(&q, key);
	return ig_store_q_run(&q);
}

int ig_store_batches(struct ig_store *s, int (*each)(const struct ig_store_batch *b, void *arg), void *arg)
{
	struct ig_arena *a = ig_arena_new(0);
	struct q q = Q(BATCHES);
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_store_batch b;
		ig_arena_reset(a);
		b.kind = r_text(&q, a), b.key = r_text(&q, a), b.count = r_int(&q), b.oldest = r_time(&q);
		if (each(&b, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

int ig_store_batch(struct ig_store *s, const char *key, struct ig_arena *a, int64_t **ids_r, size_t *count_r)
{
	int64_t *ids = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(BATCH);
	int rc;
	q_text(&q, key);
	while ((rc = ig_store_q_row(&q)) == 1) {
		ids = ig_store_grow(a, ids, count, &cap, sizeof *ids);
		ids[count++] = r_int(&q);
	}
	*ids_r = ids, *count_r = count;
	return rc;
}
