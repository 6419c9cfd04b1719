/* The initial report form below a letter to an authority, filled with what the case's messages say: the groups and labels of the form that is in use
 * (mandatory ones marked), values with the best confidence, what is not known left empty for a person. Only by a person's word (letter send
 * --form), and read by authorities alone (compose/fields.c). Relies on the findings of the store. */
#include <jansson.h>
#include <string.h>
#include "desk/room.h"
#include "store/books.h"

#define MESSAGES_MAX 200

struct row { const char *label, *field; };
static const struct row reporter[] = {{"Tên tổ chức, cá nhân báo cáo (*)", "reporter.organisation"}, {"Người liên hệ", "reporter.person"},
	{"Địa chỉ (*)", "reporter.address"}, {"Điện thoại (*)", "reporter.phone"}, {"Fax", "reporter.fax"}, {"Thư điện tử (*)", "reporter.email"}};
static const struct row system_rows[] = {{"Đơn vị vận hành hệ thống (*)", "system.operator"}, {"Cơ quan chủ quản", "system.owner"}, {"Tên hệ thống", "system.name"},
	{"Cấp độ của hệ thống", "system.level"}, {"Nhà cung cấp dịch vụ kết nối", "system.provider"}};
static const struct row incident_rows[] = {{"Mô tả sơ bộ về sự cố (*)", "incident.summary"}, {"Thời điểm phát hiện (*)", "incident.found_at"},
	{"Hiện trạng sự cố (*)", "incident.status"}, {"Cách thức phát hiện", "incident.how_found"}, {"Đã thông báo đến", "incident.already_notified"}};
static const struct row wishes[] = {{"Kiến nghị, đề xuất hỗ trợ", "incident.help_wanted"}};
static const struct section { const char *heading; const struct row *rows; size_t count; } sections[] = {
	{"1. Tổ chức, cá nhân báo cáo sự cố", reporter, IG_COUNT(reporter)}, {"2. Hệ thống bị sự cố", system_rows, IG_COUNT(system_rows)},
	{"3. Sự cố", incident_rows, IG_COUNT(incident_rows)}, {"4. Kiến nghị", wishes, IG_COUNT(wishes)},
};

struct best { struct ig_arena *a; json_t *values; }; /* field name to value: the first that a message gave */

static int keep(const struct ig_store_told *t, void *arg)
{
	struct best *b = arg;
	if (t->name && t->value && *t->value && !json_object_get(b->values, t->name))
		json_object_set_new(b->values, t->name, json_string(t->value));
	return 0;
}

static json_t *section_of(const struct section *s, json_t *values)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < s->count; i++) {
		const char *value = json_string_value(json_object_get(values, s->rows[i].field));
		json_array_append_new(rows, json_pack("{s:s, s:s}", "label", s->rows[i].label, "value", value ? value : ""));
	}
	return json_pack("{s:s, s:o}", "heading", s->heading, "rows", rows);
}

int ig_desk_form_fill(struct ig_desk *d, const struct ig_incident *i, const struct ig_profile *p, const char *what, json_t *facts)
{
	struct best b = {.a = ig_arena_new(0), .values = json_object()};
	json_t *all = json_array(), *form;
	const char *title = "BÁO CÁO BAN ĐẦU SỰ CỐ", *number = NULL;
	int rc = ig_store_case_values(d->store, i->id, MESSAGES_MAX, b.a, keep, &b) < 0 ? -1 : 0;
	for (size_t k = 0; k < p->form_count; k++) {
		if (!p->forms[k].what || strcmp(p->forms[k].what, what) != 0)
			continue;
		title = p->forms[k].title.vi ? p->forms[k].title.vi : title;
		number = p->forms[k].number;
	}
	for (size_t k = 0; k < IG_COUNT(sections); k++)
		json_array_append_new(all, section_of(&sections[k], b.values));
	form = json_pack("{s:s, s:o}", "title", title, "sections", all);
	if (number)
		json_object_set_new(form, "number", json_string(number));
	json_object_set_new(facts, "form", form);
	json_decref(b.values);
	ig_arena_free(b.a);
	return rc;
}
