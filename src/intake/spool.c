/* A folder of whole files as a way in. Relies on inotify, with a periodic look beside it, and on spool_place.c for names and places. Knows nothing of
 * what is in a file beyond its first bytes, and removes nothing. */
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
#include <unistd.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/opt.h"
#include "intake/spool.h"

enum { UNDER_WAY_MAX = 32, KNOWN_MAX = 4096, HEAD = 1024, SOON_MS = 200, NAME_MAX_BYTES = 256 };

enum state { RESTING, UNDER_WAY, TAKEN };
struct item { /* a name that was seen */
	struct ig_spool *p;
	char *name, *sidecar; /* sidecar: as it was when the file was handed over */
	struct stat was;
	int64_t since;        /* it has been as it is (monotonic ms) */
	bool renamed_in;
	enum state state;
	bool seen;            /* in this pass */
	struct item *next;
};

struct ig_spool {
	struct event_base *base;
	const struct ig_conf *conf;
	struct ig_spool_settings s;
	struct ig_intake_sink sink;
	int dir, notify_fd;
	struct event *notified, *timer, *turn;
	struct item *items;
	size_t known, under_way;
	char **names;
	size_t name_count, name_next;
	bool looking, look_again, watching, blocked, resting;
	uint64_t taken, waiting;
	char failed[IG_WHY_MAX], reason[IG_WHY_MAX], said[IG_WHY_MAX];
	ig_intake_scanned_h *scanned, *next_scanned;
	void *scanned_arg;
};

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* ---- names that were seen */

static struct item *item_of(struct ig_spool *p, const char *name)
{
	struct item *it = p->items;
	while (it && strcmp(it->name, name))
		it = it->next;
	if (it || p->known >= KNOWN_MAX)
		return it;
	it = ig_xmalloc(sizeof *it);
	*it = (struct item){.p = p, .name = ig_xstrdup(name), .next = p->items};
	p->items = it;
	p->known++;
	return it;
}

static void item_free(struct item *it)
{
	struct item **at = &it->p->items;
	while (*at != it)
		at = &(*at)->next;
	*at = it->next;
	it->p->known--;
	free(it->name);
	free(it->sidecar);
	free(it);
}

static void forget_gone(struct ig_spool *p)
{
	for (struct item *it = p->items, *next; it; it = next) {
		next = it->next;
		if (!it->seen && it->state != UNDER_WAY)
			item_free(it);
	}
}

static void names_free(struct ig_spool *p)
{
	for (size_t i = p->name_next; i < p->name_count; i++)
		free(p->names[i]);
	free(p->names);
	p->names = NULL;
	p->name_count = p->name_next = 0;
}

/* ---- the folder */

static int folder_open(struct ig_spool *p)
{
	struct stat here, held;
	if (p->dir >= 0 && !stat(p->s.path, &here) && !fstat(p->dir, &held) && here.st_ino == held.st_ino && here.st_dev == held.st_dev)
		return 0;
	if (p->dir >= 0)
		close(p->dir);
	p->dir = open(p->s.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->dir < 0) {
		snprintf(p->failed, sizeof p->failed, "%s: %s", p->s.path, strerror(errno));
		return -1;
	}
	if (p->notify_fd >= 0)
		inotify_add_watch(p->notify_fd, p->s.path, IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR);
	return 0;
}

