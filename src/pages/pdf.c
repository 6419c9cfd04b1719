/* A PDF page by page: its text layer where that is text (a signature stamp or a bad layer of recognised text is none), else what is recognised on its
 * picture. Signatures are told of. Relies on the poppler tools as children. Opens no link and fetches nothing. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "pages/scan.h"
#include "pages/xml.h"
#include "parse/syllable.h"

enum { INFO_MS = 10000, LAYER_MS = 60000, TRUST_CHARS = 300, TRUST_SHARE = 80, LAYER_MAX = 64 << 20 };

static size_t letters_in(const char *text, size_t len)
{
	size_t chars = 0;
	for (size_t i = 0; i < len; i++)
		chars += (unsigned char)text[i] > ' ' && (text[i] & 0xc0) != 0x80;
	return chars;
}

/* Longer than the stamp of a signature, and most of its words are Vietnamese syllables; English has few of them and is text too. */
bool ig_pdf_trusted(const char *text, size_t len)
{
	size_t chars = letters_in(text, len);
	struct ig_syllables n = ig_syllable_count(text, len);
	unsigned words = n.plain + n.marked, good = n.plain_legal + n.legal;
	const char *language = ig_language(text, len);
	bool english = language && !strcmp(language, "en") && n.marked * 20 <= n.plain;
	return chars > TRUST_CHARS && words && (english || good * 100 >= words * TRUST_SHARE);
}

/* ---- the text layer: pdftotext -bbox-layout gives lines with their places as XHTML */

struct layer {
	struct ig_doc *d;
	struct ig_lines *pages;  /* by page */
	size_t count;
	double width, height;
	struct ig_line *line;    /* the one being read, or NULL */
	struct ig_buf words;
	bool in_word;
};

static double number(struct ig_doc *d, xmlTextReaderPtr r, const char *name)
{
	const char *v = ig_xml_get(d, r, name);
	return v ? strtod(v, NULL) : 0;
}

static int share(double at, double of)
{
	double v = of > 0 ? at * 10000 / of : 0;
	return v < 0 ? 0 : v > 10000 ? 10000 : (int)v;
}

static void begin(void *arg, const char *name, xmlTextReaderPtr r)
{
	struct layer *l = arg;
	if (!strcmp(name, "page") && l->count < IG_PAGES_MAX) {
		l->width = number(l->d, r, "width");
		l->height = number(l->d, r, "height");
		l->pages[l->count].line = ig_arena_calloc(l->d->a, IG_PAGE_LINES_MAX, sizeof(struct ig_line));
		l->pages[l->count++].count = 0;
	} else if (!strcmp(name, "line") && l->count) {
		struct ig_lines *p = &l->pages[l->count - 1];
		l->line = p->count < IG_PAGE_LINES_MAX ? &p->line[p->count] : NULL;
		ig_buf_reset(&l->words);
		if (l->line)
			*l->line = (struct ig_line){.x0 = share(number(l->d, r, "xMin"), l->width), .y0 = share(number(l->d, r, "yMin"), l->height),
				.x1 = share(number(l->d, r, "xMax"), l->width), .y1 = share(number(l->d, r, "yMax"), l->height), .confidence = 100};
	} else if (!strcmp(name, "word")) {
		l->in_word = true;
	}
}

static void end(void *arg, const char *name)
{
	struct layer *l = arg;
	if (!strcmp(name, "word")) {
		l->in_word = false;
		ig_buf_char(&l->words, ' ');
	} else if (!strcmp(name, "line") && l->line) {
		size_t n = l->words.len;
		while (n && l->words.data[n - 1] == ' ')
			n--;
		l->line->text = ig_utf8_nfc(l->d->a, n ? l->words.data : "", n);
		if (n)
			l->pages[l->count - 1].count++;
		l->line = NULL;
	}
}

static void text(void *arg, const char *value)
{
	struct layer *l = arg;
	if (l->in_word)
		ig_buf_str(&l->words, value);
}

/* Pages and their lines; 0 pages: it cannot be read (said). */
static size_t layer_of(struct ig_doc *d, const struct ig_blob *b, struct ig_lines **pages_r)
{
	static const char *const argv[] = {"/usr/bin/pdftotext", "-q", "-bbox-layout", "-enc", "UTF-8", "-l", "500", "@", "-", NULL};
	static const struct ig_xml_h h = {begin, end, text};
	struct ig_tool t = {.argv = argv, .p = b->p, .len = b->len, .time_ms = LAYER_MS};
	struct layer l = {.d = d};
	struct ig_buf out;
	struct ig_why why = {""};
	ig_buf_init(&out, LAYER_MAX);
	ig_buf_init(&l.words, 65536);
	l.pages = ig_arena_calloc(d->a, IG_PAGES_MAX, sizeof *l.pages);
	if (ig_tool_run(d, &t, &out, &why)) {
		bool refused = strstr(why.text, "(3)") || strstr(why.text, "(1)");
		if (refused && memmem(b->p, b->len, "/Encrypt", 8))
			ig_doc_locked(d, b, "a PDF with a password");
		else
			ig_doc_problem(d, "%s", refused ? "the PDF is damaged or locked" : why.text);
	} else if (ig_xml_read(d, out.data ? out.data : "", out.len, &h, &l) && !out.over)
		ig_doc_problem(d, "its text layer is malformed");
	ig_buf_free(&out);
	ig_buf_free(&l.words);
	*pages_r = l.pages;
	return l.count;
}

