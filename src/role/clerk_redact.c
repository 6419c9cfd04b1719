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
