/* The look-ups of match over this store: by digest, by Message-ID, by ids never seen, by reference, and who belongs to a case.
 * Relies on message_key and reference, keyed by 64 bits of SHA-256; the whole text is compared on each hit, so that two ids with
 * the same key are never taken for one. Look-ups give "nothing" on an error; the commit that follows fails on it. */
#include "config.h"
#include "store/store_int.h"

#define SEEN "m.id, m.incident, m.outgoing, m.from_address, m.received_at"
#define LIST(X) \
	X(BY_IDENTITY, \
		"SELECT m.id FROM message_key k JOIN message m ON m.id = k.message WHERE k.hash = ?1 AND m.identity = ?2 AND m.outgoing " \
		"= 0 " \
		"AND (?3 IS NULL OR m.received_at >= ?3) ORDER BY k.message LIMIT 1") \
	X(BY_MESSAGE_ID, \
		"SELECT " SEEN " FROM message_key k JOIN message m ON m.id = k.message WHERE k.hash = ?1 AND m.message_id = ?2 " \
		"ORDER BY k.message LIMIT ?3") \
	X(BY_REFERENCE, \
		"SELECT " SEEN \
		" FROM reference r JOIN message m ON m.id = r.message WHERE r.hash = ?1 AND r.id = ?2 ORDER BY r.message LIMIT ?3") \
	X(BY_TRACE, \
		"SELECT " SEEN " FROM trace t JOIN message m ON m.id = t.message WHERE t.hash = ?1 AND t.text = ?2 AND m.outgoing = 0 " \
		"AND m.received_at >= ?4 ORDER BY t.message LIMIT ?3") \
	X(BY_REF, "SELECT id FROM incident WHERE year = ?1 AND number = ?2") \
	X(BY_LETTER, \
		"SELECT d.incident FROM letter l JOIN dispatch d ON d.id = l.dispatch WHERE l.number = ?1 AND l.sign = ?2 COLLATE NOCASE AND d.incident IS " \
		"NOT NULL ORDER BY l.year DESC, l.dispatch DESC LIMIT 1") \
	X(BY_NUMBER, \
		"SELECT d.id FROM letter l JOIN dispatch d ON d.id = l.dispatch WHERE l.number = ?1 AND l.sign = ?2 COLLATE NOCASE AND d.address = ?3 COLLATE NOCASE " \
		"ORDER BY l.year DESC, l.dispatch DESC LIMIT 1") \
	X(PARTICIPANT, "SELECT admitted + 1 FROM participant WHERE incident = ?1 AND address = ?2") \
	X(WRITTEN_TO, \
		"SELECT 2 FROM dispatch WHERE incident = ?1 AND party IS NOT NULL AND address = ?2 AND state IN ('sending', 'sent', " \
		"'delivered') LIMIT 1") \
	X(OWN_DOMAIN, "SELECT 1 FROM party WHERE domain = ?1 LIMIT 1")
SQL_DEFINE(lookup, LIST)
#define Q(n) ig_store_q(s, SET_lookup, SQL_##n)

#define WITHOUT_ID_WINDOW (7 * IG_DAY) /* DESIGN "Why nothing is lost or doubled" 3 */

static int64_t by_identity(void *arg, const uint8_t sum[IG_SHA256_LEN], const char *message_id, ig_time at)
{
	struct ig_store *s = arg;
	int64_t hash, id = 0;
	if (message_id)
		hash = ig_hash64(message_id, strlen(message_id));
	else
		memcpy(&hash, sum, sizeof hash);
	struct q q = Q(BY_IDENTITY);
	q_int(&q, hash), q_blob(&q, sum, IG_SHA256_LEN), q_time(&q, message_id ? IG_NEVER : at - WITHOUT_ID_WINDOW);
	return ig_store_q_one(&q, &id) == 1 ? id : 0;
}

static size_t seen(struct q *q, const char *id, struct ig_match_seen *out, size_t max, struct ig_arena *a)
{
	size_t count = 0;
	q_int(q, ig_hash64(id, strlen(id))), q_text(q, id), q_int(q, (int64_t)max);
	while (count < max && ig_store_q_row(q) == 1) {
		struct ig_match_seen *m = &out[count++];
		m->message = r_int(q), m->incident = r_int(q), m->outgoing = r_bool(q);
		m->from_address = r_text(q, a), m->at = r_time(q);
	}
	ig_store_q_end(q);
	return count;
}

