/* Every note that passes between our processes, in one list: name, fields, direction. The reader checks each length and that
 * nothing is left over. Raise IG_LINK_VERSION with any change. For each NOTE(NAME, name, FIELDS) there are
 *   struct ig_note_name { fields }         STR const char* (UTF-8), U64 uint64_t, I64 int64_t, BLOB { const void *p; size_t len; }
 *   void ig_note_name_pack(const struct ig_note_name *, struct ig_buf *out)
 *   int  ig_note_name_unpack(struct ig_note_name *, const void *body, size_t len, struct ig_arena *)   0 or -1
 *   int  ig_note_name_send(struct ig_link *, const struct ig_note_name *, int fd)                       takes over fd
 *   int  ig_note_name_write(int sock, const struct ig_note_name *, int fd)                              blocking; fd stays the caller's
 * BLOBs point into the frame: copy what must outlive the handler. */
#ifndef IG_MODEL_NOTES_H
#define IG_MODEL_NOTES_H
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/link.h"

#define IG_NOTES(NOTE) \
	/* parent -> role: its section of the configuration as text; flags of enum ig_note_conf_flag; now as --now, else INT64_MIN; \
	   frames: how many the store has taken (recorder: numbers below are given out); fd: the page shared with the clerk (clerk only) */ \
	NOTE(CONF, conf, STR(text) I64(now) U64(flags) U64(frames)) \
	/* parent -> role: fd is a socket to the peer of that role (a fresh one when the peer was restarted) */ \
	NOTE(PEER, peer, STR(role) U64(index)) \
	/* parent -> role: fd is a listening socket: "lmtp", "control", "append" */ \
	NOTE(LISTEN, listen, STR(name)) \
	/* parent -> role: all of the start was said; the role confines itself and answers READY */ \
	NOTE(GO, go, U64(unused)) \
	/* parent -> role: finish what is begun and exit 0 */ \
	NOTE(STOP, stop, U64(unused)) \
	/* parent -> clerk: this frame killed the clerk three times: fallback record only */ \
	NOTE(SUSPECT, suspect, U64(seq) U64(deaths)) \
	/* parent -> role, and the answer: is its loop alive (sent only under --once and for systemd's watchdog) */ \
	NOTE(PING, ping, U64(count)) \
	NOTE(PONG, pong, U64(count)) \
	/* role -> parent */ \
	NOTE(READY, ready, U64(unused)) \
	/* clerk -> parent: start a reader, or a worker of that kind (its socket comes as PEER of the same name) */ \
	NOTE(WANT, want, STR(role)) \
	/* clerk -> parent: this reader or worker (index of its PEER) is listened to no more, whatever it does: end it */ \
	NOTE(UNWANT, unwant, U64(reader)) \
	/* clerk -> parent, under --once: nothing is left to do; code is 0 or 69 */ \
	NOTE(DONE, done, U64(code)) \
	/* role -> clerk (mailin, recorder, sender) or role -> parent: raise an alarm */ \
	NOTE(ALARM, alarm, STR(code) STR(text)) \
	/* intake -> recorder: append; payload inline, or empty with fd and size bytes from its start */ \
	NOTE(APPEND, append, U64(request) STR(envelope) U64(size) BLOB(payload)) \
	NOTE(DURABLE, durable, U64(request) U64(seq)) \
	/* why: words; nothing was accepted, try again later */ \
	NOTE(LATER, later, U64(request) STR(why)) \
	/* recorder -> clerk: frames up to seq are durable */ \
	NOTE(HEAD, head, U64(seq)) \
	/* clerk -> mailin: look at every source now (--once, and the periodic pass) */ \
	NOTE(SCAN, scan, U64(pass)) \
	/* taken: accepted durably in this pass; waiting: could not be taken (later); failed: sources out of reach */ \
	NOTE(SCANNED, scanned, U64(pass) U64(taken) U64(waiting) U64(failed) STR(why)) \
	/* clerk -> reader: fd is a sealed memfd with one message; parts: of enum ig_note_read_parts; off: \
	   rules of filters that were too slow, one a line (a reader remembers nothing, so each message says it). \
	   reader -> clerk: packed report, or a wish for slow work */ \
	NOTE(READ, read, U64(seq) STR(envelope) U64(size) U64(parts) STR(off)) \
	NOTE(REPORT, report, U64(seq) BLOB(report)) \
	NOTE(NEED, need, U64(seq) STR(kind) STR(part)) \
	/* clerk -> sender, faxline: one letter. lane of enum ig_lane; dsn: ask for NOTIFY=FAILURE,DELAY with envid; channel of enum ig_channel. \
	   A fax: recipient is the number, bytes the TIFF, options JSON {"pages", "first", "rate_max"} */ \
	NOTE(SEND, send, U64(dispatch) STR(name) U64(lane) STR(sender) STR(recipient) STR(envid) U64(dsn) BLOB(bytes) \
		U64(channel) STR(options)) \
	/* outcome of enum ig_outcome; unreachable: the service itself could not be reached (exit 69 under --once); of a fax the facts of the call as \
	   JSON, and how long (ms) the other side wants us to wait, 0 nothing said; dispatch 0: of a call that came and brought no page. \
	   clerk -> faxline: the outcome of that dispatch is committed, or of the call with that detail */ \
	NOTE(SENT, sent, U64(dispatch) U64(outcome) STR(code) STR(text) U64(unreachable) \
		STR(detail) U64(wait)) \
	/* irgatectl -> clerk: words NUL-separated; flags of enum ig_note_call_flag; width of the terminal; input: standard input where the verb wants it */ \
	NOTE(CALL, call, BLOB(words) U64(flags) U64(width) BLOB(input)) \
	NOTE(OUT, out, BLOB(bytes)) \
	NOTE(ERR, err, BLOB(bytes)) \
	NOTE(END, end, U64(code)) \
	/* mailin -> clerk: how far was this source read; when nothing is known, fresh is kept and answered. Answered by PROGRESS once all of the \
	   log is decided and what is said is committed */ \
	NOTE(ASK, ask, STR(source) STR(fresh)) \
	NOTE(PROGRESS, progress, STR(source) STR(mark)) \
	/* mailin -> clerk: keep this as how far it was read (sources whose mark does not fit an envelope) */ \
	NOTE(MARK, mark, STR(source) STR(mark)) \
	/* account -> parent: run the token command. parent -> account: its first line, or why there is none */ \
	NOTE(TOKEN, token, STR(token) STR(why)) \
	/* reader -> clerk: bytes of a part for a worker of that kind (fd, size bytes); words: passwords the message states, one a line */ \
	NOTE(PART, part, U64(seq) STR(kind) STR(part) STR(name) STR(type) STR(words) U64(size)) \
	/* clerk -> worker (pages, keys): the same. The worker answers with any number of CHILD, then one DID; result: a few words for people. \
	   view: not to be read but shown: the place of a page ("page 2, box 100 200 300 400", as fields name it) comes as pictures.
	   letter: the bytes are several documents, one after the other, which hold the pages of one letter (pages.h has its form) */ \
	NOTE(WORK, work, U64(seq) STR(part) STR(name) STR(type) STR(words) U64(size) STR(view) STR(letter)) \
	NOTE(DID, did, U64(seq) STR(result)) \
	/* worker -> clerk -> a fresh reader, before its READ: what came of a part. fd of size bytes: a file found in it, by name and type, or what is \
	   to be said of the part itself as a packed report (type IG_CHILD_REPORT). Without fd (type IG_CHILD_NONE) nothing came of it, name says why */ \
	NOTE(CHILD, child, U64(seq) STR(part) STR(name) STR(type) U64(size)) \
	/* clerk -> recorder: overwrite the payload of this frame, which a person ordered. recorder -> clerk: done, or why not (tried again later) */ \
	NOTE(REDACT, redact, U64(frame)) \
	NOTE(REDACTED, redacted, U64(frame) U64(moved) STR(why)) \
	/* clerk -> recorder: from then until then what comes is answered LATER (a stop for maintenance); INT64_MIN none */ \
	NOTE(HOLD, hold, I64(from) I64(until)) \
	/* faxline and the child of one call, both ways: fax/call.h says which words there are; text: JSON or "". \
	   clerk -> faxline: "test", text a line's name or "", fd: there the answer goes, "lines" with ig_lines_test()'s list */ \
	NOTE(FAX, fax, STR(what) STR(text))

