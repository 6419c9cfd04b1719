/* Bytes to parts to text. Pure: one message in, one report out; GMime stays behind this door and inside the reader program. */
#ifndef IG_PARSE_PARSE_H
#define IG_PARSE_PARSE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "model/envelope.h"
#include "model/report.h"

struct ig_parse_limits {
	uint64_t text_max, header_max;
	const char *marks; /* names of fields to hand back as they stand, with commas between; NULL none */
	int64_t parts_max, depth_max, headers_max, references_max, recipients_max, observables_max;
};
extern const struct ig_parse_limits ig_parse_defaults;

/* The second step of reading (DESIGN "Reading has two steps"). What slow workers read is named by its part: "2.1" as IMAP counts parts (RFC 3501
 * 6.4.5), "2/3" for the third file that a worker found in part 2, "2/3.1" for a part of that one. "1" of what is no mail is the whole of it. */
#define IG_PARSE_ROUNDS_MAX 4 /* files in files in files: so often a worker's finds are given to a reader */
struct ig_parse_need {
	const char *kind, *part;          /* kind: "pages", "keys", IG_SCAN_KIND */
	const char *name, *type, *words;  /* as the mail calls it; passwords that it states, one a line; NULL none */
};
struct ig_parse_child { /* what a worker made of a part: IG_NOTE_CHILD */
	const char *part, *name, *type;
	int fd; /* -1: nothing came of it */
	uint64_t size;
};
struct ig_parse_second {
	const struct ig_parse_child *children; /* in the order in which they came */
	size_t child_count;
	bool bytes;                            /* need is called with a sealed memfd of the part */
	bool scan, scan_bytes;                 /* a scanner is to see every file (kind IG_SCAN_KIND); with its bytes */
	void (*need)(void *arg, const struct ig_parse_need *n, int fd, uint64_t size); /* fd: -1 without bytes; owned by it */
	void *arg;
};

/* Opens converters and tables before confinement (glibc opens gconv modules on first use). */
void ig_parse_start(void);
/* Reads the message in fd (size bytes from its start, seekable). Never fails: what could not be read is in problems, and past a limit the message
 * is still reported with what was cut. May outgrow time or memory on hostile input: the caller runs it in a reader with limits. */
struct ig_report *ig_parse_mail(int fd, uint64_t size, const struct ig_envelope *envelope, const struct ig_parse_limits *limits, struct ig_arena *a);
/* The same for whatever an intake took: a mail, or pages (a fax, a scanned letter: by the envelope's channel and the first bytes) and edXML, which a
 * worker reads whole. second may be NULL. */
struct ig_report *ig_parse_any(int fd, uint64_t size, const struct ig_envelope *envelope, const struct ig_parse_limits *limits,
	const struct ig_parse_second *second, struct ig_arena *a);
#endif
