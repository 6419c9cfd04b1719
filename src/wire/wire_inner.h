/* What the files of the wire room share. */
#ifndef IG_WIRE_WIRE_INNER_H
#define IG_WIRE_WIRE_INNER_H
#include <gnutls/gnutls.h>
#include "wire/wire.h"

struct ig_wire_trust {
	gnutls_certificate_credentials_t cred;
};
struct ig_wire {
	int fd;
	bool loopback;
	gnutls_session_t tls; /* NULL: in the clear */
	int op_ms;
	int64_t end_ms;       /* of the monotonic clock */
	uint64_t bytes_left;
};
/* Waits for events on the socket within the limits. 0, or -1 with errno. */
int ig_wire_wait(struct ig_wire *w, short events);
#endif
