/* The second step of reading, over a real store and the real templates: a receipt does not wait for it, letters to others do; what it adds is
 * found and decided upon; it is given up in time; and an amendment that did not reach its commit left nothing. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers" /* a case says only what matters to it */
#include "config.h"
#include "check.h"
#include "instance.h"
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "desk/desk.h"
#include "desk/duty.h"

#define T0 (INT64_C(1780000000) * IG_SECOND)

struct kit {
	char dir[64];
	struct ig_conf *conf;
	struct ig_store *store;
	struct ig_desk *desk;
	struct ig_arena *a;
	int64_t incident, message, party, task; /* of the story: one mail with a scanned letter in part 2 */
};

static void open_all(struct kit *k)
{
	struct ig_why why = {""};
	k->store = ig_store_open(k->conf->var, IG_STORE_WRITE, &why);
	k->desk = k->store ? ig_desk_new(k->store, k->conf, &why) : NULL;
	if (!k->desk)
		fail_msg("%s", why.text);
}

static int setup(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));
	k->conf = instance_make("amend", k->dir, sizeof(k->dir));
	k->a = ig_arena_new(0);
	ig_clock_fix(T0);
	open_all(k);
	*state = k;
	return 0;
}

static int teardown(void **state)
{
	struct kit *k = *state;
	ig_desk_free(k->desk);
	ig_store_free(k->store);
	ig_conf_free(k->conf);
	ig_arena_free(k->a);
	instance_remove(k->dir);
	free(k);
	return 0;
}

static int newest(const struct ig_message *m, void *arg)
{
	struct kit *k = arg;
	if (!m->outgoing)
		k->message = m->id, k->incident = m->incident;
	return 0;
}

/* A mail whose reader asked for `parts` pages to be read, and a party to hand it on to. */
static void begin(struct kit *k, bool worker, size_t parts)
{
	static const char *const none[] = {NULL};
	static const struct ig_desk_need needs[] = {{"pages", "2"}, {"pages", "3"}};
	struct ig_address from = {NULL, "an@so.example.vn"};
	struct ig_report r = {.message_id = "m1@so", .from = &from, .subject = "Báo cáo", .text = "Hệ thống hỏng", .reply_text = "", .in_reply_to = none,
		.references = none, .problems = none, .delivered_to = none, .date = IG_NEVER, .folded = "bao cao he thong hong", .identity = {1}};
	struct ig_evidence_frame f = {.seq = 1, .at = ig_now(), .size = 100};
	struct ig_envelope e = {.channel = IG_CHANNEL_MAIL, .source = "incoming", .source_file = "1.file"};
	struct ig_party_channel channel = {.channel = IG_CHANNEL_MAIL, .address = "truc@vncert.example", .state = IG_CHANNEL_STATE_OK};
	struct ig_party party = {.name = "VNCERT", .role = IG_PARTY_ROLE_COORDINATOR, .language = "en", .channels = &channel, .channel_count = 1,
		.valid_from = IG_NEVER, .valid_to = IG_NEVER};
	struct ig_why why = {""};
	struct ig_task *tasks;
	size_t count;
	if (worker)
		ig_desk_worker(k->desk, "pages");
	assert_int_equal(ig_store_begin(k->store), 0);
	if (ig_desk_take(k->desk, &f, &e, &r, needs, parts, &why))
		fail_msg("%s", why.text);
	assert_true(ig_store_party_save(k->store, &party) >= 0);
	assert_int_equal(ig_store_commit(k->store), 0);
	k->party = party.id;
	assert_true(ig_store_message_list(k->store, NULL, newest, k) >= 0);
	assert_int_equal(ig_store_tasks_of(k->store, k->message, k->a, &tasks, &count), 0);
	assert_int_equal(count, parts);
	k->task = tasks[0].id;
}

static struct ig_dispatch dispatch(struct kit *k, int64_t id)
{
	struct ig_dispatch d;
	assert_int_equal(ig_store_dispatch_get(k->store, id, true, k->a, &d), 1);
	return d;
}

