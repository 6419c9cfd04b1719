/* The reserve: real blocks held beside the store, given up when a commit finds no room (DESIGN "Limits"). Relies on the file system for
 * giving freed blocks back at once. Does not decide when: that is the clerk's. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/opt.h"
#include "store/store.h"

#define PATH_SIZE 4200
#define ROOM_MIN (1u << 20)

static char *path_of(const char *dir, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "%.4000s/store/reserve", dir);
	return path;
}

static int make(const char *path, uint64_t size)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600), error = errno;
	if (fd < 0)
		return -1;
	do /* writes the blocks one by one where the file system knows no allocation */
		error = posix_fallocate(fd, 0, (off_t)size);
	while (error == EINTR);
	close(fd);
	if (error)
		unlink(path);
	errno = error;
	return error ? -1 : 0;
}

int ig_store_reserve_keep(const char *dir, uint64_t size, uint64_t min_free)
{
	char path[PATH_SIZE];
	struct stat st;
	uint64_t have = 0, left;
	if (!stat(path_of(dir, path), &st)) {
		have = (uint64_t)st.st_blocks * 512;
		if (size && (uint64_t)st.st_size == size && have >= size)
			return 1;
	}
	if (!size)
		return unlink(path) && errno != ENOENT ? -1 : 1;
	if (ig_fs_free_bytes(dir, &left))
		return -1;
	left += have;
	if (left < size || left - size < min_free || left - size < ROOM_MIN)
		return 0;
	if (!make(path, size))
		return 1;
	return errno == ENOSPC || errno == EDQUOT ? 0 : -1;
}

bool ig_store_reserve_give_up(const char *dir)
{
	char path[PATH_SIZE];
	return !unlink(path_of(dir, path));
}

bool ig_store_no_room(const char *dir)
{
	uint64_t left;
	return !ig_fs_free_bytes(dir, &left) && left < ROOM_MIN;
}
