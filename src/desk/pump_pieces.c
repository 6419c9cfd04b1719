/* The documents of a joined letter for the worker that reads it: their bytes, out of the evidence, one after the other. They are carried and not looked
 * into. Relies on join.c for which they are. */
#include "config.h"
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/fs.h"
#include "desk/pump.h"

int ig_pump_gather(struct ig_pump *p, struct ig_job *j, struct ig_job_part *part, struct ig_why *why)
{
	struct ig_buf list = IG_BUF_INIT(IG_DESK_JOINED_MAX * 80);
	int all = (int)memfd_create("letter", MFD_CLOEXEC | MFD_ALLOW_SEALING), bad = all < 0 ? ig_why(why, "memfd: %s", strerror(errno)) : 0;
	uint64_t size = 0;
	for (size_t i = 0; i < j->piece_count && !bad; i++) {
		struct ig_evidence_frame f;
		int found = ig_evidence_read_frame(p->log, (uint64_t)j->pieces[i].frame, j->arena, &f, why);
		if (found == 1 && f.redacted)
			found = ig_why(why, "it was redacted");
		int fd = found == 1 ? ig_evidence_payload_fd(p->log, &f, why) : -1;
		bad = fd < 0 ? -1 : ig_fs_copy(fd, all, f.size) ? ig_why(why, "it cannot be copied: %s", strerror(errno)) : 0;
		if (fd >= 0)
			close(fd);
		ig_buf_fmt(&list, "%s%lld %llu %s", i ? ";" : "", (long long)j->pieces[i].message, (unsigned long long)f.size, j->pieces[i].pages);
		size += bad ? 0 : f.size;
		if (bad)
			ig_why(why, "message %lld: %s", (long long)j->pieces[i].message, ig_arena_strdup(j->arena, why->text));
	}
	if (!bad && lseek(all, 0, SEEK_SET) < 0)
		bad = ig_why(why, "memfd: %s", strerror(errno));
	if (!bad) {
		if (part->fd >= 0)
			close(part->fd);
		part->fd = all;
		part->size = size;
		part->letter = ig_arena_strdup(j->arena, list.data);
	} else if (all >= 0) {
		close(all);
	}
	ig_buf_free(&list);
	return bad;
}
