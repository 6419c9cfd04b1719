/* Mustache: the whole specification except lambdas (and without its optional modules). Walks the tree of mustache_parse.c over jansson
 * values. Bounded in depth, steps and, by the buffer's ceiling, in output. Does not read files: partials come through a callback. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "compose/mustache_tree.h"

/* ---- compiling */

static struct ig_mustache_part *part_of(struct ig_mustache *m, const char *name, struct ig_why *why)
{
	for (size_t i = 0; i < m->part_count; i++)
		if (!strcmp(m->parts[i]->file, name))
			return m->parts[i];
	if (m->part_count == IG_MUSTACHE_PARTIALS) {
		ig_why(why, "%s:1: more than %d partials", m->main.file, IG_MUSTACHE_PARTIALS);
		return NULL;
	}
	struct ig_mustache_part *p = IG_NEW(m->arena, struct ig_mustache_part);
	p->file = ig_arena_strdup(m->arena, name);
	return m->parts[m->part_count++] = p;
}

struct ig_mustache *ig_mustache_compile_at(const char *name, int line, const char *text, enum ig_mustache_escape escape,
	const char *(*partial)(void *arg, const char *name), void *arg, struct ig_why *why)
{
	struct ig_mustache *m = ig_xmalloc(sizeof *m);
	m->arena = ig_arena_new(0);
	m->escape = escape;
	m->main.file = ig_arena_strdup(m->arena, name);
	int rc = ig_mustache_parse(m, &m->main, text, line, part_of, why);
	for (size_t i = 0; !rc && i < m->part_count; i++) { /* grows while partials name further ones; one that is not there is empty */
		const char *body = partial ? partial(arg, m->parts[i]->file) : NULL;
		rc = body ? ig_mustache_parse(m, m->parts[i], body, 1, part_of, why) : 0;
	}
	return rc ? ig_mustache_free(m) : m;
}

struct ig_mustache *ig_mustache_compile(const char *name, const char *text, enum ig_mustache_escape escape,
	const char *(*partial)(void *arg, const char *name), void *arg, struct ig_why *why)
{
	return ig_mustache_compile_at(name, 1, text, escape, partial, arg, why);
}

struct ig_mustache *ig_mustache_free(struct ig_mustache *m)
{
	if (m)
		ig_arena_free(m->arena);
	free(m);
	return NULL;
}

/* ---- names */

struct names {
	ig_mustache_name_h *each;
	void *arg;
	char scope[1024];
};

static void names_walk(struct names *w, const struct ig_mustache_part *part, const struct ig_node *n, int depth)
{
	for (; n && depth < IG_MUSTACHE_DEPTH; n = n->next) {
		if (n->type == IG_NODE_TEXT)
			continue;
		if (n->type == IG_NODE_PARTIAL) {
			names_walk(w, n->part, n->part->root, depth < IG_MUSTACHE_DEPTH / 4 ? depth * 2 + 8 : IG_MUSTACHE_DEPTH);
			continue;
		}
		bool dot = !strcmp(n->name, ".");
		if (!dot)
			w->each(n->name, w->scope, part->file, n->line, w->arg);
		size_t len = strlen(w->scope), more = strlen(n->name);
		if (n->type == IG_NODE_SECTION && !dot && len + more + 2 < sizeof w->scope) {
			if (len)
				w->scope[len] = ' ';
			memcpy(w->scope + len + (len != 0), n->name, more + 1);
		}
		names_walk(w, part, n->child, depth + 1);
		w->scope[len] = 0;
	}
}

void ig_mustache_names(const struct ig_mustache *m, ig_mustache_name_h *each, void *arg)
{
	struct names w = {.each = each, .arg = arg};
	names_walk(&w, &m->main, m->main.root, 0);
}

/* ---- rendering */

struct render {
	const struct ig_mustache *m;
	struct ig_buf *out, indent;
	json_t *stack[2 * IG_MUSTACHE_DEPTH];
	size_t top; /* contexts on the stack */
	unsigned steps;
	struct ig_why *why;
};

/* The first part of a dotted name is looked for from the innermost context outwards; the others only inside what was found. */
static json_t *lookup(const struct render *r, const char *name)
{
	if (!strcmp(name, "."))
		return r->stack[r->top - 1];
	size_t len = strcspn(name, ".");
	json_t *v = NULL;
	char key[256];
	for (size_t i = r->top; i-- > 0 && !v && len < sizeof key;) {
		memcpy(key, name, len);
		key[len] = 0;
		v = json_object_get(r->stack[i], key);
	}
	while (v && name[len]) {
		name += len + 1;
		len = strcspn(name, ".");
		if (len >= sizeof key)
			return NULL;
		memcpy(key, name, len);
		key[len] = 0;
		v = json_object_get(v, key);
	}
	return v;
}

