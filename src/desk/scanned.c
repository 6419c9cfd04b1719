/* What a scanner for malware said of a file: kept with the file, and where it is malware a line of the message says so. Nothing waits for it and nothing is
 * decided by it: a received file never leaves as it is, whatever a scanner says (sample.c). Relies on irgate-clamd for the words. */
#include <string.h>
#include "desk/room.h"

#define PROBLEMS_MAX 16384

static const char *name_of(struct ig_desk *d, const struct ig_task *t)
{
	struct ig_attachment *list = NULL;
	size_t count = 0;
	if (ig_store_attachments(d->store, t->message, d->arena, &list, &count) < 0)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (list[i].part && t->part && !strcmp(list[i].part, t->part) && list[i].name)
			return list[i].name;
	return ig_arena_fmt(d->arena, "part %s", t->part ? t->part : "?");
}

static int say(struct ig_desk *d, const struct ig_task *t, const char *words)
{
	struct ig_message m;
	struct ig_buf b = IG_BUF_INIT(PROBLEMS_MAX);
	const char *name = name_of(d, t);
	if (!name || ig_store_message_get(d->store, t->message, d->arena, &m) <= 0)
		return -1;
	const char *line = ig_arena_fmt(d->arena, "%s is malware: %s", name, words);
	if (m.state == IG_MESSAGE_STATE_SEALED || (m.problems && strstr(m.problems, line)))
		return 0;
	ig_buf_fmt(&b, "%s%s%s", m.problems ? m.problems : "", m.problems ? "\n" : "", line);
	int bad = b.over ? 0 : ig_store_message_amend(d->store, m.id, b.data, NULL);
	ig_buf_free(&b);
	return bad < 0 ? -1 : ig_desk_journal(d, "clerk", "message scan", ig_arena_fmt(d->arena, "message %lld", (long long)m.id),
		ig_arena_fmt(d->arena, "part %s: %s", t->part ? t->part : "?", words));
}

int ig_desk_scan_end(struct ig_desk *d, const struct ig_task *t, const char *words)
{
	if (ig_store_task_done(d->store, t->id, ig_now(), words) < 0 || ig_store_attachment_scanned(d->store, t->message, t->part, words) < 0)
		return -1;
	return strncmp(words, "infected", 8) ? 0 : say(d, t, words);
}

static int scanned(struct ig_desk *d, int64_t message, const struct ig_desk_result *results, size_t count, const char *why_not)
{
	struct ig_task *tasks = NULL;
	size_t n = 0;
	if (ig_store_tasks_of(d->store, message, d->arena, &tasks, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct ig_desk_result *got = NULL;
		if (tasks[i].done_at != IG_NEVER || strcmp(tasks[i].need, IG_SCAN_KIND))
			continue;
		for (size_t k = 0; k < count && !got; k++)
			got = tasks[i].part && !strcmp(results[k].part, tasks[i].part) ? &results[k] : NULL;
		bool said = got && !got->nothing && got->words;
		const char *words = said ? got->words : ig_arena_fmt(d->arena, "not scanned: %s", got && got->words ? got->words : why_not);
		if (ig_desk_scan_end(d, &tasks[i], words))
			return -1;
	}
	return 0;
}

int ig_desk_scanned(struct ig_desk *d, int64_t message, const struct ig_desk_result *results, size_t count, const char *why_not, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, scanned(d, message, results, count, why_not), why);
}
