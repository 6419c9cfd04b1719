/* Full text: the folded words of each message in a contentless FTS5 table, and search over folded query words.
 * FTS5 writes a run of its index to disk at every savepoint and every commit, and there is a savepoint a frame: so texts wait in
 * memory and go in together just before the commit, outside every savepoint. Relies on ig_utf8_fold for both sides; knows no
 * language. */
#include "config.h"
#include <stdlib.h>
#include "base/buf.h"
#include "base/utf8.h"
#include "store/store_int.h"

#define LIST(X) \
	X(ADD, "INSERT INTO message_text (rowid, words) VALUES (?1, ?2)") \
	X(SEARCH, "SELECT rowid FROM message_text WHERE message_text MATCH ?1 ORDER BY rowid DESC LIMIT ?2")
SQL_DEFINE(text, LIST)
#define Q(n) ig_store_q(s, SET_text, SQL_##n)

#define WAITING_MAX (2 << 20) /* bytes of text kept for the commit; past it they go in at once (slower, never wrong) */
#define QUERY_MAX 4096
#define QUERY_WORDS_MAX 32

/* Forgets the texts after the first `keep`: taken back, or written. */
void ig_store_text_drop(struct ig_store *s, size_t keep)
{
	while (s->text_cap && s->now.text_count > keep) {
		struct ig_store_text *t = &s->texts[--s->now.text_count];
		s->text_bytes -= strlen(t->folded);
		free(t->folded);
		t->folded = NULL;
	}
}

int ig_store_text_flush(struct ig_store *s)
{
	for (size_t i = 0; i < s->now.text_count; i++) {
		struct q q = Q(ADD);
		q_int(&q, s->texts[i].message), q_text(&q, s->texts[i].folded);
		if (ig_store_q_run(&q) < 0)
			return -1;
	}
	ig_store_text_drop(s, 0);
	return 0;
}

int ig_store_text_add(struct ig_store *s, int64_t message, const char *folded)
{
	size_t len = folded ? strlen(folded) : 0;
	if (!len)
		return 0;
	if (!s->in_tx || s->text_bytes + len > WAITING_MAX) {
		struct q q = Q(ADD);
		q_int(&q, message), q_text(&q, folded);
		return ig_store_q_run(&q);
	}
	if (s->now.text_count == s->text_cap) {
		s->text_cap = s->text_cap ? s->text_cap * 2 : 64;
		s->texts = ig_xrealloc(s->texts, s->text_cap * sizeof *s->texts);
	}
	s->texts[s->now.text_count++] = (struct ig_store_text){.message = message, .folded = ig_xstrdup(folded)};
	s->text_bytes += len;
	return 0;
}

/* Each run of the query between spaces is folded and quoted as a phrase ("10.0.0.1" is four words in a row); the last one as a
 * prefix. Nothing of the query reaches FTS5's own syntax: after folding there is no quote in it. */
static int build_match(const char *query, struct ig_buf *out)
{
	struct ig_arena *a = ig_arena_new(0);
	int words = 0;
	const char *p = query;
	while (*p && words < QUERY_WORDS_MAX) {
		size_t len = strcspn(p, " \t\n");
		char *folded = ig_utf8_fold(a, p, len);
		folded += strspn(folded, " ");
		if (*folded) {
			ig_buf_fmt(out, "%s\"", words ? " " : "");
			for (const char *c = folded; *c; c++)
				if (*c != '"')
					ig_buf_char(out, *c);
			ig_buf_char(out, '"');
			words++;
		}
		p += len;
		p += strspn(p, " \t\n");
	}
	if (words)
		ig_buf_char(out, '*');
	ig_arena_free(a);
	return words;
}

int ig_store_search(
	struct ig_store *s, const char *query, int64_t limit, int (*each)(const struct ig_message *m, void *arg), void *arg)
{
	struct ig_buf match = IG_BUF_INIT(QUERY_MAX);
	int rc = 0, words = build_match(query, &match);
	if (match.over)
		rc = ig_why(&s->why, "the query is too long");
	/* What waits is not yet to be found; within a savepoint it stays so until the commit. */
	else if (s->in_tx && !s->depth)
		rc = ig_store_text_flush(s);
	if (rc < 0 || !words) {
		ig_buf_free(&match);
		return rc;
	}
	struct q q = Q(SEARCH);
	struct ig_arena *a = ig_arena_new(0);
	q_text(&q, match.data), q_int(&q, limit > 0 ? limit : -1);
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_message m;
		ig_arena_reset(a);
		int got = ig_store_message_get(s, r_int(&q), a, &m);
		if (got < 0 || (got && each(&m, arg))) {
			rc = got < 0 ? -1 : 0;
			break;
		}
	}
	ig_store_q_end(&q);
	ig_arena_free(a);
	ig_buf_free(&match);
	return rc < 0 ? -1 : 0;
}
