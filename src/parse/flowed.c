/* format=flowed (RFC 3676): soft line breaks undone, quote depth kept, DelSp honoured.
 * Relies on lines ending with "\n".
 * Does not wrap again: a paragraph becomes one line. */
#include "config.h"
#include <stdbool.h>
#include <string.h>
#include "base/buf.h"
#include "parse/text.h"

char *ig_text_flowed(struct ig_arena *a, const char *text, bool delsp)
{
	struct ig_buf out;
	size_t open_depth = 0;
	bool open = false; /* the last line ended with a soft break */
	ig_buf_init(&out, strlen(text) * 2 + 16);
	for (const char *s = text; *s;) {
		size_t len = strcspn(s, "\n"), depth = 0;
		const char *next = s + len + (s[len] == '\n');
		while (depth < len && s[depth] == '>')
			depth++;
		const char *line = s + depth;
		len -= depth;
		/* Section 4.4: one leading space was stuffed. */
		if (len && *line == ' ') {
			line++;
			len--;
		}
		bool signature = len == 3 && !memcmp(line, "-- ", 3);
		if (open && (depth != open_depth || signature))
			ig_buf_char(&out, '\n');
		if (!open || depth != open_depth || signature) {
			for (size_t i = 0; i < depth; i++)
				ig_buf_char(&out, '>');
			if (depth)
				ig_buf_char(&out, ' ');
		}
		open = len && line[len - 1] == ' ' && !signature;
		open_depth = depth;
		ig_buf_add(&out, line, len - (open && delsp));
		if (!open || !*next)
			ig_buf_char(&out, '\n');
		s = next;
	}
	char *flat = ig_arena_strndup(a, out.data, out.len);
	ig_buf_free(&out);
	return flat;
}
