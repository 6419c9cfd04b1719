/* Secrecy as messages bring it: a wish and a TLP label raise the case's, a state-secret mark seals the message. Sealed is: no word of it in the
 * store or its index, no further reading, no receipt, nothing of its case leaves, an alarm and a duty for the chief, who alone may read the
 * bytes in the log. Secrecy is only ever raised here. Relies on model/secrecy.h for what the message says. */
#include <stdio.h>
#include <string.h>
#include "desk/room.h"
#include "model/secrecy.h"
#include "store/books.h"

#define BASIS "Quyết định 28/2018/QĐ-TTg (không áp dụng cho bí mật nhà nước)"

/* ---- letters that are queued wait: what was decided before the secrecy was known is decided anew by a person */

struct queue { struct ig_arena *a; int64_t *ids; size_t count, cap; bool all; };

static int queued(const struct ig_dispatch *d, void *arg)
{
	struct queue *q = arg;
	if (!q->all && (!d->party || !strcmp(d->letter, "receipt")))
		return 0;
	if (q->count == q->cap) {
		int64_t *more = ig_arena_calloc(q->a, q->cap * 2 + 16, sizeof *more);
		if (q->count)
			memcpy(more, q->ids, q->count * sizeof *more);
		q->ids = more;
		q->cap = q->cap * 2 + 16;
	}
	q->ids[q->count++] = d->id;
	return 0;
}

static int hold_queued(struct ig_desk *d, int64_t incident, bool all, const char *rule, const char *why, struct ig_arena *a)
{
	struct queue q = {.a = a, .all = all};
	struct ig_dispatch_filter f = {.incident = incident, .by_state = true, .state = IG_DISPATCH_STATE_QUEUED};
	ig_time now = ig_now();
	if (ig_store_dispatch_list(d->store, &f, queued, &q) < 0)
		return -1;
	for (size_t i = 0; i < q.count; i++)
		if (ig_store_dispatch_set_state(d->store, q.ids[i], IG_DISPATCH_STATE_HELD, why, now) < 0 ||
			ig_store_verdict_add(d->store, q.ids[i], rule, ig_dispatch_state_word(IG_DISPATCH_STATE_HELD), why, now, "clerk") < 0)
			return -1;
	return 0;
}

void ig_desk_secrecy_of(const struct ig_report *r, struct ig_incident *i)
{
	const char *asked = ig_secrecy_field(r, "secrecy.requested");
	i->secrecy_requested |= asked && !strcmp(asked, "true");
	i->tlp = ig_secrecy_tlp_stricter(i->tlp, ig_secrecy_field(r, "secrecy.tlp"));
	i->secrecy_state = ig_secrecy_state_stricter(i->secrecy_state, ig_secrecy_field(r, "secrecy.state"));
}

int ig_desk_secrecy_raise(struct ig_desk *d, struct ig_incident *i, const struct ig_report *r, struct ig_arena *a)
{
	struct ig_incident was = *i;
	if (!i->id)
		return 0;
	ig_desk_secrecy_of(r, i);
	if (was.secrecy_requested == i->secrecy_requested && was.tlp == i->tlp && was.secrecy_state == i->secrecy_state)
		return 0;
	if (ig_store_incident_update(d->store, i) < 0)
		return -1;
	if (i->secrecy_state && !was.secrecy_state)
		return hold_queued(d, i->id, true, "state-secret", "the case bears a state-secret mark: nothing of it leaves this way", a);
	if (ig_decide_secret(i) && !ig_decide_secret(&was))
		return hold_queued(d, i->id, false, "secrecy", "secrecy was asked for after this letter was written", a);
	return 0;
}

/* ---- sealing */

static const char *backups_with(struct ig_desk *d, int64_t frame, struct ig_arena *a)
{
	struct ig_backup *list = NULL;
	size_t count = 0;
	struct ig_buf b = IG_BUF_INIT(2048);
	if (frame <= 0 || ig_store_backups(d->store, (uint64_t)frame, a, &list, &count) < 0 || !count)
		return "no backup holds it yet";
	ig_buf_str(&b, "backups that hold it:");
	for (size_t i = 0; i < count; i++)
		ig_buf_fmt(&b, "%s %s", i ? "," : "", list[i].path);
	const char *words = ig_arena_strdup(a, b.data);
	ig_buf_free(&b);
	return words;
}

const char *ig_desk_sealed_duty(int64_t message, struct ig_arena *a)
{
	return ig_arena_fmt(a, "sealed, a state-secret mark: see to message %lld, then remove it (evidence redact)", (long long)message);
}

