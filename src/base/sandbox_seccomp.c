/* Seccomp: which system calls a role has. All that is not listed gives EPERM, or ENOSYS where the C library then takes an older call.
 * Relies on libseccomp. Cannot see paths: those are for Landlock and file owners. */
#include "config.h"
#include "base/sandbox_rooms.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/opt.h"

static const int common[] = {
	SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(pwrite64),
	SCMP_SYS(pwritev), SCMP_SYS(close), SCMP_SYS(close_range), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(fcntl), SCMP_SYS(dup),
	SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(pipe2), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6),
	SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2),
	SCMP_SYS(eventfd2), SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime), SCMP_SYS(timerfd_gettime), SCMP_SYS(signalfd4),
	SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(msync),
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday),
	SCMP_SYS(time), SCMP_SYS(times), SCMP_SYS(getrusage), SCMP_SYS(setitimer), SCMP_SYS(getitimer), SCMP_SYS(alarm),
	SCMP_SYS(timer_create), SCMP_SYS(timer_settime), SCMP_SYS(timer_gettime), SCMP_SYS(timer_delete), SCMP_SYS(timer_getoverrun),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigsuspend), SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(rt_sigpending), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(pause),
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list), SCMP_SYS(rseq),
	SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu), SCMP_SYS(membarrier), SCMP_SYS(getrandom),
	SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
	SCMP_SYS(getresuid), SCMP_SYS(getresgid), SCMP_SYS(getgroups), SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(umask),
	SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(shutdown), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(getsockname),
	SCMP_SYS(getpeername), SCMP_SYS(socketpair), SCMP_SYS(fadvise64), SCMP_SYS(flock), SCMP_SYS(fstatfs), SCMP_SYS(arch_prctl),
};
static const int of_open[] = {
	SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(stat), SCMP_SYS(lstat),
	SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(getdents64), SCMP_SYS(statfs), SCMP_SYS(getcwd), SCMP_SYS(inotify_init1),
	SCMP_SYS(inotify_add_watch), SCMP_SYS(inotify_rm_watch), SCMP_SYS(readahead),
};
static const int of_create[] = {
	SCMP_SYS(creat), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
	SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(truncate), SCMP_SYS(ftruncate), SCMP_SYS(fallocate),
	SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(sync_file_range), SCMP_SYS(syncfs), SCMP_SYS(chmod), SCMP_SYS(fchmod),
	SCMP_SYS(fchmodat), SCMP_SYS(fchown), SCMP_SYS(utimensat), SCMP_SYS(copy_file_range), SCMP_SYS(sendfile),
};
static const int of_fork[] = {SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(wait4), SCMP_SYS(waitid), SCMP_SYS(kill), SCMP_SYS(tgkill),
	SCMP_SYS(set_tid_address), SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_send_signal)};
static const int of_accept[] = {SCMP_SYS(accept), SCMP_SYS(accept4)};
static const int of_messages[] = {SCMP_SYS(sendmsg), SCMP_SYS(recvmsg), SCMP_SYS(sendmmsg), SCMP_SYS(recvmmsg)};
static const int of_passfd[] = {SCMP_SYS(memfd_create), SCMP_SYS(ftruncate)};
/* What the loader and the C library of a program do before its main, beyond what a role has already. */
static const int of_tool[] = {SCMP_SYS(execve), SCMP_SYS(set_tid_address), SCMP_SYS(getpgrp), SCMP_SYS(getrlimit),
	SCMP_SYS(setrlimit), SCMP_SYS(mlock), SCMP_SYS(munlock)};
static const int of_listen[] = {SCMP_SYS(bind), SCMP_SYS(listen)};
static const int of_connect[] = {SCMP_SYS(connect)};

/* Calls that glibc tries first and does without on ENOSYS; on EPERM it gives up. */
static const int absent[] = {SCMP_SYS(clone3), SCMP_SYS(openat2)};

/* Refused even where the rest is open: in builds with sanitizers, and in the parent. */
static const int never[] = {
	SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(init_module),
	SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot),
	SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime),
	SCMP_SYS(unshare), SCMP_SYS(setns),
};

struct filter {
	scmp_filter_ctx ctx;
	int rc; /* first failure, as libseccomp gives it */
};

