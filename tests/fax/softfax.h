/* What the two files of softfax share: the fax ends of its calls, and its few words of SIP. */
#ifndef IG_TESTS_FAX_SOFTFAX_H
#define IG_TESTS_FAX_SOFTFAX_H
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "fax/rtp.h"
#include "fax/sdp.h"
#include "fax/t30.h"
#include "fax/udptl.h"

enum { DISCARD = 9, STEP = 160, STEP_MS = 20, BEHIND_MAX = 50, LAST_MS = 300, MESSAGE_MAX = 8192, T1_MS = 500, GIVE_UP_MS = 32000 };

struct options {
	const char *from, *to, *ident, *file, *folder;
	struct sockaddr_in at;          /* ours; of an outgoing call theirs is `peer` */
	struct sockaddr_in peer;
	int calls, status;              /* status: answers every INVITE with this number */
	bool answers, t38_first, t38_later, no_t38, nat, standard, no_ecm, quiet;
	int seconds;                    /* after the end of a call its place begins another, until this time is over; 0: one each */
};
enum state { IDLE, CALLING, TALKING, ENDING, OVER };
enum kind { NOTHING, AUDIO, T38 };
struct call {
	enum state state;
	const struct options *o;
	int fd, number;                 /* one socket for both kinds of media */
	uint16_t port;
	struct sockaddr_in to;
	struct ig_t30 *t30;
	enum kind kind;
	struct ig_rtp rtp;
	struct ig_udptl udptl;
	int64_t next_ms, began_ms, last_ms; /* steps; of the call; when it hangs up */
	/* SIP */
	char id[128], local_tag[64], remote[512], target[256];
	unsigned cseq;
	struct sockaddr_in far;         /* where its signalling goes */
	bool caller, answered, offered; /* offered: our re-INVITE is out */
	char pending[MESSAGE_MAX];      /* a request of ours without an answer */
	int64_t again_ms, wait_ms;
	int status;                     /* of its end, when it was never answered */
	struct ig_t30_result result;
	char file[256];
};

/* softfax_media.c */
int media_open(struct call *c);
void media_close(struct call *c);
void media_begin(struct call *c, const struct ig_sdp_media *m); /* a kind, an address */
void media_read(struct call *c);
void media_steps(struct call *c, int64_t now);
int64_t now_ms(void);
#endif
