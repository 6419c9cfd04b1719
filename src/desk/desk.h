/* The desk: the clerk's work on one frame, and what a person does to a case. Glues match, decide, compose and store; no process, no
 * socket: the clerk role drives it, and so does irgatectl when no daemon runs. Everything for one frame happens between savepoint
 * and release, so that it is visible whole or not at all. */
#ifndef IG_DESK_DESK_H
#define IG_DESK_DESK_H
#include <stdbool.h>
#include <stdint.h>
#include "compose/compose.h"
#include "conf/conf.h"
#include "evidence/evidence.h"
#include "model/envelope.h"
#include "model/report.h"
#include "store/store.h"

struct ig_desk;
/* Borrows store and conf; loads the templates. NULL with why. */
struct ig_desk *ig_desk_new(struct ig_store *s, const struct ig_conf *c, struct ig_why *why);
struct ig_desk *ig_desk_free(struct ig_desk *d);
struct ig_store *ig_desk_store(struct ig_desk *d);
const struct ig_conf *ig_desk_conf(const struct ig_desk *d);

/* Slow work the reader asked for: becomes a task row with the message. */
struct ig_desk_need { const char *kind, *part; };
/* One frame with its report, inside the caller's transaction; moves the cursor. 0, or -1 with why (the savepoint is undone). */
int ig_desk_take(struct ig_desk *d, const struct ig_evidence_frame *f, const struct ig_envelope *e, const struct ig_report *r,
	const struct ig_desk_need *needs, size_t need_count, struct ig_why *why);

/* ---- the second step of reading: a transaction of its own each. A kind of work that nobody does ends with the message it is wanted
 * for, as a problem of that message; with a worker it becomes an open task, and letters to others wait for its end. */
void ig_desk_worker(struct ig_desk *d, const char *kind); /* borrowed: there is one for this kind from now on */
/* What came of a task: report NULL, nothing (result says why). Adds words, files, problems, language and secrecy to the message, ends
 * the task, and judges again the letters that waited. A message that waited for its tasks (a fax, a scan, a wholly encrypted mail) is
 * matched, numbered and receipted when the last of them has ended. 0; IG_EX_DATA with why: no such open task; IG_EX_TEMPFAIL: the
 * store failed. */
int ig_desk_amend(struct ig_desk *d, int64_t task, const struct ig_report *r, const char *result, struct ig_why *why);
/* The same for all tasks of a message that are still open: r says what came of them together (NULL: nothing). A task that
 * results lack ends with else_words when nothing came of it. */
struct ig_desk_result { const char *kind, *part, *words; bool nothing; /* came of it: words say why */ };
int ig_desk_amend_message(struct ig_desk *d, int64_t message, const struct ig_report *r, const struct ig_desk_result *results, size_t count,
	const char *else_words, struct ig_why *why);
/* What a scanner said of the files of a message; of a file that results lack, that it was not scanned, with why_not. As ig_desk_amend. */
int ig_desk_scanned(struct ig_desk *d, int64_t message, const struct ig_desk_result *results, size_t count, const char *why_not, struct ig_why *why);
/* The workers of slow reading whose programs are there (irgate-pages, irgate-keys). */
void ig_desk_workers(struct ig_desk *d);
/* Gives up what nobody does, and what had its time (all: whatever is open); a person owes the reading of the latter. How many ended, or
 * -1 with why. */
int ig_desk_tasks_end(struct ig_desk *d, bool all, struct ig_why *why);

