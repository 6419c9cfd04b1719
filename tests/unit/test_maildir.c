/* The Maildir intake against a sink that answers as told: order, names, what is left in place, what is tried again. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <event2/event.h>
#include <cmocka.h>
#include "base/arena.h"
#include "base/fs.h"
#include "base/opt.h"
#include "intake/intake.h"
#include "intake/maildir_name.h"

static char dir[64];
static struct ig_conf conf = {.inline_max = 100, .message_max = 500};
static struct ig_conf_maildir cm = {.name = "incoming", .path = dir, .interval = 100000};

struct sink {
	struct event_base *base;
	struct ig_buf order; /* "name=size " of each append */
	bool refuse;
	const char *replace; /* another file takes this name once it was read */
	uint64_t taken, waiting;
	bool scanned, failed;
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

static void path_of(char path[256], const char *sub, const char *name)
{
	snprintf(path, 256, "%s/%s/%s", dir, sub, name);
}

static void drop(const char *sub, const char *name, size_t size)
{
	char path[256], *bytes = calloc(1, size + 1);
	int fd;
	path_of(path, sub, name);
	memset(bytes, 'x', size);
	fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
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
	if (fd >= 0)
		close(fd);
	ig_buf_fmt(&s->order, "%s=%llu ", e->source_file, (unsigned long long)size);
	if (s->replace && !strcmp(s->replace, e->source_file)) {
		char from[256], to[256];
		path_of(from, "cur", "fresh");
		path_of(to, "new", s->replace);
		drop("cur", "fresh", 33);
		assert_int_equal(rename(from, to), 0);
		s->replace = NULL;
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

static bool there(const char *sub, const char *name)
{
	char path[256];
	struct stat st;
	path_of(path, sub, name);
	return !lstat(path, &st);
}

static void away(const char *sub, const char *name)
{
	char path[256];
	path_of(path, sub, name);
	unlink(path);
}

static void scan(struct ig_maildir *m, struct sink *s)
{
	s->scanned = false;
	ig_maildir_scan(m, scanned, s);
	while (!s->scanned)
		event_base_loop(s->base, EVLOOP_ONCE);
}

static int setup(void **state)
{
	char path[256];
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/irgate-maildir-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	path_of(path, "new", "");
	mkdir(path, 0700);
	path_of(path, "cur", "");
	return mkdir(path, 0700);
}

static int teardown(void **state)
{
	char path[256];
	(void)state;
	path_of(path, "new", "");
	rmdir(path);
	path_of(path, "cur", "");
	rmdir(path);
	return rmdir(dir);
}

static void names(void **state)
{
	static const struct { const char *name, *base, *seen; } cases[] = {
		{"0000001.test", "0000001.test", "0000001.test:2,S"}, {"a:2,", "a", "a:2,S"}, {"a:2,S", "a", "a:2,S"},
		{"a:2,FT", "a", "a:2,FST"}, {"a:2,F", "a", "a:2,FS"}, {"a:2,T", "a", "a:2,ST"}, {"a:1,x", "a:1,x", "a:1,x:2,S"},
		{"\xff", "\xef\xbf\xbd", "\xff:2,S"},
	};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_buf b = IG_BUF_INIT(1024);
		ig_maildir_name_base(cases[i].name, &b);
		assert_string_equal(b.data, cases[i].base);
		ig_buf_reset(&b);
		ig_maildir_name_seen(cases[i].name, 0, &b);
		assert_string_equal(b.data, cases[i].seen);
		ig_buf_free(&b);
	}
}

static void order_and_moves(void **state)
{
	struct sink s = {.base = event_base_new(), .order = IG_BUF_INIT(1 << 20)};
	struct ig_intake_sink sink = {.arg = &s, .append = append};
	struct ig_maildir *m;
	(void)state;
	drop("new", "0000002.test", 20);
	drop("new", "0000010.test", 0);
	drop("new", "0000001.test", 100);
	drop("new", "0000003.test:2,F", 101);
	drop("new", ".hidden", 5);
	drop("cur", "0000002.test:2,S", 1);
	m = ig_maildir_new(s.base, &conf, &cm, &sink);
	scan(m, &s);
	assert_string_equal(s.order.data, "0000001.test=100 0000002.test=20 0000003.test=101 0000010.test=0 ");
	assert_int_equal(s.taken, 4);
	assert_int_equal(s.waiting, 0);
	assert_false(s.failed);
	assert_true(there("cur", "0000001.test:2,S"));
	assert_true(there("cur", "0000002.test:2,S")); /* that was there stays */
	assert_true(there("cur", "0000002.test.1:2,S"));
	assert_true(there("cur", "0000003.test:2,FS"));
	assert_true(there("new", ".hidden"));
	assert_false(there("new", "0000001.test"));
	scan(m, &s);
	assert_int_equal(s.taken, 0);
	ig_maildir_free(m);
	away("new", ".hidden");
	away("cur", "0000001.test:2,S");
	away("cur", "0000002.test:2,S");
	away("cur", "0000002.test.1:2,S");
	away("cur", "0000003.test:2,FS");
	away("cur", "0000010.test:2,S");
	ig_buf_free(&s.order);
	event_base_free(s.base);
}

static void what_stays(void **state)
{
	struct sink s = {.base = event_base_new(), .order = IG_BUF_INIT(1 << 20)};
	struct ig_intake_sink sink = {.arg = &s, .append = append};
	struct ig_maildir *m;
	char path[256];
	int writer;
	(void)state;
	path_of(path, "new", "a-link");
	assert_int_equal(symlink("/etc/passwd", path), 0);
	path_of(path, "new", "b-pipe");
	assert_int_equal(mkfifo(path, 0600), 0);
	path_of(path, "new", "c-dir");
	assert_int_equal(mkdir(path, 0700), 0);
	drop("new", "d-being-written", 3);
	path_of(path, "new", "d-being-written");
	writer = open(path, O_WRONLY);
	drop("new", "e-good", 4);
	drop("new", "f-too-large", 501);
	drop("new", "g-largest", 500);
	m = ig_maildir_new(s.base, &conf, &cm, &sink);
	scan(m, &s);
	assert_string_equal(s.order.data, "e-good=4 g-largest=500 ");
	assert_int_equal(s.waiting, 5);
	close(writer);
	scan(m, &s);
	assert_string_equal(s.order.data, "e-good=4 g-largest=500 d-being-written=3 ");
	assert_int_equal(s.waiting, 4);
	ig_maildir_free(m);
	away("new", "f-too-large");
	away("cur", "g-largest:2,S");
	away("new", "a-link");
	away("new", "b-pipe");
	path_of(path, "new", "c-dir");
	rmdir(path);
	away("cur", "e-good:2,S");
	away("cur", "d-being-written:2,S");
	ig_buf_free(&s.order);
	event_base_free(s.base);
}

static void later_and_again(void **state)
{
	struct sink s = {.base = event_base_new(), .order = IG_BUF_INIT(1 << 20), .refuse = true};
	struct ig_intake_sink sink = {.arg = &s, .append = append};
	struct ig_maildir *m;
	char name[32];
	(void)state;
	for (int i = 0; i < 700; i++) {
		snprintf(name, sizeof name, "%04d", i);
		drop("new", name, 1);
	}
	m = ig_maildir_new(s.base, &conf, &cm, &sink);
	scan(m, &s);
	assert_int_equal(s.taken, 0);
	assert_int_equal(s.waiting, 700);
	assert_true(s.failed);
	assert_true(there("new", "0000"));
	s.refuse = false;
	ig_buf_reset(&s.order);
	scan(m, &s);
	assert_int_equal(s.taken, 700);
	assert_int_equal(s.waiting, 0);
	assert_false(s.failed);
	assert_memory_equal(s.order.data, "0000=1 0001=1 0002=1 ", 21);
	for (int i = 0; i < 700; i++) {
		snprintf(name, sizeof name, "%04d:2,S", i);
		assert_true(there("cur", name));
		away("cur", name);
	}
	ig_maildir_free(m);
	ig_buf_free(&s.order);
	event_base_free(s.base);
}

static void watched(void **state)
{
	struct sink s = {.base = event_base_new(), .order = IG_BUF_INIT(1 << 20)};
	struct ig_intake_sink sink = {.arg = &s, .append = append};
	struct ig_maildir *m = ig_maildir_new(s.base, &conf, &cm, &sink);
	char from[256], to[256];
	(void)state;
	ig_maildir_watch(m);
	event_base_loop(s.base, EVLOOP_NONBLOCK);
	drop("cur", "x", 7);
	path_of(from, "cur", "x");
	path_of(to, "new", "x");
	assert_int_equal(rename(from, to), 0);
	for (int i = 0; i < 20 && !there("cur", "x:2,S"); i++)
		event_base_loop(s.base, EVLOOP_ONCE);
	assert_string_equal(s.order.data, "x=7 ");
	away("cur", "x:2,S");
	ig_maildir_free(m);
	ig_buf_free(&s.order);
	event_base_free(s.base);
}

/* The name is another file's when the answer comes: that one was not read and must not be moved away unread. */
static void replaced(void **state)
{
	struct sink s = {.base = event_base_new(), .order = IG_BUF_INIT(1 << 20), .replace = "x"};
	struct ig_intake_sink sink = {.arg = &s, .append = append};
	struct ig_maildir *m = ig_maildir_new(s.base, &conf, &cm, &sink);
	(void)state;
	drop("new", "x", 7);
	scan(m, &s);
	assert_int_equal(s.taken, 1);
	scan(m, &s);
	assert_string_equal(s.order.data, "x=7 x=33 ");
	assert_true(there("cur", "x:2,S"));
	assert_false(there("new", "x"));
	away("cur", "x:2,S");
	ig_maildir_free(m);
	ig_buf_free(&s.order);
	event_base_free(s.base);
}

static void out_of_reach(void **state)
{
	struct ig_conf_maildir nowhere = {.name = "n", .path = "/nonexistent", .interval = 1000};
	struct sink s = {.base = event_base_new(), .order = IG_BUF_INIT(1 << 20)};
	struct ig_intake_sink sink = {.arg = &s, .append = append};
	struct ig_maildir *m = ig_maildir_new(s.base, &conf, &nowhere, &sink);
	(void)state;
	scan(m, &s);
	assert_true(s.failed);
	ig_maildir_free(m);
	ig_buf_free(&s.order);
	event_base_free(s.base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(names), cmocka_unit_test(order_and_moves), cmocka_unit_test(what_stays),
		cmocka_unit_test(later_and_again), cmocka_unit_test(watched), cmocka_unit_test(replaced), cmocka_unit_test(out_of_reach)};
	return cmocka_run_group_tests_name("maildir", tests, setup, teardown);
}
