/* Settings, disclosures, redactions, backups, gaps in series, events. Relies on the caller's transaction. */
#include "config.h"
#include "store/books.h"
#include "store/store_int.h"

#define LIST(X) \
	X(SETTING_GET, "SELECT value FROM setting WHERE name = ?1") \
	X(SETTING_SET, "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value") \
	X(SETTING_END, "DELETE FROM setting WHERE name = ?1") \
	X(DISCLOSURE_ADD, "INSERT INTO disclosure (incident, party, identity, at, actor, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
	X(DISCLOSURE_END, "UPDATE disclosure SET ended_at = ?3 WHERE incident = ?1 AND party = ?2 AND ended_at IS NULL") \
	X(DISCLOSURE_OF, \
		"SELECT id, incident, party, identity, at, actor, reason, ended_at FROM disclosure WHERE incident = ?1 AND party = ?2 AND " \
		"ended_at IS NULL ORDER BY id DESC LIMIT 1") \
	X(DISCLOSURES, "SELECT id, incident, party, identity, at, actor, reason, ended_at FROM disclosure WHERE incident = ?1 ORDER BY id") \
	X(REDACTION_ADD, "INSERT OR IGNORE INTO redaction (frame, message, at, actor, reason) VALUES (?1, ?2, ?3, ?4, ?5)") \
	X(REDACTION_DONE, "UPDATE redaction SET done_at = ?2 WHERE frame = ?1 AND done_at IS NULL") \
	X(REDACTIONS, \
		"SELECT frame, message, at, done_at, actor, reason FROM redaction WHERE ?1 = 0 OR done_at IS NULL ORDER BY frame") \
	X(BACKUP_ADD, \
		"INSERT INTO backup (at, path, sha256, recipient, cursor, head, size, verified) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)") \
	X(BACKUPS, "SELECT id, at, path, sha256, recipient, cursor, head, size, verified FROM backup WHERE head >= ?1 ORDER BY id") \
	X(SERIES_SKIP, \
		"INSERT INTO series (name, year, last) VALUES (?1, ?2, ?3) ON CONFLICT (name, year) DO UPDATE SET last = last + ?3 RETURNING last") \
	X(GAP_ADD, "INSERT INTO gap (name, year, first, last, at, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
	X(ASSIGN, "UPDATE duty SET owner = ?2 WHERE incident = ?1 AND done_at IS NULL") \
	X(EVENT_ADD, "INSERT INTO event (incident, at, what, value) VALUES (?1, ?2, ?3, ?4)")
SQL_DEFINE(books, LIST)
#define Q(n) ig_store_q(s, SET_books, SQL_##n)

int ig_store_setting(struct ig_store *s, const char *name, struct ig_arena *a, const char **value_r)
{
	struct q q = Q(SETTING_GET);
	q_text(&q, name);
	int rc = ig_store_q_row(&q);
	*value_r = rc == 1 ? r_text(&q, a) : NULL;
	ig_store_q_end(&q);
	return rc;
}

int ig_store_set_setting(struct ig_store *s, const char *name, const char *value)
{
	struct q q = value ? Q(SETTING_SET) : Q(SETTING_END);
	q_text(&q, name);
	if (value)
		q_text(&q, value);
	return ig_store_q_run(&q);
}

/* ---- disclosures */

static void read_disclosure(struct q *q, struct ig_arena *a, struct ig_disclosure *d)
{
	d->id = r_int(q), d->incident = r_int(q), d->party = r_int(q), d->identity = r_bool(q), d->at = r_time(q);
	d->actor = r_text(q, a), d->reason = r_text(q, a), d->ended_at = r_time(q);
}

int ig_store_disclosure_add(struct ig_store *s, struct ig_disclosure *d)
{
	struct q q = Q(DISCLOSURE_ADD);
	q_int(&q, d->incident), q_int(&q, d->party), q_int(&q, d->identity), q_time(&q, d->at), q_text(&q, d->actor), q_text(&q, d->reason);
	if (ig_store_q_run(&q) < 0)
		return -1;
	d->id = ig_store_last_id(s);
	d->ended_at = IG_NEVER;
	return 0;
}

int ig_store_disclosure_end(struct ig_store *s, int64_t incident, int64_t party, ig_time at)
{
	struct q q = Q(DISCLOSURE_END);
	q_int(&q, incident), q_int(&q, party), q_time(&q, at);
	return ig_store_q_run(&q) < 0 ? -1 : sqlite3_changes(s->db);
}

int ig_store_disclosure_of(struct ig_store *s, int64_t incident, int64_t party, struct ig_arena *a, struct ig_disclosure *d_r)
{
	struct q q = Q(DISCLOSURE_OF);
	q_int(&q, incident), q_int(&q, party);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_disclosure(&q, a, d_r);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_disclosures(struct ig_store *s, int64_t incident, struct ig_arena *a, struct ig_disclosure **list_r, size_t *count_r)
{
	struct ig_disclosure *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(DISCLOSURES);
	int rc;
	q_int(&q, incident);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		read_disclosure(&q, a, &list[count++]);
	}
	*list_r = list, *count_r = count;
	return rc;
}

/* ---- redactions */

int ig_store_redaction_add(struct ig_store *s, const struct ig_redaction *r)
{
	struct q q = Q(REDACTION_ADD);
	q_int(&q, (int64_t)r->frame), q_id(&q, r->message), q_time(&q, r->at), q_text(&q, r->actor), q_text(&q, r->reason);
	return ig_store_q_run(&q);
}

int ig_store_redaction_done(struct ig_store *s, uint64_t frame, ig_time at)
{
	struct q q = Q(REDACTION_DONE);
	q_int(&q, (int64_t)frame), q_time(&q, at);
	return ig_store_q_run(&q);
}

int ig_store_redactions(struct ig_store *s, bool open_only, struct ig_arena *a, struct ig_redaction **list_r, size_t *count_r)
{
	struct ig_redaction *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(REDACTIONS);
	int rc;
	q_int(&q, open_only);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		struct ig_redaction *r = &list[count++];
		r->frame = (uint64_t)r_int(&q), r->message = r_int(&q), r->at = r_time(&q), r->done_at = r_time(&q);
		r->actor = r_text(&q, a), r->reason = r_text(&q, a);
	}
	*list_r = list, *count_r = count;
	return rc;
}

/* ---- backups and series */

int ig_store_backup_add(struct ig_store *s, struct ig_backup *b)
{
	struct q q = Q(BACKUP_ADD);
	q_time(&q, b->at), q_text(&q, b->path), q_text(&q, b->sha256), q_text(&q, b->key), q_int(&q, (int64_t)b->cursor);
	q_int(&q, (int64_t)b->head), q_int(&q, (int64_t)b->size), q_int(&q, b->verified);
	if (ig_store_q_run(&q) < 0)
		return -1;
	b->id = ig_store_last_id(s);
	return 0;
}

int ig_store_backups(struct ig_store *s, uint64_t holding_frame, struct ig_arena *a, struct ig_backup **list_r, size_t *count_r)
{
	struct ig_backup *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(BACKUPS);
	int rc;
	q_int(&q, (int64_t)holding_frame);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		struct ig_backup *b = &list[count++];
		b->id = r_int(&q), b->at = r_time(&q), b->path = r_text(&q, a), b->sha256 = r_text(&q, a), b->key = r_text(&q, a);
		b->cursor = (uint64_t)r_int(&q), b->head = (uint64_t)r_int(&q), b->size = (uint64_t)r_int(&q), b->verified = r_bool(&q);
	}
	*list_r = list, *count_r = count;
	return rc;
}

