/* What is looked at for retention: messages whose words are still there, with whatever keeps them, and the holds of persons. Decides nothing; the
 * removal itself is redact_db.c's. */
#include "config.h"
#include "store/books.h"
#include "store/store_int.h"

#define LIST(X) \
	X(KEPT, \
		"SELECT m.id, m.frame, m.incident, m.channel, m.class, m.state, m.received_at, CASE i.status WHEN 'closed' THEN i.closed_at END, i.year, i.number, " \
		"EXISTS (SELECT 1 FROM hold h WHERE h.message = m.id AND h.ended_at IS NULL) OR EXISTS (SELECT 1 FROM hold h WHERE h.incident = m.incident AND " \
		"h.ended_at IS NULL), m.id IN (SELECT message FROM duty WHERE done_at IS NULL AND message IS NOT NULL) OR EXISTS (SELECT 1 FROM task t WHERE " \
		"t.message = m.id AND t.done_at IS NULL) OR m.incident IN (SELECT incident FROM duty WHERE done_at IS NULL AND incident IS NOT NULL) OR EXISTS " \
		"(SELECT 1 FROM dispatch d WHERE d.incident = m.incident AND d.state IN ('queued', 'sending', 'held', 'uncertain')), " \
		"m.channel IN ('fax', 'letter') AND EXISTS (SELECT 1 FROM message o WHERE o.channel IN ('fax', 'letter') AND o.outgoing = 0 AND o.frame = m.frame AND " \
		"o.id <> m.id AND o.removed_at IS NULL) FROM message m LEFT JOIN incident i ON i.id = m.incident WHERE m.outgoing = 0 AND m.removed_at IS NULL AND " \
		"m.received_at < ?1 ORDER BY m.received_at, m.id") \
	X(SHARED, \
		"SELECT EXISTS (SELECT 1 FROM message o WHERE o.channel IN ('fax', 'letter') AND o.outgoing = 0 AND o.frame = m.frame AND o.id <> m.id AND o.removed_at IS " \
		"NULL) FROM message m WHERE m.id = ?1") \
	X(REMOVED, "UPDATE message SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL") \
	X(HOLD_ADD, "INSERT INTO hold (message, incident, at, actor, reason) VALUES (?1, ?2, ?3, ?4, ?5)") \
	X(HOLD_END, "UPDATE hold SET ended_at = ?3 WHERE ended_at IS NULL AND message IS ?1 AND incident IS ?2") \
	X(HOLDS, "SELECT id, message, incident, at, actor, reason FROM hold WHERE ended_at IS NULL ORDER BY id")
SQL_DEFINE(retention, LIST)
#define Q(n) ig_store_q(s, SET_retention, SQL_##n)

int ig_store_kept(struct ig_store *s, ig_time before, int (*each)(const struct ig_store_kept *k, void *arg), void *arg)
{
	struct q q = Q(KEPT);
	int rc;
	q_int(&q, before);
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_store_kept k = {.message = r_int(&q)};
		k.frame = r_int(&q), k.incident = r_int(&q);
		r_word(&q, ig_channel, &k.channel);
		r_word(&q, ig_class, &k.class);
		r_word(&q, ig_message_state, &k.state);
		k.received_at = r_time(&q), k.closed_at = r_time(&q);
		k.ref.year = (int)r_int(&q), k.ref.number = r_int(&q);
		k.held = r_bool(&q), k.pending = r_bool(&q), k.shared = r_bool(&q);
		if (each(&k, arg))
			break;
	}
	ig_store_q_end(&q);
	return rc < 0 ? -1 : 0;
}

int ig_store_frame_shared(struct ig_store *s, int64_t message)
{
	struct q q = Q(SHARED);
	int64_t shared = 0;
	q_int(&q, message);
	return ig_store_q_one(&q, &shared) < 0 ? -1 : shared != 0;
}

int ig_store_message_removed(struct ig_store *s, int64_t message, ig_time at)
{
	struct q q = Q(REMOVED);
	q_int(&q, message), q_time(&q, at);
	return ig_store_q_run(&q);
}

int ig_store_hold_add(struct ig_store *s, struct ig_hold *h)
{
	struct q q = Q(HOLD_ADD);
	q_id(&q, h->message), q_id(&q, h->incident), q_time(&q, h->at), q_text(&q, h->actor), q_text(&q, h->reason);
	if (ig_store_q_run(&q) < 0)
		return -1;
	h->id = ig_store_last_id(s);
	return 0;
}

int ig_store_hold_end(struct ig_store *s, int64_t message, int64_t incident, ig_time at)
{
	struct q q = Q(HOLD_END);
	q_id(&q, message), q_id(&q, incident), q_time(&q, at);
	return ig_store_q_run(&q) < 0 ? -1 : sqlite3_changes(s->db);
}

int ig_store_holds(struct ig_store *s, struct ig_arena *a, struct ig_hold **list_r, size_t *count_r)
{
	struct ig_hold *list = NULL;
	size_t count = 0, cap = 0;
	struct q q = Q(HOLDS);
	int rc;
	while ((rc = ig_store_q_row(&q)) == 1) {
		list = ig_store_grow(a, list, count, &cap, sizeof *list);
		struct ig_hold *h = &list[count++];
		h->id = r_int(&q), h->message = r_int(&q), h->incident = r_int(&q), h->at = r_time(&q);
		h->actor = r_text(&q, a), h->reason = r_text(&q, a);
	}
	*list_r = list, *count_r = count;
	return rc;
}
