/* What is owed again and again: by the office, and by each unit of the directory that the profile names. One row a period; a reminder (đôn đốc)
 * before it is due and again while it is overdue; evidence ends it and begins the next. Relies on the profile for what, who and when. */
#include <string.h>
#include "desk/room.h"

#define OWED_AFTER (62 * IG_DAY)  /* the report is due so long after the last of its days, at most */
#define OWED_BEFORE (31 * IG_DAY) /* or before it, where the days are those of the calendar */

static ig_time first_day(ig_time t) { return ig_time_on_day(ig_time_day(t) + 1, IG_NEVER); }

/* The next of the days it is due by. */
static ig_time next_by(const struct ig_profile_obligation *o, ig_time after)
{
	ig_time first = IG_NEVER;
	for (const char *const *by = o->by; by && *by; by++) {
		ig_time t = ig_calendar_next(after, *by);
		if (first == IG_NEVER || t < first)
			first = t;
	}
	return first;
}

static ig_time next_due(const struct ig_profile *p, const struct ig_profile_obligation *o, ig_time after)
{
	if (o->starts != IG_NEVER && after < o->starts)
		after = o->starts;
	return o->amount ? ig_calendar_add(p, after, o->amount, o->unit) : next_by(o, after);
}

/* From when the office's own is a duty, before anybody is reminded of it. IG_NEVER: it is one, or none yet. */
static ig_time stands_from(const struct ig_profile_obligation *o, const struct ig_obligation *row)
{
	ig_time from = row->due - o->ahead * IG_DAY;
	if (row->party || row->duty || !o->ahead || row->done_at != IG_NEVER)
		return IG_NEVER;
	return from > row->created_at ? from : row->created_at;
}

/* When it is looked at again: reminders before and after, and the moment it becomes overdue. */
static ig_time remind_at(const struct ig_profile_obligation *o, const struct ig_obligation *row, ig_time now)
{
	ig_time remind = o->remind ? row->due - o->remind * IG_DAY : IG_NEVER;
	if (row->done_at != IG_NEVER)
		return IG_NEVER;
	if (remind != IG_NEVER && !row->reminders)
		return remind;
	if (now < row->due)
		return row->due;
	if (!o->again)
		return IG_NEVER;
	ig_time last = row->reminded_at == IG_NEVER || row->reminded_at < row->due ? row->due : row->reminded_at;
	return last + o->again * IG_DAY > now ? last + o->again * IG_DAY : now + o->again * IG_DAY;
}

static ig_time look_at(const struct ig_profile_obligation *o, const struct ig_obligation *row, ig_time now)
{
	ig_time stands = stands_from(o, row), remind = remind_at(o, row, now);
	return stands != IG_NEVER && (remind == IG_NEVER || stands < remind) ? stands : remind;
}

/* before: when the last period was due; IG_NEVER none. */
static int begin(struct ig_desk *d, const struct ig_profile *p, const struct ig_profile_obligation *o, int64_t party, ig_time after, ig_time before)
{
	struct ig_obligation row = {.party = party, .what = o->what, .due = next_due(p, o, after), .done_at = IG_NEVER, .created_at = ig_now(),
		.reminded_at = IG_NEVER};
	if (row.due == IG_NEVER)
		return 0;
	if (row.due == before) /* done in the moment it was begun: a period of its own all the same */
		row.due += IG_SECOND;
	return ig_store_obligation_save(d->store, &row) < 0 ||
		ig_store_timer_set(d->store, IG_TIMER_OBLIGATION, row.id, look_at(o, &row, ig_now())) < 0 ? -1 : 0;
}

/* One owner, one obligation: is there a row for the period that runs now? */
static int keep_up(struct ig_desk *d, const struct ig_profile *p, const struct ig_profile_obligation *o, int64_t party)
{
	struct ig_obligation last;
	ig_time now = ig_now();
	int found = ig_store_obligation_last(d->store, party, o->what, d->arena, &last);
	if (found < 0)
		return -1;
	if (!found)
		return begin(d, p, o, party, now, IG_NEVER);
	if (last.done_at != IG_NEVER)
		return begin(d, p, o, party, o->amount ? last.done_at : last.due > last.done_at ? last.due : last.done_at, last.due);
	ig_time stands = stands_from(o, &last);
	if (stands != IG_NEVER && stands <= now && ig_store_timer_set(d->store, IG_TIMER_OBLIGATION, last.id, now) < 0)
		return -1;
	/* A day of the year that was missed stays missed, and the next one comes all the same. */
	return !o->amount && last.due <= now ? begin(d, p, o, party, now, last.due) : 0;
}

