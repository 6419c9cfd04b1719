/* JSON Schema, as much of it as schemas of reports need: type, required, properties, items, enum, const, pattern, format, minimum, maximum, minLength,
 * maxLength, minItems, maxItems, not, additionalProperties (false), allOf, anyOf, oneOf, if/then/else and $ref within the file (draft 2020-12). Schemas are ours and are
 * read before confinement; the report is the sender's.
 * Bounded in depth and in what it says. */
#include "config.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "filter/doc.h"

#define DEPTH_MAX 40
#define SAID_MAX 5
#define PATTERNS_MAX 64

struct ig_schemas {
	json_t *root;
	struct { const char *text; struct ig_pattern *p; } patterns[PATTERNS_MAX];
	size_t pattern_count;
};

struct checking {
	struct ig_filtering *g;
	const struct ig_schemas *s;
	const char *where;
	int said;
	bool silent; /* only the result counts */
};

/* ---- loading */

static int gather(struct ig_schemas *s, json_t *v, struct ig_arena *a, struct ig_why *why, int depth)
{
	const char *key;
	json_t *child;
	size_t i;
	if (depth > DEPTH_MAX)
		return ig_why(why, "the schema is nested too deeply");
	json_array_foreach(v, i, child)
		if (gather(s, child, a, why, depth + 1))
			return -1;
	if (!json_is_object(v))
		return 0;
	json_object_foreach(v, key, child) {
		if (!strcmp(key, "pattern") && json_is_string(child)) {
			struct ig_pattern *p = s->pattern_count < PATTERNS_MAX ? ig_pattern_compile(json_string_value(child), why) : NULL;
			if (!p)
				return s->pattern_count < PATTERNS_MAX ? -1 : ig_why(why, "too many patterns in the schema");
			s->patterns[s->pattern_count].text = json_string_value(child);
			s->patterns[s->pattern_count++].p = p;
		} else if (gather(s, child, a, why, depth + 1)) {
			return -1;
		}
	}
	return 0;
}

struct ig_schemas *ig_schemas_load(const char *path, struct ig_arena *a, struct ig_why *why)
{
	struct ig_schemas *s = IG_NEW(a, struct ig_schemas);
	json_error_t e;
	s->root = json_load_file(path, JSON_REJECT_DUPLICATES, &e);
	if (!s->root) {
		ig_why(why, "%s:%d: %s", path, e.line, e.text);
		return NULL;
	}
	return gather(s, s->root, a, why, 0) ? NULL : s;
}

void ig_schemas_free(struct ig_schemas *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->pattern_count; i++)
		ig_pattern_free(s->patterns[i].p);
	json_decref(s->root);
}

/* ---- checking */

static bool no(struct checking *c, const char *at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static bool no(struct checking *c, const char *at, const char *fmt, ...)
{
	struct ig_buf b = IG_BUF_INIT(200);
	va_list ap;
	if (c->silent || c->said >= SAID_MAX)
		return false;
	va_start(ap, fmt);
	ig_buf_vfmt(&b, fmt, ap);
	va_end(ap);
	ig_filtering_problem(c->g, "%s does not fit the schema: %.80s %s", c->where, *at ? at : "the report", b.data);
	ig_buf_free(&b);
	c->said++;
	return false;
}

static bool type_is(const json_t *v, const char *t)
{
	return (!strcmp(t, "object") && json_is_object(v)) || (!strcmp(t, "array") && json_is_array(v)) || (!strcmp(t, "string") && json_is_string(v)) ||
		(!strcmp(t, "integer") && (json_is_integer(v) || (json_is_real(v) && json_real_value(v) == (double)(long long)json_real_value(v)))) ||
		(!strcmp(t, "number") && json_is_number(v)) || (!strcmp(t, "boolean") && json_is_boolean(v)) || (!strcmp(t, "null") && json_is_null(v));
}

static bool type_fits(const json_t *v, const json_t *type)
{
	size_t i;
	json_t *t;
	if (json_is_string(type))
		return type_is(v, json_string_value(type));
	json_array_foreach(type, i, t)
		if (json_is_string(t) && type_is(v, json_string_value(t)))
			return true;
	return false;
}

static bool all_digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return true;
}

