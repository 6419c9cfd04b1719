/* The head of an official letter (Decree 30/2020, Annex I): number and sign, place and date, issuing body, subject, urgency, whom it answers. Patterns
 * are looked for in plain letters; letters become digits in slots for digits and nowhere else. Relies on places of lines: the first date of the
 * head, not of the page, since letters quote decrees. What is not printed is not guessed. */
#include "config.h"
#include <ctype.h>
#include <string.h>
#include "model/incident.h"
#include "pages/letter.h"
#include "parse/plain.h"

enum { HEAD_END = 4500, LEFT_END = 5600, SLOT_MAX = 14, JOIN_MAX = 600 };

struct head {
	struct ig_doc *d;
	struct ig_found *out;
	const struct ig_page *page;
	const struct ig_lines *lines;
	struct ig_plain *plain; /* of each line */
	size_t number_line;     /* SIZE_MAX none */
};

static const struct ig_lines *lines_of(const struct ig_page *p, int pass)
{
	return &p->pass[pass < p->passes ? pass : 0];
}

static void found(struct ig_found *out, const char *name, const char *value, int page, const struct ig_line *l)
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

/* "Số" at i, its slot and its sign. 1 with the whole number, 0 not printed (the slot is open), -1 no number here. */
static int number_at(struct ig_arena *a, const struct ig_plain *p, size_t i, const char **number_r, size_t *end_r)
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

static void find_number(struct head *h)
{
	h->number_line = SIZE_MAX;
	for (size_t i = 0; i < h->lines->count && in_head(h, i); i++) {
		struct ig_plain *p = &h->plain[i];
		const char *number = NULL;
		size_t end, at = ig_plain_word(p, "so", 0);
		if (at > 4 || h->lines->line[i].x0 > LEFT_END)
			continue;
		int rc = number_at(h->d->a, p, at, &number, &end);
		if (rc < 0)
			continue;
		h->number_line = i;
		if (rc)
			found(h->out, "letter.number", number, h->page->number, &h->lines->line[i]);
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
			found(h->out, "letter.date", ig_arena_strdup(h->d->a, date), h->page->number, &h->lines->line[i]);
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
	static const char *const words[] = {"so ", "phong ", "trung tam", "cong ty", "cong an", "ban ", "cuc ", "chi cuc", "van phong", "truong ", "benh vien",
		"ngan hang", "vien ", "doi ", "chi nhanh", "buu dien", "kho bac", "thanh tra", "toa an", "vnpt", "viettel"};
	for (size_t i = 0; i < IG_COUNT(words); i++)
		if (!strncmp(p->s, words[i], strlen(words[i])))
			return true;
	return false;
}

static void find_issuer(struct head *h)
{
	struct ig_buf b;
	size_t first = SIZE_MAX, last = 0;
	int until = h->number_line != SIZE_MAX ? h->lines->line[h->number_line].y0 : 2200;
	for (size_t i = 0; i < h->lines->count; i++) {
		const struct ig_line *l = &h->lines->line[i];
		if (l->x0 > 4200 || l->x1 > LEFT_END + 400 || l->y1 > until + 40 || i == h->number_line || capitals(&h->plain[i]) < 70 || h->plain[i].len < 4 ||
			strstr(h->plain[i].s, "cong hoa") || strstr(h->plain[i].s, "xa hoi chu"))
			continue;
		if (first == SIZE_MAX || (begins_body(&h->plain[i]) && !begins_body(&h->plain[first])))
			first = i;
		last = i;
	}
	if (first == SIZE_MAX)
		return;
	ig_buf_init(&b, JOIN_MAX);
	for (size_t i = first; i <= last; i++) {
		const struct ig_line *l = &h->lines->line[i];
		if (l->x0 > 4200 || l->x1 > LEFT_END + 400 || capitals(&h->plain[i]) < 70)
			continue;
		ig_buf_fmt(&b, "%s%s", b.len ? " " : "", ig_plain_cut(h->d->a, &h->plain[i], 0, h->plain[i].len));
	}
	if (!b.over)
		found(h->out, "letter.issuer", ig_arena_strdup(h->d->a, b.data), h->page->number, &h->lines->line[first]);
	ig_buf_free(&b);
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

static void join_below(struct head *h, size_t from, const char *first)
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
		found(h->out, "letter.subject", ig_arena_strdup(h->d->a, b.data), h->page->number, &h->lines->line[from]);
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
		join_below(h, i, ig_plain_cut(h->d->a, &h->plain[i], n, h->plain[i].len));
		return;
	}
	for (size_t i = 0; i < h->lines->count && in_head(h, i); i++)
		for (size_t k = 0; k < IG_COUNT(titles); k++)
			if (!strncmp(h->plain[i].s, titles[k], strlen(titles[k])) && capitals(&h->plain[i]) > 80 && h->plain[i].len < 60) {
				join_below(h, i, ig_plain_cut(h->d->a, &h->plain[i], 0, h->plain[i].len));
				return;
			}
}

