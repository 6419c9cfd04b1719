/* The parts of a message: which are its text, which are attachments, what else they say. GMime's tree goes in, our structs come out.
 * Relies on source.c having bounded depth, parts and header; on content.c for bytes; on charset.c and html.c for text.
 * Does not judge the message (classify.c) and does not look inside documents. */
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "parse/charset.h"
#include "parse/content.h"
#include "parse/header.h"
#include "parse/html.h"
#include "parse/text.h"

struct walk {
	struct ig_mail *m;
	struct ig_body *body; /* where text goes; NULL: text parts are not wanted */
	bool top;             /* the only part of its message */
	bool digest;          /* a child of multipart/digest */
	int depth;
};
static void walk(struct walk w, GMimeObject *o);

static GMimeParserOptions *options;

void ig_mime_start(void)
{
	if (options)
		return;
	g_mime_init();
	options = g_mime_parser_options_new();
	/* Only parameters are decoded by GMime; what is not UTF-8 there is read as Latin. */
	static const char *charsets[] = {"utf-8", "windows-1252", NULL};
	g_mime_parser_options_set_fallback_charsets(options, charsets);
}

/* ---- small questions to a part */

static char *lower(struct ig_arena *a, const char *s)
{
	char *out = ig_arena_strdup(a, s ? s : "");
	for (char *p = out; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return out;
}

static char *type_of(struct ig_mail *m, GMimeObject *o)
{
	GMimeContentType *ct = g_mime_object_get_content_type(o);
	char *s = ig_arena_fmt(m->a, "%s/%s", g_mime_content_type_get_media_type(ct), g_mime_content_type_get_media_subtype(ct));
	if (!ig_charset_ascii(s, strlen(s)))
		s = ig_utf8_repair(m->a, s, strlen(s));
	return lower(m->a, s);
}

static bool is(const char *type, const char *what)
{
	return !strcmp(type, what);
}

static bool is_attachment(GMimeObject *o)
{
	const char *d = g_mime_object_get_disposition(o) ? g_mime_content_disposition_get_disposition(g_mime_object_get_content_disposition(o)) : NULL;
	return d && !strcasecmp(d, "attachment");
}

/* File name: last part of a path, without control characters; NULL none. */
static char *base_name(struct ig_mail *m, const char *raw)
{
	if (!raw)
		return NULL;
	char *s = ig_header_text(m->a, raw, NULL);
	for (char *p = s; *p; p++)
		if ((*p == '/' || *p == '\\') && p[1])
			s = p + 1;
	return *s ? s : NULL;
}

static char *name_of(struct ig_mail *m, GMimeObject *o)
{
	const char *name = g_mime_object_get_content_disposition_parameter(o, "filename");
	if (!name || !*name)
		name = g_mime_object_get_content_type_parameter(o, "name");
	return base_name(m, name);
}

/* ---- text */

static void lines_to_lf(char *s)
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

static void add_text(struct ig_mail *m, struct ig_body *body, const char *text)
{
	struct ig_buf *b = &body->text;
	if (b->len && b->data[b->len - 1] != '\n')
		ig_buf_char(b, '\n');
	ig_buf_str(b, text);
	if (b->over && !body->cut) {
		body->cut = true;
		ig_buf_cut(b, ig_utf8_cut(b->data, b->len, b->len));
		ig_mail_problem(m, "text longer than %llu bytes was cut", (unsigned long long)m->limits->text_max);
	}
}

static char *html_to_text(struct ig_mail *m, const char *html)
{
	struct ig_buf out;
	size_t len = strlen(html);
	ig_buf_init(&out, (size_t)m->limits->text_max + 1);
	ig_html_text(html, len, &out);
	char *text = ig_arena_strndup(m->a, out.data, ig_utf8_cut(out.data, out.len, out.len));
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
	if (problem)
		ig_mail_problem(m, "%s", problem);
	lines_to_lf(text);
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
			x->name = base_name(m, name);
			x->type = "application/octet-stream";
			x->size = file.len;
			ig_sha256_of(file.data, file.len, x->sha256);
		}
		ig_buf_free(&file);
		if (!x)
			break;
		memmove(text + from, text + to, strlen(text + to) + 1);
	}
	return text;
}

