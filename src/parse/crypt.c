/* Pieces of a mail that are encrypted or signed: asked of the keys (the worker of that name), and what came of all of them as one state.
 * Relies on second.c for the way there and back. Believes of an answer what its checks let pass: a worker is no more trusted than a mail. */
#include "config.h"
#include "parse/crypt.h"
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "base/fs.h"
#include "base/utf8.h"
#include "parse/header.h"

#define ASK_MAX (IG_CRYPT_BYTES_MAX + (1u << 20))

_Static_assert(sizeof(((struct ig_mail_crypt *)0)->paths) / sizeof(char *) == IG_CRYPT_PIECES_MAX, "as many paths as pieces");

bool ig_crypt_met(const struct ig_mail *m, const char *path)
{
	for (unsigned i = 0; i < m->crypt.pieces; i++)
		if (!strcmp(m->crypt.paths[i], path))
			return true;
	return false;
}

bool ig_crypt_piece(struct ig_mail *m, const char *path)
{
	if (ig_crypt_met(m, path))
		return false;
	if (m->crypt.depth >= IG_CRYPT_DEPTH_MAX) {
		ig_mail_problem(m, "encrypted or signed inside of each other more than %d times: not opened", IG_CRYPT_DEPTH_MAX);
		return false;
	}
	if (m->crypt.pieces == IG_CRYPT_PIECES_MAX) {
		ig_mail_problem(m, "more than %d encrypted or signed pieces; the rest was not opened", IG_CRYPT_PIECES_MAX);
		return false;
	}
	m->crypt.paths[m->crypt.pieces++] = path;
	return true;
}

static void want(struct ig_mail *m, const char *path, const char *name, const struct ig_crypt_ask *ask)
{
	int fd = -1;
	struct ig_buf b = IG_BUF_INIT(ASK_MAX);
	if (m->second->bytes) {
		ig_crypt_ask_pack(ask, &b);
		fd = b.over ? -1 : ig_fs_memfd("piece", b.data, b.len);
	}
	if (m->second->bytes && fd < 0)
		ig_mail_problem(m, "part %s is too large to be opened", path);
	else
		ig_second_need(m, IG_CRYPT_KIND, path, name, ig_crypt_form_word(ask->form), fd, b.len);
	ig_buf_free(&b);
}

const struct ig_crypt_found *ig_crypt_look(struct ig_mail *m, const char *path, const char *name, const struct ig_crypt_ask *ask)
{
	const struct ig_parse_child *c = NULL;
	struct ig_crypt_found *found = IG_NEW(m->a, struct ig_crypt_found);
	size_t len;
	if (!m->second)
		return NULL;
	while ((c = ig_second_child(m, path, c)))
		if (c->fd < 0 || !strcmp(c->type, IG_CRYPT_FOUND_TYPE))
			break;
	if (!c) {
		want(m, path, name, ask);
		return NULL;
	}
	if (c->fd < 0) {
		ig_mail_problem(m, "part %s was not opened: %s", path, c->name ? c->name : "");
		return NULL;
	}
	const void *p = ig_second_bytes(m, c, &len);
	if (!p || ig_crypt_found_unpack(found, p, len, m->a)) {
		ig_mail_problem(m, "what the keys said of part %s is malformed", path);
		return NULL;
	}
	return found;
}

void ig_crypt_note(struct ig_mail *m, const char *path, const struct ig_crypt_found *found, bool encrypted)
{
	if (found && found->problem)
		ig_mail_problem(m, "part %s: %s", path, found->problem);
	if (!found || (!found->encrypted && !found->is_signed && !found->plain)) {
		m->crypt.encrypted += encrypted;
		m->crypt.is_signed |= !encrypted;
		return;
	}
	m->crypt.encrypted += found->encrypted;
	m->crypt.ours = m->crypt.ours ? m->crypt.ours : found->ours;
	m->crypt.opened += found->encrypted && found->decrypted;
	if (!found->is_signed)
		return;
	/* Bad before unknown before good: what is said of the mail must hold for all that is signed in it. */
	enum ig_verified had = m->crypt.verified, v = found->verified;
	bool first = had == IG_VERIFIED_NONE, worse = v == IG_VERIFIED_BAD || (v == IG_VERIFIED_UNKNOWN_KEY && had == IG_VERIFIED_GOOD);
	m->crypt.is_signed = true;
	if (v == IG_VERIFIED_GOOD && had == IG_VERIFIED_GOOD && found->signer && m->crypt.signer && strcasecmp(found->signer, m->crypt.signer))
		ig_mail_problem(m, "pieces of it were signed by different people: %s and %s", m->crypt.signer, found->signer);
	if (first || (worse && had != IG_VERIFIED_BAD)) {
		m->crypt.verified = v;
		m->crypt.signer = found->signer;
	}
}

