/* The only writer of the evidence log: frames behind each other, one sync for all that was appended, a new segment after any doubt.
 * Nothing is ever truncated or overwritten. What counts is said by the head of the next segment, so a segment that failed is left as it is
 * and never synced again (after an error the kernel may have dropped the pages and reported it once). Relies on evidence/tail.h for the start. */
#include "config.h"
#include "evidence/evidence.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include "base/fs.h"
#include "evidence/tail.h"

#define CHUNK (256 * 1024)

struct ig_evidence {
	char *dir;
	struct ig_evidence_limits limits;
	int fd;                 /* segment being written; -1: begin one with the next frame */
	uint32_t segment;       /* newest that counts, 0 none */
	uint32_t highest;       /* highest number in use */
	uint8_t salt[IG_EV_SALT_LEN];
	bool spoilt;            /* a write failed half-way: no more frames in this segment */
	char spoilt_why[128];
	uint64_t end, synced;   /* end of the last whole frame; offset known durable (of segment) */
	uint64_t seq, head;     /* newest appended, newest durable */
	uint8_t chain[IG_SHA256_LEN], head_chain[IG_SHA256_LEN];
	ig_time at, head_at;
	uint8_t *chunk;
};

static void close_segment(struct ig_evidence *e)
{
	if (e->fd >= 0)
		close(e->fd);
	e->fd = -1;
	e->spoilt = false;
}

/* Whole frames of the last batch were read back from memory of the kernel; they count only when they are on disk. */
static int adopt_tail(struct ig_evidence *e, struct ig_ev_tail *t, struct ig_why *why)
{
	e->highest = t->highest;
	e->segment = t->segment.fd >= 0 ? t->segment.number : 0;
	e->end = e->synced = t->end;
	e->seq = e->head = t->seq;
	e->at = e->head_at = t->at;
	memcpy(e->chain, t->chain, IG_SHA256_LEN);
	memcpy(e->head_chain, t->chain, IG_SHA256_LEN);
	if (t->segment.fd < 0)
		return 0;
	if (fdatasync(t->segment.fd)) {
		int err = errno;
		ig_ev_segment_close(&t->segment);
		return ig_why(why, "segment %08u: cannot be synced: %s", (unsigned)t->segment.number, strerror(err));
	}
	memcpy(e->salt, t->segment.head.salt, IG_EV_SALT_LEN);
	if (t->closed)
		ig_ev_segment_close(&t->segment);
	e->fd = t->segment.fd;
	return 0;
}

struct ig_evidence *ig_evidence_open(const char *dir, const struct ig_evidence_limits *limits, struct ig_buf *damage, struct ig_why *why)
{
	struct ig_buf unheard = IG_BUF_INIT(64 * 1024);
	struct ig_evidence *e = ig_xmalloc(sizeof *e);
	struct ig_ev_tail t;
	int rc;
	e->fd = -1;
	e->dir = ig_xstrdup(dir);
	e->limits = *limits;
	e->at = e->head_at = IG_NEVER;
	if (ig_fs_mkdirs(dir, 0700)) {
		ig_why(why, "%s: %s", dir, strerror(errno));
		return ig_evidence_free(e);
	}
	rc = ig_ev_tail_find(dir, &t, damage ? damage : &unheard, why);
	ig_buf_free(&unheard);
	if (rc || adopt_tail(e, &t, why))
		return ig_evidence_free(e);
	return e;
}

struct ig_evidence *ig_evidence_free(struct ig_evidence *e)
{
	if (!e)
		return NULL;
	close_segment(e);
	free(e->chunk);
	free(e->dir);
	free(e);
	return NULL;
}

