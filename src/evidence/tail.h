/* Where the log ends: found once when it is opened for appending. */
#ifndef IG_EVIDENCE_TAIL_H
#define IG_EVIDENCE_TAIL_H
#include "evidence/segment.h"

struct ig_ev_tail {
	struct ig_ev_segment segment; /* the newest that counts; fd -1 when there is none. Open for reading and writing */
	uint32_t highest;             /* highest number of any segment file */
	uint64_t end;                 /* offset up to which it counts */
	uint64_t seq;                 /* of the newest frame, 0 none */
	ig_time at;                   /* its arrival, IG_NEVER none */
	uint8_t chain[IG_SHA256_LEN];
	bool closed;                  /* a new segment must be begun: the tail is bad or the head is */
};
/* damage gets a sentence for each thing found. */
int ig_ev_tail_find(const char *dir, struct ig_ev_tail *t_r, struct ig_buf *damage, struct ig_why *why);
#endif
