/* Inside of the clerk role: what its files share. Not for other rooms or roles. */
#ifndef IG_ROLE_CLERK_H
#define IG_ROLE_CLERK_H
#include <event2/event.h>
#include "base/link.h"
#include "desk/desk.h"
#include "model/notes.h"
#include "role/role.h"

#define IG_CLERK_MAILINS 64   /* accounts, LMTP and folders: one mailin each */
#define IG_CLERK_SENDS 256    /* letters with the sender at once; urgent ones go beyond it */
#define IG_CLERK_URGENT 16
#define IG_CLERK_RESULTS 512
#define IG_CLERK_SEALS 16
#define IG_CLERK_ALARMS 32
#define IG_CLERK_SUSPECTS 64

struct ig_clerk_result { /* outcome of an attempt, not yet committed */
	int64_t dispatch;
	struct ig_attempt attempt; /* code and text owned */
	bool by_line;              /* of the faxline, which keeps it until it hears of the commit */
};
struct ig_clerk_alarm {
	char *code, *text;
	bool tell; /* not said within the hour: the parent runs the command */
};
struct ig_clerk_mailin {
	struct ig_link *link;
	struct ig_clerk *clerk;
	uint64_t index;
	bool scanned; /* answered in this pass */
	char *ask, *fresh;        /* clerk_marks.c: source whose progress is asked for, and its first mark; NULL none */
	char *mark_source, *mark; /* to be kept; NULL none */
	bool ask_kept, in_commit;
};
struct ig_clerk_seal;    /* a letter that is being signed or encrypted: clerk_seal.c */
struct ig_clerk_control; /* control socket: clerk_control.c */

struct ig_clerk {
	struct ig_role *role;
	struct ig_store *store;
	struct ig_evidence_reader *log;
	struct ig_desk *desk;
	struct ig_pump *pump;
	struct ig_arena *arena;         /* of one note */
	struct ig_role_page *page;
	uint64_t suspects[IG_CLERK_SUSPECTS];
	size_t suspect_count;
	struct ig_link *recorder, *sender, *faxline;
	bool faxline_came;              /* once at least: a pass waits for the first one only */
	bool head_said;                 /* the recorder told of its head since it came */
	struct ig_clerk_mailin mailins[IG_CLERK_MAILINS];
	/* clerk_send.c */
	struct ig_clerk_result results[IG_CLERK_RESULTS];
	size_t result_count, results_in_commit;
	struct ig_buf outbox;           /* packed SEND notes of the commit under way: u64 length and body, repeated */
	size_t outbox_count, sending;   /* in the outbox; with the sender */
	int64_t waiting_looked;         /* monotonic: for letters that no server takes */
	struct ig_clerk_seal *seals[IG_CLERK_SEALS];
	bool requeue_fax;               /* what was with a faxline that is gone */
	bool requeue;                   /* what was with a sender that is gone */
	struct event *due;              /* next letter, duty or task: clerk_due.c */
	struct event *patience;         /* with open tasks, under --once */
	int64_t tasks_pause;            /* monotonic: they could not be ended, not before then again */
	/* clerk_alarm.c */
	struct ig_clerk_alarm alarms[IG_CLERK_ALARMS];
	size_t alarm_count, alarms_in_commit;
	int64_t store_told;             /* monotonic: the parent heard that the store takes nothing */
	bool preparing;                 /* inside a commit, before the alarms are written */
	/* clerk_once.c */
	uint64_t head;                  /* as the recorder said last */
	uint64_t pass, pass_head, taken;
	bool scanning, unreachable, worked, done, stopping;
	struct event *settle;           /* rest of the store after some quiet */
	struct event *words;            /* words that wait for the index */
	struct ig_clerk_control *control;
	struct ig_clerk_drawing *drawing; /* clerk_scribe.c */
	struct event *backup;           /* clerk_books.c */
	struct event *scrub;            /* clerk_redact.c */
	bool scrub_first;
	ig_time archived_at;            /* when it was last asked for, by this process; IG_NEVER */
	struct event *reserve;          /* clerk_reserve.c: made anew when there is room */
};

