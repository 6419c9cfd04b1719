/* SHA-256, by nettle. */
#include "config.h"
#include "base/sha256.h"

void ig_sha256_init(struct ig_sha256 *h)
{
	sha256_init(&h->ctx);
}

void ig_sha256_add(struct ig_sha256 *h, const void *p, size_t len)
{
	if (len)
		sha256_update(&h->ctx, len, p);
}

void ig_sha256_end(struct ig_sha256 *h, uint8_t out[IG_SHA256_LEN])
{
	sha256_digest(&h->ctx, IG_SHA256_LEN, out);
}

void ig_sha256_of(const void *p, size_t len, uint8_t out[IG_SHA256_LEN])
{
	struct ig_sha256 h;

	ig_sha256_init(&h);
	ig_sha256_add(&h, p, len);
	ig_sha256_end(&h, out);
}

char *ig_sha256_hex(const uint8_t sum[IG_SHA256_LEN], char out[IG_SHA256_HEX])
{
	static const char hex[] = "0123456789abcdef";

	for (int i = 0; i < IG_SHA256_LEN; i++) {
		out[2 * i] = hex[sum[i] >> 4];
		out[2 * i + 1] = hex[sum[i] & 15];
	}
	out[2 * IG_SHA256_LEN] = '\0';
	return out;
}

int64_t ig_hash64(const void *p, size_t len)
{
	uint8_t sum[IG_SHA256_LEN];
	uint64_t v = 0;

	ig_sha256_of(p, len, sum);
	for (int i = 0; i < 8; i++)
		v = v << 8 | sum[i];
	return (int64_t)v;
}
