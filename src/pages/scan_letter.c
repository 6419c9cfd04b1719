/* One letter: what several readings of its pages agree on, with how sure it is and where it stands. A single reading never counts as verified: three of
 * four, a text layer, or a QR code do. Relies on letter.c for what stands where and on parse for addresses. */
#include "config.h"
#include <string.h>
#include "base/utf8.h"
#include "model/incident.h"
#include "pages/letter.h"
#include "pages/scan.h"
#include "parse/inner.h"
#include "parse/observe.h"

struct vote { const char *name, *value; int votes, page; const int *box; };

static void tell(struct ig_doc *d, struct ig_letter *l, const char *name, const char *value, double confidence, const char *where, const char *rule)
{
	(void)d;
	if (l->field_count < IG_LETTER_FIELDS_MAX)
		l->fields[l->field_count++] = (struct ig_field){.name = name, .value = value, .confidence = confidence, .where = where, .rule = rule};
}

static const char *place(struct ig_doc *d, const struct ig_letter *l, int page, const int *box)
{
	const char *name = "";
	for (size_t i = 0; i < l->count; i++)
		if (l->pages[i].number == page)
			name = l->pages[i].name;
	return ig_arena_fmt(d->a, "%s, box %d %d %d %d", name, box[0], box[1], box[2], box[3]);
}

/* Words are the same without their marks: readings differ in them most; the one with the most marks is taken. */
static bool same(struct ig_doc *d, const char *name, const char *a, const char *b)
{
	if (strncmp(name, "letter.issuer", 13) && strcmp(name, "letter.subject") && strcmp(name, "letter.recipients") && strcmp(name, "reporter.address"))
		return !strcmp(a, b);
	return !strcmp(ig_utf8_fold(d->a, a, strlen(a)), ig_utf8_fold(d->a, b, strlen(b)));
}

static size_t marks(const char *s)
{
	size_t n = 0;
	for (; *s; s++)
		n += (unsigned char)*s >= 0x80;
	return n;
}

/* A telephone number of the form that numbers have (the national plan of 2014: 02 and nine digits, mobiles ten in all, +84 likewise): readings agree
 * on what a line cut off, too. Of another country: not known here. */
static bool whole_number(const char *s)
{
	size_t n = strlen(s);
	if (!strncmp(s, "+84", 3))
		return s[3] == '2' ? n == 13 : n == 12;
	if (*s == '+')
		return n >= 10;
	if (!strncmp(s, "1800", 4) || !strncmp(s, "1900", 4))
		return n >= 8 && n <= 10;
	return s[0] == '0' && (s[1] == '2' ? n == 11 : n == 10 && strchr("35789", s[1]));
}

/* The value that most readings have; of equals the first reading's. */
static void vote_on(struct ig_doc *d, struct ig_letter *l, const struct ig_found *by, int readings, const char *name, bool recognised)
{
	struct vote best = {.votes = 0};
	for (int k = 0; k < readings; k++)
		for (size_t i = 0; i < by[k].count; i++) {
			struct vote v = {.name = name, .value = by[k].item[i].value, .page = by[k].item[i].page, .box = by[k].item[i].box};
			if (strcmp(by[k].item[i].name, name))
				continue;
			for (int m = 0; m < readings; m++)
				for (size_t n = 0; n < by[m].count; n++)
					v.votes += !strcmp(by[m].item[n].name, name) && same(d, name, by[m].item[n].value, v.value);
			if (v.votes > best.votes || (v.votes == best.votes && best.votes && marks(v.value) > marks(best.value)))
				best = v;
		}
	if (!best.votes)
		return;
	double sure = !recognised ? 0.97 : best.votes >= 3 ? 0.96 : best.votes == 2 ? 0.75 : 0.4;
	bool checked = !strcmp(name, "reference"); /* it has a check character: two readings that agree are enough */
	if (checked && recognised && best.votes == 2)
		sure = 0.95;
	if ((!strcmp(name, "reporter.phone") || !strcmp(name, "reporter.fax")) && recognised && !whole_number(best.value))
		sure = sure < 0.5 ? sure : 0.5;
	tell(d, l, name, best.value, sure, place(d, l, best.page, best.box),
		recognised ? ig_arena_fmt(d->a, "ocr: %d of %d readings agree", best.votes, readings) : "text layer");
}

static void codes_of(struct ig_doc *d, struct ig_letter *l)
{
	static const int whole[4] = {0, 0, 10000, 10000};
	for (size_t i = 0; i < l->count; i++)
		for (size_t k = 0; k < l->pages[i].code_count; k++) {
			struct ig_ref ref;
			const char *code = l->pages[i].codes[k];
			if (!ig_ref_parse(code, strlen(code), &ref)) {
				tell(d, l, "reference", code, 1.0, place(d, l, l->pages[i].number, whole), "qr");
				return;
			}
		}
}

static bool told(const struct ig_letter *l, const char *name)
{
	for (size_t i = 0; i < l->field_count; i++)
		if (!strcmp(l->fields[i].name, name))
			return true;
	return false;
}

