/* UDPTL: how T.38 packets (IFP) travel in UDP datagrams, with what is needed to survive lost ones (ITU-T T.38, clause 9.1). A datagram holds a
 * sequence number, the newest packet, and either copies of the ones before (redundancy) or parities over them (FEC). Pure: bytes in, bytes out;
 * every length is checked, and a datagram that is not whole is refused as a whole. */
#ifndef IG_FAX_UDPTL_H
#define IG_FAX_UDPTL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IG_UDPTL_IFP_MAX 1024      /* octets of one packet that is taken or sent; ours are below 70 */
#define IG_UDPTL_DATAGRAM_MAX 2048 /* octets of one datagram that is looked at */
#define IG_UDPTL_REDUNDANCY 3      /* earlier packets in each of ours */
#define IG_UDPTL_FEC_ENTRIES 3     /* parities in each of ours, interleaved */
#define IG_UDPTL_FEC_SPAN 3        /* packets under each parity */
#define IG_UDPTL_KEPT 64           /* packets kept to repair with: how far back entries * span of a peer may reach */

enum ig_udptl_ec { IG_UDPTL_EC_NONE, IG_UDPTL_EC_REDUNDANCY, IG_UDPTL_EC_FEC };
struct ig_udptl_kept {
	bool there;
	uint16_t seq, len;
	uint8_t data[IG_UDPTL_IFP_MAX];
};
struct ig_udptl {
	enum ig_udptl_ec ec;   /* of what we send; what comes is understood in any form */
	size_t datagram_max;   /* the peer takes no more: older copies are left out */
	uint16_t next_out, next_in;
	bool begun;            /* a first datagram came: next_in is known */
	unsigned behind;       /* old numbers in a row: the peer began anew */
	struct ig_udptl_kept out[IG_UDPTL_KEPT], in[IG_UDPTL_KEPT];
	uint64_t lost, repaired, refused; /* packets that came in no form; that came as a copy or parity only; datagrams that are none */
};

/* datagram_max 0: no limit was said. */
void ig_udptl_init(struct ig_udptl *u, enum ig_udptl_ec ec, size_t datagram_max);
/* The next datagram into out; its length, or 0 when the packet is too long. */
size_t ig_udptl_build(struct ig_udptl *u, const void *ifp, size_t len, uint8_t *out, size_t cap);
/* Packets of a datagram that were not seen yet, in order, each once. 0, or -1: it is no UDPTL and nothing of it was used. */
typedef void ig_udptl_packet_h(const uint8_t *ifp, size_t len, uint16_t seq, void *arg);
int ig_udptl_take(struct ig_udptl *u, const void *datagram, size_t len, ig_udptl_packet_h *packet, void *arg);
/* How long the T.38 packet at p is (version 0), 0 when it is none: a parity gives it back with zeros behind it. */
size_t ig_udptl_ifp_size(const uint8_t *p, size_t len);
#endif
