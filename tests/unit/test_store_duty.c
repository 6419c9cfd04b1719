/* The rows of the circular's clock: facts keep their history, timers come in order and once, what is owed stands once a period, revoked
 * addresses stay revoked whatever their case, and all of it goes along when two cases are merged. */
#include "config.h"
#include "check.h"
#include <string.h>
#include "store/books.h"
#include "store/store_duty.h"
#include "store_kit.h"

static void facts(void **state)
{
	struct kit *k = *state;
	struct ig_store *s = k->s;
	struct ig_arena *a = k->a;
	int64_t one = new_incident(k), two = new_incident(k);
	struct ig_fact_row *list;
	size_t n;
	const struct ig_fact_row rows[] = {{one, "level", "3", "user:an", "by the file", 1}, {one, "control-lost", "yes", "user:an", NULL, 2},
		{one, "level", "4", "user:binh", "corrected", 3}};
	for (size_t i = 0; i < IG_COUNT(rows); i++)
		assert_int_equal(ig_store_fact_add(s, &rows[i]), 0);
	assert_int_equal(ig_store_facts(s, one, false, a, &list, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(ig_store_facts(s, one, true, a, &list, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(list[1].value, "4");
	assert_string_equal(list[1].actor, "user:binh");
	struct ig_step step = {.incident = one, .rung = "coordinator", .created_at = 5, .due = 9, .acknowledged_at = IG_NEVER, .passed_at = IG_NEVER};
	assert_int_equal(ig_store_step_save(s, &step), 0);
	assert_true(step.id > 0);
	step.reminders = 2, step.acknowledged_at = 8, step.due = IG_NEVER;
	assert_int_equal(ig_store_step_save(s, &step), 0);
	assert_int_equal(ig_store_incident_merge(s, one, two), 0);
	struct ig_step *steps;
	assert_int_equal(ig_store_steps(s, two, a, &steps, &n), 0);
	assert_int_equal(n, 1);
	assert_true(steps[0].reminders == 2 && steps[0].acknowledged_at == 8 && steps[0].due == IG_NEVER && steps[0].id == step.id);
	assert_int_equal(ig_store_facts(s, two, false, a, &list, &n), 0);
	assert_int_equal(n, 3);
}

static void timers(void **state)
{
	struct kit *k = *state;
	struct ig_store *s = k->s;
	struct ig_arena *a = k->a;
	struct ig_timer_row *list;
	ig_time next;
	size_t n;
	assert_int_equal(ig_store_timer_next(s, &next), 0);
	assert_true(next == IG_NEVER);
	assert_int_equal(ig_store_timer_set(s, IG_TIMER_STEP, 7, 100), 0);
	assert_int_equal(ig_store_timer_set(s, IG_TIMER_OBLIGATION, 7, 50), 0);
	assert_int_equal(ig_store_timer_set(s, IG_TIMER_STEP, 7, 60), 0); /* moved, not doubled */
	assert_int_equal(ig_store_timers_due(s, 55, 10, a, &list, &n), 0);
	assert_true(n == 1 && list[0].what == IG_TIMER_OBLIGATION && list[0].subject == 7 && list[0].at == 50);
	assert_int_equal(ig_store_timers_due(s, 60, 10, a, &list, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(ig_store_timer_set(s, IG_TIMER_OBLIGATION, 7, IG_NEVER), 0);
	assert_int_equal(ig_store_timer_next(s, &next), 0);
	assert_true(next == 60);
}

static int count(const struct ig_obligation *o, void *arg)
{
	(void)o;
	++*(int *)arg;
	return 0;
}

static void owed(void **state)
{
	struct kit *k = *state;
	struct ig_store *s = k->s;
	struct ig_arena *a = k->a;
	struct ig_obligation o = {.what = "backup", .due = 100, .done_at = IG_NEVER, .created_at = 1, .reminded_at = IG_NEVER}, got, twice = o;
	struct ig_obligation_filter f = {.open_only = true, .due_from = IG_NEVER, .due_to = IG_NEVER};
	int n = 0;
	assert_int_equal(ig_store_obligation_save(s, &o), 0);
	assert_int_equal(ig_store_obligation_save(s, &twice), -1); /* one a period */
	twice.due = 200;
	assert_int_equal(ig_store_obligation_save(s, &twice), 0);
	assert_int_equal(ig_store_obligation_last(s, 0, "backup", a, &got), 1);
	assert_true(got.due == 200);
	o.done_at = 90, o.note = "tape 4", o.done_by = "user:an";
	assert_int_equal(ig_store_obligation_save(s, &o), 0);
	assert_int_equal(ig_store_obligations(s, &f, count, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(ig_store_obligation_get(s, o.id, a, &got), 1);
	assert_true(got.done_at == 90 && !strcmp(got.note, "tape 4"));
}

static void people(void **state)
{
	struct kit *k = *state;
	struct ig_store *s = k->s;
	struct ig_arena *a = k->a;
	struct ig_party p = {.name = "An", .role = IG_PARTY_ROLE_OFFICER, .valid_from = IG_NEVER, .valid_to = IG_NEVER, .level = 4, .drill = true};
	struct ig_rota r = {.from = 100, .to = 200}, *list;
	struct ig_party got;
	size_t n;
	assert_int_equal(ig_store_party_save(s, &p), 0);
	assert_int_equal(ig_store_party_get(s, p.id, a, &got), 1);
	assert_true(got.level == 4 && got.drill && !got.unit);
	r.party = p.id;
	assert_int_equal(ig_store_rota_add(s, &r), 0);
	static const struct { ig_time at; size_t want; } at[] = {{99, 0}, {100, 1}, {199, 1}, {200, 0}};
	for (size_t i = 0; i < IG_COUNT(at); i++) {
		assert_int_equal(ig_store_rotas(s, at[i].at, at[i].at, a, &list, &n), 0);
		assert_int_equal(n, at[i].want);
	}
	assert_int_equal(ig_store_revoke(s, IG_CHANNEL_MAIL, "An@x.example", p.id, 5, "user:binh", "left"), 0);
	assert_int_equal(ig_store_revoke(s, IG_CHANNEL_MAIL, "an@x.example", p.id, 6, "user:binh", "again"), 0);
	assert_int_equal(ig_store_is_revoked(s, IG_CHANNEL_MAIL, "AN@X.example"), 1);
	assert_int_equal(ig_store_is_revoked(s, IG_CHANNEL_FAX, "an@x.example"), 0);
}

/* ---- retention */

struct found { int64_t message; bool there, held, shared, pending; };
static int look_for(const struct ig_store_kept *row, void *arg)
{
	struct found *f = arg;
	if (row->message == f->message)
		f->there = true, f->held = row->held, f->shared = row->shared, f->pending = row->pending;
	return 0;
}
static struct found kept(struct ig_store *s, int64_t message)
{
	struct found f = {.message = message};
	assert_int_equal(ig_store_kept(s, T0 + IG_DAY, look_for, &f), 0);
	return f;
}

static int64_t page_of(struct ig_store *s, int64_t incident, int64_t frame)
{
	struct ig_message m = {.incident = incident, .channel = IG_CHANNEL_FAX, .frame = frame, .received_at = T0, .date = IG_NEVER, .class = IG_CLASS_PERSON,
		.match_reason = "x", .source = "faxes"};
	assert_int_equal(ig_store_message_add(s, &m), 0);
	return m.id;
}

/* A hold of a case goes along with its messages, wherever a person files them; letters of one scan share a frame until the last of them is removed. */
static void retention(void **state)
{
	struct kit *k = *state;
	struct ig_store *s = k->s;
	int64_t one = new_incident(k), two = new_incident(k), three = new_incident(k), a = page_of(s, one, 7), b = page_of(s, one, 7), c = page_of(s, one, 8);
	assert_true(kept(s, a).there && kept(s, a).shared && kept(s, b).shared && !kept(s, c).shared && !kept(s, a).held && !kept(s, a).pending);
	assert_int_equal(ig_store_frame_shared(s, a), 1);
	assert_int_equal(ig_store_message_removed(s, a, T0), 0);
	assert_true(!kept(s, a).there && kept(s, b).there && !kept(s, b).shared);
	assert_int_equal(ig_store_frame_shared(s, b), 0);
	struct ig_hold h = {.incident = one, .at = T0, .actor = "user:an", .reason = "court"};
	assert_int_equal(ig_store_hold_add(s, &h), 0);
	assert_true(kept(s, b).held && kept(s, c).held);
	assert_int_equal(ig_store_message_set_incident(s, c, two, IG_MATCHED_BY_PERSON, "moved"), 0);
	assert_true(kept(s, c).held);
	assert_int_equal(ig_store_hold_end(s, 0, one, T0 + 1), 1);
	assert_true(!kept(s, b).held && kept(s, c).held);
	assert_int_equal(ig_store_hold_end(s, c, 0, T0 + 1), 1);
	assert_true(!kept(s, c).held);
	h = (struct ig_hold){.incident = one, .at = T0, .actor = "user:an", .reason = "court"};
	assert_int_equal(ig_store_hold_add(s, &h), 0);
	assert_int_equal(ig_store_incident_merge(s, one, three), 0);
	assert_true(kept(s, b).held);
	struct ig_duty d = {.what = "x", .message = c, .due = IG_NEVER, .done_at = IG_NEVER, .created_at = T0};
	assert_int_equal(ig_store_duty_add(s, &d), 0);
	assert_true(kept(s, c).pending && !kept(s, b).pending);
	assert_int_equal(ig_store_duty_done(s, d.id, T0, "user:an"), 0);
	assert_true(!kept(s, c).pending);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(facts), TEST(timers), TEST(owed), TEST(people), TEST(retention)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
