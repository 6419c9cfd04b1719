/* Makes and compares fax pages for the stories.
 *   fax-page FILE PAGES [ROWS]   a TIFF of so many different pages
 *   fax-page --same ONE OTHER    prints how many pages from the first are the same, bit by bit, in both
 *   fax-page --body ONE OTHER    the same, but OTHER may have rows of the sender's own before and after: prints pages whose rows are all found */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fax_kit.h"

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "--same"))
		return printf("%d\n", kit_same_pages(argv[2], argv[3])) < 0;
	if (argc == 4 && !strcmp(argv[1], "--body"))
		return printf("%d\n", kit_same_bodies(argv[2], argv[3])) < 0;
	if (argc < 3 || argv[1][0] == '-') {
		fprintf(stderr, "usage: fax-page FILE PAGES [ROWS] | --same ONE OTHER | --body ONE OTHER\n");
		return 64;
	}
	kit_tiff(argv[1], atoi(argv[2]), argc > 3 ? atoi(argv[3]) : 400);
	return 0;
}
