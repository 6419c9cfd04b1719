/* irgatectl status and check: one screen for three in the morning; the integrity of everything. */
#include "config.h"
#include <string.h>
#include "base/clock.h"
#include "base/sandbox.h"
#include "ctl/books.h"
#include "model/nouns_json.h"
#include "store/books.h"

enum { EXIT_ALARM = 1 }; /* INTERFACE: while an alarm is open `status` exits 1 */

static int alarm_line(const struct ig_alarm *al, void *arg)
{
	struct ig_ctl *c = arg;
	ig_ctl_print(c, "  %sALARM %lld%s %s, %lld x, last %s: %s\n", ig_ctl_red(c), (long long)al->id, ig_ctl_plain(c), al->code, (long long)al->count,
		ig_ctl_time(c, al->last_at), al->text);
	return 0;
}

static json_t *status_json(const struct ig_store_figures *f, bool failures_visible, const char *profile)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:b,s:s}", "suspect", (json_int_t)f->suspect,
		"held", (json_int_t)f->held, "messages", (json_int_t)f->messages, "incidents", (json_int_t)f->incidents,
		"incidents_open", (json_int_t)f->incidents_open, "dispatches_queued", (json_int_t)f->dispatches_queued, "dispatches_failed", (json_int_t)f->dispatches_failed,
		"dispatches_held", (json_int_t)f->dispatches_held, "duties_open", (json_int_t)f->duties_open, "duties_overdue", (json_int_t)f->duties_overdue,
		"tasks_open", (json_int_t)f->tasks_open, "alarms_open", (json_int_t)f->alarms_open, "cursor", (json_int_t)f->cursor,
		"failures_visible", failures_visible, "profile", profile);
}

int ig_ctl_status(struct ig_ctl *c)
{
	struct ig_store_figures f;
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	ig_time backup;
	if (ig_store_figures(c->store, ig_now(), &f) || ig_ctl_last_backup(c, &backup)) return ig_ctl_store_failed(c);
	const struct ig_conf *conf = c->conf;
	const char *profile = ig_conf_profile_at(conf, ig_now())->name;
	bool failures_visible = conf->bounce_address && conf->bounce_form != IG_BOUNCE_FORM_NONE;
	if (c->json) {
		json_t *o = status_json(&f, failures_visible, profile);
		json_object_update_new(o, json_pack("{s:b,s:o}", "backup_by_itself", conf->backup_key != NULL, "backup_at", ig_time_json(backup)));
		ig_ctl_json(c, o);
		return f.alarms_open ? EXIT_ALARM : IG_EX_OK;
	}
	ig_ctl_print(c, "%s%s%s  profile %s  %s\n", ig_ctl_bold(c), conf->address, ig_ctl_plain(c), profile, ig_ctl_time(c, ig_now()));
	ig_ctl_print(c, "  incidents  %lld, open %lld\n  messages   %lld, log read to frame %llu\n", (long long)f.incidents, (long long)f.incidents_open, (long long)f.messages,
		(unsigned long long)f.cursor);
	if (f.suspect || f.held)
		ig_ctl_print(c, "  unfiled    %lld held, %lld suspect: irgatectl message list --state held, --state suspect\n", (long long)f.held, (long long)f.suspect);
	ig_ctl_print(c, "  dispatches %lld waiting to leave, %lld held, %lld failed\n", (long long)f.dispatches_queued, (long long)f.dispatches_held, (long long)f.dispatches_failed);
	ig_ctl_print(c, "  duties     %lld open, %s%lld overdue%s\n  tasks      %lld open\n", (long long)f.duties_open, f.duties_overdue ? ig_ctl_red(c) : "",
		(long long)f.duties_overdue, f.duties_overdue ? ig_ctl_plain(c) : "", (long long)f.tasks_open);
	ig_ctl_print(c, "  sending    by %s\n", conf->transport == IG_TRANSPORT_SMTP ? conf->smtp_host : conf->outgoing);
	const char *last = backup == IG_NEVER ? "none" : ig_ctl_time(c, backup);
	if (conf->backup_key) ig_ctl_print(c, "  backups    by themselves; the last one: %s\n", last);
	else ig_ctl_print(c, "  backups    %snone is made by itself: backup.key is not set%s; the last one: %s\n", ig_ctl_red(c), ig_ctl_plain(c), last);
	if (!failures_visible)
		ig_ctl_print(c, "  no bounce address: failures of delivery cannot be seen\n");
	if (!f.alarms_open) ig_ctl_print(c, "  no alarm is open\n");
	else if (ig_store_alarm_list(c->store, true, alarm_line, c) < 0) return ig_ctl_store_failed(c);
	return f.alarms_open ? EXIT_ALARM : IG_EX_OK;
}

