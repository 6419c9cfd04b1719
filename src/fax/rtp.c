/* RTP of one call. Relies on nothing. Packets of any length are cut into frames by their time stamps, so that senders of 10 or 30 ms are understood. */
#include "fax/rtp.h"
#include <string.h>

enum { VERSION = 0x80, EXTENSION = 0x10, PADDING = 0x20 };

void ig_rtp_init(struct ig_rtp *r, int codec)
{
	memset(r, 0, sizeof *r);
	r->codec = codec;
	r->source = 0x69726761u; /* one stream a socket: no need to be a secret */
}

size_t ig_rtp_build(struct ig_rtp *r, const uint8_t *octets, size_t n, uint8_t *out)
{
	const uint8_t head[IG_RTP_HEAD] = {VERSION, (uint8_t)((r->seq_out ? 0 : 0x80) | r->codec), (uint8_t)(r->seq_out >> 8), (uint8_t)r->seq_out,
		(uint8_t)(r->stamp_out >> 24), (uint8_t)(r->stamp_out >> 16), (uint8_t)(r->stamp_out >> 8), (uint8_t)r->stamp_out, (uint8_t)(r->source >> 24),
		(uint8_t)(r->source >> 16), (uint8_t)(r->source >> 8), (uint8_t)r->source};
	memcpy(out, head, sizeof head);
	memcpy(out + sizeof head, octets, n);
	r->seq_out++;
	r->stamp_out += (uint32_t)n;
	return sizeof head + n;
}

/* Octets of sound in the packet; 0: none of ours. */
static size_t sound(const struct ig_rtp *r, const uint8_t *p, size_t len, const uint8_t **at_r)
{
	if (len < IG_RTP_HEAD || (p[0] & 0xc0) != VERSION || (p[1] & 0x7f) != r->codec)
		return 0;
	size_t head = IG_RTP_HEAD + 4u * (p[0] & 0x0f);
	if (p[0] & EXTENSION) {
		if (len < head + 4)
			return 0;
		head += 4 + 4u * ((size_t)p[head + 2] << 8 | p[head + 3]);
	}
	if (len <= head)
		return 0;
	size_t n = len - head;
	if (p[0] & PADDING) {
		if (!p[len - 1] || p[len - 1] > n)
			return 0;
		n -= p[len - 1];
	}
	*at_r = p + head;
	return n;
}

static void begin(struct ig_rtp *r, uint32_t stamp)
{
	memset(r->kept, 0, sizeof r->kept);
	r->begun = true;
	r->playing = false;
	r->first_stamp = stamp;
	r->play = 0;
	r->waited = 0;
}

void ig_rtp_take(struct ig_rtp *r, const uint8_t *p, size_t len)
{
	const uint8_t *at = NULL;
	size_t n = sound(r, p, len, &at);
	if (!n) {
		r->refused++;
		return;
	}
	uint32_t stamp = (uint32_t)p[4] << 24 | (uint32_t)p[5] << 16 | (uint32_t)p[6] << 8 | p[7], frame;
	if (!r->begun)
		begin(r, stamp);
	frame = (stamp - r->first_stamp) / IG_RTP_FRAME;
	if (stamp - r->first_stamp >= 0x80000000u || (frame < r->play && r->play - frame < IG_RTP_KEPT)) {
		r->late++;
		return;
	}
	if (frame < r->play || frame - r->play >= IG_RTP_KEPT) { /* its clock jumped: the stream begins anew */
		begin(r, stamp);
		frame = 0;
	}
	uint32_t offset = (stamp - r->first_stamp) % IG_RTP_FRAME;
	for (size_t i = 0; i < n; i++) {
		uint32_t f = frame + (uint32_t)((offset + i) / IG_RTP_FRAME);
		if (f - r->play >= IG_RTP_KEPT)
			break;
		if (!r->kept[f % IG_RTP_KEPT].there || r->kept[f % IG_RTP_KEPT].frame != f) {
			r->kept[f % IG_RTP_KEPT].there = true;
			r->kept[f % IG_RTP_KEPT].frame = f;
		}
		r->kept[f % IG_RTP_KEPT].data[(offset + i) % IG_RTP_FRAME] = at[i];
	}
	if (frame + 1 >= r->play + IG_RTP_DEPTH)
		r->playing = true;
}

static bool here(const struct ig_rtp *r, uint32_t f)
{
	return r->kept[f % IG_RTP_KEPT].there && r->kept[f % IG_RTP_KEPT].frame == f;
}

/* A later one came: this one is lost, or more out of order than is waited for. */
static bool overtaken(const struct ig_rtp *r, uint32_t f)
{
	for (uint32_t i = 1; i < IG_RTP_KEPT; i++)
		if (here(r, f + i))
			return true;
	return false;
}

enum ig_rtp_next ig_rtp_next(struct ig_rtp *r, uint8_t *octets, size_t n)
{
	if (!r->playing)
		return IG_RTP_WAIT;
	if (!here(r, r->play) && r->waited < IG_RTP_PATIENCE && !overtaken(r, r->play)) {
		r->waited++;
		return IG_RTP_WAIT;
	}
	uint32_t f = r->play++;
	if (!here(r, f))
		return IG_RTP_LOST;
	memcpy(octets, r->kept[f % IG_RTP_KEPT].data, n);
	r->kept[f % IG_RTP_KEPT].there = false;
	return IG_RTP_HERE;
}
