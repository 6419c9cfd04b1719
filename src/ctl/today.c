/* irgatectl today: one screen for the officer who comes on duty: what came, what waits for a person, what is due, what failed, who is on duty. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "ctl/books.h"
#include "desk/duty.h"
#include "model/nouns_json.h"

enum { ROWS = 28 }; /* of all blocks together: with their titles one screen of fifty lines */

struct part { /* one block of the screen */
	struct ig_ctl *c;
	json_t *list;      /* NULL: for people */
	const char *title;
	int count, rows;   /* rows: shown at most */
	ig_time from, to;
};

static void part_row(struct part *p, json_t *row, const char *line)
{
	if (p->list) json_array_append_new(p->list, row);
	else if (p->count < p->rows) ig_ctl_print(p->c, "  %s\n", line);
	if (!p->list) json_decref(row);
	p->count++;
}

static void part_begin(struct part *p, const char *title, bool first)
{
	p->title = title;
	p->count = 0;
	if (!p->list) ig_ctl_print(p->c, "%s%s%s%s\n", first ? "" : "\n", ig_ctl_bold(p->c), title, ig_ctl_plain(p->c));
}

static void part_end(struct part *p)
{
	if (p->list) return;
	if (p->count > p->rows) ig_ctl_print(p->c, "  ... and %d more\n", p->count - p->rows);
	if (!p->count) ig_ctl_print(p->c, "  nothing\n");
}

static int came(const struct ig_incident *i, void *arg)
{
	struct part *p = arg;
	char ref[IG_REF_MAX];
	ig_ref_print(i->ref, ref);
	const char *subject = i->secrecy_requested ? "(kept secret)" : i->subject ? i->subject : "";
	part_row(p, json_pack("{s:s,s:s,s:s,s:o,s:b,s:s}", "ref", ref, "status", ig_incident_status_word(i->status), "severity", ig_severity_word(i->severity), "opened_at",
		ig_time_json(i->opened_at), "drill", i->drill, "subject", subject), ig_arena_fmt(p->c->arena, "%s  %s  %-8s %s%s", ref, ig_ctl_time(p->c, i->opened_at),
		ig_severity_word(i->severity), i->drill ? "DRILL " : "", subject));
	return 0;
}

static int letter(const struct ig_dispatch *d, void *arg)
{
	struct part *p = arg;
	char text[IG_DISPATCH_TEXT_MAX];
	const char *ref = ig_ctl_ref_of(p->c, d->incident);
	part_row(p, json_pack("{s:s,s:s?,s:s,s:s,s:s?}", "dispatch", ig_dispatch_print(d->id, text), "incident", ref, "letter", d->letter, "state",
		ig_dispatch_state_word(d->state), "why", d->why), ig_arena_fmt(p->c->arena, "%s  %-13s %s  %s", ig_dispatch_print(d->id, text), d->letter, ref ? ref : "-",
		d->why ? d->why : ""));
	return 0;
}

static int due(const struct ig_duty *d, void *arg)
{
	struct part *p = arg;
	const char *ref = ig_ctl_ref_of(p->c, d->incident);
	if (d->due == IG_NEVER || d->due >= p->to) return 0;
	bool late = d->due < ig_now();
	part_row(p, json_pack("{s:I,s:o,s:b,s:s?,s:s,s:s?,s:s?}", "duty", (json_int_t)d->id, "due", ig_time_json(d->due), "overdue", late, "incident", ref, "what", d->what,
		"owner", d->owner, "basis", d->basis), ig_arena_fmt(p->c->arena, "%s%s%s%s  duty %lld  %s  %s  %s", late ? ig_ctl_red(p->c) : "", ig_ctl_time(p->c, d->due),
		late ? " LATE" : "", late ? ig_ctl_plain(p->c) : "", (long long)d->id, ref ? ref : "-", d->owner ? d->owner : "-", d->what));
	return 0;
}

static int owed(const struct ig_obligation *o, void *arg)
{
	struct part *p = arg;
	struct ig_party party;
	if (o->due >= p->to || o->duty) return 0; /* those of the office that are near are among the duties */
	const char *name = o->party && ig_store_party_get(p->c->store, o->party, p->c->arena, &party) == 1 ? party.name : "office";
	bool late = o->due < ig_now();
	part_row(p, json_pack("{s:I,s:o,s:b,s:s,s:s}", "obligation", (json_int_t)o->id, "due", ig_time_json(o->due), "overdue", late, "what", o->what, "owner", name),
		ig_arena_fmt(p->c->arena, "%s%s  %s  %s", ig_ctl_time(p->c, o->due), late ? " LATE" : "", o->what, name));
	return 0;
}

