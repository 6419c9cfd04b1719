/* On-disk form of the evidence log: encoding, decoding and checking of segment heads and frame heads (doc/EVIDENCE.md). Relies on
 * nothing but memory and SHA-256; opens no file and knows no order of events. */
#ifndef IG_EVIDENCE_FORMAT_H
#define IG_EVIDENCE_FORMAT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/clock.h"
#include "base/sha256.h"

#define IG_EV_HEAD_LEN 128              /* one copy of a segment head */
#define IG_EV_START (2 * IG_EV_HEAD_LEN) /* two copies: one flipped byte does not cost a segment; the first frame follows */
#define IG_EV_FRAME_LEN 128             /* head of a frame */
#define IG_EV_ENVELOPE_MAX (1u << 20)   /* bytes of an envelope line */
#define IG_EV_PAYLOAD_MAX (UINT64_C(1) << 40)
#define IG_EV_SALT_LEN 16
#define IG_EV_TAG_LEN 16
#define IG_EV_SUM_LEN 24
#define IG_EV_REDACTED 0x54434452u /* "RDCT": the payload was removed by order; anything but this and 0 is damage */

struct ig_ev_head {
	uint32_t number;    /* of the segment, as in its name */
	uint32_t prev;      /* segment it chains on to, 0 for none */
	uint64_t first_seq; /* of its first frame */
	uint64_t prev_end;  /* offset up to which the segment before counts */
	ig_time created;
	uint8_t prev_chain[IG_SHA256_LEN]; /* of frame first_seq - 1 */
	uint8_t salt[IG_EV_SALT_LEN];      /* random: frames embedded in a payload cannot pass for ours */
};

struct ig_ev_frame {
	uint64_t seq, size, synced; /* synced: offset of this segment known durable when the frame was written */
	ig_time at;
	uint32_t envelope_len, mark;
	uint8_t payload_sum[IG_SHA256_LEN], chain[IG_SHA256_LEN];
};

void ig_ev_head_encode(const struct ig_ev_head *h, uint8_t out[IG_EV_START]); /* both copies */
/* From one copy; false when it is not a head as it was written. */
bool ig_ev_head_decode(const uint8_t in[IG_EV_HEAD_LEN], struct ig_ev_head *h_r);

/* Fills chain from the chain before and the envelope, then encodes. */
void ig_ev_frame_seal(struct ig_ev_frame *f, const uint8_t before[IG_SHA256_LEN], const char *envelope,
	const uint8_t salt[IG_EV_SALT_LEN], uint8_t out[IG_EV_FRAME_LEN]);
/* salt NULL: unknown, the tag is not checked. False: not a frame head. */
bool ig_ev_frame_decode(const uint8_t in[IG_EV_FRAME_LEN], const uint8_t salt[IG_EV_SALT_LEN], struct ig_ev_frame *f_r);
void ig_ev_frame_chain(const uint8_t in[IG_EV_FRAME_LEN], const uint8_t before[IG_SHA256_LEN], const char *envelope, size_t envelope_len,
	uint8_t out[IG_SHA256_LEN]);
/* Bytes of the whole frame with its padding. */
uint64_t ig_ev_frame_total(const struct ig_ev_frame *f);
/* Does a frame head possibly begin here? For the search after damage. */
bool ig_ev_frame_magic(const uint8_t *p);
#endif
