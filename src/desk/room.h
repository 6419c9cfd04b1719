/* Inside of the desk room: what its files share. Not for other rooms. */
#ifndef IG_DESK_ROOM_H
#define IG_DESK_ROOM_H
#include "decide/decide.h"
#include "desk/desk.h"
#include "desk/duty.h"
#include "match/match.h"

#define IG_DESK_TOKEN_LEN 10       /* base32 characters: 50 random bits in Message-ID and bounce address */
#define IG_DESK_WORKERS_MAX 8
#define IG_DESK_DECIDE_HELD "decide whether a held message is from whom it claims"
#define IG_DESK_UNSEAL "unseal"    /* task: read the whole message once more, its state-secret mark was none */
#define IG_DESK_SEALED_LATER "it was filed and answered before" /* in the problem of a message: it was sealed afterwards */
#define IG_DESK_NO_WORKER "no worker for this kind"
#define IG_DESK_STANDARD "standard"  /* why of a letter that is wanted on coarser pages */
#define IG_DESK_REFERENCES_MAX 20  /* ids in the References of a receipt (RFC 5322 3.6.4 allows to shorten) */

struct ig_budget_letter { ig_time at; uint64_t peers[4 + IG_DECIDE_CLASSES]; };
struct ig_budget_slot { uint64_t key; uint32_t count; };
struct ig_budget { /* budget.c: automatic letters of the last hours */
	bool loaded;
	int64_t suspended;             /* peers */
	struct ig_budget_letter *ring; /* own; first is the oldest */
	size_t first, count, cap;
	struct ig_budget_slot *slots;  /* own; letters by peer */
	size_t room, used;
};

struct ig_desk {
	struct ig_store *store;       /* foreign */
	const struct ig_conf *conf;   /* foreign */
	struct ig_templates *templates;
	struct ig_arena *arena;       /* of the frame or act under way */
	struct ig_match_self self;
	struct ig_match_lookup look;
	const char *workers[IG_DESK_WORKERS_MAX]; /* kinds of slow reading that somebody does */
	size_t worker_count;
	int decided_fd;               /* decided.c */
	bool draws;                   /* irgate-scribe is there */
	bool removed;                 /* retention.c: payloads are to be overwritten */
	bool restored;                /* setting "restored": nothing leaves by itself */
	uint64_t decided, again;      /* newest frame ever decided upon; letters up to it are not sent by themselves, 0 for a store that is whole */
	ig_desk_alarm_h *alarm;
	void *alarm_arg;
	struct ig_budget budget;
	char source[128];             /* from which mail came last, and when its row said so */
	ig_time source_at;
};

struct ig_taking { /* one frame under way */
	struct ig_desk *d;
	struct ig_arena *a;
	const struct ig_evidence_frame *f;
	const struct ig_envelope *e;
	struct ig_report r;           /* as the rules see it: class and identity may differ from what the reader said */
	const struct ig_desk_need *needs;
	size_t need_count;
	ig_time now;
	const struct ig_profile *profile;
	struct ig_match m;
	struct ig_decide_receipt receipt;
	struct ig_incident incident;  /* id 0: none */
	bool opened;
	int64_t own;                  /* the case it opened when it was sealed; 0 none */
	struct ig_message message;
	struct ig_decide_trust trust;
	enum ig_follow_up follow_up;  /* follow_up.c: what it does to a case that is not open */
	struct ig_decide_peers peers; /* whom the receipt is charged to */
	const char *batch_kind, *batch; /* kept back by that; NULL it is not */
	bool failed;                  /* the store, while a budget was asked */
	enum ig_message_state state;  /* filed, unless trust.c set it aside */
	struct ig_dispatch about;     /* the dispatch a report is about; id 0: none */
	const char *sealed;           /* the state-secret mark it bears; NULL none */
	uint8_t identity[IG_SHA256_LEN];
	const char *bounce_of;        /* words, how it is known to be about that */
	bool wide, wide_known;        /* many report the same thing; they are known to us */
	bool waits;                   /* for slow reading: the rest is done by ig_desk_settle */
};
/* act_case.c: the acts of desk.h inside the caller's transaction. 0; IG_EX_DATA or IG_EX_USAGE with why; -1. */
int ig_desk_move_in(struct ig_desk *d, int64_t message, int64_t incident, const char *actor, const char *reason, struct ig_why *why);
int ig_desk_merge_in(struct ig_desk *d, int64_t from, int64_t into, const char *actor, const char *reason, struct ig_why *why);
/* join.c: the documents and pages that a joined letter is read from; none: it is read from its own document as it parts by itself. 0 or -1. */
struct ig_desk_piece { int64_t message, frame; const char *pages; }; /* "1-2", "*": all */
int ig_desk_pieces(struct ig_desk *d, int64_t message, struct ig_arena *a, struct ig_desk_piece **list_r, size_t *count_r);
/* take.c: a message whose slow reading has ended is matched, numbered and receipted, as if it came now. r NULL: nothing more is known than
 * its row. m gets its new row. 0 or -1 (reason in the store). */
