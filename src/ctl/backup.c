/* irgatectl backup, backup list, verify: made in irgatectl's own process, beside a running daemon, and written into the book of backups through
 * whoever holds the store. */
#include "config.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "backup/backup.h"
#include "base/clock.h"
#include "base/fs.h"
#include "ctl/books.h"
#include "desk/duty.h"
#include "store/books.h"

static const char *file_name(struct ig_ctl *c, const char *key)
{
	int y, mo, d, h, mi, s;
	ig_time_civil(ig_now(), &y, &mo, &d, &h, &mi, &s, NULL);
	return ig_arena_fmt(c->arena, "%s/irgate-%04d%02d%02d-%02d%02d%02d.tar%s", c->conf->backup_dir, y, mo, d, h, mi, s, key ? ".gpg" : "");
}

/* Into the book, by the process that may write the store. */
static int note(struct ig_ctl *c, const char *file, const char *key, const struct ig_backup_facts *f)
{
	char at[IG_TIME_MAX];
	const char *words[] = {"backup", "note", file, f->sha256, key ? key : "-", ig_time_rfc3339(f->at, at), ig_arena_fmt(c->arena, "%llu", (unsigned long long)f->cursor),
		ig_arena_fmt(c->arena, "%llu", (unsigned long long)f->head), ig_arena_fmt(c->arena, "%llu", (unsigned long long)f->size), f->opened ? "yes" : "no", NULL};
	int used;
	struct ig_ctl call = *c;
	call.argc = (int)IG_COUNT(words) - 1;
	call.argv = (char **)ig_arena_calloc(c->arena, IG_COUNT(words), sizeof *call.argv);
	memcpy(call.argv, words, sizeof words);
	if (ig_ctl_held(c->conf, NULL)) return ig_ctl_over_socket(&call, false);
	const struct ig_ctl_phrase *p = ig_ctl_find(call.argc, call.argv, &used);
	return ig_ctl_offline(c->conf, &call, p, ig_clock_fixed());
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }
static int is_backup(const struct dirent *e) { return !strncmp(e->d_name, "irgate-", 7) && strstr(e->d_name, ".tar") && !strstr(e->d_name, ".part"); }

/* Only our own names, only in our own folder, oldest first. */
static void remove_old(struct ig_ctl *c)
{
	struct dirent **list = NULL;
	int n = scandir(c->conf->backup_dir, &list, is_backup, by_name);
	for (int i = 0; i < n; i++) {
		if (c->conf->backup_copies > 0 && i < n - (int)c->conf->backup_copies) unlink(ig_arena_fmt(c->arena, "%s/%s", c->conf->backup_dir, list[i]->d_name));
		free(list[i]);
	}
	free(list);
}

int ig_ctl_backup(struct ig_ctl *c)
{
	struct ig_backup_facts f;
	struct ig_why why = {""};
	const char *to = ig_ctl_option(c, "--to"), *key = ig_ctl_option(c, "--key");
	bool plain = ig_ctl_flag(c, "--plain");
	if (ig_ctl_words(c, 0, to ? 0 : 1)) return IG_EX_USAGE;
	if (plain && key) return ig_ctl_fail(c, IG_EX_USAGE, "--key and --plain exclude each other");
	if (!to && c->argc) to = c->argv[0];
	if (!key && !plain) key = c->conf->backup_key;
	if (key && *key == '-') return ig_ctl_fail(c, IG_EX_USAGE, "%s is no fingerprint", key);
	const char *file = to ? to : file_name(c, key);
	if (!to && ig_fs_mkdirs(c->conf->backup_dir, 0700)) return ig_ctl_fail(c, IG_EX_TEMPFAIL, "%s: %s", c->conf->backup_dir, strerror(errno));
	if (*file != '/') { /* the book names it as it is found later */
		char *here = getcwd(NULL, 0);
		file = ig_arena_fmt(c->arena, "%s/%s", here ? here : ".", file);
		free(here);
	}
	int code = ig_backup_make(c->conf, file, key, &f, &why);
	if (code) return ig_ctl_fail(c, code, "%s", why.text);
	if (!key && !plain) ig_ctl_say(c, "note: no operator key is configured (backup.key): this backup is not encrypted");
	if (!f.opened) ig_ctl_say(c, "note: it was read back, and not opened: the operator's secret key is not here; irgatectl verify does it where it is");
	code = note(c, file, key, &f);
	if (code) return ig_ctl_fail(c, code, "%s is made, but could not be written into the book of backups", file);
	if (!to) remove_old(c);
	if (c->json)
		ig_ctl_json(c, json_pack("{s:s,s:s,s:I,s:I,s:I,s:b,s:b}", "file", file, "sha256", f.sha256, "size", (json_int_t)f.size, "cursor", (json_int_t)f.cursor,
			"head", (json_int_t)f.head, "encrypted", f.encrypted, "verified", f.opened));
	else
		ig_ctl_print(c, "%s\n  %llu bytes, frames decided to %llu, log to %llu; %s%s\n  SHA-256 %s\n", file, (unsigned long long)f.size, (unsigned long long)f.cursor,
			(unsigned long long)f.head, f.encrypted ? "encrypted" : "NOT encrypted", f.opened ? ", read back and proved" : ", read back", f.sha256);
	return IG_EX_OK;
}

