/* UDPTL, both ways. Relies on nothing. Knows the outer form of a T.38 packet only to cut off what a parity adds; decodes no fax. */
#include "fax/udptl.h"
#include <string.h>

#define FEC_BIT 0x80 /* choice of UDPTLPacket.error-recovery: 0 secondary-ifp-packets, 1 fec-info (aligned PER) */
#define BEHIND_MAX 16

void ig_udptl_init(struct ig_udptl *u, enum ig_udptl_ec ec, size_t datagram_max)
{
	memset(u, 0, sizeof *u);
	u->ec = ec;
	u->datagram_max = datagram_max;
}

/* ---- out */

struct writer {
	uint8_t *p;
	size_t len, cap;
	bool over;
};

static void put(struct writer *w, const void *p, size_t len)
{
	if (w->over || len > w->cap - w->len) {
		w->over = true;
		return;
	}
	if (len)
		memcpy(w->p + w->len, p, len);
	w->len += len;
}

static void put_octet(struct writer *w, unsigned v)
{
	uint8_t octet = (uint8_t)v;
	put(w, &octet, 1);
}

/* Length determinant of aligned PER; longer ones would be cut in pieces of 16 K, which no fax needs. */
static void put_length(struct writer *w, size_t len)
{
	if (len >= 0x80)
		put_octet(w, 0x80 | (unsigned)(len >> 8));
	put_octet(w, (unsigned)len & 0xff);
}

static void put_open(struct writer *w, const void *p, size_t len)
{
	put_length(w, len);
	put(w, p, len);
}

static const struct ig_udptl_kept *sent(const struct ig_udptl *u, uint16_t seq)
{
	const struct ig_udptl_kept *k = &u->out[seq % IG_UDPTL_KEPT];
	return k->there && k->seq == seq ? k : NULL;
}

static size_t length_octets(size_t len)
{
	return len >= 0x80 ? 2 : 1;
}

/* Newest first: the i-th copy is the packet i + 1 before (T.38 9.1.4.1). As many as fit into what the peer takes. */
static void put_copies(const struct ig_udptl *u, struct writer *w, uint16_t seq, unsigned most)
{
	const struct ig_udptl_kept *k;
	size_t room = u->datagram_max && u->datagram_max < w->cap ? u->datagram_max : w->cap, need = w->len + 2;
	unsigned n = 0;
	while (n < most && (k = sent(u, (uint16_t)(seq - 1 - n))) && need + k->len + length_octets(k->len) <= room) {
		need += k->len + length_octets(k->len);
		n++;
	}
	put_octet(w, 0);
	put_length(w, n);
	for (unsigned i = 0; i < n; i++) {
		k = sent(u, (uint16_t)(seq - 1 - i));
		put_open(w, k->data, k->len);
	}
}

/* XOR over the packets seq + m - entries, seq + m - 2 entries, ...: padded to the longest. False: one of them was never sent. */
static bool parity(const struct ig_udptl *u, uint16_t seq, unsigned m, uint8_t *out, size_t *len_r)
{
	*len_r = 0;
	memset(out, 0, IG_UDPTL_IFP_MAX);
	for (unsigned k = 1; k <= IG_UDPTL_FEC_SPAN; k++) {
		const struct ig_udptl_kept *s = sent(u, (uint16_t)(seq + m - k * IG_UDPTL_FEC_ENTRIES));
		if (!s)
			return false;
		for (size_t i = 0; i < s->len; i++)
			out[i] ^= s->data[i];
		*len_r = s->len > *len_r ? s->len : *len_r;
	}
	return true;
}

static void put_parities(const struct ig_udptl *u, struct writer *w, uint16_t seq)
{
	uint8_t one[IG_UDPTL_IFP_MAX];
	struct writer whole = *w;
	size_t len, room = u->datagram_max && u->datagram_max < w->cap ? u->datagram_max : w->cap;
	put_octet(&whole, FEC_BIT);
	put_octet(&whole, 1); /* fec-npackets: an INTEGER without bounds, its length and its value */
	put_octet(&whole, IG_UDPTL_FEC_SPAN);
	put_length(&whole, IG_UDPTL_FEC_ENTRIES);
	for (unsigned m = 0; m < IG_UDPTL_FEC_ENTRIES; m++) {
		if (!parity(u, seq, m, one, &len)) {
			put_copies(u, w, seq, IG_UDPTL_REDUNDANCY); /* the first few: copies are understood by every peer */
			return;
		}
		put_open(&whole, one, len);
	}
	if (whole.over || whole.len > room)
		put_copies(u, w, seq, 0);
	else
		*w = whole;
}

