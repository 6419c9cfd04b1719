/* Fault shim: preloaded into every process of the gateway by tests/fault/fault.py. Every call that changes a file below the watched
 * directory, makes it durable, or sends to an outside peer becomes a numbered operation, one at a time over all processes. The
 * controller is asked before each (go on, fail with an errno, write short, die) and told after each, with the bytes, so that it can
 * copy the instance between any two operations and replay any subset of what was not yet synced.
 *
 * Relies on: LD_PRELOAD, a shared file named by IRGATE_FAULT_SHM that is mapped before the process confines itself.
 * Does not see stores through mmap (SQLite's WAL index, which recovery rebuilds) nor stdio. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* The layout is known to fault.py too: keep both alike. */
enum { DATA_MAX = 1 << 20, PATH_LEN = 1024, FD_MAX = 4096 };
enum kind { K_WRITE = 1, K_SYNC, K_RENAME, K_LINK, K_UNLINK, K_TRUNCATE, K_CREATE, K_MKDIR, K_SEND };
enum action { A_GO, A_FAIL, A_SHORT, A_DIE };
struct shared {
	sem_t request, reply, one; /* `one` serialises the operations of all processes */
	int32_t kind, phase, pid, action; /* phase 0 before, 1 after */
	int64_t offset, len, result;
	int32_t error, arg;
	char role[32], path[PATH_LEN], path2[PATH_LEN];
	unsigned char data[DATA_MAX];
};
_Static_assert(sizeof(sem_t) == 32, "fault.py knows the layout");

static struct shared *shm;
static char role[32] = "?", watched[PATH_LEN];
static char *fd_path[FD_MAX]; /* path of a descriptor below the watched directory */
static char fd_peer[FD_MAX];  /* a socket to the outside */
static __thread int inside;

#define REAL(ret, name, args) \
	static ret(*real_##name) args; \
	if (!real_##name) real_##name = (ret(*) args)dlsym(RTLD_NEXT, #name)

static void read_role(void)
{
	char line[4096];
	int fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY);
	ssize_t n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n <= 0) return;
	line[n] = 0;
	const char *base = strrchr(line, '/') ? strrchr(line, '/') + 1 : line;
	snprintf(role, sizeof(role), "%.31s", !strcmp(base, "irgated") ? "parent" : base);
	for (char *w = line; w < line + n; w += strlen(w) + 1)
		if (!strcmp(w, "--role") && w + 7 < line + n) snprintf(role, sizeof(role), "%.31s", w + 7);
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("IRGATE_FAULT_SHM"), *dir = getenv("IRGATE_FAULT_DIR");
	if (!path || !dir) return;
	inside++;
	read_role();
	snprintf(watched, sizeof(watched), "%s/", dir);
	int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
	if (fd >= 0) {
		void *p = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (p != MAP_FAILED) shm = p;
		close(fd);
	}
	inside--;
}

static bool is_watched(const char *path)
{
	return shm && path && !strncmp(path, watched, strlen(watched)) && !strstr(path, ".sock") && !strstr(path, "-shm");
}

static void absolute(int dirfd, const char *path, char out[PATH_LEN])
{
	if (path[0] == '/' || dirfd == AT_FDCWD)
		snprintf(out, PATH_LEN, "%s", path);
	else if (dirfd >= 0 && dirfd < FD_MAX && fd_path[dirfd])
		snprintf(out, PATH_LEN, "%s/%s", fd_path[dirfd], path);
	else
		out[0] = 0;
}

static void ask(int phase)
{
	shm->phase = phase;
	sem_post(&shm->request);
	while (sem_wait(&shm->reply) && errno == EINTR)
		;
}

