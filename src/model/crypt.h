/* What the reader asks of the keys, and what they found: one piece of a message that is encrypted, signed or both. The reader cuts the piece
 * out and puts what came of it in its place; the keys see bytes and no mail. Both sides check what the other says. */
#ifndef IG_MODEL_CRYPT_H
#define IG_MODEL_CRYPT_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/opt.h"
#include "model/names.h"

/* OPENPGP: RFC 4880, armored or not. CMS: RFC 5652 (S/MIME), DER or base64. */
#define IG_CRYPT_FORMS(X) X(OPENPGP, "openpgp") X(CMS, "cms")
#define IG_CRYPT_FORM_ITEM(v, w) IG_CRYPT_FORM_##v,
IG_ENUM_DECLARE(ig_crypt_form, IG_CRYPT_FORM_ITEM, IG_CRYPT_FORMS)

#define IG_CRYPT_KIND "keys"                        /* of the need, and the worker */
#define IG_CRYPT_FOUND_TYPE "application/x-irgate-crypt" /* of a child that is a packed struct ig_crypt_found */

struct ig_crypt_ask {
	enum ig_crypt_form form;
	const char *from; /* address of the author: of several names of a key this one is told; NULL none */
	const void *data; /* what is to be opened; with a signature beside it, the bytes that it covers */
	size_t len;
	const void *signature; /* detached; NULL: data is to be opened */
	size_t signature_len;
};

struct ig_crypt_found {
	bool encrypted, decrypted, is_signed;
	enum ig_verified verified; /* of several signatures: bad where any is bad, else good where any is good */
	const char *signer;        /* address of the key's owner, or its fingerprint where no address is known; NULL nobody */
	const char *fingerprint;   /* of the signing key; NULL not known */
	const char *problem;       /* for people; NULL none */
	const char *ours;          /* of what could not be opened: fingerprint of a key of ours to which it should be encrypted; NULL none */
	const void *plain;         /* what was inside; NULL nothing */
	size_t plain_len;
};

/* data, signature and plain of an unpacked struct point into the input. Unpack: 0, or -1. */
void ig_crypt_ask_pack(const struct ig_crypt_ask *x, struct ig_buf *out);
int ig_crypt_ask_unpack(struct ig_crypt_ask *x_r, const void *p, size_t len, struct ig_arena *a);
void ig_crypt_found_pack(const struct ig_crypt_found *x, struct ig_buf *out);
int ig_crypt_found_unpack(struct ig_crypt_found *x_r, const void *p, size_t len, struct ig_arena *a);

/* ---- the other door of the keys: what an operator asks, and what is made for a letter that leaves */
#define IG_CRYPT_CALL_TYPE "application/x-irgate-keys" /* of the work and of its child */
#define IG_CRYPT_KEYS_MAX 10000    /* keys of one ring that are listed */
#define IG_CRYPT_RECIPIENTS_MAX 32 /* a piece is encrypted to at most so many keys */

struct ig_crypt_seal {
	enum ig_crypt_form form;
	const char *signer;            /* fingerprint of a key of ours, "" the newest; NULL: not signed */
	const char *const *recipients; /* fingerprints, NULL-terminated; NULL: not encrypted, the signature is detached */
	const void *data;
	size_t len;
};
struct ig_crypt_sealed {
	const void *bytes; /* armored (OPENPGP) or DER (CMS): the signature, or the encrypted bytes */
	size_t len;
	const char *micalg; /* RFC 3156 section 5: "pgp-sha512"; RFC 8551: "sha-256"; NULL when not signed apart */
};
struct ig_crypt_key {
	enum ig_crypt_form form;
	const char *fingerprint, *name;
	const char *const *addresses; /* NULL-terminated */
	ig_time created, expires;     /* IG_NEVER none */
	bool secret, revoked, expired, disabled, can_encrypt, can_sign;
};

#define IG_CRYPT_ACTS(X) X(LIST, "list") X(IMPORT, "import") X(EXPORT, "export") X(REMOVE, "remove") X(MAKE, "make") X(SEAL, "seal")
#define IG_CRYPT_ACT_ITEM(v, w) IG_CRYPT_ACT_##v,
IG_ENUM_DECLARE(ig_crypt_act, IG_CRYPT_ACT_ITEM, IG_CRYPT_ACTS)

struct ig_crypt_request {
	enum ig_crypt_act act;
	const char *word;          /* EXPORT, REMOVE: fingerprint; MAKE: user id */
	struct ig_crypt_seal seal; /* SEAL; of it only the data: IMPORT */
};
struct ig_crypt_reply {
	const char *problem;         /* NULL: done */
	struct ig_crypt_key *keys;   /* LIST */
	size_t key_count;
	const char *const *words;    /* IMPORT, MAKE: fingerprints; NULL-terminated, never NULL once unpacked */
	struct ig_crypt_sealed sealed; /* EXPORT, SEAL */
};
void ig_crypt_request_pack(const struct ig_crypt_request *q, struct ig_buf *out);
int ig_crypt_request_unpack(struct ig_crypt_request *q_r, const void *p, size_t len, struct ig_arena *a);
void ig_crypt_reply_pack(const struct ig_crypt_reply *x, struct ig_buf *out);
int ig_crypt_reply_unpack(struct ig_crypt_reply *x_r, const void *p, size_t len, struct ig_arena *a);
#endif
