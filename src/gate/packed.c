/* ZIP (and so office documents) and gzip inside of a letter, by zlib. The central directory is not believed: every local header counts. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include "gate/room.h"

#define ENTRIES_MAX 2000

int ig_gate_inflate(const char *p, size_t len, enum ig_gate_wrap wrap, struct ig_buf *out, size_t *used_r)
{
	unsigned char chunk[16384];
	z_stream z = {.next_in = (Bytef *)(uintptr_t)p, .avail_in = (uInt)(len > UINT32_MAX ? UINT32_MAX : len)};
	int rc = inflateInit2(&z, wrap);
	if (rc != Z_OK)
		return -1;
	do {
		z.next_out = chunk;
		z.avail_out = sizeof chunk;
		rc = inflate(&z, Z_NO_FLUSH);
		ig_buf_add(out, chunk, sizeof chunk - z.avail_out);
	} while (rc == Z_OK && !out->over && (z.avail_in || !z.avail_out));
	if (used_r)
		*used_r = len - z.avail_in;
	inflateEnd(&z);
	return rc == Z_STREAM_END ? 0 : -1;
}

static unsigned le16(const char *p) { return (unsigned char)p[0] | (unsigned)(unsigned char)p[1] << 8; }

static void entry(struct ig_gate *g, const char *p, size_t len, int depth, const char *how)
{
	unsigned flags = le16(p + 6), method = le16(p + 8);
	size_t name = le16(p + 26), extra = le16(p + 28), data = 30 + name + extra;
	struct ig_buf b = IG_BUF_INIT(IG_GATE_OUT);
	if (data > len)
		return;
	ig_buf_add(&b, p + 30, name);
	ig_gate_deeper(g, &b, depth, how, "a name in a ZIP file");
	if (flags & 1)
		ig_gate_blind(g, how, "a ZIP file in it is encrypted");
	else if (method == 8) {
		ig_buf_init(&b, IG_GATE_OUT);
		if (ig_gate_inflate(p + data, len - data, IG_GATE_RAW, &b, NULL) && !b.over)
			ig_gate_blind(g, how, "a ZIP file in it is broken");
		ig_gate_deeper(g, &b, depth, how, "in a ZIP file");
	} else if (method) {
		ig_gate_blind(g, how, "a ZIP file in it is packed in an unknown way");
	} /* stored: it stands as it is, and was seen */
}

void ig_gate_zip(struct ig_gate *g, const char *p, size_t len, int depth, const char *how)
{
	const char *end = p + len;
	size_t entries = 0;
	for (const char *at = p; !g->found && (at = memmem(at, (size_t)(end - at), "PK\3\4", 4)); at += 4) {
		if (end - at < 30)
			return;
		if (++entries > ENTRIES_MAX) {
			ig_gate_blind(g, how, "a ZIP file in it has too many entries");
			return;
		}
		entry(g, at, (size_t)(end - at), depth, how);
		/* A stored entry has its bytes here, and may be an archive itself: the search goes on behind the header. */
	}
}

void ig_gate_gzip(struct ig_gate *g, const char *p, size_t len, int depth, const char *how)
{
	const char *end = p + len;
	size_t tries = 0;
	for (const char *at = p; !g->found && tries < 64 && (at = memmem(at, (size_t)(end - at), "\x1f\x8b\x08", 3)); at += 3, tries++) {
		struct ig_buf b = IG_BUF_INIT(IG_GATE_OUT);
		(void)ig_gate_inflate(at, (size_t)(end - at), IG_GATE_GZIP, &b, NULL);
		ig_gate_deeper(g, &b, depth, how, "gzip");
	}
}
