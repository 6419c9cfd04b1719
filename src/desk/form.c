/* The initial report form below a letter to an authority, filled with what the case's messages say: the groups and labels of the form that is in use
 * (mandatory ones marked), in the letter's language, of several values the surest, lists to tick with what was said ticked, what is not known left
 * empty for a person. Only by a person's word (letter send --form), and read by authorities alone (compose/fields.c). Relies on the findings of the
 * store. */
#include <jansson.h>
#include <string.h>
#include "base/utf8.h"
#include "desk/room.h"
#include "store/books.h"

#define MESSAGES_MAX 200
#define BOX "[ ]" /* plain letters: a fax keeps them, and readers of forms know them */
#define TICKED "[x]"

struct words { const char *vi, *en; };
struct choice { struct words words; const char *keys[6]; }; /* keys: without marks, in small letters, as a value may say it */
struct row { struct words label; const char *field; const struct choice *choices; size_t choice_count; };

static const struct choice statuses[] = {{{"Đã được xử lý", "Dealt with"}, {"da duoc xu ly", "da xu ly", "da khac phuc", "resolved", "dealt with"}},
	{{"Đang xử lý", "Being dealt with"}, {"dang xu ly", "dang khac phuc", "being handled", "in progress", "open"}},
	{{"Chưa được xử lý", "Not yet dealt with"}, {"chua duoc xu ly", "chua xu ly", "chua khac phuc", "unresolved", "not yet"}}};
static const struct choice ways[] = {
	{{"Qua hệ thống phát hiện xâm nhập", "By an intrusion detection system"}, {"phat hien xam nhap", "ids", "ips", "intrusion detection"}},
	{{"Kiểm tra dữ liệu lưu lại (nhật ký)", "By looking through logs"}, {"log", "nhat ky", "du lieu luu lai"}},
	{{"Nhận được thông báo", "By a notice from others"}, {"thong bao", "notice", "notified", "told"}}};
static const struct choice told[] = {
	{{"Thành viên mạng lưới", "A member of the response network"}, {"thanh vien", "mang luoi", "member"}},
	{{"Nhà cung cấp dịch vụ (ISP)", "The service provider"}, {"isp", "nha cung cap", "provider"}},
	{{"Cơ quan điều phối", "The coordinator"}, {"co quan dieu phoi", "vncert", "coordinator"}}};
#define TICK(list) list, IG_COUNT(list)
static const struct row reporter[] = {{{"Tên tổ chức, cá nhân báo cáo (*)", "Reporting body or person (*)"}, "reporter.organisation", NULL, 0},
	{{"Người liên hệ", "Contact person"}, "reporter.person", NULL, 0}, {{"Địa chỉ (*)", "Address (*)"}, "reporter.address", NULL, 0},
	{{"Điện thoại (*)", "Telephone (*)"}, "reporter.phone", NULL, 0}, {{"Fax", "Fax"}, "reporter.fax", NULL, 0},
	{{"Thư điện tử (*)", "E-mail (*)"}, "reporter.email", NULL, 0}};
static const struct row system_rows[] = {{{"Đơn vị vận hành hệ thống (*)", "Operator of the system (*)"}, "system.operator", NULL, 0},
	{{"Cơ quan chủ quản", "Owner"}, "system.owner", NULL, 0}, {{"Tên hệ thống", "Name of the system"}, "system.name", NULL, 0},
	{{"Cấp độ của hệ thống", "Security level of the system"}, "system.level", NULL, 0},
	{{"Nhà cung cấp dịch vụ kết nối", "Connectivity provider"}, "system.provider", NULL, 0}};
static const struct row incident_rows[] = {{{"Mô tả sơ bộ về sự cố (*)", "Short description (*)"}, "incident.summary", NULL, 0},
	{{"Thời điểm phát hiện (*)", "Found at (*)"}, "incident.found_at", NULL, 0},
	{{"Hiện trạng sự cố (*)", "State of the incident (*)"}, "incident.status", TICK(statuses)},
	{{"Cách thức phát hiện", "How it was found"}, "incident.how_found", TICK(ways)},
	{{"Đã thông báo đến", "Already notified"}, "incident.already_notified", TICK(told)}};
