/* The tar stream: POSIX ustar, regular files only, sizes past 8 GiB in base 256 as GNU tar and libarchive read them. What is read may come
 * from anywhere: names are checked, nothing is written outside of the folder given, links and devices are refused. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fs.h"
#include "backup/room.h"

#define CHUNK (256 * 1024)
enum { NAME = 0, MODE = 100, UID = 108, GID = 116, SIZE = 124, MTIME = 136, SUM = 148, TYPE = 156, MAGIC = 257 };

static void octal(char *at, size_t width, uint64_t v)
{
	char text[32];
	snprintf(text, sizeof text, "%0*llo", (int)width - 1, (unsigned long long)v);
	memcpy(at, text, width - 1);
}

static void head_of(char block[IG_TAR_BLOCK], const char *name, uint64_t size)
{
	unsigned sum = 0;
	memset(block, 0, IG_TAR_BLOCK);
	memcpy(block + NAME, name, strlen(name));
	octal(block + MODE, 8, 0600);
	octal(block + UID, 8, 0);
	octal(block + GID, 8, 0);
	if (size < UINT64_C(1) << 33) {
		octal(block + SIZE, 12, size);
	} else {
		block[SIZE] = (char)0x80;
		for (int i = 0; i < 8; i++)
			block[SIZE + 11 - i] = (char)(size >> (8 * i));
	}
	octal(block + MTIME, 12, (uint64_t)(ig_now() / IG_SECOND));
	memset(block + SUM, ' ', 8);
	block[TYPE] = '0';
	memcpy(block + MAGIC, "ustar\0" "00", 8);
	for (int i = 0; i < IG_TAR_BLOCK; i++)
		sum += (unsigned char)block[i];
	octal(block + SUM, 7, sum);
	block[SUM + 6] = 0;
}

static int pad(int fd, uint64_t size)
{
	static const char zeros[IG_TAR_BLOCK];
	size_t n = (size_t)((IG_TAR_BLOCK - size % IG_TAR_BLOCK) % IG_TAR_BLOCK);
	return n ? ig_fs_write_all(fd, zeros, n) : 0;
}

static int put(struct ig_tar_out *t, const char *name, int fd, const void *p, uint64_t size, struct ig_why *why)
{
	char block[IG_TAR_BLOCK], hex[IG_SHA256_HEX];
	uint8_t sum[IG_SHA256_LEN], *chunk = ig_xmalloc(CHUNK);
	struct ig_sha256 h;
	int bad = strlen(name) > IG_TAR_NAME_MAX;
	if (bad)
		errno = ENAMETOOLONG;
	head_of(block, bad ? "x" : name, size);
	ig_sha256_init(&h);
	bad = bad || ig_fs_write_all(t->fd, block, sizeof block);
	for (uint64_t at = 0; !bad && at < size;) {
		size_t n = size - at < CHUNK ? (size_t)(size - at) : CHUNK;
		const void *from = p ? (const char *)p + at : (const char *)chunk;
		bad = (!p && ig_fs_pread_all(fd, chunk, n, (off_t)at)) || ig_fs_write_all(t->fd, from, n);
		ig_sha256_add(&h, from, n);
		at += n;
	}
	bad = bad || pad(t->fd, size);
	free(chunk);
	ig_sha256_end(&h, sum);
	if (bad)
		return ig_why(why, "%s: %s", name, strerror(errno));
	t->members++;
	json_object_set_new(t->manifest, name, json_pack("{s:s,s:I}", "sha256", ig_sha256_hex(sum, hex), "size", (json_int_t)size));
	return 0;
}

int ig_tar_put(struct ig_tar_out *t, const char *name, int fd, uint64_t size, struct ig_why *why) { return put(t, name, fd, NULL, size, why); }

int ig_tar_put_memory(struct ig_tar_out *t, const char *name, const void *p, size_t len, struct ig_why *why)
{
	return put(t, name, -1, p, len, why);
}

int ig_tar_end(struct ig_tar_out *t, struct ig_why *why)
{
	static const char zeros[2 * IG_TAR_BLOCK];
	return ig_fs_write_all(t->fd, zeros, sizeof zeros) ? ig_why(why, "%s", strerror(errno)) : 0;
}

/* ---- reading */

