/* Armored pieces in a text: where they begin and end, what stands in their headers, a signed text without its armor.
 * Relies on lines: an armor line stands at the beginning of one (RFC 4880 section 6.2), so that what somebody quotes is none. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "base/buf.h"
#include "parse/charset.h"
#include "parse/crypt.h"

#define BEGIN_MESSAGE "-----BEGIN PGP MESSAGE-----"
#define END_MESSAGE "-----END PGP MESSAGE-----"
#define BEGIN_SIGNED "-----BEGIN PGP SIGNED MESSAGE-----"
#define BEGIN_SIGNATURE "-----BEGIN PGP SIGNATURE-----"
#define END_SIGNATURE "-----END PGP SIGNATURE-----"

/* End of the line at s, its line end included. */
static const char *after_line(const char *s, const char *end)
{
	const char *nl = memchr(s, '\n', (size_t)(end - s));
	return nl ? nl + 1 : end;
}

/* Does this line consist of the word (and white space behind it)? */
static bool line_is(const char *s, const char *end, const char *word)
{
	size_t n = strlen(word);
	if ((size_t)(end - s) < n || memcmp(s, word, n))
		return false;
	for (s += n; s < end && *s != '\n'; s++)
		if (*s != ' ' && *s != '\t' && *s != '\r')
			return false;
	return true;
}

/* Start of the next line that is the word, or NULL. */
static const char *line_of(const char *s, const char *end, const char *word)
{
	for (const char *hit = s; (hit = memmem(hit, (size_t)(end - hit), word, strlen(word))); hit++)
		if ((hit == s || hit[-1] == '\n') && line_is(hit, end, word))
			return hit;
	return NULL;
}

bool ig_armor_next(const char *p, size_t len, size_t at, struct ig_armor *x)
{
	const char *end = p + len, *s = p + at;
	bool no_message = false, no_text = false; /* none of that kind ends any more: asked once, or a text full of beginnings takes for ever */
	for (;;) {
		const char *message = no_message ? NULL : line_of(s, end, BEGIN_MESSAGE), *text = no_text ? NULL : line_of(s, end, BEGIN_SIGNED);
		const char *first = !message || (text && text < message) ? text : message;
		if (!first)
			return false;
		x->clear = first == text;
		const char *last = line_of(after_line(first, end), end, x->clear ? END_SIGNATURE : END_MESSAGE);
		if (last) {
			x->from = (size_t)(first - p);
			x->to = (size_t)(after_line(last, end) - p);
			return true;
		}
		no_message |= !x->clear;
		no_text |= x->clear;
	}
}

const char *ig_armor_header(struct ig_arena *a, const char *p, size_t len, const char *name)
{
	const char *end = p + len, *s = after_line(p, end);
	size_t n = strlen(name);
	for (int i = 0; i < 20 && s < end && *s != '\n' && *s != '\r'; i++, s = after_line(s, end)) {
		const char *to = after_line(s, end);
		if ((size_t)(to - s) < n + 2 || strncasecmp(s, name, n) || s[n] != ':')
			continue;
		for (s += n + 1; s < to && (*s == ' ' || *s == '\t'); s++)
			;
		while (to > s && (unsigned char)to[-1] <= ' ')
			to--;
		return to > s ? ig_arena_strndup(a, s, (size_t)(to - s)) : NULL;
	}
	return NULL;
}

char *ig_armor_clear_text(struct ig_arena *a, const char *p, size_t len)
{
	const char *end = p + len, *s = after_line(p, end), *stop = line_of(s, end, BEGIN_SIGNATURE);
	char *text = ig_arena_alloc(a, len + 1), *out = text;
	stop = stop ? stop : end;
	while (s < stop && *s != '\n' && *s != '\r') /* Hash: SHA256 */
		s = after_line(s, stop);
	for (s = after_line(s, stop); s < stop;) {
		const char *next = after_line(s, stop);
		if (next - s >= 2 && s[0] == '-' && s[1] == ' ')
			s += 2;
		memcpy(out, s, (size_t)(next - s));
		out += next - s;
		s = next;
	}
	/* The line end before the signature is none of the text. */
	if (out > text && out[-1] == '\n')
		out--;
	if (out > text && out[-1] == '\r')
		out--;
	*out++ = '\n';
	*out = 0;
	return text;
}

/* ---- words */

struct reading {
	struct ig_mail *m;
	ig_crypt_decode_h *decode;
	void *arg;
	struct ig_buf out;
	bool outside, is_signed; /* words outside of pieces; a signed piece */
};

static void add(struct reading *r, const char *p, size_t len, const char *charset, bool outside)
{
	if (!len)
		return;
	const char *words = r->decode(r->arg, p, len, charset);
	ig_buf_str(&r->out, words);
	if (r->out.len && r->out.data[r->out.len - 1] != '\n')
		ig_buf_char(&r->out, '\n');
	for (; outside && *words; words++)
		r->outside |= (unsigned char)*words > ' ';
}

static void read_pieces(struct reading *r, const char *path, const char *p, size_t len, bool inside);

static void read_piece(struct reading *r, const char *path, const char *p, size_t len, bool clear)
{
	struct ig_mail *m = r->m;
	struct ig_crypt_ask ask = {.form = IG_CRYPT_FORM_OPENPGP, .from = ig_crypt_author(m), .data = p, .len = len};
	if (!ig_crypt_piece(m, path)) {
		add(r, p, len, NULL, true);
		return;
	}
	const struct ig_crypt_found *found = ig_crypt_look(m, path, NULL, &ask);
	ig_crypt_note(m, path, found, !clear);
	r->is_signed |= clear || (found && found->is_signed);
	m->crypt.depth++;
	if (found && found->plain && found->plain_len) {
		const char *charset = clear ? NULL : ig_armor_header(m->a, p, len, "Charset");
		struct ig_armor x;
		if (ig_armor_next(found->plain, found->plain_len, 0, &x))
			read_pieces(r, path, found->plain, found->plain_len, true);
		else
			add(r, found->plain, found->plain_len, charset ? charset : clear ? NULL : "utf-8", false);
	} else if (clear) {
		const char *text = ig_armor_clear_text(m->a, p, len);
		add(r, text, strlen(text), NULL, false);
	} else {
		add(r, p, len, NULL, false);
	}
	m->crypt.depth--;
}

static void read_pieces(struct reading *r, const char *path, const char *p, size_t len, bool inside)
{
	struct ig_armor x;
	size_t at = 0;
	int n = 0;
	while (at < len && r->m->crypt.pieces < IG_CRYPT_PIECES_MAX && ig_armor_next(p, len, at, &x)) {
		add(r, p + at, x.from - at, NULL, !inside);
		read_piece(r, ig_arena_fmt(r->m->a, "%s/%d", path, ++n), p + x.from, x.to - x.from, x.clear);
		at = x.to;
	}
	add(r, p + at, len - at, NULL, !inside);
}

char *ig_crypt_text(struct ig_mail *m, bool top, const char *path, const char *p, size_t len, ig_crypt_decode_h *decode, void *arg)
{
	struct reading r = {.m = m, .decode = decode, .arg = arg};
	ig_buf_init(&r.out, (size_t)m->limits->text_max + 1);
	read_pieces(&r, path, p, len, false);
	if (r.is_signed && r.outside)
		ig_mail_problem(m, "a part of the text is not signed");
	if (r.is_signed && !r.outside)
		ig_crypt_covers(m, &(struct ig_crypt_found){.is_signed = true}, path, top);
	char *words = ig_arena_strndup(m->a, r.out.data, ig_charset_whole(&r.out));
	ig_buf_free(&r.out);
	return words;
}