/* ---- letters on pages: what the scribe is to draw next, and what came of it. */
struct ig_desk_drawing {
	int64_t dispatch;
	const char *model;  /* JSON (draw/draw.h) */
	const char *wanted; /* "pdf", "pdf sign", "fax-fine", "fax-standard" */
	int64_t report;     /* not the letter: the report of this call for it; 0 */
};
int ig_desk_draw_next(struct ig_desk *d, struct ig_arena *a, struct ig_desk_drawing *g_r); /* 1, 0 none, -1 */
int ig_desk_fax_empty(struct ig_desk *d, const struct ig_attempt *at, struct ig_why *why); /* as ig_desk_sent, of a call that brought no page */
int ig_desk_fax_reported(struct ig_desk *d, int64_t call, const void *p, size_t size, const char *error); /* inside a transaction; error: why there is none */
/* Inside a transaction: kind "pdf" or "tiff"; error NULL, or why there are no pages: the letter is held for a person then. */
/* Is it a letter that a person signs and posts? 1: its name and facts as they lie in outgoing-letters; 0 no; -1. */
struct ig_desk_paper { const char *name, *facts; };
int ig_desk_paper(struct ig_desk *d, int64_t dispatch, int pages, struct ig_arena *a, struct ig_desk_paper *p_r);
/* The packet for a party that takes electronic documents. 1: in out; 0 it is no such letter; -1 store; -2 with why. */
int ig_desk_edxml(struct ig_desk *d, int64_t dispatch, int pages, const void *pdf, size_t len, struct ig_arena *a, struct ig_buf *out, struct ig_why *why);
int ig_desk_drawn(struct ig_desk *d, int64_t dispatch, const char *kind, int pages, const void *p, size_t size, const char *error);

/* Outcome of an attempt: attempt row, next state, message state; inside a transaction. */
int ig_desk_sent(struct ig_desk *d, int64_t dispatch, const struct ig_attempt *at, struct ig_why *why);

/* Envelope sender of a dispatch: our bounce address carrying its id and token, in the configured form; "" (<>) where there is none. */
const char *ig_desk_envelope_sender(const struct ig_desk *d, const struct ig_dispatch *dispatch, struct ig_arena *a);
/* Where alarms of the desk go; without one they are rows and log lines only. */
typedef void ig_desk_alarm_h(void *arg, const char *code, const char *text);
void ig_desk_on_alarm(struct ig_desk *d, ig_desk_alarm_h *alarm, void *arg);
/* Raises alarm `duty-overdue` for each duty that is open past its time, once in its life, at most limit of them; inside a transaction
 * (what is raised belongs into the same). How many, or -1 with why. */
int ig_desk_overdue(struct ig_desk *d, size_t limit, ig_desk_alarm_h *alarm, void *arg, struct ig_why *why);
/* A mail of kind "alarm" to conf->alarm_mail, without case content; nothing when none is configured. Inside a transaction. */
int ig_desk_alarm_mail(struct ig_desk *d, const char *code, const char *text, struct ig_why *why);

/* The caller rolled a transaction back: what the desk keeps beside the store is read from it again. */
void ig_desk_forget(struct ig_desk *d);

/* At the start of a clerk: the daily probe, and silent sources, are looked at from now on. 0 or -1. */
int ig_desk_probes_start(struct ig_desk *d);
/* Sends a probe to the report address, and to its plus form and the bounce address where there are such. Dispatches out. */
int ig_desk_probe(struct ig_desk *d, int64_t ids[ig_probe_count], size_t *count_r, const char *actor, struct ig_why *why);

/* ---- acts of a person (journalled with actor), each a transaction of its own. 0; IG_EX_TEMPFAIL: the store failed; IG_EX_DATA or
 * IG_EX_USAGE with why: refused, nothing changed. */
/* Its slow reading is done again by the daemon (or --once), as when a key came in meanwhile. */
int ig_desk_message_reread(struct ig_desk *d, int64_t message, const char *actor, struct ig_why *why);
/* A letter that a scanner tore apart: the first message reads all of them as one letter; the others stay what they are, are filed with it, and their
 * numbers of arrival are cancelled. Only scans and faxes that were read. The other way: each is a letter of its own again; message is the whole
 * or one of its parts. *whole_r: the message that is read anew. */
