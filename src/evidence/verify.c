/* Proof of the evidence log: every head, digest and link of the chain, and the chain heads known from outside. What is damaged and was
 * accepted is a finding; what only looks unfinished is said, and so is what nothing can prove. Changes nothing. */
#include "config.h"
#include "evidence/evidence.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/opt.h"
#include "evidence/moved.h"

struct verify {
	const char *dir;
	const struct ig_evidence_anchor *anchors;
	size_t count;
	ig_evidence_say_h *say;
	void *arg;
	struct ig_ev_list list;
	uint64_t done, total; /* bytes */
	uint64_t seq, frames; /* newest frame seen; how many */
	ig_time at;
	uint8_t chain[IG_SHA256_LEN];
	bool chain_known, bad;
	uint64_t anchored;    /* highest anchor that was met */
	uint64_t redacted;
	const struct ig_evidence_removal *removals;
	size_t removal_count;
};

__attribute__((format(printf, 3, 4)))
static void say(struct verify *v, bool finding, const char *fmt, ...)
{
	struct ig_buf text = IG_BUF_INIT(2048);
	va_list ap;
	va_start(ap, fmt);
	ig_buf_vfmt(&text, fmt, ap);
	va_end(ap);
	v->bad = v->bad || finding;
	if (v->say)
		v->say(finding, text.data, v->done, v->total, v->arg);
	ig_buf_free(&text);
}

static void check_anchors(struct verify *v, const struct ig_ev_frame *f)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct ig_evidence_anchor *a = &v->anchors[i];
		if (a->seq != f->seq)
			continue;
		if (memcmp(a->chain, f->chain, IG_SHA256_LEN))
			say(v, true, "frame %" PRIu64 " is not the one that %s recorded", f->seq, a->where);
		else if (f->seq > v->anchored)
			v->anchored = f->seq;
	}
}

static uint64_t newest_anchor(const struct verify *v)
{
	uint64_t seq = 0;
	for (size_t i = 0; i < v->count; i++)
		if (v->anchors[i].seq > seq)
			seq = v->anchors[i].seq;
	return seq;
}

/* Damage where frame `from` should be. Accepted bytes: a later frame or segment says so, or an anchor knows the frame. */
static void say_damage(struct verify *v, const struct ig_ev_segment *s, uint64_t from, uint64_t off, uint64_t to, bool accepted)
{
	if (accepted || newest_anchor(v) >= from)
		say(v, true, "lost evidence: segment %08u is damaged from offset %" PRIu64 " to %" PRIu64 " (frame %" PRIu64 ")",
			(unsigned)s->number, off, to, from);
	else
		say(v, false, "segment %08u ends in %" PRIu64 " bytes from offset %" PRIu64 " that are no whole frame: being written, or torn; nothing shows "
			"that they were accepted", (unsigned)s->number, to - off, off);
}

/* Nobody can take a payload out of the log unseen: an order must stand outside of it. */
static void check_removal(struct verify *v, const struct ig_ev_frame *f)
{
	const struct ig_evidence_removal *order = NULL;
	for (size_t i = 0; i < v->removal_count; i++)
		if (v->removals[i].seq == f->seq)
			order = &v->removals[i];
	if (f->mark == IG_EV_REDACTED) {
		v->redacted++;
		if (order)
			say(v, false, "the payload of frame %" PRIu64 " was removed by order: %s", f->seq, order->words);
		else if (v->removals)
			say(v, true, "the payload of frame %" PRIu64 " was removed, and no order for it is known", f->seq);
	} else if (order) {
		say(v, false, "the payload of frame %" PRIu64 " is to be removed and is still there: %s", f->seq, order->words);
	}
}

static void check_frame(struct verify *v, struct ig_ev_segment *s, const struct ig_ev_frame *f, uint64_t off, bool *whole_r)
{
	int ok = ig_ev_payload_check(s, f, off);
	*whole_r = ok > 0;
	if (ok < 0)
		say(v, true, "frame %" PRIu64 " cannot be read: %s", f->seq, strerror(errno));
	if (f->at < v->at)
		say(v, true, "frame %" PRIu64 " claims to be older than the one before", f->seq);
	check_removal(v, f);
	v->at = f->at;
	v->seq = f->seq;
	v->frames++;
	v->chain_known = true;
	memcpy(v->chain, f->chain, IG_SHA256_LEN);
	check_anchors(v, f);
}

