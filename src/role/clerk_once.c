/* Passes of --once: every mailin looks at its sources, all frames up to the head are decided, all due letters have an outcome;
 * again until a pass finds nothing; then DONE with 0, or 69 when a source or the way out could not be reached. Relies on SCANNED
 * and HEAD. Without
 * --once it only keeps the sockets of the mailins. */
#include "config.h"
#include "role/clerk.h"

#include <unistd.h>

#include "base/log.h"
#include "model/notes.h"

static void scan(struct ig_clerk *c, struct ig_clerk_mailin *m)
{
	struct ig_note_scan n = {.pass = c->pass};
	m->scanned = false;
	ig_note_scan_send(m->link, &n, -1);
}

static void begin_pass(struct ig_clerk *c)
{
	c->pass++;
	c->scanning = true;
	c->worked = false;
	c->taken = 0;
	c->pass_head = c->head;
	for (size_t i = 0; i < IG_CLERK_MAILINS; i++)
		if (c->mailins[i].link)
			scan(c, &c->mailins[i]);
}

static bool all_scanned(const struct ig_clerk *c)
{
	size_t mailins = 0;
	for (size_t i = 0; i < IG_CLERK_MAILINS; i++) {
		if (c->mailins[i].link && !c->mailins[i].scanned)
			return false;
		mailins += c->mailins[i].link != NULL;
	}
	return mailins > 0;
}

static void finish(struct ig_clerk *c)
{
	struct ig_note_done n = {.code = c->unreachable ? IG_EX_UNAVAILABLE : IG_EX_OK};
	c->done = true;
	if (ig_store_rest(c->store) < 0)
		ig_log(IG_LOG_WARNING, "the store could not be put to rest: %s", ig_store_why(c->store));
	ig_note_done_send(c->role->parent, &n, -1);
}

void ig_clerk_once(struct ig_clerk *c)
{
	if (c->done || !c->recorder || !c->head_said || !c->sender || ig_clerk_faxline_awaited(c) || !ig_pump_idle(c->pump) || !ig_clerk_send_quiet(c) ||
		!ig_clerk_scribe_quiet(c) || c->alarm_count)
		return;
	/* SCANNED and HEAD come by different sockets: what was taken counts only when it lies below the head we know. */
	if (c->scanning && (!all_scanned(c) || c->head < c->pass_head + c->taken))
		return;
	if (ig_clerk_something_due(c)) {
		ig_pump_poke(c->pump);
		return;
	}
	if (ig_clerk_tasks_wait(c)) /* "Under --once tasks end first" (DESIGN) */
		return;
	if (!c->scanning || c->taken || c->worked) {
		begin_pass(c);
		return;
	}
	if (ig_store_text_waiting(c->store) > 0 && evtimer_pending(c->words, NULL)) /* comes back here when they are in the index */
		return;
	c->scanning = false;
	finish(c);
}

static int on_scanned(struct ig_clerk_mailin *m, const void *body, size_t len)
{
	struct ig_clerk *c = m->clerk;
	struct ig_note_scanned n;
	if (ig_note_scanned_unpack(&n, body, len, c->arena))
		return -1;
	if (n.pass != c->pass || !c->scanning || m->scanned)
		return 0;
	m->scanned = true;
	c->taken += n.taken;
	if (n.waiting || n.failed) {
		c->unreachable = true;
		ig_log(IG_LOG_WARNING, "mailin %llu: %llu waiting, %llu out of reach: %s", (unsigned long long)m->index,
			(unsigned long long)n.waiting, (unsigned long long)n.failed, n.why ? n.why : "");
	}
	ig_clerk_beat(c);
	ig_clerk_once(c);
	return 0;
}

static int on_mailin(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	(void)l;
	struct ig_clerk_mailin *m = arg;
	struct ig_note_alarm alarm;
	if (fd >= 0)
		close(fd);
	ig_arena_reset(m->clerk->arena);
	if (kind == IG_NOTE_SCANNED)
		return on_scanned(m, body, len);
	if (kind == IG_NOTE_ASK)
		return ig_clerk_ask(m, body, len);
	if (kind == IG_NOTE_MARK)
		return ig_clerk_mark(m, body, len);
	if (kind != IG_NOTE_ALARM || ig_note_alarm_unpack(&alarm, body, len, m->clerk->arena) || !alarm.code || !alarm.text)
		return -1;
	ig_clerk_alarm(m->clerk, alarm.code, alarm.text);
	return 0;
}

static void mailin_gone(struct ig_link *l, void *arg)
{
	(void)l;
	struct ig_clerk_mailin *m = arg;
	ig_clerk_marks_forget(m);
	m->link = ig_link_free(m->link); /* a fresh one comes and scans in this pass */
}

void ig_clerk_mailin(struct ig_clerk *c, uint64_t index, int fd)
{
	if (index >= IG_CLERK_MAILINS) {
		ig_log(IG_LOG_ERR, "more than %d mailins", IG_CLERK_MAILINS);
		close(fd);
		return;
	}
	struct ig_clerk_mailin *m = &c->mailins[index];
	ig_link_free(m->link);
	ig_clerk_marks_forget(m);
	*m = (struct ig_clerk_mailin){.clerk = c, .index = index, .mark_source = m->mark_source, .mark = m->mark, .in_commit = m->in_commit};
	m->link = ig_link_new(c->role->base, fd, "mailin", on_mailin, mailin_gone, m);
	if (c->scanning)
		scan(c, m);
}
