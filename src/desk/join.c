/* A letter that was torn apart on the scanner is joined by a person, and taken apart again. The first message reads the pages of all; the bytes, rows and
 * numbers of the others stay: they are filed with it, their numbers of arrival are cancelled with a remark and never given again. A case that had
 * nothing but such a part is merged. Relies on the slow reading of the first message, which happens once more. */
#include <string.h>
#include "desk/room.h"
#include "store/joined.h"

static const char *name_of(struct ig_desk *d, int64_t message)
{
	return ig_arena_fmt(d->arena, "message %lld", (long long)message);
}

static const char *own_pages(struct ig_desk *d, int64_t message, struct ig_arena *a, const char **pages_r)
{
	struct ig_field *list = NULL;
	size_t count = 0;
	*pages_r = "*";
	if (ig_store_fields(d->store, message, a, &list, &count) < 0)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i].name, "letter.pages") && list[i].value)
			*pages_r = list[i].value;
	return *pages_r;
}

static int add_piece(struct ig_desk *d, int64_t message, struct ig_arena *a, struct ig_desk_piece *p)
{
	struct ig_message m;
	if (ig_store_message_get(d->store, message, a, &m) <= 0 || !own_pages(d, message, a, &p->pages))
		return -1;
	p->message = message;
	p->frame = m.frame;
	return 0;
}

int ig_desk_pieces(struct ig_desk *d, int64_t message, struct ig_arena *a, struct ig_desk_piece **list_r, size_t *count_r)
{
	struct ig_joined *parts = NULL;
	size_t count = 0;
	int ever = ig_store_joined_ever(d->store, message);
	*count_r = 0;
	if (ever <= 0 || ig_store_joined_parts(d->store, message, a, &parts, &count) < 0)
		return ever ? -1 : 0;
	*list_r = ig_arena_calloc(a, count + 1, sizeof **list_r);
	if (add_piece(d, message, a, &(*list_r)[0]))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (add_piece(d, parts[i].message, a, &(*list_r)[i + 1]))
			return -1;
	*count_r = count + 1;
	return 0;
}

/* ---- which messages can be joined */

static int refuse(struct ig_why *why, const char *words)
{
	ig_why(why, "%s", words);
	return IG_EX_DATA;
}

