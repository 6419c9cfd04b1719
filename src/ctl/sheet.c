/* Tables of the books in their four forms. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "ctl/sheet.h"

void ig_ctl_csv_row(struct ig_ctl *c, const char *const *cells, size_t count)
{
	struct ig_buf b = IG_BUF_INIT(1u << 20);
	for (size_t i = 0; i < count; i++) {
		const char *t = cells[i] ? cells[i] : "";
		/* A cell that a spreadsheet would take for a formula is not one. */
		bool formula = *t && strchr("=+-@\t\r", *t) && !(*t == '-' && (!t[1] || (t[1] >= '0' && t[1] <= '9')));
		if (i) ig_buf_char(&b, ',');
		if (!formula && !t[strcspn(t, ",\"\r\n")]) {
			ig_buf_str(&b, t);
			continue;
		}
		ig_buf_str(&b, formula ? "\"'" : "\"");
		for (const char *p = t; *p; p++) {
			if (*p == '"') ig_buf_char(&b, '"');
			ig_buf_char(&b, *p);
		}
		ig_buf_char(&b, '"');
	}
	ig_buf_str(&b, "\r\n");
	c->out(c, b.data, b.len);
	ig_buf_free(&b);
}

void ig_sheet_options(struct ig_sheet *s)
{
	s->csv = ig_ctl_flag(s->c, "--csv");
	s->page = ig_ctl_flag(s->c, "--page");
	s->outside = ig_ctl_flag(s->c, "--outside");
	s->language = ig_ctl_option(s->c, "--lang");
}

bool ig_sheet_english(const struct ig_sheet *s, const struct ig_profile *p)
{
	const char *language = s->language ? s->language : p->language;
	return language && !strcmp(language, "en");
}

static const char *title_of(const struct ig_sheet *s, size_t i) { return s->english ? s->columns[i].en : s->columns[i].vi; }

void ig_sheet_begin(struct ig_sheet *s)
{
	const char **titles = ig_arena_calloc(s->c->arena, s->count + 1, sizeof *titles);
	for (size_t i = 0; i < s->count; i++) titles[i] = title_of(s, i);
	if (s->csv) {
		s->c->out(s->c, "\xef\xbb\xbf", 3);
		ig_ctl_csv_row(s->c, titles, s->count);
	} else if (s->page || s->c->json) {
		s->rows = json_array();
	} else {
		s->list = ig_ctl_list_begin(s->c, titles);
	}
}

void ig_sheet_row(struct ig_sheet *s, const char *const *cells)
{
	s->row_count++;
	if (s->csv) {
		ig_ctl_csv_row(s->c, cells, s->count);
	} else if (s->rows) {
		json_t *row = s->page ? json_array() : json_object();
		for (size_t i = 0; i < s->count; i++) {
			if (s->page) json_array_append_new(row, json_string(cells[i] ? cells[i] : ""));
			else json_object_set_new(row, s->columns[i].key, cells[i] ? json_string(cells[i]) : json_null());
		}
		json_array_append_new(s->rows, row);
	} else {
		const char **shown = ig_arena_calloc(s->c->arena, s->count, sizeof *shown);
		for (size_t i = 0; i < s->count; i++) shown[i] = cells[i] ? cells[i] : "";
		ig_ctl_list_row(s->list, shown);
	}
}

static json_t *model_of(struct ig_sheet *s)
{
	char now[IG_TIME_MAX];
	json_t *columns = json_array(), *lead = json_array();
	for (size_t i = 0; i < s->count; i++) json_array_append_new(columns, json_pack("{s:s,s:f}", "title", title_of(s, i), "width", s->columns[i].width));
	for (size_t i = 0; i < IG_COUNT(s->lead) && s->lead[i]; i++) json_array_append_new(lead, json_string(s->lead[i]));
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:b,s:o,s:o,s:o}", "kind", "table", "language", s->english ? "en" : "vi", "date", ig_time_rfc3339(ig_now(), now), "title",
		s->heading, "heading", s->heading, "landscape", s->landscape, "lead", lead, "columns", columns, "rows", s->rows);
}

