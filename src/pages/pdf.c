/* A PDF page by page: its text layer where that is text (facts: a signature stamp or a bad layer of recognised text is none), else what is recognised on
 * its picture. Relies on the poppler tools as children. Opens no link and fetches nothing. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pages/inner.h"
#include "parse/syllable.h"

enum { PDFINFO_MS = 10000, PDFTEXT_MS = 60000, TRUST_CHARS = 300, TRUST_SHARE = 80, PAGES_MAX = 500 };

static const char *run(struct ig_doc *d, const struct ig_blob *b, const char *const *argv, size_t max, int64_t ms, size_t *len_r)
{
	struct ig_tool t = {.argv = argv, .p = b->p, .len = b->len, .time_ms = ms};
	struct ig_buf out;
	struct ig_why why = {""};
	const char *text = NULL;
	ig_buf_init(&out, max);
	if (ig_tool_run(d, &t, &out, &why))
		ig_doc_problem(d, "%s", why.text);
	else
		text = ig_arena_strndup(d->a, out.data ? out.data : "", out.len);
	*len_r = out.len;
	ig_buf_free(&out);
	return text;
}

/* A text layer is trusted when it is long enough and most of its words are Vietnamese syllables or words of ASCII letters. */
bool ig_pdf_trusted(const char *text, size_t len)
{
	size_t chars = 0;
	for (size_t i = 0; i < len; i++)
		chars += (unsigned char)text[i] > ' ' && (text[i] & 0xc0) != 0x80;
	struct ig_syllables n = ig_syllable_count(text, len);
	unsigned words = n.plain + n.marked, good = n.plain_legal + n.legal;
	/* English text has few syllables and no stray signs: it is text too. */
	bool latin = n.marked * 20 < n.plain && ig_language(text, len) && !strcmp(ig_language(text, len), "en");
	return chars > TRUST_CHARS && words && (latin || good * 100 >= words * TRUST_SHARE);
}

const char *ig_doc_pdf(struct ig_doc *d, const struct ig_blob *b)
{
	static const char *const argv[] = {"/usr/bin/pdftotext", "-q", "-enc", "UTF-8", "@", "-", NULL};
	size_t len = 0;
	const char *text = run(d, b, argv, (size_t)d->job->limits.text_max * 4, PDFTEXT_MS, &len);
	return text ? ig_doc_text(d, text, len, "utf-8") : NULL;
}
