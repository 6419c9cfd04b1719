/* Periodic overviews: what was counted, as figures that can be made again for any past day, and as a page with tables and plots. Pure: counted
 * rows in, JSON out. "report" is taken by what one message claims. */
#ifndef IG_DIGEST_DIGEST_H
#define IG_DIGEST_DIGEST_H
#include <stdbool.h>
#include <jansson.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "model/names.h"

struct ig_digest;
/* from..to: the span; as_of: the moment it is seen from. Days and months are those of the zone of base/clock.h. */
struct ig_digest *ig_digest_new(ig_time from, ig_time to, ig_time as_of);
struct ig_digest *ig_digest_free(struct ig_digest *d);
struct ig_digest_case {
	ig_time opened_at, acknowledged_at; /* IG_NEVER */
	enum ig_incident_status status;
	enum ig_severity severity;
	enum ig_widespread widespread;
	const char *channel, *category;     /* NULL unknown; category: a code of the taxonomy, counted by its class and whole */
	bool secret;
};
void ig_digest_add(struct ig_digest *d, const struct ig_digest_case *c);
/* One count of another table: part "messages", "letters", "duties". */
void ig_digest_count(struct ig_digest *d, const char *part, const char *by, const char *key, int64_t count);
/* All figures. Each group holds every key it can have, so that a zero is said. */
json_t *ig_digest_json(const struct ig_digest *d);
/* The same as rows: group, key, value. */
void ig_digest_rows(json_t *figures, void (*each)(const char *group, const char *key, const char *value, void *arg), void *arg);
/* The page model (draw: kind "digest") with tables and plots; words in the language. */
json_t *ig_digest_page(json_t *figures, bool english, const char *heading, const char *const *lead, const char *(*word)(const char *group, const char *key, bool english));
#endif
