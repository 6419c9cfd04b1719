/* irgatectl read: each file as if it had arrived. The bytes go to a confined irgate-reader, never through this process's own parser; a file
 * that no reader survives gets its fallback record. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
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

enum { HEAD_MAX = 4096, WALL_FACTOR = 4, WALL_EXTRA_MS = 5000 };

struct reader {
	const struct ig_conf *conf;
	int sock;
	pid_t pid;
};

static void reader_end(struct reader *r)
{
	if (r->sock < 0) return;
	close(r->sock);
	kill(r->pid, SIGKILL);
	waitpid(r->pid, NULL, 0);
	r->sock = -1;
}

/* What a file is by its first bytes; pages are read by a later room and get a record that says so. */
static enum ig_kind kind_of(const unsigned char *head, size_t len)
{
	if (len >= 4 && (!memcmp(head, "II*\0", 4) || !memcmp(head, "MM\0*", 4))) return IG_KIND_FAX;
	if (len >= 4 && (!memcmp(head, "%PDF", 4) || !memcmp(head, "\x89PNG", 4) || !memcmp(head, "\xff\xd8\xff", 3))) return IG_KIND_LETTER;
	return IG_KIND_MAIL;
}

/* One message through a reader: a fresh one when the last was used up or has died. NULL with why: no reader survived it. */
static struct ig_report *ask(struct reader *r, int fd, uint64_t size, uint64_t seq, const char *envelope, struct ig_arena *a, struct ig_why *why)
{
	struct ig_note_read ask = {.seq = seq, .envelope = envelope, .size = size};
	struct ig_note_report got;
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	struct ig_report *report = NULL;
	uint16_t kind = 0;
	int received = -1, n = 0;
	for (int attempt = 0; attempt < 2 && n != 1; attempt++) {
		if (r->sock < 0 && (r->sock = ig_reader_spawn(r->conf, &r->pid, why)) < 0) break;
		if (ig_note_read_write(r->sock, &ask, fd)) {
			reader_end(r); /* recycled between two messages: not this one's fault */
			continue;
		}
		do {
			n = ig_link_read(r->sock, &kind, &body, &received, (int)r->conf->reader_cpu * WALL_FACTOR + WALL_EXTRA_MS);
			if (received >= 0) close(received);
		} while (n == 1 && kind == IG_NOTE_NEED);
		if (n == 1) break;
		ig_why(why, n < 0 && errno == ETIMEDOUT ? "reading took too long" : "the reader did not survive it");
		bool used = n == 0 && attempt == 0; /* perhaps it had ended before it saw the message */
		reader_end(r);
		if (!used) break;
	}
	if (n == 1 && kind == IG_NOTE_REPORT && !ig_note_report_unpack(&got, body.data, body.len, a) && got.seq == seq) {
		report = IG_NEW(a, struct ig_report);
		if (ig_report_unpack(got.report.p, got.report.len, a, report, why)) report = NULL;
	}
	ig_buf_free(&body);
	return report;
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

static const char *envelope_of(const char *path, enum ig_kind kind, const char *sidecar, struct ig_arena *a)
{
	struct ig_buf b = IG_BUF_INIT(1 << 20);
	const char *slash = strrchr(path, '/');
	struct ig_envelope e = {.channel = kind == IG_KIND_FAX ? IG_CHANNEL_FAX : IG_CHANNEL_MAIL, .source = "read", .sidecar = sidecar,
		.source_file = ig_utf8_repair(a, slash ? slash + 1 : path, strlen(slash ? slash + 1 : path))};
	ig_envelope_print(&e, &b);
	const char *text = ig_arena_strdup(a, b.data);
	ig_buf_free(&b);
	return text;
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
	size_t len = got > 0 ? (size_t)got : 0;
	enum ig_kind kind = kind_of(head, len);
	const char *sidecar = kind != IG_KIND_MAIL ? sidecar_of(path, a) : NULL;
	if (sidecar) kind = IG_KIND_FAX;
	struct ig_report *report = NULL;
	/* The reader gets a copy of its own: it may not share a description of the operator's file. */
	if (kind == IG_KIND_MAIL || kind == IG_KIND_FAX) {
		int copy = (int)memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
		if (copy >= 0 && !ig_fs_copy(fd, copy, (uint64_t)st.st_size) && !fcntl(copy, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) &&
		    lseek(copy, 0, SEEK_SET) == 0)
			report = ask(r, copy, (uint64_t)st.st_size, seq, envelope_of(path, kind, sidecar, a), a, &why);
		else
			ig_why(&why, "it cannot be copied: %s", strerror(errno));
		if (copy >= 0) close(copy);
	} else {
		ig_why(&why, "pages are not read yet");
	}
	close(fd);
	if (!report) {
		report = ig_report_fallback(a, kind == IG_KIND_MAIL ? (const char *)head : "", kind == IG_KIND_MAIL ? len : 0, why.text);
		report->kind = kind;
	}
	return report;
}

int ig_ctl_read(struct ig_ctl *c)
{
	struct reader r = {.sock = -1};
	struct ig_buf line = IG_BUF_INIT(256u << 20), clean = IG_BUF_INIT(512u << 20);
	int code = IG_EX_OK;
	ig_ctl_option(c, "--keys"); /* keys come with the room that uses them; the word is part of the interface */
	if (ig_ctl_words(c, 1, INT32_MAX)) return IG_EX_USAGE;
	struct ig_conf *conf = ig_ctl_load_conf(ig_ctl_conf_file(), !access(ig_ctl_conf_file(), R_OK));
	if (!conf) return IG_EX_CONFIG;
	r.conf = conf;
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < c->argc; i++) {
		struct ig_arena *a = ig_arena_new(0);
		struct ig_report *report = read_one(&r, c->argv[i], (uint64_t)i + 1, a);
		if (access(c->argv[i], R_OK)) code = IG_EX_DATA;
		ig_buf_reset(&line);
		ig_report_print(report, ig_utf8_repair(a, c->argv[i], strlen(c->argv[i])), &line);
		ig_buf_char(&line, '\n');
		ig_buf_reset(&clean);
		ig_ctl_clean_json(&clean, line.data, line.len);
		c->out(c, clean.data, clean.len);
		ig_arena_free(a);
	}
	reader_end(&r);
	ig_buf_free(&line);
	ig_buf_free(&clean);
	ig_conf_free(conf);
	return code;
}
