/* The head of an official letter (Decree 30/2020, Annex I): number and sign, place and date, issuing body, subject, urgency, whom it answers. Patterns
 * are looked for in plain letters; letters become digits in slots for digits and nowhere else. Relies on places of lines: the first date of the
 * head, not of the page, since letters quote decrees. What is not printed is not guessed. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include "model/incident.h"
#include "pages/letter.h"
#include "parse/plain.h"

enum { HEAD_END = 4500, ADDRESSED_END = 5500, LEFT_END = 5600, SLOT_MAX = 14, JOIN_MAX = 600 };

struct head {
	struct ig_doc *d;
	struct ig_found *out;
	const struct ig_page *page;
	const struct ig_lines *lines;
	struct ig_plain *plain; /* of each line */
	size_t number_line;     /* SIZE_MAX none */
};

const struct ig_lines *ig_letter_lines(const struct ig_page *p, int pass)
{
	return &p->pass[pass < p->passes ? pass : 0];
}

void ig_letter_found(struct ig_found *out, const char *name, const char *value, int page, const struct ig_line *l)
{
	if (out->count == IG_FOUND_MAX || !value || !*value)
		return;
	for (size_t i = 0; i < out->count; i++)
		if (!strcmp(out->item[i].name, name))
			return; /* the first one counts */
	out->item[out->count].name = name;
	out->item[out->count].value = value;
	out->item[out->count].page = page;
	int box[4] = {l->x0, l->y0, l->x1, l->y1};
	memcpy(out->item[out->count++].box, box, sizeof box);
}

static bool in_head(const struct head *h, size_t i)
{
	return h->lines->line[i].y0 < HEAD_END;
}

/* ---- number and sign: "Số: 290/STTTT-CNTT" */

static bool sign_char(const struct ig_plain *p, size_t i)
{
	unsigned char c = (unsigned char)p->text[p->at[i]];
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '&' || (c >= 0x80 && isalpha((unsigned char)p->s[i])) || c == '/';
}

/* The sign behind the slash: groups of capitals with hyphens; blanks that a scan puts around a hyphen are dropped. End in *end_r. */
static const char *sign_at(struct ig_arena *a, const struct ig_plain *p, size_t i, size_t *end_r)
{
	struct ig_buf b;
	size_t letters = 0;
	ig_buf_init(&b, 80);
	for (; i < p->len; i++) {
		if (p->s[i] == ' ') {
			bool joins = (b.len && b.data[b.len - 1] == '-' && sign_char(p, i + 1)) || (p->s[i + 1] == '-' && b.len);
			if (joins)
				continue;
			break;
		}
		if (!sign_char(p, i))
			break;
		letters += isalpha((unsigned char)p->s[i]) != 0;
		ig_buf_add(&b, p->text + p->at[i], p->at[i + 1] - p->at[i]);
	}
	while (b.len && strchr(".-/&", b.data[b.len - 1]))
		ig_buf_cut(&b, b.len - 1);
	const char *sign = letters >= 2 && b.len >= 2 ? ig_arena_strndup(a, b.data, b.len) : NULL;
	ig_buf_free(&b);
	*end_r = i;
	return sign;
}

int ig_letter_number(struct ig_arena *a, const struct ig_plain *p, size_t i, const char **number_r, size_t *end_r)
{
	char digits[12];
	size_t n = 0, k = i + 2, slash;
	bool strange = false;
	while (k < p->len && strchr(" :;.,_\"'", p->s[k]))
		k++;
	for (slash = k; slash < p->len && slash < k + SLOT_MAX && p->s[slash] != '/'; slash++) {
		char c = ig_plain_digit(p->s[slash]);
		if (c && n < sizeof digits - 1)
			digits[n++] = c;
		else if (!strchr(" ._", p->s[slash]))
			strange = true;
	}
	if (slash >= p->len || p->s[slash] != '/')
		return -1;
	digits[n] = 0;
	size_t behind = slash + 1;
	while (behind < p->len && p->s[behind] == ' ')
		behind++;
	const char *sign = sign_at(a, p, behind, end_r);
	if (!sign)
		return -1;
	if (!n || n > 6 || strange)
		return 0;
	*number_r = ig_arena_fmt(a, "%s/%s", digits, sign);
	return 1;
}