int ig_ctl_backup_note(struct ig_ctl *c)
{
	struct ig_backup b = {0};
	int64_t cursor, head, size;
	if (ig_ctl_words(c, 8, 8)) return IG_EX_USAGE;
	if (ig_time_parse(c->argv[3], &b.at) || ig_ctl_number(c, c->argv[4], 0, INT64_MAX, &cursor) || ig_ctl_number(c, c->argv[5], 0, INT64_MAX, &head) ||
	    ig_ctl_number(c, c->argv[6], 0, INT64_MAX, &size))
		return IG_EX_USAGE;
	b.path = c->argv[0], b.sha256 = c->argv[1], b.key = strcmp(c->argv[2], "-") ? c->argv[2] : NULL;
	b.cursor = (uint64_t)cursor, b.head = (uint64_t)head, b.size = (uint64_t)size, b.verified = !strcmp(c->argv[7], "yes");
	int code = ig_ctl_begin(c);
	if (code) return code;
	/* Like reads it is stamped and moves no clock: it decides nothing. */
	if (ig_store_backup_add(c->store, &b) < 0 || ig_desk_obligation_met(c->desk, "backup", b.path, c->actor) ||
	    ig_store_journal_add(c->store, ig_now(), c->actor, "backup", b.path, b.verified ? "read back and proved" : "read back, not opened") || ig_store_commit(c->store)) {
		code = ig_ctl_store_failed(c);
		ig_store_rollback(c->store);
	}
	return code;
}

int ig_ctl_last_backup(struct ig_ctl *c, ig_time *at_r)
{
	struct ig_backup *list = NULL;
	size_t n = 0;
	*at_r = IG_NEVER;
	if (ig_store_backups(c->store, 0, c->arena, &list, &n) < 0) return -1;
	if (n) *at_r = list[n - 1].at;
	return 0;
}

int ig_ctl_backup_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"ID", "MADE", "CURSOR", "HEAD", "BYTES", "ENCRYPTED", "PROVED", "FILE", NULL};
	struct ig_backup *b;
	size_t n;
	char at[IG_TIME_MAX];
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	if (ig_store_backups(c->store, 0, c->arena, &b, &n) < 0) return ig_ctl_store_failed(c);
	struct ig_arena *a = c->arena, *rows = ig_arena_new(0);
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; i < n; i++) {
		ig_arena_reset(rows);
		if (c->json)
			ig_ctl_list_json(l, json_pack("{s:I,s:s,s:s,s:s?,s:s?,s:I,s:I,s:I,s:b}", "id", (json_int_t)b[i].id, "at", ig_time_rfc3339(b[i].at, at), "file", b[i].path, "sha256",
				b[i].sha256, "key", b[i].key, "cursor", (json_int_t)b[i].cursor, "head", (json_int_t)b[i].head, "size", (json_int_t)b[i].size, "verified", b[i].verified));
		else {
			const char *const cells[] = {ig_arena_fmt(rows, "%lld", (long long)b[i].id), ig_ctl_time(c, b[i].at), ig_arena_fmt(rows, "%llu", (unsigned long long)b[i].cursor),
				ig_arena_fmt(rows, "%llu", (unsigned long long)b[i].head), ig_arena_fmt(rows, "%llu", (unsigned long long)b[i].size), b[i].key ? "yes" : "no",
				b[i].verified ? "yes" : "no", b[i].path};
			ig_ctl_list_row(l, cells);
		}
	}
	int code = ig_ctl_list_end(l, "no backup was made");
	ig_arena_free(rows);
	c->arena = a;
	return code;
}

int ig_ctl_verify(struct ig_ctl *c)
{
	struct ig_backup_facts f;
	struct ig_why why = {""};
	char at[IG_TIME_MAX];
	const char *home = ig_ctl_option(c, "--home");
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	const char *into = ig_arena_fmt(c->arena, "%s.verify.%d", c->argv[0], (int)getpid());
	int code = ig_backup_open(c->argv[0], c->conf->keys_gpg, home, into, &f, &why);
	ig_backup_remove_tree(into);
	if (code) return ig_ctl_fail(c, code, "%s: %s", c->argv[0], why.text);
	if (c->json)
		ig_ctl_json(c, json_pack("{s:s,s:s,s:I,s:I,s:I,s:b}", "file", c->argv[0], "at", ig_time_rfc3339(f.at, at), "cursor", (json_int_t)f.cursor, "head",
			(json_int_t)f.head, "members", (json_int_t)f.members, "encrypted", f.encrypted));
	else
		ig_ctl_print(c, "%s is whole: made %s, frames decided to %llu, log to %llu, %llu files%s\n", c->argv[0], ig_ctl_time(c, f.at), (unsigned long long)f.cursor,
			(unsigned long long)f.head, (unsigned long long)f.members, f.encrypted ? ", encrypted" : "");
	return IG_EX_OK;
}
