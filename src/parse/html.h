/* HTML as a person reads it, in plain text. Inside parse only. */
#ifndef IG_PARSE_HTML_H
#define IG_PARSE_HTML_H
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"

/* html is valid UTF-8. Scripts and styles are left out, blocks become lines, quotes get "> ", links keep their address. Stops at out's ceiling.
 * Time is linear in len. */
void ig_html_text(const char *html, size_t len, struct ig_buf *out);
/* Entity at s (after the &, at most len bytes): its length with a semicolon if there is one, code points in *c_r; 0 when it is none. */
size_t ig_html_entity(const char *s, size_t len, uint32_t *c_r);
/* charset of a meta tag in the first KiB into out (at most size bytes); out[0] is 0 when there is none. */
void ig_html_charset(const char *html, size_t len, char *out, size_t size);
/* text/enriched (RFC 1896) and text/richtext (RFC 1341). */
void ig_enriched_text(const char *s, size_t len, struct ig_buf *out);
#endif
