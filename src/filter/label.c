/* "Label: value" as people and programs lay it out: beside a colon, in the next cell of a table, under a heading of a table, or alone on the line
 * above. One pass over a text notes every place that could be a label by a digest of its folded words; rules then look theirs up.
 * Relies on ig_utf8_fold. Does not know what a label means: rules do. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include "base/utf8.h"
#include "filter/room.h"

#define LABEL_MAX 90
#define CELLS_MAX 24
#define ROWS_MAX 200
#define BELOW_MAX 4 /* blank lines between a label alone and its value */
#define PLACES_MAX 5000

enum at { BESIDE, COLUMN };
struct candidate {
	uint32_t hash, past, before; /* of the words; without the number in front; without the brackets behind */
	enum at at;
	const char *label, *value;
	size_t label_len, len, line, column, columns;
};
struct ig_labels {
	const char *text, *end;
	struct candidate *list;
	size_t count, room;
	struct ig_labels *next;
};

static uint32_t hash(const char *s, size_t len)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h ? h : 1;
}

/* As ig_utf8_fold; nearly all labels are ASCII and need no table. */
static const char *fold(struct ig_arena *a, const char *s, size_t len, char small[LABEL_MAX + 1], size_t *len_r)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c >= 0x80) {
			const char *folded = ig_utf8_fold(a, s, len);
			*len_r = strlen(folded);
			return folded;
		}
		if (isalnum(c))
			small[n++] = (char)tolower(c);
		else if (n && small[n - 1] != ' ')
			small[n++] = ' ';
	}
	if (n && small[n - 1] == ' ')
		n--;
	*len_r = n;
	return small;
}

uint32_t ig_label_hash(struct ig_arena *a, const char *label)
{
	const char *folded = ig_utf8_fold(a, label, strlen(label));
	return hash(folded, strlen(folded));
}

static size_t trim(const char **s, size_t len)
{
	while (len && ((unsigned char)**s <= ' ' || strchr("*_>#-=|", **s)))
		(*s)++, len--;
	while (len && ((unsigned char)(*s)[len - 1] <= ' ' || strchr("*_|", (*s)[len - 1])))
		len--;
	return len;
}

/* Could the words at s be a label? Fills the digests. */
static bool could(struct ig_arena *a, const char *s, size_t len, struct candidate *c)
{
	char small[LABEL_MAX + 1];
	size_t n, m;
	len = trim(&s, len);
	if (!len || len > LABEL_MAX)
		return false;
	const char *folded = fold(a, s, len, small, &n);
	if (!n)
		return false;
	c->label = s, c->label_len = len;
	c->hash = hash(folded, n);
	/* "1. Name", "a) Name", "IV. Name" */
	const char *space = memchr(folded, ' ', n);
	size_t k = space ? (size_t)(space - folded) : 0;
	c->past = k && k <= 3 && (isdigit((unsigned char)*folded) || k == 1 || strspn(folded, "ivx") == k) ? hash(space + 1, n - k - 1) : 0;
	const char *bracket = memchr(s, '(', len);
	c->before = 0;
	if (bracket && bracket > s) {
		folded = fold(a, s, (size_t)(bracket - s), small, &m);
		c->before = hash(folded, m);
	}
	return true;
}

static struct candidate *more(struct ig_arena *a, struct ig_labels *l)
{
	if (l->count == l->room) {
		size_t room = l->room ? l->room * 2 : 64;
		struct candidate *list = ig_arena_calloc(a, room, sizeof *list);
		if (l->count)
			memcpy(list, l->list, l->count * sizeof *list);
		l->list = list;
		l->room = room;
	}
	return &l->list[l->count];
}

static size_t line_len(const char *s, const char *end)
{
	const char *nl = memchr(s, '\n', (size_t)(end - s));
	return (size_t)((nl ? nl : end) - s);
}

/* First line with something in it at or below s, past at most BELOW_MAX blank ones. */
static bool below(const char *s, const char *end, const char **v_r, size_t *len_r, size_t *lines_r)
{
	*lines_r = 0;
	for (int i = 0; i <= BELOW_MAX && s < end; i++) {
		size_t n = line_len(s, end), len = n;
		const char *v = s;
		(*lines_r)++;
		while (len && ((unsigned char)*v <= ' ' || *v == ':')) /* a colon in a cell of its own */
			v++, len--;
		if (len) {
			*v_r = v, *len_r = len;
			return true;
		}
		s += n + 1;
	}
	return false;
}

