/* Packages of the document exchange (QCVN 102:2016/BTTTT): envelope and attachments, with the prefix edXML: on every element or without it, since
 * both are sent. Its fields are those of a letter (Decree 30/2020, Annex VI). Relies on xml.c; attachments are read like any other file. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "base/opt.h"
#include "pages/xml.h"

enum { DEPTH_MAX = 24, VALUE_MAX = 4000 };

struct package {
	struct ig_doc *d;
	char path[DEPTH_MAX][40];
	size_t depth;
	struct ig_buf text;      /* of the element being read */
	const char *code, *notation, *date, *issuer, *subject, *content, *priority, *signer, *due, *address, *email, *phone, *fax, *answers, *answers_sign, *id;
	const char *organ, *status, *status_words; /* code of the sender; of a status message what it says */
	struct ig_buf to;
	const char *name, *type; /* of the attachment being read */
	struct ig_buf data;
	bool in_data;
	size_t files;
};

static bool inside(const struct package *p, const char *name)
{
	for (size_t i = 0; i < p->depth && i < DEPTH_MAX; i++)
		if (!strcmp(p->path[i], name))
			return true;
	return false;
}

static bool is(const char *name, const char *what)
{
	return !strcmp(name, what);
}

/* Four letters to three bytes; whatever is no letter of it is skipped (RFC 2045 section 6.8). */
static size_t base64(char *s, size_t len)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	size_t out = 0;
	int have = 0;
	for (size_t i = 0; i < len && s[i] != '='; i++) {
		const char *at = s[i] ? strchr(letters, s[i]) : NULL;
		if (!at)
			continue;
		bits = bits << 6 | (uint32_t)(at - letters);
		if (++have == 4) {
			s[out++] = (char)(bits >> 16);
			s[out++] = (char)(bits >> 8);
			s[out++] = (char)bits;
			have = 0, bits = 0;
		}
	}
	if (have >= 2)
		s[out++] = (char)(bits >> (have * 6 - 8));
	if (have == 3)
		s[out++] = (char)(bits >> 2);
	return out;
}

static void begin(void *arg, const char *name, xmlTextReaderPtr r)
{
	struct package *p = arg;
	(void)r;
	if (p->depth < DEPTH_MAX) {
		size_t n = strlen(name);
		n = n < sizeof p->path[0] ? n : sizeof p->path[0] - 1;
		memcpy(p->path[p->depth], name, n);
		p->path[p->depth][n] = 0;
	}
	p->depth++;
	ig_buf_reset(&p->text);
	if (is(name, "Attachment")) {
		p->name = p->type = NULL;
		ig_buf_reset(&p->data);
	}
	p->in_data = is(name, "ContentTransferEncoded");
}

static void attachment(struct package *p)
{
	struct ig_doc *d = p->d;
	size_t len = base64(p->data.data ? p->data.data : p->text.data, p->data.len);
	if (!p->data.data || !len) {
		ig_doc_problem(d, "an attachment of the package is empty");
		return;
	}
	ig_doc_file(d, p->name ? p->name : "attachment", p->type, p->data.data, len);
	p->files++;
}

