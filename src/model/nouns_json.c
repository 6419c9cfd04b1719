/* JSON forms of incident, message, dispatch, duty, party, alarm and journal row.
 * Relies on jansson and on texts being valid UTF-8, as the model keeps them. Does not read JSON. */
#include "config.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "model/nouns_json.h"

static void set(json_t *o, const char *key, json_t *value) { json_object_set_new(o, key, value ? value : json_null()); }
static void set_text(json_t *o, const char *key, const char *t) { set(o, key, t ? json_string(t) : json_null()); }
static void set_time(json_t *o, const char *key, ig_time t) { set(o, key, ig_time_json(t)); }
static void set_bool(json_t *o, const char *key, bool b) { set(o, key, json_boolean(b)); }

static json_t *number_text(int64_t id)
{
	char t[24];
	if (!id)
		return json_null();
	snprintf(t, sizeof t, "%" PRId64, id);
	return json_string(t);
}

static json_t *dispatch_text(int64_t id)
{
	char t[IG_DISPATCH_TEXT_MAX];
	return id ? json_string(ig_dispatch_print(id, t)) : json_null();
}

static json_t *ids(const int64_t *list, size_t count, json_t *(*print)(int64_t id))
{
	json_t *out = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(out, print(list[i]));
	return out;
}

json_t *ig_time_json(ig_time t)
{
	char b[IG_TIME_MAX];
	return t == IG_NEVER ? json_null() : json_string(ig_time_rfc3339(t, b));
}

/* Problems and rejected candidates are kept one a line. */
static json_t *lines(const char *text)
{
	json_t *out = json_array();
	while (text && *text) {
		size_t len = strcspn(text, "\n");
		if (len)
			json_array_append_new(out, json_stringn(text, len));
		text += len + (text[len] == '\n');
	}
	return out;
}

json_t *ig_incident_json(const struct ig_incident *i, const struct ig_incident_links *links)
{
	static const struct ig_incident_links none;
	char ref[IG_REF_MAX];
	json_t *o = json_object(), *secrecy = json_object(), *related = json_array();
	if (!links)
		links = &none;
	set_text(o, "ref", ig_ref_print(i->ref, ref));
	set_text(o, "status", ig_incident_status_word(i->status));
	set_text(o, "severity", ig_severity_word(i->severity));
	set_text(o, "category", i->category);
	set_text(o, "widespread", ig_widespread_word(i->widespread));
	set_text(o, "subject", i->subject);
	set_text(o, "language", i->language);
	set_text(o, "profile", i->profile);
	set_time(o, "opened_at", i->opened_at);
	set_time(o, "acknowledged_at", i->acknowledged_at);
	set_time(o, "closed_at", i->closed_at);
	set_bool(secrecy, "requested", i->secrecy_requested);
	set_text(secrecy, "tlp", i->tlp);
	set_text(secrecy, "state", i->secrecy_state);
	set(o, "secrecy", secrecy);
	set_bool(o, "drill", i->drill);
	set(o, "messages", ids(links->messages, links->message_count, number_text));
	set(o, "duties", ids(links->duties, links->duty_count, number_text));
	set(o, "dispatches", ids(links->dispatches, links->dispatch_count, dispatch_text));
	for (size_t k = 0; k < links->related_count; k++)
		json_array_append_new(related, json_string(ig_ref_print(links->related[k], ref)));
	set(o, "related", related);
	set_text(o, "merged_into", links->merged_into ? ig_ref_print(*links->merged_into, ref) : NULL);
	return o;
}

static json_t *sender(const struct ig_message *m)
{
	if (!m->from_address && !m->from_name)
		return json_null();
	json_t *o = json_object();
	set_text(o, "name", m->from_name);
	set_text(o, "address", m->from_address);
	return o;
}

static json_t *copy(const struct ig_copy *c)
{
	json_t *o = json_object();
	set_time(o, "at", c->at);
	set_text(o, "channel", ig_channel_word(c->channel));
	set_text(o, "recipient", c->recipient);
	set_text(o, "source_file", c->source_file);
	return o;
}

