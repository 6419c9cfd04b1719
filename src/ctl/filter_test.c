/* irgatectl filter test and new: the samples of a filter, what is wanted of them, and the folder of a new one.
 * want/NAME.json is a part of what `irgatectl read` prints for samples/NAME.eml: keys that are there must be equal, fields by value or as an
 * object, observables and problems must be among those found ("problems": [] wants none). */
#include "config.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/utf8.h"
#include "ctl/filter.h"

struct testing {
	struct ig_ctl *c;
	struct ig_ctl_reader *x;
	int samples, failed, without;
};

static json_t *as_json(const struct ig_report *r)
{
	struct ig_buf b = IG_BUF_INIT(64u << 20);
	ig_report_print(r, NULL, &b);
	json_t *o = json_loads(b.data, 0, NULL);
	ig_buf_free(&b);
	return o;
}

static void differs(struct testing *t, const char *sample, const char *key, const json_t *want, const json_t *got)
{
	char *w = json_dumps(want, JSON_ENCODE_ANY | JSON_COMPACT), *g = got ? json_dumps(got, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	ig_ctl_print(t->c, "%s: %s: wanted %s, got %s\n", sample, key, w ? w : "?", g ? g : "nothing");
	free(w);
	free(g);
}

static bool among(const json_t *list, const json_t *one)
{
	size_t i;
	json_t *e;
	json_array_foreach(list, i, e) {
		if (json_equal(e, one)) return true;
		if (json_is_string(one) && json_is_string(json_object_get(e, "value")) && !strcmp(json_string_value(one), json_string_value(json_object_get(e, "value")))) return true;
		if (json_is_string(one) && json_is_string(e) && strstr(json_string_value(e), json_string_value(one))) return true;
	}
	return false;
}

/* Every key of want in got; the rest of got does not matter. */
static bool holds(struct testing *t, const char *sample, const char *path, json_t *want, const json_t *got)
{
	const char *key;
	json_t *w, *e;
	size_t i;
	bool good = true;
	json_object_foreach(want, key, w) {
		const char *at = ig_arena_fmt(t->c->arena, "%s%s%s", path, *path ? "." : "", key);
		const json_t *g = json_object_get(got, key);
		if (json_is_object(w) && json_is_object(g)) {
			good = holds(t, sample, at, w, g) && good;
		} else if (json_is_array(w) && json_is_array(g) && json_array_size(w)) {
			json_array_foreach(w, i, e)
				if (!among(g, e)) {
					differs(t, sample, at, e, g);
					good = false;
				}
		} else if (!(json_is_object(g) && json_equal(json_object_get(g, "value"), w)) && !(json_is_object(g) && json_equal(json_object_get(g, "code"), w)) && !json_equal(w, g)) {
			differs(t, sample, at, w, g);
			good = false;
		}
	}
	return good;
}

static void test_sample(struct testing *t, const struct ig_filter_info *f, const char *name)
{
	struct ig_arena *a = ig_arena_new(0);
	const char *path = ig_arena_fmt(a, "%s/samples/%s", f->dir, name), *dot = strrchr(name, '.');
	const char *want_file = ig_arena_fmt(a, "%s/want/%.*s.json", f->dir, (int)(dot ? dot - name : (long)strlen(name)), name);
	json_error_t e = {.line = 0};
	json_t *want = access(want_file, F_OK) ? NULL : json_load_file(want_file, JSON_REJECT_DUPLICATES, &e), *got;
	const struct ig_report *r = ig_ctl_reader_read(t->x, path, a);
	bool good = true;
	t->samples++;
	got = as_json(r);
	if (!want && e.line) {
		ig_ctl_print(t->c, "%s:%d: %s\n", want_file, e.line, e.text);
		good = false;
	}
	t->without += !want;
	const char *who = json_is_string(json_object_get(want, "filter")) ? NULL : f->name;
	if (who && !json_is_null(json_object_get(want, "filter")) && !f->also && (!r->filter || strcmp(r->filter, who))) {
		ig_ctl_print(t->c, "%s: filter: wanted \"%s\", got %s\n", path, who, r->filter ? r->filter : "none");
		good = false;
	}
	if (want && !holds(t, path, "", want, got)) good = false;
	t->failed += !good;
	json_decref(want);
	json_decref(got);
	ig_arena_free(a);
}

static int is_sample(const struct dirent *e)
{
	return e->d_name[0] != '.' && !strchr(e->d_name, '~');
}

static bool chosen(const struct ig_ctl *c, const char *name)
{
	for (int i = 0; i < c->argc; i++)
		if (!strcmp(c->argv[i], name)) return true;
	return !c->argc;
}

static void test_filter(struct testing *t, const struct ig_filter_info *f)
{
	struct dirent **list = NULL;
	int n = scandir(ig_arena_fmt(t->c->arena, "%s/samples", f->dir), &list, is_sample, alphasort);
	for (int i = 0; i < n; i++) {
		test_sample(t, f, list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

int ig_ctl_filter_test(struct ig_ctl *c)
{
	int broken = 0, known = 0;
	if (ig_ctl_words(c, 0, 1000)) return IG_EX_USAGE;
	struct ig_conf *conf = ig_ctl_filter_conf(c);
	if (!conf) return IG_EX_CONFIG;
	struct ig_filters *f = ig_ctl_filters(c, conf, &broken);
	struct testing t = {.c = c, .x = ig_ctl_reader_new(conf, false)};
	for (size_t i = 0; i < ig_filters_count(f); i++) {
		struct ig_filter_info x = ig_filters_info(f, i);
		if (!chosen(c, x.name)) continue;
		known++;
		test_filter(&t, &x);
	}
	ig_ctl_reader_free(t.x);
	ig_filters_free(f);
	ig_conf_free(conf);
	ig_ctl_print(c, "%d samples of %d filters: %d as wanted, %d not\n", t.samples, known, t.samples - t.failed, t.failed);
	if (c->argc && known < c->argc) return ig_ctl_fail(c, IG_EX_DATA, "no filter of that name: see irgatectl filter list");
	return broken ? IG_EX_CONFIG : t.failed ? IG_EX_DATA : IG_EX_OK;
}

/* ---- new */

static int write_file(struct ig_ctl *c, const char *path, const char *text, size_t len)
{
	return ig_fs_replace(path, text, len, 0644) ? ig_ctl_fail(c, IG_EX_DATA, "%s: %s", path, strerror(errno)) : 0;
}

static void quote(struct ig_buf *b, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		ig_buf_fmt(b, "%s%c", s[i] == '"' || s[i] == '\\' ? "\\" : "", s[i]);
}

/* "Label: value" lines of the text, as rules to choose from. */
static void suggest(struct ig_buf *b, const char *text)
{
	int n = 0;
	for (const char *s = text; s && *s && n < 40; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL) {
		size_t len = strcspn(s, "\n"), colon = strcspn(s, ":\n");
		while (len && *s == ' ') s++, len--, colon--;
		if (colon < 2 || colon >= len || colon > 60 || colon + 2 >= len || !strncmp(s + colon, "://", 3)) continue;
		ig_buf_str(b, "\t# { name = \"?\"; labels = [\"");
		quote(b, s, colon);
		ig_buf_fmt(b, "\"]; },\n");
		n++;
	}
}

static void skeleton(struct ig_buf *b, const char *name, const struct ig_report *r)
{
	const char *at = r->from ? strrchr(r->from->address, '@') : NULL;
	ig_buf_fmt(b, "# See irgate-filter(5). Try it: irgatectl filter explain FILE; prove it: irgatectl filter test %s\n", name);
	ig_buf_fmt(b, "title = \"%s\";\norder = 500;\nclass = \"%s\";\nsystem = \"%s\";\n# category = \"other/other\";\n# confidence = 70;\nrecognise = (\n\t{ ", name,
		ig_class_word(r->class == IG_CLASS_PERSON || r->class == IG_CLASS_LIST ? IG_CLASS_MACHINE_REPORT : r->class), name);
	if (at) {
		ig_buf_str(b, "from = [\"");
		quote(b, at + 1, strlen(at + 1));
		ig_buf_str(b, "\"]; ");
	} else if (r->subject && *r->subject) {
		ig_buf_str(b, "subject = \"^");
		quote(b, r->subject, strcspn(r->subject, " 0123456789[#:("));
		ig_buf_str(b, "\"; ");
	} else {
		ig_buf_str(b, "phrases = [\"?\"]; ");
	}
	ig_buf_str(b, "}\n);\nfields = (\n\t# choose what is worth a field, name it, and take the mark of the remark away\n");
	suggest(b, r->text);
	ig_buf_str(b, "\t{ in = [\"subject\"]; regex = \"#(?<ticket_id>\\\\d+)\"; confidence = 80; }\n);\n");
}

int ig_ctl_filter_new(struct ig_ctl *c)
{
	int code = IG_EX_OK;
	struct ig_buf text = IG_BUF_INIT(256 << 10);
	if (ig_ctl_words(c, 2, 100)) return IG_EX_USAGE;
	const char *name = c->argv[0];
	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(name)) return ig_ctl_fail(c, IG_EX_USAGE, "a name has small letters, digits and - only");
	struct ig_conf *conf = ig_ctl_filter_conf(c);
	if (!conf) return IG_EX_CONFIG;
	const char *dir = ig_arena_fmt(c->arena, "%s/%s", conf->filter_dir, name);
	struct ig_ctl_reader *x = ig_ctl_reader_new(conf, false);
	if (!access(dir, F_OK)) code = ig_ctl_fail(c, IG_EX_DATA, "%s is there already", dir);
	else if (ig_fs_mkdirs(ig_arena_fmt(c->arena, "%s/samples", dir), 0755) || ig_fs_mkdirs(ig_arena_fmt(c->arena, "%s/want", dir), 0755))
		code = ig_ctl_fail(c, IG_EX_DATA, "%s: %s", dir, strerror(errno));
	for (int i = 1; !code && i < c->argc; i++) {
		struct ig_buf sample = IG_BUF_INIT(50u << 20);
		const struct ig_report *r = ig_ctl_reader_read(x, c->argv[i], c->arena);
		if (ig_fs_read_file(c->argv[i], &sample)) {
			code = ig_ctl_fail(c, IG_EX_DATA, "%s: %s", c->argv[i], strerror(errno));
		} else {
			if (i == 1) {
				skeleton(&text, name, r);
				code = write_file(c, ig_arena_fmt(c->arena, "%s/filter.conf", dir), text.data, text.len);
			}
			if (!code) code = write_file(c, ig_arena_fmt(c->arena, "%s/samples/%d.eml", dir, i), sample.data, sample.len);
			const char *want = ig_arena_fmt(c->arena, "{\"filter\": \"%s\"}\n", name);
			if (!code) code = write_file(c, ig_arena_fmt(c->arena, "%s/want/%d.json", dir, i), want, strlen(want));
		}
		ig_buf_free(&sample);
	}
	ig_ctl_reader_free(x);
	ig_buf_free(&text);
	ig_conf_free(conf);
	if (!code) ig_ctl_print(c, "%s\n", dir);
	return code;
}
