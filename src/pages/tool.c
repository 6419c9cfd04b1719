/* Runs a tool of the distribution on the bytes of one document: the poppler tools, catdoc and 7zz. The child keeps this process's confinement (no network,
 * no writing, the same memory); its bytes come by a sealed memory file, its words go back by a pipe with a ceiling and a deadline.
 * Relies on execve being allowed to this role only. Trusts nothing of what comes back. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fs.h"
#include "pages/inner.h"

enum { ARGS_MAX = 24, BYTES_FD = 10 };

static void become(const struct ig_tool *t, int bytes, int typed, int out) __attribute__((noreturn));
static void become(const struct ig_tool *t, int bytes, int typed, int out)
{
	static char *const env[] = {(char *)"LC_ALL=C.UTF-8", (char *)"PATH=/usr/bin", (char *)"HOME=/nonexistent", (char *)"OMP_THREAD_LIMIT=1", NULL};
	char path[32];
	char *argv[ARGS_MAX + 1];
	size_t n = 0;
	int null = open("/dev/null", O_RDONLY);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", BYTES_FD);
	for (; t->argv[n] && n < ARGS_MAX; n++)
		argv[n] = !strcmp(t->argv[n], "@") ? path : (char *)(uintptr_t)t->argv[n];
	argv[n] = NULL;
	if (dup2(t->on_stdin ? bytes : typed >= 0 ? typed : null, 0) < 0 || dup2(out, 1) < 0 || dup2(bytes, BYTES_FD) < 0)
		_exit(126);
	close_range(3, BYTES_FD - 1, 0);
	close_range(BYTES_FD + 1, ~0u, 0);
	execve(argv[0], argv, env);
	_exit(127);
}

/* All it says, to its end, the ceiling or the deadline. 0 it ended by itself. */
static int listen_to(int fd, int64_t deadline, struct ig_buf *out)
{
	char block[65536];
	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = deadline - ig_mono_ms();
		int ready = left > 0 ? poll(&p, 1, (int)(left < 1000000 ? left : 1000000)) : 0;
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return -1;
		ssize_t n = read(fd, block, sizeof(block));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return 0;
		ig_buf_add(out, block, (size_t)n);
		if (out->over)
			return 0;
	}
}

int ig_tool_run(struct ig_doc *d, const struct ig_tool *t, struct ig_buf *out, struct ig_why *why)
{
	int fds[2], bytes = ig_fs_memfd("bytes", t->p, t->len), typed = t->says ? ig_fs_memfd("typed", t->says, strlen(t->says)) : -1, status = 0;
	const char *name = strrchr(t->argv[0], '/') + 1;
	int64_t deadline = ig_mono_ms() + t->time_ms;
	pid_t pid = -1;
	deadline = deadline < d->deadline ? deadline : d->deadline;
	if (bytes < 0 || (t->says && typed < 0) || pipe2(fds, O_CLOEXEC) < 0) {
		if (bytes >= 0)
			close(bytes);
		if (typed >= 0)
			close(typed);
		return ig_why(why, "%s: %s", name, strerror(errno));
	}
	pid = fork();
	if (!pid)
		become(t, bytes, typed, fds[1]);
	close(bytes);
	if (typed >= 0)
		close(typed);
	close(fds[1]);
	int late = pid > 0 ? listen_to(fds[0], deadline, out) : -1;
	close(fds[0]);
	if (pid > 0) {
		if (late || out->over)
			kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	if (pid < 0)
		return ig_why(why, "%s cannot be started", name);
	if (late)
		return ig_why(why, "%s took too long", name);
	if (out->over)
		return 0;
	if (WIFSIGNALED(status))
		return ig_why(why, "%s was ended by signal %d", name, WTERMSIG(status));
	if (WEXITSTATUS(status) == 127)
		return ig_why(why, "%s is not installed", name);
	return WEXITSTATUS(status) ? ig_why(why, "%s refused it (%d)", name, WEXITSTATUS(status)) : 0;
}
