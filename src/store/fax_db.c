/* What the fax line did: a row for each call, in or out, with all that a transmission report says; and which letter went by another way instead of
 * which. Relies on the caller's transaction. */
#include "config.h"
#include "store/store_fax.h"
#include "store/store_int.h"

#define COLUMNS "id, dispatch, message, line, number, ident, started, ended, pages, total, rate, ecm, result, text, sha256"
#define READ COLUMNS ", EXISTS (SELECT 1 FROM fax_report r WHERE r.call = fax_call.id AND r.pdf IS NOT NULL)"
#define LIST(X) \
	X(ADD, "INSERT INTO fax_call (" COLUMNS ") VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)") \
	X(CALLS, "SELECT " READ " FROM fax_call WHERE (?1 IS NULL OR dispatch = ?1) ORDER BY id DESC LIMIT ?2") \
	X(CALL, "SELECT " READ " FROM fax_call WHERE id = ?1") \
	X(REPORT_WANT, "INSERT INTO fax_report (call, state) VALUES (?1, 'wanted')") \
	X(REPORT_WANTED, "SELECT call FROM fax_report WHERE state = 'wanted' ORDER BY call LIMIT 1") \
	X(REPORT_PUT, "UPDATE fax_report SET state = 'done', pdf = ?2 WHERE call = ?1") \
	X(REPORT_FAILED, "UPDATE fax_report SET state = 'failed', why = ?2 WHERE call = ?1") \
	X(REPORT, "SELECT pdf FROM fax_report WHERE call = ?1 AND pdf IS NOT NULL") \
	X(ATTEMPT, "SELECT count(*) FROM fax_call c, fax_call d WHERE d.id = ?1 AND c.dispatch = d.dispatch AND c.id <= d.id") \
	X(MINUTES, \
		"SELECT coalesce(sum((ended - started + 59999999) / 60000000), 0) FROM fax_call WHERE dispatch IS NOT NULL AND ended IS NOT NULL AND started >= ?1") \
	X(EMPTY, "SELECT count(*) FROM fax_call WHERE dispatch IS NULL AND message IS NULL AND started >= ?1") \
	X(KNOWN, "SELECT count(*) FROM fax_call WHERE dispatch IS NULL AND message IS ?4 AND started IS ?1 AND line IS ?2 AND number IS ?3") \
	X(RESULTS, "SELECT count(*) FROM fax_call WHERE dispatch = ?1 AND result = ?2") \
	X(REQUEUE, "UPDATE dispatch SET state = 'queued' WHERE state = 'sending' AND channel = 'fax'") \
	X(CONFIRMED, "SELECT coalesce(max(pages), 0) FROM fax_call WHERE dispatch = ?1") \
	X(RECEIPTS, \
		"SELECT count(*) FROM dispatch WHERE channel = 'fax' AND address = ?1 AND created_at >= ?2 AND answers IS NOT NULL AND state <> 'cancelled'") \
	X(INSTEAD_ADD, "INSERT INTO instead (dispatch, of, why) VALUES (?1, ?2, ?3)") \
	X(INSTEAD_OF, "SELECT of FROM instead WHERE dispatch = ?1") \
	X(INSTEAD_BY, "SELECT dispatch FROM instead WHERE of = ?1") \
	X(WAITING, \
		"SELECT id FROM dispatch WHERE state = 'queued' AND channel = 'mail' AND attempts > 0 AND created_at <= ?1 AND letter <> 'alarm' AND id NOT IN " \
		"(SELECT of FROM instead) ORDER BY id LIMIT ?2")
SQL_DEFINE(fax, LIST)
#define Q(n) ig_store_q(s, SET_fax, SQL_##n)

int ig_store_fax_call_add(struct ig_store *s, struct ig_store_fax_call *c)
{
	struct q q = Q(ADD);
	q_id(&q, c->dispatch), q_id(&q, c->message), q_text(&q, c->line), q_text(&q, c->number), q_text(&q, c->ident);
	q_time(&q, c->started), q_time(&q, c->ended), q_int(&q, c->pages), q_int(&q, c->total), q_int(&q, c->rate), q_int(&q, c->ecm);
	q_text(&q, c->result), q_text(&q, c->text), q_text(&q, c->sha256);
	if (ig_store_q_run(&q))
		return -1;
	c->id = ig_store_last_id(s);
	return 0;
}

static void take(struct q *q, struct ig_store_fax_call *c, struct ig_arena *a)
{
	c->id = r_int(q), c->dispatch = r_int(q), c->message = r_int(q);
	c->line = r_text(q, a), c->number = r_text(q, a), c->ident = r_text(q, a);
	c->started = r_time(q), c->ended = r_time(q), c->pages = (int)r_int(q), c->total = (int)r_int(q), c->rate = (int)r_int(q), c->ecm = r_int(q);
	c->result = r_text(q, a), c->text = r_text(q, a), c->sha256 = r_text(q, a), c->reported = r_int(q);
}

int ig_store_fax_call_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_store_fax_call *c)
{
	struct q q = Q(CALL);
	q_int(&q, id);
	int rc = ig_store_q_row(&q);
	if (rc == 1) {
		take(&q, c, a);
		ig_store_q_end(&q);
	}
	return rc;
}