json_t *ig_message_json(
	const struct ig_message *m, const char *incident, const char *suggested, const struct ig_copy *copies, size_t copy_count)
{
	json_t *o = json_object(), *list = json_array();
	set(o, "id", number_text(m->id));
	set_text(o, "incident", incident);
	set_text(o, "direction", m->outgoing ? "out" : "in");
	set_text(o, "channel", ig_channel_word(m->channel));
	set_text(o, "state", ig_message_state_word(m->state));
	set_text(o, "message_id", m->message_id);
	set(o, "from", sender(m));
	set_text(o, "subject", m->subject);
	set_time(o, "received_at", m->received_at);
	set_time(o, "date", m->date);
	set_text(o, "class", ig_class_word(m->class));
	set_text(o, "matched_by", ig_matched_by_word(m->matched_by));
	set_text(o, "match_reason", m->match_reason);
	set(o, "match_rejected", lines(m->match_rejected));
	set_text(o, "suggested_incident", suggested);
	set_bool(o, "authenticated", m->auth == IG_AUTH_PASS);
	set_text(o, "authentication", ig_auth_word(m->auth));
	set_text(o, "authentication_reason", m->auth_words);
	set_bool(o, "fallback", m->fallback);
	set_bool(o, "imported", m->imported);
	for (size_t i = 0; i < copy_count; i++)
		json_array_append_new(list, copy(&copies[i]));
	set(o, "copies", list);
	set_text(o, "source", m->source);
	set_text(o, "source_file", m->source_file);
	set_text(o, "recipient", m->recipient);
	set_text(o, "return_path", m->return_path);
	set_text(o, "language", m->language);
	set_text(o, "filter", m->filter);
	set(o, "category", m->category ? json_pack("{s:s,s:f}", "code", m->category, "confidence", m->category_confidence) : json_null());
	if (!m->outgoing)
		set(o, "crypto", json_pack("{s:b,s:b,s:b,s:s,s:s?}", "encrypted", m->crypto.encrypted, "decrypted", m->crypto.decrypted, "signed", m->crypto.is_signed,
			"verified", ig_verified_word(m->crypto.verified), "signer", m->crypto.signer));
	set(o, "problems", lines(m->problems));
	set(o, "size", json_integer((json_int_t)m->size));
	set(o, "frame", m->frame ? json_integer(m->frame) : json_null());
	set(o, "dispatch", dispatch_text(m->dispatch));
	return o;
}

static json_t *ticket(const struct ig_ticket *t)
{
	json_t *o = json_object();
	set_text(o, "system", t->system);
	set_text(o, "id", t->id);
	set_text(o, "status", t->status);
	return o;
}

void ig_findings_json(json_t *o, const struct ig_findings *f)
{
	json_t *fields = json_object(), *observables = json_array(), *tickets = json_array();
	for (size_t i = 0; i < f->field_count; i++) {
		const struct ig_field *x = &f->fields[i];
		json_t *had = json_object_get(fields, x->name);
		if (had && json_number_value(json_object_get(had, "confidence")) >= x->confidence)
			continue;
		set(fields, x->name, json_pack("{s:s,s:f,s:s?,s:s?}", "value", x->value, "confidence", x->confidence, "where", x->where, "rule", x->rule));
	}
	for (size_t i = 0; i < f->observable_count; i++)
		json_array_append_new(observables, json_pack("{s:s,s:s}", "type", f->observables[i].type, "value", f->observables[i].value));
	for (size_t i = 0; i < f->ticket_count; i++)
		json_array_append_new(tickets, ticket(&f->tickets[i]));
	set(o, "fields", fields);
	set(o, "observables", observables);
	set(o, "ticket", f->ticket_count ? ticket(&f->tickets[0]) : json_null());
	set(o, "tickets", tickets);
}

static json_t *attempt(const struct ig_attempt *at)
{
	json_t *o = json_object();
	set_time(o, "at", at->at);
	set_text(o, "outcome", ig_outcome_word(at->outcome));
	set_text(o, "code", at->code);
	set_text(o, "text", at->text);
	return o;
}

