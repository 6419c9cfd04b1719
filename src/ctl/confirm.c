/* irgatectl confirm: a person's word on what was read from a page. Without further words the fields that are not sure, with where each stands; with
 * words each is accepted (NAME), corrected (NAME=VALUE) or emptied (NAME=). The evidence stays as it is: what changes is the record, with the
 * person's name and in the journal. irgatectl scan separator: a sheet to lay between two letters on the scanner. */
#include "config.h"
#include <string.h>
#include "base/utf8.h"
#include "ctl/room.h"

#define SURE 0.95
enum { WORDS_MAX = 60 };

static const struct ig_field *field_of(const struct ig_field *list, size_t count, const char *name)
{
	const struct ig_field *best = NULL;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i].name, name) && (!best || list[i].confidence > best->confidence)) best = &list[i];
	return best;
}

/* A letter that lacks one of these has it in somebody's hand, or not at all. */
static const char *const wanted[] = {"letter.number", "letter.date", "letter.issuer", "letter.subject"};

static void json_row(struct ig_ctl *c, json_t *list, const char *name, const struct ig_field *f)
{
	json_array_append_new(list, json_pack("{s:s,s:s?,s:f,s:s?,s:s?}", "name", name, "value", f ? f->value : NULL, "confidence", f ? f->confidence : 0.0, "where",
		f ? f->where : NULL, "rule", f ? f->rule : NULL));
	(void)c;
}

static int show(struct ig_ctl *c, const struct ig_message *m, const struct ig_field *list, size_t count)
{
	json_t *rows = c->json ? json_array() : NULL;
	size_t open = 0;
	for (size_t i = 0; i < count; i++) {
		const struct ig_field *f = &list[i];
		if (f->confidence >= SURE || field_of(list, count, f->name) != f) continue;
		open++;
		if (rows) json_row(c, rows, f->name, f);
		else
			ig_ctl_print(c, "%s: %s\n    %.0f %% sure; %s%s%s\n", f->name, f->value, f->confidence * 100, f->where ? f->where : "", f->rule ? "; " : "",
				f->rule ? f->rule : "");
	}
	for (size_t i = 0; i < IG_COUNT(wanted) && m->channel != IG_CHANNEL_MAIL; i++) {
		if (field_of(list, count, wanted[i])) continue;
		open++;
		if (rows) json_row(c, rows, wanted[i], NULL);
		else ig_ctl_print(c, "%s: (nothing was read; it may be written by hand)\n", wanted[i]);
	}
	if (rows) ig_ctl_json(c, rows);
	else if (!open) ig_ctl_print(c, "message %lld: nothing is uncertain\n", (long long)m->id);
	else
		ig_ctl_print(c, "The page: irgatectl message raw %lld. To accept, correct or empty: irgatectl confirm %lld NAME NAME=VALUE NAME=\n", (long long)m->id,
			(long long)m->id);
	return IG_EX_OK;
}

/* One word of a person: NAME, NAME=VALUE, NAME=. */
static int one(struct ig_ctl *c, const struct ig_message *m, const char *word, const struct ig_field *list, size_t count, struct ig_buf *said, struct ig_field *f_r)
{
	if (!ig_utf8_valid(word, strlen(word))) return ig_ctl_fail(c, IG_EX_USAGE, "a word is not UTF-8");
	word = ig_utf8_nfc(c->arena, word, strlen(word));
	const char *eq = strchr(word, '=');
	const char *name = eq ? ig_arena_strndup(c->arena, word, (size_t)(eq - word)) : word;
	const struct ig_field *was = field_of(list, count, name);
	struct ig_field f = {.name = name, .value = eq ? eq[1] ? eq + 1 : NULL : was ? was->value : NULL, .confidence = 1.0,
		.where = was ? was->where : NULL, .rule = ig_arena_fmt(c->arena, "person %s", c->actor)};
	if (!*name || (!was && !strchr(name, '.') && strcmp(name, "reference"))) return ig_ctl_fail(c, IG_EX_USAGE, "%s is no field", word);
	if (!eq && !was) return ig_ctl_fail(c, IG_EX_DATA, "message %lld has no %s to accept; say %s=VALUE", (long long)m->id, name, name);
	if (ig_store_field_set(c->store, m->id, &f) < 0) return ig_ctl_store_failed(c);
	ig_buf_fmt(said, "%s%s: %s%s%s", said->len ? "; " : "", name, !f.value ? "emptied" : eq ? "is " : "accepted: ", f.value ? f.value : "",
		was && eq && f.value && strcmp(was->value, f.value) ? ig_arena_fmt(c->arena, " (read as %s)", was->value) : "");
	*f_r = f;
	return IG_EX_OK;
}

