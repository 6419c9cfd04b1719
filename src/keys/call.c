/* What an operator asks of the keys, and what is sealed for a letter that leaves: one packed request, one packed reply.
 * Relies on the process in front of it that only the clerk and an operator's tool can ask. */
#include "config.h"
#include "keys/inner.h"

static int act(struct ig_keys *k, const struct ig_crypt_request *q, struct ig_arena *a, struct ig_crypt_reply *x, struct ig_why *why)
{
	const char **one = ig_arena_calloc(a, 2, sizeof *one);
	bool changes = q->act == IG_CRYPT_ACT_IMPORT || q->act == IG_CRYPT_ACT_REMOVE || q->act == IG_CRYPT_ACT_MAKE;
	if (k->scratch && changes)
		return ig_why(why, "this worker only reads the keys");
	if (ig_keys_scratch_refresh(k, why))
		return -1;
	ig_keys_fresh(k);
	switch (q->act) {
	case IG_CRYPT_ACT_LIST:
		return ig_keys_list(k, a, &x->keys, &x->key_count, why);
	case IG_CRYPT_ACT_IMPORT:
		return ig_keys_import(k, q->seal.data, q->seal.len, a, &x->words, why);
	case IG_CRYPT_ACT_EXPORT:
		return ig_keys_export(k, q->word ? q->word : "", a, &x->sealed.bytes, &x->sealed.len, why);
	case IG_CRYPT_ACT_REMOVE:
		return ig_keys_remove(k, q->word ? q->word : "", why);
	case IG_CRYPT_ACT_MAKE:
		x->words = one;
		return ig_keys_make(k, q->word ? q->word : "", a, &one[0], why);
	case IG_CRYPT_ACT_SEAL:
		return ig_keys_seal(k, &q->seal, a, &x->sealed, why);
	case ig_crypt_act_count:
		break;
	}
	return ig_why(why, "no such request");
}

void ig_keys_call(struct ig_keys *k, const void *p, size_t len, struct ig_arena *a, struct ig_buf *out)
{
	struct ig_crypt_request q;
	struct ig_crypt_reply x = {.problem = NULL};
	struct ig_why why = {""};
	if (ig_crypt_request_unpack(&q, p, len, a))
		x.problem = "the request is malformed";
	else if (act(k, &q, a, &x, &why))
		x = (struct ig_crypt_reply){.problem = why.text};
	ig_crypt_reply_pack(&x, out);
}