#define IG_DESK_JOINED_MAX 20
#define IG_DESK_JOINED_BYTES ((uint64_t)200 << 20)
int ig_desk_join(struct ig_desk *d, const int64_t *messages, size_t count, const char *actor, const char *reason, struct ig_why *why);
int ig_desk_split(struct ig_desk *d, int64_t message, const char *actor, const char *reason, int64_t *whole_r, struct ig_why *why);
int ig_desk_message_move(struct ig_desk *d, int64_t message, int64_t incident /* 0: a new one */, const char *actor,
	const char *reason, struct ig_why *why);
/* Files what was held or suspect, as if it had been believed at once: into a case, or (0) where it belongs. */
int ig_desk_promote(struct ig_desk *d, int64_t message, int64_t into, const char *actor, const char *reason, struct ig_why *why);
/* Answers a suspended peer again: a mail address (with what is suspended of its domain), a domain, or a class of alike mail. How many. */
int ig_desk_peer_resume(struct ig_desk *d, const char *word, const char *actor, const char *reason, size_t *count_r, struct ig_why *why);
/* Lets receipts go that a budget keeps back: of one peer or ceiling, or (NULL) all. How many. */
int ig_desk_receipts_release(struct ig_desk *d, const char *batch, const char *actor, const char *reason, size_t *count_r, struct ig_why *why);
int ig_desk_incident_merge(struct ig_desk *d, int64_t from, int64_t into, const char *actor, const char *reason,
	struct ig_why *why);
int ig_desk_incident_split(struct ig_desk *d, int64_t incident, const int64_t *messages, size_t count, const char *actor,
	const char *reason, struct ig_ref *new_r, struct ig_why *why);
/* A link between two cases was wrong. IG_EX_DATA: they are not linked. */
int ig_desk_incident_unlink(struct ig_desk *d, int64_t a, int64_t b, const char *actor, const char *reason, struct ig_why *why);
/* Any kind of letter to a party or an address. */
struct ig_desk_post {
	const char *kind;          /* ig_letter_kind() */
	const char *language;      /* NULL: the party's, else the profile's */
	int64_t incident, answers; /* 0 none */
	int64_t party;             /* 0: only an address */
	enum ig_channel channel;   /* with address */
	const char *address;       /* NULL: the party's best channel */
	enum ig_lane lane;
	const char *form;          /* "initial-report": that form of the profile below it, filled from the case; NULL none */
	json_t *fields;            /* taken over; facts beyond those of the case, which are added (doc/TEMPLATES.md); NULL none */
	const char *in_reply_to;   /* to the reporter only: letters to others begin a thread of their own */
	const char *actor;         /* "user:NAME"; "clerk": by itself */
	ig_time not_before;        /* 0: now */
	const char *alone;         /* why the machine may send it by itself; NULL: letters to others leave by a person's act */
	const char *hold;          /* why it is held, whoever posts it: it waits to be signed; NULL */
	const struct ig_letter_file *files; /* enclosed: .csv, .json or .zip that we made; by mail only */
	size_t file_count;
	bool files_by_mail;        /* by another way it leaves without them; else it is refused then */
	int64_t instead_of;        /* that letter, which was let go, could not be delivered by its channel; 0 none */
};
/* Inside the caller's transaction: the dispatch with its verdict, composed when it is queued; the facts are kept, so that a held one can be
 * let go later. 0; IG_EX_DATA with why: refused; -1: the store failed. */
