/* irgatectl retention: what is removed when, by the profile; what stays though its time is over, and why; holds of persons. */
#include "config.h"
#include <string.h>
#include "ctl/books.h"
#include "ctl/sheet.h"
#include "decide/retention.h"
#include "store/books.h"

static int kind_option(struct ig_ctl *c, enum ig_retention *kind_r)
{
	const char *word = ig_ctl_option(c, "--kind");
	*kind_r = ig_retention_count;
	if (!word || (!ig_retention_parse(word, kind_r) && *kind_r != IG_RETENTION_EVIDENCE)) return IG_EX_OK;
	if (*kind_r == IG_RETENTION_EVIDENCE) return ig_ctl_fail(c, IG_EX_USAGE, "segments of the log are moved out: irgatectl evidence archive");
	return ig_ctl_fail(c, IG_EX_USAGE, "--kind: pages, report, automatic-mail, other-mail and delivery-report are known, not %s", word);
}

/* ---- list */

struct list { struct ig_ctl_list *l; enum ig_retention kind; int64_t left; };

static int row(const struct ig_store_kept *k, const struct ig_decide_stay *s, void *arg)
{
	struct list *w = arg;
	struct ig_ctl *c = ig_ctl_list_call(w->l);
	char ref[IG_REF_MAX] = "-";
	if (w->kind != ig_retention_count && w->kind != s->kind) return 0;
	if (w->left && !--w->left) return 1;
	if (k->incident) ig_ref_print(k->ref, ref);
	if (c->json) {
		json_t *o = json_pack("{s:I,s:s,s:s?,s:s,s:s?,s:s?,s:b}", "message", (json_int_t)k->message, "kind", ig_retention_word(s->kind), "incident", k->incident ? ref : NULL,
			"class", ig_class_word(k->class), "stays", s->stays, "basis", s->rule->basis, "alone", s->rule->alone);
		char at[IG_TIME_MAX];
		json_object_set_new(o, "received_at", json_string(ig_time_rfc3339(k->received_at, at)));
		json_object_set_new(o, "since", s->since == IG_NEVER ? json_null() : json_string(ig_time_rfc3339(s->since, at)));
		json_object_set_new(o, "due", s->due == IG_NEVER ? json_null() : json_string(ig_time_rfc3339(s->due, at)));
		ig_ctl_list_json(w->l, o);
	} else {
		const char *const cells[] = {ig_arena_fmt(c->arena, "%lld", (long long)k->message), ig_retention_word(s->kind), ref, ig_ctl_time(c, k->received_at),
			s->due == IG_NEVER ? "-" : ig_ctl_time(c, s->due), s->stays ? s->stays : s->rule->alone ? "removed by itself" : "for a person: retention run"};
		ig_ctl_list_row(w->l, cells);
	}
	return 0;
}

int ig_ctl_retention_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"MESSAGE", "KIND", "CASE", "RECEIVED", "DUE", "WHAT COMES", NULL};
	struct list w = {.left = 0};
	const char *day = ig_ctl_option(c, "--until"), *limit = ig_ctl_option(c, "--limit");
	ig_time until = ig_now();
	int code = kind_option(c, &w.kind);
	if (!code && limit && ig_ctl_number(c, limit, 1, INT64_MAX - 1, &w.left)) code = IG_EX_USAGE;
	if (!code && day && ig_time_parse(day, &until) && ig_ctl_day_start(day, &until)) code = ig_ctl_fail(c, IG_EX_USAGE, "--until %s is neither an RFC 3339 time nor a day", day);
	if (!code) code = ig_ctl_words(c, 0, 0);
	if (code) return code;
	w.left += w.left > 0;
	w.l = ig_ctl_list_begin(c, headings);
	if (ig_desk_retention_list(c->store, c->conf, until, row, &w) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(w.l, "nothing has stayed its time");
}

/* ---- run */

