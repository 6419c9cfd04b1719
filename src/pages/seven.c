/* Encrypted 7z archives, which libarchive knows but cannot open: by 7zz as a child (tool.c), which keeps this process's confinement and writes nothing. It lists,
 * then gives all files one behind the other on its standard output; the sizes of the list part them. The password goes to its standard input, so that no
 * list of processes shows it. Trusts neither list nor bytes: both only say what is to be read next, within the limits. */
#include "config.h"
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include "base/opt.h"
#include "base/utf8.h"
#include "pages/zip.h"

/* -mmtf=off: this confinement has no threads, and its coders do without */
#define LIST_MS 20000
#define LIST_MAX (8u << 20)

bool ig_seven_locked(const struct ig_blob *b)
{
	struct archive *r = archive_read_new();
	struct archive_entry *e;
	int rc = ARCHIVE_FATAL;
	bool locked = false;
	if (r && archive_read_support_format_7zip(r) == ARCHIVE_OK && archive_read_open_memory(r, b->p, b->len) == ARCHIVE_OK)
		while (!locked && ((rc = archive_read_next_header(r, &e)) == ARCHIVE_OK || rc == ARCHIVE_WARN))
			locked = archive_entry_is_encrypted(e) > 0;
	locked = locked || (r && archive_read_has_encrypted_entries(r) > 0);
	const char *words = r && rc < ARCHIVE_WARN ? archive_error_string(r) : NULL;
	locked = locked || (words && strcasestr(words, "crypt"));
	archive_read_free(r);
	return locked;
}

struct seven {
	struct ig_doc *d;
	const struct ig_blob *b;
	const char *password; /* with a newline behind it */
	struct file { const char *path; uint64_t size; bool folder; } *files;
	size_t count, cap;
};

static int run(struct seven *s, const char *const *argv, int64_t ms, struct ig_buf *out, struct ig_why *why)
{
	struct ig_tool t = {.argv = argv, .p = s->b->p, .len = s->b->len, .says = s->password, .time_ms = ms};
	return ig_tool_run(s->d, &t, out, why);
}

static struct file *one_more(struct seven *s)
{
	if (s->count == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 32;
		struct file *more = ig_arena_calloc(s->d->a, cap, sizeof(*more));
		if (s->count)
			memcpy(more, s->files, s->count * sizeof(*more));
		s->files = more;
		s->cap = cap;
	}
	return &s->files[s->count++];
}

/* "Path = a/b.txt", "Size = 13", "Attributes = D drwxr-xr-x" or "Folder = +"; an empty line behind each. */
static void take_list(struct seven *s, const char *p)
{
	struct file *f = NULL;
	p = strstr(p, "\n----------\n");
	for (p = p ? p + 12 : ""; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		size_t n = strcspn(p, "\r\n");
		if (!strncmp(p, "Path = ", 7)) {
			f = one_more(s);
			f->path = ig_utf8_repair(s->d->a, p + 7, n - 7);
		} else if (f && !strncmp(p, "Size = ", 7)) {
			f->size = strtoull(p + 7, NULL, 10);
		} else if (f && (!strncmp(p, "Folder = +", 10) || !strncmp(p, "Attributes = D", 14))) {
			f->folder = true;
		}
	}
}

/* 0: the password opens the list (which says nothing of the files); -1 */
static int list(struct seven *s, struct ig_why *why)
{
	static const char *const argv[] = {"/usr/bin/7zz", "l", "-slt", "-t7z", "-sccUTF-8", "-mmt=1", "-mmtf=off", "-bse0", "@", NULL};
	struct ig_buf out;
	ig_buf_init(&out, LIST_MAX);
	s->files = NULL;
	s->count = s->cap = 0;
	int bad = run(s, argv, LIST_MS, &out, why);
	if (!bad)
		take_list(s, out.data ? out.data : "");
	ig_buf_free(&out);
	return bad;
}

static void each_file(struct seven *s, const struct ig_buf *all, ig_zip_h *each, void *arg)
{
	struct ig_doc *d = s->d;
	size_t at = 0;
	for (size_t i = 0; i < s->count; i++) {
		struct file *f = &s->files[i];
		if (f->folder)
			continue;
		if (++d->entries > d->job->limits.entries_max) {
			ig_doc_problem(d, "more than %lld files in archives; the rest was not read", (long long)d->job->limits.entries_max);
			return;
		}
		size_t left = all->len - at, here = f->size < left ? (size_t)f->size : left;
		bool large = f->size > d->job->limits.file_max;
		struct ig_zip_file z = {.path = f->path, .p = all->data ? all->data + at : "", .len = large ? (size_t)d->job->limits.file_max : here, .cut = large || here < f->size};
		z.len = z.len < here ? z.len : here;
		z.why = z.cut ? "it is too large" : NULL;
		at += here;
		d->unpacked += here;
		if (each(arg, &z, true))
			each(arg, &z, false);
		if (ig_doc_late(d))
			return;
	}
}

/* 1 opened; 0 not with this password; -1 with why: with none. */
static int try_one(struct seven *s, ig_zip_h *each, void *arg, struct ig_why *why)
{
	static const char *const argv[] = {"/usr/bin/7zz", "x", "-so", "-t7z", "-bd", "-mmt=1", "-mmtf=off", "-bse0", "@", NULL};
	struct ig_doc *d = s->d;
	struct ig_buf all;
	ig_buf_init(&all, d->job->limits.unpacked_max > d->unpacked ? (size_t)(d->job->limits.unpacked_max - d->unpacked) : 0);
	int bad = list(s, why);
	if (!bad)
		bad = run(s, argv, d->job->limits.time_ms, &all, why);
	if (!bad)
		each_file(s, &all, each, arg);
	ig_buf_free(&all);
	return !bad ? 1 : strstr(why->text, "refused it (2)") ? 0 : -1;
}

int ig_seven_walk(struct ig_doc *d, const struct ig_blob *b, ig_zip_h *each, void *arg, const char **why_r)
{
	struct seven s = {.d = d, .b = b};
	struct ig_why why = {""};
	*why_r = "the message states no password for it";
	for (const char *p = d->job->passwords; p && *p && !ig_doc_late(d);) {
		size_t n = strcspn(p, "\n");
		s.password = ig_arena_fmt(d->a, "%.*s\n", (int)n, p);
		int got = n ? try_one(&s, each, arg, &why) : 0;
		if (got > 0)
			return 0;
		*why_r = got < 0 ? ig_arena_strdup(d->a, why.text) : "no password that the message states opens it";
		if (got < 0)
			return -1;
		p += n + (p[n] == '\n');
	}
	return -1;
}
