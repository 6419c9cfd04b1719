/* Text of other scripts that declares nothing: rates on lines as long as a subject, and that nothing else is taken for it. */
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
#include "parse/eastern.h"
#include "parse/header.h"
#include "vietnamese_texts.h"

static const char *const simplified[] = {
	"关于贵单位网站被植入恶意代码的紧急通知", "您好，我们发现以下地址正在扫描我们的服务器", "请尽快处理该安全事件并回复处理结果", "网络安全预警：发现大量异常登录请求",
	"贵公司的邮件系统正在向外发送垃圾邮件", "附件是攻击日志，时间为北京时间", "我们的客户数据可能已经泄露，请协助调查", "中国互联网应急中心投诉处理平台",
	"转发：关于开展年度网络安全检查工作的函", "自动回复：我目前休假，下周一返回办公室", "系统管理员张伟敬上，联系电话见附件", "域名解析服务中断超过两个小时",
};
static const char *const traditional[] = {
	"關於貴單位網站遭植入惡意程式之緊急通知", "您好，我們發現下列位址正在掃描我們的伺服器", "請儘速處理該資安事件並回覆處理結果", "網路安全預警：發現大量異常登入請求",
	"貴公司的郵件系統正在對外發送垃圾郵件", "附件為攻擊紀錄，時間為台北時間", "我們的客戶資料可能已經外洩，請協助調查", "自動回覆：我目前休假，下週一返回辦公室",
	"轉寄：年度資訊安全檢查工作通知", "系統管理員王小明敬上，聯絡電話見附件",
};
static const char *const japanese_texts[] = {
	"貴社のウェブサイトが改ざんされている可能性について", "お世話になっております。不正アクセスの報告です", "下記のアドレスから攻撃を受けております", "至急ご対応くださいますようお願いいたします",
	"フィッシングサイトの停止のお願い", "メールサーバーの障害についてのお知らせ", "自動返信：ただいま休暇をいただいております", "添付のログをご確認ください",
};
static const char *const korean_texts[] = {
	"귀사의 홈페이지가 변조된 것으로 확인되었습니다", "안녕하세요, 다음 주소에서 공격이 발생하고 있습니다", "침해사고 신고에 대한 처리 결과를 알려 주시기 바랍니다", "악성코드 유포지 긴급 조치 요청",
	"자동 회신: 현재 휴가 중이며 다음 주에 돌아옵니다", "첨부된 로그를 확인해 주십시오", "메일 서버 장애로 인한 지연 안내", "개인정보 유출 가능성에 관한 문의",
};
static const char *const russian_lines[] = {
	"Сообщение об инциденте информационной безопасности", "С вашего адреса идёт сканирование наших серверов", "Просим принять меры и сообщить о результатах",
	"Автоматический ответ: я в отпуске до понедельника", "Ваш сайт содержит вредоносный код", "Уведомление о прекращении обслуживания", "Журнал атаки во вложении, время московское",
};
static const char *const greek_lines[] = {
	"Αναφορά περιστατικού ασφαλείας πληροφοριών", "Ο διακομιστής σας στέλνει ανεπιθύμητη αλληλογραφία", "Παρακαλούμε να λάβετε τα απαραίτητα μέτρα", "Απουσιάζω από το γραφείο μέχρι τη Δευτέρα",
};
#define LIST(x) x, IG_COUNT(x)
static const struct {
	const char *charset;
	const char *const *list;
	size_t count;
	unsigned least; /* per cent */
} sets[] = {
	{"GB18030", LIST(simplified), 97}, {"BIG5-HKSCS", LIST(traditional), 97}, {"EUC-JP", LIST(japanese_texts), 97}, {"CP932", LIST(japanese_texts), 97},
	{"CP949", LIST(korean_texts), 97}, {"CP1251", LIST(russian_lines), 97}, {"KOI8-R", LIST(russian_lines), 97}, {"CP1253", LIST(greek_lines), 97},
};

/* false: the charset has not all of its letters. */
static bool encode(const char *name, const char *text, struct ig_buf *out)
{
	char bytes[2048], *in = (char *)(uintptr_t)text, *to = bytes;
	size_t left = strlen(text), room = sizeof bytes;
	iconv_t cd = iconv_open(name, "UTF-8");
	assert_true(cd != (iconv_t)-1);
	bool good = iconv(cd, &in, &left, &to, &room) != (size_t)-1;
	iconv_close(cd);
	ig_buf_reset(out);
	ig_buf_add(out, bytes, sizeof bytes - room);
	return good;
}

