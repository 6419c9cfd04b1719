/* What is owed again and again, and the coordinator's orders with those they were relayed to.
 * Relies on the caller's transaction. */
#include "config.h"
#include "store/store_duty.h"
#include "store/store_int.h"

#define OWED "id, party, what, due, done_at, created_at, evidence, note, done_by, reminders, reminder, reminded_at, duty"
#define ORDER "id, incident, message, party, number, what, actor, due, created_at, done_at, duty, report"
#define TO "coordination, party, dispatch, message, answered_at, note, by"
#define LIST(X) \
	X(SAVE, \
		"INSERT INTO obligation (" OWED ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (id) DO UPDATE SET " \
		"done_at = excluded.done_at, evidence = excluded.evidence, note = excluded.note, done_by = excluded.done_by, reminders = " \
		"excluded.reminders, reminder = excluded.reminder, reminded_at = excluded.reminded_at, duty = excluded.duty") \
	X(GET, "SELECT " OWED " FROM obligation WHERE id = ?1") \
	X(LAST, "SELECT " OWED " FROM obligation WHERE coalesce(party, 0) = ?1 AND what = ?2 ORDER BY due DESC LIMIT 1") \
	X(BY_DUTY, "SELECT " OWED " FROM obligation WHERE duty = ?1") \
	X(LIST_ALL, \
		"SELECT " OWED " FROM obligation WHERE (?1 = 0 OR done_at IS NULL) AND (?2 = 0 OR coalesce(party, 0) = ?3) AND " \
		"(?4 IS NULL OR what = ?4) AND (?5 IS NULL OR due >= ?5) AND (?6 IS NULL OR due < ?6) ORDER BY coalesce(party, 0), what, due") \
	X(ORDER_SAVE, \
		"INSERT INTO coordination (" ORDER ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (id) DO UPDATE SET " \
		"incident = excluded.incident, number = excluded.number, what = excluded.what, due = excluded.due, done_at = excluded.done_at, duty = " \
		"excluded.duty, report = excluded.report") \
	X(ORDER_GET, "SELECT " ORDER " FROM coordination WHERE id = ?1") \
	X(ORDERS, "SELECT " ORDER " FROM coordination WHERE ?1 IS NULL OR incident = ?1 ORDER BY id") \
	X(TO_SAVE, "INSERT OR REPLACE INTO coordination_to (" TO ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)") \
	X(TOS, "SELECT " TO " FROM coordination_to WHERE coordination = ?1 ORDER BY party")
SQL_DEFINE(obligation, LIST)
#define Q(n) ig_store_q(s, SET_obligation, SQL_##n)

static void read_owed(struct q *q, struct ig_arena *a, struct ig_obligation *o)
{
	o->id = r_int(q), o->party = r_int(q), o->what = r_text(q, a), o->due = r_time(q), o->done_at = r_time(q), o->created_at = r_time(q);
	o->evidence = r_int(q), o->note = r_text(q, a), o->done_by = r_text(q, a), o->reminders = r_int(q), o->reminder = r_int(q);
	o->reminded_at = r_time(q), o->duty = r_int(q);
}

int ig_store_obligation_save(struct ig_store *s, struct ig_obligation *o)
{
	struct q q = Q(SAVE);
	q_id(&q, o->id), q_id(&q, o->party), q_text(&q, o->what), q_int(&q, o->due), q_time(&q, o->done_at), q_int(&q, o->created_at);
	q_id(&q, o->evidence), q_text(&q, o->note), q_text(&q, o->done_by), q_int(&q, o->reminders), q_id(&q, o->reminder);
	q_time(&q, o->reminded_at), q_id(&q, o->duty);
	if (ig_store_q_run(&q) < 0)
		return -1;
	if (!o->id)
		o->id = ig_store_last_id(s);
	return 0;
}

static int one_owed(struct q q, struct ig_arena *a, struct ig_obligation *o_r)
{
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_owed(&q, a, o_r);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_obligation_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_obligation *o_r)
{
	struct q q = Q(GET);
	q_int(&q, id);
	return one_owed(q, a, o_r);
}

int ig_store_obligation_last(struct ig_store *s, int64_t party, const char *what, struct ig_arena *a, struct ig_obligation *o_r)
{
	struct q q = Q(LAST);
	q_int(&q, party), q_text(&q, what);
	return one_owed(q, a, o_r);
}

int ig_store_obligation_by_duty(struct ig_store *s, int64_t duty, struct ig_arena *a, struct ig_obligation *o_r)
{
	struct q q = Q(BY_DUTY);
	q_int(&q, duty);
	return one_owed(q, a, o_r);
}

int ig_store_obligations(struct ig_store *s, const struct ig_obligation_filter *f, int (*each)(const struct ig_obligation *o, void *arg), void *arg)
{
	struct q q = Q(LIST_ALL);
	struct ig_arena *a = ig_arena_new(0);
	int rc;
	q_int(&q, f->open_only), q_int(&q, f->by_party), q_int(&q, f->party), q_text(&q, f->what), q_time(&q, f->due_from), q_time(&q, f->due_to);
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_obligation o;
		ig_arena_reset(a);
		read_owed(&q, a, &o);
		if (each(&o, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

/* ---- coordination orders */

static void read_order(struct q *q, struct ig_arena *a, struct ig_coordination *c)
{
	c->id = r_int(q), c->incident = r_int(q), c->message = r_int(q), c->party = r_int(q), c->number = r_text(q, a), c->what = r_text(q, a);
	c->actor = r_text(q, a), c->due = r_time(q), c->created_at = r_time(q), c->done_at = r_time(q), c->duty = r_int(q), c->report = r_int(q);
}

int ig_store_coordination_save(struct ig_store *s, struct ig_coordination *c)
{
	struct q q = Q(ORDER_SAVE);
	q_id(&q, c->id), q_id(&q, c->incident), q_id(&q, c->message), q_id(&q, c->party), q_text(&q, c->number), q_text(&q, c->what);
	q_text(&q, c->actor), q_time(&q, c->due), q_int(&q, c->created_at), q_time(&q, c->done_at), q_id(&q, c->duty), q_id(&q, c->report);
	if (ig_store_q_run(&q) < 0)
		return -1;
	if (!c->id)
		c->id = ig_store_last_id(s);
	return 0;
}

int ig_store_coordination_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_coordination *c_r)
{
	struct q q = Q(ORDER_GET);
	q_int(&q, id);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_order(&q, a, c_r);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_coordinations(struct ig_store *s, int64_t incident, struct ig_arena *a, struct ig_coordination **list_r, size_t *count_r)
{
	struct ig_coordination *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(ORDERS);
	int rc;
	q_id(&q, incident);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		read_order(&q, a, &list[count++]);
	}
	*list_r = list, *count_r = count;
	return rc;
}

int ig_store_coordination_to_save(struct ig_store *s, const struct ig_coordination_to *t)
{
	struct q q = Q(TO_SAVE);
	q_int(&q, t->coordination), q_int(&q, t->party), q_id(&q, t->dispatch), q_id(&q, t->message), q_time(&q, t->answered_at);
	q_text(&q, t->note), q_text(&q, t->by);
	return ig_store_q_run(&q);
}

int ig_store_coordination_tos(
	struct ig_store *s, int64_t coordination, struct ig_arena *a, struct ig_coordination_to **list_r, size_t *count_r)
{
	struct ig_coordination_to *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(TOS);
	int rc;
	q_int(&q, coordination);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		struct ig_coordination_to *t = &list[count++];
		t->coordination = r_int(&q), t->party = r_int(&q), t->dispatch = r_int(&q), t->message = r_int(&q), t->answered_at = r_time(&q);
		t->note = r_text(&q, a), t->by = r_text(&q, a);
	}
	*list_r = list, *count_r = count;
	return rc;
}