/* amend.c: another message has the same number, sign and issuing body: a suspected duplicate, for a person (Decree 30/2020, Annex VI). */
int ig_desk_same_letter(struct ig_desk *d, const struct ig_message *m, const struct ig_report *r);
/* issuer.c: the party whose name is nearest to the head of a letter becomes its field letter.issuer_party. */
int ig_desk_issuer(struct ig_desk *d, const struct ig_message *m, const struct ig_report *r);
int ig_desk_settle(struct ig_desk *d, struct ig_message *m, const struct ig_report *r);

/* decided.c */
void ig_desk_decided_open(struct ig_desk *d);
void ig_desk_decided_close(struct ig_desk *d);
void ig_desk_decided(struct ig_desk *d, uint64_t seq); /* committed up to there */
uint64_t ig_desk_again(const struct ig_desk *d);       /* up to this frame the store forgot what it knew; 0 none */

/* document.c: a document is confirmed to who sent it, where the profile says so; before the receipt and the duties of the message. 0 or -1 */
int ig_taking_document(struct ig_taking *t);

/* trip.c: tells the fault tests which room is asked next. */
void ig_desk_trip(const char *room, const struct ig_report *r);

/* bounce.c: which dispatch of ours this mail is about, before anything is decided; what becomes of it, once the message has its row.
 * 0 or -1 (reason in the store). */
int ig_taking_about(struct ig_taking *t);
int ig_taking_outcome(struct ig_taking *t);

/* take.c: the case it joins, or a new one where its class opens one. 0 or -1. */
int ig_taking_incident(struct ig_taking *t);
int ig_desk_receipt_facts(struct ig_taking *t); /* is a receipt due, and does it go out? 0 or -1 */

/* trust.c: sets aside what is suspect or unproven, before anything is decided; keeps it for a person, once the message has its row. */
int ig_taking_trust(struct ig_taking *t);
int ig_taking_set_aside(struct ig_taking *t);
/* found.c: alarms of filters, senders that fall silent, reports of the same event. */
int ig_taking_found(struct ig_taking *t);

/* seal.c: a message with a state-secret mark loses all its words before they reach a row; alarm and duty, once it has its row. What a report says
 * of secrecy into a case, only ever stricter: one to be opened, or one there is (letters to others that are queued are held). A message whose
 * mark was found later. */
void ig_taking_seal(struct ig_taking *t);
int ig_taking_sealed(struct ig_taking *t);
void ig_desk_secrecy_of(const struct ig_report *r, struct ig_incident *i);
int ig_desk_secrecy_raise(struct ig_desk *d, struct ig_incident *i, const struct ig_report *r, struct ig_arena *a);
int ig_desk_seal(struct ig_desk *d, const struct ig_message *m, const char *mark, struct ig_arena *a);
const char *ig_desk_sealed_duty(int64_t message, struct ig_arena *a);
int ig_desk_is_unsealed(struct ig_desk *d, int64_t message); /* a person said that its mark is none: 1, 0, -1 */

/* follow_up.c: what the profile says of a case that is not open, before anything is decided; then its new state. 0 or -1. */
int ig_taking_follow_up(struct ig_taking *t);
int ig_taking_reopen(struct ig_taking *t);