static void find_stamps(struct head *h)
{
	static const struct { const char *plain, *value; } urgent[] = {{"hoa toc", "hỏa tốc"}, {"thuong khan", "thượng khẩn"}, {"khan", "khẩn"}};
	for (size_t i = 0; i < h->lines->count && in_head(h, i); i++)
		for (size_t k = 0; k < IG_COUNT(urgent); k++)
			if (!strncmp(h->plain[i].s, urgent[k].plain, strlen(urgent[k].plain)) && h->plain[i].len < strlen(urgent[k].plain) + 4 && capitals(&h->plain[i]) > 80)
				found(h->out, "letter.urgency", urgent[k].value, h->page->number, &h->lines->line[i]);
}

/* ---- anywhere on its pages */

static void find_answered(struct ig_doc *d, struct ig_found *out, const struct ig_page *page, const struct ig_line *l, const struct ig_plain *p)
{
	static const char *const answers[] = {"tra loi", "phuc dap", "tiep theo", "in reply to", "reply to your", "dap lai"};
	const char *number = NULL;
	size_t end;
	for (size_t k = 0; k < IG_COUNT(answers); k++) {
		const char *at = strstr(p->s, answers[k]);
		if (!at)
			continue;
		for (size_t so = ig_plain_word(p, "so", (size_t)(at - p->s)); so != SIZE_MAX; so = ig_plain_word(p, "so", so + 1))
			if (number_at(d->a, p, so, &number, &end) == 1) {
				found(out, "letter.in_reply_to", number, page->number, l);
				return;
			}
		size_t no = ig_plain_word(p, "no", (size_t)(at - p->s));
		if (no != SIZE_MAX && number_at(d->a, p, no, &number, &end) == 1)
			found(out, "letter.in_reply_to", number, page->number, l);
	}
}

/* Our reference, with the letters that a scan makes of its digits: only with a right check character is it one. */
static void find_reference(struct ig_doc *d, struct ig_found *out, const struct ig_page *page, const struct ig_line *l, const struct ig_plain *p)
{
	for (size_t i = 0; i + 14 < p->len; i++) {
		char text[IG_REF_MAX];
		struct ig_ref ref;
		size_t n = 2, k = i + 2, digits = 0;
		if (!strchr("il1|", p->s[i]) || p->s[i + 1] != 'r' || (i && isalnum((unsigned char)p->s[i - 1])))
			continue;
		text[0] = 'I', text[1] = 'R';
		for (; k < p->len && n < sizeof text - 2 && digits < 11; k++) {
			char c = ig_plain_digit(p->s[k]);
			if (c) {
				text[n++] = c;
				digits++;
			} else if (strchr("-_. ", p->s[k])) {
				if (text[n - 1] != '-')
					text[n++] = '-';
				if (digits >= 10 && digits != 4)
					break;
			} else {
				break;
			}
		}
		while (k < p->len && strchr("-_. ", p->s[k]))
			k++;
		if (digits < 10 || k >= p->len || n >= sizeof text - 2)
			continue;
		if (text[n - 1] != '-')
			text[n++] = '-';
		text[n++] = (char)toupper((unsigned char)p->s[k]);
		text[n] = 0;
		if (!ig_ref_parse(text, n, &ref))
			found(out, "reference", ig_arena_strdup(d->a, ig_ref_print(ref, text)), page->number, l);
	}
}

static const char *phone_at(struct ig_arena *a, const struct ig_plain *p, size_t i)
{
	char out[24];
	size_t n = 0;
	for (; i < p->len && n < sizeof out - 1; i++) {
		char c = p->s[i];
		if (isdigit((unsigned char)c) || (c == '+' && !n))
			out[n++] = c;
		else if (!strchr(" .-()", c))
			break;
	}
	out[n] = 0;
	return n >= 8 && n <= 14 ? ig_arena_strdup(a, out) : NULL;
}

