/* irgatectl event send: one letter a party and period with the events of its networks, instead of one an event. The lists are enclosed as CSV and as
 * XARF 4, in one zip file when they are large. What may leave the store decides (no case under secrecy), the letter goes through the gate like any
 * other. Relies on events.c for the forms of an event. */
#include "config.h"
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/room.h"

#define LIST_MAX (128u << 20)
#define NAME_MAX_LEN 40

struct letter {
	struct ig_ctl *c;
	const struct ig_profile *profile;
	int64_t party;
	struct ig_buf csv, zip;
	json_t *xarf, *totals;
	struct ig_desk_event *events;
	size_t count, cap;
	ig_time from, until;
};

/* How many of a category in a network: its row, made when missing. */
static void total(struct letter *l, const struct ig_feed_event *e)
{
	char asn[24] = "";
	json_t *row, *is = NULL;
	size_t i;
	if (e->asn) snprintf(asn, sizeof(asn), "AS%lld", (long long)e->asn);
	json_array_foreach(l->totals, i, row) {
		const char *category = json_string_value(json_object_get(row, "category")), *as = json_string_value(json_object_get(row, "asn"));
		if (!strcmp(category ? category : "", e->event.category ? e->event.category : "") && !strcmp(as ? as : "", asn)) is = row;
	}
	if (!is) json_array_append_new(l->totals, is = json_pack("{s:s?,s:s?,s:i}", "category", e->event.category, "asn", *asn ? asn : NULL, "count", 0));
	json_object_set_new(is, "count", json_integer(json_integer_value(json_object_get(is, "count")) + 1));
}

static int take(const struct ig_feed_event *e, void *arg)
{
	struct letter *l = arg;
	if (e->party != l->party) return 0;
	if (l->count == l->cap) l->events = ig_xrealloc(l->events, (l->cap = l->cap ? l->cap * 2 : 64) * sizeof(*l->events));
	l->from = l->count && l->from < e->received_at ? l->from : e->received_at;
	l->until = l->count && l->until > e->received_at ? l->until : e->received_at;
	l->events[l->count++] = (struct ig_desk_event){e->message, e->n};
	ig_ctl_event_csv(&l->csv, e);
	json_array_append_new(l->xarf, ig_ctl_event_xarf(l->profile, e));
	total(l, e);
	return 0;
}

static bool zip(const struct ig_letter_file *files, size_t count, struct ig_buf *out)
{
	struct archive *a = archive_write_new();
	size_t room = 4096, used = 0;
	for (size_t i = 0; i < count; i++) room += files[i].size + files[i].size / 512 + 1024; /* what does not shrink grows by so little */
	char *memory = ig_xmalloc(room);
	bool ok = a && archive_write_set_format_zip(a) == ARCHIVE_OK && archive_write_set_bytes_in_last_block(a, 1) == ARCHIVE_OK &&
		archive_write_open_memory(a, memory, room, &used) == ARCHIVE_OK;
	for (size_t i = 0; ok && i < count; i++) {
		struct archive_entry *e = archive_entry_new();
		archive_entry_set_pathname(e, files[i].name);
		archive_entry_set_size(e, (int64_t)files[i].size);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_mtime(e, (time_t)(ig_now() / 1000000), 0);
		ok = archive_write_header(a, e) == ARCHIVE_OK && archive_write_data(a, files[i].bytes, files[i].size) == (la_ssize_t)files[i].size;
		archive_entry_free(e);
	}
	ok = a && archive_write_close(a) == ARCHIVE_OK && ok;
	archive_write_free(a);
	if (ok) ig_buf_add(out, memory, used);
	free(memory);
	return ok && !out->over;
}

static int send_files(struct letter *l, const struct ig_party *p, struct ig_letter_file *files, size_t count)
{
	struct ig_ctl *c = l->c;
	struct ig_why why = {""};
	struct ig_dispatch made;
	char from[IG_TIME_MAX], until[IG_TIME_MAX], text[IG_DISPATCH_TEXT_MAX];
	int64_t dispatch = 0;
	size_t size = 0;
	json_t *names = json_array();
	for (size_t i = 0; i < count; i++) {
		size += files[i].size;
		json_array_append_new(names, json_pack("{s:s}", "text", files[i].name));
	}
	if (size > (size_t)c->conf->enclosed_max) {
		json_decref(names);
		return ig_ctl_fail(c, IG_EX_DATA, "%s: %zu events are %zu bytes even zipped, more than letters.enclosed_max: take a shorter time (--until)", p->name, l->count, size);
	}
	struct ig_desk_post post = {.kind = "digest", .party = p->id, .lane = IG_LANE_NORMAL, .actor = c->actor, .files = files, .file_count = count,
		.fields = json_pack("{s:I,s:{s:s,s:s},s:O,s:o}", "event_count", (json_int_t)l->count, "period", "from", ig_time_rfc3339(l->from, from), "until",
			ig_time_rfc3339(l->until, until), "totals", l->totals, "attachments", names)};
	int code = ig_desk_tell_events(c->desk, &post, l->events, l->count, &dispatch, &why);
	if (code) return ig_ctl_fail(c, code, "%s: %s", p->name, why.text);
	if (ig_store_dispatch_get(c->store, dispatch, false, c->arena, &made) != 1) return ig_ctl_store_failed(c);
	ig_ctl_print(c, "%s %s: %zu events to %s%s%s\n", ig_dispatch_print(dispatch, text), ig_dispatch_state_word(made.state), l->count, p->name, made.why ? ": " : "",
		made.why ? made.why : "");
	return IG_EX_OK;
}

