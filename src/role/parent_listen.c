/* Listening sockets: the parent opens them before anybody is confined and keeps them while roles come and go, so that a client waits in the
 * queue instead of being refused. Unix sockets are open to everybody the folders let through: SO_PEERCRED decides who may do what.
 * Relies on intake for TCP. Must hold the instance's lock: a socket file found in var/ is then stale. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "intake/intake.h"
#include "role/parent.h"

enum { SOCKET_MODE = 0666, BACKLOG = 128 };
static const char unix_word[] = "unix:";

static const char *unix_path(const char *spec)
{
	return strncmp(spec, unix_word, sizeof(unix_word) - 1) ? NULL : spec + sizeof(unix_word) - 1;
}

/* sun_path holds 107 bytes; a longer path is reached through its folder's descriptor. */
static int unix_address(const char *path, struct sockaddr_un *a, int *dir_r)
{
	const char *slash = strrchr(path, '/');
	char dir[4096];
	int len;

	*dir_r = -1;
	*a = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) < sizeof(a->sun_path)) {
		memcpy(a->sun_path, path, strlen(path));
		return 0;
	}
	if (!slash || (size_t)(slash - path) >= sizeof(dir))
		return errno = ENAMETOOLONG, -1;
	memcpy(dir, path, (size_t)(slash - path));
	dir[slash - path] = '\0';
	*dir_r = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	len = snprintf(a->sun_path, sizeof(a->sun_path), "/proc/self/fd/%d%s", *dir_r, slash);
	if (*dir_r < 0 || len < 0 || (size_t)len >= sizeof(a->sun_path)) {
		if (*dir_r >= 0)
			close(*dir_r);
		return *dir_r = -1;
	}
	return 0;
}

/* A socket file that nobody listens on any more goes; anything else stays. */
static void unlink_stale(int fd, const char *path, const struct sockaddr_un *a)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) && connect(fd, (const struct sockaddr *)a, sizeof(*a)) < 0 && errno == ECONNREFUSED)
		unlink(path);
}

static int listen_unix(const char *path, struct ig_why *why)
{
	struct sockaddr_un a;
	int dir, fd, try, ok = -1;

	if (unix_address(path, &a, &dir) < 0)
		return ig_why(why, "cannot listen on %s: %s", path, strerror(errno));
	try = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (try >= 0)
		unlink_stale(try, path, &a);
	if (fd >= 0 && bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0 && chmod(path, SOCKET_MODE) == 0 && listen(fd, BACKLOG) == 0)
		ok = 0;
	if (ok < 0)
		ig_why(why, "cannot listen on %s: %s", path, strerror(errno));
	if (try >= 0)
		close(try);
	if (dir >= 0)
		close(dir);
	if (ok < 0 && fd >= 0)
		close(fd);
	return ok < 0 ? -1 : fd;
}

static int open_one(const char *spec, struct ig_why *why)
{
	const char *path = unix_path(spec);

	return path ? listen_unix(path, why) : ig_intake_listen(spec, why);
}

static int find(const struct ig_parent_listeners *l, const char *name, const char *spec)
{
	for (size_t i = 0; i < l->count; i++)
		if (!strcmp(l->item[i].name, name) && !strcmp(l->item[i].spec, spec))
			return (int)i;
	return -1;
}

static void list(struct ig_parent_listeners *l, const char *name, const char *spec)
{
	l->item[l->count] = (struct ig_parent_listener){.name = name, .spec = ig_xstrdup(spec), .fd = -1};
	l->count++;
}

static int list_all(const struct ig_conf *c, struct ig_parent_listeners *l, struct ig_why *why)
{
	static const char *const own[] = {"control", "append"};
	char spec[4200];

	for (size_t i = 0; i < 2; i++) {
		snprintf(spec, sizeof(spec), "%s%s/%s.sock", unix_word, c->var, own[i]);
		list(l, own[i], spec);
	}
	if (c->lmtp_count > IG_PARENT_LISTENERS_MAX - l->count)
		return ig_why(why, "more than %zu LMTP addresses", IG_PARENT_LISTENERS_MAX - l->count);
	for (size_t i = 0; i < c->lmtp_count; i++)
		list(l, "lmtp", c->lmtps[i].listen);
	return 0;
}

int ig_parent_listen(const struct ig_conf *conf, struct ig_parent_listeners *old, struct ig_parent_listeners *new_r, struct ig_why *why)
{
	struct ig_parent_listeners fresh = {.count = 0};
	int at, ok = list_all(conf, &fresh, why);

	for (size_t i = 0; ok == 0 && i < fresh.count; i++)
		if (find(old, fresh.item[i].name, fresh.item[i].spec) < 0) {
			fresh.item[i].fd = open_one(fresh.item[i].spec, why);
			if (fresh.item[i].fd < 0)
				ok = -1;
		}
	if (ok < 0) {
		ig_parent_listeners_close(&fresh, true);
		return -1;
	}
	for (size_t i = 0; i < fresh.count; i++)
		if (fresh.item[i].fd < 0) {
			at = find(old, fresh.item[i].name, fresh.item[i].spec);
			fresh.item[i].fd = old->item[at].fd;
			old->item[at].fd = -1;
		}
	*new_r = fresh;
	return 0;
}

/* Only what is still held here is removed: a socket that moved to a fresh list has fd -1 in the old one. */
void ig_parent_listeners_close(struct ig_parent_listeners *l, bool unlink_too)
{
	for (size_t i = 0; i < l->count; i++) {
		const char *path = unix_path(l->item[i].spec);

		if (l->item[i].fd >= 0) {
			close(l->item[i].fd);
			if (path && unlink_too)
				unlink(path);
		}
		free(l->item[i].spec);
	}
	l->count = 0;
}
