/* The recorder: the only writer of the evidence log. Everything that waits on all its links is appended, then one sync, then all are
 * answered and the clerk is told the new head; what arrives during the sync is the next batch. Relies on evidence/ for what counts.
 * Does not look into payloads, and into envelopes only of those who are not our own processes. */
#include "config.h"
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/log.h"
#include "base/opt.h"
#include "evidence/evidence.h"
#include "model/envelope.h"
#include "model/notes.h"
#include "role/clients.h"
#include "role/role.h"

enum { BATCH_MAX = 1024, /* frames before a sync is made, whatever else waits */ ALARM_EVERY_MS = 60000 };

struct peer { /* mailin, by index */
	struct recorder *rec;
	struct ig_link *link;
	uint64_t index;
	struct peer *next;
};

struct answer {
	struct ig_link *link; /* NULL: gone meanwhile */
	uint64_t request, seq; /* seq 0: refused */
	char *why;
};

struct recorder {
	struct ig_evidence_reader *reader; /* of the last removal; NULL: there was none */
	ig_time hold_from, hold_until; /* a stop for maintenance; IG_NEVER none */
	struct ig_role *role;
	struct ig_evidence *log;
	struct ig_link *clerk;
	struct peer *peers;
	struct ig_clients *clients;
	struct ig_arena *arena; /* strings of one note */
	struct event *sync;     /* made active by hand: runs behind all that is readable now */
	struct answer *answers; /* BATCH_MAX */
	size_t count;
	bool failing;           /* the log refuses */
	int64_t alarmed;        /* monotonic ms of the last alarm; 0 never */
	char *damage;           /* found at start, for an alarm */
	bool clock_said;        /* that the clock went far back */
};

static void say_later(struct ig_link *l, uint64_t request, const char *why)
{
	struct ig_note_later n = {.request = request, .why = why};
	ig_note_later_send(l, &n, -1);
}

/* One alarm when it begins, a line when it is over; a log that takes small messages and refuses large ones does not say so at each. */
static void trouble(struct recorder *rec, const char *why)
{
	bool silent = rec->failing || (rec->alarmed && ig_mono_ms() - rec->alarmed < ALARM_EVERY_MS);
	rec->failing = true;
	if (silent)
		return;
	rec->alarmed = ig_mono_ms();
	ig_role_alarm(rec->role, strstr(why, "min_free") || strstr(why, strerror(ENOSPC)) ? "disk-full" : "evidence-write", why);
}

static void trouble_over(struct recorder *rec)
{
	if (rec->failing)
		ig_log(IG_LOG_INFO, "the evidence log takes messages again");
	rec->failing = false;
}

static void answer_all(struct recorder *rec, bool durable, const char *why)
{
	for (size_t i = 0; i < rec->count; i++) {
		struct answer *a = &rec->answers[i];
		struct ig_note_durable n = {.request = a->request, .seq = a->seq};
		if (a->link && a->seq && durable)
			ig_note_durable_send(a->link, &n, -1);
		else if (a->link)
			say_later(a->link, a->request, a->seq ? why : a->why);
		free(a->why);
	}
	rec->count = 0;
}

static void tell_head(struct recorder *rec)
{
	struct ig_note_head n = {.seq = ig_evidence_head(rec->log)};
	if (rec->clerk)
		ig_note_head_send(rec->clerk, &n, -1);
}

/* Arrivals never go back in time, so after a clock that ran ahead they all keep its last time: a person must know and put it right. */
static void watch_clock(struct recorder *rec)
{
	char text[200], at[IG_TIME_MAX];
	ig_time newest = ig_evidence_newest(rec->log);
	if (rec->clock_said || newest == IG_NEVER || newest - ig_now() < IG_HOUR)
		return;
	rec->clock_said = true;
	snprintf(text, sizeof text, "the clock went back: until %s all arrivals are stamped with that time", ig_time_rfc3339(newest, at));
	ig_role_alarm(rec->role, "clock", text);
}

static void sync_batch(struct recorder *rec)
{
	struct ig_why why = {""};
	bool any = false;
	for (size_t i = 0; i < rec->count; i++)
		any = any || rec->answers[i].seq;
	if (any && ig_evidence_sync(rec->log, &why)) {
		trouble(rec, why.text);
		answer_all(rec, false, why.text);
		return;
	}
	answer_all(rec, true, NULL);
	if (any) {
		trouble_over(rec);
		tell_head(rec);
		watch_clock(rec);
	}
}

