/* The books beside the nouns: what may be told to whom by exception, what was removed, what is backed up, what changed when. Same rules as
 * store.h. Strings are read into the arena given. */
#ifndef IG_STORE_BOOKS_H
#define IG_STORE_BOOKS_H
#include "store/store.h"

/* ---- settings of the instance that an act sets: "restored" (a restored store sends nothing), "maintenance"; NULL removes */
int ig_store_setting(struct ig_store *s, const char *name, struct ig_arena *a, const char **value_r); /* 1, 0 none (NULL) */
int ig_store_set_setting(struct ig_store *s, const char *name, const char *value);

/* ---- disclosures: a named person lets one party know of a case under secrecy, for a reason (the exception for special many-party
 * incidents). identity: who reported it too. The newest that was not ended counts. */
struct ig_disclosure {
	int64_t id, incident, party;
	bool identity;
	ig_time at, ended_at;
	const char *actor, *reason;
};
int ig_store_disclosure_add(struct ig_store *s, struct ig_disclosure *d);
int ig_store_disclosure_end(struct ig_store *s, int64_t incident, int64_t party, ig_time at); /* how many ended */
int ig_store_disclosure_of(struct ig_store *s, int64_t incident, int64_t party, struct ig_arena *a, struct ig_disclosure *d_r); /* 1, 0 */
int ig_store_disclosures(struct ig_store *s, int64_t incident, struct ig_arena *a, struct ig_disclosure **list_r, size_t *count_r);

/* ---- what the gate must not let out: one value of a message of the case. from: address it came from. Stops at limit messages, newest first. */
struct ig_store_told { const char *from_address, *name, *value; int64_t message; };
int ig_store_case_values(struct ig_store *s, int64_t incident, int64_t limit, struct ig_arena *a,
	int (*each)(const struct ig_store_told *t, void *arg), void *arg);

/* ---- redactions: the payload of a frame removed by order */
struct ig_redaction {
	uint64_t frame;
	int64_t message;
	ig_time at, done_at;
	const char *actor, *reason;
};
int ig_store_redaction_add(struct ig_store *s, const struct ig_redaction *r); /* twice is fine: the first order stands */
int ig_store_redaction_done(struct ig_store *s, uint64_t frame, ig_time at);
int ig_store_redactions(struct ig_store *s, bool open_only, struct ig_arena *a, struct ig_redaction **list_r, size_t *count_r);
/* Removes everything of what a message says: subject, names, words, fields, attachments' names, problems; and its index entries. */
int ig_store_message_redact(struct ig_store *s, int64_t message);
int ig_store_messages_redact(struct ig_store *s, const int64_t *messages, size_t count); /* the word index is walked once for all of them */
int ig_store_message_removed(struct ig_store *s, int64_t message, ig_time at); /* its payload goes too: retention has done with it */
/* After the commit: no removed word stays in a page or in the log of the store. Slow. */
int ig_store_scrub(struct ig_store *s);
/* The same bit by bit, outside of a transaction, for who must not be kept waiting. 1: again (first: false); 0 done; -1. */
int ig_store_scrub_some(struct ig_store *s, bool first);

/* ---- retention */
struct ig_store_kept { /* a message taken in whose words are there */
	int64_t message, frame, incident; /* 0: no case */
	enum ig_channel channel;
	enum ig_class class;
	enum ig_message_state state;
	ig_time received_at, closed_at;   /* closed_at: IG_NEVER where there is no case, or one that is not closed */
	struct ig_ref ref;
	bool held, pending, shared;       /* a hold; a duty, letter or task is open; another such message lies in the same frame */
};
/* Those that came before a time, oldest first; ends when each returns other than 0. */
int ig_store_kept(struct ig_store *s, ig_time before, int (*each)(const struct ig_store_kept *k, void *arg), void *arg);
int ig_store_frame_shared(struct ig_store *s, int64_t message); /* as shared, now: 1, 0, -1 */
struct ig_hold { int64_t id, message, incident; /* one of both */ ig_time at; const char *actor, *reason; };
int ig_store_hold_add(struct ig_store *s, struct ig_hold *h);
int ig_store_hold_end(struct ig_store *s, int64_t message, int64_t incident, ig_time at); /* how many ended, or -1 */
int ig_store_holds(struct ig_store *s, struct ig_arena *a, struct ig_hold **list_r, size_t *count_r); /* those that stand */