/* probe.c: 1 it is a probe of ours that came back, 0, -1. */
int ig_taking_probe(struct ig_taking *t);
int ig_taking_source(struct ig_taking *t); /* mail came from its source. 0 or -1 */
int ig_desk_probe_due(struct ig_desk *d, int64_t subject); /* timers: of one that left, or (0) the daily one; of the sources */
int ig_desk_sources_due(struct ig_desk *d);
const char *ig_desk_token(struct ig_arena *a); /* letter.c */

/* take_rows.c: the rows of one message. 0 or -1 (reason in the store). */
int ig_taking_message(struct ig_taking *t);
void ig_desk_crypto(const struct ig_report *r, struct ig_message *m); /* what the keys found, into the row */
int ig_taking_settle(struct ig_taking *t); /* of one that waited: its row */
int ig_taking_parts(struct ig_taking *t);
int ig_taking_people(struct ig_taking *t);
int ig_taking_duties(struct ig_taking *t);
int ig_taking_copy(struct ig_taking *t);

/* letter.c */
/* Receipt of the message under way: dispatch, verdict and, when it goes out, the letter and its message row. */
int ig_taking_receipt(struct ig_taking *t);
/* Fixes Message-ID and token, composes, adds the outgoing message row. d->id must be there. 0; 1 the letter could not be composed
 * (why); -1 store. */
struct ig_desk_letter {
	json_t *fields;               /* taken over */
	const struct ig_incident *incident;
	const struct ig_profile *profile;
	const char *to_name;
	const char *in_reply_to;
	const char *const *references;
	const char *auto_submitted;
};
/* 2 (IG_DESK_GATE): the second lock holds it (why). */
int ig_desk_compose(struct ig_desk *d, struct ig_dispatch *dispatch, struct ig_desk_letter *l, ig_time now, struct ig_arena *a,
	struct ig_why *why);
/* gate.c: the second lock, for every form in which a letter leaves: pages are its finished bytes (a mail before encryption and after, the
 * envelope) or the text that was drawn (fax, print). 0 clean; IG_DESK_GATE with why; -1 store. p NULL: an address without a party. */
/* gate_names.c: the writings in which somebody is known besides. */
struct ig_gate;
void ig_desk_gate_name(struct ig_gate *g, struct ig_arena *a, const char *value, const char *what);
void ig_desk_gate_address(struct ig_gate *g, struct ig_arena *a, const char *value, const char *what);
void ig_desk_gate_numbers(struct ig_gate *g, struct ig_arena *a, const char *value, const char *what);
enum { IG_DESK_GATE = 2, IG_DESK_NUMBER = 3 /* it waits for its number (why) */ };
const char *ig_desk_hold_rule(int code); /* rule of the verdict that holds it */
/* form.c: fills "form" of the facts from what the case's messages say. 0 or -1. */
int ig_desk_form_fill(struct ig_desk *d, const struct ig_incident *i, const struct ig_profile *p, const char *what, const char *language, json_t *facts);
/* edxml_out.c */
#define IG_DESK_EDXML "edxml:" /* begins the letter channel of a party that takes electronic documents; its code follows */
bool ig_desk_is_status(const struct ig_dispatch *dispatch); /* a receipt or return as a status message of the exchange */
bool ig_desk_is_edxml(const struct ig_dispatch *dispatch);
int ig_desk_edxml_left(struct ig_desk *d, const struct ig_dispatch *dispatch); /* it lies in the outbox: sent. 0 or -1 */
/* paper.c: pages were drawn: a letter signed by hand is held until it is posted, with its duty. 0 or -1. */
int ig_desk_printed(struct ig_desk *d, const struct ig_dispatch *dispatch);
/* letter_pages.c: in what form it leaves. 0; 1 it cannot be (why); IG_DESK_NUMBER; -1 store. */
struct ig_desk_form { bool pages, only_pages, by_key, by_hand; int64_t number; };
int ig_desk_form(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_profile *p, bool annexes /* they want pages */, ig_time now, struct ig_arena *a,
	struct ig_desk_form *f_r,
	struct ig_why *why);
