/* Vietnamese in old encodings, declared and not: tables, rates of the detector on a seeded generator of texts, Western texts as the other side. */
#include "config.h"
#include "check.h"
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "base/opt.h"
#include "base/utf8.h"
#include "parse/charset.h"
#include "parse/header.h"
#include "parse/plain.h"
#include "parse/syllable.h"
#include "parse/vietnamese.h"
#include "vietnamese_texts.h"

#define DRAWS 400

static uint64_t state_of = 20260211;

static unsigned draw(unsigned below)
{
	state_of = state_of * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(state_of >> 33) % below;
}

/* ---- writing what the reader reads; VNI and VPS are turned round from single letters, the others are glibc's */

static const char letters[] = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"
	"ÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬÈẺẼÉẸÊỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢÙỦŨÚỤƯỪỬỮỨỰỲỶỸÝỴĐ";
/* The same letters in VNI, as the fonts' own table has them. */
static const char vni_letters[] = "aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä eø eû eõ eù eï eâ eà eå eã eá eä ì æ ó í ò oø oû oõ où oï oâ oà oå oã oá oä ô ôø ôû ôõ ôù "
	"ôï uø uû uõ uù uï ö öø öû öõ öù öï yø yû yõ yù î ñ "
	"AØ AÛ AÕ AÙ AÏ AÊ AÈ AÚ AÜ AÉ AË AÂ AÀ AÅ AÃ AÁ AÄ EØ EÛ EÕ EÙ EÏ EÂ EÀ EÅ EÃ EÁ EÄ Ì Æ Ó Í Ò OØ OÛ OÕ OÙ OÏ OÂ OÀ OÅ OÃ OÁ OÄ Ô ÔØ ÔÛ ÔÕ ÔÙ "
	"ÔÏ UØ UÛ UÕ UÙ UÏ Ö ÖØ ÖÛ ÖÕ ÖÙ ÖÏ YØ YÛ YÕ YÙ Î Ñ";

static size_t letter_len(const char *s)
{
	return (unsigned char)*s < 0x80 ? 1 : (unsigned char)*s < 0xe0 ? 2 : (unsigned char)*s < 0xf0 ? 3 : 4;
}

static void latin1(const char *s, size_t len, struct ig_buf *out)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0xc2 && i + 1 < len) {
			ig_buf_char(out, (char)((s[i] & 3) << 6 | (s[i + 1] & 0x3f)));
			i++;
		} else {
			ig_buf_char(out, s[i]);
		}
}

static int place(const char *letter, size_t n)
{
	int k = 0;
	for (const char *s = letters; *s; s += letter_len(s), k++)
		if (letter_len(s) == n && !memcmp(s, letter, n))
			return k;
	return -1;
}

static void write_vni(const char *letter, size_t n, struct ig_buf *out)
{
	const char *s = vni_letters;
	int k = place(letter, n);
	assert_true(k >= 0);
	while (k--)
		s = strchr(s, ' ') + 1;
	latin1(s, strcspn(s, " "), out);
}

static void write_vps(const char *letter, size_t n, struct ig_buf *out)
{
	for (unsigned b = 1; b < 256; b++) {
		char byte = (char)b, text[8] = "";
		struct ig_buf one = IG_BUF_INIT(8);
		ig_vietnamese_decode("VPS", &byte, 1, &one);
		memcpy(text, one.data, one.len);
		ig_buf_free(&one);
		if (strlen(text) == n && !memcmp(text, letter, n)) {
			ig_buf_char(out, byte);
			return;
		}
	}
	fail_msg("no VPS for %.*s", (int)n, letter);
}

/* Capitals with tones are small letters in TCVN3, set in a second font. */
static const char *small(const char *letter, size_t *n)
{
	int k = place(letter, *n);
	static const char keep[] = "ĂÂÊÔƠƯĐ";
	if (k < 67 || strstr(keep, letter) == keep || memmem(keep, sizeof keep, letter, *n))
		return letter;
	const char *s = letters;
	for (k -= 67; k; k--)
		s += letter_len(s);
	*n = letter_len(s);
	return s;
}

static void write_iconv(const char *name, const char *letter, size_t n, struct ig_buf *out)
{
	char bytes[8], *in = (char *)(uintptr_t)letter, *to = bytes;
	size_t room = sizeof bytes;
	iconv_t cd = iconv_open(name, "UTF-8");
	assert_true(cd != (iconv_t)-1);
	if (iconv(cd, &in, &n, &to, &room) == (size_t)-1)
		fail_msg("%s cannot write %s", name, letter);
	iconv(cd, NULL, NULL, &to, &room);
	iconv_close(cd);
	ig_buf_add(out, bytes, sizeof bytes - room);
}

