/* Proves every line of the table in doc/SANDBOX.md: reads it, confines a child as the role is, and lets it try. */
#include "config.h"
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "fax/call.h"
#include "role/role.h"
#include "sandbox_kit.h"

#define LINES_MAX 300
struct line {
	char name[160];
	char role[32], act[32], on[32], verdict[16], by[16];
};
static struct line lines[LINES_MAX];
static size_t line_count;
static struct ig_conf conf;
static struct ig_conf_maildir maildir;

/* One cell, trimmed; returns what follows its bar. */
static const char *cell(const char *p, char *out, size_t cap)
{
	size_t len = strcspn(p, "|\n");
	const char *next = p[len] == '|' ? p + len + 1 : NULL;

	while (len && *p == ' ')
		p++, len--;
	while (len && p[len - 1] == ' ')
		len--;
	snprintf(out, cap, "%.*s", (int)len, p);
	return next;
}

static void name_line(struct line *l)
{
	struct ig_buf b = IG_BUF_INIT(sizeof(l->name) - 1);

	ig_buf_fmt(&b, "%s: %s %s %s", l->role, l->act, l->on, l->verdict);
	memcpy(l->name, b.data, b.len + 1);
	ig_buf_free(&b);
}

static int read_table(void)
{
	struct ig_buf b = IG_BUF_INIT(1 << 20);
	const char *p;

	if (ig_fs_read_file(SRCDIR "/doc/SANDBOX.md", &b) < 0 || !(p = strstr(b.data, "|---|")))
		return -1;
	while ((p = strchr(p, '\n')) && *++p == '|' && line_count < LINES_MAX) {
		struct line *l = &lines[line_count++];
		const char *at = cell(p + 1, l->role, sizeof(l->role));
		at = at ? cell(at, l->act, sizeof(l->act)) : NULL;
		at = at ? cell(at, l->on, sizeof(l->on)) : NULL;
		at = at ? cell(at, l->verdict, sizeof(l->verdict)) : NULL;
		if (!at || !cell(at, l->by, sizeof(l->by)))
			return -1;
		name_line(l);
	}
	ig_buf_free(&b);
	return line_count < LINES_MAX ? 0 : -1;
}

static int set_up(void **state)
{
	static const char *const folders[] = {"var", "var/evidence", "var/store", "var/tmp", "var/fax", "var/fax/call", "incoming", "outgoing", "data", "elsewhere", "keys", "scratch"};
	static char paths[6][128];

	if (sandbox_set_up(state) < 0)
		return -1;
	for (size_t i = 0; i < IG_COUNT(folders); i++) {
		char file[160];
		snprintf(file, sizeof(file), "%s/file", sandbox_in(folders[i]));
		if (mkdir(sandbox_in(folders[i]), 0700) < 0 || ig_fs_replace(file, "x", 1, 0600) < 0)
			return -1;
	}
	snprintf(paths[0], sizeof(paths[0]), "%s", sandbox_in("var"));
	snprintf(paths[1], sizeof(paths[1]), "%s", sandbox_in("incoming"));
	snprintf(paths[2], sizeof(paths[2]), "%s", sandbox_in("outgoing"));
	snprintf(paths[3], sizeof(paths[3]), "%s", sandbox_in("data"));
	snprintf(paths[4], sizeof(paths[4]), "%s", sandbox_in("keys"));
	snprintf(paths[5], sizeof(paths[5]), "%s", sandbox_in("scratch"));
	maildir.path = paths[1];
	conf = (struct ig_conf){.var = paths[0], .maildirs = &maildir, .maildir_count = 1, .outgoing = paths[2], .datadir = paths[3],
		.keys_home = paths[4], .keys_scratch = paths[5], .keys_gpg = "/bin/true"};
	return 0;
}

static char act_of(const struct line *l)
{
	static const struct { const char *word; char act; } acts[] = {
		{"read", 'r'}, {"write", 'w'}, {"make", 'n'}, {"connect inet", 'i'}, {"connect unix", 'u'}, {"fork", 'f'}, {"exec", 'x'}, {"exec other", 'y'}, {"ptrace", 'p'},
	};

	for (size_t i = 0; i < IG_COUNT(acts); i++)
		if (!strcmp(acts[i].word, l->act))
			return acts[i].act;
	fail_msg("act \"%s\" is not known", l->act);
	return '?';
}