int ig_desk_is_unsealed(struct ig_desk *d, int64_t message)
{
	struct ig_task *tasks = NULL;
	size_t count = 0;
	if (ig_store_tasks_of(d->store, message, d->arena, &tasks, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(tasks[i].need, IG_DESK_UNSEAL))
			return 1;
	return 0;
}

/* INTERFACE "Lists": an alarm carries no case content. */
static int tell(struct ig_desk *d, const struct ig_message *m, const char *mark, struct ig_arena *a)
{
	ig_time now = ig_now();
	bool fresh;
	const char *text = ig_arena_fmt(a, "message %lld (frame %lld, by %s) bears the state-secret mark %s and is sealed: only the chief may read it; "
		"where it came from may still have it; %s", (long long)m->id, (long long)m->frame, ig_channel_word(m->channel), ig_secrecy_state_text(mark),
		backups_with(d, m->frame, a));
	struct ig_duty duty = {.incident = m->incident, .message = m->id, .owner = "chief", .basis = BASIS, .due = m->imported ? IG_NEVER : now + IG_HOUR,
		.done_at = IG_NEVER, .created_at = now, .what = ig_desk_sealed_duty(m->id, a)};
	if (ig_store_duty_add(d->store, &duty) < 0 || ig_desk_journal(d, "clerk", "message seal", ig_arena_fmt(a, "message %lld", (long long)m->id),
			ig_secrecy_state_text(mark)))
		return -1;
	if (d->alarm) {
		d->alarm(d->alarm_arg, "state-secret", text);
		return 0;
	}
	return ig_store_alarm_raise(d->store, "state-secret", text, now, &fresh) < 0 ? -1 : 0;
}

void ig_taking_seal(struct ig_taking *t)
{
	static const char *const none[] = {NULL};
	struct ig_report *r = &t->r;
	const char *mark = ig_secrecy_field(r, "secrecy.state"), *where = "";
	if (!mark || t->sealed)
		return;
	for (size_t i = 0; i < r->field_count; i++)
		if (!strcmp(r->fields[i].name, "secrecy.state") && r->fields[i].where)
			where = r->fields[i].where;
	const char **problems = ig_arena_calloc(t->a, 2, sizeof *problems);
	problems[0] = ig_arena_fmt(t->a, "sealed: it bears the state-secret mark %s (%s)", ig_secrecy_state_text(mark), where);
	t->sealed = mark;
	t->state = IG_MESSAGE_STATE_SEALED;
	t->need_count = 0;
	t->trust.suspect = NULL;
	struct ig_address *from = NULL;
	if (r->from) {
		from = IG_NEW(t->a, struct ig_address);
		from->address = r->from->address;
	}
	/* What the rules still want: who, when, which thread. */
	*r = (struct ig_report){.kind = r->kind, .class = r->class, .message_id = r->message_id, .date = r->date, .from = from,
		.in_reply_to = r->in_reply_to ? r->in_reply_to : none, .references = r->references ? r->references : none, .problems = problems,
		.return_path = r->return_path, .delivered_to = r->delivered_to ? r->delivered_to : none, .received_by = r->received_by ? r->received_by : none,
		.language = r->language, .fallback = r->fallback};
	memcpy(r->identity, t->identity, IG_SHA256_LEN);
}

int ig_taking_sealed(struct ig_taking *t)
{
	if (!t->sealed)
		return 0;
	if (t->incident.id && !t->incident.secrecy_state) {
		t->incident.secrecy_state = t->sealed;
		if (ig_store_incident_update(t->d->store, &t->incident) < 0 || hold_queued(t->d, t->incident.id, true, "state-secret",
				"the case bears a state-secret mark: nothing of it leaves this way", t->a))
			return -1;
	}
	return tell(t->d, &t->message, t->sealed, t->a);
}

int ig_desk_seal(struct ig_desk *d, const struct ig_message *m, const char *mark, struct ig_arena *a)
{
	struct ig_incident i;
	int found = m->incident ? ig_store_incident_get(d->store, m->incident, a, &i) : 0;
	if (found < 0 || ig_store_message_set_state(d->store, m->id, IG_MESSAGE_STATE_SEALED) < 0 || ig_store_message_redact(d->store, m->id) < 0)
		return -1;
	if (found > 0) {
		i.secrecy_state = ig_secrecy_state_stricter(i.secrecy_state, mark);
		if (ig_store_incident_update(d->store, &i) < 0 || hold_queued(d, i.id, true, "state-secret",
				"the case bears a state-secret mark: nothing of it leaves this way", a))
			return -1;
	}
	const char *words = ig_arena_fmt(a, "sealed: it bears the state-secret mark %s; " IG_DESK_SEALED_LATER, ig_secrecy_state_text(mark));
	return ig_store_message_amend(d->store, m->id, words, NULL) < 0 ? -1 : tell(d, m, mark, a);
}
