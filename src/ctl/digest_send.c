/* irgatectl digest send: an overview, an extract of a register, the table of obligations as an official letter: numbered, signed and held as the profile says
 * of its kind, with the tables and plots as an annex and the figures as a file. Relies on the verbs that make them; the letter is the desk's. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "ctl/books.h"
#include "model/names.h"

enum { ADDRESSEES_MAX = 32 };
#define MODEL_MAX (8u << 20)

static const struct what {
	const char *word, *kind, *vi, *en;
	int (*run)(struct ig_ctl *c);
	bool authority; /* names reporters, or who did what: not for everybody in the directory */
} all[] = {
	{"half-year", "periodic-report", "tổng hợp tình hình tiếp nhận, ứng cứu sự cố an toàn thông tin mạng 6 tháng", "the handling of network security incidents in a half-year",
	 ig_ctl_digest_half, false},
	{"year", "periodic-report", "tổng hợp tình hình tiếp nhận, ứng cứu sự cố an toàn thông tin mạng cả năm", "the handling of network security incidents in a year",
	 ig_ctl_digest_year, false},
	{"ad-hoc", "periodic-report", "tổng hợp đột xuất tình hình tiếp nhận, ứng cứu sự cố an toàn thông tin mạng", "the handling of network security incidents, ad hoc",
	 ig_ctl_digest_ad_hoc, false},
	{"access", "extract", "báo cáo quý về truy cập hệ thống tiếp nhận thông báo sự cố", "the quarterly report of access", ig_ctl_digest_access, true},
	{"arrivals", "extract", "bản trích sổ đăng ký văn bản đến", "an extract of the register of incoming documents", ig_ctl_register_arrivals, true},
	{"departures", "extract", "bản trích sổ đăng ký văn bản đi", "an extract of the register of outgoing documents", ig_ctl_register_departures, true},
	{"follow-up", "extract", "bản trích sổ theo dõi giải quyết văn bản đến", "an extract of the register of follow-up", ig_ctl_register_follow_up, true},
	{"obligations", "extract", "bảng theo dõi thực hiện nghĩa vụ định kỳ của các cơ quan, đơn vị", "the table of who complied with what", ig_ctl_obligation_table, false},
};

static void to_buffer(struct ig_ctl *c, const void *p, size_t len) { ig_buf_add(c->arg, p, len); }

/* The verb with its options and one more, into out. */
static int run(struct ig_ctl *c, const struct what *w, const char *form, const char *language, struct ig_buf *out)
{
	struct ig_ctl inner = *c;
	char **words = ig_arena_calloc(c->arena, (size_t)c->argc + 5, sizeof *words);
	for (int i = 1; i < c->argc; i++) words[i - 1] = c->argv[i];
	inner.argc = c->argc - 1;
	if (w->authority) words[inner.argc++] = ig_arena_strdup(c->arena, "--outside");
	if (form) words[inner.argc++] = ig_arena_strdup(c->arena, form);
	words[inner.argc++] = ig_arena_strdup(c->arena, "--lang"), words[inner.argc++] = ig_arena_strdup(c->arena, language);
	inner.argv = words;
	inner.json = !form, inner.terminal = inner.colour = false;
	inner.out = to_buffer, inner.arg = out;
	inner.err = to_buffer; /* of a mistake nothing else came out */
	int code = w->run(&inner);
	if (code) c->err(c, out->data ? out->data : "", out->len);
	return code ? code : out->over ? ig_ctl_fail(c, IG_EX_DATA, "too many rows for one letter: choose fewer days") : IG_EX_OK;
}

static json_t *texts(json_t *list)
{
	json_t *out = json_array(), *v;
	size_t i;
	json_array_foreach(list, i, v) /* the first is the office, which stands in the head of the letter */
		if (i && json_string_length(v)) json_array_append_new(out, json_pack("{s:O}", "text", v));
	return out;
}

/* What the letter itself says of its annex. */
static json_t *annex_of(const struct what *w, json_t *model, json_t *figures, bool english)
{
	json_t *o = json_pack("{s:s,s:s,s:o}", "what", w->word, "about", english ? w->en : w->vi, "lines", texts(json_object_get(model, "lead"))), *row, *list;
	json_t *rows = json_object_get(json_array_get(json_object_get(model, "sections"), 0), "rows");
	size_t i;
	if (strcmp(w->kind, "periodic-report")) return o;
	json_object_set_new(o, "figures", list = json_array());
	json_array_foreach(rows, i, row)
		json_array_append_new(list, json_pack("{s:O,s:O}", "label", json_array_get(row, 0), "value", json_array_get(row, 1)));
	if (strcmp(w->word, "ad-hoc") && json_object_get(figures, "to")) json_object_set(o, "until", json_object_get(figures, "to"));
	return o;
}

