/* OAuth 2.0 tokens for mailboxes: the office's own program is run when an account logs in, since no role may start programs. It runs as the user of
 * mailin, with nothing of ours open and for a limited time; its first line goes to the account that asked and is kept nowhere. */
#include "config.h"
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/opt.h"
#include "model/notes.h"
#include "role/parent.h"

enum { COMMAND_S = 30, TOKEN_MAX = 16 << 10 };

struct ig_parent_token {
	struct ig_parent_role *role;
	struct event *read;
	int fd;
	size_t len;
	char text[TOKEN_MAX];
};

static void answer(struct ig_parent_role *r, const char *token, const char *why)
{
	struct ig_note_token n = {.token = token, .why = why};
	if (r->link)
		ig_note_token_send(r->link, &n, -1);
}

void ig_parent_token_drop(struct ig_parent_role *r)
{
	struct ig_parent_token *t = r->token;
	r->token = NULL;
	if (!t)
		return;
	event_free(t->read);
	close(t->fd);
	explicit_bzero(t->text, sizeof(t->text));
	free(t);
}

/* RFC 6750 section 2.1: what a token may be made of. */
static bool is_token(const char *s)
{
	return *s && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=") == strlen(s);
}

static void on_read(evutil_socket_t fd, short what, void *arg)
{
	struct ig_parent_token *t = arg;
	struct ig_parent_role *r = t->role;
	ssize_t n = what & EV_TIMEOUT ? -1 : read((int)fd, t->text + t->len, sizeof(t->text) - 1 - t->len);
	if (n < 0 && !(what & EV_TIMEOUT) && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0) {
		t->len += (size_t)n;
		if (t->len < sizeof(t->text) - 1)
			return;
	}
	t->text[t->len] = '\0';
	t->text[strcspn(t->text, "\r\n")] = '\0';
	if (what & EV_TIMEOUT)
		answer(r, "", "the token command takes too long");
	else
		answer(r, is_token(t->text) ? t->text : "", "the first line of the token command is no token");
	ig_parent_token_drop(r);
}

static void __attribute__((noreturn)) be_the_command(const struct ig_parent *p, const char *command, int out)
{
	char *const argv[] = {(char *)command, NULL};
	struct ig_why why = {""};
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	if (p->conf->user_mailin && ig_sandbox_become(p->conf->user_mailin, &why) < 0)
		ig_die(IG_EX_SOFTWARE, "token command: %s", why.text);
	alarm(COMMAND_S);
	execv(command, argv);
	ig_die(IG_EX_SOFTWARE, "cannot run %s: %s", command, strerror(errno));
}

int ig_parent_token(struct ig_parent_role *r)
{
	struct ig_parent *p = r->parent;
	const char *command = r->index && r->index <= p->conf->imap_count ? p->conf->imaps[r->index - 1].token_command : NULL;
	struct ig_parent_token *t;
	int fds[2];
	pid_t pid;
	if (!r->index)
		return -1;
	ig_parent_token_drop(r);
	if (!command || pipe2(fds, O_CLOEXEC) < 0) {
		answer(r, "", command ? strerror(errno) : "there is no token command");
		return 0;
	}
	pid = fork();
	if (pid == 0)
		be_the_command(p, command, fds[1]);
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		answer(r, "", "the token command cannot be started");
		return 0;
	}
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	t = ig_xmalloc(sizeof(*t));
	t->role = r;
	t->fd = fds[0];
	t->read = event_new(p->base, t->fd, EV_READ | EV_PERSIST, on_read, t);
	if (!t->read)
		ig_die(IG_EX_SOFTWARE, "out of memory");
	event_add(t->read, &(struct timeval){.tv_sec = COMMAND_S + 5});
	r->token = t;
	return 0;
}
