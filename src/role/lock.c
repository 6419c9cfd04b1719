/* Who owns an instance: one process at a time, by flock on var/lock (INTERFACE "One process owns an instance at a time").
 * Relies on base/fs for the lock itself. Does not decide what to do when it is held: daemon and tools exit 75 with these words. */
#include "config.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/clock.h"
#include "base/fs.h"
#include "base/opt.h"
#include "role/role.h"

enum { DYING_MS = 5000, STEP_MS = 20 };

/* A parent that was killed leaves roles that die with it but hold the lock until the kernel is through with them. */
static bool owner_is_dying(pid_t pid)
{
	return pid > 0 && kill(pid, 0) < 0 && errno == ESRCH;
}

/* One folder below var for each writer: Landlock can then keep the others out of it (conf.h, doc/SANDBOX.md). */
static int make_folders(const struct ig_conf *c, struct ig_why *why)
{
	static const char *const folders[] = {"", "/evidence", "/store", "/tmp"};
	char path[4096];

	for (size_t i = 0; i < IG_COUNT(folders); i++) {
		if ((size_t)snprintf(path, sizeof(path), "%s%s", c->var, folders[i]) >= sizeof(path))
			return ig_why(why, "%s is too long a path", c->var);
		if (ig_fs_mkdirs(path, i ? 0700 : 0711) < 0)
			return ig_why(why, "cannot make %s: %s", path, strerror(errno));
	}
	return 0;
}

int ig_instance_lock(const struct ig_conf *c, struct ig_why *why)
{
	const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};
	int64_t until = ig_mono_ms() + DYING_MS;
	char path[4096];
	pid_t pid = 0;
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "%s/lock", c->var) >= sizeof(path))
		return ig_why(why, "%s is too long a path", c->var);
	if (make_folders(c, why) < 0)
		return -1;
	while ((fd = ig_fs_lock(path, &pid)) < 0) {
		if (errno != EWOULDBLOCK)
			return ig_why(why, "cannot lock %s: %s", path, strerror(errno));
		if (!owner_is_dying(pid) || ig_mono_ms() > until)
			return ig_why(why, "%s is held by pid %d", c->dir, (int)pid);
		nanosleep(&step, NULL);
	}
	return fd;
}
