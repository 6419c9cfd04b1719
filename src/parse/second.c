/* The second step of reading, as far as the reader has to do with it: which parts it cannot read itself, and what came of them. What a worker
 * says is believed no more than the message was: a packed report is unpacked with all its checks, a file is read like any other part.
 * Relies on the caller for the workers. Does not wait for anything. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/utf8.h"
#include "model/notes.h"
#include "parse/fax.h"
#include "parse/form.h"
#include "parse/inner.h"
#include "parse/observe.h"
#include "parse/syllable.h"

#define BLOCK 65536
#define PICTURE_MIN 20000 /* bytes; a smaller one is a logo or a button, no page */

/* ---- which worker */

static bool ends(const char *name, const char *with)
{
	size_t n = name ? strlen(name) : 0, w = strlen(with);
	return n > w && !strcasecmp(name + n - w, with);
}

const char *ig_second_kind(const char *type, const char *name, uint64_t size)
{
	static const char *const types[] = {"application/pdf", "application/x-pdf", "image/tiff", "application/msword", "application/rtf", "text/rtf",
		"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip", "application/x-zip-compressed", "application/x-zip",
		"application/x-7z-compressed", "application/vnd.rar", "application/x-rar-compressed", "application/x-rar", "application/x-tar",
		"application/gzip", "application/x-gzip", "application/x-bzip2", "application/x-xz"};
	static const char *const suffixes[] = {".pdf", ".tif", ".tiff", ".doc", ".docx", ".docm", ".odt", ".ods", ".xlsx", ".xlsm", ".rtf", ".zip", ".7z", ".rar",
		".tar", ".tgz", ".gz", ".bz2", ".xz", ".edxml"};
	static const char *const pictures[] = {".png", ".jpg", ".jpeg"};
	if (!size)
		return NULL;
	for (size_t i = 0; type && i < IG_COUNT(types); i++)
		if (!strcmp(type, types[i]))
			return "pages";
	for (size_t i = 0; i < IG_COUNT(suffixes); i++)
		if (ends(name, suffixes[i]))
			return "pages";
	bool picture = type && (!strcmp(type, "image/png") || !strcmp(type, "image/jpeg") || !strcmp(type, "image/jpg"));
	for (size_t i = 0; i < IG_COUNT(pictures); i++)
		picture = picture || ends(name, pictures[i]);
	return picture && size >= PICTURE_MIN ? "pages" : NULL;
}

void ig_second_need(struct ig_mail *m, const char *kind, const char *part, const char *name, const char *type, int fd, uint64_t size)
{
	struct ig_parse_need n = {.kind = kind, .part = part, .name = name, .type = type};
	m->second->need(m->second->arg, &n, fd, size);
}

/* ---- what came of it */

const struct ig_parse_child *ig_second_child(const struct ig_mail *m, const char *part, const struct ig_parse_child *after)
{
	const struct ig_parse_second *s = m->second;
	for (size_t i = after ? (size_t)(after - s->children) + 1 : 0; s && i < s->child_count; i++)
		if (!strcmp(s->children[i].part, part))
			return &s->children[i];
	return NULL;
}

const void *ig_second_bytes(struct ig_mail *m, const struct ig_parse_child *c, size_t *len_r)
{
	*len_r = 0;
	if (c->fd < 0 || c->size > SIZE_MAX / 2)
		return NULL;
	if (!c->size)
		return "";
	void *p = mmap(NULL, (size_t)c->size, PROT_READ, MAP_PRIVATE, c->fd, 0); /* sealed by whoever made it; the process ends soon */
	if (p == MAP_FAILED) {
		ig_mail_problem(m, "what came of part %s cannot be read", c->part);
		return NULL;
	}
	*len_r = (size_t)c->size;
	return p;
}

void ig_mail_field(struct ig_mail *m, const struct ig_field *f)
{
	if (m->field_count == IG_FIELDS_MAX) {
		ig_mail_problem(m, "more than %d fields; the rest is not listed", IG_FIELDS_MAX);
		return;
	}
	if (m->field_count == m->field_room) {
		m->field_room = m->field_room ? m->field_room * 2 : 32;
		struct ig_field *more = ig_arena_calloc(m->a, m->field_room, sizeof *more);
		if (m->field_count)
			memcpy(more, m->fields, m->field_count * sizeof *more);
		m->fields = more;
	}
	m->fields[m->field_count++] = *f;
}

/* The pages themselves are the message: everything it says is the message's. */
static void adopt(struct ig_mail *m, const struct ig_report *got)
{
	struct ig_report *r = m->r;
	r->kind = got->kind == IG_KIND_MAIL ? r->kind : got->kind;
	if (got->date != IG_NEVER && r->date == IG_NEVER) {
		r->date = got->date;
		r->date_zone = got->date_zone;
	}
	r->subject = got->subject ? got->subject : r->subject;
	r->text = got->text ? got->text : r->text;
	r->from = got->from;
	r->crypto = got->crypto;
	if (got->kind == IG_KIND_EDXML && got->class == IG_CLASS_DELIVERY_REPORT) { /* a status message of the document exchange */
		r->class = got->class;
		r->class_reason = got->class_reason;
		r->bounces = got->bounces;
		r->bounce_count = got->bounce_count;
	}
	r->letters = got->letters;
	r->letter_count = got->letter_count;
	/* What several readings of a page agreed on: better than what one of them says. */
	r->observables = got->observables;
	r->observable_count = got->observable_count;
}

