/* Where a segment went that was moved out (archive.c): for the files of the evidence room that meet the gap. */
#ifndef IG_EVIDENCE_MOVED_H
#define IG_EVIDENCE_MOVED_H
#include "evidence/segment.h"

struct ig_ev_moved {
	uint32_t number;
	uint64_t first, last;         /* sequences */
	int64_t at;                   /* arrival of the last */
	uint8_t chain[IG_SHA256_LEN]; /* at its end */
	uint8_t sum[IG_SHA256_LEN];   /* of the segment as it was */
	char file[4096];
};
int ig_ev_moved_read(const char *dir, uint32_t number, struct ig_ev_moved *m_r); /* 0, or -1: none */
bool ig_ev_is_moved(const char *dir, uint64_t seq);
#endif
