/* The folder of whole files against a sink that answers as told: what is taken with its sidecar, what is refused, what rests, what is tried again. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>
#include <event2/event.h>
#include <cmocka.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/opt.h"
#include "intake/intake.h"
#include "intake/spool.h"

static char dir[64];
static struct ig_conf conf = {.inline_max = 100, .message_max = 500};
static struct ig_spool_settings settings = {.name = "faxes", .path = dir, .channel = IG_CHANNEL_FAX, .sidecar = true, .interval = 100000};

struct sink {
	struct event_base *base;
	struct ig_buf order; /* "name=size(sidecar) " of each append */
	bool refuse, scanned, failed;
	const char *overwrite; /* this file is written anew while it is under way */
	uint64_t taken, waiting;
};
struct pending { ig_intake_done_h *done; void *arg; bool yes; };

static void answer(evutil_socket_t fd, short what, void *arg)
{
	struct pending *p = arg;
	(void)fd;
	(void)what;
	p->done(p->yes, p->yes ? NULL : "not now", p->arg);
	free(p);
}

static void drop(const char *name, const char *head, size_t size)
{
	char path[256], *bytes = calloc(1, size + 1);
	snprintf(path, sizeof path, "%s/%s", dir, name);
	memset(bytes, 'x', size);
	memcpy(bytes, head, strlen(head) < size ? strlen(head) : size);
	if (!strcmp(head, "II*"))
		bytes[3] = 0;
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ig_fs_write_all(fd, bytes, size), 0);
	close(fd);
	free(bytes);
}

static void append(void *arg, const struct ig_envelope *e, const void *p, int fd, uint64_t size, ig_intake_done_h *done, void *done_arg)
{
	struct sink *s = arg;
	struct pending *a = malloc(sizeof *a);
	assert_true((p != NULL) == (size <= 100));
	assert_true((fd >= 0) == (size > 100));
	assert_int_equal(e->channel, IG_CHANNEL_FAX);
	if (fd >= 0)
		close(fd);
	ig_buf_fmt(&s->order, "%s=%llu(%.8s) ", e->source_file, (unsigned long long)size, e->sidecar ? e->sidecar : "");
	if (s->overwrite && !strcmp(s->overwrite, e->source_file)) {
		drop(s->overwrite, "II*", 66);
		s->overwrite = NULL;
	}
	*a = (struct pending){done, done_arg, !s->refuse};
	event_base_once(s->base, -1, EV_TIMEOUT, answer, a, NULL);
}

static void scanned(uint64_t taken, uint64_t waiting, const char *failed, void *arg)
{
	struct sink *s = arg;
	s->taken = taken;
	s->waiting = waiting;
	s->failed = failed != NULL;
	s->scanned = true;
	event_base_loopbreak(s->base);
}

static bool there(const char *name)
{
	char path[256];
	struct stat st;
	snprintf(path, sizeof path, "%s/%s", dir, name);
	return !lstat(path, &st);
}

static void scan(struct ig_spool *p, struct sink *s)
{
	s->scanned = false;
	ig_buf_reset(&s->order);
	ig_spool_scan(p, scanned, s);
	while (!s->scanned)
		event_base_loop(s->base, EVLOOP_ONCE);
}

