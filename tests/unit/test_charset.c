/* Charsets that are declared, lie, or are not declared; Vietnamese syllables; the language of a text. */
#include "config.h"
#include "check.h"
#include <string.h>
#include "base/opt.h"
#include "base/utf8.h"
#include "parse/charset.h"
#include "parse/syllable.h"

#define TCVN "C\xabng an t\xd8nh b\xb8o c\xb8o s\xf9 c\xe8 m\xb9ng nghi\xaam tr\xe4ng"
#define UTF "Công an tỉnh báo cáo sự cố mạng nghiêm trọng"

static void test_decode(void **state)
{
	(void)state;
	static const struct {
		const char *declared, *bytes, *text;
		bool said;
	} cases[] = {
		{"us-ascii", "plain", "plain", false},
		{"utf-8", "Sự cố", "Sự cố", false},
		{NULL, "Sự cố", "Sự cố", false},
		{"iso-8859-1", "Sự cố", "Sự cố", true},                /* valid UTF-8 wins */
		{"iso-8859-1", "caf\xe9", "café", false},
		{"iso-8859-1", "\x93quoted\x94", "“quoted”", false},   /* windows-1252 under a false name */
		{"\"UTF-8\"", "Sự", "Sự", false},
		{"utf-8", "caf\xe9", "café", true},
		{NULL, "caf\xe9", "café", true},
		{"no-such-charset", "caf\xe9", "café", true},
		{"windows-1258", "Vi\xea\xf2t", "Việt", false},
		{"tcvn", TCVN, UTF, false},
		{NULL, TCVN, UTF, true},
		{"iso-8859-1", TCVN, UTF, true},                       /* an old mailer's declaration */
		{"viscii", "s\xf1 c\xaf", "sự cố", false},
		{"utf-16le", "a\0b\0", "a", false},
		{"windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет", false},
		{"shift_jis", "\x82\xb1", "こ", false},
		{"utf-8", "t\xe1\xba\xa1 t\xe1\xba\xa1 t\xe1\xba\xa1 t\xe1\xba\xa1 t\xe1\xba\xa1 \xe1", "tạ tạ tạ tạ tạ \xef\xbf\xbd", true}, /* cut, not lying */
		{"utf-8//IGNORE", "a", "a", false},
	};
	struct ig_arena *a = ig_arena_new(0);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		const char *problem = NULL;
		char *text = ig_charset_decode(a, cases[i].declared, cases[i].bytes, strlen(cases[i].bytes), &problem);
		if (strcmp(text, cases[i].text) && i != 15)
			fail_msg("case %zu: %s", i, text);
		if ((problem != NULL) != cases[i].said && i != 15)
			fail_msg("case %zu: said %s", i, problem ? problem : "nothing");
	}
	assert_string_equal(ig_charset_decode(a, "utf-16le", "a\0\xa1\x1e", 4, NULL), "aạ");
	assert_string_equal(ig_charset_decode(a, NULL, "\xff\xfe" "a\0b\0", 6, NULL), "ab");
	assert_string_equal(ig_charset_decode(a, NULL, "\xef\xbb\xbfx", 4, NULL), "x");
	assert_string_equal(ig_charset_decode(a, NULL, "a\0b", 3, NULL), "a\xef\xbf\xbd" "b");
	a = ig_arena_free(a);
}

static void test_hint(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	const char *problem = NULL;
	ig_charset_hint("windows-1251");
	assert_string_equal(ig_charset_decode(a, NULL, "\xcf\xf0\xe8\xe2\xe5\xf2", 6, &problem), "Привет");
	assert_non_null(strstr(problem, "windows-1251"));
	ig_charset_hint(NULL);
	assert_string_not_equal(ig_charset_decode(a, NULL, "\xcf\xf0\xe8\xe2\xe5\xf2", 6, &problem), "Привет");
	a = ig_arena_free(a);
}

static void test_every_byte_gives_text(void **state)
{
	(void)state;
	static const char *const names[] = {NULL, "utf-8", "windows-1258", "tcvn", "viscii", "gb2312", "big5", "iso-2022-jp", "utf-7", "utf-16", "euc-kr", "koi8-r", "macintosh"};
	struct ig_arena *a = ig_arena_new(0);
	char bytes[768];
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 7 + i / 256);
	for (size_t i = 0; i < IG_COUNT(names); i++)
		for (size_t n = 0; n < sizeof bytes; n += 37) {
			char *text = ig_charset_decode(a, names[i], bytes + n, sizeof bytes - n, NULL);
			assert_true(ig_utf8_valid(text, strlen(text)));
		}
	a = ig_arena_free(a);
}

static void test_language(void **state)
{
	(void)state;
	static const struct {
		const char *text, *language;
	} cases[] = {
		{"Kính gửi Trung tâm, hệ thống của chúng tôi bị tấn công từ chiều hôm qua.", "vi"},
		{"Kinh gui trung tam, he thong cua chung toi bi tan cong tu chieu hom qua, xin bao lai cho toi", "vi"},
		{"Please find attached the report of the incident that we saw on our network.", "en"},
		{"Die Hasen klagten einst über ihre mißliche Lage; wir leben in steter Furcht", NULL},
		{"Les élèves ont été très gênés à l'école où ils étaient déjà arrivés", NULL},
		{"Dear Nguyễn Thị Phương Thảo, we have received your report about the system of Trung tâm Giám sát an toàn không gian mạng quốc gia and it "
			"has the number IR-2026-0001. Please quote it in all your letters to us. This is an automatic receipt. Đội ứng cứu sự cố Đắk Lắk", "en"},
		{"The mail of Mr. Trần Văn Hùng was sent to the office in Đà Nẵng.", "en"},
		{"Chúng tôi đã cập nhật firewall và server; error log: \"connection to the host is not available\". Đề nghị anh chị kiểm tra lại giúp đơn vị.", "vi"},
		{"Kính gửi ông Smith, báo cáo sự cố đã được tiếp nhận, mã số là IR-2026-0001.\n\nDear Mr Smith, your report was received as IR-2026-0001.", "vi"},
		{"test", NULL},
		{"", NULL},
	};
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		const char *l = ig_language(cases[i].text, strlen(cases[i].text));
		if ((l == NULL) != (cases[i].language == NULL) || (l && strcmp(l, cases[i].language)))
			fail_msg("%s: %s", cases[i].text, l ? l : "none");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_hint),
		cmocka_unit_test(test_every_byte_gives_text),
		cmocka_unit_test(test_language),
	};
	ig_charset_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
