/* irgatectl explain: which rule decided, on what facts, and what was rejected. */
#include "config.h"
#include <string.h>
#include "ctl/room.h"

static json_t *verdicts_json(struct ig_ctl *c, int64_t dispatch)
{
	struct ig_verdict *v;
	size_t n = 0;
	json_t *list = json_array();
	char at[IG_TIME_MAX];
	if (ig_store_verdicts(c->store, dispatch, c->arena, &v, &n)) n = 0;
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s,s:s?,s:s?,s:s?,s:s?}", "at", ig_time_rfc3339(v[i].at, at), "rule", v[i].rule, "state", v[i].state, "why", v[i].why,
			"actor", v[i].actor));
	return list;
}

static json_t *dispatch_explained(struct ig_ctl *c, const struct ig_dispatch *d)
{
	char id[IG_DISPATCH_TEXT_MAX];
	return json_pack("{s:s,s:s?,s:s?,s:s,s:s?,s:I,s:o}", "dispatch", ig_dispatch_print(d->id, id), "letter", d->letter, "address", d->address,
		"state", ig_dispatch_state_word(d->state), "why", d->why, "answers", (json_int_t)d->answers, "verdicts", verdicts_json(c, d->id));
}

static void explain_dispatch(struct ig_ctl *c, const struct ig_dispatch *d)
{
	struct ig_verdict *v;
	size_t n = 0;
	char id[IG_DISPATCH_TEXT_MAX];
	ig_ctl_print(c, "%s: %s to %s, %s%s%s\n", ig_dispatch_print(d->id, id), d->letter, d->address ? d->address : "nobody", ig_dispatch_state_word(d->state),
		d->why ? ": " : "", d->why ? d->why : "");
	if (d->answers) ig_ctl_print(c, "  it answers message %lld\n", (long long)d->answers);
	if (ig_store_verdicts(c->store, d->id, c->arena, &v, &n)) n = 0;
	for (size_t i = 0; i < n; i++)
		ig_ctl_print(c, "  verdict: %s by rule \"%s\"%s%s (%s, %s)\n", v[i].state, v[i].rule, v[i].why ? ": " : "", v[i].why ? v[i].why : "",
			v[i].actor ? v[i].actor : "-", ig_ctl_time(c, v[i].at));
}

static json_t *tasks_json(struct ig_ctl *c, const struct ig_task *t, size_t n)
{
	json_t *list = json_array();
	char at[IG_TIME_MAX];
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:I,s:s,s:s?,s:s?,s:s?}", "task", (json_int_t)t[i].id, "need", t[i].need, "part", t[i].part,
			"done_at", t[i].done_at == IG_NEVER ? NULL : ig_arena_strdup(c->arena, ig_time_rfc3339(t[i].done_at, at)), "result", t[i].result));
	return list;
}

static void explain_tasks(struct ig_ctl *c, const struct ig_task *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ig_ctl_print(c, "  task %lld: %s of part %s, %s%s%s\n", (long long)t[i].id, t[i].need, t[i].part ? t[i].part : "?",
			t[i].done_at == IG_NEVER ? "open until " : "ended: ", t[i].done_at == IG_NEVER ? ig_ctl_time(c, t[i].until) : t[i].result ? t[i].result : "",
			t[i].done_at == IG_NEVER ? "; letters to others wait" : "");
}

struct answers {
	struct ig_ctl *c;
	int64_t message;
	json_t *list;
};

static int one_answer(const struct ig_dispatch *d, void *arg)
{
	struct answers *w = arg;
	if (d->answers != w->message) return 0;
	if (w->list) json_array_append_new(w->list, dispatch_explained(w->c, d));
	else explain_dispatch(w->c, d);
	return 0;
}

