/* Bytes of parts: transfer encodings undone, hashed, the beginning kept.
 * Relies on GMime's content streams over the message (memory or descriptor), read in small blocks: a big attachment costs no memory.
 * Does not know charsets. */
#include "config.h"
#include "parse/content.h"
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/fs.h"
#include "parse/tiff.h"

#define BLOCK 16384

/* Base64 as it comes: line ends and noise are skipped, padding may be missing. Padding ends the data (RFC 2045 section 6.8): what mailing lists
 * write below it is no part of it. What two or three letters at the end still hold is kept; GMime's decoder drops it. */
struct base64 {
	uint32_t bits;
	unsigned have; /* letters in bits */
	bool ended;
	uint64_t after; /* letters past the end */
};

static const int8_t *base64_table(void)
{
	static int8_t table[256];
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	if (table['B'] == 1)
		return table;
	memset(table, -1, sizeof table);
	for (int i = 0; i < 64; i++)
		table[(unsigned char)letters[i]] = (int8_t)i;
	table['='] = -2;
	return table;
}

static size_t base64_rest(struct base64 *b, char *out)
{
	size_t n = b->have > 1 ? b->have - 1 : 0;
	if (n)
		out[0] = (char)(b->bits >> (b->have * 6 - 8));
	if (n > 1)
		out[1] = (char)(b->bits >> (b->have * 6 - 16));
	b->have = 0;
	b->bits = 0;
	return n;
}

static size_t base64_step(struct base64 *b, const char *in, size_t len, char *out)
{
	const int8_t *t = base64_table();
	const unsigned char *p = (const unsigned char *)in, *end = p + len;
	char *o = out;
	while (p < end) {
		if (b->ended) {
			b->after += t[*p++] >= 0;
			continue;
		}
		if (!b->have && end - p >= 4) {
			int v0 = t[p[0]], v1 = t[p[1]], v2 = t[p[2]], v3 = t[p[3]];
			if ((v0 | v1 | v2 | v3) >= 0) {
				uint32_t v = (uint32_t)v0 << 18 | (uint32_t)v1 << 12 | (uint32_t)v2 << 6 | (uint32_t)v3;
				*o++ = (char)(v >> 16);
				*o++ = (char)(v >> 8);
				*o++ = (char)v;
				p += 4;
				continue;
			}
		}
		int v = t[*p++];
		if (v == -2 && b->have > 1) {
			o += base64_rest(b, o);
			b->ended = true;
		}
		if (v < 0)
			continue;
		b->bits = b->bits << 6 | (uint32_t)v;
		if (++b->have < 4)
			continue;
		*o++ = (char)(b->bits >> 16);
		*o++ = (char)(b->bits >> 8);
		*o++ = (char)b->bits;
		b->have = 0;
		b->bits = 0;
	}
	return (size_t)(o - out);
}

static void digest(struct ig_mail *m, struct ig_sha256 *h, struct ig_content *c)
{
	ig_sha256_end(h, c->sha256);
	ig_sha256_add(&m->identity, c->sha256, sizeof c->sha256);
}

static void take(struct ig_content *c, struct ig_sha256 *h, const char *p, size_t len, size_t keep)
{
	c->size += len;
	ig_sha256_add(h, p, len);
	ig_hazard_add(&c->hazard, p, len);
	if (keep && !c->bytes.over)
		ig_buf_add(&c->bytes, p, len);
}

typedef void sink_h(void *arg, const char *p, size_t len);

