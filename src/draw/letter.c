/* An official letter on pages: Decree 30/2020/NĐ-CP, Annex I (and the layout of Circular 01/2011/TT-BNV, which differs in the place of the page
 * number). Boxes are numbered as there. Beside the rules stands what lets a faxed page find its case: the reference in plain letters three times
 * and twice as a code on each page. Relies on the canvas; does not know where the words come from. */
#include <string.h>
#include <stdlib.h>
#include "draw/letter.h"

#define TOP (20 * MM)
#define LEFT (30 * MM)
#define RIGHT (15 * MM)
#define BOTTOM (20 * MM)
#define CODE (25 * MM)      /* 1.19 mm a module */
#define QUIET (4 * CODE / 21)
#define GAP 6.0             /* between paragraphs: at least 6 pt */
#define INDENT (10 * MM)
#define CLOSING_MAX 40    /* bytes of a last paragraph that is a word of closing: "Trân trọng./." */

struct ending { const char *last, *before; }; /* of a body */

static const struct ig_style body_style = {.size = 14, .align = IG_ALIGN_BOTH, .indent = INDENT};
/* What stands in a list is often a time or an address that cannot be broken: its lines are not stretched. */
static const struct ig_style item_style = {.size = 14, .align = IG_ALIGN_LEFT, .indent = INDENT};
static const struct ig_style small = {.size = 11};

static bool layout_is(struct ig_letter_page *p, const char *name)
{
	return !strcmp(ig_page_text(p->c.g->page, "layout"), name);
}

static const char *word(struct ig_letter_page *p, const char *vi, const char *en)
{
	return p->english ? en : vi;
}

/* ---- what every page has: codes, contact lines, page number */

static void contact_put(struct ig_letter_page *p, double x, double y, double width)
{
	json_t *lines = json_object_get(p->c.g->page, "contact");
	if (*p->reference) {
		struct ig_style s = {.size = 12, .bold = true};
		char text[64];
		snprintf(text, sizeof text, "%s: %.40s", word(p, "Mã hồ sơ", "Reference"), p->reference);
		y += ig_canvas_text(&p->c, text, &s, x, y, width) + 2;
	}
	for (size_t i = 0; i < json_array_size(lines) && i < 3; i++) {
		char *line = ig_line_plain(json_string_value(json_array_get(lines, i)));
		y += ig_canvas_text(&p->c, line, &small, x, y, width);
		free(line);
	}
	if (*p->reference) { /* once more, in plain letters: one of three is read right even from a bad fax */
		char text[128];
		snprintf(text, sizeof text, "%s %.40s", word(p, "Khi trả lời, xin ghi mã hồ sơ:", "When replying please quote:"), p->reference);
		ig_canvas_text(&p->c, text, &small, x, y, width);
	}
}

static double foot_height(struct ig_letter_page *p)
{
	size_t lines = json_array_size(json_object_get(p->c.g->page, "contact"));
	if (*p->reference)
		return CODE + QUIET;
	return lines ? 8 + 13.0 * (double)(lines < 4 ? lines : 4) : 0;
}

/* Box 13 stands below the text; the lower code stands beside it, at the left. */
static void foot_put(struct ig_letter_page *p)
{
	struct ig_canvas *c = &p->c;
	double height = foot_height(p), y = c->g->height - 11 * MM - height;
	if (!height)
		return;
	if (*p->reference && ig_canvas_qr(c, p->reference, LEFT, y + QUIET, CODE)) {
		ig_canvas_rule(c, LEFT + CODE + QUIET, y + QUIET, c->g->width - RIGHT - LEFT - CODE - QUIET, 0.5);
		contact_put(p, LEFT + CODE + QUIET, y + QUIET + 4, c->g->width - RIGHT - LEFT - CODE - QUIET);
	} else {
		ig_canvas_rule(c, LEFT, y, c->g->width - RIGHT - LEFT, 0.5);
		contact_put(p, LEFT, y + 4, c->g->width - RIGHT - LEFT);
	}
	c->bottom = y - 4;
}

static void page_number_put(struct ig_letter_page *p)
{
	struct ig_style s = {.size = 13, .align = IG_ALIGN_CENTRE};
	char text[24];
	if (p->c.g->count < 2)
		return;
	snprintf(text, sizeof text, "%zu", p->c.g->count);
	if (!layout_is(p, "2011")) { /* Decree 30: centred in the top margin, not on the first page */
		ig_canvas_text(&p->c, text, &s, LEFT, TOP - 10 * MM, p->c.width);
		return;
	}
	s.align = IG_ALIGN_RIGHT; /* Circular 01/2011: at the right below */
	ig_canvas_text(&p->c, text, &s, LEFT, p->c.g->height - 10 * MM, p->c.width);
}

