/* irgatectl evidence archive: old segments of the log are packed and moved out, when their time is over. Journalled through whoever holds the store. */
#include "config.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/fs.h"
#include "ctl/books.h"
#include "evidence/evidence.h"

static int cutoff(struct ig_ctl *c, const char *before, ig_time *t_r)
{
	const struct ig_profile *p = ig_conf_profile_at(c->conf, ig_now());
	if (before) return ig_time_parse(before, t_r) ? ig_ctl_fail(c, IG_EX_USAGE, "%s is not an RFC 3339 time", before) : IG_EX_OK;
	const struct ig_profile_retention *stay = ig_profile_retention(p, IG_RETENTION_EVIDENCE);
	if (stay) {
		*t_r = ig_calendar_before(p, ig_now(), stay->amount, stay->unit);
		return IG_EX_OK;
	}
	return ig_ctl_fail(c, IG_EX_USAGE, "the profile says nothing of how long evidence stays: --before TIME");
}

int ig_ctl_evidence_archive(struct ig_ctl *c)
{
	struct ig_why why = {""};
	ig_time before = IG_NEVER;
	uint64_t moved = 0, last = 0, taken = 0;
	const char *to = ig_ctl_option(c, "--to"), *word = ig_ctl_option(c, "--before"), *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 0, 0);
	if (!code && (!to || !reason || !*reason)) code = ig_ctl_fail(c, IG_EX_USAGE, "--to names the folder, --reason says why");
	if (!code) code = cutoff(c, word, &before);
	if (code) return code;
	char *full = ig_fs_mkdirs(to, 0700) ? NULL : realpath(to, NULL);
	if (!full) return ig_ctl_fail(c, IG_EX_TEMPFAIL, "%s: %s", to, strerror(errno));
	to = ig_arena_strdup(c->arena, full);
	free(full);
	struct ig_store *s = ig_store_open(c->conf->var, IG_STORE_READ, &why);
	if (!s || ig_store_cursor(s, &taken) < 0) code = ig_ctl_fail(c, IG_EX_UNAVAILABLE, "%s", why.text);
	ig_store_free(s);
	if (!code && ig_evidence_archive(ig_arena_fmt(c->arena, "%s/evidence", c->conf->var), to, before, taken, &moved, &last, &why))
		code = ig_ctl_fail(c, IG_EX_TEMPFAIL, "%s", why.text);
	if (moved) {
		const char *const words[] = {"journal", "note", ig_arena_fmt(c->arena, "evidence archive: %llu segments up to frame %llu to %s: %s", (unsigned long long)moved,
			(unsigned long long)last, to, reason), NULL};
		int noted = ig_ctl_again(c, words);
		code = code ? code : noted;
	}
	if (!code && c->json) ig_ctl_json(c, json_pack("{s:I,s:I,s:s}", "segments", (json_int_t)moved, "last", (json_int_t)last, "folder", to));
	else if (!code) ig_ctl_print(c, moved ? "%llu segments were moved to %s\n" : "no segment is old enough (%llu)%.0s\n", (unsigned long long)moved, to);
	return code;
}

/* A person's remark, chained like every row. */
int ig_ctl_journal_note(struct ig_ctl *c)
{
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	int code = ig_ctl_begin(c);
	if (code) return code;
	if (ig_store_journal_add(c->store, ig_now(), c->actor, "note", "journal", c->argv[0]) < 0 || ig_store_commit(c->store)) {
		code = ig_ctl_store_failed(c);
		ig_store_rollback(c->store);
	}
	return code;
}
