/* A message that is being collected. Relies on var/tmp being ours; knows nothing of where the bytes come from. */
#include "config.h"
#include "intake/draft.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/fs.h"

int ig_draft_add(struct ig_draft *d, const struct ig_conf *c, const void *p, size_t len, struct ig_why *why)
{
	char dir[4096];
	if (d->fd < 0 && d->size + len <= c->inline_max) {
		ig_buf_add(&d->bytes, p, len);
		d->size += len;
		return 0;
	}
	if (d->fd < 0) {
		snprintf(dir, sizeof dir, "%s/tmp", c->var);
		d->fd = ig_fs_unnamed(dir);
		if (d->fd < 0 || ig_fs_write_all(d->fd, d->bytes.data, d->bytes.len))
			return ig_why(why, "%.300s: %s", dir, strerror(errno));
		ig_buf_free(&d->bytes);
	}
	if (ig_fs_write_all(d->fd, p, len))
		return ig_why(why, "no room in var/tmp: %s", strerror(errno));
	d->size += len;
	return 0;
}

void ig_draft_end(struct ig_draft *d)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
	ig_buf_free(&d->bytes);
}
