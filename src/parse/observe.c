/* Observables: one pass over the text of a mail and the texts in its attachments.
 * Relies on observe_token.c for what stands at a place. Leaves out who wrote and who got the mail, and what stands in its signature; keeps each
 * value once, in the order in which they appear, and no more than observables_max.
 * Does not judge which of them is the attacker: filters and people do. */
#include "config.h"
#include "parse/observe.h"
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include "base/opt.h"

#define BYTES_MAX (256u << 10) /* all values together: a report must fit between two processes */
#define SIGNATURE_MAX 1500
#define MAILS_MAX 64

struct observing {
	struct ig_mail *m;
	struct ig_observable *list;
	size_t count, room, bytes;
	uint32_t *slots; /* open hash over list: index + 1 */
	size_t slot_count;
	const char *mails[MAILS_MAX]; /* the mail's own addresses */
	size_t mail_count;
	bool cut;
};

static uint32_t hash(const char *type, const char *value)
{
	uint32_t h = 2166136261u ^ (uint32_t)type[0];
	for (; *value; value++)
		h = (h ^ (unsigned char)*value) * 16777619u;
	return h;
}

static void grow(struct observing *o)
{
	size_t room = o->room ? o->room * 2 : 16;
	struct ig_observable *more = ig_arena_calloc(o->m->a, room, sizeof *more);
	if (o->count)
		memcpy(more, o->list, o->count * sizeof *more);
	o->list = more;
	o->room = room;
	o->slot_count = room * 2;
	o->slots = ig_arena_calloc(o->m->a, o->slot_count, sizeof *o->slots);
	for (size_t i = 0; i < o->count; i++) {
		size_t k = hash(o->list[i].type, o->list[i].value) % o->slot_count;
		while (o->slots[k])
			k = (k + 1) % o->slot_count;
		o->slots[k] = (uint32_t)i + 1;
	}
}

static void add(struct observing *o, const char *type, const char *value)
{
	if (o->count == o->room)
		grow(o);
	size_t k = hash(type, value) % o->slot_count, len = strlen(value);
	for (; o->slots[k]; k = (k + 1) % o->slot_count) {
		const struct ig_observable *x = &o->list[o->slots[k] - 1];
		if (!strcmp(x->type, type) && !strcmp(x->value, value))
			return;
	}
	if ((int64_t)o->count >= o->m->limits->observables_max || o->bytes + len > BYTES_MAX) {
		if (!o->cut)
			ig_mail_problem(o->m, "more than %zu observables; the rest is not listed", o->count);
		o->cut = true;
		return;
	}
	o->list[o->count] = (struct ig_observable){type, ig_arena_strdup(o->m->a, value)};
	o->slots[k] = (uint32_t)++o->count;
	o->bytes += len;
}

/* ---- the mail's own */

static void own(struct observing *o, const char *address)
{
	if (address && strchr(address, '@') && o->mail_count < MAILS_MAX)
		o->mails[o->mail_count++] = address;
}

static void learn_own(struct observing *o)
{
	const struct ig_report *r = o->m->r;
	const struct ig_envelope *e = o->m->envelope;
	const struct ig_address *one[] = {r->from, r->reply_to, r->sender};
	for (size_t i = 0; i < IG_COUNT(one); i++)
		own(o, one[i] ? one[i]->address : NULL);
	own(o, r->return_path);
	own(o, e ? e->sender : NULL);
	for (size_t i = 0; e && e->recipients && e->recipients[i]; i++)
		own(o, e->recipients[i]);
	for (size_t i = 0; r->delivered_to && r->delivered_to[i]; i++)
		own(o, r->delivered_to[i]);
	for (size_t i = 0; i < r->to_count; i++)
		own(o, r->to[i].address);
	for (size_t i = 0; i < r->cc_count; i++)
		own(o, r->cc[i].address);
}

static bool is_own(const struct observing *o, const char *type, const char *value)
{
	bool mail = !strcmp(type, "email"), domain = !strcmp(type, "domain");
	for (size_t i = 0; (mail || domain) && i < o->mail_count; i++) {
		const char *host = strrchr(o->mails[i], '@') + 1;
		if (mail ? !strcasecmp(o->mails[i], value) : !strcasecmp(host, value) || (!strncmp(value, "www.", 4) && !strcasecmp(host, value + 4)))
			return true;
	}
	return false;
}

