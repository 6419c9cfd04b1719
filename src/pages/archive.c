/* Archives: zip, 7z, rar, tar and single packed files, by libarchive; encrypted 7z by seven.c. What is text or mail goes to a reader, what is a document is read here, all
 * of it is listed; archives inside archives to depth_max. Encrypted ones are opened with the passwords that the message states.
 * Relies on the limits for every count and size: the expansion of a small file is bounded, whatever its header says. Writes nothing. */
#include "config.h"
#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include "base/sha256.h"
#include "base/utf8.h"
#include "model/notes.h"
#include "pages/zip.h"
#include "parse/charset.h"
#include "parse/hazard.h"

static struct archive *open_it(struct ig_doc *d, const struct ig_blob *b, bool packed)
{
	struct archive *r = archive_read_new();
	if (!r)
		return NULL;
	archive_read_support_filter_all(r);
	archive_read_support_format_zip(r);
	archive_read_support_format_7zip(r);
	archive_read_support_format_rar(r);
	archive_read_support_format_rar5(r);
	archive_read_support_format_tar(r);
	if (packed)
		archive_read_support_format_raw(r);
	for (const char *p = d->job->passwords; p && *p;) {
		size_t n = strcspn(p, "\n");
		char *one = ig_arena_strndup(d->a, p, n);
		if (n)
			archive_read_add_passphrase(r, one);
		p += n + (p[n] == '\n');
	}
	if (archive_read_open_memory(r, b->p, b->len) == ARCHIVE_OK)
		return r;
	archive_read_free(r);
	return NULL;
}