static int setup(void **state)
{
	struct sink *s = calloc(1, sizeof *s);
	ig_clock_fix(INT64_C(1772416800) * IG_SECOND); /* 2026-03-02 */
	s->base = event_base_new();
	s->order = (struct ig_buf)IG_BUF_INIT(65536);
	*state = s;
	snprintf(dir, sizeof dir, "/tmp/irgate-spool-XXXXXX");
	settings.settle = 0;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	struct sink *s = *state;
	ig_buf_free(&s->order);
	event_base_free(s->base);
	free(s);
	return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static struct ig_spool *open_spool(struct sink *s)
{
	struct ig_intake_sink sink = {.arg = s, .append = append};
	return ig_spool_new(s->base, &conf, &settings, &sink);
}

static void takes(void **state)
{
	struct sink *s = *state;
	struct ig_spool *p = open_spool(s);
	drop("b.tif", "II*", 50);
	drop("b.json", "{\"a\": 1}", 8);
	drop("a.pdf", "%PDF-1.4", 200);
	drop("a.pdf.json", "{\"b\": 2}", 8);
	drop("c.tif", "II*", 60);
	drop(".hidden.tif", "II*", 60);
	drop("half.tif.part", "II*", 60);
	drop("alone.json", "{}", 2);
	scan(p, s);
	assert_string_equal(s->order.data, "a.pdf=200({\"b\": 2}) b.tif=50({\"a\": 1}) c.tif=60() ");
	assert_int_equal(s->taken, 3);
	assert_int_equal(s->waiting, 0);
	const char *after[] = {".taken/2026-03/b.tif", ".taken/2026-03/b.json", ".taken/2026-03/a.pdf", ".taken/2026-03/a.pdf.json", ".taken/2026-03/c.tif",
		".hidden.tif", "half.tif.part", "alone.json"};
	for (size_t i = 0; i < IG_COUNT(after); i++)
		if (!there(after[i]))
			fail_msg("%s is not there", after[i]);
	assert_false(there("b.tif") || there("b.json"));
	drop("b.tif", "II*", 70); /* the name again: another fax, beside the first */
	drop("b.json", "{\"c\": 3}", 8);
	scan(p, s);
	assert_int_equal(s->taken, 1);
	assert_true(there(".taken/2026-03/b.tif~1") && there(".taken/2026-03/b.json~1"));
	ig_spool_free(p);
}

static void refuses(void **state)
{
	struct sink *s = *state;
	struct ig_spool *p = open_spool(s);
	drop("text.tif", "hello", 20);
	drop("empty.tif", "", 0);
	drop("large.tif", "II*", 501);
	drop("limit.tif", "II*", 500);
	scan(p, s);
	assert_string_equal(s->order.data, "limit.tif=500() ");
	assert_true(there(".refused/text.tif") && there(".refused/text.tif.reason.txt") && there(".refused/empty.tif") && there(".refused/large.tif"));
	assert_int_equal(s->waiting, 0);
	char path[160];
	struct ig_buf reason = IG_BUF_INIT(500);
	snprintf(path, sizeof path, "%s/.refused/large.tif.reason.txt", dir);
	assert_int_equal(ig_fs_read_file(path, &reason), 0);
	assert_non_null(strstr(reason.data, "message_max"));
	ig_buf_free(&reason);
	snprintf(path, sizeof path, "%s/link.tif", dir);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	snprintf(path, sizeof path, "%s/pipe.tif", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	scan(p, s);
	assert_string_equal(s->order.data, "");
	assert_int_equal(s->waiting, 2);
	assert_true(there("link.tif") && there("pipe.tif"));
	ig_spool_free(p);
}

static void sidecars(void **state)
{
	struct sink *s = *state;
	struct ig_spool *p = open_spool(s);
	drop("a.tif", "II*", 50);
	drop("a.json", "{", IG_SPOOL_SIDECAR_MAX); /* at the limit */
	drop("b.tif", "II*", 50);
	drop("b.json", "{", IG_SPOOL_SIDECAR_MAX + 1);
	drop("c.tif", "II*", 50);
	drop("c.json", "\xff\xfe", 2);
	scan(p, s);
	assert_string_equal(s->order.data, "a.tif=50({xxxxxxx) b.tif=50() c.tif=50() ");
	assert_true(there(".taken/2026-03/b.json") && there(".taken/2026-03/c.json"));
	ig_spool_free(p);
}

static void later(void **state)
{
	struct sink *s = *state;
	struct ig_spool *p = open_spool(s);
	s->refuse = true;
	drop("a.tif", "II*", 50);
	drop("b.tif", "II*", 50);
	scan(p, s);
	assert_true(s->failed && there("a.tif") && there("b.tif"));
	assert_int_equal(s->waiting, 2);
	s->refuse = false;
	s->overwrite = "b.tif";
	scan(p, s);
	assert_int_equal(s->taken, 2);
	assert_true(there("b.tif")); /* another file by now: not moved away unread */
	scan(p, s);
	assert_string_equal(s->order.data, "b.tif=66() ");
	assert_false(there("b.tif"));
	ig_spool_free(p);
}

/* A file that grows is left until it rests; one that was renamed in beside its sidecar is taken at once. */
static void settles(void **state)
{
	struct sink *s = *state;
	char from[160], to[160];
	settings.settle = 600;
	struct ig_spool *p = open_spool(s);
	drop("slow.tif", "II*", 50);
	scan(p, s);
	assert_int_equal(s->waiting, 1);
	usleep(400000);
	drop("slow.tif", "II*", 60);
	scan(p, s);
	assert_int_equal(s->waiting, 1);
	usleep(400000);
	scan(p, s);
	assert_int_equal(s->waiting, 1);
	usleep(400000);
	scan(p, s);
	assert_string_equal(s->order.data, "slow.tif=60() ");
	ig_spool_watch(p);
	drop("quick.json", "{}", 2);
	drop(".quick", "II*", 50);
	snprintf(from, sizeof from, "%s/.quick", dir);
	snprintf(to, sizeof to, "%s/quick.tif", dir);
	assert_int_equal(rename(from, to), 0);
	ig_buf_reset(&s->order);
	int64_t end = ig_mono_ms() + 5000, began = ig_mono_ms();
	while (there("quick.tif") && ig_mono_ms() < end)
		event_base_loop(s->base, EVLOOP_ONCE);
	assert_string_equal(s->order.data, "quick.tif=50({}) ");
	assert_true(ig_mono_ms() - began < 500);
	ig_spool_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(takes, setup, teardown), cmocka_unit_test_setup_teardown(refuses, setup, teardown),
		cmocka_unit_test_setup_teardown(sidecars, setup, teardown), cmocka_unit_test_setup_teardown(later, setup, teardown),
		cmocka_unit_test_setup_teardown(settles, setup, teardown)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
