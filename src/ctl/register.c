/* irgatectl register: arrivals, departures, follow-up, with all the columns that the model books of Decree 30/2020 (Annex IV, VI) have. What
 * belongs to a secret case shows its number and nothing else. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "compose/words.h"
#include "ctl/books.h"
#include "ctl/sheet.h"
#include "store/books.h"

struct book { struct ig_sheet s; bool secret_too; int64_t first, last; enum ig_words_language language; };

static const struct ig_sheet_column arrivals[] = {
	{"arrival_date", "Ngày đến", "Arrived", 8}, {"arrival_number", "Số đến", "No.", 5}, {"author", "Tác giả", "Author", 14},
	{"document_number", "Số, ký hiệu", "Number and sign", 9}, {"document_date", "Ngày tháng văn bản", "Dated", 8},
	{"subject", "Tên loại và trích yếu nội dung", "Type and subject", 22}, {"unit", "Đơn vị hoặc người nhận", "Unit or person", 9},
	{"passed_on", "Ngày chuyển", "Passed on", 8}, {"receipt", "Ký nhận", "Receipt", 7}, {"note", "Ghi chú", "Note", 10}};
static const struct ig_sheet_column departures[] = {
	{"number", "Số, ký hiệu văn bản", "Number and sign", 10}, {"date", "Ngày tháng văn bản", "Dated", 8},
	{"subject", "Tên loại và trích yếu nội dung", "Type and subject", 22}, {"signer", "Người ký", "Signer", 9}, {"recipients", "Nơi nhận văn bản", "Recipients", 15},
	{"file_copy", "Đơn vị, người nhận bản lưu", "File copy", 7}, {"copies", "Số lượng bản", "Copies", 5}, {"passed_on", "Ngày chuyển", "Passed on", 8},
	{"receipt", "Ký nhận", "Receipt", 8}, {"note", "Ghi chú", "Note", 8}};
static const struct ig_sheet_column follow_up[] = {
	{"arrival_number", "Số đến", "No.", 6}, {"document", "Tên loại, số và ký hiệu, ngày tháng và tên cơ quan, tổ chức ban hành", "Document", 32},
	{"unit", "Đơn vị hoặc người nhận", "Unit or person", 12}, {"due", "Thời hạn giải quyết", "Deadline", 10}, {"progress", "Tiến độ giải quyết", "Progress", 12},
	{"reply", "Số, ký hiệu văn bản trả lời", "Reply", 12}, {"note", "Ghi chú", "Note", 16}};

static const char *hidden(const struct book *b) { return b->s.english ? "(kept secret)" : "(giữ bí mật theo yêu cầu)"; }

/* In an extract that leaves the house a case under secrecy is not even named. */
static const char *ref_of(const struct book *b, struct ig_ref ref, bool secret)
{
	char text[IG_REF_MAX];
	struct ig_ctl *c = b->s.c;
	return ref.number && !(secret && b->s.outside) ? ig_arena_strdup(c->arena, ig_ref_print(ref, text)) : "";
}

static const char *author_of(const struct ig_store_arrival *r)
{
	return r->issuer ? r->issuer : r->organisation ? r->organisation : r->from_name ? r->from_name : r->from_address;
}

/* "15/03/2026" of a field that says 2026-03-15; what is no date stays as it stands. */
static const char *written_day(struct ig_ctl *c, const char *day)
{
	int y, m, d;
	return day && sscanf(day, "%4d-%2d-%2d", &y, &m, &d) == 3 ? ig_arena_fmt(c->arena, "%02d/%02d/%04d", d, m, y) : day;
}

/* A number is never given again: that of a part is crossed out, and the remark says which one counts. */
static const char *remark(const struct book *b, int64_t part_of)
{
	if (!part_of) return "";
	return ig_arena_fmt(b->s.c->arena, b->s.english ? "cancelled: part of number %lld; " : "hủy: là một phần của văn bản số đến %lld; ", (long long)part_of);
}

