/* A letter as a page model: the template's body with signs for the layout, and everything that has a place of its own on the page, by the
 * profile. Relies on the templates and the words. Knows no font and no measure: that is src/draw. */
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "compose/mail_text.h"
#include "compose/templates.h"

#define PAGE_TEXT_MAX (1u << 20)

static void set(json_t *o, const char *key, const char *value)
{
	if (value && *value)
		json_object_set_new(o, key, json_string(value));
}

static const char *in_language(const struct ig_profile_text *t, enum ig_words_language l)
{
	const char *first = l == IG_WORDS_VI ? t->vi : t->en, *second = l == IG_WORDS_VI ? t->en : t->vi;
	return first ? first : second;
}

/* NFC, lines as they are (no width on pages), no controls, one empty line at most. */
static char *body_clean(const struct ig_buf *raw, struct ig_arena *a)
{
	char *text = ig_utf8_nfc(a, raw->data ? raw->data : "", raw->len), *to = text;
	size_t newlines = 2;
	for (const char *p = text; *p; p++) {
		if (*p == '\n') {
			while (to > text && to[-1] == ' ')
				to--;
			newlines++;
			if (newlines <= 2)
				*to++ = '\n';
			continue;
		}
		newlines = 0;
		*to++ = (unsigned char)*p < ' ' || *p == 0x7f ? ' ' : *p;
	}
	*to = 0;
	return text;
}

static int render(const struct ig_mustache *m, json_t *fields, struct ig_arena *a, const char **text_r, struct ig_why *why)
{
	struct ig_buf raw = IG_BUF_INIT(PAGE_TEXT_MAX);
	int rc = ig_mustache_render(m, fields, &raw, why);
	if (!rc && raw.over)
		rc = ig_why(why, "the letter is too long");
	if (!rc)
		*text_r = body_clean(&raw, a);
	ig_buf_free(&raw);
	return rc;
}

const char *ig_compose_sign(const struct ig_templates *t, const char *kind, const struct ig_profile *p, int64_t number, struct ig_arena *a)
{
	const struct ig_template *tpl = ig_template_of(t, kind, IG_WORDS_VI);
	const char *first = tpl && tpl->type ? tpl->type : p->body_sign, *second = tpl && tpl->type ? p->body_sign : p->unit_sign;
	const char *sign = ig_arena_fmt(a, "%s%s%s", first ? first : "", first && second ? "-" : "", second ? second : "");
	/* Decree 30/2020, Annex I: a number below 10 has a zero before it */
	return number ? ig_arena_fmt(a, "%02lld/%s", (long long)number, sign) : sign;
}

static void place_date_set(json_t *o, const struct ig_profile *p, ig_time date, enum ig_words_language l)
{
	char buf[IG_WORDS_TIME_MAX], line[256];
	snprintf(line, sizeof line, "%.120s%s%s", p->place ? p->place : "", p->place ? ", " : "", ig_words_date(date, l, buf));
	set(o, "place_date", line);
}

/* "Nơi nhận": as above, who else, and the file copy with the drafting unit last. */
static json_t *recipients(const struct ig_profile *p, enum ig_words_language l)
{
	json_t *all = json_array();
	char line[256];
	json_array_append_new(all, json_string(l == IG_WORDS_VI ? "- Như trên;" : "- As above;"));
	for (size_t i = 0; p->copies && p->copies[i]; i++) {
		size_t len = strlen(p->copies[i]);
		snprintf(line, sizeof line, "- %.200s%s", p->copies[i], len && p->copies[i][len - 1] == ';' ? "" : ";");
		json_array_append_new(all, json_string(line));
	}
	snprintf(line, sizeof line, l == IG_WORDS_VI ? "- Lưu: VT%s%.60s." : "- File: VT%s%.60s.", p->unit_sign ? ", " : "", p->unit_sign ? p->unit_sign : "");
	json_array_append_new(all, json_string(line));
	return all;
}

static json_t *contact(const struct ig_profile *p, enum ig_words_language l)
{
	json_t *all = json_array();
	char line[512];
	bool vi = l == IG_WORDS_VI;
	if (p->address) {
		snprintf(line, sizeof line, "%s: %.300s", vi ? "Địa chỉ" : "Address", p->address);
		json_array_append_new(all, json_string(line));
	}
	if (p->phone || p->fax) {
		snprintf(line, sizeof line, "%s%.60s%s%.60s", p->phone ? vi ? "Điện thoại: " : "Telephone: " : "", p->phone ? p->phone : "",
			p->fax ? p->phone ? "; fax: " : "Fax: " : "", p->fax ? p->fax : "");
		json_array_append_new(all, json_string(line));
	}
	if (p->email || p->web) {
		snprintf(line, sizeof line, "%s%.150s%s%.150s", p->email ? vi ? "Thư điện tử: " : "E-mail: " : "", p->email ? p->email : "",
			p->email && p->web ? "; " : "", p->web ? p->web : "");
		json_array_append_new(all, json_string(line));
	}
	return all;
}

