/* The commented configuration of a new instance, made from the option tables so that it cannot drift from them.
 * Relies on table.h. etc/irgate.conf is this text. */
#include "config.h"
#include <string.h>
#include "conf/table.h"

#define WIDTH 110

/* Words as comment lines. */
static void comment(const char *words, int depth, struct ig_buf *out)
{
	while (*words) {
		size_t n = strlen(words), room = WIDTH - 8 * (size_t)depth;

		if (n > room) {
			n = room;
			while (n && words[n] != ' ')
				n--;
			n = n ? n : strcspn(words, " ");
		}
		for (int i = 0; i < depth; i++)
			ig_buf_char(out, '\t');
		ig_buf_fmt(out, "# %.*s\n", (int)n, words);
		words += n;
		words += strspn(words, " ");
	}
}

static const char *example_of(enum ig_conf_check check)
{
	switch (check) {
	case IG_CHECK_ADDRESS: return "\"truc-ban@example.vn\"";
	case IG_CHECK_DOMAIN: return "\"example.vn\"";
	case IG_CHECK_HOST: return "\"mail.example.vn\"";
	case IG_CHECK_USER: return "\"irgate\"";
	case IG_CHECK_LISTEN: return "\"unix:var/lmtp.sock\"";
	case IG_CHECK_OFFSET: return "\"+07:00\"";
	case IG_CHECK_DAY: return "\"06-20\"";
	case IG_CHECK_DAYS: return "\"12-15/06-14\"";
	case IG_CHECK_WEEKDAY: return "\"sunday\"";
	case IG_CHECK_PIN: return "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"";
	case IG_CHECK_MARK: return "\"X-Spam-Flag: YES\"";
	case IG_CHECK_NAME: case IG_CHECK_LINE: case IG_CHECK_NONE: return "\"...\"";
	}
	return "\"...\"";
}

void ig_conf_example(const struct ig_conf_option *o, struct ig_buf *out)
{
	bool bare = o->type == IG_CONF_BOOL || o->type == IG_CONF_INT;

	if (o->example)
		ig_buf_str(out, o->example);
	else if (o->def && bare)
		ig_buf_str(out, o->def);
	else if (o->def)
		ig_conf_quote(o->def, out);
	else if (o->type == IG_CONF_STRS)
		ig_buf_fmt(out, "[%s]", example_of(o->check));
	else
		ig_buf_str(out, example_of(o->check));
}

static void sample_group(const struct ig_conf_table *t, const char *profile, int depth, struct ig_buf *out);

static void sample_option(const struct ig_conf_option *o, const char *profile, int depth, struct ig_buf *out)
{
	comment(o->say, depth, out);
	for (int i = 0; i < depth; i++)
		ig_buf_char(out, '\t');
	if (o->type == IG_CONF_GROUP) {
		ig_buf_fmt(out, "%s = {\n", o->key);
		sample_group(o->sub, profile, depth + 1, out);
		ig_buf_str(out, "};\n");
		return;
	}
	ig_buf_fmt(out, "%s%s = ", o->sample ? "" : "#", o->key);
	if (o->sample && o->at == offsetof(struct ig_conf, profile))
		ig_conf_quote(profile, out);
	else if (o->sample)
		ig_buf_str(out, o->sample);
	else
		ig_conf_example(o, out);
	ig_buf_str(out, ";\n");
}

static void sample_group(const struct ig_conf_table *t, const char *profile, int depth, struct ig_buf *out)
{
	for (size_t i = 0, shown = 0; i < t->count; i++) {
		if (t->options[i].flags & IG_CONF_INTERNAL)
			continue;
		if (shown++)
			ig_buf_char(out, '\n');
		sample_option(&t->options[i], profile, depth, out);
	}
}

void ig_conf_sample(const char *profile, struct ig_buf *out)
{
	comment("Configuration of irgate; every key is explained in irgate.conf(5). What stands here as a comment is the "
		"default, or an example where there is none. After a change: irgated -c FILE --check, then SIGHUP.", 0, out);
	comment("Sizes are written \"25M\", durations \"30s\", \"5m\", \"2h\" or \"7d\"; relative paths are below the folder of "
		"this file.", 0, out);
	ig_buf_char(out, '\n');
	sample_group(&ig_conf_top, profile, 0, out);
}
