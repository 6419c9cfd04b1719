/* Letters that leave signed or encrypted: an officer's word for a party says so (irgatectl key accept). The store keeps the words of a letter in
 * the clear; what goes to the sender is made by irgate-keys when the letter is due, and made anew for every attempt. Relies on compose for the
 * form, on the pump for the worker. What cannot be sealed is held, with a duty: it never leaves in the clear instead. */
#include "config.h"
#include "role/clerk.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "compose/compose.h"
#include "model/crypt.h"

enum { SEAL_MAX = 24 << 20 };
/* SIGNING -> (ENCRYPTING ->) READY or FAILED. OpenPGP signs inside of the encryption, in one step. */
enum state { SIGNING = 1, ENCRYPTING, READY, FAILED };

struct ig_clerk_seal {
	struct ig_clerk *clerk;
	int64_t dispatch;
	enum state state;
	enum ig_crypt_form form;
	bool sign, encrypt;
	char fingerprint[72];
	struct ig_buf head, entity; /* entity: at last the whole mail */
	char problem[IG_WHY_MAX];
};

static void drop(struct ig_clerk *c, size_t i)
{
	struct ig_clerk_seal *s = c->seals[i];
	ig_buf_free(&s->head);
	ig_buf_free(&s->entity);
	free(s);
	c->seals[i] = NULL;
}

static void failed(struct ig_clerk_seal *s, const char *problem)
{
	struct ig_buf b = IG_BUF_INIT(sizeof(s->problem) - 1);
	ig_buf_str(&b, problem);
	memcpy(s->problem, b.data, b.len + 1);
	ig_buf_free(&b);
	s->state = FAILED;
}

static void next(struct ig_clerk_seal *s);

static void finish(struct ig_clerk_seal *s)
{
	struct ig_buf mail = IG_BUF_INIT(SEAL_MAX);
	struct ig_why why = {""};
	int open = s->encrypt ? ig_desk_gate_outside(s->clerk->desk, s->dispatch, s->head.data, s->head.len, &why) : 0;
	if (open) { /* what was meant for the party alone stands where everybody on the way reads it */
		struct ig_why words;
		ig_why(&words, open > 0 ? "the release gate holds it: %s" : "the release gate could not look at its headers%s", open > 0 ? why.text : "");
		failed(s, words.text);
		return;
	}
	ig_buf_add(&mail, s->head.data, s->head.len);
	ig_buf_str(&mail, "MIME-Version: 1.0\r\n");
	ig_buf_add(&mail, s->entity.data, s->entity.len);
	ig_buf_free(&s->entity);
	s->entity = mail;
	s->state = READY;
	if (mail.over)
		failed(s, "it is too large");
}

/* What the keys made, around or in place of the entity. */
static void take(struct ig_clerk_seal *s, const struct ig_crypt_sealed *x)
{
	struct ig_buf more = IG_BUF_INIT(SEAL_MAX);
	bool cms = s->form == IG_CRYPT_FORM_CMS;
	if (s->state == SIGNING)
		ig_seal_signed(s->entity.data, s->entity.len, cms, x->bytes, x->len, x->micalg, &more);
	else
		ig_seal_encrypted(cms, x->bytes, x->len, &more);
	ig_buf_free(&s->entity);
	s->entity = more;
	if (more.over)
		failed(s, "it is too large");
	else if (s->state == SIGNING && s->encrypt)
		s->state = ENCRYPTING;
	else
		finish(s);
}

static void done(void *arg, const void *reply, size_t len, const char *problem)
{
	struct ig_clerk_seal *s = arg;
	struct ig_clerk *c = s->clerk;
	struct ig_crypt_reply x = {.problem = NULL};
	struct ig_arena *a = ig_arena_new(0);
	if (!reply || ig_crypt_reply_unpack(&x, reply, len, a))
		failed(s, problem ? problem : "the worker's answer is malformed");
	else if (x.problem || !x.sealed.len)
		failed(s, x.problem ? x.problem : "nothing came of it");
	else
		take(s, &x.sealed);
	ig_arena_free(a);
	if (s->state == SIGNING || s->state == ENCRYPTING) {
		next(s);
		return;
	}
	ig_clerk_beat(c);
	ig_pump_poke(c->pump);
}

static void next(struct ig_clerk_seal *s)
{
	const char *const to[] = {s->fingerprint, NULL};
	bool inside = s->state == ENCRYPTING && s->sign && s->form == IG_CRYPT_FORM_OPENPGP;
	struct ig_crypt_request q = {.act = IG_CRYPT_ACT_SEAL, .seal = {.form = s->form, .signer = s->state == SIGNING || inside ? "" : NULL,
		.recipients = s->state == ENCRYPTING ? to : NULL, .data = s->entity.data, .len = s->entity.len}};
	struct ig_buf b = IG_BUF_INIT(SEAL_MAX + 65536);
	ig_crypt_request_pack(&q, &b);
	ig_pump_call(s->clerk->pump, IG_CRYPT_KIND, b.data, b.len, done, s);
	ig_buf_free(&b);
}

