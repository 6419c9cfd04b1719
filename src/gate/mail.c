/* The parts of a mail: each must be something whose text was searched. Reads only as much of MIME as our own serialiser writes; a part it
 * does not understand is one that cannot be searched. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "gate/room.h"

#define NEST_MAX 16

struct part {
	char type[64], encoding[32], boundary[80];
	const char *body;
	size_t len;
};
struct walk {
	struct ig_gate *g;
	size_t parts;
};

/* The value of a header field of the block, unfolded into out. */
static void field(const char *p, size_t len, const char *name, char *out, size_t max)
{
	const char *end = p + len;
	size_t n = strlen(name), used = 0;
	*out = 0;
	for (const char *line = p; line < end;) {
		const char *eol = memchr(line, '\n', (size_t)(end - line));
		const char *next = eol ? eol + 1 : end;
		if ((size_t)(end - line) > n && !strncasecmp(line, name, n) && line[n] == ':') {
			const char *q = line + n + 1;
			while (q < end && used + 1 < max) {
				if (*q == '\n' && (q + 1 >= end || (q[1] != ' ' && q[1] != '\t')))
					break;
				if (*q != '\r' && *q != '\n')
					out[used++] = *q;
				q++;
			}
			out[used] = 0;
			return;
		}
		line = next;
	}
}

static void parameter(const char *value, const char *name, char *out, size_t max)
{
	size_t n = strlen(name), used = 0;
	*out = 0;
	for (const char *p = strchr(value, ';'); p; p = strchr(p, ';')) {
		p += 1 + strspn(p + 1, " \t");
		if (strncasecmp(p, name, n) || p[n] != '=')
			continue;
		p += n + 1;
		char stop = *p == '"' ? '"' : ';';
		for (p += *p == '"'; *p && *p != stop && !(stop == ';' && *p == ' ') && used + 1 < max; p++)
			out[used++] = *p;
		out[used] = 0;
		return;
	}
}

static void read_part(const char *p, size_t len, struct part *t)
{
	char value[1024];
	const char *crlf = memmem(p, len, "\r\n\r\n", 4), *lf = memmem(p, crlf ? (size_t)(crlf - p) : len, "\n\n", 2);
	size_t head = crlf && !lf ? (size_t)(crlf - p) + 4 : lf ? (size_t)(lf - p) + 2 : len;
	if (len && (*p == '\n' || (*p == '\r' && len > 1)))
		head = *p == '\n' ? 1 : 2;
	field(p, head, "Content-Type", value, sizeof value);
	parameter(value, "boundary", t->boundary, sizeof t->boundary);
	const char *v = value + strspn(value, " \t");
	size_t n = strcspn(v, "; \t");
	n = n < sizeof t->type - 1 ? n : sizeof t->type - 1;
	for (size_t i = 0; i < n; i++)
		t->type[i] = (char)tolower((unsigned char)v[i]);
	t->type[n] = 0;
	field(p, head, "Content-Transfer-Encoding", value, sizeof value);
	v = value + strspn(value, " \t");
	n = strcspn(v, "; \t");
	n = n < sizeof t->encoding - 1 ? n : sizeof t->encoding - 1;
	memcpy(t->encoding, v, n);
	t->encoding[n] = 0;
	t->body = p + head;
	t->len = len - head;
}

static bool is_own(const struct ig_gate *g, const struct ig_buf *b)
{
	uint8_t sum[IG_SHA256_LEN];
	ig_sha256_of(b->data, b->len, sum);
	for (size_t i = 0; i < g->own_count; i++)
		if (!memcmp(g->own[i], sum, sizeof sum))
			return true;
	return false;
}

/* Has it a text that was, or will be, searched? */
static void leaf(struct walk *w, const struct part *t)
{
	struct ig_buf b = IG_BUF_INIT(IG_GATE_BYTES);
	if (!strcasecmp(t->encoding, "base64"))
		ig_gate_base64_one(t->body, t->len, &b);
	else
		ig_buf_add(&b, t->body, t->len);
	bool text = !*t->type || !strncmp(t->type, "text/", 5) || !strcmp(t->type, "application/json") || !strcmp(t->type, "application/xml") ||
		!strncmp(t->type, "message/", 8) || !strcmp(t->type, "application/pgp-signature") || !strcmp(t->type, "application/pkcs7-signature") ||
		!strcmp(t->type, "application/x-pkcs7-signature");
	if (b.over)
		ig_gate_blind(w->g, "a part", "it is too large");
	else if (!text && b.len && !is_own(w->g, &b)) {
		if (b.len > 5 && memmem(b.data, b.len < 1024 ? b.len : 1024, "%PDF-", 5)) {
			if (!ig_gate_pdf(w->g, b.data, b.len, 1, "a PDF"))
				ig_gate_blind(w->g, "a PDF", "it has no text");
		} else if (b.len < 4 || memcmp(b.data, "PK\3\4", 4)) {
			ig_gate_blind(w->g, "a part", "it is of a kind without text that we can read");
		}
	}
	ig_buf_free(&b);
}

static void walk(struct walk *w, const char *p, size_t len, int depth)
{
	struct part t;
	if (++w->parts > IG_GATE_PARTS || depth > NEST_MAX) {
		ig_gate_blind(w->g, "the mail", "it has too many parts");
		return;
	}
	read_part(p, len, &t);
	if (!strncmp(t.type, "message/rfc822", 14)) {
		walk(w, t.body, t.len, depth + 1);
	} else if (!strncmp(t.type, "multipart/", 10) && *t.boundary) {
		char mark[96] = "--";
		size_t n = strlen(t.boundary);
		memcpy(mark + 2, t.boundary, n + 1);
		n += 2;
		const char *end = t.body + t.len, *from = NULL;
		for (const char *at = t.body; at < end && !w->g->found && (at = memmem(at, (size_t)(end - at), mark, n)); at += n) {
			if (at > t.body && at[-1] != '\n')
				continue;
			if (from)
				walk(w, from, (size_t)(at - from), depth + 1);
			if (end - (at + n) >= 2 && !memcmp(at + n, "--", 2))
				return;
			const char *eol = memchr(at + n, '\n', (size_t)(end - at - (ptrdiff_t)n));
			from = eol ? eol + 1 : end;
		}
		if (from && from < end)
			walk(w, from, (size_t)(end - from), depth + 1);
	} else {
		leaf(w, &t);
	}
}

enum ig_gate_verdict ig_gate_mail(struct ig_gate *g, const void *mail, size_t len, struct ig_why *why)
{
	enum ig_gate_verdict v = ig_gate_search(g, mail, len, "the mail", why);
	struct walk w = {.g = g};
	if (v == IG_GATE_HIT)
		return v;
	walk(&w, mail, len, 0);
	if (g->found || g->blind)
		ig_why(why, "%s", g->verdict);
	return g->found ? IG_GATE_HIT : g->blind ? IG_GATE_UNSEARCHABLE : IG_GATE_CLEAN;
}