void ig_crypt_covers(struct ig_mail *m, const struct ig_crypt_found *found, const char *path, bool all)
{
	struct ig_mail_crypt *x = &m->crypt;
	if (!found || !found->is_signed)
		return;
	x->whole |= all && !x->attached;
	if (x->covered_count < sizeof x->covered / sizeof x->covered[0])
		x->covered[x->covered_count++] = path;
}

/* "Signed" must not be read as said of what a list, a relay or a forger put around it. */
static void say_covered(struct ig_mail *m)
{
	const char *parts = "";
	for (unsigned i = 0; i < m->crypt.covered_count; i++)
		parts = ig_arena_fmt(m->a, "%s%s%s", parts, i ? ", " : "", m->crypt.covered[i]);
	if (*parts && !m->r->crypto.whole && m->crypt.verified != IG_VERIFIED_NONE)
		ig_mail_problem(m, "the signature covers part %s only; the rest of the mail is not signed", parts);
}

const char *ig_crypt_author(struct ig_mail *m)
{
	struct ig_address *list;
	bool cut = false;
	for (size_t i = 0; i < 4 && m->from[i]; i++) {
		size_t n = ig_header_addresses(m->a, m->from[i], 8, &list, &cut, NULL);
		for (size_t k = 0; k < n; k++)
			if (strchr(list[k].address, '@'))
				return list[k].address;
	}
	return NULL;
}

/* Is there anything that can be read without the keys? */
static bool readable(struct ig_mail *m)
{
	const char *s = m->r->text ? m->r->text : "";
	size_t len = strlen(s), at = 0;
	struct ig_armor x;
	for (int n = 0; at < len; n++) {
		if (n > IG_CRYPT_PIECES_MAX)
			return true;
		size_t to = ig_armor_next(s, len, at, &x) && !x.clear ? x.from : len;
		for (; at < to; at++)
			if ((unsigned char)s[at] > ' ')
				return true;
		at = to < len ? x.to : len;
	}
	return false;
}

void ig_crypt_finish(struct ig_mail *m)
{
	struct ig_report *r = m->r;
	r->crypto.encrypted = m->crypt.encrypted > 0;
	r->crypto.decrypted = m->crypt.encrypted > 0 && m->crypt.opened == m->crypt.encrypted;
	r->crypto.is_signed = m->crypt.is_signed;
	r->crypto.verified = m->crypt.verified;
	r->crypto.signer = m->crypt.verified == IG_VERIFIED_NONE ? NULL : m->crypt.signer;
	r->crypto.whole = m->crypt.whole && m->crypt.is_signed;
	r->crypto.our_key = r->crypto.encrypted && !r->crypto.decrypted ? m->crypt.ours : NULL;
	r->crypto.sealed = r->crypto.encrypted && !r->crypto.decrypted && !readable(m);
	if (r->crypto.encrypted && r->crypto.decrypted)
		r->crypto.outer_subject = r->subject;
	if (m->crypt.subject)
		r->subject = m->crypt.subject;
	say_covered(m);
	/* "A good signature by someone other than From is shown as such" (issue of the mail channel). */
	if (r->crypto.verified == IG_VERIFIED_GOOD && r->crypto.signer && (!r->from || strcasecmp(r->crypto.signer, r->from->address)))
		ig_mail_problem(m, "signed by %s, who is not the sender%s%s", r->crypto.signer, r->from ? " " : "", r->from ? r->from->address : "");
}
