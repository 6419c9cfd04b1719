/* Old segments moved out: packed into a folder of the office's choice, read back, and only then taken away; a small file in their place says where
 * they went and what the chain was at their end, so that the proof goes on across the gap. From the oldest on, never the two newest. Done under
 * the instance's lock or beside the writer, who touches only the newest. */
#include "config.h"
#include "evidence/evidence.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include "base/fs.h"
#include "evidence/moved.h"

#define CHUNK (256 * 1024)
#define STAY 2

/* ---- the file in its place */

static const char *moved_name(uint32_t number, char name[IG_EV_NAME_MAX])
{
	snprintf(name, IG_EV_NAME_MAX, "%08u.moved", (unsigned)number);
	return name;
}

static int unhex(const char *hex, uint8_t out[IG_SHA256_LEN])
{
	for (int i = 0; i < IG_SHA256_LEN; i++) {
		unsigned v;
		if (sscanf(hex + 2 * i, "%2x", &v) != 1)
			return -1;
		out[i] = (uint8_t)v;
	}
	return 0;
}

int ig_ev_moved_read(const char *dir, uint32_t number, struct ig_ev_moved *m)
{
	char path[8192], name[IG_EV_NAME_MAX], chain[80] = "", sum[80] = "";
	struct ig_buf text = IG_BUF_INIT(16384);
	snprintf(path, sizeof path, "%s/%s", dir, moved_name(number, name));
	memset(m, 0, sizeof *m);
	int bad = ig_fs_read_file(path, &text);
	if (!bad)
		bad = sscanf(text.data, "irgate moved segment\nfirst %" SCNu64 "\nlast %" SCNu64 "\nat %" SCNd64 "\nchain %64s\nsha256 %64s\nfile %4000[^\n]", &m->first, &m->last, &m->at,
			chain, sum, m->file) != 6 || unhex(chain, m->chain) || unhex(sum, m->sum);
	ig_buf_free(&text);
	m->number = number;
	return bad ? -1 : 0;
}

bool ig_ev_is_moved(const char *dir, uint64_t seq)
{
	struct ig_ev_moved *m = ig_xmalloc(sizeof *m);
	bool there = false;
	for (uint32_t n = 1; !there && !ig_ev_moved_read(dir, n, m); n++)
		there = seq >= m->first && seq <= m->last;
	free(m);
	return there;
}

static int moved_write(const char *dir, const struct ig_ev_moved *m, struct ig_why *why)
{
	char path[8192], name[IG_EV_NAME_MAX], chain[IG_SHA256_HEX], sum[IG_SHA256_HEX];
	struct ig_buf text = IG_BUF_INIT(16384);
	snprintf(path, sizeof path, "%s/%s", dir, moved_name(m->number, name));
	ig_buf_fmt(&text, "irgate moved segment\nfirst %" PRIu64 "\nlast %" PRIu64 "\nat %" PRId64 "\nchain %s\nsha256 %s\nfile %s\n", m->first, m->last, m->at,
		ig_sha256_hex(m->chain, chain), ig_sha256_hex(m->sum, sum), m->file);
	int bad = ig_fs_replace(path, text.data, text.len, 0640);
	ig_buf_free(&text);
	return bad ? ig_why(why, "%s: %s", path, strerror(errno)) : 0;
}

/* ---- packing */

static int pack(int from, const char *file, uint8_t sum[IG_SHA256_LEN], struct ig_why *why)
{
	struct ig_sha256 h;
	char *chunk = ig_xmalloc(CHUNK);
	ssize_t n = 0;
	int fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), copy = fd < 0 ? -1 : dup(fd), bad;
	gzFile z = copy < 0 ? NULL : gzdopen(copy, "wb6");
	ig_sha256_init(&h);
	bad = !z || lseek(from, 0, SEEK_SET) < 0;
	while (!bad && (n = read(from, chunk, CHUNK)) > 0) {
		ig_sha256_add(&h, chunk, (size_t)n);
		bad = gzwrite(z, chunk, (unsigned)n) != (int)n;
	}
	bad = bad || n < 0;
	if (z)
		bad = gzclose(z) != Z_OK || bad;
	bad = bad || fsync(fd);
	if (bad)
		ig_why(why, "%s: %s", file, strerror(errno));
	if (fd >= 0)
		close(fd);
	ig_sha256_end(&h, sum);
	free(chunk);
	return bad ? -1 : 0;
}

