/* Parts that are encrypted or signed: PGP/MIME (RFC 3156), S/MIME (RFC 8551), files encrypted by themselves, files with a signature beside
 * them, and what mail systems make of these on the way.
 * Relies on crypt.c for the keys, on mime.c for reading on. Goes by the bytes where the name of a type may be wrong. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/utf8.h"
#include "parse/charset.h"
#include "parse/crypt.h"
#include "parse/header.h"

#define SNIFF 256

static bool is(const char *type, const char *what)
{
	return !strcmp(type, what);
}

/* The bytes of a part, which do not count for the digest of the mail a second time. */
static void read_bytes(struct ig_mail *m, GMimePart *part, size_t keep, struct ig_content *c)
{
	struct ig_sha256 before = m->identity;
	ig_content_read(m, part, keep, c);
	m->identity = before;
}

static bool ends(const char *name, const char *with)
{
	size_t n = name ? strlen(name) : 0, w = strlen(with);
	return n > w && !strcasecmp(name + n - w, with);
}

/* ---- what came out, read on */

/* Does it begin with a header field that a MIME entity has? */
static bool has_fields(const char *p, size_t len)
{
	static const char *const fields[] = {"Content-", "MIME-Version:", "From:", "To:", "Subject:", "Date:", "Message-ID:", "Received:", "Return-Path:"};
	while (len && (*p == '\r' || *p == '\n'))
		p++, len--;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (len > strlen(fields[i]) && !strncasecmp(p, fields[i], strlen(fields[i])))
			return true;
	return false;
}

/* Subject that was encrypted with the text, where the sender says that it was (RFC 9788 "hp"; "protected-headers" before it). */
static void take_subject(struct ig_mail *m, GMimeObject *o)
{
	const char *raw = NULL;
	if (!g_mime_object_get_content_type_parameter(o, "hp") && !g_mime_object_get_content_type_parameter(o, "protected-headers"))
		return;
	GMimeHeader *h = g_mime_header_list_get_header(g_mime_object_get_header_list(o), "Subject");
	raw = h ? g_mime_header_get_raw_value(h) : NULL;
	if (raw && !m->crypt.subject) {
		char *words = ig_header_text(m->a, raw, NULL);
		words[ig_utf8_cut(words, strlen(words), IG_SUBJECT_MAX)] = 0;
		m->crypt.subject = words;
	}
}

bool ig_crypt_entity(struct ig_walk w, const char *path, const void *p, size_t len)
{
	struct ig_mail *m = w.m;
	if (!has_fields(p, len))
		return false;
	int fd = ig_fs_memfd("opened", p, len);
	if (fd < 0)
		return false;
	const struct ig_source *before = m->source;
	struct ig_sha256 identity = m->identity; /* the mail is told from others by what came */
	struct ig_source inner;
	ig_source_open(m, fd, len, &inner);
	m->source = &inner;
	m->crypt.depth++;
	struct ig_part_tree tree;
	GMimeObject *o = ig_part_parse(&inner, &tree);
	if (o) {
		take_subject(m, o);
		struct ig_walk in = {.m = m, .root = o, .body = w.body, .top = true, .depth = w.depth + 1, .path = ig_arena_fmt(m->a, "%s/1", path)};
		/* RFC 8551 section 3.1: the whole mail may be wrapped, to protect its header. It is the mail, not one that is attached to it. */
		GMimeMessage *msg = GMIME_IS_MESSAGE_PART(o) ? g_mime_message_part_get_message(GMIME_MESSAGE_PART(o)) : NULL;
		ig_part_walk(in, msg && g_mime_message_get_mime_part(msg) ? g_mime_message_get_mime_part(msg) : o);
	}
	ig_part_parse_end(&tree);
	m->crypt.depth--;
	m->source = before;
	m->identity = identity;
	close(fd);
	return o != NULL;
}

static void add_plain_text(struct ig_walk w, const void *p, size_t len)
{
	const char *problem = NULL;
	if (!w.body)
		return;
	char *words = ig_charset_decode(w.m->a, NULL, p, len < w.m->limits->text_max ? len : (size_t)w.m->limits->text_max, &problem);
	ig_part_lines(words);
	ig_part_add_text(w.m, w.body, words);
}

/* ---- multiparts */

