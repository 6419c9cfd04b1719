/* irgatectl restore: a backup in place of store and log. What was there is kept beside it. A log that goes on behind the backup's stays: it is the
 * truth for everything received, and its frames are read again. Nothing leaves until a person releases it. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "backup/backup.h"
#include "base/clock.h"
#include "base/fs.h"
#include "ctl/books.h"
#include "evidence/evidence.h"
#include "role/role.h"
#include "store/books.h"

#define GAP_DEFAULT 100
#define GAP_MAX 1000000

/* Is the log in dir the same as the one in other as far as other goes, and does it hold at least as much? */
static bool goes_on(struct ig_ctl *c, const char *dir, const char *other, uint64_t head)
{
	struct ig_why why;
	struct ig_evidence_frame a, b;
	struct ig_evidence_reader *ra = ig_evidence_read_open(dir, &why), *rb = ig_evidence_read_open(other, &why);
	bool same = ra && rb && (!head || (ig_evidence_read_frame(ra, head, c->arena, &a, &why) == 1 && ig_evidence_read_frame(rb, head, c->arena, &b, &why) == 1 &&
		!memcmp(a.chain, b.chain, IG_SHA256_LEN)));
	ig_evidence_read_free(ra);
	ig_evidence_read_free(rb);
	return same;
}

static int aside(struct ig_ctl *c, const char *path, const char *stamp)
{
	struct stat st;
	if (lstat(path, &st)) return 0;
	const char *kept = ig_arena_fmt(c->arena, "%s.before-%s", path, stamp);
	if (rename(path, kept)) return ig_ctl_fail(c, IG_EX_TEMPFAIL, "%s: %s", path, strerror(errno));
	ig_ctl_print(c, "what was there is kept: %s\n", kept);
	return 0;
}

static int place(struct ig_ctl *c, const char *from, const char *to)
{
	struct stat st;
	if (lstat(from, &st)) return 0;
	if (rename(from, to) || ig_fs_sync_dir(c->conf->var)) return ig_ctl_fail(c, IG_EX_TEMPFAIL, "%s: %s", to, strerror(errno));
	return 0;
}

static int put_in_place(struct ig_ctl *c, const char *unpacked, const struct ig_backup_facts *f, bool *log_stays_r)
{
	const char *var = c->conf->var, *stamp = ig_arena_fmt(c->arena, "%lld", (long long)(ig_now() / IG_SECOND));
	const char *log = ig_arena_fmt(c->arena, "%s/evidence", var), *other = ig_arena_fmt(c->arena, "%s/evidence", unpacked);
	const char *keys = c->conf->keys_home ? c->conf->keys_home : ig_arena_fmt(c->arena, "%s/keys", var);
	*log_stays_r = goes_on(c, log, other, f->head);
	int code = aside(c, ig_arena_fmt(c->arena, "%s/store", var), stamp);
	if (!code) code = place(c, ig_arena_fmt(c->arena, "%s/store", unpacked), ig_arena_fmt(c->arena, "%s/store", var));
	if (!code && !*log_stays_r) {
		code = aside(c, log, stamp);
		if (!code) code = place(c, other, log);
	}
	if (!code && access(keys, F_OK)) code = place(c, ig_arena_fmt(c->arena, "%s/keys", unpacked), keys);
	return code;
}

/* In the store that is there now: everything that would leave is held. */
static int hold_all(struct ig_ctl *c, const struct ig_backup_facts *f, int64_t gap, int *held_r)
{
	struct ig_why why = {""};
	struct ig_store *s = ig_store_open(c->conf->var, IG_STORE_WRITE, &why);
	if (!s) return ig_ctl_fail(c, IG_EX_TEMPFAIL, "%s", why.text);
	int bad = ig_store_begin(s) < 0 || (*held_r = ig_store_restored(s, ig_now(), f->at, gap, c->actor)) < 0 || ig_store_set_newest_act(s, ig_now()) < 0 ||
		ig_store_commit(s) < 0;
	if (bad) {
		ig_ctl_say(c, "%s", ig_store_why(s));
		ig_store_rollback(s);
	}
	ig_store_free(s);
	return bad ? IG_EX_TEMPFAIL : IG_EX_OK;
}

static int restore(struct ig_ctl *c, const char *file, const char *home, int64_t gap)
{
	struct ig_backup_facts f;
	struct ig_why why = {""};
	const char *unpacked = ig_arena_fmt(c->arena, "%s/restore.%d", c->conf->var, (int)getpid());
	bool log_stays = false;
	int held = 0, code = ig_backup_open(file, c->conf->keys_gpg, home, unpacked, &f, &why);
	if (code) ig_ctl_say(c, "%s: %s; nothing was changed", file, why.text);
	if (!code) code = put_in_place(c, unpacked, &f, &log_stays);
	ig_backup_remove_tree(unpacked);
	if (!code) code = hold_all(c, &f, gap, &held);
	if (code) return code;
	char at[IG_TIME_MAX];
	if (c->json) {
		ig_ctl_json(c, json_pack("{s:s,s:s,s:I,s:b,s:i,s:I}", "file", file, "at", ig_time_rfc3339(f.at, at), "cursor", (json_int_t)f.cursor, "log_kept", log_stays, "held", held,
			"gap", (json_int_t)gap));
		return IG_EX_OK;
	}
	ig_ctl_print(c, "restored as of %s (frame %llu)\n  %s\n  %d letters are held; nothing leaves by itself until: irgatectl restore end --reason T\n"
		"  %lld numbers are left out of each series of this year (--gap)\n  the configuration was not touched; the backup has it as irgate.conf\n", ig_ctl_time(c, f.at),
		(unsigned long long)f.cursor, log_stays ? "the log that was there goes on behind the backup's and stays: its frames are read again" :
		"the log is the backup's: what came later is not in it", held, (long long)gap);
	return IG_EX_OK;
}

int ig_ctl_restore(struct ig_ctl *c)
{
	struct ig_why why = {""};
	const char *home = ig_ctl_option(c, "--home"), *gap = ig_ctl_option(c, "--gap");
	int64_t n = GAP_DEFAULT;
	if ((gap && ig_ctl_number(c, gap, 0, GAP_MAX, &n)) || ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int lock = ig_instance_lock(c->conf, &why);
	if (lock < 0) return ig_ctl_fail(c, IG_EX_TEMPFAIL, "%s", why.text);
	int code = restore(c, c->argv[0], home, n);
	close(lock);
	return code;
}

int ig_ctl_restore_end(struct ig_ctl *c)
{
	struct ig_why why = {""};
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 0, 0);
	if (!code && (!reason || !*reason)) return ig_ctl_fail(c, IG_EX_USAGE, "a reason is needed");
	if (!code && (code = ig_desk_restored_end(c->desk, c->actor, reason, &why))) ig_ctl_say(c, "%s", why.text);
	return code;
}
