/* The texts that rules look at: attachments, and the files inside zip and gzip ones (feeds are sent that way). Relies on libarchive for the two
 * forms and on parse having kept the bytes of small archives. Bounded in files, bytes and ratio; what is encrypted or damaged is left to the
 * slow reading of documents. Opens no archive inside an archive. */
#include "config.h"
#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "base/utf8.h"
#include "filter/room.h"

#define UNPACKED_MAX (8u << 20) /* bytes of all files of all archives of a mail */
#define UNPACKED_ONE (4u << 20)

static bool ends(const char *s, const char *with)
{
	size_t n = s ? strlen(s) : 0, w = strlen(with);
	return n >= w && !strcasecmp(s + n - w, with);
}

static void add(struct ig_filtering *g, const char *name, const char *type, const char *where, const char *text)
{
	size_t len = text ? strlen(text) : 0;
	if (g->part_count == IG_FILTER_PARTS_MAX)
		return;
	/* Slow reading opens archives too, and then its files come as attachments: the same words count once. */
	for (size_t i = 0; len && i < g->part_count; i++)
		if (g->parts[i].len == len && !memcmp(g->parts[i].text, text, len))
			return;
	g->parts[g->part_count++] = (struct ig_part_text){.name = name ? name : "", .type = type, .where = where, .text = text, .len = len};
}

static const char *type_of(const char *name)
{
	static const struct { const char *end, *type; } known[] = {{".csv", "text/csv"}, {".json", "application/json"}, {".xml", "application/xml"}, {".tsv", "text/tab-separated-values"},
		{".txt", "text/plain"}, {".log", "text/plain"}};
	for (size_t i = 0; i < IG_COUNT(known); i++)
		if (ends(name, known[i].end))
			return known[i].type;
	return "application/octet-stream";
}

/* All bytes of the entry as text, up to what may still be unpacked. NULL: too large, damaged, or no text. */
static char *entry_text(struct ig_filtering *g, struct archive *z, size_t *left)
{
	struct ig_buf b;
	char block[16384];
	la_ssize_t n;
	char *text = NULL;
	ig_buf_init(&b, *left < UNPACKED_ONE ? *left : UNPACKED_ONE);
	while ((n = archive_read_data(z, block, sizeof block)) > 0 && !b.over)
		ig_buf_add(&b, block, (size_t)n);
	*left -= b.len;
	if (b.over)
		ig_filtering_problem(g, "a file in an archive is larger than is read here (%zu bytes)", b.max);
	if (b.len && n >= 0 && !memchr(b.data, 0, b.len < 512 ? b.len : 512)) {
		text = ig_utf8_repair(g->a, b.data, b.len);
		if (!strncmp(text, "\xef\xbb\xbf", 3))
			text += 3;
		char *to = text;
		for (const char *s = text; *s; s++)
			if (*s != '\r' || s[1] != '\n')
				*to++ = *s;
		*to = 0;
	}
	ig_buf_free(&b);
	return text;
}

static void unpack(struct ig_filtering *g, const struct ig_attachment *at, const char *where, size_t *left)
{
	struct archive *z = archive_read_new();
	struct archive_entry *e;
	archive_read_support_filter_gzip(z);
	archive_read_support_format_zip(z);
	archive_read_support_format_raw(z);
	if (archive_read_open_memory(z, at->bytes, at->byte_count) == ARCHIVE_OK)
		while (g->part_count < IG_FILTER_PARTS_MAX && *left && archive_read_next_header(z, &e) >= ARCHIVE_WARN) {
			const char *raw = archive_entry_pathname_utf8(e), *name = raw ? raw : archive_entry_pathname(e);
			bool single = archive_format(z) == ARCHIVE_FORMAT_RAW;
			if (archive_entry_is_encrypted(e) || (!single && archive_entry_filetype(e) != AE_IFREG))
				continue;
			if (single) /* a gzip file holds one, which is named like it */
				name = ends(at->name, ".gz") ? ig_arena_strndup(g->a, at->name, strlen(at->name) - 3) : at->name;
			name = name ? ig_utf8_repair(g->a, name, strlen(name)) : "";
			char *text = entry_text(g, z, left);
			if (text)
				add(g, name, type_of(name), ig_arena_fmt(g->a, "%s, file %.100s", where, name), text);
		}
	archive_read_free(z);
}

