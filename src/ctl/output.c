/* Output: plain lines, JSON, tables. A table is kept until its end, so that its columns fit; a JSON array streams. */
#include "config.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <uniwidth.h>
#include "base/utf8.h"
#include "ctl/room.h"

#define TEXT_MAX (64u << 20)
#define ROW_MAX (64u << 20)
#define COLUMNS_MAX 12
enum { LAST_LEAST = 20, CELL_LEAST = 12 };

__attribute__((format(printf, 4, 0)))
static void emit(struct ig_ctl *c, void (*to)(struct ig_ctl *, const void *, size_t), const char *before, const char *fmt, va_list ap,
	const char *after)
{
	struct ig_buf b = IG_BUF_INIT(TEXT_MAX), clean = IG_BUF_INIT(TEXT_MAX);
	ig_buf_str(&b, before);
	ig_buf_vfmt(&b, fmt, ap);
	ig_buf_str(&b, after);
	ig_ctl_clean(&clean, b.data, b.len, true);
	to(c, clean.data, clean.len);
	ig_buf_free(&b);
	ig_buf_free(&clean);
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

static void json_out(struct ig_ctl *c, const char *before, json_t *value, const char *after)
{
	struct ig_buf clean = IG_BUF_INIT(TEXT_MAX);
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	ig_buf_str(&clean, before);
	if (text) ig_ctl_clean_json(&clean, text, strlen(text));
	else ig_buf_str(&clean, "null");
	ig_buf_str(&clean, after);
	c->out(c, clean.data, clean.len);
	ig_buf_free(&clean);
	free(text);
	json_decref(value);
}

void ig_ctl_json(struct ig_ctl *c, json_t *value) { json_out(c, "", value, "\n"); }

/* Marks that ig_ctl_clean turns into escape sequences: text of others cannot hold the byte 0xFF. */
const char *ig_ctl_bold(const struct ig_ctl *c) { return c->colour ? "\xff" "b" : ""; }
const char *ig_ctl_dim(const struct ig_ctl *c) { return c->colour ? "\xff" "d" : ""; }
const char *ig_ctl_red(const struct ig_ctl *c) { return c->colour ? "\xff" "r" : ""; }
const char *ig_ctl_plain(const struct ig_ctl *c) { return c->colour ? "\xff" "p" : ""; }

void ig_ctl_lines(struct ig_ctl *c, const char *label, const char *text)
{
	while (text && *text) {
		size_t len = strcspn(text, "\n");
		ig_ctl_print(c, "  %s%.*s\n", label, (int)len, text);
		text += len + (text[len] == '\n');
	}
}

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
	bool left_out[COLUMNS_MAX];
	struct ig_buf cells; /* each cell with its NUL */
	struct ig_arena *outer; /* the call's; while rows come, c->arena is emptied after each of them */
};

static int width_of(const char *s) { return u8_strwidth((const uint8_t *)s, "UTF-8"); }

static const char *heading(const struct ig_ctl_list *l, int column) { return l->headings[column] + (l->headings[column][0] == '~'); }

struct ig_ctl_list *ig_ctl_list_begin(struct ig_ctl *c, const char *const *headings)
{
	struct ig_ctl_list *l = IG_NEW(c->arena, struct ig_ctl_list);
	l->c = c;
	l->outer = c->arena;
	c->arena = ig_arena_new(ROW_MAX);
	l->headings = headings;
	ig_buf_init(&l->cells, TEXT_MAX);
	for (; headings[l->columns] && l->columns < COLUMNS_MAX; l->columns++) l->widths[l->columns] = width_of(heading(l, l->columns));
	if (c->json) ig_ctl_print(c, "[");
	return l;
}

struct ig_ctl *ig_ctl_list_call(const struct ig_ctl_list *l) { return l->c; }

void ig_ctl_list_json(struct ig_ctl_list *l, json_t *row)
{
	json_out(l->c, l->rows++ ? ",\n " : "\n ", row, "");
	ig_arena_reset(l->c->arena);
}

