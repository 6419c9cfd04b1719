/* The releasable fields: the one table that templates are checked against when loaded, that the desk's facts are filtered through for each
 * letter, and that doc/TEMPLATES.md prints. Relies on model's words. Does not know where a fact comes from. */
#include <string.h>
#include "base/opt.h"
#include "compose/fields.h"

#define DESK IG_FIELD_BY_DESK
#define HERE IG_FIELD_BY_COMPOSE
#define ALL IG_FIELD_TO_ALL
#define ACTING IG_FIELD_TO_ACTING
#define AUTHORITY IG_FIELD_TO_AUTHORITY
#define BOTH IG_FIELD_ALL
#define RECEIPT IG_FIELD_RECEIPT
#define ESCALATION IG_FIELD_ESCALATION

const struct ig_field ig_fields[] = {
	{"reference", BOTH, DESK, ALL, "Our incident reference, as `IR-2026-000123-0`."},
	{"addressee.name", BOTH, DESK, ALL, "Name of the party from our own directory; absent for a bare address. "
		"A display name found in a mail is not repeated: strangers could write through us."},
	{"new_participant", RECEIPT, DESK, ALL, "True when the message joined a case of somebody else: the letter then says nothing of the case."},
	{"received_at", RECEIPT, DESK, ALL, "Time of arrival, RFC 3339 with offset."},
	{"received_at_text", RECEIPT, HERE, ALL, "The same as it is written in the letter's language."},
	{"channel", RECEIPT, DESK, ALL, "How the report came: `mail`, `fax`, `letter`, `phone`."},
	{"channel_text", RECEIPT, HERE, ALL, "The same in words of the letter's language."},
	{"opened_at", ESCALATION, DESK, ALL, "When the incident was opened, RFC 3339 with offset."},
	{"opened_at_text", ESCALATION, HERE, ALL, "The same as it is written in the letter's language."},
	{"severity", ESCALATION, DESK, ALL, "`unknown`, `ordinary` or `serious`."},
	{"severity_text", ESCALATION, HERE, ALL, "The same in words of the letter's language."},
	{"widespread", ESCALATION, DESK, ALL, "`no`, `suspected` or `confirmed`."},
	{"widespread_text", ESCALATION, HERE, ALL, "The same in words of the letter's language; absent for `no`."},
	{"category", ESCALATION, DESK, ALL, "Code of the Reference Security Incident Taxonomy; absent when not known."},
	{"category_text", ESCALATION, HERE, ALL, "The same in words of the letter's language."},
	{"status", ESCALATION, DESK, ALL, "`new`, `open`, `waiting`, `resolved` or `closed`."},
	{"status_text", ESCALATION, HERE, ALL, "The same in words of the letter's language."},
	{"message_count", ESCALATION, DESK, ALL, "How many messages the case holds."},
	{"tlp", ESCALATION, DESK, ALL, "TLP label of the report, lower case; absent when it has none."},
	{"tlp_text", ESCALATION, HERE, ALL, "The same as labels are written, as `TLP:AMBER+STRICT`."},
	{"secrecy", ESCALATION, DESK, ALL, "True when the reporter asked to keep something secret."},
	{"summary", ESCALATION, DESK, ACTING, "What happened, in the words of the case; the desk leaves it out unless its release was decided."},
	{"system.name", ESCALATION, DESK, ACTING, "The system that is hit."},
	{"system.owner", ESCALATION, DESK, ACTING, "Its owner."},
	{"reporter.name", ESCALATION, DESK, AUTHORITY, "Who reported it: organisation or person."},
	{"reporter.email", ESCALATION, DESK, AUTHORITY, "The reporter's mail address."},
	{"reporter.phone", ESCALATION, DESK, AUTHORITY, "The reporter's telephone number."},
	{"reason", ESCALATION, DESK, ALL, "Why it is handed on, in the officer's words."},
	{"officer", ESCALATION, DESK, ALL, "Name of the person who hands it on."},
	{"next_steps", BOTH, HERE, ALL, "What happens next, from the profile, as whole sentences."},
	{"call_whom", BOTH, HERE, ALL, "Whom to call, from the profile, as whole sentences."},
	{"office.name", BOTH, HERE, ALL, "Our office, from the profile."},
	{"office.parent", BOTH, HERE, ALL, "The body above it, from the profile."},
	{"office.phone", BOTH, HERE, ALL, "Telephone number of the office."},
	{"office.fax", BOTH, HERE, ALL, "Fax number of the office."},
	{"office.email", BOTH, HERE, ALL, "Mail address of the office."},
	{"office.web", BOTH, HERE, ALL, "Web address of the office."},
	{"office.address", BOTH, HERE, ALL, "Postal address of the office."},
	{"office.place", BOTH, HERE, ALL, "Place name that stands before a date."},
	{"profile.name", BOTH, HERE, ALL, "Name of the profile in force, as `vn-2017`."},
	{"profile.title", BOTH, HERE, ALL, "Its title in the letter's language."},
	{"bases", BOTH, HERE, ALL, "List of the legal bases, for the \"Căn cứ\" lines; also true when there is one."},
	{"bases.number", BOTH, HERE, ALL, "Number and sign of a legal basis."},
	{"bases.citation", BOTH, HERE, ALL, "The same with the kind of document before it where the sign tells it, as `Quyết định số 05/2017/QĐ-TTg`."},
	{"bases.title", BOTH, HERE, ALL, "Its title."},
	{"date_text", BOTH, HERE, ALL, "Date of the letter as it is written in its language."},
	{"language", BOTH, HERE, ALL, "`vi` or `en`."},
};
const size_t ig_field_count = IG_COUNT(ig_fields);

