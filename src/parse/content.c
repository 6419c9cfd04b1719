/* Bytes of parts: transfer encodings undone, hashed, the beginning kept.
 * Relies on GMime's content streams over the message (memory or descriptor), read in small blocks: a big attachment costs no memory.
 * Does not know charsets. */
#include "config.h"
#include "parse/content.h"
#include <string.h>

#define BLOCK 16384

static void digest(struct ig_mail *m, struct ig_sha256 *h, struct ig_content *c)
{
	ig_sha256_end(h, c->sha256);
	ig_sha256_add(&m->identity, c->sha256, sizeof c->sha256);
}

void ig_content_read(struct ig_mail *m, GMimePart *part, size_t keep, struct ig_content *c)
{
	char in[BLOCK], out[BLOCK + BLOCK / 2];
	struct ig_sha256 h;
	GMimeEncoding state;
	GMimeDataWrapper *w = g_mime_part_get_content(part);
	memset(c, 0, sizeof *c);
	ig_buf_init(&c->bytes, keep);
	ig_sha256_init(&h);
	if (w) {
		GMimeStream *stream = g_mime_data_wrapper_get_stream(w);
		GMimeContentEncoding enc = g_mime_data_wrapper_get_encoding(w);
		/* uuencoded parts are read as text that holds a file (uu.c), which also finds its name. */
		bool encoded = enc == GMIME_CONTENT_ENCODING_BASE64 || enc == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
		ssize_t n;
		if (encoded)
			g_mime_encoding_init_decode(&state, enc);
		g_mime_stream_reset(stream);
		while ((n = g_mime_stream_read(stream, in, sizeof in)) > 0) {
			const char *p = in;
			size_t len = (size_t)n;
			if (encoded) {
				len = g_mime_encoding_step(&state, in, (size_t)n, out);
				p = out;
			}
			c->size += len;
			ig_sha256_add(&h, p, len);
			if (keep && !c->bytes.over)
				ig_buf_add(&c->bytes, p, len);
		}
		if (encoded) {
			/* What a truncated quoted-printable escape left in the decoder. */
			size_t len = g_mime_encoding_flush(&state, NULL, 0, out);
			c->size += len;
			ig_sha256_add(&h, out, len);
			if (keep)
				ig_buf_add(&c->bytes, out, len);
		}
	}
	digest(m, &h, c);
}

void ig_content_message(struct ig_mail *m, GMimeMessage *message, struct ig_content *c)
{
	GMimeStream *null = g_mime_stream_null_new();
	GMimeStream *filtered = g_mime_stream_filter_new(null);
	GMimeFilter *sum = g_mime_filter_checksum_new(G_CHECKSUM_SHA256);
	memset(c, 0, sizeof *c);
	g_mime_stream_filter_add(GMIME_STREAM_FILTER(filtered), sum);
	ssize_t n = g_mime_object_write_to_stream(GMIME_OBJECT(message), NULL, filtered);
	g_mime_stream_flush(filtered);
	c->size = n > 0 ? (uint64_t)n : 0;
	m->hash_left = m->hash_left > c->size ? m->hash_left - c->size : 0;
	g_mime_filter_checksum_get_digest(GMIME_FILTER_CHECKSUM(sum), c->sha256, sizeof c->sha256);
	ig_sha256_add(&m->identity, c->sha256, sizeof c->sha256);
	g_object_unref(sum);
	g_object_unref(filtered);
	g_object_unref(null);
}