int ig_desk_post(struct ig_desk *d, struct ig_desk_post *p, int64_t *dispatch_r, struct ig_why *why);
/* The same as an act of a person, journalled, a transaction of its own. */
int ig_desk_post_act(struct ig_desk *d, struct ig_desk_post *p, int64_t *dispatch_r, struct ig_why *why);
/* One letter to several parties: a dispatch each, all or none; the pages name them all, and the number is the first one's. ids_r: count of them. */
int ig_desk_post_each(struct ig_desk *d, const struct ig_desk_post *p, const struct ig_party *to, size_t count, int64_t *ids_r, struct ig_why *why);
/* ---- a received file, which a person sends to a party: zipped with a password (sample.c). password: for that person's eyes, kept nowhere. */
#define IG_DESK_PASSWORD 24
struct ig_desk_sample {
	int64_t message, party;
	size_t n;             /* of its attachments, from 1 */
	const void *bytes;    /* of that attachment: compared with its digest */
	size_t size;
	const char *reason, *actor;
};
int ig_desk_sample_send(struct ig_desk *d, const struct ig_desk_sample *s, int64_t *dispatch_r, char password[IG_DESK_PASSWORD], struct ig_why *why);
/* ---- digests outward: one letter that tells a party of the events of its networks, posted and the events marked as told in one transaction,
 * journalled. *count_r 0: there were none, and there is no letter. IG_EX_DATA with why, which names the party. */
#define IG_DESK_EVENTS_MAX 100000
#define IG_DESK_EVENT_COLUMNS "time_utc,time_local,address,port,asn,name,category,kind,detail\n"
struct ig_desk_tell {
	int64_t party;
	ig_time since, until; /* when their messages were received */
	const char *actor, *alone; /* as in a post */
};
int ig_desk_tell_events(struct ig_desk *d, const struct ig_desk_tell *t, int64_t *dispatch_r, size_t *count_r, struct ig_why *why);
int ig_desk_tell_parties(struct ig_desk *d, ig_time since, ig_time until, int64_t **ids_r, size_t *count_r); /* who has any; free(*ids_r). 0 or -1 */
const char *ig_desk_event_utc(const struct ig_event *e, ig_time *at_r, char out[IG_TIME_MAX]); /* NULL: no time with a zone is known */
void ig_desk_event_csv(struct ig_buf *out, const struct ig_feed_event *e);
json_t *ig_desk_event_xarf(const struct ig_profile *p, const struct ig_feed_event *e);
int ig_desk_digests_start(struct ig_desk *d); /* at the start of a clerk: the profile's digest_every runs. 0 or -1 */
/* Pages that are there already (TIFF, checked by the caller), sent by a person. */
struct ig_desk_fax {
	int64_t incident, party;   /* 0 none */
	const char *number, *subject, *actor;
	const void *tiff;
	size_t size;
	int pages;
	bool urgent;
};
int ig_desk_fax_send(struct ig_desk *d, const struct ig_desk_fax *f, int64_t *dispatch_r, struct ig_why *why);
/* May this fax, which is due, be called now? 1: its pages, and JSON for the line; 0: not before *later_r; -1: the store failed. */
int ig_desk_fax_ready(struct ig_desk *d, const struct ig_dispatch *dispatch, struct ig_arena *a, const void **bytes_r, size_t *size_r,
	const char **options_r, ig_time *later_r);
/* A person found out what became of a fax that is `uncertain`: sent, delivered, failed, or queued (again). */
int ig_desk_dispatch_resolve(struct ig_desk *d, int64_t dispatch, enum ig_dispatch_state state, const char *actor, const char *reason,
	struct ig_why *why);
/* Mails that our own server has not taken for conf->fallback_after go by another way, inside a transaction. How many, or -1 with why. */
int ig_desk_instead_due(struct ig_desk *d, ig_time now, struct ig_why *why);
int ig_desk_dispatch_release(struct ig_desk *d, int64_t dispatch, const char *actor, const char *reason, struct ig_why *why);
int ig_desk_dispatch_cancel(struct ig_desk *d, int64_t dispatch, const char *actor, const char *reason, struct ig_why *why);
/* What a person said of fields of a letter (value NULL: emptied), in the caller's transaction and after they were stored: who wrote it is looked for once
 * more, and what the directory lacks is proposed. words_r: for the person, NULL nothing to say; lives until the next act. 0 or -1. */
