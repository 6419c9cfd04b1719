/* The second step of reading (DESIGN "Reading has two steps"): what slow work adds to a message, committed on its own; the end of a
 * task that nobody does or that took too long; and the letters that waited for it. Relies on reports for what was found. Moves no
 * message and sends nothing. */
#include <string.h>
#include <unistd.h>
#include "base/utf8.h"
#include "desk/room.h"
#include "model/secrecy.h"
#include "store/books.h"
#include "store/joined.h"

#define PROBLEMS_MAX 16384
#define WORDS_MAX (4u << 20)
#define GIVEN_UP_AT_ONCE 64 /* tasks in one go */

void ig_desk_worker(struct ig_desk *d, const char *kind)
{
	if (d->worker_count < IG_DESK_WORKERS_MAX && !ig_desk_has_worker(d, kind))
		d->workers[d->worker_count++] = kind;
}

bool ig_desk_has_worker(const struct ig_desk *d, const char *kind)
{
	for (size_t i = 0; i < d->worker_count; i++)
		if (!strcmp(d->workers[i], kind))
			return true;
	return false;
}

const char *ig_desk_problem_line(const char *kind, const char *part, const char *words, struct ig_arena *a)
{
	return ig_arena_fmt(a, "part %s was not read (%s): %s", part && *part ? part : "?", kind, words);
}

/* ---- what it adds */

static bool has_line(const char *lines, const char *line)
{
	size_t len = strlen(line);
	for (const char *p = lines; p && *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (strcspn(p, "\n") == len && !memcmp(p, line, len))
			return true;
	return false;
}

/* Those that were there but for the one that is over, then the new ones; whole lines only. */
static const char *problems(const struct ig_message *m, const struct ig_report *r, const char *over, const char *more, struct ig_arena *a)
{
	struct ig_buf b = IG_BUF_INIT(PROBLEMS_MAX);
	const char *const one[] = {more, NULL};
	for (const char *p = m->problems; p && *p; p += strcspn(p, "\n"), p += *p == '\n') {
		size_t len = strcspn(p, "\n");
		if (!over || strlen(over) != len || memcmp(p, over, len))
			ig_buf_fmt(&b, "%s%.*s", b.len ? "\n" : "", (int)len, p);
	}
	for (const char *const *p = r ? r->problems : one; p && *p; p++) {
		size_t before = b.len;
		if (has_line(b.data, *p))
			continue;
		ig_buf_fmt(&b, "%s%s", b.len ? "\n" : "", *p);
		if (b.over) {
			ig_buf_cut(&b, before);
			b.over = false;
		}
	}
	const char *text = b.len ? ig_arena_strdup(a, b.data) : NULL;
	ig_buf_free(&b);
	return text;
}

static int add_words(struct ig_desk *d, int64_t message, const struct ig_report *r)
{
	struct ig_buf b = IG_BUF_INIT(WORDS_MAX);
	if (r->folded)
		return ig_store_text_more(d->store, message, r->folded) < 0 ? -1 : 0;
	ig_buf_str(&b, r->text ? r->text : "");
	for (size_t i = 0; i < r->attachment_count; i++) {
		const struct ig_attachment *at = &r->attachments[i];
		ig_buf_fmt(&b, "\n%s\n", at->name ? at->name : "");
		ig_buf_str(&b, at->text ? at->text : "");
	}
	int bad = b.len ? ig_store_text_more(d->store, message, ig_utf8_fold(d->arena, b.data, b.len)) : 0;
	ig_buf_free(&b);
	return bad < 0 ? -1 : 0;
}

/* Files that were found inside of others; those the quick report named are there. */
static int add_attachments(struct ig_desk *d, int64_t message, const struct ig_report *r)
{
	struct ig_attachment *known = NULL;
	size_t count = 0;
	if (ig_store_attachments(d->store, message, d->arena, &known, &count) < 0)
		return -1;
	for (size_t i = 0; i < r->attachment_count; i++) {
		const struct ig_attachment *at = &r->attachments[i];
		bool there = false;
		for (size_t k = 0; k < count; k++)
			there |= !memcmp(known[k].sha256, at->sha256, IG_SHA256_LEN) &&
				!strcmp(known[k].name ? known[k].name : "", at->name ? at->name : "");
		if (!there && ig_store_attachment_add(d->store, message, at) < 0)
			return -1;
		if (there && at->hazard && at->part && ig_store_attachment_hazard(d->store, message, at->part, at->hazard) < 0)
			return -1;
	}
	return 0;
}

/* A scanned letter may ask for secrecy, or bear a mark: known before a letter that waited is judged. */
static int add_secrecy(struct ig_desk *d, int64_t incident, const struct ig_report *r)
{
	struct ig_incident i;
	int found = incident ? ig_store_incident_get(d->store, incident, d->arena, &i) : 0;
	return found > 0 ? ig_desk_secrecy_raise(d, &i, r, d->arena) : found;
}

static const char *field_of(const struct ig_report *r, const char *name)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (!strcmp(r->fields[i].name, name) && r->fields[i].confidence >= 0.7)
			return r->fields[i].value;
	return NULL;
}

