/* Letters as mails: the shipped templates against their wanted output, the serialiser's rules, what a reader may not learn, and that no value
 * can add a line to the head. IG_WANT_UPDATE=1 in the environment writes the wanted files anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fs.h"
#include "base/opt.h"
#include "compose/compose.h"
#include "compose/edxml.h"
#include "compose/fields.h"
#include "compose/mail_text.h"

#ifndef SRCDIR /* for tools that read this file alone */
#define SRCDIR "."
#endif

static struct ig_profile profile = {
	.name = "vn-2017", .title = {"Quyết định 05/2017/QĐ-TTg", "Decision 05/2017/QĐ-TTg"}, .language = "vi",
	.parent_body = {"ỦY BAN NHÂN DÂN TỈNH MẪU", "THE PEOPLE'S COMMITTEE OF MẪU PROVINCE"},
	.office = {"SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "DEPARTMENT OF INFORMATION AND COMMUNICATIONS"},
	.next_steps = {"Báo cáo đã được vào sổ. Cán bộ trực sẽ xác minh, phân loại sự cố và liên hệ lại theo địa chỉ này.",
		"Your report has been registered. The duty officer will verify and classify the incident and write to this address."},
	.call_whom = {"Việc khẩn cấp: gọi cán bộ trực ứng cứu sự cố, 0233.000.0001 (24/7), và nêu mã hồ sơ.",
		"In an emergency call the duty officer for incident response, +84 233 000 0001 (day and night), and give the reference."},
	.phone = "0233.000.0001", .fax = "0233.000.0002", .email = "ungcuu@example.vn", .address = "01 Đường Mẫu, thành phố Mẫu", .place = "Mẫu",
	.bases = (struct ig_profile_basis[]){
		{"05/2017/QĐ-TTg", "Hệ thống phương án ứng cứu khẩn cấp bảo đảm an toàn thông tin mạng quốc gia"},
		{"20/2017/TT-BTTTT", "Điều phối, ứng cứu sự cố an toàn thông tin mạng trên toàn quốc"}},
	.basis_count = 2,
};
static struct ig_templates *templates;

static void say(const char *line, void *arg)
{
	if (arg)
		ig_buf_fmt(arg, "%s\n", line);
	else
		print_error("%s\n", line);
}

static int setup(void **state)
{
	(void)state;
	assert_int_equal(ig_clock_zone("+07:00"), 0);
	templates = ig_templates_load(SRCDIR "/templates", say, NULL);
	return templates ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	templates = ig_templates_free(templates);
	return 0;
}

static const char receipt_facts[] = "{\"reference\":\"IR-2026-000123-0\",\"received_at\":\"2026-11-22T08:30:05+07:00\",\"channel\":\"mail\","
	"\"subject\":\"never\",\"office\":{\"name\":\"never\"},\"reporter\":{\"name\":\"never\"}}";
static const char closed_facts[] = "{\"reference\":\"IR-2026-000123-0\",\"received_at\":\"2026-02-03T08:30:05+07:00\",\"channel\":\"mail\","
	"\"new_participant\":false,\"case_closed\":true,\"closed_at\":\"2026-01-30T16:00:00+07:00\"}";
static const char participant_facts[] = "{\"reference\":\"IR-2026-000123-0\",\"received_at\":\"2026-02-03T08:30:05+07:00\",\"channel\":\"mail\","
	"\"new_participant\":true}";
static const char sealed_facts[] = "{\"reference\":\"IR-2026-000123-0\",\"received_at\":\"2026-11-22T08:30:05+07:00\",\"channel\":\"mail\",\"sealed\":true,"
	"\"key\":{\"fingerprint\":\"C60491A985E098BAE9C6AF5BCE30C41EC2274A26\"}}";
static const char no_key_facts[] = "{\"reference\":\"IR-2026-000123-0\",\"received_at\":\"2026-11-22T08:30:05+07:00\",\"channel\":\"mail\",\"sealed\":true}";
static const char enclosed_facts[] = "{\"reference\":\"IR-2026-000123-0\",\"opened_at\":\"2026-11-22T08:30:05+07:00\",\"severity\":\"ordinary\",\"status\":\"open\",\"message_count\":1,"
	"\"enclosed\":{\"name\":\"file-12-1.sealed.zip\",\"size\":\"48128\",\"sha256\":\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"},\"reason\":\"Phân tích mẫu.\"}";
static const char case_facts[] = "{\"reference\":\"IR-2026-000123-0\",\"opened_at\":\"2026-11-22T08:30:05+07:00\",\"severity\":\"serious\","
	"\"category\":\"malicious-code/infected-system\",\"status\":\"open\",\"widespread\":\"suspected\",\"message_count\":3,\"tlp\":\"amber\","
	"\"secrecy\":true,\"summary\":\"Máy chủ cổng thông tin bị mã hóa dữ liệu.\",\"system\":{\"name\":\"Cổng thông tin điện tử\",\"owner\":\"UBND tỉnh\"},"
	"\"reporter\":{\"name\":\"Trung tâm X\",\"email\":\"x@example.vn\",\"phone\":\"0233.000.0009\"},\"reason\":\"Vượt khả năng xử lý tại chỗ.\","
	"\"officer\":\"Nguyễn Văn An\",\"addressee\":{\"name\":\"Cơ quan điều phối quốc gia\"}}";

