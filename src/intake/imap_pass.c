/* One look into an IMAP mailbox: what is there is listed, what is new is fetched and handed over in the order of the UIDs. Progress goes with each
 * message; what cannot be read is put aside, so that it never holds up the others. Relies on imap.c for the dialogue. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/log.h"
#include "intake/draft.h"
#include "intake/imap.h"

enum { LIST_MS = 600000, LIST_BYTES = 512 << 20, CHUNK_MS = 300000, DONE_BATCH = 50, ITEMS_MAX = 1 << 20 };

/* ---- the mark */

int ig_imap_mark_parse(const char *text, struct ig_imap_mark *m_r)
{
	struct ig_imap_mark m = {0};
	long long since;
	int at = 0;
	if (sscanf(text, "imap %10u %10u %19lld %10u %n", &m.validity, &m.uid, &since, &m.first, &at) != 4 || !at)
		return -1;
	m.since = since;
	for (const char *p = text + at; *p && *p != '-';) {
		char *end;
		unsigned long n = strtoul(p, &end, 10);
		if (end == p || n > UINT32_MAX || m.skip_count == IG_IMAP_SKIPS_MAX || (*end && *end != ','))
			return -1;
		m.skips[m.skip_count++] = (uint32_t)n;
		p = *end ? end + 1 : end;
	}
	*m_r = m;
	return 0;
}

void ig_imap_mark_print(const struct ig_imap_mark *m, struct ig_buf *out)
{
	ig_buf_fmt(out, "imap %u %u %lld %u ", m->validity, m->uid, (long long)m->since, m->first);
	for (size_t i = 0; i < m->skip_count; i++)
		ig_buf_fmt(out, "%s%u", i ? "," : "", m->skips[i]);
	if (!m->skip_count)
		ig_buf_char(out, '-');
}

static size_t skip_at(const struct ig_imap_mark *m, uint32_t uid)
{
	size_t i = 0;
	while (i < m->skip_count && m->skips[i] != uid)
		i++;
	return i;
}

static void unskip(struct ig_imap_mark *m, uint32_t uid)
{
	size_t i = skip_at(m, uid);
	if (i < m->skip_count)
		m->skips[i] = m->skips[--m->skip_count];
}

static void keep(struct ig_imap *im, const struct ig_imap_mark *m)
{
	im->mark = *m;
	ig_buf_reset(&im->account->mark);
	ig_imap_mark_print(m, &im->account->mark);
}

/* ---- listing */

static void *grow(void *list, size_t count, size_t *cap, size_t item)
{
	if (count < *cap)
		return list;
	*cap = *cap ? *cap * 2 : 256;
	return ig_xrealloc(list, *cap * item);
}

static void listed(struct ig_imap *im, const char *line, void *arg)
{
	struct ig_imap_fetch f;
	const struct ig_imap_mark *m = &im->mark;
	const struct ig_conf_account *a = im->account->a;
	struct ig_account_pass *p = arg;
	int rc = ig_imap_fetch_parse(line, &f);
	if (rc < 0) {
		im->broken = true;
		return;
	}
	if (!rc || !f.uid || f.uid < im->from || !f.has_size) /* n:* always names the last message; a change of flags names no size */
		return;
	if (im->count >= ITEMS_MAX || im->done_count >= ITEMS_MAX) {
		im->full = true; /* the next look lists the rest */
		return;
	}
	im->highest = f.uid > im->highest ? f.uid : im->highest;
	if (!(m->first && f.uid >= m->first) && !(f.date != IG_NEVER && f.date >= m->since)) {
		p->old++;
		return;
	}
	if (f.uid <= m->uid && skip_at(m, f.uid) == m->skip_count) {
		/* taken before, and perhaps not yet told to the server */
		if ((a->after == IG_AFTER_MOVE && !f.deleted) || (a->after == IG_AFTER_FLAG && !f.seen && !f.ours)) {
			im->done = grow(im->done, im->done_count, &im->done_cap, sizeof *im->done);
			im->done[im->done_count++] = f.uid;
		}
		return;
	}
	if (f.ours) /* flagged in an earlier life of these numbers */
		return;
	im->items = grow(im->items, im->count, &im->cap, sizeof *im->items);
	im->items[im->count++] = (struct ig_imap_item){.uid = f.uid};
}

