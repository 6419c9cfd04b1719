/* One group of a file into one struct, by its option table: defaults, types, ranges, unknown and missing keys.
 * Relies on libconfig's settings and value.c. Does not know any key by name. */
#include "config.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "conf/table.h"

struct ig_conf_line ig_conf_where(const struct ig_conf_reading *r, const config_setting_t *s)
{
	unsigned line = s ? (unsigned)config_setting_source_line(s) : 0;

	/* What is not there at all is missed in the first line. */
	if (!r->line_count)
		return (struct ig_conf_line){.file = r->name};
	return r->lines[line && line <= r->line_count ? line - 1 : 0];
}

struct ig_conf_line ig_conf_set_at(const struct ig_conf_reading *r, const void *at)
{
	for (size_t i = 0; i < r->mark_count; i++)
		if (r->marks[i].at == at)
			return r->marks[i].where;
	return ig_conf_where(r, NULL);
}

static void mark(struct ig_conf_reading *r, const void *at, struct ig_conf_line where)
{
	if (r->mark_count == r->mark_cap) {
		r->mark_cap = r->mark_cap ? r->mark_cap * 2 : 64;
		r->marks = ig_xrealloc(r->marks, r->mark_cap * sizeof(*r->marks));
	}
	r->marks[r->mark_count].at = at;
	r->marks[r->mark_count++].where = where;
}

static const char *type_word(enum ig_conf_type type)
{
	switch (type) {
	case IG_CONF_STR: return "a text in quotes";
	case IG_CONF_PATH: return "a path in quotes";
	case IG_CONF_BOOL: return "yes or no";
	case IG_CONF_INT: return "a whole number";
	case IG_CONF_SIZE: return "a size in quotes, as \"25M\"";
	case IG_CONF_TIME: return "a duration in quotes, as \"30s\", \"5m\", \"2h\" or \"7d\"";
	case IG_CONF_WORD: return "a word in quotes";
	case IG_CONF_STRS: return "a list of texts, as [\"one\", \"two\"]";
	case IG_CONF_TEXT: return "a group of vi and en";
	case IG_CONF_DATE: return "a date in quotes, as \"2017-11-01\"";
	case IG_CONF_GROUP: return "a group { ... }";
	case IG_CONF_GROUPS: return "a list of groups ({ ... }, { ... })";
	case IG_CONF_SKIP: return "a list";
	}
	return "?";
}

static const char *word_at(size_t i, const void *arg) { return ((const char *const *)arg)[i]; }
static const char *key_at(size_t i, const void *arg)
{
	const struct ig_conf_option *o = &((const struct ig_conf_table *)arg)->options[i];

	return o->flags & IG_CONF_INTERNAL ? NULL : o->key;
}

/* Text of an option, from a file or its default. 0, or -1 with why. */
static int set_word(const struct ig_conf_option *o, const char *s, void *to, struct ig_why *why)
{
	size_t n = 0;
	const char *near;
	struct ig_buf b = IG_BUF_INIT(256);

	for (; o->words[n]; n++)
		if (!strcmp(s, o->words[n])) {
			unsigned v = (unsigned)n;

			memcpy(to, &v, sizeof(v));
			return 0;
		}
	near = ig_conf_nearest(s, word_at, o->words, n);
	for (size_t i = 0; i < n; i++)
		ig_buf_fmt(&b, "%s%s", i ? ", " : "", o->words[i]);
	if (near)
		ig_why(why, "\"%s\" is none of %s; did you mean \"%s\"?", s, b.data, near);
	else
		ig_why(why, "\"%s\" is none of %s", s, b.data);
	ig_buf_free(&b);
	return -1;
}

