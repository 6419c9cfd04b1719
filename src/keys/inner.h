/* What the files of keys share. Inside keys only; GPGME's types appear here and in this room and nowhere else. */
#ifndef IG_KEYS_INNER_H
#define IG_KEYS_INNER_H
#include <gpgme.h>
#include <sys/types.h>
#include "keys/keys.h"

#define IG_KEYS_RINGS 3
struct ig_keys_seen {
	int64_t size, s, ns, inode;
};

struct ig_keys {
	struct ig_arena *arena;
	struct ig_keys_place place;
	gpgme_ctx_t ctx[2]; /* by enum ig_crypt_form; NULL: cannot */
	pid_t agent;
	const char *scratch; /* home of the programs; NULL: the real one */
	const char *home;    /* the one in use */
	struct ig_keys_seen seen[IG_KEYS_RINGS];
};

/* scratch.c */
int ig_keys_scratch_fill(struct ig_keys *k, struct ig_why *why);
int ig_keys_scratch_renew(struct ig_keys *k);                       /* all rings are copied anew; -1 also where there is no scratch home */
int ig_keys_scratch_refresh(struct ig_keys *k, struct ig_why *why); /* rings that have changed are copied anew */

/* home.c */
void ig_keys_fresh(struct ig_keys *k); /* before every call from outside */
/* words for a code, into a. */
const char *ig_keys_words(struct ig_arena *a, gpgme_error_t e);

/* ring.c: fingerprint of the newest key of ours that can be encrypted to, or can sign; NULL none */
const char *ig_keys_ours(struct ig_keys *k, enum ig_crypt_form form, bool sign, struct ig_arena *a);

/* data.c: bytes for the library, and a place for what comes out that stops at its ceiling. */
gpgme_data_t ig_keys_data_in(const void *p, size_t len);
gpgme_data_t ig_keys_data_out(struct ig_buf *b);

/* signer.c: what the signatures say; fills is_signed, verified, signer, fingerprint, problem. */
void ig_keys_signers(struct ig_keys *k, enum ig_crypt_form form, gpgme_verify_result_t r, const char *from, struct ig_arena *a,
	struct ig_crypt_found *found);
/* Mail address of a user id, or NULL. */
const char *ig_keys_address(gpgme_user_id_t id, struct ig_arena *a);
void ig_keys_problem(struct ig_arena *a, struct ig_crypt_found *found, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
#endif