static int by_uid(const void *a, const void *b)
{
	uint32_t x = ((const struct ig_imap_item *)a)->uid, y = ((const struct ig_imap_item *)b)->uid;
	return x < y ? -1 : x > y;
}

static int list(struct ig_imap *im, struct ig_account_pass *p, struct ig_why *why)
{
	char command[96];
	int rc;
	im->count = 0;
	im->broken = false;
	im->look = im->full = false;
	snprintf(command, sizeof command, "UID FETCH %u:* (UID FLAGS INTERNALDATE RFC822.SIZE)", im->from);
	ig_talk_limit(im->talk, LIST_MS, LIST_BYTES);
	rc = ig_imap_command(im, command, listed, p);
	if (rc == 2)
		errno = EPROTO;
	if (rc < 0 || rc == 2)
		return ig_imap_broken(im, why, "the list of messages");
	/* Some servers answer NO to the range of an empty mailbox. */
	if (rc)
		ig_log(IG_LOG_DEBUG, "%s: the list of messages was refused: %s", im->account->a->name, im->words);
	if (im->broken)
		ig_log(IG_LOG_WARNING, "%s: the server says things about a message that cannot be understood", im->account->a->name);
	if (im->count)
		qsort(im->items, im->count, sizeof *im->items, by_uid);
	return 0;
}

/* ---- one message */

struct fetching {
	uint32_t uid;
	bool here;         /* the server answered for it */
	bool bad;          /* and in a way that is none */
	size_t len;        /* of this chunk, in im->body */
};

static void unquote(const struct ig_imap_fetch *f, struct ig_buf *out)
{
	for (size_t i = 0; i < f->body_len; i++) {
		if (f->body[i] == '\\' && i + 1 < f->body_len)
			i++;
		ig_buf_char(out, f->body[i]);
	}
}

static void fetched(struct ig_imap *im, const char *line, void *arg)
{
	struct fetching *g = arg;
	struct ig_imap_fetch f;
	struct ig_buf *chunk = &im->body;
	int rc = ig_imap_fetch_parse(line, &f);
	if (rc < 0)
		g->bad = true;
	if (rc <= 0 || !f.has_body || f.uid != g->uid)
		return;
	if (g->here || (f.body_is == IG_IMAP_BODY_LITERAL && !im->has_literal)) {
		g->bad = true;
		return;
	}
	if (f.body_is == IG_IMAP_BODY_STRING) {
		ig_buf_reset(chunk);
		unquote(&f, chunk);
	}
	g->here = true;
	g->len = chunk->len;
}

enum fetch_result { FETCH_OK, FETCH_GONE, FETCH_BAD, FETCH_LATER, FETCH_BROKEN };

static enum fetch_result fetch(struct ig_imap *im, uint32_t uid, struct ig_draft *g, struct ig_why *why)
{
	char command[96];
	struct fetching f;
	do {
		f = (struct fetching){.uid = uid};
		snprintf(command, sizeof command, "UID FETCH %u (UID BODY.PEEK[]<%llu.%u>)", uid, (unsigned long long)g->size, (unsigned)IG_IMAP_CHUNK);
		ig_talk_limit(im->talk, CHUNK_MS, 2 * IG_IMAP_CHUNK);
		int rc = ig_imap_command(im, command, fetched, &f);
		if (rc == 2)
			errno = EPROTO;
		if (rc < 0 || rc == 2) {
			ig_imap_broken(im, why, "in the middle of a message");
			return FETCH_BROKEN;
		}
		if (rc || f.bad) {
			ig_why(why, "the server does not give it: %s", f.bad ? "its answer cannot be understood" : im->words);
			return FETCH_BAD;
		}
		if (!f.here)
			return g->size ? (ig_why(why, "the server does not give the rest of it"), FETCH_BAD) : FETCH_GONE;
		if (g->size + f.len > im->account->conf->message_max) {
			ig_why(why, "it is larger than message_max");
			return FETCH_BAD;
		}
		if (ig_draft_add(g, im->account->conf, im->body.data, f.len, why))
			return FETCH_LATER;
	} while (f.len == IG_IMAP_CHUNK);
	return FETCH_OK;
}

