/* Pictures of pages, what is done to them before they are read, and what was read on them. Inside pages only; leptonica's types appear in picture.c,
 * prepare.c, ocr.c and code.c. */
#ifndef IG_PAGES_PAGE_H
#define IG_PAGES_PAGE_H
#include <leptonica/allheaders.h>
#include "pages/inner.h"

#define IG_PAGE_SIDE_MAX 20000           /* points of one side */
#define IG_PAGE_POINTS_MAX 40000000      /* of a page: A4 at 600 dpi and a little */
#define IG_PAGE_BYTES_MAX 130000000u     /* of its picture in memory */
#define IG_PAGES_MAX 500                 /* of one document */
#define IG_PAGE_PASSES 4                 /* readings of a page that are compared */
#define IG_PAGE_LINES_MAX 1500

struct ig_line { /* one line of text with its place, in parts of 10,000 of the page */
	const char *text;
	int x0, y0, x1, y1;
	float confidence; /* 0 to 100; 100 for a text layer */
};
struct ig_lines {
	struct ig_line *line;
	size_t count;
};
/* What a page is, in the words that people read: the head of a letter is on it; other writing; nothing; the sheet between two letters; the sheet that
 * machines and offices send before a fax; a form without such a head; a photograph or drawing. */
#define IG_PAGE_CLASSES(X) \
	X(LETTER, "letter") X(CONTINUATION, "continuation") X(BLANK, "blank") X(SEPARATOR, "separator") X(COVER, "cover") X(FORM, "form") X(PICTURE, "picture")
#define IG_PAGE_CLASS_ITEM(NAME, word) IG_PAGE_##NAME,
enum ig_page_class { IG_PAGE_CLASSES(IG_PAGE_CLASS_ITEM) IG_PAGE_CLASS_COUNT };

struct ig_page {
	int number;                 /* from 1, as in the file; of a letter in several documents: from 1, over all of them */
	const char *name;           /* for people: "page 3"; of a letter in several documents "message 7, page 1" */
	bool blank, separator, recognised; /* recognised: by OCR, not from a text layer */
	enum ig_page_class class;   /* page_class.c, once it was read */
	const char *layer;          /* of a PDF: "text" it is trusted, "stamp", "bad-layer"; "scan" there is none */
	int turned;                 /* degrees it was turned to the right */
	struct ig_lines pass[IG_PAGE_PASSES];
	int passes;
	const char *text;           /* of the first pass */
	const char *codes[4];       /* payloads of QR codes on it */
	size_t code_count;
	float confidence;           /* mean of its words */
};

/* ---- picture.c: NULL with a problem said when it is none or past a limit, which is known before its points are unpacked. */
PIX *ig_picture_of(struct ig_doc *d, const struct ig_blob *b, int page); /* page from 0, for TIFF */
int ig_picture_count(struct ig_doc *d, const struct ig_blob *b);         /* pages of a TIFF; 1 for PNG and JPEG */
PIX *ig_picture_pdf(struct ig_doc *d, const struct ig_blob *b, int page); /* from 1: drawn by pdftoppm */
/* ---- prepare.c */
struct ig_prepared {
	PIX *grey;    /* 8 bit, square points, about 300 dpi, upright and straight */
	PIX *square;  /* the same page with rows only repeated: what the second look is taken on; NULL none */
	PIX *first;   /* grey, not turned: for codes */
	bool blank;
	int turned;
};
void ig_prepare(struct ig_doc *d, PIX *raw, struct ig_prepared *p_r);
void ig_prepared_free(struct ig_prepared *p);
/* ---- code.c: QR codes on it; at most max payloads in the arena. */
size_t ig_codes(struct ig_doc *d, PIX *raw, const char **out, size_t max);
/* ---- page_class.c */
enum ig_page_class ig_page_class_of(struct ig_doc *d, const struct ig_page *p);
const char *ig_page_class_word(enum ig_page_class class);
/* Does needle stand in hay, with at most so many letters wrong, lacking or too many? */
bool ig_page_near(const char *hay, const char *needle, size_t wrong);
/* ---- ocr.c */
struct ig_ocr;
struct ig_ocr *ig_ocr_new(struct ig_doc *d, const char *languages); /* NULL: the data is not there */
struct ig_ocr *ig_ocr_free(struct ig_ocr *o);
/* Lines of the picture; mean confidence of words in *confidence_r. */
void ig_ocr_read(struct ig_ocr *o, PIX *pix, struct ig_lines *lines_r, float *confidence_r);
#endif