static int explain_message(struct ig_ctl *c, const struct ig_message *m)
{
	struct answers w = {.c = c, .message = m->id, .list = c->json ? json_array() : NULL};
	struct ig_dispatch_filter f = {.incident = m->incident};
	const char *ref = ig_ctl_ref_of(c, m->incident);
	struct ig_task *tasks;
	size_t task_count;
	if (ig_store_tasks_of(c->store, m->id, c->arena, &tasks, &task_count) < 0) return ig_ctl_store_failed(c);
	if (!c->json) {
		ig_ctl_print(c, "message %lld: %s, %s, filed to %s\n", (long long)m->id, ig_class_word(m->class), m->auth == IG_AUTH_PASS ? "authenticated" : "unauthenticated",
			ref ? ref : "no incident");
		ig_ctl_print(c, "  matched by %s\n", ig_matched_by_word(m->matched_by));
		ig_ctl_lines(c, "because: ", m->match_reason);
		ig_ctl_lines(c, "sender: ", m->auth_words);
		ig_ctl_lines(c, "rejected: ", m->match_rejected);
		ig_ctl_lines(c, "problem: ", m->problems);
		if (m->filter) ig_ctl_print(c, "  read by filter %s\n", m->filter);
		if (m->category) ig_ctl_print(c, "  category %s, confidence %.2f\n", m->category, m->category_confidence);
		ig_ctl_findings(c, m->id);
		explain_tasks(c, tasks, task_count);
		if (m->suggested_incident) ig_ctl_print(c, "  suggested: %s\n", ig_ctl_ref_of(c, m->suggested_incident));
	}
	if (m->incident && ig_store_dispatch_list(c->store, &f, one_answer, &w) < 0) return ig_ctl_store_failed(c);
	if (c->json) {
		json_t *o = json_pack("{s:I,s:s?,s:s,s:s,s:s?,s:s?,s:s?,s:s?,s:b,s:s?,s:s?,s:o,s:o}", "message", (json_int_t)m->id, "incident", ref, "class", ig_class_word(m->class),
			"matched_by", ig_matched_by_word(m->matched_by), "reason", m->match_reason, "rejected", m->match_rejected, "problems", m->problems,
			"suggested", ig_ctl_ref_of(c, m->suggested_incident), "authenticated", m->auth == IG_AUTH_PASS,
			"filter", m->filter, "category", m->category, "dispatches", w.list, "tasks", tasks_json(c, tasks, task_count));
		ig_ctl_findings_json(c, m->id, o);
		ig_ctl_json(c, o);
	}
	return IG_EX_OK;
}

static int explain_incident(struct ig_ctl *c, const struct ig_incident *i)
{
	int64_t *ids;
	size_t n = 0;
	struct ig_message m;
	int code = IG_EX_OK;
	if (ig_store_incident_members(c->store, i->id, IG_MEMBERS_MESSAGES, c->arena, &ids, &n)) return ig_ctl_store_failed(c);
	int64_t *related;
	size_t links = 0;
	if (!c->json && !ig_store_related(c->store, i->id, c->arena, &related, &links))
		for (size_t k = 0; k < links; k++) {
			const char *why = NULL;
			ig_store_relation_why(c->store, i->id, related[k], c->arena, &why);
			ig_ctl_print(c, "related to %s%s%s (undo: irgatectl incident unlink)\n", ig_ctl_ref_of(c, related[k]), why ? ": " : "", why ? why : "");
		}
	if (c->json) ig_ctl_print(c, "[");
	for (size_t k = 0, said = 0; !code && k < n; k++) {
		if (ig_store_message_get(c->store, ids[k], c->arena, &m) != 1 || m.outgoing) continue;
		if (c->json && said++) ig_ctl_print(c, ",");
		code = explain_message(c, &m);
	}
	if (c->json) ig_ctl_print(c, "]\n");
	return code;
}

int ig_ctl_explain(struct ig_ctl *c)
{
	struct ig_ref ref;
	struct ig_incident i;
	struct ig_dispatch d;
	struct ig_message m;
	if (ig_ctl_words(c, 1, 1)) return IG_EX_USAGE;
	const char *word = c->argv[0];
	int code;
	if (!ig_ref_parse(word, strlen(word), &ref)) return (code = ig_ctl_incident(c, word, &i)) ? code : explain_incident(c, &i);
	if (strchr("Dd", word[0]) && *word) {
		if ((code = ig_ctl_dispatch(c, word, false, &d))) return code;
		if (c->json) ig_ctl_json(c, dispatch_explained(c, &d));
		else explain_dispatch(c, &d);
		return IG_EX_OK;
	}
	return (code = ig_ctl_message(c, word, &m)) ? code : explain_message(c, &m);
}
