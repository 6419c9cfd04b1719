/* Reading a backup: unpacked into a folder of its own and proved there, before anybody puts it in place. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"
#include "evidence/evidence.h"
#include "store/store.h"
#include "backup/room.h"

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

int ig_backup_remove_tree(const char *path)
{
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) && errno != ENOENT ? -1 : 0;
}

static int manifest_holds(json_t *digests, const char *into, struct ig_backup_facts *f, struct ig_why *why)
{
	char path[4096];
	const char *name;
	json_t *is, *o, *members;
	snprintf(path, sizeof path, "%s/" IG_BACKUP_MANIFEST, into);
	o = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	members = json_object_get(o, "members");
	const char *format = json_string_value(json_object_get(o, "format")), *at = json_string_value(json_object_get(o, "at"));
	int bad = !format || strcmp(format, "irgate backup 1") || !json_is_object(members) ? ig_why(why, "its manifest is missing or of another kind") : 0;
	if (!bad && (!at || ig_time_parse(at, &f->at)))
		bad = ig_why(why, "its manifest has no time");
	f->cursor = (uint64_t)json_integer_value(json_object_get(o, "cursor"));
	f->head = (uint64_t)json_integer_value(json_object_get(o, "head"));
	json_object_foreach(members, name, is)
		if (!bad && !json_equal(is, json_object_get(digests, name)))
			bad = ig_why(why, "%s is not what was backed up", name);
	if (!bad && json_object_size(members) + 1 != json_object_size(digests))
		bad = ig_why(why, "it holds more than its manifest says");
	json_decref(o);
	return bad;
}

struct anchors { struct ig_evidence_anchor *list; size_t count, cap; };

static int add_anchor(uint64_t seq, const uint8_t *chain, ig_time at, void *arg)
{
	struct anchors *w = arg;
	(void)at;
	if (w->count == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 256;
		w->list = ig_xrealloc(w->list, w->cap * sizeof *w->list);
	}
	w->list[w->count] = (struct ig_evidence_anchor){.seq = seq, .where = "the store"};
	memcpy(w->list[w->count++].chain, chain, IG_SHA256_LEN);
	return 0;
}

struct says { struct ig_why *why; int count; };

static void say_finding(const char *text, void *arg)
{
	struct says *s = arg;
	if (!s->count++)
		ig_why(s->why, "its store: %s", text);
}

static void say_evidence(int is_finding, const char *text, uint64_t done, uint64_t total, void *arg)
{
	struct says *s = arg;
	(void)done, (void)total;
	if (is_finding && !s->count++)
		ig_why(s->why, "its log: %s", text);
}

/* The store is whole, and the log goes at least as far as it has decided, by its own anchors. */
static int content_holds(const char *into, const struct ig_backup_facts *f, struct ig_why *why)
{
	char path[4096];
	struct says s = {.why = why};
	struct anchors w = {NULL, 0, 0};
	struct ig_store *store = ig_store_open(into, IG_STORE_READ, why);
	uint64_t cursor = 0;
	if (!store)
		return -1;
	int bad = ig_store_check(store, say_finding, &s) || ig_store_cursor(store, &cursor) < 0 || ig_store_anchors(store, add_anchor, &w) < 0;
	ig_store_free(store);
	if (!bad && (cursor != f->cursor || f->head < cursor))
		bad = ig_why(why, "its store and its log are not of one piece");
	snprintf(path, sizeof path, "%s/evidence", into);
	if (!bad && !f->head && ig_fs_mkdirs(path, 0700)) /* a log without a segment leaves no file to pack */
		bad = ig_why(why, "%s: %s", path, strerror(errno));
	if (!bad)
		bad = ig_evidence_verify(path, w.list, w.count, say_evidence, &s);
	free(w.list);
	return bad ? -1 : 0;
}

static int take(int fd, const char *file, const char *gpg, const char *home, const char *into, struct ig_backup_facts *f, json_t *digests,
	struct ig_why *why)
{
	char head[IG_TAR_BLOCK] = "";
	struct ig_pipe p;
	if (pread(fd, head, sizeof head, 0) == sizeof head && !memcmp(head + 257, "ustar", 5))
		return ig_tar_take(fd, into, digests, &f->members, why) ? IG_EX_DATA : IG_EX_OK;
	f->encrypted = true;
	const char *const words[] = {"gpg", "--batch", "--no-tty", "--quiet", home ? "--homedir" : "--decrypt", home ? home : NULL, "--decrypt", NULL};
	/* An armoured or binary OpenPGP message begins so; anything else is no backup. */
	if (!(head[0] & 0x80) && memcmp(head, "-----BEGIN PGP", 14)) {
		ig_why(why, "%s is no backup of irgate", file);
		return IG_EX_DATA;
	}
	if (ig_pipe_open(&p, gpg, (char *const *)(uintptr_t)words, false, fd, why))
		return IG_EX_UNAVAILABLE;
	struct ig_why tar = {""};
	int bad = ig_tar_take(p.fd, into, digests, &f->members, &tar), code = ig_pipe_close(&p);
	if (code && json_object_size(digests) == 0) {
		ig_why(why, "gpg cannot open it here: the operator's secret key is wanted");
		return IG_EX_UNAVAILABLE;
	}
	if (bad || code)
		ig_why(why, "%s", bad ? tar.text : "gpg found it damaged");
	return bad || code ? IG_EX_DATA : IG_EX_OK;
}

int ig_backup_open(const char *file, const char *gpg, const char *home, const char *into, struct ig_backup_facts *f_r, struct ig_why *why)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	*f_r = (struct ig_backup_facts){.at = IG_NEVER};
	if (fd < 0) {
		ig_why(why, "%s: %s", file, strerror(errno));
		return IG_EX_DATA;
	}
	if (ig_fs_mkdirs(into, 0700)) {
		ig_why(why, "%s: %s", into, strerror(errno));
		close(fd);
		return IG_EX_TEMPFAIL;
	}
	json_t *digests = json_object();
	int code = take(fd, file, gpg, home, into, f_r, digests, why);
	if (!code && (manifest_holds(digests, into, f_r, why) || content_holds(into, f_r, why)))
		code = IG_EX_DATA;
	f_r->opened = !code;
	json_decref(digests);
	close(fd);
	return code;
}