/* "Số:" and, behind the room for a number that nobody printed, "/STTTT-CNTT": two pieces of one row. */
static struct ig_plain row_of(const struct head *h, size_t i)
{
	const struct ig_line *l = &h->lines->line[i];
	struct ig_plain row = h->plain[i];
	for (size_t k = 0; k < h->lines->count && row.len < 8; k++) {
		const struct ig_line *o = &h->lines->line[k];
		if (h->plain[k].s[0] != '/' || o->x0 < l->x1 || o->x0 > LEFT_END || o->y0 > l->y1 || o->y1 < l->y0)
			continue;
		const char *both = ig_arena_fmt(h->d->a, "%s %s", l->text, o->text);
		ig_plain_of(h->d->a, both, strlen(both), &row);
	}
	return row;
}

/* "Số", and what a fax makes of it. */
static size_t number_label(const struct ig_plain *p)
{
	static const char *const labels[] = {"so", "s6", "s0", "s8", "sc"};
	for (size_t k = 0; k < IG_COUNT(labels); k++) {
		size_t at = ig_plain_word(p, labels[k], 0);
		if (at <= 4 && (!k || p->s[at + 2] == ':'))
			return at;
	}
	return SIZE_MAX;
}

static void find_number(struct head *h)
{
	h->number_line = SIZE_MAX;
	for (size_t i = 0; i < h->lines->count && in_head(h, i); i++) {
		struct ig_plain row = row_of(h, i), *p = &row;
		const char *number = NULL;
		size_t end, at = number_label(p);
		if (at > 4 || h->lines->line[i].x0 > LEFT_END)
			continue;
		int rc = ig_letter_number(h->d->a, p, at, &number, &end);
		if (rc < 0)
			continue;
		h->number_line = i;
		if (rc)
			ig_letter_found(h->out, "letter.number", number, h->page->number, &h->lines->line[i]);
		else
			h->out->number_open = true;
		return;
	}
}

static void find_date(struct head *h)
{
	char date[11];
	size_t begin, end;
	for (size_t i = 0; i < h->lines->count && in_head(h, i); i++) {
		struct ig_plain *p = &h->plain[i];
		if (ig_plain_word(p, "ngay", 0) == SIZE_MAX && !strstr(p->s, "thang"))
			continue;
		int rc = ig_plain_date(p, 0, true, date, &begin, &end);
		if (!rc)
			ig_letter_found(h->out, "letter.date", ig_arena_strdup(h->d->a, date), h->page->number, &h->lines->line[i]);
		if (rc == -2)
			h->out->date_open = true;
		if (rc != -1)
			return;
	}
}

/* ---- issuing body: the capitals top left, above the number */

static int capitals(const struct ig_plain *p)
{
	int up = 0, all = 0;
	for (size_t i = 0; i < p->len; i++) {
		if (!isalpha((unsigned char)p->s[i]))
			continue;
		const unsigned char *t = (const unsigned char *)p->text + p->at[i];
		bool small = t[0] < 0x80 ? islower(t[0]) != 0 :
			t[0] == 0xc3 ? t[1] >= 0xa0 : t[0] == 0xc4 || t[0] == 0xc5 ? (t[0] == 0xc4 && t[1] < 0xb8 ? t[1] & 1 : t[1] & 1) :
			t[0] == 0xc6 ? t[1] == 0xa1 || t[1] == 0xb0 : t[0] == 0xe1 ? t[2] & 1 : false;
		all++;
		up += !small;
	}
	return all >= 3 ? up * 100 / all : 0;
}

