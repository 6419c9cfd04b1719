/* One document: what it is by its bytes, who reads it, and what is gathered of it. Relies on archive.c, office.c and tool.c for the formats and on
 * parse for charsets. Decides nothing about the message. */
#include "config.h"
#include "pages/pages.h"
#include <locale.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include "base/clock.h"
#include "base/utf8.h"
#include "pages/inner.h"
#include "parse/charset.h"
#include "parse/rtf.h"
#include "parse/syllable.h"

const struct ig_pages_limits ig_pages_defaults = {.text_max = 1u << 20, .file_max = 50u << 20, .unpacked_max = 200u << 20, .entries_max = 500,
	.depth_max = 4, .time_ms = 600000};

void ig_pages_start(void)
{
	setlocale(LC_CTYPE, "C.UTF-8"); /* libarchive gives no name beyond ASCII in the plain C locale */
	ig_charset_start();
	ig_ocr_start();
}

/* ---- what is gathered */

void ig_doc_problem(struct ig_doc *d, const char *fmt, ...)
{
	struct ig_buf b;
	va_list ap;
	if (d->problem_count == IG_PAGES_PROBLEMS_MAX)
		return;
	ig_buf_init(&b, 400);
	if (d->inside)
		ig_buf_fmt(&b, "%.100s: ", d->inside);
	va_start(ap, fmt);
	ig_buf_vfmt(&b, fmt, ap);
	va_end(ap);
	const char *words = ig_utf8_repair(d->a, b.data ? b.data : "", ig_charset_whole(&b));
	ig_buf_free(&b);
	for (size_t i = 0; i < d->problem_count; i++)
		if (!strcmp(d->problems[i], words))
			return;
	d->problems[d->problem_count] = d->problem_count == IG_PAGES_PROBLEMS_MAX - 1 ? "more problems than are listed" : words;
	d->problem_count++;
}

void ig_doc_field(struct ig_doc *d, const struct ig_field *f)
{
	if (!d->fields)
		d->fields = ig_arena_calloc(d->a, IG_PAGES_FIELDS_MAX, sizeof *d->fields);
	if (d->field_count < IG_PAGES_FIELDS_MAX)
		d->fields[d->field_count++] = *f;
}

bool ig_doc_late(struct ig_doc *d)
{
	if (ig_mono_ms() < d->deadline)
		return false;
	ig_doc_problem(d, "it took too long; the rest was not read");
	return true;
}

const char *ig_doc_text(struct ig_doc *d, const void *p, size_t len, const char *charset)
{
	const char *problem = NULL;
	size_t max = (size_t)d->job->limits.text_max;
	char *text = ig_charset_decode(d->a, charset, p, len < max ? len : max, &problem);
	char *out = text;
	if (len > max)
		ig_doc_problem(d, "text longer than %zu bytes was cut", max);
	for (const char *s = text; *s; s++) {
		if (*s == '\r')
			*out++ = s[1] == '\n' ? *++s : '\n';
		else
			*out++ = *s == '\f' ? '\n' : *s;
	}
	*out = 0;
	return text;
}

/* ---- what it is */

static bool begins(const struct ig_blob *b, const char *with, size_t n)
{
	return b->len >= n && !memcmp(b->p, with, n);
}

static bool ends(const char *name, const char *with)
{
	size_t n = name ? strlen(name) : 0, w = strlen(with);
	return n > w && !strcasecmp(name + n - w, with);
}

enum ig_pages_kind ig_pages_kind_of(const struct ig_blob *b)
{
	static const struct { const char *bytes; size_t len; enum ig_pages_kind kind; } magics[] = {
		{"%PDF", 4, IG_PAGES_PDF}, {"II*\0", 4, IG_PAGES_TIFF}, {"MM\0*", 4, IG_PAGES_TIFF}, {"\x89PNG", 4, IG_PAGES_PNG}, {"\xff\xd8\xff", 3, IG_PAGES_JPEG},
		{"PK\3\4", 4, IG_PAGES_ZIP}, {"PK\5\6", 4, IG_PAGES_ZIP}, {"7z\xbc\xaf\x27\x1c", 6, IG_PAGES_7Z}, {"Rar!\x1a\x07", 6, IG_PAGES_RAR},
		{"\xd0\xcf\x11\xe0", 4, IG_PAGES_OLE}, {"{\\rt", 4, IG_PAGES_RTF}, {"\x1f\x8b", 2, IG_PAGES_PACKED}, {"BZh", 3, IG_PAGES_PACKED},
		{"\xfd" "7zXZ", 5, IG_PAGES_PACKED}};
	for (size_t i = 0; i < IG_COUNT(magics); i++)
		if (begins(b, magics[i].bytes, magics[i].len))
			return magics[i].kind;
	if (b->len > 262 && !memcmp(b->p + 257, "ustar", 5))
		return IG_PAGES_TAR;
	size_t head = b->len < 1024 ? b->len : 1024;
	if (head && memmem(b->p, head, "%PDF-", 5)) /* poppler takes it with bytes before it, and so do the viewers */
		return IG_PAGES_PDF;
	if (head && memmem(b->p, head, "edXML", 5) && memchr(b->p, '<', head))
		return IG_PAGES_EDXML;
	if (begins(b, "<?xml", 5))
		return IG_PAGES_XML;
	if (ends(b->name, ".txt") || ends(b->name, ".csv") || ends(b->name, ".json") || ends(b->name, ".eml") || ends(b->name, ".html") || ends(b->name, ".htm") ||
		ends(b->name, ".log") || ends(b->name, ".md") || ends(b->name, ".tsv"))
		return IG_PAGES_TEXT;
	return IG_PAGES_UNKNOWN;
}

