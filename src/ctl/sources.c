/* Walks what is to be imported. Order is that of names, so that a Maildir's mails come in the order of their arrival. */
#include "config.h"
#include "ctl/sources.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"

enum { DEPTH_MAX = 16, WHOLE_MAX = 1 << 20 };

static void add_file(struct ig_sources *s, const char *path, uint64_t size)
{
	if (s->count == s->room) {
		s->room = s->room * 2 + 256;
		s->files = ig_xrealloc(s->files, s->room * sizeof(*s->files));
	}
	s->files[s->count++] = (struct ig_source_file){ig_arena_strdup(s->arena, path), size};
	s->bytes += size;
}

static int by_base_name(const void *a, const void *b)
{
	const struct ig_source_file *x = a, *y = b;
	const char *p = strrchr(x->path, '/'), *q = strrchr(y->path, '/');
	int order = strcmp(p ? p + 1 : x->path, q ? q + 1 : y->path);
	return order ? order : strcmp(x->path, y->path);
}

static int by_path(const void *a, const void *b)
{
	const struct ig_source_file *x = a, *y = b;
	return strcmp(x->path, y->path);
}

static int add_folder(struct ig_sources *s, const char *path, int depth, struct ig_why *why)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	struct stat st;
	if (!dir) return ig_why(why, "%s: %s", path, strerror(errno));
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.') continue;
		char *below = ig_arena_fmt(s->arena, "%s/%s", path, e->d_name);
		if (lstat(below, &st)) continue;
		if (S_ISREG(st.st_mode)) add_file(s, below, (uint64_t)st.st_size);
		else if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX && add_folder(s, below, depth + 1, why)) break;
	}
	closedir(dir);
	return e ? -1 : 0;
}

int ig_sources_add(struct ig_sources *s, const char *path, struct ig_why *why)
{
	struct stat st, sub;
	size_t before = s->count;
	if (stat(path, &st)) return ig_why(why, "%s: %s", path, strerror(errno));
	if (S_ISREG(st.st_mode)) {
		add_file(s, path, (uint64_t)st.st_size);
		return 0;
	}
	if (!S_ISDIR(st.st_mode)) return ig_why(why, "%s is neither a file nor a folder", path);
	char *fresh = ig_arena_fmt(s->arena, "%s/new", path), *old = ig_arena_fmt(s->arena, "%s/cur", path);
	bool maildir = !stat(fresh, &sub) && S_ISDIR(sub.st_mode) && !stat(old, &sub) && S_ISDIR(sub.st_mode);
	if (maildir ? add_folder(s, old, DEPTH_MAX, why) || add_folder(s, fresh, DEPTH_MAX, why) : add_folder(s, path, 0, why)) return -1;
	if (s->count > before) qsort(s->files + before, s->count - before, sizeof(*s->files), maildir ? by_base_name : by_path);
	return 0;
}

/* ---- mbox */

struct mbox {
	struct ig_buf mail;
	uint64_t size;
	size_t blank; /* bytes of the empty line it ends with, 0 when it ends otherwise */
	char name[512];
	int number;
	ig_source_h *each;
	void *arg;
};

static int mbox_flush(struct mbox *m)
{
	char name[544];
	if (!m->number) return 0;
	snprintf(name, sizeof(name), "%s#%d", m->name, m->number);
	bool large = m->mail.over;
	if (m->blank <= m->mail.len) ig_buf_cut(&m->mail, m->mail.len - m->blank); /* the empty line before the next "From " */
	int stop = large ? m->each(name, NULL, -1, m->size, m->arg) : m->mail.len ? m->each(name, m->mail.data, -1, m->mail.len, m->arg) : 0;
	ig_buf_reset(&m->mail);
	m->mail.over = false;
	m->size = 0;
	m->blank = 0;
	return stop;
}

static void mbox_line(struct mbox *m, const char *line, size_t len)
{
	size_t marks = strspn(line, ">");
	bool quoted = marks && len > marks + 5 && !strncmp(line + marks, "From ", 5);
	if (!m->mail.over) ig_buf_add(&m->mail, line + quoted, len - quoted);
	m->size += len - quoted;
	m->blank = !strcmp(line, "\n") ? 1 : !strcmp(line, "\r\n") ? 2 : 0;
}

static int read_mbox(FILE *in, uint64_t message_max, struct mbox *m)
{
	char *line = NULL;
	size_t room = 0;
	bool empty = true;
	int stop = 0;
	ssize_t len;
	ig_buf_init(&m->mail, message_max);
	while (!stop && (len = getline(&line, &room, in)) > 0) {
		if (empty && !strncmp(line, "From ", 5)) {
			stop = mbox_flush(m);
			m->number++;
		} else {
			mbox_line(m, line, (size_t)len);
		}
		empty = !strcmp(line, "\n") || !strcmp(line, "\r\n");
	}
	if (!stop) stop = mbox_flush(m);
	free(line);
	ig_buf_free(&m->mail);
	return stop;
}

static void plain_name(const char *path, char *out, size_t room)
{
	const char *base = strrchr(path, '/');
	snprintf(out, room, "%s", base ? base + 1 : path);
	char *flags = strstr(out, ":2,");
	if (flags) *flags = 0;
}

int ig_sources_messages(const struct ig_source_file *f, uint64_t message_max, ig_source_h *each, void *arg, struct ig_why *why)
{
	struct mbox m = {.each = each, .arg = arg};
	char head[5];
	int stop = 0, fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0) return ig_why(why, "%s: %s", f->path, strerror(errno));
	plain_name(f->path, m.name, sizeof(m.name));
	if (pread(fd, head, sizeof(head), 0) == sizeof(head) && !memcmp(head, "From ", 5)) {
		FILE *in = fdopen(fd, "r");
		stop = read_mbox(in, message_max, &m);
		fclose(in);
		return stop;
	}
	if (f->size > message_max) {
		stop = each(m.name, NULL, -1, f->size, arg);
	} else if (f->size > WHOLE_MAX) {
		stop = each(m.name, NULL, fd, f->size, arg);
	} else {
		ig_buf_init(&m.mail, WHOLE_MAX + 1);
		stop = ig_fs_read_fd(fd, &m.mail) ? ig_why(why, "%s: %s", f->path, strerror(errno)) : each(m.name, m.mail.data, -1, m.mail.len, arg);
		ig_buf_free(&m.mail);
	}
	close(fd);
	return stop;
}