int ig_desk_confirmed(struct ig_desk *d, const struct ig_message *m, const struct ig_field *said, size_t count, const char **words_r);
/* The number a person says for a held letter, which then goes on; numbers first to last of a year, lent by the office's clerk. */
int ig_desk_letter_number(struct ig_desk *d, int64_t dispatch, int64_t n, const char *actor, struct ig_why *why);
int ig_desk_letter_block(struct ig_desk *d, int year, int64_t first, int64_t last, const char *actor, struct ig_why *why);
/* A letter on paper was signed and posted (or handed over): proof is words of the person. */
int ig_desk_posted(struct ig_desk *d, int64_t dispatch, const char *proof, const char *actor, struct ig_why *why);
int ig_desk_admit(struct ig_desk *d, int64_t incident, const char *address, const char *actor, struct ig_why *why);
int ig_desk_set_severity(struct ig_desk *d, int64_t incident, enum ig_severity severity, const char *actor, const char *reason,
	struct ig_why *why);
int ig_desk_set_status(struct ig_desk *d, int64_t incident, enum ig_incident_status status, const char *actor, const char *reason,
	struct ig_why *why);

/* A case under secrecy is let known to one party, by a named person with a reason; without identity the gate keeps who reported it. */
int ig_desk_disclose(struct ig_desk *d, int64_t incident, int64_t party, bool identity, const char *actor, const char *reason, struct ig_why *why);
int ig_desk_undisclose(struct ig_desk *d, int64_t incident, int64_t party, const char *actor, const char *reason, struct ig_why *why);

/* A person seals what bears a state-secret mark, or ends a sealing made by mistake. */
int ig_desk_message_seal(struct ig_desk *d, int64_t message, const char *actor, const char *reason, struct ig_why *why);
int ig_desk_message_unseal(struct ig_desk *d, int64_t message, const char *actor, const char *reason, struct ig_why *why);
/* Lawful removal: everything the store keeps of the message's words goes, and the order to overwrite its payloads stands (ig_store_redactions);
 * who writes the log carries it out (ig_evidence_redact). */
int ig_desk_redact(struct ig_desk *d, int64_t message, const char *actor, const char *reason, struct ig_why *why);

/* In a transaction or none: the payload lies in a segment that was moved out, to where words say; the order ends, a person owes the rest. */
int ig_desk_removal_out_of_reach(struct ig_desk *d, uint64_t frame, const char *words, struct ig_why *why);

/* ---- retention (retention.c): what the profile says of how long messages stay. list: oldest first, those whose time is over by then or (ever) that stay
 * for a reason too; ends when each returns other than 0. */
struct ig_decide_stay;
struct ig_store_kept;
int ig_desk_retention_list(struct ig_store *store, const struct ig_conf *conf, ig_time until, int (*each)(const struct ig_store_kept *k, const struct ig_decide_stay *s, void *arg), void *arg);
/* Removes what is over now, of one kind or (ig_retention_count) all, at most IG_DESK_REMOVED_AT_ONCE: an act of a person. *done_r: how many. */
#define IG_DESK_REMOVED_AT_ONCE 200
int ig_desk_retention_run(struct ig_desk *d, enum ig_retention kind, const char *actor, const char *reason, size_t *done_r, struct ig_why *why);
int ig_desk_retention_hold(struct ig_desk *d, int64_t message, int64_t incident, const char *actor, const char *reason, struct ig_why *why);
int ig_desk_retention_free(struct ig_desk *d, int64_t message, int64_t incident, const char *actor, const char *reason, struct ig_why *why);
int ig_desk_retention_start(struct ig_desk *d); /* at the start of a clerk: looked at each day, where the profile has any. 0 or -1 */
bool ig_desk_removed(struct ig_desk *d);        /* since it was asked last: there are orders for the log, and free pages to be written over */

/* After a restore nothing leaves by itself; this ends it. What is held stays held until each is released. */
int ig_desk_restored_end(struct ig_desk *d, const char *actor, const char *reason, struct ig_why *why);

