/* Folders of rules to filters that are ready: reads each filter.conf, checks every word in it, compiles patterns, gathers phrases.
 * Relies on conf for reading and for errors with file and line. A filter with an error is left out, the others stand. */
#include "config.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/utf8.h"
#include "filter/table.h"
#include "model/names.h"

#define FREETEXT "free-text"

struct loading {
	struct ig_filters *f;
	ig_filter_say_h *say;
	void *arg;
	int broken;
	struct ig_conf_reading *r; /* of the file under way */
	struct ig_filter *x;
	char **codes;
};

/* Fields of INTERFACE.md, and what else a rule may set. */
static const char *const fields[] = {"reporter.organisation", "reporter.person", "reporter.address", "reporter.phone", "reporter.fax", "reporter.email", "system.name",
	"system.owner", "system.operator", "system.level", "system.provider", "incident.summary", "incident.found_at", "incident.status", "incident.how_found",
	"incident.help_wanted", "incident.already_notified", "secrecy.requested", "letter.number", "letter.date", "letter.issuer", "letter.subject", "letter.urgency",
	"letter.in_reply_to", "reference", "window.start", "window.end", "system.circuits", "fax.caller", "fax.ident", "fax.called", "fax.pages", "fax.time",
	"ticket.id", "ticket.status", "ticket.system", "category", "class", "secrecy.tlp", "incident.source", "incident.target", "incident.events", "incident.severity",
	"incident.evidence", "incident.period_end", "incident.ended_at", "order.deadline", "order.addressees", "order.number"};
static const char *const observables[] = {"ipv4", "ipv6", "domain", "url", "email", "md5", "sha1", "sha256", "cve", "asn", "address", NULL};
static const char *const categories[] = {"abusive-content/spam", "malicious-code/infected-system", "malicious-code/c2-server", "malicious-code/malware-distribution",
	"information-gathering/scanner", "intrusion-attempts/brute-force", "intrusion-attempts/exploit", "intrusions/account-compromise", "intrusions/system-compromise",
	"intrusions/defacement", "availability/dos", "availability/ddos", "availability/outage", "information-content-security/data-leak", "fraud/phishing",
	"fraud/copyright", "vulnerable/vulnerable-system", "vulnerable/open-service", "other/other", "test/test", "abusive-content", "malicious-code",
	"information-gathering", "intrusion-attempts", "intrusions", "availability", "information-content-security", "fraud", "vulnerable", "other", "test", NULL};

static const char *word_at(size_t i, const void *arg) { return ((const char *const *)arg)[i]; }

const char *ig_filter_field_known(const char *name)
{
	for (size_t i = 0; i < IG_COUNT(fields); i++)
		if (!strcmp(name, fields[i]))
			return NULL;
	const char *near = ig_conf_nearest(name, word_at, fields, IG_COUNT(fields));
	return near ? near : "";
}

static void wrong(struct loading *l, const void *at, const char *key, const char *words)
{
	ig_conf_error(l->r, ig_conf_set_at(l->r, at), "%s: %s", key, words);
}

static bool one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(word, *list))
			return true;
	return false;
}

