/* How grave a case is and who must be told: pure functions of (facts, profile, now). */
#ifndef IG_DECIDE_LADDER_H
#define IG_DECIDE_LADDER_H
#include <stdbool.h>
#include "base/arena.h"
#include "model/incident.h"
#include "model/profile.h"

enum ig_known { IG_NOT_KNOWN, IG_KNOWN_NO, IG_KNOWN_YES };
struct ig_decide_facts {
	enum ig_known known[ig_fact_count];
	int level;                 /* of the system, 1 to 5; 0 not known */
	bool said;                 /* a person said how grave it is: that counts, whatever the facts */
	enum ig_severity severity; /* what he said */
};
/* One row of the store into the facts; words that are not facts are passed over. */
void ig_decide_fact(struct ig_decide_facts *f, const char *name, const char *value);
/* Is this a fact, and may it have that value? */
bool ig_decide_fact_ok(const char *name, const char *value);
/* By the profile's rows: serious when one holds; ordinary when none can hold any more; else unknown. row_r: the row that holds, -1 none; with an
 * arena why_r: the facts that decided, or those that are still wanted. */
enum ig_severity ig_decide_severity(
	const struct ig_profile *p, const struct ig_decide_facts *f, int *row_r, struct ig_arena *a, const char **why_r);

/* Is this rung told as soon as a case is that? Of a suspicion of a wide-spread incident only where the profile says "suspected". */
bool ig_decide_at_once(const struct ig_profile_step *s, enum ig_severity severity, enum ig_widespread widespread);
/* The rung above the office that comes next: the first that is not in taken. NULL none. */
const struct ig_profile_step *ig_decide_next_step(const struct ig_profile *p, const char *const *taken, size_t count);
/* The rung a party of that role stands on; NULL: none of the ladder. */
const struct ig_profile_step *ig_decide_step_of(const struct ig_profile *p, enum ig_party_role role);

/* ---- one case looked at as a whole */
struct ig_decide_owed {
	const struct ig_profile_deadline *deadline;
	ig_time from, done_at;     /* IG_NEVER: open */
	/* found */
	ig_time due;
	bool overdue;
};
struct ig_decide_case {
	struct ig_decide_facts facts;
	enum ig_widespread widespread;
	const char *const *told;   /* rungs */
	size_t told_count;
	struct ig_decide_owed *owed;
	size_t owed_count;
	/* found */
	enum ig_severity severity;
	const struct ig_profile_step *tell; /* to be told at once and not told yet; NULL none */
	ig_time next;              /* the earliest that is open; IG_NEVER none */
	size_t overdue;
};
void ig_decide_case(const struct ig_profile *p, struct ig_decide_case *c, ig_time now);
#endif
