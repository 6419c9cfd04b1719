/* Inside of the store room: the handle, the lists of statements and the few helpers every table family uses.
 * Relies on SQLite; nobody outside src/store includes it. No rule of the domain stands here. */
#ifndef IG_STORE_STORE_INT_H
#define IG_STORE_STORE_INT_H
#include <sqlite3.h>
#include <string.h>
#include "base/opt.h"
#include "store/store.h"

/* Each file lists its statements once, as X(NAME, "SQL"); the list feeds an enum and a table, and ig_store_prepare_all walks all
 * tables. */
#define SQL_ITEM(name, text) SQL_##name,
#define SQL_TEXT(name, text) text,
struct ig_sql_set {
	const char *const *text;
	int count;
};
#define SQL_DEFINE(set, LIST) \
	enum { LIST(SQL_ITEM) SQL_COUNT }; \
	static const char *const sql_text[] = {LIST(SQL_TEXT)}; \
	const struct ig_sql_set ig_sql_##set = {sql_text, SQL_COUNT};
#define SETS_FAX(X) X(fax) X(joined)
#define SETS_BOOKS(X) SETS_FAX(X) X(books) X(redact) X(retention) X(restore) X(register) X(figures)
#define SETS(X) X(store) X(message) X(incident) X(party) X(dispatch) X(letter) X(duty) X(alarm) X(journal) X(text) X(search) X(lookup) X(check) X(unfiled) X(budget) X(probe) X(finding) X(feed) \
	SETS_BOOKS(X) X(party_key) X(ladder) X(obligation) X(rota)
#define SETS_ITEM(set) SET_##set,
#define SETS_DECLARE(set) extern const struct ig_sql_set ig_sql_##set;
enum sql_set { SETS(SETS_ITEM) SET_COUNT };
SETS(SETS_DECLARE)

#define DEPTH_MAX 8 /* savepoints within savepoints */

/* What is said for every frame but written once a commit: kept here and copied at each savepoint, so that undo takes it back. */
struct ig_store_pending {
	bool cursor_set, act_set;
	uint64_t cursor;
	uint8_t chain[IG_SHA256_LEN];
	ig_time cursor_at, act;
	size_t text_count; /* texts waiting for the commit, see text_db.c */
};
struct ig_store_text {
	int64_t message;
	char *folded;
};
struct ig_store {
	sqlite3 *db;
	bool reading, in_tx, full, tight;
	int depth;
	struct ig_store_pending now, saved[DEPTH_MAX];
	sqlite3_stmt **stmts[SET_COUNT];
	struct ig_store_text *texts; /* own */
	size_t text_cap, text_bytes;
	bool text_later;
	int64_t text_waiting; /* rows of text_waiting; -1 not known */
	struct ig_why why;
};

int ig_store_fail(struct ig_store *s, const char *doing); /* sets why from SQLite's own words; -1 */
int ig_store_exec(struct ig_store *s, const char *sql);
int ig_store_migrate(struct ig_store *s);
int ig_store_schema_version(void);
const char *ig_store_schema_step(int version); /* the statements that lead to it (test) */
int ig_store_pending_write(struct ig_store *s); /* cursor, anchor, newest act, texts */
int ig_store_feed_untold(struct ig_store *s, int64_t dispatch); /* its letter did not arrive: nobody was told of these events */
int ig_store_text_flush(struct ig_store *s);
int ig_store_text_forget(struct ig_store *s, int64_t row); /* words that wait for the index never come into it */
void ig_store_text_drop(struct ig_store *s, size_t keep);
int64_t ig_store_last_id(struct ig_store *s);
/* Room for one more in a list of the arena: list, or a copy of twice the size. Zeroed. */
void *ig_store_grow(struct ig_arena *a, void *list, size_t count, size_t *cap, size_t size);
int ig_store_number_next(struct ig_store *s, const char *series, int year, int64_t *number_r);
int ig_store_journal_check(struct ig_store *s, void (*say)(const char *finding, void *arg), void *arg);

/* ---- one use of a statement: open, bind left to right, then run (no rows) or row by row; columns are read left to right. */
struct q {
	struct ig_store *s;
	sqlite3_stmt *st; /* NULL after a failure: all else is then a no-op that gives -1 */
	int bound, col;
	bool own; /* the cached one was in use: this one is finalised */
};
struct q ig_store_q(struct ig_store *s, enum sql_set set, int n);
int ig_store_q_row(struct q *q);  /* 1 a row, 0 no more, -1; after 0 and -1 it is closed */
int ig_store_q_run(struct q *q);  /* 0 or -1; closed */
void ig_store_q_end(struct q *q); /* closes before the last row */
int ig_store_q_one(struct q *q, int64_t *value_r); /* first column of the only row: 1, 0 none, -1; closed */

static inline void q_int(struct q *q, int64_t v) { if (q->st) sqlite3_bind_int64(q->st, ++q->bound, v); }
static inline void q_null(struct q *q) { if (q->st) sqlite3_bind_null(q->st, ++q->bound); }
static inline void q_id(struct q *q, int64_t v) { if (v) q_int(q, v); else q_null(q); }               /* 0 is NULL */
static inline void q_time(struct q *q, ig_time v) { if (v != IG_NEVER) q_int(q, v); else q_null(q); } /* IG_NEVER is NULL */
static inline void q_real(struct q *q, double v) /* below 0 is NULL */
{
	if (!q->st)
		return;
	if (v < 0)
		sqlite3_bind_null(q->st, ++q->bound);
	else
		sqlite3_bind_double(q->st, ++q->bound, v);
}
static inline double r_real(struct q *q) { return sqlite3_column_double(q->st, q->col++); }
static inline void q_blob(struct q *q, const void *p, size_t len)
{
	if (q->st)
		sqlite3_bind_blob64(q->st, ++q->bound, p, len, SQLITE_STATIC);
}
static inline void q_text(struct q *q, const char *t) /* NULL is NULL */
{
	if (q->st)
		sqlite3_bind_text64(q->st, ++q->bound, t, t ? strlen(t) : 0, SQLITE_STATIC, SQLITE_UTF8);
}
static inline int64_t r_int(struct q *q) { return sqlite3_column_int64(q->st, q->col++); }
static inline bool r_bool(struct q *q) { return r_int(q) != 0; }
static inline ig_time r_time(struct q *q)
{
	int c = q->col++;
	return sqlite3_column_type(q->st, c) == SQLITE_NULL ? IG_NEVER : sqlite3_column_int64(q->st, c);
}
static inline const char *r_text(struct q *q, struct ig_arena *a)
{
	int c = q->col++;
	const void *t = sqlite3_column_text(q->st, c);
	return t ? ig_arena_strndup(a, t, (size_t)sqlite3_column_bytes(q->st, c)) : NULL;
}
/* A digest; zeros when NULL or of another length. */
static inline void r_sum(struct q *q, uint8_t out[IG_SHA256_LEN])
{
	int c = q->col++;
	const void *p = sqlite3_column_blob(q->st, c);
	if (p && sqlite3_column_bytes(q->st, c) == IG_SHA256_LEN)
		memcpy(out, p, IG_SHA256_LEN);
	else
		memset(out, 0, IG_SHA256_LEN);
}
/* A word of one of the lists of model/names.h; the first of the list for a word we do not know (check says it). */
#define r_word(q, type, field_r) \
	do { \
		enum type word_ = (enum type)0; \
		(void)type##_parse((const char *)sqlite3_column_text((q)->st, (q)->col++), &word_); \
		*(field_r) = word_; \
	} while (0)
#endif
