/* The clerk's one timer: for the letter, the duty or the task whose time comes next. Set anew after each commit, so that whatever an
 * act or a message added is seen; nothing is polled. Relies on the store's indexes for what is next. Decides nothing. */
#include "config.h"
#include "role/clerk.h"

#include "base/log.h"

static void raise_alarm(void *arg, const char *code, const char *text)
{
	ig_clerk_alarm(arg, code, text);
}

int ig_clerk_duty_prepare(struct ig_clerk *c)
{
	struct ig_why why = {""};
	if (c->stopping || c->alarm_count == IG_CLERK_ALARMS)
		return 0;
	/* As many as there is room for alarms in this commit; the timer goes on with the rest. */
	c->preparing = true;
	int told = ig_desk_overdue(c->desk, IG_CLERK_ALARMS - c->alarm_count, raise_alarm, c, &why);
	c->preparing = false;
	if (told < 0)
		ig_log(IG_LOG_ERR, "duties: %s", why.text);
	return told < 0 ? -1 : 0;
}

static void due_now(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	struct ig_clerk *c = arg;
	ig_pump_poke(c->pump);
}

/* IG_NEVER nothing; -1 with the reason in the store. */
static int next_due(struct ig_clerk *c, ig_time *at_r)
{
	ig_time letter = IG_NEVER, duty;
	/* Letters are looked at again when there is a sender with room for them. */
	if (c->sender && c->sending < IG_CLERK_SENDS && ig_store_dispatch_next_due(c->store, &letter) < 0)
		return -1;
	if (ig_store_duty_next_due(c->store, &duty) < 0)
		return -1;
	if (duty != IG_NEVER)
		duty++; /* overdue is what is past its time, not what is at it */
	*at_r = letter == IG_NEVER || (duty != IG_NEVER && duty < letter) ? duty : letter;
	return 0;
}

bool ig_clerk_something_due(struct ig_clerk *c)
{
	ig_time at;
	return next_due(c, &at) < 0 || (at != IG_NEVER && at <= ig_now());
}

void ig_clerk_due(struct ig_clerk *c)
{
	ig_time at, now = ig_now();
	if (!c->due)
		c->due = evtimer_new(c->role->base, due_now, c);
	if (c->done || c->stopping)
		return;
	if (next_due(c, &at) < 0) {
		ig_log(IG_LOG_ERR, "what is due next: %s", ig_store_why(c->store));
		return;
	}
	evtimer_del(c->due);
	if (at == IG_NEVER)
		return;
	if (at <= now) {
		ig_pump_poke(c->pump);
		return;
	}
	if (ig_clock_fixed()) /* the clock stands still: that time does not come */
		return;
	int64_t wait = at - now + 1000; /* a little late rather than a turn for nothing */
	if (wait > IG_HOUR) /* the civil clock may be set meanwhile */
		wait = IG_HOUR;
	struct timeval tv = {wait / IG_SECOND, wait % IG_SECOND};
	evtimer_add(c->due, &tv);
}
