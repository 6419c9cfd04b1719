/* Pages to letters: each page is read (its text layer, or recognised), pages are split into letters, and what several readings of a letter agree on is
 * told with how sure it is. A single reading never counts as verified: three of four, a text layer, or a QR code do.
 * Relies on prepare.c, ocr.c, code.c and letter.c. Decides nothing about cases. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "model/incident.h"
#include "pages/letter.h"
#include "pages/scan.h"
#include "parse/inner.h"
#include "parse/observe.h"
#include "parse/syllable.h"

/* Readings of a page, in the order in which they are made: picture and languages. */
static const struct { bool square; const char *languages; } passes[IG_PAGE_PASSES] = {
	{false, "eng+vie"}, {false, "vie"}, {true, "eng+vie"}, {false, "eng"}};

struct ig_scan *ig_scan_new(struct ig_doc *d)
{
	struct ig_scan *s = IG_NEW(d->a, struct ig_scan);
	setMsgSeverity(L_SEVERITY_NONE); /* what is wrong with a page is said of the page */
	s->d = d;
	return s;
}

void ig_scan_free(struct ig_scan *s)
{
	for (size_t i = 0; i < IG_PAGE_PASSES; i++)
		s->ocr[i] = ig_ocr_free(s->ocr[i]);
}

struct ig_page *ig_scan_page(struct ig_scan *s, int number)
{
	if (s->count == IG_PAGES_MAX)
		return NULL;
	if (s->count == s->room) {
		s->room = s->room ? s->room * 2 : 8;
		struct ig_page *more = ig_arena_calloc(s->d->a, s->room, sizeof *more);
		if (s->count)
			memcpy(more, s->pages, s->count * sizeof *more);
		s->pages = more;
	}
	struct ig_page *p = &s->pages[s->count++];
	*p = (struct ig_page){.number = number};
	return p;
}

/* ---- reading one page */

static struct ig_ocr *reader(struct ig_scan *s, int pass)
{
	/* Passes of the same languages share one. */
	for (int i = 0; i < pass; i++)
		if (!strcmp(passes[i].languages, passes[pass].languages))
			return reader(s, i);
	if (!s->ocr[pass] && !s->no_ocr) {
		s->ocr[pass] = ig_ocr_new(s->d, passes[pass].languages);
		s->no_ocr = !s->ocr[pass];
	}
	return s->ocr[pass];
}

static const char *text_of(struct ig_doc *d, const struct ig_lines *l)
{
	struct ig_buf b;
	ig_buf_init(&b, (size_t)d->job->limits.text_max);
	for (size_t i = 0; i < l->count; i++) {
		/* A gap of more than a line is a paragraph's. */
		if (i && l->line[i].y0 - l->line[i - 1].y1 > l->line[i].y1 - l->line[i].y0)
			ig_buf_char(&b, '\n');
		ig_buf_fmt(&b, "%s\n", l->line[i].text);
	}
	const char *text = ig_arena_strndup(d->a, b.data ? b.data : "", b.len);
	ig_buf_free(&b);
	return text;
}

static bool has_number_words(const char *text)
{
	return strstr(text, "IR-") || strchr(text, '@') || strstr(text, ".vn") || strstr(text, "hxxp") || strstr(text, "IP");
}

static void read_pass(struct ig_scan *s, struct ig_page *p, const struct ig_prepared *pic, int pass)
{
	struct ig_ocr *o = reader(s, pass);
	PIX *pix = passes[pass].square ? pic->square : pic->grey;
	float confidence = 0;
	if (!o || !pix || ig_doc_late(s->d))
		return;
	ig_ocr_read(o, pix, &p->pass[p->passes++], &confidence);
	if (!pass)
		p->confidence = confidence;
}

static bool is_separator(const struct ig_page *p)
{
	for (size_t i = 0; i < p->code_count; i++)
		if (!strcmp(p->codes[i], IG_SEPARATOR_CODE))
			return true;
	return false;
}

