/* The parent: reads the configuration, takes the lock, opens the listening sockets, starts the roles and watches them until told to stop.
 * Relies on parent_*.c for each of these. Never reads a received byte; holds neither log nor store. */
#include "config.h"
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "base/opt.h"
#include "role/parent.h"

enum { NOTE_ARENA_MAX = 1 << 20, LOCK_FD_LEAST = 10 };

static void say_conf(const char *line, void *arg IG_UNUSED)
{
	ig_log(IG_LOG_ERR, "%s", line);
}

void ig_parent_end(struct ig_parent *p, int code)
{
	if (p->stage == IG_PARENT_STOPPING)
		return;
	p->code = code;
	ig_parent_check_drop(p);
	ig_parent_tell(p, "STOPPING=1\nSTATUS=stopping");
	ig_parent_roles_stop(p, IG_PARENT_STOPPING);
}

void ig_parent_all_stopped(struct ig_parent *p)
{
	if (p->stage == IG_PARENT_STOPPING) {
		event_base_loopbreak(p->base);
		return;
	}
	p->stage = IG_PARENT_RUNNING;
	ig_parent_roles_count(p);
	for (size_t i = 0; i < p->role_count; i++)
		p->role[i].failures = 0;
	ig_parent_roles_start(p, IG_AT_ALL);
	if (p->reload_wanted)
		ig_parent_reload(p);
}

/* ---- signals, timers */

static void on_end(evutil_socket_t sig, short what IG_UNUSED, void *arg)
{
	struct ig_parent *p = arg;

	ig_log(IG_LOG_NOTICE, "stopping (signal %d)", (int)sig);
	/* A run of --once that is broken off lost nothing and did nothing by half, but is not done. */
	ig_parent_end(p, p->once ? IG_EX_TEMPFAIL : IG_EX_OK);
}

static void on_hup(evutil_socket_t sig IG_UNUSED, short what IG_UNUSED, void *arg)
{
	ig_parent_reload(arg);
}

static void on_child(evutil_socket_t sig IG_UNUSED, short what IG_UNUSED, void *arg)
{
	struct ig_parent *p = arg;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (ig_parent_reader_died(p, pid, status) || ig_parent_check_died(p, pid, status) ||
			ig_parent_chore_died(p, pid, status))
			continue;
		for (size_t i = 0; i < p->role_count; i++)
			if (p->role[i].pid == pid) {
				ig_parent_role_died(p, &p->role[i], status);
				break;
			}
	}
}

static void on_stop_late(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	struct ig_parent *p = arg;

	for (size_t i = 0; i < p->role_count; i++)
		if (p->role[i].pid) {
			ig_log(IG_LOG_WARNING, "%s (pid %d) does not stop: it is killed", p->role[i].name, (int)p->role[i].pid);
			kill(p->role[i].pid, SIGKILL);
		}
}

static void own_signals(struct ig_parent *p)
{
	static const struct { int sig; event_callback_fn h; } table[] = {
		{SIGTERM, on_end}, {SIGINT, on_end}, {SIGHUP, on_hup}, {SIGCHLD, on_child}};

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < IG_COUNT(table); i++) {
		p->signals[i] = evsignal_new(p->base, table[i].sig, table[i].h, p);
		if (!p->signals[i] || event_add(p->signals[i], NULL) < 0)
			ig_die(IG_EX_SOFTWARE, "cannot watch for signals");
	}
}

/* ---- start */

/* 0, or the exit code. Nothing of the instance is touched before the configuration is whole and the lock is ours. */
/* The gateway goes on without a filter that has a mistake: its mail is read as anybody's. */
static void filter_broken(const char *line, void *arg)
{
	ig_log(IG_LOG_ERR, "%s", line);
	ig_parent_alarm(arg, "filter", line);
}

