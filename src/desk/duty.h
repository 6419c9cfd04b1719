/* The desk's half of the circular's clock: how grave a case is, who is told, who answers, what is owed again and again. The same contract as
 * desk.h: acts of a person are a transaction of their own and journalled; 0, IG_EX_TEMPFAIL, or IG_EX_DATA and IG_EX_USAGE with why. */
#ifndef IG_DESK_DUTY_H
#define IG_DESK_DUTY_H
#include "decide/ladder.h"
#include "desk/desk.h"
#include "store/store_duty.h"

/* The profile in force at t, with the heightened periods that persons have added to those it has itself; in the arena (the desk's). NULL: the
 * store failed. */
const struct ig_profile *ig_desk_profile_of(struct ig_store *s, const struct ig_conf *conf, ig_time t, struct ig_arena *a);
const struct ig_profile *ig_desk_profile(struct ig_desk *d, ig_time t);

/* ---- acts on one case */
struct ig_desk_fact { const char *name, *value; };
/* Keeps the facts with who set them, and classifies the case anew: whoever must be told at once then is. */
int ig_desk_facts_set(struct ig_desk *d, int64_t incident, const struct ig_desk_fact *facts, size_t count, const char *actor, const char *reason,
	struct ig_why *why);
/* To a party, or with 0 to the next rung of the ladder. A party whose letter of the case is there and not answered is written to again only with a
 * reason (the letter states it): IG_EX_DATA without. */
int ig_desk_escalate(struct ig_desk *d, int64_t incident, int64_t party, const char *actor, const char *reason, int64_t *dispatch_r,
	struct ig_why *why);
/* The party answered, by message (0: by telephone or otherwise, as note says): its steps and the orders relayed to it are acknowledged. */
int ig_desk_answered(struct ig_desk *d, int64_t incident, int64_t party, int64_t message, const char *actor, const char *note, struct ig_why *why);
/* The signed original of what came as a notice is here. */
int ig_desk_original_received(struct ig_desk *d, const struct ig_original *o, const char *actor, struct ig_why *why);
int ig_desk_drill_set(struct ig_desk *d, int64_t incident, bool drill, const char *actor, const char *reason, struct ig_why *why);

/* ---- coordination orders. c: incident, party, number, what, due (IG_NEVER: the profile's); gets its id. */
int ig_desk_order_add(struct ig_desk *d, struct ig_coordination *c, const char *actor, struct ig_why *why);
int ig_desk_order_relay(struct ig_desk *d, int64_t id, const int64_t *parties, size_t count, const char *actor, struct ig_why *why);
int ig_desk_order_report(struct ig_desk *d, int64_t id, const char *text, const char *actor, int64_t *dispatch_r, struct ig_why *why);

/* ---- what is owed again and again */
/* Evidence: a message (0 none), or words. The next period begins. */
int ig_desk_obligation_done(struct ig_desk *d, int64_t id, int64_t message, const char *note, const char *actor, struct ig_why *why);
/* Inside a transaction: the office itself did what it owes (a backup was made). 0 or -1. */
int ig_desk_obligation_met(struct ig_desk *d, const char *what, const char *note, const char *actor);
/* A duty is done; one of an obligation with it. */
int ig_desk_duty_done(struct ig_desk *d, int64_t duty, const char *actor, struct ig_why *why);

/* ---- who is on duty by the rota at that time, else who always is */
#define IG_DESK_OFFICERS_MAX 8
int ig_desk_on_duty(struct ig_store *s, ig_time at, struct ig_arena *a, int64_t ids[IG_DESK_OFFICERS_MAX], size_t *count_r);
/* What the alarm hook is called with for the officer on duty: reference, severity and deadline, no alarm. */
#define IG_DESK_OFFICER "officer"

/* ---- what comes by itself */
int ig_desk_obligations_start(struct ig_desk *d); /* at the start of a clerk: from now on they are looked at, each day */
/* Inside a transaction: what is due by its timer, at most limit: silence on the ladder, obligations, orders. How many, or -1 with why. */
int ig_desk_timers(struct ig_desk *d, size_t limit, struct ig_why *why);
#endif
