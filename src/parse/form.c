/* A form: lines with labels, and what stands behind, below or beside them. Is it one? At least four fields by their labels, or three under the
 * title of a form. Relies on form_label.c and form_value.c. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include "base/opt.h"
#include "parse/form.h"
#include "parse/plain.h"

enum { ITEMS_MAX = 60, TEXT_MAX = 200000, BELOW_LINES = 14, FORM_LEAST = 4, TITLED_LEAST = 3, VALUE_MAX = 2000 };

struct item { const char *field; size_t from, to, line; bool beside; };
struct form {
	struct ig_arena *a;
	struct ig_plain p;
	struct item items[ITEMS_MAX];
	size_t count;
};

static size_t end_of_line(const struct ig_plain *p, size_t i)
{
	while (i < p->len && p->s[i] != '\n')
		i++;
	return i;
}

/* Past "1.", "2.3", "a)", "-", "+", "•" and blanks. */
static size_t past_number(const struct ig_plain *p, size_t i, size_t end)
{
	for (int turn = 0; turn < 3; turn++) {
		while (i < end && (p->s[i] == ' ' || p->s[i] == '\t' || strchr("-+*>|", p->s[i]) || (p->s[i] == '?' && i + 1 < end && p->s[i + 1] == ' ')))
			i++;
		size_t k = i;
		while (k < end && (isdigit((unsigned char)p->s[k]) || p->s[k] == '.') && k < i + 6)
			k++;
		if (k == i && k + 1 < end && isalpha((unsigned char)p->s[k]))
			k++;
		if (k > i && k < end && (p->s[k] == ')' || p->s[k] == '/' || (p->s[k - 1] == '.' && k < end) || (p->s[k] == '.')) && (isdigit((unsigned char)p->s[i]) || k == i + 1))
			i = p->s[k] == ')' || p->s[k] == '.' || p->s[k] == '/' ? k + 1 : k;
		else
			break;
	}
	while (i < end && p->s[i] == ' ')
		i++;
	return i;
}

static bool mark(char c)
{
	return c == ':' || c == '\t' || c == '=';
}

/* Labels of one line: at its beginning, and further ones that a colon or a cell marks. A label holds its mark, so none of those begins behind the last
 * mark of the line: most lines of most mails have none and are asked once. */
static void labels_of(struct form *f, size_t begin, size_t end, size_t line)
{
	size_t i = past_number(&f->p, begin, end), last = end;
	bool first = true;
	while (last > i && !mark(f->p.s[last - 1]))
		last--;
	while (i < end && (first || i < last) && f->count < ITEMS_MAX) {
		const char *field = NULL;
		size_t n = ig_form_label(&f->p, i, end, &field);
		bool marked = n && (first || mark(f->p.s[i + n - 1]));
		if (marked) {
			if (f->count && f->items[f->count - 1].line == line && f->items[f->count - 1].to == end)
				f->items[f->count - 1].to = i;
			f->items[f->count++] = (struct item){.field = field, .from = i + n, .to = end, .line = line, .beside = i + n < end};
			i += n;
			first = false;
			continue;
		}
		/* on to where another one may begin: behind a cell, a gap or a sign */
		size_t next = i;
		while (next < end && isalnum((unsigned char)f->p.s[next]))
			next++;
		while (next < end && !isalnum((unsigned char)f->p.s[next]))
			next++;
		first = false;
		i = next > i ? next : i + 1;
	}
}

static bool empty(const struct form *f, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (isalnum((unsigned char)f->p.s[i]) || f->p.s[i] == '?' || f->p.s[i] == '[' || f->p.s[i] == '(')
			return false;
	return true;
}

/* A heading of the form's next section: "3. Thông tin về hệ thống", no value. */
static bool heading(const struct form *f, size_t begin, size_t end)
{
	size_t i = begin;
	while (i < end && f->p.s[i] == ' ')
		i++;
	size_t digits = i;
	while (i < end && (isdigit((unsigned char)f->p.s[i]) || strchr("ivx", f->p.s[i])))
		i++;
	return i > digits && i < digits + 4 && (f->p.s[i] == '.' || f->p.s[i] == ')') && f->p.s[i + 1] == ' ';
}

static bool long_field(const char *field)
{
	static const char *const list[] = {"incident.summary", "incident.help_wanted", "incident.how_found", "incident.already_notified", "incident.status"};
	for (size_t i = 0; i < IG_COUNT(list); i++)
		if (!strcmp(field, list[i]))
			return true;
	return false;
}

