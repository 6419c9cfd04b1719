/* Page model to pages: a letter, a table or a report laid out once, replayed to PDF and to fax pages with the same line breaks. Pure: no
 * clock, no path but the fonts', no network; the same model gives the same bytes. Used by irgate-scribe and irgatectl's child alone, so that
 * no other process maps these libraries.
 *
 * The page model is a JSON object (compose/page.c makes that of a letter). Keys of all kinds:
 *   kind "letter" (default), "table", "report"; layout "2020", "2011", "plain"; language "vi", "en"; date RFC 3339; title, author, subject,
 *   keywords: properties of the document; header: what the top of each fax page says.
 * letter: parent, office, number, sign, place_date, type_name, about, to [name...], body (page_text.c), recipients [line...],
 *   signer {prefix, post, name}, urgency, circulation, drafter, contact [line...], reference, picture true, signed {by, at},
 *   annexes [page model...]: tables and digests, on pages after its own
 * table: heading, lead [line...], columns [{title, width}...], rows [[cell...]...], tail [line...], landscape
 * digest: heading, lead, sections [{type "table": title, rows [[label, value]...]; "columns", "bars": title, bars [{label, value}...]}...]
 * report: office, mark (small, on the right of it), heading, result, good true, rows [[label, value]...], image (base64 of a TIFF or PNG, whose first page
 *   is drawn small below), caption, tail [line...] beside it */
#ifndef IG_DRAW_DRAW_H
#define IG_DRAW_DRAW_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include "base/buf.h"
#include "base/opt.h"

#define IG_DRAW_FONT "Liberation Serif"
#define IG_DRAW_PAGES_MAX 60            /* pages of one document; what would need more is refused */
#define IG_DRAW_BODY_MAX (1u << 20)     /* bytes of a body */
#define IG_DRAW_PDF_MAX (64u << 20)
#define IG_DRAW_PICTURE_MAX (1u << 20)  /* bytes of a picture of signature or seal */
#define IG_DRAW_REPORT_MAX (12u << 20)  /* bytes of what a report shows the first page of; larger is not shown */
#define IG_FAX_WIDTH 1728               /* T.4: pixels of a line */
#define IG_FAX_FINE 2287                /* lines of an A4 page, 195.58 an inch */
#define IG_FAX_STANDARD 1143            /* 97.79 an inch */
#define IG_FAX_HEADER 20                /* rows at the top that belong to the header line */
#define IG_FAX_THRESHOLD 180            /* darker than this is black: measured best at both resolutions (facts of paper, fax) */

struct ig_draw;
struct ig_draw_pictures { /* PNG bytes; NULL none. Borrowed */
	const void *signature, *seal;
	size_t signature_len, seal_len;
};
/* Finds the font family and checks that its regular, bold and italic faces have all 134 Vietnamese letters: else NULL with why (glyphs of
 * another face would be mixed in silently). family NULL: IG_DRAW_FONT. Opens the fonts: to be called before confinement. */
struct ig_draw *ig_draw_new(const char *family, const struct ig_draw_pictures *pictures, struct ig_why *why);
struct ig_draw *ig_draw_free(struct ig_draw *d);
/* Font files that will be opened later, for the sandbox: paths, NULL-terminated. */
const char *const *ig_draw_font_paths(const struct ig_draw *d);

struct ig_drawing;
/* Lays the model out. NULL with why: no model, too long, a picture that is none. */
struct ig_drawing *ig_draw(struct ig_draw *d, json_t *page, struct ig_why *why);
struct ig_drawing *ig_drawing_free(struct ig_drawing *g);
size_t ig_drawing_pages(const struct ig_drawing *g);
/* PDF 1.7 built to the rules of PDF/A-2u. */
int ig_drawing_pdf(struct ig_drawing *g, struct ig_buf *out, struct ig_why *why);
/* TIFF with one G4 image a page, 1728 wide. */
int ig_drawing_fax(struct ig_drawing *g, bool fine, struct ig_buf *out, struct ig_why *why);

/* ---- signature (sign.c): the scribe leaves room, whoever holds the key fills it; the signature is the last that is written. */
#define IG_SIGN_ROOM 16384 /* hex digits of the CMS structure at most: half as many bytes */
struct ig_sign_facts { const char *name, *reason, *place, *at; /* PDF date "D:..." */ };
/* Appends a signature dictionary with room for the signature; offsets of the four numbers of its ByteRange. */
int ig_sign_room(struct ig_buf *pdf, const struct ig_sign_facts *f, size_t range_r[4], struct ig_why *why);
struct ig_signer; /* a key with its certificates */
struct ig_signer *ig_signer_new(const char *pem, size_t len, const char *password, struct ig_why *why);
struct ig_signer *ig_signer_free(struct ig_signer *s);
const char *ig_signer_name(const struct ig_signer *s); /* common name of its certificate */
/* PAdES B-B: CMS with ESS signing certificate over the bytes of the range, put into the room. at: seconds since 1970, the time of signing: the
 * letter's own, so that the same letter gives the same bytes (with RSA). */
int ig_signer_fill(struct ig_signer *s, struct ig_buf *pdf, const size_t range[4], int64_t at, struct ig_why *why);

/* ---- the stamp of arrival, drawn onto a copy of a received document: PDF, TIFF, PNG or JPEG; the copy is a PDF */
struct ig_stamp {
	const char *office, *title, *number, *date, *to, *file;
	bool layout_2011;
	bool placed;  /* its left upper corner at x, y, as shares of the page as it is shown; else where the model has it: at the left, below the number */
	double x, y;
};
int ig_draw_stamp(struct ig_draw *d, const struct ig_stamp *s, const void *document, size_t len, struct ig_buf *out, struct ig_why *why);
#endif