static bool is_text(const char *type)
{
	return !strncmp(type, "text/", 5) || is(type, "message/delivery-status") || is(type, "message/disposition-notification") ||
		is(type, "message/feedback-report") || is(type, "application/json") || is(type, "application/xml") || is(type, "application/xhtml+xml");
}

static bool is_body_type(const char *type)
{
	return is(type, "text/plain") || is(type, "text/html") || is(type, "text/enriched") || is(type, "text/richtext");
}

/* ---- leaves */

static void attach_leaf(struct ig_mail *m, GMimeObject *o, const char *type, const char *name, const struct ig_content *c, const char *text)
{
	struct ig_attachment *x = ig_mail_attach(m);
	(void)o;
	if (!x)
		return;
	x->name = name;
	x->type = type;
	x->size = c->size;
	memcpy(x->sha256, c->sha256, sizeof x->sha256);
	x->text = text ? ig_mail_keep_text(m, text) : NULL;
}

/* Files of winmail.dat; true when it was one. */
static bool unpack_tnef(struct walk w, const struct ig_content *c)
{
	struct ig_mail *m = w.m;
	struct ig_tnef t;
	int64_t room = m->limits->parts_max - (int64_t)m->attachment_count;
	if (c->bytes.over) {
		ig_mail_problem(m, "winmail.dat is too large to be unpacked");
		return false;
	}
	if (ig_tnef_read(m->a, c->bytes.data, c->bytes.len, room > 0 ? (size_t)room : 0, &t) < 0) {
		ig_mail_problem(m, "winmail.dat is not TNEF");
		return false;
	}
	if (t.cut)
		ig_mail_problem(m, "winmail.dat is damaged; what could be read was unpacked");
	for (size_t i = 0; i < t.count; i++) {
		struct ig_attachment *x = ig_mail_attach(m);
		if (!x)
			break;
		x->name = base_name(m, t.files[i].name);
		x->type = t.files[i].type ? lower(m->a, t.files[i].type) : "application/octet-stream";
		x->size = t.files[i].len;
		ig_sha256_of(t.files[i].p, t.files[i].len, x->sha256);
	}
	/* Outlook puts the same text beside it; only where there is none the one inside is the mail's. */
	if (t.text && w.body && !w.body->text.len)
		add_text(m, w.body, t.text);
	return t.count || t.text;
}

static void note_report(struct ig_mail *m, const char *type, const char *text)
{
	if (is(type, "message/delivery-status") && !m->status_text)
		m->status_text = text;
	else if (is(type, "message/disposition-notification") && !m->receipt_text)
		m->receipt_text = text;
	else if (is(type, "message/feedback-report"))
		m->feedback_report = true;
}

static void note_crypto(struct ig_mail *m, GMimeObject *o, const char *type, const char *text)
{
	if (is(type, "application/pkcs7-mime") || is(type, "application/x-pkcs7-mime")) {
		const char *kind = g_mime_object_get_content_type_parameter(o, "smime-type");
		if (kind && !strcasecmp(kind, "signed-data"))
			m->r->crypto.is_signed = true;
		else if (!kind || !strncasecmp(kind, "enveloped", 9) || !strncasecmp(kind, "authenveloped", 13))
			m->r->crypto.encrypted = true;
	} else if (text && strstr(text, "-----BEGIN PGP MESSAGE-----")) {
		m->r->crypto.encrypted = true;
	} else if (text && strstr(text, "-----BEGIN PGP SIGNED MESSAGE-----")) {
		m->r->crypto.is_signed = true;
	}
}