static const char *below(struct ig_mail *m, const char *path, int index)
{
	return *path ? ig_arena_fmt(m->a, "%s.%d", path, index) : ig_arena_fmt(m->a, "%d", index);
}

static char *lower_type(struct ig_mail *m, GMimeMultipart *mp, int i)
{
	return ig_part_type(m, g_mime_multipart_get_part(mp, i));
}

static bool armored(const struct ig_content *c, const char *what)
{
	size_t n = strlen(what), head = c->bytes.len < SNIFF ? c->bytes.len : SNIFF;
	const char *hit = head >= n ? memmem(c->bytes.data, head, what, n) : NULL;
	return hit && (hit == c->bytes.data || hit[-1] == '\n');
}

/* First octet of a packet that begins an encrypted message (RFC 4880 section 4.2): a session key, in either format. */
static bool is_packet(const struct ig_content *c)
{
	if (c->bytes.len < 8)
		return false;
	unsigned char first = (unsigned char)c->bytes.data[0];
	return first == 0xc1 || first == 0xc3 || (first >= 0x84 && first <= 0x86) || (first >= 0x8c && first <= 0x8e);
}

/* The encrypted bytes of a multipart/encrypted, of which Exchange makes a multipart/mixed. -1 none. */
static int cipher_part(struct ig_mail *m, GMimeMultipart *mp, bool *mangled_r)
{
	int n = g_mime_multipart_get_count(mp), control = -1;
	*mangled_r = !is(ig_part_type(m, GMIME_OBJECT(mp)), "multipart/encrypted");
	for (int i = 0; i < n && i < 8; i++) {
		GMimeObject *o = g_mime_multipart_get_part(mp, i);
		if (!GMIME_IS_PART(o))
			continue;
		if (is(lower_type(m, mp, i), "application/pgp-encrypted"))
			control = i;
		else if (control >= 0)
			return i;
	}
	return !*mangled_r && control < 0 && n == 2 && GMIME_IS_PART(g_mime_multipart_get_part(mp, 1)) ? 1 : -1;
}

static bool open_multipart(struct ig_walk w, GMimeMultipart *mp, const char *path)
{
	struct ig_mail *m = w.m;
	bool mangled, opened = false;
	int at = cipher_part(m, mp, &mangled);
	struct ig_content c;
	if (at < 0)
		return false;
	GMimePart *part = GMIME_PART(g_mime_multipart_get_part(mp, at));
	read_bytes(m, part, IG_CRYPT_BYTES_MAX, &c);
	const char *name = below(m, path, at + 1);
	if ((!mangled || armored(&c, "-----BEGIN PGP MESSAGE-----") || is_packet(&c)) && ig_crypt_piece(m, name)) {
		struct ig_crypt_ask ask = {.form = IG_CRYPT_FORM_OPENPGP, .from = ig_crypt_author(m), .data = c.bytes.data, .len = c.bytes.len};
		const struct ig_crypt_found *found = ig_crypt_look(m, name, NULL, &ask);
		ig_crypt_note(m, name, found, true);
		ig_crypt_covers(m, found, name, w.top && !mangled);
		opened = found && found->plain;
		if (opened && !ig_crypt_entity(w, name, found->plain, found->plain_len))
			add_plain_text(w, found->plain, found->plain_len);
	}
	ig_buf_free(&c.bytes);
	for (int i = 0; opened && mangled && i < g_mime_multipart_get_count(mp); i++)
		if (i != at && !is(lower_type(m, mp, i), "application/pgp-encrypted"))
			ig_part_walk((struct ig_walk){.m = m, .root = w.root, .body = w.body, .depth = w.depth + 1, .path = path, .index = i + 1},
				g_mime_multipart_get_part(mp, i));
	return opened;
}

/* Bytes from the first boundary line to the second, without the line end before it: what RFC 1847 section 2.1 says is signed. */
static bool between(const char *p, size_t len, const char *boundary, const char **from_r, const char **to_r)
{
	size_t n = strlen(boundary), found = 0;
	const char *end = p + len, *starts[2] = {NULL, NULL};
	for (const char *hit = p; n && found < 2 && (hit = memmem(hit, (size_t)(end - hit), boundary, n)); hit += n) {
		if (hit - p < 2 || hit[-1] != '-' || hit[-2] != '-' || (hit - p > 2 && hit[-3] != '\n'))
			continue;
		const char *rest = hit + n;
		while (rest < end && (*rest == ' ' || *rest == '\t' || *rest == '\r'))
			rest++;
		if (rest < end && *rest != '\n' && found == 0)
			continue; /* a longer boundary that begins like this one */
		starts[found] = found ? hit - 2 : rest + 1;
		found++;
	}
	if (found < 2 || starts[1] <= starts[0])
		return false;
	*from_r = starts[0];
	*to_r = starts[1] - 1 - (starts[1] - starts[0] > 1 && starts[1][-2] == '\r');
	return *to_r >= *from_r;
}

