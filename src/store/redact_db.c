/* What is taken out of the store when a message is removed by order, and what the release gate may not let out of a case. The word index keeps
 * no text, so its entries are found by walking the vocabulary: slow, exact, and seldom. Relies on the caller's transaction but for scrub. */
#include "config.h"
#include <stdlib.h>
#include "store/books.h"
#include "store/store_int.h"

#define LIST(X) \
	X(CLEAR, \
		"UPDATE message SET subject = NULL, from_name = NULL, from_address = NULL, return_path = NULL, recipient = NULL, problems = NULL, " \
		"match_rejected = NULL, source_file = NULL, category = NULL, filter = NULL WHERE id = ?1") \
	X(CLEAR_CASE, \
		"UPDATE incident SET subject = NULL WHERE id = (SELECT incident FROM message WHERE id = ?1) AND subject IS (SELECT subject FROM " \
		"message WHERE id = ?1)") \
	X(CLEAR_ATTACHMENTS, "UPDATE attachment SET name = NULL, hazard = NULL WHERE message = ?1") \
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

/* ---- the word index. It keeps no text: what it is told to forget must be told word by word, in order. */

struct words { int64_t row; struct ig_buf text; };
struct rows { struct words *list; size_t count, cap; struct ig_arena *a; };

static void add_row(struct rows *r, int64_t row)
{
	r->list = ig_store_grow(r->a, r->list, r->count, &r->cap, sizeof *r->list);
	r->list[r->count++] = (struct words){.row = row, .text = IG_BUF_INIT(64u << 20)};
}

static int rows_of(struct ig_store *s, int64_t message, struct rows *r)
{
	struct q q = Q(MORE);
	int rc;
	q_int(&q, message);
	add_row(r, message);
	while ((rc = ig_store_q_row(&q)) == 1)
		add_row(r, -r_int(&q));
	return rc;
}

static int by_row(const void *a, const void *b)
{
	int64_t x = ((const struct words *)a)->row, y = ((const struct words *)b)->row;
	return x < y ? -1 : x > y;
}

/* The words of all of them by one walk through the index, which has no other order than its own. */
static int words_of(struct ig_store *s, struct rows *r)
{
	sqlite3_stmt *st = NULL, *row = NULL;
	int rc = ig_store_exec(s, "CREATE VIRTUAL TABLE IF NOT EXISTS temp.word_at USING fts5vocab(main, message_text, instance);"
		"CREATE TEMP TABLE IF NOT EXISTS word_row (id INTEGER PRIMARY KEY); DELETE FROM temp.word_row");
	if (!rc && sqlite3_prepare_v2(s->db, "INSERT OR IGNORE INTO temp.word_row VALUES (?1)", -1, &row, NULL) != SQLITE_OK)
		rc = ig_store_fail(s, "word index");
	for (size_t i = 0; !rc && i < r->count; i++, sqlite3_reset(row)) {
		sqlite3_bind_int64(row, 1, r->list[i].row);
		if (sqlite3_step(row) != SQLITE_DONE)
			rc = ig_store_fail(s, "word index");
	}
	sqlite3_finalize(row);
	if (!rc && sqlite3_prepare_v2(s->db, "SELECT doc, term FROM temp.word_at WHERE doc IN temp.word_row ORDER BY doc, offset", -1, &st, NULL) != SQLITE_OK)
		rc = ig_store_fail(s, "word index");
	int step = rc ? SQLITE_DONE : sqlite3_step(st);
	for (; step == SQLITE_ROW; step = sqlite3_step(st)) {
		struct words key = {.row = sqlite3_column_int64(st, 0)}, *w = bsearch(&key, r->list, r->count, sizeof key, by_row);
		ig_buf_str(&w->text, w->text.len ? " " : "");
		ig_buf_add(&w->text, sqlite3_column_text(st, 1), (size_t)sqlite3_column_bytes(st, 1));
		rc = rc || w->text.over;
	}
	sqlite3_finalize(st);
	return rc || step != SQLITE_DONE ? ig_store_fail(s, "word index") : 0;
}

