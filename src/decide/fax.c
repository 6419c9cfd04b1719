/* What becomes of a fax after a call, and when a call may be made. A word for each way a call can end, each with its own rule; the rule is a row of
 * a table. Relies on the dispatch and on how often the call ended so. Dials nothing.
 *
 * "uncertain" is no kind of "later": the pages may lie on the other side's desk, and a second copy of an order is an order twice. A person
 * decides. */
#include "decide/fax.h"
#include <stdio.h>
#include <string.h>
#include "base/opt.h"

#define MIN IG_MINUTE

struct rule {
	const char *code;
	enum ig_dispatch_state then; /* QUEUED: tried again */
	int tries;                   /* calls that may end so; then it has failed */
	ig_time waits[4];            /* after the first, second, ...; the last one for all that follow */
};
static const struct rule rules[] = {
	{"sent", IG_DISPATCH_STATE_SENT, 0, {0}},
	{"uncertain", IG_DISPATCH_STATE_UNCERTAIN, 0, {0}},
	{"busy", IG_DISPATCH_STATE_QUEUED, 12, {1 * MIN, 3 * MIN, 5 * MIN, 10 * MIN}},
	{"no-answer", IG_DISPATCH_STATE_QUEUED, 12, {1 * MIN, 3 * MIN, 5 * MIN, 10 * MIN}},
	{"not-a-fax", IG_DISPATCH_STATE_QUEUED, 3, {10 * MIN, 10 * MIN, 10 * MIN, 10 * MIN}},
	{"line", IG_DISPATCH_STATE_QUEUED, 6, {2 * MIN, 5 * MIN, 10 * MIN, 10 * MIN}},
	{"dropped", IG_DISPATCH_STATE_QUEUED, 6, {2 * MIN, 5 * MIN, 10 * MIN, 10 * MIN}},
	{"no-progress", IG_DISPATCH_STATE_QUEUED, 6, {2 * MIN, 5 * MIN, 10 * MIN, 10 * MIN}},
	{"too-long", IG_DISPATCH_STATE_QUEUED, 2, {10 * MIN, 10 * MIN, 10 * MIN, 10 * MIN}},
	{"incompatible", IG_DISPATCH_STATE_QUEUED, 2, {1 * MIN, 1 * MIN, 1 * MIN, 1 * MIN}},
	{"unreachable", IG_DISPATCH_STATE_FAILED, 0, {0}}, /* the number is none: 404, 410, 484, 604 */
	{"local", IG_DISPATCH_STATE_FAILED, 0, {0}},       /* our own fault: alarm */
	/* we have no line now: not the other side's doing, tried until it expires */
	{"no-line", IG_DISPATCH_STATE_QUEUED, 0, {1 * MIN, 2 * MIN, 5 * MIN, 10 * MIN}},
};

static const struct rule *rule_of(const char *code)
{
	for (size_t i = 0; i < IG_COUNT(rules); i++)
		if (code && !strcmp(rules[i].code, code))
			return &rules[i];
	return NULL;
}

void ig_decide_fax_retry(const struct ig_dispatch *d, const struct ig_attempt *at, int64_t times, const struct ig_conf *conf, ig_time now,
	enum ig_dispatch_state *state_r, ig_time *not_before_r)
{
	const struct rule *r = rule_of(at->code);
	*not_before_r = now;
	if (!r) { /* what is no call: the folder that stands in, which knows ok and later only */
		ig_decide_retry(d, at->outcome, conf, now, state_r, not_before_r);
		return;
	}
	*state_r = r->then;
	if (r->then != IG_DISPATCH_STATE_QUEUED)
		return;
	size_t n = times > 0 ? (size_t)times - 1 : 0;
	ig_time wait = r->waits[n < IG_COUNT(r->waits) ? n : IG_COUNT(r->waits) - 1], expires = d->expires_at;
	if (at->wait_ms > 0 && at->wait_ms * 1000 > wait) /* RFC 3261 section 20.33, Retry-After; within reason */
		wait = at->wait_ms * 1000 < IG_DAY ? at->wait_ms * 1000 : IG_DAY;
	*not_before_r = ig_decide_fax_time(conf, d->lane, now + wait);
	if ((r->tries && times >= r->tries) || (expires != IG_NEVER && *not_before_r > expires))
		*state_r = IG_DISPATCH_STATE_FAILED;
}

bool ig_decide_fax_local(const struct ig_attempt *at)
{
	return at->code && !strcmp(at->code, "local");
}

bool ig_decide_number_ok(const char *number)
{
	size_t digits = 0;
	if (!number || strlen(number) > IG_FAX_NUMBER_MAX)
		return false;
	for (const char *p = number; *p; p++) {
		digits += *p >= '0' && *p <= '9';
		if (!(*p >= '0' && *p <= '9') && *p != ' ' && *p != '.' && *p != '-' && *p != '(' && *p != ')' && !(*p == '+' && p == number))
			return false;
	}
	return digits >= 3 && digits <= 15; /* E.164: at most fifteen */
}

void ig_decide_number_plain(const char *number, char out[IG_FAX_NUMBER_MAX + 1])
{
	size_t n = 0;
	for (const char *p = number ? number : ""; *p && n < IG_FAX_NUMBER_MAX; p++)
		if ((*p >= '0' && *p <= '9') || (*p == '+' && !n))
			out[n++] = *p;
	out[n] = '\0';
}

/* Minutes of the day; -1 where there is none. "22:00-06:00" */
int ig_decide_quiet_parse(const char *s, int *from_r, int *to_r)
{
	int h[2], m[2], end = 0;
	if (!s || sscanf(s, "%2d:%2d-%2d:%2d%n", &h[0], &m[0], &h[1], &m[1], &end) != 4 || s[end])
		return -1;
	for (int i = 0; i < 2; i++)
		if (h[i] < 0 || h[i] > 24 || m[i] < 0 || m[i] > 59 || (h[i] == 24 && m[i]))
			return -1;
	*from_r = h[0] * 60 + m[0];
	*to_r = h[1] * 60 + m[1];
	return 0;
}

ig_time ig_decide_fax_time(const struct ig_conf *conf, enum ig_lane lane, ig_time t)
{
	int from, to, hour, min, sec;
	if (lane == IG_LANE_URGENT || ig_decide_quiet_parse(conf->fax_quiet, &from, &to) || from == to)
		return t;
	ig_time_civil(t, NULL, NULL, NULL, &hour, &min, &sec, NULL);
	int now = hour * 60 + min;
	bool quiet = from < to ? now >= from && now < to : now >= from || now < to;
	int left = (to - now + 24 * 60) % (24 * 60);
	return quiet ? t - t % IG_SECOND - sec * IG_SECOND + (ig_time)left * IG_MINUTE : t;
}
