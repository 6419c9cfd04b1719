/* What goes out and what is owed, in the store: dispatches, duties, tasks, alarms; and search. */
#include "config.h"
#include "store_kit.h"
#include "base/utf8.h"
#include "model/dispatch_states.h"

static int count_messages(const struct ig_message *m, void *arg)
{
	int64_t *ids = arg;
	ids[++ids[0]] = m->id;
	return 0;
}

/* ---- dispatches */

static void every_step_of_the_life_cycle(void **state)
{
	struct kit *k = *state;
	/* How each state is reached from an intent, one step a letter: q s(ending) S(ent) D f c h u */
	static const char *const way[] = {[IG_DISPATCH_STATE_QUEUED] = "",
		[IG_DISPATCH_STATE_SENDING] = "s",
		[IG_DISPATCH_STATE_SENT] = "sS",
		[IG_DISPATCH_STATE_DELIVERED] = "sSD",
		[IG_DISPATCH_STATE_FAILED] = "f",
		[IG_DISPATCH_STATE_CANCELLED] = "c",
		[IG_DISPATCH_STATE_HELD] = "h",
		[IG_DISPATCH_STATE_UNCERTAIN] = "su"};
	static const char letters[] = "qsSDfchu";
	for (int from = 0; from < ig_dispatch_state_count; from++)
		for (int to = 0; to < ig_dispatch_state_count; to++) {
			struct ig_dispatch r;
			int64_t id = new_dispatch(k, 0, 0, "a@b", IG_DISPATCH_STATE_QUEUED);
			for (const char *c = way[from]; *c; c++)
				ok(ig_store_dispatch_set_state(k->s, id, (enum ig_dispatch_state)(strchr(letters, *c) - letters), NULL, IG_NEVER));
			bool may = ig_dispatch_may((enum ig_dispatch_state)from, (enum ig_dispatch_state)to);
			int rc = ig_store_dispatch_set_state(k->s, id, (enum ig_dispatch_state)to, "why", T0 + 5);
			assert_int_equal(ig_store_dispatch_get(k->s, id, false, k->a, &r), 1);
			if (rc != (may ? 0 : -1) || (int)r.state != (may ? to : from))
				fail_msg("%s to %s: %d", ig_dispatch_state_word((enum ig_dispatch_state)from),
					ig_dispatch_state_word((enum ig_dispatch_state)to), rc);
			if (!may)
				assert_non_null(strstr(ig_store_why(k->s), "does not become"));
		}
	size_t count;
	const struct ig_dispatch_step *steps = ig_dispatch_steps(&count);
	for (size_t i = 0; i < count; i++) { /* no step twice, each with its words */
		assert_true(steps[i].when && *steps[i].when);
		for (size_t j = 0; j < i; j++)
			assert_false(steps[i].from == steps[j].from && steps[i].to == steps[j].to);
	}
	for (int n = 0; n < ig_dispatch_state_count; n++)
		assert_false(ig_dispatch_may(IG_DISPATCH_STATE_CANCELLED, (enum ig_dispatch_state)n));
	struct ig_dispatch d = {.letter = "receipt", .address = "a@b", .state = IG_DISPATCH_STATE_SENT};
	assert_int_equal(ig_store_dispatch_add(k->s, &d), -1);
	assert_int_equal(ig_store_dispatch_set_state(k->s, 99999, IG_DISPATCH_STATE_SENT, NULL, IG_NEVER), -1);
}

static int due_ids(const struct ig_dispatch *d, void *arg)
{
	int64_t *ids = arg;
	assert_non_null(d->bytes);
	ids[++ids[0]] = d->id;
	return 0;
}
static int list_ids(const struct ig_dispatch *d, void *arg)
{
	int64_t *ids = arg;
	ids[++ids[0]] = d->id;
	return 0;
}

