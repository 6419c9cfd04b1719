/* What a page is, by what was read on it: which words stand where, and whether they are words at all. Letters that a fax swallowed are forgiven by counting
 * edits, not by a list of misreadings. Relies on letter.c for the head of a letter. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include "pages/letter.h"
#include "parse/plain.h"
#include "parse/syllable.h"

enum { NEEDLE_MAX = 64, TOP = 4500, LABELS = 4, COVER_LINES = 25, CONFIDENCE_POOR = 60, CONFIDENCE_GOOD = 80 };

#define WORD(NAME, word) word,
static const char *const class_words[] = {IG_PAGE_CLASSES(WORD)};

const char *ig_page_class_word(enum ig_page_class class)
{
	return (size_t)class < IG_COUNT(class_words) ? class_words[class] : "?";
}

bool ig_page_near(const char *hay, const char *needle, size_t wrong)
{
	size_t row[NEEDLE_MAX + 1], n = strlen(needle);
	if (n > NEEDLE_MAX)
		return false;
	for (size_t k = 0; k <= n; k++)
		row[k] = k;
	for (const char *p = hay; *p; p++) {
		size_t corner = 0; /* it may begin anywhere */
		for (size_t k = 1; k <= n; k++) {
			size_t change = corner + (*p != needle[k - 1]);
			corner = row[k];
			row[k] = (row[k] < row[k - 1] ? row[k] : row[k - 1]) + 1;
			row[k] = change < row[k] ? change : row[k];
		}
		if (row[n] <= wrong)
			return true;
	}
	return false;
}

/* Words that recognition is sure of, or that are Vietnamese syllables: chance makes one of a photograph, not two in a row. */
static bool is_writing(const struct ig_line *l)
{
	unsigned words = 0, letters = 0;
	for (const char *p = l->text;; p++) {
		bool letter = isalpha((unsigned char)*p) || (unsigned char)*p >= 0x80;
		if (letter) {
			letters++;
			continue;
		}
		words += letters >= 2;
		letters = 0;
		if (!*p)
			break;
	}
	if (words < 2 || l->confidence < CONFIDENCE_POOR)
		return false;
	struct ig_syllables n = ig_syllable_count(l->text, strlen(l->text));
	unsigned good = n.plain_legal + n.legal;
	return l->confidence >= CONFIDENCE_GOOD || (good >= 2 && good * 2 >= n.plain + n.marked);
}

/* Marks that recognition took for letters: hardly a line of it is writing. */
static bool is_picture(const struct ig_page *p)
{
	size_t lines = 0;
	for (size_t i = 0; i < p->pass[0].count; i++)
		lines += is_writing(&p->pass[0].line[i]);
	return p->recognised && lines < (p->confidence < CONFIDENCE_POOR ? 2 : 1);
}

/* The line begins with that label; of a long one a letter may be wrong ("S6 trang:"). */
static bool begins_with(const struct ig_plain *p, const char *word)
{
	char head[NEEDLE_MAX];
	size_t n = strlen(word), i = 0;
	while (i < p->len && !isalnum((unsigned char)p->s[i]))
		i++;
	if (p->len - i < n || n >= sizeof head)
		return false;
	if (!strncmp(p->s + i, word, n))
		return !isalpha((unsigned char)p->s[i + n]);
	memcpy(head, p->s + i, n);
	head[n] = 0;
	return n >= 6 && ig_page_near(head, word, 1);
}

/* "To:", "Kinh gui:" at the begin of a line: how many different ones of the list. */
static unsigned labels_of(const struct ig_plain *lines, size_t count, const char *const *list, size_t n)
{
	unsigned found = 0;
	for (size_t k = 0; k < n; k++) {
		bool there = false;
		for (size_t i = 0; i < count && !there; i++)
			there = begins_with(&lines[i], list[k]);
		found += there;
	}
	return found;
}