int ig_desk_page_model(struct ig_desk *d, struct ig_dispatch *dispatch, const struct ig_letter *letter, const struct ig_desk_letter *l,
	const struct ig_desk_form *f, ig_time now, struct ig_arena *a, const char **model_r, struct ig_why *why);
struct ig_desk_page { const char *what; const void *p; size_t len; bool mail; };
int ig_desk_gate(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_incident *i, const struct ig_party *p,
	const struct ig_profile *profile, const struct ig_desk_page *pages, size_t page_count, struct ig_arena *a, struct ig_why *why);
int ig_desk_composed(int code, const struct ig_why *words, struct ig_why *why); /* the code of ig_desk_compose as the one of an act: IG_EX_DATA, or IG_DESK_GATE as it is */
/* The first lock: ig_decide_release with what the store knows besides (an exception to secrecy, a restored store). 0 or -1. */
int ig_desk_release(struct ig_desk *d, struct ig_decide_release_facts *f, ig_time now, struct ig_arena *a, struct ig_release *v_r);
/* Adds the dispatch row with its verdict. */
int ig_desk_dispatch_put(struct ig_desk *d, struct ig_dispatch *dispatch, const struct ig_release *v, const char *actor,
	ig_time now);
/* enclose.c: the files a letter encloses, into its mail. 0; 1 with why: refused; -1 store. */
int ig_desk_enclose(struct ig_desk *d, const struct ig_dispatch *dispatch, bool sealed, struct ig_arena *a, struct ig_buf *mail, struct ig_why *why);
/* Enclosed under this end of a name: encrypted by us after the gate had searched what is in it (sample.c). The gate sees the letter without it. */
#define IG_DESK_SEALED ".sealed.zip"
/* zip.c: false: it could not be made. password NULL: none. */
bool ig_desk_zip(const struct ig_letter_file *files, size_t count, const char *password, struct ig_buf *out);
/* post.c */
enum ig_channel_state ig_desk_channel_state(const struct ig_party *p, enum ig_channel channel, const char *address);
/* Composes what became queued, of any kind; i and p may be NULL. 0; IG_EX_DATA with why; -1 store. */
int ig_desk_post_compose(struct ig_desk *d, struct ig_dispatch *dispatch, const struct ig_incident *i, const struct ig_party *p,
	const char *actor, const char *reason, struct ig_why *why);

/* act_letter.c */
struct ig_desk_held { /* a dispatch with all that the gate wants to know */
	struct ig_dispatch dispatch;
	struct ig_incident incident;
	struct ig_party party;
	struct ig_participant participant;
	struct ig_decide_release_facts facts;
};
int ig_desk_held_load(struct ig_desk *d, int64_t id, struct ig_desk_held *h, struct ig_why *why);
/* Composes what became queued, a receipt or an escalation; nothing where it is composed already. 0; IG_EX_DATA with why; -1 store. */
int ig_desk_held_compose(struct ig_desk *d, struct ig_desk_held *h, const char *actor, const char *reason, struct ig_why *why);

/* Inside the caller's transaction. 0; IG_EX_DATA with why; -1. The reason of a person may stand in the letter. */
int ig_desk_let_go(struct ig_desk *d, int64_t id, const char *actor, const char *reason, struct ig_why *why);
/* The same without a person, where the profile sends such a letter alone; whatever else holds it goes on holding it. 0 or -1. */
int ig_desk_let_go_alone(struct ig_desk *d, int64_t id, const char *by_profile, const char *reason);
/* A held letter got what it waited for: it goes on as if released, and has no reason to tell. */
int ig_desk_numbered(struct ig_desk *d, int64_t id, const char *actor, const char *words, struct ig_why *why);
/* fax.c */
int ig_taking_fax_receipt(struct ig_taking *t); /* the receipt for a fax goes by fax where that is allowed. 0 or -1 */
int ig_taking_fax_call(struct ig_taking *t);
/* After a call: keeps it, and says what becomes of the dispatch. 0 or -1. */
int ig_desk_fax_called(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_attempt *at, enum ig_dispatch_state *state_r,
	ig_time *not_before_r);