/* A stop for maintenance. announce: everybody in force is told, five working days before unless it is an emergency; one there is, is moved. */
struct ig_maintenance { ig_time from, to; const char *reason, *service; };
/* What stands around an encrypted letter, searched for any words of its case (gate.c). 0; 2 with why: it may not leave so; -1 store. */
int ig_desk_gate_outside(struct ig_desk *d, int64_t dispatch, const char *head, size_t len, struct ig_why *why);
int ig_desk_maintenance_get(struct ig_desk *d, struct ig_maintenance *m_r); /* 1; 0 none, times IG_NEVER; -1 */
int ig_desk_maintenance_announce(struct ig_desk *d, const struct ig_maintenance *m, bool emergency, const char *actor, size_t *told_r, struct ig_why *why);
int ig_desk_maintenance_cancel(struct ig_desk *d, const char *actor, const char *reason, size_t *told_r, struct ig_why *why);

/* ---- the pump: frames after the cursor → readers → ig_desk_take in log order → group commits. Used on an event base by the clerk
 * role and, run to its end, by irgatectl. */
struct event_base;
struct ig_pump;
struct ig_pump_hooks {
	void *arg;
	/* A reader is wanted (at most conf->readers at once): start one and hand its socket to ig_pump_reader. */
	void (*want_reader)(void *arg);
	void (*end_reader)(void *arg, uint64_t id); /* it hangs, or talks nonsense: nobody listens to it any more (may be NULL) */
	/* A worker of slow reading is wanted ("pages", "keys"): start one and hand its socket to ig_pump_worker; ended by end_reader. NULL: the
	 * tasks stay open for somebody else. */
	void (*want_worker)(void *arg, const char *kind);
	void (*moved)(void *arg);                /* slow work goes on (may be NULL) */
	int (*before_commit)(
		void *arg); /* inside the transaction, last: what else belongs into this commit (may be NULL); -1: the store failed */
	void (*committed)(void *arg);            /* after each commit: dispatches may be due, HEAD was reached */
	void (*idle)(void *arg);                 /* every durable frame is taken and committed */
	void (*alarm)(void *arg, const char *code, const char *text);
	void (*at_frame)(void *arg, uint64_t seq); /* about to be decided upon: for the count of deaths */
	bool (*suspect)(void *arg, uint64_t seq);  /* fallback record only */
	bool words_later; /* in a burst: whoever says so calls ig_store_text_index when the pump is idle */
	bool (*full)(void *arg); /* the store has no room: true when some was made, and the commit is tried again at once (may be NULL) */
};
struct ig_pump *ig_pump_new(struct event_base *base, struct ig_desk *d, struct ig_evidence_reader *log,
	const struct ig_pump_hooks *h);
struct ig_pump *ig_pump_free(struct ig_pump *p); /* commits what is ready first */
void ig_pump_reader(struct ig_pump *p, int sock, uint64_t id); /* takes over the socket of a fresh reader; id is for end_reader */
void ig_pump_worker(struct ig_pump *p, const char *kind, int sock, uint64_t id); /* the same of a worker */
/* A request to a worker of that kind ("keys"), packed; done is called once, perhaps at once: reply NULL with a problem. */
typedef void ig_pump_called_h(void *arg, const void *reply, size_t len, const char *problem);
void ig_pump_call(struct ig_pump *p, const char *kind, const void *bytes, size_t len, ig_pump_called_h *done, void *arg);
bool ig_pump_working(const struct ig_pump *p); /* slow reading is under way */
void ig_pump_head(struct ig_pump *p, uint64_t seq); /* frames up to seq are durable */
bool ig_pump_idle(const struct ig_pump *p);
void ig_pump_rest(struct ig_pump *p); /* after some quiet: lets readers and workers go; the next message asks for one again */
/* Commits what was taken, for a writer (an act of a person) that wants the store to itself; opens a transaction for before_commit
 * when none is open. 0, or -1: rolled back, said by alarm, tried again later. */
int ig_pump_commit(struct ig_pump *p);
/* There is something for before_commit: a commit comes within milliseconds, together with the frames under way. */
void ig_pump_poke(struct ig_pump *p);
#endif
