/* A page of ours as it comes back: what a fax machine at the other end makes of it, with its codes covered, or so bad that nobody reads it. */
#include "config.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "paper.h"

#define WIDTH 2480
#define HEIGHT 3508
#define MM (300 / 25.4)

/* Where draw/letter.c puts the codes, with some paper around: a label was stuck over each. */
static void cover(PIX *page)
{
	static const double places[][4] = {{166, 16, 33, 80}, {26, 252, 33, 36}};
	for (size_t i = 0; i < 2; i++) {
		BOX *box = boxCreate((int)(places[i][0] * MM), (int)(places[i][1] * MM), (int)(places[i][2] * MM), (int)(places[i][3] * MM));
		pixSetInRectArbitrary(page, box, 0xd0d0d000);
		boxDestroy(&box);
	}
}

static PIX *ruined(PIX *page)
{
	PIX *small = pixScaleAreaMap(page, 0.14f, 0.14f), *large = pixScale(small, (float)WIDTH / (float)pixGetWidth(small), (float)HEIGHT / (float)pixGetHeight(small));
	pixDestroy(&small);
	pixDestroy(&page);
	return large;
}

/* IN.tif KIND LEVEL SEED OUT.tif [cover] [ruin] */
int paper_resend(int argc, char **argv)
{
	bool covered = false, ruin = false;
	for (int i = 5; i < argc; i++) {
		covered = covered || !strcmp(argv[i], "cover");
		ruin = ruin || !strcmp(argv[i], "ruin");
	}
	for (int n = 0; n < 20; n++) {
		PIX *bits = pixReadTiff(argv[0], n);
		if (!bits)
			return n == 0;
		PIX *grey = pixConvertTo8(bits, 0), *large = pixScale(grey, (float)WIDTH / (float)pixGetWidth(grey), (float)HEIGHT / (float)pixGetHeight(grey)),
			*page = pixConvertTo32(large);
		pixDestroy(&bits);
		pixDestroy(&grey);
		pixDestroy(&large);
		if (covered)
			cover(page);
		if (ruin)
			page = ruined(page);
		PIX *out = paper_fax(page, strtoull(argv[3], NULL, 10) + (uint64_t)n, argv[1], atoi(argv[2]));
		if (pixWriteTiff(argv[4], out, IFF_TIFF_G4, n ? "a" : "w"))
			return 1;
		pixDestroy(&out);
	}
	return 0;
}
