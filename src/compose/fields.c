/* The releasable fields: the one table that templates are checked against when loaded, that the desk's facts are filtered through for each
 * letter, and that doc/TEMPLATES.md prints. Relies on model's words. Does not know where a fact comes from. */
#include <string.h>
#include "base/opt.h"
#include "compose/compose.h"
#include "compose/fields.h"

#define DESK IG_FIELD_BY_DESK
#define HERE IG_FIELD_BY_COMPOSE
#define ALL IG_FIELD_TO_ALL
#define ACTING IG_FIELD_TO_ACTING
#define AUTHORITY IG_FIELD_TO_AUTHORITY
#define EVERY IG_FIELD_ALL
#define CASE IG_FIELD_CASE
#define RECEIPT IG_FIELD_RECEIPT
#define REPORTS (IG_FIELD_FINAL_REPORT | IG_FIELD_AD_HOC_REPORT)
#define DOCUMENTS (IG_FIELD_MISDIRECTED | IG_FIELD_DOCUMENT_RECEIPT)
#define DATED (IG_FIELD_REQUEST | IG_FIELD_FORWARD | IG_FIELD_ORDER | IG_FIELD_REMINDER)
#define ORDERED (IG_FIELD_ORDER | IG_FIELD_AD_HOC_REPORT)
#define EARLIER (IG_FIELD_REMINDER | IG_FIELD_FINAL_REPORT)
#define ADVISED (IG_FIELD_CLOSING | REPORTS)
#define BOOKS (IG_FIELD_PERIODIC_REPORT | IG_FIELD_EXTRACT)
#define ENCLOSING (IG_FIELD_FINAL_REPORT | IG_FIELD_DIGEST | BOOKS)
#define FORMS (IG_FIELD_ESCALATION | REPORTS)
#define SAME "The same as it is written in the letter's language."
#define SAME_WORDS "The same in words of the letter's language."
#define FIRST "True in the first item of the list."

#define GIVEN IG_FIELD_AS_GIVEN

