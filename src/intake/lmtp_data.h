/* The message of an LMTP dialogue: from DATA to the line with one dot. */
#ifndef IG_INTAKE_LMTP_DATA_H
#define IG_INTAKE_LMTP_DATA_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"

struct ig_lmtp_data {
	enum { IG_DATA_BOL, IG_DATA_MID, IG_DATA_CR, IG_DATA_DOT, IG_DATA_DOT_CR } state;
	bool bare_lf, bare_cr; /* seen; a bare LF was written as CRLF */
};
void ig_lmtp_data_start(struct ig_lmtp_data *d);
/* Undoes dot-stuffing into out (which may be cut short by its ceiling; `over` is then set). Returns the bytes taken; *end_r when they end with
 * the last line. Only CR LF . CR LF ends a message: whatever else ends one elsewhere is how a second message is smuggled in. */
size_t ig_lmtp_data_feed(struct ig_lmtp_data *d, const char *p, size_t len, struct ig_buf *out, bool *end_r);
#endif