static struct ig_message message(struct kit *k)
{
	struct ig_message m;
	assert_int_equal(ig_store_message_get(k->store, k->message, k->a, &m), 1);
	return m;
}

static int64_t escalate(struct kit *k)
{
	struct ig_why why = {""};
	int64_t id = 0;
	if (ig_desk_escalate(k->desk, k->incident, k->party, "user:truc", "as he asked", &id, &why))
		fail_msg("%s", why.text);
	return id;
}

static int count_one(const struct ig_message *m, void *arg)
{
	(void)m;
	++*(int *)arg;
	return 0;
}
static int found(struct kit *k, const char *query)
{
	int n = 0;
	assert_true(ig_store_search(k->store, query, 0, count_one, &n) >= 0);
	return n;
}

static int keep_duty(const struct ig_duty *d, void *arg)
{
	struct ig_duty *to = arg;
	if (!strncmp(d->what, "read by hand", 12))
		to->id = d->id, to->due = d->due;
	return 0;
}
static struct ig_duty reading_owed(struct kit *k)
{
	struct ig_duty d = {.id = 0};
	struct ig_duty_filter f = {.incident = k->incident, .due_before = IG_NEVER};
	assert_true(ig_store_duty_list(k->store, &f, keep_duty, &d) >= 0);
	return d;
}

static const char *const problems[] = {"page 2 is dark", NULL};
static const char *const none[] = {NULL};
static struct ig_attachment inner = {.name = "máy chủ.txt", .type = "text/plain", .size = 3, .sha256 = {9}, .text = "địa chỉ 10.9.8.7"};
static struct ig_report scanned = {.text = "Công văn số 290", .language = "vi", .problems = problems, .attachments = &inner, .attachment_count = 1,
	.in_reply_to = none, .references = none, .delivered_to = none};

static void a_receipt_does_not_wait_and_letters_to_others_do(void **state)
{
	struct kit *k = *state;
	struct ig_why why = {""};
	begin(k, true, 2);
	struct ig_dispatch d = dispatch(k, 1);
	assert_string_equal(d.letter, "receipt");
	assert_int_equal(d.state, IG_DISPATCH_STATE_QUEUED);
	int64_t id = escalate(k);
	d = dispatch(k, id);
	assert_int_equal(d.state, IG_DISPATCH_STATE_HELD);
	assert_string_equal(d.why, "waits for 2 tasks");
	assert_true(!d.bytes || !d.size);
	assert_int_equal(ig_desk_dispatch_release(k->desk, id, "user:truc", "now", &why), IG_EX_DATA);
	/* one of two ends: it still waits */
	assert_int_equal(ig_desk_amend(k->desk, k->task, &scanned, "2 pages", &why), 0);
	assert_int_equal(dispatch(k, id).state, IG_DISPATCH_STATE_HELD);
	assert_int_equal(ig_desk_amend(k->desk, k->task, &scanned, "2 pages", &why), IG_EX_DATA);
	assert_int_equal(ig_desk_amend(k->desk, k->task + 1, NULL, "the file is broken", &why), 0);
	d = dispatch(k, id);
	assert_int_equal(d.state, IG_DISPATCH_STATE_QUEUED);
	assert_true(d.size > 0 && d.message && memmem(d.bytes, d.size, "truc@vncert.example", 19));
	struct ig_verdict *v;
	size_t count;
	assert_int_equal(ig_store_verdicts(k->store, id, k->a, &v, &count), 0);
	assert_int_equal(count, 2);
	assert_string_equal(v[0].rule, "tasks");
	assert_true(!strcmp(v[1].state, "queued") && !strcmp(v[1].actor, "clerk") && strstr(v[1].why, "user:truc"));
	assert_int_equal(dispatch(k, escalate(k)).state, IG_DISPATCH_STATE_QUEUED); /* nothing is open any more */
}

