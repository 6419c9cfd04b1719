/* One leaf part: its name and type, its bytes as text, files hidden in text (uuencode) and in winmail.dat.
 * Relies on content.c for bytes and on charset.c, html.c, flowed.c for text.
 * Does not know what stands around it: mime.c says whether its text is wanted. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "base/fs.h"
#include "base/utf8.h"
#include "model/notes.h"
#include "parse/charset.h"
#include "parse/crypt.h"
#include "parse/header.h"
#include "parse/html.h"
#include "parse/part.h"
#include "parse/text.h"

/* ---- small questions to a part */

char *ig_part_lower(struct ig_arena *a, const char *s)
{
	char *out = ig_arena_strdup(a, s ? s : "");
	for (char *p = out; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return out;
}

char *ig_part_type(struct ig_mail *m, GMimeObject *o)
{
	GMimeContentType *ct = g_mime_object_get_content_type(o);
	char *s = ig_arena_fmt(m->a, "%s/%s", g_mime_content_type_get_media_type(ct), g_mime_content_type_get_media_subtype(ct));
	if (!ig_charset_ascii(s, strlen(s)))
		s = ig_utf8_repair(m->a, s, strlen(s));
	return ig_part_lower(m->a, s);
}

static bool is(const char *type, const char *what)
{
	return !strcmp(type, what);
}

bool ig_part_is_attachment(GMimeObject *o)
{
	const char *d = g_mime_object_get_disposition(o) ? g_mime_content_disposition_get_disposition(g_mime_object_get_content_disposition(o)) : NULL;
	return d && !strcasecmp(d, "attachment");
}

/* File name: last part of a path, without control characters; NULL none. */
char *ig_part_base_name(struct ig_mail *m, const char *raw)
{
	if (!raw)
		return NULL;
	char *s = ig_header_text(m->a, raw, NULL);
	for (char *p = s; *p; p++)
		if ((*p == '/' || *p == '\\') && p[1])
			s = p + 1;
	return *s ? s : NULL;
}

/* Outlook names pictures only in their Content-ID: <image001.png@01CDB132.D8A510F0>. */
static char *name_of_id(struct ig_mail *m, GMimeObject *o)
{
	const char *id = g_mime_object_get_content_id(o), *at = id ? strchr(id, '@') : NULL;
	const char *dot = at ? memrchr(id, '.', (size_t)(at - id)) : NULL;
	size_t ext = dot ? (size_t)(at - dot - 1) : 0;
	if (!dot || dot == id || ext < 2 || ext > 4 || at - id > 100 || !GMIME_IS_PART(o))
		return NULL;
	for (const char *p = dot + 1; p < at; p++)
		if (!isalnum((unsigned char)*p))
			return NULL;
	return ig_part_base_name(m, ig_arena_strndup(m->a, id, (size_t)(at - id)));
}

char *ig_part_name(struct ig_mail *m, GMimeObject *o)
{
	const char *name = g_mime_object_get_content_disposition_parameter(o, "filename");
	if (!name || !*name)
		name = g_mime_object_get_content_type_parameter(o, "name");
	return name && *name ? ig_part_base_name(m, name) : name_of_id(m, o);
}

/* ---- text */

void ig_part_lines(char *s)
{
	char *out = s;
	if (!strchr(s, '\r'))
		return;
	for (; *s; s++) {
		if (*s != '\r')
			*out++ = *s;
		else if (s[1] != '\n')
			*out++ = '\n';
	}
	*out = 0;
}

void ig_part_add_text(struct ig_mail *m, struct ig_body *body, const char *text)
{
	struct ig_buf *b = &body->text;
	if (b->len && b->data[b->len - 1] != '\n')
		ig_buf_char(b, '\n');
	ig_buf_str(b, text);
	if (b->over && !body->cut) {
		body->cut = true;
		ig_buf_cut(b, ig_charset_whole(b));
		ig_mail_problem(m, "text longer than %llu bytes was cut", (unsigned long long)m->limits->text_max);
	}
}

static char *html_to_text(struct ig_mail *m, const char *html)
{
	struct ig_buf out;
	size_t len = strlen(html);
	ig_buf_init(&out, (size_t)m->limits->text_max + 1);
	ig_html_text(html, len, &out);
	char *text = ig_arena_strndup(m->a, out.data, ig_charset_whole(&out));
	ig_buf_free(&out);
	return text;
}

/* Bytes of a text part as text. */
static char *decode_text(struct ig_mail *m, GMimeObject *o, const char *type, const struct ig_buf *bytes)
{
	const char *declared = g_mime_object_get_content_type_parameter(o, "charset"), *problem = NULL;
	char meta[48];
	bool html = is(type, "text/html") || is(type, "application/xhtml+xml");
	if (!declared && html) {
		ig_html_charset(bytes->data, bytes->len, meta, sizeof meta);
		declared = meta[0] ? meta : NULL;
	}
	char *text = ig_charset_decode(m->a, declared, bytes->data, bytes->len, &problem);
	if (!m->charset)
		m->charset = ig_arena_strdup(m->a, declared);
	if (problem)
		ig_mail_problem(m, "%s", problem);
	ig_part_lines(text);
	if (html)
		return html_to_text(m, text);
	if (is(type, "text/enriched") || is(type, "text/richtext")) {
		struct ig_buf out;
		ig_buf_init(&out, strlen(text) + 16);
		ig_enriched_text(text, strlen(text), &out);
		text = ig_arena_strndup(m->a, out.data, out.len);
		ig_buf_free(&out);
		return text;
	}
	const char *format = g_mime_object_get_content_type_parameter(o, "format");
	const char *delsp = g_mime_object_get_content_type_parameter(o, "delsp");
	if (format && !strcasecmp(format, "flowed"))
		return ig_text_flowed(m->a, text, delsp && !strcasecmp(delsp, "yes"));
	return text;
}

/* Takes uuencoded files out of a text. */
static char *take_uu(struct ig_mail *m, char *text)
{
	size_t from, to;
	char *name;
	while (strstr(text, "begin ")) {
		struct ig_buf file;
		ig_buf_init(&file, strlen(text) + 64);
		bool found = ig_text_uu(m->a, text, strlen(text), &from, &to, &name, &file);
		struct ig_attachment *x = found ? ig_mail_attach(m) : NULL;
		if (x) {
			x->name = ig_part_base_name(m, name);
			x->type = "application/octet-stream";
			x->size = file.len;
			ig_sha256_of(file.data, file.len, x->sha256);
			x->hazard = ig_hazard_of(file.data, file.len, x->name, NULL, m->a);
		}
		ig_buf_free(&file);
		if (!x)
			break;
		memmove(text + from, text + to, strlen(text + to) + 1);
	}
	return text;
}

static bool ends(const char *s, const char *with)
{
	size_t n = strlen(s), w = strlen(with);
	return n > w && !strcasecmp(s + n - w, with);
}

static bool is_text(const char *type)
{
	return !strncmp(type, "text/", 5) || is(type, "message/delivery-status") || is(type, "message/disposition-notification") ||
		is(type, "message/global-delivery-status") || is(type, "message/global-disposition-notification") || is(type, "message/global-headers") ||
		is(type, "message/feedback-report") || is(type, "application/json") || is(type, "application/xml") || is(type, "application/xhtml+xml") || ends(type, "+json") || ends(type, "+xml") ||
		is(type, "application/csv") || is(type, "application/x-yaml") || is(type, "application/yaml");
}

/* Feeds send text as octets: what the name says counts then. */
static bool is_text_file(const char *type, const char *name)
{
	static const char *const ends_of[] = {".csv", ".json", ".xml", ".txt", ".log", ".ics", ".yaml", ".yml", ".tsv"};
	bool octets = is(type, "application/octet-stream") || is(type, "application/vnd.ms-excel") || is(type, "application/x-download") || is(type, "application/force-download");
	for (size_t i = 0; octets && name && i < sizeof ends_of / sizeof ends_of[0]; i++)
		if (ends(name, ends_of[i]))
			return true;
	return false;
}

/* Archives so small that filters look into them at once. */
static bool is_small_archive(const char *type, const char *name)
{
	return is(type, "application/zip") || is(type, "application/x-zip-compressed") || is(type, "application/gzip") || is(type, "application/x-gzip") ||
		is(type, "application/x-zip") || (name && (ends(name, ".zip") || ends(name, ".gz")));
}

/* Shown as text of the mail: RFC 2046 section 4.1.4 says that unknown kinds of text are plain. Those below are files by nature. */
static bool is_body_type(const char *type)
{
	static const char *const files[] = {"calendar", "csv", "vcard", "x-vcard", "directory", "rtf", "css", "javascript", "xml", "rfc822-headers", "x-amp-html", "tab-separated-values"};
	if (strncmp(type, "text/", 5))
		return false;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (is(type + 5, files[i]))
			return false;
	return true;
}

/* ---- leaves */

static void attach_leaf(struct ig_walk w, const char *type, const char *name, const struct ig_content *c, const char *text, bool keep)
{
	struct ig_mail *m = w.m;
	struct ig_attachment *x = ig_mail_attach(m);
	if (!x)
		return;
	x->name = name;
	x->type = type;
	x->size = c->size;
	x->part = ig_part_path(&w);
	x->hazard = ig_hazard_words(&c->hazard, name, type, m->a);
	memcpy(x->sha256, c->sha256, sizeof x->sha256);
	x->text = text ? ig_mail_keep_text(m, text) : NULL;
	if (keep && !c->bytes.over && c->bytes.len && c->bytes.len <= m->archives_left) {
		char *bytes = ig_arena_alloc(m->a, c->bytes.len);
		memcpy(bytes, c->bytes.data, c->bytes.len);
		x->bytes = bytes;
		x->byte_count = c->bytes.len;
		m->archives_left -= c->bytes.len;
	}
}

static void note_report(struct ig_mail *m, const char *type, const char *text)
{
	/* RFC 6533 names the same fields in UTF-8 "global". Some reports have a part for each address. */
	if (is(type, "message/delivery-status") || is(type, "message/global-delivery-status"))
		m->status_text = m->status_text ? ig_arena_fmt(m->a, "%s\n\n%s", m->status_text, text) : text;
	else if ((is(type, "message/disposition-notification") || is(type, "message/global-disposition-notification")) && !m->receipt_text)
		m->receipt_text = text;
	else if (is(type, "message/feedback-report"))
		m->feedback_report = true;
}

struct part_text {
	struct ig_mail *m;
	GMimeObject *o;
	const char *type;
	bool words; /* the bytes are words already */
};

static char *piece_text(void *arg, const char *p, size_t len, const char *charset)
{
	struct part_text *t = arg;
	struct ig_buf bytes = {.data = (char *)(uintptr_t)p, .len = len};
	const char *problem = NULL;
	if (!charset && !t->words)
		return decode_text(t->m, t->o, t->type, &bytes);
	char *text = ig_charset_decode(t->m->a, charset ? charset : "utf-8", p, len, &problem);
	ig_part_lines(text);
	return text;
}

/* Text that is shown, with what is encrypted or signed in it opened. */
static const char *text_with_pieces(struct ig_walk w, GMimeObject *o, const char *type, const struct ig_buf *bytes, const char *words)
{
	struct part_text t = {.m = w.m, .o = o, .type = type, .words = !is(type, "text/plain")};
	struct ig_armor x;
	const char *p = t.words ? words : bytes->data;
	size_t len = t.words ? strlen(words) : bytes->len;
	return ig_armor_next(p, len, 0, &x) ? ig_crypt_text(w.m, w.top, ig_part_path(&w), p, len, piece_text, &t) : words;
}

/* A message in bytes: in base64 (forbidden by RFC 2046 section 5.2.1, and sent all the same), or found in an archive. Its words; its name where it has none. */
static char *message_text(struct ig_walk w, const char *p, size_t len, const char **name, const char *path)
{
	GMimeStream *mem = g_mime_stream_mem_new_with_buffer(p, len);
	GMimeParser *parser = g_mime_parser_new_with_stream(mem);
	GMimeObject *o = g_mime_parser_construct_part(parser, ig_part_options);
	struct ig_body inner = {.cut = false};
	char *subject = NULL;
	ig_buf_init(&inner.text, (size_t)w.m->limits->text_max);
	if (o)
		ig_part_inner_fields(w.m, o, &inner.text, &subject);
	if (!*name && subject)
		*name = ig_part_base_name(w.m, ig_arena_fmt(w.m->a, "%s.eml", subject));
	w.m->crypt.attached++;
	if (o && w.depth < 4)
		ig_part_walk((struct ig_walk){.m = w.m, .body = &inner, .top = true, .depth = w.depth + 1, .path = path}, o);
	w.m->crypt.attached--;
	char *text = ig_arena_strndup(w.m->a, inner.text.data, inner.text.len);
	ig_buf_free(&inner.text);
	if (o)
		g_object_unref(o);
	g_object_unref(parser);
	g_object_unref(mem);
	return text;
}

void ig_part_file(struct ig_walk w, const char *name, const char *type, const void *p, size_t len, const char *path)
{
	struct ig_mail *m = w.m;
	const char *problem = NULL;
	struct ig_attachment *x = ig_mail_attach(m);
	size_t at = m->attachment_count - 1;
	if (!x)
		return;
	x->name = name;
	x->type = type;
	x->size = len;
	ig_sha256_of(p, len, x->sha256);
	x->hazard = ig_hazard_of(p, len, name, type, m->a);
	if (is(type, "message/rfc822")) {
		char *text = message_text(w, p, len, &name, path);
		m->attachments[at].name = name;
		m->attachments[at].text = ig_mail_keep_text(m, text);
	} else if (is_text(type) || is_text_file(type, name)) {
		char *text = ig_charset_decode(m->a, NULL, p, len < m->limits->text_max ? len : (size_t)m->limits->text_max, &problem);
		ig_part_lines(text);
		if (is(type, "text/html"))
			text = html_to_text(m, text);
		m->attachments[at].text = ig_mail_keep_text(m, text);
	} else if (!ig_crypt_met(m, path)) {
		struct ig_buf bytes = {.data = (char *)(uintptr_t)p, .len = len};
		w.depth++;
		ig_part_second(w, NULL, &bytes, path, at);
	}
}

/* A file that a worker found in part `path`: the next to the mail's own, as if it had been attached itself. */
static void found_file(struct ig_walk w, const struct ig_parse_child *c, const char *path)
{
	size_t len;
	const char *p = ig_second_bytes(w.m, c, &len);
	if (p)
		ig_part_file(w, c->name && *c->name ? c->name : NULL, c->type, p, len, path);
}

void ig_second_file(struct ig_mail *m, const struct ig_parse_child *c, const char *path)
{
	ig_mime_start();
	found_file((struct ig_walk){.m = m, .path = path, .depth = 1}, c, path);
}

void ig_part_second(struct ig_walk w, GMimePart *part, const struct ig_buf *bytes, const char *path, size_t at)
{
	struct ig_mail *m = w.m;
	const struct ig_parse_child *c = ig_second_child(m, path, NULL);
	const char *kind = ig_second_kind(m->attachments[at].type, m->attachments[at].name, m->attachments[at].size);
	int n = 0;
	if (!m->second || (!kind && !c) || w.resource || w.depth > m->limits->depth_max + 8)
		return;
	if (!c) {
		int fd = !m->second->bytes ? -1 : part ? ig_content_fd(part) : ig_fs_memfd("part", bytes->data, bytes->len);
		if (m->second->bytes && fd < 0)
			ig_mail_problem(m, "part %s cannot be handed on", path);
		else
			ig_second_need(m, kind, path, m->attachments[at].name, m->attachments[at].type, fd, m->attachments[at].size);
	}
	for (; c; c = ig_second_child(m, path, c)) {
		if (c->fd < 0)
			ig_mail_problem(m, "%s was not read: %s", m->attachments[at].name ? m->attachments[at].name : path, c->name ? c->name : "");
		else if (is(c->type, IG_CHILD_REPORT))
			ig_second_report(m, c, at, false);
		else
			found_file(w, c, ig_arena_fmt(m->a, "%s/%d", path, ++n));
	}
	for (size_t i = at + 1; i < m->attachment_count && !m->attachments[at].hazard; i++) /* what is in it leaves with it */
		if (m->attachments[i].hazard)
			m->attachments[at].hazard = ig_arena_fmt(m->a, "holds %s, %s", m->attachments[i].name ? m->attachments[i].name : "a file", m->attachments[i].hazard);
}

/* A scanner sees the file as it came. */
static void show_scanner(struct ig_walk w, GMimePart *part, size_t at)
{
	struct ig_mail *m = w.m;
	const struct ig_attachment *x = &m->attachments[at];
	if (!m->second || !m->second->scan || !x->size)
		return;
	int fd = m->second->scan_bytes ? ig_content_fd(part) : -1;
	if (!m->second->scan_bytes || fd >= 0)
		ig_second_need(m, IG_SCAN_KIND, x->part, x->name, x->type, fd, x->size);
}

void ig_part_leaf(struct ig_walk w, GMimePart *part)
{
	struct ig_mail *m = w.m;
	GMimeObject *o = GMIME_OBJECT(part);
	const char *type = ig_part_type(m, o), *name = ig_part_name(m, o);
	bool text = is_text(type) || is_text_file(type, name), archive = !text && is_small_archive(type, name), attachment = ig_part_is_attachment(o);
	bool tnef = is(type, "application/ms-tnef") || is(type, "application/vnd.ms-tnef") || (name && !strcasecmp(name, "winmail.dat"));
	bool message = is(type, "message/rfc822");
	bool shown = is_body_type(type) && !attachment && !w.resource && (!name || w.top);
	/* The only part of a mail is its text when it is any kind of text. */
	shown = shown || (w.top && text && !attachment);
	struct ig_content c;
	if (ig_crypt_leaf(w, part, type, name))
		return;
	ig_content_read(m, part, tnef || message ? 16u << 20 : archive ? IG_KEPT_ARCHIVES : text ? (size_t)m->limits->text_max : 0, &c);
	const char *words = NULL;
	if (text && (!shown || w.body)) {
		if (c.bytes.over) {
			ig_mail_problem(m, "text of a part longer than %llu bytes was cut", (unsigned long long)m->limits->text_max);
			/* Not in the middle of a character. */
			for (int i = 0; i < 4 && c.bytes.len && c.bytes.data[c.bytes.len - 1] & 0x80; i++)
				ig_buf_cut(&c.bytes, c.bytes.len - 1);
		}
		words = decode_text(m, o, type, &c.bytes);
		note_report(m, type, words);
	}
	if (shown && w.body)
		words = text_with_pieces(w, o, type, &c.bytes, words);
	if (tnef && ig_winmail_unpack(w, &c.bytes, ig_part_path(&w))) {
		/* its files are listed in its place */
	} else if (message && !c.bytes.over) {
		char *inner = message_text(w, c.bytes.data, c.bytes.len, &name, ig_part_path(&w));
		attach_leaf(w, type, name, &c, inner, false);
	} else if (shown && w.body) {
		ig_part_add_text(m, w.body, take_uu(m, ig_arena_strdup(m->a, words)));
	} else if (!shown) {
		size_t at = m->attachment_count;
		attach_leaf(w, type, name, &c, words, archive);
		if (at < m->attachment_count)
			show_scanner(w, part, at);
		if (at < m->attachment_count && !w.resource)
			ig_content_pages(m, part, &m->attachments[at]);
		if (at < m->attachment_count && !ig_crypt_met(m, ig_part_path(&w)))
			ig_part_second(w, part, NULL, ig_part_path(&w), at);
	}
	ig_buf_free(&c.bytes);
}
