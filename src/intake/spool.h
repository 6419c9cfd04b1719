/* What the two files of the spool share. Private to the room. */
#ifndef IG_INTAKE_SPOOL_H
#define IG_INTAKE_SPOOL_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include "base/buf.h"

/* spool_place.c: names and places within a spool folder (dir: its descriptor). */
bool ig_spool_is_file_name(const char *name); /* false: a sidecar, an unfinished or a hidden one */
/* The sidecar of `name` that is there: NAME.json (extension replaced), else FILE.json. False when there is none. */
bool ig_spool_sidecar_name(int dir, const char *name, struct ig_buf *out);
/* Its text, valid UTF-8; false with words when it cannot be used. */
bool ig_spool_sidecar_read(int dir, const char *sidecar, struct ig_buf *out, const char **why_r);
/* name, and its sidecar where there is one, into .taken/YYYY-MM/, never over another file. 0 moved or gone; -1 errno. */
int ig_spool_take_away(int dir, const char *name, const char *sidecar);
/* The same into .refused/, with the reason beside it. */
int ig_spool_refuse(int dir, const char *name, const char *sidecar, const char *reason);
/* What kind of page these first bytes are; NULL none we know. */
const char *ig_spool_kind(const unsigned char *head, size_t len);
bool ig_spool_same(const struct stat *a, const struct stat *b);
#endif
