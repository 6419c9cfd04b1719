/* One rule after the other: finds its value, says where it stood, sets the field. Of one field the first rule that finds a value counts.
 * Relies on place, label, doc, csv and value; a rule that turns out too slow is switched off and an alarm says so. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "filter/doc.h"
#include "model/names.h"

#define PLACES_MAX 24
#define COLUMNS_MAX 128
#define ROWS_MAX 1000

bool ig_filtering_has(const struct ig_filtering *g, const char *name)
{
	const struct ig_report *r = g->r;
	if (!strcmp(name, "ticket.id"))
		return r->ticket.id != NULL;
	if (!strcmp(name, "ticket.status"))
		return r->ticket.status != NULL;
	if (!strcmp(name, "ticket.system"))
		return r->ticket.system != NULL;
	if (!strcmp(name, "category"))
		return r->category != NULL;
	for (size_t i = 0; i < g->field_count; i++)
		if (!strcmp(g->fields[i].name, name))
			return true;
	return false;
}

const char *ig_filtering_value(const struct ig_filtering *g, const char *name)
{
	for (size_t i = 0; i < g->field_count; i++)
		if (!strcmp(g->fields[i].name, name))
			return g->fields[i].value;
	return NULL;
}

void ig_filtering_set(struct ig_filtering *g, const char *name, const char *value, int64_t percent, const char *where, const char *rule)
{
	struct ig_report *r = g->r;
	enum ig_class class;
	ig_filtering_say(g, "  %s = %s (%s; %s)", name, value, where, rule);
	if (!strcmp(name, "ticket.id"))
		r->ticket.id = value;
	else if (!strcmp(name, "ticket.status"))
		r->ticket.status = value;
	else if (!strcmp(name, "ticket.system"))
		r->ticket.system = value;
	else if (!strcmp(name, "category"))
		r->category = value, r->category_confidence = (double)percent / 100;
	else if (!strcmp(name, "class")) {
		if (!ig_class_parse(value, &class))
			r->class = class, r->class_reason = ig_arena_fmt(g->a, "filter %s", rule);
	} else {
		size_t i = 0;
		while (i < g->field_count && strcmp(g->fields[i].name, name))
			i++;
		struct ig_field f = {.name = name, .value = value, .where = where, .rule = rule, .confidence = (double)percent / 100};
		if (i < g->field_count) {
			if (f.confidence > g->fields[i].confidence)
				g->fields[i] = f;
			return;
		}
		if (g->field_count == IG_FILTER_FIELDS_MAX)
			return;
		if (g->field_count == g->field_room) {
			g->field_room = g->field_room ? g->field_room * 2 : 16;
			struct ig_field *more = ig_arena_calloc(g->a, g->field_room, sizeof *more);
			if (g->field_count)
				memcpy(more, g->fields, g->field_count * sizeof *more);
			g->fields = more;
		}
		g->fields[g->field_count++] = f;
	}
}

void ig_filtering_observable(struct ig_filtering *g, const char *type, const char *value)
{
	struct ig_report *r = g->r;
	char plain[64];
	if (!strcmp(type, "address") || !strncmp(type, "ipv", 3)) {
		if (!(type = ig_address_type(value, strlen(value), plain)))
			return;
		value = ig_arena_strdup(g->a, plain);
	}
	for (size_t i = 0; i < r->observable_count; i++)
		if (!strcmp(r->observables[i].type, type) && !strcmp(r->observables[i].value, value))
			return;
	if (r->observable_count >= IG_FILTER_EVENTS_MAX)
		return;
	if (g->observable_room <= r->observable_count) {
		size_t room = r->observable_count ? r->observable_count * 2 : 16;
		struct ig_observable *more = ig_arena_calloc(g->a, room, sizeof *more);
		if (r->observable_count)
			memcpy(more, r->observables, r->observable_count * sizeof *more);
		r->observables = more;
		g->observable_room = room;
	}
	((struct ig_observable *)(uintptr_t)r->observables)[r->observable_count++] = (struct ig_observable){type, value};
}

/* ---- one rule */

struct taking { /* values of a rule so far */
	struct ig_filtering *g;
	const struct ig_rule *rule;
	const char *name;
	const char *value, *second, *where, *prefix;
	struct ig_buf joined;
	const struct ig_spot *spot;
	bool lines;
};

