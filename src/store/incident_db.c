/* Incidents: references, members, relations, participants, and the merging of two into one.
 * Relies on the caller's transaction. A merged incident stays as a closed row that points to where it went, so that its reference,
 * which stands in letters already sent, still leads to the case. */
#include "config.h"
#include <stdio.h>
#include "store/books.h"
#include "store/store_int.h"

#define COLUMNS \
	"id, year, number, status, severity, widespread, category, profile, opened_at, acknowledged_at, closed_at, " \
	"secrecy_requested, tlp, secrecy_state, subject, language, drill"
#define LIST(X) \
	X(ADD, "INSERT INTO incident (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)") \
	X(UPDATE, \
		"UPDATE incident SET status = ?2, severity = ?3, widespread = ?4, category = ?5, profile = ?6, opened_at = ?7, " \
		"acknowledged_at = ?8, closed_at = ?9, secrecy_requested = ?10, tlp = ?11, secrecy_state = ?12, subject = ?13, " \
		"language = ?14, drill = ?15 WHERE id = ?1") \
	X(GET, "SELECT " COLUMNS " FROM incident WHERE id = ?1") \
	X(BY_REF, "SELECT " COLUMNS " FROM incident WHERE year = ?1 AND number = ?2") \
	X(LIST_ALL, \
		"SELECT " COLUMNS " FROM incident WHERE id > ?1 AND (?2 = 0 OR status <> 'closed') AND (?3 IS NULL OR opened_at >= ?3) " \
		"ORDER BY id LIMIT ?4") \
	X(RELATE, "INSERT INTO relation (a, b, why) VALUES (?1, ?2, ?3), (?2, ?1, ?3) ON CONFLICT DO NOTHING") \
	X(UNRELATE, "DELETE FROM relation WHERE (a = ?1 AND b = ?2) OR (a = ?2 AND b = ?1)") \
	X(RELATION_WHY, "SELECT why FROM relation WHERE a = ?1 AND b = ?2") \
	X(SECRET_CASES, \
		"SELECT id FROM incident WHERE merged_into IS NULL AND (secrecy_requested = 1 OR secrecy_state IS NOT NULL OR tlp IN ('red', " \
		"'amber+strict')) ORDER BY id DESC") \
	X(RELATED, "SELECT b FROM relation WHERE a = ?1 ORDER BY b") \
	X(MEMBER_MESSAGES, "SELECT id FROM message WHERE incident = ?1 ORDER BY id") \
	X(MEMBER_RECEIVED, "SELECT id FROM message WHERE incident = ?1 AND outgoing = 0 ORDER BY id") \
	X(MEMBER_DUTIES, "SELECT id FROM duty WHERE incident = ?1 ORDER BY id") \
	X(MEMBER_DISPATCHES, "SELECT id FROM dispatch WHERE incident = ?1 ORDER BY id") \
	X(MERGED_INTO, "SELECT merged_into FROM incident WHERE id = ?1") \
	X(MERGE_MESSAGES, "UPDATE message SET incident = ?2 WHERE incident = ?1") \
	X(MERGE_SUGGESTED, "UPDATE message SET suggested = NULL WHERE incident = ?2 AND suggested IN (?1, ?2)") \
	X(MERGE_DUTIES, "UPDATE duty SET incident = ?2 WHERE incident = ?1") \
	X(MERGE_DISPATCHES, "UPDATE dispatch SET incident = ?2 WHERE incident = ?1") \
	X(MERGE_STEPS, "UPDATE step SET incident = ?2 WHERE incident = ?1") \
	X(MERGE_HOLDS, "UPDATE hold SET incident = ?2 WHERE incident = ?1") \
	X(MERGE_FACTS, "UPDATE fact SET incident = ?2 WHERE incident = ?1") \
	X(MERGE_ORDERS, "UPDATE coordination SET incident = ?2 WHERE incident = ?1") \
	X(MERGE_ORIGINAL, "UPDATE OR IGNORE original SET incident = ?2 WHERE incident = ?1") \
	X(MERGE_PARTICIPANTS, \
		"INSERT INTO participant (incident, address, admitted, first_message) SELECT ?2, address, admitted, first_message " \
		"FROM participant WHERE incident = ?1 ON CONFLICT (incident, address) DO UPDATE SET admitted = max(admitted, " \
		"excluded.admitted)") \
	X(MERGE_PARTICIPANTS_AWAY, "DELETE FROM participant WHERE incident = ?1") \
	X(MERGE_RELATIONS, \
		"INSERT INTO relation (a, b, why) SELECT ?2, b, why FROM relation WHERE a = ?1 AND b <> ?2 " \
		"UNION ALL SELECT b, ?2, why FROM relation WHERE a = ?1 AND b <> ?2 ON CONFLICT DO NOTHING") \
	X(MERGE_RELATIONS_BACK, "DELETE FROM relation WHERE b = ?1 AND a IN (SELECT b FROM relation WHERE a = ?1)") \
	X(MERGE_RELATIONS_AWAY, "DELETE FROM relation WHERE a = ?1") \
	X(MERGE_EVENT, \
		"INSERT INTO event (incident, at, what, value) VALUES (?1, ?3, 'merged', (SELECT channel FROM message WHERE incident = ?1 AND outgoing = 0 " \
		"ORDER BY id LIMIT 1))") \
	X(MERGE_POINT, "UPDATE incident SET merged_into = ?2, status = 'closed', closed_at = coalesce(closed_at, ?3) WHERE id = ?1") \
	X(PARTICIPANT_ADD, \
		"INSERT INTO participant (incident, address, admitted, first_message) VALUES (?1, ?2, ?3, ?4) " \
		"ON CONFLICT (incident, address) DO UPDATE SET admitted = max(admitted, excluded.admitted)") \
	X(PARTICIPANT_GET, "SELECT address, admitted, first_message FROM participant WHERE incident = ?1 AND address = ?2") \
	X(PARTICIPANTS, "SELECT address, admitted, first_message FROM participant WHERE incident = ?1 ORDER BY first_message, address")