/* What the other kinds say; what is not declared for a kind is left out of it. */
static const char letter_facts[] = "{\"reference\":\"IR-2026-000123-0\",\"opened_at\":\"2026-11-22T08:30:05+07:00\",\"found_at\":\"2026-11-21T22:00:00+07:00\","
	"\"closed_at\":\"2026-11-25T16:00:00+07:00\",\"severity\":\"serious\",\"category\":\"fraud/phishing\",\"status\":\"open\",\"tlp\":\"amber\","
	"\"summary\":\"Trang giả mạo cổng dịch vụ công thu thập mật khẩu.\\nNgười dân được gửi tin nhắn dẫn đến trang này.\","
	"\"system\":{\"name\":\"Cổng dịch vụ công\",\"owner\":\"UBND tỉnh\",\"operator\":\"Trung tâm X\",\"level\":\"3\",\"provider\":\"Nhà mạng Y\",\"secret\":\"never\"},"
	"\"reporter\":{\"name\":\"Trung tâm X\",\"phone\":\"0233.000.0009\"},\"officer\":\"Nguyễn Văn An\",\"addressee\":{\"name\":\"Công ty Viễn thông Mẫu\"},"
	"\"questions\":[{\"text\":\"Thời điểm phát hiện và dấu hiệu ban đầu;\",\"never\":\"never\"},{\"text\":\"Nhật ký truy cập trong 72 giờ trước đó.\"}],"
	"\"due\":\"2026-11-30\",\"observables\":[{\"type\":\"domain\",\"value\":\"dichvucong-mau.example\"},{\"type\":\"ipv4\",\"value\":\"192.0.2.10\"}],"
	"\"order\":{\"number\":\"12/LĐP-VNCERT\",\"issuer\":\"Cơ quan điều phối quốc gia\",\"date\":\"2026-11-21\",\"due\":\"2026-12-01T17:00:00+07:00\","
	"\"text\":\"Rà soát, ngăn chặn kết nối đến các địa chỉ trong danh sách kèm theo.\"},"
	"\"asks\":[{\"text\":\"Ngừng phân giải tên miền trên;\"},{\"text\":\"Lưu giữ nhật ký và thông báo kết quả.\"}],"
	"\"about\":\"báo cáo kết quả xử lý sự cố\",\"reminder_count\":2,\"earlier\":{\"number\":\"05/STTTT-CNTT\",\"subject\":\"báo cáo sự cố\",\"date\":\"2026-11-23\"},"
	"\"owed\":[{\"what\":\"Báo cáo ban đầu\",\"deadline\":\"2026-11-24\",\"basis\":\"Quyết định 05/2017/QĐ-TTg, Điều 11\"},{\"what\":\"Đầu mối trực 24/7\"}],"
	"\"result\":\"Trang giả mạo đã bị gỡ bỏ; không ghi nhận thiệt hại.\",\"recommendations\":[{\"text\":\"Bật xác thực hai lớp;\"},{\"text\":\"Cảnh báo người dùng.\"}],"
	"\"timeline\":[{\"at\":\"2026-11-21T22:00:00+07:00\",\"text\":\"Phát hiện trang giả mạo\"},{\"at\":\"2026-11-22T09:10:00+07:00\",\"text\":\"Chuyển nhà mạng xử lý | gỡ bỏ\"}],"
	"\"measures\":[{\"text\":\"Chặn tên miền;\"},{\"text\":\"Đổi mật khẩu các tài khoản bị lộ.\"}],\"attachments\":[{\"text\":\"Nhật ký truy cập (tệp)\"}],"
	"\"form\":{\"title\":\"BÁO CÁO BAN ĐẦU SỰ CỐ\",\"number\":\"03\",\"sections\":[{\"heading\":\"1. Bên báo cáo\",\"rows\":[{\"label\":\"Tên\",\"value\":\"Trung tâm X\"},"
	"{\"label\":\"Điện thoại\",\"value\":\"0233.000.0009\"}]},{\"heading\":\"2. Sự cố\",\"rows\":[{\"label\":\"Mô tả\",\"value\":\"Trang giả mạo\"}]}]},"
	"\"annex\":{\"about\":\"tổng hợp tình hình ứng cứu sự cố 6 tháng\",\"lines\":[{\"text\":\"Mẫu số 5\"},{\"text\":\"Từ ngày 15/12/2025 đến ngày 14/06/2026.\"}],"
	"\"figures\":[{\"label\":\"Số sự cố tiếp nhận\",\"value\":\"12\"},{\"label\":\"Đã kết thúc\",\"value\":\"9\"}]},"
	"\"event_count\":1204,\"period\":{\"from\":\"2026-11-15T00:00:10+07:00\",\"until\":\"2026-11-22T00:00:00+07:00\"},"
	"\"totals\":[{\"category\":\"malicious-code/infected-system\",\"asn\":\"AS64500\",\"count\":1200},{\"count\":4}],"
	"\"service\":\"Hộp thư tiếp nhận sự cố\",\"window\":{\"start\":\"2026-12-05T20:00:00+07:00\",\"end\":\"2026-12-05T23:00:00+07:00\"},"
	"\"document\":{\"number\":\"290/STTTT-CNTT\",\"issuer\":\"Sở Mẫu\",\"date\":\"2026-11-20\",\"subject\":\"báo cáo sự cố\",\"received_at\":\"2026-11-22T08:30:05+07:00\"},"
	"\"right_place\":\"Công an tỉnh Mẫu\",\"arrival\":{\"number\":\"0041\",\"date\":\"2026-11-22\"},\"want_original\":true,\"channel\":\"fax\"}";

