/* Profiles: their option table, the two folders they are found in, and the built-in one that is used when there is none.
 * Relies on source.c and fill.c. Which version applies is the model's (ig_profile_at). */
#include "config.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "conf/table.h"

static const char *const units[] = {"minute", "hour", "day", "working-day", "month", NULL};

#define BASIS(k) .key = #k, .at = offsetof(struct ig_profile_basis, k), .roles = IG_CONF_ALL
static const struct ig_conf_option basis[] = {
	{BASIS(number), .type = IG_CONF_STR, .flags = IG_CONF_NEED, .say = "Number and sign of the document."},
	{BASIS(title), .type = IG_CONF_STR, .flags = IG_CONF_NEED, .say = "What it is about."},
};
static const struct ig_conf_table basis_table = {basis, IG_COUNT(basis)};

#define OWED(k) .key = #k, .at = offsetof(struct ig_profile_deadline, k), .roles = IG_CONF_ALL
static const struct ig_conf_option deadline[] = {
	{OWED(what), .type = IG_CONF_STR, .check = IG_CHECK_NAME, .flags = IG_CONF_NEED,
	 .say = "What is owed: acknowledge, forward, notice, initial-report, final-report, periodic-report and others."},
	{OWED(basis), .type = IG_CONF_STR, .say = "The legal basis; without it the deadline is an aim of the office."},
	{OWED(owner), .type = IG_CONF_STR, .say = "Who owes it: office, operator, member."},
	{OWED(amount), .type = IG_CONF_INT, .max = 1000, .def = "0", .say = "Within how many units; 0 is at once."},
	{OWED(unit), .type = IG_CONF_WORD, .words = units, .def = "day", .say = "minute, hour, day, working-day or month."},
	{OWED(every), .type = IG_CONF_BOOL, .def = "no", .say = "Owed again after each such time."},
	{OWED(by), .type = IG_CONF_STR, .check = IG_CHECK_DAY, .say = "Before this day of each year (MM-DD)."},
};
static const struct ig_conf_table deadline_table = {deadline, IG_COUNT(deadline)};

#define P(k) .key = #k, .at = offsetof(struct ig_profile, k), .roles = IG_CONF_ALL
#define MANY(k, f, t, n) .key = #k, .at = offsetof(struct ig_profile, f), .type = IG_CONF_GROUPS, .sub = &(t), \
	.roles = IG_CONF_ALL, .item = sizeof(struct n), .count_at = offsetof(struct ig_profile, k##_count)
static const struct ig_conf_option profile[] = {
	{P(name), .type = IG_CONF_STR, .check = IG_CHECK_NAME, .flags = IG_CONF_NEED,
	 .say = "Name of this version, as its file is called."},
	{P(family), .type = IG_CONF_STR, .check = IG_CHECK_NAME, .flags = IG_CONF_NEED,
	 .say = "Name of the family it is a version of."},
	{P(title), .type = IG_CONF_TEXT, .say = "What it follows, in words."},
	{P(valid_from), .type = IG_CONF_DATE, .say = "First day it holds."},
	{P(valid_to), .type = IG_CONF_DATE, .say = "First day it holds no more; without it it still holds."},
	{P(time_zone), .type = IG_CONF_STR, .def = "Asia/Ho_Chi_Minh", .say = "Zone of times in letters and lists."},
	{P(time_offset), .type = IG_CONF_STR, .check = IG_CHECK_OFFSET, .def = "+07:00",
	 .say = "Its offset from UTC, used where the machine has no tz database."},
	{P(language), .type = IG_CONF_STR, .check = IG_CHECK_NAME, .def = "vi",
	 .say = "Language of letters where the reporter's is not known (vi or en)."},
	{P(parent_body), .type = IG_CONF_TEXT, .say = "Body above the office, first line of a letter."},
	{P(office), .type = IG_CONF_TEXT, .say = "The office that receives reports."},
	{P(next_steps), .type = IG_CONF_TEXT, .say = "What happens next, said in a receipt."},
	{P(call_whom), .type = IG_CONF_TEXT, .say = "Whom to call, said in a receipt."},
	{P(phone), .type = IG_CONF_STR, .say = "Telephone of the office."},
	{P(fax), .type = IG_CONF_STR, .say = "Its fax number."},
	{P(email), .type = IG_CONF_STR, .check = IG_CHECK_ADDRESS, .say = "Its published mail address."},
	{P(web), .type = IG_CONF_STR, .say = "Its web page."},
	{P(address), .type = IG_CONF_STR, .say = "Its postal address."},
	{P(place), .type = IG_CONF_STR, .say = "Place in the date line of letters."},
	{MANY(basis, bases, basis_table, ig_profile_basis), .say = "Legal bases: groups of number and title."},
	{MANY(deadline, deadlines, deadline_table, ig_profile_deadline),
	 .say = "What is owed, within how long: groups of what, amount, unit, every, by, owner, basis."},
	{P(task_wait), .type = IG_CONF_TIME, .min = 1000, .max = 7 * 86400000, .def = "15m",
	 .say = "Letters to others wait so long for slow reading (documents, pictures, decryption); then it is given up and a "
		"person reads."},
	{P(receipt), .type = IG_CONF_BOOL, .def = "yes", .say = "Are receipts sent under it: owed by its law, or its practice."},
};
const struct ig_conf_table ig_conf_profile_table = {profile, IG_COUNT(profile)};

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

static void check(struct ig_conf_reading *r, const struct ig_profile *p, const char *base)
{
	if (base && p->name && strcmp(p->name, base))
		ig_conf_error(r, ig_conf_set_at(r, &p->name), "name: \"%s\", but the file is called %s.conf", p->name, base);
	if (p->valid_from != IG_NEVER && p->valid_to != IG_NEVER && p->valid_from >= p->valid_to)
		ig_conf_error(r, ig_conf_set_at(r, &p->valid_to), "valid_to: not after valid_from");
	if (strcmp(p->language, "vi") && strcmp(p->language, "en"))
		ig_conf_error(r, ig_conf_set_at(r, &p->language), "language: vi and en are known");
	if (p->family && p->name && !strcmp(p->family, p->name) && p->valid_to != IG_NEVER)
		ig_conf_error(r, ig_conf_set_at(r, &p->family), "family: a profile that ends needs a family of another name");
	for (size_t i = 0; i < p->deadline_count; i++)
		for (size_t j = 0; j < i; j++)
			if (!p->deadlines[i].by && p->deadlines[i].what && p->deadlines[j].what &&
			    !strcmp(p->deadlines[i].what, p->deadlines[j].what))
				ig_conf_error(r, ig_conf_set_at(r, &p->deadlines[i].what), "what: \"%s\" twice",
					p->deadlines[i].what);
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
			check(&r, p, base);
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
			check(r, p, NULL);
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
