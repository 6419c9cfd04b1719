/* The nouns as JSON, with the keys INTERFACE.md "Lists" fixes; used by irgatectl. Every id is a string, as it is typed: "17" a
 * message, "D-000017" a dispatch, an incident its reference. A time that was never set is null. The caller owns what is given
 * (json_decref). */
#ifndef IG_MODEL_NOUNS_JSON_H
#define IG_MODEL_NOUNS_JSON_H
#include <jansson.h>
#include "model/incident.h"
#include "model/report.h"

struct ig_incident_links { /* what belongs to an incident, by the store's keys; ref of related ones */
	const int64_t *messages, *duties, *dispatches;
	size_t message_count, duty_count, dispatch_count;
	const struct ig_ref *related;
	size_t related_count;
	const struct ig_ref *merged_into; /* NULL not merged */
};
json_t *ig_incident_json(const struct ig_incident *i, const struct ig_incident_links *links);
/* incident: reference as printed, or NULL; suggested likewise. */
json_t *ig_message_json(
	const struct ig_message *m, const char *incident, const char *suggested, const struct ig_copy *copies, size_t copy_count);
struct ig_findings { /* what was taken from a message */
	const struct ig_field *fields;
	const struct ig_observable *observables;
	const struct ig_ticket *tickets;
	size_t field_count, observable_count, ticket_count;
};
/* Sets fields (as `irgatectl read` prints them; of one name the surest), observables, ticket (the first) and tickets. */
void ig_findings_json(json_t *o, const struct ig_findings *f);
json_t *ig_dispatch_json(const struct ig_dispatch *d, const char *incident, const char *party_name);
json_t *ig_duty_json(const struct ig_duty *d, const char *incident);
json_t *ig_party_json(const struct ig_party *p);
json_t *ig_alarm_json(const struct ig_alarm *al);
json_t *ig_journal_json(const struct ig_journal_row *r);
json_t *ig_time_json(ig_time t); /* RFC 3339 with offset, or null */
#endif
