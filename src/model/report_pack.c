/* Report between reader and clerk, as typed fields (base/pack.h).
 * Relies on ig_unpack_* for lengths and UTF-8; adds counts, words, ranges and what may not be NULL. The reader parsed hostile bytes and is
 * not trusted: whatever it says is either a well-formed report or none.
 * Does not cross a host or a restart: never on disk, so no older forms are read. */
#include <math.h>
#include <string.h>
#include "base/link.h"
#include "base/pack.h"
#include "model/report.h"

#define REPORT_FORM 5

static void pack_double(struct ig_buf *out, double d)
{
	uint64_t bits;
	memcpy(&bits, &d, sizeof bits);
	ig_pack_u64(out, bits);
}

static void pack_address(struct ig_buf *out, const struct ig_address *x)
{
	ig_pack_u64(out, x != NULL);
	if (!x)
		return;
	ig_pack_str(out, x->name);
	ig_pack_str(out, x->address);
}

static void pack_addresses(struct ig_buf *out, const struct ig_address *list, size_t count)
{
	ig_pack_u64(out, count);
	for (size_t i = 0; i < count; i++) {
		ig_pack_str(out, list[i].name);
		ig_pack_str(out, list[i].address);
	}
}

static void pack_strings(struct ig_buf *out, const char *const *list)
{
	size_t count = 0;
	while (list && list[count])
		count++;
	ig_pack_u64(out, count);
	for (size_t i = 0; i < count; i++)
		ig_pack_str(out, list[i]);
}

static void pack_head(struct ig_buf *out, const struct ig_report *r)
{
	ig_pack_u64(out, REPORT_FORM);
	ig_pack_u64(out, r->kind);
	ig_pack_u64(out, r->class);
	ig_pack_str(out, r->class_reason);
	ig_pack_str(out, r->message_id);
	ig_pack_i64(out, r->date);
	ig_pack_i64(out, r->date_zone);
	pack_address(out, r->from);
	pack_address(out, r->reply_to);
	pack_address(out, r->sender);
	pack_addresses(out, r->to, r->to_count);
	pack_addresses(out, r->cc, r->cc_count);
	ig_pack_str(out, r->subject);
	ig_pack_str(out, r->text);
	/* Most mails quote nothing: the same text is not carried twice. */
	bool same = r->text && r->reply_text && (r->text == r->reply_text || !strcmp(r->text, r->reply_text));
	ig_pack_u64(out, same);
	ig_pack_str(out, same ? NULL : r->reply_text);
}

static void pack_events(struct ig_buf *out, const struct ig_report *r)
{
	ig_pack_u64(out, r->event_count);
	for (size_t i = 0; i < r->event_count; i++) {
		const struct ig_event *x = &r->events[i];
		ig_pack_str(out, x->address);
		ig_pack_str(out, x->at);
		ig_pack_str(out, x->domain);
		ig_pack_str(out, x->category);
		ig_pack_str(out, x->kind);
		ig_pack_str(out, x->detail);
		ig_pack_u64(out, (uint64_t)x->port);
		ig_pack_u64(out, (uint64_t)x->asn);
	}
	ig_pack_u64(out, r->event_total);
	ig_pack_u64(out, r->slow_count);
	for (size_t i = 0; i < r->slow_count; i++)
		ig_pack_str(out, r->slow[i]);
	ig_pack_u64(out, r->filter_empty);
	ig_pack_u64(out, r->pages > 0 ? (uint64_t)r->pages : 0);
}

