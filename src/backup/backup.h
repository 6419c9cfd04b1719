/* Backups: one file with the store, the evidence log at least as far as the store has decided, the configuration, the profiles and the keys.
 * The store is copied first, as of one moment, while it is in use; the log after it, so that it always holds what the store knows of. A tar
 * stream (POSIX ustar) whose last member, MANIFEST, holds the digest of each other; encrypted to the operator's key where one is named. */
#ifndef IG_BACKUP_BACKUP_H
#define IG_BACKUP_BACKUP_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/sha256.h"
#include "conf/conf.h"

struct ig_backup_facts {
	ig_time at;
	uint64_t cursor, head, size, members; /* frames decided; whole frames in the log; bytes of the file */
	char sha256[IG_SHA256_HEX];           /* of the file */
	bool encrypted, opened;               /* opened: its content was read and found whole */
};
/* Makes file (which must not be there) and reads it back. key: whom it is encrypted to, NULL nobody; an encrypted one is opened again only where
 * the secret key is at hand. IG_EX_OK; IG_EX_DATA there is no store yet; IG_EX_TEMPFAIL with why, nothing is left. */
int ig_backup_make(const struct ig_conf *c, const char *file, const char *key, struct ig_backup_facts *f_r, struct ig_why *why);
/* Reads a backup whole, unpacks it below the folder into (made, must be empty) and proves it: digests, store, chain of the log. gpg: the program;
 * home: the GnuPG home with the secret key, NULL the caller's. IG_EX_OK; IG_EX_DATA with why: it is broken or none; IG_EX_UNAVAILABLE: it cannot be
 * opened here (no secret key). */
int ig_backup_open(const char *file, const char *gpg, const char *home, const char *into, struct ig_backup_facts *f_r, struct ig_why *why);
int ig_backup_remove_tree(const char *path); /* a folder with all below it; missing is fine */
#endif
