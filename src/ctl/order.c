/* irgatectl order: the coordinator's orders to us, to whom they were relayed, who answered, the report of their execution. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "ctl/room.h"
#include "desk/duty.h"
#include "model/nouns_json.h"

static json_t *order_json(struct ig_ctl *c, const struct ig_coordination *o)
{
	struct ig_coordination_to *to = NULL;
	size_t n = 0;
	char id[24], report[IG_DISPATCH_TEXT_MAX], dispatch[IG_DISPATCH_TEXT_MAX];
	json_t *list = json_array();
	snprintf(id, sizeof(id), "%lld", (long long)o->id);
	if (!ig_store_coordination_tos(c->store, o->id, c->arena, &to, &n))
		for (size_t i = 0; i < n; i++)
			json_array_append_new(list, json_pack("{s:s,s:s?,s:o,s:o,s:s?,s:s?}", "party", ig_ctl_party_name(c, to[i].party), "dispatch",
				to[i].dispatch ? ig_dispatch_print(to[i].dispatch, dispatch) : NULL, "answered_at", ig_time_json(to[i].answered_at), "message",
				to[i].message ? json_integer(to[i].message) : json_null(), "note", to[i].note, "by", to[i].by));
	return json_pack("{s:s,s:s?,s:s?,s:s?,s:s?,s:o,s:o,s:o,s:s?,s:o,s:o}", "id", id, "incident", ig_ctl_ref_of(c, o->incident), "issuer",
		o->party ? ig_ctl_party_name(c, o->party) : NULL, "number", o->number, "what", o->what, "due", ig_time_json(o->due), "created_at", ig_time_json(o->created_at),
		"done_at", ig_time_json(o->done_at), "report", o->report ? ig_dispatch_print(o->report, report) : NULL, "duty", json_integer(o->duty), "addressees", list);
}

int ig_ctl_order_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"ID", "INCIDENT", "DUE", "STATE", "ANSWERS", "NUMBER", "ISSUER", NULL};
	struct ig_coordination *list = NULL;
	size_t n = 0;
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	if (ig_store_coordinations(c->store, 0, c->arena, &list, &n) < 0) return ig_ctl_store_failed(c);
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; i < n; i++) {
		const struct ig_coordination *o = &list[i];
		struct ig_coordination_to *to = NULL;
		size_t all = 0, answered = 0;
		if (c->json) {
			ig_ctl_list_json(l, order_json(c, o));
			continue;
		}
		if (ig_store_coordination_tos(c->store, o->id, c->arena, &to, &all) < 0) return ig_ctl_store_failed(c);
		for (size_t k = 0; k < all; k++) answered += to[k].answered_at != IG_NEVER;
		bool late = o->done_at == IG_NEVER && o->due < ig_now();
		const char *const cells[] = {ig_arena_fmt(c->arena, "%lld", (long long)o->id), ig_ctl_ref_of(c, o->incident), ig_ctl_time(c, o->due),
			o->done_at != IG_NEVER ? "reported" : late ? "OVERDUE" : "open", ig_arena_fmt(c->arena, "%zu of %zu", answered, all), o->number, ig_ctl_party_name(c, o->party)};
		ig_ctl_list_row(l, cells);
	}
	return ig_ctl_list_end(l, "no coordination order");
}

static int find(struct ig_ctl *c, struct ig_coordination *o)
{
	int64_t id;
	if (ig_ctl_words(c, 1, 1) || ig_ctl_number(c, c->argv[0], 1, INT64_MAX, &id)) return IG_EX_USAGE;
	int found = ig_store_coordination_get(c->store, id, c->arena, o);
	return found < 0 ? ig_ctl_store_failed(c) : found ? IG_EX_OK : ig_ctl_fail(c, IG_EX_DATA, "there is no order %s", c->argv[0]);
}

int ig_ctl_order_show(struct ig_ctl *c)
{
	struct ig_coordination o;
	struct ig_coordination_to *to = NULL;
	size_t n = 0;
	char text[IG_DISPATCH_TEXT_MAX];
	int code = find(c, &o);
	if (code) return code;
	if (c->json) {
		ig_ctl_json(c, order_json(c, &o));
		return IG_EX_OK;
	}
	ig_ctl_print(c, "%sorder %lld%s  %s  of %s  number %s\n  due %s  %s %s\n", ig_ctl_bold(c), (long long)o.id, ig_ctl_plain(c), ig_ctl_ref_of(c, o.incident),
		ig_ctl_party_name(c, o.party), o.number ? o.number : "-", ig_ctl_time(c, o.due), o.done_at == IG_NEVER ? "open" : "reported", ig_ctl_time(c, o.done_at));
	if (o.what) ig_ctl_lines(c, "", o.what);
	if (ig_store_coordination_tos(c->store, o.id, c->arena, &to, &n) < 0) return ig_ctl_store_failed(c);
	for (size_t i = 0; i < n; i++)
		ig_ctl_print(c, "  to %s  %s  %s%s%s\n", ig_ctl_party_name(c, to[i].party), to[i].dispatch ? ig_dispatch_print(to[i].dispatch, text) : "-",
			to[i].answered_at == IG_NEVER ? "no answer" : ig_ctl_time(c, to[i].answered_at), to[i].note ? ": " : "", to[i].note ? to[i].note : "");
	return IG_EX_OK;
}

int ig_ctl_order_add(struct ig_ctl *c)
{
	struct ig_incident i;
	struct ig_party p = {.id = 0};
	struct ig_message m = {.id = 0};
	struct ig_why why = {""};
	struct ig_coordination o = {.number = ig_ctl_option(c, "--number"), .what = ig_ctl_option(c, "--text"), .due = IG_NEVER};
	const char *from = ig_ctl_option(c, "--from"), *due = ig_ctl_option(c, "--due"), *message = ig_ctl_option(c, "--message");
	if (due && ig_time_parse(due, &o.due)) return ig_ctl_fail(c, IG_EX_USAGE, "--due %s is not an RFC 3339 time", due);
	int code = ig_ctl_words(c, 1, 1);
	if (!code) code = ig_ctl_incident(c, c->argv[0], &i);
	if (!code && !from) code = ig_ctl_fail(c, IG_EX_USAGE, "--from names who ordered it");
	if (!code) code = ig_ctl_party(c, from, &p);
	if (!code && message) code = ig_ctl_message(c, message, &m);
	if (code) return code;
	o.incident = i.id, o.party = p.id, o.message = m.id;
	code = ig_desk_order_add(c->desk, &o, c->actor, &why);
	if (code) return ig_ctl_fail(c, code, "%s", why.text);
	ig_ctl_print(c, c->json ? "{\"id\":%lld}\n" : "order %lld\n", (long long)o.id);
	return IG_EX_OK;
}

int ig_ctl_order_relay(struct ig_ctl *c)
{
	struct ig_coordination o;
	struct ig_party p;
	struct ig_why why = {""};
	int64_t *parties = ig_arena_calloc(c->arena, (size_t)c->argc + 1, sizeof(*parties));
	size_t n = 0;
	const char *to;
	int code = IG_EX_OK;
	while (!code && (to = ig_ctl_option(c, "--to"))) {
		code = ig_ctl_party(c, to, &p);
		parties[n++] = p.id;
	}
	if (!code) code = find(c, &o);
	if (!code && !n) code = ig_ctl_fail(c, IG_EX_USAGE, "--to names those it is relayed to, as often as needed");
	if (!code && (code = ig_desk_order_relay(c->desk, o.id, parties, n, c->actor, &why))) ig_ctl_say(c, "%s", why.text);
	return code;
}

int ig_ctl_order_report(struct ig_ctl *c)
{
	struct ig_coordination o;
	struct ig_why why = {""};
	int64_t dispatch = 0;
	char printed[IG_DISPATCH_TEXT_MAX];
	const char *text = ig_ctl_option(c, "--text");
	int code = find(c, &o);
	if (!code && (code = ig_desk_order_report(c->desk, o.id, text, c->actor, &dispatch, &why))) ig_ctl_say(c, "%s", why.text);
	if (!code && c->json) ig_ctl_json(c, json_pack("{s:s}", "dispatch", ig_dispatch_print(dispatch, printed)));
	else if (!code) ig_ctl_print(c, "%s\n", ig_dispatch_print(dispatch, printed));
	return code;
}