static void what_it_adds_is_found_once(void **state)
{
	struct kit *k = *state;
	struct ig_why why = {""};
	struct ig_attachment *list;
	size_t count;
	begin(k, true, 1);
	assert_int_equal(found(k, "cong van"), 0);
	assert_int_equal(ig_desk_amend(k->desk, k->task, &scanned, "1 page", &why), 0);
	static const struct { const char *query; int found; } cases[] = {{"công văn", 1}, {"290", 1}, {"10.9.8.7", 1}, {"hỏng", 1}, {"hong 290", 1},
		{"290 hong", 1}, {"bao cao cong van", 1}, {"hong xyz", 0}, {"290 xyz", 0}, {"may", 1}};
	for (size_t i = 0; i < IG_COUNT(cases); i++)
		if (found(k, cases[i].query) != cases[i].found)
			fail_msg("%s: %d", cases[i].query, found(k, cases[i].query));
	struct ig_message m = message(k);
	assert_string_equal(m.problems, "page 2 is dark");
	assert_string_equal(m.language, "vi");
	assert_int_equal(ig_store_attachments(k->store, k->message, k->a, &list, &count), 0);
	assert_true(count == 1 && !strcmp(list[0].name, inner.name));
	assert_int_equal(ig_store_check(k->store, NULL, NULL), 0);
}

static void secrecy_found_late_keeps_the_letter(void **state)
{
	struct kit *k = *state;
	struct ig_field field = {.name = "secrecy.requested", .value = "true"};
	struct ig_report r = scanned;
	struct ig_why why = {""};
	r.fields = &field, r.field_count = 1;
	begin(k, true, 1);
	int64_t id = escalate(k);
	assert_int_equal(ig_desk_amend(k->desk, k->task, &r, "1 page", &why), 0);
	struct ig_dispatch d = dispatch(k, id);
	assert_int_equal(d.state, IG_DISPATCH_STATE_HELD);
	assert_non_null(strstr(d.why, "secrecy"));
	assert_int_equal(ig_desk_dispatch_release(k->desk, id, "user:truc", "now", &why), IG_EX_DATA);
}

static void it_is_given_up_in_time_and_a_person_reads(void **state)
{
	struct kit *k = *state;
	struct ig_why why = {""};
	ig_time at;
	begin(k, true, 1);
	int64_t id = escalate(k);
	assert_int_equal(ig_store_tasks_next(k->store, &at), 0);
	assert_true(at == T0 + 15 * IG_MINUTE);
	ig_clock_fix(at - 1);
	assert_int_equal(ig_desk_tasks_end(k->desk, false, &why), 0);
	assert_int_equal(dispatch(k, id).state, IG_DISPATCH_STATE_HELD);
	assert_int_equal(reading_owed(k).id, 0);
	ig_clock_fix(at);
	assert_int_equal(ig_desk_tasks_end(k->desk, false, &why), 1);
	assert_int_equal(dispatch(k, id).state, IG_DISPATCH_STATE_QUEUED);
	assert_true(reading_owed(k).due == at + IG_DAY);
	assert_non_null(strstr(message(k).problems, "part 2 was not read (pages): given up"));
	assert_int_equal(ig_desk_tasks_end(k->desk, true, &why), 0);
}

static void what_nobody_does_ends_with_the_message(void **state)
{
	struct kit *k = *state;
	struct ig_why why = {""};
	struct ig_task t;
	begin(k, false, 2);
	assert_int_equal(ig_store_tasks_open(k->store), 0);
	assert_int_equal(ig_store_task_get(k->store, k->task, k->a, &t), 1);
	assert_string_equal(t.result, "no worker for this kind");
	assert_string_equal(message(k).problems, "part 2 was not read (pages): no worker for this kind\npart 3 was not read (pages): no worker for this kind");
	assert_int_equal(dispatch(k, escalate(k)).state, IG_DISPATCH_STATE_QUEUED);
	/* begun by a worker that a later start does not have */
	struct ig_task left = {.message = k->message, .need = "keys", .part = "4", .created_at = T0, .done_at = IG_NEVER, .until = T0 + IG_DAY};
	assert_int_equal(ig_store_task_add(k->store, &left), 0);
	int64_t id = escalate(k);
	assert_int_equal(dispatch(k, id).state, IG_DISPATCH_STATE_HELD);
	assert_int_equal(ig_desk_tasks_end(k->desk, false, &why), 1);
	assert_int_equal(dispatch(k, id).state, IG_DISPATCH_STATE_QUEUED);
	assert_int_equal(reading_owed(k).id, 0);
}

