/* How long a message stays, by the profile's retention: a pure function of what is known of it. */
#ifndef IG_DECIDE_RETENTION_H
#define IG_DECIDE_RETENTION_H
#include "model/incident.h"
#include "model/profile.h"

struct ig_decide_stay {
	enum ig_class class;
	enum ig_channel channel;
	enum ig_message_state state;
	bool in_case, closed;             /* it is in a case; that is closed */
	ig_time received_at, closed_at;
	bool held, pending;               /* a person said that it stays; something of it, or of its case, is still to be done */
	/* found */
	enum ig_retention kind;
	const struct ig_profile_retention *rule; /* NULL: for ever */
	ig_time since, due;               /* IG_NEVER: its time does not run; it never ends */
	const char *stays;                /* why it stays though its time may be over; NULL */
};
void ig_decide_stay(const struct ig_profile *p, struct ig_decide_stay *s);
#endif