/* ---- check */

struct findings {
	struct ig_ctl *c;
	int count;
};

static void finding(const char *text, void *arg)
{
	struct findings *f = arg;
	f->count++;
	ig_ctl_print(f->c, "finding: %s\n", text);
}

static void evidence_finding(int is_finding, const char *text, uint64_t done, uint64_t total, void *arg)
{
	(void)done;
	(void)total;
	if (is_finding) finding(text, arg);
}

struct anchors {
	struct ig_evidence_anchor *list;
	size_t count, room;
	struct ig_arena *arena;
};

static int add_anchor(uint64_t seq, const uint8_t *chain, ig_time at, void *arg)
{
	struct anchors *w = arg;
	(void)at;
	if (w->count == w->room) {
		struct ig_evidence_anchor *more = ig_arena_calloc(w->arena, w->room * 2 + 64, sizeof(*more));
		if (w->count) memcpy(more, w->list, w->count * sizeof(*more));
		w->list = more;
		w->room = w->room * 2 + 64;
	}
	struct ig_evidence_anchor *a = &w->list[w->count++];
	a->seq = seq;
	a->where = "a commit of the store";
	memcpy(a->chain, chain, sizeof(a->chain));
	return 0;
}

static int verify(struct ig_ctl *c, ig_evidence_say_h *say, void *arg)
{
	struct anchors w = {.arena = c->arena};
	if (ig_store_anchors(c->store, add_anchor, &w) < 0) return ig_ctl_store_failed(c);
	struct ig_redaction *orders;
	size_t n;
	if (ig_store_redactions(c->store, false, c->arena, &orders, &n) < 0) return ig_ctl_store_failed(c);
	struct ig_evidence_removal *removals = ig_arena_calloc(c->arena, n + 1, sizeof *removals);
	for (size_t i = 0; i < n; i++)
		removals[i] = (struct ig_evidence_removal){orders[i].frame, ig_arena_fmt(c->arena, "%s, %s: %s", orders[i].actor, ig_ctl_time(c, orders[i].at), orders[i].reason)};
	return ig_evidence_verify_with(ig_arena_fmt(c->arena, "%s/evidence", c->conf->var), w.list, w.count, removals, n, say, arg);
}

int ig_ctl_check(struct ig_ctl *c)
{
	struct findings f = {.c = c};
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	if (ig_store_check(c->store, finding, &f) < 0) return ig_ctl_store_failed(c);
	int code = verify(c, evidence_finding, &f);
	if (code != IG_EX_OK && code != IG_EX_DATA) return code;
	if (!f.count && code == IG_EX_OK) ig_ctl_print(c, "store, journal and evidence log are whole\n");
	return f.count || code ? IG_EX_DATA : IG_EX_OK;
}

static void verify_progress(int is_finding, const char *text, uint64_t done, uint64_t total, void *arg)
{
	struct findings *f = arg;
	if (is_finding) finding(text, f);
	else if (text && !strncmp(text, "the payload of", 14)) ig_ctl_print(f->c, "%s\n", text);
	else if (f->c->terminal && !f->c->json && total)
		ig_ctl_print(f->c, "\r%llu of %llu %s%s", (unsigned long long)done, (unsigned long long)total, text ? text : "", done == total ? "\n" : "");
}

int ig_ctl_evidence_verify(struct ig_ctl *c)
{
	struct findings f = {.c = c};
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	int code = verify(c, verify_progress, &f);
	if (code == IG_EX_OK) ig_ctl_print(c, "the evidence log is whole, as far as its own chain and the store's anchors can prove; a daily head kept outside proves more\n");
	return code;
}
