#include "fax_kit.h"
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

/* ---- chance */

double kit_random(struct kit_chance *c)
{
	c->s += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = c->s;
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

/* ---- pages */

static void mark(uint8_t *row, int from, int to)
{
	for (int x = from; x < to && x < KIT_WIDTH; x++)
		row[x / 8] |= (uint8_t)(0x80 >> x % 8);
}

/* Lines of letters: strokes whose places follow the number of the row's line and the page. */
static void draw(uint8_t *row, int y, int page)
{
	struct kit_chance c = {(uint64_t)(page + 1) * 1000003u + (uint64_t)(y / 40) * 7919u};
	memset(row, 0, KIT_WIDTH / 8);
	if (y % 40 >= 26 || y / 40 % 9 == 8)
		return;
	for (int x = 120; x < KIT_WIDTH - 120; x += 20) {
		double k = kit_random(&c);
		if (k < 0.15)
			continue;
		mark(row, x, x + 3);
		if (k > 0.5 && (y % 40 < 3 || y % 40 >= 23))
			mark(row, x, x + 14);
		if (k > 0.7)
			mark(row, x + 2 + y % 40 / 3, x + 6 + y % 40 / 3);
	}
}

void kit_tiff(const char *path, int pages, int rows)
{
	kit_tiff_at(path, pages, rows, 196.0);
}

void kit_tiff_at(const char *path, int pages, int rows, double y_dpi)
{
	uint8_t row[KIT_WIDTH / 8];
	TIFF *t = TIFFOpen(path, "w");
	for (int p = 0; t && p < pages; p++) {
		TIFFSetField(t, TIFFTAG_IMAGEWIDTH, KIT_WIDTH);
		TIFFSetField(t, TIFFTAG_IMAGELENGTH, rows);
		TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, 1);
		TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, 1);
		TIFFSetField(t, TIFFTAG_COMPRESSION, COMPRESSION_CCITT_T6);
		TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
		TIFFSetField(t, TIFFTAG_FILLORDER, FILLORDER_LSB2MSB);
		TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, rows);
		TIFFSetField(t, TIFFTAG_XRESOLUTION, 204.0);
		TIFFSetField(t, TIFFTAG_YRESOLUTION, y_dpi);
		TIFFSetField(t, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
		TIFFSetField(t, TIFFTAG_SUBFILETYPE, FILETYPE_PAGE);
		TIFFSetField(t, TIFFTAG_PAGENUMBER, p, pages);
		for (int y = 0; y < rows; y++) {
			draw(row, y, p);
			if (TIFFWriteScanline(t, row, (uint32_t)y, 0) < 0)
				abort();
		}
		TIFFWriteDirectory(t);
	}
	if (!t)
		abort();
	TIFFClose(t);
}

static int same_page(TIFF *a, TIFF *b)
{
	uint32_t w[2] = {0, 0}, h[2] = {0, 0};
	TIFFGetField(a, TIFFTAG_IMAGEWIDTH, &w[0]);
	TIFFGetField(b, TIFFTAG_IMAGEWIDTH, &w[1]);
	TIFFGetField(a, TIFFTAG_IMAGELENGTH, &h[0]);
	TIFFGetField(b, TIFFTAG_IMAGELENGTH, &h[1]);
	if (w[0] != w[1] || h[0] != h[1] || TIFFScanlineSize(a) != TIFFScanlineSize(b))
		return 0;
	size_t n = (size_t)TIFFScanlineSize(a);
	uint8_t *x = calloc(1, n), *y = calloc(1, n);
	int same = x && y;
	for (uint32_t i = 0; same && i < h[0]; i++)
		same = TIFFReadScanline(a, x, i, 0) == 1 && TIFFReadScanline(b, y, i, 0) == 1 && !memcmp(x, y, n);
	free(x);
	free(y);
	return same;
}

int kit_same_nth(const char *one, int n, const char *other)
{
	TIFF *a = TIFFOpen(one, "r"), *b = TIFFOpen(other, "r");
	int same = a && b && TIFFSetDirectory(a, (tdir_t)(n - 1)) && same_page(a, b);
	if (a)
		TIFFClose(a);
	if (b)
		TIFFClose(b);
	return same;
}

