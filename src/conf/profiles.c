/* Profiles: the two folders they are found in, and the built-in one that is used when there is none.
 * Relies on source.c, fill.c and profile_table.c. Which version applies is the model's (ig_profile_at). */
#include "config.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "conf/table.h"

const struct ig_profile *ig_conf_profile_builtin(void)
{
	static const struct ig_profile p = {
		.name = "none", .family = "none", .valid_from = IG_NEVER, .valid_to = IG_NEVER, .time_zone = "UTC",
		.time_offset = "+00:00",
		.language = "en", .task_wait = 900000, .receipt = true,
	};

	return &p;
}

static void add(struct ig_conf *c, struct ig_profile *p)
{
	for (size_t i = 0; i < c->profile_count; i++)
		if (p->name && c->profiles[i]->name && !strcmp(c->profiles[i]->name, p->name))
			return; /* the office's own came first */
	c->profiles[c->profile_count++] = p;
}

/* One file, with a reading of its own: its lines are its own. */
static void read_file(struct ig_conf_reading *outer, struct ig_conf *c, const char *path, const char *base)
{
	struct ig_conf_reading r = {.arena = outer->arena, .say = outer->say, .arg = outer->arg, .dir = outer->dir};
	struct ig_profile *p = IG_NEW(r.arena, struct ig_profile);
	config_t cfg;

	ig_conf_source_file(&r, ig_arena_strdup(r.arena, path));
	if (r.line_count) {
		config_init(&cfg);
		if (config_read_string(&cfg, r.text.data) != CONFIG_TRUE) {
			unsigned line = (unsigned)config_error_line(&cfg);

			ig_conf_error(&r, r.lines[(line && line <= r.line_count ? line : r.line_count) - 1], "%s",
				config_error_text(&cfg));
		} else {
			ig_conf_fill(&r, &ig_conf_profile_table, config_root_setting(&cfg), p);
			ig_conf_profile_check(&r, p, base);
		}
		config_destroy(&cfg);
	}
	ig_conf_reading_end(&r);
	outer->others += r.errors;
	if (!r.errors)
		add(c, p);
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }
static int is_conf(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return e->d_name[0] != '.' && n > 5 && !strcmp(e->d_name + n - 5, ".conf");
}

static void read_folder(struct ig_conf_reading *r, struct ig_conf *c, const char *dir)
{
	struct dirent **list = NULL;
	int n = scandir(dir, &list, is_conf, by_name);

	if (n < 0 && errno != ENOENT && errno != ENOTDIR)
		ig_conf_error(r, (struct ig_conf_line){.file = dir}, "%s", strerror(errno));
	if (n > 0) {
		struct ig_profile **all = ig_arena_calloc(c->arena, c->profile_count + (size_t)n, sizeof(*all));

		for (size_t i = 0; i < c->profile_count; i++)
			all[i] = c->profiles[i];
		c->profiles = all;
	}
	for (int i = 0; i < n; i++) {
		size_t len = strlen(list[i]->d_name) - 5;

		read_file(r, c, ig_arena_fmt(r->arena, "%s/%s", dir, list[i]->d_name),
			ig_arena_strndup(r->arena, list[i]->d_name, len));
		free(list[i]);
	}
	free(list);
}

void ig_conf_profiles_read(struct ig_conf_reading *r, struct ig_conf *c, const config_setting_t *list)
{
	if (r->internal) {
		int n = list ? config_setting_length(list) : 0;

		c->profiles = ig_arena_calloc(c->arena, n ? (size_t)n : 1, sizeof(*c->profiles));
		for (int i = 0; i < n; i++) {
			struct ig_profile *p = IG_NEW(c->arena, struct ig_profile);

			ig_conf_fill(r, &ig_conf_profile_table, config_setting_get_elem(list, (unsigned)i), p);
			ig_conf_profile_check(r, p, NULL);
			add(c, p);
		}
		return;
	}
	read_folder(r, c, c->profile_dir);
	/* Installed and staged trees have DATADIR/profiles, the source tree DATADIR/etc/profiles. */
	if (!access(ig_arena_fmt(c->arena, "%s/profiles", c->datadir), R_OK))
		read_folder(r, c, ig_arena_fmt(c->arena, "%s/profiles", c->datadir));
	else
		read_folder(r, c, ig_arena_fmt(c->arena, "%s/etc/profiles", c->datadir));
}
