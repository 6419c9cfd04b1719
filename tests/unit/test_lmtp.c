/* LMTP dialogues as a table: what the client says, what it hears, what is kept. Each is fed at once, byte by byte, and in pieces of seven. */
#include "config.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fs.h"
#include "base/opt.h"
#include "intake/lmtp_session.h"

#define HELLO "LHLO me\r\n"
#define HELLO_HEARD "250-h\r\n250-PIPELINING\r\n250-SIZE 200\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES\r\n"
#define ONE HELLO "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"
#define ONE_HEARD HELLO_HEARD "250 2.1.0 Sender ok\r\n250 2.1.5 Recipient ok\r\n354 Send the message, end with a dot\r\n"
#define KEPT "250 2.0.0 Kept\r\n"

static const struct dialogue {
	const char *name, *says;
	const char *heard; /* without the greeting */
	const char *kept;  /* sender|recipient,...|bytes; of each message, "!" before the bytes when repaired */
	bool refuse_lf, later;
} dialogues[] = {
	{"plain", ONE "x\r\n.\r\nQUIT\r\n", ONE_HEARD KEPT "221 2.0.0 Bye\r\n", "a@b|c@d,|x\r\n", 0, 0},
	{"empty message", ONE ".\r\n", ONE_HEARD KEPT, "a@b|c@d,|", 0, 0},
	{"dots unstuffed", ONE "..a\r\n...\r\n.b\r\n.\r\n", ONE_HEARD KEPT, "a@b|c@d,|.a\r\n..\r\nb\r\n", 0, 0},
	{"each recipient is answered", HELLO "MAIL FROM:<>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nDATA\r\nx\r\n.\r\n",
	 HELLO_HEARD "250 2.1.0 Sender ok\r\n250 2.1.5 Recipient ok\r\n250 2.1.5 Recipient ok\r\n354 Send the message, end with a dot\r\n" KEPT KEPT,
	 "|c@d,e@f,|x\r\n", 0, 0},
	{"later", ONE "x\r\n.\r\n", ONE_HEARD "452 4.3.1 Try again later: n?\r\n", "a@b|c@d,|x\r\n", 0, 1},
	{"two messages in one stream", ONE "x\r\n.\r\nMAIL FROM:<q@r> SIZE=3\r\nRCPT TO:<s@t>\r\nDATA\r\ny\r\n.\r\n",
	 ONE_HEARD KEPT "250 2.1.0 Sender ok\r\n250 2.1.5 Recipient ok\r\n354 Send the message, end with a dot\r\n" KEPT, "a@b|c@d,|x\r\nq@r|s@t,|y\r\n", 0, 0},
	/* smuggling: nothing but CR LF . CR LF ends a message */
	{"LF . CR LF", ONE "x\n.\r\nMAIL FROM:<evil@x>\r\n.\r\n", ONE_HEARD KEPT, "a@b|c@d,|!x\r\n.\r\nMAIL FROM:<evil@x>\r\n", 0, 0},
	{"CR LF . LF", ONE "x\r\n.\nMAIL FROM:<evil@x>\r\n.\r\n", ONE_HEARD KEPT, "a@b|c@d,|!x\r\n.\r\nMAIL FROM:<evil@x>\r\n", 0, 0},
	{"LF . LF", ONE "x\n.\ny\r\n.\r\n", ONE_HEARD KEPT, "a@b|c@d,|!x\r\n.\r\ny\r\n", 0, 0},
	{"CR . CR LF", ONE "x\r.\r\ny\r\n.\r\n", ONE_HEARD KEPT, "a@b|c@d,|x\r.\r\ny\r\n", 0, 0},
	{"CR LF . CR x", ONE "x\r\n.\ry\r\n.\r\n", ONE_HEARD KEPT, "a@b|c@d,|x\r\n\ry\r\n", 0, 0},
	{"CR LF . CR CR LF", ONE "x\r\n.\r\r\ny\r\n.\r\n", ONE_HEARD KEPT, "a@b|c@d,|x\r\n\r\r\ny\r\n", 0, 0},
	{"CR . CR", ONE "x\r.\ry\r\n.\r\n", ONE_HEARD KEPT, "a@b|c@d,|x\r.\ry\r\n", 0, 0},
	{"CR CR LF . CR LF ends", ONE "x\r\r\n.\r\n", ONE_HEARD KEPT, "a@b|c@d,|x\r\r\n", 0, 0},
	{"bare LF repaired", ONE "a\nb\r\nc\n.\nd\n\r\n.\r\n", ONE_HEARD KEPT, "a@b|c@d,|!a\r\nb\r\nc\r\n.\r\nd\r\n\r\n", 0, 0},
	{"bare LF refused", ONE "a\nb\r\n.\r\nNOOP\r\n", ONE_HEARD "554 5.6.0 Lines must end in CR LF\r\n250 2.0.0 Ok\r\n", "", 1, 0},
	{"bare CR refused", ONE "a\rb\r\n.\r\n", ONE_HEARD "554 5.6.0 Lines must end in CR LF\r\n", "", 1, 0},
	{"LF . LF refused", ONE "a\n.\nMAIL FROM:<evil@x>\r\n.\r\n", ONE_HEARD "554 5.6.0 Lines must end in CR LF\r\n", "", 1, 0},
	/* order */
	{"no LHLO", "MAIL FROM:<a@b>\r\n", "503 5.5.1 Say LHLO first\r\n", "", 0, 0},
	{"HELO is another protocol", "HELO me\r\nEHLO me\r\n", "500 5.5.1 This is LMTP: say LHLO\r\n500 5.5.1 This is LMTP: say LHLO\r\n", "", 0, 0},
	{"DATA without recipient", HELLO "MAIL FROM:<a@b>\r\nDATA\r\n", HELLO_HEARD "250 2.1.0 Sender ok\r\n503 5.5.1 No recipient\r\n", "", 0, 0},
	{"RCPT before MAIL", HELLO "RCPT TO:<a@b>\r\n", HELLO_HEARD "503 5.5.1 Say MAIL first\r\n", "", 0, 0},
	{"MAIL twice", HELLO "MAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\n", HELLO_HEARD "250 2.1.0 Sender ok\r\n503 5.5.1 A sender was given already\r\n", "", 0, 0},
	{"RSET forgets", HELLO "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRSET\r\nDATA\r\n",
	 HELLO_HEARD "250 2.1.0 Sender ok\r\n250 2.1.5 Recipient ok\r\n250 2.0.0 Ok\r\n503 5.5.1 Say MAIL first\r\n", "", 0, 0},
	{"other verbs", "VRFY a\r\nnoop\r\nEXPN a\r\nXYZ\r\n\r\n",
	 "252 2.5.2 Send some mail, it will be kept\r\n250 2.0.0 Ok\r\n502 5.5.1 Not offered\r\n500 5.5.2 Command not known\r\n500 5.5.2 Command not known\r\n",
	 "", 0, 0},
	/* addresses */
	{"odd addresses", HELLO "MAIL FROM: <\"a b\\\">\"@x> BODY=8BITMIME\r\nRCPT TO:<@r1,@r2:c@d>\r\nRCPT TO:<postmaster>\r\nDATA\r\n.\r\n",
	 HELLO_HEARD "250 2.1.0 Sender ok\r\n250 2.1.5 Recipient ok\r\n250 2.1.5 Recipient ok\r\n354 Send the message, end with a dot\r\n" KEPT KEPT,
	 "\"a b\\\">\"@x|c@d,postmaster,|", 0, 0},
	{"bad addresses", HELLO "MAIL FROM:a@b\r\nMAIL FROM:<a@b\r\nMAIL FROM:<a@>\r\nMAIL FROM:<a@b>x\r\nMAIL FROM:<a b>\r\nMAIL a@b\r\nMAIL FROM:<a@b> RET=HDRS\r\nMAIL FROM:<@x@y>\r\n",
	 HELLO_HEARD "501 5.1.7 The address must stand in angle brackets\r\n501 5.1.7 Bad address\r\n501 5.1.7 Bad address\r\n"
	 "501 5.5.4 A blank must stand before parameters\r\n501 5.1.7 Bad address\r\n501 5.5.2 Say MAIL FROM:<address>\r\n"
	 "555 5.5.4 Parameter not known here\r\n501 5.1.7 Bad source route\r\n", "", 0, 0},
	{"UTF-8 address", HELLO "MAIL FROM:<\xc4\x91@b>\r\nMAIL FROM:<\xc4\x91@b> SMTPUTF8\r\nRSET\r\nMAIL FROM:<\xc4@b> SMTPUTF8\r\n",
	 HELLO_HEARD "553 5.6.7 Such an address needs SMTPUTF8\r\n250 2.1.0 Sender ok\r\n250 2.0.0 Ok\r\n501 5.6.7 The address is no valid UTF-8\r\n", "", 0, 0},
	/* limits: line 100, recipients 2, message 200, commands 30 */
	{"SIZE at the limit and past it", HELLO "MAIL FROM:<a@b> SIZE=200\r\nRSET\r\nMAIL FROM:<a@b> SIZE=201\r\nMAIL FROM:<a@b> SIZE=99999999999999999999\r\n",
	 HELLO_HEARD "250 2.1.0 Sender ok\r\n250 2.0.0 Ok\r\n552 5.3.4 The message is too large\r\n552 5.3.4 The message is too large\r\n", "", 0, 0},
	{"recipients past the limit", HELLO "MAIL FROM:<a@b>\r\nRCPT TO:<1@d>\r\nRCPT TO:<2@d>\r\nRCPT TO:<3@d>\r\nDATA\r\n.\r\n",
	 HELLO_HEARD "250 2.1.0 Sender ok\r\n250 2.1.5 Recipient ok\r\n250 2.1.5 Recipient ok\r\n452 4.5.3 Too many recipients\r\n"
	 "354 Send the message, end with a dot\r\n" KEPT KEPT, "a@b|1@d,2@d,|", 0, 0},
};

