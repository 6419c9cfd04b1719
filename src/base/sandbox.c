/* Confinement of a role: limits, user, capabilities, then Landlock and seccomp (sandbox_landlock.c, sandbox_seccomp.c).
 * Relies on being called once, before threads. Does not close descriptors: what a role holds was given to it on purpose. */
#include "config.h"
#include "base/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/sandbox_rooms.h"

#if defined(IG_ASAN) || defined(IG_COVERAGE)
#define WIDE true
#else
#define WIDE false
#endif

static int limit(int what, uint64_t value, const char *word, struct ig_why *why)
{
	struct rlimit r;

	if (getrlimit(what, &r) < 0)
		return ig_why(why, "cannot read the limit of %s: %s", word, strerror(errno));
	if (r.rlim_max != RLIM_INFINITY && value > r.rlim_max)
		value = r.rlim_max; /* whoever started us allows less */
	r.rlim_cur = r.rlim_max = value;
	return setrlimit(what, &r) < 0 ? ig_why(why, "cannot limit %s: %s", word, strerror(errno)) : 0;
}

static int limits(const struct ig_sandbox *s, struct ig_why *why)
{
	if (limit(RLIMIT_CORE, 0, "core files", why) < 0) /* a core would hold letters and passwords */
		return -1;
	/* A sanitizer reserves terabytes of addresses. */
	if (s->memory_max && !WIDE && limit(RLIMIT_AS, s->memory_max, "memory", why) < 0)
		return -1;
	if (s->cpu_max_s && limit(RLIMIT_CPU, s->cpu_max_s, "processor time", why) < 0)
		return -1;
	return 0;
}

int ig_sandbox_become(const char *user, struct ig_why *why)
{
	const struct passwd *pw;
	int death_signal = 0;

	prctl(PR_GET_PDEATHSIG, &death_signal);
	errno = 0;
	pw = getpwnam(user);
	if (!pw)
		return ig_why(why, "user \"%s\" does not exist%s%s", user, errno ? ": " : "", errno ? strerror(errno) : "");
	if (geteuid() == pw->pw_uid && getuid() == pw->pw_uid && pw->pw_uid != 0)
		return 0;
	if (initgroups(user, pw->pw_gid) < 0 || setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) < 0 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) < 0)
		return ig_why(why, "cannot become user \"%s\": %s", user, strerror(errno));
	/* A change of user clears it (prctl(2)), and a role must not outlive its parent. */
	if (death_signal && prctl(PR_SET_PDEATHSIG, death_signal) < 0)
		return ig_why(why, "cannot keep the signal of the parent's death: %s", strerror(errno));
	return 0;
}

int ig_sandbox_drop_capabilities(struct ig_why *why)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2];

	memset(none, 0, sizeof(none));
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	/* Needs CAP_SETPCAP, which only a privileged start has; without it there is nothing to lose here either. */
	for (int cap = 0; cap < 64; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	if (syscall(SYS_capset, &head, none) < 0)
		return ig_why(why, "cannot drop capabilities: %s", strerror(errno));
	return 0;
}

int ig_sandbox_apply(const struct ig_sandbox *s, struct ig_why *why)
{
	if (limits(s, why) < 0)
		return -1;
	if (s->user && ig_sandbox_become(s->user, why) < 0)
		return -1;
	/* Whoever may exec starts the roles under their users, and needs its capabilities for that. */
	if (!(s->may & IG_MAY_EXEC) && ig_sandbox_drop_capabilities(why) < 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return ig_why(why, "cannot set no_new_privs: %s", strerror(errno));
	if (WIDE)
		ig_log(IG_LOG_DEBUG, "this build carries sanitizers or coverage counters: the sandbox of %s is wider than usual", s->role);
	else if (!(s->may & IG_MAY_EXEC) && ig_sandbox_landlock(s, why) < 0)
		return -1;
	return ig_sandbox_seccomp(s, WIDE, why);
}