static int set_number(const struct ig_conf_option *o, int64_t v, void *to, struct ig_why *why)
{
	struct ig_buf lo = IG_BUF_INIT(64), hi = IG_BUF_INIT(64);

	if (v >= o->min && v <= o->max) {
		memcpy(to, &v, sizeof(v));
		return 0;
	}
	if (o->type == IG_CONF_SIZE) {
		ig_conf_size_print(o->min, &lo);
		ig_conf_size_print(o->max, &hi);
	} else if (o->type == IG_CONF_TIME) {
		ig_conf_time_print(o->min, &lo);
		ig_conf_time_print(o->max, &hi);
	} else {
		ig_buf_fmt(&lo, "%lld", (long long)o->min);
		ig_buf_fmt(&hi, "%lld", (long long)o->max);
	}
	ig_why(why, "out of range: from %s to %s", lo.data, hi.data);
	ig_buf_free(&lo);
	ig_buf_free(&hi);
	return -1;
}

static int check_text(const struct ig_conf_option *o, const char *s, struct ig_why *why)
{
	if (!ig_utf8_valid(s, strlen(s)))
		return ig_why(why, "not UTF-8");
	for (const char *p = s; *p; p++)
		if (((unsigned char)*p < 0x20 && !(*p == '\n' && o->type == IG_CONF_TEXT)) || *p == 0x7f)
			return ig_why(why, "a control character in the text");
	if (!*s)
		return ig_why(why, "empty; leave the key out to have none");
	return ig_conf_value_check(o->check, s, why);
}

static int set_text(struct ig_conf_reading *r, const struct ig_conf_option *o, const char *s, void *to, struct ig_why *why)
{
	int64_t v = 0;

	if (check_text(o, s, why))
		return -1;
	switch (o->type) {
	case IG_CONF_PATH:
		if (*s != '/') {
			while (s[0] == '.' && s[1] == '/')
				s += 2;
			*(const char **)to = !strcmp(s, ".") ? r->dir :
				ig_arena_fmt(r->arena, "%s/%s", strcmp(r->dir, "/") ? r->dir : "", s);
			return 0;
		}
		*(const char **)to = ig_arena_strdup(r->arena, s);
		return 0;
	case IG_CONF_STR:
		/* The socket of a listener is a path too. */
		if (o->check == IG_CHECK_LISTEN && !strncmp(s, "unix:", 5) && s[5] != '/') {
			const char *full = ig_arena_fmt(r->arena, "unix:%s/%s", r->dir, s + 5);

			*(const char **)to = full;
			return strlen(full) - 5 < 108 ? 0 : ig_why(why, "%s: the path of a socket has at most 107 bytes", full + 5);
		}
		*(const char **)to = ig_arena_strdup(r->arena, s);
		return 0;
	case IG_CONF_SIZE:
		return ig_conf_size_parse(s, &v) ? ig_why(why, "\"%s\" is not a size, as \"25M\"", s) : set_number(o, v, to, why);
	case IG_CONF_TIME:
		if (ig_conf_time_parse(s, &v))
			return ig_why(why, "\"%s\" is not a duration, as \"30s\", \"5m\", \"2h\" or \"7d\"", s);
		return set_number(o, v, to, why);
	case IG_CONF_DATE:
		return ig_conf_date_parse(s, to) ? ig_why(why, "\"%s\" is not a date, as \"2017-11-01\"", s) : 0;
	case IG_CONF_WORD:
		return set_word(o, s, to, why);
	case IG_CONF_BOOL:
		*(bool *)to = !strcmp(s, "yes");
		return 0;
	case IG_CONF_INT:
		return set_number(o, strtoll(s, NULL, 10), to, why);
	case IG_CONF_STRS:
	case IG_CONF_TEXT:
	case IG_CONF_GROUP:
	case IG_CONF_GROUPS:
	case IG_CONF_SKIP:
		break;
	}
	return -1;
}

static void set_strs(struct ig_conf_reading *r, const struct ig_conf_option *o, const config_setting_t *s, void *to)
{
	int type = config_setting_type(s), n = type == CONFIG_TYPE_STRING ? 1 : config_setting_length(s);
	const char **list = ig_arena_calloc(r->arena, (size_t)n + 1, sizeof(*list));

	for (int i = 0, k = 0; i < n; i++) {
		const config_setting_t *e = type == CONFIG_TYPE_STRING ? s : config_setting_get_elem(s, (unsigned)i);
		const char *text = config_setting_get_string(e);
		struct ig_why why;

		if (!text)
			ig_conf_error(r, ig_conf_where(r, e), "%s: needs %s", o->key, type_word(o->type));
		else if (check_text(o, text, &why))
			ig_conf_error(r, ig_conf_where(r, e), "%s: \"%.100s\": %s", o->key, text, why.text);
		else
			list[k++] = ig_arena_strdup(r->arena, text);
	}
	*(const char *const **)to = list;
}

