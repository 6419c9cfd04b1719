/* The pass over a source: source.c feeds it, scan.c counts. Inside parse only. */
#ifndef IG_PARSE_SCAN_H
#define IG_PARSE_SCAN_H
#include "parse/inner.h"

#define IG_SCAN_HEAD 16384     /* of each line this much is looked at */
#define IG_SCAN_TYPE_MAX 32768 /* a Content-Type field may be this long */
#define IG_SCAN_CUTS 16
#define IG_SCAN_BOUNDARY_MAX 256

struct ig_scan_level {
	char boundary[IG_SCAN_BOUNDARY_MAX];
	size_t len;
	bool digest; /* its parts are messages by default */
	bool wild;   /* its boundary is written so that GMime may read another one than we: every line of two dashes counts */
};
struct ig_scan_cut {
	uint64_t from, to;
};
struct ig_scan {
	struct ig_mail *m;
	struct ig_scan_level *levels;
	size_t level_count, level_max;
	int64_t depth; /* messages inside messages, and multiparts */
	bool in_head, in_type, field_type, long_type, encoded, many_types;
	char type[IG_SCAN_TYPE_MAX];
	size_t type_len;
	int64_t fields;
	uint64_t head_from;
	int64_t parts;
	struct ig_scan_cut cuts[IG_SCAN_CUTS];
	size_t cut_count;
	bool cutting; /* the last cut is open */
	char *mem;         /* the bytes, when all of them are in memory and ours to mend; offset mem_from is its first */
	uint64_t mem_from;
	uint64_t end; /* reading stops here */
	bool stopped;
	uint64_t at;  /* offset of the line */
	unsigned eol; /* bytes of the line end before it */
	int64_t nested;
	struct ig_range *ranges;
	size_t *range_level; /* boundaries that were open when it began */
	size_t range_count, range_room;
	char head[IG_SCAN_HEAD];
	size_t head_len;
	uint64_t line_len;
};

void ig_scan_begin(struct ig_scan *s, struct ig_mail *m, uint64_t from, uint64_t to);
void ig_scan_feed(struct ig_scan *s, const char *p, size_t len);
void ig_scan_stop(struct ig_scan *s, uint64_t where);
void ig_scan_end(struct ig_scan *s);
#endif
