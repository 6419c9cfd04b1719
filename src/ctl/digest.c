/* irgatectl digest: half-year, year and ad-hoc overviews on the profile's form, and the quarterly report of access. The figures of a past day are
 * made again with --as-of. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "compose/words.h"
#include "ctl/books.h"
#include "ctl/sheet.h"
#include "digest/digest.h"
#include "store/books.h"

struct period { const char *kind; struct ig_store_span span; struct ig_ctl_span days; bool known; /* its days: by the profile, or as said */ };

static int add_case(const struct ig_store_counted *c, void *arg)
{
	struct ig_digest_case one = {.opened_at = c->opened_at, .acknowledged_at = c->acknowledged_at, .status = c->status, .severity = c->severity,
		.widespread = c->widespread, .channel = c->channelless ? NULL : ig_channel_word(c->channel), .category = c->category, .secret = c->secret};
	ig_digest_add(arg, &one);
	return 0;
}

static int add_message(const struct ig_store_count_row *r, void *arg)
{
	ig_digest_count(arg, "messages", "channel", r->a, r->count);
	ig_digest_count(arg, "messages", "class", r->b, r->count);
	return 0;
}
static int add_letter(const struct ig_store_count_row *r, void *arg)
{
	ig_digest_count(arg, "letters", "channel", r->a, r->count);
	ig_digest_count(arg, "letters", "kind", r->b, r->count);
	return 0;
}
static int add_duty(const struct ig_store_count_row *r, void *arg)
{
	ig_digest_count(arg, "duties", NULL, r->a, r->count);
	return 0;
}

static json_t *figures_of(struct ig_ctl *c, const struct period *p)
{
	struct ig_digest *d = ig_digest_new(p->span.from, p->span.to, p->span.as_of);
	json_t *o = NULL;
	if (!ig_store_figures_incidents(c->store, &p->span, add_case, d) && !ig_store_figures_counts(c->store, IG_COUNT_MESSAGES, &p->span, add_message, d) &&
	    !ig_store_figures_counts(c->store, IG_COUNT_LETTERS, &p->span, add_letter, d) && !ig_store_figures_counts(c->store, IG_COUNT_DUTIES, &p->span, add_duty, d))
		o = ig_digest_json(d);
	ig_digest_free(d);
	return o;
}

/* ---- words */

