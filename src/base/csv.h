/* One record after the other out of CSV text. */
#ifndef IG_BASE_CSV_H
#define IG_BASE_CSV_H
#include <stdbool.h>
#include "base/arena.h"
#include "base/buf.h"

#define IG_CSV_FIELD_MAX (64u << 10)
/* The record at *at, which moves behind it: the number of fields, at most max (the rest are ""), 0 at the end, -1 when it is broken, has too many
 * fields or one that is too long. */
int ig_csv_record(const char **at, const char *end, const char **fields, int max, struct ig_arena *a);
/* One field of a record (RFC 4180), with the comma before it unless it is the first; NULL is empty. */
void ig_csv_put(struct ig_buf *out, const char *field, bool first);
#endif
