/* Page numbers as pages bear them in a corner: "2/3", "Trang 2/3". Relies on places of lines. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include "pages/letter.h"
#include "parse/plain.h"

bool ig_letter_page_of(struct ig_doc *d, const struct ig_page *page, int *number_r, int *of_r)
{
	const struct ig_lines *l = &page->pass[0];
	for (size_t i = 0; page->passes && i < l->count; i++) {
		struct ig_plain p;
		size_t k = 0;
		int a = 0, b = 0, digits = 0;
		if (l->line[i].y0 > 900 && l->line[i].y1 < 9200)
			continue;
		ig_plain_of(d->a, l->line[i].text, strlen(l->line[i].text), &p);
		k = !strncmp(p.s, "trang", 5) ? 5 : !strncmp(p.s, "page", 4) ? 4 : 0;
		while (p.s[k] == ' ' || p.s[k] == ':')
			k++;
		for (; isdigit((unsigned char)p.s[k]) && digits < 3; k++, digits++)
			a = a * 10 + p.s[k] - '0';
		while (p.s[k] == ' ')
			k++;
		if (!digits || p.s[k] != '/')
			continue;
		for (k++; p.s[k] == ' '; k++)
			;
		for (digits = 0; isdigit((unsigned char)p.s[k]) && digits < 3; k++, digits++)
			b = b * 10 + p.s[k] - '0';
		if (digits && k == p.len && a >= 1 && b >= a && b < 200) {
			*number_r = a;
			*of_r = b;
			return true;
		}
	}
	return false;
}
