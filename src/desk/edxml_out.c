/* A letter as an electronic document: to a party whose letter channel reads "edxml:CODE" goes a packet with the signed PDF instead of paper. The receipt
 * of a document and its return are status messages there. Relies on compose/edxml.c for the packet, on the letter's page model for what it says. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include "compose/edxml.h"
#include "desk/room.h"

bool ig_desk_is_edxml(const struct ig_dispatch *dispatch)
{
	return dispatch->channel == IG_CHANNEL_LETTER && dispatch->address && !strncmp(dispatch->address, IG_DESK_EDXML, sizeof IG_DESK_EDXML - 1);
}

bool ig_desk_is_status(const struct ig_dispatch *dispatch)
{
	return ig_desk_is_edxml(dispatch) && (!strcmp(dispatch->letter, "document-receipt") || !strcmp(dispatch->letter, "misdirected"));
}

static const char *text_of(json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

static int priority_of(const char *urgency)
{
	return !strcmp(urgency, "HỎA TỐC") ? 3 : !strcmp(urgency, "THƯỢNG KHẨN") ? 2 : *urgency ? 1 : 0;
}

struct parts {
	struct ig_dispatch dispatch;
	struct ig_store_letter letter;
	struct ig_party party;
	const struct ig_profile *profile;
	json_t *page, *fields;
	struct ig_edxml_organ from, to;
	struct ig_edxml_of of;
};

static int load(struct ig_desk *d, int64_t id, struct ig_arena *a, struct parts *p)
{
	int found = ig_store_dispatch_get(d->store, id, false, a, &p->dispatch);
	int kept = found > 0 ? ig_store_letter_get(d->store, id, a, &p->letter) : found;
	int known = kept > 0 && p->dispatch.party ? ig_store_party_get(d->store, p->dispatch.party, a, &p->party) : kept;
	if (known <= 0 || !ig_desk_is_edxml(&p->dispatch))
		return known < 0 ? -1 : 0;
	p->profile = ig_conf_profile_at(d->conf, p->letter.dated != IG_NEVER ? p->letter.dated : ig_now());
	p->page = json_loads(p->letter.page ? p->letter.page : "{}", 0, NULL);
	p->fields = json_loads(p->letter.fields ? p->letter.fields : "{}", 0, NULL);
	const struct ig_profile *pr = p->profile;
	p->from = (struct ig_edxml_organ){pr->organ_id, pr->organ_in_charge, pr->office.vi ? pr->office.vi : pr->office.en, pr->address, pr->email, pr->phone, pr->fax,
		pr->web};
	p->to = (struct ig_edxml_organ){.id = p->dispatch.address + sizeof IG_DESK_EDXML - 1, .name = p->party.name};
	json_t *document = json_object_get(p->fields, "document");
	p->of = (struct ig_edxml_of){p->to.id, *text_of(document, "number") ? text_of(document, "number") : NULL, text_of(document, "date")};
	return 1;
}

static int packet(struct ig_desk *d, const struct parts *p, int pages, const void *pdf, size_t len, struct ig_buf *out, struct ig_why *why)
{
	json_t *signer = json_object_get(p->page, "signer");
	char name[64], text[IG_DISPATCH_TEXT_MAX];
	(void)d;
	snprintf(name, sizeof name, "%s.pdf", ig_dispatch_print(p->dispatch.id, text));
	struct ig_edxml e = {.from = p->from, .to = &p->to, .to_count = 1, .number = p->letter.number, .sign = text_of(p->page, "sign"), .place = p->profile->place,
		.date = p->letter.dated, .type_name = *text_of(p->page, "type_name") ? text_of(p->page, "type_name") : "Công văn", .subject = text_of(p->page, "subject"),
		.content = text_of(p->page, "subject"), .signer_prefix = text_of(signer, "prefix"), .signer_post = text_of(signer, "post"),
		.signer_name = text_of(signer, "name"), .priority = priority_of(text_of(p->page, "urgency")), .pages = pages,
		.answers = p->of.number ? &p->of : NULL, .file_name = name, .file_type = "application/pdf", .file = pdf, .file_size = len};
	return ig_compose_edxml(&e, out, why);
}

int ig_desk_edxml(struct ig_desk *d, int64_t id, int pages, const void *pdf, size_t len, struct ig_arena *a, struct ig_buf *out, struct ig_why *why)
{
	struct parts p = {0};
	int rc = load(d, id, a, &p);
	if (rc == 1) {
		bool returned = !strcmp(p.dispatch.letter, "misdirected");
		struct ig_edxml_status s = {.from = p.from, .to = p.to, .of = p.of, .code = returned ? "02" : "03", .words = text_of(p.fields, "reason"), .at = p.letter.dated};
		rc = ig_desk_is_status(&p.dispatch) ? ig_compose_edxml_status(&s, out, why) : packet(d, &p, pages, pdf, len, out, why);
		rc = rc ? -2 : 1;
	}
	json_decref(p.page);
	json_decref(p.fields);
	return rc;
}

int ig_desk_edxml_left(struct ig_desk *d, const struct ig_dispatch *dispatch)
{
	ig_time now = ig_now();
	struct ig_attempt at = {.at = now, .outcome = IG_OK, .code = "outbox", .text = "put into the outbox of the exchange"};
	if (dispatch->state != IG_DISPATCH_STATE_QUEUED)
		return 0;
	if (ig_store_attempt_add(d->store, dispatch->id, &at) < 0 ||
		ig_store_dispatch_set_state(d->store, dispatch->id, IG_DISPATCH_STATE_SENDING, NULL, now) < 0 ||
		ig_store_dispatch_set_state(d->store, dispatch->id, IG_DISPATCH_STATE_SENT, NULL, now) < 0)
		return -1;
	return ig_desk_left(d, dispatch, now);
}
