/* What the person wrote: a text less quoted earlier mail and signature.
 * Relies on reply_forms.c for the words of mailers; looks only at lines and their order.
 * Never destroys when unsure: what stands below a quote stays, quotes between a person's lines stay (they are what is answered), and a text of
 * which nothing would be left is given back whole. */
#include "config.h"
#include <string.h>
#include "parse/reply.h"
#include "parse/text.h"

#define LINES_MAX 20000
#define ATTRIBUTION_LINES 6
#define SIGNATURE_LINES 25

/* One letter a line: t text, e empty, q quote, d delimiter, c inside a fence of code. Lines taken away become x. */
struct reply {
	struct ig_line *lines;
	char *kind;
	size_t count;
};

static void split(struct ig_arena *a, const char *text, struct reply *r)
{
	size_t n = 1;
	for (const char *s = text; (s = strchr(s, '\n')); s++)
		n++;
	r->count = 0;
	if (n > LINES_MAX)
		return;
	r->lines = ig_arena_calloc(a, n, sizeof *r->lines);
	r->kind = ig_arena_alloc(a, n + 1);
	bool code = false;
	for (const char *s = text; *s;) {
		size_t len = strcspn(s, "\n");
		struct ig_line l = {s, len};
		s += len + (s[len] == '\n');
		while (l.len && strchr(" \t\r", l.s[l.len - 1]))
			l.len--;
		bool fence = l.len >= 3 && !memcmp(l.s, "```", 3);
		char kind = ig_reply_blank(l) ? 'e' : ig_reply_quoted(l) ? 'q' : l.len <= 400 && ig_reply_delimiter(l) ? 'd' : 't';
		if (fence)
			code = !code;
		r->kind[r->count] = code || fence ? 'c' : kind;
		r->lines[r->count++] = l;
	}
	/* A fence that never closes is no fence. */
	for (size_t i = r->count; code && i-- > 0 && r->kind[i] == 'c';)
		r->kind[i] = ig_reply_blank(r->lines[i]) ? 'e' : ig_reply_quoted(r->lines[i]) ? 'q' : 't';
}

static size_t skip_empty(const struct reply *r, size_t i)
{
	while (i < r->count && (r->kind[i] == 'e' || r->kind[i] == 'x'))
		i++;
	return i;
}

static bool text_between(const struct reply *r, size_t from, size_t to)
{
	for (; from < to; from++)
		if (r->kind[from] == 't' || r->kind[from] == 'c')
			return true;
	return false;
}

/* "--" and a few lines to the end, or a footer of a list below any delimiter. */
static bool signature_at(const struct reply *r, size_t i, size_t end)
{
	const struct ig_line *l = &r->lines[i];
	size_t below = 0;
	bool footer = false;
	if (r->kind[i] != 'd')
		return false;
	if (end - i > 4 * SIGNATURE_LINES)
		return false;
	for (size_t k = i + 1; k < end && below <= SIGNATURE_LINES; k++) {
		below += r->kind[k] == 't';
		footer = footer || ig_reply_footer(r->lines[k]);
		if (r->kind[k] == 'c')
			return false;
	}
	if (footer)
		return below <= SIGNATURE_LINES;
	if (l->len == 2 && !memcmp(l->s, "--", 2))
		return below <= (l->s[2] == ' ' ? SIGNATURE_LINES : 12);
	return l->len == 3 && !memcmp(l->s, "—", 3) && below <= 6;
}

/* Does a person speak in [from, to)? Signatures, footers and device lines are not speech. */
static bool speaks(const struct reply *r, size_t from, size_t to)
{
	for (; from < to; from++) {
		if (signature_at(r, from, to))
			return false;
		if (r->kind[from] == 'c' || (r->kind[from] == 't' && !ig_reply_mobile(r->lines[from])))
			return true;
	}
	return false;
}

/* ---- attributions */

static bool ends_like_one(const struct reply *r, size_t i)
{
	struct ig_line l = r->lines[i];
	if (!l.len)
		return false;
	char c = l.s[l.len - 1];
	/* An address at the end of a line introduces something only when a quote follows. */
	if (c == '>') {
		size_t next = skip_empty(r, i + 1);
		return next < r->count && next - i < 4 && r->kind[next] == 'q';
	}
	return c == ':' || (l.len > 4 && c == '-') || (l.len >= 3 && !memcmp(l.s + l.len - 3, "：", 3));
}

/* Lines [from, to] as one, blanks between them. */
static size_t join(const struct reply *r, size_t from, size_t to, char *out, size_t size)
{
	size_t n = 0;
	for (; from <= to; from++) {
		struct ig_line l = r->lines[from];
		if (n + l.len + 1 >= size)
			return 0;
		memcpy(out + n, l.s, l.len);
		n += l.len;
		out[n++] = ' ';
	}
	return n ? n - 1 : 0;
}

