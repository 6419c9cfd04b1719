/* Text of a Word document (ECMA-376 part 1, WordprocessingML): paragraphs as lines, cells of a row on one line with tabs between, ticked boxes as
 * such, runs in old fonts decoded. Deleted text (17.13.5.14 del) is left out. Relies on office.c for the parts. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "pages/office.h"

struct word {
	struct ig_office *o;
	struct ig_doc *d;
	const char *font;        /* of the run */
	const char *default_font, *style_font;
	int deleted, cells;      /* depth */
	bool in_text, in_run_style, in_box, paragraph_mark;
	bool ticked, box_known;
};

static void box(struct word *w, bool ticked)
{
	ig_office_say(w->o, ticked ? "\xe2\x98\x92" : "\xe2\x98\x90");
}

/* Wingdings: the boxes and ticks that forms are made of. */
static void symbol(struct word *w, xmlTextReaderPtr r)
{
	const char *font = ig_xml_get(w->d, r, "font"), *code = ig_xml_get(w->d, r, "char");
	if (!font || !code || strncasecmp(font, "Wingdings", 9))
		return;
	const char *low = strlen(code) >= 2 ? code + strlen(code) - 2 : code;
	static const char *const ticked[] = {"FE", "FC", "FD", "78", "52", "51", "54", "53"}, *const open[] = {"A8", "6F", "71", "72", "A3", "30"};
	for (size_t i = 0; i < IG_COUNT(ticked); i++)
		if (!strcasecmp(low, ticked[i]))
			box(w, true);
	for (size_t i = 0; i < IG_COUNT(open); i++)
		if (!strcasecmp(low, open[i]))
			box(w, false);
}

static bool on(const char *v)
{
	return !v || (strcmp(v, "0") && strcasecmp(v, "false") && strcasecmp(v, "off"));
}

static void begin(void *arg, const char *name, xmlTextReaderPtr r)
{
	struct word *w = arg;
	if (!strcmp(name, "t")) {
		w->in_text = true;
	} else if (!strcmp(name, "r")) {
		w->font = NULL;
	} else if (!strcmp(name, "pPr")) {
		w->paragraph_mark = true;
	} else if (!strcmp(name, "rFonts") && !w->paragraph_mark) {
		const char *font = ig_xml_get(w->d, r, "ascii");
		w->font = font ? font : ig_xml_get(w->d, r, "hAnsi");
	} else if (!strcmp(name, "del") || !strcmp(name, "instrText")) {
		w->deleted++;
	} else if (!strcmp(name, "tab")) {
		if (!w->paragraph_mark)
			ig_office_say(w->o, "\t");
	} else if (!strcmp(name, "br") || !strcmp(name, "cr")) {
		ig_office_say(w->o, w->cells ? " " : "\n");
	} else if (!strcmp(name, "noBreakHyphen")) {
		ig_office_say(w->o, "-");
	} else if (!strcmp(name, "sym")) {
		symbol(w, r);
	} else if (!strcmp(name, "tc")) {
		w->cells++;
	} else if (!strcmp(name, "checkBox")) {
		w->in_box = true;
		w->ticked = w->box_known = false;
	} else if (w->in_box && !strcmp(name, "checked")) {
		w->ticked = on(ig_xml_get(w->d, r, "val"));
		w->box_known = true;
	} else if (w->in_box && !strcmp(name, "default") && !w->box_known) {
		w->ticked = on(ig_xml_get(w->d, r, "val"));
	}
}

static void end(void *arg, const char *name)
{
	struct word *w = arg;
	if (!strcmp(name, "t")) {
		w->in_text = false;
	} else if (!strcmp(name, "p")) {
		if (w->cells)
			ig_office_say(w->o, " ");
		else
			ig_office_line(w->o);
	} else if (!strcmp(name, "pPr")) {
		w->paragraph_mark = false;
	} else if (!strcmp(name, "tc")) {
		w->cells -= w->cells > 0;
		ig_office_cell(w->o);
	} else if (!strcmp(name, "tr")) {
		ig_office_line(w->o);
	} else if (!strcmp(name, "del") || !strcmp(name, "instrText")) {
		w->deleted -= w->deleted > 0;
	} else if (!strcmp(name, "checkBox")) {
		w->in_box = false;
		box(w, w->ticked);
	}
}

static void text(void *arg, const char *value)
{
	struct word *w = arg;
	if (!w->in_text || w->deleted)
		return;
	const char *font = w->font ? w->font : w->default_font;
	ig_office_say(w->o, ig_font_text(w->d, font, value));
}

/* The font of text that names none: docDefaults, or the style of plain paragraphs. */
static void style_begin(void *arg, const char *name, xmlTextReaderPtr r)
{
	struct word *w = arg;
	if (!strcmp(name, "style")) {
		const char *def = ig_xml_get(w->d, r, "default"), *type = ig_xml_get(w->d, r, "type");
		w->in_run_style = def && on(def) && type && !strcmp(type, "paragraph");
	} else if (!strcmp(name, "docDefaults")) {
		w->in_run_style = true;
	} else if (w->in_run_style && !strcmp(name, "rFonts")) {
		const char *font = ig_xml_get(w->d, r, "ascii");
		w->default_font = font ? font : w->default_font;
	}
}

void ig_word_text(struct ig_office *o)
{
	static const struct ig_xml_h body = {begin, end, text}, styles = {style_begin, NULL, NULL};
	struct word w = {.o = o, .d = o->d};
	const struct ig_office_part *p = ig_office_find(o, "word/styles.xml");
	if (p)
		ig_xml_read(o->d, p->bytes.data, p->bytes.len, &styles, &w);
	/* Headers first, as they stand on the page; footers and notes last. */
	static const char *const order[] = {"word/header", "word/document.xml", "word/footnotes", "word/footer"};
	for (size_t k = 0; k < IG_COUNT(order); k++)
		for (size_t i = 0; i < o->count; i++)
			if (!strncmp(o->parts[i].path, order[k], strlen(order[k]))) {
				if (ig_xml_read(o->d, o->parts[i].bytes.data, o->parts[i].bytes.len, &body, &w))
					ig_doc_problem(o->d, "the document is damaged; what could be read was");
				w.cells = w.deleted = 0;
				w.in_text = false;
				ig_office_line(o);
			}
}
