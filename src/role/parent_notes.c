/* What roles say to the parent: one short function a note. Alarms go on to the clerk, who keeps them; while it is down they wait here.
 * A note that is not as declared costs the role its connection and with that its life; the next one starts clean. */
#include "config.h"
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "desk/duty.h"
#include "base/opt.h"
#include "model/notes.h"
#include "role/parent.h"

static struct ig_parent_role *clerk(struct ig_parent *p)
{
	return &p->role[IG_AT_CLERK];
}

void ig_parent_alarm(struct ig_parent *p, const char *code, const char *text)
{
	struct ig_note_alarm n = {.code = code, .text = text};

	if (clerk(p)->ready) {
		ig_note_alarm_send(clerk(p)->link, &n, -1);
		return;
	}
	for (size_t i = 0; i < p->alarm_count; i++)
		if (!strcmp(p->alarms[i].code, code) && !strcmp(p->alarms[i].text, text))
			return;
	if (p->alarm_count == IG_PARENT_ALARMS_MAX) {
		ig_log(IG_LOG_ERR, "alarm %s: %s (the clerk is down and too many wait)", code, text);
		return;
	}
	p->alarms[p->alarm_count].code = ig_xstrdup(code);
	p->alarms[p->alarm_count++].text = ig_xstrdup(text);
}

void ig_parent_alarms_flush(struct ig_parent *p)
{
	for (size_t i = 0; i < p->alarm_count; i++) {
		struct ig_note_alarm n = {.code = p->alarms[i].code, .text = p->alarms[i].text};

		if (clerk(p)->ready)
			ig_note_alarm_send(clerk(p)->link, &n, -1);
		free(p->alarms[i].code);
		free(p->alarms[i].text);
	}
	p->alarm_count = 0;
}

static int on_ready(struct ig_parent_role *r)
{
	struct ig_parent *p = r->parent;

	r->ready = true;
	ig_log(IG_LOG_DEBUG, "%s is ready (pid %d)", r->name, (int)r->pid);
	if (r == clerk(p))
		ig_parent_alarms_flush(p);
	if (p->stage != IG_PARENT_RUNNING || !ig_parent_all_ready(p))
		return 0;
	if (!p->said_ready)
		ig_log(IG_LOG_INFO, "running: %s", p->conf->dir);
	p->said_ready = true;
	malloc_trim(0); /* what proving templates and filters left behind */
	ig_parent_tell(p, "READY=1\nSTATUS=running");
	return 0;
}

static int on_want(struct ig_parent_role *r, const void *body, size_t len)
{
	struct ig_note_want n;

	if (r != clerk(r->parent) || ig_note_want_unpack(&n, body, len, r->parent->arena) < 0 || !n.role)
		return -1;
	return ig_parent_chore(r->parent, n.role) ? ig_parent_reader_wanted(r->parent, n.role) : 0;
}

static int on_unwant(struct ig_parent_role *r, const void *body, size_t len)
{
	struct ig_note_unwant n;

	if (r != clerk(r->parent) || ig_note_unwant_unpack(&n, body, len, r->parent->arena) < 0)
		return -1;
	ig_parent_reader_unwanted(r->parent, n.reader);
	return 0;
}

static int on_done(struct ig_parent_role *r, const void *body, size_t len)
{
	struct ig_note_done n;

	if (r != clerk(r->parent) || !r->parent->once || ig_note_done_unpack(&n, body, len, r->parent->arena) < 0)
		return -1;
	ig_parent_end(r->parent, (int)(n.code & 0xff));
	return 0;
}

/* Waits for the command as its own process group, and ends the group when its time is over: a shell's children would outlive an alarm(2)
 * of the shell. */
static _Noreturn void watch_command(char *const argv[], int64_t patience_ms)
{
	struct timespec patience = {patience_ms / 1000, patience_ms % 1000 * 1000000};
	sigset_t child, before;
	pid_t pid;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &before);
	setpgid(0, 0);
	pid = fork();
	if (!pid) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		execv(argv[0], argv);
		ig_die(IG_EX_SOFTWARE, "cannot run %s: %s", argv[0], strerror(errno));
	}
	if (pid > 0 && sigtimedwait(&child, NULL, &patience) < 0) {
		ig_log(IG_LOG_ERR, "the alarm command did not end in its time");
		kill(0, SIGKILL);
	}
	_exit(IG_EX_OK);
}

/* The office's own program, without case content in its arguments; an unprivileged child that is ended after a while. Its outcome is nobody's:
 * the row of the alarm stays open until a person acknowledges it. */
static void run_command(struct ig_parent *p, const char *code, const char *text)
{
	const char *command = !strcmp(code, IG_DESK_OFFICER) ? p->conf->officer_command : p->conf->alarm_command;
	char *const argv[] = {(char *)command, (char *)code, (char *)text, NULL};
	struct ig_why why = {""};
	pid_t pid = command ? fork() : -1;
	sigset_t none;

	if (!command)
		return;
	if (pid < 0)
		ig_log(IG_LOG_ERR, "cannot run %s", command);
	if (pid)
		return;
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	if ((p->conf->user_clerk && ig_sandbox_become(p->conf->user_clerk, &why) < 0) || ig_sandbox_drop_capabilities(&why) < 0)
		ig_die(IG_EX_SOFTWARE, "alarm command: %s", why.text);
	watch_command(argv, p->conf->alarm_timeout);
}

static int on_alarm(struct ig_parent_role *r, const void *body, size_t len)
{
	struct ig_note_alarm n;

	if (ig_note_alarm_unpack(&n, body, len, r->parent->arena) < 0 || !n.code || !n.text)
		return -1;
	if (r == clerk(r->parent)) /* it is written down: somebody is to hear of it */
		run_command(r->parent, n.code, n.text);
	else
		ig_parent_alarm(r->parent, n.code, n.text);
	return 0;
}

static int on_pong(struct ig_parent_role *r, const void *body, size_t len)
{
	struct ig_note_pong n;

	if (ig_note_pong_unpack(&n, body, len, r->parent->arena) < 0)
		return -1;
	r->ponged = n.count;
	if (n.count == r->parent->ping)
		r->silent_since = 0;
	return 0;
}

int ig_parent_note(struct ig_link *l IG_UNUSED, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct ig_parent_role *r = arg;

	if (fd >= 0)
		close(fd); /* no note to the parent carries one */
	ig_arena_reset(r->parent->arena);
	switch (kind) {
	case IG_NOTE_READY: return on_ready(r);
	case IG_NOTE_WANT: return on_want(r, body, len);
	case IG_NOTE_UNWANT: return on_unwant(r, body, len);
	case IG_NOTE_DONE: return on_done(r, body, len);
	case IG_NOTE_ALARM: return on_alarm(r, body, len);
	case IG_NOTE_TOKEN: return ig_parent_token(r);
	case IG_NOTE_PONG: return on_pong(r, body, len);
	}
	return -1;
}
