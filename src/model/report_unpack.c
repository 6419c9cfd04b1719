/* Report from its packed form: whatever the reader says is either a well-formed report or none. The reader parsed hostile bytes and is not trusted.
 * Relies on ig_unpack_* for lengths and UTF-8; adds counts, words, ranges and what may not be NULL. Reads the one form that report_pack.c writes. */
#include <math.h>
#include <string.h>
#include "base/pack.h"
#include "model/report.h"

#define REPORT_FORM 5 /* as in report_pack.c; test_report packs and unpacks */


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
	r->attachment_count = get_count(g, 4 + 4 + 8 + 4 + IG_SHA256_LEN + 4 + 4 + 4);
	struct ig_attachment *list = ig_arena_calloc(g->a, r->attachment_count + 1, sizeof *list);
	for (size_t i = 0; i < r->attachment_count && !g->u.bad; i++) {
		list[i].name = get_str(g);
		list[i].type = need_str(g);
		list[i].size = ig_unpack_u64(&g->u);
		get_sum(g, list[i].sha256);
		list[i].part = get_str(g);
		list[i].hazard = get_str(g);
		list[i].text = get_str(g);
	}
	r->attachments = list;
}

static void get_events(struct reading *g, struct ig_report *r)
{
	r->event_count = get_count(g, 4 * 6 + 8 + 8);
	struct ig_event *events = ig_arena_calloc(g->a, r->event_count + 1, sizeof *events);
	for (size_t i = 0; i < r->event_count && !g->u.bad; i++) {
		events[i].address = get_str(g);
		events[i].at = get_str(g);
		events[i].domain = get_str(g);
		events[i].category = get_str(g);
		events[i].kind = get_str(g);
		events[i].detail = get_str(g);
		events[i].port = (int)get_below(g, 65536);
		events[i].asn = (int64_t)get_below(g, UINT64_C(1) << 32);
	}
	r->events = events;
	r->event_total = (size_t)ig_unpack_u64(&g->u);
	r->slow = get_strings(g);
	while (r->slow && r->slow[r->slow_count])
		r->slow_count++;
	r->filter_empty = get_below(g, 2);
	r->pages = (int)get_below(g, INT16_MAX);
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
	uint64_t crypto = get_below(g, 32);
	r->crypto.encrypted = crypto & 1;
	r->crypto.decrypted = crypto & 2;
	r->crypto.is_signed = crypto & 4;
	r->crypto.sealed = crypto & 8;
	r->crypto.whole = crypto & 16;
	r->crypto.verified = (enum ig_verified)get_below(g, ig_verified_count);
	r->crypto.signer = get_str(g);
	r->crypto.outer_subject = get_str(g);
	r->crypto.our_key = get_str(g);
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
	r->by_hand = get_below(g, 2);
	get_sum(g, r->identity);
	r->fallback = get_below(g, 2);
	r->folded = get_str(g);
}

static int unpack(const void *p, size_t len, struct ig_arena *a, struct ig_report *r_r, bool deep);

/* Letters have no letters themselves: deep hides what only a hostile reader would send. */
static void get_letters(struct reading *g, struct ig_report *r, bool deep)
{
	size_t count = get_count(g, 100), len;
	struct ig_report *list = count ? ig_arena_calloc(g->a, count, sizeof *list) : NULL;
	if (count && deep)
		g->u.bad = true;
	for (size_t i = 0; i < count && !g->u.bad; i++) {
		const void *p = ig_unpack_bytes(&g->u, &len);
		if (!p || unpack(p, len, g->a, &list[i], true))
			g->u.bad = true;
	}
	r->letters = list;
	r->letter_count = g->u.bad ? 0 : count;
}

static int unpack(const void *p, size_t len, struct ig_arena *a, struct ig_report *r_r, bool deep)
{
	struct reading g = {.a = a};
	struct ig_report r = {.kind = IG_KIND_MAIL};
	ig_unpack_init(&g.u, p, len);
	get_head(&g, &r);
	if (!g.u.bad)
		get_lists(&g, &r);
	if (!g.u.bad)
		get_tail(&g, &r);
	if (!g.u.bad)
		get_letters(&g, &r, deep);
	*r_r = r;
	return ig_unpack_end(&g.u) ? 0 : -1;
}

int ig_report_unpack(const void *p, size_t len, struct ig_arena *a, struct ig_report *r_r, struct ig_why *why)
{
	struct ig_report r;
	if (unpack(p, len, a, &r, false))
		return ig_why(why, "the reader's report is malformed");
	*r_r = r;
	return 0;
}