static enum ig_rule_as usual(const char *name)
{
	static const struct { const char *name; enum ig_rule_as as; } known[] = {{"window.start", IG_AS_TIME}, {"window.end", IG_AS_TIME}, {"incident.found_at", IG_AS_TIME},
		{"incident.ended_at", IG_AS_TIME}, {"incident.period_end", IG_AS_TIME}, {"fax.time", IG_AS_TIME}, {"order.deadline", IG_AS_TIME}, {"letter.date", IG_AS_DATE},
		{"fax.pages", IG_AS_NUMBER}, {"incident.source", IG_AS_ADDRESS}, {"incident.events", IG_AS_NUMBER}, {"secrecy.requested", IG_AS_BOOL},
		{"ticket.id", IG_AS_ID}, {"fax.caller", IG_AS_PHONE}, {"fax.called", IG_AS_PHONE}, {"reporter.phone", IG_AS_PHONE}, {"reporter.fax", IG_AS_PHONE}};
	for (size_t i = 0; i < IG_COUNT(known); i++)
		if (!strcmp(known[i].name, name))
			return known[i].as;
	return IG_AS_TEXT;
}

/* false: enough */
static bool take(struct taking *t, const struct ig_taken *found, const char *where)
{
	struct ig_rule as = *t->rule;
	const char *second, *v;
	if (as.as == IG_AS_TEXT && t->name)
		as.as = usual(t->name);
	v = ig_value_of(t->g, &as, found, &second);
	if (!v)
		return true;
	if (t->rule->observable)
		ig_filtering_observable(t->g, t->rule->observable, v);
	if (t->rule->take == IG_TAKE_ALL) {
		const char *there = t->joined.len ? strstr(t->joined.data, v) : NULL;
		if (there && (there == t->joined.data || there[-1] == ' ') && (!there[strlen(v)] || there[strlen(v)] == ','))
			return true;
		size_t before = t->joined.len;
		ig_buf_fmt(&t->joined, "%s%s", before ? ", " : "", v);
		if (t->joined.over)
			ig_buf_cut(&t->joined, before);
		if (!t->where)
			t->where = where;
		return !t->joined.over;
	}
	t->value = v, t->second = second, t->where = where;
	return t->rule->take == IG_TAKE_LAST;
}

static void finish(struct taking *t)
{
	if (t->joined.len)
		t->value = ig_arena_strdup(t->g->a, t->joined.data);
	ig_buf_free(&t->joined);
	if (!t->value)
		return;
	if (t->rule->as == IG_AS_WINDOW) {
		ig_filtering_set(t->g, "window.start", t->value, t->rule->confidence, t->where, t->rule->said);
		ig_filtering_set(t->g, "window.end", t->second, t->rule->confidence, t->where, t->rule->said);
	} else {
		ig_filtering_set(t->g, t->name, t->value, t->rule->confidence, t->where, t->rule->said);
	}
}

static size_t line_of(const char *text, size_t at)
{
	size_t line = 1;
	for (const char *s = text; (s = memchr(s, '\n', (size_t)(text + at - s))); s++)
		line++;
	return line;
}

static const char *where_in(struct ig_filtering *g, const struct ig_spot *p, size_t line)
{
	return p->lines ? ig_arena_fmt(g->a, "%s, line %zu", p->where, line) : p->where;
}

/* ---- labels */

/* "UTC:", "Start time GMT": the last word of a label. */
static void zone_in(const char *label, size_t len, struct ig_zone *z)
{
	const char *last = memrchr(label, ' ', len);
	last = last ? last + 1 : label;
	size_t n = (size_t)(label + len - last);
	struct ig_zone found;
	if (n >= 3 && ig_zone_at(last, n, &found) == n)
		*z = found;
}

static bool on_date(void *arg, const char *value, size_t len, const char *label, size_t label_len, size_t line)
{
	struct ig_taken *found = arg;
	(void)label, (void)label_len, (void)line;
	found->date = value, found->date_len = len;
	return false;
}

static bool on_label(void *arg, const char *value, size_t len, const char *label, size_t label_len, size_t line)
{
	struct taking *t = arg;
	struct ig_taken found = {.text = value, .len = len};
	const char *open = memchr(label, '(', label_len);
	if (open)
		ig_zone_at(open, (size_t)(label + label_len - open), &found.zone);
	else
		zone_in(label, label_len, &found.zone);
	if (*t->rule->date)
		ig_labels_find(t->g, t->rule->date_hashes, false, t->spot->text, t->spot->len, on_date, &found);
	return take(t, &found, t->lines ? ig_arena_fmt(t->g->a, "%s, line %zu", t->prefix, line) : t->prefix);
}

static void by_labels(struct taking *t)
{
	struct ig_spot places[PLACES_MAX];
	size_t n = ig_filtering_places(t->g, t->rule->in, "text", places, PLACES_MAX);
	for (size_t i = 0; i < n && (!t->value || t->rule->take != IG_TAKE_FIRST); i++) {
		t->prefix = places[i].where, t->lines = places[i].lines, t->spot = &places[i];
		ig_labels_find(t->g, t->rule->label_hashes, t->rule->take == IG_TAKE_ALL, places[i].text, places[i].len, on_label, t);
	}
	finish(t);
}

