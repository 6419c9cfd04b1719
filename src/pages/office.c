/* Office documents in a zip: which kind it is, and its parts by name. Relies on zip.h for limits; word.c, sheet.c and opendoc.c read the parts.
 * Pictures and macros are left where they are. */
#include "config.h"
#include <string.h>
#include "pages/office.h"

static bool ends(const char *s, const char *with)
{
	size_t n = strlen(s), w = strlen(with);
	return n >= w && !strcmp(s + n - w, with);
}

static bool wanted(struct ig_office *o, const char *path)
{
	if (!strcmp(path, "[Content_Types].xml"))
		return false;
	if (!strncmp(path, "word/", 5)) {
		o->word = true;
		return ends(path, ".xml") && (!strcmp(path, "word/document.xml") || !strcmp(path, "word/styles.xml") || !strncmp(path, "word/header", 11) ||
			!strncmp(path, "word/footer", 11) || !strncmp(path, "word/footnotes", 14));
	}
	if (!strncmp(path, "xl/", 3)) {
		o->sheet = true;
		return !strcmp(path, "xl/sharedStrings.xml") || !strcmp(path, "xl/styles.xml") || !strcmp(path, "xl/workbook.xml") ||
			(!strncmp(path, "xl/worksheets/", 14) && ends(path, ".xml"));
	}
	if (!strcmp(path, "content.xml") || !strcmp(path, "styles.xml")) {
		o->open = true;
		return true;
	}
	return false;
}

static bool part(void *arg, const struct ig_zip_file *f, bool ask)
{
	struct ig_office *o = arg;
	if (ask)
		return o->count < IG_OFFICE_PARTS_MAX && wanted(o, f->path);
	struct ig_office_part *p = &o->parts[o->count++];
	p->path = ig_arena_strdup(o->d->a, f->path);
	ig_buf_init(&p->bytes, f->len + 1);
	ig_buf_add(&p->bytes, f->p, f->len);
	if (f->why)
		ig_doc_problem(o->d, "%s: %s", p->path, f->why);
	return true;
}

const struct ig_office_part *ig_office_find(const struct ig_office *o, const char *path)
{
	for (size_t i = 0; i < o->count; i++)
		if (!strcmp(o->parts[i].path, path))
			return &o->parts[i];
	return NULL;
}

void ig_office_say(struct ig_office *o, const char *text)
{
	ig_buf_str(&o->out, text);
}

static void trim(struct ig_office *o)
{
	while (o->out.len && (o->out.data[o->out.len - 1] == ' ' || o->out.data[o->out.len - 1] == '\t'))
		ig_buf_cut(&o->out, o->out.len - 1);
}

void ig_office_line(struct ig_office *o)
{
	trim(o);
	if (o->out.len && !(o->out.len > 1 && o->out.data[o->out.len - 1] == '\n' && o->out.data[o->out.len - 2] == '\n'))
		ig_buf_char(&o->out, '\n');
}

void ig_office_cell(struct ig_office *o)
{
	if (o->out.len && o->out.data[o->out.len - 1] == ' ')
		ig_buf_cut(&o->out, o->out.len - 1);
	ig_buf_char(&o->out, '\t');
}

/* Is it one, by the names of its entries at the beginning and in the directory at its end? An archive that holds a document is none. */
static bool is_office(const struct ig_blob *b)
{
	static const char *const names[] = {"[Content_Types].xml", "word/document.xml", "xl/workbook.xml"};
	size_t near = b->len < 65536 ? b->len : 65536;
	const uint8_t *tail = b->p + b->len - near;
	for (size_t i = 0; i < IG_COUNT(names); i++)
		if (memmem(b->p, near, names[i], strlen(names[i])) || memmem(tail, near, names[i], strlen(names[i])))
			return true;
	return b->len > 38 && !memcmp(b->p + 30, "mimetype", 8) && memmem(tail, near, "content.xml", 11);
}

const char *ig_doc_office(struct ig_doc *d, const struct ig_blob *b)
{
	struct ig_office *o = IG_NEW(d->a, struct ig_office);
	const char *text = NULL;
	int64_t entries = d->entries;
	if (!is_office(b))
		return NULL;
	o->d = d;
	ig_buf_init(&o->out, (size_t)d->job->limits.text_max * 2);
	if (!ig_zip_walk(d, b, part, o) && o->count) {
		if (o->word)
			ig_word_text(o);
		else if (o->sheet)
			ig_sheet_text(o);
		else if (o->open)
			ig_open_text(o);
		text = ig_doc_text(d, o->out.data ? o->out.data : "", o->out.len, "utf-8");
	}
	d->entries = entries; /* its parts are no files of an archive */
	for (size_t i = 0; i < o->count; i++)
		ig_buf_free(&o->parts[i].bytes);
	ig_buf_free(&o->out);
	return text;
}
