/* Any text as subject, name, parameter, id and body of a mail: what comes out is ASCII in lines of at most 998, each ended by CRLF, with exactly
 * the fields that were asked for. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "compose/compose.h"
#include "compose/mail_text.h"

static void check(const struct ig_buf *m, size_t fields)
{
	size_t line = 0, starts = 0;

	for (size_t i = 0; i < m->len; i++) {
		unsigned char c = (unsigned char)m->data[i];
		if (!line && c != ' ' && c != '\r')
			starts++;
		if (c >= 0x7f || (c < ' ' && c != '\r' && c != '\n' && c != '\t') || (c == '\n' && (!i || m->data[i - 1] != '\r')))
			abort();
		if (c == '\r' && (i + 1 == m->len || m->data[i + 1] != '\n'))
			abort();
		line = c == '\n' ? 0 : line + 1;
		if (line > 999)
			abort();
	}
	if (fields && starts != fields)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_buf out = IG_BUF_INIT(1 << 20);
	char *text = ig_xmalloc(size + 1);

	memcpy(text, data, size);
	ig_mail_header_text(&out, "Subject", text);
	ig_mail_header_address(&out, "From", text, "a@example.vn");
	ig_buf_str(&out, "Content-Disposition: attachment");
	ig_mail_header_param(&out, "filename", text);
	ig_buf_str(&out, "\r\n");
	check(&out, 3);
	ig_buf_reset(&out);
	ig_mail_header_address(&out, "To", "x", text);
	check(&out, ig_mail_address_ok(text) ? 1 : 0);
	ig_buf_reset(&out);
	ig_mail_text_part(&out, (const char *)data, size, "vi");
	if (!out.over)
		check(&out, 0);
	ig_buf_free(&out);
	free(text);
	return 0;
}
