/* What a template may name: the releasable fields by kind of letter and role of the party. Only for the compose room and its tests. */
#ifndef IG_COMPOSE_FIELDS_H
#define IG_COMPOSE_FIELDS_H
#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>
#include "compose/compose.h"
#include "compose/words.h"
#include "model/names.h"

/* Every kind of letter, in one list: name of the enum, folder below templates/. */
#define IG_LETTER_KINDS(X) \
	X(RECEIPT, "receipt", "receipt of an incident report") \
	X(ESCALATION, "escalation", "a case reported to the coordinator, with the initial report form where one is filled in") \
	X(REQUEST, "request", "request for more information") \
	X(FORWARD, "forward", "a case passed to a provider, owner or operator") \
	X(ORDER, "order", "relay of a coordination order") \
	X(REMINDER, "reminder", "reminder of what is owed") \
	X(CLOSING, "closing", "the handling of a case has ended") \
	X(FINAL_REPORT, "final-report", "final report to the coordinator") \
	X(AD_HOC_REPORT, "ad-hoc-report", "ad-hoc report to the coordinator") \
	X(MAINTENANCE, "maintenance", "notice of a maintenance stop") \
	X(DIGEST, "digest", "events of feeds that concern the networks of a party, one letter a period") \
	X(MISDIRECTED, "misdirected", "return of a document that was not meant for us") \
	X(DOCUMENT_RECEIPT, "document-receipt", "receipt of a document, the same day") \
	X(PERIODIC_REPORT, "periodic-report", "report of a half-year, a year or other days, with its figures and plots as an annex") \
	X(EXTRACT, "extract", "extract of a register, table of obligations or report of access, as an annex")
#define IG_LETTER_KIND_AT(NAME, word, says) IG_LETTER_AT_##NAME,
enum { IG_LETTER_KINDS(IG_LETTER_KIND_AT) IG_LETTER_KIND_COUNT };
#define IG_LETTER_KIND_BIT(NAME, word, says) IG_FIELD_##NAME = 1 << IG_LETTER_AT_##NAME,
enum ig_field_kind {
	IG_LETTER_KINDS(IG_LETTER_KIND_BIT)
	IG_FIELD_ALL = (1 << IG_LETTER_KIND_COUNT) - 1,
	/* letters about a case to those who act on it */
	IG_FIELD_CASE = IG_FIELD_ESCALATION | IG_FIELD_REQUEST | IG_FIELD_FORWARD | IG_FIELD_CLOSING | IG_FIELD_FINAL_REPORT | IG_FIELD_AD_HOC_REPORT
};
enum ig_field_by { IG_FIELD_BY_DESK, IG_FIELD_BY_COMPOSE };
/* How compose makes it of the field whose name is this one's without its last "_..." */
enum ig_field_make { IG_FIELD_AS_GIVEN, IG_FIELD_AS_TIME, IG_FIELD_AS_DATE, IG_FIELD_AS_SHORT_DATE, IG_FIELD_AS_WORDS, IG_FIELD_AS_LABEL };

struct ig_field {
	const char *name;       /* dotted; the items of a list follow it: "bases", "bases.number" */
	unsigned kinds;         /* of enum ig_field_kind */
	enum ig_field_by by;
	enum ig_field_to to;
	const char *sentence;
	enum ig_field_make make;
};
extern const struct ig_field ig_fields[];
extern const size_t ig_field_count;
#define IG_FIELD_ITEMS_MAX 1000 /* items of one list that a letter takes; the rest is left out */

/* 0 when no such kind. */
unsigned ig_field_kind_of(const char *kind);
/* NULL when the name is not declared for the kind. A name that is the object around declared ones ("office") counts as declared. */
const struct ig_field *ig_field_find(unsigned kind, const char *name);
bool ig_field_released(const struct ig_field *f, enum ig_party_role role);
/* A copy of given that holds only what the desk may give for this kind and a party of this role may read; dropped names are silent:
 * an absent field is empty in the template. */
json_t *ig_field_released_copy(unsigned kind, enum ig_party_role role, json_t *given);
/* Adds what compose makes of what is there: times and codes in the words of the language, and "first" to the first item of each list. */
void ig_field_words_add(unsigned kind, enum ig_words_language l, json_t *fields);
#endif
