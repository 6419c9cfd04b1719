/* What was found in a message, beyond its rows: senders that fall silent, and reports of the same event.
 * Relies on traces (store) for what reports have in common, and on the profile for every threshold. Links cases and says why; merges nothing,
 * lifts no secrecy, and what it links a person can unlink. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "desk/room.h"

#define TRACES_MAX 32   /* of one message */
#define SEEN_MAX 64     /* messages looked at for one trace: more is no event but the weather */
#define TEXT_MAX 300

/* ---- sources */

static bool machine(const struct ig_report *r)
{
	return r->class == IG_CLASS_MACHINE_REPORT || r->class == IG_CLASS_TICKET_SYSTEM || (r->class == IG_CLASS_LIST && r->no_auto_reply);
}

/* Feeds change their columns without a word: a sender that yielded something and now yields nothing is worth an alarm, once. */
static int silent_source(struct ig_taking *t)
{
	struct ig_desk *d = t->d;
	const char *sender = t->message.from_address, *before = NULL, *at = sender ? strrchr(sender, '@') : NULL;
	if (!at || t->e->imported)
		return 0;
	if (t->r.filter && !t->r.filter_empty && (t->r.field_count || t->r.ticket.id))
		return ig_store_yield_set(d->store, sender, t->r.filter) < 0 ? -1 : 0;
	if (!t->r.filter_empty && !machine(&t->r))
		return 0;
	int found = ig_store_yield_get(d->store, sender, t->a, &before);
	if (found <= 0)
		return found;
	if (ig_store_yield_set(d->store, sender, NULL) < 0)
		return -1;
	return ig_desk_raise(d, "source-silent", ig_arena_fmt(t->a, "mail of a sender at %s, which filter %s used to read, yields nothing any more (message %lld)", at + 1, before,
		(long long)t->message.id));
}

/* ---- traces */

struct traces {
	const char *text[TRACES_MAX];
	size_t count;
};

static void add(struct traces *x, const char *text)
{
	if (!text || x->count == TRACES_MAX || strlen(text) > TEXT_MAX)
		return;
	for (size_t i = 0; i < x->count; i++)
		if (!strcmp(x->text[i], text))
			return;
	x->text[x->count++] = text;
}

/* Addresses of private nets mean another machine in every house (RFC 1918, RFC 4193, RFC 6598, loopback, link-local). */
static bool private_address(const char *v)
{
	static const char *const begins[] = {"10.", "127.", "192.168.", "169.254.", "0.", "fe80:", "fc", "fd", "::1", "100.64."};
	for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
		if (!strncasecmp(v, begins[i], strlen(begins[i])))
			return true;
	int b = 0;
	if (strncmp(v, "172.", 4))
		return false;
	for (const char *s = v + 4; isdigit((unsigned char)*s); s++)
		b = b * 10 + (*s - '0');
	return b >= 16 && b <= 31;
}

/* What a sender says in each of his mails (his site, his help page) links nothing. */
static bool of_sender(const struct ig_taking *t, const char *value)
{
	const char *at = t->message.from_address ? strrchr(t->message.from_address, '@') : NULL;
	const char *two = at ? at + 1 : NULL;
	size_t dots = 0;
	for (const char *s = at ? at + strlen(at) : NULL; s && s > at + 1; s--)
		if (s[-1] == '.' && ++dots == 2) {
			two = s;
			break;
		}
	return two && strcasestr(value, two);
}

static const char *field_of(const struct ig_report *r, const char *name)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (!strcmp(r->fields[i].name, name))
			return r->fields[i].value;
	return NULL;
}

static void gather(struct ig_taking *t, struct traces *x)
{
	static const char *const types[] = {"ipv4", "ipv6", "url", "md5", "sha1", "sha256"};
	const struct ig_report *r = &t->r;
	const char *system = field_of(r, "system.name"), *source = field_of(r, "incident.source");
	for (size_t i = 0; i < r->observable_count; i++)
		for (size_t k = 0; k < sizeof types / sizeof types[0]; k++)
			if (!strcmp(r->observables[i].type, types[k]) && !private_address(r->observables[i].value) && !of_sender(t, r->observables[i].value) &&
				(k != 2 || (source && !strcmp(source, r->observables[i].value)) || r->category))
				add(x, ig_arena_fmt(t->a, "%s %s", types[k], r->observables[i].value));
	if (system && strlen(system) < 200) {
		const char *folded = ig_utf8_fold(t->a, system, strlen(system));
		if (strlen(folded) > 5)
			add(x, ig_arena_fmt(t->a, "system %s", folded));
	}
}

/* ---- the same event */

struct event {
	int64_t cases[SEEN_MAX];   /* of others that name it */
	size_t case_count;
	const char *reporters[SEEN_MAX];
	int64_t messages[SEEN_MAX]; /* one of each reporter */
	size_t count;
	const char *trace;
};

static const char *house_of(const char *address, struct ig_arena *a)
{
	const char *at = address ? strrchr(address, '@') : NULL;
	return at ? ig_arena_strdup(a, at + 1) : "";
}