static void list(struct ig_spool *p)
{
	int fd = openat(p->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *e;
	size_t cap = 0;
	if (!d) {
		snprintf(p->failed, sizeof p->failed, "%s: %s", p->s.path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((e = readdir(d))) {
		if (!ig_spool_is_file_name(e->d_name))
			continue;
		if (p->name_count == cap) {
			cap = cap ? cap * 2 : 64;
			p->names = ig_xrealloc(p->names, cap * sizeof *p->names);
		}
		p->names[p->name_count++] = ig_xstrdup(e->d_name);
	}
	closedir(d);
	if (p->name_count)
		qsort(p->names, p->name_count, sizeof *p->names, by_bytes);
}

static void leave(struct ig_spool *p, const char *name, const char *reason)
{
	p->waiting++;
	if (!p->reason[0])
		snprintf(p->reason, sizeof p->reason, "%.200s stays: %s", name, reason);
}

static void turn_soon(struct ig_spool *p)
{
	event_active(p->turn, EV_TIMEOUT, 0);
}

/* ---- one file */

static void finish(struct item *it)
{
	struct ig_spool *p = it->p;
	struct stat now;
	if (!fstatat(p->dir, it->name, &now, AT_SYMLINK_NOFOLLOW) && !ig_spool_same(&it->was, &now)) {
		ig_log(IG_LOG_WARNING, "%s: %s changed after it was read: it is read again", p->s.name, it->name);
		it->state = RESTING;
		it->was = now;
		it->since = ig_mono_ms();
		p->look_again = true;
		return;
	}
	it->state = TAKEN;
	if (!ig_spool_take_away(p->dir, it->name, it->sidecar)) {
		item_free(it);
		return;
	}
	leave(p, it->name, strerror(errno)); /* it is in the log: only the move is tried again */
}

static void done(bool durable, const char *why, void *arg)
{
	struct item *it = arg;
	struct ig_spool *p = it->p;
	p->under_way--;
	if (durable) {
		p->taken++;
		finish(it);
	} else {
		it->state = RESTING;
		p->blocked = true;
		p->waiting++;
		if (!p->failed[0])
			snprintf(p->failed, sizeof p->failed, "%s", why);
	}
	turn_soon(p);
}

static void refuse(struct item *it, const char *reason)
{
	struct ig_spool *p = it->p;
	struct ig_buf sidecar = IG_BUF_INIT(NAME_MAX_BYTES);
	bool beside = p->s.sidecar && ig_spool_sidecar_name(p->dir, it->name, &sidecar);
	ig_log(IG_LOG_WARNING, "%s: %s is refused: %s", p->s.name, it->name, reason);
	if (ig_spool_refuse(p->dir, it->name, beside ? sidecar.data : NULL, reason))
		leave(p, it->name, strerror(errno));
	ig_buf_free(&sidecar);
}

static void hand_over(struct item *it, int fd, const struct stat *st)
{
	struct ig_spool *p = it->p;
	struct ig_buf bytes = IG_BUF_INIT(p->conf->inline_max + 1), name = IG_BUF_INIT(NAME_MAX_BYTES), sidecar = IG_BUF_INIT(IG_SPOOL_SIDECAR_MAX);
	struct ig_envelope e = {.channel = p->s.channel, .source = p->s.name, .source_file = it->name};
	const char *why;
	bool small = (uint64_t)st->st_size <= p->conf->inline_max;
	free(it->sidecar);
	it->sidecar = NULL;
	if (p->s.sidecar && ig_spool_sidecar_name(p->dir, it->name, &name)) {
		it->sidecar = ig_xstrdup(name.data);
		if (ig_spool_sidecar_read(p->dir, name.data, &sidecar, &why))
			e.sidecar = sidecar.data;
		else
			ig_log(IG_LOG_WARNING, "%s: %s %s", p->s.name, name.data, why);
	}
	if (small && (lseek(fd, 0, SEEK_SET) || ig_fs_read_fd(fd, &bytes) || bytes.len != (size_t)st->st_size)) {
		leave(p, it->name, "it changes while it is read");
		close(fd);
	} else {
		it->state = UNDER_WAY;
		it->was = *st;
		p->under_way++;
		if (small)
			close(fd);
		p->sink.append(p->sink.arg, &e, small ? bytes.data : NULL, small ? -1 : fd, (uint64_t)st->st_size, done, it);
	}
	ig_buf_free(&bytes);
	ig_buf_free(&name);
	ig_buf_free(&sidecar);
}

/* Has it rested, or was it put there whole? */
static bool ready(struct item *it, const struct stat *st)
{
	struct ig_spool *p = it->p;
	struct ig_buf sidecar = IG_BUF_INIT(NAME_MAX_BYTES);
	int64_t now = ig_mono_ms();
	bool whole;
	if (!it->since || !ig_spool_same(&it->was, st)) {
		it->was = *st;
		it->since = now;
	}
	whole = now - it->since >= p->s.settle || (it->renamed_in && (!p->s.sidecar || ig_spool_sidecar_name(p->dir, it->name, &sidecar)));
	ig_buf_free(&sidecar);
	p->resting |= !whole;
	return whole;
}

static void look_at(struct ig_spool *p, const char *name)
{
	unsigned char head[HEAD];
	struct item *it = item_of(p, name);
	struct stat st;
	if (!it) {
		leave(p, name, "too many files");
		return;
	}
	it->seen = true;
	if (it->state == UNDER_WAY)
		return;
	int fd = openat(p->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st)) {
		if (errno != ENOENT)
			leave(p, name, errno == ELOOP ? "it is a symbolic link" : strerror(errno));
		if (fd >= 0)
			close(fd);
		return;
	}
	if (!S_ISREG(st.st_mode)) {
		if (!S_ISDIR(st.st_mode))
			leave(p, name, "it is no regular file");
	} else if (it->state == TAKEN && ig_spool_same(&it->was, &st)) {
		finish(it);
	} else if (!ready(it, &st)) {
		p->waiting++;
	} else if ((uint64_t)st.st_size > p->conf->message_max) {
		refuse(it, "it is larger than message_max");
	} else {
		ssize_t n = pread(fd, head, sizeof head, 0);
		it->state = RESTING;
		if (ig_spool_kind(head, n > 0 ? (size_t)n : 0)) {
			hand_over(it, fd, &st);
			return;
		}
		refuse(it, n ? "it is neither TIFF, PDF, PNG nor JPEG" : "it is empty");
	}
	close(fd);
}

/* ---- passes */

static void set_timer(struct ig_spool *p)
{
	int64_t ms = p->resting ? (p->s.settle < SOON_MS ? SOON_MS : p->s.settle) : p->s.interval;
	if (p->watching)
		event_add(p->timer, &(struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000});
}

static void pass_over(struct ig_spool *p)
{
	ig_intake_scanned_h *scanned = p->scanned;
	forget_gone(p);
	names_free(p);
	p->looking = false;
	p->scanned = NULL;
	if (scanned)
		scanned(p->taken, p->waiting, p->failed[0] ? p->failed : NULL, p->scanned_arg);
	if (p->failed[0])
		ig_log(IG_LOG_WARNING, "%s: %s", p->s.name, p->failed);
	else if (p->reason[0] && strcmp(p->reason, p->said))
		ig_log(IG_LOG_WARNING, "%s: %s", p->s.name, p->reason);
	memcpy(p->said, p->reason, sizeof p->said);
	set_timer(p);
	if (p->look_again && !p->looking)
		turn_soon(p);
}

static void pass_begin(struct ig_spool *p)
{
	p->looking = true;
	p->look_again = p->blocked = p->resting = false;
	p->scanned = p->next_scanned;
	p->next_scanned = NULL;
	p->taken = p->waiting = 0;
	p->failed[0] = p->reason[0] = '\0';
	for (struct item *it = p->items; it; it = it->next)
		it->seen = false;
	names_free(p);
	if (!folder_open(p))
		list(p);
}

static void on_turn(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	struct ig_spool *p = arg;
	if (!p->looking && p->look_again)
		pass_begin(p);
	if (!p->looking)
		return;
	while (p->name_next < p->name_count && p->under_way < UNDER_WAY_MAX && !p->blocked) {
		char *name = p->names[p->name_next++];
		look_at(p, name);
		free(name);
	}
	if (p->under_way)
		return;
	p->waiting += p->name_count - p->name_next;
	pass_over(p);
}

static void look(struct ig_spool *p)
{
	p->look_again = true;
	turn_soon(p);
}

static void note_renamed(struct ig_spool *p, const struct inotify_event *e)
{
	struct item *it = e->len && (e->mask & IN_MOVED_TO) && ig_spool_is_file_name(e->name) ? item_of(p, e->name) : NULL;
	if (it)
		it->renamed_in = true;
}

static void on_notified(evutil_socket_t fd, short what IG_UNUSED, void *arg)
{
	char buffer[16384] __attribute__((aligned(8)));
	struct ig_spool *p = arg;
	for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;)
		for (char *at = buffer; at < buffer + n;) {
			const struct inotify_event *e = (const struct inotify_event *)(const void *)at;
			note_renamed(p, e);
			at += sizeof *e + e->len;
		}
	look(p);
}

static void on_timer(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	look(arg);
}

/* ---- life */

struct ig_spool *ig_spool_new(struct event_base *base, const struct ig_conf *c, const struct ig_spool_settings *s, const struct ig_intake_sink *sink)
{
	struct ig_spool *p = ig_xmalloc(sizeof *p);
	*p = (struct ig_spool){.base = base, .conf = c, .s = *s, .sink = *sink, .dir = -1};
	p->notify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	p->turn = event_new(base, -1, 0, on_turn, p);
	p->timer = event_new(base, -1, 0, on_timer, p);
	p->notified = p->notify_fd >= 0 ? event_new(base, p->notify_fd, EV_READ | EV_PERSIST, on_notified, p) : NULL;
	if (!p->turn || !p->timer)
		ig_die(IG_EX_SOFTWARE, "out of memory");
	ig_fs_mkdirs(s->path, 0700);
	(void)folder_open(p); /* said at the first pass */
	p->failed[0] = '\0';
	return p;
}

void ig_spool_watch(struct ig_spool *p)
{
	p->watching = true;
	if (p->notified)
		event_add(p->notified, NULL);
	look(p);
}

void ig_spool_scan(struct ig_spool *p, ig_intake_scanned_h *scanned, void *arg)
{
	p->next_scanned = scanned;
	p->scanned_arg = arg;
	look(p);
}

struct ig_spool *ig_spool_free(struct ig_spool *p)
{
	if (!p)
		return NULL;
	names_free(p);
	while (p->items)
		item_free(p->items);
	struct event *events[] = {p->notified, p->timer, p->turn};
	for (size_t i = 0; i < IG_COUNT(events); i++)
		if (events[i])
			event_free(events[i]);
	if (p->notify_fd >= 0)
		close(p->notify_fd);
	if (p->dir >= 0)
		close(p->dir);
	free(p);
	return NULL;
}
