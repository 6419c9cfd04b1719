/* Mailboxes at servers (IMAP, POP3): what their drivers share with the process that runs one (role/account_child.c). Blocking: a session waits in
 * its own process, every wait is bounded, and between two messages it listens to who started it. */
#ifndef IG_INTAKE_ACCOUNT_H
#define IG_INTAKE_ACCOUNT_H
#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "conf/conf.h"
#include "model/envelope.h"
#include "wire/wire.h"

enum ig_account_event { IG_ACCOUNT_DATA, IG_ACCOUNT_CALLED, IG_ACCOUNT_TIME };
struct ig_account_host {
	void *arg;
	/* Hands a message to the recorder and waits for its word: 0 durable, 1 not now, with why. Takes over fd (-1: bytes at p). */
	int (*append)(void *arg, const struct ig_envelope *e, const void *p, int fd, uint64_t size, struct ig_why *why);
	/* Until fd (-1 none) is readable, we are called, or ms (-1 for ever) have passed. Called: look again, or end. */
	enum ig_account_event (*wait)(void *arg, int fd, int ms);
	bool (*ending)(void *arg); /* begin nothing more */
	int (*token)(void *arg, struct ig_buf *out, struct ig_why *why); /* 0, or -1 with why */
	void (*keep)(void *arg, const char *mark); /* as how far we read, where it does not travel in envelopes */
	void (*alarm)(void *arg, const char *code, const char *text);
};
struct ig_account {
	const struct ig_conf *conf;
	const struct ig_conf_account *a;
	const struct ig_wire_trust *trust;
	const struct ig_account_host *host;
	struct ig_buf mark;   /* how far it was read, as given back by the clerk; the driver's own form */
	uint64_t old_said;    /* older mail that was told of */
};
struct ig_account_pass {
	uint64_t taken, waiting, old; /* accepted durably; left for now; older than the first start */
	struct ig_why why;            /* why something waits */
};
struct ig_account_driver {
	void (*fresh)(const struct ig_conf_account *a, struct ig_buf *mark); /* of a mailbox never read before */
	void *(*open)(struct ig_account *a, struct ig_why *why);
	/* Takes what is there. 0, or -1 with why: the session is good for nothing more. */
	int (*pass)(void *session, struct ig_account_pass *p, struct ig_why *why);
	/* Returns 0 when it is time to look again or we are called, -1 with why. */
	int (*wait)(void *session, struct ig_why *why);
	void (*close)(void *session); /* NULL is fine */
};
extern const struct ig_account_driver ig_account_imap, ig_account_pop3;
#endif
