/* irgatectl maintenance: announce, show, cancel; and top, the screen that stays. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/clock.h"
#include "ctl/books.h"

static int time_of(struct ig_ctl *c, const char *name, ig_time *t_r)
{
	const char *word = ig_ctl_option(c, name);
	if (!word) return ig_ctl_fail(c, IG_EX_USAGE, "%s is needed", name);
	return ig_time_parse(word, t_r) ? ig_ctl_fail(c, IG_EX_USAGE, "%s is not an RFC 3339 time", word) : IG_EX_OK;
}

int ig_ctl_maintenance_announce(struct ig_ctl *c)
{
	struct ig_maintenance m = {.reason = ig_ctl_option(c, "--reason"), .service = ig_ctl_option(c, "--service")};
	struct ig_why why = {""};
	size_t told = 0;
	bool emergency = ig_ctl_flag(c, "--emergency");
	int code = time_of(c, "--from", &m.from);
	if (!code) code = time_of(c, "--to", &m.to);
	if (!code) code = ig_ctl_words(c, 0, 0);
	if (!code && (!m.reason || !*m.reason)) code = ig_ctl_fail(c, IG_EX_USAGE, "a reason is needed");
	if (!code && (code = ig_desk_maintenance_announce(c->desk, &m, emergency, c->actor, &told, &why))) ig_ctl_say(c, "%s", why.text);
	if (!code && c->json) ig_ctl_json(c, json_pack("{s:I}", "told", (json_int_t)told));
	else if (!code) ig_ctl_print(c, "%zu parties are told; intake answers \"later\" from %s to %s\n", told, ig_ctl_time(c, m.from), ig_ctl_time(c, m.to));
	return code;
}

int ig_ctl_maintenance_cancel(struct ig_ctl *c)
{
	struct ig_why why = {""};
	size_t told = 0;
	const char *reason = ig_ctl_option(c, "--reason");
	int code = ig_ctl_words(c, 0, 0);
	if (!code && (!reason || !*reason)) code = ig_ctl_fail(c, IG_EX_USAGE, "a reason is needed");
	if (!code && (code = ig_desk_maintenance_cancel(c->desk, c->actor, reason, &told, &why))) ig_ctl_say(c, "%s", why.text);
	if (!code && !c->json) ig_ctl_print(c, "%zu parties are told\n", told);
	return code;
}

/* The same screen as today, again and again, until it is interrupted. --count for those who do not want it for ever. */
int ig_ctl_top(struct ig_ctl *c)
{
	static const char *const today[] = {"today", NULL};
	const char *every = ig_ctl_option(c, "--every"), *count = ig_ctl_option(c, "--count");
	int64_t seconds = 2, left = INT64_MAX;
	if ((every && ig_ctl_number(c, every, 1, 3600, &seconds)) || (count && ig_ctl_number(c, count, 1, INT64_MAX, &left)) || ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	for (int code = 0; left-- > 0;) {
		char at[IG_TIME_MAX];
		if (c->terminal) ig_ctl_print(c, "\033[H\033[2J");
		ig_ctl_print(c, "%sirgate%s  %s  every %lld s, Ctrl-C ends\n\n", ig_ctl_bold(c), ig_ctl_plain(c), ig_time_rfc3339(ig_now(), at), (long long)seconds);
		code = ig_ctl_again(c, today);
		fflush(stdout);
		/* While the daemon starts anew the screen says so and goes on; a mistake in the call would not mend. */
		if (code == IG_EX_USAGE || code == IG_CTL_NOPERM || code == IG_EX_CONFIG || !left) return code;
		const struct timespec rest = {.tv_sec = (time_t)seconds};
		nanosleep(&rest, NULL);
	}
	return IG_EX_OK;
}
