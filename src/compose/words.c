/* The letters' words for codes, and times the way an office writes them (Decree 30/2020/NĐ-CP: days below 10 and months below 3 with a zero).
 * Relies on base/clock for the zone. Does not choose a language. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "base/opt.h"
#include "compose/words.h"

const char *const ig_words_languages[IG_WORDS_LANGUAGES] = {"vi", "en"};

static const struct { const char *field, *code, *words[IG_WORDS_LANGUAGES]; } table[] = {
	{"channel", "mail", {"thư điện tử", "e-mail"}},
	{"channel", "fax", {"fax", "fax"}},
	{"channel", "letter", {"văn bản giấy", "letter"}},
	{"channel", "phone", {"điện thoại", "telephone"}},
	{"severity", "unknown", {"chưa xác định", "not yet determined"}},
	{"severity", "ordinary", {"thông thường", "ordinary"}},
	{"severity", "serious", {"nghiêm trọng", "serious"}},
	{"widespread", "suspected", {"có dấu hiệu lan rộng", "suspected to be widespread"}},
	{"widespread", "confirmed", {"đã xác nhận lan rộng", "confirmed as widespread"}},
	{"status", "new", {"mới tiếp nhận", "newly received"}},
	{"status", "open", {"đang xử lý", "being handled"}},
	{"status", "waiting", {"đang chờ thông tin", "waiting for information"}},
	{"status", "resolved", {"đã xử lý", "resolved"}},
	{"status", "closed", {"đã kết thúc", "closed"}},
	{"change", "moved", {"thay đổi thời gian của", "a new time for"}},
	{"change", "cancelled", {"hủy", "the cancellation of"}},
	{"category", "abusive-content", {"nội dung lạm dụng", "abusive content"}},
	{"category", "abusive-content/spam", {"thư rác", "spam"}},
	{"category", "malicious-code", {"mã độc", "malicious code"}},
	{"category", "malicious-code/infected-system", {"hệ thống nhiễm mã độc", "infected system"}},
	{"category", "malicious-code/c2-server", {"máy chủ điều khiển mã độc", "command-and-control server"}},
	{"category", "malicious-code/malware-distribution", {"phát tán mã độc", "malware distribution"}},
	{"category", "information-gathering", {"thu thập thông tin", "information gathering"}},
	{"category", "information-gathering/scanner", {"dò quét hệ thống", "scanning"}},
	{"category", "intrusion-attempts", {"tấn công xâm nhập", "intrusion attempt"}},
	{"category", "intrusion-attempts/brute-force", {"tấn công dò mật khẩu", "brute-force login attempts"}},
	{"category", "intrusion-attempts/exploit", {"tấn công khai thác lỗ hổng", "exploitation attempt"}},
	{"category", "intrusions", {"xâm nhập hệ thống", "intrusion"}},
	{"category", "intrusions/account-compromise", {"chiếm quyền tài khoản", "account compromise"}},
	{"category", "intrusions/system-compromise", {"chiếm quyền điều khiển hệ thống", "system compromise"}},
	{"category", "intrusions/defacement", {"tấn công thay đổi giao diện", "defacement"}},
	{"category", "availability", {"ảnh hưởng tính khả dụng", "loss of availability"}},
	{"category", "availability/dos", {"tấn công từ chối dịch vụ", "denial of service"}},
	{"category", "availability/ddos", {"tấn công từ chối dịch vụ phân tán", "distributed denial of service"}},
	{"category", "availability/outage", {"gián đoạn dịch vụ", "outage"}},
	{"category", "information-content-security", {"mất an toàn nội dung thông tin", "information content security"}},
	{"category", "information-content-security/data-leak", {"lộ, lọt dữ liệu", "data leak"}},
	{"category", "fraud", {"lừa đảo", "fraud"}},
	{"category", "fraud/phishing", {"tấn công lừa đảo (phishing)", "phishing"}},
	{"category", "fraud/copyright", {"vi phạm bản quyền", "copyright infringement"}},
	{"category", "vulnerable", {"tồn tại lỗ hổng", "vulnerable"}},
	{"category", "vulnerable/vulnerable-system", {"hệ thống tồn tại lỗ hổng", "vulnerable system"}},
	{"category", "vulnerable/open-service", {"dịch vụ để mở không an toàn", "insecurely open service"}},
	{"category", "other", {"sự cố khác", "other"}},
	{"category", "other/other", {"sự cố khác", "other"}},
	{"category", "test", {"diễn tập, thử nghiệm", "test"}},
	{"category", "test/test", {"diễn tập, thử nghiệm", "test"}},
	{"type", "ipv4", {"Địa chỉ IPv4", "IPv4 address"}},
	{"type", "ipv6", {"Địa chỉ IPv6", "IPv6 address"}},
	{"type", "domain", {"Tên miền", "domain"}},
	{"type", "url", {"Đường dẫn (URL)", "URL"}},
	{"type", "email", {"Thư điện tử", "e-mail address"}},
	{"type", "md5", {"Mã băm MD5", "MD5"}},
	{"type", "sha1", {"Mã băm SHA-1", "SHA-1"}},
	{"type", "sha256", {"Mã băm SHA-256", "SHA-256"}},
	{"type", "cve", {"Mã lỗ hổng CVE", "CVE"}},
	{"type", "asn", {"Số hiệu mạng (ASN)", "network (ASN)"}},
};

int ig_words_language_of(const char *name)
{
	for (int i = 0; name && i < IG_WORDS_LANGUAGES; i++)
		if (!strcmp(name, ig_words_languages[i]))
			return i;
	return -1;
}

const char *ig_words_of(const char *field, const char *code, enum ig_words_language l)
{
	for (size_t i = 0; code && i < IG_COUNT(table); i++)
		if (!strcmp(field, table[i].field) && !strcmp(code, table[i].code))
			return table[i].words[l];
	return NULL;
}

/* The sign of a Vietnamese document names its kind between the second slash and the hyphen; laws are signed by their assembly. */
char *ig_words_citation(const char *number, enum ig_words_language l, char buf[IG_WORDS_CITATION_MAX])
{
	static const struct { const char *sign, *words[IG_WORDS_LANGUAGES]; } signs[] = {
		{"/QH", {"Luật số", "Law No."}}, {"/NĐ-", {"Nghị định số", "Decree No."}}, {"/QĐ-", {"Quyết định số", "Decision No."}},
		{"/TTLT-", {"Thông tư liên tịch số", "Joint Circular No."}}, {"/TT-", {"Thông tư số", "Circular No."}},
		{"/CT-", {"Chỉ thị số", "Directive No."}}, {"/NQ-", {"Nghị quyết số", "Resolution No."}},
	};
	const char *kind = NULL;
	for (size_t i = 0; i < IG_COUNT(signs) && !kind; i++)
		if (strstr(number, signs[i].sign) && number[0] >= '0' && number[0] <= '9')
			kind = signs[i].words[l];
	snprintf(buf, IG_WORDS_CITATION_MAX, "%s%s%.100s", kind ? kind : "", kind ? " " : "", number);
	return buf;
}

