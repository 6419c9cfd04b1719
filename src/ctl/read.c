/* irgatectl read: each file as if it had arrived. The bytes go to a confined irgate-reader and, for what it cannot read, to the workers
 * of slow reading, never through this process's own parser; a file that no reader survives gets its fallback record. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/link.h"
#include "base/utf8.h"
#include "ctl/room.h"
#include "intake/intake.h"
#include "model/envelope.h"
#include "model/notes.h"
#include "model/report.h"
#include "role/role.h"

enum { HEAD_MAX = 4096, WALL_FACTOR = 4, WALL_EXTRA_MS = 5000, PARTS_MAX = 64, ROUNDS_MAX = 4, END_LOOKS = 200 };

struct peer { /* a reader, or a worker of slow reading */
	const char *kind;
	int sock;
	pid_t pid;
};
struct reader {
	const struct ig_conf *conf;
	struct peer reader, workers[2];
	bool has_keys; /* a home is there: none is made by reading */
	bool explain;  /* how filters went */
	const struct ig_ctl_view *view; /* a place is wanted instead of a report; NULL: none */
	const char *wanted;             /* the file that is this part is wanted instead */
	struct ig_buf *file;            /* it */
};
struct part {
	struct ig_note_part n;
	int fd;
};
struct child {
	struct ig_note_child n;
	int fd;
};
struct reading { /* of one file */
	struct reader *r;
	struct ig_arena *a;
	uint64_t seq, size;
	int fd;
	const char *envelope;
	struct part parts[PARTS_MAX];
	size_t part_count, done;
	struct child children[IG_CHILDREN_MAX];
	size_t child_count;
};

/* The end of its socket ends it; one that hangs is killed. */
static void peer_end(struct peer *p)
{
	if (p->sock < 0) return;
	close(p->sock);
	for (int i = 0; i < END_LOOKS && !strcmp(p->kind, "keys"); i++) { /* it has an agent to put away */
		if (waitpid(p->pid, NULL, WNOHANG) == p->pid) {
			p->sock = -1;
			return;
		}
		usleep(10000);
	}
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
	p->sock = -1;
}

static bool hand_over(struct reading *g, unsigned parts)
{
	struct ig_note_read ask = {.seq = g->seq, .envelope = g->envelope, .size = g->size, .parts = parts};
	for (size_t i = 0; i < g->child_count; i++)
		if (ig_note_child_write(g->r->reader.sock, &g->children[i].n, g->children[i].fd)) return false;
	return !ig_note_read_write(g->r->reader.sock, &ask, g->fd);
}

static void keep_part(struct reading *g, const struct ig_buf *body, int fd)
{
	struct part *p = &g->parts[g->part_count];
	if (fd >= 0 && g->part_count < PARTS_MAX && !ig_note_part_unpack(&p->n, body->data, body->len, g->a) && p->n.part && p->n.kind) {
		p->fd = fd;
		g->part_count++;
	} else if (fd >= 0) {
		close(fd);
	}
}

/* One message through a reader: a fresh one when the last was used up or has died. NULL with why: no reader survived it. */
static struct ig_report *ask(struct reading *g, unsigned parts, struct ig_why *why)
{
	struct peer *r = &g->r->reader;
	struct ig_note_report got;
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	struct ig_report *report = NULL;
	uint16_t kind = 0;
	int received = -1, n = 0;
	for (int attempt = 0; attempt < 2 && n != 1; attempt++) {
		if (r->sock < 0 && (r->sock = g->r->explain ? ig_reader_spawn_explaining(g->r->conf, &r->pid, why) : ig_reader_spawn(g->r->conf, &r->pid, why)) < 0) break;
		if (!hand_over(g, parts)) {
			peer_end(r); /* recycled between two messages: not this one's fault */
			continue;
		}
		while ((n = ig_link_read(r->sock, &kind, &body, &received, (int)g->r->conf->reader_cpu * WALL_FACTOR + WALL_EXTRA_MS)) == 1 && kind != IG_NOTE_REPORT)
			keep_part(g, &body, kind == IG_NOTE_PART ? received : -1);
		if (n == 1) break;
		ig_why(why, n < 0 && errno == ETIMEDOUT ? "reading took too long" : "the reader did not survive it");
		bool used = n == 0 && attempt == 0; /* perhaps it had ended before it saw the message */
		peer_end(r);
		if (!used) break;
	}
	if (n == 1 && kind == IG_NOTE_REPORT && !ig_note_report_unpack(&got, body.data, body.len, g->a) && got.seq == g->seq) {
		report = IG_NEW(g->a, struct ig_report);
		if (ig_report_unpack(got.report.p, got.report.len, g->a, report, why)) report = NULL;
	}
	ig_buf_free(&body);
	return report;
}

