/* The store: SQLite behind one door; the only room with SQL. Everything decided lives here, bytes received live in the evidence
 * log. Calls return 0 or a count, -1 with the reason in ig_store_why(); -1 inside a transaction means: roll back. Rows are read
 * into the arena given. SQLite's types and file paths stay out of this header (a PostgreSQL store may come behind it). */
#ifndef IG_STORE_STORE_H
#define IG_STORE_STORE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/clock.h"
#include "match/match.h"
#include "model/incident.h"
#include "model/report.h"

struct ig_store;
enum ig_store_mode { IG_STORE_WRITE, IG_STORE_READ };
/* dir: var/; the store is var/store/store.db, in a folder of its own that the clerk alone may write (doc/SANDBOX.md). Makes or
 * migrates the store when writing (append-only migrations, refuses a newer one); NULL with why. */
struct ig_store *ig_store_open(const char *dir, enum ig_store_mode mode, struct ig_why *why);
struct ig_store *ig_store_free(struct ig_store *s);
const char *ig_store_why(const struct ig_store *s);
bool ig_store_full(const struct ig_store *s); /* what failed since the last begin failed for want of room */
/* Little room: the WAL is folded in early and never given back, for another program would take its place at once. */
void ig_store_tight(struct ig_store *s, bool tight);
/* Integrity, foreign keys, our own promises, journal chain; findings or -1. */
int ig_store_check(struct ig_store *s, void (*say)(const char *finding, void *arg), void *arg);
/* After a quiet while (a minute, not each commit: it costs two or three syncs): the WAL goes back into the store and is cut to
 * nothing, memory is given back. Free when there is nothing to do. */
int ig_store_rest(struct ig_store *s);
/* Prepares every statement of the room (test). */
int ig_store_prepare_all(struct ig_store *s);

/* ---- the reserve: a file beside the store that holds room for the day on which something fills the disk. dir: var/. */
/* Makes it, or a new one of another size, when more than min_free stays free. 1 it is there (or size is 0: none), 0 no room now, -1 errno. */
int ig_store_reserve_keep(const char *dir, uint64_t size, uint64_t min_free);
bool ig_store_reserve_give_up(const char *dir); /* true: it was there, its room is free */
bool ig_store_no_room(const char *dir);         /* less is free than a few commits may need */

/* ---- transactions: one commit for many frames, one savepoint each */
int ig_store_begin(struct ig_store *s);
int ig_store_commit(struct ig_store *s);
void ig_store_rollback(struct ig_store *s);
int ig_store_savepoint(struct ig_store *s);
int ig_store_release(struct ig_store *s);
void ig_store_undo(struct ig_store *s); /* to the savepoint */

/* ---- cursor, anchors, clock */
int ig_store_cursor(struct ig_store *s, uint64_t *seq_r);
/* With the chain head of the frame, stored with the commit. */
int ig_store_set_cursor(struct ig_store *s, uint64_t seq, const uint8_t chain[IG_SHA256_LEN], ig_time at);
/* Newest arrival, dispatch attempt or deciding act: --now may not be before it. IG_NEVER none. */
int ig_store_newest_act(struct ig_store *s, ig_time *at_r);
int ig_store_set_newest_act(struct ig_store *s, ig_time at);
int ig_store_anchors(struct ig_store *s, int (*each)(uint64_t seq, const uint8_t *chain, ig_time at, void *arg), void *arg);
int ig_store_progress(struct ig_store *s, const char *source, struct ig_arena *a, const char **progress_r);
int ig_store_set_progress(struct ig_store *s, const char *source, const char *progress);

