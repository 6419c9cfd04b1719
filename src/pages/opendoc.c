/* Text of an OpenDocument file (ODF 1.2, text and spreadsheet): content.xml only. Paragraphs as lines, cells of a row with tabs between, runs whose
 * style names an old font decoded. Relies on office.c for the part. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "pages/office.h"

enum { STYLES_MAX = 200, NEST_MAX = 32, SPACES_MAX = 40, REPEAT_MAX = 20 };

struct open {
	struct ig_office *o;
	struct ig_doc *d;
	struct { const char *name, *font; } styles[STYLES_MAX]; /* those with an old font */
	size_t style_count;
	const char *style;               /* being defined */
	const char *fonts[NEST_MAX];     /* of the paragraph and spans around the text */
	size_t nest;
	int paragraphs, cells, skip;
	long repeat;
};

static const char *font_of(const struct open *o, const char *style)
{
	for (size_t i = 0; style && i < o->style_count; i++)
		if (!strcmp(o->styles[i].name, style))
			return o->styles[i].font;
	return NULL;
}

static void enter(struct open *o, xmlTextReaderPtr r)
{
	const char *font = font_of(o, ig_xml_get(o->d, r, "style-name"));
	if (o->nest < NEST_MAX)
		o->fonts[o->nest] = font ? font : o->nest ? o->fonts[o->nest - 1] : NULL;
	o->nest++;
}

static void define(struct open *o, const char *name, xmlTextReaderPtr r)
{
	if (!strcmp(name, "style")) {
		o->style = ig_xml_get(o->d, r, "name");
	} else if (!strcmp(name, "text-properties") && o->style && o->style_count < STYLES_MAX) {
		const char *font = ig_xml_get(o->d, r, "font-name");
		if (!font)
			font = ig_xml_get(o->d, r, "font-family");
		if (ig_font_charset(font)) {
			o->styles[o->style_count].name = o->style;
			o->styles[o->style_count++].font = font;
		}
	}
}

static void begin(void *arg, const char *name, xmlTextReaderPtr r)
{
	struct open *o = arg;
	define(o, name, r);
	if (!strcmp(name, "p") || !strcmp(name, "h")) {
		o->paragraphs++;
		enter(o, r);
	} else if (!strcmp(name, "span")) {
		enter(o, r);
	} else if (!strcmp(name, "tab")) {
		ig_office_say(o->o, "\t");
	} else if (!strcmp(name, "line-break")) {
		ig_office_say(o->o, o->cells ? " " : "\n");
	} else if (!strcmp(name, "s")) {
		const char *c = ig_xml_get(o->d, r, "c");
		long n = c ? strtol(c, NULL, 10) : 1;
		for (long i = 0; i < n && i < SPACES_MAX; i++)
			ig_office_say(o->o, " ");
	} else if (!strcmp(name, "table-cell") || !strcmp(name, "covered-table-cell")) {
		const char *c = ig_xml_get(o->d, r, "number-columns-repeated");
		o->cells++;
		o->repeat = c ? strtol(c, NULL, 10) : 1;
	} else if (!strcmp(name, "annotation") || !strcmp(name, "tracked-changes")) {
		o->skip++;
	}
}

static void end(void *arg, const char *name)
{
	struct open *o = arg;
	if (!strcmp(name, "p") || !strcmp(name, "h")) {
		o->paragraphs -= o->paragraphs > 0;
		o->nest -= o->nest > 0;
		if (o->cells)
			ig_office_say(o->o, " ");
		else
			ig_office_line(o->o);
	} else if (!strcmp(name, "span")) {
		o->nest -= o->nest > 0;
	} else if (!strcmp(name, "table-cell") || !strcmp(name, "covered-table-cell")) {
		o->cells -= o->cells > 0;
		for (long i = 0; i < (o->repeat < REPEAT_MAX ? o->repeat : 1); i++)
			ig_office_cell(o->o);
		o->repeat = 1;
	} else if (!strcmp(name, "table-row")) {
		ig_office_line(o->o);
	} else if (!strcmp(name, "annotation") || !strcmp(name, "tracked-changes")) {
		o->skip -= o->skip > 0;
	}
}

static void text(void *arg, const char *value)
{
	struct open *o = arg;
	if (!o->paragraphs || o->skip)
		return;
	ig_office_say(o->o, ig_font_text(o->d, o->nest && o->nest <= NEST_MAX ? o->fonts[o->nest - 1] : NULL, value));
}

void ig_open_text(struct ig_office *office)
{
	static const struct ig_xml_h h = {begin, end, text};
	struct open o = {.o = office, .d = office->d, .repeat = 1};
	const struct ig_office_part *p = ig_office_find(office, "content.xml");
	if (p && ig_xml_read(office->d, p->bytes.data, p->bytes.len, &h, &o))
		ig_doc_problem(office->d, "the document is damaged; what could be read was");
	if (!p)
		ig_doc_problem(office->d, "the document has no content");
}
