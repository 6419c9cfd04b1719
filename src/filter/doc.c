/* JSON and XML parts by path. Relies on jansson and libxml2. Nothing outside the text is ever fetched: no network, no files, no entities; a text that
 * declares entities is not read at all (they have no use in reports and one known use in attacks).
 * Bounded in size by parse, in depth and steps here. */
#include "config.h"
#include <ctype.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "filter/doc.h"

#define DEPTH_MAX 48
#define STEPS_MAX 200000
#define DOCS_MAX 16

static const char *skip_blank(const char *s)
{
	while (*s && (unsigned char)*s <= ' ')
		s++;
	return s;
}

static void add_json(struct ig_filtering *g, const char *where, const char *text, bool sure)
{
	json_error_t e;
	json_t *v = json_loads(text, 0, &e);
	if (!v) {
		if (sure)
			ig_filtering_problem(g, "%s is no JSON: line %d: %s", where, e.line, e.text);
		return;
	}
	struct ig_doc *d = IG_NEW(g->a, struct ig_doc);
	*d = (struct ig_doc){.where = where, .json = v, .next = g->docs};
	g->docs = d;
}

static void add_xml(struct ig_filtering *g, const char *where, const char *text, size_t len, bool sure)
{
	if (memmem(text, len, "<!ENTITY", 8)) {
		ig_filtering_problem(g, "%s declares XML entities and was not read", where);
		return;
	}
	xmlDoc *x = len < INT32_MAX ? xmlReadMemory(text, (int)len, NULL, "UTF-8",
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA | XML_PARSE_RECOVER | XML_PARSE_IGNORE_ENC) : NULL;
	if (!x || !xmlDocGetRootElement(x)) {
		if (sure)
			ig_filtering_problem(g, "%s is no XML", where);
		xmlFreeDoc(x);
		return;
	}
	struct ig_doc *d = IG_NEW(g->a, struct ig_doc);
	*d = (struct ig_doc){.where = where, .xml = x, .next = g->docs};
	g->docs = d;
}

/* XML within a text: from its declaration, or the first element, to the last bracket. Some clients quote "- " before dashes (RFC 9580 7.2). */
static void xml_in_text(struct ig_filtering *g, const char *text)
{
	const char *from = strstr(text, "<?xml"), *end = strrchr(text, '>');
	if (!from && *skip_blank(text) == '<' && isalpha((unsigned char)skip_blank(text)[1]))
		from = skip_blank(text);
	if (!from)
		from = strstr(text, "<Infringement");
	if (from && end > from)
		add_xml(g, "text", from, (size_t)(end - from) + 1, false);
}

static void load(struct ig_filtering *g)
{
	size_t count = 0;
	if (g->docs_known)
		return;
	g->docs_known = true;
	ig_filtering_parts(g);
	for (size_t i = g->part_count; i-- > 0 && count < DOCS_MAX;) { /* the list is built from its end: the first part comes first */
		const struct ig_part_text *p = &g->parts[i];
		const char *s = p->text ? skip_blank(p->text) : "";
		bool json = strstr(p->type, "json") != NULL, xml = strstr(p->type, "xml") != NULL;
		count++;
		if (*s == '{' || *s == '[' || json)
			add_json(g, p->where, s, json);
		else if ((*s == '<' && !strstr(p->type, "html")) || xml)
			add_xml(g, p->where, s, strlen(s), xml);
	}
	const char *s = g->r->text ? skip_blank(g->r->text) : "";
	if (*s == '{')
		add_json(g, "text", s, false);
	else if (g->r->text)
		xml_in_text(g, g->r->text);
}

void ig_docs_free(struct ig_filtering *g)
{
	for (struct ig_doc *d = g->docs; d; d = d->next) {
		json_decref(d->json);
		xmlFreeDoc(d->xml);
	}
	g->docs = NULL;
}

struct ig_doc *ig_docs(struct ig_filtering *g)
{
	load(g);
	return g->docs;
}

/* ---- JSON */

struct walk {
	struct ig_arena *a;
	const char *where;
	ig_node_h *each;
	void *arg;
	int steps;
	bool stop;
};

static void json_walk(struct walk *w, json_t *v, const char *path, const char *at, int depth)
{
	if (w->stop || !v || depth > DEPTH_MAX || w->steps++ > STEPS_MAX)
		return;
	if (!*path) {
		struct ig_node n = {.json = v};
		w->stop = !w->each(w->arg, &n, ig_arena_fmt(w->a, "%s%s", w->where, *at ? at : ""));
		return;
	}
	const char *seg = path + 1;
	size_t len = strcspn(seg, "/");
	const char *rest = seg + len, *key;
	json_t *child;
	size_t i;
	bool any = len == 1 && *seg == '*', deep = len == 2 && !memcmp(seg, "**", 2);
	if (deep)
		json_walk(w, v, rest, at, depth + 1);
	if (json_is_array(v)) {
		json_array_foreach(v, i, child)
			if (any || deep || (isdigit((unsigned char)*seg) && (size_t)strtoul(seg, NULL, 10) == i))
				json_walk(w, child, deep ? path : rest, ig_arena_fmt(w->a, "%s/%zu", at, i), depth + 1);
	} else if (json_is_object(v) && (any || deep)) {
		json_object_foreach(v, key, child)
			json_walk(w, child, deep ? path : rest, ig_arena_fmt(w->a, "%s/%.60s", at, key), depth + 1);
	} else if (json_is_object(v)) {
		key = ig_arena_strndup(w->a, seg, len);
		json_walk(w, json_object_get(v, key), rest, ig_arena_fmt(w->a, "%s/%.60s", at, key), depth + 1);
	}
}