static void pack_lists(struct ig_buf *out, const struct ig_report *r)
{
	ig_pack_u64(out, r->attachment_count);
	for (size_t i = 0; i < r->attachment_count; i++) {
		const struct ig_attachment *x = &r->attachments[i];
		ig_pack_str(out, x->name);
		ig_pack_str(out, x->type);
		ig_pack_u64(out, x->size);
		ig_pack_bytes(out, x->sha256, IG_SHA256_LEN);
		ig_pack_str(out, x->part);
		ig_pack_str(out, x->hazard);
		ig_pack_str(out, x->text);
	}
	pack_strings(out, r->in_reply_to);
	pack_strings(out, r->references);
	ig_pack_u64(out, r->bounce_count);
	for (size_t i = 0; i < r->bounce_count; i++) {
		const struct ig_bounce *x = &r->bounces[i];
		ig_pack_str(out, x->recipient);
		ig_pack_str(out, x->action);
		ig_pack_str(out, x->status);
		ig_pack_str(out, x->original_message_id);
		ig_pack_str(out, x->words);
		ig_pack_u64(out, x->kind);
	}
	ig_pack_u64(out, r->field_count);
	for (size_t i = 0; i < r->field_count; i++) {
		const struct ig_field *x = &r->fields[i];
		ig_pack_str(out, x->name);
		ig_pack_str(out, x->value);
		ig_pack_str(out, x->where);
		ig_pack_str(out, x->rule);
		pack_double(out, x->confidence);
	}
	ig_pack_u64(out, r->observable_count);
	for (size_t i = 0; i < r->observable_count; i++) {
		ig_pack_str(out, r->observables[i].type);
		ig_pack_str(out, r->observables[i].value);
	}
	pack_events(out, r);
}

static void pack_trust(struct ig_buf *out, const struct ig_report *r)
{
	ig_pack_u64(out, r->auth_count);
	for (size_t i = 0; i < r->auth_count; i++) {
		const struct ig_auth_result *x = &r->auth[i];
		ig_pack_str(out, x->by);
		ig_pack_u64(out, x->hop);
		ig_pack_str(out, x->method);
		ig_pack_str(out, x->result);
		ig_pack_str(out, x->property);
		ig_pack_str(out, x->value);
	}
	pack_strings(out, r->received_by);
	ig_pack_u64(out, r->mark_count);
	for (size_t i = 0; i < r->mark_count; i++) {
		ig_pack_str(out, r->marks[i].name);
		ig_pack_str(out, r->marks[i].value);
	}
	ig_pack_u64(out, r->from_unsure);
}

void ig_report_pack(const struct ig_report *r, struct ig_buf *out)
{
	pack_head(out, r);
	pack_lists(out, r);
	ig_pack_u64(out, (r->crypto.encrypted ? 1u : 0) | (r->crypto.decrypted ? 2u : 0) | (r->crypto.is_signed ? 4u : 0) | (r->crypto.sealed ? 8u : 0) | (r->crypto.whole ? 16u : 0));
	ig_pack_u64(out, r->crypto.verified);
	ig_pack_str(out, r->crypto.signer);
	ig_pack_str(out, r->crypto.outer_subject);
	ig_pack_str(out, r->crypto.our_key);
	ig_pack_str(out, r->filter);
	ig_pack_str(out, r->ticket.system);
	ig_pack_str(out, r->ticket.id);
	ig_pack_str(out, r->ticket.status);
	ig_pack_str(out, r->category);
	pack_double(out, r->category_confidence);
	ig_pack_str(out, r->language);
	pack_strings(out, r->problems);
	ig_pack_str(out, r->about_envelope);
	ig_pack_str(out, r->about_message);
	ig_pack_str(out, r->return_path);
	ig_pack_str(out, r->list_id);
	pack_strings(out, r->delivered_to);
	pack_trust(out, r);
	ig_pack_u64(out, r->no_auto_reply);
	ig_pack_u64(out, r->by_hand);
	ig_pack_bytes(out, r->identity, IG_SHA256_LEN);
	ig_pack_u64(out, r->fallback);
	ig_pack_str(out, r->folded);
	ig_pack_u64(out, r->letter_count);
	for (size_t i = 0; i < r->letter_count; i++) {
		struct ig_buf one;
		ig_buf_init(&one, IG_LINK_MAX);
		ig_report_pack(&r->letters[i], &one);
		ig_pack_bytes(out, one.data, one.len);
		ig_buf_free(&one);
	}
}
