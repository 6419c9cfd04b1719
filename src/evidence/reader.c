/* Reading the evidence log, also while it is being written. Which bytes of a segment count is said by the head of the segment behind it, so
 * before each frame the reader makes sure that it knows the newest segment. Reading in order costs one read a frame; a jump walks from the
 * nearest of the marks it keeps. Changes nothing. */
#include "config.h"
#include "evidence/evidence.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"
#include "evidence/moved.h"

#define CHUNK (256 * 1024)
#define MARK_EVERY 64

struct mark { uint64_t off, seq; uint8_t chain[IG_SHA256_LEN]; bool chain_known; };

struct ig_evidence_reader {
	char *dir;
	uint32_t highest;          /* newest segment file known of, 0 none */
	uint32_t unused;           /* newest file without a whole head when last looked at, 0 none: it may be getting one */
	struct ig_ev_segment s;    /* being read; fd -1 none */
	struct ig_ev_walk w;
	bool open, closed;         /* a segment is open; another follows it */
	uint64_t first, next_first; /* sequences of this segment: first to next_first - 1 when closed */
	struct mark *marks;
	size_t mark_count, mark_cap;
};

struct ig_evidence_reader *ig_evidence_read_open(const char *dir, struct ig_why *why)
{
	struct ig_evidence_reader *r;
	struct stat st;
	if (stat(dir, &st) || !S_ISDIR(st.st_mode)) {
		ig_why(why, "%s: %s", dir, errno ? strerror(errno) : "no directory");
		return NULL;
	}
	r = ig_xmalloc(sizeof *r);
	r->dir = ig_xstrdup(dir);
	r->s.fd = -1;
	return r;
}

static void leave_segment(struct ig_evidence_reader *r)
{
	if (r->open)
		ig_ev_walk_end(&r->w);
	ig_ev_segment_close(&r->s);
	r->open = r->closed = false;
	r->mark_count = 0;
}

struct ig_evidence_reader *ig_evidence_read_free(struct ig_evidence_reader *r)
{
	if (!r)
		return NULL;
	leave_segment(r);
	free(r->marks);
	free(r->dir);
	free(r);
	return NULL;
}

static bool look_at(const struct ig_evidence_reader *r, uint32_t number, struct stat *st_r)
{
	char name[IG_EV_NAME_MAX];
	struct ig_buf path = IG_BUF_INIT(8192);
	int rc;
	ig_buf_fmt(&path, "%s/%s", r->dir, ig_ev_segment_name(number, name));
	rc = stat(path.data, st_r);
	ig_buf_free(&path);
	return !rc;
}

/* The writer numbers its files without gaps, so mostly one look tells whether there is a newer one. A file that it could neither begin
 * nor remove stays without a head, and the one that counts lies behind it: not to see it would be to read frames that were given up. */
static bool newer_segment(const struct ig_evidence_reader *r)
{
	struct stat st;
	if (r->unused && look_at(r, r->unused, &st) && st.st_size >= IG_EV_START)
		return true;
	for (uint32_t n = r->highest + 1; n && look_at(r, n, &st); n++)
		if (st.st_size >= IG_EV_START)
			return true;
	return false;
}

/* The open segment was one that the writer could not begin and took away again: its number is another file's now. */
static bool replaced(const struct ig_evidence_reader *r)
{
	struct stat held, there;
	return r->open && !r->closed && !fstat(r->s.fd, &held) &&
	       (!look_at(r, r->s.number, &there) || held.st_ino != there.st_ino || held.st_dev != there.st_dev);
}

/* First sequence of a segment: from its head, else from its first frame; 0 when neither can be read. */
static uint64_t first_of(struct ig_ev_segment *s)
{
	struct ig_ev_walk w;
	struct ig_ev_frame f;
	const char *envelope;
	uint64_t off, seq;
	if (s->head_ok)
		return s->head.first_seq;
	ig_ev_walk_start(&w, s, s->size);
	seq = ig_ev_walk_step(&w, &f, &off, &envelope) == IG_EV_FRAME_FOUND || ig_ev_walk_resync(&w) ? w.seq : 0;
	if (seq && w.off > IG_EV_START)
		seq = f.seq;
	ig_ev_walk_end(&w);
	return seq;
}

