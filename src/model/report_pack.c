/* Report between reader and clerk, as typed fields (base/pack.h).
 * Relies on ig_unpack_* for lengths and UTF-8; adds counts, words, ranges and what may not be NULL. The reader parsed hostile bytes and is
 * not trusted: whatever it says is either a well-formed report or none.
 * Does not cross a host or a restart: never on disk, so no older forms are read. */
#include <math.h>
#include <string.h>
#include "base/pack.h"
#include "model/report.h"

#define REPORT_FORM 3

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
	}
	ig_pack_u64(out, r->event_total);
	ig_pack_u64(out, r->alarm_count);
	for (size_t i = 0; i < r->alarm_count; i++)
		ig_pack_str(out, r->alarms[i]);
	ig_pack_u64(out, r->filter_empty);
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
	ig_pack_u64(out, (r->crypto.encrypted ? 1u : 0) | (r->crypto.decrypted ? 2u : 0) | (r->crypto.is_signed ? 4u : 0) | (r->crypto.sealed ? 8u : 0));
	ig_pack_u64(out, r->crypto.verified);
	ig_pack_str(out, r->crypto.signer);
	ig_pack_str(out, r->crypto.our_key);
	ig_pack_str(out, r->crypto.outer_subject);
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
	ig_pack_bytes(out, r->identity, IG_SHA256_LEN);
	ig_pack_u64(out, r->fallback);
	ig_pack_str(out, r->folded);
}

/* ---- and back */

struct reading {
	struct ig_unpack u;
	struct ig_arena *a;
};

/* A number below `below`. */
static uint64_t get_below(struct reading *g, uint64_t below)
{
	uint64_t v = ig_unpack_u64(&g->u);
	if (v >= below) {
		g->u.bad = true;
		return 0;
	}
	return v;
}

/* A count of items that take at least `least` bytes each: a count that the rest cannot hold allocates nothing. */
static size_t get_count(struct reading *g, size_t least)
{
	uint64_t v = ig_unpack_u64(&g->u);
	if (g->u.bad || v > (size_t)(g->u.end - g->u.at) / least) {
		g->u.bad = true;
		return 0;
	}
	return (size_t)v;
}

static const char *get_str(struct reading *g)
{
	return ig_unpack_str(&g->u, g->a);
}

static const char *need_str(struct reading *g)
{
	const char *s = ig_unpack_str(&g->u, g->a);
	if (!s)
		g->u.bad = true;
	return s;
}

static double get_share(struct reading *g)
{
	uint64_t bits = ig_unpack_u64(&g->u);
	double d;
	memcpy(&d, &bits, sizeof d);
	if (!isfinite(d) || d < 0 || d > 1) {
		g->u.bad = true;
		return 0;
	}
	return d;
}

static void get_sum(struct reading *g, uint8_t sum[IG_SHA256_LEN])
{
	size_t len;
	const void *p = ig_unpack_bytes(&g->u, &len);
	if (!p || len != IG_SHA256_LEN)
		g->u.bad = true;
	else
		memcpy(sum, p, IG_SHA256_LEN);
}

static const struct ig_address *get_address(struct reading *g)
{
	if (!get_below(g, 2))
		return NULL;
	struct ig_address *x = IG_NEW(g->a, struct ig_address);
	x->name = get_str(g);
	x->address = need_str(g);
	return x;
}

static const struct ig_address *get_addresses(struct reading *g, size_t *count_r)
{
	size_t count = *count_r = get_count(g, 8);
	struct ig_address *list = ig_arena_calloc(g->a, count + 1, sizeof *list);
	for (size_t i = 0; i < count && !g->u.bad; i++) {
		list[i].name = get_str(g);
		list[i].address = need_str(g);
	}
	return list;
}

static const char *const *get_strings(struct reading *g)
{
	size_t count = get_count(g, 4);
	const char **list = ig_arena_calloc(g->a, count + 1, sizeof *list);
	for (size_t i = 0; i < count && !g->u.bad; i++)
		list[i] = need_str(g);
	return list;
}

static void get_head(struct reading *g, struct ig_report *r)
{
	if (ig_unpack_u64(&g->u) != REPORT_FORM)
		g->u.bad = true;
	r->kind = (enum ig_kind)get_below(g, ig_kind_count);
	r->class = (enum ig_class)get_below(g, ig_class_count);
	r->class_reason = get_str(g);
	r->message_id = get_str(g);
	r->date = ig_unpack_i64(&g->u);
	int64_t zone = ig_unpack_i64(&g->u);
	if (zone < -24 * 60 || zone > 24 * 60)
		g->u.bad = true;
	else
		r->date_zone = (int)zone;
	r->from = get_address(g);
	r->reply_to = get_address(g);
	r->sender = get_address(g);
	r->to = get_addresses(g, &r->to_count);
	r->cc = get_addresses(g, &r->cc_count);
	r->subject = get_str(g);
	r->text = get_str(g);
	bool same = get_below(g, 2);
	r->reply_text = get_str(g);
	if (same)
		r->reply_text = r->text;
}

static void get_attachments(struct reading *g, struct ig_report *r)
{
	r->attachment_count = get_count(g, 4 + 4 + 8 + 4 + IG_SHA256_LEN + 4);
	struct ig_attachment *list = ig_arena_calloc(g->a, r->attachment_count + 1, sizeof *list);
	for (size_t i = 0; i < r->attachment_count && !g->u.bad; i++) {
		list[i].name = get_str(g);
		list[i].type = need_str(g);
		list[i].size = ig_unpack_u64(&g->u);
		get_sum(g, list[i].sha256);
		list[i].text = get_str(g);
	}
	r->attachments = list;
}

