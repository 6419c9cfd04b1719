/* Header fields: unfolding, encoded words, addresses, dates, ids. Inside parse only. All take the raw value as it stands in the message. */
#ifndef IG_PARSE_HEADER_H
#define IG_PARSE_HEADER_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/clock.h"
#include "model/report.h"

/* Unfolded (RFC 5322 section 2.2.3), encoded words decoded (RFC 2047), raw eight-bit text decoded, NFC, control characters made spaces, trimmed. */
char *ig_header_text(struct ig_arena *a, const char *raw, const char **problem_r);
/* Length of the encoded word at s, 0 when none begins there. */
size_t ig_header_word(const char *s);
/* Unfolded and trimmed only; bytes above 0x7f stay as they are. */
char *ig_header_unfold(struct ig_arena *a, const char *raw);
/* Address list. Lenient: takes "addr (Name)", "Name addr", missing brackets, groups. At most max; *cut_r is set when there were more. */
size_t ig_header_addresses(struct ig_arena *a, const char *raw, size_t max, struct ig_address **list_r, bool *cut_r, const char **problem_r);
/* Date with its zone in minutes; 0, or -1 when it is none. */
int ig_header_date(const char *raw, ig_time *t_r, int *zone_r);
/* Message ids without brackets, in order and each once; also ids written without brackets. NULL-terminated. Past max the oldest after the first are
 * left out (the root and the newest tell where a mail belongs). */
const char *const *ig_header_ids(struct ig_arena *a, const char *raw, size_t max, bool *cut_r);
/* First id, or NULL. */
const char *ig_header_id(struct ig_arena *a, const char *raw);
#endif