static const struct { const char *want, *kind, *language, *facts; enum ig_party_role role; } letters[] = {
	{"receipt/want/vi.eml", "receipt", "vi", receipt_facts, IG_PARTY_ROLE_REPORTER},
	{"receipt/want/en.eml", "receipt", "en", receipt_facts, IG_PARTY_ROLE_REPORTER},
	{"receipt/want/unknown.eml", "receipt", NULL, receipt_facts, IG_PARTY_ROLE_REPORTER},
	{"receipt/want/vi-sealed.eml", "receipt", "vi", sealed_facts, IG_PARTY_ROLE_REPORTER},
	{"receipt/want/en-sealed.eml", "receipt", "en", sealed_facts, IG_PARTY_ROLE_REPORTER},
	{"receipt/want/en-no-key.eml", "receipt", "en", no_key_facts, IG_PARTY_ROLE_REPORTER},
	{"receipt/want/vi-closed.eml", "receipt", "vi", closed_facts, IG_PARTY_ROLE_REPORTER},
	{"receipt/want/en-closed.eml", "receipt", "en", closed_facts, IG_PARTY_ROLE_REPORTER},
	{"receipt/want/vi-participant.eml", "receipt", "vi", participant_facts, IG_PARTY_ROLE_REPORTER},
	{"receipt/want/en-participant.eml", "receipt", "en", participant_facts, IG_PARTY_ROLE_REPORTER},
	{"escalation/want/vi-coordinator.eml", "escalation", "vi", case_facts, IG_PARTY_ROLE_COORDINATOR},
	{"escalation/want/en-coordinator.eml", "escalation", "en", case_facts, IG_PARTY_ROLE_COORDINATOR},
	{"escalation/want/vi-isp.eml", "escalation", "vi", case_facts, IG_PARTY_ROLE_ISP},
	{"escalation/want/vi-form.eml", "escalation", "vi", letter_facts, IG_PARTY_ROLE_COORDINATOR},
	{"request/want/vi.eml", "request", "vi", letter_facts, IG_PARTY_ROLE_REPORTER},
	{"request/want/en.eml", "request", "en", letter_facts, IG_PARTY_ROLE_REPORTER},
	{"forward/want/vi.eml", "forward", "vi", letter_facts, IG_PARTY_ROLE_ISP},
	{"forward/want/en.eml", "forward", "en", letter_facts, IG_PARTY_ROLE_ISP},
	{"forward/want/vi-enclosed.eml", "forward", "vi", enclosed_facts, IG_PARTY_ROLE_POLICE},
	{"forward/want/en-enclosed.eml", "forward", "en", enclosed_facts, IG_PARTY_ROLE_POLICE},
	{"order/want/vi.eml", "order", "vi", letter_facts, IG_PARTY_ROLE_UNIT},
	{"order/want/en.eml", "order", "en", letter_facts, IG_PARTY_ROLE_UNIT},
	{"reminder/want/vi.eml", "reminder", "vi", letter_facts, IG_PARTY_ROLE_UNIT},
	{"reminder/want/en.eml", "reminder", "en", letter_facts, IG_PARTY_ROLE_UNIT},
	{"closing/want/vi.eml", "closing", "vi", letter_facts, IG_PARTY_ROLE_REPORTER},
	{"closing/want/en.eml", "closing", "en", letter_facts, IG_PARTY_ROLE_REPORTER},
	{"final-report/want/vi.eml", "final-report", "vi", letter_facts, IG_PARTY_ROLE_COORDINATOR},
	{"final-report/want/en.eml", "final-report", "en", letter_facts, IG_PARTY_ROLE_COORDINATOR},
	{"ad-hoc-report/want/vi.eml", "ad-hoc-report", "vi", letter_facts, IG_PARTY_ROLE_COORDINATOR},
	{"ad-hoc-report/want/en.eml", "ad-hoc-report", "en", letter_facts, IG_PARTY_ROLE_COORDINATOR},
	{"maintenance/want/vi.eml", "maintenance", "vi", letter_facts, IG_PARTY_ROLE_UNIT},
	{"maintenance/want/en.eml", "maintenance", "en", letter_facts, IG_PARTY_ROLE_UNIT},
	{"digest/want/vi.eml", "digest", "vi", letter_facts, IG_PARTY_ROLE_ISP},
	{"digest/want/en.eml", "digest", "en", letter_facts, IG_PARTY_ROLE_ISP},
	{"periodic-report/want/vi.eml", "periodic-report", "vi", letter_facts, IG_PARTY_ROLE_COORDINATOR},
	{"periodic-report/want/en.eml", "periodic-report", "en", letter_facts, IG_PARTY_ROLE_COORDINATOR},
	{"extract/want/vi.eml", "extract", "vi", letter_facts, IG_PARTY_ROLE_UNIT},
	{"extract/want/en.eml", "extract", "en", letter_facts, IG_PARTY_ROLE_UNIT},
	{"misdirected/want/vi.eml", "misdirected", "vi", letter_facts, IG_PARTY_ROLE_OTHER},
	{"misdirected/want/en.eml", "misdirected", "en", letter_facts, IG_PARTY_ROLE_OTHER},
	{"document-receipt/want/vi.eml", "document-receipt", "vi", letter_facts, IG_PARTY_ROLE_OTHER},
	{"document-receipt/want/en.eml", "document-receipt", "en", letter_facts, IG_PARTY_ROLE_OTHER},
};

static struct ig_mail_head head_of(bool automatic)
{
	static const char *const refs[] = {"first@example.org", "bad id\r\nBcc: x@y", "second@example.org", NULL};
	struct ig_mail_head h = {.from_address = "ungcuu@example.vn", .from_name = "Đội ứng cứu sự cố, tỉnh Mẫu", .to_address = "lan@example.org",
		.message_id = "D-000017.ABCDEFGHIJ@example.vn", .reference = "IR-2026-000123-0"};
	assert_int_equal(ig_time_parse("2026-11-22T08:31:00+07:00", &h.date), 0);
	if (automatic) {
		h.auto_submitted = "auto-replied";
		h.in_reply_to = "second@example.org";
		h.references = refs;
	}
	return h;
}

