/* winmail.dat in its place in the mail: its files are listed and read as if they had been attached themselves, what is signed or encrypted in it is
 * opened ([MS-OXOSMIME]: Outlook carries an S/MIME mail as one attached file, a CMS object or a whole multipart/signed), and mail inside it is unpacked too.
 * Relies on tnef.c for the stream, on leaf.c and crypt_part.c for its files. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "parse/crypt.h"
#include "parse/part.h"
#include "parse/text.h"

#define INSIDE_MAX 4 /* winmail.dat in winmail.dat */

static bool unpack(struct ig_walk w, const void *p, size_t len, const char *path, int inside, const char **text_r);

/* A mail that is attached as an object: listed with the text it holds, its files after it. */
static void unpack_inner(struct ig_walk w, const struct ig_tnef_file *f, const char *name, const char *path, int inside)
{
	struct ig_mail *m = w.m;
	struct ig_attachment *x = ig_mail_attach(m);
	size_t at = m->attachment_count - 1;
	const char *text = NULL;
	if (!x)
		return;
	x->name = name;
	x->type = "application/ms-tnef";
	x->size = f->len;
	ig_sha256_of(f->p, f->len, x->sha256);
	w.body = NULL;
	m->crypt.attached++;
	if (unpack(w, f->p, f->len, path, inside + 1, &text) && text)
		m->attachments[at].text = ig_mail_keep_text(m, text);
	m->crypt.attached--;
}

static bool unpack(struct ig_walk w, const void *p, size_t len, const char *path, int inside, const char **text_r)
{
	struct ig_mail *m = w.m;
	struct ig_tnef t;
	int64_t room = m->limits->parts_max - (int64_t)m->attachment_count;
	if (ig_tnef_read(m->a, p, len, room > 0 ? (size_t)room : 0, &t) < 0) {
		ig_mail_problem(m, "winmail.dat is not TNEF");
		return false;
	}
	if (t.cut)
		ig_mail_problem(m, "winmail.dat is damaged; what could be read was unpacked");
	for (size_t i = 0; i < t.count; i++) {
		const struct ig_tnef_file *f = &t.files[i];
		const char *name = ig_part_base_name(m, f->name), *type = f->type ? ig_part_lower(m->a, f->type) : "application/octet-stream";
		const char *at = ig_arena_fmt(m->a, "%s/%zu", path, i + 1);
		bool mail = !strcmp(type, "application/ms-tnef");
		if (mail && inside < INSIDE_MAX)
			unpack_inner(w, f, name, at, inside);
		else if (!ig_crypt_bytes(w, at, type, name, f->p, f->len))
			ig_part_file(w, name, type, f->p, f->len, at);
	}
	*text_r = t.text;
	return t.count || t.text;
}

bool ig_winmail_unpack(struct ig_walk w, const struct ig_buf *bytes, const char *path)
{
	const char *text = NULL;
	if (bytes->over) {
		ig_mail_problem(w.m, "winmail.dat is too large to be unpacked");
		return false;
	}
	bool was = unpack(w, bytes->data, bytes->len, path, 0, &text);
	/* Outlook puts the same text beside it; only where there is none the one inside is the mail's. */
	if (text && w.body && !w.body->text.len)
		ig_part_add_text(w.m, w.body, text);
	return was;
}
