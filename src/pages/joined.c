/* One letter whose pages lie in several documents, or in some pages of one: a person said that they belong together, so no head and no separator parts
 * them here. Relies on scan.c and pdf.c for the pages. The list of documents is the clerk's, their bytes are a stranger's. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pages/scan.h"

/* One entry of the list, "7 182734 1-2" or "9 5555 *"; the bytes it takes, 0: it is malformed or longer than what is left. */
static size_t piece(struct ig_scan *s, const char *entry, size_t left)
{
	long long message;
	unsigned long long bytes;
	int used = 0;
	s->first = s->last = 0;
	if (sscanf(entry, "%lld %llu %n", &message, &bytes, &used) != 2 || !used || bytes > left)
		return 0;
	if (entry[used] != '*' && (sscanf(entry + used, "%d-%d", &s->first, &s->last) != 2 || s->first < 1 || s->last < s->first))
		return 0;
	s->document = ig_arena_fmt(s->d->a, "message %lld", message);
	return (size_t)bytes;
}

static void pages_of(struct ig_scan *s, const struct ig_blob *b)
{
	enum ig_pages_kind kind = ig_pages_kind_of(b);
	size_t before = s->count;
	if (kind == IG_PAGES_PDF)
		ig_pdf_pages(s, b);
	else if (kind == IG_PAGES_TIFF || kind == IG_PAGES_PNG || kind == IG_PAGES_JPEG)
		ig_scan_pictures(s, b);
	if (s->count == before)
		ig_doc_problem(s->d, "%s: none of its pages could be read", s->document);
}

const char *ig_doc_joined(struct ig_doc *d, const struct ig_blob *b)
{
	struct ig_scan *s = ig_scan_new(d);
	size_t at = 0;
	s->one = true;
	for (const char *entry = d->job->letter; *entry && !ig_doc_late(d); entry += strcspn(entry, ";"), entry += *entry == ';') {
		struct ig_blob part = {.p = b->p + at};
		part.len = piece(s, entry, b->len - at);
		if (!part.len) {
			ig_doc_problem(d, "the list of its documents is malformed");
			break;
		}
		at += part.len;
		pages_of(s, &part);
	}
	const char *text = ig_scan_finish(s);
	ig_scan_free(s);
	return text;
}
