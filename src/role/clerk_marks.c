/* How far each account was read: asked for at an account's start, kept for those whose mark does not travel in envelopes. An answer is given only
 * when every frame of the log is decided and committed, so that what was read before a crash is not read again. Relies on the pump for commits. */
#include "config.h"
#include "role/clerk.h"

#include <stdlib.h>

#include "base/log.h"
#include "model/notes.h"

static void forget(char **a, char **b)
{
	free(*a);
	free(*b);
	*a = *b = NULL;
}

int ig_clerk_ask(struct ig_clerk_mailin *m, const void *body, size_t len)
{
	struct ig_note_ask n;
	if (ig_note_ask_unpack(&n, body, len, m->clerk->arena) || !n.source || !*n.source || !n.fresh)
		return -1;
	forget(&m->ask, &m->fresh);
	m->ask = ig_xstrdup(n.source);
	m->fresh = ig_xstrdup(n.fresh);
	m->ask_kept = false;
	ig_pump_poke(m->clerk->pump);
	return 0;
}

int ig_clerk_mark(struct ig_clerk_mailin *m, const void *body, size_t len)
{
	struct ig_note_mark n;
	if (ig_note_mark_unpack(&n, body, len, m->clerk->arena) || !n.source || !*n.source || !n.mark)
		return -1;
	forget(&m->mark_source, &m->mark);
	m->mark_source = ig_xstrdup(n.source);
	m->mark = ig_xstrdup(n.mark);
	ig_pump_poke(m->clerk->pump);
	return 0;
}

int ig_clerk_marks_prepare(struct ig_clerk *c)
{
	for (size_t i = 0; i < IG_CLERK_MAILINS; i++) {
		struct ig_clerk_mailin *m = &c->mailins[i];
		const char *known = NULL;
		m->in_commit = m->mark || m->ask;
		if (m->mark && ig_store_set_progress(c->store, m->mark_source, m->mark))
			return -1;
		if (!m->ask)
			continue;
		if (ig_store_progress(c->store, m->ask, c->arena, &known) < 0 || (!known && ig_store_set_progress(c->store, m->ask, m->fresh)))
			return -1;
	}
	return 0;
}

void ig_clerk_marks_committed(struct ig_clerk *c)
{
	for (size_t i = 0; i < IG_CLERK_MAILINS; i++) {
		struct ig_clerk_mailin *m = &c->mailins[i];
		if (!m->in_commit)
			continue;
		m->in_commit = false;
		forget(&m->mark_source, &m->mark);
		m->ask_kept = m->ask != NULL;
	}
	ig_clerk_marks_answer(c);
}

void ig_clerk_marks_answer(struct ig_clerk *c)
{
	if (!c->recorder || !c->head_said || !ig_pump_idle(c->pump))
		return;
	for (size_t i = 0; i < IG_CLERK_MAILINS; i++) {
		struct ig_clerk_mailin *m = &c->mailins[i];
		struct ig_note_progress n = {.source = m->ask};
		if (!m->ask || !m->ask_kept || !m->link)
			continue;
		if (ig_store_progress(c->store, m->ask, c->arena, &n.mark) < 0) {
			ig_log(IG_LOG_ERR, "how far %s was read is not known: %s", m->ask, ig_store_why(c->store));
			continue;
		}
		ig_note_progress_send(m->link, &n, -1);
		forget(&m->ask, &m->fresh);
	}
}

void ig_clerk_marks_forget(struct ig_clerk_mailin *m)
{
	forget(&m->ask, &m->fresh);
	m->ask_kept = false;
}