static void header(struct package *p, const char *name, const char *v)
{
	const struct { const char *within, *name; const char **to; } places[] = {{"Code", "CodeNumber", &p->code}, {"Code", "CodeNotation", &p->notation},
		{"PromulgationInfo", "PromulgationDate", &p->date}, {"From", "OrganName", &p->issuer}, {"From", "OrganAdd", &p->address}, {"From", "Email", &p->email},
		{"From", "OrganId", &p->organ}, {"From", "Telephone", &p->phone}, {"From", "Fax", &p->fax}, {"MessageHeader", "Subject", &p->subject}, {"MessageHeader", "Content", &p->content},
		{"OtherInfo", "Priority", &p->priority}, {"SignerInfo", "FullName", &p->signer}, {"MessageHeader", "DueDate", &p->due},
		{"MessageHeader", "DocumentId", &p->id}};
	if (inside(p, "ResponseFor")) { /* the letter that this one answers */
		if (is(name, "CodeNumber"))
			p->answers = v;
		else if (is(name, "CodeNotation"))
			p->answers_sign = v;
		else if (is(name, "Code")) /* of a status message: number and sign in one */
			p->answers = v, p->answers_sign = NULL;
		else if (is(name, "DocumentId") && !p->answers && strrchr(v, ',') && strchr(strrchr(v, ','), '/'))
			p->answers = strrchr(v, ',') + 1, p->answers_sign = NULL;
		return;
	}
	for (size_t i = 0; i < IG_COUNT(places); i++)
		if (is(name, places[i].name) && inside(p, places[i].within) && !*places[i].to)
			*places[i].to = v;
	if (inside(p, "Status") && is(name, "StatusCode"))
		p->status = v;
	else if (inside(p, "Status") && is(name, "Description"))
		p->status_words = v;
	if (is(name, "OrganName") && inside(p, "To"))
		ig_buf_fmt(&p->to, "%s%s", p->to.len ? "; " : "", v);
}

static void end(void *arg, const char *name)
{
	struct package *p = arg;
	p->depth -= p->depth > 0;
	p->in_data = false;
	while (p->text.len && strchr(" \t\r\n", p->text.data[p->text.len - 1]))
		ig_buf_cut(&p->text, p->text.len - 1);
	const char *v = p->text.len ? ig_doc_text(p->d, p->text.data, p->text.len < VALUE_MAX ? p->text.len : VALUE_MAX, "utf-8") : NULL;
	if (v)
		v += strspn(v, " \t\r\n");
	if (is(name, "Attachment"))
		attachment(p);
	else if (inside(p, "Attachment") && v && is(name, "AttachmentName"))
		p->name = v;
	else if (inside(p, "Attachment") && v && is(name, "ContentType"))
		p->type = strchr(v, '/') ? v : NULL;
	else if (v && *v && (inside(p, "MessageHeader") || inside(p, "Status")))
		header(p, name, v);
	ig_buf_reset(&p->text);
}

static void text(void *arg, const char *value)
{
	struct package *p = arg;
	ig_buf_str(p->in_data ? &p->data : &p->text, value);
}

static void tell(struct ig_doc *d, const char *name, const char *value)
{
	struct ig_field f = {.name = name, .value = value, .confidence = 1.0, .where = "envelope", .rule = "edxml"};
	if (value && *value)
		ig_doc_field(d, &f);
}

/* yyyy/MM/dd, and what others make of it. */
static const char *date_of(struct ig_doc *d, const char *v)
{
	int a = 0, b = 0, c = 0;
	char *s;
	if (!v)
		return NULL;
	a = (int)strtol(v, &s, 10);
	b = *s ? (int)strtol(s + 1, &s, 10) : 0;
	c = *s ? (int)strtol(s + 1, &s, 10) : 0;
	if (a < 32) {
		int swap = a;
		a = c, c = swap;
	}
	return a > 1990 && a < 2200 && b >= 1 && b <= 12 && c >= 1 && c <= 31 ? ig_arena_fmt(d->a, "%04d-%02d-%02d", a, b, c) : NULL;
}

static const char *urgency(const char *v)
{
	static const char *const words[] = {NULL, "khẩn", "thượng khẩn", "hỏa tốc"};
	if (!v)
		return NULL;
	return v[0] >= '0' && v[0] <= '3' && !v[1] ? words[v[0] - '0'] : v[0] >= '0' && v[0] <= '9' ? NULL : v;
}

/* What became of a document of ours at the other end: 01 arrived, 03 registered, 04 to 06 being worked on, 02 refused; the rest (a wish to take back what was
 * sent, and answers to one) is for a person. It is a delivery report, and told as one: nobody answers it, and no case begins with it. */