size_t ig_udptl_build(struct ig_udptl *u, const void *ifp, size_t len, uint8_t *out, size_t cap)
{
	uint16_t seq = u->next_out;
	struct ig_udptl_kept *k = &u->out[seq % IG_UDPTL_KEPT];
	struct writer w = {.p = out, .cap = cap};
	if (!len || len > IG_UDPTL_IFP_MAX)
		return 0;
	put_octet(&w, seq >> 8);
	put_octet(&w, seq & 0xff);
	put_open(&w, ifp, len);
	switch (u->ec) {
	case IG_UDPTL_EC_NONE:
		put_copies(u, &w, seq, 0);
		break;
	case IG_UDPTL_EC_REDUNDANCY:
		put_copies(u, &w, seq, IG_UDPTL_REDUNDANCY);
		break;
	case IG_UDPTL_EC_FEC:
		put_parities(u, &w, seq);
		break;
	}
	if (w.over)
		return 0;
	*k = (struct ig_udptl_kept){.there = true, .seq = seq, .len = (uint16_t)len};
	memcpy(k->data, ifp, len);
	u->next_out++;
	return w.len;
}

/* ---- in */

struct reader {
	const uint8_t *at, *end;
	bool bad;
};

static unsigned get_octet(struct reader *r)
{
	if (r->at == r->end) {
		r->bad = true;
		return 0;
	}
	return *r->at++;
}

static size_t get_length(struct reader *r)
{
	unsigned first = get_octet(r);
	if (first < 0x80)
		return first;
	if (first >= 0xc0) /* in pieces of 16 K: longer than any datagram */
		r->bad = true;
	return (size_t)(first & 0x3f) << 8 | get_octet(r);
}

static const uint8_t *get_open(struct reader *r, size_t *len_r)
{
	size_t len = get_length(r);
	const uint8_t *p = r->at;
	if (r->bad || len > (size_t)(r->end - r->at)) {
		r->bad = true;
		*len_r = 0;
		return p;
	}
	*len_r = len;
	r->at += len;
	return p;
}

static void keep(struct ig_udptl *u, uint16_t seq, const uint8_t *p, size_t len)
{
	struct ig_udptl_kept *k = &u->in[seq % IG_UDPTL_KEPT];
	if (len > IG_UDPTL_IFP_MAX || !len || (k->there && k->seq == seq))
		return;
	k->there = true;
	k->seq = seq;
	k->len = (uint16_t)len;
	memcpy(k->data, p, len);
}

static struct ig_udptl_kept *have(struct ig_udptl *u, uint16_t seq)
{
	struct ig_udptl_kept *k = &u->in[seq % IG_UDPTL_KEPT];
	return k->there && k->seq == seq ? k : NULL;
}

/* One parity mends one packet, when all the others under it are there. */
static bool mend(struct ig_udptl *u, uint16_t newest, unsigned m, unsigned entries, unsigned span, const uint8_t *p, size_t len)
{
	uint8_t sum[IG_UDPTL_IFP_MAX];
	unsigned missing = 0;
	uint16_t which = 0;
	if (len > sizeof sum || !len)
		return false;
	memcpy(sum, p, len);
	for (unsigned k = 1; k <= span; k++) {
		uint16_t seq = (uint16_t)(newest + m - k * entries);
		const struct ig_udptl_kept *one = have(u, seq);
		if (!one && (missing++ || (uint16_t)(newest - seq) > IG_UDPTL_KEPT / 2))
			return false;
		if (!one)
			which = seq;
		for (size_t i = 0; one && i < one->len && i < len; i++)
			sum[i] ^= one->data[i];
	}
	size_t size = missing == 1 ? ig_udptl_ifp_size(sum, len) : 0;
	if (!size)
		return false;
	keep(u, which, sum, size);
	return true;
}

static int take_parities(struct ig_udptl *u, struct reader *r, uint16_t seq, bool use)
{
	size_t octets = get_length(r), len;
	unsigned span = 0;
	for (size_t i = 0; i < octets && !r->bad; i++)
		span = span << 8 | get_octet(r);
	size_t entries = get_length(r);
	if (r->bad || octets < 1 || octets > 2 || !span || !entries || span * entries >= IG_UDPTL_KEPT)
		return -1;
	for (size_t m = 0; m < entries; m++) {
		const uint8_t *p = get_open(r, &len);
		if (r->bad)
			return -1;
		if (use)
			mend(u, seq, (unsigned)m, (unsigned)entries, span, p, len);
	}
	return 0;
}

