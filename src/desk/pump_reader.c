/* Readers of the pump: each has one message under its eyes and one waiting in its socket. Relies on the notes READ, REPORT, NEED.
 * A reader's word is not trusted: a bad frame or report costs it the connection and the message gets a record for a person. It
 * cannot kill a reader: the reader's own limits do, and whoever started it when told by end_reader. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "desk/pump.h"
#include "model/notes.h"

static void arm(struct ig_pump_reader *r)
{
	/* The reader's CPU limit ends it; this is for one that neither works nor answers, on a machine that may be busy. */
	int64_t ms = r->pump->desk->conf->reader_cpu * 3 + 10000;
	struct timeval wait = {ms / 1000, ms % 1000 * 1000};
	if (r->count || r->job)
		evtimer_add(r->timeout, &wait);
	else
		evtimer_del(r->timeout);
}

static void drop(struct ig_pump_reader *r, const char *problem)
{
	struct ig_pump *p = r->pump;
	for (size_t i = 0; i < r->count; i++) {
		struct ig_slot *s = r->out[i];
		s->reader = NULL;
		s->state = IG_SLOT_WAITING;
		if (i == 0 && problem) { /* the one it read; what lay behind it goes to another reader */
			ig_log(IG_LOG_WARNING, "frame %llu: %s", (unsigned long long)s->seq, problem);
			ig_pump_slot_fallback(p, s, problem);
		}
	}
	if (r->job)
		ig_job_reader_gone(r, problem ? problem : "the reader ended while reading this message");
	for (size_t i = 0; i < IG_PUMP_READERS; i++)
		if (p->readers[i] == r)
			p->readers[i] = NULL;
	ig_link_free(r->link);
	event_free(r->timeout);
	free(r);
	ig_pump_wake(p);
}

/* A process that hangs would keep its place in the pool for ever, and so would one that closed its socket only. */
static void end(struct ig_pump_reader *r)
{
	if (r->pump->hooks.end_reader)
		r->pump->hooks.end_reader(r->pump->hooks.arg, r->id);
}

static void closed(struct ig_link *l, void *arg)
{
	(void)l;
	struct ig_pump_reader *r = arg;
	end(r);
	drop(r, r->count || r->job ? "the reader ended while reading this message" : NULL);
}

static void timed_out(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	end(arg);
	drop(arg, "reading this message took too long");
}

void ig_pump_rules_off(struct ig_pump *p, const struct ig_report *r)
{
	for (size_t i = 0; i < r->slow_count; i++) {
		char line[IG_PUMP_OFF_NAME + 3], text[IG_PUMP_OFF_NAME + 160];
		const char *name = r->slow[i];
		if (!*name || strlen(name) > IG_PUMP_OFF_NAME || strchr(name, '\n'))
			continue;
		snprintf(line, sizeof(line), "\n%.*s\n", IG_PUMP_OFF_NAME, name);
		if ((p->off.len && strstr(p->off.data, line)) || p->off.len + strlen(line) > IG_PUMP_OFF_MAX)
			continue;
		ig_buf_str(&p->off, p->off.len ? line + 1 : line);
		snprintf(text, sizeof(text), "%s: too many steps for one message; it is switched off in all readers until the configuration is read anew", name);
		ig_pump_alarm(p, "filter", text);
	}
}