struct owners {
	const struct ig_profile_obligation *o;
	struct ig_arena *a;
	ig_time now;
	int64_t *ids;
	size_t count, cap;
};

static int owes(const struct ig_party *p, void *arg)
{
	struct owners *w = arg;
	bool in_force = (p->valid_from == IG_NEVER || p->valid_from <= w->now) && (p->valid_to == IG_NEVER || p->valid_to > w->now);
	if (!in_force || p->drill || p->unit || p->level < w->o->level || !ig_words_have(w->o->who, ig_party_role_word(p->role)))
		return 0;
	if (w->count == w->cap) {
		int64_t *more = ig_arena_calloc(w->a, w->cap * 2 + 64, sizeof(*more));
		if (w->count)
			memcpy(more, w->ids, w->count * sizeof(*more));
		w->ids = more, w->cap = w->cap * 2 + 64;
	}
	w->ids[w->count++] = p->id;
	return 0;
}

int ig_desk_obligations_review(struct ig_desk *d)
{
	const struct ig_profile *p = ig_conf_profile_at(d->conf, ig_now());
	for (size_t i = 0; i < p->obligation_count; i++) {
		const struct ig_profile_obligation *o = &p->obligations[i];
		struct owners w = {.o = o, .a = d->arena, .now = ig_now()};
		if ((ig_words_have(o->who, "office") && keep_up(d, p, o, 0)) || ig_store_party_list(d->store, owes, &w) < 0)
			return -1;
		for (size_t k = 0; k < w.count; k++)
			if (keep_up(d, p, o, w.ids[k]))
				return -1;
	}
	return ig_store_timer_set(d->store, IG_TIMER_OBLIGATIONS, 0, first_day(ig_now()));
}

int ig_desk_obligations_start(struct ig_desk *d)
{
	ig_time next = IG_NEVER;
	/* Once: the first look sets the next one itself. */
	if (ig_store_timer_get(d->store, IG_TIMER_OBLIGATIONS, 0, &next) < 0)
		return -1;
	return next == IG_NEVER ? ig_store_timer_set(d->store, IG_TIMER_OBLIGATIONS, 0, ig_now()) : 0;
}

/* ---- reminders */

static int remind(struct ig_desk *d, const struct ig_profile_obligation *o, struct ig_obligation *row)
{
	struct ig_why why = {""};
	struct ig_party party;
	char due[IG_TIME_MAX];
	int found = ig_store_party_get(d->store, row->party, d->arena, &party);
	if (found <= 0)
		return found;
	bool english = party.language && !strcmp(party.language, "en");
	const char *title = english ? o->title.en : o->title.vi;
	if (!title)
		title = o->title.en ? o->title.en : o->what;
	json_t *fields = json_pack("{s:s, s:[{s:s, s:s}]}", "about", title, "owed", "what", title, "deadline", ig_time_rfc3339(row->due, due));
	if (o->basis)
		json_object_set_new(json_array_get(json_object_get(fields, "owed"), 0), "basis", json_string(o->basis));
	if (row->reminders)
		json_object_set_new(fields, "reminder_count", json_integer(row->reminders + 1));
	struct ig_desk_post post = {.kind = "reminder", .party = row->party, .actor = "clerk", .lane = IG_LANE_NORMAL, .fields = fields,
		.alone = "to urge is the office's own duty, by the profile's dates"};
	int code = ig_desk_post(d, &post, &row->reminder, &why);
	return code <= 0 ? code : ig_desk_owe(d, 0, ig_arena_fmt(d->arena, "remind %s of %s by hand: %s", party.name, o->what, why.text), o->basis, ig_now());
}

/* The office's own becomes a duty some time before it is due, as the profile says (ahead): what is owed in half a year is nobody's work of today. */
static int stand(struct ig_desk *d, const struct ig_profile_obligation *o, struct ig_obligation *row)
{
	struct ig_duty duty = {.what = o->what, .owner = "office", .basis = o->basis ? o->basis : "rule of the office", .due = row->due,
		.done_at = IG_NEVER, .created_at = ig_now(), .quiet = true};
	if (!row->duty && ig_store_duty_add(d->store, &duty) < 0)
		return -1;
	row->duty = row->duty ? row->duty : duty.id;
	return 0;
}