/* ---- messages */
int ig_store_message_add(struct ig_store *s, struct ig_message *m); /* fills id */
int ig_store_message_set_incident(struct ig_store *s, int64_t message, int64_t incident, enum ig_matched_by by, const char *reason);
int ig_store_message_set_suggestion(struct ig_store *s, int64_t message, int64_t incident);
int ig_store_message_set_state(struct ig_store *s, int64_t message, enum ig_message_state state);
/* What slow reading adds: problems replace those that were there, language is set where there was none. */
int ig_store_message_again(struct ig_store *s, int64_t message, bool waits); /* a sealed one is to be read anew: filed, without the files it had */
int ig_store_message_amend(struct ig_store *s, int64_t message, const char *problems, const char *language);
/* How mail to a party is signed and encrypted (an officer's word). */
struct ig_party_key {
	int64_t party;
	const char *form;        /* word of enum ig_crypt_form */
	const char *fingerprint; /* encrypted to it; NULL where it is only signed */
	bool sign, encrypt;
	ig_time at;
	const char *actor;
};
int ig_store_party_key_set(struct ig_store *s, const struct ig_party_key *k);
int ig_store_party_key_clear(struct ig_store *s, int64_t party);
/* For a letter to that party, or (party 0) to an address of one. 1, 0 none, -1. */
int ig_store_party_key_for(struct ig_store *s, int64_t party, const char *address, struct ig_arena *a, struct ig_party_key *k_r);
int ig_store_party_keys(struct ig_store *s, int (*each)(const struct ig_party_key *k, const char *name, void *arg), void *arg);
/* Tasks of that kind that have ended are done again. How many, or -1. */
int64_t ig_store_tasks_reopen(struct ig_store *s, int64_t message, const char *need, ig_time until);
/* What the keys found: m->crypto. */
int ig_store_message_set_crypto(struct ig_store *s, const struct ig_message *m);
/* A message that waited for slow reading gets its place: incident, sender, subject, class, match, problems; it waits no more. */
int ig_store_message_settle(struct ig_store *s, const struct ig_message *m);
int ig_store_message_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_message *m_r); /* 1, 0 none */
/* What waits for a person's word (held, suspect): its envelope and all that was read of it. Gone when it is filed. */
int ig_store_unfiled_put(struct ig_store *s, int64_t message, const char *envelope, const void *report, size_t len);
int ig_store_unfiled_get(struct ig_store *s, int64_t message, struct ig_arena *a, const char **envelope_r, const void **report_r, size_t *len_r); /* 1, 0 none */
/* It is filed now, by a person's word. */
int ig_store_message_promote(struct ig_store *s, const struct ig_message *m);
/* The open duty of that day about suspect mail and how many it counts; 1, 0 none. Then the same with one more. */
int ig_store_suspect_day(struct ig_store *s, const char *day, int64_t *duty_r, int64_t *count_r);
int ig_store_suspect_count(struct ig_store *s, const char *day, int64_t duty, int64_t count, const char *what);
/* The same by its frame, newest first: for one that came just now. */
int ig_store_message_by_frame(struct ig_store *s, int64_t frame, struct ig_arena *a, struct ig_message *m_r);
/* Every id this message names that we have not seen: for the shared-ancestor look-up. */
int ig_store_reference_add(struct ig_store *s, int64_t message, const char *id);
int ig_store_attachment_add(struct ig_store *s, int64_t message, const struct ig_attachment *att);
/* What became known of the file that is this part: by a scanner; by reading it. */
int ig_store_attachment_scanned(struct ig_store *s, int64_t message, const char *part, const char *words);
int ig_store_attachment_hazard(struct ig_store *s, int64_t message, const char *part, const char *words);
int ig_store_attachments(struct ig_store *s, int64_t message, struct ig_arena *a, struct ig_attachment **list_r, size_t *count_r);
int ig_store_copy_add(struct ig_store *s, int64_t message, const struct ig_copy *c);
int ig_store_copies(struct ig_store *s, int64_t message, struct ig_arena *a, struct ig_copy **list_r, size_t *count_r);
/* ---- findings: what filters and slow reading took from a message (fields, ticket, observables). Adding again adds what is not there yet,
 * so that an amendment is added the same way; a field of the same name, value and place is there already. At most IG_FINDINGS_MAX of a
 * kind a message are kept. */