static const struct row wishes[] = {{{"Kiến nghị, đề xuất hỗ trợ", "Help asked for"}, "incident.help_wanted", NULL, 0}};
static const struct section { struct words heading; const struct row *rows; size_t count; } sections[] = {
	{{"1. Tổ chức, cá nhân báo cáo sự cố", "1. Who reports"}, reporter, IG_COUNT(reporter)},
	{{"2. Hệ thống bị sự cố", "2. The system concerned"}, system_rows, IG_COUNT(system_rows)},
	{{"3. Sự cố", "3. The incident"}, incident_rows, IG_COUNT(incident_rows)}, {{"4. Kiến nghị", "4. Requests"}, wishes, IG_COUNT(wishes)},
};

static const char *in(const struct words *w, bool english)
{
	return english ? w->en : w->vi;
}

/* ---- values: field name to {value, confidence}, the surest that a message of the case gave; of equals the first */

static void keep(json_t *best, const struct ig_field *f)
{
	json_t *was = json_object_get(best, f->name);
	if (f->value && *f->value && (!was || json_number_value(json_object_get(was, "confidence")) < f->confidence))
		json_object_set_new(best, f->name, json_pack("{s:s,s:f}", "value", f->value, "confidence", f->confidence));
}

static int values_of(struct ig_desk *d, int64_t incident, json_t *best)
{
	int64_t *ids = NULL;
	size_t count = 0;
	if (ig_store_incident_members(d->store, incident, IG_MEMBERS_RECEIVED, d->arena, &ids, &count) < 0)
		return -1;
	for (size_t i = 0; i < count && i < MESSAGES_MAX; i++) {
		struct ig_field *list = NULL;
		size_t n = 0;
		if (ig_store_fields(d->store, ids[i], d->arena, &list, &n) < 0)
			return -1;
		for (size_t k = 0; k < n; k++)
			keep(best, &list[k]);
	}
	return 0;
}

/* ---- rows */

static bool says(const char *plain, const struct choice *c)
{
	for (size_t i = 0; i < IG_COUNT(c->keys) && c->keys[i]; i++)
		if (strstr(plain, c->keys[i]))
			return true;
	return false;
}

/* All that may be ticked, ticked where the value says so; what fits none of them stands behind, in its own words. */
static const char *ticked(struct ig_desk *d, const struct row *r, const char *value, bool english)
{
	char *plain = ig_utf8_fold(d->arena, value, strlen(value));
	const char *out = "";
	bool any = false;
	for (size_t i = 0; i < r->choice_count; i++) {
		bool tick = !any && says(plain, &r->choices[i]);
		out = ig_arena_fmt(d->arena, "%s%s%s %s", out, i ? "\n" : "", tick ? TICKED : BOX, in(&r->choices[i].words, english));
		any = any || (tick && r->choices == statuses); /* one state; several ways and several who were told */
	}
	for (size_t i = 0; i < r->choice_count; i++)
		if (says(plain, &r->choices[i]))
			return out;
	return *value ? ig_arena_fmt(d->arena, "%s\n" TICKED " %s", out, value) : out;
}

static json_t *section_of(struct ig_desk *d, const struct section *s, json_t *best, bool english)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < s->count; i++) {
		const struct row *r = &s->rows[i];
		const char *value = json_string_value(json_object_get(json_object_get(best, r->field), "value"));
		value = r->choice_count ? ticked(d, r, value ? value : "", english) : value ? value : "";
		json_array_append_new(rows, json_pack("{s:s, s:s}", "label", in(&r->label, english), "value", value));
	}
	return json_pack("{s:s, s:o}", "heading", in(&s->heading, english), "rows", rows);
}

int ig_desk_form_fill(struct ig_desk *d, const struct ig_incident *i, const struct ig_profile *p, const char *what, const char *language, json_t *facts)
{
	static const struct words titled = {"BÁO CÁO BAN ĐẦU SỰ CỐ", "INITIAL REPORT"};
	bool english = language && !strcmp(language, "en");
	json_t *best = json_object(), *all = json_array(), *form;
	const char *title = in(&titled, english), *number = NULL;
	int rc = values_of(d, i->id, best);
	for (size_t k = 0; k < p->form_count; k++) {
		if (!p->forms[k].what || strcmp(p->forms[k].what, what) != 0)
			continue;
		const char *own = english ? p->forms[k].title.en : p->forms[k].title.vi;
		title = own ? own : title;
		number = p->forms[k].number;
	}
	for (size_t k = 0; k < IG_COUNT(sections); k++)
		json_array_append_new(all, section_of(d, &sections[k], best, english));
	form = json_pack("{s:s, s:o}", "title", title, "sections", all);
	if (number)
		json_object_set_new(form, "number", json_string(number));
	json_object_set_new(facts, "form", form);
	json_decref(best);
	return rc;
}