/* A message/rfc822 in base64 (forbidden by RFC 2046 section 5.2.1, and sent all the same). */
static void walk_encoded_message(struct walk w, const struct ig_content *c, const char *name)
{
	GMimeStream *mem = g_mime_stream_mem_new_with_buffer(c->bytes.data, c->bytes.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(mem);
	GMimeObject *o = g_mime_parser_construct_part(parser, options);
	struct ig_body inner = {.cut = false};
	ig_buf_init(&inner.text, (size_t)w.m->limits->text_max);
	if (o && w.depth < 4)
		walk((struct walk){.m = w.m, .body = &inner, .top = true, .depth = w.depth + 1}, o);
	attach_leaf(w.m, NULL, "message/rfc822", name, c, inner.text.data);
	ig_buf_free(&inner.text);
	if (o)
		g_object_unref(o);
	g_object_unref(parser);
	g_object_unref(mem);
}

static void walk_leaf(struct walk w, GMimePart *part)
{
	struct ig_mail *m = w.m;
	GMimeObject *o = GMIME_OBJECT(part);
	const char *type = type_of(m, o), *name = name_of(m, o);
	bool text = is_text(type), attachment = is_attachment(o);
	bool tnef = is(type, "application/ms-tnef") || is(type, "application/vnd.ms-tnef") || (name && !strcasecmp(name, "winmail.dat"));
	bool message = is(type, "message/rfc822");
	bool shown = is_body_type(type) && !attachment && (!name || w.top);
	/* The only part of a mail is its text when it is any kind of text. */
	shown = shown || (w.top && text && !attachment);
	struct ig_content c;
	ig_content_read(m, part, tnef || message ? 16u << 20 : text ? (size_t)m->limits->text_max : 0, &c);
	const char *words = NULL;
	if (text && (!shown || w.body)) {
		if (c.bytes.over)
			ig_mail_problem(m, "text of a part longer than %llu bytes was cut", (unsigned long long)m->limits->text_max);
		words = decode_text(m, o, type, &c.bytes);
		note_report(m, type, words);
	}
	note_crypto(m, o, type, words);
	if (tnef && unpack_tnef(w, &c)) {
		/* its files are listed in its place */
	} else if (message && !c.bytes.over) {
		walk_encoded_message(w, &c, name);
	} else if (shown && w.body) {
		add_text(m, w.body, take_uu(m, ig_arena_strdup(m->a, words)));
	} else if (!shown) {
		attach_leaf(m, o, type, name, &c, words);
	}
	ig_buf_free(&c.bytes);
}

/* ---- containers */

/* What text a part could give: 2 plain, 1 marked up, 0 none. */
static int text_kind(struct ig_mail *m, GMimeObject *o)
{
	int best = 0;
	if (GMIME_IS_MULTIPART(o)) {
		int n = g_mime_multipart_get_count(GMIME_MULTIPART(o));
		for (int i = 0; i < n && best < 2; i++) {
			int kind = text_kind(m, g_mime_multipart_get_part(GMIME_MULTIPART(o), i));
			best = kind > best ? kind : best;
		}
		return best;
	}
	GMimeContentType *ct = g_mime_object_get_content_type(o);
	if (is_attachment(o) || !GMIME_IS_PART(o))
		return 0;
	if (g_mime_content_type_is_type(ct, "text", "plain"))
		return 2;
	return g_mime_content_type_is_type(ct, "text", "html") || g_mime_content_type_is_type(ct, "text", "enriched") || g_mime_content_type_is_type(ct, "text", "richtext");
}

static bool blank(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] > ' ')
			return false;
	return true;
}