/* An attribution that ends with line `last`: its first line and whether it is sure (a verb of writing); false when it is none. */
static bool attribution_ending(const struct reply *r, size_t last, size_t *first_r, bool *sure_r)
{
	struct ig_line l = r->lines[last];
	/* "> wrote:" on a line of its own is the rest of a wrapped address, not a quote. */
	bool tail = r->kind[last] == 'q' && l.len < 32 && l.s[l.len - 1] == ':' && last > 0 && r->kind[last - 1] != 'q';
	char joined[512];
	int best = 0;
	if (!(r->kind[last] == 't' || tail) || !ends_like_one(r, last))
		return false;
	for (size_t i = last + 1; i-- > 0 && last - i < ATTRIBUTION_LINES;) {
		if (i != last && r->kind[i] != 't' && r->kind[i] != 'e')
			break;
		/* Across an empty line only what a mail program tore apart: a date line above brackets. */
		if (r->kind[i] == 'e' && !tail)
			break;
		int how = (i == last && tail) || r->kind[i] != 't' ? 0 : ig_reply_opener(r->lines[i]);
		if (how <= best)
			continue;
		bool sure;
		size_t n = join(r, i, last, joined, sizeof joined);
		if (!n || !ig_reply_attribution(joined, n, &sure))
			continue;
		best = how;
		*first_r = i;
		*sure_r = sure;
		if (how == 2)
			break;
	}
	return best > 0;
}

/* ---- header blocks */

/* Three different words of a mail header, one of them From, within a few lines. */
static bool header_block(const struct reply *r, size_t i)
{
	unsigned seen = 0, odd = 0, lines = 0;
	if (r->kind[i] != 't' || ig_reply_header(r->lines[i]) == IG_HW_NONE)
		return false;
	for (; i < r->count && lines < 10; i++) {
		if (r->kind[i] == 'e' || r->kind[i] == 'x')
			continue;
		enum ig_header_word w = r->kind[i] == 't' ? ig_reply_header(r->lines[i]) : IG_HW_NONE;
		lines++;
		if (w == IG_HW_NONE && (++odd > 2 || lines == 2))
			break;
		seen |= w == IG_HW_NONE ? 0 : 1u << w;
	}
	return (seen & 1u << IG_HW_FROM) && __builtin_popcount(seen) >= 3;
}

/* ---- the whole */

static void take_away(struct reply *r, size_t from, size_t to)
{
	for (; from < to; from++)
		r->kind[from] = 'x';
}

/* Deals with the attribution [first, last]; returns where the text ends if it ends here, else r->count. */
static size_t at_attribution(struct reply *r, size_t first, size_t last, bool sure)
{
	size_t next = skip_empty(r, last + 1), end = r->count;
	bool quoted = next < end && r->kind[next] == 'q';
	bool before = speaks(r, 0, first);
	if (!quoted) {
		if (!sure)
			return end;
		if (before)
			return first; /* top posting without marks: all below is the earlier mail */
		take_away(r, first, last + 1);
		return end;
	}
	size_t below = next;
	while (below < end && (r->kind[below] == 'q' || r->kind[below] == 'e'))
		below++;
	if (!speaks(r, below, end))
		return before ? first : end;
	bool more = false;
	for (size_t i = below; i < end; i++)
		more = more || r->kind[i] == 'q';
	/* One quote with the answer below it goes; quotes between answers stay, they say what is answered. */
	take_away(r, first, more ? last + 1 : below);
	return end;
}

static size_t find_end(struct reply *r)
{
	for (size_t i = 0; i < r->count; i++) {
		size_t first;
		bool sure;
		if (r->kind[i] == 'c' || r->kind[i] == 'x' || r->kind[i] == 'e')
			continue;
		if (r->kind[i] != 'q' && ig_reply_marker(r->lines[i]))
			return i;
		if (header_block(r, i) && text_between(r, 0, i))
			return i;
		if (attribution_ending(r, i, &first, &sure)) {
			size_t end = at_attribution(r, first, i, sure);
			if (end < r->count)
				return end;
		}
	}
	return r->count;
}

static size_t trim_tail(const struct reply *r, size_t end)
{
	for (;;) {
		if (end && strchr("edx", r->kind[end - 1]))
			end--;
		else if (end && r->kind[end - 1] == 'q' && text_between(r, 0, end))
			end--;
		else if (end && r->kind[end - 1] == 't' && ig_reply_mobile(r->lines[end - 1]) && text_between(r, 0, end - 1))
			end--;
		else
			return end;
	}
}

static size_t trim_signature(const struct reply *r, size_t end)
{
	for (size_t i = 1; i < end; i++)
		if (signature_at(r, i, end) && text_between(r, 0, i))
			return trim_tail(r, i);
	return end;
}

const char *ig_text_reply(struct ig_arena *a, const char *text)
{
	struct reply r = {.count = 0};
	split(a, text, &r);
	if (!r.count)
		return text;
	size_t end = trim_tail(&r, find_end(&r));
	end = trim_signature(&r, end);
	size_t from = 0, n = 0;
	while (from < end && strchr("edx", r.kind[from]) && r.kind[from] != 'd')
		from++;
	bool whole = from == 0 && end == skip_empty(&r, r.count);
	for (size_t i = from; i < end; i++)
		whole = whole && r.kind[i] != 'x';
	bool left = text_between(&r, from, end);
	for (size_t i = from; i < end && !left; i++)
		left = r.kind[i] == 'q';
	if (whole || !left)
		return text;
	char *out = ig_arena_alloc(a, strlen(text) + 2);
	for (size_t i = from; i < end; i++) {
		if (r.kind[i] == 'x')
			continue;
		memcpy(out + n, r.lines[i].s, r.lines[i].len);
		n += r.lines[i].len;
		out[n++] = '\n';
	}
	out[n] = 0;
	return out;
}