/* A mail address as letters print it. Readings agree on faults, too: "15(@" three times of four is no address. */
static bool is_address(const char *s, size_t n)
{
	const char *at = memchr(s, '@', n);
	size_t local = at ? (size_t)(at - s) : 0, dots = 0;
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)s[i]) && !strchr(i < local ? "._%+-" : i == local ? "@" : ".-", s[i]))
			return false;
		dots += i > local && s[i] == '.';
	}
	return local && dots && isalnum((unsigned char)s[n - 1]);
}

static void find_contact(struct ig_doc *d, struct ig_found *out, const struct ig_page *page, const struct ig_line *l, const struct ig_plain *p)
{
	static const struct { const char *label, *name; } labels[] = {{"dien thoai", "reporter.phone"}, {"dt", "reporter.phone"}, {"tel", "reporter.phone"},
		{"sdt", "reporter.phone"}, {"hotline", "reporter.phone"}, {"fax", "reporter.fax"}, {"email", "reporter.email"}, {"e-mail", "reporter.email"},
		{"thu dien tu", "reporter.email"}, {"dia chi", "reporter.address"}};
	for (size_t k = 0; k < IG_COUNT(labels); k++) {
		size_t at = ig_plain_word(p, labels[k].label, 0), i = at + strlen(labels[k].label);
		if (at == SIZE_MAX)
			continue;
		while (i < p->len && strchr(" :./", p->s[i]))
			i++;
		if (i == at + strlen(labels[k].label) || (p->s[i - 1] == ' ' && !memchr(p->s + at, ':', i - at)))
			continue; /* a word of the text, no label */
		if (strstr(labels[k].name, "phone") || strstr(labels[k].name, "fax")) {
			found(out, labels[k].name, phone_at(d->a, p, i), page->number, l);
		} else if (strstr(labels[k].name, "email")) {
			size_t end = i;
			while (end < p->len && !strchr(" ,;)", p->s[end]))
				end++;
			end -= end > i && p->s[end - 1] == '.';
			if (is_address(p->s + i, end - i))
				found(out, labels[k].name, ig_plain_cut(d->a, p, i, end), page->number, l);
		} else {
			size_t end = i;
			while (end < p->len && p->s[end] != ';' && strncmp(p->s + end, "dien thoai", 10) && strncmp(p->s + end, "dt:", 3))
				end++;
			found(out, labels[k].name, ig_plain_cut(d->a, p, i, end && p->s[end - 1] == ',' ? end - 1 : end), page->number, l);
		}
	}
}

/* ---- the doors */

static void find_in_lines(struct ig_doc *d, struct ig_found *out, const struct ig_page *page, const struct ig_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		struct ig_plain one, two;
		ig_plain_of(d->a, lines->line[i].text, strlen(lines->line[i].text), &one);
		find_reference(d, out, page, &lines->line[i], &one);
		find_contact(d, out, page, &lines->line[i], &one);
		const char *next = i + 1 < lines->count ? lines->line[i + 1].text : "";
		const char *joined = ig_arena_fmt(d->a, "%s %s", lines->line[i].text, next);
		ig_plain_of(d->a, joined, strlen(joined), &two);
		find_answered(d, out, page, &lines->line[i], &two);
	}
}

static struct head head_of(struct ig_doc *d, const struct ig_page *page, int pass, struct ig_found *out)
{
	struct head h = {.d = d, .out = out, .page = page, .lines = lines_of(page, pass), .number_line = SIZE_MAX};
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
	struct head h = head_of(d, &pages[0], pass, out);
	find_number(&h);
	find_date(&h);
	find_issuer(&h);
	find_subject(&h);
	find_stamps(&h);
	for (size_t i = 0; i < count; i++)
		find_in_lines(d, out, &pages[i], lines_of(&pages[i], pass));
}

bool ig_letter_begins(struct ig_doc *d, const struct ig_page *page)
{
	struct ig_found out = {.count = 0};
	struct head h = head_of(d, page, 0, &out);
	bool nation = false;
	for (size_t i = 0; i < h.lines->count && h.lines->line[i].y0 < 2500; i++)
		nation = nation || strstr(h.plain[i].s, "cong hoa xa hoi") || strstr(h.plain[i].s, "chu nghia viet nam") || strstr(h.plain[i].s, "doc lap - tu do") ||
			strstr(h.plain[i].s, "doc lap- tu do") || strstr(h.plain[i].s, "tu do - hanh phuc");
	find_number(&h);
	return nation && (h.number_line != SIZE_MAX || out.number_open);
}