/* closed: a later segment says that this one counts up to limit. */
static void check_frames(struct verify *v, struct ig_ev_segment *s, uint64_t limit, bool closed)
{
	struct ig_ev_walk w;
	struct ig_ev_frame f;
	const char *envelope;
	uint64_t off, bad_off = 0, bad_seq = 0; /* a payload that is not whole, not yet said: is it the torn end? */
	bool whole;
	ig_ev_walk_start(&w, s, limit);
	for (;;) {
		uint64_t from = w.seq, at = w.off;
		enum ig_ev_step step = ig_ev_walk_step(&w, &f, &off, &envelope);
		if (bad_seq && (step != IG_EV_FRAME_FOUND || f.synced > bad_off)) {
			say_damage(v, s, bad_seq, bad_off, at, closed || step == IG_EV_FRAME_FOUND);
			bad_seq = 0;
		}
		if (step == IG_EV_FRAME_FOUND) {
			check_frame(v, s, &f, off, &whole);
			if (!whole && !bad_seq) {
				bad_off = off;
				bad_seq = f.seq;
			}
		} else if (step == IG_EV_END) {
			break;
		} else if (step == IG_EV_FAILED) {
			say(v, true, "segment %08u cannot be read: %s", (unsigned)s->number, strerror(errno));
			break;
		} else {
			bool more = ig_ev_walk_resync(&w);
			say_damage(v, s, from ? from : v->seq + 1, at, more ? w.off : limit, closed || more);
			if (!more) {
				v->chain_known = false;
				break;
			}
		}
		v->done += w.off - at;
		if (v->frames % 256 == 0)
			say(v, false, "%s", "");
	}
	ig_ev_walk_end(&w);
}

static void check_head(struct verify *v, const struct ig_ev_segment *s, uint32_t before)
{
	const struct ig_ev_head *h = &s->head;
	if (!s->copies_ok)
		say(v, true, "the head of segment %08u is damaged%s", (unsigned)s->number, s->head_ok ? " in one of its copies" : "");
	if (!s->head_ok)
		return;
	if (h->prev != before)
		say(v, true, "segment %08u chains on to segment %08u, which is missing", (unsigned)s->number, (unsigned)h->prev);
	if (h->first_seq != v->seq + 1)
		say(v, true, "lost evidence: frames %" PRIu64 " to %" PRIu64 " are missing before segment %08u", v->seq + 1, h->first_seq - 1,
			(unsigned)s->number);
	else if (v->chain_known && memcmp(h->prev_chain, v->chain, IG_SHA256_LEN))
		say(v, true, "the chain is broken between frame %" PRIu64 " and segment %08u", v->seq, (unsigned)s->number);
	v->seq = h->first_seq - 1;
	v->chain_known = true;
	memcpy(v->chain, h->prev_chain, IG_SHA256_LEN);
}

/* Next segment that holds something, opened; false none. */
static bool next_segment(struct verify *v, size_t *i, struct ig_ev_segment *s_r)
{
	struct ig_why why;
	for (; *i < v->list.count; ++*i) {
		if (ig_ev_segment_open(v->dir, v->list.numbers[*i], O_RDONLY, s_r, &why)) {
			say(v, true, "%s", why.text);
			continue;
		}
		if (!ig_ev_segment_unused(s_r)) {
			++*i;
			return true;
		}
		say(v, false, "segment %08u was begun and holds no frame", (unsigned)s_r->number);
		ig_ev_segment_close(s_r);
	}
	return false;
}

/* Segments that were moved out by order, in front of the first that is there. Their end of the chain is known from what was left in their place,
 * and the first segment that is there says the same, or is a finding. */
