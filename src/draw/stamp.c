/* The stamp of arrival on a copy of a received document: 50 x 35 mm, red, with the fields of the model of Decree 30/2020 (or 50 x 30 mm and
 * the words of 2012), drawn as a form that is laid over the first page. The received file is untouched: this makes a second one. What
 * was signed in it stays legible but counts no more; the original proves. Relies on the canvas and qpdf. Reads bytes of others: confined only. */
#include "config.h"
#include <cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "draw/archive.h"
#include "draw/canvas.h"

#define WIDTH (50 * MM)

static void line_put(struct ig_canvas *c, double *y, double step, const char *label, const char *value)
{
	static const struct ig_style s = {.size = 10, .red = true};
	char text[300];
	snprintf(text, sizeof text, "%s %s", label, value && *value ? value : ".............................");
	PangoLayout *l = ig_canvas_layout(c, text, &s, WIDTH - 12);
	pango_layout_set_height(l, 0);
	pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
	ig_canvas_put(c, l, &s, 6, *y);
	*y += step;
}

/* The stamp alone, as a PDF page of its size. */
static int stamp_pdf(struct ig_draw *d, const struct ig_stamp *s, json_t *nothing, struct ig_buf *out, struct ig_why *why)
{
	static const struct ig_style head = {.size = 9, .bold = true, .red = true, .align = IG_ALIGN_CENTRE},
		word = {.size = 13, .bold = true, .red = true, .align = IG_ALIGN_CENTRE};
	double height = (s->layout_2011 ? 30 : 35) * MM, y = 4, step;
	struct ig_drawing *g = ig_xmalloc(sizeof *g);
	struct ig_canvas c = {.g = g};
	g->draw = d;
	g->page = json_incref(nothing);
	g->width = WIDTH;
	g->height = height;
	ig_canvas_page(&c);
	ig_canvas_box(&c, 0.5, 0.5, WIDTH - 1, height - 1, 1.2, true);
	PangoLayout *l = ig_canvas_layout(&c, s->office ? s->office : "", &head, WIDTH - 8);
	pango_layout_set_height(l, -2);
	pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
	y += ig_canvas_put(&c, l, &head, 4, y) + 1;
	y += ig_canvas_text(&c, s->title ? s->title : "ĐẾN", &word, 4, y, WIDTH - 8) + 1;
	step = (height - y - 4) / 4;
	line_put(&c, &y, step, "Số:", s->number);
	line_put(&c, &y, step, "Ngày:", s->date);
	line_put(&c, &y, step, "Chuyển:", s->to);
	line_put(&c, &y, step, s->layout_2011 ? "Lưu hồ sơ số:" : "Số và ký hiệu HS:", s->file);
	ig_canvas_end(&c);
	int rc = ig_drawing_pdf(g, out, why);
	ig_drawing_free(g);
	return rc;
}

static double number_of(qpdf_data q, qpdf_oh array, int at)
{
	return qpdf_oh_get_numeric_value(q, qpdf_oh_get_array_item(q, array, at));
}

/* Where the stamp's own corner lies on the page as it is shown, whatever its turn and origin: near the left edge, below the number. */
static void place_write(qpdf_data q, qpdf_oh page, const struct ig_stamp *s, struct ig_buf *out)
{
	qpdf_oh box = qpdf_oh_get_key(q, page, "/MediaBox"), turned = qpdf_oh_get_key(q, page, "/Rotate");
	bool good = qpdf_oh_is_array(q, box) && qpdf_oh_get_array_n_items(q, box) == 4;
	double x0 = good ? number_of(q, box, 0) : 0, y0 = good ? number_of(q, box, 1) : 0, x1 = good ? number_of(q, box, 2) : A4_WIDTH,
		y1 = good ? number_of(q, box, 3) : A4_HEIGHT, in = 12 * MM, down = 70 * MM, height = 35 * MM;
	long long turn = qpdf_oh_is_integer(q, turned) ? (qpdf_oh_get_int_value(q, turned) % 360 + 360) % 360 : 0;
	double tall = turn % 180 ? x1 - x0 : y1 - y0;
	double broad = turn % 180 ? y1 - y0 : x1 - x0;
	if (s->placed && s->x >= 0 && s->x <= 1 && s->y >= 0 && s->y <= 1) {
		in = s->x * broad;
		down = s->y * tall;
		if (in + WIDTH > broad)
			in = broad > WIDTH ? broad - WIDTH : 0;
	}
	if (down + height > tall)
		down = tall > height ? (tall - height) / 2 : 0;
	double up = tall - down - height; /* of the lower left corner, as shown */
	if (turn == 90)
		ig_buf_fmt(out, "0 1 -1 0 %.3f %.3f cm\n", x1 - up, y0 + in);
	else if (turn == 180)
		ig_buf_fmt(out, "-1 0 0 -1 %.3f %.3f cm\n", x1 - in, y1 - up);
	else if (turn == 270)
		ig_buf_fmt(out, "0 -1 1 0 %.3f %.3f cm\n", x0 + up, y1 - in);
	else
		ig_buf_fmt(out, "1 0 0 1 %.3f %.3f cm\n", x0 + in, y0 + up);
}