static struct ig_clerk_seal *begin(struct ig_clerk *c, const struct ig_dispatch *d, const struct ig_party_key *k)
{
	struct ig_clerk_seal *s = ig_xmalloc(sizeof(*s));
	struct ig_why why = {""};
	s->clerk = c;
	s->dispatch = d->id;
	s->sign = k->sign;
	s->encrypt = k->encrypt;
	ig_buf_init(&s->head, 1 << 20);
	ig_buf_init(&s->entity, SEAL_MAX);
	size_t n = k->fingerprint ? strlen(k->fingerprint) : 0;
	if (n < sizeof(s->fingerprint) && n)
		memcpy(s->fingerprint, k->fingerprint, n);
	if (ig_crypt_form_parse(k->form, &s->form))
		failed(s, "its form is not known");
	else if (ig_seal_split(d->bytes, d->size, &s->head, &s->entity, &why))
		failed(s, why.text);
	else
		s->state = s->sign && !(s->encrypt && s->form == IG_CRYPT_FORM_OPENPGP) ? SIGNING : ENCRYPTING;
	return s;
}

int ig_clerk_seal(struct ig_clerk *c, const struct ig_dispatch *d, struct ig_note_blob *bytes_r)
{
	struct ig_party_key k;
	size_t room = IG_CLERK_SEALS;
	for (size_t i = 0; i < IG_CLERK_SEALS; i++) {
		struct ig_clerk_seal *s = c->seals[i];
		if (s && s->dispatch == d->id) {
			*bytes_r = (struct ig_note_blob){s->entity.data, s->entity.len};
			return s->state == READY ? 1 : 2;
		}
		room = s ? room : i;
	}
	int found = d->channel == IG_CHANNEL_MAIL ? ig_store_party_key_for(c->store, d->party, d->address, c->arena, &k) : 0;
	if (found <= 0)
		return found;
	if (room == IG_CLERK_SEALS)
		return 2; /* when others are through */
	struct ig_clerk_seal *s = c->seals[room] = begin(c, d, &k);
	if (s->state != FAILED)
		next(s);
	else
		ig_pump_poke(c->pump);
	return 2;
}

bool ig_clerk_seals_wait(const struct ig_clerk *c)
{
	for (size_t i = 0; i < IG_CLERK_SEALS; i++)
		if (c->seals[i])
			return true;
	return false;
}

void ig_clerk_seal_gone(struct ig_clerk *c, int64_t dispatch)
{
	for (size_t i = 0; i < IG_CLERK_SEALS; i++)
		if (c->seals[i] && c->seals[i]->dispatch == dispatch && c->seals[i]->state == READY)
			drop(c, i);
}

static int hold(struct ig_clerk *c, const struct ig_clerk_seal *s)
{
	ig_time now = ig_now();
	struct ig_dispatch d;
	char text[IG_DISPATCH_TEXT_MAX];
	int found = ig_store_dispatch_get(c->store, s->dispatch, false, c->arena, &d);
	if (found <= 0 || d.state != IG_DISPATCH_STATE_QUEUED) /* cancelled meanwhile */
		return found < 0 ? -1 : 0;
	const char *words = ig_arena_fmt(c->arena, "it cannot be %s: %s", s->encrypt ? "encrypted" : "signed", s->problem);
	struct ig_duty duty = {.incident = d.incident, .owner = "officer", .basis = "rule of the office", .due = now, .done_at = IG_NEVER, .created_at = now,
		.what = ig_arena_fmt(c->arena, "see to the key of %s, then release %s: %s", d.address, ig_dispatch_print(d.id, text), words)};
	return ig_store_dispatch_set_state(c->store, d.id, IG_DISPATCH_STATE_HELD, words, now) < 0 ||
		ig_store_verdict_add(c->store, d.id, "keys", ig_dispatch_state_word(IG_DISPATCH_STATE_HELD), words, now, "clerk") < 0 ||
		ig_store_duty_add(c->store, &duty) < 0 ? -1 : 0;
}

int ig_clerk_seal_prepare(struct ig_clerk *c)
{
	for (size_t i = 0; i < IG_CLERK_SEALS; i++) {
		if (!c->seals[i] || c->seals[i]->state != FAILED)
			continue;
		ig_arena_reset(c->arena);
		if (hold(c, c->seals[i]))
			return -1;
		ig_log(IG_LOG_WARNING, "dispatch %lld is held: %s", (long long)c->seals[i]->dispatch, c->seals[i]->problem);
		drop(c, i);
	}
	return 0;
}
