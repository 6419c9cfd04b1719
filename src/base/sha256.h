/* SHA-256, by nettle. */
#ifndef IG_BASE_SHA256_H
#define IG_BASE_SHA256_H
#include <stddef.h>
#include <stdint.h>
#include <nettle/sha2.h>

#define IG_SHA256_LEN 32
#define IG_SHA256_HEX 65

struct ig_sha256 {
	struct sha256_ctx ctx;
};
void ig_sha256_init(struct ig_sha256 *h);
void ig_sha256_add(struct ig_sha256 *h, const void *p, size_t len);
void ig_sha256_end(struct ig_sha256 *h, uint8_t out[IG_SHA256_LEN]);
void ig_sha256_of(const void *p, size_t len, uint8_t out[IG_SHA256_LEN]);
char *ig_sha256_hex(const uint8_t sum[IG_SHA256_LEN], char out[IG_SHA256_HEX]);
/* First eight bytes of the SHA-256 as a signed integer: the key of hashed look-ups (Message-IDs) in the store. */
int64_t ig_hash64(const void *p, size_t len);
#endif
