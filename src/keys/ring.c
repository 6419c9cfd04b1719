/* The ring: what keys there are, taking them in, giving one out, a new one of ours.
 * Relies on whoever calls to be an operator: nothing here is ever called because of what a message says. */
#include "config.h"
#include "keys/inner.h"
#include <string.h>

static const char *form_name(enum ig_crypt_form form)
{
	return form == IG_CRYPT_FORM_CMS ? "S/MIME" : "OpenPGP";
}

static const char *const *addresses(gpgme_key_t key, struct ig_arena *a)
{
	size_t n = 0;
	for (gpgme_user_id_t id = key->uids; id; id = id->next)
		n++;
	const char **list = ig_arena_calloc(a, n + 1, sizeof *list);
	n = 0;
	for (gpgme_user_id_t id = key->uids; id; id = id->next) {
		const char *address = id->revoked || id->invalid ? NULL : ig_keys_address(id, a);
		if (address)
			list[n++] = address;
	}
	return list;
}

static void describe(gpgme_key_t key, enum ig_crypt_form form, struct ig_arena *a, struct ig_crypt_key *x)
{
	gpgme_user_id_t id = key->uids;
	*x = (struct ig_crypt_key){.form = form,
		.fingerprint = ig_arena_strdup(a, key->fpr ? key->fpr : key->subkeys ? key->subkeys->fpr : ""),
		.name = ig_arena_strdup(a, id && id->name && *id->name ? id->name : id && id->uid ? id->uid : ""),
		.addresses = addresses(key, a),
		.created = key->subkeys && key->subkeys->timestamp > 0 ? (ig_time)key->subkeys->timestamp * IG_SECOND : IG_NEVER,
		.expires = key->subkeys && key->subkeys->expires > 0 ? (ig_time)key->subkeys->expires * IG_SECOND : IG_NEVER,
		.revoked = key->revoked,
		.expired = key->expired,
		.disabled = key->disabled || key->invalid,
		.can_encrypt = key->can_encrypt,
		.can_sign = key->can_sign};
}

struct list {
	struct ig_crypt_key *keys;
	size_t count, room;
};

static struct ig_crypt_key *more(struct list *l, struct ig_arena *a)
{
	if (l->count == l->room) {
		size_t room = l->room ? 2 * l->room : 16;
		struct ig_crypt_key *keys = ig_arena_calloc(a, room, sizeof *keys);
		if (l->count)
			memcpy(keys, l->keys, l->count * sizeof *keys);
		l->keys = keys;
		l->room = room;
	}
	return &l->keys[l->count++];
}

static struct ig_crypt_key *known(struct list *l, const char *fingerprint)
{
	for (size_t i = 0; i < l->count; i++)
		if (!strcmp(l->keys[i].fingerprint, fingerprint))
			return &l->keys[i];
	return NULL;
}

/* First all, then which of them are ours: a listing of secret keys alone does not name the others. */
static int list_form(struct ig_keys *k, enum ig_crypt_form form, bool secret, struct ig_arena *a, struct list *l, struct ig_why *why)
{
	gpgme_ctx_t c = k->ctx[form];
	gpgme_key_t key;
	gpgme_error_t e = gpgme_op_keylist_start(c, NULL, secret);
	while (!e && !(e = gpgme_op_keylist_next(c, &key))) {
		struct ig_crypt_key *x = key->fpr ? known(l, key->fpr) : NULL;
		if (!x && l->count < IG_KEYS_LIST_MAX)
			describe(key, form, a, x = more(l, a));
		if (x && secret)
			x->secret = true;
		gpgme_key_unref(key);
	}
	gpgme_op_keylist_end(c);
	if (gpgme_err_code(e) != GPG_ERR_EOF)
		return ig_why(why, "the %s keys cannot be listed: %s", form_name(form), ig_keys_words(a, e));
	return 0;
}

int ig_keys_list(struct ig_keys *k, struct ig_arena *a, struct ig_crypt_key **list_r, size_t *count_r, struct ig_why *why)
{
	struct list l = {.count = 0};
	for (int form = 0; form < (int)ig_crypt_form_count; form++)
		if (k->ctx[form] && (list_form(k, (enum ig_crypt_form)form, false, a, &l, why) || list_form(k, (enum ig_crypt_form)form, true, a, &l, why)))
			return -1;
	*list_r = l.keys;
	*count_r = l.count;
	return 0;
}

const char *ig_keys_ours(struct ig_keys *k, enum ig_crypt_form form, bool sign, struct ig_arena *a)
{
	const char *best = NULL;
	long newest = -1;
	gpgme_key_t key;
	gpgme_error_t e;
	if (form == IG_CRYPT_FORM_CMS)
		ig_keys_fresh(k);
	e = gpgme_op_keylist_start(k->ctx[form], NULL, 1);
	while (!e && !(e = gpgme_op_keylist_next(k->ctx[form], &key))) {
		bool usable = !key->revoked && !key->expired && !key->disabled && !key->invalid && (sign ? key->can_sign : key->can_encrypt) && key->subkeys && key->subkeys->fpr;
		if (usable && key->subkeys->timestamp > newest) {
			newest = key->subkeys->timestamp;
			best = ig_arena_strdup(a, key->fpr ? key->fpr : key->subkeys->fpr);
		}
		gpgme_key_unref(key);
	}
	gpgme_op_keylist_end(k->ctx[form]);
	return best;
}