#define IG_FINDINGS_MAX 1000
int ig_store_findings_add(struct ig_store *s, int64_t message, const struct ig_report *r);
/* filter and category NULL: as they were. */
int ig_store_message_set_findings(struct ig_store *s, int64_t message, const char *filter, const char *category, double confidence);
/* Oldest first; of several of one name the one with the highest confidence counts. */
/* Another message with this letter number and issuing body; 0 none, -1. */
int64_t ig_store_letter_twin(struct ig_store *s, const char *number, const char *issuer, int64_t not_message);
/* A person's word on a field: replaces all values of that name; value NULL: there is none. */
int ig_store_field_set(struct ig_store *s, int64_t message, const struct ig_field *f);
int ig_store_fields(struct ig_store *s, int64_t message, struct ig_arena *a, struct ig_field **list_r, size_t *count_r);
int ig_store_observables(struct ig_store *s, int64_t message, struct ig_arena *a, struct ig_observable **list_r, size_t *count_r);
int ig_store_tickets(struct ig_store *s, int64_t message, struct ig_arena *a, struct ig_ticket **list_r, size_t *count_r);
/* Which filter last took something from this sender: 1, 0 none. NULL forgets it. */
int ig_store_yield_get(struct ig_store *s, const char *sender, struct ig_arena *a, const char **filter_r);
int ig_store_yield_set(struct ig_store *s, const char *sender, const char *filter);
/* Events that feeds report, and whose networks they concern (the narrowest one that holds the address). */
struct ig_feed_event {
	int64_t message, n, party, asn; /* 0: no network holds it */
	struct ig_event event;
	ig_time received_at;
	const char *from_address; /* who reported it */
};
int ig_store_feed_add(struct ig_store *s, int64_t message, int64_t n, const struct ig_event *e);
/* Those nobody was told of, of messages received since and before until; none of cases under secrecy. */
int ig_store_feed_events(struct ig_store *s, ig_time since, ig_time until, int64_t limit, int (*each)(const struct ig_feed_event *e, void *arg), void *arg);
/* dispatch: the letter that tells of it, 0 none. Where that fails or is cancelled, nobody was told (ig_store_dispatch_set_state sees to it). */
int ig_store_feed_told(struct ig_store *s, int64_t message, int64_t n, ig_time at, int64_t dispatch);
int ig_store_network_add(struct ig_store *s, const char *prefix, int64_t asn, int64_t party); /* "192.0.2.0/24" */
int ig_store_as_add(struct ig_store *s, int64_t asn, int64_t party); /* for what is in no network of the table */
int ig_store_networks_clear(struct ig_store *s); /* of both */
int ig_store_networks(struct ig_store *s, int (*each)(const char *prefix /* NULL: all of the AS */, int64_t asn, int64_t party, void *arg), void *arg);
/* Traces: texts by which reports of the same thing are found again, "ipv4 192.0.2.1", "ticket rt example.org 1234". */
int ig_store_trace_add(struct ig_store *s, int64_t message, const char *text);
struct ig_message_filter {
	int64_t incident;
	bool only_in, only_out;
	ig_time since;
	int64_t after_id;
	int64_t limit;
	enum ig_message_state state;
	bool by_state;
};
/* Oldest first; filter NULL: all. The arena is reset by the store between rows: copy what must live longer. each returns non-zero
 * to stop. */
int ig_store_message_list(
	struct ig_store *s, const struct ig_message_filter *f, int (*each)(const struct ig_message *m, void *arg), void *arg);
/* The look-ups of match, over this store. look_r->arg = s. */
void ig_store_lookup(struct ig_store *s, struct ig_match_lookup *look_r);

/* ---- full text: folded words of a message (contentless); newest first. The query is folded here; what stands
 * between spaces is a phrase, the last one a prefix, and all must be there. Texts of an open transaction are found after its
 * commit. */
int ig_store_text_add(struct ig_store *s, int64_t message, const char *folded);
/* Words that slow reading adds to a message that was committed before; search finds it by both together, once. */
int ig_store_text_more(struct ig_store *s, int64_t message, const char *folded);
/* In a burst words may wait, as they are and in the commit of their message, and go into the index in a quiet moment: what is
 * committed from now on does so (later), until they are too many. Search by the writer takes them in first; one who only reads may ask
 * how many are not to be found yet. */
