/* The configuration read: file or text to struct ig_conf with its profiles. Relies on source.c (text), fill.c (tables), profiles.c
 * and check.c. libconfig stops here and in fill.c: no other room sees its types. */
#include "config.h"
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "conf/table.h"

#ifdef IG_ASAN
/* libconfig 1.5 loses the text of the token it stumbled upon: its leak, not ours; fontconfig keeps its caches
 * for the life of the process. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libconfig.so\nleak:libfontconfig\n"; }
#endif

#define ARENA_MAX ((size_t)64 << 20)

/* What libconfig says, in place: its own error file is stale or missing, so only its line is used. */
static void parse(struct ig_conf_reading *r, config_t *cfg)
{
	if (config_read_string(cfg, r->text.data) != CONFIG_TRUE) {
		unsigned line = (unsigned)config_error_line(cfg);

		if (!line || line > r->line_count)
			line = (unsigned)r->line_count;
		ig_conf_error(r, r->lines[line - 1], "%s", config_error_text(cfg) ? config_error_text(cfg) : "cannot be read");
	}
}

/* Where programs and data are: as configured, as the environment says, beside the running program (the build tree has a link
 * `datadir` to its source), in the same installation wherever that was moved to, where it was installed. */
static const char *place(struct ig_arena *a, const char *configured, const char *variable, const char *const beside[2], const char *probe,
	const char *installed)
{
	const char *env = getenv(variable);
	char exe[PATH_MAX], *dir, *real;
	ssize_t n;

	if (configured)
		return configured;
	if (env && *env == '/')
		return ig_arena_strdup(a, env);
	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n <= 0)
		return installed;
	exe[n] = 0;
	dir = dirname(exe);
	for (int i = 0; i < 2; i++) {
		const char *found = ig_arena_fmt(a, "%s/%s", dir, beside[i]);

		if (access(ig_arena_fmt(a, "%s/%s", found, probe), R_OK))
			continue;
		real = realpath(found, NULL);
		found = ig_arena_strdup(a, real ? real : found);
		free(real);
		return found;
	}
	return installed;
}

static const char *folder_of(struct ig_arena *a, const char *file)
{
	char *copy = ig_arena_strdup(a, file), *dir = realpath(dirname(copy), NULL);
	const char *kept = ig_arena_strdup(a, dir ? dir : ".");

	free(dir);
	return kept;
}

/* `addresses` begins with `address` and has each once. */
static void join_addresses(struct ig_conf *c)
{
	size_t n = 0, k = 0;
	const char **all;

	while (c->addresses[n])
		n++;
	all = ig_arena_calloc(c->arena, n + 2, sizeof(*all));
	if (c->address)
		all[k++] = c->address;
	for (size_t i = 0; i < n; i++) {
		bool twice = false;

		for (size_t j = 0; j < k; j++)
			twice |= !strcasecmp(all[j], c->addresses[i]);
		if (!twice)
			all[k++] = c->addresses[i];
	}
	c->addresses = all;
}

/* Names of all ways in; the clerk gets them without what belongs to the role that reads there. A role's section has them already. */
static void name_sources(const struct ig_conf_reading *r, struct ig_conf *c)
{
	size_t n = 0, f = 0;
	const char **servers, **folders;

	if (r->internal)
		return;
	servers = ig_arena_calloc(c->arena, c->imap_count + c->pop3_count + c->lmtp_count + 1, sizeof(*servers));
	folders = ig_arena_calloc(c->arena, c->maildir_count + 1, sizeof(*folders));
	for (size_t i = 0; i < c->imap_count; i++)
		servers[n++] = c->imaps[i].name;
	for (size_t i = 0; i < c->pop3_count; i++)
		servers[n++] = c->pop3s[i].name;
	for (size_t i = 0; i < c->lmtp_count; i++)
		servers[n++] = c->lmtps[i].name;
	for (size_t i = 0; i < c->maildir_count; i++)
		folders[f++] = c->maildirs[i].name;
	c->server_sources = servers;
	c->folder_sources = folders;
}

