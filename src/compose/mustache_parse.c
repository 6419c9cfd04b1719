/* Mustache text to tree: tags cut out of the text, lines that hold nothing but one tag removed, tags nested.
 * Relies on the arena of its template. Knows no data and renders nothing. */
#include <stdlib.h>
#include <string.h>
#include "compose/mustache_tree.h"

enum token_type { TOKEN_TEXT, TOKEN_VAR, TOKEN_RAW, TOKEN_SECTION, TOKEN_INVERTED, TOKEN_CLOSE, TOKEN_PARTIAL, TOKEN_COMMENT, TOKEN_DELIMITERS };

struct token {
	enum token_type type;
	bool gone, line_start;
	int line;
	const char *text; /* TEXT: len bytes; PARTIAL: white space before it */
	size_t len;
	const char *name;
};
struct scan {
	struct ig_mustache *m;
	const char *file, *at;
	int line;
	const char *open, *close;
	size_t open_len, close_len;
	struct token *tokens;
	size_t count, room;
	struct ig_why *why;
};

static struct token *token_add(struct scan *s, enum token_type type, const char *text, size_t len)
{
	if (s->count == s->room) {
		s->room = s->room ? 2 * s->room : 64;
		s->tokens = ig_xrealloc(s->tokens, s->room * sizeof *s->tokens);
	}
	struct token *t = &s->tokens[s->count++];
	*t = (struct token){.type = type, .line = s->line, .text = text, .len = len};
	return t;
}

