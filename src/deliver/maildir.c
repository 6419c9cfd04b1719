/* The Maildir that stands in for a smarthost: one file a mail, named by its dispatch and linked without overwriting, so that a mail which is
 * there already was sent. Answered ok only when file and directory are on disk. Relies on one sender a Maildir (the instance's lock). */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/fs.h"
#include "deliver/deliver.h"

struct maildir {
	const struct ig_conf *conf;
	int tmp, new, cur; /* directories; -1: not open */
	dev_t device;
	ino_t inode;       /* of new/, to notice that the folder was moved away */
};

static void *maildir_open(const struct ig_conf *conf)
{
	struct maildir *m = ig_xmalloc(sizeof *m);
	m->conf = conf;
	m->tmp = m->new = m->cur = -1;
	return m;
}

static void maildir_idle(void *session)
{
	struct maildir *m = session;
	int *all[] = {&m->tmp, &m->new, &m->cur};
	for (size_t i = 0; i < IG_COUNT(all); i++) {
		if (*all[i] >= 0)
			close(*all[i]);
		*all[i] = -1;
	}
}

static void maildir_close(void *session)
{
	maildir_idle(session);
	free(session);
}

static int folder_open(const struct maildir *m, const char *name)
{
	char path[4096];
	if ((size_t)snprintf(path, sizeof path, "%s/%s", m->conf->outgoing, name) >= sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	mkdir(path, 0700); /* usually there; a Maildir that lost a folder gets it back */
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int folders_open(struct maildir *m)
{
	char path[4096];
	struct stat st;
	snprintf(path, sizeof path, "%s/new", m->conf->outgoing);
	if (m->new >= 0 && !stat(path, &st) && st.st_dev == m->device && st.st_ino == m->inode)
		return 0;
	maildir_idle(m);
	m->tmp = folder_open(m, "tmp");
	m->new = m->tmp < 0 ? -1 : folder_open(m, "new");
	m->cur = m->new < 0 ? -1 : folder_open(m, "cur");
	if (m->cur < 0 || fstat(m->new, &st)) {
		int error = errno;
		maildir_idle(m);
		errno = error;
		return -1;
	}
	m->device = st.st_dev;
	m->inode = st.st_ino;
	return 0;
}

static bool name_ok(const char *name)
{
	size_t len = strlen(name);
	return len && len < 64 && name[0] != '.' && !name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")];
}

static bool taken_already(const struct maildir *m, const char *name)
{
	char moved[80];
	if (!faccessat(m->new, name, F_OK, 0) || !faccessat(m->cur, name, F_OK, 0))
		return true;
	static const char *const flags[] = {":2,", ":2,S", ":2,RS", ":2,T", ":2,ST"}; /* a mail reader moves what it saw */
	for (size_t i = 0; i < IG_COUNT(flags); i++) {
		snprintf(moved, sizeof moved, "%.63s%s", name, flags[i]);
		if (!faccessat(m->cur, moved, F_OK, 0))
			return true;
	}
	return false;
}

static void failed(struct ig_deliver_result *r, const char *what)
{
	int error = errno;
	ig_deliver_say(r, IG_LATER, error == ENOSPC || error == EDQUOT ? "4.3.1" : "4.3.0", "%s: %s", what, strerror(error));
	r->unreachable = true;
}

/* A delivery into a mailbox keeps the envelope's sender in front of the mail (RFC 5321 section 4.4): whoever forwards or bounces what lies
 * here finds our bounce address in it. */
static int put_return_path(int fd, const char *sender)
{
	struct ig_buf line = IG_BUF_INIT(1024);
	ig_buf_fmt(&line, "Return-Path: <%s>\r\n", sender ? sender : "");
	int bad = line.over ? 0 : ig_fs_write_all(fd, line.data, line.len);
	ig_buf_free(&line);
	return bad;
}

/* The bytes in tmp/, synced. True when the file is there to be linked. */
static bool file_write(const struct maildir *m, const struct ig_deliver_job *job, struct ig_deliver_result *r)
{
	*r = (struct ig_deliver_result){.outcome = IG_LATER};
	if (!name_ok(job->name)) {
		ig_deliver_say(r, IG_NEVER_AGAIN, "5.3.0", "the name is not one for a file");
		return false;
	}
	if (taken_already(m, job->name)) {
		ig_deliver_say(r, IG_OK, "exists", "sent before");
		return false;
	}
	/* A file left by a killed sender may be the very one that is linked in new/: it is removed, never written to. */
	unlinkat(m->tmp, job->name, 0);
	int fd = openat(m->tmp, job->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool ok = fd >= 0 && !put_return_path(fd, job->sender) && !ig_fs_write_all(fd, job->bytes, job->size) && !fsync(fd);
	if (!ok)
		failed(r, "the mail cannot be written");
	if (fd >= 0 && close(fd) && ok) {
		failed(r, "the mail cannot be written");
		ok = false;
	}
	if (!ok && fd >= 0)
		unlinkat(m->tmp, job->name, 0);
	return ok;
}

static void file_link(const struct maildir *m, const struct ig_deliver_job *job, struct ig_deliver_result *r)
{
	if (linkat(m->tmp, job->name, m->new, job->name, 0)) {
		if (errno == EEXIST)
			ig_deliver_say(r, IG_OK, "exists", "sent before");
		else
			failed(r, "the mail cannot be put in place");
		return;
	}
	ig_deliver_say(r, IG_OK, "250", "new/%s", job->name);
}

/* Files one by one, then one sync of new/ for all of them. */
static void maildir_attempts(void *session, const struct ig_deliver_job *jobs, size_t count, struct ig_deliver_result *results)
{
	struct maildir *m = session;
	bool written[IG_DELIVER_BATCH] = {false}, linked = false;
	if (folders_open(m)) {
		for (size_t i = 0; i < count; i++) {
			results[i] = (struct ig_deliver_result){.outcome = IG_LATER};
			failed(&results[i], m->conf->outgoing ? m->conf->outgoing : "no outgoing folder");
		}
		return;
	}
	for (size_t i = 0; i < count && i < IG_DELIVER_BATCH; i++)
		written[i] = file_write(m, &jobs[i], &results[i]);
	for (size_t i = 0; i < count && i < IG_DELIVER_BATCH; i++) {
		if (written[i])
			file_link(m, &jobs[i], &results[i]);
		linked |= results[i].outcome == IG_OK; /* one that exists may be there since the moment before a crash: not yet synced */
	}
	bool synced = !linked || !fsync(m->new);
	int error = errno;
	for (size_t i = 0; i < count && i < IG_DELIVER_BATCH; i++) {
		if (written[i])
			unlinkat(m->tmp, jobs[i].name, 0);
		if (!synced && results[i].outcome == IG_OK) {
			errno = error;
			failed(&results[i], "the folder cannot be synced");
		}
	}
}

static void maildir_attempt(void *session, const struct ig_deliver_job *job, struct ig_deliver_result *r)
{
	maildir_attempts(session, job, 1, r);
}

const struct ig_deliver_driver ig_deliver_maildir = {.name = "maildir", .open = maildir_open, .attempt = maildir_attempt,
	.attempts = maildir_attempts, .idle = maildir_idle, .close = maildir_close};
