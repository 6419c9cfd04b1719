/* Making a backup: store first, log after it, then configuration, profiles and keys; read back before it counts. Relies on the store's own copy
 * and on segments that only grow. Keeps nobody waiting. */
#include "config.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"
#include "evidence/evidence.h"
#include "store/books.h"
#include "backup/room.h"

#define CONF_MAX (4u << 20)
#define DEPTH_MAX 6

struct making {
	const struct ig_conf *c;
	struct ig_tar_out tar;
	struct ig_backup_facts *f;
	struct ig_arena *a;
	char tmp[4096]; /* holds store/store.db, removed at the end */
	struct ig_why *why;
};

static int put_file(struct making *m, const char *name, const char *path, bool must)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		int err = errno;
		if (fd >= 0)
			close(fd);
		return must ? ig_why(m->why, "%s: %s", path, strerror(err)) : 0;
	}
	int bad = ig_tar_put(&m->tar, name, fd, (uint64_t)st.st_size, m->why);
	close(fd);
	return bad;
}

static int plain(const struct dirent *e) { return e->d_name[0] != '.' && strncmp(e->d_name, "S.", 2) && !strchr(e->d_name, '#'); }

/* Every plain file below dir as name/...; suffix NULL: any. A folder that is not there holds nothing. */
static int put_folder(struct making *m, const char *name, const char *dir, const char *suffix, int depth)
{
	struct dirent **list = NULL;
	int n = depth > DEPTH_MAX ? -1 : scandir(dir, &list, plain, alphasort), bad = 0;
	for (int i = 0; i < n; i++) {
		struct stat st;
		const char *path = ig_arena_fmt(m->a, "%s/%s", dir, list[i]->d_name), *as = ig_arena_fmt(m->a, "%s/%s", name, list[i]->d_name);
		size_t len = strlen(list[i]->d_name), k = suffix ? strlen(suffix) : 0;
		if (!bad && !lstat(path, &st)) {
			if (S_ISDIR(st.st_mode))
				bad = put_folder(m, as, path, suffix, depth + 1);
			else if (S_ISREG(st.st_mode) && (!suffix || (len > k && !strcmp(list[i]->d_name + len - k, suffix))))
				bad = put_file(m, as, path, false);
		}
		free(list[i]);
	}
	free(list);
	return bad;
}

/* As of one moment, into a file of its own; how far it has decided. */
static int put_store(struct making *m)
{
	struct ig_store *s = ig_store_open(m->c->var, IG_STORE_READ, m->why);
	const char *folder = ig_arena_fmt(m->a, "%s/store", m->tmp), *path = ig_arena_fmt(m->a, "%s/store.db", folder);
	int bad = !s;
	if (!bad && ig_fs_mkdirs(folder, 0700))
		bad = ig_why(m->why, "%s: %s", folder, strerror(errno));
	if (!bad && ig_store_copy_to(s, path) < 0)
		bad = ig_why(m->why, "%s", ig_store_why(s));
	ig_store_free(s);
	if (bad)
		return -1;
	s = ig_store_open(m->tmp, IG_STORE_READ, m->why);
	bad = !s || ig_store_cursor(s, &m->f->cursor) < 0;
	ig_store_free(s);
	return bad ? -1 : put_file(m, "store/store.db", path, true);
}

/* The log now, which holds at least what the copy of the store has decided. */
static int put_log(struct making *m)
{
	const char *dir = ig_arena_fmt(m->a, "%s/evidence", m->c->var);
	struct ig_evidence_reader *r = ig_evidence_read_open(dir, m->why);
	struct ig_evidence_frame f;
	struct ig_why why = {""};
	if (!r)
		return -1;
	struct ig_arena *a = ig_arena_new(0);
	m->f->head = m->f->cursor; /* frames moved out lie before it */
	while (ig_evidence_read_frame(r, m->f->head + 1, a, &f, &why) == 1) {
		m->f->head++;
		ig_arena_reset(a);
	}
	ig_arena_free(a);
	ig_evidence_read_free(r);
	return put_folder(m, "evidence", dir, ".log", DEPTH_MAX) || put_folder(m, "evidence", dir, ".moved", DEPTH_MAX) ? -1 : 0;
}

/* The file itself and what it includes beside it. */
static int put_conf(struct making *m)
{
	struct ig_buf text = IG_BUF_INIT(CONF_MAX);
	int bad = put_file(m, "irgate.conf", m->c->file, true), n = 0;
	if (!bad && !ig_fs_read_file(m->c->file, &text))
		for (const char *p = text.data; !bad && n < 64 && (p = strstr(p, "@include")); p += 8) {
			const char *q = p + 8 + strspn(p + 8, " \t"), *end = *q == '"' ? strchr(q + 1, '"') : NULL;
			if (!end || (p > text.data && p[-1] != '\n'))
				continue;
			const char *name = ig_arena_strndup(m->a, q + 1, (size_t)(end - q - 1));
			const char *path = *name == '/' ? name : ig_arena_fmt(m->a, "%s/%s", m->c->dir, name), *base = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
			bad = put_file(m, ig_arena_fmt(m->a, "included/%d-%s", n++, *base == '.' ? "file" : base), path, false);
		}
	ig_buf_free(&text);
	return bad || put_folder(m, "profiles", m->c->profile_dir, ".conf", DEPTH_MAX) ||
		put_folder(m, "keys", m->c->keys_home ? m->c->keys_home : ig_arena_fmt(m->a, "%s/keys", m->c->var), NULL, 0) ? -1 : 0;
}

