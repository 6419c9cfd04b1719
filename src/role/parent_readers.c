/* The pool of readers as far as the parent has to do with it: it starts one when the clerk wants one, hands its socket to the clerk, reaps it.
 * A dead reader costs one message, which is the clerk's to see (its socket ends); here it only makes room for the next. */
#include "config.h"
#include <event2/event.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "base/opt.h"
#include "model/notes.h"
#include "role/parent.h"

enum { BACKOFF_FIRST_MS = 100, BACKOFF_MAX_MS = 30000, ONCE_FAILURES_MAX = 6 };

/* As many as the pool may have, and as many again that are on their way out. */
static size_t most(const struct ig_parent *p)
{
	size_t n = 2 * (size_t)p->conf->readers;

	return n < IG_PARENT_READERS_MAX ? n : IG_PARENT_READERS_MAX;
}

static void serve(struct ig_parent *p);

static void again(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	serve(arg);
}

/* A reader that cannot be started at all (program gone, user gone) must not turn the wish into a busy loop. */
static void cannot_start(struct ig_parent *p, const char *words)
{
	int64_t ms = BACKOFF_FIRST_MS;

	if (!p->reader_failures++) /* said once, until one is well again */
		ig_parent_alarm(p, "reader", words);
	if (p->once && p->reader_failures >= ONCE_FAILURES_MAX) {
		ig_log(IG_LOG_ERR, "no reader can be started: giving this run up");
		ig_parent_end(p, IG_EX_UNAVAILABLE);
		return;
	}
	for (unsigned i = 1; i < p->reader_failures && ms < BACKOFF_MAX_MS; i++)
		ms *= 2;
	if (ms > BACKOFF_MAX_MS)
		ms = BACKOFF_MAX_MS;
	if (!p->reader_again)
		p->reader_again = evtimer_new(p->base, again, p);
	if (p->reader_again && !evtimer_pending(p->reader_again, NULL))
		event_add(p->reader_again, &(struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000});
}

static void serve(struct ig_parent *p)
{
	struct ig_note_peer n = {.role = "reader"};
	struct ig_why why = {""};
	pid_t pid;
	int sock;

	while (p->readers_wanted && p->reader_count < most(p) && p->role[IG_AT_CLERK].link) {
		if (p->reader_again && evtimer_pending(p->reader_again, NULL))
			return;
		sock = ig_reader_spawn(p->conf, &pid, &why);
		if (sock < 0) {
			ig_log(IG_LOG_ERR, "%s", why.text);
			cannot_start(p, why.text);
			return;
		}
		p->readers[p->reader_count++] = pid;
		p->readers_wanted--;
		n.index = (uint64_t)pid;
		ig_note_peer_send(p->role[IG_AT_CLERK].link, &n, sock);
	}
}

void ig_parent_reader_wanted(struct ig_parent *p)
{
	if (p->readers_wanted < (size_t)p->conf->readers)
		p->readers_wanted++;
	serve(p);
}

/* Its place in the pool counts until it is dead. SIGKILL: it may be stopped, or be in the hands of whoever wrote the message. */
void ig_parent_reader_unwanted(struct ig_parent *p, uint64_t pid)
{
	for (size_t i = 0; i < p->reader_count; i++)
		if ((uint64_t)p->readers[i] == pid)
			kill(p->readers[i], SIGKILL);
}

bool ig_parent_reader_died(struct ig_parent *p, pid_t pid, int status)
{
	size_t i = 0;
	bool born_dead;

	while (i < p->reader_count && p->readers[i] != pid)
		i++;
	if (i == p->reader_count)
		return false;
	/* What a message may do to a reader is something else: a signal, or 70 for too much memory. */
	born_dead = WIFEXITED(status) && (WEXITSTATUS(status) == IG_EX_USAGE || WEXITSTATUS(status) == IG_EX_CONFIG);
	p->readers[i] = p->readers[--p->reader_count];
	if (WIFSIGNALED(status))
		ig_log(IG_LOG_WARNING, "a reader was ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		ig_log(IG_LOG_WARNING, "a reader ended with code %d", WEXITSTATUS(status));
	if (born_dead) /* the clerk sees its socket end and asks again */
		cannot_start(p, "irgate-reader ends as soon as it is started; its reason is in the log");
	else
		p->reader_failures = 0;
	serve(p);
	return true;
}

void ig_parent_readers_forget(struct ig_parent *p)
{
	p->readers_wanted = 0;
	for (size_t i = 0; i < p->reader_count; i++) /* nobody would hear them, and one that hangs would never see the end of its socket */
		kill(p->readers[i], SIGKILL);
}

void ig_parent_readers_free(struct ig_parent *p)
{
	if (p->reader_again)
		event_free(p->reader_again);
	p->reader_again = NULL;
}