/* A body that issues letters, not the one above it. */
static bool begins_body(const struct ig_plain *p)
{
	static const char *const words[] = {"so ", "phong ", "trung tam", "tong cuc", "hat ", "quy ", "vp ", "tt ", "cong ty", "cong an", "ban ", "cuc ", "chi cuc",
		"van phong", "don vi ", "co quan ", "truong ", "benh vien",
		"ngan hang", "vien ", "doi ", "chi nhanh", "buu dien", "kho bac", "thanh tra", "toa an", "vnpt", "viettel"};
	for (size_t i = 0; i < IG_COUNT(words); i++)
		if (!strncmp(p->s, words[i], strlen(words[i])))
			return true;
	return false;
}

/* How many characters its first words have that are all capitals: behind them the motto begins, however spoilt. */
static size_t capital_words(const struct ig_plain *p)
{
	size_t end = 0, at = 0;
	while (at < p->len) {
		size_t to = at;
		while (to < p->len && p->s[to] != ' ')
			to++;
		for (size_t i = at; i < to; i++)
			if (islower((unsigned char)p->text[p->at[i]]))
				return end;
		end = to;
		at = to + 1;
	}
	return end;
}

/* What stands at the left of line i, in the column of the body: recognition often takes both columns of the head for one line, and then the national name
 * ends it. false: nothing that could be of a name. */
static bool left_of(const struct head *h, size_t i, struct ig_plain *p)
{
	static const char *const right[] = {"cong hoa xa", "hoa xa hoi", "xa hoi chu", "doc lap - tu", "doc lap- tu", "lap - tu do", "chu nghia viet"};
	const struct ig_line *l = &h->lines->line[i];
	const char *at = NULL;
	*p = h->plain[i];
	for (size_t k = 0; k < IG_COUNT(right) && !at; k++)
		at = strstr(p->s, right[k]);
	if (at) {
		size_t n = (size_t)(at - p->s);
		while (n && p->s[n - 1] != ' ') /* the first words of it may be spoilt */
			n--;
		const char *text = ig_plain_cut(h->d->a, p, 0, n);
		ig_plain_of(h->d->a, text, strlen(text), p);
	} else if (l->x0 <= 4200 && l->x1 > LEFT_END + 400) {
		size_t n = capital_words(p);
		at = n < p->len ? p->s : NULL;
		const char *text = ig_plain_cut(h->d->a, p, 0, n);
		ig_plain_of(h->d->a, text, strlen(text), p);
	}
	if (strchr(p->s, '/') && strpbrk(p->s, "0123456789")) /* a number and its sign, whatever became of the word before it */
		return false;
	return l->x0 <= 4200 && (at || l->x1 <= LEFT_END + 400) && p->len >= 4 && capitals(p) >= 70;
}

/* The capitals of these lines at the left, as one name. */
static void join_body(struct head *h, const char *name, size_t first, size_t last)
{
	struct ig_buf b;
	struct ig_plain p;
	ig_buf_init(&b, JOIN_MAX);
	for (size_t i = first; i <= last; i++)
		if (left_of(h, i, &p))
			ig_buf_fmt(&b, "%s%s", b.len ? " " : "", ig_plain_cut(h->d->a, &p, 0, p.len));
	if (!b.over && b.len)
		ig_letter_found(h->out, name, ig_arena_strdup(h->d->a, b.data), h->page->number, &h->lines->line[first]);
	ig_buf_free(&b);
}

/* A body that has others below it and writes itself only where nothing stands below: with its place on the line, or on the next one. */
static bool is_above(const struct ig_plain *p)
{
	static const char *const words[] = {"uy ban nhan dan", "ubnd", "hoi dong nhan dan", "hdnd", "bo ", "tong cong ty", "tap doan"};
	for (size_t i = 0; i < IG_COUNT(words); i++)
		if (p->len >= strlen(words[i]) && ig_page_near(p->s, words[i], strlen(words[i]) / 8) && !strncmp(p->s, words[i], 2))
			return true;
	return false;
}

static bool is_place(const struct ig_plain *p)
{
	return !strncmp(p->s, "tinh ", 5) || !strncmp(p->s, "thanh pho", 9) || !strncmp(p->s, "tp", 2) || !strncmp(p->s, "huyen ", 6) || !strncmp(p->s, "quan ", 5) ||
		!strncmp(p->s, "thi xa", 6) || !strncmp(p->s, "xa ", 3) || !strncmp(p->s, "phuong ", 7);
}

