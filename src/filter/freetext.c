/* Category and severity from the words of a person, by weighed phrases. Below the threshold nothing is said: a person looks.
 * Relies on one scan for all phrases. Quoted mail and signatures do not count. */
#include "config.h"
#include <string.h>
#include "base/utf8.h"
#include "filter/room.h"
#include "model/names.h"

#define SAID_MAX (64u << 10)
static const int weights[4] = {4, 2, 1, -4};

static int score(const struct ig_weighed *w, const unsigned char *seen)
{
	int sum = 0;
	for (int k = 0; k < 4; k++)
		for (const int *id = w->ids[k]; *id >= 0; id++)
			sum += seen[*id] ? weights[k] : 0;
	return sum;
}

/* The best of a list: its share of what there is grows with its own weight and shrinks with that of the next best. */
static const struct ig_weighed *best(const struct ig_weighed *list, size_t count, const unsigned char *seen, double *confidence_r)
{
	const struct ig_weighed *first = NULL;
	int most = 0, second = 0;
	for (size_t i = 0; i < count; i++) {
		int n = score(&list[i], seen);
		if (n > most) {
			second = most, most = n, first = &list[i];
		} else if (n > second) {
			second = n;
		}
	}
	second = second > 0 ? second - 1 : 0; /* one common word speaks for nothing */
	if (first)
		*confidence_r = most / (most + 2.5) * (0.5 + 0.5 * (most - second) / most);
	return first;
}

static const unsigned char *seen_in_words(struct ig_filtering *g)
{
	const struct ig_report *r = g->r;
	if (!r->reply_text || r->reply_text == r->text || !*r->reply_text || (r->text && !strcmp(r->text, r->reply_text)))
		return g->seen;
	unsigned char *seen = ig_arena_calloc(g->a, ig_phrases_count(g->f->phrases) + 1, 1);
	struct ig_buf said = IG_BUF_INIT(SAID_MAX);
	ig_buf_fmt(&said, "%s\n", r->subject ? r->subject : "");
	if (said.len < SAID_MAX)
		ig_buf_add(&said, r->reply_text, ig_utf8_cut(r->reply_text, strlen(r->reply_text), SAID_MAX - said.len));
	ig_phrases_scan(g->f->phrases, ig_utf8_fold(g->a, said.data, ig_utf8_cut(said.data, said.len, SAID_MAX)), seen);
	ig_buf_free(&said);
	return seen;
}

void ig_filtering_freetext(struct ig_filtering *g)
{
	const struct ig_freetext *t = g->f->freetext;
	double sure = 0, severe = 0;
	if (!t || !ig_class_is_report(g->r->class) || g->r->fallback)
		return;
	const unsigned char *seen = seen_in_words(g);
	const struct ig_weighed *c = best(t->categories, t->categories_count, seen, &sure), *s = best(t->severities, t->severities_count, seen, &severe);
	if (!g->r->category && c && sure * 100 >= (double)t->threshold)
		ig_filtering_set(g, "category", c->code, (int64_t)(sure * 100 + 0.5), "text", "free-text: phrases");
	else
		c = NULL;
	if (ig_filtering_has(g, "incident.severity"))
		return;
	if (s && severe * 100 >= (double)t->threshold)
		ig_filtering_set(g, "incident.severity", s->code, (int64_t)(severe * 100 + 0.5), "text", "free-text: phrases");
	else if (c && c->severity && sure * 80 >= (double)t->threshold)
		ig_filtering_set(g, "incident.severity", c->severity, (int64_t)(sure * 80), "category", "free-text: category");
}
