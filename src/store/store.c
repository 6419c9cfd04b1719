/* The store's handle: opening, transactions, cached statements, and what is written once a commit (cursor, anchor, newest act).
 * Relies on SQLite in WAL mode with synchronous=FULL: what was committed survives power loss; one process writes (the clerk, by the
 * instance lock), readers have their own connections. Does not know any table but the four of the cursor and the clock. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "base/fs.h"
#include "store/store_int.h"

#define LIST(X) \
	X(BEGIN, "BEGIN IMMEDIATE") \
	X(COMMIT, "COMMIT") \
	X(SAVEPOINT, "SAVEPOINT frame") \
	X(RELEASE, "RELEASE frame") \
	X(UNDO, "ROLLBACK TO frame") \
	X(CURSOR_GET, "SELECT seq FROM cursor") \
	X(CURSOR_SET, "UPDATE cursor SET seq = ?1, chain = ?2, at = ?3") \
	X(ANCHOR_ADD, "INSERT OR REPLACE INTO anchor (seq, chain, at) VALUES (?1, ?2, ?3)") \
	X(ANCHORS, "SELECT seq, chain, at FROM anchor ORDER BY seq") \
	X(ACT_GET, "SELECT newest_act FROM cursor") \
	X(ACT_SET, "UPDATE cursor SET newest_act = max(coalesce(newest_act, ?1), ?1)") \
	X(PROGRESS_GET, "SELECT mark FROM progress WHERE source = ?1") \
	X(PROGRESS_SET, "INSERT INTO progress (source, mark) VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET mark = excluded.mark") \
	X(NUMBER_NEXT, \
		"INSERT INTO series (name, year, last) VALUES (?1, ?2, 1) ON CONFLICT (name, year) DO UPDATE SET last = last + 1 " \
		"RETURNING last")
SQL_DEFINE(store, LIST)
#define Q(n) ig_store_q(s, SET_store, SQL_##n)

#define SETS_ADDRESS(set) &ig_sql_##set,
static const struct ig_sql_set *const sets[] = {SETS(SETS_ADDRESS)};

/* Pages in memory: enough for the hot ends of the trees; the gateway's budget is 24 MiB idle and 96 MiB importing, all processes.
 */
#define PAGES 2048      /* of the WAL when it is folded in */
#define PAGES_TIGHT 128
#define WRITER_PRAGMAS \
	"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2048; PRAGMA journal_size_limit = 16777216; " \
	"PRAGMA cache_size = -8192; " /* FAST: pages freed by merging the word index are not written again just to blank them */ \
	"PRAGMA secure_delete = FAST; "
#define COMMON_PRAGMAS "PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; "

int ig_store_fail(struct ig_store *s, const char *doing)
{
	int code = sqlite3_extended_errcode(s->db), error = sqlite3_system_errno(s->db);
	/* With delayed allocation it is the sync that finds no room; a quota is never told as SQLITE_FULL. */
	s->full = s->full || (code & 0xff) == SQLITE_FULL || ((code & 0xff) == SQLITE_IOERR && (error == ENOSPC || error == EDQUOT));
	return ig_why(&s->why, "store: %s: %s (%d)", doing, sqlite3_errmsg(s->db), code);
}

int ig_store_exec(struct ig_store *s, const char *sql)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : ig_store_fail(s, "exec");
}

static int harden(struct ig_store *s)
{
	static const int on[] = {SQLITE_DBCONFIG_DEFENSIVE};
	static const int off[] = {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_DQS_DML,
		SQLITE_DBCONFIG_DQS_DDL};
	int is = 0;
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, 10000); /* only a checkpoint of a reader's recovery can hold us up */
	for (size_t i = 0; i < IG_COUNT(on); i++)
		if (sqlite3_db_config(s->db, on[i], 1, &is) || !is)
			return ig_store_fail(s, "hardening");
	for (size_t i = 0; i < IG_COUNT(off); i++)
		if (sqlite3_db_config(s->db, off[i], 0, &is) || is)
			return ig_store_fail(s, "hardening");
	return ig_store_exec(s, COMMON_PRAGMAS);
}