static bool truth(const json_t *v)
{
	if (!v)
		return false;
	switch (json_typeof(v)) {
	case JSON_NULL:
	case JSON_FALSE:
		return false;
	case JSON_STRING:
		return json_string_length(v) > 0;
	case JSON_INTEGER:
		return json_integer_value(v) != 0;
	case JSON_REAL:
		return json_real_value(v) != 0;
	case JSON_ARRAY:
		return json_array_size(v) > 0;
	case JSON_OBJECT:
	case JSON_TRUE:
		break;
	}
	return true;
}

static void text_put(struct render *r, const char *p, size_t len, bool escape)
{
	if (!escape) {
		ig_buf_add(r->out, p, len);
		return;
	}
	for (size_t i = 0; i < len; i++) {
		if (p[i] == '&')
			ig_buf_str(r->out, "&amp;");
		else if (p[i] == '<')
			ig_buf_str(r->out, "&lt;");
		else if (p[i] == '>')
			ig_buf_str(r->out, "&gt;");
		else if (p[i] == '"')
			ig_buf_str(r->out, "&quot;");
		else
			ig_buf_char(r->out, p[i]);
	}
}

static void value_put(struct render *r, const json_t *v, bool escape)
{
	char number[40] = "";
	if (json_is_string(v))
		text_put(r, json_string_value(v), json_string_length(v), escape);
	else if (json_is_boolean(v))
		ig_buf_str(r->out, json_is_true(v) ? "true" : "false");
	else if (json_is_integer(v))
		ig_buf_fmt(r->out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	else if (json_is_real(v)) { /* the fewest digits that read back as the same number */
		for (int digits = 1; digits <= 17; digits++) {
			snprintf(number, sizeof number, "%.*g", digits, json_real_value(v));
			if (strtod(number, NULL) == json_real_value(v))
				break;
		}
		ig_buf_str(r->out, number);
	}
}

static int nodes_render(struct render *r, const struct ig_mustache_part *part, const struct ig_node *n, int depth);

static int in_context(struct render *r, const struct ig_mustache_part *part, const struct ig_node *n, json_t *v, int depth)
{
	if (r->top == sizeof r->stack / sizeof *r->stack)
		return ig_why(r->why, "%s:%d: too deep", part->file, n->line);
	r->stack[r->top++] = v;
	int rc = nodes_render(r, part, n->child, depth + 1);
	r->top--;
	return rc;
}

static int section_render(struct render *r, const struct ig_mustache_part *part, const struct ig_node *n, int depth)
{
	json_t *v = lookup(r, n->name), *item;
	size_t i;
	if (n->type == IG_NODE_INVERTED)
		return truth(v) ? 0 : nodes_render(r, part, n->child, depth + 1);
	if (!truth(v))
		return 0;
	if (!json_is_array(v))
		return in_context(r, part, n, v, depth);
	json_array_foreach(v, i, item)
		if (in_context(r, part, n, item, depth))
			return -1;
	return 0;
}

static int partial_render(struct render *r, const struct ig_node *n, int depth)
{
	size_t was = r->indent.len;
	ig_buf_add(&r->indent, n->text, n->len);
	int rc = nodes_render(r, n->part, n->part->root, depth + 1);
	ig_buf_cut(&r->indent, was);
	return rc;
}

static int nodes_render(struct render *r, const struct ig_mustache_part *part, const struct ig_node *n, int depth)
{
	if (n && depth >= 2 * IG_MUSTACHE_DEPTH)
		return ig_why(r->why, "%s:%d: too deep", part->file, n->line);
	for (int rc = 0; n; n = n->next) {
		if (++r->steps > IG_MUSTACHE_STEPS)
			return ig_why(r->why, "%s:%d: more than %d steps", part->file, n->line, IG_MUSTACHE_STEPS);
		switch (n->type) {
		case IG_NODE_TEXT:
			if (n->line_start)
				ig_buf_add(r->out, r->indent.data, r->indent.len);
			ig_buf_add(r->out, n->text, n->len);
			break;
		case IG_NODE_VAR:
		case IG_NODE_RAW:
			value_put(r, lookup(r, n->name), n->type == IG_NODE_VAR && r->m->escape == IG_MUSTACHE_HTML);
			break;
		case IG_NODE_SECTION:
		case IG_NODE_INVERTED:
			rc = section_render(r, part, n, depth);
			break;
		case IG_NODE_PARTIAL:
			rc = partial_render(r, n, depth);
			break;
		}
		if (rc)
			return rc;
		if (r->out->over)
			return ig_why(r->why, "%s:%d: the text grows past %zu bytes", part->file, n->line, r->out->max);
	}
	return 0;
}

int ig_mustache_render(const struct ig_mustache *m, json_t *data, struct ig_buf *out, struct ig_why *why)
{
	struct render r = {.m = m, .out = out, .indent = IG_BUF_INIT(4096), .stack = {data}, .top = 1, .why = why};
	int rc = nodes_render(&r, &m->main, m->main.root, 0);
	ig_buf_free(&r.indent);
	return rc;
}
