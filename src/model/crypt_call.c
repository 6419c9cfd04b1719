/* Requests to the keys and their replies as byte strings between processes. */
#include "config.h"
#include "base/pack.h"
#include "model/crypt.h"

IG_ENUM_DEFINE(ig_crypt_act, IG_CRYPT_ACTS)

#define ADDRESSES_MAX 64 /* of one key that are told */

static void pack_list(struct ig_buf *out, const char *const *list, size_t max)
{
	size_t n = 0;
	while (list && list[n] && n < max)
		n++;
	ig_pack_u64(out, n);
	for (size_t i = 0; i < n; i++)
		ig_pack_str(out, list[i]);
}

static const char *const *unpack_list(struct ig_unpack *u, size_t max, struct ig_arena *a)
{
	uint64_t n = ig_unpack_u64(u);
	if (u->bad || n > max) {
		u->bad = true;
		n = 0;
	}
	const char **list = ig_arena_calloc(a, (size_t)n + 1, sizeof *list);
	for (size_t i = 0; i < n; i++) {
		list[i] = ig_unpack_str(u, a);
		u->bad |= !list[i]; /* it would end the list */
	}
	return list;
}

void ig_crypt_request_pack(const struct ig_crypt_request *q, struct ig_buf *out)
{
	ig_pack_u64(out, q->act);
	ig_pack_str(out, q->word);
	ig_pack_u64(out, q->seal.form);
	ig_pack_str(out, q->seal.signer);
	ig_pack_u64(out, q->seal.recipients != NULL);
	pack_list(out, q->seal.recipients, IG_CRYPT_RECIPIENTS_MAX + 1); /* one too many is refused there, not forgotten here */
	ig_pack_bytes(out, q->seal.data, q->seal.len);
}

int ig_crypt_request_unpack(struct ig_crypt_request *q, const void *p, size_t len, struct ig_arena *a)
{
	struct ig_unpack u;
	ig_unpack_init(&u, p, len);
	uint64_t act = ig_unpack_u64(&u);
	q->word = ig_unpack_str(&u, a);
	uint64_t form = ig_unpack_u64(&u);
	q->seal.signer = ig_unpack_str(&u, a);
	uint64_t to = ig_unpack_u64(&u);
	const char *const *list = unpack_list(&u, IG_CRYPT_RECIPIENTS_MAX + 1, a);
	q->seal.recipients = to ? list : NULL;
	q->seal.data = ig_unpack_bytes(&u, &q->seal.len);
	if (!ig_unpack_end(&u) || act >= (uint64_t)ig_crypt_act_count || form >= (uint64_t)ig_crypt_form_count || to > 1)
		return -1;
	q->act = (enum ig_crypt_act)act;
	q->seal.form = (enum ig_crypt_form)form;
	return 0;
}

static void pack_key(struct ig_buf *out, const struct ig_crypt_key *x)
{
	ig_pack_u64(out, x->form);
	ig_pack_str(out, x->fingerprint);
	ig_pack_str(out, x->name);
	pack_list(out, x->addresses, ADDRESSES_MAX);
	ig_pack_i64(out, x->created);
	ig_pack_i64(out, x->expires);
	ig_pack_u64(out, (x->secret ? 1u : 0) | (x->revoked ? 2u : 0) | (x->expired ? 4u : 0) | (x->disabled ? 8u : 0) | (x->can_encrypt ? 16u : 0) |
		(x->can_sign ? 32u : 0));
}

static void unpack_key(struct ig_unpack *u, struct ig_crypt_key *x, struct ig_arena *a)
{
	uint64_t form = ig_unpack_u64(u);
	x->fingerprint = ig_unpack_str(u, a);
	x->name = ig_unpack_str(u, a);
	x->addresses = unpack_list(u, ADDRESSES_MAX, a);
	x->created = ig_unpack_i64(u);
	x->expires = ig_unpack_i64(u);
	uint64_t flags = ig_unpack_u64(u);
	u->bad |= form >= (uint64_t)ig_crypt_form_count || flags > 63 || !x->fingerprint || !x->name;
	x->form = form == IG_CRYPT_FORM_CMS ? IG_CRYPT_FORM_CMS : IG_CRYPT_FORM_OPENPGP;
	x->secret = flags & 1;
	x->revoked = flags & 2;
	x->expired = flags & 4;
	x->disabled = flags & 8;
	x->can_encrypt = flags & 16;
	x->can_sign = flags & 32;
}

void ig_crypt_reply_pack(const struct ig_crypt_reply *x, struct ig_buf *out)
{
	ig_pack_str(out, x->problem);
	ig_pack_u64(out, x->key_count);
	for (size_t i = 0; i < x->key_count; i++)
		pack_key(out, &x->keys[i]);
	pack_list(out, x->words, IG_CRYPT_KEYS_MAX);
	ig_pack_str(out, x->sealed.micalg);
	ig_pack_bytes(out, x->sealed.bytes, x->sealed.len);
}

int ig_crypt_reply_unpack(struct ig_crypt_reply *x, const void *p, size_t len, struct ig_arena *a)
{
	struct ig_unpack u;
	ig_unpack_init(&u, p, len);
	x->problem = ig_unpack_str(&u, a);
	uint64_t count = ig_unpack_u64(&u);
	if (u.bad || count > IG_CRYPT_KEYS_MAX)
		return -1;
	x->key_count = (size_t)count;
	x->keys = ig_arena_calloc(a, x->key_count + 1, sizeof *x->keys);
	for (size_t i = 0; i < x->key_count && !u.bad; i++)
		unpack_key(&u, &x->keys[i], a);
	x->words = unpack_list(&u, IG_CRYPT_KEYS_MAX, a);
	x->sealed.micalg = ig_unpack_str(&u, a);
	x->sealed.bytes = ig_unpack_bytes(&u, &x->sealed.len);
	return ig_unpack_end(&u) ? 0 : -1;
}
