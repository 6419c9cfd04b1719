/* Makes and compares fax pages for the stories.
 *   fax-page FILE PAGES [ROWS]   a TIFF of so many different pages
 *   fax-page --g3 FILE PAGES [ROWS]   the same pages in the coding that the oldest fax programs read
 *   fax-page --same ONE OTHER    prints how many pages from the first are the same, bit by bit, in both
 *   fax-page --nth N ONE OTHER   prints 1 when page N (from 1) of the first is the first page of the other, else 0
 *   fax-page --body ONE OTHER    the same, but OTHER may have rows of the sender's own before and after: prints pages whose rows are all found */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>
#include "fax_kit.h"

/* The file anew, in one-dimensional T.4. */
static int recode(const char *path)
{
	char fresh[4096];
	uint8_t row[KIT_WIDTH / 8];
	uint32_t rows = 0;
	snprintf(fresh, sizeof fresh, "%s.g3", path);
	TIFF *from = TIFFOpen(path, "r"), *to = TIFFOpen(fresh, "w");
	do {
		if (!from || !to || !TIFFGetField(from, TIFFTAG_IMAGELENGTH, &rows))
			return 1;
		TIFFSetField(to, TIFFTAG_IMAGEWIDTH, KIT_WIDTH);
		TIFFSetField(to, TIFFTAG_IMAGELENGTH, rows);
		TIFFSetField(to, TIFFTAG_BITSPERSAMPLE, 1);
		TIFFSetField(to, TIFFTAG_SAMPLESPERPIXEL, 1);
		TIFFSetField(to, TIFFTAG_COMPRESSION, COMPRESSION_CCITT_T4);
		TIFFSetField(to, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
		TIFFSetField(to, TIFFTAG_ROWSPERSTRIP, rows);
		TIFFSetField(to, TIFFTAG_XRESOLUTION, 204.0);
		TIFFSetField(to, TIFFTAG_YRESOLUTION, 196.0);
		TIFFSetField(to, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
		for (uint32_t y = 0; y < rows; y++)
			if (TIFFReadScanline(from, row, y, 0) != 1 || TIFFWriteScanline(to, row, y, 0) != 1)
				return 1;
		TIFFWriteDirectory(to);
	} while (TIFFReadDirectory(from));
	TIFFClose(from);
	TIFFClose(to);
	return rename(fresh, path) != 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "--same"))
		return printf("%d\n", kit_same_pages(argv[2], argv[3])) < 0;
	if (argc == 4 && !strcmp(argv[1], "--body"))
		return printf("%d\n", kit_same_bodies(argv[2], argv[3])) < 0;
	if (argc == 5 && !strcmp(argv[1], "--nth"))
		return printf("%d\n", kit_same_nth(argv[3], atoi(argv[2]), argv[4])) < 0;
	int g3 = argc > 1 && !strcmp(argv[1], "--g3");
	argc -= g3;
	argv += g3;
	if (argc < 3 || argv[1][0] == '-') {
		fprintf(stderr, "usage: fax-page [--g3] FILE PAGES [ROWS] | --same ONE OTHER | --nth N ONE OTHER | --body ONE OTHER\n");
		return 64;
	}
	kit_tiff(argv[1], atoi(argv[2]), argc > 3 ? atoi(argv[3]) : 400);
	return g3 ? recode(argv[1]) : 0;
}