void ig_second_report(struct ig_mail *m, const struct ig_parse_child *c, size_t attachment, bool whole)
{
	struct ig_report got;
	struct ig_why why = {""};
	size_t len;
	const void *p = ig_second_bytes(m, c, &len);
	if (!p || ig_report_unpack(p, len, m->a, &got, &why)) {
		if (p)
			ig_mail_problem(m, "what came of part %s is malformed", c->part);
		return;
	}
	const char *name = whole ? NULL : m->attachments[attachment].name;
	if (whole)
		adopt(m, &got);
	else if (got.text)
		m->attachments[attachment].text = ig_mail_keep_text(m, got.text);
	if (!whole)
		m->attachments[attachment].pages = got.pages ? got.pages : m->attachments[attachment].pages;
	for (size_t i = 0; i < got.attachment_count; i++) {
		struct ig_attachment *x = ig_mail_attach(m);
		if (!x)
			break;
		*x = got.attachments[i];
		x->text = x->text ? ig_mail_keep_text(m, x->text) : NULL;
	}
	for (size_t i = 0; i < got.field_count; i++) {
		struct ig_field f = got.fields[i];
		if (!whole)
			f.where = ig_arena_fmt(m->a, "%s, %s", name ? name : c->part, f.where ? f.where : "");
		ig_mail_field(m, &f);
	}
	for (const char *const *q = got.problems; *q; q++)
		ig_mail_problem(m, name ? "%s: %s" : "%s%s", name ? name : "", *q);
}

/* ---- what is no mail */

static bool begins(const void *head, size_t len, const char *with, size_t n)
{
	return len >= n && !memcmp(head, with, n);
}

enum ig_kind ig_second_is_pages(const void *head, size_t len, const struct ig_envelope *e, bool *pages_r)
{
	static const char tiff_le[] = "II*", tiff_be[] = {'M', 'M', 0, '*'}, jpeg[] = "\xff\xd8\xff";
	bool tiff = begins(head, len, tiff_le, 4) || begins(head, len, tiff_be, 4);
	bool page = tiff || begins(head, len, "%PDF", 4) || begins(head, len, "\x89PNG", 4) || begins(head, len, jpeg, 3);
	const char *xml = len && memchr(head, '<', len < 16 ? len : 16) ? memmem(head, len, "edXML", 5) : NULL;
	bool typed = e && e->source && !strcmp(e->source, IG_ENVELOPE_BY_HAND); /* a paper that an officer wrote down: text, no picture */
	*pages_r = page || xml || (e && !typed && (e->channel == IG_CHANNEL_FAX || e->channel == IG_CHANNEL_LETTER));
	if (xml && !page)
		return IG_KIND_EDXML;
	if (e && e->channel == IG_CHANNEL_LETTER)
		return IG_KIND_LETTER;
	return tiff || (e && e->channel == IG_CHANNEL_FAX) ? IG_KIND_FAX : IG_KIND_LETTER;
}