static void encode(const char *name, const char *text, struct ig_buf *out)
{
	ig_buf_reset(out);
	for (const char *s = text; *s; s += letter_len(s)) {
		size_t n = letter_len(s), k = n;
		if (n == 1)
			ig_buf_char(out, *s);
		else if (!strcmp(name, "VNI"))
			write_vni(s, n, out);
		else if (!strcmp(name, "VPS"))
			write_vps(s, n, out);
		else if (!strcmp(name, "TCVN3"))
			write_iconv("TCVN5712-1", small(s, &k), k, out);
		else
			write_iconv(name, s, n, out);
	}
}

/* ---- draws */

static void stream(const char *const *list, size_t count, struct ig_buf *out, size_t least)
{
	ig_buf_reset(out);
	/* Begins at some word of some sentence. */
	const char *s = list[draw((unsigned)count)];
	for (unsigned skip = draw(8); skip && strchr(s, ' '); skip--)
		s = strchr(s, ' ') + 1;
	ig_buf_str(out, s);
	while (out->len < least) {
		ig_buf_char(out, ' ');
		ig_buf_str(out, list[draw((unsigned)count)]);
	}
}

static bool ascii(const char *p, size_t len)
{
	return ig_charset_ascii(p, len);
}

/* Of DRAWS texts of `bytes` bytes: how many are read as what they are (or as wanted). Those without any letter beyond ASCII do not count. */
static double rate(struct ig_arena *a, const char *name, const char *const *list, size_t count, size_t bytes, const char *wanted)
{
	struct ig_buf text, coded;
	unsigned right = 0, of = 0;
	ig_buf_init(&text, 10000);
	ig_buf_init(&coded, 20000);
	while (of < DRAWS) {
		const char *problem = NULL;
		size_t bad;
		stream(list, count, &text, bytes * 3);
		encode(name, text.data, &coded);
		size_t len = coded.len < bytes ? coded.len : bytes;
		if (ascii(coded.data, len))
			continue;
		of++;
		ig_charset_hint(NULL);
		char *got = ig_charset_decode(a, NULL, coded.data, len, &problem);
		char *due = ig_charset_convert(a, wanted, coded.data, len, &bad);
		due = ig_utf8_nfc(a, due, strlen(due));
		bool good = !strcmp(got, due) || (problem && strstr(problem, "read as koi8-r") && !strcmp(name, "KOI8-R"));
		right += good;
		if (!good && getenv("IG_SHOW"))
			print_message("%s: %s\n", problem, got);
		ig_arena_reset(a);
	}
	ig_buf_free(&text);
	ig_buf_free(&coded);
	return 100.0 * right / of;
}

static void test_rates(void **state)
{
	(void)state;
	static const char *const names[] = {"CP1258", "TCVN3", "VISCII", "VPS", "VNI"};
	static const size_t sizes[] = {40, 80, 160};
	static const double least[] = {93, 97, 99};
	struct ig_arena *a = ig_arena_new(0);
	print_message("%-10s %8s %8s %8s\n", "bytes", "40", "80", "160");
	for (size_t i = 0; i < IG_COUNT(names); i++) {
		double got[3];
		for (size_t k = 0; k < 3; k++)
			got[k] = rate(a, names[i], vietnamese_texts, IG_COUNT(vietnamese_texts), sizes[k], names[i]);
		print_message("%-10s %8.1f %8.1f %8.1f\n", names[i], got[0], got[1], got[2]);
		for (size_t k = 0; k < 3; k++)
			if (got[k] < least[k])
				fail_msg("%s at %zu bytes: %.1f is below %.1f", names[i], sizes[k], got[k], least[k]);
	}
	a = ig_arena_free(a);
}

static void test_western(void **state)
{
	(void)state;
	static const size_t sizes[] = {40, 80, 160};
	struct ig_arena *a = ig_arena_new(0);
	double sum[3] = {0};
	print_message("%-10s %8s %8s %8s\n", "bytes", "40", "80", "160");
	for (size_t i = 0; i < IG_COUNT(western_texts); i++) {
		double got[3];
		for (size_t k = 0; k < 3; k++) {
			got[k] = rate(a, western_texts[i].charset, western_texts[i].list, western_texts[i].count, sizes[k], "CP1252");
			sum[k] += got[k] / (double)IG_COUNT(western_texts);
		}
		print_message("%-10s %8.1f %8.1f %8.1f\n", western_texts[i].name, got[0], got[1], got[2]);
	}
	print_message("%-10s %8.1f %8.1f %8.1f\n", "all", sum[0], sum[1], sum[2]);
	for (size_t k = 0; k < 3; k++)
		assert_true(sum[k] >= 99);
	a = ig_arena_free(a);
}