/* The stamp's page as a form that the document can draw. */
static int form_make(qpdf_data q, qpdf_data stamp, qpdf_oh *form_r, struct ig_why *why)
{
	unsigned char *data = NULL;
	size_t len = 0;
	qpdf_oh page = qpdf_get_page_n(stamp, 0), dictionary = qpdf_oh_new_dictionary(q);
	if (qpdf_oh_get_page_content_data(stamp, page, &data, &len) & QPDF_ERRORS)
		return ig_why(why, "the stamp could not be made");
	qpdf_oh resources = qpdf_make_indirect_object(stamp, qpdf_oh_get_key(stamp, page, "/Resources"));
	qpdf_oh_replace_key(q, dictionary, "/Type", ig_pdf_name(q, "/XObject"));
	qpdf_oh_replace_key(q, dictionary, "/Subtype", ig_pdf_name(q, "/Form"));
	qpdf_oh_replace_key(q, dictionary, "/BBox", qpdf_oh_copy_foreign_object(q, stamp, qpdf_make_indirect_object(stamp, qpdf_oh_get_key(stamp, page, "/MediaBox"))));
	qpdf_oh_replace_key(q, dictionary, "/Resources", qpdf_oh_copy_foreign_object(q, stamp, resources));
	*form_r = ig_pdf_stream(q, dictionary, data, len);
	free(data);
	return 0;
}

/* The form is drawn last, in the state the page began with. */
static void overlay(qpdf_data q, qpdf_oh form, const struct ig_stamp *s)
{
	struct ig_buf text = IG_BUF_INIT(512);
	qpdf_oh page = qpdf_get_page_n(q, 0), resources, objects, old, contents = qpdf_oh_new_array(q);
	qpdf_push_inherited_attributes_to_page(q);
	resources = qpdf_oh_get_key(q, page, "/Resources");
	if (!qpdf_oh_is_dictionary(q, resources)) {
		resources = qpdf_oh_new_dictionary(q);
		qpdf_oh_replace_key(q, page, "/Resources", resources);
	}
	objects = qpdf_oh_get_key(q, resources, "/XObject");
	if (!qpdf_oh_is_dictionary(q, objects)) {
		objects = qpdf_oh_new_dictionary(q);
		qpdf_oh_replace_key(q, resources, "/XObject", objects);
	}
	qpdf_oh_replace_key(q, objects, "/IrgateArrival", form);
	old = qpdf_oh_get_key(q, page, "/Contents");
	qpdf_oh_append_item(q, contents, ig_pdf_stream(q, 0, "q\n", 2));
	if (qpdf_oh_is_array(q, old)) {
		for (int i = 0; i < qpdf_oh_get_array_n_items(q, old); i++)
			qpdf_oh_append_item(q, contents, qpdf_oh_get_array_item(q, old, i));
	} else if (qpdf_oh_is_stream(q, old)) {
		qpdf_oh_append_item(q, contents, old);
	}
	ig_buf_str(&text, "\nQ q\n");
	place_write(q, page, s, &text);
	ig_buf_str(&text, "/IrgateArrival Do Q\n");
	qpdf_oh_append_item(q, contents, ig_pdf_stream(q, 0, text.data, text.len));
	qpdf_oh_replace_key(q, page, "/Contents", contents);
	ig_buf_free(&text);
}

int ig_draw_stamp(struct ig_draw *d, const struct ig_stamp *s, const void *document, size_t len, struct ig_buf *out, struct ig_why *why)
{
	struct ig_buf stamp = IG_BUF_INIT(IG_DRAW_PDF_MAX), picture = IG_BUF_INIT(IG_DRAW_PDF_MAX);
	const void *pdf = document;
	if (len < 5 || !memmem(document, len < 1024 ? len : 1024, "%PDF-", 5)) {
		if (ig_picture_pdf(document, len, &picture, why)) {
			ig_buf_free(&picture);
			return -1;
		}
		pdf = picture.data;
		len = picture.len;
	}
	json_t *nothing = json_pack("{s:s}", "title", "ĐẾN");
	int rc = stamp_pdf(d, s, nothing, &stamp, why);
	json_decref(nothing);
	qpdf_data q = rc ? NULL : ig_pdf_open(pdf, len, why), from = q ? ig_pdf_open(stamp.data, stamp.len, why) : NULL;
	qpdf_oh form = 0;
	rc = q && from ? 0 : -1;
	if (!rc && (qpdf_is_encrypted(q) || qpdf_get_num_pages(q) < 1))
		rc = ig_why(why, "the PDF is encrypted or has no page");
	if (!rc)
		rc = form_make(q, from, &form, why);
	if (!rc) {
		overlay(q, form, s);
		rc = ig_pdf_write(q, out, false, why);
		q = NULL;
	}
	if (q)
		qpdf_cleanup(&q);
	if (from)
		qpdf_cleanup(&from);
	ig_buf_free(&stamp);
	ig_buf_free(&picture);
	return rc;
}
