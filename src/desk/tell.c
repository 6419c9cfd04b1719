/* Digests outward: one letter a party and period with the events of its networks, instead of one an event. The lists are enclosed as CSV and as
 * XARF 4, in one zip file when they are large. What may leave the store decides (no case under secrecy), the letter goes through the gate like any
 * other. An event is told while its letter is under way or left; where the letter fails or is cancelled it waits for the next one (store).
 * Relies on event_form.c for the forms of an event, on post.c for the letter; the timer is the profile's digest_every. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "desk/room.h"

#define LIST_MAX (128u << 20)
#define NAME_MAX_LEN 40
#define ROWS_MAIL 30   /* of the table in a letter that has the lists beside it */
#define ROWS_BARE 300  /* in one that has nothing else: a fax of some ten pages */

struct letter {
	struct ig_desk *d;
	const struct ig_desk_tell *t;
	const struct ig_profile *profile;
	const char *name; /* of the party */
	struct ig_buf csv, zip;
	json_t *xarf, *totals, *rows;
	bool bare; /* it leaves without files: what it tells of stands in it */
	struct event { int64_t message, n; } *events;
	size_t count, cap;
	ig_time from, until;
	struct ig_why *why;
};

static int refuse(struct letter *l, const char *words)
{
	ig_why(l->why, "%s: %s", l->name, words);
	return IG_EX_DATA;
}

/* How many of a category in a network: its row, made when missing. */
static void total(struct letter *l, const struct ig_feed_event *e)
{
	char asn[24] = "";
	json_t *row, *is = NULL;
	size_t i;
	if (e->asn)
		snprintf(asn, sizeof(asn), "AS%lld", (long long)e->asn);
	json_array_foreach(l->totals, i, row) {
		const char *category = json_string_value(json_object_get(row, "category")), *as = json_string_value(json_object_get(row, "asn"));
		if (!strcmp(category ? category : "", e->event.category ? e->event.category : "") && !strcmp(as ? as : "", asn))
			is = row;
	}
	if (!is)
		json_array_append_new(l->totals, is = json_pack("{s:s?,s:s?,s:i}", "category", e->event.category, "asn", *asn ? asn : NULL, "count", 0));
	json_object_set_new(is, "count", json_integer(json_integer_value(json_object_get(is, "count")) + 1));
}

/* The first ones as a table, local time beside UTC. In a mail its columns are made of blanks: "row"; on pages they are cells. */
static void row(struct letter *l, const struct ig_feed_event *e)
{
	const struct ig_event *x = &e->event;
	char utc[IG_TIME_MAX], local[IG_TIME_MAX];
	ig_time at;
	const char *in_utc = ig_desk_event_utc(x, &at, utc), *name = x->address ? x->address : x->domain ? x->domain : "?";
	if (in_utc) {
		ig_time_rfc3339(at, local);
		local[10] = utc[10] = ' ', local[19] = utc[19] = 0;
	}
	const char *where = x->port ? ig_arena_fmt(l->d->arena, strchr(name, ':') ? "[%s]:%d" : "%s:%d", name, x->port) : name;
	json_array_append_new(l->rows, json_pack("{s:s,s:s,s:s,s:s?,s:s}", "local", in_utc ? local : x->at ? x->at : "-", "utc", in_utc ? utc : "-", "where", where, "category", x->category,
		"row", ig_arena_fmt(l->d->arena, "%-19.19s  %-19.19s  %s", in_utc ? local : x->at ? x->at : "-", in_utc ? utc : "-", where)));
}

static int take(const struct ig_feed_event *e, void *arg)
{
	struct letter *l = arg;
	if (e->party != l->t->party)
		return 0;
	if (l->bare && l->count == ROWS_BARE)
		return 1; /* the others are in the next one */
	if (l->count < (l->bare ? ROWS_BARE : ROWS_MAIL))
		row(l, e);
	if (l->count == l->cap)
		l->events = ig_xrealloc(l->events, (l->cap = l->cap ? l->cap * 2 : 64) * sizeof(*l->events));
	l->from = l->count && l->from < e->received_at ? l->from : e->received_at;
	l->until = l->count && l->until > e->received_at ? l->until : e->received_at;
	l->events[l->count++] = (struct event){e->message, e->n};
	ig_desk_event_csv(&l->csv, e);
	json_array_append_new(l->xarf, ig_desk_event_xarf(l->profile, e));
	total(l, e);
	return 0;
}

/* ---- the lists as files */

