/* The media of softfax's calls: audio or T.38 over one socket each, paced by the monotonic clock. */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "softfax.h"

int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int media_open(struct call *c)
{
	struct sockaddr_in at = c->o->at;
	socklen_t len = sizeof at;
	at.sin_port = 0;
	c->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd < 0 || bind(c->fd, (struct sockaddr *)&at, sizeof at) || getsockname(c->fd, (struct sockaddr *)&at, &len))
		return -1;
	c->port = c->o->nat ? DISCARD : ntohs(at.sin_port);
	return 0;
}

void media_close(struct call *c)
{
	if (c->t30)
		ig_t30_result(c->t30, &c->result);
	c->t30 = ig_t30_free(c->t30);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->kind = NOTHING;
}

static void on_ifp(void *arg, const uint8_t *p, size_t len, int copies)
{
	struct call *c = arg;
	uint8_t datagram[IG_UDPTL_DATAGRAM_MAX];
	size_t n = ig_udptl_build(&c->udptl, p, len, datagram, sizeof datagram);
	for (int i = 0; n && i < copies; i++)
		(void)!sendto(c->fd, datagram, n, MSG_DONTWAIT, (struct sockaddr *)&c->to, sizeof c->to);
}

void media_begin(struct call *c, const struct ig_sdp_media *m)
{
	enum kind kind = m->kind == IG_SDP_T38 ? T38 : AUDIO;
	const struct ig_t30_hooks hooks = {.arg = c, .ifp = on_ifp};
	struct ig_t30_setup s = {.caller = c->caller, .t38 = kind == T38, .no_ecm = c->o->no_ecm, .ident = c->o->ident, .send = c->caller ? c->o->file : NULL,
		.receive = c->caller ? NULL : c->file, .standard = c->o->standard};
	c->to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(m->port)};
	inet_pton(AF_INET, m->address, &c->to.sin_addr);
	if (kind == c->kind)
		return;
	ig_t30_free(c->t30);
	c->kind = kind;
	c->t30 = ig_t30_new(&s, &hooks);
	ig_rtp_init(&c->rtp, m->codec == IG_SDP_PCMU ? 0 : 8);
	ig_udptl_init(&c->udptl, m->ec, (size_t)m->datagram_max);
	c->next_ms = now_ms();
}

static void on_packet(const uint8_t *p, size_t len, uint16_t seq, void *arg)
{
	ig_t30_ifp_in(((struct call *)arg)->t30, p, len, seq);
}

void media_read(struct call *c)
{
	uint8_t p[IG_UDPTL_DATAGRAM_MAX];
	ssize_t n;
	while ((n = recv(c->fd, p, sizeof p, MSG_DONTWAIT)) >= 0) {
		bool rtp = n > IG_RTP_HEAD && p[0] == 0x80 && (p[1] & 0x7f) <= 8;
		if (c->t30 && c->kind == T38 && !rtp)
			ig_udptl_take(&c->udptl, p, (size_t)n, on_packet, c);
		else if (c->t30 && c->kind == AUDIO && rtp)
			ig_rtp_take(&c->rtp, p, (size_t)n);
	}
}

static void audio(struct call *c)
{
	int16_t samples[STEP];
	uint8_t octets[STEP], packet[IG_RTP_HEAD + STEP];
	ig_t30_audio_out(c->t30, samples, STEP);
	ig_g711_encode(c->rtp.codec, samples, STEP, octets);
	(void)!sendto(c->fd, packet, ig_rtp_build(&c->rtp, octets, STEP, packet), MSG_DONTWAIT, (struct sockaddr *)&c->to, sizeof c->to);
	switch (ig_rtp_next(&c->rtp, octets, STEP)) {
	case IG_RTP_HERE:
		ig_g711_decode(c->rtp.codec, octets, STEP, samples);
		ig_t30_audio_in(c->t30, samples, STEP);
		break;
	case IG_RTP_LOST:
		ig_t30_audio_lost(c->t30, STEP);
		break;
	case IG_RTP_WAIT:
		break;
	}
}

void media_steps(struct call *c, int64_t now)
{
	if (now - c->next_ms > BEHIND_MAX * STEP_MS)
		c->next_ms = now - BEHIND_MAX * STEP_MS;
	for (; c->t30 && now >= c->next_ms && !ig_t30_over(c->t30); c->next_ms += STEP_MS) {
		if (c->kind == AUDIO)
			audio(c);
		ig_t30_tick(c->t30, STEP);
	}
}
