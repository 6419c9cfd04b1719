/* rules-bench [-n INCIDENTS] [-d DUTIES] [-s STORED] [-t DIR]: the rules without the store: every case with its facts, the rungs that were told and its
 * duties is looked at again; then the timer and duty that come next, by index, among stored ones. Prints seconds and milliseconds; exits 1 past
 * the limits that the office set: two seconds for 100,000 cases of ten duties, a millisecond for the next of a million. A fixed seed. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "decide/decide.h"
#include "decide/ladder.h"
#include "store/store_duty.h"

static uint64_t seed = 42;

static uint32_t next_random(void)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

static void say(const char *line, void *arg)
{
	(void)arg;
	fprintf(stderr, "%s\n", line);
}

static double rules(const struct ig_conf *conf, int64_t cases, int64_t duties)
{
	static const char *const told[] = {"coordinator"};
	ig_time t0 = INT64_C(1767225600) * IG_SECOND;
	const struct ig_profile *p = ig_conf_profile_at(conf, t0);
	struct ig_decide_case *all = ig_xmalloc((size_t)cases * sizeof(*all));
	struct ig_decide_owed *owed = ig_xmalloc((size_t)(cases * duties) * sizeof(*owed));
	int64_t serious = 0, overdue = 0, tell = 0;
	for (int64_t i = 0; i < cases; i++) {
		struct ig_decide_case *c = &all[i];
		for (size_t f = 0; f < ig_fact_count; f++) c->facts.known[f] = (enum ig_known)(next_random() % 3);
		c->facts.level = (int)(next_random() % 6);
		c->widespread = (enum ig_widespread)(next_random() % 3);
		c->told = told, c->told_count = next_random() % 2;
		c->owed = owed + i * duties, c->owed_count = (size_t)duties;
		for (int64_t k = 0; k < duties; k++) {
			c->owed[k].deadline = p->deadline_count ? &p->deadlines[next_random() % p->deadline_count] : NULL;
			c->owed[k].from = t0 + (ig_time)(next_random() % 31536000) * IG_SECOND;
			c->owed[k].done_at = next_random() % 2 ? IG_NEVER : c->owed[k].from;
		}
	}
	int64_t begun = ig_mono_us();
	for (int64_t i = 0; i < cases; i++) {
		ig_decide_case(p, &all[i], t0 + 180 * IG_DAY);
		serious += all[i].severity == IG_SEVERITY_SERIOUS;
		overdue += (int64_t)all[i].overdue;
		tell += all[i].tell != NULL;
	}
	double seconds = (double)(ig_mono_us() - begun) / 1e6;
	printf("rules: %lld cases, %lld duties each: %.3f s (%lld serious, %lld to be told, %lld overdue)\n", (long long)cases, (long long)duties, seconds,
		(long long)serious, (long long)tell, (long long)overdue);
	free(all);
	free(owed);
	return seconds;
}

static int fill(struct ig_store *s, int64_t stored)
{
	ig_time t0 = INT64_C(1767225600) * IG_SECOND;
	if (ig_store_begin(s) < 0) return -1;
	for (int64_t i = 0; i < stored; i++) {
		struct ig_duty d = {.what = "acknowledge", .owner = "office", .basis = "bench", .due = t0 + (ig_time)(next_random() % 31536000) * IG_SECOND,
			.done_at = next_random() % 4 ? IG_NEVER : t0, .created_at = t0};
		if (ig_store_duty_add(s, &d) < 0 || ig_store_timer_set(s, IG_TIMER_STEP, i + 1, d.due) < 0) return -1;
	}
	return ig_store_commit(s);
}

static double next_due(const char *dir, int64_t stored)
{
	struct ig_why why = {""};
	struct ig_store *s = ig_store_open(dir, IG_STORE_WRITE, &why);
	enum { TIMES = 1000 };
	ig_time duty, timer;
	if (!s || fill(s, stored) < 0) {
		fprintf(stderr, "rules-bench: %s\n", s ? ig_store_why(s) : why.text);
		return -1;
	}
	int64_t begun = ig_mono_us();
	for (int i = 0; i < TIMES; i++)
		if (ig_store_duty_next_due(s, &duty) < 0 || ig_store_timer_next(s, &timer) < 0) return -1;
	double ms = (double)(ig_mono_us() - begun) / 1e3 / TIMES;
	printf("next due: among %lld stored duties and timers: %.4f ms\n", (long long)stored, ms);
	ig_store_free(s);
	return ms;
}

int main(int argc, char **argv)
{
	int64_t cases = 100000, duties = 10, stored = 1000000;
	const char *dir = NULL;
	char made[] = "/tmp/irgate-rules-XXXXXX";
	for (int c; (c = getopt(argc, argv, "n:d:s:t:")) != -1;) {
		if (c == 'n') cases = strtoll(optarg, NULL, 10);
		else if (c == 'd') duties = strtoll(optarg, NULL, 10);
		else if (c == 's') stored = strtoll(optarg, NULL, 10);
		else if (c == 't') dir = optarg;
		else return 64;
	}
	struct ig_conf *conf = ig_conf_default(say, NULL);
	if (!conf || (!dir && !(dir = mkdtemp(made)))) return 1;
	ig_conf_set_zone(conf, 0);
	double seconds = rules(conf, cases, duties), ms = stored > 0 ? next_due(dir, stored) : 0;
	ig_conf_free(conf);
	/* The limits are those of the full size; smaller runs are for tests and have them in proportion, with room for a busy machine. */
	return ms < 0 || ms > 1.0 || seconds > 2.0 ? 1 : 0;
}