/* Takes the one place and asks what is to happen. Data: what is about to be written, cut at DATA_MAX. */
static enum action enter(enum kind kind, const char *path, const char *path2, int64_t offset, int64_t len, const struct iovec *iov, int count)
{
	inside++;
	while (sem_wait(&shm->one) && errno == EINTR)
		;
	/* Somebody who was killed in his operation left an answer that is not ours. */
	while (!sem_trywait(&shm->reply))
		;
	shm->kind = kind;
	shm->pid = getpid();
	shm->offset = offset;
	shm->len = len;
	memcpy(shm->role, role, sizeof(role));
	snprintf(shm->path, PATH_LEN, "%s", path ? path : "");
	snprintf(shm->path2, PATH_LEN, "%s", path2 ? path2 : "");
	size_t at = 0;
	for (int i = 0; i < count && at < DATA_MAX; i++) {
		size_t n = iov[i].iov_len < DATA_MAX - at ? iov[i].iov_len : DATA_MAX - at;
		memcpy(shm->data + at, iov[i].iov_base, n);
		at += n;
	}
	ask(0);
	if (shm->action == A_DIE) {
		sem_post(&shm->one);
		kill(getpid(), SIGKILL);
		pause();
	}
	return (enum action)shm->action;
}

static void leave(int64_t result, int error)
{
	shm->result = result;
	shm->error = error;
	ask(1);
	sem_post(&shm->one);
	inside--;
	errno = error;
}

static int64_t total(const struct iovec *iov, int count)
{
	int64_t n = 0;
	for (int i = 0; i < count; i++) n += (int64_t)iov[i].iov_len;
	return n;
}

static bool has_path(int fd) { return shm && !inside && fd >= 0 && fd < FD_MAX && fd_path[fd]; }
static bool has_peer(int fd) { return shm && !inside && fd >= 0 && fd < FD_MAX && fd_peer[fd]; }

/* One vectored write of any form. offset -1: at the file's position. */
static ssize_t do_write(int fd, const struct iovec *iov, int count, off_t offset)
{
	REAL(ssize_t, writev, (int, const struct iovec *, int));
	REAL(ssize_t, pwritev, (int, const struct iovec *, int, off_t));
	bool file = has_path(fd);
	if (!file && !has_peer(fd)) return offset < 0 ? real_writev(fd, iov, count) : real_pwritev(fd, iov, count, offset);
	off_t at = offset;
	if (file && at < 0) at = (fcntl(fd, F_GETFL) & O_APPEND) ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
	enum action action = enter(file ? K_WRITE : K_SEND, file ? fd_path[fd] : "", NULL, at, total(iov, count), iov, count);
	ssize_t n = -1;
	int error = shm->arg;
	if (action != A_FAIL) {
		struct iovec part = {iov[0].iov_base, iov[0].iov_len / 2};
		if (action == A_SHORT && iov[0].iov_len > 1) {
			iov = &part;
			count = 1;
		}
		n = offset < 0 ? real_writev(fd, iov, count) : real_pwritev(fd, iov, count, offset);
		error = n < 0 ? errno : 0;
	}
	leave(n, error);
	return n;
}

ssize_t writev(int fd, const struct iovec *iov, int count) { return do_write(fd, iov, count, -1); }
ssize_t pwritev(int fd, const struct iovec *iov, int count, off_t at) { return do_write(fd, iov, count, at); }
ssize_t pwritev64(int fd, const struct iovec *iov, int count, off_t at) { return do_write(fd, iov, count, at); }
ssize_t write(int fd, const void *p, size_t n)
{
	REAL(ssize_t, write, (int, const void *, size_t));
	if (!has_path(fd) && !has_peer(fd)) return real_write(fd, p, n);
	struct iovec iov = {(void *)(uintptr_t)p, n};
	return do_write(fd, &iov, 1, -1);
}
ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	struct iovec iov = {(void *)(uintptr_t)p, n};
	return do_write(fd, &iov, 1, at);
}
ssize_t pwrite64(int fd, const void *p, size_t n, off_t at) { return pwrite(fd, p, n, at); }
ssize_t send(int fd, const void *p, size_t n, int flags)
{
	REAL(ssize_t, send, (int, const void *, size_t, int));
	if (!has_peer(fd)) return real_send(fd, p, n, flags);
	struct iovec iov = {(void *)(uintptr_t)p, n};
	return do_write(fd, &iov, 1, -1);
}
ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
	REAL(ssize_t, sendmsg, (int, const struct msghdr *, int));
	if (!has_peer(fd) || m->msg_controllen) return real_sendmsg(fd, m, flags);
	return do_write(fd, m->msg_iov, (int)m->msg_iovlen, -1);
}
/* In-kernel copies are refused, so that the caller's own loop shows the bytes. */
ssize_t copy_file_range(int in, off_t *in_at, int out, off_t *out_at, size_t n, unsigned flags)
{
	REAL(ssize_t, copy_file_range, (int, off_t *, int, off_t *, size_t, unsigned));
	if (!has_path(out)) return real_copy_file_range(in, in_at, out, out_at, n, flags);
	errno = ENOSYS;
	return -1;
}
ssize_t sendfile(int out, int in, off_t *at, size_t n)
{
	REAL(ssize_t, sendfile, (int, int, off_t *, size_t));
	if (!has_path(out)) return real_sendfile(out, in, at, n);
	errno = EINVAL;
	return -1;
}
ssize_t sendfile64(int out, int in, off_t *at, size_t n) { return sendfile(out, in, at, n); }