/* A following page: its upper code with a line that says what it belongs to. */
static void page_turn(struct ig_canvas *c)
{
	struct ig_letter_page *p = c->arg;
	ig_canvas_page(c);
	c->y = TOP;
	c->bottom = c->g->height - BOTTOM;
	page_number_put(p);
	foot_put(p);
	if (*p->reference && ig_canvas_qr(c, p->reference, c->left + c->width - CODE, TOP, CODE)) {
		struct ig_style s = {.size = 12, .italic = true};
		char text[256];
		snprintf(text, sizeof text, "%.120s%s%s: %.40s", p->number_line, *p->number_line ? "; " : "", word(p, "mã hồ sơ", "reference"), p->reference);
		ig_canvas_text(c, text, &s, c->left, TOP, c->width - CODE - QUIET);
		c->y = TOP + CODE + QUIET;
	}
	c->top = c->y;
}

/* ---- the head: boxes 1 to 5, 9a, 10 */

static const struct ig_style national_vi = {.size = 12, .bold = true, .align = IG_ALIGN_CENTRE}, motto = {.size = 13, .bold = true, .align = IG_ALIGN_CENTRE};

/* Box 1, right: the rule below the motto is as long as the motto. Returns where it ends. */
static double national_put(struct ig_letter_page *p, double x, double y, double width)
{
	const char *name = word(p, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM");
	const char *words = word(p, "Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness");
	if (layout_is(p, "plain"))
		return y;
	y += ig_canvas_text(&p->c, name, &national_vi, x, y, width);
	PangoLayout *l = ig_canvas_layout(&p->c, words, &motto, -1);
	double length = ig_layout_width(l);
	g_object_unref(l);
	y += ig_canvas_text(&p->c, words, &motto, x, y, width) + 2;
	ig_canvas_rule(&p->c, x + (width - length) / 2, y, length, 0.8);
	return y + 4;
}

/* Box 2, left: the body above, then the issuing body with a rule of a third to a half of its line. */
static double body_name_put(struct ig_letter_page *p, double x, double y, double width)
{
	static const struct ig_style above = {.size = 12, .align = IG_ALIGN_CENTRE}, own = {.size = 12, .bold = true, .align = IG_ALIGN_CENTRE};
	char *parent = ig_line_plain(ig_page_text(p->c.g->page, "parent")), *office = ig_line_plain(ig_page_text(p->c.g->page, "office"));
	if (*parent)
		y += ig_canvas_text(&p->c, parent, &above, x, y, width);
	PangoLayout *l = ig_canvas_layout(&p->c, office, &own, width);
	double length = ig_layout_width(l) * 0.4;
	y += ig_canvas_put(&p->c, l, &own, x, y) + 2;
	ig_canvas_rule(&p->c, x + (width - length) / 2, y, length, 0.8);
	free(parent);
	free(office);
	return y + 4;
}

/* Box 10b: HỎA TỐC and THƯỢNG KHẨN in their frames, red. */
static double urgency_put(struct ig_letter_page *p, double x, double y, double width)
{
	static const struct { const char *word; double width; } stamps[] = {{"HỎA TỐC", 30}, {"THƯỢNG KHẨN", 40}, {"KHẨN", 20}};
	const char *is = ig_page_text(p->c.g->page, "urgency");
	for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++) {
		if (strcmp(is, stamps[i].word))
			continue;
		double w = stamps[i].width * MM, h = 8 * MM, at = x + (width - w) / 2;
		struct ig_style s = {.size = 13, .bold = true, .red = true, .align = IG_ALIGN_CENTRE};
		PangoLayout *l = ig_canvas_layout(&p->c, is, &s, w);
		ig_canvas_box(&p->c, at, y + 3, w, h, 1, true);
		ig_canvas_put(&p->c, l, &s, at, y + 3 + (h - 15.5) / 2);
		return y + h + 8;
	}
	return y;
}

/* Number and sign; without a number room for one that is written by hand. */
static void number_line_make(struct ig_letter_page *p)
{
	const char *number = ig_page_text(p->c.g->page, "number"), *sign = ig_page_text(p->c.g->page, "sign");
	if (*sign)
		snprintf(p->number_line, sizeof p->number_line, "%s %.20s/%.80s", word(p, "Số:", "No."), *number ? number : "          ", sign);
}