static int post(struct letter *l, struct ig_letter_file *files, size_t count, int64_t *dispatch_r)
{
	struct ig_desk *d = l->d;
	struct ig_dispatch made;
	struct ig_why words = {""};
	char from[IG_TIME_MAX], until[IG_TIME_MAX], text[IG_DISPATCH_TEXT_MAX];
	size_t size = 0;
	json_t *names = json_array();
	for (size_t i = 0; i < count; i++) {
		size += files[i].size;
		json_array_append_new(names, json_pack("{s:s}", "text", files[i].name));
	}
	if (size > (size_t)d->conf->enclosed_max) {
		json_decref(names);
		return refuse(l, ig_arena_fmt(d->arena, "%zu events are %zu bytes even zipped, more than letters.enclosed_max: take a shorter time (--until)", l->count, size));
	}
	struct ig_desk_post p = {.kind = "digest", .party = l->t->party, .lane = IG_LANE_NORMAL, .actor = l->t->actor, .alone = l->t->alone, .files = files,
		.file_count = count, .fields = json_pack("{s:I,s:b,s:O,s:{s:s,s:s},s:O,s:o}", "event_count", (json_int_t)l->count, "listed", l->bare, "events", l->rows, "period", "from",
			ig_time_rfc3339(l->from, from), "until", ig_time_rfc3339(l->until, until), "totals", l->totals, "attachments", names)};
	if (l->count > json_array_size(l->rows))
		json_object_set_new(p.fields, "more_count", json_integer((json_int_t)(l->count - json_array_size(l->rows))));
	int code = ig_desk_post(d, &p, dispatch_r, &words);
	if (code)
		return code < 0 ? -1 : refuse(l, words.text);
	for (size_t i = 0; i < l->count; i++)
		if (ig_store_feed_told(d->store, l->events[i].message, l->events[i].n, ig_now(), *dispatch_r) < 0)
			return -1;
	if (ig_store_dispatch_get(d->store, *dispatch_r, false, d->arena, &made) != 1)
		return -1;
	return ig_desk_journal(d, l->t->actor, "event send", l->name,
		ig_arena_fmt(d->arena, "%s, %zu events: %s", ig_dispatch_print(*dispatch_r, text), l->count, ig_dispatch_state_word(made.state)));
}

static int enclose(struct letter *l, int64_t *dispatch_r)
{
	const struct ig_conf *conf = l->d->conf;
	int y, m, d;
	char name[3][NAME_MAX_LEN], *json = json_dumps(l->xarf, JSON_COMPACT);
	ig_time_civil(ig_now(), &y, &m, &d, NULL, NULL, NULL, NULL);
	static const char *const ends[] = {"csv", "json", "zip"};
	for (size_t i = 0; i < IG_COUNT(ends); i++)
		snprintf(name[i], sizeof(name[i]), "events-%04d%02d%02d.%s", y, m, d, ends[i]);
	struct ig_letter_file files[] = {{name[0], l->csv.data, l->csv.len}, {name[1], json ? json : "", json ? strlen(json) : 0}}, packed = {.name = name[2]};
	int64_t plain = conf->enclosed_zip < conf->enclosed_max ? conf->enclosed_zip : conf->enclosed_max;
	int code;
	if (l->bare) {
		code = post(l, NULL, 0, dispatch_r);
	} else if (!json || l->csv.over) {
		code = refuse(l, "too many events for one letter: take a shorter time (--until)");
	} else if (files[0].size + files[1].size <= (size_t)plain) {
		code = post(l, files, IG_COUNT(files), dispatch_r);
	} else if (!ig_desk_zip(files, IG_COUNT(files), NULL, &l->zip)) {
		code = refuse(l, "the lists could not be zipped");
	} else {
		packed.bytes = l->zip.data, packed.size = l->zip.len;
		code = post(l, &packed, 1, dispatch_r);
	}
	free(json);
	return code;
}

