/* Fields of delivery reports (RFC 3464, 6533) and read receipts (RFC 8098), wherever they stand: in a part of their own, or in the text
 * of mailers that write them out there.
 * Relies on text with LF line ends. Lenient: groups without a blank line between them, blank lines inside a group, folded values.
 * Does not judge: bounce_words.c does. */
#include "config.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "base/utf8.h"
#include "parse/bounce.h"
#include "parse/header.h"

struct group { /* one recipient under way */
	const char *final, *original, *action, *status, *words;
};

struct field {
	const char *name; /* in the text */
	size_t name_len;
	const char *value; /* unfolded, one line a continuation */
};

/* The field at *at and the place behind it; false: the line is no field (then *at is behind the line, *blank_r says whether it was empty). */
static bool next_field(struct ig_arena *a, const char **at, struct field *f, bool *blank_r)
{
	const char *s = *at, *end = strchrnul(s, '\n'), *colon = memchr(s, ':', (size_t)(end - s));
	size_t n = colon ? (size_t)(colon - s) : 0;
	*blank_r = strspn(s, " \t") == (size_t)(end - s);
	*at = *end ? end + 1 : end;
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	if (!n || n > 60)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '-')
			return false;
	while (**at == ' ' || **at == '\t') {
		const char *next = strchrnul(*at, '\n');
		if (strspn(*at, " \t") == (size_t)(next - *at))
			break;
		end = next;
		*at = *end ? end + 1 : end;
	}
	size_t len = (size_t)(end - colon - 1);
	char *v = ig_arena_strndup(a, colon + 1, ig_utf8_cut(colon + 1, len, 4000));
	*f = (struct field){.name = s, .name_len = n, .value = v + strspn(v, " \t\n")};
	return true;
}

static bool named(const struct field *f, const char *name)
{
	return strlen(name) == f->name_len && !strncasecmp(f->name, name, f->name_len);
}

/* RFC 6533 section 3: \x{1F600} stands for a character outside printable ASCII. */
static char *utf8_address(struct ig_arena *a, const char *s)
{
	struct ig_buf b;
	ig_buf_init(&b, strlen(s) + 1);
	while (*s) {
		char *end;
		unsigned long c = !strncmp(s, "\\x{", 3) ? strtoul(s + 3, &end, 16) : 0;
		if (c < 0x20 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) || *end != '}') {
			ig_buf_char(&b, *s++);
			continue;
		}
		if (c < 0x80) {
			ig_buf_char(&b, (char)c);
		} else if (c < 0x800) {
			ig_buf_char(&b, (char)(0xc0 | c >> 6));
		} else if (c < 0x10000) {
			ig_buf_char(&b, (char)(0xe0 | c >> 12));
			ig_buf_char(&b, (char)(0x80 | (c >> 6 & 63)));
		} else {
			ig_buf_char(&b, (char)(0xf0 | c >> 18));
			ig_buf_char(&b, (char)(0x80 | (c >> 12 & 63)));
			ig_buf_char(&b, (char)(0x80 | (c >> 6 & 63)));
		}
		if (c >= 0x80)
			ig_buf_char(&b, (char)(0x80 | (c & 63)));
		s = end + 1;
	}
	char *out = ig_utf8_nfc(a, b.data, b.len);
	ig_buf_free(&b);
	return out;
}