int ig_store_copy_to(struct ig_store *s, const char *path)
{
	sqlite3 *to = NULL;
	int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	sqlite3_backup *b = rc == SQLITE_OK ? sqlite3_backup_init(to, "main", s->db, "main") : NULL;
	/* All in one step: a snapshot of one moment, and the writer is not kept waiting, for readers of a WAL hinder nobody. */
	if (b)
		rc = sqlite3_backup_step(b, -1);
	if (b && sqlite3_backup_finish(b) == SQLITE_OK && rc == SQLITE_DONE)
		rc = SQLITE_OK;
	/* The copy is a plain file, without a log beside it. */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
	if (rc != SQLITE_OK || !b)
		ig_why(&s->why, "store: copy to %s: %s", path, to ? sqlite3_errmsg(to) : sqlite3_errstr(rc));
	sqlite3_close_v2(to);
	return rc == SQLITE_OK && b ? 0 : -1;
}

int ig_store_series_skip(struct ig_store *s, const char *series, int year, int64_t by, ig_time at, const char *why, int64_t *from_r, int64_t *to_r)
{
	struct q q = Q(SERIES_SKIP);
	q_text(&q, series), q_int(&q, year), q_int(&q, by);
	if (ig_store_q_one(&q, to_r) != 1)
		return -1;
	*from_r = *to_r - by + 1;
	q = Q(GAP_ADD);
	q_text(&q, series), q_int(&q, year), q_int(&q, *from_r), q_int(&q, *to_r), q_time(&q, at), q_text(&q, why);
	return ig_store_q_run(&q);
}

/* ---- events */

int ig_store_event_add(struct ig_store *s, int64_t incident, ig_time at, const char *what, const char *value)
{
	struct q q = Q(EVENT_ADD);
	q_int(&q, incident), q_time(&q, at), q_text(&q, what), q_text(&q, value);
	return ig_store_q_run(&q);
}

int ig_store_duties_assign(struct ig_store *s, int64_t incident, const char *to)
{
	struct q q = Q(ASSIGN);
	q_int(&q, incident), q_text(&q, to);
	return ig_store_q_run(&q) < 0 ? -1 : sqlite3_changes(s->db);
}