int kit_same_pages(const char *one, const char *other)
{
	TIFF *a = TIFFOpen(one, "r"), *b = TIFFOpen(other, "r");
	int n = a && b ? 0 : -1;
	if (a && b)
		while (same_page(a, b)) {
			n++;
			if (!TIFFReadDirectory(a) || !TIFFReadDirectory(b))
				break;
		}
	if (a)
		TIFFClose(a);
	if (b)
		TIFFClose(b);
	return n;
}

struct rows {
	uint8_t *p;
	uint32_t count;
	size_t width;
};

static struct rows rows_of(TIFF *t)
{
	struct rows r = {.width = (size_t)TIFFScanlineSize(t)};
	TIFFGetField(t, TIFFTAG_IMAGELENGTH, &r.count);
	r.p = calloc(r.count + 1, r.width + 1);
	for (uint32_t i = 0; r.p && i < r.count; i++)
		if (TIFFReadScanline(t, r.p + i * r.width, i, 0) != 1)
			r.count = i;
	return r;
}

static int blank(const struct rows *r, uint32_t i)
{
	const uint8_t *p = r->p + i * r->width;
	return !p[0] && !memcmp(p, p + 1, r->width - 1);
}

/* The rows of a from its first that is not blank to its last, somewhere in b. */
static int body_within(const struct rows *a, const struct rows *b)
{
	uint32_t from = 0, to = a->count;
	while (from < to && blank(a, from))
		from++;
	while (to > from && blank(a, to - 1))
		to--;
	uint32_t n = to - from;
	for (uint32_t shift = 0; a->width == b->width && shift + n <= b->count; shift++)
		if (!memcmp(a->p + from * a->width, b->p + shift * b->width, n * a->width))
			return 1;
	return 0;
}

int kit_same_bodies(const char *one, const char *other)
{
	TIFF *a = TIFFOpen(one, "r"), *b = TIFFOpen(other, "r");
	int n = a && b ? 0 : -1, same = 1;
	while (a && b && same) {
		struct rows x = rows_of(a), y = rows_of(b);
		same = body_within(&x, &y);
		n += same;
		free(x.p);
		free(y.p);
		if (!TIFFReadDirectory(a) || !TIFFReadDirectory(b))
			break;
	}
	if (a)
		TIFFClose(a);
	if (b)
		TIFFClose(b);
	return n;
}

int kit_pages(const char *path)
{
	TIFF *t = TIFFOpen(path, "r");
	int n = 0;
	if (!t)
		return 0;
	do
		n++;
	while (TIFFReadDirectory(t));
	TIFFClose(t);
	return n;
}

/* ---- the network */

struct packet {
	long due_ms;
	size_t len;
	struct packet *next;
	uint8_t data[IG_UDPTL_DATAGRAM_MAX];
};
struct line { /* one direction */
	struct kit_run *run;
	struct ig_t30 *from, *to;
	struct ig_udptl udptl_out, udptl_in;
	struct packet *first; /* by due time; of equals in the order sent */
	long now_ms, count;
	int losing, eat, to_caller;
};

static int lost(struct line *l)
{
	struct kit_net *n = &l->run->net;
	l->count++;
	if (l->eat && l->count == l->eat)
		return 1;
	if (l->losing > 0) {
		l->losing--;
		return 1;
	}
	if (n->loss > 0 && kit_random(&n->chance) < n->loss) {
		l->losing = n->burst > 1 ? n->burst - 1 : 0;
		return 1;
	}
	return 0;
}

static void carry(struct line *l, const uint8_t *p, size_t len)
{
	struct kit_net *n = &l->run->net;
	if (lost(l))
		return;
	struct packet *k = calloc(1, sizeof *k), **at = &l->first;
	if (!k)
		abort();
	k->due_ms = l->now_ms + n->delay_ms + (n->jitter_ms ? (long)(kit_random(&n->chance) * n->jitter_ms) : 0);
	k->len = len;
	memcpy(k->data, p, len);
	if (l->run->mangle)
		l->run->mangle(l->run->mangle_arg, l->to_caller, k->data, &k->len);
	while (*at && (*at)->due_ms <= k->due_ms)
		at = &(*at)->next;
	k->next = *at;
	*at = k;
}

static void out_ifp(void *arg, const uint8_t *p, size_t len, int copies)
{
	struct line *l = arg;
	uint8_t datagram[IG_UDPTL_DATAGRAM_MAX];
	size_t n = ig_udptl_build(&l->udptl_out, p, len, datagram, sizeof datagram);
	for (int i = 0; n && i < copies; i++)
		carry(l, datagram, n);
}