/* RFC 2046 section 5.1.4: one content in several forms. The plain form is read; where it is empty the next one; files in any form are listed. */
static void walk_alternative(struct walk w, GMimeMultipart *mp)
{
	int n = g_mime_multipart_get_count(mp);
	bool *done = ig_arena_calloc(w.m->a, (size_t)n + 1, sizeof *done);
	for (int want = 2; want > 0 && w.body; want--) {
		for (int i = 0; i < n; i++) {
			GMimeObject *o = g_mime_multipart_get_part(mp, i);
			if (done[i] || text_kind(w.m, o) != want)
				continue;
			size_t before = w.body->text.len;
			done[i] = true;
			walk((struct walk){.m = w.m, .body = w.body, .depth = w.depth + 1}, o);
			if (!blank(w.body->text.data + before, w.body->text.len - before)) {
				want = 0;
				break;
			}
			ig_buf_cut(&w.body->text, before);
		}
	}
	for (int i = 0; i < n; i++)
		if (!done[i])
			walk((struct walk){.m = w.m, .body = NULL, .depth = w.depth + 1}, g_mime_multipart_get_part(mp, i));
}

static void walk_multipart(struct walk w, GMimeMultipart *mp)
{
	struct ig_mail *m = w.m;
	const char *type = type_of(m, GMIME_OBJECT(mp));
	if (is(type, "multipart/signed"))
		m->r->crypto.is_signed = true;
	else if (is(type, "multipart/encrypted"))
		m->r->crypto.encrypted = true;
	if (is(type, "multipart/alternative")) {
		walk_alternative(w, mp);
		return;
	}
	int n = g_mime_multipart_get_count(mp);
	if (!n && w.body && w.top) {
		/* A boundary that never comes: what stands there is still the text. */
		const char *text = g_mime_multipart_get_prologue(mp);
		if (text && *text) {
			const char *problem = NULL;
			char *words = ig_charset_decode(m->a, NULL, text, strlen(text), &problem);
			lines_to_lf(words);
			add_text(m, w.body, words);
			ig_mail_problem(m, "the parts of a multipart were not found; it was read as text");
		}
	}
	for (int i = 0; i < n; i++)
		walk((struct walk){.m = m, .body = w.body, .digest = is(type, "multipart/digest"), .depth = w.depth + 1}, g_mime_multipart_get_part(mp, i));
}

static const char *inner_header(GMimeMessage *msg, const char *name)
{
	GMimeHeader *h = g_mime_header_list_get_header(g_mime_object_get_header_list(GMIME_OBJECT(msg)), name);
	return h ? g_mime_header_get_raw_value(h) : NULL;
}

/* A mail inside the mail: an attachment whose text begins with its own From, Date and Subject. */
static void walk_message(struct walk w, GMimeMessagePart *part)
{
	static const char *const shown[] = {"From", "To", "Date", "Subject"};
	struct ig_mail *m = w.m;
	GMimeMessage *msg = g_mime_message_part_get_message(part);
	const char *type = type_of(m, GMIME_OBJECT(part));
	struct ig_body inner = {.cut = false};
	struct ig_content c = {.size = 0};
	char *name = name_of(m, GMIME_OBJECT(part));
	if (!msg)
		return;
	ig_buf_init(&inner.text, (size_t)m->limits->text_max);
	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
		const char *raw = inner_header(msg, shown[i]);
		char *words = raw ? ig_header_text(m->a, raw, NULL) : NULL;
		if (words)
			ig_buf_fmt(&inner.text, "%s: %s\n", shown[i], words);
		if (words && i == 3 && !name && *words)
			name = ig_arena_fmt(m->a, "%s.eml", words);
	}
	ig_buf_char(&inner.text, '\n');
	struct ig_attachment *x = ig_mail_attach(m);
	size_t at = m->attachment_count - 1;
	if (m->hash_left)
		ig_content_message(m, msg, &c);
	else
		ig_mail_problem(m, "messages inside messages were not hashed past a limit");
	GMimeObject *root = g_mime_message_get_mime_part(msg);
	if (root)
		walk((struct walk){.m = m, .body = &inner, .top = true, .depth = w.depth + 1}, root);
	if (x) {
		x = &m->attachments[at]; /* the list may have moved */
		x->name = is(type, "message/rfc822") || name ? base_name(m, name) : NULL;
		x->type = type[0] == 'm' ? type : "message/rfc822";
		x->size = c.size;
		memcpy(x->sha256, c.sha256, sizeof x->sha256);
		x->text = ig_mail_keep_text(m, ig_arena_strndup(m->a, inner.text.data, inner.text.len));
	}
	ig_buf_free(&inner.text);
}