static void the_due_ones_by_lane_then_age(void **state)
{
	struct kit *k = *state;
	int64_t ids[8] = {0}, d[4];
	ig_time at;
	ok(ig_store_dispatch_next_due(k->s, &at));
	assert_true(at == IG_NEVER);
	for (int n = 0; n < 4; n++) {
		struct ig_dispatch x = {.letter = "receipt", .address = "a@b", .lane = n < 2 ? IG_LANE_RECEIPTS : IG_LANE_NORMAL,
			.created_at = T0, .not_before = n == 0 ? T0 + IG_HOUR : T0, .expires_at = IG_NEVER, .bytes = "abc", .size = 3};
		if (n == 2)
			x.lane = IG_LANE_URGENT;
		ok(ig_store_dispatch_add(k->s, &x));
		d[n] = x.id;
	}
	ok(ig_store_dispatch_due(k->s, T0, 10, due_ids, ids));
	assert_true(ids[0] == 3 && ids[1] == d[2] && ids[2] == d[3] && ids[3] == d[1]);
	ids[0] = 0;
	ok(ig_store_dispatch_due(k->s, T0, 2, due_ids, ids));
	assert_int_equal(ids[0], 2);
	ok(ig_store_dispatch_next_due(k->s, &at));
	assert_true(at == T0);
	for (int n = 1; n < 4; n++)
		ok(ig_store_dispatch_set_state(k->s, d[n], IG_DISPATCH_STATE_SENDING, NULL, IG_NEVER));
	ok(ig_store_dispatch_next_due(k->s, &at));
	assert_true(at == T0 + IG_HOUR);
	assert_int_equal(ig_store_dispatch_requeue_sending(k->s), 3);
	ids[0] = 0;
	ok(ig_store_dispatch_list(
		k->s, &(struct ig_dispatch_filter){.by_state = true, .state = IG_DISPATCH_STATE_QUEUED, .after_id = d[1]}, list_ids, ids));
	assert_true(ids[0] == 2 && ids[1] == d[2]);
}

static void a_dispatch_keeps_bytes_attempts_and_verdicts(void **state)
{
	struct kit *k = *state;
	int64_t i = new_incident(k), m = new_message(k, i, "m@x"), id = new_dispatch(k, i, m, "Rep@x.vn", IG_DISPATCH_STATE_HELD);
	struct ig_dispatch d, r;
	struct ig_verdict *v;
	size_t count;
	assert_int_equal(ig_store_dispatch_get(k->s, id, false, k->a, &d), 1);
	char mid[80], text[IG_DISPATCH_TEXT_MAX];
	snprintf(mid, sizeof mid, "%s.ABCDEFGHIJ@example.vn", ig_dispatch_print(id, text));
	d.message_id = mid, d.token = "ABCDEFGHIJ", d.subject = "Biên nhận", d.bytes = "a\0b", d.size = 3, d.message = m;
	ok(ig_store_dispatch_compose(k->s, &d));
	ok(ig_store_attempt_add(k->s, id, &(struct ig_attempt){.at = T0, .outcome = IG_LATER, .code = "451", .text = "4.7.1 greylisted"}));
	ok(ig_store_attempt_add(k->s, id, &(struct ig_attempt){.at = T0 + 1, .outcome = IG_NEVER_AGAIN, .code = "550"}));
	ok(ig_store_verdict_add(k->s, id, "released", "queued", NULL, T0, "chief"));
	assert_int_equal(ig_store_dispatch_get(k->s, id, true, k->a, &r), 1);
	assert_int_equal(r.size, 3);
	assert_memory_equal(r.bytes, "a\0b", 3);
	assert_true(r.attempt_count == 2 && r.attempts[0].outcome == IG_LATER && r.attempts[1].outcome == IG_NEVER_AGAIN &&
		!r.attempts[1].text);
	assert_string_equal(r.attempts[0].text, "4.7.1 greylisted");
	ok(ig_store_verdicts(k->s, id, k->a, &v, &count));
	assert_int_equal(count, 1);
	assert_string_equal(v[0].actor, "chief");
	assert_int_equal(ig_store_dispatch_by_message_id(k->s, mid, k->a, &r), 1);
	assert_true(r.id == id && r.message == m);
	mid[12] ^= 1; /* another token: not ours */
	assert_int_equal(ig_store_dispatch_by_message_id(k->s, mid, k->a, &r), 0);
	assert_int_equal(ig_store_dispatch_by_message_id(k->s, "", k->a, &r), 0);
}

