/* Pages of the generator for the other files of it. Inside tests/paper only. */
#ifndef TESTS_PAPER_PAPER_H
#define TESTS_PAPER_PAPER_H
#include <leptonica/allheaders.h>
#include <stdint.h>

/* A letter with two codes, or one code on a strip of paper, as it comes out of the machine: KIND fine, std, scan; level 0 to 3. ref: IG_REF_MAX bytes. */
PIX *paper_page(uint64_t seed, const char *kind, int level, char *ref);
PIX *paper_strip(uint64_t seed, const char *kind, int level, char *ref);
/* What a fax machine makes of a page of 300 dpi in colour, which is taken over. */
PIX *paper_fax(PIX *page, uint64_t seed, const char *kind, int level);
int paper_resend(int argc, char **argv); /* resend.c */
int paper_codes(char **argv); /* codes.c */
#endif