SQL_DEFINE(incident, LIST)
#define Q(n) ig_store_q(s, SET_incident, SQL_##n)


static void read_incident(struct q *q, struct ig_arena *a, struct ig_incident *i)
{
	i->id = r_int(q), i->ref.year = (int)r_int(q), i->ref.number = r_int(q);
	r_word(q, ig_incident_status, &i->status);
	r_word(q, ig_severity, &i->severity);
	r_word(q, ig_widespread, &i->widespread);
	i->category = r_text(q, a), i->profile = r_text(q, a);
	i->opened_at = r_time(q), i->acknowledged_at = r_time(q), i->closed_at = r_time(q);
	i->secrecy_requested = r_bool(q);
	i->tlp = r_text(q, a), i->secrecy_state = r_text(q, a), i->subject = r_text(q, a), i->language = r_text(q, a);
	i->drill = r_bool(q);
}

/* status to drill, in the order of COLUMNS */
static void bind_facts(struct q *q, const struct ig_incident *i)
{
	q_text(q, ig_incident_status_word(i->status)), q_text(q, ig_severity_word(i->severity)),
		q_text(q, ig_widespread_word(i->widespread));
	q_text(q, i->category), q_text(q, i->profile);
	q_time(q, i->opened_at), q_time(q, i->acknowledged_at), q_time(q, i->closed_at);
	q_int(q, i->secrecy_requested);
	q_text(q, i->tlp), q_text(q, i->secrecy_state), q_text(q, i->subject), q_text(q, i->language);
	q_int(q, i->drill);
}

int ig_store_incident_open(struct ig_store *s, struct ig_incident *i, ig_time at)
{
	ig_time_civil(at, &i->ref.year, NULL, NULL, NULL, NULL, NULL, NULL);
	if (ig_store_number_next(s, "incident", i->ref.year, &i->ref.number) < 0)
		return -1;
	i->opened_at = at;
	struct q q = Q(ADD);
	q_null(&q), q_int(&q, i->ref.year), q_int(&q, i->ref.number);
	bind_facts(&q, i);
	if (ig_store_q_run(&q) < 0)
		return -1;
	i->id = ig_store_last_id(s);
	return 0;
}

static int changed(struct ig_store *s, int64_t id, const char *what, const char *was, const char *is)
{
	char value[160];
	if (!strcmp(was ? was : "-", is ? is : "-"))
		return 0;
	snprintf(value, sizeof value, "%s %s", was ? was : "-", is ? is : "-");
	return ig_store_event_add(s, id, ig_now(), what, value);
}

