/* Segment files and the walk from frame to frame; see segment.h. Reads only. */
#include "config.h"
#include "evidence/segment.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/fs.h"

#define BLOCK 4096        /* read for a head and, mostly, its whole envelope */
#define CHUNK (256 * 1024) /* read for digests and the search after damage */

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

/* "NNNNNNNN.log" or 0. */
static uint32_t number_of(const char *name)
{
	uint64_t n = 0;
	size_t i;
	for (i = 0; i < 10 && name[i] >= '0' && name[i] <= '9'; i++)
		n = n * 10 + (uint64_t)(name[i] - '0');
	return i >= 8 && !strcmp(name + i, ".log") && n <= UINT32_MAX ? (uint32_t)n : 0;
}

int ig_ev_list_read(const char *dir, struct ig_ev_list *l, struct ig_why *why)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t cap = 0;
	*l = (struct ig_ev_list){0};
	if (!d)
		return ig_why(why, "%s: %s", dir, strerror(errno));
	while (errno = 0, (e = readdir(d))) {
		uint32_t n = number_of(e->d_name);
		if (!n)
			continue;
		if (l->count == cap) {
			cap = cap ? cap * 2 : 16;
			l->numbers = ig_xrealloc(l->numbers, cap * sizeof *l->numbers);
		}
		l->numbers[l->count++] = n;
	}
	if (errno) {
		ig_why(why, "%s: %s", dir, strerror(errno));
		closedir(d);
		ig_ev_list_free(l);
		return -1;
	}
	closedir(d);
	if (l->count)
		qsort(l->numbers, l->count, sizeof *l->numbers, by_number);
	return 0;
}

void ig_ev_list_free(struct ig_ev_list *l)
{
	free(l->numbers);
	*l = (struct ig_ev_list){0};
}

char *ig_ev_segment_name(uint32_t number, char name[IG_EV_NAME_MAX])
{
	snprintf(name, IG_EV_NAME_MAX, "%08u.log", (unsigned)number);
	return name;
}

int ig_ev_segment_open(const char *dir, uint32_t number, int flags, struct ig_ev_segment *s_r, struct ig_why *why)
{
	char name[IG_EV_NAME_MAX];
	uint8_t start[IG_EV_START] = {0};
	struct ig_buf path = IG_BUF_INIT(8192);
	struct ig_ev_head second;
	bool first_ok, second_ok;
	ig_buf_fmt(&path, "%s/%s", dir, ig_ev_segment_name(number, name));
	*s_r = (struct ig_ev_segment){.fd = open(path.data, flags | O_CLOEXEC | O_NOFOLLOW), .number = number};
	if (s_r->fd < 0 || ig_ev_segment_look(s_r)) {
		ig_why(why, "%s: %s", path.data, strerror(errno));
		goto fail;
	}
	if (ig_fs_pread_all(s_r->fd, start, s_r->size < sizeof start ? (size_t)s_r->size : sizeof start, 0)) {
		ig_why(why, "%s: %s", path.data, strerror(errno));
		goto fail;
	}
	first_ok = ig_ev_head_decode(start, &s_r->head) && s_r->head.number == number;
	second_ok = ig_ev_head_decode(start + IG_EV_HEAD_LEN, &second) && second.number == number;
	if (!first_ok && second_ok)
		s_r->head = second;
	s_r->head_ok = first_ok || second_ok;
	s_r->copies_ok = first_ok && second_ok;
	ig_buf_free(&path);
	return 0;
fail:
	ig_ev_segment_close(s_r);
	ig_buf_free(&path);
	return -1;
}