static void on_sync(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	sync_batch(arg);
}

/* Any user of this machine may hand in mail, and none may say how far a mailbox was read: mail would be passed over, or taken twice. */
static bool not_for_clients(struct recorder *rec, const struct ig_link *link, const char *envelope, struct ig_why *why)
{
	struct ig_envelope e;
	if (ig_envelope_parse(envelope, strlen(envelope), rec->arena, &e, why))
		return true;
	if (e.progress)
		ig_why(why, "the envelope speaks of the progress of an intake");
	else if (e.source && !strcmp(e.source, IG_ENVELOPE_BY_HAND))
		return !ig_clients_officer(rec->clients, link) && ig_why(why, "only an officer writes down calls and papers");
	else if (!e.source || (strcmp(e.source, "deliver") && strcmp(e.source, "import")))
		ig_why(why, "the envelope names a source that is another's");
	else
		return false;
	return true;
}

/* Appends one message and remembers whom to answer. Takes over fd. 0, or -1 for a note that is not as declared. */
static int append(struct recorder *rec, struct ig_link *link, bool client, const void *body, size_t len, int fd)
{
	struct ig_note_append n;
	struct ig_why why = {""};
	struct answer *a = &rec->answers[rec->count];
	int bad;
	ig_arena_reset(rec->arena);
	bad = ig_note_append_unpack(&n, body, len, rec->arena) || !n.envelope || (fd < 0 && n.size != n.payload.len);
	if (!bad) {
		*a = (struct answer){.link = link, .request = n.request};
		ig_time now = ig_now();
		if (rec->hold_from != IG_NEVER && now >= rec->hold_from && now < rec->hold_until)
			a->why = ig_xstrdup("the gateway is stopped for maintenance; nothing is lost, try again later");
		else if (n.size > rec->role->conf->message_max) /* each way in has looked; one that did not must not hold up all others, or fill the disk */
			a->why = ig_xstrdup("the message is larger than message_max");
		else if (client && not_for_clients(rec, link, n.envelope, &why))
			a->why = ig_xstrdup(why.text);
		else if (ig_evidence_append(rec->log, ig_now(), n.envelope, fd < 0 ? n.payload.p : NULL, fd, n.size, &a->seq, &why)) {
			a->seq = 0;
			a->why = ig_xstrdup(why.text);
			trouble(rec, why.text);
		}
		event_active(rec->sync, EV_TIMEOUT, 0);
		if (++rec->count == BATCH_MAX)
			sync_batch(rec);
	}
	if (fd >= 0)
		close(fd);
	return bad ? -1 : 0;
}

static void forget(struct recorder *rec, const struct ig_link *link)
{
	for (size_t i = 0; i < rec->count; i++)
		if (rec->answers[i].link == link)
			rec->answers[i].link = NULL;
}

/* ---- links */

static int on_mailin(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct peer *p = arg;
	if (kind == IG_NOTE_APPEND)
		return append(p->rec, l, false, body, len, fd);
	if (fd >= 0)
		close(fd);
	return -1;
}

static void peer_drop(struct peer *p)
{
	struct peer **at = &p->rec->peers;
	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	forget(p->rec, p->link);
	p->link = ig_link_free(p->link);
	free(p);
}

static void mailin_closed(struct ig_link *l IG_UNUSED, void *arg)
{
	peer_drop(arg);
}

/* The clerk asks for one thing: that a payload be overwritten, which it has committed as an order. */
static int on_clerk(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct recorder *rec = arg;
	struct ig_note_redact n;
	struct ig_note_hold hold;
	struct ig_why why = {""};
	if (fd >= 0)
		close(fd);
	ig_arena_reset(rec->arena);
	if (kind == IG_NOTE_HOLD && !ig_note_hold_unpack(&hold, body, len, rec->arena)) {
		rec->hold_from = hold.from, rec->hold_until = hold.until;
		return 0;
	}
	if (kind != IG_NOTE_REDACT || ig_note_redact_unpack(&n, body, len, rec->arena))
		return -1;
	const char *dir = ig_arena_fmt(rec->arena, "%s/evidence", rec->role->conf->var);
	if (!rec->reader)
		rec->reader = ig_evidence_read_open(dir, &why);
	int bad = n.frame > ig_evidence_head(rec->log) ? ig_why(&why, "there is no such frame yet") : rec->reader ? ig_evidence_redact_by(rec->reader, dir, n.frame, &why) : -1;
	struct ig_note_redacted answer = {.frame = n.frame, .moved = bad > 0, .why = bad ? why.text : ""};
	ig_note_redacted_send(l, &answer, -1);
	return 0;
}

