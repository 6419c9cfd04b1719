/* Profile: all that a regulation decides, as data (etc/profiles/NAME.conf). Unknown law stays NULL and says so at --check.
 * A family ("vn") is configured; the version follows the date of the document. */
#ifndef IG_MODEL_PROFILE_H
#define IG_MODEL_PROFILE_H
#include <stdbool.h>
#include <stddef.h>
#include "base/clock.h"
#include "model/names.h"

struct ig_profile_text { /* one text in the languages people read; either may be NULL */
	const char *vi, *en;
};
struct ig_profile_basis { /* a legal basis, for the "Căn cứ" lines and the duties */
	const char *number, *title;
};
enum ig_unit { IG_UNIT_MINUTE, IG_UNIT_HOUR, IG_UNIT_DAY, IG_UNIT_WORKING_DAY, IG_UNIT_MONTH };
struct ig_profile_deadline { /* something owed: what, within how long, on what basis */
	const char *what, *basis, *owner;
	int64_t amount;    /* 0: at once */
	enum ig_unit unit; /* of amount */
	bool every;        /* again after each such time (a periodic report), not once */
	const char *by;    /* "MM-DD": before this day each year; NULL none */
};
struct ig_profile {
	const char *name, *family;     /* "vn-2017", "vn" */
	struct ig_profile_text title;
	ig_time valid_from, valid_to;  /* IG_NEVER open */
	const char *time_zone;         /* "Asia/Ho_Chi_Minh" */
	const char *time_offset;       /* "+07:00": used where the machine has no tz database; NULL none */
	const char *language;          /* of letters where the reporter's is unknown */
	struct ig_profile_text parent_body, office, next_steps, call_whom; /* next_steps: what happens next, said in a receipt */
	const char *phone, *fax, *email, *web, *address, *place;
	struct ig_profile_basis *bases;
	size_t basis_count;
	struct ig_profile_deadline *deadlines; /* looked up by `what`: "acknowledge", "forward", ... */
	size_t deadline_count;
	int64_t task_wait; /* ms: slow reading that is not done by then is given up, and letters to others go on without it */
	bool receipt; /* are receipts sent under it: owed by its law, or its practice */
};
/* The version of a family in force at t (a fixed name gives itself; before the first version: the first). NULL when unknown. */
const struct ig_profile *ig_profile_at(const struct ig_profile *const *all, size_t count, const char *name, ig_time t);
const struct ig_profile_deadline *ig_profile_deadline(const struct ig_profile *p, const char *what);
#endif