static void keep(struct filter *f, int rc)
{
	if (rc < 0 && f->rc == 0)
		f->rc = rc;
}

static void rules(struct filter *f, uint32_t action, const int *calls, size_t count)
{
	for (size_t i = 0; i < count; i++)
		keep(f, seccomp_rule_add(f->ctx, action, calls[i], 0));
}
#define RULES(f, action, list) rules(f, action, list, IG_COUNT(list))

static void rule1(struct filter *f, uint32_t action, int call, struct scmp_arg_cmp a)
{
	keep(f, seccomp_rule_add(f->ctx, action, call, 1, a));
}

static struct scmp_arg_cmp compared(unsigned arg, enum scmp_compare op, scmp_datum_t value)
{
	return (struct scmp_arg_cmp){.arg = arg, .op = op, .datum_a = value};
}

static struct scmp_arg_cmp masked(unsigned arg, scmp_datum_t mask, scmp_datum_t value)
{
	return (struct scmp_arg_cmp){.arg = arg, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

#define ALLOW SCMP_ACT_ALLOW
#define REFUSE SCMP_ACT_ERRNO(EPERM)

static void allow_opening(struct filter *f, unsigned may)
{
	const scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);

	if (!(may & IG_MAY_OPEN)) {
		/* glibc's fstat is this call with an empty path. */
		rule1(f, ALLOW, SCMP_SYS(newfstatat), masked(3, AT_EMPTY_PATH, AT_EMPTY_PATH));
		return;
	}
	RULES(f, ALLOW, of_open);
	if (may & IG_MAY_CREATE) {
		static const int open_calls[] = {SCMP_SYS(open), SCMP_SYS(openat)};
		RULES(f, ALLOW, open_calls);
		RULES(f, ALLOW, of_create);
	} else {
		rule1(f, ALLOW, SCMP_SYS(open), masked(1, writing, 0));
		rule1(f, ALLOW, SCMP_SYS(openat), masked(2, writing, 0));
	}
}

static void allow_memory(struct filter *f, unsigned may)
{
	static const int calls[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};

	/* Whoever opens files may load a character set or a name service by dlopen; the others have no use for new code. */
	if (may & IG_MAY_OPEN) {
		RULES(f, ALLOW, calls);
		return;
	}
	for (size_t i = 0; i < IG_COUNT(calls); i++)
		rule1(f, ALLOW, calls[i], masked(2, PROT_EXEC, 0));
}

static void allow_children(struct filter *f, unsigned may)
{
	const scmp_datum_t spaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

	if (may & IG_MAY_FORK) {
		RULES(f, ALLOW, of_fork);
		rule1(f, ALLOW, SCMP_SYS(clone), masked(0, spaces | CLONE_THREAD | CLONE_PTRACE, 0));
	} else {
		rule1(f, ALLOW, SCMP_SYS(kill), compared(0, SCMP_CMP_EQ, (scmp_datum_t)getpid()));
		rule1(f, ALLOW, SCMP_SYS(tgkill), compared(0, SCMP_CMP_EQ, (scmp_datum_t)getpid()));
	}
	if (may & IG_MAY_TOOL) {
		RULES(f, ALLOW, of_tool);
		/* its own limits, which without capabilities can only be lowered: gpg-agent ends where it may not forbid core files */
		rule1(f, ALLOW, SCMP_SYS(prlimit64), compared(0, SCMP_CMP_EQ, 0));
	}
	if (may & IG_MAY_THREAD) {
		rule1(f, ALLOW, SCMP_SYS(clone), masked(0, spaces | CLONE_THREAD | CLONE_PTRACE, CLONE_THREAD));
		keep(f, seccomp_rule_add(f->ctx, ALLOW, SCMP_SYS(set_tid_address), 0));
	}
}

static void allow_sockets(struct filter *f, unsigned may)
{
	if (may & IG_MAY_INET) {
		rule1(f, ALLOW, SCMP_SYS(socket), compared(0, SCMP_CMP_EQ, AF_INET));
		rule1(f, ALLOW, SCMP_SYS(socket), compared(0, SCMP_CMP_EQ, AF_INET6));
	}
	if (may & IG_MAY_UNIX)
		rule1(f, ALLOW, SCMP_SYS(socket), compared(0, SCMP_CMP_EQ, AF_UNIX));
	if (may & (IG_MAY_INET | IG_MAY_UNIX))
		RULES(f, ALLOW, of_connect);
	if (may & IG_MAY_ACCEPT)
		RULES(f, ALLOW, of_accept);
	if (may & IG_MAY_ACCEPT && may & (IG_MAY_UNIX | IG_MAY_INET)) /* its tools speak with each other; a fax line opens sockets for media */
		RULES(f, ALLOW, of_listen);
	if (may & (IG_MAY_INET | IG_MAY_PASSFD))
		RULES(f, ALLOW, of_messages);
	if (may & IG_MAY_PASSFD)
		RULES(f, ALLOW, of_passfd);
}

/* Calls whose first arguments say what they do. */
static void allow_narrow(struct filter *f)
{
	static const int options[] = {PR_SET_NAME, PR_GET_NAME, PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE};
	static const unsigned requests[] = {TCGETS, FIONREAD, FIONBIO, TIOCGWINSZ};

	for (size_t i = 0; i < IG_COUNT(options); i++)
		rule1(f, ALLOW, SCMP_SYS(prctl), compared(0, SCMP_CMP_EQ, (scmp_datum_t)options[i]));
	for (size_t i = 0; i < IG_COUNT(requests); i++)
		rule1(f, ALLOW, SCMP_SYS(ioctl), compared(1, SCMP_CMP_EQ, requests[i]));
	/* getrlimit: reading only. */
	rule1(f, ALLOW, SCMP_SYS(prlimit64), compared(2, SCMP_CMP_EQ, 0));
}

/* The short list for wide builds and for the parent: the named refusals still hold, the rest is open. */
static void refuse_listed(struct filter *f, unsigned may, bool wide)
{
	static const int execs[] = {SCMP_SYS(execve), SCMP_SYS(execveat)}, traces[] = {SCMP_SYS(ptrace)};

	RULES(f, REFUSE, never);
	if (!wide) /* the leak check of a sanitizer traces its own process */
		RULES(f, REFUSE, traces);
	if (may & IG_MAY_EXEC)
		return; /* its children have their own lists, and open sockets */
	if (!(may & IG_MAY_TOOL))
		RULES(f, REFUSE, execs);
	if (!(may & IG_MAY_INET)) {
		rule1(f, REFUSE, SCMP_SYS(socket), compared(0, SCMP_CMP_EQ, AF_INET));
		rule1(f, REFUSE, SCMP_SYS(socket), compared(0, SCMP_CMP_EQ, AF_INET6));
	}
	if (!(may & IG_MAY_UNIX))
		rule1(f, REFUSE, SCMP_SYS(socket), compared(0, SCMP_CMP_EQ, AF_UNIX));
	rule1(f, REFUSE, SCMP_SYS(socket), compared(0, SCMP_CMP_GT, AF_INET6));
}

int ig_sandbox_seccomp(const struct ig_sandbox *s, bool wide, struct ig_why *why)
{
	bool listed = wide || s->may & IG_MAY_EXEC;
	struct filter f = {.ctx = seccomp_init(listed ? ALLOW : REFUSE)};

	if (!f.ctx)
		return ig_why(why, "cannot make a seccomp filter");
	/* Calls by another ABI of this machine (x32, i386) are refused as the rest, not killed: a refusal is a normal error. */
	keep(&f, seccomp_attr_set(f.ctx, SCMP_FLTATR_ACT_BADARCH, REFUSE));
	keep(&f, seccomp_attr_set(f.ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2)); /* a binary tree: every call pays for this list */
	if (listed) {
		refuse_listed(&f, s->may, wide);
	} else {
		RULES(&f, ALLOW, common);
		RULES(&f, SCMP_ACT_ERRNO(ENOSYS), absent);
		allow_opening(&f, s->may);
		allow_memory(&f, s->may);
		allow_children(&f, s->may);
		allow_sockets(&f, s->may);
		allow_narrow(&f);
	}
	if (f.rc == 0)
		keep(&f, seccomp_load(f.ctx));
	seccomp_release(f.ctx);
	return f.rc < 0 ? ig_why(why, "cannot enter the seccomp filter: %s", strerror(-f.rc)) : 0;
}