static void set_words(struct ig_conf_reading *r, const struct ig_conf_option *o, const config_setting_t *s,
	struct ig_profile_text *to)
{
	int n = config_setting_length(s);

	for (int i = 0; i < n; i++) {
		const config_setting_t *e = config_setting_get_elem(s, (unsigned)i);
		const char *lang = config_setting_name(e), *text = config_setting_get_string(e);
		bool vi = lang && !strcmp(lang, "vi");
		struct ig_why why;

		if (!vi && strcmp(lang ? lang : "", "en"))
			ig_conf_error(r, ig_conf_where(r, e), "%s: unknown language %s; vi and en are known", o->key, lang);
		else if (!text)
			ig_conf_error(r, ig_conf_where(r, e), "%s.%s: needs a text in quotes", o->key, lang);
		else if (check_text(o, text, &why))
			ig_conf_error(r, ig_conf_where(r, e), "%s.%s: %s", o->key, lang, why.text);
		else
			*(vi ? &to->vi : &to->en) = ig_arena_strdup(r->arena, text);
	}
}

static void set_groups(struct ig_conf_reading *r, const struct ig_conf_option *o, const config_setting_t *s, char *base)
{
	int n = config_setting_length(s);
	char *items = ig_arena_calloc(r->arena, n ? (size_t)n : 1, o->item);
	size_t count = 0;

	for (int i = 0; i < n; i++) {
		const config_setting_t *e = config_setting_get_elem(s, (unsigned)i);

		if (config_setting_type(e) != CONFIG_TYPE_GROUP) {
			ig_conf_error(r, ig_conf_where(r, e), "%s: needs %s", o->key, type_word(o->type));
			continue;
		}
		mark(r, items + count * o->item, ig_conf_where(r, e));
		ig_conf_fill(r, o->sub, e, items + count++ * o->item);
	}
	*(void **)(base + o->at) = items;
	*(size_t *)(base + o->count_at) = count;
}

static bool type_fits(const struct ig_conf_option *o, const config_setting_t *s)
{
	int type = config_setting_type(s);

	switch (o->type) {
	case IG_CONF_STR: case IG_CONF_PATH: case IG_CONF_TIME: case IG_CONF_WORD: case IG_CONF_DATE:
		return type == CONFIG_TYPE_STRING;
	case IG_CONF_SIZE:
		return type == CONFIG_TYPE_STRING || type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
	case IG_CONF_BOOL:
		return type == CONFIG_TYPE_BOOL;
	case IG_CONF_INT:
		return type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
	case IG_CONF_STRS:
		return type == CONFIG_TYPE_STRING || type == CONFIG_TYPE_ARRAY || type == CONFIG_TYPE_LIST;
	case IG_CONF_TEXT: case IG_CONF_GROUP:
		return type == CONFIG_TYPE_GROUP;
	case IG_CONF_GROUPS: case IG_CONF_SKIP:
		return type == CONFIG_TYPE_LIST;
	}
	return false;
}

static void set_value(struct ig_conf_reading *r, const struct ig_conf_option *o, const config_setting_t *s, char *base)
{
	int type = config_setting_type(s);
	void *to = base + o->at;
	struct ig_why why;
	int rc = 0;

	if (!type_fits(o, s)) {
		ig_conf_error(r, ig_conf_where(r, s), "%s: needs %s", o->key, type_word(o->type));
		return;
	}
	if (o->type == IG_CONF_GROUP)
		ig_conf_fill(r, o->sub, s, base);
	else if (o->type == IG_CONF_GROUPS)
		set_groups(r, o, s, base);
	else if (o->type == IG_CONF_STRS)
		set_strs(r, o, s, to);
	else if (o->type == IG_CONF_TEXT)
		set_words(r, o, s, to);
	else if (o->type == IG_CONF_BOOL)
		*(bool *)to = config_setting_get_bool(s);
	else if (type == CONFIG_TYPE_STRING)
		rc = set_text(r, o, config_setting_get_string(s), to, &why);
	else if (type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64)
		rc = set_number(o, type == CONFIG_TYPE_INT ? config_setting_get_int(s) : config_setting_get_int64(s), to, &why);
	if (rc)
		ig_conf_error(r, ig_conf_where(r, s), "%s: %s", o->key, why.text);
	if (o->type != IG_CONF_GROUP && o->type != IG_CONF_SKIP)
		mark(r, to, ig_conf_where(r, s));
}

