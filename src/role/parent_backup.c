/* Backups that are due: the parent starts an irgatectl for one, since no role may read what all of them hold. One at a time; its words go to the
 * log, its outcome into the book of backups, which it writes through the control socket as anybody would. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/opt.h"
#include "role/parent.h"

int ig_parent_backup(struct ig_parent *p)
{
	static pid_t last;
	char *const argv[] = {(char *)"irgatectl", (char *)"-c", (char *)p->conf_file, (char *)"backup", NULL};
	if (last > 0 && !kill(last, 0))
		return 0; /* the one before is still at it */
	last = fork();
	if (last < 0)
		ig_log(IG_LOG_ERR, "no process for a backup: %s", strerror(errno));
	if (last)
		return 0;
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
	}
	close_range(STDERR_FILENO + 1, ~0u, 0);
	execv("/proc/self/exe", argv); /* the daemon's own program is the operator's tool too, by this name */
	ig_die(IG_EX_SOFTWARE, "a backup cannot be started: %s", strerror(errno));
}
