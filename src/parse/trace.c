/* What the servers on the way said of a message: Authentication-Results (RFC 8601), the hosts of the Received fields (RFC 5321 section
 * 4.4), and marks of a filter in front of us. Each result is kept with the number of Received fields above it, for that is all that tells
 * a field of our own server from one the sender brought along.
 * Relies on the fields coming in their order. Believes nothing: see decide/trust.c. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "parse/header.h"
#include "parse/inner.h"

#define RESULTS_MAX 64
#define RECEIVED_MAX 64
#define MARKS_MAX 16
#define VALUE_MAX 998 /* RFC 5322 section 2.1.1: a line */

/* ---- lexical: tokens, quoted strings, nested comments (RFC 5322 section 3.2) */

static const char *skip_comment(const char *s)
{
	int depth = 0;
	for (; *s; s++) {
		if (*s == '\\' && s[1])
			s++;
		else if (*s == '(')
			depth++;
		else if (*s == ')' && !--depth)
			return s + 1;
	}
	return s;
}

static const char *skip_cfws(const char *s)
{
	for (;;) {
		s += strspn(s, " \t\r\n");
		if (*s != '(')
			return s;
		s = skip_comment(s);
	}
}

/* The memory is that of what is quoted: a field of a million quotes costs no more than its length. */
static const char *quoted(struct ig_mail *m, const char *s, const char **out_r)
{
	const char *end = s + 1;
	while (*end && *end != '"')
		end += *end == '\\' && end[1] ? 2 : 1;
	char *out = ig_arena_alloc(m->a, (size_t)(end - s)), *o = out;
	for (s++; s < end; s++) {
		if (*s == '\\' && s[1])
			s++;
		*o++ = *s;
	}
	*o = 0;
	*out_r = out;
	return *end ? end + 1 : end;
}

/* A value: quoted, or everything up to blank, comment, semicolon. *out_r NULL when there is none. */
static const char *word(struct ig_mail *m, const char *s, const char *stop, const char **out_r)
{
	s = skip_cfws(s);
	*out_r = NULL;
	if (*s == '"')
		return quoted(m, s, out_r);
	size_t n = 0;
	while (s[n] && !strchr(" \t\r\n;(\"", s[n]) && !strchr(stop, s[n]))
		n++;
	if (n)
		*out_r = ig_arena_strndup(m->a, s, n);
	return s + n;
}

