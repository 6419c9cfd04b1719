/* Confinement of a role: what is refused is listed for each role in doc/SANDBOX.md and proven by tests/unit/test_sandbox_*.
 * Seccomp and file owners hold by themselves; Landlock, where the kernel has it, only adds. */
#ifndef IG_BASE_SANDBOX_H
#define IG_BASE_SANDBOX_H
#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"

/* Groups of system calls beyond the common set (read, write, poll, epoll, memory, time, signals to self, exit). */
enum ig_sandbox_may {
	IG_MAY_OPEN = 1 << 0,    /* open paths (Landlock narrows which) */
	IG_MAY_CREATE = 1 << 1,  /* create, rename, unlink, truncate, fsync */
	IG_MAY_INET = 1 << 2,    /* socket and connect AF_INET, AF_INET6 */
	IG_MAY_UNIX = 1 << 3,    /* socket and connect AF_UNIX */
	IG_MAY_ACCEPT = 1 << 4,  /* accept on sockets it was given */
	IG_MAY_FORK = 1 << 5,    /* fork a child of the same confinement (no exec) */
	IG_MAY_EXEC = 1 << 6,    /* execve; parent only */
	IG_MAY_PASSFD = 1 << 7,  /* recvmsg/sendmsg with descriptors, memfd_create */
	IG_MAY_THREAD = 1 << 8,  /* clone of threads */
	IG_MAY_TOOL = 1 << 9     /* execve of programs below IG_PATH_EXEC paths, which keep this very confinement */
};

struct ig_sandbox_path {
	const char *path;
	/* WRITE: read, create, rename, remove below it; EXEC: read and run; SOCKET: a unix socket may be bound below it */
	enum { IG_PATH_READ = 1, IG_PATH_WRITE = 2, IG_PATH_EXEC = 4, IG_PATH_SOCKET = 8 } access;
};

struct ig_sandbox {
	const char *role;
	unsigned may;                        /* of enum ig_sandbox_may */
	const struct ig_sandbox_path *paths; /* ends with path NULL; a path that does not exist is left out */
	const char *user;                    /* NULL: keep the uid */
	uint64_t memory_max, cpu_max_s;      /* rlimits, 0 none */
};

/* Drops user, capabilities and rights for good: no_new_privs, Landlock (ABI probed; IRGATE_LANDLOCK_ABI in the environment can lower it,
 * for tests), seccomp (refused calls give EPERM; never kills, so that a refusal is a normal error). 0, or -1 with why. */
int ig_sandbox_apply(const struct ig_sandbox *s, struct ig_why *why);
/* Only the change of user, with its groups, before anything is opened; nothing to do where it is that user already. 0, or -1 with why. */
int ig_sandbox_become(const char *user, struct ig_why *why);
/* Only the capabilities, for good: those held now and those that a later exec could give. 0, or -1 with why. */
int ig_sandbox_drop_capabilities(struct ig_why *why);
int ig_sandbox_landlock_abi(void); /* after the environment's cap; 0 when not there */
#endif
