/* SIGHUP. A throw-away child reads the new configuration, so that whatever is wrong with it cannot hurt the running parent; on success every role is
 * replaced by a fresh one and the listening sockets are passed on; on failure the old ones stay and the reason is said.
 * Relies on irgated --check for the child, on parent_roles.c for the replacing. */
#include "config.h"
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/opt.h"
#include "role/parent.h"

static void refused(struct ig_parent *p, const char *words)
{
	ig_log(IG_LOG_ERR, "the new configuration is not taken, the old one stays: %s", words);
	ig_parent_tell(p, "READY=1\nSTATUS=running; the new configuration was not taken: %s", words);
}

/* Lines of the child go to the log; the first is kept for the status. */
static void check_said(evutil_socket_t fd, short what IG_UNUSED, void *arg)
{
	struct ig_parent *p = arg;
	char text[4096];
	ssize_t n = read((int)fd, text, sizeof(text) - 1);
	char *save, *line;

	if (n <= 0) {
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			event_del(p->check_said);
		return;
	}
	text[n] = '\0';
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (strstr(line, ": notice: ")) /* what --check says of the law; nothing is wrong with it */
			continue;
		ig_log(IG_LOG_ERR, "new configuration: %s", line);
		if (!p->check_words[0])
			snprintf(p->check_words, sizeof(p->check_words), "%s", line);
	}
}

static void __attribute__((noreturn)) be_the_child(const char *file, int out)
{
	char *const argv[] = {(char *)"irgated", (char *)"--check", (char *)"-c", (char *)file, NULL};

	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	execv("/proc/self/exe", argv);
	_exit(IG_EX_SOFTWARE);
}

void ig_parent_reload(struct ig_parent *p)
{
	int fds[2];

	if (p->stage == IG_PARENT_STOPPING)
		return;
	if (p->check_pid || p->stage == IG_PARENT_REPLACING) {
		p->reload_wanted = true;
		return;
	}
	p->reload_wanted = false;
	ig_log(IG_LOG_NOTICE, "reading %s again", p->conf_file);
	ig_parent_tell(p, "RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=reading the configuration", (long long)ig_mono_us());
	p->check_words[0] = '\0';
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0) {
		refused(p, strerror(errno));
		return;
	}
	p->check_pid = fork();
	if (p->check_pid == 0)
		be_the_child(p->conf_file, fds[1]);
	close(fds[1]);
	if (p->check_pid < 0) {
		p->check_pid = 0;
		close(fds[0]);
		refused(p, strerror(errno));
		return;
	}
	p->check_fd = fds[0];
	p->check_said = event_new(p->base, p->check_fd, EV_READ | EV_PERSIST, check_said, p);
	if (p->check_said)
		event_add(p->check_said, NULL);
}

void ig_parent_check_drop(struct ig_parent *p)
{
	if (p->check_pid) {
		kill(p->check_pid, SIGKILL);
		waitpid(p->check_pid, NULL, 0);
	}
	if (p->check_said) {
		event_free(p->check_said);
		close(p->check_fd);
	}
	p->check_said = NULL;
	p->check_pid = 0;
}

static void keep_last_line(const char *line, void *arg)
{
	snprintf(arg, IG_WHY_MAX, "%s", line);
}

static struct ig_conf *load(struct ig_parent *p, struct ig_why *why)
{
	struct ig_conf *c = ig_conf_load(p->conf_file, keep_last_line, why->text);

	if (!c)
		return NULL;
	if (strcmp(c->var, p->conf->var))
		ig_why(why, "the place of var cannot change while irgated runs (%s)", c->var);
	else if (ig_parent_users_exist(c, why) == 0)
		return c;
	ig_conf_free(c);
	return NULL;
}

static void take(struct ig_parent *p)
{
	struct ig_parent_listeners fresh;
	struct ig_why why = {""};
	struct ig_conf *c = load(p, &why);

	if (!c || ig_parent_listen(c, &p->listeners, &fresh, &why) < 0) {
		ig_conf_free(c);
		refused(p, why.text);
		return;
	}
	ig_parent_listeners_close(&p->listeners, true);
	p->listeners = fresh;
	ig_conf_free(p->conf);
	p->conf = c;
	ig_log(IG_LOG_NOTICE, "the new configuration is taken: every role is replaced");
	ig_parent_roles_stop(p, IG_PARENT_REPLACING);
}

bool ig_parent_check_died(struct ig_parent *p, pid_t pid, int status)
{
	if (!p->check_pid || pid != p->check_pid)
		return false;
	if (p->check_said)
		check_said(p->check_fd, 0, p);
	p->check_pid = 0;
	ig_parent_check_drop(p);
	if (p->stage != IG_PARENT_RUNNING)
		return true;
	if (WIFEXITED(status) && WEXITSTATUS(status) == IG_EX_OK)
		take(p);
	else if (WIFSIGNALED(status))
		refused(p, "the child that read it was killed");
	else
		refused(p, p->check_words[0] ? p->check_words : "it cannot be read");
	if (p->reload_wanted && p->stage == IG_PARENT_RUNNING)
		ig_parent_reload(p);
	return true;
}