static const char *clean(struct ig_mail *m, const char *s, bool lower)
{
	if (!s)
		return NULL;
	size_t len = strlen(s);
	char *out = ig_utf8_repair(m->a, s, ig_utf8_cut(s, len, VALUE_MAX));
	for (char *p = out; lower && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return out;
}

/* ---- Authentication-Results */

/* Of several properties the one that says whose the mail is: RFC 8601 section 2.7, RFC 7489 section 11.2 for header.from. */
static int rank(const char *property)
{
	static const char *const wanted[] = {"header.i", "smtp.helo", "smtp.mailfrom", "smtp.auth", "header.d", "header.from"};
	for (int i = 0; i < (int)IG_COUNT(wanted); i++)
		if (!strcasecmp(property, wanted[i]))
			return i + 1;
	return 0;
}

/* Properties up to the semicolon: ptype.property=value, and reason=value, which is skipped. */
static const char *properties(struct ig_mail *m, const char *s, struct ig_auth_result *x)
{
	int best = 0;
	for (;;) {
		const char *name, *value = NULL;
		s = word(m, s, "=", &name);
		if (!name) {
			if (*s == '"' || *s == '=') { /* not of the grammar: on to the next result */
				s++;
				continue;
			}
			return s;
		}
		s = skip_cfws(s);
		if (*s != '=')
			continue;
		s = word(m, s + 1, "", &value);
		int r = rank(name);
		if (value && r > best) {
			best = r;
			x->property = clean(m, name, true);
			x->value = clean(m, value, true);
		}
	}
}

static const char *one_result(struct ig_mail *m, const char *s, const char *by)
{
	struct ig_auth_result x = {.by = by, .hop = m->received_count};
	const char *method, *result = NULL;
	s = word(m, s, "=/", &method);
	s = skip_cfws(s);
	if (*s == '/') { /* version of the method */
		const char *version;
		s = skip_cfws(word(m, s + 1, "=", &version));
	}
	if (!method || *s != '=')
		return s;
	s = word(m, s + 1, "", &result);
	x.method = clean(m, method, true);
	s = properties(m, s, &x);
	if (!result)
		return s;
	x.result = clean(m, result, true);
	if (!m->auth)
		m->auth = ig_arena_calloc(m->a, RESULTS_MAX, sizeof *m->auth);
	if (m->auth_count < RESULTS_MAX)
		m->auth[m->auth_count++] = x;
	return s;
}

static void authentication_results(struct ig_mail *m, const char *raw)
{
	const char *by, *s = word(m, raw, "", &by);
	if (!by)
		return;
	by = clean(m, by, true);
	while (*s) { /* a version behind the id, then results, each behind a semicolon */
		s += strcspn(s, ";(\"");
		if (*s == '(')
			s = skip_comment(s);
		else if (*s == '"')
			s = quoted(m, s, &(const char *){NULL});
		else if (*s == ';')
			s = one_result(m, s + 1, by);
	}
}

/* ---- Received */

/* "from a (b) by HOST (more) with ...; date" (RFC 5321 section 4.4): the word behind `by`, comments and the date left out. What the other side
 * said in its greeting stands behind `from` and may be anything, "by" too: that word is passed over. */
static void received(struct ig_mail *m, const char *raw)
{
	const char *by = NULL, *s = raw, *w;
	if (m->received_count == RECEIVED_MAX)
		return;
	while (!by) {
		const char *from = s;
		s = word(m, s, "", &w);
		if (!w || s == from)
			break;
		if (!strcasecmp(w, "by"))
			word(m, s, "", &by);
		else if (!strcasecmp(w, "from"))
			s = word(m, s, "", &w);
	}
	if (!m->received_by)
		m->received_by = ig_arena_calloc(m->a, RECEIVED_MAX + 1, sizeof *m->received_by);
	m->received_by[m->received_count++] = by ? clean(m, by, true) : "";
}

/* ---- marks */

static bool wanted(const char *list, const char *name)
{
	size_t n = strlen(name);
	for (const char *s = list; s && *s; s += strcspn(s, ","), s += *s == ',')
		if (strcspn(s, ",") == n && !strncasecmp(s, name, n))
			return true;
	return false;
}

static void mark(struct ig_mail *m, const char *name, const char *raw)
{
	if (!m->marks)
		m->marks = ig_arena_calloc(m->a, MARKS_MAX, sizeof *m->marks);
	if (m->mark_count < MARKS_MAX)
		m->mark_count++;
	/* The first ones and the last one: a filter puts its own at either end, and no sender can crowd it out. */
	m->marks[m->mark_count - 1] = (struct ig_mark){clean(m, name, false), clean(m, ig_header_unfold(m->a, raw), false)};
}

void ig_trace_field(struct ig_mail *m, const char *name, const char *raw, int slot)
{
	if (slot == IG_HEAD_RECEIVED)
		received(m, raw);
	else if (slot == IG_HEAD_AUTHENTICATION_RESULTS)
		authentication_results(m, raw);
	if (wanted(m->limits->marks, name))
		mark(m, name, raw);
}

void ig_trace_end(struct ig_mail *m)
{
	static const char *const none[] = {NULL};
	m->r->auth = m->auth;
	m->r->auth_count = m->auth_count;
	m->r->received_by = m->received_by ? m->received_by : none;
	m->r->marks = m->marks;
	m->r->mark_count = m->mark_count;
}
