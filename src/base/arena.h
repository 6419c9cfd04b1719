/* Arena: memory of one message or one request, freed as a whole.
 * Allocations are zeroed and never fail: past `max`, or when malloc fails, the process ends with a message (the roles
 * are supervised, and a hostile message can only reach a reader this way). Nothing is freed one by one. */
#ifndef IG_BASE_ARENA_H
#define IG_BASE_ARENA_H
#include <stddef.h>

struct ig_arena;

/* max: ceiling in bytes over all blocks, 0 for none. */
struct ig_arena *ig_arena_new(size_t max);
/* NULL in, NULL out. */
struct ig_arena *ig_arena_free(struct ig_arena *a);
/* Empties the arena and keeps its first block, for loops over many messages. */
void ig_arena_reset(struct ig_arena *a);
void *ig_arena_alloc(struct ig_arena *a, size_t size);
void *ig_arena_calloc(struct ig_arena *a, size_t count, size_t size); /* overflow checked */
char *ig_arena_strdup(struct ig_arena *a, const char *s);             /* NULL in, NULL out */
char *ig_arena_strndup(struct ig_arena *a, const void *s, size_t len); /* adds the NUL */
char *ig_arena_fmt(struct ig_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
size_t ig_arena_used(const struct ig_arena *a);

/* Checked malloc family for objects that live longer than an arena; end the process on failure, so never NULL. */
void *ig_xmalloc(size_t size); /* zeroed */
void *ig_xrealloc(void *p, size_t size);
char *ig_xstrdup(const char *s); /* NULL in, NULL out */

#define IG_NEW(arena, type) ((type *)ig_arena_alloc((arena), sizeof(type)))
#endif
