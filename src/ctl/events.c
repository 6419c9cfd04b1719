/* irgatectl events and network: the events of feeds by the party they concern, as a table, as CSV or as XARF version 4, for one notice a party and
 * period; and the table of networks. Cases under secrecy are never in it (store). Sends nothing: what is printed leaves by a person's act. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/csv.h"
#include "ctl/room.h"

struct outward {
	struct ig_ctl *c;
	int64_t party; /* -1 all, 0 those of no party */
	bool xarf, csv, tell;
	struct sum { int64_t party, asn, count; ig_time first, last; } *sums;
	size_t count, cap;
	int64_t told;
	json_t *list;
	const struct ig_profile *profile;
};

/* ---- printing */

static void csv(struct outward *w, const struct ig_feed_event *e)
{
	struct ig_buf b = IG_BUF_INIT(64 << 10);
	ig_desk_event_csv(&b, e);
	w->c->out(w->c, b.data, b.len);
	ig_buf_free(&b);
}

static void sum(struct outward *w, const struct ig_feed_event *e)
{
	size_t k = 0;
	while (k < w->count && w->sums[k].party != e->party) k++;
	if (k == w->count) {
		if (w->count == w->cap) w->sums = ig_xrealloc(w->sums, (w->cap = w->cap ? w->cap * 2 : 16) * sizeof(*w->sums));
		w->sums[w->count++] = (struct sum){.party = e->party, .asn = e->asn, .first = e->received_at};
	}
	w->sums[k].count++;
	w->sums[k].last = e->received_at;
}

static int one(const struct ig_feed_event *e, void *arg)
{
	struct outward *w = arg;
	if (w->party < 0) sum(w, e);
	else if (e->party != w->party) return 0;
	else if (w->tell) w->told += ig_store_feed_told(w->c->store, e->message, e->n, ig_now(), 0) == 0;
	else if (w->xarf) json_array_append_new(w->list, ig_desk_event_xarf(w->profile, e));
	else csv(w, e);
	return 0;
}

static void totals(struct outward *w)
{
	static const char *const headings[] = {"PARTY", "EVENTS", "FIRST", "LAST", NULL};
	struct ig_ctl *c = w->c;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; i < w->count; i++) {
		struct ig_party p;
		const char *name = w->sums[i].party && ig_store_party_get(c->store, w->sums[i].party, c->arena, &p) == 1 ? p.name : NULL;
		char count[24];
		snprintf(count, sizeof(count), "%lld", (long long)w->sums[i].count);
		const char *const cells[] = {name ? name : "(no party: see network import)", count, ig_ctl_time(c, w->sums[i].first), ig_ctl_time(c, w->sums[i].last)};
		if (c->json) ig_ctl_list_json(l, json_pack("{s:s?,s:I}", "party", name, "events", (json_int_t)w->sums[i].count));
		else ig_ctl_list_row(l, cells);
	}
	ig_ctl_list_end(l, "no events that nobody was told of");
}

int ig_ctl_event_period(struct ig_ctl *c, ig_time *since_r, ig_time *until_r)
{
	const char *since = ig_ctl_option(c, "--since"), *until = ig_ctl_option(c, "--until");
	*since_r = 0, *until_r = INT64_MAX;
	if ((since && ig_time_parse(since, since_r)) || (until && ig_time_parse(until, until_r))) return ig_ctl_fail(c, IG_EX_USAGE, "a time is written as 2026-03-02T08:00:00+07:00");
	return 0;
}

static int walk(struct ig_ctl *c, struct outward *w, bool need)
{
	const char *party = ig_ctl_option(c, "--party");
	ig_time since, until;
	struct ig_party p;
	int code = ig_ctl_event_period(c, &since, &until);
	w->c = c, w->party = -1;
	w->xarf = ig_ctl_flag(c, "--xarf");
	if (!code) code = ig_ctl_words(c, 0, 0);
	if (!code && !party && (need || w->xarf)) code = ig_ctl_fail(c, IG_EX_USAGE, "--party names whose events they are");
	if (!code && party) code = ig_ctl_party(c, party, &p);
	if (code) return code;
	if (party) w->party = p.id;
	w->profile = ig_conf_profile_at(c->conf, ig_now());
	w->list = w->xarf ? json_array() : NULL;
	if (w->party >= 0 && !w->xarf && !w->tell) ig_ctl_print(c, "%s", IG_DESK_EVENT_COLUMNS);
	if (ig_store_feed_events(c->store, since, until, IG_DESK_EVENTS_MAX, one, w) < 0) return ig_ctl_store_failed(c);
	return IG_EX_OK;
}