int ig_desk_fax_uncertain(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_attempt *at); /* somebody must ask. 0 or -1 */
/* "+84 24 3123456" and "(024) 312 3456" */
bool ig_desk_same_number(const char *one, const char *other);
/* instead.c: of could not be delivered: by the party's next channel, or a duty. 1 done (now or before); 0 there is no other way; -1. */
int ig_desk_instead(struct ig_desk *d, const struct ig_dispatch *of, const char *why, ig_time at);
int ig_desk_outgoing_row(struct ig_desk *d, struct ig_dispatch *dispatch, ig_time now, bool keep_bytes); /* letter.c: its row in message list */

/* waiting.c: letters of the incident that wait for tasks only are judged again when none is open any more. 0 or -1. */
int ig_desk_judge_waiting(struct ig_desk *d, int64_t incident);

/* An address that was revoked is never used again, whoever names it. 0 or -1. */
int ig_desk_gate_revoked(struct ig_desk *d, struct ig_decide_release_facts *f);

/* ladder.c: inside a transaction; 0 or -1, and where why is given IG_EX_DATA with it */
int ig_desk_classify(struct ig_desk *d, struct ig_incident *i, const char *actor, const char *reason); /* by its facts; saves i */
/* alone false: what made it graver was said by somebody unknown, so that no letter leaves by itself, it is held for a person. */
int ig_desk_classify_as(struct ig_desk *d, struct ig_incident *i, const char *actor, const char *reason, bool alone);
/* reports.c: of a serious case that goes on the next report is owed, if none is. 0 or -1. */
int ig_desk_progress(struct ig_desk *d, const struct ig_incident *i);
int ig_desk_report_came(struct ig_desk *d, int64_t duty); /* that duty was done: was it one that begins the next? */
int ig_desk_ended(struct ig_desk *d, const struct ig_incident *i); /* after its status was set: what is owed of its end, or no more */
int ig_desk_case_get(struct ig_desk *d, int64_t id, struct ig_incident *i, struct ig_why *why); /* not one that was merged away */
/* Every such rung that was not told yet; held: set when a letter of it waits for a person. */
int ig_desk_tell_at_once(struct ig_desk *d, const struct ig_incident *i, const char *reason, bool alone, bool *held);
int ig_desk_escalating(struct ig_desk *d, struct ig_incident *i, int64_t party, const char *actor, const char *reason, struct ig_step *row,
	struct ig_why *why);
int ig_desk_duty_find(struct ig_desk *d, int64_t incident, const char *what, int64_t *id_r); /* open one of exactly that name; 0 none */
int ig_desk_owe(struct ig_desk *d, int64_t incident, const char *what, const char *basis, ig_time due); /* by the officer */
/* said.c: what a message says of the case becomes facts of it, by the clerk; a person's stay. 0 or -1. */
int ig_desk_facts_said(struct ig_desk *d, int64_t incident, const struct ig_message *m, const struct ig_report *r);
int ig_taking_said(struct ig_taking *t);
int ig_desk_is_known(struct ig_desk *d, const struct ig_message *m, struct ig_arena *a); /* authenticated or in the directory: 1, 0; -1 */
/* silence.c */
#define IG_DESK_ORIGINAL "ask for the signed original, which is not here"
int ig_desk_left(struct ig_desk *d, const struct ig_dispatch *dispatch, ig_time at); /* it was sent or posted: its deadline runs */
/* The letter of a step goes by another way: that one is its letter now. 0 or -1. */
int ig_desk_step_goes(struct ig_desk *d, int64_t dispatch, int64_t instead);
int ig_desk_answer(struct ig_desk *d, int64_t incident, int64_t party, int64_t message, const char *by, const char *note, size_t *count_r);
int ig_desk_step_due(struct ig_desk *d, int64_t id);
int ig_taking_answer(struct ig_taking *t);
int ig_taking_contact(struct ig_taking *t); /* contact.c: a duty contact that a unit sent in */
/* order.c */
int ig_desk_order_due(struct ig_desk *d, int64_t id);
int ig_taking_order(struct ig_taking *t); /* a coordinator's letter that is an order, by its subject */
bool ig_taking_is_drill(const struct ig_taking *t);
/* obligation.c */
int ig_desk_obligations_review(struct ig_desk *d);
int ig_desk_obligation_due(struct ig_desk *d, int64_t id);
int ig_desk_periodic_left(struct ig_desk *d, const struct ig_dispatch *dispatch); /* the report that is owed for those days has left. 0 or -1 */
int ig_desk_retention_due(struct ig_desk *d); /* retention.c: the daily look */
int ig_desk_order_removal(struct ig_desk *d, const struct ig_message *m, bool shared, const char *actor, const char *reason); /* act_secret.c: frames of it and its copies */
/* tell.c: digests of events that are due by the profile; the facts of one that leaves without its files */
int ig_desk_digest_due(struct ig_desk *d);
json_t *ig_desk_digest_bare(json_t *fields);
/* own_mail.c: to the officer on duty, by mail and command as configured: reference, severity and deadline only. i NULL: no case. 0 or -1. */
int ig_desk_tell_officer(struct ig_desk *d, const struct ig_incident *i, ig_time due);

