/* qpdf's handles for the files of the room that change a PDF. */
#ifndef IG_DRAW_ARCHIVE_H
#define IG_DRAW_ARCHIVE_H
#include <qpdf/qpdf-c.h>
#include <stdint.h>
#include "base/arena.h"
#include "draw/draw.h"

/* Reads len bytes (which stay the caller's and must live on); NULL with why. */
qpdf_data ig_pdf_open(const void *p, size_t len, struct ig_why *why);
/* Writes it anew in place of what pdf holds; the same input gives the same bytes. plain: no object streams. Ends q. */
int ig_pdf_write(qpdf_data q, struct ig_buf *pdf, bool plain, struct ig_why *why);
qpdf_oh ig_pdf_name(qpdf_data q, const char *name);
qpdf_oh ig_pdf_text(qpdf_data q, const char *utf8);
/* A stream with this dictionary. */
qpdf_oh ig_pdf_stream(qpdf_data q, qpdf_oh dictionary, const void *p, size_t len);
void ig_icc_srgb(struct ig_buf *out);
#endif