static int got_report(struct ig_pump_reader *r, const void *body, size_t len)
{
	struct ig_pump *p = r->pump;
	struct ig_slot *s = r->out[0];
	struct ig_note_report n;
	struct ig_why why = {""};
	if (!r->count || ig_note_report_unpack(&n, body, len, s->arena) || n.seq != s->seq)
		return -1;
	if (p->hooks.at_frame)
		p->hooks.at_frame(p->hooks.arg, s->seq);
	struct ig_report *report = IG_NEW(s->arena, struct ig_report);
	int bad = ig_report_unpack(n.report.p, n.report.len, s->arena, report, &why);
	if (p->hooks.at_frame)
		p->hooks.at_frame(p->hooks.arg, 0);
	if (bad) {
		ig_log(IG_LOG_WARNING, "frame %llu: bad report: %s", (unsigned long long)s->seq, why.text);
		return -1;
	}
	ig_pump_rules_off(p, report);
	size_t have = ig_arena_used(s->arena);
	p->bytes = p->bytes + have - s->bytes; /* the message itself was only there for the reader */
	s->bytes = have;
	s->report = report;
	s->reader = NULL;
	s->state = IG_SLOT_READY;
	r->count--;
	memmove(r->out, r->out + 1, r->count * sizeof(r->out[0]));
	arm(r);
	ig_pump_wake(p);
	return 0;
}

static int got_need(struct ig_pump_reader *r, const void *body, size_t len)
{
	struct ig_slot *s = r->out[0];
	struct ig_note_need n;
	if (!r->count || ig_note_need_unpack(&n, body, len, s->arena) || n.seq != s->seq || !n.kind || !n.part)
		return -1;
	if (s->need_count < IG_PUMP_NEEDS)
		s->needs[s->need_count++] = (struct ig_desk_need){.kind = n.kind, .part = n.part};
	return 0;
}

static int handle(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	(void)l;
	struct ig_pump_reader *r = arg;
	if (r->job) {
		int bad = ig_job_note(r, kind, body, len, fd);
		arm(r);
		return bad;
	}
	if (fd >= 0) { /* nothing else that a reader may send comes with a descriptor */
		close(fd);
		return -1;
	}
	switch (kind) {
	case IG_NOTE_REPORT:
		return got_report(arg, body, len);
	case IG_NOTE_NEED:
		return got_need(arg, body, len);
	}
	return -1;
}

void ig_pump_reader(struct ig_pump *p, int sock, uint64_t id)
{
	size_t i = 0;
	if (p->wanted)
		p->wanted--;
	while (i < IG_PUMP_READERS && p->readers[i])
		i++;
	if (i == IG_PUMP_READERS) {
		close(sock);
		return;
	}
	struct ig_pump_reader *r = ig_xmalloc(sizeof(*r));
	r->pump = p;
	r->id = id;
	r->timeout = evtimer_new(p->base, timed_out, r);
	r->link = ig_link_new(p->base, sock, "reader", handle, closed, r);
	p->readers[i] = r;
	ig_pump_wake(p);
}

static bool give(struct ig_pump_reader *r, struct ig_slot *s)
{
	struct ig_why why = {""};
	errno = 0;
	int fd = ig_evidence_payload_fd(r->pump->log, &s->frame, &why);
	if (fd < 0) {
		if (ig_pump_read_again(r->pump, s->seq, errno, why.text))
			return false;
		char *text = ig_arena_fmt(s->arena, "the bytes of frame %llu cannot be read: %s", (unsigned long long)s->seq, why.text);
		ig_pump_alarm(r->pump, "lost-evidence", text);
		ig_pump_slot_fallback(r->pump, s, text);
		return true;
	}
	struct ig_note_read n = {.seq = s->seq, .envelope = s->frame.envelope, .size = s->frame.size, .off = r->pump->off.len ? r->pump->off.data : NULL};
	if (ig_note_read_send(r->link, &n, fd))
		return false;
	s->state = IG_SLOT_READING;
	s->reader = r;
	r->out[r->count++] = s;
	if (r->count == 1)
		arm(r);
	return true;
}

static struct ig_pump_reader *free_reader(struct ig_pump *p)
{
	struct ig_pump_reader *best = NULL;
	for (size_t i = 0; i < IG_PUMP_READERS; i++) {
		struct ig_pump_reader *r = p->readers[i];
		if (!r || r->job || r->count == IG_PUMP_OUTSTANDING)
			continue;
		if (!best || r->count < best->count)
			best = r;
	}
	return best;
}