static const struct { const char *group, *key, *vi, *en; } names[] = {
	{"total", NULL, "Số liệu chung", "Main figures"}, {"total", "incidents", "Số sự cố tiếp nhận", "Incidents"}, {"total", "acknowledged", "Đã xác nhận", "Acknowledged"},
	{"total", "closed", "Đã kết thúc", "Closed"}, {"total", "open", "Đang xử lý", "Open"}, {"total", "secret", "Được yêu cầu giữ bí mật", "Under secrecy"},
	{"total", "acknowledge_minutes_median", "Thời gian xác nhận, trung vị (phút)", "Minutes to acknowledge, median"},
	{"total", "acknowledge_minutes_p90", "Thời gian xác nhận, 90 % (phút)", "Minutes to acknowledge, 90 %"},
	{"total", "acknowledge_minutes_max", "Thời gian xác nhận, lâu nhất (phút)", "Minutes to acknowledge, longest"}, {"by_month", NULL, "Sự cố theo tháng", "Incidents by month"},
	{"by_class", NULL, "Sự cố theo nhóm loại", "Incidents by class"}, {"by_kind", NULL, "Sự cố theo loại", "Incidents by kind"},
	{"by_severity", NULL, "Theo mức độ", "By severity"}, {"by_widespread", NULL, "Theo phạm vi", "By extent"}, {"by_status", NULL, "Theo tình trạng", "By status"},
	{"by_channel", NULL, "Theo kênh tiếp nhận", "By way in"}, {"acknowledged_within", NULL, "Thời gian xác nhận", "Time to acknowledge"},
	{"open_by_age", NULL, "Sự cố chưa kết thúc, theo tuổi", "Open incidents by age"}, {"messages_by_channel", NULL, "Thông báo đến theo kênh", "Messages by channel"},
	{"messages_by_class", NULL, "Thông báo đến theo lớp", "Messages by class"}, {"letters_by_channel", NULL, "Văn bản đi theo kênh", "Letters by channel"},
	{"letters_by_kind", NULL, "Văn bản đi theo loại", "Letters by kind"}, {"duties", NULL, "Nghĩa vụ đến hạn", "Duties due"}, {"duties", "in time", "đúng hạn", "in time"},
	{"duties", "late", "trễ hạn", "late"}, {"duties", "overdue", "quá hạn, chưa làm", "overdue"}, {"duties", "open", "chưa đến hạn", "open"},
	{"acknowledged_within", "15m", "≤ 15 phút", "≤ 15 min"}, {"acknowledged_within", "1h", "≤ 1 giờ", "≤ 1 h"}, {"acknowledged_within", "4h", "≤ 4 giờ", "≤ 4 h"},
	{"acknowledged_within", "24h", "≤ 24 giờ", "≤ 24 h"}, {"acknowledged_within", "over", "lâu hơn", "longer"}, {"acknowledged_within", "not", "chưa", "not"},
	{"open_by_age", "1d", "≤ 1 ngày", "≤ 1 day"}, {"open_by_age", "7d", "≤ 7 ngày", "≤ 7 days"}, {"open_by_age", "30d", "≤ 30 ngày", "≤ 30 days"},
	{"open_by_age", "90d", "≤ 90 ngày", "≤ 90 days"}, {"open_by_age", "over", "lâu hơn", "older"}, {"by_widespread", "no", "không lan rộng", "not wide-spread"},
	{"messages_by_class", "person", "do người gửi", "from people"}, {"messages_by_class", "list", "danh sách thư", "mailing lists"},
	{"messages_by_class", "auto-reply", "trả lời tự động", "automatic replies"}, {"messages_by_class", "out-of-office", "thông báo vắng mặt", "out of office"},
	{"messages_by_class", "bounce", "thư bị trả lại", "bounces"}, {"messages_by_class", "delivery-report", "báo cáo chuyển thư", "delivery reports"},
	{"messages_by_class", "read-receipt", "báo đã đọc", "read receipts"}, {"messages_by_class", "ticket-system", "hệ thống phiếu", "ticket systems"},
	{"messages_by_class", "machine-report", "báo cáo tự động", "reports by machines"}, {"letters_by_kind", "receipt", "xác nhận đã nhận", "receipts"},
	{"letters_by_kind", "escalation", "báo cáo, thông báo lên cấp trên", "escalations"}, {"letters_by_kind", "request", "yêu cầu thông tin", "requests for information"},
	{"letters_by_kind", "forward", "chuyển xử lý", "cases passed on"}, {"letters_by_kind", "order", "chuyển lệnh điều phối", "orders relayed"},
	{"letters_by_kind", "reminder", "đôn đốc", "reminders"}, {"letters_by_kind", "closing", "thông báo kết thúc", "closing letters"},
	{"letters_by_kind", "final-report", "báo cáo kết thúc", "final reports"}, {"letters_by_kind", "ad-hoc-report", "báo cáo đột xuất", "ad-hoc reports"},
	{"letters_by_kind", "maintenance", "thông báo bảo trì", "notices of maintenance"}, {"letters_by_kind", "digest", "tổng hợp sự kiện", "digests of events"},
	{"letters_by_kind", "misdirected", "trả lại văn bản", "documents returned"}, {"letters_by_kind", "document-receipt", "xác nhận văn bản", "receipts of documents"},
	{"letters_by_kind", "periodic-report", "báo cáo định kỳ", "periodic reports"}, {"letters_by_kind", "extract", "gửi trích sổ, bảng theo dõi", "extracts and tables"},
	{"letters_by_kind", "fax", "bản fax", "faxes"}, {NULL, "unknown", "chưa rõ", "unknown"}};

static const char *word(const char *group, const char *key, bool english)
{
	static const struct { const char *group, *field; } fields[] = {{"by_kind", "category"}, {"by_class", "category"}, {"by_severity", "severity"},
		{"by_widespread", "widespread"}, {"by_status", "status"}, {"by_channel", "channel"}, {"messages_by_channel", "channel"}, {"letters_by_channel", "channel"}};
	enum ig_words_language l = english ? IG_WORDS_EN : IG_WORDS_VI;
	for (size_t i = 0; key && i < IG_COUNT(fields); i++) {
		const char *w = !strcmp(fields[i].group, group) && strcmp(key, "unknown") ? ig_words_of(fields[i].field, key, l) : NULL;
		if (w) return w;
	}
	for (size_t i = 0; i < IG_COUNT(names); i++)
		if ((!names[i].group || !strcmp(names[i].group, group)) && (key ? names[i].key && !strcmp(names[i].key, key) : !names[i].key))
			return english ? names[i].en : names[i].vi;
	return key ? key : group;
}

/* ---- periods */

/* What the form covers, where the profile knows it: a half, a year. Calendar halves and quarters otherwise. */
struct part { const char *days; bool known; };

