/* The media of a call as the signalling sees them: sockets, offers and answers. Relies on sdp.c for the words, not on libre's. The sockets go to the
 * child; nothing is read from them here. */
#include "config.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "fax/line_int.h"

/* Bound to that host, at a port of the configured range, or any. */
static int socket_at(const struct ig_line *l, const char *host, uint16_t *port_r)
{
	struct sockaddr_storage at = {0};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&at;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&at;
	socklen_t len = 0;
	int from = (int)l->all->conf->fax_port_first, to = (int)l->all->conf->fax_port_last, fd;
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1)
		v4->sin_family = AF_INET, len = sizeof *v4;
	else if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1)
		v6->sin6_family = AF_INET6, len = sizeof *v6;
	else
		return -1;
	fd = socket(at.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	for (int port = from; fd >= 0; port++) {
		v4->sin_port = htons((uint16_t)port); /* the same place in both */
		if (!bind(fd, (struct sockaddr *)&at, len) && !getsockname(fd, (struct sockaddr *)&at, &len)) {
			*port_r = ntohs(v4->sin_port);
			return fd;
		}
		if (!from || port >= to)
			break;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

int ig_line_media_open(struct ig_line_call *c, const struct sa *local, const struct sa *peer)
{
	if (sa_ntop(local, c->local, sizeof c->local) || sa_ntop(peer, c->peer, sizeof c->peer))
		return -1;
	c->rtp_fd = socket_at(c->line, c->local, &c->rtp_port);
	c->udptl_fd = c->rtp_fd < 0 ? -1 : socket_at(c->line, c->local, &c->udptl_port);
	return c->udptl_fd < 0 ? -1 : 0;
}

void ig_line_media_close(struct ig_line_call *c)
{
	if (c->rtp_fd >= 0)
		close(c->rtp_fd);
	if (c->udptl_fd >= 0)
		close(c->udptl_fd);
	c->rtp_fd = c->udptl_fd = -1;
}

void ig_line_child_begin(struct ig_line_call *c)
{
	const struct ig_line_hooks *h = &c->line->all->hooks;
	h->tell(h->arg, c, "rtp", "", c->rtp_fd);
	h->tell(h->arg, c, "udptl", "", c->udptl_fd);
	c->rtp_fd = c->udptl_fd = -1; /* they are the child's now */
}

void ig_line_media_tell(struct ig_line_call *c, const struct ig_sdp_media *m, enum ig_udptl_ec ec)
{
	json_t *o = json_pack("{s:s,s:s,s:i,s:s,s:i,s:i,s:i}", "kind", m->kind == IG_SDP_T38 ? "t38" : "audio", "address", m->address, "port", m->port, "peer", c->peer,
		"codec", m->codec == IG_SDP_PCMU ? 0 : 8, "ec", (int)ec, "datagram_max", m->datagram_max);
	char *text = json_dumps(o, JSON_COMPACT);
	const struct ig_line_hooks *h = &c->line->all->hooks;
	c->t38 = m->kind == IG_SDP_T38;
	if (text)
		h->tell(h->arg, c, "media", text, -1);
	free(text);
	json_decref(o);
}

struct mbuf *ig_line_body(struct ig_line_call *c, struct ig_sdp *s)
{
	struct ig_buf text = IG_BUF_INIT(IG_SDP_MAX);
	struct mbuf *mb = mbuf_alloc(1024);
	s->session = c->session_id;
	s->revision = ++c->revision;
	ig_sdp_print(s, &text);
	if (mb && mbuf_write_mem(mb, (const uint8_t *)text.data, text.len))
		mb = mem_deref(mb);
	if (mb)
		mbuf_set_pos(mb, 0);
	ig_buf_free(&text);
	return mb;
}

struct mbuf *ig_line_offer(struct ig_line_call *c, bool t38)
{
	if (t38)
		ig_sdp_offer_t38(&c->offered, c->local, c->udptl_port, IG_UDPTL_EC_REDUNDANCY, IG_LINE_DATAGRAM_MAX, IG_LINE_RATE_MAX);
	else
		ig_sdp_offer_audio(&c->offered, c->local, c->rtp_port, IG_SDP_PCMA);
	return ig_line_body(c, &c->offered);
}

static int read_body(const struct sip_msg *msg, struct ig_sdp *s)
{
	struct ig_why why;
	return ig_sdp_parse((const char *)mbuf_buf(msg->mb), mbuf_get_left(msg->mb), s, &why);
}

struct mbuf *ig_line_answer_to(struct ig_line_call *c, const struct sip_msg *msg)
{
	struct ig_sdp offer, answer = {.count = 0};
	if (read_body(msg, &offer))
		return NULL;
	const struct ig_sdp_media *use = ig_sdp_find(&offer, IG_SDP_T38);
	if (use && use->local_tcf) /* only the transferred check is there */
		use = NULL;
	if (!use && !c->t38)
		use = ig_sdp_find(&offer, IG_SDP_AUDIO);
	if (!use)
		return NULL;
	ig_sdp_answer(&answer, &offer, use, c->local, use->kind == IG_SDP_T38 ? c->udptl_port : c->rtp_port, IG_LINE_DATAGRAM_MAX, IG_LINE_RATE_MAX);
	struct mbuf *body = ig_line_body(c, &answer);
	if (body)
		ig_line_media_tell(c, use, use->ec);
	return body;
}

int ig_line_answered(struct ig_line_call *c, const struct sip_msg *msg)
{
	struct ig_sdp answer;
	if (read_body(msg, &answer))
		return EBADMSG;
	const struct ig_sdp_media *use = ig_sdp_find(&answer, IG_SDP_T38);
	if (!use)
		use = ig_sdp_find(&answer, IG_SDP_AUDIO);
	if (!use)
		return ENOTSUP;
	ig_line_media_tell(c, use, use->ec == IG_UDPTL_EC_NONE ? IG_UDPTL_EC_REDUNDANCY : use->ec);
	return 0;
}
