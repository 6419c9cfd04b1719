/* A letter as a mail: template to text, text to bytes. Same letter and head give the same bytes. Relies on the templates and the serialiser's
 * pieces. Does not choose addresses, ids or times: the head says them. */
#include <string.h>
#include "compose/fields.h"
#include "compose/mail_text.h"
#include "compose/templates.h"

#define LETTER_MAX (1u << 20)
#define REFERENCES_MAX 30
#define MAIL_MAX (4u << 20)

static int part_render(const struct ig_mustache *m, json_t *fields, struct ig_buf *out, struct ig_why *why)
{
	struct ig_buf raw = IG_BUF_INIT(LETTER_MAX);
	int rc = ig_mustache_render(m, fields, &raw, why);
	if (!rc)
		ig_letter_wrap(raw.data, raw.len, out);
	ig_buf_free(&raw);
	return rc;
}

/* Subject (of the first language asked for) and body in one language, added to what is there. */
static const char *const drill_marks[] = {[IG_WORDS_VI] = "[DIỄN TẬP] ", [IG_WORDS_EN] = "[DRILL] "};
static const char *const drill_words[] = {[IG_WORDS_VI] = "Văn bản này phục vụ diễn tập; không có sự cố thật.",
	[IG_WORDS_EN] = "This letter is part of a drill; there is no real incident."};

static int letter_render(const struct ig_templates *t, const struct ig_letter *letter, enum ig_words_language l, ig_time date,
	struct ig_buf *subject, struct ig_buf *body, struct ig_why *why)
{
	const struct ig_template *tpl = ig_template_of(t, letter->kind, l);
	if (!tpl)
		return ig_why(why, "no template for a letter of kind %.40s", letter->kind ? letter->kind : "(none)");
	json_t *fields = ig_letter_fields(letter, l, date);
	int rc = 0;
	if (subject) {
		struct ig_buf raw = IG_BUF_INIT(LETTER_MAX);
		if (letter->drill)
			ig_buf_str(&raw, drill_marks[l]);
		rc = ig_mustache_render(tpl->subject, fields, &raw, why);
		ig_mail_clean(subject, raw.data, IG_MAIL_TEXT_MAX);
		ig_buf_free(&raw);
	}
	if (letter->drill)
		ig_buf_fmt(body, "%s%s\n\n", drill_marks[l], drill_words[l]);
	if (!rc)
		rc = part_render(tpl->body, fields, body, why);
	json_decref(fields);
	return rc;
}

/* RFC 5322 section 3.6.4; foreign ids are only repeated when they are well-formed. Of many the first and the latest are kept. */
static void references_put(struct ig_buf *out, const char *const *refs)
{
	size_t count = 0, used = 0;
	for (size_t i = 0; refs && refs[i]; i++)
		count += ig_mail_id_ok(refs[i]);
	if (!count)
		return;
	ig_buf_str(out, "References:");
	for (size_t i = 0; refs[i]; i++) {
		if (!ig_mail_id_ok(refs[i]))
			continue;
		if (used++ == 0 || count - used < REFERENCES_MAX - 1)
			ig_buf_fmt(out, "%s<%s>", used == 1 && strlen(refs[i]) < 64 ? " " : "\r\n ", refs[i]);
	}
	ig_buf_str(out, "\r\n");
}

static void id_put(struct ig_buf *out, const char *name, const char *id)
{
	if (ig_mail_id_ok(id))
		ig_buf_fmt(out, strlen(name) + strlen(id) + 4 > IG_MAIL_LINE ? "%s:\r\n <%s>\r\n" : "%s: <%s>\r\n", name, id);
}

static void head_put(struct ig_buf *out, const struct ig_mail_head *h, const char *subject)
{
	char date[IG_TIME_MAX];
	ig_mail_header_address(out, "From", h->from_name, h->from_address);
	ig_mail_header_address(out, "To", h->to_name, h->to_address);
	ig_mail_header_text(out, "Subject", subject);
	ig_buf_fmt(out, "Date: %s\r\n", ig_time_rfc5322(h->date, date));
	id_put(out, "Message-ID", h->message_id);
	id_put(out, "In-Reply-To", h->in_reply_to);
	references_put(out, h->references);
	if (h->auto_submitted) {
		ig_mail_header_text(out, "Auto-Submitted", h->auto_submitted); /* RFC 3834 section 5 */
		/* Exchange answers by its own header. All kinds but NDR: "All" would also silence the report that a letter could not be delivered. */
		ig_buf_str(out, "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\r\n");
	}
	if (h->reference)
		ig_mail_header_text(out, "X-Irgate-Reference", h->reference);
}

static int head_check(const struct ig_mail_head *h, struct ig_why *why)
{
	if (!ig_mail_address_ok(h->from_address))
		return ig_why(why, "the sender's address is none: %.80s", h->from_address ? h->from_address : "");
	if (!ig_mail_address_ok(h->to_address))
		return ig_why(why, "the recipient's address is none that mail can be sent to");
	if (!ig_mail_id_ok(h->message_id))
		return ig_why(why, "the Message-ID is none");
	return 0;
}

int ig_compose_mail(const struct ig_templates *t, const struct ig_letter *letter, const struct ig_mail_head *head, struct ig_arena *a,
	struct ig_buf *out, const char **subject_r, struct ig_why *why)
{
	if (head_check(head, why))
		return -1;
	int asked = ig_words_language_of(letter->language), own = letter->profile ? ig_words_language_of(letter->profile->language) : -1;
	enum ig_words_language first = (enum ig_words_language)(asked >= 0 ? asked : own >= 0 ? own : IG_WORDS_EN);
	bool both = asked < 0 && first != IG_WORDS_EN; /* the reader's language is not known: English below */
	struct ig_buf subject = IG_BUF_INIT(IG_MAIL_TEXT_MAX + 8), body = IG_BUF_INIT(2 * LETTER_MAX);
	size_t from = out->len;
	int rc = letter_render(t, letter, first, head->date, &subject, &body, why);
	if (!rc && both) {
		ig_buf_str(&body, "\n----------------------------------------------------------------------\n\n");
		struct ig_buf english = IG_BUF_INIT(LETTER_MAX);
		rc = letter_render(t, letter, IG_WORDS_EN, head->date, NULL, &english, why);
		ig_buf_add(&body, english.data, english.len);
		ig_buf_free(&english);
	}
	if (!rc) {
		head_put(out, head, subject.data);
		ig_mail_text_part(out, body.data, body.len, both ? "vi, en" : ig_words_languages[first]);
		if (subject_r)
			*subject_r = ig_arena_strndup(a, subject.data, subject.len);
		if (body.over || out->over || out->len - from > MAIL_MAX)
			rc = ig_why(why, "the letter is too long");
	}
	ig_buf_free(&subject);
	ig_buf_free(&body);
	return rc;
}
