/* IMAP responses, as far as we ask for them: UID, FLAGS, INTERNALDATE, RFC822.SIZE and BODY[]; what else a server adds is skipped by its form.
 * Relies on lines without NUL. Does not read, keep or believe anything. */
#include "config.h"
#include "intake/imap_parse.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DEPTH_MAX = 16 };

bool ig_imap_literal(const char *line, size_t len, uint64_t *bytes_r, size_t *at_r)
{
	size_t at = len;
	uint64_t n = 0;
	if (len < 3 || line[len - 1] != '}')
		return false;
	for (at = len - 1; at > 0 && line[at - 1] >= '0' && line[at - 1] <= '9'; at--)
		;
	if (at == 0 || line[at - 1] != '{' || at == len - 1 || len - 1 - at > 10)
		return false;
	for (size_t i = at; i < len - 1; i++)
		n = n * 10 + (uint64_t)(line[i] - '0');
	*bytes_r = n;
	*at_r = at - 1;
	return true;
}

/* A number that ends where it should; false past max. */
static bool number(const char **p, uint64_t max, uint64_t *n_r)
{
	uint64_t n = 0;
	const char *s = *p;
	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (n > (max - (uint64_t)(*s - '0')) / 10)
			return false;
		n = n * 10 + (uint64_t)(*s - '0');
	}
	*p = s;
	*n_r = n;
	return true;
}

static bool quoted(const char **p, const char **s_r, size_t *len_r)
{
	const char *s = *p;
	if (*s != '"')
		return false;
	for (*s_r = ++s; *s && *s != '"'; s++)
		if (*s == '\\' && !*++s)
			return false;
	if (!*s)
		return false;
	*len_r = (size_t)(s - *s_r);
	*p = s + 1;
	return true;
}

/* One value of whatever kind: a string, a literal, a list with what is in it, an atom. */
static bool skip_value(const char **p)
{
	int depth = 0;
	const char *string;
	size_t len;
	do {
		while (depth && **p == ' ')
			(*p)++;
		if (**p == '(') {
			if (++depth > DEPTH_MAX)
				return false;
			(*p)++;
		} else if (**p == ')' && depth) {
			depth--;
			(*p)++;
		} else if (**p == '"') {
			if (!quoted(p, &string, &len))
				return false;
		} else if (**p == IG_IMAP_LITERAL) {
			(*p)++;
		} else {
			size_t n = strcspn(*p, " ()\"\001");
			if (!n)
				return false;
			*p += n;
		}
	} while (depth);
	return true;
}

static bool flags(const char **p, struct ig_imap_fetch *f)
{
	if (*(*p)++ != '(')
		return false;
	f->has_flags = true;
	for (;;) {
		*p += strspn(*p, " ");
		size_t n = strcspn(*p, " ()\"\001");
		if (!n)
			break;
		f->seen |= n == 5 && !strncasecmp(*p, "\\Seen", n);
		f->deleted |= n == 8 && !strncasecmp(*p, "\\Deleted", n);
		f->ours |= n == 7 && !strncasecmp(*p, "$irgate", n);
		*p += n;
	}
	return *(*p)++ == ')';
}

static bool body(const char **p, struct ig_imap_fetch *f)
{
	if (**p == '<') {
		(*p)++;
		if (!number(p, UINT32_MAX, &f->origin) || *(*p)++ != '>')
			return false;
	}
	if (*(*p)++ != ' ' || f->has_body)
		return false;
	f->has_body = true;
	if (**p == IG_IMAP_LITERAL) {
		f->body_is = IG_IMAP_BODY_LITERAL;
		(*p)++;
		return true;
	}
	f->body_is = IG_IMAP_BODY_STRING;
	if (!strncasecmp(*p, "NIL", 3)) {
		*p += 3;
		f->body = *p;
		return true;
	}
	return quoted(p, &f->body, &f->body_len);
}

static bool date(const char **p, struct ig_imap_fetch *f)
{
	const char *s;
	size_t len;
	if (!quoted(p, &s, &len))
		return false;
	f->date = ig_imap_date(s, len);
	return true;
}

