/* Duties whose time is over while nobody did them: an alarm for each, once. Relies on the store for which and on the caller for raising
 * it. Does no duty itself. */
#include <string.h>
#include "desk/room.h"

/* Number, what and reference. What stands behind the colon may be words of a message or of a peer: they stay in the house. */
static int tell(struct ig_desk *d, const struct ig_duty *duty, struct ig_arena *a, ig_desk_alarm_h *alarm, void *arg)
{
	struct ig_incident i;
	char due[IG_TIME_MAX];
	int found = duty->incident ? ig_store_incident_get(d->store, duty->incident, a, &i) : 0;
	if (found < 0)
		return -1;
	alarm(arg, "duty-overdue",
		ig_arena_fmt(a, "duty %lld was due at %s: %.*s%s%s%s", (long long)duty->id, ig_time_rfc3339(duty->due, due),
			(int)strcspn(duty->what, ":"), duty->what, found ? " (" : "", found ? ig_desk_ref(&i, a) : "", found ? ")" : ""));
	if (found && ig_desk_tell_officer(d, &i, duty->due))
		return -1;
	return ig_store_duty_told(d->store, duty->id, ig_now());
}

int ig_desk_overdue(struct ig_desk *d, size_t limit, ig_desk_alarm_h *alarm, void *arg, struct ig_why *why)
{
	struct ig_duty *list = NULL;
	size_t count = 0;
	struct ig_arena *a = ig_arena_new(0);
	int bad = ig_store_duties_overdue(d->store, ig_now(), limit, a, &list, &count);
	for (size_t i = 0; !bad && i < count; i++)
		bad = tell(d, &list[i], a, alarm, arg);
	ig_arena_free(a);
	return bad ? ig_desk_fail(d, why) : (int)count;
}
