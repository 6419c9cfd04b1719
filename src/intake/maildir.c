/* Maildir as a way in: what other programs drop in new/ is handed to the recorder in the order of the names, and only after `durable` renamed to
 * cur/. Relies on inotify, with a periodic look for what inotify misses (network file systems, a full queue). Opens no message in cur/, removes
 * nothing, and knows nothing of what is in a file. */
#include "config.h"
#include "intake/intake.h"
#include <dirent.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/opt.h"
#include "intake/maildir_name.h"

enum { UNDER_WAY_MAX = 256, UNDER_WAY_BYTES_MAX = 4 << 20 /* in memory */, STUCK_MAX = 256, BACK_OFF_MS = 1000, BACK_OFF_MAX_MS = 60000 };

struct item { /* a file under way, or taken and not yet renamed */
	struct ig_maildir *m;
	char *name;
	struct stat was; /* when it was read */
	uint64_t bytes; /* in memory while under way */
	bool taken;     /* durable; only the rename is missing */
	struct item *next;
};

struct ig_maildir {
	struct event_base *base;
	const struct ig_conf *conf;
	const struct ig_conf_maildir *m;
	struct ig_intake_sink sink;
	int new_fd, cur_fd, notify_fd;
	struct event *notified, *timer, *turn; /* turn: made active by hand, does the next piece of work */
	struct item *items;
	size_t under_way;
	uint64_t under_way_bytes; /* of those that were read into memory */
	char **names;         /* of the pass, sorted */
	size_t name_count, name_next;
	bool looking, look_again, watching;
	bool blocked;         /* the recorder said later: the rest of the pass would be refused too, and order would be lost */
	int64_t back_off_ms;  /* until the next try then; 0 none */
	size_t stuck;         /* items that are taken and cannot be renamed */
	uint64_t taken, waiting, waited_before; /* of the pass; of the one before */
	char failed[IG_WHY_MAX], reason[IG_WHY_MAX]; /* why nothing came; why the first file stays */
	ig_intake_scanned_h *scanned, *next_scanned; /* of this pass; of one that is to begin */
	void *scanned_arg;
};

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void names_free(struct ig_maildir *m)
{
	for (size_t i = m->name_next; i < m->name_count; i++)
		free(m->names[i]);
	free(m->names);
	m->names = NULL;
	m->name_count = m->name_next = 0;
}