/* Calls without data: int results, 0 or -1. */
#define SIMPLE(condition, kind, path, path2, offset, CALL) \
	do { \
		if (!shm || inside || !(condition)) return CALL; \
		int result_ = -1, error_; \
		if (enter(kind, path, path2, offset, 0, NULL, 0) == A_FAIL) { \
			error_ = shm->arg; \
		} else { \
			result_ = CALL; \
			error_ = result_ < 0 ? errno : 0; \
		} \
		leave(result_, error_); \
		return result_; \
	} while (0)

int fsync(int fd)
{
	REAL(int, fsync, (int));
	SIMPLE(has_path(fd), K_SYNC, fd_path[fd], NULL, 0, real_fsync(fd));
}
int fdatasync(int fd)
{
	REAL(int, fdatasync, (int));
	SIMPLE(has_path(fd), K_SYNC, fd_path[fd], NULL, 0, real_fdatasync(fd));
}
int ftruncate(int fd, off_t n)
{
	REAL(int, ftruncate, (int, off_t));
	SIMPLE(has_path(fd), K_TRUNCATE, fd_path[fd], NULL, n, real_ftruncate(fd, n));
}
int ftruncate64(int fd, off_t n) { return ftruncate(fd, n); }
/* Space kept beyond the end may vanish with the power: nothing is owed to it. Growing by it would hide bytes from the record. */
int fallocate(int fd, int mode, off_t at, off_t n)
{
	REAL(int, fallocate, (int, int, off_t, off_t));
	if (has_path(fd) && !(mode & FALLOC_FL_KEEP_SIZE)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return real_fallocate(fd, mode, at, n);
}
int fallocate64(int fd, int mode, off_t at, off_t n) { return fallocate(fd, mode, at, n); }
/* The reserve: zeros of that length, as a growing truncation leaves them. */
int posix_fallocate(int fd, off_t at, off_t n)
{
	REAL(int, posix_fallocate, (int, off_t, off_t));
	if (!has_path(fd))
		return real_posix_fallocate(fd, at, n);
	return ftruncate(fd, at + n) ? errno : 0;
}
int posix_fallocate64(int fd, off_t at, off_t n) { return posix_fallocate(fd, at, n); }

int renameat2(int d1, const char *p1, int d2, const char *p2, unsigned flags)
{
	REAL(int, renameat2, (int, const char *, int, const char *, unsigned));
	char a[PATH_LEN], b[PATH_LEN];
	absolute(d1, p1, a);
	absolute(d2, p2, b);
	SIMPLE(is_watched(a) || is_watched(b), K_RENAME, a, b, 0, real_renameat2(d1, p1, d2, p2, flags));
}
int renameat(int d1, const char *p1, int d2, const char *p2) { return renameat2(d1, p1, d2, p2, 0); }
int rename(const char *p1, const char *p2) { return renameat2(AT_FDCWD, p1, AT_FDCWD, p2, 0); }
int linkat(int d1, const char *p1, int d2, const char *p2, int flags)
{
	REAL(int, linkat, (int, const char *, int, const char *, int));
	char a[PATH_LEN], b[PATH_LEN];
	absolute(d1, p1, a);
	absolute(d2, p2, b);
	SIMPLE(is_watched(b), K_LINK, a, b, 0, real_linkat(d1, p1, d2, p2, flags));
}
int link(const char *p1, const char *p2) { return linkat(AT_FDCWD, p1, AT_FDCWD, p2, 0); }
int unlinkat(int d, const char *p, int flags)
{
	REAL(int, unlinkat, (int, const char *, int));
	char a[PATH_LEN];
	absolute(d, p, a);
	SIMPLE(is_watched(a), K_UNLINK, a, NULL, 0, real_unlinkat(d, p, flags));
}
int unlink(const char *p) { return unlinkat(AT_FDCWD, p, 0); }
int mkdirat(int d, const char *p, mode_t mode)
{
	REAL(int, mkdirat, (int, const char *, mode_t));
	char a[PATH_LEN];
	absolute(d, p, a);
	SIMPLE(is_watched(a), K_MKDIR, a, NULL, 0, real_mkdirat(d, p, mode));
}
int mkdir(const char *p, mode_t mode) { return mkdirat(AT_FDCWD, p, mode); }

static void name_fd(int fd, const char *path)
{
	if (fd < 0 || fd >= FD_MAX) return;
	free(fd_path[fd]);
	fd_path[fd] = path ? strdup(path) : NULL;
	fd_peer[fd] = 0;
}

/* Making a file or cutting it is an operation; an unnamed file has no name to lose until it is linked in. */
static int do_open(int d, const char *p, int flags, mode_t mode)
{
	REAL(int, openat, (int, const char *, int, ...));
	char a[PATH_LEN] = "";
	if (shm && p) absolute(d, p, a);
	bool watch = shm && !inside && is_watched(a) && (flags & O_TMPFILE) != O_TMPFILE;
	struct stat st;
	bool creates = watch && (flags & O_CREAT) && stat(a, &st) != 0;
	bool cuts = watch && !creates && (flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY;
	int fd = -1;
	if (creates || cuts) {
		int error = 0;
		if (enter(creates ? K_CREATE : K_TRUNCATE, a, NULL, 0, 0, NULL, 0) == A_FAIL)
			error = shm->arg;
		else if ((fd = real_openat(d, p, flags, mode)) < 0)
			error = errno;
		leave(fd < 0 ? -1 : 0, error);
	} else {
		fd = real_openat(d, p, flags, mode);
	}
	int keep = errno;
	if (fd >= 0 && shm) name_fd(fd, watch ? a : NULL);
	errno = keep;
	return fd;
}
#define OPEN(d, p, flags) \
	mode_t mode = 0; \
	if ((flags) & (O_CREAT | __O_TMPFILE)) { \
		va_list ap; \
		va_start(ap, flags); \
		mode = va_arg(ap, mode_t); \
		va_end(ap); \
	} \
	return do_open(d, p, flags, mode)
int openat(int d, const char *p, int flags, ...) { OPEN(d, p, flags); }
int openat64(int d, const char *p, int flags, ...) { OPEN(d, p, flags); }
int open(const char *p, int flags, ...) { OPEN(AT_FDCWD, p, flags); }
int open64(const char *p, int flags, ...) { OPEN(AT_FDCWD, p, flags); }
int __open_2(const char *p, int flags) { return do_open(AT_FDCWD, p, flags, 0); }
int __open64_2(const char *p, int flags) { return do_open(AT_FDCWD, p, flags, 0); }
int __openat_2(int d, const char *p, int flags) { return do_open(d, p, flags, 0); }
int __openat64_2(int d, const char *p, int flags) { return do_open(d, p, flags, 0); }
int creat(const char *p, mode_t mode) { return do_open(AT_FDCWD, p, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd)
{
	REAL(int, close, (int));
	if (shm && fd >= 0 && fd < FD_MAX) name_fd(fd, NULL);
	return real_close(fd);
}
int accept4(int fd, struct sockaddr *a, socklen_t *len, int flags)
{
	REAL(int, accept4, (int, struct sockaddr *, socklen_t *, int));
	int got = real_accept4(fd, a, len, flags);
	if (shm && got >= 0 && got < FD_MAX) {
		name_fd(got, NULL);
		fd_peer[got] = !strcmp(role, "mailin");
	}
	return got;
}
int accept(int fd, struct sockaddr *a, socklen_t *len) { return accept4(fd, a, len, 0); }
int connect(int fd, const struct sockaddr *a, socklen_t len)
{
	REAL(int, connect, (int, const struct sockaddr *, socklen_t));
	if (shm && fd >= 0 && fd < FD_MAX) fd_peer[fd] = a->sa_family == AF_INET || a->sa_family == AF_INET6;
	return real_connect(fd, a, len);
}
