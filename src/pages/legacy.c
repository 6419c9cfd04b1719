/* Old Vietnamese fonts in documents: the letters of a run in .VnTime or VNI-Times are bytes of an own table that the program took for Latin-1.
 * Relies on the font's name, which the document states, and on parse/vietnamese.c for the tables. */
#include "config.h"
#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "pages/xml.h"
#include "parse/charset.h"
#include "parse/vietnamese.h"

const char *ig_font_charset(const char *font)
{
	if (!font)
		return NULL;
	if (!strncasecmp(font, ".Vn", 3))
		return "TCVN3";
	return !strncasecmp(font, "VNI-", 4) || !strncasecmp(font, "VNI ", 4) ? "VNI" : NULL;
}

/* Bytes of Windows-1252 again; -1 when a letter is none of it: then the font's name lies. */
static int to_bytes(const char *text, struct ig_buf *out)
{
	static const uint16_t high[32] = {0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0, 0, 0x2018,
		0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178};
	const unsigned char *p = (const unsigned char *)text;
	while (*p) {
		uint32_t c = *p;
		size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		if (n == 2)
			c = (c & 0x1f) << 6 | (p[1] & 0x3f);
		else if (n == 3)
			c = (c & 0xf) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3f);
		else if (n == 4)
			return -1;
		p += n;
		unsigned k = 0;
		while (c > 0xff && k < 32 && high[k] != c)
			k++;
		if (c >= 0xf000 && c <= 0xf0ff) /* symbol fonts: the private area is the byte itself */
			c &= 0xff;
		else if (c > 0xff)
			c = k < 32 ? 0x80 + k : 0x100;
		if (c > 0xff)
			return -1;
		ig_buf_char(out, (char)c);
	}
	return 0;
}

/* The capitals of Vietnamese letters lie beside their small ones but for a few; enough for text that a font drew in capitals. */
static char *capitals(struct ig_doc *d, const char *text)
{
	char *s = ig_arena_strdup(d->a, text);
	for (unsigned char *p = (unsigned char *)s; *p; p++) {
		if (*p >= 'a' && *p <= 'z') {
			*p = (unsigned char)(*p - 32);
		} else if (p[0] == 0xc3 && p[1] >= 0xa0 && p[1] != 0xb7) {
			p[1] = (unsigned char)(p[1] - 32), p++;
		} else if ((p[0] == 0xc4 || p[0] == 0xc5 || p[0] == 0xc6) && p[1]) { /* ă đ ĩ ũ ơ ư */
			static const struct { unsigned char small[2], capital[2]; } pairs[] = {{{0xc4, 0x83}, {0xc4, 0x82}}, {{0xc4, 0x91}, {0xc4, 0x90}},
				{{0xc4, 0xa9}, {0xc4, 0xa8}}, {{0xc5, 0xa9}, {0xc5, 0xa8}}, {{0xc6, 0xa1}, {0xc6, 0xa0}}, {{0xc6, 0xb0}, {0xc6, 0xaf}}};
			for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
				if (!memcmp(p, pairs[i].small, 2)) {
					memcpy(p, pairs[i].capital, 2);
					break;
				}
			p++;
		} else if (p[0] == 0xe1 && (p[1] == 0xba || p[1] == 0xbb) && p[2] & 1) { /* U+1EA1 to U+1EF9: odd is small */
			p[2]--, p += 2;
		}
	}
	return s;
}

const char *ig_font_text(struct ig_doc *d, const char *font, const char *text)
{
	const char *name = ig_font_charset(font);
	size_t n = font ? strlen(font) : 0;
	struct ig_buf bytes, out;
	char *result = NULL;
	if (!name)
		return text;
	ig_buf_init(&bytes, strlen(text) + 1);
	ig_buf_init(&out, strlen(text) * 4 + 16);
	if (!to_bytes(text, &bytes)) {
		ig_vietnamese_decode(name, bytes.data ? bytes.data : "", bytes.len, &out);
		result = ig_utf8_nfc(d->a, out.data ? out.data : "", out.len);
		if (!strcmp(name, "TCVN3") && n && (font[n - 1] == 'H' || font[n - 1] == 'h'))
			result = capitals(d, result);
	}
	ig_buf_free(&bytes);
	ig_buf_free(&out);
	return result ? result : text;
}