static int aside(const struct ig_message *m, void *arg)
{
	struct part *p = arg;
	part_row(p, json_pack("{s:I,s:s,s:o}", "message", (json_int_t)m->id, "state", ig_message_state_word(m->state), "received_at", ig_time_json(m->received_at)),
		ig_arena_fmt(p->c->arena, "message %lld  %s  %s", (long long)m->id, ig_message_state_word(m->state), ig_ctl_time(p->c, m->received_at)));
	return 0;
}

static int alarm(const struct ig_alarm *al, void *arg)
{
	struct part *p = arg;
	part_row(p, ig_alarm_json(al), ig_arena_fmt(p->c->arena, "%sALARM %lld%s %s, %lld x, last %s: %s", ig_ctl_red(p->c), (long long)al->id, ig_ctl_plain(p->c), al->code,
		(long long)al->count, ig_ctl_time(p->c, al->last_at), al->text));
	return 0;
}

static int on_duty(struct part *p)
{
	int64_t ids[IG_DESK_OFFICERS_MAX];
	struct ig_party party;
	size_t n = 0;
	if (ig_desk_on_duty(p->c->store, ig_now(), p->c->arena, ids, &n)) return -1;
	for (size_t i = 0; i < n; i++) {
		if (ig_store_party_get(p->c->store, ids[i], p->c->arena, &party) != 1) return -1;
		const char *phone = "";
		for (size_t k = 0; k < party.channel_count; k++)
			if (party.channels[k].channel == IG_CHANNEL_PHONE && party.channels[k].state != IG_CHANNEL_STATE_REVOKED) phone = party.channels[k].address;
		part_row(p, json_pack("{s:s,s:s}", "name", party.name, "phone", phone), ig_arena_fmt(p->c->arena, "%s  %s", party.name, phone));
	}
	return 0;
}

static const enum ig_message_state set_aside[] = {IG_MESSAGE_STATE_HELD, IG_MESSAGE_STATE_SUSPECT, IG_MESSAGE_STATE_QUARANTINED};

static int waits(struct part *p)
{
	struct ig_dispatch_filter f = {.by_state = true, .state = IG_DISPATCH_STATE_HELD};
	int bad = ig_store_dispatch_list(p->c->store, &f, letter, p) < 0;
	f.state = IG_DISPATCH_STATE_UNCERTAIN;
	bad = bad || ig_store_dispatch_list(p->c->store, &f, letter, p) < 0;
	for (size_t i = 0; !bad && i < IG_COUNT(set_aside); i++) {
		struct ig_message_filter m = {.by_state = true, .state = set_aside[i], .only_in = true, .since = IG_NEVER};
		bad = ig_store_message_list(p->c->store, &m, aside, p) < 0;
	}
	struct ig_proposal *proposals = NULL;
	size_t n = 0;
	bad = bad || ig_store_proposals(p->c->store, true, p->c->arena, &proposals, &n) < 0;
	for (size_t i = 0; !bad && i < n; i++)
		part_row(p, json_pack("{s:I,s:s?}", "proposal", (json_int_t)proposals[i].id, "unit", proposals[i].unit),
			ig_arena_fmt(p->c->arena, "proposal %lld  a contact of %s", (long long)proposals[i].id, proposals[i].unit ? proposals[i].unit : "-"));
	return bad ? -1 : 0;
}

static int is_due(struct part *p)
{
	struct ig_duty_filter duties = {.open_only = true, .due_before = p->to};
	struct ig_obligation_filter f = {.open_only = true, .due_from = IG_NEVER, .due_to = p->to};
	return ig_store_duty_list(p->c->store, &duties, due, p) < 0 || ig_store_obligations(p->c->store, &f, owed, p) < 0 ? -1 : 0;
}

/* The office's own that comes: from as many days before as the profile says of it (ahead). */
static int comes(const struct ig_obligation *o, void *arg)
{
	struct part *p = arg;
	if (!o->duty) return 0;
	int days = (int)(ig_time_day(o->due) - ig_time_day(ig_now()));
	part_row(p, json_pack("{s:I,s:I,s:o,s:s,s:i}", "obligation", (json_int_t)o->id, "duty", (json_int_t)o->duty, "due", ig_time_json(o->due), "what", o->what, "days", days),
		ig_arena_fmt(p->c->arena, "%s  duty %lld  in %d days  %s", ig_ctl_time(p->c, o->due), (long long)o->duty, days, o->what));
	return 0;
}

