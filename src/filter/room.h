/* Inside of the filter room: rules as loaded and compiled, and one report under way. Not for other rooms. */
#ifndef IG_FILTER_ROOM_H
#define IG_FILTER_ROOM_H
#include <stdint.h>
#include "base/buf.h"
#include "filter/filter.h"
#include "filter/when.h"

#define IG_FILTERS_MAX 500        /* folders */
#define IG_FILTER_STEPS 200000    /* PCRE2 match limit of one search */
#define IG_FILTER_DEPTH 2000      /* and its depth limit (without JIT) */
#define IG_FILTER_SEARCH_MAX (256u << 10) /* bytes of one text that are searched */
#define IG_FILTER_VALUE_MAX 2000  /* bytes of one value */
#define IG_FILTER_JOINED_MAX 4000 /* bytes of a value joined of several */
#define IG_FILTER_FIELDS_MAX 200  /* fields of one message */
#define IG_FILTER_PARTS_MAX 64    /* parts looked at, with those inside archives */
#define IG_FILTER_EVENTS_MAX 1000 /* events listed of one message; the rest is counted */

/* ---- patterns: PCRE2 behind one door (pattern.c) */
struct ig_pattern;
struct ig_span { const char *name; size_t from, to; }; /* a named group that took part */
#define IG_SPANS_MAX 24
struct ig_pattern *ig_pattern_compile(const char *text, struct ig_why *why); /* NULL with why */
struct ig_pattern *ig_pattern_free(struct ig_pattern *p);
void ig_pattern_whole(const struct ig_pattern *p, size_t *from_r, size_t *to_r); /* of the last match */
/* First match at or after `from`: 1 with the named groups (spans_r may be NULL) and where it ends, 0 none, -1 too slow. */
int ig_pattern_find(const struct ig_pattern *p, const char *s, size_t len, size_t from, size_t *to_r, struct ig_span *spans_r, size_t *count_r);

/* ---- many phrases at once over folded text (phrases.c) */
struct ig_phrases;
struct ig_phrases *ig_phrases_new(void);
struct ig_phrases *ig_phrases_free(struct ig_phrases *p);
int ig_phrases_add(struct ig_phrases *p, const char *phrase); /* folded here; its number, the same for the same phrase; -1 nothing in it */
void ig_phrases_ready(struct ig_phrases *p);
size_t ig_phrases_count(const struct ig_phrases *p);
/* Marks in seen[number] how often each occurs as whole words (at most 255). */
void ig_phrases_scan(const struct ig_phrases *p, const char *folded, unsigned char *seen);

/* ---- rules as written (table.c), then compiled (load.c) */
enum ig_rule_as {
	IG_AS_TEXT, IG_AS_LINE, IG_AS_WORD, IG_AS_TIME, IG_AS_DATE, IG_AS_WINDOW, IG_AS_PHONE, IG_AS_NUMBER, IG_AS_ADDRESS, IG_AS_EPOCH, IG_AS_BOOL, IG_AS_LOWER, IG_AS_ID, IG_AS_DURATION,
};
enum ig_rule_take { IG_TAKE_FIRST, IG_TAKE_LAST, IG_TAKE_ALL };
struct ig_cond { /* all that is set must hold */
	const char *header, *matches, *subject, *text, *attachment, *structure, *sender_name;
	const char *const *from, *const *phrases, *const *some;
	int64_t at_least; /* of `some` */
	struct ig_pattern *matches_p, *subject_p, *text_p, *attachment_p, *sender_p;
	int *phrase_ids, *some_ids;
	const char *id; /* "FILTER recognise 2" */
	bool off;       /* was too slow: it holds for nothing */
};
struct ig_map_entry {
	const char *to;
	const char *const *words;
	const char **folded; /* of words */
};
struct ig_map {
	const char *name;
	struct ig_map_entry *values;
	size_t values_count;
};
struct ig_rule {
	const char *name, *regex, *json, *xml, *csv, *ical, *value, *map, *zone, *observable, *only;
	const char *const *labels, *const *in, *const *date;
	uint32_t *label_hashes, *date_hashes;
	enum ig_rule_as as;
	enum ig_rule_take take;
	enum ig_when_order order;
	int64_t confidence; /* percent */
	bool lasting;       /* also where another rule gave the field already: for confidence by the surest */
	struct ig_pattern *pattern, *only_p;
	const struct ig_map *mapping;
	struct ig_zone zone_value;
	const char *said; /* "FILTER: labels Start", for `rule` */
	const char *id;   /* "FILTER rule 3": its name where it is switched off */
	bool off;         /* was too slow */
};
struct ig_events { /* rows of a CSV part, elements of a JSON or XML list: one event each */
	const char *csv, *json, *xml; /* columns of the source address; path of the list */
	const char *const *address, *const *time, *const *port, *const *kind, *const *category, *const *detail, *const *domain, *const *asn;
	const char *zone, *map, *only;
	const struct ig_map *mapping;
	struct ig_pattern *only_p;
	struct ig_zone zone_value;
};
struct ig_schemas;
struct ig_filter {
	const char *name, *title, *dir;
	int64_t order;
	const char *class, *system, *category, *severity, *like, *schema;
	int64_t confidence;
	struct ig_cond *recognise, *unless;
	struct ig_rule *fields;
	struct ig_map *maps;
	struct ig_events *events;
	size_t recognise_count, unless_count, fields_count, maps_count, events_count;
	const char *const *without;
	const char *const *want; /* fields that a mail of this source must yield */
	const struct ig_filter *liked;
	struct ig_schemas *schemas;
	int enum_class; /* -1 none */
	bool also, firm, by_hand;
};
struct ig_weighed { const char *code; const char *severity; const char *const *strong, *const *medium, *const *weak, *const *against; int *ids[4]; };
struct ig_freetext { /* filters/free-text: words to category and severity */
	struct ig_weighed *categories, *severities;
	size_t categories_count, severities_count;
	int64_t threshold; /* percent */
};
struct ig_filters {
	struct ig_arena *arena; /* own */
	struct ig_filter **list;
	size_t count, room;
	struct ig_freetext *freetext;
	struct ig_phrases *phrases;
};