/* commands.c: what an officer orders by signed mail, once its signature is known. own_mail.c: a mail of ours without case content. ladder.c,
 * act_case.c: facts and status inside a transaction. 0; an exit code with why; -1 store. */
int ig_desk_commands(struct ig_desk *d, const struct ig_message *m, const struct ig_report *r);
int ig_desk_own_mail(struct ig_desk *d, const char *kind, const char *address, const char *subject, const char *body, int64_t incident, int64_t party,
	int64_t answers, struct ig_arena *a);
struct ig_desk_fact;
int ig_desk_facts_in(struct ig_desk *d, int64_t incident, const struct ig_desk_fact *facts, size_t count, const char *actor, const char *reason,
	struct ig_why *why);
int ig_desk_status_in(struct ig_desk *d, int64_t incident, enum ig_incident_status status, const char *actor, const char *reason, struct ig_why *why);

/* scanned.c: ends the task with what is to be kept of its file. 0 or -1. */
int ig_desk_scan_end(struct ig_desk *d, const struct ig_task *t, const char *words);
/* amend.c */
bool ig_desk_has_worker(const struct ig_desk *d, const char *kind);
const char *ig_desk_problem_line(const char *kind, const char *part, const char *words, struct ig_arena *a);
/* desk.c */
int ig_desk_fail(struct ig_desk *d, struct ig_why *why);   /* the store's reason into why; -1 */
int ig_desk_act_begin(struct ig_desk *d, struct ig_why *why);
/* code 0: journal is written and all committed; else undone. Returns the code, or IG_EX_TEMPFAIL. */
int ig_desk_act_end(struct ig_desk *d, int code, struct ig_why *why);
/* ig_store_incident_open, with the alarm that goes with a number of seven digits. 0 or -1. */
int ig_desk_incident_open(struct ig_desk *d, struct ig_incident *i, ig_time at);
int ig_desk_raise(struct ig_desk *d, const char *code, const char *text); /* an alarm, inside a transaction; 0 or -1 */
int ig_desk_journal(struct ig_desk *d, const char *actor, const char *act, const char *object, const char *detail);
const char *ig_desk_ref(const struct ig_incident *i, struct ig_arena *a);
/* fax_report.c */
struct ig_store_fax_call;
int ig_desk_fax_report_want(struct ig_desk *d, const struct ig_store_fax_call *call); /* a call of ours ended */
int ig_desk_fax_report_next(struct ig_desk *d, struct ig_arena *a, struct ig_desk_drawing *g_r); /* 1, 0, -1 */
bool ig_desk_fax_standard(const struct ig_desk *d, const struct ig_store_letter *l); /* are its pages to be coarse */
int ig_desk_fax_coarser(struct ig_desk *d, int64_t dispatch); /* 1: its pages are drawn anew; 0: that was done, or cannot be; -1 */
#endif
