/* One look at some bytes: compared as they are, then each decoder's reading of them is looked at in its turn. No form is believed: what is
 * declared as text may be base64, so every reading is tried on everything, and readings already seen are left out. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "gate/room.h"

static uint64_t hash_of(const char *p, size_t len)
{
	uint8_t sum[IG_SHA256_LEN];
	uint64_t h;
	ig_sha256_of(p, len, sum);
	memcpy(&h, sum, sizeof h);
	return h;
}

static bool seen(struct ig_gate *g, const char *p, size_t len)
{
	uint64_t h = hash_of(p, len);
	for (size_t i = 0; i < g->seen_count; i++)
		if (g->seen[i] == h)
			return true;
	if (g->seen_count < IG_GATE_SEEN)
		g->seen[g->seen_count++] = h;
	return false;
}

void ig_gate_deeper(struct ig_gate *g, struct ig_buf *b, int depth, const char *how, const char *form)
{
	char way[IG_GATE_HOW];
	if (!b->len && !b->over) {
		ig_buf_free(b);
		return;
	}
	if (b->over)
		ig_gate_blind(g, how, "it unfolds too far");
	snprintf(way, sizeof way, "%s%s%s", how, depth ? ", " : " (", form);
	size_t n = strlen(way);
	if (!depth && n + 1 < sizeof way)
		memcpy(way + n, ")", 2);
	ig_gate_look(g, b->data, b->len, depth + 1, way);
	ig_buf_free(b);
}

static void by_utf16(struct ig_gate *g, const char *p, size_t len, int depth, const char *how)
{
	size_t zeros = 0;
	for (size_t i = 0; i < len; i++)
		zeros += !p[i];
	if (zeros < 4)
		return;
	for (int way = 0; way < 4; way++) { /* either order of bytes, from the first or the second: other text may stand before it */
		struct ig_buf b = IG_BUF_INIT(IG_GATE_OUT);
		ig_gate_utf16(p + way / 2, len - (size_t)way / 2, way & 1, &b);
		ig_gate_deeper(g, &b, depth, how, "UTF-16");
	}
}

static void by_text(struct ig_gate *g, const char *p, size_t len, int depth, const char *how)
{
	static const struct {
		void (*decode)(const char *p, size_t len, struct ig_buf *out);
		const char *form;
	} forms[] = {{ig_gate_quoted_printable, "quoted-printable"}, {ig_gate_words, "RFC 2047"}, {ig_gate_percent, "RFC 2231"},
		{ig_gate_entities, "HTML entities"}, {ig_gate_untag, "between tags"}};
	for (size_t i = 0; i < IG_COUNT(forms) && !g->found; i++) {
		struct ig_buf b = IG_BUF_INIT(IG_GATE_OUT);
		forms[i].decode(p, len, &b);
		if (b.len == len && !b.over && !memcmp(b.data, p, len)) /* its form does not occur: nothing new to look at */
			ig_buf_reset(&b);
		ig_gate_deeper(g, &b, depth, how, forms[i].form);
	}
	if (g->found)
		return;
	struct ig_buf phases[4] = {IG_BUF_INIT(IG_GATE_OUT), IG_BUF_INIT(IG_GATE_OUT), IG_BUF_INIT(IG_GATE_OUT), IG_BUF_INIT(IG_GATE_OUT)};
	ig_gate_base64(p, len, phases);
	for (size_t i = 0; i < IG_COUNT(phases); i++)
		ig_gate_deeper(g, &phases[i], depth, how, "base64");
}

/* Packed bytes, and what a decoder makes of what it was not meant for. */
static bool is_noise(const char *p, size_t len)
{
	size_t controls = 0;
	for (size_t i = 0; i < len; i++)
		controls += ((unsigned char)p[i] < ' ' && p[i] != '\t' && p[i] != '\n' && p[i] != '\r') || p[i] == 0x7f;
	return controls > 8 && controls > len / 50;
}

static size_t letter_at(const unsigned char *p, size_t left)
{
	if (*p < 0x80)
		return *p >= ' ' || *p == '\t' || *p == '\n' || *p == '\r' ? *p != 0x7f : 0;
	size_t n = *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : *p >= 0xc2 ? 2 : 0;
	return n && n <= left && ig_utf8_valid((const char *)p, n) ? n : 0;
}

/* What somebody could read in noise: letters in a row, IG_GATE_RUN bytes at least. Read as text as a whole it gives other noise, and that again, until the
 * search is given up: every archive would be one that cannot be searched. */
static void text_in_noise(struct ig_gate *g, const char *p, size_t len, int depth, const char *how)
{
	struct ig_buf b = IG_BUF_INIT(IG_GATE_OUT);
	for (size_t at = 0, n, run; at < len; at += run ? run : 1) {
		for (run = 0; at + run < len && (n = letter_at((const unsigned char *)p + at + run, len - at - run)); run += n)
			;
		if (run >= IG_GATE_RUN) {
			ig_buf_add(&b, p + at, run);
			ig_buf_char(&b, '\n');
		}
	}
	if (b.len)
		by_text(g, b.data, b.len, depth, how);
	ig_buf_free(&b);
}

void ig_gate_look(struct ig_gate *g, const char *p, size_t len, int depth, const char *how)
{
	if (!len || g->found || seen(g, p, len))
		return;
	g->looked += len;
	if (depth > IG_GATE_DEPTH || g->looked > IG_GATE_BYTES || g->seen_count == IG_GATE_SEEN) {
		ig_gate_blind(g, how, depth > IG_GATE_DEPTH ? "too many forms within each other" : "it is too large");
		return;
	}
	ig_gate_compare(g, p, len, how);
	if (g->found)
		return;
	/* Text has none of these bytes, or few: one byte is found faster than a word. */
	if (memchr(p, '\3', len))
		ig_gate_zip(g, p, len, depth, how);
	if (memchr(p, '\x1f', len))
		ig_gate_gzip(g, p, len, depth, how);
	if (memchr(p, '%', len) && memmem(p, len, "%PDF-", 5))
		(void)ig_gate_pdf(g, p, len, depth, how);
	by_utf16(g, p, len, depth, how);
	if (is_noise(p, len))
		text_in_noise(g, p, len, depth, how);
	else
		by_text(g, p, len, depth, how);
}