int ig_store_fax_calls(struct ig_store *s, int64_t dispatch, int64_t limit, struct ig_arena *a, struct ig_store_fax_call **list_r, size_t *count_r)
{
	struct ig_store_fax_call *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(CALLS);
	int rc;
	q_id(&q, dispatch), q_int(&q, limit > 0 ? limit : -1);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		take(&q, &list[count++], a);
	}
	*list_r = list, *count_r = count;
	return rc;
}

static int64_t one(struct q *q)
{
	int64_t v = 0;
	return ig_store_q_one(q, &v) < 0 ? -1 : v;
}

int64_t ig_store_fax_minutes(struct ig_store *s, ig_time since)
{
	struct q q = Q(MINUTES);
	q_int(&q, since);
	return one(&q);
}

int64_t ig_store_fax_results(struct ig_store *s, int64_t dispatch, const char *result)
{
	struct q q = Q(RESULTS);
	q_int(&q, dispatch), q_text(&q, result);
	return one(&q);
}

int64_t ig_store_fax_confirmed(struct ig_store *s, int64_t dispatch)
{
	struct q q = Q(CONFIRMED);
	q_int(&q, dispatch);
	return one(&q);
}

int64_t ig_store_fax_requeue(struct ig_store *s)
{
	struct q q = Q(REQUEUE);
	return ig_store_q_run(&q) < 0 ? -1 : sqlite3_changes(s->db);
}

int64_t ig_store_fax_receipts(struct ig_store *s, const char *number, ig_time since)
{
	struct q q = Q(RECEIPTS);
	q_text(&q, number), q_int(&q, since);
	return one(&q);
}

int ig_store_instead_add(struct ig_store *s, int64_t dispatch, int64_t of, const char *why)
{
	struct q q = Q(INSTEAD_ADD);
	q_id(&q, dispatch), q_int(&q, of), q_text(&q, why);
	return ig_store_q_run(&q);
}

int64_t ig_store_instead_of(struct ig_store *s, int64_t dispatch)
{
	struct q q = Q(INSTEAD_OF);
	q_int(&q, dispatch);
	return one(&q);
}

int ig_store_instead_by(struct ig_store *s, int64_t of, int64_t *dispatch_r)
{
	struct q q = Q(INSTEAD_BY);
	*dispatch_r = 0;
	q_int(&q, of);
	return ig_store_q_one(&q, dispatch_r);
}

int ig_store_mail_waiting(struct ig_store *s, ig_time created_before, int64_t *ids, size_t max, size_t *count_r)
{
	struct q q = Q(WAITING);
	int rc;
	*count_r = 0;
	q_int(&q, created_before), q_int(&q, (int64_t)max);
	while ((rc = ig_store_q_row(&q)) == 1)
		if (*count_r < max)
			ids[(*count_r)++] = r_int(&q);
	return rc;
}

int64_t ig_store_fax_empty(struct ig_store *s, ig_time since)
{
	struct q q = Q(EMPTY);
	q_time(&q, since);
	return one(&q);
}

int64_t ig_store_fax_known(struct ig_store *s, const struct ig_store_fax_call *c)
{
	struct q q = Q(KNOWN);
	q_time(&q, c->started), q_text(&q, c->line), q_text(&q, c->number), q_id(&q, c->message);
	return one(&q);
}

/* ---- reports */

int ig_store_fax_report_want(struct ig_store *s, int64_t call)
{
	struct q q = Q(REPORT_WANT);
	q_int(&q, call);
	return ig_store_q_run(&q);
}

int ig_store_fax_report_wanted(struct ig_store *s, int64_t *call_r)
{
	struct q q = Q(REPORT_WANTED);
	return ig_store_q_one(&q, call_r);
}

int ig_store_fax_report_put(struct ig_store *s, int64_t call, const void *pdf, size_t size)
{
	struct q q = Q(REPORT_PUT);
	q_int(&q, call), q_blob(&q, pdf, size);
	return ig_store_q_run(&q);
}

int ig_store_fax_report_failed(struct ig_store *s, int64_t call, const char *why)
{
	struct q q = Q(REPORT_FAILED);
	q_int(&q, call), q_text(&q, why);
	return ig_store_q_run(&q);
}

int ig_store_fax_report(struct ig_store *s, int64_t call, struct ig_arena *a, const void **pdf_r, size_t *size_r)
{
	struct q q = Q(REPORT);
	q_int(&q, call);
	int rc = ig_store_q_row(&q);
	if (rc == 1) {
		const void *p = sqlite3_column_blob(q.st, 0);
		*size_r = (size_t)sqlite3_column_bytes(q.st, 0);
		*pdf_r = ig_arena_strndup(a, p ? p : "", *size_r);
		ig_store_q_end(&q);
	}
	return rc;
}

int64_t ig_store_fax_attempt(struct ig_store *s, int64_t call)
{
	struct q q = Q(ATTEMPT);
	q_int(&q, call);
	return one(&q);
}
