/* Inside of the pump: its slots and readers. Not for other rooms, and of the desk's files only for pump*.c.
 *
 *   slot:  EMPTY -> WAITING (frame read) -> READING (with a reader) -> READY (report there) -> TAKEN (rows written, not yet
 * committed) -> EMPTY a reader that ends puts its second slot back to WAITING; a rollback puts TAKEN back to READY Slots are a ring
 * in log order: what is decided next is always the oldest that is not TAKEN. */
#ifndef IG_DESK_PUMP_H
#define IG_DESK_PUMP_H
#include <event2/event.h>
#include "base/link.h"
#include "desk/room.h"

#define IG_PUMP_SLOTS 192           /* frames in memory at once, those of one commit included */
#define IG_PUMP_BYTES (12u << 20)   /* of their messages and reports; one frame may pass it alone */
#define IG_PUMP_BATCH 128           /* frames in one commit */
#define IG_PUMP_BATCH_US 20000      /* age of a commit while readers are still busy */
#define IG_PUMP_BURST_US 150000     /* the same while more than a whole batch waits: a receipt waits longer than that for its turn anyway */
#define IG_PUMP_OUTSTANDING 4       /* messages with one reader: one read, the others waiting in its socket */
#define IG_PUMP_READERS 16
#define IG_PUMP_NEEDS 128
#define IG_PUMP_UNREAD 4            /* looks more at a frame that cannot be read now, over 7 s, before it is lost evidence */
#define IG_PUMP_OFF_NAME 200        /* of a rule that was too slow */
#define IG_PUMP_OFF_MAX (16u << 10) /* of all such names; those past it are off in the reader that saw it only */
#define IG_PUMP_STRIKES 3           /* a frame that fails alone so often gets the fallback record */

#define IG_PUMP_JOBS 4              /* messages whose slow reading is under way at once */
#define IG_PUMP_WORKERS 16
#define IG_PUMP_WANTS 60            /* s: a worker asked for and not come */

enum ig_slot_state { IG_SLOT_EMPTY, IG_SLOT_WAITING, IG_SLOT_READING, IG_SLOT_READY, IG_SLOT_TAKEN };
struct ig_pump_reader;
struct ig_slot {
	enum ig_slot_state state;
	uint64_t seq;
	struct ig_arena *arena;         /* frame, envelope, report */
	struct ig_evidence_frame frame;
	struct ig_envelope envelope;
	struct ig_report *report;
	struct ig_desk_need needs[IG_PUMP_NEEDS];
	size_t need_count;
	size_t bytes;                   /* counted against IG_PUMP_BYTES */
	struct ig_pump_reader *reader;
};
struct ig_pump_reader {
	struct ig_pump *pump;
	uint64_t id;
	struct ig_link *link;
	struct event *timeout;
	struct ig_slot *out[IG_PUMP_OUTSTANDING]; /* out[0] is the one it reads */
	size_t count;
	struct ig_job *job;             /* it reads for slow reading; NULL none */
};

/* ---- slow reading (pump_work.c): one job a message. TO_READ: a reader hands over the parts -> WORKING: each goes to a worker -> TO_READ:
 * a reader reads the message together with what was found, which may hold parts again (IG_JOB_ROUNDS) -> DONE: the amendment is to be
 * committed. Nothing of it is kept over a restart: its tasks are open until the commit, and begin anew. */
/* A job of scan shows the files of its message to a scanner: one at a time, in a place of its own, so that one that hangs keeps no reading waiting; what
 * comes of it needs no reader. */
