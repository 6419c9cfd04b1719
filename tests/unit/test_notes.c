/* Every note of the list: there and back, cut at every byte, with a byte too many. */
#include "config.h"
#include "check.h"

#include <string.h>
#include <unistd.h>

#include "base/opt.h"
#include "base/link.h"
#include "model/notes.h"

/* Values that differ from field to field, so that swapped fields are seen. */
static uint64_t number;
static const char *const texts[] = {"một", "", "three words here", NULL, "5"};
static const char blob[] = "bytes\0and a NUL \xff and more";

#define STR(f) n.f = texts[++number % IG_COUNT(texts)];
#define U64(f) n.f = ++number * UINT64_C(0x9e3779b97f4a7c15);
#define I64(f) n.f = -(int64_t)++number;
#define BLOB(f) n.f.p = blob; n.f.len = ++number % sizeof(blob);
#define FILL(NAME, name, FIELDS) \
	static struct ig_note_##name fill_##name(void) \
	{ \
		struct ig_note_##name n; \
		number = 0; \
		FIELDS \
		return n; \
	}
IG_NOTES(FILL)
#undef STR
#undef U64
#undef I64
#undef BLOB

#define STR(f) if (!m->f != !n.f || (n.f && strcmp(m->f, n.f) != 0)) return false;
#define U64(f) if (m->f != n.f) return false;
#define I64(f) if (m->f != n.f) return false;
#define BLOB(f) if (m->f.len != n.f.len || memcmp(m->f.p, n.f.p, n.f.len) != 0) return false;
#define SAME(NAME, name, FIELDS) \
	static bool same_##name(const struct ig_note_##name *m) \
	{ \
		struct ig_note_##name n = fill_##name(); \
		FIELDS \
		return true; \
	}
IG_NOTES(SAME)

#define ROUND_TRIP(NAME, name, FIELDS) \
	static void round_trip_##name(void **state IG_UNUSED) \
	{ \
		struct ig_arena *a = ig_arena_new(0); \
		struct ig_buf b = IG_BUF_INIT(4096); \
		struct ig_note_##name n = fill_##name(), m; \
		ig_note_##name##_pack(&n, &b); \
		assert_int_equal(ig_note_##name##_unpack(&m, b.data, b.len, a), 0); \
		assert_true(same_##name(&m)); \
		for (size_t cut = 0; cut < b.len; cut++) \
			assert_int_equal(ig_note_##name##_unpack(&m, b.data, cut, a), -1); \
		ig_buf_char(&b, 'x'); \
		assert_int_equal(ig_note_##name##_unpack(&m, b.data, b.len, a), -1); \
		ig_buf_free(&b); \
		ig_arena_free(a); \
	}
IG_NOTES(ROUND_TRIP)

static void words(void **state IG_UNUSED)
{
	assert_string_equal(ig_note_word(IG_NOTE_APPEND), "APPEND");
	assert_string_equal(ig_note_word(IG_NOTE_END), "END");
	assert_string_equal(ig_note_word(IG_NOTE_COUNT), "?");
}

static void passes_over_a_socket(void **state IG_UNUSED)
{
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf body = IG_BUF_INIT(IG_LINK_MAX);
	struct ig_note_append n = fill_append(), m;
	int fds[2], got = -1;
	uint16_t kind = 0;

	assert_int_equal(ig_link_pair(fds), 0);
	assert_int_equal(ig_note_append_write(fds[0], &n, fds[0]), 0);
	assert_int_equal(ig_link_read(fds[1], &kind, &body, &got, 1000), 1);
	assert_int_equal(kind, IG_NOTE_APPEND);
	assert_true(got >= 0);
	assert_int_equal(ig_note_append_unpack(&m, body.data, body.len, a), 0);
	assert_true(same_append(&m));
	close(got);
	close(fds[0]);
	close(fds[1]);
	ig_buf_free(&body);
	ig_arena_free(a);
}

int main(void)
{
#define TEST(NAME, name, FIELDS) cmocka_unit_test(round_trip_##name),
	const struct CMUnitTest tests[] = {IG_NOTES(TEST) cmocka_unit_test(words), cmocka_unit_test(passes_over_a_socket)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
