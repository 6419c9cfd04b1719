/* Message ids of In-Reply-To and References, as mailers write them.
 * Relies on raw header values.
 * Does not check the form of an id: what another mailer called its message is what we must find again. */
#include "config.h"
#include <string.h>
#include "base/utf8.h"
#include "parse/header.h"

#define ID_MAX 998 /* RFC 5322's line limit: longer ones are noise */

struct ids {
	struct ig_arena *a;
	const char **list;
	size_t count, max;
	bool cut;
};

/* White space inside an id comes from folding; RFC 5322 has none there. */
static char *clean(struct ig_arena *a, const char *s, size_t len)
{
	char *out = ig_arena_alloc(a, len + 1);
	size_t n = 0;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] > ' ' && s[i] != 0x7f)
			out[n++] = s[i];
	out[n] = 0;
	return ig_utf8_valid(out, n) ? out : ig_utf8_repair(a, out, n);
}

static void add(struct ids *x, const char *s, size_t len)
{
	if (!len || len > ID_MAX)
		return;
	char *id = clean(x->a, s, len);
	if (!*id)
		return;
	for (size_t i = 0; i < x->count; i++)
		if (!strcmp(x->list[i], id))
			return;
	if (x->count < x->max) {
		x->list[x->count++] = id;
		return;
	}
	x->cut = true;
	if (x->max < 2)
		return;
	memmove(x->list + 1, x->list + 2, (x->max - 2) * sizeof *x->list);
	x->list[x->max - 1] = id;
}

/* A bare word with an @ is an id too: some systems leave the brackets out. */
static void add_bare(struct ids *x, const char *s, size_t len)
{
	static const char blank[] = " \t\r\n,;\"'()";
	for (size_t i = 0; i < len;) {
		size_t n = 0;
		while (i + n < len && !strchr(blank, s[i + n]))
			n++;
		const char *at = n ? memchr(s + i, '@', n) : NULL;
		if (at && at > s + i && at < s + i + n - 1)
			add(x, s + i, n);
		i += n ? n : 1;
	}
}

const char *const *ig_header_ids(struct ig_arena *a, const char *raw, size_t max, bool *cut_r)
{
	struct ids x = {.a = a, .max = max ? max : 1};
	x.list = ig_arena_calloc(a, x.max + 1, sizeof *x.list);
	const char *s = raw, *end = raw + strlen(raw);
	bool bracketed = memchr(raw, '<', (size_t)(end - raw)) != NULL;
	while (s < end) {
		const char *open = memchr(s, '<', (size_t)(end - s));
		/* Where brackets are used, other words are phrases: "message of <id> from Monday by me@example.org". */
		if (!open) {
			if (!bracketed)
				add_bare(&x, s, (size_t)(end - s));
			break;
		}
		const char *close = open + 1;
		while (close < end && *close != '>' && *close != '<')
			close++;
		if (close < end && *close == '>')
			add(&x, open + 1, (size_t)(close - open - 1));
		else
			add_bare(&x, open + 1, (size_t)(close - open - 1));
		s = close < end && *close == '<' ? close : close + 1;
	}
	if (cut_r)
		*cut_r = *cut_r || x.cut;
	return x.list;
}

const char *ig_header_id(struct ig_arena *a, const char *raw)
{
	const char *const *list = ig_header_ids(a, raw, 1, NULL);
	if (*list)
		return *list;
	/* "Message-ID: 4711": neither brackets nor @, but it is what it called itself. */
	char *flat = ig_header_unfold(a, raw);
	size_t n = strcspn(flat, " ");
	const char *from = *flat == '<' ? flat + 1 : flat;
	n -= (size_t)(from - flat);
	if (n && from[n - 1] == '>')
		n--;
	return n && n <= ID_MAX ? clean(a, from, n) : NULL;
}
