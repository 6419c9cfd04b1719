/* What an IMAP server says, taken apart: one response as text, its literals already read (RFC 9051 section 9). Everything is hostile: no length, number
 * or order is believed before it is checked. Knows no socket. */
#ifndef IG_INTAKE_IMAP_PARSE_H
#define IG_INTAKE_IMAP_PARSE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/clock.h"

#define IG_IMAP_LITERAL '\001' /* stands in the text where a literal was */

/* Does this line end with the announcement of a literal ("{123}")? Its length, and where the announcement begins. */
bool ig_imap_literal(const char *line, size_t len, uint64_t *bytes_r, size_t *at_r);

struct ig_imap_fetch {
	uint32_t uid;        /* 0: not said */
	bool has_size, has_flags, has_body;
	uint64_t size;
	bool seen, deleted, ours; /* flags: \Seen, \Deleted, $irgate */
	ig_time date;        /* INTERNALDATE; IG_NEVER not said or no date */
	enum { IG_IMAP_BODY_LITERAL, IG_IMAP_BODY_STRING } body_is;
	const char *body;    /* of a STRING, escapes still in it; points into the line */
	size_t body_len;
	uint64_t origin;     /* BODY[]<origin> */
};
/* "* N FETCH (...)". 1, 0 when it is another response, -1 when it cannot be understood. */
int ig_imap_fetch_parse(const char *line, struct ig_imap_fetch *f_r);
/* "* OK [WORD 123] ..." or -1. */
bool ig_imap_code(const char *line, const char *word, uint32_t *n_r);
/* "* 12 WORD" */
bool ig_imap_count(const char *line, const char *word);
/* Is word among the words of "* CAPABILITY A B C"? */
bool ig_imap_has_word(const char *line, const char *word);
/* INTERNALDATE, without its quotes; IG_NEVER when it is none. */
ig_time ig_imap_date(const char *s, size_t len);
#endif
