/* The store as a house: opening, migrations, statements, transactions, cursor, journal, check, and what it says when it cannot. */
#include "config.h"
#include "store_kit.h"
#include "base/sha256.h"
#include "store/store_int.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

struct findings {
	int count;
	char last[200];
};
static void say(const char *finding, void *arg)
{
	struct findings *f = arg;
	f->count++;
	snprintf(f->last, sizeof f->last, "%s", finding);
}
static int check(struct kit *k, struct findings *f)
{
	memset(f, 0, sizeof *f);
	int found = ig_store_check(k->s, say, f);
	assert_int_equal(found, f->count);
	return found;
}

static void every_statement_is_prepared(void **state)
{
	struct kit *k = *state;
	ok(ig_store_prepare_all(k->s));
	k->s = ig_store_free(k->s);
	k->s = ig_store_open(k->dir, IG_STORE_READ, NULL);
	assert_non_null(k->s);
	ok(ig_store_prepare_all(k->s));
}

static void a_second_opening_changes_nothing_and_a_newer_store_is_refused(void **state)
{
	struct kit *k = *state;
	struct ig_why why = {""};
	k->s = ig_store_free(k->s);
	kit_open(k);
	k->s = ig_store_free(k->s);
	kit_raw(k, "INSERT INTO schema_step (version, at, who) VALUES (9999, 0, 'irgate 99')");
	assert_null(ig_store_open(k->dir, IG_STORE_WRITE, &why));
	assert_non_null(strstr(why.text, "newer irgate"));
}

static int count_messages(const struct ig_message *m, void *arg)
{
	(void)m;
	++*(int *)arg;
	return 0;
}

/* A file of version 1 with rows, as the first irgate left it, comes up to today's version with what it held. The steps are append-only: the text
 * of each is known by its digest, so that nobody edits one that files out there were made by. */
