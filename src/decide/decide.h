/* Rules to verdicts: pure functions of (facts, rules, now). Every verdict says its reason in words. */
#ifndef IG_DECIDE_DECIDE_H
#define IG_DECIDE_DECIDE_H
#include <stdbool.h>
#include "base/arena.h"
#include "conf/conf.h"
#include "match/match.h"
#include "model/envelope.h"
#include "model/incident.h"
#include "model/report.h"

/* Does a message of this class that joins nothing open an incident (INTERFACE)? */
bool ig_decide_opens_incident(enum ig_class class);

/* ---- budgets: whom one automatic letter is charged to, and how many each may get in budget_period */
#define IG_DECIDE_CLASSES 3
struct ig_decide_peer {
	enum ig_peer kind;
	const char *key;  /* mailbox in lower case, registrable domain, class in hexadecimal digits */
	uint64_t hash;    /* of kind and key; never 0 */
	int64_t limit;
};
struct ig_decide_peers { struct ig_decide_peer list[4 + IG_DECIDE_CLASSES]; size_t count; };
/* to: where the answer would go; From is charged as well. None where budgets are off. */
void ig_decide_peers_of(const struct ig_report *r, const char *to, const struct ig_conf *conf, struct ig_arena *a, struct ig_decide_peers *p_r);
uint64_t ig_decide_peer_hash(enum ig_peer kind, const char *key);
const char *ig_decide_mailbox(const char *address, struct ig_arena *a); /* in lower case, without its plus part */
/* Classes of a mail's content; mails that differ in numbers, addresses and a word or two share at least one. */
void ig_decide_alike(const struct ig_report *r, uint64_t class_r[IG_DECIDE_CLASSES]);
/* Why no letter goes to this peer; the same words for all letters it keeps back. */
const char *ig_decide_peer_words(const struct ig_decide_peer *p, int64_t hours, struct ig_arena *a);

struct ig_decide_receipt {
	bool due;              /* a receipt dispatch row is made: queued, or cancelled with `why` */
	bool send;
	const char *why; /* the rule that decided, for explain; NULL where none was asked for; for suppressed receipts to a possible
						person a duty is owed too */
	bool owe_duty;
	bool hold;             /* kept back by a budget, or because its headers ask for no answer: a person can let it go */
	enum ig_channel channel;
	const char *to_name;   /* of that party; NULL */
	int64_t party;         /* whose address it is, where that is known for sure; 0 */
	const char *to;        /* Return-Path, else From; NULL when none is usable */
	const char *language;  /* "vi" or "en"; NULL: the profile's, then English below */
	bool plain;            /* new participant of a case: no case content */
};
/* over: asked last, with the address the receipt would go to: why a budget forbids it, NULL it does not. RFC 3834
 * section 2 and its companions. */
void ig_decide_receipt_for(const struct ig_report *r, const struct ig_envelope *e, const struct ig_match *m,
	const struct ig_conf *conf, const char *(*over)(void *arg, const char *to), void *arg, ig_time now,
	struct ig_decide_receipt *d_r);

/* May this address be written to at all: RFC 5321 local part and domain, ASCII, no control characters, at most 254 bytes. */
bool ig_decide_address_ok(const char *address);
/* Is it ours: a report address (with any plus part), the bounce address in any form? */
bool ig_decide_is_ours(const char *address, const struct ig_conf *conf);
/* Addresses behind which nobody reads (RFC 3834 section 2: mailer-daemon, owner-, -request, and their companions). */
bool ig_decide_is_robot(const char *address);

/* Part of a domain that somebody registered ("quangtri.gov.vn" of "mail.stttt.quangtri.gov.vn"), by the public suffix list; the domain itself
 * where it is a suffix or unknown. Lower case, in a. */
const char *ig_decide_registrable(const char *domain, struct ig_arena *a);

/* What our own mail server found out about the sender (RFC 8601), and whether it takes the mail for spam. */
struct ig_decide_trust {
	enum ig_auth auth;
	const char *words;   /* why, for explain; never NULL */
	const char *suspect; /* words why it is suspect; NULL it is not */
};
void ig_decide_trust(const struct ig_report *r, const struct ig_conf *conf, struct ig_arena *a, struct ig_decide_trust *t_r);

/* Is the case under secrecy: by wish, by TLP:RED or TLP:AMBER+STRICT, by a state-secret mark? NULL: no. */
bool ig_decide_secret(const struct ig_incident *i);

/* The release verdict: nothing becomes `queued` without one. Facts of the letter, its party and its incident. */
struct ig_decide_release_facts {
	const struct ig_incident *incident; /* NULL none */
	const struct ig_dispatch *dispatch;
	const struct ig_party *party;       /* NULL: an address without a party */
	const struct ig_participant *participant; /* NULL: not one of the case */
	enum ig_channel_state channel_state;
	bool by_person, imported;
	const char *suppressed;             /* receipts: why ig_decide_receipt_for does not let it go; NULL it does */
	int64_t open_tasks;                 /* of the incident: slow reading that is not done */
	bool disclosed;                     /* a named person let this party know of a case under secrecy */
	bool restored, released;            /* the store is a restored one; a person releases this very letter now */
	const char *by_profile;             /* why the machine may send it by itself; NULL: a person must */
	const char *to_sign;                /* why it waits to be signed, whoever posted it; NULL */
	bool suppressed_by_budget;          /* then it is held: a person may let it go */
	bool instead; /* the same letter to the same party, after it left or was to leave by a channel that failed */
};
#define IG_DECIDE_RESTORED "restored"
#define IG_DECIDE_TASKS "tasks" /* the rule by which a letter waits; it is judged again when they end */
/* hard: held or cancelled for a reason that no person's word lifts here. */
struct ig_release { enum ig_dispatch_state state; /* queued, held or cancelled */ const char *rule, *why; bool hard; };
void ig_decide_release(const struct ig_decide_release_facts *f, const struct ig_conf *conf, ig_time now, struct ig_arena *a,
	struct ig_release *v_r);

/* After an attempt: next state and time (back-off with a cap, expiry). d->attempt_count counts the attempt just made. */
void ig_decide_retry(const struct ig_dispatch *d, enum ig_outcome outcome, const struct ig_conf *conf, ig_time now,
	enum ig_dispatch_state *state_r, ig_time *not_before_r);
/* Deadline by the profile and its calendar, counted from `from`; within a heightened period the one of that period, where it is sooner. d NULL:
 * none, IG_NEVER. */
ig_time ig_decide_deadline(const struct ig_profile *p, const struct ig_profile_deadline *d, ig_time from);
#endif