static void want(struct ig_pump *p, size_t waiting)
{
	size_t have = p->wanted, most = p->desk->conf->readers > 0 ? (size_t)p->desk->conf->readers : 1;
	for (size_t i = 0; i < IG_PUMP_READERS; i++)
		have += p->readers[i] != NULL;
	if (most > IG_PUMP_READERS / 2)
		most = IG_PUMP_READERS / 2;
	size_t coming = p->wanted * IG_PUMP_OUTSTANDING; /* what those already asked for will take */
	waiting = waiting > coming ? waiting - coming : 0;
	for (; have < most && waiting; have++, waiting -= waiting < IG_PUMP_OUTSTANDING ? waiting : IG_PUMP_OUTSTANDING) {
		static const struct timeval patience = {15, 0};
		p->wanted++;
		evtimer_add(p->want_again, &patience);
		p->hooks.want_reader(p->hooks.arg);
	}
}

void ig_pump_assign(struct ig_pump *p)
{
	size_t waiting = 0;
	struct ig_pump_reader *r = free_reader(p);
	for (uint64_t seq = p->first; seq < p->fetch; seq++) {
		struct ig_slot *s = ig_pump_slot(p, seq);
		if (s->state != IG_SLOT_WAITING)
			continue;
		if (!r || !give(r, s))
			waiting++;
		else
			r = free_reader(p);
	}
	if (waiting)
		want(p, waiting);
	else
		evtimer_del(p->want_again);
}

/* What came of its parts, then the message itself. */
static bool hand_over(struct ig_pump_reader *r, struct ig_job *j)
{
	struct ig_why why = {""};
	int fd = ig_evidence_payload_fd(r->pump->log, &j->frame, &why);
	if (fd < 0) {
		j->problem = ig_arena_fmt(j->arena, "the bytes of frame %llu cannot be read: %s", (unsigned long long)j->frame.seq, why.text);
		return false;
	}
	for (size_t i = 0; i < j->child_count; i++) {
		const struct ig_job_child *c = &j->children[i];
		struct ig_note_child n = {.seq = j->frame.seq, .part = c->part, .name = c->name, .type = c->type, .size = c->size};
		int copy = c->fd >= 0 ? fcntl(c->fd, F_DUPFD_CLOEXEC, 0) : -1;
		if ((c->fd >= 0 && copy < 0) || ig_note_child_send(r->link, &n, copy)) {
			close(fd);
			j->problem = "what was found cannot be handed to a reader";
			return false;
		}
	}
	struct ig_note_read n = {.seq = j->frame.seq, .envelope = j->frame.envelope, .size = j->frame.size, .parts = j->scan ? IG_READ_FILES : j->rounds < IG_JOB_ROUNDS ? IG_READ_PARTS : 0,
		.off = r->pump->off.len ? r->pump->off.data : NULL};
	if (!ig_note_read_send(r->link, &n, fd))
		return true;
	j->problem = "the message cannot be handed to a reader";
	return false;
}

bool ig_pump_reader_job(struct ig_pump *p, struct ig_job *j)
{
	struct ig_pump_reader *r = free_reader(p);
	if (!r || r->count) {
		want(p, 1);
		return false;
	}
	j->state = hand_over(r, j) ? IG_JOB_READING : IG_JOB_DONE;
	if (j->state == IG_JOB_READING) {
		r->job = j;
		arm(r);
	}
	return true;
}

/* All go: one that waits takes a third of what the gateway takes at rest, and the next costs a twentieth of a second. */
void ig_pump_rest(struct ig_pump *p)
{
	ig_pump_work_rest(p);
	for (size_t i = 0; i < IG_PUMP_READERS; i++) {
		struct ig_pump_reader *r = p->readers[i];
		if (r && !r->count && !r->job)
			drop(r, NULL);
	}
}

void ig_pump_readers_free(struct ig_pump *p)
{
	for (size_t i = 0; i < IG_PUMP_READERS; i++)
		if (p->readers[i])
			drop(p->readers[i], NULL);
}
