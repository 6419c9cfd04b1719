/* What signatures are worth, in the words of INTERFACE.md: good, bad, unknown-key; and whose they are.
 * Relies on GPGME's result of the last call. Decides nothing about the author of the mail: the reader compares. */
#include "config.h"
#include "keys/inner.h"
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#define PROBLEM_MAX 1000

void ig_keys_problem(struct ig_arena *a, struct ig_crypt_found *found, const char *fmt, ...)
{
	struct ig_buf b = IG_BUF_INIT(PROBLEM_MAX);
	va_list ap;
	if (found->problem)
		ig_buf_fmt(&b, "%s; ", found->problem);
	va_start(ap, fmt);
	ig_buf_vfmt(&b, fmt, ap);
	va_end(ap);
	if (!b.over)
		found->problem = ig_arena_strdup(a, b.data);
	ig_buf_free(&b);
}

const char *ig_keys_address(gpgme_user_id_t id, struct ig_arena *a)
{
	const char *s = id->address && *id->address ? id->address : id->email;
	if (!s || !strchr(s, '@'))
		return NULL;
	size_t len = strlen(s);
	if (*s == '<' && s[len - 1] == '>') /* gpgsm leaves the brackets on */
		return ig_arena_strndup(a, s + 1, len - 2);
	return ig_arena_strdup(a, s);
}

/* The address that the author uses where the key has it, else the first. */
static const char *owner(gpgme_key_t key, const char *from, struct ig_arena *a)
{
	const char *first = NULL;
	for (gpgme_user_id_t id = key->uids; id; id = id->next) {
		const char *address = id->revoked || id->invalid ? NULL : ig_keys_address(id, a);
		if (address && from && !strcasecmp(address, from))
			return address;
		if (address && !first)
			first = address;
	}
	return first;
}

static ig_time expiry(gpgme_key_t key, const char *fpr)
{
	for (gpgme_subkey_t s = key->subkeys; s; s = s->next)
		if (s->fpr && fpr && !strcmp(s->fpr, fpr) && s->expires > 0)
			return s->expires;
	return key->subkeys && key->subkeys->expires > 0 ? key->subkeys->expires : 0;
}

/* A key that has expired since then was good when it signed. */
static enum ig_verified judge_expired(gpgme_signature_t s, gpgme_key_t key, struct ig_arena *a, struct ig_crypt_found *found)
{
	ig_time end = key ? expiry(key, s->fpr) : 0;
	if (end && (ig_time)s->timestamp <= end) {
		ig_keys_problem(a, found, "the signing key has expired since the signature was made");
		return IG_VERIFIED_GOOD;
	}
	ig_keys_problem(a, found, "the signing key had expired when the signature was made");
	return IG_VERIFIED_BAD;
}

/* gpgsm says for a certificate whose chain it cannot or may not follow to a trusted root that all is well with the signature alone. */
static enum ig_verified judge_chain(gpgme_signature_t s, gpgme_key_t key, bool accepted, struct ig_arena *a, struct ig_crypt_found *found)
{
	if (s->summary & GPGME_SIGSUM_VALID || s->validity >= GPGME_VALIDITY_FULL)
		return IG_VERIFIED_GOOD;
	gpgme_err_code_t why = gpgme_err_code(s->validity_reason);
	if (s->summary & GPGME_SIGSUM_KEY_REVOKED || why == GPG_ERR_CERT_REVOKED) {
		ig_keys_problem(a, found, "the certificate of the signer was revoked");
		return IG_VERIFIED_BAD;
	}
	if (s->summary & GPGME_SIGSUM_KEY_EXPIRED || why == GPG_ERR_CERT_EXPIRED)
		return judge_expired(s, key, a, found);
	if (accepted && why != GPG_ERR_BAD_CERT) /* as with OpenPGP: what an operator took in is known, whoever else vouches for it */
		return IG_VERIFIED_GOOD;
	ig_keys_problem(a, found, "the certificate of the signer leads to no root that we trust%s%s", s->validity_reason ? ": " : "",
		s->validity_reason ? ig_keys_words(a, s->validity_reason) : "");
	return IG_VERIFIED_UNKNOWN_KEY;
}