static bool has_columns(const char *s, size_t len)
{
	return memchr(s, '\t', len) || memchr(s, '|', len);
}

/* Columns of plain text stand two blanks and more apart. */
static size_t words_apart(const char *s, size_t len, struct ig_span *cells)
{
	size_t n = 0, i = 0;
	while (i < len && n < CELLS_MAX) {
		while (i < len && s[i] == ' ')
			i++;
		size_t from = i;
		while (i < len && !(s[i] == ' ' && i + 1 < len && s[i + 1] == ' '))
			i++;
		if (i > from)
			cells[n++] = (struct ig_span){NULL, from, i};
	}
	return n;
}

static size_t cells_of(const char *s, size_t len, struct ig_span *cells)
{
	size_t n = 0, from = 0;
	if (!has_columns(s, len))
		return words_apart(s, len, cells);
	for (size_t i = 0; i <= len && n < CELLS_MAX; i++)
		if (i == len || s[i] == '\t' || s[i] == '|') {
			if (!(i < len && s[i] == '|' && i == from))
				cells[n++] = (struct ig_span){NULL, from, i};
			from = i + 1;
		}
	return n;
}

/* Every cell of a row of three and more could be a heading; of two the second one only. */
static void note_columns(struct ig_arena *a, struct ig_labels *l, const char *s, size_t len, size_t line)
{
	struct ig_span cells[CELLS_MAX];
	size_t n = cells_of(s, len, cells);
	for (size_t i = 0; n >= 2 && i < n && l->count < PLACES_MAX; i++) {
		struct candidate *c = more(a, l);
		if (!could(a, s + cells[i].from, cells[i].to - cells[i].from, c))
			continue;
		c->at = COLUMN, c->value = s + len, c->line = line, c->column = i, c->columns = n;
		l->count++;
	}
}

/* Cuts a value where the next "Label:" of the same line begins. */
static size_t cut(const char *v, size_t len)
{
	for (size_t i = 1; i + 2 < len; i++)
		if ((v[i] == ' ' && v[i + 1] == ' ') || v[i] == '\t') {
			size_t k = i, w;
			while (k < len && (v[k] == ' ' || v[k] == '\t'))
				k++;
			for (w = k; w < len && w - k < 40 && v[w] != ':' && v[w] != '\t' && !isdigit((unsigned char)v[w]); w++)
				;
			if (w < len && w > k + 2 && v[w] == ':')
				return i;
		}
	return len;
}

static bool parts(const char *s, size_t len, size_t i)
{
	if (s[i] == ':')
		return !(i + 2 < len && s[i + 1] == '/' && s[i + 2] == '/');
	if (s[i] == '\t' || s[i] == '=' || s[i] == '|')
		return true;
	if (s[i] == ' ' && i + 1 < len && s[i + 1] == ' ')
		return true;
	return i && s[i - 1] == ' ' && ((s[i] == '-' && i + 1 < len && s[i + 1] == ' ') || (i + 3 < len && !memcmp(s + i, "\xe2\x80\x93 ", 4)));
}

static void set_value(struct ig_labels *l, struct candidate *c, const char *rest, size_t rest_len, const char *line_end, size_t line)
{
	size_t lines = 0;
	while (rest_len && ((unsigned char)*rest <= ' ' || strchr(":*|=", *rest)))
		rest++, rest_len--;
	c->at = BESIDE, c->line = line;
	if (rest_len) {
		c->value = rest, c->len = cut(rest, rest_len);
	} else {
		if (line_end >= l->end || !below(line_end + 1, l->end, &c->value, &c->len, &lines))
			return;
		c->line += lines;
	}
	l->count++;
}

static void note(struct ig_arena *a, struct ig_labels *l, const char *s, size_t len, size_t line)
{
	struct ig_span cells[CELLS_MAX];
	size_t from = 0;
	bool cells_there = has_columns(s, len) || memmem(s, len, "  ", 2);
	/* Pairs of label and value are even; a row of three and more above one of the same width is a row of headings. */
	size_t n = cells_there ? cells_of(s, len, cells) : 0, full = 0;
	for (size_t i = 0; i < n; i++)
		for (const char *v = s + cells[i].from; v < s + cells[i].to; v++)
			if ((unsigned char)*v > ' ') {
				full++;
				break;
			}
	const char *next = s + len < l->end ? s + len + 1 : l->end;
	bool heading = n >= 3 && n % 2 && full == n && next < l->end && cells_of(next, line_len(next, l->end), cells) == n;
	for (size_t i = 0; i < len && l->count < PLACES_MAX; i++) {
		if (!parts(s, len, i))
			continue;
		struct candidate *c = more(a, l);
		if (!(heading && (s[i] == '\t' || s[i] == '|' || s[i] == ' ')) && could(a, s + from, i - from, c))
			set_value(l, c, s + i + 1, len - i - 1, s + len, line);
		from = i + 1;
	}
	struct candidate *c = more(a, l);
	if (l->count < PLACES_MAX && could(a, s, len, c))
		set_value(l, c, s + len, 0, s + len, line);
	if (cells_there)
		note_columns(a, l, s, len, line);
}

