/* Text of an Excel sheet (ECMA-376 part 1, SpreadsheetML): each row a line, cells with tabs between, dates as people write them. Relies on
 * office.c for the parts. Computes nothing: what a formula gave last is what stands there. */
#include "config.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "pages/office.h"

enum { STRINGS_MAX = 100000, STYLES_MAX = 1000, FORMATS_MAX = 200, FONTS_MAX = 100, COLUMNS_MAX = 200, VALUE_MAX = 65536 };

struct sheet {
	struct ig_office *o;
	struct ig_doc *d;
	const char **strings;
	size_t string_count;
	struct { long id; bool date, time; } formats[FORMATS_MAX];
	size_t format_count;
	const char *fonts[FONTS_MAX];
	size_t font_count;
	struct { bool date, time; const char *font; } styles[STYLES_MAX];
	size_t style_count;
	bool in_styles, in_fonts, in_phonetic, wanted;
	char type[12];
	size_t style;
	long column, next;
	struct ig_buf value;
};

static long number(const char *s)
{
	return s ? strtol(s, NULL, 10) : 0;
}

/* ---- strings */

static void string_begin(void *arg, const char *name, xmlTextReaderPtr r)
{
	struct sheet *s = arg;
	if (!strcmp(name, "si"))
		ig_buf_reset(&s->value);
	else if (!strcmp(name, "rPh"))
		s->in_phonetic = true;
	else if (!strcmp(name, "t"))
		s->wanted = !s->in_phonetic;
	(void)r;
}

static void string_end(void *arg, const char *name)
{
	struct sheet *s = arg;
	if (!strcmp(name, "t"))
		s->wanted = false;
	else if (!strcmp(name, "rPh"))
		s->in_phonetic = false;
	else if (!strcmp(name, "si") && s->string_count < STRINGS_MAX)
		s->strings[s->string_count++] = ig_arena_strndup(s->d->a, s->value.data ? s->value.data : "", s->value.len);
}

static void keep(void *arg, const char *value)
{
	struct sheet *s = arg;
	if (s->wanted)
		ig_buf_str(&s->value, value);
}

/* ---- styles: which numbers are dates (18.8.30 numFmt), which cells have an old font */

static void judge_format(const char *code, bool *date, bool *time)
{
	bool quoted = false;
	*date = *time = false;
	for (const char *p = code; p && *p; p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '[' && !quoted)
			p += strcspn(p, "]") - (p[strcspn(p, "]")] ? 0 : 1);
		else if (!quoted && (*p == 'd' || *p == 'y' || *p == 'D' || *p == 'Y'))
			*date = true;
		else if (!quoted && (*p == 'h' || *p == 'H'))
			*time = true;
	}
}

static void style_begin(void *arg, const char *name, xmlTextReaderPtr r)
{
	struct sheet *s = arg;
	if (!strcmp(name, "numFmt") && s->format_count < FORMATS_MAX) {
		s->formats[s->format_count].id = number(ig_xml_get(s->d, r, "numFmtId"));
		judge_format(ig_xml_get(s->d, r, "formatCode"), &s->formats[s->format_count].date, &s->formats[s->format_count].time);
		s->format_count++;
	} else if (!strcmp(name, "fonts")) {
		s->in_fonts = true;
	} else if (s->in_fonts && !strcmp(name, "font") && s->font_count < FONTS_MAX) {
		s->font_count++;
	} else if (s->in_fonts && !strcmp(name, "name") && s->font_count) {
		s->fonts[s->font_count - 1] = ig_xml_get(s->d, r, "val");
	} else if (!strcmp(name, "cellXfs")) {
		s->in_styles = true;
	} else if (s->in_styles && !strcmp(name, "xf") && s->style_count < STYLES_MAX) {
		long id = number(ig_xml_get(s->d, r, "numFmtId")), font = number(ig_xml_get(s->d, r, "fontId"));
		bool date = (id >= 14 && id <= 17) || id == 22, time = (id >= 18 && id <= 22) || (id >= 45 && id <= 47);
		for (size_t i = 0; i < s->format_count; i++)
			if (s->formats[i].id == id)
				date = s->formats[i].date, time = s->formats[i].time;
		s->styles[s->style_count].date = date;
		s->styles[s->style_count].time = time;
		s->styles[s->style_count++].font = font >= 0 && (size_t)font < s->font_count ? s->fonts[font] : NULL;
	}
}

static void style_end(void *arg, const char *name)
{
	struct sheet *s = arg;
	if (!strcmp(name, "fonts"))
		s->in_fonts = false;
	else if (!strcmp(name, "cellXfs"))
		s->in_styles = false;
}

/* ---- cells */

