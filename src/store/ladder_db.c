/* What a case is classified by, who was told of it, and what is looked at again when: facts, signed originals, steps of the ladder, timers.
 * Relies on the caller's transaction. */
#include "config.h"
#include "store/store_duty.h"
#include "store/store_int.h"

#define FACT "incident, name, value, actor, reason, at"
#define ORIGINAL "incident, message, wanted_at, received_at, received, number, note, by"
#define STEP "id, incident, rung, party, dispatch, report, reminder, created_at, due, reminders, acknowledged_at, answer, acknowledged_by, note, " \
	"passed_at, actor, reason"
#define LIST(X) \
	X(FACT_ADD, "INSERT INTO fact (" FACT ") VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
	X(FACTS_ALL, "SELECT " FACT " FROM fact WHERE incident = ?1 ORDER BY id") \
	X(FACTS_NEWEST, "SELECT " FACT " FROM fact WHERE id IN (SELECT max(id) FROM fact WHERE incident = ?1 GROUP BY name) ORDER BY id") \
	X(ORIGINAL_SAVE, "INSERT OR REPLACE INTO original (" ORIGINAL ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)") \
	X(ORIGINAL_GET, "SELECT " ORIGINAL " FROM original WHERE incident = ?1") \
	X(STEP_SAVE, \
		"INSERT INTO step (" STEP ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) " \
		"ON CONFLICT (id) DO UPDATE SET dispatch = excluded.dispatch, report = excluded.report, reminder = excluded.reminder, due = excluded.due, " \
		"reminders = excluded.reminders, acknowledged_at = excluded.acknowledged_at, answer = excluded.answer, acknowledged_by = " \
		"excluded.acknowledged_by, note = excluded.note, passed_at = excluded.passed_at") \
	X(STEP_GET, "SELECT " STEP " FROM step WHERE id = ?1") \
	X(STEP_BY_DISPATCH, "SELECT " STEP " FROM step WHERE incident = (SELECT incident FROM dispatch WHERE id = ?1) AND ?1 IN (dispatch, report)") \
	X(STEPS, "SELECT " STEP " FROM step WHERE incident = ?1 ORDER BY id") \
	X(TIMER_SET, "INSERT INTO timer (what, subject, at) VALUES (?1, ?2, ?3) ON CONFLICT (what, subject) DO UPDATE SET at = excluded.at") \
	X(TIMER_DELETE, "DELETE FROM timer WHERE what = ?1 AND subject = ?2") \
	X(TIMER_GET, "SELECT at FROM timer WHERE what = ?1 AND subject = ?2") \
	X(TIMER_NEXT, "SELECT min(at) FROM timer") \
	X(TIMERS_DUE, "SELECT what, subject, at FROM timer WHERE at <= ?1 ORDER BY at LIMIT ?2")
SQL_DEFINE(ladder, LIST)
#define Q(n) ig_store_q(s, SET_ladder, SQL_##n)

int ig_store_fact_add(struct ig_store *s, const struct ig_fact_row *f)
{
	struct q q = Q(FACT_ADD);
	q_int(&q, f->incident), q_text(&q, f->name), q_text(&q, f->value), q_text(&q, f->actor), q_text(&q, f->reason), q_int(&q, f->at);
	return ig_store_q_run(&q);
}

int ig_store_facts(struct ig_store *s, int64_t incident, bool newest, struct ig_arena *a, struct ig_fact_row **list_r, size_t *count_r)
{
	struct ig_fact_row *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = newest ? Q(FACTS_NEWEST) : Q(FACTS_ALL);
	int rc;
	q_int(&q, incident);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		struct ig_fact_row *f = &list[count++];
		f->incident = r_int(&q), f->name = r_text(&q, a), f->value = r_text(&q, a), f->actor = r_text(&q, a);
		f->reason = r_text(&q, a), f->at = r_time(&q);
	}
	*list_r = list, *count_r = count;
	return rc;
}

int ig_store_original_save(struct ig_store *s, const struct ig_original *o)
{
	struct q q = Q(ORIGINAL_SAVE);
	q_int(&q, o->incident), q_id(&q, o->message), q_time(&q, o->wanted_at), q_time(&q, o->received_at), q_id(&q, o->received);
	q_text(&q, o->number), q_text(&q, o->note), q_text(&q, o->by);
	return ig_store_q_run(&q);
}

