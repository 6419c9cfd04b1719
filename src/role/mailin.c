/* mailin: runs the ways in (LMTP and folders) and hands what they collect to the recorder. A request table ties each answer to its source;
 * when the recorder goes, what it did not answer becomes "later" and its source offers it again. Relies on intake/ for the ways in.
 * Holds neither the log nor the store, and parses nothing. */
#include "config.h"
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/opt.h"
#include "intake/intake.h"
#include "model/notes.h"
#include "role/role.h"

enum { ENVELOPE_MAX = 1 << 20, STOP_S = 3, SPOOLS_MAX = 4, SPOOL_INTERVAL_MS = 60000 };

struct request {
	uint64_t id;
	ig_intake_done_h *done;
	void *arg;
	struct request *next;
};

struct mailin {
	struct ig_role *role;
	struct ig_link *recorder, *clerk;
	struct ig_intake_sink sink;
	struct ig_maildir **maildirs;
	struct ig_spool *spools[SPOOLS_MAX]; /* folders of whole files */
	size_t spool_count;
	struct ig_lmtp **lmtps;
	size_t lmtp_count;
	struct request *first, **last; /* in the order sent, which is that of the answers */
	uint64_t next_id;
	struct event *refuse;          /* made active by hand: answers requests that could not be sent */
	struct request *refused;
	struct ig_arena *arena;        /* strings of one note */
	struct { uint64_t pass, left, taken, waiting, failed; struct ig_buf why; } scan;
	bool scanning, stopping;
};

/* ---- requests */

static void on_refuse(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	struct mailin *m = arg;
	struct request *q = m->refused, *next;
	m->refused = NULL;
	for (; q; q = next) {
		next = q->next;
		q->done(false, "the recorder is away", q->arg);
		free(q);
	}
}

static void append(void *arg, const struct ig_envelope *e, const void *p, int fd, uint64_t size, ig_intake_done_h *done, void *done_arg)
{
	struct mailin *m = arg;
	struct request *q = ig_xmalloc(sizeof *q);
	struct ig_buf line = IG_BUF_INIT(ENVELOPE_MAX);
	struct ig_note_append n = {.request = ++m->next_id, .size = size};
	*q = (struct request){.id = n.request, .done = done, .arg = done_arg};
	ig_envelope_print(e, &line);
	n.envelope = line.data;
	if (fd < 0)
		n.payload = (struct ig_note_blob){.p = p, .len = (size_t)size};
	if (line.over || !m->recorder || m->stopping) {
		if (fd >= 0)
			close(fd);
	} else if (!ig_note_append_send(m->recorder, &n, fd)) {
		*m->last = q;
		m->last = &q->next;
		ig_buf_free(&line);
		return;
	}
	ig_buf_free(&line);
	q->next = m->refused;
	m->refused = q;
	event_active(m->refuse, EV_TIMEOUT, 0);
}

static void end(struct mailin *m)
{
	for (size_t i = 0; i < m->lmtp_count; i++)
		m->lmtps[i] = ig_lmtp_free(m->lmtps[i]);
	ig_role_exit(m->role, IG_EX_OK);
}

static int answer(struct mailin *m, uint64_t id, bool durable, const char *why)
{
	for (struct request **at = &m->first; *at; at = &(*at)->next) {
		struct request *q = *at;
		if (q->id != id)
			continue;
		*at = q->next;
		if (m->last == &q->next)
			m->last = at;
		q->done(durable, why, q->arg);
		free(q);
		if (m->stopping && !m->first)
			end(m);
		return 0;
	}
	return -1;
}

static int on_recorder(struct ig_link *l IG_UNUSED, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct mailin *m = arg;
	struct ig_note_durable yes;
	struct ig_note_later no;
	if (fd >= 0) {
		close(fd);
		return -1;
	}
	ig_arena_reset(m->arena);
	if (kind == IG_NOTE_DURABLE && !ig_note_durable_unpack(&yes, body, len, m->arena))
		return answer(m, yes.request, true, NULL);
	if (kind == IG_NOTE_LATER && !ig_note_later_unpack(&no, body, len, m->arena))
		return answer(m, no.request, false, no.why ? no.why : "no reason given");
	return -1;
}

static void recorder_gone(struct mailin *m)
{
	struct request *q = m->first;
	m->recorder = ig_link_free(m->recorder);
	m->first = NULL;
	m->last = &m->first;
	for (struct request *next; q; q = next) {
		next = q->next;
		q->done(false, "the recorder went away", q->arg);
		free(q);
	}
}

static void recorder_closed(struct ig_link *l IG_UNUSED, void *arg)
{
	recorder_gone(arg);
}

/* ---- scanning every source for the clerk */

static void scan_over(struct mailin *m)
{
	struct ig_note_scanned n = {.pass = m->scan.pass, .taken = m->scan.taken, .waiting = m->scan.waiting, .failed = m->scan.failed,
		.why = m->scan.why.data};
	m->scanning = false;
	if (m->clerk)
		ig_note_scanned_send(m->clerk, &n, -1);
}

static void scanned(uint64_t taken, uint64_t waiting, const char *failed, void *arg)
{
	struct mailin *m = arg;
	m->scan.taken += taken;
	m->scan.waiting += waiting;
	if (failed) {
		m->scan.failed++;
		ig_buf_fmt(&m->scan.why, "%s%s", m->scan.why.len ? "; " : "", failed);
	}
	if (!--m->scan.left)
		scan_over(m);
}