/* Base name, in UTF-8: zip files of old programs hold names in the code page of their machine. */
static const char *name_of(struct ig_doc *d, struct archive_entry *e)
{
	const char *name = archive_entry_pathname_utf8(e);
	if (!name)
		name = archive_entry_pathname(e);
	if (!name)
		return "?";
	char *s = ig_charset_decode(d->a, NULL, name, strlen(name), NULL);
	for (char *p = s; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	return s;
}

static const char *base_name(const char *path)
{
	const char *s = path;
	for (const char *p = path; *p; p++)
		if ((*p == '/' || *p == '\\') && p[1])
			s = p + 1;
	return s;
}

/* The bytes of one file, to its limit and that of the whole. 0; 1 cut; -1 they cannot be had (why in the archive). */
static int take_bytes(struct ig_doc *d, struct archive *r, struct ig_buf *out)
{
	char block[65536];
	const struct ig_pages_limits *l = &d->job->limits;
	for (;;) {
		la_ssize_t n = archive_read_data(r, block, sizeof block);
		if (n < 0)
			return -1;
		if (!n)
			return 0;
		if (out->len + (size_t)n > l->file_max || d->unpacked + (uint64_t)n > l->unpacked_max || ig_doc_late(d))
			return 1;
		d->unpacked += (uint64_t)n;
		ig_buf_add(out, block, (size_t)n);
	}
}

int ig_zip_walk(struct ig_doc *d, const struct ig_blob *b, ig_zip_h *each, void *arg)
{
	enum ig_pages_kind kind = ig_pages_kind_of(b);
	struct archive *r = open_it(d, b, kind == IG_PAGES_PACKED);
	struct archive_entry *e;
	int rc, seen = 0, opened = 0;
	bool encrypted = false;
	if (!r)
		return -1;
	while ((rc = archive_read_next_header(r, &e)) == ARCHIVE_OK || rc == ARCHIVE_WARN) {
		struct ig_buf bytes;
		if (++seen, ++d->entries > d->job->limits.entries_max) {
			ig_doc_problem(d, "more than %lld files in archives; the rest was not read", (long long)d->job->limits.entries_max);
			break;
		}
		if (archive_entry_filetype(e) != AE_IFREG && archive_entry_filetype(e) != 0)
			continue;
		struct ig_zip_file f = {.path = name_of(d, e), .raw = kind == IG_PAGES_PACKED && archive_format(r) == ARCHIVE_FORMAT_RAW};
		if (!each(arg, &f, true))
			continue;
		ig_buf_init(&bytes, (size_t)d->job->limits.file_max + 1);
		int taken = take_bytes(d, r, &bytes);
		f.p = bytes.data ? bytes.data : "";
		f.len = bytes.len;
		f.cut = taken != 0;
		encrypted = encrypted || (taken < 0 && archive_entry_is_encrypted(e));
		opened += taken >= 0;
		f.why = taken > 0 ? "it is too large" : taken < 0 ? archive_entry_is_encrypted(e) ? "it is encrypted, and no password that the message states opens it" : "it is damaged" : NULL;
		each(arg, &f, false);
		ig_buf_free(&bytes);
		if (ig_doc_late(d) || d->unpacked >= d->job->limits.unpacked_max)
			break;
	}
	if (rc < ARCHIVE_WARN) {
		const char *words = archive_error_string(r);
		encrypted = encrypted || archive_read_has_encrypted_entries(r) > 0 || (words && (strcasestr(words, "encrypt") || strcasestr(words, "passphrase")));
		if (!encrypted)
			ig_doc_problem(d, "%s", seen ? "the archive is damaged; what could be read was" : "it is no archive that can be read");
	}
	if (encrypted && !opened)
		ig_doc_locked(d, b, kind == IG_PAGES_RAR ? "no program here opens an encrypted RAR archive" : !d->job->passwords || !*d->job->passwords ?
			"the message states no password for it" : "no password that the message states opens it");
	archive_read_free(r);
	return seen || rc == ARCHIVE_EOF ? 0 : -1;
}

/* ---- an archive of a mail */

struct unpacking {
	struct ig_doc *d;
	const struct ig_blob *b;
};

static struct ig_attachment *attach(struct ig_doc *d)
{
	if (d->attachment_count == d->attachment_room) {
		size_t room = d->attachment_room ? d->attachment_room * 2 : 16;
		struct ig_attachment *more = ig_arena_calloc(d->a, room, sizeof *more);
		if (d->attachment_count)
			memcpy(more, d->attachments, d->attachment_count * sizeof *more);
		d->attachments = more;
		d->attachment_room = room;
	}
	return &d->attachments[d->attachment_count++];
}

static bool for_a_reader(const char *type)
{
	return !strncmp(type, "text/", 5) || !strcmp(type, "message/rfc822") || !strcmp(type, "application/json") || !strcmp(type, "application/xml");
}

/* "report.csv.gz" holds report.csv. */
static const char *without_suffix(struct ig_doc *d, const char *name)
{
	const char *dot = name ? strrchr(name, '.') : NULL;
	return dot && dot > name ? ig_arena_strndup(d->a, name, (size_t)(dot - name)) : "data";
}

static void add_file(struct ig_doc *d, const struct ig_blob *in, bool cut, const char *why)
{
	const char *outer = d->inside, *type = ig_pages_type_of(in);
	d->inside = in->name;
	if (why)
		ig_doc_problem(d, "%s", why);
	if (!cut && for_a_reader(type)) {
		d->job->file(d->job->arg, in->name, type, in->p, in->len);
	} else {
		size_t at = d->attachment_count;
		struct ig_attachment *x = attach(d);
		x->name = in->name;
		x->type = type;
		x->size = in->len;
		ig_sha256_of(in->p, in->len, x->sha256);
		x->hazard = ig_hazard_of(in->p, in->len, in->name, NULL, d->a);
		const char *text = cut || !in->len ? NULL : ig_doc_read(d, in);
		d->attachments[at].text = text;
	}
	d->inside = outer;
}

void ig_doc_file(struct ig_doc *d, const char *name, const char *type, const void *p, size_t len)
{
	struct ig_blob in = {.name = base_name(name), .type = type, .p = p, .len = len, .depth = 1};
	add_file(d, &in, false, NULL);
}

static bool one_file(void *arg, const struct ig_zip_file *f, bool ask)
{
	struct unpacking *u = arg;
	struct ig_blob in = {.name = f->raw ? without_suffix(u->d, u->b->name) : base_name(f->path), .p = (const uint8_t *)f->p, .len = f->len,
		.depth = u->b->depth + 1};
	if (!ask)
		add_file(u->d, &in, f->cut, f->why);
	return true;
}

void ig_doc_locked(struct ig_doc *d, const struct ig_blob *b, const char *why)
{
	ig_doc_problem(d, IG_DID_LOCKED ": %s", why);
	if (!b->depth)
		d->result = ig_arena_fmt(d->a, IG_DID_LOCKED ": %s", why);
}

bool ig_doc_archive(struct ig_doc *d, const struct ig_blob *b)
{
	struct unpacking u = {.d = d, .b = b};
	const char *why;
	if (b->depth >= d->job->limits.depth_max) {
		ig_doc_problem(d, "archives within archives are read %lld deep", (long long)d->job->limits.depth_max);
		return true;
	}
	int64_t before = d->entries;
	bool shut = ig_pages_kind_of(b) == IG_PAGES_7Z && ig_seven_locked(b), read;
	if (shut) {
		read = !ig_seven_walk(d, b, one_file, &u, &why);
		if (!read)
			ig_doc_locked(d, b, why);
		read = true; /* it is one, and all was said */
	} else {
		read = !ig_zip_walk(d, b, one_file, &u);
	}
	if (!b->depth && !strncmp(d->result, "read", 4))
		d->result = ig_arena_fmt(d->a, "%lld files", (long long)(d->entries - before));
	return read;
}