/* "+07:00" of RFC 3339 as people write it: "+7", "+5:30". */
static void zone_words(const char *zone, char out[8])
{
	const char *hours = zone[1] == '0' ? zone + 2 : zone + 1;
	bool whole = !strcmp(zone + 3, ":00");
	snprintf(out, 8, "%c%.*s", zone[0], whole ? (int)(zone + 3 - hours) : 5, hours);
}

char *ig_words_time(ig_time t, enum ig_words_language l, char buf[IG_WORDS_TIME_MAX])
{
	char line[IG_TIME_MAX], date[IG_WORDS_TIME_MAX], short_zone[8];
	int hour, min;
	if (l == IG_WORDS_EN) {
		snprintf(buf, IG_WORDS_TIME_MAX, "%s", ig_time_rfc5322(t, line));
		return buf;
	}
	ig_time_rfc3339(t, line);
	const char *zone = strlen(line) > 19 && line[19] != 'Z' ? line + 19 : "+00:00";
	zone_words(zone, short_zone);
	ig_time_civil(t, NULL, NULL, NULL, &hour, &min, NULL, NULL);
	snprintf(buf, IG_WORDS_TIME_MAX, "%02d giờ %02d phút, %.60s (UTC%.7s)", hour, min, ig_words_date(t, l, date), short_zone);
	return buf;
}

char *ig_words_date(ig_time t, enum ig_words_language l, char buf[IG_WORDS_TIME_MAX])
{
	static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
		"November", "December"};
	int year, mon, day;
	ig_time_civil(t, &year, &mon, &day, NULL, NULL, NULL, NULL);
	if (l == IG_WORDS_EN)
		snprintf(buf, IG_WORDS_TIME_MAX, "%d %s %d", day, mon >= 1 && mon <= 12 ? months[mon - 1] : "?", year);
	else
		snprintf(buf, IG_WORDS_TIME_MAX, mon < 3 ? "ngày %02d tháng %02d năm %d" : "ngày %02d tháng %d năm %d", day, mon, year);
	return buf;
}

char *ig_words_short_date(ig_time t, enum ig_words_language l, char buf[IG_WORDS_TIME_MAX])
{
	int year, mon, day;
	if (l == IG_WORDS_EN)
		return ig_words_date(t, l, buf);
	ig_time_civil(t, &year, &mon, &day, NULL, NULL, NULL, NULL);
	snprintf(buf, IG_WORDS_TIME_MAX, "%02d/%02d/%d", day, mon, year);
	return buf;
}