/* ---- tables */

static void test_tables(void **state)
{
	(void)state;
	static const char *const names[] = {"VNI", "VPS", "TCVN3"};
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf coded, back;
	ig_buf_init(&coded, 2000);
	ig_buf_init(&back, 4000);
	for (size_t i = 0; i < IG_COUNT(names); i++) {
		/* VPS has no place for some capitals. */
		const char *text = i >= 1 ? "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđĂÂÊÔƠƯĐ" : letters;
		encode(names[i], text, &coded);
		ig_buf_reset(&back);
		assert_int_equal(ig_vietnamese_decode(names[i], coded.data, coded.len, &back), 0);
		assert_string_equal(ig_utf8_nfc(a, back.data, back.len), text);
	}
	ig_buf_free(&coded);
	ig_buf_free(&back);
	a = ig_arena_free(a);
}

static void test_declared(void **state)
{
	(void)state;
	static const struct {
		const char *charset, *bytes, *text;
	} cases[] = {
		{"VIQR", "Vie^.t Nam, he^. tho^'ng bi. ta^'n co^ng.", "Việt Nam, hệ thống bị tấn công."},
		{"viqr", "DDa^y la` the^' na`o? Xem a.vn hoa(.c b@c.vn.", "Đây là thế nào? Xem a.vn hoặc b@c.vn."},
		{"viqr", "http://example.vn/a?b=c nu+o+'c lo+.i", "http://example.vn/a?b=c nước lợi"},
		{"viqr", "khong co dau. Plain words, (see the annex)?", "khong co dau. Plain words, (see the annex)?"},
		{"x-viet-vps", "h\x8c th\xd3ng", "hệ thống"},
		{"x-viet-vni", "he\xe4 tho\xe1ng b\xf2 ta\xe1n co\xe2ng", "hệ thống bị tấn công"},
		{"vni", "HE\xc4 THO\xc1NG ve\xe0 \xf1\xf6\xf4\xf8ng", "HỆ THỐNG về đường"},
		{"tcvn3", "\x93t\xadng\x94 \xae\xadng", "“tưng” đưng"},
		{"viscii", "h\xae th\xafng", "hệ thống"},
		{"windows-1258", "h\xea\xf2 th\xf4\xecng", "hệ thống"},
	};
	struct ig_arena *a = ig_arena_new(0);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		const char *problem = NULL;
		char *text = ig_charset_decode(a, cases[i].charset, cases[i].bytes, strlen(cases[i].bytes), &problem);
		if (strcmp(text, cases[i].text))
			fail_msg("case %zu: %s", i, text);
		if (problem)
			fail_msg("case %zu: said %s", i, problem);
	}
	a = ig_arena_free(a);
}

/* Bytes of old fonts that some program took for Latin-1 and wrote as UTF-8. */
static void test_mistaken(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	const char *problem = NULL, *text = "C«ng an tØnh b¸o c¸o sù cè m¹ng nghiªm träng, ®−êng";
	ig_charset_hint(NULL);
	assert_string_equal(ig_charset_decode(a, "utf-8", text, strlen(text), &problem), text); /* a sign of none of them */
	text = "C«ng an tØnh b¸o c¸o sù cè m¹ng nghiªm träng, ®\xc2\xad" "êng";
	assert_string_equal(ig_charset_decode(a, "utf-8", text, strlen(text), &problem), "Công an tỉnh báo cáo sự cố mạng nghiêm trọng, đường");
	assert_non_null(strstr(problem, "TCVN3"));
	text = "Coäng hoøa xaõ hoäi chuû nghóa";
	assert_string_equal(ig_charset_decode(a, NULL, text, strlen(text), &problem), "Cộng hòa xã hội chủ nghĩa");
	/* Vietnamese that happens to have letters of Latin-1 only. */
	static const char *const latin[] = {"tôi không có ý gì", "Thông báo: công an xã", "xin báo cáo tình hình", "Tôi đã có thông báo", "bà ấy nói là không có gì", "Cám on ông bà, chào"};
	for (size_t i = 0; i < IG_COUNT(latin); i++) {
		ig_charset_hint(NULL);
		assert_string_equal(ig_charset_decode(a, "utf-8", latin[i], strlen(latin[i]), NULL), latin[i]);
	}
	ig_charset_hint(NULL);
	assert_string_equal(ig_charset_decode(a, NULL, "t\xf4i kh\xf4ng c\xf3 \xfd g\xec r\xf9 r\xec", 23, NULL), "tôi không có ý gì rù rì");
	/* The other side: Western UTF-8 stays as it is. */
	for (size_t i = 0; i < IG_COUNT(western_texts); i++)
		for (size_t k = 0; k < western_texts[i].count; k++) {
			ig_charset_hint(NULL);
			text = western_texts[i].list[k];
			assert_string_equal(ig_charset_decode(a, "utf-8", text, strlen(text), NULL), text);
		}
	a = ig_arena_free(a);
}

