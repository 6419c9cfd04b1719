/* Alarms: one open row a code, with a count; and the figures of `status`.
 * Relies on the caller's transaction. Running the alarm command is the caller's work. */
#include "config.h"
#include "store/store_int.h"

#define FOR_A_PERSON "state IN ('held', 'failed', 'uncertain')" /* as the partial index has it */
#define LIST(X) \
	/* at most one saying a code and hour, acknowledged or not (INTERFACE "Lists") */ \
	X(SAID, "SELECT max(said_at) FROM alarm WHERE code = ?1") \
	X(RAISE, \
		"INSERT INTO alarm (code, text, count, first_at, last_at, said_at) VALUES (?1, ?2, 1, ?3, ?3, ?4) ON CONFLICT (code) " \
		"WHERE acked_at IS NULL DO UPDATE SET text = excluded.text, count = count + 1, last_at = excluded.last_at, said_at = " \
		"excluded.said_at") \
	X(ACK, "UPDATE alarm SET acked_at = ?2, acked_by = ?3 WHERE id = ?1 AND acked_at IS NULL") \
	X(LIST_ALL, \
		"SELECT id, code, text, count, first_at, last_at, acked_at, acked_by FROM alarm WHERE ?1 = 0 OR acked_at IS NULL ORDER " \
		"BY id") \
	/* messages and incidents are never deleted, and a number taken back is given again: the newest key is the count. What is suspect is in \
	 * no figure but its own. */ \
	X(FIGURES, \
		"SELECT (SELECT coalesce(max(id), 0) FROM message) - (SELECT count(*) FROM message WHERE state <> 'filed' AND state = 'suspect'), " \
		"(SELECT coalesce(max(id), 0) FROM incident), " \
		"(SELECT count(*) FROM incident WHERE status <> 'closed'), (SELECT count(*) FROM dispatch WHERE state = 'queued'), " \
		"(SELECT count(*) FROM dispatch WHERE " FOR_A_PERSON " AND state = 'failed'), " \
		"(SELECT count(*) FROM dispatch WHERE " FOR_A_PERSON " AND state = 'held'), " \
		"(SELECT count(*) FROM duty WHERE done_at IS NULL), (SELECT count(*) FROM duty WHERE done_at IS NULL AND due < ?1 AND tell_at IS NOT NULL), " \
		"(SELECT count(*) FROM task WHERE done_at IS NULL), (SELECT count(*) FROM alarm WHERE acked_at IS NULL), (SELECT seq " \
		"FROM cursor), (SELECT count(*) FROM message WHERE state <> 'filed' AND state = 'suspect'), " \
		"(SELECT count(*) FROM message WHERE state <> 'filed' AND state = 'held')")
SQL_DEFINE(alarm, LIST)
#define Q(n) ig_store_q(s, SET_alarm, SQL_##n)

int ig_store_alarm_raise(struct ig_store *s, const char *code, const char *text, ig_time at, bool *fresh_r)
{
	struct q q = Q(SAID);
	q_text(&q, code);
	int rc = ig_store_q_row(&q);
	if (rc < 0)
		return -1;
	ig_time said = rc ? r_time(&q) : IG_NEVER;
	ig_store_q_end(&q);
	bool fresh = said == IG_NEVER || at - said >= IG_HOUR;
	q = Q(RAISE);
	q_text(&q, code), q_text(&q, text), q_int(&q, at), q_int(&q, fresh ? at : said);
	if (ig_store_q_run(&q) < 0)
		return -1;
	*fresh_r = fresh;
	return 0;
}

int ig_store_alarm_ack(struct ig_store *s, int64_t id, ig_time at, const char *by)
{
	struct q q = Q(ACK);
	q_int(&q, id), q_int(&q, at), q_text(&q, by);
	if (ig_store_q_run(&q) < 0)
		return -1;
	return sqlite3_changes(s->db) == 1 ? 0 : ig_why(&s->why, "there is no open alarm %lld", (long long)id);
}

int ig_store_alarm_list(struct ig_store *s, bool open_only, int (*each)(const struct ig_alarm *al, void *arg), void *arg)
{
	struct q q = Q(LIST_ALL);
	struct ig_arena *a = ig_arena_new(0);
	int rc;
	q_int(&q, open_only);
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_alarm al;
		ig_arena_reset(a);
		al.id = r_int(&q), al.code = r_text(&q, a), al.text = r_text(&q, a), al.count = r_int(&q);
		al.first_at = r_time(&q), al.last_at = r_time(&q), al.acked_at = r_time(&q), al.acked_by = r_text(&q, a);
		if (each(&al, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

int ig_store_figures(struct ig_store *s, ig_time now, struct ig_store_figures *f)
{
	struct q q = Q(FIGURES);
	q_int(&q, now);
	if (ig_store_q_row(&q) != 1)
		return -1;
	f->messages = r_int(&q), f->incidents = r_int(&q), f->incidents_open = r_int(&q);
	f->dispatches_queued = r_int(&q), f->dispatches_failed = r_int(&q), f->dispatches_held = r_int(&q);
	f->duties_open = r_int(&q), f->duties_overdue = r_int(&q), f->tasks_open = r_int(&q), f->alarms_open = r_int(&q);
	f->cursor = (uint64_t)r_int(&q);
	f->suspect = r_int(&q), f->held = r_int(&q);
	ig_store_q_end(&q);
	return 0;
}
