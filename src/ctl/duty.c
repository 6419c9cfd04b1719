/* irgatectl duty and alarm: what is owed, and what needs a person now. */
#include "config.h"
#include <stdio.h>
#include "base/clock.h"
#include "ctl/room.h"
#include "desk/duty.h"
#include "model/nouns_json.h"

static int duty_row(const struct ig_duty *d, void *arg)
{
	struct ig_ctl_list **l = arg;
	struct ig_ctl *c = ig_ctl_list_call(*l);
	const char *ref = ig_ctl_ref_of(c, d->incident);
	char id[24];
	if (c->json) {
		ig_ctl_list_json(*l, ig_duty_json(d, ref));
		return 0;
	}
	snprintf(id, sizeof(id), "%lld", (long long)d->id);
	bool late = d->done_at == IG_NEVER && d->due != IG_NEVER && d->due < ig_now();
	const char *const cells[] = {id, ig_ctl_time(c, d->due), d->done_at != IG_NEVER ? "done" : late ? "OVERDUE" : "open", d->owner ? d->owner : "-", ref ? ref : "-", d->what};
	ig_ctl_list_row(*l, cells);
	return 0;
}

int ig_ctl_duty_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"ID", "DUE", "STATE", "~OWNER", "INCIDENT", "WHAT", NULL};
	struct ig_duty_filter f = {.open_only = !ig_ctl_flag(c, "--all"), .due_before = IG_NEVER};
	if (c->json) f.open_only = false; /* programs see all and `done_at` */
	int code = ig_ctl_filter(c, &f.incident, &f.limit);
	if (code) return code;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_duty_list(c->store, &f, duty_row, &l) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(l, "nothing is owed");
}

static int find_duty(struct ig_ctl *c, struct ig_duty *d_r)
{
	int64_t id;
	if (ig_ctl_words(c, 1, 1) || ig_ctl_number(c, c->argv[0], 1, INT64_MAX, &id)) return IG_EX_USAGE;
	int found = ig_store_duty_get(c->store, id, c->arena, d_r);
	return found < 0 ? ig_ctl_store_failed(c) : found ? IG_EX_OK : ig_ctl_fail(c, IG_EX_DATA, "there is no duty %s", c->argv[0]);
}

int ig_ctl_duty_show(struct ig_ctl *c)
{
	struct ig_duty d;
	int code = find_duty(c, &d);
	if (code) return code;
	const char *ref = ig_ctl_ref_of(c, d.incident);
	if (c->json) {
		ig_ctl_json(c, ig_duty_json(&d, ref));
		return IG_EX_OK;
	}
	ig_ctl_print(c, "%sduty %lld%s  %s\n  owner %s  due %s  done %s%s%s\n  incident %s\n  basis: %s\n", ig_ctl_bold(c), (long long)d.id, ig_ctl_plain(c), d.what,
		d.owner ? d.owner : "-", ig_ctl_time(c, d.due), ig_ctl_time(c, d.done_at), d.done_by ? " by " : "", d.done_by ? d.done_by : "", ref ? ref : "none",
		d.basis ? d.basis : "(none)");
	return IG_EX_OK;
}

int ig_ctl_duty_done(struct ig_ctl *c)
{
	struct ig_duty d;
	int code = find_duty(c, &d);
	if (!code && d.done_at != IG_NEVER) code = ig_ctl_fail(c, IG_EX_DATA, "duty %s is done already", c->argv[0]);
	struct ig_why why = {""};
	if (!code && (code = ig_desk_duty_done(c->desk, d.id, c->actor, &why))) ig_ctl_say(c, "%s", why.text);
	return code;
}

static int alarm_row(const struct ig_alarm *al, void *arg)
{
	struct ig_ctl_list **l = arg;
	struct ig_ctl *c = ig_ctl_list_call(*l);
	char id[24], count[24];
	if (c->json) {
		ig_ctl_list_json(*l, ig_alarm_json(al));
		return 0;
	}
	snprintf(id, sizeof(id), "%lld", (long long)al->id);
	snprintf(count, sizeof(count), "%lld", (long long)al->count);
	const char *const cells[] = {id, al->acked_at != IG_NEVER ? "seen" : "OPEN", count, ig_ctl_time(c, al->last_at), al->code, al->text};
	ig_ctl_list_row(*l, cells);
	return 0;
}

int ig_ctl_alarm_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"ID", "STATE", "~COUNT", "~LAST", "CODE", "TEXT", NULL};
	bool all = ig_ctl_flag(c, "--all");
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_alarm_list(c->store, !all && !c->json, alarm_row, &l) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(l, "no alarm is open");
}

struct wanted {
	int64_t id;
	bool there, open;
};

static int is_wanted(const struct ig_alarm *al, void *arg)
{
	struct wanted *w = arg;
	if (al->id != w->id) return 0;
	w->there = true;
	w->open = al->acked_at == IG_NEVER;
	return 1;
}

int ig_ctl_alarm_ack(struct ig_ctl *c)
{
	int64_t id;
	if (ig_ctl_words(c, 1, 1) || ig_ctl_number(c, c->argv[0], 1, INT64_MAX, &id)) return IG_EX_USAGE;
	struct wanted w = {.id = id};
	if (ig_store_alarm_list(c->store, false, is_wanted, &w) < 0) return ig_ctl_store_failed(c);
	if (!w.open) return ig_ctl_fail(c, IG_EX_DATA, w.there ? "alarm %s was acknowledged before" : "there is no alarm %s", c->argv[0]);
	int code = ig_ctl_begin(c);
	if (code) return code;
	int done = ig_store_alarm_ack(c->store, id, ig_now(), c->actor);
	if (done == 1 || done == 0) return ig_ctl_commit(c, "alarm ack", ig_arena_fmt(c->arena, "alarm %lld", (long long)id), NULL);
	code = ig_ctl_store_failed(c);
	ig_store_rollback(c->store);
	return code;
}
