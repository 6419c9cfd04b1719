/* What is taken out of the store when a message is removed by order, and what the release gate may not let out of a case. The word index keeps
 * no text, so its entries are found by walking the vocabulary: slow, exact, and seldom. Relies on the caller's transaction but for scrub. */
#include "config.h"
#include "store/books.h"
#include "store/store_int.h"

#define LIST(X) \
	X(CLEAR, \
		"UPDATE message SET subject = NULL, from_name = NULL, from_address = NULL, return_path = NULL, recipient = NULL, problems = NULL, " \
		"match_rejected = NULL, source_file = NULL, category = NULL, filter = NULL WHERE id = ?1") \
	X(CLEAR_CASE, \
		"UPDATE incident SET subject = NULL WHERE id = (SELECT incident FROM message WHERE id = ?1) AND subject IS (SELECT subject FROM " \
		"message WHERE id = ?1)") \
	X(CLEAR_ATTACHMENTS, "UPDATE attachment SET name = NULL WHERE message = ?1") \
	X(CLEAR_COPIES, "UPDATE copy SET source_file = NULL, recipient = NULL WHERE message = ?1") \
	X(CLEAR_FIELDS, "DELETE FROM field WHERE message = ?1") \
	X(CLEAR_OBSERVABLES, "DELETE FROM observable WHERE message = ?1") \
	X(CLEAR_TICKETS, "DELETE FROM ticket WHERE message = ?1") \
	X(CLEAR_TRACES, "DELETE FROM trace WHERE message = ?1") \
	X(CLEAR_TASKS, "UPDATE task SET result = NULL WHERE message = ?1") \
	X(MORE, "SELECT id FROM text_more WHERE message = ?1") \
	X(CLEAR_UNFILED, "DELETE FROM unfiled WHERE message = ?1") \
	X(CLEAR_MORE, "DELETE FROM text_more WHERE message = ?1") \
	X(VALUES_OF_MESSAGES, \
		"SELECT m.id, m.from_address, n.name, CASE n.name WHEN 'from.address' THEN m.from_address WHEN 'from.name' THEN m.from_name " \
		"WHEN 'message.id' THEN m.message_id WHEN 'message.subject' THEN m.subject ELSE m.return_path END FROM " \
		"(SELECT id, from_address, from_name, message_id, subject, return_path FROM message WHERE incident = ?1 AND outgoing = 0 " \
		"ORDER BY id DESC LIMIT ?2) m, (SELECT 'from.address' AS name UNION ALL SELECT 'from.name' UNION ALL SELECT 'message.id' UNION ALL " \
		"SELECT 'message.subject' UNION ALL SELECT 'return.path') n ORDER BY m.id DESC") \
	X(VALUES_OF_FIELDS, \
		"SELECT m.id, m.from_address, f.name, f.value FROM (SELECT id, from_address FROM message WHERE incident = ?1 AND outgoing = 0 " \
		"ORDER BY id DESC LIMIT ?2) m JOIN field f ON f.message = m.id") \
	X(VALUES_OF_FILES, \
		"SELECT m.id, m.from_address, 'attachment.name', t.name FROM (SELECT id, from_address FROM message WHERE incident = ?1 AND " \
		"outgoing = 0 ORDER BY id DESC LIMIT ?2) m JOIN attachment t ON t.message = m.id") \
	X(VALUES_OF_PEOPLE, "SELECT first_message, address, 'participant.address', address FROM participant WHERE incident = ?1 AND ?2 > 0")
SQL_DEFINE(redact, LIST)
#define Q(n) ig_store_q(s, SET_redact, SQL_##n)

/* The words of one row of the index, in order; what a contentless FTS5 table wants to be told to forget them. */
static int words_of(struct ig_store *s, int64_t row, struct ig_buf *out)
{
	sqlite3_stmt *st = NULL;
	if (ig_store_exec(s, "CREATE VIRTUAL TABLE IF NOT EXISTS temp.word_at USING fts5vocab(main, message_text, instance)") < 0)
		return -1;
	if (sqlite3_prepare_v2(s->db, "SELECT term FROM temp.word_at WHERE doc = ?1 ORDER BY offset", -1, &st, NULL) != SQLITE_OK)
		return ig_store_fail(s, "word index");
	sqlite3_bind_int64(st, 1, row);
	int rc;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		ig_buf_str(out, out->len ? " " : "");
		ig_buf_add(out, sqlite3_column_text(st, 0), (size_t)sqlite3_column_bytes(st, 0));
	}
	sqlite3_finalize(st);
	return rc == SQLITE_DONE && !out->over ? 0 : ig_store_fail(s, "word index");
}