/* clerk.c */
void ig_clerk_beat(struct ig_clerk *c);
void ig_clerk_end(struct ig_clerk *c); /* what is known is committed, then the role ends */
/* clerk_send.c */
int ig_clerk_send_prepare(struct ig_clerk *c);  /* inside the commit: results, then what is due */
void ig_clerk_send_committed(struct ig_clerk *c);
void ig_clerk_sender(struct ig_clerk *c, int fd);
void ig_clerk_faxline(struct ig_clerk *c, int fd);
bool ig_clerk_faxline_awaited(const struct ig_clerk *c); /* under --once: the line has still to come */
bool ig_clerk_send_quiet(const struct ig_clerk *c); /* nothing with the sender, nothing uncommitted */
bool ig_clerk_send_waits(const struct ig_clerk *c); /* letters are with the sender whose outcome is not here yet */
/* clerk_seal.c: inside the commit, for a letter that is due. 0: it goes as it is; 1: with these bytes, which last until ig_clerk_seal_gone; 2: not
 * now; -1: the store failed. */
int ig_clerk_seal(struct ig_clerk *c, const struct ig_dispatch *d, struct ig_note_blob *bytes_r);
void ig_clerk_seal_gone(struct ig_clerk *c, int64_t dispatch); /* its bytes were taken */
int ig_clerk_seal_prepare(struct ig_clerk *c);                 /* inside the commit: those that cannot be sealed are held */
bool ig_clerk_seals_wait(const struct ig_clerk *c);
/* clerk_due.c */
int ig_clerk_timers_prepare(struct ig_clerk *c); /* inside the commit, first: silence, obligations, orders */
int ig_clerk_duty_prepare(struct ig_clerk *c);  /* inside the commit, before the alarms: those of overdue duties */
void ig_clerk_due(struct ig_clerk *c);          /* looks for what is due next and sets the timer */
bool ig_clerk_something_due(struct ig_clerk *c);
void ig_clerk_tasks_start(struct ig_clerk *c); /* what was begun by workers that are not there any more */
/* Under --once: are tasks open? They are waited for in real time, as long as the profile says, then given up. */
bool ig_clerk_tasks_wait(struct ig_clerk *c);
/* clerk_alarm.c */
bool ig_clerk_officer(struct ig_clerk *c, const char *code, const char *text); /* words for the officer on duty, not an alarm: true */
void ig_clerk_alarm(struct ig_clerk *c, const char *code, const char *text);
int ig_clerk_alarm_prepare(struct ig_clerk *c);
void ig_clerk_alarm_committed(struct ig_clerk *c);
/* clerk_reserve.c */
void ig_clerk_reserve_start(struct ig_clerk *c); /* before the store is opened */
void ig_clerk_reserve_keep(struct ig_clerk *c);  /* the store is open: makes it when there is room, else looks again and again */
bool ig_clerk_reserve_give_up(struct ig_clerk *c); /* true: room was made */
/* clerk_once.c */
void ig_clerk_mailin(struct ig_clerk *c, uint64_t index, int fd);
void ig_clerk_once(struct ig_clerk *c);         /* goes on with the passes of --once, when nothing is under way */
/* clerk_books.c */
void ig_clerk_hold(struct ig_clerk *c);         /* tells the recorder of a stop for maintenance */
void ig_clerk_backup_start(struct ig_clerk *c); /* backups by themselves, where a key is configured; old evidence moved out, where a folder is */
/* clerk_redact.c: orders to remove payloads go to the recorder until it says that they are carried out */
void ig_clerk_redact(struct ig_clerk *c);
void ig_clerk_scrub(struct ig_clerk *c); /* removed words are written over */
int ig_clerk_redacted(struct ig_clerk *c, const void *body, size_t len); /* 0, or -1: no such note */
/* clerk_marks.c */
int ig_clerk_ask(struct ig_clerk_mailin *m, const void *body, size_t len);
int ig_clerk_mark(struct ig_clerk_mailin *m, const void *body, size_t len);
int ig_clerk_marks_prepare(struct ig_clerk *c); /* inside the commit */
void ig_clerk_marks_committed(struct ig_clerk *c);
void ig_clerk_marks_answer(struct ig_clerk *c); /* what can be answered now */
void ig_clerk_marks_forget(struct ig_clerk_mailin *m); /* who asked is gone */
/* clerk_scribe.c */
void ig_clerk_scribe_start(struct ig_clerk *c);
void ig_clerk_scribe(struct ig_clerk *c, const char *kind, int fd, uint64_t index); /* "scribe", "sealer" */
int ig_clerk_scribe_prepare(struct ig_clerk *c);    /* inside the commit: what was drawn */
void ig_clerk_scribe_committed(struct ig_clerk *c); /* the next one */
bool ig_clerk_scribe_quiet(struct ig_clerk *c);     /* nothing is being drawn */
void ig_clerk_scribe_rest(struct ig_clerk *c);      /* those without work go; the next letter starts them again */
/* clerk_control.c */
void ig_clerk_control_listen(struct ig_clerk *c, int fd);
void ig_clerk_control_end(struct ig_clerk *c);
#endif