/* Inside a transaction. */
static int tell(struct ig_desk *d, const struct ig_desk_tell *t, int64_t *dispatch_r, size_t *count_r, struct ig_why *why)
{
	struct ig_party party;
	struct letter l = {.d = d, .t = t, .profile = ig_conf_profile_at(d->conf, ig_now()), .csv = IG_BUF_INIT(LIST_MAX), .zip = IG_BUF_INIT(LIST_MAX), .why = why};
	int found = ig_store_party_get(d->store, t->party, d->arena, &party);
	if (found != 1)
		return found < 0 ? -1 : (ig_why(why, "no such party"), IG_EX_DATA);
	l.name = party.name, l.xarf = json_array(), l.totals = json_array(), l.rows = json_array();
	l.bare = true;
	for (size_t i = 0; i < party.channel_count; i++)
		l.bare = l.bare && (party.channels[i].channel != IG_CHANNEL_MAIL || party.channels[i].state == IG_CHANNEL_STATE_REVOKED);
	ig_buf_str(&l.csv, IG_DESK_EVENT_COLUMNS);
	int code = ig_store_feed_events(d->store, t->since, t->until, IG_DESK_EVENTS_MAX, take, &l);
	if (!code && l.count)
		code = enclose(&l, dispatch_r);
	*count_r = l.count;
	json_decref(l.xarf);
	json_decref(l.totals);
	json_decref(l.rows);
	ig_buf_free(&l.csv);
	ig_buf_free(&l.zip);
	free(l.events);
	return code;
}

int ig_desk_tell_events(struct ig_desk *d, const struct ig_desk_tell *t, int64_t *dispatch_r, size_t *count_r, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, tell(d, t, dispatch_r, count_r, why), why);
}

/* ---- whose networks were named */

struct parties { int64_t *ids; size_t count, cap; };

static int party_of(const struct ig_feed_event *e, void *arg)
{
	struct parties *all = arg;
	for (size_t i = 0; i < all->count; i++)
		if (all->ids[i] == e->party)
			return 0;
	if (!e->party)
		return 0;
	if (all->count == all->cap)
		all->ids = ig_xrealloc(all->ids, (all->cap = all->cap ? all->cap * 2 : 16) * sizeof(*all->ids));
	all->ids[all->count++] = e->party;
	return 0;
}

int ig_desk_tell_parties(struct ig_desk *d, ig_time since, ig_time until, int64_t **ids_r, size_t *count_r)
{
	struct parties all = {0};
	int bad = ig_store_feed_events(d->store, since, until, IG_DESK_EVENTS_MAX, party_of, &all);
	*ids_r = all.ids, *count_r = all.count;
	return bad < 0 ? -1 : 0;
}

/* ---- by itself, each period */

/* A party that cannot be written to keeps nobody else from his letter: its half-made rows are undone, a person hears of it. */
static int tell_one(struct ig_desk *d, int64_t party, const char *alone)
{
	struct ig_desk_tell t = {.party = party, .until = INT64_MAX, .actor = "clerk", .alone = alone};
	struct ig_why why = {""};
	int64_t dispatch;
	size_t count;
	if (ig_store_savepoint(d->store))
		return -1;
	int code = tell(d, &t, &dispatch, &count, &why);
	if (code < 0)
		return -1;
	if (!code)
		return ig_store_release(d->store);
	ig_store_undo(d->store);
	return ig_desk_raise(d, "digest", why.text);
}

int ig_desk_digest_due(struct ig_desk *d)
{
	const struct ig_profile *p = ig_conf_profile_at(d->conf, ig_now());
	int64_t *ids = NULL;
	size_t count = 0;
	if (!p->digest_every)
		return ig_store_timer_set(d->store, IG_TIMER_DIGEST, 0, IG_NEVER);
	int bad = ig_desk_tell_parties(d, 0, INT64_MAX, &ids, &count);
	for (size_t i = 0; !bad && i < count; i++)
		bad = tell_one(d, ids[i], p->digest_alone ? "a digest of events, which the profile lets leave by itself (digest_alone)" : NULL);
	free(ids);
	return bad ? -1 : ig_store_timer_set(d->store, IG_TIMER_DIGEST, 0, ig_now() + p->digest_every * 1000);
}

int ig_desk_digests_start(struct ig_desk *d)
{
	const struct ig_profile *p = ig_conf_profile_at(d->conf, ig_now());
	ig_time next;
	if (ig_store_timer_get(d->store, IG_TIMER_DIGEST, 0, &next) < 0)
		return -1;
	ig_time latest = ig_now() + p->digest_every * 1000; /* a period made shorter counts at once */
	return p->digest_every && (next == IG_NEVER || next > latest) ? ig_store_timer_set(d->store, IG_TIMER_DIGEST, 0, latest) : 0;
}

/* ---- when the mail fails: what a fax or a letter can say without its files */

json_t *ig_desk_digest_bare(json_t *fields)
{
	json_object_del(fields, "attachments");
	return fields;
}
