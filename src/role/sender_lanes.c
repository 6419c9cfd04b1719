/* Which mail goes next, to which child, and whether the host is tried at all: three lanes, a session kept free for urgent mail, and the circuit
 * breaker. Relies on sender_session.c for the children. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <event2/event.h>
#include "base/clock.h"
#include "base/log.h"
#include "role/sender.h"

/* Mails a child may have in hand: enough that it never waits for us while all goes well, one while the host is in doubt. */
#define AHEAD_SMTP 4
#define BREAK_AFTER 3           /* results in a row that did not reach the host */
#define BREAK_FIRST_MS 5000
#define BREAK_MAX_MS 300000
#define ALARM_AFTER 3           /* openings in a row */

/* ---- the breaker */

void ig_sender_reached(struct ig_sender *s, const struct ig_deliver_result *r)
{
	if (!r->unreachable) {
		s->failures = s->openings = 0;
		s->closed_until = 0;
		return;
	}
	snprintf(s->last_words, sizeof s->last_words, "%s", r->text);
	if (++s->failures < BREAK_AFTER || ig_mono_ms() < s->closed_until) /* what was begun before it opened tells nothing new */
		return;
	int64_t wait = BREAK_FIRST_MS;
	for (unsigned i = 0; i < s->openings && wait < BREAK_MAX_MS; i++)
		wait *= 2;
	wait = wait < BREAK_MAX_MS ? wait : BREAK_MAX_MS;
	s->closed_until = ig_mono_ms() + wait;
	s->openings++;
	ig_log(IG_LOG_WARNING, "mail is held for %lld s: %s", (long long)(wait / 1000), s->last_words);
	if (s->openings == ALARM_AFTER)
		ig_role_alarm(s->role, "mail-out", s->last_words);
}

/* While the host is out of reach nobody waits for it: each mail is answered `later` at once. */
static void answer_waiting(struct ig_sender *s)
{
	struct ig_deliver_result r = {.unreachable = true};
	ig_deliver_say(&r, IG_LATER, "4.4.1", "not tried, the server was out of reach before: %.400s", s->last_words);
	for (size_t i = 0; i < IG_COUNT(s->lanes); i++) {
		for (struct ig_sender_mail *m; (m = ig_sender_pop(&s->lanes[i]));) {
			ig_sender_result(s, m, &r);
			free(m);
		}
	}
}

/* ---- sessions */

static size_t in_hand(const struct ig_sender *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->session_count; i++)
		n += s->sessions[i].given.count;
	return n;
}

/* The session with the least in hand among the first `count`, running ones first; NULL when all have `most`. */
static struct ig_sender_session *least_busy(struct ig_sender *s, size_t count, size_t most)
{
	struct ig_sender_session *best = NULL;
	for (size_t i = 0; i < count; i++) {
		struct ig_sender_session *x = &s->sessions[i];
		if (x->given.count < most && (!best || x->given.count < best->given.count || (x->given.count == best->given.count && x->link && !best->link)))
			best = x;
	}
	return best;
}

/* True when it was given; false leaves it in its lane. */
static bool give(struct ig_sender *s, struct ig_sender_session *x, struct ig_sender_list *lane)
{
	struct ig_deliver_result r = {.unreachable = true};
	struct ig_sender_mail *m;
	if (!x->link && ig_sender_session_start(x)) {
		if (!(m = ig_sender_pop(lane)))
			return false;
		ig_deliver_say(&r, IG_LATER, "4.3.0", "no process could be started to send it");
		ig_sender_result(s, m, &r);
		free(m);
		return true;
	}
	m = ig_sender_pop(lane);
	if (!m)
		return false;
	ig_sender_session_give(x, m);
	return true;
}

/* Urgent mail takes any session that is free. The last session is kept for it alone where there are several, so that it never waits behind
 * another mail; where there is one, it goes before the others. */
static void give_all(struct ig_sender *s)
{
	bool doubt = s->failures > 0;
	size_t ahead = doubt ? 1 : s->driver->attempts ? IG_DELIVER_BATCH : AHEAD_SMTP;
	size_t others = s->session_count > 1 ? s->session_count - 1 : 1;
	struct ig_sender_session *x;
	for (size_t lane = 0; lane < IG_COUNT(s->lanes); lane++) {
		bool urgent = lane == IG_LANE_URGENT;
		while (s->lanes[lane].first && !(doubt && in_hand(s))) {
			/* one ahead while there is little to do: a mail should not wait behind another one where a session is free */
			x = least_busy(s, urgent ? s->session_count : others, urgent && !s->driver->attempts ? 1 : ahead);
			if (!x || !give(s, x, &s->lanes[lane]))
				break;
		}
	}
}

static void stop_when_done(struct ig_sender *s)
{
	if (in_hand(s))
		return;
	for (size_t i = 0; i < s->session_count; i++)
		ig_sender_session_end(&s->sessions[i], NULL);
	if (s->clerk) /* the last outcome may still wait to be written: without it that mail would go out again */
		ig_link_flush(s->clerk, 1000);
	ig_role_exit(s->role, IG_EX_OK);
}

void ig_sender_pump(struct ig_sender *s)
{
	if (s->stopping) {
		stop_when_done(s);
		return;
	}
	if (s->closed_until && ig_mono_ms() < s->closed_until)
		answer_waiting(s);
	else
		give_all(s);
	for (size_t i = 0; i < s->session_count; i++)
		if (s->sessions[i].link && !s->sessions[i].given.count)
			ig_sender_session_rested(&s->sessions[i]);
}
