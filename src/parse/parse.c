/* One mail to one report: the order of the work, header fields, and what is derived from the text.
 * Relies on source.c (bytes made harmless), mime.c (parts), header.h (fields), classify.c.
 * Does not fail: what could not be read is in problems. */
#include "config.h"
#include "parse/parse.h"
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "parse/charset.h"
#include "parse/form.h"
#include "parse/crypt.h"
#include "parse/header.h"
#include "parse/inner.h"
#include "parse/observe.h"
#include "parse/syllable.h"
#include "parse/text.h"

/* A report must fit one frame between processes (IG_LINK_MAX): text and reply text, attachment texts, the rest. */
#define TEXT_CEILING (2u << 20)
#define ATTACHMENT_TEXT_CEILING (2u << 20)
#define FOLDED_MAX (64u << 10)
#define HASH_TWICE_MAX (200u << 20)

const struct ig_parse_limits ig_parse_defaults = {.text_max = 1u << 20, .header_max = 1u << 20, .parts_max = 1000, .depth_max = 32,
	.headers_max = 10000, .references_max = 200, .recipients_max = 1000, .observables_max = 1000};

void ig_mail_problem(struct ig_mail *m, const char *fmt, ...)
{
	char text[300];
	struct ig_buf b;
	va_list ap;
	if (m->problem_count == IG_PROBLEMS_MAX)
		return;
	ig_buf_init(&b, sizeof text);
	va_start(ap, fmt);
	ig_buf_vfmt(&b, fmt, ap);
	va_end(ap);
	char *words = ig_arena_strndup(m->a, b.data, ig_charset_whole(&b));
	ig_buf_free(&b);
	if (!ig_utf8_valid(words, strlen(words)))
		words = ig_utf8_repair(m->a, words, strlen(words));
	for (size_t i = 0; i < m->problem_count; i++)
		if (!strcmp(m->problems[i], words))
			return;
	if (m->problem_count == IG_PROBLEMS_MAX - 1)
		words = ig_arena_strdup(m->a, "more problems than are listed");
	m->problems[m->problem_count++] = words;
}

struct ig_attachment *ig_mail_attach(struct ig_mail *m)
{
	if ((int64_t)m->attachment_count >= m->limits->parts_max) {
		ig_mail_problem(m, "more than %lld attachments; the rest is not listed", (long long)m->limits->parts_max);
		return NULL;
	}
	if (m->attachment_count == m->attachment_room) {
		m->attachment_room = m->attachment_room ? m->attachment_room * 2 : 8;
		struct ig_attachment *more = ig_arena_calloc(m->a, m->attachment_room, sizeof *more);
		if (m->attachment_count)
			memcpy(more, m->attachments, m->attachment_count * sizeof *more);
		m->attachments = more;
	}
	struct ig_attachment *x = &m->attachments[m->attachment_count++];
	x->type = "application/octet-stream";
	return x;
}

const char *ig_mail_keep_text(struct ig_mail *m, const char *t)
{
	size_t len = strlen(t), keep = ig_utf8_cut(t, len, m->text_left < m->limits->text_max ? m->text_left : (size_t)m->limits->text_max);
	if (keep < len)
		ig_mail_problem(m, "texts of attachments were cut");
	m->text_left -= keep;
	if (keep == len)
		return t;
	return keep ? ig_arena_strndup(m->a, t, keep) : NULL;
}

static const struct ig_address *one_address(struct ig_mail *m, enum ig_head h, const char *what)
{
	struct ig_address *list;
	const char *problem = NULL;
	bool cut = false;
	if (!m->head[h])
		return NULL;
	size_t n = ig_header_addresses(m->a, m->head[h], 8, &list, &cut, &problem);
	if (problem)
		ig_mail_problem(m, "%s: %s", what, problem);
	/* Of several authors the first one with an address. */
	for (size_t i = 0; i < n; i++)
		if (strchr(list[i].address, '@'))
			return &list[i];
	return n ? &list[0] : NULL;
}