/* ---- regular expressions */

static struct ig_taken span_taken(const struct ig_spot *p, const struct ig_span *spans, size_t count, size_t i)
{
	struct ig_taken found = {.text = p->text + spans[i].from, .len = spans[i].to - spans[i].from};
	bool end = strstr(spans[i].name, "_end") != NULL;
	for (size_t k = 0; k < count; k++) {
		const char *s = p->text + spans[k].from;
		size_t len = spans[k].to - spans[k].from;
		if (!strcmp(spans[k].name, "zone"))
			ig_zone_at(s, len, &found.zone);
		else if (!strcmp(spans[k].name, "date") && !found.date)
			found.date = s, found.date_len = len;
		else if (!strcmp(spans[k].name, "date2") && end)
			found.date = s, found.date_len = len;
	}
	return found;
}

static const char *field_of_group(struct ig_arena *a, const char *group)
{
	char *name = ig_arena_strdup(a, group), *bar = strchr(name, '_');
	if (!bar)
		return NULL;
	*bar = '.';
	return ig_filter_field_known(name) ? NULL : name;
}

static bool is_without(const struct ig_filtering *g, const char *name)
{
	for (const char *const *w = g->without; w && *w; w++)
		if (!strcmp(*w, name))
			return true;
	return false;
}

/* Every named group is a field. */
static void set_groups(struct ig_filtering *g, const struct ig_rule *rule, const struct ig_spot *p, const struct ig_span *spans, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *name = field_of_group(g->a, spans[i].name);
		if (!name || ig_filtering_has(g, name) || is_without(g, name))
			continue;
		struct taking t = {.g = g, .rule = rule, .name = name, .joined = IG_BUF_INIT(IG_FILTER_JOINED_MAX)};
		struct ig_taken found = span_taken(p, spans, count, i);
		take(&t, &found, where_in(g, p, line_of(p->text, spans[i].from)));
		finish(&t);
	}
}

static bool all_known(struct ig_filtering *g, const struct ig_span *spans, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *name = field_of_group(g->a, spans[i].name);
		if (name && !ig_filtering_has(g, name))
			return false;
	}
	return true;
}

static void by_regex(struct taking *t)
{
	struct ig_spot places[PLACES_MAX];
	struct ig_span spans[IG_SPANS_MAX];
	size_t n = ig_filtering_places(t->g, t->rule->in, "text", places, PLACES_MAX), to, count, from;
	for (size_t i = 0; i < n; i++) {
		const struct ig_spot *p = &places[i];
		int found = 1;
		bool more = true;
		for (from = 0; more && from <= p->len && (found = ig_pattern_find(t->rule->pattern, p->text, p->len, from, &to, spans, &count)) == 1; from = to) {
			if (!t->name && t->rule->as != IG_AS_WINDOW) {
				set_groups(t->g, t->rule, p, spans, count);
				more = !all_known(t->g, spans, count);
				continue;
			}
			size_t k = 0;
			while (k < count && strcmp(spans[k].name, "value"))
				k++;
			struct ig_taken taken;
			if (k < count) {
				taken = span_taken(p, spans, count, k);
			} else {
				struct ig_span whole = {"value", from, to};
				ig_pattern_whole(t->rule->pattern, &whole.from, &whole.to);
				spans[count < IG_SPANS_MAX ? count : IG_SPANS_MAX - 1] = whole;
				taken = span_taken(p, spans, count + 1 < IG_SPANS_MAX ? count + 1 : IG_SPANS_MAX, count < IG_SPANS_MAX ? count : IG_SPANS_MAX - 1);
			}
			more = take(t, &taken, where_in(t->g, p, line_of(p->text, (size_t)(taken.text - p->text))));
		}
		if (found < 0) {
			ig_filtering_off(t->g, t->rule->id, &((struct ig_rule *)(uintptr_t)t->rule)->off);
			break;
		}
		if (t->value && t->rule->take == IG_TAKE_FIRST)
			break;
	}
	finish(t);
}

/* ---- documents */

static bool on_node(void *arg, const struct ig_node *n, const char *path)
{
	struct taking *t = arg;
	const char *v = ig_node_text(t->g->a, n);
	struct ig_taken found = {.text = v, .len = v ? strlen(v) : 0};
	return !v || take(t, &found, path);
}

static void by_path(struct taking *t)
{
	ig_docs_find(t->g, t->rule->json != NULL, t->rule->json ? t->rule->json : t->rule->xml, on_node, t);
	finish(t);
}