/* Figures of a past day are made from what was so then (figures_db.c). */
static int note_changes(struct ig_store *s, const struct ig_incident *is)
{
	struct ig_arena *a = ig_arena_new(0);
	struct ig_incident was;
	int rc = ig_store_incident_get(s, is->id, a, &was);
	if (rc > 0)
		rc = changed(s, is->id, "status", ig_incident_status_word(was.status), ig_incident_status_word(is->status)) ||
				changed(s, is->id, "severity", ig_severity_word(was.severity), ig_severity_word(is->severity)) ||
				changed(s, is->id, "widespread", ig_widespread_word(was.widespread), ig_widespread_word(is->widespread)) ||
				changed(s, is->id, "category", was.category, is->category) ? -1 : 0;
	ig_arena_free(a);
	return rc;
}

int ig_store_incident_update(struct ig_store *s, const struct ig_incident *i)
{
	if (note_changes(s, i) < 0)
		return -1;
	struct q q = Q(UPDATE);
	q_int(&q, i->id);
	bind_facts(&q, i);
	return ig_store_q_run(&q);
}

static int one_incident(struct q *q, struct ig_arena *a, struct ig_incident *i_r)
{
	int rc = ig_store_q_row(q);
	if (rc == 1)
		read_incident(q, a, i_r);
	ig_store_q_end(q);
	return rc;
}

int ig_store_incident_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_incident *i_r)
{
	struct q q = Q(GET);
	q_int(&q, id);
	return one_incident(&q, a, i_r);
}

int ig_store_incident_by_ref(struct ig_store *s, struct ig_ref ref, struct ig_arena *a, struct ig_incident *i_r)
{
	struct q q = Q(BY_REF);
	q_int(&q, ref.year), q_int(&q, ref.number);
	return one_incident(&q, a, i_r);
}