static void scan_all(struct mailin *m, uint64_t pass)
{
	ig_buf_reset(&m->scan.why);
	m->scan.pass = pass;
	m->scan.taken = m->scan.waiting = m->scan.failed = 0;
	m->scan.left = m->role->conf->maildir_count + m->spool_count + 1;
	m->scanning = true;
	for (size_t i = 0; i < m->role->conf->maildir_count; i++)
		ig_maildir_scan(m->maildirs[i], scanned, m);
	for (size_t i = 0; i < m->spool_count; i++)
		ig_spool_scan(m->spools[i], scanned, m);
	scanned(0, 0, NULL, m);
}

static int on_clerk(struct ig_link *l IG_UNUSED, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct mailin *m = arg;
	struct ig_note_scan n;
	if (fd >= 0)
		close(fd);
	if (fd >= 0 || kind != IG_NOTE_SCAN || ig_note_scan_unpack(&n, body, len, m->arena))
		return -1;
	if (m->scanning)
		m->scan.pass = n.pass; /* a clerk that was restarted: it gets the answer of the pass under way */
	else
		scan_all(m, n.pass);
	return 0;
}

static void clerk_closed(struct ig_link *l IG_UNUSED, void *arg)
{
	struct mailin *m = arg;
	m->clerk = ig_link_free(m->clerk);
}

/* ---- role */

static void open_spools(struct mailin *m)
{
	const struct ig_conf *c = m->role->conf;
	int64_t settle = m->role->once ? 0 : c->settle;
	const struct ig_spool_settings spools[] = {
		{.name = "scans", .path = c->scans, .channel = IG_CHANNEL_LETTER, .settle = settle, .interval = SPOOL_INTERVAL_MS},
		{.name = "faxes", .path = c->faxes, .channel = IG_CHANNEL_FAX, .sidecar = true, .settle = settle, .interval = SPOOL_INTERVAL_MS}};
	for (size_t i = 0; i < IG_COUNT(spools); i++)
		if (spools[i].path)
			m->spools[m->spool_count++] = ig_spool_new(m->role->base, c, &spools[i], &m->sink);
}

static int start(struct ig_role *r, struct ig_why *why)
{
	struct mailin *m = ig_xmalloc(sizeof *m);
	struct ig_buf spool = IG_BUF_INIT(8192);
	int rc = 0;
	r->state = m;
	m->role = r;
	m->last = &m->first;
	m->sink = (struct ig_intake_sink){.arg = m, .append = append};
	m->arena = ig_arena_new(IG_LINK_MAX);
	m->scan.why = (struct ig_buf)IG_BUF_INIT(4096);
	m->refuse = event_new(r->base, -1, 0, on_refuse, m);
	m->maildirs = ig_xmalloc((r->conf->maildir_count + 1) * sizeof *m->maildirs);
	m->lmtps = ig_xmalloc((r->conf->lmtp_count + 1) * sizeof *m->lmtps);
	signal(SIGIO, SIG_IGN); /* maildir.c asks for leases */
	ig_buf_fmt(&spool, "%s/tmp", r->conf->var);
	if (!m->refuse || ig_fs_mkdirs(spool.data, 0700))
		rc = ig_why(why, "%s cannot be made", spool.data);
	ig_buf_free(&spool);
	for (size_t i = 0; !rc && i < r->conf->maildir_count; i++)
		m->maildirs[i] = ig_maildir_new(r->base, r->conf, &r->conf->maildirs[i], &m->sink);
	if (!rc)
		open_spools(m);
	return rc;
}

static void confine(struct ig_role *r, struct ig_sandbox *s)
{
	struct mailin *m = r->state;
	ig_role_confine("mailin", r->conf, s, m->arena);
}

static int run(struct ig_role *r, struct ig_why *why IG_UNUSED)
{
	struct mailin *m = r->state;
	/* Under --once the clerk says when to look. */
	for (size_t i = 0; !r->once && i < r->conf->maildir_count; i++)
		ig_maildir_watch(m->maildirs[i]);
	for (size_t i = 0; !r->once && i < m->spool_count; i++)
		ig_spool_watch(m->spools[i]);
	return 0;
}

static void peer(struct ig_role *r, const char *role, uint64_t index IG_UNUSED, int fd)
{
	struct mailin *m = r->state;
	if (!strcmp(role, "recorder")) {
		if (m->recorder)
			recorder_gone(m);
		m->recorder = ig_link_new(r->base, fd, "recorder", on_recorder, recorder_closed, m);
	} else if (!strcmp(role, "clerk")) {
		m->clerk = ig_link_free(m->clerk);
		m->clerk = ig_link_new(r->base, fd, "clerk", on_clerk, clerk_closed, m);
	} else {
		close(fd);
	}
}

static void listening(struct ig_role *r, const char *name, int fd)
{
	struct mailin *m = r->state;
	if (strcmp(name, "lmtp") || m->lmtp_count >= r->conf->lmtp_count) {
		close(fd);
		return;
	}
	m->lmtps[m->lmtp_count] = ig_lmtp_new(r->base, r->conf, &r->conf->lmtps[m->lmtp_count], fd, &m->sink);
	m->lmtp_count++;
}

static void on_stop_over(evutil_socket_t fd IG_UNUSED, short what IG_UNUSED, void *arg)
{
	end(arg);
}

/* What was handed to the recorder is still answered to its source; nothing more is taken. */
static void stop(struct ig_role *r)
{
	struct mailin *m = r->state;
	m->stopping = true;
	if (!m->first || event_base_once(r->base, -1, EV_TIMEOUT, on_stop_over, m, &(struct timeval){.tv_sec = STOP_S}))
		end(m);
}

const struct ig_role_ops ig_role_mailin = {.name = "mailin", .start = start, .confine = confine, .run = run, .peer = peer, .listen = listening,
	.stop = stop};