static void mail_make(size_t i, struct ig_buf *out, struct ig_arena *a)
{
	struct ig_mail_head h = head_of(!strcmp(letters[i].kind, "receipt"));
	struct ig_why why = {""};
	const char *subject = NULL;
	json_t *facts = json_loads(letters[i].facts, 0, NULL);
	assert_non_null(facts);
	struct ig_letter l = {.kind = letters[i].kind, .language = letters[i].language, .role = letters[i].role, .profile = &profile, .fields = facts};
	if (ig_compose_mail(templates, &l, &h, a, out, &subject, &why))
		fail_msg("%s: %s", letters[i].want, why.text);
	assert_int_equal(strstr(subject, "[IR-2026-000123-0] ") == NULL, !strcmp(l.kind, "maintenance") || !strcmp(l.kind, "digest") || !strcmp(l.kind, "misdirected") ||
		!strcmp(l.kind, "periodic-report") || !strcmp(l.kind, "extract"));
	json_decref(facts);
}

/* 7 bit, CRLF at every line end and nowhere else, no line past the limits. */
static void assert_wire_clean(const struct ig_buf *m, size_t line_max)
{
	size_t line = 0;
	for (size_t i = 0; i < m->len; i++) {
		unsigned char c = (unsigned char)m->data[i];
		assert_true(c < 0x7f && (c >= ' ' || c == '\t' || c == '\r' || c == '\n'));
		assert_true((c == '\r') == (i + 1 < m->len && m->data[i + 1] == '\n'));
		assert_true(c != '\n' || (i && m->data[i - 1] == '\r'));
		line = c == '\n' ? 0 : line + (c != '\r');
		if (line > line_max)
			fail_msg("line of %zu: %.*s", line, 200, m->data + (i > 150 ? i - 150 : 0));
	}
}

static void test_wanted(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(letters); i++) {
		struct ig_buf out = IG_BUF_INIT(1u << 20), want = IG_BUF_INIT(1u << 20), path = IG_BUF_INIT(4096);
		struct ig_arena *a = ig_arena_new(0);
		mail_make(i, &out, a);
		assert_wire_clean(&out, 78);
		assert_null(strstr(out.data, "never"));
		ig_buf_fmt(&path, SRCDIR "/templates/%s", letters[i].want);
		if (getenv("IG_WANT_UPDATE"))
			assert_int_equal(ig_fs_replace(path.data, out.data, out.len, 0644), 0);
		assert_int_equal(ig_fs_read_file(path.data, &want), 0);
		if (want.len != out.len || memcmp(want.data, out.data, out.len))
			fail_msg("%s differs; got:\n%s", path.data, out.data);
		ig_arena_free(a);
		ig_buf_free(&out);
		ig_buf_free(&want);
		ig_buf_free(&path);
	}
}

/* The page models of every kind, as they lie beside the mails: what stands in which place, before it is drawn. */
static void test_pages(void **state)
{
	(void)state;
	const char *const to[] = {"Cơ quan điều phối quốc gia", "Công an tỉnh Mẫu", NULL};
	for (size_t i = 0; ig_letter_kind(i); i++) {
		struct ig_buf want = IG_BUF_INIT(1u << 20), path = IG_BUF_INIT(4096);
		struct ig_page_head h = {.number = 5, .to = to, .reference = "IR-2026-000123-0", .urgency = "KHẨN", .fax_to = "+84 233 000 0042"};
		struct ig_why why = {""};
		json_t *page = NULL, *facts = json_loads(strcmp(ig_letter_kind(i), "receipt") ? letter_facts : receipt_facts, 0, NULL);
		struct ig_letter l = {.kind = ig_letter_kind(i), .language = "vi", .role = IG_PARTY_ROLE_COORDINATOR, .profile = &profile, .fields = facts};
		assert_int_equal(ig_time_parse("2026-02-03T08:31:00+07:00", &h.date), 0);
		if (ig_compose_page(templates, &l, &h, &page, &why))
			fail_msg("%s: %s", ig_letter_kind(i), why.text);
		char *got = json_dumps(page, JSON_INDENT(1) | JSON_SORT_KEYS);
		assert_null(strstr(got, "never"));
		assert_non_null(strstr(got, "ngày 03 tháng 02 năm 2026"));
		ig_buf_fmt(&path, SRCDIR "/templates/%s/want/vi.page.json", ig_letter_kind(i));
		if (getenv("IG_WANT_UPDATE"))
			assert_int_equal(ig_fs_replace(path.data, got, strlen(got), 0644), 0);
		assert_int_equal(ig_fs_read_file(path.data, &want), 0);
		if (strcmp(want.data, got))
			fail_msg("%s differs; got:\n%s", path.data, got);
		free(got);
		json_decref(page);
		json_decref(facts);
		ig_buf_free(&want);
		ig_buf_free(&path);
	}
}