const char *ig_pages_type_of(const struct ig_blob *b)
{
	static const struct { const char *suffix, *type; } suffixes[] = {
		{".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}, {".odt", "application/vnd.oasis.opendocument.text"},
		{".ods", "application/vnd.oasis.opendocument.spreadsheet"}, {".csv", "text/csv"}, {".tsv", "text/tab-separated-values"}, {".json", "application/json"},
		{".eml", "message/rfc822"}, {".html", "text/html"}, {".htm", "text/html"}, {".xml", "application/xml"}, {".txt", "text/plain"}, {".log", "text/plain"},
		{".md", "text/plain"}, {".doc", "application/msword"}, {".xls", "application/vnd.ms-excel"}, {".exe", "application/x-msdownload"}};
	static const struct { enum ig_pages_kind kind; const char *type; } kinds[] = {
		{IG_PAGES_PDF, "application/pdf"}, {IG_PAGES_TIFF, "image/tiff"}, {IG_PAGES_PNG, "image/png"}, {IG_PAGES_JPEG, "image/jpeg"},
		{IG_PAGES_ZIP, "application/zip"}, {IG_PAGES_7Z, "application/x-7z-compressed"}, {IG_PAGES_RAR, "application/vnd.rar"}, {IG_PAGES_TAR, "application/x-tar"},
		{IG_PAGES_RTF, "application/rtf"}, {IG_PAGES_XML, "application/xml"}, {IG_PAGES_EDXML, "application/xml"}, {IG_PAGES_OLE, "application/msword"}};
	enum ig_pages_kind kind = ig_pages_kind_of(b);
	if (b->type)
		return b->type;
	for (size_t i = 0; i < IG_COUNT(suffixes); i++)
		if (ends(b->name, suffixes[i].suffix))
			return suffixes[i].type;
	for (size_t i = 0; i < IG_COUNT(kinds); i++)
		if (kinds[i].kind == kind)
			return kinds[i].type;
	return "application/octet-stream";
}

/* ---- who reads it */

static const char *read_rtf(struct ig_doc *d, const struct ig_blob *b)
{
	struct ig_buf out;
	ig_buf_init(&out, (size_t)d->job->limits.text_max * 2);
	ig_rtf_plain(d->a, b->p, b->len, "", &out);
	const char *text = ig_doc_text(d, out.data ? out.data : "", out.len, "utf-8");
	ig_buf_free(&out);
	return text;
}

const char *ig_doc_read(struct ig_doc *d, const struct ig_blob *b)
{
	const char *text;
	if (ig_doc_late(d))
		return NULL;
	switch (ig_pages_kind_of(b)) {
	case IG_PAGES_RTF:
		return read_rtf(d, b);
	case IG_PAGES_PDF:
		return ig_doc_pdf(d, b);
	case IG_PAGES_ZIP:
		text = ig_doc_office(d, b);
		if (!text)
			ig_doc_archive(d, b);
		return text;
	case IG_PAGES_7Z:
	case IG_PAGES_RAR:
	case IG_PAGES_TAR:
	case IG_PAGES_PACKED:
		ig_doc_archive(d, b);
		return NULL;
	case IG_PAGES_OLE:
		return ig_doc_word_97(d, b);
	case IG_PAGES_TIFF:
	case IG_PAGES_PNG:
	case IG_PAGES_JPEG:
		return ig_doc_scan(d, b);
	case IG_PAGES_EDXML:
		return ig_doc_edxml(d, b);
	case IG_PAGES_XML:
	case IG_PAGES_TEXT:
		return ig_doc_text(d, b->p, b->len, NULL);
	case IG_PAGES_UNKNOWN:
		break;
	}
	if (!d->inside) /* what stands in an archive is listed, and most of it is nothing to read */
		ig_doc_problem(d, "its format is not read");
	return NULL;
}

struct ig_report *ig_pages_read(const struct ig_pages_job *job, struct ig_arena *a, const char **result_r)
{
	struct ig_doc *d = IG_NEW(a, struct ig_doc);
	struct ig_report *r = IG_NEW(a, struct ig_report);
	struct ig_blob b = {.name = job->name, .len = (size_t)job->size};
	const char *const *none = ig_arena_calloc(a, 1, sizeof *none);
	*d = (struct ig_doc){.job = job, .a = a, .r = r, .deadline = ig_mono_ms() + job->limits.time_ms, .result = "read"};
	*r = (struct ig_report){.kind = IG_KIND_MAIL, .class = IG_CLASS_PERSON, .date = IG_NEVER, .in_reply_to = none, .references = none, .delivered_to = none};
	void *p = job->size ? mmap(NULL, (size_t)job->size, PROT_READ, MAP_PRIVATE, job->fd, 0) : MAP_FAILED;
	if (p == MAP_FAILED) {
		ig_doc_problem(d, "it is empty");
	} else {
		b.p = p;
		if (job->view && *job->view)
			ig_doc_view(d, &b);
		else if (job->letter && *job->letter)
			r->text = ig_doc_joined(d, &b);
		else
			r->text = ig_doc_read(d, &b);
	}
	r->attachments = d->attachments;
	r->attachment_count = d->attachment_count;
	r->fields = d->fields;
	r->field_count = d->field_count;
	if (!r->language)
		r->language = r->text ? ig_language(r->text, strlen(r->text)) : NULL;
	d->problems[d->problem_count] = NULL;
	r->problems = d->problems;
	*result_r = d->result;
	return r;
}
