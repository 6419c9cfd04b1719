/* irgate-keys: holds the private keys. One piece after the other comes by its socket (WORK), is opened or verified, and goes back (CHILD, DID).
 * Relies on its parent for the socket (descriptor IG_ROLE_FD) and the words of its command line (spawn.c), on the room keys for the work. It may
 * run gpg, gpgsm and gpg-agent and nothing else, has no network and no terminal, and sees nothing but its GnuPG home.
 * Does not know mail and keeps nothing: a piece that kills it costs that piece. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/link.h"
#include "base/log.h"
#include "base/opt.h"
#include "keys/keys.h"
#include "model/notes.h"
#include "role/role.h"

enum { WORK_MAX = 160 << 20, PASSPHRASE_MAX = 1024, FILES_MAX = 256 };

struct worker {
	struct ig_keys_place place;
	const char *user, *passphrase_file, *scratch_below; /* NULL: the home itself is worked on, for an operator */
	int64_t time_ms;
	uint64_t memory;
	struct ig_keys *keys;
	struct ig_arena *arena;
};

static int64_t number(const char *word, const char *text)
{
	char *end;
	errno = 0;
	long long v = strtoll(text, &end, 10);
	if (errno || end == text || *end || v < 0)
		ig_die(IG_EX_USAGE, "not a number: %s", word);
	return v;
}

/* "name=value" words; an unknown one is a fault of ours, said and ended. */
static void take_word(struct worker *w, const char *word)
{
	const struct {
		const char *name, **value;
	} texts[] = {{"home", &w->place.home}, {"gpg", &w->place.gpg}, {"gpgsm", &w->place.gpgsm}, {"agent", &w->place.agent}, {"user", &w->user},
		{"passphrase_file", &w->passphrase_file},
		{"scratch", &w->scratch_below}};
	for (size_t i = 0; i < IG_COUNT(texts); i++) {
		size_t n = strlen(texts[i].name);
		if (!strncmp(word, texts[i].name, n) && word[n] == '=') {
			*texts[i].value = word + n + 1;
			return;
		}
	}
	if (!strncmp(word, "time_ms=", 8))
		w->time_ms = number(word, word + 8);
	else if (!strncmp(word, "memory=", 7))
		w->memory = (uint64_t)number(word, word + 7);
	else if (!strncmp(word, "plain_max=", 10))
		w->place.plain_max = (size_t)number(word, word + 10);
	else
		ig_die(IG_EX_USAGE, "unknown word: %s", word);
}

/* First line of the file; read as whoever started us, before the user changes. */
static const char *passphrase(const char *path)
{
	static char text[PASSPHRASE_MAX];
	struct ig_buf b = IG_BUF_INIT(sizeof text - 1);
	if (ig_fs_read_file(path, &b) < 0)
		ig_die(IG_EX_CONFIG, "%s: %s", path, strerror(errno));
	memcpy(text, b.data, b.len);
	text[strcspn(text, "\r\n")] = 0;
	explicit_bzero(b.data, b.len);
	ig_buf_free(&b);
	return text;
}

/* What is started lives in our process group, so that a program that hangs ends with us. */
static void too_long(int sig)
{
	(void)sig;
	kill(0, SIGKILL);
}

static void arm(int64_t ms)
{
	struct itimerval t = {.it_value = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000}};
	setitimer(ITIMER_REAL, &t, NULL);
}

static void confine(const struct worker *w)
{
	struct ig_arena *a = ig_arena_new(0);
	struct ig_conf c = {.keys_home = w->place.home, .keys_scratch = w->place.scratch, .keys_gpg = w->place.gpg, .keys_gpgsm = w->place.gpgsm, .keys_agent = w->place.agent};
	struct ig_sandbox s = {.memory_max = w->memory};
	static const struct rlimit files = {FILES_MAX, FILES_MAX};
	setrlimit(RLIMIT_NOFILE, &files); /* the agent closes every number there could be */
	struct ig_why why;
	ig_role_confine("keys", &c, &s, a);
	s.user = w->user;
	if (ig_sandbox_apply(&s, &why) < 0)
		ig_die(IG_EX_CONFIG, "cannot confine itself: %s", why.text);
	ig_arena_free(a);
}

/* Before confinement, which knows only paths that are there. */
static void make_home(const struct worker *w)
{
	const struct passwd *pw = w->user ? getpwnam(w->user) : NULL;
	struct stat st;
	if (!stat(w->place.home, &st))
		return;
	if (ig_fs_mkdirs(w->place.home, 0700) || (pw && chown(w->place.home, pw->pw_uid, pw->pw_gid)))
		ig_die(IG_EX_CONFIG, "%s: %s", w->place.home, strerror(errno));
}