/* ---- budgets */

static void sum_charges(ig_time at, const uint64_t *peers, size_t count, void *arg)
{
	int64_t *sum = arg;
	*sum = *sum * 100 + (int64_t)(at - T0);
	for (size_t n = 0; n < count; n++)
		*sum += (int64_t)peers[n];
}

static int count_peers(const struct ig_store_peer *p, void *arg)
{
	(void)p;
	++*(int *)arg;
	return 0;
}

static int one_batch(const struct ig_store_batch *b, void *arg)
{
	*(int64_t *)arg = *(int64_t *)arg * 10 + b->count;
	return strcmp(b->kind, "address") != 0;
}

static void budgets_are_kept(void **state)
{
	struct kit *k = *state;
	int64_t i = new_incident(k), m = new_message(k, i, "r@x"), sum = 0, *ids;
	int64_t d1 = new_dispatch(k, i, m, "rep@x.vn", IG_DISPATCH_STATE_HELD), d2 = new_dispatch(k, i, m, "rep@x.vn", IG_DISPATCH_STATE_QUEUED);
	struct ig_store_peer p;
	const uint64_t peers[] = {3, 4};
	size_t count;
	int n = 0;
	ok(ig_store_charge_add(k->s, d1, T0 + 1, peers, 2));
	ok(ig_store_charge_add(k->s, d2, T0 + 2, peers, 1));
	ok(ig_store_charges(k->s, T0, sum_charges, &sum));
	assert_int_equal(sum, 2 * 100 + 3 * 100 + 1 + 7); /* newest first */
	sum = 0;
	ok(ig_store_charges(k->s, T0 + 2, sum_charges, &sum));
	assert_int_equal(sum, 5);
	assert_int_equal(ig_store_peer_get(k->s, IG_PEER_ADDRESS, "a@b", k->a, &p), 0);
	ok(ig_store_peer_suspend(k->s, IG_PEER_ADDRESS, "a@b", T0));
	ok(ig_store_peer_seen(k->s, IG_PEER_ADDRESS, "a@b", T0 + 9));
	ok(ig_store_peer_seen(k->s, IG_PEER_ADDRESS, "a@b", T0 + 5));
	assert_int_equal(ig_store_peer_get(k->s, IG_PEER_ADDRESS, "a@b", k->a, &p), 1);
	assert_true(p.suspended_at == T0 && p.last_at == T0 + 9 && p.resumed_at == IG_NEVER);
	assert_int_equal(ig_store_peer_get(k->s, IG_PEER_DOMAIN, "a@b", k->a, &p), 0);
	ok(ig_store_peer_resume(k->s, IG_PEER_ADDRESS, "a@b", T0 + 10, "user:truc"));
	ok(ig_store_peer_list(k->s, true, count_peers, &n));
	assert_int_equal(n, 0);
	ok(ig_store_peer_list(k->s, false, count_peers, &n));
	assert_int_equal(n, 1);
	ok(ig_store_receipt_held(k->s, d1, "address", "a@b"));
	ok(ig_store_receipt_held(k->s, d2, "address", "a@b")); /* not held: no part of a batch */
	sum = 0;
	ok(ig_store_batches(k->s, one_batch, &sum));
	assert_int_equal(sum, 1);
	ok(ig_store_batch(k->s, "a@b", k->a, &ids, &count));
	assert_true(count == 1 && ids[0] == d1);
	ok(ig_store_batch(k->s, "else", k->a, &ids, &count));
	assert_int_equal(count, 0);
	/* the directory: a domain of a party or of its mail address, or below */
	struct ig_party_channel mail = {.channel = IG_CHANNEL_MAIL, .address = "truc@noc.isp.vn"};
	struct ig_party party = {.name = "ISP", .role = IG_PARTY_ROLE_ISP, .domain = "mang.so.vn", .channels = &mail, .channel_count = 1,
		.valid_from = IG_NEVER, .valid_to = IG_NEVER};
	ok(ig_store_party_save(k->s, &party));
	assert_true(ig_store_peer_directory(k->s, "isp.vn") && ig_store_peer_directory(k->s, "so.vn") && ig_store_peer_directory(k->s, "mang.so.vn"));
	assert_false(ig_store_peer_directory(k->s, "sp.vn") || ig_store_peer_directory(k->s, "o.vn"));
}

