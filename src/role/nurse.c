/* One child after the other on the same socket; relies on the worker to confine itself in serve. Touches no byte of the work. */
#include "config.h"
#include "role/nurse.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "base/opt.h"

int ig_nurse(const char *worker, void (*serve)(void *arg), void *arg)
{
	for (;;) {
		pid_t self = getpid(), pid = fork();
		int status;
		if (pid < 0)
			ig_die(IG_EX_TEMPFAIL, "no process for a %s: %s", worker, strerror(errno));
		if (!pid) {
			if (!prctl(PR_SET_PDEATHSIG, SIGKILL) && getppid() == self)
				serve(arg);
			_exit(0);
		}
		while (waitpid(pid, &status, 0) < 0)
			if (errno != EINTR)
				return IG_EX_TEMPFAIL;
		if (WIFSIGNALED(status)) {
			signal(WTERMSIG(status), SIG_DFL);
			raise(WTERMSIG(status));
		}
		if (!WIFEXITED(status) || WEXITSTATUS(status) != IG_NURSE_DUE)
			return WIFEXITED(status) ? WEXITSTATUS(status) : IG_EX_SOFTWARE;
	}
}
