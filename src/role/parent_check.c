/* What is proven before anything starts: the configuration with its templates (--check), the users it names, and that --now does not lie before
 * what the instance already knows. Relies on compose, evidence and store to say what they find; changes nothing. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "base/opt.h"
#include "compose/compose.h"
#include "evidence/evidence.h"
#include "filter/filter.h"
#include "role/parent.h"
#include "store/store.h"

enum { FRAME_ARENA_MAX = 64 << 20 };

static void say(const char *line, void *arg)
{
	fprintf(stderr, "%s\n", line);
	if (arg)
		++*(int *)arg;
}

int ig_parent_users_exist(const struct ig_conf *c, struct ig_why *why)
{
	const struct { const char *role, *user; } users[] = {{"recorder", c->user_recorder}, {"mailin", c->user_mailin}, {"clerk", c->user_clerk},
		{"sender", c->user_sender}, {"reader", c->user_reader}};

	for (size_t i = 0; i < IG_COUNT(users); i++)
		if (users[i].user && !getpwnam(users[i].user))
			return ig_why(why, "%s: users.%s: there is no user %s", c->file, users[i].role, users[i].user);
	return 0;
}

/* The scribe says it itself, on standard error: letters on pages with letters missing, or with a key that is none, must be found before one leaves.
 * Where irgate was built without it nothing is drawn. */