/* Which form a file of keys has; PKCS#12 and PEM belong to gpgsm. */
static int form_of(gpgme_data_t d, enum ig_crypt_form *form_r)
{
	switch (gpgme_data_identify(d, 0)) {
	case GPGME_DATA_TYPE_PGP_KEY:
	case GPGME_DATA_TYPE_PGP_OTHER:
		*form_r = IG_CRYPT_FORM_OPENPGP;
		return 0;
	case GPGME_DATA_TYPE_X509_CERT:
	case GPGME_DATA_TYPE_PKCS12:
	case GPGME_DATA_TYPE_CMS_SIGNED:
	case GPGME_DATA_TYPE_CMS_OTHER:
		*form_r = IG_CRYPT_FORM_CMS;
		return 0;
	default:
		return -1;
	}
}

int ig_keys_import(struct ig_keys *k, const void *p, size_t len, struct ig_arena *a, const char *const **fingerprints_r, struct ig_why *why)
{
	gpgme_data_t d = ig_keys_data_in(p, len);
	enum ig_crypt_form form = IG_CRYPT_FORM_OPENPGP;
	size_t n = 0, count = 0;
	if (!d || form_of(d, &form) || !k->ctx[form]) {
		gpgme_data_release(d);
		return ig_why(why, "these are no keys or certificates that can be read here");
	}
	gpgme_data_seek(d, 0, SEEK_SET);
	gpgme_error_t e = gpgme_op_import(k->ctx[form], d);
	gpgme_import_result_t r = e ? NULL : gpgme_op_import_result(k->ctx[form]);
	gpgme_data_release(d);
	for (gpgme_import_status_t s = r ? r->imports : NULL; s; s = s->next)
		n++;
	const char **list = ig_arena_calloc(a, n + 1, sizeof *list);
	for (gpgme_import_status_t s = r ? r->imports : NULL; s; s = s->next) {
		bool twice = s->result || !s->fpr;
		for (size_t i = 0; i < count && !twice; i++)
			twice = !strcmp(list[i], s->fpr);
		if (!twice)
			list[count++] = ig_arena_strdup(a, s->fpr);
	}
	*fingerprints_r = list;
	if (e || !count)
		return ig_why(why, "the keys could not be taken: %s", e ? ig_keys_words(a, e) : "there is none in it that is whole");
	return 0;
}

static gpgme_key_t key_of(struct ig_keys *k, const char *fingerprint, enum ig_crypt_form *form_r)
{
	gpgme_key_t key = NULL;
	for (int form = 0; form < (int)ig_crypt_form_count; form++) {
		if (k->ctx[form] && !gpgme_get_key(k->ctx[form], fingerprint, &key, 0)) {
			*form_r = (enum ig_crypt_form)form;
			return key;
		}
	}
	return NULL;
}

int ig_keys_export(struct ig_keys *k, const char *fingerprint, struct ig_arena *a, const void **p_r, size_t *len_r, struct ig_why *why)
{
	enum ig_crypt_form form;
	struct ig_buf b = IG_BUF_INIT(k->place.plain_max);
	gpgme_key_t key = key_of(k, fingerprint, &form);
	if (!key)
		return ig_why(why, "no key %s", fingerprint);
	gpgme_data_t out = ig_keys_data_out(&b);
	gpgme_set_armor(k->ctx[form], 1);
	gpgme_error_t e = gpgme_op_export(k->ctx[form], key->fpr, 0, out);
	gpgme_set_armor(k->ctx[form], 0);
	gpgme_data_release(out);
	gpgme_key_unref(key);
	*p_r = ig_arena_strndup(a, b.data, b.len);
	*len_r = b.len;
	ig_buf_free(&b);
	return e || !*len_r ? ig_why(why, "key %s cannot be given out: %s", fingerprint, ig_keys_words(a, e)) : 0;
}

int ig_keys_remove(struct ig_keys *k, const char *fingerprint, struct ig_why *why)
{
	enum ig_crypt_form form;
	gpgme_key_t key = key_of(k, fingerprint, &form);
	if (!key)
		return ig_why(why, "no key %s", fingerprint);
	gpgme_error_t e = gpgme_op_delete_ext(k->ctx[form], key, GPGME_DELETE_FORCE);
	gpgme_key_unref(key);
	if (gpgme_err_code(e) == GPG_ERR_CONFLICT)
		return ig_why(why, "key %s is one of ours: a secret key is removed by hand only", fingerprint);
	return e ? ig_why(why, "key %s cannot be removed: %s", fingerprint, ig_keys_words(k->arena, e)) : 0;
}

int ig_keys_make(struct ig_keys *k, const char *user_id, struct ig_arena *a, const char **fingerprint_r, struct ig_why *why)
{
	gpgme_ctx_t c = k->ctx[IG_CRYPT_FORM_OPENPGP];
	unsigned flags = k->place.passphrase ? 0 : GPGME_CREATE_NOPASSWD;
	gpgme_error_t e = gpgme_op_createkey(c, user_id, "future-default", 0, 0, NULL, flags | GPGME_CREATE_NOEXPIRE);
	gpgme_genkey_result_t r = e ? NULL : gpgme_op_genkey_result(c);
	if (!r || !r->fpr)
		return ig_why(why, "no key could be made: %s", ig_keys_words(a, e));
	*fingerprint_r = ig_arena_strdup(a, r->fpr);
	return 0;
}
