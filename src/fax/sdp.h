/* SDP for fax calls: what a peer offers or answers, and what we say (RFC 4566, RFC 3264 offer/answer, ITU-T T.38 Annex D, G.711 by the static payload
 * types of RFC 3551). Own and small, because a slot that turns from m=audio into m=image is the rule here and confuses general stacks. Pure. */
#ifndef IG_FAX_SDP_H
#define IG_FAX_SDP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "fax/udptl.h"

#define IG_SDP_MAX 8192      /* octets of one description */
#define IG_SDP_MEDIA_MAX 8   /* m= lines */
#define IG_SDP_FORMATS_MAX 32 /* formats of one m= line that are looked at */
#define IG_SDP_WORD_MAX 64   /* address, protocol, first format: longer ones are refused */

enum ig_sdp_kind { IG_SDP_OTHER, IG_SDP_AUDIO, IG_SDP_T38 };
enum ig_sdp_codec { IG_SDP_NO_CODEC = -1, IG_SDP_PCMU = 0, IG_SDP_PCMA = 8 }; /* payload types */

struct ig_sdp_media {
	enum ig_sdp_kind kind;
	uint16_t port;                    /* 0: refused, or off */
	char media[IG_SDP_WORD_MAX], proto[IG_SDP_WORD_MAX], format[IG_SDP_WORD_MAX]; /* as written, to refuse it in the same words */
	char address[IG_SDP_WORD_MAX];    /* numeric; its own c= line or that of the session */
	enum ig_sdp_codec codec;          /* audio: first of ours in the peer's order */
	bool may_send, may_receive;       /* of the one who wrote it: sendrecv, sendonly, recvonly, inactive */
	int version, rate_max;            /* T.38: T38FaxVersion, T38MaxBitRate (0 not said) */
	int datagram_max, buffer_max;     /* T38FaxMaxDatagram, T38FaxMaxBuffer; 0 not said */
	enum ig_udptl_ec ec;              /* T38FaxUdpEC */
	bool local_tcf;                   /* T38FaxRateManagement:localTCF */
	bool answer;                      /* ours, to an offer: one law only, the one that was chosen */
};
struct ig_sdp {
	uint64_t session, revision;       /* of o=; ours */
	char address[IG_SDP_WORD_MAX];    /* ours, numeric */
	struct ig_sdp_media media[IG_SDP_MEDIA_MAX];
	size_t count;
};

/* 0, or -1 with why when it cannot be used: not SDP, past a limit, an address that is a name. Unknown lines and attributes are passed over. */
int ig_sdp_parse(const char *text, size_t len, struct ig_sdp *s_r, struct ig_why *why);
/* The first live slot of that kind, or NULL. */
const struct ig_sdp_media *ig_sdp_find(const struct ig_sdp *s, enum ig_sdp_kind kind);

/* What we offer: one slot. T.38 with our limits, or both laws (codec: the one named first). */
void ig_sdp_offer_audio(struct ig_sdp *s, const char *address, uint16_t port, enum ig_sdp_codec first);
void ig_sdp_offer_t38(struct ig_sdp *s, const char *address, uint16_t port, enum ig_udptl_ec ec, int datagram_max, int rate_max);
/* The answer to an offer, slot by slot in its order (RFC 3264 section 6): `use` is taken at port, all others are refused with port 0. */
void ig_sdp_answer(struct ig_sdp *s, const struct ig_sdp *offer, const struct ig_sdp_media *use, const char *address, uint16_t port, int datagram_max,
	int rate_max);
void ig_sdp_print(const struct ig_sdp *s, struct ig_buf *out);
#endif