static struct ig_conf *finish(struct ig_conf_reading *r, struct ig_conf *c, const config_setting_t *root)
{
	ig_conf_fill(r, &ig_conf_top, root, c);
	c->libexec = place(c->arena, c->libexec, "IRGATE_LIBEXEC", (const char *const[]){".", "../libexec/irgate"}, "irgate-reader", IG_LIBEXECDIR);
	c->datadir = place(c->arena, c->datadir, "IRGATE_DATADIR", (const char *const[]){"datadir", "../share/irgate"}, "templates", IG_DATADIR);
	join_addresses(c);
	name_sources(r, c);
	if (!c->message_domain && c->address)
		c->message_domain = strrchr(c->address, '@') + 1;
	if (r->light)
		return c;
	ig_conf_profiles_read(r, c, r->internal ? config_setting_get_member((config_setting_t *)root, "profile_list") : NULL);
	ig_conf_check_all(r, c);
	return c;
}

static struct ig_conf *load(struct ig_conf_reading *r, const char *file, const char *dir, const char *text)
{
	struct ig_arena *a = ig_arena_new(ARENA_MAX);
	struct ig_conf *c = IG_NEW(a, struct ig_conf);
	const char *slash = strrchr(file, '/');
	config_t cfg;

	c->arena = r->arena = a;
	r->dir = dir ? ig_arena_strdup(a, dir) : folder_of(a, file);
	c->file = dir ? ig_arena_strdup(a, file) : ig_arena_fmt(a, "%s/%s", r->dir, slash ? slash + 1 : file);
	/* Errors name the file as the caller did. */
	if (text)
		ig_conf_source_text(r, ig_arena_strdup(a, file), text, strlen(text));
	else
		ig_conf_source_file(r, ig_arena_strdup(a, file));
	if (r->line_count) { /* else there was nothing to read */
		int before = r->errors;

		config_init(&cfg);
		parse(r, &cfg);
		/* After a mistake of syntax the rest is not known. */
		if (r->errors == before)
			finish(r, c, config_root_setting(&cfg));
		config_destroy(&cfg);
	}
	ig_conf_reading_end(r);
	return r->errors + r->others ? ig_conf_free(c) : c;
}

struct ig_conf *ig_conf_load_text(struct ig_conf_reading *r, const char *name, const char *dir, const char *text)
{
	return load(r, name, dir, text);
}

struct ig_conf *ig_conf_load(const char *file, ig_conf_say_h *say, void *arg)
{
	struct ig_conf_reading r = {.say = say, .arg = arg};

	return load(&r, file, NULL, NULL);
}

struct ig_conf *ig_conf_load_light(const char *file, ig_conf_say_h *say, void *arg)
{
	struct ig_conf_reading r = {.say = say, .arg = arg, .light = true};

	return load(&r, file, NULL, NULL);
}

struct ig_conf *ig_conf_default(ig_conf_say_h *say, void *arg)
{
	struct ig_conf_reading r = {.say = say, .arg = arg};

	return load(&r, "built-in", "/", "mail = { address = \"ungcuu@example.vn\"; subaddress = yes; };\n");
}

struct ig_conf *ig_conf_from_text(const char *text, ig_conf_say_h *say, void *arg)
{
	struct ig_conf_reading r = {.say = say, .arg = arg, .internal = true};

	return load(&r, "configuration", "/", text);
}

struct ig_conf *ig_conf_free(struct ig_conf *c)
{
	if (c)
		ig_arena_free(c->arena);
	return NULL;
}

const struct ig_profile *ig_conf_profile_at(const struct ig_conf *c, ig_time t)
{
	const struct ig_profile *p = ig_profile_at((const struct ig_profile *const *)c->profiles, c->profile_count, c->profile, t);

	return p ? p : ig_conf_profile_builtin();
}

void ig_conf_set_zone(const struct ig_conf *c, ig_time t)
{
	const struct ig_profile *p = ig_conf_profile_at(c, t);

	if (!p->time_zone || ig_clock_zone(p->time_zone) < 0)
		ig_clock_zone(p->time_offset ? p->time_offset : "+00:00");
}
