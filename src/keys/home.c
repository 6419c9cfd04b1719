/* A GnuPG home with an agent of its own, and one context for each form.
 * Relies on the programs that its caller names, and on gpgconf once, before confinement, because GPGME knows of S/MIME only by it.
 * Never asks a person: pinentry is looped back to us (no terminal), the network daemon is not used (offline), keys are fetched from nowhere. */
#include "config.h"
#include "keys/inner.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/log.h"

enum { AGENT_WAIT_S = 10, AGENT_BACKLOG = 16, LISTEN_FD = 3 };
#define SOCKET_NAME "S.gpg-agent"
#define GPGME_WANTED "1.18.0" /* "1.18" is refused by gpgme_check_version, and then every call fails */

const char *ig_keys_words(struct ig_arena *a, gpgme_error_t e)
{
	char text[200];
	gpgme_strerror_r(e, text, sizeof text);
	return ig_arena_strdup(a, text);
}

/* GPGME asks again after a wrong answer: once is enough. */
static gpgme_error_t give_passphrase(void *arg, const char *hint, const char *info, int was_bad, int fd)
{
	struct ig_keys *k = arg;
	const char *words = k->place.passphrase;
	(void)hint;
	(void)info;
	if (was_bad || !words || gpgme_io_writen(fd, words, strlen(words)) || gpgme_io_writen(fd, "\n", 1))
		return gpgme_error(GPG_ERR_CANCELED);
	return 0;
}

static gpgme_ctx_t context(struct ig_keys *k, enum ig_crypt_form form, const char *program, gpgme_error_t *e)
{
	gpgme_protocol_t protocol = form == IG_CRYPT_FORM_CMS ? GPGME_PROTOCOL_CMS : GPGME_PROTOCOL_OpenPGP;
	gpgme_ctx_t c = NULL;
	*e = gpgme_new(&c);
	if (!*e)
		*e = gpgme_set_protocol(c, protocol);
	if (!*e)
		*e = gpgme_ctx_set_engine_info(c, protocol, program, k->home);
	if (*e) {
		gpgme_release(c);
		return NULL;
	}
	gpgme_set_offline(c, 1);
	gpgme_set_pinentry_mode(c, GPGME_PINENTRY_MODE_LOOPBACK);
	if (form == IG_CRYPT_FORM_OPENPGP) /* for gpgsm GPGME refuses every call that could ask: keys of certificates must have no passphrase */
		gpgme_set_passphrase_cb(c, give_passphrase, k);
	gpgme_set_ctx_flag(c, "no-auto-check-trustdb", "1");
	gpgme_set_ctx_flag(c, "auto-key-retrieve", "0");
	/* The ring holds what an operator accepted: the web of trust has no say. */
	gpgme_set_ctx_flag(c, "trust-model", "always");
	return c;
}

static int make_home(const char *home, struct ig_why *why)
{
	struct stat st;
	if (stat(home, &st) && (errno != ENOENT || ig_fs_mkdirs(home, 0700) || stat(home, &st)))
		return ig_why(why, "%s: %s", home, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return ig_why(why, "%s is not a directory", home);
	return 0;
}

static bool agent_answers(const struct ig_keys *k)
{
	char line[64];
	int fd = ig_fs_connect(k->home, SOCKET_NAME);
	bool there = false;
	if (fd < 0)
		return false;
	struct timeval patience = {AGENT_WAIT_S, 0};
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	there = read(fd, line, sizeof line) > 1 && !memcmp(line, "OK", 2);
	close(fd);
	return there;
}

/* The socket is ours and listens before the agent runs: nobody has to wait for it, and the agent need not go into the background, where it
 * would outlive us. */
static int listen_at(const char *home, struct ig_why *why)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int len = snprintf(at.sun_path, sizeof at.sun_path, "%s/%s", home, SOCKET_NAME);
	if (len < 0 || (size_t)len >= sizeof at.sun_path)
		return ig_why(why, "%s: the path is too long for a socket (%zu bytes at most)", home, sizeof at.sun_path - sizeof SOCKET_NAME - 1);
	unlink(at.sun_path); /* nobody answered there */
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof at) || chmod(at.sun_path, 0600) || listen(fd, AGENT_BACKLOG)) {
		ig_why(why, "%s: %s", at.sun_path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static void run_agent(const struct ig_keys *k, pid_t parent, int listener)
{
	const char *const words[] = {"gpg-agent", "--homedir", k->home, "--supervised", "--quiet", "--batch", "--disable-scdaemon",
		"--allow-loopback-pinentry", "--no-allow-mark-trusted", "--no-allow-external-cache", "--pinentry-program", "/bin/false", NULL};
	char pid[32];
	int null = open("/dev/null", O_RDWR);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) || getppid() != parent)
		_exit(1);
	for (int fd = 0; fd < 3 && null >= 0; fd++)
		dup2(null, fd);
	if (listener == LISTEN_FD) /* sd_listen_fds(3); dup2 of itself would leave it to be closed */
		fcntl(listener, F_SETFD, 0);
	else
		dup2(listener, LISTEN_FD);
	close_range(LISTEN_FD + 1, ~0u, 0);
	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_FDNAMES", "std", 1);
	execv(k->place.agent, (char *const *)(uintptr_t)words);
	_exit(127);
}