static int copy_of(int fd, uint64_t size)
{
	int copy = (int)memfd_create("pages", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (copy >= 0 && (lseek(fd, 0, SEEK_SET) || ig_fs_copy(fd, copy, size) || lseek(copy, 0, SEEK_SET))) {
		close(copy);
		copy = -1;
	}
	return copy;
}

static void read_pages(struct ig_mail *m, int fd, uint64_t size)
{
	const struct ig_parse_child *c = ig_second_child(m, "1", NULL);
	int n = 0;
	if (!m->second) {
		ig_mail_problem(m, "pages are read by a worker, and there is none");
	} else if (!c) {
		int copy = m->second->bytes ? copy_of(fd, size) : -1;
		if (m->second->bytes && copy < 0)
			ig_mail_problem(m, "the pages cannot be handed on");
		else
			ig_second_need(m, "pages", "1", m->envelope ? m->envelope->source_file : NULL, ig_kind_word(m->r->kind), copy, size);
	}
	if (m->second && m->second->scan) {
		int copy = m->second->scan_bytes ? copy_of(fd, size) : -1;
		if (!m->second->scan_bytes || copy >= 0)
			ig_second_need(m, IG_SCAN_KIND, "1", m->envelope ? m->envelope->source_file : NULL, NULL, copy, size);
	}
	for (; c; c = ig_second_child(m, "1", c)) {
		if (c->fd < 0)
			ig_mail_problem(m, "it was not read: %s", c->name ? c->name : "");
		else if (!strcmp(c->type, IG_CHILD_REPORT))
			ig_second_report(m, c, 0, true);
		else
			ig_second_file(m, c, ig_arena_fmt(m->a, "1/%d", ++n));
	}
}

/* The file itself is the one attachment of a letter, as it is of a fax. */
static struct ig_report *letter_report(struct ig_mail *m, int fd, uint64_t size, enum ig_kind kind)
{
	static const char *const none[] = {NULL};
	struct ig_report *r = IG_NEW(m->a, struct ig_report);
	struct ig_attachment *x = IG_NEW(m->a, struct ig_attachment);
	struct ig_sha256 h;
	char *block = ig_arena_alloc(m->a, BLOCK);
	*r = (struct ig_report){.kind = kind, .class = IG_CLASS_PERSON, .class_reason = "a letter", .date = IG_NEVER, .in_reply_to = none, .references = none,
		.delivered_to = none, .attachments = x, .attachment_count = 1};
	ig_sha256_init(&h);
	for (uint64_t at = 0; at < size;) {
		size_t n = size - at < BLOCK ? (size_t)(size - at) : BLOCK;
		if (ig_fs_pread_all(fd, block, n, (off_t)at))
			break;
		if (!at)
			x->type = !memcmp(block, "%PDF", 4) ? "application/pdf" : !memcmp(block, "\x89PNG", 4) ? "image/png" : !memcmp(block, "\xff\xd8", 2) ? "image/jpeg" :
				kind == IG_KIND_EDXML ? "application/xml" : "image/tiff";
		ig_sha256_add(&h, block, n);
		at += n;
	}
	ig_sha256_end(&h, x->sha256);
	memcpy(r->identity, x->sha256, IG_SHA256_LEN);
	x->size = size;
	x->type = x->type ? x->type : "application/octet-stream";
	x->name = m->envelope ? m->envelope->source_file : NULL;
	x->part = "1";
	r->subject = x->name;
	return r;
}

static struct ig_report *pages_report(int fd, uint64_t size, const struct ig_envelope *e, enum ig_kind kind, const struct ig_parse_limits *limits,
	const struct ig_parse_second *second, struct ig_arena *a)
{
	struct ig_mail *m = IG_NEW(a, struct ig_mail);
	*m = (struct ig_mail){.a = a, .limits = limits, .envelope = e, .second = second, .text_left = (size_t)limits->text_max};
	struct ig_report *r = m->r = kind == IG_KIND_FAX ? ig_parse_fax(fd, size, e, a) : letter_report(m, fd, size, kind);
	for (size_t i = 0; i < r->field_count; i++)
		ig_mail_field(m, &r->fields[i]);
	for (const char *const *p = r->problems; p && *p; p++)
		ig_mail_problem(m, "%s", *p);
	for (size_t i = 0; i < r->attachment_count; i++) {
		struct ig_attachment *x = ig_mail_attach(m);
		if (x)
			*x = r->attachments[i];
	}
	read_pages(m, fd, size);
	ig_form_read(m, r->text, NULL);
	r->reply_text = r->text;
	r->attachments = m->attachments;
	r->attachment_count = m->attachment_count;
	r->fields = m->fields;
	r->field_count = m->field_count;
	const char *said = r->text ? r->text : "";
	r->language = ig_language(said, strlen(said));
	if (!r->observable_count)
		ig_observe(m);
	r->folded = ig_mail_search_text(m);
	m->problems[m->problem_count] = NULL;
	r->problems = m->problems;
	return r;
}

struct wanted { /* what the parse of a mail would have read, kept until its text is known */
	const struct ig_parse_second *to;
	struct ig_arena *a;
	struct { struct ig_parse_need n; int fd; uint64_t size; } list[128];
	size_t count;
};

static void keep_need(void *arg, const struct ig_parse_need *n, int fd, uint64_t size)
{
	struct wanted *w = arg;
	if (w->count == IG_COUNT(w->list)) {
		if (fd >= 0)
			close(fd);
		return;
	}
	w->list[w->count].n = *n;
	w->list[w->count].fd = fd;
	w->list[w->count++].size = size;
}

struct ig_report *ig_parse_any(int fd, uint64_t size, const struct ig_envelope *e, const struct ig_parse_limits *given,
	const struct ig_parse_second *second, struct ig_arena *a)
{
	struct ig_parse_limits limits = given ? *given : ig_parse_defaults;
	char head[1024];
	size_t len = size < sizeof head ? (size_t)size : sizeof head;
	bool pages = false;
	if (ig_fs_pread_all(fd, head, len, 0))
		len = 0;
	enum ig_kind kind = ig_second_is_pages(head, len, e, &pages);
	if (pages)
		return pages_report(fd, size, e, kind, &limits, second, a);
	struct wanted w = {.to = second, .a = a};
	struct ig_parse_second keep;
	if (second) {
		keep = *second;
		keep.need = keep_need;
		keep.arg = &w;
	}
	struct ig_report *r = ig_parse_mail_second(fd, size, e, &limits, second ? &keep : NULL, a);
	struct ig_buf words;
	ig_buf_init(&words, IG_PASSWORDS_MAX);
	if (w.count) {
		ig_second_passwords(r->subject, &words);
		ig_second_passwords(r->text, &words);
	}
	for (size_t i = 0; i < w.count; i++) {
		w.list[i].n.words = words.len ? words.data : NULL;
		second->need(second->arg, &w.list[i].n, w.list[i].fd, w.list[i].size);
	}
	ig_buf_free(&words);
	return r;
}
