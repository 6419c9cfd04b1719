/* What `irgatectl import` walks: Maildirs, folders of mails, mbox files, single mails. */
#ifndef IG_CTL_SOURCES_H
#define IG_CTL_SOURCES_H
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"

struct ig_source_file {
	const char *path;
	uint64_t size;
};
struct ig_sources {
	struct ig_source_file *files;
	size_t count, room;
	uint64_t bytes;
	struct ig_arena *arena;
};
/* Adds what lies at path: of a Maildir new/ and cur/, of another folder everything below it, in the order of names. -1 with why. */
int ig_sources_add(struct ig_sources *s, const char *path, struct ig_why *why);
/* Each message of a file, in order: one, or those of an mbox (mboxrd: ">From " loses one mark). name: base name without ":2,...", for an mbox with
 * "#N". p is valid during the call; fd is a descriptor from whose start the message can be read instead when p is NULL (large files).
 * p NULL and fd -1: the
 * message is larger than message_max and is left out. each returns non-zero to stop, which is given back. -1 with why: the file cannot be read. */
typedef int ig_source_h(const char *name, const void *p, int fd, uint64_t size, void *arg);
int ig_sources_messages(const struct ig_source_file *f, uint64_t message_max, ig_source_h *each, void *arg, struct ig_why *why);
#endif
