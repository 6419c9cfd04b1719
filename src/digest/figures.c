/* Counting cases: by month, kind, severity, extent, status, way in; how soon they were acknowledged; how old the open ones are. Medians are those
 * of the sorted list (nearest rank), so that two who count come to the same figure. */
#include "config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/opt.h"
#include "digest/digest.h"

struct ig_digest {
	ig_time from, to, as_of;
	json_t *groups;     /* group -> key -> count */
	int64_t total, acknowledged, secret, closed;
	int64_t *waits;     /* microseconds until acknowledged */
	size_t wait_count, wait_cap;
};

static const struct { const char *name; ig_time most; } waits[] = {{"15m", 15 * IG_MINUTE}, {"1h", IG_HOUR}, {"4h", 4 * IG_HOUR}, {"24h", IG_DAY}, {"over", INT64_MAX}};
static const struct { const char *name; ig_time most; } ages[] = {
	{"1d", IG_DAY}, {"7d", 7 * IG_DAY}, {"30d", 30 * IG_DAY}, {"90d", 90 * IG_DAY}, {"over", INT64_MAX}};

static void add_to(struct ig_digest *d, const char *group, const char *key, int64_t n)
{
	json_t *g = json_object_get(d->groups, group);
	if (!g) {
		g = json_object();
		json_object_set_new(d->groups, group, g);
	}
	json_object_set_new(g, key, json_integer(json_integer_value(json_object_get(g, key)) + n));
}

/* Every month of the span, so that an empty one is said. */
static void months(struct ig_digest *d)
{
	char key[32];
	int y, m, last_y, last_m;
	ig_time_civil(d->from, &y, &m, NULL, NULL, NULL, NULL, NULL);
	ig_time_civil(d->to - 1, &last_y, &last_m, NULL, NULL, NULL, NULL, NULL);
	for (int n = 0; n < 1200 && (y < last_y || (y == last_y && m <= last_m)); n++) {
		snprintf(key, sizeof key, "%04d-%02d", y, m);
		add_to(d, "by_month", key, 0);
		if (++m > 12)
			m = 1, y++;
	}
}

struct ig_digest *ig_digest_new(ig_time from, ig_time to, ig_time as_of)
{
	struct ig_digest *d = ig_xmalloc(sizeof *d);
	d->from = from, d->to = to, d->as_of = as_of;
	d->groups = json_object();
	months(d);
	for (int i = 0; i < ig_severity_count; i++)
		add_to(d, "by_severity", ig_severity_word((enum ig_severity)i), 0);
	for (int i = 0; i < ig_widespread_count; i++)
		add_to(d, "by_widespread", ig_widespread_word((enum ig_widespread)i), 0);
	for (int i = 0; i < ig_incident_status_count; i++)
		add_to(d, "by_status", ig_incident_status_word((enum ig_incident_status)i), 0);
	for (int i = 0; i < ig_channel_count; i++) {
		add_to(d, "by_channel", ig_channel_word((enum ig_channel)i), 0);
		add_to(d, "messages_by_channel", ig_channel_word((enum ig_channel)i), 0);
		add_to(d, "letters_by_channel", ig_channel_word((enum ig_channel)i), 0);
	}
	add_to(d, "by_channel", "unknown", 0);
	for (size_t i = 0; i < IG_COUNT(waits); i++)
		add_to(d, "acknowledged_within", waits[i].name, 0);
	add_to(d, "acknowledged_within", "not", 0);
	for (size_t i = 0; i < IG_COUNT(ages); i++)
		add_to(d, "open_by_age", ages[i].name, 0);
	static const char *const duties[] = {"in time", "late", "overdue", "open"};
	for (size_t i = 0; i < IG_COUNT(duties); i++)
		add_to(d, "duties", duties[i], 0);
	add_to(d, "by_class", "unknown", 0);
	add_to(d, "by_kind", "unknown", 0);
	return d;
}