/* Does it matter what exactly stands on it? The head of a letter, and numbers that somebody may act upon. */
static bool worth_more(struct ig_scan *s, const struct ig_page *p)
{
	return s->count == 1 || ig_letter_begins(s->d, p) || has_number_words(p->text);
}

void ig_scan_picture(struct ig_scan *s, int number, PIX **raw)
{
	struct ig_page *p = ig_scan_page(s, number);
	struct ig_prepared pic;
	if (!p)
		return;
	ig_prepare(s->d, *raw, &pic);
	pixDestroy(raw); /* a colour scan is 15 MB that recognition needs more */
	p->recognised = true;
	p->blank = pic.blank;
	p->turned = pic.turned;
	p->text = "";
	if (pic.first && !p->blank)
		p->code_count = ig_codes(s->d, pic.first, p->codes, IG_COUNT(p->codes));
	pixDestroy(&pic.first);
	p->separator = is_separator(p);
	if (!p->blank && !p->separator && pic.grey) {
		read_pass(s, p, &pic, 0);
		p->text = p->passes ? text_of(s->d, &p->pass[0]) : "";
		for (int k = 1; p->passes && k < IG_PAGE_PASSES && worth_more(s, p); k++)
			read_pass(s, p, &pic, k);
	}
	ig_prepared_free(&pic);
}

void ig_scan_lines(struct ig_scan *s, int number, const struct ig_lines *lines)
{
	struct ig_page *p = ig_scan_page(s, number);
	if (!p)
		return;
	p->pass[p->passes++] = *lines;
	p->text = text_of(s->d, lines);
	p->confidence = 100;
}

/* ---- one letter */

struct vote { const char *name, *value; int votes, page; const int *box; };

static void tell(struct ig_doc *d, struct ig_letter *l, const char *name, const char *value, double confidence, const char *where, const char *rule)
{
	(void)d;
	if (l->field_count < IG_LETTER_FIELDS_MAX)
		l->fields[l->field_count++] = (struct ig_field){.name = name, .value = value, .confidence = confidence, .where = where, .rule = rule};
}

static const char *place(struct ig_doc *d, int page, const int *box)
{
	return ig_arena_fmt(d->a, "page %d, box %d %d %d %d", page, box[0], box[1], box[2], box[3]);
}

