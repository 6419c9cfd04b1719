/* What a TIFF says of itself: pages, their size and kind, by its own small reader of directories (TIFF 6.0 section 2), so that no image library needs
 * to see the bytes for that. Pure but for reading the descriptor; every offset and count is checked. */
#ifndef IG_PARSE_TIFF_H
#define IG_PARSE_TIFF_H
#include <stdbool.h>
#include <stdint.h>

#define IG_TIFF_PAGES_MAX 500    /* pages that are counted */
#define IG_TIFF_ENTRIES_MAX 1024 /* entries of one directory */

struct ig_tiff {
	int pages;
	uint32_t width, height;  /* of the first page */
	uint32_t bits, compression;
	bool fax;                /* every page has one bit a point, the width of a fax, and a fax's or no compression */
	const char *problem;     /* what is wrong with it; the pages before that are counted. NULL nothing */
};
/* -1: it is no TIFF. */
int ig_tiff_look(int fd, uint64_t size, struct ig_tiff *t_r);
#endif
