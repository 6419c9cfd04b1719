/* Inside of the backup room: the tar stream and the pipe to gpg. */
#ifndef IG_BACKUP_ROOM_H
#define IG_BACKUP_ROOM_H
#include <jansson.h>
#include <sys/types.h>
#include "backup/backup.h"
#include "base/buf.h"
#include "base/opt.h"

#define IG_TAR_BLOCK 512
#define IG_TAR_NAME_MAX 99
#define IG_BACKUP_MEMBERS_MAX 200000
#define IG_BACKUP_MANIFEST "MANIFEST"

/* ---- pipe.c: a program with its standard input or output at our end. */
struct ig_pipe { int fd; pid_t pid; };
/* writing: we write to it and it writes into other; else it reads other and we read. -1 with why. */
int ig_pipe_open(struct ig_pipe *p, const char *program, char *const argv[], bool writing, int other, struct ig_why *why);
int ig_pipe_close(struct ig_pipe *p); /* its exit code; -1 killed */

/* ---- tar.c */
struct ig_tar_out { int fd; json_t *manifest; uint64_t members; };
/* A file as member name, as far as it goes now (size bytes of fd from its start). -1 with why. */
int ig_tar_put(struct ig_tar_out *t, const char *name, int fd, uint64_t size, struct ig_why *why);
int ig_tar_put_memory(struct ig_tar_out *t, const char *name, const void *p, size_t len, struct ig_why *why);
int ig_tar_end(struct ig_tar_out *t, struct ig_why *why);
/* Reads the stream on fd into the folder into; digests by name. 0 at its end, -1 with why: not one of ours, a bad name, too many, cut off. */
int ig_tar_take(int fd, const char *into, json_t *digests, uint64_t *members_r, struct ig_why *why);
#endif