static void count(struct book *b, int64_t number)
{
	b->first = b->first ? b->first : number;
	b->last = number;
}

static int arrival(const struct ig_store_arrival *r, void *arg)
{
	struct book *b = arg;
	struct ig_ctl *c = b->s.c;
	bool hide = (r->secret || r->state == IG_MESSAGE_STATE_SEALED) && !b->secret_too;
	const char *channel = ig_words_of("channel", ig_channel_word(r->channel), b->language), *subject = r->letter_subject ? r->letter_subject : r->subject;
	const char *ref = ref_of(b, r->ref, hide);
	const char *const cells[] = {ig_ctl_day(c, r->at), ig_arena_fmt(c->arena, "%lld", (long long)r->number), hide ? hidden(b) : author_of(r), hide ? "" : r->letter_number,
		hide ? "" : written_day(c, r->letter_date), hide ? hidden(b) : subject, r->owner, ig_ctl_day(c, r->handed_at),
		r->receipt ? ig_arena_fmt(c->arena, "D-%06lld", (long long)r->receipt) : "",
		ig_arena_fmt(c->arena, "%s%s%s%s%s", remark(b, r->part_of), channel ? channel : ig_channel_word(r->channel), *ref ? ", " : "", ref,
			r->copies ? ig_arena_fmt(c->arena, ", +%lld", (long long)r->copies) : "")};
	count(b, r->number);
	ig_sheet_row(&b->s, cells);
	return 0;
}

static int follow(const struct ig_store_arrival *r, void *arg)
{
	struct book *b = arg;
	struct ig_ctl *c = b->s.c;
	bool hide = (r->secret || r->state == IG_MESSAGE_STATE_SEALED) && !b->secret_too;
	const char *subject = r->letter_subject ? r->letter_subject : r->subject, *status = r->status ? ig_words_of("status", r->status, b->language) : NULL;
	const char *by = author_of(r), *number = r->letter_number ? r->letter_number : "", *day = written_day(c, r->letter_date);
	const char *const cells[] = {ig_arena_fmt(c->arena, "%lld", (long long)r->number),
		hide ? hidden(b) : ig_arena_fmt(c->arena, "%s%s%s%s%s%s%s", subject ? subject : "", *number ? "; " : "", number, day ? ", " : "", day ? day : "", by ? "; " : "", by ? by : ""),
		r->owner, ig_ctl_day(c, r->due), status ? status : r->status, r->reply_number ? ig_arena_fmt(c->arena, "%02lld/%s", (long long)r->reply_number, r->reply_sign ? r->reply_sign : "") :
		r->receipt ? ig_arena_fmt(c->arena, "D-%06lld", (long long)r->receipt) : "", ig_arena_fmt(c->arena, "%s%s", remark(b, r->part_of), ref_of(b, r->ref, r->secret))};
	count(b, r->number);
	ig_sheet_row(&b->s, cells);
	return 0;
}

static int departure(const struct ig_store_departure *r, void *arg)
{
	struct book *b = arg;
	struct ig_ctl *c = b->s.c;
	const char *channel = ig_words_of("channel", ig_channel_word(r->channel), b->language);
	bool person = r->actor && !strncmp(r->actor, "user:", 5);
	const char *to = r->party ? r->party : r->secret && !b->secret_too ? hidden(b) : r->address;
	const char *ref = ref_of(b, r->ref, r->secret), *subject = r->subject && !(r->secret && b->s.outside) ? r->subject : r->letter;
	const char *const cells[] = {r->number ? ig_arena_fmt(c->arena, "%02lld/%s", (long long)r->number, r->sign ? r->sign : "") : ig_arena_fmt(c->arena, "D-%06lld", (long long)r->dispatch),
		ig_ctl_day(c, r->dated == IG_NEVER ? r->at : r->dated), subject, person ? r->actor + 5 : "", to, "VT", "1", ig_ctl_day(c, r->at),
		r->state == IG_DISPATCH_STATE_DELIVERED ? (b->s.english ? "delivered" : "đã nhận") : "",
		ig_arena_fmt(c->arena, "%s%s%s", channel ? channel : ig_channel_word(r->channel), *ref ? ", " : "", ref)};
	count(b, r->dispatch);
	ig_sheet_row(&b->s, cells);
	return 0;
}

