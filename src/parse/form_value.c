/* Values of form fields as the fields hold them: times with their zone, levels as a digit, phones one after the other, ticked boxes as their words.
 * Relies on ig_plain for dates. What cannot be understood stays as it was written. */
#include "config.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/opt.h"
#include "base/utf8.h"
#include "parse/form.h"
#include "parse/plain.h"

/* ---- boxes */

static const struct { const char *sign; bool ticked; } boxes[] = {{"\xe2\x98\x92", true}, {"\xe2\x98\x91", true}, {"\xe2\x9c\x93", true}, {"\xe2\x9c\x94", true},
	{"\xe2\x9c\x97", true}, {"\xe2\x96\xa0", true}, {"\xe2\x97\x8f", true}, {"\xe2\x9c\x98", true}, {"[x]", true}, {"[X]", true}, {"(x)", true}, {"(X)", true}, {"[v]", true},
	{"[V]", true}, {"\xe2\x98\x90", false}, {"\xe2\x96\xa1", false}, {"\xe2\x97\x8b", false}, {"[ ]", false}, {"( )", false}, {"[]", false}, {"()", false}, {"[_]", false}};

static size_t box_at(const char *s, bool *ticked_r)
{
	for (size_t i = 0; i < IG_COUNT(boxes); i++) {
		size_t n = strlen(boxes[i].sign);
		if (!strncmp(s, boxes[i].sign, n)) {
			*ticked_r = boxes[i].ticked;
			return n;
		}
	}
	return 0;
}

static void add_option(struct ig_buf *out, const char *s, size_t n)
{
	while (n && strchr(" \t\n;,:.-", *s))
		s++, n--;
	while (n && strchr(" \t\n;,:", s[n - 1]))
		n--;
	if (n)
		ig_buf_fmt(out, "%s%.*s", out->len ? "; " : "", (int)n, s);
}

/* Options with boxes; the box stands before its words where the first thing is a box, else behind them. NULL: there are no boxes. */
static const char *ticked(struct ig_arena *a, const char *raw)
{
	struct ig_buf out;
	bool mark = false, before, any = false, now = false;
	const char *from, *s = raw + strspn(raw, " \t\n");
	ig_buf_init(&out, 4000);
	before = box_at(s, &mark) > 0;
	for (from = s; *s;) {
		size_t n = box_at(s, &mark);
		if (!n) {
			s++;
			continue;
		}
		any = true;
		if (before ? now : mark)
			add_option(&out, from, (size_t)(s - from));
		now = mark;
		s += n;
		from = s;
	}
	if (before && now)
		add_option(&out, from, (size_t)(s - from));
	const char *text = any ? ig_arena_strndup(a, out.data ? out.data : "", out.len) : NULL;
	ig_buf_free(&out);
	return text;
}

/* ---- plain values */

/* Without leaders of dots and lines, and blanks in one. */
static const char *clean(struct ig_arena *a, const char *raw)
{
	char *out = ig_arena_alloc(a, strlen(raw) + 1), *o = out;
	for (const char *s = raw; *s;) {
		size_t dots = strspn(s, "._");
		size_t cut = dots >= 3 ? dots : !strncmp(s, "\xe2\x80\xa6", 3) ? 3 : 0;
		if (cut || *s == ' ' || *s == '\t' || *s == '\n' || *s == '\r') {
			s += cut ? cut : 1;
			if (o > out && o[-1] != ' ')
				*o++ = ' ';
		} else {
			*o++ = *s++;
		}
	}
	while (o > out && strchr(" ;,", o[-1]))
		o--;
	*o = 0;
	out += strspn(out, " :;,");
	return *out && strcmp(out, "-") && strcmp(out, "/") && strcmp(out, "*") ? out : NULL;
}

static const char *time_of(struct ig_arena *a, const char *text)
{
	struct ig_plain p;
	char date[11];
	size_t begin, end;
	ig_plain_of(a, text, strlen(text), &p);
	int minutes, has_date = !ig_plain_date(&p, 0, false, date, &begin, &end);
	if (!has_date) {
		minutes = ig_plain_time(&p, 0, p.len);
		return minutes >= 0 ? ig_arena_fmt(a, "T%02d:%02d", minutes / 60 % 24, minutes % 60) : NULL;
	}
	minutes = ig_plain_time(&p, end, p.len);
	if (minutes < 0)
		minutes = ig_plain_time(&p, 0, begin);
	return minutes >= 0 ? ig_arena_fmt(a, "%sT%02d:%02d:00+07:00", date, minutes / 60 % 24, minutes % 60) : ig_arena_strdup(a, date);
}

