/* Files: whole reads and writes, and what has to be synced for a name to survive a power cut.
 * Relies on Linux (O_TMPFILE, memfd, copy_file_range). Knows nothing of Maildirs, logs or stores. */
#include "config.h"
#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"

/* Closes without losing the errno that is about to be reported. */
static int close_failed(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

int ig_fs_write_all(int fd, const void *p, size_t len)
{
	const char *at = p;

	while (len) {
		ssize_t n = write(fd, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int ig_fs_pwrite_all(int fd, const void *p, size_t len, off_t at)
{
	const char *from = p;

	while (len) {
		ssize_t n = pwrite(fd, from, len, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		from += n;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int ig_fs_pread_all(int fd, void *p, size_t len, off_t at)
{
	char *to = p;

	while (len) {
		ssize_t n = pread(fd, to, len, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0) {
			errno = EIO;
			return -1;
		}
		to += n;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int copy_by_hand(int from, int to, uint64_t len)
{
	size_t cap = len < 65536 ? (size_t)len : 65536;
	char *chunk = ig_xmalloc(cap);
	int rc = 0;

	while (len && rc == 0) {
		ssize_t n = read(from, chunk, len < cap ? (size_t)len : cap);
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			rc = -1;
		else
			rc = ig_fs_write_all(to, chunk, (size_t)n);
		len -= n > 0 ? (uint64_t)n : 0;
	}
	free(chunk);
	return rc;
}

int ig_fs_copy(int from, int to, uint64_t len)
{
	while (len) {
		ssize_t n = copy_file_range(from, NULL, to, NULL, len < (1u << 30) ? (size_t)len : 1u << 30, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == ENOSPC || errno == EIO || errno == EDQUOT || errno == EFBIG))
			return -1;
		/* Sockets, pipes, other file systems, an appending target, an old kernel, a sandbox; 0 is also given by files of
		 * /proc that are not empty. */
		if (n <= 0)
			return copy_by_hand(from, to, len);
		len -= (uint64_t)n;
	}
	return 0;
}

int ig_fs_read_fd(int fd, struct ig_buf *out)
{
	char *chunk = ig_xmalloc(65536);
	ssize_t n;

	for (;;) {
		n = read(fd, chunk, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		ig_buf_add(out, chunk, (size_t)n);
		if (out->over) {
			errno = EFBIG;
			n = -1;
			break;
		}
	}
	free(chunk);
	return n < 0 ? -1 : 0;
}

int ig_fs_read_file(const char *path, struct ig_buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (ig_fs_read_fd(fd, out) < 0)
		return close_failed(fd);
	close(fd);
	return 0;
}

int ig_fs_sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (fsync(fd) < 0)
		return close_failed(fd);
	close(fd);
	return 0;
}

static int sync_parent(const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 1;

	if (len >= sizeof(dir)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(dir, slash ? path : ".", len);
	if (slash == path)
		dir[len++] = '/';
	dir[len] = '\0';
	return ig_fs_sync_dir(dir);
}

static int write_synced(const char *path, const void *p, size_t len, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);

	if (fd < 0)
		return -1;
	if (ig_fs_write_all(fd, p, len) < 0 || fsync(fd) < 0)
		return close_failed(fd);
	return close(fd);
}

int ig_fs_replace(const char *path, const void *p, size_t len, mode_t mode)
{
	char temp[PATH_MAX];
	int n = snprintf(temp, sizeof(temp), "%s.%ld.new", path, (long)getpid()); /* of its own, should two write at once */

	if (n < 0 || (size_t)n >= sizeof(temp)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (write_synced(temp, p, len, mode) < 0 || rename(temp, path) < 0) {
		int saved = errno;
		unlink(temp);
		errno = saved;
		return -1;
	}
	return sync_parent(path);
}

int ig_fs_mkdirs(const char *path, mode_t mode)
{
	char part[PATH_MAX];
	size_t len = strlen(path);
	struct stat st;

	if (len >= sizeof(part)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (size_t i = 1; i <= len; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, mode) < 0 && errno != EEXIST && (errno != EROFS || stat(part, &st) < 0))
			return -1;
	}
	if (stat(path, &st) < 0)
		return -1;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return -1;
	}
	return 0;
}

int ig_fs_unnamed(const char *dir)
{
	return open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

int ig_fs_memfd(const char *name, const void *p, size_t len)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	if (ig_fs_pwrite_all(fd, p, len, 0) < 0)
		return close_failed(fd);
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
		return close_failed(fd);
	return fd;
}

int ig_fs_free_bytes(const char *dir, uint64_t *bytes_r)
{
	struct statvfs s;

	if (statvfs(dir, &s) < 0)
		return -1;
	*bytes_r = (uint64_t)s.f_bavail * s.f_frsize;
	return 0;
}

static pid_t read_pid(int fd)
{
	char text[32];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	char *end;
	long pid;

	if (n <= 0)
		return 0;
	text[n] = '\0';
	pid = strtol(text, &end, 10);
	return end > text && pid > 0 && pid <= INT_MAX ? (pid_t)pid : 0;
}

int ig_fs_lock(const char *path, pid_t *pid_r)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	char text[32];
	int n;

	if (fd < 0)
		return -1;
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EINTR)
			continue;
		if (errno == EWOULDBLOCK && pid_r)
			*pid_r = read_pid(fd);
		return close_failed(fd);
	}
	n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) < 0 || ig_fs_pwrite_all(fd, text, (size_t)n, 0) < 0 || fcntl(fd, F_SETFD, 0) < 0)
		return close_failed(fd);
	return fd;
}

int ig_fs_connect(const char *dir, const char *name)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1, err, len;

	if (at < 0)
		return -1;
	len = snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/fd/%d/%s", at, name);
	if (len < 0 || (size_t)len >= sizeof(a.sun_path))
		errno = ENAMETOOLONG;
	else
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	err = errno;
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&a, sizeof(a)) < 0) {
		err = errno;
		close(fd);
		fd = -1;
	}
	close(at);
	errno = err;
	return fd;
}