static void set_default(struct ig_conf_reading *r, const struct ig_conf_option *o, char *base)
{
	static const char *const none[] = {NULL};
	struct ig_why why = {""};

	if (o->type == IG_CONF_GROUP)
		ig_conf_fill(r, o->sub, NULL, base);
	else if (o->type == IG_CONF_STRS)
		*(const char *const **)(base + o->at) = none;
	else if (o->type == IG_CONF_DATE)
		*(ig_time *)(base + o->at) = IG_NEVER;
	else if (o->def && o->type != IG_CONF_GROUPS && set_text(r, o, o->def, base + o->at, &why))
		ig_conf_error(r, (struct ig_conf_line){.file = r->name}, "default of %s: %s", o->key, why.text);
}

/* The section another table has this key in. */
static const char *section_of(const char *key)
{
	for (size_t i = 0; i < ig_conf_top.count; i++) {
		const struct ig_conf_option *o = &ig_conf_top.options[i];

		for (size_t j = 0; o->type == IG_CONF_GROUP && j < o->sub->count; j++)
			if (!strcmp(o->sub->options[j].key, key))
				return o->key;
	}
	return NULL;
}

static void say_unknown(struct ig_conf_reading *r, const struct ig_conf_table *t, const config_setting_t *e)
{
	const char *key = config_setting_name(e), *section = section_of(key), *near;

	if (section)
		ig_conf_error(r, ig_conf_where(r, e), "%s: unknown here; it belongs in %s { }", key, section);
	else if ((near = ig_conf_nearest(key, key_at, t, t->count)))
		ig_conf_error(r, ig_conf_where(r, e), "%s: unknown key; did you mean %s?", key, near);
	else
		ig_conf_error(r, ig_conf_where(r, e), "%s: unknown key", key);
}

static void say_missing(struct ig_conf_reading *r, const config_setting_t *s, const char *key)
{
	const char *section = s ? NULL : section_of(key);

	ig_conf_error(r, ig_conf_where(r, s), "%s%s%s: missing", section ? section : "", section ? "." : "", key);
}

void ig_conf_fill(struct ig_conf_reading *r, const struct ig_conf_table *t, const config_setting_t *s, void *base)
{
	int n = s ? config_setting_length(s) : 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct ig_conf_option *o = &t->options[i];
		const config_setting_t *e = NULL;

		for (int k = 0; k < n && !e; k++) {
			const config_setting_t *m = config_setting_get_elem(s, (unsigned)k);

			e = m && config_setting_name(m) && !strcmp(config_setting_name(m), o->key) ? m : NULL;
		}
		if (o->flags & IG_CONF_INTERNAL && !r->internal)
			continue;
		if (!e || o->type != IG_CONF_GROUP || !type_fits(o, e))
			set_default(r, o, base);
		if (e)
			set_value(r, o, e, base);
		else if (o->flags & IG_CONF_NEED)
			say_missing(r, s, o->key);
		if (o->at == offsetof(struct ig_conf, dir) && t == &ig_conf_top)
			r->dir = *(const char **)((char *)base + o->at);
	}
	for (int k = 0; k < n; k++) {
		const config_setting_t *e = config_setting_get_elem(s, (unsigned)k);
		bool known = false;

		for (size_t i = 0; i < t->count && !known; i++)
			known = !strcmp(t->options[i].key, config_setting_name(e)) &&
				(r->internal || !(t->options[i].flags & IG_CONF_INTERNAL));
		if (!known)
			say_unknown(r, t, e);
	}
}
