/* Reports of many events: each row of a CSV part, or each element of a list in JSON or XML, is one event with its source address, time and kind.
 * The first one gives the fields; all addresses are observables. Relies on csv.c, doc.c and value.c. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "filter/doc.h"

#define COLUMNS_MAX 128
#define ROWS_MAX 100000 /* counted */
#define DETAIL_MAX 200

struct row { /* where one event's values are found: cells by the names of columns, or a node */
	struct ig_filtering *g;
	const char **head, **cells;
	size_t head_count, cell_count;
	const struct ig_node *node;
};

struct one {
	struct ig_arena *a;
	const char *text;
};

static bool first_text(void *arg, const struct ig_node *n, const char *path)
{
	struct one *o = arg;
	(void)path;
	o->text = ig_node_text(o->a, n);
	return !o->text;
}

static const char *get(const struct row *r, const char *name)
{
	struct one o = {.a = r->g->a};
	if (r->node) {
		ig_node_find(r->g->a, r->node, name, "", first_text, &o);
		return o.text;
	}
	for (size_t i = 0; i < r->head_count && i < r->cell_count; i++)
		if (ig_csv_same(r->head[i], name))
			return *r->cells[i] ? r->cells[i] : NULL;
	return NULL;
}

static const char *first_of(const struct row *r, const char *const *names)
{
	const char *v = NULL;
	for (; names && *names && !v; names++)
		v = get(r, *names);
	return v;
}

/* "date" and "time" columns together. */
static const char *time_of(const struct row *r, const struct ig_events *e)
{
	struct ig_buf b = IG_BUF_INIT(400);
	struct ig_rule as = {.as = IG_AS_TIME, .zone_value = e->zone_value};
	const char *second, *v = NULL;
	for (const char *const *n = e->time; n && *n; n++) {
		const char *part = get(r, *n);
		if (part)
			ig_buf_fmt(&b, "%s%s", b.len ? " " : "", part);
		if (part && strlen(part) > 11)
			break;
	}
	if (b.len) {
		struct ig_taken t = {.text = b.data, .len = b.len};
		if (strspn(b.data, "0123456789") == b.len && b.len >= 9)
			as.as = IG_AS_EPOCH;
		v = ig_value_of(r->g, &as, &t, &second);
	}
	ig_buf_free(&b);
	return v;
}

static void add_domain(struct ig_filtering *g, const char *v)
{
	if (!strncasecmp(v, "http", 4) && strstr(v, "://"))
		ig_filtering_observable(g, "url", v);
	else if (strchr(v, '.') && !strpbrk(v, " /@") && strlen(v) < 254)
		ig_filtering_observable(g, "domain", v);
}

/* "64500", "AS64500", "AS64500 Example Net" */
static int64_t number_of_as(const char *v)
{
	char *end;
	if (!v)
		return 0;
	v += strncasecmp(v, "AS", 2) ? 0 : 2;
	long long n = *v >= '0' && *v <= '9' ? strtoll(v, &end, 10) : 0;
	return n > 0 && n <= UINT32_MAX && (!*end || *end == ' ' || *end == ',') ? n : 0;
}

