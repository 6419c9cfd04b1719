/* A notice written for people: where it ends and the returned message begins, which addresses failed, and what was said of each.
 * Addresses count where they stand as notices write them: alone on a line, before a colon, behind words that lead up to one, behind a reply
 * code. What follows, up to the next address, was said of it.
 * Relies on bounce_forms.c for the words. Does not read MIME and does not judge. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "parse/bounce.h"
#include "parse/header.h"

static bool atom(unsigned char c)
{
	return isalnum(c) || c >= 0x80 || (c && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

size_t ig_bounce_address(const char *s)
{
	size_t n = 0;
	if (*s == '"') {
		for (n = 1; s[n] && s[n] != '"' && s[n] != '\n' && n < 100; n++)
			if (s[n] == '\\' && s[n + 1])
				n++;
		if (s[n++] != '"')
			return 0;
	} else {
		while (n < 200 && atom((unsigned char)s[n]))
			n++;
	}
	if (!n || s[n] != '@')
		return 0;
	size_t domain = ++n;
	if (s[n] == '[') {
		n += strcspn(s + n, "]\n");
		return s[n] == ']' && n - domain < 60 ? n + 1 : 0;
	}
	while (n - domain < 255 && (isalnum((unsigned char)s[n]) || s[n] == '-' || s[n] == '.' || s[n] == '_' || (unsigned char)s[n] >= 0x80))
		n++;
	if (n - domain == 255) /* no domain is so long (RFC 1035), and it may end within a character */
		return 0;
	while (n > domain && (s[n - 1] == '.' || s[n - 1] == '-'))
		n--;
	return n > domain && memchr(s + domain, '.', n - domain) ? n : 0;
}

const char *ig_bounce_header(struct ig_arena *a, const char *s, const char *name)
{
	size_t n = strlen(name);
	for (; s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL) {
		if (strncasecmp(s, name, n) || s[n] != ':')
			continue;
		const char *end = strchrnul(s, '\n');
		while (*end && (end[1] == ' ' || end[1] == '\t'))
			end = strchrnul(end + 1, '\n');
		size_t len = (size_t)(end - s - n - 1);
		return ig_header_unfold(a, ig_arena_strndup(a, s + n + 1, ig_utf8_cut(s + n + 1, len, 2000)));
	}
	return NULL;
}

void ig_bounce_split(struct ig_bouncing *b, const char *text)
{
	for (const char *s = text; *s;) {
		const char *end = strchrnul(s, '\n');
		if (s > text && ig_bounce_mark(s, (size_t)(end - s))) {
			b->notice = ig_arena_strndup(b->m->a, text, (size_t)(s - text));
			b->returned = s;
			return;
		}
		s = *end ? end + 1 : end;
	}
	b->notice = text;
	b->returned = "";
}

/* ---- addresses line by line */

struct reading {
	struct ig_bouncing *b;
	struct ig_bounce *at; /* what is said now is said of it; NULL none yet */
	size_t indent;        /* of its line */
	const char *words;    /* where that begins */
};

/* What was said up to `end` belongs to the current address. */
static void close_words(struct reading *g, const char *end)
{
	struct ig_arena *a = g->b->m->a;
	size_t n = g->at && end > g->words ? (size_t)(end - g->words) : 0;
	while (n && isspace((unsigned char)g->words[n - 1]))
		n--;
	if (n) {
		const char *more = ig_arena_strndup(a, g->words, ig_utf8_cut(g->words, n, 4000));
		g->at->words = g->at->words ? ig_arena_fmt(a, "%s\n%s", g->at->words, more) : more;
	}
}

static void open_words(struct reading *g, const char *address, size_t len, size_t indent, const char *line, const char *words)
{
	close_words(g, line);
	char *recipient = ig_arena_strndup(g->b->m->a, address, len);
	struct ig_bounce *x = ig_bounce_find(g->b, recipient);
	if (!x && (x = ig_bounce_add(g->b)))
		x->recipient = recipient;
	g->at = x;
	g->indent = indent;
	g->words = words;
}

/* "addr", "<addr>:", "addr: words", "addr<mailto:addr>", "addr on DATE", ">>> name <addr>". Offset of the address, its length out; the
 * words begin at *words_r. */
static bool stands_alone(const char *s, size_t len, size_t *at_r, size_t *len_r, size_t *words_r)
{
	size_t at = strspn(s, " \t>*-\"<'(");
	if (!strncmp(s + at, "\xe2\x80\xa2 ", 4))
		at += 4;
	if (at >= len)
		return false;
	size_t n = ig_bounce_address(s + at), rest = at + n;
	if (!n || rest > len)
		return false;
	bool quoted = s[rest] == '>' || s[rest] == '"' || s[rest] == '\'';
	rest += quoted + (quoted && s[rest + 1] == '>');
	while (rest < len && (s[rest] == ' ' || s[rest] == '\t' || s[rest] == '\r'))
		rest++;
	*at_r = at;
	*len_r = n;
	*words_r = rest;
	if (rest < len && s[rest - 1] == ' ' && len - rest < 500) {
		/* "addr Invalid address, 550 ...": with a code in the same line there is no doubt. */
		char line[500], status[16];
		memcpy(line, s + rest, len - rest);
		line[len - rest] = 0;
		if (ig_bounce_enhanced(line, status) || ig_bounce_reply(line))
			return true;
	}
	return rest >= len || s[rest] == ':' || s[rest] == '<' || s[rest] == '(' || s[rest] == ';' || s[rest] == '[' || !strncmp(s + rest, "...", 3) || !strncmp(s + rest, "on ", 3) ||
		!strncmp(s + rest, "- ", 2);
}

/* "550 5.1.1 <addr>... User unknown": sendmail and its descendants. */
static bool behind_code(const char *s, size_t len, size_t *at_r, size_t *len_r)
{
	size_t at = 4;
	if (len < 8 || (s[0] != '4' && s[0] != '5') || !isdigit((unsigned char)s[1]) || !isdigit((unsigned char)s[2]) || (s[3] != ' ' && s[3] != '-'))
		return false;
	at += strspn(s + at, "0123456789. ");
	if (s[at] != '<')
		return false;
	*at_r = at + 1;
	*len_r = ig_bounce_address(s + at + 1);
	return *len_r && at + 1 + *len_r <= len;
}

static void scan_line(struct reading *g, const char *s, size_t len)
{
	size_t indent = strspn(s, " \t"), at, n, words;
	/* Deeper than the line of the address: still what was said of it. */
	if (g->at && indent > g->indent && indent < len)
		return;
	if (stands_alone(s, len, &at, &n, &words)) {
		open_words(g, s + at, n, indent, s, s + (words < len ? words : len));
	} else if ((at = ig_bounce_lead(s, len)) && (n = ig_bounce_address(s + at)) && at + n <= len) {
		bool again = g->at && g->at->recipient && strlen(g->at->recipient) == n && !strncasecmp(g->at->recipient, s + at, n);
		if (!again)
			open_words(g, s + at, n, indent, s, s);
	} else if (behind_code(s, len, &at, &n)) {
		open_words(g, s + at, n, indent, s, s);
	}
}

void ig_bounce_scan(struct ig_bouncing *b)
{
	struct reading g = {.b = b};
	const char *s = b->notice;
	while (*s) {
		const char *end = strchrnul(s, '\n');
		scan_line(&g, s, (size_t)(end - s));
		s = *end ? end + 1 : end;
	}
	close_words(&g, s);
}