json_t *ig_dispatch_json(const struct ig_dispatch *d, const char *incident, const char *party_name)
{
	json_t *o = json_object(), *list = json_array();
	set(o, "id", dispatch_text(d->id));
	set_text(o, "incident", incident);
	set_text(o, "letter", d->letter);
	set_text(o, "language", d->language);
	set(o, "party", number_text(d->party));
	set_text(o, "party_name", party_name);
	set_text(o, "channel", ig_channel_word(d->channel));
	set_text(o, "address", d->address);
	set_text(o, "state", ig_dispatch_state_word(d->state));
	set_text(o, "why", d->why);
	for (int i = 0; d->attempts && i < d->attempt_count; i++)
		json_array_append_new(list, attempt(&d->attempts[i]));
	set(o, "attempts", list);
	set_text(o, "message_id", d->message_id);
	set_time(o, "not_before", d->not_before);
	set_time(o, "created_at", d->created_at);
	set_time(o, "expires_at", d->expires_at);
	set_text(o, "subject", d->subject);
	set_text(o, "lane", ig_lane_word(d->lane));
	set(o, "message", number_text(d->message));
	set(o, "answers", number_text(d->answers));
	return o;
}

json_t *ig_duty_json(const struct ig_duty *d, const char *incident)
{
	json_t *o = json_object();
	set(o, "id", number_text(d->id));
	set_text(o, "incident", incident);
	set(o, "message", number_text(d->message));
	set_text(o, "what", d->what);
	set_text(o, "owner", d->owner);
	set_time(o, "due", d->due);
	set_time(o, "done_at", d->done_at);
	set_text(o, "done_by", d->done_by);
	set_time(o, "told_at", d->told_at ? d->told_at : IG_NEVER);
	set(o, "party", number_text(d->party));
	set_text(o, "basis", d->basis);
	set_time(o, "created_at", d->created_at);
	return o;
}

json_t *ig_party_json(const struct ig_party *p)
{
	json_t *o = json_object(), *list = json_array();
	set(o, "id", number_text(p->id));
	set_text(o, "name", p->name);
	set_text(o, "role", ig_party_role_word(p->role));
	for (size_t i = 0; i < p->channel_count; i++) {
		json_t *c = json_object();
		set_text(c, "channel", ig_channel_word(p->channels[i].channel));
		set_text(c, "address", p->channels[i].address);
		set_text(c, "state", ig_channel_state_word(p->channels[i].state));
		json_array_append_new(list, c);
	}
	set(o, "channels", list);
	set_time(o, "valid_from", p->valid_from);
	set_time(o, "valid_to", p->valid_to);
	set_bool(o, "on_duty_24x7", p->on_duty_24x7);
	set_text(o, "language", p->language);
	set_text(o, "domain", p->domain);
	set_text(o, "note", p->note);
	set(o, "unit", number_text(p->unit));
	set(o, "level", p->level ? json_integer(p->level) : json_null());
	set_bool(o, "drill", p->drill);
	return o;
}

json_t *ig_alarm_json(const struct ig_alarm *al)
{
	json_t *o = json_object();
	set(o, "id", number_text(al->id));
	set_text(o, "code", al->code);
	set_text(o, "text", al->text);
	set(o, "count", json_integer(al->count));
	set_time(o, "first_at", al->first_at);
	set_time(o, "last_at", al->last_at);
	set_time(o, "acked_at", al->acked_at);
	set_text(o, "acked_by", al->acked_by);
	return o;
}

json_t *ig_journal_json(const struct ig_journal_row *r)
{
	char hex[IG_SHA256_HEX];
	json_t *o = json_object();
	set(o, "id", number_text(r->id));
	set_time(o, "at", r->at);
	set_text(o, "actor", r->actor);
	set_text(o, "act", r->act);
	set_text(o, "object", r->object);
	set_text(o, "detail", r->detail);
	set_text(o, "chain", ig_sha256_hex(r->chain, hex));
	return o;
}
