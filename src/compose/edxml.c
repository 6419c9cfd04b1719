/* The packet of QCVN 102:2016/BTTTT with its amendment 1:2022: every element below the envelope bears the prefix, because one reader refuses
 * those without; the encoded attachment stands outside and bears none. Dates are yyyy/MM/dd. Relies on nothing; parses nothing. */
#include <stdio.h>
#include <string.h>
#include "base/base64.h"
#include "base/utf8.h"
#include "compose/edxml.h"

#define SPACE "http://www.mic.gov.vn/TBT/QCVN_102_2016"

/* Text of an element: markup escaped, characters that XML 1.0 has not left out. */
static void escaped(struct ig_buf *b, const char *text)
{
	for (const char *p = text ? text : ""; *p; p++) {
		if (*p == '&')
			ig_buf_str(b, "&amp;");
		else if (*p == '<')
			ig_buf_str(b, "&lt;");
		else if (*p == '>')
			ig_buf_str(b, "&gt;");
		else if ((unsigned char)*p >= ' ' || *p == '\n' || *p == '\t')
			ig_buf_char(b, *p);
	}
}

static void element(struct ig_buf *b, const char *name, const char *text)
{
	ig_buf_fmt(b, "<edXML:%s>", name);
	escaped(b, text);
	ig_buf_fmt(b, "</edXML:%s>\n", name);
}

static void element_if(struct ig_buf *b, const char *name, const char *text)
{
	if (text && *text)
		element(b, name, text);
}

static void number_element(struct ig_buf *b, const char *name, int64_t n)
{
	ig_buf_fmt(b, "<edXML:%s>%lld</edXML:%s>\n", name, (long long)n, name);
}

static void organ(struct ig_buf *b, const char *as, const struct ig_edxml_organ *o)
{
	ig_buf_fmt(b, "<edXML:%s>\n", as);
	element(b, "OrganId", o->id);
	element(b, "OrganizationInCharge", o->in_charge);
	element(b, "OrganName", o->name);
	element_if(b, "OrganAdd", o->address);
	element_if(b, "Email", o->email);
	element_if(b, "Telephone", o->phone);
	element_if(b, "Fax", o->fax);
	element_if(b, "Website", o->web);
	ig_buf_fmt(b, "</edXML:%s>\n", as);
}

static void day_of(ig_time t, char out[16])
{
	char text[IG_TIME_MAX];
	ig_time_rfc3339(t, text);
	snprintf(out, 16, "%.4s/%.2s/%.2s", text, text + 5, text + 8);
}

static void moment_of(ig_time t, char out[32])
{
	char text[IG_TIME_MAX];
	ig_time_rfc3339(t, text);
	snprintf(out, 32, "%.4s/%.2s/%.2s %.8s", text, text + 5, text + 8, text + 11);
}

/* "2026-11-20" or what else was given, as the exchange writes days. */
static void day_word(const char *is, char out[16])
{
	snprintf(out, 16, "%.15s", is ? is : "");
	for (char *p = out; *p; p++)
		*p = *p == '-' ? '/' : *p;
}

static void answers(struct ig_buf *b, const struct ig_edxml_of *of)
{
	char day[16], id[300];
	day_word(of->date, day);
	snprintf(id, sizeof id, "%.60s,%.15s,%.150s", of->organ ? of->organ : "", day, of->number ? of->number : "");
	ig_buf_str(b, "<edXML:ResponseFor>\n");
	element(b, "OrganId", of->organ);
	element(b, "Code", of->number);
	element(b, "PromulgationDate", day);
	element(b, "DocumentId", id);
	ig_buf_str(b, "</edXML:ResponseFor>\n");
}

static void document(struct ig_buf *b, const struct ig_edxml *e)
{
	char day[16], id[300], number[40];
	day_of(e->date, day);
	snprintf(number, sizeof number, "%02lld", (long long)e->number);
	snprintf(id, sizeof id, "%.60s,%.15s,%.40s/%.100s", e->from.id, day, number, e->sign);
	ig_buf_str(b, "<edXML:MessageHeader>\n");
	organ(b, "From", &e->from);
	for (size_t i = 0; i < e->to_count; i++)
		organ(b, "To", &e->to[i]);
	ig_buf_str(b, "<edXML:Code>\n");
	element(b, "CodeNumber", number);
	element(b, "CodeNotation", e->sign);
	ig_buf_str(b, "</edXML:Code>\n<edXML:PromulgationInfo>\n");
	element(b, "Place", e->place);
	element(b, "PromulgationDate", day);
	ig_buf_str(b, "</edXML:PromulgationInfo>\n<edXML:DocumentType>\n");
	number_element(b, "Type", 2); /* an administrative document */
	element(b, "TypeName", e->type_name);
	element(b, "TypeDetail", "");
	ig_buf_str(b, "</edXML:DocumentType>\n");
	element(b, "Subject", e->subject);
	element(b, "Content", e->content);
	ig_buf_str(b, "<edXML:SignerInfo>\n");
	element(b, "Competence", e->signer_prefix);
	element(b, "Position", e->signer_post);
	element(b, "FullName", e->signer_name);
	ig_buf_str(b, "</edXML:SignerInfo>\n");
	element(b, "DueDate", "");
	ig_buf_str(b, "<edXML:ToPlaces>\n");
	for (size_t i = 0; i < e->to_count; i++)
		element(b, "Place", e->to[i].name);
	ig_buf_str(b, "</edXML:ToPlaces>\n<edXML:OtherInfo>\n");
	number_element(b, "Priority", e->priority);
	element(b, "SphereOfPromulgation", "");
	element(b, "TyperNotation", "");
	number_element(b, "PromulgationAmount", (int64_t)e->to_count);
	number_element(b, "PageAmount", e->pages);
	ig_buf_str(b, "<edXML:Appendixes></edXML:Appendixes>\n</edXML:OtherInfo>\n");
	if (e->answers)
		answers(b, e->answers);
	number_element(b, "SteeringType", e->answers ? 1 : 0);
	element(b, "DocumentId", id);
	ig_buf_str(b, "</edXML:MessageHeader>\n");
}

