/* The keys: decrypt, verify, sign, encrypt, and the ring of keys. Bytes in, bytes out; no mail, no store, no network, no terminal. GPGME and
 * the GnuPG programs stay behind this door and inside the program irgate-keys. Blocking; one call at a time; not after a fork. */
#ifndef IG_KEYS_KEYS_H
#define IG_KEYS_KEYS_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "model/crypt.h"

#define IG_KEYS_SIGNERS_MAX 16    /* signatures of one piece that are looked at */
#define IG_KEYS_LIST_MAX IG_CRYPT_KEYS_MAX

struct ig_keys_place {
	const char *home;                /* a GnuPG home; made (0700) when missing */
	const char *scratch;             /* an empty folder of ours: the programs work on a copy of the rings in it, and home is only read, so that
	                                  * nothing can be taken in or made; NULL: on home itself */
	const char *gpg, *gpgsm, *agent; /* programs; gpgsm NULL or missing: no S/MIME */
	const char *passphrase;          /* of our own keys; NULL none */
	size_t plain_max;                /* more than this never comes out of a piece (RFC 4880 compression, and bombs made of it) */
};

struct ig_keys;
/* Before confinement: GPGME asks gpgconf which engines there are, once in the life of a process. */
void ig_keys_prepare(void);
/* Starts an agent of its own for the home where none runs; it ends with this process. place is copied. NULL with why. */
struct ig_keys *ig_keys_open(const struct ig_keys_place *place, struct ig_why *why);
struct ig_keys *ig_keys_close(struct ig_keys *k); /* NULL in, NULL out */
/* A scratch folder for home below parent, before confinement; what killed processes left there is removed. The descriptor of its lock, or -1 with
 * why; and its end, by a process that may remove it from parent. */
int ig_keys_scratch_make(const char *parent, const char *home, struct ig_arena *a, const char **dir_r, struct ig_why *why);
void ig_keys_scratch_remove(const char *dir);
bool ig_keys_can(const struct ig_keys *k, enum ig_crypt_form form);

/* Opens or verifies one piece. Never fails: what could not be done is in found. Strings and plain live in a. A key counts as known when it is in
 * the ring, which only an operator fills; a certificate also when its chain leads to a root that the operator trusts (trustlist.txt). */
void ig_keys_find(struct ig_keys *k, const struct ig_crypt_ask *ask, struct ig_arena *a, struct ig_crypt_found *found_r);

/* ---- seal.c: outgoing */
int ig_keys_seal(struct ig_keys *k, const struct ig_crypt_seal *s, struct ig_arena *a, struct ig_crypt_sealed *r, struct ig_why *why);

/* ---- ring.c */
/* Every key of both forms. 0, or -1 with why. */
int ig_keys_list(struct ig_keys *k, struct ig_arena *a, struct ig_crypt_key **list_r, size_t *count_r, struct ig_why *why);
/* Takes keys or certificates (armored or not, public or secret) into the ring; fingerprints of all that were in it, new or known. */
int ig_keys_import(struct ig_keys *k, const void *p, size_t len, struct ig_arena *a, const char *const **fingerprints_r, struct ig_why *why);
/* Public key or certificate for others. */
int ig_keys_export(struct ig_keys *k, const char *fingerprint, struct ig_arena *a, const void **p_r, size_t *len_r, struct ig_why *why);
int ig_keys_remove(struct ig_keys *k, const char *fingerprint, struct ig_why *why);
/* A new OpenPGP key of ours for "Name <address>" that signs and is encrypted to. */
int ig_keys_make(struct ig_keys *k, const char *user_id, struct ig_arena *a, const char **fingerprint_r, struct ig_why *why);

/* ---- call.c: does what a packed request wants, and packs what came of it */
void ig_keys_call(struct ig_keys *k, const void *p, size_t len, struct ig_arena *a, struct ig_buf *out);
#endif
