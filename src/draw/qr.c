/* The reference as a QR code: upper case and hyphens stay in the alphanumeric mode, so that sixteen characters at level Q are version 1, whose
 * modules are large enough to survive a standard fax (facts of paper, section 3). Relies on libqrencode. */
#include <qrencode.h>
#include <string.h>
#include "draw/canvas.h"

bool ig_canvas_qr(struct ig_canvas *c, const char *text, double x, double y, double size)
{
	if (!*text || text[strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")])
		return false;
	QRinput *in = QRinput_new2(0, QR_ECLEVEL_Q);
	QRcode *q = in && !QRinput_append(in, QR_MODE_AN, (int)strlen(text), (const unsigned char *)text) ? QRcode_encodeInput(in) : NULL;
	QRinput_free(in);
	if (!q)
		return false;
	double module = size / q->width;
	cairo_set_source_rgb(c->cr, 0, 0, 0);
	for (int row = 0; row < q->width; row++) {
		for (int at = 0, run; at < q->width; at += run ? run : 1) {
			for (run = 0; at + run < q->width && (q->data[row * q->width + at + run] & 1);)
				run++;
			if (run)
				cairo_rectangle(c->cr, x + at * module, y + row * module, run * module, module);
		}
	}
	cairo_fill(c->cr); /* one path: no seams between modules */
	QRcode_free(q);
	return true;
}
