/* A stop for maintenance: announced to everybody in force at least five working days before (Decision 146/2017, by analogy), moved or cancelled by
 * a notice of the same form. While it lasts intake is held politely: the way in is answered "later", so nothing is lost and nothing half done.
 * Relies on the profile's calendar for working days. */
#include <stdio.h>
#include <string.h>
#include "desk/duty.h"
#include "desk/room.h"
#include "store/books.h"

#define NOTICE_DAYS 5
#define TOLD_MAX 10000

struct told { struct ig_arena *a; ig_time now; int64_t *ids; size_t count, cap; };

static int collect(const struct ig_party *p, void *arg)
{
	struct told *t = arg;
	bool mail = false, wanted = p->role != IG_PARTY_ROLE_OFFICER && p->role != IG_PARTY_ROLE_REPORTER && !p->drill;
	bool valid = (p->valid_from == IG_NEVER || p->valid_from <= t->now) && (p->valid_to == IG_NEVER || p->valid_to >= t->now);
	for (size_t i = 0; i < p->channel_count; i++)
		mail |= p->channels[i].channel != IG_CHANNEL_PHONE && p->channels[i].state != IG_CHANNEL_STATE_REVOKED;
	if (!wanted || !valid || !mail || t->count == TOLD_MAX)
		return 0;
	if (t->count == t->cap) {
		int64_t *more = ig_arena_calloc(t->a, t->cap * 2 + 64, sizeof *more);
		if (t->count)
			memcpy(more, t->ids, t->count * sizeof *more);
		t->ids = more;
		t->cap = t->cap * 2 + 64;
	}
	t->ids[t->count++] = p->id;
	return 0;
}

static int notify(struct ig_desk *d, const struct ig_maintenance *m, const char *change, const char *actor, size_t *told_r, struct ig_why *why)
{
	struct told t = {.a = ig_arena_new(0), .now = ig_now()};
	char from[IG_TIME_MAX], to[IG_TIME_MAX];
	int code = ig_store_party_list(d->store, collect, &t) < 0 ? -1 : 0;
	for (size_t i = 0; !code && i < t.count; i++) {
		int64_t dispatch;
		struct ig_desk_post post = {.kind = "maintenance", .party = t.ids[i], .lane = IG_LANE_NORMAL, .actor = actor,
			.fields = json_pack("{s:s,s:s?,s:{s:s,s:s,s:s?}}", "reason", m->reason, "service", m->service, "window", "start", ig_time_rfc3339(m->from, from), "end",
				ig_time_rfc3339(m->to, to), "change", change)};
		code = ig_desk_post(d, &post, &dispatch, why);
		*told_r += !code;
	}
	ig_arena_free(t.a);
	return code;
}

int ig_desk_maintenance_get(struct ig_desk *d, struct ig_maintenance *m_r)
{
	const char *value = NULL;
	long long from, to;
	*m_r = (struct ig_maintenance){.from = IG_NEVER, .to = IG_NEVER};
	if (ig_store_setting(d->store, "maintenance", d->arena, &value) < 0)
		return -1;
	if (!value || sscanf(value, "%lld %lld", &from, &to) != 2)
		return 0;
	m_r->from = from, m_r->to = to;
	return 1;
}

static int keep(struct ig_desk *d, const struct ig_maintenance *m)
{
	return ig_store_set_setting(d->store, "maintenance", m ? ig_arena_fmt(d->arena, "%lld %lld", (long long)m->from, (long long)m->to) : NULL);
}

static int announce(struct ig_desk *d, const struct ig_maintenance *m, bool emergency, const char *actor, size_t *told_r, struct ig_why *why)
{
	struct ig_maintenance before;
	char text[IG_TIME_MAX];
	ig_time now = ig_now();
	const struct ig_profile *p = ig_conf_profile_at(d->conf, now);
	ig_time earliest = ig_calendar_add(p, now, NOTICE_DAYS, IG_UNIT_WORKING_DAY);
	int had = ig_desk_maintenance_get(d, &before);
	if (had < 0)
		return -1;
	if (m->from >= m->to || m->to <= now) {
		ig_why(why, "a stop ends after it begins, and not in the past");
		return IG_EX_USAGE;
	}
	if (!emergency && m->from < earliest) {
		ig_why(why, "five working days' notice: not before %s (--emergency for a stop that cannot wait)", ig_time_rfc3339(earliest, text));
		return IG_EX_DATA;
	}
	int code = notify(d, m, had && before.to > now ? "moved" : NULL, actor, told_r, why);
	if (code)
		return code;
	if (keep(d, m))
		return -1;
	return ig_desk_journal(d, actor, "maintenance announce", ig_arena_fmt(d->arena, "from %s", ig_time_rfc3339(m->from, text)),
		ig_arena_fmt(d->arena, "%zu told%s: %s", *told_r, emergency ? ", emergency" : "", m->reason));
}

int ig_desk_maintenance_announce(struct ig_desk *d, const struct ig_maintenance *m, bool emergency, const char *actor, size_t *told_r, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	*told_r = 0;
	code = code ? code : announce(d, m, emergency, actor, told_r, why);
	return ig_desk_act_end(d, code == IG_DESK_GATE ? IG_EX_DATA : code, why);
}

static int cancel(struct ig_desk *d, const char *actor, const char *reason, size_t *told_r, struct ig_why *why)
{
	struct ig_maintenance m;
	int had = ig_desk_maintenance_get(d, &m);
	if (had < 0)
		return -1;
	if (!had) {
		ig_why(why, "no stop is announced");
		return IG_EX_DATA;
	}
	m.reason = reason;
	/* What is over needs no notice; a stop that ends early neither: intake is open again. */
	int code = m.from > ig_now() ? notify(d, &m, "cancelled", actor, told_r, why) : 0;
	if (code)
		return code;
	return keep(d, NULL) || ig_desk_journal(d, actor, "maintenance cancel", "maintenance", reason) ? -1 : 0;
}

int ig_desk_maintenance_cancel(struct ig_desk *d, const char *actor, const char *reason, size_t *told_r, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	*told_r = 0;
	code = code ? code : cancel(d, actor, reason, told_r, why);
	return ig_desk_act_end(d, code == IG_DESK_GATE ? IG_EX_DATA : code, why);
}