static int open_below(struct ig_maildir *m, const char *sub)
{
	struct ig_buf path = IG_BUF_INIT(8192);
	int fd;
	ig_buf_fmt(&path, "%s/%s", m->m->path, sub);
	fd = open(path.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ig_buf_free(&path);
	return fd;
}

/* The folders, (again) when they were not there or were replaced. */
static int open_folders(struct ig_maildir *m)
{
	struct ig_buf path = IG_BUF_INIT(8192);
	struct stat here, held;
	int rc = 0;
	ig_buf_fmt(&path, "%s/new", m->m->path);
	if (m->new_fd >= 0 && !stat(path.data, &here) && !fstat(m->new_fd, &held) && here.st_ino == held.st_ino && here.st_dev == held.st_dev)
		goto out;
	if (m->new_fd >= 0)
		close(m->new_fd);
	if (m->cur_fd >= 0)
		close(m->cur_fd);
	m->new_fd = open_below(m, "new");
	m->cur_fd = open_below(m, "cur");
	if (m->new_fd < 0 || m->cur_fd < 0) {
		snprintf(m->failed, sizeof m->failed, "%s: %s", m->m->path, strerror(errno));
		rc = -1;
	} else if (m->notify_fd >= 0) {
		inotify_add_watch(m->notify_fd, path.data, IN_MOVED_TO | IN_CLOSE_WRITE | IN_CREATE | IN_ONLYDIR);
	}
out:
	ig_buf_free(&path);
	return rc;
}

static struct item *item_of(const struct ig_maildir *m, const char *name)
{
	struct item *it = m->items;
	while (it && strcmp(it->name, name))
		it = it->next;
	return it;
}

static void item_free(struct item *it)
{
	struct item **at = &it->m->items;
	while (*at != it)
		at = &(*at)->next;
	*at = it->next;
	it->m->stuck -= it->taken;
	free(it->name);
	free(it);
}

/* Lists new/ for a pass. */
static int list(struct ig_maildir *m)
{
	int fd = m->new_fd >= 0 ? openat(m->new_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *e;
	size_t cap = 0;
	names_free(m);
	if (!d) {
		if (!m->failed[0])
			snprintf(m->failed, sizeof m->failed, "%s/new: %s", m->m->path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		if (m->name_count == cap) {
			cap = cap ? cap * 2 : 256;
			m->names = ig_xrealloc(m->names, cap * sizeof *m->names);
		}
		m->names[m->name_count++] = ig_xstrdup(e->d_name);
	}
	closedir(d);
	if (m->name_count)
		qsort(m->names, m->name_count, sizeof *m->names, by_bytes);
	return 0;
}

static void leave(struct ig_maildir *m, const char *name, const char *reason)
{
	m->waiting++;
	if (!m->reason[0])
		snprintf(m->reason, sizeof m->reason, "new/%.200s stays: %s", name, reason);
}

/* new/NAME to cur/NAME:2,S, never over another file. 0 moved or gone, -1 errno. */
static int move_to_cur(struct ig_maildir *m, const char *name)
{
	struct ig_buf to = IG_BUF_INIT(1024);
	int rc = -1;
	for (unsigned copy = 0; copy < 100; copy++) {
		ig_buf_reset(&to);
		ig_maildir_name_seen(name, copy, &to);
		rc = renameat2(m->new_fd, name, m->cur_fd, to.data, RENAME_NOREPLACE);
		if (!rc || errno != EEXIST)
			break;
	}
	if (rc && errno == ENOENT && faccessat(m->new_fd, name, F_OK, AT_SYMLINK_NOFOLLOW))
		rc = 0; /* somebody else moved it: it is in the log */
	ig_buf_free(&to);
	return rc;
}

static void turn_soon(struct ig_maildir *m)
{
	event_active(m->turn, EV_TIMEOUT, 0);
}

static void look(struct ig_maildir *m);

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void finish(struct item *it)
{
	struct ig_maildir *m = it->m;
	struct stat now;
	/* Somebody put another file there, or wrote on: moving that unread would lose it. It is taken as a file of its own. */
	if (!fstatat(m->new_fd, it->name, &now, AT_SYMLINK_NOFOLLOW) && !same_file(&it->was, &now)) {
		ig_log(IG_LOG_WARNING, "%s: new/%s changed after it was read: it is read again", m->m->name, it->name);
		item_free(it);
		look(m);
		return;
	}
	if (!move_to_cur(m, it->name)) {
		item_free(it);
		return;
	}
	leave(m, it->name, strerror(errno)); /* it is in the log: kept in mind, so that only the move is tried again */
	m->stuck += !it->taken;
	it->taken = true;
}

static void done(bool durable, const char *why, void *arg)
{
	struct item *it = arg;
	struct ig_maildir *m = it->m;
	m->under_way--;
	m->under_way_bytes -= it->bytes;
	if (durable) {
		m->taken++;
		m->back_off_ms = 0;
		finish(it);
	} else {
		if (!m->failed[0])
			snprintf(m->failed, sizeof m->failed, "%s", why);
		m->waiting++;
		if (!m->blocked)
			m->back_off_ms = !m->back_off_ms ? BACK_OFF_MS : m->back_off_ms < BACK_OFF_MAX_MS / 2 ? m->back_off_ms * 2 : BACK_OFF_MAX_MS;
		m->blocked = true;
		item_free(it);
	}
	turn_soon(m);
}

/* A file that a program has open for writing is not finished: a read lease is refused then (or not to be had at all, which says nothing). */
static bool being_written(int fd)
{
	if (!fcntl(fd, F_SETLEASE, F_RDLCK)) {
		fcntl(fd, F_SETLEASE, F_UNLCK);
		return false;
	}
	return errno == EAGAIN;
}

static void hand_over(struct ig_maildir *m, const char *name, int fd, const struct stat *st)
{
	struct ig_buf bytes = IG_BUF_INIT(m->conf->inline_max + 1), base = IG_BUF_INIT(1024);
	struct ig_envelope e = {.channel = IG_CHANNEL_MAIL, .source = m->m->name};
	struct item *it;
	if ((uint64_t)st->st_size <= m->conf->inline_max && (ig_fs_read_fd(fd, &bytes) || bytes.len != (size_t)st->st_size)) {
		leave(m, name, "it changes while it is read");
		close(fd);
		ig_buf_free(&bytes);
		return;
	}
	ig_maildir_name_base(name, &base);
	e.source_file = base.data;
	it = ig_xmalloc(sizeof *it);
	*it = (struct item){.m = m, .name = ig_xstrdup(name), .was = *st, .next = m->items};
	m->items = it;
	m->under_way++;
	if ((uint64_t)st->st_size <= m->conf->inline_max)
		it->bytes = (uint64_t)st->st_size;
	m->under_way_bytes += it->bytes;
	if ((uint64_t)st->st_size <= m->conf->inline_max) {
		close(fd);
		m->sink.append(m->sink.arg, &e, bytes.data, -1, bytes.len, done, it);
	} else {
		m->sink.append(m->sink.arg, &e, NULL, fd, (uint64_t)st->st_size, done, it);
	}
	ig_buf_free(&bytes);
	ig_buf_free(&base);
}

static void take(struct ig_maildir *m, const char *name)
{
	struct item *it = item_of(m, name);
	struct stat st;
	int fd;
	if (it && !it->taken)
		return; /* under way since an earlier pass */
	/* Without O_NOFOLLOW a link could name any file of ours; without O_NONBLOCK a pipe would hang us. */
	fd = openat(m->new_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		if (errno != ENOENT)
			leave(m, name, errno == ELOOP ? "it is a symbolic link" : strerror(errno));
		return;
	}
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		leave(m, name, "it is no regular file");
	} else if (it && same_file(&it->was, &st)) {
		finish(it);
	} else if ((uint64_t)st.st_size > m->conf->message_max) {
		leave(m, name, "it is larger than message_max");
	} else if (being_written(fd)) {
		m->waiting++; /* nothing to warn of: its end is notified */
	} else {
		if (!it && m->stuck >= STUCK_MAX) {
			leave(m, name, "cur/ takes no file");
			close(fd);
			return;
		}
		if (it)
			item_free(it); /* another file by that name: the one taken was moved by somebody */
		hand_over(m, name, fd, &st);
		return;
	}
	close(fd);
}

static void set_timer(struct ig_maildir *m)
{
	int64_t ms = m->back_off_ms ? m->back_off_ms : m->m->interval;
	if (m->watching)
		event_add(m->timer, &(struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000});
}

static void pass_over(struct ig_maildir *m)
{
	ig_intake_scanned_h *scanned = m->scanned;
	names_free(m);
	m->looking = false;
	m->scanned = NULL;
	if (m->taken)
		ig_log(IG_LOG_DEBUG, "%s: %llu messages taken", m->m->name, (unsigned long long)m->taken);
	if (scanned)
		scanned(m->taken, m->waiting, m->failed[0] ? m->failed : NULL, m->scanned_arg);
	if (m->failed[0])
		ig_log(IG_LOG_WARNING, "%s: %s", m->m->name, m->failed);
	else if (m->reason[0] && m->waiting != m->waited_before)
		ig_log(IG_LOG_WARNING, "%s: %llu files are left in place; %s", m->m->name, (unsigned long long)m->waiting, m->reason);
	m->waited_before = m->waiting;
	set_timer(m);
	if (m->look_again && !m->looking)
		turn_soon(m);
}

static void pass_begin(struct ig_maildir *m)
{
	m->looking = true;
	m->look_again = m->blocked = false;
	m->scanned = m->next_scanned;
	m->next_scanned = NULL;
	m->taken = m->waiting = 0;
	m->failed[0] = m->reason[0] = '\0';
	if (!open_folders(m))
		list(m);
	else
		names_free(m);
}

/* The work of a pass, as far as there is room under way. */
static void on_turn(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	struct ig_maildir *m = arg;
	if (!m->looking && m->look_again)
		pass_begin(m);
	if (!m->looking)
		return;
	while (m->name_next < m->name_count && m->under_way < UNDER_WAY_MAX && m->under_way_bytes < UNDER_WAY_BYTES_MAX && !m->blocked) {
		char *name = m->names[m->name_next++];
		take(m, name);
		free(name);
	}
	if (m->under_way)
		return;
	m->waiting += m->name_count - m->name_next;
	pass_over(m);
}

static void look(struct ig_maildir *m)
{
	m->look_again = true;
	turn_soon(m);
}

static void on_notified(evutil_socket_t fd, short what IG_UNUSED, void *arg)
{
	char buffer[16384] __attribute__((aligned(8)));
	struct ig_maildir *m = arg;
	while (read(fd, buffer, sizeof buffer) > 0)
		;
	if (!m->back_off_ms)
		look(m);
}

static void on_timer(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	look(arg);
}

struct ig_maildir *ig_maildir_new(struct event_base *base, const struct ig_conf *c, const struct ig_conf_maildir *cm, const struct ig_intake_sink *sink)
{
	struct ig_maildir *m = ig_xmalloc(sizeof *m);
	*m = (struct ig_maildir){.base = base, .conf = c, .m = cm, .sink = *sink, .new_fd = -1, .cur_fd = -1};
	m->notify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	m->turn = event_new(base, -1, 0, on_turn, m);
	m->timer = event_new(base, -1, 0, on_timer, m);
	m->notified = m->notify_fd >= 0 ? event_new(base, m->notify_fd, EV_READ | EV_PERSIST, on_notified, m) : NULL;
	if (!m->turn || !m->timer)
		ig_die(IG_EX_SOFTWARE, "out of memory");
	(void)open_folders(m); /* said at the first pass */
	m->failed[0] = '\0';
	return m;
}

void ig_maildir_watch(struct ig_maildir *m)
{
	m->watching = true;
	if (m->notified)
		event_add(m->notified, NULL);
	look(m);
}

void ig_maildir_scan(struct ig_maildir *m, ig_intake_scanned_h *scanned, void *arg)
{
	m->next_scanned = scanned;
	m->scanned_arg = arg;
	look(m);
}

struct ig_maildir *ig_maildir_free(struct ig_maildir *m)
{
	if (!m)
		return NULL;
	while (m->items) /* none may be under way: the sink is gone before */
		item_free(m->items);
	names_free(m);
	if (m->notified)
		event_free(m->notified);
	event_free(m->timer);
	event_free(m->turn);
	if (m->notify_fd >= 0)
		close(m->notify_fd);
	if (m->new_fd >= 0)
		close(m->new_fd);
	if (m->cur_fd >= 0)
		close(m->cur_fd);
	free(m);
	return NULL;
}