void ig_filtering_parts(struct ig_filtering *g)
{
	size_t left = UNPACKED_MAX;
	if (g->parts_known)
		return;
	g->parts_known = true;
	/* A mail that is nothing but such a part: its text is the part. */
	const char *type = ig_filtering_header(g, "Content-Type", NULL);
	static const char *const alone[] = {"text/calendar", "text/csv", "text/tab-separated-values", "text/xml", "application/json", "application/xml"};
	for (size_t i = 0; type && i < IG_COUNT(alone); i++)
		if (!strncasecmp(type + strspn(type, " \t\r\n"), alone[i], strlen(alone[i])) && g->r->text)
			add(g, "", alone[i], "text", g->r->text);
	for (size_t i = 0; i < g->r->attachment_count && g->part_count < IG_FILTER_PARTS_MAX; i++) {
		const struct ig_attachment *at = &g->r->attachments[i];
		const char *where = at->name ? ig_arena_fmt(g->a, "attachment %zu (%.100s)", i + 1, at->name) : ig_arena_fmt(g->a, "attachment %zu (%s)", i + 1, at->type);
		add(g, at->name, at->type, where, at->text);
		if (at->bytes)
			unpack(g, at, where, &left);
	}
}

/* ---- places */

static bool part_fits(const struct ig_part_text *p, const char *pattern)
{
	return ig_glob(pattern, p->type) || (*p->name && ig_glob(pattern, p->name));
}

static size_t add_place(struct ig_spot *out, size_t n, size_t max, const char *text, size_t len, const char *where, bool lines)
{
	if (!text || n == max)
		return n;
	if (len > IG_FILTER_SEARCH_MAX)
		for (len = IG_FILTER_SEARCH_MAX; len && (text[len] & 0xc0) == 0x80; len--)
			;
	out[n] = (struct ig_spot){text, len, where, lines};
	return n + 1;
}

static size_t places(struct ig_filtering *g, const char *in, struct ig_spot *out, size_t n, size_t max)
{
	const struct ig_report *r = g->r;
	bool any = !strcmp(in, "any");
	if (!strncmp(in, "header:", 7)) {
		const char *v = ig_filtering_header(g, in + 7, NULL);
		return add_place(out, n, max, v, v ? strlen(v) : 0, ig_arena_fmt(g->a, "header %s", in + 7), false);
	}
	if (!strncmp(in, "attachment:", 11) || any || !strcmp(in, "inner")) {
		const char *pattern = any ? "*" : !strcmp(in, "inner") ? "message/rfc822" : in + 11;
		if (any) {
			n = places(g, "subject", out, n, max);
			n = places(g, "text", out, n, max);
		}
		ig_filtering_parts(g);
		for (size_t i = 0; i < g->part_count; i++)
			if (part_fits(&g->parts[i], pattern))
				n = add_place(out, n, max, g->parts[i].text, g->parts[i].len, g->parts[i].where, true);
		return n;
	}
	if (!strcmp(in, "subject"))
		return add_place(out, n, max, r->subject, r->subject ? strlen(r->subject) : 0, "subject", false);
	if (!strcmp(in, "from"))
		return add_place(out, n, max, r->from ? r->from->address : NULL, r->from ? strlen(r->from->address) : 0, "From", false);
	if (!strcmp(in, "reply"))
		return add_place(out, n, max, r->reply_text, r->reply_text ? strlen(r->reply_text) : 0, "text", true);
	return add_place(out, n, max, r->text, r->text ? strlen(r->text) : 0, "text", true);
}

size_t ig_filtering_places(struct ig_filtering *g, const char *const *in, const char *otherwise, struct ig_spot *out, size_t max)
{
	size_t n = 0;
	if (!in || !*in)
		return places(g, otherwise, out, 0, max);
	for (; *in; in++)
		n = places(g, *in, out, n, max);
	return n;
}