/* ---- duties, tasks, alarms, journal */

static int duty_ids(const struct ig_duty *d, void *arg)
{
	int64_t *ids = arg;
	ids[++ids[0]] = d->id;
	return 0;
}

static void duties_and_tasks(void **state)
{
	struct kit *k = *state;
	int64_t i = new_incident(k), ids[8] = {0};
	ig_time at;
	struct ig_duty a = {.incident = i,
					   .what = "acknowledge",
					   .basis = "20/2017/TT-BTTTT",
					   .due = T0 + IG_HOUR,
					   .done_at = IG_NEVER,
					   .created_at = T0},
				   b = {.what = "look", .due = IG_NEVER, .done_at = IG_NEVER, .created_at = T0}, r;
	ok(ig_store_duty_add(k->s, &b));
	ok(ig_store_duty_add(k->s, &a));
	ok(ig_store_duty_next_due(k->s, &at));
	assert_true(at == T0 + IG_HOUR);
	ok(ig_store_duty_list(k->s, NULL, duty_ids, ids));
	assert_true(ids[0] == 2 && ids[1] == a.id);
	ok(ig_store_duty_done(k->s, a.id, T0 + 5, "officer"));
	assert_int_equal(ig_store_duty_done(k->s, a.id, T0 + 6, "officer"), -1);
	assert_int_equal(ig_store_duty_get(k->s, a.id, k->a, &r), 1);
	assert_true(r.done_at == T0 + 5);
	assert_string_equal(r.done_by, "officer");
	struct {
		struct ig_duty_filter f;
		int count;
	} cases[] = {{{.open_only = true}, 1}, {{.incident = i}, 1}, {{.incident = i, .open_only = true}, 0},
		{{.due_before = T0 + IG_DAY}, 1}, {{.limit = 1}, 1}, {{0}, 2}};
	for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
		ids[0] = 0;
		ok(ig_store_duty_list(k->s, &cases[n].f, duty_ids, ids));
		if (ids[0] != cases[n].count)
			fail_msg("case %zu: %d", n, (int)ids[0]);
	}
	struct ig_task t = {.message = new_message(k, i, "m@x"), .need = "pages", .part = "2", .created_at = T0, .done_at = IG_NEVER};
	ok(ig_store_task_add(k->s, &t));
	assert_int_equal(ig_store_tasks_open(k->s), 1);
	ok(ig_store_task_done(k->s, t.id, T0, "40 pages"));
	assert_int_equal(ig_store_task_done(k->s, t.id, T0, NULL), -1);
	assert_int_equal(ig_store_tasks_open(k->s), 0);
}

static void an_overdue_duty_is_told_once(void **state)
{
	struct kit *k = *state;
	struct ig_duty list[] = {{.what = "later", .due = T0 + IG_HOUR, .done_at = IG_NEVER, .created_at = T0},
		{.what = "at once", .due = T0, .done_at = IG_NEVER, .created_at = T0}, {.what = "no term", .due = IG_NEVER, .done_at = IG_NEVER, .created_at = T0},
		{.what = "done", .due = T0 + 1, .done_at = T0, .created_at = T0}};
	struct ig_duty *due, again;
	size_t count;
	ig_time at;
	for (size_t n = 0; n < sizeof list / sizeof list[0]; n++)
		ok(ig_store_duty_add(k->s, &list[n]));
	ok(ig_store_duty_next_due(k->s, &at));
	assert_true(at == T0 + IG_DUTY_AT_ONCE); /* what is owed at once has a moment */
	ok(ig_store_duties_overdue(k->s, at, 8, k->a, &due, &count));
	assert_int_equal(count, 0); /* at its time it is not overdue yet */
	ok(ig_store_duties_overdue(k->s, at + 1, 8, k->a, &due, &count));
	assert_true(count == 1 && due[0].id == list[1].id && due[0].told_at == IG_NEVER);
	ok(ig_store_duty_told(k->s, due[0].id, at + 1));
	assert_int_equal(ig_store_duty_get(k->s, due[0].id, k->a, &again), 1);
	assert_true(again.told_at == at + 1 && again.done_at == IG_NEVER);
	ok(ig_store_duties_overdue(k->s, T0 + IG_DAY, 8, k->a, &due, &count));
	assert_true(count == 1 && due[0].id == list[0].id);
	ok(ig_store_duties_overdue(k->s, T0 + IG_DAY, 0, k->a, &due, &count));
	assert_int_equal(count, 0);
	ok(ig_store_duty_done(k->s, list[0].id, T0 + 2, "officer"));
	ok(ig_store_duty_next_due(k->s, &at));
	assert_true(at == IG_NEVER);
}

