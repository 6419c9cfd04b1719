/* Address lists (RFC 5322 section 3.4 and 4.4, RFC 6532), as people and machines write them.
 * Relies on word.c for names. One item at a time between commas that stand outside quotes, comments, brackets and encoded words.
 * Does not check addresses: whether one may be written to is decided elsewhere. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "base/buf.h"
#include "parse/header.h"

#define ADDRESS_MAX 1024

/* Length of the quoted string, comment or bracketed part that begins at s, with its marks; 1 when it never ends (then the mark is a letter). */
static size_t span(const char *s, size_t *budget)
{
	char close = *s == '"' ? '"' : *s == '(' ? ')' : '>';
	int depth = 1;
	/* A header of a million opening marks is not searched to its end a million times. */
	for (size_t i = 1; s[i] && i < 16384 && *budget; i++) {
		--*budget;
		if (s[i] == '\\' && s[i + 1] && close != '>') {
			i++;
		} else if (s[i] == close) {
			if (--depth == 0)
				return i + 1;
		} else if (close == ')' && s[i] == '(') {
			depth++;
		} else if (close == '>' && s[i] == '"') {
			i += span(s + i, budget) - 1;
		} else if (close == '>' && s[i] == '<') {
			return 1;
		}
	}
	return 1;
}

struct item {
	struct ig_buf phrase, comment;
	char *angle;   /* content of the last brackets, NULL none */
	size_t budget; /* steps left for looking ahead in this field */
};

static void add_unescaped(struct ig_buf *b, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\\' && i + 1 < len)
			i++;
		ig_buf_char(b, s[i]);
	}
}

/* One item into its pieces; returns where it ended (at a separator or the end). */
static const char *take_item(struct ig_arena *a, const char *s, struct item *x)
{
	size_t n;
	bool address = false;
	while (*s && *s != ',' && *s != ';') {
		n = 1;
		if (*s == '"' && (n = span(s, &x->budget)) > 1) {
			/* The quotes of a local part stay: "john doe"@example.org. */
			if (s[n] == '@')
				ig_buf_add(&x->phrase, s, n);
			else
				add_unescaped(&x->phrase, s + 1, n - 2);
		} else if (*s == '(' && (n = span(s, &x->budget)) > 1) {
			if (x->comment.len)
				ig_buf_char(&x->comment, ' ');
			add_unescaped(&x->comment, s + 1, n - 2);
		} else if (*s == '<' && ((n = span(s, &x->budget)) > 1 || memchr(s, '@', strnlen(s, ADDRESS_MAX)))) {
			size_t len = n > 1 ? n - 2 : strcspn(s + 1, ",;<");
			x->angle = ig_arena_strndup(a, s + 1, len);
			n = n > 1 ? n : len + 1;
			address = true;
		} else if ((n = ig_header_word(s))) {
			ig_buf_add(&x->phrase, s, n);
		} else {
			n = 1;
			/* "undisclosed-recipients:;" and "Team: a@x, b@x;": the name of a group is nobody's name. */
			if (*s == ':' && !address && !memchr(x->phrase.data, '@', x->phrase.len) && !(x->phrase.len == 6 && !strncasecmp(x->phrase.data, "mailto", 6)))
				ig_buf_reset(&x->phrase);
			else
				ig_buf_char(&x->phrase, *s);
		}
		s += n;
	}
	return s;
}

/* White space and comments out of an address, its route (RFC 5322 section 4.4) and a "mailto:" before it. */
static char *clean_address(struct ig_arena *a, const char *s, const char **problem_r)
{
	struct ig_buf b;
	size_t budget = ADDRESS_MAX * 8;
	ig_buf_init(&b, ADDRESS_MAX);
	if (!strncasecmp(s, "mailto:", 7))
		s += 7;
	if (*s == '@' && strchr(s, ':'))
		s = strchr(s, ':') + 1;
	while (*s) {
		size_t n = *s == '"' || *s == '(' ? span(s, &budget) : 1;
		if (*s == '"' && n > 1)
			ig_buf_add(&b, s, n);
		else if (*s != '(' && *s != ' ' && *s != '<' && *s != '>')
			ig_buf_char(&b, *s);
		s += n;
	}
	char *out = ig_header_text(a, b.data, problem_r);
	ig_buf_free(&b);
	return out;
}