struct heard {
	struct ig_lmtp_session *s;
	struct ig_buf kept;
	int64_t reserved, room;
	bool no_file;
	int files;
};

static bool reserve(void *arg, int64_t bytes)
{
	struct heard *h = arg;
	if (bytes > 0 && h->reserved + bytes > h->room)
		return false;
	h->reserved += bytes;
	return true;
}

static int file(void *arg)
{
	struct heard *h = arg;
	h->files++;
	return h->no_file ? -1 : ig_fs_unnamed("/tmp");
}

static void message(void *arg, struct ig_lmtp_session *s, const struct ig_envelope *e, const void *p, int fd, uint64_t size)
{
	struct heard *h = arg;
	assert_ptr_equal(s, h->s);
	ig_buf_fmt(&h->kept, "%s|", e->sender);
	for (size_t i = 0; e->recipients[i]; i++)
		ig_buf_fmt(&h->kept, "%s,", e->recipients[i]);
	ig_buf_fmt(&h->kept, "|%s", e->defect ? "!" : "");
	if (fd < 0) {
		ig_buf_add(&h->kept, p, (size_t)size);
		return;
	}
	assert_int_equal(lseek(fd, 0, SEEK_END), size);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(ig_fs_read_fd(fd, &h->kept), 0);
	close(fd);
}

