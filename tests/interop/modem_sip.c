/* The telephone line of the modem: calls, offers and answers. Relies on libre for SIP and on fax/sdp.h for the words. */
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "modem.h"

enum { BUCKETS = 16, DATAGRAM_MAX = 400, RATE_MAX = 14400, OFFER_AFTER_MS = 400, CLOSE_MS = 300 };

struct modem_sip {
	struct modem *modem;
	struct sip *sip;
	struct sipsess_sock *sock;
	struct sipsess *session;
	struct sa peer, local;
	struct tmr later;
	enum modem_t38 t38;
	enum ig_sdp_codec law;
	uint16_t rtp_port, udptl_port;
	uint64_t revision;
	char user[64], host[64];
	struct ig_sdp offer;         /* of the call that rings */
	bool answered, fax, ours;    /* ours: we dialled */
};

static struct mbuf *body_of(struct modem_sip *s, struct ig_sdp *d)
{
	struct ig_buf text = IG_BUF_INIT(IG_SDP_MAX);
	struct mbuf *mb = mbuf_alloc(1024);
	d->session = 1;
	d->revision = ++s->revision;
	ig_sdp_print(d, &text);
	if (mb && !mbuf_write_mem(mb, (const uint8_t *)text.data, text.len))
		mbuf_set_pos(mb, 0);
	ig_buf_free(&text);
	return mb;
}

static struct mbuf *offer(struct modem_sip *s, bool fax)
{
	struct ig_sdp d = {.count = 0};
	if (fax)
		ig_sdp_offer_t38(&d, s->host, s->udptl_port, IG_UDPTL_EC_REDUNDANCY, DATAGRAM_MAX, RATE_MAX);
	else
		ig_sdp_offer_audio(&d, s->host, s->rtp_port, s->law);
	return body_of(s, &d);
}

static int read_body(const struct sip_msg *msg, struct ig_sdp *d)
{
	struct ig_why why;
	if (!ig_sdp_parse((const char *)mbuf_buf(msg->mb), mbuf_get_left(msg->mb), d, &why))
		return 0;
	modem_says("no sdp: %s", why.text);
	return EBADMSG;
}

static const struct ig_sdp_media *usable(const struct modem_sip *s, const struct ig_sdp *d)
{
	const struct ig_sdp_media *fax = s->t38 == MODEM_T38_REFUSE ? NULL : ig_sdp_find(d, IG_SDP_T38);
	return fax || s->fax ? fax : ig_sdp_find(d, IG_SDP_AUDIO);
}

static void talk(struct modem_sip *s, const struct ig_sdp_media *to)
{
	s->fax = to->kind == IG_SDP_T38;
	modem_talks(s->modem, s->fax ? MODEM_FAX : MODEM_AUDIO, to);
}

static struct mbuf *answer(struct modem_sip *s, const struct ig_sdp *offered)
{
	struct ig_sdp d = {.count = 0};
	const struct ig_sdp_media *use = usable(s, offered);
	if (!use)
		return NULL;
	ig_sdp_answer(&d, offered, use, s->host, use->kind == IG_SDP_T38 ? s->udptl_port : s->rtp_port, DATAGRAM_MAX, RATE_MAX);
	struct mbuf *mb = body_of(s, &d);
	if (mb)
		talk(s, use);
	return mb;
}

/* ---- what libre tells */

static int on_auth(char **user, char **password, const char *realm, void *arg)
{
	(void)user;
	(void)password;
	(void)realm;
	(void)arg;
	return EACCES;
}

static int on_offer(struct mbuf **body, const struct sip_msg *msg, void *arg)
{
	struct modem_sip *s = arg;
	struct ig_sdp d;
	*body = read_body(msg, &d) ? NULL : answer(s, &d);
	if (!*body)
		modem_says("offer refused");
	return *body ? 0 : 488;
}

static int on_answer(const struct sip_msg *msg, void *arg)
{
	struct modem_sip *s = arg;
	struct ig_sdp d;
	if (read_body(msg, &d))
		return EBADMSG;
	const struct ig_sdp_media *use = usable(s, &d);
	if (use)
		talk(s, use);
	return use ? 0 : ENOTSUP;
}

static void offer_fax(void *arg)
{
	struct modem_sip *s = arg;
	struct mbuf *mb = s->fax || !s->session ? NULL : offer(s, true);
	if (mb && sipsess_modify(s->session, mb))
		modem_says("t38 could not be offered");
	mem_deref(mb);
}

static void on_established(const struct sip_msg *msg, void *arg)
{
	struct modem_sip *s = arg;
	(void)msg;
	s->answered = true;
	if (s->t38 == MODEM_T38_OFFER)
		tmr_start(&s->later, OFFER_AFTER_MS, offer_fax, s);
}

