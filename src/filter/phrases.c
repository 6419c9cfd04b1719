/* Hundreds of phrases in one pass over a text: the automaton of Aho and Corasick over folded bytes. A phrase is found as whole words.
 * Relies on ig_utf8_fold for both sides: case, marks and punctuation do not count, so "Lừa đảo" is found as "LUA DAO" too.
 * Bounded: each step is one table look-up; nothing of the text is kept. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "filter/room.h"

#define NODES_MAX 60000
#define CLASSES_MAX 64

struct ig_phrases {
	struct ig_arena *arena; /* own */
	char **list;            /* folded, with a space at each end */
	size_t count, room;
	unsigned char class_of[256];
	unsigned classes;
	uint16_t *next;  /* node * classes + class */
	uint16_t *fail;
	int32_t *ends;   /* phrase that ends at the node, -1 none */
	uint16_t *out;   /* nearest node on the way of fails at which a phrase ends, 0 none */
	unsigned char *hit; /* a phrase ends at the node or on its way of fails: one look for each letter of a text instead of two far ones */
	size_t nodes;
	int32_t *slots;  /* hash of list */
	size_t slot_count;
};

struct ig_phrases *ig_phrases_new(void)
{
	struct ig_phrases *p = ig_xmalloc(sizeof *p);
	p->arena = ig_arena_new(0);
	return p;
}

struct ig_phrases *ig_phrases_free(struct ig_phrases *p)
{
	if (!p)
		return NULL;
	ig_arena_free(p->arena);
	free(p->list);
	free(p->slots);
	free(p->next);
	free(p->fail);
	free(p->ends);
	free(p->out);
	free(p->hit);
	free(p);
	return NULL;
}

static size_t hash(const char *s)
{
	size_t h = 14695981039346656037u;
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return h;
}

static void rehash(struct ig_phrases *p)
{
	p->slot_count = p->room * 2;
	p->slots = ig_xrealloc(p->slots, p->slot_count * sizeof *p->slots);
	for (size_t i = 0; i < p->slot_count; i++)
		p->slots[i] = -1;
	for (size_t i = 0; i < p->count; i++) {
		size_t k = hash(p->list[i]) % p->slot_count;
		while (p->slots[k] >= 0)
			k = (k + 1) % p->slot_count;
		p->slots[k] = (int32_t)i;
	}
}

int ig_phrases_add(struct ig_phrases *p, const char *phrase)
{
	char *folded = ig_arena_fmt(p->arena, " %s ", ig_utf8_fold(p->arena, phrase, strlen(phrase)));
	if (!strcmp(folded, "  "))
		return -1;
	if (p->count == p->room) {
		p->room = p->room ? p->room * 2 : 256;
		p->list = ig_xrealloc(p->list, p->room * sizeof *p->list);
		rehash(p);
	}
	size_t k = hash(folded) % p->slot_count;
	for (; p->slots[k] >= 0; k = (k + 1) % p->slot_count)
		if (!strcmp(p->list[p->slots[k]], folded))
			return p->slots[k];
	p->slots[k] = (int32_t)p->count;
	p->list[p->count] = folded;
	return (int)p->count++;
}

/* Letters that stand in no phrase are one class: they end every word that is looked for. */
static void classify(struct ig_phrases *p)
{
	p->classes = 1;
	for (size_t i = 0; i < p->count; i++)
		for (const unsigned char *s = (unsigned char *)p->list[i]; *s; s++)
			if (!p->class_of[*s])
				p->class_of[*s] = (unsigned char)(p->classes < CLASSES_MAX ? p->classes++ : 0);
}

static void plant(struct ig_phrases *p, size_t i)
{
	size_t node = 0;
	for (const unsigned char *s = (unsigned char *)p->list[i]; *s; s++) {
		uint16_t *to = &p->next[node * p->classes + p->class_of[*s]];
		if (!*to) {
			if (p->nodes == NODES_MAX)
				return; /* never with the filters that are shipped; such a phrase is not found */
			*to = (uint16_t)p->nodes;
			p->ends[p->nodes++] = -1;
		}
		node = *to;
	}
	p->ends[node] = (int32_t)i;
}

void ig_phrases_ready(struct ig_phrases *p)
{
	size_t most = 1, head = 0, tail = 0;
	classify(p);
	for (size_t i = 0; i < p->count; i++)
		most += strlen(p->list[i]);
	most = most < NODES_MAX ? most : NODES_MAX;
	p->next = ig_xmalloc(most * p->classes * sizeof *p->next);
	p->fail = ig_xmalloc(most * sizeof *p->fail);
	p->out = ig_xmalloc(most * sizeof *p->out);
	p->ends = ig_xmalloc(most * sizeof *p->ends);
	p->hit = ig_xmalloc(most);
	p->nodes = 1;
	p->ends[0] = -1;
	for (size_t i = 0; i < p->count; i++)
		plant(p, i);
	uint16_t *queue = ig_xmalloc(most * sizeof *queue);
	for (unsigned c = 0; c < p->classes; c++)
		if (p->next[c])
			queue[tail++] = p->next[c];
	while (head < tail) {
		size_t node = queue[head++];
		p->out[node] = p->ends[p->fail[node]] >= 0 ? p->fail[node] : p->out[p->fail[node]];
		p->hit[node] = p->ends[node] >= 0 || p->out[node];
		for (unsigned c = 0; c < p->classes; c++) {
			uint16_t *to = &p->next[node * p->classes + c], back = p->next[(size_t)p->fail[node] * p->classes + c];
			if (*to) {
				p->fail[*to] = back;
				queue[tail++] = *to;
			} else {
				*to = back;
			}
		}
	}
	free(queue);
}

size_t ig_phrases_count(const struct ig_phrases *p)
{
	return p->count;
}

static void found(const struct ig_phrases *p, size_t node, unsigned char *seen)
{
	for (; node; node = p->out[node])
		if (p->ends[node] >= 0 && seen[p->ends[node]] < 255)
			seen[p->ends[node]]++;
}

void ig_phrases_scan(const struct ig_phrases *p, const char *folded, unsigned char *seen)
{
	size_t node = p->next[p->class_of[' ']];
	for (const unsigned char *s = (const unsigned char *)folded; *s; s++) {
		node = p->next[node * p->classes + p->class_of[*s]];
		if (p->hit[node])
			found(p, node, seen);
		if (!node) /* every phrase begins with a space (ig_phrases_add): what is left of this word leads nowhere */
			while (s[1] && s[1] != ' ')
				s++;
	}
	found(p, p->next[node * p->classes + p->class_of[' ']], seen);
}