/* Lines end with CRLF in what was signed (RFC 3156 section 5), whatever the way here made of them. */
static void add_canonical(struct ig_buf *b, const char *p, size_t len)
{
	const char *end = p + len;
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *to = nl ? nl : end;
		ig_buf_add(b, p, (size_t)(to - p) - (nl && to > p && to[-1] == '\r'));
		if (nl)
			ig_buf_add(b, "\r\n", 2);
		p = nl ? nl + 1 : end;
	}
}

static bool source_bytes(struct ig_mail *m, const char **p_r, size_t *len_r)
{
	const struct ig_source *s = m->source;
	if (s->mem) {
		*p_r = s->mem;
		*len_r = s->len;
		return true;
	}
	size_t len = (size_t)(s->to - s->from);
	char *p = len <= IG_CRYPT_BYTES_MAX ? ig_arena_alloc(m->a, len + 1) : NULL;
	if (!p || ig_fs_pread_all(s->fd, p, len, (off_t)s->from))
		return false;
	*p_r = p;
	*len_r = len;
	return true;
}

/* As it stands in the source; where its place is not found, as GMime writes it. */
static void signed_bytes(struct ig_mail *m, GMimeMultipart *mp, struct ig_buf *b)
{
	const char *boundary = g_mime_multipart_get_boundary(mp), *p, *from, *to;
	size_t len;
	if (boundary && source_bytes(m, &p, &len) && between(p, len, boundary, &from, &to)) {
		add_canonical(b, from, (size_t)(to - from));
		return;
	}
	GMimeStream *mem = g_mime_stream_mem_new();
	g_mime_object_write_to_stream(g_mime_multipart_get_part(mp, 0), NULL, mem);
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(mem));
	add_canonical(b, (const char *)bytes->data, bytes->len);
	g_object_unref(mem);
}

static void verify_multipart(struct ig_walk w, GMimeMultipart *mp, const char *path)
{
	struct ig_mail *m = w.m;
	int n = g_mime_multipart_get_count(mp);
	GMimeObject *o = n > 1 ? g_mime_multipart_get_part(mp, 1) : NULL;
	const char *type = o ? ig_part_type(m, o) : "";
	bool cms = strstr(type, "pkcs7") != NULL;
	const char *name = below(m, path, 2);
	struct ig_content c;
	if (!o || !GMIME_IS_PART(o) || (!cms && !strstr(type, "pgp-signature")) || !ig_crypt_piece(m, name)) {
		ig_crypt_note(m, path, NULL, false);
		return;
	}
	struct ig_buf b = IG_BUF_INIT(IG_CRYPT_BYTES_MAX);
	read_bytes(m, GMIME_PART(o), 1u << 20, &c);
	if (m->second && m->second->bytes)
		signed_bytes(m, mp, &b);
	struct ig_crypt_ask ask = {.form = cms ? IG_CRYPT_FORM_CMS : IG_CRYPT_FORM_OPENPGP, .from = ig_crypt_author(m), .data = b.data, .len = b.len,
		.signature = c.bytes.data, .signature_len = c.bytes.len};
	const struct ig_crypt_found *found = ig_crypt_look(m, name, NULL, &ask);
	ig_crypt_note(m, name, found, false);
	ig_crypt_covers(m, found, below(m, path, 1), w.top && n == 2);
	ig_buf_free(&b);
	ig_buf_free(&c.bytes);
}

