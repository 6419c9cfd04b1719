/* irgatectl: global options, the phrase, and where it runs: here without an instance, here under the instance's lock, or behind the control
 * socket of the daemon that holds it. */
#include "config.h"
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "ctl/room.h"
#include "ctl/sheet.h"

#define PAGE_MAX (64u << 20) /* of a page model */


static struct {
	const char *conf_file, *now;
	bool json, help, version;
} global = {.conf_file = IG_CONF_FILE};

const char *ig_ctl_conf_file(void) { return global.conf_file; }

/* ---- who may */

static bool listed(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (!strcmp(*names, name)) return true;
	return false;
}

int ig_ctl_right_of(const struct ig_conf *conf, uid_t uid, enum ig_right *right_r)
{
	struct stat st;
	struct passwd *pw = getpwuid(uid);
	if (uid == 0 || (!stat(conf->dir, &st) && st.st_uid == uid) || (pw && listed(conf->chiefs, pw->pw_name))) *right_r = IG_RIGHT_CHIEF;
	else if (pw && listed(conf->officers, pw->pw_name)) *right_r = IG_RIGHT_OFFICER;
	else if (pw && listed(conf->auditors, pw->pw_name)) *right_r = IG_RIGHT_AUDITOR;
	else return -1;
	return 0;
}

const char *ig_ctl_actor(uid_t uid, struct ig_arena *a)
{
	struct passwd *pw = getpwuid(uid);
	return pw ? ig_arena_fmt(a, "user:%s", pw->pw_name) : ig_arena_fmt(a, "uid:%u", (unsigned)uid);
}

/* ---- output of a call that runs here */

static void to_stdout(struct ig_ctl *c, const void *p, size_t len)
{
	(void)c;
	fwrite(p, 1, len, stdout);
}

static void to_stderr(struct ig_ctl *c, const void *p, size_t len)
{
	(void)c;
	fflush(stdout);
	fwrite(p, 1, len, stderr);
}

void ig_ctl_terminal(struct ig_ctl *c)
{
	struct winsize ws;
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
	c->terminal = isatty(STDOUT_FILENO);
	c->colour = c->terminal && !(no_colour && *no_colour) && !(term && !strcmp(term, "dumb"));
	if (c->terminal && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws)) c->width = ws.ws_col;
}

/* ---- help */

static void help(FILE *out)
{
	fputs("usage: irgatectl [-c FILE] [--json] [--now TIME] NOUN VERB [ARG ...]\n\n"
	      "The operator's tool of irgate. While a daemon holds the instance the verb runs there, otherwise here.\n\n"
	      "  -c FILE      configuration (default " IG_CONF_FILE ")\n"
	      "  --json       machine-readable output\n"
	      "  --now TIME   let the civil clock stand at TIME (RFC 3339)\n"
	      "  --help, --version\n\n", out);
	for (const struct ig_ctl_phrase *p = ig_ctl_phrases; p->words; p++) fprintf(out, "  %-20s %s\n", p->words, p->help);
	fputs("\nirgatectl NOUN VERB --help shows the arguments. Manual: irgatectl(1).\n", out);
}

static int help_phrase(const struct ig_ctl_phrase *p)
{
	printf("usage: irgatectl %s %s\n%s\n", p->words, p->args, p->help);
	return IG_EX_OK;
}

/* How many letters differ, roughly: enough to know a slip of the finger. */
static size_t unlike(const char *a, size_t a_len, const char *b)
{
	size_t b_len = strlen(b), same = 0, j = 0;
	for (size_t i = 0; i < a_len && j < b_len; i++)
		for (size_t k = j; k < b_len && k < j + 2; k++)
			if (a[i] == b[k]) {
				same++;
				j = k + 1;
				break;
			}
	return (a_len > b_len ? a_len : b_len) - same;
}

static void say_nearest(const char *word)
{
	const struct ig_ctl_phrase *best = NULL;
	size_t least = 3;
	for (const struct ig_ctl_phrase *p = ig_ctl_phrases; p->words; p++) {
		size_t len = strcspn(p->words, " "), n = unlike(p->words, len, word);
		if (n < least && n < len) {
			least = n;
			best = p;
		}
	}
	if (best) fprintf(stderr, "irgatectl: unknown word %s; did you mean %.*s?\n", word, (int)strcspn(best->words, " "), best->words);
	else fprintf(stderr, "irgatectl: unknown word %s; see irgatectl --help\n", word);
}