/* One item and its value; p stands on its first byte. */
static bool item(const char **p, struct ig_imap_fetch *f)
{
	const char *name = *p;
	uint64_t n;
	size_t len = strcspn(name, " ()\"[\001");
	if (!len)
		return false;
	*p += len;
	if (len == 4 && !strncasecmp(name, "BODY[]", 6)) {
		*p += 2;
		return body(p, f);
	}
	if (**p == '[') { /* a section we did not ask for */
		size_t section = strcspn(*p, "]\"\001");
		if ((*p)[section] != ']')
			return false;
		*p += section + 1;
		*p += strcspn(*p, " ()\"\001");
	}
	if (*(*p)++ != ' ')
		return false;
	if (len == 3 && !strncasecmp(name, "UID", len)) {
		if (!number(p, UINT32_MAX, &n) || !n || f->uid)
			return false;
		f->uid = (uint32_t)n;
		return true;
	}
	if (len == 11 && !strncasecmp(name, "RFC822.SIZE", len)) {
		f->has_size = true;
		return number(p, INT64_MAX, &f->size);
	}
	if (len == 5 && !strncasecmp(name, "FLAGS", len))
		return flags(p, f);
	if (len == 12 && !strncasecmp(name, "INTERNALDATE", len) && **p == '"')
		return date(p, f);
	return skip_value(p);
}

int ig_imap_fetch_parse(const char *line, struct ig_imap_fetch *f_r)
{
	const char *p = line;
	uint64_t n;
	struct ig_imap_fetch f = {.date = IG_NEVER};
	if (strncmp(p, "* ", 2))
		return 0;
	p += 2;
	if (!number(&p, UINT32_MAX, &n) || strncasecmp(p, " FETCH ", 7))
		return 0;
	p += 7;
	if (*p++ != '(')
		return -1;
	while (*p != ')') {
		if (!item(&p, &f))
			return -1;
		if (*p == ' ')
			p++;
		else if (*p != ')')
			return -1;
	}
	*f_r = f;
	return 1;
}

bool ig_imap_code(const char *line, const char *word, uint32_t *n_r)
{
	size_t len = strlen(word);
	uint64_t n;
	const char *p;
	if (strncasecmp(line, "* OK [", 6) || strncasecmp(line + 6, word, len) || line[6 + len] != ' ')
		return false;
	p = line + 7 + len;
	if (!number(&p, UINT32_MAX, &n) || *p != ']')
		return false;
	*n_r = (uint32_t)n;
	return true;
}

bool ig_imap_count(const char *line, const char *word)
{
	uint64_t n;
	const char *p = line + 2;
	if (strncmp(line, "* ", 2) || !number(&p, UINT32_MAX, &n) || *p != ' ')
		return false;
	return !strcasecmp(p + 1, word);
}

bool ig_imap_has_word(const char *line, const char *word)
{
	static const char head[] = "* CAPABILITY ";
	size_t len = strlen(word);
	if (strncasecmp(line, head, sizeof head - 1))
		return false;
	for (const char *p = line + sizeof head - 1; *p;) {
		size_t n = strcspn(p, " ");
		if (n == len && !strncasecmp(p, word, len))
			return true;
		p += n;
		p += strspn(p, " ");
	}
	return false;
}

ig_time ig_imap_date(const char *s, size_t len)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char text[32], mon[4], sign, rfc[40];
	int day, year, h, m, sec, zone, at = 0;
	ig_time t;
	if (len < 25 || len > 26) /* " 1-Jan-2026 10:00:00 +0700" */
		return IG_NEVER;
	memcpy(text, s, len);
	text[len] = 0;
	if (sscanf(text, "%2d-%3[A-Za-z]-%4d %2d:%2d:%2d %c%4d%n", &day, mon, &year, &h, &m, &sec, &sign, &zone, &at) != 8 || (size_t)at != len)
		return IG_NEVER;
	for (int i = 0; i < 12; i++)
		if (!strncasecmp(months + 3 * i, mon, 3) && strlen(mon) == 3) {
			if (day < 0 || year < 0 || h < 0 || m < 0 || sec < 0 || zone < 0 || (sign != '+' && sign != '-'))
				return IG_NEVER;
			snprintf(rfc, sizeof rfc, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", year % 10000, i + 1, day % 100, h % 100, m % 100, sec % 100, sign,
				zone / 100 % 100, zone % 100);
			return ig_time_parse(rfc, &t) ? IG_NEVER : t;
		}
	return IG_NEVER;
}