/* RFC 4880 section 11.4: a signature beside a file, by the name of the file. */
static void verify_files(struct ig_walk w, GMimeMultipart *mp, const char *path)
{
	struct ig_mail *m = w.m;
	int n = g_mime_multipart_get_count(mp);
	for (int i = 0; i < n && i < 64; i++) {
		GMimeObject *o = g_mime_multipart_get_part(mp, i);
		const char *name = GMIME_IS_PART(o) ? ig_part_name(m, o) : NULL;
		if (!name || (!ends(name, ".sig") && !(ends(name, ".asc") && is(ig_part_type(m, o), "application/pgp-signature"))))
			continue;
		const char *at = below(m, path, i + 1);
		for (int k = 0; k < n && k < 64; k++) {
			GMimeObject *file = g_mime_multipart_get_part(mp, k);
			const char *other = k != i && GMIME_IS_PART(file) ? ig_part_name(m, file) : NULL;
			if (!other || strlen(other) + 4 != strlen(name) || strncmp(other, name, strlen(other)) || !ig_crypt_piece(m, at))
				continue;
			struct ig_content sig, data;
			read_bytes(m, GMIME_PART(o), 1u << 20, &sig);
			read_bytes(m, GMIME_PART(file), m->second && m->second->bytes ? IG_CRYPT_BYTES_MAX : 0, &data);
			struct ig_crypt_ask ask = {.form = IG_CRYPT_FORM_OPENPGP, .from = ig_crypt_author(m), .data = data.bytes.data, .len = data.bytes.len,
				.signature = sig.bytes.data, .signature_len = sig.bytes.len};
			const struct ig_crypt_found *found = ig_crypt_look(m, at, name, &ask);
			ig_crypt_note(m, at, found, false);
			ig_crypt_covers(m, found, below(m, path, k + 1), false);
			ig_buf_free(&sig.bytes);
			ig_buf_free(&data.bytes);
			break;
		}
	}
}

bool ig_crypt_multipart(struct ig_walk w, GMimeMultipart *mp, const char *type, const char *path)
{
	if (is(type, "multipart/signed")) {
		verify_multipart(w, mp, path);
		return false;
	}
	if (is(type, "multipart/encrypted") || is(type, "multipart/mixed")) {
		unsigned before = w.m->crypt.encrypted;
		if (open_multipart(w, mp, path))
			return true;
		if (is(type, "multipart/encrypted") && w.m->crypt.encrypted == before)
			ig_crypt_note(w.m, path, NULL, true);
	}
	if (is(type, "multipart/mixed"))
		verify_files(w, mp, path);
	return false;
}

/* ---- leaves */

/* DER of a content info (RFC 5652 section 3): its object identifier stands at the front. */
static bool has_oid(const struct ig_content *c, const char *oid, size_t len)
{
	size_t head = c->bytes.len < 64 ? c->bytes.len : 64;
	return head && (unsigned char)c->bytes.data[0] == 0x30 && memmem(c->bytes.data, head, oid, len);
}
#define OID(c, text) has_oid((c), (text), sizeof(text) - 1)
#define OID_SIGNED "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
#define OID_ENVELOPED "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
#define OID_AUTH_ENVELOPED "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"

/* A CMS object; kind: what its mail says of it, NULL nothing. */
static bool open_cms(struct ig_walk w, const char *path, const char *name, const char *kind, const struct ig_content *c)
{
	struct ig_mail *m = w.m;
	bool is_signed = OID(c, OID_SIGNED), sealed = OID(c, OID_ENVELOPED) || OID(c, OID_AUTH_ENVELOPED), opened = false;
	if (!is_signed && !sealed) /* not DER, or damaged: what the mail says of it */
		sealed = !(is_signed = kind && !strncasecmp(kind, "signed", 6));
	if (!ig_crypt_piece(m, path)) {
		ig_crypt_note(m, path, NULL, sealed);
		return false;
	}
	struct ig_crypt_ask ask = {.form = IG_CRYPT_FORM_CMS, .from = ig_crypt_author(m), .data = c->bytes.data, .len = c->bytes.len};
	const struct ig_crypt_found *found = ig_crypt_look(m, path, name, &ask);
	ig_crypt_note(m, path, found, sealed);
	ig_crypt_covers(m, found, path, w.top);
	opened = found && found->plain;
	if (opened && !ig_crypt_entity(w, path, found->plain, found->plain_len))
		add_plain_text(w, found->plain, found->plain_len);
	return opened;
}

