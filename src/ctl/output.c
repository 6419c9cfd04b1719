/* Output: plain lines, JSON, tables. A table is kept until its end, so that its columns fit; a JSON array streams. */
#include "config.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <uniwidth.h>
#include "base/utf8.h"
#include "ctl/room.h"

#define LINE_MAX_BYTES (1u << 20)
#define TABLE_MAX (64u << 20)
#define COLUMNS_MAX 12

__attribute__((format(printf, 4, 0)))
static void emit(struct ig_ctl *c, void (*to)(struct ig_ctl *, const void *, size_t), const char *before, const char *fmt, va_list ap,
	const char *after)
{
	struct ig_buf b = IG_BUF_INIT(LINE_MAX_BYTES);
	ig_buf_str(&b, before);
	ig_buf_vfmt(&b, fmt, ap);
	ig_buf_str(&b, after);
	to(c, b.data, b.len);
	ig_buf_free(&b);
}

void ig_ctl_print(struct ig_ctl *c, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	emit(c, c->out, "", fmt, ap, "");
	va_end(ap);
}

void ig_ctl_say(struct ig_ctl *c, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	emit(c, c->err, "irgatectl: ", fmt, ap, "\n");
	va_end(ap);
}

int ig_ctl_fail(struct ig_ctl *c, int code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	emit(c, c->err, "irgatectl: ", fmt, ap, "\n");
	va_end(ap);
	return code;
}

int ig_ctl_store_failed(struct ig_ctl *c) { return ig_ctl_fail(c, IG_EX_SOFTWARE, "store: %s", ig_store_why(c->store)); }

void ig_ctl_json(struct ig_ctl *c, json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	if (text) ig_ctl_print(c, "%s\n", text);
	free(text);
	json_decref(value);
}

const char *ig_ctl_bold(const struct ig_ctl *c) { return c->colour ? "\033[1m" : ""; }
const char *ig_ctl_dim(const struct ig_ctl *c) { return c->colour ? "\033[2m" : ""; }
const char *ig_ctl_red(const struct ig_ctl *c) { return c->colour ? "\033[31m" : ""; }
const char *ig_ctl_plain(const struct ig_ctl *c) { return c->colour ? "\033[0m" : ""; }

const char *ig_ctl_time(struct ig_ctl *c, ig_time t)
{
	char text[IG_TIME_MAX];
	if (t == IG_NEVER) return "-";
	ig_time_rfc3339(t, text);
	char *line = ig_arena_strndup(c->arena, text, 16);
	line[10] = ' ';
	return line;
}

struct ig_ctl_list {
	struct ig_ctl *c;
	const char *const *headings;
	int columns, rows;
	int widths[COLUMNS_MAX];
	struct ig_buf cells; /* each cell with its NUL */
};

static int width_of(const char *s) { return u8_strwidth((const uint8_t *)s, "UTF-8"); }

struct ig_ctl_list *ig_ctl_list_begin(struct ig_ctl *c, const char *const *headings)
{
	struct ig_ctl_list *l = IG_NEW(c->arena, struct ig_ctl_list);
	l->c = c;
	l->headings = headings;
	ig_buf_init(&l->cells, TABLE_MAX);
	for (; headings[l->columns] && l->columns < COLUMNS_MAX; l->columns++) l->widths[l->columns] = width_of(headings[l->columns]);
	if (c->json) ig_ctl_print(c, "[");
	return l;
}

struct ig_ctl *ig_ctl_list_call(const struct ig_ctl_list *l) { return l->c; }

void ig_ctl_list_json(struct ig_ctl_list *l, json_t *row)
{
	char *text = json_dumps(row, JSON_COMPACT);
	ig_ctl_print(l->c, "%s%s", l->rows++ ? ",\n " : "\n ", text ? text : "null");
	free(text);
	json_decref(row);
}

void ig_ctl_list_row(struct ig_ctl_list *l, const char *const *cells)
{
	for (int i = 0; i < l->columns; i++) {
		const char *cell = cells[i] ? cells[i] : "-";
		int w = width_of(cell);
		if (w > l->widths[i]) l->widths[i] = w;
		ig_buf_add(&l->cells, cell, strlen(cell) + 1);
	}
	l->rows++;
}

/* One cell, padded to its column; control characters of hostile mail never reach the terminal. */
static void print_cell(struct ig_ctl_list *l, struct ig_buf *line, const char *cell, int column, int room)
{
	size_t len = strlen(cell);
	bool last = column == l->columns - 1;
	if (last && room > 8) {
		while (len && u8_width((const uint8_t *)cell, len, "UTF-8") > room) len = ig_utf8_cut(cell, len, len - 1);
	}
	for (size_t i = 0; i < len; i++) ig_buf_char(line, (unsigned char)cell[i] < 32 || cell[i] == 127 ? ' ' : cell[i]);
	if (last) return;
	for (int pad = l->widths[column] - u8_width((const uint8_t *)cell, len, "UTF-8") + 2; pad > 0; pad--) ig_buf_char(line, ' ');
}

static void print_row(struct ig_ctl_list *l, const char **cell, bool heading)
{
	struct ig_buf line = IG_BUF_INIT(LINE_MAX_BYTES);
	int room = l->c->terminal && l->c->width > 0 ? l->c->width : 0;
	if (heading) ig_buf_str(&line, ig_ctl_bold(l->c));
	for (int i = 0; i < l->columns; i++) {
		print_cell(l, &line, cell[i], i, room);
		room -= l->widths[i] + 2;
	}
	if (heading) ig_buf_str(&line, ig_ctl_plain(l->c));
	ig_buf_char(&line, '\n');
	l->c->out(l->c, line.data, line.len);
	ig_buf_free(&line);
}

int ig_ctl_list_end(struct ig_ctl_list *l, const char *none)
{
	if (l->c->json) {
		ig_ctl_print(l->c, "%s]\n", l->rows ? "\n" : "");
		return IG_EX_OK;
	}
	if (!l->rows) {
		ig_ctl_print(l->c, "%s\n", none);
		return IG_EX_OK;
	}
	const char *cell[COLUMNS_MAX];
	for (int i = 0; i < l->columns; i++) cell[i] = l->headings[i];
	print_row(l, cell, true);
	const char *at = l->cells.data;
	for (int row = 0; row < l->rows && at < l->cells.data + l->cells.len; row++) {
		for (int i = 0; i < l->columns; i++) {
			cell[i] = at;
			at += strlen(at) + 1;
		}
		print_row(l, cell, false);
	}
	ig_buf_free(&l->cells);
	return IG_EX_OK;
}