const struct ig_field ig_fields[] = {
	{"reference", EVERY, DESK, ALL, "Our incident reference, as `IR-2026-000123-0`; absent in letters that concern no case.", GIVEN},
	{"addressee.name", EVERY, DESK, ALL, "Name of the party from our own directory; absent for a bare address. "
		"A display name found in a mail is not repeated: strangers could write through us.", GIVEN},
	{"new_participant", RECEIPT, DESK, ALL, "True when the message joined a case of somebody else: the letter then says nothing of the case.", GIVEN},
	{"sealed", RECEIPT, DESK, ALL, "True when the message was encrypted and could not be opened: the letter asks for it again.", GIVEN},
	{"key.fingerprint", RECEIPT, DESK, ALL, "Fingerprint of our key to which it should be encrypted; absent when we have none.", GIVEN},
	{"case_closed", RECEIPT, DESK, ALL, "True when the message came to a case that is closed, and stays it by the profile (on_closed = answer).", GIVEN},
	{"received_at", RECEIPT, DESK, ALL, "Time of arrival, RFC 3339 with offset.", GIVEN},
	{"received_at_text", RECEIPT, HERE, ALL, SAME, IG_FIELD_AS_TIME},
	{"channel", RECEIPT | DOCUMENTS, DESK, ALL, "How the report or document came: `mail`, `fax`, `letter`, `phone`.", GIVEN},
	{"channel_text", RECEIPT | DOCUMENTS, HERE, ALL, SAME_WORDS, IG_FIELD_AS_WORDS},
	{"opened_at", CASE, DESK, ALL, "When the incident was opened, RFC 3339 with offset.", GIVEN},
	{"opened_at_text", CASE, HERE, ALL, SAME, IG_FIELD_AS_TIME},
	{"found_at", CASE, DESK, ALL, "When it was found, RFC 3339 with offset; absent when not known.", GIVEN},
	{"found_at_text", CASE, HERE, ALL, SAME, IG_FIELD_AS_TIME},
	{"severity", CASE, DESK, ALL, "`unknown`, `ordinary` or `serious`.", GIVEN},
	{"severity_text", CASE, HERE, ALL, SAME_WORDS, IG_FIELD_AS_WORDS},
	{"widespread", CASE, DESK, ALL, "`no`, `suspected` or `confirmed`.", GIVEN},
	{"widespread_text", CASE, HERE, ALL, "The same in words of the letter's language; absent for `no`.", IG_FIELD_AS_WORDS},
	{"category", CASE, DESK, ALL, "Code of the Reference Security Incident Taxonomy; absent when not known.", GIVEN},
	{"category_text", CASE, HERE, ALL, SAME_WORDS, IG_FIELD_AS_WORDS},
	{"status", CASE, DESK, ALL, "`new`, `open`, `waiting`, `resolved` or `closed`.", GIVEN},
	{"status_text", CASE, HERE, ALL, SAME_WORDS, IG_FIELD_AS_WORDS},
	{"message_count", CASE, DESK, ALL, "How many messages the case holds.", GIVEN},
	{"tlp", CASE, DESK, ALL, "TLP label of the report, lower case; absent when it has none.", GIVEN},
	{"tlp_text", CASE, HERE, ALL, "The same as labels are written, as `TLP:AMBER+STRICT`.", IG_FIELD_AS_LABEL},
	{"secrecy", CASE, DESK, ALL, "True when the reporter asked to keep something secret.", GIVEN},
	{"summary", CASE, DESK, ACTING, "What happened, in the words of the case; the desk leaves it out unless its release was decided.", GIVEN},
	{"system.name", CASE, DESK, ACTING, "The system that is hit.", GIVEN},
	{"system.owner", CASE, DESK, ACTING, "Its owner.", GIVEN},
	{"system.operator", CASE, DESK, ACTING, "Who operates it.", GIVEN},
	{"system.provider", CASE, DESK, ACTING, "Who provides its connection or service.", GIVEN},
	{"system.level", CASE, DESK, ACTING, "Its security level, 1 to 5.", GIVEN},
	{"reporter.name", CASE, DESK, AUTHORITY, "Who reported it: organisation or person.", GIVEN},
	{"reporter.email", CASE, DESK, AUTHORITY, "The reporter's mail address.", GIVEN},
	{"reporter.phone", CASE, DESK, AUTHORITY, "The reporter's telephone number.", GIVEN},
	{"reason", EVERY, DESK, ALL, "Why this letter is written, in the officer's words.", GIVEN},
	{"officer", EVERY, DESK, ALL, "Name of the person who writes it.", GIVEN},
	{"questions", IG_FIELD_REQUEST, DESK, ALL, "List of what is asked.", GIVEN},
	{"questions.text", IG_FIELD_REQUEST, DESK, ALL, "One question, as a sentence.", GIVEN},
	{"due", DATED, DESK, ALL, "By when an answer is wanted: RFC 3339, or a day as `2026-11-30`.", GIVEN},
	{"due_text", DATED, HERE, ALL, SAME, IG_FIELD_AS_TIME},
	{"observables", IG_FIELD_FORWARD, DESK, ACTING, "List of addresses, names and digests; the desk gives those whose release was decided.", GIVEN},
	{"observables.type", IG_FIELD_FORWARD, DESK, ACTING, "Kind of it, as `ipv4`.", GIVEN},
	{"observables.type_text", IG_FIELD_FORWARD, HERE, ACTING, "The same in words of the letter's language; absent for a kind that has none.", IG_FIELD_AS_WORDS},
	{"observables.value", IG_FIELD_FORWARD, DESK, ACTING, "The address, name or digest.", GIVEN},
	{"observables.first", IG_FIELD_FORWARD, HERE, ACTING, FIRST, GIVEN},
	{"enclosed.name", IG_FIELD_FORWARD, DESK, ALL, "Name of the zip file, opened by a password, in which a received file is enclosed.", GIVEN},
	{"enclosed.size", IG_FIELD_FORWARD, DESK, ALL, "Size of the received file in bytes.", GIVEN},
	{"enclosed.sha256", IG_FIELD_FORWARD, DESK, ALL, "SHA-256 of the received file.", GIVEN},
	{"asks", IG_FIELD_FORWARD | IG_FIELD_ORDER, DESK, ALL, "List of what the reader is asked to do.", GIVEN},
	{"asks.text", IG_FIELD_FORWARD | IG_FIELD_ORDER, DESK, ALL, "One of them, as a sentence.", GIVEN},
	{"order.number", ORDERED, DESK, ALL, "Number and sign of the coordination order or request.", GIVEN},
	{"order.issuer", ORDERED, DESK, ALL, "Who issued it.", GIVEN},
	{"order.date", ORDERED, DESK, ALL, "Its date, as `2026-11-22`.", GIVEN},
	{"order.date_text", ORDERED, HERE, ALL, SAME, IG_FIELD_AS_DATE},
	{"order.text", IG_FIELD_ORDER, DESK, ACTING, "What it orders.", GIVEN},
	{"order.due", IG_FIELD_ORDER, DESK, ALL, "By when the coordinator wants the result.", GIVEN},
	{"order.due_text", IG_FIELD_ORDER, HERE, ALL, SAME, IG_FIELD_AS_TIME},
	{"about", IG_FIELD_REMINDER, DESK, ALL, "What is reminded of, as words that follow \"reminder of\".", GIVEN},
	{"reminder_count", IG_FIELD_REMINDER, DESK, ALL, "How often it was reminded of, this time included; absent for once.", GIVEN},
	{"owed", IG_FIELD_REMINDER, DESK, ALL, "List of what is owed.", GIVEN},
	{"owed.what", IG_FIELD_REMINDER, DESK, ALL, "One of them.", GIVEN},
	{"owed.deadline", IG_FIELD_REMINDER, DESK, ALL, "When it was due.", GIVEN},
	{"owed.deadline_text", IG_FIELD_REMINDER, HERE, ALL, SAME, IG_FIELD_AS_TIME},
	{"owed.basis", IG_FIELD_REMINDER, DESK, ALL, "Its legal basis.", GIVEN},
	{"earlier.number", EARLIER, DESK, ALL, "Number and sign of our earlier letter.", GIVEN},
	{"earlier.subject", EARLIER, DESK, ALL, "What it was about.", GIVEN},
	{"earlier.date", EARLIER, DESK, ALL, "Its date.", GIVEN},
	{"earlier.date_text", EARLIER, HERE, ALL, SAME, IG_FIELD_AS_DATE},
	{"earlier.date_short", EARLIER, HERE, ALL, "The same in figures, as `22/11/2026`; in English in words.", IG_FIELD_AS_SHORT_DATE},
	{"closed_at", RECEIPT | IG_FIELD_CLOSING | IG_FIELD_FINAL_REPORT, DESK, ALL, "When the handling ended.", GIVEN},
	{"closed_at_text", RECEIPT | IG_FIELD_CLOSING | IG_FIELD_FINAL_REPORT, HERE, ALL, SAME, IG_FIELD_AS_TIME},
	{"result", IG_FIELD_CLOSING | IG_FIELD_FINAL_REPORT, DESK, ALL, "Result of the handling, in the officer's words.", GIVEN},
	{"recommendations", ADVISED, DESK, ALL, "List of recommendations or proposals.", GIVEN},
	{"recommendations.text", ADVISED, DESK, ALL, "One of them, as a sentence.", GIVEN},
	{"recommendations.first", ADVISED, HERE, ALL, FIRST, GIVEN},
	{"timeline", IG_FIELD_FINAL_REPORT, DESK, ACTING, "List of what happened when.", GIVEN},
	{"timeline.at", IG_FIELD_FINAL_REPORT, DESK, ACTING, "When.", GIVEN},
	{"timeline.at_text", IG_FIELD_FINAL_REPORT, HERE, ACTING, SAME, IG_FIELD_AS_TIME},
	{"timeline.text", IG_FIELD_FINAL_REPORT, DESK, ACTING, "What.", GIVEN},
	{"timeline.first", IG_FIELD_FINAL_REPORT, HERE, ACTING, FIRST, GIVEN},
	{"measures", REPORTS, DESK, ACTING, "List of measures taken.", GIVEN},
	{"measures.text", REPORTS, DESK, ACTING, "One of them.", GIVEN},
	{"measures.first", REPORTS, HERE, ACTING, FIRST, GIVEN},
	{"attachments", ENCLOSING, DESK, ACTING, "List of what is enclosed.", GIVEN},
	{"attachments.text", ENCLOSING, DESK, ACTING, "Name of one of them.", GIVEN},
	{"attachments.first", ENCLOSING, HERE, ACTING, FIRST, GIVEN},
	{"form.title", FORMS, DESK, AUTHORITY, "Title of a form of the profile that is filled in below the letter, as the initial report.", GIVEN},
	{"form.number", FORMS, DESK, AUTHORITY, "Number of that form.", GIVEN},
	{"form.sections", FORMS, DESK, AUTHORITY, "List of its sections.", GIVEN},
	{"form.sections.heading", FORMS, DESK, AUTHORITY, "Heading of a section; absent without one.", GIVEN},
	{"form.sections.rows", FORMS, DESK, AUTHORITY, "List of its rows.", GIVEN},
	{"form.sections.rows.label", FORMS, DESK, AUTHORITY, "What is asked.", GIVEN},
	{"form.sections.rows.value", FORMS, DESK, AUTHORITY, "What is answered.", GIVEN},
	{"annex.about", BOOKS, DESK, ACTING, "What the annex is, as words that follow \"we send\".", GIVEN},
	{"annex.lines", BOOKS, DESK, ACTING, "List of what stands at its head: form, days, as of when.", GIVEN},
	{"annex.lines.text", BOOKS, DESK, ACTING, "One of them.", GIVEN},
	{"annex.figures", IG_FIELD_PERIODIC_REPORT, DESK, ACTING, "List of the main figures.", GIVEN},
	{"annex.figures.label", IG_FIELD_PERIODIC_REPORT, DESK, ACTING, "What is counted.", GIVEN},
	{"annex.figures.value", IG_FIELD_PERIODIC_REPORT, DESK, ACTING, "How many.", GIVEN},
	{"annex.figures.first", IG_FIELD_PERIODIC_REPORT, HERE, ACTING, FIRST, GIVEN},
	{"event_count", IG_FIELD_DIGEST, DESK, ACTING, "How many events the letter tells of.", GIVEN},
	{"listed", IG_FIELD_DIGEST, DESK, ACTING, "True where the party takes no mail: the table is all that it is told.", GIVEN},
	{"more_count", IG_FIELD_DIGEST, DESK, ACTING, "How many events are not in the table; 0 and then absent where it has all.", GIVEN},
	{"events", IG_FIELD_DIGEST, DESK, ACTING, "The first events, a row of a table each.", GIVEN},
	{"events.local", IG_FIELD_DIGEST, DESK, ACTING, "When, in the office's time.", GIVEN},
	{"events.utc", IG_FIELD_DIGEST, DESK, ACTING, "The same in UTC.", GIVEN},
	{"events.where", IG_FIELD_DIGEST, DESK, ACTING, "Address and port.", GIVEN},
	{"events.category", IG_FIELD_DIGEST, DESK, ACTING, "Code of the Reference Security Incident Taxonomy; absent when not known.", GIVEN},
	{"events.category_text", IG_FIELD_DIGEST, HERE, ACTING, SAME_WORDS, IG_FIELD_AS_WORDS},
	{"events.row", IG_FIELD_DIGEST, DESK, ACTING, "The three in columns, for mails.", GIVEN},
	{"events.first", IG_FIELD_DIGEST, HERE, ACTING, FIRST, GIVEN},
	{"period.from", IG_FIELD_DIGEST, DESK, ACTING, "When the report of the first of them came.", GIVEN},
	{"period.from_text", IG_FIELD_DIGEST, HERE, ACTING, SAME, IG_FIELD_AS_TIME},
	{"period.until", IG_FIELD_DIGEST, DESK, ACTING, "When the report of the last of them came.", GIVEN},
	{"period.until_text", IG_FIELD_DIGEST, HERE, ACTING, SAME, IG_FIELD_AS_TIME},
	{"totals", IG_FIELD_DIGEST, DESK, ACTING, "List of how many there are of each category in each network.", GIVEN},
	{"totals.category", IG_FIELD_DIGEST, DESK, ACTING, "Code of the Reference Security Incident Taxonomy; absent when not known.", GIVEN},
	{"totals.category_text", IG_FIELD_DIGEST, HERE, ACTING, SAME_WORDS, IG_FIELD_AS_WORDS},
	{"totals.asn", IG_FIELD_DIGEST, DESK, ACTING, "Number of the autonomous system, as `AS64500`; absent when the table of networks has none.", GIVEN},
	{"totals.count", IG_FIELD_DIGEST, DESK, ACTING, "How many.", GIVEN},
	{"totals.first", IG_FIELD_DIGEST, HERE, ACTING, FIRST, GIVEN},
	{"service", IG_FIELD_MAINTENANCE, DESK, ALL, "The service that will stop.", GIVEN},
	{"window.start", IG_FIELD_MAINTENANCE, DESK, ALL, "When it stops.", GIVEN},
	{"window.start_text", IG_FIELD_MAINTENANCE, HERE, ALL, SAME, IG_FIELD_AS_TIME},
	{"window.end", IG_FIELD_MAINTENANCE, DESK, ALL, "When it is expected back.", GIVEN},
	{"window.end_text", IG_FIELD_MAINTENANCE, HERE, ALL, SAME, IG_FIELD_AS_TIME},
	{"window.change", IG_FIELD_MAINTENANCE, DESK, ALL, "`moved` or `cancelled` when this changes an earlier notice.", GIVEN},
	{"window.change_text", IG_FIELD_MAINTENANCE, HERE, ALL, SAME_WORDS, IG_FIELD_AS_WORDS},
	{"alternative", IG_FIELD_MAINTENANCE, DESK, ALL, "Where to turn meanwhile; absent: telephone and fax of the office.", GIVEN},
	{"document.number", DOCUMENTS | IG_FIELD_REQUEST, DESK, ALL, "Number and sign of the document that is answered.", GIVEN},
	{"document.date", DOCUMENTS | IG_FIELD_REQUEST, DESK, ALL, "Its date.", GIVEN},
	{"document.date_text", DOCUMENTS | IG_FIELD_REQUEST, HERE, ALL, SAME, IG_FIELD_AS_DATE},
	{"document.issuer", DOCUMENTS, DESK, ALL, "Who issued it.", GIVEN},
	{"document.subject", DOCUMENTS, DESK, ALL, "What it is about.", GIVEN},
	{"document.received_at", DOCUMENTS, DESK, ALL, "When it arrived.", GIVEN},
	{"document.received_at_text", DOCUMENTS, HERE, ALL, SAME, IG_FIELD_AS_TIME},
	{"right_place", IG_FIELD_MISDIRECTED, DESK, ALL, "Where it should have gone, as far as we know.", GIVEN},
	{"arrival.number", IG_FIELD_DOCUMENT_RECEIPT, DESK, ALL, "Its number in the register of arrivals.", GIVEN},
	{"arrival.date", IG_FIELD_DOCUMENT_RECEIPT, DESK, ALL, "Its date there.", GIVEN},
	{"arrival.date_text", IG_FIELD_DOCUMENT_RECEIPT, HERE, ALL, SAME, IG_FIELD_AS_DATE},
	{"want_original", IG_FIELD_DOCUMENT_RECEIPT, DESK, ALL, "True when what came is no original and one is wanted.", GIVEN},
	{"on_page", EVERY, HERE, ALL, "True when the letter is drawn on pages: head, addressee and signature then have their places there.", GIVEN},
	{"with_pages", EVERY, HERE, ALL, "True in a mail that carries the letter as a PDF file too.", GIVEN},
	{"signed", EVERY, HERE, ALL, "True when those pages are signed with the office's key.", GIVEN},
	{"letter.number", EVERY, HERE, ALL, "Number and sign of this letter; absent without one.", GIVEN},
	{"next_steps", EVERY, HERE, ALL, "What happens next, from the profile, as whole sentences.", GIVEN},
	{"call_whom", EVERY, HERE, ALL, "Whom to call, from the profile, as whole sentences.", GIVEN},
	{"office.name", EVERY, HERE, ALL, "Our office, from the profile.", GIVEN},
	{"office.parent", EVERY, HERE, ALL, "The body above it, from the profile.", GIVEN},
	{"office.phone", EVERY, HERE, ALL, "Telephone number of the office.", GIVEN},
	{"office.fax", EVERY, HERE, ALL, "Fax number of the office.", GIVEN},
	{"office.email", EVERY, HERE, ALL, "Mail address of the office.", GIVEN},
	{"office.web", EVERY, HERE, ALL, "Web address of the office.", GIVEN},
	{"office.address", EVERY, HERE, ALL, "Postal address of the office.", GIVEN},
	{"office.place", EVERY, HERE, ALL, "Place name that stands before a date.", GIVEN},
	{"profile.name", EVERY, HERE, ALL, "Name of the profile in force, as `vn-2017`.", GIVEN},
	{"profile.title", EVERY, HERE, ALL, "Its title in the letter's language.", GIVEN},
	{"bases", EVERY, HERE, ALL, "List of the legal bases, for the \"Căn cứ\" lines; also true when there is one.", GIVEN},
	{"bases.number", EVERY, HERE, ALL, "Number and sign of a legal basis.", GIVEN},
	{"bases.citation", EVERY, HERE, ALL, "The same with the kind of document before it where the sign tells it, as `Quyết định số 05/2017/QĐ-TTg`.", GIVEN},
	{"bases.title", EVERY, HERE, ALL, "Its title.", GIVEN},
	{"date_text", EVERY, HERE, ALL, "Date of the letter as it is written in its language.", GIVEN},
	{"language", EVERY, HERE, ALL, "`vi` or `en`.", GIVEN},
};
const size_t ig_field_count = IG_COUNT(ig_fields);