/* Boxes 1 to 5b in two columns whose widths follow the national name, which must stay on one line. */
static void head_put(struct ig_letter_page *p)
{
	static const struct ig_style number = {.size = 13, .align = IG_ALIGN_CENTRE}, date = {.size = 13.5, .italic = true, .align = IG_ALIGN_CENTRE},
		about = {.size = 12, .align = IG_ALIGN_CENTRE};
	struct ig_canvas *c = &p->c;
	double right = 89 * MM, left = c->width - right, x = c->left + left, y = c->y;
	char *place = ig_line_plain(ig_page_text(c->g->page, "place_date")), *words = ig_line_plain(ig_page_text(c->g->page, "about"));
	bool named = *ig_page_text(c->g->page, "type_name");
	double under_left = body_name_put(p, c->left, y, left - 2 * MM), under_right = national_put(p, x, y, right);
	double row = (under_left > under_right ? under_left : under_right) + 4;
	double l = row, r = row;
	if (*p->number_line)
		l += ig_canvas_text(c, p->number_line, &number, c->left, row, left - 2 * MM) + 2;
	if (!named && *words) { /* box 5b */
		char *line = ig_xmalloc(strlen(words) + 16);
		snprintf(line, strlen(words) + 16, "%s%s", word(p, "V/v ", "Re: "), words);
		l += ig_canvas_text(c, line, &about, c->left, l, left - 2 * MM);
		free(line);
	}
	l = urgency_put(p, c->left, l, left - 2 * MM);
	r += ig_canvas_text(c, place, &date, x, row, right) + 6;
	if (*p->reference && ig_canvas_qr(c, p->reference, c->left + c->width - CODE, r + 2, CODE)) {
		struct ig_style s = {.size = 12, .bold = true, .align = IG_ALIGN_RIGHT};
		ig_canvas_text(c, p->reference, &s, x, r + 2, right - CODE - QUIET);
		r += 2 + CODE;
	}
	c->y = (l > r ? l : r) + 8;
	free(place);
	free(words);
}

/* Box 5a: name of the document and what it is about, centred, a rule below. */
static void title_put(struct ig_letter_page *p)
{
	static const struct ig_style s = {.size = 14, .bold = true, .align = IG_ALIGN_CENTRE};
	struct ig_canvas *c = &p->c;
	char *type = ig_line_plain(ig_page_text(c->g->page, "type_name")), *about = ig_line_plain(ig_page_text(c->g->page, "about"));
	if (*type) {
		c->y += ig_canvas_text(c, type, &s, c->left, c->y, c->width);
		PangoLayout *l = ig_canvas_layout(c, about, &s, c->width - 30 * MM);
		double length = ig_layout_width(l) * 0.4;
		c->y += ig_canvas_put(c, l, &s, c->left + 15 * MM, c->y) + 2;
		ig_canvas_rule(c, c->left + (c->width - length) / 2, c->y, length, 0.8);
		c->y += 8;
	}
	free(type);
	free(about);
}

/* Box 9a: one addressee on the same line, several below each other. */
static void addressees_put(struct ig_letter_page *p)
{
	static const struct ig_style s = {.size = 14};
	struct ig_canvas *c = &p->c;
	json_t *to = json_object_get(c->g->page, "to");
	size_t count = json_array_size(to);
	if (!count)
		return;
	PangoLayout *l = ig_canvas_layout(c, word(p, "Kính gửi: ", "To: "), &s, -1);
	double label = ig_layout_width(l), x = c->left + 20 * MM, room = c->left + c->width - x - label;
	ig_canvas_put(c, l, &s, x, c->y);
	for (size_t i = 0; i < count; i++) {
		char *name = ig_line_plain(json_string_value(json_array_get(to, i)));
		char *line = ig_xmalloc(strlen(name) + 8);
		snprintf(line, strlen(name) + 8, count == 1 ? "%s%s%s" : "%s%s%s", count > 1 ? "- " : "", name, count == 1 ? "" : i + 1 < count ? ";" : ".");
		if (i)
			ig_canvas_need(c, 20);
		c->y += ig_canvas_text(c, line, &s, x + label, c->y, room);
		free(name);
		free(line);
	}
	c->y += 10;
}

/* ---- the body */