/* The cover of the book: year, days, numbers, volume (4.3 of the model). */
static void cover(struct book *b, const struct ig_ctl_span *t, const char *volume)
{
	struct ig_ctl *c = b->s.c;
	const struct ig_profile *p = ig_conf_profile_at(c->conf, ig_now());
	const char *office = b->s.english && p->office.en ? p->office.en : p->office.vi ? p->office.vi : "";
	b->s.lead[0] = office;
	b->s.lead[1] = ig_arena_fmt(c->arena, b->s.english ? "Year %d. From %s to %s." : "Năm %d. Từ ngày %s đến ngày %s.", t->year, ig_ctl_day(c, t->from), ig_ctl_day(c, t->to - 1));
	b->s.lead[2] = ig_arena_fmt(c->arena, b->s.english ? "From number %lld to number %lld. Volume %s." : "Từ số %lld đến số %lld. Quyển số %s.", (long long)b->first,
		(long long)b->last, volume);
	if (b->s.meta)
		json_object_update_new(b->s.meta, json_pack("{s:i,s:s,s:s,s:I,s:I,s:s}", "year", t->year, "from", t->first, "to", t->last, "first", (json_int_t)b->first, "last",
			(json_int_t)b->last, "volume", volume));
}

static int shown(struct ig_ctl *c, const struct ig_sheet_column *columns, size_t n, const char *vi, const char *en, bool leaving, bool following)
{
	struct ig_ctl_span t;
	struct book b = {.s = {.c = c, .columns = columns, .count = n, .name = "rows", .landscape = true}};
	const struct ig_profile *p = ig_conf_profile_at(c->conf, ig_now());
	const char *volume = ig_ctl_option(c, "--volume");
	b.secret_too = ig_ctl_flag(c, "--with-secret");
	ig_sheet_options(&b.s);
	b.s.english = ig_sheet_english(&b.s, p);
	b.language = b.s.english ? IG_WORDS_EN : IG_WORDS_VI;
	b.s.heading = b.s.english ? en : vi;
	int code = ig_ctl_span(c, &t);
	if (!code) code = ig_ctl_words(c, 0, 0);
	if (!code && b.secret_too && c->right < IG_RIGHT_CHIEF) code = ig_ctl_fail(c, IG_CTL_NOPERM, "--with-secret is for the chief of this instance");
	if (code) return code;
	if (c->json) b.s.meta = json_pack("{s:s}", "register", en);
	ig_sheet_begin(&b.s);
	int rc = leaving ? ig_store_register_departures(c->store, t.from, t.to, departure, &b) :
		ig_store_register_arrivals(c->store, t.from, t.to, following ? follow : arrival, &b);
	if (rc < 0) return ig_ctl_store_failed(c);
	cover(&b, &t, volume ? volume : "01");
	return ig_sheet_end(&b.s, "no rows");
}

int ig_ctl_register_arrivals(struct ig_ctl *c) { return shown(c, arrivals, IG_COUNT(arrivals), "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN", "Register of arrivals", false, false); }
int ig_ctl_register_departures(struct ig_ctl *c) { return shown(c, departures, IG_COUNT(departures), "SỔ ĐĂNG KÝ VĂN BẢN ĐI", "Register of departures", true, false); }
int ig_ctl_register_follow_up(struct ig_ctl *c)
{
	return shown(c, follow_up, IG_COUNT(follow_up), "SỔ THEO DÕI GIẢI QUYẾT VĂN BẢN ĐẾN", "Follow-up register", false, true);
}
