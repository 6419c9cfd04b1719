/* Counts of automatic letters, held in memory beside the store. Inside of the desk room only. */
#ifndef IG_DESK_BUDGET_H
#define IG_DESK_BUDGET_H
#include "desk/room.h"

/* The report under way comes from peers: those that are suspended were heard of now, or long ago. 0 or -1. */
int ig_taking_peers_seen(struct ig_taking *t);
/* The callback of ig_decide_receipt_for; arg is the taking. Suspends whom the letter would take past a budget. */
const char *ig_taking_over_budget(void *arg, const char *to);
/* The dispatch has its row: charged when queued, kept in its batch when held by a budget. 0 or -1. */
int ig_taking_charge(struct ig_taking *t, const struct ig_dispatch *dispatch);
void ig_budget_free(struct ig_budget *b);
#endif