static int last_alarm(const struct ig_alarm *al, void *arg)
{
	*(struct ig_alarm *)arg = *al;
	return 0;
}

static void an_alarm_is_said_once_an_hour(void **state)
{
	struct kit *k = *state;
	bool fresh = false;
	struct ig_alarm al = {0};
	const struct { ig_time at; bool fresh; } cases[] = {{T0, true}, {T0 + 1, false}, {T0 + IG_HOUR - 1, false}, {T0 + IG_HOUR, true},
		{T0 + IG_HOUR + 1, false}};
	for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
		ok(ig_store_alarm_raise(k->s, "disk", "full", cases[n].at, &fresh));
		assert_int_equal(fresh, cases[n].fresh);
	}
	ok(ig_store_alarm_list(k->s, true, last_alarm, &al));
	assert_true(al.count == 5 && al.first_at == T0 && al.last_at == T0 + IG_HOUR + 1);
	int64_t id = al.id;
	ok(ig_store_alarm_ack(k->s, id, T0 + 2 * IG_HOUR, "officer"));
	assert_int_equal(ig_store_alarm_ack(k->s, id, T0, "officer"), -1);
	ok(ig_store_alarm_raise(k->s, "disk", "full again", T0 + IG_HOUR + 2, &fresh));
	assert_false(fresh);
	ok(ig_store_alarm_list(k->s, true, last_alarm, &al));
	assert_true(al.id != id && al.count == 1);
	struct ig_store_figures f;
	ok(ig_store_figures(k->s, T0, &f));
	assert_int_equal(f.alarms_open, 1);
}

/* ---- words */

static void search_finds_vietnamese_however_it_is_typed(void **state)
{
	struct kit *k = *state;
	static const char text[] = "Kính gửi: Trung tâm. Máy chủ 10.20.30.40 trên đường truyền số 7 bị lộ mật khẩu.";
	int64_t id = new_message(k, 0, "v@x"), other = new_message(k, 0, "o@x");
	ok(ig_store_begin(k->s));
	ok(ig_store_text_add(k->s, id, ig_utf8_fold(k->a, text, sizeof text - 1)));
	ok(ig_store_text_add(k->s, other, "may 40 30 20 10 khau mat duong"));
	ok(ig_store_text_add(k->s, other, ""));
	ok(ig_store_commit(k->s));
	static const struct { const char *query; int found; } cases[] = {
		{"duong", 2}, {"DUONG", 2}, {"đường", 2}, {"ĐƯỜNG", 2}, {"\xc4\x91\x75\xcc\x9b\x6f\xcc\x9b\xcc\x80ng", 2}, /* NFD */
		{"duong truyen", 1}, {"10.20.30.40", 1}, {"10.20.30", 1}, {"40.30", 1}, {"mat khau", 2}, {"truy", 1}, {"ruyen", 0}, {"xyz", 0},
		{"", 0}, {"  ", 0}, {"\"", 0}, {"\" OR may", 0}, {"may*", 2}, {"NEAR(may chu)", 0}, {"-may", 2}, {"words:may", 0}, {"(may", 2},
	};
	for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
		int64_t ids[8] = {0};
		ok(ig_store_search(k->s, cases[n].query, 0, count_messages, ids));
		if (ids[0] != cases[n].found)
			fail_msg("%s: %d found, %d wanted", cases[n].query, (int)ids[0], cases[n].found);
	}
	int64_t ids[8] = {0};
	ok(ig_store_search(k->s, "duong", 1, count_messages, ids));
	assert_true(ids[0] == 1 && ids[1] == other); /* newest first */
	char longest[6000];
	memset(longest, 'a', sizeof longest - 1), longest[sizeof longest - 1] = 0;
	assert_int_equal(ig_store_search(k->s, longest, 0, count_messages, ids), -1);
}

