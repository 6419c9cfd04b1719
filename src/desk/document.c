/* A document that came is confirmed to who sent it the same day (Decree 30/2020, Article 21): a package of the exchange by a status message, a scanned or
 * faxed letter whose head and number several readings agree on by mail or fax, where the profile says so. Who sent it is the party with that code, or the
 * party whose name the head bears; where that is not sure it stays a person's duty. Relies on issuer.c and post.c; the receipt to people who wrote to us
 * is letter.c's. */
#include <string.h>
#include "desk/room.h"
#include "store/books.h"

#define SURE 0.95 /* three of four readings, a text layer, an envelope */
#define NEAR 0.9  /* of a name in the directory */

static const struct ig_field *of(const struct ig_field *list, size_t count, const char *name)
{
	const struct ig_field *best = NULL;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i].name, name) && list[i].value && (!best || list[i].confidence > best->confidence))
			best = &list[i];
	return best;
}

struct aim { struct ig_party party; enum ig_channel channel; const char *address; };

static int by_code(struct ig_taking *t, struct aim *x)
{
	const struct ig_field *organ = of(t->r.fields, t->r.field_count, "exchange.organ");
	if (!organ)
		return 0;
	x->channel = IG_CHANNEL_LETTER;
	x->address = ig_arena_fmt(t->a, IG_DESK_EDXML "%s", organ->value);
	return ig_store_party_by_address(t->d->store, x->channel, x->address, t->f->at, t->a, &x->party);
}

static int by_head(struct ig_taking *t, struct aim *x)
{
	const struct ig_field *issuer = of(t->r.fields, t->r.field_count, "letter.issuer"), *number = of(t->r.fields, t->r.field_count, "letter.number");
	struct ig_field *kept = NULL;
	size_t count = 0;
	if (!issuer || !number || issuer->confidence < SURE || number->confidence < SURE)
		return 0;
	if (ig_desk_issuer(t->d, &t->message, &t->r) || ig_store_fields(t->d->store, t->message.id, t->a, &kept, &count) < 0)
		return -1;
	const struct ig_field *known = of(kept, count, "letter.issuer_party");
	int found = known && known->confidence >= NEAR ? ig_store_party_by_name(t->d->store, known->value, t->a, &x->party) : 0;
	for (size_t i = 0; found == 1 && i < x->party.channel_count && !x->address; i++) {
		const struct ig_party_channel *c = &x->party.channels[i];
		if (c->state == IG_CHANNEL_STATE_OK && (c->channel == IG_CHANNEL_MAIL || c->channel == IG_CHANNEL_FAX))
			x->channel = c->channel, x->address = c->address;
	}
	return found < 0 ? -1 : found && x->address;
}

/* 1 with whom to tell, 0 nobody is sure. */
static int whose(struct ig_taking *t, struct aim *x)
{
	if (t->r.kind == IG_KIND_EDXML)
		return by_code(t, x);
	return t->profile->document_receipts == IG_DOCUMENT_RECEIPTS_KNOWN && (t->r.kind == IG_KIND_LETTER || t->r.kind == IG_KIND_FAX) ? by_head(t, x) : 0;
}

static void put(json_t *o, const char *key, const struct ig_field *f)
{
	if (f && f->confidence >= SURE)
		json_object_set_new(o, key, json_string(f->value));
}

static json_t *fields_of(struct ig_taking *t, int64_t arrival)
{
	char at[IG_TIME_MAX];
	const struct ig_field *list = t->r.fields;
	size_t n = t->r.field_count;
	json_t *document = json_pack("{s:s}", "received_at", ig_time_rfc3339(t->f->at, at));
	put(document, "number", of(list, n, "letter.number"));
	put(document, "date", of(list, n, "letter.date"));
	put(document, "issuer", of(list, n, "letter.issuer"));
	if (t->r.kind == IG_KIND_EDXML) /* what a letter is about goes back to nobody who is only read off its head */
		put(document, "subject", of(list, n, "letter.subject"));
	json_t *o = json_pack("{s:o, s:s, s:{s:s, s:s}}", "document", document, "channel", ig_channel_word(t->e->channel), "arrival", "number",
		ig_arena_fmt(t->a, "%04lld", (long long)arrival), "date", at);
	if (t->r.kind == IG_KIND_FAX) /* Decree 30/2020: black and white at so few lines it is a copy for information */
		json_object_set_new(o, "want_original", json_true());
	return o;
}

/* The same letter came before: it was confirmed then. */
static int is_again(struct ig_taking *t)
{
	const struct ig_field *number = of(t->r.fields, t->r.field_count, "letter.number"), *issuer = of(t->r.fields, t->r.field_count, "letter.issuer");
	int64_t twin = number && issuer ? ig_store_letter_twin(t->d->store, number->value, issuer->value, t->message.id) : 0;
	return twin < 0 ? -1 : twin != 0;
}

int ig_taking_document(struct ig_taking *t)
{
	struct aim x = {.address = NULL};
	struct ig_why why = {""};
	struct ig_dispatch made;
	int64_t arrival = 0, id = 0;
	if (t->profile->document_receipts == IG_DOCUMENT_RECEIPTS_NONE || t->state != IG_MESSAGE_STATE_FILED || t->e->imported || t->receipt.due || t->r.fallback ||
		!t->incident.id || t->m.duplicate_of || !ig_decide_opens_incident(t->r.class) || t->f->seq <= t->d->again || !t->d->conf->receipts)
		return 0;
	int found = whose(t, &x), again = found > 0 ? is_again(t) : 0;
	if (found <= 0 || again)
		return found < 0 || again < 0 ? -1 : 0;
	if (ig_store_arrival_number(t->d->store, t->message.id, t->f->at) < 0 || ig_store_arrival_of(t->d->store, t->message.id, &arrival))
		return -1;
	struct ig_desk_post p = {.kind = "document-receipt", .incident = t->incident.id, .answers = t->message.id, .party = x.party.id, .channel = x.channel,
		.address = x.address, .lane = IG_LANE_RECEIPTS, .fields = fields_of(t, arrival), .actor = "clerk",
		.alone = "a document is confirmed to who sent it the same day (the profile's document_receipts)"};
	int code = ig_desk_post(t->d, &p, &id, &why);
	if (code < 0 || (!code && ig_store_dispatch_get(t->d->store, id, false, t->a, &made) != 1))
		return -1;
	/* One that cannot leave by itself is a person's, with its reason. */
	t->receipt.owe_duty = code || made.state == IG_DISPATCH_STATE_HELD;
	t->receipt.why = t->receipt.owe_duty ? ig_arena_strdup(t->a, code ? why.text : made.why ? made.why : "its receipt is held") : "confirmed to who sent it";
	return 0;
}
