/* Secrecy as a message states it. Conservative about words that only look like a mark: "mật khẩu" is a password, "bảo mật" is security, and a
 * report about a leaked paper is none itself. A mark counts where an office puts one: alone on its line or in its column, in brackets or before
 * a colon in a subject or file name, or after the words "độ mật". Without its marks only the two-word ones in capitals are believed. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "base/opt.h"
#include "base/utf8.h"
#include "model/secrecy.h"

static const char *const tlps[] = {"clear", "green", "amber", "amber+strict", "red"};
static const struct { const char *word, *text, *ascii, *folded; } marks[] = {
	{"mat", "MẬT", NULL, "mat"}, {"toi-mat", "TỐI MẬT", "TOI MAT", "toi mat"}, {"tuyet-mat", "TUYỆT MẬT", "TUYET MAT", "tuyet mat"}};

static int tlp_rank(const char *w)
{
	for (size_t i = 0; w && i < IG_COUNT(tlps); i++)
		if (!strcmp(w, tlps[i]))
			return (int)i;
	return -1;
}

static int mark_rank(const char *w)
{
	for (size_t i = 0; w && i < IG_COUNT(marks); i++)
		if (!strcmp(w, marks[i].word))
			return (int)i;
	return -1;
}

const char *ig_secrecy_tlp_stricter(const char *a, const char *b) { return tlp_rank(b) > tlp_rank(a) ? b : a; }
const char *ig_secrecy_state_stricter(const char *a, const char *b) { return mark_rank(b) > mark_rank(a) ? b : a; }
const char *ig_secrecy_state_text(const char *state) { return mark_rank(state) < 0 ? "?" : marks[mark_rank(state)].text; }

const char *ig_secrecy_field(const struct ig_report *r, const char *name)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (!strcmp(r->fields[i].name, name) && r->fields[i].value && *r->fields[i].value)
			return r->fields[i].value;
	return NULL;
}

/* ---- TLP (FIRST, 2.0; WHITE is CLEAR of 1.0) */

static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

static bool starts(const char *p, const char *word)
{
	for (; *word; p++, word++)
		if ((*p >= 'A' && *p <= 'Z' ? *p + 32 : *p) != *word)
			return false;
	return true;
}

/* The label at p, which stands behind "TLP"; NULL none. */
static const char *label_at(const char *p)
{
	static const struct { const char *word; int rank; } words[] = {{"amber+strict", 3}, {"amber + strict", 3}, {"amber-strict", 3}, {"red", 4},
		{"amber", 2}, {"green", 1}, {"clear", 0}, {"white", 0}};
	p += strspn(p, " ");
	if (*p == ':' || *p == '-')
		p++;
	p += strspn(p, " ");
	for (size_t i = 0; i < IG_COUNT(words); i++)
		if (starts(p, words[i].word) && !letter(p[strlen(words[i].word)]))
			return tlps[words[i].rank];
	return NULL;
}

/* The strictest label of a text; a text with three different ones explains what they mean. */
static const char *tlp_in(const char *text)
{
	const char *best = NULL;
	unsigned seen = 0;
	for (const char *p = text; p && *p; p++) {
		if (!starts(p, "tlp") || (p > text && letter(p[-1])))
			continue;
		const char *l = label_at(p + 3);
		if (!l)
			continue;
		seen |= 1u << tlp_rank(l);
		best = ig_secrecy_tlp_stricter(best, l);
	}
	return __builtin_popcount(seen) >= 3 ? NULL : best;
}

/* ---- the wish, in words: folded, so that marks and case do not matter */

