/* The evidence log: append, read again, prove; torn at every byte, flipped at every byte, abandoned after a failed sync. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fs.h"
#include "base/opt.h"
#include "evidence/evidence.h"
#include "evidence/segment.h"

static const struct ig_evidence_limits wide = {.segment_max = 1 << 20, .min_free = 0};
static char dir[64];

/* Stands before libc's: fails the next sync_fails calls. */
static int sync_fails;
int fdatasync(int fd)
{
	if (sync_fails) {
		sync_fails--;
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

static int unlink_fails;
int unlink(const char *path)
{
	if (unlink_fails) {
		unlink_fails--;
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_unlink, path);
}

static int pwrite_fails;
ssize_t pwrite(int fd, const void *p, size_t len, off_t at)
{
	if (pwrite_fails) {
		pwrite_fails--;
		errno = EIO;
		return -1;
	}
	return syscall(SYS_pwrite64, fd, p, len, at);
}

static void clean(void)
{
	char cmd[IG_EV_NAME_MAX + 80];
	for (uint32_t i = 1; i < 300; i++) {
		snprintf(cmd, sizeof cmd, "%s/%08u.log", dir, (unsigned)i);
		unlink(cmd);
	}
}

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/irgate-evidence-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	clean();
	return rmdir(dir);
}

static struct ig_evidence *must_open(struct ig_buf *damage, const struct ig_evidence_limits *limits)
{
	struct ig_why why = {""};
	struct ig_evidence *e = ig_evidence_open(dir, limits, damage, &why);
	if (!e)
		fail_msg("%s", why.text);
	return e;
}

static uint64_t must_append(struct ig_evidence *e, ig_time at, const char *payload)
{
	struct ig_why why = {""};
	uint64_t seq = 0;
	if (ig_evidence_append(e, at, "{\"channel\":\"mail\"}", payload, -1, strlen(payload), &seq, &why))
		fail_msg("%s", why.text);
	return seq;
}

/* Payload of frame seq is text: 1 yes, 0 no such frame, -1 damaged or another. */
static int holds(uint64_t seq, const char *text)
{
	struct ig_why why = {""};
	struct ig_evidence_reader *r = ig_evidence_read_open(dir, &why);
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf got = IG_BUF_INIT(1 << 20);
	struct ig_evidence_frame f;
	int rc;
	assert_non_null(r);
	rc = ig_evidence_read_frame(r, seq, a, &f, &why);
	if (rc == 1 && (ig_evidence_payload(r, &f, &got, &why) || strcmp(got.data, text) || strcmp(f.envelope, "{\"channel\":\"mail\"}")))
		rc = -1;
	ig_buf_free(&got);
	ig_arena_free(a);
	ig_evidence_read_free(r);
	return rc;
}

static int verify(const struct ig_evidence_anchor *anchor)
{
	return ig_evidence_verify(dir, anchor, anchor ? 1 : 0, NULL, NULL);
}

static void append_and_read(void **state)
{
	struct ig_buf damage = IG_BUF_INIT(4096);
	struct ig_evidence *e = must_open(&damage, &wide);
	struct ig_why why = {""};
	int fd;
	uint64_t seq = 0;
	(void)state;
	assert_int_equal(ig_evidence_head(e), 0);
	assert_true(ig_evidence_newest(e) == IG_NEVER);
	assert_int_equal(must_append(e, 1000, "first"), 1);
	assert_int_equal(must_append(e, 900, ""), 2); /* arrival times never go back */
	assert_int_equal(ig_evidence_head(e), 0);
	assert_int_equal(ig_evidence_sync(e, &why), 0);
	assert_int_equal(ig_evidence_head(e), 2);
	assert_int_equal(ig_evidence_newest(e), 1000);
	fd = ig_fs_memfd("payload", "from a descriptor", 17);
	assert_int_equal(ig_evidence_append(e, 2000, "{\"channel\":\"mail\"}", NULL, fd, 17, &seq, &why), 0);
	assert_int_equal(seq, 3);
	assert_int_equal(ig_evidence_append(e, 2000, "{\"channel\":\"mail\"}", NULL, fd, 18, &seq, &why), -1); /* shorter than said */
	assert_int_equal(ig_evidence_append(e, 2000, "two\nlines", "x", -1, 1, &seq, &why), -1);
	close(fd);
	assert_int_equal(ig_evidence_sync(e, &why), 0);
	e = ig_evidence_free(e);
	e = must_open(&damage, &wide);
	assert_string_equal(damage.data, "");
	assert_int_equal(ig_evidence_head(e), 3);
	assert_int_equal(ig_evidence_newest(e), 2000);
	assert_int_equal(must_append(e, 3000, "fourth"), 4);
	assert_int_equal(ig_evidence_sync(e, &why), 0);
	e = ig_evidence_free(e);
	assert_int_equal(holds(1, "first"), 1);
	assert_int_equal(holds(2, ""), 1);
	assert_int_equal(holds(3, "from a descriptor"), 1);
	assert_int_equal(holds(4, "fourth"), 1);
	assert_int_equal(holds(5, ""), 0);
	assert_int_equal(verify(NULL), IG_EX_OK);
	ig_buf_free(&damage);
	clean();
}

static void many_segments(void **state)
{
	const struct ig_evidence_limits narrow = {.segment_max = 2000};
	struct ig_evidence *e = must_open(NULL, &narrow);
	struct ig_why why = {""};
	struct ig_evidence_reader *r;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_evidence_frame f;
	static const uint64_t order[] = {1, 2, 150, 149, 3, 200, 1, 77, 78, 79, 76};
	(void)state;
	r = ig_evidence_read_open(dir, &why);
	assert_int_equal(ig_evidence_read_frame(r, 1, a, &f, &why), 0);
	for (int i = 1; i <= 200; i++) {
		char text[32];
		snprintf(text, sizeof text, "message %d", i);
		assert_int_equal(must_append(e, i, text), i);
		assert_int_equal(ig_evidence_sync(e, &why), 0);
		/* a reader beside the writer */
		assert_int_equal(ig_evidence_read_frame(r, (uint64_t)i, a, &f, &why), 1);
		assert_int_equal(f.at, i);
		assert_int_equal(ig_evidence_read_frame(r, (uint64_t)i + 1, a, &f, &why), 0);
	}
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		assert_int_equal(ig_evidence_read_frame(r, order[i], a, &f, &why), 1);
		assert_int_equal(f.seq, order[i]);
	}
	assert_true(f.segment > 1);
	ig_evidence_read_free(r);
	e = ig_evidence_free(e);
	assert_int_equal(verify(NULL), IG_EX_OK);
	e = must_open(NULL, &narrow);
	assert_int_equal(ig_evidence_head(e), 200);
	ig_evidence_free(e);
	ig_arena_free(a);
	clean();
}

