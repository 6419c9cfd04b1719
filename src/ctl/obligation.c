/* irgatectl obligation: what is owed again and again, by whom, until when, with what evidence; the table of who complied. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "ctl/csv.h"
#include "ctl/room.h"
#include "desk/duty.h"
#include "model/nouns_json.h"

static const char *owner_of(struct ig_ctl *c, int64_t party)
{
	struct ig_party p;
	if (!party) return "office";
	return ig_store_party_get(c->store, party, c->arena, &p) == 1 ? p.name : ig_arena_fmt(c->arena, "party %lld", (long long)party);
}

static const char *state_of(const struct ig_obligation *o)
{
	if (o->done_at != IG_NEVER) return o->done_at < o->due ? "done" : "done late";
	return ig_now() >= o->due ? "OVERDUE" : "open";
}

static const struct ig_profile_obligation *said(struct ig_ctl *c, const char *what)
{
	return ig_profile_obligation(ig_conf_profile_at(c->conf, ig_now()), what);
}

static json_t *obligation_json(struct ig_ctl *c, const struct ig_obligation *o)
{
	const struct ig_profile_obligation *by = said(c, o->what);
	char id[24], reminder[IG_DISPATCH_TEXT_MAX];
	snprintf(id, sizeof(id), "%lld", (long long)o->id);
	return json_pack("{s:s,s:s,s:o,s:s,s:s?,s:s?,s:o,s:o,s:s,s:s?,s:s?,s:o,s:I,s:o,s:s?,s:o,s:s?}", "id", id, "owner", owner_of(c, o->party), "party",
		o->party ? json_integer(o->party) : json_null(), "what", o->what, "title", by ? by->title.vi : NULL, "title_en", by ? by->title.en : NULL, "due",
		ig_time_json(o->due), "done_at", ig_time_json(o->done_at), "state", state_of(o), "done_by", o->done_by, "note", o->note, "evidence",
		o->evidence ? json_integer(o->evidence) : json_null(), "reminders", (json_int_t)o->reminders, "reminded_at", ig_time_json(o->reminded_at), "reminder",
		o->reminder ? ig_dispatch_print(o->reminder, reminder) : NULL, "duty", o->duty ? json_integer(o->duty) : json_null(), "basis", by ? by->basis : NULL);
}

static int row(const struct ig_obligation *o, void *arg)
{
	struct ig_ctl_list **l = arg;
	struct ig_ctl *c = ig_ctl_list_call(*l);
	char id[24], reminders[24];
	if (c->json) {
		ig_ctl_list_json(*l, obligation_json(c, o));
		return 0;
	}
	snprintf(id, sizeof(id), "%lld", (long long)o->id);
	snprintf(reminders, sizeof(reminders), "%lld", (long long)o->reminders);
	const char *const cells[] = {id, o->what, ig_ctl_time(c, o->due), state_of(o), ig_ctl_time(c, o->done_at), reminders, owner_of(c, o->party)};
	ig_ctl_list_row(*l, cells);
	return 0;
}

/* --party P, --year Y */
static int filter(struct ig_ctl *c, struct ig_obligation_filter *f)
{
	struct ig_party p;
	const char *party = ig_ctl_option(c, "--party"), *year = ig_ctl_option(c, "--year");
	int64_t y;
	int code = IG_EX_OK;
	f->due_from = f->due_to = IG_NEVER;
	f->what = ig_ctl_option(c, "--what");
	if (year && ig_ctl_number(c, year, 1970, 9998, &y)) return IG_EX_USAGE;
	if (year) f->due_from = ig_time_on_day(ig_day_of((int)y, 1, 1), IG_NEVER), f->due_to = ig_time_on_day(ig_day_of((int)y + 1, 1, 1), IG_NEVER);
	if (party && strcmp(party, "office")) code = ig_ctl_party(c, party, &p);
	if (!code && party) f->by_party = true, f->party = strcmp(party, "office") ? p.id : 0;
	return code;
}

int ig_ctl_obligation_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"ID", "WHAT", "DUE", "STATE", "~DONE", "~REMINDERS", "OWNER", NULL};
	struct ig_obligation_filter f = {.open_only = ig_ctl_flag(c, "--open")};
	int code = filter(c, &f);
	if (!code) code = ig_ctl_words(c, 0, 0);
	if (code) return code;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_obligations(c->store, &f, row, &l) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(l, "nothing is owed again and again, or the clerk has not looked yet (irgated --once)");
}