static const char *const wishes[] = {
	"giu bi mat danh tinh", "giu bi mat thong tin", "giu bi mat ten", "giu bi mat nguoi bao", "giu bi mat nguoi cung cap", "giu bi mat dia chi",
	"giu bi mat noi dung", "giu bi mat cho toi", "giu bi mat giup", "giu bi mat vu viec", "giu bi mat su viec", "xin giu bi mat", "de nghi giu bi mat",
	"yeu cau giu bi mat", "mong giu bi mat", "vui long giu bi mat", "duoc giu bi mat", "giu kin danh tinh", "giu kin thong tin", "khong tiet lo danh tinh",
	"khong tiet lo ten", "khong tiet lo thong tin", "khong cong khai danh tinh", "khong cong khai ten", "khong cong khai thong tin", "bao mat danh tinh",
	"bao mat thong tin nguoi bao", "bao mat thong tin cua toi", "bao mat thong tin cua chung toi", "khong neu ten", "khong muon neu ten",
	"keep this confidential", "keep it confidential", "keep my name confidential", "keep our name confidential", "keep my identity", "keep our identity",
	"keep my name secret", "keep this secret", "treat this as confidential", "treat this report as confidential", "treat as confidential",
	"in strict confidence", "do not disclose my", "do not disclose our", "do not reveal my", "do not reveal our", "don t disclose my",
	"without naming me", "without naming us", "wish to remain anonymous", "want to remain anonymous", "remain anonymous", "stay anonymous"};
static const char *const refusals[] = {"khong can ", "khong yeu cau ", "khong phai ", "chua can ", "no need to ", "not necessary to ", "need not "};
/* What a form says behind "giữ bí mật: " */
static const char *const no_words[] = {"khong", "no", "none"};

static bool refused_before(const char *text, const char *at)
{
	for (size_t i = 0; i < IG_COUNT(refusals); i++) {
		size_t n = strlen(refusals[i]);
		const char *from = at - text > (ptrdiff_t)n + 24 ? at - n - 24 : text;
		for (const char *p = from; p + n <= at; p++)
			if (!memcmp(p, refusals[i], n))
				return true;
	}
	return false;
}

static bool refused_behind(const char *p)
{
	p += strspn(p, " ");
	for (size_t i = 0; i < IG_COUNT(no_words); i++) {
		size_t n = strlen(no_words[i]);
		if (!strncmp(p, no_words[i], n) && (!p[n] || p[n] == ' ') && strncmp(p, "khong tiet", 10) && strncmp(p, "khong cong", 10))
			return true;
	}
	return false;
}

/* One of these stands in each wish: most texts have none, and fifty searches are spared. */
static const char *const of_wishes[] = {"bi mat", "giu kin", "tiet lo", "cong khai", "bao mat", "neu ten", "confiden", "secret", "identity", "disclose",
	"reveal", "naming", "anonymous"};

static const char *wish_in(const char *folded)
{
	bool any = false;
	for (size_t i = 0; i < IG_COUNT(of_wishes) && !any; i++)
		any = strstr(folded, of_wishes[i]) != NULL;
	if (!any)
		return NULL;
	for (size_t i = 0; i < IG_COUNT(wishes); i++) {
		size_t n = strlen(wishes[i]);
		for (const char *p = folded; (p = strstr(p, wishes[i])); p += n)
			if ((p == folded || p[-1] == ' ') && (!p[n] || p[n] == ' ') && !refused_before(folded, p) && !refused_behind(p + n))
				return wishes[i];
	}
	return NULL;
}

/* ---- the mark */

#define EDGE " \t\r\n\"'.*_-:;,[](){}<>|/\\"

static bool capitals(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] >= 'a' && p[i] <= 'z')
			return false;
	return true;
}

