/* Rows for digests, as they stood at a past moment: what changed later is taken back by the events of the case. Relies on every change of status,
 * severity, extent and category leaving an event ("old new"). Counts nothing itself. */
#include "config.h"
#include "store/books.h"
#include "store/store_int.h"

/* The newest change up to ?3; else what the first later change came from; else what is there. */
#define AS_OF(what, column) \
	"coalesce((SELECT substr(e.value, instr(e.value, ' ') + 1) FROM event e WHERE e.incident = i.id AND e.what = '" what "' AND e.at <= ?3 ORDER BY e.at DESC, " \
	"e.id DESC LIMIT 1), (SELECT substr(e.value, 1, instr(e.value, ' ') - 1) FROM event e WHERE e.incident = i.id AND e.what = '" what "' AND e.at > ?3 ORDER BY " \
	"e.at, e.id LIMIT 1), " column ")"
#define LIST(X) \
	X(INCIDENTS, \
		"SELECT i.id, i.opened_at, CASE WHEN i.acknowledged_at <= ?3 THEN i.acknowledged_at END, " AS_OF("status", "i.status") ", " \
		AS_OF("severity", "i.severity") ", " AS_OF("widespread", "i.widespread") ", nullif(" AS_OF("category", "i.category") ", '-'), " \
		"coalesce((SELECT max(e.at) FROM event e WHERE e.incident = i.id AND e.what = 'status' AND e.at <= ?3 AND e.value LIKE '% closed'), i.closed_at), " \
		"coalesce((SELECT m.channel FROM message m WHERE m.incident = i.id AND m.outgoing = 0 ORDER BY m.id LIMIT 1), (SELECT e.value FROM event e WHERE " \
		"e.incident = i.id AND e.what = 'merged' LIMIT 1)), i.secrecy_requested FROM incident i WHERE " \
		"i.opened_at >= ?1 AND i.opened_at < ?2 AND i.opened_at <= ?3 AND i.drill = 0 AND NOT EXISTS (SELECT 1 FROM event e WHERE e.incident = i.id AND " \
		"e.what = 'merged' AND e.at <= ?3) AND (i.merged_into IS NULL OR EXISTS (SELECT 1 FROM event e WHERE e.incident = i.id AND e.what = 'merged' AND e.at > ?3)) " \
		"ORDER BY i.id") \
	X(MESSAGES, \
		"SELECT m.channel, m.class, count(*) FROM message m WHERE m.outgoing = 0 AND m.imported = 0 AND m.received_at >= ?1 AND m.received_at < ?2 AND " \
		"m.received_at <= ?3 GROUP BY 1, 2 ORDER BY 1, 2") \
	X(LETTERS, \
		"SELECT d.channel, d.letter, count(*) FROM dispatch d WHERE EXISTS (SELECT 1 FROM attempt a WHERE a.dispatch = d.id AND a.outcome = 'ok' AND a.at >= ?1 " \
		"AND a.at < ?2 AND a.at <= ?3) GROUP BY 1, 2 ORDER BY 1, 2") \
	X(DUTIES, \
		"SELECT CASE WHEN d.done_at IS NOT NULL AND d.done_at <= ?3 THEN CASE WHEN d.done_at <= d.tell_at THEN 'in time' ELSE 'late' END WHEN d.tell_at <= ?3 THEN " \
		"'overdue' ELSE 'open' END, count(*) FROM duty d LEFT JOIN incident i ON i.id = d.incident WHERE d.due >= ?1 AND d.due < ?2 AND d.created_at <= ?3 AND " \
		"coalesce(i.drill, 0) = 0 GROUP BY 1 ORDER BY 1") \
	X(ACCESS, \
		"SELECT actor, act, count(*), min(at), max(at) FROM journal WHERE at >= ?1 AND at < ?2 AND at <= ?3 AND actor NOT IN ('clerk') GROUP BY 1, 2 ORDER BY 1, 2")
SQL_DEFINE(figures, LIST)
#define Q(n) ig_store_q(s, SET_figures, SQL_##n)

static struct q bound(struct ig_store *s, int n, const struct ig_store_span *t)
{
	struct q q = ig_store_q(s, SET_figures, n);
	q_time(&q, t->from), q_time(&q, t->to), q_time(&q, t->as_of);
	return q;
}

int ig_store_figures_incidents(struct ig_store *s, const struct ig_store_span *t, int (*each)(const struct ig_store_counted *c, void *arg), void *arg)
{
	struct ig_arena *a = ig_arena_new(0);
	struct q q = bound(s, SQL_INCIDENTS, t);
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_store_counted c = {.id = r_int(&q)};
		ig_arena_reset(a);
		c.opened_at = r_time(&q), c.acknowledged_at = r_time(&q);
		r_word(&q, ig_incident_status, &c.status);
		r_word(&q, ig_severity, &c.severity);
		r_word(&q, ig_widespread, &c.widespread);
		c.category = r_text(&q, a), c.closed_at = r_time(&q);
		c.channelless = sqlite3_column_type(q.st, q.col) == SQLITE_NULL;
		r_word(&q, ig_channel, &c.channel);
		c.secret = r_bool(&q);
		if (each(&c, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

int ig_store_figures_counts(struct ig_store *s, enum ig_store_count what, const struct ig_store_span *t,
	int (*each)(const struct ig_store_count_row *r, void *arg), void *arg)
{
	static const int queries[] = {SQL_MESSAGES, SQL_LETTERS, SQL_DUTIES, SQL_ACCESS};
	struct ig_arena *a = ig_arena_new(0);
	struct q q = bound(s, queries[what], t);
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_store_count_row r = {.first = IG_NEVER, .last = IG_NEVER};
		ig_arena_reset(a);
		r.a = r_text(&q, a);
		r.b = what == IG_COUNT_DUTIES ? NULL : r_text(&q, a);
		r.count = r_int(&q);
		if (what == IG_COUNT_ACCESS)
			r.first = r_time(&q), r.last = r_time(&q);
		if (each(&r, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}
