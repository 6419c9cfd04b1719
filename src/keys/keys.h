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
#define IG_KEYS_LIST_MAX 10000    /* keys of one ring that are listed */
#define IG_KEYS_RECIPIENTS_MAX 32 /* a piece is encrypted to at most so many keys */

struct ig_keys_place {
	const char *home;                /* a GnuPG home; made (0700) when missing */
	const char *gpg, *gpgsm, *agent; /* programs; gpgsm NULL or missing: no S/MIME */
	const char *passphrase;          /* of our own keys; NULL none */
	size_t plain_max;                /* more than this never comes out of a piece (RFC 4880 compression, and bombs made of it) */
};

struct ig_keys;
/* Starts an agent of its own for the home where none runs; it ends with this process. place is copied. NULL with why. */
struct ig_keys *ig_keys_open(const struct ig_keys_place *place, struct ig_why *why);
struct ig_keys *ig_keys_close(struct ig_keys *k); /* NULL in, NULL out */
bool ig_keys_can(const struct ig_keys *k, enum ig_crypt_form form);

/* Opens or verifies one piece. Never fails: what could not be done is in found. Strings and plain live in a. A key counts as known when it is in
 * the ring, which only an operator fills; a certificate also needs a chain to a root the operator trusts (trustlist.txt). */
void ig_keys_find(struct ig_keys *k, const struct ig_crypt_ask *ask, struct ig_arena *a, struct ig_crypt_found *found_r);

/* ---- seal.c: outgoing */
struct ig_keys_seal {
	enum ig_crypt_form form;
	const char *signer;            /* fingerprint of a key of ours; NULL: not signed */
	const char *const *recipients; /* fingerprints, NULL-terminated; NULL: not encrypted, the signature is detached */
	const void *data;
	size_t len;
};
struct ig_keys_sealed {
	const void *bytes; /* armored (OPENPGP) or DER (CMS): the signature, or the encrypted bytes */
	size_t len;
	const char *micalg; /* RFC 3156 section 5: "pgp-sha512"; RFC 8551: "sha-256"; NULL when not signed apart */
};
int ig_keys_seal(struct ig_keys *k, const struct ig_keys_seal *s, struct ig_arena *a, struct ig_keys_sealed *r, struct ig_why *why);

/* ---- ring.c */
struct ig_keys_key {
	enum ig_crypt_form form;
	const char *fingerprint, *name;
	const char *const *addresses; /* NULL-terminated */
	ig_time created, expires;     /* IG_NEVER none */
	bool secret, revoked, expired, disabled, can_encrypt, can_sign;
};
/* Every key of both forms. 0, or -1 with why. */
int ig_keys_list(struct ig_keys *k, struct ig_arena *a, struct ig_keys_key **list_r, size_t *count_r, struct ig_why *why);
/* Takes keys or certificates (armored or not, public or secret) into the ring; fingerprints of all that were in it, new or known. */
int ig_keys_import(struct ig_keys *k, const void *p, size_t len, struct ig_arena *a, const char *const **fingerprints_r, struct ig_why *why);
/* Public key or certificate for others. */
int ig_keys_export(struct ig_keys *k, const char *fingerprint, struct ig_arena *a, const void **p_r, size_t *len_r, struct ig_why *why);
int ig_keys_remove(struct ig_keys *k, const char *fingerprint, struct ig_why *why);
/* A new OpenPGP key of ours for "Name <address>" that signs and is encrypted to. */
int ig_keys_make(struct ig_keys *k, const char *user_id, struct ig_arena *a, const char **fingerprint_r, struct ig_why *why);
#endif
