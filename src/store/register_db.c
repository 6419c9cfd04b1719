/* The registers: arrivals (one series of numbers a year for paper and electronic, Decree 30/2020 Art. 22), departures, follow-up. Reads rows in
 * the order of their numbers; what the columns are called is not known here. Relies on the number given when a message is filed. */
#include "config.h"
#include "store/books.h"
#include "store/store_int.h"

#define FIELD(n) "(SELECT value FROM field f WHERE f.message = m.id AND f.name = '" n "' ORDER BY confidence DESC LIMIT 1)"
#define WHEN(c) c " >= ?1 AND " c " < ?2"
#define LIST(X) \
	X(ARRIVAL_SET, "UPDATE message SET arrival = ?2 WHERE id = ?1 AND arrival IS NULL") \
	X(ARRIVAL_GET, "SELECT arrival FROM message WHERE id = ?1") \
	X(ARRIVALS, \
		"SELECT m.arrival, m.received_at, m.channel, m.id, i.year, i.number, m.state, m.from_name, m.from_address, m.subject, " FIELD("letter.issuer") \
		", " FIELD("reporter.organisation") ", " FIELD("letter.number") ", " FIELD("letter.date") ", " FIELD("letter.subject") ", i.secrecy_requested, " \
		"i.secrecy_state, i.status, (SELECT min(d.created_at) FROM duty d WHERE d.message = m.id), (SELECT d.owner FROM duty d WHERE d.message = m.id " \
		"ORDER BY d.id LIMIT 1), (SELECT min(d.due) FROM duty d WHERE d.incident = m.incident AND d.done_at IS NULL), (SELECT d.id FROM dispatch d WHERE " \
		"d.answers = m.id AND d.state IN ('sent', 'delivered') ORDER BY d.id LIMIT 1), (SELECT l.number FROM dispatch d JOIN letter l ON l.dispatch = d.id " \
		"WHERE d.incident = m.incident AND d.created_at >= m.received_at AND l.number IS NOT NULL ORDER BY d.id LIMIT 1), (SELECT l.sign FROM dispatch d JOIN " \
		"letter l ON l.dispatch = d.id WHERE d.incident = m.incident AND d.created_at >= m.received_at AND l.number IS NOT NULL ORDER BY d.id LIMIT 1), " \
		"(SELECT count(*) FROM copy c WHERE c.message = m.id), i.tlp, (SELECT w.arrival FROM joined j JOIN message w ON w.id = j.whole WHERE j.message = m.id AND " \
		"j.ended_at IS NULL) FROM message m LEFT JOIN incident i ON i.id = m.incident WHERE m.arrival IS NOT NULL AND " \
		WHEN("m.received_at") " ORDER BY m.id") \
	X(DEPARTURES, \
		"SELECT d.id, coalesce((SELECT min(a.at) FROM attempt a WHERE a.dispatch = d.id AND a.outcome = 'ok'), d.created_at) AS gone, d.letter, d.subject, " \
		"d.channel, d.address, p.name, d.state, l.number, l.sign, l.dated, i.year, i.number, (SELECT v.actor FROM verdict v WHERE v.dispatch = d.id ORDER BY " \
		"v.n DESC LIMIT 1), i.secrecy_requested, i.secrecy_state, (SELECT a.text FROM attempt a WHERE a.dispatch = d.id AND a.outcome = 'ok' ORDER BY a.n DESC LIMIT " \
		"1), i.tlp FROM dispatch d LEFT JOIN party p ON p.id = d.party LEFT JOIN letter l ON l.dispatch = d.id LEFT JOIN incident i ON i.id = d.incident WHERE " \
		"d.state IN ('sent', 'delivered') AND " WHEN("gone") " ORDER BY gone, d.id")
SQL_DEFINE(register, LIST)
#define Q(n) ig_store_q(s, SET_register, SQL_##n)

int ig_store_arrival_of(struct ig_store *s, int64_t message, int64_t *number_r)
{
	struct q q = Q(ARRIVAL_GET);
	*number_r = 0;
	q_int(&q, message);
	return ig_store_q_one(&q, number_r) < 0 ? -1 : 0;
}

int ig_store_arrival_number(struct ig_store *s, int64_t message, ig_time at)
{
	int64_t number = 0;
	int year;
	struct q q = Q(ARRIVAL_GET);
	q_int(&q, message);
	if (ig_store_q_one(&q, &number) < 0)
		return -1;
	if (number)
		return 0;
	ig_time_civil(at, &year, NULL, NULL, NULL, NULL, NULL, NULL);
	if (ig_store_number_next(s, "arrival", year, &number) < 0)
		return -1;
	q = Q(ARRIVAL_SET);
	q_int(&q, message), q_int(&q, number);
	return ig_store_q_run(&q);
}

static bool secret(bool requested, const char *state, const char *tlp)
{
	return requested || state || (tlp && (!strcmp(tlp, "red") || !strcmp(tlp, "amber+strict")));
}

int ig_store_register_arrivals(struct ig_store *s, ig_time from, ig_time to, int (*each)(const struct ig_store_arrival *r, void *arg), void *arg)
{
	struct ig_arena *a = ig_arena_new(0);
	struct q q = Q(ARRIVALS);
	int rc;
	q_time(&q, from), q_time(&q, to);
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_store_arrival r = {.number = r_int(&q)};
		ig_arena_reset(a);
		r.at = r_time(&q);
		r_word(&q, ig_channel, &r.channel);
		r.message = r_int(&q), r.ref.year = (int)r_int(&q), r.ref.number = r_int(&q);
		r_word(&q, ig_message_state, &r.state);
		r.from_name = r_text(&q, a), r.from_address = r_text(&q, a), r.subject = r_text(&q, a), r.issuer = r_text(&q, a), r.organisation = r_text(&q, a);
		r.letter_number = r_text(&q, a), r.letter_date = r_text(&q, a), r.letter_subject = r_text(&q, a);
		bool requested = r_bool(&q);
		const char *state = r_text(&q, a);
		r.status = r_text(&q, a), r.handed_at = r_time(&q), r.owner = r_text(&q, a), r.due = r_time(&q), r.receipt = r_int(&q), r.reply_number = r_int(&q);
		r.reply_sign = r_text(&q, a), r.copies = r_int(&q);
		r.secret = secret(requested, state, r_text(&q, a));
		r.part_of = r_int(&q);
		if (each(&r, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}

int ig_store_register_departures(struct ig_store *s, ig_time from, ig_time to, int (*each)(const struct ig_store_departure *r, void *arg), void *arg)
{
	struct ig_arena *a = ig_arena_new(0);
	struct q q = Q(DEPARTURES);
	int rc;
	q_time(&q, from), q_time(&q, to);
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_store_departure r = {.dispatch = r_int(&q)};
		ig_arena_reset(a);
		r.at = r_time(&q), r.letter = r_text(&q, a), r.subject = r_text(&q, a);
		r_word(&q, ig_channel, &r.channel);
		r.address = r_text(&q, a), r.party = r_text(&q, a);
		r_word(&q, ig_dispatch_state, &r.state);
		r.number = r_int(&q), r.sign = r_text(&q, a), r.dated = r_time(&q), r.ref.year = (int)r_int(&q), r.ref.number = r_int(&q), r.actor = r_text(&q, a);
		bool requested = r_bool(&q);
		const char *state = r_text(&q, a);
		r.proof = r_text(&q, a);
		r.secret = secret(requested, state, r_text(&q, a));
		if (each(&r, arg))
			break;
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}
