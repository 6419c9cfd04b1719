/* Log lines to standard error, one line each, control characters escaped; under systemd with a priority prefix.
 * Rooms return, roles log: a failure is logged once, by whoever decides what happens next. */
#ifndef IG_BASE_LOG_H
#define IG_BASE_LOG_H

enum ig_log_level { IG_LOG_ERR = 3, IG_LOG_WARNING = 4, IG_LOG_NOTICE = 5, IG_LOG_INFO = 6, IG_LOG_DEBUG = 7 };

void ig_log_init(const char *who, enum ig_log_level max); /* who: role or program name, kept by pointer */
void ig_log(enum ig_log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Logs at err and ends the process with this sysexits code. */
void ig_die(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));
#endif
