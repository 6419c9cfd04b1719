/* The forms in which mailers introduce quoted mail and sign themselves, one predicate each. Inside parse only; used by reply.c. */
#ifndef IG_PARSE_REPLY_H
#define IG_PARSE_REPLY_H
#include <stdbool.h>
#include <stddef.h>

struct ig_line {
	const char *s;
	size_t len; /* without the line end and trailing blanks */
};
enum ig_header_word { IG_HW_NONE, IG_HW_FROM, IG_HW_DATE, IG_HW_TO, IG_HW_SUBJECT };

bool ig_reply_blank(struct ig_line l);
bool ig_reply_quoted(struct ig_line l); /* > or | at its start */
/* -----Original Message-----, Begin forwarded message: and their translations. */
bool ig_reply_marker(struct ig_line l);
/* "From: ...", "*Từ:* ...", "Gesendet: ...": which of the four words of a mail header begins it. */
enum ig_header_word ig_reply_header(struct ig_line l);
/* `text` is one line or up to six joined: "On DATE, NAME wrote:" and its translations. sure: it holds a verb of writing. */
bool ig_reply_attribution(const char *text, size_t len, bool *sure_r);
/* May an attribution begin with this line? 2 with a date or an opening word, 1 with a name or bracket, 0 not. */
int ig_reply_opener(struct ig_line l);
bool ig_reply_delimiter(struct ig_line l); /* dashes, underscores or the like and nothing else */
bool ig_reply_mobile(struct ig_line l);    /* Sent from my iPhone */
/* A footer of a list or a disclaimer below a delimiter. */
bool ig_reply_footer(struct ig_line l);
#endif