static int read_whole(int fd, void *p, size_t len)
{
	for (size_t got = 0; got < len;) {
		ssize_t n = read(fd, (char *)p + got, len - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		got += (size_t)n;
	}
	return 0;
}

static bool number(const char *at, size_t width, uint64_t *v_r)
{
	*v_r = 0;
	if ((unsigned char)*at == 0x80) {
		for (size_t i = 1; i < width; i++) {
			if (*v_r >> 55)
				return false;
			*v_r = *v_r << 8 | (unsigned char)at[i];
		}
		return true;
	}
	for (size_t i = 0; i < width && at[i] && at[i] != ' '; i++) {
		if (at[i] < '0' || at[i] > '7')
			return false;
		*v_r = *v_r << 3 | (uint64_t)(at[i] - '0');
	}
	return true;
}

/* Relative, of plain characters, no part that begins with a dot but our own ".conf" ends. */
static bool good_name(const char *name)
{
	if (!*name || *name == '/' || name[strlen(name) - 1] == '/')
		return false;
	for (const char *p = name; *p; p++)
		if ((p == name || p[-1] == '/') && (*p == '.' || *p == '/'))
			return false;
		else if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("._-/+~", *p)))
			return false;
	return true;
}

static int take_one(int fd, const char *into, const char *name, uint64_t size, json_t *digests, struct ig_why *why)
{
	char path[4096], hex[IG_SHA256_HEX];
	uint8_t sum[IG_SHA256_LEN];
	struct ig_sha256 h;
	if ((size_t)snprintf(path, sizeof path, "%s/%s", into, name) >= sizeof path)
		return ig_why(why, "%s: the path is too long", name);
	char *slash = strrchr(path, '/');
	*slash = 0;
	int bad = ig_fs_mkdirs(path, 0700);
	*slash = '/';
	int out = bad ? -1 : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (out < 0)
		return ig_why(why, "%s: %s", path, strerror(errno));
	char *chunk = ig_xmalloc(CHUNK);
	ig_sha256_init(&h);
	for (uint64_t left = size; !bad && left;) {
		size_t n = left < CHUNK ? (size_t)left : CHUNK;
		if (read_whole(fd, chunk, n))
			bad = ig_why(why, "the backup is cut off in %s", name);
		else if (ig_fs_write_all(out, chunk, n))
			bad = ig_why(why, "%s: %s", path, strerror(errno));
		ig_sha256_add(&h, chunk, n);
		left -= n;
	}
	size_t rest = (size_t)((IG_TAR_BLOCK - size % IG_TAR_BLOCK) % IG_TAR_BLOCK);
	if (!bad && rest && read_whole(fd, chunk, rest))
		bad = ig_why(why, "the backup is cut off behind %s", name);
	free(chunk);
	if (!bad && fsync(out))
		bad = ig_why(why, "%s: %s", path, strerror(errno));
	close(out);
	ig_sha256_end(&h, sum);
	json_object_set_new(digests, name, json_pack("{s:s,s:I}", "sha256", ig_sha256_hex(sum, hex), "size", (json_int_t)size));
	return bad;
}

int ig_tar_take(int fd, const char *into, json_t *digests, uint64_t *members_r, struct ig_why *why)
{
	static const char zeros[IG_TAR_BLOCK];
	char block[IG_TAR_BLOCK], name[IG_TAR_NAME_MAX + 2];
	uint64_t size, sum, count = 0;
	for (;; count++) {
		unsigned is = 0;
		if (read_whole(fd, block, sizeof block))
			return ig_why(why, count ? "the backup is cut off" : "this is no backup of irgate");
		if (!memcmp(block, zeros, sizeof zeros))
			break;
		for (int i = 0; i < IG_TAR_BLOCK; i++)
			is += i >= SUM && i < SUM + 8 ? ' ' : (unsigned char)block[i];
		memcpy(name, block, IG_TAR_NAME_MAX + 1);
		name[IG_TAR_NAME_MAX + 1] = 0;
		if (memcmp(block + MAGIC, "ustar", 5) || !number(block + SUM, 8, &sum) || sum != is || !number(block + SIZE, 12, &size))
			return ig_why(why, count ? "a head in the backup is damaged" : "this is no backup of irgate");
		if (block[TYPE] != '0' || !good_name(name) || json_object_get(digests, name) || count == IG_BACKUP_MEMBERS_MAX)
			return ig_why(why, "the backup holds something that is not ours: %.60s", good_name(name) ? name : "a bad name");
		if (take_one(fd, into, name, size, digests, why))
			return -1;
	}
	*members_r = count;
	while (read(fd, block, sizeof block) > 0) /* the second empty block, and what pads it */
		;
	return 0;
}