void ig_ctl_list_row(struct ig_ctl_list *l, const char *const *cells)
{
	for (int i = 0; i < l->columns; i++) {
		const char *cell = cells[i] ? cells[i] : "-";
		size_t at = l->cells.len;
		ig_ctl_clean(&l->cells, cell, strlen(cell), false);
		int w = l->cells.over ? 0 : width_of(l->cells.data + at);
		if (w > l->widths[i]) l->widths[i] = w;
		ig_buf_char(&l->cells, 0);
	}
	l->rows++;
	ig_arena_reset(l->c->arena);
}

/* Columns that are left to the last one; the terminal's width is known. */
static int room_for_last(const struct ig_ctl_list *l)
{
	int room = l->c->width;
	for (int i = 0; i < l->columns - 1; i++) room -= l->left_out[i] ? 0 : l->widths[i] + 2;
	return room;
}

/* A narrow terminal: first the columns that may go ("~"), from the right; then the widest ones give way. */
static void fit(struct ig_ctl_list *l)
{
	if (!l->c->terminal || l->c->width <= 0) return;
	int last = l->columns - 1, want = l->widths[last] < LAST_LEAST ? l->widths[last] : LAST_LEAST;
	for (int i = last - 1; i > 0 && room_for_last(l) < want; i--) l->left_out[i] = l->headings[i][0] == '~';
	while (room_for_last(l) < want) {
		int widest = 0;
		for (int i = 0; i < last; i++)
			if (!l->left_out[i] && l->widths[i] >= l->widths[widest]) widest = i;
		if (l->widths[widest] <= CELL_LEAST) break;
		l->widths[widest]--;
	}
	l->widths[last] = room_for_last(l) > 8 ? room_for_last(l) : 0;
}

/* One cell, cut to its column and padded to it. */
static void print_cell(struct ig_ctl_list *l, struct ig_buf *line, const char *cell, int column)
{
	size_t len = strlen(cell);
	bool last = column == l->columns - 1, narrow = l->c->terminal && l->c->width > 0;
	int most = narrow ? l->widths[column] : 0, w = width_of(cell);
	if (most && w > most) {
		while (len && (w = u8_width((const uint8_t *)cell, len, "UTF-8")) > most - 1) len = ig_utf8_cut(cell, len, len - 1);
		ig_buf_add(line, cell, len);
		ig_buf_str(line, "\xe2\x80\xa6");
		w++;
	} else {
		ig_buf_add(line, cell, len);
	}
	for (int pad = last ? 0 : l->widths[column] - w + 2; pad > 0; pad--) ig_buf_char(line, ' ');
}

static void print_row(struct ig_ctl_list *l, const char **cell, bool bold)
{
	struct ig_buf line = IG_BUF_INIT(TEXT_MAX);
	for (int i = 0; i < l->columns; i++)
		if (!l->left_out[i]) print_cell(l, &line, cell[i], i);
	while (line.len && line.data[line.len - 1] == ' ') ig_buf_cut(&line, line.len - 1);
	/* The cells are clean already and hold no mark: only ours are turned into sequences here. */
	ig_ctl_print(l->c, "%s%s%s\n", bold ? ig_ctl_bold(l->c) : "", line.data, bold ? ig_ctl_plain(l->c) : "");
	ig_buf_free(&line);
}

int ig_ctl_list_end(struct ig_ctl_list *l, const char *none)
{
	ig_arena_free(l->c->arena);
	l->c->arena = l->outer;
	if (l->c->json) {
		ig_ctl_print(l->c, "%s]\n", l->rows ? "\n" : "");
		return IG_EX_OK;
	}
	if (!l->rows) {
		ig_ctl_print(l->c, "%s\n", none);
		return IG_EX_OK;
	}
	const char *cell[COLUMNS_MAX];
	fit(l);
	for (int i = 0; i < l->columns; i++) cell[i] = heading(l, i);
	print_row(l, cell, true);
	const char *at = l->cells.data, *end = at + l->cells.len;
	for (int row = 0; row < l->rows && at < end; row++) {
		for (int i = 0; i < l->columns; i++) {
			cell[i] = at < end ? at : "";
			at += at < end ? strlen(at) + 1 : 0;
		}
		print_row(l, cell, false);
	}
	if (l->cells.over) ig_ctl_say(l->c, "the table is too large to be shown whole; use --limit");
	ig_buf_free(&l->cells);
	return IG_EX_OK;
}