static void get_events(struct reading *g, struct ig_report *r)
{
	r->event_count = get_count(g, 4 * 6 + 8);
	struct ig_event *events = ig_arena_calloc(g->a, r->event_count + 1, sizeof *events);
	for (size_t i = 0; i < r->event_count && !g->u.bad; i++) {
		events[i].address = get_str(g);
		events[i].at = get_str(g);
		events[i].domain = get_str(g);
		events[i].category = get_str(g);
		events[i].kind = get_str(g);
		events[i].detail = get_str(g);
		events[i].port = (int)get_below(g, 65536);
	}
	r->events = events;
	r->event_total = (size_t)ig_unpack_u64(&g->u);
	r->alarms = get_strings(g);
	while (r->alarms && r->alarms[r->alarm_count])
		r->alarm_count++;
	r->filter_empty = get_below(g, 2);
}

static void get_lists(struct reading *g, struct ig_report *r)
{
	get_attachments(g, r);
	r->in_reply_to = get_strings(g);
	r->references = get_strings(g);
	r->bounce_count = get_count(g, 4 * 5 + 8);
	struct ig_bounce *bounces = ig_arena_calloc(g->a, r->bounce_count + 1, sizeof *bounces);
	for (size_t i = 0; i < r->bounce_count && !g->u.bad; i++) {
		bounces[i].recipient = get_str(g);
		bounces[i].action = get_str(g);
		bounces[i].status = get_str(g);
		bounces[i].original_message_id = get_str(g);
		bounces[i].words = get_str(g);
		bounces[i].kind = (enum ig_bounce_kind)get_below(g, ig_bounce_kind_count);
	}
	r->bounces = bounces;
	r->field_count = get_count(g, 4 * 4 + 8);
	struct ig_field *fields = ig_arena_calloc(g->a, r->field_count + 1, sizeof *fields);
	for (size_t i = 0; i < r->field_count && !g->u.bad; i++) {
		fields[i].name = need_str(g);
		fields[i].value = need_str(g);
		fields[i].where = get_str(g);
		fields[i].rule = get_str(g);
		fields[i].confidence = get_share(g);
	}
	r->fields = fields;
	r->observable_count = get_count(g, 4 * 2);
	struct ig_observable *seen = ig_arena_calloc(g->a, r->observable_count + 1, sizeof *seen);
	for (size_t i = 0; i < r->observable_count && !g->u.bad; i++) {
		seen[i].type = need_str(g);
		seen[i].value = need_str(g);
	}
	r->observables = seen;
	get_events(g, r);
}

static void get_trust(struct reading *g, struct ig_report *r)
{
	r->auth_count = get_count(g, 4 * 5 + 8);
	struct ig_auth_result *auth = ig_arena_calloc(g->a, r->auth_count + 1, sizeof *auth);
	for (size_t i = 0; i < r->auth_count && !g->u.bad; i++) {
		auth[i].by = need_str(g);
		auth[i].hop = ig_unpack_u64(&g->u);
		auth[i].method = need_str(g);
		auth[i].result = need_str(g);
		auth[i].property = get_str(g);
		auth[i].value = get_str(g);
	}
	r->auth = auth;
	r->received_by = get_strings(g);
	r->mark_count = get_count(g, 4 * 2);
	struct ig_mark *marks = ig_arena_calloc(g->a, r->mark_count + 1, sizeof *marks);
	for (size_t i = 0; i < r->mark_count && !g->u.bad; i++) {
		marks[i].name = need_str(g);
		marks[i].value = need_str(g);
	}
	r->marks = marks;
	r->from_unsure = get_below(g, 2);
}

static void get_tail(struct reading *g, struct ig_report *r)
{
	uint64_t crypto = get_below(g, 16);
	r->crypto.encrypted = crypto & 1;
	r->crypto.decrypted = crypto & 2;
	r->crypto.is_signed = crypto & 4;
	r->crypto.sealed = crypto & 8;
	r->crypto.verified = (enum ig_verified)get_below(g, ig_verified_count);
	r->crypto.signer = get_str(g);
	r->crypto.our_key = get_str(g);
	r->crypto.outer_subject = get_str(g);
	r->filter = get_str(g);
	r->ticket.system = get_str(g);
	r->ticket.id = get_str(g);
	r->ticket.status = get_str(g);
	r->category = get_str(g);
	r->category_confidence = get_share(g);
	r->language = get_str(g);
	if (r->language && strcmp(r->language, "vi") && strcmp(r->language, "en"))
		g->u.bad = true;
	r->problems = get_strings(g);
	r->about_envelope = get_str(g);
	r->about_message = get_str(g);
	r->return_path = get_str(g);
	r->list_id = get_str(g);
	r->delivered_to = get_strings(g);
	get_trust(g, r);
	r->no_auto_reply = get_below(g, 2);
	get_sum(g, r->identity);
	r->fallback = get_below(g, 2);
	r->folded = get_str(g);
}

int ig_report_unpack(const void *p, size_t len, struct ig_arena *a, struct ig_report *r_r, struct ig_why *why)
{
	struct reading g = {.a = a};
	struct ig_report r = {.kind = IG_KIND_MAIL};
	ig_unpack_init(&g.u, p, len);
	get_head(&g, &r);
	if (!g.u.bad)
		get_lists(&g, &r);
	if (!g.u.bad)
		get_tail(&g, &r);
	if (!ig_unpack_end(&g.u))
		return ig_why(why, "the reader's report is malformed");
	*r_r = r;
	return 0;
}
