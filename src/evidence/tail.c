/* Finding the end of the log. A frame counts when it is whole and every frame before it in the last batch is whole: what a power loss
 * leaves of a batch that was never synced (any subset of its sectors) must not count, and what was synced always does. The offset known
 * durable stands in each frame (`synced`), so the two are told apart without another file. Changes nothing on disk. */
#include "config.h"
#include "evidence/tail.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

/* State before some frame. */
struct mark { uint64_t off, seq; uint8_t chain[IG_SHA256_LEN]; bool chain_known; ig_time at; };

struct scan {
	struct ig_ev_walk w;
	struct ig_buf *damage;
	struct mark batch;  /* before the first frame of the last batch: all earlier frames were synced */
	ig_time at;         /* of the frame found last */
	bool lost;          /* something before `batch` is damaged */
};

static struct mark mark_of(const struct scan *s, ig_time at)
{
	struct mark m = {.off = s->w.off, .seq = s->w.seq, .chain_known = s->w.chain_known, .at = at};
	memcpy(m.chain, s->w.chain, IG_SHA256_LEN);
	return m;
}

static void go_back(struct scan *s, const struct mark *m)
{
	s->w.off = m->off;
	s->w.seq = m->seq;
	memcpy(s->w.chain, m->chain, IG_SHA256_LEN);
	s->w.chain_known = m->chain_known;
	s->at = m->at;
}

/* Looks behind a damage for a frame that says more was durable than the begin of the damage: then the damage is in accepted evidence, the
 * walk goes on behind that frame, and it is said. False: nothing behind it counts, the walk is back at the damage. */
static bool past_damage(struct scan *s, const struct mark *bad)
{
	struct ig_ev_frame f;
	const char *envelope;
	uint64_t off;
	while (ig_ev_walk_resync(&s->w)) {
		struct mark before = mark_of(s, s->at);
		if (ig_ev_walk_step(&s->w, &f, &off, &envelope) != IG_EV_FRAME_FOUND || f.synced <= bad->off)
			continue;
		ig_buf_fmt(s->damage, "%slost evidence: segment %08u is damaged from offset %" PRIu64 " to %" PRIu64 " (frames %" PRIu64 " to %" PRIu64 ")",
			s->damage->len ? "; " : "", (unsigned)s->w.s->number, bad->off, off, bad->seq, f.seq - 1);
		s->lost = true;
		s->batch = before;
		s->at = f.at;
		return true;
	}
	go_back(s, bad);
	return false;
}

/* Heads only, to the end of what can be walked. */
static int walk_heads(struct scan *s, struct ig_why *why)
{
	struct ig_ev_frame f;
	const char *envelope;
	uint64_t off;
	s->batch = mark_of(s, IG_NEVER);
	for (;;) {
		struct mark before = mark_of(s, s->at);
		switch (ig_ev_walk_step(&s->w, &f, &off, &envelope)) {
		case IG_EV_FRAME_FOUND:
			if (f.synced == off)
				s->batch = before;
			s->at = f.at;
			break;
		case IG_EV_PARTIAL:
		case IG_EV_BAD:
			if (past_damage(s, &before))
				break;
			return 0;
		case IG_EV_END:
			return 0;
		case IG_EV_FAILED:
			return ig_why(why, "segment %08u: %s", (unsigned)s->w.s->number, strerror(errno));
		}
	}
}

/* The last batch again, now with payloads; stops before the first frame that is not whole. */
static int walk_last_batch(struct scan *s, struct ig_why *why)
{
	struct ig_ev_frame f;
	const char *envelope;
	uint64_t off, end = s->w.off;
	go_back(s, &s->batch);
	while (s->w.off < end) {
		struct mark before = mark_of(s, s->at);
		enum ig_ev_step step = ig_ev_walk_step(&s->w, &f, &off, &envelope);
		int whole = step == IG_EV_FRAME_FOUND ? ig_ev_payload_check(s->w.s, &f, off) : step == IG_EV_FAILED ? -1 : 0;
		if (whole < 0)
			return ig_why(why, "segment %08u: %s", (unsigned)s->w.s->number, strerror(errno));
		if (!whole) {
			go_back(s, &before);
			return 0;
		}
		s->at = f.at;
	}
	return 0;
}