/* A segment is used only when its head and its name are durable: otherwise a power loss could take frames that were accepted. */
static int begin_segment(struct ig_evidence *e, ig_time at, struct ig_why *why)
{
	struct ig_ev_head h = {.prev = e->segment, .first_seq = e->head + 1, .prev_end = e->segment ? e->synced : 0, .created = at};
	struct ig_buf path = IG_BUF_INIT(8192);
	uint8_t start[IG_EV_START];
	char name[IG_EV_NAME_MAX];
	int fd = -1;
	memcpy(h.prev_chain, e->head_chain, IG_SHA256_LEN);
	if (getrandom(h.salt, sizeof h.salt, 0) != (ssize_t)sizeof h.salt)
		return ig_why(why, "no random bytes: %s", strerror(errno));
	for (int tries = 0; fd < 0 && tries < 1000; tries++) {
		h.number = ++e->highest;
		ig_buf_reset(&path);
		ig_buf_fmt(&path, "%s/%s", e->dir, ig_ev_segment_name(h.number, name));
		fd = open(path.data, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640); /* the folder decides: 0700, or the group of the clerk */
		if (fd < 0 && errno != EEXIST)
			break;
	}
	ig_ev_head_encode(&h, start);
	if (fd < 0 || ig_fs_pwrite_all(fd, start, sizeof start, 0) || fdatasync(fd) || ig_fs_sync_dir(e->dir)) {
		bool made = fd >= 0, there = !made && errno == EEXIST;
		ig_why(why, "%s: a new segment cannot be begun: %s", path.data, strerror(errno));
		if (made)
			close(fd);
		/* It holds nothing received and was never used. Its number is given again: readers count on numbers without gaps. */
		if (made ? !unlink(path.data) : !there)
			e->highest--;
		ig_buf_free(&path);
		return -1;
	}
	ig_buf_free(&path);
	close_segment(e);
	e->fd = fd;
	e->segment = h.number;
	memcpy(e->salt, h.salt, sizeof e->salt);
	e->end = e->synced = IG_EV_START;
	return 0;
}

/* Room, a sound segment, a source as long as said. */
static int ready(struct ig_evidence *e, ig_time at, const char *envelope, int fd, uint64_t size, struct ig_why *why)
{
	size_t len = strlen(envelope);
	uint64_t bytes;
	struct stat st;
	if (!len || len + 1 > IG_EV_ENVELOPE_MAX || strchr(envelope, '\n'))
		return ig_why(why, "the envelope is no line of at most %u bytes", IG_EV_ENVELOPE_MAX);
	if (size > IG_EV_PAYLOAD_MAX)
		return ig_why(why, "the payload is too large");
	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode) || (uint64_t)st.st_size < size))
		return ig_why(why, "the payload is shorter than was said");
	if (ig_fs_free_bytes(e->dir, &bytes))
		return ig_why(why, "%s: %s", e->dir, strerror(errno));
	if (bytes < e->limits.min_free || bytes - e->limits.min_free < size + len)
		return ig_why(why, "the disk has %" PRIu64 " bytes free; the message needs %" PRIu64 " and min_free is %" PRIu64, bytes, size + len,
			e->limits.min_free);
	if (e->fd >= 0 && !e->spoilt && (e->end < e->limits.segment_max || e->end > e->synced))
		return 0;
	if (e->fd >= 0 && e->end > e->synced)
		return ig_why(why, "the segment was closed: %s", e->spoilt_why);
	return begin_segment(e, at, why);
}

static int spoil(struct ig_evidence *e, int err, struct ig_why *why)
{
	e->spoilt = true;
	snprintf(e->spoilt_why, sizeof e->spoilt_why, "%s", strerror(err));
	return ig_why(why, "the frame cannot be written: %s", e->spoilt_why);
}

/* One write for the whole frame. */
static int put_memory(struct ig_evidence *e, struct ig_ev_frame *f, const char *envelope, const void *p, struct ig_why *why)
{
	static const uint8_t zeros[8];
	uint8_t head[IG_EV_FRAME_LEN];
	uint64_t total = ig_ev_frame_total(f), pad = total - IG_EV_FRAME_LEN - f->envelope_len - f->size;
	struct iovec v[4] = {{head, sizeof head}, {(void *)envelope, f->envelope_len}, {(void *)p, (size_t)f->size}, {(void *)zeros, (size_t)pad}};
	ssize_t n;
	ig_sha256_of(p, (size_t)f->size, f->payload_sum);
	ig_ev_frame_seal(f, e->chain, envelope, e->salt, head);
	do
		n = pwritev(e->fd, v, 4, (off_t)e->end);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return spoil(e, errno, why);
	if ((uint64_t)n != total)
		return spoil(e, ENOSPC, why);
	return 0;
}

