/* What compose makes of the fields that the desk gave: times, days and codes in the words of the letter's language, and a mark on the first
 * item of each list (a heading stands before it, and only where there is one). Relies on the table of fields and on words. Adds nothing that
 * was not given. */
#include <string.h>
#include "base/opt.h"
#include "compose/fields.h"

static void set(json_t *o, const char *name, const char *value)
{
	if (value && *value)
		json_object_set_new(o, name, json_string(value));
}

static void label_set(json_t *o, const char *name, const char *code)
{
	char label[32] = "TLP:";
	for (size_t i = 0; code[i] && i < sizeof label - 5; i++)
		label[4 + i] = code[i] >= 'a' && code[i] <= 'z' ? (char)(code[i] - 'a' + 'A') : code[i];
	set(o, name, label);
}

/* A day may be given alone ("2026-11-30"); then no hour is said. */
static bool time_of(const char *text, ig_time *t_r, bool *day_r)
{
	char whole[40];
	*day_r = strlen(text) == 10;
	if (!*day_r)
		return !ig_time_parse(text, t_r);
	memcpy(whole, text, 10);
	memcpy(whole + 10, "T12:00:00Z", 11); /* noon: the same day in every zone that letters are written in */
	return !ig_time_parse(whole, t_r);
}

static void made_set(const struct ig_field *f, enum ig_words_language l, json_t *o, const char *name, const char *base, const char *is)
{
	char buf[IG_WORDS_TIME_MAX];
	ig_time t;
	bool day;
	switch (f->make) {
	case IG_FIELD_AS_WORDS:
		set(o, name, ig_words_of(base, is, l));
		return;
	case IG_FIELD_AS_LABEL:
		if (*is)
			label_set(o, name, is);
		return;
	case IG_FIELD_AS_TIME:
		if (time_of(is, &t, &day))
			set(o, name, day ? ig_words_date(t, l, buf) : ig_words_time(t, l, buf));
		return;
	case IG_FIELD_AS_DATE:
		if (time_of(is, &t, &day))
			set(o, name, ig_words_date(t, l, buf));
		return;
	case IG_FIELD_AS_SHORT_DATE:
		if (time_of(is, &t, &day))
			set(o, name, ig_words_short_date(t, l, buf));
		return;
	case IG_FIELD_AS_GIVEN:
		return;
	}
}

/* Walks the dotted path; in the object that holds the last name the field is made. */
static void walk(const struct ig_field *f, enum ig_words_language l, json_t *o, const char *path)
{
	char name[64] = "", base[64] = "";
	size_t len = strcspn(path, ".");
	memcpy(name, path, len < sizeof name - 1 ? len : sizeof name - 1);
	if (path[len]) {
		json_t *sub = json_object_get(o, name);
		for (size_t i = 0; i < json_array_size(sub); i++)
			walk(f, l, json_array_get(sub, i), path + len + 1);
		if (json_is_object(sub))
			walk(f, l, sub, path + len + 1);
		return;
	}
	memcpy(base, name, sizeof base);
	char *cut = strrchr(base, '_');
	if (cut)
		*cut = 0;
	const char *is = json_string_value(json_object_get(o, base));
	if (is)
		made_set(f, l, o, name, base, is);
}

/* Every list of ours, also those inside of others. */
static void first_mark(json_t *o)
{
	const char *name;
	json_t *value;
	json_object_foreach(o, name, value) {
		if (json_is_object(value))
			first_mark(value);
		for (size_t i = 0; i < json_array_size(value); i++) {
			json_t *item = json_array_get(value, i);
			if (json_is_object(item)) {
				first_mark(item);
				if (!i)
					json_object_set_new(item, "first", json_true());
			}
		}
	}
}

void ig_field_words_add(unsigned kind, enum ig_words_language l, json_t *fields)
{
	for (size_t i = 0; i < ig_field_count; i++)
		if ((ig_fields[i].kinds & kind) && ig_fields[i].make != IG_FIELD_AS_GIVEN)
			walk(&ig_fields[i], l, fields, ig_fields[i].name);
	first_mark(fields);
}
