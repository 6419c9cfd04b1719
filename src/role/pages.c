/* irgate-pages: reads one document after the other for the clerk, each in a fresh, confined child of this process (the nurse), which never touches
 * a byte of one. Relies on its parent for the socket (descriptor IG_ROLE_FD) and the limits (words of the command line, role.h), on the room
 * pages for the reading. Keeps nothing. A document that kills it costs that document: the clerk sees the end of the socket. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/link.h"
#include "base/log.h"
#include "base/opt.h"
#include "model/notes.h"
#include "pages/pages.h"
#include "role/nurse.h"
#include "role/role.h"

enum { WORKER_FD = 3, YIELDS = 10 /* of setpriority */ };

struct worker {
	struct ig_pages_limits limits;
	uint64_t memory;
	const char *user;
	struct ig_arena *arena;
	struct ig_note_work work;
	bool broken; /* the clerk does not hear any more */
};

static void take_word(struct worker *w, const char *word)
{
	const char *eq = strchr(word, '=');
	int64_t v = 0;
	if (!strncmp(word, "user=", 5)) {
		w->user = word + 5;
		return;
	}
	if (!eq || ig_whole_number(eq + 1, &v) < 0)
		ig_die(IG_EX_USAGE, "unknown limit: %s", word);
	if (!strncmp(word, "memory=", 7))
		w->memory = (uint64_t)v;
	else if (!strncmp(word, "time_ms=", 8))
		w->limits.time_ms = v - v / 10; /* it says itself what it left out, before the clerk ends it */
	else if (!strncmp(word, "text_max=", 9))
		w->limits.text_max = (uint64_t)v;
	else
		ig_die(IG_EX_USAGE, "unknown limit: %s", word);
}

static void confine(struct worker *w)
{
	struct ig_conf conf = {.user_pages = w->user};
	struct ig_sandbox s = {.memory_max = w->memory, .cpu_max_s = (uint64_t)w->limits.time_ms / 1000 + 10};
	struct ig_why why;
	ig_role_confine("pages", &conf, &s, w->arena);
	if (ig_sandbox_apply(&s, &why) < 0)
		ig_die(IG_EX_CONFIG, "cannot confine itself: %s", why.text);
}

static void send_child(struct worker *w, const char *name, const char *type, const void *p, size_t len)
{
	struct ig_note_child n = {.seq = w->work.seq, .part = w->work.part, .name = name, .type = type, .size = len};
	int fd = ig_fs_memfd("child", p, len);
	if (fd < 0 || ig_note_child_write(WORKER_FD, &n, fd))
		w->broken = true;
	if (fd >= 0)
		close(fd);
}

static void found_file(void *arg, const char *name, const char *type, const void *p, size_t len)
{
	send_child(arg, name, type, p, len);
}

static void work(struct worker *w, int fd)
{
	const char *result = "read";
	struct ig_pages_job job = {.name = w->work.name, .type = w->work.type, .passwords = w->work.words, .view = w->work.view, .letter = w->work.letter, .fd = fd, .size = w->work.size,
		.limits = w->limits, .file = found_file, .arg = w};
	struct ig_buf b;
	struct ig_report *r = ig_pages_read(&job, w->arena, &result);
	ig_buf_init(&b, IG_LINK_MAX - 64);
	ig_report_pack(r, &b);
	if (b.over) {
		ig_buf_reset(&b);
		r = ig_report_fallback(w->arena, r->text, r->text ? strlen(r->text) : 0, "what was read is too large for one report");
		ig_report_pack(r, &b);
	}
	send_child(w, "", IG_CHILD_REPORT, b.data, b.len);
	struct ig_note_did n = {.seq = w->work.seq, .result = result};
	if (ig_note_did_write(WORKER_FD, &n, -1))
		w->broken = true;
}

static void serve_one(void *arg) __attribute__((noreturn));
static void serve_one(void *arg)
{
	struct worker *w = arg;
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	uint16_t kind;
	int fd = -1;
	w->arena = ig_arena_new((size_t)(w->memory - w->memory / 4));
	confine(w);
	if (ig_link_read(WORKER_FD, &kind, &body, &fd, -1) <= 0)
		_exit(0);
	if (kind != IG_NOTE_WORK || fd < 0 || ig_note_work_unpack(&w->work, body.data, body.len, w->arena) || !w->work.part)
		_exit(0);
	work(w, fd);
	_exit(w->broken ? 0 : IG_NURSE_DUE);
}

/* The threads of OpenMP cost four times the processor for nothing here, and this confinement has none; its library reads the word when it is
 * loaded, which is before main. */
static void one_thread(char **argv)
{
	const char *now = getenv("OMP_THREAD_LIMIT");
	if (now && !strcmp(now, "1"))
		return;
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n > 0 && setenv("OMP_THREAD_LIMIT", "1", 1) == 0) {
		self[n] = '\0';
		execv(self, argv);
	}
	ig_die(IG_EX_SOFTWARE, "cannot start itself again: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	static const struct rlimit no_core = {0, 0};
	struct worker w = {.limits = ig_pages_defaults, .memory = 640u << 20};
	struct ig_why why;
	ig_log_init("pages", IG_LOG_WARNING);
	one_thread(argv);
	for (int i = 1; i < argc; i++)
		take_word(&w, argv[i]);
	setrlimit(RLIMIT_CORE, &no_core);
	setpriority(PRIO_PROCESS, 0, YIELDS); /* nobody waits for a page by the millisecond, as the other side of a fax call does */
	if (w.user && ig_sandbox_become(w.user, &why) < 0)
		ig_die(IG_EX_SOFTWARE, "%s", why.text);
	ig_pages_start();
	return ig_nurse("worker", serve_one, &w);
}
