/* `irgatectl check`: is the file whole, and do its rows keep our promises? Each query gives one finding a row.
 * Reads only. The evidence log is checked by its own room. */
#include "config.h"
#include <stdio.h>
#include "store/store_int.h"

#define LIST(X) \
	X(INTEGRITY, "SELECT integrity_check FROM pragma_integrity_check(20) WHERE integrity_check <> 'ok'") \
	X(FOREIGN_KEYS, \
		"SELECT \"table\" || ' row ' || coalesce(rowid, '?') || ': refers to a row of ' || parent || ' that is not there' " \
		"FROM pragma_foreign_key_check LIMIT 20") \
	X(NUMBERS, \
		"SELECT 'incident references of ' || s.year || ': ' || s.last || ' given, ' || (SELECT count(*) FROM incident i " \
		"WHERE i.year = s.year) || ' kept' FROM series s WHERE s.name = 'incident' AND s.last <> (SELECT count(*) FROM incident " \
		"i WHERE i.year = s.year) + (SELECT coalesce(sum(last - first + 1), 0) FROM gap g WHERE g.name = 'incident' AND g.year = s.year)") \
	X(KEYS, \
		"SELECT 'message ' || m.id || ': cannot be found by its Message-ID' FROM message m WHERE m.message_id IS NOT NULL " \
		"AND m.id NOT IN (SELECT message FROM message_key) LIMIT 20") \
	X(CURSOR, \
		"SELECT 'message ' || id || ': its frame ' || frame || ' is after the cursor' FROM message WHERE frame > (SELECT seq " \
		"FROM cursor) LIMIT 20") \
	X(VERDICTS, \
		"SELECT 'dispatch ' || id || ': it is ' || state || ' without a verdict' FROM dispatch WHERE state NOT IN ('cancelled', " \
		"'held') " \
		"AND id NOT IN (SELECT dispatch FROM verdict) LIMIT 20") \
	X(UNSENT, \
		"SELECT 'dispatch ' || id || ': it is ' || state || ' without bytes' FROM dispatch WHERE state IN ('sending', 'sent', " \
		"'delivered') " \
		"AND channel = 'mail' AND id NOT IN (SELECT dispatch FROM dispatch_bytes) AND id NOT IN (SELECT dispatch FROM letter_file) LIMIT 20") \
	X(MERGED, \
		"SELECT 'incident ' || i.id || ': merged into ' || i.merged_into || ', but messages are still filed there' FROM incident " \
		"i " \
		"WHERE i.merged_into IS NOT NULL AND EXISTS (SELECT 1 FROM message m WHERE m.incident = i.id) LIMIT 20")
SQL_DEFINE(check, LIST)

int ig_store_check(struct ig_store *s, void (*say)(const char *finding, void *arg), void *arg)
{
	int found = 0;
	for (int n = 0; n < SQL_COUNT; n++) {
		struct q q = ig_store_q(s, SET_check, n);
		int rc;
		while ((rc = ig_store_q_row(&q)) == 1) {
			const char *t = (const char *)sqlite3_column_text(q.st, 0);
			say(t ? t : "?", arg);
			found++;
		}
		if (rc < 0)
			return -1;
	}
	/* The word index checks itself by a writing statement, which a reader may not use. */
	if (!s->reading && !s->in_tx &&
		sqlite3_exec(s->db, "INSERT INTO message_text (message_text) VALUES ('integrity-check')", NULL, NULL, NULL) != SQLITE_OK) {
		say("the word index is damaged: search may miss messages", arg);
		found++;
	}
	int broken = ig_store_journal_check(s, say, arg);
	return broken < 0 ? -1 : found + broken;
}
