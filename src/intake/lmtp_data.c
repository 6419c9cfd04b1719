/* Line ends and dots of a message as RFC 5321 section 4.5.2 has them. "\n.\r\n", "\r\n.\n", "\r.\r\n" and their kin do not end the message: a
 * sender that takes one of these for text and a server that takes it for the end let a stranger forge mail (SMTP smuggling). */
#include "config.h"
#include "intake/lmtp_data.h"
#include <string.h>

void ig_lmtp_data_start(struct ig_lmtp_data *d)
{
	*d = (struct ig_lmtp_data){.state = IG_DATA_BOL}; /* DATA's own CRLF counts: an empty message is ".\r\n" */
}

/* A character in the middle of a line, or first of one when it is no dot. */
static void plain(struct ig_lmtp_data *d, char c, struct ig_buf *out)
{
	if (c == '\r') {
		d->state = IG_DATA_CR;
		return;
	}
	if (c == '\n') {
		/* A dot behind a bare LF is text: it neither ends the message nor was it stuffed by anyone who counts lines as we do. */
		d->bare_lf = true;
		ig_buf_add(out, "\r\n", 2);
	} else {
		ig_buf_char(out, c);
	}
	d->state = IG_DATA_MID;
}

static void special(struct ig_lmtp_data *d, char c, struct ig_buf *out, bool *end_r)
{
	switch (d->state) {
	case IG_DATA_BOL:
		if (c == '.')
			d->state = IG_DATA_DOT;
		else
			plain(d, c, out);
		break;
	case IG_DATA_DOT:
		if (c == '\r') {
			d->state = IG_DATA_DOT_CR;
			break;
		}
		if (c == '\n') /* not the end; nobody stuffs a line without other characters */
			ig_buf_char(out, '.');
		plain(d, c, out);
		break;
	case IG_DATA_DOT_CR:
		if (c == '\n') {
			*end_r = true;
			break;
		}
		ig_buf_add(out, "\r", 1);
		d->bare_cr = true;
		plain(d, c, out);
		break;
	case IG_DATA_CR:
		if (c == '\n') {
			ig_buf_add(out, "\r\n", 2);
			d->state = IG_DATA_BOL;
			break;
		}
		ig_buf_add(out, "\r", 1);
		d->bare_cr = true;
		plain(d, c, out);
		break;
	case IG_DATA_MID:
		plain(d, c, out);
		break;
	}
}

size_t ig_lmtp_data_feed(struct ig_lmtp_data *d, const char *p, size_t len, struct ig_buf *out, bool *end_r)
{
	size_t i = 0;
	*end_r = false;
	while (i < len && !*end_r) {
		if (d->state == IG_DATA_MID) { /* the run up to the next line end at once */
			const char *lf = memchr(p + i, '\n', len - i), *cr;
			size_t run = lf ? (size_t)(lf - (p + i)) : len - i;
			cr = memchr(p + i, '\r', run);
			if (cr)
				run = (size_t)(cr - (p + i));
			ig_buf_add(out, p + i, run);
			i += run;
			if (i == len)
				break;
		}
		special(d, p[i++], out, end_r);
	}
	return i;
}
