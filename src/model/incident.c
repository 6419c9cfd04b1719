/* Text forms of what people type and read: incident references with their check character, and dispatch numbers.
 * Relies on nothing. Knows the form only, not whether such an incident exists. */
#include "config.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "model/incident.h"

#define DIGITS_MIN 6 /* after 999999 in a year the number goes on with seven digits (INTERFACE "Lists"); more are never given */
#define DIGITS_MAX 7

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* ISO 7064 MOD 37,36, the hybrid system: p starts at 36; for each character p = ((p + value) mod 36, 0 counting as 36) * 2 mod 37;
 * the check character makes p + check = 1 (mod 36). text: digits and upper-case letters only. */
static char check_character(const char *text)
{
	int p = 36;
	for (; *text; text++) {
		p += (int)(strchr(alphabet, *text) - alphabet);
		p = p % 36 ? p % 36 : 36;
		p = p * 2 % 37;
	}
	return alphabet[(37 - p) % 36];
}

char *ig_ref_print(struct ig_ref ref, char out[IG_REF_MAX])
{
	char flat[IG_REF_MAX];
	snprintf(flat, sizeof flat, "IR%04d%06" PRId64, ref.year, ref.number);
	snprintf(out, IG_REF_MAX, "IR-%04d-%06" PRId64 "-%c", ref.year, ref.number, check_character(flat));
	return out;
}

static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_word(char c) { return is_digit(c) || (upper(c) >= 'A' && upper(c) <= 'Z') || (unsigned char)c >= 0x80; }

/* Between the groups: a hyphen, or what mail programs, people and OCR make of it: space, no-break space, the hyphens and dashes of
 * U+2010 to U+2015, the minus sign U+2212; a line broken there is one space more. Length, 0 none. */
static size_t separator(const char *s, const char *end)
{
	static const char *const signs[] = {"-", " ", "\xc2\xa0", "\xc2\xad", "\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92",
		"\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x80\x95", "\xe2\x88\x92"};
	for (size_t i = 0; i < IG_COUNT(signs); i++) {
		size_t len = strlen(signs[i]);
		if ((size_t)(end - s) >= len && !memcmp(s, signs[i], len))
			return len;
	}
	return 0;
}

static size_t digits(const char *s, const char *end, size_t max, int64_t *value_r)
{
	size_t n = 0;
	for (*value_r = 0; n < max && s + n < end && is_digit(s[n]); n++)
		*value_r = *value_r * 10 + (s[n] - '0');
	return n;
}

/* A reference at s, which begins with I and R; NULL none, else past its end. Separators are required: glued digits are no
 * reference. */
static const char *reference_at(const char *s, const char *end, struct ig_ref *ref_r)
{
	struct ig_ref ref;
	int64_t year;
	size_t n;
	char printed[IG_REF_MAX];
	const char *p = s + 2;
	if (!(n = separator(p, end)) || digits(p += n, end, 4, &year) != 4)
		return NULL;
	p += 4;
	if (!(n = separator(p, end)))
		return NULL;
	p += n;
	n = digits(p, end, DIGITS_MAX, &ref.number);
	if (n < DIGITS_MIN || ref.number == 0 || (n == DIGITS_MAX && ref.number <= 999999))
		return NULL;
	p += n;
	if (!(n = separator(p, end)) || p + n >= end)
		return NULL;
	p += n;
	ref.year = (int)year;
	ig_ref_print(ref, printed);
	if (upper(*p) != printed[strlen(printed) - 1])
		return NULL;
	*ref_r = ref;
	return p + 1;
}

int ig_ref_parse(const char *s, size_t len, struct ig_ref *ref_r)
{
	struct ig_ref ref;
	if (len < 2 || upper(s[0]) != 'I' || upper(s[1]) != 'R' || reference_at(s, s + len, &ref) != s + len)
		return -1;
	*ref_r = ref;
	return 0;
}

const char *ig_ref_find(const char *text, struct ig_ref *ref_r, const char **at_r)
{
	const char *end = text + strlen(text);
	for (const char *p = text; (p = strpbrk(p, "Ii")) && end - p > 2; p++) {
		if (upper(p[1]) != 'R' || (p > text && is_word(p[-1])))
			continue;
		const char *past = reference_at(p, end, ref_r);
		if (past && !(past < end && is_word(*past))) {
			*at_r = p;
			return past;
		}
	}
	return NULL;
}

char *ig_dispatch_print(int64_t id, char out[IG_DISPATCH_TEXT_MAX])
{
	snprintf(out, IG_DISPATCH_TEXT_MAX, "D-%06" PRId64, id);
	return out;
}

int ig_dispatch_parse(const char *s, int64_t *id_r)
{
	int64_t id = 0;
	size_t n = 0;
	if (*s == 'D' || *s == 'd')
		s += s[1] == '-' ? 2 : 1;
	for (; is_digit(s[n]) && n < 18; n++)
		id = id * 10 + (s[n] - '0');
	if (!n || s[n] || !id)
		return -1;
	*id_r = id;
	return 0;
}
