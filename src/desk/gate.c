/* The release gate's second lock at work: gathers what the reader of a letter may not be told (other people's names, addresses and words, by
 * the levels of the first lock; everything of related cases; nothing of what he wrote himself), and has the finished bytes searched for it.
 * Relies on the gate room for the search and on the store for the values. A hit holds the letter; nobody's word lifts it. */
#include <string.h>
#include <strings.h>
#include "gate/gate.h"
#include "desk/room.h"
#include "store/books.h"

#define VALUES_OF 20000 /* messages of a case whose values count; past the gate's own limit the letter is held */
#define VALUES_OF_RECEIPT 256 /* a receipt has no words of the case: what could slip in is in the newest */
#define PIECE_MIN 24 /* letters of a sentence that is looked for by itself */

struct gathering {
	struct ig_gate *gate;
	struct ig_arena *a;
	const char *reader;          /* address of the one who reads it */
	int64_t answers;             /* the message that a receipt answers, wherever its envelope wants the answer: its author's words */
	enum ig_party_role role;
	const struct ig_party *party;
	bool hide_identity;          /* secrecy was asked for, and the exception does not name the reporter */
	bool strange;                /* a related case: nothing of it is the reader's */
	bool who_only;               /* of that case only who reported it is looked for */
	bool outside;                /* what stands around an encrypted letter is read on the way: no words of the case, whoever may know them */
	struct ig_buf *known;        /* what he wrote himself */
};

/* Values by the beginning of their name, with the level of the first lock. What is not here is nobody's but the acting parties'. */
static const struct level {
	const char *name;
	enum ig_field_to to;
	bool nobody, identity;
	const char *what;
} levels[] = {
	{"message.id", IG_FIELD_TO_AUTHORITY, true, false, "the Message-ID of somebody's mail"},
	{"message.subject", IG_FIELD_TO_ACTING, false, false, "the subject of a report"},
	{"return.path", IG_FIELD_TO_AUTHORITY, false, true, "the address of somebody who wrote"},
	{"from.address", IG_FIELD_TO_AUTHORITY, false, true, "the address of somebody who wrote"},
	{"participant.address", IG_FIELD_TO_AUTHORITY, false, true, "the address of somebody who wrote"},
	{"from.name", IG_FIELD_TO_AUTHORITY, false, true, "the name of somebody who wrote"},
	{"reporter.", IG_FIELD_TO_AUTHORITY, false, true, "who reported it"},
	{"letter.number", IG_FIELD_TO_AUTHORITY, false, true, "the number of a reporter's letter"},
	{"letter.issuer", IG_FIELD_TO_AUTHORITY, false, true, "who wrote a letter"},
	{"letter.issuer_party", IG_FIELD_TO_AUTHORITY, false, true, "who wrote a letter"},
	{"fax.caller", IG_FIELD_TO_AUTHORITY, false, true, "a reporter's fax number"},
	{"fax.ident", IG_FIELD_TO_AUTHORITY, false, true, "a reporter's fax number"},
	{"attachment.name", IG_FIELD_TO_ACTING, false, false, "the name of a file that came with a report"},
	{"system.", IG_FIELD_TO_ACTING, false, false, "the system that is hit"},
	{"incident.summary", IG_FIELD_TO_ACTING, false, false, "the words of a report"},
	{"letter.subject", IG_FIELD_TO_ACTING, false, false, "the subject of a letter"},
};

static const struct level *level_of(const char *name)
{
	for (size_t i = 0; i < IG_COUNT(levels); i++) {
		size_t n = strlen(levels[i].name);
		if (!strncmp(levels[i].name, name, n) && (levels[i].name[n - 1] == '.' || !name[n]))
			return &levels[i];
	}
	return NULL; /* levels, times, yes and no: nothing by which somebody is known */
}

static bool may_read(const struct gathering *g, const struct level *l)
{
	if (l->nobody || g->strange || (l->identity && g->hide_identity))
		return false;
	return ig_field_readable(l->to, g->role);
}

/* A long text is told by a sentence of it already. */
static void add_pieces(struct gathering *g, const char *text, const char *what)
{
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, ".!?;\n");
		if (n >= PIECE_MIN && n < strlen(text))
			ig_gate_secret(g->gate, ig_arena_strndup(g->a, p, n), what);
		p += n + strspn(p + n, ".!?;\n");
	}
}

static bool wrote(const struct gathering *g, const char *address)
{
	if (!address || g->strange)
		return false;
	for (size_t i = 0; g->party && i < g->party->channel_count; i++)
		if (!strcasecmp(g->party->channels[i].address, address))
			return true;
	return g->reader && !strcasecmp(g->reader, address);
}

/* One short word is nobody's name alone: "An" stands in every letter on "An toàn thông tin". */
static bool is_common(const char *value)
{
	size_t letters = 0;
	for (const char *p = value; *p; p++)
		letters += ((unsigned char)*p & 0xc0) != 0x80;
	return letters < IG_GATE_WHOLE && !strpbrk(value, " @.0123456789");
}