#define IG_CHILD_REPORT "application/x-irgate-report"
#define IG_CHILD_NONE ""
#define IG_DID_LOCKED "encrypted, not opened" /* a result that begins so: a person owes the reading, as when nothing had come of it */
#define IG_CHILDREN_MAX 512 /* of one message, with those of its parts and of theirs */

/* Send these before the report (PART): what workers are to read; every file, for a scanner (kind IG_SCAN_KIND) */
enum ig_note_read_parts { IG_READ_PARTS = 1, IG_READ_FILES = 2 };

enum ig_note_conf_flag { IG_CONF_ONCE = 1, IG_CONF_VERBOSE = 2, IG_CONF_SYSTEMD = 4 };
enum ig_note_call_flag { IG_CALL_JSON = 1, IG_CALL_COLOUR = 2, IG_CALL_TERMINAL = 4 };

#define IG_NOTE_KIND(NAME, name, FIELDS) IG_NOTE_##NAME,
enum ig_note { IG_NOTE_NONE, IG_NOTES(IG_NOTE_KIND) IG_NOTE_COUNT };
const char *ig_note_word(unsigned kind); /* for logs; "?" when unknown */

struct ig_note_blob {
	const void *p;
	size_t len;
};
#define STR(f) const char *f;
#define U64(f) uint64_t f;
#define I64(f) int64_t f;
#define BLOB(f) struct ig_note_blob f;
#define IG_NOTE_DECLARE(NAME, name, FIELDS) \
	struct ig_note_##name { FIELDS }; \
	void ig_note_##name##_pack(const struct ig_note_##name *n, struct ig_buf *out); \
	int ig_note_##name##_unpack(struct ig_note_##name *n_r, const void *body, size_t len, struct ig_arena *a); \
	int ig_note_##name##_send(struct ig_link *l, const struct ig_note_##name *n, int fd); \
	int ig_note_##name##_write(int sock, const struct ig_note_##name *n, int fd);
IG_NOTES(IG_NOTE_DECLARE)
#undef STR
#undef U64
#undef I64
#undef BLOB
#endif