static int owe_ourselves(struct ig_desk *d, const struct ig_profile_obligation *o, struct ig_obligation *row)
{
	return stand(d, o, row) ? -1 : ig_desk_tell_officer(d, NULL, row->due);
}

/* A backup nobody makes: none by itself, for there is no key, and none by hand. */
static bool no_backup(const struct ig_desk *d, const struct ig_obligation *row)
{
	return !row->party && !strcmp(row->what, "backup") && !d->conf->backup_key;
}

int ig_desk_obligation_due(struct ig_desk *d, int64_t id)
{
	struct ig_obligation row;
	ig_time now = ig_now();
	int found = ig_store_obligation_get(d->store, id, d->arena, &row);
	if (found < 0)
		return -1;
	const struct ig_profile *p = ig_conf_profile_at(d->conf, now);
	const struct ig_profile_obligation *o = found ? ig_profile_obligation(p, row.what) : NULL;
	/* Done, or no longer owed under the law of today. */
	if (!o || row.done_at != IG_NEVER)
		return ig_store_timer_set(d->store, IG_TIMER_OBLIGATION, id, IG_NEVER);
	ig_time remind_from = o->remind ? row.due - o->remind * IG_DAY : IG_NEVER, stands = stands_from(o, &row);
	bool first = remind_from != IG_NEVER && now >= remind_from && !row.reminders;
	bool late = now >= row.due && o->again && (row.reminded_at == IG_NEVER || row.reminded_at < row.due || now >= row.reminded_at + o->again * IG_DAY);
	bool unmade = no_backup(d, &row);
	if (now >= row.due && !row.party && (o->alarm || unmade) && d->alarm && (row.reminded_at == IG_NEVER || row.reminded_at < row.due)) {
		char due[IG_TIME_MAX];
		d->alarm(d->alarm_arg, unmade ? "backup" : "obligation-overdue", ig_arena_fmt(d->arena, "the office's %s was due at %s%s", row.what, ig_time_rfc3339(row.due, due),
			unmade ? ", and none is made by itself: set backup.key, or make one by hand (irgatectl backup)" : ""));
		late = true; /* said once: the reminder that goes with it is kept */
	}
	if (first || late) {
		if (row.party ? remind(d, o, &row) : owe_ourselves(d, o, &row))
			return -1;
		row.reminders++;
		row.reminded_at = now;
		if (ig_store_obligation_save(d->store, &row) < 0)
			return -1;
	}
	if (!first && !late && stands != IG_NEVER && now >= stands && (stand(d, o, &row) || ig_store_obligation_save(d->store, &row) < 0))
		return -1;
	ig_time next = look_at(o, &row, now);
	return ig_store_timer_set(d->store, IG_TIMER_OBLIGATION, id, next == IG_NEVER || next > now ? next : now + IG_DAY);
}

/* ---- evidence */

static int met(struct ig_desk *d, struct ig_obligation *row, int64_t message, const char *note, const char *actor)
{
	const struct ig_profile *p = ig_conf_profile_at(d->conf, ig_now());
	const struct ig_profile_obligation *o = ig_profile_obligation(p, row->what);
	row->done_at = ig_now(), row->evidence = message, row->note = note, row->done_by = actor;
	if (ig_store_obligation_save(d->store, row) < 0 || ig_store_timer_set(d->store, IG_TIMER_OBLIGATION, row->id, IG_NEVER) < 0)
		return -1;
	if (row->duty) {
		struct ig_duty duty;
		if (ig_store_duty_get(d->store, row->duty, d->arena, &duty) < 0)
			return -1;
		if (duty.done_at == IG_NEVER && ig_store_duty_done(d->store, row->duty, ig_now(), actor) < 0)
			return -1;
	}
	if (ig_desk_journal(d, actor, "obligation done", ig_arena_fmt(d->arena, "obligation %lld", (long long)row->id),
			ig_arena_fmt(d->arena, "%s%s%s", row->what, note ? ": " : "", note ? note : "")))
		return -1;
	return o ? keep_up(d, p, o, row->party) : 0;
}