int ig_store_incident_list(
	struct ig_store *s, const struct ig_incident_filter *f, int (*each)(const struct ig_incident *i, void *arg), void *arg)
{
	static const struct ig_incident_filter all = {.since = IG_NEVER};
	if (!f)
		f = &all;
	struct q q = Q(LIST_ALL);
	q_int(&q, f->after_id), q_int(&q, f->open_only), q_id(&q, f->since == IG_NEVER ? 0 : f->since),
		q_int(&q, f->limit > 0 ? f->limit : -1);
	struct ig_arena *a = ig_arena_new(0);
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_incident i;
		ig_arena_reset(a);
		read_incident(&q, a, &i);
		if (each(&i, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

int ig_store_relate(struct ig_store *s, int64_t a, int64_t b, const char *why)
{
	if (a == b)
		return 0;
	struct q q = Q(RELATE);
	q_int(&q, a), q_int(&q, b), q_text(&q, why);
	return ig_store_q_run(&q);
}

int ig_store_unrelate(struct ig_store *s, int64_t a, int64_t b)
{
	struct q q = Q(UNRELATE);
	q_int(&q, a), q_int(&q, b);
	return ig_store_q_run(&q);
}

static int ids(struct q *q, struct ig_arena *a, int64_t **ids_r, size_t *count_r)
{
	int64_t *list = NULL;
	size_t count = 0, cap = 0;
	int rc;
	while ((rc = ig_store_q_row(q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		list[count++] = r_int(q);
	}
	*ids_r = list, *count_r = count;
	return rc;
}

int ig_store_related(struct ig_store *s, int64_t incident, struct ig_arena *a, int64_t **ids_r, size_t *count_r)
{
	struct q q = Q(RELATED);
	q_int(&q, incident);
	return ids(&q, a, ids_r, count_r);
}

int ig_store_secret_cases(struct ig_store *s, struct ig_arena *a, int64_t **ids_r, size_t *count_r)
{
	struct q q = Q(SECRET_CASES);
	return ids(&q, a, ids_r, count_r);
}

int ig_store_relation_why(struct ig_store *s, int64_t a, int64_t b, struct ig_arena *arena, const char **why_r)
{
	struct q q = Q(RELATION_WHY);
	q_int(&q, a), q_int(&q, b);
	int rc = ig_store_q_row(&q);
	*why_r = rc == 1 ? r_text(&q, arena) : NULL;
	ig_store_q_end(&q);
	return rc;
}

int ig_store_incident_members(
	struct ig_store *s, int64_t incident, enum ig_store_members which, struct ig_arena *a, int64_t **ids_r, size_t *count_r)
{
	static const int of[] = {[IG_MEMBERS_MESSAGES] = SQL_MEMBER_MESSAGES, [IG_MEMBERS_RECEIVED] = SQL_MEMBER_RECEIVED, [IG_MEMBERS_DUTIES] = SQL_MEMBER_DUTIES,
		[IG_MEMBERS_DISPATCHES] = SQL_MEMBER_DISPATCHES};
	struct q q = ig_store_q(s, SET_incident, of[which]);
	q_int(&q, incident);
	return ids(&q, a, ids_r, count_r);
}

int ig_store_incident_merged_into(struct ig_store *s, int64_t incident, int64_t *into_r)
{
	*into_r = 0;
	for (int64_t at = incident; at;) { /* merge refuses what is merged already, so this chain ends */
		int64_t next = 0;
		struct q q = Q(MERGED_INTO);
		q_int(&q, at);
		if (ig_store_q_one(&q, &next) < 0)
			return -1;
		if (next)
			*into_r = next;
		at = next;
	}
	return *into_r != 0;
}

int ig_store_incident_merge(struct ig_store *s, int64_t from, int64_t into)
{
	static const int moves[] = {SQL_MERGE_EVENT, SQL_MERGE_MESSAGES, SQL_MERGE_SUGGESTED, SQL_MERGE_DUTIES, SQL_MERGE_DISPATCHES,
		SQL_MERGE_STEPS, SQL_MERGE_HOLDS, SQL_MERGE_FACTS, SQL_MERGE_ORDERS, SQL_MERGE_ORIGINAL,
		SQL_MERGE_PARTICIPANTS, SQL_MERGE_PARTICIPANTS_AWAY, SQL_MERGE_RELATIONS, SQL_MERGE_RELATIONS_BACK,
		SQL_MERGE_RELATIONS_AWAY, SQL_MERGE_POINT};
	const int64_t both[] = {from, into};
	if (from == into)
		return ig_why(&s->why, "an incident cannot be merged into itself");
	for (int i = 0; i < 2; i++) {
		int64_t gone = 0;
		struct q q = Q(MERGED_INTO);
		q_int(&q, both[i]);
		int rc = ig_store_q_one(&q, &gone);
		if (rc <= 0)
			return rc < 0 ? -1 : ig_why(&s->why, "there is no such incident");
		if (gone)
			return ig_why(&s->why, "the %s incident was itself merged into another", i ? "second" : "first");
	}
	for (size_t i = 0; i < IG_COUNT(moves); i++) {
		struct q q = ig_store_q(s, SET_incident, moves[i]);
		int wanted = q.st ? sqlite3_bind_parameter_count(q.st) : 0;
		q_int(&q, from);
		if (wanted > 1)
			q_int(&q, into);
		if (wanted > 2)
			q_int(&q, ig_now());
		if (ig_store_q_run(&q) < 0)
			return -1;
	}
	return 0;
}

int ig_store_participant_add(struct ig_store *s, const struct ig_participant *p)
{
	struct q q = Q(PARTICIPANT_ADD);
	q_int(&q, p->incident), q_text(&q, p->address), q_int(&q, p->admitted), q_id(&q, p->first_message);
	return ig_store_q_run(&q);
}

static void read_participant(struct q *q, int64_t incident, struct ig_arena *a, struct ig_participant *p)
{
	p->incident = incident;
	p->address = r_text(q, a), p->admitted = r_bool(q), p->first_message = r_int(q);
}

int ig_store_participant_get(
	struct ig_store *s, int64_t incident, const char *address, struct ig_arena *a, struct ig_participant *p_r)
{
	struct q q = Q(PARTICIPANT_GET);
	q_int(&q, incident), q_text(&q, address);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_participant(&q, incident, a, p_r);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_participants(struct ig_store *s, int64_t incident, struct ig_arena *a, struct ig_participant **list_r, size_t *count_r)
{
	struct ig_participant *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(PARTICIPANTS);
	int rc;
	q_int(&q, incident);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		read_participant(&q, incident, a, &list[count++]);
	}
	*list_r = list, *count_r = count;
	return rc;
}
