/* The desk's half of the circular's clock: how grave a case is, who is told, who answers, what is owed again and again. The same contract as
 * desk.h: acts of a person are a transaction of their own and journalled; 0, IG_EX_TEMPFAIL, or IG_EX_DATA and IG_EX_USAGE with why. */
#ifndef IG_DESK_DUTY_H
#define IG_DESK_DUTY_H
#include "decide/ladder.h"
#include "desk/desk.h"
#include "store/store_duty.h"

/* The profile in force at t, with the heightened periods that persons have added to those it has itself; in the desk's arena. NULL: the store
 * failed. */
const struct ig_profile *ig_desk_profile(struct ig_desk *d, ig_time t);

/* ---- acts on one case */
struct ig_desk_fact { const char *name, *value; };
/* Keeps the facts with who set them, and classifies the case anew: whoever must be told at once then is. */
int ig_desk_facts_set(struct ig_desk *d, int64_t incident, const struct ig_desk_fact *facts, size_t count, const char *actor, const char *reason,
	struct ig_why *why);
/* To a party, or with 0 to the next rung of the ladder. */
int ig_desk_escalate_to(struct ig_desk *d, int64_t incident, int64_t party, const char *actor, const char *reason, int64_t *dispatch_r,
	struct ig_why *why);
/* The party answered, by message (0: by telephone or otherwise, as note says): its steps and the orders relayed to it are acknowledged. */
int ig_desk_answered(struct ig_desk *d, int64_t incident, int64_t party, int64_t message, const char *actor, const char *note, struct ig_why *why);
/* The signed original of what came as a notice is here. */
int ig_desk_original_received(struct ig_desk *d, const struct ig_original *o, const char *actor, struct ig_why *why);
int ig_desk_drill_set(struct ig_desk *d, int64_t incident, bool drill, const char *actor, const char *reason, struct ig_why *why);

/* ---- what comes by itself */
/* Inside a transaction: what is due by its timer, at most limit: silence on the ladder, obligations, orders. How many, or -1 with why. */
int ig_desk_timers(struct ig_desk *d, size_t limit, struct ig_why *why);
#endif
