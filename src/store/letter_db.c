/* What a letter says and how it looks: the facts a dispatch was posted with, so that it can be composed whenever it is let go; its number in
 * the office's series; the page model that the scribe draws and what came of it. Files lie in a table of their own. Relies on the caller's
 * transaction: a number is given together with the letter that bears it, so that there is neither a gap nor a repeat after a crash. */
#include "config.h"
#include "store/store_int.h"

#define LIST(X) \
	X(ADD, "INSERT INTO letter (dispatch, fields) VALUES (?1, ?2) ON CONFLICT (dispatch) DO UPDATE SET fields = excluded.fields") \
	X(GET, "SELECT fields, number, year, sign, dated, page, drawing, why FROM letter WHERE dispatch = ?1") \
	X(PAGE_SET, \
		"INSERT INTO letter (dispatch, fields, page, drawing, dated) VALUES (?1, '{}', ?2, ?3, ?4) ON CONFLICT (dispatch) DO UPDATE " \
		"SET page = excluded.page, drawing = excluded.drawing, dated = excluded.dated") \
	X(DRAWING_SET, "UPDATE letter SET drawing = ?2, why = ?3 WHERE dispatch = ?1") \
	X(WANTED, "SELECT dispatch FROM letter WHERE drawing = 'wanted' ORDER BY dispatch LIMIT ?1") \
	X(NUMBER_TAKE, "INSERT INTO letter_number (series, year, number, dispatch, at, actor) VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
	X(NUMBER_OF, "SELECT dispatch FROM letter_number WHERE series = ?1 AND year = ?2 AND number = ?3") \
	X(NUMBER_SET, \
		"INSERT INTO letter (dispatch, fields, number, year, sign) VALUES (?1, '{}', ?2, ?3, ?4) ON CONFLICT (dispatch) DO UPDATE SET number = " \
		"excluded.number, year = excluded.year, sign = excluded.sign") \
	X(BLOCK_ADD, "INSERT INTO number_block (series, year, first, last, next, at, actor) VALUES (?1, ?2, ?3, ?4, ?3, ?5, ?6)") \
	X(BLOCK_CLASH, \
		"SELECT (SELECT count(*) FROM number_block WHERE series = ?1 AND year = ?2 AND first <= ?4 AND last >= ?3) + " \
		"(SELECT count(*) FROM letter_number WHERE series = ?1 AND year = ?2 AND number BETWEEN ?3 AND ?4)") \
	X(BLOCK_NEXT, \
		"UPDATE number_block SET next = next + 1 WHERE id = (SELECT id FROM number_block WHERE series = ?1 AND year = ?2 AND next <= " \
		"last ORDER BY first LIMIT 1) RETURNING next - 1") \
	X(BLOCK_LEFT, "SELECT coalesce(sum(last - next + 1), 0) FROM number_block WHERE series = ?1 AND year = ?2") \
	X(FILE_PUT, \
		"INSERT INTO letter_file (dispatch, kind, pages, bytes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (dispatch, kind) DO UPDATE SET " \
		"pages = excluded.pages, bytes = excluded.bytes") \
	X(FILE_RENAME, "UPDATE letter_file SET kind = ?3 WHERE dispatch = ?1 AND kind = ?2") \
	X(ENCLOSED, "SELECT kind, bytes FROM letter_file WHERE dispatch = ?1 AND kind NOT IN ('pdf', 'tiff', 'tiff-fine') ORDER BY kind LIMIT 16") \
	X(FILE_GET, "SELECT pages, bytes FROM letter_file WHERE dispatch = ?1 AND kind = ?2")
SQL_DEFINE(letter, LIST)
#define Q(n) ig_store_q(s, SET_letter, SQL_##n)

int ig_store_letter_add(struct ig_store *s, int64_t dispatch, const char *fields)
{
	struct q q = Q(ADD);
	q_int(&q, dispatch), q_text(&q, fields);
	return ig_store_q_run(&q);
}

int ig_store_letter_get(struct ig_store *s, int64_t dispatch, struct ig_arena *a, struct ig_store_letter *l)
{
	struct q q = Q(GET);
	memset(l, 0, sizeof *l);
	q_int(&q, dispatch);
	int rc = ig_store_q_row(&q);
	if (rc == 1) {
		l->dispatch = dispatch;
		l->fields = r_text(&q, a), l->number = r_int(&q), l->year = (int)r_int(&q), l->sign = r_text(&q, a);
		l->dated = r_time(&q), l->page = r_text(&q, a), l->drawing = r_text(&q, a), l->why = r_text(&q, a);
	}
	ig_store_q_end(&q);
	return rc;
}

int ig_store_letter_page(struct ig_store *s, int64_t dispatch, const char *page, const char *drawing, ig_time dated)
{
	struct q q = Q(PAGE_SET);
	q_int(&q, dispatch), q_text(&q, page), q_text(&q, drawing), q_time(&q, dated);
	return ig_store_q_run(&q);
}

int ig_store_letter_drawing(struct ig_store *s, int64_t dispatch, const char *drawing, const char *why)
{
	struct q q = Q(DRAWING_SET);
	q_int(&q, dispatch), q_text(&q, drawing), q_text(&q, why);
	return ig_store_q_run(&q);
}

int ig_store_letters_wanted(struct ig_store *s, int64_t *ids, size_t max, size_t *count_r)
{
	struct q q = Q(WANTED);
	int rc;
	*count_r = 0;
	q_int(&q, (int64_t)max);
	while ((rc = ig_store_q_row(&q)) == 1)
		if (*count_r < max)
			ids[(*count_r)++] = r_int(&q);
	return rc;
}

static int number_set(struct ig_store *s, int64_t dispatch, const struct ig_store_number *n)
{
	struct q q = Q(NUMBER_TAKE);
	q_text(&q, n->series), q_int(&q, n->year), q_int(&q, n->number), q_int(&q, dispatch), q_int(&q, n->at), q_text(&q, n->actor);
	if (ig_store_q_run(&q) < 0)
		return -1;
	q = Q(NUMBER_SET);
	q_int(&q, dispatch), q_int(&q, n->number), q_int(&q, n->year), q_text(&q, n->sign);
	return ig_store_q_run(&q);
}

int ig_store_letter_number(struct ig_store *s, int64_t dispatch, struct ig_store_number *n)
{
	int64_t taken = 0;
	struct q q;
	int rc;
	switch (n->from) {
	case IG_NUMBER_OWN:
		do { /* one that was given by hand before is passed over, not given twice */
			if (ig_store_number_next(s, n->series, n->year, &n->number) < 0)
				return -1;
			q = Q(NUMBER_OF);
			q_text(&q, n->series), q_int(&q, n->year), q_int(&q, n->number);
			rc = ig_store_q_one(&q, &taken);
		} while (rc == 1);
		return rc < 0 || number_set(s, dispatch, n) < 0 ? -1 : 1;
	case IG_NUMBER_BLOCK:
		q = Q(BLOCK_NEXT);
		q_text(&q, n->series), q_int(&q, n->year);
		rc = ig_store_q_one(&q, &n->number);
		return rc <= 0 ? rc : number_set(s, dispatch, n) < 0 ? -1 : 1;
	case IG_NUMBER_ASK:
		q = Q(NUMBER_OF);
		q_text(&q, n->series), q_int(&q, n->year), q_int(&q, n->number);
		rc = ig_store_q_one(&q, &taken);
		if (rc)
			return rc < 0 ? -1 : 0;
		return number_set(s, dispatch, n) < 0 ? -1 : 1;
	}
	return 0;
}

int ig_store_letter_number_share(struct ig_store *s, int64_t dispatch, const struct ig_store_letter *of)
{
	struct q q = Q(NUMBER_SET);
	q_int(&q, dispatch), q_int(&q, of->number), q_int(&q, of->year), q_text(&q, of->sign);
	return ig_store_q_run(&q);
}

int ig_store_number_block(struct ig_store *s, const struct ig_store_number *n, int64_t last)
{
	int64_t clash = 0;
	struct q q = Q(BLOCK_CLASH);
	q_text(&q, n->series), q_int(&q, n->year), q_int(&q, n->number), q_int(&q, last);
	if (ig_store_q_one(&q, &clash) < 0)
		return -1;
	if (clash)
		return 0;
	q = Q(BLOCK_ADD);
	q_text(&q, n->series), q_int(&q, n->year), q_int(&q, n->number), q_int(&q, last), q_int(&q, n->at), q_text(&q, n->actor);
	return ig_store_q_run(&q) < 0 ? -1 : 1;
}

int64_t ig_store_numbers_left(struct ig_store *s, const char *series, int year)
{
	int64_t left = 0;
	struct q q = Q(BLOCK_LEFT);
	q_text(&q, series), q_int(&q, year);
	return ig_store_q_one(&q, &left) < 0 ? -1 : left;
}

int ig_store_letter_file_put(struct ig_store *s, int64_t dispatch, const char *kind, int pages, const void *bytes, size_t size)
{
	struct q q = Q(FILE_PUT);
	q_int(&q, dispatch), q_text(&q, kind), q_int(&q, pages), q_blob(&q, bytes, size);
	return ig_store_q_run(&q);
}

int ig_store_letter_file_rename(struct ig_store *s, int64_t dispatch, const char *kind, const char *to)
{
	struct q q = Q(FILE_RENAME);
	q_int(&q, dispatch), q_text(&q, kind), q_text(&q, to);
	return ig_store_q_run(&q);
}

int ig_store_letter_enclosed(struct ig_store *s, int64_t dispatch, struct ig_arena *a, struct ig_letter_file **list_r, size_t *count_r)
{
	struct ig_letter_file *list = ig_arena_calloc(a, 16, sizeof *list);
	struct q q = Q(ENCLOSED);
	int rc;
	*list_r = list, *count_r = 0;
	q_int(&q, dispatch);
	while ((rc = ig_store_q_row(&q)) == 1) {
		struct ig_letter_file *f = &list[(*count_r)++];
		f->name = r_text(&q, a);
		const void *p = sqlite3_column_blob(q.st, 1);
		f->size = (size_t)sqlite3_column_bytes(q.st, 1);
		f->bytes = ig_arena_strndup(a, p ? p : "", f->size);
	}
	ig_store_q_end(&q);
	return rc;
}

int ig_store_letter_file(
	struct ig_store *s, int64_t dispatch, const char *kind, struct ig_arena *a, const void **bytes_r, size_t *size_r, int *pages_r)
{
	struct q q = Q(FILE_GET);
	q_int(&q, dispatch), q_text(&q, kind);
	int rc = ig_store_q_row(&q);
	if (rc == 1) {
		*pages_r = (int)r_int(&q);
		const void *p = sqlite3_column_blob(q.st, 1);
		*size_r = (size_t)sqlite3_column_bytes(q.st, 1);
		*bytes_r = ig_arena_strndup(a, p ? p : "", *size_r);
	}
	ig_store_q_end(&q);
	return rc;
}
