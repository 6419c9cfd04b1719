/* What a person does to a case: move, merge, split, admit, severity, status. Each act is one transaction, journalled with actor and
 * reason, and can be undone by its opposite. Relies on the store. Decides nothing by itself and reopens nothing silently. */
#include <string.h>
#include "desk/room.h"

static int no_incident(int64_t id, struct ig_why *why)
{
	ig_why(why, "no incident %lld", (long long)id);
	return IG_EX_DATA;
}

/* 0 found and not merged away, IG_EX_DATA, -1 store. */
static int get_open(struct ig_desk *d, int64_t id, struct ig_incident *i, struct ig_why *why)
{
	int64_t into = 0;
	int found = ig_store_incident_get(d->store, id, d->arena, i);
	if (found < 0 || ig_store_incident_merged_into(d->store, id, &into) < 0)
		return -1;
	if (!found)
		return no_incident(id, why);
	if (!into)
		return 0;
	struct ig_incident other;
	if (ig_store_incident_get(d->store, into, d->arena, &other) < 0)
		return -1;
	ig_why(why, "%s was merged into %s", ig_desk_ref(i, d->arena), ig_desk_ref(&other, d->arena));
	return IG_EX_DATA;
}

struct suggestion {
	int64_t message, duty;
};

static int find_suggestion(const struct ig_duty *duty, void *arg)
{
	struct suggestion *f = arg;
	if (duty->message != f->message || duty->done_at != IG_NEVER || strncmp(duty->what, "decide on a merge", 17))
		return 0;
	f->duty = duty->id;
	return 1;
}

/* The message is where a person wants it: what was suggested for it is decided. */
static int suggestion_decided(struct ig_desk *d, const struct ig_message *m, const char *actor)
{
	struct suggestion f = {.message = m->id};
	struct ig_duty_filter open = {.open_only = true, .incident = m->incident, .due_before = IG_NEVER};
	if (!m->suggested_incident)
		return 0;
	if (ig_store_message_set_suggestion(d->store, m->id, 0) < 0 || ig_store_duty_list(d->store, &open, find_suggestion, &f) < 0)
		return -1;
	return f.duty && ig_store_duty_done(d->store, f.duty, ig_now(), actor) < 0 ? -1 : 0;
}

static int open_for(struct ig_desk *d, const struct ig_message *m, struct ig_incident *i)
{
	ig_time now = ig_now();
	*i = (struct ig_incident){.status = IG_INCIDENT_STATUS_NEW,
		.severity = IG_SEVERITY_UNKNOWN,
		.widespread = IG_WIDESPREAD_NO,
		.profile = ig_conf_profile_at(d->conf, m->received_at)->name,
		.opened_at = now,
		.acknowledged_at = IG_NEVER,
		.closed_at = IG_NEVER,
		.subject = m->subject,
		.language = m->language};
	return ig_desk_incident_open(d, i, now);
}

/* Files m under `into`; its sender comes along with the standing he had (a person's act admits nobody). */
static int file_under(struct ig_desk *d, const struct ig_message *m, const struct ig_incident *into, bool fresh, const char *actor,
	const char *reason)
{
	const char *words = ig_arena_fmt(d->arena, "moved by %s%s%s", actor, reason ? ": " : "", reason ? reason : "");
	if (ig_store_message_set_incident(d->store, m->id, into->id, IG_MATCHED_BY_PERSON, words) < 0 ||
		suggestion_decided(d, m, actor))
		return -1;
	if (!m->from_address || !*m->from_address || m->outgoing || ig_decide_is_ours(m->from_address, d->conf))
		return 0;
	struct ig_participant p = {.incident = into->id, .address = m->from_address, .admitted = fresh, .first_message = m->id};
	return ig_store_participant_add(d->store, &p) < 0 ? -1 : 0;
}

static int journal_case(struct ig_desk *d, const char *actor, const char *act, const struct ig_incident *i, const char *fmt,
	const char *other, const char *reason)
{
	char *detail = ig_arena_fmt(d->arena, "%s%s%s%s", fmt, other ? other : "", reason && *reason ? ": " : "", reason ? reason : "");
	return ig_desk_journal(d, actor, act, ig_desk_ref(i, d->arena), detail);
}

int ig_desk_move_in(struct ig_desk *d, int64_t message, int64_t incident, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_message m;
	struct ig_incident to, from = {.id = 0};
	int found = ig_store_message_get(d->store, message, d->arena, &m);
	if (found < 0)
		return -1;
	if (!found) {
		ig_why(why, "no message %lld", (long long)message);
		return IG_EX_DATA;
	}
	if (incident && incident == m.incident) {
		ig_why(why, "message %lld is there already", (long long)message);
		return IG_EX_DATA;
	}
	if (m.incident && ig_store_incident_get(d->store, m.incident, d->arena, &from) < 0)
		return -1;
	int code = incident ? get_open(d, incident, &to, why) : open_for(d, &m, &to);
	if (code)
		return code;
	if (file_under(d, &m, &to, !incident, actor, reason) ||
		journal_case(d, actor, "message move", &to, ig_arena_fmt(d->arena, "message %lld from ", (long long)message),
			from.id ? ig_desk_ref(&from, d->arena) : "no incident", reason))
		return -1;
	return ig_desk_judge_waiting(d, from.id); /* its tasks went with it */
}

int ig_desk_message_move(struct ig_desk *d, int64_t message, int64_t incident, const char *actor, const char *reason,
	struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, ig_desk_move_in(d, message, incident, actor, reason, why), why);
}