/* What stands beside the label and, for values of several lines or where nothing is beside it, below it up to the next label, heading or gap. */
static const char *raw_of(struct form *f, const struct item *it, size_t next_from, size_t *lines_r)
{
	size_t to = it->to, line = 0;
	bool beside = !empty(f, it->from, it->to), whole = it->to < f->p.len && f->p.s[it->to] == '\n';
	*lines_r = 0;
	if (whole && (!beside || long_field(it->field))) {
		size_t i = it->to + 1;
		while (i < f->p.len && line < BELOW_LINES && i < next_from) {
			size_t end = end_of_line(&f->p, i);
			if (end > next_from)
				break;
			bool gap = empty(f, i, end);
			if ((gap && (beside || line)) || heading(f, i, end))
				break;
			to = end;
			beside = beside || !gap;
			i = end + 1;
			line++;
			if (!long_field(it->field) && !gap)
				break;
		}
		*lines_r = line;
	}
	size_t from = f->p.at[it->from], len = f->p.at[to] - from;
	return ig_arena_strndup(f->a, f->p.text + from, len < VALUE_MAX ? len : VALUE_MAX);
}

static bool titled(const struct form *f)
{
	static const char *const titles[] = {"bao cao ban dau", "thong bao su co", "bao cao ket thuc", "bao cao su co", "mau so 03", "mau so 04", "incident report", "incident notice",
		"initial report"};
	for (size_t i = 0; i < IG_COUNT(titles); i++)
		if (strstr(f->p.s, titles[i]))
			return true;
	return false;
}

struct got { const char *field, *value; size_t line; double confidence; };

static void merge(struct ig_arena *a, struct got *list, size_t *count, const struct got *g)
{
	for (size_t i = 0; i < *count; i++) {
		struct got *was = &list[i];
		if (strcmp(was->field, g->field))
			continue;
		if (!strcmp(g->field, "incident.found_at")) { /* date and time in fields of their own */
			if (g->value[0] == 'T' && !strchr(was->value, 'T'))
				was->value = ig_arena_fmt(a, "%s%s:00+07:00", was->value, g->value);
			else if (was->value[0] == 'T' && g->value[0] != 'T' && !strchr(g->value, 'T'))
				was->value = ig_arena_fmt(a, "%s%s:00+07:00", g->value, was->value);
		} else if (!strcmp(g->field, "reporter.phone") && !strstr(was->value, g->value)) {
			was->value = ig_arena_fmt(a, "%s, %s", was->value, g->value);
		}
		return;
	}
	list[(*count)++] = *g;
}

static size_t values(struct form *f, struct got *list)
{
	size_t count = 0;
	for (size_t i = 0; i < f->count; i++) {
		const struct item *it = &f->items[i];
		size_t next = f->p.len, lines;
		for (size_t k = i + 1; k < f->count && next == f->p.len; k++)
			if (f->items[k].line > it->line) { /* up to the line of the next label */
				next = f->items[k].from;
				while (next > it->to && f->p.s[next - 1] != '\n')
					next--;
			}
		if (!*it->field)
			continue;
		const char *value = ig_form_value(f->a, it->field, raw_of(f, it, next, &lines));
		struct got g = {.field = it->field, .value = value, .line = it->line, .confidence = it->beside || !lines ? 0.9 : 0.8};
		if (value && *value)
			merge(f->a, list, &count, &g);
	}
	return count;
}

size_t ig_form_read(struct ig_mail *m, const char *text, const char *place)
{
	struct form *f = IG_NEW(m->a, struct form);
	struct got list[ITEMS_MAX];
	size_t len = text ? strlen(text) : 0, line = 1;
	if (!len || len > TEXT_MAX)
		return 0;
	f->a = m->a;
	ig_plain_of(m->a, text, len, &f->p);
	for (size_t i = 0; i < f->p.len; line++) {
		size_t end = end_of_line(&f->p, i);
		labels_of(f, i, end, line);
		i = end + 1;
	}
	size_t count = values(f, list), real = 0;
	for (size_t i = 0; i < count; i++)
		real += strncmp(list[i].field, "reporter.", 9) != 0; /* a signature has name, phone and mail too */
	if (!real || count < (titled(f) ? TITLED_LEAST : FORM_LEAST))
		return 0;
	for (size_t i = 0; i < count; i++) {
		bool bare_time = !strcmp(list[i].field, "incident.found_at") && list[i].value[0] == 'T';
		struct ig_field x = {.name = list[i].field, .value = list[i].value, .confidence = list[i].confidence, .rule = "form",
			.where = place ? ig_arena_fmt(m->a, "%s, line %zu", place, list[i].line) : ig_arena_fmt(m->a, "text, line %zu", list[i].line)};
		struct ig_field *there = NULL;
		for (size_t k = 0; k < m->field_count && !there; k++)
			there = strcmp(m->fields[k].name, x.name) ? NULL : &m->fields[k];
		if (there && !strncmp(x.name, "reporter.", 9) && there->rule && strcmp(there->rule, "form"))
			*there = x; /* what a form says of its sender is more than a line at the foot of a page */
		else if (!there && !bare_time)
			ig_mail_field(m, &x);
	}
	return count;
}