static void find_issuer(struct head *h)
{
	size_t top = SIZE_MAX, first = SIZE_MAX, last = 0;
	int until = h->number_line != SIZE_MAX ? h->lines->line[h->number_line].y0 : 2200;
	struct ig_plain p;
	bool above = false;
	for (size_t i = 0; i < h->lines->count; i++) {
		if (h->lines->line[i].y1 > until + 40 || i == h->number_line || h->plain[i].s[0] == '/' || !left_of(h, i, &p))
			continue;
		top = top == SIZE_MAX ? i : top;
		bool below = above && !is_place(&p); /* whatever a lost line made of it */
		above = is_above(&p) || (above && is_place(&p));
		if (first == SIZE_MAX || below || begins_body(&p)) /* "SỞ Y TẾ" above "TRUNG TÂM ...": the lower one writes */
			first = i;
		last = i;
	}
	if (first == SIZE_MAX)
		return;
	join_body(h, "letter.issuer", first, last);
	if (top < first)
		join_body(h, "letter.issuer_above", top, first - 1);
}

/* ---- subject: "V/v ..." under the number and what goes on below it, or the title of a document that has a type */

static size_t about(const struct ig_plain *p)
{
	static const char *const forms[] = {"v/v", "viv", "vlv", "v/ v", "v /v", "wv", "vv", "v/y", "ve viec", "ve/v", "v|v"};
	for (size_t i = 0; i < IG_COUNT(forms); i++)
		if (!strncmp(p->s, forms[i], strlen(forms[i])) && !isalpha((unsigned char)p->s[strlen(forms[i])]))
			return strlen(forms[i]);
	return 0;
}

static bool same_column(const struct ig_line *a, const struct ig_line *b)
{
	return b->x0 < a->x1 && b->x1 > a->x0;
}

/* A text that begins there and goes on below it in the same column, as one value. */
static void join_below(struct head *h, const char *name, size_t from, const char *first)
{
	struct ig_buf b;
	const struct ig_line *at = &h->lines->line[from];
	ig_buf_init(&b, JOIN_MAX);
	ig_buf_str(&b, first);
	for (size_t i = from + 1; i < h->lines->count && i < from + 30 && !b.over; i++) {
		const struct ig_line *l = &h->lines->line[i];
		int height = at->y1 - at->y0 > 60 ? at->y1 - at->y0 : 60;
		if (!same_column(at, l) || l->y0 <= at->y0)
			continue;
		if (l->y0 - at->y1 > height * 7 / 10 || !strncmp(h->plain[i].s, "kinh gui", 8) || (h->lines->line[from].x1 < LEFT_END && l->x1 > LEFT_END + 600))
			break;
		ig_buf_fmt(&b, "%s%s", b.len ? " " : "", ig_plain_cut(h->d->a, &h->plain[i], 0, h->plain[i].len));
		at = l;
	}
	if (!b.over && b.len)
		ig_letter_found(h->out, name, ig_arena_strdup(h->d->a, b.data), h->page->number, &h->lines->line[from]);
	ig_buf_free(&b);
}

static void find_subject(struct head *h)
{
	static const char *const titles[] = {"bao cao", "thong bao", "cong dien", "to trinh", "ke hoach", "giay moi", "quyet dinh", "chi thi", "phieu"};
	for (size_t i = 0; i < h->lines->count && in_head(h, i); i++) {
		size_t n = about(&h->plain[i]);
		if (!n)
			continue;
		while (n < h->plain[i].len && strchr(" :.", h->plain[i].s[n]))
			n++;
		join_below(h, "letter.subject", i, ig_plain_cut(h->d->a, &h->plain[i], n, h->plain[i].len));
		return;
	}
	for (size_t i = 0; i < h->lines->count && in_head(h, i); i++)
		for (size_t k = 0; k < IG_COUNT(titles); k++)
			if (!strncmp(h->plain[i].s, titles[k], strlen(titles[k])) && capitals(&h->plain[i]) > 80 && h->plain[i].len < 60) {
				join_below(h, "letter.subject", i, ig_plain_cut(h->d->a, &h->plain[i], 0, h->plain[i].len));
				return;
			}
}

