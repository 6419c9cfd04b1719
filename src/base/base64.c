/* Base64, by nettle. */
#include "config.h"
#include <stdint.h>
#include <nettle/base64.h>
#include "base/base64.h"

void ig_base64(struct ig_buf *out, const void *p, size_t len)
{
	const uint8_t *from = p;
	char digits[BASE64_ENCODE_RAW_LENGTH(IG_BASE64_LINE)];
	for (size_t at = 0; at < len; at += IG_BASE64_LINE) { /* whole groups of three */
		size_t n = len - at < IG_BASE64_LINE ? len - at : IG_BASE64_LINE;
		base64_encode_raw(digits, n, from + at);
		ig_buf_add(out, digits, BASE64_ENCODE_RAW_LENGTH(n));
	}
}

void ig_base64_lines(struct ig_buf *out, const void *p, size_t len, const char *eol)
{
	for (size_t at = 0; at < len; at += IG_BASE64_LINE) {
		size_t n = len - at < IG_BASE64_LINE ? len - at : IG_BASE64_LINE;
		ig_base64(out, (const uint8_t *)p + at, n);
		if (n == IG_BASE64_LINE)
			ig_buf_str(out, eol);
	}
}
