/* Ways out. A driver makes one attempt and says ok / later / never with a code and the other side's words. Blocking: each session
 * runs in its own confined child of the sender, so that a slow host costs one session. */
#ifndef IG_DELIVER_DELIVER_H
#define IG_DELIVER_DELIVER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/opt.h"
#include "conf/conf.h"

struct ig_deliver_job {
	int64_t dispatch;
	const char *name;      /* "D-000123": file name, ENVID */
	const char *sender;    /* envelope; "" for <> */
	const char *recipient;
	const char *envid;     /* NULL none */
	bool dsn;              /* NOTIFY=FAILURE,DELAY where the server offers DSN */
	const void *bytes;
	size_t size;
	bool fax;              /* recipient is a number, bytes are a TIFF */
	const char *options;   /* of a fax: JSON, as in the SEND note; NULL none */
};
struct ig_deliver_result {
	enum ig_outcome outcome;
	char code[16];         /* "250", "4.4.1", "exists" */
	char text[IG_WHY_MAX]; /* the server's words, cut and made printable */
	bool unreachable;      /* the service could not be reached or spoken to at all */
	char detail[IG_WHY_MAX]; /* of a fax: the facts of the call as JSON; "" none */
	bool ours;             /* it refuses us, not this mail (no TLS, wrong certificate, password, banned): somebody must look */
};
struct ig_deliver_driver {
	const char *name;
	void *(*open)(const struct ig_conf *conf);
	void (*attempt)(void *session, const struct ig_deliver_job *job, struct ig_deliver_result *result_r);
	/* Many at once, where that saves syncs; NULL: one by one. */
	void (*attempts)(void *session, const struct ig_deliver_job *jobs, size_t count, struct ig_deliver_result *results_r);
	void (*idle)(void *session);  /* nothing to do for smtp_idle: close connections */
	void (*close)(void *session);
};
/* Fills a result; text is made printable and cut. For the drivers and the sender. */
void ig_deliver_say(struct ig_deliver_result *r, enum ig_outcome outcome, const char *code, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
#define IG_DELIVER_BATCH 64 /* jobs a driver is given at once */

/* paper.c: NAME.pdf and NAME.json in the folder of letters to print, sign and post, synced; what is there already stays. -1 with why. */
int ig_deliver_paper(const char *folder, const char *name, const char *facts, const void *pdf, size_t len, struct ig_why *why);
/* D-000017.edxml in the outbox of the exchange, in the same way. */
int ig_deliver_edxml(const char *folder, int64_t dispatch, const void *p, size_t len, struct ig_why *why);
extern const struct ig_deliver_driver ig_deliver_smtp, ig_deliver_maildir, ig_deliver_fax_folder;
#endif
