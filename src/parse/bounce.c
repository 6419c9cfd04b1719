/* One delivery report: the order in which its sources are asked, and what becomes of the class.
 * Fields of RFC 3464 first, wherever they stand; then JSON of mail services; then the notice as people read it; X-Failed-Recipients and the
 * returned header fill in what is missing.
 * Relies on classify.c having seen who sent it. Does not know what we sent: the desk compares. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "parse/bounce.h"
#include "parse/charset.h"
#include "parse/header.h"

struct ig_bounce *ig_bounce_add(struct ig_bouncing *b)
{
	if (b->count == IG_BOUNCES_MAX) {
		ig_mail_problem(b->m, "more than %d failed addresses; the rest is not listed", IG_BOUNCES_MAX);
		return NULL;
	}
	if (b->count == b->room) {
		b->room = b->room ? b->room * 2 : 4;
		struct ig_bounce *more = ig_arena_calloc(b->m->a, b->room, sizeof *more);
		if (b->count)
			memcpy(more, b->list, b->count * sizeof *more);
		b->list = more;
	}
	return &b->list[b->count++];
}

struct ig_bounce *ig_bounce_find(struct ig_bouncing *b, const char *recipient)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->list[i].recipient && !strcasecmp(b->list[i].recipient, recipient))
			return &b->list[i];
	return NULL;
}

/* ---- sources */

static void from_fields(struct ig_bouncing *b)
{
	if (b->m->status_text)
		ig_bounce_fields(b, b->m->status_text);
	/* Mailers without that part write the same fields into the notice (WorkMail, SendGrid, gateways). */
	if (!b->count && (ig_bounce_header(b->m->a, b->notice, "Final-Recipient") || ig_bounce_header(b->m->a, b->notice, "Original-Recipient")))
		ig_bounce_fields(b, b->notice);
}

/* X-Failed-Recipients names the addresses for certain (Exim, Google); the notice tells what was said. */
static void from_header(struct ig_bouncing *b)
{
	struct ig_address *list;
	bool cut = false;
	if (!b->m->head[IG_HEAD_X_FAILED])
		return;
	size_t n = ig_header_addresses(b->m->a, b->m->head[IG_HEAD_X_FAILED], IG_BOUNCES_MAX, &list, &cut, NULL);
	struct ig_bouncing named = {.m = b->m, .notice = b->notice, .returned = b->returned, .delayed = b->delayed};
	for (size_t i = 0; i < n; i++) {
		if (!strchr(list[i].address, '@') || ig_bounce_find(&named, list[i].address))
			continue;
		struct ig_bounce *x = ig_bounce_add(&named), *said = ig_bounce_find(b, list[i].address);
		if (x) {
			x->recipient = list[i].address;
			x->words = said ? said->words : NULL;
		}
	}
	if (named.count)
		*b = named;
}

/* What a sentence of the notice says when nothing was said of the address itself. */
static const char *words_for(struct ig_bouncing *b, const struct ig_bounce *x)
{
	if (x->words && ig_bounce_telling(b->m->a, x->words))
		return x->words;
	if (b->m->status_text && x->status && strcmp(x->status + 1, ".0.0"))
		return x->words;
	size_t len = strlen(b->notice);
	return len <= 8000 ? b->notice : ig_arena_strndup(b->m->a, b->notice, ig_utf8_cut(b->notice, len, 8000));
}

static const char *of_returned(struct ig_bouncing *b, const char *name)
{
	const struct ig_report *r = b->m->r;
	const char *value = ig_bounce_header(b->m->a, b->returned, name);
	for (size_t i = 0; !value && i < r->attachment_count; i++)
		if (!strcmp(r->attachments[i].type, "text/rfc822-headers") || !strcmp(r->attachments[i].type, "message/global-headers") ||
			!strncmp(r->attachments[i].type, "message/rfc822", 14))
			value = ig_bounce_header(b->m->a, r->attachments[i].text, name);
	return value;
}

/* The address the returned message went to, where it is one only and nothing else names any. */
static void from_returned(struct ig_bouncing *b)
{
	struct ig_address *list;
	bool cut = false;
	const char *to = of_returned(b, "To");
	size_t n = to ? ig_header_addresses(b->m->a, to, 2, &list, &cut, NULL) : 0;
	struct ig_bounce *x = b->count ? &b->list[0] : ig_bounce_add(b);
	if (n == 1 && strchr(list[0].address, '@'))
		x->recipient = list[0].address;
}

/* ---- result */

