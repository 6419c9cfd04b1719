/* A fax modem made of software, for fax programs that bring a T.30 engine of their own and know telephones through a class 1 modem (ITU-T T.31) alone:
 * a terminal for the program, SIP with RTP or T.38 for the world. Its modulations and its AT commands are libspandsp's; its SIP is libre's; its RTP,
 * UDPTL and SDP are those of the room `fax`. A test tool: one call at a time, one peer, no confinement. */
#ifndef IG_TEST_MODEM_H
#define IG_TEST_MODEM_H
/* not re.h, whose JSON has jansson's names */
#include <re_types.h>
#include <re_fmt.h>
#include <re_mem.h>
#include <re_mbuf.h>
#include <re_list.h>
#include <re_sa.h>
#include <re_net.h>
#include <re_uri.h>
#include <re_msg.h>
#include <re_tmr.h>
#include <re_main.h>
#include <re_sip.h>
#include <re_sipsess.h>
#include <sys/socket.h>
#include "fax/rtp.h"
#include "fax/sdp.h"
#include "fax/udptl.h"

enum modem_t38 {
	MODEM_T38_ACCEPT, /* takes the other side's offer */
	MODEM_T38_FIRST,  /* offers nothing else from the beginning */
	MODEM_T38_OFFER,  /* audio, then an offer of its own within the call */
	MODEM_T38_REFUSE  /* 488: the call stays audio */
};
enum modem_kind { MODEM_NOTHING, MODEM_AUDIO, MODEM_FAX };

struct modem;
/* modem_sip.c */
struct modem_sip;
struct modem_sip *modem_sip_new(struct modem *m, const char *listen, const char *peer, const char *user, enum modem_t38 t38, enum ig_sdp_codec law,
	uint16_t rtp_port, uint16_t udptl_port); /* NULL: said */
struct modem_sip *modem_sip_free(struct modem_sip *s);
int modem_sip_dial(struct modem_sip *s, const char *number); /* 0 or an errno */
int modem_sip_answer(struct modem_sip *s);                   /* the call that rings */
void modem_sip_hang_up(struct modem_sip *s);

/* modem.c: what the line says to the modem */
void modem_rings(struct modem *m, const char *caller);
void modem_talks(struct modem *m, enum modem_kind kind, const struct ig_sdp_media *to); /* again when it changes */
void modem_refused(struct modem *m, uint16_t status);
void modem_line_gone(struct modem *m);
void modem_says(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* a line for the story */
#endif
