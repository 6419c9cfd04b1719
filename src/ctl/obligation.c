/* irgatectl obligation: what is owed again and again, by whom, until when, with what evidence; the table of who complied. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/csv.h"
#include "ctl/sheet.h"
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

enum { IN_TIME, LATE, OVERDUE, OPEN, STATES, SHOWN = 4 /* periods that a cell of the page tells one by one */ };
static const struct { const char *code, *vi, *en; } state_words[STATES] = {
	{"done", "đúng hạn", "done"}, {"done late", "trễ hạn", "done late"}, {"OVERDUE", "QUÁ HẠN", "OVERDUE"}, {"open", "chưa đến hạn", "not yet due"}};

struct table {
	struct ig_ctl *c;
	const struct ig_profile *p;
	int64_t party;
	bool begun, page, english;
	struct ig_buf *cells; /* one a column */
	int (*counts)[STATES], (*here)[STATES]; /* of the page: one a column, of everybody and of this row */
	const char **newest;
	struct ig_buf out;
	json_t *rows;
};

/* As a person reads it: what came of it, by when, the day it was done, and where the evidence is. */
static void say_cell(struct table *t, size_t column, const struct ig_obligation *o, struct ig_buf *b)
{
	size_t s = 0;
	while (s < STATES - 1 && strcmp(state_words[s].code, state_of(o))) s++;
	t->counts[column][s]++, t->here[column][s]++;
	const char *text = ig_arena_fmt(t->c->arena, "%s (%s %s", t->english ? state_words[s].en : state_words[s].vi, t->english ? "due" : "hạn", ig_ctl_day(t->c, o->due));
	if (o->done_at != IG_NEVER) text = ig_arena_fmt(t->c->arena, t->english ? "%s, done %s" : "%s, làm ngày %s", text, ig_ctl_day(t->c, o->done_at));
	if (o->evidence) text = ig_arena_fmt(t->c->arena, t->english ? "%s, message %lld" : "%s, văn bản đến %lld", text, (long long)o->evidence);
	t->newest[column] = text = ig_arena_fmt(t->c->arena, "%s)", text);
	ig_buf_fmt(b, "%s%s", b->len ? "\n" : "", text);
}

static const char *counted(const struct table *t, const int *n)
{
	const char *text = "";
	for (size_t s = 0; s < STATES; s++)
		if (n[s]) text = ig_arena_fmt(t->c->arena, "%s%s%s: %d", text, *text ? "\n" : "", t->english ? state_words[s].en : state_words[s].vi, n[s]);
	return *text ? text : "-";
}

/* What comes twice a week is counted, and its newest told. */
static const char *cell_text(struct table *t, size_t column)
{
	int *n = t->here[column], all = 0;
	const char *text = t->cells[column].len ? ig_arena_strdup(t->c->arena, t->cells[column].data) : "-";
	for (size_t s = 0; s < STATES; s++) all += n[s];
	if (all > SHOWN) text = ig_arena_fmt(t->c->arena, "%s\n%s: %s", counted(t, n), t->english ? "newest" : "mới nhất", t->newest[column]);
	memset(n, 0, sizeof(t->here[column]));
	return text;
}

static void flush_row(struct table *t)
{
	const char *owner = t->begun ? owner_of(t->c, t->party) : NULL;
	if (!t->begun) return;
	if (t->page && !t->party) owner = t->english ? "This office" : "Cơ quan (đơn vị chuyên trách)";
	json_t *o = t->page ? json_pack("[s]", owner) : t->rows ? json_pack("{s:s}", "owner", owner) : NULL;
	ig_csv_put(&t->out, owner, true);
	for (size_t i = 0; i < t->p->obligation_count; i++) {
		ig_csv_put(&t->out, t->cells[i].data, false);
		if (t->page) json_array_append_new(o, json_string(cell_text(t, i)));
		else if (o) json_object_set_new(o, t->p->obligations[i].what, t->cells[i].len ? json_string(t->cells[i].data) : json_null());
		ig_buf_reset(&t->cells[i]);
	}
	ig_buf_str(&t->out, "\r\n");
	if (o) json_array_append_new(t->rows, o);
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
		if (t->page) {
			say_cell(t, i, o, b);
			continue;
		}
		ig_buf_fmt(b, "%s%s %s", b->len ? "; " : "", state_of(o), due);
		if (o->done_at != IG_NEVER) {
			ig_time_rfc3339(o->done_at, done)[10] = 0;
			ig_buf_fmt(b, " (%s%s%.0lld)", done, o->evidence ? ", message " : "", (long long)o->evidence);
		}
	}
	return 0;
}

/* The last row: how many in each state. */
static json_t *totals(const struct table *t)
{
	json_t *row = json_pack("[s]", t->english ? "Total" : "Tổng cộng");
	for (size_t i = 0; i < t->p->obligation_count; i++) json_array_append_new(row, json_string(counted(t, t->counts[i])));
	return row;
}