void ig_store_text_later(struct ig_store *s, bool later);
int64_t ig_store_text_waiting(struct ig_store *s); /* or -1 */
/* Takes the words of at most `most` messages into the index, the oldest first, in a transaction of its own where none is open. How many
 * still wait, or -1. */
int64_t ig_store_text_index(struct ig_store *s, int64_t most);
int ig_store_search(
	struct ig_store *s, const char *query, int64_t limit, int (*each)(const struct ig_message *m, void *arg), void *arg);

/* ---- incidents */
int ig_store_incident_open(
	struct ig_store *s, struct ig_incident *i, ig_time at); /* gives id and the next reference of at's year */
int ig_store_incident_update(
	struct ig_store *s, const struct ig_incident *i); /* status, severity, widespread, times, secrecy, category */
int ig_store_incident_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_incident *i_r);
int ig_store_incident_by_ref(struct ig_store *s, struct ig_ref ref, struct ig_arena *a, struct ig_incident *i_r);
struct ig_incident_filter { bool open_only; ig_time since; int64_t after_id, limit; };
int ig_store_incident_list(
	struct ig_store *s, const struct ig_incident_filter *f, int (*each)(const struct ig_incident *i, void *arg), void *arg);
int ig_store_relate(struct ig_store *s, int64_t a, int64_t b, const char *why); /* undirected; twice is fine */
int ig_store_unrelate(struct ig_store *s, int64_t a, int64_t b);
int ig_store_relation_why(struct ig_store *s, int64_t a, int64_t b, struct ig_arena *arena, const char **why_r); /* 1, 0 not linked */
int ig_store_related(struct ig_store *s, int64_t incident, struct ig_arena *a, int64_t **ids_r, size_t *count_r);
/* Every case under secrecy, by wish, label or mark, newest first. */
int ig_store_secret_cases(struct ig_store *s, struct ig_arena *a, int64_t **ids_r, size_t *count_r);
/* Merge: messages, duties, dispatches, participants of `from` move to `into`; from is closed and stays as a pointer. */
int ig_store_incident_merge(struct ig_store *s, int64_t from, int64_t into);
int ig_store_incident_merged_into(struct ig_store *s, int64_t incident, int64_t *into_r); /* 0 not merged */
/* ids of messages (RECEIVED: without those that left), duties, dispatches of an incident */
enum ig_store_members { IG_MEMBERS_MESSAGES, IG_MEMBERS_DUTIES, IG_MEMBERS_DISPATCHES, IG_MEMBERS_RECEIVED };
int ig_store_incident_members(
	struct ig_store *s, int64_t incident, enum ig_store_members which, struct ig_arena *a, int64_t **ids_r, size_t *count_r);

int ig_store_participant_add(struct ig_store *s, const struct ig_participant *p); /* known: admitted only ever rises */
int ig_store_participant_get(
	struct ig_store *s, int64_t incident, const char *address, struct ig_arena *a, struct ig_participant *p_r);
int ig_store_participants(
	struct ig_store *s, int64_t incident, struct ig_arena *a, struct ig_participant **list_r, size_t *count_r);

/* ---- parties */
int ig_store_party_save(struct ig_store *s, struct ig_party *p); /* id 0: new; channels are replaced, states of equal ones kept */
int ig_store_party_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_party *p_r);
int ig_store_party_by_name(struct ig_store *s, const char *name, struct ig_arena *a, struct ig_party *p_r);
int ig_store_party_by_address(
	struct ig_store *s, enum ig_channel channel, const char *address, ig_time at, struct ig_arena *a, struct ig_party *p_r);
int ig_store_party_list(struct ig_store *s, int (*each)(const struct ig_party *p, void *arg), void *arg);
int ig_store_channel_set_state(struct ig_store *s, int64_t channel, enum ig_channel_state state);

