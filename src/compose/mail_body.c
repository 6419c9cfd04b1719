/* The body of a letter as a text/plain part: 7bit when it is short ASCII lines, else quoted-printable (RFC 2045 section 6.7). Never raw 8-bit,
 * never a line past 76 characters in quoted-printable. Relies on base/utf8. Does not wrap: that is the letter's matter. */
#include <string.h>
#include "base/utf8.h"
#include "compose/mail_text.h"

#define QP_LINE 76

static bool is_7bit(const char *p, size_t len)
{
	size_t column = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];
		if (c == '\n') {
			column = 0;
			continue;
		}
		if ((c < ' ' && c != '\t') || c >= 0x7f || ++column > IG_MAIL_LINE)
			return false;
		/* mbox stores and some servers change such a line */
		if (column == 1 && (c == '.' || (len - i >= 5 && !memcmp(p + i, "From ", 5))))
			return false;
	}
	return true;
}

/* One character (n bytes) in quoted-printable; a soft break before it when it does not fit, so that no character is torn between lines. */
static void qp_char(struct ig_buf *out, size_t *column, const char *p, size_t n, bool encode)
{
	size_t width = encode ? 3 * n : n;
	if (*column + width > QP_LINE - 1) {
		ig_buf_str(out, "=\r\n");
		*column = 0;
	}
	if (!encode)
		ig_buf_add(out, p, n);
	for (size_t i = 0; encode && i < n; i++) { /* by hand: half a Vietnamese letter is made of these */
		static const char hex[] = "0123456789ABCDEF";
		char three[3] = {'=', hex[(unsigned char)p[i] >> 4], hex[(unsigned char)p[i] & 15]};
		ig_buf_add(out, three, sizeof three);
	}
	*column += width;
}

/* Letters that stand for themselves and fit on the line, from p: the most of any text, so they go in one piece. Never the first of a line,
 * which may need a guard. */
static size_t plain_run(const char *p, size_t len, size_t column)
{
	size_t n = 0, room = column && column < QP_LINE - 1 ? QP_LINE - 1 - column : 0;
	while (n < len && n < room && (unsigned char)p[n] > ' ' && (unsigned char)p[n] < 0x7f && p[n] != '=')
		n++;
	return n;
}

static void qp_put(struct ig_buf *out, const char *p, size_t len)
{
	size_t column = 0, n;
	for (size_t i = 0; i < len; i += n) {
		unsigned char c = (unsigned char)p[i];
		n = plain_run(p + i, len - i, column);
		if (n) {
			ig_buf_add(out, p + i, n);
			column += n;
			continue;
		}
		n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		if (c == '\n') {
			ig_buf_str(out, "\r\n");
			column = 0;
		} else if (n > len - i || !ig_utf8_valid(p + i, n)) {
			qp_char(out, &column, "\xef\xbf\xbd", 3, true);
			n = 1;
		} else if (c == '\t' || c == ' ') {
			bool last = i + 1 == len || p[i + 1] == '\n'; /* rule (3): no white space at the end of a line */
			qp_char(out, &column, p + i, 1, last);
		} else if (c < ' ' || c == 0x7f) {
			qp_char(out, &column, " ", 1, true); /* controls have no place in a letter */
		} else {
			bool guard = column == 0 && (c == '.' || (len - i >= 5 && !memcmp(p + i, "From ", 5)));
			qp_char(out, &column, p + i, n, n > 1 || c == '=' || guard);
		}
	}
	if (len && p[len - 1] != '\n')
		ig_buf_str(out, "\r\n");
}

void ig_mail_text_part(struct ig_buf *out, const char *text, size_t len, const char *language)
{
	bool seven = is_7bit(text, len);
	ig_buf_str(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n");
	ig_buf_fmt(out, "Content-Transfer-Encoding: %s\r\n", seven ? "7bit" : "quoted-printable");
	if (language)
		ig_buf_fmt(out, "Content-Language: %s\r\n", language);
	ig_buf_str(out, "\r\n");
	if (!seven) {
		qp_put(out, text, len);
		return;
	}
	for (const char *end = text + len; text < end;) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		ig_buf_add(out, text, (size_t)((nl ? nl : end) - text));
		ig_buf_str(out, "\r\n");
		text = nl ? nl + 1 : end;
	}
}

bool ig_mail_id_ok(const char *id)
{
	size_t len = id ? strlen(id) : 0;
	if (!len || len > IG_MAIL_LINE_HARD - 100)
		return false;
	for (size_t i = 0; i < len; i++)
		if (id[i] <= ' ' || id[i] > '~' || id[i] == '<' || id[i] == '>')
			return false;
	return true;
}