static void other_writings(struct gathering *g, const char *name, const char *value, const char *what)
{
	static const char *const names[] = {"from.name", "reporter.person", "reporter.name"}, *const numbers[] = {"reporter.phone", "reporter.fax", "fax.caller", "fax.ident"};
	for (size_t i = 0; i < IG_COUNT(names); i++)
		if (!strcmp(name, names[i]))
			ig_desk_gate_name(g->gate, g->a, value, what);
	for (size_t i = 0; i < IG_COUNT(numbers); i++)
		if (!strcmp(name, numbers[i]))
			ig_desk_gate_numbers(g->gate, g->a, value, what);
	if (strchr(value, '@'))
		ig_desk_gate_address(g->gate, g->a, value, what);
}

static int gather(const struct ig_store_told *t, void *arg)
{
	struct gathering *g = arg;
	const struct level *l = level_of(t->name);
	if (!l || (g->who_only && (!l->identity || is_common(t->value))))
		return 0;
	bool his = wrote(g, t->from_address) || (g->answers && t->message == g->answers && !g->strange);
	if (his && !(g->outside && l->to == IG_FIELD_TO_ACTING)) {
		ig_buf_str(g->known, t->value);
		ig_buf_char(g->known, '\n');
	} else if (g->outside || !may_read(g, l)) {
		if (!l->identity || !is_common(t->value)) /* one short word is nobody's name alone (gate_names.c) */
			ig_gate_secret(g->gate, t->value, l->what);
		if (l->identity)
			other_writings(g, t->name, t->value, l->what);
		if (l->to == IG_FIELD_TO_ACTING)
			add_pieces(g, t->value, l->what);
	}
	return 0;
}

static void add_known(struct gathering *g, const struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_party *p,
	const struct ig_profile *profile)
{
	const struct ig_profile_text *const texts[] = {&profile->office, &profile->parent_body, &profile->next_steps, &profile->call_whom, &profile->title};
	const char *const words[] = {dispatch->address, p ? p->name : NULL, d->conf->address, d->conf->display_name, d->conf->bounce_address,
		profile->phone, profile->fax, profile->email, profile->web, profile->address, profile->place};
	for (size_t i = 0; i < IG_COUNT(texts); i++)
		ig_buf_fmt(g->known, "%s\n%s\n", texts[i]->vi ? texts[i]->vi : "", texts[i]->en ? texts[i]->en : "");
	for (size_t i = 0; i < IG_COUNT(words); i++)
		ig_buf_fmt(g->known, "%s\n", words[i] ? words[i] : "");
	for (size_t i = 0; p && i < p->channel_count; i++)
		ig_buf_fmt(g->known, "%s\n", p->channels[i].address);
	for (size_t i = 0; i < profile->basis_count; i++)
		ig_buf_fmt(g->known, "%s %s\n", profile->bases[i].number ? profile->bases[i].number : "", profile->bases[i].title ? profile->bases[i].title : "");
}

/* Cases that belong together: that they do is told to nobody outside the authorities, and what a secret one holds to nobody. */
static int gather_related(struct gathering *g, struct ig_desk *d, const struct ig_incident *i)
{
	int64_t *ids = NULL;
	size_t count = 0;
	if (ig_store_related(d->store, i->id, g->a, &ids, &count) < 0)
		return -1;
	for (size_t k = 0; k < count; k++) {
		struct ig_incident other;
		struct ig_participant p;
		int found = ig_store_incident_get(d->store, ids[k], g->a, &other);
		int his = found > 0 && g->reader ? ig_store_participant_get(d->store, ids[k], g->reader, g->a, &p) : found;
		if (found < 0 || his < 0)
			return -1;
		if (!found || (his && g->reader))
			continue;
		bool strange = ig_decide_secret(&other) || !ig_field_readable(IG_FIELD_TO_AUTHORITY, g->role);
		if (strange)
			ig_gate_secret(g->gate, ig_desk_ref(&other, g->a), "the reference of another case");
		struct gathering one = *g;
		one.strange = strange;
		one.hide_identity = false; /* that wish was about this case */
		if (ig_store_case_values(d->store, ids[k], VALUES_OF_RECEIPT, g->a, gather, &one) < 0)
			return -1;
	}
	return 0;
}

/* A letter of no case (a notice of a stop, a reminder, a list of events) may name nobody who asked for secrecy in any. His own he knows. */
static int gather_secret_cases(struct gathering *g, struct ig_desk *d)
{
	int64_t *ids = NULL;
	size_t count = 0;
	if (ig_store_secret_cases(d->store, g->a, &ids, &count) < 0)
		return -1;
	for (size_t k = 0; k < count; k++) {
		struct ig_incident other;
		struct ig_participant p;
		struct ig_disclosure x;
		int his = g->reader ? ig_store_participant_get(d->store, ids[k], g->reader, g->a, &p) : 0;
		int told = !his && g->party ? ig_store_disclosure_of(d->store, ids[k], g->party->id, g->a, &x) : 0;
		if (his < 0 || told < 0 || ig_store_incident_get(d->store, ids[k], g->a, &other) < 0)
			return -1;
		if (his)
			continue;
		if (!told && g->role != IG_PARTY_ROLE_OFFICER)
			ig_gate_secret(g->gate, ig_desk_ref(&other, g->a), "the reference of a case under secrecy");
		struct gathering one = *g;
		one.strange = one.who_only = true;
		if (!(told && x.identity) && ig_store_case_values(d->store, ids[k], VALUES_OF_RECEIPT, g->a, gather, &one) < 0)
			return -1;
	}
	return 0;
}

