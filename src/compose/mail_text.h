/* Inner pieces of the mail serialiser, for the compose room and its tests. */
#ifndef IG_COMPOSE_MAIL_TEXT_H
#define IG_COMPOSE_MAIL_TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"

#define IG_MAIL_LINE 78       /* wanted */
#define IG_MAIL_LINE_HARD 998 /* RFC 5322 section 2.1.1, without CRLF */
#define IG_MAIL_TEXT_MAX 8192 /* bytes of one header value; the rest is cut */

/* One line of valid UTF-8: controls and line ends become spaces, bad bytes U+FFFD, both ends trimmed, cut at max without splitting a character. */
void ig_mail_clean(struct ig_buf *out, const char *text, size_t max);
/* Column behind the last CRLF. */
size_t ig_mail_column(const struct ig_buf *out);
/* RFC 2047 encoded words for len bytes of clean text, folded so that no line passes IG_MAIL_LINE. phrase: only what section 5 (3) allows. */
void ig_mail_encoded_words(struct ig_buf *out, const char *p, size_t len, bool phrase);
/* A message id without brackets that can stand in a header: printable ASCII, no brackets or spaces, fits a line. */
bool ig_mail_id_ok(const char *id);
/* Header lines and body of a text/plain part: 7bit when it can be, else quoted-printable. text: UTF-8 with \n. */
void ig_mail_text_part(struct ig_buf *out, const char *text, size_t len, const char *language);
#endif