static int forget_words(struct ig_store *s, int64_t row)
{
	struct ig_buf words = IG_BUF_INIT(64u << 20);
	sqlite3_stmt *st = NULL;
	int rc = words_of(s, row, &words);
	if (!rc && words.len) {
		if (sqlite3_prepare_v2(s->db, "INSERT INTO message_text (message_text, rowid, words) VALUES ('delete', ?1, ?2)", -1, &st, NULL) != SQLITE_OK)
			rc = ig_store_fail(s, "word index");
		sqlite3_bind_int64(st, 1, row);
		sqlite3_bind_text(st, 2, words.data, (int)words.len, SQLITE_STATIC);
		if (!rc && sqlite3_step(st) != SQLITE_DONE)
			rc = ig_store_fail(s, "word index");
		sqlite3_finalize(st);
	}
	ig_buf_free(&words);
	return rc;
}

static int forget_all_words(struct ig_store *s, int64_t message)
{
	int64_t *ids = NULL;
	size_t count = 0, cap = 0;
	struct ig_arena *a = ig_arena_new(0);
	struct q q = Q(MORE);
	int rc;
	q_int(&q, message);
	while ((rc = ig_store_q_row(&q)) == 1) {
		ids = ig_store_grow(a, ids, count, &cap, sizeof *ids);
		ids[count++] = r_int(&q);
	}
	if (!rc)
		rc = forget_words(s, message);
	for (size_t i = 0; !rc && i < count; i++)
		rc = forget_words(s, -ids[i]);
	ig_arena_free(a);
	return rc;
}

int ig_store_message_redact(struct ig_store *s, int64_t message)
{
	static const int clears[] = {SQL_CLEAR_CASE, SQL_CLEAR, SQL_CLEAR_ATTACHMENTS, SQL_CLEAR_COPIES, SQL_CLEAR_FIELDS, SQL_CLEAR_OBSERVABLES,
		SQL_CLEAR_TICKETS, SQL_CLEAR_TRACES, SQL_CLEAR_UNFILED, SQL_CLEAR_TASKS, SQL_CLEAR_MORE};
	if (forget_all_words(s, message) < 0)
		return -1;
	for (size_t i = 0; i < IG_COUNT(clears); i++) {
		struct q q = ig_store_q(s, SET_redact, clears[i]);
		q_int(&q, message);
		if (ig_store_q_run(&q) < 0)
			return -1;
	}
	return 0;
}

int ig_store_scrub(struct ig_store *s)
{
	/* A deletion is only noted in the index until its runs are merged into one; freed pages are overwritten; then the log is cut. */
	int rc = ig_store_exec(s, "DROP TABLE IF EXISTS temp.word_at; PRAGMA secure_delete = ON; INSERT INTO message_text (message_text) VALUES ('optimize')");
	int back = ig_store_exec(s, "PRAGMA secure_delete = FAST");
	if (rc || back)
		return -1;
	rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY ? 0 : ig_store_fail(s, "checkpoint");
}

int ig_store_case_values(struct ig_store *s, int64_t incident, int64_t limit, struct ig_arena *a,
	int (*each)(const struct ig_store_told *t, void *arg), void *arg)
{
	static const int sets[] = {SQL_VALUES_OF_PEOPLE, SQL_VALUES_OF_MESSAGES, SQL_VALUES_OF_FIELDS, SQL_VALUES_OF_FILES};
	for (size_t i = 0; i < IG_COUNT(sets); i++) {
		struct q q = ig_store_q(s, SET_redact, sets[i]);
		int rc;
		q_int(&q, incident), q_int(&q, limit);
		while ((rc = ig_store_q_row(&q)) == 1) {
			struct ig_store_told t = {.message = r_int(&q)};
			t.from_address = r_text(&q, a), t.name = r_text(&q, a), t.value = r_text(&q, a);
			if (t.value && *t.value && each(&t, arg))
				break;
		}
		ig_store_q_end(&q);
		if (rc < 0)
			return -1;
	}
	return 0;
}
