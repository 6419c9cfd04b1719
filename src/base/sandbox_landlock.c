/* Landlock: which paths a role may open. By raw system calls, since glibc has none and Debian 12's headers stop at REFER.
 * Relies on no_new_privs. Only ever narrows what seccomp and file owners leave. */
#include "config.h"
#include "base/sandbox_rooms.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#define CREATE_RULESET_VERSION (1U << 0)
#define RULE_PATH_BENEATH 1

#define FS_EXECUTE (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_REMOVE_DIR (UINT64_C(1) << 4)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_DIR (UINT64_C(1) << 7)
#define FS_MAKE_REG (UINT64_C(1) << 8)
#define FS_MAKE_SOCK (UINT64_C(1) << 9)
#define FS_ABI1 ((UINT64_C(1) << 13) - 1)
#define FS_REFER (UINT64_C(1) << 13)     /* ABI 2 */
#define FS_TRUNCATE (UINT64_C(1) << 14)  /* ABI 3 */
#define FS_IOCTL_DEV (UINT64_C(1) << 15) /* ABI 5 */
#define NET_BIND_TCP (UINT64_C(1) << 0)  /* ABI 4 */
#define NET_CONNECT_TCP (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT_UNIX (UINT64_C(1) << 0) /* ABI 6 */
#define SCOPE_SIGNAL (UINT64_C(1) << 1)

#define OF_FILE (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE)
#define READING (FS_READ_FILE | FS_READ_DIR)
#define WRITING (READING | FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_REFER | FS_TRUNCATE)

struct ruleset { /* struct landlock_ruleset_attr of ABI 6; older kernels take a shorter one */
	uint64_t fs, net, scoped;
};
struct path_rule {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed));

int ig_sandbox_landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
	const char *text = getenv("IRGATE_LANDLOCK_ABI");

	if (abi < 0)
		abi = 0;
	if (text && *text) {
		char *end;
		long cap = strtol(text, &end, 10);
		if (!*end && cap >= 0 && cap < abi)
			abi = cap;
	}
	return (int)abi;
}

static int add_path(int ruleset, const struct ig_sandbox_path *p, uint64_t handled, struct ig_why *why)
{
	struct path_rule rule = {.allowed = p->access & IG_PATH_WRITE ? WRITING : READING};
	struct stat st;
	int rc = 0;

	if (p->access & IG_PATH_EXEC)
		rule.allowed |= FS_EXECUTE;
	if (p->access & IG_PATH_SOCKET)
		rule.allowed |= FS_MAKE_SOCK;
	rule.parent_fd = open(p->path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return 0; /* not there, or out of reach anyway */
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed &= OF_FILE;
	rule.allowed &= handled;
	if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) < 0)
		rc = ig_why(why, "cannot add %s to the sandbox: %s", p->path, strerror(errno));
	close(rule.parent_fd);
	return rc;
}

int ig_sandbox_landlock(const struct ig_sandbox *s, struct ig_why *why)
{
	struct ruleset r = {.fs = FS_ABI1};
	int abi = ig_sandbox_landlock_abi(), fd, rc = 0;
	size_t size = sizeof(r.fs);

	/* ABI 1 refuses every rename from one directory to another, which a Maildir lives by. */
	if (abi == 0 || (abi == 1 && s->may & IG_MAY_CREATE))
		return 0;
	if (abi >= 2)
		r.fs |= FS_REFER;
	if (abi >= 3)
		r.fs |= FS_TRUNCATE;
	if (abi >= 4) {
		size = sizeof(r.fs) + sizeof(r.net);
		r.net = s->may & IG_MAY_INET ? NET_BIND_TCP : NET_BIND_TCP | NET_CONNECT_TCP;
	}
	if (abi >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (abi >= 6) {
		size = sizeof(r);
		r.scoped = SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL;
	}
	fd = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
	if (fd < 0)
		return ig_why(why, "cannot make a Landlock ruleset: %s", strerror(errno));
	for (const struct ig_sandbox_path *p = s->paths; p && p->path && rc == 0; p++)
		rc = add_path(fd, p, r.fs, why);
	if (rc == 0 && syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		rc = ig_why(why, "cannot enter the Landlock ruleset: %s", strerror(errno));
	close(fd);
	return rc < 0 ? -1 : 1;
}