static void a_file_of_an_older_version_is_brought_up(void **state)
{
	static const char *const digests[] = {
		"934820d94634a199dc844621b913baa8a44f5651181992a1968fe43a3a3a9970",
		"22222bb871288c4f401c6d32cbcfced51d2c4586bb6f51a329eba65dbecdbb08",
		"f4bc76fe8ec6672f7f829a9f3bd692874de8febafa85952e923526c933b0a8e9",
		"572e82a389e2af8010ccbdf6c0945a0a8aa953b3236e6aeb466b85f3e3ed8c5e",
		"604819f93ce2c2a59064c5a351861f0bb853fe9593e34a10c8a3534653f60b25",
		"de17b72594b79a48c179d623dc061422b16831c6ea08f6388443af0027322452",
		"ed59af04f3f80a538c7b65e62b4cc609f60c08fdb1297d7df9931195a81726be",
		"54e4a07097f7850a68947aa4f4b7fadffad824feeee79c43f79e6b25d59db82a",
		"7a40e9353574f7a3ab98c154ad912916eb10b7be6080f7ae786a29e38a87bcd7",
		"fe7d5eee9391426b682119775fc916479ca9a4d6d558e3bc49436fc7b9bbce61",
		"dfcb9132013046f36529a38c9026a70d29f3fe8e4557e2ecabb89e32b116a255",
		"f384ea2bbcb7e304414a484c4eea3f6255f1db3447955c50ebdf8016357458ce",
		"bb210e2a446b88b92f56341d357a816bd43fda44f2895c504381dae5ebb711a3",
		"8e780fbc6d60091b7a3597f1fa4e6d581e861fbef969ce1945c47a0f64d8a6d8",
		"90261034db4820d8154705b7271bd5b0cce340d8d875987fd860fe702c206a92",
		"65fabb3f67475e182df26677f412ad763cf03e265e3de289f69bf3faa261ae75",
		"a6d368d05a49874b4a6e60e07d4a8019dbb357d9c6f69a38007c616fc54d48f5",
		"1313db17f90fcda6e1f00b6e1329572e498cf8684e5d9fa571061aaf140f3120",
		"a4eaa0c3be7fea945ce9a3131c8c8eb6960f87054c241405c9f800eb0994be8b",
		"9d28b92103bf7c7cfb54a945d5d9318ae6f7b26e31213a9377a4b0f303ae4e1c",
		"b6bad0db54c55bf9b32dfdcaba29c96c3844fe209b33de00a66826b5c39a419a",
		"2a9b99715c91c5747766aed652f39b22ccd71eda7ee0cf6c6ca07927fe8530db",
		"9c128a2fb615c673ea52a29ae3d10da23a3ec5fb612aa7c756f5f47f5fc4bf9d",
		"84d5f42eedadeca4c08430d3dd91e4cb0bf0c61194e1941fa49981777cba1f08",
		"3c56e2f6153aa5df9cd70962ac629f4cdffc998d114fe8c61eeb49450813a75b",
	};
	struct kit *k = *state;
	char hex[2 * IG_SHA256_LEN + 1], path[128];
	assert_int_equal(ig_store_schema_version(), sizeof digests / sizeof digests[0]);
	for (int n = 1; n <= ig_store_schema_version(); n++) {
		uint8_t sum[IG_SHA256_LEN];
		ig_sha256_of(ig_store_schema_step(n), strlen(ig_store_schema_step(n)), sum);
		for (int i = 0; i < IG_SHA256_LEN; i++)
			snprintf(hex + 2 * i, 3, "%02x", sum[i]);
		assert_string_equal(hex, digests[n - 1]);
	}
	k->s = ig_store_free(k->s);
	snprintf(path, sizeof path, "%s/store/store.db", k->dir);
	assert_int_equal(unlink(path), 0);
	kit_raw(k, "CREATE TABLE schema_step (version INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL) STRICT");
	kit_raw(k, ig_store_schema_step(1));
	kit_raw(k,
		"INSERT INTO schema_step VALUES (1, 0, 'irgate 0.1');"
		"INSERT INTO message (id, outgoing, channel, state, received_at, class, matched_by, size, authenticated, fallback, imported) "
		"VALUES (1, 0, 'mail', 'filed', 5000000, 'person', 'none', 1, 0, 0, 0);"
		"INSERT INTO message_text (rowid, words) VALUES (1, 'bao cao su co');"
		"INSERT INTO duty (id, message, what, due, created_at) VALUES (1, 1, 'acknowledge', 5000000, 5000000), (2, 1, 'merge', 900000000000, 5000000),"
		" (3, 1, 'some day', NULL, 5000000);"
		"INSERT INTO task (id, message, need, part, created_at) VALUES (1, 1, 'pages', '2', 5000000);");
	kit_open(k);
	struct ig_duty *due;
	struct ig_task t;
	struct findings f;
	size_t count;
	int found = 0;
	ig_time at;
	ok(ig_store_duty_next_due(k->s, &at));
	assert_true(at == 5 * IG_SECOND + IG_DUTY_AT_ONCE);
	ok(ig_store_duties_overdue(k->s, INT64_C(900000000001), 9, k->a, &due, &count));
	assert_int_equal(count, 2);
	assert_int_equal(ig_store_task_get(k->s, 1, k->a, &t), 1);
	assert_true(t.until == 5 * IG_SECOND + 15 * IG_MINUTE && t.done_at == IG_NEVER);
	ok(ig_store_search(k->s, "sự cố", 0, count_messages, &found));
	assert_int_equal(found, 1);
	assert_int_equal(check(k, &f), 0);
	ok(ig_store_prepare_all(k->s));
}

static void a_reader_does_not_migrate_and_does_not_write(void **state)
{
	struct kit *k = *state;
	struct ig_why why = {""};
	struct ig_store *r = ig_store_open(k->dir, IG_STORE_READ, &why);
	assert_non_null(r);
	assert_int_equal(ig_store_set_progress(r, "x", "1"), -1);
	int64_t id = new_message(k, 0, "seen-by-readers@x");
	struct ig_message m;
	assert_int_equal(ig_store_message_get(r, id, k->a, &m), 1);
	ig_store_free(r);
	k->s = ig_store_free(k->s);
	kit_raw(k, "DELETE FROM schema_step");
	assert_null(ig_store_open(k->dir, IG_STORE_READ, &why));
	assert_non_null(strstr(why.text, "must first be brought"));
}