/* From a descriptor: the payload goes first and is hashed on its way, the head last; until then the frame begins with zeros. */
static int put_fd(struct ig_evidence *e, struct ig_ev_frame *f, const char *envelope, int fd, struct ig_why *why)
{
	uint64_t at = e->end + IG_EV_FRAME_LEN + f->envelope_len, done = 0;
	uint64_t pad = ig_ev_frame_total(f) - IG_EV_FRAME_LEN - f->envelope_len - f->size;
	uint8_t head[IG_EV_FRAME_LEN];
	struct ig_sha256 h;
	if (!e->chunk)
		e->chunk = ig_xmalloc(CHUNK);
	ig_sha256_init(&h);
	while (done < f->size) {
		size_t n = f->size - done < CHUNK ? (size_t)(f->size - done) : CHUNK;
		if (ig_fs_pread_all(fd, e->chunk, n, (off_t)done) || ig_fs_pwrite_all(e->fd, e->chunk, n, (off_t)(at + done)))
			return spoil(e, errno, why);
		ig_sha256_add(&h, e->chunk, n);
		done += n;
	}
	ig_sha256_end(&h, f->payload_sum);
	ig_ev_frame_seal(f, e->chain, envelope, e->salt, head);
	if (ig_fs_pwrite_all(e->fd, "\0\0\0\0\0\0\0", (size_t)pad, (off_t)(at + done)) ||
	    ig_fs_pwrite_all(e->fd, envelope, f->envelope_len, (off_t)(e->end + IG_EV_FRAME_LEN)) ||
	    ig_fs_pwrite_all(e->fd, head, sizeof head, (off_t)e->end))
		return spoil(e, errno, why);
	return 0;
}

int ig_evidence_append(struct ig_evidence *e, ig_time at, const char *envelope, const void *p, int fd, uint64_t size, uint64_t *seq_r, struct ig_why *why)
{
	struct ig_ev_frame f = {.seq = e->seq + 1, .size = size, .at = at < e->at ? e->at : at};
	struct ig_buf line = IG_BUF_INIT(IG_EV_ENVELOPE_MAX + 1);
	int rc;
	if (ready(e, f.at, envelope, p ? -1 : fd, size, why))
		return -1;
	ig_buf_str(&line, envelope);
	ig_buf_char(&line, '\n');
	f.envelope_len = (uint32_t)line.len;
	f.synced = e->synced;
	rc = p || !size ? put_memory(e, &f, line.data, p ? p : "", why) : put_fd(e, &f, line.data, fd, why);
	ig_buf_free(&line);
	if (rc)
		return -1;
	e->end += ig_ev_frame_total(&f);
	e->seq = f.seq;
	e->at = f.at;
	memcpy(e->chain, f.chain, sizeof e->chain);
	*seq_r = f.seq;
	return 0;
}

int ig_evidence_sync(struct ig_evidence *e, struct ig_why *why)
{
	if (e->seq == e->head)
		return 0;
	if (fdatasync(e->fd)) {
		int err = errno;
		/* Which pages reached the disk is unknown and will not be told again: the next segment says that this one counts up to the
		 * last good sync, and the numbers of these frames are given to others. */
		close_segment(e);
		e->end = e->synced;
		e->seq = e->head;
		e->at = e->head_at;
		memcpy(e->chain, e->head_chain, sizeof e->chain);
		return ig_why(why, "segment %08u: cannot be synced: %s", (unsigned)e->segment, strerror(err));
	}
	e->synced = e->end;
	e->head = e->seq;
	e->head_at = e->at;
	memcpy(e->head_chain, e->chain, sizeof e->head_chain);
	return 0;
}

bool ig_evidence_skip(struct ig_evidence *e, uint64_t seq, struct ig_buf *damage)
{
	if (seq <= e->head)
		return false;
	ig_buf_fmt(damage, "%slost evidence: frames %" PRIu64 " to %" PRIu64 ", which the store has taken, are not in the log", damage->len ? "; " : "",
		e->head + 1, seq);
	close_segment(e);
	e->end = e->synced;
	e->head = e->seq = seq;
	return true;
}

uint64_t ig_evidence_head(const struct ig_evidence *e) { return e->head; }

ig_time ig_evidence_newest(const struct ig_evidence *e) { return e->head_at; }
