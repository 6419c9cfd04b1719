/* The pools of readers and of the workers of slow reading as far as the parent has to do with it: it starts one when the clerk wants one, hands its socket to the clerk, reaps it.
 * A dead reader costs one message, which is the clerk's to see (its socket ends); here it only makes room for the next. */
#include "config.h"
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "base/opt.h"
#include "model/notes.h"
#include "role/parent.h"

enum { BACKOFF_FIRST_MS = 100, BACKOFF_MAX_MS = 30000, ONCE_FAILURES_MAX = 6 };

static const char *const kinds[IG_POOL_COUNT] = {
#define WORD(v, w) w,
	IG_POOLS(WORD)};

static const char *kind_of(const struct ig_parent_pool *pool)
{
	return kinds[pool - pool->parent->pools];
}

static size_t size_of(const struct ig_parent_pool *pool)
{
	switch ((enum ig_pool)(pool - pool->parent->pools)) {
	case IG_POOL_READER:
		return (size_t)pool->parent->conf->readers;
	case IG_POOL_PAGES:
		return (size_t)pool->parent->conf->pages_workers;
	case IG_POOL_KEYS:
	case IG_POOL_SCRIBE: /* one at a time is 30 letters a second */
	case IG_POOL_SEALER:
	case IG_POOL_CLAMD:
	case IG_POOL_COUNT:
		break;
	}
	return 1;
}

/* As many as the pool may have, and as many again that are on their way out. */
static size_t most(const struct ig_parent_pool *pool)
{
	size_t n = 2 * size_of(pool);

	return n < IG_PARENT_READERS_MAX ? n : IG_PARENT_READERS_MAX;
}

static void serve(struct ig_parent_pool *pool);

static void again(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	serve(arg);
}

/* One that cannot be started at all (program gone, user gone) must not turn the wish into a busy loop. */
static void cannot_start(struct ig_parent_pool *pool, const char *words)
{
	struct ig_parent *p = pool->parent;
	int64_t ms = BACKOFF_FIRST_MS;

	if (!pool->failures++) /* said once, until one is well again */
		ig_parent_alarm(p, kind_of(pool), words);
	if (p->once && pool->failures >= ONCE_FAILURES_MAX) {
		ig_log(IG_LOG_ERR, "no %s can be started: giving this run up", kind_of(pool));
		ig_parent_end(p, IG_EX_UNAVAILABLE);
		return;
	}
	for (unsigned i = 1; i < pool->failures && ms < BACKOFF_MAX_MS; i++)
		ms *= 2;
	if (ms > BACKOFF_MAX_MS)
		ms = BACKOFF_MAX_MS;
	if (!pool->again)
		pool->again = evtimer_new(p->base, again, pool);
	if (pool->again && !evtimer_pending(pool->again, NULL))
		event_add(pool->again, &(struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000});
}

static void serve(struct ig_parent_pool *pool)
{
	struct ig_parent *p = pool->parent;
	struct ig_note_peer n = {.role = kind_of(pool)};
	struct ig_why why = {""};
	pid_t pid;
	int sock;

	while (pool->wanted && pool->count < most(pool) && p->role[IG_AT_CLERK].link) {
		if (pool->again && evtimer_pending(pool->again, NULL))
			return;
		sock = ig_worker_spawn(p->conf, kind_of(pool), &pid, &why);
		if (sock < 0) {
			ig_log(IG_LOG_ERR, "%s", why.text);
			cannot_start(pool, why.text);
			return;
		}
		pool->pids[pool->count++] = pid;
		pool->forgotten = false;
		pool->wanted--;
		n.index = (uint64_t)pid;
		ig_note_peer_send(p->role[IG_AT_CLERK].link, &n, sock);
	}
}

int ig_parent_reader_wanted(struct ig_parent *p, const char *kind)
{
	for (size_t i = 0; i < IG_POOL_COUNT; i++) {
		struct ig_parent_pool *pool = &p->pools[i];
		pool->parent = p;
		if (strcmp(kinds[i], kind))
			continue;
		if (pool->wanted < size_of(pool))
			pool->wanted++;
		serve(pool);
		return 0;
	}
	return -1;
}

/* Its place in the pool counts until it is dead. SIGKILL: it may be stopped, or be in the hands of whoever wrote the message. */
void ig_parent_reader_unwanted(struct ig_parent *p, uint64_t pid)
{
	for (size_t k = 0; k < IG_POOL_COUNT; k++)
		for (size_t i = 0; i < p->pools[k].count; i++)
			if ((uint64_t)p->pools[k].pids[i] == pid)
				kill(p->pools[k].pids[i], SIGKILL);
}

static bool died(struct ig_parent_pool *pool, pid_t pid, int status)
{
	const char *kind;
	size_t i = 0;
	bool born_dead;

	while (i < pool->count && pool->pids[i] != pid)
		i++;
	if (i == pool->count)
		return false;
	kind = kind_of(pool);
	/* What a message may do to it is something else: a signal, or 70 for too much memory. */
	born_dead = WIFEXITED(status) && (WEXITSTATUS(status) == IG_EX_USAGE || WEXITSTATUS(status) == IG_EX_CONFIG);
	pool->pids[i] = pool->pids[--pool->count];
	if (WIFSIGNALED(status) && pool->forgotten && WTERMSIG(status) == SIGKILL)
		; /* by us, at the end */
	else if (WIFSIGNALED(status))
		ig_log(IG_LOG_WARNING, "a %s was ended by signal %d (%s)", kind, WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		ig_log(IG_LOG_WARNING, "a %s ended with code %d", kind, WEXITSTATUS(status));
	if (born_dead) { /* the clerk sees its socket end and asks again */
		char words[128];
		snprintf(words, sizeof(words), "irgate-%s ends as soon as it is started; its reason is in the log", kind);
		cannot_start(pool, words);
	} else {
		pool->failures = 0;
	}
	serve(pool);
	return true;
}

bool ig_parent_reader_died(struct ig_parent *p, pid_t pid, int status)
{
	for (size_t k = 0; k < IG_POOL_COUNT; k++)
		if (died(&p->pools[k], pid, status))
			return true;
	return false;
}

void ig_parent_readers_forget(struct ig_parent *p)
{
	for (size_t k = 0; k < IG_POOL_COUNT; k++) {
		p->pools[k].wanted = 0;
		p->pools[k].forgotten = true;
		for (size_t i = 0; i < p->pools[k].count; i++) /* nobody would hear them, and one that hangs would never see the end of its socket */
			kill(p->pools[k].pids[i], SIGKILL);
	}
}

void ig_parent_readers_end(struct ig_parent *p)
{
	for (size_t k = 0; k < IG_POOL_COUNT; k++)
		for (size_t i = 0; i < p->pools[k].count; i++)
			kill(p->pools[k].pids[i], SIGTERM);
}

void ig_parent_readers_free(struct ig_parent *p)
{
	for (size_t k = 0; k < IG_POOL_COUNT; k++) {
		if (p->pools[k].again)
			event_free(p->pools[k].again);
		p->pools[k].again = NULL;
	}
}
