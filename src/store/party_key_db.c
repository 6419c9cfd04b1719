/* How mail to a party is signed and encrypted: an officer's word for each.
 * Relies on the caller's transaction. Holds fingerprints only; the keys are in the ring. */
#include "config.h"
#include "store/store_int.h"

#define COLUMNS "k.party, k.form, k.fingerprint, k.sign, k.encrypt, k.at, k.actor"
#define LIST(X) \
	X(SET, "INSERT OR REPLACE INTO party_key (party, form, fingerprint, sign, encrypt, at, actor) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)") \
	X(CLEAR, "DELETE FROM party_key WHERE party = ?1") \
	/* A letter to an address that belongs to a party goes as the party's letters do, whoever it is meant for. */ \
	X(FOR, \
		"SELECT " COLUMNS " FROM party_key k WHERE k.party = ?1 OR (?1 IS NULL AND k.party IN (SELECT party FROM party_channel WHERE " \
		"address = ?2 AND channel = 'mail' AND state <> 'revoked')) ORDER BY k.encrypt DESC, k.party LIMIT 1") \
	X(ALL, "SELECT " COLUMNS ", p.name FROM party_key k JOIN party p ON p.id = k.party ORDER BY k.party")
SQL_DEFINE(party_key, LIST)
#define Q(n) ig_store_q(s, SET_party_key, SQL_##n)

static void read_key(struct q *q, struct ig_arena *a, struct ig_party_key *k)
{
	k->party = r_int(q), k->form = r_text(q, a), k->fingerprint = r_text(q, a);
	k->sign = r_bool(q), k->encrypt = r_bool(q);
	k->at = r_time(q), k->actor = r_text(q, a);
}

int ig_store_party_key_set(struct ig_store *s, const struct ig_party_key *k)
{
	struct q q = Q(SET);
	q_int(&q, k->party), q_text(&q, k->form), q_text(&q, k->fingerprint), q_int(&q, k->sign), q_int(&q, k->encrypt), q_time(&q, k->at), q_text(&q, k->actor);
	return ig_store_q_run(&q);
}

int ig_store_party_key_clear(struct ig_store *s, int64_t party)
{
	struct q q = Q(CLEAR);
	q_int(&q, party);
	return ig_store_q_run(&q);
}

int ig_store_party_key_for(struct ig_store *s, int64_t party, const char *address, struct ig_arena *a, struct ig_party_key *k_r)
{
	struct q q = Q(FOR);
	q_id(&q, party), q_text(&q, address);
	int rc = ig_store_q_row(&q);
	if (rc == 1)
		read_key(&q, a, k_r);
	ig_store_q_end(&q);
	return rc;
}

int ig_store_party_keys(struct ig_store *s, int (*each)(const struct ig_party_key *k, const char *name, void *arg), void *arg)
{
	struct ig_arena *a = ig_arena_new(0);
	struct q q = Q(ALL);
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_party_key k;
		read_key(&q, a, &k);
		if (each(&k, r_text(&q, a), arg))
			break;
		ig_arena_reset(a);
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}