static int worker_says(const struct ig_conf *c, const char *program, const char *what, const char *const *words)
{
	char path[4096], *argv[8] = {path, (char *)(uintptr_t)what};
	int status, n = 2;
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", c->libexec, program);
	if (access(path, X_OK))
		return 0;
	for (; words[n - 2] && n < 7; n++)
		argv[n] = (char *)(uintptr_t)words[n - 2];
	pid = fork();
	if (pid == 0) {
		if (dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
			execv(path, argv);
		_exit(IG_EX_SOFTWARE);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 0;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == IG_EX_CONFIG ? -1 : 0;
}

static int letters_sound(const struct ig_conf *c)
{
	char font[300], signature[4200] = "", seal[4200] = "";
	const char *words[4] = {font};
	size_t n = 1;

	snprintf(font, sizeof(font), "font=%.200s", c->letter_font ? c->letter_font : "");
	if (c->letter_signature) {
		snprintf(signature, sizeof(signature), "signature=%s", c->letter_signature);
		words[n++] = signature;
	}
	if (c->letter_seal) {
		snprintf(seal, sizeof(seal), "seal=%s", c->letter_seal);
		words[n++] = seal;
	}
	return worker_says(c, "irgate-scribe", "check", words);
}

int ig_parent_templates_sound(const struct ig_conf *c)
{
	char dir[4096];
	int bad = letters_sound(c) < 0;

	snprintf(dir, sizeof(dir), "%s/templates", c->datadir);
	struct ig_templates *t = ig_templates_load(dir, say, &bad);
	if (!t && !bad)
		say("the templates cannot be read", &bad);
	ig_templates_free(t);
	return bad ? -1 : 0;
}

/* Filters with mistakes: 0 none. Each is said through line. */
int ig_parent_filters_broken(const struct ig_conf *c, ig_filter_say_h *line, void *arg)
{
	char dir[4096];
	int broken = 0;

	snprintf(dir, sizeof(dir), "%s/filters", c->datadir);
	ig_filters_free(ig_filters_load(c->filter_dir, dir, line, arg, &broken));
	return broken;
}

int ig_parent_check(const char *conf_file)
{
	struct ig_conf *c = ig_conf_load(conf_file, say, NULL);
	struct ig_why why = {""};
	int bad = 0;

	if (!c)
		return IG_EX_CONFIG;
	bad = ig_parent_templates_sound(c) < 0;
	bad |= ig_parent_filters_broken(c, say, NULL) != 0;
	if (ig_parent_users_exist(c, &why) < 0)
		say(why.text, &bad);
	ig_conf_notices(c, say, NULL);
	ig_conf_free(c);
	return bad ? IG_EX_CONFIG : IG_EX_OK;
}

/* ---- folders */

static int make_folder(const char *var, const char *name, const char *owner, const char *reader, struct ig_why *why)
{
	const struct passwd *pw;
	char path[4096];
	uid_t uid = (uid_t)-1;
	gid_t gid = (gid_t)-1;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", var, name) >= sizeof(path))
		return ig_why(why, "%s is too long a path", var);
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return ig_why(why, "cannot make %s: %s", path, strerror(errno));
	if (geteuid() != 0 || !owner)
		return 0;
	pw = getpwnam(owner);
	if (pw)
		uid = pw->pw_uid;
	pw = reader ? getpwnam(reader) : NULL;
	if (pw)
		gid = pw->pw_gid;
	/* The clerk reads the log by its group, and can write nothing there. */
	if (chown(path, uid, gid) < 0 || (reader && chmod(path, 02750) < 0))
		return ig_why(why, "cannot give %s to %s: %s", path, owner, strerror(errno));
	return 0;
}

int ig_parent_make_folders(const struct ig_conf *c, struct ig_why *why)
{
	if (make_folder(c->var, "evidence", c->user_recorder, c->user_clerk, why) < 0 || make_folder(c->var, "store", c->user_clerk, NULL, why) < 0)
		return -1;
	return make_folder(c->var, "tmp", c->user_mailin, NULL, why);
}

/* ---- --now */

/* Frames after the cursor are not in the store yet. Damage is for the recorder and the clerk to find, keep and alarm; it does not make a time
 * allowed or not. */
static void newest_frame(const struct ig_conf *c, uint64_t after, ig_time *newest)
{
	struct ig_evidence_frame f;
	struct ig_evidence_reader *log;
	struct ig_arena *a = ig_arena_new(FRAME_ARENA_MAX);
	struct ig_why why = {""};
	char dir[4096];

	snprintf(dir, sizeof(dir), "%s/evidence", c->var);
	log = access(dir, F_OK) == 0 ? ig_evidence_read_open(dir, &why) : NULL;
	while (log && ig_evidence_read_frame(log, ++after, a, &f, &why) == 1) {
		if (f.at > *newest)
			*newest = f.at;
		ig_arena_reset(a);
	}
	ig_evidence_read_free(log);
	ig_arena_free(a);
}

static int now_allowed(const struct ig_conf *c, ig_time now)
{
	char text[IG_TIME_MAX], wanted[IG_TIME_MAX];
	struct ig_why why = {""};
	struct ig_store *s = ig_store_open(c->var, IG_STORE_READ, &why);
	ig_time newest = IG_NEVER;
	uint64_t cursor = 0;

	if (s && (ig_store_newest_act(s, &newest) < 0 || ig_store_cursor(s, &cursor) < 0)) {
		ig_log(IG_LOG_ERR, "cannot ask the store: %s", ig_store_why(s));
		return IG_EX_UNAVAILABLE;
	}
	ig_store_free(s);
	newest_frame(c, cursor, &newest);
	if (newest == IG_NEVER || now >= newest)
		return IG_EX_OK;
	ig_log(IG_LOG_ERR, "--now %s is before the newest arrival or act of this instance, %s", ig_time_rfc3339(now, wanted), ig_time_rfc3339(newest, text));
	return IG_EX_USAGE;
}

int ig_parent_now_allowed(const struct ig_conf *c, ig_time now)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(now_allowed(c, now));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
		ig_log(IG_LOG_ERR, "cannot ask for the newest arrival");
		return IG_EX_SOFTWARE;
	}
	return WEXITSTATUS(status);
}

/* ---- what the log must hold */

uint64_t ig_parent_frames_taken(const struct ig_conf *c)
{
	struct ig_why why = {""};
	uint64_t cursor = 0;
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return 0;
	pid = fork(); /* the parent itself opens no store: it would keep SQLite's memory for good */
	if (pid == 0) {
		struct ig_store *s = ig_store_open(c->var, IG_STORE_READ, &why);
		bool known = s && ig_store_cursor(s, &cursor) == 0 && write(ends[1], &cursor, sizeof(cursor)) == sizeof(cursor);
		ig_store_free(s);
		_exit(known ? IG_EX_OK : IG_EX_UNAVAILABLE);
	}
	close(ends[1]);
	if (pid < 0 || read(ends[0], &cursor, sizeof(cursor)) != sizeof(cursor))
		cursor = 0;
	close(ends[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return cursor;
}
