/* The report of a transmission as a page model: one attempt to fax a letter, in the words of an office. Everything in it comes from the call; nothing is
 * promised that a confirmation does not prove. Relies on the words for times. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "base/opt.h"
#include "compose/compose.h"
#include "compose/words.h"

enum { LINE_MAX = 400, SUM_LINE = 32 };

static const struct { const char *code, *words[IG_WORDS_LANGUAGES]; } results[] = {
	{"sent", {"ĐÃ GỬI", "SENT"}},
	{"uncertain", {"CHƯA CHẮC CHẮN: thiếu xác nhận cuối cùng", "UNCERTAIN: the last confirmation is missing"}},
	{"busy", {"KHÔNG GỬI ĐƯỢC: máy bận", "NOT SENT: the number is busy"}},
	{"no-answer", {"KHÔNG GỬI ĐƯỢC: không có người nhận cuộc gọi", "NOT SENT: no answer"}},
	{"unreachable", {"KHÔNG GỬI ĐƯỢC: số không tồn tại", "NOT SENT: the number cannot be reached"}},
	{"not-a-fax", {"KHÔNG GỬI ĐƯỢC: số này không phải máy fax", "NOT SENT: no fax answered"}},
	{"line", {"KHÔNG GỬI ĐƯỢC: lỗi đường truyền", "NOT SENT: trouble on the line"}},
	{"dropped", {"KHÔNG GỬI ĐƯỢC: cuộc gọi bị ngắt", "NOT SENT: the call was cut"}},
	{"no-progress", {"KHÔNG GỬI ĐƯỢC: máy bên kia không phản hồi", "NOT SENT: the other side fell silent"}},
	{"too-long", {"KHÔNG GỬI ĐƯỢC: cuộc gọi quá lâu", "NOT SENT: the call took too long"}},
	{"incompatible", {"KHÔNG GỬI ĐƯỢC: máy bên kia không tương thích", "NOT SENT: the other machine is not compatible"}},
	{"local", {"KHÔNG GỬI ĐƯỢC: lỗi tại hệ thống gửi", "NOT SENT: a fault of our own"}},
	{"no-line", {"KHÔNG GỬI ĐƯỢC: không có đường dây", "NOT SENT: no line was free"}},
};

static const char *result_of(const char *code, enum ig_words_language l)
{
	for (size_t i = 0; i < IG_COUNT(results); i++)
		if (!strcmp(results[i].code, code))
			return results[i].words[l];
	return code;
}

/* "02/03/2026 09:00:00 +07:00": to the second and with the zone, unlike in letters. */
static const char *moment(ig_time t, char out[64])
{
	char at[IG_TIME_MAX];
	*out = '\0';
	if (t == IG_NEVER)
		return out;
	ig_time_rfc3339(t, at);
	size_t len = strlen(at);
	snprintf(out, 64, "%.2s/%.2s/%.4s %.8s %s", at + 8, at + 5, at, at + 11, len > 6 && at[len - 1] != 'Z' ? at + len - 6 : "+00:00");
	return out;
}

static void row(json_t *rows, const char *name, const char *value)
{
	if (value && *value)
		json_array_append_new(rows, json_pack("[s,s]", name, value));
}

static void times(json_t *rows, const struct ig_fax_report *r, bool vi)
{
	char text[64];
	row(rows, vi ? "Bắt đầu" : "Begun", moment(r->started, text));
	row(rows, vi ? "Kết thúc" : "Ended", moment(r->ended, text));
	if (r->started == IG_NEVER || r->ended == IG_NEVER || r->ended < r->started)
		return;
	long s = (long)((r->ended - r->started) / IG_SECOND);
	if (s < 60)
		snprintf(text, sizeof text, vi ? "%ld giây" : "%ld s", s);
	else
		snprintf(text, sizeof text, vi ? "%ld phút %02ld giây" : "%ld min %02ld s", s / 60, s % 60);
	row(rows, vi ? "Thời gian" : "Duration", text);
}

static void transmission(json_t *rows, const struct ig_fax_report *r, bool vi)
{
	char text[LINE_MAX];
	snprintf(text, sizeof text, vi ? "%d trên %d" : "%d of %d", r->pages, r->total);
	row(rows, vi ? "Số trang được xác nhận" : "Pages confirmed", text);
	if (r->rate)
		snprintf(text, sizeof text, "%d bit/s%s", r->rate, r->ecm ? vi ? ", có sửa lỗi (ECM)" : ", error correction (ECM)" : "");
	row(rows, vi ? "Tốc độ" : "Rate", r->rate ? text : NULL);
}