static void path_of(char path[128], unsigned number)
{
	snprintf(path, 128, "%s/%08u.log", dir, number);
}

/* Two synced batches ("one"; "two" and "three"), the file read back. */
static size_t make_sample(char *image, size_t max, struct ig_evidence_anchor *anchor, size_t *second_r)
{
	struct ig_evidence *e = must_open(NULL, &wide);
	struct ig_why why = {""};
	char path[128];
	struct ig_buf b = IG_BUF_INIT(max);
	struct ig_evidence_reader *r;
	struct ig_evidence_frame f;
	struct ig_arena *a = ig_arena_new(0);
	size_t n;
	must_append(e, 1, "one");
	ig_evidence_sync(e, &why);
	must_append(e, 2, "two");
	must_append(e, 3, "three");
	ig_evidence_sync(e, &why);
	ig_evidence_free(e);
	path_of(path, 1);
	assert_int_equal(ig_fs_read_file(path, &b), 0);
	memcpy(image, b.data, n = b.len);
	ig_buf_free(&b);
	r = ig_evidence_read_open(dir, &why);
	assert_int_equal(ig_evidence_read_frame(r, 2, a, &f, &why), 1);
	*second_r = f.offset;
	assert_int_equal(ig_evidence_read_frame(r, 3, a, &f, &why), 1);
	*anchor = (struct ig_evidence_anchor){.seq = 3, .where = "the test"};
	memcpy(anchor->chain, f.chain, sizeof anchor->chain);
	ig_evidence_read_free(r);
	ig_arena_free(a);
	return n;
}

static void put_image(const char *image, size_t len)
{
	char path[128];
	int fd;
	clean();
	path_of(path, 1);
	fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	assert_int_equal(ig_fs_write_all(fd, image, len), 0);
	close(fd);
}

