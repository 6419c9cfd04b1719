/* The life cycle of a dispatch.
 *
 *   (intent) ─→ held ⇄ queued ⇄ sending ─→ sent ─→ delivered
 *                │        │        ├─→ uncertain ─→ sent, delivered, failed, queued: a person resolves it
 *                │        │        └─→ failed ─→ queued: a person tries again
 *                └────────┴─→ cancelled
 *
 * In each state may be relied on: queued: a verdict row exists (decide_release) and the words are composed; sending: the bytes are
 * in the store and may have left us; sent: the next hop took them; delivered: the far end said so; uncertain: they may have
 * arrived, so nothing is repeated by itself; cancelled: never left us and never will. Pure. */
#include "config.h"
#include "model/dispatch_states.h"

#define S(state) IG_DISPATCH_STATE_##state
static const struct ig_dispatch_step steps[] = {
	{S(QUEUED), S(QUEUED), "it is put off: not before a later time"},
	{S(QUEUED), S(SENDING), "it is due and handed to the sender"},
	{S(QUEUED), S(HELD), "the gate or a person holds it back"},
	{S(QUEUED), S(CANCELLED), "a person cancels it, or it is no longer owed"},
	{S(QUEUED), S(FAILED), "its time ran out before it could be sent; or an attempt whose answer was lost bounced"},
	{S(SENDING), S(SENT), "the next hop took it"},
	{S(SENDING), S(QUEUED), "later: it is tried again; also after a restart, with the same Message-ID"},
	{S(SENDING), S(FAILED), "refused for good, or it bounced, or its time ran out"},
	{S(SENDING), S(HELD), "a letter was printed and waits for signature and post"},
	{S(SENDING), S(UNCERTAIN), "the last confirmation is missing"},
	{S(SENT), S(DELIVERED), "a delivery report or a confirmation came"},
	{S(SENT), S(FAILED), "it bounced"},
	{S(DELIVERED), S(FAILED), "it bounced after all"},
	{S(HELD), S(HELD), "another reason"},
	{S(HELD), S(QUEUED), "a person released it and the gate agreed"},
	{S(HELD), S(SENT), "a person posted the letter"},
	{S(HELD), S(CANCELLED), "a person cancels it"},
	{S(HELD), S(FAILED), "its time ran out"},
	{S(UNCERTAIN), S(SENT), "a person says it was sent"},
	{S(UNCERTAIN), S(DELIVERED), "a delivery report or a person says that it arrived"},
	{S(UNCERTAIN), S(FAILED), "it bounced, or a person says that it did not arrive"},
	{S(UNCERTAIN), S(QUEUED), "a person sends it again"},
	{S(FAILED), S(QUEUED), "a person tries again"},
	{S(FAILED), S(CANCELLED), "a person gives it up"},
};

bool ig_dispatch_may_begin(enum ig_dispatch_state state)
{
	return state == S(QUEUED) || state == S(HELD) || state == S(CANCELLED);
}

bool ig_dispatch_may(enum ig_dispatch_state from, enum ig_dispatch_state to)
{
	for (size_t i = 0; i < IG_COUNT(steps); i++)
		if (steps[i].from == from && steps[i].to == to)
			return true;
	return false;
}

bool ig_dispatch_ended(enum ig_dispatch_state state)
{
	return state == S(SENT) || state == S(DELIVERED) || state == S(FAILED) || state == S(CANCELLED);
}

const struct ig_dispatch_step *ig_dispatch_steps(size_t *count_r)
{
	*count_r = IG_COUNT(steps);
	return steps;
}