#define IG_JOB_ROUNDS 4
#define IG_JOB_PARTS 64
#define IG_PUMP_SCAN IG_PUMP_JOBS
enum ig_job_state { IG_JOB_FREE, IG_JOB_TO_READ, IG_JOB_READING, IG_JOB_WORKING, IG_JOB_DONE };
enum ig_part_state { IG_PART_WAITING, IG_PART_WORKING, IG_PART_DONE };
struct ig_job_part {
	enum ig_part_state state;
	const char *kind, *part, *name, *type, *words;
	const char *letter;             /* fd has several documents of one letter: which */
	int fd;
	uint64_t size;
	const char *result;
	bool nothing;                   /* came of it */
	uint64_t found;                 /* children that it gave */
};
struct ig_job_child {
	const char *part, *name, *type;
	int fd;
	uint64_t size;
};
struct ig_job {
	enum ig_job_state state;
	int64_t message;
	bool scan;
	struct ig_arena *arena;
	struct ig_evidence_frame frame;
	struct ig_job_part parts[IG_JOB_PARTS];
	size_t part_count;
	struct ig_job_child children[512];
	size_t child_count;
	int rounds;
	struct ig_desk_piece *pieces;   /* a joined letter: where its pages lie */
	size_t piece_count;
	struct ig_report *report;
	const char *problem;            /* why there is no report */
};
struct ig_pump_worker {
	struct ig_pump *pump;
	const char *kind;
	uint64_t id;
	struct ig_link *link;
	struct event *timeout;
	struct ig_job *job;             /* NULL, and no call: idle */
	struct ig_pump_call *call;
	struct ig_job_part *part;
};
struct ig_pump_call { /* pump_call.c */
	struct ig_pump_call *next;
	const char *kind;
	int fd;
	uint64_t size;
	int reply;
	uint64_t reply_size;
	ig_pump_called_h *done;
	void *arg;
};
struct ig_pump {
	struct event_base *base;
	struct ig_desk *desk;
	struct ig_evidence_reader *log;
	struct ig_pump_hooks hooks;
	struct event *step, *batch, *retry; /* go on; the batch is old enough; try again after a failure */
	struct ig_slot slots[IG_PUMP_SLOTS];
	uint64_t first, fetch, head;    /* oldest sequence in a slot; next to fetch; newest durable */
	size_t taken, bytes;
	struct ig_pump_reader *readers[IG_PUMP_READERS];
	size_t wanted;                  /* asked for and not come yet */
	int64_t wanted_at;
	bool open, poked, was_idle, failing;
	int64_t opened_us;
	int backoff_s;
	uint64_t failed_seq;            /* commits go one by one until it is through */
	int strikes;
	uint64_t unread_seq;            /* its bytes could not be read for a reason that may pass */
	int unread;                     /* so often */
	struct ig_buf off;              /* rules of filters that were too slow, one a line: off in all readers as long as this clerk lives */
	struct event *want_again, *read_again;
	/* pump_work.c */
	struct ig_job *jobs[IG_PUMP_JOBS + 1]; /* the last is that of a scan */
	struct ig_pump_worker *workers[IG_PUMP_WORKERS];
	struct { const char *kind; size_t wanted; int64_t at; } wants[3];
	bool tasks_changed;             /* look into the store for open ones */
	struct event *work_again;
	struct ig_pump_call *calls;     /* that wait for a worker */
};

/* pump.c */
struct ig_slot *ig_pump_slot(struct ig_pump *p, uint64_t seq);
void ig_pump_wake(struct ig_pump *p);
bool ig_pump_burst(const struct ig_pump *p); /* more than two commits wait */
int64_t ig_pump_age_us(const struct ig_pump *p); /* a commit may become so old */
void ig_pump_slot_fallback(struct ig_pump *p, struct ig_slot *s, const char *problem); /* READY with a record for a person */
/* error: errno of a read that failed. True: it may pass, the pump comes back to this frame by itself. */
bool ig_pump_read_again(struct ig_pump *p, uint64_t seq, int error, const char *why);
void ig_pump_alarm(struct ig_pump *p, const char *code, const char *text);
/* pump_reader.c */
void ig_pump_rules_off(struct ig_pump *p, const struct ig_report *r); /* what a report found too slow: one alarm, and told to every reader */
void ig_pump_assign(struct ig_pump *p);
void ig_pump_readers_free(struct ig_pump *p);
bool ig_pump_reader_job(struct ig_pump *p, struct ig_job *j); /* gives it to an idle reader, or wants one */
/* pump_work.c */
void ig_pump_work(struct ig_pump *p);                   /* goes on with what can go on */
int ig_job_note(struct ig_pump_reader *r, uint16_t kind, const void *body, size_t len, int fd); /* of its reader; owns fd */
void ig_job_reader_gone(struct ig_pump_reader *r, const char *problem);
void ig_pump_work_rest(struct ig_pump *p);              /* idle workers go */
void ig_pump_work_free(struct ig_pump *p);
struct ig_pump_worker *ig_pump_idle_worker(struct ig_pump *p, const char *kind, size_t *have_r);
void ig_pump_want_worker(struct ig_pump *p, const char *kind, size_t have);
void ig_pump_drop_worker(struct ig_pump_worker *w, const char *problem);
/* pump_pieces.c: the documents of a joined letter in place of the one that the reader knows. 0, -1 with why. */
int ig_pump_gather(struct ig_pump *p, struct ig_job *j, struct ig_job_part *part, struct ig_why *why);
/* pump_call.c */
void ig_pump_calls(struct ig_pump *p);
int ig_pump_call_note(struct ig_pump_worker *w, uint16_t kind, const void *body, size_t len, int fd); /* owns fd */
void ig_pump_call_lost(struct ig_pump_worker *w, const char *problem);
void ig_pump_calls_free(struct ig_pump *p);
/* pump_commit.c */
void ig_pump_decide(struct ig_pump *p);   /* takes what is ready, in order */
void ig_pump_failed(struct ig_pump *p, uint64_t seq, const char *why);
#endif
