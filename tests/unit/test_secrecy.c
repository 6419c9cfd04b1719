/* What a message says of its secrecy: marks and words that count, and many more that only look like it. */
#include "check.h"
#include <string.h>
#include "base/opt.h"
#include "model/secrecy.h"

static struct ig_arena *a;

static struct ig_report report(const char *subject, const char *text)
{
	static const char *const none[] = {NULL};
	return (struct ig_report){.subject = subject, .text = text, .reply_text = text, .problems = none};
}

static void is(struct ig_report *r, const char *name, const char *want, const char *about)
{
	ig_secrecy_fields(r, a);
	size_t n = r->field_count;
	ig_secrecy_fields(r, a);
	assert_int_equal(n, r->field_count);
	const char *got = ig_secrecy_field(r, name);
	if (strcmp(want ? want : "-", got ? got : "-"))
		fail_msg("%s: %s: wanted %s, got %s", about, name, want ? want : "-", got ? got : "-");
}

static void test_marks(void **state)
{
	static const struct { const char *subject, *text, *want; } cases[] = {
		{"[MẬT] Báo cáo", "x", "mat"}, {"(Tối mật) về việc", "x", "toi-mat"}, {"TUYỆT MẬT: kế hoạch", "x", "tuyet-mat"}, {"Mật - công văn 12", "x", "mat"},
		{"Re: [TỐI MẬT] abc", "x", "toi-mat"}, {"TOI MAT: bao cao", "x", "toi-mat"}, {"MẬT", "x", "mat"}, {"Fw: Tuyệt mật: abc", "", "tuyet-mat"},
		{"x", "ỦY BAN NHÂN DÂN\nMẬT\nSố: 12", "mat"}, {"x", "  TỐI MẬT  \nabc", "toi-mat"}, {"x", "MẬT            CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n", "mat"},
		{"x", "T U Y Ệ T  M Ậ T\n", "tuyet-mat"}, {"x", "Độ mật: Tối mật\n", "toi-mat"}, {"x", "ĐỘ MẬT: MẬT", "mat"}, {"x", "Do mat: Tuyet mat", "tuyet-mat"},
		{"x", "> TUYỆT MẬT\n> abc", "tuyet-mat"}, {"x", "[ MẬT ]\n", "mat"}, {"x", "TUYET MAT\n", "tuyet-mat"}, {"x", "M\xe1\xba\xacT\r\n", "mat"},
		/* what is none */
		{"Mật khẩu bị lộ", "Mật khẩu: 123", NULL}, {"Lỗ hổng bảo mật", "BẢO MẬT\n", NULL}, {"MẬT KHẨU", "MẬT KHẨU\n", NULL}, {"Bí mật nhà nước: tập huấn", "BÍ MẬT\n", NULL},
		{"Lộ tài liệu tối mật của nước ngoài", "Báo đăng tin tài liệu TUYỆT MẬT bị lộ trên mạng.", NULL}, {"[MAT] kernel", "MAT\nmat", NULL},
		{"Mật ong rừng: giá", "mật ong", NULL}, {"Mất dữ liệu", "MẤT\nMặt\n", NULL}, {"x", "Độ mật: Không\n", NULL}, {"x", "độ mật độ dân số cao", NULL},
		{"Toi mat: toi mat dien thoai", "x", NULL}, {"Bảo mật: hướng dẫn", "x", NULL}, {"[Bảo mật] cảnh báo", "An ninh, bảo mật\n", NULL}, {"x", "mật\n", NULL},
		{"x", "Tối mật thì mới đóng dấu đỏ", NULL}, {"mật mã học - tài liệu", "x", NULL}, {"x", "Kính gửi: Đội MẬT VỤ\n", NULL}};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_report r = report(cases[i].subject, cases[i].text);
		is(&r, "secrecy.state", cases[i].want, ig_arena_fmt(a, "%s / %s", cases[i].subject, cases[i].text));
	}
	struct ig_attachment f = {.name = "[MẬT] ke hoach.pdf", .type = "application/pdf"}, g = {.name = "a.txt", .text = "abc\n\nTỐI MẬT\n"};
	struct ig_report r = report("x", "y");
	r.attachments = &f, r.attachment_count = 1;
	is(&r, "secrecy.state", "mat", "a file name");
	r = report("x", "y");
	r.attachments = &g, r.attachment_count = 1;
	is(&r, "secrecy.state", "toi-mat", "an attachment");
}

