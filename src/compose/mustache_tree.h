/* The compiled form of a template, shared by the two halves of the engine: mustache_parse.c makes it, mustache.c walks it. */
#ifndef IG_COMPOSE_MUSTACHE_TREE_H
#define IG_COMPOSE_MUSTACHE_TREE_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/buf.h"
#include "compose/compose.h"

#define IG_MUSTACHE_DEPTH 64          /* sections in sections, partials in partials */
#define IG_MUSTACHE_PARTIALS 64       /* different partials of one template */
#define IG_MUSTACHE_TEXT (1u << 20)   /* bytes of one template or partial */
#define IG_MUSTACHE_STEPS 1000000     /* nodes visited in one rendering */

enum ig_node_type { IG_NODE_TEXT, IG_NODE_VAR, IG_NODE_RAW, IG_NODE_SECTION, IG_NODE_INVERTED, IG_NODE_PARTIAL };

struct ig_node {
	enum ig_node_type type;
	bool line_start;      /* TEXT: first on its line in the template; the indentation of a partial goes before it */
	int line;
	const char *text;     /* TEXT: len bytes; PARTIAL: white space before a partial that stands alone */
	size_t len;
	const char *name;     /* all but TEXT */
	struct ig_node *child, *next;
	struct ig_mustache_part *part; /* PARTIAL */
};
/* One template or partial; file is its name for messages. */
struct ig_mustache_part {
	const char *file;
	struct ig_node *root;
};
struct ig_mustache {
	struct ig_arena *arena;
	enum ig_mustache_escape escape;
	struct ig_mustache_part main, *parts[IG_MUSTACHE_PARTIALS];
	size_t part_count;
};
/* Parses text, whose first line has this number, into part->root; part_of gives the part a {{>name}} means (NULL with why: too many). -1 with why "FILE:LINE: ...". */
int ig_mustache_parse(struct ig_mustache *m, struct ig_mustache_part *part, const char *text, int line,
	struct ig_mustache_part *(*part_of)(struct ig_mustache *m, const char *name, struct ig_why *why), struct ig_why *why);
/* ig_mustache_compile for a text that begins at this line of its file. */
struct ig_mustache *ig_mustache_compile_at(const char *name, int line, const char *text, enum ig_mustache_escape escape,
	const char *(*partial)(void *arg, const char *name), void *arg, struct ig_why *why);
#endif