/* What the columns rest upon, each named once. */
static const char *bases(const struct table *t)
{
	const char *text = "";
	for (size_t i = 0; i < t->p->obligation_count; i++) {
		const char *basis = t->p->obligations[i].basis;
		if (basis && !strstr(text, basis)) text = ig_arena_fmt(t->c->arena, "%s%s%s", text, *text ? "; " : "", basis);
	}
	return text;
}

static json_t *page_of(struct table *t, const struct ig_obligation_filter *f)
{
	int year;
	char now[IG_TIME_MAX];
	const char *office = t->english && t->p->office.en ? t->p->office.en : t->p->office.vi, *basis = bases(t);
	const char *heading = t->english ? "WHO COMPLIED WITH WHAT" : "BẢNG THEO DÕI THỰC HIỆN NGHĨA VỤ ĐỊNH KỲ";
	const char *day = ig_ctl_day(t->c, ig_now()), *span = ig_arena_fmt(t->c->arena, t->english ? "As it stands on %s." : "Theo số liệu đến ngày %s.", day);
	if (f->due_from != IG_NEVER) {
		ig_time_civil(f->due_from, &year, NULL, NULL, NULL, NULL, NULL, NULL);
		span = ig_arena_fmt(t->c->arena, t->english ? "Due in %d, as it stands on %s." : "Đến hạn trong năm %d, theo số liệu đến ngày %s.", year, day);
	}
	json_t *columns = json_array(), *lead = json_pack("[s,s]", office ? office : "", span);
	if (*basis) json_array_append_new(lead, json_string(ig_arena_fmt(t->c->arena, "%s: %s.", t->english ? "Legal basis" : "Căn cứ", basis)));
	json_array_append_new(columns, json_pack("{s:s,s:f}", "title", t->english ? "Unit" : "Đơn vị", "width", 14.0));
	for (size_t i = 0; i < t->p->obligation_count; i++) {
		const struct ig_profile_obligation *o = &t->p->obligations[i];
		const char *title = t->english && o->title.en ? o->title.en : o->title.vi ? o->title.vi : o->what;
		json_array_append_new(columns, json_pack("{s:s,s:f}", "title", title, "width", 12.0));
	}
	json_array_append_new(t->rows, totals(t));
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:b,s:o,s:o,s:O}", "kind", "table", "language", t->english ? "en" : "vi", "date", ig_time_rfc3339(ig_now(), now), "title", heading,
		"heading", heading, "landscape", 1, "lead", lead, "columns", columns, "rows", t->rows);
}

int ig_ctl_obligation_table(struct ig_ctl *c)
{
	struct ig_obligation_filter f = {.open_only = false};
	struct table t = {.c = c, .p = ig_conf_profile_at(c->conf, ig_now()), .out = IG_BUF_INIT(64u << 20)};
	ig_ctl_flag(c, "--csv"); /* the form without another */
	t.page = ig_ctl_flag(c, "--page");
	const char *language = ig_ctl_option(c, "--lang") /* of the letter that sends it */, *is = language ? language : t.p->language;
	t.english = is && !strcmp(is, "en");
	t.rows = c->json || t.page ? json_array() : NULL;
	int code = filter(c, &f);
	if (!code) code = ig_ctl_words(c, 0, 0);
	if (code) return json_decref(t.rows), code;
	t.cells = ig_arena_calloc(c->arena, t.p->obligation_count + 1, sizeof(*t.cells));
	t.here = ig_arena_calloc(c->arena, t.p->obligation_count + 1, sizeof(*t.here));
	t.newest = ig_arena_calloc(c->arena, t.p->obligation_count + 1, sizeof(*t.newest));
	t.counts = ig_arena_calloc(c->arena, t.p->obligation_count + 1, sizeof(*t.counts));
	ig_csv_put(&t.out, "owner", true);
	for (size_t i = 0; i < t.p->obligation_count; i++) {
		ig_buf_init(&t.cells[i], 64u << 10);
		ig_csv_put(&t.out, t.p->obligations[i].what, false);
	}
	ig_buf_str(&t.out, "\r\n");
	if (ig_store_obligations(c->store, &f, cell, &t) < 0) code = ig_ctl_store_failed(c);
	flush_row(&t);
	if (!code && t.page) ig_ctl_json(c, page_of(&t, &f));
	else if (!code && c->json) ig_ctl_json(c, json_incref(t.rows));
	else if (!code) c->out(c, t.out.data, t.out.len);
	json_decref(t.rows);
	for (size_t i = 0; i < t.p->obligation_count; i++) ig_buf_free(&t.cells[i]);
	ig_buf_free(&t.out);
	return code;
}
