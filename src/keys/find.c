/* One piece of a message: opened, or its signature verified.
 * Relies on signer.c for what signatures are worth. What a piece says of itself (names of files, "this is MIME") is not taken. */
#include "config.h"
#include "keys/inner.h"
#include <string.h>

/* Binary DER begins with a SEQUENCE; everything else is text form. */
static void set_encoding(gpgme_data_t d, enum ig_crypt_form form, const void *p, size_t len)
{
	const unsigned char *s = p;
	if (form != IG_CRYPT_FORM_CMS || !len || s[0] == 0x30)
		return;
	gpgme_data_set_encoding(d, len > 10 && !memcmp(s, "-----BEGIN", 10) ? GPGME_DATA_ENCODING_ARMOR : GPGME_DATA_ENCODING_BASE64);
}

static void verify_beside(struct ig_keys *k, const struct ig_crypt_ask *ask, struct ig_arena *a, struct ig_crypt_found *found)
{
	gpgme_ctx_t c = k->ctx[ask->form];
	gpgme_data_t text = ig_keys_data_in(ask->data, ask->len), sig = ig_keys_data_in(ask->signature, ask->signature_len);
	gpgme_error_t e = gpgme_error(GPG_ERR_ENOMEM);
	found->is_signed = false;
	if (text && sig) {
		set_encoding(sig, ask->form, ask->signature, ask->signature_len);
		e = gpgme_op_verify(c, sig, text, NULL);
		ig_keys_signers(k, ask->form, gpgme_op_verify_result(c), ask->from, a, found);
	}
	if (!found->is_signed) {
		found->is_signed = true;
		found->verified = IG_VERIFIED_BAD;
		ig_keys_problem(a, found, "the signature cannot be read%s%s", e ? ": " : "", e ? ig_keys_words(a, e) : "");
	}
	gpgme_data_release(text);
	gpgme_data_release(sig);
}

static const char *why_sealed(struct ig_keys *k, enum ig_crypt_form form, gpgme_error_t e, bool over, struct ig_arena *a)
{
	gpgme_decrypt_result_t r = gpgme_op_decrypt_result(k->ctx[form]);
	if (over)
		return ig_arena_fmt(a, "more than %zu bytes came out of it", k->place.plain_max);
	if (r && r->legacy_cipher_nomdc) /* it could have been changed on the way by anybody (EFAIL) */
		return "it is not protected against changes (an old form of encryption)";
	if (r && r->unsupported_algorithm)
		return ig_arena_fmt(a, "algorithm %s is not supported", r->unsupported_algorithm);
	for (gpgme_recipient_t to = r ? r->recipients : NULL; to; to = to->next)
		if (gpgme_err_code(to->status) != GPG_ERR_NO_SECKEY)
			return ig_keys_words(a, to->status ? to->status : e);
	if (r && r->recipients)
		return "it is encrypted to a key that is not ours";
	return ig_keys_words(a, e);
}

static bool keep_plain(struct ig_buf *plain, struct ig_arena *a, struct ig_crypt_found *found)
{
	if (plain->over)
		return false;
	found->plain = plain->len ? ig_arena_strndup(a, plain->data, plain->len) : "";
	found->plain_len = plain->len;
	return true;
}

static void open_encrypted(struct ig_keys *k, const struct ig_crypt_ask *ask, struct ig_arena *a, struct ig_crypt_found *found)
{
	gpgme_ctx_t c = k->ctx[ask->form];
	struct ig_buf plain = IG_BUF_INIT(k->place.plain_max);
	gpgme_data_t in = ig_keys_data_in(ask->data, ask->len), out = ig_keys_data_out(&plain);
	gpgme_error_t e = gpgme_error(GPG_ERR_ENOMEM);
	found->encrypted = true;
	if (in && out) {
		set_encoding(in, ask->form, ask->data, ask->len);
		/* gpgsm has no signatures inside of an envelope: what is in it is MIME and asked for by itself. */
		e = ask->form == IG_CRYPT_FORM_CMS ? gpgme_op_decrypt(c, in, out) : gpgme_op_decrypt_verify(c, in, out);
	}
	if (!e && keep_plain(&plain, a, found)) {
		found->decrypted = true;
		if (ask->form == IG_CRYPT_FORM_OPENPGP)
			ig_keys_signers(k, ask->form, gpgme_op_verify_result(c), ask->from, a, found);
	} else {
		ig_keys_problem(a, found, "it could not be decrypted: %s", why_sealed(k, ask->form, e, plain.over, a));
		found->ours = ig_keys_ours(k, ask->form, false, a);
	}
	gpgme_data_release(in);
	gpgme_data_release(out);
	ig_buf_free(&plain);
}

