/* Small relatives of html.c: the charset an HTML part names itself, and text/enriched.
 * Relies on nothing. Does not nest: the commands of enriched text only add line ends here. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "parse/html.h"

void ig_html_charset(const char *html, size_t len, char *out, size_t size)
{
	const char *end = html + (len < 2048 ? len : 2048);
	out[0] = 0;
	for (const char *s = html; s + 8 < end; s++) {
		if ((*s | 32) != 'c' || strncasecmp(s, "charset", 7))
			continue;
		s += 7;
		while (s < end && (*s == ' ' || *s == '=' || *s == '"' || *s == '\''))
			s++;
		size_t n = 0;
		while (s + n < end && n + 1 < size && (unsigned char)s[n] > ' ' && !strchr("\"'>;/<", s[n])) {
			out[n] = s[n];
			n++;
		}
		out[n] = 0;
		return;
	}
}

/* Both write commands as <name>; a literal bracket is << in enriched and <lt> in richtext. */
void ig_enriched_text(const char *s, size_t len, struct ig_buf *out)
{
	const char *end = s + len;
	while (s < end && !out->over) {
		if (*s != '<') {
			const char *lt = memchr(s, '<', (size_t)(end - s));
			ig_buf_add(out, s, (size_t)((lt ? lt : end) - s));
			s = lt ? lt : end;
			continue;
		}
		if (s + 1 < end && s[1] == '<') {
			ig_buf_char(out, '<');
			s += 2;
			continue;
		}
		const char *gt = memchr(s, '>', (size_t)(end - s) < 64 ? (size_t)(end - s) : 64);
		if (!gt) {
			ig_buf_char(out, *s++);
			continue;
		}
		size_t n = (size_t)(gt - s - 1);
		const char *name = s + 1;
		s = gt + 1;
		if (n == 2 && !strncasecmp(name, "lt", 2))
			ig_buf_char(out, '<');
		else if (n == 2 && !strncasecmp(name, "nl", 2))
			ig_buf_char(out, '\n');
		else if (n == 9 && !strncasecmp(name, "paragraph", 9))
			ig_buf_str(out, "\n\n");
		else if ((n == 7 && !strncasecmp(name, "comment", 7)) || (n == 5 && !strncasecmp(name, "param", 5))) {
			const char *close = memmem(s, (size_t)(end - s), "</", 2);
			s = close ? close : end;
		}
	}
}
