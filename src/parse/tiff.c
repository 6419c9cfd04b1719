/* The directories of a TIFF, read one after the other. Relies on nothing but pread. Decodes no picture. */
#include "parse/tiff.h"
#include <string.h>
#include "base/fs.h"

enum { HEAD = 8, ENTRY = 12, SHORT = 3, LONG = 4 };
enum { WIDTH = 256, LENGTH = 257, BITS = 258, COMPRESSION = 259, STRIPS = 273, COUNTS = 279, TILES = 324 };

struct file {
	int fd;
	uint64_t size;
	bool big; /* most significant octet first */
};

static uint32_t get16(const struct file *f, const uint8_t *p)
{
	return f->big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

static uint32_t get32(const struct file *f, const uint8_t *p)
{
	return f->big ? get16(f, p) << 16 | get16(f, p + 2) : get16(f, p + 2) << 16 | get16(f, p);
}

struct page {
	uint32_t width, height, bits, compression;
	uint64_t strip, bytes; /* where its points are, when they are in one strip */
	bool pixels;           /* it says where they are */
	bool outside;          /* of the file, something it refers to */
};

/* A single SHORT or LONG; 0 for what is none. */
static uint32_t value(const struct file *f, const uint8_t *e)
{
	uint32_t type = get16(f, e + 2);
	return type == SHORT ? get16(f, e + 8) : type == LONG ? get32(f, e + 8) : 0;
}

/* Values of the entry within the file? */
static bool within(const struct file *f, const uint8_t *e)
{
	static const uint8_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
	uint32_t type = get16(f, e + 2), at = get32(f, e + 8);
	uint64_t bytes = type < sizeof sizes ? (uint64_t)sizes[type] * get32(f, e + 4) : 0;
	return bytes <= 4 || (at < f->size && bytes <= f->size - at);
}

static void entry(const struct file *f, const uint8_t *e, struct page *p)
{
	p->outside |= !within(f, e);
	switch (get16(f, e)) {
	case WIDTH:
		p->width = value(f, e);
		break;
	case LENGTH:
		p->height = value(f, e);
		break;
	case BITS:
		p->bits = get32(f, e + 4) == 1 ? value(f, e) : 0;
		break;
	case COMPRESSION:
		p->compression = value(f, e);
		break;
	case STRIPS:
		p->strip = get32(f, e + 4) == 1 ? value(f, e) : 0;
		p->pixels = get32(f, e + 4) > 0;
		break;
	case COUNTS:
		p->bytes = get32(f, e + 4) == 1 ? value(f, e) : 0;
		break;
	case TILES:
		p->pixels = get32(f, e + 4) > 0;
		break;
	}
}

/* The directory at `at`: its page, and where the next one is. NULL, or what is wrong. */
static const char *directory(const struct file *f, uint32_t at, struct page *p, uint32_t *next_r)
{
	uint8_t count[2], next[4], block[ENTRY * 32];
	*p = (struct page){.bits = 1, .compression = 1};
	if (at < HEAD || at > f->size - 2 || ig_fs_pread_all(f->fd, count, sizeof count, (off_t)at))
		return "a directory lies outside of the file";
	uint32_t entries = get16(f, count);
	uint64_t end = (uint64_t)at + 2 + (uint64_t)entries * ENTRY;
	if (!entries || entries > IG_TIFF_ENTRIES_MAX || end + 4 > f->size)
		return "a directory is cut or too long";
	for (uint32_t i = 0; i < entries; i += 32) {
		uint32_t n = entries - i < 32 ? entries - i : 32;
		if (ig_fs_pread_all(f->fd, block, (size_t)n * ENTRY, (off_t)((uint64_t)at + 2 + (uint64_t)i * ENTRY)))
			return "a directory cannot be read";
		for (uint32_t k = 0; k < n; k++)
			entry(f, block + (size_t)k * ENTRY, p);
	}
	if (ig_fs_pread_all(f->fd, next, sizeof next, (off_t)end))
		return "a directory cannot be read";
	*next_r = get32(f, next);
	p->outside |= p->strip + p->bytes > f->size;
	return !p->width || !p->height ? "a page has no size" : !p->pixels ? "a page has no points" : p->outside ? "a page lies outside of the file" : NULL;
}

/* T.30 knows 1728, 2048 and 2432 points a line, and twice of them; no compression, T.4 (2, 3) or T.6 (4). */
static bool like_fax(const struct page *p)
{
	static const uint32_t widths[] = {1728, 2048, 2432, 3456, 4096, 4864};
	bool width = false;
	for (unsigned i = 0; i < sizeof widths / sizeof *widths; i++)
		width |= p->width == widths[i];
	return width && p->bits == 1 && p->compression >= 1 && p->compression <= 4;
}

int ig_tiff_look(int fd, uint64_t size, struct ig_tiff *t)
{
	uint8_t head[HEAD];
	uint32_t seen[IG_TIFF_PAGES_MAX], next;
	struct file f = {.fd = fd, .size = size};
	struct page p;
	*t = (struct ig_tiff){.fax = true};
	if (size < HEAD || ig_fs_pread_all(fd, head, sizeof head, 0) || (memcmp(head, "II*\0", 4) && memcmp(head, "MM\0*", 4)))
		return -1;
	f.big = head[0] == 'M';
	for (next = get32(&f, head + 4); next && !t->problem;) {
		for (int i = 0; i < t->pages; i++)
			if (seen[i] == next)
				t->problem = "its directories run in a circle";
		if (!t->problem && t->pages == IG_TIFF_PAGES_MAX)
			t->problem = "it has more pages than are counted";
		if (t->problem)
			break;
		uint32_t at = next;
		t->problem = directory(&f, at, &p, &next);
		if (t->problem)
			break;
		if (!t->pages) {
			t->width = p.width;
			t->height = p.height;
			t->bits = p.bits;
			t->compression = p.compression;
		}
		t->fax &= like_fax(&p);
		seen[t->pages++] = at;
	}
	if (!t->pages && !t->problem)
		t->problem = "it has no page";
	t->fax &= t->pages > 0;
	return 0;
}
