/* Parties: the directory of persons, units, providers and authorities, with their channels and validity.
 * Relies on the caller's transaction. Addresses and names are compared without regard to ASCII case. */
#include "config.h"
#include "store/store_int.h"

#define COLUMNS "id, name, role, language, domain, valid_from, valid_to, on_duty_24x7, note, unit, level, drill"
#define LIST(X) \
	X(ADD, "INSERT INTO party (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)") \
	X(UPDATE, \
		"UPDATE party SET name = ?2, role = ?3, language = ?4, domain = ?5, valid_from = ?6, valid_to = ?7, on_duty_24x7 = ?8, " \
		"note = ?9, unit = ?10, level = ?11, drill = ?12 " \
		"WHERE id = ?1") \
	X(GET, "SELECT " COLUMNS " FROM party WHERE id = ?1") \
	X(BY_NAME, "SELECT " COLUMNS " FROM party WHERE name = ?1 ORDER BY id DESC LIMIT 1") \
	X(BY_ADDRESS, \
		"SELECT " COLUMNS " FROM party WHERE id = (SELECT party FROM party_channel c JOIN party p ON p.id = c.party " \
		"WHERE c.address = ?2 AND c.channel = ?1 AND c.state <> 'revoked' AND (?3 IS NULL OR (coalesce(p.valid_from, ?3) <= ?3 " \
		"AND (p.valid_to IS NULL OR p.valid_to > ?3))) ORDER BY party LIMIT 1)") \
	X(LIST_ALL, "SELECT " COLUMNS " FROM party ORDER BY id") \
	X(CHANNELS, "SELECT id, channel, address, state FROM party_channel WHERE party = ?1 ORDER BY id") \
	/* equal ones keep their row and state: only others go */ \
	X(CHANNEL_ADD, \
		"INSERT INTO party_channel (party, channel, address, state) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (party, channel, " \
		"address) " \
		"DO UPDATE SET address = excluded.address RETURNING id, state") \
	X(CHANNEL_DELETE, "DELETE FROM party_channel WHERE id = ?1") \
	X(CHANNEL_SET_STATE, "UPDATE party_channel SET state = ?2 WHERE id = ?1")
SQL_DEFINE(party, LIST)
#define Q(n) ig_store_q(s, SET_party, SQL_##n)

static int channels(struct ig_store *s, int64_t party, struct ig_arena *a, struct ig_party_channel **list_r, size_t *count_r)
{
	struct ig_party_channel *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(CHANNELS);
	int rc;
	q_int(&q, party);
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		struct ig_party_channel *c = &list[count++];
		c->id = r_int(&q);
		r_word(&q, ig_channel, &c->channel);
		c->address = r_text(&q, a);
		r_word(&q, ig_channel_state, &c->state);
	}
	*list_r = list, *count_r = count;
	return rc;
}

/* The row, then its channels. */
static int read_party(struct ig_store *s, struct q *q, struct ig_arena *a, struct ig_party *p)
{
	p->id = r_int(q), p->name = r_text(q, a);
	r_word(q, ig_party_role, &p->role);
	p->language = r_text(q, a), p->domain = r_text(q, a);
	p->valid_from = r_time(q), p->valid_to = r_time(q);
	p->on_duty_24x7 = r_bool(q);
	p->note = r_text(q, a);
	p->unit = r_int(q), p->level = r_int(q), p->drill = r_bool(q);
	return channels(s, p->id, a, &p->channels, &p->channel_count);
}

static int one_party(struct ig_store *s, struct q *q, struct ig_arena *a, struct ig_party *p_r)
{
	int rc = ig_store_q_row(q);
	if (rc == 1 && read_party(s, q, a, p_r) < 0)
		rc = -1;
	ig_store_q_end(q);
	return rc;
}

static int drop_others(struct ig_store *s, const struct ig_party *p)
{
	struct ig_arena *a = ig_arena_new(0);
	struct ig_party_channel *old;
	size_t count;
	int rc = channels(s, p->id, a, &old, &count);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		bool kept = false;
		for (size_t k = 0; k < p->channel_count; k++)
			kept |= p->channels[k].id == old[i].id;
		if (kept)
			continue;
		struct q q = Q(CHANNEL_DELETE);
		q_int(&q, old[i].id);
		rc = ig_store_q_run(&q);
	}
	ig_arena_free(a);
	return rc;
}

int ig_store_party_save(struct ig_store *s, struct ig_party *p)
{
	struct q q = p->id ? Q(UPDATE) : Q(ADD);
	q_id(&q, p->id), q_text(&q, p->name), q_text(&q, ig_party_role_word(p->role)), q_text(&q, p->language), q_text(&q, p->domain);
	q_time(&q, p->valid_from), q_time(&q, p->valid_to), q_int(&q, p->on_duty_24x7), q_text(&q, p->note);
	q_id(&q, p->unit), q_int(&q, p->level), q_int(&q, p->drill);
	if (ig_store_q_run(&q) < 0)
		return -1;
	if (!p->id)
		p->id = ig_store_last_id(s);
	for (size_t i = 0; i < p->channel_count; i++) {
		struct ig_party_channel *c = &p->channels[i];
		q = Q(CHANNEL_ADD);
		q_int(&q, p->id), q_text(&q, ig_channel_word(c->channel)), q_text(&q, c->address), q_text(&q, ig_channel_state_word(c->state));
		if (ig_store_q_row(&q) != 1)
			return -1;
		c->id = r_int(&q);
		r_word(&q, ig_channel_state, &c->state);
		ig_store_q_end(&q);
	}
	return drop_others(s, p);
}

int ig_store_party_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_party *p_r)
{
	struct q q = Q(GET);
	q_int(&q, id);
	return one_party(s, &q, a, p_r);
}

int ig_store_party_by_name(struct ig_store *s, const char *name, struct ig_arena *a, struct ig_party *p_r)
{
	struct q q = Q(BY_NAME);
	q_text(&q, name);
	return one_party(s, &q, a, p_r);
}

int ig_store_party_by_address(
	struct ig_store *s, enum ig_channel channel, const char *address, ig_time at, struct ig_arena *a, struct ig_party *p_r)
{
	struct q q = Q(BY_ADDRESS);
	q_text(&q, ig_channel_word(channel)), q_text(&q, address), q_time(&q, at);
	return one_party(s, &q, a, p_r);
}

int ig_store_party_list(struct ig_store *s, int (*each)(const struct ig_party *p, void *arg), void *arg)
{
	struct q q = Q(LIST_ALL);
	struct ig_arena *a = ig_arena_new(0);
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_party p;
		ig_arena_reset(a);
		if (read_party(s, &q, a, &p) < 0)
			rc = -1;
		if (rc < 0 || each(&p, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

int ig_store_channel_set_state(struct ig_store *s, int64_t channel, enum ig_channel_state state)
{
	struct q q = Q(CHANNEL_SET_STATE);
	q_int(&q, channel), q_text(&q, ig_channel_state_word(state));
	return ig_store_q_run(&q);
}
