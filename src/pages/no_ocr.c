/* Built with --disable-ocr: the text layer of a PDF is read as it stands, pages that are pictures are for a person. */
#include "config.h"
#include "pages/inner.h"

#define LAYER_MS 60000

void ig_ocr_start(void)
{
}

const char *ig_doc_scan(struct ig_doc *d, const struct ig_blob *b)
{
	(void)b;
	ig_doc_problem(d, "pages that are pictures are not read in this build");
	return NULL;
}

const char *ig_doc_pdf(struct ig_doc *d, const struct ig_blob *b)
{
	static const char *const argv[] = {"/usr/bin/pdftotext", "-q", "-enc", "UTF-8", "@", "-", NULL};
	struct ig_tool t = {.argv = argv, .p = b->p, .len = b->len, .time_ms = LAYER_MS};
	struct ig_buf out;
	struct ig_why why = {""};
	const char *text = NULL;
	ig_buf_init(&out, (size_t)d->job->limits.text_max * 2);
	if (ig_tool_run(d, &t, &out, &why))
		ig_doc_problem(d, "%s", why.text);
	else
		text = ig_doc_text(d, out.data ? out.data : "", out.len, "utf-8");
	ig_buf_free(&out);
	return text;
}

const char *ig_doc_joined(struct ig_doc *d, const struct ig_blob *b)
{
	return ig_doc_scan(d, b);
}

void ig_doc_view(struct ig_doc *d, const struct ig_blob *b)
{
	(void)b;
	ig_doc_problem(d, "pages are not shown in this build");
}