int ig_desk_same_letter(struct ig_desk *d, const struct ig_message *m, const struct ig_report *r)
{
	const char *number = field_of(r, "letter.number"), *issuer = field_of(r, "letter.issuer");
	int64_t other = number && issuer ? ig_store_letter_twin(d->store, number, issuer, m->id) : 0;
	if (other <= 0)
		return other < 0 ? -1 : 0;
	ig_time now = ig_now();
	struct ig_duty duty = {.incident = m->incident, .message = m->id, .owner = "officer", .basis = "Decree 30/2020, Annex VI", .due = now + IG_DAY,
		.done_at = IG_NEVER, .created_at = now,
		.what = ig_arena_fmt(d->arena, "suspected duplicate: letter %s of %s is message %lld too", number, issuer, (long long)other)};
	return ig_store_duty_add(d->store, &duty) < 0 ? -1 : 0;
}

/* ---- the end of a task */

/* Open, or given up before anybody read it: letters did not wait longer, but what a worker finds is still wanted. */
static bool to_be_read(const struct ig_task *t)
{
	return t->done_at == IG_NEVER || (t->result && !strcmp(t->result, IG_TASK_GIVEN_UP));
}

static const char *by_hand(struct ig_desk *d, const struct ig_task *t, const char *words)
{
	return ig_arena_fmt(d->arena, "read by hand: part %s of message %lld (%s: %s)", t->part ? t->part : "?", (long long)t->message, t->need, words);
}

static int owe_reading(struct ig_desk *d, const struct ig_task *t, const struct ig_message *m, const char *words)
{
	ig_time now = ig_now();
	struct ig_duty duty = {.incident = m->incident, .message = m->id,
		.what = by_hand(d, t, words),
		.owner = "officer", .basis = "rule of the office", .due = now + IG_DAY, .done_at = IG_NEVER, .created_at = now};
	return ig_store_duty_add(d->store, &duty) < 0 ? -1 : 0;
}

