/* irgatectl probe and check mail: does mail that leaves come back? check mail asks the daemon to send probes and waits; without a daemon it makes passes
 * itself (irgated --once), as long as it waits. Decides nothing. */
#include "config.h"
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/fs.h"
#include "ctl/room.h"

enum { WAIT_S = 120, LISTED = 20 };
extern char **environ;

static json_t *time_json(ig_time t)
{
	char text[IG_TIME_MAX];
	return t == IG_NEVER ? json_null() : json_string(ig_time_rfc3339(t, text));
}

static int row(const struct ig_store_probe *p, void *arg)
{
	struct ig_ctl_list **l = arg;
	struct ig_ctl *c = ig_ctl_list_call(*l);
	char id[IG_DISPATCH_TEXT_MAX];
	if (c->json) {
		ig_ctl_list_json(*l, json_pack("{s:s,s:s,s:s,s:o,s:o}", "dispatch", ig_dispatch_print(p->dispatch, id), "kind", p->kind, "address", p->address,
			"sent_at", time_json(p->sent_at), "back_at", time_json(p->back_at)));
		return 0;
	}
	const char *const cells[] = {ig_dispatch_print(p->dispatch, id), p->kind, ig_ctl_time(c, p->sent_at), p->back_at == IG_NEVER ? "not back" : ig_ctl_time(c, p->back_at),
		p->address};
	ig_ctl_list_row(*l, cells);
	return 0;
}

int ig_ctl_probe_list(struct ig_ctl *c)
{
	static const char *const headings[] = {"DISPATCH", "PROVES", "SENT", "BACK", "ADDRESS", NULL};
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	struct ig_ctl_list *l = ig_ctl_list_begin(c, headings);
	if (ig_store_probe_list(c->store, LISTED, row, &l) < 0) return ig_ctl_store_failed(c);
	return ig_ctl_list_end(l, "no probe was sent");
}

int ig_ctl_probe_send(struct ig_ctl *c)
{
	struct ig_why why = {""};
	int64_t ids[ig_probe_count];
	size_t count = 0;
	char id[IG_DISPATCH_TEXT_MAX];
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	int code = ig_desk_probe(c->desk, ids, &count, c->actor, &why);
	if (code) return ig_ctl_fail(c, code, "%s", why.text);
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) json_array_append_new(list, json_string(ig_dispatch_print(ids[i], id)));
	if (c->json) {
		ig_ctl_json(c, list);
		return IG_EX_OK;
	}
	for (size_t i = 0; i < count; i++) ig_ctl_print(c, "%s\n", ig_dispatch_print(ids[i], id));
	json_decref(list);
	return IG_EX_OK;
}

/* ---- check mail */

/* A program beside this one, or this one itself, and what it printed. Exit code, or -1. */
static int run(struct ig_ctl *c, const char *program, const char *const *words, struct ig_buf *out)
{
	posix_spawn_file_actions_t files;
	char self[PATH_MAX], now[IG_TIME_MAX], *argv[16] = {NULL};
	int fds[2], status, n = 0, code = -1;
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	pid_t pid;
	if (len <= 0 || pipe2(fds, O_CLOEXEC)) return -1;
	self[len] = 0;
	char *dir = ig_arena_strdup(c->arena, self), *slash = strrchr(dir, '/');
	*(slash ? slash : dir) = 0;
	argv[n++] = program ? ig_arena_fmt(c->arena, "%s/%s", dir, program) : self;
	argv[n++] = ig_arena_strdup(c->arena, "-c");
	argv[n++] = ig_arena_strdup(c->arena, ig_ctl_conf_file());
	if (ig_clock_fixed()) { /* the civil clock stands for the whole run */
		argv[n++] = ig_arena_strdup(c->arena, "--now");
		argv[n++] = ig_arena_strdup(c->arena, ig_time_rfc3339(ig_now(), now));
	}
	for (; *words && n < 15; words++) argv[n++] = ig_arena_strdup(c->arena, *words);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, fds[1], STDOUT_FILENO);
	if (!posix_spawn(&pid, argv[0], &files, NULL, argv, environ)) {
		close(fds[1]);
		fds[1] = -1;
		if (out) {
			ig_buf_reset(out);
			ig_fs_read_fd(fds[0], out);
		}
		close(fds[0]);
		fds[0] = -1;
		if (waitpid(pid, &status, 0) == pid && WIFEXITED(status)) code = WEXITSTATUS(status);
	}
	posix_spawn_file_actions_destroy(&files);
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0) close(fds[i]);
	return code;
}

static bool ours(json_t *ids, const char *id)
{
	size_t i;
	json_t *x;
	json_array_foreach(ids, i, x)
		if (id && !strcmp(json_string_value(x), id)) return true;
	return false;
}

/* How many of ours are not back; say: a line each. */
static size_t missing(struct ig_ctl *c, json_t *ids, const char *text, bool say)
{
	json_t *list = text ? json_loads(text, 0, NULL) : NULL, *x;
	size_t i, left = 0, seen = 0;
	json_array_foreach(list, i, x) {
		if (!ours(ids, json_string_value(json_object_get(x, "dispatch")))) continue;
		const char *back = json_string_value(json_object_get(x, "back_at"));
		seen++;
		left += !back;
		if (say && !c->json)
			ig_ctl_print(c, "%-15s %s  %s\n", json_string_value(json_object_get(x, "kind")), back ? "came back" : "NOT BACK ",
				json_string_value(json_object_get(x, "address")));
		else if (say)
			json_object_set_new(x, "ok", json_boolean(back));
	}
	if (say && c->json && list) ig_ctl_json(c, json_incref(list));
	json_decref(list);
	return left + (json_array_size(ids) > seen ? json_array_size(ids) - seen : 0);
}

int ig_ctl_check_mail(struct ig_ctl *c)
{
	static const char *const send[] = {"--json", "probe", "send", NULL}, *const look[] = {"--json", "probe", "list", NULL}, *const pass[] = {"--once", NULL};
	struct ig_buf out = IG_BUF_INIT(1 << 20);
	int64_t seconds = WAIT_S;
	pid_t pid = 0;
	const char *wait = ig_ctl_option(c, "--wait");
	if (wait && ig_ctl_number(c, wait, 0, 86400, &seconds)) return IG_EX_USAGE;
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	int code = run(c, NULL, send, &out);
	json_t *ids = code == IG_EX_OK && out.len ? json_loads(out.data, 0, NULL) : NULL;
	if (!ids) {
		ig_buf_free(&out);
		return code > 0 ? code : ig_ctl_fail(c, IG_EX_UNAVAILABLE, "no probe could be sent");
	}
	int64_t end = ig_mono_ms() + seconds * 1000;
	size_t left = json_array_size(ids);
	do {
		if (!ig_ctl_held(c->conf, &pid)) run(c, "irgated", pass, NULL); /* no daemon: a pass of our own */
		else sleep(1);
		if (run(c, NULL, look, &out) == IG_EX_OK) left = missing(c, ids, out.data, false);
	} while (left && ig_mono_ms() < end && (sleep(1), true));
	missing(c, ids, out.data, true);
	if (left && !c->json)
		ig_ctl_print(c, "%zu of %zu probes did not come back within %lld s: see irgatectl dispatch list, and the way from the mail server to us\n", left,
			json_array_size(ids), (long long)seconds);
	json_decref(ids);
	ig_buf_free(&out);
	return left ? IG_EX_UNAVAILABLE : IG_EX_OK;
}