static void torn_at_every_byte(void **state)
{
	static char image[8192];
	struct ig_evidence_anchor anchor;
	size_t second, len = make_sample(image, sizeof image, &anchor, &second);
	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		struct ig_buf damage = IG_BUF_INIT(4096);
		struct ig_evidence *e;
		struct ig_why why = {""};
		uint64_t head;
		put_image(image, cut);
		assert_int_equal(verify(&anchor), IG_EX_DATA); /* the anchor knows better */
		e = must_open(&damage, &wide);
		head = ig_evidence_head(e);
		if (cut >= second)
			assert_true(head >= 1);
		assert_true(head < 3);
		assert_int_equal(must_append(e, 9, "after"), head + 1);
		assert_int_equal(ig_evidence_sync(e, &why), 0);
		ig_evidence_free(e);
		assert_int_equal(holds(head + 1, "after"), 1);
		if (head)
			assert_int_equal(holds(1, "one"), 1);
		assert_int_equal(verify(NULL), IG_EX_OK);
		assert_int_equal(verify(&anchor), IG_EX_DATA);
		ig_buf_free(&damage);
	}
	clean();
}

/* Any flipped byte is found, none makes the reader give other bytes, and what was accepted before stays readable. */
static void flipped_at_every_byte(void **state)
{
	static char image[8192];
	static const char *const payloads[] = {"", "one", "two", "three"};
	struct ig_evidence_anchor anchor;
	size_t second, len = make_sample(image, sizeof image, &anchor, &second), unseen = 0;
	(void)state;
	for (size_t at = 0; at < len; at++) {
		image[at] ^= 0x40;
		put_image(image, len);
		if (verify(&anchor) != IG_EX_DATA)
			unseen++; /* padding behind a payload */
		for (uint64_t seq = 1; seq <= 3; seq++)
			(void)holds(seq, payloads[seq]);
		if (at >= second)
			assert_int_equal(holds(1, "one"), 1);
		else
			assert_int_equal(holds(3, "three"), 1);
		image[at] ^= 0x40;
	}
	assert_true(unseen <= 3 * 7);
	clean();
}

/* Damage in synced bytes: said to be lost evidence, numbers are not given twice. */
static void damage_before_durable(void **state)
{
	static char image[8192];
	struct ig_evidence_anchor anchor;
	size_t second, len = make_sample(image, sizeof image, &anchor, &second);
	struct ig_buf damage = IG_BUF_INIT(4096);
	struct ig_evidence *e;
	struct ig_why why = {""};
	(void)state;
	image[IG_EV_START + 60] ^= 1; /* head of frame 1 */
	put_image(image, len);
	e = must_open(&damage, &wide);
	assert_non_null(strstr(damage.data, "lost evidence"));
	assert_int_equal(ig_evidence_head(e), 3);
	assert_int_equal(must_append(e, 9, "fourth"), 4);
	assert_int_equal(ig_evidence_sync(e, &why), 0);
	ig_evidence_free(e);
	assert_int_equal(holds(1, "one"), -1);
	assert_int_equal(holds(2, "two"), 1);
	assert_int_equal(holds(4, "fourth"), 1);
	assert_int_equal(verify(NULL), IG_EX_DATA);
	ig_buf_reset(&damage);
	ig_evidence_free(must_open(&damage, &wide)); /* said once: the segment is closed */
	assert_string_equal(damage.data, "");
	ig_buf_free(&damage);
	clean();
}

static void both_heads_gone(void **state)
{
	static char image[8192];
	struct ig_evidence_anchor anchor;
	size_t second, len = make_sample(image, sizeof image, &anchor, &second);
	struct ig_buf damage = IG_BUF_INIT(4096);
	struct ig_evidence *e;
	(void)state;
	memset(image, 'x', IG_EV_START);
	put_image(image, len);
	assert_int_equal(holds(2, "two"), 1);
	e = must_open(&damage, &wide);
	assert_int_equal(ig_evidence_head(e), 3);
	assert_non_null(strstr(damage.data, "lost evidence"));
	ig_evidence_free(e);
	assert_int_equal(verify(NULL), IG_EX_DATA);
	ig_buf_free(&damage);
	clean();
}

/* A frame inside a payload is not taken for one of ours after damage. */
static void forged_frame_in_payload(void **state)
{
	static char image[8192], inner[8192];
	struct ig_evidence_anchor anchor;
	size_t second, len;
	struct ig_evidence *e;
	struct ig_why why = {""};
	struct ig_evidence_reader *r;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_evidence_frame f;
	uint64_t seq;
	char path[128];
	int fd;
	(void)state;
	len = make_sample(inner, sizeof inner, &anchor, &second);
	clean();
	e = must_open(NULL, &wide);
	must_append(e, 1, "one");
	/* payload holds the frames 2 and 3 of another log, aligned as ours are */
	ig_evidence_append(e, 2, "{\"a\":\"123456789012\"}", inner, -1, len, &seq, &why);
	ig_evidence_sync(e, &why);
	must_append(e, 3, "three");
	ig_evidence_sync(e, &why);
	ig_evidence_free(e);
	r = ig_evidence_read_open(dir, &why);
	assert_int_equal(ig_evidence_read_frame(r, 2, a, &f, &why), 1);
	path_of(path, 1);
	fd = open(path, O_RDWR);
	assert_int_equal(pread(fd, image, 1, (off_t)f.offset + 9), 1);
	image[0] ^= 1;
	assert_int_equal(pwrite(fd, image, 1, (off_t)f.offset + 9), 1);
	close(fd);
	ig_evidence_read_free(r);
	assert_int_equal(holds(2, "two"), -1);
	assert_int_equal(holds(3, "three"), 1);
	ig_arena_free(a);
	clean();
}