/* "rfc822; <a@example.vn> (comment)" is a@example.vn; also without its type, and with a source route (RFC 5321 appendix C). */
static const char *address_of(struct ig_arena *a, const char *value)
{
	const char *semi = strchr(value, ';'), *colon;
	bool unicode = semi && !strncasecmp(value, "utf-8", 5);
	/* An address may hold a semicolon only in quotes: a type is letters, digits and dashes. */
	if (semi && strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789- \t") == (size_t)(semi - value))
		value = semi + 1;
	value += strspn(value, " \t\n<");
	if (*value == '@' && (colon = strchr(value, ':')))
		value = colon + 1;
	size_t n = ig_bounce_address(value);
	if (!n)
		n = strcspn(value, " \t\n>,");
	if (!n || n > 320)
		return NULL;
	char *out = ig_arena_strndup(a, value, n);
	return unicode ? utf8_address(a, out) : out;
}

static const char *action_of(struct ig_arena *a, const char *value)
{
	static const struct {
		const char *begin, *word;
	} words[] = {{"fail", "failed"}, {"expired", "failed"}, {"bounced", "failed"}, {"delay", "delayed"}, {"deferred", "delayed"}, {"relayed", "relayed"},
		{"expanded", "expanded"}, {"deliver", "delivered"}, {"success", "delivered"}};
	for (size_t i = 0; i < IG_COUNT(words); i++)
		if (!strncasecmp(value, words[i].begin, strlen(words[i].begin)))
			return words[i].word;
	size_t n = strcspn(value, " \t\n;(");
	return n && n < 40 ? ig_arena_strndup(a, value, n) : NULL;
}

/* "5.1.1 (bad mailbox)" is 5.1.1. */
static const char *status_of(struct ig_arena *a, const char *value)
{
	int n = 0;
	unsigned class, subject, detail;
	value += strspn(value, " \t\n");
	if (sscanf(value, "%1u.%3u.%3u%n", &class, &subject, &detail, &n) != 3 || n > 12 || (class != 2 && class != 4 && class != 5))
		return NULL;
	return ig_arena_fmt(a, "%u.%u.%u", class, subject, detail);
}

static bool usable(const char *address)
{
	return address && strchr(address, '@');
}

static void finish(struct ig_bouncing *b, struct group *g)
{
	/* What we wrote on the envelope comes back in Original-Recipient; Final-Recipient may be an alias behind it. */
	const char *recipient = usable(g->original) ? g->original : usable(g->final) ? g->final : g->original ? g->original : g->final;
	struct ig_bounce *last = b->count ? &b->list[b->count - 1] : NULL;
	/* Fields without an address go on with the last one, unless what they say was said of it already. */
	struct ig_bounce *x = recipient ? ig_bounce_find(b, recipient) : last && !(g->action && last->action) ? last : NULL;
	if (!x && (recipient || g->action || g->status))
		x = ig_bounce_add(b);
	if (x) {
		x->recipient = x->recipient ? x->recipient : recipient;
		x->action = x->action ? x->action : g->action;
		x->status = x->status ? x->status : g->status;
		x->words = x->words ? x->words : g->words;
	}
	*g = (struct group){.final = NULL};
}

/* "smtp; 550 5.1.1 No such user": what follows the type. */
static const char *diagnostic(const char *value)
{
	size_t n = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
	const char *s = n && n < 20 && value[n] == ';' ? value + n + 1 : value;
	return s + strspn(s, " \t\n");
}

static void take(struct ig_bouncing *b, struct group *g, const struct field *f)
{
	struct ig_arena *a = b->m->a;
	if (named(f, "Final-Recipient")) {
		if (g->final)
			finish(b, g);
		g->final = address_of(a, f->value);
	} else if (named(f, "Original-Recipient")) {
		if (g->original)
			finish(b, g);
		g->original = address_of(a, f->value);
	} else if (named(f, "X-Actual-Recipient") && !g->final) {
		g->final = address_of(a, f->value);
	} else if (named(f, "Action")) {
		if (g->action)
			finish(b, g);
		g->action = action_of(a, f->value);
	} else if (named(f, "Status") && !g->status) {
		g->status = status_of(a, f->value);
	} else if (named(f, "Diagnostic-Code")) {
		const char *words = diagnostic(f->value);
		/* Some write one for each server on the way; what the last one said joins what the first one said. */
		g->words = g->words ? ig_arena_fmt(a, "%s\n%s", g->words, words) : words;
	} else if (named(f, "Original-Envelope-Id") && !b->m->r->about_envelope && *f->value && strlen(f->value) < 200) {
		b->m->r->about_envelope = ig_header_unfold(a, f->value);
	}
}

void ig_bounce_fields(struct ig_bouncing *b, const char *text)
{
	struct group g = {.final = NULL};
	struct field f;
	bool blank = false;
	while (*text) {
		if (next_field(b->m->a, &text, &f, &blank))
			take(b, &g, &f);
		else if (blank && (g.final || g.original))
			finish(b, &g);
	}
	finish(b, &g);
}

void ig_receipt_fields(struct ig_mail *m, const char *text)
{
	struct field f;
	bool blank;
	while (text && *text) {
		if (!next_field(m->a, &text, &f, &blank))
			continue;
		if (named(&f, "Original-Message-ID") && !m->r->about_message)
			m->r->about_message = ig_header_id(m->a, f.value);
		else if (named(&f, "Original-Envelope-Id") && !m->r->about_envelope && *f.value && strlen(f.value) < 200)
			m->r->about_envelope = ig_header_unfold(m->a, f.value);
	}
}
