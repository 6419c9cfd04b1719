/* Full text: the folded words of each message in a contentless FTS5 table; search.c looks them up.
 * FTS5 writes a run of its index to disk at every savepoint and every commit, and there is a savepoint a frame: so texts wait in
 * memory and go in together just before the commit, outside every savepoint. A contentless table takes a row once: words that slow
 * reading adds are a row of their own, under the negative of an id in text_more. Relies on folded words; knows no language. */
#include "config.h"
#include <stdlib.h>
#include "store/store_int.h"

#define LIST(X) \
	X(ADD, "INSERT INTO message_text (rowid, words) VALUES (?1, ?2)") \
	X(MORE, "INSERT INTO text_more (message) VALUES (?1)")
SQL_DEFINE(text, LIST)
#define Q(n) ig_store_q(s, SET_text, SQL_##n)

#define WAITING_MAX (2 << 20) /* bytes of text kept for the commit; past it they go in at once (slower, never wrong) */

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

int ig_store_text_more(struct ig_store *s, int64_t message, const char *folded)
{
	if (!folded || !*folded)
		return 0;
	struct q q = Q(MORE);
	q_int(&q, message);
	if (ig_store_q_run(&q) < 0)
		return -1;
	return ig_store_text_add(s, -ig_store_last_id(s), folded);
}