static void count_reporter(struct ig_taking *t, struct event *e, const struct ig_match_seen *seen)
{
	const char *house = house_of(seen->from_address, t->a);
	for (size_t i = 0; i < e->count; i++)
		if (!strcasecmp(e->reporters[i], house))
			return;
	if (!*house || e->count == SEEN_MAX)
		return;
	e->messages[e->count] = seen->message;
	e->reporters[e->count++] = house;
}

/* How many of the reporters are authenticated or in the directory; asked only of an event that has reporters enough. */
static int known_reporters(struct ig_taking *t, const struct event *e, size_t *known_r)
{
	*known_r = 0;
	for (size_t i = 0; i < e->count; i++) {
		struct ig_message m;
		if (ig_store_message_get(t->d->store, e->messages[i], t->a, &m) != 1)
			continue;
		int known = ig_desk_is_known(t->d, &m, t->a);
		if (known < 0)
			return -1;
		*known_r += known == 1;
	}
	return 0;
}

static int link_cases(struct ig_taking *t, const struct ig_match_seen *seen, const char *trace, size_t *links)
{
	struct ig_incident other;
	if (!seen->incident || seen->incident == t->incident.id || *links >= (size_t)t->profile->same_event_links)
		return 0;
	if (ig_store_incident_get(t->d->store, seen->incident, t->a, &other) != 1)
		return 0;
	(*links)++;
	return ig_store_relate(t->d->store, t->incident.id, seen->incident, ig_arena_fmt(t->a, "messages %lld and %lld both name %s", (long long)seen->message,
		(long long)t->message.id, trace)) < 0 ? -1 : 0;
}

/* Was this event told on the ladder by another of its cases? One letter an event, not one a reporter. held: a letter that waits for a person counts. */
static int told_before(struct ig_taking *t, const struct event *e, bool held)
{
	for (size_t i = 0; i < e->case_count; i++) {
		struct ig_step *steps = NULL;
		struct ig_dispatch made;
		size_t n = 0;
		if (ig_store_steps(t->d->store, e->cases[i], t->a, &steps, &n) < 0)
			return -1;
		for (size_t k = 0; k < n; k++) {
			const struct ig_profile_step *rung = ig_profile_step(t->profile, steps[k].rung);
			if (!rung || !ig_decide_at_once(rung, IG_SEVERITY_UNKNOWN, IG_WIDESPREAD_SUSPECTED))
				continue;
			int found = ig_store_dispatch_get(t->d->store, steps[k].dispatch, false, t->a, &made);
			if (found < 0)
				return -1;
			if (found && made.state != IG_DISPATCH_STATE_CANCELLED && (held || made.state != IG_DISPATCH_STATE_HELD))
				return 1;
		}
	}
	return 0;
}

/* A person is asked once about an event, of strangers and again of known ones: in a flood each further report would ask anew. The question is a trace
 * of its message, found like the event's own for as long as the window is. 1: it was asked. */
static int asked_before(struct ig_taking *t, const struct event *e, bool sure)
{
	struct ig_match_seen seen;
	const char *question = ig_arena_fmt(t->a, "asked %s %s", sure ? "known" : "strangers", e->trace);
	if (t->d->look.by_trace(t->d->look.arg, question, t->f->at - t->profile->widespread_window * 1000, &seen, 1, t->a))
		return 1;
	return ig_store_trace_add(t->d->store, t->message.id, question) < 0 ? -1 : 0;
}

static int ask(struct ig_taking *t, bool sure, const char *words)
{
	struct ig_duty duty = {.incident = t->incident.id, .message = t->message.id, .owner = "officer", .basis = "rule of the office", .due = t->now + IG_HOUR,
		.done_at = IG_NEVER, .created_at = t->f->at,
		.what = ig_arena_fmt(t->a, sure ? "decide whether it is wide-spread: %s" : "decide whether it is wide-spread and who is to be told (the letter is held): %s", words)};
	if (ig_store_duty_add(t->d->store, &duty) < 0)
		return -1;
	/* without case content: the alarm may leave by mail */
	return ig_desk_raise(t->d, "widespread", sure ? "many known reporters name the same thing: a suspected wide-spread incident" :
		"many reporters name the same thing, but too few of them are known: look before anything is sent");
}

/* Many who report one thing: suspected where they are known to us, and told as the profile says; else a letter is held and a person is asked. The
 * machine never says confirmed. */