int ig_store_original_get(struct ig_store *s, int64_t incident, struct ig_arena *a, struct ig_original *o_r)
{
	struct q q = Q(ORIGINAL_GET);
	q_int(&q, incident);
	int rc = ig_store_q_row(&q);
	if (rc == 1) {
		o_r->incident = r_int(&q), o_r->message = r_int(&q), o_r->wanted_at = r_time(&q), o_r->received_at = r_time(&q);
		o_r->received = r_int(&q), o_r->number = r_text(&q, a), o_r->note = r_text(&q, a), o_r->by = r_text(&q, a);
	}
	ig_store_q_end(&q);
	return rc;
}

/* ---- steps */

static void read_step(struct q *q, struct ig_arena *a, struct ig_step *st)
{
	st->id = r_int(q), st->incident = r_int(q), st->rung = r_text(q, a), st->party = r_int(q), st->dispatch = r_int(q), st->report = r_int(q);
	st->reminder = r_int(q), st->created_at = r_time(q), st->due = r_time(q), st->reminders = r_int(q), st->acknowledged_at = r_time(q);
	st->answer = r_int(q), st->acknowledged_by = r_text(q, a), st->note = r_text(q, a), st->passed_at = r_time(q), st->actor = r_text(q, a);
	st->reason = r_text(q, a);
}

int ig_store_step_save(struct ig_store *s, struct ig_step *st)
{
	struct q q = Q(STEP_SAVE);
	q_id(&q, st->id), q_int(&q, st->incident), q_text(&q, st->rung), q_id(&q, st->party), q_id(&q, st->dispatch), q_id(&q, st->report);
	q_id(&q, st->reminder), q_int(&q, st->created_at), q_time(&q, st->due), q_int(&q, st->reminders), q_time(&q, st->acknowledged_at);
	q_id(&q, st->answer), q_text(&q, st->acknowledged_by), q_text(&q, st->note), q_time(&q, st->passed_at), q_text(&q, st->actor);
	q_text(&q, st->reason);
	if (ig_store_q_run(&q) < 0)
		return -1;
	if (!st->id)
		st->id = ig_store_last_id(s);
	return 0;
}

int ig_store_step_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_step *st_r)
{
	struct q q = Q(STEP_GET);
	q_int(&q, id);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_step(&q, a, st_r);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_step_by_dispatch(struct ig_store *s, int64_t dispatch, struct ig_arena *a, struct ig_step *st_r)
{
	struct q q = Q(STEP_BY_DISPATCH);
	q_int(&q, dispatch);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_step(&q, a, st_r);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_steps(struct ig_store *s, int64_t incident, struct ig_arena *a, struct ig_step **list_r, size_t *count_r)
{
	struct ig_step *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(STEPS);
	int rc;
	q_int(&q, incident);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		read_step(&q, a, &list[count++]);
	}
	*list_r = list, *count_r = count;
	return rc;
}

/* ---- timers */

int ig_store_timer_set(struct ig_store *s, enum ig_timer what, int64_t subject, ig_time at)
{
	struct q q = at == IG_NEVER ? Q(TIMER_DELETE) : Q(TIMER_SET);
	q_text(&q, ig_timer_word(what)), q_int(&q, subject);
	if (at != IG_NEVER)
		q_int(&q, at);
	return ig_store_q_run(&q);
}

int ig_store_timer_get(struct ig_store *s, enum ig_timer what, int64_t subject, ig_time *at_r)
{
	struct q q = Q(TIMER_GET);
	*at_r = IG_NEVER;
	q_text(&q, ig_timer_word(what)), q_int(&q, subject);
	return ig_store_q_one(&q, at_r) < 0 ? -1 : 0;
}

int ig_store_timer_next(struct ig_store *s, ig_time *at_r)
{
	struct q q = Q(TIMER_NEXT);
	*at_r = IG_NEVER;
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		*at_r = r_time(&q);
	ig_store_q_end(&q);
	return rc < 0 ? -1 : 0;
}

int ig_store_timers_due(struct ig_store *s, ig_time now, size_t limit, struct ig_arena *a, struct ig_timer_row **list_r, size_t *count_r)
{
	struct ig_timer_row *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(TIMERS_DUE);
	int rc;
	q_int(&q, now), q_int(&q, (int64_t)limit);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		r_word(&q, ig_timer, &list[count].what);
		list[count].subject = r_int(&q), list[count].at = r_time(&q);
		count++;
	}
	*list_r = list, *count_r = count;
	return rc;
}