static int will_be_due(struct part *p)
{
	struct ig_obligation_filter f = {.open_only = true, .by_party = true, .due_from = p->to, .due_to = IG_NEVER};
	return ig_store_obligations(p->c->store, &f, comes, p) < 0 ? -1 : 0;
}

/* Loud, for nobody reads a log at night. */
static int no_backup(struct ig_ctl *c, json_t *all)
{
	ig_time last;
	if (ig_ctl_last_backup(c, &last)) return -1;
	if (all) json_object_set_new(all, "backup", json_pack("{s:b,s:o}", "by_itself", c->conf->backup_key != NULL, "last", ig_time_json(last)));
	else if (!c->conf->backup_key)
		ig_ctl_print(c, "%sNO BACKUP IS MADE BY ITSELF%s: backup.key is not set; the last one: %s\n\n", ig_ctl_red(c), ig_ctl_plain(c), last == IG_NEVER ? "none" : ig_ctl_time(c, last));
	return 0;
}

static int is_new(struct part *p)
{
	struct ig_incident_filter f = {.since = p->from};
	return ig_store_incident_list(p->c->store, &f, came, p) < 0 ? -1 : 0;
}

static int has_failed(struct part *p)
{
	struct ig_dispatch_filter f = {.by_state = true, .state = IG_DISPATCH_STATE_FAILED};
	return ig_store_dispatch_list(p->c->store, &f, letter, p) < 0 || ig_store_alarm_list(p->c->store, true, alarm, p) < 0 ? -1 : 0;
}

static const struct block { const char *key, *title; int (*fill)(struct part *p); } parts[] = {{"came", "Came since midnight", is_new}, {"waits", "Waits for a person", waits},
	{"due", "Due until midnight", is_due}, {"comes", "The office will owe", will_be_due}, {"failed", "Failed, and alarms", has_failed}, {"on_duty", "On duty", on_duty}};

/* One screen: a block that has little leaves its room to those that have more. */
static int share(struct part p, int rows[IG_COUNT(parts)])
{
	int counts[IG_COUNT(parts)], left = ROWS;
	for (size_t i = 0; i < IG_COUNT(parts); i++) {
		p.list = json_array();
		p.count = rows[i] = 0;
		int bad = parts[i].fill(&p);
		json_decref(p.list);
		if (bad) return -1;
		counts[i] = p.count;
	}
	for (bool gave = true; left && gave;) {
		gave = false;
		for (size_t i = 0; i < IG_COUNT(parts) && left; i++)
			if (rows[i] < counts[i]) rows[i]++, left--, gave = true;
	}
	return 0;
}

int ig_ctl_today(struct ig_ctl *c)
{
	json_t *all = c->json ? json_object() : NULL;
	int64_t today = ig_time_day(ig_now());
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct part p = {.c = c, .from = ig_time_on_day(today, IG_NEVER), .to = ig_time_on_day(today + 1, IG_NEVER)};
	const struct ig_profile *profile = ig_desk_profile_of(c->store, c->conf, ig_now(), c->arena);
	if (!profile) return ig_ctl_store_failed(c);
	const struct ig_profile_period *period = ig_calendar_period(profile, ig_now());
	if (period && !c->json) ig_ctl_print(c, "%sHEIGHTENED: %s%s  shorter limits hold\n\n", ig_ctl_red(c), period->name, ig_ctl_plain(c));
	int rows[IG_COUNT(parts)] = {0};
	if (no_backup(c, all) || (!c->json && share(p, rows))) return ig_ctl_store_failed(c);
	for (size_t i = 0; i < IG_COUNT(parts); i++) {
		p.list = c->json ? json_array() : NULL;
		p.rows = rows[i];
		part_begin(&p, parts[i].title, !i);
		if (parts[i].fill(&p)) return ig_ctl_store_failed(c);
		part_end(&p);
		if (all) json_object_set_new(all, parts[i].key, p.list);
	}
	if (all) json_object_set_new(all, "heightened", period ? json_string(period->name) : json_null());
	if (all) ig_ctl_json(c, all);
	return IG_EX_OK;
}