static int widespread(struct ig_taking *t, const struct event *e)
{
	struct ig_desk *d = t->d;
	size_t wanted = (size_t)t->profile->widespread_reporters;
	size_t known;
	if (!wanted || e->count < wanted || t->incident.widespread != IG_WIDESPREAD_NO || t->e->imported)
		return 0;
	if (known_reporters(t, e, &known))
		return -1;
	bool sure = known >= wanted;
	int told = told_before(t, e, !sure);
	if (told < 0 || (told && !sure))
		return told < 0 ? -1 : 0;
	int asked = asked_before(t, e, sure);
	if (asked < 0 || (asked && !sure))
		return asked < 0 ? -1 : 0;
	t->wide |= !told;
	t->wide_known |= sure;
	if (sure) {
		t->incident.widespread = IG_WIDESPREAD_SUSPECTED;
		if (ig_store_incident_update(d->store, &t->incident) < 0)
			return -1;
	}
	const char *words = ig_arena_fmt(t->a, "%zu reporters (%zu of them authenticated or in the directory) name %s", e->count, known, e->trace);
	if (ig_desk_journal(d, "clerk", "incident widespread", ig_desk_ref(&t->incident, t->a), words))
		return -1;
	return asked ? 0 : ask(t, sure, words);
}

static int same_event(struct ig_taking *t, const char *trace, size_t *links)
{
	struct ig_match_seen *seen = ig_arena_calloc(t->a, SEEN_MAX, sizeof *seen);
	struct event e = {.trace = trace};
	ig_time since = t->f->at - t->profile->same_event_window * 1000, wide = t->f->at - t->profile->widespread_window * 1000;
	size_t n = t->d->look.by_trace(t->d->look.arg, trace, since < wide ? since : wide, seen, SEEN_MAX, t->a);
	for (size_t i = 0; i < n; i++) {
		if (seen[i].at >= since && n < SEEN_MAX && link_cases(t, &seen[i], trace, links))
			return -1;
		if (seen[i].at >= wide && seen[i].incident && seen[i].incident != t->incident.id)
			e.cases[e.case_count++] = seen[i].incident;
		if (seen[i].at >= wide)
			count_reporter(t, &e, &seen[i]);
	}
	return widespread(t, &e);
}

static bool is_report(const struct ig_taking *t)
{
	return t->incident.id && ig_decide_opens_incident(t->r.class);
}

/* Events of a feed; a report of one event is one. */
static int events(struct ig_taking *t)
{
	struct ig_event one = {.address = field_of(&t->r, "incident.source"), .at = field_of(&t->r, "incident.found_at"), .category = t->r.category};
	if (t->r.class != IG_CLASS_MACHINE_REPORT || !t->incident.id)
		return 0;
	for (size_t i = 0; i < t->r.event_count; i++) {
		struct ig_event e = t->r.events[i];
		e.category = e.category ? e.category : t->r.category;
		if (ig_store_feed_add(t->d->store, t->message.id, (int64_t)i + 1, &e) < 0)
			return -1;
	}
	if (!t->r.event_count && one.address && ig_store_feed_add(t->d->store, t->message.id, 1, &one) < 0)
		return -1;
	return 0;
}

int ig_taking_found(struct ig_taking *t)
{
	struct traces x = {.count = 0};
	size_t links = 0;
	if (silent_source(t))
		return -1;
	/* What a stranger's mail says its number is draws no fax or letter into his case. */
	int known = t->r.kind == IG_KIND_MAIL ? ig_desk_is_known(t->d, &t->message, t->a) : 1;
	if (known < 0)
		return -1;
	const char *ticket = ig_match_ticket_trace(&t->r, &t->d->self, t->a), *letter = known ? ig_match_letter_trace(&t->r, t->a) : NULL;
	if ((ticket && ig_store_trace_add(t->d->store, t->message.id, ticket) < 0) || (letter && ig_store_trace_add(t->d->store, t->message.id, letter) < 0))
		return -1;
	if (!is_report(t))
		return 0;
	if (events(t))
		return -1;
	gather(t, &x);
	for (size_t i = 0; i < x.count; i++)
		if (ig_store_trace_add(t->d->store, t->message.id, x.text[i]) < 0 || (t->profile->same_event_links && same_event(t, x.text[i], &links)))
			return -1;
	return 0;
}

static int unlink_cases(struct ig_desk *d, int64_t a, int64_t b, const char *actor, const char *reason, struct ig_why *why)
{
	struct ig_incident x, y;
	const char *words;
	int found = ig_store_relation_why(d->store, a, b, d->arena, &words);
	if (found <= 0 || ig_store_incident_get(d->store, a, d->arena, &x) != 1 || ig_store_incident_get(d->store, b, d->arena, &y) != 1) {
		ig_why(why, "the two are not linked");
		return found < 0 ? -1 : IG_EX_DATA;
	}
	if (ig_store_unrelate(d->store, a, b) < 0)
		return -1;
	return ig_desk_journal(d, actor, "incident unlink", ig_desk_ref(&x, d->arena), ig_arena_fmt(d->arena, "%s (%s)%s%s", ig_desk_ref(&y, d->arena), words ? words : "",
		reason ? ": " : "", reason ? reason : ""));
}

int ig_desk_incident_unlink(struct ig_desk *d, int64_t a, int64_t b, const char *actor, const char *reason, struct ig_why *why)
{
	int code = ig_desk_act_begin(d, why);
	return code ? code : ig_desk_act_end(d, unlink_cases(d, a, b, actor, reason, why), why);
}