static void trace(struct ig_buf *b, const struct ig_edxml *e)
{
	char at[32];
	moment_of(e->date, at);
	ig_buf_str(b, "<edXML:TraceHeaderList edXML:id=\"1\" edXML:version=\"1.0\" edXML:mustUnderstand=\"0\" edXML:actor=\"\">\n<edXML:TraceHeader>\n");
	element(b, "OrganId", e->from.id);
	element(b, "Timestamp", at);
	ig_buf_str(b, "</edXML:TraceHeader>\n<edXML:Bussiness>\n"); /* spelled as the exchange spells it */
	number_element(b, "BussinessDocType", 0);
	element(b, "BussinessDocReason", "");
	ig_buf_str(b, "<edXML:StaffInfo>\n");
	element(b, "Department", "");
	element(b, "Staff", e->signer_name);
	element(b, "Mobile", "");
	element(b, "Email", e->from.email);
	ig_buf_str(b, "</edXML:StaffInfo>\n");
	number_element(b, "Paper", 0);
	ig_buf_str(b, "</edXML:Bussiness>\n</edXML:TraceHeaderList>\n<edXML:DigitalSignature></edXML:DigitalSignature>\n");
}

static int sound(const struct ig_edxml_organ *o, const char *who, struct ig_why *why)
{
	if (!o->id || !*o->id || !o->name || !*o->name)
		return ig_why(why, "the %s has no code or no name in the exchange", who);
	return 0;
}

int ig_compose_edxml(const struct ig_edxml *e, struct ig_buf *out, struct ig_why *why)
{
	if (sound(&e->from, "sender", why) || !e->to_count)
		return e->to_count ? -1 : ig_why(why, "it goes to nobody");
	for (size_t i = 0; i < e->to_count; i++)
		if (sound(&e->to[i], "addressee", why))
			return -1;
	if (!e->number || !e->sign || !e->file)
		return ig_why(why, "an electronic document needs its number, its sign and the document itself");
	ig_buf_str(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<edXML xmlns:edXML=\"" SPACE "\">\n<edXML:edXMLEnvelope>\n<edXML:edXMLHeader>\n");
	document(out, e);
	trace(out, e);
	ig_buf_str(out, "</edXML:edXMLHeader>\n<edXML:edXMLBody>\n<edXML:edXMLManifest edXML:version=\"1.0\">\n<edXML:Reference>\n");
	element(out, "Description", e->subject);
	element(out, "AttachmentName", e->file_name);
	element(out, "ContentType", e->file_type);
	element(out, "ContentId", "cid:1");
	ig_buf_str(out, "</edXML:Reference>\n</edXML:edXMLManifest>\n</edXML:edXMLBody>\n</edXML:edXMLEnvelope>\n<AttachmentEncoded>\n<Attachment>\n<ContentType>");
	escaped(out, e->file_type);
	ig_buf_str(out, "</ContentType>\n<ContentId>cid:1</ContentId>\n<Description>");
	escaped(out, e->subject);
	ig_buf_str(out, "</Description>\n<ContentTransferEncoded>");
	ig_base64_lines(out, e->file, e->file_size, "\n");
	ig_buf_str(out, "</ContentTransferEncoded>\n<AttachmentName>");
	escaped(out, e->file_name);
	ig_buf_str(out, "</AttachmentName>\n</Attachment>\n</AttachmentEncoded>\n</edXML>\n");
	return out->over ? ig_why(why, "the packet is too large") : 0;
}

int ig_compose_edxml_status(const struct ig_edxml_status *s, struct ig_buf *out, struct ig_why *why)
{
	char at[32];
	if (sound(&s->from, "sender", why) || sound(&s->to, "addressee", why))
		return -1;
	if (!s->code || strlen(s->code) != 2 || !s->of.number)
		return ig_why(why, "a status needs its code and the number of the document it is about");
	moment_of(s->at, at);
	ig_buf_str(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<edXML xmlns:edXML=\"" SPACE "\">\n<edXML:edXMLEnvelope>\n<edXML:edXMLHeader>\n<edXML:Status>\n");
	answers(out, &s->of);
	organ(out, "From", &s->from);
	element(out, "StatusCode", s->code);
	element(out, "Description", s->words);
	element(out, "Timestamp", at);
	ig_buf_str(out, "<edXML:StaffInfo>\n");
	element(out, "Department", "");
	element(out, "Staff", "");
	ig_buf_str(out, "</edXML:StaffInfo>\n</edXML:Status>\n</edXML:edXMLHeader>\n</edXML:edXMLEnvelope>\n</edXML>\n");
	return out->over ? ig_why(why, "the message is too large") : 0;
}