/* Put aside: said, kept in mind, tried again when the next session begins. */
static void put_aside(struct ig_imap *im, uint32_t uid, const struct ig_why *reason, struct ig_account_pass *p)
{
	const struct ig_account *a = im->account;
	struct ig_imap_mark m = im->mark;
	char text[IG_WHY_MAX];
	p->waiting++;
	ig_why(&p->why, "message %u stays in the mailbox: %.300s", uid, reason->text);
	snprintf(text, sizeof text, "%s: %.400s", a->a->name, p->why.text);
	if (skip_at(&m, uid) < m.skip_count)
		return;
	a->host->alarm(a->host->arg, "mail-unread", text);
	if (m.skip_count == IG_IMAP_SKIPS_MAX)
		return; /* then the mark stays below it: rather some taken twice than one lost */
	m.skips[m.skip_count++] = uid;
	m.uid = uid > m.uid ? uid : m.uid;
	keep(im, &m);
}

/* 0 go on, 1 the recorder takes nothing now, -1 broken. */
static int take(struct ig_imap *im, uint32_t uid, bool hold, struct ig_account_pass *p, struct ig_why *why)
{
	const struct ig_account *a = im->account;
	struct ig_why reason = {""};
	struct ig_draft g = IG_DRAFT_INIT(a->conf);
	struct ig_buf text = IG_BUF_INIT(4096);
	struct ig_imap_mark m = im->mark;
	enum fetch_result got = fetch(im, uid, &g, &reason);
	int rc = 0;
	unskip(&m, uid);
	if (!hold && uid > m.uid)
		m.uid = uid;
	ig_imap_mark_print(&m, &text);
	if (got == FETCH_OK) {
		struct ig_envelope e = {.channel = IG_CHANNEL_MAIL, .source = a->a->name, .progress = text.data};
		rc = a->host->append(a->host->arg, &e, g.bytes.data, g.fd, g.size, &p->why);
		g.fd = -1;
		p->taken += rc == 0;
		if (rc == 0 && a->a->after != IG_AFTER_LEAVE) {
			im->done = grow(im->done, im->done_count, &im->done_cap, sizeof *im->done);
			im->done[im->done_count++] = uid;
		}
	}
	if (rc || got == FETCH_LATER) {
		if (got == FETCH_LATER)
			p->why = reason;
		rc = 1;
	} else if (got == FETCH_OK || got == FETCH_GONE) {
		keep(im, &m);
	} else if (got == FETCH_BAD) {
		put_aside(im, uid, &reason, p);
	} else {
		*why = reason;
		rc = -1;
	}
	ig_draft_end(&g);
	ig_buf_free(&text);
	return rc;
}

int ig_imap_pass(void *session, struct ig_account_pass *p, struct ig_why *why)
{
	struct ig_imap *im = session;
	const struct ig_account *a = im->account;
	bool hold = false; /* one below could neither be read nor be put aside */
	if (list(im, p, why) || ig_imap_after(im, why))
		return -1;
	for (size_t i = 0; i < im->count; i++) {
		uint32_t uid = im->items[i].uid;
		uint64_t waited = p->waiting;
		int rc = a->host->ending(a->host->arg) ? 1 : take(im, uid, hold, p, why);
		if (rc < 0)
			return -1;
		if (rc) {
			p->waiting += im->count - i;
			im->from = uid < im->from ? im->from : uid;
			return ig_imap_after(im, why);
		}
		hold |= p->waiting > waited && skip_at(&im->mark, uid) == im->mark.skip_count;
		if (im->done_count >= DONE_BATCH && ig_imap_after(im, why))
			return -1;
	}
	im->from = im->highest >= im->from ? im->highest + 1 : im->from;
	im->look |= im->full;
	return ig_imap_after(im, why);
}