static void test_tlp(void **state)
{
	static const struct { const char *subject, *text, *want, *requested; } cases[] = {
		{"[TLP:RED] abc", "x", "red", "true"}, {"abc", "TLP:AMBER+STRICT\nabc", "amber+strict", "true"}, {"abc", "TLP:AMBER\nabc", "amber", NULL},
		{"tlp: green", "x", "green", NULL}, {"abc", "Classification: TLP:WHITE", "clear", NULL}, {"TLP:CLEAR", "TLP:AMBER", "amber", NULL}, {"abc", "TLP RED", "red", "true"},
		{"abc", "We use TLP:RED, TLP:AMBER, TLP:GREEN and TLP:CLEAR.", NULL, NULL}, {"HTLP:RED", "x", NULL, NULL}, {"TLP:REDACTED", "x", NULL, NULL}, {"TLP", "x", NULL, NULL}};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_report r = report(cases[i].subject, cases[i].text);
		is(&r, "secrecy.tlp", cases[i].want, cases[i].subject);
		is(&r, "secrecy.requested", cases[i].requested, cases[i].subject);
		is(&r, "secrecy.state", NULL, cases[i].subject); /* never mapped to each other */
	}
}

static void test_wishes(void **state)
{
	static const struct { const char *text; bool want; } cases[] = {
		{"Đề nghị giữ bí mật danh tinh của tôi.", true}, {"Xin  giữ bí mật giúp.", true}, {"de nghi giu bi mat thong tin nguoi bao", true},
		{"Please keep this confidential.", true}, {"We wish to remain anonymous", true}, {"không tiết lộ tên cơ quan", true}, {"do not disclose our name", true},
		{"Yêu cầu giữ bí mật: Không", false}, {"không cần giữ bí mật thông tin", false}, {"This e-mail is confidential and intended for the addressee only.", false},
		{"No need to keep this confidential.", false}, {"lộ bí mật kinh doanh", false}, {"bảo mật thông tin là quan trọng", false}, {"Kính gửi", false}};
	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_report r = report("abc", cases[i].text);
		is(&r, "secrecy.requested", cases[i].want ? "true" : NULL, cases[i].text);
	}
	struct ig_field given = {.name = "secrecy.requested", .value = "false"};
	struct ig_report r = report("abc", "x");
	r.fields = &given, r.field_count = 1;
	is(&r, "secrecy.requested", "false", "a form's own answer stands");
}

static void test_order(void **state)
{
	(void)state;
	assert_string_equal(ig_secrecy_tlp_stricter("amber", "red"), "red");
	assert_string_equal(ig_secrecy_tlp_stricter("red", "clear"), "red");
	assert_string_equal(ig_secrecy_tlp_stricter(NULL, "clear"), "clear");
	assert_null(ig_secrecy_tlp_stricter(NULL, NULL));
	assert_string_equal(ig_secrecy_state_stricter("tuyet-mat", "mat"), "tuyet-mat");
	assert_string_equal(ig_secrecy_state_text("toi-mat"), "TỐI MẬT");
}

static int start(void **state)
{
	(void)state;
	a = ig_arena_new(0);
	return 0;
}
static int end(void **state)
{
	(void)state;
	a = ig_arena_free(a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_marks), cmocka_unit_test(test_tlp), cmocka_unit_test(test_wishes), cmocka_unit_test(test_order)};
	return cmocka_run_group_tests(tests, start, end);
}