unsigned ig_field_kind_of(const char *kind)
{
	if (kind && !strcmp(kind, "receipt"))
		return IG_FIELD_RECEIPT;
	if (kind && !strcmp(kind, "escalation"))
		return IG_FIELD_ESCALATION;
	return 0;
}

const struct ig_field *ig_field_find(unsigned kind, const char *name)
{
	size_t len = strlen(name);
	for (size_t i = 0; len && i < ig_field_count; i++) {
		const char *is = ig_fields[i].name;
		if ((ig_fields[i].kinds & kind) && !strncmp(is, name, len) && (!is[len] || is[len] == '.'))
			return &ig_fields[i];
	}
	return NULL;
}

/* DESIGN promise 2: nothing goes to someone it must not reach. The reporter of a case is named to the authorities only. */
bool ig_field_released(const struct ig_field *f, enum ig_party_role role)
{
	switch (role) {
	case IG_PARTY_ROLE_COORDINATOR:
	case IG_PARTY_ROLE_POLICE:
	case IG_PARTY_ROLE_MILITARY:
	case IG_PARTY_ROLE_STANDING_BODY:
	case IG_PARTY_ROLE_OFFICER:
		return true;
	case IG_PARTY_ROLE_UNIT:
	case IG_PARTY_ROLE_ISP:
	case IG_PARTY_ROLE_OWNER:
	case IG_PARTY_ROLE_OPERATOR:
		return f->to != IG_FIELD_TO_AUTHORITY;
	case IG_PARTY_ROLE_REPORTER:
	case IG_PARTY_ROLE_OTHER:
	case ig_party_role_count:
		break;
	}
	return f->to == IG_FIELD_TO_ALL;
}

json_t *ig_field_released_copy(unsigned kind, enum ig_party_role role, json_t *given)
{
	json_t *out = json_object();
	for (size_t i = 0; i < ig_field_count; i++) {
		const struct ig_field *f = &ig_fields[i];
		if (!(f->kinds & kind) || f->by != IG_FIELD_BY_DESK || !ig_field_released(f, role))
			continue;
		const char *dot = strchr(f->name, '.');
		json_t *from = given, *to = out;
		const char *leaf = f->name;
		if (dot) {
			char head[32] = "";
			memcpy(head, f->name, (size_t)(dot - f->name) < sizeof head - 1 ? (size_t)(dot - f->name) : sizeof head - 1);
			from = json_object_get(given, head);
			leaf = dot + 1;
			if (json_object_get(from, leaf) && !json_object_get(out, head))
				json_object_set_new(out, head, json_object());
			to = json_object_get(out, head);
		}
		json_t *v = json_object_get(from, leaf);
		if (v && !json_is_null(v) && to)
			json_object_set_new(to, leaf, json_deep_copy(v));
	}
	return out;
}