int ig_ctl_obligation_done(struct ig_ctl *c)
{
	struct ig_why why = {""};
	struct ig_message m = {.id = 0};
	struct ig_party p = {.id = 0};
	struct ig_obligation o;
	const char *message = ig_ctl_option(c, "--message"), *note = ig_ctl_option(c, "--note");
	int64_t id = 0;
	int code = ig_ctl_words(c, 1, 2);
	if (!code && c->argc == 1) code = ig_ctl_number(c, c->argv[0], 1, INT64_MAX, &id) ? IG_EX_USAGE : IG_EX_OK;
	if (!code && c->argc == 2 && strcmp(c->argv[0], "office")) code = ig_ctl_party(c, c->argv[0], &p);
	if (!code && message) code = ig_ctl_message(c, message, &m);
	if (!code && !message && !note) code = ig_ctl_fail(c, IG_EX_USAGE, "--message or --note is the evidence");
	if (code) return code;
	if (!id) {
		int found = ig_store_obligation_last(c->store, p.id, c->argv[1], c->arena, &o);
		if (found < 0) return ig_ctl_store_failed(c);
		if (!found) return ig_ctl_fail(c, IG_EX_DATA, "%s owes no %s", c->argv[0], c->argv[1]);
		id = o.id;
	}
	code = ig_desk_obligation_done(c->desk, id, m.id, note, c->actor, &why);
	return code ? ig_ctl_fail(c, code, "%s", why.text) : IG_EX_OK;
}

/* ---- the table: a row an owner, a column an obligation of the profile, in each cell how it stands */

struct table {
	struct ig_ctl *c;
	const struct ig_profile *p;
	struct ig_arena *a;
	int64_t party;
	bool begun;
	struct ig_buf *cells; /* one a column */
	struct ig_buf out;
	json_t *rows;
	int owners;
};

static void flush_row(struct table *t)
{
	json_t *o = t->rows ? json_pack("{s:s}", "owner", owner_of(t->c, t->party)) : NULL;
	if (!t->begun) return;
	ig_csv_put(&t->out, owner_of(t->c, t->party), true);
	for (size_t i = 0; i < t->p->obligation_count; i++) {
		ig_csv_put(&t->out, t->cells[i].data, false);
		if (o) json_object_set_new(o, t->p->obligations[i].what, t->cells[i].len ? json_string(t->cells[i].data) : json_null());
		ig_buf_reset(&t->cells[i]);
	}
	ig_buf_str(&t->out, "\r\n");
	if (o) json_array_append_new(t->rows, o);
	t->owners++;
}

static int cell(const struct ig_obligation *o, void *arg)
{
	struct table *t = arg;
	char due[IG_TIME_MAX], done[IG_TIME_MAX];
	if (!t->begun || o->party != t->party) flush_row(t);
	t->begun = true;
	t->party = o->party;
	ig_time_rfc3339(o->due, due)[10] = 0;
	for (size_t i = 0; i < t->p->obligation_count; i++) {
		struct ig_buf *b = &t->cells[i];
		if (strcmp(t->p->obligations[i].what, o->what)) continue;
		ig_buf_fmt(b, "%s%s %s", b->len ? "; " : "", state_of(o), due);
		if (o->done_at != IG_NEVER) {
			ig_time_rfc3339(o->done_at, done)[10] = 0;
			ig_buf_fmt(b, " (%s%s%.0lld)", done, o->evidence ? ", message " : "", (long long)o->evidence);
		}
	}
	return 0;
}

int ig_ctl_obligation_table(struct ig_ctl *c)
{
	struct ig_obligation_filter f = {.open_only = false};
	struct table t = {.c = c, .p = ig_conf_profile_at(c->conf, ig_now()), .out = IG_BUF_INIT(64u << 20), .rows = c->json ? json_array() : NULL};
	ig_ctl_flag(c, "--csv"); /* the only form but JSON */
	int code = filter(c, &f);
	if (!code) code = ig_ctl_words(c, 0, 0);
	if (code) return code;
	t.cells = ig_arena_calloc(c->arena, t.p->obligation_count + 1, sizeof(*t.cells));
	ig_csv_put(&t.out, "owner", true);
	for (size_t i = 0; i < t.p->obligation_count; i++) {
		ig_buf_init(&t.cells[i], 64u << 10);
		ig_csv_put(&t.out, t.p->obligations[i].what, false);
	}
	ig_buf_str(&t.out, "\r\n");
	if (ig_store_obligations(c->store, &f, cell, &t) < 0) code = ig_ctl_store_failed(c);
	flush_row(&t);
	if (!code && c->json) ig_ctl_json(c, t.rows);
	else if (!code) c->out(c, t.out.data, t.out.len);
	for (size_t i = 0; i < t.p->obligation_count; i++) ig_buf_free(&t.cells[i]);
	ig_buf_free(&t.out);
	return code;
}