static void no_room(void **state)
{
	const struct ig_evidence_limits full = {.segment_max = 1 << 20, .min_free = UINT64_MAX};
	struct ig_evidence *e = must_open(NULL, &full);
	struct ig_why why = {""};
	uint64_t seq = 7;
	(void)state;
	assert_int_equal(ig_evidence_append(e, 1, "{}", "x", -1, 1, &seq, &why), -1);
	assert_non_null(strstr(why.text, "min_free"));
	assert_int_equal(seq, 7);
	assert_int_equal(ig_evidence_sync(e, &why), 0);
	ig_evidence_free(e);
	clean();
}

/* A write that fails half-way closes the segment: the frame does not count, those before it do, the next goes into a new segment. */
static void write_error(void **state)
{
	struct rlimit old, low;
	char path[128], big[4000];
	struct stat st;
	struct ig_evidence *e = must_open(NULL, &wide);
	struct ig_why why = {""};
	uint64_t seq = 0;
	(void)state;
	memset(big, 'b', sizeof big);
	must_append(e, 1, "one");
	assert_int_equal(ig_evidence_sync(e, &why), 0);
	must_append(e, 2, "two");
	path_of(path, 1);
	assert_int_equal(stat(path, &st), 0);
	getrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, SIG_IGN);
	for (rlim_t more = 0; more < 1000; more += 333) {
		low = (struct rlimit){.rlim_cur = (rlim_t)st.st_size + more, .rlim_max = old.rlim_max};
		setrlimit(RLIMIT_FSIZE, &low);
		assert_int_equal(ig_evidence_append(e, 3, "{}", big, -1, sizeof big, &seq, &why), -1);
		setrlimit(RLIMIT_FSIZE, &old);
		assert_int_equal(ig_evidence_append(e, 3, "{}", big, -1, sizeof big, &seq, &why), -1); /* not before the batch is synced */
		assert_int_equal(ig_evidence_sync(e, &why), 0);
		assert_int_equal(ig_evidence_head(e), more / 333 + 2);
		seq = must_append(e, 4, "after");
		path_of(path, (unsigned)(more / 333) + 2);
		assert_int_equal(stat(path, &st), 0);
	}
	assert_int_equal(ig_evidence_sync(e, &why), 0);
	ig_evidence_free(e);
	assert_int_equal(holds(2, "two"), 1);
	for (uint64_t i = 3; i <= seq; i++)
		assert_int_equal(holds(i, "after"), 1);
	assert_int_equal(verify(NULL), IG_EX_OK);
	clean();
}

/* After a failed sync nothing of the batch counts, also not for a reader that saw the bytes, and the segment is not written again. */
static void sync_error(void **state)
{
	struct ig_evidence *e = must_open(NULL, &wide);
	struct ig_why why = {""};
	struct ig_evidence_reader *r = ig_evidence_read_open(dir, &why);
	struct ig_arena *a = ig_arena_new(0);
	struct ig_evidence_frame f;
	char path[128];
	struct stat before, after;
	uint64_t seq;
	(void)state;
	must_append(e, 1, "one");
	assert_int_equal(ig_evidence_sync(e, &why), 0);
	must_append(e, 5, "given up");
	must_append(e, 6, "given up too");
	assert_int_equal(ig_evidence_read_frame(r, 3, a, &f, &why), 1); /* whole, not durable */
	sync_fails = 1;
	assert_int_equal(ig_evidence_sync(e, &why), -1);
	path_of(path, 1);
	assert_int_equal(stat(path, &before), 0);
	sync_fails = 1; /* the new segment cannot be begun either */
	assert_int_equal(ig_evidence_append(e, 2, "{}", "x", -1, 1, &seq, &why), -1);
	assert_int_equal(ig_evidence_head(e), 1);
	assert_int_equal(must_append(e, 2, "two"), 2);
	assert_int_equal(ig_evidence_sync(e, &why), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_size, after.st_size);
	assert_int_equal(ig_evidence_read_frame(r, 2, a, &f, &why), 1);
	assert_int_equal(f.segment, 2);
	assert_int_equal(f.at, 2);
	assert_int_equal(ig_evidence_read_frame(r, 3, a, &f, &why), 0);
	ig_evidence_free(e);
	assert_int_equal(holds(2, "two"), 1);
	assert_int_equal(holds(3, "given up too"), 0);
	assert_int_equal(verify(NULL), IG_EX_OK);
	ig_evidence_read_free(r);
	ig_arena_free(a);
	clean();
}