/* Two lines: it is read aloud, and compared by hand. */
static void sum(json_t *rows, const struct ig_fax_report *r, bool vi)
{
	char text[LINE_MAX];
	if (!r->sha256)
		return;
	if (strlen(r->sha256) > SUM_LINE)
		snprintf(text, sizeof text, "%.32s\n%.64s", r->sha256, r->sha256 + SUM_LINE);
	else
		snprintf(text, sizeof text, "%s", r->sha256);
	row(rows, vi ? "SHA-256 của các trang (TIFF)" : "SHA-256 of the pages (TIFF)", text);
}

static void result_set(json_t *page, const struct ig_fax_report *r, enum ig_words_language l)
{
	char text[LINE_MAX];
	bool good = !strcmp(r->result, "sent");
	snprintf(text, sizeof text, good ? l == IG_WORDS_VI ? "%s: %d trang" : r->pages == 1 ? "%s: %d page" : "%s: %d pages" : "%s", result_of(r->result, l), r->pages);
	json_object_set_new(page, "result", json_string(text));
	json_object_set_new(page, "good", json_boolean(good));
}

/* RFC 4648 section 4. */
static void image_set(json_t *page, const unsigned char *p, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct ig_buf b = IG_BUF_INIT(len / 3 * 4 + 8);
	for (size_t i = 0; i < len; i += 3) {
		unsigned v = (unsigned)p[i] << 16 | (i + 1 < len ? (unsigned)p[i + 1] << 8 : 0) | (i + 2 < len ? p[i + 2] : 0);
		char four[4] = {digits[v >> 18], digits[v >> 12 & 63], i + 1 < len ? digits[v >> 6 & 63] : '=', i + 2 < len ? digits[v & 63] : '='};
		ig_buf_add(&b, four, 4);
	}
	if (b.len && !b.over)
		json_object_set_new(page, "image", json_stringn(b.data, b.len));
	ig_buf_free(&b);
}

json_t *ig_compose_fax_report(const struct ig_fax_report *r)
{
	int known = ig_words_language_of(r->language);
	enum ig_words_language l = known < 0 ? IG_WORDS_VI : (enum ig_words_language)known;
	bool vi = l == IG_WORDS_VI;
	char text[LINE_MAX], at[IG_TIME_MAX];
	json_t *rows = json_array(), *page = json_object();
	const char *heading = vi ? "Báo cáo truyền fax" : "Report of a fax transmission";
	snprintf(text, sizeof text, vi ? "%s, lần gọi %d" : "%s, call %d", r->dispatch, r->attempt);
	json_object_set_new(page, "mark", json_string(text));
	json_object_set_new(page, "kind", json_string("report"));
	json_object_set_new(page, "language", json_string(ig_words_languages[l]));
	json_object_set_new(page, "title", json_string(heading));
	json_object_set_new(page, "heading", json_string(heading));
	json_object_set_new(page, "office", json_string(r->office ? r->office : ""));
	json_object_set_new(page, "author", json_string(r->office ? r->office : ""));
	json_object_set_new(page, "date", json_string(ig_time_rfc3339(r->ended != IG_NEVER ? r->ended : 0, at)));
	result_set(page, r, l);
	row(rows, vi ? "Văn bản" : "Letter", r->subject);
	row(rows, vi ? "Vụ việc" : "Incident", r->reference);
	row(rows, vi ? "Nơi nhận" : "To", r->to);
	row(rows, vi ? "Số máy nhận" : "Number called", r->number);
	row(rows, vi ? "Máy nhận tự xưng" : "The machine there calls itself", r->ident);
	row(rows, vi ? "Số máy gửi" : "Our number", r->ours);
	row(rows, vi ? "Đường dây" : "Line", r->line);
	times(rows, r, vi);
	transmission(rows, r, vi);
	row(rows, vi ? "Máy báo" : "In the words of the line", strcmp(r->result, "sent") ? r->text : NULL);
	sum(rows, r, vi);
	json_object_set_new(page, "rows", rows);
	json_object_set_new(page, "caption", json_string(vi ? "Trang 1 của văn bản đã chuyển sang fax" : "Page 1 of what was faxed"));
	json_t *tail = json_array();
	if (r->pages)
		json_array_append_new(tail, json_string(vi ? "Xác nhận của máy fax cho biết máy bên kia đã nhận các trang, không cho biết đã có người đọc." :
			"A confirmation says that a machine received the pages, not that somebody has read them."));
	json_array_append_new(tail, json_string(vi ? "Giá trị SHA-256 được tính trên tệp TIFF của văn bản; tệp này được lưu cùng văn bản đi." :
		"The SHA-256 is that of the TIFF, which is kept with the letter."));
	json_object_set_new(page, "tail", tail);
	if (r->tiff && r->tiff_len && r->tiff_len <= IG_FAX_REPORT_IMAGE_MAX)
		image_set(page, r->tiff, r->tiff_len);
	return page;
}