/* ---- dispatches: an intent committed with its incident, then its life cycle (model/dispatch_states.h) */
int ig_store_dispatch_add(struct ig_store *s, struct ig_dispatch *d);    /* fills id; verdict row is part of it: see verdict_add */
int ig_store_dispatch_readdress(struct ig_store *s, int64_t id, const char *address); /* one that was never sent */
int ig_store_dispatch_compose(struct ig_store *s, const struct ig_dispatch *d); /* bytes, message_id, token, subject, message */
/* Refuses, with why, what the table does not allow. not_before IG_NEVER: as it was. */
int ig_store_dispatch_set_state(struct ig_store *s, int64_t id, enum ig_dispatch_state state, const char *why, ig_time not_before);
int ig_store_verdict_add(
	struct ig_store *s, int64_t dispatch, const char *rule, const char *state, const char *why, ig_time at, const char *actor);
struct ig_verdict { ig_time at; const char *rule, *state, *why, *actor; };
int ig_store_verdicts(struct ig_store *s, int64_t dispatch, struct ig_arena *a, struct ig_verdict **list_r, size_t *count_r);
int ig_store_attempt_add(struct ig_store *s, int64_t dispatch, const struct ig_attempt *at);
int ig_store_dispatch_get(struct ig_store *s, int64_t id, bool with_bytes, struct ig_arena *a, struct ig_dispatch *d_r);
/* The letter of this number ("05/UCSC-CNTT") that went to this address; of several the last. */
int ig_store_dispatch_by_number(struct ig_store *s, const char *number, const char *address, struct ig_arena *a, struct ig_dispatch *d_r);
int ig_store_dispatch_by_message_id(struct ig_store *s, const char *message_id, struct ig_arena *a, struct ig_dispatch *d_r);
struct ig_dispatch_filter { int64_t incident; bool by_state; enum ig_dispatch_state state; int64_t after_id, limit; };
int ig_store_dispatch_list(
	struct ig_store *s, const struct ig_dispatch_filter *f, int (*each)(const struct ig_dispatch *d, void *arg), void *arg);
/* queued with not_before <= now, by lane then age; at most limit; with bytes. */
int ig_store_dispatch_due(
	struct ig_store *s, ig_time now, int64_t limit, int (*each)(const struct ig_dispatch *d, void *arg), void *arg);
int ig_store_dispatch_next_due(struct ig_store *s, ig_time *at_r); /* IG_NEVER none */
int ig_store_dispatch_requeue_sending(
	struct ig_store *s); /* at start: what was `sending` is queued again, same Message-ID; count */

/* ---- probes, and when mail last came from each source */
struct ig_store_probe { int64_t dispatch; const char *kind, *address; ig_time sent_at, back_at, until; }; /* kind: a word of ig_probe */
int ig_store_probe_add(struct ig_store *s, const struct ig_store_probe *p);
int ig_store_probe_back(struct ig_store *s, int64_t dispatch, ig_time at);
int ig_store_probe_get(struct ig_store *s, int64_t dispatch, struct ig_arena *a, struct ig_store_probe *p_r); /* 1, 0 none */
int ig_store_probe_list(struct ig_store *s, int64_t limit, int (*each)(const struct ig_store_probe *p, void *arg), void *arg); /* newest first */
struct ig_store_source { ig_time last_at; int64_t gap, count; ig_time told_at; }; /* gap: the longest pause of late, us */
int ig_store_source_seen(struct ig_store *s, const char *name, ig_time at);
/* One that is not known begins now. */
int ig_store_source_get(struct ig_store *s, const char *name, ig_time now, struct ig_store_source *r);
int ig_store_source_told(struct ig_store *s, const char *name, ig_time at);