static const char *short_words(struct ig_arena *a, const char *s)
{
	if (!s)
		return NULL;
	size_t len = strlen(s);
	char *out = ig_arena_strndup(a, s, ig_utf8_cut(s, len, IG_BOUNCE_WORDS_MAX));
	char *to = out;
	for (const char *p = out; *p; p++)
		if ((unsigned char)*p > ' ' || (to > out && to[-1] != ' '))
			*to++ = (unsigned char)*p > ' ' ? *p : ' ';
	*to = 0;
	return out;
}

static bool success(const struct ig_bounce *x)
{
	return x->kind == IG_BOUNCE_KIND_NONE;
}

/* A report with failures lists them; one without lists what became of each address. */
static void publish(struct ig_bouncing *b, const char *id)
{
	struct ig_report *r = b->m->r;
	size_t failed = 0, delayed = 0, n = 0;
	for (size_t i = 0; i < b->count; i++) {
		struct ig_bounce *x = &b->list[i];
		const char *words = words_for(b, x);
		ig_bounce_judge(b->m->a, x, words, b->delayed && !x->action);
		if (!x->action)
			x->action = success(x) ? "delivered" : b->delayed ? "delayed" : "failed";
		x->words = short_words(b->m->a, words);
		x->original_message_id = id;
		failed += !success(x) && strcmp(x->action, "delayed") != 0;
		delayed += !strcmp(x->action, "delayed");
	}
	for (size_t i = 0; i < b->count; i++)
		if (!failed || !success(&b->list[i]))
			b->list[n++] = b->list[i];
	if (!failed && b->count && r->class == IG_CLASS_BOUNCE) {
		r->class = IG_CLASS_DELIVERY_REPORT;
		r->class_reason = delayed ? "a notice of delay" : "a delivery report without failures";
	}
	r->bounces = b->list;
	r->bounce_count = n;
}

void ig_bounce_read(struct ig_mail *m)
{
	struct ig_report *r = m->r;
	struct ig_bouncing b = {.m = m};
	bool delivered = false;
	if (r->class == IG_CLASS_READ_RECEIPT) {
		ig_receipt_fields(m, m->receipt_text);
		return;
	}
	ig_bounce_split(&b, r->text);
	b.delayed = ig_bounce_delayed(r->subject, b.notice);
	from_fields(&b);
	if (!b.count && !ig_bounce_json(&b, r->text, &delivered)) {
		ig_bounce_scan(&b);
		from_header(&b);
	}
	/* A notice that was itself wrapped into a mail. */
	if (!b.count && *b.returned)
		ig_bounce_fields(&b, b.returned);
	if (!b.count || !b.list[0].recipient)
		from_returned(&b);
	const char *raw = r->about_message ? NULL : of_returned(&b, "Message-ID");
	if (raw)
		r->about_message = ig_header_id(m->a, raw);
	if (!r->about_message)
		r->about_message = m->inner_id;
	publish(&b, r->about_message);
}

const char *ig_bounce_notice(struct ig_mail *m, bool mailer, bool null)
{
	struct ig_bouncing b = {.m = m};
	bool delivered;
	if (ig_bounce_json(&b, m->r->text, &delivered))
		return "a notification of a mail service";
	/* The list server itself speaks (fml), and has put its list's header on its refusal. */
	static const char not_member[] = "You are not a member of this mailing list";
	if (!strncasecmp(m->r->text + strspn(m->r->text, " \t\n"), not_member, sizeof not_member - 1))
		return "a list server refuses mail of somebody who is no member";
	bool subject = ig_bounce_subject(m->r->subject);
	if (!subject && !mailer && !null)
		return NULL;
	ig_bounce_split(&b, m->r->text);
	bool opening = ig_bounce_opening(b.notice);
	if ((mailer || null) && subject && opening)
		return "a notice of a mail system: sender, subject and text";
	if (mailer && null && (subject || opening))
		return "empty return path and a delivery notice of a mail system";
	if (mailer && opening && ig_bounce_reply(b.notice))
		return "a postmaster as its sender and a reply code in a delivery notice";
	if (null && !m->head[IG_HEAD_LIST_ID] && (subject || opening)) {
		ig_bounce_scan(&b);
		if (b.count && ig_bounce_telling(m->a, b.notice))
			return "empty return path and a delivery notice in the text";
	}
	if (subject && opening && !m->head[IG_HEAD_LIST_ID] && !*m->r->in_reply_to) {
		ig_bounce_scan(&b);
		for (size_t i = 0; i < b.count; i++)
			if (b.list[i].words && ig_bounce_telling(m->a, b.list[i].words) && (ig_bounce_reply(b.list[i].words) || m->head[IG_HEAD_AUTO_SUBMITTED]))
				return "subject, opening and reply code of a delivery notice";
	}
	return NULL;
}