/* The verbs of a noun with their arguments; false: it is no noun. */
static bool help_noun(const char *noun, FILE *out)
{
	bool any = false;
	size_t len = strlen(noun);
	for (const struct ig_ctl_phrase *p = ig_ctl_phrases; p->words; p++)
		if (!strncmp(p->words, noun, len) && p->words[len] == ' ') {
			any = true;
			fprintf(out, "  %s %s\n      %s\n", p->words, p->args, p->help);
		}
	return any;
}

/* A noun alone, or one with an unknown verb, gets the verbs of that noun. */
static int unknown(int argc, char **argv)
{
	if (!argc) help(stderr);
	else if (argc > 1 && help_noun(argv[0], stderr)) fprintf(stderr, "irgatectl: %s has no verb %s; it has those above\n", argv[0], argv[1]);
	else if (argc > 1 || !help_noun(argv[0], stderr)) say_nearest(argv[0]);
	else fprintf(stderr, "irgatectl: %s: which of these?\n", argv[0]);
	return IG_EX_USAGE;
}

/* ---- global options, wherever they stand before a "--" */

static int take_globals(int argc, char **argv, char **rest)
{
	int n = 0;
	for (int i = 1; i < argc; i++) {
		const char *w = argv[i];
		if (!strcmp(w, "--")) {
			while (i < argc) rest[n++] = argv[i++];
			break;
		}
		if (!strcmp(w, "--json")) global.json = true;
		else if (!strcmp(w, "--help") || !strcmp(w, "-h")) global.help = true;
		else if (!strcmp(w, "--version")) global.version = true;
		else if (!strcmp(w, "-c") || !strcmp(w, "--now")) {
			if (i + 1 >= argc) {
				fprintf(stderr, "irgatectl: %s wants a value\n", w);
				return -1;
			}
			*(w[1] == 'c' ? &global.conf_file : &global.now) = argv[++i];
		} else if (!strncmp(w, "-c", 2) && w[2]) global.conf_file = w + 2;
		else if (!strncmp(w, "--now=", 6)) global.now = w + 6;
		else rest[n++] = argv[i];
	}
	rest[n] = NULL;
	return n;
}

/* ---- configuration */

static void say_conf(const char *line, void *arg)
{
	(void)arg;
	fprintf(stderr, "%s\n", line);
}

struct ig_conf *ig_ctl_load_conf(const char *file, bool need)
{
	struct ig_conf *conf = need ? ig_conf_load(file, say_conf, NULL) : ig_conf_default(say_conf, NULL);
	if (conf) ig_conf_set_zone(conf, ig_now());
	return conf;
}

/* ---- running */

static int run_here(const struct ig_ctl_phrase *p, struct ig_ctl *c)
{
	if (p->needs & IG_CTL_CONF) {
		struct ig_conf *conf = ig_ctl_load_conf(global.conf_file, true);
		if (!conf) return IG_EX_CONFIG;
		c->conf = conf;
		if (ig_ctl_right_of(conf, getuid(), &c->right) || c->right < p->right)
			return ig_ctl_fail(c, IG_CTL_NOPERM, "%s is for the %s of this instance", p->words, ig_right_word(p->right));
	}
	if (p->needs & IG_CTL_LOCAL) return ig_ctl_run(c, p);
	if (ig_ctl_held(c->conf, NULL)) {
		/* What the daemon does for a verb that runs here, it does by its own clock. */
		if (global.now && !c->again) return ig_ctl_fail(c, IG_EX_USAGE, "--now: a daemon holds this instance, and its clock rules");
		return ig_ctl_over_socket(c, p->needs & IG_CTL_INPUT);
	}
	if (access(c->conf->var, W_OK))
		return ig_ctl_fail(c, IG_CTL_NOPERM, "no daemon holds this instance, and without one only the owner of %s works on it", c->conf->dir);
	return ig_ctl_offline(c->conf, c, p, global.now != NULL);
}

