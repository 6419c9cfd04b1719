/* One connection to a server: connected with a time-out, encrypted and verified on demand, every wait bounded. What IMAP, POP3 and SMTP share.
 * Blocking for its caller, non-blocking inside: each read and write waits at most `op_ms`, all of them together at most `total_ms`, and at
 * most `bytes` come in, so that neither a silent nor a talkative server holds a session. */
#ifndef IG_WIRE_WIRE_H
#define IG_WIRE_WIRE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/buf.h"

/* The certificates we trust. Reads files: load before confinement, or where they may be read. file: PEM, NULL for the system's. */
struct ig_wire_trust;
struct ig_wire_trust *ig_wire_trust_load(const char *file, struct ig_why *why);
struct ig_wire_trust *ig_wire_trust_free(struct ig_wire_trust *t);

struct ig_wire;
/* Every address of host in turn, each for at most timeout_ms. NULL with why. */
struct ig_wire *ig_wire_connect(const char *host, int port, int timeout_ms, struct ig_why *why);
struct ig_wire *ig_wire_free(struct ig_wire *w); /* says good-bye in TLS, closes; NULL in, NULL out */
/* From now on; counted anew. */
void ig_wire_limit(struct ig_wire *w, int op_ms, int64_t total_ms, uint64_t bytes);
/* TLS 1.2 or newer; the chain must lead to trust and the certificate must be made for a server named host, now. -1 with why: nothing was sent
 * but the handshake, and the connection is good for nothing more. trust must outlive w. */
int ig_wire_tls(struct ig_wire *w, const struct ig_wire_trust *trust, const char *host, struct ig_why *why);
/* Is the server's public key (SubjectPublicKeyInfo) the one with this SHA-256 in hex? After ig_wire_tls, before anything is said. */
int ig_wire_pinned(const struct ig_wire *w, const char *pin, struct ig_why *why);
bool ig_wire_secure(const struct ig_wire *w);
bool ig_wire_loopback(const struct ig_wire *w); /* the other end is this machine */
/* 0 end, -1 with errno (ETIMEDOUT past a time, EMSGSIZE past the bytes, EPROTO for TLS). */
ssize_t ig_wire_read(struct ig_wire *w, void *p, size_t len);
ssize_t ig_wire_write(struct ig_wire *w, const void *p, size_t len); /* all of it */
int ig_wire_fd(const struct ig_wire *w);
bool ig_wire_pending(const struct ig_wire *w); /* bytes are decrypted that poll on the descriptor does not show */

/* As a stream for libetpan; its close and free leave w alone, which stays the caller's. NULL when memory is short. */
struct _mailstream_low;
struct _mailstream_low *ig_wire_low(struct ig_wire *w);
#endif
