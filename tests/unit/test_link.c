/* Links between processes: order, coalescing, large notes, descriptors, bad frames, back-pressure. */
#include "config.h"
#include "check.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/link.h"
#include "base/log.h"
#include "base/opt.h"

struct side {
	struct ig_link *link;
	uint64_t next;       /* kind expected, counted */
	size_t notes, bytes, fds, closed;
	size_t pause_after, bad_after, free_after, stop_after;
	struct event_base *base;
	ino_t inode; /* of the last descriptor */
	bool wrong;
};

static int on_note(struct ig_link *l, uint16_t kind, const void *body, size_t len, int fd, void *arg)
{
	struct side *s = arg;
	const unsigned char *p = body;

	s->wrong |= kind != (s->next++ & 0x7fff);
	for (size_t i = 0; i < len; i += 97)
		s->wrong |= p[i] != (unsigned char)(kind + i);
	s->notes++;
	s->bytes += len;
	if (fd >= 0) {
		struct stat st;
		s->wrong |= fstat(fd, &st) < 0 || st.st_size != kind; /* the descriptor of this note, not of another */
		s->fds++;
		close(fd);
	}
	if (s->notes == s->pause_after)
		ig_link_pause(l, true);
	if (s->notes == s->free_after)
		s->link = ig_link_free(l);
	if (s->notes == s->stop_after)
		event_base_loopbreak(s->base);
	return s->notes == s->bad_after ? -1 : 0;
}

static void on_closed(struct ig_link *l, void *arg)
{
	struct side *s = arg;

	assert_ptr_equal(l, s->link);
	s->closed++;
	s->link = ig_link_free(l);
	event_base_loopbreak(s->base);
}

static struct event_base *base;

static void start(struct side *s, int fd)
{
	s->base = base;
	s->link = ig_link_new(base, fd, "peer", on_note, on_closed, s);
}

static int sized_file(uint16_t size)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0 && ftruncate(fd, size) == 0);
	return fd;
}

static unsigned char *pattern(uint16_t kind, size_t len)
{
	unsigned char *p = malloc(len ? len : 1);

	for (size_t i = 0; i < len; i++)
		p[i] = (unsigned char)(kind + i);
	return p;
}

static int send_one(struct ig_link *l, uint16_t kind, size_t len, bool with_fd)
{
	unsigned char *p = pattern(kind, len);
	int rc = ig_link_send(l, kind, p, len, with_fd ? sized_file(kind) : -1);

	free(p);
	return rc;
}

static int pair_of(struct side *a, struct side *b)
{
	int fds[2];

	base = event_base_new();
	assert_int_equal(ig_link_pair(fds), 0);
	if (a)
		start(a, fds[0]);
	if (b)
		start(b, fds[1]);
	return a ? fds[1] : fds[0];
}

static void end(struct side *a, struct side *b)
{
	if (a)
		a->link = ig_link_free(a->link);
	if (b)
		b->link = ig_link_free(b->link);
	event_base_free(base);
}

static void small_notes_keep_their_order(void **state IG_UNUSED)
{
	struct side a = {0}, b = {.stop_after = 20000};

	pair_of(&a, &b);
	for (unsigned i = 0; i < 20000; i++)
		assert_int_equal(send_one(a.link, (uint16_t)(i & 0x7fff), i % 200, i % 97 == 0), 0);
	event_base_dispatch(base);
	assert_int_equal(b.notes, 20000);
	assert_int_equal(b.fds, 207);
	assert_false(b.wrong);
	assert_int_equal(ig_link_queued(a.link), 0);
	end(&a, &b);
}

static void large_notes_pass_and_oversize_ones_do_not(void **state IG_UNUSED)
{
	struct side a = {0}, b = {.stop_after = 4};

	pair_of(&a, &b);
	assert_int_equal(send_one(a.link, 0, IG_LINK_MAX, true), 0);
	assert_int_equal(send_one(a.link, 1, IG_LINK_MAX + 1, true), -1);
	assert_int_equal(send_one(a.link, 1, 10, false), 0);
	assert_int_equal(send_one(a.link, 2, IG_LINK_MAX - 1, false), 0);
	assert_int_equal(send_one(a.link, 3, 0, true), 0);
	event_base_dispatch(base);
	assert_int_equal(b.bytes, IG_LINK_MAX * 2 + 9);
	assert_int_equal(b.fds, 2);
	assert_false(b.wrong);
	end(&a, &b);
}

static void queue_has_a_ceiling(void **state IG_UNUSED)
{
	struct side a = {0}, b = {0};
	int sent = 0;

	pair_of(&a, &b);
	while (send_one(a.link, (uint16_t)sent, IG_LINK_MAX, false) == 0)
		sent++;
	assert_in_range(sent, 3, 5);
	b.stop_after = (size_t)sent;
	event_base_dispatch(base);
	assert_false(b.wrong);
	assert_int_equal(b.notes, sent);
	end(&a, &b);
}

