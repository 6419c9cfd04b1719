/* Budgets of automatic letters: counts of the last hours in memory, who is suspended in the store.
 *
 * The counts are read from the store once and then kept beside it; after a rollback they are read again (ig_desk_forget). A letter is charged
 * when it is queued. One that would pass a budget suspends the peer: nothing leaves for it by itself until a person resumes it, or it was
 * silent for suspended_for. Kept back receipts stay held, so that a person can let them go together.
 * Relies on decide for whom a letter is charged to. Sends nothing. */
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "desk/budget.h"

/* ---- the counts: a ring of letters in order of time, and a table from peer to number */

static size_t slot_of(const struct ig_budget *b, uint64_t key)
{
	size_t i = (size_t)key & (b->room - 1);
	while (b->slots[i].key && b->slots[i].key != key)
		i = (i + 1) & (b->room - 1);
	return i;
}

static void grow(struct ig_budget *b)
{
	struct ig_budget old = *b;
	size_t live = 0;
	for (size_t i = 0; i < old.room; i++)
		live += old.slots[i].count > 0;
	for (b->room = 1024; b->room < live * 4;)
		b->room *= 2;
	b->used = 0;
	b->slots = ig_xmalloc(b->room * sizeof(*b->slots));
	for (size_t i = 0; i < old.room; i++)
		if (old.slots[i].key && old.slots[i].count) {
			b->slots[slot_of(b, old.slots[i].key)] = old.slots[i];
			b->used++;
		}
	free(old.slots);
}

static void count(struct ig_budget *b, uint64_t key, int by)
{
	if (!key)
		return;
	if (b->used * 2 >= b->room)
		grow(b);
	struct ig_budget_slot *s = &b->slots[slot_of(b, key)];
	b->used += !s->key;
	s->key = key;
	if (by > 0 || s->count)
		s->count = (uint32_t)((int64_t)s->count + by);
}

static int64_t charged(const struct ig_budget *b, uint64_t key)
{
	return b->room ? b->slots[slot_of(b, key)].count : 0;
}

static void add(struct ig_budget *b, ig_time at, const uint64_t *peers, size_t n)
{
	if (b->count == b->cap) {
		size_t cap = b->cap ? b->cap * 2 : 256;
		struct ig_budget_letter *ring = ig_xmalloc(cap * sizeof(*ring));
		for (size_t i = 0; i < b->count; i++)
			ring[i] = b->ring[(b->first + i) % b->cap];
		free(b->ring);
		b->ring = ring, b->cap = cap, b->first = 0;
	}
	struct ig_budget_letter *l = &b->ring[(b->first + b->count++) % b->cap];
	memset(l, 0, sizeof(*l));
	l->at = at;
	for (size_t i = 0; i < n && i < IG_COUNT(l->peers); i++) {
		l->peers[i] = peers[i];
		count(b, peers[i], 1);
	}
}

static void expire(struct ig_budget *b, ig_time since)
{
	while (b->count && b->ring[b->first].at < since) {
		struct ig_budget_letter *l = &b->ring[b->first];
		for (size_t i = 0; i < IG_COUNT(l->peers); i++)
			count(b, l->peers[i], -1);
		b->first = (b->first + 1) % b->cap;
		b->count--;
	}
}

void ig_budget_free(struct ig_budget *b)
{
	free(b->slots);
	free(b->ring);
	memset(b, 0, sizeof(*b));
}

/* ---- reading them from the store */

struct loading {
	struct ig_budget *b;
	struct ig_arena *a;
	struct ig_budget_letter *list; /* newest first */
	size_t count, cap;
	struct resumed { uint64_t key; ig_time at; } *resumed;
	size_t resumed_count, resumed_cap;
	int64_t suspended;
};

static void *room(struct ig_arena *a, void *list, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return list;
	void *more = ig_arena_calloc(a, *cap * 2 + 64, size);
	if (n)
		memcpy(more, list, n * size);
	*cap = *cap * 2 + 64;
	return more;
}

static int load_peer(const struct ig_store_peer *p, void *arg)
{
	struct loading *l = arg;
	l->suspended += p->suspended_at != IG_NEVER;
	if (p->resumed_at == IG_NEVER)
		return 0;
	l->resumed = room(l->a, l->resumed, l->resumed_count, &l->resumed_cap, sizeof(*l->resumed));
	l->resumed[l->resumed_count++] = (struct resumed){ig_decide_peer_hash(p->kind, p->key), p->resumed_at};
	return 0;
}

/* What was charged before a person resumed the peer counts no more. */
static uint64_t still(const struct loading *l, ig_time at, uint64_t key)
{
	for (size_t i = 0; i < l->resumed_count; i++)
		if (l->resumed[i].key == key && at <= l->resumed[i].at)
			return 0;
	return key;
}

static void load_letter(ig_time at, const uint64_t *peers, size_t n, void *arg)
{
	struct loading *l = arg;
	l->list = room(l->a, l->list, l->count, &l->cap, sizeof(*l->list));
	struct ig_budget_letter *x = &l->list[l->count++];
	memset(x, 0, sizeof(*x));
	x->at = at;
	for (size_t i = 0; i < n && i < IG_COUNT(x->peers); i++)
		x->peers[i] = still(l, at, peers[i]);
}