int ig_desk_obligation_done(struct ig_desk *d, int64_t id, int64_t message, const char *note, const char *actor, struct ig_why *why)
{
	struct ig_obligation row;
	int code = ig_desk_act_begin(d, why);
	if (code)
		return code;
	int found = ig_store_obligation_get(d->store, id, d->arena, &row);
	if (found > 0 && row.done_at == IG_NEVER)
		code = met(d, &row, message, note, actor);
	else if (found >= 0)
		code = (ig_why(why, found ? "obligation %lld is done already" : "there is no obligation %lld", (long long)id), IG_EX_DATA);
	else
		code = -1;
	return ig_desk_act_end(d, code, why);
}

int ig_desk_obligation_met(struct ig_desk *d, const char *what, const char *note, const char *actor)
{
	struct ig_obligation row;
	const struct ig_profile *p = ig_conf_profile_at(d->conf, ig_now());
	const struct ig_profile_obligation *o = ig_profile_obligation(p, what);
	if (!o || !ig_words_have(o->who, "office"))
		return 0;
	int found = ig_store_obligation_last(d->store, 0, what, d->arena, &row);
	if (!found && keep_up(d, p, o, 0))
		return -1;
	if (!found)
		found = ig_store_obligation_last(d->store, 0, what, d->arena, &row);
	return found < 0 ? -1 : found && row.done_at == IG_NEVER ? met(d, &row, 0, note, actor) : 0;
}

int ig_desk_duty_done(struct ig_desk *d, int64_t duty, const char *actor, struct ig_why *why)
{
	struct ig_obligation row;
	int code = ig_desk_act_begin(d, why);
	if (code)
		return code;
	int found = ig_store_obligation_by_duty(d->store, duty, d->arena, &row);
	code = found < 0 ? -1 : found && row.done_at == IG_NEVER ? met(d, &row, 0, NULL, actor) : ig_store_duty_done(d->store, duty, ig_now(), actor) < 0 ? -1 : 0;
	if (!code)
		code = ig_desk_journal(d, actor, "duty done", ig_arena_fmt(d->arena, "duty %lld", (long long)duty), NULL);
	if (!code)
		code = ig_desk_report_came(d, duty);
	return ig_desk_act_end(d, code, why);
}

/* The second half of a year whose whole is to be reported: that report is the one of the year. */
static bool is_half_only(const struct ig_profile_form *form, const char *what, ig_time until)
{
	int year;
	ig_time from, to;
	if (!form || !form->whole || strcmp(what, "half-year"))
		return false;
	ig_time_civil(until - 1, &year, NULL, NULL, NULL, NULL, NULL, NULL);
	ig_calendar_span(form->whole, year, &from, &to);
	return to == until;
}

/* Of several addressees the first; a report of other days (--from, another half) is not the one that is owed. */
int ig_desk_periodic_left(struct ig_desk *d, const struct ig_dispatch *dispatch)
{
	struct ig_obligation row;
	struct ig_store_letter l;
	char text[IG_DISPATCH_TEXT_MAX];
	ig_time until = IG_NEVER;
	int found = ig_store_letter_get(d->store, dispatch->id, d->arena, &l);
	if (found <= 0 || !l.fields)
		return found < 0 ? -1 : 0;
	json_t *o = json_loads(l.fields, 0, NULL);
	json_t *annex = json_object_get(o, "annex");
	const char *word = json_string_value(json_object_get(annex, "until")), *what = json_string_value(json_object_get(annex, "what"));
	bool other = !word || !what || ig_time_parse(word, &until) || json_object_get(o, "number_of") ||
		is_half_only(ig_profile_form(ig_conf_profile_at(d->conf, ig_now()), "periodic-report"), what, until);
	json_decref(o);
	if (other)
		return 0;
	found = ig_store_obligation_last(d->store, 0, "periodic-report", d->arena, &row);
	if (found <= 0)
		return found < 0 ? -1 : 0;
	if (row.done_at != IG_NEVER || row.due - until > OWED_AFTER || until - row.due > OWED_BEFORE)
		return 0;
	const char *note = ig_arena_fmt(d->arena, "%s%s%s", ig_dispatch_print(dispatch->id, text), l.number ? ", " : "",
		l.number ? ig_arena_fmt(d->arena, "%lld/%s", (long long)l.number, l.sign ? l.sign : "") : "");
	return met(d, &row, 0, note, "clerk");
}
