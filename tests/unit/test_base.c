/* Buffers, arenas and packed fields. */
#include "config.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/opt.h"
#include "base/pack.h"
#include "base/sha256.h"

static void buf_keeps_its_ceiling(void **state IG_UNUSED)
{
	struct ig_buf b = IG_BUF_INIT(10);

	assert_string_equal(b.data, "");
	ig_buf_str(&b, "12345");
	ig_buf_str(&b, NULL);
	ig_buf_str(&b, "67890");
	assert_false(b.over);
	assert_string_equal(b.data, "1234567890");
	ig_buf_char(&b, 'x');
	assert_true(b.over);
	assert_int_equal(b.len, 10);
	assert_string_equal(b.data, "1234567890");
	ig_buf_reset(&b);
	assert_false(b.over);
	ig_buf_fmt(&b, "%d-%s", 12, "abcdefghijkl");
	assert_true(b.over);
	assert_string_equal(b.data, "12-abcdefg");
	ig_buf_eat(&b, 3);
	assert_string_equal(b.data, "abcdefg");
	ig_buf_cut(&b, 2);
	assert_string_equal(b.data, "ab");
	ig_buf_eat(&b, 99);
	assert_string_equal(b.data, "");
	ig_buf_free(&b);
	assert_string_equal(b.data, "");
	ig_buf_str(&b, "again");
	assert_string_equal(b.data, "again");
	ig_buf_free(&b);
}

static void buf_grows(void **state IG_UNUSED)
{
	struct ig_buf b = IG_BUF_INIT(SIZE_MAX);
	char large[5000];

	for (int i = 0; i < 100000; i++)
		ig_buf_char(&b, (char)('a' + i % 26));
	assert_int_equal(b.len, 100000);
	assert_int_equal(b.data[99999], 'a' + 99999 % 26);
	memset(large, 'z', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	ig_buf_fmt(&b, "%s", large); /* past the small formatting buffer */
	assert_int_equal(b.len, 104999);
	assert_int_equal(strlen(b.data), 104999);
	ig_buf_free(&b);
}

static void buf_of_no_room(void **state IG_UNUSED)
{
	struct ig_buf b = IG_BUF_INIT(0);

	ig_buf_str(&b, "");
	assert_false(b.over);
	ig_buf_str(&b, "a");
	assert_true(b.over);
	assert_string_equal(b.data, "");
	ig_buf_free(&b);
}

static void why_is_cut(void **state IG_UNUSED)
{
	struct ig_why why;
	char large[2 * IG_WHY_MAX];

	memset(large, 'y', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	assert_int_equal(ig_why(&why, "%s", large), -1);
	assert_int_equal(strlen(why.text), IG_WHY_MAX - 1);
	assert_int_equal(ig_why(NULL, "nobody asks"), -1);
}

static void arena_gives_zeroed_memory(void **state IG_UNUSED)
{
	struct ig_arena *a = ig_arena_new(0);

	for (int round = 0; round < 3; round++) {
		for (size_t size = 0; size < 3000; size += 7) {
			unsigned char *p = ig_arena_alloc(a, size);
			assert_int_equal((uintptr_t)p % 16, 0);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xff, size);
		}
		assert_true(ig_arena_used(a) > 600000);
		ig_arena_reset(a);
		assert_int_equal(ig_arena_used(a), 0);
	}
	assert_null(ig_arena_strdup(a, NULL));
	assert_string_equal(ig_arena_strdup(a, "x"), "x");
	assert_string_equal(ig_arena_strndup(a, "xyz", 2), "xy");
	assert_string_equal(ig_arena_fmt(a, "%05d", 42), "00042");
	for (int n = 250; n < 262; n++) { /* about the length that is formatted in one go */
		const char *long_one = ig_arena_fmt(a, "%*d", n, 7);
		assert_int_equal(strlen(long_one), n);
		assert_int_equal(long_one[n - 1], '7');
	}
	assert_null(ig_arena_free(a));
	assert_null(ig_arena_free(NULL));
}

/* Exit code of a child that allocates count times size from an arena of max bytes. */
static int child_allocates(size_t max, size_t count, size_t size)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct ig_arena *a;
		close(STDERR_FILENO);
		a = ig_arena_new(max);
		for (size_t i = 0; i < count; i++)
			ig_arena_alloc(a, size);
		ig_arena_free(a);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void arena_ends_the_process_past_its_ceiling(void **state IG_UNUSED)
{
	static const struct { size_t max, count, size; int code; } cases[] = {
		{65536, 1, 65536 - 8192, 0}, {65536, 1, 65537, IG_EX_SOFTWARE}, {65536, 60, 1024, 0}, {65536, 70, 1024, IG_EX_SOFTWARE},
		{16, 1, 16, 0}, {16, 2, 16, IG_EX_SOFTWARE}, {0, 1, SIZE_MAX / 2 + 1, IG_EX_SOFTWARE}, {0, 100, 1024, 0},
	};

	for (size_t i = 0; i < IG_COUNT(cases); i++)
		if (child_allocates(cases[i].max, cases[i].count, cases[i].size) != cases[i].code)
			fail_msg("case %zu: %zu times %zu of %zu", i, cases[i].count, cases[i].size, cases[i].max);
}

static void pack_round_trip(void **state IG_UNUSED)
{
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf b = IG_BUF_INIT(1000);
	struct ig_unpack u;
	size_t len;
	const void *p;

	ig_pack_u64(&b, UINT64_MAX);
	ig_pack_u64(&b, 0x0102030405060708);
	assert_memory_equal(b.data + 8, "\x08\x07\x06\x05\x04\x03\x02\x01", 8);
	ig_pack_i64(&b, INT64_MIN);
	ig_pack_str(&b, NULL);
	ig_pack_str(&b, "");
	ig_pack_str(&b, "Hoạt động");
	ig_pack_bytes(&b, "a\0b", 3);
	for (size_t cut = 0; cut <= b.len + 1; cut++) {
		char *copy = malloc(b.len + 1); /* exact length: a read past the end is seen by the sanitizer */
		memcpy(copy, b.data, b.len + 1);
		char *exact = malloc(cut ? cut : 1);
		memcpy(exact, copy, cut);
		ig_unpack_init(&u, exact, cut);
		bool good = ig_unpack_u64(&u) == UINT64_MAX && ig_unpack_u64(&u) == 0x0102030405060708 && ig_unpack_i64(&u) == INT64_MIN;
		char *none = ig_unpack_str(&u, a), *empty = ig_unpack_str(&u, a), *text = ig_unpack_str(&u, a);
		p = ig_unpack_bytes(&u, &len);
		if (cut < b.len) {
			assert_true(u.bad);
		} else {
			assert_true(good && !none && empty && !*empty);
			assert_string_equal(text, "Hoạt động");
			assert_int_equal(len, 3);
			assert_memory_equal(p, "a\0b", 3);
		}
		assert_int_equal(ig_unpack_end(&u), cut == b.len);
		free(copy);
		free(exact);
	}
	ig_buf_free(&b);
	ig_arena_free(a);
}

static void pack_refuses_bad_strings(void **state IG_UNUSED)
{
	static const struct { const char *bytes; size_t len; } cases[] = {
		{"a\0b", 3}, {"\0", 1}, {"\xff", 1}, {"\xc3", 1}, {"\xed\xa0\x80", 3}, {"\xc0\x80", 2}, {"\xf4\x90\x80\x80", 4},
	};
	struct ig_arena *a = ig_arena_new(0);

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_buf b = IG_BUF_INIT(100);
		struct ig_unpack u;
		ig_pack_bytes(&b, cases[i].bytes, cases[i].len);
		ig_pack_u64(&b, 7);
		ig_unpack_init(&u, b.data, b.len);
		if (ig_unpack_str(&u, a) || !u.bad || ig_unpack_u64(&u) != 0 || ig_unpack_end(&u))
			fail_msg("case %zu was taken", i);
		ig_buf_free(&b);
	}
	ig_arena_free(a);
}

