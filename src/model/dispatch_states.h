/* The life cycle of a dispatch, as a table: used by the store, which refuses every other step, by decide and by the states page. */
#ifndef IG_MODEL_DISPATCH_STATES_H
#define IG_MODEL_DISPATCH_STATES_H
#include <stdbool.h>
#include <stddef.h>
#include "model/names.h"

struct ig_dispatch_step {
	enum ig_dispatch_state from, to;
	const char *when;
};
bool ig_dispatch_may_begin(enum ig_dispatch_state state); /* may an intent be committed in this state? */
bool ig_dispatch_may(enum ig_dispatch_state from, enum ig_dispatch_state to);
bool ig_dispatch_ended(enum ig_dispatch_state state); /* nothing more is tried by itself: sent, delivered, failed, cancelled */
const struct ig_dispatch_step *ig_dispatch_steps(size_t *count_r);
#endif