int ig_ctl_event_list(struct ig_ctl *c)
{
	struct outward w = {.c = c};
	int code = walk(c, &w, false);
	if (!code && w.xarf) ig_ctl_json(c, w.list);
	if (!code && w.party < 0) totals(&w);
	free(w.sums);
	return code;
}

int ig_ctl_event_told(struct ig_ctl *c)
{
	struct outward w = {.c = c, .tell = true};
	int code = ig_ctl_begin(c);
	if (!code && (code = walk(c, &w, true))) ig_store_rollback(c->store);
	if (!code) code = ig_ctl_commit(c, "event told", ig_arena_fmt(c->arena, "party %lld", (long long)w.party), ig_arena_fmt(c->arena, "%lld events", (long long)w.told));
	if (!code) ig_ctl_print(c, "%lld events\n", (long long)w.told);
	return code;
}

/* ---- links */

int ig_ctl_incident_unlink(struct ig_ctl *c)
{
	struct ig_incident a, b;
	struct ig_why why = {""};
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 2, 2);
	if (!code) code = ig_ctl_incident(c, c->argv[0], &a);
	if (!code) code = ig_ctl_incident(c, c->argv[1], &b);
	if (!code && (code = ig_desk_incident_unlink(c->desk, a.id, b.id, c->actor, reason, &why))) ig_ctl_say(c, "%s", why.text);
	return code;
}

/* ---- networks */

int ig_ctl_network_import(struct ig_ctl *c)
{
	const char *p = c->input, *end = c->input + c->input_len, *fields[3];
	struct ig_party party;
	int record = 0, n, code = ig_ctl_words(c, 0, 0), saved = 0;
	if (!code) code = ig_ctl_begin(c);
	if (code) return code;
	if (ig_store_networks_clear(c->store) < 0) code = ig_ctl_store_failed(c);
	while (!code && (n = ig_csv_record(&p, end, fields, 3, c->arena))) {
		record++;
		if (record == 1 && n > 0 && !strcasecmp(fields[0], "network")) continue;
		const char *as = n == 3 && !strncasecmp(fields[1], "AS", 2) ? fields[1] + 2 : n == 3 ? fields[1] : "";
		if (n != 3) code = ig_ctl_fail(c, IG_EX_DATA, "a record is network,asn,party; without a network it is the whole AS");
		else if (!(code = ig_ctl_party(c, fields[2], &party)) && (*fields[0] ? ig_store_network_add(c->store, fields[0], strtoll(as, NULL, 10), party.id) :
				ig_store_as_add(c->store, strtoll(as, NULL, 10), party.id)) < 0)
			code = ig_ctl_fail(c, IG_EX_DATA, "%s", ig_store_why(c->store));
		saved += !code;
	}
	if (code) {
		ig_ctl_say(c, "record %d: nothing was changed", record);
		ig_store_rollback(c->store);
		return code;
	}
	code = ig_ctl_commit(c, "network import", "networks", ig_arena_fmt(c->arena, "%d networks", saved));
	if (!code) ig_ctl_print(c, "%d networks\n", saved);
	return code;
}

static int network_row(const char *prefix, int64_t asn, int64_t party, void *arg)
{
	struct ig_ctl_list *l = arg;
	struct ig_ctl *c = ig_ctl_list_call(l);
	struct ig_party p;
	const char *name = ig_store_party_get(c->store, party, c->arena, &p) == 1 ? p.name : "?";
	char as[24] = "-";
	if (asn) snprintf(as, sizeof(as), "AS%lld", (long long)asn);
	const char *const cells[] = {prefix ? prefix : "(all others)", as, name};
	if (c->json) ig_ctl_list_json(l, json_pack("{s:s?,s:I,s:s}", "network", prefix, "asn", (json_int_t)asn, "party", name));
	else ig_ctl_list_row(l, cells);
	return 0;
}

int ig_ctl_network_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"NETWORK", "~ASN", "PARTY", NULL};
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_networks(c->store, network_row, l) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(l, "no networks: import a table of network,asn,party");
}