static int own_instance(struct ig_parent *p)
{
	struct ig_why why = {""};
	int code, fd;

	p->conf = ig_conf_load(p->conf_file, say_conf, NULL);
	if (!p->conf)
		return IG_EX_CONFIG;
	if (ig_parent_users_exist(p->conf, &why) < 0) {
		ig_log(IG_LOG_ERR, "%s", why.text);
		return IG_EX_CONFIG;
	}
	if (ig_parent_templates_sound(p->conf) < 0) /* the clerk could not start, again and again */
		return IG_EX_CONFIG;
	ig_parent_filters_broken(p->conf, filter_broken, p);
	fd = ig_instance_lock(p->conf, &why);
	if (fd < 0) {
		ig_log(IG_LOG_ERR, "%s", why.text);
		return IG_EX_TEMPFAIL;
	}
	/* Out of the way of IG_ROLE_FD; each role inherits it, so that the instance stays owned until the last of them is gone. */
	p->lock = fcntl(fd, F_DUPFD_CLOEXEC, LOCK_FD_LEAST);
	close(fd);
	if (ig_parent_make_folders(p->conf, &why) < 0) {
		ig_log(IG_LOG_ERR, "%s", why.text);
		return IG_EX_TEMPFAIL;
	}
	ig_conf_set_zone(p->conf, p->now != IG_NEVER ? p->now : ig_now());
	p->frames = ig_parent_frames_taken(p->conf);
	if (p->now != IG_NEVER) {
		code = ig_parent_now_allowed(p->conf, p->now);
		if (code)
			return code;
		ig_clock_fix(p->now);
	}
	return 0;
}

static int open_sockets(struct ig_parent *p)
{
	struct ig_parent_listeners none = {.count = 0};
	struct ig_why why = {""};

	if (ig_parent_listen(p->conf, &none, &p->listeners, &why) < 0 || ig_parent_page_init(p, &why) < 0) {
		ig_log(IG_LOG_ERR, "%s", why.text);
		return IG_EX_UNAVAILABLE;
	}
	return 0;
}

static void make_loop(struct ig_parent *p)
{
	p->arena = ig_arena_new(NOTE_ARENA_MAX);
	p->base = event_base_new();
	if (!p->base)
		ig_die(IG_EX_SOFTWARE, "cannot make an event loop");
	p->kill_at = evtimer_new(p->base, on_stop_late, p);
	if (!p->kill_at)
		ig_die(IG_EX_SOFTWARE, "out of memory");
	own_signals(p);
	ig_parent_roles_init(p);
	ig_parent_watch_init(p);
}

/* The roles need network, folders and users of their own, and a filter of system calls would be theirs too: what can be given up here is the right to
 * gain any. */
static void confine_itself(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static void free_all(struct ig_parent *p)
{
	ig_parent_readers_end(p);
	p->role[IG_AT_CLERK].ready = false;
	ig_parent_alarms_flush(p);
	ig_parent_readers_free(p);
	ig_parent_watch_free(p);
	ig_parent_listeners_close(&p->listeners, true);
	for (size_t i = 0; p->base && i < IG_PARENT_ROLES_MAX; i++)
		event_free(p->role[i].again);
	for (size_t i = 0; i < IG_COUNT(p->signals); i++)
		if (p->signals[i])
			event_free(p->signals[i]);
	if (p->kill_at)
		event_free(p->kill_at);
	if (p->base)
		event_base_free(p->base);
	if (p->page)
		munmap(p->page, sizeof(*p->page));
	if (p->page_fd >= 0)
		close(p->page_fd);
	p->arena = ig_arena_free(p->arena);
	p->conf = ig_conf_free(p->conf);
}

int ig_parent_main(const char *conf_file, bool once, bool verbose, ig_time now)
{
	char path[PATH_MAX];
	struct ig_parent p = {.once = once, .verbose = verbose, .now = now, .page_fd = -1, .lock = -1};

	ig_log_init("irgated", verbose ? IG_LOG_DEBUG : IG_LOG_INFO);
	p.conf_file = realpath(conf_file, path) ? path : conf_file; /* what is wrong with it is said when it is read */
	p.systemd = getenv("NOTIFY_SOCKET") != NULL;
	p.code = own_instance(&p);
	if (!p.code)
		p.code = open_sockets(&p);
	if (!p.code) {
		make_loop(&p);
		confine_itself();
		ig_parent_roles_start(&p, IG_AT_ALL);
		event_base_dispatch(p.base);
	}
	free_all(&p);
	return p.code;
}