static int take_copies(struct ig_udptl *u, struct reader *r, uint16_t seq, bool use, size_t *count_r)
{
	size_t count = get_length(r), len;
	*count_r = count;
	for (size_t i = 0; i < count && !r->bad; i++) {
		const uint8_t *p = get_open(r, &len);
		if (!r->bad && use && i < IG_UDPTL_KEPT / 2)
			keep(u, (uint16_t)(seq - 1 - i), p, len);
	}
	return r->bad ? -1 : 0;
}

/* Reads the datagram; keeps what it holds when `use`. */
static int walk(struct ig_udptl *u, const uint8_t *d, size_t len, bool use, uint16_t *seq_r, size_t *copies_r)
{
	struct reader r = {.at = d, .end = d + len};
	size_t n;
	*copies_r = 0;
	*seq_r = (uint16_t)(get_octet(&r) << 8);
	*seq_r |= (uint16_t)get_octet(&r);
	const uint8_t *p = get_open(&r, &n);
	if (r.bad || !n || n > IG_UDPTL_IFP_MAX)
		return -1;
	if (use)
		keep(u, *seq_r, p, n);
	if (r.at == r.end) /* some gateways leave the empty list out */
		return 0;
	return get_octet(&r) & FEC_BIT ? take_parities(u, &r, *seq_r, use) : take_copies(u, &r, *seq_r, use, copies_r);
}

static void begin(struct ig_udptl *u, uint16_t seq, size_t copies)
{
	memset(u->in, 0, sizeof u->in);
	u->begun = true;
	u->next_in = (uint16_t)(seq - (copies < seq ? copies : seq));
}

int ig_udptl_take(struct ig_udptl *u, const void *datagram, size_t len, ig_udptl_packet_h *packet, void *arg)
{
	uint16_t seq;
	size_t copies;
	if (len > IG_UDPTL_DATAGRAM_MAX || walk(u, datagram, len, false, &seq, &copies)) {
		u->refused++;
		return -1;
	}
	if (!u->begun)
		begin(u, seq, copies);
	if ((uint16_t)(seq - u->next_in) >= 0x8000) { /* older than what was handed on */
		if (seq == (uint16_t)(u->next_in - 1)) /* the newest once more: a repeated control packet */
			return 0;
		if (++u->behind < BEHIND_MAX)
			return 0;
		begin(u, seq, copies);
	}
	u->behind = 0;
	if ((uint16_t)(seq - u->next_in) >= IG_UDPTL_KEPT / 2) { /* a gap nobody can fill */
		u->lost += (uint16_t)(seq - u->next_in) - IG_UDPTL_KEPT / 2 + 1;
		u->next_in = (uint16_t)(seq - IG_UDPTL_KEPT / 2 + 1);
	}
	walk(u, datagram, len, true, &seq, &copies);
	for (; u->next_in != (uint16_t)(seq + 1); u->next_in++) {
		const struct ig_udptl_kept *k = have(u, u->next_in);
		u->repaired += k && u->next_in != seq;
		u->lost += !k;
		if (k)
			packet(k->data, k->len, u->next_in, arg);
	}
	return 0;
}

/* IFPPacket of T.38 version 0 in aligned PER: one octet of type (two for the later modems), then the data fields where bit 0x80 says so. */
size_t ig_udptl_ifp_size(const uint8_t *p, size_t len)
{
	struct reader r = {.at = p, .end = p + len};
	unsigned type = get_octet(&r), field;
	if (type & 0x20)
		get_octet(&r);
	if (type & 0x80) {
		size_t fields = get_length(&r);
		for (size_t i = 0; i < fields && !r.bad; i++) {
			field = get_octet(&r);
			if (!(field & 0x80))
				continue;
			size_t size = (size_t)get_octet(&r) << 8;
			size += get_octet(&r) + 1; /* SIZE (1..65535) */
			if (r.bad || size > (size_t)(r.end - r.at))
				return 0;
			r.at += size;
		}
	}
	return r.bad ? 0 : (size_t)(r.at - p);
}
