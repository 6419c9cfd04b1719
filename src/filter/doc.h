/* Parsed JSON and XML parts of the message under way. Inside filter only. */
#ifndef IG_FILTER_DOC_H
#define IG_FILTER_DOC_H
#include <jansson.h>
#include <libxml/tree.h>
#include "filter/room.h"

struct ig_doc {
	const char *where;
	json_t *json;
	xmlDoc *xml;
	struct ig_doc *next;
};
struct ig_node { /* a value in one of them */
	json_t *json;
	xmlNode *xml;
	const char *attribute; /* of xml; NULL its content */
};
typedef bool ig_node_h(void *arg, const struct ig_node *n, const char *path); /* false: enough */

struct ig_doc *ig_docs(struct ig_filtering *g);
void ig_docs_free(struct ig_filtering *g);
/* JSON: a pointer in which * is any element and ** any depth. XML: names of elements from the root on, // any depth, @name an attribute. */
void ig_docs_find(struct ig_filtering *g, bool json, const char *path, ig_node_h *each, void *arg);
void ig_node_find(struct ig_arena *a, const struct ig_node *from, const char *path, const char *where, ig_node_h *each, void *arg);
const char *ig_node_text(struct ig_arena *a, const struct ig_node *n); /* NULL nothing, or a list */
#endif