/* Opens the segment that holds seq: the newest whose first frame is not behind it. 1, 0 none, -1 why. */
static int seek_segment(struct ig_evidence_reader *r, uint64_t seq, struct ig_why *why)
{
	struct ig_ev_list l;
	struct ig_ev_head after = {0};
	bool closed = false;
	uint64_t next_first = 0;
	leave_segment(r);
	if (ig_ev_list_read(r->dir, &l, why))
		return -1;
	r->unused = 0;
	r->highest = l.count ? l.numbers[l.count - 1] : 0;
	for (size_t i = l.count; i-- > 0 && !r->open;) {
		uint64_t first;
		if (ig_ev_segment_open(r->dir, l.numbers[i], O_RDONLY, &r->s, why)) {
			ig_ev_list_free(&l);
			return -1;
		}
		first = ig_ev_segment_unused(&r->s) ? 0 : first_of(&r->s);
		if (!first && r->s.size < IG_EV_START && !r->unused)
			r->unused = r->s.number;
		if (first && first <= seq) {
			uint64_t limit = closed && after.prev == r->s.number && after.prev_end < r->s.size ? after.prev_end : r->s.size;
			r->open = true;
			r->closed = closed;
			r->first = first;
			r->next_first = next_first;
			ig_ev_walk_start(&r->w, &r->s, limit);
			break;
		}
		if (first) {
			after = r->s.head_ok ? r->s.head : (struct ig_ev_head){0};
			closed = true;
			next_first = first;
		}
		ig_ev_segment_close(&r->s);
	}
	ig_ev_list_free(&l);
	return r->open;
}

static void keep_mark(struct ig_evidence_reader *r)
{
	struct mark *m;
	if (r->mark_count && r->w.seq < r->marks[r->mark_count - 1].seq + MARK_EVERY)
		return;
	if (r->mark_count == r->mark_cap) {
		r->mark_cap = r->mark_cap ? r->mark_cap * 2 : 64;
		r->marks = ig_xrealloc(r->marks, r->mark_cap * sizeof *r->marks);
	}
	m = &r->marks[r->mark_count++];
	*m = (struct mark){.off = r->w.off, .seq = r->w.seq, .chain_known = r->w.chain_known};
	memcpy(m->chain, r->w.chain, IG_SHA256_LEN);
}

/* Back to the last mark at or before seq, or to the start of the segment. */
static void go_back(struct ig_evidence_reader *r, uint64_t seq)
{
	uint64_t limit = r->w.limit;
	size_t n = r->mark_count;
	while (n && r->marks[n - 1].seq > seq)
		n--;
	if (!n) {
		ig_ev_walk_end(&r->w);
		ig_ev_walk_start(&r->w, &r->s, limit);
		return;
	}
	r->w.off = r->marks[n - 1].off;
	r->w.seq = r->marks[n - 1].seq;
	r->w.chain_known = r->marks[n - 1].chain_known;
	memcpy(r->w.chain, r->marks[n - 1].chain, IG_SHA256_LEN);
}

static void fill_frame(const struct ig_evidence_reader *r, const struct ig_ev_frame *f, uint64_t off, const char *envelope, struct ig_arena *a,
	struct ig_evidence_frame *f_r)
{
	*f_r = (struct ig_evidence_frame){.seq = f->seq, .at = f->at, .segment = r->s.number, .offset = off,
		.envelope = ig_arena_strndup(a, envelope, f->envelope_len - 1), .size = f->size,
		.payload_offset = off + IG_EV_FRAME_LEN + f->envelope_len, .redacted = f->mark == IG_EV_REDACTED};
	memcpy(f_r->payload_sum, f->payload_sum, IG_SHA256_LEN);
	memcpy(f_r->chain, f->chain, IG_SHA256_LEN);
}

static int damaged(const struct ig_evidence_reader *r, uint64_t from, struct ig_why *why)
{
	return ig_why(why, "lost evidence: segment %08u is damaged from frame %" PRIu64, (unsigned)r->s.number, from);
}

/* Walks the open segment up to seq. */
static int walk_to(struct ig_evidence_reader *r, uint64_t seq, struct ig_arena *a, struct ig_evidence_frame *f_r, struct ig_why *why)
{
	struct ig_ev_frame f;
	const char *envelope;
	uint64_t off;
	if (!r->closed && !ig_ev_segment_look(&r->s))
		r->w.limit = r->s.size;
	if (r->w.seq > seq)
		go_back(r, seq);
	for (;;) {
		uint64_t expected = r->w.seq;
		keep_mark(r);
		switch (ig_ev_walk_step(&r->w, &f, &off, &envelope)) {
		case IG_EV_FRAME_FOUND:
			if (f.seq == seq) {
				fill_frame(r, &f, off, envelope, a, f_r);
				return 1;
			}
			if (f.seq > seq) /* first frame behind a head that cannot be read */
				return damaged(r, seq, why);
			break;
		case IG_EV_END:
		case IG_EV_PARTIAL:
			if (!r->closed)
				return 0;
			/* fall through */
		case IG_EV_BAD:
			if (!ig_ev_walk_resync(&r->w) || r->w.seq > seq)
				return damaged(r, expected ? expected : r->first, why);
			break;
		case IG_EV_FAILED:
			return ig_why(why, "segment %08u: %s", (unsigned)r->s.number, strerror(errno));
		}
	}
}