/* Words are the same without their marks: readings differ in them most; the one with the most marks is taken. */
static bool same(struct ig_doc *d, const char *name, const char *a, const char *b)
{
	if (strcmp(name, "letter.issuer") && strcmp(name, "letter.subject") && strcmp(name, "reporter.address"))
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
	tell(d, l, name, best.value, sure, place(d, best.page, best.box),
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
				tell(d, l, "reference", code, 1.0, place(d, l->pages[i].number, whole), "qr");
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
				ig_buf_str(&b, k < p->passes ? text_of(d, &p->pass[k]) : "");
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

static void read_letter(struct ig_doc *d, struct ig_letter *l)
{
	static const char *const names[] = {"letter.number", "letter.date", "letter.issuer", "letter.subject", "letter.urgency", "letter.in_reply_to", "reference",
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
			problem(d, l, ig_arena_fmt(d->a, "page %d was turned by %d degrees", p->number, p->turned));
		if (p->recognised && p->passes && p->confidence < 60)
			problem(d, l, ig_arena_fmt(d->a, "page %d is hard to read", p->number));
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

/* ---- letters of a file: a separator page, or the head of another letter */

size_t ig_scan_letters(struct ig_scan *s, struct ig_letter **list_r)
{
	struct ig_letter *list = ig_arena_calloc(s->d->a, IG_LETTERS_MAX, sizeof *list);
	struct ig_page *kept = ig_arena_calloc(s->d->a, s->count + 1, sizeof *kept);
	size_t n = 0, k = 0;
	bool separated = true;
	for (size_t i = 0; i < s->count; i++) {
		const struct ig_page *p = &s->pages[i];
		if (p->blank || p->separator) {
			separated = separated || p->separator;
			continue;
		}
		if (n < IG_LETTERS_MAX && (separated || (k && ig_letter_begins(s->d, p)))) {
			list[n].pages = &kept[k];
			n++;
		}
		separated = false;
		kept[k++] = *p;
		list[n - 1].count++;
	}
	for (size_t i = 0; i < n; i++)
		read_letter(s->d, &list[i]);
	*list_r = list;
	return n;
}

/* ---- into the report */

static void fill(struct ig_doc *d, const struct ig_letter *l, struct ig_report *r)
{
	const char **problems = ig_arena_calloc(d->a, l->problem_count + 1, sizeof *problems);
	memcpy(problems, l->problems, l->problem_count * sizeof *problems);
	r->text = l->text;
	r->fields = l->fields;
	r->field_count = l->field_count;
	r->observables = l->observables;
	r->observable_count = l->observable_count;
	r->problems = problems;
	r->language = ig_language(l->text, strlen(l->text));
	for (size_t i = 0; i < l->field_count; i++)
		if (!strcmp(l->fields[i].name, "letter.subject"))
			r->subject = l->fields[i].value;
}

const char *ig_scan_finish(struct ig_scan *s)
{
	struct ig_doc *d = s->d;
	struct ig_letter *list = NULL;
	size_t n = ig_scan_letters(s, &list), blank = 0;
	for (size_t i = 0; i < s->count; i++)
		blank += s->pages[i].blank;
	if (!d->inside)
		d->result = ig_arena_fmt(d->a, "%zu page%s%s%s", s->count, s->count == 1 ? "" : "s", blank ? ", some of them blank" : "", n > 1 ? ", several letters" : "");
	if (!n) {
		if (s->count)
			ig_doc_problem(d, "all pages are blank");
		return NULL;
	}
	for (size_t i = 0; i < list[0].problem_count; i++)
		ig_doc_problem(d, "%s", list[0].problems[i]);
	for (size_t i = 0; i < list[0].field_count; i++)
		ig_doc_field(d, &list[0].fields[i]);
	if (!d->inside) {
		fill(d, &list[0], d->r);
		d->r->letters = ig_arena_calloc(d->a, n, sizeof *d->r->letters);
		d->r->letter_count = n - 1;
		for (size_t i = 1; i < n; i++) {
			struct ig_report *r = &d->r->letters[i - 1];
			*r = (struct ig_report){.kind = d->r->kind, .class = IG_CLASS_PERSON, .date = IG_NEVER, .in_reply_to = d->r->in_reply_to,
				.references = d->r->references, .delivered_to = d->r->delivered_to};
			fill(d, &list[i], r);
		}
		return list[0].text;
	}
	struct ig_buf b; /* in an archive: the words of all of them */
	ig_buf_init(&b, (size_t)d->job->limits.text_max);
	for (size_t i = 0; i < n; i++)
		ig_buf_fmt(&b, "%s%s", i ? "\n" : "", list[i].text);
	const char *text = ig_arena_strndup(d->a, b.data ? b.data : "", b.len);
	ig_buf_free(&b);
	return text;
}

const char *ig_doc_scan(struct ig_doc *d, const struct ig_blob *b)
{
	struct ig_scan *s = ig_scan_new(d);
	int n = ig_picture_count(d, b);
	if (!n)
		ig_doc_problem(d, "there is no page in it");
	for (int i = 0; i < n && !ig_doc_late(d); i++) {
		PIX *raw = ig_picture_of(d, b, i);
		if (raw)
			ig_scan_picture(s, i + 1, &raw);
		pixDestroy(&raw);
	}
	const char *text = ig_scan_finish(s);
	ig_scan_free(s);
	return text;
}
