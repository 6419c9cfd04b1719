/* Acts that a confined process tries; each in a forked child, whose exit code is the errno. */
#include "config.h"
#include "sandbox_kit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"

char sandbox_dir[64];

const char *sandbox_in(const char *name)
{
	static char paths[16][160];
	static unsigned turn;
	char *p = paths[turn++ % 16];

	snprintf(p, sizeof(paths[0]), "%s/%s", sandbox_dir, name);
	return p;
}

int sandbox_set_up(void **state IG_UNUSED)
{
	static const char *const folders[] = {"ro", "rw", "rw/tmp", "rw/new"};
	static const char *const files[] = {"file", "private", "foreign", "ro/file", "rw/file"};

	snprintf(sandbox_dir, sizeof(sandbox_dir), "/tmp/irgate-test-box.XXXXXX");
	if (!mkdtemp(sandbox_dir) || chmod(sandbox_dir, 0755) < 0)
		return -1;
	for (size_t i = 0; i < IG_COUNT(folders); i++)
		if (mkdir(sandbox_in(folders[i]), 0755) < 0)
			return -1;
	for (size_t i = 0; i < IG_COUNT(files); i++)
		if (ig_fs_replace(sandbox_in(files[i]), "x", 1, 0600) < 0)
			return -1;
	if (getuid() == 0 && chown(sandbox_in("foreign"), 65533, 65533) < 0)
		return -1;
	return 0;
}

int sandbox_tear_down(void **state IG_UNUSED)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp("rm", "rm", "-rf", sandbox_dir, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	return 0;
}

/* A socket and a connect that would be answered "nobody there" if it were let through. */
static int try_connect(int domain)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(1), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "/nonexistent/socket"};
	int fd = socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0), rc;

	if (fd < 0)
		return errno;
	rc = domain == AF_INET ? connect(fd, (struct sockaddr *)&in, sizeof(in)) : connect(fd, (struct sockaddr *)&un, sizeof(un));
	return rc == 0 || errno == ECONNREFUSED || errno == ENOENT ? 0 : errno;
}

static int try_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	return fd < 0 ? errno : 0;
}

static int try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 || waitpid(pid, NULL, 0) != pid ? errno : 0;
}

static int nothing(void *arg IG_UNUSED)
{
	return 0;
}

static int try_thread(void)
{
	static char stack[65536] __attribute__((aligned(16)));

	return clone(nothing, stack + sizeof(stack), CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM, NULL) < 0 ? errno : 0;
}

static int try_exec(const char *program)
{
	char *const argv[] = {(char *)(uintptr_t)program, NULL};

	execve(program, argv, argv + 1);
	return errno;
}

static int try_move(const char *path)
{
	char from[256], to[256];

	snprintf(from, sizeof(from), "%s/tmp/m", path);
	snprintf(to, sizeof(to), "%s/new/m", path);
	if (try_open(from, O_WRONLY | O_CREAT))
		return errno;
	return rename(from, to) < 0 || unlink(to) < 0 ? errno : 0;
}

static int attempt(char act, const char *path)
{
	switch (act) {
	case 'r':
		return try_open(path, O_RDONLY);
	case 'w':
		return try_open(path, O_WRONLY);
	case 'n': {
		int rc = try_open(path, O_WRONLY | O_CREAT | O_EXCL);
		return rc || unlink(path) == 0 ? rc : errno;
	}
	case 'v':
		return try_move(path);
	case 'm':
		return memfd_create("m", MFD_CLOEXEC) < 0 ? errno : 0;
	case 'i':
		return try_connect(AF_INET);
	case 'u':
		return try_connect(AF_UNIX);
	case 'c': {
		int rc = try_connect(AF_INET);
		return rc ? try_connect(AF_UNIX) : 0;
	}
	case 'f':
		return try_fork();
	case 't':
		return try_thread();
	case 'x':
		return try_exec("/bin/true");
	case 'y':
		return try_exec("/bin/cat");
	case 'p':
		return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? errno : 0;
	}
	return ENOSYS;
}

const char *sandbox_act(char act)
{
	static const struct { char act; const char *word; } words[] = {
		{'r', "open for reading"}, {'w', "open for writing"}, {'n', "make a file"}, {'v', "move a file"}, {'m', "memfd"}, {'i', "connect AF_INET"},
		{'u', "connect AF_UNIX"}, {'c', "connect"}, {'f', "fork"}, {'t', "thread"}, {'x', "exec"}, {'y', "exec of another program"}, {'p', "ptrace"},
	};

	for (size_t i = 0; i < IG_COUNT(words); i++)
		if (words[i].act == act)
			return words[i].word;
	return "?";
}

int sandbox_try(const struct ig_sandbox *s, const char *abi, char act, const char *path)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct ig_why why;
		if (abi)
			setenv("IRGATE_LANDLOCK_ABI", abi, 1);
		if (s && ig_sandbox_apply(s, &why) < 0)
			_exit(255);
		_exit(attempt(act, path));
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return SANDBOX_NOT_APPLIED + 1; /* killed: a refusal must be a normal error */
	return WEXITSTATUS(status) == 255 ? SANDBOX_NOT_APPLIED : WEXITSTATUS(status);
}
