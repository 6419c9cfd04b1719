/* A new instance in one directory: folders and configuration, as INTERFACE.md "An instance in one directory" has them.
 * Relies on sample.c for the words. Does not make the store or the log: those begin with their first use. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"
#include "conf/table.h"

static const char *const folders[] = {
	"incoming", "incoming/new", "incoming/cur", "incoming/tmp", "scans", "faxes",
	"outgoing", "outgoing/new", "outgoing/cur", "outgoing/tmp", "outgoing-fax", "outgoing-letters", "var",
};

/* The first error only: why has room for one. */
static void keep_first(const char *line, void *arg)
{
	struct ig_why *why = arg;

	if (why && !*why->text)
		ig_why(why, "%s", line);
}

/* Says why when the new configuration would not load: a wrong profile above all. */
static int check_sample(const char *dir, const char *text, struct ig_why *why)
{
	struct ig_why first = {""};
	struct ig_conf_reading r = {.say = keep_first, .arg = &first};
	struct ig_conf *c = ig_conf_load_text(&r, "irgate.conf", dir, text);

	if (!c)
		return ig_why(why, "%s", first.text);
	ig_conf_free(c);
	return 0;
}

static int make_folders(const char *dir, struct ig_arena *a, struct ig_why *why)
{
	if (ig_fs_mkdirs(dir, 0755))
		return ig_why(why, "%s: %s", dir, strerror(errno));
	for (size_t i = 0; i < IG_COUNT(folders); i++) {
		const char *path = ig_arena_fmt(a, "%s/%s", dir, folders[i]);
		struct stat st;

		/* Reports are confidential: nobody else looks in until the office opens a folder on purpose. var is only passed through: its
		 * sockets ask who calls, and what is kept in it is closed by itself. */
		if (mkdir(path, strcmp(folders[i], "var") ? 0700 : 0711) && (errno != EEXIST || stat(path, &st) || !S_ISDIR(st.st_mode)))
			return ig_why(why, "%s: %s", path, strerror(errno));
	}
	return 0;
}

/* Never over an existing file; the last thing made, so that a half-made instance can simply be made again. */
static int write_new(const char *path, const char *dir, const struct ig_buf *text, struct ig_why *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);

	if (fd < 0)
		return ig_why(why, "%s: %s", path, strerror(errno));
	if (ig_fs_write_all(fd, text->data, text->len) || fsync(fd)) {
		int error = errno;

		close(fd);
		unlink(path);
		return ig_why(why, "%s: %s", path, strerror(error));
	}
	close(fd);
	return ig_fs_sync_dir(dir) ? ig_why(why, "%s: %s", dir, strerror(errno)) : 0;
}

int ig_conf_init_instance(const char *dir, const char *profile, struct ig_why *why)
{
	struct ig_arena *a = ig_arena_new(1 << 20);
	struct ig_buf text = IG_BUF_INIT(1 << 20);
	const char *path = ig_arena_fmt(a, "%s/irgate.conf", dir);
	struct stat st;
	int rc = -1;

	ig_conf_sample(profile ? profile : "vn", &text);
	if (!lstat(path, &st))
		ig_why(why, "%s is there already", path);
	else if (!check_sample(dir, text.data, why) && !make_folders(dir, a, why))
		rc = write_new(path, dir, &text, why);
	ig_buf_free(&text);
	ig_arena_free(a);
	return rc;
}
