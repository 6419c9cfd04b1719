/* Events that feeds report, and the networks whose parties they concern. Relies on addresses as inet_ntop writes them; a network is kept as its first
 * and last address in 16 bytes (IPv4 mapped), so that one look-up finds the narrowest. Cases under secrecy are left out here, whoever asks. */
#include "config.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include "store/store_int.h"

#define LIST(X) \
	X(EVENT_ADD, \
		"INSERT OR IGNORE INTO feed_event (message, n, address, key, at, domain, category, kind, detail, port, asn) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)") \
	X(EVENTS, \
		"SELECT e.message, e.n, e.address, e.at, e.domain, e.category, e.kind, e.detail, e.port, m.received_at, m.from_address, " \
		"coalesce((SELECT w.party FROM network w WHERE e.key BETWEEN w.low AND w.high ORDER BY w.bits DESC LIMIT 1), " \
		"(SELECT u.party FROM autonomous u WHERE u.asn = e.asn)), " \
		"coalesce((SELECT w.asn FROM network w WHERE e.key BETWEEN w.low AND w.high ORDER BY w.bits DESC LIMIT 1), e.asn) " \
		"FROM feed_event e JOIN message m ON m.id = e.message LEFT JOIN incident i ON i.id = m.incident " \
		"WHERE e.told_at IS NULL AND m.received_at >= ?1 AND m.received_at < ?2 " \
		"AND coalesce(i.secrecy_requested, 0) = 0 AND i.secrecy_state IS NULL " \
		"AND coalesce(i.tlp, '') NOT IN ('red', 'amber+strict') " \
		"AND m.state = 'filed' ORDER BY e.message, e.n LIMIT ?3") \
	X(EVENT_TOLD, "UPDATE feed_event SET told_at = ?3, told_by = ?4 WHERE message = ?1 AND n = ?2") \
	X(EVENT_UNTOLD, "UPDATE feed_event SET told_at = NULL, told_by = NULL WHERE told_by = ?1") \
	X(NETWORK_ADD, "INSERT INTO network (low, high, bits, prefix, asn, party) VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
	X(AS_ADD, "INSERT INTO autonomous (asn, party) VALUES (?1, ?2)") \
	X(AS_CLEAR, "DELETE FROM autonomous") \
	X(NETWORK_CLEAR, "DELETE FROM network") \
	X(NETWORKS, "SELECT prefix, asn, party FROM (SELECT low, bits, prefix, asn, party FROM network UNION ALL SELECT NULL, asn, NULL, asn, party FROM autonomous) " \
		"ORDER BY low IS NULL, low, bits")
SQL_DEFINE(feed, LIST)
#define Q(n) ig_store_q(s, SET_feed, SQL_##n)

static bool key_of(const char *address, uint8_t key[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	memcpy(key, mapped, sizeof mapped);
	return address && (inet_pton(AF_INET, address, key + 12) == 1 || inet_pton(AF_INET6, address, key) == 1);
}

int ig_store_feed_add(struct ig_store *s, int64_t message, int64_t n, const struct ig_event *e)
{
	uint8_t key[16];
	struct q q = Q(EVENT_ADD);
	q_int(&q, message), q_int(&q, n), q_text(&q, e->address);
	if (key_of(e->address, key))
		q_blob(&q, key, sizeof key);
	else
		q_null(&q);
	q_text(&q, e->at), q_text(&q, e->domain), q_text(&q, e->category), q_text(&q, e->kind), q_text(&q, e->detail), q_int(&q, e->port);
	q_id(&q, e->asn);
	return ig_store_q_run(&q);
}

int ig_store_feed_events(struct ig_store *s, ig_time since, ig_time until, int64_t limit, int (*each)(const struct ig_feed_event *e, void *arg), void *arg)
{
	struct ig_arena *a = ig_arena_new(0);
	struct q q = Q(EVENTS);
	int rc;
	q_int(&q, since), q_int(&q, until), q_int(&q, limit);
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_feed_event e;
		ig_arena_reset(a);
		e.message = r_int(&q), e.n = r_int(&q);
		e.event.address = r_text(&q, a), e.event.at = r_text(&q, a), e.event.domain = r_text(&q, a), e.event.category = r_text(&q, a);
		e.event.kind = r_text(&q, a), e.event.detail = r_text(&q, a), e.event.port = (int)r_int(&q);
		e.received_at = r_time(&q), e.from_address = r_text(&q, a), e.party = r_int(&q), e.asn = r_int(&q);
		if (each(&e, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

int ig_store_feed_told(struct ig_store *s, int64_t message, int64_t n, ig_time at, int64_t dispatch)
{
	struct q q = Q(EVENT_TOLD);
	q_int(&q, message), q_int(&q, n), q_time(&q, at), q_id(&q, dispatch);
	return ig_store_q_run(&q);
}

int ig_store_feed_untold(struct ig_store *s, int64_t dispatch)
{
	struct q q = Q(EVENT_UNTOLD);
	q_int(&q, dispatch);
	return ig_store_q_run(&q);
}

int ig_store_network_add(struct ig_store *s, const char *prefix, int64_t asn, int64_t party)
{
	char plain[64];
	uint8_t low[16], high[16];
	const char *slash = strchr(prefix, '/');
	size_t len = slash ? (size_t)(slash - prefix) : strlen(prefix);
	if (len >= sizeof plain)
		return ig_why(&s->why, "\"%.60s\" is no network, as 192.0.2.0/24", prefix);
	memcpy(plain, prefix, len);
	plain[len] = 0;
	if (!key_of(plain, low))
		return ig_why(&s->why, "\"%.60s\" is no network, as 192.0.2.0/24", prefix);
	bool four = !strchr(plain, ':');
	char *end = NULL;
	long bits = slash ? strtol(slash + 1, &end, 10) : four ? 32 : 128;
	if (bits < 0 || bits > (four ? 32 : 128) || (slash && (end == slash + 1 || *end)))
		return ig_why(&s->why, "\"%.60s\": the length of the prefix is none", prefix);
	bits += four ? 96 : 0;
	memcpy(high, low, sizeof high);
	for (int i = (int)bits; i < 128; i++) {
		low[i / 8] &= (uint8_t)~(0x80 >> i % 8);
		high[i / 8] |= (uint8_t)(0x80 >> i % 8);
	}
	struct q q = Q(NETWORK_ADD);
	q_blob(&q, low, sizeof low), q_blob(&q, high, sizeof high), q_int(&q, bits), q_text(&q, prefix), q_id(&q, asn), q_int(&q, party);
	return ig_store_q_run(&q);
}

int ig_store_as_add(struct ig_store *s, int64_t asn, int64_t party)
{
	struct q q = Q(AS_ADD);
	if (asn < 1 || asn > UINT32_MAX)
		return ig_why(&s->why, "%lld is no number of an autonomous system", (long long)asn);
	q_int(&q, asn), q_int(&q, party);
	return ig_store_q_run(&q);
}

int ig_store_networks_clear(struct ig_store *s)
{
	struct q networks = Q(NETWORK_CLEAR), systems = Q(AS_CLEAR);
	return ig_store_q_run(&networks) < 0 ? -1 : ig_store_q_run(&systems);
}

int ig_store_networks(struct ig_store *s, int (*each)(const char *prefix, int64_t asn, int64_t party, void *arg), void *arg)
{
	struct ig_arena *a = ig_arena_new(0);
	struct q q = Q(NETWORKS);
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		const char *prefix = r_text(&q, a);
		int64_t asn = r_int(&q), party = r_int(&q);
		if (each(prefix, asn, party, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}