static void test_syllables(void **state)
{
	(void)state;
	static const char *const good[] = {"nghiêng", "quýnh", "giếng", "gì", "giặc", "khuỷu", "thuở", "quốc", "ươn", "yêu", "xoong", "huỵch", "rượu", "ĐƯỜNG", "Đắk"};
	static const char *const bad[] = {"für", "được1x", "cễ", "ngh", "kăn", "bạh", "tổt", "cặng ở đầu wể", "gễ", "ắé", "sarỔ"};
	for (size_t i = 0; i < IG_COUNT(good); i++)
		if (!ig_syllable_word(good[i], strlen(good[i])))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < IG_COUNT(bad); i++)
		if (ig_syllable_word(bad[i], strlen(bad[i])))
			fail_msg("%s", bad[i]);
}

/* Header fields are short: what the text below turned out to be in counts for them. */
static void test_headers(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	const char *problem = NULL;
	ig_charset_hint(NULL);
	assert_string_equal(ig_header_text(a, "S\xf9 c\xe8 m\xb9ng \xae\xb7 x\xb6y ra", &problem), "Sự cố mạng đã xảy ra");
	assert_non_null(problem);
	assert_non_null(strstr(problem, "TCVN3"));
	ig_charset_hint(NULL);
	assert_string_not_equal(ig_header_text(a, "Nguy\xd4n An", NULL), "Nguyễn An");
	ig_charset_decode(a, "iso-8859-1", "S\xf9 c\xe8 m\xb9ng \xae\xb7 x\xb6y ra", 19, NULL);
	assert_string_equal(ig_header_text(a, "Nguy\xd4n An", NULL), "Nguyễn An");
	ig_charset_hint(NULL);
	/* Declared in an encoded word. */
	assert_string_equal(ig_header_text(a, "=?x-viet-vps?Q?h=8C_th=D3ng?= =?viqr?Q?bi._lo=5E~i?=", NULL), "hệ thốngbị lỗi");
	a = ig_arena_free(a);
}

/* Days as heads of letters have them; what a scan cut off or a hand wrote is no date. */
static void test_dates(void **state)
{
	static const struct { const char *text; bool slots; int want; const char *date; } dates[] = {
		{"Mẫu, ngày 14 tháng 9 năm 2026", true, 0, "2026-09-14"}, {"ngày 14 tháng 9 năm 2", true, -2, NULL}, {"ngày 14 tháng 9 năm 202", true, -2, NULL},
		{"ngày l4 tháng II năm 2O26", true, 0, "2026-11-14"}, {"ngày    tháng 9 năm 2026", true, -2, NULL}, {"ngày 5 tháng 2 năm 26", false, 0, "2026-02-05"},
		{"ngày 32 tháng 9 năm 2026", true, -1, NULL}, {"năm 2026", true, -1, NULL}};
	struct ig_arena *a = ig_arena_new(0);
	(void)state;
	for (size_t i = 0; i < IG_COUNT(dates); i++) {
		struct ig_plain p;
		char out[11] = "";
		size_t begin, end;
		ig_plain_of(a, dates[i].text, strlen(dates[i].text), &p);
		int rc = ig_plain_date(&p, 0, dates[i].slots, out, &begin, &end);
		if (rc != dates[i].want || (dates[i].date && strcmp(out, dates[i].date)))
			fail_msg("%s: %d %s", dates[i].text, rc, out);
	}
	ig_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_syllables),
		cmocka_unit_test(test_declared),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_mistaken),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_western), cmocka_unit_test(test_dates),
	};
	ig_charset_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