/* A message that waited gets its place when nothing is open any more. */
static int settle(struct ig_desk *d, struct ig_message *m, const struct ig_report *r)
{
	struct ig_task *tasks = NULL;
	size_t count = 0;
	if (!m->waits)
		return 0;
	if (ig_store_tasks_of(d->store, m->id, d->arena, &tasks, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (tasks[i].done_at == IG_NEVER && strcmp(tasks[i].need, IG_SCAN_KIND))
			return 0;
	/* The new row is read back: its problems were written a moment ago. */
	return ig_store_message_get(d->store, m->id, d->arena, m) <= 0 || ig_desk_settle(d, m, r) ? -1 : 0;
}

/* Of a sealed message nothing is read on: its other tasks end with this one. mark "": it was sealed before. */
static int end_sealed(struct ig_desk *d, const struct ig_task *t, struct ig_message *m, const char *mark, const struct ig_report *r)
{
	struct ig_task *list = NULL;
	size_t count = 0;
	if (ig_store_task_done(d->store, t->id, ig_now(), "sealed") < 0 || ig_store_tasks_of(d->store, t->message, d->arena, &list, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (to_be_read(&list[i]) && list[i].id != t->id && ig_store_task_done(d->store, list[i].id, ig_now(), "sealed") < 0)
			return -1;
	if (!*mark)
		return 0;
	if (!m->waits)
		return ig_desk_seal(d, m, mark, d->arena);
	const char *words = ig_arena_fmt(d->arena, "sealed: it bears the state-secret mark %s", ig_secrecy_state_text(mark));
	if (ig_store_message_redact(d->store, m->id) < 0 || ig_store_message_amend(d->store, m->id, words, NULL) < 0 ||
		ig_store_message_get(d->store, m->id, d->arena, m) <= 0)
		return -1;
	return ig_desk_settle(d, m, r);
}

/* What the keys found of a message that did not wait for them. One that was sealed until now, and is read after a key came, is like any other. */
static int add_crypto(struct ig_desk *d, struct ig_message *m, const struct ig_report *r)
{
	bool opened = m->state == IG_MESSAGE_STATE_SEALED && m->crypto.sealed && !r->crypto.sealed;
	ig_desk_crypto(r, m);
	if (ig_store_message_set_crypto(d->store, m) < 0)
		return -1;
	return opened ? ig_store_message_set_state(d->store, m->id, IG_MESSAGE_STATE_FILED) : 0;
}

/* A person looked at it: what was taken for a mark is none. */
static void without_mark(struct ig_report *r, struct ig_arena *a)
{
	struct ig_field *kept = ig_arena_calloc(a, r->field_count + 1, sizeof(*kept));
	size_t n = 0;
	for (size_t i = 0; i < r->field_count; i++)
		if (strcmp(r->fields[i].name, "secrecy.state"))
			kept[n++] = r->fields[i];
	r->fields = kept;
	r->field_count = n;
}

/* It was filed, answered and followed up before it was sealed: it gets its words back, and nothing happens a second time. */
static int restore_row(struct ig_desk *d, struct ig_message *m, const struct ig_report *r)
{
	struct ig_incident i;
	int64_t *ids = NULL;
	size_t count = 0;
	if (ig_store_message_get(d->store, m->id, d->arena, m) <= 0) /* its problems were written a moment ago */
		return -1;
	m->from_name = r->from ? r->from->name : NULL;
	m->from_address = r->from ? r->from->address : NULL;
	m->subject = r->subject;
	m->return_path = m->return_path ? m->return_path : r->return_path;
	m->filter = r->filter, m->category = r->category, m->category_confidence = r->category_confidence;
	if (ig_store_message_settle(d->store, m) < 0)
		return -1;
	int found = m->incident ? ig_store_incident_get(d->store, m->incident, d->arena, &i) : 0;
	if (found <= 0 || i.subject)
		return found < 0 ? -1 : 0;
	if (ig_store_incident_members(d->store, i.id, IG_MEMBERS_RECEIVED, d->arena, &ids, &count) < 0)
		return -1;
	i.subject = count && ids[0] == m->id ? r->subject : NULL;
	return ig_store_incident_update(d->store, &i) < 0 ? -1 : 0;
}

/* report NULL: nothing came of it, which is a problem of the message. read: this part was, so what was said when it was given up is over. */
static int end_task(struct ig_desk *d, const struct ig_task *t, const struct ig_report *r, const char *result, bool read, bool owe)
{
	struct ig_message m;
	struct ig_arena *a = d->arena;
	int found = ig_store_message_get(d->store, t->message, a, &m);
	if (found <= 0)
		return -1;
	struct ig_report marked;
	if (r) { /* what pages say of secrecy, whoever read them */
		marked = *r;
		ig_secrecy_fields(&marked, a);
		int unsealed = ig_desk_is_unsealed(d, t->message);
		if (unsealed < 0)
			return -1;
		if (unsealed)
			without_mark(&marked, a);
		r = &marked;
	}
	const char *mark = m.state == IG_MESSAGE_STATE_SEALED && !m.crypto.sealed ? "" : r ? ig_secrecy_field(r, "secrecy.state") : NULL;
	if (mark)
		return end_sealed(d, t, &m, mark, r);
	int anew = r ? ig_store_joined_ever(d->store, m.id) : 0; /* other pages than before: what those said is over */
	if (anew < 0 || (anew && ig_store_findings_forget(d->store, m.id) < 0))
		return -1;
	if (anew)
		m.problems = NULL;
	if (r && (add_words(d, m.id, r) || add_attachments(d, m.id, r) || add_secrecy(d, m.incident, r) ||
			ig_store_findings_add(d->store, m.id, r) < 0 || ig_desk_issuer(d, &m, r) ||
			ig_store_message_set_findings(d->store, m.id, m.filter ? NULL : r->filter, m.category ? NULL : r->category, r->category_confidence) < 0))
		return -1;
	const char *line = r ? NULL : ig_desk_problem_line(t->need, t->part, result, a);
	/* Read after all: neither its problem nor the duty that came of giving it up is true any more. */
	const char *over = read && t->done_at != IG_NEVER ? ig_desk_problem_line(t->need, t->part, t->result, a) : NULL;
	if (ig_store_message_amend(d->store, m.id, problems(&m, r, over, line, a), r ? r->language : NULL) < 0 ||
		(over && ig_store_duty_done_as(d->store, m.id, by_hand(d, t, t->result), ig_now()) < 0) ||
		ig_store_task_done(d->store, t->id, ig_now(), result) < 0)
		return -1;
	if (ig_desk_journal(d, "clerk", "message amend", ig_arena_fmt(a, "message %lld", (long long)m.id),
			ig_arena_fmt(a, "task %lld, %s of part %s: %s", (long long)t->id, t->need, t->part ? t->part : "?", result)))
		return -1;
	if (r && r->crypto.encrypted + r->crypto.is_signed && !m.waits && add_crypto(d, &m, r))
		return -1;
	if (!m.waits && r && m.state == IG_MESSAGE_STATE_FILED && ig_desk_facts_said(d, m.incident, &m, r))
		return -1;
	if (!m.waits && r && !strcmp(t->need, IG_DESK_UNSEAL) && restore_row(d, &m, r))
		return -1;
	if (settle(d, &m, r) || (owe && owe_reading(d, t, &m, result)))
		return -1;
	if (r && (ig_store_message_get(d->store, m.id, a, &m) <= 0 || ig_desk_commands(d, &m, r)))
		return -1;
	return ig_desk_judge_waiting(d, m.incident);
}

static int amend(struct ig_desk *d, int64_t task, const struct ig_report *r, const char *result, struct ig_why *why)
{
	struct ig_task t;
	int found = ig_store_task_get(d->store, task, d->arena, &t);
	if (found < 0)
		return -1;
	if (!found || !to_be_read(&t)) {
		ig_why(why, "task %lld %s", (long long)task, found ? "has ended already" : "is none of ours");
		return IG_EX_DATA;
	}
	return end_task(d, &t, r, result, r != NULL, false);
}

int ig_desk_amend(struct ig_desk *d, int64_t task, const struct ig_report *r, const char *result, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, amend(d, task, r, result, why), why);
}

static const struct ig_desk_result *result_of(const struct ig_task *t, const struct ig_desk_result *results, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(results[i].kind, t->need) && t->part && !strcmp(results[i].part, t->part))
			return &results[i];
	return NULL;
}

static int amend_message(struct ig_desk *d, int64_t message, const struct ig_report *r, const struct ig_desk_result *results, size_t count,
	const char *else_words)
{
	static const char *const none[] = {NULL};
	const struct ig_report nothing_more = {.problems = none};
	struct ig_task *tasks = NULL;
	size_t n = 0;
	if (ig_store_tasks_of(d->store, message, d->arena, &tasks, &n) < 0)
		return -1;
	size_t last = n;
	for (size_t i = 0; i < n; i++)
		last = to_be_read(&tasks[i]) && strcmp(tasks[i].need, IG_SCAN_KIND) ? i : last;
	for (size_t i = 0; i < n; i++) {
		const struct ig_desk_result *got = result_of(&tasks[i], results, count);
		if (!to_be_read(&tasks[i]) || !strcmp(tasks[i].need, IG_SCAN_KIND))
			continue;
		bool nothing = got && got->nothing;
		/* The report is about all of them: told once, with the last one, which is when a message that waited gets its place. */
		const struct ig_report *with = i == last || !r ? r : &nothing_more;
		if (end_task(d, &tasks[i], with, got && got->words ? got->words : r ? "read" : else_words, r && !nothing,
				(nothing || !r) && tasks[i].done_at == IG_NEVER))
			return -1;
	}
	return 0;
}

int ig_desk_amend_message(struct ig_desk *d, int64_t message, const struct ig_report *r, const struct ig_desk_result *results, size_t count,
	const char *else_words, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, amend_message(d, message, r, results, count, else_words), why);
}

void ig_desk_workers(struct ig_desk *d)
{
	static const char *const kinds[] = {"pages", "keys"};
	ig_desk_worker(d, IG_DESK_UNSEAL); /* a reader's work, and there is always a reader */
	for (size_t i = 0; i < IG_COUNT(kinds); i++) {
		char *path = ig_arena_fmt(d->arena, "%s/irgate-%s", d->conf->libexec, kinds[i]);
		if (!access(path, X_OK))
			ig_desk_worker(d, kinds[i]);
	}
	if (d->conf->clamd_socket && !access(ig_arena_fmt(d->arena, "%s/irgate-clamd", d->conf->libexec), X_OK))
		ig_desk_worker(d, IG_SCAN_KIND);
}

static int give_up(struct ig_desk *d, bool all, int *ended)
{
	struct ig_task *list = NULL;
	size_t count = 0;
	ig_time now = ig_now();
	if (ig_store_tasks(d->store, GIVEN_UP_AT_ONCE, d->arena, &list, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct ig_task *t = &list[i];
		bool over = all || (t->until != IG_NEVER && t->until <= now);
		if (!ig_desk_has_worker(d, t->need)) {
			if (end_task(d, t, NULL, IG_DESK_NO_WORKER, false, false))
				return -1;
			(*ended)++;
		} else if (over) {
			if (end_task(d, t, NULL, IG_TASK_GIVEN_UP, false, true))
				return -1;
			(*ended)++;
		}
	}
	return 0;
}

/* Scans are no reading: nobody owes them. */
static int give_up_scans(struct ig_desk *d, bool all, int *ended)
{
	struct ig_task *list = NULL;
	size_t count = 0;
	ig_time now = ig_now();
	bool works = ig_desk_has_worker(d, IG_SCAN_KIND);
	if (ig_store_scans(d->store, GIVEN_UP_AT_ONCE, d->arena, &list, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (works && !all && list[i].until > now)
			continue;
		if (ig_desk_scan_end(d, &list[i], works ? "not scanned: there was no time for it" : "not scanned: no scanner is configured"))
			return -1;
		(*ended)++;
	}
	return 0;
}

int ig_desk_tasks_end(struct ig_desk *d, bool all, struct ig_why *why)
{
	int ended = 0, code;
	int64_t open = ig_store_tasks_open(d->store);
	if (open <= 0)
		return open < 0 ? ig_desk_fail(d, why) : 0;
	code = ig_desk_act_begin(d, why);
	if (!code)
		code = give_up(d, all, &ended) || give_up_scans(d, all, &ended) ? -1 : 0;
	else
		return -1;
	if (!code && !ended) { /* nothing was done: nothing is written */
		ig_store_rollback(d->store);
		return 0;
	}
	return ig_desk_act_end(d, code, why) ? -1 : ended;
}