/* RFC 3339 date-time; the offset must be there. */
static bool date_time(const char *s)
{
	size_t n = strlen(s);
	if (n < 20 || !all_digits(s, 4) || s[4] != '-' || !all_digits(s + 5, 2) || s[7] != '-' || !all_digits(s + 8, 2) || !strchr("Tt ", s[10]) ||
		!all_digits(s + 11, 2) || s[13] != ':' || !all_digits(s + 14, 2) || s[16] != ':' || !all_digits(s + 17, 2))
		return false;
	if (!ig_when_valid((int)strtol(s, NULL, 10), (int)strtol(s + 5, NULL, 10), (int)strtol(s + 8, NULL, 10)) || strtol(s + 11, NULL, 10) > 23 || strtol(s + 14, NULL, 10) > 59)
		return false;
	s += 19;
	if (*s == '.')
		for (s++; isdigit((unsigned char)*s); s++)
			;
	if (!strcmp(s, "Z") || !strcmp(s, "z"))
		return true;
	return strlen(s) == 6 && strchr("+-", *s) && all_digits(s + 1, 2) && s[3] == ':' && all_digits(s + 4, 2);
}

static bool format_fits(const char *v, const char *format)
{
	char plain[64];
	const char *type;
	size_t n = strlen(v);
	if (!strcmp(format, "date-time"))
		return date_time(v);
	if (!strcmp(format, "ipv4") || !strcmp(format, "ipv6"))
		return (type = ig_address_type(v, n, plain)) && !strcmp(type, format);
	if (!strcmp(format, "hostname"))
		return n && n < 254 && strspn(v, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == n && *v != '-' && *v != '.';
	if (!strcmp(format, "email"))
		return strchr(v, '@') && strchr(v, '@') != v && strchr(v, '@')[1] && !strchr(v, ' ');
	if (!strcmp(format, "uri"))
		return strchr(v, ':') && strchr(v, ':') != v && !strpbrk(v, " \t\n");
	if (!strcmp(format, "uuid")) {
		for (size_t i = 0; i < n; i++)
			if (i == 8 || i == 13 || i == 18 || i == 23 ? v[i] != '-' : !isxdigit((unsigned char)v[i]))
				return false;
		return n == 36;
	}
	return true;
}

static const struct ig_pattern *pattern_of(const struct ig_schemas *s, const char *text)
{
	for (size_t i = 0; i < s->pattern_count; i++)
		if (s->patterns[i].text == text)
			return s->patterns[i].p;
	return NULL;
}

static bool check(struct checking *c, const json_t *v, json_t *schema, const char *at, int depth);

static bool quiet(struct checking *c, const json_t *v, json_t *schema, const char *at, int depth)
{
	bool was = c->silent, good;
	c->silent = true;
	good = check(c, v, schema, at, depth + 1);
	c->silent = was;
	return good;
}

static bool check_text(struct checking *c, const json_t *v, const json_t *schema, const char *at)
{
	const char *s = json_string_value(v), *format = json_string_value(json_object_get(schema, "format")), *text = json_string_value(json_object_get(schema, "pattern"));
	const struct ig_pattern *p = text ? pattern_of(c->s, text) : NULL;
	if (json_integer_value(json_object_get(schema, "minLength")) > (json_int_t)strlen(s))
		return no(c, at, "is too short");
	if (json_object_get(schema, "maxLength") && json_integer_value(json_object_get(schema, "maxLength")) < (json_int_t)strlen(s))
		return no(c, at, "is too long");
	if (format && !format_fits(s, format))
		return no(c, at, "is not of the form %s: \"%.40s\"", format, s);
	if (p && ig_pattern_find(p, s, strlen(s), 0, NULL, NULL, NULL) != 1)
		return no(c, at, "does not fit %.60s: \"%.40s\"", text, s);
	return true;
}

static bool check_value(struct checking *c, const json_t *v, const json_t *schema, const char *at)
{
	json_t *type = json_object_get(schema, "type"), *list = json_object_get(schema, "enum"), *one = json_object_get(schema, "const"), *e;
	json_t *min = json_object_get(schema, "minimum"), *max = json_object_get(schema, "maximum");
	size_t i;
	if (type && !type_fits(v, type))
		return no(c, at, "is not of type %s", json_is_string(type) ? json_string_value(type) : "that is allowed");
	if (one && !json_equal(v, one))
		return no(c, at, "is not %.40s", json_is_string(one) ? json_string_value(one) : "the fixed value");
	if (list) {
		bool found = false;
		json_array_foreach(list, i, e)
			found = found || json_equal(v, e);
		if (!found)
			return no(c, at, "is none of the values that are allowed: %.40s", json_is_string(v) ? json_string_value(v) : "?");
	}
	if (json_is_number(v) && ((min && json_number_value(v) < json_number_value(min)) || (max && json_number_value(v) > json_number_value(max))))
		return no(c, at, "is out of range");
	return !json_is_string(v) || check_text(c, v, schema, at);
}

static bool check_object(struct checking *c, const json_t *v, const json_t *schema, const char *at, int depth)
{
	json_t *required = json_object_get(schema, "required"), *properties = json_object_get(schema, "properties"), *e, *sub;
	bool good = true, closed = json_is_false(json_object_get(schema, "additionalProperties"));
	const char *key;
	size_t i;
	json_array_foreach(required, i, e)
		if (!json_object_get(v, json_string_value(e)))
			good = no(c, at, "has no %s", json_string_value(e)) && good;
	json_object_foreach((json_t *)(uintptr_t)v, key, e) {
		sub = json_object_get(properties, key);
		if (sub)
			good = check(c, e, sub, ig_arena_fmt(c->g->a, "%s/%.40s", at, key), depth + 1) && good;
		else if (closed)
			good = no(c, at, "has %.40s, which the schema does not know", key) && good;
	}
	return good;
}

static json_t *resolve(const struct checking *c, json_t *schema)
{
	for (int i = 0; i < 8; i++) {
		const char *ref = json_string_value(json_object_get(schema, "$ref"));
		if (!ref || strncmp(ref, "#/", 2))
			break;
		schema = c->s->root;
		for (const char *p = ref + 1; *p == '/' && schema; ) {
			size_t n = strcspn(++p, "/");
			schema = json_object_get(schema, ig_arena_strndup(c->g->a, p, n));
			p += n;
		}
	}
	return schema;
}

static bool check_combined(struct checking *c, const json_t *v, json_t *schema, const char *at, int depth)
{
	json_t *all = json_object_get(schema, "allOf"), *any = json_object_get(schema, "anyOf"), *one = json_object_get(schema, "oneOf"), *e;
	json_t *when = json_object_get(schema, "if"), *then;
	bool good = true;
	size_t i, fits = 0;
	json_array_foreach(all, i, e)
		good = check(c, v, e, at, depth + 1) && good;
	json_array_foreach(any ? any : one, i, e)
		fits += quiet(c, v, e, at, depth);
	if ((any && !fits) || (!any && one && fits != 1))
		good = no(c, at, "fits none of the forms that are allowed") && good;
	json_t *never = json_object_get(schema, "not");
	if (never && quiet(c, v, never, at, depth))
		good = no(c, at, "is of a form that is not allowed") && good;
	if (when && (then = json_object_get(schema, quiet(c, v, when, at, depth) ? "then" : "else")))
		good = check(c, v, then, at, depth + 1) && good;
	return good;
}

static bool check(struct checking *c, const json_t *v, json_t *schema, const char *at, int depth)
{
	json_t *e, *items;
	size_t i;
	bool good;
	schema = resolve(c, schema);
	if (!json_is_object(schema))
		return !json_is_false(schema);
	if (depth > DEPTH_MAX)
		return no(c, at, "is nested too deeply");
	good = check_value(c, v, schema, at);
	if (good && json_is_object(v))
		good = check_object(c, v, schema, at, depth);
	if (good && json_is_array(v)) {
		items = json_object_get(schema, "items");
		if (json_integer_value(json_object_get(schema, "minItems")) > (json_int_t)json_array_size(v))
			good = no(c, at, "has too few entries");
		if (json_object_get(schema, "maxItems") && json_integer_value(json_object_get(schema, "maxItems")) < (json_int_t)json_array_size(v))
			good = no(c, at, "has too many entries");
		json_array_foreach(v, i, e)
			if (items && i < 1000)
				good = check(c, e, items, ig_arena_fmt(c->g->a, "%s/%zu", at, i), depth + 1) && good;
	}
	return check_combined(c, v, schema, at, depth) && good;
}

void ig_docs_check(struct ig_filtering *g, const struct ig_schemas *s)
{
	bool any = false;
	for (struct ig_doc *d = ig_docs(g); d; d = d->next) {
		struct checking c = {.g = g, .s = s, .where = d->where};
		if (!d->json)
			continue;
		any = true;
		if (check(&c, d->json, s->root, "", 0))
			ig_filtering_say(g, "  %s fits the schema", d->where);
	}
	if (!any)
		ig_filtering_problem(g, "no JSON report is in it, though it says that it is one");
}
