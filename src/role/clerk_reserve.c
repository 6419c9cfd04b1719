/* When the clerk gives the reserve up and when it makes it again: DESIGN "Limits". Intake stops at min_free, so that what fills the disk
 * beyond it is another program; what was begun must be ended all the same. Relies on store/reserve.c for the file. */
#include "config.h"
#include "role/clerk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

enum { LOOK_AGAIN_S = 10 };

void ig_clerk_reserve_start(struct ig_clerk *c)
{
	/* The store may need room to be opened at all. The alarm comes with the first look. */
	if (ig_store_no_room(c->role->conf->var) && ig_store_reserve_give_up(c->role->conf->var))
		ig_log(IG_LOG_WARNING, "the disk is full: the reserve was given up");
}

static void look_again(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	ig_clerk_reserve_keep(arg);
}

static void watch(struct ig_clerk *c)
{
	static const struct timeval wait = {LOOK_AGAIN_S, 0};
	if (!c->reserve)
		c->reserve = evtimer_new(c->role->base, look_again, c);
	if (c->reserve)
		evtimer_add(c->reserve, &wait);
}

void ig_clerk_reserve_keep(struct ig_clerk *c)
{
	const struct ig_conf *conf = c->role->conf;
	bool first = !c->reserve;
	int there;
	if (c->stopping || c->done)
		return;
	there = ig_store_reserve_keep(conf->var, conf->reserve, conf->min_free);
	if (there == 1) {
		if (!first)
			ig_log(IG_LOG_INFO, "there is room again: the reserve is made");
		ig_store_tight(c->store, false);
		return;
	}
	if (first && there < 0)
		ig_log(IG_LOG_WARNING, "no reserve: %s/store/reserve: %s", conf->var, strerror(errno));
	if (first && !there) {
		ig_store_tight(c->store, true);
		ig_clerk_alarm(c, "disk-full", "there is no room for the reserve above min_free");
	}
	watch(c);
}

bool ig_clerk_reserve_give_up(struct ig_clerk *c)
{
	if (!ig_store_reserve_give_up(c->role->conf->var))
		return false;
	ig_store_tight(c->store, true);
	watch(c);
	ig_clerk_alarm(c, "disk-full", "the disk is full: the reserve was given up, so that what was begun can be ended");
	return true;
}