/* Is this the mark and nothing else, in capitals, perhaps with its letters spaced out? */
static const char *mark_alone(const char *p, size_t len)
{
	char tight[64];
	size_t n = 0;
	while (len && strchr(EDGE, p[0])) p++, len--;
	if (!len || (*p != 'M' && *p != 'T')) /* as each of them begins */
		return NULL;
	while (len && strchr(EDGE, p[len - 1])) len--;
	if (!len || len > 60)
		return NULL;
	for (size_t i = 0; i < len; i++)
		if (p[i] != ' ' && p[i] != '\t')
			tight[n++] = p[i];
	for (size_t i = 0; i < IG_COUNT(marks); i++)
		for (int ascii = 0; ascii < 2; ascii++) {
			const char *want = ascii ? marks[i].ascii : marks[i].text;
			char wanted[32];
			size_t k = 0;
			for (const char *q = want; q && *q; q++)
				if (*q != ' ')
					wanted[k++] = *q;
			if (k && k == n && !memcmp(tight, wanted, n))
				return marks[i].word;
		}
	return NULL;
}

/* "Độ mật: Tối mật" as forms and letterheads have it. */
static const char *mark_named(const char *line, struct ig_arena *a)
{
	static const char *const heads[] = {"do mat ", "muc do mat ", "dau chi do mat ", "do mat cua van ban "};
	const char *first = line;
	while (*first && !(*first & 0x80) && !letter(*first))
		first++;
	if (!*first || (!(*first & 0x80) && !strchr("dDmM", *first))) /* as each of them begins, without marks */
		return NULL;
	const char *folded = ig_utf8_fold(a, line, strlen(line));
	for (size_t h = 0; h < IG_COUNT(heads); h++) {
		size_t n = strlen(heads[h]);
		if (strncmp(folded, heads[h], n))
			continue;
		for (size_t i = IG_COUNT(marks); i-- > 0;) {
			size_t k = strlen(marks[i].folded);
			if (!strncmp(folded + n, marks[i].folded, k) && (!folded[n + k] || folded[n + k] == ' '))
				return marks[i].word;
		}
	}
	return NULL;
}

/* A line, and each of its columns: print programs set the mark beside the national name. Quote marks before it do not count. */
static const char *mark_in_line(const char *line, struct ig_arena *a)
{
	line += strspn(line, " \t>");
	const char *m = mark_named(line, a);
	if (!m)
		m = mark_alone(line, strlen(line));
	for (const char *p = line; *p && !m;) {
		size_t n = 0;
		while (p[n] && p[n] != '\t' && !(p[n] == ' ' && p[n + 1] == ' '))
			n++;
		m = mark_alone(p, n);
		p += n + strspn(p + n, " \t");
	}
	return m;
}

static const char *mark_in_text(const char *text, const char **line_r, struct ig_arena *a)
{
	size_t lines = 0;
	for (const char *p = text; p && *p && lines < IG_SECRECY_LINES; lines++) {
		size_t n = strcspn(p, "\n");
		if (n && n < 400) {
			const char *line = ig_arena_strndup(a, p, n), *m = mark_in_line(line, a);
			if (m) {
				*line_r = ig_arena_fmt(a, "line %zu", lines + 1);
				return m;
			}
		}
		p += n + (p[n] == '\n');
	}
	return NULL;
}

/* In a subject or file name: "[MẬT] ...", "(Tối mật) ...", "Mật: ...", "TOI MAT - ...". */
static const char *mark_in_title(const char *title, struct ig_arena *a)
{
	const char *p = title ? title + strspn(title, " \t") : "", *m = *p ? mark_in_line(p, a) : NULL;
	while (!m && (!strncasecmp(p, "re:", 3) || !strncasecmp(p, "fw:", 3) || !strncasecmp(p, "fwd:", 4)))
		p += strcspn(p, ":") + 1 + strspn(p + strcspn(p, ":") + 1, " ");
	for (const char *q = p; *q && !m; q++) {
		bool bracket = strchr("[({", *q) != NULL, start = q == p;
		if (!bracket && !start)
			continue;
		const char *word = q + bracket;
		size_t n = bracket ? strcspn(word, "])}") : strcspn(word, ":|");
		size_t dash = bracket ? n : (size_t)(strstr(word, " - ") ? strstr(word, " - ") - word : (ptrdiff_t)n);
		size_t em = bracket ? n : (size_t)(strstr(word, " – ") ? strstr(word, " – ") - word : (ptrdiff_t)n);
		n = dash < n ? dash : n;
		n = em < n ? em : n;
		if (!word[n] || n > 40) /* nothing ends it: it is a title that begins with the word */
			continue;
		const char *piece = ig_arena_strndup(a, word, n), *folded = ig_utf8_fold(a, piece, n);
		bool has_marks = strstr(ig_utf8_nfc(a, piece, n), "ậ") || strstr(ig_utf8_nfc(a, piece, n), "Ậ");
		for (size_t i = 0; i < IG_COUNT(marks); i++)
			if (!strcmp(folded, marks[i].folded) && (has_marks || (marks[i].ascii && capitals(piece, n))))
				m = marks[i].word;
	}
	return m;
}