#define KIND_WORD(NAME, word, says) word,
#define KIND_SAYS(NAME, word, says) says,
static const char *const kind_words[] = {IG_LETTER_KINDS(KIND_WORD)};

const char *ig_letter_kind_says(size_t i)
{
	static const char *const words[] = {IG_LETTER_KINDS(KIND_SAYS)};
	return i < IG_COUNT(words) ? words[i] : NULL;
}

const char *ig_letter_kind(size_t i)
{
	return i < IG_COUNT(kind_words) ? kind_words[i] : NULL;
}

unsigned ig_field_kind_of(const char *kind)
{
	for (size_t i = 0; kind && i < IG_COUNT(kind_words); i++)
		if (!strcmp(kind, kind_words[i]))
			return 1u << i;
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
bool ig_field_readable(enum ig_field_to to, enum ig_party_role role)
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
		return to != IG_FIELD_TO_AUTHORITY;
	case IG_PARTY_ROLE_REPORTER:
	case IG_PARTY_ROLE_OTHER:
	case ig_party_role_count:
		break;
	}
	return to == IG_FIELD_TO_ALL;
}

bool ig_field_released(const struct ig_field *f, enum ig_party_role role)
{
	return ig_field_readable(f->to, role);
}

/* The object or list below `from` and its copy below `to`, made when missing. */
static json_t *copy_below(json_t *from, json_t *to, const char *name)
{
	json_t *sub = json_object_get(to, name);
	if (sub)
		return sub;
	sub = json_is_array(from) ? json_array() : json_object();
	for (size_t i = 0; json_is_array(from) && i < json_array_size(from) && i < IG_FIELD_ITEMS_MAX; i++)
		json_array_append_new(sub, json_object());
	json_object_set_new(to, name, sub);
	return sub;
}

