/* Framed notes over a unix stream socket between two of our processes, with at most one descriptor a note.
 * On the wire: u32 length of what follows, u16 version, u16 kind (its top bit: a descriptor comes with it), body. A frame that is too long, of another version, or that the
 * handler calls bad closes the link: it costs the sender its connection, never our process.
 *
 * Asynchronous use (roles): ig_link_new on an event base; notes are queued and sent as the peer takes them.
 * Blocking use (tools, readers): ig_link_write / ig_link_read on a plain descriptor. */
#ifndef IG_BASE_LINK_H
#define IG_BASE_LINK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"

#define IG_LINK_VERSION 9
#define IG_LINK_MAX (8u << 20) /* ceiling of one frame: a message handed inline, a packed report */

struct event_base;
struct ig_link;

/* body points into the link's buffer, valid during the call; fd is -1 or owned by the handler from then on.
 * Returns 0, or -1 when the note is bad: the link is then closed and closed_h called. */
typedef int ig_link_h(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg);
/* End of the peer, an error or a bad frame. The link is dead but still owned by the caller, who frees it. */
typedef void ig_link_closed_h(struct ig_link *l, void *arg);

/* Takes over fd (made non-blocking). name is for the log, copied. */
struct ig_link *ig_link_new(struct event_base *base, int fd, const char *name, ig_link_h *h, ig_link_closed_h *closed_h, void *arg);
struct ig_link *ig_link_free(struct ig_link *l); /* NULL in, NULL out; may be called inside a handler */
/* Queues a note; takes over fd when not -1 (closed after sending, or at once on failure). -1 when the link is dead or the queue full. */
int ig_link_send(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd);
size_t ig_link_queued(const struct ig_link *l); /* bytes not yet written */
void ig_link_pause(struct ig_link *l, bool pause); /* stop or go on reading: back-pressure */
/* A longer body closes the link, before memory is taken for it; without a call IG_LINK_MAX. */
void ig_link_limit(struct ig_link *l, size_t max);
const char *ig_link_name(const struct ig_link *l);
/* Sends everything queued, blocking at most timeout_ms; 0 when empty. */
int ig_link_flush(struct ig_link *l, int timeout_ms);

int ig_link_write(int sock, uint16_t kind, const void *body, size_t len, int fd); /* fd stays the caller's; 0 or -1 with errno */
/* 1 a note (body in buf, *fd_r -1 or owned), 0 end of file, -1 error (errno; EPROTO for a bad frame, ETIMEDOUT). timeout_ms -1: none. */
int ig_link_read(int sock, uint16_t *kind_r, struct ig_buf *body, int *fd_r, int timeout_ms);
int ig_link_pair(int fds[2]); /* SOCK_STREAM|CLOEXEC pair */
#endif