/* An agent that a person runs for this home already is used and left alone. */
static int start_agent(struct ig_keys *k, struct ig_why *why)
{
	if (agent_answers(k))
		return 0;
	int listener = listen_at(k->home, why);
	if (listener < 0)
		return -1;
	pid_t parent = getpid();
	k->agent = fork();
	if (!k->agent)
		run_agent(k, parent, listener);
	close(listener);
	if (k->agent < 0)
		return ig_why(why, "no process for gpg-agent: %s", strerror(errno));
	return agent_answers(k) ? 0 : ig_why(why, "gpg-agent (%s) does not answer in %s", k->place.agent, k->home);
}

static int start_contexts(struct ig_keys *k, struct ig_why *why)
{
	gpgme_error_t e;
	if (!gpgme_check_version(GPGME_WANTED))
		return ig_why(why, "GPGME is older than %s", GPGME_WANTED);
	k->ctx[IG_CRYPT_FORM_OPENPGP] = context(k, IG_CRYPT_FORM_OPENPGP, k->place.gpg, &e);
	if (!k->ctx[IG_CRYPT_FORM_OPENPGP])
		return ig_why(why, "%s: %s", k->place.gpg, ig_keys_words(k->arena, e));
	if (k->place.gpgsm && !access(k->place.gpgsm, X_OK))
		k->ctx[IG_CRYPT_FORM_CMS] = context(k, IG_CRYPT_FORM_CMS, k->place.gpgsm, &e);
	return 0;
}

void ig_keys_prepare(void)
{
	gpgme_engine_info_t all;
	if (gpgme_check_version(GPGME_WANTED))
		gpgme_get_engine_info(&all);
}

struct ig_keys *ig_keys_open(const struct ig_keys_place *place, struct ig_why *why)
{
	struct ig_keys *k = ig_xmalloc(sizeof *k);
	k->arena = ig_arena_new(0);
	k->place = (struct ig_keys_place){.home = ig_arena_strdup(k->arena, place->home),
		.scratch = ig_arena_strdup(k->arena, place->scratch),
		.gpg = ig_arena_strdup(k->arena, place->gpg),
		.gpgsm = ig_arena_strdup(k->arena, place->gpgsm),
		.agent = ig_arena_strdup(k->arena, place->agent),
		.passphrase = ig_arena_strdup(k->arena, place->passphrase),
		.plain_max = place->plain_max};
	ig_keys_prepare();
	k->scratch = k->place.scratch;
	k->home = k->scratch ? k->scratch : k->place.home;
	if (make_home(k->place.home, why) || (k->scratch && ig_keys_scratch_fill(k, why)) || start_agent(k, why) || start_contexts(k, why))
		return ig_keys_close(k);
	return k;
}

/* gpgsm is a server to GPGME, and one call that failed leaves it in a state in which the next fails too. */
void ig_keys_fresh(struct ig_keys *k)
{
	gpgme_error_t e;
	if (!k->ctx[IG_CRYPT_FORM_CMS])
		return;
	gpgme_ctx_t c = context(k, IG_CRYPT_FORM_CMS, k->place.gpgsm, &e);
	if (!c)
		return;
	gpgme_release(k->ctx[IG_CRYPT_FORM_CMS]);
	k->ctx[IG_CRYPT_FORM_CMS] = c;
}

struct ig_keys *ig_keys_close(struct ig_keys *k)
{
	if (!k)
		return NULL;
	for (size_t i = 0; i < 2; i++)
		if (k->ctx[i])
			gpgme_release(k->ctx[i]);
	if (k->agent > 0) {
		kill(k->agent, SIGKILL); /* it holds nothing that is not on disk */
		while (waitpid(k->agent, NULL, 0) < 0 && errno == EINTR)
			;
		unlink(ig_arena_fmt(k->arena, "%s/%s", k->home, SOCKET_NAME));
	}
	ig_arena_free(k->arena);
	free(k);
	return NULL;
}

bool ig_keys_can(const struct ig_keys *k, enum ig_crypt_form form)
{
	return k->ctx[form] != NULL;
}