static void take_event(const struct row *r, const struct ig_events *e, const char *where)
{
	struct ig_filtering *g = r->g;
	char plain[64];
	const char *address = first_of(r, e->address), *domain = first_of(r, e->domain), *port = first_of(r, e->port), *word = first_of(r, e->category);
	const char *type = address ? ig_address_type(address, strlen(address), plain) : NULL;
	struct ig_event x = {.address = type ? ig_arena_strdup(g->a, plain) : NULL, .at = time_of(r, e), .domain = domain, .detail = first_of(r, e->detail)};
	if (!x.address && address && !domain)
		domain = x.domain = address;
	if (!x.address && !x.domain)
		return;
	g->event_total++;
	if (x.address)
		ig_filtering_observable(g, type, x.address);
	if (domain)
		add_domain(g, domain);
	x.port = port && strlen(port) < 6 && strtol(port, NULL, 10) > 0 && strtol(port, NULL, 10) < 65536 ? (int)strtol(port, NULL, 10) : 0;
	x.asn = number_of_as(first_of(r, e->asn));
	x.detail = x.detail ? ig_arena_strndup(g->a, x.detail, ig_utf8_cut(x.detail, strlen(x.detail), DETAIL_MAX)) : NULL;
	x.kind = first_of(r, e->kind);
	x.category = word && e->mapping ? ig_map_find(e->mapping, g->a, word, strlen(word)) : NULL;
	if (g->event_count < IG_FILTER_EVENTS_MAX)
		g->events[g->event_count++] = x;
	if (g->event_total > 1)
		return;
	const char *rule = ig_arena_fmt(g->a, "%s: events", g->x->name);
	if (x.address && !ig_filtering_has(g, "incident.source"))
		ig_filtering_set(g, "incident.source", x.address, 95, where, rule);
	if (x.at && !ig_filtering_has(g, "incident.found_at"))
		ig_filtering_set(g, "incident.found_at", x.at, 95, where, rule);
	if (x.category && !ig_filtering_has(g, "category"))
		ig_filtering_set(g, "category", x.category, 90, where, rule);
}

bool ig_is_csv(const struct ig_part_text *p)
{
	size_t n = strlen(p->name);
	return strstr(p->type, "csv") || strstr(p->type, "tab-separated") || (n > 4 && (!strcasecmp(p->name + n - 4, ".csv") || !strcasecmp(p->name + n - 4, ".tsv"))) ||
		(strstr(p->type, "excel") != NULL && n > 4 && !strcasecmp(p->name + n - 4, ".csv"));
}

static void rows(struct ig_filtering *g, const struct ig_events *e)
{
	const char *head[COLUMNS_MAX], *cells[COLUMNS_MAX];
	ig_filtering_parts(g);
	for (size_t i = 0; i < g->part_count; i++) {
		const struct ig_part_text *p = &g->parts[i];
		struct ig_csv c;
		struct row r = {.g = g, .head = head, .cells = cells};
		if (!p->text || !ig_is_csv(p) || (strcmp(e->csv, "*") && !ig_glob(e->csv, p->name)) || !ig_csv_open(g->a, p->text, p->len, &c))
			continue;
		r.head_count = ig_csv_row(&c, head, COLUMNS_MAX);
		for (size_t n = 1; n <= ROWS_MAX && (r.cell_count = ig_csv_row(&c, cells, COLUMNS_MAX)); n++)
			if (!e->only_p || ig_pattern_find(e->only_p, *cells, strlen(*cells), 0, NULL, NULL, NULL) == 1)
				take_event(&r, e, ig_arena_fmt(g->a, "%s, row %zu", p->where, n));
	}
}

struct each {
	struct ig_filtering *g;
	const struct ig_events *e;
	size_t n;
};

static bool on_event(void *arg, const struct ig_node *n, const char *path)
{
	struct each *x = arg;
	struct row r = {.g = x->g, .node = n};
	take_event(&r, x->e, path);
	return ++x->n < ROWS_MAX;
}

void ig_filtering_events(struct ig_filtering *g, const struct ig_filter *x)
{
	if (x->events_count && !g->events)
		g->events = ig_arena_calloc(g->a, IG_FILTER_EVENTS_MAX, sizeof *g->events);
	for (size_t i = 0; i < x->events_count; i++) {
		const struct ig_events *e = &x->events[i];
		struct each each = {.g = g, .e = e};
		if (e->csv)
			rows(g, e);
		else
			ig_docs_find(g, e->json != NULL, e->json ? e->json : e->xml, on_event, &each);
	}
	if (g->event_total && !ig_filtering_has(g, "incident.events"))
		ig_filtering_set(g, "incident.events", ig_arena_fmt(g->a, "%zu", g->event_total), 99, "counted", ig_arena_fmt(g->a, "%s: events", x->name));
	if (g->event_total > g->event_count)
		ig_filtering_problem(g, "%zu events; the first %zu are listed", g->event_total, g->event_count);
}