/* No value can act as a sign of the layout, and a letter that may not know the reporter does not. */
static void test_page_values(void **state)
{
	(void)state;
	struct ig_page_head h = {.reference = "IR-2026-000123-0"};
	struct ig_why why = {""};
	json_t *page = NULL, *facts = json_pack("{s:s, s:s, s:{s:s}, s:[{s:s}]}", "reference", "IR-2026-000123-0", "summary", "# một\n|hai|ba|\n^\nbốn\\", "reporter", "name",
		"bí mật", "asks", "text", "^");
	struct ig_letter l = {.kind = "forward", .language = "vi", .role = IG_PARTY_ROLE_ISP, .profile = &profile, .fields = facts};
	assert_int_equal(ig_time_parse("2026-02-03T08:31:00+07:00", &h.date), 0);
	assert_int_equal(ig_compose_page(templates, &l, &h, &page, &why), 0);
	const char *body = json_string_value(json_object_get(page, "body"));
	assert_non_null(strstr(body, "Tóm tắt sự cố: \\# một\\n\\|hai\\|ba\\|\\n\\^\\nbốn\\\\\n"));
	assert_non_null(strstr(body, "- \\^\n"));
	assert_null(strstr(body, "bí mật"));
	json_decref(page);
	json_decref(facts);
	struct ig_arena *a = ig_arena_new(0);
	struct ig_profile p = {.body_sign = "STTTT", .unit_sign = "CNTT"};
	assert_string_equal(ig_compose_sign(templates, "request", &p, 5, a), "05/STTTT-CNTT");
	assert_string_equal(ig_compose_sign(templates, "final-report", &p, 290, a), "290/BC-STTTT");
	p.unit_sign = NULL;
	assert_string_equal(ig_compose_sign(templates, "request", &p, 0, a), "STTTT");
	ig_arena_free(a);
}

/* A file beside the text: the parts are what they were, and nothing but a mail of ours is taken. */
static void test_attach(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf mail = IG_BUF_INIT(1u << 20), out = IG_BUF_INIT(1u << 20), again = IG_BUF_INIT(1u << 20), small = IG_BUF_INIT(3000);
	struct ig_why why = {""};
	char bytes[1000];
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 7);
	struct ig_mail_file f = {.name = "công văn.pdf", .type = "application/pdf", .bytes = bytes, .size = sizeof bytes};
	mail_make(0, &mail, a);
	assert_int_equal(ig_compose_attach(mail.data, mail.len, &f, &out, &why), 0);
	assert_int_equal(ig_compose_attach(mail.data, mail.len, &f, &again, &why), 0);
	assert_string_equal(out.data, again.data);
	assert_wire_clean(&out, 78);
	assert_non_null(strstr(out.data, "Content-Type: multipart/mixed; boundary=\"=_irgate_"));
	assert_non_null(strstr(out.data, "filename*=UTF-8''c%C3%B4ng%20v%C4%83n.pdf"));
	assert_non_null(strstr(out.data, strstr(mail.data, "Content-Type: text/plain"))); /* the text part as it was */
	size_t first = out.len - strlen("--=_irgate_") - 24 - 4;
	ig_buf_reset(&again);
	assert_int_equal(ig_compose_attach(out.data, out.len, &f, &again, &why), 0); /* a second one stands beside it */
	assert_wire_clean(&again, 78);
	assert_memory_equal(again.data, out.data, first);
	assert_int_equal(strstr(again.data + first, "Content-Disposition: attachment") != NULL, 1);
	assert_string_equal(again.data + again.len - 41, out.data + out.len - 41);
	assert_int_equal(ig_compose_attach(out.data, out.len - 4, &f, &again, &why), -1); /* its end is missing */
	assert_int_equal(ig_compose_attach("no mail", 7, &f, &again, &why), -1);
	assert_int_equal(ig_compose_attach(mail.data, mail.len, &f, &small, &why), -1);
	ig_buf_free(&mail);
	ig_buf_free(&out);
	ig_buf_free(&again);
	ig_buf_free(&small);
	ig_arena_free(a);
}

static size_t count_of(const char *text, const char *what)
{
	size_t n = 0;
	for (const char *p = text; (p = strstr(p, what)); p++)
		n++;
	return n;
}

static void test_edxml(void **state)
{
	(void)state;
	struct ig_buf out = IG_BUF_INIT(1u << 20), status = IG_BUF_INIT(1u << 20), none = IG_BUF_INIT(1u << 20);
	struct ig_why why = {""};
	const struct ig_edxml_organ to[] = {{.id = "000.00.05.H56", .name = "Cơ quan A"}, {.id = "H37.02.02", .in_charge = "H37", .name = "Sở <B> & C"}};
	struct ig_edxml e = {.from = {.id = "H99.02", .in_charge = "H99", .name = "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", .email = "ungcuu@example.vn"}, .to = to, .to_count = 2,
		.number = 5, .sign = "STTTT-CNTT", .place = "Mẫu", .type_name = "Công văn", .subject = "V/v a & b", .signer_name = "Nguyễn Văn An", .priority = 1, .pages = 2,
		.answers = &(struct ig_edxml_of){"H37.02.02", "290/STTTT-CNTT", "2026-11-20"}, .file_name = "D-000001.pdf", .file_type = "application/pdf",
		.file = "%PDF-1.7 x", .file_size = 10};
	assert_int_equal(ig_time_parse("2026-11-22T08:31:00+07:00", &e.date), 0);
	if (ig_compose_edxml(&e, &out, &why))
		fail_msg("%s", why.text);
	static const char *const wanted[] = {"<edXML xmlns:edXML=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\">", "<edXML:OrganId>H99.02</edXML:OrganId>",
		"<edXML:CodeNumber>05</edXML:CodeNumber>", "<edXML:PromulgationDate>2026/11/22</edXML:PromulgationDate>", "<edXML:OrganName>Sở &lt;B&gt; &amp; C</edXML:OrganName>",
		"<edXML:DocumentId>H99.02,2026/11/22,05/STTTT-CNTT</edXML:DocumentId>", "<edXML:DocumentId>H37.02.02,2026/11/20,290/STTTT-CNTT</edXML:DocumentId>",
		"<edXML:Timestamp>2026/11/22 08:31:00</edXML:Timestamp>", "<ContentTransferEncoded>JVBERi0xLjcgeA==</ContentTransferEncoded>", "<edXML:Priority>1</edXML:Priority>"};
	for (size_t i = 0; i < IG_COUNT(wanted); i++)
		if (!strstr(out.data, wanted[i]))
			fail_msg("not there: %s in\n%s", wanted[i], out.data);
	assert_int_equal(count_of(out.data, "<edXML:To>"), 2);
	assert_int_equal(count_of(out.data, "<edXML:"), count_of(out.data, "</edXML:"));
	e.to_count = 0;
	assert_int_equal(ig_compose_edxml(&e, &none, &why), -1);
	e.to_count = 2;
	e.number = 0;
	assert_int_equal(ig_compose_edxml(&e, &none, &why), -1);
	assert_int_equal(none.len, 0);
	struct ig_edxml_status s = {.from = e.from, .to = to[0], .of = {"000.00.05.H56", "12/LĐP", "2026-11-21"}, .code = "03", .words = "đã tiếp nhận", .at = e.date};
	assert_int_equal(ig_compose_edxml_status(&s, &status, &why), 0);
	assert_non_null(strstr(status.data, "<edXML:StatusCode>03</edXML:StatusCode>"));
	assert_non_null(strstr(status.data, "<edXML:Code>12/LĐP</edXML:Code>"));
	s.code = "3";
	assert_int_equal(ig_compose_edxml_status(&s, &none, &why), -1);
	ig_buf_free(&out);
	ig_buf_free(&status);
	ig_buf_free(&none);
}