/* "Kính gửi: A." on one line, or A; B. below each other with dashes (box 9a). */
static void find_recipients(struct head *h)
{
	static const char label[] = "kinh gui";
	for (size_t i = 0; i < h->lines->count && h->lines->line[i].y0 < ADDRESSED_END; i++) {
		const struct ig_plain *p = &h->plain[i];
		size_t n = sizeof label - 1;
		if (p->len < n || !ig_page_near(ig_arena_strndup(h->d->a, p->s, n), label, 1))
			continue;
		while (n < p->len && strchr(" :.-", p->s[n]))
			n++;
		join_below(h, "letter.recipients", i, ig_plain_cut(h->d->a, p, n, p->len));
		return;
	}
}

static void find_stamps(struct head *h)
{
	static const struct { const char *plain, *value; } urgent[] = {{"hoa toc", "hỏa tốc"}, {"thuong khan", "thượng khẩn"}, {"khan", "khẩn"}};
	for (size_t i = 0; i < h->lines->count && in_head(h, i); i++)
		for (size_t k = 0; k < IG_COUNT(urgent); k++)
			if (!strncmp(h->plain[i].s, urgent[k].plain, strlen(urgent[k].plain)) && h->plain[i].len < strlen(urgent[k].plain) + 4 && capitals(&h->plain[i]) > 80)
				ig_letter_found(h->out, "letter.urgency", urgent[k].value, h->page->number, &h->lines->line[i]);
}

/* ---- the doors */

static struct head head_of(struct ig_doc *d, const struct ig_page *page, int pass, struct ig_found *out)
{
	struct head h = {.d = d, .out = out, .page = page, .lines = ig_letter_lines(page, pass), .number_line = SIZE_MAX};
	h.plain = ig_arena_calloc(d->a, h.lines->count + 1, sizeof *h.plain);
	for (size_t i = 0; i < h.lines->count; i++)
		ig_plain_of(d->a, h.lines->line[i].text, strlen(h.lines->line[i].text), &h.plain[i]);
	return h;
}

void ig_letter_find(struct ig_doc *d, const struct ig_page *pages, size_t count, int pass, struct ig_found *out)
{
	*out = (struct ig_found){.count = 0};
	if (!count)
		return;
	size_t first = 0; /* a sheet before a fax bears no head */
	while (first + 1 < count && pages[first].class == IG_PAGE_COVER)
		first++;
	struct head h = head_of(d, &pages[first], pass, out);
	find_number(&h);
	find_date(&h);
	find_issuer(&h);
	find_subject(&h);
	find_recipients(&h);
	find_stamps(&h);
	for (size_t i = 0; i < count; i++)
		ig_letter_anywhere(d, out, &pages[i], ig_letter_lines(&pages[i], pass));
}

/* The national name, its motto: only the first page of a document bears them. */
static bool names_nation(const char *line)
{
	return ig_page_near(line, "cong hoa xa hoi chu nghia viet nam", 8) || ig_page_near(line, "doc lap - tu do - hanh phuc", 6);
}

bool ig_letter_begins(struct ig_doc *d, const struct ig_page *page)
{
	struct ig_found out = {.count = 0};
	struct head h = head_of(d, page, 0, &out);
	bool nation = false, addressed = false;
	for (size_t i = 0; i < h.lines->count; i++) {
		nation = nation || (h.lines->line[i].y0 < 2500 && names_nation(h.plain[i].s));
		addressed = addressed || (in_head(&h, i) && !strncmp(h.plain[i].s, "kinh gui", 8));
	}
	if (!nation)
		return false;
	find_number(&h);
	find_date(&h);
	return h.number_line != SIZE_MAX || out.number_open || out.date_open || out.count || addressed;
}
