/* irgate-reader as a program: answers over its socket, is recycled, dies of what it must die of, and has no way out of its confinement. */
#include "config.h"
#include "check.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/fs.h"
#include "model/notes.h"
#include "parse_kit.h"

static pid_t start(int *sock_r, const char *more)
{
	int fds[2];
	assert_int_equal(ig_link_pair(fds), 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(fds[1], 3);
		closefrom(4);
		execl("./irgate-reader", "irgate-reader", "cpu_ms=5000", more, NULL);
		_exit(99);
	}
	assert_true(pid > 0);
	close(fds[1]);
	*sock_r = fds[0];
	return pid;
}

static int end(pid_t pid, int sock)
{
	int status;
	close(sock);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void ask(int sock, uint64_t seq, const void *mail, size_t len)
{
	int fd = ig_fs_memfd("mail", mail, len);
	struct ig_note_read n = {.seq = seq, .envelope = "{\"channel\":\"mail\",\"sender\":\"a@example.vn\"}", .size = len};
	assert_int_equal(ig_note_read_write(sock, &n, fd), 0);
	close(fd);
}

/* The report, or NULL at the end of the reader. */
static struct ig_report *answer(int sock, uint64_t seq, struct ig_arena *a)
{
	struct ig_buf body;
	uint16_t kind;
	int fd;
	struct ig_report *r = NULL;
	ig_buf_init(&body, IG_LINK_MAX);
	int rc = ig_link_read(sock, &kind, &body, &fd, 20000);
	if (rc == 1) {
		struct ig_note_report n;
		struct ig_why why;
		assert_int_equal(kind, IG_NOTE_REPORT);
		assert_int_equal(ig_note_report_unpack(&n, body.data, body.len, a), 0);
		assert_int_equal(n.seq, seq);
		r = IG_NEW(a, struct ig_report);
		assert_int_equal(ig_report_unpack(n.report.p, n.report.len, a, r, &why), 0);
	}
	ig_buf_free(&body);
	return r;
}

#ifdef IG_ASAN
#define LITTLE "cpu_ms=60000" /* a sanitizer takes all the address space there is */
#else
#define LITTLE "memory=100000000"
#endif

static const char mail[] = "From: =?utf-8?B?TmfDtA==?= <ngo@example.vn>\r\nSubject: Xin =?iso-8859-1?Q?ch=E0o?=\r\n"
	"Message-ID: <1@example.vn>\r\nContent-Type: text/plain; charset=windows-1258\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nS=F4=ECng\r\n";

static void test_answers_and_is_recycled(void **state)
{
	(void)state;
	int sock;
	struct ig_arena *a = ig_arena_new(0);
	pid_t pid = start(&sock, "max_messages=3");
	for (uint64_t i = 1; i <= 3; i++) {
		ask(sock, i, mail, sizeof mail - 1);
		struct ig_report *r = answer(sock, i, a);
		assert_non_null(r);
		assert_string_equal(r->from->name, "Ngô");
		assert_string_equal(r->subject, "Xin chào");
		assert_string_equal(r->message_id, "1@example.vn");
		/* The converter was opened before confinement. */
		assert_int_equal(r->problems[0] != NULL, 0);
	}
	assert_null(answer(sock, 4, a));
	assert_int_equal(end(pid, sock), 0);
	a = ig_arena_free(a);
}

static void test_ends_when_told_nonsense(void **state)
{
	(void)state;
	int sock;
	struct ig_arena *a = ig_arena_new(0);
	pid_t pid = start(&sock, "max_messages=3");
	struct ig_note_go n = {.unused = 0};
	assert_int_equal(ig_note_go_write(sock, &n, -1), 0);
	assert_null(answer(sock, 1, a));
	assert_int_equal(end(pid, sock), 0);
	pid = start(&sock, "max_lessages=3");
	assert_int_equal(WEXITSTATUS(end(pid, sock)), IG_EX_USAGE);
	a = ig_arena_free(a);
}

/* A mail that takes longer than its CPU time ends the reader, not the caller. */
static void test_cpu_limit(void **state)
{
	(void)state;
	int sock;
	struct ig_arena *a = ig_arena_new(0);
	size_t len = 40u << 20;
	char *big = ig_xmalloc(len);
	memset(big, 'x', len);
	for (size_t i = 60; i < len; i += 61)
		big[i] = '\n';
	memcpy(big, "Content-Type: image/x\n\n", 23);
	pid_t pid = start(&sock, "cpu_ms=4");
	ask(sock, 1, big, len);
	assert_null(answer(sock, 1, a));
	int status = end(pid, sock);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGPROF);
	free(big);
	a = ig_arena_free(a);
}

/* 50 MB through 64 MiB of memory: attachments are streamed. */
static void test_big_mail_in_little_memory(void **state)
{
	(void)state;
	int sock;
	struct ig_arena *a = ig_arena_new(0);
	static const char head[] = "From: a@example.vn\nSubject: big\nMIME-Version: 1.0\nContent-Type: application/octet-stream; name=big.bin\nContent-Transfer-Encoding: base64\n\n";
	size_t len = 50u << 20;
	char *big = ig_xmalloc(len);
	memset(big, 'A', len);
	for (size_t i = sizeof head - 1 + 76; i < len; i += 77)
		big[i] = '\n';
	memcpy(big, head, sizeof head - 1);
	pid_t pid = start(&sock, LITTLE);
	ask(sock, 7, big, len);
	struct ig_report *r = answer(sock, 7, a);
	assert_non_null(r);
	assert_int_equal(r->attachment_count, 1);
	assert_true(r->attachments[0].size > 38000000);
	assert_string_equal(r->attachments[0].name, "big.bin");
	end(pid, sock);
	free(big);
	a = ig_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_and_is_recycled),
		cmocka_unit_test(test_ends_when_told_nonsense),
		cmocka_unit_test(test_cpu_limit),
		cmocka_unit_test(test_big_mail_in_little_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