/* The folder's name must be on disk before anything in it counts; the names inside it are SQLite's care. */
static int make_folder(const char *dir, const char *folder)
{
	if (mkdir(folder, 0700) == 0)
		return ig_fs_sync_dir(dir);
	return errno == EEXIST ? 0 : -1;
}

static int open_in(struct ig_store *s, const char *dir)
{
	char folder[4096], path[4096 + sizeof "/store.db"];
	int flags = SQLITE_OPEN_NOMUTEX | (s->reading ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	if ((size_t)snprintf(folder, sizeof folder, "%s/store", dir) >= sizeof folder)
		return ig_why(&s->why, "store: the path is too long");
	if (!s->reading && make_folder(dir, folder) < 0)
		return ig_why(&s->why, "store: %s: %s", folder, strerror(errno));
	snprintf(path, sizeof path, "%s/store.db", folder);
	mode_t was = umask(077); /* reports of others: for our user only */
	int rc = sqlite3_open_v2(path, &s->db, flags, NULL);
	if (rc != SQLITE_OK)
		ig_why(&s->why, "store: %s: %s", path, s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc));
	else
		rc = harden(s) || ig_store_exec(s, s->reading ? "PRAGMA cache_size = -2048; PRAGMA query_only = ON" : WRITER_PRAGMAS) ||
			ig_store_migrate(s);
	umask(was);
	return rc ? -1 : 0;
}

struct ig_store *ig_store_open(const char *dir, enum ig_store_mode mode, struct ig_why *why)
{
	struct ig_store *s = ig_xmalloc(sizeof *s);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS,
		0); /* no counting under a lock at each allocation; refused, without harm, after the first opening */
	s->reading = mode == IG_STORE_READ;
	s->text_waiting = -1;
	for (int i = 0; i < SET_COUNT; i++)
		s->stmts[i] = ig_xmalloc((size_t)sets[i]->count * sizeof *s->stmts[i]);
	if (open_in(s, dir) < 0) {
		if (why)
			*why = s->why;
		return ig_store_free(s);
	}
	return s;
}

struct ig_store *ig_store_free(struct ig_store *s)
{
	if (!s)
		return NULL;
	if (s->in_tx)
		ig_store_rollback(s);
	ig_store_text_drop(s, 0);
	free(s->texts);
	for (int i = 0; i < SET_COUNT; i++) {
		for (int n = 0; n < sets[i]->count; n++)
			sqlite3_finalize(s->stmts[i][n]);
		free(s->stmts[i]);
	}
	sqlite3_close_v2(s->db);
	free(s);
	return NULL;
}

const char *ig_store_why(const struct ig_store *s) { return s->why.text; }

bool ig_store_full(const struct ig_store *s) { return s->full; }

void ig_store_tight(struct ig_store *s, bool tight)
{
	s->tight = tight;
	sqlite3_wal_autocheckpoint(s->db, tight ? PAGES_TIGHT : PAGES);
}

int ig_store_rest(struct ig_store *s)
{
	if (s->in_tx || s->reading || s->tight)
		return 0;
	/* A reader may keep the WAL from being cut: no failure, the next rest does it. */
	int rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_db_release_memory(s->db);
	return rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY ? 0 : ig_store_fail(s, "checkpoint");
}

/* ---- statements */

struct q ig_store_q(struct ig_store *s, enum sql_set set, int n)
{
	struct q q = {.s = s};
	sqlite3_stmt **cached = &s->stmts[set][n];
	/* SQLite takes a whole transaction back by itself on some I/O errors: what follows must not be committed one by one. */
	if (s->in_tx && sqlite3_get_autocommit(s->db)) {
		ig_why(&s->why, "store: the transaction was taken back after an error");
		return q;
	}
	q.own = *cached && sqlite3_stmt_busy(*cached);
	if (!*cached || q.own) {
		int rc = sqlite3_prepare_v3(s->db, sets[set]->text[n], -1, q.own ? 0 : SQLITE_PREPARE_PERSISTENT, &q.st, NULL);
		if (rc != SQLITE_OK) {
			ig_why(&s->why, "store: %s: %.200s", sqlite3_errmsg(s->db), sets[set]->text[n]);
			q.st = NULL;
			return q;
		}
		if (!q.own)
			*cached = q.st;
	}
	if (!q.own)
		q.st = *cached;
	return q;
}

