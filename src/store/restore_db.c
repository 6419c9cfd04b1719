/* A store that was put back from a backup: what it would send may have left before, and what it would number may have been given. Relies on the
 * caller's transaction. */
#include "config.h"
#include <stdio.h>
#include "store/books.h"
#include "store/store_int.h"

#define WORDS "restored: the store was put back from a backup, and this may have left before"
#define LIST(X) \
	X(HOLD_VERDICT, \
		"INSERT INTO verdict (dispatch, n, at, rule, state, why, actor) SELECT d.id, coalesce((SELECT max(n) FROM verdict v WHERE v.dispatch = d.id), 0) " \
		"+ 1, ?1, 'restored', 'held', '" WORDS "', ?2 FROM dispatch d WHERE d.state IN ('queued', 'sending')") \
	X(HOLD, "UPDATE dispatch SET state = 'held', why = '" WORDS "' WHERE state IN ('queued', 'sending')") \
	X(SERIES, "SELECT name, year FROM series WHERE year = ?1 AND name <> 'arrival' ORDER BY name")
SQL_DEFINE(restore, LIST)
#define Q(n) ig_store_q(s, SET_restore, SQL_##n)

static int skip_all(struct ig_store *s, int year, int64_t gap, ig_time now)
{
	const char *names[64];
	size_t count = 0;
	struct ig_arena *a = ig_arena_new(0);
	struct q q = Q(SERIES);
	int rc;
	bool incident = false;
	q_int(&q, year);
	while ((rc = ig_store_q_row(&q)) == 1 && count < IG_COUNT(names)) {
		names[count] = r_text(&q, a);
		incident |= !strcmp(names[count++], "incident");
	}
	ig_store_q_end(&q);
	if (!incident && count < IG_COUNT(names))
		names[count++] = "incident";
	for (size_t i = 0; rc >= 0 && gap > 0 && i < count; i++) {
		int64_t from, to;
		rc = ig_store_series_skip(s, names[i], year, gap, now, "restored from a backup: numbers given after it are not known", &from, &to);
	}
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

int ig_store_restored(struct ig_store *s, ig_time now, ig_time backup_of, int64_t gap, const char *actor)
{
	char at[IG_TIME_MAX], detail[160];
	int year, before;
	struct q q = Q(HOLD_VERDICT);
	q_time(&q, now), q_text(&q, actor);
	if (ig_store_q_run(&q) < 0)
		return -1;
	q = Q(HOLD);
	if (ig_store_q_run(&q) < 0)
		return -1;
	int held = sqlite3_changes(s->db);
	ig_time_civil(now, &year, NULL, NULL, NULL, NULL, NULL, NULL);
	ig_time_civil(backup_of, &before, NULL, NULL, NULL, NULL, NULL, NULL);
	ig_time_rfc3339(backup_of, at);
	snprintf(detail, sizeof detail, "the backup of %s; %d letters held; %lld numbers left out of each series of the year", at, held, (long long)gap);
	if (skip_all(s, year, gap, now) || (before != year && skip_all(s, before, gap, now)) || ig_store_set_setting(s, IG_STORE_RESTORED, at) ||
		ig_store_journal_add(s, now, actor, "restore", "store", detail) < 0)
		return -1;
	return held;
}