static void keep_child(struct reading *g, const struct ig_note_child *n, int fd)
{
	if (g->child_count < IG_CHILDREN_MAX)
		g->children[g->child_count++] = (struct child){.n = *n, .fd = fd};
	else if (fd >= 0)
		close(fd);
}

/* What came of the part: CHILD notes until DID. -1 with why: nothing. */
static int listen_to(struct reading *g, struct peer *w, const struct part *p, struct ig_why *why)
{
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	struct ig_note_child c;
	size_t before = g->child_count;
	uint16_t kind = 0;
	int fd = -1, n;
	while ((n = ig_link_read(w->sock, &kind, &body, &fd, (int)g->r->conf->pages_time)) == 1 && kind == IG_NOTE_CHILD) {
		if (fd < 0 || ig_note_child_unpack(&c, body.data, body.len, g->a)) break;
		c.part = p->n.part;
		if (g->r->view) {
			ig_ctl_view_take(g->r->view, &c, fd);
			close(fd);
			g->child_count = before; /* the report of a place says nothing */
			continue;
		}
		keep_child(g, &c, fd);
	}
	ig_buf_free(&body);
	if (n == 1 && kind == IG_NOTE_DID && g->r->view) return 0;
	if (n == 1 && kind == IG_NOTE_DID) return g->child_count > before ? 0 : ig_why(why, "nothing was found");
	ig_why(why, n < 0 && errno == ETIMEDOUT ? "reading it took too long" : "the worker ended while reading it");
	peer_end(w);
	return -1;
}

static void slow(struct reading *g, struct part *p)
{
	struct ig_why why = {"no worker for this kind"};
	struct ig_note_work n = {.seq = g->seq, .part = p->n.part, .name = p->n.name, .type = p->n.type, .words = p->n.words, .size = p->n.size,
		.view = g->r->view ? g->r->view->place : NULL};
	int bad = -1;
	for (size_t i = 0; i < IG_COUNT(g->r->workers); i++) {
		struct peer *w = &g->r->workers[i];
		if (strcmp(w->kind, p->n.kind)) continue;
		if (!strcmp(w->kind, "keys") && !g->r->has_keys) {
			ig_why(&why, "no keys are there to open it with");
			break;
		}
		if (w->sock >= 0 && ig_note_work_write(w->sock, &n, p->fd)) peer_end(w); /* it ended after the last one */
		else if (w->sock >= 0) bad = listen_to(g, w, p, &why);
		if (w->sock < 0 && bad && (w->sock = ig_worker_spawn(g->r->conf, w->kind, &w->pid, &why)) >= 0 && strncmp(why.text, "reading it", 10))
			bad = ig_note_work_write(w->sock, &n, p->fd) ? ig_why(&why, "the worker ended") : listen_to(g, w, p, &why);
	}
	close(p->fd);
	if (bad) {
		struct ig_note_child none = {.seq = g->seq, .part = p->n.part, .name = ig_arena_strdup(g->a, why.text), .type = IG_CHILD_NONE};
		keep_child(g, &none, -1);
	}
}

/* Both steps of reading, as the daemon does them (DESIGN "Reading has two steps"). */
static struct ig_report *read_both(struct reading *g, struct ig_why *why)
{
	struct ig_report *report = ask(g, IG_READ_PARTS, why), *more = report;
	for (int round = 1; more && g->done < g->part_count && round <= ROUNDS_MAX; round++) {
		while (g->done < g->part_count)
			slow(g, &g->parts[g->done++]);
		more = ask(g, round < ROUNDS_MAX ? IG_READ_PARTS : 0, why);
		report = more ? more : report; /* what was found killed the reader: the first report still stands */
	}
	for (size_t i = 0; i < g->child_count; i++)
		if (g->children[i].fd >= 0) close(g->children[i].fd);
	return report;
}

