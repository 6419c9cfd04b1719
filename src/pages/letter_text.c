/* What stands anywhere on the pages of a letter: our reference, whom it answers, how to reach who wrote it. Letters become digits only where a digit must
 * stand, and a reference counts with a right check character only. Relies on parse for lines without marks. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include "model/incident.h"
#include "pages/letter.h"

static void find_answered(struct ig_doc *d, struct ig_found *out, const struct ig_page *page, const struct ig_line *l, const struct ig_plain *p)
{
	static const char *const answers[] = {"tra loi", "phuc dap", "tiep theo", "in reply to", "reply to your", "dap lai"};
	const char *number = NULL;
	size_t end;
	for (size_t k = 0; k < IG_COUNT(answers); k++) {
		const char *at = strstr(p->s, answers[k]);
		if (!at)
			continue;
		for (size_t so = ig_plain_word(p, "so", (size_t)(at - p->s)); so != SIZE_MAX; so = ig_plain_word(p, "so", so + 1))
			if (ig_letter_number(d->a, p, so, &number, &end) == 1) {
				ig_letter_found(out, "letter.in_reply_to", number, page->number, l);
				return;
			}
		size_t no = ig_plain_word(p, "no", (size_t)(at - p->s));
		if (no != SIZE_MAX && ig_letter_number(d->a, p, no, &number, &end) == 1)
			ig_letter_found(out, "letter.in_reply_to", number, page->number, l);
	}
}

/* Our reference, with the letters that a scan makes of its digits: only with a right check character is it one. */
static void find_reference(struct ig_doc *d, struct ig_found *out, const struct ig_page *page, const struct ig_line *l, const struct ig_plain *p)
{
	for (size_t i = 0; i + 14 < p->len; i++) {
		char text[IG_REF_MAX];
		struct ig_ref ref;
		size_t n = 2, k = i + 2, digits = 0;
		if (!strchr("il1|", p->s[i]) || p->s[i + 1] != 'r' || (i && isalnum((unsigned char)p->s[i - 1])))
			continue;
		text[0] = 'I', text[1] = 'R';
		for (; k < p->len && n < sizeof text - 2 && digits < 11; k++) {
			char c = ig_plain_digit(p->s[k]);
			if (c) {
				text[n++] = c;
				digits++;
			} else if (strchr("-_. ", p->s[k])) {
				if (text[n - 1] != '-')
					text[n++] = '-';
				if (digits >= 10 && digits != 4)
					break;
			} else {
				break;
			}
		}
		while (k < p->len && strchr("-_. ", p->s[k]))
			k++;
		if (digits < 10 || k >= p->len || n >= sizeof text - 2)
			continue;
		if (text[n - 1] != '-')
			text[n++] = '-';
		text[n++] = (char)toupper((unsigned char)p->s[k]);
		text[n] = 0;
		if (!ig_ref_parse(text, n, &ref))
			ig_letter_found(out, "reference", ig_arena_strdup(d->a, ig_ref_print(ref, text)), page->number, l);
	}
}

static const char *phone_at(struct ig_arena *a, const struct ig_plain *p, size_t i)
{
	char out[24];
	size_t n = 0;
	for (; i < p->len && n < sizeof out - 1; i++) {
		char c = p->s[i];
		if (isdigit((unsigned char)c) || (c == '+' && !n))
			out[n++] = c;
		else if (!strchr(" .-()", c))
			break;
	}
	out[n] = 0;
	return n >= 8 && n <= 14 ? ig_arena_strdup(a, out) : NULL;
}

/* A mail address as letters print it. Readings agree on faults, too: "15(@" three times of four is no address. */
static bool is_address(const char *s, size_t n)
{
	const char *at = memchr(s, '@', n);
	size_t local = at ? (size_t)(at - s) : 0, dots = 0;
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)s[i]) && !strchr(i < local ? "._%+-" : i == local ? "@" : ".-", s[i]))
			return false;
		dots += i > local && s[i] == '.';
	}
	return local && dots && isalnum((unsigned char)s[n - 1]);
}

static void find_contact(struct ig_doc *d, struct ig_found *out, const struct ig_page *page, const struct ig_line *l, const struct ig_plain *p)
{
	static const struct { const char *label, *name; } labels[] = {{"dien thoai", "reporter.phone"}, {"dt", "reporter.phone"}, {"tel", "reporter.phone"},
		{"sdt", "reporter.phone"}, {"hotline", "reporter.phone"}, {"fax", "reporter.fax"}, {"email", "reporter.email"}, {"e-mail", "reporter.email"},
		{"thu dien tu", "reporter.email"}, {"dia chi", "reporter.address"}};
	for (size_t k = 0; k < IG_COUNT(labels); k++) {
		size_t at = ig_plain_word(p, labels[k].label, 0), i = at + strlen(labels[k].label);
		if (at == SIZE_MAX)
			continue;
		while (i < p->len && strchr(" :./", p->s[i]))
			i++;
		if (i == at + strlen(labels[k].label) || (p->s[i - 1] == ' ' && !memchr(p->s + at, ':', i - at)))
			continue; /* a word of the text, no label */
		if (strstr(labels[k].name, "phone") || strstr(labels[k].name, "fax")) {
			ig_letter_found(out, labels[k].name, phone_at(d->a, p, i), page->number, l);
		} else if (strstr(labels[k].name, "email")) {
			size_t end = i;
			while (end < p->len && !strchr(" ,;)", p->s[end]))
				end++;
			end -= end > i && p->s[end - 1] == '.';
			if (is_address(p->s + i, end - i))
				ig_letter_found(out, labels[k].name, ig_plain_cut(d->a, p, i, end), page->number, l);
		} else {
			size_t end = i;
			while (end < p->len && p->s[end] != ';' && strncmp(p->s + end, "dien thoai", 10) && strncmp(p->s + end, "dt:", 3))
				end++;
			ig_letter_found(out, labels[k].name, ig_plain_cut(d->a, p, i, end && p->s[end - 1] == ',' ? end - 1 : end), page->number, l);
		}
	}
}

void ig_letter_anywhere(struct ig_doc *d, struct ig_found *out, const struct ig_page *page, const struct ig_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		struct ig_plain one, two;
		ig_plain_of(d->a, lines->line[i].text, strlen(lines->line[i].text), &one);
		find_reference(d, out, page, &lines->line[i], &one);
		find_contact(d, out, page, &lines->line[i], &one);
		const char *next = i + 1 < lines->count ? lines->line[i + 1].text : "";
		const char *joined = ig_arena_fmt(d->a, "%s %s", lines->line[i].text, next);
		ig_plain_of(d->a, joined, strlen(joined), &two);
		find_answered(d, out, page, &lines->line[i], &two);
	}
}
