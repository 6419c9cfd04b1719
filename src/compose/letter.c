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

/* "severity" gives "severity_text". */
static void words_add(json_t *o, const char *field, const char *text_field, enum ig_words_language l)
{
	const char *code = json_string_value(json_object_get(o, field));
	set(o, text_field, ig_words_of(field, code, l));
}

static void tlp_add(json_t *o)
{
	char label[32] = "TLP:";
	const char *tlp = json_string_value(json_object_get(o, "tlp"));
	for (size_t i = 0; tlp && tlp[i] && i < sizeof label - 5; i++)
		label[4 + i] = tlp[i] >= 'a' && tlp[i] <= 'z' ? (char)(tlp[i] - 'a' + 'A') : tlp[i];
	if (tlp && *tlp)
		set(o, "tlp_text", label);
}

static void time_add(json_t *o, const char *field, const char *text_field, enum ig_words_language l)
{
	char buf[IG_WORDS_TIME_MAX];
	ig_time t;
	const char *is = json_string_value(json_object_get(o, field));
	if (is && !ig_time_parse(is, &t))
		set(o, text_field, ig_words_time(t, l, buf));
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

json_t *ig_letter_fields(const struct ig_letter *letter, enum ig_words_language l, ig_time date)
{
	char buf[IG_WORDS_TIME_MAX];
	json_t *o = ig_field_released_copy(ig_field_kind_of(letter->kind), letter->role, letter->fields);
	words_add(o, "channel", "channel_text", l);
	words_add(o, "severity", "severity_text", l);
	words_add(o, "widespread", "widespread_text", l);
	words_add(o, "category", "category_text", l);
	words_add(o, "status", "status_text", l);
	tlp_add(o);
	time_add(o, "received_at", "received_at_text", l);
	time_add(o, "opened_at", "opened_at_text", l);
	if (letter->profile)
		profile_add(o, letter->profile, l);
	set(o, "date_text", ig_words_date(date, l, buf));
	set(o, "language", ig_words_languages[l]);
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
	size_t blank = 0;
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
		if (!line.len) { /* empty lines are held back: none at the end, and the one before text is written with it */
			blank++;
			continue;
		}
		for (; blank; blank--)
			if (out->len)
				ig_buf_char(out, '\n');
		line_wrap(line.data, line.len, out);
		ig_buf_char(out, '\n');
		ig_buf_reset(&line);
	}
	ig_buf_free(&line);
}
