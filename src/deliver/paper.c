/* Letters to print: a PDF and its facts in a folder, named by the dispatch and linked without overwriting, so that a letter which is there already was
 * printed. The facts are linked first: whoever sees NAME.pdf finds them. Answered well only when both and the folder are on disk. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fs.h"
#include "deliver/deliver.h"
#include "model/incident.h"

/* Written and synced under a hidden name, linked to its own, never over another. */
static int put(int dir, const char *name, const void *p, size_t len)
{
	char hidden[96];
	int rc = -1;
	snprintf(hidden, sizeof hidden, ".%.80s", name);
	unlinkat(dir, hidden, 0); /* of a clerk that was killed */
	int fd = openat(dir, hidden, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	if (!ig_fs_write_all(fd, p, len) && !fsync(fd))
		rc = linkat(dir, hidden, dir, name, 0) && errno != EEXIST ? -1 : 0;
	int error = errno;
	close(fd);
	unlinkat(dir, hidden, 0);
	errno = error;
	return rc;
}

static int folder_open(const char *folder)
{
	mkdir(folder, 0700);
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int ig_deliver_edxml(const char *folder, int64_t dispatch, const void *p, size_t len, struct ig_why *why)
{
	char name[IG_DISPATCH_TEXT_MAX], file[80];
	if (!folder)
		return ig_why(why, "no outbox for electronic documents is configured (letters.edxml_outgoing)");
	int dir = folder_open(folder);
	snprintf(file, sizeof file, "%.60s.edxml", ig_dispatch_print(dispatch, name));
	int rc = dir < 0 || put(dir, file, p, len) || fsync(dir) ? -1 : 0, error = errno;
	if (dir >= 0)
		close(dir);
	return rc ? ig_why(why, "%s: %s", folder, strerror(error)) : 0;
}

int ig_deliver_paper(const char *folder, const char *name, const char *facts, const void *pdf, size_t len, struct ig_why *why)
{
	char file[80];
	if (!folder)
		return ig_why(why, "no folder for letters is configured (letters.outgoing)");
	int dir = folder_open(folder), rc = -1;
	if (dir >= 0) {
		snprintf(file, sizeof file, "%.60s.json", name);
		rc = put(dir, file, facts, strlen(facts));
		snprintf(file, sizeof file, "%.60s.pdf", name);
		if (!rc)
			rc = put(dir, file, pdf, len) || fsync(dir) ? -1 : 0;
	}
	int error = errno;
	if (dir >= 0)
		close(dir);
	return rc ? ig_why(why, "%s: %s", folder, strerror(error)) : 0;
}
