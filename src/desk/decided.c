/* How far the frames were ever decided upon, kept outside of the store. A store that was put back from a backup has forgotten cases and letters;
 * its frames are decided again, but whoever was answered then must not be answered once more by itself (DESIGN "Why nothing is lost or
 * doubled" 7). The mark is written after each commit and never synced: it may be behind the store, it is never before it. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/log.h"
#include "desk/room.h"

/* Beside store/ and not in it, so that a folder put back as a whole does not bring its own mark; where var belongs to another user, in it. */
static int open_mark(struct ig_desk *d)
{
	static const char *const names[] = {"decided", "store/decided"};
	int fd = -1;
	for (size_t i = 0; fd < 0 && i < IG_COUNT(names); i++)
		fd = open(ig_arena_fmt(d->arena, "%s/%s", d->conf->var, names[i]), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	return fd;
}

void ig_desk_decided_open(struct ig_desk *d)
{
	uint64_t le, cursor = 0;
	d->decided_fd = open_mark(d);
	if (d->decided_fd < 0) {
		ig_log(IG_LOG_WARNING, "%s/decided: %s", d->conf->var, strerror(errno));
		return;
	}
	if (!ig_fs_pread_all(d->decided_fd, &le, sizeof(le), 0))
		d->decided = le64toh(le);
	if (!ig_store_cursor(d->store, &cursor) && cursor < d->decided)
		d->again = d->decided;
}

void ig_desk_decided(struct ig_desk *d, uint64_t seq)
{
	uint64_t le = htole64(seq);
	if (d->decided_fd < 0 || seq <= d->decided)
		return;
	d->decided = seq;
	if (ig_fs_pwrite_all(d->decided_fd, &le, sizeof(le), 0))
		ig_log(IG_LOG_WARNING, "%s/decided: %s", d->conf->var, strerror(errno));
}

uint64_t ig_desk_again(const struct ig_desk *d)
{
	return d->again;
}

void ig_desk_decided_close(struct ig_desk *d)
{
	if (d->decided_fd >= 0)
		close(d->decided_fd);
}
