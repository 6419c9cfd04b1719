/* UTF-8: validity, repair, NFC, folding, cutting. Inputs are copied without a NUL behind them. */
#include "config.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/opt.h"
#include "base/utf8.h"

static char *exact(const char *s, size_t len)
{
	char *p = malloc(len ? len : 1);

	memcpy(p, s, len);
	return p;
}

static void valid(void **state IG_UNUSED)
{
	static const struct { const char *s; bool good; } cases[] = {
		{"", true}, {"plain", true}, {"longer than eight bytes", true}, {"Hoạt động", true}, {"😀", true}, {"\xef\xbf\xbf", true},
		{"\xf4\x8f\xbf\xbf", true}, {"\x80", false}, {"\xc3", false}, {"12345678\xff", false}, {"a\xc0\xaf", false},
		{"\xe0\x80\xaf", false}, {"\xed\xa0\x80", false}, {"\xf4\x90\x80\x80", false}, {"\xf8\x88\x80\x80\x80", false}, {"abc\xe1\xba", false},
	};

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		size_t len = strlen(cases[i].s);
		char *p = exact(cases[i].s, len);
		if (ig_utf8_valid(p, len) != cases[i].good)
			fail_msg("case %zu", i);
		free(p);
	}
}

static void repairs(void **state IG_UNUSED)
{
#define X "\xef\xbf\xbd"
	static const struct { const char *in; size_t len; const char *out; } cases[] = {
		{"", 0, ""}, {"plain", 5, "plain"}, {"a\0b", 3, "a" X "b"}, {"\xff", 1, X}, {"a\xe1\xba", 3, "a" X},
		{"\xe1\xba" "a", 3, X "a"}, {X, 3, X}, {"Ho\xe1\xba\xa1t\x96", 7, "Ho\xe1\xba\xa1t" X}, {"\xc3\x28", 2, X "("},
	};
	struct ig_arena *a = ig_arena_new(0);

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		char *p = exact(cases[i].in, cases[i].len), *out = ig_utf8_repair(a, p, cases[i].len);
		if (strcmp(out, cases[i].out) != 0)
			fail_msg("case %zu gives \"%s\"", i, out);
		free(p);
	}
	/* Whatever the bytes, what comes out is valid and has no NUL in it. */
	srand(1);
	for (int round = 0; round < 2000; round++) {
		char bytes[40];
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (char)(rand() % 3 ? rand() % 256 : 0xe1);
		char *out = ig_utf8_repair(a, bytes, sizeof(bytes));
		assert_true(ig_utf8_valid(out, strlen(out)));
		assert_true(strlen(out) >= sizeof(bytes) / 4);
	}
	ig_arena_free(a);
}

static void normalises(void **state IG_UNUSED)
{
	static const struct { const char *in, *out; } cases[] = {
		{"", ""}, {"plain", "plain"}, {"Hoạt động", "Hoạt động"}, {"Ho\x61\xcc\xa3t", "Hoạt"},
		{"Vi\x65\xcc\xa3\xcc\x82t", "Việt"}, {"Vi\x65\xcc\x82\xcc\xa3t", "Việt"}, /* marks in either order */
		{"\xe1\xba\xb9\xcc\x82", "ệ"}, {"\xe2\x84\xab", "Å"}, {"\xe1\x84\x80\xe1\x85\xa1", "가"}, {"“Căn cứ” – 1", "“Căn cứ” – 1"},
	};
	struct ig_arena *a = ig_arena_new(0);

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		char *p = exact(cases[i].in, strlen(cases[i].in)), *out = ig_utf8_nfc(a, p, strlen(cases[i].in));
		if (strcmp(out, cases[i].out) != 0)
			fail_msg("\"%s\" gives \"%s\"", cases[i].in, out);
		free(p);
	}
	ig_arena_free(a);
}

