/* The control socket: one CALL a connection. Reading verbs run in a forked child with a read-only store of its own, so that a long
 * read never keeps the clerk; acts run in the clerk between two commits. Who calls is known by SO_PEERCRED alone. Relies on the
 * phrases of ctl for all that is done. Knows no verb itself. */
#include "config.h"
#include "role/clerk.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "ctl/ctl.h"
#include "evidence/evidence.h"
#include "model/notes.h"

enum { CALLERS_MAX = 32, STRANGERS_MAX = 8, CHILDREN_MAX = 8, STALL_S = 300, WORDS_MAX = 256, PATIENCE_S = 30, CALL_ARENA_MAX = 256 << 20, OUT_PIECE = 64 << 10 };

struct caller {
	struct ig_clerk_control *control;
	struct ig_link *link;
	struct event *patience;
	int fd;                 /* a second descriptor of the same socket, for a child */
	char *actor;
	enum ig_right right;
	bool allowed;
};
struct ig_clerk_control {
	struct ig_clerk *clerk;
	int listening;
	struct event *accept, *child;
	struct caller *callers[CALLERS_MAX];
	int children;
};
struct answer { /* where a verb's output goes: over the link, or blocking from a child */
	struct ig_link *link;
	int fd;
	struct ig_buf out;
};

/* ---- output */

static void flush_out(struct answer *to)
{
	struct ig_note_out n = {.bytes = {to->out.data, to->out.len}};
	if (!to->out.len)
		return;
	if (to->link)
		ig_note_out_send(to->link, &n, -1);
	else {
		/* A caller that stopped reading (a pager left open) would keep a place among the children, and the store's log from being
		 * folded in, for as long as it likes. */
		alarm(STALL_S);
		if (ig_note_out_write(to->fd, &n, -1))
			_exit(IG_EX_OK); /* the caller is gone, nobody waits for the rest */
		alarm(0);
	}
	ig_buf_reset(&to->out);
}

static void out(struct ig_ctl *c, const void *p, size_t len)
{
	struct answer *to = c->arg;
	while (len) {
		size_t piece = len < OUT_PIECE ? len : OUT_PIECE;
		ig_buf_add(&to->out, p, piece);
		p = (const char *)p + piece;
		len -= piece;
		if (to->out.len >= OUT_PIECE)
			flush_out(to);
	}
}

static void say(struct answer *to, const char *text)
{
	struct ig_note_err n = {.bytes = {text, strlen(text)}};
	if (to->link)
		ig_note_err_send(to->link, &n, -1);
	else
		ig_note_err_write(to->fd, &n, -1);
}

static void err(struct ig_ctl *c, const void *p, size_t len)
{
	struct answer *to = c->arg;
	struct ig_buf b = IG_BUF_INIT(64 << 10);
	ig_buf_add(&b, p, len);
	flush_out(to); /* in the order it was said */
	say(to, b.data);
	ig_buf_free(&b);
}

static void end(struct answer *to, int code)
{
	struct ig_note_end n = {.code = (uint64_t)code};
	flush_out(to);
	ig_buf_free(&to->out);
	if (to->link)
		ig_note_end_send(to->link, &n, -1);
	else
		ig_note_end_write(to->fd, &n, -1);
}

/* ---- who calls */

static void identify(struct caller *k, int fd)
{
	const struct ig_conf *conf = k->control->clerk->role->conf;
	struct ucred who;
	socklen_t len = sizeof(who);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len))
		return;
	struct ig_arena *a = ig_arena_new(0);
	k->actor = ig_xstrdup(ig_ctl_actor(who.uid, a));
	ig_arena_free(a);
	k->allowed = !ig_ctl_right_of(conf, who.uid, &k->right);
}

/* ---- a call */

struct call {
	struct ig_arena *arena;
	char *words[WORDS_MAX + 1];
	int count;
	struct ig_note_call n;
};

static int split(struct call *call)
{
	const char *p = call->n.words.p, *stop = p + call->n.words.len;
	while (p < stop) {
		size_t len = strnlen(p, (size_t)(stop - p));
		if (call->count == WORDS_MAX)
			return -1;
		call->words[call->count++] = ig_arena_strndup(call->arena, p, len);
		p += len + 1;
	}
	return 0;
}

static struct ig_ctl ctl_of(struct caller *k, struct call *call, int used, struct answer *to)
{
	struct ig_clerk *c = k->control->clerk;
	return (struct ig_ctl){.conf = c->role->conf,
		.arena = call->arena,
		.actor = k->actor,
		.right = k->right,
		.json = call->n.flags & IG_CALL_JSON,
		.colour = call->n.flags & IG_CALL_COLOUR,
		.terminal = call->n.flags & IG_CALL_TERMINAL,
		.width = (int)(call->n.width & 0xffff),
		.argc = call->count - used,
		.argv = call->words + used,
		.input = call->n.input.p,
		.input_len = call->n.input.len,
		.out = out,
		.err = err,
		.arg = to};
}