/* Addresses that at least two readings have, where there were several; a text layer's as they stand. */
static void observe(struct ig_doc *d, struct ig_letter *l, int readings)
{
	struct ig_observable *all = ig_arena_calloc(d->a, 400, sizeof *all), *list = ig_arena_calloc(d->a, 200, sizeof *list);
	size_t n = 0;
	for (int k = 0; k < readings; k++) {
		struct ig_buf b;
		struct ig_mail m = {.a = d->a, .limits = &ig_parse_defaults};
		struct ig_report r = {.kind = IG_KIND_MAIL};
		m.r = &r;
		ig_buf_init(&b, (size_t)d->job->limits.text_max);
		for (size_t i = 0; i < l->count; i++) {
			const struct ig_page *p = &l->pages[i];
			if (k < p->passes || !k)
				ig_buf_str(&b, k < p->passes ? ig_scan_text(d, &p->pass[k]) : "");
			else if (p->passes == 1) /* read once: its one word counts for all */
				ig_buf_str(&b, p->text);
		}
		r.text = ig_arena_strndup(d->a, b.data ? b.data : "", b.len);
		ig_buf_free(&b);
		ig_observe(&m);
		for (size_t i = 0; i < r.observable_count && n < 400; i++)
			all[n++] = r.observables[i];
	}
	for (size_t i = 0; i < n && l->observable_count < 200; i++) {
		int votes = 0;
		bool before = false;
		for (size_t k = 0; k < n; k++) {
			bool same = !strcmp(all[i].value, all[k].value) && !strcmp(all[i].type, all[k].type);
			votes += same;
			before = before || (same && k < i);
		}
		if (!before && (readings < 3 || votes >= 2))
			list[l->observable_count++] = all[i];
	}
	l->observables = list;
}

static void problem(struct ig_doc *d, struct ig_letter *l, const char *words)
{
	(void)d;
	if (l->problem_count < IG_LETTER_PROBLEMS_MAX)
		l->problems[l->problem_count++] = words;
}

static void missing_pages(struct ig_doc *d, struct ig_letter *l)
{
	bool seen[201] = {false};
	int of = 0, number, all;
	for (size_t i = 0; i < l->count; i++)
		if (ig_letter_page_of(d, &l->pages[i], &number, &all) && all <= 200) {
			seen[number] = true;
			of = all > of ? all : of;
		}
	/* A first page need not bear its number (Decree 30/2020: it is not shown). */
	for (int k = 2; k <= of; k++)
		if (!seen[k])
			problem(d, l, ig_arena_fmt(d->a, "page %d of %d is missing", k, of));
}

void ig_scan_letter(struct ig_doc *d, struct ig_letter *l)
{
	static const char *const names[] = {"letter.number", "letter.date", "letter.issuer", "letter.issuer_above", "letter.recipients", "letter.subject", "letter.urgency",
		"letter.in_reply_to", "reference",
		"reporter.phone", "reporter.fax", "reporter.email", "reporter.address"};
	struct ig_found *by = ig_arena_calloc(d->a, IG_PAGE_PASSES, sizeof *by);
	struct ig_buf b;
	int readings = 1;
	bool recognised = false;
	ig_buf_init(&b, (size_t)d->job->limits.text_max);
	for (size_t i = 0; i < l->count; i++) {
		const struct ig_page *p = &l->pages[i];
		readings = p->passes > readings ? p->passes : readings;
		recognised = recognised || p->recognised;
		if (b.len)
			ig_buf_char(&b, '\n');
		ig_buf_str(&b, p->text);
		if (p->turned)
			problem(d, l, ig_arena_fmt(d->a, "%s was turned by %d degrees", p->name, p->turned));
		if (p->class == IG_PAGE_PICTURE)
			problem(d, l, ig_arena_fmt(d->a, "%s has no writing that can be read: look at it", p->name));
		else if (p->recognised && p->passes && p->confidence < 60)
			problem(d, l, ig_arena_fmt(d->a, "%s is hard to read", p->name));
	}
	l->text = ig_arena_strndup(d->a, b.data ? b.data : "", b.len);
	ig_buf_free(&b);
	for (int k = 0; k < readings; k++)
		ig_letter_find(d, l->pages, l->count, k, &by[k]);
	codes_of(d, l);
	for (size_t i = 0; i < IG_COUNT(names); i++)
		if (!told(l, names[i]))
			vote_on(d, l, by, readings, names[i], recognised && l->pages[0].recognised);
	if (by[0].number_open && !told(l, "letter.number"))
		problem(d, l, "the number of the letter is not printed: read it by hand");
	if (by[0].date_open && !told(l, "letter.date"))
		problem(d, l, "the day of the letter is not printed: read it by hand");
	if (recognised)
		observe(d, l, readings);
	missing_pages(d, l);
}

void ig_scan_own_pages(struct ig_doc *d, struct ig_letter *l)
{
	const struct ig_page *first = &l->pages[0], *last = &l->pages[l->count - 1];
	tell(d, l, "letter.pages", ig_arena_fmt(d->a, "%d-%d", first->number, last->number), 1.0, first->name, "scan");
}
