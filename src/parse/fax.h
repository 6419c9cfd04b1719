/* A received fax to one report: the file as its one attachment, what the line or the fax server said of the call as fields and as text. Pages are
 * not read here. Pure, as all of the room; runs in the reader. */
#ifndef IG_PARSE_FAX_H
#define IG_PARSE_FAX_H
#include "parse/parse.h"

#define IG_FAX_FACT_MAX 200 /* octets of one fact; a longer one is cut and said */
/* envelope: its sidecar holds the facts (INTERFACE "An instance in one directory"); NULL or without one nothing is known of the call. Never fails. */
struct ig_report *ig_parse_fax(int fd, uint64_t size, const struct ig_envelope *envelope, struct ig_arena *a);
/* Is this file a fax by what it is: a TIFF whose pages all are? */
bool ig_parse_is_fax(int fd, uint64_t size);
#endif