static struct part part_of(struct ig_ctl *c, const char *kind, const struct ig_profile_form *form, int64_t n)
{
	static const char *const halves[] = {"01-01/06-30", "07-01/12-31"}, *const quarters[] = {"01-01/03-31", "04-01/06-30", "07-01/09-30", "10-01/12-31"};
	size_t known = 0;
	(void)c;
	while (form && form->halves && form->halves[known]) known++;
	if (!strcmp(kind, "access")) return (struct part){quarters[n - 1], true};
	if (!strcmp(kind, "year")) return form && form->whole ? (struct part){form->whole, true} : (struct part){"01-01/12-31", false};
	return (size_t)n <= known ? (struct part){form->halves[n - 1], true} : (struct part){halves[n - 1], false};
}

/* Without a word the last one that has ended within a month, for it is what is reported now; else the one that runs. */
static void part_now(struct ig_ctl *c, const char *kind, const struct ig_profile_form *form, int64_t count, int *year, int64_t *n)
{
	int this_year = *year;
	ig_time now = ig_now(), from, to, ended = IG_NEVER;
	for (int y = this_year - 1; y <= this_year + 1; y++)
		for (int64_t k = 1; k <= count; k++) {
			ig_calendar_span(part_of(c, kind, form, k).days, y, &from, &to);
			bool runs = from <= now && now < to, ready = to <= now && now - to < 31 * IG_DAY;
			if ((runs && ended == IG_NEVER) || (ready && (ended == IG_NEVER || to > ended))) *year = y, *n = k;
			if (ready && (ended == IG_NEVER || to > ended)) ended = to;
		}
}

static int part_take(struct ig_ctl *c, struct period *p, const struct ig_profile_form *form, const char *word, int64_t count)
{
	int64_t n = 0;
	if (word && ig_ctl_number(c, word, 1, count, &n)) return IG_EX_USAGE;
	int code = ig_ctl_span(c, &p->days);
	p->span.from = p->days.from, p->span.to = p->days.to;
	if (code || p->days.said) return code;
	int y = p->days.year;
	if (!n && !p->days.year_said) part_now(c, p->kind, form, count, &y, &n);
	struct part part = part_of(c, p->kind, form, n ? n : 1);
	p->known = part.known;
	ig_calendar_span(part.days, y, &p->span.from, &p->span.to);
	p->days.year = y;
	p->days.first = ig_ctl_date(c, p->span.from), p->days.last = ig_ctl_date(c, p->span.to - 1);
	return IG_EX_OK;
}

static int span_of(struct ig_ctl *c, struct period *p)
{
	const char *as_of = ig_ctl_option(c, "--as-of"), *half = ig_ctl_option(c, "--half"), *quarter = ig_ctl_option(c, "--quarter");
	p->span.as_of = ig_now();
	if (as_of && ig_time_parse(as_of, &p->span.as_of) && ig_ctl_day_start(as_of, &p->span.as_of))
		return ig_ctl_fail(c, IG_EX_USAGE, "--as-of %s is neither an RFC 3339 time nor a day", as_of);
	/* The form as it is when it is filled in. */
	const struct ig_profile_form *form = ig_profile_form(ig_conf_profile_at(c->conf, p->span.as_of), "periodic-report");
	int code = IG_EX_OK;
	p->known = true;
	if (!strcmp(p->kind, "half-year")) {
		code = part_take(c, p, form, half, 2);
	} else if (!strcmp(p->kind, "year")) {
		code = part_take(c, p, form, NULL, 1);
	} else if (!strcmp(p->kind, "access")) {
		code = part_take(c, p, form, quarter, 4);
	} else {
		code = ig_ctl_span(c, &p->days);
		p->span.from = p->days.from, p->span.to = p->days.to;
	}
	return code ? code : ig_ctl_words(c, 0, 0);
}

struct rows { struct ig_sheet *s; bool english; };

static void row(const char *group, const char *key, const char *value, void *arg)
{
	struct rows *r = arg;
	if (r->s->csv) { /* for programs: codes */
		const char *const cells[] = {group, key, value};
		ig_sheet_row(r->s, cells);
	} else {
		const char *const cells[] = {word(group, NULL, r->english), word(group, key, r->english), value};
		ig_sheet_row(r->s, cells);
	}
}

