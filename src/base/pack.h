/* Typed fields in a byte string: what goes between processes and nothing else (never on disk).
 * All integers little-endian, 8 bytes; strings and byte strings a 4-byte length and the bytes. */
#ifndef IG_BASE_PACK_H
#define IG_BASE_PACK_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"

void ig_pack_u64(struct ig_buf *b, uint64_t v);
void ig_pack_i64(struct ig_buf *b, int64_t v);
void ig_pack_bytes(struct ig_buf *b, const void *p, size_t len);
void ig_pack_str(struct ig_buf *b, const char *s); /* NULL and "" differ */

struct ig_unpack {
	const uint8_t *at, *end;
	bool bad; /* sticky: a field was short or malformed; all later gets give 0 or NULL */
};
void ig_unpack_init(struct ig_unpack *u, const void *p, size_t len);
uint64_t ig_unpack_u64(struct ig_unpack *u);
int64_t ig_unpack_i64(struct ig_unpack *u);
/* Points into the input. */
const void *ig_unpack_bytes(struct ig_unpack *u, size_t *len_r);
/* Copied into the arena with a NUL; bad when it holds a NUL or is not valid UTF-8. */
char *ig_unpack_str(struct ig_unpack *u, struct ig_arena *a);
/* True when nothing was bad and nothing is left over. */
bool ig_unpack_end(const struct ig_unpack *u);
#endif