/* "05/UCSC-CNTT" -> 5 and its sign; NULL: no such number. */
static const char *number_of(const char *text, int64_t *n_r)
{
	const char *p = text;
	*n_r = 0;
	for (; *p >= '0' && *p <= '9' && *n_r < 10000000; p++)
		*n_r = *n_r * 10 + (*p - '0');
	return p == text || *p != '/' ? NULL : p + 1;
}

static int64_t by_letter(void *arg, const char *number)
{
	struct ig_store *s = arg;
	int64_t id = 0, n;
	const char *sign = number_of(number, &n);
	if (!sign)
		return 0;
	struct q q = Q(BY_LETTER);
	q_int(&q, n), q_text(&q, sign);
	return ig_store_q_one(&q, &id) == 1 ? id : 0;
}

int ig_store_dispatch_by_number(struct ig_store *s, const char *number, const char *address, struct ig_arena *a, struct ig_dispatch *d_r)
{
	int64_t id = 0, n;
	const char *sign = number_of(number, &n);
	if (!sign || !address)
		return 0;
	struct q q = Q(BY_NUMBER);
	q_int(&q, n), q_text(&q, sign), q_text(&q, address);
	int found = ig_store_q_one(&q, &id);
	return found == 1 ? ig_store_dispatch_get(s, id, false, a, d_r) : found;
}

static size_t by_trace(void *arg, const char *text, ig_time since, struct ig_match_seen *out, size_t max, struct ig_arena *a)
{
	struct ig_store *s = arg;
	struct q q = Q(BY_TRACE);
	size_t count = 0;
	q_int(&q, ig_hash64(text, strlen(text))), q_text(&q, text), q_int(&q, (int64_t)max), q_int(&q, since);
	while (count < max && ig_store_q_row(&q) == 1) {
		struct ig_match_seen *m = &out[count++];
		m->message = r_int(&q), m->incident = r_int(&q), m->outgoing = r_bool(&q);
		m->from_address = r_text(&q, a), m->at = r_time(&q);
	}
	ig_store_q_end(&q);
	return count;
}

static size_t by_message_id(void *arg, const char *id, struct ig_match_seen *out, size_t max, struct ig_arena *a)
{
	struct ig_store *s = arg;
	struct q q = Q(BY_MESSAGE_ID);
	return seen(&q, id, out, max, a);
}

static size_t by_unseen_reference(void *arg, const char *id, struct ig_match_seen *out, size_t max, struct ig_arena *a)
{
	struct ig_store *s = arg;
	struct q q = Q(BY_REFERENCE);
	return seen(&q, id, out, max, a);
}

/* A merged one leads to where it went. */
static int64_t incident_by_ref(void *arg, struct ig_ref ref)
{
	struct ig_store *s = arg;
	int64_t id = 0, into;
	struct q q = Q(BY_REF);
	q_int(&q, ref.year), q_int(&q, ref.number);
	if (ig_store_q_one(&q, &id) != 1)
		return 0;
	return ig_store_incident_merged_into(s, id, &into) == 1 ? into : id;
}

static int participant(void *arg, int64_t incident, const char *address)
{
	static const int from[] = {SQL_PARTICIPANT, SQL_WRITTEN_TO};
	struct ig_store *s = arg;
	int64_t best = 0;
	for (size_t i = 0; i < IG_COUNT(from) && best < 2; i++) {
		int64_t found = 0;
		struct q q = ig_store_q(s, SET_lookup, from[i]);
		q_int(&q, incident), q_text(&q, address);
		if (ig_store_q_one(&q, &found) == 1 && found > best)
			best = found;
	}
	return (int)best;
}

static bool own_domain(void *arg, const char *domain)
{
	struct ig_store *s = arg;
	int64_t one = 0;
	struct q q = Q(OWN_DOMAIN);
	q_text(&q, domain);
	return ig_store_q_one(&q, &one) == 1;
}

void ig_store_lookup(struct ig_store *s, struct ig_match_lookup *look_r)
{
	*look_r = (struct ig_match_lookup){.arg = s,
		.by_identity = by_identity,
		.by_message_id = by_message_id,
		.by_unseen_reference = by_unseen_reference,
		.incident_by_letter = by_letter,
		.by_trace = by_trace,
		.incident_by_ref = incident_by_ref,
		.participant = participant,
		.own_domain = own_domain};
}