static const struct { const char *name, *text, *want; } headers[] = {
	{"plain", "Hello world", "Subject: Hello world\r\n"},
	{"empty", "", "Subject: \r\n"},
	{"line ends cannot get out", "a\r\nBcc: x@y\n\rz", "Subject: a  Bcc: x@y  z\r\n"},
	{"base64 where it is shorter", "Xin chào", "Subject: Xin =?UTF-8?B?Y2jDoG8=?=\r\n"},
	{"only the span that needs it", "[IR-1] Sự cố mới ABC", "Subject: [IR-1] =?UTF-8?B?U+G7sSBj4buRIG3hu5tp?= ABC\r\n"},
	{"what looks encoded is encoded", "=?UTF-8?Q?x?=", "Subject: =?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=\r\n"},
	{"bad bytes", "a\xff" "b", "Subject: =?UTF-8?B?Ye+/vWI=?=\r\n"},
	{"quoted form where it is shorter", "Au développement", "Subject: Au =?UTF-8?Q?d=C3=A9veloppement?=\r\n"},
	{"folding", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cc",
		"Subject: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cc\r\n"},
};

static void test_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(headers); i++) {
		struct ig_buf out = IG_BUF_INIT(65536);
		ig_mail_header_text(&out, "Subject", headers[i].text);
		if (strcmp(out.data, headers[i].want))
			fail_msg("%s: got %s", headers[i].name, out.data);
		ig_buf_free(&out);
	}
}

static const struct { const char *display, *address, *want; } addresses[] = {
	{NULL, "a@b.vn", "To: a@b.vn\r\n"},
	{"Lan", "a@b.vn", "To: Lan <a@b.vn>\r\n"},
	{"Lan Nguyen, Dr.", "a@b.vn", "To: \"Lan Nguyen, Dr.\" <a@b.vn>\r\n"},
	{"a\"b\\c", "a@b.vn", "To: \"a\\\"b\\\\c\" <a@b.vn>\r\n"},
	{"Nguyễn (Lan)", "a@b.vn", "To: =?UTF-8?B?Tmd1eeG7hW4gKExhbik=?= <a@b.vn>\r\n"},
	{"x\r\nBcc: y", "a@b.vn", "To: \"x  Bcc: y\" <a@b.vn>\r\n"},
	{"x", "a@b.vn>\r\nBcc: <c@d.vn", ""},
};

static void test_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(addresses); i++) {
		struct ig_buf out = IG_BUF_INIT(65536);
		ig_mail_header_address(&out, "To", addresses[i].display, addresses[i].address);
		assert_string_equal(out.data, addresses[i].want);
		ig_buf_free(&out);
	}
}

static const struct { const char *address; bool ok; } address_cases[] = {
	{"a@b", true}, {"ungcuu+IR-2026-000123-0@example.vn", true}, {"\"a b\"@example.vn", true}, {"\"a\\\"b\"@example.vn", true},
	{"a@[127.0.0.1]", true}, {"a@[IPv6:::1]", true}, {"a.b@x-y.vn", true}, {"o'neil=x@b.vn", true},
	{"", false}, {"a", false}, {"@b", false}, {"a@", false}, {"a@b ", false}, {" a@b", false}, {"a..b@c", false}, {".a@b", false}, {"a.@b", false},
	{"a@b..c", false}, {"a@-b", false}, {"a@b-", false}, {"a@b.", false}, {"a@b\r\nRCPT TO:<c@d>", false}, {"a\r\n@b", false}, {"a>@b", false},
	{"\"a\r\"@b", false}, {"\"a@b", false}, {"\"a\"b@c", false}, {"lân@b.vn", false}, {"a@đ.vn", false}, {"a@b,c@d", false}, {"a@[]", false},
	{"a@[x y]", false}, {NULL, false},
	{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b", true},
	{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b", false},
	{"a@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.vn", true},
	{"a@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.vn", false},
};

static void test_address_ok(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(address_cases); i++)
		if (ig_mail_address_ok(address_cases[i].address) != address_cases[i].ok)
			fail_msg("%s should be %s", address_cases[i].address, address_cases[i].ok ? "right" : "wrong");
}

static void test_params(void **state)
{
	(void)state;
	static const struct { const char *value, *want; } cases[] = {
		{"letter.pdf", ";\r\n filename=letter.pdf"},
		{"my letter.pdf", ";\r\n filename=\"my letter.pdf\""},
		{"a\"b", ";\r\n filename*=UTF-8''a%22b"},
		{"công văn.pdf", ";\r\n filename*=UTF-8''c%C3%B4ng%20v%C4%83n.pdf"},
		{"a\r\nX: y", ";\r\n filename=\"a  X: y\""},
	};
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_buf out = IG_BUF_INIT(65536);
		ig_mail_header_param(&out, "filename", cases[i].value);
		assert_string_equal(out.data, cases[i].want);
		ig_buf_free(&out);
	}
}