/* ---- one report under way */
struct ig_part_text { /* a part, or a file inside an archive */
	const char *name, *type, *where; /* where: "attachment 2 (report.txt)" */
	const char *text;                /* NULL none */
	size_t len;
};
struct ig_labels;
struct ig_doc; /* a parsed JSON or XML part (doc.c) */
struct ig_filtering {
	struct ig_filters *f;
	struct ig_report *r;
	struct ig_arena *a;
	const struct ig_filter *x; /* that claimed it */
	const char *const *without;
	struct ig_part_text parts[IG_FILTER_PARTS_MAX];
	size_t part_count;
	bool parts_known;
	struct ig_doc *docs;
	bool docs_known;
	struct ig_labels *labels; /* of the texts looked at */
	unsigned char *seen; /* phrases */
	struct ig_field *fields;
	size_t field_count, field_room, observable_room;
	struct ig_event *events;
	size_t event_count, event_total;
	const char **problems, **slow;
	size_t problem_count, slow_count;
	enum ig_when_order mail_order;
	struct ig_zone mail_zone; /* that the mail says holds for all its times */
	struct ig_buf *words; /* explain; NULL not wanted */
};
void ig_filtering_say(struct ig_filtering *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ig_filtering_problem(struct ig_filtering *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ig_filtering_off(struct ig_filtering *g, const char *id, bool *off); /* it took too many steps: off, and said in the report */

/* recognise.c */
bool ig_filter_recognises(struct ig_filtering *g, const struct ig_filter *x);
const char *ig_filtering_header(struct ig_filtering *g, const char *name, const char **again); /* first value unfolded; NULL none */

/* parts.c: attachments and the files inside zip and gzip ones */
void ig_filtering_parts(struct ig_filtering *g);
/* The texts a rule looks at, by the words of its `in`. */
struct ig_spot { const char *text; size_t len; const char *where; bool lines; /* say the line */ };
size_t ig_filtering_places(struct ig_filtering *g, const char *const *in, const char *otherwise, struct ig_spot *out, size_t max);
bool ig_glob(const char *pattern, const char *s); /* * and ?, case-blind */

/* take.c: one rule after the other; value.c: a value as it should be */
void ig_filtering_take(struct ig_filtering *g, const struct ig_filter *x, const char *const *without);
const char *ig_filtering_value(const struct ig_filtering *g, const char *name); /* NULL none */
struct ig_taken { const char *text; size_t len; const char *where; struct ig_zone zone; const char *date; size_t date_len; };
/* Text of the value, or NULL when it is none; window: two values, the second in *second_r. */
const char *ig_value_of(struct ig_filtering *g, const struct ig_rule *rule, const struct ig_taken *t, const char **second_r);
void ig_filtering_set(struct ig_filtering *g, const char *name, const char *value, int64_t percent, const char *where, const char *rule);
bool ig_filtering_has(const struct ig_filtering *g, const char *name);
const char *ig_map_find(const struct ig_map *m, struct ig_arena *a, const char *text, size_t len);
void ig_filtering_observable(struct ig_filtering *g, const char *type, const char *value);
const char *ig_address_type(const char *s, size_t len, char out[64]); /* "ipv4", "ipv6" or NULL; written plainly into out */

/* label.c */
typedef bool ig_label_h(void *arg, const char *value, size_t len, const char *label, size_t label_len, size_t line); /* false: enough */
uint32_t ig_label_hash(struct ig_arena *a, const char *label);
/* Calls back for each place in text where one of the labels (digests, 0 at the end) stands, with the value beside or below it; lists: with the
 * lines that go on below a value that stands below its label. */
void ig_labels_find(struct ig_filtering *g, const uint32_t *labels, bool lists, const char *text, size_t len, ig_label_h *each, void *arg);

struct ig_zone ig_zone_of_mail(struct ig_filtering *g);
/* window.c: begin and end of announced work in text */
bool ig_window_find(const char *text, size_t len, const struct ig_when_hint *hint, struct ig_when *from_r, struct ig_when *to_r);
/* schema.c: JSON parts against the schemas of the filter; what does not fit is a problem of the mail */
void ig_docs_check(struct ig_filtering *g, const struct ig_schemas *s);

/* csv.c */
struct ig_csv { const char *s, *end; char comma; struct ig_arena *a; size_t line; };
bool ig_csv_open(struct ig_arena *a, const char *text, size_t len, struct ig_csv *c_r);
size_t ig_csv_row(struct ig_csv *c, const char **cells, size_t max); /* 0 at the end */
bool ig_csv_same(const char *a, const char *b); /* names of columns: case, space, - and _ do not count */

/* events.c */
bool ig_is_csv(const struct ig_part_text *p);
void ig_filtering_events(struct ig_filtering *g, const struct ig_filter *x);
/* freetext.c */
void ig_filtering_freetext(struct ig_filtering *g);
/* schema.c: a part of JSON Schema, enough for the schemas of reports */
struct ig_schemas;
void ig_schemas_free(struct ig_schemas *s);
struct ig_schemas *ig_schemas_load(const char *path, struct ig_arena *a, struct ig_why *why);
/* load.c */
const char *ig_filter_field_known(const char *name); /* NULL, or the nearest name that is known ("" none near) */
#endif
