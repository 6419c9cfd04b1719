/* Envelope of a frame in the evidence log: what the intake knows about a message besides its bytes. Kept as one line of JSON in the
 * frame, so that the log can be read with `less`. Contract: an intake fills what it knows and leaves the rest NULL, 0 or false. */
#ifndef IG_MODEL_ENVELOPE_H
#define IG_MODEL_ENVELOPE_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "model/names.h"

/* The source of what an officer wrote down: a call, a paper that was never scanned. A reference in its subject is a person's word. */
#define IG_ENVELOPE_BY_HAND "by-hand"

struct ig_envelope {
	enum ig_channel channel;
	const char *source;          /* name of the intake: "incoming", "lmtp", "deliver", "import", an account's name */
	const char *source_file;     /* base name as dropped, before any ":2,"; NULL where there was no file */
	const char *sender;          /* envelope sender (MAIL FROM, Return-Path of a pipe); "" for <>; NULL unknown */
	const char *const *recipients; /* envelope recipients, NULL-terminated; NULL unknown */
	const char *progress;        /* intake's own mark (UIDVALIDITY and UID, UIDL), given back at start */
	const char *sidecar;         /* what stood beside the file, as it was found: facts of a fax as JSON; nobody has looked at it */
	bool imported;               /* `import` without --live: never sends, starts no deadline */
	bool defect;                 /* the bytes were repaired on the way in (bare LF); said in problems */
};

/* One line of JSON without a newline, into out. */
void ig_envelope_print(const struct ig_envelope *e, struct ig_buf *out);
/* Unknown keys are skipped; -1 with why when it is not an envelope. Strings live in a. */
int ig_envelope_parse(const char *json, size_t len, struct ig_arena *a, struct ig_envelope *e_r, struct ig_why *why);
#endif
