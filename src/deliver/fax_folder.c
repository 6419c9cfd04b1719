/* The folder that stands in for a fax line: one TIFF a fax and NAME.json beside it, named by the dispatch and linked without overwriting, so that a
 * fax which is there already was sent. The facts are linked first: whoever sees NAME.tif finds them. Answered ok only when both and the directory
 * are on disk. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/sha256.h"
#include "deliver/deliver.h"

struct folder {
	const struct ig_conf *conf;
};

static void *folder_open(const struct ig_conf *conf)
{
	struct folder *f = ig_xmalloc(sizeof *f);
	f->conf = conf;
	return f;
}

static void failed(struct ig_deliver_result *r, const char *what)
{
	int error = errno;
	ig_deliver_say(r, IG_LATER, error == ENOSPC || error == EDQUOT ? "4.3.1" : "4.3.0", "%s: %s", what, strerror(error));
	r->unreachable = true;
}

/* Written and synced under a hidden name, linked to its own, never over another. 0 there now; 1 it was there before; -1. */
static int put(int dir, const char *name, const void *p, size_t len)
{
	char hidden[96];
	int fd, rc = -1, error;
	snprintf(hidden, sizeof hidden, ".%.80s", name);
	unlinkat(dir, hidden, 0); /* of a sender that was killed */
	fd = openat(dir, hidden, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	if (!ig_fs_write_all(fd, p, len) && !fsync(fd)) {
		rc = linkat(dir, hidden, dir, name, 0) ? -1 : 0;
		if (rc && errno == EEXIST)
			rc = 1;
	}
	error = errno;
	close(fd);
	unlinkat(dir, hidden, 0);
	errno = error;
	return rc;
}

static int pages_of(const struct ig_deliver_job *job)
{
	json_t *o = job->options ? json_loads(job->options, 0, NULL) : NULL;
	int pages = (int)json_integer_value(json_object_get(o, "pages"));
	json_decref(o);
	return pages;
}

/* What a call would tell, as far as there is one. */
static void tell(const struct ig_deliver_job *job, const char *sha256, int pages, struct ig_deliver_result *r)
{
	char now[IG_TIME_MAX];
	ig_time_rfc3339(ig_now(), now);
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:s, s:s}", "line", "folder", "number", job->recipient, "started", now, "ended", now, "pages", pages,
		"total", pages, "result", "sent", "sha256", sha256);
	char *text = json_dumps(o, JSON_COMPACT);
	snprintf(r->detail, sizeof r->detail, "%s", text ? text : "");
	free(text);
	json_decref(o);
}

static void fax_put(int dir, const struct ig_deliver_job *job, struct ig_deliver_result *r)
{
	char tif[80], json[80], hex[IG_SHA256_HEX];
	uint8_t sum[IG_SHA256_LEN];
	int pages = pages_of(job);
	ig_sha256_of(job->bytes, job->size, sum);
	ig_sha256_hex(sum, hex);
	snprintf(tif, sizeof tif, "%.60s.tif", job->name);
	snprintf(json, sizeof json, "%.60s.json", job->name);
	json_t *o = json_pack("{s:s, s:s, s:i, s:s}", "dispatch", job->name, "number", job->recipient, "pages", pages, "sha256", hex);
	char *facts = o ? json_dumps(o, JSON_INDENT(1)) : NULL;
	json_decref(o);
	int facts_there = facts ? put(dir, json, facts, strlen(facts)) : -1;
	int pages_there = facts_there < 0 ? -1 : put(dir, tif, job->bytes, job->size);
	free(facts);
	if (pages_there < 0 || fsync(dir)) {
		failed(r, "the fax cannot be put in place");
		return;
	}
	tell(job, hex, pages, r);
	ig_deliver_say(r, IG_OK, "sent", pages_there ? "put there before" : "%s", tif);
}

static void folder_attempt(void *session, const struct ig_deliver_job *job, struct ig_deliver_result *r)
{
	struct folder *f = session;
	*r = (struct ig_deliver_result){.outcome = IG_LATER};
	mkdir(f->conf->fax_outgoing, 0700);
	int dir = open(f->conf->fax_outgoing, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		failed(r, f->conf->fax_outgoing);
		return;
	}
	fax_put(dir, job, r);
	close(dir);
}

static void folder_idle(void *session)
{
	(void)session;
}

static void folder_close(void *session)
{
	free(session);
}

const struct ig_deliver_driver ig_deliver_fax_folder = {.name = "fax folder", .open = folder_open, .attempt = folder_attempt, .idle = folder_idle,
	.close = folder_close};
