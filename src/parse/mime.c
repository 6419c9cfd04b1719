/* The parts of a message: which are its text, which are attachments, what else they say. GMime's tree goes in, our structs come out.
 * Relies on source.c having bounded depth, parts and header; on content.c for bytes; on charset.c and html.c for text.
 * Does not judge the message (classify.c) and does not look inside documents. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "base/fs.h"
#include "base/utf8.h"
#include "parse/charset.h"
#include "parse/crypt.h"
#include "parse/part.h"
#include "parse/header.h"

GMimeParserOptions *ig_part_options;

void ig_mime_start(void)
{
	if (ig_part_options)
		return;
	g_mime_init();
	ig_part_options = g_mime_parser_options_new();
	/* Only parameters are decoded by GMime; what is not UTF-8 there is read as Latin. */
	static const char *charsets[] = {"utf-8", "windows-1252", NULL};
	g_mime_parser_options_set_fallback_charsets(ig_part_options, charsets);
}

static bool is(const char *type, const char *what)
{
	return !strcmp(type, what);
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
	if (ig_part_is_attachment(o) || !GMIME_IS_PART(o))
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

/* RFC 3501 6.4.5: the parts of a multipart are numbered below it; a message counts only by what it holds. */
static const char *container(const struct ig_walk *w)
{
	return w->index ? ig_part_path(w) : w->path;
}

const char *ig_part_path(const struct ig_walk *w)
{
	int index = w->index ? w->index : 1;
	return w->path && *w->path ? ig_arena_fmt(w->m->a, "%s.%d", w->path, index) : ig_arena_fmt(w->m->a, "%d", index);
}

/* RFC 2046 section 5.1.4: one content in several forms. The plain form is read; where it is empty the next one; files in any form are listed. */
static void walk_alternative(struct ig_walk w, GMimeMultipart *mp)
{
	int n = g_mime_multipart_get_count(mp);
	const char *path = container(&w);
	bool *done = ig_arena_calloc(w.m->a, (size_t)n + 1, sizeof *done);
	for (int want = 2; want > 0 && w.body; want--) {
		for (int i = 0; i < n; i++) {
			GMimeObject *o = g_mime_multipart_get_part(mp, i);
			if (done[i] || text_kind(w.m, o) != want)
				continue;
			size_t before = w.body->text.len;
			done[i] = true;
			ig_part_walk((struct ig_walk){.m = w.m, .root = w.root, .body = w.body, .depth = w.depth + 1, .path = path, .index = i + 1}, o);
			if (!blank(w.body->text.data + before, w.body->text.len - before)) {
				want = 0;
				break;
			}
			ig_buf_cut(&w.body->text, before);
		}
	}
	for (int i = 0; i < n; i++)
		if (!done[i])
			ig_part_walk((struct ig_walk){.m = w.m, .root = w.root, .body = NULL, .depth = w.depth + 1, .path = path, .index = i + 1},
				g_mime_multipart_get_part(mp, i));
}

/* A boundary that never comes, or is not named: what stands there is still the text, of the whole or where there is none yet. */
static void without_parts(struct ig_walk w, GMimeMultipart *mp)
{
	const char *text = g_mime_multipart_get_prologue(mp), *problem = NULL;
	if (!w.body || !text || !*text || (!w.top && !blank(w.body->text.data, w.body->text.len)))
		return;
	char *words = ig_charset_decode(w.m->a, NULL, text, strlen(text), &problem);
	ig_part_lines(words);
	ig_part_add_text(w.m, w.body, words);
	ig_mail_problem(w.m, "the parts of a multipart were not found; it was read as text");
}

static void walk_multipart(struct ig_walk w, GMimeMultipart *mp)
{
	struct ig_mail *m = w.m;
	const char *type = ig_part_type(m, GMIME_OBJECT(mp));
	const char *path = container(&w);
	if (ig_crypt_multipart(w, mp, type, path))
		return;
	int n = g_mime_multipart_get_count(mp);
	if (!n)
		without_parts(w, mp);
	if (is(type, "multipart/alternative")) {
		walk_alternative(w, mp);
		return;
	}
	bool related = is(type, "multipart/related"), resource = false;
	for (int i = 0; i < n; i++) {
		ig_part_walk((struct ig_walk){.m = m, .root = w.root, .body = w.body, .resource = resource, .depth = w.depth + 1, .path = path, .index = i + 1},
			g_mime_multipart_get_part(mp, i));
		/* RFC 2387: only the root is shown, the rest are its pictures and files; but where the root gave no text, the text is behind it. */
		resource = related && (!w.body || !blank(w.body->text.data, w.body->text.len));
	}
}

/* Message parts in the order in which they begin: source.c listed their places in the same order. */
static void count_messages(GMimeObject *o, GMimeMessagePart *wanted, size_t *count, size_t *at)
{
	if (GMIME_IS_MULTIPART(o)) {
		int n = g_mime_multipart_get_count(GMIME_MULTIPART(o));
		for (int i = 0; i < n; i++)
			count_messages(g_mime_multipart_get_part(GMIME_MULTIPART(o), i), wanted, count, at);
	} else if (GMIME_IS_MESSAGE_PART(o)) {
		GMimeMessage *msg = g_mime_message_part_get_message(GMIME_MESSAGE_PART(o));
		if (GMIME_MESSAGE_PART(o) == wanted)
			*at = *count;
		++*count;
		if (msg && g_mime_message_get_mime_part(msg))
			count_messages(g_mime_message_get_mime_part(msg), wanted, count, at);
	}
}

/* Bytes of a message inside the mail; where its place is not sure, what GMime makes of it. */
static void message_bytes(struct ig_walk w, GMimeMessagePart *part, GMimeMessage *msg, struct ig_content *c)
{
	struct ig_mail *m = w.m;
	size_t count = 0, at = SIZE_MAX;
	if (!m->hash_left) {
		ig_mail_problem(m, "messages inside messages were not hashed past a limit");
		return;
	}
	if (w.root)
		count_messages(w.root, part, &count, &at);
	if (at < count && count == m->source->nested_count)
		ig_content_range(m, m->source, &m->source->nested[at], msg && g_mime_message_get_mime_part(msg) ? 4096 : (size_t)m->limits->text_max, c);
	else if (msg)
		ig_content_message(m, msg, c);
}

void ig_part_inner_fields(struct ig_mail *m, GMimeObject *msg, struct ig_buf *out, char **subject_r)
{
	static const char *const shown[] = {"From", "To", "Date", "Subject"};
	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
		GMimeHeader *h = g_mime_header_list_get_header(g_mime_object_get_header_list(msg), shown[i]);
		const char *raw = h ? g_mime_header_get_raw_value(h) : NULL;
		char *words = raw ? ig_header_text(m->a, raw, NULL) : NULL;
		if (words)
			ig_buf_fmt(out, "%s: %s\n", shown[i], words);
		if (i == 3 && words && *words)
			*subject_r = words;
	}
	if (out->len)
		ig_buf_char(out, '\n');
}