void ig_ev_segment_close(struct ig_ev_segment *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

bool ig_ev_segment_unused(const struct ig_ev_segment *s)
{
	return s->size < IG_EV_START || (!s->head_ok && s->size == IG_EV_START);
}

int ig_ev_segment_look(struct ig_ev_segment *s)
{
	struct stat st;
	if (fstat(s->fd, &st))
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	s->size = (uint64_t)st.st_size;
	return 0;
}

void ig_ev_walk_start(struct ig_ev_walk *w, struct ig_ev_segment *s, uint64_t limit)
{
	*w = (struct ig_ev_walk){.s = s, .limit = limit, .off = IG_EV_START, .block = IG_BUF_INIT(IG_EV_FRAME_LEN + IG_EV_ENVELOPE_MAX)};
	if (s->head_ok) {
		w->seq = s->head.first_seq;
		memcpy(w->chain, s->head.prev_chain, IG_SHA256_LEN);
		w->chain_known = true;
	}
}

void ig_ev_walk_end(struct ig_ev_walk *w)
{
	ig_buf_free(&w->block);
}

/* Reads len bytes at off into the block; false with errno. */
static bool fill(struct ig_ev_walk *w, uint64_t off, size_t len)
{
	static const char none[BLOCK];
	ig_buf_reset(&w->block);
	while (w->block.len < len) {
		size_t n = len - w->block.len;
		ig_buf_add(&w->block, none, n < sizeof none ? n : sizeof none);
	}
	return !ig_fs_pread_all(w->s->fd, w->block.data, len, (off_t)off);
}

static bool blank(const uint8_t *p, size_t len)
{
	while (len--)
		if (*p++)
			return false;
	return true;
}

enum ig_ev_step ig_ev_walk_step(struct ig_ev_walk *w, struct ig_ev_frame *f_r, uint64_t *off_r, const char **envelope_r)
{
	uint8_t chain[IG_SHA256_LEN];
	uint64_t left = w->limit > w->off ? w->limit - w->off : 0;
	const uint8_t *p;
	const char *envelope;
	if (!left)
		return IG_EV_END;
	if (left < IG_EV_FRAME_LEN)
		return IG_EV_PARTIAL;
	if (!fill(w, w->off, left < BLOCK ? (size_t)left : BLOCK))
		return IG_EV_FAILED;
	p = (const uint8_t *)w->block.data;
	if (!ig_ev_frame_decode(p, w->s->head_ok ? w->s->head.salt : NULL, f_r))
		return blank(p, IG_EV_FRAME_LEN) ? IG_EV_PARTIAL : IG_EV_BAD;
	if (w->seq && f_r->seq != w->seq)
		return IG_EV_BAD;
	if (ig_ev_frame_total(f_r) > left)
		return IG_EV_PARTIAL;
	if (w->block.len < IG_EV_FRAME_LEN + (size_t)f_r->envelope_len && !fill(w, w->off, IG_EV_FRAME_LEN + (size_t)f_r->envelope_len))
		return IG_EV_FAILED;
	p = (const uint8_t *)w->block.data;
	envelope = w->block.data + IG_EV_FRAME_LEN;
	if (envelope[f_r->envelope_len - 1] != '\n' || memchr(envelope, '\0', f_r->envelope_len))
		return IG_EV_BAD;
	if (w->chain_known) {
		ig_ev_frame_chain(p, w->chain, envelope, f_r->envelope_len, chain);
		if (memcmp(chain, f_r->chain, sizeof chain))
			return IG_EV_BAD;
	}
	*off_r = w->off;
	*envelope_r = envelope;
	w->off += ig_ev_frame_total(f_r);
	w->seq = f_r->seq + 1;
	memcpy(w->chain, f_r->chain, IG_SHA256_LEN);
	w->chain_known = true;
	return IG_EV_FRAME_FOUND;
}

bool ig_ev_walk_resync(struct ig_ev_walk *w)
{
	const uint8_t *salt = w->s->head_ok ? w->s->head.salt : NULL;
	uint8_t *chunk = ig_xmalloc(CHUNK);
	bool found = false;
	for (uint64_t at = w->off + 8; !found && at + IG_EV_FRAME_LEN <= w->limit;) {
		uint64_t left = w->limit - at;
		size_t n = left < CHUNK ? (size_t)left : CHUNK, i;
		if (ig_fs_pread_all(w->s->fd, chunk, n, (off_t)at))
			break;
		for (i = 0; i + IG_EV_FRAME_LEN <= n; i += 8) {
			struct ig_ev_frame f;
			if (!ig_ev_frame_magic(chunk + i) || !ig_ev_frame_decode(chunk + i, salt, &f))
				continue;
			if (f.seq < w->seq || ig_ev_frame_total(&f) > w->limit - (at + i))
				continue;
			w->off = at + i;
			w->seq = f.seq;
			w->chain_known = false;
			found = true;
			break;
		}
		at += i;
	}
	free(chunk);
	return found;
}

int ig_ev_payload_check(const struct ig_ev_segment *s, const struct ig_ev_frame *f, uint64_t frame_off)
{
	uint64_t at = frame_off + IG_EV_FRAME_LEN + f->envelope_len, left = f->size;
	uint8_t sum[IG_SHA256_LEN], *chunk = ig_xmalloc(left < CHUNK ? (size_t)left + 1 : CHUNK);
	bool all_blank = true;
	struct ig_sha256 h;
	ig_sha256_init(&h);
	while (left) {
		size_t n = left < CHUNK ? (size_t)left : CHUNK;
		if (ig_fs_pread_all(s->fd, chunk, n, (off_t)at)) {
			free(chunk);
			return -1;
		}
		ig_sha256_add(&h, chunk, n);
		all_blank = all_blank && blank(chunk, n);
		at += n;
		left -= n;
	}
	free(chunk);
	ig_sha256_end(&h, sum);
	return f->mark == IG_EV_REDACTED ? all_blank : !memcmp(sum, f->payload_sum, sizeof sum);
}
