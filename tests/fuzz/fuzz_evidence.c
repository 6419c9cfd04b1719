/* A damaged evidence log: the input is a list of edits (offset, byte; offset past the end cuts) to a sound log. Reader, proof and writer must
 * stand it, a frame that is read is as it was written, and what is appended afterwards can be read. */
#include "config.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fs.h"
#include "evidence/evidence.h"

static char dir[64];
static struct ig_buf image = IG_BUF_INIT(1 << 16);
static const struct ig_evidence_limits limits = {.segment_max = 1 << 20};

static void path_of(char path[128], unsigned n)
{
	snprintf(path, 128, "%s/%08u.log", dir, n);
}

static void clean(void)
{
	char path[128];
	for (unsigned n = 1; n < 6; n++) {
		path_of(path, n);
		unlink(path);
	}
}

static void make_image(void)
{
	struct ig_evidence *e;
	char path[128];
	uint64_t seq;
	snprintf(dir, sizeof dir, "/dev/shm/irgate-fuzz-XXXXXX");
	if (!mkdtemp(dir) || !(e = ig_evidence_open(dir, &limits, NULL, NULL)))
		abort();
	for (int i = 0; i < 5; i++) {
		ig_evidence_append(e, i, "{\"a\":1}", "payload", -1, (uint64_t)i, &seq, NULL);
		if (i != 2)
			ig_evidence_sync(e, NULL);
	}
	ig_evidence_free(e);
	path_of(path, 1);
	if (ig_fs_read_file(path, &image))
		abort();
}

static void read_all(uint64_t expect)
{
	struct ig_evidence_reader *r = ig_evidence_read_open(dir, NULL);
	struct ig_arena *a = ig_arena_new(0);
	struct ig_evidence_frame f;
	for (uint64_t seq = 1; seq < 9; seq++) {
		struct ig_buf b = IG_BUF_INIT(1 << 20);
		int rc = ig_evidence_read_frame(r, seq, a, &f, NULL);
		if (rc == 1 && f.seq != seq)
			abort();
		if (rc == 1 && !ig_evidence_payload(r, &f, &b, NULL) && b.len && memcmp(b.data, "payload", b.len) && memcmp(b.data, "after", b.len))
			abort();
		if (seq == expect && rc != 1)
			abort();
		ig_buf_free(&b);
	}
	ig_arena_free(a);
	ig_evidence_read_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_buf b = IG_BUF_INIT(1 << 16), damage = IG_BUF_INIT(1 << 16);
	struct ig_evidence *e;
	char path[128];
	uint64_t seq = 0;
	int fd;
	if (!image.len)
		make_image();
	ig_buf_add(&b, image.data, image.len);
	for (size_t i = 0; i + 3 <= size && i < 300; i += 3) {
		size_t at = (size_t)(data[i] << 8 | data[i + 1]) % (2 * image.len);
		if (at < b.len)
			b.data[at] = (char)data[i + 2];
		else if (at - image.len < b.len)
			ig_buf_cut(&b, at - image.len);
	}
	clean();
	path_of(path, 1);
	fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
	if (ig_fs_write_all(fd, b.data, b.len))
		abort();
	close(fd);
	read_all(0);
	(void)ig_evidence_verify(dir, NULL, 0, NULL, NULL);
	e = ig_evidence_open(dir, &limits, &damage, NULL);
	if (e && (ig_evidence_append(e, 9, "{}", "after", -1, 5, &seq, NULL) || ig_evidence_sync(e, NULL)))
		abort();
	ig_evidence_free(e);
	read_all(seq);
	ig_buf_free(&b);
	ig_buf_free(&damage);
	return 0;
}
