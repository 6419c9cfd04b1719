/* Names of files in a Maildir: base name and flags (":2," and letters in the order of ASCII). Text only. */
#include "config.h"
#include "intake/maildir_name.h"
#include <stdbool.h>
#include <string.h>
#include "base/utf8.h"

enum { NAME_BYTES_MAX = 240 }; /* leaves room for the copy's number, ":2," and S below the 255 of the file systems */

static size_t base_length(const char *name)
{
	const char *info = strstr(name, ":2,");
	return info ? (size_t)(info - name) : strlen(name);
}

void ig_maildir_name_base(const char *name, struct ig_buf *out)
{
	struct ig_arena *a = ig_arena_new(0);
	ig_buf_str(out, ig_utf8_repair(a, name, base_length(name)));
	ig_arena_free(a);
}

void ig_maildir_name_seen(const char *name, unsigned copy, struct ig_buf *out)
{
	size_t base = base_length(name);
	const char *flags = name[base] ? name + base + 3 : "";
	bool seen = false;
	if (base + strlen(flags) > NAME_BYTES_MAX)
		base = base > strlen(flags) && NAME_BYTES_MAX > strlen(flags) ? NAME_BYTES_MAX - strlen(flags) : 1;
	ig_buf_add(out, name, base);
	if (copy)
		ig_buf_fmt(out, ".%u", copy);
	ig_buf_str(out, ":2,");
	for (; *flags; flags++) {
		if (!seen && *flags > 'S')
			ig_buf_char(out, 'S');
		seen = seen || *flags >= 'S';
		ig_buf_char(out, *flags);
	}
	if (!seen)
		ig_buf_char(out, 'S');
}