static size_t addresses(struct ig_mail *m, const char *raw, const struct ig_address **list_r, const char *what)
{
	struct ig_address *list = NULL;
	const char *problem = NULL;
	bool cut = false;
	if (!raw)
		return 0;
	size_t n = ig_header_addresses(m->a, raw, (size_t)m->limits->recipients_max, &list, &cut, &problem);
	if (problem)
		ig_mail_problem(m, "%s: %s", what, problem);
	if (cut)
		ig_mail_problem(m, "%s: more than %lld addresses; the rest is not listed", what, (long long)m->limits->recipients_max);
	*list_r = list;
	return n;
}

static const char *const *ids(struct ig_mail *m, enum ig_head h, const char *what)
{
	bool cut = false;
	const char *const *list = ig_header_ids(m->a, m->head[h] ? m->head[h] : "", (size_t)m->limits->references_max, &cut);
	if (cut)
		ig_mail_problem(m, "%s: more than %lld ids; the middle ones are not listed", what, (long long)m->limits->references_max);
	return list;
}

/* "<>" is "", else the address in it. */
static const char *return_path(struct ig_mail *m)
{
	const char *raw = m->head[IG_HEAD_RETURN_PATH];
	if (!raw)
		return NULL;
	char *s = ig_header_unfold(m->a, raw);
	if (!*s || !strncmp(s, "<>", 2) || !strcasecmp(s, "<mailer-daemon>"))
		return "";
	const struct ig_address *x = one_address(m, IG_HEAD_RETURN_PATH, "Return-Path");
	return x ? x->address : NULL;
}

static const char *list_id(struct ig_mail *m)
{
	if (!m->head[IG_HEAD_LIST_ID])
		return NULL;
	char *s = ig_header_text(m->a, m->head[IG_HEAD_LIST_ID], NULL), *open = strrchr(s, '<'), *close = open ? strchr(open, '>') : NULL;
	if (!open)
		return *s ? s : NULL;
	return close && close > open + 1 ? ig_arena_strndup(m->a, open + 1, (size_t)(close - open - 1)) : NULL;
}

static const char *const *delivered_to(struct ig_mail *m)
{
	const char **list = ig_arena_calloc(m->a, m->delivered_count + 1, sizeof *list);
	size_t n = 0;
	for (size_t i = 0; i < m->delivered_count; i++) {
		struct ig_address *x;
		bool cut = false;
		if (ig_header_addresses(m->a, m->delivered[i], 1, &x, &cut, NULL) && *x->address)
			list[n++] = x->address;
	}
	return list;
}

/* Of two authors a result about "the" From speaks of one only, and a reader may show the other. */
static bool from_unsure(struct ig_mail *m)
{
	struct ig_address *list;
	bool cut = false;
	if (m->head_count[IG_HEAD_FROM] != 1)
		return m->head_count[IG_HEAD_FROM] > 1;
	return ig_header_addresses(m->a, m->head[IG_HEAD_FROM], 2, &list, &cut, NULL) > 1 || cut;
}

static void check_doubles(struct ig_mail *m)
{
	static const struct {
		enum ig_head head;
		const char *name;
	} once[] = {{IG_HEAD_FROM, "From"}, {IG_HEAD_SUBJECT, "Subject"}, {IG_HEAD_DATE, "Date"}, {IG_HEAD_MESSAGE_ID, "Message-ID"}, {IG_HEAD_SENDER, "Sender"},
		{IG_HEAD_REPLY_TO, "Reply-To"}, {IG_HEAD_CONTENT_TYPE, "Content-Type"}};
	for (size_t i = 0; i < sizeof once / sizeof once[0]; i++)
		if (m->head_count[once[i].head] > 1)
			ig_mail_problem(m, "more than one %s field; the first was taken", once[i].name);
}

/* Without an address in From (RFC 5322 section 3.6.2 wants one) a person takes whoever sent it or wants the answer. It is nobody's proven name, and
 * the same mail is known again by what its From said. */