int ig_ctl_confirm(struct ig_ctl *c)
{
	struct ig_message m;
	struct ig_field *list = NULL;
	struct ig_field set[WORDS_MAX];
	struct ig_buf said = IG_BUF_INIT(8000);
	const char *lacks = NULL;
	size_t count = 0;
	int code = ig_ctl_words(c, 1, WORDS_MAX);
	if (!code) code = ig_ctl_message(c, c->argv[0], &m);
	if (!code && ig_store_fields(c->store, m.id, c->arena, &list, &count) < 0) code = ig_ctl_store_failed(c);
	if (code || c->argc == 1) return code ? code : show(c, &m, list, count);
	code = ig_ctl_begin(c);
	if (code) return code;
	for (int i = 1; i < c->argc && !code; i++)
		code = one(c, &m, c->argv[i], list, count, &said, &set[i - 1]);
	if (!code && ig_desk_confirmed(c->desk, &m, set, (size_t)c->argc - 1, &lacks)) code = ig_ctl_store_failed(c);
	if (code) ig_store_rollback(c->store);
	else code = ig_ctl_commit(c, "message confirm", ig_arena_fmt(c->arena, "message %lld", (long long)m.id), said.data ? said.data : "");
	if (!code && !c->json) ig_ctl_print(c, "message %lld: %s\n", (long long)m.id, said.data);
	if (!code && lacks && !c->json) ig_ctl_print(c, "%s\n", lacks);
	if (!code && m.suggested_incident && !c->json)
		ig_ctl_print(c, "It names %s: irgatectl message move %lld %s\n", ig_ctl_ref_of(c, m.suggested_incident), (long long)m.id,
			ig_ctl_ref_of(c, m.suggested_incident));
	ig_buf_free(&said);
	return code;
}

/* ---- the separator page: its code is always the same, IRGATE-SEPARATOR as alphanumeric QR, version 1, level Q */

static const uint32_t code_rows[21] = {0x1fd87f, 0x105b41, 0x17595d, 0x17565d, 0x17535d, 0x104241, 0x1fd57f, 0x001900, 0x0d625f, 0x1a04d0, 0x09739f, 0x0ea4de,
	0x18482b, 0x001121, 0x1fd48d, 0x104b32, 0x175884, 0x174a6e, 0x17500d, 0x1050b7, 0x1fc409};

static void code(struct ig_buf *b, double x, double y, double module)
{
	for (int j = 0; j < 21; j++)
		for (int i = 0; i < 21; i++)
			if (code_rows[j] >> (20 - i) & 1)
				ig_buf_fmt(b, "%.2f %.2f %.2f %.2f re\n", x + i * module, y - (j + 1) * module, module + 0.05, module + 0.05);
	ig_buf_str(b, "f\n");
}

int ig_ctl_scan_separator(struct ig_ctl *c)
{
	struct ig_buf page = IG_BUF_INIT(1 << 20), out = IG_BUF_INIT(1 << 20);
	size_t at[6];
	if (ig_ctl_words(c, 0, 0)) return IG_EX_USAGE;
	code(&page, 60, 780, 6);
	code(&page, 410, 780, 6);
	code(&page, 60, 190, 6);
	code(&page, 410, 190, 6);
	ig_buf_str(&page, "BT /F 26 Tf 170 450 Td (IRGATE SEPARATOR) Tj 0 -36 Td /F 13 Tf (Lay this sheet between two letters on the scanner.) Tj "
		"0 -20 Td (Dat to nay giua hai van ban khi quet.) Tj ET\n");
	ig_buf_str(&out, "%PDF-1.4\n");
	const char *const objects[] = {"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>", NULL,
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"};
	for (size_t i = 0; i < IG_COUNT(objects); i++) {
		at[i] = out.len;
		if (objects[i]) ig_buf_fmt(&out, "%zu 0 obj\n%s\nendobj\n", i + 1, objects[i]);
		else {
			ig_buf_fmt(&out, "%zu 0 obj\n<< /Length %zu >>\nstream\n", i + 1, page.len);
			ig_buf_add(&out, page.data, page.len);
			ig_buf_str(&out, "endstream\nendobj\n");
		}
	}
	at[5] = out.len;
	ig_buf_str(&out, "xref\n0 6\n0000000000 65535 f \n");
	for (size_t i = 0; i < 5; i++) ig_buf_fmt(&out, "%010zu 00000 n \n", at[i]);
	ig_buf_fmt(&out, "trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", at[5]);
	c->out(c, out.data, out.len);
	ig_buf_free(&page);
	ig_buf_free(&out);
	return IG_EX_OK;
}