/* A segment that can neither be begun nor removed, and one that cannot even be made: a reader that stood in the one given up must find
 * the one that counts behind them, and not take a frame that was refused for the one that was accepted under its number. */
static void segment_not_begun(void **state)
{
	for (int round = 0; round < 3; round++) {
		struct ig_evidence *e = must_open(NULL, &wide);
		struct ig_why why = {""};
		struct ig_evidence_reader *r = ig_evidence_read_open(dir, &why);
		struct ig_arena *a = ig_arena_new(0);
		struct ig_evidence_frame f;
		struct rlimit files, none;
		uint64_t seq;
		(void)state;
		must_append(e, 1, "one");
		assert_int_equal(ig_evidence_sync(e, &why), 0);
		assert_int_equal(ig_evidence_read_frame(r, 1, a, &f, &why), 1);
		must_append(e, 5, "refused");
		sync_fails = 1;
		assert_int_equal(ig_evidence_sync(e, &why), -1);
		getrlimit(RLIMIT_NOFILE, &files);
		none = files;
		none.rlim_cur = 3;
		if (round == 0) { /* left behind, twice */
			pwrite_fails = unlink_fails = 1;
			assert_int_equal(ig_evidence_append(e, 2, "{}", "x", -1, 1, &seq, &why), -1);
			sync_fails = unlink_fails = 1;
			assert_int_equal(ig_evidence_append(e, 2, "{}", "x", -1, 1, &seq, &why), -1);
			pwrite_fails = unlink_fails = 1;
			assert_int_equal(ig_evidence_append(e, 2, "{}", "x", -1, 1, &seq, &why), -1);
		} else if (round == 1) { /* no descriptor */
			setrlimit(RLIMIT_NOFILE, &none);
			assert_int_equal(ig_evidence_append(e, 2, "{}", "x", -1, 1, &seq, &why), -1);
			setrlimit(RLIMIT_NOFILE, &files);
		} else { /* seen with its head, then taken away: the number is another file's */
			char path[128], was[160];
			path_of(path, 2);
			snprintf(was, sizeof was, "%s.was", path);
			assert_int_equal(must_append(e, 2, "x"), 2);
			assert_int_equal(ig_evidence_read_frame(r, 2, a, &f, &why), 1);
			ig_evidence_free(e);
			assert_int_equal(truncate(path, IG_EV_START), 0);
			assert_int_equal(ig_evidence_read_frame(r, 2, a, &f, &why), 0);
			assert_int_equal(rename(path, was), 0);
			e = must_open(NULL, &wide);
			sync_fails = 1; /* as the first time: what lies behind frame 1 is given up */
			must_append(e, 2, "y");
			assert_int_equal(ig_evidence_sync(e, &why), -1);
			unlink(was);
		}
		assert_true(must_append(e, 2, "two") >= 2);
		assert_int_equal(ig_evidence_sync(e, &why), 0);
		seq = ig_evidence_head(e);
		assert_int_equal(ig_evidence_read_frame(r, seq, a, &f, &why), 1);
		assert_int_equal(f.at, round == 2 ? 5 : 2);
		ig_evidence_free(e);
		assert_int_equal(holds(seq, "two"), 1);
		if (round < 2) /* there the test itself took bytes away */
			assert_int_equal(verify(NULL), IG_EX_OK);
		ig_evidence_read_free(r);
		ig_arena_free(a);
		clean();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(append_and_read), cmocka_unit_test(many_segments), cmocka_unit_test(torn_at_every_byte),
		cmocka_unit_test(flipped_at_every_byte), cmocka_unit_test(damage_before_durable), cmocka_unit_test(both_heads_gone),
		cmocka_unit_test(forged_frame_in_payload), cmocka_unit_test(no_room), cmocka_unit_test(write_error), cmocka_unit_test(sync_error),
		cmocka_unit_test(segment_not_begun),
	};
	return cmocka_run_group_tests_name("evidence", tests, setup, teardown);
}