static void other_author(struct ig_mail *m)
{
	struct ig_report *r = m->r;
	const struct ig_address *other = r->sender && strchr(r->sender->address, '@') ? r->sender : r->reply_to;
	if ((r->from && *r->from->address) || !other || !strchr(other->address, '@'))
		return;
	if (r->from && r->from->name) {
		struct ig_address *named = IG_NEW(m->a, struct ig_address);
		*named = *other;
		named->name = r->from->name;
		other = named;
	}
	r->from = other;
	r->from_unsure = true;
	ig_mail_problem(m, "From has no address; %s was taken", r->sender && strchr(r->sender->address, '@') ? "Sender" : "Reply-To");
}

static void read_fields(struct ig_mail *m)
{
	struct ig_report *r = m->r;
	const char *problem = NULL;
	/* Several From fields break RFC 5322; the first one that holds an address counts. */
	for (size_t i = 0; i < 4 && m->from[i]; i++) {
		m->head[IG_HEAD_FROM] = m->from[i];
		const struct ig_address *x = one_address(m, IG_HEAD_FROM, "From");
		if (!r->from || (x && strchr(x->address, '@')))
			r->from = x;
		if (x && strchr(x->address, '@'))
			break;
	}
	r->from_unsure = from_unsure(m);
	r->reply_to = one_address(m, IG_HEAD_REPLY_TO, "Reply-To");
	r->sender = one_address(m, IG_HEAD_SENDER, "Sender");
	r->to_count = addresses(m, m->more_to, &r->to, "To");
	r->cc_count = addresses(m, m->more_cc, &r->cc, "Cc");
	if (m->head[IG_HEAD_SUBJECT]) {
		char *s = ig_header_text(m->a, m->head[IG_HEAD_SUBJECT], &problem);
		size_t len = strlen(s), keep = ig_utf8_cut(s, len, IG_SUBJECT_MAX);
		if (problem)
			ig_mail_problem(m, "Subject: %s", problem);
		if (keep < len)
			ig_mail_problem(m, "Subject was cut to %u bytes", IG_SUBJECT_MAX);
		s[keep] = 0;
		r->subject = s;
	}
	r->message_id = m->head[IG_HEAD_MESSAGE_ID] ? ig_header_id(m->a, m->head[IG_HEAD_MESSAGE_ID]) : NULL;
	r->date = IG_NEVER;
	if (m->head[IG_HEAD_DATE] && ig_header_date(m->head[IG_HEAD_DATE], &r->date, &r->date_zone) < 0)
		ig_mail_problem(m, "Date is not a date");
	r->in_reply_to = ids(m, IG_HEAD_IN_REPLY_TO, "In-Reply-To");
	r->references = ids(m, IG_HEAD_REFERENCES, "References");
	ig_trace_end(m);
	r->return_path = return_path(m);
	r->list_id = list_id(m);
	r->delivered_to = delivered_to(m);
	if (!r->from)
		ig_mail_problem(m, "no From");
	m->from_stated = r->from;
	other_author(m);
	check_doubles(m);
}

/* Same message again? Message-ID, From, Date, Subject and (added while they were read) the digests of the parts. */
static void finish_identity(struct ig_mail *m)
{
	struct ig_report *r = m->r;
	struct ig_buf b;
	ig_buf_init(&b, IG_SUBJECT_MAX * 2 + 8192);
	ig_buf_fmt(&b, "\n%s\n%s\n", r->message_id ? r->message_id : "", m->from_stated ? m->from_stated->address : "");
	ig_buf_fmt(&b, "%lld\n%s\n", (long long)r->date, r->subject ? r->subject : "");
	ig_sha256_add(&m->identity, b.data, b.len);
	ig_sha256_end(&m->identity, r->identity);
	ig_buf_free(&b);
}

static void add_word(struct ig_buf *b, const char *s)
{
	if (!s)
		return;
	ig_buf_str(b, s);
	ig_buf_char(b, '\n');
}