static bool open_smime(struct ig_walk w, GMimePart *part, const char *name)
{
	struct ig_content c;
	const char *kind = g_mime_object_get_content_type_parameter(GMIME_OBJECT(part), "smime-type");
	if (kind && (!strcasecmp(kind, "certs-only") || !strcasecmp(kind, "compressed-data")))
		return false;
	read_bytes(w.m, part, IG_CRYPT_BYTES_MAX, &c);
	bool opened = open_cms(w, ig_part_path(&w), name, kind, &c);
	ig_buf_free(&c.bytes);
	return opened;
}

/* What came out of an encrypted file: listed in its place, under the name without the suffix. */
static void list_file(struct ig_walk w, const char *path, const char *name, const struct ig_crypt_found *found)
{
	struct ig_mail *m = w.m;
	size_t len = name ? strlen(name) : 0;
	struct ig_attachment *x = ig_mail_attach(m);
	size_t at = m->attachment_count - 1;
	if (!x)
		return;
	x->name = len > 4 ? ig_arena_strndup(m->a, name, len - 4) : name;
	x->size = found->plain_len;
	ig_sha256_of(found->plain, found->plain_len, x->sha256);
	x->hazard = ig_hazard_of(found->plain, found->plain_len, x->name, NULL, m->a);
	if (found->plain_len <= m->limits->text_max && ig_utf8_valid(found->plain, found->plain_len) && !memchr(found->plain, 0, found->plain_len)) {
		char *text = ig_arena_strndup(m->a, found->plain, found->plain_len);
		ig_part_lines(text);
		x->type = "text/plain";
		x->text = ig_mail_keep_text(m, text);
		return;
	}
	struct ig_buf bytes = {.data = (char *)(uintptr_t)found->plain, .len = found->plain_len};
	w.depth++;
	ig_part_second(w, NULL, &bytes, ig_arena_fmt(m->a, "%s/1", path), at);
}

static bool open_bytes(struct ig_walk w, const char *path, const char *name, const struct ig_content *c)
{
	struct ig_mail *m = w.m;
	if ((!armored(c, "-----BEGIN PGP MESSAGE-----") && !is_packet(c)) || !ig_crypt_piece(m, path))
		return false;
	struct ig_crypt_ask ask = {.form = IG_CRYPT_FORM_OPENPGP, .from = ig_crypt_author(m), .data = c->bytes.data, .len = c->bytes.len};
	const struct ig_crypt_found *found = ig_crypt_look(m, path, name, &ask);
	ig_crypt_note(m, path, found, true);
	ig_crypt_covers(m, found, path, false);
	bool opened = found && found->plain;
	/* "encrypted.asc" of some mail systems is the whole mail that should have been PGP/MIME. */
	if (opened && !ig_crypt_entity(w, path, found->plain, found->plain_len))
		list_file(w, path, name, found);
	return opened;
}

static bool open_file(struct ig_walk w, GMimePart *part, const char *name)
{
	struct ig_content c;
	read_bytes(w.m, part, IG_CRYPT_BYTES_MAX, &c);
	bool opened = open_bytes(w, ig_part_path(&w), name, &c);
	ig_buf_free(&c.bytes);
	return opened;
}

static bool is_cms(const char *type, const char *name)
{
	return is(type, "application/pkcs7-mime") || is(type, "application/x-pkcs7-mime") || ends(name, ".p7m");
}

static bool is_pgp(const char *type, const char *name)
{
	return ends(name, ".pgp") || ends(name, ".gpg") || ends(name, ".asc") || is(type, "application/pgp") || is(type, "application/pgp-encrypted");
}

bool ig_crypt_bytes(struct ig_walk w, const char *path, const char *type, const char *name, const void *p, size_t len)
{
	struct ig_content c = {.bytes = {.data = (char *)(uintptr_t)p, .len = len}};
	/* A mail that is signed in the clear is carried whole, with its Content-Type in front. */
	if (is(type, "multipart/signed") || (is_cms(type, name) && has_fields(p, len)))
		return ig_crypt_entity(w, path, p, len);
	return is_cms(type, name) ? open_cms(w, path, name, NULL, &c) : is_pgp(type, name) && open_bytes(w, path, name, &c);
}

bool ig_crypt_leaf(struct ig_walk w, GMimePart *part, const char *type, const char *name)
{
	return is_cms(type, name) ? open_smime(w, part, name) : is_pgp(type, name) && open_file(w, part, name);
}