static bool answer(const struct ig_note_work *n, const char *type, const struct ig_buf *b, const char *result)
{
	struct ig_note_child child = {.seq = n->seq, .part = n->part, .type = type, .size = b->len};
	struct ig_note_did did = {.seq = n->seq, .result = result};
	int fd = b->over ? -1 : ig_fs_memfd("found", b->data, b->len);
	bool good = fd >= 0 && !ig_note_child_write(IG_ROLE_FD, &child, fd);
	if (fd >= 0)
		close(fd);
	return good && !ig_note_did_write(IG_ROLE_FD, &did, -1);
}

static bool work(struct worker *w, const struct ig_note_work *n, const void *p)
{
	struct ig_buf b = IG_BUF_INIT(WORK_MAX);
	struct ig_crypt_ask ask;
	const char *type = IG_CRYPT_FOUND_TYPE, *result = "read";
	if (n->type && !strcmp(n->type, IG_CRYPT_CALL_TYPE)) {
		type = IG_CRYPT_CALL_TYPE;
		ig_keys_call(w->keys, p, (size_t)n->size, w->arena, &b);
	} else {
		struct ig_crypt_found found = {.problem = "the piece is malformed"};
		if (!ig_crypt_ask_unpack(&ask, p, (size_t)n->size, w->arena))
			ig_keys_find(w->keys, &ask, w->arena, &found);
		ig_crypt_found_pack(&found, &b);
		result = found.problem ? found.problem : "read";
	}
	bool good = answer(n, type, &b, result);
	ig_buf_free(&b);
	return good;
}

/* false: whoever asked is gone, or speaks nonsense. */
static bool serve(struct worker *w, struct ig_buf *body)
{
	struct ig_note_work n;
	uint16_t kind;
	int fd = -1;
	if (ig_link_read(IG_ROLE_FD, &kind, body, &fd, -1) <= 0)
		return false;
	bool good = kind == IG_NOTE_WORK && fd >= 0 && !ig_note_work_unpack(&n, body->data, body->len, w->arena) && n.part && n.size <= WORK_MAX;
	void *p = good && n.size ? mmap(NULL, (size_t)n.size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
	if (good && p != MAP_FAILED) {
		arm(w->time_ms);
		good = work(w, &n, p);
		arm(0);
	}
	if (p && p != MAP_FAILED)
		munmap(p, (size_t)n.size);
	if (fd >= 0)
		close(fd);
	return good && p != MAP_FAILED;
}

static int worker(struct worker *w)
{
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	struct ig_why why = {""};
	setsid(); /* no terminal, and a group of our own */
	signal(SIGALRM, too_long);
	confine(w);
	arm(w->time_ms);
	w->keys = ig_keys_open(&w->place, &why);
	if (!w->keys)
		ig_die(IG_EX_CONFIG, "%s", why.text);
	arm(0);
	while (serve(w, &body))
		ig_arena_reset(w->arena);
	ig_keys_close(w->keys);
	return 0;
}

/* The process that is started (the nurse) makes the scratch folder and removes it; the worker may not even see what is beside it. */
static int nurse(struct worker *w)
{
	pid_t self = getpid(), pid = fork();
	int status = 0;
	if (pid < 0)
		ig_die(IG_EX_TEMPFAIL, "no process: %s", strerror(errno));
	if (!pid) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != self)
			_exit(0);
		exit(worker(w));
	}
	close(IG_ROLE_FD);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (w->place.scratch)
		ig_keys_scratch_remove(w->place.scratch);
	if (WIFSIGNALED(status)) { /* the same end, so that whoever started us says it */
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
	}
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	struct worker w = {.place = {.gpg = "/usr/bin/gpg", .gpgsm = "/usr/bin/gpgsm", .agent = "/usr/bin/gpg-agent", .plain_max = 64u << 20},
		.time_ms = 60000, .memory = 1u << 30};
	struct ig_why why = {""};
	ig_log_init("keys", IG_LOG_WARNING);
	for (int i = 1; i < argc; i++)
		take_word(&w, argv[i]);
	if (!w.place.home)
		ig_die(IG_EX_USAGE, "no home is named");
	if (w.passphrase_file)
		w.place.passphrase = passphrase(w.passphrase_file);
	prctl(PR_SET_DUMPABLE, 0);
	signal(SIGPIPE, SIG_IGN);
	make_home(&w);
	if (w.user && ig_sandbox_become(w.user, &why) < 0)
		ig_die(IG_EX_CONFIG, "%s", why.text);
	w.arena = ig_arena_new(0);
	struct ig_arena *all = ig_arena_new(0);
	if (w.scratch_below && ig_keys_scratch_make(w.scratch_below, w.place.home, all, &w.place.scratch, &why) < 0)
		ig_die(IG_EX_CONFIG, "%s", why.text);
	ig_keys_prepare();
	return nurse(&w);
}
