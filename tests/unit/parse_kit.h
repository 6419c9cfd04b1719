/* Reads a message that a test holds in memory, and finds words in what is said of it. */
#ifndef IG_TESTS_UNIT_PARSE_KIT_H
#define IG_TESTS_UNIT_PARSE_KIT_H
#include <string.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/opt.h"
#include "parse/parse.h"

static inline struct ig_report *kit_read_with(struct ig_arena *a, const void *mail, size_t len, const struct ig_parse_limits *limits, const struct ig_envelope *e)
{
	int fd = ig_fs_memfd("mail", mail, len);
	struct ig_report *r = ig_parse_mail(fd, len, e, limits, a);
	close(fd);
	return r;
}

static inline struct ig_report *kit_read(struct ig_arena *a, const char *mail)
{
	return kit_read_with(a, mail, strlen(mail), &ig_parse_defaults, NULL);
}

static inline IG_UNUSED int kit_said(const struct ig_report *r, const char *words)
{
	for (const char *const *p = r->problems; *p; p++)
		if (strstr(*p, words))
			return 1;
	return 0;
}
#endif