static uint32_t pass_moved(struct verify *v, uint32_t first)
{
	uint32_t before = 0;
	struct ig_ev_moved *m = ig_xmalloc(sizeof *m);
	for (uint32_t n = 1; n < first; n++) {
		if (ig_ev_moved_read(v->dir, n, m))
			continue;
		if (m->first != v->seq + 1)
			say(v, true, "lost evidence: frames %" PRIu64 " to %" PRIu64 " are missing before the moved segment %08u", v->seq + 1, m->first - 1, (unsigned)n);
		say(v, false, "frames %" PRIu64 " to %" PRIu64 " were moved out: %s", m->first, m->last, m->file);
		v->seq = m->last;
		memcpy(v->chain, m->chain, IG_SHA256_LEN);
		before = n;
	}
	free(m);
	return before;
}

static void check_segments(struct verify *v)
{
	struct ig_ev_segment s, after;
	uint32_t before = 0;
	size_t i = 0;
	bool have = next_segment(v, &i, &s);
	if (have)
		before = pass_moved(v, s.number);
	while (have) {
		bool more = next_segment(v, &i, &after), closed = more && after.head_ok && after.head.prev == s.number;
		uint64_t limit = closed ? after.head.prev_end : s.size;
		/* Begun in vain, and it could not be removed: the next one chains on to the one before. Had it held frames, the numbers
		 * and anchors would miss them. */
		if (more && after.head_ok && s.size == IG_EV_START && after.head.prev == before) {
			say(v, false, "segment %08u was begun and holds no frame", (unsigned)s.number);
			ig_ev_segment_close(&s);
			s = after;
			continue;
		}
		check_head(v, &s, before);
		if (closed && limit < s.size)
			say(v, false, "segment %08u counts up to offset %" PRIu64 "; the %" PRIu64 " bytes behind it were never accepted",
				(unsigned)s.number, limit, s.size - limit);
		if (limit > s.size) {
			say(v, true, "lost evidence: segment %08u was cut from %" PRIu64 " to %" PRIu64 " bytes", (unsigned)s.number, limit, s.size);
			limit = s.size;
		}
		check_frames(v, &s, limit, more);
		before = s.number;
		ig_ev_segment_close(&s);
		s = after;
		have = more;
	}
}

static void add_up(struct verify *v)
{
	for (size_t i = 0; i < v->list.count; i++) {
		struct ig_ev_segment s;
		if (!ig_ev_segment_open(v->dir, v->list.numbers[i], O_RDONLY, &s, NULL))
			v->total += s.size;
		ig_ev_segment_close(&s);
	}
}

int ig_evidence_verify(const char *dir, const struct ig_evidence_anchor *anchors, size_t count, ig_evidence_say_h *say_h, void *arg)
{
	return ig_evidence_verify_with(dir, anchors, count, NULL, 0, say_h, arg);
}

int ig_evidence_verify_with(const char *dir, const struct ig_evidence_anchor *anchors, size_t count, const struct ig_evidence_removal *removals,
	size_t removal_count, ig_evidence_say_h *say_h, void *arg)
{
	struct verify v = {.dir = dir, .anchors = anchors, .count = count, .say = say_h, .arg = arg, .at = IG_NEVER, .chain_known = true,
		.removals = removals, .removal_count = removal_count};
	struct ig_why why;
	if (ig_ev_list_read(dir, &v.list, &why)) {
		say(&v, true, "%s", why.text);
		return IG_EX_DATA;
	}
	add_up(&v);
	check_segments(&v);
	v.done = v.total;
	for (size_t i = 0; i < count; i++)
		if (anchors[i].seq > v.seq)
			say(&v, true, "lost evidence: %s recorded frame %" PRIu64 ", the log ends with frame %" PRIu64, anchors[i].where, anchors[i].seq, v.seq);
	if (v.redacted)
		say(&v, false, "%" PRIu64 " payloads were removed by order; their digests stand", v.redacted);
	if (v.seq > v.anchored)
		say(&v, false, "frames %" PRIu64 " to %" PRIu64 " are whole and chained; no record outside the log yet proves that they are all",
			v.anchored + 1, v.seq);
	ig_ev_list_free(&v.list);
	return v.bad ? IG_EX_DATA : IG_EX_OK;
}