static int gather_all(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_incident *i, const struct ig_party *p,
	const struct ig_profile *profile, struct gathering *g)
{
	struct ig_disclosure exception;
	bool receipt = !strcmp(dispatch->letter, "receipt");
	if (!i && gather_secret_cases(g, d))
		return -1;
	int told = p && ig_decide_secret(i) ? ig_store_disclosure_of(d->store, i->id, p->id, g->a, &exception) : 0;
	if (told < 0)
		return -1;
	g->hide_identity = ig_decide_secret(i) && !(told && exception.identity);
	if (i && (ig_store_case_values(d->store, i->id, receipt ? VALUES_OF_RECEIPT : VALUES_OF, g->a, gather, g) < 0 || gather_related(g, d, i)))
		return -1;
	if (!ig_gate_count(g->gate))
		return 0;
	add_known(g, d, dispatch, p, profile);
	ig_gate_public(g->gate, g->known->data);
	return 0;
}

int ig_desk_release(struct ig_desk *d, struct ig_decide_release_facts *f, ig_time now, struct ig_arena *a, struct ig_release *v_r)
{
	struct ig_disclosure exception;
	int told = f->incident && f->party && ig_decide_secret(f->incident) ?
		ig_store_disclosure_of(d->store, f->incident->id, f->party->id, a, &exception) : 0;
	if (told < 0)
		return -1;
	f->disclosed = told > 0;
	f->restored = d->restored;
	ig_decide_release(f, d->conf, now, a, v_r);
	return 0;
}

int ig_desk_gate(struct ig_desk *d, const struct ig_dispatch *dispatch, const struct ig_incident *i, const struct ig_party *p,
	const struct ig_profile *profile, const struct ig_desk_page *pages, size_t page_count, struct ig_arena *a, struct ig_why *why)
{
	struct ig_buf known = IG_BUF_INIT(4u << 20);
	enum ig_gate_verdict v = IG_GATE_CLEAN;
	struct gathering g = {.gate = ig_gate_new(), .a = a, .reader = dispatch->address, .party = p, .role = p ? p->role : IG_PARTY_ROLE_REPORTER, .known = &known};
	/* A receipt of a document goes to the body whose head several readings found on it (document.c): its number is that body's. */
	g.answers = strcmp(dispatch->letter, "receipt") && strcmp(dispatch->letter, "document-receipt") ? 0 : dispatch->answers;
	int bad = gather_all(d, dispatch, i, p, profile, &g);
	for (size_t k = 0; !bad && v == IG_GATE_CLEAN && ig_gate_count(g.gate) && k < page_count; k++)
		v = pages[k].mail ? ig_gate_mail(g.gate, pages[k].p, pages[k].len, why) : ig_gate_search(g.gate, pages[k].p, pages[k].len, pages[k].what, why);
	ig_gate_free(g.gate);
	ig_buf_free(&known);
	return bad ? -1 : v == IG_GATE_CLEAN ? 0 : IG_DESK_GATE;
}

int ig_desk_gate_outside(struct ig_desk *d, int64_t id, const char *head, size_t len, struct ig_why *why)
{
	struct ig_arena *a = ig_arena_new(0);
	struct ig_buf known = IG_BUF_INIT(4u << 20);
	struct ig_dispatch dispatch;
	struct ig_incident i;
	struct ig_party p = {.role = IG_PARTY_ROLE_REPORTER};
	enum ig_gate_verdict v = IG_GATE_CLEAN;
	int found = ig_store_dispatch_get(d->store, id, false, a, &dispatch);
	int of_case = found > 0 && dispatch.incident ? ig_store_incident_get(d->store, dispatch.incident, a, &i) : found < 0 ? -1 : 0;
	int bad = found <= 0 || of_case < 0 || (dispatch.party && ig_store_party_get(d->store, dispatch.party, a, &p) < 0);
	if (!bad) {
		struct gathering g = {.gate = ig_gate_new(), .a = a, .reader = dispatch.address, .party = dispatch.party ? &p : NULL, .role = p.role, .outside = true,
			.answers = dispatch.answers, .known = &known};
		bad = gather_all(d, &dispatch, of_case ? &i : NULL, g.party, ig_conf_profile_at(d->conf, ig_now()), &g);
		if (!bad && ig_gate_count(g.gate))
			v = ig_gate_search(g.gate, head, len, "the headers around what is encrypted", why);
		ig_gate_free(g.gate);
	}
	ig_buf_free(&known);
	ig_arena_free(a);
	return bad ? -1 : v == IG_GATE_CLEAN ? 0 : IG_DESK_GATE;
}
