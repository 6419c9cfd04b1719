/* JSON strings and commas into a buffer.
 * Relies on its callers giving valid UTF-8; bytes above 0x7f go out as they are.
 * Does not build trees: the printers know their order of keys. */
#include "model/json.h"
#include <string.h>

void ig_json_str(struct ig_buf *out, const char *s)
{
	if (!s) {
		ig_buf_str(out, "null");
		return;
	}
	ig_buf_char(out, '"');
	const char *from = s;
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		/* U+007F is escaped too: it is legal in JSON but not kind to a terminal. */
		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
			continue;
		ig_buf_add(out, from, (size_t)(s - from));
		from = s + 1;
		switch (c) {
		case '"': ig_buf_str(out, "\\\""); break;
		case '\\': ig_buf_str(out, "\\\\"); break;
		case '\n': ig_buf_str(out, "\\n"); break;
		case '\r': ig_buf_str(out, "\\r"); break;
		case '\t': ig_buf_str(out, "\\t"); break;
		default: ig_buf_fmt(out, "\\u%04x", c); break;
		}
	}
	ig_buf_add(out, from, (size_t)(s - from));
	ig_buf_char(out, '"');
}

void ig_json_comma(struct ig_buf *out)
{
	if (out->len && !strchr("{[:", out->data[out->len - 1]))
		ig_buf_char(out, ',');
}

void ig_json_key(struct ig_buf *out, const char *key)
{
	ig_json_comma(out);
	ig_json_str(out, key);
	ig_buf_char(out, ':');
}
