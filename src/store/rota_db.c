/* Who is on duty when, addresses that are never used again, and contacts that mails send in.
 * Relies on the caller's transaction. */
#include "config.h"
#include "store/store_duty.h"
#include "store/store_int.h"

#define ROTA "id, party, \"from\", \"to\", note"
#define PROPOSAL "id, message, party, unit, name, mail, phone, fax, created_at, decided_at, decided_by, accepted"
#define LIST(X) \
	X(ROTA_ADD, "INSERT INTO rota (" ROTA ") VALUES (?1, ?2, ?3, ?4, ?5)") \
	X(ROTA_END, "UPDATE rota SET \"to\" = ?2 WHERE id = ?1 AND (\"to\" IS NULL OR \"to\" > ?2)") \
	X(ROTAS, \
		"SELECT " ROTA " FROM rota WHERE (?1 IS NULL OR \"to\" IS NULL OR \"to\" > ?1) AND (?2 IS NULL OR \"from\" IS NULL OR \"from\" <= ?2) " \
		"AND (\"from\" IS NULL OR \"to\" IS NULL OR \"from\" < \"to\") ORDER BY \"from\", id") \
	X(REVOKE, "INSERT INTO revoked (channel, address, party, at, actor, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING") \
	X(IS_REVOKED, "SELECT count(*) FROM revoked WHERE channel = ?1 AND address = ?2") \
	X(PROPOSAL_SAVE, \
		"INSERT INTO proposal (" PROPOSAL ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (id) DO UPDATE SET " \
		"decided_at = excluded.decided_at, decided_by = excluded.decided_by, accepted = excluded.accepted") \
	X(PROPOSAL_GET, "SELECT " PROPOSAL " FROM proposal WHERE id = ?1") \
	X(PERIOD_ADD, "INSERT INTO period (name, basis, \"from\", \"to\", actor, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
	X(PERIOD_DELETE, "DELETE FROM period WHERE id = ?1") \
	X(PERIODS, "SELECT id, name, basis, \"from\", \"to\" FROM period ORDER BY id") \
	X(PROPOSALS, "SELECT " PROPOSAL " FROM proposal WHERE ?1 = 0 OR decided_at IS NULL ORDER BY id")
SQL_DEFINE(rota, LIST)
#define Q(n) ig_store_q(s, SET_rota, SQL_##n)

int ig_store_rota_add(struct ig_store *s, struct ig_rota *r)
{
	struct q q = Q(ROTA_ADD);
	q_id(&q, r->id), q_int(&q, r->party), q_time(&q, r->from), q_time(&q, r->to), q_text(&q, r->note);
	if (ig_store_q_run(&q) < 0)
		return -1;
	r->id = ig_store_last_id(s);
	return 0;
}

int ig_store_rota_end(struct ig_store *s, int64_t id, ig_time at)
{
	struct q q = Q(ROTA_END);
	q_int(&q, id), q_int(&q, at);
	if (ig_store_q_run(&q) < 0)
		return -1;
	return sqlite3_changes(s->db) == 1 ? 0 : ig_why(&s->why, "there is no entry %lld of the rota that ends later", (long long)id);
}

int ig_store_rotas(struct ig_store *s, ig_time from, ig_time to, struct ig_arena *a, struct ig_rota **list_r, size_t *count_r)
{
	struct ig_rota *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(ROTAS);
	int rc;
	q_time(&q, from), q_time(&q, to);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		struct ig_rota *r = &list[count++];
		r->id = r_int(&q), r->party = r_int(&q), r->from = r_time(&q), r->to = r_time(&q), r->note = r_text(&q, a);
	}
	*list_r = list, *count_r = count;
	return rc;
}

int ig_store_revoke(struct ig_store *s, enum ig_channel channel, const char *address, int64_t party, ig_time at, const char *actor, const char *why)
{
	struct q q = Q(REVOKE);
	q_text(&q, ig_channel_word(channel)), q_text(&q, address), q_id(&q, party), q_int(&q, at), q_text(&q, actor), q_text(&q, why);
	return ig_store_q_run(&q);
}

int ig_store_is_revoked(struct ig_store *s, enum ig_channel channel, const char *address)
{
	struct q q = Q(IS_REVOKED);
	int64_t n = 0;
	q_text(&q, ig_channel_word(channel)), q_text(&q, address);
	return ig_store_q_one(&q, &n) < 0 ? -1 : n > 0;
}

static void read_proposal(struct q *q, struct ig_arena *a, struct ig_proposal *p)
{
	p->id = r_int(q), p->message = r_int(q), p->party = r_int(q), p->unit = r_text(q, a), p->name = r_text(q, a), p->mail = r_text(q, a);
	p->phone = r_text(q, a), p->fax = r_text(q, a), p->created_at = r_time(q), p->decided_at = r_time(q), p->decided_by = r_text(q, a);
	p->accepted = r_bool(q);
}

int ig_store_proposal_save(struct ig_store *s, struct ig_proposal *p)
{
	struct q q = Q(PROPOSAL_SAVE);
	q_id(&q, p->id), q_id(&q, p->message), q_id(&q, p->party), q_text(&q, p->unit), q_text(&q, p->name), q_text(&q, p->mail);
	q_text(&q, p->phone), q_text(&q, p->fax), q_int(&q, p->created_at), q_time(&q, p->decided_at), q_text(&q, p->decided_by);
	q_int(&q, p->accepted);
	if (ig_store_q_run(&q) < 0)
		return -1;
	if (!p->id)
		p->id = ig_store_last_id(s);
	return 0;
}

int ig_store_proposal_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_proposal *p_r)
{
	struct q q = Q(PROPOSAL_GET);
	q_int(&q, id);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_proposal(&q, a, p_r);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_proposals(struct ig_store *s, bool open_only, struct ig_arena *a, struct ig_proposal **list_r, size_t *count_r)
{
	struct ig_proposal *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(PROPOSALS);
	int rc;
	q_int(&q, open_only);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		read_proposal(&q, a, &list[count++]);
	}
	*list_r = list, *count_r = count;
	return rc;
}

/* ---- heightened periods */

int ig_store_period_add(struct ig_store *s, const struct ig_profile_period *p, const char *actor, ig_time at, int64_t *id_r)
{
	struct q q = Q(PERIOD_ADD);
	q_text(&q, p->name), q_text(&q, p->basis), q_int(&q, p->from), q_int(&q, p->to), q_text(&q, actor), q_int(&q, at);
	if (ig_store_q_run(&q) < 0)
		return -1;
	*id_r = ig_store_last_id(s);
	return 0;
}

int ig_store_period_delete(struct ig_store *s, int64_t id)
{
	struct q q = Q(PERIOD_DELETE);
	q_int(&q, id);
	if (ig_store_q_run(&q) < 0)
		return -1;
	return sqlite3_changes(s->db) == 1 ? 0 : ig_why(&s->why, "there is no heightened period %lld", (long long)id);
}

int ig_store_periods(struct ig_store *s, struct ig_arena *a, struct ig_profile_period **list_r, size_t *count_r)
{
	struct ig_profile_period *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(PERIODS);
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		struct ig_profile_period *p = &list[count++];
		r_int(&q), p->name = r_text(&q, a), p->basis = r_text(&q, a), p->from = r_time(&q), p->to = r_time(&q);
	}
	*list_r = list, *count_r = count;
	return rc;
}

int ig_store_period_ids(struct ig_store *s, struct ig_arena *a, int64_t **ids_r, size_t *count_r)
{
	int64_t *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(PERIODS);
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		list[count++] = r_int(&q);
	}
	*ids_r = list, *count_r = count;
	return rc;
}
