/* Pieces for the keys and what came of them, as byte strings between processes. */
#include "config.h"
#include "model/crypt.h"
#include "base/pack.h"

IG_ENUM_DEFINE(ig_crypt_form, IG_CRYPT_FORMS)

void ig_crypt_ask_pack(const struct ig_crypt_ask *x, struct ig_buf *out)
{
	ig_pack_u64(out, x->form);
	ig_pack_str(out, x->from);
	ig_pack_u64(out, x->signature != NULL);
	ig_pack_bytes(out, x->signature, x->signature_len);
	ig_pack_bytes(out, x->data, x->len);
}

int ig_crypt_ask_unpack(struct ig_crypt_ask *x, const void *p, size_t len, struct ig_arena *a)
{
	struct ig_unpack u;
	ig_unpack_init(&u, p, len);
	uint64_t form = ig_unpack_u64(&u);
	x->form = form == IG_CRYPT_FORM_CMS ? IG_CRYPT_FORM_CMS : IG_CRYPT_FORM_OPENPGP;
	x->from = ig_unpack_str(&u, a);
	uint64_t beside = ig_unpack_u64(&u);
	const void *signature = ig_unpack_bytes(&u, &x->signature_len);
	x->signature = beside ? signature : NULL;
	x->data = ig_unpack_bytes(&u, &x->len);
	return ig_unpack_end(&u) && form < (uint64_t)ig_crypt_form_count && beside < 2 ? 0 : -1;
}

void ig_crypt_found_pack(const struct ig_crypt_found *x, struct ig_buf *out)
{
	ig_pack_u64(out, (x->encrypted ? 1u : 0) | (x->decrypted ? 2u : 0) | (x->is_signed ? 4u : 0) | (x->plain ? 8u : 0));
	ig_pack_u64(out, x->verified);
	ig_pack_str(out, x->signer);
	ig_pack_str(out, x->fingerprint);
	ig_pack_str(out, x->problem);
	ig_pack_str(out, x->ours);
	ig_pack_bytes(out, x->plain, x->plain_len);
}

int ig_crypt_found_unpack(struct ig_crypt_found *x, const void *p, size_t len, struct ig_arena *a)
{
	struct ig_unpack u;
	ig_unpack_init(&u, p, len);
	uint64_t flags = ig_unpack_u64(&u), verified = ig_unpack_u64(&u);
	x->encrypted = flags & 1;
	x->decrypted = flags & 2;
	x->is_signed = flags & 4;
	x->signer = ig_unpack_str(&u, a);
	x->fingerprint = ig_unpack_str(&u, a);
	x->problem = ig_unpack_str(&u, a);
	x->ours = ig_unpack_str(&u, a);
	const void *plain = ig_unpack_bytes(&u, &x->plain_len);
	x->plain = flags & 8 ? plain : NULL;
	if (!ig_unpack_end(&u) || flags > 15 || verified >= (uint64_t)ig_verified_count)
		return -1;
	x->verified = (enum ig_verified)verified;
	return 0;
}