static const char *date_of(struct ig_arena *a, const char *text)
{
	struct ig_plain p;
	char date[11];
	size_t begin, end;
	ig_plain_of(a, text, strlen(text), &p);
	return ig_plain_date(&p, 0, false, date, &begin, &end) ? NULL : ig_arena_strdup(a, date);
}

/* Numbers of at least eight digits, one after the other. */
static const char *phones(struct ig_arena *a, const char *text)
{
	struct ig_buf out;
	ig_buf_init(&out, 200);
	for (const char *s = text; *s;) {
		char one[24];
		size_t n = 0;
		const char *from = s;
		if (!isdigit((unsigned char)*s) && *s != '+' && *s != '(') {
			s++;
			continue;
		}
		for (; *s && n < sizeof one - 1; s++) {
			if (isdigit((unsigned char)*s) || (*s == '+' && !n))
				one[n++] = *s;
			else if (!strchr(" .-()", *s) || (*s == ' ' && s[1] == '-' && s[2] == ' '))
				break;
		}
		one[n] = 0;
		if (n >= 8 && n <= 14)
			ig_buf_fmt(&out, "%s%s", out.len ? ", " : "", one);
		if (s == from)
			s++;
	}
	const char *list = out.len ? ig_arena_strdup(a, out.data) : NULL;
	ig_buf_free(&out);
	return list;
}

static const char *emails(struct ig_arena *a, const char *text)
{
	const char *at = strchr(text, '@'), *from = at, *to = at;
	if (!at)
		return NULL;
	while (from > text && (isalnum((unsigned char)from[-1]) || strchr("._+-%", from[-1])))
		from--;
	while (to[1] && (isalnum((unsigned char)to[1]) || strchr(".-_", to[1])))
		to++;
	while (to > at && (*to == '.' || *to == '-'))
		to--;
	return to > at && from < at ? ig_arena_strndup(a, from, (size_t)(to - from) + 1) : NULL;
}

static const char *yes_or_no(struct ig_arena *a, const char *text)
{
	struct ig_plain p;
	ig_plain_of(a, text, strlen(text), &p);
	if (!p.len || ig_plain_word(&p, "khong", 0) != SIZE_MAX || ig_plain_word(&p, "no", 0) != SIZE_MAX)
		return "false";
	return ig_plain_word(&p, "co", 0) != SIZE_MAX || ig_plain_word(&p, "yes", 0) != SIZE_MAX || ig_plain_word(&p, "x", 0) != SIZE_MAX ||
		ig_plain_word(&p, "dong y", 0) != SIZE_MAX ? "true" : NULL;
}

const char *ig_form_value(struct ig_arena *a, const char *field, const char *raw)
{
	const char *options = ticked(a, raw), *text = clean(a, options && *options ? options : raw);
	bool mark = false;
	if (!strcmp(field, "secrecy.requested")) {
		const char *first = raw + strspn(raw, " \t\n");
		if (options && !*options && box_at(first, &mark) && !first[box_at(first, &mark)])
			return mark ? "true" : "false"; /* a box alone */
		return options && !*options ? "false" : text ? yes_or_no(a, text) : NULL;
	}
	if (options && !*options)
		return NULL; /* nothing is ticked */
	if (!text)
		return NULL;
	if (!strcmp(field, "incident.found_at"))
		return time_of(a, text);
	if (!strcmp(field, "letter.date"))
		return date_of(a, text);
	if (!strcmp(field, "reporter.phone") || !strcmp(field, "reporter.fax"))
		return phones(a, text);
	if (!strcmp(field, "reporter.email"))
		return emails(a, text);
	if (!strcmp(field, "system.level")) {
		size_t n = strcspn(text, "12345");
		return text[n] && !isdigit((unsigned char)text[n + 1]) ? ig_arena_strndup(a, text + n, 1) : NULL;
	}
	return text;
}