static void long_texts_go_in_at_once(void **state)
{
	struct kit *k = *state;
	size_t len = (2 << 20) + 10;
	char *text = malloc(len + 1);
	memset(text, 'a', len), text[len] = 0;
	for (size_t i = 5; i < len; i += 6)
		text[i] = ' ';
	memcpy(text, "first", 5);
	ok(ig_store_begin(k->s));
	ok(ig_store_savepoint(k->s));
	ok(ig_store_text_add(k->s, new_message(k, 0, "gone@x"), text));
	ig_store_undo(k->s);
	ok(ig_store_savepoint(k->s));
	ok(ig_store_text_add(k->s, new_message(k, 0, "kept@x"), text));
	ok(ig_store_release(k->s));
	ok(ig_store_commit(k->s));
	int64_t ids[8] = {0};
	ok(ig_store_search(k->s, "first", 0, count_messages, ids));
	assert_int_equal(ids[0], 1);
	free(text);
}

/* In a burst words wait in the commit of their message; a reader is told how many, the writer finds them all the same. */
static void words_of_a_burst_wait_for_a_quiet_moment(void **state)
{
	struct kit *k = *state;
	struct ig_why why = {""};
	int64_t ids[8] = {0}, a = new_message(k, 0, "a@x"), b = new_message(k, 0, "b@x"), c = new_message(k, 0, "c@x");
	ig_store_text_later(k->s, true);
	ok(ig_store_begin(k->s));
	ok(ig_store_text_add(k->s, a, "mot duong"));
	ok(ig_store_commit(k->s));
	ok(ig_store_begin(k->s));
	ok(ig_store_text_add(k->s, b, "hai duong"));
	ig_store_rollback(k->s);
	assert_int_equal(ig_store_text_waiting(k->s), 1);
	ok(ig_store_begin(k->s));
	ok(ig_store_text_add(k->s, b, "hai duong"));
	ok(ig_store_text_add(k->s, c, "ba duong"));
	ok(ig_store_commit(k->s));
	struct ig_store *reader = ig_store_open(k->dir, IG_STORE_READ, &why);
	assert_non_null(reader);
	assert_int_equal(ig_store_text_waiting(reader), 3);
	ok(ig_store_search(reader, "duong", 0, count_messages, ids));
	assert_int_equal(ids[0], 0);
	assert_int_equal(ig_store_text_index(k->s, 2), 1);
	ok(ig_store_search(reader, "duong", 0, count_messages, ids));
	assert_true(ids[0] == 2 && ids[1] == b && ids[2] == a);
	assert_int_equal(ig_store_text_waiting(reader), 1);
	ig_store_free(reader);
	memset(ids, 0, sizeof ids);
	ok(ig_store_search(k->s, "duong", 0, count_messages, ids));
	assert_true(ids[0] == 3 && ids[1] == c);
	assert_int_equal(ig_store_text_waiting(k->s), 0);
	assert_int_equal(ig_store_text_index(k->s, 2), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
	const struct CMUnitTest tests[] = {
		CASE(every_step_of_the_life_cycle),
		CASE(the_due_ones_by_lane_then_age),
		CASE(a_dispatch_keeps_bytes_attempts_and_verdicts),
		CASE(budgets_are_kept),
		CASE(duties_and_tasks), CASE(an_overdue_duty_is_told_once),
		CASE(an_alarm_is_said_once_an_hour),
		CASE(search_finds_vietnamese_however_it_is_typed),
		CASE(long_texts_go_in_at_once),
		CASE(words_of_a_burst_wait_for_a_quiet_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