static void prove(const struct line *l, const char *abi)
{
	struct ig_arena *a = ig_arena_new(0);
	struct ig_sandbox s = {.role = l->role};
	bool refused = !strcmp(l->verdict, "refused"), by_path = !strcmp(l->by, "path"), owners = abi && !strcmp(abi, "0");
	char role[32], path[160];
	int got;

	snprintf(role, sizeof(role), "%.*s", (int)strcspn(l->role, " "), l->role);
	conf.transport = strstr(l->role, "(smtp)") ? IG_TRANSPORT_SMTP : IG_TRANSPORT_MAILDIR;
	struct ig_sandbox_path paths[2];
	if (!strcmp(role, "fax-call"))
		ig_call_box(&s, paths, sandbox_in("var/fax/call"), NULL);
	else
		ig_role_confine(role, &conf, &s, a);
	if (!strcmp(l->on, "names"))
		snprintf(path, sizeof(path), "/etc/hosts");
	else
		snprintf(path, sizeof(path), "%s/%s", sandbox_in(l->on), !strcmp(l->act, "make") ? "made" : "file");
	/* Where no Landlock is, another user holds the line: the files of the test belong to us. */
	if (owners && refused && by_path)
		s.user = "nobody";
	got = owners && refused && by_path && getuid() != 0 ? EACCES
							      : sandbox_try(strcmp(role, "parent") ? &s : NULL, abi, act_of(l), path);
	ig_arena_free(a);
	if (refused ? got != EPERM && got != EACCES : got != 0)
		fail_msg("Landlock %s: %s", abi ? abi : "of the kernel", got ? strerror(got) : "let through");
}

static void one_line(void **state)
{
	const struct line *l = *state;
	const char *const abis[] = {NULL, "2", "0"};

	assert_true(!strcmp(l->verdict, "allowed") ? !*l->by : !strcmp(l->verdict, "refused") && (!strcmp(l->by, "path") || !strcmp(l->by, "seccomp")));
	for (size_t i = 0; i < IG_COUNT(abis); i++) {
		if (!strcmp(l->by, "path") && (!abis[i] || strcmp(abis[i], "0") != 0) && ig_sandbox_landlock_abi() < 2)
			continue;
		if (act_of(l) == 'y' && abis[i] && !strcmp(abis[i], "0")) /* programs belong to nobody: this is Landlock's alone */
			continue;
		prove(l, abis[i]);
	}
}

/* Every role has its lines, and each of them says what happens to open, connect and exec. */
static void table_is_whole(void **state IG_UNUSED)
{
	static const char *const roles[] = {"parent", "recorder", "mailin", "account", "faxline", "fax-call", "clerk", "sender", "sender (smtp)", "reader", "pages", "scribe", "sealer", "keys"};
	static const char *const acts[] = {"connect inet", "connect unix", "exec", "fork"};

	for (size_t r = 0; r < IG_COUNT(roles); r++) {
		for (size_t k = 0; k < IG_COUNT(acts); k++) {
			size_t found = 0;
			for (size_t i = 0; i < line_count; i++)
				found += !strcmp(lines[i].role, roles[r]) && !strcmp(lines[i].act, acts[k]);
			if (found != 1)
				fail_msg("%s: %zu lines for %s", roles[r], found, acts[k]);
		}
	}
}

int main(void)
{
	static struct CMUnitTest tests[LINES_MAX + 1];

	if (SANDBOX_WIDE) {
		fprintf(stderr, "skipped: confinement is proven on the plain build, this one is wider\n");
		return 77;
	}
	if (read_table() < 0) {
		fprintf(stderr, "the table of doc/SANDBOX.md cannot be read\n");
		return 1;
	}
	tests[0] = (struct CMUnitTest)cmocka_unit_test(table_is_whole);
	for (size_t i = 0; i < line_count; i++)
		tests[i + 1] = (struct CMUnitTest){.name = lines[i].name, .test_func = one_line, .initial_state = &lines[i]};
	return _cmocka_run_group_tests("roles", tests, line_count + 1, set_up, sandbox_tear_down);
}