static void in_ifp(const uint8_t *p, size_t len, uint16_t seq, void *arg)
{
	struct line *l = arg;
	ig_t30_ifp_in(l->to, p, len, seq);
}

static struct packet *due(struct line *l)
{
	struct packet *k = l->first;
	if (!k || k->due_ms > l->now_ms)
		return NULL;
	l->first = k->next;
	return k;
}

static void empty(struct line *l)
{
	for (struct packet *k = l->first, *next; k; k = next) {
		next = k->next;
		free(k);
	}
}

static void finish(struct kit_run *r, struct line *there, struct line *back)
{
	r->ended = ig_t30_over(there->from) && ig_t30_over(back->from);
	ig_t30_result(there->from, &r->sent);
	ig_t30_result(back->from, &r->received);
	r->seconds = (double)there->now_ms / 1000;
	r->packets = there->count;
	r->packets_back = back->count;
	empty(there);
	empty(back);
	ig_t30_free(there->from);
	ig_t30_free(back->from);
}

static void set_up(struct kit_run *r, bool t38, struct line *there, struct line *back)
{
	struct ig_t30_hooks caller = {.arg = there, .ifp = out_ifp}, called = {.arg = back, .ifp = out_ifp, .page = r->page};
	memset(there, 0, sizeof *there);
	memset(back, 0, sizeof *back);
	there->run = back->run = r;
	there->eat = r->eat;
	back->eat = r->eat_back;
	back->to_caller = 1;
	r->caller.caller = true;
	r->caller.t38 = r->called.t38 = t38;
	ig_udptl_init(&there->udptl_out, r->ec, 0);
	ig_udptl_init(&there->udptl_in, r->ec, 0);
	ig_udptl_init(&back->udptl_out, r->ec, 0);
	ig_udptl_init(&back->udptl_in, r->ec, 0);
	there->from = back->to = ig_t30_new(&r->caller, &caller);
	back->from = there->to = ig_t30_new(&r->called, &called);
	if (!r->limit_s)
		r->limit_s = 3600;
}

/* False: it is over, or given up. */
static bool go_on(struct kit_run *r, struct line *there, struct line *back, int step_ms)
{
	there->now_ms += step_ms;
	back->now_ms += step_ms;
	if (r->drop_at_s && there->now_ms >= r->drop_at_s * 1000L) {
		ig_t30_drop(there->from);
		ig_t30_drop(back->from);
	}
	return there->now_ms < r->limit_s * 1000L && !(ig_t30_over(there->from) && ig_t30_over(back->from));
}

void kit_t38(struct kit_run *r)
{
	struct line there, back, *lines[] = {&there, &back};
	set_up(r, true, &there, &back);
	do {
		for (int i = 0; i < 2; i++) {
			ig_t30_tick(lines[i]->from, KIT_STEP);
			for (struct packet *k; (k = due(lines[i])); free(k))
				ig_udptl_take(&lines[i]->udptl_in, k->data, k->len, in_ifp, lines[i]);
		}
	} while (go_on(r, &there, &back, 20));
	finish(r, &there, &back);
}

void kit_audio(struct kit_run *r)
{
	struct line there, back, *lines[] = {&there, &back};
	int16_t samples[KIT_STEP];
	uint8_t octets[KIT_STEP];
	set_up(r, false, &there, &back);
	do {
		for (int i = 0; i < 2; i++) {
			ig_t30_audio_out(lines[i]->from, samples, KIT_STEP);
			ig_g711_encode(r->codec, samples, KIT_STEP, octets);
			carry(lines[i], octets, KIT_STEP);
			ig_t30_tick(lines[i]->from, KIT_STEP);
		}
		for (int i = 0; i < 2; i++) {
			struct packet *k = due(lines[i]);
			if (k) {
				ig_g711_decode(r->codec, k->data, KIT_STEP, samples);
				ig_t30_audio_in(lines[i]->to, samples, KIT_STEP);
				free(k);
			} else {
				ig_t30_audio_lost(lines[i]->to, KIT_STEP);
			}
		}
	} while (go_on(r, &there, &back, 20));
	finish(r, &there, &back);
}
