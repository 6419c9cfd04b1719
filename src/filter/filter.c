/* One report through the filters: the first that recognises it takes its fields, those that are tried besides add theirs, free text comes last.
 * Relies on recognise.c, take.c, events.c and freetext.c. Changes nothing of what parse read but the class, and says which filter did. */
#include "config.h"
#include "filter/filter.h"
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "filter/doc.h"
#include "model/names.h"

#define PROBLEMS_MAX 40
#define SLOW_MAX 8

/* Length without a character that the ceiling cut. */
static size_t whole(const struct ig_buf *b)
{
	size_t len = b->len, back = 0;
	while (back < 4 && back < len && ((unsigned char)b->data[len - 1 - back] & 0xc0) == 0x80)
		back++;
	if (!b->over || back == len)
		return len;
	return (unsigned char)b->data[len - 1 - back] >= 0xc0 ? len - 1 - back : len;
}

void ig_filtering_say(struct ig_filtering *g, const char *fmt, ...)
{
	va_list ap;
	if (!g->words)
		return;
	va_start(ap, fmt);
	ig_buf_vfmt(g->words, fmt, ap);
	va_end(ap);
	ig_buf_char(g->words, '\n');
}

static void __attribute__((format(printf, 5, 0))) keep(struct ig_filtering *g, const char **list, size_t *count, size_t max, const char *fmt, va_list ap)
{
	struct ig_buf b = IG_BUF_INIT(300);
	ig_buf_vfmt(&b, fmt, ap);
	const char *words = ig_arena_strndup(g->a, b.data, whole(&b));
	ig_buf_free(&b);
	for (size_t i = 0; i < *count; i++)
		if (!strcmp(list[i], words))
			return;
	if (*count < max)
		list[(*count)++] = words;
	ig_filtering_say(g, "  %s", words);
}

void ig_filtering_problem(struct ig_filtering *g, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	keep(g, g->problems, &g->problem_count, PROBLEMS_MAX, fmt, ap);
	va_end(ap);
}

void ig_filtering_off(struct ig_filtering *g, const char *id, bool *off)
{
	*off = true;
	ig_filtering_say(g, "  %s: too many steps; it is switched off", id);
	if (g->slow_count < SLOW_MAX)
		g->slow[g->slow_count++] = id;
}

/* ---- told by others */

static bool named(const char *ids, const char *id)
{
	size_t len = strlen(id);
	for (const char *s = ids; *s; s += strcspn(s, "\n"), s += *s == '\n')
		if (strcspn(s, "\n") == len && !memcmp(s, id, len))
			return true;
	return false;
}

void ig_filters_off(struct ig_filters *f, const char *ids)
{
	for (size_t i = 0; ids && *ids && i < f->count; i++) {
		struct ig_filter *x = f->list[i];
		for (size_t k = 0; k < x->fields_count; k++)
			x->fields[k].off |= named(ids, x->fields[k].id);
		for (size_t k = 0; k < x->recognise_count; k++)
			x->recognise[k].off |= named(ids, x->recognise[k].id);
		for (size_t k = 0; k < x->unless_count; k++)
			x->unless[k].off |= named(ids, x->unless[k].id);
	}
}

/* ---- the claim */

static bool wanted(struct ig_filtering *g, const struct ig_filter *x)
{
	for (const char *const *w = x->want; w && *w; w++)
		if (ig_filtering_has(g, *w))
			return true;
	return !x->want || !*x->want;
}

static void take_from(struct ig_filtering *g, const struct ig_filter *x)
{
	const struct ig_filter *from = x;
	g->x = x;
	for (int i = 0; from && i < 4; i++, from = from->liked) {
		if (from->schemas)
			ig_docs_check(g, from->schemas);
		ig_filtering_take(g, from, from == x ? NULL : x->without);
		ig_filtering_events(g, from);
	}
}

/* What a fax server says of the pages, against the file it sent (of a PDF known when it was read): the file counts, and a difference is for a person. Some
 * send the same pages in both forms: then those of the TIFF count. */
static void count_pages(struct ig_filtering *g)
{
	const struct ig_report *r = g->r;
	const char *said = ig_filtering_value(g, "fax.pages");
	int pages = 0, files = 0;
	bool tiff = false;
	for (size_t i = 0; i < r->attachment_count; i++)
		tiff = tiff || (r->attachments[i].pages && strcmp(r->attachments[i].type, "application/pdf"));
	for (size_t i = 0; i < r->attachment_count; i++) {
		if (tiff && !strcmp(r->attachments[i].type, "application/pdf"))
			continue;
		pages += r->attachments[i].pages;
		files += r->attachments[i].pages > 0;
	}
	if (!pages || (!said && !ig_filtering_has(g, "fax.ident") && !ig_filtering_has(g, "fax.caller")))
		return;
	if (said && strtol(said, NULL, 10) != pages)
		ig_filtering_problem(g, "%s pages were announced, the file%s %d", said, files > 1 ? "s have" : " has", pages);
	ig_filtering_set(g, "fax.pages", ig_arena_fmt(g->a, "%d", pages), 100, files > 1 ? "pages of the attachments" : "pages of the attachment", "fax");
}