int ig_ctl_retention_run(struct ig_ctl *c)
{
	enum ig_retention kind;
	const char *reason = ig_ctl_option(c, "--reason");
	struct ig_why why = {""};
	size_t done = IG_DESK_REMOVED_AT_ONCE, all = 0;
	int code = kind_option(c, &kind);
	if (!code) code = ig_ctl_words(c, 0, 0);
	if (!code && (!reason || !*reason)) code = ig_ctl_fail(c, IG_EX_USAGE, "a reason is needed");
	while (!code && done == IG_DESK_REMOVED_AT_ONCE) {
		if ((code = ig_desk_retention_run(c->desk, kind, c->actor, reason, &done, &why))) ig_ctl_say(c, "%s", why.text);
		all += done;
	}
	if (!code && ig_desk_removed(c->desk) && ig_store_scrub(c->store) < 0) code = ig_ctl_store_failed(c);
	if (all && c->offline) {
		int bad = ig_ctl_overwrite(c);
		code = code ? code : bad;
	}
	if (!code && c->json) ig_ctl_json(c, json_pack("{s:I}", "removed", (json_int_t)all));
	else if (!code) ig_ctl_print(c, all ? "%zu messages were removed, their payloads in the log too\n" : "nothing has stayed its time (%zu)\n", all);
	ig_time backup = IG_NEVER;
	if (!code && !c->json && all && !ig_ctl_last_backup(c, &backup) && backup != IG_NEVER)
		ig_ctl_print(c, "  backups hold them still (irgatectl backup list), the last one of %s\n", ig_ctl_time(c, backup));
	return code;
}

/* ---- holds */

typedef int hold_h(struct ig_desk *d, int64_t message, int64_t incident, const char *actor, const char *reason, struct ig_why *why);

/* A number is a message, anything else a case. */
static int said(struct ig_ctl *c, hold_h *act)
{
	const char *reason = ig_ctl_option(c, "--reason");
	struct ig_message m = {.id = 0};
	struct ig_incident i = {.id = 0};
	struct ig_why why = {""};
	int code = ig_ctl_words(c, 1, 1);
	if (!code && (!reason || !*reason)) code = ig_ctl_fail(c, IG_EX_USAGE, "a reason is needed");
	if (code) return code;
	bool number = c->argv[0][0] && !c->argv[0][strspn(c->argv[0], "0123456789")];
	code = number ? ig_ctl_message(c, c->argv[0], &m) : ig_ctl_incident(c, c->argv[0], &i);
	if (!code && (code = act(c->desk, m.id, i.id, c->actor, reason, &why))) ig_ctl_say(c, "%s", why.text);
	return code;
}

int ig_ctl_retention_hold(struct ig_ctl *c) { return said(c, ig_desk_retention_hold); }
int ig_ctl_retention_free(struct ig_ctl *c) { return said(c, ig_desk_retention_free); }

int ig_ctl_retention_holds(struct ig_ctl *c)
{
	static const char *const headings[] = {"WHAT", "SINCE", "BY", "REASON", NULL};
	struct ig_hold *list = NULL;
	size_t n = 0;
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_arena *a = ig_arena_new(0);
	if (ig_store_holds(c->store, a, &list, &n) < 0) {
		ig_arena_free(a);
		return ig_ctl_store_failed(c);
	}
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t k = 0; k < n; k++) {
		const char *what = list[k].message ? ig_arena_fmt(c->arena, "message %lld", (long long)list[k].message) : ig_ctl_ref_of(c, list[k].incident);
		const char *const cells[] = {what, ig_ctl_time(c, list[k].at), list[k].actor, list[k].reason};
		char at[IG_TIME_MAX];
		if (c->json)
			ig_ctl_list_json(l, json_pack("{s:s,s:s,s:s,s:s}", "what", what, "since", ig_time_rfc3339(list[k].at, at), "by", list[k].actor, "reason", list[k].reason));
		else
			ig_ctl_list_row(l, cells);
	}
	ig_arena_free(a);
	return ig_ctl_list_end(l, "nothing is held");
}