/* Lost, or moved out? */
static int no_segment(const struct ig_evidence_reader *r, uint64_t seq, struct ig_why *why)
{
	struct ig_ev_moved *m = ig_xmalloc(sizeof *m);
	ig_why(why, "lost evidence: no segment holds frame %" PRIu64, seq);
	for (uint32_t n = 1; n < r->highest; n++)
		if (!ig_ev_moved_read(r->dir, n, m) && seq >= m->first && seq <= m->last) {
			ig_why(why, "frame %" PRIu64 " was moved out: %.300s", seq, m->file);
			break;
		}
	free(m);
	return -1;
}

int ig_evidence_read_frame(struct ig_evidence_reader *r, uint64_t seq, struct ig_arena *a, struct ig_evidence_frame *f_r, struct ig_why *why)
{
	int rc = 0;
	if (!seq)
		return 0;
	for (int tries = 0; !rc && tries < 2 && (!tries || replaced(r)); tries++) {
		if (!tries && r->open && seq >= r->first && !(r->closed && seq >= r->next_first) && !newer_segment(r)) {
			rc = walk_to(r, seq, a, f_r, why);
			continue;
		}
		rc = seek_segment(r, seq, why);
		if (rc < 0)
			return -1;
		if (!rc)
			return r->highest ? no_segment(r, seq, why) : 0;
		rc = walk_to(r, seq, a, f_r, why);
	}
	return rc;
}

/* Hands the payload in pieces to take, checking the digest at the end. */
typedef int take_h(void *arg, const void *p, size_t len);
static int each_piece(struct ig_evidence_reader *r, const struct ig_evidence_frame *f, take_h *take, void *arg, struct ig_why *why)
{
	struct ig_ev_segment other = {.fd = -1}, *s = &r->s;
	uint8_t sum[IG_SHA256_LEN], *chunk;
	struct ig_sha256 h;
	uint64_t done = 0;
	int rc = 0;
	if (f->redacted)
		return ig_why(why, "the payload of frame %" PRIu64 " was removed by order", f->seq);
	if (!r->open || r->s.number != f->segment) {
		if (ig_ev_segment_open(r->dir, f->segment, O_RDONLY, &other, why))
			return -1;
		s = &other;
	}
	chunk = ig_xmalloc(f->size < CHUNK ? (size_t)f->size + 1 : CHUNK);
	ig_sha256_init(&h);
	while (!rc && done < f->size) {
		size_t n = f->size - done < CHUNK ? (size_t)(f->size - done) : CHUNK;
		if (ig_fs_pread_all(s->fd, chunk, n, (off_t)(f->payload_offset + done)) || take(arg, chunk, n))
			rc = ig_why(why, "the payload of frame %" PRIu64 " cannot be read: %s", f->seq, strerror(errno));
		ig_sha256_add(&h, chunk, n);
		done += n;
	}
	free(chunk);
	ig_sha256_end(&h, sum);
	if (!rc && memcmp(sum, f->payload_sum, sizeof sum))
		rc = ig_why(why, "lost evidence: the payload of frame %" PRIu64 " is not what was received", f->seq);
	ig_ev_segment_close(&other);
	return rc;
}

static int take_fd(void *arg, const void *p, size_t len)
{
	return ig_fs_write_all(*(int *)arg, p, len);
}

static int take_buf(void *arg, const void *p, size_t len)
{
	struct ig_buf *b = arg;
	ig_buf_add(b, p, len);
	if (b->over)
		errno = EFBIG;
	return b->over ? -1 : 0;
}

int ig_evidence_payload_fd(struct ig_evidence_reader *r, const struct ig_evidence_frame *f, struct ig_why *why)
{
	int fd = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return ig_why(why, "no memory file: %s", strerror(errno));
	if (each_piece(r, f, take_fd, &fd, why)) {
		close(fd);
		return -1;
	}
	if (lseek(fd, 0, SEEK_SET) || fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)) {
		ig_why(why, "the memory file cannot be sealed: %s", strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

int ig_evidence_payload(struct ig_evidence_reader *r, const struct ig_evidence_frame *f, struct ig_buf *out, struct ig_why *why)
{
	return each_piece(r, f, take_buf, out, why);
}