static void pause_holds_back_what_was_read(void **state IG_UNUSED)
{
	struct side a = {0}, b = {.pause_after = 3};

	pair_of(&a, &b);
	for (uint16_t i = 0; i < 10; i++)
		send_one(a.link, i, 100, true);
	for (int i = 0; i < 5; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(b.notes, 3);
	ig_link_pause(b.link, false);
	for (int i = 0; i < 20; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(b.notes, 10);
	assert_int_equal(b.fds, 10);
	assert_false(b.wrong);
	end(&a, &b);
}

static void may_be_freed_by_its_handler(void **state IG_UNUSED)
{
	struct side a = {0}, b = {.free_after = 2};

	pair_of(&a, &b);
	for (uint16_t i = 0; i < 10; i++)
		send_one(a.link, i, 100, true);
	event_base_dispatch(base);
	assert_int_equal(b.notes, 2);
	assert_null(b.link);
	assert_int_equal(b.closed, 0);
	assert_int_equal(a.closed, 1); /* the peer is told */
	end(NULL, NULL);
}

static void bad_note_costs_the_sender_its_connection(void **state IG_UNUSED)
{
	struct side a = {0}, b = {.bad_after = 2};

	pair_of(&a, &b);
	for (uint16_t i = 0; i < 10; i++)
		send_one(a.link, i, 100, false);
	while (!a.closed || !b.closed)
		event_base_loop(base, EVLOOP_ONCE);
	assert_int_equal(b.notes, 2);
	end(NULL, NULL);
}

static void what_was_sent_before_the_end_arrives(void **state IG_UNUSED)
{
	struct side b = {0};
	int fd = pair_of(NULL, &b);

	for (uint16_t i = 0; i < 100; i++) {
		unsigned char *p = pattern(i, 300);
		int file = sized_file(i);
		assert_int_equal(ig_link_write(fd, i, p, 300, i % 3 ? -1 : file), 0);
		close(file);
		free(p);
	}
	assert_int_equal(send_one(b.link, 7, 100, false), 0); /* nobody will read this */
	close(fd);
	event_base_dispatch(base);
	assert_int_equal(b.notes, 100);
	assert_int_equal(b.fds, 34);
	assert_int_equal(b.closed, 1);
	assert_false(b.wrong);
	end(NULL, NULL);
}

static void flush_sends_all_or_says_so(void **state IG_UNUSED)
{
	struct side a = {0};
	int fd = pair_of(&a, NULL);
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	uint16_t kind;
	int got;
	int64_t t = ig_mono_ms();

	send_one(a.link, 5, 1000, true);
	assert_int_equal(ig_link_flush(a.link, 0), 0);
	assert_int_equal(ig_link_read(fd, &kind, &body, &got, 0), 1);
	assert_int_equal(kind, 5);
	assert_int_equal(body.len, 1000);
	close(got);
	send_one(a.link, 6, IG_LINK_MAX, false);
	assert_int_equal(ig_link_flush(a.link, 50), -1);
	assert_in_range(ig_mono_ms() - t, 45, 5000);
	close(fd);
	assert_int_equal(ig_link_flush(a.link, 50), -1);
	assert_int_equal(send_one(a.link, 6, 10, true), -1);
	ig_buf_free(&body);
	end(&a, NULL);
}

static const char pattern_100[100];

static void a_limit_is_kept_before_the_body_comes(void **state IG_UNUSED)
{
	struct side b = {0};
	int fd = pair_of(NULL, &b);
	ig_log_init("test", IG_LOG_ERR);
	ig_link_limit(b.link, 100);
	assert_int_equal(ig_link_write(fd, 3, pattern_100, 100, -1), 0);
	for (int turn = 0; turn < 5; turn++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(b.closed, 0);
	assert_int_equal(write(fd, "\x69\x00\x00\x00\x02\x00\x03\x00", 8), 8); /* the head of a body of 101 bytes */
	for (int turn = 0; turn < 5 && !b.closed; turn++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(b.closed, 1);
	close(fd);
	end(NULL, NULL);
}

#define V_NOW "\x09\x00" /* as it goes over the wire: each of these is to be refused for its own fault */
_Static_assert(IG_LINK_VERSION == 9, "V_NOW is as in link.h");
/* Bytes that no peer of ours sends. fds: descriptors with the first byte. The link closes, and so does the blocking reader. */
static const struct bad { const char *name, *bytes; size_t len; int fds; bool hangs; } bads[] = {
	{"length past the ceiling", "\x05\x00\x80\x00" V_NOW "\x07\x00", 8, 0, false},
	{"length below the header", "\x03\x00\x00\x00" V_NOW "\x07\x00", 8, 0, false},
	{"length of nothing", "\x00\x00\x00\x00" V_NOW "\x07\x00", 8, 0, false},
	{"another version", "\x04\x00\x00\x00\x0a\x00\x01\x00", 8, 0, false},
	{"a descriptor announced, none there", "\x04\x00\x00\x00" V_NOW "\x01\x80", 8, 0, false},
	{"a descriptor nobody announced", "\x04\x00\x00\x00" V_NOW "\x07\x00", 8, 1, false},
	{"two descriptors for one note", "\x04\x00\x00\x00" V_NOW "\x00\x80", 8, 2, false},
	{"more descriptors than there is room for", "\x04\x00\x00\x00" V_NOW "\x00\x80", 8, 9, false},
	{"noise", "GET / HTTP/1.1\r\n\r\n", 18, 0, false},
	{"breaks off in the header", "\x04\x00\x00", 3, 0, true},
	{"breaks off in the body", "\x08\x00\x00\x00" V_NOW "\x07\x00" "ab", 10, 0, true},
};

static void send_raw(int sock, const struct bad *b)
{
	union { char bytes[CMSG_SPACE(16 * sizeof(int))]; struct cmsghdr align; } control;
	struct iovec iov = {.iov_base = (void *)b->bytes, .iov_len = b->len};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	if (b->fds) {
		struct cmsghdr *c;
		memset(&control, 0, sizeof(control));
		m.msg_control = control.bytes;
		m.msg_controllen = CMSG_SPACE((size_t)b->fds * sizeof(int));
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN((size_t)b->fds * sizeof(int));
		for (int i = 0; i < b->fds; i++)
			memcpy(CMSG_DATA(c) + (size_t)i * sizeof(int), &sock, sizeof(int));
	}
	assert_int_equal(sendmsg(sock, &m, 0), b->len);
}

static int open_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 200; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void bad_frames_close_the_link(void **state IG_UNUSED)
{
	ig_log_init("test", IG_LOG_ERR); /* the warnings are wanted */
	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		int before = open_descriptors(), fd;
		struct side b = {0};
		fd = pair_of(NULL, &b);
		send_raw(fd, &bads[i]);
		if (bads[i].hangs)
			shutdown(fd, SHUT_WR);
		for (int turn = 0; turn < 5 && !b.closed; turn++)
			event_base_loop(base, EVLOOP_NONBLOCK);
		if (!b.closed)
			fail_msg("%s: not closed", bads[i].name);
		close(fd);
		end(NULL, NULL);
		if (open_descriptors() != before)
			fail_msg("%s: leaks a descriptor", bads[i].name);
	}
}

static void bad_frames_end_the_blocking_reader(void **state IG_UNUSED)
{
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);

	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		int fds[2], before = open_descriptors(), got;
		uint16_t kind;
		assert_int_equal(ig_link_pair(fds), 0);
		send_raw(fds[0], &bads[i]);
		if (bads[i].hangs) { /* first the time-out, then the end */
			struct ig_buf other = IG_BUF_INIT(100);
			int rc = ig_link_read(fds[1], &kind, &other, &got, 20);
			assert_true(rc == -1 && errno == ETIMEDOUT && got == -1);
			send_raw(fds[0], &bads[i]);
			shutdown(fds[0], SHUT_WR);
			ig_buf_free(&other);
		}
		if (ig_link_read(fds[1], &kind, &body, &got, 1000) != -1 || errno != EPROTO || got != -1)
			fail_msg("%s: taken", bads[i].name);
		close(fds[0]);
		close(fds[1]);
		if (open_descriptors() != before)
			fail_msg("%s: leaks a descriptor", bads[i].name);
	}
	ig_buf_free(&body);
}

static void blocking_reader_sees_the_end(void **state IG_UNUSED)
{
	struct ig_buf body = IG_BUF_INIT(8);
	int fds[2], got;
	uint16_t kind;

	assert_int_equal(ig_link_pair(fds), 0);
	assert_int_equal(ig_link_write(fds[0], 3, "123456789", 9, -1), 0);
	assert_true(ig_link_read(fds[1], &kind, &body, &got, -1) == -1 && errno == EPROTO); /* past the caller's own ceiling */
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(ig_link_pair(fds), 0);
	close(fds[0]);
	assert_int_equal(ig_link_read(fds[1], &kind, &body, &got, -1), 0);
	assert_true(ig_link_write(fds[1], 3, "x", 1, -1) == -1 && errno == EPIPE);
	close(fds[1]);
	ig_buf_free(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_notes_keep_their_order), cmocka_unit_test(large_notes_pass_and_oversize_ones_do_not),
		cmocka_unit_test(queue_has_a_ceiling), cmocka_unit_test(pause_holds_back_what_was_read),
		cmocka_unit_test(may_be_freed_by_its_handler), cmocka_unit_test(bad_note_costs_the_sender_its_connection),
		cmocka_unit_test(what_was_sent_before_the_end_arrives), cmocka_unit_test(flush_sends_all_or_says_so),
		cmocka_unit_test(a_limit_is_kept_before_the_body_comes), cmocka_unit_test(bad_frames_close_the_link), cmocka_unit_test(bad_frames_end_the_blocking_reader),
		cmocka_unit_test(blocking_reader_sees_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