static void by_csv(struct taking *t)
{
	struct ig_filtering *g = t->g;
	const char *head[COLUMNS_MAX], *row[COLUMNS_MAX];
	bool more = true;
	ig_filtering_parts(g);
	for (size_t i = 0; i < g->part_count && more; i++) {
		struct ig_csv c;
		size_t n, col = 0, m, rows = 0;
		if (!g->parts[i].text || !ig_is_csv(&g->parts[i]) || !ig_csv_open(g->a, g->parts[i].text, g->parts[i].len, &c))
			continue;
		n = ig_csv_row(&c, head, COLUMNS_MAX);
		while (col < n && !ig_csv_same(head[col], t->rule->csv))
			col++;
		while (col < n && more && rows++ < ROWS_MAX && (m = ig_csv_row(&c, row, COLUMNS_MAX))) {
			struct ig_taken found = {.text = col < m ? row[col] : "", .len = col < m ? strlen(row[col]) : 0};
			if (found.len)
				more = take(t, &found, ig_arena_fmt(g->a, "%s, row %zu, column %s", g->parts[i].where, rows, head[col]));
		}
	}
	finish(t);
}

/* "Eastern Standard Time" is what Windows calls the zone all the year round. */
static void zone_of_calendar(const char *name, size_t len, struct ig_zone *z)
{
	static const char *const american[] = {"Eastern Standard Time", "Central Standard Time", "Mountain Standard Time", "Pacific Standard Time"};
	size_t quoted = len && *name == '"';
	name += quoted, len -= quoted;
	len -= quoted && len && name[len - 1] == '"';
	for (size_t i = 0; i < IG_COUNT(american); i++)
		if (strlen(american[i]) == len && !strncasecmp(name, american[i], len))
			len = strcspn(american[i], " ");
	ig_zone_at(name, len, z);
}

static void by_ical(struct taking *t)
{
	struct ig_spot places[PLACES_MAX];
	static const char *const calendars[] = {"attachment:text/calendar", "attachment:*.ics", NULL};
	size_t n = ig_filtering_places(t->g, calendars, "text", places, PLACES_MAX), len = strlen(t->rule->ical);
	for (size_t i = 0; i < n && !t->value; i++)
		for (const char *s = places[i].text; s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL) {
			if (strncasecmp(s, t->rule->ical, len) || (s[len] != ':' && s[len] != ';'))
				continue;
			/* RFC 5545 3.1: a line that begins with a blank goes on the one before */
			struct ig_buf b = IG_BUF_INIT(IG_FILTER_VALUE_MAX);
			const char *p = s + len;
			while (*p && *p != '\n') {
				ig_buf_add(&b, p, strcspn(p, "\n"));
				p += strcspn(p, "\n");
				if (p[0] != '\n' || (p[1] != ' ' && p[1] != '\t'))
					break;
				p += 2;
			}
			const char *line = ig_arena_strdup(t->g->a, b.data), *colon = strrchr(line, ':'), *tz = strcasestr(line, "TZID=");
			ig_buf_free(&b);
			if (tz && strchr(tz, ':'))
				colon = strchr(tz, ':');
			else
				colon = strchr(line, ':');
			if (!colon)
				continue;
			struct ig_taken found = {.text = colon + 1, .len = strlen(colon + 1)};
			if (tz)
				zone_of_calendar(tz + 5, strcspn(tz + 5, ":;"), &found.zone);
			if (!take(t, &found, ig_arena_fmt(t->g->a, "%s, %s", places[i].where, t->rule->ical)))
				break;
		}
	finish(t);
}

static void run(struct ig_filtering *g, const struct ig_rule *rule)
{
	struct taking t = {.g = g, .rule = rule, .name = rule->name, .joined = IG_BUF_INIT(IG_FILTER_JOINED_MAX)};
	bool window = rule->as == IG_AS_WINDOW;
	if (rule->off || (rule->name && is_without(g, rule->name)) || (rule->name && !rule->lasting && ig_filtering_has(g, rule->name)) ||
		(window && !rule->lasting && ig_filtering_has(g, "window.start") && ig_filtering_has(g, "window.end")))
		return;
	if (*rule->labels)
		by_labels(&t);
	else if (rule->regex)
		by_regex(&t);
	else if (rule->json || rule->xml)
		by_path(&t);
	else if (rule->csv)
		by_csv(&t);
	else if (rule->ical)
		by_ical(&t);
	else if (rule->value)
		ig_filtering_set(g, rule->name, rule->value, rule->confidence, "source", rule->said);
}

void ig_filtering_take(struct ig_filtering *g, const struct ig_filter *x, const char *const *without)
{
	g->without = without;
	for (size_t i = 0; i < x->fields_count; i++)
		run(g, &x->fields[i]);
}