/* The part that the place is of; nothing is read of the others. */
static void view_part(struct reading *g, struct ig_why *why)
{
	const char *file = g->r->view->file;
	ask(g, IG_READ_PARTS, why);
	for (; g->done < g->part_count; g->done++) {
		struct part *p = &g->parts[g->done];
		if (!strcmp(p->n.kind, "pages") && (!file || (p->n.name && !strcmp(p->n.name, file)))) slow(g, p);
		else close(p->fd);
	}
}

/* One file of the message as it came; the others are closed unread. */
static void file_part(struct reading *g, struct ig_why *why)
{
	ask(g, IG_READ_FILES, why);
	for (; g->done < g->part_count; g->done++) {
		struct part *p = &g->parts[g->done];
		if (!strcmp(p->n.kind, IG_SCAN_KIND) && !strcmp(p->n.part, g->r->wanted) && !g->r->file->len && ig_fs_read_fd(p->fd, g->r->file))
			ig_buf_reset(g->r->file);
		close(p->fd);
	}
}

/* The facts of a fax stand beside it (INTERFACE: NAME.json); NULL where there are none. */
static const char *sidecar_of(const char *path, struct ig_arena *a)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
	struct ig_buf b = IG_BUF_INIT(IG_SPOOL_SIDECAR_MAX);
	const char *text = NULL;
	for (int whole = 0; whole < 2 && !text; whole++) {
		if (!whole && (!dot || !strcmp(dot, ".json"))) continue;
		ig_buf_reset(&b);
		const char *beside = whole ? ig_arena_fmt(a, "%s.json", path) : ig_arena_fmt(a, "%.*s.json", (int)(dot - path), path);
		if (!ig_fs_read_file(beside, &b) && !b.over && ig_utf8_valid(b.data, b.len)) text = ig_arena_strdup(a, b.data);
	}
	ig_buf_free(&b);
	return text;
}

static const char *envelope_of(const char *path, bool pages, struct ig_arena *a)
{
	const char *slash = strrchr(path, '/'), *sidecar = pages ? sidecar_of(path, a) : NULL;
	struct ig_buf b = IG_BUF_INIT(1 << 20);
	struct ig_envelope e = {.channel = sidecar ? IG_CHANNEL_FAX : IG_CHANNEL_MAIL, .source = "read", .sidecar = sidecar,
		.source_file = ig_utf8_repair(a, slash ? slash + 1 : path, strlen(slash ? slash + 1 : path))};
	ig_envelope_print(&e, &b);
	const char *text = ig_arena_strdup(a, b.data);
	ig_buf_free(&b);
	return text;
}

static bool is_pages(const unsigned char *head, size_t len)
{
	return len >= 4 && (!memcmp(head, "II*\0", 4) || !memcmp(head, "MM\0*", 4) || !memcmp(head, "%PDF", 4));
}

static struct ig_report *read_one(struct reader *r, const char *path, uint64_t seq, struct ig_arena *a)
{
	unsigned char head[HEAD_MAX];
	struct ig_why why = {"unreadable"};
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		struct ig_report *none = ig_report_fallback(a, "", 0, ig_arena_fmt(a, "the file cannot be opened: %s", fd < 0 ? strerror(errno) : "not a regular file"));
		if (fd >= 0) close(fd);
		return none;
	}
	ssize_t got = pread(fd, head, sizeof(head), 0);
	struct ig_report *report = NULL;
	/* The reader gets a copy of its own: it may not share a description of the operator's file. */
	int copy = (int)memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (copy >= 0 && !ig_fs_copy(fd, copy, (uint64_t)st.st_size) && !fcntl(copy, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) &&
	    lseek(copy, 0, SEEK_SET) == 0) {
		struct reading *g = IG_NEW(a, struct reading);
		*g = (struct reading){.r = r, .a = a, .seq = seq, .size = (uint64_t)st.st_size, .fd = copy, .envelope = envelope_of(path, is_pages(head, got > 0 ? (size_t)got : 0), a)};
		if (r->view) view_part(g, &why);
		else if (r->wanted) file_part(g, &why);
		else report = read_both(g, &why);
	} else {
		ig_why(&why, "it cannot be copied: %s", strerror(errno));
	}
	if (copy >= 0) close(copy);
	close(fd);
	return report ? report : ig_report_fallback(a, head, got > 0 ? (size_t)got : 0, why.text);
}

