/* Orders to remove a payload, on their way to the recorder, who alone writes the log. An order is committed before it is sent and sent again after
 * every restart until it is done. Decides nothing. */
#include "config.h"
#include "role/clerk.h"

#include "base/log.h"
#include "model/notes.h"
#include "store/books.h"

void ig_clerk_redact(struct ig_clerk *c)
{
	struct ig_redaction *list = NULL;
	size_t count = 0;
	struct ig_arena *a = ig_arena_new(0);
	if (c->recorder && ig_store_redactions(c->store, true, a, &list, &count) >= 0)
		for (size_t i = 0; i < count; i++) {
			struct ig_note_redact n = {.frame = list[i].frame};
			ig_note_redact_send(c->recorder, &n, -1);
		}
	ig_arena_free(a);
}

int ig_clerk_redacted(struct ig_clerk *c, const void *body, size_t len)
{
	struct ig_note_redacted n;
	if (ig_note_redacted_unpack(&n, body, len, c->arena))
		return -1;
	if (n.moved) { /* no order reaches what lies in a cupboard */
		struct ig_why why = {""};
		if (ig_desk_removal_out_of_reach(c->desk, n.frame, n.why, &why))
			ig_log(IG_LOG_WARNING, "frame %llu: %s: %s", (unsigned long long)n.frame, n.why, why.text);
		return 0;
	}
	if (n.why && *n.why) {
		ig_clerk_alarm(c, "redact", n.why);
		return 0;
	}
	/* Outside of a commit under way this is one of its own; a failure is made good by sending the order again. */
	if (ig_store_redaction_done(c->store, n.frame, ig_now()) < 0)
		ig_log(IG_LOG_WARNING, "the removal of frame %llu could not be noted: %s", (unsigned long long)n.frame, ig_store_why(c->store));
	return 0;
}

/* ---- words that were removed, in free pages and old runs of the index: written over bit by bit, while mail goes on */

static void scrub_failed(struct ig_clerk *c)
{
	ig_log(IG_LOG_WARNING, "removed words may stand in free pages for some time: %s", ig_store_why(c->store));
}

static void scrub_some(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	struct ig_clerk *c = arg;
	static const struct timeval soon = {0, 20000}, moment = {0, 200000};
	if (c->stopping)
		return;
	if (!ig_pump_idle(c->pump)) {
		evtimer_add(c->scrub, &moment);
		return;
	}
	int more = ig_store_scrub_some(c->store, c->scrub_first);
	c->scrub_first = false;
	ig_clerk_beat(c);
	if (more < 0)
		scrub_failed(c);
	else if (more)
		evtimer_add(c->scrub, &soon);
}

void ig_clerk_scrub(struct ig_clerk *c)
{
	static const struct timeval soon = {0, 20000};
	if (c->role->once) { /* nobody is kept waiting */
		if (ig_store_scrub(c->store) < 0)
			scrub_failed(c);
		return;
	}
	if (!c->scrub)
		c->scrub = evtimer_new(c->role->base, scrub_some, c);
	c->scrub_first = true;
	if (c->scrub)
		evtimer_add(c->scrub, &soon);
}