static struct ig_labels *labels_of(struct ig_filtering *g, const char *text, size_t len)
{
	struct ig_labels *l;
	size_t line = 0;
	for (l = g->labels; l; l = l->next)
		if (l->text == text)
			return l;
	l = IG_NEW(g->a, struct ig_labels);
	*l = (struct ig_labels){.text = text, .end = text + len, .next = g->labels};
	g->labels = l;
	for (const char *s = text; s < l->end;) {
		size_t n = line_len(s, l->end);
		line++;
		if (n && n < 4000)
			note(g->a, l, s, n, line);
		s += n + 1;
	}
	return l;
}

/* ---- looking up */

static bool give(const struct candidate *c, const char *v, size_t len, size_t line, ig_label_h *each, void *arg)
{
	while (len && ((unsigned char)*v <= ' ' || strchr("*:|=", *v)))
		v++, len--;
	while (len && ((unsigned char)v[len - 1] <= ' ' || v[len - 1] == '*' || v[len - 1] == '|'))
		len--;
	return !len || each(arg, v, len, c->label, c->label_len, line);
}

/* The values stand below, in the same column, until a row of another width. */
static bool give_column(const struct ig_labels *l, const struct candidate *c, ig_label_h *each, void *arg)
{
	struct ig_span row[CELLS_MAX];
	const char *p = c->value < l->end ? c->value + 1 : l->end;
	for (size_t k = 1, n; p < l->end && k < ROWS_MAX; k++, p += n + 1) {
		n = line_len(p, l->end);
		size_t m = cells_of(p, n, row);
		if (m < 2 || (m != c->columns && m + 2 < c->columns))
			break;
		/* A row that is longer has columns parted further (date and time): by share. */
		size_t at = m > c->columns ? c->column * m / c->columns : c->column;
		size_t to = m > c->columns ? (c->column + 1) * m / c->columns - 1 : at;
		if (at < m && !give(c, p + row[at].from, row[to < m ? to : at].to - row[at].from, c->line + k, each, arg))
			return false;
	}
	return true;
}

/* A list: the lines below the first value, until one that is empty, a label of its own or a sentence. */
static bool give_list(const struct ig_labels *l, const struct candidate *c, ig_label_h *each, void *arg)
{
	const char *p = c->value + c->len;
	size_t n;
	if (c->value < c->label + c->label_len || !memchr(c->label + c->label_len, '\n', (size_t)(c->value - c->label - c->label_len)))
		return true; /* it stood beside its label */
	for (size_t k = 1; p < l->end && *p == '\n' && k < ROWS_MAX; k++, p += n) {
		n = line_len(++p, l->end);
		const char *s = p;
		size_t m = trim(&s, n);
		if (!m || m > LABEL_MAX || memchr(s, ':', m) || memchr(s, '\t', m) || s[m - 1] == '.' || s[m - 1] == ',')
			break;
		if (!give(c, s, m, c->line + k, each, arg))
			return false;
	}
	return true;
}

void ig_labels_find(struct ig_filtering *g, const uint32_t *wanted, bool lists, const char *text, size_t len, ig_label_h *each, void *arg)
{
	const struct ig_labels *l = labels_of(g, text, len);
	/* Labels in the order of the rule: the first one is the likeliest. */
	for (; *wanted; wanted++)
		for (size_t i = 0; i < l->count; i++) {
			const struct candidate *c = &l->list[i];
			if (c->hash != *wanted && c->past != *wanted && c->before != *wanted)
				continue;
			if (c->at == BESIDE ? !give(c, c->value, c->len, c->line, each, arg) : !give_column(l, c, each, arg))
				return;
			if (lists && c->at == BESIDE && !give_list(l, c, each, arg))
				return;
		}
}