void ig_store_q_end(struct q *q)
{
	if (q->st && q->own)
		sqlite3_finalize(q->st);
	else if (q->st)
		sqlite3_reset(q->st);
	q->st = NULL;
}

int ig_store_q_row(struct q *q)
{
	if (!q->st)
		return -1;
	int rc = sqlite3_step(q->st);
	q->col = 0;
	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		ig_store_fail(q->s, sqlite3_sql(q->st));
	ig_store_q_end(q);
	return rc == SQLITE_DONE ? 0 : -1;
}

int ig_store_q_run(struct q *q)
{
	int rc = ig_store_q_row(q);
	ig_store_q_end(q);
	return rc < 0 ? -1 : 0;
}

int ig_store_q_one(struct q *q, int64_t *value_r)
{
	int rc = ig_store_q_row(q);
	if (rc == 1) {
		*value_r = r_int(q);
		ig_store_q_end(q);
	}
	return rc;
}

void *ig_store_grow(struct ig_arena *a, void *list, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return list;
	*cap = *cap ? *cap * 2 : 8;
	void *more = ig_arena_calloc(a, *cap, size);
	if (count)
		memcpy(more, list, count * size);
	return more;
}

int64_t ig_store_last_id(struct ig_store *s) { return sqlite3_last_insert_rowid(s->db); }

int ig_store_prepare_all(struct ig_store *s)
{
	for (int i = 0; i < SET_COUNT; i++)
		for (int n = 0; n < sets[i]->count; n++) {
			struct q q = ig_store_q(s, (enum sql_set)i, n);
			if (!q.st)
				return -1;
			ig_store_q_end(&q);
		}
	return 0;
}

/* ---- transactions */

static int run(struct ig_store *s, int n)
{
	struct q q = ig_store_q(s, SET_store, n);
	return ig_store_q_run(&q);
}

int ig_store_begin(struct ig_store *s)
{
	if (s->in_tx)
		return ig_why(&s->why, "store: a transaction within a transaction");
	s->full = false;
	if (run(s, SQL_BEGIN) < 0)
		return -1;
	s->in_tx = true;
	s->depth = 0;
	return 0;
}

int ig_store_commit(struct ig_store *s)
{
	if (!s->in_tx || s->depth)
		return ig_why(&s->why, "store: %s", s->in_tx ? "commit with an open savepoint" : "commit without a transaction");
	if (ig_store_pending_write(s) < 0 || run(s, SQL_COMMIT) < 0)
		return -1;
	s->in_tx = false;
	return 0;
}

