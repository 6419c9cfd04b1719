/* Full text: the folded words of each message in a contentless FTS5 table; search.c looks them up.
 * FTS5 writes a run of its index to disk at every savepoint and every commit, and there is a savepoint a frame: so texts wait in
 * memory and go in together just before the commit, outside every savepoint. In a burst they are kept as they are, in the table
 * text_waiting of the same commit, and go into the index in a quiet moment: a receipt must not wait for it. A contentless table takes
 * a row once: words that slow reading adds are a row of their own, under the negative of an id in text_more. Relies on folded words;
 * knows no language. */
#include "config.h"
#include <stdlib.h>
#include "store/store_int.h"

#define LIST(X) \
	X(ADD, "INSERT INTO message_text (rowid, words) VALUES (?1, ?2)") \
	X(MORE, "INSERT INTO text_more (message) VALUES (?1)") \
	X(WAIT, "INSERT INTO text_waiting (id, words) VALUES (?1, ?2)") \
	X(UNWAIT, "DELETE FROM text_waiting WHERE id = ?1") \
	X(WAITING, "SELECT count(*) FROM text_waiting") \
	X(INDEX, "INSERT INTO message_text (rowid, words) SELECT id, words FROM text_waiting ORDER BY n LIMIT ?1") \
	X(INDEXED, "DELETE FROM text_waiting WHERE n IN (SELECT n FROM text_waiting ORDER BY n LIMIT ?1)")
SQL_DEFINE(text, LIST)
#define Q(n) ig_store_q(s, SET_text, SQL_##n)

#define MEMORY_MAX (2 << 20) /* bytes of text kept for the commit; past it they go in at once (slower, never wrong) */
#define WAITING_MAX 20000    /* texts in text_waiting; a burst that goes on pays for the index as it goes */

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

void ig_store_text_later(struct ig_store *s, bool later) { s->text_later = later; }

int64_t ig_store_text_waiting(struct ig_store *s)
{
	if (s->reading || s->text_waiting < 0) { /* not known yet; somebody else writes */
		struct q q = Q(WAITING);
		if (ig_store_q_one(&q, &s->text_waiting) < 0)
			return -1;
	}
	return s->text_waiting;
}

static int write_text(struct ig_store *s, int64_t message, const char *folded, bool later)
{
	struct q q = later ? Q(WAIT) : Q(ADD);
	q_int(&q, message), q_text(&q, folded);
	if (ig_store_q_run(&q) < 0)
		return -1;
	s->text_waiting += later;
	return 0;
}

int ig_store_text_flush(struct ig_store *s)
{
	int64_t waiting = s->now.text_count && s->text_later ? ig_store_text_waiting(s) : 0;
	bool later = s->text_later && waiting < WAITING_MAX;
	if (waiting < 0)
		return -1;
	for (size_t i = 0; i < s->now.text_count; i++)
		if (write_text(s, s->texts[i].message, s->texts[i].folded, later) < 0)
			return -1;
	ig_store_text_drop(s, 0);
	return 0;
}

int ig_store_text_add(struct ig_store *s, int64_t message, const char *folded)
{
	size_t len = folded ? strlen(folded) : 0;
	if (!len)
		return 0;
	if (!s->in_tx || s->text_bytes + len > MEMORY_MAX)
		return write_text(s, message, folded, false);
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

int ig_store_text_forget(struct ig_store *s, int64_t row)
{
	struct q q = Q(UNWAIT);
	for (size_t i = 0; i < s->now.text_count; i++)
		if (s->texts[i].message == row) {
			s->text_bytes -= strlen(s->texts[i].folded);
			*s->texts[i].folded = 0;
		}
	q_int(&q, row);
	s->text_waiting = -1;
	return ig_store_q_run(&q);
}

static int move_some(struct ig_store *s, int64_t most)
{
	struct q q = Q(INDEX);
	q_int(&q, most);
	if (ig_store_q_run(&q) < 0)
		return -1;
	q = Q(INDEXED);
	q_int(&q, most);
	if (ig_store_q_run(&q) < 0)
		return -1;
	s->text_waiting -= most < s->text_waiting ? most : s->text_waiting;
	return 0;
}

int64_t ig_store_text_index(struct ig_store *s, int64_t most)
{
	int64_t waiting = ig_store_text_waiting(s);
	if (waiting <= 0 || s->reading)
		return waiting;
	if (s->in_tx)
		return s->depth || move_some(s, most) < 0 ? -1 : s->text_waiting;
	if (ig_store_begin(s) < 0)
		return -1;
	if (move_some(s, most) < 0 || ig_store_commit(s) < 0) {
		ig_store_rollback(s);
		return -1;
	}
	return s->text_waiting;
}
