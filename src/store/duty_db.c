/* Duties (what is owed, by when, on what legal basis) and tasks (slow reading that is still open).
 * Relies on the caller's transaction. */
#include "config.h"
#include "store/store_int.h"

#define COLUMNS "id, incident, message, what, owner, basis, due, done_at, created_at, done_by, party"
#define UNTOLD "done_at IS NULL AND told_at IS NULL AND tell_at" /* as the partial index has it */
#define TASK "id, message, need, part, created_at, done_at, until, result"
#define FILTER "(?2 = 0 OR done_at IS NULL) AND (?3 IS NULL OR due < ?3) ORDER BY due IS NULL, due, id LIMIT ?4"
#define LATE "result = '" IG_TASK_GIVEN_UP "'" /* as the index task_late has it */
#define SCAN "need = '" IG_SCAN_KIND "'"
#define LIST(X) \
	X(ADD, "INSERT INTO duty (" COLUMNS ", tell_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)") \
	X(DONE, "UPDATE duty SET done_at = ?2, done_by = ?3 WHERE id = ?1 AND done_at IS NULL") \
	X(DONE_AS, "UPDATE duty SET done_at = ?3, done_by = 'clerk' WHERE message = ?1 AND what = ?2 AND done_at IS NULL") \
	X(TOLD, "UPDATE duty SET told_at = ?2 WHERE id = ?1") \
	X(GET, "SELECT " COLUMNS ", told_at FROM duty WHERE id = ?1") \
	X(LIST_ALL, "SELECT " COLUMNS ", told_at FROM duty WHERE ?1 IS NULL AND " FILTER) \
	X(LIST_OPEN, "SELECT " COLUMNS ", told_at FROM duty WHERE ?1 IS NULL AND done_at IS NULL AND " FILTER) \
	X(LIST_OF, "SELECT " COLUMNS ", told_at FROM duty WHERE incident = ?1 AND " FILTER) \
	X(NEXT_DUE, "SELECT min(tell_at) FROM duty WHERE " UNTOLD " IS NOT NULL") \
	X(OVERDUE, "SELECT " COLUMNS ", told_at FROM duty WHERE " UNTOLD " < ?1 ORDER BY tell_at LIMIT ?2") \
	X(TASK_ADD, "INSERT INTO task (" TASK ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)") \
	X(TASK_DONE, "UPDATE task SET done_at = ?2, result = ?3 WHERE id = ?1 AND (done_at IS NULL OR " LATE ")") \
	X(TASKS_REOPEN, "UPDATE task SET done_at = NULL, result = NULL, until = ?3 WHERE message = ?1 AND need = ?2 AND done_at IS NOT NULL") \
	X(TASK_GET, "SELECT " TASK " FROM task WHERE id = ?1") \
	X(TASKS_OPEN, "SELECT count(*) FROM task WHERE done_at IS NULL") \
	X(TASKS_OPEN_OF, \
		"SELECT count(*) FROM message m JOIN task t ON t.message = m.id AND t.done_at IS NULL AND NOT " SCAN " WHERE m.incident = ?1") \
	X(TASKS_NEXT, "SELECT min(until) FROM task WHERE done_at IS NULL") \
	X(TASKS, "SELECT " TASK " FROM task WHERE done_at IS NULL AND NOT " SCAN " ORDER BY until, id LIMIT ?1") \
	X(SCANS, "SELECT " TASK " FROM task WHERE done_at IS NULL AND " SCAN " ORDER BY until, id LIMIT ?1") \
	X(TASKS_LATE, "SELECT " TASK " FROM task WHERE " LATE " ORDER BY until, id LIMIT ?1") \
	X(TASKS_OF, "SELECT " TASK " FROM task WHERE message = ?1 ORDER BY id")
SQL_DEFINE(duty, LIST)
#define Q(n) ig_store_q(s, SET_duty, SQL_##n)

