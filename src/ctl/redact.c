/* irgatectl: sealing by hand, and lawful removal of what a message held. */
#include "config.h"
#include <string.h>
#include "ctl/books.h"
#include "ctl/room.h"
#include "store/books.h"

static int message_and_reason(struct ig_ctl *c, struct ig_message *m, const char **reason_r)
{
	*reason_r = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 1, 1);
	if (!code && (!*reason_r || !**reason_r)) code = ig_ctl_fail(c, IG_EX_USAGE, "a reason is needed");
	return code ? code : ig_ctl_message(c, c->argv[0], m);
}

int ig_ctl_message_seal(struct ig_ctl *c)
{
	struct ig_message m;
	struct ig_why why = {""};
	const char *reason;
	int code = message_and_reason(c, &m, &reason);
	if (!code && (code = ig_desk_message_seal(c->desk, m.id, c->actor, reason, &why))) ig_ctl_say(c, "%s", why.text);
	return code;
}

int ig_ctl_message_unseal(struct ig_ctl *c)
{
	struct ig_message m;
	struct ig_why why = {""};
	const char *reason;
	int code = message_and_reason(c, &m, &reason);
	if (!code && (code = ig_desk_message_unseal(c->desk, m.id, c->actor, reason, &why))) ig_ctl_say(c, "%s", why.text);
	return code;
}

/* Without a daemon this process is the log's writer for the time. */
int ig_ctl_overwrite(struct ig_ctl *c)
{
	struct ig_redaction *list;
	struct ig_why why = {""};
	size_t n;
	if (ig_store_redactions(c->store, true, c->arena, &list, &n) < 0) return ig_ctl_store_failed(c);
	const char *dir = ig_arena_fmt(c->arena, "%s/evidence", c->conf->var);
	for (size_t i = 0; i < n; i++) {
		int bad = ig_evidence_redact_by(c->log, dir, list[i].frame, &why);
		if (bad > 0 && ig_desk_removal_out_of_reach(c->desk, list[i].frame, why.text, &why)) return ig_ctl_fail(c, IG_EX_TEMPFAIL, "%s", why.text);
		if (bad > 0) continue;
		if (bad)
			return ig_ctl_fail(c, IG_EX_TEMPFAIL, "the order is kept, but %s", why.text);
		if (ig_store_redaction_done(c->store, list[i].frame, ig_now()) < 0) return ig_ctl_store_failed(c);
	}
	return IG_EX_OK;
}

/* What the gateway cannot reach: backups, and where the message came from. */
static void say_rest(struct ig_ctl *c, const struct ig_message *m)
{
	struct ig_backup *b = NULL;
	size_t n = 0;
	json_t *backups = json_array();
	if (ig_store_backups(c->store, (uint64_t)(m->frame > 0 ? m->frame : 1), c->arena, &b, &n) < 0) n = 0;
	for (size_t i = 0; i < n; i++) json_array_append_new(backups, json_string(b[i].path));
	if (c->json) {
		ig_ctl_json(c, json_pack("{s:I,s:I,s:o,s:s?,s:s?}", "message", (json_int_t)m->id, "frame", (json_int_t)m->frame, "backups", backups, "source", m->source,
			"source_file", m->source_file));
		return;
	}
	ig_ctl_print(c, "message %lld is removed: its words, index and fields here, its payload in the log (frame %lld)\n", (long long)m->id, (long long)m->frame);
	for (size_t i = 0; i < n; i++) ig_ctl_print(c, "  a backup still holds it: %s\n", b[i].path);
	ig_ctl_print(c, "  where it came from may still hold it: %s%s%s\n", m->source ? m->source : "-", m->source_file ? ", " : "", m->source_file ? m->source_file : "");
	json_decref(backups);
}

int ig_ctl_evidence_redact(struct ig_ctl *c)
{
	struct ig_message m;
	struct ig_why why = {""};
	const char *reason;
	int code = message_and_reason(c, &m, &reason);
	if (!code && (code = ig_desk_redact(c->desk, m.id, c->actor, reason, &why))) ig_ctl_say(c, "%s", why.text);
	if (!code && c->offline) code = ig_ctl_overwrite(c);
	if (!code) say_rest(c, &m);
	return code;
}
