/* A message read once more by slow workers, by a person's word: a key came, or a program. Relies on its tasks of the first time; what is found is
 * added to the message as an amendment, and one that was sealed is filed then. */
#include <string.h>
#include "desk/room.h"

static int reread(struct ig_desk *d, int64_t message, const char *actor, struct ig_why *why)
{
	static const char *const kinds[] = {"keys", "pages", IG_SCAN_KIND};
	struct ig_message m;
	int64_t reopened = 0;
	int found = ig_store_message_get(d->store, message, d->arena, &m);
	if (found < 0)
		return -1;
	if (!found) {
		ig_why(why, "there is no message %lld", (long long)message);
		return IG_EX_DATA;
	}
	if (m.state == IG_MESSAGE_STATE_SEALED && !m.crypto.sealed) {
		ig_why(why, "message %lld is sealed: nothing of it is read on", (long long)message);
		return IG_EX_DATA;
	}
	ig_time until = ig_now() + ig_conf_profile_at(d->conf, m.received_at)->task_wait * 1000;
	for (size_t i = 0; i < IG_COUNT(kinds); i++) {
		int64_t n = ig_desk_has_worker(d, kinds[i]) ? ig_store_tasks_reopen(d->store, message, kinds[i], until) : 0;
		if (n < 0)
			return -1;
		reopened += n;
	}
	if (!reopened) {
		ig_why(why, "nothing of message %lld is read by a worker that is here", (long long)message);
		return IG_EX_DATA;
	}
	return ig_desk_journal(d, actor, "message reread", ig_arena_fmt(d->arena, "message %lld", (long long)message), NULL);
}

int ig_desk_message_reread(struct ig_desk *d, int64_t message, const char *actor, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, reread(d, message, actor, why), why);
}
