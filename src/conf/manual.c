/* irgate.conf(5), made from the option tables. Relies on table.h; used by the test that compares
 * doc/man/irgate.conf.5 with it, so that no option goes undocumented. */
#include "config.h"
#include <string.h>
#include "conf/table.h"

/* Text of roff: hyphens, backslashes and leading dots must not be taken for its own. */
static void roff(const char *s, struct ig_buf *out)
{
	if (*s == '.' || *s == '\'')
		ig_buf_str(out, "\\&");
	for (; *s; s++) {
		if (*s == '-')
			ig_buf_str(out, "\\-");
		else if (*s == '\\')
			ig_buf_str(out, "\\e");
		else
			ig_buf_char(out, *s);
	}
}

static const char *type_of(const struct ig_conf_option *o)
{
	switch (o->type) {
	case IG_CONF_STR: return "text";
	case IG_CONF_PATH: return "path";
	case IG_CONF_BOOL: return "yes or no";
	case IG_CONF_INT: return "number";
	case IG_CONF_SIZE: return "size";
	case IG_CONF_TIME: return "duration";
	case IG_CONF_WORD: return "word";
	case IG_CONF_STRS: return "list of texts";
	case IG_CONF_TEXT: return "group of texts vi and en";
	case IG_CONF_DATE: return "date";
	case IG_CONF_GROUP: return "group";
	case IG_CONF_GROUPS: return "list of groups";
	case IG_CONF_SKIP: break;
	}
	return "";
}

static void limits(const struct ig_conf_option *o, struct ig_buf *out)
{
	if (o->type == IG_CONF_WORD)
		for (size_t i = 0; o->words[i]; i++)
			ig_buf_fmt(out, "%s%s", i ? ", " : ": ", o->words[i]);
	if (o->type != IG_CONF_INT && o->type != IG_CONF_SIZE && o->type != IG_CONF_TIME)
		return;
	for (int i = 0; i < 2; i++) {
		int64_t v = i ? o->max : o->min;

		ig_buf_str(out, i ? " to " : ", ");
		if (o->type == IG_CONF_SIZE)
			ig_conf_size_print(v, out);
		else if (o->type == IG_CONF_TIME)
			ig_conf_time_print(v, out);
		else
			ig_buf_fmt(out, "%lld", (long long)v);
	}
}

static void option(const struct ig_conf_option *o, const char *before, struct ig_buf *out)
{
	struct ig_buf b = IG_BUF_INIT(4096);

	ig_buf_fmt(&b, "%s (%s", o->key, type_of(o));
	limits(o, &b);
	if (o->def)
		ig_buf_fmt(&b, "; default %s", o->def);
	else if (o->flags & IG_CONF_NEED)
		ig_buf_str(&b, "; needed");
	ig_buf_str(&b, ")");
	ig_buf_str(out, ".TP\n.B ");
	roff(before, out);
	roff(b.data, out);
	ig_buf_char(out, '\n');
	roff(o->say, out);
	if (o->example) {
		ig_buf_str(out, "\nExample:\n");
		roff(o->example, out);
	}
	ig_buf_char(out, '\n');
	ig_buf_free(&b);
}

static void options(const struct ig_conf_table *t, const char *before, struct ig_buf *out)
{
	struct ig_buf inner = IG_BUF_INIT(256);

	for (size_t i = 0; i < t->count; i++) {
		const struct ig_conf_option *o = &t->options[i];

		if (o->type == IG_CONF_GROUP || o->flags & IG_CONF_INTERNAL)
			continue;
		option(o, before, out);
		if (o->type == IG_CONF_GROUPS) {
			ig_buf_reset(&inner);
			ig_buf_fmt(&inner, "%s%s: ", before, o->key);
			options(o->sub, inner.data, out);
		}
	}
	ig_buf_free(&inner);
}

static const char head[] =
	".\\\" Made from the option tables in src/conf; a test compares it with them.\n"
	".TH IRGATE.CONF 5 2026-11-22 irgate \"irgate manual\"\n"
	".SH NAME\n"
	"irgate.conf \\- configuration and profiles of the irgate gateway\n"
	".SH DESCRIPTION\n"
	"The file is read by\n.BR irgated (8),\n.BR irgatectl (1)\nand\n.BR irgate-deliver (1);\n"
	"all take another one with\n.BR \\-c .\n"
	".PP\n"
	"A key is set by\n.IR \"key \" = \" value\" ;\n"
	"and keys stand in the groups named below, as in\n.BR \"mail = { subaddress = yes; };\"\n"
	"Text stands in quotes; sizes are written \"25M\", durations \"30s\", \"5m\", \"2h\" or \"7d\", truth yes or no.\n"
	"A comment begins with #. A line\n.BI @include \\~\\(dq FILE \\(dq\n"
	"puts another file in its place; its path is below the folder of the file that names it.\n"
	"Other relative paths are below the folder of irgate.conf (see\n.BR dir ).\n"
	".PP\n"
	"Every mistake is said with file and line, and the nearest key that exists:\n.BR \"irgated \\-\\-check\" .\n"
	".B irgated \\-\\-print\\-config\nprints the configuration as understood, without passwords.\n"
	"Whatever is wrong leaves a running gateway as it is.\n"
	".SH KEYS OUTSIDE THE GROUPS\n";
static const char profiles_head[] =
	".SH PROFILES\n"
	"A profile holds what a regulation decides. It is a file NAME.conf of the same form in the folder\n.BR profiles\n"
	"beside irgate.conf (see\n.BR profile_dir )\nor among those that came with irgate. These keys are known:\n";
static const char tail[] =
	".SH FILES\n"
	".I /etc/irgate/irgate.conf\n"
	".SH SEE ALSO\n"
	".BR irgated (8),\n.BR irgatectl (1),\n.BR irgate-deliver (1)\n";

void ig_conf_manual(struct ig_buf *out)
{
	ig_buf_str(out, head);
	options(&ig_conf_top, "", out);
	for (size_t i = 0; i < ig_conf_top.count; i++) {
		const struct ig_conf_option *o = &ig_conf_top.options[i];

		if (o->type != IG_CONF_GROUP)
			continue;
		ig_buf_fmt(out, ".SH GROUP %s\n", o->key);
		roff(o->say, out);
		ig_buf_char(out, '\n');
		options(o->sub, "", out);
	}
	ig_buf_str(out, profiles_head);
	options(&ig_conf_profile_table, "", out);
	ig_buf_str(out, tail);
}