/* A mail inside the mail: an attachment whose text begins with its own From, Date and Subject. */
static void walk_message(struct ig_walk w, GMimeMessagePart *part)
{
	struct ig_mail *m = w.m;
	GMimeMessage *msg = g_mime_message_part_get_message(part);
	GMimeObject *inside = msg ? g_mime_message_get_mime_part(msg) : NULL;
	const char *type = ig_part_type(m, GMIME_OBJECT(part));
	struct ig_body inner = {.cut = false};
	struct ig_content c = {.size = 0};
	char *name = ig_part_name(m, GMIME_OBJECT(part)), *subject = NULL;
	ig_buf_init(&inner.text, (size_t)m->limits->text_max);
	if (msg)
		ig_part_inner_fields(m, GMIME_OBJECT(msg), &inner.text, &subject);
	const char *id = msg && !m->inner_id ? g_mime_object_get_header(GMIME_OBJECT(msg), "Message-Id") : NULL;
	if (id)
		m->inner_id = ig_header_id(m->a, id);
	struct ig_attachment *x = ig_mail_attach(m);
	size_t at = m->attachment_count - 1, head = inner.text.len;
	message_bytes(w, part, msg, &c);
	m->crypt.attached++;
	if (inside)
		ig_part_walk((struct ig_walk){.m = m, .root = w.root, .body = &inner, .top = true, .depth = w.depth + 1, .path = ig_part_path(&w)}, inside);
	m->crypt.attached--;
	if (inner.text.len == head && !head && c.bytes.len) {
		/* No field could be found in it: what stands there is shown as it is. */
		char *words = ig_charset_decode(m->a, NULL, c.bytes.data, c.bytes.len, NULL);
		ig_part_lines(words);
		ig_part_add_text(m, &inner, words);
	}
	if (x) {
		x = &m->attachments[at]; /* the list may have moved */
		x->name = name ? name : subject ? ig_part_base_name(m, ig_arena_fmt(m->a, "%s.eml", subject)) : NULL;
		x->type = type[0] == 'm' ? type : "message/rfc822";
		x->size = c.size;
		memcpy(x->sha256, c.sha256, sizeof x->sha256);
		x->text = ig_mail_keep_text(m, ig_arena_strndup(m->a, inner.text.data, inner.text.len));
	}
	ig_buf_free(&c.bytes);
	ig_buf_free(&inner.text);
}

