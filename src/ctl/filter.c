/* irgatectl filter: list, check, try, explain. The rules are read by this process; the bytes of files go to a confined reader. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "ctl/filter.h"

static void say(const char *line, void *arg)
{
	ig_ctl_say(arg, "%s", line);
}

struct ig_conf *ig_ctl_filter_conf(struct ig_ctl *c)
{
	(void)c;
	return ig_ctl_load_conf(ig_ctl_conf_file(), !access(ig_ctl_conf_file(), R_OK));
}

struct ig_filters *ig_ctl_filters(struct ig_ctl *c, const struct ig_conf *conf, int *broken_r)
{
	return ig_filters_load(conf->filter_dir, ig_arena_fmt(c->arena, "%s/filters", conf->datadir), say, c, broken_r);
}

int ig_ctl_filter_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"FILTER", "ORDER", "~CLASS", "~SYSTEM", "READS", NULL};
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_conf *conf = ig_ctl_filter_conf(c);
	if (!conf) return IG_EX_CONFIG;
	struct ig_filters *f = ig_ctl_filters(c, conf, NULL);
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; i < ig_filters_count(f); i++) {
		struct ig_filter_info x = ig_filters_info(f, i);
		char order[24];
		snprintf(order, sizeof(order), "%lld", x.order);
		const char *const cells[] = {x.name, order, x.class ? x.class : "-", x.system ? x.system : "-", x.title};
		if (c->json)
			ig_ctl_list_json(l, json_pack("{s:s,s:I,s:s?,s:s?,s:s,s:s,s:I}", "name", x.name, "order", (json_int_t)x.order, "class", x.class, "system", x.system,
				"title", x.title, "dir", x.dir, "rules", (json_int_t)x.rules));
		else
			ig_ctl_list_row(l, cells);
	}
	int code = ig_ctl_list_end(l, "no filters");
	ig_filters_free(f);
	ig_conf_free(conf);
	return code;
}

int ig_ctl_filter_check(struct ig_ctl *c)
{
	int broken = 0;
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_conf *conf = ig_ctl_filter_conf(c);
	if (!conf) return IG_EX_CONFIG;
	struct ig_filters *f = ig_ctl_filters(c, conf, &broken);
	if (c->json) ig_ctl_json(c, json_pack("{s:I,s:i}", "filters", (json_int_t)ig_filters_count(f), "broken", broken));
	else ig_ctl_print(c, "%zu filters are sound, %d have mistakes\n", ig_filters_count(f), broken);
	ig_filters_free(f);
	ig_conf_free(conf);
	return broken ? IG_EX_CONFIG : IG_EX_OK;
}

static void show(struct ig_ctl *c, const char *path, const struct ig_report *r)
{
	ig_ctl_print(c, "%s%s%s: %s, class %s\n", ig_ctl_bold(c), path, ig_ctl_plain(c), r->filter ? r->filter : "no filter", ig_class_word(r->class));
	if (r->ticket.id || r->ticket.system)
		ig_ctl_print(c, "  ticket %s %s%s%s\n", r->ticket.system, r->ticket.id ? r->ticket.id : "(no number)", r->ticket.status ? ", " : "", r->ticket.status ? r->ticket.status : "");
	if (r->category) ig_ctl_print(c, "  category %s (%.2f)\n", r->category, r->category_confidence);
	for (size_t i = 0; i < r->field_count; i++)
		ig_ctl_print(c, "  %s: %s  (%.2f; %s; %s)\n", r->fields[i].name, r->fields[i].value, r->fields[i].confidence, r->fields[i].where ? r->fields[i].where : "-",
			r->fields[i].rule ? r->fields[i].rule : "-");
	if (r->event_total) ig_ctl_print(c, "  %zu events\n", r->event_total);
	for (const char *const *p = r->problems; p && *p; p++) ig_ctl_lines(c, "problem: ", *p);
}

static int each_file(struct ig_ctl *c, bool explain)
{
	int code = IG_EX_OK;
	struct ig_conf *conf = ig_ctl_filter_conf(c);
	if (!conf) return IG_EX_CONFIG;
	struct ig_ctl_reader *x = ig_ctl_reader_new(conf, explain);
	for (int i = 0; i < c->argc; i++) {
		struct ig_arena *a = ig_arena_new(0);
		struct ig_report *r = ig_ctl_reader_read(x, c->argv[i], a);
		if (access(c->argv[i], R_OK)) code = ig_ctl_fail(c, IG_EX_DATA, "%s cannot be read", c->argv[i]);
		else if (!explain) show(c, c->argv[i], r);
		else if (r->problems && *r->problems) ig_ctl_lines(c, "", *r->problems);
		if (explain) show(c, c->argv[i], &(struct ig_report){.class = r->class, .filter = r->filter, .ticket = r->ticket, .category = r->category,
			.category_confidence = r->category_confidence});
		ig_arena_free(a);
	}
	ig_ctl_reader_free(x);
	ig_conf_free(conf);
	return code;
}

int ig_ctl_filter_try(struct ig_ctl *c)
{
	return ig_ctl_words(c, 1, INT32_MAX) ? IG_EX_USAGE : each_file(c, false);
}

int ig_ctl_filter_explain(struct ig_ctl *c)
{
	return ig_ctl_words(c, 1, 1) ? IG_EX_USAGE : each_file(c, true);
}
