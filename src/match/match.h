/* Report to incident. Pure: sees the store only through the look-up struct, so that it is tested without SQLite.
 * Order and guards: issue text "Match" and doc/MATCHING.md. Every candidate that was looked at and rejected is written down. */
#ifndef IG_MATCH_MATCH_H
#define IG_MATCH_MATCH_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "model/envelope.h"
#include "model/incident.h"
#include "model/report.h"

struct ig_match_seen { /* a message the store knows by its Message-ID, or that names an id we never saw */
	int64_t message, incident;
	bool outgoing;
	const char *from_address;
	ig_time at;
};
struct ig_match_lookup {
	void *arg;
	/* Same content digest; message_id NULL: the message has none, and only the 7 days before `at` count. 0 none. The id is asked
	 * for because the digest covers it: the store finds the row by the id's key and needs no index of its own for digests. */
	int64_t (*by_identity)(void *arg, const uint8_t sum[IG_SHA256_LEN], const char *message_id, ig_time at);
	/* Messages received or sent with this Message-ID; count, at most max. */
	size_t (*by_message_id)(void *arg, const char *id, struct ig_match_seen *out, size_t max, struct ig_arena *a);
	/* Messages that named this id, which we ourselves never saw. */
	size_t (*by_unseen_reference)(void *arg, const char *id, struct ig_match_seen *out, size_t max, struct ig_arena *a);
	/* Incoming messages since then under this trace ("ticket rt example.net 17", "ipv4 192.0.2.1"), oldest first. May be NULL: none. */
	size_t (*by_trace)(void *arg, const char *text, ig_time since, struct ig_match_seen *out, size_t max, struct ig_arena *a);
	int64_t (*incident_by_ref)(void *arg, struct ig_ref ref); /* 0 none */
	/* 0 not known to the case, 1 participant not yet admitted, 2 admitted participant or a party that was written to about it */
	int (*participant)(void *arg, int64_t incident, const char *address);
	/* Is this mail domain an organisation's own (party directory), not a shared mail host? */
	bool (*own_domain)(void *arg, const char *domain);
	/* Case of the newest letter of ours with this number and sign ("290/STTTT-CNTT"); 0 none. May be NULL. */
	int64_t (*incident_by_letter)(void *arg, const char *number);
};
struct ig_match_self { /* what is ours, from the configuration */
	const char *const *addresses;
	bool subaddress;
	const char *bounce_address;
	const char *const *shared_hosts;
};

struct ig_match {
	int64_t duplicate_of;  /* message; all else is empty then */
	int64_t incident;      /* 0: own incident (or none, by class) */
	enum ig_matched_by by;
	bool new_participant;  /* joins, is receipted once without case content, then waits for a person */
	bool answer_closed;    /* set by the follow-up rule: told once that the case was closed */
	bool no_receipt;       /* same-message: joins without a second receipt */
	int64_t suggested;     /* a stranger's mail names this incident: suggestion and duty */
	int64_t related;       /* shared ancestor without the guard: link */
	const char *reason;    /* words, for explain */
	const char *rejected;  /* one candidate a line; NULL none */
};
void ig_match_report(const struct ig_report *r, const struct ig_envelope *e, ig_time at, const struct ig_match_self *self,
	const struct ig_match_lookup *look, struct ig_arena *a, struct ig_match *m_r);
/* Trace of the sender's own ticket, and of the number of his letter; NULL none. The store keeps them with the message. */
const char *ig_match_ticket_trace(const struct ig_report *r, const struct ig_match_self *self, struct ig_arena *a);
const char *ig_match_letter_trace(const struct ig_report *r, struct ig_arena *a);
/* Does the mail go to our bounce address? Then it is read as a bounce only. Dispatch (0 none) and token out where they stand in it;
 * the caller compares the token with the dispatch's before it believes either. */
#define IG_MATCH_TOKEN_MAX 32
bool ig_match_to_bounce_address(const struct ig_report *r, const struct ig_envelope *e, const struct ig_match_self *self,
	int64_t *dispatch_r, char token_r[IG_MATCH_TOKEN_MAX]);
bool ig_match_shared_host(const char *domain, const char *const *more);
#endif
