/* Messages that wait for a person's word before they are filed (held, suspect): what was read of them, and the one duty a day that counts
 * those that are suspect. Relies on the caller's transaction. */
#include "config.h"
#include "store/store_int.h"

#define LIST(X) \
	X(PUT, "INSERT INTO unfiled (message, envelope, report) VALUES (?1, ?2, ?3)") \
	X(GET, "SELECT envelope, report FROM unfiled WHERE message = ?1") \
	X(DROP, "DELETE FROM unfiled WHERE message = ?1") \
	X(PROMOTE, \
		"UPDATE message SET state = 'filed', incident = ?2, matched_by = ?3, match_reason = ?4, match_rejected = ?5, suggested = ?6 " \
		"WHERE id = ?1") \
	X(DAY, "SELECT s.duty, s.count FROM suspect_day s JOIN duty d ON d.id = s.duty WHERE s.day = ?1 AND d.done_at IS NULL") \
	X(COUNTED, \
		"INSERT INTO suspect_day (day, duty, count) VALUES (?1, ?2, ?3) ON CONFLICT (day) DO UPDATE SET duty = excluded.duty, " \
		"count = excluded.count") \
	X(WHAT, "UPDATE duty SET what = ?2 WHERE id = ?1")
SQL_DEFINE(unfiled, LIST)
#define Q(n) ig_store_q(s, SET_unfiled, SQL_##n)

int ig_store_unfiled_put(struct ig_store *s, int64_t message, const char *envelope, const void *report, size_t len)
{
	struct q q = Q(PUT);
	q_int(&q, message), q_text(&q, envelope), q_blob(&q, report, len);
	return ig_store_q_run(&q);
}

int ig_store_unfiled_get(struct ig_store *s, int64_t message, struct ig_arena *a, const char **envelope_r, const void **report_r, size_t *len_r)
{
	struct q q = Q(GET);
	q_int(&q, message);
	int rc = ig_store_q_row(&q);
	if (rc == 1) {
		*envelope_r = r_text(&q, a);
		const void *p = sqlite3_column_blob(q.st, 1);
		*len_r = (size_t)sqlite3_column_bytes(q.st, 1);
		*report_r = ig_arena_strndup(a, p ? p : "", *len_r);
	}
	ig_store_q_end(&q);
	return rc;
}

int ig_store_message_promote(struct ig_store *s, const struct ig_message *m)
{
	struct q q = Q(PROMOTE);
	q_int(&q, m->id), q_id(&q, m->incident), q_text(&q, ig_matched_by_word(m->matched_by)), q_text(&q, m->match_reason),
		q_text(&q, m->match_rejected), q_id(&q, m->suggested_incident);
	if (ig_store_q_run(&q) < 0)
		return -1;
	q = Q(DROP);
	q_int(&q, m->id);
	return ig_store_q_run(&q);
}

int ig_store_suspect_day(struct ig_store *s, const char *day, int64_t *duty_r, int64_t *count_r)
{
	struct q q = Q(DAY);
	q_text(&q, day);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		*duty_r = r_int(&q), *count_r = r_int(&q);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_suspect_count(struct ig_store *s, const char *day, int64_t duty, int64_t count, const char *what)
{
	struct q q = Q(COUNTED);
	q_text(&q, day), q_int(&q, duty), q_int(&q, count);
	if (ig_store_q_run(&q) < 0)
		return -1;
	q = Q(WHAT);
	q_int(&q, duty), q_text(&q, what);
	return ig_store_q_run(&q);
}