static enum ig_verified judge(gpgme_signature_t s, gpgme_key_t key, bool accepted, enum ig_crypt_form form, struct ig_arena *a, struct ig_crypt_found *found)
{
	if (s->wrong_key_usage) {
		ig_keys_problem(a, found, "the signing key may not be used for signing");
		return IG_VERIFIED_BAD;
	}
	switch (gpgme_err_code(s->status)) {
	case GPG_ERR_NO_ERROR:
		return form == IG_CRYPT_FORM_CMS ? judge_chain(s, key, accepted, a, found) : IG_VERIFIED_GOOD;
	case GPG_ERR_NO_PUBKEY:
		ig_keys_problem(a, found, "the key %s that signed is not known here", s->fpr ? s->fpr : "?");
		return IG_VERIFIED_UNKNOWN_KEY;
	case GPG_ERR_SIG_EXPIRED:
		ig_keys_problem(a, found, "the signature has expired");
		return IG_VERIFIED_GOOD;
	case GPG_ERR_KEY_EXPIRED:
	case GPG_ERR_CERT_EXPIRED:
		return judge_expired(s, key, a, found);
	case GPG_ERR_CERT_REVOKED:
		ig_keys_problem(a, found, "the signing key was revoked");
		return IG_VERIFIED_BAD;
	case GPG_ERR_BAD_SIGNATURE:
		ig_keys_problem(a, found, "the signature does not fit the text");
		return IG_VERIFIED_BAD;
	default:
		ig_keys_problem(a, found, "the signature cannot be checked: %s", ig_keys_words(a, s->status));
		return IG_VERIFIED_BAD;
	}
}

/* Does the ring that an operator filled hold the certificate, and not only the copy into which gpgsm put what came with the mail? */
static bool is_accepted(struct ig_keys *k, const char *fpr)
{
	gpgme_key_t key = NULL;
	if (!fpr || ig_keys_scratch_renew(k))
		return false;
	ig_keys_fresh(k);
	if (gpgme_get_key(k->ctx[IG_CRYPT_FORM_CMS], fpr, &key, 0))
		return false;
	gpgme_key_unref(key);
	return true;
}

static void take(struct ig_keys *k, enum ig_crypt_form form, gpgme_signature_t s, const char *from, struct ig_arena *a, struct ig_crypt_found *found)
{
	gpgme_key_t key = NULL;
	if (s->fpr && gpgme_get_key(k->ctx[form], s->fpr, &key, 0))
		key = NULL;
	bool accepted = form == IG_CRYPT_FORM_CMS && is_accepted(k, s->fpr);
	enum ig_verified v = judge(s, key, accepted, form, a, found);
	const char *whose = key ? owner(key, from, a) : NULL;
	bool counts = !found->is_signed || v == IG_VERIFIED_BAD || (v == IG_VERIFIED_GOOD && found->verified == IG_VERIFIED_UNKNOWN_KEY);
	if (counts && found->verified != IG_VERIFIED_BAD) {
		found->verified = v;
		found->fingerprint = ig_arena_strdup(a, key && key->fpr ? key->fpr : s->fpr);
		found->signer = whose ? whose : found->fingerprint;
	}
	found->is_signed = true;
	if (key)
		gpgme_key_unref(key);
}

void ig_keys_signers(struct ig_keys *k, enum ig_crypt_form form, gpgme_verify_result_t r, const char *from, struct ig_arena *a,
	struct ig_crypt_found *found)
{
	struct { /* looking keys up ends the result: it is held */
		gpgme_signature_t s;
	} list[IG_KEYS_SIGNERS_MAX];
	size_t count = 0;
	if (!r)
		return;
	gpgme_result_ref(r);
	for (gpgme_signature_t s = r->signatures; s; s = s->next) {
		if (count == IG_KEYS_SIGNERS_MAX) {
			ig_keys_problem(a, found, "more than %d signatures; the rest was not looked at", IG_KEYS_SIGNERS_MAX);
			break;
		}
		list[count++].s = s;
	}
	for (size_t i = 0; i < count; i++)
		take(k, form, list[i].s, from, a, found);
	gpgme_result_unref(r);
}
