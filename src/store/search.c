/* Search over folded query words. A message has one row in the word index under its own number, and further ones under negative
 * numbers where slow reading added words (text_db.c). What is asked for may stand partly in one and partly in the other; the
 * message is found all the same, and once. Relies on ig_utf8_fold for both sides; knows no language. */
#include "config.h"
#include <stdlib.h>
#include "base/buf.h"
#include "base/utf8.h"
#include "store/store_int.h"

#define LIST(X) \
	X(OWN, "SELECT rowid FROM message_text WHERE message_text MATCH ?1 AND rowid > 0 ORDER BY rowid DESC") \
	X(HAS, "SELECT 1 FROM message_text WHERE message_text MATCH ?1 AND rowid = ?2") \
	X(MORE, \
		"SELECT DISTINCT m.message FROM message_text t JOIN text_more m ON m.id = -t.rowid WHERE t.message_text MATCH ?1 " \
		"AND t.rowid < 0")
SQL_DEFINE(search, LIST)
#define Q(n) ig_store_q(s, SET_search, SQL_##n)

#define QUERY_MAX 4096
#define QUERY_WORDS_MAX 32 /* one bit each */

struct asked {
	const char *phrase[QUERY_WORDS_MAX];
	int count;
	const char *all; /* the phrases together */
};
struct added { /* a message of whose added words some were asked for */
	int64_t message;
	uint32_t has; /* bit of each phrase */
};

/* Each run of the query between spaces is folded and quoted as a phrase ("10.0.0.1" is four words in a row); the last one as a
 * prefix. Nothing of the query reaches FTS5's own syntax: after folding there is no quote in it. */
static int ask(struct ig_store *s, const char *query, struct ig_arena *a, struct asked *k)
{
	struct ig_buf all = IG_BUF_INIT(QUERY_MAX);
	for (const char *p = query; *p && k->count < QUERY_WORDS_MAX;) {
		size_t len = strcspn(p, " \t\n");
		char *folded = ig_utf8_fold(a, p, len), *to = folded;
		for (const char *c = folded + strspn(folded, " "); *c; c++)
			if (*c != '"')
				*to++ = *c;
		*to = 0;
		if (*folded)
			k->phrase[k->count++] = ig_arena_fmt(a, "\"%s\"", folded);
		p += len;
		p += strspn(p, " \t\n");
	}
	if (k->count)
		k->phrase[k->count - 1] = ig_arena_fmt(a, "%s*", k->phrase[k->count - 1]);
	for (int i = 0; i < k->count; i++)
		ig_buf_fmt(&all, "%s%s", i ? " " : "", k->phrase[i]);
	bool over = all.over;
	k->all = all.len ? ig_arena_strdup(a, all.data) : "";
	ig_buf_free(&all);
	return over ? ig_why(&s->why, "the query is too long") : 0;
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = ((const struct added *)a)->message, y = ((const struct added *)b)->message;
	return (x < y) - (x > y);
}

/* Does the rest of what is asked for stand in its own row? 1, 0, -1. */
static int has_rest(struct ig_store *s, const struct asked *k, const struct added *m)
{
	for (int i = 0; i < k->count; i++) {
		int64_t one;
		if (m->has & (UINT32_C(1) << i))
			continue;
		struct q q = Q(HAS);
		q_text(&q, k->phrase[i]), q_int(&q, m->message);
		int rc = ig_store_q_one(&q, &one);
		if (rc <= 0)
			return rc;
	}
	return 1;
}

/* The messages that are found by words added later, newest first. */
static int find_added(struct ig_store *s, const struct asked *k, struct ig_arena *a, struct added **list_r, size_t *count_r)
{
	struct added *list = NULL;
	size_t count = 0, cap = 0, kept = 0;
	for (int i = 0; i < k->count; i++) {
		struct q q = Q(MORE);
		int rc;
		q_text(&q, k->phrase[i]);
		while ((rc = ig_store_q_row(&q)) == 1) {
			list = ig_store_grow(a, list, count, &cap, sizeof *list);
			list[count++] = (struct added){.message = r_int(&q), .has = UINT32_C(1) << i};
		}
		if (rc < 0)
			return -1;
	}
	if (count)
		qsort(list, count, sizeof *list, newest_first);
	for (size_t i = 0; i < count;) {
		struct added m = {.message = list[i].message};
		for (; i < count && list[i].message == m.message; i++)
			m.has |= list[i].has;
		int rc = has_rest(s, k, &m);
		if (rc < 0)
			return -1;
		if (rc)
			list[kept++] = m;
	}
	*list_r = list;
	*count_r = kept;
	return 0;
}

struct giving {
	struct ig_store *s;
	struct ig_arena *row;
	int64_t left;
	int (*each)(const struct ig_message *m, void *arg);
	void *arg;
};

/* 1 go on, 0 enough, -1. */
static int give(struct giving *g, int64_t id)
{
	struct ig_message m;
	ig_arena_reset(g->row);
	int got = ig_store_message_get(g->s, id, g->row, &m);
	if (got < 0)
		return -1;
	return got && (g->each(&m, g->arg) || --g->left == 0) ? 0 : 1;
}

/* Both in order of their numbers, each message once. */
static int merge(struct giving *g, const struct asked *k, const struct added *list, size_t count)
{
	struct ig_store *s = g->s;
	struct q q = Q(OWN);
	size_t i = 0;
	int rc, go = 1;
	q_text(&q, k->all);
	while (go == 1 && (rc = ig_store_q_row(&q)) >= 0) {
		int64_t own = rc ? r_int(&q) : 0;
		while (go == 1 && i < count && list[i].message > own)
			go = give(g, list[i++].message);
		if (!rc)
			break;
		if (i < count && list[i].message == own)
			i++;
		if (go == 1)
			go = give(g, own);
	}
	ig_store_q_end(&q);
	return go < 0 || rc < 0 ? -1 : 0;
}

int ig_store_search(
	struct ig_store *s, const char *query, int64_t limit, int (*each)(const struct ig_message *m, void *arg), void *arg)
{
	struct ig_arena *a = ig_arena_new(0);
	struct asked k = {.count = 0};
	struct giving g = {.s = s, .row = ig_arena_new(0), .left = limit > 0 ? limit : -1, .each = each, .arg = arg};
	struct added *list = NULL;
	size_t count = 0;
	int rc = ask(s, query, a, &k);
	/* What waits is not yet to be found; within a savepoint it stays so until the commit. */
	if (!rc && s->in_tx && !s->depth)
		rc = ig_store_text_flush(s);
	if (!rc && !s->reading && !s->depth && ig_store_text_index(s, INT64_MAX) < 0)
		rc = -1;
	if (!rc && k.count)
		rc = find_added(s, &k, a, &list, &count);
	if (!rc && k.count)
		rc = merge(&g, &k, list, count);
	ig_arena_free(g.row);
	ig_arena_free(a);
	return rc < 0 ? -1 : 0;
}