/* The decoded bytes of a part, block by block. How many letters stood past the end of base64 data. */
static uint64_t pour(GMimePart *part, sink_h *sink, void *arg)
{
	char in[BLOCK], out[BLOCK + BLOCK / 2];
	struct base64 b64 = {.have = 0};
	GMimeEncoding state;
	GMimeDataWrapper *w = g_mime_part_get_content(part);
	if (!w)
		return 0;
	GMimeStream *stream = g_mime_data_wrapper_get_stream(w);
	GMimeContentEncoding enc = g_mime_data_wrapper_get_encoding(w);
	/* uuencoded parts are read as text that holds a file (uu.c), which also finds its name. */
	bool qp = enc == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE, base64 = enc == GMIME_CONTENT_ENCODING_BASE64;
	ssize_t n;
	if (qp)
		g_mime_encoding_init_decode(&state, enc);
	g_mime_stream_reset(stream);
	while ((n = g_mime_stream_read(stream, in, sizeof in)) > 0) {
		size_t len = base64 ? base64_step(&b64, in, (size_t)n, out) : qp ? g_mime_encoding_step(&state, in, (size_t)n, out) : (size_t)n;
		sink(arg, base64 || qp ? out : in, len);
	}
	/* What a truncated escape or quad left in the decoder. */
	sink(arg, out, base64 ? base64_rest(&b64, out) : qp ? g_mime_encoding_flush(&state, NULL, 0, out) : 0);
	return b64.after;
}

struct reading {
	struct ig_content *c;
	struct ig_sha256 h;
	size_t keep;
};

static void to_content(void *arg, const char *p, size_t len)
{
	struct reading *r = arg;
	take(r->c, &r->h, p, len, r->keep);
}

void ig_content_read(struct ig_mail *m, GMimePart *part, size_t keep, struct ig_content *c)
{
	struct reading r = {.c = c, .keep = keep};
	memset(c, 0, sizeof *c);
	ig_hazard_begin(&c->hazard);
	ig_buf_init(&c->bytes, keep);
	ig_sha256_init(&r.h);
	if (pour(part, to_content, &r))
		ig_mail_problem(m, "text below the end of base64 data was left out");
	digest(m, &r.h, c);
}

static void to_file(void *arg, const char *p, size_t len)
{
	int *fd = arg;
	if (*fd < 0 || !len || !ig_fs_write_all(*fd, p, len))
		return;
	close(*fd);
	*fd = -1;
}

int ig_content_fd(GMimePart *part)
{
	int fd = (int)memfd_create("part", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -1;
	pour(part, to_file, &fd);
	if (fd >= 0 && (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) || lseek(fd, 0, SEEK_SET))) {
		close(fd);
		return -1;
	}
	return fd;
}

void ig_content_range(struct ig_mail *m, const struct ig_source *s, const struct ig_range *r, size_t keep, struct ig_content *c)
{
	char block[BLOCK];
	struct ig_sha256 h;
	memset(c, 0, sizeof *c);
	ig_buf_init(&c->bytes, keep);
	ig_sha256_init(&h);
	for (uint64_t at = r->from; at < r->to;) {
		size_t want = r->to - at < BLOCK ? (size_t)(r->to - at) : BLOCK;
		const char *p = block;
		if (s->base)
			p = s->base + (at - s->base_from);
		else if (ig_fs_pread_all(s->fd, block, want, (off_t)at) < 0)
			break;
		take(c, &h, p, want, keep);
		at += want;
	}
	m->hash_left = m->hash_left > c->size ? m->hash_left - c->size : 0;
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

static bool is_tiff(const struct ig_attachment *x)
{
	const char *end = x->name ? strrchr(x->name, '.') : NULL;
	return !strcmp(x->type, "image/tiff") || (end && (!strcasecmp(end, ".tif") || !strcasecmp(end, ".tiff")));
}

void ig_content_pages(struct ig_mail *m, GMimePart *part, struct ig_attachment *x)
{
	struct ig_tiff t;
	int fd = is_tiff(x) ? ig_content_fd(part) : -1;
	if (fd < 0)
		return;
	if (!ig_tiff_look(fd, x->size, &t)) {
		x->pages = t.pages;
		if (t.problem)
			ig_mail_problem(m, "the pages of %s are damaged: %s", x->name ? x->name : "a picture", t.problem);
	}
	close(fd);
}
