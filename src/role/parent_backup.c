/* Backups that are due: the parent starts an irgatectl for one, since no role may read what all of them hold. One at a time; its words go to the
 * log, its outcome into the book of backups, which it writes through the control socket as anybody would. One that fails is an alarm at once: the
 * next try comes within the hour, and nobody reads a log at night. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/opt.h"
#include "role/parent.h"

static _Noreturn void be_the_tool(const struct ig_parent *p)
{
	char now[IG_TIME_MAX];
	char *const argv[] = {(char *)"irgatectl", (char *)"-c", (char *)p->conf_file, (char *)"backup", NULL};
	char *const moved[] = {(char *)"irgatectl", (char *)"-c", (char *)p->conf_file, (char *)"--now", now, (char *)"backup", NULL};
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
	}
	close_range(STDERR_FILENO + 1, ~0u, 0);
	ig_time_rfc3339(p->now != IG_NEVER ? p->now : 0, now);
	execv("/proc/self/exe", p->now != IG_NEVER ? moved : argv); /* the daemon's own program is the operator's tool too, by this name */
	ig_die(IG_EX_SOFTWARE, "a backup cannot be started: %s", strerror(errno));
}

int ig_parent_backup(struct ig_parent *p)
{
	if (p->backup_pid > 0)
		return 0; /* the one before is still at it */
	p->backup_pid = fork();
	if (!p->backup_pid)
		be_the_tool(p);
	if (p->backup_pid < 0)
		ig_log(IG_LOG_ERR, "no process for a backup: %s", strerror(errno));
	return 0;
}

bool ig_parent_backup_died(struct ig_parent *p, pid_t pid, int status)
{
	char text[96];
	if (p->backup_pid <= 0 || pid != p->backup_pid)
		return false;
	p->backup_pid = 0;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return true;
	snprintf(text, sizeof(text), "a backup was not made (%s %d): see the log of the daemon", WIFEXITED(status) ? "exit" : "signal",
		WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	ig_log(IG_LOG_ERR, "%s", text);
	ig_parent_alarm(p, "backup", text);
	return true;
}