/* A value may hold several lines: each is a paragraph. */
static void paragraphs_put(struct ig_letter_page *p, const char *text, const struct ig_style *s, const char *ending)
{
	for (const char *at = text; *at;) {
		size_t len = strcspn(at, "\n");
		bool last = !at[len] || !at[len + 1 + strspn(at + len + 1, "\n")];
		char *line = ig_xmalloc(len + strlen(ending) + 1);
		memcpy(line, at, len);
		if (last && *ending) {
			while (len && strchr(".,; ", line[len - 1]))
				len--;
			memcpy(line + len, ending, strlen(ending) + 1);
		}
		if (*line) {
			p->c.y += GAP;
			ig_canvas_flow(&p->c, line, s);
		}
		free(line);
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
}

static void row_put(struct ig_letter_page *p, const struct ig_line_reader *r, size_t cells_before)
{
	struct ig_table *t = &p->table;
	if (!cells_before) { /* a new table */
		*t = (struct ig_table){.columns = r->cells, .size = p->annex ? 12 : 13};
		for (size_t i = 0; i < r->cells; i++)
			t->width[i] = r->cells == 2 ? p->c.width * (i ? 0.64 : 0.36) : p->c.width / (double)r->cells;
		p->c.y += GAP;
	}
	const char *cells[IG_CELLS_MAX] = {NULL};
	for (size_t i = 0; i < t->columns && i < r->cells; i++)
		cells[i] = r->cell[i];
	ig_table_row(&p->c, t, cells);
}

static double paragraph_height(struct ig_letter_page *p, const char *text)
{
	PangoLayout *l = ig_canvas_layout(&p->c, text, &body_style, p->c.width);
	double height = ig_layout_height(l);
	g_object_unref(l);
	return height;
}

/* Where the last paragraph before the first new page begins, and, where that is a word of closing, the one before it. */
static struct ending ending_of(const char *text)
{
	struct ig_line_reader r = {.at = text};
	struct ending e = {NULL, NULL};
	const char *before = NULL;
	size_t length = 0;
	for (;;) {
		const char *from = r.at;
		enum ig_line kind = ig_line_next(&r);
		if (kind == IG_LINE_END || kind == IG_LINE_PAGE)
			break;
		if (kind == IG_LINE_TEXT || kind == IG_LINE_ITEM) {
			before = e.last;
			e.last = from;
			length = strlen(r.text);
		} else if (kind == IG_LINE_ROW || kind == IG_LINE_HEADING) {
			e.last = NULL;
		}
	}
	ig_line_free(&r);
	e.before = e.last && length < CLOSING_MAX ? before : NULL;
	return e;
}

/* Up to the first new page that the text asks for, or its end; `last` is where the ending goes. Returns what is left. */
static const char *body_put(struct ig_letter_page *p, const char *text, const struct ending *end)
{
	static const struct ig_style heading = {.size = 14, .bold = true}, title = {.size = 14, .bold = true, .align = IG_ALIGN_CENTRE};
	const char *last = end ? end->last : NULL;
	bool first = !end; /* an annex begins with its title */
	struct ig_line_reader r = {.at = text};
	size_t cells = 0;
	for (;;) {
		const char *from = r.at;
		enum ig_line kind = ig_line_next(&r);
		if (kind == IG_LINE_END || kind == IG_LINE_PAGE || p->c.g->too_long)
			break;
		if (kind != IG_LINE_ROW && cells)
			p->c.y += GAP;
		if (kind == IG_LINE_ROW) {
			row_put(p, &r, cells);
			cells = r.cells;
			continue;
		}
		cells = 0;
		if (kind == IG_LINE_HEADING) {
			ig_canvas_need(&p->c, 60); /* not without what follows */
			paragraphs_put(p, r.text, first ? &title : &heading, "");
			first = false;
		} else if (kind != IG_LINE_EMPTY) {
			if (end && from == end->before) /* nor a closing line alone with it */
				ig_canvas_need(&p->c, paragraph_height(p, r.text) + 2 * 17 + 2 * GAP + ig_letter_signature_height(p));
			else if (from == last) /* the signature does not stand alone on a page */
				ig_canvas_need(&p->c, 2 * 17 + GAP + ig_letter_signature_height(p));
			paragraphs_put(p, r.text, kind == IG_LINE_ITEM ? &item_style : &body_style, from == last && !p->english ? "./." : "");
		}
	}
	ig_line_free(&r);
	return r.at;
}

int ig_draw_letter(struct ig_drawing *g, struct ig_why *why)
{
	struct ig_letter_page p = {.c = {.g = g, .left = LEFT, .width = g->width - LEFT - RIGHT, .turn = page_turn}};
	struct ig_canvas *c = &p.c;
	const char *body = ig_page_text(g->page, "body");
	p.english = !strcmp(ig_page_text(g->page, "language"), "en");
	snprintf(p.reference, sizeof p.reference, "%.30s", ig_page_text(g->page, "reference"));
	c->arg = &p;
	if (strlen(body) > IG_DRAW_BODY_MAX)
		return ig_why(why, "the text is longer than %u bytes", IG_DRAW_BODY_MAX);
	number_line_make(&p);
	ig_canvas_page(c);
	c->y = c->top = TOP;
	c->bottom = g->height - BOTTOM;
	foot_put(&p);
	head_put(&p);
	title_put(&p);
	addressees_put(&p);
	struct ending end = ending_of(body);
	const char *rest = body_put(&p, body, &end);
	ig_letter_signature(&p);
	while (*rest && !g->too_long) { /* annexes, each on a page of its own */
		p.annex = true;
		page_turn(c);
		rest = body_put(&p, rest, NULL);
	}
	ig_canvas_end(c);
	return 0;
}
