/* The forms in which an event of a feed leaves the house: a record of CSV, and XARF version 4. Pure: an event in, text out. Whether it may leave is
 * decided elsewhere. */
#include "config.h"
#include <stdio.h>
#include <string.h>
#include "base/csv.h"
#include "base/sha256.h"
#include "desk/room.h"

/* ---- XARF 4: what the taxonomy's code is there; what would need facts we do not have is said as threat intelligence. */
static void kind_of(json_t *o, const struct ig_event *e)
{
	static const struct { const char *code, *category, *type; bool url; } known[] = {{"malicious-code/infected-system", "infrastructure", "botnet", false},
		{"malicious-code/c2-server", "infrastructure", "botnet", false}, {"malicious-code/malware-distribution", "content", "malware", true},
		{"fraud/phishing", "content", "phishing", true}, {"information-gathering/scanner", "connection", "reconnaissance", false}};
	const char *category = "reputation", *type = "threat_intelligence";
	bool url = e->domain && strstr(e->domain, "://");
	for (size_t i = 0; e->category && i < IG_COUNT(known); i++)
		if (!strcmp(e->category, known[i].code) && (!known[i].url || url))
			category = known[i].category, type = known[i].type;
	json_object_set_new(o, "category", json_string(category));
	json_object_set_new(o, "type", json_string(type));
	if (!strcmp(category, "content"))
		json_object_set_new(o, "url", json_string(e->domain));
	if (!strcmp(category, "reputation"))
		json_object_set_new(o, "threat_type", json_string(e->category ? e->category : "other"));
}

static json_t *office(const struct ig_profile *p)
{
	const char *mail = p->email ? p->email : "ungcuu@example.vn", *at = strchr(mail, '@'), *name = p->office.en ? p->office.en : p->office.vi ? p->office.vi : "office";
	return json_pack("{s:s,s:s,s:s}", "org", name, "contact", mail, "domain", at ? at + 1 : "example.vn");
}

/* The same event gives the same id. */
static void id_of(const struct ig_feed_event *e, char out[40])
{
	char text[64];
	uint8_t h[IG_SHA256_LEN];
	snprintf(text, sizeof(text), "event %lld %lld", (long long)e->message, (long long)e->n);
	ig_sha256_of(text, strlen(text), h);
	snprintf(out, 40, "%02x%02x%02x%02x-%02x%02x-4%01x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", h[0], h[1], h[2], h[3], h[4], h[5], h[6] & 15, h[7], (h[8] & 0x3f) | 0x80, h[9],
		h[10], h[11], h[12], h[13], h[14], h[15]);
}

json_t *ig_desk_event_xarf(const struct ig_profile *p, const struct ig_feed_event *e)
{
	char id[40], at[IG_TIME_MAX];
	const char *when = e->event.at && strlen(e->event.at) > 19 ? e->event.at : ig_time_rfc3339(e->received_at, at);
	id_of(e, id);
	json_t *o = json_pack("{s:s,s:s,s:s,s:o,s:o,s:s}", "xarf_version", "4.2.0", "report_id", id, "timestamp", when, "reporter", office(p), "sender", office(p),
		"source_identifier", e->event.address ? e->event.address : e->event.domain);
	if (e->event.port) json_object_set_new(o, "source_port", json_integer(e->event.port));
	kind_of(o, &e->event);
	json_object_set_new(o, "first_seen", json_string(when));
	if (e->event.kind) json_object_set_new(o, "description", json_string(e->event.kind));
	return o;
}

const char *ig_desk_event_utc(const struct ig_event *e, ig_time *at_r, char out[IG_TIME_MAX])
{
	int y, m, d;
	if (!e->at || ig_time_parse(e->at, at_r)) return NULL;
	int64_t seconds = *at_r / IG_SECOND - (*at_r % IG_SECOND < 0), day = seconds / 86400 - (seconds % 86400 < 0), rest = seconds - day * 86400;
	ig_day_civil(day, &y, &m, &d);
	snprintf(out, IG_TIME_MAX, "%04d-%02d-%02dT%02d:%02d:%02dZ", y, m, d, (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
	return out;
}

void ig_desk_event_csv(struct ig_buf *b, const struct ig_feed_event *e)
{
	char utc[IG_TIME_MAX], local[IG_TIME_MAX];
	ig_time at;
	const char *in_utc = ig_desk_event_utc(&e->event, &at, utc);
	char port[16] = "", asn[24] = "";
	if (e->event.port) snprintf(port, sizeof(port), "%d", e->event.port);
	if (e->asn) snprintf(asn, sizeof(asn), "AS%lld", (long long)e->asn);
	const char *const fields[] = {in_utc, in_utc ? ig_time_rfc3339(at, local) : e->event.at, e->event.address, port, asn, e->event.domain, e->event.category, e->event.kind, e->event.detail};
	for (size_t i = 0; i < IG_COUNT(fields); i++) ig_csv_put(b, fields[i], i == 0);
	ig_buf_char(b, '\n');
}
