/* Pages of the generator for the other files of it. Inside tests/paper only. */
#ifndef TESTS_PAPER_PAPER_H
#define TESTS_PAPER_PAPER_H
#include <cairo.h>
#include <leptonica/allheaders.h>
#include <pango/pangocairo.h>
#include <stdint.h>

#define PAPER_DPI 300
#define PAPER_WIDTH 2480
#define PAPER_HEIGHT 3508
#define PAPER_MM (PAPER_DPI / 25.4)

/* Drawing at 300 dpi, with the numbers of one seed. */
void paper_seed(uint64_t n);
int paper_below(int n);
double paper_between(double a, double b);
double paper_put(cairo_t *cr, double x, double y, const char *family, double size, const char *style, double width, PangoAlignment align, const char *text);
void paper_code(cairo_t *cr, const char *text, double x, double y, double side);
void paper_scribble(cairo_t *cr, double x, double y, double w, double h, double r, double g, double b);
PIX *paper_to_pix(cairo_surface_t *s);
cairo_surface_t *paper_letter(int level);
const char *paper_sentence(void);
const char *paper_subject(void);
PIX *paper_machine(cairo_surface_t *s, const char *kind, int level); /* what a fax machine or a scanner makes of it, which is let go */
int paper_write(PIX *pix, const char *kind, const char *out);        /* OUT.tif or OUT.jpg; pix is let go */

/* A letter with two codes, or one code on a strip of paper, as it comes out of the machine: KIND fine, std, scan; level 0 to 3. ref: IG_REF_MAX bytes. */
PIX *paper_page(uint64_t seed, const char *kind, int level, char *ref);
PIX *paper_strip(uint64_t seed, const char *kind, int level, char *ref);
/* What a fax machine makes of a page of 300 dpi in colour, which is taken over. */
PIX *paper_fax(PIX *page, uint64_t seed, const char *kind, int level);
int paper_resend(int argc, char **argv); /* resend.c */
int paper_codes(char **argv); /* codes.c */
int paper_sheet(int argc, char **argv); /* sheets.c */
int paper_layer(char **argv); /* sheets.c */
#endif