static struct ig_conf limits(void)
{
	return (struct ig_conf){.message_max = 200, .inline_max = 100, .lmtp_recipients = 2, .lmtp_line_max = 100, .lmtp_commands = 30};
}

/* Feeds in pieces; the answer to a message comes when the session waits. */
static void run(const struct ig_conf *c, struct heard *h, const char *says, size_t len, size_t piece, bool later, struct ig_buf *out)
{
	struct ig_lmtp_host host = {.arg = h, .name = "h", .source = "lmtp", .reserve = reserve, .file = file, .message = message};
	h->s = ig_lmtp_session_new(c, &host);
	for (size_t at = 0; at < len && !ig_lmtp_session_over(h->s);) {
		size_t n = len - at < piece ? len - at : piece;
		char *copy = malloc(n); /* its own memory, so that a sanitizer sees any step too far */
		memcpy(copy, says + at, n);
		at += ig_lmtp_session_feed(h->s, copy, n);
		free(copy);
		if (ig_lmtp_session_waits(h->s))
			ig_lmtp_session_done(h->s, !later, later ? "n\r" : NULL);
	}
	ig_buf_add(out, ig_lmtp_session_out(h->s)->data, ig_lmtp_session_out(h->s)->len);
	h->s = ig_lmtp_session_free(h->s);
	assert_int_equal(h->reserved, 0);
}