static void sha256_known_answer(void **state IG_UNUSED)
{
	uint8_t sum[IG_SHA256_LEN];
	char hex[IG_SHA256_HEX];

	/* FIPS 180-2, appendix B.1 */
	ig_sha256_of("abc", 3, sum);
	assert_string_equal(ig_sha256_hex(sum, hex), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_true(ig_hash64("abc", 3) == (int64_t)UINT64_C(0xba7816bf8f01cfea));
}

/* What one log line looks like on standard error. */
static void logged(const char *text, char *out, size_t cap)
{
	int fds[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe(fds), 0);
	dup2(fds[1], STDERR_FILENO);
	ig_log(IG_LOG_ERR, "%s", text);
	dup2(saved, STDERR_FILENO);
	n = read(fds[0], out, cap - 1);
	out[n > 0 ? n : 0] = '\0';
	close(fds[0]);
	close(fds[1]);
	close(saved);
}

static void log_lines_stay_one_line(void **state IG_UNUSED)
{
	static const struct { const char *text, *line; } cases[] = {
		{"plain", "test: error: plain\n"},
		{"two\nlines\r", "test: error: two\\x0alines\\x0d\n"},
		{"\x1b[31mred", "test: error: \\x1b[31mred\n"},
		{"c1 \xc2\x9b end", "test: error: c1 \\xc2\\x9b end\n"},
		{"Hoạt động \x7f", "test: error: Hoạt động \\x7f\n"},
	};
	char out[4096], large[10000];

	unsetenv("JOURNAL_STREAM");
	ig_log_init("test", IG_LOG_ERR);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		logged(cases[i].text, out, sizeof(out));
		assert_string_equal(out, cases[i].line);
	}
	memset(large, '\n', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	logged(large, out, sizeof(out));
	assert_ptr_equal(strchr(out, '\n'), out + strlen(out) - 1);
	setenv("JOURNAL_STREAM", "8:1", 1);
	ig_log_init("test", IG_LOG_ERR);
	logged("x", out, sizeof(out));
	assert_string_equal(out, "<3>test: x\n");
	unsetenv("JOURNAL_STREAM");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buf_keeps_its_ceiling), cmocka_unit_test(buf_grows), cmocka_unit_test(buf_of_no_room),
		cmocka_unit_test(why_is_cut), cmocka_unit_test(arena_gives_zeroed_memory),
		cmocka_unit_test(arena_ends_the_process_past_its_ceiling), cmocka_unit_test(pack_round_trip),
		cmocka_unit_test(pack_refuses_bad_strings), cmocka_unit_test(sha256_known_answer), cmocka_unit_test(log_lines_stay_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
