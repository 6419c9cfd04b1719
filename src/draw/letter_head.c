/* The head of an official letter (Decree 30/2020/NĐ-CP, Annex I; boxes are numbered as there): 1 to 5, 9a and 10. Relies on the canvas. */
#include <stdlib.h>
#include <string.h>
#include "draw/letter.h"

static const struct ig_style national_vi = {.size = 12, .bold = true, .align = IG_ALIGN_CENTRE}, motto = {.size = 13, .bold = true, .align = IG_ALIGN_CENTRE};

/* Box 1, right: the rule below the motto is as long as the motto. Returns where it ends. */
static double national_put(struct ig_letter_page *p, double x, double y, double width)
{
	const char *name = ig_letter_word(p, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM");
	const char *words = ig_letter_word(p, "Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness");
	if (ig_letter_layout(p, "plain"))
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
void ig_letter_number_line(struct ig_letter_page *p)
{
	const char *number = ig_page_text(p->c.g->page, "number"), *sign = ig_page_text(p->c.g->page, "sign");
	if (*sign)
		snprintf(p->number_line, sizeof p->number_line, "%s %.20s/%.80s", ig_letter_word(p, "Số:", "No."), *number ? number : "          ", sign);
}

/* Boxes 1 to 5b in two columns whose widths follow the national name, which must stay on one line. */
static void columns_put(struct ig_letter_page *p)
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
		snprintf(line, strlen(words) + 16, "%s%s", ig_letter_word(p, "V/v ", "Re: "), words);
		l += ig_canvas_text(c, line, &about, c->left, l, left - 2 * MM);
		free(line);
	}
	l = urgency_put(p, c->left, l, left - 2 * MM);
	r += ig_canvas_text(c, place, &date, x, row, right) + 6;
	if (*p->reference && ig_canvas_qr(c, p->reference, c->left + c->width - IG_LETTER_CODE, r + 2, IG_LETTER_CODE)) {
		struct ig_style s = {.size = 12, .bold = true, .align = IG_ALIGN_RIGHT};
		ig_canvas_text(c, p->reference, &s, x, r + 2, right - IG_LETTER_CODE - IG_LETTER_QUIET);
		r += 2 + IG_LETTER_CODE;
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
	PangoLayout *l = ig_canvas_layout(c, ig_letter_word(p, "Kính gửi: ", "To: "), &s, -1);
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

void ig_letter_head(struct ig_letter_page *p)
{
	columns_put(p);
	title_put(p);
	addressees_put(p);
}
