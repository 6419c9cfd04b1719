/* The clerk's one timer: for the letter, the duty or the task whose time comes next. Set anew after each commit, so that whatever an
 * act or a message added is seen; nothing is polled. Relies on the store's indexes for what is next. Decides nothing. */
#include "config.h"
#include "role/clerk.h"

#include "base/log.h"
#include "desk/duty.h"

enum { TIMERS_A_COMMIT = 64 };

static void raise_alarm(void *arg, const char *code, const char *text)
{
	ig_clerk_alarm(arg, code, text);
}

int ig_clerk_timers_prepare(struct ig_clerk *c)
{
	struct ig_why why = {""};
	if (c->stopping)
		return 0;
	int done = ig_desk_timers(c->desk, TIMERS_A_COMMIT, &why);
	if (done < 0)
		ig_log(IG_LOG_ERR, "timers: %s", why.text);
	return done < 0 ? -1 : 0;
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

/* A transaction of its own, so between two commits. */
static void end_tasks(struct ig_clerk *c, bool all)
{
	struct ig_why why = {""};
	if (ig_pump_commit(c->pump)) /* the store takes nothing now; the pump tries again and then comes here */
		return;
	if (ig_desk_tasks_end(c->desk, all, &why) < 0) {
		c->tasks_pause = ig_mono_us() + 60 * IG_SECOND;
		ig_clerk_alarm(c, "store", why.text);
	}
}

static void due_now(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	struct ig_clerk *c = arg;
	ig_time task;
	if (!ig_store_tasks_next(c->store, &task) && task != IG_NEVER && task <= ig_now() && ig_mono_us() >= c->tasks_pause)
		end_tasks(c, false);
	ig_pump_poke(c->pump);
}

static void out_of_patience(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	struct ig_clerk *c = arg;
	end_tasks(c, true);
	ig_pump_poke(c->pump);
}

void ig_clerk_tasks_start(struct ig_clerk *c)
{
	struct ig_why why = {""};
	if (ig_desk_obligations_start(c->desk) < 0 || ig_desk_probes_start(c->desk) < 0 || ig_desk_digests_start(c->desk) < 0 || ig_desk_retention_start(c->desk) < 0)
		ig_clerk_alarm(c, "store", ig_store_why(c->store));
	if (ig_desk_tasks_end(c->desk, false, &why) < 0)
		ig_clerk_alarm(c, "store", why.text);
}

bool ig_clerk_tasks_wait(struct ig_clerk *c)
{
	int64_t wait = ig_conf_profile_at(c->role->conf, ig_now())->task_wait, open = ig_store_tasks_open(c->store);
	struct timeval tv = {wait / 1000, wait % 1000 * 1000};
	if (!c->patience)
		c->patience = evtimer_new(c->role->base, out_of_patience, c);
	if (open <= 0)
		evtimer_del(c->patience);
	else if (!evtimer_pending(c->patience, NULL))
		evtimer_add(c->patience, &tv);
	return open > 0;
}

/* IG_NEVER nothing; -1 with the reason in the store. */
static int next_due(struct ig_clerk *c, ig_time *at_r)
{
	ig_time letter = IG_NEVER, duty, task, timer, first = IG_NEVER;
	/* Letters are looked at again when there is a sender with room for them. */
	if (c->sender && c->sending < IG_CLERK_SENDS && ig_store_dispatch_next_due(c->store, &letter) < 0)
		return -1;
	if (ig_store_duty_next_due(c->store, &duty) < 0 || ig_store_tasks_next(c->store, &task) < 0 || ig_store_timer_next(c->store, &timer) < 0)
		return -1;
	if (ig_mono_us() < c->tasks_pause)
		task = IG_NEVER;
	if (duty != IG_NEVER)
		duty++; /* overdue is what is past its time, not what is at it */
	const ig_time times[] = {letter, duty, task, timer};
	for (size_t i = 0; i < IG_COUNT(times); i++)
		if (times[i] != IG_NEVER && (first == IG_NEVER || times[i] < first))
			first = times[i];
	*at_r = first;
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
	if (at > now && ig_clock_fixed()) /* the clock stands still: that time does not come */
		return;
	int64_t wait = at <= now ? 0 : at - now + 1000; /* a little late rather than a turn for nothing */
	if (wait > IG_HOUR) /* the civil clock may be set meanwhile */
		wait = IG_HOUR;
	struct timeval tv = {wait / IG_SECOND, wait % IG_SECOND};
	evtimer_add(c->due, &tv);
}