static int put_manifest(struct making *m)
{
	char at[IG_TIME_MAX];
	json_t *o = json_pack("{s:s,s:s,s:s,s:I,s:I,s:O}", "format", "irgate backup 1", "at", ig_time_rfc3339(m->f->at, at), "version", PACKAGE_VERSION, "cursor",
		(json_int_t)m->f->cursor, "head", (json_int_t)m->f->head, "members", m->tar.manifest);
	char *text = json_dumps(o, JSON_INDENT(1) | JSON_SORT_KEYS);
	json_decref(o);
	int bad = !text || ig_tar_put_memory(&m->tar, IG_BACKUP_MANIFEST, text, strlen(text), m->why) || ig_tar_end(&m->tar, m->why);
	free(text);
	return bad ? -1 : 0;
}

static int put_all(struct making *m)
{
	m->tar.manifest = json_object();
	int bad = put_store(m) || put_log(m) || put_conf(m) || put_manifest(m);
	json_decref(m->tar.manifest);
	m->f->members = m->tar.members;
	return bad ? -1 : 0;
}

static int put_encrypted(struct making *m, int fd, const char *key)
{
	struct ig_pipe p;
	const char *home = m->c->backup_home ? m->c->backup_home : m->c->keys_home ? m->c->keys_home : ig_arena_fmt(m->a, "%s/keys", m->c->var);
	const char *const words[] = {"gpg", "--batch", "--no-tty", "--quiet", "--homedir", home, "--trust-model", "always", "--recipient", key, "--encrypt", NULL};
	if (ig_pipe_open(&p, m->c->keys_gpg, (char *const *)(uintptr_t)words, true, fd, m->why))
		return -1;
	m->tar.fd = p.fd;
	int bad = put_all(m), code = ig_pipe_close(&p);
	if (code)
		return ig_why(m->why, "gpg did not encrypt to %s (exit %d): is its public key in %s?", key, code, home);
	return bad;
}

static int digest_of(const char *file, struct ig_backup_facts *f, struct ig_why *why)
{
	char *chunk = ig_xmalloc(1u << 18);
	uint8_t sum[IG_SHA256_LEN];
	struct ig_sha256 h;
	ssize_t n;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	f->size = 0;
	ig_sha256_init(&h);
	if (fd >= 0)
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED); /* from the disk, not from memory */
	while (fd >= 0 && (n = read(fd, chunk, 1u << 18)) > 0) {
		ig_sha256_add(&h, chunk, (size_t)n);
		f->size += (uint64_t)n;
	}
	int bad = fd < 0 || n < 0 ? ig_why(why, "%s: %s", file, strerror(errno)) : 0;
	if (fd >= 0)
		close(fd);
	ig_sha256_end(&h, sum);
	ig_sha256_hex(sum, f->sha256);
	free(chunk);
	return bad;
}

/* What was written is read from the disk and opened, where that can be done here. */
static int read_back(struct making *m, const char *file, const char *key)
{
	struct ig_backup_facts again = {.at = m->f->at};
	struct ig_why why = {""};
	const char *into = ig_arena_fmt(m->a, "%s.check", m->tmp);
	if (digest_of(file, m->f, m->why))
		return -1;
	m->f->encrypted = key != NULL;
	int code = ig_backup_open(file, m->c->keys_gpg, m->c->backup_home ? m->c->backup_home : NULL, into, &again, &why);
	ig_backup_remove_tree(into);
	m->f->opened = code == IG_EX_OK;
	if (code == IG_EX_OK || (key && code == IG_EX_UNAVAILABLE))
		return 0;
	return ig_why(m->why, "the backup was made and cannot be read back: %s", why.text);
}

int ig_backup_make(const struct ig_conf *c, const char *file, const char *key, struct ig_backup_facts *f_r, struct ig_why *why)
{
	struct making m = {.c = c, .f = f_r, .why = why, .a = ig_arena_new(0)};
	const char *part = ig_arena_fmt(m.a, "%s.part", file);
	int code = IG_EX_TEMPFAIL;
	*f_r = (struct ig_backup_facts){.at = ig_now()};
	snprintf(m.tmp, sizeof m.tmp, "%s/tmp/backup.%d", c->var, (int)getpid());
	if (access(ig_arena_fmt(m.a, "%s/store/store.db", c->var), F_OK)) {
		ig_why(why, "there is no store in %s yet: nothing to back up", c->var);
		ig_arena_free(m.a);
		return IG_EX_DATA;
	}
	int fd = access(file, F_OK) ? open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
	if (fd < 0) {
		ig_why(why, "%s: %s", file, access(file, F_OK) ? strerror(errno) : "it is there already");
	} else {
		m.tar.fd = fd;
		int bad = (key ? put_encrypted(&m, fd, key) : put_all(&m)) || (fsync(fd) && ig_why(why, "%s: %s", part, strerror(errno))) || read_back(&m, part, key);
		close(fd);
		char *dir = ig_arena_strdup(m.a, file), *slash = strrchr(dir, '/');
		if (slash)
			*slash = 0;
		if (!bad && (rename(part, file) || ig_fs_sync_dir(slash ? dir : ".")))
			bad = ig_why(why, "%s: %s", file, strerror(errno));
		if (bad)
			unlink(part);
		code = bad ? IG_EX_TEMPFAIL : IG_EX_OK;
	}
	ig_backup_remove_tree(m.tmp);
	ig_arena_free(m.a);
	return code;
}