/* Signed and nothing else, with its text inside: "opaque". Also armored text with a signature below it (RFC 4880 section 7). */
static void open_signed(struct ig_keys *k, const struct ig_crypt_ask *ask, struct ig_arena *a, struct ig_crypt_found *found)
{
	gpgme_ctx_t c = k->ctx[ask->form];
	struct ig_buf plain = IG_BUF_INIT(k->place.plain_max);
	gpgme_data_t in = ig_keys_data_in(ask->data, ask->len), out = ig_keys_data_out(&plain);
	gpgme_error_t e = gpgme_error(GPG_ERR_ENOMEM);
	if (in && out) {
		set_encoding(in, ask->form, ask->data, ask->len);
		e = gpgme_op_verify(c, in, NULL, out);
		ig_keys_signers(k, ask->form, gpgme_op_verify_result(c), ask->from, a, found);
	}
	if (plain.over)
		ig_keys_problem(a, found, "more than %zu bytes came out of it", k->place.plain_max);
	else if (plain.len || (!e && found->is_signed))
		keep_plain(&plain, a, found);
	if (!found->is_signed && !found->plain)
		ig_keys_problem(a, found, "it could not be read: %s", ig_keys_words(a, e));
	gpgme_data_release(in);
	gpgme_data_release(out);
	ig_buf_free(&plain);
}

/* What a piece is stands in its bytes; what the mail says of it may be wrong. */
static bool is_signed_only(const struct ig_crypt_ask *ask)
{
	gpgme_data_t d = ig_keys_data_in(ask->data, ask->len);
	gpgme_data_type_t t = GPGME_DATA_TYPE_UNKNOWN;
	if (d) {
		set_encoding(d, ask->form, ask->data, ask->len);
		t = gpgme_data_identify(d, 0);
	}
	gpgme_data_release(d);
	return t == GPGME_DATA_TYPE_CMS_SIGNED || t == GPGME_DATA_TYPE_PGP_SIGNED;
}

void ig_keys_find(struct ig_keys *k, const struct ig_crypt_ask *ask, struct ig_arena *a, struct ig_crypt_found *found)
{
	struct ig_why why = {""};
	memset(found, 0, sizeof *found);
	if (ig_keys_scratch_refresh(k, &why)) {
		ig_keys_problem(a, found, "%s", why.text);
		return;
	}
	if (!k->ctx[ask->form]) {
		ig_keys_problem(a, found, "there is no program here that reads this form (%s)", ig_crypt_form_word(ask->form));
		return;
	}
	if (ask->form == IG_CRYPT_FORM_CMS)
		ig_keys_fresh(k);
	if (ask->signature) {
		verify_beside(k, ask, a, found);
		return;
	}
	if (!is_signed_only(ask)) {
		open_encrypted(k, ask, a, found);
		if (found->decrypted || !strcmp(found->problem ? found->problem : "", "") || ask->form != IG_CRYPT_FORM_OPENPGP)
			return;
		/* An armored message that is only signed or only compressed looks the same from outside. */
		struct ig_crypt_found other = {.encrypted = false};
		open_signed(k, ask, a, &other);
		if (other.is_signed || other.plain)
			*found = other;
		return;
	}
	open_signed(k, ask, a, found);
}
