/* Arena: blocks that grow by doubling, each allocation cut from the newest.
 * Relies on malloc and on ig_die, which ends the process where a ceiling is passed.
 * Does not free single allocations and is not for use from two threads. */
#include "config.h"
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/opt.h"

#define ALIGN 16u
#define BLOCK_FIRST (8u << 10)
#define BLOCK_LARGEST (256u << 10)

struct block {
	struct block *older;
	size_t size, used;
	_Alignas(ALIGN) char bytes[];
};
struct ig_arena {
	struct block *newest; /* own */
	struct block *first;  /* kept by reset */
	size_t max, total, used;
};

static struct block *block_new(size_t size)
{
	struct block *b = malloc(sizeof(*b) + size);
	if (!b)
		ig_die(IG_EX_SOFTWARE, "out of memory (%zu bytes)", size);
	b->older = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

struct ig_arena *ig_arena_new(size_t max)
{
	struct ig_arena *a = ig_xmalloc(sizeof(*a));
	size_t first = max && max < BLOCK_FIRST ? max : BLOCK_FIRST;

	a->max = max;
	a->newest = a->first = block_new(first);
	a->total = first;
	return a;
}

static void free_all_but_first(struct ig_arena *a)
{
	struct block *b = a->newest;

	while (b != a->first) {
		struct block *older = b->older;
		free(b);
		b = older;
	}
	a->newest = a->first;
}

struct ig_arena *ig_arena_free(struct ig_arena *a)
{
	if (!a)
		return NULL;
	free_all_but_first(a);
	free(a->first);
	free(a);
	return NULL;
}

void ig_arena_reset(struct ig_arena *a)
{
	free_all_but_first(a);
	a->first->used = 0;
	a->total = a->first->size;
	a->used = 0;
}

static void grow(struct ig_arena *a, size_t need)
{
	size_t size = a->newest->size * 2;
	struct block *b;

	if (size < BLOCK_FIRST)
		size = BLOCK_FIRST;
	if (size > BLOCK_LARGEST)
		size = BLOCK_LARGEST;
	if (size < need)
		size = need;
	/* The last block may be smaller than usual, so that the whole ceiling can be used. */
	if (a->max && size > need && (a->total > a->max || size > a->max - a->total))
		size = need;
	if (a->max && (a->total > a->max || size > a->max - a->total))
		ig_die(IG_EX_SOFTWARE, "more than %zu bytes are wanted for one message or request", a->max);
	b = block_new(size);
	b->older = a->newest;
	a->newest = b;
	a->total += size;
}

/* Not cleared. */
static void *take(struct ig_arena *a, size_t size)
{
	void *p;

	if (size > SIZE_MAX / 2)
		ig_die(IG_EX_SOFTWARE, "absurd allocation of %zu bytes", size);
	size = size ? (size + ALIGN - 1) & ~(size_t)(ALIGN - 1) : ALIGN;
	if (a->newest->size - a->newest->used < size)
		grow(a, size);
	p = a->newest->bytes + a->newest->used;
	a->newest->used += size;
	a->used += size;
	return p;
}

void *ig_arena_alloc(struct ig_arena *a, size_t size)
{
	return memset(take(a, size), 0, size ? size : 1);
}

void *ig_arena_calloc(struct ig_arena *a, size_t count, size_t size)
{
	size_t whole;

	if (__builtin_mul_overflow(count, size, &whole))
		ig_die(IG_EX_SOFTWARE, "absurd allocation of %zu times %zu bytes", count, size);
	return ig_arena_alloc(a, whole);
}

char *ig_arena_strdup(struct ig_arena *a, const char *s)
{
	return s ? ig_arena_strndup(a, s, strlen(s)) : NULL;
}

char *ig_arena_strndup(struct ig_arena *a, const void *s, size_t len)
{
	char *p;

	if (len > SIZE_MAX / 4)
		ig_die(IG_EX_SOFTWARE, "absurd string of %zu bytes", len);
	p = take(a, len + 1);
	if (len)
		memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *ig_arena_fmt(struct ig_arena *a, const char *fmt, ...)
{
	va_list ap;
	char shorter[256], *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(shorter, sizeof(shorter), fmt, ap);
	va_end(ap);
	if (n < 0)
		ig_die(IG_EX_SOFTWARE, "cannot format \"%s\"", fmt);
	if ((size_t)n < sizeof(shorter)) /* nearly always: formatted once */
		return ig_arena_strndup(a, shorter, (size_t)n);
	p = take(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

size_t ig_arena_used(const struct ig_arena *a)
{
	return a->used;
}

void *ig_xmalloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);
	if (!p)
		ig_die(IG_EX_SOFTWARE, "out of memory (%zu bytes)", size);
	return p;
}

void *ig_xrealloc(void *p, size_t size)
{
	void *q = realloc(p, size ? size : 1);
	if (!q)
		ig_die(IG_EX_SOFTWARE, "out of memory (%zu bytes)", size);
	return q;
}

char *ig_xstrdup(const char *s)
{
	size_t len;
	char *p;

	if (!s)
		return NULL;
	len = strlen(s) + 1;
	p = ig_xmalloc(len);
	memcpy(p, s, len);
	return p;
}
