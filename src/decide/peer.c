/* Whom an automatic letter is charged to. A robot may strip every header, mint a number or change its address each time, so one letter is
 * charged to the address, to the part of its domain that somebody registered, and to what the incoming mail says: alike content is one class
 * however it is addressed.
 * Alike: of the words of subject and new text, without those that hold digits, addresses or links, the pairs of neighbours are hashed, and of
 * twelve orderings of the hashes the least is kept (min-wise hashing): two texts that share nine pairs of ten agree in nearly all of them. Four
 * together are a class, three classes a mail. Relies on nothing that a sender says of himself. Counts nothing: see desk/budget.c. */
#include "config.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "decide/decide.h"

#define ORDERINGS 12
#define TOGETHER 4
#define WORDS_MAX 2000  /* of one mail; the rest says nothing more */
#define FEW_WORDS 6     /* below: what is attached counts, too */

static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static uint64_t hash(const void *p, size_t len)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (const unsigned char *s = p; len--; s++)
		h = (h ^ *s) * UINT64_C(0x100000001b3);
	return mix(h);
}

struct sketch {
	uint64_t least[ORDERINGS], before;
	size_t words;
};

static void add_hash(struct sketch *k, uint64_t h)
{
	for (uint64_t i = 0; i < ORDERINGS; i++) {
		uint64_t v = mix(h ^ (i + 1) * UINT64_C(0x9e3779b97f4a7c15));
		k->least[i] = v < k->least[i] ? v : k->least[i];
	}
}

static void add_word(struct sketch *k, const char *s, size_t len)
{
	uint64_t h = hash(s, len);
	if (k->words++)
		add_hash(k, mix(k->before + 3 * h));
	k->before = h;
}

/* What changes from mail to mail: numbers, ids, addresses, links. */
static bool says_something(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (isdigit((unsigned char)s[i]) || s[i] == '@' || s[i] == '/' || s[i] == '_')
			return false;
	return len <= 40;
}

static void add_text(struct sketch *k, const char *text, struct ig_arena *a)
{
	for (const char *s = text; s && *s && k->words < WORDS_MAX;) {
		s += strspn(s, " \t\r\n");
		size_t len = strcspn(s, " \t\r\n");
		if (len && says_something(s, len)) {
			const char *folded = ig_utf8_fold(a, s, len);
			for (folded += strspn(folded, " "); *folded; folded += strspn(folded, " ")) {
				size_t n = strcspn(folded, " ");
				add_word(k, folded, n);
				folded += n;
			}
		}
		s += len;
	}
}

void ig_decide_alike(const struct ig_report *r, uint64_t class_r[IG_DECIDE_CLASSES])
{
	struct sketch k;
	memset(&k, 0, sizeof(k));
	memset(k.least, 0xff, sizeof(k.least));
	struct ig_arena *words = ig_arena_new(0); /* folded words are of no use later */
	add_text(&k, r->subject, words);
	add_text(&k, r->reply_text && *r->reply_text ? r->reply_text : r->text, words);
	ig_arena_free(words);
	if (k.words == 1)
		add_hash(&k, k.before);
	for (size_t i = 0; k.words < FEW_WORDS && i < r->attachment_count; i++)
		add_hash(&k, hash(r->attachments[i].sha256, IG_SHA256_LEN));
	for (size_t i = 0; i < IG_DECIDE_CLASSES; i++)
		class_r[i] = hash(&k.least[i * TOGETHER], TOGETHER * sizeof(k.least[0])) + i;
}

const char *ig_decide_mailbox(const char *address, struct ig_arena *a)
{
	char *s = ig_arena_strdup(a, address), *at = strrchr(s, '@'), *plus = strchr(s, '+');
	for (char *p = s; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (plus && at && plus < at && plus > s)
		memmove(plus, at, strlen(at) + 1);
	return s;
}

uint64_t ig_decide_peer_hash(enum ig_peer kind, const char *key)
{
	uint64_t h = hash(key, strlen(key)) + (uint64_t)kind;
	return h + !h; /* 0 is none */
}

static void charge(struct ig_decide_peers *p, enum ig_peer kind, const char *key, int64_t limit)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].kind == kind && !strcmp(p->list[i].key, key))
			return;
	if (p->count == IG_COUNT(p->list))
		return;
	struct ig_decide_peer *x = &p->list[p->count++];
	*x = (struct ig_decide_peer){.kind = kind, .key = key, .limit = limit};
	x->hash = ig_decide_peer_hash(kind, key);
}

static void charge_address(struct ig_decide_peers *p, const char *address, const struct ig_conf *conf, struct ig_arena *a)
{
	const char *at = address ? strrchr(address, '@') : NULL;
	if (!at || !at[1])
		return;
	const char *domain = ig_decide_registrable(at + 1, a);
	charge(p, IG_PEER_ADDRESS, ig_decide_mailbox(address, a), conf->budget_letters);
	/* Behind a shared mail host stand thousands who know nothing of each other. */
	if (conf->budget_domain > 0 && !ig_match_shared_host(at + 1, conf->shared_hosts) && !ig_match_shared_host(domain, conf->shared_hosts))
		charge(p, IG_PEER_DOMAIN, domain, conf->budget_domain);
}

void ig_decide_peers_of(const struct ig_report *r, const char *to, const struct ig_conf *conf, struct ig_arena *a, struct ig_decide_peers *p_r)
{
	uint64_t class[IG_DECIDE_CLASSES];
	p_r->count = 0;
	if (conf->budget_letters <= 0)
		return;
	charge_address(p_r, to, conf, a);
	charge_address(p_r, r->from ? r->from->address : NULL, conf, a);
	if (conf->budget_alike <= 0)
		return;
	ig_decide_alike(r, class);
	for (size_t i = 0; i < IG_DECIDE_CLASSES; i++)
		charge(p_r, IG_PEER_ALIKE, ig_arena_fmt(a, "%016llx", (unsigned long long)class[i]), conf->budget_alike);
}

const char *ig_decide_peer_words(const struct ig_decide_peer *p, int64_t hours, struct ig_arena *a)
{
	static const char *const what[] = {"", "domain ", "alike mail, class "};
	return ig_arena_fmt(a, "budget: %s%s is suspended (at most %lld automatic letters in %lld hours)", what[p->kind], p->key, (long long)p->limit,
		(long long)hours);
}