static void on_progress(const struct sip_msg *msg, void *arg)
{
	(void)arg;
	modem_says("progress %u", msg->scode);
}

static void ended(struct modem_sip *s)
{
	tmr_cancel(&s->later);
	s->session = mem_deref(s->session);
	s->answered = s->fax = false;
}

static void on_close(int err, const struct sip_msg *msg, void *arg)
{
	struct modem_sip *s = arg;
	bool was = s->answered, ours = s->ours;
	(void)err;
	ended(s);
	if (ours && !was)
		modem_refused(s->modem, msg ? msg->scode : 408);
	else
		modem_line_gone(s->modem);
}

static void on_invite(const struct sip_msg *msg, void *arg)
{
	struct modem_sip *s = arg;
	if (s->session || read_body(msg, &s->offer)) {
		sip_treply(NULL, s->sip, msg, s->session ? 486 : 488, s->session ? "Busy Here" : "Not Acceptable Here");
		return;
	}
	char caller[64];
	s->ours = s->answered = s->fax = false;
	pl_strcpy(&msg->from.uri.user, caller, sizeof caller);
	if (!sipsess_accept(&s->session, s->sock, msg, 180, "Ringing", s->user, "application/sdp", NULL, on_auth, s, false, on_offer, on_answer, on_established, NULL, NULL,
			on_close, s, NULL))
		modem_rings(s->modem, caller);
}

/* ---- what the modem wants */

int modem_sip_dial(struct modem_sip *s, const char *number)
{
	char to[160], from[160];
	struct mbuf *mb = NULL;
	if (s->session || re_snprintf(to, sizeof to, "sip:%s@%J", number, &s->peer) < 0 || re_snprintf(from, sizeof from, "sip:%s@%J", s->user, &s->local) < 0)
		return EBUSY;
	s->ours = true;
	s->answered = s->fax = false;
	mb = offer(s, s->t38 == MODEM_T38_FIRST);
	int err = mb ? sipsess_connect(&s->session, s->sock, to, NULL, from, s->user, NULL, 0, "application/sdp", mb, on_auth, s, false, on_offer, on_answer, on_progress,
		on_established, NULL, NULL, on_close, s, NULL) : ENOMEM;
	mem_deref(mb);
	return err;
}

int modem_sip_answer(struct modem_sip *s)
{
	if (!s->session || s->ours || s->answered)
		return ENOTCONN;
	struct mbuf *mb = answer(s, &s->offer);
	int err = mb ? sipsess_answer(s->session, 200, "OK", mb, NULL) : ENOTSUP;
	s->answered = !err;
	mem_deref(mb);
	return err;
}

void modem_sip_hang_up(struct modem_sip *s)
{
	ended(s); /* a BYE or a CANCEL goes out with the session */
}

/* ---- life */

struct modem_sip *modem_sip_new(struct modem *m, const char *listen, const char *peer, const char *user, enum modem_t38 t38, enum ig_sdp_codec law,
	uint16_t rtp_port, uint16_t udptl_port)
{
	struct modem_sip *s = calloc(1, sizeof *s);
	struct sa at;
	if (!s)
		return NULL;
	s->modem = m;
	s->t38 = t38;
	s->law = law;
	s->rtp_port = rtp_port;
	s->udptl_port = udptl_port;
	tmr_init(&s->later);
	snprintf(s->user, sizeof s->user, "%s", user);
	if (sa_decode(&at, listen, strlen(listen)) || sa_decode(&s->peer, peer, strlen(peer)) || sa_ntop(&at, s->host, sizeof s->host) ||
		sip_alloc(&s->sip, NULL, BUCKETS, BUCKETS, BUCKETS, "modem", NULL, NULL) || sip_transp_add(s->sip, SIP_TRANSP_UDP, &at) ||
		sip_transp_laddr(s->sip, &s->local, SIP_TRANSP_UDP, &s->peer) || sipsess_listen(&s->sock, s->sip, BUCKETS, on_invite, s)) {
		modem_says("no line at %s", listen);
		return modem_sip_free(s);
	}
	modem_says("line %u", sa_port(&s->local));
	return s;
}

static void stop(void *arg)
{
	(void)arg;
	re_cancel();
}

struct modem_sip *modem_sip_free(struct modem_sip *s)
{
	if (!s)
		return NULL;
	if (s->session) { /* let the BYE be heard */
		ended(s);
		tmr_start(&s->later, CLOSE_MS, stop, s);
		re_main(NULL);
	}
	tmr_cancel(&s->later);
	mem_deref(s->sock);
	if (s->sip)
		sip_close(s->sip, true);
	mem_deref(s->sip);
	free(s);
	return NULL;
}
