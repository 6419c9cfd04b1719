/* Lawful removal of a payload: the frame is marked, its bytes are overwritten in place, both are synced. The chain covers digests, so the proof
 * stays whole. Done by the log's only writer, or under the instance's lock; doing it again finishes what a crash broke off. What a file system
 * that copies on write, or a medium that moves blocks, keeps of the old bytes is beyond reach. */
#include "config.h"
#include "evidence/evidence.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include "base/fs.h"
#include "evidence/moved.h"

#define CHUNK (64 * 1024)
#define MARK_AT 36 /* F_MARK of format.c; little-endian */

static int overwrite(int fd, uint64_t at, uint64_t left)
{
	static const uint8_t zeros[CHUNK];
	while (left) {
		size_t n = left < CHUNK ? (size_t)left : CHUNK;
		if (ig_fs_pwrite_all(fd, zeros, n, (off_t)at))
			return -1;
		at += n;
		left -= n;
	}
	return 0;
}

int ig_evidence_redact_by(struct ig_evidence_reader *r, const char *dir, uint64_t seq, struct ig_why *why)
{
	struct ig_arena *a = ig_arena_new(0);
	struct ig_evidence_frame f;
	struct ig_ev_segment s = {.fd = -1};
	uint8_t mark[4] = {IG_EV_REDACTED & 0xff, IG_EV_REDACTED >> 8 & 0xff, IG_EV_REDACTED >> 16 & 0xff, IG_EV_REDACTED >> 24 & 0xff};
	int found = ig_evidence_read_frame(r, seq, a, &f, why), rc = found < 0 && ig_ev_is_moved(dir, seq) ? 1 : -1;
	if (!found)
		ig_why(why, "there is no frame %" PRIu64, seq);
	if (found == 1 && !ig_ev_segment_open(dir, f.segment, O_RDWR, &s, why)) {
		/* The mark first: a payload that is half gone must not look like damage. */
		if (ig_fs_pwrite_all(s.fd, mark, sizeof mark, (off_t)(f.offset + MARK_AT)) || fdatasync(s.fd) || overwrite(s.fd, f.payload_offset, f.size) ||
			fdatasync(s.fd))
			ig_why(why, "frame %" PRIu64 ": %s", seq, strerror(errno));
		else
			rc = 0;
	}
	ig_ev_segment_close(&s);
	ig_arena_free(a);
	return rc;
}

int ig_evidence_redact(const char *dir, uint64_t seq, struct ig_why *why)
{
	struct ig_evidence_reader *r = ig_evidence_read_open(dir, why);
	int rc = r ? ig_evidence_redact_by(r, dir, seq, why) : -1;
	ig_evidence_read_free(r);
	return rc;
}