/* ---- for other verbs that read files */

struct ig_ctl_reader {
	struct reader r;
	uint64_t seq;
};

struct ig_ctl_reader *ig_ctl_reader_new(const struct ig_conf *conf, bool explain)
{
	struct ig_ctl_reader *x = ig_xmalloc(sizeof(*x));
	x->r = (struct reader){.conf = conf, .reader = {.kind = "reader", .sock = -1}, .workers = {{"pages", -1, 0}, {"keys", -1, 0}}, .explain = explain};
	signal(SIGPIPE, SIG_IGN);
	return x;
}

struct ig_report *ig_ctl_reader_read(struct ig_ctl_reader *x, const char *path, struct ig_arena *a)
{
	return read_one(&x->r, path, ++x->seq, a);
}

void ig_ctl_reader_view(struct ig_ctl_reader *x, const char *path, const struct ig_ctl_view *view, struct ig_arena *a)
{
	x->r.view = view;
	read_one(&x->r, path, ++x->seq, a);
	x->r.view = NULL;
}

void ig_ctl_reader_file(struct ig_ctl_reader *x, const char *path, const char *part, struct ig_buf *out, struct ig_arena *a)
{
	x->r.wanted = part, x->r.file = out;
	read_one(&x->r, path, ++x->seq, a);
	x->r.wanted = NULL, x->r.file = NULL;
}

struct ig_ctl_reader *ig_ctl_reader_free(struct ig_ctl_reader *x)
{
	if (!x) return NULL;
	peer_end(&x->r.reader);
	for (size_t i = 0; i < IG_COUNT(x->r.workers); i++) peer_end(&x->r.workers[i]);
	free(x);
	return NULL;
}

/* The worker has a folder of its own to stand in. */
static const char *absolute(const char *path, struct ig_arena *a)
{
	char here[PATH_MAX];
	return *path == '/' || !getcwd(here, sizeof(here)) ? ig_arena_strdup(a, path) : ig_arena_fmt(a, "%s/%s", here, path);
}

int ig_ctl_read(struct ig_ctl *c)
{
	struct reader r = {.reader = {.kind = "reader", .sock = -1}, .workers = {{"pages", -1, 0}, {"keys", -1, 0}}};
	struct ig_buf line = IG_BUF_INIT(256u << 20), clean = IG_BUF_INIT(512u << 20);
	int code = IG_EX_OK;
	const char *home = ig_ctl_option(c, "--keys");
	if (ig_ctl_words(c, 1, INT32_MAX)) return IG_EX_USAGE;
	struct ig_conf *conf = ig_ctl_load_conf(ig_ctl_conf_file(), !access(ig_ctl_conf_file(), R_OK));
	if (!conf) return IG_EX_CONFIG;
	r.conf = conf;
	if (home) conf->keys_home = absolute(home, conf->arena);
	struct stat st;
	r.has_keys = !stat(conf->keys_home ? conf->keys_home : ig_arena_fmt(conf->arena, "%s/keys", conf->var), &st) && S_ISDIR(st.st_mode);
	if (home && !r.has_keys) {
		ig_conf_free(conf);
		return ig_ctl_fail(c, IG_EX_USAGE, "--keys %s: not a directory", home);
	}
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < c->argc; i++) {
		struct ig_arena *a = ig_arena_new(0);
		struct ig_report *report = read_one(&r, c->argv[i], (uint64_t)i + 1, a);
		if (access(c->argv[i], R_OK) || stat(c->argv[i], &st) || !S_ISREG(st.st_mode)) code = IG_EX_DATA;
		ig_buf_reset(&line);
		ig_report_print(report, ig_utf8_repair(a, c->argv[i], strlen(c->argv[i])), &line);
		ig_buf_char(&line, '\n');
		ig_buf_reset(&clean);
		ig_ctl_clean_json(&clean, line.data, line.len);
		c->out(c, clean.data, clean.len);
		ig_arena_free(a);
	}
	peer_end(&r.reader);
	for (size_t i = 0; i < IG_COUNT(r.workers); i++) peer_end(&r.workers[i]);
	ig_buf_free(&line);
	ig_buf_free(&clean);
	ig_conf_free(conf);
	return code;
}
