/* Typed fields in a byte string, for notes and reports between our processes.
 * Relies on the ceiling of the buffer it writes to. Trusts nothing that it reads: a short field is sticky. */
#include "config.h"
#include "base/pack.h"

#include <string.h>

#include "base/utf8.h"

#define NO_STRING UINT32_MAX /* length of a NULL string */

void ig_pack_u64(struct ig_buf *b, uint64_t v)
{
	uint8_t le[8];

	for (int i = 0; i < 8; i++)
		le[i] = (uint8_t)(v >> (8 * i));
	ig_buf_add(b, le, sizeof(le));
}

void ig_pack_i64(struct ig_buf *b, int64_t v)
{
	ig_pack_u64(b, (uint64_t)v);
}

static void pack_len(struct ig_buf *b, uint32_t v)
{
	uint8_t le[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24)};

	ig_buf_add(b, le, sizeof(le));
}

void ig_pack_bytes(struct ig_buf *b, const void *p, size_t len)
{
	if (len >= NO_STRING) {
		b->over = true;
		len = 0;
	}
	pack_len(b, (uint32_t)len);
	ig_buf_add(b, p, len);
}

void ig_pack_str(struct ig_buf *b, const char *s)
{
	if (s)
		ig_pack_bytes(b, s, strlen(s));
	else
		pack_len(b, NO_STRING);
}

void ig_unpack_init(struct ig_unpack *u, const void *p, size_t len)
{
	static const uint8_t nothing[1];

	u->at = p ? p : nothing;
	u->end = u->at + (p ? len : 0);
	u->bad = false;
}

/* The next len bytes, or NULL and bad. */
static const uint8_t *take(struct ig_unpack *u, size_t len)
{
	const uint8_t *p = u->at;

	if (u->bad || len > (size_t)(u->end - u->at)) {
		u->bad = true;
		return NULL;
	}
	u->at += len;
	return p;
}

uint64_t ig_unpack_u64(struct ig_unpack *u)
{
	const uint8_t *p = take(u, 8);
	uint64_t v = 0;

	if (!p)
		return 0;
	for (int i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

int64_t ig_unpack_i64(struct ig_unpack *u)
{
	return (int64_t)ig_unpack_u64(u);
}

static uint32_t unpack_len(struct ig_unpack *u)
{
	const uint8_t *p = take(u, 4);

	return p ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24 : 0;
}

const void *ig_unpack_bytes(struct ig_unpack *u, size_t *len_r)
{
	uint32_t len = unpack_len(u);
	const uint8_t *p = take(u, len);

	*len_r = p ? len : 0;
	return p;
}

char *ig_unpack_str(struct ig_unpack *u, struct ig_arena *a)
{
	uint32_t len = unpack_len(u);
	const uint8_t *p;

	if (u->bad || len == NO_STRING)
		return NULL;
	p = take(u, len);
	if (!p)
		return NULL;
	if (memchr(p, 0, len) || !ig_utf8_valid((const char *)p, len)) {
		u->bad = true;
		return NULL;
	}
	return ig_arena_strndup(a, p, len);
}

bool ig_unpack_end(const struct ig_unpack *u)
{
	return !u->bad && u->at == u->end;
}
