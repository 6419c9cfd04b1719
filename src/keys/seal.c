/* Outgoing: a signature beside the text, or the text encrypted (and signed inside, where a signer is named).
 * Relies on the ring for every key: one that is missing, expired or revoked stops the whole piece, for what should be sealed must not
 * leave half sealed. */
#include "config.h"
#include "keys/inner.h"
#include <ctype.h>
#include <string.h>

static void forget(gpgme_key_t *keys)
{
	for (size_t i = 0; keys[i]; i++)
		gpgme_key_unref(keys[i]);
}

static int recipients(struct ig_keys *k, const struct ig_crypt_seal *s, gpgme_key_t *keys, struct ig_why *why)
{
	for (size_t i = 0; s->recipients[i]; i++) {
		if (i == IG_CRYPT_RECIPIENTS_MAX)
			return ig_why(why, "more than %d recipients of one piece", IG_CRYPT_RECIPIENTS_MAX);
		if (gpgme_get_key(k->ctx[s->form], s->recipients[i], &keys[i], 0))
			return ig_why(why, "no key %s", s->recipients[i]);
		const char *bad = keys[i]->revoked ? "was revoked" : keys[i]->expired ? "has expired" : keys[i]->disabled || keys[i]->invalid ? "is not usable" :
			!keys[i]->can_encrypt ? "is not for encryption" : NULL;
		if (bad)
			return ig_why(why, "key %s %s", s->recipients[i], bad);
	}
	return 0;
}

static int set_signer(struct ig_keys *k, const struct ig_crypt_seal *s, struct ig_why *why)
{
	gpgme_ctx_t c = k->ctx[s->form];
	gpgme_key_t key = NULL;
	const char *signer = s->signer;
	gpgme_signers_clear(c);
	if (!signer)
		return 0;
	if (!*signer && !(signer = ig_keys_ours(k, s->form, true, k->arena)))
		return ig_why(why, "there is no key of ours that can sign");
	c = k->ctx[s->form];
	if (gpgme_get_key(c, signer, &key, 1))
		return ig_why(why, "no key %s of ours", signer);
	gpgme_error_t e = gpgme_signers_add(c, key);
	gpgme_key_unref(key);
	return e ? ig_why(why, "key %s cannot sign: %s", signer, ig_keys_words(k->arena, e)) : 0;
}

/* RFC 3156 section 5: "pgp-" and the name of the hash in lower case; RFC 8551 section 3.5.3.2: "sha-256". */
static const char *micalg(const struct ig_keys *k, const struct ig_crypt_seal *s, struct ig_arena *a)
{
	gpgme_sign_result_t r = gpgme_op_sign_result(k->ctx[s->form]);
	const char *name = r && r->signatures ? gpgme_hash_algo_name(r->signatures->hash_algo) : NULL;
	if (!name)
		return NULL;
	bool cms = s->form == IG_CRYPT_FORM_CMS;
	char *words = ig_arena_fmt(a, "%s%s", cms ? "" : "pgp-", name);
	for (char *p = words; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (cms && !strncmp(words, "sha", 3) && isdigit((unsigned char)words[3]) && strcmp(words, "sha1"))
		words = ig_arena_fmt(a, "sha-%s", words + 3);
	return words;
}

static gpgme_error_t work(struct ig_keys *k, const struct ig_crypt_seal *s, gpgme_key_t *to, gpgme_data_t in, gpgme_data_t out)
{
	gpgme_ctx_t c = k->ctx[s->form];
	if (!s->recipients)
		return gpgme_op_sign(c, in, out, GPGME_SIG_MODE_DETACH);
	/* gpgsm knows no signature inside of an envelope: the caller signs first and encrypts what came of it. */
	if (s->signer && s->form == IG_CRYPT_FORM_OPENPGP)
		return gpgme_op_encrypt_sign(c, to, GPGME_ENCRYPT_ALWAYS_TRUST, in, out);
	return gpgme_op_encrypt(c, to, GPGME_ENCRYPT_ALWAYS_TRUST, in, out);
}

int ig_keys_seal(struct ig_keys *k, const struct ig_crypt_seal *s, struct ig_arena *a, struct ig_crypt_sealed *r, struct ig_why *why)
{
	gpgme_key_t to[IG_CRYPT_RECIPIENTS_MAX + 1] = {NULL};
	struct ig_buf b = IG_BUF_INIT(2 * k->place.plain_max);
	int rc = -1;
	if (!k->ctx[s->form])
		return ig_why(why, "there is no program here that writes this form (%s)", ig_crypt_form_word(s->form));
	if (!s->signer && (!s->recipients || !s->recipients[0]))
		return ig_why(why, "neither a signer nor a recipient is named");
	if (!set_signer(k, s, why) && (!s->recipients || !recipients(k, s, to, why))) {
		gpgme_data_t in = ig_keys_data_in(s->data, s->len), out = ig_keys_data_out(&b);
		gpgme_error_t e = gpgme_error(GPG_ERR_ENOMEM);
		gpgme_set_armor(k->ctx[s->form], s->form == IG_CRYPT_FORM_OPENPGP);
		if (in && out)
			e = work(k, s, to, in, out);
		gpgme_set_armor(k->ctx[s->form], 0);
		rc = e || b.over ? ig_why(why, "%s: %s", s->recipients ? "it cannot be encrypted" : "it cannot be signed", ig_keys_words(a, e)) : 0;
		gpgme_data_release(in);
		gpgme_data_release(out);
	}
	if (!rc)
		*r = (struct ig_crypt_sealed){.bytes = ig_arena_strndup(a, b.data, b.len), .len = b.len, .micalg = s->recipients ? NULL : micalg(k, s, a)};
	forget(to);
	ig_buf_free(&b);
	return rc;
}