static int shown(struct ig_ctl *c, const char *kind, const char *vi, const char *en)
{
	static const struct ig_sheet_column columns[] = {{"group", "Nhóm", "Group", 1}, {"key", "Chỉ tiêu", "Figure", 1}, {"value", "Số lượng", "Value", 1}};
	struct period p = {.kind = kind};
	struct ig_sheet s = {.c = c, .columns = columns, .count = IG_COUNT(columns), .name = "rows"};
	ig_sheet_options(&s);
	int code = span_of(c, &p);
	if (code) return code;
	const struct ig_profile *profile = ig_conf_profile_at(c->conf, p.span.as_of);
	bool english = s.english = ig_sheet_english(&s, profile);
	json_t *figures = figures_of(c, &p);
	if (!figures) return ig_ctl_store_failed(c);
	const struct ig_profile_form *form = ig_profile_form(profile, "periodic-report");
	json_object_update_new(figures, json_pack("{s:s,s:s,s:s?,s:s?,s:b,s:s?}", "digest", kind, "profile", profile->name, "form", form ? form->number : NULL, "basis",
		form ? form->basis : NULL, "period_known", p.known, "period_basis", p.known && !p.days.said && form ? form->cut : NULL));
	if (s.page) {
		const char *office = english && profile->office.en ? profile->office.en : profile->office.vi;
		const char *by = form && form->number ? ig_arena_fmt(c->arena, "%s %s%s%s", english ? "Form" : "Mẫu số", form->number, form->basis ? ", " : "",
			form->basis ? form->basis : "") : "";
		const char *const lead[] = {office ? office : "", by,
			ig_arena_fmt(c->arena, english ? "From %s to %s, as it stood on %s." : "Từ ngày %s đến ngày %s, theo số liệu đến ngày %s.", ig_ctl_day(c, p.span.from),
				ig_ctl_day(c, p.span.to - 1), ig_ctl_day(c, p.span.as_of)),
			p.known ? "" : english ? "The profile does not say which days the form covers: these are those of the calendar." :
				"Hồ sơ quy định không nêu kỳ số liệu của mẫu: lấy theo lịch.", NULL};
		ig_ctl_json(c, ig_digest_page(figures, english, english ? en : vi, lead, word));
	} else if (c->json && !s.csv) {
		ig_ctl_json(c, json_incref(figures));
	} else {
		struct rows r = {&s, english};
		ig_sheet_begin(&s);
		ig_digest_rows(figures, row, &r);
		code = ig_sheet_end(&s, "");
	}
	json_decref(figures);
	return code;
}

int ig_ctl_digest_half(struct ig_ctl *c) { return shown(c, "half-year", "BÁO CÁO SƠ KẾT 6 THÁNG VỀ ỨNG CỨU SỰ CỐ", "HALF-YEAR REPORT ON INCIDENT RESPONSE"); }
int ig_ctl_digest_year(struct ig_ctl *c) { return shown(c, "year", "BÁO CÁO TỔNG KẾT NĂM VỀ ỨNG CỨU SỰ CỐ", "YEAR REPORT ON INCIDENT RESPONSE"); }
int ig_ctl_digest_ad_hoc(struct ig_ctl *c) { return shown(c, "ad-hoc", "BÁO CÁO ĐỘT XUẤT VỀ ỨNG CỨU SỰ CỐ", "AD-HOC REPORT ON INCIDENT RESPONSE"); }

/* ---- the quarterly report of access: who did how much of what, reads of secret cases among it */

static int access_row(const struct ig_store_count_row *r, void *arg)
{
	struct ig_sheet *s = arg;
	const char *const cells[] = {r->a, r->b, ig_arena_fmt(s->c->arena, "%lld", (long long)r->count), ig_arena_strdup(s->c->arena, ig_ctl_time(s->c, r->first)),
		ig_arena_strdup(s->c->arena, ig_ctl_time(s->c, r->last))};
	ig_sheet_row(s, cells);
	return 0;
}

int ig_ctl_digest_access(struct ig_ctl *c)
{
	static const struct ig_sheet_column columns[] = {{"actor", "Người", "Who", 3}, {"act", "Việc", "Act", 3}, {"count", "Số lần", "Times", 1}, {"first", "Lần đầu", "First", 2},
		{"last", "Lần cuối", "Last", 2}};
	struct period p = {.kind = "access"};
	struct ig_sheet s = {.c = c, .columns = columns, .count = IG_COUNT(columns), .name = "rows"};
	ig_sheet_options(&s);
	int code = span_of(c, &p);
	if (code) return code;
	const struct ig_profile *profile = ig_conf_profile_at(c->conf, p.span.as_of);
	s.english = ig_sheet_english(&s, profile);
	s.heading = s.english ? "QUARTERLY REPORT OF ACCESS" : "BÁO CÁO QUÝ VỀ TRUY CẬP";
	s.lead[0] = ig_arena_fmt(c->arena, s.english ? "From %s to %s." : "Từ ngày %s đến ngày %s.", ig_ctl_day(c, p.span.from), ig_ctl_day(c, p.span.to - 1));
	if (c->json) s.meta = json_pack("{s:s,s:s,s:s}", "digest", "access", "from", p.days.first, "to", p.days.last);
	ig_sheet_begin(&s);
	if (ig_store_figures_counts(c->store, IG_COUNT_ACCESS, &p.span, access_row, &s) < 0) return ig_ctl_store_failed(c);
	return ig_sheet_end(&s, "nobody did anything");
}