static void table(void **state)
{
	static const size_t pieces[] = {1 << 20, 1, 7};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(dialogues) * IG_COUNT(pieces); i++) {
		const struct dialogue *d = &dialogues[i / IG_COUNT(pieces)];
		struct ig_conf c = limits();
		struct heard h = {.kept = IG_BUF_INIT(1 << 16), .room = 1000};
		struct ig_buf out = IG_BUF_INIT(1 << 16), want = IG_BUF_INIT(1 << 16);
		c.bare_lf = d->refuse_lf ? IG_LF_REFUSE : IG_LF_REPAIR;
		ig_buf_fmt(&want, "220 h LMTP irgate\r\n%s", d->heard);
		run(&c, &h, d->says, strlen(d->says), pieces[i % IG_COUNT(pieces)], d->later, &out);
		if (strcmp(out.data, want.data) || strcmp(h.kept.data, d->kept))
			fail_msg("%s: heard\n%s\nkept %s", d->name, out.data, h.kept.data);
		ig_buf_free(&out);
		ig_buf_free(&want);
		ig_buf_free(&h.kept);
	}
}

/* A message of size bytes in lines; what the last reply is, and whether a file was used. */
static char *send_size(size_t size, int64_t room, bool no_file, int *files_r)
{
	static char last[200];
	struct ig_conf c = limits();
	struct heard h = {.kept = IG_BUF_INIT(1 << 16), .room = room, .no_file = no_file};
	struct ig_buf out = IG_BUF_INIT(1 << 16), says = IG_BUF_INIT(1 << 16);
	const char *at;
	ig_buf_str(&says, ONE);
	for (size_t i = 0; i < size - 2; i++)
		ig_buf_char(&says, 'x');
	ig_buf_str(&says, "\r\n.\r\n");
	run(&c, &h, says.data, says.len, 1 << 20, false, &out);
	at = strstr(out.data, "354 ");
	snprintf(last, sizeof last, "%.3s", strchr(at, '\n') + 1);
	if (!strcmp(last, "250"))
		assert_int_equal(h.kept.len, size + strlen("a@b|c@d,|"));
	else
		assert_int_equal(h.kept.len, 0);
	*files_r = h.files;
	ig_buf_free(&out);
	ig_buf_free(&says);
	ig_buf_free(&h.kept);
	return last;
}

static void sizes(void **state)
{
	int files;
	(void)state;
	assert_string_equal(send_size(100, 1000, false, &files), "250");
	assert_int_equal(files, 0);
	assert_string_equal(send_size(101, 1000, false, &files), "250");
	assert_int_equal(files, 1);
	assert_string_equal(send_size(200, 1000, false, &files), "250");
	assert_string_equal(send_size(201, 1000, false, &files), "552");
	assert_string_equal(send_size(200, 200, false, &files), "250");
	assert_string_equal(send_size(200, 199, false, &files), "452");
	assert_string_equal(send_size(150, 1000, true, &files), "452");
}

static void line_and_command_limits(void **state)
{
	struct ig_conf c = limits();
	struct heard h = {.kept = IG_BUF_INIT(1 << 16), .room = 1000};
	struct ig_buf out = IG_BUF_INIT(1 << 16), says = IG_BUF_INIT(1 << 16);
	(void)state;
	for (int len = 98; len <= 300; len += len == 99 ? 201 : 1) {
		ig_buf_reset(&out);
		ig_buf_reset(&says);
		ig_buf_str(&says, "NOOP ");
		while (says.len < (size_t)len)
			ig_buf_char(&says, 'x');
		ig_buf_str(&says, "\nNOOP\r\n");
		run(&c, &h, says.data, says.len, 1, false, &out);
		assert_int_equal(strstr(out.data, "500 5.5.2 The line is too long\r\n250 2.0.0 Ok\r\n") != NULL, len > 99);
	}
	ig_buf_reset(&out);
	ig_buf_reset(&says);
	for (int i = 0; i < 31; i++)
		ig_buf_str(&says, "NOOP\r\n");
	run(&c, &h, says.data, says.len, 64, false, &out);
	assert_non_null(strstr(out.data, "421 4.7.0 Too many commands\r\n"));
	ig_buf_reset(&out);
	ig_buf_reset(&says);
	for (int i = 0; i < 30; i++)
		ig_buf_str(&says, "WHAT\r\n");
	run(&c, &h, says.data, says.len, 64, false, &out);
	assert_non_null(strstr(out.data, "421 4.7.0 Too many errors\r\n"));
	ig_buf_reset(&out);
	run(&c, &h, "NO\0P\r\n", 6, 64, false, &out);
	assert_non_null(strstr(out.data, "500 5.5.2 A control character\r\n"));
	ig_buf_free(&out);
	ig_buf_free(&says);
	ig_buf_free(&h.kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(table), cmocka_unit_test(sizes), cmocka_unit_test(line_and_command_limits)};
	return cmocka_run_group_tests_name("lmtp", tests, NULL, NULL);
}
