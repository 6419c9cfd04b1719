/* The sender's side of its children: start one, give it mails, take its results, end it. A child that crashes or says something out of place
 * costs the mail it was sending one `later`; mails it had not begun go back to their lane. */
#include "config.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <event2/event.h>
#include "base/arena.h"
#include "base/log.h"
#include "model/notes.h"
#include "role/sender.h"

static int on_sent(struct ig_sender_session *x, const void *body, size_t len)
{
	struct ig_sender *s = x->sender;
	struct ig_note_sent n;
	struct ig_sender_mail *m = x->given.first;
	if (!m || ig_note_sent_unpack(&n, body, len, s->arena) || n.outcome > IG_NEVER_AGAIN || (int64_t)n.dispatch != m->job.dispatch || !n.code || !n.text)
		return -1;
	struct ig_deliver_result r = {.unreachable = n.unreachable};
	ig_deliver_say(&r, (enum ig_outcome)n.outcome, n.code, "%s", n.text);
	if (n.detail && strlen(n.detail) < sizeof r.detail)
		memcpy(r.detail, n.detail, strlen(n.detail) + 1);
	ig_sender_pop(&x->given);
	ig_sender_result(s, m, &r);
	if (!m->job.fax) /* a full folder of faxes says nothing of the mail server */
		ig_sender_reached(s, &r);
	free(m);
	ig_sender_pump(s);
	return 0;
}

static int on_note(struct ig_link *l IG_UNUSED, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct ig_sender_session *x = arg;
	struct ig_note_alarm alarm;
	if (fd >= 0)
		close(fd);
	ig_arena_reset(x->sender->arena);
	if (kind == IG_NOTE_SENT)
		return on_sent(x, body, len);
	if (kind != IG_NOTE_ALARM || ig_note_alarm_unpack(&alarm, body, len, x->sender->arena) || !alarm.code || !alarm.text)
		return -1;
	ig_role_alarm(x->sender->role, alarm.code, alarm.text);
	return 0;
}

static void on_closed(struct ig_link *l IG_UNUSED, void *arg)
{
	struct ig_sender_session *x = arg;
	ig_sender_session_end(x, "the sending process ended unexpectedly");
	ig_sender_pump(x->sender);
}

void ig_sender_session_end(struct ig_sender_session *x, const char *why)
{
	struct ig_sender *s = x->sender;
	struct ig_deliver_result r = {.outcome = IG_LATER};
	struct ig_sender_list back = {0};
	x->link = ig_link_free(x->link);
	x->fd = -1;
	if (x->rest)
		event_del(x->rest);
	struct ig_sender_mail *m = ig_sender_pop(&x->given);
	if (m) {
		ig_log(IG_LOG_WARNING, "dispatch %lld: %s", (long long)m->job.dispatch, why ? why : "ended");
		ig_deliver_say(&r, IG_LATER, "4.3.0", "%s", why ? why : "the sending process was ended");
		ig_sender_result(s, m, &r);
		free(m);
	}
	while ((m = ig_sender_pop(&x->given))) /* turned round twice: they go back in the order they came */
		ig_sender_push_front(&back, m);
	while ((m = ig_sender_pop(&back)))
		ig_sender_push_front(&s->lanes[m->lane], m);
}

/* What a child must not hold: our parent's and the clerk's sockets, and those of its brothers, whose ends would else go unnoticed. The lock of
 * the instance stays: it is owned until the last of us is gone. */
static void child_begin(struct ig_sender *s, int sock)
{
	close(IG_ROLE_FD);
	if (s->clerk_fd >= 0)
		close(s->clerk_fd);
	for (size_t i = 0; i < s->session_count; i++)
		if (s->sessions[i].fd >= 0)
			close(s->sessions[i].fd);
	ig_sender_child(s->role->conf, s->driver, sock);
}

int ig_sender_session_start(struct ig_sender_session *x)
{
	struct ig_sender *s = x->sender;
	int fds[2];
	if (ig_link_pair(fds)) {
		ig_log(IG_LOG_ERR, "no socket for a sending child: %m");
		return -1;
	}
	x->pid = fork();
	if (!x->pid) {
		close(fds[0]);
		child_begin(s, fds[1]);
	}
	close(fds[1]);
	if (x->pid < 0) {
		ig_log(IG_LOG_ERR, "no sending child: %m");
		close(fds[0]);
		return -1;
	}
	x->fd = fds[0];
	x->link = ig_link_new(s->role->base, fds[0], "sending child", on_note, on_closed, x);
	return 0;
}

void ig_sender_session_give(struct ig_sender_session *x, struct ig_sender_mail *m)
{
	const struct ig_deliver_job *j = &m->job;
	struct ig_note_send n = {.dispatch = (uint64_t)j->dispatch, .name = j->name, .lane = m->lane, .sender = j->sender, .recipient = j->recipient,
		.envid = j->envid, .dsn = j->dsn, .bytes = {j->bytes, j->size},
		.channel = j->fax ? IG_CHANNEL_FAX : IG_CHANNEL_MAIL, .options = j->options};
	if (x->rest)
		event_del(x->rest);
	ig_sender_push(&x->given, m);
	ig_note_send_send(x->link, &n, -1); /* when this fails the link closes, and the mail is answered there */
}

static void rested(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	struct ig_sender_session *x = arg;
	if (!x->given.count)
		ig_sender_session_end(x, NULL);
}

void ig_sender_session_rested(struct ig_sender_session *x)
{
	int64_t ms = x->sender->role->conf->smtp_idle;
	struct timeval tv = {ms / 1000, ms % 1000 * 1000};
	if (!x->rest)
		x->rest = evtimer_new(x->sender->role->base, rested, x);
	if (x->rest && !event_pending(x->rest, EV_TIMEOUT, NULL))
		event_add(x->rest, &tv);
}