int ig_sheet_end(struct ig_sheet *s, const char *none)
{
	if (s->page) {
		ig_ctl_json(s->c, model_of(s));
		json_decref(s->meta);
		return IG_EX_OK;
	}
	if (s->csv) {
		json_decref(s->meta);
		return IG_EX_OK;
	}
	if (s->rows) {
		json_t *o = s->meta ? s->meta : json_object();
		json_object_set_new(o, s->name, s->rows);
		ig_ctl_json(s->c, o);
		return IG_EX_OK;
	}
	json_decref(s->meta);
	return ig_ctl_list_end(s->list, none);
}

const char *ig_ctl_day(struct ig_ctl *c, ig_time t)
{
	int y, m, d;
	if (t == IG_NEVER) return "";
	ig_time_civil(t, &y, &m, &d, NULL, NULL, NULL, NULL);
	return ig_arena_fmt(c->arena, "%02d/%02d/%04d", d, m, y);
}

const char *ig_ctl_date(struct ig_ctl *c, ig_time t)
{
	int y, m, d;
	ig_time_civil(t, &y, &m, &d, NULL, NULL, NULL, NULL);
	return ig_arena_fmt(c->arena, "%04d-%02d-%02d", y, m, d);
}

/* First moment of a day in the office's zone: the offset is that of its own noon. */
int ig_ctl_day_start(const char *day, ig_time *t_r)
{
	int y, m, d, n = 0, hour, min;
	char text[40];
	ig_time noon;
	if (sscanf(day, "%4d-%2d-%2d%n", &y, &m, &d, &n) != 3 || n != 10 || day[n]) return -1;
	snprintf(text, sizeof text, "%04d-%02d-%02dT12:00:00Z", y, m, d);
	if (ig_time_parse(text, &noon)) return -1;
	int yy, mm, dd;
	ig_time_civil(noon, &yy, &mm, &dd, &hour, &min, NULL, NULL);
	ig_time start = noon - hour * IG_HOUR - min * IG_MINUTE;
	ig_time_civil(start, &yy, &mm, &dd, NULL, NULL, NULL, NULL);
	*t_r = dd == d ? start : dd == d - 1 || dd > d + 1 ? start + IG_DAY : start - IG_DAY;
	return 0;
}

int ig_ctl_span(struct ig_ctl *c, struct ig_ctl_span *s)
{
	const char *year = ig_ctl_option(c, "--year"), *from = ig_ctl_option(c, "--from"), *to = ig_ctl_option(c, "--to");
	int64_t y;
	ig_time_civil(ig_now(), &s->year, NULL, NULL, NULL, NULL, NULL, NULL);
	if (year && (from || to)) return ig_ctl_fail(c, IG_EX_USAGE, "--year and --from exclude each other");
	if (year && ig_ctl_number(c, year, 1990, 2200, &y)) return IG_EX_USAGE;
	if (year) s->year = (int)y;
	s->said = from || to, s->year_said = year;
	s->first = from ? from : ig_arena_fmt(c->arena, "%04d-01-01", s->year);
	s->last = to ? to : ig_arena_fmt(c->arena, "%04d-12-31", s->year);
	if (ig_ctl_day_start(s->first, &s->from) || ig_ctl_day_start(s->last, &s->to))
		return ig_ctl_fail(c, IG_EX_USAGE, "days are written YYYY-MM-DD");
	s->to += IG_DAY;
	ig_time_civil(s->from, &s->year, NULL, NULL, NULL, NULL, NULL, NULL);
	return s->from < s->to ? IG_EX_OK : ig_ctl_fail(c, IG_EX_USAGE, "%s is not before %s", s->first, s->last);
}