static void test_rates(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf coded = IG_BUF_INIT(4096);
	for (size_t i = 0; i < IG_COUNT(sets); i++) {
		unsigned right = 0, of = 0;
		for (size_t k = 0; k < sets[i].count; k++) {
			const char *problem = NULL, *due = ig_utf8_nfc(a, sets[i].list[k], strlen(sets[i].list[k]));
			if (!encode(sets[i].charset, sets[i].list[k], &coded))
				continue;
			ig_charset_hint(NULL);
			const char *declared = k % 2 ? NULL : "iso-8859-1", *got = ig_charset_decode(a, declared, coded.data, coded.len, &problem);
			of++;
			right += !strcmp(got, due);
			if (strcmp(got, due))
				print_message("%s: %s: %s\n", sets[i].charset, problem ? problem : "nothing said", got);
			else if (!problem || !strstr(problem, ig_eastern_spoken(sets[i].charset)))
				fail_msg("%s: %s", got, problem ? problem : "nothing said");
		}
		print_message("%-12s %u of %u\n", sets[i].charset, right, of);
		if (of < 3 || right * 100 < sets[i].least * of)
			fail_msg("%s: %u of %u", sets[i].charset, right, of);
	}
	ig_buf_free(&coded);
	a = ig_arena_free(a);
}

/* The other side: no line of Western or Vietnamese text, whole or cut, is taken for another script. */
static void test_others_stay(void **state)
{
	(void)state;
	static const char *const western[] = {"CP1252", "CP1250", "ISO-8859-2", "CP1254"}, *const viet[] = {"CP1258", "TCVN5712-1", "VISCII"};
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf coded = IG_BUF_INIT(4096);
	size_t looked = 0;
	for (size_t c = 0; c < IG_COUNT(western) + IG_COUNT(viet); c++)
		for (size_t i = 0; i < IG_COUNT(western_texts) + 1; i++) {
			bool own = i == IG_COUNT(western_texts);
			const char *name = c < IG_COUNT(western) ? western[c] : viet[c - IG_COUNT(western)];
			if (own != (c >= IG_COUNT(western)) || (!own && !strcmp(western_texts[i].name, "russian")))
				continue;
			for (size_t k = 0; k < (own ? IG_COUNT(vietnamese_texts) : western_texts[i].count); k++) {
				encode(name, own ? vietnamese_texts[k] : western_texts[i].list[k], &coded);
				for (size_t len = coded.len; len > 3; len /= 2) {
					const char *got = ig_eastern_detect(a, coded.data, len, NULL);
					looked++;
					if (got)
						fail_msg("%s: %.*s is taken for %s", name, (int)len, own ? vietnamese_texts[k] : western_texts[i].list[k], got);
				}
			}
		}
	print_message("%zu lines and parts of lines, none taken for another script\n", looked);
	ig_buf_free(&coded);
	a = ig_arena_free(a);
}

static void test_short(void **state)
{
	(void)state;
	struct ig_arena *a = ig_arena_new(0);
	const char *problem = NULL;
	ig_charset_hint(NULL);
	/* A name of three characters decides nothing, and does not pretend to. */
	assert_string_not_equal(ig_header_text(a, "\xce\xe4\xc0\xbc\xb3\xc9", &problem), "武兰成");
	assert_non_null(strstr(problem, "hardly"));
	/* After a subject that does, it is read like it. */
	assert_string_equal(ig_header_text(a, "\xd7\xaa\xb7\xa2\xa3\xba\xd5\xfb\xcc\xe5\xcc\xe1\xc9\xfd\xc6\xf3\xd2\xb5\xb7\xfe\xce\xf1\xcb\xae\xc6\xbd", &problem), "转发：整体提升企业服务水平");
	assert_non_null(strstr(problem, "gb18030"));
	problem = NULL;
	assert_string_equal(ig_header_text(a, "\xce\xe4\xc0\xbc\xb3\xc9", &problem), "武兰成");
	ig_charset_hint(NULL);
	/* One accented letter is a Western word. */
	problem = NULL;
	assert_string_equal(ig_header_text(a, "M\xfcller", &problem), "Müller");
	assert_null(strstr(problem, "hardly"));
	a = ig_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rates), cmocka_unit_test(test_others_stay), cmocka_unit_test(test_short)};
	ig_charset_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
