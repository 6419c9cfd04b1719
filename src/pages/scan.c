/* Pages to letters: each page is read (its text layer, or recognised), pages are split into letters (scan_letter.c reads each), and these become the
 * report. Relies on prepare.c, ocr.c, code.c and page_class.c. Decides nothing about cases. */
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

enum { CLASSES_MAX = 2000 };

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
	*p = (struct ig_page){.number = s->document ? (int)s->count : number};
	p->layer = "scan";
	p->name = s->document ? ig_arena_fmt(s->d->a, "%s, page %d", s->document, number) : ig_arena_fmt(s->d->a, "page %d", number);
	return p;
}

bool ig_scan_wants(const struct ig_scan *s, int number)
{
	return !s->last || (number >= s->first && number <= s->last);
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

const char *ig_scan_text(struct ig_doc *d, const struct ig_lines *l)
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

void ig_scan_picture(struct ig_scan *s, int number, PIX **raw, const char *layer)
{
	struct ig_page *p = ig_scan_page(s, number);
	struct ig_prepared pic;
	if (!p)
		return;
	p->layer = layer;
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
		p->text = p->passes ? ig_scan_text(s->d, &p->pass[0]) : "";
		for (int k = 1; p->passes && k < IG_PAGE_PASSES && ig_page_class_of(s->d, p) != IG_PAGE_PICTURE && worth_more(s, p); k++)
			read_pass(s, p, &pic, k);
	}
	p->class = ig_page_class_of(s->d, p);
	if (p->class == IG_PAGE_PICTURE)
		p->text = ""; /* what was taken for letters is none */
	ig_prepared_free(&pic);
}

void ig_scan_lines(struct ig_scan *s, int number, const struct ig_lines *lines, const char *layer)
{
	struct ig_page *p = ig_scan_page(s, number);
	if (!p)
		return;
	p->layer = layer;
	p->pass[p->passes++] = *lines;
	p->text = ig_scan_text(s->d, lines);
	p->confidence = 100;
	p->class = ig_page_class_of(s->d, p);
}

/* ---- letters of a file: a separator page, or the head of another letter */

/* The sheet before a fax goes with the letter behind it. */
static bool only_covers(const struct ig_letter *l)
{
	for (size_t i = 0; l && i < l->count; i++)
		if (l->pages[i].class != IG_PAGE_COVER)
			return false;
	return l != NULL;
}

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
		bool begins = p->class == IG_PAGE_LETTER && !only_covers(n ? &list[n - 1] : NULL);
		if (!n || (n < IG_LETTERS_MAX && !s->one && (separated || begins))) {
			list[n].pages = &kept[k];
			n++;
		}
		separated = false;
		kept[k++] = *p;
		list[n - 1].count++;
	}
	for (size_t i = 0; i < n; i++) {
		ig_scan_letter(s->d, &list[i]);
		if (n > 1)
			ig_scan_own_pages(s->d, &list[i]);
	}
	*list_r = list;
	return n;
}

/* ---- into the report */

/* "1 letter/scan; 2-3 continuation/scan; 4 blank/scan": what each page was taken for, for whoever wonders why a file became these letters. */
static void tell_classes(struct ig_scan *s)
{
	struct ig_buf b;
	ig_buf_init(&b, CLASSES_MAX);
	for (size_t i = 0, k; i < s->count && !b.over; i = k) {
		const struct ig_page *p = &s->pages[i];
		for (k = i + 1; k < s->count && s->pages[k].class == p->class && !strcmp(s->pages[k].layer, p->layer);)
			k++;
		ig_buf_fmt(&b, "%s%d", b.len ? "; " : "", p->number);
		if (k > i + 1)
			ig_buf_fmt(&b, "-%d", s->pages[k - 1].number);
		ig_buf_fmt(&b, " %s/%s", ig_page_class_word(p->class), p->layer);
	}
	struct ig_field f = {.name = "pages.classes", .value = ig_arena_strndup(s->d->a, b.data ? b.data : "", b.len), .confidence = 1, .rule = "scan"};
	ig_buf_free(&b);
	if (*f.value)
		ig_doc_field(s->d, &f);
}

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
	tell_classes(s);
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

void ig_scan_pictures(struct ig_scan *s, const struct ig_blob *b)
{
	struct ig_doc *d = s->d;
	int n = ig_picture_count(d, b);
	if (!n)
		ig_doc_problem(d, "there is no page in it");
	for (int i = 0; i < n && !ig_doc_late(d); i++) {
		PIX *raw = ig_scan_wants(s, i + 1) ? ig_picture_of(d, b, i) : NULL;
		if (raw)
			ig_scan_picture(s, i + 1, &raw, "scan");
		pixDestroy(&raw);
	}
}

const char *ig_doc_scan(struct ig_doc *d, const struct ig_blob *b)
{
	struct ig_scan *s = ig_scan_new(d);
	ig_scan_pictures(s, b);
	const char *text = ig_scan_finish(s);
	ig_scan_free(s);
	return text;
}
