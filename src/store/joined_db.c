/* Parts of one letter that came as several messages. Their rows, bytes and numbers stay: only who reads them, and where they are filed, changes.
 * Relies on the caller's transaction. */
#include "config.h"
#include "store/joined.h"
#include "store/store_int.h"

#define COLUMNS "message, whole, was, at"
#define LIST(X) \
	X(ADD, \
		"INSERT INTO joined (message, whole, n, was, at) VALUES (?1, ?2, (SELECT coalesce(max(n), 0) + 1 FROM joined WHERE whole = ?2), ?3, ?4) " \
		"ON CONFLICT (message) DO UPDATE SET whole = excluded.whole, n = excluded.n, was = excluded.was, at = excluded.at, ended_at = NULL") \
	X(END, "UPDATE joined SET ended_at = ?2 WHERE message = ?1 AND ended_at IS NULL") \
	X(GET, "SELECT " COLUMNS " FROM joined WHERE message = ?1 AND ended_at IS NULL") \
	X(PARTS, "SELECT " COLUMNS " FROM joined WHERE whole = ?1 AND ended_at IS NULL ORDER BY n") \
	X(EVER, "SELECT EXISTS (SELECT 1 FROM joined WHERE whole = ?1)") \
	X(FORGET_FIELDS, "DELETE FROM field WHERE message = ?1 AND name <> 'letter.pages' AND (rule IS NULL OR rule NOT LIKE 'person %')") \
	X(FORGET_OBSERVABLES, "DELETE FROM observable WHERE message = ?1") \
	X(DUTIES_DONE, "UPDATE duty SET done_at = ?2, done_by = ?3 WHERE message = ?1 AND done_at IS NULL") \
	X(ANSWERS, "SELECT id FROM dispatch WHERE answers = ?1 AND state IN ('queued', 'held') ORDER BY id")
SQL_DEFINE(joined, LIST)
#define Q(n) ig_store_q(s, SET_joined, SQL_##n)

static void read_row(struct q *q, struct ig_joined *j)
{
	j->message = r_int(q), j->whole = r_int(q), j->was = r_int(q), j->at = r_time(q);
}

int ig_store_join(struct ig_store *s, const struct ig_joined *j)
{
	struct q q = Q(ADD);
	q_int(&q, j->message), q_int(&q, j->whole), q_id(&q, j->was), q_int(&q, j->at);
	return ig_store_q_run(&q);
}

int ig_store_join_end(struct ig_store *s, int64_t message, ig_time at)
{
	struct q q = Q(END);
	q_int(&q, message), q_int(&q, at);
	return ig_store_q_run(&q);
}

int ig_store_joined(struct ig_store *s, int64_t message, struct ig_joined *j_r)
{
	struct q q = Q(GET);
	q_int(&q, message);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_row(&q, j_r);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_joined_parts(struct ig_store *s, int64_t whole, struct ig_arena *a, struct ig_joined **list_r, size_t *count_r)
{
	struct ig_joined *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(PARTS);
	int rc;
	q_int(&q, whole);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		read_row(&q, &list[count++]);
	}
	ig_store_q_end(&q);
	*list_r = list;
	*count_r = count;
	return rc < 0 ? -1 : 0;
}

int ig_store_joined_ever(struct ig_store *s, int64_t whole)
{
	int64_t ever = 0;
	struct q q = Q(EVER);
	q_int(&q, whole);
	return ig_store_q_one(&q, &ever) < 0 ? -1 : ever != 0;
}

int ig_store_findings_forget(struct ig_store *s, int64_t message)
{
	struct q fields = Q(FORGET_FIELDS);
	q_int(&fields, message);
	if (ig_store_q_run(&fields) < 0)
		return -1;
	struct q observables = Q(FORGET_OBSERVABLES);
	q_int(&observables, message);
	return ig_store_q_run(&observables);
}

int ig_store_duties_done_of(struct ig_store *s, int64_t message, ig_time at, const char *by)
{
	struct q q = Q(DUTIES_DONE);
	q_int(&q, message), q_int(&q, at), q_text(&q, by);
	return ig_store_q_run(&q);
}

int ig_store_answers_waiting(struct ig_store *s, int64_t message, struct ig_arena *a, int64_t **ids_r, size_t *count_r)
{
	size_t cap = 0;
	struct q q = Q(ANSWERS);
	int rc;
	*ids_r = NULL;
	*count_r = 0;
	q_int(&q, message);
	while ((rc = ig_store_q_row(&q)) == 1) {
		*ids_r = ig_store_grow(a, *ids_r, *count_r, &cap, sizeof **ids_r);
		(*ids_r)[(*count_r)++] = r_int(&q);
	}
	ig_store_q_end(&q);
	return rc < 0 ? -1 : 0;
}