static void tell_status(struct package *p)
{
	struct ig_doc *d = p->d;
	struct ig_bounce *b = IG_NEW(d->a, struct ig_bounce);
	bool refused = !strcmp(p->status, "02"), delivered = strlen(p->status) == 2 && p->status[0] == '0' && p->status[1] >= '1' && p->status[1] <= '6' && !refused;
	*b = (struct ig_bounce){.recipient = p->organ ? ig_arena_fmt(d->a, "edxml:%s", p->organ) : NULL, .action = delivered ? "delivered" : "failed",
		.kind = refused ? IG_BOUNCE_KIND_REFUSED : IG_BOUNCE_KIND_NONE, .status = p->status, .words = p->status_words};
	tell(d, "letter.in_reply_to", p->answers);
	tell(d, "letter.issuer", p->issuer);
	tell(d, "exchange.status", p->status);
	if (d->inside)
		return;
	d->r->class = IG_CLASS_DELIVERY_REPORT;
	d->r->class_reason = "a status message of the document exchange";
	d->r->bounces = b;
	d->r->bounce_count = 1;
	d->r->subject = ig_arena_fmt(d->a, "%s: %s%s%s", p->answers ? p->answers : "?", p->status, p->status_words ? " " : "", p->status_words ? p->status_words : "");
}

static void tell_all(struct package *p)
{
	struct ig_doc *d = p->d;
	if (p->status) {
		tell_status(p);
		return;
	}
	tell(d, "letter.number", p->code && p->notation ? ig_arena_fmt(d->a, "%s/%s", p->code, p->notation) : NULL);
	tell(d, "letter.date", date_of(d, p->date));
	tell(d, "letter.issuer", p->issuer);
	tell(d, "letter.subject", p->subject);
	tell(d, "letter.urgency", urgency(p->priority));
	tell(d, "letter.in_reply_to", p->answers && p->answers_sign ? ig_arena_fmt(d->a, "%s/%s", p->answers, p->answers_sign) : p->answers);
	tell(d, "letter.recipients", p->to.len ? ig_arena_strdup(d->a, p->to.data) : NULL);
	tell(d, "letter.signer", p->signer);
	tell(d, "letter.due", date_of(d, p->due));
	tell(d, "letter.document_id", p->id);
	tell(d, "exchange.organ", p->organ);
	tell(d, "reporter.organisation", p->issuer);
	tell(d, "reporter.address", p->address);
	tell(d, "reporter.email", p->email);
	tell(d, "reporter.phone", p->phone);
	tell(d, "reporter.fax", p->fax);
	if (!p->code || !p->issuer || !p->subject)
		ig_doc_problem(d, "the envelope of the package lacks number, sender or subject");
}

const char *ig_doc_edxml(struct ig_doc *d, const struct ig_blob *b)
{
	static const struct ig_xml_h h = {begin, end, text};
	struct package p = {.d = d};
	ig_buf_init(&p.text, 1 << 20);
	ig_buf_init(&p.data, (size_t)d->job->limits.file_max * 3 / 2);
	ig_buf_init(&p.to, VALUE_MAX);
	if (ig_xml_read_large(d, b->p, b->len, &h, &p))
		ig_doc_problem(d, "the package is damaged; what could be read was");
	tell_all(&p);
	if (!d->inside) {
		d->r->kind = IG_KIND_EDXML;
		d->r->subject = p.status ? d->r->subject : p.subject;
		d->result = p.status ? "a status message" : ig_arena_fmt(d->a, "a package with %zu file%s", p.files, p.files == 1 ? "" : "s");
	}
	const char *words = p.status ? ig_arena_fmt(d->a, "%s %s", p.status, p.status_words ? p.status_words : "") :
		ig_arena_fmt(d->a, "%s%s%s", p.subject ? p.subject : "", p.content ? "\n\n" : "", p.content ? p.content : "");
	ig_buf_free(&p.text);
	ig_buf_free(&p.data);
	ig_buf_free(&p.to);
	return words;
}
