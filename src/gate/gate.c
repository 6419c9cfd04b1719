/* Secrets, and the comparison of one view with all of them. Relies on fold.c; the views come from views.c. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/utf8.h"
#include "gate/room.h"

#define DIGITS_MIN 8 /* of the national part of a telephone number */

struct ig_gate *ig_gate_new(void) { return ig_xmalloc(sizeof(struct ig_gate)); }

struct ig_gate *ig_gate_free(struct ig_gate *g)
{
	for (size_t i = 0; g && i < g->count; i++) {
		free(g->needles[i].value);
		free(g->needles[i].what);
		free(g->needles[i].folded);
		free(g->needles[i].digits);
		for (size_t k = 0; k < IG_GATE_SPELLINGS; k++)
			free(g->needles[i].spellings[k]);
	}
	if (g) {
		free(g->needles);
		free(g->slots);
		free(g->known);
		free(g->buckets);
		free(g->own);
	}
	free(g);
	return NULL;
}

static char *squeezed(const char *text)
{
	struct ig_buf b = IG_BUF_INIT(IG_GATE_OUT);
	ig_gate_fold(text, strlen(text), false, &b);
	char *s = ig_xstrdup(b.data);
	ig_buf_free(&b);
	return s;
}

/* "0233.000.0009", "+84 233 000 0009": what both have in common. NULL: it is no number. */
static char *national(const char *folded)
{
	size_t n = strlen(folded);
	if (strspn(folded, "0123456789") != n)
		return NULL;
	const char *p = !strncmp(folded, "0084", 4) ? folded + 4 : !strncmp(folded, "84", 2) && n > 10 ? folded + 2 : folded;
	while (*p == '0')
		p++;
	return strlen(p) >= DIGITS_MIN ? ig_xstrdup(p) : NULL;
}

static bool known_put(uint64_t *table, size_t size, uint64_t h)
{
	size_t i = h % size;
	while (table[i] && table[i] != h)
		i = (i + 1) % size;
	if (table[i])
		return true;
	table[i] = h;
	return false;
}

static void known_grow(struct ig_gate *g)
{
	size_t size = g->known_size ? g->known_size * 2 : 64;
	uint64_t *more = ig_xmalloc(size * sizeof *more);
	for (size_t i = 0; i < g->known_size; i++)
		if (g->known[i])
			known_put(more, size, g->known[i]);
	free(g->known);
	g->known = more;
	g->known_size = size;
}

/* The same value again, as the mails of one case bring it. */
static bool known(struct ig_gate *g, const char *value, bool as)
{
	uint8_t sum[IG_SHA256_LEN];
	uint64_t h;
	ig_sha256_of(value, strlen(value), sum);
	memcpy(&h, sum, sizeof h);
	if (g->known_count * 2 >= g->known_size)
		known_grow(g);
	bool again = known_put(g->known, g->known_size, (h ^ (as ? UINT64_C(0x9e3779b97f4a7c16) : 0)) | 1);
	g->known_count += !again;
	return again;
}