static void check_word(struct loading *l, const void *at, const char *key, const char *word, const char *const *list)
{
	size_t n = 0;
	while (list[n])
		n++;
	if (!word || one_of(word, list))
		return;
	const char *near = ig_conf_nearest(word, word_at, list, n);
	ig_conf_error(l->r, ig_conf_set_at(l->r, at), "%s: unknown word \"%s\"%s%s%s", key, word, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static struct ig_pattern *pattern(struct loading *l, const void *at, const char *key, const char *text)
{
	struct ig_why why = {""};
	if (!text)
		return NULL;
	struct ig_pattern *p = ig_pattern_compile(text, &why);
	if (!p)
		wrong(l, at, key, why.text);
	return p;
}

/* ---- conditions */

static int *phrase_ids(struct loading *l, const void *at, const char *const *list)
{
	size_t n = 0;
	while (list && list[n])
		n++;
	int *ids = ig_arena_calloc(l->f->arena, n + 1, sizeof *ids);
	for (size_t i = 0; i < n; i++) {
		ids[i] = ig_phrases_add(l->f->phrases, list[i]);
		if (ids[i] < 0)
			wrong(l, at, "phrases", "a phrase without a letter or digit");
	}
	ids[n] = -1;
	return ids;
}

static void ready_cond(struct loading *l, struct ig_cond *c)
{
	c->matches_p = pattern(l, &c->matches, "matches", c->matches);
	c->subject_p = pattern(l, &c->subject, "subject", c->subject);
	c->text_p = pattern(l, &c->text, "text", c->text);
	c->attachment_p = pattern(l, &c->attachment, "attachment", c->attachment);
	c->sender_p = pattern(l, &c->sender_name, "sender_name", c->sender_name);
	c->phrase_ids = phrase_ids(l, &c->phrases, c->phrases);
	c->some_ids = phrase_ids(l, &c->some, c->some);
	if (c->matches && !c->header)
		wrong(l, &c->matches, "matches", "needs header");
	if (!c->header && !c->subject && !c->attachment && !c->structure && !c->sender_name && !*c->from && !*c->phrases && !*c->some)
		wrong(l, c, "recognise", c->text ? "text alone is too slow on the mail of others; add subject, from, phrases or another condition" : "a group without a condition");
}

/* ---- maps and rules */

static void ready_map(struct loading *l, struct ig_map *m)
{
	for (size_t i = 0; i < m->values_count; i++) {
		struct ig_map_entry *e = &m->values[i];
		size_t n = 0;
		while (e->words && e->words[n])
			n++;
		e->folded = ig_arena_calloc(l->f->arena, n + 1, sizeof *e->folded);
		for (size_t k = 0; k < n; k++)
			e->folded[k] = strcmp(e->words[k], "*") ? ig_arena_fmt(l->f->arena, " %s ", ig_utf8_fold(l->f->arena, e->words[k], strlen(e->words[k]))) : "*";
	}
}

static const struct ig_map *find_map(struct loading *l, const void *at, const char *name)
{
	for (size_t i = 0; name && i < l->x->maps_count; i++)
		if (l->x->maps[i].name && !strcmp(l->x->maps[i].name, name))
			return &l->x->maps[i];
	if (name)
		ig_conf_error(l->r, ig_conf_set_at(l->r, at), "map: no map \"%s\" in maps", name);
	return NULL;
}

static struct ig_zone find_zone(struct loading *l, const void *at, const char *name)
{
	struct ig_zone z = {.known = false};
	if (name && ig_zone_at(name, strlen(name), &z) != strlen(name))
		ig_conf_error(l->r, ig_conf_set_at(l->r, at), "zone: \"%s\" is no zone that is known", name);
	return z;
}

static const char *kind_of(const struct ig_rule *r)
{
	return r->labels && *r->labels ? "labels" : r->regex ? "regex" : r->json ? "json" : r->xml ? "xml" : r->csv ? "csv" : r->ical ? "ical" : r->value ? "value" : NULL;
}

static uint32_t *label_hashes(struct loading *l, const char *const *labels)
{
	size_t n = 0;
	while (labels[n])
		n++;
	uint32_t *hashes = ig_arena_calloc(l->f->arena, n + 1, sizeof *hashes);
	for (size_t i = 0; i < n; i++)
		hashes[i] = ig_label_hash(l->f->arena, labels[i]);
	return hashes;
}

static void ready_rule(struct loading *l, struct ig_rule *r)
{
	const char *near, *kind = kind_of(r);
	int ways = (*r->labels != NULL) + (r->regex != NULL) + (r->json != NULL) + (r->xml != NULL) + (r->csv != NULL) + (r->ical != NULL);
	if (!kind || ways > 1)
		wrong(l, r, "fields", "one of labels, regex, json, xml, csv, ical and value is needed");
	if (!r->name && !r->regex && r->as != IG_AS_WINDOW)
		wrong(l, r, "name", "missing: which field is it?");
	if (r->name && (near = ig_filter_field_known(r->name)))
		ig_conf_error(l->r, ig_conf_set_at(l->r, &r->name), "name: \"%s\" is no field%s%s%s", r->name, *near ? "; did you mean \"" : "", near, *near ? "\"?" : "");
	if (r->json && *r->json && *r->json != '/')
		wrong(l, &r->json, "json", "a pointer begins with /");
	check_word(l, &r->observable, "observable", r->observable, observables);
	r->pattern = pattern(l, &r->regex, "regex", r->regex);
	r->only_p = pattern(l, &r->only, "only", r->only);
	r->mapping = find_map(l, &r->map, r->map);
	r->zone_value = find_zone(l, &r->zone, r->zone);
	r->label_hashes = label_hashes(l, r->labels);
	r->date_hashes = label_hashes(l, r->date);
	const char *what = *r->labels ? *r->labels : r->json ? r->json : r->xml ? r->xml : r->csv ? r->csv : r->ical ? r->ical : r->value && !r->regex ? r->value : NULL;
	r->said = ig_arena_fmt(l->f->arena, "%s: %s%s%.60s", l->x->name, kind ? kind : "?", what ? " " : "", what ? what : "");
}

static void ready_events(struct loading *l, struct ig_events *e)
{
	if ((e->csv != NULL) + (e->json != NULL) + (e->xml != NULL) != 1)
		wrong(l, e, "events", "one of csv, json and xml is needed");
	e->only_p = pattern(l, &e->only, "only", e->only);
	e->mapping = find_map(l, &e->map, e->map);
	e->zone_value = find_zone(l, &e->zone, e->zone);
}

static void ready_filter(struct loading *l, struct ig_filter *x)
{
	static const char *const severities[] = {"ordinary", "serious", NULL};
	enum ig_class class;
	struct ig_why why = {""};
	x->enum_class = -1;
	if (x->class && ig_class_parse(x->class, &class))
		wrong(l, &x->class, "class", "no class that is known");
	else if (x->class)
		x->enum_class = (int)class;
	check_word(l, &x->category, "category", x->category, categories);
	check_word(l, &x->severity, "severity", x->severity, severities);
	for (size_t i = 0; i < x->maps_count; i++)
		ready_map(l, &x->maps[i]);
	for (size_t i = 0; i < x->recognise_count; i++) {
		ready_cond(l, &x->recognise[i]);
		x->recognise[i].id = ig_arena_fmt(l->f->arena, "%s recognise %zu", x->name, i + 1);
	}
	for (size_t i = 0; i < x->unless_count; i++) {
		ready_cond(l, &x->unless[i]);
		x->unless[i].id = ig_arena_fmt(l->f->arena, "%s unless %zu", x->name, i + 1);
	}
	for (size_t i = 0; i < x->fields_count; i++) {
		ready_rule(l, &x->fields[i]);
		x->fields[i].id = ig_arena_fmt(l->f->arena, "%s rule %zu", x->name, i + 1);
	}
	for (size_t i = 0; i < x->events_count; i++)
		ready_events(l, &x->events[i]);
	if (x->schema && !(x->schemas = ig_schemas_load(ig_arena_fmt(l->f->arena, "%s/%s", x->dir, x->schema), l->f->arena, &why)))
		wrong(l, &x->schema, "schema", why.text);
}

static void ready_freetext(struct loading *l, struct ig_freetext *t)
{
	for (size_t i = 0; i < t->categories_count + t->severities_count; i++) {
		bool category = i < t->categories_count;
		struct ig_weighed *w = category ? &t->categories[i] : &t->severities[i - t->categories_count];
		static const char *const severities[] = {"ordinary", "serious", NULL};
		const char *const *const lists[] = {w->strong, w->medium, w->weak, w->against};
		check_word(l, &w->code, "code", w->code, category ? categories : severities);
		check_word(l, &w->severity, "severity", w->severity, severities);
		for (int k = 0; k < 4; k++)
			w->ids[k] = phrase_ids(l, w, lists[k]);
	}
}

/* ---- files */

static void said(const char *line, void *arg)
{
	struct loading *l = arg;
	if (l->say)
		l->say(line, l->arg);
}

/* One file into base by table, then ready(). True when it is sound. */
static bool read_file(struct loading *l, const char *path, const struct ig_conf_table *t, void *base)
{
	struct ig_conf_reading r = {.arena = l->f->arena, .say = said, .arg = l, .dir = "/"};
	config_t cfg;
	l->r = &r;
	ig_conf_source_file(&r, path);
	if (r.line_count) {
		config_init(&cfg);
		if (config_read_string(&cfg, r.text.data) != CONFIG_TRUE) {
			unsigned line = (unsigned)config_error_line(&cfg);
			ig_conf_error(&r, r.lines[(line && line <= r.line_count ? line : r.line_count) - 1], "%s", config_error_text(&cfg));
		} else {
			ig_conf_fill(&r, t, config_root_setting(&cfg), base);
			if (t == &ig_freetext_table)
				ready_freetext(l, base);
			else
				ready_filter(l, base);
		}
		config_destroy(&cfg);
	}
	ig_conf_reading_end(&r);
	l->broken += r.errors != 0;
	return !r.errors;
}

static bool named(const struct ig_filters *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (!strcmp(f->list[i]->name, name))
			return true;
	return false;
}

static void read_one(struct loading *l, const char *dir, const char *name)
{
	struct ig_filters *f = l->f;
	const char *folder = ig_arena_fmt(f->arena, "%s/%s", dir, name);
	if (!strcmp(name, FREETEXT)) {
		struct ig_freetext *t = IG_NEW(f->arena, struct ig_freetext);
		if (!f->freetext && read_file(l, ig_arena_fmt(f->arena, "%s/words.conf", folder), &ig_freetext_table, t))
			f->freetext = t;
		return;
	}
	const char *path = ig_arena_fmt(f->arena, "%s/filter.conf", folder);
	if (access(path, F_OK) || named(f, name))
		return;
	struct ig_filter *x = IG_NEW(f->arena, struct ig_filter);
	x->name = ig_arena_strdup(f->arena, name);
	x->dir = folder;
	l->x = x;
	if (!read_file(l, path, &ig_filter_table, x) || f->count == IG_FILTERS_MAX)
		return;
	if (f->count == f->room) {
		f->room = f->room ? f->room * 2 : 64;
		f->list = ig_xrealloc(f->list, f->room * sizeof *f->list);
	}
	f->list[f->count++] = x;
}

static int is_folder(const struct dirent *e)
{
	return e->d_name[0] != '.' && !strchr(e->d_name, '~');
}

static void read_folder(struct loading *l, const char *dir)
{
	struct dirent **list = NULL;
	int n = scandir(dir, &list, is_folder, alphasort);
	if (n < 0 && errno != ENOENT && l->say)
		l->say(ig_arena_fmt(l->f->arena, "%s: %s", dir, strerror(errno)), l->arg);
	for (int i = 0; i < n; i++) {
		read_one(l, dir, list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

static int by_order(const void *a, const void *b)
{
	const struct ig_filter *x = *(struct ig_filter *const *)a, *y = *(struct ig_filter *const *)b;
	return x->order != y->order ? (x->order < y->order ? -1 : 1) : strcmp(x->name, y->name);
}

/* `like` names another filter; a chain of four is enough for everybody, and a circle ends there. */
static void join(struct loading *l)
{
	struct ig_filters *f = l->f;
	for (size_t i = 0; i < f->count; i++) {
		struct ig_filter *x = f->list[i];
		for (size_t k = 0; x->like && k < f->count; k++)
			if (!strcmp(f->list[k]->name, x->like))
				x->liked = f->list[k];
		if (x->like && !x->liked) {
			l->broken++;
			if (l->say)
				l->say(ig_arena_fmt(f->arena, "%s/filter.conf:1: like: no filter \"%s\"", x->dir, x->like), l->arg);
		}
	}
}

struct ig_filters *ig_filters_load(const char *own, const char *packaged, ig_filter_say_h *say, void *arg, int *broken_r)
{
	struct ig_filters *f = ig_xmalloc(sizeof *f);
	struct loading l = {.f = f, .say = say, .arg = arg};
	f->arena = ig_arena_new(0);
	f->phrases = ig_phrases_new();
	if (own)
		read_folder(&l, own);
	if (packaged)
		read_folder(&l, packaged);
	if (f->count)
		qsort(f->list, f->count, sizeof *f->list, by_order);
	join(&l);
	ig_phrases_ready(f->phrases);
	if (broken_r)
		*broken_r = l.broken;
	return f;
}

static void free_conds(struct ig_cond *c, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct ig_pattern *const all[] = {c[i].matches_p, c[i].subject_p, c[i].text_p, c[i].attachment_p, c[i].sender_p};
		for (size_t k = 0; k < IG_COUNT(all); k++)
			ig_pattern_free(all[k]);
	}
}

struct ig_filters *ig_filters_free(struct ig_filters *f)
{
	if (!f)
		return NULL;
	for (size_t i = 0; i < f->count; i++) {
		struct ig_filter *x = f->list[i];
		free_conds(x->recognise, x->recognise_count);
		free_conds(x->unless, x->unless_count);
		for (size_t k = 0; k < x->fields_count; k++) {
			ig_pattern_free(x->fields[k].pattern);
			ig_pattern_free(x->fields[k].only_p);
		}
		for (size_t k = 0; k < x->events_count; k++)
			ig_pattern_free(x->events[k].only_p);
		ig_schemas_free(x->schemas);
	}
	free(f->list);
	ig_phrases_free(f->phrases);
	ig_arena_free(f->arena);
	free(f);
	return NULL;
}

size_t ig_filters_count(const struct ig_filters *f) { return f->count; }

struct ig_filter_info ig_filters_info(const struct ig_filters *f, size_t i)
{
	const struct ig_filter *x = f->list[i];
	return (struct ig_filter_info){.name = x->name, .title = x->title, .dir = x->dir, .class = x->class, .system = x->system, .order = (long long)x->order,
		.rules = x->fields_count + x->events_count, .also = x->also};
}