static void no_directory_and_no_right_to_it_give_a_reason(void **state)
{
	struct kit *k = *state;
	struct ig_why why = {""};
	assert_null(ig_store_open("/nonexistent/var", IG_STORE_WRITE, &why));
	assert_non_null(strstr(why.text, "/nonexistent/var/store"));
	char dir[96], path[128];
	snprintf(dir, sizeof dir, "%s/not-a-store", k->dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	snprintf(path, sizeof path, "%s/store", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/store/store.db", dir);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < 500; i++)
		fputs("this is no database\n", f);
	fclose(f);
	memset(&why, 0, sizeof why);
	assert_null(ig_store_open(dir, IG_STORE_WRITE, &why));
	assert_non_null(strstr(why.text, "not a database"));
	unlink(path);
	snprintf(path, sizeof path, "%s/store", dir);
	rmdir(path);
	if (getuid() != 0) { /* root writes anywhere */
		memset(&why, 0, sizeof why);
		chmod(dir, 0500);
		assert_null(ig_store_open(dir, IG_STORE_WRITE, &why));
		assert_true(why.text[0]);
	}
	rmdir(dir);
}

static void undo_leaves_nothing_and_keeps_what_was_before(void **state)
{
	struct kit *k = *state;
	uint8_t chain[IG_SHA256_LEN] = {1};
	uint64_t seq;
	ig_time act;
	int found = 0;
	ok(ig_store_begin(k->s));
	ok(ig_store_savepoint(k->s));
	int64_t first = new_message(k, new_incident(k), "first@x");
	ok(ig_store_text_add(k->s, first, "mot hai"));
	ok(ig_store_set_cursor(k->s, 1, chain, T0));
	ok(ig_store_set_newest_act(k->s, T0));
	ok(ig_store_release(k->s));
	ok(ig_store_savepoint(k->s));
	int64_t incident = new_incident(k), second = new_message(k, incident, "second@x");
	ok(ig_store_text_add(k->s, second, "hai ba"));
	ok(ig_store_set_cursor(k->s, 2, chain, T0 + 1));
	ok(ig_store_set_newest_act(k->s, T0 + 1));
	ig_store_undo(k->s);
	ok(ig_store_cursor(k->s, &seq));
	assert_int_equal(seq, 1);
	ok(ig_store_commit(k->s));
	ok(ig_store_cursor(k->s, &seq));
	assert_int_equal(seq, 1);
	ok(ig_store_newest_act(k->s, &act));
	assert_true(act == T0);
	ok(ig_store_message_list(k->s, NULL, count_messages, &found));
	assert_int_equal(found, 1);
	found = 0;
	ok(ig_store_search(k->s, "hai", 0, count_messages, &found));
	assert_int_equal(found, 1);
	/* The number of the incident that was taken back is given to the next one: no gap. */
	struct ig_incident i;
	assert_int_equal(ig_store_incident_get(k->s, new_incident(k), k->a, &i), 1);
	assert_int_equal(i.ref.number, 2);
	struct findings f;
	assert_int_equal(check(k, &f), 0);
}

static void rollback_takes_all_back(void **state)
{
	struct kit *k = *state;
	int found = 0;
	uint64_t seq;
	uint8_t chain[IG_SHA256_LEN] = {1};
	ok(ig_store_begin(k->s));
	ok(ig_store_text_add(k->s, new_message(k, 0, "gone@x"), "word"));
	ok(ig_store_set_cursor(k->s, 5, chain, T0));
	ig_store_rollback(k->s);
	ok(ig_store_message_list(k->s, NULL, count_messages, &found));
	assert_int_equal(found, 0);
	ok(ig_store_cursor(k->s, &seq));
	assert_int_equal(seq, 0);
	ok(ig_store_begin(k->s));
	ok(ig_store_commit(k->s));
	ok(ig_store_rest(k->s));
}

static void transactions_out_of_order_are_refused(void **state)
{
	struct kit *k = *state;
	assert_int_equal(ig_store_commit(k->s), -1);
	assert_int_equal(ig_store_savepoint(k->s), -1);
	assert_int_equal(ig_store_release(k->s), -1);
	ok(ig_store_begin(k->s));
	assert_int_equal(ig_store_begin(k->s), -1);
	ok(ig_store_savepoint(k->s));
	assert_int_equal(ig_store_commit(k->s), -1);
	assert_non_null(strstr(ig_store_why(k->s), "open savepoint"));
	ig_store_undo(k->s);
	ok(ig_store_commit(k->s));
}

static int keep_anchor(uint64_t seq, const uint8_t *chain, ig_time at, void *arg)
{
	(void)at;
	*(uint64_t *)arg = *(uint64_t *)arg * 100 + seq * 10 + chain[0];
	return 0;
}

static void one_anchor_a_commit(void **state)
{
	struct kit *k = *state;
	uint8_t chain[IG_SHA256_LEN] = {1};
	uint64_t seen = 0;
	ok(ig_store_begin(k->s));
	for (uint64_t seq = 1; seq < 4; seq++) {
		chain[0] = (uint8_t)seq;
		ok(ig_store_set_cursor(k->s, seq, chain, T0));
	}
	ok(ig_store_commit(k->s));
	chain[0] = 7;
	ok(ig_store_set_cursor(k->s, 7, chain, T0));
	ok(ig_store_anchors(k->s, keep_anchor, &seen));
	assert_int_equal(seen, 33 * 100 + 77);
}

static void newest_act_only_rises_and_progress_is_given_back(void **state)
{
	struct kit *k = *state;
	ig_time at;
	const char *mark;
	ok(ig_store_newest_act(k->s, &at));
	assert_true(at == IG_NEVER);
	ok(ig_store_set_newest_act(k->s, T0));
	ok(ig_store_set_newest_act(k->s, T0 - 5));
	ok(ig_store_newest_act(k->s, &at));
	assert_true(at == T0);
	assert_int_equal(ig_store_progress(k->s, "imap", k->a, &mark), 0);
	ok(ig_store_set_progress(k->s, "imap", "7:1"));
	ok(ig_store_set_progress(k->s, "imap", "7:2"));
	assert_int_equal(ig_store_progress(k->s, "imap", k->a, &mark), 1);
	assert_string_equal(mark, "7:2");
}

static void a_tampered_journal_is_found(void **state)
{
	static const char *const acts[] = {"UPDATE journal SET detail = 'other' WHERE id = 2",
		"UPDATE journal SET actor = '' WHERE id = 1", "DELETE FROM journal WHERE id = 2",
		"UPDATE journal SET at = at + 1 WHERE id = 3", "UPDATE journal SET chain = zeroblob(32) WHERE id = 2"};
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		struct kit *k;
		struct findings f;
		kit_setup((void **)&k);
		ok(ig_store_journal_add(k->s, T0, "officer", "merge", "IR-2026-000001-X", "why"));
		ok(ig_store_journal_add(k->s, T0, "officer", "move", "17", NULL));
		ok(ig_store_journal_add(k->s, T0 + 1, "officer", "move", "18", ""));
		assert_int_equal(check(k, &f), 0);
		kit_raw(k, acts[i]);
		assert_in_range(check(k, &f), 1, 2);
		assert_non_null(strstr(f.last, "journal row"));
		kit_teardown((void **)&k);
	}
	(void)state;
}

static void check_finds_broken_promises(void **state)
{
	static const struct { const char *act, *finding; } cases[] = {
		{"DELETE FROM message_key", "cannot be found"},
		{"UPDATE series SET last = 5", "5 given, 1 kept"},
		{"UPDATE message SET frame = 99", "after the cursor"},
		{"DELETE FROM verdict", "without a verdict"},
		{"PRAGMA foreign_keys = OFF; UPDATE message SET incident = 77", "not there"},
		{"UPDATE dispatch SET state = 'sent'; DELETE FROM dispatch_bytes", "without bytes"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct kit *k;
		struct findings f;
		kit_setup((void **)&k);
		int64_t incident = new_incident(k);
		int64_t d = new_dispatch(k, incident, new_message(k, incident, "m@x"), "a@b", IG_DISPATCH_STATE_QUEUED);
		ok(ig_store_verdict_add(k->s, d, "receipt", "queued", NULL, T0, "irgate"));
		assert_int_equal(check(k, &f), 0);
		kit_raw(k, cases[i].act);
		if (check(k, &f) < 1 || !strstr(f.last, cases[i].finding))
			fail_msg("%s: %d findings, last: %s", cases[i].act, f.count, f.last);
		kit_teardown((void **)&k);
	}
	(void)state;
}

static void an_error_in_a_transaction_never_lets_the_rest_be_committed(void **state)
{
	struct kit *k = *state;
	int found = 0;
	ok(ig_store_begin(k->s));
	new_message(k, 0, "before@x");
	/* A dispatch that answers a message which is not there: refused by the foreign key. */
	struct ig_dispatch d = {
		.answers = 4711, .letter = "receipt", .address = "a@b", .created_at = T0, .not_before = T0, .expires_at = IG_NEVER};
	assert_int_equal(ig_store_dispatch_add(k->s, &d), -1);
	assert_non_null(strstr(ig_store_why(k->s), "FOREIGN KEY"));
	ig_store_rollback(k->s);
	ok(ig_store_message_list(k->s, NULL, count_messages, &found));
	assert_int_equal(found, 0);
}

/* A full disk, made by a limit on file sizes: the commit fails with a reason, nothing of it is there, and it goes on when there is
 * room. */
static void a_full_disk_takes_nothing_and_comes_back(void **state)
{
	struct kit *k = *state;
	struct rlimit was, tight;
	struct findings f;
	int found = 0;
	new_message(k, 0, "before@x");
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	tight = was;
	tight.rlim_cur = 300000; /* a little more than the new store and its WAL */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	int rc = ig_store_begin(k->s), rounds = 0;
	while (rc == 0 && ++rounds < 20000) {
		struct ig_message m = {.subject = "a subject of some length, so that pages fill", .received_at = T0, .date = IG_NEVER};
		rc = ig_store_message_add(k->s, &m);
		if (rc == 0 && rounds % 500 == 0) {
			rc = ig_store_commit(k->s);
			if (rc == 0)
				rc = ig_store_begin(k->s);
		}
	}
	assert_int_equal(rc, -1);
	assert_non_null(strstr(ig_store_why(k->s), "store: "));
	ig_store_rollback(k->s);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	signal(SIGXFSZ, handler);
	ok(ig_store_message_list(k->s, NULL, count_messages, &found));
	assert_int_equal((found - 1) % 500, 0);
	new_message(k, 0, "after@x");
	assert_int_equal(check(k, &f), 0);
}

static int count_anchor(uint64_t seq, const uint8_t *chain, ig_time at, void *arg)
{
	(void)seq, (void)chain, (void)at;
	++*(int *)arg;
	return 0;
}

/* The chain of a frame that was lost is not known: zeros must not be an anchor that verify holds against the log. */
static void an_unknown_chain_is_no_anchor(void **state)
{
	struct kit *k = *state;
	uint8_t known[IG_SHA256_LEN] = {1}, unknown[IG_SHA256_LEN] = {0};
	uint64_t seq;
	int found = 0;
	ok(ig_store_set_cursor(k->s, 1, known, T0));
	ok(ig_store_set_cursor(k->s, 2, unknown, T0));
	ok(ig_store_cursor(k->s, &seq));
	assert_int_equal(seq, 2);
	ok(ig_store_anchors(k->s, count_anchor, &found));
	assert_int_equal(found, 1);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
	const struct CMUnitTest tests[] = {
		CASE(every_statement_is_prepared), CASE(a_second_opening_changes_nothing_and_a_newer_store_is_refused),
		CASE(a_file_of_an_older_version_is_brought_up), CASE(a_reader_does_not_migrate_and_does_not_write), CASE(no_directory_and_no_right_to_it_give_a_reason),
		CASE(undo_leaves_nothing_and_keeps_what_was_before), CASE(rollback_takes_all_back), CASE(transactions_out_of_order_are_refused),
		CASE(one_anchor_a_commit), CASE(newest_act_only_rises_and_progress_is_given_back),
		CASE(a_full_disk_takes_nothing_and_comes_back), CASE(an_unknown_chain_is_no_anchor), CASE(an_error_in_a_transaction_never_lets_the_rest_be_committed),
		cmocka_unit_test(a_tampered_journal_is_found), cmocka_unit_test(check_finds_broken_promises),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