/* Newest arrival before a segment without frames: from the segments before it, since its own head only says when it was begun. */
static ig_time newest_before(const char *dir, const struct ig_ev_list *l, uint32_t number)
{
	for (size_t i = l->count; i-- > 0;) {
		struct ig_ev_segment s;
		struct ig_ev_walk w;
		struct ig_ev_frame f;
		const char *envelope;
		uint64_t off;
		ig_time at = IG_NEVER;
		if (l->numbers[i] >= number || ig_ev_segment_open(dir, l->numbers[i], O_RDONLY, &s, NULL))
			continue;
		ig_ev_walk_start(&w, &s, s.size);
		do
			while (ig_ev_walk_step(&w, &f, &off, &envelope) == IG_EV_FRAME_FOUND)
				at = f.at;
		while (ig_ev_walk_resync(&w));
		ig_ev_walk_end(&w);
		ig_ev_segment_close(&s);
		if (at != IG_NEVER)
			return at;
	}
	return IG_NEVER;
}

static int scan_segment(const char *dir, const struct ig_ev_list *l, struct ig_ev_tail *t, struct ig_buf *damage, struct ig_why *why)
{
	struct scan s = {.damage = damage, .at = IG_NEVER};
	int rc;
	ig_ev_walk_start(&s.w, &t->segment, t->segment.size);
	rc = walk_heads(&s, why);
	if (!rc)
		rc = walk_last_batch(&s, why);
	if (!rc) {
		t->end = s.w.off;
		t->seq = s.w.seq ? s.w.seq - 1 : 0;
		t->at = s.at;
		memcpy(t->chain, s.w.chain, IG_SHA256_LEN);
		if (t->seq && t->at == IG_NEVER)
			t->at = newest_before(dir, l, t->segment.number);
		t->closed = s.lost || t->end != t->segment.size;
		if (t->end != t->segment.size)
			ig_buf_fmt(damage, "%sbad tail: segment %08u has %" PRIu64 " bytes after frame %" PRIu64 " (offset %" PRIu64 ") that are no whole frame; kept",
				damage->len ? "; " : "", (unsigned)t->segment.number, t->segment.size - t->end, t->seq, t->end);
		if (!t->segment.copies_ok) {
			t->closed = true;
			ig_buf_fmt(damage, "%slost evidence: the head of segment %08u is damaged", damage->len ? "; " : "", (unsigned)t->segment.number);
		}
	}
	ig_ev_walk_end(&s.w);
	return rc;
}

int ig_ev_tail_find(const char *dir, struct ig_ev_tail *t_r, struct ig_buf *damage, struct ig_why *why)
{
	struct ig_ev_list l;
	int rc = 0;
	*t_r = (struct ig_ev_tail){.segment = {.fd = -1}, .at = IG_NEVER};
	if (ig_ev_list_read(dir, &l, why))
		return -1;
	if (l.count)
		t_r->highest = l.numbers[l.count - 1];
	for (size_t i = l.count; i-- > 0;) {
		rc = ig_ev_segment_open(dir, l.numbers[i], O_RDWR, &t_r->segment, why);
		/* A segment whose head was never synced holds nothing: frames are written only behind a durable head. */
		if (rc || !ig_ev_segment_unused(&t_r->segment))
			break;
		ig_buf_fmt(damage, "%sbad tail: segment %08u was begun and not finished; kept, it holds no frame", damage->len ? "; " : "",
			(unsigned)l.numbers[i]);
		t_r->closed = true;
		ig_ev_segment_close(&t_r->segment);
	}
	if (!rc && t_r->segment.fd >= 0)
		rc = scan_segment(dir, &l, t_r, damage, why);
	if (rc)
		ig_ev_segment_close(&t_r->segment);
	ig_ev_list_free(&l);
	return rc;
}