static void signer_set(json_t *o, const struct ig_profile *p, const struct ig_page_head *h, enum ig_words_language l)
{
	char at[IG_TIME_MAX], line[64];
	json_t *signer = json_object();
	set(signer, "prefix", in_language(&p->signer_prefix, l));
	set(signer, "post", in_language(&p->signer_post, l));
	set(signer, "name", p->signer_name);
	json_object_set_new(o, "signer", signer);
	if (h->picture)
		json_object_set_new(o, "picture", json_true());
	if (h->by_key) {
		json_t *is = json_object();
		set(is, "by", h->signed_by ? h->signed_by : in_language(&p->office, l));
		ig_time_rfc3339(h->date, at); /* Decree 30/2020: day.month.year, time, zone */
		snprintf(line, sizeof line, "%.2s/%.2s/%.4s %.8s %.6s", at + 8, at + 5, at, at + 11, at + 19);
		set(is, "at", line);
		json_object_set_new(o, "signed", is);
	}
}

/* What a fax page says at its top, in ASCII and figures: date, our number, theirs, the reference. */
static void header_set(json_t *o, const struct ig_profile *p, const struct ig_page_head *h)
{
	char line[200], at[IG_TIME_MAX];
	if (!h->fax_to)
		return;
	ig_time_rfc3339(h->date, at);
	snprintf(line, sizeof line, "%.10s %.5s   FAX %.40s -> %.40s   %.30s", at, at + 11, p->fax ? p->fax : "", h->fax_to, h->reference ? h->reference : "");
	set(o, "header", line);
}

static void head_set(json_t *o, const struct ig_template *tpl, const struct ig_letter *letter, const struct ig_page_head *h, enum ig_words_language l,
	struct ig_arena *a, const struct ig_templates *t)
{
	static const char *const layouts[] = {"2020", "2011", "plain"};
	const struct ig_profile *p = letter->profile;
	char at[IG_TIME_MAX];
	set(o, "kind", "letter");
	set(o, "layout", layouts[p->layout]);
	set(o, "language", ig_words_languages[l]);
	set(o, "date", ig_time_rfc3339(h->date, at));
	set(o, "parent", in_language(&p->parent_body, l));
	set(o, "office", in_language(&p->office, l));
	if (h->number)
		set(o, "number", ig_arena_fmt(a, "%02lld", (long long)h->number));
	set(o, "sign", ig_compose_sign(t, letter->kind, p, 0, a));
	place_date_set(o, p, h->date, l);
	set(o, "type_name", tpl->type_name);
	json_t *to = json_array();
	for (size_t i = 0; h->to && h->to[i]; i++)
		json_array_append_new(to, json_string(ig_utf8_nfc(a, h->to[i], strlen(h->to[i]))));
	json_object_set_new(o, "to", to);
	json_object_set_new(o, "recipients", recipients(p, l));
	json_object_set_new(o, "contact", contact(p, l));
	signer_set(o, p, h, l);
	set(o, "urgency", h->urgency);
	set(o, "drafter", p->drafter);
	set(o, "reference", h->reference);
	header_set(o, p, h);
	set(o, "author", in_language(&p->office, l));
}

/* Properties of the document: plain words, without the guards of the body. */
static void properties_set(json_t *o, const struct ig_template *tpl, const char *about, const char *number)
{
	struct ig_buf plain = IG_BUF_INIT(IG_MAIL_TEXT_MAX), title = IG_BUF_INIT(IG_MAIL_TEXT_MAX + 512);
	for (const char *p = about; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		ig_buf_char(&plain, *p);
	}
	ig_buf_fmt(&title, "%s%s%s", tpl->type_name ? tpl->type_name : "", tpl->type_name ? " - " : "", plain.data ? plain.data : "");
	set(o, "title", title.data);
	set(o, "subject", plain.data);
	set(o, "keywords", number);
	ig_buf_free(&plain);
	ig_buf_free(&title);
}

int ig_compose_page(const struct ig_templates *t, const struct ig_letter *given, const struct ig_page_head *head, json_t **page_r, struct ig_why *why)
{
	struct ig_letter letter = *given;
	struct ig_arena *a = ig_arena_new(0);
	int asked = ig_words_language_of(letter.language), own = letter.profile ? ig_words_language_of(letter.profile->language) : -1;
	enum ig_words_language l = (enum ig_words_language)(asked >= 0 ? asked : own >= 0 ? own : IG_WORDS_EN);
	const struct ig_template *tpl = ig_template_of(t, letter.kind, l);
	const char *body = NULL, *about = NULL;
	int rc = tpl && letter.profile ? 0 : ig_why(why, "no template for a letter of kind %.40s", letter.kind ? letter.kind : "(none)");
	json_t *o = json_object(), *fields = NULL;
	if (!rc) {
		letter.on_page = true;
		letter.number = head->number ? ig_compose_sign(t, letter.kind, letter.profile, head->number, a) : NULL;
		fields = ig_letter_fields(&letter, l, head->date);
		rc = render(tpl->body, fields, a, &body, why) || render(tpl->about, fields, a, &about, why) ? -1 : 0;
	}
	if (!rc) {
		head_set(o, tpl, &letter, head, l, a, t);
		set(o, "about", about);
		set(o, "body", body);
		properties_set(o, tpl, about, head->reference ? head->reference : letter.number);
	}
	json_decref(fields);
	ig_arena_free(a);
	if (rc)
		json_decref(o);
	else
		*page_r = o;
	return rc;
}