static void walk(struct walk w, GMimeObject *o)
{
	if (w.depth > w.m->limits->depth_max + 8)
		return;
	if (GMIME_IS_MULTIPART(o))
		walk_multipart(w, GMIME_MULTIPART(o));
	else if (GMIME_IS_MESSAGE_PART(o))
		walk_message(w, GMIME_MESSAGE_PART(o));
	else if (GMIME_IS_MESSAGE_PARTIAL(o) || GMIME_IS_PART(o))
		walk_leaf(w, GMIME_PART(o));
}

/* ---- the whole */

static const char *const head_names[] = {
#define HEAD_NAME(V, w) w,
	IG_HEADS(HEAD_NAME)};

static int head_slot(const char *name)
{
	int low = 0, high = IG_HEAD_COUNT - 1;
	while (low <= high) {
		int mid = (low + high) / 2, c = strcasecmp(name, head_names[mid]);
		if (!c)
			return mid;
		if (c < 0)
			high = mid - 1;
		else
			low = mid + 1;
	}
	return -1;
}

static void append(struct ig_mail *m, const char **all, const char *raw)
{
	*all = *all ? ig_arena_fmt(m->a, "%s,%s", *all, raw) : raw;
}

static void read_head(struct ig_mail *m, GMimeObject *o)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(o);
	int n = g_mime_header_list_get_count(list);
	for (int i = 0; i < n; i++) {
		GMimeHeader *h = g_mime_header_list_get_header_at(list, i);
		int slot = head_slot(g_mime_header_get_name(h));
		if (slot < 0)
			continue;
		const char *raw = g_mime_header_get_raw_value(h);
		if (!raw)
			continue;
		raw = ig_arena_strdup(m->a, raw);
		if (!m->head[slot])
			m->head[slot] = raw;
		m->head_count[slot]++;
		if (slot == IG_HEAD_TO && m->head_count[slot] < 64)
			append(m, &m->more_to, raw);
		else if (slot == IG_HEAD_CC && m->head_count[slot] < 64)
			append(m, &m->more_cc, raw);
		else if ((slot == IG_HEAD_DELIVERED_TO || slot == IG_HEAD_X_ORIGINAL_TO || slot == IG_HEAD_ENVELOPE_TO) && m->delivered_count < 7)
			m->delivered[m->delivered_count++] = raw;
	}
	m->top_type = type_of(m, o);
	const char *report = g_mime_object_get_content_type_parameter(o, "report-type");
	m->report_type = report ? lower(m->a, report) : NULL;
}

void ig_mime_read(struct ig_mail *m, int fd, const struct ig_source *s, struct ig_body *body)
{
	GMimeStream *stream;
	ig_mime_start();
	if (s->mem) {
		stream = g_mime_stream_mem_new();
		/* The bytes stay ours: GMime's array is a view on them. */
		GByteArray *view = g_byte_array_new_take((guint8 *)g_memdup2(s->mem, s->len), s->len);
		g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), view);
		g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), true);
	} else {
		stream = g_mime_stream_fs_new_with_bounds(fd, (gint64)s->from, (gint64)s->to);
		g_mime_stream_fs_set_owner(GMIME_STREAM_FS(stream), false);
	}
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_persist_stream(parser, true);
	GMimeObject *o = g_mime_parser_construct_part(parser, options);
	if (o) {
		read_head(m, o);
		walk((struct walk){.m = m, .body = body, .top = true}, o);
		g_object_unref(o);
	} else {
		m->top_type = "text/plain";
		ig_mail_problem(m, "no message could be found in these bytes");
	}
	g_object_unref(parser);
	g_object_unref(stream);
}