/* The value at a dotted path, in each item where a list stands on the way. */
static void copy_path(json_t *from, json_t *to, const char *path)
{
	char name[32] = "";
	size_t len = strcspn(path, ".");
	memcpy(name, path, len < sizeof name - 1 ? len : sizeof name - 1);
	json_t *is = json_object_get(from, name);
	if (!is || json_is_null(is))
		return;
	if (!path[len]) {
		if (!json_is_object(is) && !json_is_array(is)) /* their parts are declared one by one */
			json_object_set_new(to, name, json_deep_copy(is));
		return;
	}
	if (!json_is_object(is) && !json_is_array(is))
		return;
	json_t *sub = copy_below(is, to, name);
	for (size_t i = 0; i < json_array_size(is) && i < json_array_size(sub); i++)
		copy_path(json_array_get(is, i), json_array_get(sub, i), path + len + 1);
	if (json_is_object(is)) {
		copy_path(is, sub, path + len + 1);
		if (!json_object_size(sub)) /* an empty object would be true in a section */
			json_object_del(to, name);
	}
}

json_t *ig_field_released_copy(unsigned kind, enum ig_party_role role, json_t *given)
{
	json_t *out = json_object();
	for (size_t i = 0; i < ig_field_count; i++) {
		const struct ig_field *f = &ig_fields[i];
		if ((f->kinds & kind) && f->by == IG_FIELD_BY_DESK && ig_field_released(f, role))
			copy_path(given, out, f->name);
	}
	return out;
}
