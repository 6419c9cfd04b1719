/* The only reader of clocks. Civil time is what deadlines, retries, calendars and letters follow: it can be made to stand
 * still (--now). Monotonic time is real time, for time-outs and watchdogs. */
#ifndef IG_BASE_CLOCK_H
#define IG_BASE_CLOCK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t ig_time; /* microseconds since 1970-01-01T00:00:00Z; IG_NEVER: not set */
#define IG_NEVER INT64_MIN
#define IG_SECOND INT64_C(1000000)
#define IG_MINUTE (60 * IG_SECOND)
#define IG_HOUR (60 * IG_MINUTE)
#define IG_DAY (24 * IG_HOUR)

ig_time ig_now(void);           /* civil time: fixed or real */
void ig_clock_fix(ig_time t);   /* --now; IG_NEVER lets it run again */
bool ig_clock_fixed(void);
int64_t ig_mono_ms(void);       /* CLOCK_MONOTONIC in milliseconds */
int64_t ig_mono_us(void);

/* Zone in which times are printed, by tz name ("Asia/Ho_Chi_Minh") or fixed offset ("+07:00"); -1 when unknown (UTC is kept).
 * Reads the tz database: call before confinement. */
int ig_clock_zone(const char *name);

#define IG_TIME_MAX 40
/* RFC 3339 with offset, seconds, in the zone: "2026-11-22T08:30:00+07:00". Returns buf. */
char *ig_time_rfc3339(ig_time t, char buf[IG_TIME_MAX]);
/* RFC 5322 date-time in the zone. Returns buf. */
char *ig_time_rfc5322(ig_time t, char buf[IG_TIME_MAX]);
/* Day and clock of t in the zone; any out pointer may be NULL. wday 0 is Sunday. */
void ig_time_civil(ig_time t, int *year, int *mon, int *day, int *hour, int *min, int *sec, int *wday);
/* Days since 1970-01-01 in the zone; the civil date of such a day and back (a day past the end of its month is its last). Out pointers may
 * be NULL. */
int64_t ig_time_day(ig_time t);
void ig_day_civil(int64_t day, int *year, int *mon, int *mday);
int64_t ig_day_of(int year, int mon, int mday);
/* That day at the time of day that t has in the zone; IG_NEVER: its first moment. */
ig_time ig_time_on_day(int64_t day, ig_time t);
/* RFC 3339 (offset or Z required, fraction allowed, space for T allowed). 0 or -1. */
int ig_time_parse(const char *s, ig_time *t_r);
#endif
