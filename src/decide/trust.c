/* Who is believed to be who he says (RFC 8601), and what is suspect. Pure: the results as the reader found them and the configuration in, one
 * word with its reason out.
 *
 * Anybody can write an Authentication-Results field. Believed is only one that bears a configured authserv-id and stands above the trusted
 * Received line, which our own server wrote when it took the mail from outside: the Nth from the top, counted, because the sender can forge
 * its words but not its place (section 5). Where the server is known to strip foreign fields in its name, the block directly below that line
 * counts too.
 * Authenticated is a From whose domain passed DMARC, or is aligned with a domain that passed DKIM or SPF (RFC 7489 section 3.1, relaxed).
 * A failed DMARC outweighs everything. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "decide/decide.h"

struct judging {
	const struct ig_report *r;
	const struct ig_conf *conf;
	struct ig_arena *a;
	const char *domain; /* of From; NULL none or unsure */
	size_t below;       /* results of ours that stand where anybody can write */
};

static bool listed(const char *const *list, const char *word)
{
	for (; list && *list; list++)
		if (!strcasecmp(*list, word))
			return true;
	return false;
}

static const char *domain_of(const char *value)
{
	const char *at = value ? strrchr(value, '@') : NULL;
	const char *domain = at ? at + 1 : value;
	return domain && *domain ? domain : NULL;
}

static bool aligned(struct judging *j, const char *value)
{
	const char *domain = domain_of(value);
	return domain && j->domain &&
		!strcasecmp(ig_decide_registrable(domain, j->a), ig_decide_registrable(j->domain, j->a));
}

/* NULL, or why there is no trusted Received line. */
static const char *no_line(const struct judging *j)
{
	size_t n = 0, hop = (size_t)j->conf->received_hops;
	while (j->r->received_by[n])
		n++;
	if (!hop || n < hop)
		return ig_arena_fmt(j->a, "the message has %zu Received lines, the trusted one would be number %zu", n, hop);
	const char *const *hosts = j->conf->received_by && *j->conf->received_by ? j->conf->received_by : j->conf->authserv_ids;
	if (!listed(hosts, j->r->received_by[hop - 1]))
		return ig_arena_fmt(j->a, "Received line %zu was not written by a server of ours but by %s", hop,
			*j->r->received_by[hop - 1] ? j->r->received_by[hop - 1] : "nobody who says his name");
	return NULL;
}

/* Is it from our server, and does it stand where only our server writes? */
static bool believed(struct judging *j, const struct ig_auth_result *x)
{
	uint64_t line = (uint64_t)j->conf->received_hops;
	if (!listed(j->conf->authserv_ids, x->by))
		return false;
	if (x->hop < line || (j->conf->strips_results && x->hop == line))
		return true;
	j->below++;
	return false;
}

static const char *result_words(struct judging *j, const struct ig_auth_result *x)
{
	return ig_arena_fmt(j->a, "%s says %s=%s%s%s%s%s", x->by, x->method, x->result, x->property ? " " : "", x->property ? x->property : "",
		x->value ? "=" : "", x->value ? x->value : "");
}

static bool is(const char *a, const char *b) { return !strcmp(a, b); }

/* Is this result about the domain that From names? One that does not say whose it is is taken as about it, for DMARC knows no other. */
static bool about_from(struct judging *j, const struct ig_auth_result *x)
{
	return !x->value || aligned(j, x->value);
}

static bool proves(struct judging *j, const struct ig_auth_result *x)
{
	if (!is(x->result, "pass") || !j->domain)
		return false;
	if (is(x->method, "dmarc"))
		return about_from(j, x);
	/* SPF of the greeting alone (smtp.helo) proves nothing about the author. */
	bool author = is(x->method, "dkim") || is(x->method, "auth") || (is(x->method, "spf") && x->property && is(x->property, "smtp.mailfrom"));
	return author && aligned(j, x->value);
}

static void judge(struct judging *j, struct ig_decide_trust *t)
{
	const struct ig_auth_result *said = NULL, *proof = NULL;
	const char *none = no_line(j);
	t->words = none;
	for (size_t i = 0; !none && i < j->r->auth_count; i++) {
		const struct ig_auth_result *x = &j->r->auth[i];
		if (!believed(j, x))
			continue;
		if (is(x->method, "dmarc") && is(x->result, "fail")) {
			t->auth = IG_AUTH_FAIL;
			t->words = t->suspect = result_words(j, x);
			return;
		}
		if (!proof && proves(j, x))
			proof = x;
		said = said ? said : x;
	}
	if (none)
		return;
	t->auth = proof ? IG_AUTH_PASS : said ? IG_AUTH_UNPROVEN : IG_AUTH_NONE;
	if (proof)
		t->words = result_words(j, proof);
	else if (!j->domain)
		t->words = "it has no From, or more than one";
	else if (said)
		t->words = ig_arena_fmt(j->a, "%s, which proves nothing about %s", result_words(j, said), j->domain);
	else
		t->words = j->below ? "results in the name of our server stand below the trusted Received line: not believed" : "our server said nothing of the sender";
}

/* The words of the mark that matched, or NULL. */
static const char *marked(const struct ig_report *r, const struct ig_conf *conf, struct ig_arena *a)
{
	for (const char *const *m = conf->spam_headers; m && *m; m++) {
		size_t n = strcspn(*m, ":");
		const char *value = *m + n + 1 + strspn(*m + n + 1, " ");
		for (size_t i = 0; i < r->mark_count; i++)
			if (strlen(r->marks[i].name) == n && !strncasecmp(r->marks[i].name, *m, n) && !strncasecmp(r->marks[i].value, value, strlen(value)))
				return ig_arena_fmt(a, "the mail server marked it as spam (%s: %.80s)", r->marks[i].name, r->marks[i].value);
	}
	return NULL;
}

void ig_decide_trust(const struct ig_report *r, const struct ig_conf *conf, struct ig_arena *a, struct ig_decide_trust *t_r)
{
	struct judging j = {.r = r, .conf = conf, .a = a};
	*t_r = (struct ig_decide_trust){.auth = IG_AUTH_NONE, .words = "no mail server is named whose word would count"};
	if (r->from && !r->from_unsure)
		j.domain = domain_of(strchr(r->from->address, '@') ? r->from->address : NULL);
	if (r->fallback)
		t_r->words = "the message could not be read";
	else if (conf->authserv_ids && *conf->authserv_ids)
		judge(&j, t_r);
	/* The keys that count were taken in by an officer, so that a signature of all of it by the author says more than any server. */
	if (t_r->auth != IG_AUTH_FAIL && !r->from_unsure && r->from && r->crypto.verified == IG_VERIFIED_GOOD && r->crypto.whole && r->crypto.signer &&
		!strcasecmp(r->crypto.signer, r->from->address)) {
		t_r->auth = IG_AUTH_PASS;
		t_r->words = ig_arena_fmt(a, "signed with a known key of %s", r->from->address);
	}
	const char *spam = marked(r, conf, a);
	if (spam)
		t_r->suspect = spam;
}
