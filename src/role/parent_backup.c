/* What is due by the books and no role may do, since none may read or move what all of them hold: a backup, and the moving out of evidence whose time
 * is over. The parent starts an irgatectl for it, one of a kind at a time; its words go to the log, its outcome into the books, which it writes
 * through the control socket as anybody would. One that fails is an alarm at once: nobody reads a log at night. */
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

enum { WORDS_MAX = 16 };
static const char *const names[IG_PARENT_CHORES] = {"backup", "archive"};

static _Noreturn void be_the_tool(const struct ig_parent *p, size_t chore)
{
	char now[IG_TIME_MAX];
	const char *words[WORDS_MAX] = {"irgatectl", "-c", p->conf_file};
	size_t n = 3;
	if (p->now != IG_NEVER)
		words[n++] = "--now", words[n++] = ig_time_rfc3339(p->now, now);
	if (chore)
		words[n++] = "evidence", words[n++] = "archive", words[n++] = "--to", words[n++] = p->conf->archive_dir, words[n++] = "--reason",
		words[n++] = "its time is over by the profile's retention";
	else
		words[n++] = "backup";
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
	}
	close_range(STDERR_FILENO + 1, ~0u, 0);
	execv("/proc/self/exe", (char *const *)(uintptr_t)words); /* the daemon's own program is the operator's tool too, by this name */
	ig_die(IG_EX_SOFTWARE, "%s cannot be started: %s", names[chore], strerror(errno));
}

int ig_parent_chore(struct ig_parent *p, const char *name)
{
	size_t i = 0;
	while (i < IG_PARENT_CHORES && strcmp(names[i], name))
		i++;
	if (i == IG_PARENT_CHORES)
		return 1;
	if (p->chores[i] > 0)
		return 0; /* the one before is still at it */
	p->chores[i] = fork();
	if (!p->chores[i])
		be_the_tool(p, i);
	if (p->chores[i] < 0)
		ig_log(IG_LOG_ERR, "no process for the %s: %s", name, strerror(errno));
	return 0;
}

bool ig_parent_chore_died(struct ig_parent *p, pid_t pid, int status)
{
	char text[96];
	size_t i = 0;
	while (i < IG_PARENT_CHORES && p->chores[i] != pid)
		i++;
	if (i == IG_PARENT_CHORES)
		return false;
	p->chores[i] = 0;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return true;
	snprintf(text, sizeof(text), "the %s was not made (%s %d): see the log of the daemon", names[i], WIFEXITED(status) ? "exit" : "signal",
		WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	ig_log(IG_LOG_ERR, "%s", text);
	ig_parent_alarm(p, names[i], text);
	return true;
}
