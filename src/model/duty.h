/* Who was told, what is owed again and again, who is on duty: the nouns of the circular's clock. Plain structs; strings live in the arena they
 * were read into. Numbers of other rows are 0 where there is none, times IG_NEVER. */
#ifndef IG_MODEL_DUTY_H
#define IG_MODEL_DUTY_H
#include <stdbool.h>
#include <stdint.h>
#include "base/clock.h"
#include "model/names.h"

/* A fact a case is classified by, as somebody set it; the newest of a name counts, the older ones stay. name: a word of ig_fact with value yes,
 * no or unknown; "level" with 1 to 5 or unknown; "severity" with a word of ig_severity, which overrides, or "auto". */
struct ig_fact_row {
	int64_t incident;
	const char *name, *value, *actor, *reason;
	ig_time at;
};

struct ig_step { /* a rung of the ladder that was told, or one at its side */
	int64_t id, incident;
	const char *rung;      /* name of the profile's step */
	int64_t party, dispatch, report, reminder; /* report: the signed one that follows; reminder: the newest */
	ig_time created_at, due;
	int64_t reminders;
	ig_time acknowledged_at;
	int64_t answer;        /* message */
	const char *acknowledged_by, *note;
	ig_time passed_at;     /* its silence was told to the next rung */
	const char *actor, *reason;
};

/* Something looked at again at a time; one a what and subject. */
#define IG_TIMERS(X) X(STEP, "step") X(OBLIGATION, "obligation") X(OBLIGATIONS, "obligations") X(COORDINATION, "coordination") X(PROBE, "probe") X(SOURCES, "sources") X(DIGEST, "digest") \
	X(RETENTION, "retention")
#define IG_TIMER_ITEM(v, w) IG_TIMER_##v,
IG_ENUM_DECLARE(ig_timer, IG_TIMER_ITEM, IG_TIMERS)
struct ig_timer_row { enum ig_timer what; int64_t subject; ig_time at; };

struct ig_obligation { /* one time that it is owed */
	int64_t id, party;     /* 0: the office itself */
	const char *what;
	ig_time due, done_at, created_at;
	int64_t evidence;      /* message that proves it */
	const char *note, *done_by;
	int64_t reminders, reminder, duty; /* reminder: dispatch; duty: of the office's own */
	ig_time reminded_at;
};

struct ig_coordination { /* an order of the coordinator to us */
	int64_t id, incident, message, party; /* party: who ordered */
	const char *number, *what, *actor;
	ig_time due, created_at, done_at;
	int64_t duty, report;  /* report: dispatch of the report of execution */
};
struct ig_coordination_to { /* one addressee it was relayed to */
	int64_t coordination, party, dispatch, message; /* message: the answer */
	ig_time answered_at;
	const char *note, *by;
};

struct ig_original { /* the signed original of what came as a notice */
	int64_t incident, message;         /* the notice */
	ig_time wanted_at, received_at;
	int64_t received;                  /* message that is or carries it */
	const char *number, *note, *by;
};

struct ig_rota { int64_t id, party; ig_time from, to; const char *note; };

struct ig_proposal { /* a contact that a mail sent in; nothing is changed until a person accepts it */
	int64_t id, message, party;
	const char *unit, *name, *mail, *phone, *fax;
	ig_time created_at, decided_at;
	const char *decided_by;
	bool accepted;
};
#endif