static void read_duty(struct q *q, struct ig_arena *a, struct ig_duty *d)
{
	d->id = r_int(q), d->incident = r_int(q), d->message = r_int(q);
	d->what = r_text(q, a), d->owner = r_text(q, a), d->basis = r_text(q, a);
	d->due = r_time(q), d->done_at = r_time(q), d->created_at = r_time(q);
	d->done_by = r_text(q, a), d->party = r_int(q), d->told_at = r_time(q);
}

int ig_store_duty_add(struct ig_store *s, struct ig_duty *d)
{
	struct q q = Q(ADD);
	q_id(&q, d->id), q_id(&q, d->incident), q_id(&q, d->message), q_text(&q, d->what), q_text(&q, d->owner), q_text(&q, d->basis);
	q_time(&q, d->due), q_time(&q, d->done_at), q_int(&q, d->created_at), q_text(&q, d->done_by);
	q_id(&q, d->party), q_time(&q, d->quiet ? IG_NEVER : ig_duty_tell_at(d));
	if (ig_store_q_run(&q) < 0)
		return -1;
	d->id = ig_store_last_id(s);
	return 0;
}

int ig_store_duty_done(struct ig_store *s, int64_t id, ig_time at, const char *by)
{
	struct q q = Q(DONE);
	q_int(&q, id), q_int(&q, at), q_text(&q, by);
	if (ig_store_q_run(&q) < 0)
		return -1;
	return sqlite3_changes(s->db) == 1 ? 0 : ig_why(&s->why, "there is no open duty %lld", (long long)id);
}

int ig_store_duty_done_as(struct ig_store *s, int64_t message, const char *what, ig_time at)
{
	struct q q = Q(DONE_AS);
	q_int(&q, message), q_text(&q, what), q_int(&q, at);
	return ig_store_q_run(&q);
}

