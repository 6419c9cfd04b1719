/* A PDF: its streams unpacked, its strings as they are and through the character maps of its fonts. Not a reader of PDF: objects and
 * references are not followed, every stream and every string counts. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "gate/room.h"

#define STREAMS_MAX 4000
#define CMAPS_MAX 64

struct pdf {
	struct ig_gate *g;
	struct ig_buf *streams;
	size_t count;
	struct ig_gate_cmap *cmaps[CMAPS_MAX];
	size_t cmap_count;
	size_t letters;
};

/* "stream" EOL bytes: unpacked where they are packed. */
static void each_stream(struct pdf *d, const char *p, size_t len, const char *how)
{
	const char *end = p + len;
	for (const char *at = p; (at = memmem(at, (size_t)(end - at), "stream", 6));) {
		bool closing = at - p >= 3 && !memcmp(at - 3, "end", 3);
		at += 6;
		if (closing)
			continue;
		at += at < end && *at == '\r';
		at += at < end && *at == '\n';
		if (d->count == STREAMS_MAX) {
			ig_gate_blind(d->g, how, "a PDF in it has too many streams");
			return;
		}
		struct ig_buf b = IG_BUF_INIT(IG_GATE_OUT);
		size_t used = 0;
		if (ig_gate_inflate(at, (size_t)(end - at), IG_GATE_ZLIB, &b, &used) && !b.len) {
			const char *stop = memmem(at, (size_t)(end - at), "endstream", 9);
			ig_buf_add(&b, at, stop ? (size_t)(stop - at) : (size_t)(end - at));
			used = b.len;
		}
		if (b.over)
			ig_gate_blind(d->g, how, "a PDF in it unfolds too far");
		d->streams = ig_xrealloc(d->streams, (d->count + 1) * sizeof *d->streams);
		d->streams[d->count++] = b;
		at += used;
	}
}

static size_t letters_in(const struct ig_buf *b)
{
	struct ig_buf folded = IG_BUF_INIT(IG_GATE_OUT);
	size_t n = 0;
	ig_gate_fold(b->data, b->len, false, &folded);
	for (size_t i = 0; i < folded.len; i++)
		n += folded.data[i] >= 'a' && folded.data[i] <= 'z';
	ig_buf_free(&folded);
	return n;
}

static void look_at(struct pdf *d, const char *p, size_t len, int depth, const char *how, bool page)
{
	for (size_t m = 0; m <= d->cmap_count && !d->g->found; m++) {
		struct ig_buf b = IG_BUF_INIT(IG_GATE_OUT);
		ig_gate_pdf_strings(p, len, m ? d->cmaps[m - 1] : NULL, &b);
		if (page)
			d->letters += letters_in(&b);
		ig_gate_deeper(d->g, &b, depth, how, "in a PDF");
	}
}

bool ig_gate_pdf(struct ig_gate *g, const char *p, size_t len, int depth, const char *how)
{
	struct pdf d = {.g = g};
	each_stream(&d, p, len, how);
	if (memmem(p, len, "/Encrypt", 8))
		ig_gate_blind(g, how, "a PDF in it is encrypted");
	for (size_t i = 0; i < d.count && d.cmap_count < CMAPS_MAX; i++)
		if (d.streams[i].len && memmem(d.streams[i].data, d.streams[i].len, "begincmap", 9))
			d.cmaps[d.cmap_count++] = ig_gate_cmap_read(d.streams[i].data, d.streams[i].len);
	look_at(&d, p, len, depth, how, false);
	for (size_t i = 0; i < d.count && !g->found; i++) {
		struct ig_buf *s = &d.streams[i];
		look_at(&d, s->data, s->len, depth, how, s->len && memmem(s->data, s->len, "BT", 2));
		ig_gate_deeper(g, s, depth, how, "in a PDF");
	}
	for (size_t i = 0; i < d.count; i++)
		ig_buf_free(&d.streams[i]);
	for (size_t i = 0; i < d.cmap_count; i++)
		ig_gate_cmap_free(d.cmaps[i]);
	free(d.streams);
	return d.letters > 0;
}