/* Hostile values of every length through every piece: the result is always clean lines. */
static void test_hostile(void **state)
{
	(void)state;
	static const char *const atoms[] = {"a", " ", "  ", "ễ", "\r\n", "\xff", "=?UTF-8?B?", "\"", "\\", "\xf0\x9f\x98\x80", ".", "From ", "\n", "\xc2\x85", "<>",
		"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"};
	unsigned seed = 1;
	for (int round = 0; round < 3000; round++) {
		struct ig_buf text = IG_BUF_INIT(1u << 20), out = IG_BUF_INIT(1u << 20), more = IG_BUF_INIT(1u << 20);
		for (int n = round % 40; n >= 0; n--) {
			seed = seed * 1103515245 + 12345;
			ig_buf_str(&text, atoms[(seed >> 16) % IG_COUNT(atoms)]);
		}
		ig_mail_header_text(&out, "Subject", text.data);
		ig_mail_header_address(&out, "From", text.data, "a@example.vn");
		ig_buf_str(&out, "Content-Disposition: attachment");
		ig_mail_header_param(&out, "filename", text.data);
		ig_buf_str(&out, "\r\n");
		assert_wire_clean(&out, 998);
		size_t fields = 0;
		for (const char *p = out.data; *p; p = strstr(p, "\r\n") + 2)
			fields += *p != ' ';
		assert_int_equal(fields, 3);
		ig_mail_text_part(&more, text.data, text.len, "vi");
		assert_wire_clean(&more, 78);
		ig_buf_free(&text);
		ig_buf_free(&out);
		ig_buf_free(&more);
	}
}