static int load(struct ig_desk *d, ig_time since)
{
	struct loading l = {.b = &d->budget, .a = ig_arena_new(0)};
	if (d->budget.loaded) {
		expire(&d->budget, since);
		ig_arena_free(l.a);
		return 0;
	}
	ig_budget_free(&d->budget);
	int bad = ig_store_peer_list(d->store, false, load_peer, &l) < 0 || ig_store_charges(d->store, since, load_letter, &l) < 0;
	while (!bad && l.count) {
		struct ig_budget_letter *x = &l.list[--l.count];
		add(&d->budget, x->at, x->peers, IG_COUNT(x->peers));
	}
	d->budget.suspended = l.suspended;
	d->budget.loaded = !bad;
	ig_arena_free(l.a);
	return bad ? -1 : 0;
}

void ig_desk_forget(struct ig_desk *d)
{
	d->budget.loaded = false;
	d->source[0] = 0;
}

/* ---- one message */

static int resume(struct ig_desk *d, const struct ig_decide_peer *p, ig_time at, const char *by, const char *why)
{
	if (ig_store_peer_resume(d->store, p->kind, p->key, at, by) < 0)
		return -1;
	ig_desk_forget(d); /* what was charged before counts no more */
	return ig_desk_journal(d, by, "peer resume", ig_arena_fmt(d->arena, "%s %s", ig_peer_word(p->kind), p->key), why);
}

/* 1 suspended, 0 not, -1. One that was silent long enough is not any more. */
static int is_suspended(struct ig_taking *t, const struct ig_decide_peer *p)
{
	struct ig_store_peer row;
	int found = ig_store_peer_get(t->d->store, p->kind, p->key, t->a, &row);
	if (found <= 0 || row.suspended_at == IG_NEVER)
		return found < 0 ? -1 : 0;
	if (t->f->at - row.last_at > t->d->conf->suspended_for * 1000)
		return resume(t->d, p, t->f->at, "clerk", "no mail came from it for a long time") ? -1 : 0;
	return ig_store_peer_seen(t->d->store, p->kind, p->key, t->f->at) < 0 ? -1 : 1;
}

static const char *address_of(const struct ig_taking *t)
{
	if (t->e->sender && *t->e->sender)
		return t->e->sender;
	return t->r.return_path && *t->r.return_path ? t->r.return_path : NULL;
}

int ig_taking_peers_seen(struct ig_taking *t)
{
	struct ig_decide_peers p;
	if (t->d->conf->budget_letters <= 0 || t->e->channel != IG_CHANNEL_MAIL || t->e->imported)
		return 0;
	if (load(t->d, t->now - t->d->conf->budget_period * 1000))
		return -1;
	if (!t->d->budget.suspended)
		return 0;
	ig_decide_peers_of(&t->r, address_of(t), t->d->conf, t->a, &p);
	for (size_t i = 0; i < p.count; i++)
		if (is_suspended(t, &p.list[i]) < 0)
			return -1;
	return 0;
}

static const char *suspend(struct ig_taking *t, const struct ig_decide_peer *p)
{
	struct ig_desk *d = t->d;
	const char *words = ig_decide_peer_words(p, d->conf->budget_period / 3600000, t->a);
	if (ig_store_peer_suspend(d->store, p->kind, p->key, t->f->at) < 0 ||
		ig_desk_journal(d, "clerk", "peer suspend", ig_arena_fmt(t->a, "%s %s", ig_peer_word(p->kind), p->key), words))
		t->failed = true;
	d->budget.suspended++;
	if (ig_desk_raise(d, "peer-suspended", ig_arena_fmt(t->a, "%s; to answer it again: irgatectl peer resume %s", words, p->key)))
		t->failed = true;
	return words;
}

static const char *ceiling(struct ig_taking *t)
{
	struct ig_desk *d = t->d;
	int64_t most = d->conf->receipts_max;
	if (most <= 0 || (int64_t)d->budget.count < most)
		return NULL;
	const char *words = ig_arena_fmt(t->a, "budget: the ceiling of %lld receipts in %lld hours is reached", (long long)most,
		(long long)(d->conf->budget_period / 3600000));
	t->failed |= ig_desk_raise(d, "receipt-ceiling", words) != 0;
	return words;
}

static void kept_back(struct ig_taking *t, const char *kind, const char *key)
{
	t->batch_kind = kind;
	t->batch = key;
}