/* Between two commits: what was taken so far is committed first, so that the verb's own transaction is its own. */
static int run_act(struct caller *k, const struct ig_ctl_phrase *phrase, struct ig_ctl *ctl)
{
	struct ig_clerk *c = k->control->clerk;
	/* Before, not after: what an act has said by then cannot be taken back. */
	if (ig_store_no_room(c->role->conf->var))
		ig_clerk_reserve_give_up(c);
	if (ig_pump_commit(c->pump)) {
		say(ctl->arg, "irgatectl: the store takes nothing at this moment; try again later\n");
		return IG_EX_TEMPFAIL;
	}
	ctl->desk = c->desk;
	ctl->store = c->store;
	ctl->log = c->log;
	int code = ig_ctl_run(ctl, phrase);
	if (code && ig_store_full(c->store) && ig_clerk_reserve_give_up(c)) { /* a quota, which is not seen before */
		say(ctl->arg, "irgatectl: the disk is full; room was made, try again\n");
		code = IG_EX_TEMPFAIL;
	}
	ig_clerk_redact(c);
	ig_clerk_hold(c);
	ig_pump_poke(c->pump); /* what it released is due */
	return code;
}

static void child(struct caller *k, const struct ig_ctl_phrase *phrase, struct ig_ctl *ctl, struct answer *to)
{
	struct ig_clerk *c = k->control->clerk;
	struct ig_why why = {""};
	int code = IG_EX_TEMPFAIL;
	signal(SIGTERM, SIG_DFL);
	signal(SIGALRM, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* it holds the instance's lock and must not outlive the clerk */
	fcntl(k->fd, F_SETFL, fcntl(k->fd, F_GETFL) & ~O_NONBLOCK);
	to->link = NULL;
	to->fd = k->fd;
	if (phrase->needs & IG_CTL_STORE) {
		/* The clerk's own connection must not be touched here: SQLite's does not survive a fork. */
		ctl->store = ig_store_open(c->role->conf->var, IG_STORE_READ, &why);
		ctl->log = ctl->store ? ig_evidence_read_open(ig_arena_fmt(ctl->arena, "%s/evidence", c->role->conf->var), &why) : NULL;
	}
	if ((phrase->needs & IG_CTL_STORE) && !ctl->log)
		say(to, ig_arena_fmt(ctl->arena, "%s\n", why.text));
	else
		code = ig_ctl_run(ctl, phrase);
	end(to, code);
	_exit(0);
}

/* The faxline answers the child directly. */
static void line_ask(struct ig_clerk *c, struct ig_ctl *ctl)
{
	struct ig_note_fax n = {.what = "test", .text = ctl->argc ? ctl->argv[0] : ""};
	int fds[2];
	if (!c->faxline || ig_link_pair(fds))
		return;
	if (ig_note_fax_send(c->faxline, &n, fds[1]))
		close(fds[0]);
	else
		ctl->line = fds[0];
}

/* The parent's half is done when the child has the socket: true, the caller may be forgotten. */
static bool run_read(struct caller *k, const struct ig_ctl_phrase *phrase, struct ig_ctl *ctl, struct answer *to)
{
	if (k->control->children >= CHILDREN_MAX) {
		say(to, "irgatectl: too many calls at once; try again later\n");
		return false;
	}
	/* Nothing may be open at the fork: SQLite counts the locks on the log of the store a process, the child inherits the count but not the
	 * locks, and would read with no lock at all from a log that the clerk may begin anew under it. What fails here is tried again there. */
	(void)ig_pump_commit(k->control->clerk->pump);
	ctl->store = k->control->clerk->store;
	ig_ctl_note_read(ctl, phrase);
	ctl->store = NULL;
	if (phrase->needs & IG_CTL_LINE)
		line_ask(k->control->clerk, ctl);
	pid_t pid = fork();
	if (pid < 0) {
		if (ctl->line)
			close(ctl->line);
		say(to, "irgatectl: no process for this call; try again later\n");
		return false;
	}
	if (!pid)
		child(k, phrase, ctl, to);
	if (ctl->line)
		close(ctl->line);
	k->control->children++;
	return true;
}

static void forget(struct caller *k)
{
	for (size_t i = 0; i < CALLERS_MAX; i++)
		if (k->control->callers[i] == k)
			k->control->callers[i] = NULL;
	ig_link_free(k->link);
	event_free(k->patience);
	close(k->fd);
	free(k->actor);
	free(k);
}

/* true: a child answers, the connection is not ours any more. */
static bool serve(struct caller *k, struct call *call)
{
	struct answer to = {.link = k->link, .fd = -1, .out = IG_BUF_INIT(IG_LINK_MAX / 2)};
	int used = 0, code = IG_EX_USAGE;
	const struct ig_ctl_phrase *phrase = split(call) ? NULL : ig_ctl_find(call->count, call->words, &used);
	if (!phrase || (phrase->needs & IG_CTL_LOCAL)) {
		say(&to, phrase ? "irgatectl: this is not for the control socket\n" : "irgatectl: no such command\n");
	} else if (!k->allowed || k->right < phrase->right) {
		code = IG_CTL_NOPERM;
		say(&to, k->allowed ? ig_arena_fmt(call->arena, "irgatectl: %s is for the %s of this instance\n", phrase->words, ig_right_word(phrase->right)) :
			"irgatectl: you have no right here\n");
	} else {
		struct ig_ctl ctl = ctl_of(k, call, used, &to);
		if (phrase->needs & IG_CTL_WRITE)
			code = run_act(k, phrase, &ctl);
		else if (run_read(k, phrase, &ctl, &to))
			return true;
		else
			code = IG_EX_TEMPFAIL;
	}
	end(&to, code);
	return false;
}

static int on_call(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	(void)l;
	struct caller *k = arg;
	if (fd >= 0)
		close(fd);
	if (kind != IG_NOTE_CALL)
		return -1;
	struct call call = {.arena = ig_arena_new(CALL_ARENA_MAX)};
	int bad = ig_note_call_unpack(&call.n, body, len, call.arena);
	bool gone = !bad && serve(k, &call);
	ig_arena_free(call.arena);
	if (gone)
		forget(k);
	return bad;
}

static void caller_gone(struct ig_link *l, void *arg)
{
	(void)l;
	forget(arg);
}

static void lost_patience(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	forget(arg);
}

/* Whoever has no right here is told so, but many of them must not keep out those who have. */
static bool too_many_strangers(const struct ig_clerk_control *control)
{
	size_t n = 0;
	for (size_t i = 0; i < CALLERS_MAX; i++)
		n += control->callers[i] && !control->callers[i]->allowed;
	return n > STRANGERS_MAX;
}

static void accept_one(evutil_socket_t listening, short what, void *arg)
{
	(void)what;
	struct ig_clerk_control *control = arg;
	static const struct timeval patience = {PATIENCE_S, 0};
	size_t i = 0;
	int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	while (i < CALLERS_MAX && control->callers[i])
		i++;
	int second = i < CALLERS_MAX ? fcntl(fd, F_DUPFD_CLOEXEC, 3) : -1;
	if (second < 0) {
		close(fd);
		return;
	}
	struct caller *k = ig_xmalloc(sizeof(*k));
	control->callers[i] = k;
	k->control = control;
	k->fd = second;
	identify(k, fd);
	k->patience = evtimer_new(control->clerk->role->base, lost_patience, k);
	evtimer_add(k->patience, &patience);
	k->link = ig_link_new(control->clerk->role->base, fd, "control", on_call, caller_gone, k);
	if (!k->allowed && too_many_strangers(control))
		forget(k);
}

static void child_ended(evutil_socket_t sig, short what, void *arg)
{
	(void)sig;
	(void)what;
	struct ig_clerk_control *control = arg;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		control->children--;
}

void ig_clerk_control_listen(struct ig_clerk *c, int fd)
{
	struct ig_clerk_control *control = c->control;
	if (!control) {
		control = c->control = ig_xmalloc(sizeof(*control));
		control->clerk = c;
		control->child = evsignal_new(c->role->base, SIGCHLD, child_ended, control);
		event_add(control->child, NULL);
	} else if (control->accept) {
		event_free(control->accept);
		close(control->listening);
	}
	control->listening = fd;
	evutil_make_socket_nonblocking(fd);
	control->accept = event_new(c->role->base, fd, EV_READ | EV_PERSIST, accept_one, control);
	event_add(control->accept, NULL);
}

void ig_clerk_control_end(struct ig_clerk *c)
{
	struct ig_clerk_control *control = c->control;
	if (!control)
		return;
	if (control->accept)
		event_free(control->accept);
	event_free(control->child);
	close(control->listening);
	for (size_t i = 0; i < CALLERS_MAX; i++)
		if (control->callers[i])
			forget(control->callers[i]);
	free(control);
	c->control = NULL;
}
