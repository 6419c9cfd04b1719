/* Documents of Word 97 to 2003, by catdoc. Its words come in UTF-8; text in old fonts comes as Latin letters and is told by its syllables
 * (parse/detect.c), for catdoc keeps no font names. Relies on tool.c for confinement and time. */
#include "config.h"
#include <string.h>
#include "pages/inner.h"

#define CATDOC_MS 20000

/* Workbooks and presentations have the same container; their streams are named in UTF-16. */
static bool holds(const struct ig_blob *b, const char *name)
{
	char wide[64];
	size_t n = strlen(name);
	for (size_t i = 0; i < n; i++) {
		wide[2 * i] = name[i];
		wide[2 * i + 1] = 0;
	}
	return memmem(b->p, b->len, wide, 2 * n) != NULL;
}

const char *ig_doc_word_97(struct ig_doc *d, const struct ig_blob *b)
{
	static const char *const word[] = {"/usr/bin/catdoc", "-w", "-d", "utf-8", "@", NULL}, *const sheet[] = {"/usr/bin/xls2csv", "-d", "utf-8", "-q0", "-c\t", "@", NULL};
	bool workbook = holds(b, "Workbook") || holds(b, "Book");
	struct ig_tool t = {.argv = workbook && !holds(b, "WordDocument") ? sheet : word, .p = b->p, .len = b->len, .time_ms = CATDOC_MS};
	struct ig_buf out;
	struct ig_why why = {""};
	const char *text = NULL;
	if (holds(b, "EncryptionInfo") || holds(b, "EncryptedPackage")) {
		ig_doc_locked(d, b, "an Office document with a password");
		return NULL;
	}
	ig_buf_init(&out, (size_t)d->job->limits.text_max * 2);
	if (ig_tool_run(d, &t, &out, &why))
		ig_doc_problem(d, "%s", why.text);
	else
		text = ig_doc_text(d, out.data ? out.data : "", out.len, "utf-8");
	ig_buf_free(&out);
	return text;
}