/* Days since 1899-12-30 (18.17.4.1, the 1900 system), as dd/mm/yyyy. */
static const char *date_of(struct sheet *s, double v, bool date, bool time)
{
	int64_t days = (int64_t)floor(v), z = days - 25569 + 719468, seconds = (int64_t)llround((v - floor(v)) * 86400);
	int64_t era = z / 146097, doe = z - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153, day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9, year = yoe + era * 400 + (month <= 2);
	if (!date)
		return ig_arena_fmt(s->d->a, "%02lld:%02lld", (long long)(seconds / 3600 % 24), (long long)(seconds / 60 % 60));
	const char *text = ig_arena_fmt(s->d->a, "%02lld/%02lld/%04lld", (long long)day, (long long)month, (long long)year);
	return time && seconds ? ig_arena_fmt(s->d->a, "%s %02lld:%02lld", text, (long long)(seconds / 3600), (long long)(seconds / 60 % 60)) : text;
}

/* "C7" is column 3. */
static long column_of(const char *ref)
{
	long c = 0;
	for (; ref && *ref >= 'A' && *ref <= 'Z' && c < 100000; ref++)
		c = c * 26 + (*ref - 'A' + 1);
	return c;
}

static void cell_begin(void *arg, const char *name, xmlTextReaderPtr r)
{
	struct sheet *s = arg;
	if (!strcmp(name, "row")) {
		s->next = 1;
	} else if (!strcmp(name, "c")) {
		const char *type = ig_xml_get(s->d, r, "t"), *style = ig_xml_get(s->d, r, "s");
		size_t n = type ? strlen(type) : 0;
		s->type[0] = 0;
		if (n && n < sizeof s->type)
			memcpy(s->type, type, n + 1);
		s->style = style ? (size_t)number(style) : 0;
		s->column = column_of(ig_xml_get(s->d, r, "r"));
		ig_buf_reset(&s->value);
	} else if (!strcmp(name, "v") || !strcmp(name, "t")) {
		s->wanted = true;
	}
}

static const char *value_of(struct sheet *s)
{
	const char *v = s->value.len ? s->value.data : "";
	if (!strcmp(s->type, "s")) {
		long i = number(v);
		v = i >= 0 && (size_t)i < s->string_count ? s->strings[i] : "";
	} else if (!*s->type || !strcmp(s->type, "n")) {
		bool date = s->style < s->style_count && s->styles[s->style].date, time = s->style < s->style_count && s->styles[s->style].time;
		double n = strtod(v, NULL);
		if (*v && (date || time) && n >= 0 && n < 2958466) /* to the year 9999 */
			return date_of(s, n, date, time);
		return v;
	} else if (!strcmp(s->type, "b")) {
		return !strcmp(v, "1") ? "\xe2\x98\x92" : "\xe2\x98\x90";
	}
	return ig_font_text(s->d, s->style < s->style_count ? s->styles[s->style].font : NULL, v);
}

static void cell_end(void *arg, const char *name)
{
	struct sheet *s = arg;
	if (!strcmp(name, "v") || !strcmp(name, "t")) {
		s->wanted = false;
	} else if (!strcmp(name, "c")) {
		char *v = ig_arena_strdup(s->d->a, value_of(s));
		for (char *p = v; *p; p++)
			if (*p == '\n' || *p == '\r' || *p == '\t')
				*p = ' ';
		long column = s->column > 0 ? s->column : s->next;
		for (long skipped = column - s->next; skipped > 0 && skipped < COLUMNS_MAX; skipped--)
			ig_office_say(s->o, "\t");
		ig_office_say(s->o, v);
		ig_office_cell(s->o);
		s->next = column + 1;
	} else if (!strcmp(name, "row")) {
		ig_office_line(s->o);
	}
}

void ig_sheet_text(struct ig_office *o)
{
	static const struct ig_xml_h strings = {string_begin, string_end, keep}, styles = {style_begin, style_end, NULL}, cells = {cell_begin, cell_end, keep};
	struct sheet *s = IG_NEW(o->d->a, struct sheet);
	const struct ig_office_part *p;
	s->o = o;
	s->d = o->d;
	s->strings = ig_arena_calloc(o->d->a, STRINGS_MAX, sizeof *s->strings);
	ig_buf_init(&s->value, VALUE_MAX);
	if ((p = ig_office_find(o, "xl/sharedStrings.xml")))
		ig_xml_read(o->d, p->bytes.data, p->bytes.len, &strings, s);
	if ((p = ig_office_find(o, "xl/styles.xml")))
		ig_xml_read(o->d, p->bytes.data, p->bytes.len, &styles, s);
	for (size_t i = 0; i < o->count; i++)
		if (!strncmp(o->parts[i].path, "xl/worksheets/", 14)) {
			s->wanted = false;
			if (ig_xml_read(o->d, o->parts[i].bytes.data, o->parts[i].bytes.len, &cells, s))
				ig_doc_problem(o->d, "the sheet is damaged; what could be read was");
			ig_office_line(o);
		}
	ig_buf_free(&s->value);
}
