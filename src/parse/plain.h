/* A text in plain letters, character by character: marks stripped, đ to d, small; so that a pattern can be looked for and what stands there taken
 * from the text itself. Vietnamese from a scan or a hurried hand is never looked for with its marks. For parse and pages. */
#ifndef IG_PARSE_PLAIN_H
#define IG_PARSE_PLAIN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"

struct ig_plain {
	const char *text; /* the text itself, UTF-8 NFC */
	char *s;          /* plain, one byte a character; what has no plain form is '?' */
	uint32_t *at;     /* at[i]: where character i begins in text; at[len] is its end */
	size_t len;
};
void ig_plain_of(struct ig_arena *a, const char *text, size_t len, struct ig_plain *p_r);
/* Text of characters from to before `to`, without blanks around it, in a. */
const char *ig_plain_cut(struct ig_arena *a, const struct ig_plain *p, size_t from, size_t to);
/* Where word (plain) stands at or after `from` with no letter or digit around it; SIZE_MAX nowhere. */
size_t ig_plain_word(const struct ig_plain *p, const char *word, size_t from);
/* Digit that a letter of a scan stands for in a slot for digits (I l | for 1, O for 0, ...); the digit itself; 0 for none. */
char ig_plain_digit(char c);
/* "ngày 5 tháng 2 năm 2026", "05/02/2026", "5-2-2026", "2026-02-05" at or after `from`: YYYY-MM-DD in out (11 bytes), where it began and ended;
 * -1 none. slots: letters that look like digits count as such. A day or month that is left open gives -2 with the end. */
int ig_plain_date(const struct ig_plain *p, size_t from, bool slots, char out[11], size_t *begin_r, size_t *end_r);
/* "08:30", "8h30", "8 giờ 30 phút", "8:30 CH": minutes of the day, or -1. */
int ig_plain_time(const struct ig_plain *p, size_t from, size_t to);
#endif
