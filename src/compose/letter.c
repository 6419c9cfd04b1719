/* A letter's fields and text, before it has a form: what the desk gave and the reader may know, joined with the profile and the words of the
 * language. Relies on fields, words and the profile. Does not know mail. */
#include <string.h>
#include "compose/fields.h"
#include "compose/templates.h"

#define LINE_MAX_COLUMNS 78

static void set(json_t *o, const char *name, const char *value)
{
	if (value && *value)
		json_object_set_new(o, name, json_string(value));
}

static const char *in_language(const struct ig_profile_text *t, enum ig_words_language l)
{
	const char *first = l == IG_WORDS_VI ? t->vi : t->en, *second = l == IG_WORDS_VI ? t->en : t->vi;
	return first ? first : second;
}

static void profile_add(json_t *o, const struct ig_profile *p, enum ig_words_language l)
{
	char citation[IG_WORDS_CITATION_MAX];
	json_t *office = json_object(), *profile = json_object(), *bases = json_array();
	set(office, "name", in_language(&p->office, l));
	set(office, "parent", in_language(&p->parent_body, l));
	set(office, "phone", p->phone);
	set(office, "fax", p->fax);
	set(office, "email", p->email);
	set(office, "web", p->web);
	set(office, "address", p->address);
	set(office, "place", p->place);
	json_object_set_new(o, "office", office);
	set(profile, "name", p->name);
	set(profile, "title", in_language(&p->title, l));
	json_object_set_new(o, "profile", profile);
	for (size_t i = 0; i < p->basis_count; i++) {
		json_t *b = json_object();
		set(b, "number", p->bases[i].number);
		set(b, "title", p->bases[i].title);
		if (p->bases[i].number)
			set(b, "citation", ig_words_citation(p->bases[i].number, l, citation));
		json_array_append_new(bases, b);
	}
	json_object_set_new(o, "bases", bases);
	set(o, "next_steps", in_language(&p->next_steps, l));
	set(o, "call_whom", in_language(&p->call_whom, l));
}

/* On pages a few signs at the beginning of a line mean something (page_text.c); a value never does, whatever stands in it. */
static json_t *guarded(json_t *v)
{
	struct ig_buf b = IG_BUF_INIT(1u << 20);
	for (const char *p = json_string_value(v); *p; p++) {
		if (strchr("\\|#^\n", *p))
			ig_buf_char(&b, '\\');
		if (*p != '\r')
			ig_buf_char(&b, *p == '\n' ? 'n' : *p);
	}
	json_t *out = json_stringn(b.data ? b.data : "", b.len);
	ig_buf_free(&b);
	return out;
}

static void guard(json_t *o)
{
	const char *name;
	json_t *value;
	json_object_foreach(o, name, value) {
		if (json_is_string(value))
			json_object_set_new(o, name, guarded(value));
		else if (json_is_object(value))
			guard(value);
		for (size_t i = 0; i < json_array_size(value); i++)
			if (json_is_object(json_array_get(value, i)))
				guard(json_array_get(value, i));
	}
}

json_t *ig_letter_fields(const struct ig_letter *letter, enum ig_words_language l, ig_time date)
{
	char buf[IG_WORDS_TIME_MAX];
	unsigned kind = ig_field_kind_of(letter->kind);
	json_t *o = ig_field_released_copy(kind, letter->role, letter->fields);
	ig_field_words_add(kind, l, o);
	if (letter->profile)
		profile_add(o, letter->profile, l);
	if (letter->number)
		json_object_set_new(o, "letter", json_pack("{s:s}", "number", letter->number));
	json_object_set_new(o, "on_page", json_boolean(letter->on_page));
	json_object_set_new(o, "with_pages", json_boolean(letter->with_pages));
	json_object_set_new(o, "signed", json_boolean(letter->is_signed));
	set(o, "date_text", ig_words_date(date, l, buf));
	set(o, "language", ig_words_languages[l]);
	if (letter->on_page)
		guard(o);
	return o;
}

static size_t columns(const char *p, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)p[i] & 0xc0) != 0x80;
	return n;
}

/* One line, already without its newline: broken before the word that would pass the width; continuation lines keep the line's indentation. */
static void line_wrap(const char *p, size_t len, struct ig_buf *out)
{
	size_t indent = 0, column = 0;
	while (indent < len && p[indent] == ' ')
		indent++;
	if (indent + 2 < len && (p[indent] == '-' || p[indent] == '*') && p[indent + 1] == ' ')
		indent += 2; /* the text of a list item stands under itself */
	for (size_t i = 0; i < len;) {
		size_t space = i, end;
		while (space < len && p[space] == ' ')
			space++;
		for (end = space; end < len && p[end] != ' ';)
			end++;
		size_t width = columns(p + i, end - i);
		if (i > indent && column + width > LINE_MAX_COLUMNS) {
			ig_buf_char(out, '\n');
			for (size_t k = 0; k < indent; k++)
				ig_buf_char(out, ' ');
			i = space;
			column = indent;
			width = columns(p + i, end - i);
		}
		ig_buf_add(out, p + i, end - i);
		column += width;
		i = end;
	}
}

void ig_letter_wrap(const char *text, size_t len, struct ig_buf *out)
{
	struct ig_buf line = IG_BUF_INIT(1u << 20);
	bool blank = false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		size_t run = i;
		while (run + 1 < len && (unsigned char)text[run] >= ' ' && text[run] != 0x7f)
			run++;
		if (run > i) { /* all but the last, which may end a line or the text */
			ig_buf_add(&line, text + i, run - i);
			i = run;
			c = (unsigned char)text[i];
		}
		if (c != '\n' && c != '\r')
			ig_buf_char(&line, c < ' ' || c == 0x7f ? ' ' : text[i]);
		if (c != '\n' && i + 1 < len)
			continue;
		while (line.len && line.data[line.len - 1] == ' ')
			ig_buf_cut(&line, line.len - 1);
		if (!line.len) { /* empty lines are held back: none at the end, and of several before text one is written with it */
			blank = true;
			continue;
		}
		if (blank && out->len)
			ig_buf_char(out, '\n');
		blank = false;
		line_wrap(line.data, line.len, out);
		ig_buf_char(out, '\n');
		ig_buf_reset(&line);
	}
	ig_buf_free(&line);
}