/* ---- budgets of automatic letters: whom each was charged to, who is suspended, what is kept back */
int ig_store_charge_add(struct ig_store *s, int64_t dispatch, ig_time at, const uint64_t *peers, size_t count);
/* Newest first, until one is older than since. */
int ig_store_charges(struct ig_store *s, ig_time since, void (*each)(ig_time at, const uint64_t *peers, size_t count, void *arg), void *arg);
struct ig_store_peer {
	enum ig_peer kind;
	const char *key;
	ig_time suspended_at, last_at, resumed_at; /* suspended_at IG_NEVER: it is not; last_at: of its newest mail since */
	const char *resumed_by;
};
int ig_store_peer_get(struct ig_store *s, enum ig_peer kind, const char *key, struct ig_arena *a, struct ig_store_peer *p_r); /* 1, 0 none */
int ig_store_peer_suspend(struct ig_store *s, enum ig_peer kind, const char *key, ig_time at);
int ig_store_peer_seen(struct ig_store *s, enum ig_peer kind, const char *key, ig_time at);
int ig_store_peer_resume(struct ig_store *s, enum ig_peer kind, const char *key, ig_time at, const char *by);
int ig_store_peer_list(struct ig_store *s, bool suspended_only, int (*each)(const struct ig_store_peer *p, void *arg), void *arg);
bool ig_store_peer_directory(struct ig_store *s, const char *domain); /* does a party have a domain or a mail address there, or below? */
/* A receipt kept back: by a peer of that kind and key, or by the ceiling (kind "ceiling"). */
int ig_store_receipt_held(struct ig_store *s, int64_t dispatch, const char *kind, const char *key);
struct ig_store_batch { const char *kind, *key; int64_t count; ig_time oldest; };
int ig_store_batches(struct ig_store *s, int (*each)(const struct ig_store_batch *b, void *arg), void *arg);
/* Dispatches of a batch, by its key; NULL: of all. */
int ig_store_batch(struct ig_store *s, const char *key, struct ig_arena *a, int64_t **ids_r, size_t *count_r);

/* ---- letters: what a dispatch says and how it looks */
struct ig_store_letter {
	int64_t dispatch;
	const char *fields;  /* JSON: the facts it was posted with */
	int64_t number;      /* 0 none yet */
	int year;            /* of the number */
	const char *sign;    /* "STTTT-CNTT" */
	ig_time dated;       /* the date it bears; IG_NEVER none yet */
	const char *page;    /* JSON: the page model (compose/page.h); NULL none */
	const char *drawing; /* NULL: no pages; "wanted", "done", "failed" */
	const char *why;     /* of failed */
};
int ig_store_letter_add(struct ig_store *s, int64_t dispatch, const char *fields); /* again: other facts */
int ig_store_letter_get(struct ig_store *s, int64_t dispatch, struct ig_arena *a, struct ig_store_letter *l_r); /* 1, 0 none */
int ig_store_letter_page(struct ig_store *s, int64_t dispatch, const char *page, const char *drawing, ig_time dated);
int ig_store_letter_drawing(struct ig_store *s, int64_t dispatch, const char *drawing, const char *why);
int ig_store_letters_wanted(struct ig_store *s, int64_t *ids, size_t max, size_t *count_r); /* to be drawn, oldest first */
/* Numbers: the next of our own series, the next of what was lent, or one that a person says. */
enum ig_store_number_from { IG_NUMBER_OWN, IG_NUMBER_BLOCK, IG_NUMBER_ASK };
struct ig_store_number {
	enum ig_store_number_from from;
	const char *series, *sign, *actor;
	int year;
	int64_t number; /* IG_NUMBER_ASK: given; else set */
	ig_time at;
};
int ig_store_letter_number(struct ig_store *s, int64_t dispatch, struct ig_store_number *n); /* 1; 0 there is none, or it is taken */
/* n->number to last are lent to us; 0: some of them are known already. */
/* The number that another letter bears: the same letter to another addressee. */
int ig_store_letter_number_share(struct ig_store *s, int64_t dispatch, const struct ig_store_letter *of);
int ig_store_number_block(struct ig_store *s, const struct ig_store_number *n, int64_t last);
int64_t ig_store_numbers_left(struct ig_store *s, const char *series, int year);
/* What was drawn: kind "pdf", "tiff". */
/* What a letter encloses besides its pages, by file name. */
struct ig_letter_file { const char *name; const void *bytes; size_t size; };
int ig_store_letter_enclosed(struct ig_store *s, int64_t dispatch, struct ig_arena *a, struct ig_letter_file **list_r, size_t *count_r);
int ig_store_letter_file_put(struct ig_store *s, int64_t dispatch, const char *kind, int pages, const void *bytes, size_t size);
/* "tiff-fine": pages that were too fine for the other side, kept when "tiff" was drawn anew. */
int ig_store_letter_file_rename(struct ig_store *s, int64_t dispatch, const char *kind, const char *to);
int ig_store_letter_file(struct ig_store *s, int64_t dispatch, const char *kind, struct ig_arena *a, const void **bytes_r, size_t *size_r,
	int *pages_r); /* 1, 0 none */