static int forget(struct ig_store *s, const struct words *w)
{
	sqlite3_stmt *st = NULL;
	if (!w->text.len)
		return 0;
	if (sqlite3_prepare_v2(s->db, "INSERT INTO message_text (message_text, rowid, words) VALUES ('delete', ?1, ?2)", -1, &st, NULL) != SQLITE_OK)
		return ig_store_fail(s, "word index");
	sqlite3_bind_int64(st, 1, w->row);
	sqlite3_bind_text(st, 2, w->text.data, (int)w->text.len, SQLITE_STATIC);
	int rc = sqlite3_step(st) == SQLITE_DONE ? 0 : ig_store_fail(s, "word index");
	sqlite3_finalize(st);
	return rc;
}

static int forget_words(struct ig_store *s, const int64_t *messages, size_t count)
{
	struct rows r = {.a = ig_arena_new(0)};
	int rc = 0;
	for (size_t i = 0; !rc && i < count; i++)
		rc = rows_of(s, messages[i], &r);
	for (size_t i = 0; !rc && i < r.count; i++)
		rc = ig_store_text_forget(s, r.list[i].row);
	if (!rc && r.count) {
		qsort(r.list, r.count, sizeof *r.list, by_row);
		rc = words_of(s, &r);
	}
	for (size_t i = 0; i < r.count; i++) {
		rc = rc ? rc : forget(s, &r.list[i]);
		ig_buf_free(&r.list[i].text);
	}
	ig_arena_free(r.a);
	return rc < 0 ? -1 : 0;
}

int ig_store_messages_redact(struct ig_store *s, const int64_t *messages, size_t count)
{
	static const int clears[] = {SQL_CLEAR_CASE, SQL_CLEAR, SQL_CLEAR_ATTACHMENTS, SQL_CLEAR_COPIES, SQL_CLEAR_FIELDS, SQL_CLEAR_OBSERVABLES,
		SQL_CLEAR_TICKETS, SQL_CLEAR_TRACES, SQL_CLEAR_UNFILED, SQL_CLEAR_TASKS, SQL_CLEAR_MORE};
	if (forget_words(s, messages, count) < 0)
		return -1;
	for (size_t k = 0; k < count; k++)
		for (size_t i = 0; i < IG_COUNT(clears); i++) {
			struct q q = ig_store_q(s, SET_redact, clears[i]);
			q_int(&q, messages[k]);
			if (ig_store_q_run(&q) < 0)
				return -1;
		}
	return 0;
}

int ig_store_message_redact(struct ig_store *s, int64_t message)
{
	return ig_store_messages_redact(s, &message, 1);
}

int ig_store_scrub(struct ig_store *s)
{
	/* A deletion is only noted in the index until its runs are merged into one; freed pages are overwritten; then the log is cut. */
	int rc = ig_store_exec(s, "DROP TABLE IF EXISTS temp.word_at; DROP TABLE IF EXISTS temp.word_row; PRAGMA secure_delete = ON; INSERT INTO message_text (message_text) VALUES ('optimize')");
	int back = ig_store_exec(s, "PRAGMA secure_delete = FAST");
	if (rc || back)
		return -1;
	rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY ? 0 : ig_store_fail(s, "checkpoint");
}

int ig_store_scrub_some(struct ig_store *s, bool first)
{
	/* FTS5: a negative number begins to merge all runs into one, a positive one goes on; fewer than two changes are none. */
	int before = sqlite3_total_changes(s->db);
	int rc = ig_store_exec(s, "DROP TABLE IF EXISTS temp.word_at; DROP TABLE IF EXISTS temp.word_row; PRAGMA secure_delete = ON");
	rc = rc || ig_store_exec(s, first ? "INSERT INTO message_text (message_text, rank) VALUES ('merge', -64)" : "INSERT INTO message_text (message_text, rank) VALUES ('merge', 64)");
	int changed = sqlite3_total_changes(s->db) - before, back = ig_store_exec(s, "PRAGMA secure_delete = FAST");
	if (rc || back)
		return -1;
	if (first || changed >= 2)
		return 1;
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