/* Text up to end, one token a line: a text token ends with its newline or before a tag. */
static void text_add(struct scan *s, const char *end)
{
	while (s->at < end) {
		const char *nl = memchr(s->at, '\n', (size_t)(end - s->at));
		size_t len = (size_t)((nl ? nl + 1 : end) - s->at);
		token_add(s, TOKEN_TEXT, s->at, len);
		s->at += len;
		s->line += nl != NULL;
	}
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(const char **p, size_t *len)
{
	while (*len && is_space((*p)[0]))
		(*p)++, (*len)--;
	while (*len && is_space((*p)[*len - 1]))
		(*len)--;
}

/* "{{=<% %>=}}": what stands between the equal signs. */
static int delimiters_set(struct scan *s, const char *p, size_t len)
{
	trim(&p, &len);
	size_t a = 0, b;
	while (a < len && !is_space(p[a]))
		a++;
	for (b = a; b < len && is_space(p[b]);)
		b++;
	if (!a || b == len || memchr(p, '=', len))
		return ig_why(s->why, "%s:%d: two delimiters, divided by white space and without an equal sign, are wanted", s->file, s->line);
	for (size_t i = b; i < len; i++)
		if (is_space(p[i]))
			return ig_why(s->why, "%s:%d: more than two delimiters", s->file, s->line);
	s->open = ig_arena_strndup(s->m->arena, p, a);
	s->open_len = a;
	s->close = ig_arena_strndup(s->m->arena, p + b, len - b);
	s->close_len = len - b;
	return 0;
}

static int name_set(struct scan *s, struct token *t, const char *p, size_t len)
{
	trim(&p, &len);
	if (!len)
		return ig_why(s->why, "%s:%d: a tag without a name", s->file, t->line);
	for (size_t i = 0; i < len; i++)
		if (is_space(p[i]) || (unsigned char)p[i] < ' ')
			return ig_why(s->why, "%s:%d: a name with white space: %.*s", s->file, t->line, len > 60 ? 60 : (int)len, p);
	if (t->type != TOKEN_PARTIAL && !(len == 1 && *p == '.'))
		for (size_t i = 0; i < len; i++)
			if (p[i] == '.' && (i == 0 || i == len - 1 || p[i + 1] == '.'))
				return ig_why(s->why, "%s:%d: a dot with nothing beside it: %.*s", s->file, t->line, len > 60 ? 60 : (int)len, p);
	t->name = ig_arena_strndup(s->m->arena, p, len);
	return 0;
}

/* One tag; s->at stands on its opening delimiter. */
static int tag_add(struct scan *s)
{
	const char *p = s->at + s->open_len, *mark = s->close;
	char triple[80];
	while (*p == ' ' || *p == '\t')
		p++;
	char sigil = *p;
	if (sigil == '{' || sigil == '=') { /* "{{{name}}}" and "{{=a b=}}" end with one more character */
		if (s->close_len + 2 > sizeof triple)
			return ig_why(s->why, "%s:%d: the delimiter is too long", s->file, s->line);
		triple[0] = sigil == '{' ? '}' : '=';
		memcpy(triple + 1, s->close, s->close_len + 1);
		mark = triple;
	}
	const char *end = strstr(p, mark);
	if (!end)
		return ig_why(s->why, "%s:%d: the tag is not closed", s->file, s->line);
	if (*p && strchr("#^/>&!{=<$", *p))
		p++;
	else
		sigil = 0;
	if (p > end)
		return ig_why(s->why, "%s:%d: a tag without a name", s->file, s->line);
	static const struct { char sigil; enum token_type type; } kinds[] = {{'#', TOKEN_SECTION}, {'^', TOKEN_INVERTED}, {'/', TOKEN_CLOSE},
		{'>', TOKEN_PARTIAL}, {'&', TOKEN_RAW}, {'{', TOKEN_RAW}, {'!', TOKEN_COMMENT}, {'=', TOKEN_DELIMITERS}};
	enum token_type type = TOKEN_VAR;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (sigil == kinds[i].sigil)
			type = kinds[i].type;
	if (sigil == '<' || sigil == '$')
		return ig_why(s->why, "%s:%d: inheritance is not supported", s->file, s->line);
	struct token *t = token_add(s, type, NULL, 0);
	int rc = 0;
	if (type == TOKEN_DELIMITERS)
		rc = delimiters_set(s, p, (size_t)(end - p));
	else if (type != TOKEN_COMMENT)
		rc = name_set(s, t, p, (size_t)(end - p));
	for (const char *q = s->at; q < end; q++)
		s->line += *q == '\n';
	s->at = end + strlen(mark);
	return rc;
}

static int tokens_make(struct scan *s)
{
	for (;;) {
		const char *tag = strstr(s->at, s->open);
		text_add(s, tag ? tag : s->at + strlen(s->at));
		if (!tag)
			return 0;
		if (tag_add(s))
			return -1;
	}
}

static bool blank(const struct token *t)
{
	for (size_t i = 0; i < t->len; i++)
		if (!is_space(t->text[i]))
			return false;
	return true;
}

/* A line that holds white space and exactly one tag that prints nothing itself is removed with its newline; white space before a partial
 * becomes the indentation of all its lines. On other lines the first token is marked, as the place where such an indentation goes. */
static void line_settle(struct token *t, size_t count)
{
	size_t tags = 0, at = 0;
	bool text = false;
	for (size_t i = 0; i < count; i++) {
		if (t[i].type == TOKEN_TEXT)
			text = text || !blank(&t[i]);
		else if (t[i].type == TOKEN_VAR || t[i].type == TOKEN_RAW)
			text = true;
		else
			tags++, at = i;
	}
	if (text || tags != 1) {
		t[0].line_start = true;
		return;
	}
	for (size_t i = 0; i < count; i++)
		t[i].gone = t[i].type == TOKEN_TEXT;
	if (t[at].type == TOKEN_PARTIAL && at > 0) {
		t[at].text = t[0].text;
		t[at].len = t[0].len;
	}
}

static void lines_settle(struct scan *s)
{
	size_t from = 0;
	for (size_t i = 0; i < s->count; i++) {
		const struct token *t = &s->tokens[i];
		bool ends = t->type == TOKEN_TEXT && t->text[t->len - 1] == '\n';
		if (ends || i + 1 == s->count) {
			line_settle(&s->tokens[from], i + 1 - from);
			from = i + 1;
		}
	}
}

static struct ig_node *node_add(struct ig_arena *a, struct ig_node ***tail, enum ig_node_type type, const struct token *t)
{
	struct ig_node *n = IG_NEW(a, struct ig_node);
	n->type = type;
	n->line = t->line;
	n->name = t->name;
	**tail = n;
	*tail = &n->next;
	return n;
}

static void text_node_add(struct ig_arena *a, struct ig_node ***tail, const struct token *t)
{
	struct ig_node *n = node_add(a, tail, IG_NODE_TEXT, t);
	n->line_start = t->line_start;
	n->text = "";
	if (t->type == TOKEN_TEXT) {
		n->text = ig_arena_strndup(a, t->text, t->len);
		n->len = t->len;
	}
}

static int tree_make(struct scan *s, struct ig_mustache_part *part,
	struct ig_mustache_part *(*part_of)(struct ig_mustache *m, const char *name, struct ig_why *why))
{
	struct ig_arena *a = s->m->arena;
	struct ig_node *open[IG_MUSTACHE_DEPTH], **after[IG_MUSTACHE_DEPTH], **tail = &part->root, *n;
	size_t depth = 0;
	for (size_t i = 0; i < s->count; i++) {
		const struct token *t = &s->tokens[i];
		if (t->gone)
			continue;
		if (t->type == TOKEN_TEXT || t->line_start)
			text_node_add(a, &tail, t);
		switch (t->type) {
		case TOKEN_TEXT:
		case TOKEN_COMMENT:
		case TOKEN_DELIMITERS:
			break;
		case TOKEN_VAR:
			node_add(a, &tail, IG_NODE_VAR, t);
			break;
		case TOKEN_RAW:
			node_add(a, &tail, IG_NODE_RAW, t);
			break;
		case TOKEN_SECTION:
		case TOKEN_INVERTED:
			if (depth == IG_MUSTACHE_DEPTH)
				return ig_why(s->why, "%s:%d: more than %d sections in each other", s->file, t->line, IG_MUSTACHE_DEPTH);
			n = node_add(a, &tail, t->type == TOKEN_SECTION ? IG_NODE_SECTION : IG_NODE_INVERTED, t);
			open[depth] = n;
			after[depth++] = tail;
			tail = &n->child;
			break;
		case TOKEN_CLOSE:
			if (!depth || strcmp(open[depth - 1]->name, t->name))
				return ig_why(s->why, "%s:%d: {{/%.60s}} closes no section", s->file, t->line, t->name);
			tail = after[--depth];
			break;
		case TOKEN_PARTIAL:
			n = node_add(a, &tail, IG_NODE_PARTIAL, t);
			n->text = ig_arena_strndup(a, t->text ? t->text : "", t->len);
			n->len = t->len;
			if (!(n->part = part_of(s->m, t->name, s->why)))
				return -1;
			break;
		}
	}
	if (depth)
		return ig_why(s->why, "%s:%d: {{#%.60s}} is never closed", s->file, open[depth - 1]->line, open[depth - 1]->name);
	return 0;
}

int ig_mustache_parse(struct ig_mustache *m, struct ig_mustache_part *part, const char *text, int line,
	struct ig_mustache_part *(*part_of)(struct ig_mustache *m, const char *name, struct ig_why *why), struct ig_why *why)
{
	struct scan s = {.m = m, .file = part->file, .at = text, .line = line, .open = "{{", .close = "}}", .open_len = 2, .close_len = 2, .why = why};
	if (strnlen(text, IG_MUSTACHE_TEXT + 1) > IG_MUSTACHE_TEXT)
		return ig_why(why, "%s:1: longer than %u bytes", part->file, IG_MUSTACHE_TEXT);
	int rc = tokens_make(&s);
	if (!rc) {
		lines_settle(&s);
		rc = tree_make(&s, part, part_of);
	}
	free(s.tokens);
	return rc;
}
