/* Growing byte buffer with a ceiling, and the why-text of failures.
 * Relies on the checked malloc of arena.h. Does not report a ceiling by itself: the caller looks at `over`. */
#include "config.h"
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define FIRST 256u

void ig_buf_init(struct ig_buf *b, size_t max)
{
	*b = (struct ig_buf)IG_BUF_INIT(max);
}

void ig_buf_free(struct ig_buf *b)
{
	if (b->cap)
		free(b->data);
	ig_buf_init(b, b->max);
}

void ig_buf_reset(struct ig_buf *b)
{
	b->len = 0;
	b->over = false;
	if (b->cap)
		b->data[0] = '\0';
}

/* Makes room for extra bytes and a NUL; returns how many of them fit below the ceiling. */
static size_t room(struct ig_buf *b, size_t extra)
{
	size_t cap;

	if (extra > b->max - b->len) {
		b->over = true;
		extra = b->max - b->len;
	}
	if (b->cap && extra < b->cap - b->len)
		return extra;
	cap = b->cap ? b->cap : FIRST;
	while (cap - 1 < b->len + extra)
		cap = cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;
	if (cap - 1 > b->max && b->max < SIZE_MAX)
		cap = b->max + 1;
	b->data = ig_xrealloc(b->cap ? b->data : NULL, cap);
	b->cap = cap;
	b->data[b->len] = '\0';
	return extra;
}

void ig_buf_add(struct ig_buf *b, const void *p, size_t len)
{
	if (!len)
		return;
	len = room(b, len);
	if (len)
		memcpy(b->data + b->len, p, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void ig_buf_str(struct ig_buf *b, const char *s)
{
	if (s)
		ig_buf_add(b, s, strlen(s));
}

void ig_buf_char(struct ig_buf *b, char c)
{
	if (b->cap > b->len + 1 && b->len < b->max) { /* the way nearly every letter of a letter goes */
		b->data[b->len++] = c;
		b->data[b->len] = '\0';
		return;
	}
	ig_buf_add(b, &c, 1);
}

void ig_buf_vfmt(struct ig_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	char small[256];
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n >= 0 && (size_t)n < sizeof(small)) {
		ig_buf_add(b, small, (size_t)n);
	} else if (n >= 0) {
		char *large = ig_xmalloc((size_t)n + 1);
		vsnprintf(large, (size_t)n + 1, fmt, again);
		ig_buf_add(b, large, (size_t)n);
		free(large);
	}
	va_end(again);
}

void ig_buf_fmt(struct ig_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ig_buf_vfmt(b, fmt, ap);
	va_end(ap);
}

void ig_buf_cut(struct ig_buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

void ig_buf_eat(struct ig_buf *b, size_t count)
{
	if (!count)
		return;
	if (count > b->len)
		count = b->len;
	if (!b->cap)
		return;
	memmove(b->data, b->data + count, b->len - count + 1);
	b->len -= count;
}

int ig_why(struct ig_why *why, const char *fmt, ...)
{
	va_list ap;

	if (!why)
		return -1;
	va_start(ap, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	return -1;
}
