/* Growing byte buffer that is told its ceiling at birth.
 * Adding past the ceiling sets `over`, keeps what fits and is otherwise ignored: callers check `over` once at the end.
 * `data` always has a NUL after `len` bytes once anything was added (and is "" before). */
#ifndef IG_BASE_BUF_H
#define IG_BASE_BUF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdarg.h>

struct ig_buf {
	char *data;
	size_t len, cap, max;
	bool over;
};

#define IG_BUF_INIT(ceiling) {.data = (char *)"", .max = (ceiling)}

void ig_buf_init(struct ig_buf *b, size_t max);
void ig_buf_free(struct ig_buf *b);  /* back to empty; may be used again */
void ig_buf_reset(struct ig_buf *b); /* empties, keeps the memory */
void ig_buf_add(struct ig_buf *b, const void *p, size_t len);
void ig_buf_str(struct ig_buf *b, const char *s); /* NULL adds nothing */
void ig_buf_char(struct ig_buf *b, char c);
void ig_buf_fmt(struct ig_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ig_buf_vfmt(struct ig_buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void ig_buf_cut(struct ig_buf *b, size_t len);   /* shortens to len */
void ig_buf_eat(struct ig_buf *b, size_t count); /* removes from the front */

/* Reason text a callee fills on failure and leaves alone on success ("why"). */
#define IG_WHY_MAX 512
struct ig_why {
	char text[IG_WHY_MAX];
};
/* Sets the text (cut, never overflowing) and returns -1, so that `return ig_why(why, "...")` reads well. why may be NULL. */
int ig_why(struct ig_why *why, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#endif
