/* The engine for the declarative rules in filters/: recognises what a known source wrote and takes fields from it, each with where it stood and
 * by which rule. Runs in the reader, on a report that parse made; the rules are loaded and compiled before the reader confines itself. Pure:
 * rules and a report in, a fuller report out. The language of the rules: irgate-filter(5). */
#ifndef IG_FILTER_FILTER_H
#define IG_FILTER_FILTER_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "model/report.h"

struct ig_filters;
typedef void ig_filter_say_h(const char *line, void *arg);

/* Loads every folder of own (the office's; may be NULL or missing) and then of packaged that is not named like one of the first. A broken filter
 * is said ("FILE:LINE: text") and left out; *broken_r counts them. Never NULL. */
struct ig_filters *ig_filters_load(const char *own, const char *packaged, ig_filter_say_h *say, void *arg, int *broken_r);
struct ig_filters *ig_filters_free(struct ig_filters *f);

/* One a line: rules that another reader found too slow (ig_report.slow); they stay off until the filters are loaded anew. */
void ig_filters_off(struct ig_filters *f, const char *ids);

/* Adds to the report what the first filter that recognises it takes, then category and severity from its words where no filter set them. */
void ig_filter_report(struct ig_filters *f, struct ig_report *r, struct ig_arena *a);
/* The same, and writes down (arena text, one a line) which filters were looked at and why each took it or not, and what each rule found. */
void ig_filter_explain(struct ig_filters *f, struct ig_report *r, struct ig_arena *a, const char **words_r);

struct ig_filter_info { /* for lists, in the order in which filters are tried */
	const char *name, *title, *dir, *class, *system;
	long long order;
	size_t rules;
	bool also; /* tried besides the one that claims */
};
size_t ig_filters_count(const struct ig_filters *f);
struct ig_filter_info ig_filters_info(const struct ig_filters *f, size_t i);
#endif
