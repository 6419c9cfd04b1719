/* A message that is being collected: in memory up to inline_max, past it in an unnamed file below var/tmp. */
#ifndef IG_INTAKE_DRAFT_H
#define IG_INTAKE_DRAFT_H
#include <stdint.h>
#include "base/buf.h"
#include "conf/conf.h"

struct ig_draft {
	int fd; /* -1: in bytes */
	struct ig_buf bytes;
	uint64_t size;
};
#define IG_DRAFT_INIT(c) {.fd = -1, .bytes = IG_BUF_INIT((c)->inline_max + 1)}
/* 0, or -1 with why: there is no room. */
int ig_draft_add(struct ig_draft *d, const struct ig_conf *c, const void *p, size_t len, struct ig_why *why);
void ig_draft_end(struct ig_draft *d); /* closes what was not given away (fd is -1 then) */
#endif