/* "Lê An" is written "LÊ AN", "Le An", "le an" as well. Of one short word that would be every other word of a letter ("Lan", "An"). */
static void spell(struct ig_gate_needle *n, struct ig_arena *a)
{
	size_t len = strlen(n->value), k = 0;
	char *bare = ig_utf8_fold(a, n->value, len), *title = ig_arena_strdup(a, bare);
	if (!strchr(bare, ' '))
		return;
	for (char *p = title; *p; p++)
		if ((p == title || p[-1] == ' ') && *p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	const char *const ways[] = {ig_utf8_cased(a, n->value, len, true), ig_utf8_cased(a, n->value, len, false), bare, title, ig_utf8_cased(a, bare, strlen(bare), true)};
	for (size_t i = 0; i < IG_COUNT(ways); i++)
		if (strcmp(ways[i], n->value))
			n->spellings[k++] = ig_xstrdup(ways[i]);
}

static void add(struct ig_gate *g, const char *value, const char *what, bool as)
{
	while (value && (*value == ' ' || *value == '\n' || *value == '\t'))
		value++;
	if (!value || !*value || g->too_many)
		return;
	if (g->count == IG_GATE_SECRETS) {
		g->too_many = true;
		return;
	}
	if (known(g, value, as))
		return;
	char *folded = squeezed(value);
	if (g->count == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 32;
		g->needles = ig_xrealloc(g->needles, g->cap * sizeof *g->needles);
	}
	struct ig_arena *a = ig_arena_new(0);
	size_t len = strlen(value);
	while (len && (value[len - 1] == ' ' || value[len - 1] == '\n' || value[len - 1] == '\t'))
		len--;
	struct ig_gate_needle n = {.value = ig_xstrdup(ig_utf8_nfc(a, value, len)), .what = ig_xstrdup(what), .folded = folded,
		.digits = national(folded), .whole = strlen(folded) < IG_GATE_WHOLE};
	n.dropped = !*folded;
	if (n.whole && !n.dropped)
		spell(&n, a);
	g->needles[g->count++] = n;
	g->left += !n.dropped;
	ig_arena_free(a);
}

void ig_gate_secret(struct ig_gate *g, const char *value, const char *what) { add(g, value, what, false); }

void ig_gate_secret_as(struct ig_gate *g, const char *value, const char *what)
{
	size_t before = g->count;
	add(g, value, what, true);
	if (g->count == before)
		return;
	struct ig_gate_needle *n = &g->needles[before];
	struct ig_arena *a = ig_arena_new(0);
	for (size_t k = 0; k < IG_GATE_SPELLINGS; k++) {
		free(n->spellings[k]);
		n->spellings[k] = NULL;
	}
	free(n->digits);
	n->digits = NULL;
	n->whole = true;
	size_t len = strlen(n->value);
	char *bare = ig_arena_alloc(a, len + 1);
	bare[ig_gate_bare(n->value, len, bare)] = 0;
	if (strcmp(bare, n->value))
		n->spellings[0] = ig_xstrdup(bare);
	else
		n->unmarked = g->unmarked = true;
	ig_arena_free(a);
}

void ig_gate_secret_word(struct ig_gate *g, const char *value, const char *what)
{
	size_t before = g->count;
	ig_gate_secret_as(g, value, what);
	if (g->count == before)
		return;
	struct ig_gate_needle *n = &g->needles[before];
	for (char *p = n->value; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
	n->any_case = g->any_case = true;
	n->unmarked = false;
}

/* A short one is public where it stands as a word: letters of two words that meet by accident say nothing. */
static bool stands(const struct ig_gate_needle *n, const char *words)
{
	struct ig_arena *a = ig_arena_new(0);
	char *folded = ig_utf8_fold(a, n->value, strlen(n->value));
	bool there = ig_gate_word_in(words, strlen(words), folded);
	ig_arena_free(a);
	return there;
}

static bool in(const char *text, size_t len, const char *what)
{
	return memmem(text, len, what, strlen(what)) != NULL;
}

void ig_gate_public(struct ig_gate *g, const char *text)
{
	if (!text || !*text || !g->left)
		return;
	char *s = squeezed(text);
	size_t len = strlen(s);
	struct ig_arena *a = ig_arena_new(0);
	const char *words = ig_utf8_fold(a, text, strlen(text));
	for (size_t i = 0; i < g->count; i++) {
		struct ig_gate_needle *n = &g->needles[i];
		if (!n->dropped && (n->whole ? stands(n, words) : in(s, len, n->folded))) {
			n->dropped = true;
			g->left--;
		}
	}
	ig_arena_free(a);
	free(s);
}

void ig_gate_own(struct ig_gate *g, const uint8_t sha256[IG_SHA256_LEN])
{
	g->own = ig_xrealloc(g->own, (g->own_count + 1) * sizeof *g->own);
	memcpy(g->own[g->own_count++], sha256, IG_SHA256_LEN);
}

size_t ig_gate_count(const struct ig_gate *g) { return g->left; }

static void hit(struct ig_gate *g, const struct ig_gate_needle *n, const char *how)
{
	struct ig_why why;
	ig_why(&why, "%s stands in %s", n->what, how);
	memcpy(g->verdict, why.text, sizeof g->verdict);
	g->found = true;
}

static size_t bucket_of(const char *p, int bits)
{
	uint64_t v;
	memcpy(&v, p, sizeof v);
	return (size_t)(v * UINT64_C(0x9e3779b97f4a7c15) >> (64 - bits));
}

static void index_one(struct ig_gate *g, const char *folded, size_t needle)
{
	struct ig_gate_slot *s = &g->slots[g->slot_count];
	size_t b = bucket_of(folded, g->bits);
	*s = (struct ig_gate_slot){.folded = folded, .len = strlen(folded), .needle = needle, .next = g->buckets[b]};
	g->buckets[b] = (unsigned)++g->slot_count;
}

/* By their first eight letters, so that many secrets cost no more than few. */
static void index_all(struct ig_gate *g)
{
	for (g->bits = IG_GATE_BITS_MIN; g->bits < IG_GATE_BITS_MAX && (size_t)1 << g->bits < g->left * 8; g->bits++)
		;
	free(g->buckets);
	g->buckets = ig_xmalloc(sizeof *g->buckets << g->bits);
	g->slots = ig_xrealloc(g->slots, (g->count * 2 + 1) * sizeof *g->slots);
	g->slot_count = 0;
	for (size_t i = 0; i < g->count; i++) {
		const struct ig_gate_needle *n = &g->needles[i];
		if (n->dropped || n->whole)
			continue;
		index_one(g, n->folded, i);
		if (n->digits)
			index_one(g, n->digits, i);
	}
}

static void compare(struct ig_gate *g, const struct ig_buf *folded, const char *how)
{
	for (size_t at = 0; g->slot_count && at + IG_GATE_WHOLE <= folded->len; at++)
		for (unsigned k = g->buckets[bucket_of(folded->data + at, g->bits)]; k; k = g->slots[k - 1].next) {
			const struct ig_gate_slot *s = &g->slots[k - 1];
			if (s->len <= folded->len - at && !memcmp(folded->data + at, s->folded, s->len)) {
				hit(g, &g->needles[s->needle], how);
				return;
			}
		}
}

static bool short_one_in(const struct ig_gate_needle *n, const char *p, size_t len)
{
	bool there = ig_gate_word_in(p, len, n->value);
	for (size_t k = 0; !there && k < IG_GATE_SPELLINGS && n->spellings[k]; k++)
		there = ig_gate_word_in(p, len, n->spellings[k]);
	return there;
}

static void compare_words(struct ig_gate *g, const char *p, size_t len, const char *how)
{
	char *small = g->any_case ? ig_xmalloc(len + 1) : NULL, *bare = g->unmarked ? ig_xmalloc(len + 1) : NULL;
	size_t bare_len = bare ? ig_gate_bare(p, len, bare) : 0;
	for (size_t i = 0; small && i < len; i++)
		small[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] + 32) : p[i];
	for (size_t i = 0; i < g->count && !g->found; i++) {
		const struct ig_gate_needle *n = &g->needles[i];
		if (!n->dropped && n->whole && (n->unmarked ? short_one_in(n, bare, bare_len) : short_one_in(n, n->any_case ? small : p, len)))
			hit(g, n, how);
	}
	free(small);
	free(bare);
}

/* Composed as it is: there is no mark to compose. */
static bool ascii(const char *p, size_t len)
{
	uint64_t high = 0, v;
	for (; len >= sizeof v; p += sizeof v, len -= sizeof v) {
		memcpy(&v, p, sizeof v);
		high |= v;
	}
	while (len--)
		high |= (unsigned char)*p++;
	return !(high & UINT64_C(0x8080808080808080));
}

/* One view against all secrets. */
void ig_gate_compare(struct ig_gate *g, const char *p, size_t len, const char *how)
{
	struct ig_buf folded = IG_BUF_INIT(IG_GATE_OUT * 2);
	bool again = ig_gate_fold(p, len, false, &folded);
	compare(g, &folded, how);
	if (again && !g->found) {
		ig_buf_reset(&folded);
		ig_gate_fold(p, len, true, &folded);
		compare(g, &folded, how);
	}
	if (folded.over)
		ig_gate_blind(g, how, "it is too long");
	ig_buf_free(&folded);
	compare_words(g, p, len, how);
	if (!g->found && !ascii(p, len) && ig_utf8_valid(p, len)) { /* short names in decomposed form */
		struct ig_arena *a = ig_arena_new(0);
		const char *nfc = ig_utf8_nfc(a, p, len);
		compare_words(g, nfc, strlen(nfc), how);
		ig_arena_free(a);
	}
}

void ig_gate_blind(struct ig_gate *g, const char *how, const char *words)
{
	struct ig_why why;
	if (g->blind || g->found)
		return;
	ig_why(&why, "%s cannot be searched: %s", how, words);
	memcpy(g->verdict, why.text, sizeof g->verdict);
	g->blind = true;
}

enum ig_gate_verdict ig_gate_search(struct ig_gate *g, const void *bytes, size_t len, const char *where, struct ig_why *why)
{
	g->seen_count = g->looked = 0;
	g->found = g->blind = false;
	index_all(g);
	if (g->too_many)
		ig_gate_blind(g, where, "there are too many secrets to look for");
	ig_gate_look(g, bytes, len, 0, where);
	if (g->found || g->blind)
		ig_why(why, "%s", g->verdict);
	return g->found ? IG_GATE_HIT : g->blind ? IG_GATE_UNSEARCHABLE : IG_GATE_CLEAN;
}