static void a_letter_is_judged_when_the_task_leaves_its_case(void **state)
{
	struct kit *k = *state;
	struct ig_why why = {""};
	begin(k, true, 1);
	int64_t id = escalate(k);
	assert_int_equal(ig_desk_message_move(k->desk, k->message, 0, "user:truc", "another matter", &why), 0);
	assert_int_equal(dispatch(k, id).state, IG_DISPATCH_STATE_QUEUED);
	assert_int_equal(ig_store_tasks_open(k->store), 1);
}

/* A process that ends after all rows were written and before the commit: what a power cut leaves. */
static void killed_before_its_commit_it_left_nothing(void **state)
{
	struct kit *k = *state;
	struct ig_why why = {""};
	begin(k, true, 1);
	int64_t id = escalate(k);
	k->desk = ig_desk_free(k->desk);
	k->store = ig_store_free(k->store);
	pid_t pid = fork();
	if (!pid) {
		open_all(k);
		ig_desk_worker(k->desk, "pages");
		if (!ig_store_begin(k->store) && ig_store_text_more(k->store, k->message, "cong van") >= 0 &&
			ig_store_message_amend(k->store, k->message, "dark", "vi") >= 0 && ig_store_task_done(k->store, k->task, T0, "x") >= 0 &&
			ig_store_dispatch_set_state(k->store, id, IG_DISPATCH_STATE_QUEUED, NULL, T0) >= 0)
			raise(SIGKILL);
		_exit(1);
	}
	int status = 0;
	assert_true(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	open_all(k);
	ig_desk_worker(k->desk, "pages");
	assert_int_equal(ig_store_tasks_open(k->store), 1);
	assert_int_equal(dispatch(k, id).state, IG_DISPATCH_STATE_HELD);
	assert_null(message(k).problems);
	assert_int_equal(found(k, "cong van"), 0);
	/* an amendment that fails half-way: the same */
	assert_int_equal(ig_store_begin(k->store), 0); /* so that its own transaction cannot begin */
	assert_int_equal(ig_desk_amend(k->desk, k->task, &scanned, "1 page", &why), IG_EX_TEMPFAIL);
	ig_store_rollback(k->store);
	assert_int_equal(ig_store_tasks_open(k->store), 1);
	assert_int_equal(ig_desk_amend(k->desk, k->task, &scanned, "1 page", &why), 0);
	assert_int_equal(dispatch(k, id).state, IG_DISPATCH_STATE_QUEUED);
}

static int one_alarm(const struct ig_alarm *al, void *arg)
{
	snprintf(arg, 64, "%s", al->code);
	return 1;
}

static void the_millionth_case_raises_an_alarm(void **state)
{
	struct kit *k = *state;
	char path[128], code[64] = "";
	struct ig_message m;
	sqlite3 *db;
	begin(k, true, 1);
	snprintf(path, sizeof(path), "%s/store/store.db", k->conf->var);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "UPDATE series SET last = 999999", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	struct ig_why why = {""};
	assert_int_equal(ig_desk_message_move(k->desk, k->message, 0, "user:truc", "another matter", &why), 0);
	assert_int_equal(ig_store_message_get(k->store, k->message, k->a, &m), 1);
	assert_true(ig_store_alarm_list(k->store, true, one_alarm, code) >= 0);
	assert_string_equal(code, "reference-numbers");
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	setenv("IRGATE_DATADIR", SRCDIR, 1);
	const struct CMUnitTest tests[] = {STORY(a_receipt_does_not_wait_and_letters_to_others_do), STORY(what_it_adds_is_found_once),
		STORY(secrecy_found_late_keeps_the_letter), STORY(it_is_given_up_in_time_and_a_person_reads), STORY(what_nobody_does_ends_with_the_message),
		STORY(a_letter_is_judged_when_the_task_leaves_its_case), STORY(killed_before_its_commit_it_left_nothing),
		STORY(the_millionth_case_raises_an_alarm)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
