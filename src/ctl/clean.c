/* What of other people's text reaches a terminal. Subjects, names and addresses are written by strangers: a control sequence in one of them
 * must not move the cursor, hide a line or colour it, and a direction mark must not turn it round. Relies on the model's texts being valid
 * UTF-8: our own colours are marked with the byte 0xFF, which such a text cannot hold. Does not touch raw bytes (`message raw` and the like). */
#include "config.h"
#include <string.h>
#include "ctl/room.h"

/* Length of the dangerous character at s, 0 when it is none: C0, DEL, C1 (U+0080-9F), the direction marks and line separators of Unicode. */
static size_t dangerous(const unsigned char *s, size_t len)
{
	if (s[0] < 32 || s[0] == 127) return 1;
	if (s[0] == 0xc2 && len > 1 && s[1] >= 0x80 && s[1] <= 0x9f) return 2;
	if (len < 3 || s[0] != 0xe2) return 0;
	if (s[1] == 0x80 && (s[2] == 0x8e || s[2] == 0x8f || (s[2] >= 0xa8 && s[2] <= 0xae))) return 3; /* U+200E-F, U+2028-E */
	return s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9 ? 3 : 0; /* U+2066-9 */
}

static const char *sequence(unsigned char mark)
{
	switch (mark) {
	case 'b': return "\033[1m";
	case 'd': return "\033[2m";
	case 'r': return "\033[31m";
	case 'p': return "\033[0m";
	default: return "";
	}
}

void ig_ctl_clean(struct ig_buf *out, const char *text, size_t len, bool lines)
{
	const unsigned char *s = (const unsigned char *)text;
	for (size_t i = 0; i < len;) {
		size_t n = dangerous(s + i, len - i);
		if (s[i] == 0xff) {
			ig_buf_str(out, i + 1 < len ? sequence(s[i + 1]) : "");
			i += 2;
		} else if (!n || (lines && n == 1 && strchr("\n\t\r", s[i]))) {
			ig_buf_char(out, text[i++]);
		} else { /* a blank for white space, the replacement character for what was meant to be obeyed */
			ig_buf_str(out, n == 1 && strchr("\n\t\r\f\v", s[i]) ? " " : "\xef\xbf\xbd");
			i += n;
		}
	}
}

/* jansson escapes C0 only. Inside a JSON string an escape says the same as the character. */
void ig_ctl_clean_json(struct ig_buf *out, const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	for (size_t i = 0, n; i < len; i += n) {
		n = s[i] == '\n' ? 0 : dangerous(s + i, len - i);
		if (!n) {
			ig_buf_char(out, text[i]);
			n = 1;
		} else {
			unsigned at = n == 1 ? s[i] : n == 2 ? s[i + 1] : 0x2000u | (s[i + 1] & 0x3fu) << 6 | (s[i + 2] & 0x3fu);
			ig_buf_fmt(out, "\\u%04x", at);
		}
	}
}