static void folds(void **state IG_UNUSED)
{
	static const struct { const char *in, *out; } cases[] = {
		{"", ""}, {"   ", ""}, {"Hoạt  động", "hoat dong"}, {"HOẠT ĐỘNG", "hoat dong"}, {"  Hoạt\n\tđộng. ", "hoat dong"},
		{"Ho\x61\xcc\xa3t d\xcc\xa3", "hoat d"}, {"ĐƯỜNG ĐẶNG Thị Ưu", "duong dang thi uu"},
		{"Ứng cứu khẩn cấp", "ung cuu khan cap"}, {"nguye\xcc\x82\xcc\x83n", "nguyen"}, {"ỷ ỹ ỵ Ỳ", "y y y y"},
		{"192.0.2.1", "192 0 2 1"}, {"a.b@c-d_e:f/g", "a b c d e f g"}, {"290/STTTT-CNTT", "290 stttt cntt"},
		{"Straße", "strasse"}, {"ÉCOLE naïve Ångström", "ecole naive angstrom"}, {"ΣΊΣΥΦΟΣ", "σισυφοσ"}, {"Привет", "привет"},
		{"\xc3\x90\xe1\xbb\x99ng", "dong"}, /* eth in place of D with stroke */
		{"co\xc2\xadoperate", "cooperate"}, {"zero\xe2\x80\x8bwidth", "zero width"}, {"zero\xe2\x80\x8djoined", "zerojoined"},
		{"ｆｕｌｌ　ｗｉｄｔｈ", "full width"}, {"ﬁle ½", "file 1 2"}, {"日本 語", "日本 語"}, {"a😀b", "a b"}, {"İstanbul", "istanbul"},
		{"bad \xff\xfe bytes \xe1\xba", "bad bytes"}, {"a\xcc\x81", "a"}, {"\xcc\x81", ""}, {"a \xcc\x81 b", "a b"},
	};
	struct ig_arena *a = ig_arena_new(0);

	for (int round = 0; round < 2; round++) { /* the second time from what is remembered */
		for (size_t i = 0; i < IG_COUNT(cases); i++) {
			char *p = exact(cases[i].in, strlen(cases[i].in)), *out = ig_utf8_fold(a, p, strlen(cases[i].in));
			if (strcmp(out, cases[i].out) != 0)
				fail_msg("\"%s\" gives \"%s\", not \"%s\"", cases[i].in, out, cases[i].out);
			free(p);
		}
	}
	assert_string_equal(ig_utf8_fold(a, "a\0b", 3), "a b");
	ig_arena_free(a);
}

/* Composed and decomposed forms of the whole Vietnamese range fold to the same, and folding twice changes nothing. */
static void folds_the_same_however_written(void **state IG_UNUSED)
{
	struct ig_arena *a = ig_arena_new(0);
	static const char nfc[] = "Điều ướt ấy, phượng hoàng nghệ thuật Ỡ Ẵ Ự Ễ";
	static const char nfd[] = "\xc4\x90i\x65\xcc\x82\xcc\x80u \x75\xcc\x9b\x6f\xcc\x9b\xcc\x81t \x61\xcc\x82\xcc\x81y, ph\x75\xcc\x9b\x6f\xcc\x9b\xcc\xa3ng "
				  "ho\x61\xcc\x80ng ngh\x65\xcc\xa3\xcc\x82 thu\x61\xcc\xa3\xcc\x82t O\xcc\x9b\xcc\x83 A\xcc\x86\xcc\x83 U\xcc\x9b\xcc\xa3 E\xcc\x82\xcc\x83";
	char *one = ig_utf8_fold(a, nfc, strlen(nfc)), *two = ig_utf8_fold(a, nfd, strlen(nfd));

	assert_string_equal(one, "dieu uot ay phuong hoang nghe thuat o a u e");
	assert_string_equal(one, two);
	assert_string_equal(ig_utf8_fold(a, one, strlen(one)), one);
	ig_arena_free(a);
}

/* The longest expansions, many at once: U+FDFA becomes four words of eighteen letters. */
static void folds_long_expansions(void **state IG_UNUSED)
{
	struct ig_arena *a = ig_arena_new(0);
	char in[3 * 500], *out;

	for (size_t i = 0; i < sizeof(in); i += 3)
		memcpy(in + i, "\xef\xb7\xba", 3);
	out = ig_utf8_fold(a, in, sizeof(in));
	assert_true(strlen(out) > sizeof(in));
	assert_true(ig_utf8_valid(out, strlen(out)));
	ig_arena_free(a);
}

static void cuts(void **state IG_UNUSED)
{
	static const struct { const char *s; size_t max, want; } cases[] = {
		{"", 0, 0}, {"abc", 5, 3}, {"abc", 2, 2}, {"Hoạt", 2, 2}, {"Hoạt", 3, 2}, {"Hoạt", 4, 2}, {"Hoạt", 5, 5}, {"😀", 3, 0}, {"😀", 4, 4},
	};

	for (size_t i = 0; i < IG_COUNT(cases); i++)
		if (ig_utf8_cut(cases[i].s, strlen(cases[i].s), cases[i].max) != cases[i].want)
			fail_msg("case %zu", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid), cmocka_unit_test(repairs), cmocka_unit_test(normalises), cmocka_unit_test(folds),
		cmocka_unit_test(folds_the_same_however_written), cmocka_unit_test(folds_long_expansions), cmocka_unit_test(cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