static int suggestions_decided(struct ig_desk *d, int64_t from, int64_t into, const char *actor)
{
	int64_t *ids = NULL;
	size_t count = 0;
	if (ig_store_incident_members(d->store, from, IG_MEMBERS_MESSAGES, d->arena, &ids, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct ig_message m;
		if (ig_store_message_get(d->store, ids[i], d->arena, &m) < 0)
			return -1;
		if (m.suggested_incident == into && suggestion_decided(d, &m, actor))
			return -1;
	}
	return 0;
}

int ig_desk_merge_in(struct ig_desk *d, int64_t from_id, int64_t into_id, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_incident from, into;
	if (from_id == into_id) {
		ig_why(why, "an incident cannot be merged with itself");
		return IG_EX_USAGE;
	}
	int code = get_open(d, from_id, &from, why);
	if (!code)
		code = get_open(d, into_id, &into, why);
	if (code)
		return code;
	/* Either side may have waited for this very decision. */
	if (suggestions_decided(d, from_id, into_id, actor) || suggestions_decided(d, into_id, from_id, actor))
		return -1;
	if (ig_store_incident_merge(d->store, from_id, into_id) < 0 || ig_store_relate(d->store, from_id, into_id, "merged") < 0 ||
		journal_case(d, actor, "incident merge", &from, "into ", ig_desk_ref(&into, d->arena), reason) ||
		journal_case(d, actor, "incident merge", &into, "takes in ", ig_desk_ref(&from, d->arena), reason))
		return -1;
	return 0;
}

int ig_desk_incident_merge(struct ig_desk *d, int64_t from, int64_t into, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, ig_desk_merge_in(d, from, into, actor, reason, why), why);
}

static int split(struct ig_desk *d, int64_t incident, const int64_t *messages, size_t count, const char *actor, const char *reason,
	struct ig_ref *new_r, struct ig_why *why)
{
	struct ig_incident from, fresh = {.id = 0};
	int code = get_open(d, incident, &from, why);
	if (code)
		return code;
	if (!count) {
		ig_why(why, "name the messages that leave the incident");
		return IG_EX_USAGE;
	}
	for (size_t k = 0; k < count; k++) {
		struct ig_message m;
		int found = ig_store_message_get(d->store, messages[k], d->arena, &m);
		if (found < 0)
			return -1;
		if (!found || m.incident != incident) {
			ig_why(why, "message %lld is not in %s", (long long)messages[k], ig_desk_ref(&from, d->arena));
			return IG_EX_DATA;
		}
		if (!fresh.id && open_for(d, &m, &fresh))
			return -1;
		struct ig_participant p;
		bool admitted =
			m.from_address && ig_store_participant_get(d->store, incident, m.from_address, d->arena, &p) > 0 && p.admitted;
		if (file_under(d, &m, &fresh, admitted, actor, reason))
			return -1;
	}
	*new_r = fresh.ref;
	if (ig_store_relate(d->store, incident, fresh.id, "split") < 0 ||
		journal_case(d, actor, "incident split", &from, "into ", ig_desk_ref(&fresh, d->arena), reason) ||
		journal_case(d, actor, "incident split", &fresh, "out of ", ig_desk_ref(&from, d->arena), reason))
		return -1;
	return ig_desk_judge_waiting(d, incident);
}

int ig_desk_incident_split(struct ig_desk *d, int64_t incident, const int64_t *messages, size_t count, const char *actor,
	const char *reason, struct ig_ref *new_r, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, split(d, incident, messages, count, actor, reason, new_r, why), why);
}

static int admit(struct ig_desk *d, int64_t incident, const char *address, const char *actor, struct ig_why *why)
{
	struct ig_incident i;
	struct ig_participant p;
	int code = get_open(d, incident, &i, why);
	if (code)
		return code;
	int found = ig_store_participant_get(d->store, incident, address, d->arena, &p);
	if (found < 0)
		return -1;
	if (!found) {
		ig_why(why, "%s has not written to %s", address, ig_desk_ref(&i, d->arena));
		return IG_EX_DATA;
	}
	p.admitted = true;
	if (ig_store_participant_add(d->store, &p) < 0 || journal_case(d, actor, "incident admit", &i, "", address, ""))
		return -1;
	return 0;
}

int ig_desk_admit(struct ig_desk *d, int64_t incident, const char *address, const char *actor, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, admit(d, incident, address, actor, why), why);
}

static int set_status(struct ig_desk *d, int64_t incident, enum ig_incident_status status, const char *actor, const char *reason,
	struct ig_why *why)
{
	struct ig_incident i;
	int code = get_open(d, incident, &i, why);
	if (code)
		return code;
	const char *words = ig_arena_fmt(d->arena, "%s to %s", ig_incident_status_word(i.status), ig_incident_status_word(status));
	i.status = status;
	i.closed_at = status == IG_INCIDENT_STATUS_CLOSED ? ig_now() : IG_NEVER;
	if (ig_store_incident_update(d->store, &i) < 0 || journal_case(d, actor, "incident status", &i, words, NULL, reason))
		return -1;
	return ig_desk_ended(d, &i);
}

int ig_desk_status_in(struct ig_desk *d, int64_t incident, enum ig_incident_status status, const char *actor, const char *reason, struct ig_why *why)
{
	return set_status(d, incident, status, actor, reason, why);
}

int ig_desk_set_status(struct ig_desk *d, int64_t incident, enum ig_incident_status status, const char *actor, const char *reason,
	struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, set_status(d, incident, status, actor, reason, why), why);
}
