/* Starting irgate-reader and the workers of slow reading with one socket and its limits. Used by the parent for the pool of the clerk, and by irgatectl when no daemon runs.
 * Relies on the configuration for the place of the program (conf->libexec: environment, beside the running program, or as installed).
 * Does not wait for the child: whoever started it reaps it. */
#include "config.h"
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/link.h"
#include "role/role.h"

extern char **environ;

enum { READER_ARENA_MAX = 64 << 10, READER_WORDS_MAX = 24 };

struct words {
	struct ig_arena *arena;
	char *word[READER_WORDS_MAX];
	int count;
};

static void word_number(struct words *w, const char *name, int64_t value)
{
	w->word[w->count++] = ig_arena_fmt(w->arena, "%s=%" PRId64, name, value);
}

/* Names of the fields by which spam is marked, each once is enough. */
static void word_marks(const struct ig_conf *c, struct words *w)
{
	struct ig_buf b = IG_BUF_INIT(8192);
	for (const char *const *m = c->spam_headers; m && *m; m++)
		ig_buf_fmt(&b, "%s%.*s", b.len ? "," : "marks=", (int)strcspn(*m, ":"), *m);
	if (b.len && !b.over)
		w->word[w->count++] = ig_arena_strdup(w->arena, b.data);
	ig_buf_free(&b);
}

static void reader_words(const struct ig_conf *c, struct words *w)
{
	if (c->user_reader)
		w->word[w->count++] = ig_arena_fmt(w->arena, "user=%s", c->user_reader);
	word_number(w, "cpu_ms", c->reader_cpu);
	word_number(w, "memory", (int64_t)c->reader_memory);
	word_number(w, "max_messages", c->reader_max_messages);
	word_number(w, "text_max", (int64_t)c->text_max);
	word_number(w, "header_max", (int64_t)c->header_max);
	word_number(w, "parts_max", c->parts_max);
	word_number(w, "depth_max", c->depth_max);
	word_number(w, "headers_max", c->headers_max);
	word_number(w, "references_max", c->references_max);
	word_number(w, "recipients_max", c->recipients_max);
	word_number(w, "observables_max", c->observables_max);
	word_marks(c, w);
	if (c->clamd_socket)
		w->word[w->count++] = ig_arena_strdup(w->arena, "clamd=1");
	w->word[w->count++] = ig_arena_fmt(w->arena, "filters=%s/filters", c->datadir);
	if (c->filter_dir)
		w->word[w->count++] = ig_arena_fmt(w->arena, "own_filters=%s", c->filter_dir);
}

static void pages_words(const struct ig_conf *c, struct words *w)
{
	const char *user = c->user_pages ? c->user_pages : c->user_reader;
	if (user)
		w->word[w->count++] = ig_arena_fmt(w->arena, "user=%s", user);
	word_number(w, "memory", (int64_t)c->pages_memory);
	word_number(w, "time_ms", c->pages_time);
	word_number(w, "text_max", (int64_t)c->text_max);
}

static void word_text(struct words *w, const char *name, const char *value)
{
	if (value)
		w->word[w->count++] = ig_arena_fmt(w->arena, "%s=%s", name, value);
}

static void keys_words(const struct ig_conf *c, struct words *w)
{
	word_text(w, "user", c->user_keys ? c->user_keys : c->user_clerk); /* never root where roles have users */
	word_text(w, "home", c->keys_home ? c->keys_home : ig_arena_fmt(w->arena, "%s/keys", c->var));
	if (!c->keys_scratch || *c->keys_scratch) /* "": for an operator, on the ring itself */
		word_text(w, "scratch", c->keys_scratch ? c->keys_scratch : "/tmp");
	word_text(w, "gpg", c->keys_gpg);
	word_text(w, "gpgsm", c->keys_gpgsm);
	word_text(w, "agent", c->keys_agent);
	word_text(w, "passphrase_file", c->keys_passphrase_file);
	word_number(w, "time_ms", c->keys_time);
	word_number(w, "memory", (int64_t)c->keys_memory);
	word_number(w, "plain_max", (int64_t)c->keys_plain_max);
}

static void scribe_words(const struct ig_conf *c, struct words *w)
{
	word_text(w, "user", c->user_scribe ? c->user_scribe : c->user_reader);
	word_text(w, "font", c->letter_font);
	word_text(w, "signature", c->letter_signature);
	word_text(w, "seal", c->letter_seal);
}

static void sealer_words(const struct ig_conf *c, struct words *w)
{
	word_text(w, "user", c->user_sealer);
	word_text(w, "key", c->sign_key);
	word_text(w, "password_file", c->sign_password_file);
}

static void clamd_words(const struct ig_conf *c, struct words *w)
{
	word_text(w, "user", c->user_clamd ? c->user_clamd : c->user_reader);
	word_text(w, "socket", c->clamd_socket);
	word_number(w, "time_ms", c->clamd_time);
	word_number(w, "size_max", (int64_t)c->clamd_size_max);
}

static const struct {
	const char *kind;
	void (*words)(const struct ig_conf *c, struct words *w); /* NULL: none */
} workers[] = {{"reader", reader_words}, {"pages", pages_words}, {"keys", keys_words}, {"scribe", scribe_words}, {"sealer", sealer_words},
	{"clamd", clamd_words}};

int ig_spawn(const char *path, char *const argv[], int sock, int keep, pid_t *pid_r)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t all, none;
	int err;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_adddup2(&files, sock, IG_ROLE_FD);
	if (keep >= 0)
		posix_spawn_file_actions_adddup2(&files, keep, IG_ROLE_FD + 1);
	posix_spawn_file_actions_addclosefrom_np(&files, IG_ROLE_FD + 1 + (keep >= 0));
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	err = posix_spawn(pid_r, path, &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return err;
}

static int spawn(const struct ig_conf *c, const char *kind, const char *more, pid_t *pid_r, struct ig_why *why)
{
	struct words w = {.arena = ig_arena_new(READER_ARENA_MAX)};
	const char *path = ig_arena_fmt(w.arena, "%s/irgate-%s", c->libexec, kind);
	int fds[2], err;

	if (ig_link_pair(fds) < 0) {
		err = errno;
		w.arena = ig_arena_free(w.arena);
		return ig_why(why, "cannot make a socket for a %s: %s", kind, strerror(err));
	}
	w.word[w.count++] = ig_arena_fmt(w.arena, "irgate-%s", kind);
	for (size_t i = 0; i < IG_COUNT(workers); i++)
		if (!strcmp(workers[i].kind, kind) && workers[i].words)
			workers[i].words(c, &w);
	if (more)
		w.word[w.count++] = ig_arena_strdup(w.arena, more);
	err = ig_spawn(path, w.word, fds[1], -1, pid_r); /* no lock, no listening socket, no other reader */
	close(fds[1]);
	if (err) {
		close(fds[0]);
		ig_why(why, "cannot start %s: %s", path, strerror(err));
		fds[0] = -1;
	}
	w.arena = ig_arena_free(w.arena);
	return fds[0];
}

int ig_reader_spawn(const struct ig_conf *c, pid_t *pid_r, struct ig_why *why)
{
	return spawn(c, "reader", NULL, pid_r, why);
}

int ig_reader_spawn_explaining(const struct ig_conf *c, pid_t *pid_r, struct ig_why *why)
{
	return spawn(c, "reader", "explain=1", pid_r, why);
}

int ig_worker_spawn(const struct ig_conf *c, const char *kind, pid_t *pid_r, struct ig_why *why)
{
	return spawn(c, kind, NULL, pid_r, why);
}