struct ig_digest *ig_digest_free(struct ig_digest *d)
{
	if (d) {
		json_decref(d->groups);
		free(d->waits);
	}
	free(d);
	return NULL;
}

static void count_wait(struct ig_digest *d, const struct ig_digest_case *c)
{
	if (c->acknowledged_at == IG_NEVER) {
		add_to(d, "acknowledged_within", "not", 1);
		return;
	}
	ig_time wait = c->acknowledged_at - c->opened_at;
	size_t i = 0;
	while (wait > waits[i].most)
		i++;
	add_to(d, "acknowledged_within", waits[i].name, 1);
	if (d->wait_count == d->wait_cap) {
		d->wait_cap = d->wait_cap ? d->wait_cap * 2 : 256;
		d->waits = ig_xrealloc(d->waits, d->wait_cap * sizeof *d->waits);
	}
	d->waits[d->wait_count++] = wait;
	d->acknowledged++;
}

void ig_digest_add(struct ig_digest *d, const struct ig_digest_case *c)
{
	char key[64];
	int y, m;
	ig_time_civil(c->opened_at, &y, &m, NULL, NULL, NULL, NULL, NULL);
	snprintf(key, sizeof key, "%04d-%02d", y, m);
	d->total++;
	d->secret += c->secret;
	add_to(d, "by_month", key, 1);
	add_to(d, "by_severity", ig_severity_word(c->severity), 1);
	add_to(d, "by_widespread", ig_widespread_word(c->widespread), 1);
	add_to(d, "by_status", ig_incident_status_word(c->status), 1);
	add_to(d, "by_channel", c->channel ? c->channel : "unknown", 1);
	add_to(d, "by_kind", c->category ? c->category : "unknown", 1);
	snprintf(key, sizeof key, "%.*s", (int)(c->category ? strcspn(c->category, "/") : 7), c->category ? c->category : "unknown");
	add_to(d, "by_class", key, 1);
	count_wait(d, c);
	if (c->status == IG_INCIDENT_STATUS_CLOSED) {
		d->closed++;
	} else {
		size_t i = 0;
		while (d->as_of - c->opened_at > ages[i].most)
			i++;
		add_to(d, "open_by_age", ages[i].name, 1);
	}
}

void ig_digest_count(struct ig_digest *d, const char *part, const char *by, const char *key, int64_t count)
{
	char group[64];
	snprintf(group, sizeof group, "%s%s%s", part, by ? "_by_" : "", by ? by : "");
	add_to(d, group, key ? key : "unknown", count);
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

/* Nearest rank, in whole minutes rounded up: what was waited for 61 seconds took two. */
static json_t *rank(const struct ig_digest *d, int percent)
{
	if (!d->wait_count)
		return json_null();
	size_t at = (d->wait_count * (size_t)percent + 99) / 100;
	return json_integer((d->waits[(at ? at : 1) - 1] + IG_MINUTE - 1) / IG_MINUTE);
}

json_t *ig_digest_json(const struct ig_digest *d)
{
	char from[IG_TIME_MAX], to[IG_TIME_MAX], as_of[IG_TIME_MAX];
	if (d->wait_count)
		qsort(d->waits, d->wait_count, sizeof *d->waits, by_size);
	json_t *o = json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:o,s:o,s:o}", "from", ig_time_rfc3339(d->from, from), "to", ig_time_rfc3339(d->to, to), "as_of",
		ig_time_rfc3339(d->as_of, as_of), "incidents", (json_int_t)d->total, "acknowledged", (json_int_t)d->acknowledged, "closed", (json_int_t)d->closed, "open",
		(json_int_t)(d->total - d->closed), "secret", (json_int_t)d->secret, "acknowledge_minutes_median", rank(d, 50), "acknowledge_minutes_p90", rank(d, 90),
		"acknowledge_minutes_max", rank(d, 100));
	json_object_set(o, "groups", d->groups);
	return o;
}