int ig_ctl_again(struct ig_ctl *c, const char *const *words)
{
	struct ig_ctl inner = *c;
	int used = 0;
	inner.argv = (char **)(uintptr_t)words;
	for (inner.argc = 0; words[inner.argc]; inner.argc++) {}
	const struct ig_ctl_phrase *p = ig_ctl_find(inner.argc, inner.argv, &used);
	inner.again = true;
	return p ? run_here(p, &inner) : IG_EX_SOFTWARE;
}

static void to_buffer(struct ig_ctl *c, const void *p, size_t len) { ig_buf_add(c->arg, p, len); }

int ig_ctl_taken(struct ig_ctl *c, const char *const *words, bool json, struct ig_buf *out)
{
	struct ig_ctl inner = *c;
	inner.json = json, inner.terminal = inner.colour = false;
	inner.out = to_buffer, inner.arg = out;
	return ig_ctl_again(&inner, words);
}

/* ---- --pdf FILE: the verb gives a page model, which is drawn here */

static int run_drawn(const struct ig_ctl_phrase *p, struct ig_ctl *c)
{
	static char page[] = "--page";
	struct ig_buf model = IG_BUF_INIT(PAGE_MAX);
	const char *file = p->needs & IG_CTL_DRAWS ? ig_ctl_option(c, "--pdf") : NULL;
	if (!file) return run_here(p, c);
	void (*out)(struct ig_ctl *, const void *, size_t) = c->out;
	char **words = ig_arena_calloc(c->arena, (size_t)c->argc + 2, sizeof *words);
	memcpy(words, c->argv, sizeof *words * (size_t)c->argc);
	words[c->argc++] = page;
	c->argv = words;
	c->out = to_buffer, c->arg = &model, c->terminal = false;
	int code = run_here(p, c);
	c->out = out, c->arg = NULL;
	if (!code && model.over) code = ig_ctl_fail(c, IG_EX_DATA, "too many rows for one document: choose fewer days");
	if (!code) code = ig_ctl_draw(c, model.data, model.len, file);
	ig_buf_free(&model);
	return code;
}

int ig_ctl_main(int argc, char **argv)
{
	/* Both live until the process ends, and are static so that leak checkers can see it. */
	static struct ig_ctl c = {.out = to_stdout, .err = to_stderr, .right = IG_RIGHT_CHIEF};
	static char **rest;
	ig_time now;
	int used;
	rest = ig_xmalloc(sizeof(*rest) * ((size_t)argc + 1));
	ig_log_init("irgatectl", IG_LOG_WARNING);
	int n = take_globals(argc, argv, rest);
	if (n < 0) return IG_EX_USAGE;
	if (global.version) return printf("irgatectl %s\n", PACKAGE_VERSION) < 0;
	const struct ig_ctl_phrase *p = ig_ctl_find(n, rest, &used);
	if (global.help) {
		if (p) return help_phrase(p);
		if (!n || !help_noun(rest[0], stdout)) help(stdout);
		return IG_EX_OK;
	}
	if (!p) return unknown(n, rest);
	if (global.now) {
		if (ig_time_parse(global.now, &now)) return ig_ctl_fail(&c, IG_EX_USAGE, "--now %s is not an RFC 3339 time", global.now);
		ig_clock_fix(now);
	}
	ig_ctl_terminal(&c);
	c.json = global.json;
	c.arena = ig_arena_new(0);
	c.actor = ig_ctl_actor(getuid(), c.arena);
	/* Behind the socket the words are looked up again there, so they go whole; here only what follows the phrase is the verb's. */
	bool whole = !(p->needs & IG_CTL_LOCAL);
	c.argc = n;
	c.argv = rest;
	if (!whole) {
		c.argc -= used;
		c.argv += used;
	}
	bool walk = p->needs & IG_CTL_WALKS && n == used + 1 && c.terminal && isatty(STDIN_FILENO) && !c.json;
	int code = walk ? ig_ctl_confirm_walk(&c) : run_drawn(p, &c);
	if (fflush(stdout) || ferror(stdout)) code = code ? code : IG_EX_UNAVAILABLE;
	return code;
}
