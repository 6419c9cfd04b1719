/* The journal: who did what, append-only, each row hash-chained to the one before, so that a changed or removed row shows.
 * Relies on the caller's transaction; the chain starts from 32 zero bytes. What it cannot prove: rows cut from its end. */
#include "config.h"
#include "store/store_int.h"

#define LIST(X) \
	X(HEAD, "SELECT id, chain FROM journal ORDER BY id DESC LIMIT 1") \
	X(ADD, "INSERT INTO journal (id, at, actor, act, object, detail, chain) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)") \
	X(LIST_NEWEST, \
		"SELECT id, at, actor, act, object, detail, chain FROM journal WHERE ?1 IS NULL OR object = ?1 ORDER BY id DESC LIMIT ?2") \
	X(LIST_OLDEST, "SELECT id, at, actor, act, object, detail, chain FROM journal ORDER BY id")
SQL_DEFINE(journal, LIST)
#define Q(n) ig_store_q(s, SET_journal, SQL_##n)

static void add_number(struct ig_sha256 *h, uint64_t v)
{
	uint8_t b[8];
	for (int i = 0; i < 8; i++)
		b[i] = (uint8_t)(v >> (8 * i));
	ig_sha256_add(h, b, sizeof b);
}

static void add_text(
	struct ig_sha256 *h, const char *t) /* its length first, so that no two rows give the same bytes; NULL differs from "" */
{
	add_number(h, t ? strlen(t) : UINT64_MAX);
	if (t)
		ig_sha256_add(h, t, strlen(t));
}

static void link_of(const uint8_t before[IG_SHA256_LEN], const struct ig_journal_row *r, uint8_t out[IG_SHA256_LEN])
{
	struct ig_sha256 h;
	ig_sha256_init(&h);
	ig_sha256_add(&h, before, IG_SHA256_LEN);
	add_number(&h, (uint64_t)r->id);
	add_number(&h, (uint64_t)r->at);
	add_text(&h, r->actor);
	add_text(&h, r->act);
	add_text(&h, r->object);
	add_text(&h, r->detail);
	ig_sha256_end(&h, out);
}

static void read_row(struct q *q, struct ig_arena *a, struct ig_journal_row *r)
{
	r->id = r_int(q), r->at = r_time(q);
	r->actor = r_text(q, a), r->act = r_text(q, a), r->object = r_text(q, a), r->detail = r_text(q, a);
	r_sum(q, r->chain);
}

int ig_store_journal_add(struct ig_store *s, ig_time at, const char *actor, const char *act, const char *object, const char *detail)
{
	uint8_t before[IG_SHA256_LEN] = {0};
	struct ig_journal_row r = {.id = 1, .at = at, .actor = actor, .act = act, .object = object, .detail = detail};
	struct q q = Q(HEAD);
	int rc = ig_store_q_row(&q);
	if (rc < 0)
		return -1;
	if (rc == 1) {
		r.id = r_int(&q) + 1;
		r_sum(&q, before);
	}
	ig_store_q_end(&q);
	link_of(before, &r, r.chain);
	q = Q(ADD);
	q_int(&q, r.id), q_int(&q, at), q_text(&q, actor), q_text(&q, act), q_text(&q, object), q_text(&q, detail);
	q_blob(&q, r.chain, IG_SHA256_LEN);
	return ig_store_q_run(&q);
}

int ig_store_journal_list(
	struct ig_store *s, const char *object, int64_t limit, int (*each)(const struct ig_journal_row *r, void *arg), void *arg)
{
	struct q q = Q(LIST_NEWEST);
	struct ig_arena *a = ig_arena_new(0);
	int rc;
	q_text(&q, object), q_int(&q, limit > 0 ? limit : -1);
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_journal_row r;
		ig_arena_reset(a);
		read_row(&q, a, &r);
		if (each(&r, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

/* Findings, or -1. One break is said once: what follows is compared with the chain as stored. */
int ig_store_journal_check(struct ig_store *s, void (*say)(const char *finding, void *arg), void *arg)
{
	uint8_t before[IG_SHA256_LEN] = {0}, want[IG_SHA256_LEN];
	struct q q = Q(LIST_OLDEST);
	struct ig_arena *a = ig_arena_new(0);
	int64_t expected = 1;
	int rc, found = 0;
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_journal_row r;
		ig_arena_reset(a);
		read_row(&q, a, &r);
		link_of(before, &r, want);
		if (r.id != expected || memcmp(want, r.chain, IG_SHA256_LEN)) {
			say(ig_arena_fmt(a, "journal row %lld: %s", (long long)r.id,
					r.id != expected ? "rows are missing before it" : "it was changed, or what is before it"),
				arg);
			found++;
		}
		memcpy(before, r.chain, IG_SHA256_LEN);
		expected = r.id + 1;
	}
	ig_arena_free(a);
	return rc < 0 ? -1 : found;
}
