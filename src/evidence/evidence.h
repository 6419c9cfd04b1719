/* The append-only log of everything received: var/evidence/NNNNNNNN.log, segments of frames, one chain. Rules of DESIGN "Why nothing
 * is lost or doubled". One writer (recorder, or irgatectl / irgate-deliver under the instance lock), any number of readers. */
#ifndef IG_EVIDENCE_EVIDENCE_H
#define IG_EVIDENCE_EVIDENCE_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/sha256.h"

struct ig_evidence_frame {
	uint64_t seq;            /* 1, 2, 3 ... over all segments */
	ig_time at;              /* arrival; never before the frame before */
	uint32_t segment;
	uint64_t offset;         /* of the frame in its segment */
	const char *envelope;    /* JSON line, in the arena given */
	uint64_t size;           /* payload bytes */
	uint64_t payload_offset; /* in the segment file */
	uint8_t payload_sum[IG_SHA256_LEN], chain[IG_SHA256_LEN];
	bool redacted;
};

/* ---- writer */
struct ig_evidence; /* opaque */
struct ig_evidence_limits { uint64_t segment_max, min_free; };
/* Opens for appending: finds the tail, closes a segment with a bad tail (kept; *damage set with words for an alarm), chains on. */
struct ig_evidence *ig_evidence_open(const char *dir, const struct ig_evidence_limits *limits, struct ig_buf *damage, struct ig_why *why);
struct ig_evidence *ig_evidence_free(struct ig_evidence *e);
/* Writes one frame, not yet durable. Payload from memory (p) or, when p is NULL, size bytes of fd from its start. *seq_r the number it gets
 * once durable. -1 with why: nothing of it counts (later); the log stays usable or every further call says later. */
int ig_evidence_append(struct ig_evidence *e, ig_time at, const char *envelope, const void *p, int fd, uint64_t size, uint64_t *seq_r, struct ig_why *why);
/* One sync for all appended since. -1: none of them is accepted; the segment is abandoned, never synced again, a new one begun. */
int ig_evidence_sync(struct ig_evidence *e, struct ig_why *why);
/* Numbers up to seq were given out: another witness (the store's cursor) knows frames that are here no more. The log goes on behind them in a new
 * segment, so that no number means two messages. True with words for an alarm when frames are missing. */
bool ig_evidence_skip(struct ig_evidence *e, uint64_t seq, struct ig_buf *damage);
uint64_t ig_evidence_head(const struct ig_evidence *e); /* newest durable sequence */
ig_time ig_evidence_newest(const struct ig_evidence *e); /* its arrival; IG_NEVER when empty */

/* Overwrites the payload of a durable frame and marks it so; again is fine. For the writer's own process. -1 with why; 1 with why: its segment was moved
 * out, and what was moved is beyond reach. */
int ig_evidence_redact(const char *dir, uint64_t seq, struct ig_why *why);
struct ig_evidence_reader;
/* The same for many, with a reader that stays: in the order of their numbers each is found at once. */
int ig_evidence_redact_by(struct ig_evidence_reader *r, const char *dir, uint64_t seq, struct ig_why *why);

/* Packs closed segments whose newest frame came before that time and was taken (<= taken) into the folder to (NNNNNNNN.log.gz), from the oldest on,
 * never the two newest, reads each back and takes it away; verify goes on across the gap. How many, and the last frame moved. -1 with why: what was
 * moved is moved, the rest is where it was. */
int ig_evidence_archive(const char *dir, const char *to, ig_time before, uint64_t taken, uint64_t *moved_r, uint64_t *last_r, struct ig_why *why);

/* ---- reader */
/* Frames as far as they are whole; the caller knows from HEAD (or ig_evidence_head) which are durable. */
struct ig_evidence_reader *ig_evidence_read_open(const char *dir, struct ig_why *why);
struct ig_evidence_reader *ig_evidence_read_free(struct ig_evidence_reader *r);
/* Frame seq (must be durable): 1 found, 0 not there (yet), -1 damaged or I/O, with why. Sequential reading is cheap. */
int ig_evidence_read_frame(struct ig_evidence_reader *r, uint64_t seq, struct ig_arena *a, struct ig_evidence_frame *f_r, struct ig_why *why);
/* Payload as a sealed memfd, or into out; -1 with why. The digest is checked. */
int ig_evidence_payload_fd(struct ig_evidence_reader *r, const struct ig_evidence_frame *f, struct ig_why *why);
int ig_evidence_payload(struct ig_evidence_reader *r, const struct ig_evidence_frame *f, struct ig_buf *out, struct ig_why *why);

/* ---- proof. Checks every frame, its digest and the chain; anchors: sequence and chain heads known from outside (store commits, daily heads).
 * say is told of progress and of each finding. Returns IG_EX_OK or IG_EX_DATA (lost or changed evidence). */
struct ig_evidence_anchor { uint64_t seq; uint8_t chain[IG_SHA256_LEN]; const char *where; };
/* Payloads removed by order, as somebody outside the log knows them: each must be gone, and no other may be. NULL: nobody knows. */
struct ig_evidence_removal { uint64_t seq; const char *words; };
typedef void ig_evidence_say_h(int is_finding, const char *text, uint64_t done, uint64_t total, void *arg);
int ig_evidence_verify_with(const char *dir, const struct ig_evidence_anchor *anchors, size_t count, const struct ig_evidence_removal *removals,
	size_t removal_count, ig_evidence_say_h *say, void *arg);
int ig_evidence_verify(const char *dir, const struct ig_evidence_anchor *anchors, size_t count, ig_evidence_say_h *say, void *arg);
#endif