static void clerk_closed(struct ig_link *l, void *arg)
{
	struct recorder *rec = arg;
	rec->clerk = NULL;
	ig_link_free(l);
}

static int on_client(struct ig_link *l, const void *body, size_t len, int fd, void *arg)
{
	return append(arg, l, true, body, len, fd);
}

static void client_gone(struct ig_link *l, void *arg)
{
	forget(arg, l);
}

/* ---- role */

static int start(struct ig_role *r, struct ig_why *why)
{
	struct recorder *rec = ig_xmalloc(sizeof *rec);
	struct ig_evidence_limits limits = {.segment_max = r->conf->segment_max, .min_free = r->conf->min_free};
	struct ig_buf dir = IG_BUF_INIT(8192), damage = IG_BUF_INIT(4096);
	r->state = rec;
	rec->role = r;
	rec->arena = ig_arena_new(2 * IG_LINK_MAX);
	rec->answers = ig_xmalloc(BATCH_MAX * sizeof *rec->answers);
	rec->hold_from = rec->hold_until = IG_NEVER;
	rec->sync = event_new(r->base, -1, 0, on_sync, rec);
	rec->clients = ig_clients_new(r->base, r->conf, on_client, client_gone, rec);
	ig_buf_fmt(&dir, "%s/evidence", r->conf->var);
	rec->log = ig_evidence_open(dir.data, &limits, &damage, why);
	if (rec->log)
		ig_evidence_skip(rec->log, r->frames, &damage);
	if (damage.len)
		rec->damage = ig_xstrdup(damage.data);
	ig_buf_free(&dir);
	ig_buf_free(&damage);
	return rec->log && rec->sync ? 0 : -1;
}

static void confine(struct ig_role *r, struct ig_sandbox *s)
{
	struct recorder *rec = r->state;
	ig_role_confine("recorder", r->conf, s, rec->arena);
}

static int run(struct ig_role *r, struct ig_why *why IG_UNUSED)
{
	struct recorder *rec = r->state;
	if (rec->damage)
		ig_role_alarm(r, strstr(rec->damage, "lost evidence") ? "lost-evidence" : "evidence-tail", rec->damage);
	free(rec->damage);
	rec->damage = NULL;
	ig_log(IG_LOG_INFO, "the evidence log stands at frame %" PRIu64, ig_evidence_head(rec->log));
	return 0;
}

static void peer(struct ig_role *r, const char *role, uint64_t index, int fd)
{
	struct recorder *rec = r->state;
	struct peer *p, *next;
	if (!strcmp(role, "clerk")) {
		rec->clerk = ig_link_free(rec->clerk);
		rec->clerk = ig_link_new(r->base, fd, "clerk", on_clerk, clerk_closed, rec);
		tell_head(rec);
		return;
	}
	if (strcmp(role, "mailin")) {
		close(fd);
		return;
	}
	for (p = rec->peers; p; p = next) {
		next = p->next;
		if (p->index == index)
			peer_drop(p);
	}
	p = ig_xmalloc(sizeof *p);
	*p = (struct peer){.rec = rec, .index = index, .next = rec->peers};
	rec->peers = p;
	p->link = ig_link_new(r->base, fd, "mailin", on_mailin, mailin_closed, p);
}

static void listening(struct ig_role *r, const char *name, int fd)
{
	struct recorder *rec = r->state;
	if (!strcmp(name, "append"))
		ig_clients_listen(rec->clients, fd);
	else
		close(fd);
}

static void stop(struct ig_role *r)
{
	struct recorder *rec = r->state;
	sync_batch(rec);
	for (struct peer *p = rec->peers; p; p = p->next)
		ig_link_flush(p->link, 100);
	ig_clients_flush(rec->clients);
	if (rec->clerk)
		ig_link_flush(rec->clerk, 100);
	ig_role_exit(r, IG_EX_OK);
}

const struct ig_role_ops ig_role_recorder = {.name = "recorder", .start = start, .confine = confine, .run = run, .peer = peer, .listen = listening,
	.stop = stop};