/* ---- duties, tasks, alarms */
int ig_store_duty_add(struct ig_store *s, struct ig_duty *d);
int ig_store_duty_done(struct ig_store *s, int64_t id, ig_time at, const char *by);
int ig_store_duty_done_as(struct ig_store *s, int64_t message, const char *what, ig_time at); /* what is open under those words; none is no error */
int ig_store_duty_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_duty *d_r);
struct ig_duty_filter { bool open_only; int64_t incident; ig_time due_before; int64_t limit; };
int ig_store_duty_list(
	struct ig_store *s, const struct ig_duty_filter *f, int (*each)(const struct ig_duty *d, void *arg), void *arg);
/* Duties that are open, past their time (ig_duty_tell_at) and not told of yet: when the next one will be (IG_NEVER none), those of
 * now, oldest first, and that an alarm was raised for one. */
int ig_store_duty_next_due(struct ig_store *s, ig_time *at_r);
int ig_store_duties_overdue(
	struct ig_store *s, ig_time now, size_t limit, struct ig_arena *a, struct ig_duty **list_r, size_t *count_r);
int ig_store_duty_told(struct ig_store *s, int64_t id, ig_time at);
int ig_store_task_add(struct ig_store *s, struct ig_task *t);
int ig_store_task_done(struct ig_store *s, int64_t id, ig_time at, const char *result);
int ig_store_task_get(struct ig_store *s, int64_t id, struct ig_arena *a, struct ig_task *t_r); /* 1, 0 none */
int64_t ig_store_tasks_open(struct ig_store *s);
int64_t ig_store_tasks_open_of(struct ig_store *s, int64_t incident);
int ig_store_tasks_next(struct ig_store *s, ig_time *at_r); /* when the first open one is to be given up; IG_NEVER none */
int ig_store_tasks(struct ig_store *s, size_t limit, struct ig_arena *a, struct ig_task **list_r, size_t *count_r); /* open ones, of reading */
/* Files that a scanner is to see: nothing waits for them, and they keep no reading from its turn. */
int ig_store_scans(struct ig_store *s, size_t limit, struct ig_arena *a, struct ig_task **list_r, size_t *count_r);
/* Given up before they were read, which ends the waiting of letters but not the reading: ig_store_task_done may end them once more. */
#define IG_TASK_GIVEN_UP "given up, it took too long"
int ig_store_tasks_late(struct ig_store *s, size_t limit, struct ig_arena *a, struct ig_task **list_r, size_t *count_r);
int ig_store_tasks_of(struct ig_store *s, int64_t message, struct ig_arena *a, struct ig_task **list_r, size_t *count_r);
/* Raises or counts; *fresh_r: this code was not said within the hour (INTERFACE: at most one a code and hour): run the alarm
 * command. */
int ig_store_alarm_raise(struct ig_store *s, const char *code, const char *text, ig_time at, bool *fresh_r);
int ig_store_alarm_ack(struct ig_store *s, int64_t id, ig_time at, const char *by);
int ig_store_alarm_list(struct ig_store *s, bool open_only, int (*each)(const struct ig_alarm *al, void *arg), void *arg);

/* ---- journal: who did what, append-only, hash-chained */
int ig_store_journal_add(
	struct ig_store *s, ig_time at, const char *actor, const char *act, const char *object, const char *detail);
int ig_store_journal_list(
	struct ig_store *s, const char *object, int64_t limit, int (*each)(const struct ig_journal_row *r, void *arg), void *arg);

/* ---- figures for `status` */
struct ig_store_figures {
	int64_t messages, incidents, incidents_open, dispatches_queued, dispatches_failed, dispatches_held, duties_open, duties_overdue,
		tasks_open, alarms_open, suspect, held;
	uint64_t cursor;
};
int ig_store_figures(struct ig_store *s, ig_time now, struct ig_store_figures *f_r);
#endif
