/* One child with a pipe to it, for gpg. Everything else is closed in it. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "backup/room.h"

int ig_pipe_open(struct ig_pipe *p, const char *program, char *const argv[], bool writing, int other, struct ig_why *why)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC))
		return ig_why(why, "no pipe: %s", strerror(errno));
	p->pid = fork();
	if (p->pid < 0) {
		close(ends[0]);
		close(ends[1]);
		return ig_why(why, "no process: %s", strerror(errno));
	}
	if (!p->pid) {
		if (dup2(writing ? ends[0] : other, STDIN_FILENO) < 0 || dup2(writing ? other : ends[1], STDOUT_FILENO) < 0)
			_exit(126);
		execv(program, argv);
		_exit(127);
	}
	close(ends[writing ? 0 : 1]);
	p->fd = ends[writing ? 1 : 0];
	return 0;
}

int ig_pipe_close(struct ig_pipe *p)
{
	int status = -1;
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