const char *ig_taking_over_budget(void *arg, const char *to)
{
	struct ig_taking *t = arg;
	const struct ig_conf *c = t->d->conf;
	t->peers.count = 0;
	if (load(t->d, t->now - c->budget_period * 1000)) {
		t->failed = true;
		return "the store failed";
	}
	ig_decide_peers_of(&t->r, to, c, t->a, &t->peers);
	for (size_t i = 0; t->d->budget.suspended && i < t->peers.count; i++) {
		const struct ig_decide_peer *p = &t->peers.list[i];
		int now = is_suspended(t, p);
		t->failed |= now < 0;
		if (now > 0) {
			kept_back(t, ig_peer_word(p->kind), p->key);
			return ig_decide_peer_words(p, c->budget_period / 3600000, t->a);
		}
	}
	if (load(t->d, t->now - c->budget_period * 1000)) /* one was just resumed */
		t->failed = true;
	for (size_t i = 0; i < t->peers.count; i++) {
		struct ig_decide_peer *p = &t->peers.list[i];
		if (charged(&t->d->budget, p->hash) < p->limit)
			continue;
		if (p->kind == IG_PEER_DOMAIN && ig_store_peer_directory(t->d->store, p->key))
			p->limit = c->budget_party_domain;
		if (charged(&t->d->budget, p->hash) < p->limit)
			continue;
		kept_back(t, ig_peer_word(p->kind), p->key);
		return suspend(t, p);
	}
	const char *most = ceiling(t);
	if (most)
		kept_back(t, "ceiling", "ceiling");
	return most;
}

int ig_taking_charge(struct ig_taking *t, const struct ig_dispatch *dispatch)
{
	uint64_t peers[IG_COUNT(t->peers.list)];
	if (dispatch->state == IG_DISPATCH_STATE_HELD && t->receipt.hold && !t->batch)
		kept_back(t, "headers", "asks-for-none");
	if (dispatch->state == IG_DISPATCH_STATE_HELD && t->batch)
		return ig_store_receipt_held(t->d->store, dispatch->id, t->batch_kind, t->batch) < 0 ? -1 : 0;
	if (dispatch->state != IG_DISPATCH_STATE_QUEUED)
		return 0;
	for (size_t i = 0; i < t->peers.count; i++)
		peers[i] = t->peers.list[i].hash;
	if (ig_store_charge_add(t->d->store, dispatch->id, t->now, peers, t->peers.count) < 0)
		return -1;
	if (t->d->budget.loaded)
		add(&t->d->budget, t->now, peers, t->peers.count);
	return 0;
}

/* ---- acts of a person */

struct matching {
	struct ig_arena *a;
	const char *word, *mailbox, *domain;
	struct ig_decide_peer *list;
	size_t count, cap;
};

static int match_peer(const struct ig_store_peer *p, void *arg)
{
	struct matching *m = arg;
	if (strcmp(p->key, m->word) && !(p->kind == IG_PEER_ADDRESS && m->mailbox && !strcmp(p->key, m->mailbox)) &&
		!(p->kind == IG_PEER_DOMAIN && m->domain && !strcmp(p->key, m->domain)))
		return 0;
	m->list = room(m->a, m->list, m->count, &m->cap, sizeof(*m->list));
	m->list[m->count++] = (struct ig_decide_peer){.kind = p->kind, .key = ig_arena_strdup(m->a, p->key)};
	return 0;
}

static int peer_resume(struct ig_desk *d, const char *word, const char *actor, const char *reason, size_t *count_r, struct ig_why *why)
{
	const char *at = strrchr(word, '@');
	struct matching m = {.a = d->arena, .word = word, .mailbox = at ? ig_decide_mailbox(word, d->arena) : NULL,
		.domain = ig_decide_registrable(at ? at + 1 : word, d->arena)};
	if (ig_store_peer_list(d->store, true, match_peer, &m) < 0)
		return -1;
	*count_r = m.count;
	if (!m.count) {
		ig_why(why, "%s is not suspended", word);
		return IG_EX_DATA;
	}
	for (size_t i = 0; i < m.count; i++)
		if (resume(d, &m.list[i], ig_now(), actor, reason))
			return -1;
	return 0;
}

int ig_desk_peer_resume(struct ig_desk *d, const char *word, const char *actor, const char *reason, size_t *count_r, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, peer_resume(d, word, actor, reason, count_r, why), why);
}

static int receipts_release(struct ig_desk *d, const char *batch, const char *actor, const char *reason, size_t *count_r, struct ig_why *why)
{
	int64_t *ids;
	size_t count_all;
	struct ig_arena *a = ig_arena_new(0);
	int code = ig_store_batch(d->store, batch, a, &ids, &count_all) < 0 ? -1 : 0;
	if (!code && !count_all) {
		ig_why(why, batch ? "no receipt is kept back by %s" : "no receipt is kept back%s", batch ? batch : "");
		code = IG_EX_DATA;
	}
	for (size_t i = 0; code != -1 && i < count_all; i++) { /* one that cannot go does not keep the others */
		code = ig_desk_let_go(d, ids[i], actor, reason, why);
		*count_r += !code;
	}
	if (*count_r && code > 0)
		code = 0;
	ig_arena_free(a);
	return code;
}

int ig_desk_receipts_release(struct ig_desk *d, const char *batch, const char *actor, const char *reason, size_t *count_r, struct ig_why *why)
{
	*count_r = 0;
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, receipts_release(d, batch, actor, reason, count_r, why), why);
}
