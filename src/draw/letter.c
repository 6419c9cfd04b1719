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

static const struct ig_style small = {.size = 11};

bool ig_letter_layout(struct ig_letter_page *p, const char *name)
{
	return !strcmp(ig_page_text(p->c.g->page, "layout"), name);
}

const char *ig_letter_word(struct ig_letter_page *p, const char *vi, const char *en)
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
		snprintf(text, sizeof text, "%s: %.40s", ig_letter_word(p, "Mã hồ sơ", "Reference"), p->reference);
		y += ig_canvas_text(&p->c, text, &s, x, y, width) + 2;
	}
	for (size_t i = 0; i < json_array_size(lines) && i < 3; i++) {
		char *line = ig_line_plain(json_string_value(json_array_get(lines, i)));
		y += ig_canvas_text(&p->c, line, &small, x, y, width);
		free(line);
	}
	if (*p->reference) { /* once more, in plain letters: one of three is read right even from a bad fax */
		char text[128];
		snprintf(text, sizeof text, "%s %.40s", ig_letter_word(p, "Khi trả lời, xin ghi mã hồ sơ:", "When replying please quote:"), p->reference);
		ig_canvas_text(&p->c, text, &small, x, y, width);
	}
}

static double foot_height(struct ig_letter_page *p)
{
	size_t lines = json_array_size(json_object_get(p->c.g->page, "contact"));
	if (*p->reference)
		return IG_LETTER_CODE + IG_LETTER_QUIET;
	return lines ? 8 + 13.0 * (double)(lines < 4 ? lines : 4) : 0;
}

/* Box 13 stands below the text; the lower code stands beside it, at the left. */
static void foot_put(struct ig_letter_page *p)
{
	struct ig_canvas *c = &p->c;
	double height = foot_height(p), y = c->g->height - 11 * MM - height;
	if (!height)
		return;
	if (*p->reference && ig_canvas_qr(c, p->reference, LEFT, y + IG_LETTER_QUIET, IG_LETTER_CODE)) {
		ig_canvas_rule(c, LEFT + IG_LETTER_CODE + IG_LETTER_QUIET, y + IG_LETTER_QUIET, c->g->width - RIGHT - LEFT - IG_LETTER_CODE - IG_LETTER_QUIET, 0.5);
		contact_put(p, LEFT + IG_LETTER_CODE + IG_LETTER_QUIET, y + IG_LETTER_QUIET + 4, c->g->width - RIGHT - LEFT - IG_LETTER_CODE - IG_LETTER_QUIET);
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
	if (!ig_letter_layout(p, "2011")) { /* Decree 30: centred in the top margin, not on the first page */
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
	if (*p->reference && ig_canvas_qr(c, p->reference, c->left + c->width - IG_LETTER_CODE, TOP, IG_LETTER_CODE)) {
		struct ig_style s = {.size = 12, .italic = true};
		char text[256];
		snprintf(text, sizeof text, "%.120s%s%s: %.40s", p->number_line, *p->number_line ? "; " : "", ig_letter_word(p, "mã hồ sơ", "reference"), p->reference);
		ig_canvas_text(c, text, &s, c->left, TOP, c->width - IG_LETTER_CODE - IG_LETTER_QUIET);
		c->y = TOP + IG_LETTER_CODE + IG_LETTER_QUIET;
	}
	c->top = c->y;
}

/* ---- the door */

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
	ig_letter_number_line(&p);
	ig_canvas_page(c);
	c->y = c->top = TOP;
	c->bottom = g->height - BOTTOM;
	foot_put(&p);
	ig_letter_head(&p);
	const char *rest = ig_letter_body(&p, body);
	ig_letter_signature(&p);
	while (*rest && !g->too_long) { /* annexes, each on a page of its own */
		p.annex = true;
		page_turn(c);
		rest = ig_letter_annex(&p, rest);
	}
	ig_canvas_end(c);
	return 0;
}
