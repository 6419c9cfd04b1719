/* What the files of the line share: libre's types stay here. Private to the room. */
#ifndef IG_FAX_LINE_INT_H
#define IG_FAX_LINE_INT_H
/* not re.h: its JSON has jansson's names */
#include <re_types.h>
#include <re_fmt.h>
#include <re_mem.h>
#include <re_mbuf.h>
#include <re_list.h>
#include <re_sa.h>
#include <re_net.h>
#include <re_uri.h>
#include <re_msg.h>
#include <re_dns.h>
#include <re_srtp.h>
#include <re_tls.h>
#include <re_tmr.h>
#include <re_main.h>
#include <re_sip.h>
#include <re_sipsess.h>
#include <re_sipreg.h>
#define DEBUG_MODULE "line" /* wanted by its header; our own words go to our log */
#define DEBUG_LEVEL 4
#include <re_dbg.h>
#include "base/link.h"
#include "fax/line.h"
#include "fax/sdp.h"

#define IG_LINE_ALLOW "INVITE, ACK, BYE, CANCEL, OPTIONS"
enum { IG_LINE_DATAGRAM_MAX = 400, IG_LINE_RATE_MAX = 14400, IG_LINE_SWITCH_MS = 1000, IG_LINE_RING_MS = 60000, IG_LINE_TEST_MS = 5000, IG_LINE_TESTS_MAX = 8 };

struct ig_line {
	struct ig_lines *all;
	const struct ig_conf_faxline *conf;
	struct sip *sip;             /* each line has transports of its own: none hears the calls of another */
	struct sipsess_sock *sessions;
	struct sip_lsnr *gate;
	struct sipreg *registration;
	enum sip_transp transport;
	bool registered, registering; /* registering: its answer is awaited */
	char words[128];             /* of the last answer of the registrar */
};
struct ig_lines {
	const struct ig_conf *conf;
	struct ig_line_hooks hooks;
	struct dnsc *dns;
	struct ig_line *lines;
	size_t count;
	struct list calls, tests;
};
struct ig_line_call {
	struct le le;
	struct ig_line *line;
	struct sipsess *session;
	void *owner;
	bool outgoing, answered, t38, asked; /* asked: our offer of T.38 is under way or was refused */
	int rtp_fd, udptl_fd;
	uint16_t rtp_port, udptl_port;
	char local[64], peer[64];    /* our host for media; the other side of the signalling */
	uint64_t session_id, revision;
	struct ig_sdp offered;       /* ours, as it was sent last */
	struct tmr later;            /* to offer T.38; to give up ringing */
};
/* line.c */
const char *ig_line_scheme_end(const struct ig_line *l);
void ig_line_register(struct ig_line *l); /* begins to, or begins anew */
/* line_tls.c: a context that verifies whom it calls; NULL with why */
struct tls *ig_line_tls(const struct ig_conf_faxline *conf, struct ig_why *why);
/* line_test.c */
void ig_line_tests_look(struct ig_lines *all); /* a registrar answered */
/* line_media.c */
int ig_line_media_open(struct ig_line_call *c, const struct sa *local, const struct sa *peer); /* both sockets; -1 */
void ig_line_media_close(struct ig_line_call *c);
void ig_line_child_begin(struct ig_line_call *c); /* hands it the sockets; closes ours */
void ig_line_media_tell(struct ig_line_call *c, const struct ig_sdp_media *m, enum ig_udptl_ec ec);
struct mbuf *ig_line_body(struct ig_line_call *c, struct ig_sdp *s); /* printed, next revision */
/* The answer to an offer: what is used, told to the child. NULL: nothing of it can be (488). */
struct mbuf *ig_line_answer_to(struct ig_line_call *c, const struct sip_msg *msg);
int ig_line_answered(struct ig_line_call *c, const struct sip_msg *msg); /* their answer to ours; 0 or an errno */
struct mbuf *ig_line_offer(struct ig_line_call *c, bool t38);
#endif
