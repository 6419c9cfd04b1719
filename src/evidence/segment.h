/* Segment files of the evidence log as they lie in the directory, and the walk from frame to frame that writer, reader and verify share.
 * Relies on evidence/format.h; decides nothing about what a finding means. */
#ifndef IG_EVIDENCE_SEGMENT_H
#define IG_EVIDENCE_SEGMENT_H
#include "base/buf.h"
#include "evidence/format.h"

#define IG_EV_NAME_MAX 32

struct ig_ev_list { /* numbers of the segment files, ascending */
	uint32_t *numbers;
	size_t count;
};
int ig_ev_list_read(const char *dir, struct ig_ev_list *l, struct ig_why *why);
void ig_ev_list_free(struct ig_ev_list *l);

struct ig_ev_segment {
	int fd;
	uint32_t number;
	uint64_t size;   /* of the file when last looked at */
	bool head_ok;    /* head is as written (from either copy) */
	bool copies_ok;  /* both copies are */
	struct ig_ev_head head;
};
/* flags: O_RDONLY or O_RDWR. -1 with why when the file cannot be opened or read; a bad head is no error here. */
int ig_ev_segment_open(const char *dir, uint32_t number, int flags, struct ig_ev_segment *s_r, struct ig_why *why);
void ig_ev_segment_close(struct ig_ev_segment *s);
/* Begun and never used: frames are written only behind a head that is durable. */
bool ig_ev_segment_unused(const struct ig_ev_segment *s);
int ig_ev_segment_look(struct ig_ev_segment *s); /* refreshes size; -1 with errno */
char *ig_ev_segment_name(uint32_t number, char name[IG_EV_NAME_MAX]);

enum ig_ev_step {
	IG_EV_FRAME_FOUND,
	IG_EV_END,     /* exactly at the limit */
	IG_EV_PARTIAL, /* what is there may be a frame being written, or torn: the limit comes before its end, or its head is all zeros */
	IG_EV_BAD,     /* bytes that are not the frame expected here */
	IG_EV_FAILED   /* I/O: errno */
};
struct ig_ev_walk {
	struct ig_ev_segment *s;
	uint64_t limit;              /* bytes of the segment that count */
	uint64_t off, seq;           /* of the next frame; seq 0: whatever comes (head unknown) */
	uint8_t chain[IG_SHA256_LEN]; /* of the frame before */
	bool chain_known;
	struct ig_buf block;         /* head and envelope of the frame found last; read ahead */
};
void ig_ev_walk_start(struct ig_ev_walk *w, struct ig_ev_segment *s, uint64_t limit);
void ig_ev_walk_end(struct ig_ev_walk *w);
/* One frame; on FRAME_FOUND its envelope (a line, with \n) is at *envelope_r until the next step and the walk stands behind it. Otherwise
 * the walk stays where it is. */
enum ig_ev_step ig_ev_walk_step(struct ig_ev_walk *w, struct ig_ev_frame *f_r, uint64_t *off_r, const char **envelope_r);
/* After BAD or PARTIAL: moves to the next frame of this segment whose head is sound, with a sequence not before the one expected.
 * False: none. */
bool ig_ev_walk_resync(struct ig_ev_walk *w);
/* 1 the payload is as its digest says (or removed and blank), 0 not, -1 errno. */
int ig_ev_payload_check(const struct ig_ev_segment *s, const struct ig_ev_frame *f, uint64_t frame_off);
#endif
