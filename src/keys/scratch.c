/* A home that is thrown away: the public rings copied, the private keys only pointed at. gpg and gpgsm write into their home whatever they do (trust,
 * and every certificate that comes with a signature); here that is lost with the process, so that a mail never adds a key and an operator's home is
 * only read. It also has a short path, which the agent's socket needs, and none of the operator's options.
 * Relies on copies being made anew when the rings have changed. */
#include "config.h"
#include "keys/inner.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"

#define RING_MAX (256u << 20)
#define PREFIX "irgate-keys-"

static const char *const rings[] = {"pubring.kbx", "pubring.gpg", "trustlist.txt"};
static const char gpg_conf[] = "trust-model always\nno-auto-check-trustdb\nno-auto-key-locate\nno-random-seed-file\nno-greeting\n";

static int copy(const char *from, const char *to, struct ig_why *why)
{
	struct ig_buf b = IG_BUF_INIT(RING_MAX);
	int rc = 0;
	if (ig_fs_read_file(from, &b) < 0)
		rc = errno == ENOENT ? 0 : ig_why(why, "%s: %s", from, strerror(errno));
	else if (ig_fs_replace(to, b.data, b.len, 0600) < 0)
		rc = ig_why(why, "%s: %s", to, strerror(errno));
	ig_buf_free(&b);
	return rc;
}

/* When and how large: what tells that a ring was changed. */
static void look(const char *path, struct ig_keys_seen *seen_r)
{
	struct stat st;
	*seen_r = (struct ig_keys_seen){.size = -1};
	if (!stat(path, &st))
		*seen_r = (struct ig_keys_seen){.size = st.st_size, .s = st.st_mtim.tv_sec, .ns = st.st_mtim.tv_nsec, .inode = st.st_ino};
}

int ig_keys_scratch_refresh(struct ig_keys *k, struct ig_why *why)
{
	_Static_assert(sizeof rings / sizeof rings[0] == IG_KEYS_RINGS, "one look for each ring");
	if (!k->scratch)
		return 0;
	for (size_t i = 0; i < IG_KEYS_RINGS; i++) {
		struct ig_arena *a = ig_arena_new(0);
		const char *from = ig_arena_fmt(a, "%s/%s", k->place.home, rings[i]);
		struct ig_keys_seen now;
		look(from, &now);
		int rc = memcmp(&now, &k->seen[i], sizeof now) ? copy(from, ig_arena_fmt(a, "%s/%s", k->scratch, rings[i]), why) : 0;
		ig_arena_free(a);
		if (rc)
			return -1;
		k->seen[i] = now;
	}
	return 0;
}

int ig_keys_scratch_renew(struct ig_keys *k)
{
	struct ig_why why;
	memset(k->seen, 0, sizeof k->seen);
	return k->scratch ? ig_keys_scratch_refresh(k, &why) : -1;
}

int ig_keys_scratch_fill(struct ig_keys *k, struct ig_why *why)
{
	const char *conf = ig_arena_fmt(k->arena, "%s/gpg.conf", k->scratch);
	if (ig_fs_replace(conf, gpg_conf, sizeof gpg_conf - 1, 0600) < 0)
		return ig_why(why, "%s: %s", conf, strerror(errno));
	return ig_keys_scratch_refresh(k, why);
}

/* Only files lie in it, and a link. */
void ig_keys_scratch_remove(const char *dir)
{
	DIR *d = opendir(dir);
	for (struct dirent *e; d && (e = readdir(d));)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && unlinkat(dirfd(d), e->d_name, 0) && errno == EISDIR)
			unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
	if (d)
		closedir(d);
	rmdir(dir);
}

/* What a process left that was killed: nobody holds its lock. */
static void sweep(const char *parent, struct ig_arena *a)
{
	DIR *d = opendir(parent);
	for (struct dirent *e; d && (e = readdir(d));) {
		struct stat st;
		if (strncmp(e->d_name, PREFIX, sizeof PREFIX - 1) || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISDIR(st.st_mode) ||
			st.st_uid != geteuid())
			continue;
		int fd = openat(dirfd(d), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB))
			ig_keys_scratch_remove(ig_arena_fmt(a, "%s/%s", parent, e->d_name));
		if (fd >= 0)
			close(fd);
	}
	if (d)
		closedir(d);
}

int ig_keys_scratch_make(const char *parent, const char *home, struct ig_arena *a, const char **dir_r, struct ig_why *why)
{
	char *dir = ig_arena_fmt(a, "%s/" PREFIX "XXXXXX", parent);
	sweep(parent, a);
	if (!mkdtemp(dir))
		return ig_why(why, "%s: %s", dir, strerror(errno));
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* stays open for its lock */
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) ||
		symlink(ig_arena_fmt(a, "%s/private-keys-v1.d", home), ig_arena_fmt(a, "%s/private-keys-v1.d", dir)))
		return ig_why(why, "%s: %s", dir, strerror(errno));
	*dir_r = dir;
	return fd;
}