static int post(struct ig_ctl *c, const struct what *w, json_t *fields, const struct ig_buf *csv, const struct ig_party *to, size_t count, const char *language)
{
	struct ig_why why = {""};
	int64_t ids[ADDRESSEES_MAX] = {0};
	const struct ig_letter_file file = {.name = ig_arena_fmt(c->arena, "%s.csv", w->word), .bytes = csv->data, .size = csv->len};
	json_object_set_new(fields, "attachments", json_pack("[{s:s}]", "text", file.name));
	struct ig_desk_post p = {.kind = w->kind, .language = language, .lane = json_object_get(fields, "urgency") ? IG_LANE_URGENT : IG_LANE_NORMAL, .fields = fields, .actor = c->actor,
		.files = &file, .file_count = 1, .files_by_mail = true};
	int code = ig_desk_post_each(c->desk, &p, to, count, ids, &why);
	if (code) return ig_ctl_fail(c, code, "%s", why.text);
	for (size_t i = 0; i < count; i++) ig_ctl_letter_made(c, ids[i]);
	return IG_EX_OK;
}

static int made_of(struct ig_ctl *c, const struct what *w, const struct ig_party *to, size_t count, const char *reason, const char *urgency, const char *language)
{
	struct ig_buf page = IG_BUF_INIT(MODEL_MAX), csv = IG_BUF_INIT(MODEL_MAX), json = IG_BUF_INIT(MODEL_MAX);
	int code = run(c, w, "--page", language, &page);
	if (!code) code = run(c, w, "--csv", language, &csv);
	if (!code && !strcmp(w->kind, "periodic-report")) code = run(c, w, NULL, language, &json);
	json_t *model = code ? NULL : json_loadb(page.data, page.len, 0, NULL), *figures = json.len ? json_loadb(json.data, json.len, 0, NULL) : NULL;
	if (!code && !model) code = ig_ctl_fail(c, IG_EX_SOFTWARE, "%s gave no page", w->word);
	if (!code) {
		json_t *fields = json_pack("{s:o,s:[O]}", "annex", annex_of(w, model, figures, !strcmp(language, "en")), "annexes", model);
		if (reason) json_object_set_new(fields, "reason", json_string(reason));
		if (urgency) json_object_set_new(fields, "urgency", json_string(urgency));
		code = post(c, w, fields, &csv, to, count, language);
		json_decref(fields);
	}
	json_decref(model);
	json_decref(figures);
	ig_buf_free(&page);
	ig_buf_free(&csv);
	ig_buf_free(&json);
	return code;
}

static const struct what *what_of(struct ig_ctl *c)
{
	for (size_t i = 0; c->argc && i < IG_COUNT(all); i++)
		if (!strcmp(c->argv[0], all[i].word)) return &all[i];
	ig_ctl_say(c, "half-year, year, ad-hoc, access, arrivals, departures, follow-up and obligations can be sent%s%s", c->argc ? ", not " : "", c->argc ? c->argv[0] : "");
	return NULL;
}

int ig_ctl_digest_send(struct ig_ctl *c)
{
	const struct what *w = what_of(c);
	const char *names[ADDRESSEES_MAX + 1], *word, *reason = ig_ctl_option(c, "--reason"), *language = ig_ctl_option(c, "--lang"), *hurry = ig_ctl_option(c, "--urgency");
	const char *urgency = hurry ? ig_ctl_urgency(c, hurry) : NULL;
	struct ig_party to[ADDRESSEES_MAX];
	size_t count = 0;
	if (!w) return IG_EX_USAGE;
	while (count <= ADDRESSEES_MAX && (word = ig_ctl_option(c, "--addressee"))) names[count++] = word;
	if (!count || count > ADDRESSEES_MAX) return ig_ctl_fail(c, IG_EX_USAGE, "say --addressee PARTY, at most %d times", ADDRESSEES_MAX);
	if (hurry && !urgency) return ig_ctl_fail(c, IG_EX_USAGE, "--urgency is hoa-toc, thuong-khan or khan, not %s", hurry);
	if (language && strcmp(language, "vi") && strcmp(language, "en")) return ig_ctl_fail(c, IG_EX_USAGE, "--lang is vi or en, not %s", language);
	if (ig_ctl_flag(c, "--with-secret")) return ig_ctl_fail(c, IG_EX_USAGE, "what is kept secret leaves in no extract");
	for (size_t k = 0; k < count; k++) {
		int code = ig_ctl_party(c, names[k], &to[k]);
		if (code) return code;
		if (!ig_field_readable(w->authority ? IG_FIELD_TO_AUTHORITY : IG_FIELD_TO_ACTING, to[k].role))
			return ig_ctl_fail(c, IG_EX_DATA, "%s is not for %s, who is %s", w->word, to[k].name, ig_party_role_word(to[k].role));
	}
	if (!language) language = to[0].language ? to[0].language : ig_conf_profile_at(c->conf, ig_now())->language;
	return made_of(c, w, to, count, reason, urgency, language && !strcmp(language, "en") ? "en" : "vi");
}
