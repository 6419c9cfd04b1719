/* Encoding of segment heads and frame heads (doc/EVIDENCE.md). All integers are little-endian. */
#include "config.h"
#include "evidence/format.h"
#include <endian.h>
#include <string.h>

static const char head_magic[16] = {'i', 'r', 'g', 'a', 't', 'e', ' ', 'e', 'v', 'i', 'd', 'e', 'n', 'c', 'e', '\n'};
static const char frame_magic[8] = {'I', 'R', 'G', 'F', 'R', 'M', '1', '\n'};
#define FORMAT 1

/* Offsets in a frame head. The mark is outside of chain and tag, so that a lawful removal leaves the proof whole. */
enum { F_SEQ = 8, F_AT = 16, F_SIZE = 24, F_ENVELOPE = 32, F_MARK = 36, F_SYNCED = 40, F_SUM = 48, F_CHAIN = 80, F_TAG = 112 };
/* Offsets in a segment head. */
enum { H_VERSION = 16, H_NUMBER = 20, H_FIRST = 24, H_CREATED = 32, H_PREV_END = 40, H_PREV = 48, H_CHAIN = 56, H_SALT = 88, H_SUM = 104 };

static void put32(uint8_t *p, uint32_t v) { v = htole32(v); memcpy(p, &v, 4); }
static void put64(uint8_t *p, uint64_t v) { v = htole64(v); memcpy(p, &v, 8); }
static uint32_t get32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return le32toh(v); }
static uint64_t get64(const uint8_t *p) { uint64_t v; memcpy(&v, p, 8); return le64toh(v); }

void ig_ev_head_encode(const struct ig_ev_head *h, uint8_t out[IG_EV_START])
{
	uint8_t sum[IG_SHA256_LEN];
	memset(out, 0, IG_EV_START);
	memcpy(out, head_magic, sizeof head_magic);
	put32(out + H_VERSION, FORMAT);
	put32(out + H_NUMBER, h->number);
	put64(out + H_FIRST, h->first_seq);
	put64(out + H_CREATED, (uint64_t)h->created);
	put64(out + H_PREV_END, h->prev_end);
	put32(out + H_PREV, h->prev);
	memcpy(out + H_CHAIN, h->prev_chain, IG_SHA256_LEN);
	memcpy(out + H_SALT, h->salt, IG_EV_SALT_LEN);
	ig_sha256_of(out, H_SUM, sum);
	memcpy(out + H_SUM, sum, IG_EV_SUM_LEN);
	memcpy(out + IG_EV_HEAD_LEN, out, IG_EV_HEAD_LEN);
}

bool ig_ev_head_decode(const uint8_t in[IG_EV_HEAD_LEN], struct ig_ev_head *h_r)
{
	uint8_t sum[IG_SHA256_LEN];
	if (memcmp(in, head_magic, sizeof head_magic) || get32(in + H_VERSION) != FORMAT)
		return false;
	ig_sha256_of(in, H_SUM, sum);
	if (memcmp(in + H_SUM, sum, IG_EV_SUM_LEN))
		return false;
	h_r->number = get32(in + H_NUMBER);
	h_r->first_seq = get64(in + H_FIRST);
	h_r->created = (ig_time)get64(in + H_CREATED);
	h_r->prev_end = get64(in + H_PREV_END);
	h_r->prev = get32(in + H_PREV);
	memcpy(h_r->prev_chain, in + H_CHAIN, IG_SHA256_LEN);
	memcpy(h_r->salt, in + H_SALT, IG_EV_SALT_LEN);
	return true;
}

void ig_ev_frame_chain(const uint8_t in[IG_EV_FRAME_LEN], const uint8_t before[IG_SHA256_LEN], const char *envelope, size_t envelope_len,
	uint8_t out[IG_SHA256_LEN])
{
	struct ig_sha256 h;
	ig_sha256_init(&h);
	ig_sha256_add(&h, before, IG_SHA256_LEN);
	ig_sha256_add(&h, in, F_MARK);
	ig_sha256_add(&h, in + F_SYNCED, F_CHAIN - F_SYNCED);
	ig_sha256_add(&h, envelope, envelope_len);
	ig_sha256_end(&h, out);
}

static void tag_of(const uint8_t in[IG_EV_FRAME_LEN], const uint8_t salt[IG_EV_SALT_LEN], uint8_t tag[IG_EV_TAG_LEN])
{
	struct ig_sha256 h;
	uint8_t sum[IG_SHA256_LEN];
	ig_sha256_init(&h);
	ig_sha256_add(&h, salt, IG_EV_SALT_LEN);
	ig_sha256_add(&h, in, F_MARK);
	ig_sha256_add(&h, in + F_SYNCED, F_TAG - F_SYNCED);
	ig_sha256_end(&h, sum);
	memcpy(tag, sum, IG_EV_TAG_LEN);
}

void ig_ev_frame_seal(struct ig_ev_frame *f, const uint8_t before[IG_SHA256_LEN], const char *envelope,
	const uint8_t salt[IG_EV_SALT_LEN], uint8_t out[IG_EV_FRAME_LEN])
{
	memset(out, 0, IG_EV_FRAME_LEN);
	memcpy(out, frame_magic, sizeof frame_magic);
	put64(out + F_SEQ, f->seq);
	put64(out + F_AT, (uint64_t)f->at);
	put64(out + F_SIZE, f->size);
	put32(out + F_ENVELOPE, f->envelope_len);
	put32(out + F_MARK, f->mark);
	put64(out + F_SYNCED, f->synced);
	memcpy(out + F_SUM, f->payload_sum, IG_SHA256_LEN);
	ig_ev_frame_chain(out, before, envelope, f->envelope_len, f->chain);
	memcpy(out + F_CHAIN, f->chain, IG_SHA256_LEN);
	tag_of(out, salt, out + F_TAG);
}

bool ig_ev_frame_decode(const uint8_t in[IG_EV_FRAME_LEN], const uint8_t salt[IG_EV_SALT_LEN], struct ig_ev_frame *f_r)
{
	uint8_t tag[IG_EV_TAG_LEN];
	if (!ig_ev_frame_magic(in))
		return false;
	if (salt) {
		tag_of(in, salt, tag);
		if (memcmp(tag, in + F_TAG, IG_EV_TAG_LEN))
			return false;
	}
	f_r->seq = get64(in + F_SEQ);
	f_r->at = (ig_time)get64(in + F_AT);
	f_r->size = get64(in + F_SIZE);
	f_r->envelope_len = get32(in + F_ENVELOPE);
	f_r->mark = get32(in + F_MARK);
	f_r->synced = get64(in + F_SYNCED);
	memcpy(f_r->payload_sum, in + F_SUM, IG_SHA256_LEN);
	memcpy(f_r->chain, in + F_CHAIN, IG_SHA256_LEN);
	return f_r->seq && f_r->envelope_len && f_r->envelope_len <= IG_EV_ENVELOPE_MAX && f_r->size <= IG_EV_PAYLOAD_MAX &&
	       (!f_r->mark || f_r->mark == IG_EV_REDACTED);
}

uint64_t ig_ev_frame_total(const struct ig_ev_frame *f)
{
	return (IG_EV_FRAME_LEN + (uint64_t)f->envelope_len + f->size + 7) & ~UINT64_C(7);
}

bool ig_ev_frame_magic(const uint8_t *p)
{
	return !memcmp(p, frame_magic, sizeof frame_magic);
}
