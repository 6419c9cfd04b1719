/* One LMTP dialogue as a state machine: bytes in, replies out, messages handed over. RFC 2033, 1870 (SIZE), 2920 (PIPELINING),
 * 2034 (ENHANCEDSTATUSCODES), 6152 (8BITMIME), 6531 (SMTPUTF8). Knows no socket and no clock. */
#ifndef IG_INTAKE_LMTP_SESSION_H
#define IG_INTAKE_LMTP_SESSION_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "conf/conf.h"
#include "model/envelope.h"

struct ig_lmtp_session;
/* What the session asks of whoever runs it. */
struct ig_lmtp_host {
	void *arg;
	const char *name, *source; /* our host name for greetings; name of the intake for the envelope */
	/* bytes more (or less) of unfinished messages; false: no room, the message gets 452 */
	bool (*reserve)(void *arg, int64_t bytes);
	int (*file)(void *arg); /* an unnamed file for a large message, or -1 */
	/* A whole message: answer by ig_lmtp_session_done, later. Takes over fd (-1: bytes at p). */
	void (*message)(void *arg, struct ig_lmtp_session *s, const struct ig_envelope *e, const void *p, int fd, uint64_t size);
};

struct ig_lmtp_session *ig_lmtp_session_new(const struct ig_conf *c, const struct ig_lmtp_host *host); /* greets */
struct ig_lmtp_session *ig_lmtp_session_free(struct ig_lmtp_session *s);
/* Returns how many bytes were taken: fewer than len when a message waits for its answer, or after the end. */
size_t ig_lmtp_session_feed(struct ig_lmtp_session *s, const void *p, size_t len);
/* Replies for each recipient (RFC 2033 section 4.2): 250, or 452 with why. */
void ig_lmtp_session_done(struct ig_lmtp_session *s, bool durable, const char *why);
void ig_lmtp_session_end(struct ig_lmtp_session *s, const char *reply); /* says reply and takes nothing more: "421 4.4.2 ..." */
struct ig_buf *ig_lmtp_session_out(struct ig_lmtp_session *s); /* to be sent; the caller eats what was sent */
bool ig_lmtp_session_waits(const struct ig_lmtp_session *s); /* for ig_lmtp_session_done */
bool ig_lmtp_session_over(const struct ig_lmtp_session *s);  /* close when `out` is sent */
bool ig_lmtp_session_busy(const struct ig_lmtp_session *s);  /* between MAIL and the end of the message */
#endif
