/* RTP for one G.711 stream (RFC 3550): packets out, and a buffer of 60 ms in, since a fax bears no made-up frame. Where nothing comes at all it is waited
 * for, for one side or the other may have stood still: a fax bears a delay of a second, and no gap. Pure. */
#ifndef IG_FAX_RTP_H
#define IG_FAX_RTP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IG_RTP_HEAD 12
#define IG_RTP_FRAME 160 /* octets of 20 ms */
#define IG_RTP_DEPTH 3   /* frames that wait before the first is used */
#define IG_RTP_KEPT 64
#define IG_RTP_PATIENCE 40 /* frames that a stream is waited for in all: 800 ms, within IG_RTP_KEPT */

struct ig_rtp {
	int codec;             /* payload type: 0 or 8 */
	uint16_t seq_out;
	uint32_t stamp_out, source;
	bool begun, playing;
	uint32_t first_stamp;  /* of the stream as it began, or began anew */
	uint32_t play;         /* frame that is used next, counted from there */
	struct { bool there; uint32_t frame; uint8_t data[IG_RTP_FRAME]; } kept[IG_RTP_KEPT];
	unsigned waited;       /* frames */
	uint64_t late, refused;
};
void ig_rtp_init(struct ig_rtp *r, int codec);
size_t ig_rtp_build(struct ig_rtp *r, const uint8_t *octets, size_t n, uint8_t *out); /* out: IG_RTP_HEAD + n */
void ig_rtp_take(struct ig_rtp *r, const uint8_t *p, size_t len); /* anything; what is no packet of the stream is counted and dropped */
enum ig_rtp_next { IG_RTP_WAIT /* not begun yet */, IG_RTP_HERE, IG_RTP_LOST };
enum ig_rtp_next ig_rtp_next(struct ig_rtp *r, uint8_t *octets, size_t n); /* n is IG_RTP_FRAME */
#endif