int ig_store_duty_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_duty *d_r)
{
	struct q q = Q(GET);
	q_int(&q, id);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_duty(&q, a, d_r);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_duty_list(
	struct ig_store *s, const struct ig_duty_filter *f, int (*each)(const struct ig_duty *d, void *arg), void *arg)
{
	static const struct ig_duty_filter all = {.due_before = IG_NEVER};
	if (!f)
		f = &all;
	struct q q = f->incident ? Q(LIST_OF) : f->open_only ? Q(LIST_OPEN) : Q(LIST_ALL);
	q_id(&q, f->incident), q_int(&q, f->open_only);
	q_id(&q, f->due_before == IG_NEVER ? 0 : f->due_before); /* 0 is what a zeroed filter holds */
	q_int(&q, f->limit > 0 ? f->limit : -1);
	struct ig_arena *a = ig_arena_new(0);
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_duty d;
		ig_arena_reset(a);
		read_duty(&q, a, &d);
		if (each(&d, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

static int next_time(struct q q, ig_time *at_r)
{
	*at_r = IG_NEVER;
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		*at_r = r_time(&q);
	ig_store_q_end(&q);
	return rc < 0 ? -1 : 0;
}

int ig_store_duty_next_due(struct ig_store *s, ig_time *at_r)
{
	return next_time(Q(NEXT_DUE), at_r);
}

int ig_store_duties_overdue(
	struct ig_store *s, ig_time now, size_t limit, struct ig_arena *a, struct ig_duty **list_r, size_t *count_r)
{
	struct ig_duty *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(OVERDUE);
	int rc;
	q_int(&q, now), q_int(&q, (int64_t)limit);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		read_duty(&q, a, &list[count++]);
	}
	*list_r = list, *count_r = count;
	return rc;
}

int ig_store_duty_told(struct ig_store *s, int64_t id, ig_time at)
{
	struct q q = Q(TOLD);
	q_int(&q, id), q_int(&q, at);
	return ig_store_q_run(&q);
}

/* ---- tasks */

static void read_task(struct q *q, struct ig_arena *a, struct ig_task *t)
{
	t->id = r_int(q), t->message = r_int(q), t->need = r_text(q, a), t->part = r_text(q, a);
	t->created_at = r_time(q), t->done_at = r_time(q), t->until = r_time(q), t->result = r_text(q, a);
}

static int read_tasks(struct q q, struct ig_arena *a, struct ig_task **list_r, size_t *count_r)
{
	struct ig_task *list = NULL;
	size_t count = 0, cap = 0;
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		read_task(&q, a, &list[count++]);
	}
	*list_r = list, *count_r = count;
	return rc;
}

int ig_store_task_add(struct ig_store *s, struct ig_task *t)
{
	struct q q = Q(TASK_ADD);
	q_id(&q, t->id), q_int(&q, t->message), q_text(&q, t->need), q_text(&q, t->part), q_int(&q, t->created_at);
	q_time(&q, t->done_at), q_time(&q, t->until), q_text(&q, t->result);
	if (ig_store_q_run(&q) < 0)
		return -1;
	t->id = ig_store_last_id(s);
	return 0;
}

int64_t ig_store_tasks_reopen(struct ig_store *s, int64_t message, const char *need, ig_time until)
{
	struct q q = Q(TASKS_REOPEN);
	q_int(&q, message), q_text(&q, need), q_time(&q, until);
	return ig_store_q_run(&q) < 0 ? -1 : sqlite3_changes(s->db);
}

int ig_store_task_done(struct ig_store *s, int64_t id, ig_time at, const char *result)
{
	struct q q = Q(TASK_DONE);
	q_int(&q, id), q_int(&q, at), q_text(&q, result);
	if (ig_store_q_run(&q) < 0)
		return -1;
	return sqlite3_changes(s->db) == 1 ? 0 : ig_why(&s->why, "there is no open task %lld", (long long)id);
}

int ig_store_task_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_task *t_r)
{
	struct q q = Q(TASK_GET);
	q_int(&q, id);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_task(&q, a, t_r);
	ig_store_q_end(&q);
	return rc;
}

int64_t ig_store_tasks_open(struct ig_store *s)
{
	int64_t count = 0;
	struct q q = Q(TASKS_OPEN);
	return ig_store_q_one(&q, &count) < 0 ? -1 : count;
}

int64_t ig_store_tasks_open_of(struct ig_store *s, int64_t incident)
{
	int64_t count = 0;
	struct q q = Q(TASKS_OPEN_OF);
	q_int(&q, incident);
	return ig_store_q_one(&q, &count) < 0 ? -1 : count;
}

int ig_store_tasks_next(struct ig_store *s, ig_time *at_r)
{
	return next_time(Q(TASKS_NEXT), at_r);
}

int ig_store_tasks(struct ig_store *s, size_t limit, struct ig_arena *a, struct ig_task **list_r, size_t *count_r)
{
	struct q q = Q(TASKS);
	q_int(&q, (int64_t)limit);
	return read_tasks(q, a, list_r, count_r);
}

int ig_store_scans(struct ig_store *s, size_t limit, struct ig_arena *a, struct ig_task **list_r, size_t *count_r)
{
	struct q q = Q(SCANS);
	q_int(&q, (int64_t)limit);
	return read_tasks(q, a, list_r, count_r);
}

int ig_store_tasks_late(struct ig_store *s, size_t limit, struct ig_arena *a, struct ig_task **list_r, size_t *count_r)
{
	struct q q = Q(TASKS_LATE);
	q_int(&q, (int64_t)limit);
	return read_tasks(q, a, list_r, count_r);
}

int ig_store_tasks_of(struct ig_store *s, int64_t message, struct ig_arena *a, struct ig_task **list_r, size_t *count_r)
{
	struct q q = Q(TASKS_OF);
	q_int(&q, message);
	return read_tasks(q, a, list_r, count_r);
}