static bool trusted(struct ig_doc *d, const struct ig_lines *p)
{
	struct ig_buf b;
	ig_buf_init(&b, 1 << 20);
	for (size_t i = 0; i < p->count; i++)
		ig_buf_fmt(&b, "%s\n", p->line[i].text);
	bool good = ig_pdf_trusted(b.data ? b.data : "", b.len);
	ig_buf_free(&b);
	(void)d;
	return good;
}

/* ---- signatures: pdfsig, without asking anybody on the network */

static const char *after(struct ig_doc *d, const char *text, const char *label)
{
	const char *at = text ? strstr(text, label) : NULL;
	if (!at)
		return NULL;
	at += strlen(label);
	at += strspn(at, " \t");
	size_t n = strcspn(at, "\r\n");
	while (n && (at[n - 1] == ' ' || at[n - 1] == '.'))
		n--;
	return n ? ig_utf8_repair(d->a, ig_arena_strndup(d->a, at, n), n) : NULL;
}

static void tell(struct ig_doc *d, const char *name, const char *value, double confidence)
{
	struct ig_field f = {.name = name, .value = value, .confidence = confidence, .where = "signature", .rule = "pdfsig"};
	if (value)
		ig_doc_field(d, &f);
}

static void judge(struct ig_doc *d, const char *said)
{
	bool valid = strstr(said, "Signature is Valid") != NULL, bad = strstr(said, "Signature is Invalid") || strstr(said, "Digest Mismatch");
	bool trust = strstr(said, "Certificate is Trusted") != NULL;
	d->r->crypto.is_signed = true;
	d->r->crypto.verified = bad ? IG_VERIFIED_BAD : valid && trust ? IG_VERIFIED_GOOD : IG_VERIFIED_UNKNOWN_KEY;
	d->r->crypto.signer = after(d, said, "Signer Certificate Common Name:");
	tell(d, "letter.signed_by", d->r->crypto.signer, valid ? 0.9 : 0.3);
	tell(d, "letter.signed_at", after(d, said, "Signing Time:"), valid ? 0.9 : 0.3);
	tell(d, "letter.signature", bad ? "invalid" : !valid ? "not verified" : trust ? "valid" : "valid, its certificate is not known here", 1.0);
	if (strstr(said, "Not total document signed") && !strstr(said, "Total document signed"))
		ig_doc_problem(d, "the signature does not cover the whole document");
	if (bad)
		ig_doc_problem(d, "the signature of the document is invalid");
}

static void signatures(struct ig_doc *d, const struct ig_blob *b)
{
	static const char *const argv[] = {"/usr/bin/pdfsig", "-no-ocsp", "@", NULL};
	struct ig_tool t = {.argv = argv, .p = b->p, .len = b->len, .time_ms = INFO_MS};
	struct ig_buf out;
	struct ig_why why = {""};
	if (d->inside || !memmem(b->p, b->len, "/ByteRange", 10))
		return;
	ig_buf_init(&out, 1 << 20);
	int bad = ig_tool_run(d, &t, &out, &why);
	if (out.len && strstr(out.data, "Signature #1"))
		judge(d, out.data);
	else if (bad)
		ig_doc_problem(d, "its signature was not checked: %s", why.text);
	ig_buf_free(&out);
}

static const char *layer_word(const struct ig_lines *p)
{
	size_t chars = 0;
	for (size_t i = 0; i < p->count; i++)
		chars += letters_in(p->line[i].text, strlen(p->line[i].text));
	return !chars ? "scan" : chars <= TRUST_CHARS ? "stamp" : "bad-layer";
}

size_t ig_pdf_pages(struct ig_scan *s, const struct ig_blob *b)
{
	struct ig_lines *pages;
	size_t n = layer_of(s->d, b, &pages);
	for (size_t i = 0; i < n && !ig_doc_late(s->d); i++) {
		if (!ig_scan_wants(s, (int)i + 1))
			continue;
		if (trusted(s->d, &pages[i])) {
			ig_scan_lines(s, (int)i + 1, &pages[i], "text");
			continue;
		}
		PIX *raw = ig_picture_pdf(s->d, b, (int)i + 1);
		if (raw)
			ig_scan_picture(s, (int)i + 1, &raw, layer_word(&pages[i]));
		pixDestroy(&raw);
	}
	return n;
}

const char *ig_doc_pdf(struct ig_doc *d, const struct ig_blob *b)
{
	struct ig_scan *s = ig_scan_new(d);
	size_t n = ig_pdf_pages(s, b);
	if (!d->inside && n < IG_PAGES_MAX)
		d->r->pages = (int)n;
	const char *words = n ? ig_scan_finish(s) : NULL;
	ig_scan_free(s);
	signatures(d, b);
	return words;
}