/* ---- XML */

static bool same_name(const xmlChar *name, const char *seg, size_t len)
{
	return name && strlen((const char *)name) == len && !strncasecmp((const char *)name, seg, len);
}

static void xml_walk(struct walk *w, xmlNode *n, const char *path, const char *at, int depth);

static void xml_children(struct walk *w, xmlNode *n, const char *seg, size_t len, const char *at, bool deep, int depth)
{
	size_t count = 0;
	for (xmlNode *c = n->children; c && !w->stop; c = c->next) {
		if (c->type != XML_ELEMENT_NODE || w->steps++ > STEPS_MAX)
			continue;
		count++;
		const char *here = ig_arena_fmt(w->a, "%s/%.60s", at, (const char *)c->name);
		if (same_name(c->name, seg, len) || (len == 1 && *seg == '*'))
			xml_walk(w, c, seg + len, here, depth + 1);
		if (deep && depth < DEPTH_MAX)
			xml_children(w, c, seg, len, here, true, depth + 1);
	}
}

/* path: what is still to go from node n, "" or "/a/b" or "//a". */
static void xml_walk(struct walk *w, xmlNode *n, const char *path, const char *at, int depth)
{
	if (w->stop || depth > DEPTH_MAX)
		return;
	if (!*path) {
		struct ig_node found = {.xml = n};
		w->stop = !w->each(w->arg, &found, ig_arena_fmt(w->a, "%s%s", w->where, at));
		return;
	}
	bool deep = path[1] == '/';
	const char *seg = path + 1 + deep;
	size_t len = strcspn(seg, "/");
	if (*seg == '@') {
		struct ig_node found = {.xml = n, .attribute = ig_arena_strndup(w->a, seg + 1, len - 1)};
		w->stop = !w->each(w->arg, &found, ig_arena_fmt(w->a, "%s%s/%.*s", w->where, at, (int)len, seg));
		return;
	}
	xml_children(w, n, seg, len, at, deep, depth);
}

void ig_node_find(struct ig_arena *a, const struct ig_node *from, const char *path, const char *where, ig_node_h *each, void *arg)
{
	struct walk w = {.a = a, .where = where, .each = each, .arg = arg};
	if (from->json)
		json_walk(&w, from->json, *path == '/' || !*path ? path : ig_arena_fmt(a, "/%s", path), "", 0);
	else if (from->xml)
		xml_walk(&w, from->xml, *path == '/' ? path : ig_arena_fmt(a, "/%s", path), "", 0);
}

void ig_docs_find(struct ig_filtering *g, bool json, const char *path, ig_node_h *each, void *arg)
{
	for (struct ig_doc *d = ig_docs(g); d; d = d->next) {
		struct ig_node from = {.json = json ? d->json : NULL, .xml = json || !d->xml ? NULL : (xmlNode *)d->xml};
		if (from.json || from.xml)
			ig_node_find(g->a, &from, path, ig_arena_fmt(g->a, "%s ", d->where), each, arg);
	}
}

const char *ig_node_text(struct ig_arena *a, const struct ig_node *n)
{
	if (n->xml) {
		xmlChar *v = n->attribute ? xmlGetNoNsProp(n->xml, (const xmlChar *)n->attribute) : xmlNodeGetContent(n->xml);
		if (!v && n->attribute)
			v = xmlGetProp(n->xml, (const xmlChar *)n->attribute);
		char *text = v ? ig_arena_strdup(a, skip_blank((const char *)v)) : NULL;
		xmlFree(v);
		for (size_t len = text ? strlen(text) : 0; len && (unsigned char)text[len - 1] <= ' '; len--)
			text[len - 1] = 0;
		return text && *text ? text : NULL;
	}
	if (json_is_string(n->json))
		return *json_string_value(n->json) ? ig_arena_strdup(a, json_string_value(n->json)) : NULL;
	if (json_is_integer(n->json))
		return ig_arena_fmt(a, "%lld", (long long)json_integer_value(n->json));
	if (json_is_real(n->json))
		return ig_arena_fmt(a, "%.6f", json_real_value(n->json));
	if (json_is_boolean(n->json))
		return json_is_true(n->json) ? "true" : "false";
	return NULL;
}