void ig_store_rollback(struct ig_store *s)
{
	if (s->in_tx && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->in_tx = false;
	s->depth = 0;
	ig_store_text_drop(s, 0);
	s->text_waiting = -1;
	memset(&s->now, 0, sizeof s->now);
}

int ig_store_savepoint(struct ig_store *s)
{
	if (!s->in_tx || s->depth == DEPTH_MAX)
		return ig_why(&s->why, "store: %s", s->in_tx ? "too many savepoints" : "savepoint without a transaction");
	if (run(s, SQL_SAVEPOINT) < 0)
		return -1;
	s->saved[s->depth++] = s->now;
	return 0;
}

int ig_store_release(struct ig_store *s)
{
	if (!s->depth)
		return ig_why(&s->why, "store: release without a savepoint");
	if (run(s, SQL_RELEASE) < 0)
		return -1;
	s->depth--;
	return 0;
}

void ig_store_undo(struct ig_store *s)
{
	if (!s->depth)
		return;
	/* A failure leaves SQLite in autocommit, and every later call, the commit too, says so. */
	if (run(s, SQL_UNDO) == 0)
		run(s, SQL_RELEASE);
	s->depth--;
	ig_store_text_drop(s, s->saved[s->depth].text_count);
	s->now = s->saved[s->depth];
}

int ig_store_pending_write(struct ig_store *s)
{
	if (s->now.cursor_set) {
		struct q q = Q(CURSOR_SET);
		q_int(&q, (int64_t)s->now.cursor), q_blob(&q, s->now.chain, IG_SHA256_LEN), q_int(&q, s->now.cursor_at);
		if (ig_store_q_run(&q) < 0)
			return -1;
		static const uint8_t unknown[IG_SHA256_LEN];
		bool known = memcmp(s->now.chain, unknown, IG_SHA256_LEN) != 0; /* else of a lost frame: an anchor would accuse the log of another fault */
		if (known) {
			q = Q(ANCHOR_ADD);
			q_int(&q, (int64_t)s->now.cursor), q_blob(&q, s->now.chain, IG_SHA256_LEN), q_int(&q, s->now.cursor_at);
			if (ig_store_q_run(&q) < 0)
				return -1;
		}
	}
	if (s->now.act_set) {
		struct q q = Q(ACT_SET);
		q_int(&q, s->now.act);
		if (ig_store_q_run(&q) < 0)
			return -1;
	}
	if (ig_store_text_flush(s) < 0)
		return -1;
	memset(&s->now, 0, sizeof s->now);
	return 0;
}

/* ---- cursor, anchors, clock */

int ig_store_cursor(struct ig_store *s, uint64_t *seq_r)
{
	*seq_r = s->now.cursor;
	if (s->now.cursor_set)
		return 0;
	struct q q = Q(CURSOR_GET);
	int64_t seq = 0;
	int rc = ig_store_q_one(&q, &seq);
	*seq_r = (uint64_t)seq;
	return rc < 0 ? -1 : 0;
}

int ig_store_set_cursor(struct ig_store *s, uint64_t seq, const uint8_t chain[IG_SHA256_LEN], ig_time at)
{
	s->now.cursor_set = true;
	s->now.cursor = seq;
	s->now.cursor_at = at;
	memcpy(s->now.chain, chain, IG_SHA256_LEN);
	return s->in_tx ? 0 : ig_store_pending_write(s);
}

int ig_store_newest_act(struct ig_store *s, ig_time *at_r)
{
	struct q q = Q(ACT_GET);
	int rc = ig_store_q_row(&q);
	if (rc < 0)
		return -1;
	*at_r = rc ? r_time(&q) : IG_NEVER;
	if (s->now.act_set && (*at_r == IG_NEVER || *at_r < s->now.act))
		*at_r = s->now.act;
	ig_store_q_end(&q);
	return 0;
}

int ig_store_set_newest_act(struct ig_store *s, ig_time at)
{
	if (at == IG_NEVER)
		return 0;
	if (!s->now.act_set || s->now.act < at)
		s->now.act = at;
	s->now.act_set = true;
	return s->in_tx ? 0 : ig_store_pending_write(s);
}

int ig_store_anchors(struct ig_store *s, int (*each)(uint64_t seq, const uint8_t *chain, ig_time at, void *arg), void *arg)
{
	struct q q = Q(ANCHORS);
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		uint8_t chain[IG_SHA256_LEN];
		uint64_t seq = (uint64_t)r_int(&q);
		r_sum(&q, chain);
		if (each(seq, chain, r_int(&q), arg))
			break;
	}
	ig_store_q_end(&q);
	return rc < 0 ? -1 : 0;
}

int ig_store_progress(struct ig_store *s, const char *source, struct ig_arena *a, const char **progress_r)
{
	struct q q = Q(PROGRESS_GET);
	q_text(&q, source);
	int rc = ig_store_q_row(&q);
	*progress_r = rc == 1 ? r_text(&q, a) : NULL;
	ig_store_q_end(&q);
	return rc;
}

int ig_store_set_progress(struct ig_store *s, const char *source, const char *progress)
{
	struct q q = Q(PROGRESS_SET);
	q_text(&q, source), q_text(&q, progress);
	return ig_store_q_run(&q);
}

/* Gapless: the number is taken in the same transaction as what carries it. */
int ig_store_number_next(struct ig_store *s, const char *series, int year, int64_t *number_r)
{
	struct q q = Q(NUMBER_NEXT);
	q_text(&q, series), q_int(&q, year);
	return ig_store_q_one(&q, number_r) == 1 ? 0 : -1;
}
