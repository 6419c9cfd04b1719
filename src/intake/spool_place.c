/* Names and places in a spool folder: which names are files, where the sidecar is, where both go afterwards. Relies on the one descriptor of the
 * folder. Reads nothing of a file but its first bytes. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fs.h"
#include "base/opt.h"
#include "base/utf8.h"
#include "intake/intake.h"
#include "intake/spool.h"

enum { NAME_ROOM = 256, COPIES_MAX = 1000 };

static bool ends(const char *s, const char *with)
{
	size_t n = strlen(s), k = strlen(with);
	return n > k && !strcasecmp(s + n - k, with);
}

bool ig_spool_is_file_name(const char *name)
{
	static const char *const no[] = {".json", ".tmp", ".part", ".reason.txt", "~"};
	if (name[0] == '.' || strlen(name) > 200) /* the copy gets a number behind it */
		return false;
	for (size_t i = 0; i < IG_COUNT(no); i++)
		if (ends(name, no[i]))
			return false;
	return true;
}

bool ig_spool_sidecar_name(int dir, const char *name, struct ig_buf *out)
{
	const char *dot = strrchr(name, '.');
	struct stat st;
	for (int whole = dot ? 0 : 1; whole < 2; whole++) {
		ig_buf_reset(out);
		ig_buf_fmt(out, "%.*s.json", whole ? (int)strlen(name) : (int)(dot - name), name);
		if (!out->over && !fstatat(dir, out->data, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode))
			return true;
	}
	return false;
}

bool ig_spool_sidecar_read(int dir, const char *sidecar, struct ig_buf *out, const char **why_r)
{
	int fd = openat(dir, sidecar, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	*why_r = NULL;
	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode))
		*why_r = "cannot be opened";
	else if (st.st_size > IG_SPOOL_SIDECAR_MAX)
		*why_r = "is too large";
	else if (ig_fs_read_fd(fd, out) || out->over)
		*why_r = "cannot be read";
	else if (!ig_utf8_valid(out->data, out->len) || memchr(out->data, 0, out->len))
		*why_r = "is no UTF-8";
	if (fd >= 0)
		close(fd);
	return !*why_r;
}

/* The folder below dir, made when missing. */
static int folder(int dir, const char *name)
{
	if (mkdirat(dir, name, 0700) && errno != EEXIST)
		return -1;
	return openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* name to to/name, or to/name~N where that is taken. */
static int move(int from, const char *name, int to, unsigned copy)
{
	char as[NAME_ROOM];
	if (copy)
		snprintf(as, sizeof as, "%.220s~%u", name, copy);
	else
		snprintf(as, sizeof as, "%.240s", name);
	return renameat2(from, name, to, as, RENAME_NOREPLACE);
}

/* Both under the same number, so that they stay together. */
static int move_both(int dir, const char *name, const char *sidecar, int to, unsigned *copy_r)
{
	struct stat st;
	for (unsigned copy = 0; copy < COPIES_MAX; copy++) {
		*copy_r = copy;
		if (move(dir, name, to, copy)) {
			if (errno == EEXIST)
				continue;
			if (errno == ENOENT && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
				return 0; /* somebody else moved it: it is in the log */
			return -1;
		}
		if (sidecar && move(dir, sidecar, to, copy) && errno == EEXIST)
			move(dir, sidecar, to, copy + COPIES_MAX);
		return 0;
	}
	errno = EEXIST;
	return -1;
}

int ig_spool_take_away(int dir, const char *name, const char *sidecar)
{
	char month[32];
	unsigned copy;
	int year, mon, taken, to, rc = -1;
	ig_time_civil(ig_now(), &year, &mon, NULL, NULL, NULL, NULL, NULL);
	snprintf(month, sizeof month, "%04d-%02d", year, mon);
	taken = folder(dir, ".taken");
	to = taken < 0 ? -1 : folder(taken, month);
	if (to >= 0)
		rc = move_both(dir, name, sidecar, to, &copy);
	int error = errno;
	if (to >= 0)
		close(to);
	if (taken >= 0)
		close(taken);
	errno = error;
	return rc;
}

int ig_spool_refuse(int dir, const char *name, const char *sidecar, const char *reason)
{
	char beside[NAME_ROOM + 16];
	unsigned copy = 0;
	int to = folder(dir, ".refused"), rc = to < 0 ? -1 : move_both(dir, name, sidecar, to, &copy);
	if (!rc) {
		if (copy)
			snprintf(beside, sizeof beside, "%.220s~%u.reason.txt", name, copy);
		else
			snprintf(beside, sizeof beside, "%.240s.reason.txt", name);
		int fd = openat(to, beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0) {
			ig_fs_write_all(fd, reason, strlen(reason));
			ig_fs_write_all(fd, "\n", 1);
			close(fd);
		}
	}
	int error = errno;
	if (to >= 0)
		close(to);
	errno = error;
	return rc;
}

const char *ig_spool_kind(const unsigned char *head, size_t len)
{
	static const struct { const char *bytes; size_t len; const char *kind; } kinds[] = {
		{"II*\0", 4, "tiff"}, {"MM\0*", 4, "tiff"}, {"%PDF-", 5, "pdf"}, {"\x89PNG\r\n", 6, "png"}, {"\xff\xd8\xff", 3, "jpeg"}};
	for (size_t i = 0; i < IG_COUNT(kinds); i++)
		if (len >= kinds[i].len && !memcmp(head, kinds[i].bytes, kinds[i].len))
			return kinds[i].kind;
	for (size_t at = 0; at + 5 <= len && at < 1024; at++) /* ISO 32000 readers take a header that begins within the first 1024 bytes */
		if (!memcmp(head + at, "%PDF-", 5))
			return "pdf";
	/* A package of the document exchange (QCVN 102): XML whose root says so within the first lines. */
	for (size_t at = 0; at + 5 <= len && at < 1024 && memchr(head, '<', len < 16 ? len : 16); at++)
		if (!memcmp(head + at, "edXML", 5))
			return "edxml";
	return NULL;
}

bool ig_spool_same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}
