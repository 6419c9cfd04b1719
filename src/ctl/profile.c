/* irgatectl profile: the versions of a regulation, what each decides, how two differ, and what is not known of the law. */
#include "config.h"
#include <string.h>
#include "base/clock.h"
#include "ctl/room.h"

static const struct ig_profile *find(struct ig_ctl *c, const char *name)
{
	for (size_t i = 0; i < c->conf->profile_count; i++)
		if (!strcmp(c->conf->profiles[i]->name, name)) return c->conf->profiles[i];
	ig_ctl_say(c, "there is no profile %s; see: irgatectl profile list", name);
	return NULL;
}

static const char *day(struct ig_ctl *c, ig_time t)
{
	int year, mon, mday;
	if (t == IG_NEVER) return NULL;
	ig_day_civil(ig_time_day(t), &year, &mon, &mday);
	return ig_arena_fmt(c->arena, "%04d-%02d-%02d", year, mon, mday);
}

int ig_ctl_profile_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"NAME", "FAMILY", "FROM", "TO", "NOW", "FOLLOWS", NULL};
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	const struct ig_profile *now = ig_conf_profile_at(c->conf, ig_now());
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	for (size_t i = 0; i < c->conf->profile_count; i++) {
		const struct ig_profile *p = c->conf->profiles[i];
		const char *title = p->title.en ? p->title.en : p->title.vi, *from = day(c, p->valid_from), *to = day(c, p->valid_to);
		bool in_force = !strcmp(p->name, now->name);
		const char *const cells[] = {p->name, p->family, from ? from : "-", to ? to : "-", in_force ? "in force" : "", title ? title : ""};
		if (c->json)
			ig_ctl_list_json(l, json_pack("{s:s,s:s,s:s?,s:s?,s:b,s:{s:s?,s:s?}}", "name", p->name, "family", p->family, "valid_from", from, "valid_to", to, "in_force",
				in_force, "title", "vi", p->title.vi, "en", p->title.en));
		else
			ig_ctl_list_row(l, cells);
	}
	return ig_ctl_list_end(l, "no profiles");
}

static void key_json(const char *key, const char *value, void *arg)
{
	json_object_set_new(arg, key, value ? json_string(value) : json_null());
}

int ig_ctl_profile_show(struct ig_ctl *c)
{
	if (ig_ctl_words(c, 0, 1)) return IG_EX_USAGE;
	const struct ig_profile *p = c->argc ? find(c, c->argv[0]) : ig_conf_profile_at(c->conf, ig_now());
	if (!p) return IG_EX_DATA;
	if (c->json) {
		json_t *o = json_object();
		ig_conf_profile_keys(p, key_json, o);
		ig_ctl_json(c, o);
		return IG_EX_OK;
	}
	struct ig_buf text = IG_BUF_INIT(4 << 20);
	ig_conf_profile_print(p, &text);
	c->out(c, text.data, text.len);
	ig_buf_free(&text);
	return IG_EX_OK;
}

/* ---- diff: key by key; of a list the lines that the other has not */

struct values {
	struct ig_arena *arena;
	const char *key[128], *value[128];
	size_t count;
};

static void keep(const char *key, const char *value, void *arg)
{
	struct values *v = arg;
	if (v->count == IG_COUNT(v->key)) return;
	v->key[v->count] = key;
	v->value[v->count++] = ig_arena_strdup(v->arena, value);
}

static bool has_line(const char *text, const char *line, size_t len)
{
	for (; text && *text; text += strcspn(text, "\n"), text += *text == '\n')
		if (strcspn(text, "\n") == len && !strncmp(text, line, len)) return true;
	return false;
}

static void side(struct ig_ctl *c, char sign, const char *mine, const char *other)
{
	if (!mine) {
		ig_ctl_print(c, "%c (empty)\n", sign);
		return;
	}
	for (const char *p = mine; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		size_t len = strcspn(p, "\n"), from = strspn(p, "\t");
		if (!has_line(other, p, len) && len > from) ig_ctl_print(c, "%c %.*s\n", sign, (int)(len - from), p + from);
	}
}

int ig_ctl_profile_diff(struct ig_ctl *c)
{
	struct values a = {.arena = c->arena}, b = {.arena = c->arena};
	json_t *all = c->json ? json_object() : NULL;
	if (ig_ctl_words(c, 2, 2)) return IG_EX_USAGE;
	const struct ig_profile *one = find(c, c->argv[0]), *two = find(c, c->argv[1]);
	if (!one || !two) return IG_EX_DATA;
	ig_conf_profile_keys(one, keep, &a);
	ig_conf_profile_keys(two, keep, &b);
	for (size_t i = 0; i < a.count; i++) {
		if (a.value[i] && b.value[i] ? !strcmp(a.value[i], b.value[i]) : a.value[i] == b.value[i]) continue;
		if (c->json) {
			json_object_set_new(all, a.key[i], json_pack("[s?,s?]", a.value[i], b.value[i]));
			continue;
		}
		ig_ctl_print(c, "%s%s%s\n", ig_ctl_bold(c), a.key[i], ig_ctl_plain(c));
		side(c, '-', a.value[i], b.value[i]);
		side(c, '+', b.value[i], a.value[i]);
	}
	if (c->json) ig_ctl_json(c, all);
	return IG_EX_OK;
}

static void notice(const char *line, void *arg)
{
	struct ig_ctl *c = arg;
	ig_ctl_print(c, "%s\n", line);
}

int ig_ctl_profile_check(struct ig_ctl *c)
{
	if (ig_ctl_words(c, 0, 1)) return IG_EX_USAGE;
	const struct ig_profile *p = c->argc ? find(c, c->argv[0]) : NULL;
	if (c->argc && !p) return IG_EX_DATA;
	if (p) ig_conf_profile_notices(p, c->conf->file, ig_now(), notice, c);
	for (size_t i = 0; !p && i < c->conf->profile_count; i++)
		if (!strcmp(c->conf->profiles[i]->name, c->conf->profile) || !strcmp(c->conf->profiles[i]->family, c->conf->profile))
			ig_conf_profile_notices(c->conf->profiles[i], c->conf->file, ig_now(), notice, c);
	return IG_EX_OK;
}