void ig_part_walk(struct ig_walk w, GMimeObject *o)
{
	if (w.depth > w.m->limits->depth_max + 8)
		return;
	if (GMIME_IS_MULTIPART(o))
		walk_multipart(w, GMIME_MULTIPART(o));
	else if (GMIME_IS_MESSAGE_PART(o))
		walk_message(w, GMIME_MESSAGE_PART(o));
	else if (GMIME_IS_MESSAGE_PARTIAL(o) || GMIME_IS_PART(o))
		ig_part_leaf(w, GMIME_PART(o));
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

/* For filters, which know a source by fields of its own. Trace fields tell nothing about it, and are the longest. */
static const char *keep_header(struct ig_mail *m, const char *name, const char *raw)
{
	static const char *const trace[] = {"Received", "DKIM-Signature", "ARC-Seal", "ARC-Message-Signature", "X-Google-DKIM-Signature", "X-Gm-Message-State"};
	struct ig_header *h = &m->headers[m->header_count];
	for (size_t i = 0; i < sizeof trace / sizeof trace[0]; i++)
		if (!strcasecmp(name, trace[i]))
			return ig_arena_strdup(m->a, raw);
	size_t len = strlen(raw);
	char *value = ig_charset_ascii(raw, len) ? ig_arena_strndup(m->a, raw, len) : ig_utf8_repair(m->a, raw, len);
	if (m->header_count < IG_KEPT_HEADERS && ig_charset_ascii(name, strlen(name))) {
		*h = (struct ig_header){ig_arena_strdup(m->a, name), value};
		m->header_count++;
	}
	return ig_charset_ascii(raw, len) ? value : ig_arena_strndup(m->a, raw, len);
}

static void read_head(struct ig_mail *m, GMimeObject *o)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(o);
	int n = g_mime_header_list_get_count(list);
	m->headers = ig_arena_calloc(m->a, (size_t)(n < IG_KEPT_HEADERS ? n : IG_KEPT_HEADERS) + 1, sizeof *m->headers);
	for (int i = 0; i < n; i++) {
		GMimeHeader *h = g_mime_header_list_get_header_at(list, i);
		const char *name = g_mime_header_get_name(h), *raw = g_mime_header_get_raw_value(h);
		int slot = head_slot(name);
		if (!raw)
			continue;
		ig_trace_field(m, name, raw, slot);
		raw = keep_header(m, name, raw);
		if (slot < 0)
			continue;
		if (!m->head[slot])
			m->head[slot] = raw;
		m->head_count[slot]++;
		if (slot == IG_HEAD_FROM && m->head_count[slot] <= 4)
			m->from[m->head_count[slot] - 1] = raw;
		if (slot == IG_HEAD_TO && m->head_count[slot] < 64)
			append(m, &m->more_to, raw);
		else if (slot == IG_HEAD_CC && m->head_count[slot] < 64)
			append(m, &m->more_cc, raw);
		else if ((slot == IG_HEAD_DELIVERED_TO || slot == IG_HEAD_X_ORIGINAL_TO || slot == IG_HEAD_ENVELOPE_TO) && m->delivered_count < 7)
			m->delivered[m->delivered_count++] = raw;
	}
	m->top_type = ig_part_type(m, o);
	const char *report = g_mime_object_get_content_type_parameter(o, "report-type");
	m->report_type = report ? ig_part_lower(m->a, report) : NULL;
}

/* Bytes in which no field can be found are still shown to a person. */
static void read_as_text(struct ig_mail *m, const struct ig_source *s, struct ig_body *body)
{
	const char *problem = NULL;
	uint64_t len = s->mem ? s->len : s->to - s->from;
	char *p = s->mem;
	m->top_type = "text/plain";
	ig_mail_problem(m, "no header field could be found");
	len = len < m->limits->text_max ? len : m->limits->text_max;
	if (!p && ig_fs_pread_all(s->fd, p = ig_arena_alloc(m->a, (size_t)len + 1), (size_t)len, (off_t)s->from) < 0)
		return;
	char *words = ig_charset_decode(m->a, NULL, p, (size_t)len, &problem);
	if (problem)
		ig_mail_problem(m, "%s", problem);
	ig_part_lines(words);
	ig_part_add_text(m, body, words);
}

GMimeObject *ig_part_parse(const struct ig_source *s, struct ig_part_tree *t)
{
	if (s->mem) {
		t->stream = g_mime_stream_mem_new();
		/* The bytes stay ours: GMime's array is a view on them. */
		GByteArray *view = g_byte_array_new_take((guint8 *)g_memdup2(s->mem, s->len), s->len);
		g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(t->stream), view);
		g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(t->stream), true);
	} else {
		t->stream = g_mime_stream_fs_new_with_bounds(s->fd, (gint64)s->from, (gint64)s->to);
		g_mime_stream_fs_set_owner(GMIME_STREAM_FS(t->stream), false);
	}
	t->parser = g_mime_parser_new_with_stream(t->stream);
	g_mime_parser_set_persist_stream(t->parser, true);
	t->root = g_mime_parser_construct_part(t->parser, ig_part_options);
	return t->root;
}

void ig_part_parse_end(struct ig_part_tree *t)
{
	if (t->root)
		g_object_unref(t->root);
	g_object_unref(t->parser);
	g_object_unref(t->stream);
}

void ig_mime_read(struct ig_mail *m, const struct ig_source *s, struct ig_body *body)
{
	struct ig_part_tree tree;
	ig_mime_start();
	m->source = s;
	GMimeObject *o = ig_part_parse(s, &tree);
	if (o) {
		read_head(m, o);
		ig_part_walk((struct ig_walk){.m = m, .root = o, .body = body, .top = true, .path = ""}, o);
	} else {
		read_as_text(m, s, body);
	}
	ig_part_parse_end(&tree);
}