/* ---- backups made: path, how far the log went, what came of reading it back */
struct ig_backup {
	int64_t id;
	ig_time at;
	const char *path, *sha256, *key; /* key: whom it is encrypted to; NULL nobody */
	uint64_t cursor, head, size;
	bool verified;
};
int ig_store_backup_add(struct ig_store *s, struct ig_backup *b);
int ig_store_backups(struct ig_store *s, uint64_t holding_frame /* 0: all */, struct ig_arena *a, struct ig_backup **list_r, size_t *count_r);
/* A whole copy of the store into the file path (which must not be), while it is in use. */
int ig_store_copy_to(struct ig_store *s, const char *path);
/* The state of a series, and numbers left out of it on purpose (from..to, with the reason), which checks know of. */
int ig_store_series_skip(struct ig_store *s, const char *series, int year, int64_t by, ig_time at, const char *why, int64_t *from_r, int64_t *to_r);

/* ---- a store put back from a backup: everything that was to leave is held ("restored: ..."), the setting "restored" stands, and the series of
 * this year leave gap numbers out, for what was given after the backup is not known. How many dispatches are held, or -1. */
int ig_store_restored(struct ig_store *s, ig_time now, ig_time backup_of, int64_t gap, const char *actor);
/* Ends it (the setting goes); what is held stays held until each is released. */
#define IG_STORE_RESTORED "restored"

/* Whoever owes the open duties of a case is this one from now on. How many, or -1. */
int ig_store_duties_assign(struct ig_store *s, int64_t incident, const char *to);

/* ---- what changed on a case, when: written with every change, so that figures of any past day can be made again */
int ig_store_event_add(struct ig_store *s, int64_t incident, ig_time at, const char *what, const char *value);

/* ---- registers: rows of [from, to), in the order of their numbers; strings live until each returns */
struct ig_store_arrival {
	int64_t number, message, receipt /* dispatch, 0 none */, reply_number, copies;
	int64_t part_of; /* the number is cancelled: it is part of the letter with this one; 0 it stands */
	ig_time at, handed_at, due; /* IG_NEVER */
	enum ig_channel channel;
	enum ig_message_state state;
	struct ig_ref ref; /* number 0: none */
	bool secret;
	const char *from_name, *from_address, *subject, *issuer, *organisation, *letter_number, *letter_date, *letter_subject, *status, *owner, *reply_sign;
};
struct ig_store_departure {
	int64_t dispatch, number;
	ig_time at, dated;
	enum ig_channel channel;
	enum ig_dispatch_state state;
	struct ig_ref ref;
	bool secret;
	const char *letter, *subject, *address, *party, *sign, *actor, *proof;
};
/* The next number of the year's register of arrivals, where the message has none. */
int ig_store_arrival_of(struct ig_store *s, int64_t message, int64_t *number_r); /* 0: it has none. 0 or -1 */
int ig_store_arrival_number(struct ig_store *s, int64_t message, ig_time at);
int ig_store_register_arrivals(struct ig_store *s, ig_time from, ig_time to, int (*each)(const struct ig_store_arrival *r, void *arg), void *arg);
int ig_store_register_departures(struct ig_store *s, ig_time from, ig_time to, int (*each)(const struct ig_store_departure *r, void *arg), void *arg);

/* ---- figures: what lies in [from, to) as it stood at as_of; drills and merged cases are left out */
struct ig_store_span { ig_time from, to, as_of; };
struct ig_store_counted {
	int64_t id;
	ig_time opened_at, acknowledged_at, closed_at; /* closed_at counts where the status is closed */
	enum ig_incident_status status;
	enum ig_severity severity;
	enum ig_widespread widespread;
	enum ig_channel channel;
	bool channelless, secret;
	const char *category;
};
int ig_store_figures_incidents(struct ig_store *s, const struct ig_store_span *t, int (*each)(const struct ig_store_counted *c, void *arg), void *arg);
/* Messages by channel and class; letters sent by channel and kind; duties due by "in time", "late", "overdue", "open"; acts by actor and act. */
enum ig_store_count { IG_COUNT_MESSAGES, IG_COUNT_LETTERS, IG_COUNT_DUTIES, IG_COUNT_ACCESS };
struct ig_store_count_row { const char *a, *b; int64_t count; ig_time first, last; };
int ig_store_figures_counts(struct ig_store *s, enum ig_store_count what, const struct ig_store_span *t,
	int (*each)(const struct ig_store_count_row *r, void *arg), void *arg);
#endif
