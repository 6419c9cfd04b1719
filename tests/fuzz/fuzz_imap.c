/* One response of an IMAP server: whatever it says, no damage, and a body that is named lies within what was said. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "intake/imap_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_imap_fetch f;
	uint64_t bytes = 0;
	uint32_t n = 0;
	size_t at = 0;
	char *line = malloc(size + 1);
	if (!line)
		return 0;
	if (size)
		memcpy(line, data, size);
	line[size] = 0;
	if (ig_imap_literal(line, size, &bytes, &at) && (at >= size || line[at] != '{' || bytes > 9999999999u))
		abort();
	if (ig_imap_fetch_parse(line, &f) > 0 && f.has_body && f.body_is == IG_IMAP_BODY_STRING &&
		(f.body < line || f.body + f.body_len > line + strlen(line)))
		abort();
	ig_imap_code(line, "UIDVALIDITY", &n);
	ig_imap_count(line, "EXISTS");
	ig_imap_has_word(line, "IDLE");
	ig_imap_date(line, strlen(line));
	free(line);
	return 0;
}