/* Is what lies there what was packed? */
static int read_back(const char *file, const uint8_t want[IG_SHA256_LEN], struct ig_why *why)
{
	uint8_t sum[IG_SHA256_LEN];
	struct ig_sha256 h;
	char *chunk = ig_xmalloc(CHUNK);
	gzFile z = gzopen(file, "rb");
	int n = -1;
	ig_sha256_init(&h);
	while (z && (n = gzread(z, chunk, CHUNK)) > 0)
		ig_sha256_add(&h, chunk, (size_t)n);
	if (z)
		gzclose(z);
	free(chunk);
	ig_sha256_end(&h, sum);
	return n || memcmp(sum, want, sizeof sum) ? ig_why(why, "%s was packed and cannot be read back", file) : 0;
}

/* ---- which */

/* Walks a closed segment: its last frame, when it came, the chain there. 0; 1 it is not whole: it stays; -1 why. */
static int last_of(struct ig_ev_segment *s, uint64_t limit, struct ig_ev_moved *m)
{
	struct ig_ev_walk w;
	struct ig_ev_frame f;
	const char *envelope;
	uint64_t off;
	enum ig_ev_step step;
	ig_ev_walk_start(&w, s, limit);
	m->last = 0;
	while ((step = ig_ev_walk_step(&w, &f, &off, &envelope)) == IG_EV_FRAME_FOUND) {
		m->last = f.seq;
		m->at = f.at;
		memcpy(m->chain, f.chain, IG_SHA256_LEN);
	}
	ig_ev_walk_end(&w);
	return step != IG_EV_END || !m->last;
}

static int move_one(const char *dir, const char *to, struct ig_ev_segment *s, struct ig_ev_moved *m, struct ig_why *why)
{
	char path[8192], name[IG_EV_NAME_MAX];
	if ((size_t)snprintf(m->file, sizeof m->file, "%s/%s.gz", to, ig_ev_segment_name(s->number, name)) >= sizeof m->file)
		return ig_why(why, "%s is too long a path", to);
	snprintf(path, sizeof path, "%s/%s", dir, name);
	if (pack(s->fd, m->file, m->sum, why) || read_back(m->file, m->sum, why) || ig_fs_sync_dir(to) || moved_write(dir, m, why))
		return -1;
	return unlink(path) || ig_fs_sync_dir(dir) ? ig_why(why, "%s: %s", path, strerror(errno)) : 0;
}

int ig_evidence_archive(const char *dir, const char *to, ig_time before, uint64_t taken, uint64_t *moved_r, uint64_t *last_r, struct ig_why *why)
{
	struct ig_ev_list l;
	int rc = 0;
	*moved_r = *last_r = 0;
	if (ig_ev_list_read(dir, &l, why))
		return -1;
	for (size_t i = 0; !rc && i + STAY < l.count; i++) {
		struct ig_ev_segment s, after = {.fd = -1};
		struct ig_ev_moved m = {.number = l.numbers[i]};
		bool good = !ig_ev_segment_open(dir, l.numbers[i], O_RDONLY, &s, why);
		if (!good) {
			rc = -1;
			break;
		}
		good = s.head_ok && !ig_ev_segment_open(dir, l.numbers[i + 1], O_RDONLY, &after, why) && after.head_ok && after.head.prev == s.number;
		m.first = s.head.first_seq;
		if (!good || last_of(&s, after.head.prev_end, &m) || m.at >= before || m.last > taken)
			rc = 1; /* the rest stays, too: the oldest go first */
		else
			rc = move_one(dir, to, &s, &m, why);
		if (!rc) {
			++*moved_r;
			*last_r = m.last;
		}
		ig_ev_segment_close(&s);
		ig_ev_segment_close(&after);
	}
	ig_ev_list_free(&l);
	return rc < 0 ? -1 : 0;
}
