/* Bytes to parts to text. Pure: one message in, one report out; GMime stays behind this door and inside the reader program. */
#ifndef IG_PARSE_PARSE_H
#define IG_PARSE_PARSE_H
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

/* Opens converters and tables before confinement (glibc opens gconv modules on first use). */
void ig_parse_start(void);
/* Reads the message in fd (size bytes from its start, seekable). Never fails: what could not be read is in problems, and past a limit the message
 * is still reported with what was cut. May outgrow time or memory on hostile input: the caller runs it in a reader with limits. */
struct ig_report *ig_parse_mail(int fd, uint64_t size, const struct ig_envelope *envelope, const struct ig_parse_limits *limits, struct ig_arena *a);
#endif