/* ---- into the report */

static void add(struct ig_report *r, struct ig_arena *a, const char *name, const char *value, const char *where, const char *rule)
{
	struct ig_field *list = ig_arena_calloc(a, r->field_count + 1, sizeof *list);
	if (r->field_count)
		memcpy(list, r->fields, r->field_count * sizeof *list);
	list[r->field_count] = (struct ig_field){.name = name, .value = value, .where = where, .rule = rule, .confidence = 1.0};
	r->fields = list;
	r->field_count++;
}

static void read_tlp(struct ig_report *r, struct ig_arena *a)
{
	const char *subject = tlp_in(r->subject), *text = tlp_in(r->text), *best = ig_secrecy_tlp_stricter(subject, text), *where = best == subject ? "subject" : "text";
	for (size_t i = 0; i < r->attachment_count; i++) {
		const char *in = tlp_in(r->attachments[i].text);
		if (ig_secrecy_tlp_stricter(best, in) != best) {
			best = in;
			where = ig_arena_fmt(a, "attachment %zu", i + 1);
		}
	}
	if (best && !ig_secrecy_field(r, "secrecy.tlp"))
		add(r, a, "secrecy.tlp", best, where, "tlp");
}

static void read_state(struct ig_report *r, struct ig_arena *a)
{
	const char *line = "", *where = "subject", *m = mark_in_title(r->subject, a);
	const char *t = mark_in_text(r->text, &line, a);
	if (ig_secrecy_state_stricter(m, t) != m) {
		m = t;
		where = ig_arena_fmt(a, "text, %s", line);
	}
	for (size_t i = 0; i < r->attachment_count; i++) {
		const struct ig_attachment *f = &r->attachments[i];
		const char *named = mark_in_title(f->name, a), *in = mark_in_text(f->text, &line, a);
		const char *s = ig_secrecy_state_stricter(named, in);
		if (ig_secrecy_state_stricter(m, s) != m) {
			m = s;
			where = s == named ? ig_arena_fmt(a, "name of attachment %zu", i + 1) : ig_arena_fmt(a, "attachment %zu, %s", i + 1, line);
		}
	}
	if (m && !ig_secrecy_field(r, "secrecy.state"))
		add(r, a, "secrecy.state", m, where, "state-secret mark");
}

void ig_secrecy_fields(struct ig_report *r, struct ig_arena *a)
{
	read_tlp(r, a);
	read_state(r, a);
	if (ig_secrecy_field(r, "secrecy.requested"))
		return;
	const char *tlp = ig_secrecy_field(r, "secrecy.tlp");
	if (tlp_rank(tlp) >= 3) {
		add(r, a, "secrecy.requested", "true", "label", "tlp");
		return;
	}
	/* What he wrote himself, without the mail he answers and without the small print below. */
	const char *said = r->reply_text && *r->reply_text ? r->reply_text : r->text ? r->text : "";
	const char *both = ig_arena_fmt(a, "%s\n%s", r->subject ? r->subject : "", said);
	if (wish_in(ig_utf8_fold(a, both, strlen(both))))
		add(r, a, "secrecy.requested", "true", "text", "words");
}
