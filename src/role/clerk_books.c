/* What the clerk sees to for the books: the recorder knows when a stop for maintenance holds intake, a backup is made twice a week by an irgatectl
 * that the parent starts, where an operator's key is configured, and evidence whose time is over is moved out once a day, where a folder is. Relies
 * on the store for when the last backup was. */
#include "config.h"
#include "role/clerk.h"

#include "base/log.h"
#include "desk/desk.h"
#include "model/notes.h"
#include "store/books.h"

enum { FIRST_S = 2, AGAIN_S = 3600 };

void ig_clerk_hold(struct ig_clerk *c)
{
	struct ig_maintenance m;
	if (!c->recorder || ig_desk_maintenance_get(c->desk, &m) < 0)
		return;
	struct ig_note_hold n = {.from = m.from, .until = m.to};
	ig_note_hold_send(c->recorder, &n, -1);
}

static ig_time newest_backup(struct ig_clerk *c)
{
	struct ig_backup *list = NULL;
	size_t count = 0;
	struct ig_arena *a = ig_arena_new(0);
	ig_time newest = IG_NEVER;
	if (ig_store_backups(c->store, 0, a, &list, &count) >= 0 && count)
		newest = list[count - 1].at;
	ig_arena_free(a);
	return newest;
}

static void archive(struct ig_clerk *c)
{
	struct ig_note_want n = {.role = "archive"};
	if (c->archived_at != IG_NEVER && ig_now() - c->archived_at < IG_DAY)
		return;
	c->archived_at = ig_now();
	ig_note_want_send(c->role->parent, &n, -1);
}

static void look(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	struct ig_clerk *c = arg;
	const struct ig_conf *conf = c->role->conf;
	if (conf->archive_dir)
		archive(c);
	ig_time now = ig_now(), newest = newest_backup(c), every = conf->backup_every * 1000;
	struct timeval again = {AGAIN_S, 0};
	if (!conf->backup_key) {
		; /* made by hand only */
	} else if (newest == IG_NEVER || now - newest >= every) {
		struct ig_note_want n = {.role = "backup"};
		ig_note_want_send(c->role->parent, &n, -1);
		/* One that fails is said by the parent; this is for one that never ends. */
		if (newest != IG_NEVER && now - newest > every + IG_DAY)
			ig_clerk_alarm(c, "backup", "no backup could be made in its time: see the log of the daemon, or make one by hand");
	} else if ((newest + every - now) / IG_SECOND < AGAIN_S) {
		again.tv_sec = (time_t)((newest + every - now) / IG_SECOND + 1);
	}
	evtimer_add(c->backup, &again);
}

void ig_clerk_backup_start(struct ig_clerk *c)
{
	static const struct timeval first = {FIRST_S, 0};
	c->archived_at = IG_NEVER;
	if (c->role->once || (!c->role->conf->backup_key && !c->role->conf->archive_dir))
		return;
	c->backup = evtimer_new(c->role->base, look, c);
	if (c->backup)
		evtimer_add(c->backup, &first);
}
