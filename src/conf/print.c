/* The configuration as understood, printed as a file that loads again: for a person (--print-config) or for one role, which gets
 * the keys that are its own. Relies on the option tables. */
#include "config.h"
#include <string.h>
#include "conf/table.h"

static void indent(int depth, struct ig_buf *out)
{
	for (int i = 0; i < depth; i++)
		ig_buf_char(out, '\t');
}

static void print_text(const struct ig_profile_text *t, struct ig_buf *out)
{
	ig_buf_str(out, "{ ");
	if (t->vi) {
		ig_buf_str(out, "vi = ");
		ig_conf_quote(t->vi, out);
		ig_buf_str(out, "; ");
	}
	if (t->en) {
		ig_buf_str(out, "en = ");
		ig_conf_quote(t->en, out);
		ig_buf_str(out, "; ");
	}
	ig_buf_char(out, '}');
}

static void print_strs(const char *const *list, struct ig_buf *out)
{
	ig_buf_char(out, '[');
	for (size_t i = 0; list && list[i]; i++) {
		if (i)
			ig_buf_str(out, ", ");
		ig_conf_quote(list[i], out);
	}
	ig_buf_char(out, ']');
}

static void print_groups(const struct ig_conf_option *o, const char *base, unsigned role, int depth, struct ig_buf *out)
{
	const char *items = *(const char *const *)(base + o->at);
	size_t count = *(const size_t *)(base + o->count_at);

	ig_buf_str(out, "(");
	for (size_t i = 0; i < count; i++) {
		ig_buf_str(out, i ? ", {\n" : "{\n");
		ig_conf_print_group(o->sub, items + i * o->item, role, depth + 1, out);
		indent(depth, out);
		ig_buf_char(out, '}');
	}
	ig_buf_char(out, ')');
}

static bool is_unset(const struct ig_conf_option *o, const char *base)
{
	const void *p = base + o->at;

	switch (o->type) {
	case IG_CONF_STR: case IG_CONF_PATH:
		return !*(const char *const *)p;
	case IG_CONF_TEXT:
		return !((const struct ig_profile_text *)p)->vi && !((const struct ig_profile_text *)p)->en;
	case IG_CONF_DATE:
		return *(const ig_time *)p == IG_NEVER;
	case IG_CONF_BOOL: case IG_CONF_INT: case IG_CONF_SIZE: case IG_CONF_TIME: case IG_CONF_WORD: case IG_CONF_STRS:
	case IG_CONF_GROUP: case IG_CONF_GROUPS:
		return false;
	case IG_CONF_SKIP:
		return true;
	}
	return true;
}

static void print_value(const struct ig_conf_option *o, const char *base, unsigned role, int depth, struct ig_buf *out)
{
	const void *p = base + o->at;
	int64_t n = 0;
	unsigned w = 0;

	switch (o->type) {
	case IG_CONF_STR: case IG_CONF_PATH:
		ig_conf_quote(*(const char *const *)p, out);
		return;
	case IG_CONF_BOOL:
		ig_buf_str(out, *(const bool *)p ? "yes" : "no");
		return;
	case IG_CONF_INT:
		memcpy(&n, p, sizeof(n));
		ig_buf_fmt(out, "%lld", (long long)n);
		return;
	case IG_CONF_SIZE: case IG_CONF_TIME:
		memcpy(&n, p, sizeof(n));
		ig_buf_char(out, '"');
		(o->type == IG_CONF_SIZE ? ig_conf_size_print : ig_conf_time_print)(n, out);
		ig_buf_char(out, '"');
		return;
	case IG_CONF_WORD:
		memcpy(&w, p, sizeof(w));
		ig_conf_quote(o->words[w], out);
		return;
	case IG_CONF_STRS:
		print_strs(*(const char *const *const *)p, out);
		return;
	case IG_CONF_TEXT:
		print_text(p, out);
		return;
	case IG_CONF_DATE:
		ig_buf_char(out, '"');
		ig_conf_date_print(*(const ig_time *)p, out);
		ig_buf_char(out, '"');
		return;
	case IG_CONF_GROUP:
		ig_buf_str(out, "{\n");
		ig_conf_print_group(o->sub, base, role, depth + 1, out);
		indent(depth, out);
		ig_buf_char(out, '}');
		return;
	case IG_CONF_GROUPS:
		print_groups(o, base, role, depth, out);
		return;
	case IG_CONF_SKIP:
		return;
	}
}

void ig_conf_print_group(const struct ig_conf_table *t, const void *base, unsigned role, int depth, struct ig_buf *out)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct ig_conf_option *o = &t->options[i];

		if ((role && !(o->roles & role)) || (!role && o->flags & IG_CONF_INTERNAL))
			continue;
		if (is_unset(o, base)) {
			if (!role && o->type != IG_CONF_SKIP) {
				indent(depth, out);
				ig_buf_fmt(out, "# %s: none\n", o->key);
			}
			continue;
		}
		indent(depth, out);
		ig_buf_fmt(out, "%s = ", o->key);
		if (!role && o->flags & IG_CONF_SECRET)
			ig_buf_str(out, "\"***\"; # hidden\n");
		else {
			print_value(o, base, role, depth, out);
			ig_buf_str(out, ";\n");
		}
	}
}

static unsigned role_bit(const char *role)
{
	static const struct { const char *word; unsigned bit; } roles[] = {
		{"mailin", IG_CONF_MAILIN}, {"recorder", IG_CONF_RECORDER}, {"clerk", IG_CONF_CLERK}, {"sender", IG_CONF_SENDER},
		{"reader", IG_CONF_READER}, {"parent", IG_CONF_PARENT}, {"account", IG_CONF_ACCOUNT}, {"faxline", IG_CONF_FAXLINE},
	};

	for (size_t i = 0; i < IG_COUNT(roles); i++)
		if (!strcmp(role, roles[i].word))
			return roles[i].bit;
	return IG_CONF_OTHER;
}

void ig_conf_print(const struct ig_conf *c, const char *role, struct ig_buf *out)
{
	unsigned bit = role ? role_bit(role) : 0;

	if (!role)
		ig_buf_fmt(out, "# %s as understood, defaults included.\n"
			"# Passwords are hidden (\"***\"): put them in before using this as a configuration.\n", c->file);
	ig_conf_print_group(&ig_conf_top, c, bit, 0, out);
	if (!role)
		return;
	/* The profiles go along, so that every role works by those the parent has checked. */
	ig_buf_str(out, "profile_list = (");
	for (size_t i = 0; i < c->profile_count; i++) {
		ig_buf_str(out, i ? ", {\n" : "{\n");
		ig_conf_print_group(&ig_conf_profile_table, c->profiles[i], IG_CONF_ALL, 1, out);
		ig_buf_char(out, '}');
	}
	ig_buf_str(out, ");\n");
}

void ig_conf_profile_print(const struct ig_profile *p, struct ig_buf *out)
{
	ig_conf_print_group(&ig_conf_profile_table, p, 0, 0, out);
}

void ig_conf_profile_keys(
	const struct ig_profile *p, void (*each)(const char *key, const char *value, void *arg), void *arg)
{
	struct ig_buf b = IG_BUF_INIT(1 << 20);

	for (size_t i = 0; i < ig_conf_profile_table.count; i++) {
		const struct ig_conf_option *o = &ig_conf_profile_table.options[i];
		bool none = is_unset(o, (const char *)p);

		ig_buf_reset(&b);
		if (!none)
			print_value(o, (const char *)p, 0, 0, &b);
		each(o->key, none ? NULL : b.data, arg);
	}
	ig_buf_free(&b);
}