static void add_addresses(struct ig_buf *b, const struct ig_address *list, size_t count)
{
	for (size_t i = 0; i < count && !b->over; i++) {
		add_word(b, list[i].name);
		add_word(b, list[i].address);
	}
}

const char *ig_mail_search_text(struct ig_mail *m)
{
	const struct ig_report *r = m->r;
	struct ig_buf b;
	ig_buf_init(&b, FOLDED_MAX);
	add_word(&b, r->subject);
	add_addresses(&b, r->from, r->from != NULL);
	add_addresses(&b, r->to, r->to_count);
	add_addresses(&b, r->cc, r->cc_count);
	for (size_t i = 0; i < r->attachment_count; i++)
		add_word(&b, r->attachments[i].name);
	add_word(&b, r->text);
	for (size_t i = 0; i < r->attachment_count && !b.over; i++)
		add_word(&b, r->attachments[i].text);
	char *folded = ig_utf8_fold(m->a, b.data, ig_charset_whole(&b));
	ig_buf_free(&b);
	return folded;
}

void ig_parse_start(void)
{
	ig_charset_start();
	ig_mime_start();
}

struct ig_report *ig_parse_mail(int fd, uint64_t size, const struct ig_envelope *envelope, const struct ig_parse_limits *given, struct ig_arena *a)
{
	return ig_parse_mail_second(fd, size, envelope, given, NULL, a);
}

struct ig_report *ig_parse_mail_second(int fd, uint64_t size, const struct ig_envelope *envelope, const struct ig_parse_limits *given,
	const struct ig_parse_second *second, struct ig_arena *a)
{
	struct ig_parse_limits limits = given ? *given : ig_parse_defaults;
	struct ig_mail *m = IG_NEW(a, struct ig_mail);
	struct ig_source source;
	struct ig_body body = {.cut = false};
	ig_charset_hint(NULL);
	limits.text_max = limits.text_max < TEXT_CEILING ? limits.text_max : TEXT_CEILING;
	m->a = a;
	m->limits = &limits;
	m->envelope = envelope;
	m->second = second;
	m->r = IG_NEW(a, struct ig_report);
	m->text_left = ATTACHMENT_TEXT_CEILING;
	m->hash_left = HASH_TWICE_MAX;
	m->archives_left = IG_KEPT_ARCHIVES;
	ig_sha256_init(&m->identity);
	ig_buf_init(&body.text, (size_t)limits.text_max);
	if (envelope && envelope->defect)
		ig_mail_problem(m, "line ends were repaired on the way in");
	ig_source_open(m, fd, size, &source);
	ig_mime_read(m, &source, &body);
	ig_charset_hint(m->charset);
	struct ig_report *r = m->r;
	r->kind = IG_KIND_MAIL;
	r->text = ig_arena_strndup(a, body.text.data, body.text.len);
	ig_buf_free(&body.text);
	r->attachments = m->attachments;
	r->attachment_count = m->attachment_count;
	read_fields(m);
	ig_crypt_finish(m);
	r->reply_text = ig_text_reply(a, r->text);
	ig_classify(m);
	ig_form_read(m, r->text, NULL);
	for (size_t i = 0; i < m->attachment_count; i++)
		ig_form_read(m, m->attachments[i].text, m->attachments[i].name ? m->attachments[i].name : "attachment");
	r->fields = m->fields;
	r->field_count = m->field_count;
	const char *said = *r->reply_text ? r->reply_text : r->text;
	r->language = ig_language(said, strlen(said));
	if (!r->language && r->subject)
		r->language = ig_language(r->subject, strlen(r->subject));
	ig_observe(m);
	finish_identity(m);
	r->folded = ig_mail_search_text(m);
	r->headers = m->headers;
	r->header_count = m->header_count;
	r->problems = ig_arena_calloc(a, m->problem_count + 1, sizeof *r->problems);
	memcpy((void *)(uintptr_t)r->problems, m->problems, m->problem_count * sizeof *m->problems);
	return r;
}
