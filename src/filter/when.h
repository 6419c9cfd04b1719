/* Dates and times as people and programs write them, found in text: "12/10/2020 22:00 GMT", "18-Oct-2022 19:00 (Central)", "ngày 5 tháng 9 năm 2021,
 * 22 giờ 30", "20210908T220000Z". Inside filter only. Pure. */
#ifndef IG_FILTER_WHEN_H
#define IG_FILTER_WHEN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/clock.h"

#define IG_WHEN_MAX 64 /* mentions looked at in one text */

enum ig_when_order { IG_ORDER_AUTO, IG_ORDER_DMY, IG_ORDER_MDY, IG_ORDER_YMD };
struct ig_zone { /* of a mention: a fixed offset, or a place whose summer time is reckoned for the date */
	bool known;
	int minutes; /* east of UTC, standard time */
	enum ig_summer { IG_SUMMER_NONE, IG_SUMMER_US, IG_SUMMER_EU, IG_SUMMER_AU } summer;
};
struct ig_when {
	size_t from, to; /* bytes of the text */
	bool has_date, has_time, has_year, numeric; /* numeric: day and month were told apart by order */
	int year, month, day, hour, minute, second;
	struct ig_zone zone;
};
struct ig_when_hint {
	enum ig_when_order order;
	struct ig_zone zone; /* where the text names none */
	ig_time near;        /* the year of a date without one, and which of two readings is likelier; IG_NEVER unknown */
};

/* Zone at s: "UTC", "(GMT+7)", "+07:00", "CEST", "Eastern", "Asia/Ho_Chi_Minh", "giờ Việt Nam"; bytes used, 0 none. */
size_t ig_zone_at(const char *s, size_t len, struct ig_zone *z_r);
/* Minutes east of UTC at this civil time. */
int ig_zone_minutes(const struct ig_zone *z, int year, int month, int day, int hour);
/* Mentions in order; dates and times that stand together are one. */
size_t ig_when_find(const char *text, size_t len, const struct ig_when_hint *hint, struct ig_when *out, size_t max);
/* Which order day and month have in this text as far as it can be known: a number above 12 tells. */
enum ig_when_order ig_when_order_of(const char *text, size_t len, const struct ig_when_hint *hint);
/* RFC 3339, with the offset of its zone; without one where none is known; a date alone where it has no time. */
#define IG_WHEN_TEXT 40
char *ig_when_print(const struct ig_when *w, char out[IG_WHEN_TEXT]);
bool ig_when_valid(int year, int month, int day);
int64_t ig_when_days(int year, int month, int day); /* since 1970-01-01 */
/* Instant in seconds since 1970 (UTC is taken where no zone is known). */
void ig_when_set(struct ig_when *w, int64_t local); /* date and time from seconds since 1970 on its own clock */
int64_t ig_when_seconds(const struct ig_when *w);
#endif