/* A line that says what the sheet is and nothing else. */
static bool is_cover_title(const struct ig_line *l, const struct ig_plain *p)
{
	static const char *const titles[] = {"fax", "ban fax", "phieu fax", "phieu gui fax", "trang bia fax", "facsimile", "fax cover sheet", "facsimile cover sheet",
		"fax cover", "cover sheet", "fax message", "fax transmission", "facsimile transmission"};
	for (size_t k = 0; k < IG_COUNT(titles); k++) {
		size_t n = strlen(titles[k]);
		if (l->y0 < TOP && p->len <= n + 2 && p->len + 2 >= n && ig_page_near(p->s, titles[k], n / 8))
			return true;
	}
	return false;
}

/* The sheet before a fax names itself so, in a line of its own or as a label, and says whom it is for, from whom, and how many pages come. */
static bool is_cover(const struct ig_lines *l, const struct ig_plain *lines)
{
	static const char *const labels[] = {"kinh gui", "nguoi gui", "nguoi nhan", "noi gui", "noi nhan", "so fax", "so trang", "tu", "den", "dien thoai", "noi dung",
		"to", "from", "attn", "attention", "pages", "no. of pages", "number of pages", "date", "ngay", "re", "subject", "phone", "tel", "company"};
	static const char *const pages[] = {"so trang", "pages", "no. of pages", "number of pages", "total pages"};
	static const char *const numbers[] = {"so fax", "fax", "fax no"};
	bool counted = labels_of(lines, l->count, pages, IG_COUNT(pages)) > 0, named = counted && labels_of(lines, l->count, numbers, IG_COUNT(numbers));
	for (size_t i = 0; i < l->count; i++)
		if (l->count <= COVER_LINES && is_cover_title(&l->line[i], &lines[i])) /* a bad fax loses every label */
			return true;
	for (size_t i = 0; i < l->count; i++)
		named = named || (l->line[i].y0 < TOP && lines[i].len < 40 && (ig_plain_word(&lines[i], "fax", 0) != SIZE_MAX || ig_page_near(lines[i].s, "facsimile", 2)) &&
			!memchr(lines[i].s, ':', lines[i].len));
	return named && labels_of(lines, l->count, labels, IG_COUNT(labels)) >= (counted ? LABELS : LABELS + 1);
}

/* A title that forms have, and numbered or dotted places below it. */
static bool is_form(const struct ig_lines *l, const struct ig_plain *lines)
{
	static const char *const titles[] = {"bao cao ban dau", "phieu bao cao", "mau bao cao", "phieu khai", "don khai bao", "incident report form", "phieu tiep nhan"};
	bool titled = false;
	unsigned places = 0;
	for (size_t i = 0; i < l->count; i++) {
		const struct ig_plain *p = &lines[i];
		for (size_t k = 0; k < IG_COUNT(titles); k++)
			titled = titled || (l->line[i].y0 < TOP && ig_page_near(p->s, titles[k], strlen(titles[k]) / 6));
		const char *dot = p->len > 3 && isdigit((unsigned char)p->s[0]) ? strpbrk(p->s, ".)") : NULL;
		places += (dot && dot - p->s <= 2) || strstr(p->s, "....") || (p->len < 60 && p->len > 3 && p->s[p->len - 1] == ':');
	}
	return titled && places >= LABELS;
}

enum ig_page_class ig_page_class_of(struct ig_doc *d, const struct ig_page *p)
{
	const struct ig_lines *l = &p->pass[0];
	if (p->separator)
		return IG_PAGE_SEPARATOR;
	if (p->blank)
		return IG_PAGE_BLANK;
	if (!p->passes || is_picture(p))
		return IG_PAGE_PICTURE;
	if (ig_letter_begins(d, p))
		return IG_PAGE_LETTER;
	struct ig_plain *lines = ig_arena_calloc(d->a, l->count + 1, sizeof *lines);
	for (size_t i = 0; i < l->count; i++)
		ig_plain_of(d->a, l->line[i].text, strlen(l->line[i].text), &lines[i]);
	return is_cover(l, lines) ? IG_PAGE_COVER : is_form(l, lines) ? IG_PAGE_FORM : IG_PAGE_CONTINUATION;
}
