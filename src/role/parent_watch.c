/* What systemd hears (Type=notify), its watchdog, and the watch over a run of --once. A tick sends every role a PING; the watchdog is fed only while
 * all roles are ready and answered the last one. Without systemd's watchdog and without --once there is no timer here (idle costs nothing). */
#include "config.h"
#include <event2/event.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>
#include "base/log.h"
#include "base/opt.h"
#include "model/notes.h"
#include "role/parent.h"

/* Real time, also under --now. A role may be busy in one commit or one sync for long on a bad disk; a run may wait for slow hosts. */
enum { ONCE_TICK_MS = 5000, SILENT_MS = 120000, STANDSTILL_MS = 900000 };

void ig_parent_tell(struct ig_parent *p, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (!p->systemd)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	sd_notify(0, text);
}

/* True when the role answered the newest PING; one that is silent for too long is killed, and started again like any other that died. */
static bool answered(struct ig_parent *p, struct ig_parent_role *r)
{
	if (!r->link)
		return false;
	if (r->ponged == p->ping)
		return r->ready;
	if (!r->silent_since)
		r->silent_since = ig_mono_ms();
	if (ig_mono_ms() - r->silent_since > SILENT_MS) {
		ig_log(IG_LOG_ERR, "%s (pid %d) does not answer: it is killed", r->name, (int)r->pid);
		kill(r->pid, SIGKILL);
	}
	return false;
}

/* Under --once a run in which nothing moves ends, whoever waits for whom. */
static void watch_progress(struct ig_parent *p)
{
	uint64_t mark = atomic_load(&p->page->beats) + atomic_load(&p->page->frame_at);

	if (mark != p->moved_mark || !p->moved_at) {
		p->moved_mark = mark;
		p->moved_at = ig_mono_ms();
	} else if (ig_mono_ms() - p->moved_at > STANDSTILL_MS && p->stage == IG_PARENT_RUNNING) {
		ig_log(IG_LOG_ERR, "nothing moved for %d s: giving this run up", STANDSTILL_MS / 1000);
		ig_parent_end(p, IG_EX_SOFTWARE);
	}
}

static void tick(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	struct ig_parent *p = arg;
	struct ig_note_ping n;
	bool all = true;

	for (size_t i = 0; i < p->role_count; i++)
		all = answered(p, &p->role[i]) && all;
	if (all || p->stage != IG_PARENT_RUNNING)
		ig_parent_tell(p, "WATCHDOG=1");
	n.count = ++p->ping;
	for (size_t i = 0; i < p->role_count; i++)
		if (p->role[i].link)
			ig_note_ping_send(p->role[i].link, &n, -1);
	if (p->once)
		watch_progress(p);
}

void ig_parent_watch_init(struct ig_parent *p)
{
	uint64_t every = 0;

	if (sd_watchdog_enabled(0, &p->watchdog_us) > 0)
		every = p->watchdog_us / 4;
	if (p->once && (!every || every > ONCE_TICK_MS * 1000u))
		every = ONCE_TICK_MS * 1000u;
	if (!every)
		return;
	p->watch = event_new(p->base, -1, EV_PERSIST, tick, p);
	if (!p->watch)
		ig_die(IG_EX_SOFTWARE, "out of memory");
	event_add(p->watch, &(struct timeval){.tv_sec = (time_t)(every / 1000000), .tv_usec = (suseconds_t)(every % 1000000)});
}

void ig_parent_watch_free(struct ig_parent *p)
{
	if (p->watch)
		event_free(p->watch);
	p->watch = NULL;
}
