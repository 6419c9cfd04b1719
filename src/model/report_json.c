/* Report as the JSON object of `irgatectl read`: every key of INTERFACE.md in its order, also the empty ones.
 * Relies on the texts being valid UTF-8.
 * Does not print what is only for deciding (return path, identity, folded text). */
#include "model/json.h"
#include "model/report.h"

static void print_str(struct ig_buf *out, const char *key, const char *value)
{
	ig_json_key(out, key);
	ig_json_str(out, value);
}

/* Days since 1970-01-01 to a civil date (proleptic Gregorian). The date is printed in the zone in which it was written, not in ours, so
 * base/clock.h's zone does not serve here. */
static void civil(int64_t days, int64_t *y_r, int *m_r, int *d_r)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t doe = days - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	*d_r = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m_r = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y_r = yoe + era * 400 + (*m_r <= 2);
}

static void print_date(struct ig_buf *out, ig_time t, int zone)
{
	if (t == IG_NEVER) {
		ig_buf_str(out, "null");
		return;
	}
	int64_t s = t / IG_SECOND - (t % IG_SECOND < 0) + (int64_t)zone * 60;
	int64_t days = s / 86400 - (s % 86400 < 0), rest = s - days * 86400, year;
	int month, day;
	civil(days, &year, &month, &day);
	if (year < 0 || year > 9999) {
		ig_buf_str(out, "null");
		return;
	}
	ig_buf_fmt(out, "\"%04d-%02d-%02dT%02d:%02d:%02d", (int)year, month, day, (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
	if (zone)
		ig_buf_fmt(out, "%c%02d:%02d\"", zone < 0 ? '-' : '+', (zone < 0 ? -zone : zone) / 60, (zone < 0 ? -zone : zone) % 60);
	else
		ig_buf_str(out, "Z\"");
}

static void print_address(struct ig_buf *out, const struct ig_address *x)
{
	if (!x) {
		ig_buf_str(out, "null");
		return;
	}
	ig_buf_char(out, '{');
	print_str(out, "name", x->name);
	print_str(out, "address", x->address);
	ig_buf_char(out, '}');
}

static void print_addresses(struct ig_buf *out, const char *key, const struct ig_address *list, size_t count)
{
	ig_json_key(out, key);
	ig_buf_char(out, '[');
	for (size_t i = 0; i < count; i++) {
		ig_json_comma(out);
		print_address(out, &list[i]);
	}
	ig_buf_char(out, ']');
}

static void print_strings(struct ig_buf *out, const char *key, const char *const *list)
{
	ig_json_key(out, key);
	ig_buf_char(out, '[');
	for (; list && *list; list++) {
		ig_json_comma(out);
		ig_json_str(out, *list);
	}
	ig_buf_char(out, ']');
}

static void print_attachments(struct ig_buf *out, const struct ig_report *r)
{
	char hex[IG_SHA256_HEX];
	ig_json_key(out, "attachments");
	ig_buf_char(out, '[');
	for (size_t i = 0; i < r->attachment_count; i++) {
		const struct ig_attachment *x = &r->attachments[i];
		ig_json_comma(out);
		ig_buf_char(out, '{');
		print_str(out, "name", x->name);
		print_str(out, "type", x->type);
		ig_json_key(out, "size");
		ig_buf_fmt(out, "%llu", (unsigned long long)x->size);
		print_str(out, "sha256", ig_sha256_hex(x->sha256, hex));
		print_str(out, "hazard", x->hazard);
		print_str(out, "text", x->text);
		ig_buf_char(out, '}');
	}
	ig_buf_char(out, ']');
}

static void print_bounces(struct ig_buf *out, const struct ig_report *r)
{
	ig_json_key(out, "bounces");
	ig_buf_char(out, '[');
	for (size_t i = 0; i < r->bounce_count; i++) {
		const struct ig_bounce *x = &r->bounces[i];
		ig_json_comma(out);
		ig_buf_char(out, '{');
		print_str(out, "recipient", x->recipient);
		print_str(out, "action", x->action);
		print_str(out, "status", x->status);
		print_str(out, "kind", x->kind == IG_BOUNCE_KIND_NONE ? NULL : ig_bounce_kind_word(x->kind));
		print_str(out, "original_message_id", x->original_message_id);
		print_str(out, "words", x->words);
		ig_buf_char(out, '}');
	}
	ig_buf_char(out, ']');
}

static void print_bool(struct ig_buf *out, const char *key, bool value)
{
	ig_json_key(out, key);
	ig_buf_str(out, value ? "true" : "false");
}

static void print_crypto_ticket(struct ig_buf *out, const struct ig_report *r)
{
	ig_json_key(out, "crypto");
	ig_buf_char(out, '{');
	print_bool(out, "encrypted", r->crypto.encrypted);
	print_bool(out, "decrypted", r->crypto.decrypted);
	print_bool(out, "signed", r->crypto.is_signed);
	print_str(out, "verified", ig_verified_word(r->crypto.verified));
	print_str(out, "signer", r->crypto.signer);
	ig_buf_char(out, '}');
	print_str(out, "filter", r->filter);
	ig_json_key(out, "ticket");
	if (r->ticket.system || r->ticket.id) {
		ig_buf_char(out, '{');
		print_str(out, "system", r->ticket.system);
		print_str(out, "id", r->ticket.id);
		print_str(out, "status", r->ticket.status);
		ig_buf_char(out, '}');
	} else {
		ig_buf_str(out, "null");
	}
}

/* 0 to 1 with two decimals, by integers: a locale must not put a comma into JSON. */
static void print_share(struct ig_buf *out, const char *key, double share)
{
	int hundredths = (int)(share * 100 + 0.5);
	ig_json_key(out, key);
	ig_buf_fmt(out, "%d.%02d", hundredths / 100, hundredths % 100);
}

static void print_events(struct ig_buf *out, const struct ig_report *r)
{
	ig_json_key(out, "events");
	ig_buf_char(out, '[');
	for (size_t i = 0; i < r->event_count; i++) {
		const struct ig_event *x = &r->events[i];
		ig_json_comma(out);
		ig_buf_char(out, '{');
		print_str(out, "address", x->address);
		print_str(out, "at", x->at);
		print_str(out, "domain", x->domain);
		print_str(out, "category", x->category);
		print_str(out, "kind", x->kind);
		print_str(out, "detail", x->detail);
		ig_json_key(out, "port");
		if (x->port)
			ig_buf_fmt(out, "%d", x->port);
		else
			ig_buf_str(out, "null");
		ig_buf_char(out, '}');
	}
	ig_buf_char(out, ']');
}

static void print_findings(struct ig_buf *out, const struct ig_report *r)
{
	ig_json_key(out, "fields");
	ig_buf_char(out, '{');
	for (size_t i = 0; i < r->field_count; i++) {
		ig_json_key(out, r->fields[i].name);
		ig_buf_char(out, '{');
		print_str(out, "value", r->fields[i].value);
		print_share(out, "confidence", r->fields[i].confidence);
		print_str(out, "where", r->fields[i].where);
		print_str(out, "rule", r->fields[i].rule);
		ig_buf_char(out, '}');
	}
	ig_buf_char(out, '}');
	ig_json_key(out, "observables");
	ig_buf_char(out, '[');
	for (size_t i = 0; i < r->observable_count; i++) {
		ig_json_comma(out);
		ig_buf_char(out, '{');
		print_str(out, "type", r->observables[i].type);
		print_str(out, "value", r->observables[i].value);
		ig_buf_char(out, '}');
	}
	ig_buf_char(out, ']');
	print_events(out, r);
	ig_json_key(out, "category");
	if (r->category) {
		ig_buf_char(out, '{');
		print_str(out, "code", r->category);
		print_share(out, "confidence", r->category_confidence);
		ig_buf_char(out, '}');
	} else {
		ig_buf_str(out, "null");
	}
}

void ig_report_print(const struct ig_report *r, const char *file, struct ig_buf *out)
{
	ig_buf_char(out, '{');
	if (file)
		print_str(out, "file", file);
	print_str(out, "kind", ig_kind_word(r->kind));
	print_str(out, "message_id", r->message_id);
	ig_json_key(out, "date");
	print_date(out, r->date, r->date_zone);
	ig_json_key(out, "from");
	print_address(out, r->from);
	ig_json_key(out, "reply_to");
	print_address(out, r->reply_to);
	print_addresses(out, "to", r->to, r->to_count);
	print_addresses(out, "cc", r->cc, r->cc_count);
	print_str(out, "subject", r->subject);
	print_str(out, "text", r->text ? r->text : "");
	print_str(out, "reply_text", r->reply_text ? r->reply_text : "");
	print_attachments(out, r);
	print_strings(out, "in_reply_to", r->in_reply_to);
	print_strings(out, "references", r->references);
	print_str(out, "class", ig_class_word(r->class));
	print_str(out, "class_reason", r->class_reason);
	print_bounces(out, r);
	print_crypto_ticket(out, r);
	print_findings(out, r);
	print_str(out, "language", r->language);
	print_strings(out, "problems", r->problems);
	if (r->letter_count) {
		ig_json_key(out, "letters");
		for (size_t i = 0; i < r->letter_count; i++) {
			ig_buf_char(out, i ? ',' : '[');
			ig_report_print(&r->letters[i], NULL, out);
		}
		ig_buf_char(out, ']');
	}
	ig_buf_char(out, '}');
}