static int being_read(struct ig_desk *d, int64_t message)
{
	struct ig_task *tasks = NULL;
	size_t count = 0;
	if (ig_store_tasks_of(d->store, message, d->arena, &tasks, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (tasks[i].done_at == IG_NEVER)
			return 1;
	return 0;
}

/* 0: pages that were read and filed, and are part of nothing. */
static int get_pages(struct ig_desk *d, int64_t id, struct ig_message *m, struct ig_why *why)
{
	struct ig_joined j;
	int found = ig_store_message_get(d->store, id, d->arena, m), reading = found > 0 ? being_read(d, id) : 0;
	int part = found > 0 ? ig_store_joined(d->store, id, &j) : 0;
	const char *name = name_of(d, id);
	if (found < 0 || reading < 0 || part < 0)
		return -1;
	if (!found)
		return refuse(why, ig_arena_fmt(d->arena, "no %s", name));
	if (m->outgoing || (m->channel != IG_CHANNEL_FAX && m->channel != IG_CHANNEL_LETTER) || !m->frame || (m->source && !strcmp(m->source, IG_ENVELOPE_BY_HAND)))
		return refuse(why, ig_arena_fmt(d->arena, "%s is no scan and no fax: only their pages are joined", name));
	if (m->state != IG_MESSAGE_STATE_FILED || !m->incident)
		return refuse(why, ig_arena_fmt(d->arena, "%s is not filed (%s)", name, ig_message_state_word(m->state)));
	if (part)
		return refuse(why, ig_arena_fmt(d->arena, "%s is part of message %lld already", name, (long long)j.whole));
	return reading || m->waits ? refuse(why, ig_arena_fmt(d->arena, "%s is still being read", name)) : 0;
}

/* ---- joining */

/* The whole is read once more: a further letter of a file had no reading of its own until now. */
static int read_anew(struct ig_desk *d, const struct ig_message *m, struct ig_why *why)
{
	ig_time now = ig_now(), until = now + ig_conf_profile_at(d->conf, m->received_at)->task_wait * 1000;
	struct ig_task t = {.message = m->id, .need = "pages", .part = "1", .created_at = now, .done_at = IG_NEVER, .until = until};
	if (!ig_desk_has_worker(d, "pages"))
		return refuse(why, "there is no worker here that reads pages");
	int64_t again = ig_store_tasks_reopen(d->store, m->id, "pages", until);
	return again < 0 || (!again && ig_store_task_add(d->store, &t) < 0) ? -1 : 0;
}

static int others_from_outside(struct ig_desk *d, const struct ig_message *m)
{
	int64_t *ids = NULL;
	size_t count = 0;
	struct ig_message other;
	if (ig_store_incident_members(d->store, m->incident, IG_MEMBERS_MESSAGES, d->arena, &ids, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (ids[i] != m->id && ig_store_message_get(d->store, ids[i], d->arena, &other) == 1 && !other.outgoing)
			return 1;
	return 0;
}

static int file_with(struct ig_desk *d, const struct ig_message *part, const struct ig_message *whole, const char *actor, struct ig_why *why)
{
	if (part->incident == whole->incident)
		return 0;
	const char *reason = ig_arena_fmt(d->arena, "message %lld is part of message %lld", (long long)part->id, (long long)whole->id);
	int others = others_from_outside(d, part);
	if (others < 0)
		return -1;
	return others ? ig_desk_move_in(d, part->id, whole->incident, actor, reason, why) : ig_desk_merge_in(d, part->incident, whole->incident, actor, reason, why);
}

/* What was owed for the part is owed for the whole; a receipt for it that has not left says nothing true any more. */
static int nothing_owed(struct ig_desk *d, int64_t part, const char *words, const char *actor)
{
	int64_t *ids = NULL;
	size_t count = 0;
	ig_time now = ig_now();
	if (ig_store_duties_done_of(d->store, part, now, actor) < 0 || ig_store_answers_waiting(d->store, part, d->arena, &ids, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (ig_store_dispatch_set_state(d->store, ids[i], IG_DISPATCH_STATE_CANCELLED, words, now) < 0 ||
			ig_store_verdict_add(d->store, ids[i], "join", ig_dispatch_state_word(IG_DISPATCH_STATE_CANCELLED), words, now, actor) < 0)
			return -1;
	return 0;
}

static int join_one(struct ig_desk *d, const struct ig_message *whole, int64_t id, uint64_t *bytes, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_message part;
	struct ig_joined *own = NULL;
	size_t count = 0;
	int code = id == whole->id ? refuse(why, "a message cannot be joined with itself") : get_pages(d, id, &part, why);
	if (code)
		return code;
	if (ig_store_joined_parts(d->store, id, d->arena, &own, &count) < 0)
		return -1;
	if (count)
		return refuse(why, ig_arena_fmt(d->arena, "%s was joined of several itself: scan split %lld first", name_of(d, id), (long long)id));
	*bytes += part.size;
	if (*bytes > IG_DESK_JOINED_BYTES)
		return refuse(why, "their documents are too large to be read together");
	struct ig_joined j = {.message = id, .whole = whole->id, .was = part.incident, .at = ig_now()};
	code = file_with(d, &part, whole, actor, why);
	if (code)
		return code;
	const char *words = ig_arena_fmt(d->arena, "part of message %lld", (long long)whole->id);
	if (ig_store_join(d->store, &j) < 0 || nothing_owed(d, id, words, actor))
		return -1;
	return ig_desk_journal(d, actor, "scan join", name_of(d, id), ig_arena_fmt(d->arena, "%s%s%s", words, reason && *reason ? ": " : "", reason ? reason : ""));
}

static int join(struct ig_desk *d, const int64_t *messages, size_t count, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_message whole;
	struct ig_joined *parts = NULL;
	size_t have = 0;
	uint64_t bytes = 0;
	int code = get_pages(d, messages[0], &whole, why);
	if (code)
		return code;
	if (ig_store_joined_parts(d->store, whole.id, d->arena, &parts, &have) < 0)
		return -1;
	if (have + count > IG_DESK_JOINED_MAX) {
		ig_why(why, "at most %d messages are joined", IG_DESK_JOINED_MAX);
		return IG_EX_USAGE;
	}
	bytes = whole.size;
	for (size_t i = 0; i < have; i++) {
		struct ig_message m;
		bytes += ig_store_message_get(d->store, parts[i].message, d->arena, &m) == 1 ? m.size : 0;
	}
	for (size_t i = 1; i < count && !code; i++)
		code = join_one(d, &whole, messages[i], &bytes, actor, reason, why);
	return code ? code : read_anew(d, &whole, why);
}

int ig_desk_join(struct ig_desk *d, const int64_t *messages, size_t count, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, join(d, messages, count, actor, reason, why), why);
}

/* ---- taking it apart */

/* Back into its case, or into a new one where that case is no more. */
static int split_one(struct ig_desk *d, const struct ig_joined *j, const struct ig_message *whole, const char *actor, const char *reason, struct ig_why *why)
{
	ig_time now = ig_now();
	int64_t into = 0;
	const char *words = ig_arena_fmt(d->arena, "it is no part of message %lld%s%s", (long long)j->whole, reason && *reason ? ": " : "", reason ? reason : "");
	if (j->was && j->was != whole->incident && ig_store_incident_merged_into(d->store, j->was, &into) < 0)
		return -1;
	if (ig_store_join_end(d->store, j->message, now) < 0)
		return -1;
	int code = j->was == whole->incident ? 0 : ig_desk_move_in(d, j->message, into ? 0 : j->was, actor, words, why);
	struct ig_message m;
	if (code || ig_store_message_get(d->store, j->message, d->arena, &m) != 1)
		return code ? code : -1;
	struct ig_duty duty = {.incident = m.incident, .message = m.id, .owner = "officer", .basis = "rule of the office", .due = now + IG_DAY, .done_at = IG_NEVER,
		.created_at = now, .what = ig_arena_fmt(d->arena, "message %lld is a letter of its own again: see what is owed for it", (long long)m.id)};
	return ig_store_duty_add(d->store, &duty) < 0 ? -1 : ig_desk_journal(d, actor, "scan split", name_of(d, j->message), words);
}

static int split(struct ig_desk *d, int64_t message, const char *actor, const char *reason, int64_t *whole_r, struct ig_why *why)
{
	struct ig_joined j, *parts = NULL;
	struct ig_message whole;
	size_t count = 0;
	int code = 0, is_part = ig_store_joined(d->store, message, &j);
	*whole_r = is_part > 0 ? j.whole : message;
	if (is_part < 0 || ig_store_joined_parts(d->store, *whole_r, d->arena, &parts, &count) < 0)
		return -1;
	if (!count)
		return refuse(why, ig_arena_fmt(d->arena, "%s was not joined of several, and is part of none", name_of(d, message)));
	int reading = being_read(d, *whole_r);
	if (reading)
		return reading < 0 ? -1 : refuse(why, ig_arena_fmt(d->arena, "%s is still being read", name_of(d, *whole_r)));
	if (ig_store_message_get(d->store, *whole_r, d->arena, &whole) != 1)
		return -1;
	for (size_t i = 0; i < count && !code; i++)
		if (!is_part || parts[i].message == message)
			code = split_one(d, &parts[i], &whole, actor, reason, why);
	return code ? code : read_anew(d, &whole, why);
}

int ig_desk_split(struct ig_desk *d, int64_t message, const char *actor, const char *reason, int64_t *whole_r, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, split(d, message, actor, reason, whole_r, why), why);
}