/* ---- places that tell nothing of what happened */

/* Where the signature begins: below "-- " when little follows. */
static const char *signature(const char *text, size_t len)
{
	const char *end = text + len, *from = len > SIGNATURE_MAX ? end - SIGNATURE_MAX : text;
	for (const char *s = from; (s = memmem(s, (size_t)(end - s), "\n--", 3)); s += 3)
		if (s + 3 == end || s[3] == '\n' || (s[3] == ' ' && (s + 4 == end || s[4] == '\n')))
			return s;
	return end;
}

/* Lines that introduce a quote or hold ids of mail: the addresses in them are of correspondence. */
static bool correspondence(const char *text, const char *s, const char *end)
{
	static const char *const fields[] = {"Message-ID:", "References:", "In-Reply-To:", "DKIM-Signature:", "Content-ID:"};
	const char *line = s, *stop = memchr(s, '\n', (size_t)(end - s));
	for (size_t n = 0; line > text && line[-1] != '\n' && n < 300; n++)
		line--;
	for (size_t i = 0; i < IG_COUNT(fields); i++)
		if (!strncasecmp(line, fields[i], strlen(fields[i])))
			return true;
	stop = stop ? stop : end;
	while (stop > s && isspace((unsigned char)stop[-1]))
		stop--;
	return stop > s && stop[-1] == ':' && s > text && s[-1] == '<';
}

static const unsigned char *word_bytes(void)
{
	static unsigned char table[256];
	if (!table['a'])
		for (int c = 0; c < 256; c++)
			table[c] = isalnum(c) || c >= 0x80 || c == '_';
	return table;
}

static void observe(struct observing *o, const char *text, bool csv)
{
	const unsigned char *word = word_bytes();
	size_t len = strlen(text);
	text = ig_observe_refang(o->m->a, text, (size_t)(signature(text, len) - text));
	const char *end = text + strlen(text), *s = text;
	struct ig_seen x;
	if (s < end && end == text + len)
		end = signature(text, len);
	while (s < end && !o->cut) {
		unsigned char c = (unsigned char)*s;
		if (!word[c] && !(c == ':' && s + 1 < end && s[1] == ':')) {
			s++;
			continue;
		}
		/* Nothing begins with a letter of another script: over its word. */
		if (c >= 0x80) {
			while (s < end && word[(unsigned char)*s])
				s++;
			continue;
		}
		/* Short words of letters followed by a blank are nothing at all; nearly all words are. */
		size_t n = 0;
		while (s + n < end && word[(unsigned char)s[n]])
			n++;
		char after = s + n < end ? s[n] : 0;
		if (n < 32 && n && (after == ' ' || after == '\n' || after == ',' || after == 0) && !(c == 'A' && s[1] == 'S')) {
			s += n;
			continue;
		}
		ig_observe_at(text, s, end, csv, &x);
		if (x.type && x.value[0] && !is_own(o, x.type, x.value) && !(!strcmp(x.type, "email") && correspondence(text, s, end)))
			add(o, x.type, x.value);
		if (x.type && x.host_type)
			add(o, x.host_type, x.host);
		s += x.used;
	}
}

void ig_observe(struct ig_mail *m)
{
	static const char *const silent[] = {"message/delivery-status", "message/disposition-notification", "text/vcard", "text/x-vcard", "text/css", "text/javascript"};
	struct ig_report *r = m->r;
	struct observing o = {.m = m};
	learn_own(&o);
	if (r->text)
		observe(&o, r->text, false);
	for (size_t i = 0; i < r->attachment_count; i++) {
		const struct ig_attachment *x = &r->attachments[i];
		bool skip = !x->text;
		for (size_t k = 0; k < IG_COUNT(silent); k++)
			skip = skip || !strcmp(x->type, silent[k]);
		if (!skip)
			observe(&o, x->text, !strcmp(x->type, "text/csv"));
	}
	r->observables = o.list;
	r->observable_count = o.count;
}