static int enclose(struct letter *l, const struct ig_party *p)
{
	struct ig_ctl *c = l->c;
	int y, m, d;
	char name[3][NAME_MAX_LEN], *json = json_dumps(l->xarf, JSON_COMPACT);
	ig_time_civil(ig_now(), &y, &m, &d, NULL, NULL, NULL, NULL);
	static const char *const ends[] = {"csv", "json", "zip"};
	for (size_t i = 0; i < IG_COUNT(ends); i++) snprintf(name[i], sizeof(name[i]), "events-%04d%02d%02d.%s", y, m, d, ends[i]);
	struct ig_letter_file files[] = {{name[0], l->csv.data, l->csv.len}, {name[1], json ? json : "", json ? strlen(json) : 0}}, packed = {.name = name[2]};
	int64_t plain = c->conf->enclosed_zip < c->conf->enclosed_max ? c->conf->enclosed_zip : c->conf->enclosed_max;
	int code = IG_EX_OK;
	if (!json || l->csv.over) code = ig_ctl_fail(c, IG_EX_DATA, "%s: too many events for one letter: take a shorter time (--until)", p->name);
	else if (files[0].size + files[1].size <= (size_t)plain) code = send_files(l, p, files, IG_COUNT(files));
	else if (!zip(files, IG_COUNT(files), &l->zip)) code = ig_ctl_fail(c, IG_EX_SOFTWARE, "%s: the lists could not be zipped", p->name);
	else {
		packed.bytes = l->zip.data, packed.size = l->zip.len;
		code = send_files(l, p, &packed, 1);
	}
	free(json);
	return code;
}

static int to_party(struct ig_ctl *c, const struct ig_party *p, ig_time since, ig_time until)
{
	struct letter l = {.c = c, .profile = ig_conf_profile_at(c->conf, ig_now()), .party = p->id, .csv = IG_BUF_INIT(LIST_MAX), .zip = IG_BUF_INIT(LIST_MAX),
		.xarf = json_array(), .totals = json_array()};
	ig_buf_str(&l.csv, IG_CTL_EVENT_COLUMNS);
	int code = ig_store_feed_events(c->store, since, until, IG_CTL_EVENTS_MAX, take, &l) < 0 ? ig_ctl_store_failed(c) : IG_EX_OK;
	if (!code && l.count) code = enclose(&l, p);
	else if (!code) ig_ctl_print(c, "no events that %s was not told of\n", p->name);
	json_decref(l.xarf);
	json_decref(l.totals);
	ig_buf_free(&l.csv);
	ig_buf_free(&l.zip);
	free(l.events);
	return code;
}

struct parties { int64_t *ids; size_t count, cap; };

static int party_of(const struct ig_feed_event *e, void *arg)
{
	struct parties *all = arg;
	for (size_t i = 0; i < all->count; i++)
		if (all->ids[i] == e->party) return 0;
	if (!e->party) return 0;
	if (all->count == all->cap) all->ids = ig_xrealloc(all->ids, (all->cap = all->cap ? all->cap * 2 : 16) * sizeof(*all->ids));
	all->ids[all->count++] = e->party;
	return 0;
}

/* One transaction each: a party that cannot be written to keeps nobody else from his letter. */
static int to_all(struct ig_ctl *c, ig_time since, ig_time until)
{
	struct parties all = {0};
	int code = ig_store_feed_events(c->store, since, until, IG_CTL_EVENTS_MAX, party_of, &all) < 0 ? ig_ctl_store_failed(c) : IG_EX_OK, worst = code;
	for (size_t i = 0; !code && i < all.count; i++) {
		struct ig_party p;
		if (ig_store_party_get(c->store, all.ids[i], c->arena, &p) != 1) code = ig_ctl_store_failed(c);
		else code = to_party(c, &p, since, until);
		worst = code ? code : worst;
		if (code == IG_EX_DATA) code = IG_EX_OK;
	}
	if (!worst && !all.count) ig_ctl_print(c, "no events that nobody was told of\n");
	free(all.ids);
	return code ? code : worst;
}

int ig_ctl_event_send(struct ig_ctl *c)
{
	const char *party = ig_ctl_option(c, "--party");
	bool all = ig_ctl_flag(c, "--all");
	ig_time since, until;
	struct ig_party p;
	int code = ig_ctl_event_period(c, &since, &until);
	if (!code) code = ig_ctl_words(c, 0, 0);
	if (!code && !party == !all) code = ig_ctl_fail(c, IG_EX_USAGE, "say --party P or --all");
	if (!code && party && !(code = ig_ctl_party(c, party, &p))) return to_party(c, &p, since, until);
	return code ? code : to_all(c, since, until);
}
