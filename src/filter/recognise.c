/* Is this mail of that source? Conditions from the cheapest to the dearest, so that the mail of others costs next to nothing.
 * Relies on the header fields that parse kept and on one scan for all phrases of all filters.
 * Does not authenticate anybody: whoever writes like a source is read like it. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "filter/room.h"

const char *ig_filtering_header(struct ig_filtering *g, const char *name, const char **again)
{
	const struct ig_report *r = g->r;
	for (size_t i = 0; i < r->header_count; i++)
		if (!strcasecmp(r->headers[i].name, name)) {
			const char *raw = r->headers[i].value;
			char *out = ig_arena_strdup(g->a, raw + strspn(raw, " \t\r\n")), *to = out;
			for (const char *s = out; *s; s++) { /* unfolded (RFC 5322 2.2.3) */
				if (*s == '\r' || *s == '\n')
					continue;
				*to++ = *s;
			}
			while (to > out && isspace((unsigned char)to[-1]))
				to--;
			*to = 0;
			if (again)
				*again = raw;
			return out;
		}
	return NULL;
}

static bool has_header(const struct ig_filtering *g, const char *name)
{
	for (size_t i = 0; i < g->r->header_count; i++)
		if ((g->r->headers[i].name[0] | 32) == (name[0] | 32) && !strcasecmp(g->r->headers[i].name, name))
			return true;
	return false;
}

/* "example.net" is the domain and all below it; "a@example.net" that address; "a@" that local part anywhere. */
static bool address_fits(const char *address, const char *want)
{
	size_t n = strlen(address), w = strlen(want);
	const char *at = strchr(want, '@');
	if (at && !at[1])
		return n >= w && !strncasecmp(address, want, w);
	if (at)
		return !strcasecmp(address, want);
	return n > w && !strcasecmp(address + n - w, want) && (address[n - w - 1] == '@' || address[n - w - 1] == '.');
}

static bool from_fits(const struct ig_filtering *g, const char *const *list)
{
	const struct ig_report *r = g->r;
	const char *const all[] = {r->from ? r->from->address : NULL, r->sender ? r->sender->address : NULL, r->reply_to ? r->reply_to->address : NULL, r->return_path};
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		for (const char *const *w = list; all[i] && *all[i] && *w; w++)
			if (address_fits(all[i], *w))
				return true;
	return false;
}

static bool fits(struct ig_filtering *g, const struct ig_cond *c, struct ig_pattern *p, const char *text)
{
	size_t len = text ? strlen(text) : 0;
	if (len > IG_FILTER_SEARCH_MAX)
		for (len = IG_FILTER_SEARCH_MAX; len && (text[len] & 0xc0) == 0x80; len--)
			;
	int found = text ? ig_pattern_find(p, text, len, 0, NULL, NULL, NULL) : 0;
	if (found < 0)
		ig_filtering_off(g, c->id, &((struct ig_cond *)(uintptr_t)c)->off);
	return found > 0;
}

static bool attachment_fits(struct ig_filtering *g, const struct ig_cond *c)
{
	for (size_t i = 0; i < g->r->attachment_count && i < 100; i++) {
		const struct ig_attachment *at = &g->r->attachments[i];
		if (fits(g, c, c->attachment_p, ig_arena_fmt(g->a, "%s %s", at->type, at->name ? at->name : "")))
			return true;
	}
	return false;
}

static bool holds(struct ig_filtering *g, const struct ig_cond *c)
{
	int64_t some = 0;
	if (c->off || (c->attachment_p && !g->r->attachment_count))
		return false;
	if (c->header && !has_header(g, c->header))
		return false;
	for (const int *id = c->phrase_ids; *id >= 0; id++)
		if (!g->seen[*id])
			return false;
	for (const int *id = c->some_ids; *id >= 0; id++)
		some += g->seen[*id] != 0;
	if (*c->some_ids >= 0 && some < c->at_least)
		return false;
	if (*c->from && !from_fits(g, c->from))
		return false;
	if (c->matches_p && !fits(g, c, c->matches_p, ig_filtering_header(g, c->header, NULL)))
		return false;
	if (c->structure) {
		const char *type = ig_filtering_header(g, "Content-Type", NULL);
		if (!type || !ig_glob(c->structure, type))
			return false;
	}
	if (c->sender_p && !fits(g, c, c->sender_p, g->r->from ? g->r->from->name : NULL))
		return false;
	if (c->subject_p && !fits(g, c, c->subject_p, g->r->subject))
		return false;
	if (c->attachment_p && !attachment_fits(g, c))
		return false;
	return !c->text_p || fits(g, c, c->text_p, g->r->text);
}

bool ig_filter_recognises(struct ig_filtering *g, const struct ig_filter *x)
{
	size_t i = 0;
	while (i < x->recognise_count && !holds(g, &x->recognise[i]))
		i++;
	if (i == x->recognise_count)
		return false;
	for (size_t k = 0; k < x->unless_count; k++)
		if (holds(g, &x->unless[k])) {
			ig_filtering_say(g, "%s: group %zu of recognise holds, but group %zu of unless too", x->name, i + 1, k + 1);
			return false;
		}
	ig_filtering_say(g, "%s: group %zu of recognise holds", x->name, i + 1);
	return true;
}

bool ig_glob(const char *p, const char *s)
{
	const char *star = NULL, *back = NULL;
	while (*s) {
		if (*p == '*')
			star = ++p, back = s;
		else if (*p == '?' || tolower((unsigned char)*p) == tolower((unsigned char)*s))
			p++, s++;
		else if (star)
			p = star, s = ++back;
		else
			return false;
	}
	while (*p == '*')
		p++;
	return !*p;
}
