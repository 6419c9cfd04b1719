/* The end of a letter: who gets it (box 9b) at the left, who signs (boxes 7 and 8) at the right, with room for a signature and a seal or their
 * pictures. Stays on one page. Relies on the canvas. */
#include <stdlib.h>
#include <string.h>
#include "draw/letter.h"

#define ROOM (25 * MM)      /* for signature and seal */
#define SEAL (36 * MM)      /* diameter of a seal, real size */
#define SIGNATURE (45 * MM) /* widest picture of a signature */

/* A picture with its left upper corner at x, y, in this width. Returns its height. */
static double picture_put(struct ig_canvas *c, cairo_surface_t *s, double x, double y, double width)
{
	double scale = width / cairo_image_surface_get_width(s), height = cairo_image_surface_get_height(s) * scale;
	cairo_save(c->cr);
	cairo_translate(c->cr, x, y);
	cairo_scale(c->cr, scale, scale);
	cairo_set_source_surface(c->cr, s, 0, 0);
	cairo_paint(c->cr);
	cairo_restore(c->cr);
	return height;
}

/* Box 8: the seal covers about a third of the signature, on its left. Pictures only where the letter says so. */
static void pictures_put(struct ig_letter_page *p, double x, double y, double width)
{
	struct ig_draw *d = p->c.g->draw;
	if (!json_is_true(json_object_get(p->c.g->page, "picture")))
		return;
	double at = x + (width - SIGNATURE) / 2 + 6 * MM;
	if (d->signature)
		picture_put(&p->c, d->signature, at, y + 2 * MM, SIGNATURE);
	if (d->seal)
		picture_put(&p->c, d->seal, at - SEAL * 2 / 3, y - 3 * MM, SEAL);
}

static double centred(struct ig_letter_page *p, const char *text, const struct ig_style *s, double x, double y, double width)
{
	char *plain = ig_line_plain(text);
	double height = *plain ? ig_canvas_text(&p->c, plain, s, x, y, width) : 0;
	free(plain);
	return height;
}

/* Box 14: what a signed electronic copy says of its signature. */
static void signed_put(struct ig_letter_page *p, double x, double y, double width)
{
	static const struct ig_style s = {.size = 10, .align = IG_ALIGN_CENTRE};
	json_t *is = json_object_get(p->c.g->page, "signed");
	if (!json_is_object(is))
		return;
	char text[400];
	snprintf(text, sizeof text, p->english ? "Digitally signed by: %.150s\nTime of signing: %.60s" : "Ký số bởi: %.150s\nThời gian ký: %.60s",
		ig_page_text(is, "by"), ig_page_text(is, "at"));
	ig_canvas_text(&p->c, text, &s, x, y + 8, width);
}

/* Boxes 7a to 7c. Returns where it ends. */
static double signer_put(struct ig_letter_page *p, double x, double y, double width)
{
	static const struct ig_style s = {.size = 14, .bold = true, .align = IG_ALIGN_CENTRE};
	json_t *signer = json_object_get(p->c.g->page, "signer");
	y += centred(p, ig_page_text(signer, "prefix"), &s, x, y, width);
	y += centred(p, ig_page_text(signer, "post"), &s, x, y, width);
	pictures_put(p, x, y, width);
	signed_put(p, x, y, width);
	y += ROOM;
	return y + centred(p, ig_page_text(signer, "name"), &s, x, y, width);
}

static double recipients_put(struct ig_letter_page *p, double x, double y, double width)
{
	static const struct ig_style head = {.size = 12, .bold = true, .italic = true}, line = {.size = 11};
	json_t *all = json_object_get(p->c.g->page, "recipients");
	if (json_array_size(all))
		y += ig_canvas_text(&p->c, p->english ? "Copies:" : "Nơi nhận:", &head, x, y, width);
	for (size_t i = 0; i < json_array_size(all) && i < 40; i++)
		y += centred(p, json_string_value(json_array_get(all, i)), &line, x, y, width);
	const char *drafter = ig_page_text(p->c.g->page, "drafter");
	if (*drafter)
		y += centred(p, drafter, &line, x, y, width);
	return y;
}

double ig_letter_signature_height(struct ig_letter_page *p)
{
	json_t *signer = json_object_get(p->c.g->page, "signer");
	size_t lines = json_array_size(json_object_get(p->c.g->page, "recipients"));
	double need = ROOM + 12, list = 12 + 16 + 13.0 * (double)(lines < 40 ? lines : 40);
	for (int i = 0; i < 3; i++)
		need += *ig_page_text(signer, (const char *[]){"prefix", "post", "name"}[i]) ? 16.5 : 0;
	return need > list ? need : list;
}

void ig_letter_signature(struct ig_letter_page *p)
{
	struct ig_canvas *c = &p->c;
	double left = c->width * 0.46, right = c->width - left;
	ig_canvas_need(c, ig_letter_signature_height(p));
	c->y += 12;
	double a = recipients_put(p, c->left, c->y, left - 4 * MM), b = signer_put(p, c->left + left, c->y, right);
	c->y = a > b ? a : b;
}
