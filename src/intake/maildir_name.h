/* Names of files in a Maildir. */
#ifndef IG_INTAKE_MAILDIR_NAME_H
#define IG_INTAKE_MAILDIR_NAME_H
#include "base/buf.h"

void ig_maildir_name_base(const char *name, struct ig_buf *out); /* without ":2,..."; bytes that are no UTF-8 become U+FFFD */
/* Name in cur/ of what was seen: flags kept, S among them in its place; copy: 0, or a number for a name that is taken. */
void ig_maildir_name_seen(const char *name, unsigned copy, struct ig_buf *out);
#endif
