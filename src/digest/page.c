/* Figures as rows, and as a page: a table of the main ones, plots, then every group. Which words stand for a code is the caller's. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "base/opt.h"
#include "digest/digest.h"

static const char *const singles[] = {"incidents", "acknowledged", "closed", "open", "secret", "acknowledge_minutes_median", "acknowledge_minutes_p90", "acknowledge_minutes_max"};

static const char *number(json_t *v, char buf[32])
{
	if (json_is_integer(v))
		snprintf(buf, 32, "%lld", (long long)json_integer_value(v));
	else
		snprintf(buf, 32, "-");
	return buf;
}

void ig_digest_rows(json_t *figures, void (*each)(const char *group, const char *key, const char *value, void *arg), void *arg)
{
	char buf[32];
	const char *group, *key;
	json_t *g, *v;
	for (size_t i = 0; i < IG_COUNT(singles); i++)
		each("total", singles[i], number(json_object_get(figures, singles[i]), buf), arg);
	json_object_foreach(json_object_get(figures, "groups"), group, g)
		json_object_foreach(g, key, v)
			each(group, key, number(v, buf), arg);
}

struct paging {
	json_t *figures, *sections;
	bool english;
	const char *(*word)(const char *group, const char *key, bool english);
};

static json_t *table_of(const struct paging *p, const char *group)
{
	char buf[32];
	const char *key;
	json_t *v, *rows = json_array();
	json_object_foreach(json_object_get(json_object_get(p->figures, "groups"), group), key, v)
		json_array_append_new(rows, json_pack("[s,s]", p->word(group, key, p->english), number(v, buf)));
	return json_pack("{s:s,s:s,s:o}", "type", "table", "title", p->word(group, NULL, p->english), "rows", rows);
}

/* "2026-03" as people write it. */
static const char *label_of(const struct paging *p, const char *group, const char *key, char buf[16])
{
	if (strcmp(group, "by_month") || strlen(key) != 7)
		return p->word(group, key, p->english);
	snprintf(buf, 16, "%.2s/%.4s", key + 5, key);
	return buf;
}

/* What has names stands by size, what has an order in it. */
static void put_bar(json_t *bars, json_t *bar, bool by_size)
{
	size_t at = json_array_size(bars);
	json_int_t v = json_integer_value(json_object_get(bar, "value"));
	while (by_size && at && json_integer_value(json_object_get(json_array_get(bars, at - 1), "value")) < v)
		at--;
	json_array_insert_new(bars, at, bar);
}

static json_t *plot_of(const struct paging *p, const char *group, const char *type)
{
	const char *key;
	char buf[16];
	json_t *v, *bars = json_array();
	json_object_foreach(json_object_get(json_object_get(p->figures, "groups"), group), key, v)
		put_bar(bars, json_pack("{s:s,s:I}", "label", label_of(p, group, key, buf), "value", json_integer_value(v)), !strcmp(type, "bars"));
	return json_pack("{s:s,s:s,s:o}", "type", type, "title", p->word(group, NULL, p->english), "bars", bars);
}

json_t *ig_digest_page(json_t *figures, bool english, const char *heading, const char *const *lead, const char *(*word)(const char *group, const char *key, bool english))
{
	static const struct { const char *group, *type; } plots[] = {{"by_month", "columns"}, {"by_class", "bars"}, {"acknowledged_within", "columns"}, {"by_channel", "bars"},
		{"open_by_age", "columns"}};
	static const char *const tables[] = {"by_kind", "by_severity", "by_widespread", "by_status", "messages_by_channel", "messages_by_class", "letters_by_channel",
		"letters_by_kind", "duties"};
	struct paging p = {.figures = figures, .sections = json_array(), .english = english, .word = word};
	char buf[32];
	json_t *rows = json_array(), *lines = json_array();
	for (size_t i = 0; i < IG_COUNT(singles); i++)
		json_array_append_new(rows, json_pack("[s,s]", word("total", singles[i], english), number(json_object_get(figures, singles[i]), buf)));
	json_array_append_new(p.sections, json_pack("{s:s,s:s,s:o}", "type", "table", "title", word("total", NULL, english), "rows", rows));
	for (size_t i = 0; i < IG_COUNT(plots); i++)
		json_array_append_new(p.sections, plot_of(&p, plots[i].group, plots[i].type));
	for (size_t i = 0; i < IG_COUNT(tables); i++)
		json_array_append_new(p.sections, table_of(&p, tables[i]));
	for (size_t i = 0; lead && lead[i]; i++)
		json_array_append_new(lines, json_string(lead[i]));
	return json_pack("{s:s,s:s,s:O,s:s,s:s,s:o,s:o}", "kind", "digest", "language", english ? "en" : "vi", "date", json_object_get(figures, "as_of"), "title", heading, "heading",
		heading, "lead", lines, "sections", p.sections);
}