static char *clean_name(struct ig_arena *a, const char *raw, const char **problem_r)
{
	char *s = ig_header_text(a, raw, problem_r);
	for (size_t len = strlen(s); len >= 2 && s[0] == s[len - 1] && (*s == '"' || *s == '\''); len -= 2) {
		s[len - 1] = 0;
		s++;
	}
	s += strspn(s, " ");
	for (size_t len = strlen(s); len && s[len - 1] == ' '; len--)
		s[len - 1] = 0;
	return *s ? s : NULL;
}

/* Without brackets: the word with the @ is the address, the rest the name. */
static void split_phrase(struct ig_arena *a, char *phrase, char **address_r, char **name_r)
{
	char *at = phrase;
	/* An @ inside an encoded word is not ours to split at. */
	for (size_t n; *at && *at != '@'; at += n ? n : 1)
		n = ig_header_word(at);
	at = *at ? at : NULL;
	*address_r = *name_r = NULL;
	if (!at) {
		char *s = phrase + strspn(phrase, " ");
		size_t n = strcspn(s, " ");
		/* One word is a local user of old; more words are a name without an address. An encoded word is a name too. */
		if (n && !s[n + strspn(s + n, " ")] && !ig_header_word(s))
			*address_r = s;
		else
			*name_r = s;
		return;
	}
	char *from = at, *to = at;
	if (from > phrase && from[-1] == '"')
		while (--from > phrase && from[-1] != '"')
			;
	while (from > phrase && from[-1] != ' ')
		from--;
	while (*to && *to != ' ')
		to++;
	*address_r = ig_arena_strndup(a, from, (size_t)(to - from));
	/* What stands around the address, brackets that never closed left out. */
	*name_r = ig_arena_fmt(a, "%.*s%s", (int)(from - phrase), phrase, to);
}

static bool finish_item(struct ig_arena *a, struct item *x, struct ig_address *out, const char **problem_r)
{
	char *name = NULL, *address = NULL;
	char *phrase = ig_arena_strndup(a, x->phrase.data, x->phrase.len);
	if (x->angle && x->angle[strspn(x->angle, " ")]) {
		address = x->angle;
		name = phrase;
	} else if (x->angle && !strchr(phrase, '@')) {
		name = phrase; /* "Name" <>: a name, though of one word */
	} else {
		split_phrase(a, phrase, &address, &name);
	}
	out->name = name ? clean_name(a, name, problem_r) : NULL;
	if (!out->name && x->comment.len)
		out->name = clean_name(a, x->comment.data, problem_r);
	out->address = address ? clean_address(a, address, problem_r) : "";
	/* Some mailers encode name and address together in one word. */
	if (!*out->address && !x->angle && out->name && strchr(out->name, '@') && !strstr(out->name, "=?")) {
		struct ig_address *inner;
		bool cut = false;
		if (ig_header_addresses(a, out->name, 1, &inner, &cut, problem_r) == 1 && *inner->address)
			*out = *inner;
	}
	return *out->address || out->name;
}

size_t ig_header_addresses(struct ig_arena *a, const char *raw, size_t max, struct ig_address **list_r, bool *cut_r, const char **problem_r)
{
	const char *s = ig_header_unfold(a, raw);
	size_t count = 0, room = 0;
	struct ig_address *list = NULL, one;
	struct item x = {.budget = 1u << 21};
	ig_buf_init(&x.phrase, 16384);
	ig_buf_init(&x.comment, 16384);
	while (*s) {
		ig_buf_reset(&x.phrase);
		ig_buf_reset(&x.comment);
		x.angle = NULL;
		s = take_item(a, s, &x);
		if (*s)
			s++;
		one = (struct ig_address){NULL, NULL};
		if (count >= max) {
			*cut_r = true;
			break;
		}
		if (!finish_item(a, &x, &one, problem_r))
			continue;
		if (count == room) {
			struct ig_address *more = ig_arena_calloc(a, room ? room * 2 : 4, sizeof *more);
			if (count)
				memcpy(more, list, count * sizeof *more);
			list = more;
			room = room ? room * 2 : 4;
		}
		list[count++] = one;
	}
	ig_buf_free(&x.phrase);
	ig_buf_free(&x.comment);
	*list_r = list;
	return count;
}
