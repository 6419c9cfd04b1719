/* Log lines to standard error, each in one write so that lines of several processes do not mix.
 * Relies on nothing else of ours. Does not write files or talk to syslog: systemd or the shell decides where lines go. */
#include "config.h"
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048u

static const char *log_who = "irgate";
static enum ig_log_level log_max = IG_LOG_INFO;
static int log_journal = -1;

void ig_log_init(const char *who, enum ig_log_level max)
{
	log_who = who;
	log_max = max;
	/* systemd sets this where standard error is the journal; it reads "<priority>" there (sd-daemon(3)). */
	log_journal = getenv("JOURNAL_STREAM") != NULL;
}

static size_t put_hex(char *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	out[0] = '\\';
	out[1] = 'x';
	out[2] = hex[c >> 4];
	out[3] = hex[c & 15];
	return 4;
}

/* Control characters (C0, DEL, and C1 in UTF-8) are written as \xHH: a log line is never two, and no terminal is driven by mail. */
static size_t escape(char *out, size_t cap, const char *s)
{
	size_t n = 0;

	for (const unsigned char *p = (const unsigned char *)s; *p && n + 9 < cap; p++) {
		if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0) {
			n += put_hex(out + n, *p++);
			n += put_hex(out + n, *p);
		} else if (*p < 0x20 || *p == 0x7f) {
			n += put_hex(out + n, *p);
		} else {
			out[n++] = (char)*p;
		}
	}
	return n;
}

static const char *level_word(enum ig_log_level level)
{
	switch (level) {
	case IG_LOG_ERR:
		return "error: ";
	case IG_LOG_WARNING:
		return "warning: ";
	case IG_LOG_NOTICE:
	case IG_LOG_INFO:
		return "";
	case IG_LOG_DEBUG:
		return "debug: ";
	}
	return "";
}

static void __attribute__((format(printf, 2, 0))) log_line(enum ig_log_level level, const char *fmt, va_list ap)
{
	char text[LINE_MAX_BYTES], line[LINE_MAX_BYTES + 128];
	int saved = errno, head;
	size_t n;

	if (log_journal < 0)
		log_journal = getenv("JOURNAL_STREAM") != NULL;
	vsnprintf(text, sizeof(text), fmt, ap);
	if (log_journal)
		head = snprintf(line, 100, "<%d>%s: ", (int)level, log_who);
	else
		head = snprintf(line, 100, "%s: %s", log_who, level_word(level));
	n = head < 0 ? 0 : head > 99 ? 99 : (size_t)head;
	n += escape(line + n, sizeof(line) - n - 1, text);
	line[n++] = '\n';
	/* A log that cannot be written is no reason to stop: nobody could be told. */
	while (write(STDERR_FILENO, line, n) < 0 && errno == EINTR)
		;
	errno = saved;
}

void ig_log(enum ig_log_level level, const char *fmt, ...)
{
	va_list ap;

	if (level > log_max)
		return;
	va_start(ap, fmt);
	log_line(level, fmt, ap);
	va_end(ap);
}

void ig_die(int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(IG_LOG_ERR, fmt, ap);
	va_end(ap);
	exit(code);
}
