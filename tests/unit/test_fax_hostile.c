/* Whole calls in which packets are changed on their way, in either direction, by audio and by T.38: every call ends, and a crash is the call's own.
 * Each runs in a process of its own, as in the gateway. FAX_SESSIONS=N: so many of each kind; FAX_FIRST=N: from the Nth (a crash again). */
#include "check.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "fax_kit.h"

enum { SESSIONS = 1000, SIMULATED_MAX_S = 1800 };

struct mutation {
	struct kit_chance chance;
	int direction;   /* 0 to the called side, 1 to the caller, 2 both */
	double rate;
};

static void mutate(void *arg, int to_caller, uint8_t *p, size_t *len)
{
	struct mutation *m = arg;
	if ((m->direction != 2 && m->direction != to_caller) || kit_random(&m->chance) >= m->rate || !*len)
		return;
	int changes = 1 + (int)(kit_random(&m->chance) * 4);
	for (int i = 0; i < changes; i++) {
		size_t at = (size_t)(kit_random(&m->chance) * (double)*len);
		double k = kit_random(&m->chance);
		if (k < 0.5)
			p[at] ^= (uint8_t)(1 << (int)(kit_random(&m->chance) * 8));
		else if (k < 0.8)
			p[at] = (uint8_t)(kit_random(&m->chance) * 256);
		else if (k < 0.9)
			*len = at ? at : 1;
		else if (*len + 4 < IG_UDPTL_DATAGRAM_MAX)
			p[(*len)++] = (uint8_t)(kit_random(&m->chance) * 256);
	}
}

/* 0 it ended; else how it did not. */
static int session(bool audio, int n, const char *page, const char *in)
{
	pid_t pid = fork();
	int status;
	if (!pid) {
		struct mutation m = {.chance = {(uint64_t)n * 31 + audio}, .direction = n % 3, .rate = n % 2 ? 0.02 : 0.3};
		struct kit_run r = {.ec = (enum ig_udptl_ec)(n % 3), .codec = n % 2 ? 8 : 0, .net = {.chance = {(uint64_t)n}, .burst = 1}, .caller = {.send = page, .ident = "1"},
			.called = {.receive = in, .ident = "2", .seconds_max = 900}, .mangle = mutate, .mangle_arg = &m, .limit_s = SIMULATED_MAX_S};
		r.caller.seconds_max = 900;
		signal(SIGSEGV, SIG_DFL); /* the test's own would let the child go on with the next test */
		signal(SIGBUS, SIG_DFL);
		signal(SIGFPE, SIG_DFL);
		signal(SIGILL, SIG_DFL);
		alarm(120);
		(audio ? kit_audio : kit_t38)(&r);
		_exit(r.ended ? 0 : 3);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int number_of(const char *name, int fallback)
{
	const char *n = getenv(name);
	return n ? (int)strtol(n, NULL, 10) : fallback;
}

static void run(bool audio, int count)
{
	char dir[] = "/tmp/irgate-hostile-XXXXXX", page[64], in[64];
	int crashed = 0, endless = 0;
	assert_non_null(mkdtemp(dir));
	snprintf(page, sizeof page, "%s/page.tif", dir);
	snprintf(in, sizeof in, "%s/in.tif", dir);
	kit_tiff(page, 2, 150);
	for (int n = number_of("FAX_FIRST", 0); n < count; n++) {
		int how = session(audio, n, page, in);
		crashed += how >= 1000;
		endless += how && how < 1000;
		if (how)
			print_message("%s session %d: %s %d\n", audio ? "audio" : "T.38", n, how >= 1000 ? "signal" : "code", how % 1000);
		unlink(in);
	}
	unlink(page);
	rmdir(dir);
	print_message("%s: %d sessions, %d crashed in their own process, %d did not end\n", audio ? "audio" : "T.38", count, crashed, endless);
	assert_int_equal(endless, 0);
	assert_int_equal(crashed, 0); /* none is known behind the guard; one that is found becomes a sample */
}

static void test_t38(void **state)
{
	(void)state;
	run(false, number_of("FAX_SESSIONS", SESSIONS));
}

static void test_audio(void **state)
{
	(void)state;
	run(true, number_of("FAX_SESSIONS", SESSIONS / 10));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_t38), cmocka_unit_test(test_audio)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