static void claim(struct ig_filtering *g, const struct ig_filter *x)
{
	struct ig_report *r = g->r;
	r->filter = x->name;
	/* What says of itself that it is an answer of a machine stays one: it opens no case. */
	if (x->enum_class >= 0 && (ig_class_is_report(r->class) || x->firm)) {
		r->by_hand = x->by_hand && r->class == IG_CLASS_PERSON && !r->no_auto_reply;
		r->class = (enum ig_class)x->enum_class;
		r->class_reason = ig_arena_fmt(g->a, "filter %s", x->name);
	}
	take_from(g, x);
	count_pages(g);
	if (r->ticket.id && !r->ticket.system)
		r->ticket.system = x->system ? x->system : x->name;
	if (r->ticket.status && !r->ticket.system)
		r->ticket.system = x->system ? x->system : x->name; /* a status of something that has no number */
	if (!r->category && x->category)
		ig_filtering_set(g, "category", x->category, x->confidence, "source", x->name);
	if (x->severity && !ig_filtering_has(g, "incident.severity"))
		ig_filtering_set(g, "incident.severity", x->severity, x->confidence, "source", x->name);
	r->filter_empty = !wanted(g, x);
	if (r->filter_empty)
		ig_filtering_problem(g, "filter %s found nothing of what such mail holds", x->name);
}

static void finish(struct ig_filtering *g)
{
	struct ig_report *r = g->r;
	size_t had = 0;
	while (r->problems && r->problems[had])
		had++;
	if (g->problem_count) {
		const char **list = ig_arena_calloc(g->a, had + g->problem_count + 1, sizeof *list);
		for (size_t i = 0; i < had; i++)
			list[i] = r->problems[i];
		memcpy(list + had, g->problems, g->problem_count * sizeof *list);
		r->problems = list;
	}
	r->slow = g->slow;
	r->slow_count = g->slow_count;
	r->fields = g->fields;
	r->field_count = g->field_count;
	r->events = g->events;
	r->event_count = g->event_count;
	r->event_total = g->event_total;
	ig_docs_free(g);
}

static void run(struct ig_filters *f, struct ig_report *r, struct ig_arena *a, struct ig_buf *words)
{
	struct ig_filtering *g = IG_NEW(a, struct ig_filtering);
	*g = (struct ig_filtering){.f = f, .r = r, .a = a, .words = words};
	if (r->fallback)
		return;
	g->problems = ig_arena_calloc(a, PROBLEMS_MAX, sizeof *g->problems);
	g->slow = ig_arena_calloc(a, SLOW_MAX + 1, sizeof *g->slow);
	g->seen = ig_arena_calloc(a, ig_phrases_count(f->phrases) + 1, 1);
	if (r->folded)
		ig_phrases_scan(f->phrases, r->folded, g->seen);
	/* fields that parse or slow reading found already stay */
	for (size_t i = 0; i < r->field_count; i++)
		ig_filtering_set(g, r->fields[i].name, r->fields[i].value, (int64_t)(r->fields[i].confidence * 100 + 0.5), r->fields[i].where, r->fields[i].rule);
	for (size_t i = 0; i < f->count; i++) {
		const struct ig_filter *x = f->list[i];
		if (!x->recognise_count || (!x->also && r->filter) || !ig_filter_recognises(g, x))
			continue;
		if (x->also) {
			take_from(g, x);
		} else {
			struct ig_when_hint h = {.near = r->date};
			g->mail_order = r->text ? ig_when_order_of(r->text, strlen(r->text), &h) : IG_ORDER_AUTO;
			g->mail_zone = ig_zone_of_mail(g);
			claim(g, x);
		}
	}
	if (!r->filter)
		ig_filtering_say(g, "no filter recognises it");
	ig_filtering_freetext(g);
	finish(g);
}

void ig_filter_report(struct ig_filters *f, struct ig_report *r, struct ig_arena *a)
{
	run(f, r, a, NULL);
}

void ig_filter_explain(struct ig_filters *f, struct ig_report *r, struct ig_arena *a, const char **words_r)
{
	struct ig_buf b = IG_BUF_INIT(256u << 10);
	run(f, r, a, &b);
	*words_r = ig_arena_strndup(a, b.data, whole(&b));
	ig_buf_free(&b);
}