/* What another mail reader makes of what we write: Python's package decodes it back to the same text. */
static void test_python(void **state)
{
	(void)state;
	static const char *const words[] = {"Xác", "nhận", "đã", "tiếp", "nhận", "thông", "báo", "sự", "cố", "[IR-2026-000123-0]", "Thừa", "Thiên", "Huế", "a",
		"incident", "(x)", "\"q\"", "=?x?=", "e\xcc\x81", "\xf0\x9f\x98\x80", "=", "?", "_", "a,b;c", "từ.ngữ@x", "nghiêng\\nghiêng"};
	char path[] = "/tmp/ig-mails-XXXXXX";
	int fd = mkstemp(path), status;
	unsigned seed = 7;
	FILE *f = fdopen(fd, "w");
	assert_non_null(f);
	for (int round = 0; round < 400; round++) {
		struct ig_buf text = IG_BUF_INIT(65536), raw = IG_BUF_INIT(1u << 20), body = IG_BUF_INIT(65536), file = IG_BUF_INIT(65536);
		for (int n = round % 25; n >= 0; n--) {
			seed = seed * 1103515245 + 12345;
			ig_buf_fmt(&text, "%s%s", words[(seed >> 16) % IG_COUNT(words)], n ? " " : "");
		}
		ig_buf_fmt(&body, "%s\nFrom %s\n.\n", text.data, text.data);
		ig_mail_header_address(&raw, "From", text.data, "a@example.vn");
		ig_mail_header_text(&raw, "Subject", text.data);
		ig_buf_str(&raw, "Content-Disposition: inline");
		ig_buf_fmt(&file, "%s.pdf", text.data); /* Python takes quotes off a name that is all in quotes */
		ig_mail_header_param(&raw, "filename", file.data);
		ig_buf_str(&raw, "\r\n");
		ig_mail_text_part(&raw, body.data, body.len, "vi");
		json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:s}", "raw", raw.data, "subject", text.data, "name", text.data, "file", file.data, "body", body.data);
		assert_non_null(line);
		assert_int_equal(json_dumpf(line, f, JSON_COMPACT), 0);
		fputc('\n', f);
		json_decref(line);
		ig_buf_free(&text);
		ig_buf_free(&raw);
		ig_buf_free(&body);
		ig_buf_free(&file);
	}
	assert_int_equal(fclose(f), 0);
	pid_t pid = fork();
	if (!pid) {
		if (!freopen(path, "r", stdin))
			_exit(1);
		execlp("python3", "python3", SRCDIR "/tests/unit/check_mail.py", (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	unlink(path);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		skip();
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
}

static void test_bad_head(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_letter l = {.kind = "receipt", .language = "vi", .profile = &profile};
	struct ig_mail_head h = head_of(true), bad = h;
	struct ig_buf out = IG_BUF_INIT(1u << 20);
	struct ig_why why = {""};
	bad.to_address = "a@b\r\nx";
	assert_int_equal(ig_compose_mail(templates, &l, &bad, a, &out, NULL, &why), -1);
	bad = h;
	bad.message_id = "a b";
	assert_int_equal(ig_compose_mail(templates, &l, &bad, a, &out, NULL, &why), -1);
	l.kind = "other";
	assert_int_equal(ig_compose_mail(templates, &l, &h, a, &out, NULL, &why), -1);
	assert_int_equal(out.len, 0);
	ig_buf_free(&out);
	ig_arena_free(a);
}

static void test_load_errors(void **state)
{
	(void)state;
	struct ig_buf said = IG_BUF_INIT(65536), path = IG_BUF_INIT(4096);
	char dir[] = "/tmp/ig-templates-XXXXXX";
	static const struct { const char *path, *text; } files[] = {
		{"receipt/vi.txt", "Subject: {{reference}}\n\n{{>head}}\n{{reporter.name}}\n{{#bases}}{{number}}{{nummer}}{{/bases}}\n"},
		{"receipt/en.txt", "Subjekt: x\n\nbody\n"}, {"parts/head.vi.txt", "{{office.name}}\n{{office.nam}}\n"},
		{"escalation/vi.txt", "Subject: x\n\n{{#secrecy}}\n"}, {"escalation/en.txt", "Subject: x\n"},
	};
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < IG_COUNT(files); i++) {
		ig_buf_reset(&path);
		ig_buf_fmt(&path, "%s/%.*s", dir, (int)(strchr(files[i].path, '/') - files[i].path), files[i].path);
		assert_int_equal(ig_fs_mkdirs(path.data, 0755), 0);
		ig_buf_reset(&path);
		ig_buf_fmt(&path, "%s/%s", dir, files[i].path);
		assert_int_equal(ig_fs_replace(path.data, files[i].text, strlen(files[i].text), 0644), 0);
	}
	assert_null(ig_templates_load(dir, say, &said));
	static const char *const wanted[] = {"parts/head.vi.txt:2: office.nam is not", "receipt/vi.txt:4: reporter.name is not", "receipt/vi.txt:5: nummer is not",
		"receipt/en.txt:1: not a head line", "receipt/en.txt:1: the subject is missing", "escalation/vi.txt:3: {{#secrecy}} is never closed",
		"escalation/en.txt:2: the body is missing"};
	for (size_t i = 0; i < IG_COUNT(wanted); i++)
		if (!strstr(said.data, wanted[i]))
			fail_msg("not said: %s in\n%s", wanted[i], said.data);
	for (size_t i = 0; i < IG_COUNT(files); i++) {
		ig_buf_reset(&path);
		ig_buf_fmt(&path, "%s/%s", dir, files[i].path);
		remove(path.data);
		*strrchr(path.data, '/') = 0;
		remove(path.data);
	}
	remove(dir);
	ig_buf_free(&said);
	ig_buf_free(&path);
}

/* Kinds of a field as the document says them. */
static void kinds_put(struct ig_buf *row, unsigned kinds)
{
	if (kinds == IG_FIELD_ALL) {
		ig_buf_str(row, "all");
		return;
	}
	const char *between = "";
	if ((kinds & IG_FIELD_CASE) == IG_FIELD_CASE) {
		ig_buf_str(row, "case");
		kinds &= ~(unsigned)IG_FIELD_CASE;
		between = ", ";
	}
	for (size_t i = 0; ig_letter_kind(i); i++) {
		if (!(kinds & 1u << i))
			continue;
		ig_buf_fmt(row, "%s%s", between, ig_letter_kind(i));
		between = ", ";
	}
}

/* doc/TEMPLATES.md prints the table as it is in the code, row for row; IG_WANT_UPDATE writes it anew. */
static void test_document(void **state)
{
	(void)state;
	static const char head[] = "| name | letters | from | to | what it says |\n|---|---|---|---|---|\n";
	static const char *const by[] = {"desk", "compose"}, *const to[] = {"all", "acting", "authority"};
	struct ig_buf doc = IG_BUF_INIT(1u << 20), table = IG_BUF_INIT(1u << 20), fresh = IG_BUF_INIT(1u << 20);
	assert_int_equal(ig_fs_read_file(SRCDIR "/doc/TEMPLATES.md", &doc), 0);
	ig_buf_str(&table, head);
	for (size_t i = 0; i < ig_field_count; i++) {
		const struct ig_field *f = &ig_fields[i];
		ig_buf_fmt(&table, "| `%s` | ", f->name);
		kinds_put(&table, f->kinds);
		ig_buf_fmt(&table, " | %s | %s | %s |\n", by[f->by], to[f->to], f->sentence);
	}
	ig_buf_char(&table, '\n');
	const char *at = strstr(doc.data, head), *end = at ? strstr(at, "\n\n") : NULL;
	assert_non_null(end);
	ig_buf_add(&fresh, doc.data, (size_t)(at - doc.data));
	ig_buf_add(&fresh, table.data, table.len);
	ig_buf_str(&fresh, end + 2);
	if (getenv("IG_WANT_UPDATE"))
		assert_int_equal(ig_fs_replace(SRCDIR "/doc/TEMPLATES.md", fresh.data, fresh.len, 0644), 0);
	else
		assert_string_equal(doc.data, fresh.data);
	ig_buf_free(&doc);
	ig_buf_free(&table);
	ig_buf_free(&fresh);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wanted), cmocka_unit_test(test_headers), cmocka_unit_test(test_addresses), cmocka_unit_test(test_address_ok),
		cmocka_unit_test(test_params), cmocka_unit_test(test_hostile), cmocka_unit_test(test_python), cmocka_unit_test(test_bad_head), cmocka_unit_test(test_load_errors),
		cmocka_unit_test(test_document), cmocka_unit_test(test_pages), cmocka_unit_test(test_page_values), cmocka_unit_test(test_attach),
		cmocka_unit_test(test_edxml),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
